#include "channels/quote.h"

#include <string.h>

#include "channels/quote_inside.h"

enum {
	LINES_MAX = 20000, /* what comes later is one line */
	WHO_LINES = 4,
	JOINED_MAX = 500,
	BLOCK_LINES = 6,
	SIGNATURE_LINES = 15, /* below "--", which may be something else */
	DEVICE_TAIL = 4,
	RULE_MIN = 20, /* underscores, as Outlook draws them */
};

struct line {
	uint32_t from;
	uint32_t to; /* its LF included */
	enum ek_mail_piece_kind kind;
};

struct lines {
	const char *text;
	struct line *items;
	uint32_t n;
};

static ek_str content(const struct lines *l, uint32_t i)
{
	ek_str s = {l->text + l->items[i].from, l->items[i].to - l->items[i].from};
	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

static bool is_blank(const struct lines *l, uint32_t i)
{
	return ek_quote_trim(content(l, i)).n == 0;
}

static bool is_marked(const struct lines *l, uint32_t i)
{
	ek_str s = content(l, i);
	uint32_t at = 0;
	while (at < s.n && at < 3 && s.p[at] == ' ')
		at++;
	return at < s.n && s.p[at] == '>';
}

static bool divide(ek_str text, struct ek_arena *arena, struct lines *l)
{
	uint32_t n = 1;
	for (uint32_t i = 0; i < text.n && n < LINES_MAX; i++)
		n += text.p[i] == '\n';
	*l = (struct lines){text.p, ek_arena_get(arena, n * sizeof *l->items), 0};
	if (l->items == NULL)
		return false;
	for (uint32_t at = 0; at < text.n;) {
		const char *end = memchr(text.p + at, '\n', text.n - at);
		uint32_t to = end == NULL || l->n + 1 == n ? text.n : (uint32_t)(end - text.p) + 1;
		l->items[l->n++] = (struct line){at, to, EK_MAIL_PIECE_NEW};
		at = to;
	}
	return true;
}

static void mark(struct lines *l, uint32_t from, uint32_t to, enum ek_mail_piece_kind kind)
{
	for (uint32_t i = from; i < to; i++)
		if (l->items[i].kind == EK_MAIL_PIECE_NEW)
			l->items[i].kind = kind;
}

/* ---- quotes */

static bool says_who(const struct lines *l, uint32_t from, uint32_t n)
{
	char joined[JOINED_MAX];
	uint32_t len = 0;
	for (uint32_t i = from; i < from + n; i++) {
		ek_str s = ek_quote_trim(content(l, i));
		if (len + s.n + 1 > sizeof joined)
			return false;
		if (i > from)
			joined[len++] = ' ';
		memcpy(joined + len, s.p, s.n);
		len += s.n;
	}
	return ek_quote_says_who((ek_str){joined, len});
}

/* How many lines from here say together who wrote what follows; 0 = they do not. */
static uint32_t who_at(const struct lines *l, uint32_t from)
{
	if (is_blank(l, from) || is_marked(l, from))
		return 0;
	for (uint32_t n = 1; n <= WHO_LINES && from + n <= l->n; n++) {
		uint32_t last = from + n - 1;
		if (n > 1 && (is_blank(l, last) || !ek_quote_begins_who(content(l, from))))
			return 0;
		/* The nearest beginning counts. */
		if (n > 1 && ek_quote_begins_who(content(l, last)) && who_at(l, last) > 0)
			return 0;
		if (says_who(l, from, n))
			return n;
	}
	return 0;
}

/* Lines of a header as a program puts them above a quote: the sender's and two of others. */
static bool is_block(const struct lines *l, uint32_t from)
{
	uint32_t seen = 0, count = 0;
	if (ek_quote_header(content(l, from)) == 0)
		return false;
	for (uint32_t i = from; i < l->n && i < from + BLOCK_LINES; i++) {
		uint32_t bit = ek_quote_header(content(l, i));
		count += bit != 0 && (seen & bit) == 0;
		seen |= bit;
	}
	return (seen & 1) != 0 && count >= 3;
}

/* A line that is nothing but one character again and again. */
static bool is_rule(ek_str s, const char *of)
{
	s = ek_quote_trim(s);
	for (uint32_t i = 0; i < s.n; i++)
		if (s.p[i] != s.p[0] || strchr(of, s.p[0]) == NULL)
			return false;
	return s.n >= RULE_MIN;
}

static uint32_t next_content(const struct lines *l, uint32_t from)
{
	while (from < l->n && is_blank(l, from))
		from++;
	return from;
}

/* Whether from here on all is quoted. */
static bool is_end(const struct lines *l, uint32_t i)
{
	if (ek_quote_separates(content(l, i)) || is_block(l, i))
		return true;
	uint32_t next = next_content(l, i + 1);
	return is_rule(content(l, i), "_-") && next < l->n && is_block(l, next);
}

static void find_quotes(struct lines *l)
{
	for (uint32_t i = 0; i < l->n; i++) {
		if (is_marked(l, i)) {
			mark(l, i, i + 1, EK_MAIL_PIECE_QUOTE);
			continue;
		}
		if (is_end(l, i)) {
			mark(l, i, l->n, EK_MAIL_PIECE_QUOTE);
			return;
		}
		uint32_t n = who_at(l, i);
		if (n == 0)
			continue;
		uint32_t next = next_content(l, i + n);
		if (next == l->n || !is_marked(l, next)) {
			mark(l, i, l->n, EK_MAIL_PIECE_QUOTE);
			return;
		}
		mark(l, i, next, EK_MAIL_PIECE_QUOTE);
		i = next - 1;
	}
}

/* ---- signatures */

static uint32_t quote_behind(const struct lines *l, uint32_t from)
{
	while (from < l->n && l->items[from].kind != EK_MAIL_PIECE_QUOTE)
		from++;
	return from;
}

static uint32_t lines_between(const struct lines *l, uint32_t from, uint32_t to)
{
	uint32_t n = 0;
	for (uint32_t i = from; i < to; i++)
		n += !is_blank(l, i);
	return n;
}

static void find_signatures(struct lines *l)
{
	for (uint32_t i = 0; i < l->n; i++) {
		if (l->items[i].kind != EK_MAIL_PIECE_NEW)
			continue;
		ek_str s = content(l, i);
		uint32_t end = quote_behind(l, i);
		bool exact = ek_str_is(s, "-- ");
		bool loose = ek_str_is(s, "--") || ek_str_is(s, "__") || ek_str_is(s, "—");
		/* Lists put their address below a rule. */
		bool device = ek_quote_is_device(s) || is_rule(s, "_");
		uint32_t below = exact || loose || device ? lines_between(l, i + 1, end) : 0;
		if (exact || (loose && below <= SIGNATURE_LINES) ||
		    (device && below <= DEVICE_TAIL))
			mark(l, i, end, EK_MAIL_PIECE_SIGNATURE);
	}
}

/* ---- the answer */

static bool has_new(const struct lines *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->items[i].kind == EK_MAIL_PIECE_NEW && !is_blank(l, i))
			return true;
	return false;
}

/* Blank lines go with the quote or signature that they stand in. */
static void join_blanks(struct lines *l)
{
	for (uint32_t i = 1; i < l->n; i++) {
		uint32_t next = next_content(l, i);
		enum ek_mail_piece_kind before = l->items[i - 1].kind;
		if (next == i || before == EK_MAIL_PIECE_NEW)
			continue;
		if (next == l->n || l->items[next].kind == before)
			for (uint32_t k = i; k < next; k++)
				l->items[k].kind = before;
		i = next;
	}
}

static bool write_pieces(const struct lines *l, struct ek_arena *arena,
			 const struct ek_mail_piece **pieces, uint32_t *count)
{
	uint32_t n = l->n > 0;
	for (uint32_t i = 1; i < l->n; i++)
		n += l->items[i].kind != l->items[i - 1].kind;
	struct ek_mail_piece *p = ek_arena_get(arena, n * sizeof *p);
	*pieces = p;
	*count = 0;
	if (p == NULL)
		return false;
	for (uint32_t i = 0; i < l->n; i++) {
		if (*count > 0 && p[*count - 1].kind == l->items[i].kind)
			p[*count - 1].to = l->items[i].to;
		else
			p[(*count)++] = (struct ek_mail_piece){l->items[i].kind, l->items[i].from,
							       l->items[i].to};
	}
	return true;
}

static bool write_fresh(const struct lines *l, struct ek_arena *arena, uint32_t max, ek_str *fresh)
{
	char *p = ek_arena_get(arena, (size_t)max + 1);
	uint32_t n = 0, from = 0;
	if (p == NULL)
		return false;
	for (uint32_t i = 0; i < l->n; i++) {
		if (l->items[i].kind != EK_MAIL_PIECE_NEW)
			continue;
		uint32_t len = l->items[i].to - l->items[i].from;
		memcpy(p + n, l->text + l->items[i].from, len);
		n += len;
	}
	while (n > 0 && (unsigned char)p[n - 1] <= ' ')
		n--;
	/* Blank lines go at the front, the first line's indent stays. */
	for (uint32_t i = 0; i < n && (unsigned char)p[i] <= ' '; i++)
		if (p[i] == '\n')
			from = i + 1;
	*fresh = (ek_str){p + from, n - from};
	return true;
}

bool ek_quote_split(ek_str text, struct ek_arena *arena, const struct ek_mail_piece **pieces,
		    uint32_t *count, ek_str *fresh)
{
	struct lines l;
	if (!divide(text, arena, &l))
		return false;
	find_quotes(&l);
	find_signatures(&l);
	if (has_new(&l))
		join_blanks(&l);
	else
		for (uint32_t i = 0; i < l.n; i++)
			l.items[i].kind = EK_MAIL_PIECE_NEW;
	return write_pieces(&l, arena, pieces, count) && write_fresh(&l, arena, text.n, fresh);
}
