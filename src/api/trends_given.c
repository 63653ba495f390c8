/* What a look over charts rests on, read from content. */
#include <string.h>

#include "api/trends.h"

/* Rows that grow in an arena. */
struct growing {
	struct ek_arena *arena;
	void *v;
	size_t each;
	uint32_t n, cap;
};

static void *next_of(struct growing *g, struct ek_err *err)
{
	if (g->n == g->cap) {
		uint32_t cap = g->cap * 2 + 64;
		char *bigger = ek_arena_zero(g->arena, cap * g->each);
		if (bigger == NULL) {
			ek_fail(err, EK_NO_MEMORY, "no memory for %u rows", cap);
			return NULL;
		}
		if (g->n > 0)
			memcpy(bigger, g->v, g->n * g->each);
		g->v = bigger;
		g->cap = cap;
	}
	return (char *)g->v + g->each * g->n++;
}

static int64_t int_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? v->i : 0;
}

static ek_str text_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_TEXT ? (ek_str){v->p, v->n} : (ek_str){"", 0};
}

bool ek_trends_feed(ek_str word, enum ek_budget_feed *out)
{
	for (int i = EK_BUDGET_DAILY; i <= EK_BUDGET_MONTHLY; i++) {
		*out = (enum ek_budget_feed)i;
		if (ek_str_is(word, ek_judged_cadence(*out)))
			return true;
	}
	return false;
}

bool ek_trends_kind(ek_str word, enum ek_verdict_kind *out)
{
	for (int i = EK_VERDICT_TOO_EARLY; i < EK_VERDICT_KIND_END; i++) {
		*out = (enum ek_verdict_kind)i;
		if (ek_str_is(word, ek_judged_kind(*out)))
			return true;
	}
	return false;
}

static bool take_note(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_charts_note *note = next_of(ctx, err);
	(void)n;
	if (note == NULL)
		return false;
	*note = (struct ek_charts_note){.id = (uint64_t)int_of(&v[0]),
					.team = {(uint32_t)int_of(&v[1])},
					.metric = (int)int_of(&v[2]),
					.day = (int32_t)int_of(&v[3]),
					.leaves_out = int_of(&v[4]) == 1};
	return true;
}

static bool take_base(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_charts_base *b = next_of(ctx, err);
	(void)n;
	if (b == NULL)
		return false;
	*b = (struct ek_charts_base){.team = {(uint32_t)int_of(&v[0])},
				     .metric = (int)int_of(&v[1]),
				     .from = (int32_t)int_of(&v[3]),
				     .until = (int32_t)int_of(&v[4])};
	return ek_trends_feed(text_of(&v[2]), &b->feed) ||
	       ek_fail(err, EK_DAMAGE, "new limits of an unknown cadence");
}

static bool take_level(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_judged_level *l = next_of(ctx, err);
	(void)n;
	if (l == NULL)
		return false;
	*l = (struct ek_judged_level){(int32_t)int_of(&v[0]), (uint32_t)int_of(&v[1])};
	return true;
}

bool ek_trends_given(struct ek_reader *reader, ek_team_id team, struct ek_arena *arena,
		     struct ek_charts_given *out, struct ek_err *err)
{
	static const char notes_sql[] =
		"SELECT annotation, team, metric, day, leave_out FROM annotations"
		" WHERE deleted_ms IS NULL AND ($1 = 0 OR team = $1) ORDER BY annotation";
	static const char bases_sql[] =
		"SELECT team, metric, cadence, from_day, until_day FROM rebases"
		" WHERE $1 = 0 OR team = $1 ORDER BY rebase";
	static const char levels_sql[] =
		"SELECT from_day, step FROM alarm_steps ORDER BY from_day, alarm_step";
	const struct ek_views_value key = ek_views_int(team.v);
	const struct ek_reader_question notes_q = {notes_sql, &key, 1};
	const struct ek_reader_question bases_q = {bases_sql, &key, 1};
	const struct ek_reader_question levels_q = {levels_sql, NULL, 0};
	struct growing notes = {.arena = arena, .each = sizeof(struct ek_charts_note)};
	struct growing bases = {.arena = arena, .each = sizeof(struct ek_charts_base)};
	struct growing levels = {.arena = arena, .each = sizeof(struct ek_judged_level)};
	bool ok = ek_reader_each(reader, &notes_q, take_note, &notes, err) &&
		  ek_reader_each(reader, &bases_q, take_base, &bases, err) &&
		  ek_reader_each(reader, &levels_q, take_level, &levels, err);
	*out = (struct ek_charts_given){notes.v, notes.n, bases.v, bases.n, levels.v, levels.n};
	return ok;
}

static bool take_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_trends_row *r = next_of(ctx, err);
	(void)n;
	if (r == NULL)
		return false;
	*r = (struct ek_trends_row){.id = int_of(&v[0]),
				    .team = {(uint32_t)int_of(&v[1])},
				    .metric = (int)int_of(&v[2]),
				    .side = (int32_t)int_of(&v[5]),
				    .day = (int32_t)int_of(&v[6]),
				    .start = (int32_t)int_of(&v[7]),
				    .is_crossed = v[8].kind == EK_VIEWS_INT,
				    .is_settled = int_of(&v[9]) > 0 && int_of(&v[10]) > 0};
	return (ek_trends_feed(text_of(&v[3]), &r->feed) &&
		ek_trends_kind(text_of(&v[4]), &r->kind)) ||
	       ek_fail(err, EK_DAMAGE, "a verdict of an unknown kind");
}

bool ek_trends_rows(struct ek_reader *reader, struct ek_arena *arena, struct ek_trends_rows *out,
		    struct ek_err *err)
{
	const struct ek_reader_question q = {
		"SELECT v.verdict, v.team, v.metric, v.cadence, v.kind, v.side, v.day,"
		" v.start_day, v.crossed_ms,"
		" (SELECT count(*) FROM verdict_seen s WHERE s.verdict = v.verdict),"
		" (SELECT count(*) FROM stories t WHERE t.verdict = v.verdict)"
		" FROM verdicts v ORDER BY v.verdict",
		NULL, 0};
	struct growing g = {.arena = arena, .each = sizeof(struct ek_trends_row)};
	bool ok = ek_reader_each(reader, &q, take_row, &g, err);
	*out = (struct ek_trends_rows){g.v, g.n};
	return ok;
}

static bool take_team(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	ek_team_id *team = next_of(ctx, err);
	(void)n;
	if (team != NULL)
		team->v = (uint32_t)int_of(&v[0]);
	return team != NULL;
}

bool ek_trends_teams(struct ek_reader *reader, struct ek_arena *arena, struct ek_trends_teams *out,
		     struct ek_err *err)
{
	const struct ek_reader_question q = {
		"SELECT team FROM teams WHERE deleted = 0 ORDER BY team", NULL, 0};
	struct growing g = {.arena = arena, .each = sizeof(ek_team_id)};
	bool ok = ek_reader_each(reader, &q, take_team, &g, err);
	*out = (struct ek_trends_teams){g.v, g.n};
	return ok;
}

/* ---- what is borne */

static bool take_allowed(void *ctx, const struct ek_views_value *row, uint32_t n,
			 struct ek_err *err)
{
	double *out = ctx;
	ek_str s = text_of(&row[0]);
	double v = 0;
	(void)n;
	(void)err;
	for (uint32_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		v = v * 10 + (s.p[i] - '0');
	if (v >= 1)
		*out = v;
	return true;
}

bool ek_trends_allowed(struct ek_reader *reader, double *out, struct ek_err *err)
{
	static const struct ek_reader_question q = {
		"SELECT value FROM server_settings WHERE name = '" EK_TRENDS_ALARMS "'", NULL, 0};
	*out = EK_BUDGET_DEFAULT;
	return ek_reader_each(reader, &q, take_allowed, out, err);
}

static bool take_owned(void *ctx, const struct ek_views_value *row, uint32_t n, struct ek_err *err)
{
	bool *out = ctx;
	(void)row;
	(void)n;
	(void)err;
	*out = true;
	return true;
}

bool ek_trends_owned(struct ek_reader *reader, bool *out, struct ek_err *err)
{
	static const struct ek_reader_question q = {
		"SELECT value FROM server_settings WHERE name = 'owner'", NULL, 0};
	*out = false;
	return ek_reader_each(reader, &q, take_owned, out, err);
}
