#include "api/reach.h"

#include <string.h>

enum { SQL_MAX = 8192 };

/* The condition as it grows, and its values behind those of the list's own. */
struct scope {
	struct ek_views_value *args;
	uint32_t n;
	char *sql;
	size_t used;
};

static void say(struct scope *s, const char *a, const char *b)
{
	s->used += ek_format(s->sql + s->used, SQL_MAX - s->used, "%s%s", a, b);
	ek_assert(s->used + 1 < SQL_MAX);
}

static void say_value(struct scope *s, int64_t v)
{
	char text[16];
	ek_assert(s->n < EK_READER_ARGS_MAX);
	s->args[s->n++] = ek_views_int(v);
	ek_format(text, sizeof text, "$%u", s->n);
	say(s, text, "");
}

/* As many places as the next power of two, so that few texts serve everybody. */
static void say_teams(struct scope *s, const char *column, const struct ek_may_reach *r)
{
	uint32_t places = 1;
	uint32_t count = r->team_count < EK_REACH_TEAMS ? r->team_count : EK_REACH_TEAMS;
	while (places < count)
		places *= 2;
	say(s, " OR ", column);
	say(s, " IN (", "");
	for (uint32_t i = 0; i < places; i++) {
		say(s, i == 0 ? "" : ", ", "");
		say_value(s, i < count ? r->teams[i].v : 0);
	}
	say(s, ")", "");
}

static void say_self(struct scope *s, const char *column, ek_teammate_id self)
{
	say(s, " OR ", column);
	say(s, " = ", "");
	say_value(s, self.v);
}

static void say_reach(struct scope *s, const struct ek_reach *c, const struct ek_may_reach *r,
		      ek_teammate_id self)
{
	if (r->is_everything)
		return;
	say(s, s->used > 0 ? " AND (" : "(", "1 = 0");
	if (r->team_count > 0 && c->team != NULL)
		say_teams(s, c->team, r);
	if (r->has_teamless && c->team != NULL) {
		say(s, " OR ", c->team);
		say(s, " IS NULL", "");
	}
	if (r->has_held && c->holder != NULL && self.v != 0)
		say_self(s, c->holder, self);
	if (r->has_own && c->owner != NULL && self.v != 0)
		say_self(s, c->owner, self);
	say(s, ")", "");
}

/* Whether the caller may ask at all. */
static bool may_ask(struct ek_turn *t, enum ek_may right, struct ek_may_reach *reach)
{
	*reach = (struct ek_may_reach){.is_everything = true};
	if (right == EK_MAY_NEVER)
		return true;
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	*reach = ek_may_reach(&t->actor, right, teams);
	const struct ek_may_verdict *v = &reach->verdict;
	bool is_none = v->answer == EK_MAY_ANSWER_HIDDEN ||
		       (v->answer == EK_MAY_ANSWER_FORBIDDEN && !v->is_scope);
	return v->answer == EK_MAY_ANSWER_ALLOWED || is_none || ek_turn_may(t, right, NULL);
}

bool ek_reach_ask(struct ek_turn *t, const struct ek_reach *r, struct ek_api_list_ask *ask)
{
	struct ek_may_reach reach;
	struct scope s = {.n = r->n};
	s.args = ek_turn_get(t, EK_READER_ARGS_MAX * sizeof *s.args);
	s.sql = ek_turn_get(t, SQL_MAX);
	if (s.args == NULL || s.sql == NULL || !may_ask(t, r->right, &reach))
		return false;
	if (r->n > 0)
		memcpy(s.args, r->args, r->n * sizeof *s.args);
	if (r->where != NULL) {
		say(&s, "(", r->where);
		say(&s, ")", "");
	}
	say_reach(&s, r, &reach, t->self);
	ask->where = s.sql;
	ask->args = s.args;
	ask->n = s.n;
	return true;
}

bool ek_reach_may(struct ek_turn *t, enum ek_may right, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	if (team.v != 0)
		return ek_turn_may(t, right, &object);
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	if (teams == NULL)
		return false;
	struct ek_may_reach r = ek_may_reach(&t->actor, right, teams);
	return r.verdict.answer == EK_MAY_ANSWER_ALLOWED || ek_turn_may(t, right, NULL);
}
