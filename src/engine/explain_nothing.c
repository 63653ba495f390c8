/* What a teammate would get next, or why nothing. */
#include "engine/explain_inside.h"

#include "engine/config.h"
#include "engine/eligible.h"
#include "engine/roster.h"

/* ---- whose turn ---- */

static uint32_t rotation_turn(struct ek_engine *e, uint32_t team, uint32_t mate)
{
	const struct team *t = &e->teams[team];
	uint32_t from = ek_explain_rotation(e, team);
	uint32_t turn = 1;
	for (uint32_t i = 0; i < t->member_count; i++) {
		uint32_t other = t->members[(from + i) % t->member_count].mate;
		if (other == mate)
			break;
		if (ek_explain_ordinary(e, team, other, NULL) == 0)
			turn++;
	}
	return turn;
}

static struct candidate candidate(const struct ek_engine *e, uint32_t mate, uint32_t team)
{
	return ek_roster_candidate(e, mate, team, ek_explain_serve(e, mate, team)->level);
}

/* 1 = they would be given the next ordinary one. */
static uint32_t turn_of(struct ek_engine *e, uint32_t team, uint32_t mate)
{
	const struct team *t = &e->teams[team];
	if (t->method == EK_METHOD_ROUND_ROBIN)
		return rotation_turn(e, team, mate);
	struct candidate own = candidate(e, mate, team);
	uint32_t turn = 1;
	for (uint32_t i = 0; i < t->member_count; i++) {
		uint32_t other = t->members[i].mate;
		if (other == mate || ek_explain_ordinary(e, team, other, NULL) != 0)
			continue;
		struct candidate c = candidate(e, other, team);
		if (ek_roster_prefer(&c, &own) > 0)
			turn++;
	}
	return turn;
}

/* ---- what waits, but not for them ---- */

/* Tests 8 to 11 alone. */
static int able_test(const struct ek_engine *e, const struct conv *c, uint32_t mate)
{
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	if (c->complexity > e->mates[mate].complexity_max)
		return EK_TEST_TOO_COMPLEX;
	for (uint32_t i = 0; x != NULL && i < x->need_count; i++) {
		const struct need *n = &x->needs[i];
		if (!n->relaxed && ek_config_skill(e, mate, n->skill) < n->level)
			return EK_TEST_LACKS_SKILL;
	}
	for (uint32_t i = 0; x != NULL && i < x->cooldown_count; i++) {
		if (x->cooldowns[i].mate == mate)
			return EK_TEST_RELEASED;
	}
	return c->hold_for != 0 && c->hold_for != mate ? EK_TEST_HELD_FOR_OTHER : 0;
}

/* The first test that fails for what this conversation is, whatever stops them from all work; 0 =
 * none. ordinary: what stops them from an ordinary one. */
static int own_test(const struct ek_engine *e, uint32_t conv, uint32_t mate, int ordinary)
{
	int failed = ek_eligible_ungated(e, conv, mate);
	bool of_it = failed == EK_TEST_AT_LIMIT ||
		     (failed >= EK_TEST_AT_CLASS_LIMIT && failed <= EK_TEST_HELD_FOR_OTHER);
	return of_it && failed != ordinary ? failed : able_test(e, &e->convs[conv], mate);
}

static void fill_not_for_you(const struct ek_engine *e, uint32_t mate, int ordinary,
			     struct ek_explain_count *v, struct ek_explain_inbox *out)
{
	const struct team *t = &e->teams[out->team.v];
	uint32_t count[EK_TEST_END] = {0};
	for (uint32_t i = 0; t->method == EK_METHOD_BALANCED && i < t->lane_count; i++) {
		const struct lane *l = &e->lanes[t->lanes[i]];
		count[own_test(e, l->head, mate, ordinary)] += l->count;
	}
	for (uint8_t k = 1; k < EK_TEST_END; k++) {
		if (count[k] > 0)
			v[out->not_for_you_count++] = (struct ek_explain_count){k, count[k]};
	}
	out->not_for_you = v;
}

static bool fill_inbox(struct ek_engine *e, uint32_t mate, struct ek_explain_inbox *out,
		       struct ek_arena *arena, struct ek_err *err)
{
	uint32_t team = out->team.v;
	const struct team *t = &e->teams[team];
	out->waiting = t->method == EK_METHOD_BALANCED ? t->waiting : t->parked;
	int failed = ek_explain_ordinary(e, team, mate, &out->why);
	out->state = EK_EXPLAIN_STOPPED;
	if (failed == 0) {
		uint32_t turn = turn_of(e, team, mate);
		out->state = turn == 1 ? EK_EXPLAIN_NEXT : EK_EXPLAIN_IN_TURN;
		out->turn = turn == 1 ? 0 : turn;
	}
	struct ek_explain_count *v = ek_explain_room(arena, EK_TEST_END, sizeof *v, err);
	if (v != NULL)
		fill_not_for_you(e, mate, failed, v, out);
	return v != NULL;
}

/* ---- the whole ---- */

static uint8_t limit_from(const struct ek_engine *e, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	int64_t own = ek_config_int(e, EK_SET_LIMIT, 0, mate);
	if (own != ek_explain_limit(m->limit))
		return EK_EXPLAIN_FROM_RAMP;
	for (uint32_t i = 0; i < m->own.n; i++) {
		if (m->own.v[i].setting == EK_SET_LIMIT)
			return EK_EXPLAIN_FROM_TEAMMATE;
	}
	return EK_EXPLAIN_FROM_WORKSPACE;
}

bool ek_explain_nothing(struct ek_engine *e, ek_teammate_id teammate, struct ek_arena *arena,
			struct ek_explain_nothing *out, struct ek_err *err)
{
	uint32_t mate = teammate.v;
	if (mate == 0 || mate > e->mate_count || e->mates[mate].exists != 1)
		return ek_fail(err, EK_NOT_FOUND, "there is no teammate %u", mate);
	const struct mate *m = &e->mates[mate];
	struct ek_explain_inbox *v = ek_explain_room(arena, m->serve_count, sizeof *v, err);
	if (v == NULL)
		return false;
	*out = (struct ek_explain_nothing){
		.seq = e->seq,
		.at = {e->now},
		.teammate = teammate,
		.presence = m->presence,
		.load = m->load,
		.limit = ek_explain_limit(m->limit),
		.limit_from = limit_from(e, mate),
		.teams = v,
		.team_count = m->serve_count,
	};
	for (uint32_t i = 0; i < m->serve_count; i++) {
		v[i].team.v = m->serves[i].team;
		v[i].level = m->serves[i].level;
		if (!fill_inbox(e, mate, &v[i], arena, err))
			return false;
	}
	struct hunt h = {.e = e, .arena = arena, .at = {e->now}, .mate = mate};
	return ek_explain_nearest(&h, &out->nearest, err);
}

bool ek_explain_turn(struct ek_engine *e, ek_teammate_id teammate, struct ek_arena *arena,
		     struct ek_explain_inbox *out, struct ek_err *err)
{
	uint32_t mate = teammate.v;
	if (mate == 0 || mate > e->mate_count || e->mates[mate].exists != 1)
		return ek_fail(err, EK_NOT_FOUND, "there is no teammate %u", mate);
	const struct mate *m = &e->mates[mate];
	for (uint32_t i = 0; i < m->serve_count; i++) {
		if (m->serves[i].team != out->team.v)
			continue;
		*out = (struct ek_explain_inbox){.team = out->team, .level = m->serves[i].level};
		return fill_inbox(e, mate, out, arena, err);
	}
	return ek_fail(err, EK_NOT_FOUND, "teammate %u does not serve team %u", mate, out->team.v);
}
