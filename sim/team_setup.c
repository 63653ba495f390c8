/* The workspace as it is made, and what its leads change later. */
#include "sim/team_inside.h"

#include "model/calendar.h"

static struct ek_value list(const struct ek_cell *cells, uint32_t n)
{
	return (struct ek_value){.kind = EK_VALUE_LIST, .n = n, .cells = cells};
}

static void set(struct ek_team *t, struct ek_sets *sets, int setting, struct ek_value value)
{
	ek_assert(sets->n < TEAM_SETS);
	t->sets[sets->n++] = (struct ek_set){(uint8_t)setting, value};
	sets->v = t->sets;
}

static void set_int(struct ek_team *t, struct ek_sets *sets, int setting, int64_t i)
{
	set(t, sets, setting, ek_value_int(i));
}

/* ---- the workspace */

static const struct ek_cell order_keys[] = {
	{.i = EK_ORDER_KEY_PRIORITY * 2},
	{.i = EK_ORDER_KEY_SLA * 2},
	{.i = EK_ORDER_KEY_ATTRIBUTE * 2, .s = {"tier", 4}},
	{.i = EK_ORDER_KEY_INBOX_RANK * 2},
	{.i = EK_ORDER_KEY_WAITING_SINCE * 2},
};
static const struct ek_cell tiers[] = {
	{.i = 3, .s = {"tier", 4}},
	{.s = {"gold", 4}},
	{.s = {"silver", 6}},
	{.s = {"standard", 8}},
};
static const struct ek_cell away_reasons[] = {
	{.s = {"break", 5}},    {.s = {"lunch", 5}},       {.s = {"meeting", 7}},
	{.s = {"training", 8}}, {.s = {"shift over", 10}},
};
static const struct ek_cell ramp_steps[] = {{.i = 0}, {.i = 400}, {.i = 2},    {.i = 5}, {.i = 700},
					    {.i = 3}, {.i = 14},  {.i = 1000}, {.i = 5}};
static const struct ek_cell class_limits[] = {{.i = 3, .s = {"chat", 4}}};

static bool set_up_workspace(struct ek_team *t, struct ek_cmd *cmd)
{
	struct ek_sets sets = {0};
	*cmd = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	set_int(t, &sets, EK_SET_LIMIT, 5);
	set(t, &sets, EK_SET_ORDER_KEYS, list(order_keys, EK_LEN(order_keys)));
	set(t, &sets, EK_SET_ATTRIBUTE_ORDERS, list(tiers, EK_LEN(tiers)));
	set(t, &sets, EK_SET_AWAY_REASONS, list(away_reasons, EK_LEN(away_reasons)));
	set(t, &sets, EK_SET_RAMP_STEPS, list(ramp_steps, EK_LEN(ramp_steps)));
	set(t, &sets, EK_SET_CLASS_LIMIT, list(class_limits, EK_LEN(class_limits)));
	set_int(t, &sets, EK_SET_ON_REOPEN, EK_ON_REOPEN_KEEP_IF_ACTIVE);
	set_int(t, &sets, EK_SET_REASSIGN_SCOPE, EK_REASSIGN_SCOPE_WAITING_NOW);
	set_int(t, &sets, EK_SET_AUTO_REASSIGN_SCOPE, EK_REASSIGN_SCOPE_WAITING_NOW);
	set_int(t, &sets, EK_SET_AUTO_AWAY_AFTER_MS, 20 * TEAM_MINUTE);
	set_int(t, &sets, EK_SET_AUTO_REASSIGN_AFTER_MS, 45 * TEAM_MINUTE);
	set_int(t, &sets, EK_SET_ENOUGH_ALLOWED, 1);
	set_int(t, &sets, EK_SET_ENOUGH_MAX_MS, 45 * TEAM_MINUTE);
	set_int(t, &sets, EK_SET_OVERTAKE_MAX, 60);
	set(t, &sets, EK_SET_NOBODY_ALERT_AFTER_MS, ek_value_null());
	set_int(t, &sets, EK_SET_UNTOUCHED_NUDGE_AFTER_MS, 90 * TEAM_MINUTE);
	set_int(t, &sets, EK_SET_UNTOUCHED_RETURN_AFTER_MS, 180 * TEAM_MINUTE);
	cmd->settings_change.scope = EK_SCOPE_WORKSPACE;
	cmd->settings_change.set = sets;
	return true;
}

static bool set_hours(struct ek_team *t, uint32_t inbox, ek_team_id team, struct ek_cmd *cmd)
{
	const struct ek_calendar *c = &t->calendars[inbox];
	*cmd = ek_cmd_make(EK_CMD_CALENDAR_SET);
	cmd->calendar_set.team = team;
	cmd->calendar_set.zone = c->zone;
	cmd->calendar_set.week = (struct ek_week){c->week, c->week_count};
	return true;
}

static bool set_zone(struct ek_team *t, uint32_t mate, uint32_t zone, struct ek_cmd *cmd)
{
	*cmd = ek_cmd_make(EK_CMD_ZONE_SET);
	cmd->zone_set.teammate = (ek_teammate_id){mate};
	cmd->zone_set.zone = t->o.zones[zone];
	return true;
}

static bool make_inbox(struct ek_team *t, uint32_t inbox, struct ek_cmd *cmd)
{
	struct ek_sets sets = {0};
	*cmd = ek_cmd_make(EK_CMD_TEAM_CREATE);
	set_int(t, &sets, EK_SET_RANK, ek_team_desk(inbox)->rank);
	if (inbox == TEAM_ORDERS || inbox == TEAM_TECHNICAL)
		set_int(t, &sets, EK_SET_NOBODY_ALERT_AFTER_MS, 15 * TEAM_MINUTE);
	if (inbox == TEAM_ORDERS)
		set_int(t, &sets, EK_SET_INBOX_LIMIT, 4);
	if (inbox == TEAM_ONBOARDING) {
		set_int(t, &sets, EK_SET_METHOD, EK_METHOD_ROUND_ROBIN);
		set_int(t, &sets, EK_SET_RR_RESPECT_LIMITS, 1);
	}
	if (inbox == TEAM_TECHNICAL)
		set_int(t, &sets, EK_SET_CONTINUITY_HOLD_MS, 10 * TEAM_MINUTE);
	if (inbox == TEAM_KOREAN) {
		set_int(t, &sets, EK_SET_SHIFT_GATE, 1);
		set_int(t, &sets, EK_SET_SHIFT_MARGIN_MS, 10 * TEAM_MINUTE);
	}
	cmd->team_create.set = sets;
	return true;
}

/* Who may help after a while. */
static bool set_overflow(struct ek_team *t, uint32_t inbox, struct ek_cmd *cmd)
{
	static const struct {
		uint8_t helper;
		uint8_t after_min;
	} helpers[EK_TEAM_INBOXES] = {
		[TEAM_BILLING] = {TEAM_NOBODY, 0},    [TEAM_TECHNICAL] = {TEAM_ORDERS, 40},
		[TEAM_ORDERS] = {TEAM_BILLING, 30},   [TEAM_ONBOARDING] = {TEAM_NOBODY, 0},
		[TEAM_KOREAN] = {TEAM_TECHNICAL, 60}, [TEAM_ARABIC] = {TEAM_TECHNICAL, 60},
	};
	struct ek_sets sets = {0};
	if (helpers[inbox].helper == TEAM_NOBODY)
		return false;
	*cmd = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	t->cells[0] = (struct ek_cell){.i = t->inbox_ids[helpers[inbox].helper]};
	t->cells[1] = (struct ek_cell){.i = helpers[inbox].after_min * TEAM_MINUTE};
	t->cells[2] = (struct ek_cell){.i = EK_CLOCK_OFFICE_HOURS};
	t->cells[3] = (struct ek_cell){.i = 1};
	set(t, &sets, EK_SET_OVERFLOW, list(t->cells, 4));
	cmd->settings_change.scope = EK_SCOPE_TEAM;
	cmd->settings_change.id = t->inbox_ids[inbox];
	cmd->settings_change.set = sets;
	return true;
}

static bool make_mate(struct ek_team *t, uint32_t person, struct ek_cmd *cmd)
{
	const struct team_job *job = ek_team_job(person);
	struct ek_sets sets = {0};
	uint32_t n = 0;
	*cmd = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	for (uint32_t i = 0; i < TEAM_SKILLS; i++) {
		if (job->skills[i] != '0')
			t->cells[n++] = (struct ek_cell){job->skills[i] - '0',
							 ek_team_str(ek_team_skill(i))};
	}
	set(t, &sets, EK_SET_SKILLS, list(t->cells, n));
	if (job->limit != 0)
		set_int(t, &sets, EK_SET_LIMIT, job->limit);
	if (person == TEAM_NEWCOMER)
		set_int(t, &sets, EK_SET_RAMP_START, t->day0 + 8);
	cmd->teammate_create.set = sets;
	if (job->inbox != TEAM_NOBODY) {
		t->teams[0] = (ek_team_id){t->inbox_ids[job->inbox]};
		cmd->teammate_create.primary = (struct ek_teams){&t->teams[0], 1};
	}
	if (job->second != TEAM_NOBODY) {
		t->teams[1] = (ek_team_id){t->inbox_ids[job->second]};
		cmd->teammate_create.secondary = (struct ek_teams){&t->teams[1], 1};
	}
	return true;
}

/* ---- in steps */

enum {
	STEP_ZONE,
	STEP_WORKSPACE,
	STEP_INBOXES,
	STEP_HOURS = STEP_INBOXES + EK_TEAM_INBOXES,
	STEP_OVERFLOW = STEP_HOURS + EK_TEAM_INBOXES,
	STEP_MATES = STEP_OVERFLOW + EK_TEAM_INBOXES,
	STEP_ZONES = STEP_MATES + TEAM_NEWCOMER,
	STEP_BEGIN = STEP_ZONES + TEAM_NEWCOMER,
	STEP_END,
};

static void begin(struct ek_team *t)
{
	for (uint32_t i = 0; i < EK_TEAM_INBOXES; i++) {
		t->flows[i].hour = t->o.from.ms;
		ek_team_arrive_plan(t, i);
	}
	for (uint32_t i = 0; i < t->mate_count; i++)
		ek_team_join(t, i, t->o.from.ms);
	ek_team_plan_changes(t);
}

/* False: nothing to ask at this step. */
static bool make_step(struct ek_team *t, uint32_t step, struct ek_cmd *cmd)
{
	if (step == STEP_ZONE)
		return set_zone(t, 0, 0, cmd);
	if (step == STEP_WORKSPACE)
		return set_up_workspace(t, cmd);
	if (step < STEP_HOURS)
		return make_inbox(t, step - STEP_INBOXES, cmd);
	if (step < STEP_OVERFLOW) {
		uint32_t inbox = step - STEP_HOURS;
		return set_hours(t, inbox, (ek_team_id){t->inbox_ids[inbox]}, cmd);
	}
	if (step < STEP_MATES)
		return set_overflow(t, step - STEP_OVERFLOW, cmd);
	if (step < STEP_ZONES)
		return make_mate(t, step - STEP_MATES, cmd);
	if (step < STEP_BEGIN) {
		uint32_t person = step - STEP_ZONES;
		uint32_t zone = ek_team_zone(person);
		return zone != 0 && set_zone(t, t->mates[person].id, zone, cmd);
	}
	begin(t);
	return false;
}

bool ek_team_setup(struct ek_team *t, struct ek_cmd *cmd)
{
	while (t->setup < STEP_END) {
		if (make_step(t, t->setup++, cmd))
			return true;
	}
	return false;
}

/* ---- what is changed later */

enum {
	CHANGE_JOIN,
	CHANGE_HOLD,
	CHANGE_LIMIT,
	CHANGE_LIMIT_BACK,
	CHANGE_HELP_1,
	CHANGE_HELP_2,
	CHANGE_INBOX_LIMIT,
	CHANGE_COUNT
};

/* Local minutes after the midnight that begins a day in the first zone. */
static int64_t moment(const struct ek_team *t, int64_t day, int64_t minutes)
{
	return ek_calendar_day_start(&t->o.zones[0], (int32_t)day).ms + minutes * TEAM_MINUTE;
}

void ek_team_plan_changes(struct ek_team *t)
{
	int32_t blip = ek_calendar_date(&t->o.zones[0], t->blip.from);
	int32_t shift = ek_calendar_date(&t->o.zones[0], t->shift.from);
	const int64_t at[CHANGE_COUNT] = {
		[CHANGE_JOIN] = moment(t, t->day0 + 8, 8 * 60 + 20),
		[CHANGE_HOLD] = moment(t, t->day0 + 3, 10 * 60 + 15),
		[CHANGE_LIMIT] = moment(t, blip, 11 * 60 + 40),
		[CHANGE_LIMIT_BACK] = moment(t, blip + 1, 9 * 60 + 5),
		[CHANGE_HELP_1] = moment(t, shift + 2, 9 * 60 + 30),
		[CHANGE_HELP_2] = moment(t, shift + 2, 9 * 60 + 31),
		[CHANGE_INBOX_LIMIT] = moment(t, shift + 3, 14 * 60 + 50),
	};
	for (uint32_t i = 0; i < CHANGE_COUNT; i++)
		ek_team_plan(t, (struct team_plan){.at = at[i], .kind = PLAN_CHANGE, .who = i});
}

static bool change_team(struct ek_team *t, uint32_t inbox, int setting, struct ek_value value,
			struct ek_cmd *cmd)
{
	struct ek_sets sets = {0};
	set(t, &sets, setting, value);
	*cmd = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	cmd->settings_change.scope = EK_SCOPE_TEAM;
	cmd->settings_change.id = t->inbox_ids[inbox];
	cmd->settings_change.set = sets;
	return true;
}

static bool change_limit(struct ek_team *t, struct ek_cmd *cmd)
{
	struct ek_sets sets = {0};
	set_int(t, &sets, EK_SET_LIMIT, 6);
	*cmd = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	cmd->settings_change.scope = EK_SCOPE_WORKSPACE;
	cmd->settings_change.set = sets;
	return true;
}

/* Two of Orders help Technical from then on. */
static bool add_helper(struct ek_team *t, uint32_t person, struct ek_cmd *cmd)
{
	*cmd = ek_cmd_make(EK_CMD_MEMBERSHIP_SET);
	cmd->membership_set.teammate = (ek_teammate_id){t->mates[person].id};
	cmd->membership_set.team = (ek_team_id){t->inbox_ids[TEAM_TECHNICAL]};
	cmd->membership_set.level = EK_LEVEL_SECONDARY;
	return true;
}

static bool make_change(struct ek_team *t, uint32_t which, struct ek_cmd *cmd)
{
	switch (which) {
	case CHANGE_JOIN:
		return make_mate(t, TEAM_NEWCOMER, cmd);
	case CHANGE_HOLD:
		return change_team(t, TEAM_BILLING, EK_SET_CONTINUITY_HOLD_MS,
				   ek_value_int(5 * TEAM_MINUTE), cmd);
	case CHANGE_LIMIT:
		return change_limit(t, cmd);
	case CHANGE_LIMIT_BACK:
		*cmd = ek_cmd_make(EK_CMD_SETTINGS_UNDO);
		cmd->settings_undo.version = t->version;
		return t->version > 0;
	case CHANGE_HELP_1:
		return add_helper(t, 17, cmd);
	case CHANGE_HELP_2:
		return add_helper(t, 20, cmd);
	default:
		return change_team(t, TEAM_ORDERS, EK_SET_INBOX_LIMIT, ek_value_null(), cmd);
	}
}

bool ek_team_change(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	if (!make_change(t, p->who, cmd))
		return false;
	static const uint8_t who[CHANGE_COUNT] = {
		[CHANGE_JOIN] = TEAM_ADMIN,    [CHANGE_HOLD] = 0,
		[CHANGE_LIMIT] = TEAM_MANAGER, [CHANGE_LIMIT_BACK] = TEAM_MANAGER,
		[CHANGE_HELP_1] = 8,           [CHANGE_HELP_2] = 8,
		[CHANGE_INBOX_LIMIT] = 16,
	};
	cmd->by = ek_team_by(t, who[p->who]);
	return true;
}
