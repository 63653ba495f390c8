#include "engine/queue.h"

#include "engine/config.h"
#include "engine/lane.h"
#include "engine/roster.h"

static int compare_keys(const struct ek_engine *e, const struct wait *a, const struct wait *b)
{
	uint32_t n = 1 + (uint32_t)e->key_count + (e->saveable ? 1 : 0);
	for (uint32_t i = 0; i < n; i++) {
		if (a->key[i] != b->key[i])
			return a->key[i] < b->key[i] ? -1 : 1;
	}
	return (a->conv > b->conv) - (a->conv < b->conv);
}

static void sum_lane(struct wait *w, uint32_t i)
{
	w[i].count = 1 + (w[i].left != 0 ? w[w[i].left].count : 0) +
		     (w[i].right != 0 ? w[w[i].right].count : 0);
}

#define TREAP(x) lane_##x
#define TREAP_POOL struct ek_engine *
#define TREAP_LEFT(p, i) ((p)->waits[i].left)
#define TREAP_RIGHT(p, i) ((p)->waits[i].right)
#define TREAP_LESS(p, a, b) (compare_keys((p), &(p)->waits[a], &(p)->waits[b]) < 0)
#define TREAP_PULL(p, i) sum_lane((p)->waits, (i))
#define TREAP_PUSH(p, i) ((void)0)
#define TREAP_STEP(p) ((p)->steps++)
#include "base/treap.h"

/* The overtaking tree: o_max is -1 where every conversation of the subtree is bound already. */
static void overtaken_add(struct wait *w, uint32_t i, uint32_t times)
{
	if (i == 0)
		return;
	w[i].o_own += times;
	w[i].o_add += times;
	if (w[i].o_max >= 0)
		w[i].o_max += (int32_t)times;
}

static void overtaken_push(struct wait *w, uint32_t i)
{
	if (w[i].o_add == 0)
		return;
	overtaken_add(w, w[i].o_left, w[i].o_add);
	overtaken_add(w, w[i].o_right, w[i].o_add);
	w[i].o_add = 0;
}

static void overtaken_pull(struct ek_engine *e, uint32_t i)
{
	struct wait *w = e->waits;
	int32_t most = e->convs[w[i].conv].bound != 0 ? -1 : (int32_t)w[i].o_own;
	uint32_t child[2] = {w[i].o_left, w[i].o_right};
	for (int k = 0; k < 2; k++) {
		if (child[k] != 0 && w[child[k]].o_max > most)
			most = w[child[k]].o_max;
	}
	w[i].o_max = most;
}

static bool waits_longer(const struct wait *a, const struct wait *b)
{
	return a->since != b->since ? a->since < b->since : a->conv < b->conv;
}

#define TREAP(x) overtaken_##x
#define TREAP_POOL struct ek_engine *
#define TREAP_LEFT(p, i) ((p)->waits[i].o_left)
#define TREAP_RIGHT(p, i) ((p)->waits[i].o_right)
#define TREAP_LESS(p, a, b) waits_longer(&(p)->waits[a], &(p)->waits[b])
#define TREAP_PULL(p, i) overtaken_pull((p), (i))
#define TREAP_PUSH(p, i) overtaken_push((p)->waits, (i))
#define TREAP_STEP(p) ((p)->steps++)
#include "base/treap.h"

/* One key as a number that sorts ascending; absent stays last when the rest is turned round. */
static int64_t turned(int64_t v, bool reverse)
{
	if (v == EK_NONE)
		return INT64_MAX;
	return reverse ? -v : v;
}

static uint32_t sla_keys(const struct ek_engine *e, const struct conv *c, bool reverse, int64_t *key)
{
	uint32_t n = 0;
	if (e->saveable) {
		int64_t kind = c->sla_due - e->teams[c->team].sla_reply_ms < e->now;
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
}

static uint32_t take_node(struct ek_engine *e)
{
	uint32_t i = e->wait_free;
	if (i != 0) {
		e->wait_free = e->waits[i].left;
		return i;
	}
	i = ++e->wait_count;
	ROOM(e, e->waits, e->wait_cap, i + 1);
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

static void insert(struct ek_engine *e, uint32_t conv, uint32_t lane)
{
	uint32_t i = take_node(e);
	struct conv *c = &e->convs[conv];
	struct wait *w = &e->waits[i];
	w->conv = conv;
	w->lane = lane;
	w->since = ek_state_since(c);
	w->o_own = c->overtaken;
	w->o_add = 0;
	fill_keys(e, c, w->key);
	c->node = i;
	struct lane *l = &e->lanes[lane];
	l->root = lane_insert(e, l->root, i);
	if (l->count == 0 || ek_queue_before(e, conv, l->head))
		l->head = conv;
	if (l->count++ == 0)
		ek_lane_filled(e, lane);
	e->teams[c->team].o_root = overtaken_insert(e, e->teams[c->team].o_root, i);
	count_waiting(e, c->team, 1);
	ek_lane_joined(e, lane, conv);
}

static uint32_t leftmost(const struct ek_engine *e, uint32_t root)
{
	if (root == 0)
		return 0;
	while (e->waits[root].left != 0)
		root = e->waits[root].left;
	return e->waits[root].conv;
}

void ek_queue_leave(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	uint32_t i = c->node;
	if (i == 0)
		return;
	c->overtaken = ek_queue_overtaken(e, conv);
	uint32_t lane = e->waits[i].lane;
	struct lane *l = &e->lanes[lane];
	struct team *t = &e->teams[l->team];
	l->root = lane_erase(e, l->root, i);
	t->o_root = overtaken_erase(e, t->o_root, i);
	c->node = 0;
	if (l->head == conv)
		l->head = leftmost(e, l->root);
	e->waits[i].left = e->wait_free;
	e->wait_free = i;
	if (--l->count == 0)
		ek_lane_emptied(e, lane);
	count_waiting(e, l->team, -1);
}

void ek_queue_place(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	ek_queue_leave(e, conv);
	bool waits = c->state == EK_STATE_OPEN && c->mate == 0 && c->offer_to == 0 && c->team != 0;
	if (!waits) {
		c->stranded_from = EK_NONE;
		c->alerted = false;
		return;
	}
	if (c->queued_at == EK_NONE)
		c->queued_at = e->now;
	insert(e, conv, ek_lane_of(e, conv));
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

bool ek_queue_before(const struct ek_engine *e, uint32_t a, uint32_t b)
{
	return compare_keys(e, &e->waits[e->convs[a].node], &e->waits[e->convs[b].node]) < 0;
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

uint32_t ek_queue_rank(const struct ek_engine *e, const struct lane *lane, uint32_t conv)
{
	const struct wait *at = &e->waits[e->convs[conv].node];
	uint32_t before = 0;
	for (uint32_t i = lane->root; i != 0;) {
		const struct wait *w = &e->waits[i];
		if (compare_keys(e, w, at) < 0) {
			before += 1 + (w->left != 0 ? e->waits[w->left].count : 0);
			i = w->right;
		} else {
			i = w->left;
		}
	}
	return before;
}

uint32_t ek_queue_at(const struct ek_engine *e, const struct lane *lane, uint32_t k)
{
	ek_assert(k < lane->count);
	uint32_t i = lane->root;
	for (;;) {
		uint32_t left = e->waits[i].left != 0 ? e->waits[e->waits[i].left].count : 0;
		if (k == left)
			return e->waits[i].conv;
		if (k < left) {
			i = e->waits[i].left;
		} else {
			k -= left + 1;
			i = e->waits[i].right;
		}
	}
}

uint32_t ek_queue_overtaken(const struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (c->node == 0)
		return c->overtaken;
	const struct wait *at = &e->waits[c->node];
	uint32_t pending = 0;
	uint32_t i = e->teams[c->team].o_root;
	while (i != c->node) {
		ek_assert(i != 0);
		pending += e->waits[i].o_add;
		i = waits_longer(at, &e->waits[i]) ? e->waits[i].o_left : e->waits[i].o_right;
	}
	return at->o_own + pending;
}

static void overtake_before(struct ek_engine *e, uint32_t i, int64_t since)
{
	if (i == 0)
		return;
	e->steps++;
	overtaken_push(e->waits, i);
	struct wait *w = &e->waits[i];
	if (w->since < since) {
		w->o_own++;
		overtaken_add(e->waits, w->o_left, 1);
		overtake_before(e, w->o_right, since);
	} else {
		overtake_before(e, w->o_left, since);
	}
	overtaken_pull(e, i);
}

void ek_queue_overtake(struct ek_engine *e, uint32_t team, int64_t since)
{
	overtake_before(e, e->teams[team].o_root, since);
}

uint32_t ek_queue_overdue(struct ek_engine *e, uint32_t team, uint32_t max)
{
	uint32_t i = e->teams[team].o_root;
	while (i != 0 && e->waits[i].o_max >= (int32_t)max) {
		overtaken_push(e->waits, i);
		const struct wait *w = &e->waits[i];
		if (e->convs[w->conv].bound == 0 && w->o_own >= max)
			return w->conv;
		bool left = w->o_left != 0 && e->waits[w->o_left].o_max >= (int32_t)max;
		i = left ? w->o_left : w->o_right;
	}
	return 0;
}

void ek_queue_ready(struct ek_engine *e, uint32_t lane)
{
	struct lane *l = &e->lanes[lane];
	if (l->ready || l->count == 0 || e->teams[l->team].method != EK_METHOD_BALANCED)
		return;
	l->ready = true;
	ek_state_push(e, &e->ready, &e->ready_count, &e->ready_cap, lane);
}

void ek_queue_team_ready(struct ek_engine *e, uint32_t team)
{
	struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->lane_count; i++)
		ek_queue_ready(e, t->lanes[i]);
}
