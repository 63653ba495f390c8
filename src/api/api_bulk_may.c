/* Whether the caller may change a row so: asked for each row and each field that differs. */
#include "api/api_bulk.h"

#include "model/limits.h"

/* What stands behind a row, to rights. The teams lie beside it. */
struct behind {
	struct ek_may_object may;
	ek_team_id teams[EK_LIMIT_MEMBERSHIPS];
};

static void of_mate(const struct ek_turn *t, uint32_t mate, struct behind *out)
{
	struct ek_membership_view m;
	uint32_t n = 0;
	while (n < EK_LIMIT_MEMBERSHIPS &&
	       ek_look_membership(t->engine, (ek_teammate_id){mate}, n, &m))
		out->teams[n++] = m.team;
	out->may = (struct ek_may_object){.owner = {mate}, .teams = out->teams, .team_count = n};
}

static void of_team(uint32_t team, struct behind *out)
{
	out->teams[0].v = team;
	out->may = (struct ek_may_object){.teams = out->teams, .team_count = 1};
}

static void of_conversation(const struct ek_turn *t, int64_t object, struct behind *out)
{
	struct ek_conversation_view c = {0};
	const ek_conversation_id id = {(uint32_t)object};
	out->may = (struct ek_may_object){.is_absent = true};
	if (!ek_look_conversation(t->engine, id, &c))
		return;
	out->teams[0] = c.team;
	out->may = (struct ek_may_object){
		.holder = c.teammate, .teams = out->teams, .team_count = c.team.v != 0};
}

static enum ek_may right_to_assign(const struct ek_turn *t, const struct ek_api_bulk_field *from,
				   const struct ek_api_bulk_field *to)
{
	if (to->i == 0)
		return EK_MAY_CONVERSATION_RELEASE;
	return from->i == 0 && to->i == t->self.v ? EK_MAY_CONVERSATION_TAKE
						  : EK_MAY_CONVERSATION_ASSIGN;
}

static enum ek_may right_of(const struct ek_turn *t, const struct ek_api_bulk_field *from,
			    const struct ek_api_bulk_field *to)
{
	switch (to->kind) {
	case EK_API_BULK_SETTING:
		return ek_may_setting(to->setting, EK_AT_P);
	case EK_API_BULK_NAME:
		return EK_MAY_TEAMMATE_NAME_EDIT;
	case EK_API_BULK_LANGUAGES:
		return EK_MAY_TEAMMATE_LANGUAGES_EDIT;
	case EK_API_BULK_LEVEL:
		return EK_MAY_MEMBERSHIP_EDIT;
	case EK_API_BULK_TAGS:
		return EK_MAY_CONVERSATION_TAG;
	case EK_API_BULK_HOLDER:
		return right_to_assign(t, from, to);
	case EK_API_BULK_TEAM:
		return EK_MAY_CONVERSATION_MOVE;
	default:
		return EK_MAY_CONVERSATION_STATE;
	}
}

const char *ek_api_bulk_may(struct ek_turn *t, uint8_t resource, int64_t object,
			    const struct ek_api_bulk_side *sides)
{
	struct behind row;
	struct behind team;
	if (resource == EK_API_BULK_CONVERSATIONS)
		of_conversation(t, object, &row);
	else
		of_mate(t, ek_api_bulk_mate_of(object), &row);
	if (resource == EK_API_BULK_CONVERSATIONS &&
	    !ek_may_is(&t->actor, EK_MAY_CONVERSATION_FIND, &row.may))
		return "not_found";
	for (uint32_t i = 0; i < sides[1].n; i++) {
		const struct ek_api_bulk_field *from = &sides[0].v[i];
		const struct ek_api_bulk_field *to = &sides[1].v[i];
		const struct ek_may_object *of = &row.may;
		if (ek_api_bulk_equal(from, to))
			continue;
		if (to->kind == EK_API_BULK_LEVEL) {
			of_team(to->team != 0 ? to->team : ek_api_bulk_team_of(object), &team);
			of = &team.may;
		}
		if (!ek_may_is(&t->actor, right_of(t, from, to), of))
			return "forbidden";
	}
	return NULL;
}
