/* The queue as one list over all lanes: walks, places, pages. */
#include "engine/explain_inside.h"

#include "engine/overtake.h"
#include "engine/queue.h"

#include <string.h>

/* ---- walks ---- */

/* Each lane is a heap of four children (engine/queue.c). The walk keeps what may come next: of each
 * lane the entries whose parents were given out. */
static uint32_t conv_at(const struct walk *w, const struct stop *s)
{
	return w->e->waits[w->e->lanes[s->lane].heap[s->at].wait].conv;
}

static void down(struct walk *w)
{
	struct stop x = w->v[0];
	uint32_t i = 0;
	for (;;) {
		uint32_t k = 2 * i + 1;
		if (k >= w->n)
			break;
		if (k + 1 < w->n && ek_queue_before(w->e, w->v[k + 1].conv, w->v[k].conv))
			k++;
		if (!ek_queue_before(w->e, w->v[k].conv, x.conv))
			break;
		w->v[i] = w->v[k];
		i = k;
	}
	w->v[i] = x;
}

static bool grow(struct walk *w)
{
	if (w->n < w->cap)
		return true;
	uint32_t cap = w->cap * 2;
	struct stop *v = ek_arena_get(w->arena, cap * sizeof *v);
	if (v == NULL)
		return ek_fail(w->err, EK_NO_MEMORY, "no memory for a list of the queue");
	memcpy(v, w->v, w->n * sizeof *v);
	w->v = v;
	w->cap = cap;
	return true;
}

static bool add(struct walk *w, uint32_t lane, uint32_t at)
{
	if (at >= w->e->lanes[lane].count)
		return true;
	if (!grow(w))
		return false;
	struct stop x = {lane, at, 0};
	x.conv = conv_at(w, &x);
	uint32_t i = w->n++;
	while (i > 0 && ek_queue_before(w->e, x.conv, w->v[(i - 1) / 2].conv)) {
		w->v[i] = w->v[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	w->v[i] = x;
	return true;
}

bool ek_explain_walk(const struct ek_engine *e, struct ek_arena *arena, struct walk *w,
		     struct ek_err *err)
{
	*w = (struct walk){.e = e, .arena = arena, .err = err, .cap = 64};
	w->v = ek_explain_room(arena, w->cap, sizeof *w->v, err);
	if (w->v == NULL)
		return false;
	for (uint32_t i = 1; i <= e->team_count; i++) {
		const struct team *t = &e->teams[i];
		for (uint32_t k = 0; t->method == EK_METHOD_BALANCED && k < t->lane_count; k++) {
			if (!add(w, t->lanes[k], 0))
				return false;
		}
	}
	return true;
}

bool ek_explain_step(struct walk *w, uint32_t *conv)
{
	*conv = 0;
	if (w->n == 0)
		return true;
	struct stop s = w->v[0];
	*conv = s.conv;
	w->v[0] = w->v[--w->n];
	if (w->n > 0)
		down(w);
	for (uint32_t k = 4 * s.at + 1; k <= 4 * s.at + 4; k++) {
		if (!add(w, s.lane, k))
			return false;
	}
	return true;
}

uint32_t ek_explain_peek(const struct walk *w)
{
	return w->n == 0 ? 0 : w->v[0].conv;
}

/* ---- places ---- */

static uint32_t before_in(const struct ek_engine *e, const struct team *t, uint32_t conv)
{
	uint32_t n = 0;
	for (uint32_t i = 0; t->method == EK_METHOD_BALANCED && i < t->lane_count; i++)
		n += ek_queue_rank(e, &e->lanes[t->lanes[i]], conv);
	return n;
}

uint32_t ek_explain_before(const struct ek_engine *e, uint32_t conv, uint32_t team)
{
	if (team != 0)
		return before_in(e, &e->teams[team], conv);
	uint32_t n = 0;
	for (uint32_t i = 1; i <= e->team_count; i++)
		n += before_in(e, &e->teams[i], conv);
	return n;
}

uint32_t ek_explain_total(const struct ek_engine *e)
{
	uint32_t n = 0;
	for (uint32_t i = 1; i <= e->team_count; i++)
		n += e->teams[i].waiting;
	return n;
}

struct ek_explain_decider ek_explain_decided(const struct ek_engine *e, uint32_t conv,
					     uint32_t next)
{
	struct ek_explain_decider d = {.kind = EK_EXPLAIN_LAST};
	if (next == 0)
		return d;
	int by = ek_queue_decided_by(e, conv, next);
	if (by == -2) {
		d.kind = EK_EXPLAIN_BOUND;
		d.bound = e->convs[conv].bound;
	} else if (by == -1) {
		d.kind = EK_EXPLAIN_ID;
	} else {
		d.kind = EK_EXPLAIN_KEY;
		d.key = e->keys[by].key;
		if (d.key == EK_ORDER_KEY_ATTRIBUTE)
			d.attribute = e->symbols[e->keys[by].attribute];
	}
	return d;
}

/* ---- what orders one ---- */

static ek_str attribute_text(const struct ek_engine *e, const struct conv *c, uint32_t name)
{
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	for (uint32_t i = 0; x != NULL && i < x->attribute_count; i++) {
		if (x->attributes[i].name == name)
			return e->symbols[x->attributes[i].value];
	}
	return (ek_str){NULL, 0};
}

static int64_t key_value(const struct ek_engine *e, const struct conv *c, int key)
{
	switch (key) {
	case EK_ORDER_KEY_PRIORITY:
		return c->priority;
	case EK_ORDER_KEY_SLA:
		return c->sla_due;
	case EK_ORDER_KEY_INBOX_RANK:
		return e->teams[c->team].rank;
	case EK_ORDER_KEY_WAITING_SINCE:
		return ek_state_since(c);
	case EK_ORDER_KEY_STARTED:
		return c->started;
	default:
		return EK_NONE;
	}
}

void ek_explain_sort(const struct ek_engine *e, uint32_t conv, struct ek_explain_sort *out)
{
	const struct conv *c = &e->convs[conv];
	for (uint32_t i = 0; i < e->key_count; i++) {
		out[i] = (struct ek_explain_sort){.key = e->keys[i].key,
						  .value = key_value(e, c, e->keys[i].key)};
		if (e->keys[i].key != EK_ORDER_KEY_ATTRIBUTE)
			continue;
		out[i].attribute = e->symbols[e->keys[i].attribute];
		out[i].text = attribute_text(e, c, e->keys[i].attribute);
	}
}

/* ---- pages ---- */

struct page {
	struct ek_engine *e;
	const struct ek_explain_query *query;
	struct ek_arena *arena;
	uint8_t *tests; /* by lane: the commonest blocker + 1; 0 = not asked yet */
	struct ek_explain_row *rows;
	uint32_t n;
	struct ek_err *err;
};

/* All of a lane fail alike. */
static bool main_test(struct page *p, uint32_t lane, uint8_t *test)
{
	struct list members;
	uint32_t head = p->e->lanes[lane].head;
	if (p->tests[lane] == 0) {
		if (!ek_explain_members(p->e, head, p->arena, &members, p->err))
			return false;
		p->tests[lane] = (uint8_t)(ek_explain_main_test(p->e, head, &members) + 1);
	}
	*test = (uint8_t)(p->tests[lane] - 1);
	return true;
}

static bool fill_row(struct page *p, uint32_t conv, uint32_t place, uint32_t next)
{
	const struct ek_engine *e = p->e;
	const struct conv *c = &e->convs[conv];
	struct ek_explain_sort *sort =
		ek_explain_room(p->arena, e->key_count, sizeof *sort, p->err);
	uint8_t test = 0;
	if (sort == NULL || !main_test(p, e->waits[c->node].lane, &test))
		return false;
	ek_explain_sort(e, conv, sort);
	p->rows[p->n++] = (struct ek_explain_row){
		.place = place,
		.conversation = {conv},
		.team = {c->team},
		.sort = sort,
		.decided_by = ek_explain_decided(e, conv, next),
		.waiting_since = {c->waiting_since},
		.overtaken = ek_overtake_count(e, conv),
		.bound = c->bound,
		.held_for = {c->hold_for},
		.stranded = c->stranded_from != EK_NONE,
		.main_test = test,
	};
	return true;
}

static bool passes(struct page *p, uint32_t lane, bool *ok)
{
	uint8_t test = p->query->test;
	*ok = p->query->team.v == 0 || p->e->lanes[lane].team == p->query->team.v;
	if (!*ok || test == 0)
		return true;
	if (!main_test(p, lane, &test))
		return false;
	*ok = test == p->query->test;
	return true;
}

static bool count_total(struct page *p, uint32_t *total)
{
	for (uint32_t i = 1; i <= p->e->team_count; i++) {
		const struct team *t = &p->e->teams[i];
		for (uint32_t k = 0; t->method == EK_METHOD_BALANCED && k < t->lane_count; k++) {
			bool ok = false;
			if (!passes(p, t->lanes[k], &ok))
				return false;
			*total += ok ? p->e->lanes[t->lanes[k]].count : 0;
		}
	}
	return true;
}

static bool fill_rows(struct page *p, struct walk *w, struct ek_explain_queue *out)
{
	uint32_t passed = 0;
	uint32_t place = 0;
	while (p->n < p->query->limit) {
		uint32_t conv = 0;
		bool ok = false;
		place++;
		if (!ek_explain_step(w, &conv))
			return false;
		if (conv == 0)
			break;
		if (!passes(p, p->e->waits[p->e->convs[conv].node].lane, &ok))
			return false;
		passed += ok;
		if (ok && place >= p->query->from && !fill_row(p, conv, place, ek_explain_peek(w)))
			return false;
	}
	out->next = passed < out->total ? place + 1 : 0;
	out->rows = p->rows;
	out->row_count = p->n;
	return true;
}

static bool fill_keys(struct page *p, struct ek_explain_queue *out)
{
	const struct ek_engine *e = p->e;
	struct ek_explain_sort *keys =
		ek_explain_room(p->arena, e->key_count, sizeof *keys, p->err);
	bool *reverse = ek_explain_room(p->arena, e->key_count, sizeof *reverse, p->err);
	if (keys == NULL || reverse == NULL)
		return false;
	for (uint32_t i = 0; i < e->key_count; i++) {
		keys[i] = (struct ek_explain_sort){.key = e->keys[i].key, .value = EK_NONE};
		if (e->keys[i].key == EK_ORDER_KEY_ATTRIBUTE)
			keys[i].attribute = e->symbols[e->keys[i].attribute];
		reverse[i] = e->keys[i].reverse;
	}
	out->keys = keys;
	out->reverse = reverse;
	out->key_count = e->key_count;
	return true;
}

bool ek_explain_queue(struct ek_engine *e, const struct ek_explain_query *query,
		      struct ek_arena *arena, struct ek_explain_queue *out, struct ek_err *err)
{
	if (query->from == 0 || query->limit == 0 || query->limit > EK_EXPLAIN_PAGE)
		return ek_fail(err, EK_INVALID_VALUE, "places begin at 1, a page has 1 to %d rows",
			       EK_EXPLAIN_PAGE);
	*out = (struct ek_explain_queue){
		.seq = e->seq, .at = {e->now}, .settings_version = e->version};
	struct page p = {.e = e, .query = query, .arena = arena, .err = err};
	struct walk w;
	p.tests = ek_explain_room(arena, e->lane_count + 1u, sizeof *p.tests, err);
	p.rows = ek_explain_room(arena, query->limit, sizeof *p.rows, err);
	if (p.tests == NULL || p.rows == NULL || !fill_keys(&p, out) ||
	    !ek_explain_walk(e, arena, &w, err))
		return false;
	return count_total(&p, &out->total) && fill_rows(&p, &w, out);
}
