/* One list of members for both ways, so that what is written and what is read cannot differ. */
#include <string.h>

#include "base/utf8.h"
#include "channels/mail_inside.h"
#include "sys/heap.h"

#define ABSENT UINT32_MAX

struct mover {
	bool is_writing;
	bool is_counting; /* writing, but only the length */
	bool failed;
	bool no_memory;
	struct ek_arena *arena;
	char *to;
	const char *from;
	uint32_t n; /* of `from` */
	uint32_t at;
};

static void move_bytes(struct mover *v, void *bytes, uint32_t n)
{
	if (v->is_writing) {
		if (!v->is_counting)
			memcpy(v->to + v->at, bytes, n);
	} else if (v->failed || n > v->n - v->at) {
		v->failed = true;
		memset(bytes, 0, n);
		return;
	} else {
		memcpy(bytes, v->from + v->at, n);
	}
	v->at += n;
}

static void move_number(struct mover *v, uint32_t *n)
{
	move_bytes(v, n, sizeof *n);
}

static void move_bool(struct mover *v, bool *b)
{
	uint32_t n = *b;
	move_number(v, &n);
	v->failed |= n > 1;
	*b = n == 1;
}

/* A number below `end`. */
static uint32_t move_choice(struct mover *v, uint32_t choice, uint32_t end)
{
	move_number(v, &choice);
	v->failed |= choice >= end;
	return v->failed ? 0 : choice;
}

/* is_line: without controls. */
static void move_str(struct mover *v, ek_str *s, bool is_line)
{
	uint32_t n = s->p == NULL ? ABSENT : s->n;
	move_number(v, &n);
	if (v->is_writing) {
		if (s->n > 0 && !v->is_counting)
			memcpy(v->to + v->at, s->p, s->n);
		v->at += s->n;
		return;
	}
	*s = (ek_str){NULL, 0};
	if (v->failed || n == ABSENT)
		return;
	if (n > v->n - v->at) {
		v->failed = true;
		return;
	}
	*s = (ek_str){v->from + v->at, n};
	v->at += n;
	v->failed |= !(is_line ? ek_utf8_is_plain(*s) : ek_utf8_is_text(*s));
}

/* A list: its count, and room for it when reading. */
static void *move_list(struct mover *v, const void *items, uint32_t *count, uint32_t max,
		       size_t size)
{
	move_number(v, count);
	v->failed |= *count > max;
	if (v->failed)
		*count = 0;
	if (v->is_writing)
		return (void *)(uintptr_t)items;
	void *p = ek_arena_zero(v->arena, *count * size);
	if (p == NULL) {
		v->no_memory = true;
		*count = 0;
	}
	return p;
}

/* ---- the members */

static void move_address(struct mover *v, struct ek_mail_address *a)
{
	move_str(v, &a->name, true);
	move_str(v, &a->address, true);
}

static void move_addresses(struct mover *v, struct ek_mail_addresses *list)
{
	struct ek_mail_address *items =
		move_list(v, list->items, &list->count, EK_MAIL_RECIPIENTS_MAX, sizeof *items);
	for (uint32_t i = 0; i < list->count; i++)
		move_address(v, &items[i]);
	list->items = items;
}

static void move_head(struct mover *v, struct ek_mail *m)
{
	move_str(v, &m->message_id, true);
	move_str(v, &m->in_reply_to, true);
	ek_str *ids = move_list(v, m->references, &m->reference_count, EK_MAIL_REFERENCES_MAX,
				sizeof *ids);
	for (uint32_t i = 0; i < m->reference_count; i++)
		move_str(v, &ids[i], true);
	m->references = ids;
	move_address(v, &m->from);
	move_address(v, &m->sender);
	move_addresses(v, &m->reply_to);
	move_addresses(v, &m->to);
	move_addresses(v, &m->cc);
	move_number(v, &m->recipients_left_out);
	move_addresses(v, &m->delivered_to);
	move_str(v, &m->return_path, true);
	move_bytes(v, &m->date.ms, sizeof m->date.ms);
	move_str(v, &m->subject, true);
	move_bool(v, &m->is_null_sender);
	move_bool(v, &m->is_automatic);
	move_bool(v, &m->is_list);
	move_bool(v, &m->is_bounce);
	move_number(v, &m->received_count);
}

static void move_trust(struct mover *v, struct ek_mail_authentication *a)
{
	const uint32_t end = EK_MAIL_VERDICT_OTHER + 1;
	a->spf = (enum ek_mail_verdict)move_choice(v, a->spf, end);
	a->dkim = (enum ek_mail_verdict)move_choice(v, a->dkim, end);
	a->dmarc = (enum ek_mail_verdict)move_choice(v, a->dmarc, end);
	move_str(v, &a->spf_domain, true);
	move_str(v, &a->dkim_domain, true);
	move_bool(v, &a->is_aligned);
}

static void move_reports(struct mover *v, struct ek_mail *m)
{
	struct ek_mail_report *items =
		move_list(v, m->reports, &m->report_count, EK_MAIL_REPORTS_MAX, sizeof *items);
	for (uint32_t i = 0; i < m->report_count; i++) {
		move_str(v, &items[i].recipient, true);
		move_str(v, &items[i].action, true);
		move_str(v, &items[i].status, true);
		move_str(v, &items[i].diagnostic, true);
	}
	m->reports = items;
	move_str(v, &m->original_message_id, true);
}

static void move_text(struct mover *v, struct ek_mail *m)
{
	uint32_t end = 0;
	move_str(v, &m->text, false);
	move_bool(v, &m->text_is_from_html);
	move_bool(v, &m->is_cut);
	struct ek_mail_piece *items =
		move_list(v, m->pieces, &m->piece_count, EK_MAIL_TEXT_MAX, sizeof *items);
	for (uint32_t i = 0; i < m->piece_count; i++) {
		items[i].kind = (enum ek_mail_piece_kind)move_choice(v, items[i].kind,
								     EK_MAIL_PIECE_SIGNATURE + 1);
		move_number(v, &items[i].from);
		move_number(v, &items[i].to);
		v->failed |= items[i].from != end || items[i].to < end;
		end = items[i].to;
	}
	v->failed |= m->piece_count > 0 && end != m->text.n;
	m->pieces = items;
	move_str(v, &m->fresh, false);
	move_str(v, &m->html, false);
	move_number(v, &m->remote_image_count);
}

static void move_attachments(struct mover *v, struct ek_mail *m)
{
	uint64_t total = 0;
	struct ek_mail_attachment *items = move_list(v, m->attachments, &m->attachment_count,
						     EK_MAIL_PARTS_MAX, sizeof *items);
	for (uint32_t i = 0; i < m->attachment_count; i++) {
		move_str(v, &items[i].name, true);
		move_str(v, &items[i].declared, true);
		move_str(v, &items[i].type, true);
		move_str(v, &items[i].content_id, true);
		move_number(v, &items[i].bytes.n);
		move_bool(v, &items[i].is_inline);
		move_bool(v, &items[i].is_shown);
		total += items[i].bytes.n;
		v->failed |= items[i].name.n == 0 || items[i].name.n > EK_MAIL_NAME_MAX;
	}
	v->failed |= total > EK_MAIL_DECODED_MAX;
	m->attachments = items;
}

static void move_mail(struct mover *v, struct ek_mail *m)
{
	m->quarantine = (enum ek_mail_quarantine)move_choice(v, m->quarantine,
							     EK_MAIL_QUARANTINE_KILLED_PARSER + 1);
	move_head(v, m);
	move_trust(v, &m->authentication);
	move_reports(v, m);
	move_text(v, m);
	move_attachments(v, m);
}

bool ek_mail_pack(struct ek_mail *mail, struct ek_arena *arena, ek_str *out)
{
	struct mover v = {.is_writing = true, .is_counting = true};
	move_mail(&v, mail);
	char *p = v.at > EK_MAIL_PACK_MAX ? NULL : ek_arena_get(arena, v.at);
	*out = (ek_str){p, v.at};
	if (p == NULL || v.failed)
		return false;
	v = (struct mover){.is_writing = true, .to = p};
	move_mail(&v, mail);
	return true;
}

bool ek_mail_unpack(ek_str bytes, struct ek_arena *arena, struct ek_mail *out, struct ek_err *err)
{
	struct mover v = {.arena = arena, .from = bytes.p, .n = bytes.n};
	*out = (struct ek_mail){.date = EK_NO_TIME};
	move_mail(&v, out);
	if (v.no_memory)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a mail");
	return (!v.failed && v.at == v.n) ||
	       ek_fail(err, EK_DAMAGE, "the parser's answer cannot be read");
}
