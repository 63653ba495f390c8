#include "api/api_verdict.h"

#include <math.h>
#include <string.h>

#include "api/api_put.h"
#include "base/rfc3339.h"
#include "model/calendar.h"
#include "model/view.h"
#include "wire/view_json.h"

enum { MICRO = 1000000 };

/* ---- members */

void ek_api_verdict_metric(struct ek_json *j, int metric, uint32_t version)
{
	char text[80];
	const struct ek_definition *d = ek_definition_row(metric);
	ek_format(text, sizeof text, "%s@%u", d != NULL ? d->id : "unknown", version);
	ek_api_put_word(j, "metric", text);
}

void ek_api_verdict_date(struct ek_json *j, const char *key, int64_t day)
{
	char text[EK_RFC3339_DATE_MAX];
	ek_str s = {NULL, 0};
	if (day != EK_NONE)
		s = (ek_str){text, (uint32_t)ek_rfc3339_print_date((int32_t)day, text)};
	ek_api_put_text(j, key, s);
}

void ek_api_verdict_micro(struct ek_json *j, const char *key, int64_t micro)
{
	ek_json_key(j, key);
	ek_json_real(j, micro == EK_NONE ? (double)NAN : (double)micro / MICRO);
}

int32_t ek_api_verdict_desired(const struct ek_definition *d)
{
	return d->direction == EK_METRIC_DIRECTION_UP     ? 1
	       : d->direction == EK_METRIC_DIRECTION_DOWN ? -1
							  : 0;
}

const char *ek_api_verdict_direction(const struct ek_definition *d, int32_t side)
{
	int32_t desired = ek_api_verdict_desired(d);
	if (side == 0)
		return NULL;
	if (desired == 0)
		return side > 0 ? "higher" : "lower";
	return side == desired ? "better" : "worse";
}

/* ---- rights */

static bool is_large(struct ek_turn *t, ek_team_id team)
{
	const struct ek_views_value key = ek_views_int(team.v);
	struct ek_turn_rows rows;
	return ek_turn_select(t, "SELECT count(*) FROM memberships WHERE team = $1", &key, 1,
			      &rows) &&
	       rows.n > 0 && ek_turn_int(&rows.v[0]) >= EK_VIEW_SUM_LEAST;
}

bool ek_api_verdict_sees(struct ek_turn *t, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	return ek_may_is(&t->actor, EK_MAY_FIGURES_TEAM, &object) &&
	       (ek_may_is(&t->actor, EK_MAY_TEAM_LIVE, &object) || is_large(t, team));
}

bool ek_api_verdict_may_see(struct ek_turn *t, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	if (!ek_turn_may(t, EK_MAY_FIGURES_TEAM, &object))
		return false;
	return ek_api_verdict_sees(t, team) ||
	       (ek_problem_is_none(&t->problem) &&
		ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
			       "figures of a team of fewer than five are for its leads"));
}

/* ---- one */

bool ek_api_verdict_load(struct ek_turn *t, uint64_t id, enum ek_may right,
			 struct ek_api_verdict *out)
{
	bool found = false;
	*out = (struct ek_api_verdict){.id = id};
	if (!ek_turn_row(t, EK_CONTENT_VERDICTS, (int64_t)id, &out->row, &found))
		return false;
	if (!found)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	out->team.v = (uint32_t)ek_turn_int(&out->row[EK_CONTENT_VERDICTS_TEAM]);
	out->object = (struct ek_may_object){.teams = &out->team, .team_count = 1};
	return ek_turn_may(t, right, &out->object);
}

bool ek_api_verdict_path(struct ek_turn *t, enum ek_may right, struct ek_api_verdict *out)
{
	uint64_t id = 0;
	return ek_turn_id(t, "id", EK_IDENT_VERDICT, &id) && ek_api_verdict_load(t, id, right, out);
}

static uint64_t id_of(const struct ek_views_value *v)
{
	int64_t id = ek_turn_int(v);
	return id == EK_NONE ? 0 : (uint64_t)id;
}

static void put_one_seen(struct ek_json *j, uint64_t teammate, ek_time at)
{
	ek_json_object(j);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, teammate);
	ek_api_put_time(j, "at", at);
	ek_json_object_end(j);
}

static void put_seen(struct ek_turn *t, const struct ek_views_value *key, bool is_seen_now)
{
	struct ek_json *j = &t->out;
	struct ek_turn_rows rows = {.n = 0};
	bool is_there = !is_seen_now;
	ek_json_key(j, "acknowledged");
	ek_json_list(j);
	if (!ek_turn_select(t,
			    "SELECT teammate, seen_ms FROM verdict_seen WHERE verdict = $1"
			    " ORDER BY seen_ms, teammate",
			    key, 1, &rows))
		rows.n = 0;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = &rows.v[(size_t)i * rows.columns];
		put_one_seen(j, id_of(&v[0]), (ek_time){ek_turn_int(&v[1])});
		is_there = is_there || id_of(&v[0]) == t->self.v;
	}
	if (!is_there)
		put_one_seen(j, t->self.v, t->now);
	ek_json_list_end(j);
}

/* The row of a table that has one for each verdict; NULL where there is none. */
static const struct ek_views_value *row_of(struct ek_turn *t, enum ek_content table,
					   const struct ek_views_value *key,
					   const struct ek_views_value *fresh)
{
	const struct ek_views_value *row = NULL;
	bool found = false;
	if (fresh != NULL)
		return fresh;
	return ek_turn_row(t, table, ek_turn_int(key), &row, &found) && found ? row : NULL;
}

/* Words beside a story may name somebody: they are for those who read all stories. */
static void put_credit(struct ek_turn *t, const struct ek_views_value *v, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	bool is_theirs = ek_may_is(&t->actor, EK_MAY_STORY_READ, &object);
	ek_str credit = ek_turn_text(&v[EK_CONTENT_STORIES_CREDIT]);
	ek_api_put_text(&t->out, "credit", is_theirs ? credit : (ek_str){NULL, 0});
}

static void put_story(struct ek_turn *t, const struct ek_views_value *v, ek_team_id team,
		      const struct ek_api_story *shared)
{
	struct ek_json *j = &t->out;
	struct ek_api_story read;
	ek_json_key(j, "story");
	if (v != NULL && shared == NULL) {
		ek_api_story_read(t, id_of(&v[EK_CONTENT_STORIES_VERDICT]), &read);
		shared = &read;
	}
	if (v == NULL) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_api_put_text(j, "cause", ek_turn_text(&v[EK_CONTENT_STORIES_CAUSE]));
	ek_api_put_text(j, "evidence", ek_turn_text(&v[EK_CONTENT_STORIES_EVIDENCE]));
	ek_api_put_text(j, "decision", ek_turn_text(&v[EK_CONTENT_STORIES_DECISION]));
	put_credit(t, v, team);
	ek_api_put_id(j, "by", EK_IDENT_TEAMMATE, id_of(&v[EK_CONTENT_STORIES_TEAMMATE]));
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[EK_CONTENT_STORIES_UPDATED_MS])});
	ek_api_story_put(t, team, shared);
	ek_json_object_end(j);
}

static void put_watch(const struct ek_turn *t, struct ek_json *j, const struct ek_views_value *v)
{
	ek_json_key(j, "watch");
	if (v == NULL) {
		ek_json_null(j);
		return;
	}
	int64_t until = ek_turn_int(&v[EK_CONTENT_WATCHES_UNTIL_DAY]);
	ek_json_object(j);
	ek_api_put_id(j, "owner", EK_IDENT_TEAMMATE, id_of(&v[EK_CONTENT_WATCHES_OWNER]));
	ek_api_verdict_date(j, "until", until);
	ek_api_put_bool(j, "due", t->now.ms >= until * EK_CALENDAR_DAY_MS);
	ek_json_object_end(j);
}

static void put_odds(struct ek_json *j, const struct ek_views_value *row)
{
	char words[EK_BUDGET_WORDS];
	int64_t odds = ek_turn_int(&row[EK_CONTENT_VERDICTS_ODDS_MICRO]);
	ek_api_verdict_micro(j, "odds", odds == EK_NONE ? 0 : odds);
	(void)ek_budget_words((double)(odds == EK_NONE ? 0 : odds) / MICRO, words);
	ek_api_put_word(j, "odds_words", words);
}

void ek_api_verdict_begin(struct ek_turn *t, const struct ek_views_value *row,
			  const struct ek_api_verdict_fresh *fresh)
{
	static const struct ek_api_verdict_fresh nothing = {NULL, NULL, NULL, false};
	const struct ek_api_verdict_fresh *f = fresh != NULL ? fresh : &nothing;
	const struct ek_views_value *key = &row[EK_CONTENT_VERDICTS_VERDICT];
	struct ek_json *j = &t->out;
	int metric = (int)ek_turn_int(&row[EK_CONTENT_VERDICTS_METRIC]);
	const struct ek_definition *d = ek_definition_row(metric);
	int32_t side = (int32_t)ek_turn_int(&row[EK_CONTENT_VERDICTS_SIDE]);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_VERDICT, id_of(&row[EK_CONTENT_VERDICTS_VERDICT]));
	ek_api_verdict_metric(j, metric, (uint32_t)id_of(&row[EK_CONTENT_VERDICTS_VERSION]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_of(&row[EK_CONTENT_VERDICTS_TEAM]));
	ek_api_put_text(j, "cadence", ek_turn_text(&row[EK_CONTENT_VERDICTS_CADENCE]));
	ek_api_put_text(j, "kind", ek_turn_text(&row[EK_CONTENT_VERDICTS_KIND]));
	ek_api_put_word(j, "side", side > 0 ? "up" : "down");
	ek_api_put_word(j, "direction", d == NULL ? NULL : ek_api_verdict_direction(d, side));
	ek_api_verdict_date(j, "date", ek_turn_int(&row[EK_CONTENT_VERDICTS_DAY]));
	ek_api_verdict_date(j, "start", ek_turn_int(&row[EK_CONTENT_VERDICTS_START_DAY]));
	ek_api_verdict_micro(j, "was", ek_turn_int(&row[EK_CONTENT_VERDICTS_WAS_MICRO]));
	ek_api_verdict_micro(j, "is", ek_turn_int(&row[EK_CONTENT_VERDICTS_IS_MICRO]));
	ek_api_put_word(j, "unit", d == NULL ? NULL : ek_definition_unit(d->unit));
	ek_api_put_int(j, "points", ek_turn_int(&row[EK_CONTENT_VERDICTS_POINTS]));
	ek_api_put_int(j, "n", ek_turn_int(&row[EK_CONTENT_VERDICTS_ITEMS]));
	put_odds(j, row);
	ek_api_put_bool(j, "crossed", ek_turn_int(&row[EK_CONTENT_VERDICTS_CROSSED_MS]) != EK_NONE);
	ek_api_put_bool(j, "rebased", ek_turn_int(&row[EK_CONTENT_VERDICTS_REBASED_MS]) != EK_NONE);
	put_seen(t, key, f->is_seen);
	put_story(t, row_of(t, EK_CONTENT_STORIES, key, f->story),
		  (ek_team_id){(uint32_t)id_of(&row[EK_CONTENT_VERDICTS_TEAM])}, f->shared);
	put_watch(t, j, row_of(t, EK_CONTENT_WATCHES, key, f->watch));
}

static void put_seq(struct ek_json *j, uint64_t seq)
{
	if (seq == 0)
		return;
	ek_json_key(j, "seq");
	ek_json_uint(j, seq);
}

void ek_api_verdict_write(struct ek_turn *t, const struct ek_views_value *row,
			  const struct ek_api_verdict_fresh *fresh, uint64_t seq)
{
	ek_api_verdict_begin(t, row, fresh);
	put_seq(&t->out, seq);
	ek_json_object_end(&t->out);
}

void ek_api_verdict_note(struct ek_json *j, const struct ek_views_value *row, uint64_t seq)
{
	int64_t metric = ek_turn_int(&row[EK_CONTENT_ANNOTATIONS_METRIC]);
	const struct ek_definition *d = metric == EK_NONE ? NULL : ek_definition_row((int)metric);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_ANNOTATION, id_of(&row[EK_CONTENT_ANNOTATIONS_ANNOTATION]));
	ek_api_put_word(j, "metric", d == NULL ? NULL : d->id);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_of(&row[EK_CONTENT_ANNOTATIONS_TEAM]));
	ek_api_verdict_date(j, "date", ek_turn_int(&row[EK_CONTENT_ANNOTATIONS_DAY]));
	ek_api_put_text(j, "cause", ek_turn_text(&row[EK_CONTENT_ANNOTATIONS_CAUSE]));
	ek_api_put_text(j, "note", ek_turn_text(&row[EK_CONTENT_ANNOTATIONS_NOTE]));
	ek_api_put_bool(j, "leave_out", ek_turn_int(&row[EK_CONTENT_ANNOTATIONS_LEAVE_OUT]) == 1);
	ek_api_put_id(j, "by", EK_IDENT_TEAMMATE, id_of(&row[EK_CONTENT_ANNOTATIONS_TEAMMATE]));
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&row[EK_CONTENT_ANNOTATIONS_CREATED_MS])});
	put_seq(j, seq);
	ek_json_object_end(j);
}

bool ek_api_verdict_line(struct ek_turn *t, const struct ek_views_value *row,
			 struct ek_trends_line *out)
{
	const ek_team_id team = {(uint32_t)ek_turn_int(&row[EK_CONTENT_VERDICTS_TEAM])};
	int64_t metric = ek_turn_int(&row[EK_CONTENT_VERDICTS_METRIC]);
	struct ek_trends_view view;
	enum ek_budget_feed feed;
	if (!ek_trends_feed(ek_turn_text(&row[EK_CONTENT_VERDICTS_CADENCE]), &feed) ||
	    !ek_trends_take(t->api, &view))
		return false;
	const struct ek_trends_line *line = ek_trends_find(&view, team, metric, feed);
	if (line != NULL)
		*out = *line;
	ek_trends_give(t->api);
	return line != NULL;
}
