#include "api/api_person.h"

#include "api/api_put.h"
#include "api/api_text.h"
#include "wire/setting_json.h"
#include "wire/value_json.h"

static const char by_id[] = "SELECT " EK_API_PERSON_COLUMNS
			    " FROM people p WHERE p.teammate = $1 AND p.state <> 'deleted'";
static const char roles_of[] =
	"SELECT team, role FROM team_roles WHERE teammate = $1 ORDER BY role, team";
static const char teams_of[] = "SELECT team FROM memberships WHERE teammate = $1";

/* ---- loading */

bool ek_api_person_from(struct ek_turn *t, const struct ek_views_value *row,
			struct ek_api_person *out)
{
	*out = (struct ek_api_person){.row = row};
	out->id.v = (uint32_t)ek_turn_int(&row[EK_API_PERSON_ID]);
	return ek_turn_select(t, roles_of, &row[EK_API_PERSON_ID], 1, &out->roles);
}

static bool find_teams(struct ek_turn *t, struct ek_api_person *p)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, teams_of, &p->row[EK_API_PERSON_ID], 1, &rows))
		return false;
	ek_team_id *teams = ek_turn_get(t, (rows.n + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	for (uint32_t i = 0; i < rows.n; i++)
		teams[i].v = (uint32_t)ek_turn_int(&rows.v[i]);
	p->object = (struct ek_may_object){.owner = p->id, .teams = teams, .team_count = rows.n};
	return true;
}

bool ek_api_person_load(struct ek_turn *t, uint64_t id, struct ek_api_person *out)
{
	const struct ek_views_value key = ek_views_int((int64_t)id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, by_id, &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	return ek_api_person_from(t, rows.v, out) && find_teams(t, out);
}

bool ek_api_person_path(struct ek_turn *t, const char *name, struct ek_api_person *out)
{
	uint64_t id = 0;
	return ek_turn_id(t, name, EK_IDENT_TEAMMATE, &id) && ek_api_person_load(t, id, out);
}

bool ek_api_person_object(struct ek_turn *t, struct ek_api_person *p)
{
	struct ek_membership_view m;
	uint32_t n = 0;
	while (ek_look_membership(t->engine, p->id, n, &m))
		n++;
	ek_team_id *teams = ek_turn_get(t, (n + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	for (uint32_t i = 0; i < n && ek_look_membership(t->engine, p->id, i, &m); i++)
		teams[i] = m.team;
	p->object = (struct ek_may_object){.owner = p->id, .teams = teams, .team_count = n};
	return true;
}

bool ek_api_person_looked(struct ek_turn *t, struct ek_api_person *p)
{
	const struct ek_views_value args[] = {ek_views_int(p->id.v), ek_views_id(t->self.v),
					      ek_views_id(t->sign_in), ek_views_int(t->now.ms)};
	struct ek_turn_rows rows;
	if (t->sign_in == 0)
		return true;
	if (!ek_turn_select(t,
			    "SELECT look FROM looks WHERE teammate = $1 AND viewer = $2"
			    " AND sign_in = $3 AND until_ms > $4 LIMIT 1",
			    args, EK_LEN(args), &rows))
		return false;
	p->object.is_looked = rows.n > 0;
	return true;
}

bool ek_api_person_is_whole(const struct ek_turn *t, const struct ek_api_person *p)
{
	return ek_may_is(&t->actor, EK_MAY_TEAMMATE_READ, &p->object);
}

/* ---- writing */

static void put_roles(struct ek_json *j, const struct ek_api_person *p)
{
	int64_t words = ek_turn_int(&p->row[EK_API_PERSON_WORDS]);
	ek_json_key(j, "roles");
	ek_json_list(j);
	for (int role = EK_ROLE_TEAMMATE; role <= EK_ROLE_ADMIN; role++) {
		if ((words >> (role - 1) & 1) != 0)
			ek_json_word(j, ek_enums_wire(EK_ENUM_ROLE, role));
	}
	ek_json_list_end(j);
}

/* The teams for which a role is set one by one; null when it holds for every team. */
static void put_reach(struct ek_json *j, const struct ek_api_person *p, const char *key, int role)
{
	ek_json_key(j, key);
	if ((ek_turn_int(&p->row[EK_API_PERSON_BITS]) >> role & 1) != 0) {
		ek_json_null(j);
		return;
	}
	ek_json_list(j);
	for (uint32_t i = 0; i < p->roles.n; i++) {
		const struct ek_views_value *v = &p->roles.v[(size_t)i * p->roles.columns];
		if (ek_turn_int(&v[1]) == role)
			ek_json_id(j, EK_IDENT_TEAM, (uint64_t)ek_turn_int(&v[0]));
	}
	ek_json_list_end(j);
}

static void put_memberships(struct ek_turn *t, struct ek_json *j, const struct ek_api_person *p)
{
	struct ek_membership_view m;
	ek_json_key(j, "memberships");
	ek_json_list(j);
	for (uint32_t i = 0; ek_look_membership(t->engine, p->id, i, &m); i++) {
		ek_json_object(j);
		ek_api_put_id(j, "team", EK_IDENT_TEAM, m.team.v);
		ek_api_put_enum(j, "level", EK_ENUM_LEVEL, m.level);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static bool is_active(const struct ek_api_person *p)
{
	ek_str state = ek_turn_text(&p->row[EK_API_PERSON_STATE]);
	return !ek_str_is(state, "deactivated") && !ek_str_is(state, "deleted");
}

static bool look_settings(struct ek_turn *t, const struct ek_api_person *p,
			  struct ek_look_settings *out)
{
	struct ek_err err;
	const struct ek_look_at at = {EK_SCOPE_TEAMMATE, p->id.v};
	return ek_look_all_settings(t->engine, at, t->arena, out, &err) ||
	       ek_problem_err(&t->problem, &err);
}

static void put_skills(struct ek_json *j, const struct ek_look_settings *s)
{
	struct ek_value skills = {.kind = EK_VALUE_LIST};
	for (uint32_t i = 0; i < s->n; i++) {
		if (s->v[i].setting == EK_SET_SKILLS)
			skills = s->v[i].effective;
	}
	ek_json_key(j, "skills");
	ek_value_json_write(j, EK_SET_SKILLS, &skills);
}

static void put_settings(struct ek_json *j, const struct ek_look_settings *s)
{
	ek_json_key(j, "settings");
	ek_json_object(j);
	for (uint32_t i = 0; i < s->n; i++) {
		if (s->v[i].setting == EK_SET_SKILLS)
			continue;
		ek_json_key(j, ek_setting_row(s->v[i].setting)->wire);
		ek_setting_json_view(j, &s->v[i]);
	}
	ek_json_object_end(j);
}

static void put_time(struct ek_json *j, const char *key, const struct ek_views_value *v)
{
	ek_api_put_time(j, key, (ek_time){ek_turn_int(v)});
}

/* Lists that were never written are empty. */
static ek_str list_of(const struct ek_views_value *v)
{
	ek_str s = ek_turn_text(v);
	return s.p != NULL ? s : EK_S("[]");
}

static void put_link(struct ek_json *j, const struct ek_api_person_how *how)
{
	if (!ek_time_is_set(how->link_expires) || how->link_expires.ms == 0)
		return;
	ek_json_key(j, "invite");
	ek_json_object(j);
	ek_api_put_text(j, "link", how->link);
	ek_api_put_bool(j, "mailed", how->is_mailed);
	ek_api_put_time(j, "expires_at", how->link_expires);
	ek_json_object_end(j);
}

static void put_whole(struct ek_turn *t, struct ek_json *j, const struct ek_api_person *p)
{
	struct ek_look_settings settings = {NULL, 0};
	if (!look_settings(t, p, &settings))
		return;
	ek_api_put_text(j, "email", ek_turn_text(&p->row[EK_API_PERSON_EMAIL]));
	put_roles(j, p);
	put_reach(j, p, "leads", EK_ROLE_LEAD);
	put_reach(j, p, "manages", EK_ROLE_MANAGER);
	ek_api_put_text(j, "state", ek_turn_text(&p->row[EK_API_PERSON_STATE]));
	ek_api_put_bool(j, "active", is_active(p));
	ek_api_put_raw(j, "languages", list_of(&p->row[EK_API_PERSON_LANGUAGES]));
	put_skills(j, &settings);
	put_memberships(t, j, p);
	put_settings(j, &settings);
}

void ek_api_person_write(struct ek_turn *t, struct ek_json *j, const struct ek_api_person *p,
			 const struct ek_api_person_how *how)
{
	struct ek_teammate_view view = {0};
	bool known = ek_look_teammate(t->engine, p->id, &view);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_TEAMMATE, p->id.v);
	ek_api_put_text(j, "name", ek_turn_text(&p->row[EK_API_PERSON_NAME]));
	if (how->is_whole) {
		put_whole(t, j, p);
		ek_api_put_time(j, "enough_until", known ? view.paused_until : EK_NO_TIME);
	} else {
		ek_api_put_bool(j, "active", is_active(p));
		put_memberships(t, j, p);
	}
	if (how->has_presence || !how->is_whole)
		ek_api_put_enum(j, "presence", EK_ENUM_PRESENCE,
				known ? view.presence : EK_PRESENCE_AWAY);
	if (how->is_whole) {
		if (how->has_load)
			ek_api_put_int(j, "load", view.load);
		put_link(j, how);
		put_time(j, "created_at", &p->row[EK_API_PERSON_CREATED]);
		put_time(j, "updated_at", &p->row[EK_API_PERSON_UPDATED]);
		if (how->seq != 0)
			ek_api_put_int(j, "seq", (int64_t)how->seq);
	}
	ek_json_object_end(j);
}

/* What was set of them; not what follows from it or from elsewhere. */
ek_str ek_api_person_config(struct ek_turn *t, const struct ek_api_person *p)
{
	struct ek_json j;
	struct ek_look_settings settings = {NULL, 0};
	if (!look_settings(t, p, &settings))
		return (ek_str){NULL, 0};
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_id(&j, "id", EK_IDENT_TEAMMATE, p->id.v);
	ek_api_put_text(&j, "name", ek_turn_text(&p->row[EK_API_PERSON_NAME]));
	ek_api_put_text(&j, "email", ek_turn_text(&p->row[EK_API_PERSON_EMAIL]));
	put_roles(&j, p);
	put_reach(&j, p, "leads", EK_ROLE_LEAD);
	put_reach(&j, p, "manages", EK_ROLE_MANAGER);
	ek_api_put_text(&j, "state", ek_turn_text(&p->row[EK_API_PERSON_STATE]));
	ek_api_put_raw(&j, "languages", list_of(&p->row[EK_API_PERSON_LANGUAGES]));
	put_memberships(t, &j, p);
	ek_json_key(&j, "set");
	ek_json_object(&j);
	for (uint32_t i = 0; i < settings.n; i++) {
		if (settings.v[i].own.kind == EK_VALUE_UNSET)
			continue;
		ek_json_key(&j, ek_setting_row(settings.v[i].setting)->wire);
		ek_value_json_write(&j, settings.v[i].setting, &settings.v[i].own);
	}
	ek_json_object_end(&j);
	ek_json_object_end(&j);
	return ek_api_text_take(t, &j);
}
