#include "channels/notice.h"

#include <string.h>

#include "channels/letter.h"
#include "sys/heap.h"

enum { HOUR_MS = 3600000 };

static struct ek_views_value text(const char *s)
{
	return ek_views_text((ek_str){s, s == NULL ? 0 : (uint32_t)strlen(s)});
}

/* ---- which mailbox */

static bool take_int(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	int64_t *out = ctx;
	(void)n;
	(void)err;
	*out = v[0].kind == EK_VIEWS_INT ? v[0].i : 0;
	return true;
}

/* "box_12" as JSON, as the setting keeps it. */
static bool take_setting(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	static const char head[] = "\"box_";
	const char *p = v[0].p;
	int64_t *out = ctx;
	(void)n;
	(void)err;
	if (v[0].kind != EK_VIEWS_TEXT || v[0].n < sizeof head || v[0].n > 24 ||
	    memcmp(p, head, sizeof head - 1) != 0)
		return true;
	*out = 0;
	for (uint32_t i = sizeof head - 1; i < v[0].n && p[i] >= '0' && p[i] <= '9'; i++)
		*out = *out * 10 + (p[i] - '0');
	return true;
}

static bool find_set(struct ek_reader *reader, int64_t *mailbox, struct ek_err *err)
{
	static const struct ek_reader_question setting = {
		"SELECT value FROM server_settings WHERE name = 'notice_mailbox'", NULL, 0};
	int64_t named = 0;
	if (!ek_reader_each(reader, &setting, take_setting, &named, err))
		return false;
	const struct ek_views_value id = ek_views_int(named);
	const struct ek_reader_question box = {
		"SELECT mailbox FROM mailboxes WHERE mailbox = $1 AND active = 1 AND "
		"deleted_ms IS NULL",
		&id, 1};
	return ek_reader_each(reader, &box, take_int, mailbox, err);
}

/* By whichever it came; none where no more may go. */
static bool find_of(struct ek_reader *reader, const struct ek_notice_ask *ask, int64_t *mailbox,
		    bool *may, struct ek_err *err)
{
	const struct ek_views_value args[] = {ek_views_id(ask->conversation.v),
					      ek_views_int(ask->now.ms - HOUR_MS)};
	const struct ek_reader_question often = {
		"SELECT count(*) FROM mails WHERE conversation = $1 AND created_ms > $2 AND "
		"direction = 'out' AND reason IS NOT NULL AND part IS NULL",
		args, 2};
	const struct ek_reader_question box = {
		"SELECT m.mailbox FROM mails m JOIN mailboxes b ON b.mailbox = m.mailbox AND "
		"b.active = 1 AND b.deleted_ms IS NULL WHERE m.conversation = $1 "
		"ORDER BY m.mail DESC LIMIT 1",
		args, 1};
	int64_t sent = 0;
	if (!ek_reader_each(reader, &often, take_int, &sent, err))
		return false;
	*may = sent < EK_NOTICE_HOURLY;
	return !*may || ek_reader_each(reader, &box, take_int, mailbox, err);
}

bool ek_notice_find(struct ek_reader *reader, const struct ek_notice_ask *ask, int64_t *mailbox,
		    struct ek_err *err)
{
	bool may = true;
	*mailbox = 0;
	if (ask->conversation.v != 0 && !find_of(reader, ask, mailbox, &may, err))
		return false;
	return !may || *mailbox != 0 || find_set(reader, mailbox, err);
}

/* ---- its rows */

ek_str ek_notice_place(const char *piece, int64_t mail, char out[EK_NOTICE_PLACE])
{
	size_t n = ek_format(out, EK_NOTICE_PLACE, "letter %s %lld", piece, (long long)mail);
	return (ek_str){out, (uint32_t)n};
}

/* Room for both pieces, sealed. */
struct sealed {
	uint8_t *p;
	size_t n;
	struct ek_views_value body;
	struct ek_views_value file;
};

static bool open_sealed(const struct ek_notice *n, struct sealed *s)
{
	const struct ek_alloc alloc = ek_heap_alloc();
	s->n = (size_t)n->text.n + n->file.n + 2 * EK_SEAL_MORE;
	s->p = ek_alloc_get(&alloc, s->n);
	return s->p != NULL;
}

static void seal(const struct ek_notice_way *way, const struct ek_notice *n, int64_t mail,
		 struct sealed *s)
{
	char place[EK_NOTICE_PLACE];
	uint8_t *file = s->p + n->text.n + EK_SEAL_MORE;
	ek_seal_put(way->seal, ek_notice_place("text", mail, place), n->text.p, n->text.n, s->p);
	s->body = ek_views_blob(s->p, n->text.n + EK_SEAL_MORE);
	s->file = (struct ek_views_value){0};
	if (n->file.p == NULL)
		return;
	ek_seal_put(way->seal, ek_notice_place("file", mail, place), n->file.p, n->file.n, file);
	s->file = ek_views_blob(file, n->file.n + EK_SEAL_MORE);
}

static bool put_letter(struct ek_writer *w, const struct ek_notice_way *way,
		       const struct ek_notice *n, int64_t mail)
{
	const struct ek_alloc alloc = ek_heap_alloc();
	struct ek_views_value v[EK_CONTENT_LETTERS_WIDTH] = {0};
	struct sealed s;
	struct ek_err err;
	if (!open_sealed(n, &s))
		return false;
	seal(way, n, mail, &s);
	v[EK_CONTENT_LETTERS_MAIL] = ek_views_int(mail);
	v[EK_CONTENT_LETTERS_KIND] = text(n->kind);
	v[EK_CONTENT_LETTERS_SETTLED] = ek_views_int(1);
	v[EK_CONTENT_LETTERS_BODY] = s.body;
	if (n->file.p != NULL) {
		v[EK_CONTENT_LETTERS_FILE_NAME] = ek_views_text(n->file_name);
		v[EK_CONTENT_LETTERS_FILE_TYPE] = text(n->file_type);
	}
	v[EK_CONTENT_LETTERS_FILE] = s.file;
	v[EK_CONTENT_LETTERS_CREATED_MS] = ek_views_int(way->now.ms);
	bool ok = ek_writer_put(w, EK_CONTENT_LETTERS, v, &err);
	ek_alloc_free(&alloc, s.p, s.n);
	return ok;
}

bool ek_notice_put_mail(struct ek_writer *w, const struct ek_notice_mail *m)
{
	struct ek_views_value v[EK_CONTENT_MAILS_WIDTH] = {0};
	struct ek_err err;
	v[EK_CONTENT_MAILS_MAIL] = ek_views_int(m->mail);
	v[EK_CONTENT_MAILS_MAILBOX] = ek_views_int(m->mailbox);
	v[EK_CONTENT_MAILS_DIRECTION] = text("out");
	v[EK_CONTENT_MAILS_STATE] = text("waiting");
	v[EK_CONTENT_MAILS_CONVERSATION] = ek_views_id(m->conversation.v);
	v[EK_CONTENT_MAILS_ADDRESS] = ek_views_text(m->to);
	v[EK_CONTENT_MAILS_SUBJECT] = ek_views_text(m->subject);
	v[EK_CONTENT_MAILS_REASON] = text(m->reason);
	v[EK_CONTENT_MAILS_CLASH] = ek_views_int(0);
	v[EK_CONTENT_MAILS_TRIES] = ek_views_int(0);
	v[EK_CONTENT_MAILS_NEXT_MS] = ek_views_int(m->now.ms);
	v[EK_CONTENT_MAILS_CREATED_MS] = ek_views_int(m->now.ms);
	return ek_writer_put(w, EK_CONTENT_MAILS, v, &err);
}

bool ek_notice_put(struct ek_writer *w, const struct ek_notice_way *way,
		   const struct ek_notice *notice, int64_t *mail)
{
	if (way->seal == NULL || way->mailbox == 0 || !ek_letter_is_address(notice->to) ||
	    notice->text.n > EK_NOTICE_TEXT || notice->file.n > EK_NOTICE_FILE ||
	    notice->subject.n > EK_NOTICE_SUBJECT)
		return false;
	int64_t id = way->new_id(way->ctx, w, EK_CONTENT_MAILS);
	if (mail != NULL)
		*mail = id;
	const struct ek_notice_mail row = {
		.mail = id,
		.mailbox = way->mailbox,
		.conversation = notice->conversation,
		.to = notice->to,
		.subject = notice->subject,
		.reason = notice->kind,
		.now = way->now,
	};
	return put_letter(w, way, notice, id) && ek_notice_put_mail(w, &row);
}
