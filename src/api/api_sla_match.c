/* Which policy applies: its teams, and its filter on what is known of a conversation. */
#include "api/api_sla.h"

#include "wire/list.h"

bool ek_api_sla_knows(uint8_t field)
{
	switch (field) {
	case EK_LIST_conversations_priority:
	case EK_LIST_conversations_complexity:
	case EK_LIST_conversations_capacity_class:
	case EK_LIST_conversations_team:
	case EK_LIST_conversations_tags:
		return true;
	default:
		return false;
	}
}

/* ---- matching */

static struct ek_filter_fact fact_of(const void *ctx, uint8_t field)
{
	const struct ek_api_sla *s = ctx;
	int64_t v;
	switch (field) {
	case EK_LIST_conversations_tags:
		return (struct ek_filter_fact){
			.is_set = s->tag_count > 0, .list = s->tags, .list_count = s->tag_count};
	case EK_LIST_conversations_priority:
		v = s->priority;
		break;
	case EK_LIST_conversations_complexity:
		v = s->complexity;
		break;
	case EK_LIST_conversations_capacity_class:
		v = s->capacity_class;
		break;
	default:
		v = s->team.v == 0 ? EK_NONE : (int64_t)s->team.v;
	}
	return (struct ek_filter_fact){.is_set = v != EK_NONE, .i = v};
}

bool ek_api_sla_matches(const struct ek_api_sla_policy *p, const struct ek_api_sla *s)
{
	bool is_team = p->team_count == 0 && s->team.v != 0;
	for (uint32_t i = 0; i < p->team_count; i++)
		is_team = is_team || p->teams[i] == s->team.v;
	return is_team && (p->root == NULL || ek_filter_holds(p->root, fact_of, s));
}
