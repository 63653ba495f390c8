/* Why a conversation waits. */
#include "engine/explain_inside.h"

#include "engine/config.h"
#include "engine/overtake.h"
#include "engine/queue.h"
#include "model/calendar.h"

static bool check(const struct ek_engine *e, uint32_t conv, struct ek_err *err)
{
	if (conv == 0 || conv > e->conv_count)
		return ek_fail(err, EK_NOT_FOUND, "there is no conversation %u", conv);
	if (!ek_explain_waits(e, conv))
		return ek_fail(err, EK_CONFLICT, "conversation %u waits in no queue", conv);
	return true;
}

static int64_t level_at(const struct ek_engine *e, const struct conv *c, uint32_t i)
{
	const struct team *t = &e->teams[c->team];
	if (!t->overflow[i].office_hours)
		return c->queued_at + t->overflow[i].after_ms;
	return ek_calendar_add(ek_config_calendar(e, c->team), (ek_time){c->queued_at},
			       (ek_span){t->overflow[i].after_ms})
		.ms;
}

static void fill_levels(const struct ek_engine *e, const struct conv *c,
			struct ek_explain_waiting *out)
{
	const struct team *t = &e->teams[c->team];
	out->next_at = EK_NO_TIME;
	for (uint32_t i = 0; i < t->overflow_count; i++) {
		if ((c->opened >> i & 1) != 0) {
			out->overflow_open++;
			continue;
		}
		int64_t at = level_at(e, c, i);
		if (at == EK_NONE || (ek_time_is_set(out->next_at) && out->next_at.ms <= at))
			continue;
		out->next_at.ms = at;
		out->next_team.v = t->overflow[i].team;
	}
}

static void fill_places(const struct ek_engine *e, uint32_t conv, struct ek_explain_waiting *out)
{
	const struct conv *c = &e->convs[conv];
	out->place = ek_explain_before(e, conv, 0) + 1;
	out->of = ek_explain_total(e);
	out->team_place = ek_explain_before(e, conv, c->team) + 1;
	out->team_of = e->teams[c->team].waiting;
}

bool ek_explain_waiting(struct ek_engine *e, ek_conversation_id conversation,
			struct ek_arena *arena, struct ek_explain_waiting *out, struct ek_err *err)
{
	uint32_t conv = conversation.v;
	if (!check(e, conv, err))
		return false;
	const struct conv *c = &e->convs[conv];
	bool stranded = c->stranded_from != EK_NONE;
	*out = (struct ek_explain_waiting){
		.seq = e->seq,
		.at = {e->now},
		.conversation = conversation,
		.team = {c->team},
		.waiting_since = {c->waiting_since},
		.queued_at = {c->queued_at},
		.sort_count = e->key_count,
		.overtaken = ek_overtake_count(e, conv),
		.held_for = {c->hold_for},
		.stranded = stranded,
		.estimate = {stranded ? EK_EXPLAIN_STRANDED : EK_EXPLAIN_TOO_FEW, {0}, {0}, 0},
	};
	fill_places(e, conv, out);
	fill_levels(e, c, out);
	struct ek_explain_sort *sort = ek_explain_room(arena, e->key_count, sizeof *sort, err);
	struct blockers blockers;
	if (sort == NULL || !ek_explain_blockers(e, conv, arena, &blockers, err))
		return false;
	ek_explain_sort(e, conv, sort);
	out->sort = sort;
	out->blockers = blockers.v;
	out->blocker_count = blockers.n;
	struct hunt h = {.e = e, .arena = arena, .at = {e->now}, .conv = conv};
	return ek_explain_nearest(&h, &out->nearest, err);
}
