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
	ASKS_MS = 600000, /* until a server that did not wait is asked again to do so */
	HEADERS_MAX = 512 * 1024,
};

static const char renumbered[] = "the folder has other numbers than when it came";

static void set_renumbered(struct ek_peer_fault *fault)
{
	*fault = (struct ek_peer_fault){.error = EK_PEER_FOLDER};
	ek_peer_detail(fault, (ek_str){renumbered, sizeof renumbered - 1});
}

static void set_error(struct ek_peer_fault *fault, const struct ek_err *err)
{
	*fault = (struct ek_peer_fault){.error = EK_PEER_LOCAL};
	ek_peer_detail(fault, (ek_str){err->msg, (uint32_t)strlen(err->msg)});
}

/* ---- one message */

static bool open_session(struct ek_post_box *b, struct ek_peer_fault *fault)
{
	const struct ek_imap_watch watch = {ek_post_is_ending, &b->in};
	return b->session != NULL || ek_imap_open(&b->imap, &watch, &b->session, fault);
}

/* In the middle of a round: to a folder that has the numbers that the round goes by. Where it has
 * others, they are those of other mails; the next round looks anew. */
static bool open_again(struct ek_post_box *b, uint32_t validity, struct ek_peer_fault *fault)
{
	if (!open_session(b, fault))
		return false;
	if (ek_imap_validity(b->session) == validity)
		return true;
	set_renumbered(fault);
	ek_imap_close(&b->session);
	return false;
}

/* Its bytes, or its headers alone where it is larger than is taken. Without a session behind it:
 * that failed, which is no fault of the message. */
static enum ek_imap_got fetch(struct ek_post_box *b, struct ek_post_taking *taking,
			      struct ek_peer_fault *fault)
{
	struct ek_imap_ask ask = {.uid = taking->uid, .max = EK_MAIL_RAW_MAX};
	const uint32_t validity = ek_imap_validity(b->session);
	if (b->large.uid != taking->uid || b->large.validity != validity) {
		enum ek_imap_got got = ek_imap_fetch(b->session, &ask, &taking->raw, fault);
		if (got != EK_IMAP_LARGE)
			return got;
		/* The rest of it is still on its way: another connection asks for less. Where there
		 * is none, the next round begins with that. */
		ek_imap_close(&b->session);
		b->large.validity = validity;
		b->large.uid = taking->uid;
		if (!open_again(b, validity, fault))
			return EK_IMAP_FAILED;
	}
	b->large.uid = 0;
	ask = (struct ek_imap_ask){taking->uid, HEADERS_MAX, true};
	taking->is_headers = true;
	enum ek_imap_got got = ek_imap_fetch(b->session, &ask, &taking->raw, fault);
	if (got != EK_IMAP_LARGE)
		return got;
	/* Nothing has such headers. */
	fault->error = EK_PEER_NO_MAIL;
	return EK_IMAP_FAILED;
}

/* One of a folder, or one that is fetched again. */
struct one {
	struct ek_post_late late;
	bool keeps_place;
};

static bool take_got(struct ek_post_box *b, const struct ek_post_taking *taking,
		     struct ek_peer_fault *fault)
{
	struct ek_err err;
	if (ek_post_take(b, taking, &err))
		return ek_imap_mark(b->session, taking->uid, fault);
	set_error(fault, &err);
	return false;
}

/* Gone meanwhile: nobody is told. */
static bool pass_over(struct ek_post_box *b, const struct one *one, struct ek_peer_fault *fault)
{
	struct ek_err err;
	*fault = (struct ek_peer_fault){.error = EK_PEER_NONE};
	if (one->late.mail == 0 || ek_post_late_end(b, one->late.mail, &err))
		return true;
	set_error(fault, &err);
	return false;
}

/* False: the round is over, and *fault says why. What one message does to the connection is no
 * reason to leave the others; where the next one does it too, it is the server. */
static bool put_off(struct ek_post_box *b, const struct one *one, bool *was_cut,
		    struct ek_peer_fault *fault)
{
	struct ek_err err;
	bool is_open = b->session != NULL;
	bool is_cut = !is_open && fault->error == EK_PEER_CUT;
	if (is_cut && (*was_cut || ek_rounds_is_ending(b->in.rounds)))
		return false;
	*was_cut = is_cut;
	if (!ek_post_late_put(b, &one->late, one->keeps_place, fault, &err)) {
		set_error(fault, &err);
		return false;
	}
	return is_open || open_again(b, one->late.validity, fault);
}

static bool take_one(struct ek_post_box *b, const struct one *one, bool *was_cut,
		     struct ek_peer_fault *fault)
{
	struct ek_post_taking taking = {
		.uid = one->late.uid, .keeps_place = one->keeps_place, .mail = one->late.mail};
	enum ek_imap_got got = fetch(b, &taking, fault);
	if (b->session == NULL)
		return false;
	if (got == EK_IMAP_FAILED)
		ek_imap_close(&b->session);
	if (got == EK_IMAP_FAILED || got == EK_IMAP_WITHHELD)
		return put_off(b, one, was_cut, fault);
	*was_cut = false;
	return got == EK_IMAP_GOT ? take_got(b, &taking, fault) : pass_over(b, one, fault);
}

static bool take_all(struct ek_post_box *b, const struct ek_imap_uids *uids, bool keeps_place,
		     struct ek_peer_fault *fault)
{
	bool was_cut = false;
	for (uint32_t i = 0; i < uids->n; i++) {
		struct one one = {{.validity = ek_imap_validity(b->session), .uid = uids->v[i]},
				  keeps_place};
		if (ek_rounds_is_ending(b->in.rounds))
			return true;
		if (!take_one(b, &one, &was_cut, fault))
			return false;
	}
	return true;
}

/* What the server did not give before. */
static bool take_late(struct ek_post_box *b, struct ek_peer_fault *fault)
{
	struct ek_post_late due[EK_POST_LATE];
	struct ek_err err;
	uint32_t n;
	bool was_cut = false;
	if (b->session == NULL)
		return true;
	if (!ek_post_late_due(b, due, &n, &err)) {
		set_error(fault, &err);
		return false;
	}
	for (uint32_t i = 0; i < n && !ek_rounds_is_ending(b->in.rounds); i++) {
		struct one one = {due[i], false};
		bool is_same = due[i].validity == ek_imap_validity(b->session);
		if (is_same && !take_one(b, &one, &was_cut, fault))
			return false;
		if (is_same)
			continue;
		set_renumbered(fault);
		one.late.tries = EK_POST_FETCHES;
		if (!put_off(b, &one, &was_cut, fault))
			return false;
	}
	*fault = (struct ek_peer_fault){.error = EK_PEER_NONE};
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
	if (!ek_imap_find(b->session, &search, uids, fault))
		return false;
	last = last > 0 ? last - 1 : 0;
	if (uids->n > 0 && uids->v[uids->n - 1] > last)
		last = uids->v[uids->n - 1];
	if (!ek_post_late_skip(b, uids, &err)) {
		set_error(fault, &err);
		return false;
	}
	if (!take_all(b, uids, false, fault))
		return false;
	if (ek_rounds_is_ending(b->in.rounds) || b->session == NULL)
		return true;
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
	const struct ek_imap_search search = {.after = b->in.state.uid};
	bool is_same = b->in.state.validity == ek_imap_validity(b->session);
	bool ok = is_same ? ek_imap_find(b->session, &search, &uids, fault) &&
				    take_all(b, &uids, true, fault)
			  : look_anew(b, &uids, fault);
	/* Behind what is new: it is not to keep that waiting. */
	return ok && take_late(b, fault);
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
		.is_released = true,
		.mail = row[0].i,
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
		"SELECT mail, place FROM mails WHERE state = 'release' AND place IS NOT NULL AND "
		"mailbox = $1 ORDER BY mail LIMIT 20",
		&id, 1};
	struct ek_arena arena;
	struct ek_post_rows rows = {.arena = &arena};
	struct ek_err err;
	ek_arena_init(&arena, ek_heap_alloc(), 1 << 20);
	bool ok = ek_post_ask(b->in.reader, &q, &rows, &err);
	/* One that cannot be is no reason to leave the others, unless none can be now. */
	for (uint32_t i = 0; ok && i < rows.n && !ek_post_is_ending(&b->in); i++)
		if (!release_one(b, rows.v + (size_t)i * rows.columns, &err)) {
			ek_journal_say_why(b->post->options.journal, EK_JOURNAL_WARNING,
					   "release_failed", &err);
			ok = err.code != EK_BUSY;
		}
	ek_arena_fini(&arena);
}

/* ---- the round */

static bool can_wait(const struct ek_post_box *b)
{
	return b->session != NULL && ek_imap_can_idle(b->session) &&
	       ek_clock_mono_ns() >= b->asks_until_ns;
}

/* A look went well before: that waiting fails is no fault of the mailbox, which is then asked now
 * and again, as where nobody can wait. Whether its server is gone, the next look says. */
static void wait_for_more(struct ek_post_box *b)
{
	struct ek_peer_fault fault;
	if (!can_wait(b) || ek_rounds_is_ending(b->in.rounds) ||
	    ek_imap_wait(b->session, (ek_span){IDLE_MS}, &fault))
		return;
	b->asks_until_ns = ek_clock_mono_ns() + (uint64_t)ASKS_MS * 1000000;
	if (fault.error != EK_PEER_REFUSED)
		ek_imap_close(&b->session);
}

static bool go_round(struct ek_post_box *b, struct ek_peer_fault *fault)
{
	*fault = (struct ek_peer_fault){.error = EK_PEER_NONE};
	if (!open_session(b, fault) || !look(b, fault))
		return false;
	ek_post_went_well(b, &b->in);
	ek_post_note(b, &b->in, fault);
	wait_for_more(b);
	return true;
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
	if (ok)
		return can_wait(b) ? (ek_span){0} : b->post->options.poll;
	ek_imap_close(&b->session);
	if (ek_rounds_is_ending(b->in.rounds))
		return (ek_span){0};
	ek_post_note(b, &b->in, &fault);
	return ek_post_rest(b->in.failures);
}
