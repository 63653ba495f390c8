/* Guided workflows as they are written: checked, published version by version, and where they are
 * left. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_change.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/api_workflow.h"
#include "api/handlers.h"
#include "api/page.h"
#include "wire/list.h"

enum { WIDTH = EK_CONTENT_WORKFLOWS_WIDTH, IN_USE = WIDTH, TITLE_IN_USE, COLUMNS, REASONS = 5 };

/* In the order of schema/content.def, and the steps and title that are in use. */
#define SELECT \
	"w.workflow, w.title, w.title_key, w.team, w.steps, w.version, w.revision, " \
	"w.created_ms, w.updated_ms, w.archived_ms, v.steps, v.title"
#define FROM \
	"workflows w LEFT JOIN workflow_versions v ON v.workflow = w.workflow AND v.version = " \
	"w.version"

static uint32_t id_at(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT && v->i > 0 && v->i <= UINT32_MAX ? (uint32_t)v->i : 0;
}

/* ---- as JSON */

static void write_faults(struct ek_json *j, const struct ek_workflow *w)
{
	static const struct {
		uint8_t bit;
		const char *word;
	} words[] = {{EK_WORKFLOW_DEAD_END, "dead_end"},
		     {EK_WORKFLOW_UNKNOWN_NEXT, "unknown_next"},
		     {EK_WORKFLOW_NO_WAY_OUT, "no_way_out"},
		     {EK_WORKFLOW_UNREACHABLE, "unreachable"}};
	uint8_t faults[EK_WORKFLOW_STEPS];
	(void)ek_workflow_lint(w, faults);
	ek_json_key(j, "faults");
	ek_json_list(j);
	for (uint32_t i = 0; i < w->n; i++) {
		for (size_t k = 0; k < EK_LEN(words); k++) {
			if ((faults[i] & words[k].bit) == 0)
				continue;
			ek_json_object(j);
			ek_api_put_int(j, "step", w->v[i].id);
			ek_api_put_word(j, "code", words[k].word);
			ek_json_object_end(j);
		}
	}
	ek_json_list_end(j);
}

static void write_one(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_json *j = &t->out;
	struct ek_workflow *w = EK_TURN_NEW(t, struct ek_workflow);
	ek_str steps = ek_turn_text(&row[EK_CONTENT_WORKFLOWS_STEPS]);
	ek_str title = ek_turn_text(&row[EK_CONTENT_WORKFLOWS_TITLE]);
	if (w == NULL || !ek_api_workflow_read(t, steps, w))
		return;
	j->style.is_api = true;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_WORKFLOW, (uint64_t)row[EK_CONTENT_WORKFLOWS_WORKFLOW].i);
	ek_api_put_text(j, "title", title);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_at(&row[EK_CONTENT_WORKFLOWS_TEAM]));
	ek_json_key(j, "steps");
	ek_api_workflow_write(j, w);
	write_faults(j, w);
	ek_api_put_int(j, "version", ek_turn_int(&row[EK_CONTENT_WORKFLOWS_VERSION]));
	ek_api_put_bool(j, "changed",
			!ek_str_equal(steps, ek_turn_text(&row[IN_USE])) ||
				!ek_str_equal(title, ek_turn_text(&row[TITLE_IN_USE])));
	ek_api_put_bool(j, "archived", row[EK_CONTENT_WORKFLOWS_ARCHIVED_MS].kind == EK_VIEWS_INT);
	ek_api_put_time(j, "updated_at",
			(ek_time){ek_turn_int(&row[EK_CONTENT_WORKFLOWS_UPDATED_MS])});
	if (t->writer != NULL)
		ek_api_put_int(j, "seq", (int64_t)t->seq);
	ek_json_object_end(j);
}

static const struct ek_list_column columns[EK_LIST_workflows_COUNT] = {
	[EK_LIST_workflows_id] = {EK_LIST_NUMBER, "w.workflow", NULL},
	[EK_LIST_workflows_title] = {EK_LIST_TEXT, "w.title", "w.title_key"},
	[EK_LIST_workflows_team] = {EK_LIST_NUMBER, "w.team", NULL},
	[EK_LIST_workflows_archived] = {EK_LIST_NUMBER,
					"CASE WHEN w.archived_ms IS NULL THEN 0 ELSE 1 END", NULL},
};

void ek_api_list_workflows(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_WORKFLOWS),
		.columns = columns,
		.select = SELECT,
		.from = FROM,
		.id = "w.workflow",
	};
	struct ek_page p = {
		.list = &list, .right = EK_MAY_WORKFLOW_READ, .reach = {.team = "w.team"}};
	if (ek_page_read(t, &p) && ek_page_select(t, &p)) {
		ek_api_list_begin(t, &p.l);
		for (uint32_t i = 0; i < p.l.rows.n; i++)
			write_one(t, ek_api_list_at(&p.l, i));
		ek_api_list_end(t, &p.l);
	}
	ek_turn_reply(t, 200);
}

/* ---- one */

struct edit {
	uint64_t id; /* 0 while it is made */
	ek_team_id team;
	bool is_found;
	bool is_published;
	struct ek_patch_at body;
	struct ek_workflow flow;
	struct ek_views_value before[COLUMNS], row[COLUMNS];
};

static bool load(struct ek_turn *t, struct edit *e)
{
	const struct ek_views_value key = ek_views_int((int64_t)e->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT " SELECT " FROM " FROM " WHERE w.workflow = $1", &key, 1,
			    &rows))
		return false;
	e->is_found = rows.n > 0;
	if (!e->is_found)
		return true;
	memcpy(e->before, rows.v, sizeof e->before);
	memcpy(e->row, rows.v, sizeof e->row);
	e->team.v = id_at(&e->row[EK_CONTENT_WORKFLOWS_TEAM]);
	return true;
}

static bool may(struct ek_turn *t, const struct edit *e, enum ek_may right)
{
	const struct ek_may_object o = {.teams = &e->team,
					.team_count = e->team.v != 0,
					.is_absent = e->id != 0 && !e->is_found};
	return ek_turn_may(t, right, &o);
}

static struct edit *open_one(struct ek_turn *t, enum ek_may right)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	t->state = e;
	return e != NULL && ek_turn_id(t, "id", EK_IDENT_WORKFLOW, &e->id) && load(t, e) &&
			       may(t, e, right)
		       ? e
		       : NULL;
}

static void set_tag(struct ek_turn *t, const struct ek_views_value *row)
{
	ek_turn_set_etag(t, ek_turn_int(&row[EK_CONTENT_WORKFLOWS_REVISION]));
}

void ek_api_get_workflow(struct ek_turn *t)
{
	const struct edit *e = open_one(t, EK_MAY_WORKFLOW_READ);
	if (e != NULL && ek_query_end(&t->query)) {
		write_one(t, e->row);
		set_tag(t, e->row);
	}
	ek_turn_reply(t, 200);
}

/* ---- changes */

static bool take_team(struct ek_turn *t, struct edit *e, const struct ek_patch_value *v)
{
	const struct ek_views_value key = ek_views_int(v->i);
	struct ek_turn_rows rows;
	if (v->state == EK_PATCH_NULL) {
		e->team.v = 0;
		e->row[EK_CONTENT_WORKFLOWS_TEAM] = (struct ek_views_value){0};
	}
	if (v->state != EK_PATCH_VALUE)
		return true;
	e->team.v = (uint32_t)v->i;
	e->row[EK_CONTENT_WORKFLOWS_TEAM] = key;
	if (!ek_turn_select(t, "SELECT 1 FROM team_profiles WHERE team = $1 AND deleted_ms IS NULL",
			    &key, 1, &rows))
		return false;
	return rows.n > 0 || ek_patch_fault(&v->at, EK_FAULT_NOT_FOUND, NULL);
}

static void take_archived(struct ek_turn *t, struct edit *e, const struct ek_patch_value *v)
{
	struct ek_views_value *at = &e->row[EK_CONTENT_WORKFLOWS_ARCHIVED_MS];
	if (v->state == EK_PATCH_VALUE && v->i == 0)
		*at = (struct ek_views_value){0};
	else if (v->state == EK_PATCH_VALUE && at->kind != EK_VIEWS_INT)
		*at = ek_views_int(t->now.ms);
}

static bool has_tag(const struct ek_turn_rows *rows, uint64_t tag)
{
	for (uint32_t i = 0; i < rows->n; i++)
		if ((uint64_t)ek_turn_int(&rows->v[i]) == tag)
			return true;
	return false;
}

/* Those that are set are there. */
static bool check_tags(struct ek_turn *t, const struct edit *e, const struct ek_patch_at *steps)
{
	struct ek_turn_rows rows = {0};
	bool is_asked = false;
	for (uint32_t i = 0; i < e->flow.n; i++) {
		for (uint32_t k = 0; k < e->flow.v[i].n; k++) {
			const struct ek_workflow_branch *b = &e->flow.v[i].branches[k];
			if (b->tag_count > 0 && !is_asked &&
			    !ek_turn_select(t, "SELECT tag FROM tags WHERE deleted_ms IS NULL",
					    NULL, 0, &rows))
				return false;
			is_asked = is_asked || b->tag_count > 0;
			for (uint32_t n = 0; n < b->tag_count; n++) {
				struct ek_patch_at step = ek_patch_row(steps, i);
				if (!has_tag(&rows, b->tags[n]))
					return ek_patch_fault(&step, EK_FAULT_NOT_FOUND,
							      "A tag that it sets is not there.");
			}
		}
	}
	return true;
}

static bool bind(struct ek_turn *t, struct edit *e)
{
	enum { TITLE, STEPS, TEAM, ARCHIVED, MEMBERS };
	const uint8_t must = e->id == 0 ? EK_PATCH_REQUIRED : 0;
	/* A new one is not archived. */
	const size_t count = e->id == 0 ? ARCHIVED : MEMBERS;
	const struct ek_patch_rule rules[MEMBERS] = {
		[TITLE] = {"title", EK_PATCH_OF_ANY, 0, must, 0, 0, NULL},
		[STEPS] = {"steps", EK_PATCH_OF_ANY, 0, must, 0, 0, NULL},
		[TEAM] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
		[ARCHIVED] = {"archived", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	struct ek_json j;
	ek_str title;
	ek_patch_bind(&e->body, rules, count, v);
	if (v[TITLE].state != EK_PATCH_ABSENT && ek_api_text_name(t, &v[TITLE].at, &title)) {
		e->row[EK_CONTENT_WORKFLOWS_TITLE] = ek_views_text(title);
		e->row[EK_CONTENT_WORKFLOWS_TITLE_KEY] = ek_views_text(ek_api_list_fold(t, title));
	}
	if (v[STEPS].state != EK_PATCH_ABSENT && ek_api_workflow_bind(&v[STEPS].at, &e->flow) &&
	    check_tags(t, e, &v[STEPS].at)) {
		ek_api_text_begin(t, &j);
		ek_api_workflow_write(&j, &e->flow);
		e->row[EK_CONTENT_WORKFLOWS_STEPS] = ek_views_text(ek_api_text_take(t, &j));
	}
	take_archived(t, e, &v[ARCHIVED]);
	if (!take_team(t, e, &v[TEAM]))
		return false;
	return ek_problem_is_none(&t->problem);
}

static ek_str print_team(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_id(&j, EK_IDENT_TEAM, id_at(v));
	return ek_api_text_take(t, &j);
}

static void log_it(struct ek_turn *t, const struct edit *e)
{
	struct ek_api_change_fields f;
	const uint8_t title = EK_CONTENT_WORKFLOWS_TITLE, steps = EK_CONTENT_WORKFLOWS_STEPS;
	const uint8_t gone = EK_CONTENT_WORKFLOWS_ARCHIVED_MS;
	const uint8_t version = EK_CONTENT_WORKFLOWS_VERSION;
	const uint8_t team = EK_CONTENT_WORKFLOWS_TEAM;
	ek_api_change_open(t, &f);
	ek_api_change_text(&f, "title", ek_turn_text(&e->before[title]),
			   ek_turn_text(&e->row[title]));
	ek_api_change_raw(&f, "steps", ek_turn_text(&e->before[steps]),
			  ek_turn_text(&e->row[steps]));
	ek_api_change_int(&f, "version", ek_turn_int(&e->before[version]),
			  ek_turn_int(&e->row[version]));
	if (e->is_found)
		ek_api_change_raw(&f, "team", print_team(t, &e->before[team]),
				  print_team(t, &e->row[team]));
	ek_api_change_bool(&f, "archived", e->before[gone].kind == EK_VIEWS_INT,
			   e->row[gone].kind == EK_VIEWS_INT);
	struct ek_api_change change = {.resource = "workflow", .object = e->id, .team = e->team};
	change.fields = ek_api_change_close(t, &f);
	ek_api_change_add(t, &change);
}

/* Who put what into use, took it away or brought it back. */
static void audit(struct ek_turn *t, const struct edit *e)
{
	const uint8_t gone = EK_CONTENT_WORKFLOWS_ARCHIVED_MS;
	bool was = e->before[gone].kind == EK_VIEWS_INT, is = e->row[gone].kind == EK_VIEWS_INT;
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_int(&j, "version", ek_turn_int(&e->row[EK_CONTENT_WORKFLOWS_VERSION]));
	ek_json_object_end(&j);
	struct ek_api_audit entry = {.object_kind = "workflow",
				     .object = e->id,
				     .team = e->team,
				     .details = ek_api_text_take(t, &j)};
	entry.action = e->is_published ? "workflow.published"
		       : was && !is    ? "workflow.restored"
				       : "workflow.archived";
	if (e->is_published || was != is)
		ek_api_audit_add(t, &entry);
}

static void put_version(struct ek_turn *t, struct edit *e)
{
	struct ek_views_value v[EK_CONTENT_WORKFLOW_VERSIONS_WIDTH] = {0};
	v[EK_CONTENT_WORKFLOW_VERSIONS_WORKFLOW] = ek_views_int((int64_t)e->id);
	v[EK_CONTENT_WORKFLOW_VERSIONS_VERSION] = e->row[EK_CONTENT_WORKFLOWS_VERSION];
	v[EK_CONTENT_WORKFLOW_VERSIONS_TITLE] = e->row[EK_CONTENT_WORKFLOWS_TITLE];
	v[EK_CONTENT_WORKFLOW_VERSIONS_STEPS] = e->row[EK_CONTENT_WORKFLOWS_STEPS];
	v[EK_CONTENT_WORKFLOW_VERSIONS_TEAMMATE] = ek_views_id(t->self.v);
	v[EK_CONTENT_WORKFLOW_VERSIONS_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_WORKFLOW_VERSIONS, v);
	e->row[IN_USE] = e->row[EK_CONTENT_WORKFLOWS_STEPS];
	e->row[TITLE_IN_USE] = e->row[EK_CONTENT_WORKFLOWS_TITLE];
}

static void made(struct ek_turn *t, const struct ek_answer *a)
{
	struct edit *e = t->state;
	struct ek_views_value *v = e->row;
	bool is_new = e->id == 0;
	(void)a;
	if (is_new) {
		e->id = ek_turn_new_id(t, EK_CONTENT_WORKFLOWS);
		v[EK_CONTENT_WORKFLOWS_WORKFLOW] = ek_views_int((int64_t)e->id);
		v[EK_CONTENT_WORKFLOWS_CREATED_MS] = ek_views_int(t->now.ms);
		v[EK_CONTENT_WORKFLOWS_VERSION] = ek_views_int(0);
		v[EK_CONTENT_WORKFLOWS_REVISION] = ek_views_int(0);
		t->status = 201;
	}
	v[EK_CONTENT_WORKFLOWS_UPDATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_WORKFLOWS_REVISION] =
		ek_views_int(ek_turn_int(&v[EK_CONTENT_WORKFLOWS_REVISION]) + 1);
	if (e->is_published) {
		v[EK_CONTENT_WORKFLOWS_VERSION] =
			ek_views_int(ek_turn_int(&v[EK_CONTENT_WORKFLOWS_VERSION]) + 1);
		put_version(t, e);
	}
	ek_turn_put(t, EK_CONTENT_WORKFLOWS, v);
	log_it(t, e);
	audit(t, e);
	write_one(t, v);
	set_tag(t, v);
}

static bool check_same(struct ek_turn *t)
{
	const struct edit *e = t->state;
	const struct ek_views_value *row;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_WORKFLOWS, (int64_t)e->id, &row, &found))
		return false;
	int64_t now = found ? ek_turn_int(&row[EK_CONTENT_WORKFLOWS_REVISION]) : 0;
	if (!ek_turn_if_match(t, now))
		return false;
	/* If-Match: *, while somebody else was faster. */
	return now == ek_turn_int(&e->before[EK_CONTENT_WORKFLOWS_REVISION]) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "somebody else has changed it meanwhile");
}

static void write_it(struct ek_turn *t, const struct edit *e, const struct ek_turn_write *write)
{
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_WORKFLOW, e->team, {0}});
	ek_turn_write(t, write);
}

void ek_api_create_workflow(struct ek_turn *t)
{
	static const struct ek_turn_write write = {.made = made};
	struct edit *e = EK_TURN_NEW(t, struct edit);
	t->state = e;
	if (e != NULL && ek_query_end(&t->query) && ek_turn_body(t, &e->body) && bind(t, e) &&
	    may(t, e, EK_MAY_WORKFLOW_EDIT))
		write_it(t, e, &write);
	else
		ek_turn_reply(t, 0);
}

static const struct ek_turn_write change = {.check = check_same, .made = made};

void ek_api_update_workflow(struct ek_turn *t)
{
	struct edit *e = open_one(t, EK_MAY_WORKFLOW_EDIT);
	/* Whoever moves it may write it there too. */
	if (e != NULL && ek_query_end(&t->query) && ek_turn_body(t, &e->body) && bind(t, e) &&
	    may(t, e, EK_MAY_WORKFLOW_EDIT))
		write_it(t, e, &change);
	else
		ek_turn_reply(t, 0);
}

void ek_api_publish_workflow(struct ek_turn *t)
{
	struct edit *e = open_one(t, EK_MAY_WORKFLOW_EDIT);
	uint8_t faults[EK_WORKFLOW_STEPS];
	if (e == NULL || !ek_query_end(&t->query) ||
	    !ek_api_workflow_read(t, ek_turn_text(&e->row[EK_CONTENT_WORKFLOWS_STEPS]), &e->flow)) {
		ek_turn_reply(t, 0);
		return;
	}
	if (ek_workflow_lint(&e->flow, faults) > 0) {
		ek_turn_refuse(t, EK_PROBLEM_CONFLICT, "some steps are faulty: see its faults");
		return;
	}
	e->is_published = true;
	write_it(t, e, &change);
}

/* ---- what was published */

static bool write_version(struct ek_turn *t, const struct ek_views_value *v)
{
	struct edit *e = t->state;
	if (!ek_api_workflow_read(t, ek_turn_text(&v[2]), &e->flow))
		return false;
	ek_json_object(&t->out);
	ek_api_put_int(&t->out, "version", ek_turn_int(&v[0]));
	ek_api_put_text(&t->out, "title", ek_turn_text(&v[1]));
	ek_json_key(&t->out, "steps");
	ek_api_workflow_write(&t->out, &e->flow);
	ek_api_put_id(&t->out, "by", EK_IDENT_TEAMMATE, id_at(&v[3]));
	ek_api_put_time(&t->out, "at", (ek_time){ek_turn_int(&v[4])});
	ek_json_object_end(&t->out);
	return true;
}

void ek_api_list_workflow_versions(struct ek_turn *t)
{
	static const struct ek_list_column version[EK_LIST_workflow_versions_COUNT] = {
		[EK_LIST_workflow_versions_version] = {EK_LIST_NUMBER, "v.version", NULL},
	};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_WORKFLOW_VERSIONS),
		.columns = version,
		.select = "v.version, v.title, v.steps, v.teammate, v.at_ms",
		.from = "workflow_versions v",
		.id = "v.version",
	};
	struct ek_page p = {.list = &list, .where = "v.workflow = $1", .n = 1};
	const struct edit *e;
	if (ek_page_read(t, &p) && (e = open_one(t, EK_MAY_WORKFLOW_READ)) != NULL) {
		p.args[0] = ek_views_int((int64_t)e->id);
		p.right = EK_MAY_NEVER;
		ek_page_write(t, &p, write_version);
	}
	ek_turn_reply(t, 200);
}

/* ---- where it is left */

struct report {
	struct ek_turn_rows runs;    /* state, count */
	struct ek_turn_rows reached; /* step, count */
	struct ek_turn_rows left;    /* step, count */
	struct ek_turn_rows reasons; /* step, reason: the latest first */
};

static bool ask(struct ek_turn *t, const struct ek_views_value args[2], struct report *r)
{
	static const char runs[] = "SELECT state, count(*) FROM workflow_runs WHERE workflow = $1 "
				   "AND version = $2 GROUP BY state";
	static const char reached[] =
		"SELECT m.step, count(*) FROM workflow_marks m JOIN workflow_runs r ON r.run = "
		"m.run WHERE r.workflow = $1 AND r.version = $2 GROUP BY m.step";
	static const char left[] = "SELECT step, count(*) FROM workflow_runs WHERE workflow = $1 "
				   "AND version = $2 AND state = 'left' GROUP BY step";
	static const char reasons[] =
		"SELECT step, reason FROM workflow_runs WHERE workflow = $1 AND version = $2 AND "
		"state = 'left' ORDER BY run DESC LIMIT 500";
	return ek_turn_select(t, runs, args, 2, &r->runs) &&
	       ek_turn_select(t, reached, args, 2, &r->reached) &&
	       ek_turn_select(t, left, args, 2, &r->left) &&
	       ek_turn_select(t, reasons, args, 2, &r->reasons);
}

static int64_t count_of(const struct ek_turn_rows *rows, uint32_t step)
{
	for (uint32_t i = 0; i < rows->n; i++)
		if (ek_turn_int(&rows->v[(size_t)i * 2]) == step)
			return ek_turn_int(&rows->v[(size_t)i * 2 + 1]);
	return 0;
}

static void write_step_report(struct ek_json *j, const struct report *r,
			      const struct ek_workflow_step *s)
{
	uint32_t said = 0;
	ek_json_object(j);
	ek_api_put_int(j, "step", s->id);
	ek_api_put_text(j, "title", s->title);
	ek_api_put_int(j, "reached", count_of(&r->reached, s->id));
	ek_api_put_int(j, "left", count_of(&r->left, s->id));
	ek_json_key(j, "reasons");
	ek_json_list(j);
	for (uint32_t i = 0; i < r->reasons.n && said < REASONS; i++) {
		const struct ek_views_value *v = &r->reasons.v[(size_t)i * 2];
		if (ek_turn_int(&v[0]) != s->id)
			continue;
		ek_json_text(j, ek_turn_text(&v[1]));
		said++;
	}
	ek_json_list_end(j);
	ek_json_object_end(j);
}

static void write_report(struct ek_turn *t, const struct edit *e, int64_t version,
			 const struct report *r)
{
	struct ek_json *j = &t->out;
	int64_t started = 0, finished = 0, left = 0;
	for (uint32_t i = 0; i < r->runs.n; i++) {
		const struct ek_views_value *v = &r->runs.v[(size_t)i * 2];
		started += ek_turn_int(&v[1]);
		if (ek_str_is(ek_turn_text(&v[0]), "finished"))
			finished = ek_turn_int(&v[1]);
		if (ek_str_is(ek_turn_text(&v[0]), "left"))
			left = ek_turn_int(&v[1]);
	}
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_WORKFLOW, e->id);
	ek_api_put_int(j, "version", version);
	ek_api_put_int(j, "started", started);
	ek_api_put_int(j, "finished", finished);
	ek_api_put_int(j, "left", left);
	ek_json_key(j, "steps");
	ek_json_list(j);
	for (uint32_t i = 0; i < e->flow.n; i++)
		write_step_report(j, r, &e->flow.v[i]);
	ek_json_list_end(j);
	ek_json_object_end(j);
}

void ek_api_get_workflow_report(struct ek_turn *t)
{
	static const char sql[] =
		"SELECT steps FROM workflow_versions WHERE workflow = $1 AND version = $2";
	struct edit *e = open_one(t, EK_MAY_WORKFLOW_READ);
	struct report r;
	struct ek_turn_rows rows;
	int64_t version = EK_NONE;
	if (e == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	if (!ek_query_int(&t->query, "version", 1, INT32_MAX, &version))
		version = ek_turn_int(&e->row[EK_CONTENT_WORKFLOWS_VERSION]);
	const struct ek_views_value args[] = {ek_views_int((int64_t)e->id), ek_views_int(version)};
	if (ek_query_end(&t->query) && ek_turn_select(t, sql, args, 2, &rows)) {
		if (rows.n == 0)
			ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
		else if (ek_api_workflow_read(t, ek_turn_text(&rows.v[0]), &e->flow) &&
			 ask(t, args, &r))
			write_report(t, e, version, &r);
	}
	ek_turn_reply(t, 200);
}
