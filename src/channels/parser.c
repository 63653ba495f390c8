#include "channels/parser.h"

#include <string.h>

#include "channels/mail_inside.h"
#include "channels/mime.h"
#include "sys/heap.h"
#include "sys/sandbox.h"
#include "sys/ward.h"

/* Room for a message as it came, beside what reading it takes. */
enum { ROOM = EK_MAIL_RAW_MAX + EK_MAIL_MEMORY };

/* Uses what is used later, so that the libraries load and set up what they need while they can. */
static const char sample[] = "From: =?EUC-KR?B?sei5zrz2?= <a@example.org>\r\nTo: b@example.org\r\n"
			     "Subject: =?ISO-2022-KR?B?GyQpQw4=?= =?windows-1256?Q?=C7=E1?=\r\n"
			     "Date: Sun, 22 Nov 2026 10:00:00 +0900\r\nMIME-Version: 1.0\r\n"
			     "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
			     "--x\r\nContent-Type: text/html; charset=euc-kr\r\n\r\n<p "
			     "style='color:red'>\xB1\xE8</p>\r\n"
			     "--x\r\nContent-Type: image/png; name*=utf-8''a%20b.png\r\n"
			     "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n";

static bool pass_on(void *ctx, const void *bytes, size_t n)
{
	(void)ctx;
	return ek_ward_write(bytes, n);
}

/* Reads one message and answers; false: the parent is gone. */
static bool read_message(const struct ek_mail_ask *ask, struct ek_arena *arena)
{
	struct ek_mail_answer answer = {EK_MAIL_MAGIC, 0, 0};
	struct ek_mime *mime = NULL;
	struct ek_mail mail;
	struct ek_err err;
	ek_str pack = {NULL, 0};
	bool ok = ek_mime_open(ask, arena, &mime, &mail, &err) && ek_mail_pack(&mail, arena, &pack);
	if (ok)
		answer = (struct ek_mail_answer){EK_MAIL_MAGIC, 1, pack.n};
	bool sent = ek_ward_write(&answer, sizeof answer);
	sent = sent && (!ok || ek_ward_write(pack.p, pack.n));
	for (uint32_t i = 0; ok && sent && i < mail.attachment_count; i++)
		sent = ek_mime_put(mime, i, pass_on, NULL);
	ek_mime_close(&mime);
	return sent;
}

static bool next_message(struct ek_arena *arena)
{
	struct ek_mail_request request;
	char authserv[EK_MAIL_AUTHSERV_MAX];
	if (!ek_ward_read(&request, sizeof request) || request.magic != EK_MAIL_MAGIC ||
	    request.authserv_n > sizeof authserv || !ek_ward_read(authserv, request.authserv_n))
		return false;
	const char *raw = request.raw_n == 0 ? "" : ek_ward_map(request.raw_n);
	if (raw == NULL)
		return false;
	struct ek_mail_ask ask = {{raw, request.raw_n}, {authserv, request.authserv_n}};
	bool ok = read_message(&ask, arena);
	if (request.raw_n > 0)
		ek_ward_unmap(raw, request.raw_n);
	ek_arena_reset(arena);
	return ok;
}

static void warm_up(struct ek_arena *arena)
{
	struct ek_mail_ask ask = {{sample, sizeof sample - 1}, EK_S("example.org")};
	struct ek_mime *mime = NULL;
	struct ek_mail mail;
	struct ek_err err;
	if (ek_mime_open(&ask, arena, &mime, &mail, &err))
		ek_mime_close(&mime);
	ek_arena_reset(arena);
}

bool ek_parser_run(struct ek_err *err)
{
	struct ek_arena arena;
	if (!ek_ward_is_one())
		return ek_fail(err, EK_USAGE, "parser is for evenkeel itself; see evenkeel help");
	struct ek_mime_tables *tables;
	if (!ek_mime_start(&tables, err))
		return false;
	ek_arena_init(&arena, ek_heap_alloc(), EK_MAIL_MEMORY);
	warm_up(&arena);
	if (!ek_sandbox_enter(ROOM, err))
		return false;
	const uint32_t ready = EK_MAIL_MAGIC;
	bool ok = ek_ward_write(&ready, sizeof ready);
	while (ok)
		ok = next_message(&arena);
	ek_arena_fini(&arena);
	ek_mime_end(&tables);
	return true;
}
