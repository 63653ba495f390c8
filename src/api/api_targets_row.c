/* Rows, rights and periods of targets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_targets.h"
#include "api/api_team.h"
#include "model/calendar.h"

enum { NUMBER = 32 };

const char *const ek_api_targets_comparators[] = {"at_least", "at_most", "between", NULL};
const char *const ek_api_targets_periods[] = {"week", "month", "quarter", "half_year", NULL};
const char *const ek_api_targets_statistics[] = {"value", "median", "p90", "mean", NULL};
const char *const ek_api_targets_grades[] = {
	"unknown", "not_by_effort_alone", "stretch", "attainable", "routine", NULL};
const char *const ek_api_targets_states[] = {NULL, "met", "missed", "not_enough", "so_far"};

/* ---- numbers */

double ek_api_targets_number(const struct ek_views_value *v)
{
	char text[NUMBER];
	ek_str s = ek_turn_text(v);
	if (s.p == NULL || s.n >= sizeof text)
		return 0;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return strtod(text, NULL);
}

struct ek_views_value ek_api_targets_text(struct ek_turn *t, double v)
{
	char text[NUMBER];
	int n = snprintf(text, sizeof text, "%.17g", v);
	return ek_views_text(ek_turn_copy(t, (ek_str){text, (uint32_t)n}));
}

/* ---- rows */

static uint64_t id_at(const struct ek_views_value *v)
{
	int64_t id = ek_turn_int(v);
	return id == EK_NONE ? 0 : (uint64_t)id;
}

static uint32_t variant_at(const struct ek_definition *d, ek_str name)
{
	for (uint32_t i = 0; i < EK_METRIC_VARIANTS_MAX && d->variants[i] != NULL; i++)
		if (ek_str_is(name, d->variants[i]))
			return i;
	return 0;
}

static void from_override(const struct ek_views_value *row, struct ek_api_target *out)
{
	out->override_reason = ek_turn_text(&row[EK_CONTENT_TARGETS_OVERRIDE_REASON]);
	out->override_change = ek_turn_text(&row[EK_CONTENT_TARGETS_OVERRIDE_CHANGE]);
	out->override_by.v = (uint32_t)id_at(&row[EK_CONTENT_TARGETS_OVERRIDE_BY]);
}

void ek_api_targets_from(const struct ek_views_value *row, struct ek_api_target *out)
{
	const struct ek_definition *d =
		ek_definition_row((int)ek_turn_int(&row[EK_CONTENT_TARGETS_METRIC]));
	ek_assert(d != NULL);
	*out = (struct ek_api_target){
		.id = id_at(&row[EK_CONTENT_TARGETS_TARGET]),
		.goal = id_at(&row[EK_CONTENT_TARGETS_GOAL]),
		.definition = d,
		.version = (uint32_t)ek_turn_int(&row[EK_CONTENT_TARGETS_VERSION]),
		.variant = variant_at(d, ek_turn_text(&row[EK_CONTENT_TARGETS_VARIANT])),
		.clock = (uint8_t)ek_turn_int(&row[EK_CONTENT_TARGETS_CLOCK]),
		.period = (uint8_t)ek_turn_int(&row[EK_CONTENT_TARGETS_PERIOD]),
		.reward = ek_turn_int(&row[EK_CONTENT_TARGETS_REWARD]) == 1,
		.team.v = (uint32_t)id_at(&row[EK_CONTENT_TARGETS_TEAM]),
		.teammate.v = (uint32_t)id_at(&row[EK_CONTENT_TARGETS_TEAMMATE]),
		.wanted = {(enum ek_attain_comparator)ek_turn_int(
				   &row[EK_CONTENT_TARGETS_COMPARATOR]),
			   ek_api_targets_number(&row[EK_CONTENT_TARGETS_VALUE]),
			   ek_api_targets_number(&row[EK_CONTENT_TARGETS_UPPER])},
		.minimum_n = (uint32_t)ek_turn_int(&row[EK_CONTENT_TARGETS_MINIMUM_N]),
		.since = (int32_t)ek_turn_int(&row[EK_CONTENT_TARGETS_SINCE]),
		.review = (int32_t)ek_turn_int(&row[EK_CONTENT_TARGETS_REVIEW]),
		.owner.v = (uint32_t)id_at(&row[EK_CONTENT_TARGETS_OWNER]),
		.reason = ek_turn_text(&row[EK_CONTENT_TARGETS_REASON]),
		.grade = (int)ek_turn_int(&row[EK_CONTENT_TARGETS_GRADE]),
		.judged = ek_turn_text(&row[EK_CONTENT_TARGETS_JUDGED]),
		.created = {ek_turn_int(&row[EK_CONTENT_TARGETS_CREATED_MS])},
		.updated = {ek_turn_int(&row[EK_CONTENT_TARGETS_UPDATED_MS])},
		.revision = ek_turn_int(&row[EK_CONTENT_TARGETS_REVISION]),
	};
	ek_str statistic = ek_turn_text(&row[EK_CONTENT_TARGETS_STATISTIC]);
	out->statistic = EK_API_TARGET_VALUE;
	for (uint8_t i = 0; ek_api_targets_statistics[i] != NULL; i++)
		if (ek_str_is(statistic, ek_api_targets_statistics[i]))
			out->statistic = (uint8_t)(i + 1);
	from_override(row, out);
}

static struct ek_views_value word(const char *s)
{
	return ek_views_text((ek_str){s, (uint32_t)strlen(s)});
}

static struct ek_views_value id_of(uint64_t id)
{
	return ek_views_int(id == 0 ? EK_NONE : (int64_t)id);
}

static struct ek_views_value text_of(ek_str s)
{
	return s.p == NULL ? ek_views_int(EK_NONE) : ek_views_text(s);
}

static void put_rest(const struct ek_api_target *g, struct ek_views_value *row)
{
	row[EK_CONTENT_TARGETS_OWNER] = id_of(g->owner.v);
	row[EK_CONTENT_TARGETS_REASON] = text_of(g->reason);
	row[EK_CONTENT_TARGETS_REVIEW] = ek_views_int(g->review);
	row[EK_CONTENT_TARGETS_REWARD] = ek_views_int(g->reward);
	row[EK_CONTENT_TARGETS_GRADE] = ek_views_int(g->grade);
	row[EK_CONTENT_TARGETS_JUDGED] = text_of(g->judged);
	row[EK_CONTENT_TARGETS_OVERRIDE_REASON] = text_of(g->override_reason);
	row[EK_CONTENT_TARGETS_OVERRIDE_CHANGE] = text_of(g->override_change);
	row[EK_CONTENT_TARGETS_OVERRIDE_BY] = id_of(g->override_by.v);
	row[EK_CONTENT_TARGETS_CREATED_MS] = ek_views_int(g->created.ms);
	row[EK_CONTENT_TARGETS_UPDATED_MS] = ek_views_int(g->updated.ms);
	row[EK_CONTENT_TARGETS_DELETED_MS] = ek_views_int(EK_NONE);
	row[EK_CONTENT_TARGETS_REVISION] = ek_views_int(g->revision);
}

bool ek_api_targets_row(struct ek_turn *t, const struct ek_api_target *g,
			struct ek_views_value *row)
{
	row[EK_CONTENT_TARGETS_TARGET] = id_of(g->id);
	row[EK_CONTENT_TARGETS_GOAL] = id_of(g->goal);
	row[EK_CONTENT_TARGETS_METRIC] = ek_views_int(g->definition->metric);
	row[EK_CONTENT_TARGETS_VERSION] = ek_views_int(g->version);
	row[EK_CONTENT_TARGETS_VARIANT] = word(g->definition->variants[g->variant]);
	row[EK_CONTENT_TARGETS_STATISTIC] = word(ek_api_targets_statistics[g->statistic - 1]);
	row[EK_CONTENT_TARGETS_CLOCK] = ek_views_int(g->clock);
	row[EK_CONTENT_TARGETS_TEAM] = id_of(g->team.v);
	row[EK_CONTENT_TARGETS_TEAMMATE] = id_of(g->teammate.v);
	row[EK_CONTENT_TARGETS_COMPARATOR] = ek_views_int(g->wanted.comparator);
	row[EK_CONTENT_TARGETS_VALUE] = ek_api_targets_text(t, g->wanted.value);
	row[EK_CONTENT_TARGETS_UPPER] = g->wanted.comparator == EK_ATTAIN_BETWEEN
						? ek_api_targets_text(t, g->wanted.upper)
						: ek_views_int(EK_NONE);
	row[EK_CONTENT_TARGETS_PERIOD] = ek_views_int(g->period);
	row[EK_CONTENT_TARGETS_MINIMUM_N] = ek_views_int(g->minimum_n);
	row[EK_CONTENT_TARGETS_SINCE] = ek_views_int(g->since);
	put_rest(g, row);
	return ek_turn_text(&row[EK_CONTENT_TARGETS_VALUE]).p != NULL ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for this request");
}

bool ek_api_targets_load(struct ek_turn *t, uint64_t id, struct ek_api_target *out)
{
	const struct ek_views_value *row = NULL;
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_TARGETS, (int64_t)id, &row, &found))
		return false;
	if (!found || ek_turn_int(&row[EK_CONTENT_TARGETS_DELETED_MS]) != EK_NONE)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	ek_api_targets_from(row, out);
	return true;
}

/* ---- rights */

bool ek_api_targets_may(struct ek_turn *t, const struct ek_api_target *g,
			struct ek_api_targets_right right)
{
	struct ek_api_person person;
	if (g->teammate.v == 0) {
		const struct ek_may_object object = {.teams = &g->team, .team_count = 1};
		return ek_turn_may(t, right.team, &object);
	}
	return ek_api_person_load(t, g->teammate.v, &person) &&
	       ek_turn_may(t, right.person, &person.object);
}

bool ek_api_targets_sees(struct ek_turn *t, const struct ek_api_target *g)
{
	struct ek_api_person person;
	if (g->teammate.v == 0 || g->teammate.v == t->self.v)
		return true;
	return ek_api_person_load(t, g->teammate.v, &person) && ek_api_person_looked(t, &person) &&
	       ek_may_is(&t->actor, EK_MAY_FIGURES_PERSON, &person.object);
}

/* ---- periods */

static int32_t month_start(int32_t year, int month)
{
	return ek_calendar_days((struct ek_date){month > 12 ? year + 1 : year,
						 (uint8_t)(month > 12 ? month - 12 : month), 1});
}

struct ek_api_targets_span ek_api_targets_span(uint8_t period, int32_t day)
{
	static const int months[] = {[EK_API_TARGET_MONTH] = 1,
				     [EK_API_TARGET_QUARTER] = 3,
				     [EK_API_TARGET_HALF_YEAR] = 6};
	if (period == EK_API_TARGET_WEEK) {
		int32_t monday = day - (ek_calendar_day_of_week(day) - 1);
		return (struct ek_api_targets_span){monday, monday + 7};
	}
	struct ek_date d = ek_calendar_civil(day);
	int first = (d.month - 1) / months[period] * months[period] + 1;
	return (struct ek_api_targets_span){month_start(d.year, first),
					    month_start(d.year, first + months[period])};
}

int32_t ek_api_targets_both_until(int32_t changed, uint8_t period)
{
	int32_t least = changed + EK_API_FIGURES_BOTH;
	if (period == 0)
		return least;
	struct ek_api_targets_span span = ek_api_targets_span(period, changed);
	if (span.from < changed)
		span = ek_api_targets_span(period, span.until);
	return span.until > least ? span.until : least;
}

bool ek_api_targets_is_ripe(const struct ek_api_target *g, const struct ek_zone *zone,
			    struct ek_api_targets_span span, ek_time now)
{
	int32_t known = span.until + (int32_t)g->definition->matures_days;
	return now.ms >= ek_calendar_day_start(zone, known).ms;
}

void ek_api_targets_tell(struct ek_turn *t, const struct ek_api_target *g)
{
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_TARGET, g->team, g->teammate});
}
