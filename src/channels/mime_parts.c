/* The parts: which are the body, which are attachments, and whether there are too many. */
#include <string.h>
#include <strings.h>

#include "channels/mime_inside.h"

enum { PIECE = 16 * 1024, SNIFFED = 512 };

/* ---- decoding */

/* The decoded bytes of a part, as a stream to be read once. */
static GMimeStream *open_content(GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	if (content == NULL)
		return NULL;
	GMimeStream *raw = g_mime_data_wrapper_get_stream(content);
	GMimeContentEncoding encoding = g_mime_data_wrapper_get_encoding(content);
	GMimeStream *out = g_mime_stream_filter_new(raw);
	g_mime_stream_reset(raw);
	if (encoding == GMIME_CONTENT_ENCODING_BASE64 ||
	    encoding == GMIME_CONTENT_ENCODING_UUENCODE ||
	    encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE) {
		GMimeFilter *filter = g_mime_filter_basic_new(encoding, FALSE);
		g_mime_stream_filter_add(GMIME_STREAM_FILTER(out), filter);
		g_object_unref(filter);
	}
	return out;
}

static bool decode_part(GMimePart *part, ek_mime_take *take, void *ctx)
{
	GMimeStream *stream = open_content(part);
	char piece[PIECE];
	bool ok = true;
	if (stream == NULL)
		return true;
	while (ok) {
		ssize_t n = g_mime_stream_read(stream, piece, sizeof piece);
		if (n <= 0)
			break;
		ok = take(ctx, piece, (size_t)n);
	}
	g_object_unref(stream);
	return ok;
}

bool ek_mime_decode(GMimeObject *object, ek_mime_take *take, void *ctx)
{
	if (GMIME_IS_PART(object))
		return decode_part(GMIME_PART(object), take, ctx);
	/* A message in the message: as GMime has it, whose limit is that of the whole. */
	GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
	if (inner == NULL)
		return true;
	char *text = g_mime_object_to_string(GMIME_OBJECT(inner), NULL);
	bool ok = take(ctx, text, strlen(text));
	g_free(text);
	return ok;
}

struct gather {
	char *p;
	size_t n;
	size_t max;
};

static bool gather(void *ctx, const void *bytes, size_t n)
{
	struct gather *g = ctx;
	size_t room = g->max - g->n;
	size_t kept = n < room ? n : room;
	memcpy(g->p + g->n, bytes, kept);
	g->n += kept;
	return kept == n;
}

struct count {
	size_t n;
	char first[SNIFFED];
};

static bool count(void *ctx, const void *bytes, size_t n)
{
	struct count *c = ctx;
	if (c->n < SNIFFED) {
		size_t room = SNIFFED - c->n;
		memcpy(c->first + c->n, bytes, n < room ? n : room);
	}
	c->n += n;
	return true;
}

ek_str ek_mime_content(struct ek_mime *m, GMimePart *part, size_t max)
{
	struct count c = {.n = 0};
	bool ok = decode_part(part, count, &c);
	struct gather g = {NULL, 0, c.n < max ? c.n : max};
	g.p = ek_arena_get(m->arena, g.max + 1);
	if (g.p == NULL) {
		m->no_memory = true;
		return (ek_str){NULL, 0};
	}
	if (ok)
		m->out->is_cut |= !decode_part(part, gather, &g);
	return (ek_str){g.p, (uint32_t)g.n};
}

/* ---- attachments */

static const char *parameter(GMimeObject *object, const char *name)
{
	GMimeContentDisposition *d = g_mime_object_get_content_disposition(object);
	GMimeContentType *t = g_mime_object_get_content_type(object);
	const char *value =
		d == NULL ? NULL : g_mime_content_disposition_get_parameter(d, "filename");
	if (value == NULL && t != NULL)
		value = g_mime_content_type_get_parameter(t, name);
	return value;
}

static bool is_disposition(GMimeObject *object, const char *word)
{
	const char *given = g_mime_object_get_disposition(object);
	return given != NULL && strcasecmp(given, word) == 0;
}

/* "type/subtype" in lower case, at most 127 bytes. */
static ek_str declared_type(struct ek_mime *m, GMimeObject *object)
{
	GMimeContentType *t = g_mime_object_get_content_type(object);
	char *text = t == NULL ? NULL : g_mime_content_type_get_mime_type(t);
	if (text == NULL)
		return EK_S("application/octet-stream");
	for (char *p = text; *p != '\0'; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
	ek_str out = ek_mime_line(m, text, 127);
	g_free(text);
	return ek_mime_keep(m, out);
}

static void add_attachment(struct ek_mime *m, GMimeObject *object)
{
	uint32_t nth = m->attachment_count;
	struct ek_mail_attachment *a = &m->attachments[nth];
	struct count c = {.n = 0};
	if (!ek_mime_decode(object, count, &c))
		return;
	m->decoded += c.n;
	a->declared = declared_type(m, object);
	if (a->declared.p == NULL)
		return;
	uint32_t sniffed = c.n < SNIFFED ? (uint32_t)c.n : SNIFFED;
	const char *type = ek_mime_sniff((ek_str){c.first, sniffed}, a->declared.p);
	a->type = (ek_str){type, (uint32_t)strlen(type)};
	a->name = ek_mime_name(m, parameter(object, "name"), type, nth);
	a->content_id = ek_mime_line(m, g_mime_object_get_content_id(object), 998);
	a->bytes = (ek_str){NULL, (uint32_t)c.n};
	a->is_inline = is_disposition(object, "inline");
	m->objects[nth] = object;
	m->attachment_count++;
}

/* ---- the walk */

/* How the part stands in the whole. */
struct place {
	uint32_t depth;
	struct ek_mime_section *section; /* of multipart/alternative; NULL outside */
	bool is_inner;                   /* in a message in the message: counted, not taken */
};

static void walk(struct ek_mime *m, GMimeObject *object, struct place at);

static bool is_over(struct ek_mime *m, enum ek_mail_quarantine reason, bool over)
{
	if (over && m->out->quarantine == EK_MAIL_QUARANTINE_NONE)
		m->out->quarantine = reason;
	return m->out->quarantine != EK_MAIL_QUARANTINE_NONE;
}

static struct ek_mime_section *new_section(struct ek_mime *m)
{
	struct ek_mime_section *s = &m->sections[m->section_count++];
	*s = (struct ek_mime_section){NULL, NULL};
	return s;
}

static bool is_body(GMimeObject *object, bool *html)
{
	GMimeContentType *t = g_mime_object_get_content_type(object);
	*html = g_mime_content_type_is_type(t, "text", "html");
	bool plain = g_mime_content_type_is_type(t, "text", "plain");
	return (*html || plain) && !is_disposition(object, "attachment") &&
	       parameter(object, "name") == NULL;
}

static void take_body(struct ek_mime *m, GMimePart *part, bool html, struct place at)
{
	struct count c = {.n = 0};
	struct ek_mime_section *s = at.section;
	(void)decode_part(part, count, &c);
	m->decoded += c.n;
	/* The first text and the last HTML of an alternative; a second text is more text. */
	if (s == NULL || (!html && s->plain != NULL))
		s = new_section(m);
	if (html)
		s->html = part;
	else
		s->plain = part;
}

static void take_leaf(struct ek_mime *m, GMimeObject *object, struct place at)
{
	bool html;
	GMimeContentType *t = g_mime_object_get_content_type(object);
	if (at.is_inner)
		return;
	if (g_mime_content_type_is_type(t, "message", "delivery-status") && GMIME_IS_PART(object) &&
	    m->delivery == NULL) {
		m->delivery = GMIME_PART(object);
		m->out->is_bounce = m->out->is_automatic = true;
	} else if (GMIME_IS_PART(object) && is_body(object, &html))
		take_body(m, GMIME_PART(object), html, at);
	else
		add_attachment(m, object);
	(void)is_over(m, EK_MAIL_QUARANTINE_TOO_LARGE, m->decoded > EK_MAIL_DECODED_MAX);
}

static void walk_children(struct ek_mime *m, GMimeMultipart *multipart, struct place at)
{
	GMimeContentType *t = g_mime_object_get_content_type(GMIME_OBJECT(multipart));
	int n = g_mime_multipart_get_count(multipart);
	if (g_mime_content_type_is_type(t, "multipart", "alternative") && !at.is_inner && n > 0 &&
	    m->section_count < EK_MAIL_PARTS_MAX)
		at.section = new_section(m);
	else if (g_mime_content_type_is_type(t, "multipart", "mixed"))
		at.section = NULL;
	at.depth++;
	for (int i = 0; i < n && m->out->quarantine == EK_MAIL_QUARANTINE_NONE; i++)
		walk(m, g_mime_multipart_get_part(multipart, i), at);
}

static void walk(struct ek_mime *m, GMimeObject *object, struct place at)
{
	m->parts++;
	if (is_over(m, EK_MAIL_QUARANTINE_TOO_DEEP, at.depth > EK_MAIL_DEPTH_MAX) ||
	    is_over(m, EK_MAIL_QUARANTINE_TOO_MANY_PARTS, m->parts >= EK_MAIL_PARTS_MAX))
		return;
	if (GMIME_IS_MULTIPART(object)) {
		walk_children(m, GMIME_MULTIPART(object), at);
		return;
	}
	if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
		GMimeObject *body = inner == NULL ? NULL : g_mime_message_get_mime_part(inner);
		take_leaf(m, object, at);
		at.depth++;
		at.is_inner = true;
		if (body != NULL)
			walk(m, body, at);
		return;
	}
	take_leaf(m, object, at);
}

void ek_mime_walk(struct ek_mime *m)
{
	GMimeObject *body = g_mime_message_get_mime_part(m->message);
	if (body != NULL)
		walk(m, body, (struct place){1, NULL, false});
}
