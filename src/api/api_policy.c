/* All rules as one text: read, made so, tested. Names are content: those of team inboxes, and the
 * e-mail addresses of teammates. A text may bring new team inboxes into being, but no teammates:
 * they are invited. */
#include "engine/policy.h"

#include <string.h>

#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_presence.h"
#include "api/api_put.h"
#include "api/api_settings_versions.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "api/worker.h"
#include "base/utf8.h"
#include "sys/heap.h"
#include "sys/zone.h"
#include "wire/policy_text.h"

enum { TEXT_MAX = 1000000 };

/* Names by id. */
struct names {
	ek_str *teams;
	ek_str *mates;
	uint32_t team_count; /* greatest id + 1 */
	uint32_t mate_count;
};

struct policy {
	struct ek_api_edit edit; /* first */
	struct ek_cmd cmd;
	struct names names;
	struct ek_patch_at body;
	struct ek_patch_at text_at;
	ek_str text; /* as it came */
	struct ek_policy now;
	struct ek_policy to;
	struct ek_policy_plan plan;
	ek_str before; /* canonical */
};

/* ---- names */

static bool load(struct ek_turn *t, const char *sql, ek_str **out, uint32_t *count)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, NULL, 0, &rows))
		return false;
	int64_t last = rows.n == 0 ? 0 : ek_turn_int(&rows.v[2 * ((size_t)rows.n - 1)]);
	*count = (uint32_t)last + 1;
	*out = ek_turn_get(t, *count * sizeof **out);
	for (uint32_t i = 0; *out != NULL && i < rows.n; i++)
		(*out)[ek_turn_int(&rows.v[2 * (size_t)i])] =
			ek_turn_text(&rows.v[2 * (size_t)i + 1]);
	return *out != NULL;
}

static bool load_names(struct ek_turn *t, struct names *n)
{
	return load(t, "SELECT team, name FROM team_profiles ORDER BY team", &n->teams,
		    &n->team_count) &&
	       load(t, "SELECT teammate, email FROM people ORDER BY teammate", &n->mates,
		    &n->mate_count);
}

static ek_str name_of(void *ctx, enum ek_field_type kind, uint32_t id)
{
	const struct names *n = ctx;
	if (kind == EK_FT_TEAM)
		return id < n->team_count ? n->teams[id] : (ek_str){NULL, 0};
	return id < n->mate_count ? n->mates[id] : (ek_str){NULL, 0};
}

/* ---- texts */

static bool print(struct ek_turn *t, const struct ek_policy *p, bool as_sentences, ek_str *out)
{
	struct ek_policy_gathered x = {.arena = t->arena};
	bool ok = as_sentences ? ek_policy_text_explain(p, ek_policy_gather, &x)
			       : ek_policy_text_write(p, ek_policy_gather, &x);
	*out = (ek_str){x.p == NULL ? "" : x.p, (uint32_t)x.n};
	return ok || ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for a policy");
}

static ek_str as_json(struct ek_turn *t, ek_str text)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_text(&j, text);
	return ek_api_text_take(t, &j);
}

/* The policy as it is; in a look, check or made. */
static bool take_now(struct ek_turn *t, struct policy *p, ek_str *text)
{
	const struct ek_policy_names get = {name_of, &p->names};
	struct ek_err err;
	if (!ek_policy_take(t->engine, &get, t->arena, &p->now, &err))
		return ek_problem_err(&t->problem, &err);
	return print(t, &p->now, false, text);
}

/* ---- reading */

static void put_lines(struct ek_json *j, ek_str text)
{
	uint32_t from = 0;
	ek_json_list(j);
	for (uint32_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\n')
			continue;
		if (i > from)
			ek_json_text(j, (ek_str){text.p + from, i - from});
		from = i + 1;
	}
	ek_json_list_end(j);
}

static void look(struct ek_turn *t)
{
	struct policy *p = t->state;
	ek_str text;
	ek_str sentences;
	if (!take_now(t, p, &text) || !print(t, &p->now, true, &sentences))
		return;
	ek_api_edit_tag(t, as_json(t, text));
	ek_json_object(&t->out);
	ek_api_put_text(&t->out, "text", text);
	ek_api_put_int(&t->out, "revision", ek_engine_settings_version(t->engine));
	ek_json_key(&t->out, "sentences");
	put_lines(&t->out, sentences);
	ek_json_object_end(&t->out);
}

void ek_api_get_policy(struct ek_turn *t)
{
	struct policy *p = EK_TURN_NEW(t, struct policy);
	t->state = p;
	bool ok = p != NULL && ek_turn_may(t, EK_MAY_POLICY_READ, NULL) && load_names(t, &p->names);
	if (ek_query_end(&t->query) && ok)
		ek_turn_look(t, look);
	else
		ek_turn_reply(t, 0);
}

/* ---- a text that comes in */

static bool refuse_text(struct ek_turn *t, const struct policy *p, const struct ek_err *err)
{
	if (err->code == EK_NO_MEMORY || err->code == EK_IO)
		return ek_problem_err(&t->problem, err);
	return ek_patch_fault(&p->text_at, EK_FAULT_REFUSED, err->msg);
}

static bool add_zones(struct ek_turn *t, const struct policy *p, const struct ek_policy_section *s,
		      uint32_t n)
{
	bool ok = true;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_calendar *cal = s[i].calendar;
		struct ek_err err = {0};
		if (cal != NULL && !ek_zone_load(cal->zone.name, t->arena, &cal->zone, &err))
			ok = refuse_text(t, p, &err);
	}
	return ok;
}

static bool bind(struct ek_turn *t, struct policy *p)
{
	static const char *const names[] = {"text"};
	struct ek_err err = {0};
	if (!ek_turn_body(t, &p->body))
		return false;
	bool ok = ek_patch_members(&p->body, names, EK_LEN(names));
	p->text_at = ek_patch_member(&p->body, "text");
	if (!ek_patch_prose(&p->text_at, 0, TEXT_MAX, &p->text) || !ok)
		return false;
	/* All of it is names and values. */
	if (ek_utf8_is_turning(p->text))
		return ek_patch_fault(&p->text_at, EK_FAULT_TURNS_TEXT, NULL);
	if (!ek_policy_text_read(p->text, t->arena, &p->to, &err))
		return refuse_text(t, p, &err);
	bool zones = add_zones(t, p, &p->to.workspace, 1);
	return add_zones(t, p, p->to.teams, p->to.team_count) && zones;
}

/* ---- making it so */

static bool may_set(struct ek_turn *t, const struct ek_cmd_settings_change *c)
{
	struct ek_api_settings_place place;
	int bit = c->scope == EK_SCOPE_TEAM       ? EK_AT_T
		  : c->scope == EK_SCOPE_TEAMMATE ? EK_AT_P
						  : EK_AT_W;
	/* A team inbox that is only coming into being is nobody's yet. */
	if (!ek_api_settings_there(t, (struct ek_look_at){c->scope, c->id}, &place))
		place.may = (struct ek_may_object){0};
	for (uint32_t i = 0; i < c->set.n; i++) {
		if (!ek_turn_may(t, ek_may_setting(c->set.v[i].setting, bit), &place.may))
			return false;
	}
	return true;
}

static bool may_join(struct ek_turn *t, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	return ek_turn_may(t, EK_MAY_MEMBERSHIP_EDIT, &object);
}

static bool may_row(struct ek_turn *t, const struct ek_cmd *row)
{
	switch (row->kind) {
	case EK_CMD_SETTINGS_CHANGE:
		return may_set(t, &row->settings_change);
	case EK_CMD_CALENDAR_SET:
		return ek_turn_may(t, EK_MAY_SETTING_MANAGER_EDIT, NULL);
	case EK_CMD_TEAM_CREATE:
		return ek_turn_may(t, EK_MAY_TEAM_CREATE, NULL);
	case EK_CMD_MEMBERSHIP_SET:
		return may_join(t, row->membership_set.team);
	case EK_CMD_MEMBERSHIP_REMOVE:
		return may_join(t, row->membership_remove.team);
	default:
		return true;
	}
}

/* Nobody comes into being by a text. */
static bool check_mates(struct ek_turn *t, const struct policy *p)
{
	uint32_t known = ek_look_teammate_count(t->engine);
	bool ok = true;
	for (uint32_t i = 0; i < p->to.mate_count; i++) {
		const struct ek_policy_section *s = &p->to.mates[i];
		char said[160];
		if (s->id <= known)
			continue;
		ek_format(said, sizeof said,
			  "line %u: nobody here has this address: invite them first", s->line);
		ok = ek_patch_fault(&p->text_at, EK_FAULT_NOT_FOUND, said);
	}
	return ok;
}

static bool plan(struct ek_turn *t, struct policy *p)
{
	struct ek_err err;
	p->plan = (struct ek_policy_plan){.now = &p->now, .to = &p->to};
	if (!ek_policy_make_plan(t->engine, t->arena, &p->plan, &err))
		return ek_problem_err(&t->problem, &err);
	const struct ek_rows *rows = &p->plan.cmd.policy_apply.rows;
	bool ok = true;
	for (uint32_t i = 0; ok && i < rows->n; i++)
		ok = may_row(t, &rows->v[i]);
	/* A command without rows would be refused; the one at hand changes nothing. */
	if (ok && rows->n > 0) {
		p->cmd = p->plan.cmd;
		p->cmd.by = t->by;
	}
	return ok && check_mates(t, p);
}

static bool check(struct ek_turn *t)
{
	struct policy *p = t->state;
	if (!load_names(t, &p->names) || !take_now(t, p, &p->before) || !plan(t, p))
		return false;
	return ek_api_edit_match(t, as_json(t, p->before));
}

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct policy *p = t->state;
	ek_str after;
	if (print(t, &p->to, false, &after))
		ek_api_change_text(f, "text", p->before, after);
}

static void name_teams(struct ek_turn *t, const struct policy *p)
{
	for (uint32_t i = 0; i < p->to.team_count; i++) {
		const struct ek_policy_section *s = &p->to.teams[i];
		struct ek_views_value v[EK_CONTENT_TEAM_PROFILES_WIDTH] = {0};
		if (s->id < p->names.team_count && p->names.teams[s->id].p != NULL)
			continue;
		v[EK_CONTENT_TEAM_PROFILES_TEAM] = ek_views_int(s->id);
		v[EK_CONTENT_TEAM_PROFILES_NAME] = ek_views_text(s->name);
		v[EK_CONTENT_TEAM_PROFILES_NAME_KEY] = ek_views_text(ek_api_list_fold(t, s->name));
		v[EK_CONTENT_TEAM_PROFILES_LANGUAGES] = ek_views_text(EK_S("[]"));
		v[EK_CONTENT_TEAM_PROFILES_CREATED_MS] = ek_views_int(t->now.ms);
		v[EK_CONTENT_TEAM_PROFILES_UPDATED_MS] = ek_views_int(t->now.ms);
		v[EK_CONTENT_TEAM_PROFILES_REVISION] = ek_views_int(1);
		ek_turn_put(t, EK_CONTENT_TEAM_PROFILES, v);
		struct ek_api_change_fields f;
		ek_api_change_open(t, &f);
		ek_api_change_text(&f, "name", (ek_str){NULL, 0}, s->name);
		ek_api_change_add(t, &(struct ek_api_change){.resource = "team",
							     .object = s->id,
							     .team = {s->id},
							     .fields = ek_api_change_close(t, &f),
							     .note = (ek_str){NULL, 0}});
	}
}

static bool serves(const struct ek_policy *p, const uint32_t *places, uint32_t n, uint32_t team)
{
	for (uint32_t i = 0; i < n; i++) {
		if (p->teams[places[i] - 1].id == team)
			return true;
	}
	return false;
}

/* NULL = they were no member. */
static const char *level_before(const struct ek_policy *p, uint32_t mate, uint32_t team)
{
	for (uint32_t i = 0; i < p->mate_count; i++) {
		const struct ek_policy_section *s = &p->mates[i];
		if (s->id != mate)
			continue;
		if (serves(p, s->primary, s->primary_count, team))
			return ek_enums_wire(EK_ENUM_LEVEL, EK_LEVEL_PRIMARY);
		if (serves(p, s->secondary, s->secondary_count, team))
			return ek_enums_wire(EK_ENUM_LEVEL, EK_LEVEL_SECONDARY);
	}
	return NULL;
}

static ek_str word(const char *s)
{
	return (ek_str){s, s == NULL ? 0 : (uint32_t)strlen(s)};
}

static void note_membership(struct ek_turn *t, const struct policy *p,
			    const struct ek_membership_changed *m)
{
	struct ek_api_change_fields f;
	const char *after = m->level == 0 ? NULL : ek_enums_wire(EK_ENUM_LEVEL, m->level);
	ek_api_change_open(t, &f);
	ek_api_change_text(&f, "level", word(level_before(&p->now, m->teammate.v, m->team.v)),
			   word(after));
	ek_api_change_add(t, &(struct ek_api_change){.resource = "membership",
						     .team = m->team,
						     .teammate = m->teammate,
						     .fields = ek_api_change_close(t, &f),
						     .note = (ek_str){NULL, 0}});
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct policy *p = t->state;
	const ek_str none = {NULL, 0};
	name_teams(t, p);
	for (uint32_t i = 0; i < answer->events.n; i++) {
		const struct ek_event *e = &answer->events.v[i];
		if (e->kind == EK_EVENT_SETTINGS_CHANGED)
			ek_api_settings_versions_note(t, &e->settings_changed, none);
		if (e->kind == EK_EVENT_MEMBERSHIP_CHANGED)
			note_membership(t, p, &e->membership_changed);
	}
	ek_api_presence_sync(t);
	if (answer->first_seq != 0)
		ek_api_audit_add(t, &(struct ek_api_audit){.action = "policy.changed"});
	ek_json_object(&t->out);
	ek_api_put_int(&t->out, "revision", ek_engine_settings_version(t->engine));
	ek_api_put_int(&t->out, "changes", p->plan.cmd.policy_apply.rows.n);
	ek_api_put_int(&t->out, "left_alone", p->plan.left_alone);
	ek_json_key(&t->out, "seq");
	ek_json_uint(&t->out, t->seq);
	ek_json_object_end(&t->out);
}

void ek_api_put_policy(struct ek_turn *t)
{
	struct policy *p = EK_TURN_NEW(t, struct policy);
	t->state = p;
	bool ok = p != NULL && ek_turn_may(t, EK_MAY_POLICY_EDIT, NULL) && bind(t, p);
	if (!ek_query_end(&t->query) || !ok) {
		ek_turn_reply(t, 0);
		return;
	}
	p->cmd = ek_cmd_make(EK_CMD_SETTINGS_CHANGE); /* of nothing, until plan() */
	p->cmd.settings_change.scope = EK_SCOPE_WORKSPACE;
	p->edit = (struct ek_api_edit){.write = {.cmd = &p->cmd, .check = check, .made = made},
				       .diff = diff};
	ek_api_edit_do(t, &p->edit);
}

/* ---- testing it */

static void put_warning(struct ek_json *j, const struct ek_policy_finding *f)
{
	ek_json_object(j);
	ek_api_put_int(j, "line", f->line == 0 ? EK_NONE : (int64_t)f->line);
	ek_api_put_word(j, "code", f->rule);
	ek_api_put_word(j, "detail", f->text);
	ek_api_put_bool(j, "is_note", f->is_note);
	ek_json_object_end(j);
}

static void put_test(struct ek_json *j, const struct ek_policy_test *test,
		     const struct ek_policy_verdict *v)
{
	bool passed = v->line == 0;
	ek_json_object(j);
	ek_api_put_text(j, "name", test->name);
	ek_api_put_bool(j, "passed", passed);
	ek_api_put_int(j, "line", passed ? EK_NONE : (int64_t)v->line);
	ek_api_put_word(j, "detail", passed ? NULL : v->said);
	ek_json_object_end(j);
}

static bool run_tests(struct ek_turn *t, struct policy *p, bool *passed, struct ek_err *err)
{
	struct ek_engine *stage = NULL;
	bool ok = ek_policy_stage(ek_heap_alloc(), &p->to, t->arena, &stage, err);
	*passed = true;
	ek_json_key(&t->out, "tests");
	ek_json_list(&t->out);
	for (uint32_t i = 0; ok && i < p->to.test_count; i++) {
		struct ek_policy_verdict v;
		ok = ek_policy_try(stage, &p->to, i, &v, err);
		if (!ok)
			break;
		put_test(&t->out, &p->to.tests[i], &v);
		*passed = *passed && v.line == 0;
	}
	ek_json_list_end(&t->out);
	ek_engine_close(&stage);
	return ok;
}

/* On the worker's thread: a test is a small workspace of its own. */
static void run(struct ek_turn *t, struct ek_worker *w)
{
	struct policy *p = t->state;
	struct ek_policy_findings found = {NULL, 0};
	struct ek_err err = {0};
	bool passed = false;
	(void)w;
	ek_json_object(&t->out);
	if (!run_tests(t, p, &passed, &err) ||
	    !ek_policy_lint(&p->to, NULL, t->arena, &found, &err)) {
		refuse_text(t, p, &err);
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_put_bool(&t->out, "passed", passed);
	ek_json_key(&t->out, "warnings");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < found.n; i++)
		put_warning(&t->out, &found.v[i]);
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
	ek_turn_reply(t, 200);
}

void ek_api_check_policy(struct ek_turn *t)
{
	struct policy *p = EK_TURN_NEW(t, struct policy);
	t->state = p;
	bool ok = p != NULL && ek_turn_may(t, EK_MAY_POLICY_READ, NULL) && bind(t, p);
	if (ek_query_end(&t->query) && ok)
		ek_worker_submit(t->api->worker, t, run);
	else
		ek_turn_reply(t, 0);
}
