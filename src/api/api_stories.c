/* Verdicts as lists: what is still to be found, what was told, what is watched. */
#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_verdict.h"
#include "api/handlers.h"
#include "api/reach.h"
#include "api/worker.h"

struct listing {
	const char *sql;
	struct ek_views_value args[3];
	uint32_t n;
	ek_team_id team; /* 0 = all that the caller may see */
	bool is_open;    /* what its chart still says alone */
	bool is_watch;   /* bad shifts alone; the row says whether somebody wants it watched */
};

/* The last of its chart that a verdict of its kind can be about. */
#define IS_LAST \
	" NOT EXISTS (SELECT 1 FROM verdicts l WHERE l.team = v.team" \
	" AND l.metric = v.metric AND l.cadence = v.cadence AND l.crossed_ms IS NULL" \
	" AND l.day > v.day AND ((v.kind = 'recurring' AND l.kind = v.kind AND l.side = v.side)" \
	" OR (v.kind <> 'recurring' AND l.kind IN ('shift', 'further_shift', 'returned'))))"

/* A verdict whose side is not wanted. */
static bool is_bad(const struct ek_views_value *row)
{
	const struct ek_definition *d =
		ek_definition_row((int)ek_turn_int(&row[EK_CONTENT_VERDICTS_METRIC]));
	int32_t side = (int32_t)ek_turn_int(&row[EK_CONTENT_VERDICTS_SIDE]);
	return d != NULL && ek_annotate_is_watched(side, ek_api_verdict_desired(d));
}

static bool is_move(const struct ek_views_value *row)
{
	return !ek_str_is(ek_turn_text(&row[EK_CONTENT_VERDICTS_KIND]), "recurring");
}

/* Nobody looks for the story of what is over, or of what the years since say was none: Trends does
 * not tell it either. */
static bool is_news(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_trends_line line;
	if (!ek_api_verdict_line(t, row, &line))
		return false;
	if (!is_move(row))
		return line.recurring == ek_turn_int(&row[EK_CONTENT_VERDICTS_SIDE]);
	return line.has_shift &&
	       line.shift.start == ek_turn_int(&row[EK_CONTENT_VERDICTS_START_DAY]);
}

/* Such a one is watched where somebody said so, and not by itself. */
static bool is_watched(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_trends_line line;
	bool is_wanted = ek_turn_int(&row[EK_CONTENT_VERDICTS_WIDTH]) != EK_NONE;
	return is_bad(row) && (is_wanted || !ek_api_verdict_line(t, row, &line) || !line.is_faint);
}

static bool is_shown(struct ek_turn *t, const struct listing *l, const struct ek_views_value *row)
{
	const ek_team_id team = {(uint32_t)ek_turn_int(&row[EK_CONTENT_VERDICTS_TEAM])};
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	if ((l->team.v != 0 && team.v != l->team.v) || (l->is_watch && !is_watched(t, row)) ||
	    (l->is_open && !is_news(t, row)))
		return false;
	return ek_may_is(&t->actor, EK_MAY_STORY_READ, &object);
}

static ek_time looked_at(struct ek_turn *t)
{
	struct ek_trends_view view;
	if (!ek_trends_take(t->api, &view))
		return EK_NO_TIME;
	ek_trends_give(t->api);
	return view.as_of;
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	const struct listing *l = t->state;
	struct ek_turn_rows rows;
	uint32_t shown = 0;
	ek_time as_of = looked_at(t);
	(void)w;
	if (ek_turn_select(t, l->sql, l->args, l->n, &rows)) {
		ek_json_object(&t->out);
		ek_json_key(&t->out, "data");
		ek_json_list(&t->out);
		for (uint32_t i = 0; i < rows.n && shown < EK_API_VERDICT_LIST; i++) {
			const struct ek_views_value *row = &rows.v[(size_t)i * rows.columns];
			if (!is_shown(t, l, row))
				continue;
			ek_api_verdict_write(t, row, NULL, 0);
			shown++;
		}
		ek_json_list_end(&t->out);
		if (!l->is_watch)
			ek_api_put_time(&t->out, "as_of", as_of);
		ek_json_object_end(&t->out);
	}
	ek_turn_reply(t, 200);
}

static void answer(struct ek_turn *t, struct listing *l)
{
	uint64_t team = 0;
	if (ek_query_id(&t->query, "team", EK_IDENT_TEAM, &team))
		l->team.v = (uint32_t)team;
	t->state = l;
	if (ek_query_end(&t->query) && ek_reach_may(t, EK_MAY_STORY_READ, l->team))
		ek_worker_submit(t->api->worker, t, run);
	else
		ek_turn_reply(t, 0);
}

void ek_api_list_stories(struct ek_turn *t)
{
	static const char *const states[] = {"open", "told", NULL};
	static const char sql[] =
		"SELECT v.* FROM verdicts v LEFT JOIN stories s ON s.verdict = v.verdict"
		" WHERE v.kind IN ('shift', 'further_shift', 'recurring')"
		" AND (v.crossed_ms IS NULL OR s.verdict IS NOT NULL)"
		" AND ($1 = 2 OR ($1 = 0 AND s.verdict IS NULL AND" IS_LAST ")"
		" OR ($1 = 1 AND s.verdict IS NOT NULL))"
		" AND ($2 = 0 OR LOWER(s.cause) LIKE LOWER($3) ESCAPE '\\'"
		" OR LOWER(COALESCE(s.evidence, '')) LIKE LOWER($3) ESCAPE '\\')"
		" ORDER BY v.day DESC, v.verdict DESC LIMIT 2000";
	struct listing *l = EK_TURN_NEW(t, struct listing);
	uint32_t state = 2;
	ek_str words = {"", 0}, pattern;
	if (l == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	(void)ek_query_word(&t->query, "state", states, &state);
	(void)ek_query_text(&t->query, "q", EK_API_STORY_WORDS, &words);
	if (!ek_api_story_pattern(t, words, &pattern)) {
		ek_turn_reply(t, 0);
		return;
	}
	*l = (struct listing){
		.sql = sql,
		.args = {ek_views_int(state), ek_views_int(words.n > 0), ek_views_text(pattern)},
		.n = 3,
		.is_open = state == 0};
	answer(t, l);
}

void ek_api_get_watch_list(struct ek_turn *t)
{
	/* The last move of its chart, and no story says more than that it is watched. */
	static const char sql[] =
		"SELECT v.*, COALESCE(w.verdict, s.verdict) AS wanted FROM verdicts v"
		" LEFT JOIN watches w ON w.verdict = v.verdict"
		" LEFT JOIN stories s ON s.verdict = v.verdict"
		" WHERE v.kind IN ('shift', 'further_shift') AND v.crossed_ms IS NULL"
		" AND v.rebased_ms IS NULL AND" IS_LAST
		" AND COALESCE(s.decision, 'watch') = 'watch'"
		" ORDER BY CASE WHEN w.until_day IS NULL THEN 1 ELSE 0 END, w.until_day,"
		" v.day DESC, v.verdict DESC LIMIT 2000";
	struct listing *l = EK_TURN_NEW(t, struct listing);
	if (l == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	*l = (struct listing){.sql = sql, .is_watch = true};
	answer(t, l);
}
