/* Words, folding and composing. Forms: Unicode's own examples (UAX #15, CaseFolding.txt); words:
 * what sys/text.h promises. */
#include "sys/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"

static ek_str text(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

/* Words with a blank between; "*" behind what may go on, "+" behind what may stand inside. */
struct words {
	char text[16384];
	uint32_t n;
	uint32_t at_most; /* 0 = all */
};

static bool add(void *ctx, ek_str word, enum ek_text_match match)
{
	struct words *w = ctx;
	size_t at = strlen(w->text);
	assert_true(word.n > 0 && word.n <= EK_TEXT_WORD_BYTES);
	assert_true(at + word.n + 3 < sizeof w->text);
	if (at > 0)
		w->text[at++] = ' ';
	memcpy(w->text + at, word.p, word.n);
	w->text[at + word.n] = match == EK_TEXT_BEGINS ? '*' : match == EK_TEXT_INSIDE ? '+' : '\0';
	w->text[at + word.n + 1] = '\0';
	return ++w->n != w->at_most;
}

static const struct {
	const char *in;
	const char *kept;
	const char *asked;
} rows[] = {
	{"", "", ""},
	{" .,!? ", "", ""},
	{"Refund me, now", "refund me now", "refund+ me now"},
	{"order", "order", "order+"},
	{"paid", "paid", "paid*"},
	{"Straße", "strasse", "strasse+"},
	{"Kündigung Ärger", "kundigung ~digung ~igung arger", "kundigung+ arger+"},
	{"Rückgabe", "ruckgabe ~kgabe", "ruckgabe+"},
	{"ｆｕｌｌ ﬁne", "full fine", "full* fine*"},
	{"Łódź smørrebrød", "lodz smorrebrod ~rrebrod ~rebrod ~ebrod", "lodz* smorrebrod+"},
	{"don't l'article", "don t l article", "don t l article+"},
	{"INV-2024_17 3.14", "inv 2024 17 3 14", "inv 2024* 17 3 14"},
	{"a@b.org", "a b org", "a b org"},
	{"환불은", "환불 불은 은", "환불 불은"},
	{"환불", "환불 불", "환불"},
	{"환", "환", "환*"},
	/* the same, in letters of their own */
	{"\u1112\u116a\u11ab\u1107\u116e\u11af", "환불 불", "환불"},
	{"CS팀에 AS를", "cs 팀에 에 as 를", "cs 팀에 as 를*"},
	{"東京タワー", "東京 京タ タワ ワー ー", "東京 京タ タワ ワー"},
	{"退款。退", "退款 款 退", "退款 退*"},
	{"ﾀﾜｰ", "タワ ワー ー", "タワ ワー"},
	{"الطلب والطلب بالطلب للطلب كالطلب فالطلب", "طلب طلب طلب طلب طلب طلب",
	 "طلب* طلب* طلب* طلب* طلب* طلب*"},
	{"طَلَب طـلـب", "طلب طلب", "طلب* طلب*"},
	{"أحمد إلى آخر ٱسم", "احمد الي اخر اسم", "احمد* الي* اخر* اسم*"},
	{"مدرسة على", "مدرسه علي", "مدرسه* علي*"},
	{"ال الم", "ال الم", "ال الم*"},
	{"کتاب ۱۲۳ ٤٥٦", "كتاب 123 456", "كتاب* 123 456"},
	{"שָׁלוֹם", "שלום", "שלום*"},
	{"Άθήνα", "αθηνα", "αθηνα*"},
	{"Ёлка Йод", "ёлка йод", "ёлка* йод"},
	{"हिन्दी", "हिन्दी", "हिन्दी*"},
	{"ขอเงินคืน", "ขอ เงิน คืน", "ขอ เงิน* คืน"},
	{"soft\u00adhyphen", "softhyphen ~thyphen ~hyphen ~yphen", "softhyphen+"},
	{"a\xff\xfe b", "a b", "a b"},
	{"~tail \"quote\"", "tail quote", "tail* quote+"},
};

static void words_are_those_of_the_header(void **state)
{
	struct ek_text *t = *state;
	struct ek_err err;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct words kept = {0};
		struct words asked = {0};
		assert_true(ek_text_keep(t, text(rows[i].in), add, &kept, &err));
		assert_true(ek_text_ask(t, text(rows[i].in), add, &asked, &err));
		if (strcmp(kept.text, rows[i].kept) != 0 || strcmp(asked.text, rows[i].asked) != 0)
			fail_msg("%s: kept \"%s\", asked \"%s\"", rows[i].in, kept.text,
				 asked.text);
	}
}

static void a_visitor_can_stop(void **state)
{
	struct ek_text *t = *state;
	struct ek_err err;
	struct words w = {.at_most = 2};
	assert_true(ek_text_keep(t, EK_S("one two three 환불은"), add, &w, &err));
	assert_string_equal(w.text, "one two");
}

/* Pieces that texts are made of: what meets what when a text is cut at its blanks. */
static const char *const pieces[] = {
	" ",      " ",    " ",      "e",      "Z",      "7",      "word",   "Longestword", "'",
	".",      ",",    ":",      "_",      "<",      "@",      "\n",     "\t",          "-",
	"é",      "Ü",    "ß",      "\u0301", "\u0338", "\u200d", "\u00ad", "\u00a0",      "ø",
	"환",     "불",   "京",     "タ",     "ー",     "ขอเงิน",  "คืน",     "ال",          "طلب",
	"\u06f7", "ש",    "\u05bc", "Άθ",     "ἲ",      "हि",     "\u1112", "\u116a",      "𝐀",
	"\xff",   "\x80", "😀",      "🇩🇪",     "\u3099", "か",     "ﬁ",      "Å",           "\x01",
};

struct pair {
	char plain[1024]; /* with blanks, at which it may be cut */
	char wide[2048];  /* with ideographic ones, which mean the same, and at which it is not */
};

static void make_texts(struct ek_rng *rng, struct pair *out)
{
	size_t n = 0;
	size_t m = 0;
	for (uint32_t i = 1 + ek_rng_below(rng, 40); i > 0; i--) {
		/* Mostly the first ones: ASCII. */
		uint32_t among = ek_rng_chance(rng, 25) ? EK_LEN(pieces) : 18;
		const char *piece = pieces[ek_rng_below(rng, among)];
		n += ek_format(out->plain + n, sizeof out->plain - n, "%s", piece);
		m += ek_format(out->wide + m, sizeof out->wide - m, "%s",
			       strcmp(piece, " ") == 0 ? "\u3000" : piece);
	}
	ek_format(out->wide + m, sizeof out->wide - m, "\u3000");
}

/* ICU makes a blank of an ideographic one and then reads the whole. */
static void a_text_that_is_cut_has_the_words_of_the_whole(void **state)
{
	struct ek_text *t = *state;
	struct ek_err err;
	struct ek_rng rng = {20};
	for (int i = 0; i < 50000; i++) {
		static struct words words[4];
		struct pair p;
		make_texts(&rng, &p);
		memset(words, 0, sizeof words);
		uint32_t at_most = ek_rng_below(&rng, 20);
		for (size_t k = 0; k < EK_LEN(words); k++)
			words[k].at_most = at_most;
		assert_true(ek_text_keep(t, text(p.plain), add, &words[0], &err));
		assert_true(ek_text_keep(t, text(p.wide), add, &words[1], &err));
		assert_true(ek_text_ask(t, text(p.plain), add, &words[2], &err));
		assert_true(ek_text_ask(t, text(p.wide), add, &words[3], &err));
		if (strcmp(words[0].text, words[1].text) != 0 ||
		    strcmp(words[2].text, words[3].text) != 0)
			fail_msg("\"%s\": kept \"%s\", not \"%s\"; asked \"%s\", not \"%s\"",
				 p.plain, words[0].text, words[1].text, words[2].text,
				 words[3].text);
	}
}

static void folded_texts_are_equal(void **state)
{
	struct ek_text *t = *state;
	struct ek_err err;
	static const char *const pairs[][2] = {
		{"Straße", "strasse"},
		{"ΣΊΣΥΦΟΣ", "σίσυφοσ"},
		{"\u212B", "å"},
		{"A\u030A", "å"},
		{"ﬃ", "ffi"},
		{"Ⅷ", "viii"},
		{"\u1112\u116a\u11ab", "환"},
		{"", ""},
		{"100 % '_", "100 % '_"},
		{"\u0130", "i\u0307"},
	};
	for (size_t i = 0; i < EK_LEN(pairs); i++) {
		ek_str out;
		assert_true(ek_text_fold(t, text(pairs[i][0]), &out, &err));
		assert_true(ek_str_is(out, pairs[i][1]));
	}
}

static void composed_texts_keep_their_letters(void **state)
{
	struct ek_text *t = *state;
	struct ek_err err;
	static const char *const pairs[][2] = {
		{"A\u030A", "Å"},
		{"\u212B", "Å"},
		{"ﬁ", "ﬁ"},
		{"s\u0323\u0307", "\u1e69"},
		{"\u1112\u116a\u11ab", "환"},
		{"Straße", "Straße"},
	};
	for (size_t i = 0; i < EK_LEN(pairs); i++) {
		ek_str out;
		assert_true(ek_text_compose(t, text(pairs[i][0]), &out, &err));
		assert_true(ek_str_is(out, pairs[i][1]));
	}
}

static bool count(void *ctx, ek_str word, enum ek_text_match match)
{
	(void)match;
	uint32_t *n = ctx;
	n[0]++;
	n[1] += word.n;
	return true;
}

static void long_texts_are_bounded(void **state)
{
	struct ek_text *t = *state;
	struct ek_err err;
	enum { BYTES = 2 * 1024 * 1024 };
	char *p = malloc(BYTES);
	assert_non_null(p);
	/* One word without an end, then words of one letter, then what NFKC makes much longer. */
	static const char *const forms[] = {"x", "x ", "\xef\xb7\xba", "퟿", "가", "\xcc\x81"};
	for (size_t form = 0; form < EK_LEN(forms); form++) {
		size_t step = strlen(forms[form]);
		uint32_t n[2] = {0};
		for (size_t i = 0; i < BYTES; i++)
			p[i] = forms[form][i % step];
		assert_true(ek_text_keep(t, (ek_str){p, BYTES - BYTES % (uint32_t)step}, count, n,
					 &err));
		assert_true(n[0] <= EK_TEXT_WORDS_MAX && n[1] <= EK_TEXT_BYTES_MAX);
	}
	free(p);
}

static int set_up(void **state)
{
	struct ek_err err;
	struct ek_text *t;
	assert_true(ek_text_open(&t, &err));
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct ek_text *t = *state;
	ek_text_close(&t);
	assert_null(t);
	ek_text_close(&t);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_those_of_the_header),
		cmocka_unit_test(a_visitor_can_stop),
		cmocka_unit_test(a_text_that_is_cut_has_the_words_of_the_whole),
		cmocka_unit_test(folded_texts_are_equal),
		cmocka_unit_test(composed_texts_keep_their_letters),
		cmocka_unit_test(long_texts_are_bounded),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
