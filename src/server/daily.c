#include "server/daily.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fnv.h"
#include "base/rfc3339.h"
#include "model/calendar.h"
#include "model/limits.h"
#include "store/reader.h"
#include "sys/rounds.h"

enum {
	MEMORY = 1 << 24,
	FIRST_MS = 2000, /* after the start: until then the log is folded */
	SOON_MS = 5000,
	ROWS_A_COMMIT = 500,
	NAME = 64,
	MICRO = 1000000,
	DAY_TEXT = 11,
	NUMBERS = 10,
};

/* What a row says beside its key, in the order of its columns; EK_NONE = null. */
enum { VALUE, N, NUMERATOR, DENOMINATOR, MEDIAN, P90, MEAN, NOT_YET, LOW, HIGH };

struct row {
	int32_t date;
	uint32_t version;
	int64_t number[NUMBERS];
	const char *withheld; /* static; NULL = it fails no check */
	bool is_known;        /* the table says so already */
	bool was_withheld;    /* by the table */
};

struct ek_daily {
	struct ek_daily_options options;
	struct ek_arena arena; /* of one team's round */
	struct ek_reader *reader;
	struct ek_rounds *rounds;
	uint64_t seq;    /* up to which all is done */
	int32_t today;   /* UTC date of that */
	ek_time known;   /* what was known by then is done */
	ek_time oldest;  /* the oldest fact then known */
	uint32_t *teams; /* in the arena */
	uint32_t team_count;
	uint64_t zones; /* of all of them then: another zone has other days, the past ones too */
	/* What is being done. */
	uint32_t team;
	const struct ek_definition *definition;
	char zone[NAME];
	struct row *rows; /* ascending by date */
	uint32_t row_count;
	uint32_t known_row; /* the next one that the table may know */
	uint32_t put_from;  /* of rows: the first that this commit looks at */
	uint32_t put_until;
	ek_time now;
};

/* ---- what the figures say */

static int64_t micro(bool there, double v)
{
	return there ? llround(v * MICRO) : EK_NONE;
}

static bool take_figure(void *ctx, int32_t date, const struct ek_figure *f, struct ek_err *err)
{
	struct ek_daily *d = ctx;
	/* Of fewer than five there are counts alone. */
	bool has_times = d->definition->unit == EK_METRIC_UNIT_SECONDS && f->has_value;
	(void)err;
	d->rows[d->row_count++] = (struct row){
		.date = date,
		.version = f->version,
		.number = {[VALUE] = micro(f->has_value, f->value),
			   [N] = (int64_t)f->n,
			   [NUMERATOR] = (int64_t)f->numerator,
			   [DENOMINATOR] = (int64_t)f->denominator,
			   [MEDIAN] = micro(has_times, f->median),
			   [P90] = micro(has_times, f->p90),
			   [MEAN] = micro(has_times, f->mean),
			   [NOT_YET] = (int64_t)f->not_yet_known,
			   [LOW] = micro(f->has_interval, f->low),
			   [HIGH] = micro(f->has_interval, f->high)},
		.withheld = f->withheld,
	};
	return true;
}

/* The rows of one metric of one team, from a date on until the last day that is over. */
static bool read_figures(struct ek_daily *d, const struct ek_figures *f, ek_time from,
			 struct ek_err *err)
{
	const ek_team_id team = {d->team};
	const struct ek_zone *zone = ek_figures_zone(f, team);
	int32_t today = ek_calendar_date(zone, d->now);
	const struct ek_figures_ask ask = {
		.metric = d->definition->metric,
		.teams = &team,
		.team_count = 1,
		.from = ek_calendar_day_start(zone, ek_calendar_date(zone, from)),
		.until = ek_calendar_day_start(zone, today),
		.as_of = EK_NO_TIME,
	};
	const struct ek_figures_run run = {EK_FIGURES_DAILY, zone, take_figure, d};
	ek_str name = zone == NULL ? EK_S("UTC") : zone->name;
	size_t n = name.n < sizeof d->zone ? name.n : sizeof d->zone - 1;
	memcpy(d->zone, name.p, n);
	d->zone[n] = '\0';
	return ask.from.ms >= ask.until.ms || ek_figures_series(f, &ask, &run, err);
}

/* ---- what the table says */

static void print_date(int32_t date, char out[DAY_TEXT])
{
	out[ek_rfc3339_print_date(date, out)] = '\0';
}

static void print_metric(const struct ek_daily *d, const struct row *r, char out[NAME])
{
	ek_format(out, NAME, "%s@%u", d->definition->id, r->version);
}

static int64_t number_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? v->i : EK_NONE;
}

/* Both come by day; of one day there may be several versions. */
static bool take_known(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_daily *d = ctx;
	char day[DAY_TEXT];
	char metric[NAME];
	(void)n;
	(void)err;
	ek_str known = {v[0].p, v[0].n};
	for (; d->known_row < d->row_count; d->known_row++) {
		print_date(d->rows[d->known_row].date, day);
		int order = known.n == DAY_TEXT - 1 ? memcmp(day, known.p, known.n) : 1;
		if (order > 0)
			return true;
		if (order == 0)
			break;
	}
	if (d->known_row == d->row_count)
		return true;
	struct row *r = &d->rows[d->known_row];
	print_metric(d, r, metric);
	bool is_same = ek_str_is((ek_str){v[1].p, v[1].n}, metric) &&
		       ek_str_is((ek_str){v[2].p, v[2].n}, d->zone);
	for (int k = 0; k < NUMBERS; k++)
		is_same = is_same && number_of(&v[3 + k]) == r->number[k];
	const struct ek_views_value *why = &v[3 + NUMBERS];
	bool was_withheld = why->kind == EK_VIEWS_TEXT;
	is_same = is_same && was_withheld == (r->withheld != NULL) &&
		  (!was_withheld || ek_str_is((ek_str){why->p, why->n}, r->withheld));
	r->is_known = r->is_known || is_same;
	r->was_withheld = r->was_withheld || was_withheld;
	return true;
}

static bool read_known(struct ek_daily *d, struct ek_err *err)
{
	char first[DAY_TEXT];
	char like[NAME];
	print_date(d->rows[0].date, first);
	ek_format(like, sizeof like, "%s@%%", d->definition->id);
	const struct ek_views_value args[] = {ek_views_int(d->team),
					      ek_views_text((ek_str){like, (uint32_t)strlen(like)}),
					      ek_views_text((ek_str){first, DAY_TEXT - 1})};
	const struct ek_reader_question q = {
		"SELECT day, metric, zone, value_micro, n, numerator, denominator, median_micro, "
		"p90_micro, mean_micro, not_yet_known, low_micro, high_micro, withheld "
		"FROM daily_metrics "
		"WHERE team = $1 AND metric LIKE $2 AND day >= $3 ORDER BY day",
		args, EK_LEN(args)};
	d->known_row = 0;
	return ek_reader_each(d->reader, &q, take_known, d, err);
}

/* ---- what is put; on the group's thread */

static void put_row(struct ek_daily *d, struct ek_writer *w, const struct row *r)
{
	struct ek_views_value v[EK_CONTENT_DAILY_METRICS_WIDTH] = {0};
	char day[DAY_TEXT];
	char metric[NAME];
	print_date(r->date, day);
	print_metric(d, r, metric);
	const char *clock = d->definition->unit != EK_METRIC_UNIT_SECONDS   ? NULL
			    : d->definition->clock == EK_CLOCK_OFFICE_HOURS ? "office_hours"
									    : "calendar";
	v[EK_CONTENT_DAILY_METRICS_METRIC] =
		ek_views_text((ek_str){metric, (uint32_t)strlen(metric)});
	v[EK_CONTENT_DAILY_METRICS_TEAM] = ek_views_int(d->team);
	v[EK_CONTENT_DAILY_METRICS_DAY] = ek_views_text((ek_str){day, DAY_TEXT - 1});
	v[EK_CONTENT_DAILY_METRICS_ZONE] =
		ek_views_text((ek_str){d->zone, (uint32_t)strlen(d->zone)});
	if (clock != NULL)
		v[EK_CONTENT_DAILY_METRICS_CLOCK] =
			ek_views_text((ek_str){clock, (uint32_t)strlen(clock)});
	for (int k = VALUE; k <= NOT_YET; k++)
		v[EK_CONTENT_DAILY_METRICS_VALUE_MICRO + k] = ek_views_int(r->number[k]);
	v[EK_CONTENT_DAILY_METRICS_LOW_MICRO] = ek_views_int(r->number[LOW]);
	v[EK_CONTENT_DAILY_METRICS_HIGH_MICRO] = ek_views_int(r->number[HIGH]);
	if (r->withheld != NULL)
		v[EK_CONTENT_DAILY_METRICS_WITHHELD] =
			ek_views_text((ek_str){r->withheld, (uint32_t)strlen(r->withheld)});
	v[EK_CONTENT_DAILY_METRICS_FOLDED_MS] = ek_views_int(d->now.ms);
	ek_writer_add(w, EK_CONTENT_DAILY_METRICS, v);
}

static void made(void *ctx, struct ek_writer *w, const struct ek_answer *answer)
{
	struct ek_daily *d = ctx;
	(void)answer;
	for (uint32_t i = d->put_from; i < d->put_until; i++) {
		if (!d->rows[i].is_known)
			put_row(d, w, &d->rows[i]);
	}
}

static bool commit(struct ek_daily *d, struct ek_err *err)
{
	struct ek_group_call call = {
		.request = {.by = {.kind = EK_ACTOR_SYSTEM}}, .made = made, .ctx = d};
	struct ek_err refused;
	return ek_group_do(d->options.group, &call, &refused, err) &&
	       (refused.code == EK_OK ||
		ek_fail(err, EK_BUSY, "the daily figures could not be written"));
}

/* R12: whoever runs the server is told once of each figure that cannot be true; which they are
 * stands in the table, as long as they are (GET /figures/withheld). */
static void notice(const struct ek_daily *d, const struct row *r)
{
	char day[DAY_TEXT];
	char metric[NAME];
	print_date(r->date, day);
	print_metric(d, r, metric);
	const struct ek_journal_field fields[] = {
		{"metric", metric, 0},
		{"team", NULL, d->team},
		{"day", day, 0},
		{"check", r->withheld, 0},
		{0},
	};
	if (r->withheld != NULL && !r->was_withheld)
		ek_journal_say(d->options.journal, EK_JOURNAL_WARNING, "figure_withheld", fields);
}

static bool put_rows(struct ek_daily *d, struct ek_err *err)
{
	for (uint32_t i = 0; i < d->row_count; i++)
		notice(d, &d->rows[i]);
	for (d->put_from = 0; d->put_from < d->row_count; d->put_from = d->put_until) {
		uint32_t fresh = 0;
		for (d->put_until = d->put_from;
		     d->put_until < d->row_count && fresh < ROWS_A_COMMIT; d->put_until++)
			fresh += !d->rows[d->put_until].is_known;
		if (fresh > 0 && !commit(d, err))
			return false;
	}
	return true;
}

/* ---- a round */

static bool take_team(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_daily *d = ctx;
	(void)n;
	(void)err;
	if (d->team_count < EK_LIMIT_TEAMS)
		d->teams[d->team_count++] = (uint32_t)v[0].i;
	return true;
}

static bool read_teams(struct ek_daily *d, struct ek_err *err)
{
	const struct ek_reader_question q = {"SELECT team FROM teams ORDER BY team", NULL, 0};
	ek_arena_reset(&d->arena);
	d->teams = ek_arena_get(&d->arena, EK_LIMIT_TEAMS * sizeof *d->teams);
	d->rows = ek_arena_get(&d->arena, EK_FIGURES_PERIODS_MAX * sizeof *d->rows);
	d->team_count = 0;
	if (d->teams == NULL || d->rows == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the daily figures");
	return ek_reader_each(d->reader, &q, take_team, d, err);
}

/* When the oldest thing that any metric knows of happened. */
static ek_time oldest_of(const struct ek_figures *f)
{
	ek_time oldest = EK_NO_TIME;
	for (int m = 1; m < EK_METRIC_END; m++) {
		ek_time since = ek_figures_since(f, m);
		if (ek_time_is_set(since) && (!ek_time_is_set(oldest) || since.ms < oldest.ms))
			oldest = since;
	}
	return oldest;
}

/* FNV-1a over the names, each ended by a nought. */
static uint64_t zones_of(const struct ek_daily *d, const struct ek_figures *f)
{
	uint64_t hash = EK_FNV_BEGIN;
	for (uint32_t i = 0; i < d->team_count; i++) {
		const struct ek_zone *zone = ek_figures_zone(f, (ek_team_id){d->teams[i]});
		if (zone != NULL)
			hash = ek_fnv(hash, zone->name.p, zone->name.n);
		hash = ek_fnv(hash, "", 1); /* where the next one begins */
	}
	return hash;
}

static bool do_metric(struct ek_daily *d, ek_time from, struct ek_err *err)
{
	const struct ek_figures *f = ek_folder_take(d->options.folder);
	if (f == NULL)
		return ek_fail(err, EK_BUSY, "the log is still being folded");
	d->row_count = 0;
	bool ok = !ek_time_is_set(ek_figures_since(f, d->definition->metric)) ||
		  read_figures(d, f, from, err);
	ek_folder_give(d->options.folder);
	return ok && (d->row_count == 0 || (read_known(d, err) && put_rows(d, err)));
}

static bool do_round(struct ek_daily *d, ek_time from, struct ek_err *err)
{
	const struct ek_figures *f;
	if (!read_teams(d, err))
		return false;
	f = ek_folder_take(d->options.folder);
	if (f == NULL)
		return ek_fail(err, EK_BUSY, "the log is still being folded");
	d->zones = zones_of(d, f);
	ek_folder_give(d->options.folder);
	for (uint32_t t = 0; t < d->team_count; t++) {
		for (int m = 1; m < EK_METRIC_END && !ek_rounds_is_ending(d->rounds); m++) {
			d->team = d->teams[t];
			d->definition = ek_definition_row(m);
			if (d->definition->why_not == NULL && !do_metric(d, from, err))
				return false;
		}
	}
	return true;
}

/* The longest time until a day of any metric is known, by what holds now. */
static int64_t longest_ms(const struct ek_figures *f, ek_time now)
{
	uint32_t days = 0;
	for (int m = 1; m < EK_METRIC_END; m++) {
		uint32_t own = ek_figures_definition(f, m, 0, now)->matures_days;
		days = own > days ? own : days;
	}
	return (int64_t)days * EK_CALENDAR_DAY_MS;
}

static ek_time earlier(ek_time a, ek_time b)
{
	return !ek_time_is_set(b) || (ek_time_is_set(a) && a.ms <= b.ms) ? a : b;
}

/* What a round is about. */
struct span {
	ek_time from;
	uint64_t seq;
	ek_time known, oldest;
};

/* Whether there is something to do, and since when. */
static bool find_span(struct ek_daily *d, struct span *s)
{
	const struct ek_figures *f = ek_folder_take(d->options.folder);
	if (f == NULL)
		return false;
	d->now = d->options.now(d->options.now_ctx);
	s->seq = ek_figures_seq(f);
	s->known = ek_figures_at(f);
	s->oldest = oldest_of(f);
	bool is_first = !ek_time_is_set(d->known);
	bool is_elsewhere = d->team_count > 0 && zones_of(d, f) != d->zones;
	ek_time late = is_first ? EK_NO_TIME : ek_figures_reach(f, d->known);
	s->from.ms =
		d->now.ms - (int64_t)EK_DAILY_DAYS * EK_CALENDAR_DAY_MS - longest_ms(f, d->now);
	ek_folder_give(d->options.folder);
	if (!ek_time_is_set(s->oldest))
		return false;
	bool is_older = is_first || s->oldest.ms < d->oldest.ms;
	int64_t most = d->now.ms - (int64_t)(EK_FIGURES_PERIODS_MAX - 2) * EK_CALENDAR_DAY_MS;
	s->from = is_older || is_elsewhere ? s->oldest : earlier(s->from, late);
	s->from.ms = s->from.ms > most ? s->from.ms : most;
	return s->seq != d->seq || d->today != ek_calendar_date(NULL, d->now);
}

/* False: it is to be tried again soon. */
static bool look(struct ek_daily *d)
{
	struct span s;
	struct ek_err err = {0};
	if (!find_span(d, &s))
		return d->seq != 0;
	if (!do_round(d, s.from, &err)) {
		const struct ek_journal_field why[] = {{"error", err.msg, 0}, {0}};
		ek_journal_say(d->options.journal, EK_JOURNAL_WARNING, "daily_metrics", why);
		return false;
	}
	d->seq = s.seq;
	d->known = s.known;
	d->oldest = s.oldest;
	d->today = ek_calendar_date(NULL, d->now);
	return true;
}

static int64_t every_ms(const struct ek_daily *d)
{
	return d->options.every.ms > 0 ? d->options.every.ms : EK_DAILY_EVERY_MS;
}

static ek_span go_round(void *ctx)
{
	struct ek_daily *d = ctx;
	int64_t every = every_ms(d);
	return (ek_span){look(d) || every < SOON_MS ? every : SOON_MS};
}

/* ---- open, close */

bool ek_daily_open(const struct ek_daily_options *options, struct ek_daily **out,
		   struct ek_err *err)
{
	*out = NULL;
	struct ek_alloc alloc = options->alloc;
	struct ek_daily *d = ek_alloc_get(&alloc, sizeof *d);
	if (d == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the daily figures");
	*d = (struct ek_daily){.options = *options, .known = EK_NO_TIME, .oldest = EK_NO_TIME};
	ek_arena_init(&d->arena, alloc, MEMORY);
	int64_t every = every_ms(d);
	const struct ek_rounds_options rounds = {
		go_round, d, {every < FIRST_MS ? every : FIRST_MS}};
	bool ok = ek_reader_open(options->where, &d->reader, err) &&
		  ek_rounds_open(&rounds, &d->rounds, err);
	d->options.where = NULL;
	if (!ok)
		ek_daily_close(&d);
	*out = d;
	return ok;
}

void ek_daily_close(struct ek_daily **daily)
{
	struct ek_daily *d = *daily;
	if (d == NULL)
		return;
	struct ek_alloc alloc = d->options.alloc;
	ek_rounds_close(&d->rounds);
	ek_reader_close(&d->reader);
	ek_arena_fini(&d->arena);
	ek_alloc_free(&alloc, d, sizeof *d);
	*daily = NULL;
}
