/* personal -- the people of one team: from approaches and rated answers to where each of them
 * stands, and what of the work itself may say why.
 *
 * Handle time: each approach against what is usual for its topic on its channel: the median of the
 * team's over the 13 weeks before the week in which it was handled, from EK_PERSONAL_MEDIAN on; of
 * the channel alone where there are fewer; unknown where there are fewer of that too. Days of
 * person.h are made of these, and judged by EK_BUDGET_PERSON. Rated answers go through bernoulli.h.
 * Everything looks back alone, so that the same facts in the same order give the same answer,
 * whether they come one a day or all at once (S8).
 *
 * Choices that the spec leaves open:
 * - a working shift is a day on which a person handled something;
 * - the team's share and the colleagues' long-run odds are those up to the event;
 * - a flag of events stands until one on the other side, or until the last
 *   EK_PERSONAL_SETTLED events since it are no farther out than p0.
 * Source: spec patterns, S19 to S21. Pure. Cost: O(n log n) for each week and its 13.
 */
#ifndef EK_PATTERNS_PERSONAL_H
#define EK_PATTERNS_PERSONAL_H

#include "base/arena.h"
#include "patterns/judged.h"
#include "patterns/person.h"

enum {
	EK_PERSONAL_WINDOW = 91,
	EK_PERSONAL_MEDIAN = 20,
	EK_PERSONAL_MOVE_DAYS = 5,
	EK_PERSONAL_SETTLED = 20,
	EK_PERSONAL_NEWCOMER = 90, /* days since their first */
	EK_PERSONAL_MIX_LEAST = 20,
	EK_PERSONAL_DAYS_LEAST = 5,
};

/* Something that a person did: an approach, or an answer about them. */
struct ek_personal_item {
	int32_t day;
	uint32_t person;  /* from 0 */
	uint32_t work;    /* a number for topic and channel together, from 1 */
	uint32_t channel; /* and for the channel alone */
	bool is_bad;      /* of an answer */
	double own;       /* of an approach: above 0 */
	double usual;     /* ek_personal_usual: 0 = not known */
};
/* Fills `usual`. Items in order of day. Errors: NO_MEMORY. */
bool ek_personal_usual(struct ek_personal_item *v, uint32_t n, struct ek_arena *arena,
		       struct ek_err *err) EK_MUST_CHECK;

/* A working shift with enough to say: the figure beside the colleagues'. */
struct ek_personal_day {
	int32_t day;
	uint32_t person;
	uint32_t n;
	double value;
};
struct ek_personal_days {
	struct ek_personal_day *v; /* in order of day, then of person */
	uint32_t n;
};
/* Errors: NO_MEMORY. */
bool ek_personal_days(const struct ek_personal_item *v, uint32_t n, struct ek_arena *arena,
		      struct ek_personal_days *out, struct ek_err *err) EK_MUST_CHECK;

/* Which step of the ladder holds from which day on, in order. */
struct ek_personal_rules {
	const struct ek_judged_level *levels;
	uint32_t n;
};

struct ek_personal_stand {
	enum ek_person_stage stage;
	uint32_t n; /* working shifts or events */
	bool is_judged;
	uint32_t m;                 /* of the baseline, when judged */
	struct ek_person_mark mark; /* entered is a date here */
	bool has_shift;
	int32_t side;
	int32_t found, start; /* dates */
	double was, is;       /* of days: logarithms; of events: shares */
	uint32_t points;
	double odds; /* of a false one in 65 points */
};
/* One person's days. False without memory. */
bool ek_personal_judge_days(const struct ek_personal_days *days, uint32_t person,
			    const struct ek_personal_rules *rules, struct ek_arena *arena,
			    struct ek_personal_stand *out) EK_MUST_CHECK;
/* The answers about all people of a team, in order of time; out has one for each of them. Errors:
 * NO_MEMORY. */
struct ek_personal_events {
	const struct ek_personal_item *v;
	uint32_t n;
	uint32_t people;
	const struct ek_personal_rules *rules;
};
bool ek_personal_judge_events(const struct ek_personal_events *events, struct ek_arena *arena,
			      struct ek_personal_stand *out, struct ek_err *err) EK_MUST_CHECK;

/* Whose verdict is the team's (S21). days: those on which anybody worked, in order, without
 * doubles; marks by people, their `entered` dates. withheld has one for each. The sides of a team
 * verdict as ek_person_system. Errors: NO_MEMORY. */
struct ek_personal_team {
	const int32_t *days;
	uint32_t day_count;
	const struct ek_personal_stand *people;
	uint32_t people_count;
};
bool ek_personal_system(const struct ek_personal_team *team, struct ek_arena *arena, bool *withheld,
			uint32_t *sides, struct ek_err *err) EK_MUST_CHECK;

/* What of the work itself changed as a shift began. */
struct ek_personal_why {
	bool is_mix; /* at least a third of it is other work than in the 13 weeks before */
	double mix;
	bool is_fewer; /* present on at most two thirds as many of the team's days */
	double presence;
	bool is_newcomer; /* less than EK_PERSONAL_NEWCOMER days since their first */
};
/* items, days: the team's, in order of day. Errors: NO_MEMORY. */
struct ek_personal_ask {
	const struct ek_personal_item *v;
	uint32_t n;
	const int32_t *days;
	uint32_t day_count;
	uint32_t person;
	int32_t start;
};
bool ek_personal_why(const struct ek_personal_ask *ask, struct ek_arena *arena,
		     struct ek_personal_why *out, struct ek_err *err) EK_MUST_CHECK;

#endif
