#include "engine/eligible.h"

#include "engine/config.h"
#include "engine/lane.h"
#include "engine/roster.h"

/* What a conversation asks of whoever may get it: as its lane has it, or looked up. */
struct ask {
	uint32_t team;
	uint32_t only; /* the conversation, where holds and cooldowns may matter; 0 = neither */
	uint32_t points;
	uint16_t opened;
	uint8_t cls;
	uint8_t complexity;
	const struct lane *lane; /* NULL: needs are looked up in `conv` */
	const struct conv *conv;
};

static struct ask ask_lane(const struct lane *l)
{
	return (struct ask){l->team, l->only, l->points, l->opened, l->cls, l->complexity, l, NULL};
}

static struct ask ask_conv(const struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (c->node != 0 && e->teams[c->team].method == EK_METHOD_BALANCED)
		return ask_lane(&e->lanes[e->waits[c->node].lane]);
	uint32_t points = ek_config_uncounted(e, c) ? 1 : ek_config_points(e, c->cls);
	return (struct ask){c->team, conv, points, c->opened, c->cls, c->complexity, NULL, c};
}

static struct standing standing(const struct ek_engine *e, const struct ask *a, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	const struct team *t = &e->teams[a->team];
	const struct serve *s = ek_state_serve(m, a->team);
	if (s != NULL && s->level == EK_LEVEL_PRIMARY)
		return (struct standing){1, false};
	if (s != NULL && t->method == EK_METHOD_BALANCED)
		return (struct standing){2, true};
	if (a->opened == 0 || t->method != EK_METHOD_BALANCED)
		return (struct standing){0, false};
	for (uint32_t i = 0; i < t->overflow_count; i++) {
		if ((a->opened >> i & 1) != 0 && ek_state_serve(m, t->overflow[i].team) != NULL)
			return (struct standing){3 + i, t->overflow[i].respect_gate};
	}
	return (struct standing){0, false};
}

struct standing ek_eligible_standing(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	struct ask a = ask_conv(e, conv);
	return standing(e, &a, mate);
}

/* Tests 2 to 4. */
static int check_ready(const struct ek_engine *e, uint32_t team, const struct mate *m)
{
	if (m->presence != EK_PRESENCE_ACTIVE || m->deactivated || m->exists != 1)
		return EK_TEST_NOT_ACTIVE;
	if (m->paused_until != EK_NONE)
		return EK_TEST_PAUSED;
	if (e->teams[team].shift_gate && ek_state_is_off(m, team))
		return EK_TEST_OFF_SHIFT;
	return 0;
}

/* Tests 5 to 7. */
static int check_room(const struct ek_engine *e, const struct ask *a, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	if (m->limit == 0 || (uint64_t)m->load + a->points > m->limit)
		return EK_TEST_AT_LIMIT;
	uint32_t inbox_limit = e->teams[a->team].inbox_limit;
	if (inbox_limit != EK_STATE_UNLIMITED && ek_roster_held(e, mate, a->team) >= inbox_limit)
		return EK_TEST_AT_INBOX_LIMIT;
	uint32_t class_limit =
		e->class_limits ? ek_config_class_limit(e, mate, a->cls) : EK_STATE_UNLIMITED;
	if (class_limit != EK_STATE_UNLIMITED &&
	    (uint64_t)m->class_load[a->cls] + a->points > class_limit)
		return EK_TEST_AT_CLASS_LIMIT;
	return 0;
}

static bool is_skilled(const struct ek_engine *e, const struct ask *a, uint32_t mate)
{
	if (a->lane != NULL)
		return ek_lane_skilled(e, a->lane, mate, true);
	const struct extra *x = a->conv->extra != 0 ? &e->extras[a->conv->extra] : NULL;
	for (uint32_t i = 0; x != NULL && i < x->need_count; i++) {
		const struct need *n = &x->needs[i];
		if (!n->relaxed && ek_config_skill(e, mate, n->skill) < n->level)
			return false;
	}
	return true;
}

/* Tests 8 and 9. */
static int check_able(const struct ek_engine *e, const struct ask *a, uint32_t mate)
{
	if (a->complexity > e->mates[mate].complexity_max)
		return EK_TEST_TOO_COMPLEX;
	return is_skilled(e, a, mate) ? 0 : EK_TEST_LACKS_SKILL;
}

/* Tests 10 and 11. */
static int check_own(const struct ek_engine *e, const struct ask *a, uint32_t mate)
{
	if (a->only == 0)
		return 0;
	const struct conv *c = &e->convs[a->only];
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	for (uint32_t i = 0; x != NULL && i < x->cooldown_count; i++) {
		if (x->cooldowns[i].mate == mate)
			return EK_TEST_RELEASED;
	}
	return c->hold_for != 0 && c->hold_for != mate ? EK_TEST_HELD_FOR_OTHER : 0;
}

static int check_ungated(const struct ek_engine *e, const struct ask *a, uint32_t mate)
{
	if (standing(e, a, mate).level == 0)
		return EK_TEST_NOT_MEMBER;
	int failed = check_ready(e, a->team, &e->mates[mate]);
	if (failed == 0)
		failed = check_room(e, a, mate);
	if (failed == 0)
		failed = check_able(e, a, mate);
	if (failed == 0)
		failed = check_own(e, a, mate);
	if (failed == 0 && e->mates[mate].intake_full)
		failed = EK_TEST_INTAKE;
	return failed;
}

int ek_eligible_lane(const struct ek_engine *e, const struct lane *lane, uint32_t mate)
{
	struct ask a = ask_lane(lane);
	return check_ungated(e, &a, mate);
}

int ek_eligible_ungated(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	struct ask a = ask_conv(e, conv);
	return check_ungated(e, &a, mate);
}

/* Whether they could take the best of any lane of a team inbox: then they could take all of that
 * lane. */
static bool could_take_in(const struct ek_engine *e, uint32_t team, uint32_t mate)
{
	const struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->lane_count; i++) {
		if (ek_eligible_lane(e, &e->lanes[t->lanes[i]], mate) == 0)
			return true;
	}
	return false;
}

uint32_t ek_eligible_gate(const struct ek_engine *e, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	if (!e->gate_assignable && (m->group == 0 || e->groups[m->group].nonempty == 0))
		return 0;
	for (uint32_t i = 0; i < m->serve_count; i++) {
		const struct team *t = &e->teams[m->serves[i].team];
		if (m->serves[i].level != EK_LEVEL_PRIMARY || t->method != EK_METHOD_BALANCED ||
		    t->waiting == 0)
			continue;
		if (!e->gate_assignable || could_take_in(e, m->serves[i].team, mate))
			return m->serves[i].team;
	}
	return 0;
}

int ek_eligible_check(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	int failed = ek_eligible_ungated(e, conv, mate);
	if (failed != 0)
		return failed;
	if (ek_eligible_standing(e, conv, mate).respects_gate && ek_eligible_gate(e, mate) != 0)
		return EK_TEST_PRIMARY_NOT_EMPTY;
	return 0;
}

int ek_eligible_anyway(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	struct ask a = ask_conv(e, conv);
	if (standing(e, &a, mate).level == 0)
		return EK_TEST_NOT_MEMBER;
	int failed = check_ready(e, a.team, &e->mates[mate]);
	if (failed == 0 && e->mates[mate].limit == 0)
		failed = EK_TEST_AT_LIMIT;
	if (failed == 0)
		failed = check_able(e, &a, mate);
	if (failed == 0)
		failed = check_own(e, &a, mate);
	return failed;
}

/* Of tests 10 and 11 a rotation knows only the first. */
static bool cools_down(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	struct ask a = {.only = conv};
	return check_own(e, &a, mate) == EK_TEST_RELEASED;
}

int ek_eligible_rotation(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	struct ask a = ask_conv(e, conv);
	const struct mate *m = &e->mates[mate];
	int failed = check_ready(e, a.team, m);
	if (failed == 0 && m->limit == 0)
		failed = EK_TEST_AT_LIMIT;
	if (failed == 0 && e->teams[a.team].rr_respect_limits) {
		failed = check_room(e, &a, mate);
		if (failed == 0 && m->intake_full)
			failed = EK_TEST_INTAKE;
	}
	if (failed == 0 && cools_down(e, conv, mate))
		failed = EK_TEST_RELEASED;
	return failed;
}
