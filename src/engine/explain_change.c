/* Which single change would alter an outcome: the edits worth a trial, and the first that helps.
 *
 * For each conversation and teammate concerned the first failed test names the one edit that lifts
 * it. That edit is made in place for a moment and the tests are asked again; only those that then
 * pass are tried on a copy. A teammate whom only a gate stops leads to what shuts it.
 */
#include "engine/explain_inside.h"

#include "engine/config.h"
#include "engine/eligible.h"
#include "engine/lane.h"
#include "engine/queue.h"
#include "engine/roster.h"

enum { LIMIT_MOST = 1000, EDITS_MOST = 20000, GATES_MOST = 16, ROTATION_MOST = 200 };

/* ---- making an edit in place for a moment ---- */

struct poked {
	uint32_t limit;
	uint8_t presence;
	int64_t paused_until;
	struct serve *serves;
	uint32_t serve_count;
	uint32_t needset;
	struct serve tmp[EK_STATE_MEMBERSHIPS + 1];
};

static int64_t permille(const struct ek_engine *e, const struct mate *m)
{
	const struct kept *steps = ek_config_find(e, EK_SET_RAMP_STEPS, 0, 0);
	if (m->ramp_step < 0 || steps == NULL || (uint32_t)m->ramp_step * 3 + 2 >= steps->n)
		return 1000;
	return steps->cells[m->ramp_step * 3 + 1].i;
}

/* What a limit of their own comes to under the ramp. */
static uint32_t ramped(const struct ek_engine *e, const struct mate *m, int64_t own)
{
	int64_t v = own * permille(e, m) / 1000;
	return own == 0 ? 0 : v == 0 ? 1 : (uint32_t)v;
}

static void poke_level(struct mate *m, const struct edit *x, struct poked *p)
{
	uint32_t n = 0;
	bool found = false;
	p->serves = m->serves;
	p->serve_count = m->serve_count;
	for (uint32_t i = 0; i < m->serve_count && i < EK_STATE_MEMBERSHIPS; i++) {
		struct serve s = m->serves[i];
		bool same = s.team == x->team;
		found = found || same;
		if (same && x->level == 0)
			continue;
		if (same)
			s.level = x->level;
		p->tmp[n++] = s;
	}
	if (!found && x->level != 0)
		p->tmp[n++] = (struct serve){.team = x->team, .level = x->level};
	m->serves = p->tmp;
	m->serve_count = n;
}

static void poke(struct ek_engine *e, uint32_t conv, const struct edit *x, struct poked *p)
{
	struct mate *m = &e->mates[x->kind == EK_EXPLAIN_INBOX_LIMIT ? 0 : x->id];
	if (x->kind == EK_EXPLAIN_LIMIT) {
		p->limit = m->limit;
		m->limit = ramped(e, m, x->value);
	} else if (x->kind == EK_EXPLAIN_INBOX_LIMIT) {
		p->limit = e->teams[x->id].inbox_limit;
		e->teams[x->id].inbox_limit = (uint32_t)x->value;
	} else if (x->kind == EK_EXPLAIN_PRESENCE) {
		p->presence = m->presence;
		m->presence = EK_PRESENCE_ACTIVE;
	} else if (x->kind == EK_EXPLAIN_RESUME) {
		p->paused_until = m->paused_until;
		m->paused_until = EK_NONE;
	} else if (x->kind == EK_EXPLAIN_LEVEL) {
		poke_level(m, x, p);
	} else if (x->kind == EK_EXPLAIN_SKILL) {
		struct lane *l = &e->lanes[e->waits[e->convs[conv].node].lane];
		p->needset = l->needset;
		l->needset = 0; /* it is the only one that they lack */
	}
}

static void unpoke(struct ek_engine *e, uint32_t conv, const struct edit *x, struct poked *p)
{
	struct mate *m = &e->mates[x->kind == EK_EXPLAIN_INBOX_LIMIT ? 0 : x->id];
	if (x->kind == EK_EXPLAIN_LIMIT) {
		m->limit = p->limit;
	} else if (x->kind == EK_EXPLAIN_INBOX_LIMIT) {
		e->teams[x->id].inbox_limit = p->limit;
	} else if (x->kind == EK_EXPLAIN_PRESENCE) {
		m->presence = p->presence;
	} else if (x->kind == EK_EXPLAIN_RESUME) {
		m->paused_until = p->paused_until;
	} else if (x->kind == EK_EXPLAIN_LEVEL) {
		m->serves = p->serves;
		m->serve_count = p->serve_count;
	} else if (x->kind == EK_EXPLAIN_SKILL) {
		e->lanes[e->waits[e->convs[conv].node].lane].needset = p->needset;
	}
}

/* ---- the list ---- */

static void push(struct hunt *h, struct edit x)
{
	struct edits *l = &h->edits;
	if (l->n == EDITS_MOST)
		h->cut = true;
	if (l->n == EDITS_MOST || l->full)
		return;
	if (l->n == l->cap) {
		uint32_t cap = l->cap == 0 ? 64 : l->cap * 2;
		struct edit *v = ek_arena_get(h->arena, cap * sizeof *v);
		l->full = v == NULL;
		if (v == NULL)
			return;
		for (uint32_t i = 0; i < l->n; i++)
			v[i] = l->v[i];
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = x;
}

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* By kind, least amount, lowest id; then anything that makes the order one. */
static int compare_edits(const struct edit *a, const struct edit *b)
{
	int sign = compare(a->kind, b->kind);
	if (sign == 0)
		sign = compare(a->amount, b->amount);
	if (sign == 0)
		sign = compare(a->id, b->id);
	if (sign == 0)
		sign = compare(a->team, b->team);
	if (sign == 0)
		sign = compare(a->level, b->level);
	if (sign == 0)
		sign = compare(a->skill, b->skill);
	return sign != 0 ? sign : compare(a->value, b->value);
}

static void sort_edits(struct edits *l)
{
	for (uint32_t gap = l->n / 2; gap > 0; gap /= 2) {
		for (uint32_t i = gap; i < l->n; i++) {
			struct edit x = l->v[i];
			uint32_t k = i;
			for (; k >= gap && compare_edits(&l->v[k - gap], &x) > 0; k -= gap)
				l->v[k] = l->v[k - gap];
			l->v[k] = x;
		}
	}
	uint32_t n = 0;
	for (uint32_t i = 0; i < l->n; i++) {
		if (n == 0 || compare_edits(&l->v[n - 1], &l->v[i]) != 0)
			l->v[n++] = l->v[i];
	}
	l->n = n;
}

/* ---- values of limits ---- */

static int64_t own_limit(const struct ek_engine *e, uint32_t mate)
{
	return ek_config_int(e, EK_SET_LIMIT, 0, mate);
}

static int64_t distance(int64_t from, int64_t to)
{
	if (from == EK_NONE)
		from = EK_STATE_UNLIMITED;
	return from > to ? from - to : to - from;
}

/* The edit that makes a limit come to exactly `want` or, under a ramp, the least above; when
 * lowering, the most that does not exceed it. kind 0: there is none. */
static struct edit limit_edit(const struct ek_engine *e, uint32_t mate, int64_t want, bool lower)
{
	const struct mate *m = &e->mates[mate];
	int64_t per = permille(e, m);
	int64_t v = want;
	if (per > 0 && per != 1000)
		v = lower ? ((want + 1) * 1000 - 1) / per : (want * 1000 + per - 1) / per;
	if (want == 0 || (want == 1 && !lower))
		v = want;
	struct edit x = {.kind = EK_EXPLAIN_LIMIT, .id = mate, .value = v};
	bool fits = v >= 0 && v <= LIMIT_MOST &&
		    (lower ? ramped(e, m, v) <= want : ramped(e, m, v) >= want);
	x.amount = distance(own_limit(e, mate), v);
	if (!fits || x.amount == 0)
		x.kind = 0;
	return x;
}

static struct edit inbox_edit(const struct ek_engine *e, uint32_t team, int64_t value)
{
	struct edit x = {.kind = EK_EXPLAIN_INBOX_LIMIT, .id = team, .value = value};
	x.amount = distance(ek_explain_limit(e->teams[team].inbox_limit), value);
	if (value > LIMIT_MOST || x.amount == 0)
		x.kind = 0;
	return x;
}

static uint32_t asked(const struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (ek_explain_waits(e, conv))
		return e->lanes[e->waits[c->node].lane].points;
	return ek_config_uncounted(e, c) ? 1 : ek_config_points(e, c->cls);
}

/* ---- the edit that lifts a failed test ---- */

static int tests(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	const struct conv *c = &e->convs[conv];
	if (e->teams[c->team].method == EK_METHOD_ROUND_ROBIN) {
		if (ek_state_serve(&e->mates[mate], c->team) == NULL)
			return EK_TEST_NOT_MEMBER;
		return ek_eligible_rotation(e, conv, mate);
	}
	int failed = ek_eligible_check(e, conv, mate);
	bool anyway = failed != 0 && c->anyway && ek_eligible_anyway(e, conv, mate) == 0;
	return anyway ? 0 : failed;
}

/* The one skill that they lack; more than one cannot be given by a single edit. */
static struct edit skill_edit(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	const struct extra *x = &e->extras[e->convs[conv].extra];
	struct edit one = {0};
	for (uint32_t i = 0; i < x->need_count; i++) {
		const struct need *n = &x->needs[i];
		uint32_t has = ek_config_skill(e, mate, n->skill);
		if (n->relaxed || has >= n->level)
			continue;
		if (one.kind != 0 || !ek_explain_waits(e, conv))
			return (struct edit){0};
		one = (struct edit){.kind = EK_EXPLAIN_SKILL,
				    .id = mate,
				    .skill = n->skill,
				    .level = n->level,
				    .amount = n->level - (int64_t)has};
	}
	return one;
}

static struct edit level_edit(uint32_t mate, uint32_t team, uint8_t level, int64_t amount)
{
	return (struct edit){.kind = EK_EXPLAIN_LEVEL,
			     .id = mate,
			     .team = team,
			     .level = level,
			     .amount = amount};
}

static struct edit remedy(const struct ek_engine *e, uint32_t conv, uint32_t mate, int failed)
{
	const struct mate *m = &e->mates[mate];
	const struct conv *c = &e->convs[conv];
	const struct team *t = &e->teams[c->team];
	bool counts = t->method != EK_METHOD_ROUND_ROBIN || t->rr_respect_limits;
	switch (failed) {
	case EK_TEST_AT_LIMIT:
		return limit_edit(e, mate, counts ? (int64_t)m->load + asked(e, conv) : 1, false);
	case EK_TEST_AT_INBOX_LIMIT:
		return inbox_edit(e, c->team, (int64_t)ek_roster_held(e, mate, c->team) + 1);
	case EK_TEST_NOT_ACTIVE:
		return (struct edit){.kind = EK_EXPLAIN_PRESENCE, .id = mate};
	case EK_TEST_PAUSED:
		return (struct edit){.kind = EK_EXPLAIN_RESUME, .id = mate};
	case EK_TEST_LACKS_SKILL:
		return skill_edit(e, conv, mate);
	case EK_TEST_NOT_MEMBER:
	case EK_TEST_PRIMARY_NOT_EMPTY:
		if (ek_state_serve(m, c->team) != NULL)
			return level_edit(mate, c->team, EK_LEVEL_PRIMARY, 1);
		if (m->serve_count < EK_STATE_MEMBERSHIPS && m->exists == 1)
			return level_edit(mate, c->team, EK_LEVEL_PRIMARY, 2);
		return (struct edit){0};
	default:
		return (struct edit){0};
	}
}

/* Whether the one who has, or had, the conversation would come after. */
static bool is_preferred(const struct hunt *h, uint32_t conv, uint32_t mate)
{
	const struct ek_engine *e = h->e;
	const struct conv *c = &e->convs[conv];
	if (h->chosen == 0 || conv != h->conv || h->how == EK_HOW_ROUND_ROBIN)
		return true;
	if (c->known == mate || c->known == h->chosen)
		return c->known == mate;
	struct candidate a =
		ek_roster_candidate(e, mate, c->team, ek_eligible_standing(e, conv, mate).level);
	struct candidate b = ek_roster_candidate(e, h->chosen, c->team,
						 ek_eligible_standing(e, conv, h->chosen).level);
	return ek_roster_prefer(&a, &b) > 0;
}

/* Whether an edit would do, but for a gate, which the trial will ask. */
static bool may_help(struct hunt *h, uint32_t conv, uint32_t mate, const struct edit *x)
{
	struct poked p;
	poke(h->e, conv, x, &p);
	int failed = tests(h->e, conv, mate);
	bool ok = failed == 0 || failed == EK_TEST_PRIMARY_NOT_EMPTY;
	ok = ok && is_preferred(h, conv, mate);
	unpoke(h->e, conv, x, &p);
	return ok;
}

/* ---- what comes first ---- */

/* How many of a lane a teammate would be given before this conversation. One whose gate matters has
 * emptied their primaries first; where it is shut, it stays so while they wait for their own. */
static uint32_t first_of(const struct ek_engine *e, const struct lane *l, uint32_t conv,
			 uint32_t mate)
{
	bool gated = ek_eligible_standing(e, conv, mate).respects_gate;
	struct standing s = ek_eligible_standing(e, l->head, mate);
	if (s.level == 0 || (s.respects_gate && !gated))
		return 0;
	uint32_t n = gated && !s.respects_gate ? l->count : ek_queue_rank(e, l, conv);
	return n > 0 && ek_eligible_ungated(e, l->head, mate) == 0 ? n : 0;
}

/* A rotation that nobody could be given from gives all of it to them, before any balancing. */
static int64_t rotated(const struct ek_engine *e, const struct team *t, uint32_t mate)
{
	int64_t sum = 0;
	for (uint32_t i = 0; t->rr_retry && i < t->lane_count; i++) {
		const struct lane *l = &e->lanes[t->lanes[i]];
		for (uint32_t k = 0; k < l->count; k++) {
			uint32_t conv = e->waits[l->heap[k].wait].conv;
			if (ek_eligible_rotation(e, conv, mate) == 0)
				sum += asked(e, conv);
		}
	}
	return sum;
}

/* The same in points for a whole team inbox, within its limit. */
static int64_t demand_of(const struct ek_engine *e, uint32_t team, uint32_t conv, uint32_t mate)
{
	const struct team *t = &e->teams[team];
	uint32_t held = ek_roster_held(e, mate, team);
	uint32_t room = t->inbox_limit > held ? t->inbox_limit - held : 0;
	int64_t sum = 0;
	if (t->method == EK_METHOD_ROUND_ROBIN && ek_state_serve(&e->mates[mate], team) != NULL)
		return rotated(e, t, mate);
	for (uint32_t i = 0; t->method == EK_METHOD_BALANCED && i < t->lane_count; i++) {
		const struct lane *l = &e->lanes[t->lanes[i]];
		uint32_t n = first_of(e, l, conv, mate);
		n = n < room ? n : room;
		room -= n;
		sum += (int64_t)n * l->points;
	}
	return sum;
}

/* Points that a teammate would be given before this conversation if only their limit were higher.
 */
static int64_t demand(struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	struct mate *m = &e->mates[mate];
	uint32_t limit = m->limit;
	int64_t sum = 0;
	m->limit = EK_STATE_UNLIMITED;
	for (uint32_t i = 1; i <= e->team_count; i++)
		sum += demand_of(e, i, conv, mate);
	m->limit = limit;
	return sum;
}

/* The same for a team inbox's limit: how many. */
static int64_t inbox_demand(struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	struct team *t = &e->teams[e->convs[conv].team];
	uint32_t limit = t->inbox_limit;
	int64_t n = 0;
	t->inbox_limit = EK_STATE_UNLIMITED;
	for (uint32_t k = 0; k < t->lane_count; k++) {
		const struct lane *l = &e->lanes[t->lanes[k]];
		uint32_t before = ek_queue_rank(e, l, conv);
		if (before > 0 && ek_eligible_ungated(e, l->head, mate) == 0)
			n += before;
	}
	t->inbox_limit = limit;
	return n;
}

/* The same edit, so large that what comes first leaves room. */
static void push_reaching(struct hunt *h, uint32_t conv, uint32_t mate, const struct edit *x)
{
	struct ek_engine *e = h->e;
	int64_t load = e->mates[mate].load;
	struct edit y = {0};
	if (!ek_explain_waits(e, conv) || conv != h->conv)
		return;
	if (x->kind == EK_EXPLAIN_LIMIT)
		y = limit_edit(e, mate, load + demand(e, conv, mate) + asked(e, conv), false);
	else if (x->kind == EK_EXPLAIN_INBOX_LIMIT)
		y = inbox_edit(e, x->id, x->value + inbox_demand(e, conv, mate));
	y.reaches = true;
	if (y.kind != 0 && y.value > x->value)
		push(h, y);
}

/* ---- gathering ---- */

static void push_if(struct hunt *h, uint32_t conv, uint32_t mate, struct edit x)
{
	if (x.kind == 0 || !may_help(h, conv, mate, &x))
		return;
	push(h, x);
	push_reaching(h, conv, mate, &x);
}

/* They would be next but for the order of the eligible: by share of a limit, or by level. */
static void gather_eligible(struct hunt *h, uint32_t conv, uint32_t mate)
{
	struct ek_engine *e = h->e;
	const struct conv *c = &e->convs[conv];
	if (h->chosen == 0 || mate == h->chosen || conv != h->conv)
		return;
	const struct mate *a = &e->mates[mate];
	const struct mate *b = &e->mates[h->chosen];
	if (e->teams[c->team].share && b->load > 0 && b->limit != EK_STATE_UNLIMITED) {
		int64_t equal = (int64_t)a->load * b->limit / b->load;
		for (int64_t v = equal; v <= equal + 1; v++)
			push_if(h, conv, mate, limit_edit(e, mate, v, false));
	}
	const struct serve *s = ek_state_serve(a, c->team);
	if (s != NULL && s->level == EK_LEVEL_SECONDARY)
		push_if(h, conv, mate, level_edit(mate, c->team, EK_LEVEL_PRIMARY, 1));
}

static void gather_pair(struct hunt *h, uint32_t conv, uint32_t mate)
{
	struct ek_engine *e = h->e;
	int failed = tests(e, conv, mate);
	if (failed == 0) {
		gather_eligible(h, conv, mate);
		return;
	}
	push_if(h, conv, mate, remedy(e, conv, mate, failed));
	if (failed != EK_TEST_PRIMARY_NOT_EMPTY)
		return;
	uint32_t gate = ek_eligible_gate(e, mate);
	push_if(h, conv, mate, level_edit(mate, gate, EK_LEVEL_SECONDARY, 1));
}

/* What waits in the primaries that shut the gate for somebody: edits that would empty them. */
static bool gather_gates(struct hunt *h, const struct list *gates, struct ek_err *err)
{
	for (uint32_t i = 0; i < gates->n; i++) {
		const struct team *t = &h->e->teams[gates->v[i]];
		for (uint32_t k = 0; k < t->lane_count; k++) {
			struct list members;
			uint32_t head = h->e->lanes[t->lanes[k]].head;
			if (!ek_explain_members(h->e, head, h->arena, &members, err))
				return false;
			for (uint32_t j = 0; j < members.n; j++)
				gather_pair(h, head, members.v[j]);
		}
	}
	return true;
}

static void note_gate(struct hunt *h, uint32_t conv, uint32_t mate, struct list *gates)
{
	if (tests(h->e, conv, mate) != EK_TEST_PRIMARY_NOT_EMPTY)
		return;
	uint32_t gate = ek_eligible_gate(h->e, mate);
	for (uint32_t i = 0; i < gates->n; i++) {
		if (gates->v[i] == gate)
			return;
	}
	if (gates->n == GATES_MOST)
		h->cut = true;
	else
		gates->v[gates->n++] = gate;
}

/* Everyone for one conversation; those who do not serve it as well. */
static bool gather_for(struct hunt *h, uint32_t conv, struct list *gates, struct ek_err *err)
{
	struct list members;
	struct ek_engine *e = h->e;
	if (!ek_explain_members(e, conv, h->arena, &members, err))
		return false;
	for (uint32_t i = 0; i < members.n; i++) {
		gather_pair(h, conv, members.v[i]);
		note_gate(h, conv, members.v[i], gates);
	}
	for (uint32_t mate = 1; mate <= e->mate_count; mate++) {
		const struct mate *m = &e->mates[mate];
		if (m->present && tests(e, conv, mate) == EK_TEST_NOT_MEMBER)
			gather_pair(h, conv, mate);
	}
	return true;
}

/* How many of a lane differ in who can take them: all of a balanced one are alike, those of a
 * rotation share one lane. */
static uint32_t kinds_of(const struct hunt *h, const struct lane *l)
{
	if (h->e->teams[l->team].method == EK_METHOD_BALANCED)
		return l->count > 0 ? 1 : 0;
	return l->count < ROTATION_MOST ? l->count : ROTATION_MOST;
}

static void gather_lanes_for(struct hunt *h, uint32_t team, struct list *gates)
{
	const struct team *t = &h->e->teams[team];
	for (uint32_t i = 0; t->method != EK_METHOD_MANUAL && i < t->lane_count; i++) {
		const struct lane *l = &h->e->lanes[t->lanes[i]];
		for (uint32_t k = 0; k < kinds_of(h, l); k++) {
			uint32_t conv = h->e->waits[l->heap[k].wait].conv;
			gather_pair(h, conv, h->mate);
			note_gate(h, conv, h->mate, gates);
		}
	}
}

/* Lower limits for the one who has it: no room, or a greater share than who comes after. */
static void gather_lower(struct hunt *h, bool counts)
{
	struct ek_engine *e = h->e;
	const struct conv *c = &e->convs[h->conv];
	const struct mate *m = &e->mates[h->chosen];
	const struct mate *r = &e->mates[h->runner_up];
	int64_t own = own_limit(e, h->chosen);
	int64_t most = counts ? (int64_t)m->load + asked(e, h->conv) - 1 : 0;
	struct edit x = limit_edit(e, h->chosen, most, true);
	if (x.kind != 0 && (own == EK_NONE || x.value < own))
		push(h, x);
	if (!e->teams[c->team].share || r->load == 0 || r->limit == EK_STATE_UNLIMITED)
		return;
	int64_t equal = (int64_t)m->load * r->limit / r->load;
	for (int64_t v = equal; v >= equal - 1 && v >= 0; v--) {
		x = limit_edit(e, h->chosen, v, true);
		if (x.kind != 0 && v < m->limit)
			push(h, x);
	}
}

/* Edits against the one who has it: worth a trial when somebody comes after. */
static void gather_against(struct hunt *h)
{
	struct ek_engine *e = h->e;
	const struct conv *c = &e->convs[h->conv];
	const struct team *t = &e->teams[c->team];
	bool rotates = h->how == EK_HOW_ROUND_ROBIN;
	bool counts = !rotates || t->rr_respect_limits;
	if (h->runner_up == 0 && !rotates)
		return;
	gather_lower(h, counts);
	int64_t held = ek_roster_held(e, h->chosen, c->team);
	struct edit x = inbox_edit(e, c->team, held);
	if (x.kind != 0 && held < t->inbox_limit && counts)
		push(h, x);
	const struct serve *s = ek_state_serve(&e->mates[h->chosen], c->team);
	if (s == NULL)
		return;
	if (!rotates && s->level == EK_LEVEL_PRIMARY)
		push(h, level_edit(h->chosen, c->team, EK_LEVEL_SECONDARY, 1));
	push(h, level_edit(h->chosen, c->team, 0, 2));
}

static void gather_workspace(struct hunt *h)
{
	const struct ek_engine *e = h->e;
	push(h, (struct edit){.kind = EK_EXPLAIN_GATE,
			      .value = e->gate_assignable ? EK_GATE_STRICT : EK_GATE_ASSIGNABLE});
	push(h, (struct edit){.kind = EK_EXPLAIN_HELPERS,
			      .value = e->helpers_equal ? EK_HELPER_ORDER_PRIMARY_FIRST
							: EK_HELPER_ORDER_EQUAL});
}

static bool gather_lane(struct hunt *h, const struct lane *l, struct list *gates,
			struct ek_err *err)
{
	for (uint32_t k = 0; k < kinds_of(h, l); k++) {
		if (!gather_for(h, h->e->waits[l->heap[k].wait].conv, gates, err))
			return false;
	}
	return true;
}

static bool gather_everything(struct hunt *h, struct list *gates, struct ek_err *err)
{
	for (uint32_t i = 1; i <= h->e->team_count; i++) {
		const struct team *t = &h->e->teams[i];
		for (uint32_t k = 0; t->method != EK_METHOD_MANUAL && k < t->lane_count; k++) {
			if (!gather_lane(h, &h->e->lanes[t->lanes[k]], gates, err))
				return false;
		}
	}
	return true;
}

static void gather_mate(struct hunt *h, struct list *gates)
{
	for (uint32_t i = 1; i <= h->e->team_count; i++)
		gather_lanes_for(h, i, gates);
}

bool ek_explain_gather(struct hunt *h, struct ek_err *err)
{
	uint32_t ids[GATES_MOST];
	struct list gates = {ids, 0};
	h->edits = (struct edits){0};
	if (h->mate != 0)
		gather_mate(h, &gates);
	else if (h->conv == 0 && !gather_everything(h, &gates, err))
		return false;
	else if (h->conv != 0 && !gather_for(h, h->conv, &gates, err))
		return false;
	if (!gather_gates(h, &gates, err))
		return false;
	if (h->chosen != 0)
		gather_against(h);
	gather_workspace(h);
	if (h->edits.full)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the explanation");
	sort_edits(&h->edits);
	return true;
}

/* ---- pairs ---- */

/* The two edits that together let a teammate take a conversation. */
static void push_pair(struct hunt *h, uint32_t conv, uint32_t mate)
{
	struct ek_engine *e = h->e;
	struct edit x = remedy(e, conv, mate, tests(e, conv, mate));
	struct poked p;
	if (x.kind == 0)
		return;
	poke(e, conv, &x, &p);
	int failed = tests(e, conv, mate);
	struct edit y = failed == 0 ? (struct edit){0} : remedy(e, conv, mate, failed);
	bool ok = y.kind != 0 && may_help(h, conv, mate, &y);
	unpoke(e, conv, &x, &p);
	if (!ok || h->edits.n + 2 > EDITS_MOST)
		return;
	push(h, x);
	push(h, y);
}

bool ek_explain_gather_pairs(struct hunt *h, struct ek_err *err)
{
	struct ek_engine *e = h->e;
	h->edits = (struct edits){0};
	for (uint32_t i = 1; i <= e->team_count; i++) {
		const struct team *t = &e->teams[i];
		for (uint32_t k = 0; t->method != EK_METHOD_MANUAL && k < t->lane_count; k++) {
			struct list members;
			uint32_t head = e->lanes[t->lanes[k]].head;
			if (!ek_explain_members(e, head, h->arena, &members, err))
				return false;
			for (uint32_t j = 0; j < members.n; j++)
				push_pair(h, head, members.v[j]);
		}
	}
	return !h->edits.full || ek_fail(err, EK_NO_MEMORY, "no memory for the explanation");
}

/* ---- the first that helps ---- */

/* A limit that reaches past what comes first may be larger than it need be. */
static bool shrink(struct hunt *h, struct edit *x, struct trial *best, struct ek_err *err)
{
	if (!x->reaches)
		return true;
	struct edit try = *x;
	int64_t least = x->value - x->amount + 1; /* both kinds are raised here */
	while (least < x->value && h->tries < EK_EXPLAIN_TRIES) {
		struct trial t;
		int64_t middle = x->value - 1 - (x->value - 1 - least) / 2;
		if (best->moved == 0)
			middle = x->value - 1;
		try.value = middle;
		if (!ek_explain_try(h, &try, 1, &t, err))
			return false;
		if (t.to == 0 || t.to == h->chosen) {
			least = middle + 1;
			continue;
		}
		x->amount -= x->value - middle;
		x->value = middle;
		*best = t;
	}
	return true;
}

/* The best that a teammate could take now; 0 = nothing. */
static uint32_t best_for(const struct ek_engine *e, uint32_t mate)
{
	uint32_t best = 0;
	for (uint32_t i = 1; i <= e->team_count; i++) {
		const struct team *t = &e->teams[i];
		for (uint32_t k = 0; t->method == EK_METHOD_BALANCED && k < t->lane_count; k++) {
			uint32_t head = e->lanes[t->lanes[k]].head;
			if ((best == 0 || ek_queue_before(e, head, best)) &&
			    ek_eligible_check(e, head, mate) == 0)
				best = head;
		}
	}
	return best;
}

/* Whether a higher limit surely brings them something else, which fills it: then nothing more can
 * move, and the trial would say no. Only where what is taken changes nothing for anybody else: its
 * team inbox stays not empty, gates are strict, nothing may pass limits. */
static bool falls_short(struct hunt *h, const struct edit *x)
{
	struct ek_engine *e = h->e;
	if (x->kind != EK_EXPLAIN_LIMIT || x->reaches || h->chosen != 0 ||
	    !ek_explain_waits(e, h->conv) || e->gate_assignable || e->anyway_lanes != 0)
		return false;
	struct mate *m = &e->mates[x->id];
	uint32_t limit = m->limit;
	uint32_t more = ramped(e, m, x->value);
	if (limit == 0 || more <= limit)
		return false;
	m->limit = more;
	uint32_t best = best_for(e, x->id);
	m->limit = limit;
	uint32_t room = more > m->load ? more - m->load : 0;
	return best != 0 && best != h->conv && asked(e, best) >= room &&
	       !ek_config_uncounted(e, &e->convs[best]) &&
	       e->teams[e->convs[best].team].waiting > 1;
}

/* Where a hunt for one conversation is long, and what has been settled is settled. */
static bool may_skip(struct hunt *h, bool *skips, struct ek_err *err)
{
	*skips = h->conv != 0 && h->chosen == 0 && h->edits.n > EK_EXPLAIN_SHORT;
	return !*skips || ek_explain_settled(h, skips, err);
}

static bool find_nearest(struct hunt *h, struct ek_explain_nearest *out, struct ek_err *err)
{
	*out = (struct ek_explain_nearest){0};
	bool skips = false;
	if (!ek_explain_gather(h, err) || !may_skip(h, &skips, err))
		return false;
	for (uint32_t i = 0; i < h->edits.n; i++) {
		struct trial t;
		struct edit x = h->edits.v[i];
		if (h->tries >= EK_EXPLAIN_TRIES) {
			out->cut = true;
			return true;
		}
		if (skips && falls_short(h, &x)) {
			h->tries++;
			continue;
		}
		if (!ek_explain_try(h, &x, 1, &t, err))
			return false;
		if (t.to == 0 || t.to == h->chosen)
			continue;
		if (!shrink(h, &x, &t, err))
			return false;
		out->then.v = t.to;
		return ek_explain_put(h, &x, &out->change, err);
	}
	out->cut = h->cut;
	return true;
}

bool ek_explain_nearest(struct hunt *h, struct ek_explain_nearest *out, struct ek_err *err)
{
	bool ok = find_nearest(h, out, err);
	ek_explain_tried(h);
	return ok;
}
