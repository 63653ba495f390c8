/* Teammates: inviting, changing. */
#include "api/api_list.h"
#include "api/api_people_inside.h"
#include "model/limits.h"

enum { LANGUAGES_MAX = 20, WORD_TEAMMATE = 1, WORD_LEAD = 2, WORD_MANAGER = 4 };

static const char *const roles[] = {"teammate", "lead", "manager", "admin", NULL};

/* ---- what was said */

static bool bind_roles(struct ek_api_people_draft *d)
{
	const struct ek_patch_at *at = &d->v[EK_API_PEOPLE_ROLES].at;
	uint32_t n = 0;
	bool ok = true;
	if (ek_patch_state(at) == EK_PATCH_ABSENT)
		return true;
	if (!ek_patch_list(at, 1, EK_LEN(roles) - 1, &n))
		return false;
	d->has_roles = true;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		uint32_t word = 0;
		if (!ek_patch_word(&row, roles, &word))
			ok = false;
		else if ((d->roles >> word & 1) != 0)
			ok = ek_patch_fault(&row, EK_FAULT_REPEATED, NULL);
		d->roles |= 1U << word;
	}
	return ok;
}

static bool bind_reach(struct ek_turn *t, struct ek_patch_value *v, struct ek_api_people_reach *out)
{
	out->at = v->at;
	out->state = ek_patch_state(&out->at);
	if (out->state != EK_PATCH_VALUE)
		return true;
	return ek_api_text_ids(t, &out->at, EK_IDENT_TEAM, &out->teams);
}

bool ek_api_people_bind(struct ek_turn *t, struct ek_api_people_draft *d)
{
	const struct ek_patch_at *name = &d->v[EK_API_PEOPLE_NAME].at;
	const struct ek_patch_at *email = &d->v[EK_API_PEOPLE_EMAIL].at;
	const struct ek_patch_at *languages = &d->v[EK_API_PEOPLE_LANGUAGES].at;
	d->has_name =
		ek_patch_state(name) != EK_PATCH_ABSENT && ek_api_text_name(t, name, &d->name);
	d->has_email =
		ek_patch_state(email) != EK_PATCH_ABSENT && ek_api_text_email(t, email, &d->email);
	d->has_languages = ek_patch_state(languages) != EK_PATCH_ABSENT &&
			   ek_api_text_languages(t, languages, LANGUAGES_MAX, &d->languages);
	bind_roles(d);
	bind_reach(t, &d->v[EK_API_PEOPLE_LEADS], &d->leads);
	bind_reach(t, &d->v[EK_API_PEOPLE_MANAGES], &d->manages);
	if (d->has_name)
		d->name_key = ek_api_list_fold(t, d->name);
	if (d->has_email)
		d->email_key = ek_api_list_fold(t, d->email);
	return ek_problem_is_none(&t->problem);
}

/* ---- what it comes to */

bool ek_api_people_email_free(struct ek_turn *t, struct ek_api_people_draft *d, ek_teammate_id of)
{
	const struct ek_views_value args[] = {ek_views_text(d->email_key), ek_views_int(of.v)};
	struct ek_turn_rows rows;
	if (!d->has_email)
		return true;
	if (!ek_turn_select(t,
			    "SELECT teammate FROM people WHERE email_key = $1 AND teammate <> $2"
			    " AND state <> 'deleted' LIMIT 1",
			    args, 2, &rows))
		return false;
	if (rows.n == 0)
		return true;
	const struct ek_problem_fault fault = {
		.at = EK_PROBLEM_AT_POINTER, .code = EK_FAULT_CONFLICT, .where = EK_S("/email")};
	return ek_problem_add(&t->problem, EK_PROBLEM_CONFLICT, &fault,
			      "Somebody has this address already.");
}

static bool is_team(struct ek_turn *t, uint64_t id)
{
	struct ek_team_view v;
	return ek_look_team(t->engine, (ek_team_id){(uint32_t)id}, &v) && !v.deleted;
}

static bool check_teams(struct ek_turn *t, const struct ek_api_people_reach *r)
{
	bool ok = true;
	for (uint32_t i = 0; i < r->teams.n; i++) {
		struct ek_patch_at row = ek_patch_row(&r->at, i);
		if (!is_team(t, r->teams.v[i]))
			ok = ek_patch_fault(&row, EK_FAULT_NOT_FOUND, NULL);
	}
	return ok;
}

struct grant {
	int role;
	bool has; /* the role, from now on */
	const struct ek_api_people_reach *said;
};

/* The teams they serve: of an invitation those it names. */
static uint32_t served(struct ek_turn *t, const struct ek_api_people_draft *d, ek_team_id *out)
{
	struct ek_membership_view m;
	uint32_t n = 0;
	if (d->person.id.v == 0) {
		for (; n < d->memberships.n; n++)
			out[n].v = d->memberships.v[n].id;
		return n;
	}
	for (; ek_look_membership(t->engine, d->person.id, n, &m); n++)
		out[n] = m.team;
	return n;
}

/* Where a role holds. Said of teams: there. Not said: as before; new, in the teams they serve,
 * or, of who serves none, in every one. */
static bool place(struct ek_turn *t, struct ek_api_people_draft *d, const struct grant *g,
		  ek_team_id *teams, uint32_t *n)
{
	const struct ek_turn_rows *old = &d->person.roles;
	*n = 0;
	if (!g->has)
		return true;
	if (g->said->state == EK_PATCH_NULL) {
		d->bits |= 1 << g->role;
		return true;
	}
	for (uint32_t i = 0; i < g->said->teams.n; i++)
		teams[(*n)++].v = (uint32_t)g->said->teams.v[i];
	if (g->said->state == EK_PATCH_VALUE)
		return check_teams(t, g->said);
	if (d->row != NULL && (ek_turn_int(&d->row[EK_CONTENT_PEOPLE_ROLES]) >> g->role & 1) != 0)
		d->bits |= 1 << g->role;
	for (uint32_t i = 0; i < old->n; i++) {
		const struct ek_views_value *v = &old->v[(size_t)i * old->columns];
		if (ek_turn_int(&v[1]) == g->role)
			teams[(*n)++].v = (uint32_t)ek_turn_int(&v[0]);
	}
	if (*n > 0 || (d->bits >> g->role & 1) != 0)
		return true;
	*n = served(t, d, teams);
	if (*n == 0)
		d->bits |= 1 << g->role;
	return true;
}

bool ek_api_people_grant(struct ek_turn *t, struct ek_api_people_draft *d)
{
	uint32_t room = d->person.roles.n + d->leads.teams.n + d->manages.teams.n +
			d->memberships.n + EK_LIMIT_MEMBERSHIPS + 1;
	uint64_t words = d->has_roles ? d->roles : WORD_TEAMMATE;
	if (!d->has_roles && d->row != NULL)
		words = (uint64_t)ek_turn_int(&d->person.row[EK_API_PERSON_WORDS]);
	d->lead_teams = ek_turn_get(t, room * sizeof *d->lead_teams);
	d->manager_teams = ek_turn_get(t, room * sizeof *d->manager_teams);
	if (d->lead_teams == NULL || d->manager_teams == NULL)
		return false;
	const struct grant lead = {EK_ROLE_LEAD, (words & WORD_LEAD) != 0, &d->leads};
	const struct grant manager = {EK_ROLE_MANAGER, (words & WORD_MANAGER) != 0, &d->manages};
	d->bits = (words & WORD_TEAMMATE) != 0 ? EK_API_PERSON_WORKS : 0;
	/* Who was made a teammate of every team stays it. */
	if (d->row != NULL && (words & WORD_TEAMMATE) != 0)
		d->bits |= ek_turn_int(&d->row[EK_CONTENT_PEOPLE_ROLES]) & 1 << EK_ROLE_TEAMMATE;
	if ((words >> (EK_ROLE_ADMIN - 1) & 1) != 0)
		d->bits |= 1 << EK_ROLE_ADMIN;
	bool ok = place(t, d, &lead, d->lead_teams, &d->lead_count);
	return place(t, d, &manager, d->manager_teams, &d->manager_count) && ok;
}

bool ek_api_people_keeps_admin(struct ek_turn *t, ek_teammate_id without)
{
	const struct ek_views_value id = ek_views_int(without.v);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT teammate FROM people WHERE state = 'active'"
			    " AND ((COALESCE(roles, 0) >> 4) & 1) = 1 AND teammate <> $1 LIMIT 1",
			    &id, 1, &rows))
		return false;
	return rows.n > 0 || ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
					    "nobody else could administer this workspace");
}

/* ---- writing */

static void put_role(struct ek_turn *t, ek_teammate_id id, int role, ek_team_id team)
{
	struct ek_views_value v[EK_CONTENT_TEAM_ROLES_WIDTH] = {0};
	v[EK_CONTENT_TEAM_ROLES_TEAMMATE] = ek_views_int(id.v);
	v[EK_CONTENT_TEAM_ROLES_TEAM] = ek_views_int(team.v);
	v[EK_CONTENT_TEAM_ROLES_ROLE] = ek_views_int(role);
	v[EK_CONTENT_TEAM_ROLES_SINCE_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_TEAM_ROLES, v);
}

void ek_api_people_put_roles(struct ek_turn *t, ek_teammate_id id,
			     const struct ek_api_people_draft *d)
{
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_TEAM_ROLES,
						     EK_CONTENT_TEAM_ROLES_TEAMMATE,
						     ek_views_int(id.v)});
	for (uint32_t i = 0; i < d->lead_count; i++)
		put_role(t, id, EK_ROLE_LEAD, d->lead_teams[i]);
	for (uint32_t i = 0; i < d->manager_count; i++)
		put_role(t, id, EK_ROLE_MANAGER, d->manager_teams[i]);
}

/* Bits and teams as words. */
static int64_t words_of(const struct ek_api_people_draft *d)
{
	int64_t words = (d->bits & 1) | d->bits >> 1;
	words |= d->lead_count > 0 ? WORD_LEAD : 0;
	return words | (d->manager_count > 0 ? WORD_MANAGER : 0);
}

/* The rows of team_roles as they are now. */
static struct ek_turn_rows roles_now(struct ek_turn *t, const struct ek_api_people_draft *d)
{
	uint32_t n = d->lead_count + d->manager_count;
	struct ek_views_value *v = ek_turn_get(t, (2 * (size_t)n + 1) * sizeof *v);
	if (v == NULL)
		return (struct ek_turn_rows){0};
	for (uint32_t i = 0; i < n; i++) {
		bool leads = i < d->lead_count;
		ek_team_id team = leads ? d->lead_teams[i] : d->manager_teams[i - d->lead_count];
		v[2 * (size_t)i] = ek_views_int(team.v);
		v[2 * (size_t)i + 1] = ek_views_int(leads ? EK_ROLE_LEAD : EK_ROLE_MANAGER);
	}
	return (struct ek_turn_rows){v, n, 2};
}

void ek_api_people_answer(struct ek_turn *t, struct ek_json *j, ek_teammate_id id,
			  const struct ek_api_people_draft *d, const struct ek_api_person_how *how)
{
	const struct ek_views_value *row = d->row;
	const struct ek_views_value values[EK_API_PERSON_WIDTH] = {
		[EK_API_PERSON_ID] = ek_views_int(id.v),
		[EK_API_PERSON_NAME] = row[EK_CONTENT_PEOPLE_NAME],
		[EK_API_PERSON_EMAIL] = row[EK_CONTENT_PEOPLE_EMAIL],
		[EK_API_PERSON_STATE] = row[EK_CONTENT_PEOPLE_STATE],
		[EK_API_PERSON_BITS] = ek_views_int(d->bits),
		[EK_API_PERSON_LANGUAGES] = row[EK_CONTENT_PEOPLE_LANGUAGES],
		[EK_API_PERSON_CREATED] = row[EK_CONTENT_PEOPLE_CREATED_MS],
		[EK_API_PERSON_UPDATED] = row[EK_CONTENT_PEOPLE_UPDATED_MS],
		[EK_API_PERSON_WORDS] = ek_views_int(words_of(d)),
	};
	const struct ek_api_person p = {.id = id, .row = values, .roles = roles_now(t, d)};
	ek_api_person_write(t, j, &p, how);
	ek_str config = ek_api_person_config(t, &p);
	if (config.p != NULL)
		ek_api_edit_tag(t, config);
}
