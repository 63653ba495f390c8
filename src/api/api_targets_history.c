/* How a target went, who knows it, and what they say. */
#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_targets.h"
#include "api/handlers.h"

enum { COMMENT_BYTES = 2000 };

static const struct ek_api_targets_right reads = {EK_MAY_TARGET_READ, EK_MAY_TARGET_PERSON_READ};
static const struct ek_api_targets_right edits = {EK_MAY_TARGET_EDIT, EK_MAY_TARGET_PERSON_EDIT};
static const struct ek_api_targets_right knows = {EK_MAY_TARGET_ACKNOWLEDGE,
						  EK_MAY_TARGET_ACKNOWLEDGE};

struct said {
	struct ek_api_target g;
	struct ek_patch_at body;
	struct ek_patch_value comment;
	int32_t day;
	const struct ek_views_value *period;
	ek_str restated;
};

static bool open_one(struct ek_turn *t, struct said *s, struct ek_api_targets_right right)
{
	uint64_t id = 0;
	return ek_turn_id(t, "id", EK_IDENT_TARGET, &id) && ek_api_targets_load(t, id, &s->g) &&
	       ek_query_end(&t->query) && ek_api_targets_may(t, &s->g, right);
}

/* ---- history */

static bool put_changes(struct ek_turn *t, const struct ek_api_target *g)
{
	const struct ek_views_value key = ek_views_int((int64_t)g->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT revision, at_ms, teammate, was FROM target_versions"
			    " WHERE target = $1 ORDER BY revision",
			    &key, 1, &rows))
		return false;
	ek_json_key(&t->out, "changes");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		int64_t by = ek_turn_int(&v[2]);
		ek_json_object(&t->out);
		ek_api_put_int(&t->out, "revision", ek_turn_int(&v[0]));
		ek_api_put_time(&t->out, "at", (ek_time){ek_turn_int(&v[1])});
		ek_api_put_id(&t->out, "by", EK_IDENT_TEAMMATE, by == EK_NONE ? 0 : (uint64_t)by);
		ek_api_put_raw(&t->out, "target", ek_turn_text(&v[3]));
		ek_json_object_end(&t->out);
	}
	ek_json_list_end(&t->out);
	return true;
}

static bool write_history(struct ek_turn *t, const struct ek_figures *f,
			  const struct ek_api_target *g)
{
	const struct ek_views_value key = ek_views_int((int64_t)g->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, EK_API_TARGETS_PERIODS " ORDER BY since", &key, 1, &rows))
		return false;
	ek_json_object(&t->out);
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < rows.n; i++) {
		struct ek_api_targets_period p = {.row = rows.v + (size_t)i * rows.columns};
		if (!ek_api_targets_restated(t, f, g, p.row, &p.restated))
			return false;
		ek_api_targets_put_period(t, &t->out, g, &p);
	}
	ek_json_list_end(&t->out);
	bool ok = put_changes(t, g);
	ek_json_object_end(&t->out);
	return ok;
}

/* Whether figures of the target are seen; false with the problem. */
static bool may_see(struct ek_turn *t, const struct ek_api_target *g)
{
	return ek_api_targets_sees(t, g) ||
	       (ek_problem_is_none(&t->problem) &&
		ek_problem_set(&t->problem, EK_PROBLEM_FORBIDDEN,
			       "say for what purpose you look at this person's figures first"));
}

static void run_history(struct ek_turn *t, struct ek_worker *w)
{
	const struct said *s = t->state;
	const struct ek_figures *f = ek_api_fold_take(t);
	(void)w;
	if (f != NULL) {
		(void)write_history(t, f, &s->g);
		ek_api_fold_give(t);
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_target_history(struct ek_turn *t)
{
	struct said *s = EK_TURN_NEW(t, struct said);
	t->state = s;
	if (s != NULL && open_one(t, s, reads) && may_see(t, &s->g))
		ek_worker_submit(t->api->worker, t, run_history);
	else
		ek_turn_reply(t, 0);
}

/* ---- known */

static bool take_comment(struct ek_turn *t, struct said *s, const struct ek_patch_rule *rules,
			 size_t n)
{
	struct ek_patch_value v[2];
	if (!ek_turn_body(t, &s->body) || !ek_patch_bind(&s->body, rules, n, v))
		return false;
	s->comment = v[0];
	s->day = n > 1 ? (int32_t)v[1].i : 0;
	return true;
}

static struct ek_views_value comment_of(const struct said *s)
{
	return s->comment.state == EK_PATCH_VALUE ? ek_views_text(s->comment.s)
						  : ek_views_int(EK_NONE);
}

static bool check_known(struct ek_turn *t)
{
	struct said *s = t->state;
	return ek_api_targets_load(t, s->g.id, &s->g);
}

static void made_known(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct said *s = t->state;
	struct ek_views_value v[EK_CONTENT_TARGET_ACKS_WIDTH] = {0};
	(void)answer;
	v[EK_CONTENT_TARGET_ACKS_TARGET] = ek_views_int((int64_t)s->g.id);
	v[EK_CONTENT_TARGET_ACKS_TEAMMATE] = ek_views_int(t->self.v);
	v[EK_CONTENT_TARGET_ACKS_REVISION] = ek_views_int(s->g.revision);
	v[EK_CONTENT_TARGET_ACKS_COMMENT] = comment_of(s);
	v[EK_CONTENT_TARGET_ACKS_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_TARGET_ACKS, v);
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "target", EK_IDENT_TARGET, s->g.id);
	ek_json_key(&t->out, "known");
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, t->self.v);
	ek_api_put_time(&t->out, "at", t->now);
	ek_api_put_bool(&t->out, "current", true);
	ek_api_put_text(&t->out, "comment", ek_turn_text(&v[EK_CONTENT_TARGET_ACKS_COMMENT]));
	ek_json_object_end(&t->out);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

void ek_api_acknowledge_target(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"comment", EK_PATCH_OF_PROSE, 0, EK_PATCH_NULLABLE, 1, COMMENT_BYTES, NULL},
	};
	static const struct ek_turn_write write = {.check = check_known, .made = made_known};
	struct said *s = EK_TURN_NEW(t, struct said);
	t->state = s;
	if (s != NULL && open_one(t, s, knows) && take_comment(t, s, rules, EK_LEN(rules))) {
		ek_api_targets_tell(t, &s->g);
		ek_turn_write(t, &write);
	} else {
		ek_turn_reply(t, 0);
	}
}

/* ---- what a period was like */

static bool check_period(struct ek_turn *t)
{
	struct said *s = t->state;
	const struct ek_views_value args[] = {ek_views_int((int64_t)s->g.id), ek_views_int(s->day)};
	struct ek_turn_rows rows;
	if (!ek_api_targets_load(t, s->g.id, &s->g) ||
	    !ek_turn_select(t, EK_API_TARGETS_PERIODS " AND since = $2", args, EK_LEN(args), &rows))
		return false;
	s->period = rows.v;
	return rows.n > 0 || ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND,
					    "no period that was judged begins on that day");
}

static void made_comment(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct said *s = t->state;
	struct ek_views_value v[EK_CONTENT_TARGET_PERIODS_WIDTH];
	(void)answer;
	memcpy(v, s->period, sizeof v);
	v[EK_CONTENT_TARGET_PERIODS_COMMENT] = comment_of(s);
	v[EK_CONTENT_TARGET_PERIODS_COMMENT_BY] = ek_views_id(t->self.v);
	ek_turn_put(t, EK_CONTENT_TARGET_PERIODS, v);
	const struct ek_api_targets_period p = {v, s->restated};
	ek_api_targets_put_period(t, &t->out, &s->g, &p);
}

/* Whether it is restated is found before it is written. */
static void run_comment(struct ek_turn *t, struct ek_worker *w)
{
	static const struct ek_turn_write write = {.check = check_period, .made = made_comment};
	struct said *s = t->state;
	const struct ek_figures *f = ek_api_fold_take(t);
	bool ok = f != NULL && check_period(t) &&
		  ek_api_targets_restated(t, f, &s->g, s->period, &s->restated);
	(void)w;
	if (f != NULL)
		ek_api_fold_give(t);
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_targets_tell(t, &s->g);
	ek_turn_write(t, &write);
}

void ek_api_comment_target(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"comment", EK_PATCH_OF_PROSE, 0, EK_PATCH_NULLABLE | EK_PATCH_REQUIRED, 1,
		 COMMENT_BYTES, NULL},
		{"period", EK_PATCH_OF_DATE, 0, EK_PATCH_REQUIRED, 0, 0, NULL},
	};
	struct said *s = EK_TURN_NEW(t, struct said);
	t->state = s;
	if (s != NULL && open_one(t, s, edits) && take_comment(t, s, rules, EK_LEN(rules)) &&
	    may_see(t, &s->g))
		ek_worker_submit(t->api->worker, t, run_comment);
	else
		ek_turn_reply(t, 0);
}
