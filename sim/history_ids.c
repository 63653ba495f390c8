#include "sim/history_inside.h"

#include <string.h>

void *ek_history_take(struct ek_history *h, size_t n)
{
	size_t at = (h->used + 15) & ~(size_t)15;
	ek_assert(at + n <= sizeof h->pool);
	h->used = at + n;
	memset(h->pool + at, 0, n);
	return h->pool + at;
}

static bool is_wrong(struct ek_history *h)
{
	return ek_history_has(h, H_WRONG) && ek_history_chance(h, 2);
}

/* A recent conversation, if it can be in that state (0 = any). */
ek_conversation_id ek_history_talk(struct ek_history *h, const struct ek_opinion *o, int state)
{
	uint32_t n = ek_opinion_conversation_count(o);
	ek_conversation_id id = {0};
	struct ek_conversation_view v;
	if (n == 0 || is_wrong(h))
		return (ek_conversation_id){n + 1};
	for (int tries = 0; tries < 8; tries++) {
		uint32_t recent = n < 25 || ek_history_chance(h, 30) ? n : 25;
		id.v = n - ek_history_below(h, recent);
		if (ek_opinion_conversation(o, id, &v) && (state == 0 || v.state == state))
			break;
	}
	return id;
}

ek_teammate_id ek_history_mate(struct ek_history *h, const struct ek_opinion *o)
{
	uint32_t n = ek_opinion_teammate_count(o);
	ek_teammate_id id = {0};
	struct ek_teammate_view v;
	if (n == 0 || is_wrong(h))
		return (ek_teammate_id){n + 1};
	for (int tries = 0; tries < 8; tries++) {
		id.v = 1 + ek_history_below(h, n);
		if (ek_opinion_teammate(o, id, &v) && !v.deleted)
			break;
	}
	return id;
}

ek_team_id ek_history_team(struct ek_history *h, const struct ek_opinion *o)
{
	uint32_t n = ek_opinion_team_count(o);
	ek_team_id id = {0};
	struct ek_team_view v;
	if (n == 0 || is_wrong(h))
		return (ek_team_id){n + 1};
	for (int tries = 0; tries < 8; tries++) {
		id.v = 1 + ek_history_below(h, n);
		if (ek_opinion_team(o, id, &v) && !v.deleted)
			break;
	}
	return id;
}

ek_conversation_id ek_history_offer(struct ek_history *h, const struct ek_opinion *o)
{
	uint32_t n = ek_opinion_conversation_count(o);
	uint32_t start = n == 0 ? 0 : ek_history_below(h, n);
	for (uint32_t i = 0; i < n; i++) {
		ek_conversation_id id = {1 + (start + i) % n};
		if (ek_opinion_offered(o, id).v != 0)
			return id;
	}
	return (ek_conversation_id){0};
}
