#include "engine/explain_inside.h"

#include "engine/config.h"
#include "engine/eligible.h"
#include "engine/roster.h"

void *ek_explain_room(struct ek_arena *arena, size_t n, size_t size, struct ek_err *err)
{
	void *p = ek_arena_zero(arena, n * size);
	if (p == NULL)
		(void)ek_fail(err, EK_NO_MEMORY, "no memory for the explanation");
	return p;
}

/* Shell's sort: short lists, and nothing to allocate. */
void ek_explain_order(uint32_t *v, uint32_t n)
{
	for (uint32_t gap = n / 2; gap > 0; gap /= 2) {
		for (uint32_t i = gap; i < n; i++) {
			uint32_t x = v[i];
			uint32_t k = i;
			for (; k >= gap && v[k - gap] > x; k -= gap)
				v[k] = v[k - gap];
			v[k] = x;
		}
	}
}

int64_t ek_explain_limit(uint32_t limit)
{
	return limit == EK_STATE_UNLIMITED ? EK_NONE : (int64_t)limit;
}

bool ek_explain_waits(const struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	return c->node != 0 && e->teams[c->team].method == EK_METHOD_BALANCED;
}

/* ---- members ---- */

static uint32_t count_members(const struct ek_engine *e, const struct conv *c)
{
	const struct team *t = &e->teams[c->team];
	uint32_t n = t->member_count;
	for (uint32_t i = 0; i < t->overflow_count; i++) {
		if ((c->opened >> i & 1) != 0)
			n += e->teams[t->overflow[i].team].member_count;
	}
	return n;
}

static void add_members(const struct ek_engine *e, uint32_t conv, uint32_t team, struct list *out)
{
	const struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->member_count; i++) {
		if (ek_eligible_standing(e, conv, t->members[i].mate).level != 0)
			out->v[out->n++] = t->members[i].mate;
	}
}

bool ek_explain_members(const struct ek_engine *e, uint32_t conv, struct ek_arena *arena,
			struct list *out, struct ek_err *err)
{
	const struct conv *c = &e->convs[conv];
	*out = (struct list){0};
	if (c->team == 0)
		return true;
	const struct team *t = &e->teams[c->team];
	out->v = ek_explain_room(arena, count_members(e, c), sizeof *out->v, err);
	if (out->v == NULL)
		return false;
	add_members(e, conv, c->team, out);
	for (uint32_t i = 0; i < t->overflow_count; i++) {
		if ((c->opened >> i & 1) != 0)
			add_members(e, conv, t->overflow[i].team, out);
	}
	ek_explain_order(out->v, out->n);
	uint32_t n = 0;
	for (uint32_t i = 0; i < out->n; i++) {
		if (i == 0 || out->v[i] != out->v[i - 1])
			out->v[n++] = out->v[i];
	}
	out->n = n;
	return true;
}

uint8_t ek_explain_level(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	if (e->convs[conv].team == 0)
		return 0;
	uint32_t level = ek_eligible_standing(e, conv, mate).level;
	return (uint8_t)(level > EK_LEVEL_OVERFLOW ? EK_LEVEL_OVERFLOW : level);
}

/* ---- tests with their arguments ---- */

static uint32_t lacking(const struct ek_engine *e, const struct conv *c, uint32_t mate)
{
	const struct extra *x = &e->extras[c->extra];
	for (uint32_t i = 0; i < x->need_count; i++) {
		const struct need *n = &x->needs[i];
		if (!n->relaxed && ek_config_skill(e, mate, n->skill) < n->level)
			return n->skill;
	}
	return 0;
}

static int64_t cools_until(const struct ek_engine *e, const struct conv *c, uint32_t mate)
{
	const struct extra *x = &e->extras[c->extra];
	for (uint32_t i = 0; i < x->cooldown_count; i++) {
		if (x->cooldowns[i].mate == mate)
			return x->cooldowns[i].until;
	}
	return EK_NONE;
}

static int64_t intake_used(const struct ek_engine *e, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	int64_t window = ek_config_int(e, EK_SET_INTAKE_WINDOW_MS, 0, mate);
	int64_t used = m->offers;
	for (uint32_t i = 0; m->intake != NULL && i < m->intake_n; i++)
		used += m->intake[i] > e->now - window;
	return used;
}

/* What waits in the primary that shuts the gate; under the assignable gate, what they could take.
 */
static int64_t gate_waiting(const struct ek_engine *e, uint32_t team, uint32_t mate)
{
	const struct team *t = &e->teams[team];
	if (!e->gate_assignable)
		return t->waiting;
	int64_t n = 0;
	for (uint32_t i = 0; i < t->lane_count; i++) {
		const struct lane *l = &e->lanes[t->lanes[i]];
		if (ek_eligible_ungated(e, l->head, mate) == 0)
			n += l->count;
	}
	return n;
}

static void explain_room(const struct ek_engine *e, uint32_t conv, uint32_t mate,
			 struct ek_explain_why *w)
{
	const struct conv *c = &e->convs[conv];
	const struct mate *m = &e->mates[mate];
	if (w->test == EK_TEST_AT_LIMIT) {
		w->is = m->load;
		w->most = ek_explain_limit(m->limit);
	} else if (w->test == EK_TEST_AT_INBOX_LIMIT) {
		w->is = ek_roster_held(e, mate, c->team);
		w->most = ek_explain_limit(e->teams[c->team].inbox_limit);
	} else if (w->test == EK_TEST_AT_CLASS_LIMIT) {
		w->capacity_class = c->cls;
		w->is = m->class_load[c->cls];
		w->most = ek_explain_limit(ek_config_class_limit(e, mate, c->cls));
	} else if (w->test == EK_TEST_TOO_COMPLEX) {
		w->is = c->complexity;
		w->most = m->complexity_max;
	}
}

struct ek_explain_why ek_explain_why(const struct ek_engine *e, uint32_t conv, uint32_t mate,
				     int test)
{
	const struct conv *c = &e->convs[conv];
	struct ek_explain_why w = {
		.test = (uint8_t)test, .is = EK_NONE, .most = EK_NONE, .until = EK_NO_TIME};
	switch (test) {
	case EK_TEST_PAUSED:
		w.until.ms = e->mates[mate].paused_until;
		break;
	case EK_TEST_LACKS_SKILL:
		w.skill = e->symbols[lacking(e, c, mate)];
		break;
	case EK_TEST_RELEASED:
		w.until.ms = cools_until(e, c, mate);
		break;
	case EK_TEST_HELD_FOR_OTHER:
		w.teammate.v = c->hold_for;
		break;
	case EK_TEST_INTAKE:
		w.is = intake_used(e, mate);
		w.most = ek_config_int(e, EK_SET_INTAKE_MAX, 0, mate);
		break;
	case EK_TEST_PRIMARY_NOT_EMPTY:
		w.team.v = ek_eligible_gate(e, mate);
		w.is = gate_waiting(e, w.team.v, mate);
		break;
	default:
		explain_room(e, conv, mate, &w);
	}
	return w;
}

/* ---- blockers ---- */

/* Fails of the members by test; *most is the commonest. */
static void count_tests(const struct ek_engine *e, uint32_t conv, const struct list *members,
			uint32_t count[EK_TEST_END])
{
	for (uint32_t t = 0; t < EK_TEST_END; t++)
		count[t] = 0;
	for (uint32_t i = 0; i < members->n; i++)
		count[ek_eligible_check(e, conv, members->v[i])]++;
}

uint8_t ek_explain_main_test(const struct ek_engine *e, uint32_t conv, const struct list *members)
{
	uint32_t count[EK_TEST_END];
	count_tests(e, conv, members, count);
	uint8_t best = 0;
	for (uint8_t t = 1; t < EK_TEST_END; t++) {
		if (count[t] > 0 && (best == 0 || count[t] > count[best]))
			best = t;
	}
	return best;
}

bool ek_explain_blockers(const struct ek_engine *e, uint32_t conv, struct ek_arena *arena,
			 struct blockers *out, struct ek_err *err)
{
	struct list members;
	uint32_t count[EK_TEST_END];
	if (!ek_explain_members(e, conv, arena, &members, err))
		return false;
	count_tests(e, conv, &members, count);
	struct ek_explain_blocker *v = ek_explain_room(arena, EK_TEST_END, sizeof *v, err);
	ek_teammate_id *ids = ek_explain_room(arena, members.n, sizeof *ids, err);
	if (v == NULL || ids == NULL)
		return false;
	uint32_t n = 0;
	for (uint8_t t = 1; t < EK_TEST_END; t++) {
		if (count[t] == 0)
			continue;
		v[n++] = (struct ek_explain_blocker){t, ids, count[t]};
		for (uint32_t i = 0; i < members.n; i++) {
			if (ek_eligible_check(e, conv, members.v[i]) == t)
				*ids++ = (ek_teammate_id){members.v[i]};
		}
	}
	*out = (struct blockers){v, n};
	return true;
}

/* ---- the ordinary conversation ---- */

static uint8_t lightest_class(const struct ek_engine *e)
{
	uint8_t best = 1;
	for (uint8_t cls = 2; cls < EK_CAPACITY_CLASS_END; cls++) {
		if (ek_config_points(e, cls) < ek_config_points(e, best))
			best = cls;
	}
	return best;
}

/* It stands for a moment at index 0 of the pool, which is nobody's. */
int ek_explain_ordinary(struct ek_engine *e, uint32_t team, uint32_t mate,
			struct ek_explain_why *why)
{
	int method = e->teams[team].method;
	int failed = -1;
	ROOM(e, e->convs, e->conv_cap, 1);
	e->convs[0] = (struct conv){
		.state = EK_STATE_OPEN,
		.team = team,
		.cls = lightest_class(e),
		.complexity = 1,
	};
	if (ek_state_serve(&e->mates[mate], team) == NULL)
		failed = EK_TEST_NOT_MEMBER;
	else if (method == EK_METHOD_BALANCED)
		failed = ek_eligible_check(e, 0, mate);
	else if (method == EK_METHOD_ROUND_ROBIN)
		failed = ek_eligible_rotation(e, 0, mate);
	if (why != NULL)
		*why = ek_explain_why(e, 0, mate, failed < 0 ? 0 : failed);
	e->convs[0] = (struct conv){0};
	return failed;
}

/* ---- memberships ---- */

const struct serve *ek_explain_serve(const struct ek_engine *e, uint32_t mate, uint32_t team)
{
	const struct serve *s = ek_state_serve(&e->mates[mate], team);
	ek_assert(s != NULL);
	return s;
}

uint32_t ek_explain_rotation(const struct ek_engine *e, uint32_t team)
{
	const struct team *t = &e->teams[team];
	uint32_t from = 0;
	for (; from < t->member_count; from++) {
		uint32_t mate = t->members[from].mate;
		uint64_t joined = ek_explain_serve(e, mate, team)->joined;
		if (joined > t->rr_place || (joined == t->rr_place && mate > t->rr_last))
			break;
	}
	return from;
}
