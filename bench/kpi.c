/* kpi -- figures of a year's first answers, from Evenkeel and from databases, in one run.
 *
 * usage: kpi ROWS ROUNDS [sqlite=FOLDER] [postgres=CONNINFO] [duckdb=LIBDUCKDB.SO]
 * Prints a line for each contestant, with ratios of medians. Ends with 1 when sums differ.
 */
#include "bench/kpi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "bench/workload.h"
#include "metrics/figures.h"
#include "model/calendar.h"
#include "sys/clock.h"
#include "sys/heap.h"

#define MONDAY_S 1736121600LL /* 2025-01-06T00:00Z */

enum { ROWS_MAX = 100000000 };

static void *get(size_t n)
{
	void *p = malloc(n);
	if (p == NULL)
		ek_workload_die("kpi: no memory for the rows");
	return p;
}

/* Half of the answers within four minutes, the others with a long tail: 120 / (1 - u). */
static void make_rows(struct ek_kpi_rows *r, uint32_t n)
{
	struct ek_rng rng = {99};
	r->n = n;
	r->mate = get(n * sizeof *r->mate);
	r->team = get(n * sizeof *r->team);
	r->at = get(n * sizeof *r->at);
	r->took = get(n * sizeof *r->took);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t mate = ek_rng_below(&rng, EK_KPI_MATES);
		uint32_t u = 1 + ek_rng_below(&rng, 1000000);
		uint64_t took = u < 500000 ? u * 240ull / 1000000 : 120000000ull / (1001000 - u);
		r->mate[i] = (uint16_t)(mate + 1);
		r->team[i] = (uint8_t)(mate % EK_KPI_TEAMS + 1);
		r->at[i] = (uint32_t)((uint64_t)i * EK_KPI_WEEKS * EK_KPI_WEEK_S / n);
		r->took[i] = took > 200000 ? 200000 : (uint32_t)took;
	}
}

static void die(const struct ek_err *err)
{
	ek_workload_die("kpi: %s", err->msg);
}

/* ---- Evenkeel */

static void fold(struct ek_figures *f, const struct ek_kpi_rows *r)
{
	struct ek_err err;
	struct ek_event e;
	memset(&e, 0, sizeof e);
	for (uint32_t i = 0; i < r->n; i++) {
		int64_t at_ms = (MONDAY_S + r->at[i]) * 1000;
		e.seq = i + 1;
		e.at.ms = at_ms;
		e.kind = EK_EVENT_HISTORY_CONVERSATION;
		e.history_conversation = (struct ek_history_conversation){
			.import = 1,
			.item = i + 1,
			.channel = EK_CAPACITY_CLASS_EMAIL,
			.team = {r->team[i]},
			.replier = {r->mate[i]},
			.owner = {r->mate[i]},
			.contact = EK_NONE,
			.started = {at_ms - (int64_t)r->took[i] * 1000},
			.assigned = EK_NO_TIME,
			.replied = {at_ms},
			.closed = EK_NO_TIME,
			.solved = EK_NO_TIME,
			.replies = EK_NONE,
			.reopens = EK_NONE,
			.transfers = EK_NONE,
			.sla_met = EK_NONE,
		};
		if (!ek_figures_fold(f, &e, &err))
			die(&err);
	}
	ek_figures_seal(f);
}

static bool add(void *ctx, int32_t date, const struct ek_figure *figure, struct ek_err *err)
{
	struct ek_kpi_sums *s = ctx;
	(void)date;
	(void)err;
	s->groups += figure->has_value;
	s->median += figure->median;
	s->p90 += figure->p90;
	return true;
}

static struct ek_kpi_sums weekly(const struct ek_figures *f)
{
	struct ek_kpi_sums s = {0};
	struct ek_figure figure;
	struct ek_err err;
	struct ek_figures_ask ask = {.metric = EK_METRIC_FIRST_RESPONSE_TIME, .as_of = EK_NO_TIME};
	for (uint32_t mate = 1; mate <= EK_KPI_MATES; mate++) {
		ask.teammate.v = mate;
		for (uint32_t week = 0; week < EK_KPI_WEEKS; week++) {
			ask.from.ms = (MONDAY_S + (int64_t)week * EK_KPI_WEEK_S) * 1000;
			ask.until.ms = ask.from.ms + EK_KPI_WEEK_S * 1000LL;
			if (!ek_figures_ask(f, &ask, &figure, &err))
				die(&err);
			(void)add(&s, 0, &figure, &err);
		}
	}
	return s;
}

static struct ek_kpi_sums slice(const struct ek_figures *f)
{
	struct ek_kpi_sums s = {0};
	struct ek_err err;
	const ek_team_id team = {EK_KPI_TEAM};
	int64_t until = MONDAY_S + (int64_t)EK_KPI_WEEKS * EK_KPI_WEEK_S;
	const struct ek_figures_ask ask = {
		.metric = EK_METRIC_FIRST_RESPONSE_TIME,
		.teams = &team,
		.team_count = 1,
		.from = {(until - (int64_t)EK_KPI_DAYS * EK_KPI_DAY_S) * 1000},
		.until = {until * 1000},
		.as_of = EK_NO_TIME,
	};
	const struct ek_figures_run run = {EK_FIGURES_DAILY, NULL, add, &s};
	if (!ek_figures_series(f, &ask, &run, &err))
		die(&err);
	return s;
}

static double seconds_since(uint64_t start_ns)
{
	return (double)(ek_clock_mono_ns() - start_ns) / 1e9;
}

static void run_ours(const struct ek_kpi_rows *r, struct ek_kpi_result *out)
{
	struct ek_figures *f;
	struct ek_err err;
	if (!ek_figures_open(ek_heap_alloc(), &f, &err))
		die(&err);
	uint64_t start = ek_clock_mono_ns();
	fold(f, r);
	double took = seconds_since(start);
	(void)printf("evenkeel folded %u events in %.2f s, %.0f a second, %.1f bytes each\n", r->n,
		     took, r->n / took, (double)ek_figures_bytes(f) / r->n);
	for (uint32_t i = 0; i < out->rounds; i++) {
		start = ek_clock_mono_ns();
		out->weekly = weekly(f);
		out->weekly_s[i] = seconds_since(start);
		start = ek_clock_mono_ns();
		out->slice = slice(f);
		out->slice_s[i] = seconds_since(start);
	}
	out->ran = true;
	ek_figures_close(&f);
}

/* ---- the run */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;
	return (x > y) - (x < y);
}

static double middle(double *v, uint32_t n)
{
	qsort(v, n, sizeof *v, compare);
	return v[n / 2];
}

static bool is_same(struct ek_kpi_sums a, struct ek_kpi_sums b)
{
	return a.groups == b.groups && a.median == b.median && a.p90 == b.p90;
}

/* False when its sums are not ours. */
static bool tell(struct ek_kpi_result *ours, struct ek_kpi_result *r)
{
	if (!r->ran)
		return true;
	double w = middle(r->weekly_s, r->rounds);
	double s = middle(r->slice_s, r->rounds);
	bool same = is_same(r->weekly, ours->weekly) && is_same(r->slice, ours->slice);
	(void)printf("impl=%s weekly_s=%.6f slice_s=%.6f weekly_ratio=%.1f slice_ratio=%.1f "
		     "groups=%llu sum50=%.1f sum90=%.1f slice50=%.1f slice90=%.1f%s\n",
		     r->name, w, s, w / middle(ours->weekly_s, ours->rounds),
		     s / middle(ours->slice_s, ours->rounds), (unsigned long long)r->weekly.groups,
		     r->weekly.median, r->weekly.p90, r->slice.median, r->slice.p90,
		     same ? "" : " DIFFERS");
	(void)fflush(stdout);
	return same;
}

static const char *option(const char *arg, const char *name)
{
	size_t n = strlen(name);
	return strncmp(arg, name, n) == 0 && arg[n] == '=' ? arg + n + 1 : NULL;
}

static const struct {
	const char *name;
	void (*run)(const struct ek_kpi_rows *rows, const char *where, struct ek_kpi_result *out);
} peers[] = {
	{"sqlite", ek_kpi_sqlite},
	{"postgres", ek_kpi_postgres},
	{"duckdb", ek_kpi_duckdb},
};

static bool run_peer(const struct ek_kpi_rows *rows, const char *arg, struct ek_kpi_result *ours)
{
	for (size_t i = 0; i < EK_LEN(peers); i++) {
		struct ek_kpi_result r = {.name = peers[i].name, .rounds = ours->rounds};
		const char *where = option(arg, peers[i].name);
		if (where == NULL)
			continue;
		peers[i].run(rows, where, &r);
		return tell(ours, &r);
	}
	ek_workload_die("kpi: what is %s?", arg);
}

int main(int argc, char **argv)
{
	struct ek_kpi_result ours = {.name = "evenkeel"};
	struct ek_kpi_rows rows;
	uint32_t n = ek_workload_number(argc > 1 ? argv[1] : NULL, ROWS_MAX, 10000000);
	ours.rounds = ek_workload_number(argc > 2 ? argv[2] : NULL, EK_KPI_ROUNDS_MAX, 3);
	make_rows(&rows, n);
	run_ours(&rows, &ours);
	bool same = tell(&ours, &ours);
	for (int i = 3; i < argc; i++)
		same = run_peer(&rows, argv[i], &ours) && same;
	free(rows.mate);
	free(rows.team);
	free(rows.at);
	free(rows.took);
	return same ? EXIT_SUCCESS : EXIT_FAILURE;
}
