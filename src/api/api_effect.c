#include "api/api_effect.h"

#include "wire/explain_json.h"

static bool sees(const struct ek_turn *t, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = team.v != 0};
	return ek_may_is(&t->actor, EK_MAY_EXPLAIN_NAMES, &object);
}

static bool sees_all(const struct ek_turn *t, const struct ek_explain_preview *p)
{
	bool all = true;
	for (uint32_t i = 0; all && i < p->move_count; i++)
		all = sees(t, p->moves[i].from_team) && sees(t, p->moves[i].to_team);
	for (uint32_t i = 0; all && i < p->shut_count; i++)
		all = sees(t, p->shut[i].team);
	return all;
}

bool ek_api_effect_write(struct ek_turn *t, const struct ek_explain_preview *p)
{
	struct ek_json_style style = t->out.style;
	t->out.style.sees_names = sees_all(t, p);
	t->out.style.reader = t->self.v;
	/* It says whether the whole text is complete, which is more than this value. */
	bool whole = ek_explain_json_preview(&t->out, p);
	(void)whole;
	t->out.style = style;
	return !t->out.failed || ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}
