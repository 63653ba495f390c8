/* Teammates: invited, changed. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_invitations.h"
#include "api/api_mail.h"
#include "api/api_people_inside.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"

/* ---- the change log */

static ek_str words_json(struct ek_turn *t, int64_t words)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (int role = EK_ROLE_TEAMMATE; role <= EK_ROLE_ADMIN; role++)
		if ((words >> (role - 1) & 1) != 0)
			ek_json_word(&j, ek_enums_wire(EK_ENUM_ROLE, role));
	ek_json_list_end(&j);
	return ek_api_text_take(t, &j);
}

static void say_text(struct ek_api_change_fields *f, const char *name,
		     const struct ek_views_value *before, const struct ek_views_value *after)
{
	ek_api_change_text(f, name, ek_turn_text(before), ek_turn_text(after));
}

static int64_t words_now(const struct ek_api_people_draft *d)
{
	int64_t words = (d->bits & 1) | d->bits >> 1;
	words |= d->lead_count > 0 ? 1 << (EK_ROLE_LEAD - 1) : 0;
	return words | (d->manager_count > 0 ? 1 << (EK_ROLE_MANAGER - 1) : 0);
}

static bool says_roles(const struct ek_api_people_draft *d)
{
	return d->has_roles || d->leads.state != EK_PATCH_ABSENT ||
	       d->manages.state != EK_PATCH_ABSENT;
}

/* Where a role holds, as JSON: null is every team. */
static ek_str reach_json(struct ek_turn *t, int64_t bits, int role, const ek_team_id *teams,
			 uint32_t n)
{
	struct ek_json j;
	if ((bits >> role & 1) != 0)
		return EK_S("null");
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++)
		ek_json_id(&j, EK_IDENT_TEAM, teams[i].v);
	ek_json_list_end(&j);
	return ek_api_text_take(t, &j);
}

static ek_str reach_before(struct ek_turn *t, const struct ek_api_people_draft *d, int role)
{
	const struct ek_turn_rows *r = &d->person.roles;
	ek_team_id *teams = ek_turn_get(t, (r->n + 1) * sizeof *teams);
	uint32_t n = 0;
	for (uint32_t i = 0; teams != NULL && i < r->n; i++) {
		const struct ek_views_value *v = &r->v[(size_t)i * r->columns];
		if (ek_turn_int(&v[1]) == role)
			teams[n++].v = (uint32_t)ek_turn_int(&v[0]);
	}
	return reach_json(t, ek_turn_int(&d->row[EK_CONTENT_PEOPLE_ROLES]), role, teams, n);
}

static void say_roles(struct ek_turn *t, struct ek_api_change_fields *f,
		      const struct ek_api_people_draft *d)
{
	int64_t before = ek_turn_int(&d->person.row[EK_API_PERSON_WORDS]);
	if (!says_roles(d))
		return;
	ek_api_change_raw(f, "roles", words_json(t, before), words_json(t, words_now(d)));
	ek_api_change_raw(f, "leads", reach_before(t, d, EK_ROLE_LEAD),
			  reach_json(t, d->bits, EK_ROLE_LEAD, d->lead_teams, d->lead_count));
	ek_api_change_raw(
		f, "manages", reach_before(t, d, EK_ROLE_MANAGER),
		reach_json(t, d->bits, EK_ROLE_MANAGER, d->manager_teams, d->manager_count));
}

/* ---- changing */

static void merge(const struct ek_api_people_draft *d, struct ek_views_value *row, ek_time now)
{
	memcpy(row, d->row, EK_CONTENT_PEOPLE_WIDTH * sizeof *row);
	if (d->has_name) {
		row[EK_CONTENT_PEOPLE_NAME] = ek_views_text(d->name);
		row[EK_CONTENT_PEOPLE_NAME_KEY] = ek_views_text(d->name_key);
	}
	if (d->has_email) {
		row[EK_CONTENT_PEOPLE_EMAIL] = ek_views_text(d->email);
		row[EK_CONTENT_PEOPLE_EMAIL_KEY] = ek_views_text(d->email_key);
	}
	if (d->has_languages)
		row[EK_CONTENT_PEOPLE_LANGUAGES] = ek_views_text(d->languages);
	if (says_roles(d)) {
		row[EK_CONTENT_PEOPLE_ROLES] = ek_views_int(d->bits);
		row[EK_CONTENT_PEOPLE_RIGHTS_MS] = ek_views_int(now.ms);
	}
	row[EK_CONTENT_PEOPLE_UPDATED_MS] = ek_views_int(now.ms);
}

static void diff_update(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct ek_api_people_draft *d = t->state;
	struct ek_views_value row[EK_CONTENT_PEOPLE_WIDTH];
	merge(d, row, t->now);
	say_text(f, "name", &d->row[EK_CONTENT_PEOPLE_NAME], &row[EK_CONTENT_PEOPLE_NAME]);
	say_text(f, "email", &d->row[EK_CONTENT_PEOPLE_EMAIL], &row[EK_CONTENT_PEOPLE_EMAIL]);
	ek_api_change_raw(f, "languages", ek_turn_text(&d->row[EK_CONTENT_PEOPLE_LANGUAGES]),
			  ek_turn_text(&row[EK_CONTENT_PEOPLE_LANGUAGES]));
	say_roles(t, f, d);
}

static bool check_update(struct ek_turn *t)
{
	struct ek_api_people_draft *d = t->state;
	bool found = false;
	if (!ek_api_person_load(t, d->person.id.v, &d->person) ||
	    !ek_turn_row(t, EK_CONTENT_PEOPLE, d->person.id.v, &d->row, &found))
		return false;
	ek_str config = ek_api_person_config(t, &d->person);
	if (!found || config.p == NULL || !ek_api_edit_match(t, config) ||
	    !ek_api_people_email_free(t, d, d->person.id) || !ek_api_people_grant(t, d))
		return false;
	int64_t admin = 1 << EK_ROLE_ADMIN;
	bool loses = (ek_turn_int(&d->row[EK_CONTENT_PEOPLE_ROLES]) & admin) != 0 &&
		     (d->bits & admin) == 0;
	return !loses || ek_api_people_keeps_admin(t, d->person.id);
}

static void log_update(struct ek_turn *t, const struct ek_api_people_draft *d)
{
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	diff_update(t, &f);
	uint32_t n = f.n;
	ek_str fields = ek_api_change_close(t, &f);
	if (n > 0)
		ek_api_change_add(t, &(struct ek_api_change){.resource = "teammate",
							     .object = d->person.id.v,
							     .teammate = d->person.id,
							     .fields = fields});
	if (says_roles(d))
		ek_api_audit_add(t, &(struct ek_api_audit){.action = "teammate.roles_changed",
							   .object_kind = "teammate",
							   .object = d->person.id.v});
	if (d->has_email)
		ek_api_audit_add(t, &(struct ek_api_audit){.action = "teammate.address_changed",
							   .object_kind = "teammate",
							   .object = d->person.id.v});
}

static void made_update(struct ek_turn *t, const struct ek_answer *answer)
{
	struct ek_api_people_draft *d = t->state;
	struct ek_views_value row[EK_CONTENT_PEOPLE_WIDTH];
	const struct ek_api_person_how how = {.is_whole = true, .seq = t->seq};
	(void)answer;
	log_update(t, d);
	merge(d, row, t->now);
	ek_turn_put(t, EK_CONTENT_PEOPLE, row);
	if (says_roles(d)) {
		ek_api_people_put_roles(t, d->person.id, d);
		ek_feed_recheck(t->api->options.feed);
	}
	d->row = row;
	ek_api_people_answer(t, &t->out, d->person.id, d, &how);
}

/* Each member has a right of its own; somebody who sends none of them changes nothing. */
static bool may_update(struct ek_turn *t, const struct ek_api_people_draft *d)
{
	const struct ek_may_object *o = &d->person.object;
	bool sets_rights =
		says_roles(d) || ek_patch_state(&d->v[EK_API_PEOPLE_EMAIL].at) != EK_PATCH_ABSENT;
	bool sets_languages = ek_patch_state(&d->v[EK_API_PEOPLE_LANGUAGES].at) != EK_PATCH_ABSENT;
	bool sets_name = ek_patch_state(&d->v[EK_API_PEOPLE_NAME].at) != EK_PATCH_ABSENT;
	if (sets_rights && !ek_turn_may(t, EK_MAY_TEAMMATE_RIGHTS_EDIT, o))
		return false;
	if (sets_languages && !ek_turn_may(t, EK_MAY_TEAMMATE_LANGUAGES_EDIT, o))
		return false;
	bool asks_name = sets_name || (!sets_rights && !sets_languages);
	return !asks_name || ek_turn_may(t, EK_MAY_TEAMMATE_NAME_EDIT, o);
}

static const struct ek_patch_rule rules[] = {
	[EK_API_PEOPLE_NAME] = {"name", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	[EK_API_PEOPLE_EMAIL] = {"email", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	[EK_API_PEOPLE_ROLES] = {"roles", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	[EK_API_PEOPLE_LANGUAGES] = {"languages", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	[EK_API_PEOPLE_LEADS] = {"leads", EK_PATCH_OF_ANY, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
	[EK_API_PEOPLE_MANAGES] = {"manages", EK_PATCH_OF_ANY, 0, EK_PATCH_NULLABLE, 0, 0, NULL},
	[EK_API_PEOPLE_MEMBERSHIPS] = {"memberships", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
};

void ek_api_update_teammate(struct ek_turn *t)
{
	struct ek_api_people_draft *d = EK_TURN_NEW(t, struct ek_api_people_draft);
	bool ok = ek_query_end(&t->query) && d != NULL && ek_turn_body(t, &d->root);
	t->state = d;
	if (ok) {
		/* Memberships are edited by themselves. */
		ek_patch_bind(&d->root, rules, EK_API_PEOPLE_MEMBERSHIPS, d->v);
		ek_api_people_bind(t, d);
		ok = ek_api_person_path(t, "id", &d->person) && may_update(t, d);
	}
	if (!ok || !ek_problem_is_none(&t->problem)) {
		ek_turn_reply(t, 0);
		return;
	}
	d->edit.write.check = check_update;
	d->edit.write.made = made_update;
	d->edit.diff = diff_update;
	ek_api_edit_do(t, &d->edit);
}

/* ---- inviting */

static bool fill_command(struct ek_turn *t, struct ek_api_people_draft *d)
{
	ek_team_id *teams = ek_turn_get(t, (d->memberships.n + 1) * sizeof *teams);
	uint32_t primary = 0;
	uint32_t n = 0;
	if (teams == NULL)
		return false;
	for (int level = EK_LEVEL_PRIMARY; level <= EK_LEVEL_SECONDARY; level++) {
		for (uint32_t i = 0; i < d->memberships.n; i++)
			if (d->memberships.v[i].level == level)
				teams[n++].v = d->memberships.v[i].id;
		if (level == EK_LEVEL_PRIMARY)
			primary = n;
	}
	d->cmd = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	d->cmd.teammate_create.primary = (struct ek_teams){teams, primary};
	d->cmd.teammate_create.secondary = (struct ek_teams){teams + primary, n - primary};
	d->cmd.has = 3;
	d->edit.write.cmd = &d->cmd;
	return true;
}

static bool check_invite(struct ek_turn *t)
{
	struct ek_api_people_draft *d = t->state;
	bool ok = true;
	for (uint32_t i = 0; i < d->memberships.n; i++) {
		struct ek_patch_at row = ek_patch_row(&d->v[EK_API_PEOPLE_MEMBERSHIPS].at, i);
		struct ek_patch_at team = ek_patch_member(&row, "team");
		struct ek_team_view v;
		if (!ek_look_team(t->engine, (ek_team_id){d->memberships.v[i].id}, &v) || v.deleted)
			ok = ek_patch_fault(&team, EK_FAULT_NOT_FOUND, NULL);
	}
	return ok && ek_api_people_email_free(t, d, (ek_teammate_id){0}) &&
	       ek_api_people_grant(t, d);
}

static void fill_row(const struct ek_api_people_draft *d, ek_teammate_id id, ek_time now,
		     struct ek_views_value *row)
{
	row[EK_CONTENT_PEOPLE_TEAMMATE] = ek_views_int(id.v);
	row[EK_CONTENT_PEOPLE_NAME] = ek_views_text(d->name);
	row[EK_CONTENT_PEOPLE_NAME_KEY] = ek_views_text(d->name_key);
	row[EK_CONTENT_PEOPLE_EMAIL] = ek_views_text(d->email);
	row[EK_CONTENT_PEOPLE_EMAIL_KEY] = ek_views_text(d->email_key);
	row[EK_CONTENT_PEOPLE_STATE] = ek_views_text(EK_S("invited"));
	row[EK_CONTENT_PEOPLE_ROLES] = ek_views_int(d->bits);
	row[EK_CONTENT_PEOPLE_LANGUAGES] =
		ek_views_text(d->has_languages ? d->languages : EK_S("[]"));
	row[EK_CONTENT_PEOPLE_RIGHTS_MS] = ek_views_int(now.ms);
	row[EK_CONTENT_PEOPLE_CREATED_MS] = ek_views_int(now.ms);
	row[EK_CONTENT_PEOPLE_UPDATED_MS] = ek_views_int(now.ms);
	row[EK_CONTENT_PEOPLE_REVISION] = ek_views_int(1);
}

static void diff_invite(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct ek_api_people_draft *d = t->state;
	ek_api_change_text(f, "name", (ek_str){NULL, 0}, d->name);
	ek_api_change_text(f, "email", (ek_str){NULL, 0}, d->email);
	ek_api_change_raw(f, "roles", EK_S("[]"), words_json(t, words_now(d)));
}

static void log_invite(struct ek_turn *t, ek_teammate_id id)
{
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	diff_invite(t, &f);
	ek_api_change_add(t, &(struct ek_api_change){.resource = "teammate",
						     .object = id.v,
						     .teammate = id,
						     .fields = ek_api_change_close(t, &f)});
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "teammate.invited",
						   .object_kind = "teammate",
						   .object = id.v});
}

static void made_invite(struct ek_turn *t, const struct ek_answer *answer)
{
	struct ek_api_people_draft *d = t->state;
	struct ek_views_value row[EK_CONTENT_PEOPLE_WIDTH] = {0};
	ek_teammate_id id = {answer->id};
	struct ek_json j;
	fill_row(d, id, t->now, row);
	ek_turn_put(t, EK_CONTENT_PEOPLE, row);
	ek_api_people_put_roles(t, id, d);
	log_invite(t, id);
	struct ek_api_person_how how = {.is_whole = true, .seq = t->seq};
	struct ek_api_invitation link = {
		.teammate = id, .email = d->email, .email_key = d->email_key, .name = d->name};
	ek_api_invitations_make(t, &link);
	how.link_expires = link.expires_at;
	how.is_mailed = link.is_mailed;
	d->row = row;
	/* What is kept for who repeats the request does not have the link. */
	ek_api_people_answer(t, &t->out, id, d, &how);
	how.link = link.text;
	ek_api_text_begin(t, &j);
	ek_api_people_answer(t, &j, id, d, &how);
	d->told = ek_api_text_take(t, &j);
	char *location = ek_turn_get(t, 64);
	if (location != NULL)
		t->location =
			(ek_str){location, (uint32_t)ek_format(location, 64,
							       "/api/v1/teammates/tm_%u", id.v)};
	t->status = 201;
}

static void tell_invite(struct ek_turn *t)
{
	const struct ek_api_people_draft *d = t->state;
	ek_api_mail_nudge(t);
	if (d->told.p == NULL)
		return;
	ek_json_reset(&t->out);
	ek_json_raw(&t->out, d->told);
}

static bool bind_invite(struct ek_turn *t, struct ek_api_people_draft *d)
{
	struct ek_patch_rule needed[EK_LEN(rules)];
	memcpy(needed, rules, sizeof rules);
	needed[EK_API_PEOPLE_NAME].flags = EK_PATCH_REQUIRED;
	needed[EK_API_PEOPLE_EMAIL].flags = EK_PATCH_REQUIRED;
	ek_patch_bind(&d->root, needed, EK_LEN(needed), d->v);
	ek_api_people_bind(t, d);
	const struct ek_patch_at *list = &d->v[EK_API_PEOPLE_MEMBERSHIPS].at;
	if (ek_patch_state(list) != EK_PATCH_ABSENT)
		ek_api_membership_read(t, list, EK_IDENT_TEAM, &d->memberships);
	return ek_turn_may(t, EK_MAY_TEAMMATE_INVITE, NULL) && ek_problem_is_none(&t->problem);
}

void ek_api_invite_teammate(struct ek_turn *t)
{
	struct ek_api_people_draft *d = EK_TURN_NEW(t, struct ek_api_people_draft);
	t->state = d;
	if (!ek_query_end(&t->query) || d == NULL || !ek_turn_body(t, &d->root) ||
	    !bind_invite(t, d) || !fill_command(t, d)) {
		ek_turn_reply(t, 0);
		return;
	}
	d->edit.write.check = check_invite;
	d->edit.write.made = made_invite;
	d->edit.write.tell = tell_invite;
	d->edit.diff = diff_invite;
	ek_api_edit_do(t, &d->edit);
}
