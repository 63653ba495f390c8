#include "sys/text.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

enum {
	TAIL_FROM_LETTERS = 8, /* words that may be compounds */
	TAIL_FIRST = 3,
	TAIL_LETTERS = 5,
	TAILS_MAX = 24,
	BEGINS_LETTERS = 4,
	BEGINS_ARABIC = 3,
	ARTICLE_REST = 2, /* what must be left without the article */
};

/* UTF-16 that grows. */
struct wide {
	UChar *p;
	int32_t n;
	int32_t cap;
};

struct ek_text {
	const UNormalizer2 *fold;
	const UNormalizer2 *compose;
	const UNormalizer2 *decompose;
	UBreakIterator *breaks;
	struct wide raw;
	struct wide normal;
	char *utf8;
	int32_t utf8_cap;
};

static bool fail_icu(UErrorCode status, const char *doing, struct ek_err *err)
{
	enum ek_code code = status == U_MEMORY_ALLOCATION_ERROR ? EK_NO_MEMORY : EK_IO;
	return ek_fail(err, code, "%s: ICU says %s", doing, u_errorName(status));
}

static bool no_memory(struct ek_err *err)
{
	return ek_fail(err, EK_NO_MEMORY, "no memory for a text");
}

bool ek_text_open(struct ek_text **out, struct ek_err *err)
{
	*out = NULL;
	struct ek_text *t = calloc(1, sizeof *t);
	if (t == NULL)
		return no_memory(err);
	UErrorCode status = U_ZERO_ERROR;
	t->fold = unorm2_getNFKCCasefoldInstance(&status);
	t->compose = unorm2_getNFCInstance(&status);
	t->decompose = unorm2_getNFDInstance(&status);
	t->breaks = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
	if (U_FAILURE(status)) {
		ek_text_close(&t);
		return fail_icu(status, "open texts", err);
	}
	*out = t;
	return true;
}

void ek_text_close(struct ek_text **text)
{
	struct ek_text *t = *text;
	if (t == NULL)
		return;
	if (t->breaks != NULL)
		ubrk_close(t->breaks);
	free(t->raw.p);
	free(t->normal.p);
	free(t->utf8);
	free(t);
	*text = NULL;
}

/* ---- normal forms */

static bool wide_room(struct wide *w, int32_t n, struct ek_err *err)
{
	if (n <= w->cap)
		return true;
	UChar *p = realloc(w->p, (size_t)n * sizeof *p);
	if (p == NULL)
		return no_memory(err);
	w->p = p;
	w->cap = n;
	return true;
}

/* in, in a normal form, stands in t->normal. */
static bool normalise(struct ek_text *t, const UNormalizer2 *form, ek_str in, struct ek_err *err)
{
	if (in.n > INT32_MAX / 8)
		return ek_fail(err, EK_LIMIT, "a text of %u bytes is too long", in.n);
	int32_t n = (int32_t)in.n;
	UErrorCode status = U_ZERO_ERROR;
	if (!wide_room(&t->raw, n + 16, err) || !wide_room(&t->normal, n + 16, err))
		return false;
	t->raw.n = 0;
	if (n > 0)
		u_strFromUTF8WithSub(t->raw.p, t->raw.cap, &t->raw.n, in.p, n, 0xfffd, NULL,
				     &status);
	if (U_FAILURE(status))
		return fail_icu(status, "read a text", err);
	for (;;) {
		status = U_ZERO_ERROR;
		t->normal.n = unorm2_normalize(form, t->raw.p, t->raw.n, t->normal.p, t->normal.cap,
					       &status);
		if (status != U_BUFFER_OVERFLOW_ERROR)
			break;
		if (!wide_room(&t->normal, t->normal.n + 16, err))
			return false;
	}
	return U_SUCCESS(status) || fail_icu(status, "normalise a text", err);
}

static bool in_form(struct ek_text *t, const UNormalizer2 *form, ek_str in, ek_str *out,
		    struct ek_err *err)
{
	if (!normalise(t, form, in, err))
		return false;
	int32_t cap = t->normal.n * 3 + 1;
	if (cap > t->utf8_cap) {
		char *p = realloc(t->utf8, (size_t)cap);
		if (p == NULL)
			return no_memory(err);
		t->utf8 = p;
		t->utf8_cap = cap;
	}
	int32_t n = 0;
	UErrorCode status = U_ZERO_ERROR;
	u_strToUTF8WithSub(t->utf8, cap, &n, t->normal.p, t->normal.n, 0xfffd, NULL, &status);
	if (U_FAILURE(status))
		return fail_icu(status, "write a text", err);
	*out = (ek_str){t->utf8, (uint32_t)n};
	return true;
}

bool ek_text_fold(struct ek_text *t, ek_str in, ek_str *out, struct ek_err *err)
{
	return in_form(t, t->fold, in, out, err);
}

bool ek_text_compose(struct ek_text *t, ek_str in, ek_str *out, struct ek_err *err)
{
	return in_form(t, t->compose, in, out, err);
}

/* ---- letters */

/* The code point at *i, which moves on. ICU's macros for this do not stand our warnings. */
static UChar32 next(const UChar *p, int32_t *i, int32_t n)
{
	UChar32 c = p[(*i)++];
	if ((c & 0xfc00) != 0xd800 || *i >= n || (p[*i] & 0xfc00) != 0xdc00)
		return c;
	return 0x10000 + ((c & 0x3ff) << 10) + (p[(*i)++] & 0x3ff);
}

/* Writes at most 4 bytes; returns how many. */
static uint32_t put_utf8(UChar32 c, char *out)
{
	static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
	uint32_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (uint32_t i = n; i > 1; i--, c >>= 6)
		out[i - 1] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(leads[n < 2 ? 0 : n] | c);
	return n;
}

enum script { PLAIN, LATIN, ARABIC, STRIPPED /* of its marks */, PAIRS };

static enum script script_of(UChar32 c)
{
	/* Marks that lengthen or repeat, which Unicode counts to no script. */
	if (c == 0x30fc || c == 0x3005)
		return PAIRS;
	UErrorCode status = U_ZERO_ERROR;
	switch (uscript_getScript(c, &status)) {
	case USCRIPT_LATIN:
		return LATIN;
	case USCRIPT_ARABIC:
		return ARABIC;
	case USCRIPT_GREEK:
	case USCRIPT_HEBREW:
		return STRIPPED;
	case USCRIPT_HANGUL:
	case USCRIPT_HAN:
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA:
	case USCRIPT_BOPOMOFO:
		return PAIRS;
	default:
		return PLAIN;
	}
}

/* Letters that have no decomposition and are yet written for one another. */
static UChar32 plain_letter(UChar32 c)
{
	static const struct {
		UChar32 from;
		UChar32 to;
	} pairs[] = {
		{0x00f8, 'o'},    {0x0111, 'd'},    {0x0131, 'i'},
		{0x0142, 'l'},    {0x0629, 0x0647}, {0x0649, 0x064a},
		{0x0671, 0x0627}, {0x06a9, 0x0643}, {0x06cc, 0x064a},
	};
	for (size_t i = 0; i < EK_LEN(pairs); i++) {
		if (pairs[i].from == c)
			return pairs[i].to;
	}
	return c;
}

/* ---- words */

struct word {
	UChar32 v[EK_TEXT_WORD_MAX];
	uint32_t n;
};

/* One walk over a text. */
struct walk {
	struct ek_text *text;
	ek_text_visit *visit;
	void *ctx;
	bool asks;
	bool stopped;
	uint32_t words;
	uint32_t bytes;
	struct word word;   /* letters so far, of other scripts than pairs */
	enum script script; /* of its first letter */
	UChar32 pair;       /* the letter before, in a run of pairs; 0 = none */
	uint32_t pairs;     /* letters of that run */
};

struct slice {
	const UChar32 *v;
	uint32_t n;
};

static void tell(struct walk *w, bool tail, struct slice s, enum ek_text_match match)
{
	char out[EK_TEXT_WORD_BYTES];
	uint32_t n = 0;
	if (tail)
		out[n++] = EK_TEXT_TAIL;
	for (uint32_t i = 0; i < s.n; i++)
		n += put_utf8(s.v[i], out + n);
	w->words++;
	w->bytes += n + 1;
	if (w->words > EK_TEXT_WORDS_MAX || w->bytes > EK_TEXT_BYTES_MAX)
		w->stopped = true;
	if (!w->stopped)
		w->stopped = !w->visit(w->ctx, (ek_str){out, n}, match);
}

static void tell_tails(struct walk *w)
{
	const struct word *o = &w->word;
	if (o->n < TAIL_FROM_LETTERS)
		return;
	uint32_t last = o->n - TAIL_LETTERS;
	for (uint32_t i = TAIL_FIRST; i <= last && i < TAIL_FIRST + TAILS_MAX; i++)
		tell(w, true, (struct slice){o->v + i, o->n - i}, EK_TEXT_EQUAL);
}

/* Letters that a word begins with besides its own: al-, and wa-, fa-, bi-, ka-, li- before it. */
static uint32_t article_letters(const struct word *o)
{
	enum { ALEF = 0x0627, LAM = 0x0644 };
	static const UChar32 before[] = {0x0648, 0x0641, 0x0628, 0x0643};
	uint32_t n = 0;
	if (o->n > 2 && o->v[0] == LAM && o->v[1] == LAM)
		n = 2; /* li- and al- are written together */
	for (size_t i = 0; i < EK_LEN(before) && o->n > 3; i++) {
		if (o->v[0] == before[i] && o->v[1] == ALEF && o->v[2] == LAM)
			n = 3;
	}
	if (o->n > 2 && o->v[0] == ALEF && o->v[1] == LAM)
		n = 2;
	return o->n >= n + ARTICLE_REST ? n : 0;
}

static enum ek_text_match match_of(enum script script, uint32_t letters)
{
	if (script == LATIN && letters >= TAIL_LETTERS)
		return EK_TEXT_INSIDE;
	uint32_t enough = script == ARABIC ? BEGINS_ARABIC : BEGINS_LETTERS;
	return letters >= enough ? EK_TEXT_BEGINS : EK_TEXT_EQUAL;
}

static void end_word(struct walk *w)
{
	struct word *o = &w->word;
	if (o->n == 0)
		return;
	uint32_t skip = w->script == ARABIC ? article_letters(o) : 0;
	const struct slice own = {o->v + skip, o->n - skip};
	tell(w, false, own, w->asks ? match_of(w->script, own.n) : EK_TEXT_EQUAL);
	if (!w->asks && w->script == LATIN)
		tell_tails(w);
	o->n = 0;
}

static void end_pairs(struct walk *w)
{
	const struct slice last = {&w->pair, 1};
	if (w->pair != 0 && !w->asks)
		tell(w, false, last, EK_TEXT_EQUAL);
	else if (w->pairs == 1)
		tell(w, false, last, EK_TEXT_BEGINS);
	w->pair = 0;
	w->pairs = 0;
}

static void add_pair(struct walk *w, UChar32 c)
{
	end_word(w);
	const UChar32 two[] = {w->pair, c};
	if (w->pair != 0)
		tell(w, false, (struct slice){two, 2}, EK_TEXT_EQUAL);
	w->pair = c;
	w->pairs++;
}

static void add_letter(struct walk *w, UChar32 c)
{
	if (w->word.n < EK_TEXT_WORD_MAX)
		w->word.v[w->word.n++] = plain_letter(c);
}

static bool is_mark(UChar32 c)
{
	return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}

/* A letter without its marks. */
static void add_stripped(struct walk *w, UChar32 c)
{
	UChar parts[32];
	UErrorCode status = U_ZERO_ERROR;
	int32_t n = unorm2_getDecomposition(w->text->decompose, c, parts, EK_LEN(parts), &status);
	if (n < 0 || U_FAILURE(status)) {
		add_letter(w, c);
		return;
	}
	for (int32_t i = 0; i < n;) {
		UChar32 part = next(parts, &i, n);
		if (!is_mark(part))
			add_letter(w, part);
	}
}

static void add(struct walk *w, UChar32 c)
{
	enum { TATWEEL = 0x0640 };
	bool mark = is_mark(c);
	if (c == TATWEEL)
		return;
	if (!mark && !u_isalnum(c)) {
		end_pairs(w);
		end_word(w);
		return;
	}
	enum script script = mark ? w->script : script_of(c);
	if (script == PAIRS && !mark) {
		add_pair(w, c);
		return;
	}
	if (mark && w->word.n == 0)
		return; /* without a letter, or on one of a pair */
	end_pairs(w);
	if (u_charType(c) == U_DECIMAL_DIGIT_NUMBER) {
		c = '0' + u_charDigitValue(c);
		script = PLAIN;
	}
	if (w->word.n == 0)
		w->script = script;
	if (script == PLAIN)
		add_letter(w, c);
	else if (!mark)
		add_stripped(w, c);
}

static void walk_segment(struct walk *w, int32_t from, int32_t to)
{
	const UChar *p = w->text->normal.p;
	for (int32_t i = from; i < to && !w->stopped;) {
		UChar32 c = next(p, &i, to);
		add(w, c);
	}
	/* Two words of Thai stand side by side; a run of pairs goes on. */
	end_word(w);
}

/* The words of a text of any script, as ICU finds them. */
static bool walk_wide(struct walk *w, ek_str in, struct ek_err *err)
{
	struct ek_text *t = w->text;
	if (!normalise(t, t->fold, in, err))
		return false;
	UErrorCode status = U_ZERO_ERROR;
	ubrk_setText(t->breaks, t->normal.p, t->normal.n, &status);
	if (U_FAILURE(status))
		return fail_icu(status, "find words", err);
	int32_t from = ubrk_first(t->breaks);
	for (int32_t to; !w->stopped && (to = ubrk_next(t->breaks)) != UBRK_DONE; from = to)
		walk_segment(w, from, to);
	if (!w->stopped)
		end_pairs(w);
	return true;
}

/* ---- words of ASCII: the same as above without asking ICU, which takes five times as long */

/* Folding but lowers its letters, none has marks, and no two letters or digits of it are ever
 * broken apart: what lies between two other characters is a word. */
static void add_ascii(struct walk *w, char c)
{
	bool digit = c >= '0' && c <= '9';
	char low = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	if (!digit && (low < 'a' || low > 'z')) {
		end_word(w);
		return;
	}
	if (w->word.n == 0)
		w->script = digit ? PLAIN : LATIN;
	if (w->word.n < EK_TEXT_WORD_MAX)
		w->word.v[w->word.n++] = (UChar32)low;
}

static void walk_ascii(struct walk *w, ek_str in)
{
	for (uint32_t i = 0; i < in.n && !w->stopped; i++)
		add_ascii(w, in.p[i]);
	end_word(w);
}

/* How many of the first bytes, up to the end or a blank (which goes with them), are ASCII. No word,
 * no normal form and no run of pairs reaches across a blank: a text may be cut behind it. */
static uint32_t ascii_bytes(ek_str in)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < in.n; i++) {
		if ((in.p[i] & 0x80) != 0)
			return n;
		if (in.p[i] == ' ')
			n = i + 1;
	}
	return in.n;
}

/* The same of those that are to be read by ICU: up to a blank behind which a whole word is ASCII,
 * so that a text of another script is not cut into words. */
static uint32_t wide_bytes(ek_str in)
{
	uint32_t n = 0; /* behind the last blank */
	bool ascii = false;
	for (uint32_t i = 0; i < in.n; i++) {
		ascii = ascii && (in.p[i] & 0x80) == 0;
		if (in.p[i] != ' ')
			continue;
		if (ascii)
			return n;
		n = i + 1;
		ascii = true;
	}
	return ascii ? n : in.n;
}

static bool walk_text(struct walk *w, ek_str in, struct ek_err *err)
{
	while (in.n > 0 && !w->stopped) {
		uint32_t n = ascii_bytes(in);
		walk_ascii(w, (ek_str){in.p, n});
		in = (ek_str){in.p + n, in.n - n};
		n = wide_bytes(in);
		if (n > 0 && !w->stopped && !walk_wide(w, (ek_str){in.p, n}, err))
			return false;
		in = (ek_str){in.p + n, in.n - n};
	}
	return true;
}

bool ek_text_keep(struct ek_text *text, ek_str in, ek_text_visit *visit, void *ctx,
		  struct ek_err *err)
{
	struct walk w = {.text = text, .visit = visit, .ctx = ctx};
	return walk_text(&w, in, err);
}

bool ek_text_ask(struct ek_text *text, ek_str in, ek_text_visit *visit, void *ctx,
		 struct ek_err *err)
{
	struct walk w = {.text = text, .visit = visit, .ctx = ctx, .asks = true};
	return walk_text(&w, in, err);
}
