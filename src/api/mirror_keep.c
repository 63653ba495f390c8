/* What is kept of people's patterns: who is shown what, and since when. */
#include <math.h>
#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/mirror.h"
#include "model/calendar.h"
#include "sys/heap.h"
#include "wire/json.h"

enum { NEAR_DAYS = 7, KEPT_DAYS = 365, JSON_MAX = 1 << 16 };
/* Columns of struct ek_mirror_given.patterns. */
enum { ID, TEAMMATE, TEAM, METRIC, SIDE, START, FOUND, WITHHELD, TOLD, ENDED, SHIFTS, WHY, POINTS };

bool ek_mirror_given(struct ek_reader *reader, struct ek_arena *arena, struct ek_mirror_given *out,
		     struct ek_err *err)
{
	static const char *const questions[] = {
		"SELECT pattern, teammate, team, metric, side, start_day, found_ms, withheld_ms,"
		" told_ms, ended_ms, shifts, why, points FROM person_patterns ORDER BY pattern",
		"SELECT team, metric, side, start_day FROM verdicts WHERE crossed_ms IS NULL"
		" AND kind IN ('shift', 'further_shift') AND metric IN (5, 23)",
		"SELECT team, metric, day FROM annotations WHERE deleted_ms IS NULL"
		" AND (metric IS NULL OR metric IN (5, 23))",
		"SELECT m.team, m.teammate FROM memberships m JOIN people p ON p.teammate ="
		" m.teammate ORDER BY m.team, m.teammate",
		"SELECT team, from_day, step FROM person_steps ORDER BY from_day, person_step",
		"SELECT team FROM teams WHERE deleted = 0 ORDER BY team",
	};
	struct ek_mirror_rows *const rows[] = {&out->patterns, &out->verdicts, &out->notes,
					       &out->members,  &out->steps,    &out->teams};
	for (uint32_t i = 0; i < EK_LEN(questions); i++) {
		const struct ek_reader_question q = {questions[i], NULL, 0};
		if (!ek_mirror_select(reader, &q, arena, rows[i], err))
			return false;
	}
	return true;
}

/* ---- one pattern */

struct keeping {
	const struct ek_mirror_team *team;
	const struct ek_mirror_given *given;
	struct ek_mirror_changes *out;
	bool *is_seen; /* of each row */
};
/* Whose, of what. */
struct found {
	uint32_t person; /* UINT32_MAX: the team's */
	uint32_t metric; /* place */
	const struct ek_mirror_series *s;
	struct ek_personal_stand stand;
	struct ek_personal_why of_work;
	int64_t why;
	int64_t shifts;
	ek_str examples, cases;
};

static const int64_t *row_at(const struct keeping *k, uint32_t i)
{
	return k->given->patterns.v + (size_t)i * k->given->patterns.width;
}

static bool is_of(const struct keeping *k, const int64_t *row, const struct found *f)
{
	int64_t who = f->person == UINT32_MAX ? EK_NONE : (int64_t)k->team->people[f->person];
	return row[TEAMMATE] == who && row[TEAM] == k->team->team.v &&
	       row[METRIC] == ek_mirror_metric(f->metric);
}

/* ---- what may say why */

static bool is_team_chart(const struct keeping *k, const struct found *f)
{
	const struct ek_mirror_rows *r = &k->given->verdicts;
	/* More unhappy customers are up here, and down in the team's chart. */
	int32_t side = f->metric == 0 ? f->stand.side : -f->stand.side;
	for (uint32_t i = 0; i < r->n; i++) {
		const int64_t *v = r->v + (size_t)i * r->width;
		if (v[0] == k->team->team.v && v[1] == ek_mirror_metric(f->metric) &&
		    v[2] == side && v[3] >= f->stand.start - NEAR_DAYS &&
		    v[3] <= f->stand.start + NEAR_DAYS)
			return true;
	}
	return false;
}

static bool is_noted(const struct keeping *k, const struct found *f)
{
	const struct ek_mirror_rows *r = &k->given->notes;
	for (uint32_t i = 0; i < r->n; i++) {
		const int64_t *v = r->v + (size_t)i * r->width;
		if (v[0] == k->team->team.v &&
		    (v[1] == EK_NONE || v[1] == ek_mirror_metric(f->metric)) &&
		    v[2] >= f->stand.start - NEAR_DAYS && v[2] <= f->stand.found)
			return true;
	}
	return false;
}

static bool find_why(const struct keeping *k, struct found *f, struct ek_err *err)
{
	const struct ek_personal_ask ask = {.v = f->s->items,
					    .n = f->s->n,
					    .days = f->s->days,
					    .day_count = f->s->day_count,
					    .person = f->person,
					    .start = f->stand.start};
	if (!ek_personal_why(&ask, k->team->arena, &f->of_work, err))
		return false;
	f->why = (is_team_chart(k, f) ? EK_MIRROR_TEAM : 0) |
		 (f->of_work.is_mix ? EK_MIRROR_MIX : 0) |
		 (f->of_work.is_fewer ? EK_MIRROR_FEWER : 0) |
		 (f->of_work.is_newcomer ? EK_MIRROR_NEWCOMER : 0) |
		 (is_noted(k, f) ? EK_MIRROR_NOTED : 0);
	return true;
}

/* Days on which they handled something, after the day on which it could first be seen. */
static int64_t shifts_since(const struct keeping *k, const struct found *f, ek_time since)
{
	const struct ek_mirror_series *s = &k->team->series[0];
	int32_t day = ek_calendar_date(k->team->zone, since), last = day;
	int64_t n = 0;
	if (s->n == 0)
		s = f->s;
	for (uint32_t i = 0; i < s->n; i++)
		if (s->items[i].person == f->person && s->items[i].day > last) {
			last = s->items[i].day;
			n++;
		}
	return n;
}

/* ---- examples */

struct chosen {
	uint32_t at[EK_PERSON_EXAMPLES];
	double weight[EK_PERSON_EXAMPLES];
	uint32_t n;
};

/* The heaviest stay; at is a place + 1. */
static void choose(struct chosen *c, uint32_t at, double weight)
{
	uint32_t i = c->n;
	if (i == EK_PERSON_EXAMPLES && c->weight[i - 1] >= weight)
		return;
	if (i == EK_PERSON_EXAMPLES)
		i--;
	else
		c->n++;
	for (; i > 0 && c->weight[i - 1] < weight; i--) {
		c->at[i] = c->at[i - 1];
		c->weight[i] = c->weight[i - 1];
	}
	c->at[i] = at + 1;
	c->weight[i] = weight;
}

static void choose_all(const struct found *f, struct chosen *c)
{
	for (uint32_t i = 0; i < f->s->n; i++) {
		const struct ek_personal_item *e = &f->s->items[i];
		if (e->person != f->person || e->day < f->stand.start)
			continue;
		if (f->metric == 0 && e->usual > 0)
			choose(c, i, f->stand.side * (log(e->own) - log(e->usual)));
		else if (f->metric != 0 && e->is_bad == (f->stand.side > 0))
			choose(c, i, i);
	}
}

static bool write_examples(const struct keeping *k, const struct found *f, const struct chosen *c,
			   bool is_whole, ek_str *out)
{
	struct ek_json j;
	bool ok;
	ek_json_init(&j, ek_heap_alloc(), JSON_MAX);
	j.style.is_api = true;
	ek_json_list(&j);
	for (uint32_t i = 0; i < c->n; i++) {
		const struct ek_mirror_thing *t = &f->s->things[c->at[i] - 1];
		const struct ek_personal_item *e = &f->s->items[c->at[i] - 1];
		ek_json_object(&j);
		ek_api_put_id(&j, "conversation", EK_IDENT_CONVERSATION, t->conversation.v);
		ek_api_put_time(&j, "at", t->at);
		ek_api_put_enum(&j, "channel", EK_ENUM_CAPACITY_CLASS, t->channel);
		ek_api_put_text(&j, "topic", t->topic);
		if (is_whole) {
			ek_json_key(&j, "seconds");
			ek_json_real(&j, f->metric == 0 ? e->own : (double)NAN);
			ek_json_key(&j, "usual");
			ek_json_real(&j, f->metric == 0 ? e->usual : (double)NAN);
		}
		ek_json_object_end(&j);
	}
	ek_json_list_end(&j);
	ok = ek_json_is_whole(&j);
	*out = ek_arena_str(k->out->arena, ek_json_written(&j), &ok);
	ek_json_fini(&j);
	return ok;
}

static bool find_examples(const struct keeping *k, struct found *f)
{
	struct chosen c = {.n = 0};
	choose_all(f, &c);
	return write_examples(k, f, &c, true, &f->examples) &&
	       write_examples(k, f, &c, false, &f->cases);
}

/* ---- changes */

static bool add(struct ek_mirror_changes *out, int64_t id, const struct ek_views_value *row,
		bool is_step)
{
	struct ek_mirror_change *c = ek_arena_zero(out->arena, sizeof *c);
	if (c == NULL)
		return false;
	*c = (struct ek_mirror_change){.id = id, .row = row, .is_step = is_step};
	if (out->last != NULL)
		out->last->next = c;
	else
		out->first = c;
	out->last = c;
	return true;
}

static struct ek_views_value micro(double v)
{
	return ek_views_int(isfinite(v) && fabs(v) < 9e12 ? llround(v * 1e6) : EK_NONE);
}

static void fill(const struct keeping *k, const struct found *f, struct ek_views_value *v)
{
	const struct ek_personal_stand *p = &f->stand;
	bool is_team = f->person == UINT32_MAX;
	v[EK_CONTENT_PERSON_PATTERNS_TEAMMATE] =
		ek_views_int(is_team ? EK_NONE : (int64_t)k->team->people[f->person]);
	v[EK_CONTENT_PERSON_PATTERNS_TEAM] = ek_views_int(k->team->team.v);
	v[EK_CONTENT_PERSON_PATTERNS_METRIC] = ek_views_int(ek_mirror_metric(f->metric));
	v[EK_CONTENT_PERSON_PATTERNS_VERSION] = ek_views_int(f->s->version);
	v[EK_CONTENT_PERSON_PATTERNS_SIDE] = ek_views_int(p->side);
	v[EK_CONTENT_PERSON_PATTERNS_FOUND_DAY] = ek_views_int(p->found);
	v[EK_CONTENT_PERSON_PATTERNS_START_DAY] = ek_views_int(p->start);
	v[EK_CONTENT_PERSON_PATTERNS_WAS_MICRO] = micro(is_team          ? (double)NAN
							: f->metric == 0 ? exp(p->was)
									 : p->was);
	v[EK_CONTENT_PERSON_PATTERNS_IS_MICRO] = micro(is_team          ? (double)NAN
						       : f->metric == 0 ? exp(p->is)
									: p->is);
	v[EK_CONTENT_PERSON_PATTERNS_POINTS] = ek_views_int(p->points);
	v[EK_CONTENT_PERSON_PATTERNS_ODDS_MICRO] = micro(p->odds);
	v[EK_CONTENT_PERSON_PATTERNS_WHY] = ek_views_int(f->why);
	v[EK_CONTENT_PERSON_PATTERNS_MIX_MICRO] = micro(f->of_work.mix);
	v[EK_CONTENT_PERSON_PATTERNS_PRESENCE_MICRO] = micro(f->of_work.presence);
	v[EK_CONTENT_PERSON_PATTERNS_EXAMPLES] = ek_views_text(f->examples);
	v[EK_CONTENT_PERSON_PATTERNS_CASES] = ek_views_text(f->cases);
	v[EK_CONTENT_PERSON_PATTERNS_SHIFTS] = ek_views_int(f->shifts);
}

/* To the lead, once it is due (S22), unless the work itself says why. */
static bool is_told(const struct found *f, bool is_withheld)
{
	const struct ek_person_verdict v = {.is_good = f->stand.side < 0,
					    .is_withheld = is_withheld,
					    .still_holds = true,
					    .shifts_since = (uint32_t)f->shifts};
	return f->person != UINT32_MAX && f->why == 0 &&
	       ek_person_to_lead(&v) == EK_PERSON_WELCOMES_TALK;
}

/* Since when, EK_NONE for not: once withheld or told, it stays so. */
struct marks {
	int64_t found, withheld, told;
};

static struct marks marks_of(const struct keeping *k, const struct found *f, const int64_t *old,
			     bool is_withheld)
{
	int64_t now = k->out->now.ms;
	struct marks m = {now, EK_NONE, EK_NONE};
	if (old != NULL)
		m = (struct marks){old[FOUND], old[WITHHELD], old[TOLD]};
	if (m.withheld == EK_NONE && is_withheld)
		m.withheld = now;
	if (m.withheld != EK_NONE)
		m.told = EK_NONE;
	else if (m.told == EK_NONE && is_told(f, false))
		m.told = now;
	return m;
}

static bool is_as_before(const int64_t *old, const struct found *f, const struct marks *m)
{
	return old != NULL && old[WITHHELD] == m->withheld && old[TOLD] == m->told &&
	       old[ENDED] == EK_NONE && old[SHIFTS] == f->shifts && old[WHY] == f->why &&
	       old[POINTS] == f->stand.points;
}

static bool keep(struct keeping *k, struct found *f, const int64_t *old, bool is_withheld)
{
	struct ek_views_value *v =
		ek_arena_zero(k->out->arena, EK_CONTENT_PERSON_PATTERNS_WIDTH * sizeof *v);
	if (v == NULL)
		return false;
	if (f->person != UINT32_MAX)
		f->shifts = shifts_since(k, f, old != NULL ? (ek_time){old[FOUND]} : k->out->now);
	struct marks m = marks_of(k, f, old, is_withheld);
	if (is_as_before(old, f, &m))
		return true;
	fill(k, f, v);
	v[EK_CONTENT_PERSON_PATTERNS_FOUND_MS] = ek_views_int(m.found);
	v[EK_CONTENT_PERSON_PATTERNS_WITHHELD_MS] = ek_views_int(m.withheld);
	v[EK_CONTENT_PERSON_PATTERNS_TOLD_MS] = ek_views_int(m.told);
	return add(k->out, old != NULL ? old[ID] : 0, v, false);
}

/* The row of what stands, open or not; all others stay unseen. */
static const int64_t *find_row(struct keeping *k, const struct found *f)
{
	const int64_t *found = NULL;
	for (uint32_t i = 0; i < k->given->patterns.n; i++) {
		const int64_t *row = row_at(k, i);
		/* A team's begins where the first of its people did, who may change. */
		bool is_same = f->person == UINT32_MAX ? row[ENDED] == EK_NONE
						       : row[START] == f->stand.start;
		if (!is_of(k, row, f) || row[SIDE] != f->stand.side || !is_same)
			continue;
		k->is_seen[i] = true;
		found = row;
	}
	return found;
}

static bool keep_people(struct keeping *k, uint32_t metric, struct ek_err *err)
{
	const struct ek_mirror_series *s = &k->team->series[metric];
	for (uint32_t i = 0; i < k->team->serving; i++) {
		struct found f = {.person = i, .metric = metric, .s = s, .stand = s->stands[i]};
		if (!f.stand.has_shift)
			continue;
		if (!find_why(k, &f, err))
			return false;
		if (!find_examples(k, &f) || !keep(k, &f, find_row(k, &f), s->withheld[i]))
			return ek_fail(err, EK_NO_MEMORY, "no memory for patterns");
	}
	return true;
}

/* One verdict of the team for a side that is its. */
static bool keep_team(struct keeping *k, uint32_t metric, int32_t side)
{
	const struct ek_mirror_series *s = &k->team->series[metric];
	struct found f = {.person = UINT32_MAX, .metric = metric, .s = s};
	f.stand.side = side;
	f.stand.start = INT32_MAX;
	for (uint32_t i = 0; i < k->team->serving; i++) {
		const struct ek_personal_stand *p = &s->stands[i];
		if (!s->withheld[i] || p->mark.side != side)
			continue;
		int32_t start = p->has_shift ? p->start : p->mark.entered;
		f.stand.start = start < f.stand.start ? start : f.stand.start;
		f.stand.found = p->mark.entered > f.stand.found ? p->mark.entered : f.stand.found;
		f.stand.points++;
	}
	f.examples = f.cases = EK_S("[]");
	return keep(k, &f, find_row(k, &f), false);
}

/* What nobody found this time has ended. */
static bool end_rest(struct keeping *k)
{
	for (uint32_t i = 0; i < k->given->patterns.n; i++) {
		const int64_t *row = row_at(k, i);
		if (row[TEAM] != k->team->team.v || row[ENDED] != EK_NONE || k->is_seen[i])
			continue;
		if (!add(k->out, row[ID], NULL, false))
			return false;
	}
	return true;
}

static bool keep_step(struct keeping *k)
{
	const struct ek_mirror_team *t = k->team;
	const struct ek_mirror_rows *r = &k->given->steps;
	int64_t last = EK_NONE;
	for (uint32_t i = 0; i < r->n; i++)
		if (r->v[(size_t)i * r->width] == t->team.v)
			last = r->v[(size_t)i * r->width + 2];
	if (t->charts == 0 || last == t->budget.step)
		return true;
	struct ek_views_value *v =
		ek_arena_zero(k->out->arena, EK_CONTENT_PERSON_STEPS_WIDTH * sizeof *v);
	if (v == NULL)
		return false;
	v[EK_CONTENT_PERSON_STEPS_TEAM] = ek_views_int(t->team.v);
	v[EK_CONTENT_PERSON_STEPS_FROM_DAY] = ek_views_int(last == EK_NONE ? INT32_MIN : t->today);
	v[EK_CONTENT_PERSON_STEPS_STEP] = ek_views_int(t->budget.step);
	v[EK_CONTENT_PERSON_STEPS_CHARTS] = ek_views_int(t->charts);
	v[EK_CONTENT_PERSON_STEPS_EXPECTED_MICRO] = micro(t->budget.expected);
	v[EK_CONTENT_PERSON_STEPS_MADE_MS] = ek_views_int(k->out->now.ms);
	return add(k->out, 0, v, true);
}

bool ek_mirror_compare(const struct ek_mirror_team *team, const struct ek_mirror_given *given,
		       struct ek_mirror_changes *out, struct ek_err *err)
{
	struct keeping k = {team, given, out, NULL};
	k.is_seen = ek_arena_zero(out->arena, given->patterns.n + 1);
	bool ok = k.is_seen != NULL;
	for (uint32_t m = 0; ok && m < EK_MIRROR_METRICS; m++) {
		if (!keep_people(&k, m, err))
			return false;
		ok = ((team->series[m].sides & 1) == 0 || keep_team(&k, m, 1)) &&
		     ((team->series[m].sides & 2) == 0 || keep_team(&k, m, -1));
	}
	return (ok && end_rest(&k) && keep_step(&k)) ||
	       ek_fail(err, EK_NO_MEMORY, "no memory for patterns");
}

/* ---- on the writer's thread */

/* One row as it is, with what changes of it: what the person said stays. */
struct putting {
	struct ek_writer *w;
	const struct ek_mirror_change *c;
	ek_time now;
};

static bool put_over(void *ctx, const struct ek_views_value *row, uint32_t n, struct ek_err *err)
{
	static const uint32_t ours[] = {
		EK_CONTENT_PERSON_PATTERNS_FOUND_DAY,
		EK_CONTENT_PERSON_PATTERNS_START_DAY,
		EK_CONTENT_PERSON_PATTERNS_IS_MICRO,
		EK_CONTENT_PERSON_PATTERNS_POINTS,
		EK_CONTENT_PERSON_PATTERNS_WHY,
		EK_CONTENT_PERSON_PATTERNS_MIX_MICRO,
		EK_CONTENT_PERSON_PATTERNS_PRESENCE_MICRO,
		EK_CONTENT_PERSON_PATTERNS_EXAMPLES,
		EK_CONTENT_PERSON_PATTERNS_CASES,
		EK_CONTENT_PERSON_PATTERNS_SHIFTS,
		EK_CONTENT_PERSON_PATTERNS_WITHHELD_MS,
		EK_CONTENT_PERSON_PATTERNS_TOLD_MS,
	};
	const struct putting *p = ctx;
	struct ek_views_value v[EK_CONTENT_PERSON_PATTERNS_WIDTH];
	ek_assert(n == EK_CONTENT_PERSON_PATTERNS_WIDTH);
	memcpy(v, row, sizeof v);
	for (uint32_t i = 0; p->c->row != NULL && i < EK_LEN(ours); i++)
		v[ours[i]] = p->c->row[ours[i]];
	v[EK_CONTENT_PERSON_PATTERNS_ENDED_MS] =
		ek_views_int(p->c->row != NULL ? EK_NONE : p->now.ms);
	return ek_writer_put(p->w, EK_CONTENT_PERSON_PATTERNS, v, err);
}

static bool put_new(struct ek_api *api, struct ek_writer *w, const struct ek_mirror_change *c,
		    struct ek_err *err)
{
	enum ek_content table = c->is_step ? EK_CONTENT_PERSON_STEPS : EK_CONTENT_PERSON_PATTERNS;
	struct ek_views_value v[EK_CONTENT_PERSON_PATTERNS_WIDTH];
	uint32_t width =
		c->is_step ? EK_CONTENT_PERSON_STEPS_WIDTH : EK_CONTENT_PERSON_PATTERNS_WIDTH;
	memcpy(v, c->row, width * sizeof *v);
	v[0] = ek_views_int(ek_api_new_id(api, w, table));
	return ek_writer_put(w, table, v, err);
}

static bool erase_one(void *ctx, const struct ek_views_value *row, uint32_t n, struct ek_err *err)
{
	const struct putting *p = ctx;
	(void)n;
	return ek_writer_erase(p->w,
			       &(struct ek_writer_erasure){EK_CONTENT_PERSON_PATTERNS,
							   EK_CONTENT_PERSON_PATTERNS_PATTERN,
							   row[0]},
			       err);
}

static bool erase_old(struct ek_api *api, struct putting *p, struct ek_err *err)
{
	const struct ek_views_value before =
		ek_views_int(p->now.ms - KEPT_DAYS * (int64_t)EK_CALENDAR_DAY_MS);
	const struct ek_reader_question q = {
		"SELECT pattern FROM person_patterns WHERE ended_ms < $1", &before, 1};
	return ek_reader_each(api->writer_reader, &q, erase_one, p, err);
}

void ek_mirror_put(struct ek_api *api, struct ek_writer *w, const struct ek_mirror_changes *c)
{
	struct putting p = {w, NULL, c->now};
	struct ek_err err;
	bool ok = !c->erases || erase_old(api, &p, &err);
	for (const struct ek_mirror_change *at = c->first; ok && at != NULL; at = at->next) {
		const struct ek_views_value key = ek_views_int(at->id);
		const struct ek_reader_question q = {
			"SELECT * FROM person_patterns WHERE pattern = $1", &key, 1};
		p.c = at;
		ok = at->id != 0 ? ek_reader_each(api->writer_reader, &q, put_over, &p, &err)
				 : put_new(api, w, at, &err);
	}
	/* For want of memory the writer gives up all that is pending; the next look says it again.
	 */
	(void)ok;
}
