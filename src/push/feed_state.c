/* The newest states. They lie in the order of their last change, so that what a stream has not seen
 * is the end of one list, and each thing stands there once. */
#include "push/feed_inside.h"

#include <string.h>

bool ek_feed_state_init(struct ek_feed *f)
{
	f->states.buckets = ek_feed_get(f, BUCKETS * sizeof(struct state *));
	return f->states.buckets != NULL;
}

static void state_free(struct ek_feed *f, struct state *s)
{
	ek_feed_free(f, s->json, s->n);
	ek_feed_free(f, s, sizeof *s);
}

void ek_feed_state_fini(struct ek_feed *f)
{
	for (struct state *s = f->states.oldest; s != NULL;) {
		struct state *newer = s->newer;
		state_free(f, s);
		s = newer;
	}
	ek_feed_free(f, f->states.buckets, BUCKETS * sizeof(struct state *));
}

static struct state **find(struct ek_feed *f, int kind, uint64_t key)
{
	struct ek_rng mix = {key ^ (uint64_t)kind << 56};
	struct state **at = &f->states.buckets[ek_rng_next(&mix) % BUCKETS];
	while (*at != NULL && ((*at)->key != key || (*at)->frame.state != kind))
		at = &(*at)->next;
	return at;
}

static void take_out(struct states *all, struct state *s)
{
	if (s->older != NULL)
		s->older->newer = s->newer;
	else
		all->oldest = s->newer;
	if (s->newer != NULL)
		s->newer->older = s->older;
	else
		all->newest = s->older;
	s->older = NULL;
	s->newer = NULL;
}

static void put_newest(struct states *all, struct state *s)
{
	s->version = ++all->version;
	s->older = all->newest;
	if (all->newest != NULL)
		all->newest->newer = s;
	else
		all->oldest = s;
	all->newest = s;
}

static void forget_oldest(struct ek_feed *f)
{
	struct state *s = f->states.oldest;
	struct state **at = find(f, s->frame.state, s->key);
	*at = s->next;
	take_out(&f->states, s);
	f->states.count--;
	state_free(f, s);
}

static struct state *keep(struct ek_feed *f, const struct ek_feed_state *in)
{
	struct state **at = find(f, (int)in->kind, in->key);
	struct state *s = *at;
	char *json = ek_alloc_get(&f->alloc, in->json.n);
	if (json == NULL)
		return NULL;
	if (s == NULL) {
		s = ek_feed_get(f, sizeof *s);
		if (s == NULL) {
			ek_feed_free(f, json, in->json.n);
			return NULL;
		}
		*at = s;
		f->states.count++;
	} else {
		take_out(&f->states, s);
		ek_feed_free(f, s->json, s->n);
	}
	s->key = in->key;
	s->frame = (struct ek_feed_frame){.state = (uint8_t)in->kind};
	/* Who looks at that conversation alone hears it too. */
	if (in->kind == EK_FEED_CHAT)
		s->frame.conversation = (uint32_t)in->key;
	ek_feed_frame_add(&s->frame, in->team, in->teammate);
	s->json = json;
	s->n = in->json.n;
	memcpy(s->json, in->json.p, in->json.n);
	put_newest(&f->states, s);
	if (f->states.count > EK_FEED_STATES)
		forget_oldest(f);
	return s;
}

static void mark(struct ek_feed *f, struct ek_feed_sub *s, void *ctx)
{
	if (s->ended || !ek_feed_sub_wants(s, ctx))
		return;
	s->dirty = true;
	if (f->due[s->slot] > s->state_next)
		f->due[s->slot] = s->state_next;
}

bool ek_feed_state(struct ek_feed *f, const struct ek_feed_state *s, struct ek_err *err)
{
	ek_assert(ek_feed_frame_state((int)s->kind) != NULL);
	if (s->json.n > EK_FEED_STATE_BYTES)
		return ek_fail(err, EK_LIMIT, "a state has at most %d bytes", EK_FEED_STATE_BYTES);
	if (s->json.n == 0 || memchr(s->json.p, '\n', s->json.n) != NULL ||
	    memchr(s->json.p, '\r', s->json.n) != NULL)
		return ek_fail(err, EK_USAGE, "a state is JSON on one line");
	ek_thread_lock_take(f->lock);
	struct state *kept = keep(f, s);
	if (kept != NULL)
		ek_feed_index_each(f, &kept->frame, mark, &kept->frame);
	ek_thread_lock_give(f->lock);
	return kept != NULL || ek_fail(err, EK_NO_MEMORY, "no memory for a state");
}

/* The first that the stream has not seen. */
static struct state *first_after(struct ek_feed *f, uint64_t seen)
{
	struct state *s = f->states.newest;
	while (s != NULL && s->version > seen && s->older != NULL && s->older->version > seen)
		s = s->older;
	return s != NULL && s->version > seen ? s : NULL;
}

/* Of one conversation there is one state: nobody walks past everybody else's for it. */
static struct state *first_for(struct ek_feed_sub *s)
{
	if (s->wish.conversation == 0)
		return first_after(s->feed, s->state_seen);
	struct state *e = *find(s->feed, EK_FEED_CHAT, s->wish.conversation);
	return e != NULL && e->version > s->state_seen ? e : NULL;
}

bool ek_feed_state_send(struct ek_feed_sub *s, int64_t now, struct out *out)
{
	const bool is_narrow = s->wish.conversation != 0;
	if (s->state_upto == 0) {
		if (!s->dirty || now < s->state_next)
			return true;
		s->dirty = false;
		s->state_upto = s->feed->states.version;
	}
	for (struct state *e = first_for(s); e != NULL && e->version <= s->state_upto;
	     e = is_narrow ? NULL : e->newer) {
		s->state_seen = e->version;
		if (!ek_feed_sub_wants(s, &e->frame) || !ek_feed_sub_may(s, &e->frame))
			continue;
		s->stage_n = (uint32_t)ek_format(s->stage, sizeof s->stage, "event: %s\ndata: ",
						 ek_feed_frame_state(e->frame.state));
		memcpy(s->stage + s->stage_n, e->json, e->n);
		s->stage_n += e->n;
		memcpy(s->stage + s->stage_n, "\n\n", 2);
		s->stage_n += 2;
		if (!ek_feed_sub_drain(s, out))
			return false;
	}
	s->state_seen = s->state_upto;
	s->state_upto = 0;
	s->state_next = now + EK_FEED_STATE_MS;
	return true;
}
