#include "patterns/judged.h"

#include <math.h>
#include <string.h>

struct judging {
	const struct ek_judged_ask *ask;
	struct ek_judged *out;
	uint32_t fact_cap;
	uint32_t stretch_cap;
	uint32_t level;     /* the next to come into force */
	uint32_t first;     /* point of this segment */
	uint32_t last_kept; /* point of its baseline */
	bool has_kept;
	bool has_locked;
	uint32_t provisional; /* place of the open one, from 1; 0 = none */
};

static bool is_there(const struct ek_judged_in *in)
{
	return isfinite(in->p.value);
}

/* ---- words */

const char *ek_judged_cadence(enum ek_budget_feed feed)
{
	static const char *const words[] = {[EK_BUDGET_DAILY] = "daily",
					    [EK_BUDGET_WEEKLY] = "weekly",
					    [EK_BUDGET_MONTHLY] = "monthly"};
	return (size_t)feed < EK_LEN(words) ? words[feed] : NULL;
}

const char *ek_judged_kind(enum ek_verdict_kind kind)
{
	static const char *const words[EK_VERDICT_KIND_END] = {
		[EK_VERDICT_TOO_EARLY] = "too_early",
		[EK_VERDICT_ONE_OFF] = "one_off",
		[EK_VERDICT_RECURRING_BEGAN] = "recurring",
		[EK_VERDICT_SUSPECTED_BEGAN] = "suspected",
		[EK_VERDICT_SUSPECTED_ENDED] = "suspected_ended",
		[EK_VERDICT_DECAYING] = "decaying",
		[EK_VERDICT_SHIFT] = "shift",
		[EK_VERDICT_HOLDS] = "holds",
		[EK_VERDICT_RETURNED] = "returned",
		[EK_VERDICT_FURTHER] = "further_shift",
	};
	return (size_t)kind < EK_LEN(words) ? words[kind] : NULL;
}

/* Whether the last move of this segment was a further one. */
static bool has_moved_on(const struct ek_judged *j)
{
	for (uint32_t i = j->fact_count; i > 0; i--) {
		const struct ek_judged_fact *f = &j->facts[i - 1];
		if (f->segment != j->chart.segment)
			break;
		if (f->v.kind == EK_VERDICT_SHIFT || f->v.kind == EK_VERDICT_FURTHER)
			return f->v.kind == EK_VERDICT_FURTHER;
	}
	return false;
}

enum ek_verdict_headline ek_judged_stands(const struct ek_judged *j)
{
	struct ek_verdict v = j->chart.verdict;
	v.is_open = v.is_open && !j->is_faint;
	return ek_verdict_headline(&v);
}

const char *ek_judged_headline(const struct ek_judged *j)
{
	static const char *const states[EK_CHART_STATE_END] = {"collecting", "trial", "routine",
							       "constant",   "few",   "coarser"};
	static const char *const headlines[] = {"routine", "recurring", "too_early", "suspected",
						"shift"};
	if (j->chart.state != EK_CHART_LOCKED)
		return states[j->chart.state];
	enum ek_verdict_headline is = ek_judged_stands(j);
	return is == EK_VERDICT_IS_SHIFT && has_moved_on(j) ? "further_shift" : headlines[is];
}

bool ek_judged_shift(const struct ek_judged *j, struct ek_judged_shift *out)
{
	const struct ek_verdict *v = &j->chart.verdict;
	enum ek_score_kind kind = j->chart.setup.kind;
	if (!v->has_segment || !(v->segment.bottom > 0))
		return false;
	*out = (struct ek_judged_shift){
		v->side,
		v->segment.first_key,
		v->since_key,
		v->at - v->since + 1,
		v->segment.n,
		ek_score_unit(kind, v->segment.expected / v->segment.bottom),
		ek_score_unit(kind, v->segment.top / v->segment.bottom)};
	return true;
}

/* ---- stretches: at most two of a segment, and one for each move, so that the room is known */

static struct ek_judged_stretch *add_stretch(struct judging *g, enum ek_judged_stretch_kind kind)
{
	ek_assert(g->out->stretch_count < g->stretch_cap);
	struct ek_judged_stretch *s = &g->out->stretches[g->out->stretch_count++];
	*s = (struct ek_judged_stretch){.kind = kind, .segment = g->out->chart.segment};
	return s;
}

static void open_provisional(struct judging *g, const struct ek_verdict_fact *f)
{
	struct ek_judged_stretch *s = add_stretch(g, EK_JUDGED_PROVISIONAL);
	s->from = f->start_key;
	g->provisional = g->out->stretch_count;
}

/* The last point before that key, which is in this segment. */
static int32_t key_before(const struct judging *g, uint32_t at, int32_t key)
{
	uint32_t i = at;
	while (i > g->first && g->out->v[i].p.key >= key)
		i--;
	return g->out->v[i].p.key;
}

static void follow_moves(struct judging *g, uint32_t at, const struct ek_verdict_facts *facts)
{
	struct ek_judged_stretch *all = g->out->stretches;
	struct ek_judged_shift shift;
	for (uint32_t i = 0; i < facts->n; i++) {
		const struct ek_verdict_fact *f = &facts->v[i];
		bool ends = f->kind == EK_VERDICT_RETURNED || f->kind == EK_VERDICT_FURTHER;
		if (ends && g->provisional > 0) {
			all[g->provisional - 1].until = key_before(g, at, f->start_key);
			g->provisional = 0;
		}
		if (f->kind == EK_VERDICT_SHIFT || f->kind == EK_VERDICT_FURTHER)
			open_provisional(g, f);
	}
	if (g->provisional > 0 && ek_judged_shift(g->out, &shift)) {
		all[g->provisional - 1].until = g->out->v[at].p.key;
		all[g->provisional - 1].has_limits = true;
		all[g->provisional - 1].limits =
			(struct ek_score_limits){shift.is, shift.is, shift.is};
	}
}

static void set_limits(const struct judging *g, struct ek_judged_stretch *s, uint32_t at)
{
	s->has_limits = g->out->v[at].has_z;
	s->limits = g->out->v[at].limits;
}

/* A segment ends before point `end`: its points by the limits that stand. */
static void end_segment(struct judging *g, uint32_t end)
{
	struct ek_judged *out = g->out;
	struct ek_judged_point *v = out->v;
	for (uint32_t i = g->first; i < end; i++) {
		v[i].has_z = v[i].why != EK_CHART_LEFT_OUT &&
			     ek_chart_look(&out->chart, &v[i].p, &v[i].z, &v[i].limits);
		v[i].segment = out->chart.segment;
	}
	if (g->has_kept) {
		struct ek_judged_stretch *s = add_stretch(g, EK_JUDGED_BASELINE);
		s->from = out->chart.baseline[0].key;
		s->until = v[g->last_kept].p.key;
		set_limits(g, s, g->last_kept);
	}
	if (g->has_locked && end > 0 && v[end - 1].p.key > v[g->last_kept].p.key) {
		struct ek_judged_stretch *s = add_stretch(g, EK_JUDGED_LOCKED);
		s->from = v[g->last_kept + 1].p.key;
		s->until = v[end - 1].p.key;
		set_limits(g, s, g->last_kept);
	}
	g->provisional = 0;
	g->first = end;
	g->has_kept = g->has_locked = false;
}

/* ---- facts */

static uint32_t items_since(const struct judging *g, uint32_t at, int32_t start)
{
	double n = 0;
	enum ek_score_kind kind = g->ask->setup.kind;
	for (uint32_t i = at + 1; i > g->first && g->out->v[i - 1].p.key >= start; i--) {
		const struct ek_judged_point *p = &g->out->v[i - 1];
		if (p->why == EK_CHART_FED)
			n += kind == EK_SCORE_COUNT ? p->p.value : p->p.n;
	}
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static bool keep_facts(struct judging *g, uint32_t at, const struct ek_verdict_facts *facts,
		       struct ek_arena *arena)
{
	struct ek_judged *out = g->out;
	if (out->fact_count + facts->n > g->fact_cap) {
		uint32_t cap = g->fact_cap * 2 + EK_VERDICT_FACTS;
		struct ek_judged_fact *bigger = ek_arena_get(arena, cap * sizeof *bigger);
		if (bigger == NULL)
			return false;
		if (out->fact_count > 0)
			memcpy(bigger, out->facts, out->fact_count * sizeof *bigger);
		out->facts = bigger;
		g->fact_cap = cap;
	}
	for (uint32_t i = 0; i < facts->n; i++)
		out->facts[out->fact_count++] = (struct ek_judged_fact){
			facts->v[i], out->chart.segment, items_since(g, at, facts->v[i].start_key),
			ek_chart_odds(&out->chart)};
	return true;
}

/* A move needs as many points as the fastest rule does, and each a stretch. */
static bool make_room(struct judging *g, struct ek_arena *arena)
{
	uint32_t segments = 1;
	for (uint32_t i = 0; i < g->ask->n; i++)
		segments += g->ask->v[i].begins;
	g->stretch_cap = segments * 3 + g->ask->n;
	g->out->v = ek_arena_zero(arena, (g->ask->n + 1) * sizeof *g->out->v);
	g->out->stretches = ek_arena_get(arena, g->stretch_cap * sizeof *g->out->stretches);
	return g->out->v != NULL && g->out->stretches != NULL;
}

/* ---- feeding */

static void take_level(struct judging *g, int32_t key)
{
	const struct ek_judged_ask *ask = g->ask;
	while (g->level < ask->level_count && ask->levels[g->level].from <= key)
		ek_chart_set_step(&g->out->chart, ask->levels[g->level++].step);
}

static bool feed(struct judging *g, uint32_t i, struct ek_arena *arena)
{
	const struct ek_judged_in *in = &g->ask->v[i];
	struct ek_judged_point *p = &g->out->v[i];
	struct ek_chart_step step;
	if (in->begins && i > 0) {
		end_segment(g, i);
		if (in->open_days != 0)
			g->out->chart.setup.open_days = in->open_days;
		ek_chart_split(&g->out->chart);
	}
	take_level(g, in->p.key);
	ek_chart_feed(&g->out->chart, &in->p, in->is_left_out || !is_there(in), &step);
	p->p = in->p;
	p->why = step.why;
	p->is_final = step.is_final;
	if (step.why == EK_CHART_FED && !step.is_final) {
		g->last_kept = i;
		g->has_kept = true;
	}
	if (step.has_just_locked) {
		g->out->locked_on = in->p.key;
		g->has_locked = true;
	}
	if (!keep_facts(g, i, &step.facts, arena))
		return false;
	follow_moves(g, i, &step.facts);
	return true;
}

/* ---- marks, and a look back: of the last segment, within which scores can be compared */

static void note_break(struct ek_judged *out, const uint32_t *place, const double *z, uint32_t n,
		       uint32_t start)
{
	out->has_break = out->chart.verdict.has_segment && start > 0 &&
			 ek_break_find(z, n, &out->brk) && ek_break_agrees(&out->brk, start);
	if (!out->has_break)
		return;
	out->brk_after = out->v[place[out->brk.after - 1]].p.key;
	out->brk_from = out->v[place[out->brk.from - 1]].p.key;
	out->brk_until = out->v[place[out->brk.until - 1]].p.key;
}

static bool look_back(struct judging *g, struct ek_arena *arena)
{
	struct ek_judged *out = g->out;
	uint32_t n = 0, start = 0, segment = 0;
	double *z = ek_arena_get(arena, (out->n + 1) * sizeof *z);
	uint32_t *place = ek_arena_get(arena, (out->n + 1) * sizeof *place);
	uint32_t *bits = ek_arena_get(arena, (out->n + 1) * sizeof *bits);
	if (z == NULL || place == NULL || bits == NULL)
		return false;
	for (uint32_t i = 0; i <= out->n; i++) {
		if (i == out->n || out->v[i].segment != segment) {
			ek_marks_spread(g->ask->marks, z, n, bits);
			for (uint32_t k = 0; k < n; k++)
				out->v[place[k]].marks = bits[k];
			if (i == out->n)
				break;
			segment = out->v[i].segment;
			n = start = 0;
		}
		if (!out->v[i].has_z)
			continue;
		place[n] = i;
		z[n++] = out->v[i].z;
		if (out->v[i].p.key == out->chart.verdict.segment.first_key)
			start = n;
	}
	note_break(out, place, z, n, start);
	return true;
}

/* ---- whether a shift that stands is still news, by all that is known now */

static bool is_moved(const struct ek_judged *j, int32_t key)
{
	for (uint32_t i = 0; i < j->stretch_count; i++) {
		const struct ek_judged_stretch *s = &j->stretches[i];
		if (s->kind == EK_JUDGED_PROVISIONAL && s->segment == j->chart.segment &&
		    key >= s->from && key <= s->until)
			return true;
	}
	return false;
}

/* Limits rest on the first 40 days or 20 weeks, and are a little off by chance; where years are
 * looked at, that alone becomes a verdict in time. */
static void compare_levels(struct ek_judged *j)
{
	const struct ek_verdict *v = &j->chart.verdict;
	struct ek_apart_side before = {0}, since = {0};
	if (!v->has_segment)
		return;
	for (uint32_t i = 0; i < j->n; i++) {
		const struct ek_judged_point *p = &j->v[i];
		if (!p->has_z || p->why != EK_CHART_FED || p->segment != j->chart.segment)
			continue;
		if (p->p.key >= v->since_key)
			ek_apart_add(&since, p->z);
		else if (!is_moved(j, p->p.key))
			ek_apart_add(&before, p->z);
	}
	j->apart = ek_apart(&before, &since);
	j->is_faint = v->is_open && v->is_frozen && j->apart < EK_APART_NEWS;
}

bool ek_judged_make(const struct ek_judged_ask *ask, struct ek_arena *arena, struct ek_judged *out,
		    struct ek_err *err)
{
	struct judging g = {.ask = ask, .out = out};
	*out = (struct ek_judged){.n = ask->n};
	ek_chart_init(&out->chart, &ask->setup);
	bool ok = make_room(&g, arena);
	for (uint32_t i = 0; ok && i < ask->n; i++)
		ok = feed(&g, i, arena);
	if (ok)
		end_segment(&g, ask->n);
	ok = ok && look_back(&g, arena);
	if (ok)
		compare_levels(out);
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for %u points", ask->n);
}
