/* Rows are made by Python 3.11's codecs, email.header and by hand from the RFCs. */
#include "channels/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sys/heap.h"

struct scene {
	struct ek_arena arena;
	struct ek_mime *mime;
	struct ek_mail mail;
};

static void read_mail(struct scene *s, const char *raw, const char *authserv)
{
	struct ek_mail_ask ask = {{raw, (uint32_t)strlen(raw)}, {NULL, 0}};
	struct ek_err err;
	if (authserv != NULL)
		ask.authserv = (ek_str){authserv, (uint32_t)strlen(authserv)};
	ek_arena_init(&s->arena, ek_heap_alloc(), EK_MAIL_ARENA_MAX);
	assert_true(ek_mime_open(&ask, &s->arena, &s->mime, &s->mail, &err));
}

static void drop(struct scene *s)
{
	ek_mime_close(&s->mime);
	ek_arena_fini(&s->arena);
}

static void equal(ek_str found, const char *expected)
{
	if (!ek_str_is(found, expected))
		fail_msg("expected \"%s\", got \"%.*s\"", expected, (int)found.n, found.p);
}

static const struct {
	const char *charset;
	const char *base64;
	const char *text;
} charsets[] = {
	/* clang-format off */
	{"euc-kr", "vsiz58fPvLy/5CwgyK+60iC5rsDHwNS0z7TZLg==",
	 "안녕하세요, 환불 문의입니다."},
	{"cp949", "jGO55rCix88glO4gvIS9w8TdtvM=",
	 "똠방각하 뷁 펲시콜라"},
	{"euc-kr", "jGO55rCix88glO4gvIS9w8TdtvM=",
	 "똠방각하 뷁 펲시콜라"},
	{"ks_c_5601-1987", "vbrGvMfYIMivutI=",
	 "스티해 환불"},
	{"iso-2022-kr", "GyQpQw4+SDNnR088PD9kDyAOSC86Ug8=",
	 "안녕하세요 환불"},
	{"windows-1256", "49HNyMehIMPR7c8gx9PK0c/HzyDH4ePI4dsggQ==",
	 "مرحبا، أريد استرداد المبلغ پ"},
	{"iso-8859-6", "5dHNyMesIMPR6s8gx9PK0c/HzyDH5OXI5Nq/",
	 "مرحبا، أريد استرداد المبلغ؟"},
	{"iso-2022-jp", "GyRCJF4kXyRgJGEkYhsoQg==",
	 "まみむめも"},
	{"shift_jis", "gqCCooKkgqaCqA==",
	 "あいうえお"},
	{"gb2312", "zcu/7s7KzOI=",
	 "退款问题"},
	{"big5", "sGi02rDdw0Q=",
	 "退款問題"},
	{"iso-8859-1", "k0dy9t9llCCWIDUggA==",
	 "“Größe” – 5 €"},
	{"koi8-r", "8NLJ18XU",
	 "Привет"},
	{"utf-8", "7JWI64WVINmF2LHYrdio2Kc=",
	 "안녕 مرحبا"},
	/* clang-format on */
};

static void every_charset_becomes_utf8(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(charsets); i++) {
		char raw[2000];
		struct scene s;
		ek_format(raw, sizeof raw,
			  "From: =?%s?B?%s?= <a@example.org>\nSubject: =?%s?B?%s?=\n"
			  "Content-Type: text/plain; charset=%s\n"
			  "Content-Transfer-Encoding: base64\n\n%s\n",
			  charsets[i].charset, charsets[i].base64, charsets[i].charset,
			  charsets[i].base64, charsets[i].charset, charsets[i].base64);
		read_mail(&s, raw, NULL);
		equal(s.mail.text, charsets[i].text);
		equal(s.mail.subject, charsets[i].text);
		equal(s.mail.from.name, charsets[i].text);
		drop(&s);
	}
}

/* Bytes that say nothing of their charset. */
static void unsaid_charsets_are_guessed(void **state)
{
	static const struct {
		const char *raw;
		const char *subject;
	} rows[] = {
		{"Subject: \xC8\xAF\xBA\xD2 \xB9\xAE\xC0\xC7\nFrom: a@b.c\n\n", "환불 문의"},
		{"Subject: Forma\xE7\xE3o\nFrom: a@b.c\n\n", "Formação"},
		{"Subject: 환불\nFrom: a@b.c\n\n", "환불"},
		{"Subject: =?utf-8?Q?a_=C3=A9?=\n =?utf-8?Q?_b?=\nFrom: a@b.c\n\n", "a é b"},
		{"Subject: =?utf-8?B?YQ==?= =?utf-8?B?Yg==?=\n =?utf-8?B?Yw==?=\nFrom: a@b.c\n\n",
		 "abc"},
		{"Subject: =?utf-8?B?7ZmY6w==?= =?utf-8?B?YWI=?= x =?UTF-8?B?YQ==?=\nFrom: "
		 "a@b.c\n\n",
		 "환?ab x a"},
		{"Subject: =?utf-8?B?7ZmY?= =?utf-8?B?67aI?=\nFrom: a@b.c\n\n", "환불"},
		{"Subject: a\n\tb\n c\nFrom: a@b.c\n\n", "a b c"},
		{"Subject: =?utf-8?Q?a=0D=0ABcc:_x?=\nFrom: a@b.c\n\n", "a Bcc: x"},
		{"Subject: =?utf-8?Q?=E2=80=AEfdp?=\nFrom: a@b.c\n\n", "fdp"},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct scene s;
		read_mail(&s, rows[i].raw, NULL);
		equal(s.mail.subject, rows[i].subject);
		drop(&s);
	}
}

/* Expected names by RFC 2231, 2047 and 6266's advice for receivers. */
static void names_of_attachments_are_safe(void **state)
{
	static const struct {
		const char *header;
		const char *name;
	} rows[] = {
		{"filename=a.pdf", "a.pdf"},
		{"filename*=utf-8''%ED%99%98%EB%B6%88.pdf", "환불.pdf"},
		{"filename*0*=euc-kr''%C8%AF; filename*1*=%BA%D2; filename*2=.pdf", "환불.pdf"},
		{"filename=\"=?utf-8?B?7ZmY67aILnBkZg==?=\"", "환불.pdf"},
		{"filename=\"../../etc/passwd\"", "passwd"},
		{"filename=\"C:\\\\temp\\\\x.doc\"", "x.doc"},
		{"filename=\".htaccess\"", "htaccess"},
		{"filename=\"con.txt\"", "_con.txt"},
		{"filename=\"LPT1\"", "_LPT1"},
		{"filename=\"a:b?.txt \"", "a_b_.txt"},
		{"filename*=utf-8''a%E2%80%AEgpj.exe", "agpj.exe"},
		{"filename*=utf-8''a%E2%80%8B%0D%0A.txt", "a .txt"},
		{"filename=\"...\"", "attachment-1.pdf"},
		{"size=3", "attachment-1.pdf"},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		char raw[1000];
		struct scene s;
		ek_format(raw, sizeof raw,
			  "From: a@b.c\nContent-Type: application/pdf\n"
			  "Content-Disposition: attachment; %s\n\n%%PDF-1.4\n",
			  rows[i].header);
		read_mail(&s, raw, NULL);
		assert_int_equal(s.mail.attachment_count, 1);
		equal(s.mail.attachments[0].name, rows[i].name);
		equal(s.mail.attachments[0].type, "application/pdf");
		drop(&s);
	}
}

static void types_are_what_the_bytes_say(void **state)
{
	static const struct {
		const char *declared;
		const char *bytes;
		const char *type;
	} rows[] = {
		{"image/png", "<html><script>alert(1)</script>", "application/octet-stream"},
		{"image/svg+xml", "<svg onload=alert(1)>", "application/octet-stream"},
		{"text/html", "<p>x", "application/octet-stream"},
		{"application/octet-stream", "GIF89a..", "image/gif"},
		{"application/msword", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/msword"},
		{"application/pdf", "PK\x03\x04", "application/zip"},
		{"text/csv", "a,b\n", "text/csv"},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		char raw[1000];
		struct scene s;
		ek_format(raw, sizeof raw,
			  "From: a@b.c\nContent-Type: %s\nContent-Disposition: attachment\n\n%s",
			  rows[i].declared, rows[i].bytes);
		read_mail(&s, raw, NULL);
		assert_int_equal(s.mail.attachment_count, 1);
		equal(s.mail.attachments[0].type, rows[i].type);
		equal(s.mail.attachments[0].declared, rows[i].declared);
		drop(&s);
	}
}

static const char *verdicts(const struct ek_mail_authentication *a, char out[40])
{
	ek_format(out, 40, "%s %s %s %s", ek_mail_verdict_word(a->spf),
		  ek_mail_verdict_word(a->dkim), ek_mail_verdict_word(a->dmarc),
		  a->is_aligned ? "aligned" : "-");
	return out;
}

/* RFC 8601, appendix B, and what somebody could add to a mail. */
static void only_the_trusted_host_is_believed(void **state)
{
	static const struct {
		const char *headers;
		const char *verdicts; /* spf dkim dmarc aligned */
	} rows[] = {
		{"", "none none none -"},
		{"Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=example.com;\n"
		 " dkim=pass (good) header.d=example.com; dmarc=pass header.from=example.com\n",
		 "pass pass pass aligned"},
		{"Authentication-Results: mx.evil.net; dmarc=pass header.from=example.com\n",
		 "none none none -"},
		{"Authentication-Results: mx.example.net; dmarc=fail header.from=example.com\n"
		 "Received: from x by y; Sun, 22 Nov 2026 10:00:00 +0000\n"
		 "Authentication-Results: mx.example.net; dmarc=pass header.from=example.com\n",
		 "none none fail -"},
		{"Authentication-Results: mx.example.net; spf=softfail smtp.mailfrom=a@b.c\n"
		 "Received: from x by y; Sun, 22 Nov 2026 10:00:00 +0000\n"
		 "Authentication-Results: mx.example.net; dmarc=pass header.from=example.com\n",
		 "fail none none -"},
		{"Authentication-Results: mx.example.net; dmarc=pass header.from=other.org\n",
		 "none none pass -"},
		{"Authentication-Results: mx.example.net; spf=fail\n"
		 " reason=\"x; dmarc=pass header.from=example.com\"\n",
		 "fail none none -"},
		{"Authentication-Results: MX.example.net 1; (dmarc=pass) dkim=neutral; dkim=pass\n",
		 "none pass none -"},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		char raw[1500], found[40];
		struct scene s;
		ek_format(raw, sizeof raw, "%sFrom: A <a@Example.COM>\nSubject: x\n\nx",
			  rows[i].headers);
		read_mail(&s, raw, "mx.example.net");
		assert_string_equal(verdicts(&s.mail.authentication, found), rows[i].verdicts);
		drop(&s);
		read_mail(&s, raw, NULL);
		assert_string_equal(verdicts(&s.mail.authentication, found), "none none none -");
		drop(&s);
	}
}

/* RFC 3834, section 2; the headers that answering machines really send. */
static void what_needs_no_answer_is_seen(void **state)
{
	static const struct {
		const char *header;
		bool automatic, list, bounce, null;
	} rows[] = {
		{"X-A: b", false, false, false, false},
		{"Auto-Submitted: no", false, false, false, false},
		{"Auto-Submitted: auto-replied; x=y", true, false, false, false},
		{"Precedence: bulk", true, false, false, false},
		{"Precedence: list", false, true, false, false},
		{"List-Id: <a.b>", false, true, false, false},
		{"X-Autoreply: yes", true, false, false, false},
		{"X-Auto-Response-Suppress: All", true, false, false, false},
		{"X-Auto-Response-Suppress: DR, OOF", false, false, false, false},
		{"Return-Path: <>", true, false, false, true},
		{"Return-Path: <a@b.c>", false, false, false, false},
		{"X-Failed-Recipients: x@y.z", true, false, true, false},
		{"Content-Type: multipart/report; report-type=delivery-status; boundary=x", true,
		 false, true, false},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		char raw[500];
		struct scene s;
		ek_format(raw, sizeof raw, "From: a@b.c\n%s\n\nx", rows[i].header);
		read_mail(&s, raw, NULL);
		assert_int_equal(s.mail.is_automatic, rows[i].automatic);
		assert_int_equal(s.mail.is_list, rows[i].list);
		assert_int_equal(s.mail.is_bounce, rows[i].bounce);
		assert_int_equal(s.mail.is_null_sender, rows[i].null);
		drop(&s);
	}
}

/* RFC 3464, appendix E.1, shortened. */
static void a_bounce_says_whom_and_what(void **state)
{
	static const char raw[] =
		"Return-Path: <>\nFrom: Mail <MAILER-DAEMON@cs.utk.edu>\n"
		"Content-Type: multipart/report; report-type=delivery-status; boundary=\"B\"\n\n"
		"--B\n\nThe message could not be delivered.\n"
		"--B\nContent-Type: message/delivery-status\n\n"
		"Reporting-MTA: dns; cs.utk.edu\n\n"
		"Original-Recipient: rfc822;louisl@larry.slip.umd.edu\n"
		"Final-Recipient: rfc822;<louisl@larry.slip.umd.edu>\n"
		"Action: failed\nStatus: 4.0.0 (x)\n"
		"Diagnostic-Code: smtp; 426 connection\n timed out\n\n"
		"Final-Recipient: rfc822;b@c.d\nAction: delayed\nStatus: 4.4.7\n"
		"--B\nContent-Type: message/rfc822\n\n"
		"Message-ID: <199407092338@cs.utk.edu>\nFrom: x@y.z\nSubject: y\n\nz\n--B--\n";
	struct scene s;
	(void)state;
	read_mail(&s, raw, NULL);
	assert_true(s.mail.is_bounce);
	assert_int_equal(s.mail.report_count, 2);
	equal(s.mail.reports[0].recipient, "louisl@larry.slip.umd.edu");
	equal(s.mail.reports[0].action, "failed");
	equal(s.mail.reports[0].status, "4.0.0");
	equal(s.mail.reports[0].diagnostic, "426 connection timed out");
	equal(s.mail.reports[1].recipient, "b@c.d");
	equal(s.mail.reports[1].status, "4.4.7");
	equal(s.mail.original_message_id, "199407092338@cs.utk.edu");
	drop(&s);
}

static void ids_are_read_however_written(void **state)
{
	static const char raw[] =
		"From: a@b.c\nMessage-ID:\n <1@x>\nIn-Reply-To: Message of Monday <2@x> from\n"
		"References: <3@x><4@x>\n\t<5 @x> junk <\n\nx";
	struct scene s;
	(void)state;
	read_mail(&s, raw, NULL);
	equal(s.mail.message_id, "1@x");
	equal(s.mail.in_reply_to, "2@x");
	assert_int_equal(s.mail.reference_count, 3);
	equal(s.mail.references[0], "3@x");
	equal(s.mail.references[2], "5@x");
	drop(&s);
}

/* Text, HTML with a picture of its own, and what is attached. */
static void parts_go_where_they_belong(void **state)
{
	static const char raw[] =
		"From: a@b.c\nContent-Type: multipart/mixed; boundary=M\n\n"
		"--M\nContent-Type: multipart/related; boundary=R\n\n"
		"--R\nContent-Type: multipart/alternative; boundary=A\n\n"
		"--A\nContent-Type: text/plain\n\nplain\n"
		"--A\nContent-Type: text/html\n\n<p>rich <img src=\"cid:i%401\"></p>"
		"<img src=http://t.example/p.gif>\n--A--\n"
		"--R\nContent-Type: image/gif\nContent-ID: <i@1>\n\nGIF89a\n--R--\n"
		"--M\nContent-Type: text/plain; name=n.txt\n\nattached\n"
		"--M\nContent-Type: text/plain\n\nfooter\n--M--\n";
	struct scene s;
	(void)state;
	read_mail(&s, raw, NULL);
	equal(s.mail.text, "plain\nfooter");
	equal(s.mail.html, "<p>rich <img data-ek-cid=\"i@1\"></p>"
			   "<img data-ek-src=\"http://t.example/p.gif\">\n<div>footer</div>");
	assert_int_equal(s.mail.remote_image_count, 1);
	assert_int_equal(s.mail.attachment_count, 2);
	assert_true(s.mail.attachments[0].is_shown);
	equal(s.mail.attachments[1].name, "n.txt");
	assert_false(s.mail.attachments[1].is_shown);
	assert_int_equal(s.mail.attachments[1].bytes.n, 8);
	drop(&s);
}

static void what_cannot_be_a_mail_is_quarantined(void **state)
{
	static const struct {
		const char *raw;
		enum ek_mail_quarantine reason;
	} rows[] = {
		{"", EK_MAIL_QUARANTINE_NO_MAIL},
		{"\n\n\n", EK_MAIL_QUARANTINE_NO_MAIL},
		{"hello\nworld\n", EK_MAIL_QUARANTINE_NO_MAIL},
		{"\xFF\xFE\x01", EK_MAIL_QUARANTINE_NO_MAIL},
		{"From:\nSubject: x\n\nx", EK_MAIL_QUARANTINE_NO_SENDER},
		{"From: <@>\nSubject: x\n\nx", EK_MAIL_QUARANTINE_NO_SENDER},
		{"From: a\nSubject: x\n\nx", EK_MAIL_QUARANTINE_NO_SENDER},
		{"From a@b Sun Nov 22\nFrom: a@b.c\n\nx", EK_MAIL_QUARANTINE_NONE},
		{"\n\nFrom: a@b.c\n\nx", EK_MAIL_QUARANTINE_NONE},
		{"From: a@b.c", EK_MAIL_QUARANTINE_NONE},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct scene s;
		read_mail(&s, rows[i].raw, NULL);
		assert_string_equal(ek_mail_quarantine_word(s.mail.quarantine),
				    ek_mail_quarantine_word(rows[i].reason));
		drop(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_charset_becomes_utf8),
		cmocka_unit_test(unsaid_charsets_are_guessed),
		cmocka_unit_test(names_of_attachments_are_safe),
		cmocka_unit_test(types_are_what_the_bytes_say),
		cmocka_unit_test(only_the_trusted_host_is_believed),
		cmocka_unit_test(what_needs_no_answer_is_seen),
		cmocka_unit_test(a_bounce_says_whom_and_what),
		cmocka_unit_test(ids_are_read_however_written),
		cmocka_unit_test(parts_go_where_they_belong),
		cmocka_unit_test(what_cannot_be_a_mail_is_quarantined),
	};
	struct ek_mime_tables *tables;
	struct ek_err err;
	if (!ek_mime_start(&tables, &err))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	ek_mime_end(&tables);
	return failed;
}
