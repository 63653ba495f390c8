/* One's own: who I am, how I like it. */
#include "api/api_edit.h"
#include "api/api_person.h"
#include "api/api_put.h"
#include "api/api_sample.h"
#include "api/api_text.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "sys/zone.h"

enum { SHORTCUTS = 200, SHORTCUT = 64, WORD_MAX = 20, ZONE_MAX = 64, LANGUAGE_MAX = 35 };

struct me {
	struct ek_api_edit edit;
	struct ek_cmd cmd; /* zone.set, where the zone changes */
	struct ek_api_person person;
	const struct ek_views_value *row; /* of people, whole */
	ek_str workspace;                 /* its name, as JSON */
	bool is_sample;
	bool has_mailbox;
	int64_t webhooks_off; /* EK_NONE = not for the caller, as the next */
	int64_t mailboxes_failing;
	/* of PATCH; ABSENT where it stays */
	uint8_t has[EK_CONTENT_PEOPLE_WIDTH]; /* enum ek_patch_state */
	struct ek_views_value set[EK_CONTENT_PEOPLE_WIDTH];
};

/* ---- reading */

static bool find_mailbox(struct ek_turn *t, struct me *m)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT 1 FROM mailboxes WHERE deleted_ms IS NULL LIMIT 1", NULL, 0,
			    &rows))
		return false;
	m->has_mailbox = rows.n > 0;
	return true;
}

/* At least once they have confirmed who they are. */
static bool may_manage(const struct ek_turn *t, enum ek_may right)
{
	const struct ek_may_object workspace = {.is_absent = false};
	enum ek_may_answer answer = ek_may(&t->actor, right, &workspace).answer;
	return answer == EK_MAY_ANSWER_ALLOWED || answer == EK_MAY_ANSWER_CONFIRM;
}

/* What stopped by itself, for whoever may mend it. */
static bool count_broken(struct ek_turn *t, struct me *m)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM webhooks WHERE state IN ('failed', 'gone')),"
		" (SELECT count(*) FROM mailboxes b WHERE b.active = 1 AND b.deleted_ms IS NULL AND"
		" EXISTS (SELECT 1 FROM mailbox_states s WHERE s.mailbox = b.mailbox AND s.state ="
		" 'failing'))";
	bool hooks = may_manage(t, EK_MAY_WEBHOOK_MANAGE);
	bool boxes = may_manage(t, EK_MAY_MAILBOX_MANAGE);
	struct ek_turn_rows rows;
	m->webhooks_off = m->mailboxes_failing = EK_NONE;
	if (!hooks && !boxes)
		return true;
	if (!ek_turn_select(t, sql, NULL, 0, &rows))
		return false;
	if (hooks)
		m->webhooks_off = ek_turn_int(&rows.v[0]);
	if (boxes)
		m->mailboxes_failing = ek_turn_int(&rows.v[1]);
	return true;
}

static bool load_workspace(struct ek_turn *t, struct me *m)
{
	struct ek_turn_rows rows;
	m->workspace = EK_S("\"Evenkeel\"");
	if (!ek_turn_select(t, "SELECT value FROM server_settings WHERE name = 'name'", NULL, 0,
			    &rows))
		return false;
	if (rows.n > 0)
		m->workspace = ek_turn_text(&rows.v[0]);
	return find_mailbox(t, m) && count_broken(t, m) && ek_api_sample_is(t, &m->is_sample);
}

static bool load(struct ek_turn *t, struct me *m)
{
	bool found = false;
	if (t->self.v == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	if (!ek_api_person_load(t, t->self.v, &m->person) ||
	    !ek_turn_row(t, EK_CONTENT_PEOPLE, t->self.v, &m->row, &found))
		return false;
	return found ? load_workspace(t, m)
		     : ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static struct me *begin(struct ek_turn *t, enum ek_may right)
{
	struct me *m = EK_TURN_NEW(t, struct me);
	struct ek_may_object own = ek_may_own(&t->actor);
	if (m == NULL || !ek_turn_may(t, right, &own) || !load(t, m))
		return NULL;
	t->state = m;
	return m;
}

/* What holds when nobody said anything. */
static ek_str text_or(const struct ek_views_value *v, ek_str usual)
{
	ek_str s = ek_turn_text(v);
	return s.p != NULL ? s : usual;
}

static void put_config(struct ek_json *j, const struct ek_views_value *row)
{
	ek_api_put_raw(j, "languages", text_or(&row[EK_CONTENT_PEOPLE_LANGUAGES], EK_S("[]")));
	ek_api_put_text(j, "language", text_or(&row[EK_CONTENT_PEOPLE_LANGUAGE], EK_S("en")));
	ek_api_put_text(j, "digits", ek_turn_text(&row[EK_CONTENT_PEOPLE_DIGITS]));
	ek_api_put_text(j, "calendar", ek_turn_text(&row[EK_CONTENT_PEOPLE_CALENDAR]));
	ek_api_put_text(j, "zone", text_or(&row[EK_CONTENT_PEOPLE_ZONE], EK_S("UTC")));
	ek_api_put_text(j, "theme", text_or(&row[EK_CONTENT_PEOPLE_THEME], EK_S("system")));
	ek_api_put_raw(j, "shortcuts", text_or(&row[EK_CONTENT_PEOPLE_SHORTCUTS], EK_S("{}")));
}

static ek_str config(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	put_config(&j, row);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}

/* ---- what one may */

static bool has_role(const struct me *m, ek_team_id team, int role)
{
	if ((ek_turn_int(&m->row[EK_CONTENT_PEOPLE_ROLES]) >> role & 1) != 0)
		return true;
	for (uint32_t i = 0; i < m->person.roles.n; i++) {
		const struct ek_views_value *v = &m->person.roles.v[(size_t)i * 2];
		if (ek_turn_int(&v[0]) == team.v && ek_turn_int(&v[1]) == role)
			return true;
	}
	return false;
}

static void put_team(struct ek_turn *t, const struct me *m, ek_team_id team, int level)
{
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "team", EK_IDENT_TEAM, team.v);
	ek_api_put_enum(&t->out, "level", EK_ENUM_LEVEL, level);
	ek_api_put_bool(&t->out, "leads", has_role(m, team, EK_ROLE_LEAD));
	ek_api_put_bool(&t->out, "manages", has_role(m, team, EK_ROLE_MANAGER));
	ek_json_object_end(&t->out);
}

static bool serves(struct ek_turn *t, ek_team_id team)
{
	struct ek_membership_view v;
	for (uint32_t i = 0; ek_look_membership(t->engine, t->self, i, &v); i++)
		if (v.team.v == team.v)
			return true;
	return false;
}

/* Those that one serves, then those that one only leads or manages. */
static void put_teams(struct ek_turn *t, const struct me *m)
{
	struct ek_membership_view v;
	uint32_t last = 0;
	ek_json_key(&t->out, "teams");
	ek_json_list(&t->out);
	for (uint32_t i = 0; ek_look_membership(t->engine, t->self, i, &v); i++)
		put_team(t, m, v.team, v.level);
	for (uint32_t next = 0;; last = next) {
		next = 0;
		for (uint32_t i = 0; i < m->person.roles.n; i++) {
			uint32_t team = (uint32_t)ek_turn_int(&m->person.roles.v[(size_t)i * 2]);
			if (team > last && (next == 0 || team < next))
				next = team;
		}
		if (next == 0)
			break;
		if (!serves(t, (ek_team_id){next}))
			put_team(t, m, (ek_team_id){next}, 0);
	}
	ek_json_list_end(&t->out);
}

static void put_rights(struct ek_turn *t)
{
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	ek_json_key(&t->out, "rights");
	ek_json_list(&t->out);
	for (int i = 1; teams != NULL && i < EK_MAY_COUNT; i++) {
		if (ek_may_name(i) == NULL)
			continue;
		struct ek_may_reach r = ek_may_reach(&t->actor, (enum ek_may)i, teams);
		if (r.verdict.answer == EK_MAY_ANSWER_ALLOWED ||
		    r.verdict.answer == EK_MAY_ANSWER_CONFIRM)
			ek_json_word(&t->out, ek_may_name(i));
	}
	ek_json_list_end(&t->out);
}

static void put_roles(struct ek_turn *t, const struct me *m)
{
	int64_t words = ek_turn_int(&m->person.row[EK_API_PERSON_WORDS]);
	ek_json_key(&t->out, "roles");
	ek_json_list(&t->out);
	for (int role = EK_ROLE_TEAMMATE; role <= EK_ROLE_ADMIN; role++) {
		if ((words >> (role - 1) & 1) != 0)
			ek_json_word(&t->out, ek_enums_wire(EK_ENUM_ROLE, role));
	}
	ek_json_list_end(&t->out);
}

static void write(struct ek_turn *t, const struct me *m, const struct ek_views_value *row)
{
	struct ek_teammate_view view = {.presence = EK_PRESENCE_AWAY, .paused_until = EK_NO_TIME};
	bool known = ek_look_teammate(t->engine, t->self, &view);
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "id", EK_IDENT_TEAMMATE, t->self.v);
	ek_api_put_text(&t->out, "name", ek_turn_text(&row[EK_CONTENT_PEOPLE_NAME]));
	ek_api_put_text(&t->out, "email", ek_turn_text(&row[EK_CONTENT_PEOPLE_EMAIL]));
	put_roles(t, m);
	put_teams(t, m);
	put_rights(t);
	put_config(&t->out, row);
	ek_api_put_bool(&t->out, "second_factor",
			row[EK_CONTENT_PEOPLE_TOTP_SECRET].kind != EK_VIEWS_NULL);
	ek_api_put_enum(&t->out, "presence", EK_ENUM_PRESENCE, view.presence);
	ek_api_put_time(&t->out, "enough_until", known ? view.paused_until : EK_NO_TIME);
	ek_json_key(&t->out, "workspace");
	ek_json_object(&t->out);
	ek_api_put_raw(&t->out, "name", m->workspace);
	ek_api_put_bool(&t->out, "sample", m->is_sample);
	ek_api_put_bool(&t->out, "mail", m->has_mailbox);
	ek_api_put_int(&t->out, "webhooks_off", m->webhooks_off);
	ek_api_put_int(&t->out, "mailboxes_failing", m->mailboxes_failing);
	ek_json_object_end(&t->out);
	ek_json_object_end(&t->out);
}

static void look(struct ek_turn *t)
{
	const struct me *m = t->state;
	write(t, m, m->row);
	ek_api_edit_tag(t, config(t, m->row));
}

void ek_api_get_me(struct ek_turn *t)
{
	struct me *m = ek_query_end(&t->query) ? begin(t, EK_MAY_ME_READ) : NULL;
	if (m == NULL)
		ek_turn_reply(t, 0);
	else
		ek_turn_look(t, look);
}

/* ---- changing */

static void take(struct me *m, const struct ek_patch_value *v, int column)
{
	m->has[column] = v->state;
	if (v->state == EK_PATCH_VALUE)
		m->set[column] = ek_views_text(v->s);
}

static bool bind_shortcuts(struct ek_turn *t, struct me *m, const struct ek_patch_at *at)
{
	struct ek_patch_name_list names;
	struct ek_json j;
	bool ok = true;
	if (ek_patch_state(at) == EK_PATCH_ABSENT)
		return true;
	if (!ek_patch_names(at, SHORTCUTS, &names))
		return false;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	for (uint32_t i = 0; i < names.n; i++) {
		struct ek_patch_at row = ek_patch_member(at, names.v[i]);
		ek_str keys;
		if (!ek_patch_text(&row, 0, SHORTCUT, &keys)) {
			ok = false;
			continue;
		}
		ek_json_key(&j, names.v[i]);
		ek_json_text(&j, keys);
	}
	ek_json_object_end(&j);
	m->has[EK_CONTENT_PEOPLE_SHORTCUTS] = EK_PATCH_VALUE;
	m->set[EK_CONTENT_PEOPLE_SHORTCUTS] = ek_views_text(ek_api_text_take(t, &j));
	return ok;
}

/* The engine counts days in that zone too. */
static bool bind_zone(struct ek_turn *t, struct me *m, const struct ek_patch_value *v)
{
	struct ek_zone zone;
	struct ek_err err;
	if (v->state != EK_PATCH_VALUE)
		return true;
	if (!ek_zone_load(v->s, t->arena, &zone, &err))
		return err.code == EK_INVALID_VALUE
			       ? ek_patch_fault(&v->at, EK_FAULT_BAD_TIME, err.msg)
			       : ek_problem_err(&t->problem, &err);
	m->cmd = ek_cmd_make(EK_CMD_ZONE_SET);
	m->cmd.zone_set.teammate = t->self;
	m->cmd.zone_set.zone = zone;
	m->cmd.has = 3;
	m->edit.write.cmd = &m->cmd;
	return true;
}

static bool bind(struct ek_turn *t, struct me *m)
{
	static const char *const themes[] = {"system", "light", "dark", "contrast", NULL};
	static const struct ek_patch_rule rules[] = {
		{"language", EK_PATCH_OF_TEXT, 0, 0, 2, LANGUAGE_MAX, NULL},
		{"digits", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, WORD_MAX, NULL},
		{"calendar", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, WORD_MAX, NULL},
		{"zone", EK_PATCH_OF_TEXT, 0, 0, 1, ZONE_MAX, NULL},
		{"theme", EK_PATCH_OF_WORD, 0, 0, 0, 0, themes},
		{"shortcuts", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	};
	static const int columns[] = {EK_CONTENT_PEOPLE_LANGUAGE, EK_CONTENT_PEOPLE_DIGITS,
				      EK_CONTENT_PEOPLE_CALENDAR, EK_CONTENT_PEOPLE_ZONE};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	if (!ek_turn_body(t, &root))
		return false;
	ek_patch_bind(&root, rules, EK_LEN(rules), v);
	for (size_t i = 0; i < EK_LEN(columns); i++)
		take(m, &v[i], columns[i]);
	if (v[0].state == EK_PATCH_VALUE)
		ek_guard_language(&v[0].at, v[0].s);
	if (v[4].state == EK_PATCH_VALUE) {
		const char *theme = themes[v[4].i];
		m->has[EK_CONTENT_PEOPLE_THEME] = EK_PATCH_VALUE;
		uint32_t n = 0;
		while (theme[n] != 0)
			n++;
		m->set[EK_CONTENT_PEOPLE_THEME] = ek_views_text((ek_str){theme, n});
	}
	bind_zone(t, m, &v[3]);
	bind_shortcuts(t, m, &v[5].at);
	return ek_problem_is_none(&t->problem);
}

static bool check(struct ek_turn *t)
{
	struct me *m = t->state;
	if (!load(t, m))
		return false;
	ek_str now = config(t, m->row);
	return now.p != NULL && ek_api_edit_match(t, now);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct me *m = t->state;
	struct ek_views_value row[EK_CONTENT_PEOPLE_WIDTH];
	(void)answer;
	for (int i = 0; i < EK_CONTENT_PEOPLE_WIDTH; i++)
		row[i] = m->has[i] == EK_PATCH_ABSENT ? m->row[i] : m->set[i];
	row[EK_CONTENT_PEOPLE_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_PEOPLE, row);
	write(t, m, row);
	ek_api_edit_tag(t, config(t, row));
}

void ek_api_update_me(struct ek_turn *t)
{
	struct me *m = ek_query_end(&t->query) ? begin(t, EK_MAY_ME_EDIT) : NULL;
	if (m == NULL || !bind(t, m)) {
		ek_turn_reply(t, 0);
		return;
	}
	m->edit.write.check = check;
	m->edit.write.made = made;
	ek_turn_write(t, &m->edit.write);
}
