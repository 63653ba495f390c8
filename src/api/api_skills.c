/* Skills: what the engine knows as a text, with an id, what its levels mean, and how many have
 * it. */
#include <string.h>

#include "api/api_edit.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "engine/look.h"
#include "model/limits.h"
#include "wire/list.h"

enum { LEVELS_MAX = 5 };

#define SELECT "s.skill, s.name, s.levels"
enum { SKILL, NAME, LEVELS };

static const struct ek_list_column columns[EK_LIST_skills_COUNT] = {
	[EK_LIST_skills_id] = {EK_LIST_NUMBER, "s.skill", NULL},
	[EK_LIST_skills_name] = {EK_LIST_TEXT, "s.name", "s.name_key"},
};

struct skill {
	struct ek_api_edit edit;
	struct ek_cmd cmd;
	struct ek_patch_at root;
	struct ek_patch_value v[2];
	bool has_name;
	bool has_levels;
	ek_str name, name_key, levels;
	uint64_t id;
	const struct ek_views_value *row; /* of skills, whole; NULL = a new one */
	uint32_t have;                    /* teammates who have it */
};

/* ---- who has it */

static bool own_skills(struct ek_turn *t, uint32_t mate, struct ek_value *out)
{
	struct ek_setting_view v;
	struct ek_err err;
	const struct ek_look_ask ask = {{EK_SCOPE_TEAMMATE, mate}, EK_SET_SKILLS};
	if (!ek_look_setting(t->engine, ask, t->arena, &v, &err))
		return ek_problem_err(&t->problem, &err);
	*out = v.own;
	return true;
}

static bool is_here(struct ek_turn *t, uint32_t mate)
{
	struct ek_teammate_view v;
	return ek_look_teammate(t->engine, (ek_teammate_id){mate}, &v) && !v.deleted;
}

static bool has(const struct ek_value *skills, ek_str name)
{
	for (uint32_t i = 0; i < skills->n; i++)
		if (ek_str_equal(skills->cells[i].s, name))
			return true;
	return false;
}

/* ---- the list */

static void put_skill(struct ek_json *j, const struct ek_views_value *v, uint32_t have)
{
	ek_str levels = ek_turn_text(&v[LEVELS]);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_SKILL, (uint64_t)ek_turn_int(&v[SKILL]));
	ek_api_put_text(j, "name", ek_turn_text(&v[NAME]));
	ek_api_put_raw(j, "levels", levels.p != NULL ? levels : EK_S("[]"));
	ek_api_put_int(j, "teammates", have);
	ek_json_object_end(j);
}

static void look_list(struct ek_turn *t)
{
	struct ek_api_list *l = t->state;
	uint32_t *have = ek_turn_get(t, (l->rows.n + 1) * sizeof *have);
	uint32_t count = ek_look_teammate_count(t->engine);
	for (uint32_t mate = 1; have != NULL && l->rows.n > 0 && mate <= count; mate++) {
		struct ek_value skills = {0};
		if (!is_here(t, mate))
			continue;
		if (!own_skills(t, mate, &skills))
			return;
		for (uint32_t i = 0; skills.n > 0 && i < l->rows.n; i++)
			have[i] += has(&skills, ek_turn_text(&ek_api_list_at(l, i)[NAME]));
	}
	ek_api_list_begin(t, l);
	for (uint32_t i = 0; have != NULL && i < l->rows.n; i++)
		put_skill(&t->out, ek_api_list_at(l, i), have[i]);
	ek_api_list_end(t, l);
}

void ek_api_list_skills(struct ek_turn *t)
{
	struct ek_api_list *l = EK_TURN_NEW(t, struct ek_api_list);
	struct ek_list *list = EK_TURN_NEW(t, struct ek_list);
	bool ok = l != NULL && list != NULL;
	t->state = l;
	if (ok) {
		*list = (struct ek_list){
			.table = ek_list_table(EK_LIST_SKILLS),
			.columns = columns,
			.select = SELECT,
			.from = "skills s",
			.id = "s.skill",
		};
		const struct ek_api_list_ask ask = {list, "s.deleted_ms IS NULL", NULL, 0};
		ok = ek_api_list_query(t, list, NULL, l) &&
		     ek_turn_may(t, EK_MAY_SKILL_READ, NULL) && ek_api_list_fetch(t, &ask, l);
	}
	if (ok)
		ek_turn_look(t, look_list);
	else
		ek_turn_reply(t, 0);
}

/* ---- one, to be changed */

static bool find(struct ek_turn *t, struct skill *s)
{
	bool found = false;
	if (s->id == 0)
		return true;
	if (!ek_turn_row(t, EK_CONTENT_SKILLS, (int64_t)s->id, &s->row, &found))
		return false;
	if (!found || s->row[EK_CONTENT_SKILLS_DELETED_MS].kind != EK_VIEWS_NULL)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	return true;
}

static bool is_free(struct ek_turn *t, const struct skill *s)
{
	const struct ek_views_value args[] = {ek_views_text(s->name_key),
					      ek_views_int((int64_t)s->id)};
	struct ek_turn_rows rows;
	if (!s->has_name)
		return true;
	if (!ek_turn_select(t,
			    "SELECT skill FROM skills WHERE name_key = $1 AND skill <> $2"
			    " AND deleted_ms IS NULL LIMIT 1",
			    args, 2, &rows))
		return false;
	if (rows.n == 0)
		return true;
	return ek_patch_problem(&s->v[0].at, EK_PROBLEM_CONFLICT, EK_FAULT_CONFLICT,
				"There is such a skill already.");
}

static ek_str name_of(const struct skill *s)
{
	return s->row == NULL ? (ek_str){NULL, 0} : ek_turn_text(&s->row[EK_CONTENT_SKILLS_NAME]);
}

/* Their skills with this one under its new name, or without it; names ascend, each once. */
static struct ek_value changed(struct ek_turn *t, const struct skill *s, const struct ek_value *old,
			       ek_str name)
{
	struct ek_cell *cells = ek_turn_get(t, (old->n + 1) * sizeof *cells);
	uint32_t n = 0;
	for (uint32_t i = 0; cells != NULL && i < old->n; i++) {
		struct ek_cell c = old->cells[i];
		if (ek_str_equal(c.s, name_of(s)))
			c.s = name;
		if (c.s.p == NULL)
			continue;
		uint32_t at = n;
		while (at > 0 && ek_str_compare(cells[at - 1].s, c.s) > 0)
			at--;
		if (at > 0 && ek_str_equal(cells[at - 1].s, c.s))
			continue;
		memmove(cells + at + 1, cells + at, (n - at) * sizeof *cells);
		cells[at] = c;
		n++;
	}
	if (n == 0)
		return (struct ek_value){.kind = EK_VALUE_UNSET};
	return (struct ek_value){.kind = EK_VALUE_LIST, .n = n, .cells = cells};
}

static bool needs(struct ek_turn *t, uint32_t conversation, ek_str name)
{
	struct ek_conversation_detail d;
	struct ek_err err;
	if (!ek_look_detail(t->engine, (ek_conversation_id){conversation}, t->arena, &d, &err))
		return ek_problem_err(&t->problem, &err);
	for (uint32_t i = 0; i < d.need_count; i++)
		if (ek_str_equal(d.needs[i].need.skill, name))
			return true;
	return false;
}

/* Conversations that are not closed and ask for it would be stranded by another name. */
static bool is_asked_for(struct ek_turn *t, const struct skill *s)
{
	uint32_t count = ek_look_conversation_count(t->engine);
	for (uint32_t i = 1; i <= count && ek_problem_is_none(&t->problem); i++) {
		struct ek_conversation_view c;
		if (!ek_look_conversation(t->engine, (ek_conversation_id){i}, &c) ||
		    c.state == EK_STATE_CLOSED || !needs(t, i, name_of(s)))
			continue;
		ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			       "an open conversation asks for this skill: cv_%u", i);
	}
	return !ek_problem_is_none(&t->problem);
}

/* The edits of everybody who has it; name p NULL takes it away. */
static bool fill_rows(struct ek_turn *t, struct skill *s, ek_str name)
{
	uint32_t count = ek_look_teammate_count(t->engine);
	struct ek_cmd *rows = ek_turn_get(t, (count + 1) * sizeof *rows);
	struct ek_set *sets = ek_turn_get(t, (count + 1) * sizeof *sets);
	uint32_t n = 0;
	for (uint32_t mate = 1; rows != NULL && sets != NULL && mate <= count; mate++) {
		struct ek_value skills = {0};
		if (!is_here(t, mate))
			continue;
		if (!own_skills(t, mate, &skills))
			return false;
		if (!has(&skills, name_of(s)))
			continue;
		sets[n] = (struct ek_set){EK_SET_SKILLS, changed(t, s, &skills, name)};
		rows[n] = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
		rows[n].settings_change.scope = EK_SCOPE_TEAMMATE;
		rows[n].settings_change.id = mate;
		rows[n].settings_change.set = (struct ek_sets){&sets[n], 1};
		rows[n++].has = 7;
	}
	s->have = n;
	if (n > EK_LIMIT_BULK_ROWS)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "more people have it than one step can change");
	s->cmd.bulk_apply.rows = (struct ek_rows){rows, n};
	ek_api_edit_command(t, &s->edit, n > 0 ? &s->cmd : NULL);
	return ek_problem_is_none(&t->problem);
}

/* ---- writing */

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct skill *s = t->state;
	ek_str levels = s->row == NULL ? (ek_str){NULL, 0}
				       : ek_turn_text(&s->row[EK_CONTENT_SKILLS_LEVELS]);
	if (s->has_name)
		ek_api_change_text(f, "name", name_of(s), s->name);
	if (s->has_levels)
		ek_api_change_raw(f, "levels", levels, s->levels);
}

static void diff_delete(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct skill *s = t->state;
	ek_api_change_text(f, "name", name_of(s), (ek_str){NULL, 0});
	ek_api_change_int(f, "teammates", s->have, 0);
}

static void log_it(struct ek_turn *t, uint64_t id,
		   void (*say)(struct ek_turn *, struct ek_api_change_fields *))
{
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	say(t, &f);
	uint32_t n = f.n;
	ek_str fields = ek_api_change_close(t, &f);
	if (n > 0)
		ek_api_change_add(t, &(struct ek_api_change){
					     .resource = "skill", .object = id, .fields = fields});
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct skill *s = t->state;
	struct ek_views_value row[EK_CONTENT_SKILLS_WIDTH] = {0};
	uint64_t id = s->id != 0 ? s->id : ek_turn_new_id(t, EK_CONTENT_SKILLS);
	(void)answer;
	log_it(t, id, diff);
	if (s->row != NULL)
		memcpy(row, s->row, sizeof row);
	else
		row[EK_CONTENT_SKILLS_CREATED_MS] = ek_views_int(t->now.ms);
	row[EK_CONTENT_SKILLS_SKILL] = ek_views_int((int64_t)id);
	if (s->has_name) {
		row[EK_CONTENT_SKILLS_NAME] = ek_views_text(s->name);
		row[EK_CONTENT_SKILLS_NAME_KEY] = ek_views_text(s->name_key);
	}
	if (s->has_levels)
		row[EK_CONTENT_SKILLS_LEVELS] = ek_views_text(s->levels);
	row[EK_CONTENT_SKILLS_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_SKILLS, row);
	const struct ek_views_value told[] = {row[EK_CONTENT_SKILLS_SKILL],
					      row[EK_CONTENT_SKILLS_NAME],
					      row[EK_CONTENT_SKILLS_LEVELS]};
	put_skill(&t->out, told, s->have);
	t->status = s->id != 0 ? 200 : 201;
}

static void made_delete(struct ek_turn *t, const struct ek_answer *answer)
{
	struct skill *s = t->state;
	struct ek_views_value row[EK_CONTENT_SKILLS_WIDTH];
	(void)answer;
	log_it(t, s->id, diff_delete);
	memcpy(row, s->row, sizeof row);
	row[EK_CONTENT_SKILLS_DELETED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_SKILLS, row);
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "id", EK_IDENT_SKILL, s->id);
	ek_api_put_int(&t->out, "used", s->have);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

/* Counts who has it already, also one that was only named there until now. */
static bool check(struct ek_turn *t)
{
	struct skill *s = t->state;
	ek_str name = s->has_name ? s->name : name_of(s);
	if (!find(t, s) || !is_free(t, s))
		return false;
	bool renames = s->row != NULL && s->has_name && !ek_str_equal(name_of(s), s->name);
	if (renames)
		return !is_asked_for(t, s) && fill_rows(t, s, s->name);
	if (s->row != NULL)
		name = name_of(s);
	uint32_t count = ek_look_teammate_count(t->engine);
	for (uint32_t mate = 1; mate <= count; mate++) {
		struct ek_value skills = {0};
		if (!is_here(t, mate))
			continue;
		if (!own_skills(t, mate, &skills))
			return false;
		s->have += has(&skills, name);
	}
	return true;
}

static bool check_delete(struct ek_turn *t)
{
	struct skill *s = t->state;
	return find(t, s) && !is_asked_for(t, s) && fill_rows(t, s, (ek_str){NULL, 0});
}

/* ---- handlers */

static bool bind(struct ek_turn *t, struct skill *s, bool is_new)
{
	const struct ek_patch_rule rules[] = {
		{"name", EK_PATCH_OF_ANY, 0, is_new ? EK_PATCH_REQUIRED : 0, 0, 0, NULL},
		{"levels", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	};
	if (!ek_turn_body(t, &s->root))
		return false;
	ek_patch_bind(&s->root, rules, EK_LEN(rules), s->v);
	s->has_name = ek_patch_state(&s->v[0].at) != EK_PATCH_ABSENT &&
		      ek_api_text_name(t, &s->v[0].at, &s->name);
	s->has_levels = ek_patch_state(&s->v[1].at) != EK_PATCH_ABSENT &&
			ek_api_text_list(t, &s->v[1].at, LEVELS_MAX, &s->levels);
	if (s->has_name)
		s->name_key = ek_api_list_fold(t, s->name);
	return ek_problem_is_none(&t->problem);
}

static struct skill *begin(struct ek_turn *t, bool has_id)
{
	struct skill *s = EK_TURN_NEW(t, struct skill);
	t->state = s;
	if (s == NULL || !ek_query_end(&t->query))
		return NULL;
	s->cmd = ek_cmd_make(EK_CMD_BULK_APPLY);
	s->cmd.has = 1;
	s->edit.diff = diff;
	s->edit.write.check = check;
	s->edit.write.made = made;
	if (has_id && !ek_turn_id(t, "id", EK_IDENT_SKILL, &s->id))
		return NULL;
	return find(t, s) && ek_turn_may(t, EK_MAY_SKILL_EDIT, NULL) ? s : NULL;
}

static void submit(struct ek_turn *t, struct skill *s, bool ok)
{
	if (ok)
		ek_api_edit_do(t, &s->edit);
	else
		ek_turn_reply(t, 0);
}

void ek_api_create_skill(struct ek_turn *t)
{
	struct skill *s = begin(t, false);
	submit(t, s, s != NULL && bind(t, s, true));
}

void ek_api_update_skill(struct ek_turn *t)
{
	struct skill *s = begin(t, true);
	submit(t, s, s != NULL && bind(t, s, false));
}

void ek_api_delete_skill(struct ek_turn *t)
{
	struct skill *s = begin(t, true);
	if (s != NULL) {
		s->edit.diff = diff_delete;
		s->edit.write.check = check_delete;
		s->edit.write.made = made_delete;
	}
	submit(t, s, s != NULL);
}
