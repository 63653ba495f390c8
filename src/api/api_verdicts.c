/* What people do with a verdict: see it, tell its story, begin new limits, watch it. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_verdict.h"
#include "api/handlers.h"
#include "model/calendar.h"

enum { CAUSE_MAX = 2000, CREDIT_MAX = 500 };

static const char *const decisions[] = {"keep", "undo", "watch", "pass_on", "nothing", NULL};

struct edit {
	struct ek_turn_write write;
	struct ek_api_verdict v;
	uint64_t id;
	struct ek_views_value story[EK_CONTENT_STORIES_WIDTH];
	struct ek_api_story shared; /* whether the team reads it, and whose name stands in it */
	ek_teammate_id credited[EK_API_STORY_NAMES];
	uint32_t credited_count;
	bool has_credited, is_published;
	int64_t owner, until; /* of a watch */
	struct ek_patch_at body, owner_at, credited_at;
	struct ek_views_value row[EK_CONTENT_VERDICTS_WIDTH];
};

static ek_str word(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static bool is_kind(const struct ek_api_verdict *v, const char *kind)
{
	return ek_str_is(ek_turn_text(&v->row[EK_CONTENT_VERDICTS_KIND]), kind);
}

static bool is_move(const struct ek_api_verdict *v)
{
	return is_kind(v, "shift") || is_kind(v, "further_shift");
}

/* The verdict of the path, which the caller may see and treat so. */
static struct edit *open_one(struct ek_turn *t)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	t->state = e;
	if (e == NULL || !ek_api_verdict_path(t, EK_MAY_TREND_EDIT, &e->v))
		return NULL;
	e->id = e->v.id;
	return ek_query_end(&t->query) ? e : NULL;
}

static bool check_again(struct ek_turn *t)
{
	struct edit *e = t->state;
	return ek_api_verdict_load(t, e->id, EK_MAY_TREND_EDIT, &e->v);
}

static void tell(struct ek_turn *t)
{
	ek_trends_nudge(t->api);
}

static void audit(struct ek_turn *t, const struct edit *e, const char *action)
{
	ek_api_audit_add(t, &(struct ek_api_audit){.action = action,
						   .object_kind = "team",
						   .object = e->v.team.v,
						   .team = e->v.team});
}

static void write_it(struct ek_turn *t, struct edit *e, bool (*check)(struct ek_turn *t),
		     void (*made)(struct ek_turn *t, const struct ek_answer *answer))
{
	e->write = (struct ek_turn_write){.check = check, .made = made, .tell = tell};
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_VERDICT, e->v.team, {0}});
	ek_turn_write(t, &e->write);
}

/* ---- seen */

static void made_seen(struct ek_turn *t, const struct ek_answer *answer)
{
	struct edit *e = t->state;
	const struct ek_api_verdict_fresh fresh = {.is_seen = true};
	struct ek_views_value v[EK_CONTENT_VERDICT_SEEN_WIDTH] = {0};
	const struct ek_views_value args[] = {ek_views_int((int64_t)e->id),
					      ek_views_int(t->self.v)};
	struct ek_turn_rows rows;
	(void)answer;
	/* The first time is what counts. */
	bool ok = ek_turn_select(t,
				 "SELECT seen_ms FROM verdict_seen WHERE verdict = $1"
				 " AND teammate = $2",
				 args, 2, &rows);
	if (ok && rows.n == 0) {
		v[EK_CONTENT_VERDICT_SEEN_VERDICT] = args[0];
		v[EK_CONTENT_VERDICT_SEEN_TEAMMATE] = args[1];
		v[EK_CONTENT_VERDICT_SEEN_SEEN_MS] = ek_views_int(t->now.ms);
		ek_turn_put(t, EK_CONTENT_VERDICT_SEEN, v);
	}
	ek_api_verdict_write(t, e->v.row, &fresh, t->seq);
}

void ek_api_acknowledge_verdict(struct ek_turn *t)
{
	struct edit *e = open_one(t);
	if (e != NULL)
		write_it(t, e, check_again, made_seen);
	else
		ek_turn_reply(t, 0);
}

/* ---- its story */

enum { CAUSE, EVIDENCE, DECISION, CREDIT, CREDITED, STORY_MEMBERS };

static bool bind_credited(struct edit *e, const struct ek_patch_value *v)
{
	bool ok = true;
	e->has_credited = v->state == EK_PATCH_VALUE;
	e->credited_at = v->at;
	if (!e->has_credited || !ek_patch_list(&v->at, 0, EK_API_STORY_NAMES, &e->credited_count))
		return !e->has_credited;
	for (uint32_t i = 0; i < e->credited_count; i++) {
		struct ek_patch_at one = ek_patch_row(&v->at, i);
		uint64_t id = 0;
		ok = ek_patch_id(&one, EK_IDENT_TEAMMATE, &id) && ok;
		e->credited[i].v = (uint32_t)id;
	}
	return ok;
}

static bool bind_story(struct ek_turn *t, struct edit *e)
{
	static const struct ek_patch_rule rules[STORY_MEMBERS] = {
		[CAUSE] = {.name = "cause",
			   .type = EK_PATCH_OF_PROSE,
			   .flags = EK_PATCH_REQUIRED,
			   .lo = 1,
			   .hi = CAUSE_MAX},
		[EVIDENCE] = {.name = "evidence",
			      .type = EK_PATCH_OF_PROSE,
			      .flags = EK_PATCH_NULLABLE,
			      .hi = CAUSE_MAX},
		[DECISION] = {.name = "decision",
			      .type = EK_PATCH_OF_WORD,
			      .flags = EK_PATCH_NULLABLE,
			      .words = decisions},
		[CREDIT] = {.name = "credit",
			    .type = EK_PATCH_OF_PROSE,
			    .flags = EK_PATCH_NULLABLE,
			    .hi = CREDIT_MAX},
		[CREDITED] = {.name = "credited", .type = EK_PATCH_OF_ANY},
	};
	struct ek_patch_value v[STORY_MEMBERS];
	if (!ek_turn_body(t, &e->body) || !ek_patch_bind(&e->body, rules, STORY_MEMBERS, v))
		return false;
	e->story[EK_CONTENT_STORIES_CAUSE] = ek_views_text(v[CAUSE].s);
	if (v[EVIDENCE].state == EK_PATCH_VALUE && v[EVIDENCE].s.n > 0)
		e->story[EK_CONTENT_STORIES_EVIDENCE] = ek_views_text(v[EVIDENCE].s);
	if (v[DECISION].state == EK_PATCH_VALUE)
		e->story[EK_CONTENT_STORIES_DECISION] =
			ek_views_text(word(decisions[v[DECISION].i]));
	if (v[CREDIT].state == EK_PATCH_VALUE && v[CREDIT].s.n > 0)
		e->story[EK_CONTENT_STORIES_CREDIT] = ek_views_text(v[CREDIT].s);
	return bind_credited(e, &v[CREDITED]);
}

/* Of whom the team's work is: its members, its leads, and those set for every team. */
static bool check_person(struct ek_turn *t, const struct edit *e, int64_t who,
			 const struct ek_patch_at *at)
{
	static const char sql[] =
		"SELECT p.teammate FROM people p WHERE p.teammate = $1 AND p.state = 'active'"
		" AND (EXISTS (SELECT 1 FROM memberships m WHERE m.teammate = $1 AND m.team = $2)"
		" OR EXISTS (SELECT 1 FROM team_roles r WHERE r.teammate = $1 AND r.team = $2)"
		" OR p.roles > 1)";
	const struct ek_views_value args[] = {ek_views_int(who), ek_views_int(e->v.team.v)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, args, 2, &rows))
		return false;
	return rows.n > 0 || ek_patch_fault(at, EK_FAULT_NOT_FOUND, NULL);
}

/* Who was named before may have left since, and stays; who is new is of the team. */
static bool check_credited(struct ek_turn *t, struct edit *e)
{
	bool ok = true;
	for (uint32_t i = 0; i < e->credited_count; i++) {
		struct ek_patch_at one = ek_patch_row(&e->credited_at, i);
		if (ek_api_story_find(&e->shared, e->credited[i]) == NULL)
			ok = check_person(t, e, e->credited[i].v, &one) && ok;
	}
	return ok &&
	       (!e->has_credited || ek_api_story_name(&e->shared, e->credited, e->credited_count) ||
		ek_patch_fault(&e->credited_at, EK_FAULT_TOO_MANY, NULL));
}

static bool check_story(struct ek_turn *t)
{
	struct edit *e = t->state;
	const struct ek_views_value *was = NULL;
	bool found = false;
	if (!check_again(t) || !ek_turn_row(t, EK_CONTENT_STORIES, (int64_t)e->id, &was, &found))
		return false;
	e->story[EK_CONTENT_STORIES_CREATED_MS] =
		found ? was[EK_CONTENT_STORIES_CREATED_MS] : ek_views_int(t->now.ms);
	ek_api_story_read(t, e->id, &e->shared);
	if (!ek_problem_is_none(&t->problem) || !check_credited(t, e))
		return false;
	return (!is_kind(&e->v, "suspected") && !is_kind(&e->v, "decaying")) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "what is only suspected, or still decaying, has no story yet");
}

static void made_story(struct ek_turn *t, const struct ek_answer *answer)
{
	struct edit *e = t->state;
	const struct ek_api_verdict_fresh fresh = {.story = e->story, .shared = &e->shared};
	(void)answer;
	e->story[EK_CONTENT_STORIES_VERDICT] = ek_views_int((int64_t)e->id);
	e->story[EK_CONTENT_STORIES_TEAMMATE] = ek_views_id(t->self.v);
	e->story[EK_CONTENT_STORIES_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_STORIES, e->story);
	ek_api_story_keep(t, e->id, &e->shared);
	audit(t, e, "verdict.told");
	ek_api_verdict_write(t, e->v.row, &fresh, t->seq);
}

void ek_api_put_story(struct ek_turn *t)
{
	struct edit *e = open_one(t);
	if (e != NULL && bind_story(t, e))
		write_it(t, e, check_story, made_story);
	else
		ek_turn_reply(t, 0);
}

/* ---- read by its team */

static bool bind_published(struct ek_turn *t, struct edit *e)
{
	static const struct ek_patch_rule rule = {
		.name = "published", .type = EK_PATCH_OF_BOOL, .flags = EK_PATCH_REQUIRED};
	struct ek_patch_value v;
	if (!ek_turn_body(t, &e->body) || !ek_patch_bind(&e->body, &rule, 1, &v))
		return false;
	e->is_published = v.i == 1;
	return true;
}

/* What went well is told to all; what did not is the leads' to find out. */
static bool check_published(struct ek_turn *t)
{
	struct edit *e = t->state;
	const struct ek_views_value *row = NULL;
	bool found = false;
	if (!check_again(t) || !ek_turn_row(t, EK_CONTENT_STORIES, (int64_t)e->id, &row, &found))
		return false;
	const struct ek_definition *d =
		ek_definition_row((int)ek_turn_int(&e->v.row[EK_CONTENT_VERDICTS_METRIC]));
	int32_t side = (int32_t)ek_turn_int(&e->v.row[EK_CONTENT_VERDICTS_SIDE]);
	ek_api_story_read(t, e->id, &e->shared);
	if (!ek_problem_is_none(&t->problem))
		return false;
	if (!found)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "it has no story yet: tell it first");
	if (e->is_published && ek_turn_int(&e->v.row[EK_CONTENT_VERDICTS_CROSSED_MS]) != EK_NONE)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "it is crossed through: the series no longer says so");
	return !e->is_published ||
	       (d != NULL && is_move(&e->v) && side == ek_api_verdict_desired(d)) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "only the story of a shift for the better is published");
}

static void made_published(struct ek_turn *t, const struct ek_answer *answer)
{
	struct edit *e = t->state;
	const struct ek_api_verdict_fresh fresh = {.shared = &e->shared};
	struct ek_views_value v[EK_CONTENT_STORY_SHARES_WIDTH] = {0};
	(void)answer;
	if (!e->is_published)
		e->shared.shared = EK_NO_TIME;
	else if (!ek_time_is_set(e->shared.shared))
		e->shared.shared = t->now;
	v[EK_CONTENT_STORY_SHARES_VERDICT] = ek_views_int((int64_t)e->id);
	if (e->is_published)
		v[EK_CONTENT_STORY_SHARES_SHARED_MS] = ek_views_int(e->shared.shared.ms);
	v[EK_CONTENT_STORY_SHARES_TEAMMATE] = ek_views_id(t->self.v);
	ek_turn_put(t, EK_CONTENT_STORY_SHARES, v);
	audit(t, e, e->is_published ? "verdict.published" : "verdict.taken_back");
	ek_api_verdict_write(t, e->v.row, &fresh, t->seq);
}

void ek_api_publish_story(struct ek_turn *t)
{
	struct edit *e = open_one(t);
	if (e != NULL && bind_published(t, e))
		write_it(t, e, check_published, made_published);
	else
		ek_turn_reply(t, 0);
}

/* ---- new limits */

static const struct {
	const char *name;
	const char *no;
} questions[] = {
	{"clearly_different", "It is not clearly different: the limits stay."},
	{"cause_known", "The cause is not known: the limits stay until it is."},
	{"desirable", "It is not desirable: it goes on the watch list, and the limits stay."},
	{"expected_to_last", "It is not expected to last: the limits stay."},
};
enum { QUESTIONS = 4 };

/* Which of the four is missing is named. */
static bool bind_yeses(struct ek_turn *t)
{
	struct ek_patch_rule rules[QUESTIONS];
	struct ek_patch_value v[QUESTIONS];
	struct ek_patch_at root;
	bool yes[QUESTIONS];
	for (uint32_t i = 0; i < QUESTIONS; i++)
		rules[i] = (struct ek_patch_rule){.name = questions[i].name,
						  .type = EK_PATCH_OF_BOOL,
						  .flags = EK_PATCH_REQUIRED};
	if (!ek_turn_body(t, &root) || !ek_patch_bind(&root, rules, QUESTIONS, v))
		return false;
	for (uint32_t i = 0; i < QUESTIONS; i++)
		yes[i] = v[i].i == 1;
	const struct ek_annotate_rebase r = {yes[0], yes[1], yes[2], yes[3],
					     EK_ANNOTATE_REBASE_MIN};
	enum ek_annotate_answer answer = ek_annotate_rebase(&r);
	if (answer == EK_ANNOTATE_YES)
		return true;
	uint32_t which = (uint32_t)(answer - EK_ANNOTATE_NOT_DIFFERENT);
	return ek_patch_fault(&v[which].at, EK_FAULT_REFUSED, questions[which].no);
}

/* The points since its start, as the chart stood when it was last looked over; 0: it stands no
 * longer. */
static uint32_t points_since(struct ek_turn *t, const struct ek_api_verdict *v)
{
	struct ek_trends_line line;
	bool stands = ek_api_verdict_line(t, v->row, &line) && line.has_standing &&
		      line.shift.start == ek_turn_int(&v->row[EK_CONTENT_VERDICTS_START_DAY]);
	return stands ? line.shift.moved : 0;
}

static bool check_rebase(struct ek_turn *t)
{
	struct edit *e = t->state;
	if (!check_again(t))
		return false;
	uint32_t points = is_move(&e->v) ? points_since(t, &e->v) : 0;
	if (points == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "it is no shift that stands in its chart");
	return points >= EK_ANNOTATE_REBASE_MIN ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "new limits need %d points since its start; there are %u",
			      EK_ANNOTATE_REBASE_MIN, points);
}

static void made_rebase(struct ek_turn *t, const struct ek_answer *answer)
{
	struct edit *e = t->state;
	const struct ek_views_value *was = e->v.row;
	struct ek_views_value v[EK_CONTENT_REBASES_WIDTH] = {0};
	(void)answer;
	v[EK_CONTENT_REBASES_REBASE] = ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_REBASES));
	v[EK_CONTENT_REBASES_VERDICT] = was[EK_CONTENT_VERDICTS_VERDICT];
	v[EK_CONTENT_REBASES_TEAM] = was[EK_CONTENT_VERDICTS_TEAM];
	v[EK_CONTENT_REBASES_METRIC] = was[EK_CONTENT_VERDICTS_METRIC];
	v[EK_CONTENT_REBASES_CADENCE] = was[EK_CONTENT_VERDICTS_CADENCE];
	v[EK_CONTENT_REBASES_FROM_DAY] = was[EK_CONTENT_VERDICTS_START_DAY];
	/* The day after, wherever it has begun. */
	v[EK_CONTENT_REBASES_UNTIL_DAY] = ek_views_int(t->now.ms / EK_CALENDAR_DAY_MS + 1);
	v[EK_CONTENT_REBASES_TEAMMATE] = ek_views_id(t->self.v);
	v[EK_CONTENT_REBASES_MADE_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_REBASES, v);
	memcpy(e->row, was, sizeof e->row);
	e->row[EK_CONTENT_VERDICTS_REBASED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_VERDICTS, e->row);
	audit(t, e, "verdict.rebased");
	ek_api_verdict_write(t, e->row, NULL, t->seq);
}

void ek_api_rebase_verdict(struct ek_turn *t)
{
	struct edit *e = open_one(t);
	if (e != NULL && bind_yeses(t))
		write_it(t, e, check_rebase, made_rebase);
	else
		ek_turn_reply(t, 0);
}

/* ---- watched */

static bool bind_watch(struct ek_turn *t, struct edit *e)
{
	static const struct ek_patch_rule rules[] = {
		{.name = "owner",
		 .type = EK_PATCH_OF_ID,
		 .what = EK_IDENT_TEAMMATE,
		 .flags = EK_PATCH_REQUIRED},
		{.name = "until", .type = EK_PATCH_OF_DATE, .flags = EK_PATCH_REQUIRED},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	if (!ek_turn_body(t, &e->body) || !ek_patch_bind(&e->body, rules, EK_LEN(rules), v))
		return false;
	e->owner = v[0].i;
	e->until = v[1].i;
	e->owner_at = v[0].at;
	return true;
}

static bool check_watch(struct ek_turn *t)
{
	struct edit *e = t->state;
	if (!check_again(t))
		return false;
	const struct ek_definition *d =
		ek_definition_row((int)ek_turn_int(&e->v.row[EK_CONTENT_VERDICTS_METRIC]));
	int32_t side = (int32_t)ek_turn_int(&e->v.row[EK_CONTENT_VERDICTS_SIDE]);
	if (d == NULL || !is_move(&e->v) ||
	    !ek_annotate_is_watched(side, ek_api_verdict_desired(d)))
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "only a shift in the undesired direction is watched");
	return check_person(t, e, e->owner, &e->owner_at);
}

static void made_watch(struct ek_turn *t, const struct ek_answer *answer)
{
	struct edit *e = t->state;
	struct ek_views_value v[EK_CONTENT_WATCHES_WIDTH] = {0};
	const struct ek_api_verdict_fresh fresh = {.watch = v};
	(void)answer;
	v[EK_CONTENT_WATCHES_VERDICT] = ek_views_int((int64_t)e->id);
	v[EK_CONTENT_WATCHES_OWNER] = ek_views_int(e->owner);
	v[EK_CONTENT_WATCHES_UNTIL_DAY] = ek_views_int(e->until);
	v[EK_CONTENT_WATCHES_TEAMMATE] = ek_views_id(t->self.v);
	v[EK_CONTENT_WATCHES_SET_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_WATCHES, v);
	audit(t, e, "verdict.watched");
	ek_api_verdict_write(t, e->v.row, &fresh, t->seq);
}

void ek_api_watch_verdict(struct ek_turn *t)
{
	struct edit *e = open_one(t);
	if (e != NULL && bind_watch(t, e))
		write_it(t, e, check_watch, made_watch);
	else
		ek_turn_reply(t, 0);
}
