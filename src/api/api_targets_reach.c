#include "api/api_targets_reach.h"

#include "api/reach.h"

enum { SQL_MAX = 8192 };

struct sql {
	char *p;
	size_t n;
	struct ek_views_value *args;
	uint32_t arg_n;
};

static void say(struct sql *s, const char *const parts[])
{
	for (uint32_t i = 0; parts[i] != NULL; i++) {
		s->n += ek_format(s->p + s->n, SQL_MAX - s->n, "%s", parts[i]);
		ek_assert(s->n + 1 < SQL_MAX);
	}
}
#define SAY(s, ...) say((s), (const char *const[]){__VA_ARGS__, NULL})

static void say_value(struct sql *s, int64_t v)
{
	char text[16];
	ek_assert(s->arg_n < EK_READER_ARGS_MAX);
	s->args[s->arg_n++] = ek_views_int(v);
	ek_format(text, sizeof text, "$%u", s->arg_n);
	SAY(s, text);
}

/* As many places as the next power of two, so that few texts serve everybody. */
static void say_in(struct sql *s, const struct ek_may_reach *r)
{
	uint32_t places = 1;
	uint32_t count = r->team_count < EK_REACH_TEAMS ? r->team_count : EK_REACH_TEAMS;
	while (places < count)
		places *= 2;
	SAY(s, " IN (");
	for (uint32_t i = 0; i < places; i++) {
		SAY(s, i == 0 ? "" : ", ");
		say_value(s, i < count ? r->teams[i].v : 0);
	}
	SAY(s, ")");
}

static bool reach_of(struct ek_turn *t, enum ek_may right, struct ek_may_reach *out)
{
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	*out = ek_may_reach(&t->actor, right, teams);
	const struct ek_may_verdict *v = &out->verdict;
	bool is_refused = v->answer == EK_MAY_ANSWER_UNKNOWN ||
			  v->answer == EK_MAY_ANSWER_SESSION_ONLY ||
			  (v->answer == EK_MAY_ANSWER_FORBIDDEN && v->is_scope);
	return !is_refused || ek_turn_may(t, right, NULL);
}

static void say_teams(struct sql *s, const struct ek_api_targets_reach *r,
		      const struct ek_may_reach *reach)
{
	SAY(s, "(", r->alias, ".teammate IS NULL AND ");
	if (reach->is_everything) {
		SAY(s, "1 = 1)");
		return;
	}
	SAY(s, r->alias, ".team");
	say_in(s, reach);
	SAY(s, ")");
}

static void say_others(struct ek_turn *t, struct sql *s, const struct ek_api_targets_reach *r,
		       const struct ek_may_reach *reach)
{
	SAY(s, " OR (", r->alias, ".teammate IS NOT NULL");
	if (!reach->is_everything) {
		SAY(s, " AND EXISTS (SELECT 1 FROM memberships l WHERE l.teammate = ", r->alias,
		    ".teammate AND l.team");
		say_in(s, reach);
		SAY(s, ")");
	}
	if (r->from != NULL) {
		SAY(s, " AND (", r->from, " IS NULL OR ", r->from, " <= ");
		say_value(s, t->now.ms);
		SAY(s, ")");
	}
	SAY(s, ")");
}

bool ek_api_targets_reach(struct ek_turn *t, const struct ek_api_targets_reach *r,
			  struct ek_api_list_ask *ask)
{
	struct ek_may_reach teams, people;
	struct sql s = {.p = ek_turn_get(t, SQL_MAX)};
	s.args = ek_turn_get(t, EK_READER_ARGS_MAX * sizeof *s.args);
	if (s.p == NULL || s.args == NULL || !reach_of(t, r->team, &teams) ||
	    !reach_of(t, r->person, &people))
		return false;
	SAY(&s, "(", r->where, ") AND (");
	say_teams(&s, r, &teams);
	if (people.has_own && t->self.v != 0) {
		SAY(&s, " OR ", r->alias, ".teammate = ");
		say_value(&s, t->self.v);
	}
	if (people.is_everything || people.team_count > 0)
		say_others(t, &s, r, &people);
	SAY(&s, ")");
	ask->where = s.p;
	ask->args = s.args;
	ask->n = s.arg_n;
	return true;
}
