#include "api/api_targets_edit.h"

#include <string.h>

#include "api/api_put.h"
#include "api/api_text.h"
#include "model/calendar.h"

enum {
	METRIC_BYTES = 80,
	VARIANT_BYTES = 40,
	REASON_BYTES = 2000,
	MINIMUM_MAX = 1000000,
	FACTS_DAYS = 28,
	SINCE_DAYS = 366,
	MINIMUM_SHARE = 20,
	MINIMUM_DURATION = 5,
};
#define VALUE_MOST 1e12

static const char *const clocks[] = {"office_hours", "calendar", NULL};

/* Members of a request that only asks come first, those of a change last; between, those of both
 * requests alone. */
enum { ASKED_END = EK_API_TARGETS_GOAL, CHANGED_FROM = EK_API_TARGETS_COMPARATOR };

static const struct ek_patch_rule rules[EK_API_TARGETS_MEMBERS] = {
	[EK_API_TARGETS_METRIC] = {"metric", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1,
				   METRIC_BYTES, NULL},
	[EK_API_TARGETS_VARIANT] = {"variant", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1,
				    VARIANT_BYTES, NULL},
	[EK_API_TARGETS_STATISTIC] = {"statistic", EK_PATCH_OF_WORD, 0, 0, 0, 0,
				      ek_api_targets_statistics},
	[EK_API_TARGETS_CLOCK] = {"clock", EK_PATCH_OF_WORD, 0, 0, 0, 0, clocks},
	[EK_API_TARGETS_SCOPE] = {"scope", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
	[EK_API_TARGETS_PERIOD] = {"period", EK_PATCH_OF_WORD, 0, EK_PATCH_REQUIRED, 0, 0,
				   ek_api_targets_periods},
	[EK_API_TARGETS_SINCE] = {"since", EK_PATCH_OF_DATE, 0, 0, 0, 0, NULL},
	[EK_API_TARGETS_COMPARATOR] = {"comparator", EK_PATCH_OF_WORD, 0, EK_PATCH_REQUIRED, 0, 0,
				       ek_api_targets_comparators},
	[EK_API_TARGETS_THE_VALUE] = {"value", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
	[EK_API_TARGETS_UPPER] = {"upper", EK_PATCH_OF_ANY, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
	[EK_API_TARGETS_MINIMUM_N] = {"minimum_n", EK_PATCH_OF_INT, 0, 0, 1, MINIMUM_MAX, NULL},
	[EK_API_TARGETS_GOAL] = {"goal", EK_PATCH_OF_ID, EK_IDENT_GOAL, EK_PATCH_NULLABLE, 0, 0,
				 NULL},
	[EK_API_TARGETS_OWNER] = {"owner", EK_PATCH_OF_ID, EK_IDENT_TEAMMATE, 0, 0, 0, NULL},
	[EK_API_TARGETS_REASON] = {"reason", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1,
				   REASON_BYTES, NULL},
	[EK_API_TARGETS_REVIEW] = {"review_date", EK_PATCH_OF_DATE, 0, EK_PATCH_REQUIRED, 0, 0,
				   NULL},
	[EK_API_TARGETS_REWARD] = {"reward", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
	[EK_API_TARGETS_OVERRIDE] = {"override", EK_PATCH_OF_ANY, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
};

static bool is_said(const struct ek_api_targets_edit *e, enum ek_api_targets_member m)
{
	return e->v[m].state == EK_PATCH_VALUE;
}

static const struct ek_patch_at *at(const struct ek_api_targets_edit *e,
				    enum ek_api_targets_member m)
{
	return &e->v[m].at;
}

/* ---- the members */

static bool take(struct ek_turn *t, struct ek_api_targets_edit *e, bool is_change)
{
	struct ek_patch_rule some[EK_API_TARGETS_MEMBERS];
	uint32_t from = is_change ? CHANGED_FROM : 0;
	uint32_t until = e->is_asked ? (uint32_t)ASKED_END : (uint32_t)EK_API_TARGETS_MEMBERS;
	uint32_t n = 0;
	if (!ek_turn_body(t, &e->body))
		return false;
	for (uint32_t i = 0; i < EK_API_TARGETS_MEMBERS; i++)
		e->v[i].at = ek_patch_member(&e->body, rules[i].name);
	for (uint32_t i = from; i < until; i++) {
		some[n] = rules[i];
		if (is_change)
			some[n].flags &= (uint8_t)~EK_PATCH_REQUIRED;
		n++;
	}
	return ek_patch_bind(&e->body, some, n, e->v + from);
}

static bool take_metric(struct ek_api_targets_edit *e)
{
	struct ek_api_target *g = &e->g;
	if (!is_said(e, EK_API_TARGETS_METRIC))
		return false;
	int metric = ek_definition_find(e->v[EK_API_TARGETS_METRIC].s, &g->version);
	g->definition = ek_definition_row(metric);
	if (g->definition == NULL)
		return ek_patch_fault(at(e, EK_API_TARGETS_METRIC), EK_FAULT_NOT_FOUND,
				      "There is no such metric.");
	if (g->definition->why_not != NULL) {
		ek_patch_fault(at(e, EK_API_TARGETS_METRIC), EK_FAULT_REFUSED,
			       g->definition->why_not);
		return false;
	}
	if (!is_said(e, EK_API_TARGETS_VARIANT))
		return true;
	for (uint32_t i = 0; i < EK_METRIC_VARIANTS_MAX && g->definition->variants[i] != NULL; i++)
		if (ek_str_is(e->v[EK_API_TARGETS_VARIANT].s, g->definition->variants[i])) {
			g->variant = i;
			return true;
		}
	return ek_patch_fault(at(e, EK_API_TARGETS_VARIANT), EK_FAULT_NOT_ONE_OF,
			      "This metric has no such variant.");
}

static void take_scope(struct ek_api_targets_edit *e)
{
	static const char *const names[] = {"team", "teammate"};
	const struct ek_patch_at *scope = at(e, EK_API_TARGETS_SCOPE);
	uint64_t id = 0;
	if (!is_said(e, EK_API_TARGETS_SCOPE) || !ek_patch_members(scope, names, EK_LEN(names)))
		return;
	struct ek_patch_at team = ek_patch_member(scope, "team");
	struct ek_patch_at mate = ek_patch_member(scope, "teammate");
	if (ek_patch_state(&team) != EK_PATCH_ABSENT && ek_patch_id(&team, EK_IDENT_TEAM, &id))
		e->g.team.v = (uint32_t)id;
	if (ek_patch_state(&mate) != EK_PATCH_ABSENT && ek_patch_id(&mate, EK_IDENT_TEAMMATE, &id))
		e->g.teammate.v = (uint32_t)id;
	if ((ek_patch_state(&team) == EK_PATCH_ABSENT) ==
	    (ek_patch_state(&mate) == EK_PATCH_ABSENT))
		ek_patch_fault(scope, EK_FAULT_CONFLICT,
			       "Of a team or of a person: one of the two.");
}

static void take_wanted(struct ek_api_targets_edit *e)
{
	struct ek_api_target *g = &e->g;
	bool is_share = g->definition != NULL && ek_api_targets_unit(g) == EK_METRIC_UNIT_SHARE;
	double least = is_share ? 0 : -VALUE_MOST, most = is_share ? 1 : VALUE_MOST;
	if (is_said(e, EK_API_TARGETS_COMPARATOR))
		g->wanted.comparator =
			(enum ek_attain_comparator)(e->v[EK_API_TARGETS_COMPARATOR].i + 1);
	if (is_said(e, EK_API_TARGETS_THE_VALUE))
		(void)ek_patch_real(at(e, EK_API_TARGETS_THE_VALUE), least, most, &g->wanted.value);
	bool has_upper = is_said(e, EK_API_TARGETS_UPPER);
	if (has_upper && !ek_patch_real(at(e, EK_API_TARGETS_UPPER), least, most, &g->wanted.upper))
		return;
	bool is_between = g->wanted.comparator == EK_ATTAIN_BETWEEN;
	if (is_between && !(g->wanted.upper > g->wanted.value))
		ek_patch_fault(at(e, EK_API_TARGETS_UPPER), EK_FAULT_CONFLICT,
			       "The upper value of a range is more than its value.");
	if (!is_between && has_upper)
		ek_patch_fault(at(e, EK_API_TARGETS_UPPER), EK_FAULT_CONFLICT,
			       "Only a range has an upper value.");
}

static void take_override(struct ek_api_targets_edit *e)
{
	static const struct ek_patch_rule two[] = {
		{"reason", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, REASON_BYTES, NULL},
		{"change", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, REASON_BYTES, NULL},
	};
	struct ek_patch_value v[EK_LEN(two)];
	if (!is_said(e, EK_API_TARGETS_OVERRIDE) ||
	    !ek_patch_bind(at(e, EK_API_TARGETS_OVERRIDE), two, EK_LEN(two), v))
		return;
	e->has_override = true;
	e->g.override_reason = v[0].s;
	e->g.override_change = v[1].s;
}

static void take_rest(struct ek_turn *t, struct ek_api_targets_edit *e)
{
	struct ek_api_target *g = &e->g;
	if (e->v[EK_API_TARGETS_GOAL].state != EK_PATCH_ABSENT)
		g->goal =
			is_said(e, EK_API_TARGETS_GOAL) ? (uint64_t)e->v[EK_API_TARGETS_GOAL].i : 0;
	if (is_said(e, EK_API_TARGETS_MINIMUM_N))
		g->minimum_n = (uint32_t)e->v[EK_API_TARGETS_MINIMUM_N].i;
	if (is_said(e, EK_API_TARGETS_OWNER))
		g->owner.v = (uint32_t)e->v[EK_API_TARGETS_OWNER].i;
	if (is_said(e, EK_API_TARGETS_REASON))
		g->reason = e->v[EK_API_TARGETS_REASON].s;
	if (is_said(e, EK_API_TARGETS_REVIEW))
		g->review = (int32_t)e->v[EK_API_TARGETS_REVIEW].i;
	if (is_said(e, EK_API_TARGETS_REWARD))
		g->reward = e->v[EK_API_TARGETS_REWARD].i != 0;
	take_override(e);
	int32_t today = (int32_t)(t->now.ms / EK_CALENDAR_DAY_MS);
	if (is_said(e, EK_API_TARGETS_REVIEW) && g->review < today)
		ek_patch_fault(at(e, EK_API_TARGETS_REVIEW), EK_FAULT_OUT_OF_RANGE,
			       "It is looked at again on a day to come.");
}

/* Times have other statistics than the one shown first; a person's own figure must exist; nobody
 * aims at the worse. */
static void check_metric(struct ek_api_targets_edit *e)
{
	const struct ek_api_target *g = &e->g;
	const struct ek_definition *d = g->definition;
	if (d == NULL)
		return;
	if (g->statistic != EK_API_TARGET_VALUE && ek_api_targets_unit(g) != EK_METRIC_UNIT_SECONDS)
		ek_patch_fault(at(e, EK_API_TARGETS_STATISTIC), EK_FAULT_CONFLICT,
			       "Only durations have these.");
	if (g->teammate.v != 0 && !ek_api_figures_is_personal(d, true))
		ek_patch_fault(at(e, EK_API_TARGETS_SCOPE), EK_FAULT_REFUSED,
			       "There are no targets of one person for this metric.");
	bool is_worse = (d->direction == EK_METRIC_DIRECTION_DOWN &&
			 g->wanted.comparator == EK_ATTAIN_AT_LEAST) ||
			(d->direction == EK_METRIC_DIRECTION_UP &&
			 g->wanted.comparator == EK_ATTAIN_AT_MOST);
	if (is_worse)
		ek_patch_fault(at(e, EK_API_TARGETS_COMPARATOR), EK_FAULT_REFUSED,
			       "That way it would get worse: see the metric's direction.");
}

/* ---- what it names */

static bool is_there(struct ek_turn *t, const char *sql, uint64_t id,
		     const struct ek_patch_at *where)
{
	const struct ek_views_value key = ek_views_int((int64_t)id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	return rows.n > 0 || ek_patch_fault(where, EK_FAULT_NOT_FOUND, NULL);
}

static void check_names(struct ek_turn *t, struct ek_api_targets_edit *e)
{
	if (e->g.goal != 0 && is_said(e, EK_API_TARGETS_GOAL))
		(void)is_there(t, "SELECT goal FROM goals WHERE goal = $1 AND deleted_ms IS NULL",
			       e->g.goal, at(e, EK_API_TARGETS_GOAL));
	if (is_said(e, EK_API_TARGETS_OWNER))
		(void)is_there(t,
			       "SELECT teammate FROM people WHERE teammate = $1 AND state <> "
			       "'deleted'",
			       e->g.owner.v, at(e, EK_API_TARGETS_OWNER));
}

/* Who sets a person's target looks at their figures. */
static bool may_set(struct ek_turn *t, struct ek_api_targets_edit *e)
{
	static const struct ek_api_targets_right edits = {EK_MAY_TARGET_EDIT,
							  EK_MAY_TARGET_PERSON_EDIT};
	struct ek_api_figures_scope scope = {.team = e->g.team, .person.id = e->g.teammate};
	if (e->g.team.v != 0 &&
	    !is_there(t, "SELECT team FROM team_profiles WHERE team = $1 AND deleted_ms IS NULL",
		      e->g.team.v, at(e, EK_API_TARGETS_SCOPE)))
		return false;
	if (e->g.teammate.v != 0 &&
	    !is_there(t, "SELECT teammate FROM people WHERE teammate = $1 AND state <> 'deleted'",
		      e->g.teammate.v, at(e, EK_API_TARGETS_SCOPE)))
		return false;
	return ek_api_targets_may(t, &e->g, edits) &&
	       (e->g.teammate.v == 0 || ek_api_figures_may(t, e->g.definition, &scope));
}

bool ek_api_targets_edit_new(struct ek_turn *t, struct ek_api_targets_edit *e, bool is_asked)
{
	struct ek_api_target *g = &e->g;
	e->is_new = true;
	e->is_asked = is_asked;
	*g = (struct ek_api_target){.statistic = EK_API_TARGET_VALUE, .owner = t->self};
	(void)take(t, e, false);
	(void)take_metric(e);
	take_scope(e);
	if (is_said(e, EK_API_TARGETS_STATISTIC))
		g->statistic = (uint8_t)(e->v[EK_API_TARGETS_STATISTIC].i + 1);
	if (is_said(e, EK_API_TARGETS_CLOCK))
		g->clock = e->v[EK_API_TARGETS_CLOCK].i == 0 ? EK_CLOCK_OFFICE_HOURS
							     : EK_CLOCK_CALENDAR;
	if (is_said(e, EK_API_TARGETS_PERIOD))
		g->period = (uint8_t)(e->v[EK_API_TARGETS_PERIOD].i + 1);
	if (is_said(e, EK_API_TARGETS_SINCE))
		g->since = (int32_t)e->v[EK_API_TARGETS_SINCE].i;
	e->has_since = is_said(e, EK_API_TARGETS_SINCE);
	take_wanted(e);
	take_rest(t, e);
	check_metric(e);
	check_names(t, e);
	return ek_problem_is_none(&t->problem) && may_set(t, e);
}

bool ek_api_targets_edit_change(struct ek_turn *t, struct ek_api_targets_edit *e)
{
	struct ek_api_target was = e->g;
	e->was_wanted = was.wanted;
	if (!take(t, e, true))
		return false;
	take_wanted(e);
	take_rest(t, e);
	check_metric(e);
	check_names(t, e);
	if (!is_said(e, EK_API_TARGETS_OVERRIDE))
		e->g.override_by = was.override_by;
	struct ek_api_targets_edit before = {.g = was};
	bool ok = ek_problem_is_none(&t->problem) && ek_turn_if_match(t, was.revision) &&
		  may_set(t, e) && ek_api_targets_edit_print(t, &before);
	e->was_json = before.json;
	return ok;
}

/* ---- the rules that rest on figures */

static void set_usual(const struct ek_figures *f, struct ek_api_targets_edit *e, ek_time now)
{
	struct ek_api_target *g = &e->g;
	const struct ek_definition *d = ek_figures_definition(f, g->definition->metric, 0, now);
	int unit = ek_api_targets_unit(g);
	g->version = d->version;
	if (g->clock == 0)
		g->clock = d->clock;
	if (g->minimum_n == 0)
		g->minimum_n = unit == EK_METRIC_UNIT_SHARE     ? MINIMUM_SHARE
			       : unit == EK_METRIC_UNIT_SECONDS ? MINIMUM_DURATION
			       : unit == EK_METRIC_UNIT_POINTS  ? MINIMUM_SHARE
								: 1;
}

/* Of a new one: the period that goes on, or one of the last year. */
static bool set_since(const struct ek_figures *f, struct ek_api_targets_edit *e, ek_time now)
{
	struct ek_api_target *g = &e->g;
	int32_t today = ek_calendar_date(ek_api_targets_zone(f, g), now);
	if (!e->has_since)
		g->since = today;
	if (g->since > today || g->since < today - SINCE_DAYS)
		return ek_patch_fault(at(e, EK_API_TARGETS_SINCE), EK_FAULT_OUT_OF_RANGE,
				      "From a day of the last year to today.");
	g->since = ek_api_targets_span(g->period, g->since).from;
	return true;
}

static bool has_facts(const struct ek_figures *f, struct ek_api_targets_edit *e, ek_time now)
{
	const ek_time from = {now.ms - FACTS_DAYS * (int64_t)EK_CALENDAR_DAY_MS};
	if (ek_figures_has_facts(f, e->g.definition->metric, from, (ek_time){now.ms + 1}))
		return true;
	return ek_patch_fault(at(e, EK_API_TARGETS_METRIC), EK_FAULT_REFUSED,
			      "No data, no target: nothing was measured in the last 28 days.");
}

static bool set_status(struct ek_turn *t, const struct ek_figures *f, struct ek_api_targets_edit *e)
{
	struct ek_json j;
	struct ek_err err;
	ek_api_text_begin(t, &j);
	if (!ek_api_targets_put_status(t, &j, f, &e->g, &err)) {
		ek_json_fini(&j);
		return ek_problem_err(&t->problem, &err);
	}
	e->status = ek_api_text_take(t, &j);
	ek_api_text_begin(t, &j);
	ek_api_targets_put_grade(&j, &e->g, &e->judged);
	e->g.judged = ek_api_text_take(t, &j);
	e->g.grade = (int)e->judged.attain.grade;
	return e->status.p != NULL && e->g.judged.p != NULL &&
	       (e->g.id == 0 || ek_api_targets_last(t, f, &e->g, &e->last));
}

static bool is_as_it_was(const struct ek_api_targets_edit *e)
{
	const struct ek_attain_target *a = &e->g.wanted, *b = &e->was_wanted;
	return a->comparator == b->comparator && a->value <= b->value && a->value >= b->value &&
	       a->upper <= b->upper && a->upper >= b->upper;
}

/* T4: what effort alone will not meet needs a manager, a reason, and what is to make it possible.
 * */
static bool check_override(struct ek_turn *t, struct ek_api_targets_edit *e)
{
	struct ek_api_target *g = &e->g;
	static const struct ek_api_targets_right right = {EK_MAY_TARGET_OVERRIDE,
							  EK_MAY_TARGET_OVERRIDE};
	if (e->judged.attain.grade != EK_ATTAIN_NOT_BY_EFFORT) {
		g->override_reason = g->override_change = (ek_str){NULL, 0};
		g->override_by.v = 0;
		e->has_override = false;
		return true;
	}
	if (g->override_reason.p == NULL)
		return ek_patch_fault(at(e, EK_API_TARGETS_OVERRIDE), EK_FAULT_MISSING,
				      "Effort alone will not meet it: a manager says why it is "
				      "set all the same, and which change of process is to make "
				      "it possible.");
	/* Who changes something else leaves it as it was said. */
	if (!e->has_override && !e->is_new && is_as_it_was(e))
		return true;
	if (!ek_api_targets_may(t, g, right))
		return false;
	g->override_by = t->self;
	return true;
}

static bool judge(struct ek_turn *t, const struct ek_figures *f, struct ek_api_targets_edit *e)
{
	struct ek_err err;
	if (!has_facts(f, e, t->now))
		return false;
	set_usual(f, e, t->now);
	if (e->is_new && !set_since(f, e, t->now))
		return false;
	if (!ek_api_targets_judge(t, f, &e->g, &e->judged, &err))
		return ek_problem_err(&t->problem, &err);
	return set_status(t, f, e);
}

bool ek_api_targets_edit_judge(struct ek_turn *t, struct ek_api_targets_edit *e)
{
	const struct ek_figures *f = ek_api_fold_take(t);
	if (f == NULL)
		return false;
	bool ok = judge(t, f, e);
	ek_api_fold_give(t);
	if (!ok || e->is_asked)
		return ok;
	const struct ek_api_target_bar *why = ek_api_targets_no_reward(&e->g, &e->judged.attain);
	if (e->g.reward && why != NULL) {
		ek_patch_fault(at(e, EK_API_TARGETS_REWARD), EK_FAULT_REFUSED, why->says);
		return false;
	}
	return check_override(t, e);
}

/* ---- as logs tell it */

bool ek_api_targets_edit_print(struct ek_turn *t, struct ek_api_targets_edit *e)
{
	const struct ek_api_target *g = &e->g;
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_figures_put_metric(&j, g->definition, g->version);
	ek_api_put_id(&j, "goal", EK_IDENT_GOAL, g->goal);
	ek_api_put_word(&j, "comparator", ek_api_targets_comparators[g->wanted.comparator - 1]);
	ek_api_figures_put_real(&j, "value", true, g->wanted.value);
	ek_api_figures_put_real(&j, "upper", g->wanted.comparator == EK_ATTAIN_BETWEEN,
				g->wanted.upper);
	ek_api_put_word(&j, "period", ek_api_targets_periods[g->period - 1]);
	ek_api_put_int(&j, "minimum_n", g->minimum_n);
	ek_api_put_id(&j, "owner", EK_IDENT_TEAMMATE, g->owner.v);
	ek_api_put_text(&j, "reason", g->reason);
	ek_api_figures_put_date(&j, "review_date", g->review);
	ek_api_put_bool(&j, "reward", g->reward);
	ek_api_put_word(&j, "grade", ek_api_targets_grades[g->grade]);
	ek_api_put_text(&j, "override_reason", g->override_reason);
	ek_api_put_text(&j, "override_change", g->override_change);
	ek_json_object_end(&j);
	e->json = ek_api_text_take(t, &j);
	return e->json.p != NULL;
}
