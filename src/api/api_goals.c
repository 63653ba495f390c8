/* Goals: what targets are for. */
#include <string.h>

#include "api/api_change.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "api/reach.h"
#include "wire/list.h"

enum { PURPOSE_BYTES = 2000 };

/* In the order of schema/content.def, and how many targets hang on it. */
#define SELECT \
	"c.goal, c.title, c.purpose, c.team, c.owner, c.created_ms, c.updated_ms, c.deleted_ms," \
	" c.revision, (SELECT count(*) FROM targets g WHERE g.goal = c.goal AND g.deleted_ms IS" \
	" NULL)"
enum { TARGETS = EK_CONTENT_GOALS_WIDTH };

static const struct ek_list_column columns[EK_LIST_goals_COUNT] = {
	[EK_LIST_goals_id] = {EK_LIST_NUMBER, "c.goal", NULL},
	[EK_LIST_goals_title] = {EK_LIST_TEXT, "c.title", NULL},
	[EK_LIST_goals_team] = {EK_LIST_NUMBER, "c.team", NULL},
	[EK_LIST_goals_owner] = {EK_LIST_NUMBER, "c.owner", NULL},
};

struct goal {
	uint64_t id;
	ek_team_id team;
	struct ek_patch_at body;
	struct ek_patch_value v[4];
	ek_str title;
	struct ek_views_value row[EK_CONTENT_GOALS_WIDTH + 1];
};
enum { TITLE, PURPOSE, OWNER, TEAM, MEMBERS };

static uint64_t id_at(const struct ek_views_value *v)
{
	int64_t id = ek_turn_int(v);
	return id == EK_NONE ? 0 : (uint64_t)id;
}

static void write_one(struct ek_json *j, const struct ek_views_value *row)
{
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_GOAL, id_at(&row[EK_CONTENT_GOALS_GOAL]));
	ek_api_put_text(j, "title", ek_turn_text(&row[EK_CONTENT_GOALS_TITLE]));
	ek_api_put_text(j, "purpose", ek_turn_text(&row[EK_CONTENT_GOALS_PURPOSE]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_at(&row[EK_CONTENT_GOALS_TEAM]));
	ek_api_put_id(j, "owner", EK_IDENT_TEAMMATE, id_at(&row[EK_CONTENT_GOALS_OWNER]));
	ek_api_put_int(j, "targets", ek_turn_int(&row[TARGETS]));
	ek_api_put_time(j, "created_at", (ek_time){ek_turn_int(&row[EK_CONTENT_GOALS_CREATED_MS])});
	ek_api_put_time(j, "updated_at", (ek_time){ek_turn_int(&row[EK_CONTENT_GOALS_UPDATED_MS])});
	ek_json_object_end(j);
}

void ek_api_list_goals(struct ek_turn *t)
{
	struct ek_api_list *page = EK_TURN_NEW(t, struct ek_api_list);
	struct ek_list *list = EK_TURN_NEW(t, struct ek_list);
	const struct ek_reach reach = {
		.right = EK_MAY_GOAL_READ, .team = "c.team", .where = "c.deleted_ms IS NULL"};
	struct ek_api_list_ask ask = {.list = list};
	if (page != NULL && list != NULL) {
		*list = (struct ek_list){.table = ek_list_table(EK_LIST_GOALS),
					 .columns = columns,
					 .select = SELECT,
					 .from = "goals c",
					 .id = "c.goal"};
		if (ek_api_list_query(t, list, NULL, page) && ek_reach_ask(t, &reach, &ask) &&
		    ek_api_list_fetch(t, &ask, page)) {
			ek_api_list_begin(t, page);
			for (uint32_t i = 0; i < page->rows.n; i++)
				write_one(&t->out, ek_api_list_at(page, i));
			ek_api_list_end(t, page);
		}
	}
	ek_turn_reply(t, 200);
}

/* ---- one */

static bool find(struct ek_turn *t, struct goal *c)
{
	const struct ek_views_value key = ek_views_int((int64_t)c->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(
		    t, "SELECT " SELECT " FROM goals c WHERE c.goal = $1 AND c.deleted_ms IS NULL",
		    &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	memcpy(c->row, rows.v, sizeof c->row);
	c->team.v = (uint32_t)id_at(&c->row[EK_CONTENT_GOALS_TEAM]);
	return true;
}

static bool may(struct ek_turn *t, const struct goal *c, enum ek_may right)
{
	const struct ek_may_object object = {.teams = &c->team, .team_count = c->team.v != 0};
	return ek_turn_may(t, right, &object);
}

static struct goal *open_one(struct ek_turn *t, enum ek_may right)
{
	struct goal *c = EK_TURN_NEW(t, struct goal);
	t->state = c;
	return c != NULL && ek_turn_id(t, "id", EK_IDENT_GOAL, &c->id) && find(t, c) &&
			       may(t, c, right) && ek_query_end(&t->query)
		       ? c
		       : NULL;
}

void ek_api_get_goal(struct ek_turn *t)
{
	const struct goal *c = open_one(t, EK_MAY_GOAL_READ);
	if (c != NULL) {
		ek_turn_set_etag(t, ek_turn_int(&c->row[EK_CONTENT_GOALS_REVISION]));
		write_one(&t->out, c->row);
	}
	ek_turn_reply(t, 200);
}

/* ---- writing */

static bool is_there(struct ek_turn *t, const char *sql, const struct ek_patch_value *v)
{
	const struct ek_views_value key = ek_views_int(v->i);
	struct ek_turn_rows rows;
	if (v->state != EK_PATCH_VALUE)
		return true;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	return rows.n > 0 || ek_patch_fault(&v->at, EK_FAULT_NOT_FOUND, NULL);
}

static bool bind(struct ek_turn *t, struct goal *c, bool is_new)
{
	const struct ek_patch_rule rules[MEMBERS] = {
		[TITLE] = {"title", EK_PATCH_OF_ANY, 0, is_new ? EK_PATCH_REQUIRED : 0, 0, 0, NULL},
		[PURPOSE] = {"purpose", EK_PATCH_OF_PROSE, 0, EK_PATCH_NULLABLE, 1, PURPOSE_BYTES,
			     NULL},
		[OWNER] = {"owner", EK_PATCH_OF_ID, EK_IDENT_TEAMMATE, 0, 0, 0, NULL},
		[TEAM] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
	};
	if (!ek_turn_body(t, &c->body))
		return false;
	ek_patch_bind(&c->body, rules, is_new ? MEMBERS : TEAM, c->v);
	if (c->v[TITLE].state == EK_PATCH_VALUE)
		(void)ek_api_text_name(t, &c->v[TITLE].at, &c->title);
	(void)is_there(t, "SELECT teammate FROM people WHERE teammate = $1 AND state <> 'deleted'",
		       &c->v[OWNER]);
	(void)is_there(t, "SELECT team FROM team_profiles WHERE team = $1 AND deleted_ms IS NULL",
		       &c->v[TEAM]);
	return ek_problem_is_none(&t->problem);
}

static void log_it(struct ek_turn *t, const struct goal *c, const struct ek_views_value *was,
		   const struct ek_views_value *is)
{
	const ek_str none = {NULL, 0};
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	ek_api_change_text(&f, "title",
			   was == NULL ? none : ek_turn_text(&was[EK_CONTENT_GOALS_TITLE]),
			   is == NULL ? none : ek_turn_text(&is[EK_CONTENT_GOALS_TITLE]));
	ek_api_change_text(&f, "purpose",
			   was == NULL ? none : ek_turn_text(&was[EK_CONTENT_GOALS_PURPOSE]),
			   is == NULL ? none : ek_turn_text(&is[EK_CONTENT_GOALS_PURPOSE]));
	uint32_t n = f.n;
	ek_str fields = ek_api_change_close(t, &f);
	if (n > 0)
		ek_api_change_add(t, &(struct ek_api_change){.resource = "goal",
							     .object = c->id,
							     .team = c->team,
							     .fields = fields});
}

static bool check(struct ek_turn *t)
{
	struct goal *c = t->state;
	return c->id == 0 ||
	       (find(t, c) && ek_turn_if_match(t, ek_turn_int(&c->row[EK_CONTENT_GOALS_REVISION])));
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct goal *c = t->state;
	struct ek_views_value row[EK_CONTENT_GOALS_WIDTH + 1];
	bool is_new = c->id == 0;
	(void)answer;
	memcpy(row, c->row, sizeof row);
	if (is_new) {
		c->id = ek_turn_new_id(t, EK_CONTENT_GOALS);
		row[EK_CONTENT_GOALS_GOAL] = ek_views_int((int64_t)c->id);
		row[EK_CONTENT_GOALS_TEAM] = ek_views_id(c->team.v);
		row[EK_CONTENT_GOALS_OWNER] = ek_views_id(t->self.v);
		row[EK_CONTENT_GOALS_CREATED_MS] = ek_views_int(t->now.ms);
		row[EK_CONTENT_GOALS_REVISION] = ek_views_int(0);
		row[TARGETS] = ek_views_int(0);
	}
	if (c->title.p != NULL)
		row[EK_CONTENT_GOALS_TITLE] = ek_views_text(c->title);
	if (c->v[PURPOSE].state != EK_PATCH_ABSENT)
		row[EK_CONTENT_GOALS_PURPOSE] = c->v[PURPOSE].state == EK_PATCH_VALUE
							? ek_views_text(c->v[PURPOSE].s)
							: ek_views_int(EK_NONE);
	if (c->v[OWNER].state == EK_PATCH_VALUE)
		row[EK_CONTENT_GOALS_OWNER] = ek_views_int(c->v[OWNER].i);
	row[EK_CONTENT_GOALS_UPDATED_MS] = ek_views_int(t->now.ms);
	row[EK_CONTENT_GOALS_REVISION] =
		ek_views_int(ek_turn_int(&row[EK_CONTENT_GOALS_REVISION]) + 1);
	ek_turn_put(t, EK_CONTENT_GOALS, row);
	log_it(t, c, is_new ? NULL : c->row, row);
	ek_turn_set_etag(t, ek_turn_int(&row[EK_CONTENT_GOALS_REVISION]));
	write_one(&t->out, row);
	t->status = is_new ? 201 : 200;
}

static const struct ek_turn_write keep = {.check = check, .made = made};

static void write_it(struct ek_turn *t, const struct goal *c, const struct ek_turn_write *write)
{
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_GOAL, c->team, {0}});
	ek_turn_write(t, write);
}

void ek_api_create_goal(struct ek_turn *t)
{
	struct goal *c = EK_TURN_NEW(t, struct goal);
	t->state = c;
	if (c != NULL && ek_query_end(&t->query) && bind(t, c, true)) {
		c->team.v = c->v[TEAM].state == EK_PATCH_VALUE ? (uint32_t)c->v[TEAM].i : 0;
		if (may(t, c, EK_MAY_GOAL_EDIT)) {
			write_it(t, c, &keep);
			return;
		}
	}
	ek_turn_reply(t, 0);
}

void ek_api_update_goal(struct ek_turn *t)
{
	struct goal *c = open_one(t, EK_MAY_GOAL_EDIT);
	if (c != NULL && bind(t, c, false))
		write_it(t, c, &keep);
	else
		ek_turn_reply(t, 0);
}

/* ---- ending one */

static bool check_gone(struct ek_turn *t)
{
	struct goal *c = t->state;
	if (!check(t))
		return false;
	return ek_turn_int(&c->row[TARGETS]) == 0 ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "targets hang on this goal");
}

static void made_gone(struct ek_turn *t, const struct ek_answer *answer)
{
	struct goal *c = t->state;
	(void)answer;
	log_it(t, c, c->row, NULL);
	c->row[EK_CONTENT_GOALS_DELETED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_GOALS, c->row);
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "id", EK_IDENT_GOAL, c->id);
	ek_api_put_int(&t->out, "used", 0);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

void ek_api_delete_goal(struct ek_turn *t)
{
	static const struct ek_turn_write write = {.check = check_gone, .made = made_gone};
	const struct goal *c = open_one(t, EK_MAY_GOAL_EDIT);
	if (c != NULL)
		write_it(t, c, &write);
	else
		ek_turn_reply(t, 0);
}
