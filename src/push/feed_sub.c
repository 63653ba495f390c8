/* Streams: who comes, is woken, and goes. */
#include "push/feed_inside.h"

bool ek_feed_position(ek_str text, uint64_t *after)
{
	uint64_t v = 0;
	*after = UINT64_MAX;
	if (text.p == NULL || text.n == 0 || text.n > 15)
		return false;
	for (uint32_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(text.p[i] - '0');
	}
	*after = v;
	return true;
}

void ek_feed_sub_wake(struct ek_feed_sub *s, int64_t now)
{
	if (s->awake || s->ended)
		return;
	s->awake = true;
	s->awake_at = now;
	s->feed->due[s->slot] = now + EK_FEED_STUCK_MS;
	s->wish.wake(s->wish.ctx);
}

/* The next pull ends it. */
void ek_feed_sub_end(struct ek_feed_sub *s)
{
	if (s->ended)
		return;
	bool tell = !s->awake;
	s->ended = true;
	s->feed->need[s->slot] = 0;
	s->feed->due[s->slot] = INT64_MAX;
	if (tell) {
		s->awake = true;
		s->wish.wake(s->wish.ctx);
	}
}

void ek_feed_sub_cut(struct ek_feed_sub *s)
{
	if (s->ended)
		return;
	s->feed->cut++;
	ek_feed_sub_end(s);
	if (s->wish.cut != NULL)
		s->wish.cut(s->wish.ctx);
}

static void stand_at(struct ek_feed_sub *s, uint64_t seq)
{
	s->cursor = seq;
	s->last = seq;
	s->scan_to = seq > s->feed->head ? seq : s->feed->head;
	s->hit = 0;
	s->live = false;
	s->owed = 0;
	s->feed->need[s->slot] = 0;
}

void ek_feed_sub_reset(struct ek_feed_sub *s, enum reason reason)
{
	stand_at(s, s->feed->head);
	s->reset = (uint8_t)reason;
	s->state_seen = 0;
	s->state_upto = 0;
	s->dirty = true;
}

struct offering {
	const struct ek_feed_frame *frame;
	uint32_t n;
	int64_t now;
};

static void offer(struct ek_feed *f, struct ek_feed_sub *s, void *ctx)
{
	const struct offering *o = ctx;
	(void)f;
	if (s->ended || o->frame->seq <= s->cursor || !ek_feed_sub_wants(s, o->frame))
		return;
	if (s->hit == 0 && o->frame->seq > s->scan_to)
		s->hit = o->frame->seq;
	if (s->live && o->frame->seq > s->live_from) {
		s->owed += o->n;
		if (s->owed > EK_FEED_BEHIND_BYTES) {
			ek_feed_sub_cut(s);
			return;
		}
	}
	ek_feed_sub_wake(s, o->now);
}

void ek_feed_sub_offer(struct ek_feed *f, const struct ek_feed_frame *frame, uint32_t n,
		       int64_t now)
{
	struct offering o = {frame, n, now};
	ek_feed_index_each(f, frame, offer, &o);
}

/* ---- coming ---- */

static bool has_room(struct ek_feed *f, uint64_t person, struct ek_err *err)
{
	if (f->ending || f->count == f->cap)
		return ek_fail(err, EK_BUSY, "no more live streams here for now");
	const struct posting *p = person == 0 ? NULL : ek_feed_index_find(f, LIST_PERSON, person);
	if (p != NULL && p->n >= f->person_max)
		return ek_fail(err, EK_LIMIT, "a person has at most %u live streams",
			       (unsigned)f->person_max);
	return true;
}

static void begin(struct ek_feed_sub *s, ek_time now)
{
	struct ek_feed *f = s->feed;
	const struct ek_feed_wish *w = &s->wish;
	uint64_t after = w->resumes ? w->after : f->head;
	s->hello = true;
	s->dirty = true;
	s->awake = true; /* it is pulled at once */
	s->awake_at = now.ms;
	s->epoch = f->epoch;
	s->check_at = now.ms + EK_FEED_CHECK_MS;
	s->beat_at = now.ms + EK_FEED_BEAT_MS;
	s->ahead_until = now.ms + EK_FEED_AHEAD_MS;
	f->due[s->slot] = now.ms + EK_FEED_STUCK_MS;
	stand_at(s, after);
	if (w->log.p != NULL && !ek_str_is(w->log, f->log))
		ek_feed_sub_reset(s, RESET_RESTORED);
	else if (after > (uint64_t)EK_IDENT_LAST)
		ek_feed_sub_reset(s, RESET_UNKNOWN);
	else if (after < f->head && f->head - after > f->window)
		ek_feed_sub_reset(s, RESET_TOO_OLD);
	else if (after < w->rights_since)
		ek_feed_sub_reset(s, RESET_RIGHTS);
	s->wish.log = (ek_str){0};
}

static bool enter(struct ek_feed_sub *s, struct ek_err *err)
{
	struct ek_feed *f = s->feed;
	uint64_t person = s->wish.person;
	if (person != 0 && !ek_feed_index_add(f, LIST_PERSON, person, s->slot))
		return ek_fail(err, EK_NO_MEMORY, "no memory for a live stream");
	if (!ek_feed_index_enter(f, s)) {
		if (person != 0)
			ek_feed_index_drop(f, LIST_PERSON, person, s->slot);
		return ek_fail(err, EK_NO_MEMORY, "no memory for a live stream");
	}
	return true;
}

bool ek_feed_subscribe(struct ek_feed *f, const struct ek_feed_wish *wish, ek_time now,
		       struct ek_feed_sub **sub, struct ek_err *err)
{
	*sub = NULL;
	ek_assert(wish->wake != NULL && wish->reach.team_count <= EK_FEED_REACH_TEAMS);
	struct ek_feed_sub *s = ek_feed_get(f, sizeof *s);
	if (s == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a live stream");
	s->feed = f;
	s->wish = *wish;
	ek_thread_lock_take(f->lock);
	bool ok = has_room(f, wish->person, err);
	if (ok) {
		s->slot = f->spare[f->cap - f->count - 1];
		ok = enter(s, err);
	}
	if (ok) {
		f->count++;
		f->subs[s->slot] = s;
		begin(s, now);
	}
	ek_thread_lock_give(f->lock);
	if (!ok) {
		ek_feed_free(f, s, sizeof *s);
		return false;
	}
	*sub = s;
	return true;
}

void ek_feed_leave(struct ek_feed_sub **sub)
{
	struct ek_feed_sub *s = *sub;
	*sub = NULL;
	if (s == NULL)
		return;
	struct ek_feed *f = s->feed;
	ek_thread_lock_take(f->lock);
	ek_feed_index_leave(f, s);
	if (s->wish.person != 0)
		ek_feed_index_drop(f, LIST_PERSON, s->wish.person, s->slot);
	f->subs[s->slot] = NULL;
	f->due[s->slot] = INT64_MAX;
	f->need[s->slot] = 0;
	f->count--;
	f->spare[f->cap - f->count - 1] = s->slot;
	ek_thread_lock_give(f->lock);
	ek_feed_free(f, s, sizeof *s);
}
