/* The change log of configuration: listed, one. Undone: api_changes_undo.c. */
#include "api/api_changes.h"

#include "api/api_list.h"
#include "api/handlers.h"

enum { TEAMS_MAX = 128, WHERE_MAX = 4096 };

/* ---- what may be seen: one's teams', their people's, and what belongs to no team */

struct reach {
	char where[WHERE_MAX];
	size_t used;
	struct ek_views_value args[TEAMS_MAX];
	uint32_t n;
};

static void say(struct reach *r, const char *s)
{
	r->used += ek_format(r->where + r->used, WHERE_MAX - r->used, "%s", s);
	ek_assert(r->used + 1 < WHERE_MAX);
}

static void say_teams(struct reach *r)
{
	char place[16];
	for (uint32_t i = 0; i < r->n; i++) {
		ek_format(place, sizeof place, "%s$%u", i == 0 ? "" : ", ", i + 1);
		say(r, place);
	}
}

/* As many places as the next power of two, so that few texts serve everybody. */
static void take_teams(struct reach *r, const struct ek_may_reach *m)
{
	uint32_t count = m->team_count < TEAMS_MAX ? m->team_count : TEAMS_MAX;
	r->n = 1;
	while (r->n < count)
		r->n *= 2;
	for (uint32_t i = 0; i < r->n; i++)
		r->args[i] = ek_views_int(i < count ? m->teams[i].v : 0);
}

static bool find_reach(struct ek_turn *t, struct reach *r)
{
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	struct ek_may_reach m = ek_may_reach(&t->actor, EK_MAY_CHANGE_READ, teams);
	if (m.verdict.answer == EK_MAY_ANSWER_FORBIDDEN && m.verdict.is_scope)
		return ek_turn_may(t, EK_MAY_CHANGE_READ, NULL);
	if (m.verdict.answer == EK_MAY_ANSWER_ALLOWED && m.is_everything)
		return true;
	take_teams(r, &m);
	say(r, "(c.team IN (");
	say_teams(r);
	say(r, ") OR (c.team IS NULL AND c.teammate IN (SELECT m.teammate FROM memberships m WHERE"
	       " m.team IN (");
	say_teams(r);
	say(r, ")))");
	if (m.has_teamless)
		say(r, " OR (c.team IS NULL AND c.teammate IS NULL)");
	say(r, ")");
	return true;
}

void ek_api_list_changes(struct ek_turn *t)
{
	const struct ek_list list = ek_api_change_list();
	struct reach *r = EK_TURN_NEW(t, struct reach);
	struct ek_api_list l;
	if (r == NULL || !ek_api_list_query(t, &list, NULL, &l) || !find_reach(t, r)) {
		ek_turn_reply(t, 0);
		return;
	}
	const struct ek_api_list_ask ask = {&list, r->where, r->args, r->n};
	if (ek_api_list_fetch(t, &ask, &l)) {
		ek_api_list_begin(t, &l);
		for (uint32_t i = 0; i < l.rows.n; i++)
			ek_api_change_write(&t->out, ek_api_list_at(&l, i));
		ek_api_list_end(t, &l);
	}
	ek_turn_reply(t, 200);
}

/* ---- one */

static bool teams_of(struct ek_turn *t, struct ek_views_value teammate, struct ek_may_object *out)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT team FROM memberships WHERE teammate = $1", &teammate, 1,
			    &rows))
		return false;
	ek_team_id *teams = ek_turn_get(t, (rows.n + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	for (uint32_t i = 0; i < rows.n; i++)
		teams[i].v = (uint32_t)ek_turn_int(&rows.v[i]);
	out->teams = teams;
	out->team_count = rows.n;
	/* Somebody in no team at all is not everybody's. */
	out->owner.v = (uint32_t)teammate.i;
	if (rows.n == 0) {
		out->team_count = 1;
		teams[0].v = 0;
	}
	return true;
}

static bool object_of(struct ek_turn *t, const struct ek_views_value *row,
		      struct ek_may_object *out)
{
	int64_t team = ek_turn_int(&row[EK_CONTENT_CHANGES_TEAM]);
	*out = (struct ek_may_object){0};
	if (team != EK_NONE) {
		ek_team_id *one = EK_TURN_NEW(t, ek_team_id);
		if (one == NULL)
			return false;
		one->v = (uint32_t)team;
		out->teams = one;
		out->team_count = 1;
		return true;
	}
	return row[EK_CONTENT_CHANGES_TEAMMATE].kind != EK_VIEWS_INT ||
	       teams_of(t, row[EK_CONTENT_CHANGES_TEAMMATE], out);
}

bool ek_api_changes_find(struct ek_turn *t, const struct ek_views_value **row,
			 struct ek_may_object *object)
{
	bool found = false;
	uint64_t id = 0;
	if (!ek_turn_id(t, "id", EK_IDENT_CHANGE, &id) ||
	    !ek_turn_row(t, EK_CONTENT_CHANGES, (int64_t)id, row, &found))
		return false;
	if (!found)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	return object_of(t, *row, object) && ek_turn_may(t, EK_MAY_CHANGE_READ, object);
}

void ek_api_changes_put(struct ek_turn *t, const struct ek_views_value *row)
{
	static const uint8_t columns[] = {
		EK_CONTENT_CHANGES_CHANGE,  EK_CONTENT_CHANGES_SEQ,
		EK_CONTENT_CHANGES_AT_MS,   EK_CONTENT_CHANGES_BY_KIND,
		EK_CONTENT_CHANGES_BY_ID,   EK_CONTENT_CHANGES_RESOURCE,
		EK_CONTENT_CHANGES_TEAM,    EK_CONTENT_CHANGES_TEAMMATE,
		EK_CONTENT_CHANGES_FIELDS,  EK_CONTENT_CHANGES_NOTE,
		EK_CONTENT_CHANGES_VERSION, EK_CONTENT_CHANGES_BULK_EDIT,
		EK_CONTENT_CHANGES_UNDOES,  EK_CONTENT_CHANGES_UNDONE_BY,
	};
	struct ek_views_value v[EK_LEN(columns)];
	for (size_t i = 0; i < EK_LEN(columns); i++)
		v[i] = row[columns[i]];
	ek_api_change_write(&t->out, v);
}

void ek_api_get_change(struct ek_turn *t)
{
	const struct ek_views_value *row = NULL;
	struct ek_may_object object;
	if (ek_query_end(&t->query) && ek_api_changes_find(t, &row, &object))
		ek_api_changes_put(t, row);
	ek_turn_reply(t, 200);
}
