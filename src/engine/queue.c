#include "engine/queue.h"

#include "engine/config.h"
#include "engine/due.h"
#include "engine/lane.h"
#include "engine/overtake.h"
#include "engine/roster.h"

static int compare_rest(const struct ek_engine *e, const struct entry *a, const struct entry *b)
{
	const struct wait *x = &e->waits[a->wait];
	const struct wait *y = &e->waits[b->wait];
	uint32_t n = 1 + (uint32_t)e->key_count + (e->saveable ? 1 : 0);
	for (uint32_t i = EK_STATE_INLINE; i < n; i++) {
		if (x->key[i] != y->key[i])
			return x->key[i] < y->key[i] ? -1 : 1;
	}
	return (x->conv > y->conv) - (x->conv < y->conv);
}

static bool before(const struct ek_engine *e, const struct entry *a, const struct entry *b)
{
	for (uint32_t i = 0; i < EK_STATE_INLINE; i++) {
		if (a->key[i] != b->key[i])
			return a->key[i] < b->key[i];
	}
	return compare_rest(e, a, b) < 0;
}

/* ---- the heap of a lane: four children each ---- */

static void put(struct ek_engine *e, struct lane *l, uint32_t i, const struct entry *v)
{
	l->heap[i] = *v;
	e->wait_at[v->wait] = i;
}

static void up(struct ek_engine *e, struct lane *l, uint32_t i, struct entry v)
{
	while (i > 0) {
		uint32_t parent = (i - 1) / 4;
		e->steps++;
		if (!before(e, &v, &l->heap[parent]))
			break;
		put(e, l, i, &l->heap[parent]);
		i = parent;
	}
	put(e, l, i, &v);
}

static void down(struct ek_engine *e, struct lane *l, uint32_t i, struct entry v)
{
	for (;;) {
		uint32_t child = 4 * i + 1;
		uint32_t end = child + 4 < l->count ? child + 4 : l->count;
		if (child >= end)
			break;
		uint32_t best = child;
		for (uint32_t k = child + 1; k < end; k++) {
			if (before(e, &l->heap[k], &l->heap[best]))
				best = k;
		}
		e->steps++;
		if (!before(e, &l->heap[best], &v))
			break;
		put(e, l, i, &l->heap[best]);
		i = best;
	}
	put(e, l, i, &v);
}

/* To where it belongs, up or down from a place. */
static void sift(struct ek_engine *e, struct lane *l, uint32_t i, struct entry v)
{
	if (i > 0 && before(e, &v, &l->heap[(i - 1) / 4]))
		up(e, l, i, v);
	else
		down(e, l, i, v);
}

/* One key as a number that sorts ascending; absent stays last when the rest is turned round. */
static int64_t turned(int64_t v, bool reverse)
{
	if (v == EK_NONE)
		return INT64_MAX;
	return reverse ? -v : v;
}

static uint32_t sla_keys(const struct ek_engine *e, const struct conv *c, bool reverse,
			 int64_t *key)
{
	uint32_t n = 0;
	if (e->saveable) {
		int64_t kind = c->sla_due != EK_NONE &&
			       c->sla_due - e->teams[c->team].sla_reply_ms < e->now;
		key[n++] = turned(c->sla_due == EK_NONE ? EK_NONE : kind, reverse);
	}
	key[n++] = turned(c->sla_due, reverse);
	return n;
}

static int64_t plain_key(const struct ek_engine *e, const struct conv *c, const struct order_key *k)
{
	switch (k->key) {
	case EK_ORDER_KEY_PRIORITY:
		return turned(-(int64_t)c->priority, k->reverse);
	case EK_ORDER_KEY_INBOX_RANK:
		return turned(e->teams[c->team].rank, k->reverse);
	case EK_ORDER_KEY_WAITING_SINCE:
		return turned(ek_state_since(c), k->reverse);
	case EK_ORDER_KEY_STARTED:
		return turned(c->started, k->reverse);
	default:
		return turned(ek_config_attribute_rank(e, c, k->attribute), k->reverse);
	}
}

/* key[0]: those that a bound lifted come first, longest waiting before. */
static void fill_keys(const struct ek_engine *e, const struct conv *c, int64_t *key)
{
	uint32_t n = 0;
	key[n++] = c->bound != 0 ? ek_state_since(c) : INT64_MAX;
	for (uint32_t i = 0; i < e->key_count; i++) {
		if (e->keys[i].key == EK_ORDER_KEY_SLA)
			n += sla_keys(e, c, e->keys[i].reverse, key + n);
		else
			key[n++] = plain_key(e, c, &e->keys[i]);
	}
	while (n < EK_STATE_KEYS) /* the node may have had more keys before */
		key[n++] = 0;
}

static uint32_t take_node(struct ek_engine *e)
{
	uint32_t i = e->wait_free;
	if (i != 0) {
		e->wait_free = e->wait_at[i];
		return i;
	}
	i = ++e->wait_count;
	ROOM(e, e->waits, e->wait_cap, i + 1);
	ROOM(e, e->wait_at, e->wait_at_cap, i + 1);
	return i;
}

static void count_waiting(struct ek_engine *e, uint32_t team, int by)
{
	struct team *t = &e->teams[team];
	if (t->method != EK_METHOD_BALANCED) {
		t->parked += (uint32_t)by;
		return;
	}
	uint32_t before = t->waiting;
	t->waiting += (uint32_t)by;
	if (before == 0 || t->waiting == 0)
		ek_roster_gates(e, team, t->waiting != 0);
}

static void count_missed(struct ek_engine *e, uint32_t team, int by)
{
	struct team *t = &e->teams[team];
	uint32_t before = t->missed;
	t->missed += (uint32_t)by;
	if (before == 0 || t->missed == 0)
		ek_due_team(e, team);
}

void ek_queue_miss(struct ek_engine *e, uint32_t conv, bool missed)
{
	struct conv *c = &e->convs[conv];
	bool was = c->sla_missed;
	c->sla_missed = missed;
	if (c->node != 0 && was != missed)
		count_missed(e, c->team, missed ? 1 : -1);
}

static struct entry entry_of(const struct ek_engine *e, uint32_t node)
{
	struct entry v = {.wait = node};
	for (uint32_t i = 0; i < EK_STATE_INLINE; i++)
		v.key[i] = e->waits[node].key[i];
	return v;
}

static void insert(struct ek_engine *e, uint32_t conv, uint32_t lane)
{
	uint32_t i = take_node(e);
	struct conv *c = &e->convs[conv];
	struct wait *w = &e->waits[i];
	w->conv = conv;
	w->lane = lane;
	fill_keys(e, c, w->key);
	c->node = i;
	struct lane *l = &e->lanes[lane];
	ROOM(e, l->heap, l->heap_cap, l->count + 1);
	l->count++;
	up(e, l, l->count - 1, entry_of(e, i));
	l->head = e->waits[l->heap[0].wait].conv;
	if (l->count == 1)
		ek_lane_filled(e, lane);
	ek_overtake_enter(e, conv);
	count_waiting(e, c->team, 1);
	if (c->sla_missed)
		count_missed(e, c->team, 1);
	ek_lane_joined(e, lane, conv);
}

/* In the same lane still: only its keys may have changed. */
static void rekey(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	struct wait *w = &e->waits[c->node];
	struct lane *l = &e->lanes[w->lane];
	fill_keys(e, c, w->key);
	sift(e, l, e->wait_at[c->node], entry_of(e, c->node));
	l->head = e->waits[l->heap[0].wait].conv;
	ek_overtake_update(e, conv);
	if (l->only != 0)
		ek_queue_ready(e, w->lane, 0); /* a cooldown or a hold may have ended */
	ek_lane_joined(e, w->lane, conv);
}

void ek_queue_leave(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	uint32_t i = c->node;
	if (i == 0)
		return;
	ek_overtake_leave(e, conv);
	uint32_t lane = e->waits[i].lane;
	struct lane *l = &e->lanes[lane];
	uint32_t at = e->wait_at[i];
	struct entry last = l->heap[--l->count];
	if (at < l->count)
		sift(e, l, at, last);
	l->head = l->count == 0 ? 0 : e->waits[l->heap[0].wait].conv;
	c->node = 0;
	e->wait_at[i] = e->wait_free;
	e->wait_free = i;
	if (l->count == 0)
		ek_lane_emptied(e, lane);
	count_waiting(e, l->team, -1);
	if (c->sla_missed)
		count_missed(e, l->team, -1);
}

static bool still_bound(const struct ek_engine *e, uint32_t conv, int bound)
{
	const struct conv *c = &e->convs[conv];
	const struct team *t = &e->teams[c->team];
	if (t->method != EK_METHOD_BALANCED)
		return false; /* there nothing waits */
	if (bound == EK_BOUND_OVERTAKE_MAX)
		return t->overtake_max != EK_NONE && ek_overtake_count(e, conv) >= t->overtake_max;
	return t->wait_max_ms != EK_NONE && ek_state_since(c) + t->wait_max_ms <= e->now;
}

/* A bound holds as long as what reached it: an answer, or a new setting, may end it. */
static void check_bound(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	if (c->bound == 0 || still_bound(e, conv, c->bound))
		return;
	uint8_t other = c->bound == EK_BOUND_WAIT_MAX ? EK_BOUND_OVERTAKE_MAX : EK_BOUND_WAIT_MAX;
	c->bound = still_bound(e, conv, other) ? other : 0;
}

void ek_queue_place(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	bool waits = c->state == EK_STATE_OPEN && c->mate == 0 && c->offer_to == 0 && c->team != 0;
	if (!waits) {
		ek_queue_leave(e, conv);
		c->stranded_from = EK_NONE;
		c->alerted = false;
		return;
	}
	if (c->queued_at == EK_NONE)
		c->queued_at = e->now;
	check_bound(e, conv);
	if (c->anyway && c->queued_at + e->teams[c->team].anyway_after_ms > e->now)
		c->anyway = false; /* the time was made longer */
	if (e->saveable && c->sla_slipped && c->sla_due != EK_NONE &&
	    c->sla_due - e->teams[c->team].sla_reply_ms >= e->now)
		c->sla_slipped = false; /* replies take less now: it can slip again */
	uint32_t lane = ek_lane_of(e, conv);
	if (c->node != 0 && e->waits[c->node].lane == lane) {
		rekey(e, conv);
		return;
	}
	ek_queue_leave(e, conv);
	insert(e, conv, lane);
}

void ek_queue_enter(struct ek_engine *e, uint32_t conv, int64_t at)
{
	struct conv *c = &e->convs[conv];
	ek_queue_leave(e, conv);
	c->queued_at = at;
	c->overtaken = 0;
	c->opened = 0;
	c->bound = 0;
	c->anyway = false;
	c->held_once = false;
	c->known = 0;
	c->hold_for = 0;
	c->stranded_from = EK_NONE;
	c->alerted = false;
	struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	for (uint32_t i = 0; x != NULL && i < x->need_count; i++)
		x->needs[i].relaxed = false;
}

/* ---- reading ---- */

static struct entry *entry_at(const struct ek_engine *e, uint32_t conv)
{
	uint32_t node = e->convs[conv].node;
	return &e->lanes[e->waits[node].lane].heap[e->wait_at[node]];
}

bool ek_queue_before(const struct ek_engine *e, uint32_t a, uint32_t b)
{
	return before(e, entry_at(e, a), entry_at(e, b));
}

int ek_queue_decided_by(const struct ek_engine *e, uint32_t a, uint32_t b)
{
	const struct wait *x = &e->waits[e->convs[a].node];
	const struct wait *y = &e->waits[e->convs[b].node];
	if (x->key[0] != y->key[0])
		return -2;
	uint32_t n = 1;
	for (uint32_t i = 0; i < e->key_count; i++) {
		uint32_t width = e->saveable && e->keys[i].key == EK_ORDER_KEY_SLA ? 2 : 1;
		for (uint32_t k = 0; k < width; k++, n++) {
			if (x->key[n] != y->key[n])
				return (int)i;
		}
	}
	return -1;
}

static uint32_t count_before(const struct ek_engine *e, const struct lane *l, uint32_t i,
			     const struct entry *v)
{
	if (i >= l->count || !before(e, &l->heap[i], v))
		return 0;
	uint32_t n = 1;
	for (uint32_t k = 4 * i + 1; k <= 4 * i + 4; k++)
		n += count_before(e, l, k, v);
	return n;
}

uint32_t ek_queue_rank(const struct ek_engine *e, const struct lane *lane, uint32_t conv)
{
	return count_before(e, lane, 0, entry_at(e, conv));
}

/* What may come next while the order is made: a binary heap of entries of lanes' heaps. */
struct frontier {
	struct {
		const struct lane *lane;
		uint32_t at;
	} * v;
	uint32_t n;
};

static bool front_before(const struct ek_engine *e, const struct frontier *f, uint32_t a,
			 uint32_t b)
{
	return before(e, &f->v[a].lane->heap[f->v[a].at], &f->v[b].lane->heap[f->v[b].at]);
}

static void front_swap(struct frontier *f, uint32_t a, uint32_t b)
{
	const struct lane *lane = f->v[a].lane;
	uint32_t at = f->v[a].at;
	f->v[a] = f->v[b];
	f->v[b].lane = lane;
	f->v[b].at = at;
}

static void front_add(const struct ek_engine *e, struct frontier *f, const struct lane *lane,
		      uint32_t at)
{
	if (at >= lane->count)
		return;
	uint32_t i = f->n++;
	f->v[i].lane = lane;
	f->v[i].at = at;
	while (i > 0 && front_before(e, f, i, (i - 1) / 2)) {
		front_swap(f, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static uint32_t front_take(const struct ek_engine *e, struct frontier *f)
{
	const struct lane *lane = f->v[0].lane;
	uint32_t at = f->v[0].at;
	f->v[0] = f->v[--f->n];
	for (uint32_t i = 0;;) {
		uint32_t best = i;
		for (uint32_t k = 2 * i + 1; k <= 2 * i + 2 && k < f->n; k++) {
			if (front_before(e, f, k, best))
				best = k;
		}
		if (best == i)
			break;
		front_swap(f, i, best);
		i = best;
	}
	for (uint32_t k = 4 * at + 1; k <= 4 * at + 4; k++)
		front_add(e, f, lane, k);
	return e->waits[lane->heap[at].wait].conv;
}

uint32_t ek_queue_first(struct ek_engine *e, uint32_t team, uint32_t count, uint32_t *convs)
{
	uint32_t lanes = 0;
	for (uint32_t t = 1; t <= e->team_count; t++)
		lanes += e->teams[t].lane_count;
	struct frontier f = {0};
	f.v = ek_state_turn(e, (lanes + 4 * (size_t)count + 4) * sizeof *f.v);
	for (uint32_t t = 1; t <= e->team_count; t++) {
		if (team != 0 ? t != team : e->teams[t].method != EK_METHOD_BALANCED)
			continue;
		for (uint32_t i = 0; i < e->teams[t].lane_count; i++)
			front_add(e, &f, &e->lanes[e->teams[t].lanes[i]], 0);
	}
	uint32_t n = 0;
	while (n < count && f.n > 0)
		convs[n++] = front_take(e, &f);
	return n;
}

bool ek_queue_lane_before(const struct ek_engine *e, const struct lane *a, const struct lane *b)
{
	return before(e, &a->heap[0], &b->heap[0]);
}

void ek_queue_ready(struct ek_engine *e, uint32_t lane, uint32_t mate)
{
	struct lane *l = &e->lanes[lane];
	if (l->ready) {
		if (l->ready_for != mate)
			l->ready_for = 0;
		return;
	}
	if (l->count == 0 || e->teams[l->team].method != EK_METHOD_BALANCED)
		return;
	l->ready = true;
	l->ready_for = mate;
	ek_state_push(e, &e->ready, &e->ready_count, &e->ready_cap, lane);
}

void ek_queue_team_ready(struct ek_engine *e, uint32_t team)
{
	struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->lane_count; i++)
		ek_queue_ready(e, t->lanes[i], 0);
}
