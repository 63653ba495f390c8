/* Guided workflows beside a conversation: begun, answered step by step, left with a reason. Each
 * step is a note of the conversation, and no answer to the contact (spec metrics, R14). */
#include <string.h>

#include "api/api_act.h"
#include "api/api_conversation_set.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/api_workflow.h"
#include "api/handlers.h"
#include "engine/look.h"

enum { WIDTH = EK_CONTENT_WORKFLOW_RUNS_WIDTH, TITLE = WIDTH, STEPS, COLUMNS, REASON_BYTES = 500 };
enum { TEXT_MAX = 2048 };

#define SELECT \
	"SELECT r.run, r.workflow, r.version, r.conversation, r.step, r.state, r.reason, " \
	"r.steps, r.started_ms, r.ended_ms, v.title, v.steps FROM workflow_runs r JOIN " \
	"workflow_versions v ON v.workflow = r.workflow AND v.version = r.version "

struct walk {
	struct ek_api_act act; /* first */
	uint64_t id;           /* of the run; 0 while it is begun */
	struct ek_patch_value v[3];
	struct ek_workflow flow;
	const struct ek_workflow_step *from; /* answered, or left; NULL while it is begun */
	const struct ek_workflow_branch *branch;
	struct ek_api_conversation_set set;
	ek_str reason; /* p NULL = it is not left */
	struct ek_views_value row[COLUMNS];
};

static void write_walk(struct ek_turn *t, const struct ek_views_value *row,
		       const struct ek_workflow *flow)
{
	struct ek_json *j = &t->out;
	const struct ek_workflow_step *s =
		ek_workflow_find(flow, (uint32_t)ek_turn_int(&row[EK_CONTENT_WORKFLOW_RUNS_STEP]));
	j->style.is_api = true;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_WALK, (uint64_t)row[EK_CONTENT_WORKFLOW_RUNS_RUN].i);
	ek_api_put_id(j, "workflow", EK_IDENT_WORKFLOW,
		      (uint64_t)row[EK_CONTENT_WORKFLOW_RUNS_WORKFLOW].i);
	ek_api_put_text(j, "title", ek_turn_text(&row[TITLE]));
	ek_api_put_int(j, "version", ek_turn_int(&row[EK_CONTENT_WORKFLOW_RUNS_VERSION]));
	ek_api_put_text(j, "state", ek_turn_text(&row[EK_CONTENT_WORKFLOW_RUNS_STATE]));
	ek_json_key(j, "step");
	ek_api_workflow_write_step(j, s != NULL ? s : &flow->v[0]);
	ek_api_put_text(j, "reason", ek_turn_text(&row[EK_CONTENT_WORKFLOW_RUNS_REASON]));
	ek_api_put_time(j, "started_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_WORKFLOW_RUNS_STARTED_MS])});
	ek_api_put_time(j, "ended_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_WORKFLOW_RUNS_ENDED_MS])});
	ek_json_object_end(j);
}

/* ---- what stands beside a conversation */

static bool write_walks(struct ek_turn *t, uint64_t id)
{
	const struct ek_views_value key = ek_views_int((int64_t)id);
	struct ek_workflow *flow = EK_TURN_NEW(t, struct ek_workflow);
	struct ek_turn_rows rows;
	if (flow == NULL ||
	    !ek_turn_select(t, SELECT "WHERE r.conversation = $1 ORDER BY r.run DESC LIMIT 20",
			    &key, 1, &rows))
		return false;
	ek_json_key(&t->out, "walks");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *row = rows.v + (size_t)i * rows.columns;
		if (!ek_api_workflow_read(t, ek_turn_text(&row[STEPS]), flow))
			return false;
		write_walk(t, row, flow);
	}
	ek_json_list_end(&t->out);
	return true;
}

void ek_api_get_conversation_workflows(struct ek_turn *t)
{
	static const char sql[] =
		"SELECT w.workflow, v.title FROM workflows w JOIN workflow_versions v ON v.workflow"
		" = w.workflow AND v.version = w.version WHERE w.archived_ms IS NULL AND (w.team "
		"IS NULL OR w.team = $1) ORDER BY v.title, w.workflow LIMIT 100";
	struct ek_api_conversation_object o;
	struct ek_turn_rows rows;
	uint64_t id;
	if (!ek_query_end(&t->query) || !ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id) ||
	    !ek_api_conversation_stored(t, (ek_conversation_id){(uint32_t)id}, &o) ||
	    !ek_turn_may(t, EK_MAY_CONVERSATION_READ, &o.may)) {
		ek_turn_reply(t, 0);
		return;
	}
	const struct ek_views_value team = ek_views_int(o.team.v);
	if (ek_turn_select(t, sql, &team, 1, &rows)) {
		ek_json_object(&t->out);
		ek_json_key(&t->out, "offered");
		ek_json_list(&t->out);
		for (uint32_t i = 0; i < rows.n; i++) {
			ek_json_object(&t->out);
			ek_api_put_id(&t->out, "id", EK_IDENT_WORKFLOW,
				      (uint64_t)rows.v[(size_t)i * 2].i);
			ek_api_put_text(&t->out, "title", ek_turn_text(&rows.v[(size_t)i * 2 + 1]));
			ek_json_object_end(&t->out);
		}
		ek_json_list_end(&t->out);
		if (write_walks(t, id))
			ek_json_object_end(&t->out);
	}
	ek_turn_reply(t, 200);
}

/* ---- a step, in made */

struct words {
	char *p;
	size_t n, most;
};

static void say(struct words *out, const char *before, ek_str s)
{
	size_t n = strlen(before);
	ek_assert(out->n + n + s.n <= out->most);
	memcpy(out->p + out->n, before, n);
	out->n += n;
	if (s.n > 0)
		memcpy(out->p + out->n, s.p, s.n);
	out->n += s.n;
}

/* "+ refund", "region = EU": what the answer set, a line each. */
static void say_set(struct words *out, const struct ek_api_conversation_set *set)
{
	for (uint32_t i = 0; i < set->n; i++)
		say(out, "\n+ ", set->names[i]);
	for (uint32_t i = 0; i < set->attributes.n; i++) {
		const struct ek_pair *pair = &set->attributes.v[i];
		say(out, pair->value.p == NULL ? "\n\xe2\x88\x92 " : "\n", pair->name);
		if (pair->value.p != NULL)
			say(out, " = ", pair->value);
	}
}

static size_t most_words(const struct ek_api_conversation_set *set)
{
	size_t n = TEXT_MAX;
	for (uint32_t i = 0; i < set->n; i++)
		n += set->names[i].n;
	for (uint32_t i = 0; i < set->attributes.n; i++)
		n += set->attributes.v[i].name.n + set->attributes.v[i].value.n;
	return n;
}

/* "Refund: Older than 30 days? → Yes": people's own words alone, in whatever language. */
static ek_str tell_step(struct ek_turn *t, const struct walk *w)
{
	size_t most = most_words(&w->set);
	struct words text = {ek_turn_get(t, most), 0, most};
	if (text.p == NULL)
		return (ek_str){NULL, 0};
	say(&text, "", ek_turn_text(&w->row[TITLE]));
	if (w->from != NULL)
		say(&text, ": ", w->from->title);
	if (w->branch != NULL)
		say(&text, " \xe2\x86\x92 ", w->branch->label);
	if (w->reason.p != NULL)
		say(&text, " \xe2\x9c\x95 ", w->reason);
	say_set(&text, &w->set);
	const struct ek_workflow_step *end =
		w->branch == NULL ? NULL : ek_workflow_find(&w->flow, w->branch->next);
	if (end != NULL && end->is_end)
		say(&text, "\n", end->title);
	return (ek_str){text.p, (uint32_t)text.n};
}

static ek_str tell_details(struct ek_turn *t, const struct walk *w)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_int(&j, "workflow", w->row[EK_CONTENT_WORKFLOW_RUNS_WORKFLOW].i);
	ek_api_put_int(&j, "version", w->row[EK_CONTENT_WORKFLOW_RUNS_VERSION].i);
	ek_api_put_int(&j, "run", w->row[EK_CONTENT_WORKFLOW_RUNS_RUN].i);
	ek_api_put_int(&j, "step", w->row[EK_CONTENT_WORKFLOW_RUNS_STEP].i);
	if (w->branch != NULL) {
		ek_api_put_int(&j, "priority", w->branch->priority);
		ek_api_workflow_write_set(&j, w->branch);
	}
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

static void put_part(struct ek_turn *t, const struct walk *w)
{
	struct ek_conversation_view v = {0};
	if (!ek_look_conversation(t->engine, w->act.id, &v))
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	const struct ek_api_conversation_part part = {
		.conversation = w->act.id,
		.kind = "note",
		.teammate = t->self,
		.text = tell_step(t, w),
		.details = tell_details(t, w),
		.team = v.team,
	};
	ek_api_conversation_put_part(t, &part);
}

/* The step that was reached. */
static void put_mark(struct ek_turn *t, struct walk *w, uint32_t step)
{
	struct ek_views_value v[EK_CONTENT_WORKFLOW_MARKS_WIDTH] = {0};
	int64_t n = ek_turn_int(&w->row[EK_CONTENT_WORKFLOW_RUNS_STEPS]) + 1;
	const struct ek_workflow_step *s = ek_workflow_find(&w->flow, step);
	v[EK_CONTENT_WORKFLOW_MARKS_RUN] = w->row[EK_CONTENT_WORKFLOW_RUNS_RUN];
	v[EK_CONTENT_WORKFLOW_MARKS_N] = ek_views_int(n);
	v[EK_CONTENT_WORKFLOW_MARKS_STEP] = ek_views_int(step);
	v[EK_CONTENT_WORKFLOW_MARKS_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_WORKFLOW_MARKS, v);
	w->row[EK_CONTENT_WORKFLOW_RUNS_STEPS] = ek_views_int(n);
	w->row[EK_CONTENT_WORKFLOW_RUNS_STEP] = ek_views_int(step);
	if (s == NULL || s->is_end) {
		w->row[EK_CONTENT_WORKFLOW_RUNS_STATE] = ek_views_text(EK_S("finished"));
		w->row[EK_CONTENT_WORKFLOW_RUNS_ENDED_MS] = ek_views_int(t->now.ms);
	}
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct walk *w = t->state;
	(void)answer;
	if (w->from == NULL) {
		w->row[EK_CONTENT_WORKFLOW_RUNS_RUN] =
			ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_WORKFLOW_RUNS));
		w->row[EK_CONTENT_WORKFLOW_RUNS_STATE] = ek_views_text(EK_S("running"));
		w->row[EK_CONTENT_WORKFLOW_RUNS_STARTED_MS] = ek_views_int(t->now.ms);
		w->row[EK_CONTENT_WORKFLOW_RUNS_STEPS] = ek_views_int(0);
		t->status = 201;
		put_mark(t, w, w->flow.v[0].id);
	} else if (w->branch != NULL) {
		put_mark(t, w, w->branch->next);
		ek_api_conversation_set_put(t, &w->set);
	} else {
		w->row[EK_CONTENT_WORKFLOW_RUNS_STATE] = ek_views_text(EK_S("left"));
		w->row[EK_CONTENT_WORKFLOW_RUNS_REASON] = ek_views_text(w->reason);
		w->row[EK_CONTENT_WORKFLOW_RUNS_ENDED_MS] = ek_views_int(t->now.ms);
	}
	ek_turn_put(t, EK_CONTENT_WORKFLOW_RUNS, w->row);
	put_part(t, w);
	write_walk(t, w->row, &w->flow);
}

/* ---- begun */

static bool check_begin(struct ek_turn *t)
{
	static const char sql[] =
		"SELECT v.version, v.title, v.steps, w.team FROM workflows w JOIN workflow_versions"
		" v ON v.workflow = w.workflow AND v.version = w.version WHERE w.workflow = $1 AND "
		"w.archived_ms IS NULL";
	static const char running[] =
		"SELECT 1 FROM workflow_runs WHERE conversation = $1 AND state = 'running'";
	struct walk *w = t->state;
	const struct ek_views_value args[] = {ek_views_int(w->v[0].i), ek_views_int(w->act.id.v)};
	struct ek_api_conversation_object o;
	struct ek_turn_rows rows, others;
	if (!ek_turn_select(t, sql, args, 1, &rows) ||
	    !ek_turn_select(t, running, &args[1], 1, &others) ||
	    !ek_api_conversation_live(t, w->act.id, &o))
		return false;
	if (rows.n == 0 || (rows.v[3].kind == EK_VIEWS_INT && rows.v[3].i != o.team.v))
		return ek_patch_fault(&w->v[0].at, EK_FAULT_NOT_FOUND, NULL);
	if (others.n > 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "another one is being gone through");
	w->row[EK_CONTENT_WORKFLOW_RUNS_WORKFLOW] = args[0];
	w->row[EK_CONTENT_WORKFLOW_RUNS_VERSION] = rows.v[0];
	w->row[EK_CONTENT_WORKFLOW_RUNS_CONVERSATION] = args[1];
	w->row[TITLE] = rows.v[1];
	return ek_api_workflow_read(t, ek_turn_text(&rows.v[2]), &w->flow);
}

static struct walk *begin(struct ek_turn *t)
{
	struct walk *w = EK_TURN_NEW(t, struct walk);
	if (w == NULL || !ek_api_act_begin(t, &w->act, EK_CMD_CONVERSATION_UPDATE)) {
		ek_turn_reply(t, 0);
		return NULL;
	}
	t->state = w;
	w->act.cmd.conversation_update.conversation = w->act.id;
	w->act.right = EK_MAY_CONVERSATION_EDIT;
	w->act.made = made;
	return w;
}

void ek_api_begin_workflow(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"workflow", EK_PATCH_OF_ID, EK_IDENT_WORKFLOW, EK_PATCH_REQUIRED, 0, 0, NULL}};
	struct walk *w = begin(t);
	if (w == NULL)
		return;
	if (ek_turn_body(t, &w->act.root))
		ek_patch_bind(&w->act.root, rules, EK_LEN(rules), w->v);
	w->act.check = check_begin;
	ek_api_act_do(t, &w->act);
}

/* ---- answered, left */

static bool check_running(struct ek_turn *t)
{
	struct walk *w = t->state;
	const struct ek_views_value args[] = {ek_views_int(w->v[0].i), ek_views_int(w->act.id.v)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, SELECT "WHERE r.run = $1 AND r.conversation = $2", args, 2, &rows))
		return false;
	if (rows.n == 0)
		return ek_patch_fault(&w->v[0].at, EK_FAULT_NOT_FOUND, NULL);
	memcpy(w->row, rows.v, sizeof w->row);
	if (!ek_api_workflow_read(t, ek_turn_text(&w->row[STEPS]), &w->flow))
		return false;
	if (!ek_str_is(ek_turn_text(&w->row[EK_CONTENT_WORKFLOW_RUNS_STATE]), "running"))
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "it has ended");
	w->from = ek_workflow_find(&w->flow,
				   (uint32_t)ek_turn_int(&w->row[EK_CONTENT_WORKFLOW_RUNS_STEP]));
	ek_assert(w->from != NULL);
	return true;
}

/* What an answer sets is set with the rights of whoever gives it. */
static bool check_set(struct ek_turn *t, struct walk *w)
{
	struct ek_api_conversation_object o;
	w->set = (struct ek_api_conversation_set){.id = w->act.id,
						  .tags = w->branch->tags,
						  .tag_count = w->branch->tag_count,
						  .attributes = w->branch->attributes};
	if (w->set.tag_count > 0 && (!ek_api_conversation_live(t, w->act.id, &o) ||
				     !ek_turn_may(t, EK_MAY_CONVERSATION_TAG, &o.may)))
		return false;
	return ek_api_conversation_set_check(t, &w->set, &w->act.cmd);
}

static bool check_answer(struct ek_turn *t)
{
	struct walk *w = t->state;
	if (!check_running(t))
		return false;
	if (w->from->id != w->v[1].i)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "somebody else has answered this step");
	if (w->v[2].i >= w->from->n)
		return ek_patch_fault(&w->v[2].at, EK_FAULT_NOT_FOUND, NULL);
	w->branch = &w->from->branches[w->v[2].i];
	w->act.cmd.conversation_update.priority = w->branch->priority;
	return check_set(t, w);
}

void ek_api_answer_workflow(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"walk", EK_PATCH_OF_ID, EK_IDENT_WALK, EK_PATCH_REQUIRED, 0, 0, NULL},
		{"step", EK_PATCH_OF_INT, 0, EK_PATCH_REQUIRED, 1, 9999, NULL},
		{"branch", EK_PATCH_OF_INT, 0, EK_PATCH_REQUIRED, 0, EK_WORKFLOW_BRANCHES - 1,
		 NULL},
	};
	struct walk *w = begin(t);
	if (w == NULL)
		return;
	if (ek_turn_body(t, &w->act.root))
		ek_patch_bind(&w->act.root, rules, EK_LEN(rules), w->v);
	w->act.check = check_answer;
	ek_api_act_do(t, &w->act);
}

void ek_api_leave_workflow(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"walk", EK_PATCH_OF_ID, EK_IDENT_WALK, EK_PATCH_REQUIRED, 0, 0, NULL},
		{"reason", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, REASON_BYTES, NULL},
	};
	struct walk *w = begin(t);
	if (w == NULL)
		return;
	if (ek_turn_body(t, &w->act.root))
		ek_patch_bind(&w->act.root, rules, EK_LEN(rules), w->v);
	w->reason = w->v[1].s;
	w->act.check = check_running;
	ek_api_act_do(t, &w->act);
}
