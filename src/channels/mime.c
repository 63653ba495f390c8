#include "channels/mime.h"

#include <libxml/parser.h>
#include <string.h>
#include <strings.h>

#include "channels/mime_inside.h"

enum { HEAD_KEPT = 64 * 1024 }; /* of a header over the limit, to have sender and subject */

bool ek_mime_start(struct ek_mime_tables **tables, struct ek_err *err)
{
	g_mime_init();
	xmlInitParser();
	return ek_mime_load(tables, err);
}

/* ---- what is looked at before GMime is */

/* Mailboxes put a "From " line, and some programs blank lines, before the header. */
static ek_str skip_front(ek_str raw)
{
	uint32_t i = 0;
	while (i < raw.n && strchr(" \t\r\n", raw.p[i]) != NULL && raw.p[i] != '\0')
		i++;
	if (raw.n - i > 5 &&
	    (memcmp(raw.p + i, "From ", 5) == 0 || memcmp(raw.p + i, ">From", 5) == 0)) {
		const char *end = memchr(raw.p + i, '\n', raw.n - i);
		i = end == NULL ? raw.n : (uint32_t)(end - raw.p) + 1;
	}
	return (ek_str){raw.p + i, raw.n - i};
}

struct head {
	uint32_t bytes;
	uint32_t lines;
};

static struct head measure(ek_str raw)
{
	struct head head = {0, 0};
	while (head.bytes < raw.n) {
		const char *line = raw.p + head.bytes;
		const char *end = memchr(line, '\n', raw.n - head.bytes);
		uint32_t n = end == NULL ? raw.n - head.bytes : (uint32_t)(end - line) + 1;
		if (n == 0 || line[0] == '\n' || (line[0] == '\r' && n == 2))
			break;
		head.bytes += n;
		if (line[0] != ' ' && line[0] != '\t')
			head.lines++;
	}
	return head;
}

static void quarantine(struct ek_mail *out, enum ek_mail_quarantine reason)
{
	if (out->quarantine == EK_MAIL_QUARANTINE_NONE)
		out->quarantine = reason;
}

/* The bytes that GMime is given. */
static ek_str judge_size(ek_str raw, struct ek_mail *out)
{
	raw = skip_front(raw);
	struct head head = measure(raw);
	bool is_over = head.lines > EK_MAIL_HEADERS_MAX || head.bytes > EK_MAIL_HEADER_BYTES_MAX;
	if (is_over)
		quarantine(out, EK_MAIL_QUARANTINE_TOO_MANY_HEADERS);
	if (raw.n > EK_MAIL_RAW_MAX)
		quarantine(out, EK_MAIL_QUARANTINE_TOO_LARGE);
	if (out->quarantine != EK_MAIL_QUARANTINE_NONE)
		raw.n = head.bytes < HEAD_KEPT ? head.bytes : HEAD_KEPT;
	return raw;
}

/* ---- reading */

static GMimeParserOptions *make_options(ek_str raw)
{
	/* For headers with bytes above 127 that say nothing of a charset. */
	static const char *const korean[] = {"utf-8", "cp949", "windows-1252", NULL};
	static const char *const western[] = {"utf-8", "windows-1252", NULL};
	GMimeParserOptions *options = g_mime_parser_options_new();
	bool is_korean = ek_mime_looks_korean((ek_str){raw.p, measure(raw).bytes});
	g_mime_parser_options_set_fallback_charsets(
		options, (const char **)(uintptr_t)(is_korean ? korean : western));
	g_mime_parser_options_set_allow_addresses_without_domain(options, FALSE);
	return options;
}

static void parse(struct ek_mime *m, ek_str raw)
{
	/* The array does not own the bytes: it is freed without them. */
	m->bytes = g_byte_array_new();
	m->bytes->data = (guint8 *)(uintptr_t)raw.p;
	m->bytes->len = raw.n;
	m->stream = g_mime_stream_mem_new_with_byte_array(m->bytes);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(m->stream), FALSE);
	GMimeParser *parser = g_mime_parser_new_with_stream(m->stream);
	g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
	g_mime_parser_set_persist_stream(parser, TRUE);
	m->message = g_mime_parser_construct_message(parser, m->options);
	g_object_unref(parser);
}

/* Whether a header is there that a mail has. */
static bool is_mail(struct ek_mime *m)
{
	static const char *const known[] = {"From", "Sender",   "Date", "Subject", "Message-Id",
					    "To",   "Received", "Cc",   "Reply-To"};
	GMimeObject *object = GMIME_OBJECT(m->message);
	for (size_t i = 0; i < EK_LEN(known); i++)
		if (g_mime_object_get_header(object, known[i]) != NULL)
			return true;
	return false;
}

static void read_all(struct ek_mime *m)
{
	if (m->message == NULL || !is_mail(m)) {
		quarantine(m->out, EK_MAIL_QUARANTINE_NO_MAIL);
		return;
	}
	ek_mime_head(m);
	ek_mime_authentication(m);
	if (m->out->quarantine != EK_MAIL_QUARANTINE_NONE)
		return;
	ek_mime_walk(m);
	if (m->out->quarantine != EK_MAIL_QUARANTINE_NONE)
		return;
	ek_mime_body(m);
	ek_mime_reports(m);
	m->out->attachments = m->attachments;
	m->out->attachment_count = m->attachment_count;
	if (m->out->received_count >= EK_MAIL_RECEIVED_MAX)
		quarantine(m->out, EK_MAIL_QUARANTINE_LOOP);
	if (m->out->from.address.n == 0)
		quarantine(m->out, EK_MAIL_QUARANTINE_NO_SENDER);
}

bool ek_mime_open(const struct ek_mail_ask *ask, struct ek_arena *arena, struct ek_mime **mime,
		  struct ek_mail *out, struct ek_err *err)
{
	*out = (struct ek_mail){.date = EK_NO_TIME};
	*mime = NULL;
	struct ek_mime *m = ek_arena_zero(arena, sizeof *m);
	if (m == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a message");
	*mime = m;
	m->arena = arena;
	m->out = out;
	ek_str raw = judge_size(ask->raw, out);
	m->options = make_options(raw);
	if (ask->authserv.n > 0)
		m->authserv = ek_mime_keep(m, ask->authserv).p;
	raw = ek_mime_widen(m, raw);
	parse(m, raw.p == NULL ? (ek_str){"", 0} : raw);
	read_all(m);
	if (!m->no_memory)
		return true;
	ek_mime_close(mime);
	return ek_fail(err, EK_NO_MEMORY, "a message needs more memory than it may take");
}

void ek_mime_close(struct ek_mime **mime)
{
	struct ek_mime *m = *mime;
	if (m == NULL)
		return;
	if (m->message != NULL)
		g_object_unref(m->message);
	g_object_unref(m->stream);
	m->bytes->data = NULL;
	m->bytes->len = 0;
	g_byte_array_free(m->bytes, TRUE);
	g_mime_parser_options_free(m->options);
	*mime = NULL;
}

bool ek_mime_put(struct ek_mime *mime, uint32_t attachment, ek_mime_take *take, void *ctx)
{
	ek_assert(attachment < mime->attachment_count);
	return ek_mime_decode(mime->objects[attachment], take, ctx);
}
