/* Mail through the process: what is hostile, what ends or lies, and that nothing is lost by it.
 * The program is this test, started again as the parser; through a name with "faulty" in it, it
 * is a parser that misbehaves as the message says. */
#include "channels/mail.h"

#include <elf.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cmocka.h>

#include "channels/mail_inside.h"
#include "channels/parser.h"
#include "sys/heap.h"
#include "sys/ward.h"

struct scene {
	struct ek_mail_parser *parser;
	struct ek_arena arena;
	struct ek_mail mail;
	struct ek_err err;
};

static void begin(struct scene *s, const char *program)
{
	assert_true(ek_mail_open(program, &s->parser, &s->err));
	ek_arena_init(&s->arena, ek_heap_alloc(), EK_MAIL_ARENA_MAX);
}

static void end(struct scene *s)
{
	ek_arena_fini(&s->arena);
	ek_mail_close(&s->parser);
	assert_null(s->parser);
}

static bool read_raw(struct scene *s, const char *raw, size_t n)
{
	struct ek_mail_ask ask = {{raw, (uint32_t)n}, EK_S("mx.example.net")};
	ek_arena_reset(&s->arena);
	return ek_mail_read(s->parser, &ask, &s->arena, &s->mail, &s->err);
}

/* The only process that this one started. */
static pid_t child_of_ours(void)
{
	char path[80], text[40] = "";
	(void)snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	size_t n = fread(text, 1, sizeof text - 1, f);
	(void)fclose(f);
	text[n] = '\0';
	return (pid_t)strtol(text, NULL, 10);
}

static const char letter[] =
	"Authentication-Results: mx.example.net; dmarc=pass header.from=example.org\r\n"
	"From: =?euc-kr?B?sei5zr7G?= <Mina@Example.org>\r\nTo: help@example.net\r\n"
	"Subject: =?euc-kr?B?yK+60iC5rsDH?=\r\nMessage-ID: <1@example.org>\r\n"
	"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
	"--x\r\nContent-Type: text/plain; charset=euc-kr\r\n\r\n"
	"\xC8\xAF\xBA\xD2\r\n-- \r\nMina\r\n"
	"--x\r\nContent-Type: image/gif; name=a.gif\r\n"
	"Content-Transfer-Encoding: base64\r\n\r\nR0lGODlhAQABAAAAACw=\r\n--x--\r\n";

static void a_letter_comes_through_whole(void **state)
{
	struct scene s;
	(void)state;
	begin(&s, NULL);
	for (int i = 0; i < 3; i++) {
		assert_true(read_raw(&s, letter, sizeof letter - 1));
		assert_int_equal(s.mail.quarantine, EK_MAIL_QUARANTINE_NONE);
		assert_true(ek_str_is(s.mail.from.name, "김민아"));
		assert_true(ek_str_is(s.mail.from.address, "Mina@example.org"));
		assert_true(ek_str_is(s.mail.subject, "환불 문의"));
		assert_true(ek_str_is(s.mail.fresh, "환불"));
		assert_true(s.mail.authentication.is_aligned);
		assert_int_equal(s.mail.piece_count, 2);
		assert_int_equal(s.mail.attachment_count, 1);
		const struct ek_mail_attachment *a = &s.mail.attachments[0];
		assert_int_equal(a->bytes.n, 14);
		assert_memory_equal(a->bytes.p, "GIF89a\1\0\1\0\0\0\0,", 14);
	}
	end(&s);
}

static void a_parser_killed_between_letters_is_started_again(void **state)
{
	struct scene s;
	(void)state;
	begin(&s, NULL);
	for (int i = 0; i < 5; i++) {
		assert_true(read_raw(&s, letter, sizeof letter - 1));
		assert_int_equal(kill(child_of_ours(), SIGKILL), 0);
		/* Dead or dying: at worst it is asked again. */
		bool ok = read_raw(&s, letter, sizeof letter - 1);
		assert_true(ok || s.err.code == EK_BUSY);
		assert_true(ok || read_raw(&s, letter, sizeof letter - 1));
		assert_int_equal(s.mail.quarantine, EK_MAIL_QUARANTINE_NONE);
	}
	end(&s);
}

static void a_program_that_is_no_parser_is_our_own_fault(void **state)
{
	static const char *const programs[] = {"/bin/true", "/nowhere"};
	(void)state;
	for (size_t i = 0; i < EK_LEN(programs); i++) {
		struct scene s;
		begin(&s, programs[i]);
		for (int k = 0; k < 3; k++) {
			assert_false(read_raw(&s, letter, sizeof letter - 1));
			assert_int_equal(s.err.code, EK_IO);
		}
		end(&s);
	}
}

/* ---- a parser that misbehaves */

static void misbehave(void)
{
	struct ek_mail_request request;
	const uint32_t ready = EK_MAIL_MAGIC;
	char name[EK_MAIL_AUTHSERV_MAX];
	if (!ek_ward_write(&ready, sizeof ready) || !ek_ward_read(&request, sizeof request) ||
	    !ek_ward_read(name, request.authserv_n))
		_exit(1);
	const char *raw = ek_ward_map(request.raw_n);
	struct ek_mail_answer answer = {EK_MAIL_MAGIC, 1, 4000};
	char noise[4000];
	memset(noise, 0x7E, sizeof noise);
	bool ok = true;
	switch (raw == NULL ? 'd' : raw[0]) {
	case 'h': /* hang */
		for (volatile unsigned i = 0;; i++)
			;
	case 'l': /* lie */
		ok = ek_ward_write(&answer, sizeof answer) && ek_ward_write(noise, sizeof noise);
		break;
	case 'm': /* promise more than may be */
		answer.pack_n = UINT32_MAX;
		ok = ek_ward_write(&answer, sizeof answer);
		break;
	case 'c': /* cut short */
		ok = ek_ward_write(&answer, sizeof answer) && ek_ward_write(noise, 100);
		break;
	default:
		break;
	}
	_exit(ok ? 0 : 1);
}

static void what_ends_it_three_times_is_quarantined(void **state)
{
	static const struct {
		const char *raw;
		enum ek_mail_quarantine reason;
	} rows[] = {
		{"die", EK_MAIL_QUARANTINE_KILLED_PARSER},
		{"lie", EK_MAIL_QUARANTINE_KILLED_PARSER},
		{"more", EK_MAIL_QUARANTINE_KILLED_PARSER},
		{"cut", EK_MAIL_QUARANTINE_KILLED_PARSER},
		{"hang", EK_MAIL_QUARANTINE_TOO_LONG},
	};
	char dir[] = "/tmp/evenkeel-mail-XXXXXX", self[200], name[80];
	struct scene s;
	(void)state;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(name, sizeof name, "%s/faulty", dir);
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	assert_true(n > 0);
	self[n] = '\0';
	assert_int_equal(symlink(self, name), 0);
	begin(&s, name);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		size_t len = strlen(rows[i].raw);
		for (int death = 1; death < EK_MAIL_DEATHS; death++) {
			assert_false(read_raw(&s, rows[i].raw, len));
			assert_int_equal(s.err.code, EK_BUSY);
			/* Another in between changes nothing. */
			assert_false(read_raw(&s, "x", 1));
		}
		assert_true(read_raw(&s, rows[i].raw, len));
		assert_int_equal(s.mail.quarantine, rows[i].reason);
		assert_true(read_raw(&s, "x", 1));
	}
	end(&s);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(rmdir(dir), 0);
}

/* ---- hostile letters */

struct text {
	char *p;
	size_t n;
	size_t cap;
};

static void add(struct text *t, const char *s, size_t times)
{
	size_t n = strlen(s);
	if (t->n + n * times + 1 > t->cap) {
		t->cap = 2 * (t->n + n * times) + 4096;
		t->p = realloc(t->p, t->cap);
		assert_non_null(t->p);
	}
	for (size_t i = 0; i < times; i++, t->n += n)
		memcpy(t->p + t->n, s, n + 1);
}

static void nestings(struct text *t)
{
	char line[120];
	for (int i = 0; i < 10000; i++) {
		(void)snprintf(line, sizeof line,
			       "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
		add(t, line, 1);
	}
}
static void messages_in_messages(struct text *t)
{
	add(t, "Content-Type: message/rfc822\n\nFrom: a@b.c\n", 10000);
}
static void parts(struct text *t)
{
	add(t, "Content-Type: multipart/mixed; boundary=b\n\n", 1);
	add(t, "--b\n\nx\n", 10000);
}
static void long_boundary(struct text *t)
{
	add(t, "Content-Type: multipart/mixed; boundary=\"", 1);
	add(t, "b", 1 << 20);
	add(t, "\"\n\n--", 1);
	add(t, "b", 1 << 20);
	add(t, "\n\nx\n", 1);
}
static void recipients(struct text *t)
{
	add(t, "To: ", 1);
	add(t, "someone@example.org,\n ", 50000);
	add(t, "a@b.c\n\nx", 1);
}
static void many_recipients(struct text *t)
{
	add(t, "To: ", 1);
	add(t, "someone@example.org,\n ", 5000);
	add(t, "a@b.c\n\nx", 1);
}
static void header_lines(struct text *t)
{
	add(t, "X-A: b\n", 5000);
	add(t, "\nx", 1);
}
static void received(struct text *t)
{
	add(t, "Received: from a by b; Sun, 22 Nov 2026 10:00:00 +0000\n", 60);
	add(t, "\nx", 1);
}
static void tags(struct text *t)
{
	add(t, "Content-Type: text/html\n\n", 1);
	add(t, "<b><i><p title='&amp;'>", 40000);
}
static void long_line(struct text *t)
{
	add(t, "\n", 1);
	add(t, "x", 8 << 20);
}
static void zip_of_text(struct text *t)
{
	/* 60 MB in 80 MB: over both limits. */
	add(t, "Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n", 1);
	add(t, "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n", 1300000);
}
static void many_decoded(struct text *t)
{
	/* 53 MB in 71 MB. */
	add(t, "Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n", 1);
	add(t, "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n", 1190000);
}
static void words(struct text *t)
{
	add(t, "Subject: ", 1);
	add(t, "=?utf-8?Q?a?=\n ", 15000);
	add(t, "\n\nx", 1);
}

static const struct {
	const char *name;
	void (*write)(struct text *t);
	enum ek_mail_quarantine reason;
} hostile[] = {
	{"10,000 nestings", nestings, EK_MAIL_QUARANTINE_TOO_DEEP},
	{"10,000 messages in each other", messages_in_messages, EK_MAIL_QUARANTINE_TOO_DEEP},
	{"10,000 parts", parts, EK_MAIL_QUARANTINE_TOO_MANY_PARTS},
	{"1 MB boundary", long_boundary, EK_MAIL_QUARANTINE_TOO_MANY_HEADERS},
	{"50,000 recipients", recipients, EK_MAIL_QUARANTINE_TOO_MANY_HEADERS},
	{"5,000 recipients", many_recipients, EK_MAIL_QUARANTINE_NONE},
	{"5,000 header lines", header_lines, EK_MAIL_QUARANTINE_TOO_MANY_HEADERS},
	{"60 servers", received, EK_MAIL_QUARANTINE_LOOP},
	{"120,000 open tags", tags, EK_MAIL_QUARANTINE_NONE},
	{"a line of 8 MiB", long_line, EK_MAIL_QUARANTINE_NONE},
	{"80 MB", zip_of_text, EK_MAIL_QUARANTINE_TOO_LARGE},
	{"53 MB decoded", many_decoded, EK_MAIL_QUARANTINE_TOO_LARGE},
	{"15,000 encoded words", words, EK_MAIL_QUARANTINE_NONE},
};

static void what_is_hostile_has_a_reason(void **state)
{
	struct scene s;
	(void)state;
	begin(&s, NULL);
	for (size_t i = 0; i < EK_LEN(hostile); i++) {
		struct text t = {NULL, 0, 0};
		add(&t, "From: a@b.c\nSubject: s\n", 1);
		hostile[i].write(&t);
		bool ok = read_raw(&s, t.p, t.n);
		if (!ok || s.mail.quarantine != hostile[i].reason)
			fail_msg("%s: %s", hostile[i].name,
				 ok ? ek_mail_quarantine_word(s.mail.quarantine) : s.err.msg);
		/* Whatever it is, it says from whom. */
		assert_true(ek_str_is(s.mail.from.address, "a@b.c"));
		free(t.p);
	}
	assert_true(read_raw(&s, letter, sizeof letter - 1));
	end(&s);
}

static void five_thousand_recipients_are_counted(void **state)
{
	struct scene s;
	struct text t = {NULL, 0, 0};
	(void)state;
	begin(&s, NULL);
	add(&t, "From: a@b.c\n", 1);
	many_recipients(&t);
	assert_true(read_raw(&s, t.p, t.n));
	assert_int_equal(s.mail.to.count, EK_MAIL_RECIPIENTS_MAX);
	assert_int_equal(s.mail.recipients_left_out, 5001 - EK_MAIL_RECIPIENTS_MAX);
	free(t.p);
	end(&s);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letter_comes_through_whole),
		cmocka_unit_test(a_parser_killed_between_letters_is_started_again),
		cmocka_unit_test(a_program_that_is_no_parser_is_our_own_fault),
		cmocka_unit_test(what_ends_it_three_times_is_quarantined),
		cmocka_unit_test(what_is_hostile_has_a_reason),
		cmocka_unit_test(five_thousand_recipients_are_counted),
	};
	if (argc == 2 && strcmp(argv[1], EK_PARSER_ROLE) == 0) {
		struct ek_err err;
		const char *name = (const char *)getauxval(AT_EXECFN);
		if (strstr(name, "faulty") != NULL)
			misbehave();
		return ek_parser_run(&err) ? 0 : 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
