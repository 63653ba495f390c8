#include "api/mirror.h"

#include <string.h>

#include "api/api_state.h"
#include "model/calendar.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "sys/rounds.h"
#include "sys/thread.h"

enum {
	POLL_MS = 2000,
	HOUR_MS = 3600000,
	REST_MS = 10000, /* between two looks, at least */
	SHARE = 20,      /* and of the thread's time at most one part in so many */
	MANY = 100,      /* events that came in are worth a look, once they are fewer */
	ROWS_MEMORY = 1 << 28,
	TEAM_MEMORY = 1 << 30,
};

struct ek_mirror {
	struct ek_api *api;
	struct ek_alloc alloc;
	struct ek_reader *reader;
	struct ek_rounds *rounds;
	struct ek_thread_lock *lock; /* over the view */
	struct ek_mirror_view view;
	size_t view_bytes;
	/* The thread's. */
	struct ek_arena rows, team;
	int64_t hour;
	uint64_t looked_seq, polled_seq;
	uint64_t looked_ns, took_ns;
	ek_time now;
	struct ek_mirror_changes changes;
};

/* One look over all. */
struct look {
	struct ek_mirror *m;
	struct ek_mirror_given given;
	struct ek_mirror_line *lines;
	uint32_t line_count;
	uint64_t seq;
};

/* ---- one team */

static bool read_team(struct look *l, struct ek_mirror_team *team, struct ek_err *err)
{
	const struct ek_api_figures *from = &l->m->api->options.figures;
	const struct ek_figures *f = from->take(from->ctx);
	if (f == NULL)
		return ek_fail(err, EK_BUSY, "figures are not there yet");
	bool ok = ek_mirror_read(f, l->m->now, team, err);
	l->seq = ek_figures_seq(f);
	from->give(from->ctx);
	return ok;
}

/* Who serves it, and which steps hold. */
static bool take_given(struct look *l, struct ek_mirror_team *team)
{
	const struct ek_mirror_rows *m = &l->given.members, *s = &l->given.steps;
	struct ek_judged_level *levels =
		ek_arena_get(team->arena, ((size_t)s->n + 1) * sizeof *levels);
	team->people_cap = m->n + 1;
	team->people = ek_arena_get(team->arena, team->people_cap * sizeof *team->people);
	if (levels == NULL || team->people == NULL)
		return false;
	for (uint32_t i = 0; i < m->n; i++)
		if (m->v[(size_t)i * m->width] == team->team.v)
			team->people[team->people_count++] =
				(uint32_t)m->v[(size_t)i * m->width + 1];
	team->serving = team->people_count;
	for (uint32_t i = 0; i < s->n; i++) {
		const int64_t *row = s->v + (size_t)i * s->width;
		if (row[0] == team->team.v)
			levels[team->rules.n++] =
				(struct ek_judged_level){(int32_t)row[1], (uint32_t)row[2]};
	}
	team->rules.levels = levels;
	return true;
}

static void add_lines(struct look *l, const struct ek_mirror_team *team)
{
	for (uint32_t m = 0; m < EK_MIRROR_METRICS; m++)
		for (uint32_t i = 0; i < team->serving; i++) {
			const struct ek_personal_stand *p = &team->series[m].stands[i];
			l->lines[l->line_count++] = (struct ek_mirror_line){
				.teammate = {team->people[i]},
				.team = team->team,
				.metric = ek_mirror_metric(m),
				.stage = p->stage,
				.n = p->n,
				.is_judged = p->is_judged,
				.has_shift = p->has_shift,
				.is_withheld = team->series[m].withheld[i],
			};
		}
}

static bool look_at(struct look *l, ek_team_id id, struct ek_err *err)
{
	struct ek_mirror *m = l->m;
	ek_arena_reset(&m->team);
	struct ek_mirror_team *team = ek_arena_zero(&m->team, sizeof *team);
	if (team == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for people's work");
	team->team = id;
	team->arena = &m->team;
	if (ek_rounds_is_ending(m->rounds))
		return ek_fail(err, EK_BUSY, "the server ends");
	if (!take_given(l, team))
		return ek_fail(err, EK_NO_MEMORY, "no memory for people's work");
	if (!read_team(l, team, err) || !ek_mirror_judge(team, err) ||
	    !ek_mirror_compare(team, &l->given, &m->changes, err))
		return false;
	add_lines(l, team);
	return true;
}

/* ---- writing */

static bool always(void *ctx, struct ek_err *err)
{
	/* With nothing pending, rows are read as they are on disk. */
	(void)ctx;
	(void)err;
	return true;
}

static void made(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_mirror *m = ctx;
	(void)a;
	ek_mirror_put(m->api, w, &m->changes);
}

static bool write_changes(struct ek_mirror *m, struct ek_err *err)
{
	struct ek_group_call call = {
		.request = {.check = always, .check_ctx = m, .by = {.kind = EK_ACTOR_SYSTEM}},
		.made = made,
		.ctx = m};
	struct ek_err refused;
	if (m->changes.first == NULL && !m->changes.erases)
		return true;
	return ek_group_do(m->api->options.group, &call, &refused, err) &&
	       (refused.code == EK_OK || ek_fail(err, EK_BUSY, "the store takes nothing now"));
}

static bool show(struct look *l, struct ek_err *err)
{
	struct ek_mirror *m = l->m;
	size_t bytes = (l->line_count + 1) * sizeof *l->lines;
	struct ek_mirror_line *lines = ek_alloc_get(&m->alloc, bytes);
	if (lines == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for %u people", l->line_count);
	memcpy(lines, l->lines, l->line_count * sizeof *lines);
	ek_thread_lock_take(m->lock);
	ek_alloc_free(&m->alloc, (void *)(uintptr_t)m->view.lines, m->view_bytes);
	m->view_bytes = bytes;
	m->view = (struct ek_mirror_view){lines, l->line_count, m->now};
	ek_thread_lock_give(m->lock);
	return true;
}

/* ---- one look */

static bool read_rows(struct look *l, struct ek_err *err)
{
	struct ek_mirror *m = l->m;
	bool ok = ek_reader_begin(m->reader, err) &&
		  ek_mirror_given(m->reader, &m->rows, &l->given, err);
	ek_reader_end(m->reader);
	if (!ok)
		return false;
	size_t most = (size_t)l->given.members.n * EK_MIRROR_METRICS + 1;
	l->lines = ek_arena_get(&m->rows, most * sizeof *l->lines);
	return l->lines != NULL || ek_fail(err, EK_NO_MEMORY, "no memory for people's work");
}

static bool look_over(struct ek_mirror *m, struct ek_err *err)
{
	struct look l = {.m = m};
	m->now = ek_clock_wall();
	ek_arena_reset(&m->rows);
	m->changes = (struct ek_mirror_changes){.arena = &m->rows, .now = m->now};
	if (!read_rows(&l, err))
		return false;
	m->changes.erases = l.given.patterns.n > 0 && m->hour != m->now.ms / HOUR_MS;
	const struct ek_mirror_rows *teams = &l.given.teams;
	for (uint32_t i = 0; i < teams->n; i++)
		if (!look_at(&l, (ek_team_id){(uint32_t)teams->v[i]}, err))
			return false;
	if (!write_changes(m, err) || !show(&l, err))
		return false;
	m->looked_seq = l.seq;
	return true;
}

/* ---- the thread */

static uint64_t seq_now(struct ek_mirror *m)
{
	const struct ek_api_figures *from = &m->api->options.figures;
	const struct ek_figures *f = from->take(from->ctx);
	if (f == NULL)
		return UINT64_MAX;
	uint64_t seq = ek_figures_seq(f);
	from->give(from->ctx);
	return seq;
}

static bool is_due(struct ek_mirror *m)
{
	uint64_t seq = seq_now(m), before = m->polled_seq;
	uint64_t idle_ns = ek_clock_mono_ns() - m->looked_ns;
	if (seq == UINT64_MAX)
		return false;
	m->polled_seq = seq;
	if (m->looked_ns == 0)
		return true;
	if (idle_ns < (uint64_t)REST_MS * 1000000 || idle_ns < m->took_ns * SHARE)
		return false;
	return ek_clock_wall().ms / HOUR_MS != m->hour ||
	       (seq - m->looked_seq >= MANY && seq - before < MANY);
}

static void say_failed(struct ek_mirror *m, const struct ek_err *err)
{
	if (err->code != EK_BUSY)
		ek_journal_say_why(m->api->options.journal, EK_JOURNAL_WARNING, "mirror_failed",
				   err);
}

static ek_span go_round(void *ctx)
{
	struct ek_mirror *m = ctx;
	struct ek_err err;
	if (is_due(m)) {
		uint64_t from = ek_clock_mono_ns();
		bool ok = look_over(m, &err);
		if (!ok)
			say_failed(m, &err);
		m->looked_ns = ek_clock_mono_ns();
		m->took_ns = m->looked_ns - from;
		if (ok)
			m->hour = m->now.ms / HOUR_MS;
	}
	return (ek_span){POLL_MS};
}

/* ---- open, close */

bool ek_mirror_open(struct ek_api *api, const char *where, struct ek_err *err)
{
	struct ek_alloc alloc = api->options.alloc;
	if (api->options.figures.take == NULL)
		return true;
	struct ek_mirror *m = ek_alloc_get(&alloc, sizeof *m);
	if (m == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for people's work");
	*m = (struct ek_mirror){.api = api, .alloc = alloc, .view.as_of = EK_NO_TIME};
	api->mirror = m;
	ek_arena_init(&m->rows, ek_heap_alloc(), ROWS_MEMORY);
	ek_arena_init(&m->team, ek_heap_alloc(), TEAM_MEMORY);
	const struct ek_rounds_options rounds = {go_round, m, {0}};
	return ek_thread_lock_open(&m->lock, err) && ek_reader_open(where, &m->reader, err) &&
	       ek_rounds_open(&rounds, &m->rounds, err);
}

void ek_mirror_stop(struct ek_api *api)
{
	if (api->mirror != NULL)
		ek_rounds_end(api->mirror->rounds);
}

void ek_mirror_close(struct ek_api *api)
{
	struct ek_mirror *m = api->mirror;
	if (m == NULL)
		return;
	struct ek_alloc alloc = m->alloc;
	ek_rounds_close(&m->rounds);
	ek_reader_close(&m->reader);
	ek_thread_lock_close(&m->lock);
	ek_arena_fini(&m->rows);
	ek_arena_fini(&m->team);
	ek_alloc_free(&alloc, (void *)(uintptr_t)m->view.lines, m->view_bytes);
	ek_alloc_free(&alloc, m, sizeof *m);
	api->mirror = NULL;
}

bool ek_mirror_take(struct ek_api *api, struct ek_mirror_view *view)
{
	struct ek_mirror *m = api->mirror;
	if (m == NULL)
		return false;
	ek_thread_lock_take(m->lock);
	*view = m->view;
	return true;
}

void ek_mirror_give(struct ek_api *api)
{
	ek_thread_lock_give(api->mirror->lock);
}
