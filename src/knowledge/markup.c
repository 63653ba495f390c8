#include "knowledge/markup.h"

#include <string.h>

#include "base/utf8.h"

enum { URL_MAX = 2000, WORDS_MAX = 1000, START_DIGITS = 4 };

enum block { NONE, PARAGRAPH, BULLETS, NUMBERS, QUOTE };

struct render {
	const struct ek_markup_out *out;
	bool is_html;
	enum block open;
	bool is_first; /* nothing was written yet */
};

static ek_str text_of(const char *s)
{
	uint32_t n = 0;
	while (s[n] != '\0')
		n++;
	return (ek_str){s, n};
}

/* Where a byte stands from a place on; s.n = nowhere. */
static uint32_t find_byte(ek_str s, uint32_t from, char c)
{
	while (from < s.n && s.p[from] != c)
		from++;
	return from;
}

static void put_str(const struct render *r, ek_str s)
{
	if (s.n > 0)
		r->out->put(r->out->ctx, s);
}

static void put(const struct render *r, const char *text)
{
	put_str(r, text_of(text));
}

/* Markup of ours. */
static void tag(const struct render *r, const char *html)
{
	if (r->is_html)
		put(r, html);
}

/* ---- characters */

static const char *escaped(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void put_run(const struct ek_markup_out *out, ek_str s, uint32_t from, uint32_t to)
{
	if (to > from)
		out->put(out->ctx, (ek_str){s.p + from, to - from});
}

/* A control character, or one that turns the direction of text. */
static bool is_hidden(ek_str one)
{
	unsigned char c = (unsigned char)one.p[0];
	return one.n == 1 ? c < ' ' && c != '\n' && c != '\t' : ek_utf8_is_turning(one);
}

/* Text as people wrote it: escaped for HTML, and never turning. */
static void put_words(const struct ek_markup_out *out, ek_str s, bool is_html)
{
	uint32_t from = 0;
	for (uint32_t at = 0; at < s.n;) {
		uint32_t here = at;
		const char *as = is_html ? escaped(s.p[at]) : NULL;
		if ((unsigned char)s.p[at] < 0x80)
			at++;
		else
			(void)ek_utf8_next(s, &at);
		bool is_left_out = is_hidden((ek_str){s.p + here, at - here});
		if (as == NULL && !is_left_out)
			continue;
		put_run(out, s, from, here);
		if (as != NULL)
			out->put(out->ctx, text_of(as));
		from = at;
	}
	put_run(out, s, from, s.n);
}

void ek_markup_escape(ek_str text, const struct ek_markup_out *out)
{
	put_words(out, text, true);
}

/* ---- within a line */

static bool begins(ek_str s, uint32_t at, const char *with)
{
	ek_str w = text_of(with);
	return s.n - at >= w.n && memcmp(s.p + at, w.p, w.n) == 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Whether an address may be followed: its scheme is known and nothing in it could end it. */
static bool is_url(ek_str url)
{
	static const char *const schemes[] = {"https://", "http://", "mailto:", "tel:"};
	bool ok = url.n > 1 && url.p[0] == '/' && url.p[1] != '/' && url.p[1] != '\\';
	for (size_t i = 0; !ok && i < EK_LEN(schemes); i++)
		ok = url.n > text_of(schemes[i]).n && begins(url, 0, schemes[i]);
	for (uint32_t i = 0; ok && i < url.n; i++) {
		unsigned char c = (unsigned char)url.p[i];
		ok = c > ' ' && c != 0x7f && c != '<' && c != '>' && c != '"' && c != '\\';
	}
	return ok;
}

struct link {
	ek_str words;
	ek_str url;
	uint32_t end; /* behind it */
};

/* [words](url) at *at; looks ahead over a bounded number of bytes. */
static bool find_link(ek_str s, uint32_t at, struct link *l)
{
	uint32_t to = at + 1;
	while (to < s.n && to - at <= WORDS_MAX && s.p[to] != ']' && s.p[to] != '[')
		to++;
	if (to >= s.n || s.p[to] != ']' || to == at + 1 || !begins(s, to, "]("))
		return false;
	uint32_t from = to + 2;
	uint32_t end = from;
	while (end < s.n && end - from <= URL_MAX && s.p[end] != ')')
		end++;
	if (end >= s.n || s.p[end] != ')')
		return false;
	*l = (struct link){{s.p + at + 1, to - at - 1}, {s.p + from, end - from}, end + 1};
	return is_url(l->url);
}

static void put_link(const struct render *r, const struct link *l)
{
	tag(r, "<a href=\"");
	if (r->is_html)
		put_words(r->out, l->url, true);
	tag(r, "\" rel=\"noopener noreferrer\">");
	put_words(r->out, l->words, r->is_html);
	tag(r, "</a>");
	if (!r->is_html && !ek_str_equal(l->words, l->url)) {
		put(r, " (");
		put_words(r->out, l->url, false);
		put(r, ")");
	}
}

/* What a mark opens, and how far each was looked for in vain. */
struct inlines {
	bool is_strong;
	bool is_stressed;
	bool strong_first; /* of both, the one that encloses the other */
	bool no_strong;    /* there is no end of one any more */
	bool no_stress;
	bool no_code;
};

static bool find_mark(ek_str s, uint32_t from, const char *mark)
{
	uint32_t n = text_of(mark).n;
	for (uint32_t i = from; i + n <= s.n; i++) {
		if (memcmp(s.p + i, mark, n) != 0)
			continue;
		if (n == 2) {
			if (!is_blank(s.p[i - 1]))
				return true;
			i++;
		} else if (i + 1 < s.n && s.p[i + 1] == '*') {
			i++; /* that is the other mark */
		} else if (!is_blank(s.p[i - 1])) {
			return true;
		}
	}
	return false;
}

/* One or two stars at *at. */
static bool take_strong(const struct render *r, ek_str s, uint32_t *at, struct inlines *in)
{
	if (in->is_strong) {
		if (in->is_stressed && in->strong_first)
			return false;
		tag(r, "</strong>");
		in->is_strong = false;
	} else {
		bool opens = *at + 2 < s.n && !is_blank(s.p[*at + 2]) && s.p[*at + 2] != '*' &&
			     !in->no_strong;
		if (!opens || !find_mark(s, *at + 3, "**")) {
			in->no_strong = in->no_strong || opens;
			return false;
		}
		tag(r, "<strong>");
		in->is_strong = true;
		in->strong_first = !in->is_stressed;
	}
	*at += 2;
	return true;
}

static bool take_stress(const struct render *r, ek_str s, uint32_t *at, struct inlines *in)
{
	if (in->is_stressed) {
		if (in->is_strong && !in->strong_first)
			return false;
		tag(r, "</em>");
		in->is_stressed = false;
	} else {
		bool opens = *at + 1 < s.n && !is_blank(s.p[*at + 1]) && !in->no_stress;
		if (!opens || !find_mark(s, *at + 2, "*")) {
			in->no_stress = in->no_stress || opens;
			return false;
		}
		tag(r, "<em>");
		in->is_stressed = true;
		in->strong_first = in->is_strong;
	}
	*at += 1;
	return true;
}

static bool take_code(const struct render *r, ek_str s, uint32_t *at, struct inlines *in)
{
	uint32_t to = in->no_code ? s.n : find_byte(s, *at + 1, '`');
	in->no_code = to == s.n;
	if (to == s.n || to == *at + 1)
		return false;
	tag(r, "<code dir=\"ltr\">");
	put_words(r->out, (ek_str){s.p + *at + 1, to - *at - 1}, r->is_html);
	tag(r, "</code>");
	*at = to + 1;
	return true;
}

/* A mark at *at that means something: done, and *at is behind it. */
static bool take_mark(const struct render *r, ek_str s, uint32_t *at, struct inlines *in)
{
	struct link l;
	switch (s.p[*at]) {
	case '*':
		return begins(s, *at, "**") ? take_strong(r, s, at, in) : take_stress(r, s, at, in);
	case '`':
		return take_code(r, s, at, in);
	case '[':
		if (!find_link(s, *at, &l))
			return false;
		put_link(r, &l);
		*at = l.end;
		return true;
	default:
		return false;
	}
}

static bool is_mark(char c)
{
	return c == '*' || c == '`' || c == '[' || c == '\\';
}

static bool is_escape(ek_str s, uint32_t at)
{
	static const ek_str marks = {"\\*`[]()#>-_.+", 13};
	return s.p[at] == '\\' && at + 1 < s.n && find_byte(marks, 0, s.p[at + 1]) < marks.n;
}

static void put_inline(const struct render *r, ek_str s)
{
	struct inlines in = {0};
	uint32_t from = 0;
	for (uint32_t at = 0; at < s.n;) {
		if (!is_mark(s.p[at])) {
			at++;
			continue;
		}
		put_words(r->out, (ek_str){s.p + from, at - from}, r->is_html);
		from = at;
		if (is_escape(s, at)) {
			from = at + 1;
			at += 2;
		} else if (take_mark(r, s, &at, &in)) {
			from = at;
		} else {
			at += begins(s, at, "**") ? 2 : 1;
		}
	}
	put_words(r->out, (ek_str){s.p + from, s.n - from}, r->is_html);
	if (in.is_strong && in.is_stressed)
		tag(r, in.strong_first ? "</em></strong>" : "</strong></em>");
	else if (in.is_strong || in.is_stressed)
		tag(r, in.is_strong ? "</strong>" : "</em>");
}

/* ---- lines */

static void close_block(struct render *r)
{
	static const char *const ends[] = {
		[PARAGRAPH] = "</p>\n",
		[BULLETS] = "</li>\n</ul>\n",
		[NUMBERS] = "</li>\n</ol>\n",
		[QUOTE] = "</p></blockquote>\n",
	};
	if (r->open == NONE)
		return;
	if (r->is_html)
		put(r, ends[r->open]);
	else
		put(r, "\n");
	r->open = NONE;
}

/* Plain text has an empty line between two blocks. */
static void part_from_last(struct render *r)
{
	if (!r->is_html && !r->is_first)
		put(r, "\n");
	r->is_first = false;
}

static ek_str rest(ek_str line, uint32_t from)
{
	while (from < line.n && is_blank(line.p[from]))
		from++;
	return (ek_str){line.p + from, line.n - from};
}

static bool take_heading(struct render *r, ek_str line)
{
	static const char *const opens[] = {"<h2 dir=\"auto\">", "<h3 dir=\"auto\">",
					    "<h4 dir=\"auto\">"};
	static const char *const ends[] = {"</h2>\n", "</h3>\n", "</h4>\n"};
	uint32_t n = 0;
	while (n < line.n && line.p[n] == '#')
		n++;
	if (n == 0 || n > EK_LEN(opens) || n >= line.n || !is_blank(line.p[n]))
		return false;
	close_block(r);
	part_from_last(r);
	tag(r, opens[n - 1]);
	put_inline(r, rest(line, n));
	if (r->is_html)
		put(r, ends[n - 1]);
	else
		put(r, "\n");
	return true;
}

static bool take_rule(struct render *r, ek_str line)
{
	if (!ek_str_is(line, "---"))
		return false;
	close_block(r);
	part_from_last(r);
	put(r, r->is_html ? "<hr>\n" : "---\n");
	return true;
}

/* "12. " at its beginning: how many digits; 0 = none. */
static uint32_t number_at(ek_str line)
{
	uint32_t n = 0;
	while (n < line.n && n < START_DIGITS && line.p[n] >= '0' && line.p[n] <= '9')
		n++;
	return n > 0 && n + 1 < line.n && line.p[n] == '.' && is_blank(line.p[n + 1]) ? n : 0;
}

static void open_list(struct render *r, enum block kind, ek_str number)
{
	close_block(r);
	part_from_last(r);
	if (kind == BULLETS) {
		tag(r, "<ul>\n<li dir=\"auto\">");
	} else if (r->is_html) {
		put(r, "<ol start=\"");
		put_str(r, number);
		put(r, "\">\n<li dir=\"auto\">");
	}
	r->open = kind;
}

static bool take_item(struct render *r, ek_str line)
{
	uint32_t digits = number_at(line);
	bool is_bullet =
		line.n > 2 && (line.p[0] == '-' || line.p[0] == '*') && is_blank(line.p[1]);
	enum block kind = digits > 0 ? NUMBERS : BULLETS;
	if (digits == 0 && !is_bullet)
		return false;
	if (r->open != kind)
		open_list(r, kind, (ek_str){line.p, digits});
	else
		put(r, r->is_html ? "</li>\n<li dir=\"auto\">" : "\n");
	if (!r->is_html) {
		put_str(r, (ek_str){line.p, digits});
		put(r, digits > 0 ? ". " : "- ");
	}
	put_inline(r, rest(line, digits > 0 ? digits + 1 : 1));
	return true;
}

static bool take_quote(struct render *r, ek_str line)
{
	if (line.n == 0 || line.p[0] != '>')
		return false;
	if (r->open == QUOTE) {
		put(r, r->is_html ? "<br>\n" : "\n");
	} else {
		close_block(r);
		part_from_last(r);
		tag(r, "<blockquote><p dir=\"auto\">");
		r->open = QUOTE;
	}
	if (!r->is_html)
		put(r, "> ");
	put_inline(r, rest(line, 1));
	return true;
}

static void take_words(struct render *r, ek_str line)
{
	bool goes_on = r->open == PARAGRAPH || r->open == BULLETS || r->open == NUMBERS;
	if (goes_on) {
		put(r, r->is_html ? "<br>\n" : "\n");
	} else {
		close_block(r);
		part_from_last(r);
		tag(r, "<p dir=\"auto\">");
		r->open = PARAGRAPH;
	}
	put_inline(r, line);
}

static bool is_fence(ek_str line)
{
	return line.n >= 3 && memcmp(line.p, "```", 3) == 0;
}

static void take_line(struct render *r, ek_str raw)
{
	ek_str line = ek_str_trimmed(raw);
	if (line.n == 0)
		close_block(r);
	else if (!take_heading(r, line) && !take_rule(r, line) && !take_item(r, line) &&
		 !take_quote(r, line))
		take_words(r, line);
}

static void take_fence(struct render *r, bool *is_kept)
{
	if (!*is_kept) {
		close_block(r);
		part_from_last(r);
	}
	tag(r, *is_kept ? "</code></pre>\n" : "<pre dir=\"ltr\"><code>");
	*is_kept = !*is_kept;
}

static void render(ek_str text, const struct ek_markup_out *out, bool is_html)
{
	struct render r = {out, is_html, NONE, true};
	bool is_kept = false; /* between two fences */
	for (uint32_t at = 0; at < text.n;) {
		uint32_t to = find_byte(text, at, '\n');
		ek_str line = {text.p + at, to - at};
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (is_fence(ek_str_trimmed(line))) {
			take_fence(&r, &is_kept);
		} else if (is_kept) {
			put_words(out, line, is_html);
			put(&r, "\n");
		} else {
			take_line(&r, line);
		}
		at = to + 1;
	}
	if (is_kept)
		tag(&r, "</code></pre>\n");
	close_block(&r);
}

void ek_markup_html(ek_str text, const struct ek_markup_out *out)
{
	render(text, out, true);
}

void ek_markup_plain(ek_str text, const struct ek_markup_out *out)
{
	render(text, out, false);
}
