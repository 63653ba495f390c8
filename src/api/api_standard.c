#include "api/api_standard.h"

#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_team.h"
#include "api/api_verdict.h"
#include "base/rfc3339.h"
#include "model/calendar.h"
#include "model/limits.h"
#include "sys/zone.h"

enum { DAYS = 28, ROWS = 500, ROWS_MAX = 10000, SKIP_MAX = 10000000 };

static const struct {
	const char *name;
	const char *path;
} kinds[] = {
	[EK_API_STANDARD_APPROACHES] = {"approaches", "approaches"},
	[EK_API_STANDARD_SLA] = {"sla_attainment", "sla-attainment"},
	[EK_API_STANDARD_LEAVING] = {"leaving", "leaving"},
	[EK_API_STANDARD_PRESENCE] = {"presence_history", "presence-history"},
	[EK_API_STANDARD_TREND] = {"team_trend", "team-trend"},
};

const char *ek_api_standard_name(uint32_t kind)
{
	return kind < EK_LEN(kinds) ? kinds[kind].name : NULL;
}

const char *ek_api_standard_path(uint32_t kind)
{
	return kind < EK_LEN(kinds) ? kinds[kind].path : NULL;
}

/* ---- rights */

static enum ek_may right_of(enum ek_api_standard_kind kind)
{
	return kind == EK_API_STANDARD_APPROACHES ? EK_MAY_REPORT_ROWS : EK_MAY_FIGURES_TEAM;
}

/* Whether what it tells of a small team is for its leads alone. */
static bool is_narrow(enum ek_api_standard_kind kind)
{
	return kind == EK_API_STANDARD_LEAVING || kind == EK_API_STANDARD_TREND;
}

static bool sees(struct ek_turn *t, enum ek_api_standard_kind kind, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	return is_narrow(kind) ? ek_api_verdict_sees(t, team)
			       : ek_may_is(&t->actor, right_of(kind), &object);
}

static bool may_one(struct ek_turn *t, struct ek_api_standard *s)
{
	struct ek_api_team team;
	if (!ek_api_team_load(t, s->team.v, &team) ||
	    !ek_turn_may(t, right_of(s->kind), &team.object))
		return false;
	s->teams = &s->team;
	s->team_count = 1;
	return !is_narrow(s->kind) || ek_api_verdict_may_see(t, s->team);
}

/* Those that they may see, of all that there are. */
static bool may_some(struct ek_turn *t, struct ek_api_standard *s)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT team FROM teams WHERE deleted = 0 ORDER BY team", NULL, 0,
			    &rows))
		return false;
	ek_team_id *teams = ek_turn_get(t, (rows.n + 1) * sizeof *teams);
	for (uint32_t i = 0; teams != NULL && i < rows.n; i++) {
		const ek_team_id team = {(uint32_t)rows.v[i].i};
		if (sees(t, s->kind, team))
			teams[s->team_count++] = team;
	}
	s->teams = teams;
	if (teams == NULL || !ek_problem_is_none(&t->problem))
		return false;
	return s->team_count > 0 || rows.n == 0 || ek_turn_may(t, right_of(s->kind), NULL);
}

/* ---- the address */

static void bind_zone(struct ek_turn *t, struct ek_api_standard *s)
{
	struct ek_err err;
	struct ek_zone *zone = EK_TURN_NEW(t, struct ek_zone);
	if (!ek_query_text(&t->query, "zone", EK_ZONE_NAME_MAX, &s->zone_name) || zone == NULL)
		return;
	s->zone = zone;
	if (ek_zone_load(s->zone_name, t->arena, zone, &err))
		return;
	if (err.code == EK_INVALID_VALUE)
		ek_turn_parameter(t, "zone", EK_FAULT_REFUSED, err.msg);
	else
		ek_problem_err(&t->problem, &err);
}

static bool bind(struct ek_turn *t, struct ek_api_standard *s)
{
	static const char *const clocks[] = {"office_hours", "calendar", NULL};
	uint64_t id = 0;
	uint32_t clock = 0;
	bool has_clock = s->kind == EK_API_STANDARD_APPROACHES || s->kind == EK_API_STANDARD_TREND;
	if (ek_query_id(&t->query, "team", EK_IDENT_TEAM, &id))
		s->team.v = (uint32_t)id;
	s->has_from = ek_query_date(&t->query, "from", &s->from);
	s->has_until = ek_query_date(&t->query, "until", &s->until);
	bind_zone(t, s);
	if (has_clock && ek_query_word(&t->query, "clock", clocks, &clock))
		s->clock = clock == 0 ? EK_CLOCK_OFFICE_HOURS : EK_CLOCK_CALENDAR;
	s->limit = t->is_csv ? ROWS_MAX : ROWS;
	if (s->kind == EK_API_STANDARD_APPROACHES) {
		s->has_limit = ek_query_int(&t->query, "limit", 1, ROWS_MAX, &s->limit);
		(void)ek_query_int(&t->query, "skip", 0, SKIP_MAX, &s->skip);
	}
	/* The whole of it is one page. */
	t->is_whole = false;
	return ek_query_end(&t->query);
}

void ek_api_standard_begin(struct ek_turn *t, enum ek_api_standard_kind kind, ek_worker_run *run)
{
	struct ek_api_standard *s = EK_TURN_NEW(t, struct ek_api_standard);
	t->state = s;
	if (s != NULL)
		s->kind = kind;
	if (s != NULL && bind(t, s) && (s->team.v != 0 ? may_one(t, s) : may_some(t, s)))
		ek_worker_submit(t->api->worker, t, run);
	else
		ek_turn_reply(t, 0);
}

/* ---- days */

bool ek_api_standard_place(struct ek_turn *t, const struct ek_figures *f, struct ek_api_standard *s)
{
	if (s->zone == NULL)
		s->zone = ek_api_figures_zone(f, s->team);
	if (!s->has_until)
		s->until = s->has_from ? s->from + DAYS
				       : ek_api_figures_behind(f, s->team, s->zone, t->now);
	if (!s->has_from)
		s->from = s->until - DAYS;
	if (s->until <= s->from || s->until - s->from > EK_API_STANDARD_DAYS)
		return ek_turn_parameter(t, "until", EK_FAULT_OUT_OF_RANGE,
					 "From one day to at most 400 days.");
	s->begin = ek_calendar_day_start(s->zone, s->from);
	s->end = ek_calendar_day_start(s->zone, s->until);
	return (ek_time_is_set(s->begin) && ek_time_is_set(s->end)) ||
	       ek_turn_parameter(t, "from", EK_FAULT_OUT_OF_RANGE, "Days of the years 1 to 9999.");
}

struct ek_figures_ask ek_api_standard_ask(const struct ek_api_standard *s, int metric,
					  const ek_team_id *team)
{
	return (struct ek_figures_ask){
		.metric = metric,
		.teams = team != NULL ? team : s->teams,
		.team_count = team != NULL ? 1 : s->team_count,
		.from = s->begin,
		.until = s->end,
		.as_of = EK_NO_TIME,
		.clock = s->clock,
	};
}

/* ---- the head */

static void put_definitions(struct ek_turn *t, const struct ek_figures *f,
			    const struct ek_api_standard *s, const uint8_t *metrics)
{
	ek_json_key(&t->out, "definitions");
	ek_json_list(&t->out);
	for (; *metrics != EK_METRIC_NONE; metrics++) {
		const struct ek_definition *d = ek_figures_definition(f, *metrics, 0, s->begin);
		char text[96];
		ek_format(text, sizeof text, "%s@%u", d->id, d->version);
		ek_json_word(&t->out, text);
	}
	ek_json_list_end(&t->out);
}

void ek_api_standard_head(struct ek_turn *t, const struct ek_figures *f,
			  const struct ek_api_standard *s, const uint8_t *metrics)
{
	struct ek_json *j = &t->out;
	char link[512];
	t->seq = ek_figures_seq(f);
	size_t n = ek_format(link, sizeof link, "%s/api/v1/figures/receipt", t->api->options.url);
	ek_json_object(j);
	ek_api_put_word(j, "report", kinds[s->kind].name);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, s->team.v);
	ek_api_figures_put_date(j, "from", s->from);
	ek_api_figures_put_date(j, "until", s->until);
	ek_api_put_text(j, "zone", s->zone->name);
	ek_api_put_enum(j, "clock", EK_ENUM_CLOCK, s->clock);
	put_definitions(t, f, s, metrics);
	ek_api_put_text(j, "receipts", (ek_str){link, (uint32_t)n});
	ek_api_put_time(j, "as_of", ek_figures_at(f));
}

/* Names of zones have no other sign that means something in an address ("Etc/GMT+5"). */
static size_t put_zone(char *out, size_t cap, ek_str name)
{
	size_t n = 0;
	for (uint32_t i = 0; i < name.n; i++)
		n += name.p[i] == '+' ? ek_format(out + n, cap - n, "%%2B")
				      : ek_format(out + n, cap - n, "%c", name.p[i]);
	return n;
}

void ek_api_standard_receipt(struct ek_turn *t, const struct ek_api_standard *s,
			     const struct ek_api_standard_figure *of)
{
	char link[1024], from[EK_RFC3339_DATE_MAX + 1], until[EK_RFC3339_DATE_MAX + 1];
	from[ek_rfc3339_print_date(of->from, from)] = '\0';
	until[ek_rfc3339_print_date(of->until, until)] = '\0';
	size_t n = ek_format(link, sizeof link,
			     "%s/api/v1/figures/receipt?metric=%s@%u&team=team_%u&from=%s&until=%s"
			     "&zone=",
			     t->api->options.url, of->definition->id, of->version, of->team.v, from,
			     until);
	n += put_zone(link + n, sizeof link - n, s->zone->name);
	if (s->clock != 0)
		n += ek_format(link + n, sizeof link - n, "&clock=%s",
			       s->clock == EK_CLOCK_OFFICE_HOURS ? "office_hours" : "calendar");
	ek_api_put_text(&t->out, "receipt", (ek_str){link, (uint32_t)n});
}
