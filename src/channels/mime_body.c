/* The body: one text and one HTML out of the sections. */
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "channels/html.h"
#include "channels/mime_inside.h"
#include "channels/quote.h"

enum { SOURCE_MAX = 4 * 1024 * 1024 };

struct body {
	ek_str texts[EK_MAIL_PARTS_MAX];
	ek_str htmls[EK_MAIL_PARTS_MAX];
};

static bool fail_memory(struct ek_mime *m)
{
	m->no_memory = true;
	return false;
}

static ek_str content_utf8(struct ek_mime *m, GMimePart *part)
{
	GMimeContentType *t = g_mime_object_get_content_type(GMIME_OBJECT(part));
	const char *charset = g_mime_content_type_get_parameter(t, "charset");
	return ek_mime_utf8(m, charset, ek_mime_content(m, part, SOURCE_MAX));
}

/* Line ends as LF, without a BOM; in place. */
static ek_str with_lf(ek_str s)
{
	char *p = (char *)(uintptr_t)s.p;
	uint32_t n = 0, i = 0;
	if (s.n >= 3 && memcmp(s.p, "\xEF\xBB\xBF", 3) == 0)
		i = 3;
	for (; i < s.n; i++) {
		if (p[i] == '\r' && i + 1 < s.n && p[i + 1] == '\n')
			continue;
		p[n++] = p[i] == '\r' ? '\n' : p[i];
	}
	return (ek_str){s.p, n};
}

/* Whether the line that ends here goes on in the next. line: its bytes, n of them; next: what is
 * behind. Quoted lines stay as they are: their depth would have to be compared. */
static bool goes_on(const char *line, uint32_t n, char next)
{
	bool is_signature = n == 3 && memcmp(line, "-- ", 3) == 0;
	return n > 0 && line[n - 1] == ' ' && !is_signature && line[0] != '>' && next != '>';
}

/* RFC 3676: a line that ends with a blank goes on in the next; in place. */
static ek_str unflow(ek_str s, bool drop)
{
	char *p = (char *)(uintptr_t)s.p;
	uint32_t n = 0, line = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		if (p[i] == '\n' && i + 1 < s.n && goes_on(p + line, n - line, p[i + 1])) {
			n -= drop;
			i += p[i + 1] == ' ';
			continue;
		}
		if (n == line && p[i] == ' ')
			continue; /* stuffed */
		p[n++] = p[i];
		if (p[n - 1] == '\n')
			line = n;
	}
	return (ek_str){s.p, n};
}

static bool is_said(GMimePart *part, const char *name, const char *value)
{
	GMimeContentType *t = g_mime_object_get_content_type(GMIME_OBJECT(part));
	const char *said = g_mime_content_type_get_parameter(t, name);
	return said != NULL && strcasecmp(said, value) == 0;
}

static ek_str read_plain(struct ek_mime *m, GMimePart *part)
{
	ek_str s = content_utf8(m, part);
	if (s.p == NULL)
		return s;
	s = with_lf(s);
	return is_said(part, "format", "flowed") ? unflow(s, is_said(part, "delsp", "yes")) : s;
}

/* Joins them with a line's end where there is none; at most max bytes. */
static bool join(struct ek_mime *m, const ek_str *items, uint32_t n, uint32_t max, ek_str *out)
{
	uint64_t total = 0;
	for (uint32_t i = 0; i < n; i++)
		total += (uint64_t)items[i].n + 1;
	char *p = ek_arena_get(m->arena, (total < max ? (uint32_t)total : max) + 1);
	uint32_t len = 0;
	if (p == NULL)
		return fail_memory(m);
	for (uint32_t i = 0; i < n; i++) {
		if (items[i].n == 0)
			continue;
		if (len > 0 && p[len - 1] != '\n' && len < max)
			p[len++] = '\n';
		uint32_t kept = ek_utf8_cut(items[i], max - len);
		m->out->is_cut |= kept < items[i].n;
		memcpy(p + len, items[i].p, kept);
		len += kept;
	}
	*out = (ek_str){p, len};
	return true;
}

static bool read_sections(struct ek_mime *m, struct body *b, bool *has_html)
{
	for (uint32_t i = 0; i < m->section_count; i++) {
		struct ek_mime_section *s = &m->sections[i];
		b->texts[i] = s->plain == NULL ? (ek_str){NULL, 0} : read_plain(m, s->plain);
		b->htmls[i] = s->html == NULL ? (ek_str){NULL, 0} : content_utf8(m, s->html);
		/* Some put a text part there and nothing into it. */
		bool empty = true;
		for (uint32_t k = 0; k < b->texts[i].n && empty; k++)
			empty = (unsigned char)b->texts[i].p[k] <= ' ';
		if (empty && b->htmls[i].n > 0) {
			if (!ek_html_text(b->htmls[i], EK_MAIL_TEXT_MAX, m->arena, &b->texts[i]))
				return fail_memory(m);
			b->texts[i] = ek_mime_mend(m, b->texts[i]);
			m->out->text_is_from_html |= b->texts[i].n > 0;
		}
		*has_html |= s->html != NULL;
	}
	return !m->no_memory;
}

static bool write_html(struct ek_mime *m, struct body *b)
{
	ek_str whole;
	struct ek_html clean;
	for (uint32_t i = 0; i < m->section_count; i++)
		if (b->htmls[i].n == 0 && b->texts[i].n > 0 &&
		    !ek_html_from_text(b->texts[i], m->arena, &b->htmls[i]))
			return fail_memory(m);
	if (!join(m, b->htmls, m->section_count, 2 * SOURCE_MAX, &whole) ||
	    !ek_html_clean(whole, EK_MAIL_HTML_MAX, m->arena, &clean))
		return fail_memory(m);
	m->out->html = ek_utf8_is_text(clean.html) ? clean.html : ek_mime_mend(m, clean.html);
	m->out->remote_image_count = clean.remote_image_count;
	m->out->is_cut |= clean.is_cut;
	return true;
}

/* Which attachments the HTML shows. */
static void find_shown(struct ek_mime *m)
{
	static const char mark[] = " data-ek-cid=\"";
	ek_str html = m->out->html;
	if (html.n == 0)
		return;
	const char *end = html.p + html.n;
	const char *p = memmem(html.p, html.n, mark, sizeof mark - 1);
	while (p != NULL) {
		const char *from = p + sizeof mark - 1;
		const char *to = memchr(from, '"', (size_t)(end - from));
		ek_str cid = {from, to == NULL ? 0 : (uint32_t)(to - from)};
		for (uint32_t i = 0; i < m->attachment_count; i++)
			if (cid.n > 0 && ek_str_equal(m->attachments[i].content_id, cid))
				m->attachments[i].is_inline = m->attachments[i].is_shown = true;
		p = memmem(from, (size_t)(end - from), mark, sizeof mark - 1);
	}
}

void ek_mime_body(struct ek_mime *m)
{
	struct ek_mail *out = m->out;
	bool has_html = false;
	struct body *b = ek_arena_zero(m->arena, sizeof *b);
	if (b == NULL) {
		m->no_memory = true;
		return;
	}
	if (!read_sections(m, b, &has_html))
		return;
	if (!join(m, b->texts, m->section_count, EK_MAIL_TEXT_MAX, &out->text))
		return;
	if (has_html && !write_html(m, b))
		return;
	find_shown(m);
	if (!ek_quote_split(out->text, m->arena, &out->pieces, &out->piece_count, &out->fresh))
		m->no_memory = true;
}
