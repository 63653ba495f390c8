/* Which streams a frame may concern, so that publishing does not ask them all. A stream stands in
 * the lists of what it is narrowed to, or else of what it reaches. */
#include "push/feed_inside.h"

static uint64_t key_of(enum list list, uint64_t id)
{
	return id ^ (uint64_t)list << 56; /* persons are numbered below 2^53 */
}

static struct posting **bucket(const struct ek_feed *f, uint64_t key)
{
	struct ek_rng mix = {key};
	return &f->index[ek_rng_next(&mix) % BUCKETS];
}

static struct posting **find(const struct ek_feed *f, uint64_t key)
{
	struct posting **at = bucket(f, key);
	while (*at != NULL && (*at)->key != key)
		at = &(*at)->next;
	return at;
}

const struct posting *ek_feed_index_find(const struct ek_feed *f, enum list list, uint64_t id)
{
	return *find(f, key_of(list, id));
}

static void unlink_posting(struct ek_feed *f, struct posting **at)
{
	struct posting *p = *at;
	*at = p->next;
	ek_feed_free(f, p->slots, p->cap * sizeof *p->slots);
	ek_feed_free(f, p, sizeof *p);
}

bool ek_feed_index_add(struct ek_feed *f, enum list list, uint64_t id, uint32_t slot)
{
	uint64_t key = key_of(list, id);
	struct posting **at = find(f, key);
	if (*at == NULL) {
		struct posting *p = ek_feed_get(f, sizeof *p);
		if (p == NULL)
			return false;
		p->key = key;
		*at = p;
	}
	struct posting *p = *at;
	if (p->n == p->cap) {
		uint32_t cap = p->cap == 0 ? 4 : p->cap * 2;
		uint32_t *slots = f->alloc.resize(f->alloc.ctx, p->slots, p->cap * sizeof *slots,
						  cap * sizeof *slots);
		if (slots == NULL) {
			if (p->n == 0)
				unlink_posting(f, at);
			return false;
		}
		p->slots = slots;
		p->cap = cap;
	}
	p->slots[p->n++] = slot;
	return true;
}

void ek_feed_index_drop(struct ek_feed *f, enum list list, uint64_t id, uint32_t slot)
{
	struct posting **at = find(f, key_of(list, id));
	struct posting *p = *at;
	for (uint32_t i = 0; p != NULL && i < p->n; i++) {
		if (p->slots[i] != slot)
			continue;
		p->slots[i] = p->slots[--p->n];
		break;
	}
	if (p != NULL && p->n == 0)
		unlink_posting(f, at);
}

/* One list that a stream belongs to. */
struct place {
	enum list list;
	uint64_t id;
};

static bool place_of_reach(const struct ek_feed_reach *r, uint32_t k, struct place *p)
{
	if (k == 0)
		*p = (struct place){LIST_WIDE, 0};
	else if (k <= r->team_count)
		*p = (struct place){LIST_TEAM, r->teams[k - 1]};
	else
		*p = (struct place){LIST_MATE, r->teammate};
	return k <= r->team_count || (k == r->team_count + 1 && r->teammate != 0);
}

/* The k-th; false when there are no more. */
static bool place_of(const struct ek_feed_sub *s, uint32_t k, struct place *p)
{
	const struct ek_feed_wish *w = &s->wish;
	if (w->conversation != 0)
		*p = (struct place){LIST_CONV, w->conversation};
	else if (w->teammate != 0)
		*p = (struct place){LIST_MATE, w->teammate};
	else if (w->team != 0)
		*p = (struct place){LIST_TEAM, w->team};
	else if (w->reach.all)
		*p = (struct place){LIST_ALL, 0};
	else
		return place_of_reach(&w->reach, k, p);
	return k == 0;
}

void ek_feed_index_leave(struct ek_feed *f, const struct ek_feed_sub *s)
{
	struct place p;
	for (uint32_t k = 0; place_of(s, k, &p); k++)
		ek_feed_index_drop(f, p.list, p.id, s->slot);
}

bool ek_feed_index_enter(struct ek_feed *f, const struct ek_feed_sub *s)
{
	struct place p;
	for (uint32_t k = 0; place_of(s, k, &p); k++) {
		if (ek_feed_index_add(f, p.list, p.id, s->slot))
			continue;
		while (k-- > 0 && place_of(s, k, &p))
			ek_feed_index_drop(f, p.list, p.id, s->slot);
		return false;
	}
	return true;
}

struct visiting {
	ek_feed_index_visit *visit;
	void *ctx;
};

static void each(struct ek_feed *f, const struct place *p, const struct visiting *v)
{
	const struct posting *l = ek_feed_index_find(f, p->list, p->id);
	for (uint32_t i = 0; l != NULL && i < l->n; i++) {
		struct ek_feed_sub *s = f->subs[l->slots[i]];
		if (s->stamp == f->stamp)
			continue;
		s->stamp = f->stamp;
		v->visit(f, s, v->ctx);
	}
}

void ek_feed_index_each(struct ek_feed *f, const struct ek_feed_frame *frame,
			ek_feed_index_visit *visit, void *ctx)
{
	struct visiting v = {visit, ctx};
	bool teamless = true;
	f->stamp++;
	for (uint32_t i = 0; i < EK_FEED_TEAMS && frame->teams[i] != 0; i++) {
		each(f, &(struct place){LIST_TEAM, frame->teams[i]}, &v);
		teamless = false;
	}
	for (uint32_t i = 0; i < EK_FEED_MATES && frame->mates[i] != 0; i++)
		each(f, &(struct place){LIST_MATE, frame->mates[i]}, &v);
	if (frame->conversation != 0)
		each(f, &(struct place){LIST_CONV, frame->conversation}, &v);
	each(f, &(struct place){LIST_ALL, 0}, &v);
	if (teamless)
		each(f, &(struct place){LIST_WIDE, 0}, &v);
}

void ek_feed_index_fini(struct ek_feed *f)
{
	for (uint32_t i = 0; f->index != NULL && i < BUCKETS; i++) {
		while (f->index[i] != NULL)
			unlink_posting(f, &f->index[i]);
	}
	ek_feed_free(f, f->index, BUCKETS * sizeof(struct posting *));
}
