/* Changes of settings that were dated ahead: the list of all places, and taking one back. */
#include "api/api_act.h"
#include "api/api_audit.h"
#include "api/api_edit.h"
#include "api/api_put.h"
#include "api/api_settings_versions.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "wire/setting_json.h"
#include "wire/value_json.h"

struct cancel {
	struct ek_api_edit edit;
	struct ek_cmd cmd;
	struct ek_look_at at;          /* whose it was */
	struct ek_scheduled_view wish; /* what would have been set */
};

static enum ek_may read_right(uint8_t scope)
{
	return scope == EK_SCOPE_TEAM       ? EK_MAY_TEAM_SETTINGS_READ
	       : scope == EK_SCOPE_TEAMMATE ? EK_MAY_TEAMMATE_SETTINGS_READ
					    : EK_MAY_SETTINGS_READ;
}

/* Of who is gone since, what is the workspace's. */
static void find_place(struct ek_turn *t, struct ek_look_at at, struct ek_api_settings_place *out)
{
	if (!ek_api_settings_there(t, at, out))
		*out = (struct ek_api_settings_place){.at = {EK_SCOPE_WORKSPACE, 0}};
}

/* ---- the list */

static void look(struct ek_turn *t)
{
	uint32_t count = ek_look_scheduled_count(t->engine);
	struct ek_json_page page = {.total = 0};
	ek_json_object(&t->out);
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < count; i++) {
		struct ek_scheduled_view s;
		struct ek_api_settings_place place;
		struct ek_err err;
		if (!ek_look_scheduled(t->engine, i, t->arena, &s, &err)) {
			ek_problem_err(&t->problem, &err);
			return;
		}
		find_place(t, (struct ek_look_at){s.scope, s.id}, &place);
		if (!ek_may_is(&t->actor, read_right(place.at.scope), &place.may))
			continue;
		ek_setting_json_scheduled(&t->out, &s);
		page.total++;
	}
	ek_json_list_end(&t->out);
	ek_json_page(&t->out, &page);
	ek_json_object_end(&t->out);
}

void ek_api_list_scheduled_settings(struct ek_turn *t)
{
	if (ek_query_end(&t->query) && ek_turn_may(t, EK_MAY_SETTINGS_READ, NULL))
		ek_turn_look(t, look);
	else
		ek_turn_reply(t, 0);
}

/* ---- taking one back */

static bool find(struct ek_turn *t, uint32_t schedule, struct ek_scheduled_view *out)
{
	struct ek_err err;
	for (uint32_t i = 0; i < ek_look_scheduled_count(t->engine); i++) {
		if (!ek_look_scheduled(t->engine, i, t->arena, out, &err))
			return ek_problem_err(&t->problem, &err);
		if (out->schedule == schedule)
			return true;
	}
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

/* Whoever may set all of it now. */
static bool check(struct ek_turn *t)
{
	static const int bits[] = {
		[EK_SCOPE_WORKSPACE] = EK_AT_W,
		[EK_SCOPE_TEAM] = EK_AT_T,
		[EK_SCOPE_TEAMMATE] = EK_AT_P,
	};
	struct cancel *c = t->state;
	struct ek_scheduled_view s;
	struct ek_api_settings_place place;
	if (!find(t, (uint32_t)c->cmd.settings_cancel.schedule, &s))
		return false;
	c->at = (struct ek_look_at){s.scope, s.id};
	c->wish = s;
	find_place(t, c->at, &place);
	if (!ek_api_settings_may_see(t, &place, true))
		return false;
	for (uint32_t i = 0; i < s.set.n; i++) {
		enum ek_may right = ek_may_setting(s.set.v[i].setting, bits[s.scope]);
		if (!ek_turn_may(t, right, &place.may))
			return false;
	}
	return true;
}

/* What was to come, and does not. */
static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct cancel *c = t->state;
	for (uint32_t i = 0; i < c->wish.set.n; i++) {
		const struct ek_set *s = &c->wish.set.v[i];
		struct ek_json j;
		ek_api_text_begin(t, &j);
		ek_value_json_write(&j, s->setting, &s->value);
		ek_api_change_raw(f, ek_setting_row(s->setting)->wire, ek_api_text_take(t, &j),
				  (ek_str){NULL, 0});
	}
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct cancel *c = t->state;
	bool is_team = c->at.scope == EK_SCOPE_TEAM;
	bool is_mate = c->at.scope == EK_SCOPE_TEAMMATE;
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "settings.cancelled",
						   .object_kind = is_team   ? "team"
								  : is_mate ? "teammate"
									    : NULL,
						   .object = c->at.id,
						   .team = {is_team ? c->at.id : 0}});
	ek_api_act_write_changed(t, answer);
}

void ek_api_cancel_scheduled_settings(struct ek_turn *t)
{
	struct cancel *c = EK_TURN_NEW(t, struct cancel);
	uint32_t schedule = 0;
	t->state = c;
	/* Each setting asks again. */
	bool ok = c != NULL && ek_query_end(&t->query) &&
		  ek_turn_may(t, EK_MAY_SETTINGS_READ, NULL) &&
		  ek_api_settings_versions_path(t, &schedule);
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	c->cmd = ek_cmd_make(EK_CMD_SETTINGS_CANCEL);
	c->cmd.has = 1;
	c->cmd.settings_cancel.schedule = schedule;
	c->edit = (struct ek_api_edit){{.cmd = &c->cmd, .check = check, .made = made}, diff};
	ek_api_edit_do(t, &c->edit);
}
