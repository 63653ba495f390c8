/* What a server has and does not give: fetched again later, and held in the end; never passed over.
 *
 * Each is a row of table mails without raw bytes from the first time that it went wrong on, so that
 * neither a restart nor what comes behind it makes anybody forget it. */
#include <string.h>

#include "channels/post_state.h"
#include "sys/clock.h"

enum { LATER = 4, LEAST_MS = 1000 };

bool ek_post_late_due(struct ek_post_box *box, struct ek_post_late out[EK_POST_LATE], uint32_t *n,
		      struct ek_err *err)
{
	const struct ek_views_value args[] = {ek_views_int(ek_clock_wall().ms),
					      ek_views_int(box->id)};
	/* Released: somebody wants it to be tried once more. */
	const struct ek_reader_question q = {
		"SELECT mail, uidvalidity, uid, tries, created_ms FROM mails WHERE state IN "
		"('awaited', 'release') AND direction = 'in' AND place IS NULL AND mailbox = $2 "
		"AND (state = 'release' OR next_ms <= $1) ORDER BY mail LIMIT 20",
		args, 2};
	struct ek_post_rows rows = {.arena = &box->in.arena};
	*n = 0;
	ek_arena_reset(&box->in.arena);
	if (!ek_post_ask(box->in.reader, &q, &rows, err))
		return false;
	for (; *n < rows.n && *n < EK_POST_LATE; (*n)++) {
		const struct ek_views_value *v = rows.v + (size_t)*n * rows.columns;
		out[*n] = (struct ek_post_late){.mail = v[0].i,
						.validity = (uint32_t)ek_post_int(&v[1]),
						.uid = (uint32_t)ek_post_int(&v[2]),
						.tries = (uint32_t)ek_post_int(&v[3]),
						.created = {ek_post_int(&v[4])}};
	}
	return true;
}

bool ek_post_late_skip(struct ek_post_box *box, struct ek_imap_uids *uids, struct ek_err *err)
{
	const struct ek_views_value args[] = {ek_views_int(box->id),
					      ek_views_int(ek_imap_validity(box->session))};
	const struct ek_reader_question q = {
		"SELECT uid FROM mails WHERE state IN ('awaited', 'held', 'release', 'discarded') "
		"AND direction = 'in' AND place IS NULL AND mailbox = $1 AND uidvalidity = $2",
		args, 2};
	struct ek_post_rows rows = {.arena = &box->in.arena};
	uint32_t n = 0;
	ek_arena_reset(&box->in.arena);
	if (!ek_post_ask(box->in.reader, &q, &rows, err))
		return false;
	for (uint32_t i = 0; i < uids->n; i++) {
		bool is_late = false;
		for (uint32_t k = 0; k < rows.n && !is_late; k++)
			is_late = ek_post_int(&rows.v[k]) == uids->v[i];
		if (!is_late)
			uids->v[n++] = uids->v[i];
	}
	uids->n = n;
	return true;
}

/* ---- writing */

struct putting {
	struct ek_post_box *box;
	const struct ek_post_late *late;
	const struct ek_peer_fault *fault;
	bool keeps_place;
};

/* Soon, and then much later: what a server cannot give now it may give in minutes. */
static ek_time next_try(const struct putting *p, uint32_t tries)
{
	int64_t ms = p->box->post->options.poll.ms * LATER;
	if (ms < LEAST_MS)
		ms = LEAST_MS;
	for (uint32_t i = 1; i < tries; i++)
		ms *= LATER;
	return (ek_time){p->box->in.call.request.at.ms + ek_post_jitter((ek_span){ms}).ms};
}

static void made_late(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	const struct putting *p = ctx;
	const struct ek_post_options *o = &p->box->post->options;
	const struct ek_post_late *l = p->late;
	const ek_time now = p->box->in.call.request.at;
	struct ek_views_value v[EK_CONTENT_MAILS_WIDTH] = {0};
	uint32_t tries = l->tries + 1;
	bool is_over = tries >= EK_POST_FETCHES;
	int64_t mail = l->mail != 0 ? l->mail : o->new_id(o->ctx, w, EK_CONTENT_MAILS);
	(void)a;
	v[EK_CONTENT_MAILS_MAIL] = ek_views_int(mail);
	v[EK_CONTENT_MAILS_MAILBOX] = ek_views_int(p->box->id);
	v[EK_CONTENT_MAILS_DIRECTION] = ek_post_value("in");
	v[EK_CONTENT_MAILS_STATE] = ek_post_value(is_over ? "held" : "awaited");
	v[EK_CONTENT_MAILS_UIDVALIDITY] = ek_views_int(l->validity);
	v[EK_CONTENT_MAILS_UID] = ek_views_int(l->uid);
	v[EK_CONTENT_MAILS_BYTES] = ek_views_int(0);
	v[EK_CONTENT_MAILS_REASON] = ek_post_value(is_over ? EK_POST_NOT_FETCHED : NULL);
	v[EK_CONTENT_MAILS_TRIES] = ek_views_int(tries);
	v[EK_CONTENT_MAILS_NEXT_MS] = ek_views_int(is_over ? EK_NONE : next_try(p, tries).ms);
	v[EK_CONTENT_MAILS_ERROR] = ek_post_value(ek_peer_word(p->fault->error));
	v[EK_CONTENT_MAILS_DETAIL] = ek_post_value(p->fault->detail);
	v[EK_CONTENT_MAILS_CREATED_MS] = ek_views_int(l->mail != 0 ? l->created.ms : now.ms);
	ek_writer_add(w, EK_CONTENT_MAILS, v);
	if (p->keeps_place)
		ek_post_put_state(p->box, &p->box->in, w);
}

bool ek_post_late_put(struct ek_post_box *box, const struct ek_post_late *late, bool keeps_place,
		      const struct ek_peer_fault *fault, struct ek_err *err)
{
	struct putting p = {box, late, fault, keeps_place};
	uint32_t before = box->in.state.uid;
	box->in.fault = (struct ek_peer_fault){.error = EK_PEER_NONE};
	if (keeps_place)
		box->in.state.uid = late->uid;
	box->in.call = (struct ek_group_call){.made = made_late, .ctx = &p};
	bool ok = ek_post_do(&box->in, box, err);
	if (!ok)
		box->in.state.uid = before;
	return ok;
}

void ek_post_late_erase(struct ek_writer *w, int64_t mail)
{
	const struct ek_writer_erasure row = {EK_CONTENT_MAILS, EK_CONTENT_MAILS_MAIL,
					      ek_views_int(mail)};
	if (mail != 0)
		ek_writer_remove(w, &row);
}

static void made_end(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	const int64_t *mail = ctx;
	(void)a;
	ek_post_late_erase(w, *mail);
}

bool ek_post_late_end(struct ek_post_box *box, int64_t mail, struct ek_err *err)
{
	box->in.call = (struct ek_group_call){.made = made_end, .ctx = &mail};
	return ek_post_do(&box->in, box, err);
}
