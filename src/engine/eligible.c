#include "engine/eligible.h"

#include "engine/config.h"
#include "engine/queue.h"
#include "engine/roster.h"

struct standing ek_eligible_standing(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	const struct conv *c = &e->convs[conv];
	const struct mate *m = &e->mates[mate];
	const struct team *t = &e->teams[c->team];
	const struct serve *s = ek_state_serve(m, c->team);
	if (s != NULL && s->level == EK_LEVEL_PRIMARY)
		return (struct standing){1, false};
	if (s != NULL && t->method == EK_METHOD_BALANCED)
		return (struct standing){2, true};
	if (c->opened == 0 || t->method != EK_METHOD_BALANCED)
		return (struct standing){0, false};
	for (uint32_t i = 0; i < t->overflow_count; i++) {
		if ((c->opened >> i & 1) != 0 && ek_state_serve(m, t->overflow[i].team) != NULL)
			return (struct standing){3 + i, t->overflow[i].respect_gate};
	}
	return (struct standing){0, false};
}

/* Tests 2 to 4. */
static int check_ready(const struct ek_engine *e, const struct conv *c, const struct mate *m)
{
	if (m->presence != EK_PRESENCE_ACTIVE || m->deactivated || m->exists != 1)
		return EK_TEST_NOT_ACTIVE;
	if (m->paused_until != EK_NONE)
		return EK_TEST_PAUSED;
	if (e->teams[c->team].shift_gate && ek_state_is_off(m, c->team))
		return EK_TEST_OFF_SHIFT;
	return 0;
}

static uint32_t room_asked(const struct ek_engine *e, const struct conv *c)
{
	if (c->node != 0 && e->teams[c->team].method == EK_METHOD_BALANCED)
		return e->lanes[e->waits[c->node].lane].points;
	return ek_config_uncounted(e, c) ? 1 : ek_config_points(e, c->cls);
}

/* Tests 5 to 7. */
static int check_room(const struct ek_engine *e, const struct conv *c, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	uint32_t asked = room_asked(e, c);
	if (m->limit == 0 || (uint64_t)m->load + asked > m->limit)
		return EK_TEST_AT_LIMIT;
	uint32_t inbox_limit = e->teams[c->team].inbox_limit;
	if (inbox_limit != EK_STATE_UNLIMITED && ek_roster_held(e, mate, c->team) >= inbox_limit)
		return EK_TEST_AT_INBOX_LIMIT;
	uint32_t class_limit = ek_config_class_limit(e, mate, c->cls);
	if (class_limit != EK_STATE_UNLIMITED &&
	    (uint64_t)m->class_load[c->cls] + asked > class_limit)
		return EK_TEST_AT_CLASS_LIMIT;
	return 0;
}

/* Tests 8 and 9. */
static int check_able(const struct ek_engine *e, const struct conv *c, uint32_t mate)
{
	if (c->complexity > e->mates[mate].complexity_max)
		return EK_TEST_TOO_COMPLEX;
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	for (uint32_t i = 0; x != NULL && i < x->need_count; i++) {
		const struct need *n = &x->needs[i];
		if (!n->relaxed && ek_config_skill(e, mate, n->skill) < n->level)
			return EK_TEST_LACKS_SKILL;
	}
	return 0;
}

static bool cools_down(const struct ek_engine *e, const struct conv *c, uint32_t mate)
{
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	for (uint32_t i = 0; x != NULL && i < x->cooldown_count; i++) {
		if (x->cooldowns[i].mate == mate)
			return true;
	}
	return false;
}

int ek_eligible_ungated(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	const struct conv *c = &e->convs[conv];
	const struct mate *m = &e->mates[mate];
	if (ek_eligible_standing(e, conv, mate).level == 0)
		return EK_TEST_NOT_MEMBER;
	int failed = check_ready(e, c, m);
	if (failed == 0)
		failed = check_room(e, c, mate);
	if (failed == 0)
		failed = check_able(e, c, mate);
	if (failed != 0)
		return failed;
	if (cools_down(e, c, mate))
		return EK_TEST_RELEASED;
	if (c->hold_for != 0 && c->hold_for != mate)
		return EK_TEST_HELD_FOR_OTHER;
	if (m->intake_full)
		return EK_TEST_INTAKE;
	return 0;
}

/* Whether they could take the best of any lane of a team inbox: then they could take all of that lane. */
static bool could_take_in(const struct ek_engine *e, uint32_t team, uint32_t mate)
{
	const struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->lane_count; i++) {
		if (ek_eligible_ungated(e, e->lanes[t->lanes[i]].head, mate) == 0)
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
	const struct conv *c = &e->convs[conv];
	const struct mate *m = &e->mates[mate];
	if (ek_eligible_standing(e, conv, mate).level == 0)
		return EK_TEST_NOT_MEMBER;
	int failed = check_ready(e, c, m);
	if (failed == 0 && m->limit == 0)
		failed = EK_TEST_AT_LIMIT;
	if (failed == 0)
		failed = check_able(e, c, mate);
	if (failed == 0 && cools_down(e, c, mate))
		failed = EK_TEST_RELEASED;
	if (failed == 0 && c->hold_for != 0 && c->hold_for != mate)
		failed = EK_TEST_HELD_FOR_OTHER;
	return failed;
}

int ek_eligible_rotation(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	const struct conv *c = &e->convs[conv];
	const struct mate *m = &e->mates[mate];
	int failed = check_ready(e, c, m);
	if (failed == 0 && m->limit == 0)
		failed = EK_TEST_AT_LIMIT;
	if (failed == 0 && e->teams[c->team].rr_respect_limits) {
		failed = check_room(e, c, mate);
		if (failed == 0 && m->intake_full)
			failed = EK_TEST_INTAKE;
	}
	if (failed == 0 && cools_down(e, c, mate))
		failed = EK_TEST_RELEASED;
	return failed;
}
