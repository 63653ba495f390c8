/* Work waits while people are free: both sides, and the smallest edits that would free work. */
#include "engine/explain_inside.h"

#include "engine/eligible.h"
#include "engine/lane.h"

/* ---- what waits ---- */

static bool fill_stuck(struct ek_engine *e, struct ek_arena *arena, struct ek_explain_unblock *out,
		       struct ek_err *err)
{
	struct walk w;
	struct ek_explain_stuck *v = ek_explain_room(arena, EK_EXPLAIN_LISTED, sizeof *v, err);
	if (v == NULL || !ek_explain_walk(e, arena, &w, err))
		return false;
	out->waiting = v;
	out->waiting_total = ek_explain_total(e);
	while (out->waiting_count < EK_EXPLAIN_LISTED) {
		uint32_t conv = 0;
		struct blockers b;
		if (!ek_explain_step(&w, &conv))
			return false;
		if (conv == 0)
			break;
		if (!ek_explain_blockers(e, conv, arena, &b, err))
			return false;
		v[out->waiting_count++] =
			(struct ek_explain_stuck){{conv}, {e->convs[conv].team}, b.v, b.n};
	}
	return true;
}

/* ---- who is free ---- */

static bool is_free(const struct mate *m)
{
	return m->present && m->load < m->limit;
}

/* What waits where they may serve, by the first test that fails. */
static bool fill_free(struct ek_engine *e, uint32_t mate, struct ek_explain_free *out,
		      struct ek_arena *arena, struct ek_err *err)
{
	uint32_t count[EK_TEST_END] = {0};
	const struct mate *m = &e->mates[mate];
	for (uint32_t i = 1; i <= e->team_count; i++) {
		const struct team *t = &e->teams[i];
		for (uint32_t k = 0; t->method == EK_METHOD_BALANCED && k < t->lane_count; k++) {
			const struct lane *l = &e->lanes[t->lanes[k]];
			if (ek_lane_reaches(e, l, mate))
				count[ek_eligible_check(e, l->head, mate)] += l->count;
		}
	}
	struct ek_explain_count *v = ek_explain_room(arena, EK_TEST_END, sizeof *v, err);
	if (v == NULL)
		return false;
	*out = (struct ek_explain_free){
		.teammate = {mate},
		.load = m->load,
		.limit = ek_explain_limit(m->limit),
		.blockers = v,
	};
	for (uint8_t k = 1; k < EK_TEST_END; k++) {
		if (count[k] > 0)
			v[out->blocker_count++] = (struct ek_explain_count){k, count[k]};
	}
	return true;
}

static bool fill_people(struct ek_engine *e, struct ek_arena *arena, struct ek_explain_unblock *out,
			struct ek_err *err)
{
	struct ek_explain_free *v = ek_explain_room(arena, EK_EXPLAIN_LISTED, sizeof *v, err);
	if (v == NULL)
		return false;
	out->people = v;
	for (uint32_t i = 1; i <= e->mate_count; i++) {
		if (!is_free(&e->mates[i]))
			continue;
		out->people_total++;
		if (out->people_count < EK_EXPLAIN_LISTED &&
		    !fill_free(e, i, &v[out->people_count++], arena, err))
			return false;
	}
	return true;
}

/* ---- ways out ---- */

static uint32_t people_of(const struct ek_engine *e, const struct edit *x)
{
	if (x->kind == EK_EXPLAIN_INBOX_LIMIT)
		return e->teams[x->id].member_count;
	if (x->kind == EK_EXPLAIN_GATE || x->kind == EK_EXPLAIN_HELPERS)
		return e->mate_count;
	return 1;
}

/* Most moved first, then fewest people; else as they were tried. */
static bool is_better(const struct ek_explain_way *a, const struct ek_explain_way *b)
{
	return a->moved != b->moved ? a->moved > b->moved : a->people < b->people;
}

struct ways {
	struct ek_explain_way *v;
	uint32_t n;
};

static bool add_way(struct hunt *h, const struct edit *x, uint32_t n, struct ways *out,
		    struct ek_err *err)
{
	struct trial t;
	if (!ek_explain_try(h, x, n, &t, err))
		return false;
	if (t.moved == 0)
		return true;
	struct ek_explain_way way = {.change_count = n, .moved = t.moved};
	bool same = n == 2 && x[0].kind != EK_EXPLAIN_INBOX_LIMIT &&
		    x[1].kind != EK_EXPLAIN_INBOX_LIMIT && x[0].id == x[1].id;
	for (uint32_t i = 0; i < n; i++) {
		if (!ek_explain_put(h, &x[i], &way.changes[i], err))
			return false;
		way.people += same && i == 1 ? 0 : people_of(h->e, &x[i]);
	}
	uint32_t at = out->n++;
	for (; at > 0 && is_better(&way, &out->v[at - 1]); at--)
		out->v[at] = out->v[at - 1];
	out->v[at] = way;
	return true;
}

static bool try_all(struct hunt *h, uint32_t each, struct ways *out, struct ek_err *err)
{
	for (uint32_t i = 0; i + each <= h->edits.n; i += each) {
		if (h->tries >= EK_EXPLAIN_TRIES) {
			h->cut = true;
			return true;
		}
		if (!add_way(h, &h->edits.v[i], each, out, err))
			return false;
	}
	return true;
}

bool ek_explain_unblock(struct ek_engine *e, struct ek_arena *arena, struct ek_explain_unblock *out,
			struct ek_err *err)
{
	*out = (struct ek_explain_unblock){.seq = e->seq, .at = {e->now}};
	if (!fill_stuck(e, arena, out, err) || !fill_people(e, arena, out, err))
		return false;
	if (out->waiting_total == 0)
		return true;
	struct hunt h = {.e = e, .arena = arena, .at = {e->now}};
	struct ways ways = {ek_explain_room(arena, EK_EXPLAIN_TRIES, sizeof *ways.v, err), 0};
	bool ok = ways.v != NULL && ek_explain_gather(&h, err) && try_all(&h, 1, &ways, err);
	if (ok && ways.n == 0)
		ok = ek_explain_gather_pairs(&h, err) && try_all(&h, 2, &ways, err);
	ek_explain_tried(&h);
	if (!ok)
		return false;
	out->ways = ways.v;
	out->way_count = ways.n;
	out->cut = h.cut;
	return true;
}
