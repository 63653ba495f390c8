#include "engine/engine_sample.h"

#include "engine/state.h"

#include <string.h>

enum { TEAMS = 6, MATES = 14, CONVS = 150 };

static uint32_t below(struct ek_engine_sample *p, uint32_t n)
{
	return ek_rng_below(&p->rng, n);
}

static ek_str word(struct ek_engine_sample *p)
{
	static const ek_str words[] = {{"billing", 7}, {"french", 6}, {"gold", 4},
				       {"plan", 4},    {"silver", 6}, {"spam", 4}};
	return words[below(p, EK_LEN(words))];
}

static ek_conversation_id any_conv(struct ek_engine_sample *p)
{
	uint32_t n = p->engine->conv_count;
	return (ek_conversation_id){n == 0 ? 1 : 1 + below(p, n)};
}

static ek_teammate_id any_mate(struct ek_engine_sample *p)
{
	uint32_t n = p->engine->mate_count;
	return (ek_teammate_id){n == 0 || below(p, 30) == 0 ? n + 1 : 1 + below(p, n)};
}

static ek_team_id any_team(struct ek_engine_sample *p)
{
	uint32_t n = p->engine->team_count;
	return (ek_team_id){n == 0 || below(p, 30) == 0 ? n + 1 : 1 + below(p, n)};
}

static struct ek_needs some_needs(struct ek_engine_sample *p)
{
	static const ek_str skills[] = {{"billing", 7}, {"french", 6}, {"plan", 4}};
	uint32_t n = below(p, 4);
	for (uint32_t i = 0; i < n; i++) {
		p->needs[i] = (struct ek_need){
			.skill = skills[i],
			.min_level = (uint8_t)(1 + below(p, 3)),
			.required = below(p, 2) == 0,
			.relax_after = {below(p, 2) == 0 ? EK_NONE : below(p, 600000)},
		};
	}
	return (struct ek_needs){p->needs, n};
}

static struct ek_pairs some_pairs(struct ek_engine_sample *p)
{
	p->pairs[0] = (struct ek_pair){EK_S("plan"), word(p)};
	if (below(p, 4) == 0)
		p->pairs[0].value = (ek_str){NULL, 0};
	return (struct ek_pairs){p->pairs, below(p, 2)};
}

static struct ek_texts some_tags(struct ek_engine_sample *p)
{
	p->tags[0] = word(p);
	p->tags[1] = EK_S("spam");
	return (struct ek_texts){p->tags, below(p, 3)};
}

static ek_time earlier(struct ek_engine_sample *p)
{
	return (ek_time){below(p, 3) == 0 ? EK_NONE : p->now - below(p, 900000)};
}

static ek_time later(struct ek_engine_sample *p)
{
	return (ek_time){p->now + 1 + below(p, 1800000)};
}

static void create(struct ek_engine_sample *p, struct ek_cmd *c)
{
	if (p->engine->conv_count >= CONVS) {
		*c = ek_cmd_make(EK_CMD_CONVERSATION_CLOSE);
		c->conversation_close.conversation = any_conv(p);
		return;
	}
	*c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	struct ek_cmd_conversation_create *a = &c->conversation_create;
	a->contact.v = below(p, 12);
	a->channel = (uint8_t)(1 + below(p, 5));
	a->team.v = below(p, 5) == 0 ? 0 : any_team(p).v;
	a->teammate.v = below(p, 8) == 0 ? any_mate(p).v : 0;
	a->priority = below(p, 4);
	a->sla_due = below(p, 2) == 0 ? EK_NO_TIME : later(p);
	a->started = earlier(p);
	a->waiting_since = earlier(p);
	a->complexity = 1 + below(p, 3);
	if (below(p, 3) == 0)
		a->needs = some_needs(p);
	a->attributes = some_pairs(p);
	if (below(p, 3) == 0)
		a->tags = some_tags(p);
}

static void update(struct ek_engine_sample *p, struct ek_cmd *c)
{
	*c = ek_cmd_make(EK_CMD_CONVERSATION_UPDATE);
	struct ek_cmd_conversation_update *u = &c->conversation_update;
	u->conversation = any_conv(p);
	u->priority = below(p, 4);
	u->sla_due = below(p, 2) == 0 ? EK_NO_TIME : later(p);
	u->capacity_class = (uint8_t)below(p, 6);
	u->complexity = 1 + below(p, 3);
	u->needs = some_needs(p);
	u->attributes = some_pairs(p);
	u->tags = some_tags(p);
	c->has = below(p, 256);
}

static void talk(struct ek_engine_sample *p, struct ek_cmd *c)
{
	static const uint8_t kinds[] = {EK_CMD_CONTACT_MESSAGE, EK_CMD_TEAMMATE_MESSAGE,
					EK_CMD_NOTE_ADD, EK_CMD_CONVERSATION_OPEN_VIEW,
					EK_CMD_OUTSIDE_MESSAGE};
	*c = ek_cmd_make(kinds[below(p, EK_LEN(kinds))]);
	ek_conversation_id conv = any_conv(p);
	ek_teammate_id holder = {p->engine->conv_count == 0 ? 0 : p->engine->convs[conv.v].mate};
	if (c->kind == EK_CMD_CONTACT_MESSAGE) {
		c->contact_message.conversation = conv;
		c->contact_message.sent = earlier(p);
		return;
	}
	if (c->kind == EK_CMD_OUTSIDE_MESSAGE) {
		c->outside_message.conversation = conv;
		return;
	}
	c->teammate_message.conversation = conv;
	c->teammate_message.author = below(p, 4) == 0 ? any_mate(p) : holder;
}

static void by_hand(struct ek_engine_sample *p, struct ek_cmd *c)
{
	static const uint8_t kinds[] = {
		EK_CMD_CONVERSATION_ASSIGN, EK_CMD_CONVERSATION_MOVE,   EK_CMD_CONVERSATION_RELEASE,
		EK_CMD_CONVERSATION_REOPEN, EK_CMD_CONVERSATION_CLOSE,  EK_CMD_CONVERSATION_CLOSE,
		EK_CMD_CONVERSATION_TAKE,   EK_CMD_CONVERSATION_SNOOZE,
	};
	*c = ek_cmd_make(kinds[below(p, EK_LEN(kinds))]);
	if (c->kind == EK_CMD_CONVERSATION_TAKE) {
		c->conversation_take.teammate = any_mate(p);
		return;
	}
	c->conversation_close.conversation = any_conv(p); /* the first field of each */
	if (c->kind == EK_CMD_CONVERSATION_ASSIGN)
		c->conversation_assign.teammate.v = below(p, 5) == 0 ? 0 : any_mate(p).v;
	else if (c->kind == EK_CMD_CONVERSATION_MOVE)
		c->conversation_move.team.v = below(p, 5) == 0 ? 0 : any_team(p).v;
	else if (c->kind == EK_CMD_CONVERSATION_SNOOZE && below(p, 3) == 0)
		c->conversation_snooze.working_ms.ms = below(p, 3600000);
	else if (c->kind == EK_CMD_CONVERSATION_SNOOZE && below(p, 2) == 0)
		c->conversation_snooze.until = later(p);
	else if (c->kind == EK_CMD_CONVERSATION_SNOOZE && below(p, 3) > 0)
		c->conversation_snooze.wall.ms = later(p).ms; /* as in UTC */
}

static uint32_t last_offered(const struct ek_engine_sample *p)
{
	uint32_t conv = p->engine->conv_count;
	while (conv > 0 && p->engine->convs[conv].offer_to == 0)
		conv--;
	return conv;
}

static void answer_offer(struct ek_engine_sample *p, struct ek_cmd *c)
{
	*c = ek_cmd_make(below(p, 2) == 0 ? EK_CMD_OFFER_DECLINE : EK_CMD_OFFER_ACCEPT);
	uint32_t conv = last_offered(p);
	c->offer_accept.conversation.v = conv; /* the fields of both lie alike */
	c->offer_accept.teammate.v = conv == 0 ? 0 : p->engine->convs[conv].offer_to;
}

static void presence(struct ek_engine_sample *p, struct ek_cmd *c)
{
	static const uint8_t kinds[] = {EK_CMD_PRESENCE_SET, EK_CMD_PRESENCE_SET,
					EK_CMD_PRESENCE_SET, EK_CMD_ACTIVITY_SEEN,
					EK_CMD_INTAKE_PAUSE, EK_CMD_INTAKE_RESUME};
	*c = ek_cmd_make(kinds[below(p, EK_LEN(kinds))]);
	c->activity_seen.teammate = any_mate(p); /* the first field of each */
	if (c->kind != EK_CMD_PRESENCE_SET)
		return;
	c->presence_set.presence = (uint8_t)(below(p, 3) > 0 ? 1 : 1 + below(p, 3));
	if (below(p, 4) == 0)
		c->presence_set.reason = EK_S("spam");
}

static void join(struct ek_engine_sample *p, struct ek_cmd *c)
{
	*c = ek_cmd_make(below(p, 6) == 0 ? EK_CMD_MEMBERSHIP_REMOVE : EK_CMD_MEMBERSHIP_SET);
	c->membership_set.teammate = any_mate(p); /* the fields of both lie alike */
	c->membership_set.team = any_team(p);
	if (c->kind == EK_CMD_MEMBERSHIP_SET)
		c->membership_set.level = (uint8_t)(1 + below(p, 2));
}

static void people(struct ek_engine_sample *p, struct ek_cmd *c)
{
	static const uint8_t kinds[] = {EK_CMD_TEAM_CREATE,         EK_CMD_TEAMMATE_CREATE,
					EK_CMD_TEAMMATE_CREATE,     EK_CMD_TEAMMATE_DEACTIVATE,
					EK_CMD_TEAMMATE_REACTIVATE, EK_CMD_TEAMMATE_REACTIVATE,
					EK_CMD_TEAMMATE_DELETE,     EK_CMD_TEAM_DELETE};
	uint8_t kind = kinds[below(p, EK_LEN(kinds))];
	bool full = kind == EK_CMD_TEAM_CREATE       ? p->engine->team_count >= TEAMS
		    : kind == EK_CMD_TEAMMATE_CREATE ? p->engine->mate_count >= MATES
		    : kind == EK_CMD_TEAM_DELETE || kind == EK_CMD_TEAMMATE_DELETE
			    ? below(p, 3) != 0
			    : false;
	if (full) {
		join(p, c);
		return;
	}
	*c = ek_cmd_make(kind);
	if (kind == EK_CMD_TEAM_DELETE) {
		c->team_delete.team = any_team(p);
		c->team_delete.target.v = below(p, 2) == 0 ? 0 : any_team(p).v;
	} else if (kind == EK_CMD_TEAMMATE_DELETE) {
		c->teammate_delete.teammate = any_mate(p);
		c->teammate_delete.heir.v = below(p, 2) == 0 ? 0 : any_mate(p).v;
	} else if (kind == EK_CMD_TEAMMATE_DEACTIVATE || kind == EK_CMD_TEAMMATE_REACTIVATE) {
		c->teammate_deactivate.teammate = any_mate(p);
	}
}

/* clang-format off */
/* Numbers that make something happen, by setting: least and most; scope by the setting's own. */
static const struct number {
	uint8_t setting;
	int64_t lo;
	int64_t hi;
} numbers[] = {
	{EK_SET_SLA_ORDER, 1, 2}, {EK_SET_SLA_REPLY_MS, 0, 600000}, {EK_SET_LIMIT, 0, 4},
	{EK_SET_LIMIT, 2, 5}, {EK_SET_SECONDARY_GATE, 1, 2}, {EK_SET_HELPER_ORDER, 1, 2},
	{EK_SET_BALANCE_BY, 1, 2}, {EK_SET_RELEASE_COOLDOWN_MS, 0, 900000},
	{EK_SET_ON_REOPEN, 1, 3}, {EK_SET_CONTINUITY_HOLD_MS, 0, 600000},
	{EK_SET_DEFAULT_TEAM, 1, TEAMS}, {EK_SET_REASSIGN_SCOPE, 1, 3},
	{EK_SET_AUTO_REASSIGN_SCOPE, 1, 3}, {EK_SET_AUTO_AWAY_AFTER_MS, 600000, 3600000},
	{EK_SET_AUTO_REASSIGN_AFTER_MS, 3600000, 7200000}, {EK_SET_ESCALATE_MANUAL_AWAY, 0, 1},
	{EK_SET_AUTO_RETURN, 0, 1}, {EK_SET_ENOUGH_ALLOWED, 0, 1}, {EK_SET_INTAKE_MAX, 1, 3},
	{EK_SET_INTAKE_APPLIES, 1, 2}, {EK_SET_LANDING_MS, 0, 3600000},
	{EK_SET_RAMP_START, 20000, 20010}, {EK_SET_METHOD, 1, 3}, {EK_SET_METHOD, 1, 1},
	{EK_SET_RANK, 1, 3}, {EK_SET_INBOX_LIMIT, 0, 3}, {EK_SET_RR_RETRY, 0, 1},
	{EK_SET_RR_RESPECT_LIMITS, 0, 1}, {EK_SET_OFFER_MODE, 0, 1}, {EK_SET_OFFER_MODE, 1, 1},
	{EK_SET_OFFER_TIMEOUT_MS, 60000, 600000}, {EK_SET_WHEN_NOBODY, 1, 3},
	{EK_SET_NOBODY_ALERT_AFTER_MS, 0, 600000}, {EK_SET_ASSIGN_ANYWAY_AFTER_MS, 0, 600000},
	{EK_SET_UNTOUCHED_NUDGE_AFTER_MS, 60000, 900000},
	{EK_SET_UNTOUCHED_RETURN_AFTER_MS, 60000, 1800000}, {EK_SET_SNOOZE_WAKE, 1, 2},
	{EK_SET_SHIFT_GATE, 0, 1}, {EK_SET_SHIFT_MARGIN_MS, 0, 600000},
	{EK_SET_OVERTAKE_MAX, 1, 4}, {EK_SET_WAIT_MAX_MS, 1, 1800000},
};
/* clang-format on */

static void some_list(struct ek_engine_sample *p, struct ek_set *s)
{
	static const uint8_t lists[] = {
		EK_SET_OVERFLOW,         EK_SET_OVERFLOW,     EK_SET_SKILLS,
		EK_SET_SKILLS,           EK_SET_CLASS_POINTS, EK_SET_CLASS_LIMIT,
		EK_SET_UNCOUNTED_TAGS,   EK_SET_AWAY_REASONS, EK_SET_RAMP_STEPS,
		EK_SET_ATTRIBUTE_ORDERS, EK_SET_ORDER_KEYS};
	struct ek_cell *c = p->cells;
	memset(c, 0, sizeof p->cells);
	*s = (struct ek_set){lists[below(p, EK_LEN(lists))],
			     {.kind = EK_VALUE_LIST, .n = 2, .cells = c}};
	c[0].s = EK_S("billing");
	c[1].s = EK_S("french");
	c[0].i = 1 + below(p, 3);
	c[1].i = 1 + below(p, 3);
	if (s->setting == EK_SET_UNCOUNTED_TAGS || s->setting == EK_SET_AWAY_REASONS) {
		c[0] = (struct ek_cell){.s = EK_S("spam")};
		s->value.n = 1;
	} else if (s->setting == EK_SET_CLASS_POINTS || s->setting == EK_SET_CLASS_LIMIT) {
		c[0].s = EK_S("chat");
		c[1].s = EK_S("email");
	} else if (s->setting == EK_SET_ATTRIBUTE_ORDERS) {
		c[0] = (struct ek_cell){.i = 2, .s = EK_S("plan")};
		c[1] = (struct ek_cell){.s = EK_S("gold")};
		c[2] = (struct ek_cell){.s = EK_S("silver")};
		s->value.n = 3;
	} else if (s->setting == EK_SET_ORDER_KEYS) {
		c[0] = (struct ek_cell){.i = EK_ORDER_KEY_ATTRIBUTE * 2, .s = EK_S("plan")};
		c[1] = (struct ek_cell){.i = EK_ORDER_KEY_SLA * 2 + below(p, 2)};
	} else if (s->setting != EK_SET_SKILLS) {
		memset(c, 0, sizeof p->cells);
		int64_t row[] = {any_team(p).v, below(p, 600000), 1 + below(p, 2), below(p, 2)};
		int64_t steps[] = {0, 500, 2, 5, 800, 4};
		bool levels = s->setting == EK_SET_OVERFLOW;
		s->value.n = levels ? 4 : 6;
		for (uint32_t i = 0; i < s->value.n; i++)
			c[i].i = levels ? row[i] : steps[i];
	}
}

static void some_set(struct ek_engine_sample *p, struct ek_set *s)
{
	if (below(p, 3) == 0) {
		some_list(p, s);
		return;
	}
	const struct number *n = &numbers[below(p, EK_LEN(numbers))];
	int64_t v = n->lo + (int64_t)(ek_rng_next(&p->rng) % (uint64_t)(n->hi - n->lo + 1));
	*s = (struct ek_set){n->setting, ek_value_int(v)};
	if (below(p, 8) == 0)
		s->value = ek_value_null();
	else if (below(p, 8) == 0)
		s->value = (struct ek_value){.kind = EK_VALUE_UNSET};
	else if (n->setting == EK_SET_SHIFT_MARGIN_MS && below(p, 2) == 0)
		s->value = (struct ek_value){.kind = EK_VALUE_AUTO};
}

static void settings(struct ek_engine_sample *p, struct ek_cmd *c)
{
	*c = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	struct ek_cmd_settings_change *s = &c->settings_change;
	some_set(p, &p->sets[0]);
	s->set = (struct ek_sets){p->sets, 1};
	uint8_t at = ek_setting_row(p->sets[0].setting)->at;
	s->scope = (at & EK_AT_W) != 0 && below(p, 3) == 0 ? EK_SCOPE_WORKSPACE
		   : (at & EK_AT_T) != 0                   ? EK_SCOPE_TEAM
		   : (at & EK_AT_P) != 0                   ? EK_SCOPE_TEAMMATE
							   : EK_SCOPE_WORKSPACE;
	s->id = s->scope == EK_SCOPE_TEAM       ? any_team(p).v
		: s->scope == EK_SCOPE_TEAMMATE ? any_mate(p).v
						: 0;
	if (below(p, 6) == 0)
		s->effective_at = later(p);
}

static const struct ek_zone_shift offsets[] = {
	{EK_ZONE_SINCE_EVER, 3600000}, {1711846800000, 7200000}, {1729990800000, 3600000}};
static const struct ek_zone paris = {{"Europe/Paris", 12}, offsets, 3};
static const struct ek_week_hours week[] = {{1, 32400000, 61200000},
					    {2, 32400000, 61200000},
					    {3, 0, 86400000},
					    {7, 36000000, 50400000}};
static const int32_t closed[] = {20001, 20006};

static void hours(struct ek_engine_sample *p, struct ek_cmd *c)
{
	static const uint8_t kinds[] = {EK_CMD_CALENDAR_SET,  EK_CMD_SHIFT_SET,
					EK_CMD_SHIFT_SET,     EK_CMD_SHIFT_SET,
					EK_CMD_ZONE_SET,      EK_CMD_MARGIN_SET,
					EK_CMD_SETTINGS_UNDO, EK_CMD_SETTINGS_CANCEL};
	*c = ek_cmd_make(kinds[below(p, EK_LEN(kinds))]);
	if (c->kind == EK_CMD_CALENDAR_SET) {
		c->calendar_set = (struct ek_cmd_calendar_set){.zone = paris,
							       .week = {week, below(p, 5)},
							       .closed = {closed, below(p, 3)}};
		c->calendar_set.team.v = below(p, 2) == 0 ? 0 : any_team(p).v;
	} else if (c->kind == EK_CMD_ZONE_SET) {
		c->zone_set.zone = paris;
		c->zone_set.teammate.v = below(p, 2) == 0 ? 0 : any_mate(p).v;
	} else if (c->kind == EK_CMD_MARGIN_SET) {
		c->margin_set.team = any_team(p);
		c->margin_set.margin_ms.ms = below(p, 600000);
	} else if (c->kind == EK_CMD_SETTINGS_UNDO) {
		c->settings_undo.version = 1 + below(p, p->engine->version + 1);
	} else if (c->kind == EK_CMD_SETTINGS_CANCEL) {
		c->settings_cancel.schedule = 1 + below(p, p->engine->schedules + 1);
	} else {
		c->shift_set.teammate = any_mate(p);
		c->shift_set.shifts = (struct ek_shifts){p->shifts, below(p, 4)};
		int64_t at = p->now - below(p, 900000);
		for (uint32_t i = 0; i < 3; i++) {
			p->shifts[i] = (struct ek_shift){{at}, {at + 1 + below(p, 1800000)}};
			at = p->shifts[i].until.ms + below(p, 600000);
		}
	}
}

typedef void maker(struct ek_engine_sample *p, struct ek_cmd *c);

static void bulk(struct ek_engine_sample *p, struct ek_cmd *c)
{
	static maker *const makers[] = {by_hand, talk, presence};
	*c = ek_cmd_make(EK_CMD_BULK_APPLY);
	c->bulk_apply.rows = (struct ek_rows){p->rows, 1 + below(p, 3)};
	for (uint32_t i = 0; i < 3; i++)
		makers[below(p, EK_LEN(makers))](p, &p->rows[i]);
}

static void server(struct ek_engine_sample *p, struct ek_cmd *c)
{
	*c = ek_cmd_make(below(p, 2) == 0 ? EK_CMD_SERVER_STARTED : EK_CMD_EPOCH_OPEN);
	if (c->kind == EK_CMD_SERVER_STARTED)
		c->server_started.down_ms.ms = below(p, 60000);
	else
		c->epoch_open.epoch = 7;
}

void ek_engine_sample(struct ek_engine_sample *p, struct ek_cmd *c)
{
	static const struct {
		uint32_t weight;
		maker *make;
	} table[] = {{26, create},      {6, update},    {18, talk}, {16, by_hand},
		     {2, answer_offer}, {16, presence}, {8, join},  {5, people},
		     {18, settings},    {6, hours},     {3, bulk},  {1, server}};
	uint32_t all = 0;
	for (size_t i = 0; i < EK_LEN(table); i++)
		all += table[i].weight;
	uint32_t at = below(p, all);
	size_t i = 0;
	while (at >= table[i].weight)
		at -= table[i++].weight;
	maker *make = last_offered(p) != 0 && below(p, 3) == 0 ? answer_offer : table[i].make;
	make(p, c);
	if (c->by.kind == EK_ACTOR_SYSTEM || c->by.kind == 0)
		c->by.kind = (uint8_t)(2 + below(p, 2));
	if (c->by.kind == EK_ACTOR_PERSON && below(p, 2) == 0)
		c->by.id = any_mate(p).v;
}
