/* The thirteen tests of section 2, in their order, and what is asked of them elsewhere. */
#include "sim/opinion_inside.h"

struct asked {
	const struct ek_opinion *o;
	const struct o_talk *c;
	const struct o_mate *p;
	uint32_t mate;
};

static bool is_member(const struct asked *a)
{
	return ek_opinion_level_of(a->o, a->c, a->mate) != O_LEVEL_NONE;
}

static bool is_active(const struct asked *a)
{
	return a->p->presence == EK_PRESENCE_ACTIVE;
}

static bool is_not_paused(const struct asked *a)
{
	return a->p->paused == EK_NONE || a->o->now >= a->p->paused;
}

static bool is_on_shift(const struct asked *a)
{
	if (ek_opinion_number(a->o, EK_SET_SHIFT_GATE, a->c->team, 0) != 1 ||
	    a->p->shift_count == 0)
		return true;
	int64_t margin = ek_opinion_margin(a->o, a->c->team);
	for (uint32_t i = 0; i < a->p->shift_count; i++) {
		const struct ek_shift *s = &a->p->shifts[i];
		if (s->from.ms <= a->o->now && a->o->now < s->until.ms - margin)
			return true;
	}
	return false;
}

static bool is_below_limit(const struct asked *a)
{
	int64_t limit = ek_opinion_limit(a->o, a->mate);
	if (limit == EK_NONE)
		return true;
	return limit > 0 && ek_opinion_load(a->o, a->mate) + ek_opinion_points(a->o, a->c) <= limit;
}

static bool is_below_inbox_limit(const struct asked *a)
{
	int64_t limit = ek_opinion_number(a->o, EK_SET_INBOX_LIMIT, a->c->team, 0);
	int64_t count = 0;
	for (uint32_t i = 1; i <= a->o->talk_count; i++) {
		const struct o_talk *c = &a->o->talks[i];
		if (c->state == EK_STATE_OPEN && c->team == a->c->team &&
		    (c->teammate == a->mate || c->offered == a->mate))
			count++;
	}
	return limit == EK_NONE || count < limit;
}

static int64_t class_limit(const struct asked *a)
{
	const struct o_value *limits = ek_opinion_setting(a->o, EK_SET_CLASS_LIMIT, 0, a->mate);
	const char *name = ek_enums_wire(EK_ENUM_CAPACITY_CLASS, a->c->klass);
	for (uint32_t k = 0; k < limits->n; k++) {
		if (ek_opinion_word_is(a->o, limits->cells[k].s, name))
			return limits->cells[k].i;
	}
	return EK_NONE;
}

static bool is_below_class_limit(const struct asked *a)
{
	int64_t limit = class_limit(a);
	int64_t held = 0;
	for (uint32_t i = 1; i <= a->o->talk_count; i++) {
		const struct o_talk *c = &a->o->talks[i];
		if (c->state == EK_STATE_OPEN && c->klass == a->c->klass &&
		    (c->teammate == a->mate || c->offered == a->mate))
			held += ek_opinion_weight(a->o, c);
	}
	return limit == EK_NONE || held + ek_opinion_points(a->o, a->c) <= limit;
}

static bool is_simple_enough(const struct asked *a)
{
	const struct o_cell *step = ek_opinion_step(a->o, a->mate);
	return step == NULL || a->c->complexity <= step[2].i;
}

static bool has_skill(const struct asked *a, const struct o_need *need)
{
	const struct o_value *skills = &a->p->set[EK_SET_SKILLS];
	for (uint32_t k = 0; k < skills->n; k++) {
		if (skills->cells[k].s == need->skill)
			return skills->cells[k].i >= need->min_level;
	}
	return false;
}

static bool is_relaxed(const struct asked *a, const struct o_need *need)
{
	return !need->required && need->relax_after != EK_NONE &&
	       a->o->now >= a->c->queued + need->relax_after;
}

static bool has_skills(const struct asked *a)
{
	for (uint32_t i = 0; i < a->c->need_count; i++) {
		const struct o_need *need = &a->c->needs[i];
		if (!is_relaxed(a, need) && !has_skill(a, need))
			return false;
	}
	return true;
}

static bool has_required_skills(const struct asked *a)
{
	for (uint32_t i = 0; i < a->c->need_count; i++) {
		if (a->c->needs[i].required && !has_skill(a, &a->c->needs[i]))
			return false;
	}
	return true;
}

static bool is_not_cooling(const struct asked *a)
{
	return !ek_opinion_cooling(a->o, a->c, a->mate);
}

static bool is_not_held_for_other(const struct asked *a)
{
	return !a->c->held || a->o->now >= a->c->held_until || a->c->known == a->mate;
}

/* Whether some return of theirs that was one is being landed from. */
static bool is_landing(const struct asked *a)
{
	int64_t span = ek_opinion_number(a->o, EK_SET_LANDING_MS, 0, a->mate);
	for (uint32_t i = 0; i < a->o->returned.n; i++) {
		const struct o_fact *f = &a->o->returned.v[i];
		if (f->teammate == a->mate && a->o->now < f->at + span)
			return true;
	}
	return false;
}

static bool has_intake(const struct asked *a)
{
	int64_t max = ek_opinion_number(a->o, EK_SET_INTAKE_MAX, 0, a->mate);
	int64_t window = ek_opinion_number(a->o, EK_SET_INTAKE_WINDOW_MS, 0, a->mate);
	int64_t applies = ek_opinion_number(a->o, EK_SET_INTAKE_APPLIES, 0, a->mate);
	int64_t count = 0;
	if (max == EK_NONE || (applies != EK_INTAKE_APPLIES_ALWAYS && !is_landing(a)))
		return true;
	for (uint32_t i = 0; i < a->o->taken.n; i++) {
		const struct o_fact *f = &a->o->taken.v[i];
		if (f->teammate == a->mate && f->at > a->o->now - window)
			count++;
	}
	for (uint32_t i = 1; i <= a->o->talk_count; i++)
		count += a->o->talks[i].offered == a->mate;
	return count < max;
}

static bool is_gated(const struct asked *a)
{
	int level = ek_opinion_level_of(a->o, a->c, a->mate);
	if (level < 2)
		return level == 1;
	return a->o->teams[a->c->team].set[EK_SET_OVERFLOW].cells[(level - 2) * 4 + 3].i != 0;
}

static bool has_empty_primaries(const struct asked *a)
{
	uint32_t before_gate = 1u << EK_TEST_PRIMARY_NOT_EMPTY;
	bool strict = ek_opinion_number(a->o, EK_SET_SECONDARY_GATE, 0, 0) == EK_GATE_STRICT;
	if (!is_gated(a))
		return true;
	for (uint32_t i = 1; i <= a->o->talk_count; i++) {
		const struct o_talk *c = &a->o->talks[i];
		if (!ek_opinion_waits(a->o, c) || a->p->member[c->team].level != EK_LEVEL_PRIMARY)
			continue;
		if (strict || ek_opinion_test(a->o, c, a->mate, before_gate) == 0)
			return false;
	}
	return true;
}

int ek_opinion_test(const struct ek_opinion *o, const struct o_talk *c, uint32_t mate,
		    uint32_t waived)
{
	static bool (*const tests[])(const struct asked *) = {
		[EK_TEST_NOT_MEMBER] = is_member,
		[EK_TEST_NOT_ACTIVE] = is_active,
		[EK_TEST_PAUSED] = is_not_paused,
		[EK_TEST_OFF_SHIFT] = is_on_shift,
		[EK_TEST_AT_LIMIT] = is_below_limit,
		[EK_TEST_AT_INBOX_LIMIT] = is_below_inbox_limit,
		[EK_TEST_AT_CLASS_LIMIT] = is_below_class_limit,
		[EK_TEST_TOO_COMPLEX] = is_simple_enough,
		[EK_TEST_LACKS_SKILL] = has_skills,
		[EK_TEST_RELEASED] = is_not_cooling,
		[EK_TEST_HELD_FOR_OTHER] = is_not_held_for_other,
		[EK_TEST_INTAKE] = has_intake,
		[EK_TEST_PRIMARY_NOT_EMPTY] = has_empty_primaries,
	};
	const struct asked a = {o, c, &o->mates[mate], mate};
	for (int i = 1; i < (int)EK_LEN(tests); i++) {
		if ((waived >> i & 1) == 0 && !tests[i](&a))
			return i;
	}
	return 0;
}

/* Section 11: stranded. */
bool ek_opinion_nobody(const struct ek_opinion *o, const struct o_talk *c)
{
	for (uint32_t mate = 1; mate <= o->mate_count; mate++) {
		const struct asked a = {o, c, &o->mates[mate], mate};
		if (is_member(&a) && is_active(&a) && ek_opinion_limit(o, mate) != 0 &&
		    has_required_skills(&a))
			return false;
	}
	return true;
}
