/* Who serves which team inbox: the flat table, from the team's side, from the person's side. */
#include "api/api_edit.h"
#include "api/api_membership.h"
#include "api/api_person.h"
#include "api/api_put.h"
#include "api/api_team.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "api/page.h"
#include "model/limits.h"
#include "wire/list.h"

/* ---- the flat table */

enum { TEAM, TEAMMATE, LEVEL };

static const struct ek_list_column columns[EK_LIST_memberships_COUNT] = {
	[EK_LIST_memberships_team] = {EK_LIST_NUMBER, "m.team", NULL},
	[EK_LIST_memberships_teammate] = {EK_LIST_NUMBER, "m.teammate", NULL},
	[EK_LIST_memberships_level] = {EK_LIST_TEXT, "m.level", NULL},
};

void ek_api_list_memberships(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_MEMBERSHIPS),
		.columns = columns,
		.select = "m.team, m.teammate, m.level",
		.from = "memberships m",
		.id = "m.team",
	};
	struct ek_page p = {
		.list = &list, .right = EK_MAY_MEMBERSHIP_LIST, .reach = {.team = "m.team"}};
	if (!ek_page_read(t, &p) || !ek_page_select(t, &p)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &p.l);
	for (uint32_t i = 0; i < p.l.rows.n; i++) {
		const struct ek_views_value *v = ek_api_list_at(&p.l, i);
		ek_json_object(&t->out);
		ek_api_put_id(&t->out, "team", EK_IDENT_TEAM, (uint64_t)ek_turn_int(&v[TEAM]));
		ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE,
			      (uint64_t)ek_turn_int(&v[TEAMMATE]));
		ek_api_put_text(&t->out, "level", ek_turn_text(&v[LEVEL]));
		ek_json_object_end(&t->out);
	}
	ek_api_list_end(t, &p.l);
	ek_turn_reply(t, 200);
}

/* ---- one side */

/* A team with its people, or a person with their teams. */
struct side {
	struct ek_api_edit edit;
	struct ek_cmd cmd;
	struct ek_patch_at root;
	struct ek_patch_value v[1];
	struct ek_api_team team;     /* id 0: it is a person's */
	struct ek_api_person person; /* id 0: it is a team's; of one membership both are set */
	struct ek_api_memberships want;
	EK_C_LEVEL level; /* of one membership; 0 = it goes */
	/* What is and what changes, in check. */
	struct ek_api_memberships now;
	struct ek_api_memberships set;
	struct ek_api_memberships drop;
};

static bool is_team(const struct side *s)
{
	return s->team.id.v != 0;
}

/* The i-th of those that are. */
static bool at(struct ek_turn *t, const struct side *s, uint32_t i, struct ek_api_membership *out)
{
	struct ek_member_view member;
	struct ek_membership_view m;
	if (is_team(s)) {
		if (!ek_look_member(t->engine, s->team.id, i, &member))
			return false;
		*out = (struct ek_api_membership){member.teammate.v, member.level};
		return true;
	}
	if (!ek_look_membership(t->engine, s->person.id, i, &m))
		return false;
	*out = (struct ek_api_membership){m.team.v, m.level};
	return true;
}

static void write(struct ek_turn *t, struct ek_json *j, const struct side *s, uint64_t seq)
{
	struct ek_api_membership m;
	ek_json_object(j);
	if (is_team(s))
		ek_api_put_id(j, "team", EK_IDENT_TEAM, s->team.id.v);
	else
		ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, s->person.id.v);
	ek_json_key(j, "memberships");
	ek_json_list(j);
	for (uint32_t i = 0; at(t, s, i, &m); i++) {
		ek_json_object(j);
		if (is_team(s))
			ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, m.id);
		else
			ek_api_put_id(j, "team", EK_IDENT_TEAM, m.id);
		ek_api_put_enum(j, "level", EK_ENUM_LEVEL, m.level);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	if (seq != 0)
		ek_api_put_int(j, "seq", (int64_t)seq);
	ek_json_object_end(j);
}

static ek_str config(struct ek_turn *t, const struct side *s)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	write(t, &j, s, 0);
	return ek_api_text_take(t, &j);
}

static void answer(struct ek_turn *t, const struct side *s, uint64_t seq)
{
	ek_str tag = config(t, s);
	write(t, &t->out, s, seq);
	if (tag.p != NULL)
		ek_api_edit_tag(t, tag);
}

static void look(struct ek_turn *t)
{
	answer(t, t->state, 0);
}

static struct side *begin(struct ek_turn *t)
{
	struct side *s = EK_TURN_NEW(t, struct side);
	t->state = s;
	return ek_query_end(&t->query) ? s : NULL;
}

void ek_api_get_team_memberships(struct ek_turn *t)
{
	struct side *s = begin(t);
	if (s != NULL && ek_api_team_path(t, "id", &s->team) &&
	    ek_turn_may(t, EK_MAY_TEAM_MEMBERS_READ, &s->team.object))
		ek_turn_look(t, look);
	else
		ek_turn_reply(t, 0);
}

void ek_api_get_teammate_memberships(struct ek_turn *t)
{
	struct side *s = begin(t);
	if (s != NULL && ek_api_person_path(t, "id", &s->person) &&
	    ek_turn_may(t, EK_MAY_TEAMMATE_MEMBERS_READ, &s->person.object))
		ek_turn_look(t, look);
	else
		ek_turn_reply(t, 0);
}

/* ---- what changes */

static const struct ek_api_membership *find(const struct ek_api_memberships *all, uint32_t id)
{
	for (uint32_t i = 0; i < all->n; i++)
		if (all->v[i].id == id)
			return &all->v[i];
	return NULL;
}

/* Those that are, as a list. */
static bool present(struct ek_turn *t, struct side *s)
{
	struct ek_api_memberships *out = &s->now;
	struct ek_api_membership m;
	uint32_t n = 0;
	while (at(t, s, n, &m))
		n++;
	*out = (struct ek_api_memberships){ek_turn_get(t, (n + 1) * sizeof *out->v), n};
	for (uint32_t i = 0; out->v != NULL && i < n; i++)
		at(t, s, i, &out->v[i]);
	return out->v != NULL;
}

static bool is_there(struct ek_turn *t, const struct side *s, uint32_t id)
{
	struct ek_teammate_view mate;
	struct ek_team_view team;
	if (is_team(s))
		return ek_look_teammate(t->engine, (ek_teammate_id){id}, &mate) && !mate.deleted;
	return ek_look_team(t->engine, (ek_team_id){id}, &team) && !team.deleted;
}

/* Of the place in the list that was sent; the whole body for one membership. */
static struct ek_patch_at place_of(const struct side *s, uint32_t i)
{
	return s->want.v == NULL ? s->root : ek_patch_row(&s->v[0].at, i);
}

/* Only a balanced team inbox has helpers. */
static bool takes(struct ek_turn *t, const struct side *s, const struct ek_api_membership *m,
		  uint32_t i)
{
	struct ek_team_view v;
	ek_team_id team = is_team(s) ? s->team.id : (ek_team_id){m->id};
	struct ek_patch_at place = place_of(s, i);
	if (m->level != EK_LEVEL_SECONDARY || !ek_look_team(t->engine, team, &v) ||
	    v.method == EK_METHOD_BALANCED)
		return true;
	return ek_patch_problem(&place, EK_PROBLEM_SECONDARY_NEEDS_BALANCED, EK_FAULT_CONFLICT,
				NULL);
}

/* Each team inbox that somebody joins or leaves asks for the right, seen from the person's side. */
static bool may_edit(struct ek_turn *t, const struct side *s, uint32_t id)
{
	const ek_team_id team = {id};
	const struct ek_may_object o = {.teams = &team, .team_count = 1};
	return is_team(s) || ek_turn_may(t, EK_MAY_MEMBERSHIP_EDIT, &o);
}

static bool check_wanted(struct ek_turn *t, struct side *s)
{
	const struct ek_api_memberships *now = &s->now;
	bool ok = true;
	for (uint32_t i = 0; i < s->want.n; i++) {
		const struct ek_api_membership *m = &s->want.v[i];
		const struct ek_api_membership *old = find(now, m->id);
		struct ek_patch_at row = place_of(s, i);
		if (old != NULL && old->level == m->level)
			continue;
		s->set.v[s->set.n++] = *m;
		struct ek_patch_at who = ek_patch_member(&row, is_team(s) ? "teammate" : "team");
		if (!is_there(t, s, m->id))
			ok = ek_patch_fault(&who, EK_FAULT_NOT_FOUND, NULL);
		else
			ok = may_edit(t, s, m->id) && takes(t, s, m, i) && ok;
	}
	for (uint32_t i = 0; i < now->n; i++) {
		if (find(&s->want, now->v[i].id) != NULL)
			continue;
		s->drop.v[s->drop.n++] = now->v[i];
		ok = may_edit(t, s, now->v[i].id) && ok;
	}
	return ok;
}

static struct ek_cmd command(const struct side *s, const struct ek_api_membership *m, bool drops)
{
	ek_teammate_id mate = is_team(s) ? (ek_teammate_id){m->id} : s->person.id;
	ek_team_id team = is_team(s) ? s->team.id : (ek_team_id){m->id};
	struct ek_cmd c = ek_cmd_make(drops ? EK_CMD_MEMBERSHIP_REMOVE : EK_CMD_MEMBERSHIP_SET);
	if (drops) {
		c.membership_remove.teammate = mate;
		c.membership_remove.team = team;
		c.has = 3;
	} else {
		c.membership_set.teammate = mate;
		c.membership_set.team = team;
		c.membership_set.level = m->level;
		c.has = 7;
	}
	return c;
}

/* The edits that lead from what is to what was asked for; who leaves goes first, so that nobody has
 * one too many between. */
static bool fill(struct ek_turn *t, struct side *s)
{
	uint32_t n = s->set.n + s->drop.n;
	struct ek_cmd *rows = ek_turn_get(t, (n + 1) * sizeof *rows);
	uint32_t k = 0;
	if (rows == NULL)
		return false;
	for (uint32_t i = 0; i < s->drop.n; i++)
		rows[k++] = command(s, &s->drop.v[i], true);
	for (uint32_t i = 0; i < s->set.n; i++)
		rows[k++] = command(s, &s->set.v[i], false);
	if (n == 1)
		s->cmd = rows[0];
	if (n > 1) {
		s->cmd = ek_cmd_make(EK_CMD_BULK_APPLY);
		s->cmd.bulk_apply.rows = (struct ek_rows){rows, n};
		s->cmd.has = 1;
	}
	ek_api_edit_command(t, &s->edit, n == 0 ? NULL : &s->cmd);
	return true;
}

static bool room(struct ek_turn *t, struct side *s)
{
	s->set = (struct ek_api_memberships){ek_turn_get(t, (s->want.n + 1) * sizeof *s->set.v), 0};
	s->drop =
		(struct ek_api_memberships){ek_turn_get(t, (s->now.n + 1) * sizeof *s->drop.v), 0};
	return s->set.v != NULL && s->drop.v != NULL;
}

static bool check_list(struct ek_turn *t)
{
	struct side *s = t->state;
	ek_str tag = config(t, s);
	return tag.p != NULL && ek_api_edit_match(t, tag) && present(t, s) && room(t, s) &&
	       check_wanted(t, s) && fill(t, s);
}

/* ---- the change log: a row for each membership */

static const char *level_name(const struct ek_api_membership *m)
{
	return m == NULL ? NULL : ek_enums_wire(EK_ENUM_LEVEL, m->level);
}

static ek_str word(const char *s)
{
	uint32_t n = 0;
	while (s != NULL && s[n] != 0)
		n++;
	return (ek_str){s, n};
}

struct step {
	const struct ek_api_membership *before; /* NULL = none */
	const struct ek_api_membership *after;
};

static void log_one(struct ek_turn *t, const struct side *s, uint32_t id, const struct step *step)
{
	struct ek_api_change_fields f;
	ek_teammate_id mate = is_team(s) ? (ek_teammate_id){id} : s->person.id;
	ek_team_id team = is_team(s) ? s->team.id : (ek_team_id){id};
	ek_api_change_open(t, &f);
	ek_api_change_text(&f, "level", word(level_name(step->before)),
			   word(level_name(step->after)));
	ek_api_change_add(t, &(struct ek_api_change){.resource = "membership",
						     .team = team,
						     .teammate = mate,
						     .fields = ek_api_change_close(t, &f)});
}

static void log_all(struct ek_turn *t, const struct side *s)
{
	for (uint32_t i = 0; i < s->drop.n; i++)
		log_one(t, s, s->drop.v[i].id, &(struct step){&s->drop.v[i], NULL});
	for (uint32_t i = 0; i < s->set.n; i++)
		log_one(t, s, s->set.v[i].id,
			&(struct step){find(&s->now, s->set.v[i].id), &s->set.v[i]});
}

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct side *s = t->state;
	char name[EK_IDENT_MAX + 1];
	enum ek_ident_kind kind = is_team(s) ? EK_IDENT_TEAMMATE : EK_IDENT_TEAM;
	(void)t;
	for (uint32_t i = 0; i < s->drop.n; i++) {
		name[ek_ident_print(kind, s->drop.v[i].id, name)] = 0;
		ek_api_change_text(f, name, word(level_name(&s->drop.v[i])), word(NULL));
	}
	for (uint32_t i = 0; i < s->set.n; i++) {
		name[ek_ident_print(kind, s->set.v[i].id, name)] = 0;
		ek_api_change_text(f, name, word(level_name(find(&s->now, s->set.v[i].id))),
				   word(level_name(&s->set.v[i])));
	}
}

static void made_list(struct ek_turn *t, const struct ek_answer *a)
{
	(void)a;
	log_all(t, t->state);
	answer(t, t->state, t->seq);
}

/* ---- the whole list at once */

static bool bind_list(struct ek_turn *t, struct side *s, enum ek_ident_kind kind)
{
	static const struct ek_patch_rule rules[] = {
		{"memberships", EK_PATCH_OF_ANY, 0, EK_PATCH_REQUIRED, 0, 0, NULL}};
	return ek_turn_body(t, &s->root) && ek_patch_bind(&s->root, rules, 1, s->v) &&
	       ek_api_membership_read(t, &s->v[0].at, kind, &s->want);
}

static void submit(struct ek_turn *t, struct side *s, bool ok)
{
	if (!ok || !ek_problem_is_none(&t->problem)) {
		ek_turn_reply(t, 0);
		return;
	}
	s->edit.diff = diff;
	ek_api_edit_do(t, &s->edit);
}

void ek_api_put_team_memberships(struct ek_turn *t)
{
	struct side *s = begin(t);
	bool ok = s != NULL && bind_list(t, s, EK_IDENT_TEAMMATE);
	ok = s != NULL && ek_api_team_path(t, "id", &s->team) &&
	     ek_turn_may(t, EK_MAY_MEMBERSHIP_EDIT, &s->team.object) && ok;
	if (ok) {
		s->edit.write.check = check_list;
		s->edit.write.made = made_list;
	}
	submit(t, s, ok);
}

void ek_api_put_teammate_memberships(struct ek_turn *t)
{
	struct side *s = begin(t);
	bool ok = s != NULL && bind_list(t, s, EK_IDENT_TEAM);
	ok = s != NULL && ek_api_person_path(t, "id", &s->person) &&
	     ek_turn_may(t, EK_MAY_TEAMMATE_MEMBERS_READ, &s->person.object) && ok;
	if (ok) {
		s->edit.write.check = check_list;
		s->edit.write.made = made_list;
	}
	submit(t, s, ok);
}

/* ---- one membership, from the team's side */

static bool check_one(struct ek_turn *t)
{
	struct side *s = t->state;
	struct ek_api_membership want = {s->person.id.v, s->level};
	ek_str tag = config(t, s);
	if (tag.p == NULL || !ek_api_edit_match(t, tag) || !present(t, s) || !room(t, s))
		return false;
	const struct ek_api_membership *old = find(&s->now, want.id);
	if (s->level == 0 && old == NULL)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	if (s->level == 0)
		s->drop.v[s->drop.n++] = *old;
	else if (old == NULL || old->level != want.level)
		s->set.v[s->set.n++] = want;
	return (s->level == 0 || takes(t, s, &want, 0)) && fill(t, s);
}

static void made_put(struct ek_turn *t, const struct ek_answer *a)
{
	const struct side *s = t->state;
	(void)a;
	log_all(t, s);
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "team", EK_IDENT_TEAM, s->team.id.v);
	ek_api_put_id(&t->out, "teammate", EK_IDENT_TEAMMATE, s->person.id.v);
	ek_api_put_enum(&t->out, "level", EK_ENUM_LEVEL, s->level);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
	ek_str tag = config(t, s);
	if (tag.p != NULL)
		ek_api_edit_tag(t, tag);
}

static void made_drop(struct ek_turn *t, const struct ek_answer *a)
{
	(void)a;
	log_all(t, t->state);
	ek_json_object(&t->out);
	ek_api_put_bool(&t->out, "changed", true);
	ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
	ek_json_object_end(&t->out);
}

static bool find_both(struct ek_turn *t, struct side *s)
{
	return ek_api_team_path(t, "id", &s->team) &&
	       ek_turn_may(t, EK_MAY_MEMBERSHIP_EDIT, &s->team.object) &&
	       ek_api_person_path(t, "teammate", &s->person);
}

static bool bind_level(struct ek_turn *t, struct side *s)
{
	static const struct ek_patch_rule rules[] = {
		{"level", EK_PATCH_OF_ENUM, EK_ENUM_LEVEL, 0, 0, 0, NULL}};
	s->level = EK_LEVEL_PRIMARY;
	if (t->http->body.n == 0)
		return true;
	if (!ek_turn_body(t, &s->root) || !ek_patch_bind(&s->root, rules, 1, s->v))
		return false;
	if (s->v[0].state == EK_PATCH_VALUE)
		s->level = (EK_C_LEVEL)s->v[0].i;
	return s->level != EK_LEVEL_OVERFLOW ||
	       ek_patch_fault(&s->v[0].at, EK_FAULT_NOT_ONE_OF, "A level is primary or secondary.");
}

void ek_api_put_membership(struct ek_turn *t)
{
	struct side *s = begin(t);
	bool ok = s != NULL && bind_level(t, s);
	ok = s != NULL && find_both(t, s) && ok;
	if (ok) {
		s->edit.write.check = check_one;
		s->edit.write.made = made_put;
	}
	submit(t, s, ok);
}

void ek_api_delete_membership(struct ek_turn *t)
{
	struct side *s = begin(t);
	bool ok = s != NULL && find_both(t, s);
	if (ok) {
		s->edit.write.check = check_one;
		s->edit.write.made = made_drop;
	}
	submit(t, s, ok);
}
