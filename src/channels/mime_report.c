/* Bounces: RFC 3464, and the header by which some say it. */
#include <string.h>
#include <strings.h>

#include "channels/mime_inside.h"

enum { REPORT_BYTES = 256 * 1024, LINE_MAX_BYTES = 1000, DIAGNOSTIC_MAX = 500 };

/* A field, unfolded. */
struct field {
	char name[40];
	char value[LINE_MAX_BYTES];
};

static ek_str take_line(ek_str *text)
{
	const char *end = memchr(text->p, '\n', text->n);
	uint32_t n = end == NULL ? text->n : (uint32_t)(end - text->p);
	ek_str line = {text->p, n};
	uint32_t used = end == NULL ? n : n + 1;
	*text = (ek_str){text->p + used, text->n - used};
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static void append(struct field *f, ek_str s)
{
	size_t have = strlen(f->value);
	size_t n = s.n < LINE_MAX_BYTES - 1 - have ? s.n : LINE_MAX_BYTES - 1 - have;
	for (size_t i = 0; i < n; i++)
		f->value[have + i] = s.p[i] == '\0' ? ' ' : s.p[i];
	f->value[have + n] = '\0';
}

/* The next field of a group; false at its end (an empty line) and at the end of all. */
static bool next_field(ek_str *text, struct field *f)
{
	if (text->n == 0)
		return false;
	ek_str line = take_line(text);
	const char *colon = line.n == 0 ? NULL : memchr(line.p, ':', line.n);
	f->name[0] = '\0';
	f->value[0] = '\0';
	if (line.n == 0)
		return false;
	if (colon != NULL && (size_t)(colon - line.p) < sizeof f->name) {
		memcpy(f->name, line.p, (size_t)(colon - line.p));
		f->name[colon - line.p] = '\0';
		append(f, (ek_str){colon + 1, (uint32_t)(line.p + line.n - colon - 1)});
	}
	while (text->n > 0 && (text->p[0] == ' ' || text->p[0] == '\t'))
		append(f, take_line(text));
	return true;
}

/* What stands behind "rfc822;", without blanks and angle brackets at its ends. */
static ek_str typed(struct ek_mime *m, const char *value, uint32_t max)
{
	const char *semicolon = strchr(value, ';');
	ek_str s = ek_mime_line(m, semicolon == NULL ? value : semicolon + 1, max);
	while (s.n > 0 && (s.p[0] == '<' || s.p[0] == ' ')) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && (s.p[s.n - 1] == '>' || s.p[s.n - 1] == ' '))
		s.n--;
	return s;
}

static void take_field(struct ek_mime *m, const struct field *f, struct ek_mail_report *r)
{
	if (strcasecmp(f->name, "Final-Recipient") == 0)
		r->recipient = typed(m, f->value, 320);
	else if (strcasecmp(f->name, "Original-Recipient") == 0 && r->recipient.n == 0)
		r->recipient = typed(m, f->value, 320);
	else if (strcasecmp(f->name, "Action") == 0)
		r->action = ek_mime_line(m, f->value, 40);
	else if (strcasecmp(f->name, "Diagnostic-Code") == 0)
		r->diagnostic = typed(m, f->value, DIAGNOSTIC_MAX);
	else if (strcasecmp(f->name, "Status") == 0) {
		/* "5.1.1 (no such user)": the number alone. */
		r->status = ek_mime_line(m, f->value, 40);
		for (uint32_t i = 0; i < r->status.n; i++)
			if (strchr("0123456789.", r->status.p[i]) == NULL)
				r->status.n = i;
	}
}

static void read_groups(struct ek_mime *m, ek_str text, struct ek_mail_report *reports)
{
	struct field f;
	uint32_t n = 0;
	while (text.n > 0 && n < EK_MAIL_REPORTS_MAX) {
		struct ek_mail_report r = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
		while (next_field(&text, &f))
			take_field(m, &f, &r);
		if (r.recipient.n > 0)
			reports[n++] = r;
	}
	m->out->report_count = n;
}

/* Google and Exim name whom it did not reach in a header. */
static void read_failed(struct ek_mime *m, struct ek_mail_report *reports)
{
	const char *s = g_mime_object_get_header(GMIME_OBJECT(m->message), "X-Failed-Recipients");
	uint32_t n = 0;
	while (s != NULL && *s != '\0' && n < EK_MAIL_REPORTS_MAX) {
		char one[LINE_MAX_BYTES];
		size_t len = strcspn(s, ",");
		size_t kept = len < sizeof one - 1 ? len : sizeof one - 1;
		memcpy(one, s, kept);
		one[kept] = '\0';
		ek_str address = ek_mime_line(m, one, 320);
		while (address.n > 0 && address.p[0] == ' ') {
			address.p++;
			address.n--;
		}
		if (address.n > 0)
			reports[n++] = (struct ek_mail_report){
				address, EK_S("failed"), {NULL, 0}, {NULL, 0}};
		s += len + (s[len] == ',');
	}
	m->out->report_count = n;
}

/* ---- what it is about */

static ek_str id_of_text(struct ek_mime *m, ek_str text)
{
	struct field f;
	while (next_field(&text, &f)) {
		const char *open = strchr(f.value, '<');
		const char *end = open == NULL ? NULL : strchr(open, '>');
		if (strcasecmp(f.name, "Message-Id") == 0 && end != NULL)
			return ek_mime_plain(m, (ek_str){open + 1, (uint32_t)(end - open - 1)});
	}
	return (ek_str){NULL, 0};
}

static ek_str id_of(struct ek_mime *m, GMimeObject *object)
{
	if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
		const char *id = inner == NULL ? NULL : g_mime_message_get_message_id(inner);
		return ek_mime_line(m, id, 998);
	}
	GMimeContentType *type = g_mime_object_get_content_type(object);
	if (GMIME_IS_PART(object) && g_mime_content_type_is_type(type, "text", "rfc822-headers"))
		return id_of_text(m, ek_mime_content(m, GMIME_PART(object), REPORT_BYTES));
	return (ek_str){NULL, 0};
}

void ek_mime_reports(struct ek_mime *m)
{
	if (!m->out->is_bounce)
		return;
	struct ek_mail_report *reports =
		ek_arena_zero(m->arena, EK_MAIL_REPORTS_MAX * sizeof *reports);
	if (reports == NULL) {
		m->no_memory = true;
		return;
	}
	m->out->reports = reports;
	if (m->delivery != NULL)
		read_groups(m, ek_mime_content(m, m->delivery, REPORT_BYTES), reports);
	else
		read_failed(m, reports);
	for (uint32_t i = 0; i < m->attachment_count && m->out->original_message_id.n == 0; i++)
		m->out->original_message_id = id_of(m, m->objects[i]);
}
