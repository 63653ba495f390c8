/* What a stream gets next, and its bytes. */
#include "push/feed_inside.h"

#include <string.h>

enum { LOOK_MAX = 512, HEAD_MAX = 192 }; /* frames looked at before others get the lock */

enum step {
	STEP_NONE,  /* nothing for now */
	STEP_AGAIN, /* something is staged, or things are otherwise now */
	STEP_JUDGE, /* the frame at the cursor is for `sees` to judge */
	STEP_PAUSE, /* others first */
};

/* Copies what is not skipped yet; false when there was no room for all of it. */
static bool put(struct out *out, const char *p, uint32_t n, uint32_t *skip)
{
	if (*skip >= n) {
		*skip -= n;
		return true;
	}
	uint32_t left = n - *skip;
	size_t room = out->cap - out->n;
	size_t take = left < room ? left : room;
	memcpy(out->p + out->n, p + *skip, take);
	out->n += take;
	*skip = 0;
	return take == left;
}

bool ek_feed_sub_drain(struct ek_feed_sub *s, struct out *out)
{
	size_t before = out->n;
	uint32_t skip = s->stage_at;
	bool all = put(out, s->stage, s->stage_n, &skip);
	s->stage_at += (uint32_t)(out->n - before);
	if (all) {
		s->stage_at = 0;
		s->stage_n = 0;
	}
	return all;
}

static const struct slot *slot_of(const struct block *b, uint64_t seq)
{
	uint32_t i = (uint32_t)(seq % EK_FEED_BLOCK);
	ek_assert(i >= b->first && i < b->count);
	return &b->slots[i];
}

/* ---- the frame that is under way ---- */

/* True when it is out. */
static bool send_part(struct ek_feed_sub *s, int64_t now, struct out *out)
{
	struct ek_feed *f = s->feed;
	const struct block *b = ek_feed_ring_find(f, ek_feed_block_of(s->part_seq));
	if (b == NULL && f->head - s->part_seq > (uint64_t)f->window + EK_FEED_BLOCK) {
		ek_feed_sub_end(s);
		return false;
	}
	if (b == NULL) {
		f->need[s->slot] = ek_feed_block_of(s->part_seq) + 1;
		return false;
	}
	const struct slot *slot = slot_of(b, s->part_seq);
	unsigned long long seq = s->part_seq;
	char head[HEAD_MAX];
	uint32_t n = (uint32_t)ek_format(
		head, sizeof head, "id: %llu\nevent: %s\ndata: {\"seq\":%llu,\"prev\":%llu,", seq,
		ek_event_record(slot->frame.kind)->wire, seq, (unsigned long long)s->part_prev);
	if (s->part_at == 0)
		s->part_n = n + slot->n + 2;
	if (s->part_n != n + slot->n + 2) { /* read back otherwise: what was sent cannot go on */
		ek_feed_sub_end(s);
		return false;
	}
	size_t before = out->n;
	uint32_t skip = s->part_at;
	bool all = put(out, head, n, &skip) && put(out, b->text + slot->at, slot->n, &skip) &&
		   put(out, "\n\n", 2, &skip);
	s->part_at += (uint32_t)(out->n - before);
	if (!all)
		return false;
	if (s->part_seq > s->last)
		s->last = s->part_seq;
	s->part_seq = 0;
	s->part_at = 0;
	s->beat_at = now + EK_FEED_BEAT_MS;
	return true;
}

/* ---- what comes next ---- */

/* The next frame to look at; 0 when it stands at the head. */
static uint64_t candidate(struct ek_feed_sub *s)
{
	uint64_t head = s->feed->head;
	if (s->cursor >= head)
		return 0;
	if (s->cursor < s->scan_to)
		return s->cursor + 1;
	if (s->hit == 0) {
		s->cursor = head;
		return 0;
	}
	s->cursor = s->hit - 1;
	s->scan_to = head;
	s->hit = 0;
	return s->cursor + 1;
}

static void pass(struct ek_feed_sub *s, const struct slot *slot)
{
	if (!s->live || slot->frame.seq <= s->live_from)
		return;
	s->owed -= slot->n < s->owed ? slot->n : s->owed;
}

static void begin_part(struct ek_feed_sub *s, uint64_t seq)
{
	s->part_seq = seq;
	s->part_prev = s->last;
	s->part_at = 0;
}

static enum step next_event(struct ek_feed_sub *s)
{
	struct ek_feed *f = s->feed;
	const struct block *b = NULL;
	for (uint32_t looked = 0; looked < LOOK_MAX; looked++) {
		uint64_t seq = candidate(s);
		if (seq == 0) {
			if (!s->live && s->cursor == f->head) {
				s->live = true;
				s->live_from = f->head;
			}
			return STEP_NONE;
		}
		if (f->head - seq > (uint64_t)f->window + EK_FEED_BLOCK) {
			ek_feed_sub_reset(s, RESET_TOO_OLD);
			return STEP_AGAIN;
		}
		if (b == NULL || b->number != ek_feed_block_of(seq))
			b = ek_feed_ring_find(f, ek_feed_block_of(seq));
		if (b == NULL) {
			f->need[s->slot] = ek_feed_block_of(seq) + 1;
			return STEP_NONE;
		}
		const struct slot *slot = slot_of(b, seq);
		s->cursor = seq;
		if (!ek_feed_sub_wants(s, &slot->frame))
			continue;
		pass(s, slot);
		if (!ek_feed_sub_may(s, &slot->frame))
			continue;
		if (s->wish.sees != NULL) {
			s->judged = slot->frame;
			return STEP_JUDGE;
		}
		begin_part(s, seq);
		return STEP_AGAIN;
	}
	return STEP_PAUSE;
}

/* Gives the lock back meanwhile, in which the stream may have been reset or ended. */
static void judge(struct ek_feed_sub *s)
{
	struct ek_feed_frame frame = s->judged;
	ek_thread_lock_give(s->feed->lock);
	bool yes = s->wish.sees(s->wish.ctx, &frame);
	ek_thread_lock_take(s->feed->lock);
	if (yes && !s->ended && s->cursor == frame.seq && s->reset == RESET_NONE)
		begin_part(s, frame.seq);
}

static void stage_hello(struct ek_feed_sub *s)
{
	unsigned retry = 1000 + ek_rng_below(&s->feed->rng, 2001);
	s->hello = false;
	s->stage_n = (uint32_t)ek_format(
		s->stage, sizeof s->stage,
		"retry: %u\n\nevent: hello\ndata: {\"log\":\"%s\",\"seq\":%llu}\n\n", retry,
		s->feed->log, (unsigned long long)s->cursor);
}

/* It has an id, so that a browser that comes back by itself does not ask for the same again. */
static void stage_reset(struct ek_feed_sub *s)
{
	static const char *const names[] = {
		[RESET_TOO_OLD] = "too_old",
		[RESET_UNKNOWN] = "unknown_position",
		[RESET_RIGHTS] = "rights_changed",
		[RESET_RESTORED] = "restored",
	};
	unsigned long long seq = s->last;
	s->stage_n = (uint32_t)ek_format(
		s->stage, sizeof s->stage,
		"id: %llu\nevent: reset\ndata: {\"reason\":\"%s\",\"seq\":%llu}\n\n", seq,
		names[s->reset], seq);
	s->reset = RESET_NONE;
}

static void stage_beat(struct ek_feed_sub *s, int64_t now)
{
	unsigned long long seq = s->cursor;
	s->beat_at = now + EK_FEED_BEAT_MS;
	if (s->cursor > s->last)
		s->stage_n = (uint32_t)ek_format(
			s->stage, sizeof s->stage,
			"id: %llu\nevent: position\ndata: {\"seq\":%llu,\"prev\":%llu}\n\n", seq,
			seq, (unsigned long long)s->last);
	else
		s->stage_n = (uint32_t)ek_format(s->stage, sizeof s->stage, ": still here\n\n");
	s->last = s->cursor;
}

static enum step next_item(struct ek_feed_sub *s, int64_t now)
{
	struct ek_feed *f = s->feed;
	if (s->hello) {
		stage_hello(s);
		return STEP_AGAIN;
	}
	if (s->cursor > f->head && now >= s->ahead_until)
		ek_feed_sub_reset(s, RESET_UNKNOWN);
	if (s->reset != RESET_NONE) {
		stage_reset(s);
		return STEP_AGAIN;
	}
	if (now >= s->beat_at) {
		if (s->cursor >= s->scan_to && s->hit == 0 && s->cursor < f->head)
			s->cursor = f->head;
		stage_beat(s, now);
		return STEP_AGAIN;
	}
	return next_event(s);
}

static enum ek_feed_next fill(struct ek_feed_sub *s, int64_t now, struct out *out)
{
	struct ek_feed *f = s->feed;
	while (!s->ended) {
		if (!ek_feed_sub_drain(s, out))
			return EK_FEED_MORE;
		if (s->part_seq != 0 && !send_part(s, now, out)) {
			if (f->need[s->slot] != 0)
				return EK_FEED_WAIT;
			if (s->ended)
				break;
			return EK_FEED_MORE;
		}
		if (out->n == out->cap)
			return EK_FEED_MORE;
		enum step step = next_item(s, now);
		if (step == STEP_JUDGE) {
			judge(s);
		} else if (step == STEP_PAUSE) {
			ek_thread_lock_give(f->lock);
			ek_thread_lock_take(f->lock);
		} else if (step == STEP_NONE) {
			return ek_feed_state_send(s, now, out) ? EK_FEED_WAIT : EK_FEED_MORE;
		}
	}
	return EK_FEED_END;
}

/* ---- rights ---- */

static void narrow_anew(struct ek_feed_sub *s, const struct ek_feed_reach *reach)
{
	struct ek_feed *f = s->feed;
	ek_assert(reach->team_count <= EK_FEED_REACH_TEAMS);
	ek_feed_index_leave(f, s);
	s->wish.reach = *reach;
	if (!ek_feed_index_enter(f, s)) {
		/* Out of memory. It is in no list now, which does no harm when it leaves. */
		ek_feed_sub_end(s);
		return;
	}
	ek_feed_sub_reset(s, RESET_RIGHTS);
}

static void check_rights(struct ek_feed_sub *s, int64_t now)
{
	struct ek_feed *f = s->feed;
	ek_thread_lock_take(f->lock);
	bool due = !s->ended && (s->epoch != f->epoch || now >= s->check_at);
	uint64_t epoch = f->epoch;
	struct ek_feed_reach reach = s->wish.reach;
	ek_thread_lock_give(f->lock);
	if (!due)
		return;
	enum ek_feed_rights rights = EK_FEED_SAME;
	if (s->wish.check != NULL)
		rights = s->wish.check(s->wish.ctx, &reach);
	ek_thread_lock_take(f->lock);
	s->epoch = epoch;
	s->check_at = now + EK_FEED_CHECK_MS;
	if (rights == EK_FEED_GONE)
		ek_feed_sub_end(s);
	else if (rights == EK_FEED_CHANGED)
		narrow_anew(s, &reach);
	ek_thread_lock_give(f->lock);
}

/* When the next tick matters to a stream that waits. */
static int64_t due_of(const struct ek_feed_sub *s)
{
	int64_t due = s->beat_at < s->check_at ? s->beat_at : s->check_at;
	if (s->dirty && s->state_next < due)
		due = s->state_next;
	if (s->cursor > s->feed->head && s->ahead_until < due)
		due = s->ahead_until;
	return due;
}

enum ek_feed_next ek_feed_pull(struct ek_feed_sub *s, ek_time now, char *buf, size_t cap, size_t *n)
{
	struct ek_feed *f = s->feed;
	struct out out = {buf, cap, 0};
	*n = 0;
	ek_assert(cap > 0);
	check_rights(s, now.ms);
	ek_thread_lock_take(f->lock);
	enum ek_feed_next next = fill(s, now.ms, &out);
	if (next == EK_FEED_WAIT && out.n > 0)
		next = EK_FEED_MORE; /* it waits once these have gone, or else is stuck */
	if (next == EK_FEED_WAIT) {
		s->awake = false;
		f->due[s->slot] = f->epoch != s->epoch ? now.ms : due_of(s);
	} else if (next == EK_FEED_MORE) {
		s->awake_at = now.ms;
		f->due[s->slot] = now.ms + EK_FEED_STUCK_MS;
	}
	ek_thread_lock_give(f->lock);
	*n = out.n;
	return next;
}
