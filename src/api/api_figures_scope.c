/* Whose figures may be seen, and what a question is. */
#include "api/api_figures.h"

#include <string.h>

#include "api/api_state.h"
#include "api/api_team.h"
#include "model/calendar.h"
#include "sys/zone.h"
#include "wire/view_json.h"

enum { DAYS = 28, DAYS_MAX = 1200, METRIC_BYTES = 80, VARIANT_BYTES = 40, TOPIC_BYTES = 200 };

/* ---- rights */

bool ek_api_figures_is_personal(const struct ek_definition *d, bool others)
{
	return d->person != EK_METRIC_PERSON_NONE &&
	       (!others || d->person != EK_METRIC_PERSON_OWN_VIEW);
}

/* What describes the service, not those who give it. */
static bool is_of_queue(const struct ek_definition *d)
{
	switch (d->metric) {
	case EK_METRIC_FIRST_RESPONSE_TIME:
	case EK_METRIC_NEXT_RESPONSE_TIME:
	case EK_METRIC_TIME_TO_ASSIGNMENT:
	case EK_METRIC_QUEUE_WAIT:
	case EK_METRIC_VOLUME:
	case EK_METRIC_BACKLOG:
	case EK_METRIC_REPEAT_CONTACT:
	case EK_METRIC_CONTACT_FREQUENCY:
	case EK_METRIC_ABANDONMENT:
	case EK_METRIC_SERVICE_LEVEL:
	case EK_METRIC_SLA_ATTAINMENT:
		return true;
	default:
		return false;
	}
}

static bool count_people(struct ek_turn *t, ek_team_id team, int64_t *n)
{
	const struct ek_views_value key = ek_views_int(team.v);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    team.v == 0 ? "SELECT count(DISTINCT teammate) FROM memberships"
					: "SELECT count(*) FROM memberships WHERE team = $1",
			    &key, team.v == 0 ? 0 : 1, &rows))
		return false;
	*n = rows.n == 0 ? 0 : ek_turn_int(&rows.v[0]);
	return true;
}

/* Whether enough people serve it (0: are there at all) that nobody is seen in their sum; else why
 * it is not told. */
static bool is_crowd(struct ek_turn *t, ek_team_id team, const char *why)
{
	int64_t people = 0;
	return count_people(t, team, &people) &&
	       (people >= EK_VIEW_SUM_LEAST ||
		ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN, "fewer than %d people %s: %s",
			       EK_VIEW_SUM_LEAST,
			       team.v == 0 ? "work here" : "serve this team inbox", why));
}

static bool is_enough(struct ek_turn *t, const struct ek_definition *d, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	return is_of_queue(d) || ek_may_is(&t->actor, EK_MAY_TEAM_LIVE, &object) ||
	       is_crowd(t, team, "this is for its leads");
}

static bool may_team(struct ek_turn *t, const struct ek_definition *d,
		     struct ek_api_figures_scope *s)
{
	struct ek_api_team team;
	if (!ek_api_team_load(t, s->team.v, &team) ||
	    !ek_turn_may(t, EK_MAY_FIGURES_TEAM, &team.object))
		return false;
	s->teams = &s->team;
	s->team_count = 1;
	return is_enough(t, d, s->team);
}

/* Every team that they may see; each must be large enough by itself. */
static bool may_teams(struct ek_turn *t, const struct ek_definition *d,
		      struct ek_api_figures_scope *s)
{
	const struct ek_may_object everything = {.team_count = 0};
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	struct ek_may_reach r = ek_may_reach(&t->actor, EK_MAY_FIGURES_TEAM, teams);
	if (r.is_everything)
		return is_of_queue(d) || ek_may_is(&t->actor, EK_MAY_TEAM_LIVE, &everything) ||
		       is_crowd(t, (ek_team_id){0}, "this is for leads");
	if (r.team_count == 0)
		return ek_turn_may(t, EK_MAY_FIGURES_TEAM, NULL);
	for (uint32_t i = 0; i < r.team_count; i++)
		if (!is_enough(t, d, teams[i]))
			return false;
	s->teams = teams;
	s->team_count = r.team_count;
	return true;
}

static bool may_person(struct ek_turn *t, const struct ek_definition *d,
		       struct ek_api_figures_scope *s)
{
	struct ek_api_team team;
	bool is_own = s->person.id.v == t->self.v && t->self.v != 0;
	if (!ek_api_person_load(t, s->person.id.v, &s->person) ||
	    (s->team.v != 0 && !ek_api_team_load(t, s->team.v, &team)))
		return false;
	if (is_own) {
		if (!ek_turn_may(t, EK_MAY_FIGURES_OWN, &s->person.object))
			return false;
	} else if (!ek_api_person_looked(t, &s->person) ||
		   !ek_turn_may(t, EK_MAY_FIGURES_PERSON, &s->person.object)) {
		return false;
	}
	if (!ek_api_figures_is_personal(d, !is_own))
		return ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
				      d->person == EK_METRIC_PERSON_NONE
					      ? "there is no personal figure of %s"
					      : "each sees their own %s, and nobody else's",
				      d->id);
	s->teams = &s->team;
	s->team_count = s->team.v != 0;
	return true;
}

bool ek_api_figures_may(struct ek_turn *t, const struct ek_definition *d,
			struct ek_api_figures_scope *s)
{
	s->teams = NULL;
	s->team_count = 0;
	if (s->person.id.v != 0)
		return may_person(t, d, s);
	return s->team.v != 0 ? may_team(t, d, s) : may_teams(t, d, s);
}

/* How few people go through a day, hour by hour, is each one's day: told to nobody, leads neither.
 * What the queue goes through is nobody's. */
static bool may_hours(struct ek_turn *t, const struct ek_definition *d,
		      const struct ek_api_figures_scope *s)
{
	static const char why[] = "hours of the day would be somebody's own";
	if (is_of_queue(d))
		return true;
	bool ok = s->team_count > 0 || is_crowd(t, (ek_team_id){0}, why);
	for (uint32_t i = 0; ok && i < s->team_count; i++)
		ok = is_crowd(t, s->teams[i], why);
	return ok;
}

/* ---- the address */

static bool bind_metric(struct ek_turn *t, struct ek_api_figures_ask *a)
{
	ek_str name, variant;
	bool has_name = ek_query_text(&t->query, "metric", METRIC_BYTES, &name);
	bool has_variant = ek_query_text(&t->query, "variant", VARIANT_BYTES, &variant);
	if (!has_name)
		return ek_turn_parameter(t, "metric", EK_FAULT_MISSING, "Say which metric.");
	int metric = ek_definition_find(name, &a->version);
	a->definition = ek_definition_row(metric);
	if (a->definition == NULL)
		return ek_turn_parameter(t, "metric", EK_FAULT_NOT_FOUND,
					 "There is no such metric.");
	if (a->definition->why_not != NULL)
		return ek_turn_parameter(t, "metric", EK_FAULT_REFUSED, a->definition->why_not);
	a->variant = a->definition->variants[0];
	if (!has_variant)
		return true;
	for (uint32_t i = 0; i < EK_METRIC_VARIANTS_MAX && a->definition->variants[i] != NULL; i++)
		if (ek_str_is(variant, a->definition->variants[i])) {
			a->variant = a->definition->variants[i];
			a->variant_place = i;
			return true;
		}
	return ek_turn_parameter(t, "variant", EK_FAULT_NOT_ONE_OF,
				 "This metric has no such variant.");
}

static void bind_scope(struct ek_turn *t, struct ek_api_figures_ask *a)
{
	uint64_t id = 0;
	if (ek_query_id(&t->query, "team", EK_IDENT_TEAM, &id))
		a->scope.team.v = (uint32_t)id;
	if (ek_query_id(&t->query, "teammate", EK_IDENT_TEAMMATE, &id))
		a->scope.person.id.v = (uint32_t)id;
}

static void bind_survey(struct ek_turn *t, struct ek_api_figures_ask *a)
{
	uint64_t id = 0;
	if (!ek_query_id(&t->query, "survey", EK_IDENT_SURVEY, &id))
		return;
	a->survey = (uint32_t)id;
	if (a->definition != NULL && !ek_definition_is_asked(a->definition))
		ek_turn_parameter(t, "survey", EK_FAULT_REFUSED,
				  "This metric is not asked in surveys.");
}

static void bind_text(struct ek_turn *t, const char *name, ek_str *out)
{
	if (!ek_query_text(&t->query, name, TOPIC_BYTES, out))
		*out = (ek_str){NULL, 0};
}

static bool has_hours(struct ek_turn *t, const struct ek_api_figures_ask *a)
{
	if (a->scope.person.id.v != 0)
		return ek_turn_parameter(t, "teammate", EK_FAULT_REFUSED,
					 "Hours of the day are told of teams, not of a person.");
	return a->definition->bucket != EK_METRIC_BUCKET_INSTANT ||
	       ek_turn_parameter(t, "metric", EK_FAULT_REFUSED,
				 "It is counted at the end of a day: no hour has one of its own.");
}

/* Time at work is nobody's message: narrowed so, nothing would be left of it. */
static void check_narrow(struct ek_turn *t, const struct ek_api_figures_ask *a)
{
	const char *by = a->channel != 0      ? "channel"
			 : a->topic.p != NULL ? "topic"
			 : a->tier.p != NULL  ? "tier"
			 : a->area.p != NULL  ? "product_area"
					      : NULL;
	bool is_time = a->definition != NULL && a->definition->bucket == EK_METRIC_BUCKET_INTERVAL;
	if (is_time && by != NULL)
		ek_turn_parameter(t, by, EK_FAULT_REFUSED,
				  "This is made of time at work, which is of no channel, topic, "
				  "tier or product area.");
}

/* What no event names is in no figure. */
static bool check_labels(struct ek_turn *t, const struct ek_figures *f,
			 const struct ek_api_figures_ask *a)
{
	static const char why[] = "No conversation in the log has this attribute: those that the "
				  "setting attribute_orders lists come there, from then on.";
	bool ok = true;
	if (a->tier.p != NULL && ek_figures_label_count(f, EK_FIGURES_TIER) == 0)
		ok = ek_turn_parameter(t, "tier", EK_FAULT_REFUSED, why);
	if (a->area.p != NULL && ek_figures_label_count(f, EK_FIGURES_AREA) == 0)
		ok = ek_turn_parameter(t, "product_area", EK_FAULT_REFUSED, why);
	return ok;
}

static void bind_slices(struct ek_turn *t, struct ek_api_figures_ask *a)
{
	int64_t hour = 0;
	bind_text(t, "topic", &a->topic);
	bind_text(t, "tier", &a->tier);
	bind_text(t, "product_area", &a->area);
	if (!ek_query_int(&t->query, "hour", 0, 23, &hour))
		return;
	a->hour = (uint8_t)(hour + 1);
	if (a->definition != NULL)
		has_hours(t, a);
}

static void bind_rest(struct ek_turn *t, struct ek_api_figures_ask *a)
{
	static const char *const clocks[] = {"office_hours", "calendar", NULL};
	ek_str word;
	uint32_t place = 0;
	if (ek_query_word(&t->query, "clock", clocks, &place))
		a->clock = place == 0 ? EK_CLOCK_OFFICE_HOURS : EK_CLOCK_CALENDAR;
	if (ek_query_text(&t->query, "channel", VARIANT_BYTES, &word)) {
		int channel = ek_enums_number(EK_ENUM_CAPACITY_CLASS, word);
		if (channel <= 0)
			ek_turn_parameter(t, "channel", EK_FAULT_NOT_ONE_OF,
					  "There is no such channel.");
		a->channel = channel > 0 ? (uint8_t)channel : 0;
	}
	bind_slices(t, a);
	if (!ek_query_text(&t->query, "zone", EK_ZONE_NAME_MAX, &a->zone_name))
		a->zone_name = (ek_str){NULL, 0};
	bind_survey(t, a);
	check_narrow(t, a);
	int64_t days = DAYS;
	(void)ek_query_int(&t->query, "days", 1, DAYS_MAX, &days);
	a->days = (int32_t)days;
	a->has_from = ek_query_date(&t->query, "from", &a->from);
	a->has_until = ek_query_date(&t->query, "until", &a->until);
	if (!ek_query_time(&t->query, "as_of", &a->as_of))
		a->as_of = EK_NO_TIME;
	if (a->has_from && a->has_until && (a->until <= a->from || a->until - a->from > DAYS_MAX))
		ek_turn_parameter(t, "until", EK_FAULT_OUT_OF_RANGE,
				  "From one day to at most 1200 days.");
}

static bool bind_zone(struct ek_turn *t, struct ek_api_figures_ask *a)
{
	struct ek_err err;
	struct ek_zone *zone = a->zone_name.p == NULL ? NULL : EK_TURN_NEW(t, struct ek_zone);
	if (a->zone_name.p == NULL)
		return true;
	if (zone == NULL)
		return false;
	a->zone = zone;
	if (ek_zone_load(a->zone_name, t->arena, zone, &err))
		return true;
	return err.code == EK_INVALID_VALUE
		       ? ek_turn_parameter(t, "zone", EK_FAULT_REFUSED, err.msg)
		       : ek_problem_err(&t->problem, &err);
}

bool ek_api_figures_bind(struct ek_turn *t, struct ek_api_figures_ask *a)
{
	bool ok = bind_metric(t, a);
	bind_scope(t, a);
	bind_rest(t, a);
	ok = bind_zone(t, a) && ok;
	ok = ek_query_end(&t->query) && ok;
	return ok && ek_problem_is_none(&t->problem) &&
	       ek_api_figures_may(t, a->definition, &a->scope) &&
	       (a->hour == 0 || may_hours(t, a->definition, &a->scope));
}

bool ek_api_figures_by_hour(struct ek_turn *t, const struct ek_api_figures_ask *a)
{
	if (a->hour != 0)
		return ek_turn_parameter(t, "hour", EK_FAULT_REFUSED,
					 "Either one hour of the day, or a figure for each.");
	return has_hours(t, a) && may_hours(t, a->definition, &a->scope);
}

/* ---- the question */

const struct ek_zone *ek_api_figures_zone(const struct ek_figures *f, ek_team_id team)
{
	static const struct ek_zone_shift shift = {EK_ZONE_SINCE_EVER, 0};
	static const struct ek_zone utc = {{"UTC", 3}, &shift, 1};
	const struct ek_zone *zone = ek_figures_zone(f, team);
	return zone != NULL ? zone : &utc;
}

int32_t ek_api_figures_behind(const struct ek_figures *f, ek_team_id team,
			      const struct ek_zone *zone, ek_time now)
{
	ek_time past = ek_figures_imported_until(f, team);
	bool is_past = ek_time_is_set(past) && past.ms < now.ms;
	return ek_calendar_date(zone, is_past ? past : now) + 1;
}

bool ek_api_figures_refuse(struct ek_turn *t, const struct ek_err *err)
{
	return ek_problem_err(&t->problem, err);
}

bool ek_api_figures_place(struct ek_turn *t, const struct ek_figures *f,
			  struct ek_api_figures_ask *a, struct ek_figures_ask *out)
{
	if (a->zone == NULL)
		a->zone = ek_api_figures_zone(f, a->scope.team);
	if (!a->has_until)
		a->until = a->has_from ? a->from + a->days
				       : ek_api_figures_behind(f, a->scope.team, a->zone, t->now);
	if (!a->has_from)
		a->from = a->until - a->days;
	*out = (struct ek_figures_ask){
		.metric = a->definition->metric,
		.version = a->version,
		.teams = a->scope.teams,
		.team_count = a->scope.team_count,
		.teammate = a->scope.person.id,
		.channel = a->channel,
		.topic = a->topic,
		.tier = a->tier,
		.area = a->area,
		.hour = a->hour,
		.zone = a->zone,
		.from = ek_calendar_day_start(a->zone, a->from),
		.until = ek_calendar_day_start(a->zone, a->until),
		.as_of = a->as_of,
		.clock = a->clock,
		.variant = a->variant,
		.survey = a->survey,
	};
	if (!ek_time_is_set(out->from) || !ek_time_is_set(out->until))
		return ek_turn_parameter(t, "from", EK_FAULT_OUT_OF_RANGE,
					 "Days of the years 1 to 9999.");
	if (!check_labels(t, f, a))
		return false;
	return a->version == 0 ||
	       ek_figures_definition(f, out->metric, a->version, t->now) != NULL ||
	       ek_turn_parameter(t, "metric", EK_FAULT_NOT_FOUND,
				 "This metric has no such version.");
}
