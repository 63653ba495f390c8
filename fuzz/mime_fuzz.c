/* Any bytes may come as a mail, and any as the answer of a parser that somebody took over. What is
 * read keeps its limits, its texts are text, its pieces make up the whole, and it survives the way
 * to the server unchanged. */
#include <string.h>

#include "base/utf8.h"
#include "channels/mail_inside.h"
#include "channels/mime.h"
#include "sys/heap.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	static struct ek_mime_tables *tables; /* as long as the process */
	struct ek_err err;
	bool ok = ek_mime_start(&tables, &err);
	ek_assert(ok);
	return 0;
}

static bool count(void *ctx, const void *bytes, size_t n)
{
	size_t *total = ctx;
	(void)bytes;
	*total += n;
	return true;
}

static void check(struct ek_mime *mime, const struct ek_mail *m)
{
	uint32_t end = 0;
	ek_assert(ek_utf8_is_text(m->text) && ek_utf8_is_text(m->html) &&
		  ek_utf8_is_plain(m->subject) && ek_utf8_is_text(m->fresh));
	ek_assert(m->text.n <= EK_MAIL_TEXT_MAX && m->subject.n <= EK_MAIL_SUBJECT_MAX);
	for (uint32_t i = 0; i < m->piece_count; i++) {
		ek_assert(m->pieces[i].from == end && m->pieces[i].to >= end);
		end = m->pieces[i].to;
	}
	ek_assert(m->piece_count == 0 || end == m->text.n);
	for (uint32_t i = 0; i < m->attachment_count; i++) {
		const struct ek_mail_attachment *a = &m->attachments[i];
		size_t total = 0;
		ek_assert(a->name.n > 0 && a->name.n <= EK_MAIL_NAME_MAX &&
			  ek_utf8_is_plain(a->name) && a->name.p[0] != '.' &&
			  memchr(a->name.p, '/', a->name.n) == NULL);
		ek_assert(ek_mime_put(mime, i, count, &total) && total == a->bytes.n);
	}
}

static void read_mail(ek_str raw, struct ek_arena *arena)
{
	struct ek_mail_ask ask = {raw, EK_S("mx.example.net")};
	struct ek_mail mail, back;
	struct ek_mime *mime;
	struct ek_err err;
	ek_str once, twice;
	if (!ek_mime_open(&ask, arena, &mime, &mail, &err))
		return;
	check(mime, &mail);
	bool ok = ek_mail_pack(&mail, arena, &once);
	ok = ok && ek_mail_unpack(once, arena, &back, &err);
	ok = ok && ek_mail_pack(&back, arena, &twice) && ek_str_equal(once, twice);
	ek_assert(ok);
	ek_mime_close(&mime);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_arena arena;
	struct ek_mail mail;
	struct ek_err err;
	ek_str raw = {(const char *)data, (uint32_t)size};
	ek_arena_init(&arena, ek_heap_alloc(), 128U << 20);
	read_mail(raw, &arena);
	if (ek_mail_unpack(raw, &arena, &mail, &err))
		ek_assert(mail.attachment_count <= EK_MAIL_PARTS_MAX);
	ek_arena_fini(&arena);
	return 0;
}
