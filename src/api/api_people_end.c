/* Teammates: deactivated, brought back, deleted. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_people_inside.h"
#include "api/api_put.h"
#include "api/api_sign_in.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "model/limits.h"

struct leaving {
	struct ek_api_edit edit;
	struct ek_cmd cmd;
	struct ek_api_person person;
	const struct ek_views_value *row; /* of people, whole */
	struct ek_api_people_access access;
	ek_teammate_id heir;
	const char *state; /* what they become */
	bool is_match;     /* If-Match is asked for */
};

/* ---- what opens the door */

bool ek_api_people_find_access(struct ek_turn *t, ek_teammate_id id,
			       struct ek_api_people_access *out)
{
	const struct ek_views_value key = ek_views_int(id.v);
	return ek_api_sign_in_all(t, id.v, &out->sign_ins) &&
	       ek_turn_select(t,
			      "SELECT * FROM tokens WHERE teammate = $1 AND kind = 1"
			      " AND revoked_ms IS NULL",
			      &key, 1, &out->tokens);
}

void ek_api_people_end_access(struct ek_turn *t, ek_teammate_id id,
			      const struct ek_api_people_access *a)
{
	ek_api_sign_in_end_all(t, &a->sign_ins, "disabled");
	for (uint32_t i = 0; i < a->tokens.n; i++) {
		struct ek_views_value v[EK_CONTENT_TOKENS_WIDTH];
		memcpy(v, a->tokens.v + (size_t)i * a->tokens.columns, sizeof v);
		v[EK_CONTENT_TOKENS_REVOKED_MS] = ek_views_int(t->now.ms);
		ek_turn_put(t, EK_CONTENT_TOKENS, v);
	}
	ek_turn_erase(t,
		      &(struct ek_writer_erasure){EK_CONTENT_INVITES, EK_CONTENT_INVITES_TEAMMATE,
						  ek_views_int(id.v)});
	ek_feed_recheck(t->api->options.feed);
}

/* ---- before */

static bool is_admin(const struct leaving *l)
{
	return (ek_turn_int(&l->row[EK_CONTENT_PEOPLE_ROLES]) >> EK_ROLE_ADMIN & 1) != 0 &&
	       ek_str_is(ek_turn_text(&l->row[EK_CONTENT_PEOPLE_STATE]), "active");
}

static bool reload(struct ek_turn *t, struct leaving *l)
{
	bool found = false;
	if (!ek_api_person_load(t, l->person.id.v, &l->person) ||
	    !ek_turn_row(t, EK_CONTENT_PEOPLE, l->person.id.v, &l->row, &found) || !found)
		return false;
	if (!l->is_match)
		return true;
	ek_str config = ek_api_person_config(t, &l->person);
	return config.p != NULL && ek_api_edit_match(t, config);
}

static bool check_leaving(struct ek_turn *t, struct leaving *l)
{
	return reload(t, l) && (!is_admin(l) || ek_api_people_keeps_admin(t, l->person.id)) &&
	       ek_api_people_find_access(t, l->person.id, &l->access);
}

/* What they hold open goes back to its teams, and they are away and reassigning, so that what
 * sleeps goes back too when its contact writes. */
static bool add_rows(struct ek_turn *t, struct leaving *l, struct ek_cmd *rows, uint32_t *count)
{
	struct ek_load_view load;
	struct ek_setting_view reasons, required;
	struct ek_err err;
	uint32_t n = 0;
	const struct ek_look_ask ask_reasons = {{EK_SCOPE_WORKSPACE, 0}, EK_SET_AWAY_REASONS};
	const struct ek_look_ask ask_required = {{EK_SCOPE_WORKSPACE, 0},
						 EK_SET_AWAY_REASON_REQUIRED};
	if (!ek_look_load(t->engine, l->person.id, t->arena, &load, &err) ||
	    !ek_look_setting(t->engine, ask_reasons, t->arena, &reasons, &err) ||
	    !ek_look_setting(t->engine, ask_required, t->arena, &required, &err))
		return ek_problem_err(&t->problem, &err);
	bool needs_reason = required.effective.kind == EK_VALUE_INT && required.effective.i != 0;
	if (!needs_reason || reasons.effective.n > 0) {
		struct ek_cmd *c = &rows[n++];
		*c = ek_cmd_make(EK_CMD_PRESENCE_SET);
		c->presence_set.teammate = l->person.id;
		c->presence_set.presence = EK_PRESENCE_AWAY_REASSIGNING;
		c->has = 3;
		if (needs_reason) {
			c->presence_set.reason = reasons.effective.cells[0].s;
			c->has = 7;
		}
	}
	for (uint32_t i = 0; i < load.item_count; i++) {
		const struct ek_load_item *item = &load.items[i];
		if (item->why != EK_LOAD_OPEN && item->why != EK_LOAD_UNCOUNTED_TAG)
			continue;
		rows[n] = ek_cmd_make(EK_CMD_CONVERSATION_RELEASE);
		rows[n].conversation_release.conversation = item->conversation;
		rows[n++].has = 1;
	}
	*count = n;
	return true;
}

static bool fill_deactivation(struct ek_turn *t, struct leaving *l)
{
	struct ek_teammate_view v;
	struct ek_load_view load;
	struct ek_err err;
	uint32_t n = 0;
	if (!ek_look_load(t->engine, l->person.id, t->arena, &load, &err))
		return ek_problem_err(&t->problem, &err);
	struct ek_cmd *rows = ek_turn_get(t, (load.item_count + 2) * sizeof *rows);
	if (rows == NULL)
		return false;
	/* Who is deactivated already is refused by the engine. */
	bool is_here = ek_look_teammate(t->engine, l->person.id, &v) && v.active;
	if (is_here && !add_rows(t, l, rows, &n))
		return false;
	rows[n] = ek_cmd_make(EK_CMD_TEAMMATE_DEACTIVATE);
	rows[n].teammate_deactivate.teammate = l->person.id;
	rows[n++].has = 1;
	if (n == 1) {
		l->cmd = rows[0];
	} else {
		l->cmd = ek_cmd_make(EK_CMD_BULK_APPLY);
		l->cmd.bulk_apply.rows = (struct ek_rows){rows, n};
		l->cmd.has = 1;
	}
	l->cmd.by = t->by;
	return n <= EK_LIMIT_BULK_ROWS ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "they hold more than one step can give back");
}

static bool check_deactivate(struct ek_turn *t)
{
	struct leaving *l = t->state;
	if (!check_leaving(t, l))
		return false;
	if (ek_str_is(ek_turn_text(&l->row[EK_CONTENT_PEOPLE_STATE]), "deactivated"))
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "they are deactivated already");
	return fill_deactivation(t, l);
}

static bool check_delete(struct ek_turn *t)
{
	struct leaving *l = t->state;
	struct ek_teammate_view v;
	if (!check_leaving(t, l))
		return false;
	if (l->heir.v == 0)
		return true;
	if (l->heir.v == l->person.id.v)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "nobody is their own heir");
	if (!ek_look_teammate(t->engine, l->heir, &v) || v.deleted)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	return true;
}

static bool check_reactivate(struct ek_turn *t)
{
	return reload(t, t->state);
}

/* ---- after */

static void diff_state(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct leaving *l = t->state;
	ek_str after = {l->state, (uint32_t)strlen(l->state)};
	ek_api_change_text(f, "state", ek_turn_text(&l->row[EK_CONTENT_PEOPLE_STATE]), after);
}

static void put_state(struct ek_turn *t, const struct leaving *l, const char *action)
{
	struct ek_views_value row[EK_CONTENT_PEOPLE_WIDTH];
	struct ek_api_change_fields f;
	memcpy(row, l->row, sizeof row);
	ek_api_change_open(t, &f);
	diff_state(t, &f);
	ek_api_change_add(t, &(struct ek_api_change){.resource = "teammate",
						     .object = l->person.id.v,
						     .teammate = l->person.id,
						     .fields = ek_api_change_close(t, &f)});
	ek_api_audit_add(t, &(struct ek_api_audit){.action = action,
						   .object_kind = "teammate",
						   .object = l->person.id.v});
	row[EK_CONTENT_PEOPLE_STATE] =
		ek_views_text((ek_str){l->state, (uint32_t)strlen(l->state)});
	row[EK_CONTENT_PEOPLE_RIGHTS_MS] = ek_views_int(t->now.ms);
	row[EK_CONTENT_PEOPLE_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_PEOPLE, row);
}

/* Whether it took a conversation from them. */
static bool went_from(const struct ek_event *e, ek_teammate_id who)
{
	return e->kind == EK_EVENT_ASSIGNMENT_ENDED && e->assignment_ended.teammate.v == who.v;
}

static bool is_given(const struct ek_answer *a, ek_conversation_id id, ek_teammate_id heir)
{
	for (uint32_t i = 0; heir.v != 0 && i < a->events.n; i++) {
		const struct ek_event *e = &a->events.v[i];
		if (e->kind == EK_EVENT_ASSIGNMENT_MADE && e->assignment_made.how == EK_HOW_HEIR &&
		    e->assignment_made.conversation.v == id.v)
			return true;
	}
	return false;
}

static void put_conversations(struct ek_turn *t, const struct ek_answer *a, const char *key,
			      bool given)
{
	const struct leaving *l = t->state;
	ek_json_key(&t->out, key);
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < a->events.n; i++) {
		const struct ek_event *e = &a->events.v[i];
		if (went_from(e, l->person.id) &&
		    is_given(a, e->assignment_ended.conversation, l->heir) == given)
			ek_json_id(&t->out, EK_IDENT_CONVERSATION,
				   e->assignment_ended.conversation.v);
	}
	ek_json_list_end(&t->out);
}

static void answer_left(struct ek_turn *t, const struct ek_answer *a)
{
	const struct leaving *l = t->state;
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, l->person.id.v);
	ek_api_put_bool(&t->out, "active", false);
	put_conversations(t, a, "returned", false);
	put_conversations(t, a, "given", true);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static void made_deactivate(struct ek_turn *t, const struct ek_answer *a)
{
	const struct leaving *l = t->state;
	put_state(t, l, "teammate.deactivated");
	ek_api_people_end_access(t, l->person.id, &l->access);
	answer_left(t, a);
}

static void made_delete(struct ek_turn *t, const struct ek_answer *a)
{
	const struct leaving *l = t->state;
	put_state(t, l, "teammate.deleted");
	ek_api_people_end_access(t, l->person.id, &l->access);
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_TEAM_ROLES,
						     EK_CONTENT_TEAM_ROLES_TEAMMATE,
						     ek_views_int(l->person.id.v)});
	answer_left(t, a);
}

static void made_reactivate(struct ek_turn *t, const struct ek_answer *a)
{
	struct leaving *l = t->state;
	struct ek_views_value row[EK_API_PERSON_WIDTH];
	const struct ek_api_person_how how = {.is_whole = true, .seq = t->seq};
	(void)a;
	put_state(t, l, "teammate.reactivated");
	memcpy(row, l->person.row, sizeof row);
	row[EK_API_PERSON_STATE] = ek_views_text((ek_str){l->state, (uint32_t)strlen(l->state)});
	row[EK_API_PERSON_UPDATED] = ek_views_int(t->now.ms);
	l->person.row = row;
	ek_api_person_write(t, &t->out, &l->person, &how);
	ek_str config = ek_api_person_config(t, &l->person);
	if (config.p != NULL)
		ek_api_edit_tag(t, config);
}

/* ---- handlers */

static struct leaving *begin(struct ek_turn *t, enum ek_may right)
{
	struct leaving *l = EK_TURN_NEW(t, struct leaving);
	uint64_t heir = 0;
	t->state = l;
	if (l == NULL)
		return NULL;
	if (right == EK_MAY_TEAMMATE_DELETE)
		ek_query_id(&t->query, "heir", EK_IDENT_TEAMMATE, &heir);
	l->heir.v = (uint32_t)heir;
	bool ok = ek_query_end(&t->query) && ek_api_person_path(t, "id", &l->person) &&
		  ek_turn_may(t, right, &l->person.object);
	l->edit.write.cmd = &l->cmd;
	l->edit.diff = diff_state;
	return ok && ek_problem_is_none(&t->problem) ? l : NULL;
}

void ek_api_deactivate_teammate(struct ek_turn *t)
{
	struct leaving *l = begin(t, EK_MAY_TEAMMATE_DEACTIVATE);
	if (l == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	l->state = "deactivated";
	l->cmd = ek_cmd_make(EK_CMD_TEAMMATE_DEACTIVATE);
	l->edit.write.check = check_deactivate;
	l->edit.write.made = made_deactivate;
	ek_api_edit_do(t, &l->edit);
}

void ek_api_reactivate_teammate(struct ek_turn *t)
{
	struct leaving *l = begin(t, EK_MAY_TEAMMATE_DEACTIVATE);
	bool found = false;
	bool ok = l != NULL && ek_turn_row(t, EK_CONTENT_PEOPLE, l->person.id.v, &l->row, &found) &&
		  found;
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	/* Who never had a password was only invited. */
	l->state = l->row[EK_CONTENT_PEOPLE_PASSWORD].kind == EK_VIEWS_NULL ? "invited" : "active";
	l->cmd = ek_cmd_make(EK_CMD_TEAMMATE_REACTIVATE);
	l->cmd.teammate_reactivate.teammate = l->person.id;
	l->cmd.has = 1;
	l->edit.write.check = check_reactivate;
	l->edit.write.made = made_reactivate;
	ek_api_edit_do(t, &l->edit);
}

void ek_api_delete_teammate(struct ek_turn *t)
{
	struct leaving *l = begin(t, EK_MAY_TEAMMATE_DELETE);
	if (l == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	l->state = "deleted";
	l->is_match = true;
	l->cmd = ek_cmd_make(EK_CMD_TEAMMATE_DELETE);
	l->cmd.teammate_delete.teammate = l->person.id;
	l->cmd.teammate_delete.heir = l->heir;
	l->cmd.has = 3;
	l->edit.write.check = check_delete;
	l->edit.write.made = made_delete;
	ek_api_edit_do(t, &l->edit);
}
