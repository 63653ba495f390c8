/* Stories that a team reads: what went well, with the names of those who agreed; and whether one's
 * own name may stand there. */
#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_story.h"
#include "api/api_verdict.h"
#include "api/handlers.h"
#include "api/reach.h"
#include "api/worker.h"

/* ---- written */

static void put_names(struct ek_turn *t, struct ek_api_story *s)
{
	const struct ek_api_story_name *own = ek_api_story_find(s, t->self);
	bool is_named = own != NULL && own->answer != EK_API_STORY_GONE;
	ek_json_key(&t->out, "names");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < s->n; i++)
		if (s->names[i].answer == EK_API_STORY_YES)
			ek_ident_write(&t->out, EK_IDENT_TEAMMATE, s->names[i].who.v);
	ek_json_list_end(&t->out);
	ek_api_put_word(&t->out, "mine", is_named ? ek_api_story_word(own->answer) : NULL);
	ek_api_put_time(&t->out, "published_at", s->shared);
}

/* Figures of a team of fewer than five are for its leads. */
static void put_levels(struct ek_turn *t, const struct ek_views_value *row, ek_team_id team)
{
	bool sees = ek_api_verdict_sees(t, team);
	int64_t was = ek_turn_int(&row[EK_CONTENT_VERDICTS_WAS_MICRO]);
	int64_t is = ek_turn_int(&row[EK_CONTENT_VERDICTS_IS_MICRO]);
	ek_api_verdict_micro(&t->out, "was", sees ? was : EK_NONE);
	ek_api_verdict_micro(&t->out, "is", sees ? is : EK_NONE);
}

static void put_shared(struct ek_turn *t, const struct ek_views_value *row,
		       const struct ek_views_value *story, struct ek_api_story *s)
{
	struct ek_json *j = &t->out;
	const ek_team_id team = {(uint32_t)ek_turn_int(&row[EK_CONTENT_VERDICTS_TEAM])};
	int metric = (int)ek_turn_int(&row[EK_CONTENT_VERDICTS_METRIC]);
	const struct ek_definition *d = ek_definition_row(metric);
	int32_t side = (int32_t)ek_turn_int(&row[EK_CONTENT_VERDICTS_SIDE]);
	ek_json_object(j);
	ek_api_put_id(j, "verdict", EK_IDENT_VERDICT,
		      (uint64_t)ek_turn_int(&row[EK_CONTENT_VERDICTS_VERDICT]));
	ek_api_verdict_metric(j, metric, (uint32_t)ek_turn_int(&row[EK_CONTENT_VERDICTS_VERSION]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, team.v);
	ek_api_put_text(j, "cadence", ek_turn_text(&row[EK_CONTENT_VERDICTS_CADENCE]));
	ek_api_put_word(j, "direction", d == NULL ? NULL : ek_api_verdict_direction(d, side));
	ek_api_verdict_date(j, "start", ek_turn_int(&row[EK_CONTENT_VERDICTS_START_DAY]));
	put_levels(t, row, team);
	ek_api_put_word(j, "unit", d == NULL ? NULL : ek_definition_unit(d->unit));
	ek_api_put_text(j, "cause", ek_turn_text(&story[EK_CONTENT_STORIES_CAUSE]));
	ek_api_put_text(j, "evidence", ek_turn_text(&story[EK_CONTENT_STORIES_EVIDENCE]));
	ek_api_put_text(j, "decision", ek_turn_text(&story[EK_CONTENT_STORIES_DECISION]));
	put_names(t, s);
	ek_json_object_end(j);
}

/* ---- all of them */

struct listing {
	struct ek_views_value args[2];
	ek_team_id team; /* 0 = all that the caller may see */
};

static bool is_shown(const struct ek_turn *t, const struct listing *l,
		     const struct ek_views_value *row)
{
	const ek_team_id team = {(uint32_t)ek_turn_int(&row[EK_CONTENT_VERDICTS_TEAM])};
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	return (l->team.v == 0 || team.v == l->team.v) &&
	       ek_may_is(&t->actor, EK_MAY_STORY_SHARED, &object);
}

/* Whether it was written: one whose story is gone is none. */
static bool put_one(struct ek_turn *t, const struct ek_views_value *row)
{
	const struct ek_views_value *story = NULL;
	int64_t id = ek_turn_int(&row[EK_CONTENT_VERDICTS_VERDICT]);
	struct ek_api_story s;
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_STORIES, id, &story, &found) || !found)
		return false;
	ek_api_story_read(t, (uint64_t)id, &s);
	put_shared(t, row, story, &s);
	return true;
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	/* What a series no longer says went well is no longer told. */
	static const char sql[] =
		"SELECT v.* FROM verdicts v JOIN story_shares p ON p.verdict = v.verdict"
		" JOIN stories s ON s.verdict = v.verdict"
		" WHERE p.shared_ms IS NOT NULL AND v.crossed_ms IS NULL"
		" AND ($1 = 0 OR LOWER(s.cause) LIKE LOWER($2) ESCAPE '\\'"
		" OR LOWER(COALESCE(s.evidence, '')) LIKE LOWER($2) ESCAPE '\\')"
		" ORDER BY p.shared_ms DESC, v.verdict DESC LIMIT 2000";
	const struct listing *l = t->state;
	struct ek_turn_rows rows;
	uint32_t shown = 0;
	(void)w;
	if (ek_turn_select(t, sql, l->args, 2, &rows)) {
		ek_json_object(&t->out);
		ek_json_key(&t->out, "data");
		ek_json_list(&t->out);
		for (uint32_t i = 0; i < rows.n && shown < EK_API_VERDICT_LIST; i++) {
			const struct ek_views_value *row = &rows.v[(size_t)i * rows.columns];
			if (is_shown(t, l, row) && put_one(t, row))
				shown++;
		}
		ek_json_list_end(&t->out);
		ek_json_object_end(&t->out);
	}
	ek_turn_reply(t, 200);
}

void ek_api_list_shared_stories(struct ek_turn *t)
{
	struct listing *l = EK_TURN_NEW(t, struct listing);
	ek_str words = {"", 0}, pattern;
	uint64_t team = 0;
	t->state = l;
	if (l == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	if (ek_query_id(&t->query, "team", EK_IDENT_TEAM, &team))
		l->team.v = (uint32_t)team;
	(void)ek_query_text(&t->query, "q", EK_API_STORY_WORDS, &words);
	if (ek_query_end(&t->query) && ek_api_story_pattern(t, words, &pattern) &&
	    ek_reach_may(t, EK_MAY_STORY_SHARED, l->team)) {
		l->args[0] = ek_views_int(words.n > 0);
		l->args[1] = ek_views_text(pattern);
		ek_worker_submit(t->api->worker, t, run);
	} else {
		ek_turn_reply(t, 0);
	}
}

/* ---- one's own name */

struct naming {
	struct ek_turn_write write;
	struct ek_api_verdict v;
	struct ek_api_story story;
	const struct ek_views_value *row; /* of the story */
	uint64_t id;
	bool is_shown;
};

/* Who is not named there, or where nobody reads it, is told no more than that it is not there. */
static bool check(struct ek_turn *t)
{
	struct naming *n = t->state;
	bool found = false;
	if (!ek_api_verdict_load(t, n->id, EK_MAY_STORY_NAMED, &n->v) ||
	    !ek_turn_row(t, EK_CONTENT_STORIES, (int64_t)n->id, &n->row, &found))
		return false;
	ek_api_story_read(t, n->id, &n->story);
	if (!ek_problem_is_none(&t->problem))
		return false;
	const struct ek_api_story_name *own = ek_api_story_find(&n->story, t->self);
	bool is_named = own != NULL && own->answer != EK_API_STORY_GONE;
	return (found && is_named && ek_time_is_set(n->story.shared)) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct naming *n = t->state;
	struct ek_api_story_name *own = ek_api_story_find(&n->story, t->self);
	(void)answer;
	if (own == NULL)
		return;
	own->answer = n->is_shown ? EK_API_STORY_YES : EK_API_STORY_NO;
	own->answered = t->now;
	ek_api_story_keep(t, n->id, &n->story);
	put_shared(t, n->v.row, n->row, &n->story);
}

static bool bind(struct ek_turn *t, struct naming *n)
{
	static const struct ek_patch_rule rule = {
		.name = "shown", .type = EK_PATCH_OF_BOOL, .flags = EK_PATCH_REQUIRED};
	struct ek_patch_value v;
	struct ek_patch_at root;
	if (!ek_query_end(&t->query) || !ek_turn_body(t, &root) ||
	    !ek_patch_bind(&root, &rule, 1, &v))
		return false;
	n->is_shown = v.i == 1;
	return true;
}

void ek_api_name_in_story(struct ek_turn *t)
{
	struct naming *n = EK_TURN_NEW(t, struct naming);
	t->state = n;
	if (n == NULL || !ek_api_verdict_path(t, EK_MAY_STORY_NAMED, &n->v) || !bind(t, n)) {
		ek_turn_reply(t, 0);
		return;
	}
	n->id = n->v.id;
	n->write = (struct ek_turn_write){.check = check, .made = made};
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_VERDICT, n->v.team, {0}});
	ek_turn_write(t, &n->write);
}
