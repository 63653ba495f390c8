/* Settling by its definition: section 5, with the choice of 4 and the rotation of 10. */
#include "sim/opinion_inside.h"

/* What assign_anyway leaves out; test 5 is asked for limit 0 apart. */
enum {
	WAIVED_ANYWAY = 1u << EK_TEST_AT_LIMIT | 1u << EK_TEST_AT_INBOX_LIMIT |
			1u << EK_TEST_AT_CLASS_LIMIT | 1u << EK_TEST_INTAKE |
			1u << EK_TEST_PRIMARY_NOT_EMPTY,
	ASKED_IN_ROTATION = 1u << EK_TEST_NOT_ACTIVE | 1u << EK_TEST_PAUSED |
			    1u << EK_TEST_OFF_SHIFT | 1u << EK_TEST_RELEASED,
	ASKED_WITH_LIMITS = ASKED_IN_ROTATION | 1u << EK_TEST_AT_LIMIT |
			    1u << EK_TEST_AT_INBOX_LIMIT | 1u << EK_TEST_AT_CLASS_LIMIT |
			    1u << EK_TEST_INTAKE,
};

/* Section 4a: a smaller number is nearer. */
static int level_rank(const struct ek_opinion *o, const struct o_talk *c, uint32_t mate)
{
	int level = ek_opinion_level_of(o, c, mate);
	bool equal = ek_opinion_number(o, EK_SET_HELPER_ORDER, 0, 0) == EK_HELPER_ORDER_EQUAL;
	return equal && level == 1 ? 0 : level;
}

/* Section 4b: below 0 when a has less. */
static int compare_load(const struct ek_opinion *o, uint32_t team, uint32_t a, uint32_t b)
{
	int64_t la = ek_opinion_load(o, a);
	int64_t lb = ek_opinion_load(o, b);
	if (ek_opinion_number(o, EK_SET_BALANCE_BY, team, 0) == EK_BALANCE_BY_SHARE) {
		int64_t limit_a = ek_opinion_limit(o, a);
		int64_t limit_b = ek_opinion_limit(o, b);
		/* load / limit, an unlimited one's being 0 / 1 */
		int64_t over_a = limit_a == EK_NONE ? 0 : la;
		int64_t over_b = limit_b == EK_NONE ? 0 : lb;
		la = over_a * (limit_b == EK_NONE ? 1 : limit_b);
		lb = over_b * (limit_a == EK_NONE ? 1 : limit_a);
	}
	return la < lb ? -1 : la > lb;
}

static bool is_better(const struct ek_opinion *o, const struct o_talk *c, uint32_t a, uint32_t b)
{
	const struct o_mate *pa = &o->mates[a];
	const struct o_mate *pb = &o->mates[b];
	if ((c->known == a) != (c->known == b))
		return c->known == a;
	int level = level_rank(o, c, a) - level_rank(o, c, b);
	if (level != 0)
		return level < 0;
	int load = compare_load(o, c->team, a, b);
	if (load != 0)
		return load < 0;
	if (pa->given_at != pb->given_at)
		return pa->given_at < pb->given_at;
	if (pa->given_nth != pb->given_nth)
		return pa->given_nth < pb->given_nth;
	return a < b;
}

static uint32_t best_passing(const struct ek_opinion *o, const struct o_talk *c, uint32_t waived)
{
	uint32_t best = 0;
	for (uint32_t mate = 1; mate <= o->mate_count; mate++) {
		if (ek_opinion_test(o, c, mate, waived) != 0)
			continue;
		if (waived != 0 && ek_opinion_limit(o, mate) == 0)
			continue;
		if (best == 0 || is_better(o, c, mate, best))
			best = mate;
	}
	return best;
}

static bool is_anyway(const struct ek_opinion *o, const struct o_talk *c)
{
	int64_t after = ek_opinion_number(o, EK_SET_ASSIGN_ANYWAY_AFTER_MS, c->team, 0);
	return ek_opinion_number(o, EK_SET_WHEN_NOBODY, c->team, 0) ==
		       EK_WHEN_NOBODY_ASSIGN_ANYWAY &&
	       o->now >= c->queued + after;
}

/* Gives or offers it to the best eligible; false when nobody is. */
static bool give_out(struct ek_opinion *o, struct o_talk *c)
{
	uint32_t mate = best_passing(o, c, 0);
	bool offers = ek_opinion_number(o, EK_SET_OFFER_MODE, c->team, 0) == 1;
	if (mate != 0 && offers) {
		ek_opinion_offer(o, c, mate);
		return true;
	}
	if (mate != 0) {
		ek_opinion_give(o, c, mate, EK_HOW_BALANCED);
		return true;
	}
	mate = is_anyway(o, c) ? best_passing(o, c, WAIVED_ANYWAY) : 0;
	if (mate != 0)
		ek_opinion_give(o, c, mate, EK_HOW_ASSIGN_ANYWAY);
	return mate != 0;
}

static bool give_one(struct ek_opinion *o)
{
	uint32_t ids[O_TALKS];
	uint32_t n = ek_opinion_all_waiting(o, ids);
	for (uint32_t i = 0; i < n; i++) {
		if (give_out(o, &o->talks[ids[i]]))
			return true;
	}
	return false;
}

/* Levels whose time has come; with when_nobody = overflow, in list order until somebody is there.
 * What is open stays open while it waits. */
static void open_levels(struct ek_opinion *o)
{
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		if (!ek_opinion_waits(o, c))
			continue;
		bool at_once = ek_opinion_number(o, EK_SET_WHEN_NOBODY, c->team, 0) ==
			       EK_WHEN_NOBODY_OVERFLOW;
		uint32_t levels = o->teams[c->team].set[EK_SET_OVERFLOW].n / 4;
		for (uint32_t k = 0; k < levels; k++) {
			int64_t at = ek_opinion_level_at(o, c, k);
			if (at != EK_NONE && at <= o->now)
				c->opened |= 1u << k;
		}
		for (uint32_t k = 0; k < levels && at_once && ek_opinion_nobody(o, c); k++)
			c->opened |= 1u << k;
	}
}

/* Whether a stands before b in the order of joining, then id. */
static bool joins_before(int64_t joined_a, uint32_t a, int64_t joined_b, uint32_t b)
{
	return joined_a < joined_b || (joined_a == joined_b && a < b);
}

static bool may_rotate(const struct ek_opinion *o, const struct o_talk *c, uint32_t mate)
{
	bool limits = ek_opinion_number(o, EK_SET_RR_RESPECT_LIMITS, c->team, 0) == 1;
	uint32_t asked = limits ? ASKED_WITH_LIMITS : ASKED_IN_ROTATION;
	return o->mates[mate].member[c->team].level != 0 && ek_opinion_limit(o, mate) != 0 &&
	       ek_opinion_test(o, c, mate, ~asked) == 0;
}

/* First in the rotation after the pointer, then from the top; 0 when nobody may. */
static uint32_t next_in_rotation(const struct ek_opinion *o, const struct o_talk *c)
{
	const struct o_team *t = &o->teams[c->team];
	uint32_t first[2] = {0, 0}; /* of those at or before the pointer, of those after it */
	for (uint32_t mate = 1; mate <= o->mate_count; mate++) {
		int64_t joined = o->mates[mate].member[c->team].joined;
		if (!may_rotate(o, c, mate))
			continue;
		bool after = t->pointer_joined == EK_NONE ||
			     joins_before(t->pointer_joined, t->pointer_id, joined, mate);
		uint32_t *found = &first[after];
		if (*found == 0 ||
		    joins_before(joined, mate, o->mates[*found].member[c->team].joined, *found))
			*found = mate;
	}
	return first[1] != 0 ? first[1] : first[0];
}

static void rotate_team(struct ek_opinion *o, uint32_t team)
{
	uint32_t ids[O_TALKS];
	uint32_t n = 0;
	bool retry = ek_opinion_number(o, EK_SET_RR_RETRY, team, 0) == 1;
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		const struct o_talk *c = &o->talks[i];
		if (c->state == EK_STATE_OPEN && c->teammate == 0 && c->offered == 0 &&
		    c->team == team && (retry || c->pending))
			ids[n++] = i;
	}
	ek_opinion_sort(o, ids, n);
	for (uint32_t i = 0; i < n; i++) {
		struct o_talk *c = &o->talks[ids[i]];
		uint32_t mate = next_in_rotation(o, c);
		if (mate == 0)
			continue;
		o->teams[team].pointer_joined = o->mates[mate].member[team].joined;
		o->teams[team].pointer_id = mate;
		ek_opinion_give(o, c, mate, EK_HOW_ROUND_ROBIN);
	}
}

static void round_robin(struct ek_opinion *o)
{
	for (uint32_t team = 1; team <= o->team_count; team++) {
		if (ek_opinion_number(o, EK_SET_METHOD, team, 0) == EK_METHOD_ROUND_ROBIN)
			rotate_team(o, team);
	}
}

void ek_opinion_settle(struct ek_opinion *o)
{
	for (uint32_t i = 1; i <= o->talk_count; i++)
		ek_opinion_hold(o, &o->talks[i]);
	open_levels(o);
	round_robin(o);
	while (give_one(o))
		continue;
	for (uint32_t i = 1; i <= o->talk_count; i++)
		o->talks[i].pending = false;
	o->settled = o->now;
}
