/* What the rules see in one's own work, and what one says of it. */
#include "api/api_patterns.h"

#include <string.h>

#include "api/api_figures.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "patterns/budget.h"

enum { NOTE_MAX = 1000 };
#define MICRO 1e6

/* ---- writing */

void ek_api_patterns_put_metric(struct ek_json *j, int metric, int64_t version, int32_t side)
{
	ek_api_figures_put_metric(j, ek_definition_row(metric), (uint32_t)version);
	ek_api_put_word(j, "direction", ek_mirror_direction(metric, side));
}

static double real_of(const struct ek_views_value *v)
{
	int64_t n = ek_turn_int(v);
	return n == EK_NONE ? 0 : (double)n / MICRO;
}

static void put_check(struct ek_json *j, const char *word, bool holds, double value)
{
	ek_json_object(j);
	ek_api_put_word(j, "check", word);
	ek_api_put_bool(j, "holds", holds);
	ek_api_figures_put_real(j, "value", value > 0, value);
	ek_json_object_end(j);
}

/* The system first: each question with its answer, before anything else. */
static void put_checks(struct ek_json *j, const struct ek_views_value *v)
{
	int64_t why = ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_WHY]);
	ek_json_key(j, "checks");
	ek_json_list(j);
	put_check(j, "team_wide", (why & EK_MIRROR_TEAM) != 0, 0);
	put_check(j, "mix_of_work", (why & EK_MIRROR_MIX) != 0,
		  real_of(&v[EK_CONTENT_PERSON_PATTERNS_MIX_MICRO]));
	put_check(j, "fewer_days", (why & EK_MIRROR_FEWER) != 0,
		  real_of(&v[EK_CONTENT_PERSON_PATTERNS_PRESENCE_MICRO]));
	put_check(j, "newcomer", (why & EK_MIRROR_NEWCOMER) != 0, 0);
	put_check(j, "change_noted", (why & EK_MIRROR_NOTED) != 0, 0);
	ek_json_list_end(j);
}

static void put_lead(struct ek_json *j, const struct ek_views_value *v)
{
	int64_t shifts = ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_SHIFTS]);
	int64_t told = ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_TOLD_MS]);
	bool is_good = ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_SIDE]) < 0;
	bool has_ended = ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_ENDED_MS]) != EK_NONE;
	bool is_explained = ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_WHY]) != 0;
	bool waits = !is_good && !has_ended && told == EK_NONE && !is_explained;
	ek_api_put_word(j, "lead",
			is_good || has_ended ? "never"
			: told != EK_NONE    ? "told"
			: is_explained       ? "explained"
					     : "waits");
	ek_api_put_int(j, "shifts_left",
		       waits && shifts < EK_PERSON_HOLDS ? EK_PERSON_HOLDS - shifts : 0);
	ek_api_put_time(j, "told_at", (ek_time){told});
}

static void put_words(struct ek_json *j, const struct ek_views_value *v)
{
	ek_str answer = ek_turn_text(&v[EK_CONTENT_PERSON_PATTERNS_ANSWER]);
	ek_api_put_text(j, "answer", answer);
	ek_api_put_text(j, "note", ek_turn_text(&v[EK_CONTENT_PERSON_PATTERNS_NOTE]));
	ek_api_put_bool(j, "note_shared",
			ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_SHARES_NOTE]) == 1);
	ek_api_put_time(j, "shared_at",
			(ek_time){ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_SHARED_MS])});
}

/* seq 0: not of a write. */
static void put_pattern(struct ek_json *j, const struct ek_views_value *v, uint64_t seq)
{
	char words[EK_BUDGET_WORDS];
	double odds = real_of(&v[EK_CONTENT_PERSON_PATTERNS_ODDS_MICRO]);
	int metric = (int)ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_METRIC]);
	int32_t side = (int32_t)ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_SIDE]);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_PATTERN, (uint64_t)ek_turn_int(&v[0]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM,
		      (uint64_t)ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_TEAM]));
	ek_api_patterns_put_metric(j, metric, ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_VERSION]),
				   side);
	ek_api_put_bool(j, "good", side < 0);
	ek_api_figures_put_date(j, "since",
				(int32_t)ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_START_DAY]));
	ek_api_figures_put_date(j, "found",
				(int32_t)ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_FOUND_DAY]));
	ek_api_put_time(j, "found_at",
			(ek_time){ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_FOUND_MS])});
	ek_api_put_word(j, "unit", metric == EK_METRIC_HANDLE_TIME ? "ratio" : "share");
	ek_api_figures_put_real(j, "was", true, real_of(&v[EK_CONTENT_PERSON_PATTERNS_WAS_MICRO]));
	ek_api_figures_put_real(j, "is", true, real_of(&v[EK_CONTENT_PERSON_PATTERNS_IS_MICRO]));
	ek_api_put_int(j, "points", ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_POINTS]));
	ek_api_figures_put_real(j, "odds", true, odds);
	(void)ek_budget_words(odds, words);
	ek_api_put_word(j, "odds_words", words);
	put_checks(j, v);
	ek_api_put_raw(j, "examples", ek_turn_text(&v[EK_CONTENT_PERSON_PATTERNS_EXAMPLES]));
	ek_api_put_time(j, "ended_at",
			(ek_time){ek_turn_int(&v[EK_CONTENT_PERSON_PATTERNS_ENDED_MS])});
	put_lead(j, v);
	put_words(j, v);
	if (seq != 0)
		ek_api_put_int(j, "seq", (int64_t)seq);
	ek_json_object_end(j);
}

bool ek_api_patterns_put_teams(struct ek_turn *t, bool (*sees)(struct ek_turn *t, ek_team_id team))
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT team, metric, version, side, start_day, points FROM"
			    " person_patterns WHERE teammate IS NULL AND ended_ms IS NULL"
			    " ORDER BY team, metric, side",
			    NULL, 0, &rows))
		return false;
	ek_json_key(&t->out, "teams");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		ek_team_id team = {(uint32_t)ek_turn_int(&v[0])};
		if (!sees(t, team))
			continue;
		ek_json_object(&t->out);
		ek_api_put_id(&t->out, "team", EK_IDENT_TEAM, team.v);
		ek_api_patterns_put_metric(&t->out, (int)ek_turn_int(&v[1]), ek_turn_int(&v[2]),
					   (int32_t)ek_turn_int(&v[3]));
		ek_api_figures_put_date(&t->out, "since", (int32_t)ek_turn_int(&v[4]));
		ek_api_put_int(&t->out, "people", ek_turn_int(&v[5]));
		ek_json_object_end(&t->out);
	}
	ek_json_list_end(&t->out);
	return true;
}

/* ---- all of mine */

static const char *state_of(const struct ek_mirror_line *l)
{
	if (l->is_withheld)
		return "team";
	if (l->has_shift)
		return "pattern";
	if (l->stage != EK_PERSON_VERDICTS)
		return "none";
	return l->is_judged ? "routine" : "alike";
}

static void put_line(struct ek_json *j, const struct ek_mirror_line *l)
{
	static const char *const stages[] = {"counts_only", "learning", "verdicts"};
	ek_json_object(j);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, l->team.v);
	ek_api_figures_put_metric(j, ek_definition_row(l->metric), 1);
	ek_api_put_word(j, "stage", stages[l->stage]);
	ek_api_put_int(j, "n", l->n);
	ek_api_put_word(j, "state", state_of(l));
	ek_json_object_end(j);
}

static void put_lines(struct ek_turn *t, ek_time *as_of)
{
	struct ek_mirror_view view;
	*as_of = EK_NO_TIME;
	ek_json_key(&t->out, "lines");
	ek_json_list(&t->out);
	if (ek_mirror_take(t->api, &view)) {
		*as_of = view.as_of;
		for (uint32_t i = 0; i < view.n; i++)
			if (view.lines[i].teammate.v == t->self.v && view.lines[i].n > 0)
				put_line(&t->out, &view.lines[i]);
		ek_mirror_give(t->api);
	}
	ek_json_list_end(&t->out);
}

static bool is_mine(struct ek_turn *t, ek_team_id team)
{
	const struct ek_views_value args[] = {ek_views_int(team.v), ek_views_id(t->self.v)};
	struct ek_turn_rows rows;
	return ek_turn_select(t, "SELECT team FROM memberships WHERE team = $1 AND teammate = $2",
			      args, 2, &rows) &&
	       rows.n > 0;
}

void ek_api_get_my_patterns(struct ek_turn *t)
{
	const struct ek_views_value self = ek_views_int(t->self.v);
	struct ek_may_object own = ek_may_own(&t->actor);
	struct ek_turn_rows rows;
	ek_time as_of;
	if (!ek_query_end(&t->query) || !ek_turn_may(t, EK_MAY_ME_PATTERNS, &own) ||
	    !ek_turn_select(t,
			    "SELECT * FROM person_patterns WHERE teammate = $1 AND withheld_ms IS"
			    " NULL ORDER BY pattern DESC LIMIT 100",
			    &self, 1, &rows)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_json_object(&t->out);
	put_lines(t, &as_of);
	if (!ek_api_patterns_put_teams(t, is_mine)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < rows.n; i++)
		put_pattern(&t->out, rows.v + (size_t)i * rows.columns, 0);
	ek_json_list_end(&t->out);
	ek_api_put_time(&t->out, "as_of", as_of);
	ek_json_object_end(&t->out);
	ek_turn_reply(t, 200);
}

/* ---- what one says of it */

enum { ANSWER, NOTE, SHARE_NOTE, SHARE, MEMBERS };
static const char *const answers[] = {"fits", "reason", "not_useful", NULL};

struct saying {
	struct ek_turn_write write;
	uint64_t id;
	struct ek_patch_value v[MEMBERS];
	struct ek_views_value row[EK_CONTENT_PERSON_PATTERNS_WIDTH];
};

/* One's own that is one's to see; anybody else's is not there. */
static bool load(struct ek_turn *t, struct saying *s)
{
	const struct ek_views_value *row = NULL;
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_PERSON_PATTERNS, (int64_t)s->id, &row, &found))
		return false;
	if (!found || ek_turn_int(&row[EK_CONTENT_PERSON_PATTERNS_TEAMMATE]) != t->self.v ||
	    ek_turn_int(&row[EK_CONTENT_PERSON_PATTERNS_WITHHELD_MS]) != EK_NONE)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	memcpy(s->row, row, sizeof s->row);
	return true;
}

static bool check_share(struct ek_turn *t)
{
	struct saying *s = t->state;
	if (!load(t, s))
		return false;
	bool is_good = ek_turn_int(&s->row[EK_CONTENT_PERSON_PATTERNS_SIDE]) < 0;
	bool shares = s->v[SHARE].state == EK_PATCH_VALUE && s->v[SHARE].i == 1;
	return is_good || !shares ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "only something good is shown as it is; a note can be shared");
}

static void made_answer(struct ek_turn *t, const struct ek_answer *answer)
{
	struct saying *s = t->state;
	(void)answer;
	if (s->v[ANSWER].state == EK_PATCH_VALUE)
		s->row[EK_CONTENT_PERSON_PATTERNS_ANSWER] = ek_views_text((ek_str){
			answers[s->v[ANSWER].i], (uint32_t)strlen(answers[s->v[ANSWER].i])});
	else if (s->v[ANSWER].state == EK_PATCH_NULL)
		s->row[EK_CONTENT_PERSON_PATTERNS_ANSWER] = ek_views_text((ek_str){NULL, 0});
	if (s->v[NOTE].state == EK_PATCH_VALUE && s->v[NOTE].s.n > 0)
		s->row[EK_CONTENT_PERSON_PATTERNS_NOTE] = ek_views_text(s->v[NOTE].s);
	else if (s->v[NOTE].state != EK_PATCH_ABSENT)
		s->row[EK_CONTENT_PERSON_PATTERNS_NOTE] = ek_views_text((ek_str){NULL, 0});
	if (s->v[SHARE_NOTE].state == EK_PATCH_VALUE)
		s->row[EK_CONTENT_PERSON_PATTERNS_SHARES_NOTE] = ek_views_int(s->v[SHARE_NOTE].i);
	if (s->v[SHARE].state == EK_PATCH_VALUE)
		s->row[EK_CONTENT_PERSON_PATTERNS_SHARED_MS] =
			ek_views_int(s->v[SHARE].i == 1 ? t->now.ms : EK_NONE);
	s->row[EK_CONTENT_PERSON_PATTERNS_ANSWERED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_PERSON_PATTERNS, s->row);
	put_pattern(&t->out, s->row, t->seq);
}

static struct saying *open_one(struct ek_turn *t)
{
	struct ek_may_object own = ek_may_own(&t->actor);
	struct saying *s = EK_TURN_NEW(t, struct saying);
	t->state = s;
	bool ok = s != NULL && ek_query_end(&t->query) &&
		  ek_turn_id(t, "id", EK_IDENT_PATTERN, &s->id) &&
		  ek_turn_may(t, EK_MAY_ME_PATTERNS, &own) && load(t, s);
	return ok ? s : NULL;
}

void ek_api_put_my_pattern(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[MEMBERS] = {
		[ANSWER] = {.name = "answer",
			    .type = EK_PATCH_OF_WORD,
			    .flags = EK_PATCH_NULLABLE,
			    .words = answers},
		[NOTE] = {.name = "note",
			  .type = EK_PATCH_OF_PROSE,
			  .flags = EK_PATCH_NULLABLE,
			  .hi = NOTE_MAX},
		[SHARE_NOTE] = {.name = "share_note", .type = EK_PATCH_OF_BOOL},
		[SHARE] = {.name = "share", .type = EK_PATCH_OF_BOOL},
	};
	struct saying *s = open_one(t);
	struct ek_patch_at root;
	if (s == NULL || !ek_turn_body(t, &root) || !ek_patch_bind(&root, rules, MEMBERS, s->v)) {
		ek_turn_reply(t, 0);
		return;
	}
	s->write = (struct ek_turn_write){.check = check_share, .made = made_answer};
	ek_turn_write(t, &s->write);
}

/* ---- erased */

static bool check_erase(struct ek_turn *t)
{
	struct saying *s = t->state;
	return load(t, s) &&
	       (ek_turn_int(&s->row[EK_CONTENT_PERSON_PATTERNS_ENDED_MS]) != EK_NONE ||
		ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			       "it still holds; it can be erased once it has ended"));
}

static void made_erase(struct ek_turn *t, const struct ek_answer *answer)
{
	struct saying *s = t->state;
	(void)answer;
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_PERSON_PATTERNS,
						     EK_CONTENT_PERSON_PATTERNS_PATTERN,
						     ek_views_int((int64_t)s->id)});
	t->status = 204;
}

void ek_api_erase_my_pattern(struct ek_turn *t)
{
	struct saying *s = open_one(t);
	if (s == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	s->write = (struct ek_turn_write){.check = check_erase, .made = made_erase};
	ek_turn_write(t, &s->write);
}
