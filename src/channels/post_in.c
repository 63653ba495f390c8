/* Looking into INBOX: what is new, what was released, and when to look again. */
#include <string.h>

#include "channels/post_state.h"
#include "sys/clock.h"
#include "sys/heap.h"

enum {
	UIDS = 100000,   /* of one search */
	FIRST_DAYS = 3,  /* what is unread of the last days, when it is seen first */
	AGAIN_DAYS = 30, /* when its numbers are others than before */
	IDLE_MS = 25000,
	HEADERS_MAX = 512 * 1024,
};

static void set_error(struct ek_peer_fault *fault, const struct ek_err *err)
{
	*fault = (struct ek_peer_fault){.error = EK_PEER_LOCAL};
	ek_peer_detail(fault, (ek_str){err->msg, (uint32_t)strlen(err->msg)});
}

/* ---- one message */

/* False: the session is over; *fault says why, or NONE: connect anew and go on. */
static bool take_one(struct ek_post_box *b, uint32_t uid, bool keeps_place,
		     struct ek_peer_fault *fault)
{
	struct ek_imap_ask ask = {.uid = uid, .max = EK_MAIL_RAW_MAX};
	struct ek_post_taking taking = {.uid = uid, .keeps_place = keeps_place};
	struct ek_err err;
	enum ek_imap_got got = ek_imap_fetch(b->session, &ask, &taking.raw, fault);
	if (got == EK_IMAP_LARGE) {
		/* The rest of it is still on its way: another connection asks for less. */
		const struct ek_imap_watch watch = {ek_post_is_ending, &b->in, {0}};
		ek_imap_close(&b->session);
		ask = (struct ek_imap_ask){uid, HEADERS_MAX, true};
		taking.is_headers = true;
		if (!ek_imap_open(&b->imap, &watch, &b->session, fault))
			return false;
		got = ek_imap_fetch(b->session, &ask, &taking.raw, fault);
	}
	if (got == EK_IMAP_FAILED)
		return false;
	/* Gone meanwhile: the next one. Also headers that are too long to be any. */
	if (got != EK_IMAP_GOT)
		return true;
	if (!ek_post_take(b, &taking, &err)) {
		set_error(fault, &err);
		return false;
	}
	return ek_imap_mark(b->session, uid, fault);
}

static bool take_all(struct ek_post_box *b, const struct ek_imap_uids *uids, bool keeps_place,
		     struct ek_peer_fault *fault)
{
	for (uint32_t i = 0; i < uids->n; i++) {
		if (ek_rounds_is_ending(b->in.rounds))
			return true;
		if (!take_one(b, uids->v[i], keeps_place, fault))
			return false;
	}
	return true;
}

/* ---- the folder */

static void made_place(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_post_box *b = ctx;
	(void)a;
	b->in.fault = (struct ek_peer_fault){.error = EK_PEER_NONE};
	ek_post_put_state(b, &b->in, w);
}

/* The folder as it was never seen, or with other numbers: what is there by days, and then all that
 * comes behind it. What is known already is told by its Message-ID and digest. */
static bool look_anew(struct ek_post_box *b, struct ek_imap_uids *uids, struct ek_peer_fault *fault)
{
	bool is_first = b->in.state.validity == 0;
	uint32_t last = ek_imap_uidnext(b->session);
	struct ek_err err;
	const struct ek_imap_search search = {
		.days = is_first ? FIRST_DAYS : AGAIN_DAYS,
		.unseen = is_first,
		.now = ek_clock_wall(),
	};
	uint32_t validity = ek_imap_validity(b->session);
	if (!ek_imap_find(b->session, &search, uids, fault) || !take_all(b, uids, false, fault))
		return false;
	if (ek_rounds_is_ending(b->in.rounds) || b->session == NULL)
		return true;
	last = last > 0 ? last - 1 : 0;
	if (uids->n > 0 && uids->v[uids->n - 1] > last)
		last = uids->v[uids->n - 1];
	b->in.state.validity = validity;
	b->in.state.uid = last;
	b->in.state.since = ek_clock_wall();
	b->in.call = (struct ek_group_call){.made = made_place, .ctx = b};
	if (ek_post_do(&b->in, b, &err)) {
		b->in.state.is_known = true;
		b->in.state.error = EK_PEER_NONE;
		return true;
	}
	set_error(fault, &err);
	return false;
}

static bool look(struct ek_post_box *b, struct ek_peer_fault *fault)
{
	struct ek_imap_uids uids = {b->uids, 0, UIDS};
	if (b->in.state.validity != ek_imap_validity(b->session))
		return look_anew(b, &uids, fault);
	const struct ek_imap_search search = {.after = b->in.state.uid};
	return ek_imap_find(b->session, &search, &uids, fault) && take_all(b, &uids, true, fault);
}

static bool open_session(struct ek_post_box *b, struct ek_peer_fault *fault)
{
	const struct ek_imap_watch watch = {ek_post_is_ending, &b->in, {0}};
	return b->session != NULL || ek_imap_open(&b->imap, &watch, &b->session, fault);
}

/* ---- what was held, and is wanted after all */

static bool release_one(struct ek_post_box *b, const struct ek_views_value *row, struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_disk_bytes bytes = {NULL, 0};
	const struct ek_vault vault = {b->post->seal, b->post->options.directory,
				       EK_POST_RAW_DIRECTORY, b->in.reader};
	const ek_str place = ek_post_text(&row[1]);
	if (!ek_vault_read(&vault, place, (struct ek_vault_room){EK_MAIL_RAW_MAX, &alloc}, &bytes,
			   err))
		return false;
	const struct ek_post_taking taking = {
		.raw = {(const char *)bytes.p, (uint32_t)bytes.n},
		.released = row[0].i,
		.place = place,
	};
	bool ok = ek_post_take(b, &taking, err);
	ek_alloc_free(&alloc, bytes.p, bytes.n == 0 ? 1 : bytes.n);
	return ok;
}

static void release(struct ek_post_box *b)
{
	const struct ek_views_value id = ek_views_int(b->id);
	const struct ek_reader_question q = {
		"SELECT mail, place FROM mails WHERE state = 'release' AND mailbox = $1 "
		"ORDER BY mail LIMIT 20",
		&id, 1};
	struct ek_arena arena;
	struct ek_post_rows rows = {.arena = &arena};
	struct ek_err err;
	ek_arena_init(&arena, ek_heap_alloc(), 1 << 20);
	bool ok = ek_post_ask(b->in.reader, &q, &rows, &err);
	for (uint32_t i = 0; ok && i < rows.n; i++)
		ok = release_one(b, rows.v + (size_t)i * rows.columns, &err);
	ek_arena_fini(&arena);
}

/* ---- the round */

static bool go_round(struct ek_post_box *b, struct ek_peer_fault *fault)
{
	*fault = (struct ek_peer_fault){.error = EK_PEER_NONE};
	if (!open_session(b, fault) || !look(b, fault))
		return false;
	ek_post_went_well(b, &b->in);
	ek_post_note(b, &b->in, fault);
	if (b->session == NULL || !ek_imap_can_idle(b->session) ||
	    ek_rounds_is_ending(b->in.rounds))
		return true;
	return ek_imap_wait(b->session, (ek_span){IDLE_MS}, fault);
}

ek_span ek_post_in_round(void *box)
{
	struct ek_post_box *b = box;
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_peer_fault fault;
	release(b);
	b->uids = ek_alloc_get(&alloc, UIDS * sizeof *b->uids);
	if (b->uids == NULL)
		return (ek_span){EK_POST_BACK_LAST_MS};
	bool ok = go_round(b, &fault);
	ek_alloc_free(&alloc, b->uids, UIDS * sizeof *b->uids);
	b->uids = NULL;
	if (ok) {
		bool waits = b->session != NULL && ek_imap_can_idle(b->session);
		return waits ? (ek_span){0} : b->post->options.poll;
	}
	ek_imap_close(&b->session);
	if (ek_rounds_is_ending(b->in.rounds))
		return (ek_span){0};
	ek_post_note(b, &b->in, &fault);
	return ek_post_rest(b->in.failures);
}
