#include "bench/heaps.h"

#include <stdlib.h>
#include <string.h>

enum { PRIMARY, SECONDARY, LEVELS, NEEDS = EK_WORKLOAD_SKILLS + 1, ARITY = 4 };
static const uint32_t nobody = UINT32_MAX;

/* What a teammate would take next. */
struct pick {
	bool found;
	int level;
	struct ek_heaps_key key;
};

static struct ek_heaps_key key_of(const struct ek_workload_conv *c, uint8_t rank, uint32_t id)
{
	return (struct ek_heaps_key){
		.high = (uint64_t)c->vip_rank << 62 | (uint64_t)c->sla << 31 | c->waiting,
		.low = (uint64_t)c->started << 32 | (uint64_t)rank << 24 | id,
	};
}

static uint32_t id_of(struct ek_heaps_key key)
{
	return (uint32_t)key.low & (EK_WORKLOAD_ID_MAX - 1);
}

static struct ek_heaps_queue *queue_of(struct ek_heaps *h, uint32_t inbox, uint32_t need)
{
	return &h->queues[inbox * NEEDS + need];
}

static void settle_at(struct ek_heaps *h, struct ek_heaps_queue *q, uint32_t i,
		      struct ek_heaps_key key)
{
	q->keys[i] = key;
	h->convs[id_of(key)].place = i;
}

static void sift_up(struct ek_heaps *h, struct ek_heaps_queue *q, uint32_t i,
		    struct ek_heaps_key key)
{
	while (i > 0) {
		uint32_t parent = (i - 1) / ARITY;
		if (ek_heaps_before(q->keys[parent], key))
			break;
		settle_at(h, q, i, q->keys[parent]);
		i = parent;
	}
	settle_at(h, q, i, key);
}

static void sift_down(struct ek_heaps *h, struct ek_heaps_queue *q, uint32_t i,
		      struct ek_heaps_key key)
{
	for (;;) {
		uint32_t first = ARITY * i + 1, best = first;
		if (first >= q->n)
			break;
		for (uint32_t j = first + 1; j < first + ARITY && j < q->n; j++)
			if (ek_heaps_before(q->keys[j], q->keys[best]))
				best = j;
		if (ek_heaps_before(key, q->keys[best]))
			break;
		settle_at(h, q, i, q->keys[best]);
		i = best;
	}
	settle_at(h, q, i, key);
}

static void enqueue(struct ek_heaps *h, uint32_t conv)
{
	struct ek_heaps_conv *c = &h->convs[conv];
	struct ek_heaps_queue *q = queue_of(h, c->inbox, c->need);
	q->keys = ek_workload_grow(q->keys, q->n, &q->cap, sizeof *q->keys);
	h->needs[c->inbox] |= 1u << c->need;
	sift_up(h, q, q->n++, c->key);
	c->state = EK_WORKLOAD_WAITING;
	c->mate = EK_WORKLOAD_NOBODY;
	h->waiting++;
}

static void dequeue(struct ek_heaps *h, uint32_t conv)
{
	struct ek_heaps_conv *c = &h->convs[conv];
	struct ek_heaps_queue *q = queue_of(h, c->inbox, c->need);
	uint32_t hole = c->place;
	struct ek_heaps_key last = q->keys[--q->n];
	h->waiting--;
	if (q->n == 0)
		h->needs[c->inbox] &= ~(1u << c->need);
	if (hole == q->n)
		return;
	if (hole > 0 && ek_heaps_before(last, q->keys[(hole - 1) / ARITY]))
		sift_up(h, q, hole, last);
	else
		sift_down(h, q, hole, last);
}

static bool has_room(const struct ek_workload_mate *m)
{
	return m->active && m->open < m->limit;
}

/* Fewest open, longest since given, least id. */
static uint64_t order_of(const struct ek_heaps *h, uint32_t mate)
{
	return (uint64_t)h->mates[mate].open << 56 | (uint64_t)h->mates[mate].last_given << 24 |
	       mate;
}

static uint32_t find(const struct ek_heaps_bench *b, uint64_t order)
{
	uint32_t low = 0, high = b->n;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (b->order[middle] < order)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct ek_heaps_bench *bench_of(struct ek_heaps *h, const struct ek_workload_mate *m,
				       uint32_t i)
{
	return &h->benches[m->inbox[i] * LEVELS + (i < m->primaries ? PRIMARY : SECONDARY)];
}

/* Between stand_up and sit_down a teammate is on no bench, and may be changed. */
static void stand_up(struct ek_heaps *h, uint32_t mate)
{
	const struct ek_workload_mate *m = &h->mates[mate];
	if (!has_room(m))
		return;
	for (uint32_t i = 0; i < (uint32_t)m->primaries + m->secondaries; i++) {
		struct ek_heaps_bench *b = bench_of(h, m, i);
		uint32_t at = find(b, order_of(h, mate));
		memmove(&b->order[at], &b->order[at + 1], (--b->n - at) * sizeof *b->order);
	}
}

static void sit_down(struct ek_heaps *h, uint32_t mate)
{
	const struct ek_workload_mate *m = &h->mates[mate];
	if (!has_room(m))
		return;
	for (uint32_t i = 0; i < (uint32_t)m->primaries + m->secondaries; i++) {
		struct ek_heaps_bench *b = bench_of(h, m, i);
		b->order = ek_workload_grow(b->order, b->n, &b->cap, sizeof *b->order);
		uint32_t at = find(b, order_of(h, mate));
		memmove(&b->order[at + 1], &b->order[at], (b->n++ - at) * sizeof *b->order);
		b->order[at] = order_of(h, mate);
	}
}

/* The mate stands. */
static void give(struct ek_heaps *h, uint32_t conv, uint32_t mate)
{
	h->convs[conv].state = EK_WORKLOAD_ASSIGNED;
	h->convs[conv].mate = (int32_t)mate;
	h->mates[mate].open++;
	h->mates[mate].last_given = (uint32_t)++h->given;
	ek_tally_decide(h->tally, h->event, conv, mate);
}

/* The best that waits at one level of the mate's inboxes and that they have the skill for. */
static struct pick best_at(const struct ek_heaps *h, const struct ek_workload_mate *m, int level)
{
	uint32_t can = m->skills << 1 | 1;
	uint32_t from = level == PRIMARY ? 0 : m->primaries;
	uint32_t to = level == PRIMARY ? m->primaries : (uint32_t)m->primaries + m->secondaries;
	struct pick best = {.level = level};
	for (uint32_t i = from; i < to; i++) {
		uint32_t inbox = m->inbox[i];
		for (uint32_t rest = h->needs[inbox] & can; rest != 0; rest &= rest - 1) {
			uint32_t need = (uint32_t)__builtin_ctz(rest);
			struct ek_heaps_key key = h->queues[inbox * NEEDS + need].keys[0];
			if (best.found && ek_heaps_before(best.key, key))
				continue;
			best.key = key;
			best.found = true;
		}
	}
	return best;
}

static struct pick best_for(const struct ek_heaps *h, uint32_t mate)
{
	struct pick none = {.found = false};
	if (!has_room(&h->mates[mate]))
		return none;
	struct pick best = best_at(h, &h->mates[mate], PRIMARY);
	return best.found ? best : best_at(h, &h->mates[mate], SECONDARY);
}

static void take(struct ek_heaps *h, struct pick pick, uint32_t mate)
{
	uint32_t conv = id_of(pick.key);
	dequeue(h, conv);
	give(h, conv, mate);
}

/* The mate stands, and is given what they can take. */
static void fill(struct ek_heaps *h, uint32_t mate)
{
	for (struct pick p = best_for(h, mate); p.found; p = best_for(h, mate))
		take(h, p, mate);
}

/* To the best teammate with room, else into the queue. not_secondary: one whose gate is shut. */
static void place(struct ek_heaps *h, uint32_t conv, uint32_t not_secondary)
{
	const struct ek_heaps_conv *c = &h->convs[conv];
	for (uint32_t level = PRIMARY; level < LEVELS; level++) {
		const struct ek_heaps_bench *b = &h->benches[c->inbox * LEVELS + level];
		for (uint32_t i = 0; i < b->n; i++) {
			uint32_t mate = (uint32_t)b->order[i] & (EK_WORKLOAD_ID_MAX - 1);
			if (!ek_workload_has_skill(h->mates[mate].skills, c->need))
				continue;
			if (level == SECONDARY && mate == not_secondary)
				continue;
			stand_up(h, mate);
			give(h, conv, mate);
			sit_down(h, mate);
			return;
		}
	}
	enqueue(h, conv);
}

void ek_heaps_place(struct ek_heaps *h, uint32_t conv)
{
	place(h, conv, nobody);
}

static bool is_primary_for(const struct ek_workload_mate *m, const struct ek_heaps_conv *c)
{
	for (uint32_t i = 0; i < m->primaries; i++)
		if (m->inbox[i] == c->inbox)
			return ek_workload_has_skill(m->skills, c->need);
	return false;
}

/* The conversation that left the mate and the best that the mate could take now compete: the better
 * goes first. What waits where the mate is primary, the leaver included, shuts their gate. */
static void compete(struct ek_heaps *h, uint32_t conv, uint32_t mate)
{
	const struct ek_heaps_conv *c = &h->convs[conv];
	struct pick best = best_for(h, mate);
	if (best.found && best.level == SECONDARY && is_primary_for(&h->mates[mate], c))
		best.found = false;
	if (best.found && ek_heaps_before(best.key, c->key)) {
		stand_up(h, mate);
		take(h, best, mate);
		sit_down(h, mate);
		place(h, conv, nobody);
		return;
	}
	place(h, conv, best.found && best.level == PRIMARY ? mate : nobody);
	stand_up(h, mate);
	fill(h, mate);
	sit_down(h, mate);
}

static void reassign(struct ek_heaps *h, uint32_t conv, uint16_t inbox)
{
	struct ek_heaps_conv *c = &h->convs[conv];
	uint32_t held_by = c->state == EK_WORKLOAD_ASSIGNED ? (uint32_t)c->mate : nobody;
	if (c->state == EK_WORKLOAD_WAITING)
		dequeue(h, conv);
	c->inbox = inbox;
	c->key.low = (c->key.low & ~(UINT64_C(0xff) << 24)) | (uint64_t)h->w->rank[inbox] << 24;
	c->mate = EK_WORKLOAD_NOBODY;
	if (held_by == nobody) {
		place(h, conv, nobody);
		return;
	}
	stand_up(h, held_by);
	h->mates[held_by].open--;
	sit_down(h, held_by);
	compete(h, conv, held_by);
}

static void reply(struct ek_heaps *h, uint32_t conv, uint32_t waiting)
{
	struct ek_heaps_conv *c = &h->convs[conv];
	bool waits = c->state == EK_WORKLOAD_WAITING;
	if (waits)
		dequeue(h, conv);
	c->key.high = (c->key.high & ~UINT64_C(0x7fffffff)) | waiting;
	if (waits) {
		enqueue(h, conv);
	} else if (c->state == EK_WORKLOAD_SNOOZED && c->mate == EK_WORKLOAD_NOBODY) {
		place(h, conv, nobody);
	} else if (c->state == EK_WORKLOAD_SNOOZED) {
		stand_up(h, (uint32_t)c->mate);
		h->mates[c->mate].open++;
		sit_down(h, (uint32_t)c->mate);
		c->state = EK_WORKLOAD_ASSIGNED;
	}
}

static void put_down(struct ek_heaps *h, uint32_t conv, enum ek_workload_state state)
{
	struct ek_heaps_conv *c = &h->convs[conv];
	enum ek_workload_state was = c->state;
	if (was == EK_WORKLOAD_WAITING)
		dequeue(h, conv);
	c->state = (uint8_t)state;
	if (was != EK_WORKLOAD_ASSIGNED)
		return;
	stand_up(h, (uint32_t)c->mate);
	h->mates[c->mate].open--;
	fill(h, (uint32_t)c->mate);
	sit_down(h, (uint32_t)c->mate);
}

void ek_heaps_apply(struct ek_heaps *h, uint32_t event)
{
	const struct ek_workload_event *e = &h->w->events[event];
	h->event = event;
	switch ((enum ek_workload_kind)e->kind) {
	case EK_WORKLOAD_ARRIVE: {
		const struct ek_workload_conv *c = &h->w->convs[e->subject];
		h->convs[e->subject] = (struct ek_heaps_conv){
			.key = key_of(c, h->w->rank[c->inbox], e->subject),
			.mate = EK_WORKLOAD_NOBODY,
			.inbox = c->inbox,
			.need = c->need,
		};
		place(h, e->subject, nobody);
		break;
	}
	case EK_WORKLOAD_REPLY:
		reply(h, e->subject, e->waiting);
		break;
	case EK_WORKLOAD_CLOSE:
		put_down(h, e->subject, EK_WORKLOAD_CLOSED);
		break;
	case EK_WORKLOAD_SNOOZE:
		put_down(h, e->subject, EK_WORKLOAD_SNOOZED);
		break;
	case EK_WORKLOAD_PRESENCE:
	case EK_WORKLOAD_LIMIT:
		stand_up(h, e->subject);
		if (e->kind == EK_WORKLOAD_PRESENCE)
			h->mates[e->subject].active = e->value;
		else
			h->mates[e->subject].limit = e->value;
		fill(h, e->subject);
		sit_down(h, e->subject);
		break;
	case EK_WORKLOAD_REASSIGN:
		reassign(h, e->subject, e->inbox);
		break;
	case EK_WORKLOAD_KINDS:
		break;
	}
}

void ek_heaps_open(struct ek_heaps *h, const struct ek_workload *w, struct ek_tally *tally)
{
	uint32_t inboxes = w->head.inboxes;
	*h = (struct ek_heaps){.w = w, .given = w->head.last_given, .tally = tally};
	h->convs = ek_workload_zero(w->head.convs, sizeof *h->convs);
	h->mates = ek_workload_zero(w->head.mates, sizeof *h->mates);
	h->queues = ek_workload_zero((uint64_t)inboxes * NEEDS, sizeof *h->queues);
	h->needs = ek_workload_zero(inboxes, sizeof *h->needs);
	h->benches = ek_workload_zero((uint64_t)inboxes * LEVELS, sizeof *h->benches);
	memcpy(h->mates, w->mates, w->head.mates * sizeof *h->mates);
	for (uint32_t t = 0; t < w->head.mates; t++)
		sit_down(h, t);
	for (uint32_t i = 0; i < w->head.convs; i++) {
		const struct ek_workload_conv *c = &w->convs[i];
		h->convs[i] = (struct ek_heaps_conv){
			.key = key_of(c, w->rank[c->inbox], i),
			.mate = c->mate,
			.inbox = c->inbox,
			.need = c->need,
			.state = (uint8_t)c->state,
		};
		if (c->state == EK_WORKLOAD_WAITING)
			enqueue(h, i);
	}
}

void ek_heaps_close(struct ek_heaps *h)
{
	for (uint32_t i = 0; i < h->w->head.inboxes * NEEDS; i++)
		free(h->queues[i].keys);
	for (uint32_t i = 0; i < h->w->head.inboxes * LEVELS; i++)
		free(h->benches[i].order);
	free(h->convs);
	free(h->mates);
	free(h->queues);
	free(h->needs);
	free(h->benches);
}
