/* report: how it goes, out of the log itself: the figures of the server's screens and answers. */
#include <string.h>

#include "base/rfc3339.h"
#include "cli/names.h"
#include "cli/place.h"
#include "cli/run.h"
#include "cli/told.h"
#include "metrics/figures.h"
#include "model/calendar.h"
#include "store/walk.h"
#include "sys/heap.h"
#include "sys/zone.h"

#define MEMORY ((size_t)1 << 28)
enum { ANSWER_MAX = 64 * 1024 * 1024, DAYS = 28, DAYS_MAX = 1200, ITEMS = 500 };

static const char *const bys[] = {"none", "day", "week", "month"};
static const uint8_t cadences[] = {0, EK_FIGURES_DAILY, EK_FIGURES_WEEKLY, EK_FIGURES_MONTHLY};

struct report {
	struct ek_cli *cli;
	struct ek_log *log;
	struct ek_names *names;
	struct ek_figures *fold;
	struct ek_arena arena;
	struct ek_json json;
	ek_team_id team; /* 0 = all */
	int metric;      /* EK_METRIC_NONE = every one of which there are facts */
	uint32_t version;
	uint8_t clock; /* 0 = as each definition says */
	uint32_t by;   /* of bys */
	int32_t from, until;
	struct ek_zone own_zone;
	const struct ek_zone *zone;
	struct ek_told_targets targets;
	struct ek_figures_ask ask; /* of the metric that is told */
	uint64_t limit;            /* of the items of a receipt */
};

/* ---- what is asked */

static ek_str text_of(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static bool read_day(const struct report *r, enum ek_cli_option option, int32_t *day,
		     struct ek_err *err)
{
	const char *text = r->cli->options[option];
	return text == NULL || ek_rfc3339_read_date(text_of(text), day) ||
	       ek_fail(err, EK_USAGE, "expected a date such as 2027-03-01, got \"%s\"", text);
}

static bool read_word(const char *given, const char *const *words, uint32_t n, uint32_t *out,
		      struct ek_err *err)
{
	for (uint32_t i = 0; given != NULL && i < n; i++) {
		if (strcmp(words[i], given) != 0)
			continue;
		*out = i;
		return true;
	}
	return given == NULL ||
	       ek_fail(err, EK_USAGE, "expected one of %s, %s%s%s, got \"%s\"", words[0], words[1],
		       n > 2 ? ", " : "", n > 2 ? words[2] : "", given);
}

static bool read_metric(struct report *r, struct ek_err *err)
{
	const char *text = r->cli->options[EK_CLI_METRIC];
	if (text == NULL)
		return true;
	r->metric = ek_definition_find(text_of(text), &r->version);
	const struct ek_definition *d = ek_definition_row(r->metric);
	if (d == NULL)
		return ek_fail(err, EK_USAGE,
			       "there is no metric \"%s\"; such as first_response_time or volume",
			       text);
	return d->why_not == NULL ||
	       ek_fail(err, EK_USAGE, "there is no figure of %s: %s", d->id, d->why_not);
}

static bool read_options(struct report *r, struct ek_err *err)
{
	static const char *const clocks[] = {"office_hours", "calendar"};
	uint32_t clock = 0;
	if (ek_cli_has(r->cli, EK_CLI_JSON) && ek_cli_has(r->cli, EK_CLI_CSV))
		return ek_fail(err, EK_USAGE, "either --json or --csv");
	if (!read_metric(r, err) ||
	    !read_word(r->cli->options[EK_CLI_BY], bys, EK_LEN(bys), &r->by, err) ||
	    !read_word(r->cli->options[EK_CLI_CLOCK], clocks, EK_LEN(clocks), &clock, err))
		return false;
	bool has_receipt = ek_cli_has(r->cli, EK_CLI_RECEIPT);
	if (has_receipt && (r->metric == EK_METRIC_NONE || r->by != 0))
		return ek_fail(err, EK_USAGE, "--receipt: of one figure, with --metric, not --by");
	if (!has_receipt && ek_cli_has(r->cli, EK_CLI_LIMIT))
		return ek_fail(err, EK_USAGE, "--limit: of the items of a --receipt");
	if (!ek_cli_number(r->cli, EK_CLI_LIMIT, ITEMS, &r->limit, err))
		return false;
	if (ek_cli_has(r->cli, EK_CLI_CLOCK))
		r->clock = clock == 0 ? EK_CLOCK_OFFICE_HOURS : EK_CLOCK_CALENDAR;
	return true;
}

/* When the newest fact was of what is asked for. After an import of old years that is long before
 * the last event; without any fact it is that one. */
static ek_time newest(const struct report *r)
{
	ek_time last = EK_NO_TIME;
	for (int m = EK_METRIC_NONE + 1; m < EK_METRIC_END; m++) {
		ek_time at = r->metric == EK_METRIC_NONE || r->metric == m
				     ? ek_figures_newest(r->fold, m, r->team)
				     : EK_NO_TIME;
		if (ek_time_is_set(at) && (!ek_time_is_set(last) || at.ms > last.ms))
			last = at;
	}
	return ek_time_is_set(last) ? last : ek_figures_at(r->fold);
}

/* Days of the team's zone, the last ones that hold facts if none are named. */
static bool read_days(struct report *r, struct ek_err *err)
{
	const char *zone = r->cli->options[EK_CLI_ZONE];
	ek_time last = newest(r);
	r->zone = ek_figures_zone(r->fold, r->team);
	if (zone != NULL) {
		if (!ek_zone_load(text_of(zone), &r->arena, &r->own_zone, err))
			return false;
		r->zone = &r->own_zone;
	}
	r->until = ek_time_is_set(last) ? ek_calendar_date(r->zone, last) + 1 : DAYS;
	if (!read_day(r, EK_CLI_UNTIL, &r->until, err))
		return false;
	r->from = r->until - DAYS;
	if (!read_day(r, EK_CLI_FROM, &r->from, err))
		return false;
	if (!ek_cli_has(r->cli, EK_CLI_UNTIL) && ek_cli_has(r->cli, EK_CLI_FROM))
		r->until = r->from + DAYS;
	return (r->until > r->from && r->until - r->from <= DAYS_MAX) ||
	       ek_fail(err, EK_USAGE, "--until: expected a day after --from, at most %d later",
		       DAYS_MAX);
}

/* ---- the fold */

static bool fold(void *ctx, const struct ek_body_reader *at, const struct ek_event *event,
		 struct ek_err *err)
{
	struct report *r = ctx;
	(void)at;
	return event == NULL || ek_figures_fold(r->fold, event, err);
}

static bool read_log(struct report *r, struct ek_err *err)
{
	const char *team = r->cli->options[EK_CLI_TEAM];
	const struct ek_walk walk = {r->log, &r->arena, fold, r};
	bool has_events = ek_log_head(r->log)->seq > 0;
	if (!ek_names_load(r->names, r->log, err) || !ek_told_read(r->log, &r->targets, err) ||
	    (team != NULL &&
	     !ek_names_read(r->names, EK_WRITER_NAME_TEAM, team, &r->team.v, err)) ||
	    (has_events && !ek_walk_run(&walk, (struct ek_log_span){1, 0}, err)))
		return false;
	ek_figures_seal(r->fold);
	return true;
}

/* ---- how it is told */

static bool tell(struct report *r, int32_t first, int32_t behind, const struct ek_figure *f,
		 struct ek_err *err)
{
	char from[EK_TOLD_DAY], until[EK_TOLD_DAY];
	int32_t start = first > r->from ? first : r->from;
	int32_t end = behind < r->until ? behind : r->until;
	struct ek_told_question q = {r->fold, r->zone, &r->targets, r->ask};
	struct ek_told told = {
		.definition =
			ek_figures_definition(r->fold, r->ask.metric, f->version, r->ask.from),
		.figure = f,
		.clock = r->clock,
		.from = from,
		.until = until,
		.has_days = r->by != 0,
	};
	ek_told_day(start, from);
	ek_told_day(end, until);
	q.ask.from = ek_calendar_day_start(r->zone, start);
	q.ask.until = ek_calendar_day_start(r->zone, end);
	if (!ek_told_ask(&told, &q, err))
		return false;
	if (ek_cli_has(r->cli, EK_CLI_JSON))
		ek_told_json(&r->json, &told);
	else if (ek_cli_has(r->cli, EK_CLI_CSV))
		ek_told_csv(r->cli, &told, &r->json);
	else
		ek_told_say(r->cli, &told);
	return true;
}

/* ---- figures */

static int32_t period_end(uint32_t by, int32_t day)
{
	if (cadences[by] == EK_FIGURES_DAILY)
		return day + 1;
	if (cadences[by] == EK_FIGURES_WEEKLY)
		return day - (ek_calendar_day_of_week(day) - 1) + 7;
	struct ek_date d = ek_calendar_civil(day);
	bool is_last = d.month == 12;
	return ek_calendar_days((struct ek_date){is_last ? d.year + 1 : d.year,
						 (uint8_t)(is_last ? 1 : d.month + 1), 1});
}

static bool visit(void *ctx, int32_t date, const struct ek_figure *f, struct ek_err *err)
{
	struct report *r = ctx;
	return tell(r, date, period_end(r->by, date), f, err);
}

static void ask_for(struct report *r, int metric)
{
	r->ask = (struct ek_figures_ask){
		.metric = metric,
		.version = r->version,
		.teams = &r->team,
		.team_count = r->team.v != 0,
		.from = ek_calendar_day_start(r->zone, r->from),
		.until = ek_calendar_day_start(r->zone, r->until),
		.as_of = EK_NO_TIME,
		.clock = r->clock,
	};
}

static bool one_metric(struct report *r, int metric, struct ek_err *err)
{
	ask_for(r, metric);
	const struct ek_figures_run run = {cadences[r->by], r->zone, visit, r};
	struct ek_figure f;
	if (ek_figures_definition(r->fold, metric, r->version, r->ask.from) == NULL)
		return ek_fail(err, EK_USAGE, "this metric has no version %u", r->version);
	if (r->by != 0)
		return ek_figures_series(r->fold, &r->ask, &run, err);
	return ek_figures_ask(r->fold, &r->ask, &f, err) && tell(r, r->from, r->until, &f, err);
}

static bool figures(struct report *r, struct ek_err *err)
{
	if (r->metric != EK_METRIC_NONE)
		return one_metric(r, r->metric, err);
	for (int m = EK_METRIC_NONE + 1; m < EK_METRIC_END; m++)
		if (ek_definition_row(m)->why_not == NULL && !one_metric(r, m, err))
			return false;
	return true;
}

/* Of the one figure that was asked for. */
static bool receipt(struct report *r, struct ek_err *err)
{
	const struct ek_told_question q = {r->fold, r->zone, &r->targets, r->ask};
	const struct ek_told_receipt of = {
		.definition =
			ek_figures_definition(r->fold, r->ask.metric, r->version, r->ask.from),
		.names = r->names,
		.limit = r->limit,
	};
	if (ek_cli_has(r->cli, EK_CLI_JSON))
		return ek_told_receipt_json(&r->json, &of, &q, err);
	if (ek_cli_has(r->cli, EK_CLI_CSV))
		return ek_told_receipt_csv(r->cli, &of, &q, &r->json, err);
	return ek_told_receipt_say(r->cli, &of, &q, err);
}

/* ---- the whole of it */

static bool tell_json(struct report *r, struct ek_err *err)
{
	char from[EK_TOLD_DAY], until[EK_TOLD_DAY];
	struct ek_json *j = &r->json;
	ek_told_day(r->from, from);
	ek_told_day(r->until, until);
	ek_json_object(j);
	ek_json_key(j, "data");
	ek_json_list(j);
	bool ok = figures(r, err);
	ek_json_list_end(j);
	ek_json_key(j, "from");
	ek_json_word(j, from);
	if (ok && ek_cli_has(r->cli, EK_CLI_RECEIPT)) {
		ek_json_key(j, "receipt");
		ok = receipt(r, err);
	}
	ek_json_key(j, "seq");
	ek_json_uint(j, ek_figures_seq(r->fold));
	ek_json_key(j, "shape");
	ek_json_word(j, "report/1");
	ek_json_key(j, "team");
	if (r->team.v != 0)
		ek_json_uint(j, r->team.v);
	else
		ek_json_null(j);
	ek_json_key(j, "until");
	ek_json_word(j, until);
	ek_json_key(j, "zone");
	ek_json_text(j, r->zone == NULL ? EK_S("UTC") : r->zone->name);
	ek_json_object_end(j);
	return ok && ek_cli_put_json(r->cli, j, err);
}

/* Which days were taken, when none were named. */
static void say_days(struct report *r)
{
	char from[EK_TOLD_DAY], last[EK_TOLD_DAY];
	if (ek_cli_has(r->cli, EK_CLI_FROM) || ek_cli_has(r->cli, EK_CLI_UNTIL))
		return;
	ek_told_day(r->from, from);
	ek_told_day(r->until - 1, last);
	ek_cli_say(r->cli,
		   "no days were named: these are the last %d that hold facts, %s to and with %s",
		   DAYS, from, last);
}

static bool tell_all(struct report *r, struct ek_err *err)
{
	char from[EK_TOLD_DAY], until[EK_TOLD_DAY];
	ek_str zone = r->zone == NULL ? EK_S("UTC") : r->zone->name;
	say_days(r);
	if (ek_cli_has(r->cli, EK_CLI_JSON))
		return tell_json(r, err);
	bool has_receipt = ek_cli_has(r->cli, EK_CLI_RECEIPT);
	if (ek_cli_has(r->cli, EK_CLI_CSV)) {
		if (has_receipt) {
			ask_for(r, r->metric);
			return receipt(r, err);
		}
		ek_told_csv_head(r->cli);
		return figures(r, err);
	}
	ek_told_day(r->from, from);
	ek_told_day(r->until, until);
	ek_cli_print(r->cli, "%s to %s, days of ", from, until);
	ek_cli_put(r->cli, zone.p, zone.n);
	ek_cli_print(r->cli, "; %s\n", r->team.v == 0 ? "every team inbox" : "one team inbox");
	if (!figures(r, err) || (has_receipt && !receipt(r, err)))
		return false;
	ek_cli_say(r->cli,
		   "median first for durations; ranges are 95 %%; fewer than %d: counts only",
		   EK_FIGURES_COUNTS_ONLY);
	return true;
}

bool ek_run_report(struct ek_cli *cli, struct ek_err *err)
{
	struct report r = {.cli = cli};
	ek_arena_init(&r.arena, ek_heap_alloc(), MEMORY);
	ek_json_init(&r.json, ek_heap_alloc(), ANSWER_MAX);
	bool ok = read_options(&r, err) && ek_place_open(cli, EK_LOG_READ, &r.log, err) &&
		  ek_names_open(&r.names, err) && ek_figures_open(ek_heap_alloc(), &r.fold, err) &&
		  read_log(&r, err) && read_days(&r, err) && tell_all(&r, err);
	ek_json_fini(&r.json);
	ek_figures_close(&r.fold);
	ek_names_close(&r.names);
	ek_log_close(&r.log);
	ek_arena_fini(&r.arena);
	return ok;
}
