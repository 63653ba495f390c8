/* A letter of ours: headers that nobody else can write into, and bytes that every program reads. */
#include "channels/letter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sys/heap.h"

static ek_str text(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static struct ek_letter letter(void)
{
	static const ek_str to = {"mina@example.org", 16};
	return (struct ek_letter){
		.name = EK_S("Support"),
		.from = EK_S("help@example.org"),
		.to = &to,
		.to_count = 1,
		.subject = EK_S("Hello"),
		.message_id = EK_S("1.2.abc@example.org"),
		.date = {1700000000000}, /* Tue, 14 Nov 2023 22:13:20 UTC */
		.text = EK_S("Hi.\n"),
	};
}

/* The letter as text, ended. */
static const char *written(const struct ek_letter *l, struct ek_letter_bytes *b)
{
	struct ek_err err;
	*b = (struct ek_letter_bytes){.alloc = ek_heap_alloc()};
	assert_true(ek_letter_write(l, b, &err));
	assert_true(b->n < b->cap);
	b->p[b->n] = 0;
	return b->p;
}

static void writes_a_plain_one(void **state)
{
	struct ek_letter l = letter();
	struct ek_letter_bytes b;
	(void)state;
	assert_string_equal(written(&l, &b), "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
					     "From: \"Support\" <help@example.org>\r\n"
					     "To: <mina@example.org>\r\n"
					     "Subject: Hello\r\n"
					     "Message-ID: <1.2.abc@example.org>\r\n"
					     "MIME-Version: 1.0\r\n"
					     "Content-Type: text/plain; charset=utf-8\r\n"
					     "Content-Transfer-Encoding: quoted-printable\r\n"
					     "\r\n"
					     "Hi.\r\n\r\n");
	ek_letter_free(&b);
}

/* Names of headers in the order in which they stand: nobody added one. */
static void check_lines(const char *p)
{
	const char *end = strstr(p, "\r\n\r\n");
	assert_non_null(end);
	for (; p <= end;) {
		const char *line = strstr(p, "\r\n");
		assert_true(line - p <= 998);
		for (const char *q = p; q < line; q++)
			assert_true(*q != '\r' && *q != '\n' && *q != 0);
		assert_true(strncmp(p, "Bcc", 3) != 0 && strncmp(p, "X-", 2) != 0);
		p = line + 2;
	}
}

static void lets_nobody_write_headers(void **state)
{
	static const char *const rows[] = {
		"a\r\nBcc: eve@example.org", "a\nX-Evil: 1",   "a\rX-Evil: 1", "\r\n\r\nbody",
		"=?UTF-8?B?DQpCY2M6?=",      "배송\r\nBcc: x", "\x01\x02\x7f", "",
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const ek_str hostile = text(rows[i]);
		struct ek_letter l = letter();
		struct ek_letter_bytes b;
		l.name = l.from = l.reply_to = l.subject = l.message_id = hostile;
		l.to = l.cc = l.references = &hostile;
		l.cc_count = l.reference_count = 1;
		check_lines(written(&l, &b));
		ek_letter_free(&b);
	}
}

static void folds_and_encodes(void **state)
{
	char subject[600];
	struct ek_letter l = letter();
	struct ek_letter_bytes b;
	(void)state;
	for (size_t i = 0; i < sizeof subject; i++)
		subject[i] = i % 10 == 9 ? ' ' : 'a';
	l.subject = (ek_str){subject, sizeof subject};
	check_lines(written(&l, &b));
	assert_null(strstr(b.p, "=?"));
	ek_letter_free(&b);
	l.subject = text("배송이 아직 도착하지 않았습니다");
	/* As Python's base64.b64encode has it. */
	written(&l, &b);
	assert_non_null(strstr(
		b.p, "Subject: =?UTF-8?B?67Cw7Iah7J20IOyVhOyngSDrj4TssKntlZjsp4Ag7JWK7JWY7Iq1?=\r\n"
		     " =?UTF-8?B?64uI64uk?=\r\n"));
	ek_letter_free(&b);
}

static void quotes_the_text(void **state)
{
	struct ek_letter l = letter();
	struct ek_letter_bytes b;
	(void)state;
	l.text = text("a=b \n.\nFrom x\nü\t\n");
	const char *p = strstr(written(&l, &b), "\r\n\r\n");
	assert_string_equal(p, "\r\n\r\na=3Db=20\r\n=2E\r\nFrom x\r\n=C3=BC=09\r\n\r\n");
	ek_letter_free(&b);
}

static void carries_files(void **state)
{
	const struct ek_letter_file file = {EK_S("a\"\r\n.txt"), "text/plain", EK_S("hello")};
	struct ek_letter l = letter();
	struct ek_letter_bytes b;
	(void)state;
	l.files = &file;
	l.file_count = 1;
	const char *p = written(&l, &b);
	check_lines(p);
	assert_non_null(strstr(p, "\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n"));
	assert_non_null(strstr(p, "--\r\n"));
	ek_letter_free(&b);
}

static void knows_addresses(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} rows[] = {
		{"a@b", true},    {"a+1.x@b.c", true}, {"@b", false},          {"a@", false},
		{"a b@c", false}, {"a@b@c", false},    {"a@b\r\nDATA", false}, {"<a@b>", false},
		{"a,b@c", false}, {"", false},         {"김@b", false},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++)
		assert_int_equal(ek_letter_is_address(text(rows[i].text)), rows[i].is);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_a_plain_one), cmocka_unit_test(lets_nobody_write_headers),
		cmocka_unit_test(folds_and_encodes),  cmocka_unit_test(quotes_the_text),
		cmocka_unit_test(carries_files),      cmocka_unit_test(knows_addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
