/* What mail programs write, in their words; expected by reading. The published sets of
 * email_reply_parser and talon are in tests/mail_test.ts. */
#include "channels/quote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sys/heap.h"

static const struct {
	const char *text;
	const char *fresh;
	const char *kinds; /* of the pieces: n, q, s */
} rows[] = {
	{"", "", ""},
	{"hello\n", "hello", "n"},
	{"yes\n\nOn Mon, 3 Mar 2026 at 10:00, A <a@b.c> wrote:\n> no?\n", "yes", "nq"},
	{"yes\n\nOn Mon, 3 Mar 2026 at 10:00, A Very Long Name\n<a@b.c> wrote:\n> no?\n", "yes",
	 "nq"},
	{"> no?\n\nyes\n\n> why?\nso\n", "yes\n\nso", "qnqn"},
	{"On Mon A <a@b.c> wrote:\n> one\nfirst\n> two\nsecond\n", "first\nsecond", "qnqn"},
	{"On the other hand it is broken.\nBut it works:\n1\n",
	 "On the other hand it is broken.\nBut it works:\n1", "n"},
	{"네, 맞습니다.\n\n2026년 3월 3일 (화) 오전 10:00, 김민아 <a@b.c>님이 작성:\n> 질문\n",
	 "네, 맞습니다.", "nq"},
	{"네\n\n-----원본 메시지-----\n보낸 사람: 가\n질문\n", "네", "nq"},
	{"네\n\n보낸 사람: 가 <a@b.c>\n보낸 날짜: 2026년 3월 3일\n받는 사람: 나\n제목: "
	 "질문\n\n질문\n",
	 "네", "nq"},
	{"네\n\n나의 iPhone에서 보냄\n", "네", "ns"},
	{"نعم\n\nفي الثلاثاء، 3 مارس 2026 في 10:00 ص تمت كتابة ما يلي بواسطة <a@b.c>:\n> لماذا\n",
	 "نعم", "nq"},
	{"نعم\n\nفي 3 مارس 2026، الساعة 10:00، كتب علي <a@b.c>:\n\nلماذا\n", "نعم", "nq"},
	{"نعم\n\nمن: علي\nتم الإرسال: 3 مارس\nإلى: منى\nالموضوع: سؤال\n\nلماذا\n", "نعم", "nq"},
	{"نعم\n\nأرسلت من هاتفي\n", "نعم", "ns"},
	{"ok\n\n________________________________\nFrom: A\nSent: Monday\nTo: B\nSubject: "
	 "x\n\nold\n",
	 "ok", "nq"},
	{"ok\n-- \nAnna\nSales\n", "ok", "ns"},
	{"ok\n--\nAnna\n\nOn 3 March A wrote:\n> x\n", "ok", "nsq"},
	{"Sent from my desk, is much easier.\n", "Sent from my desk, is much easier.", "n"},
	{"ok\n\nSent from my iPhone\n", "ok", "ns"},
	{"Gut\n\nAm 03.03.2026 um 10:00 schrieb A B:\n> alt\n", "Gut", "nq"},
	{"Oui\n\nLe 3 mars 2026 à 10:00, A <a@b.c> a écrit :\n> vieux\n", "Oui", "nq"},
	{"From: A\nSent: x\nTo: B\nSubject: c\n\nall of it was sent on\n",
	 "From: A\nSent: x\nTo: B\nSubject: c\n\nall of it was sent on", "n"},
	{"  indented\nmore\n", "  indented\nmore", "n"},
};

static void what_is_new_is_told_from_what_is_not(void **state)
{
	static const char letters[] = "nqs";
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_arena arena;
		const struct ek_mail_piece *pieces;
		uint32_t count, end = 0;
		char kinds[20] = "";
		ek_str text = {rows[i].text, (uint32_t)strlen(rows[i].text)}, fresh;
		ek_arena_init(&arena, ek_heap_alloc(), 1 << 20);
		assert_true(ek_quote_split(text, &arena, &pieces, &count, &fresh));
		for (uint32_t k = 0; k < count; k++) {
			assert_int_equal(pieces[k].from, end);
			end = pieces[k].to;
			kinds[k] = letters[pieces[k].kind];
		}
		assert_int_equal(end, text.n);
		if (!ek_str_is(fresh, rows[i].fresh) || strcmp(kinds, rows[i].kinds) != 0)
			fail_msg("row %zu: \"%.*s\" in pieces %s", i, (int)fresh.n, fresh.p, kinds);
		ek_arena_fini(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_new_is_told_from_what_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
