#include "sim/history.h"

#include "sim/history_inside.h"

#include <stdlib.h>

/* Tuesday, 9 June 2026, 22:30 UTC: midnight comes soon. */
static const int64_t first_day_ms = 20613 * 86400000LL;

/* How often each kind comes, when its feature is on. */
static const struct {
	uint8_t kind;
	uint8_t feature;
	uint8_t weight;
} kinds[] = {
	{EK_CMD_CONVERSATION_CREATE, H_ALWAYS, 30},
	{EK_CMD_CONVERSATION_UPDATE, H_ALWAYS, 5},
	{EK_CMD_CONTACT_MESSAGE, H_ALWAYS, 14},
	{EK_CMD_OUTSIDE_MESSAGE, H_SNOOZE, 3},
	{EK_CMD_TEAMMATE_MESSAGE, H_ALWAYS, 10},
	{EK_CMD_NOTE_ADD, H_ALWAYS, 3},
	{EK_CMD_CONVERSATION_OPEN_VIEW, H_ALWAYS, 3},
	{EK_CMD_CONVERSATION_ASSIGN, H_ALWAYS, 8},
	{EK_CMD_CONVERSATION_MOVE, H_ALWAYS, 6},
	{EK_CMD_CONVERSATION_RELEASE, H_ALWAYS, 8},
	{EK_CMD_CONVERSATION_CLOSE, H_ALWAYS, 30},
	{EK_CMD_CONVERSATION_REOPEN, H_ALWAYS, 4},
	{EK_CMD_CONVERSATION_SNOOZE, H_SNOOZE, 10},
	{EK_CMD_CONVERSATION_TAKE, H_ALWAYS, 3},
	{EK_CMD_OFFER_ACCEPT, H_OFFERS, 90},
	{EK_CMD_OFFER_DECLINE, H_OFFERS, 30},
	{EK_CMD_PRESENCE_SET, H_ALWAYS, 24},
	{EK_CMD_ACTIVITY_SEEN, H_IDLE, 15},
	{EK_CMD_INTAKE_PAUSE, H_PAUSE, 6},
	{EK_CMD_INTAKE_RESUME, H_PAUSE, 2},
	{EK_CMD_TEAMMATE_CREATE, H_ENDINGS, 1},
	{EK_CMD_TEAMMATE_DEACTIVATE, H_ENDINGS, 1},
	{EK_CMD_TEAMMATE_REACTIVATE, H_ENDINGS, 2},
	{EK_CMD_TEAMMATE_DELETE, H_ENDINGS, 1},
	{EK_CMD_TEAM_CREATE, H_ENDINGS, 1},
	{EK_CMD_TEAM_DELETE, H_ENDINGS, 1},
	{EK_CMD_MEMBERSHIP_SET, H_ALWAYS, 6},
	{EK_CMD_MEMBERSHIP_REMOVE, H_ALWAYS, 3},
	{EK_CMD_SETTINGS_CHANGE, H_ALWAYS, 16},
	{EK_CMD_SETTINGS_UNDO, H_VERSIONS, 3},
	{EK_CMD_SETTINGS_CANCEL, H_VERSIONS, 1},
	{EK_CMD_CALENDAR_SET, H_HOURS, 3},
	{EK_CMD_SHIFT_SET, H_SHIFTS, 8},
	{EK_CMD_MARGIN_SET, H_SHIFTS, 2},
	{EK_CMD_ZONE_SET, H_RAMP, 2},
	{EK_CMD_ZONE_SET, H_HOURS, 1},
	{EK_CMD_BULK_APPLY, H_BULK, 8},
	{EK_CMD_HANDOVER_APPLY, H_BULK, 1},
	{EK_CMD_POLICY_APPLY, H_BULK, 2},
	{EK_CMD_CONTENT_CHANGE, H_HOLD, 4},
	{EK_CMD_TICK, H_ALWAYS, 1},
	{EK_CMD_SERVER_STARTED, H_DOWN, 2},
};

struct ek_history *ek_history_open(uint64_t seed)
{
	struct ek_history *h = calloc(1, sizeof *h);
	if (h == NULL)
		return NULL;
	h->rng.state = seed;
	h->profile = (uint32_t)ek_rng_next(&h->rng);
	h->now = first_day_ms + (22 * 60 + 30) * (int64_t)H_MINUTE;
	h->first_teams = 3 + ek_history_below(h, 4);
	h->first_mates = 3 + ek_history_below(h, 6);
	return h;
}

void ek_history_close(struct ek_history **history)
{
	free(*history);
	*history = NULL;
}

static struct ek_actor actor(struct ek_history *h, const struct ek_opinion *o)
{
	uint32_t drawn = ek_history_below(h, 10);
	struct ek_teammate_view p;
	if (drawn < 5)
		return (struct ek_actor){EK_ACTOR_PERSON, 0};
	if (drawn < 8) {
		ek_teammate_id id = ek_history_mate(h, o);
		bool there = ek_opinion_teammate(o, id, &p) && !p.deleted;
		return (struct ek_actor){EK_ACTOR_PERSON, there ? id.v : 0};
	}
	return (struct ek_actor){drawn == 8 ? EK_ACTOR_RULE : EK_ACTOR_SYSTEM, 0};
}

/* Often no time at all, mostly whole minutes, rarely a millisecond. */
static int64_t step(struct ek_history *h)
{
	static const int64_t steps[] = {0, 0, 0, 0, 1, 1, 2, 3};
	if (ek_history_chance(h, 3))
		return 1;
	if (ek_history_chance(h, 5))
		return ek_history_between(h, 0, 30000);
	return steps[ek_history_below(h, (uint32_t)EK_LEN(steps))] * H_MINUTE;
}

/* Whether there is something for it to be about: an offer, or room for one more. */
static bool has_room(struct ek_history *h, const struct ek_opinion *o, int kind)
{
	if (kind == EK_CMD_OFFER_ACCEPT || kind == EK_CMD_OFFER_DECLINE)
		return ek_history_offer(h, o).v != 0 ||
		       (ek_history_has(h, H_WRONG) && ek_history_chance(h, 2));
	if (kind == EK_CMD_TEAM_CREATE)
		return ek_opinion_team_count(o) < H_TEAMS;
	if (kind == EK_CMD_TEAMMATE_CREATE)
		return ek_opinion_teammate_count(o) < H_MATES;
	if (kind == EK_CMD_CONVERSATION_CREATE || kind == EK_CMD_BULK_APPLY)
		return ek_opinion_conversation_count(o) < H_TALKS;
	return true;
}

static int drawn_kind(struct ek_history *h, const struct ek_opinion *o)
{
	uint32_t weights[EK_LEN(kinds)];
	uint32_t sum = 0;
	size_t i = 0;
	for (i = 0; i < EK_LEN(kinds); i++) {
		bool fits = ek_history_has(h, kinds[i].feature) && has_room(h, o, kinds[i].kind);
		weights[i] = fits ? kinds[i].weight : 0;
		sum += weights[i];
	}
	uint32_t drawn = ek_history_below(h, sum);
	for (i = 0; drawn >= weights[i]; i++)
		drawn -= weights[i];
	return kinds[i].kind;
}

/* First teams, then people, who become active, then some settings, then life. */
static int next_kind(struct ek_history *h, const struct ek_opinion *o)
{
	uint32_t people = h->first_teams + h->first_mates;
	uint32_t nth = h->steps++;
	if (nth < h->first_teams)
		return EK_CMD_TEAM_CREATE;
	if (nth < people)
		return EK_CMD_TEAMMATE_CREATE;
	if (nth < people + 2 * h->first_mates)
		return EK_CMD_PRESENCE_SET;
	if (h->primed < H_PRIMES)
		return EK_CMD_SETTINGS_CHANGE;
	return drawn_kind(h, o);
}

/* The next setting that the profile wants; false when all have been gone through. */
static bool prime(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *cmd)
{
	while (h->primed < H_PRIMES) {
		h->used = 0;
		if (!ek_history_prime(h, o, h->primed++, &cmd->settings_change))
			continue;
		cmd->has = 7; /* scope, id, set */
		return true;
	}
	return false;
}

void ek_history_next(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *cmd,
		     ek_time *at)
{
	h->used = 0;
	int kind = next_kind(h, o);
	*cmd = ek_cmd_make(kind);
	if (kind != EK_CMD_TICK && kind != EK_CMD_SERVER_STARTED) {
		bool answers = kind == EK_CMD_OFFER_ACCEPT || kind == EK_CMD_OFFER_DECLINE;
		h->now += answers && ek_history_chance(h, 85) ? 0 : step(h);
		cmd->by = actor(h, o);
	}
	if (kind != EK_CMD_SETTINGS_CHANGE || !prime(h, o, cmd))
		ek_history_fill(h, o, cmd);
	at->ms = h->now;
}
