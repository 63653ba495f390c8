#include "sim/examples.h"

#include "base/base.h"

typedef struct ek_example_step step;

static const step load_is_everything_open[] = {
	{"07:00 settings.change scope=workspace set=limit:6", NULL},
	{"07:00 team.create", NULL},
	{"07:00 team.create", NULL},
	{"07:00 teammate.create primary=1,2", NULL},
	{"07:00 teammate.create primary=1", NULL},
	{"07:00 teammate.create primary=1", NULL},
	{"07:00 presence.set teammate=1 presence=active", NULL},
	{"07:00 presence.set teammate=2 presence=active", NULL},
	{"07:00 presence.set teammate=3 presence=active", NULL},
	{"08:00 conversation.create team=2", "1>1 balanced"},
	{"09:10 conversation.create team=1 teammate=2", "2>2 by_hand"},
	{"09:10 conversation.create team=1 teammate=2", "3>2 by_hand"},
	{"09:20 conversation.create team=1 teammate=3", "4>3 by_hand"},
	{"09:20 conversation.create team=1 teammate=3", "5>3 by_hand"},
	{"09:20 conversation.create team=1 teammate=3", "6>3 by_hand"},
	{"09:30 conversation.create team=2 teammate=1", "7>1 by_hand"},
	{"09:30 conversation.create team=2 teammate=1", "8>1 by_hand"},
	{"10:00 conversation.create team=1", "9>2 balanced"},
	{"10:01 conversation.create team=1", "10>3 balanced"},
	{"10:02 conversation.create team=1", "11>1 balanced"},
};

static const step lexicographic_order[] = {
	{"07:00 settings.change scope=workspace "
	 "set=attribute_orders:[2~tier,~gold,~silver];order_keys:[12~tier,8]",
	 NULL},
	{"07:00 team.create", NULL},
	{"09:00 conversation.create team=1 waiting_since=08:00", NULL},
	{"09:00 conversation.create team=1 waiting_since=08:30 attributes=tier/silver", NULL},
	{"09:00 conversation.create team=1 waiting_since=08:50 attributes=tier/gold", NULL},
	{"09:00 conversation.create team=1 waiting_since=08:20 attributes=tier/silver", NULL},
	{"?queue", "3 4 2 1"},
	{"09:01 conversation.update conversation=1 attributes=tier/gold", NULL},
	{"?queue", "1 3 4 2"},
};

static const step skills_and_blocking[] = {
	{"13:00 team.create", NULL},
	{"13:00 teammate.create primary=1 set=limit:2", NULL},
	{"13:00 teammate.create primary=1 set=skills:[3~lang:ko]", NULL},
	{"13:00 presence.set teammate=1 presence=active", NULL},
	{"14:00 conversation.create team=1 needs=lang:ko/1/yes", NULL},
	{"14:00 conversation.create team=1 needs=tax/1/no/10m", NULL},
	{"14:00 conversation.create team=1", "3>1 balanced"},
	{"?stranded 1", "yes"},
	{"?stranded 2", "no"},
	{"14:10 tick", "2>1 balanced"},
	{"14:15 presence.set teammate=2 presence=active", "1>2 balanced"},
};

static const step helping_then_own_work[] = {
	{"08:00 settings.change scope=workspace set=limit:2", NULL},
	{"08:00 team.create set=rank:2", NULL},
	{"08:00 team.create set=rank:1", NULL},
	{"08:00 teammate.create primary=1 secondary=2", NULL},
	{"08:00 teammate.create primary=2", NULL},
	{"08:00 presence.set teammate=2 presence=active", NULL},
	{"08:10 conversation.create teammate=2", "1>2 by_hand"},
	{"08:10 conversation.create teammate=2", "2>2 by_hand"},
	{"09:00 conversation.create team=2", NULL},
	{"09:01 conversation.create team=2", NULL},
	{"09:02 conversation.create team=2", NULL},
	{"09:10 presence.set teammate=1 presence=active", "3>1 balanced, 4>1 balanced"},
	{"09:20 conversation.create team=1", NULL},
	{"09:30 conversation.close conversation=3", "6>1 balanced"},
	{"09:40 conversation.close conversation=6", "5>1 balanced"},
};

static const step strict_gate[] = {
	{"10:00 team.create", NULL},
	{"10:00 team.create", NULL},
	{"10:00 teammate.create primary=1 secondary=2 set=limit:4", NULL},
	{"10:00 presence.set teammate=1 presence=active", NULL},
	{"10:10 conversation.create team=1", "1>1 balanced"},
	{"10:20 conversation.create teammate=1", "2>1 by_hand"},
	{"11:00 conversation.release conversation=1", NULL},
	{"11:05 conversation.create team=2", NULL},
	{"?test 3 1", "primary_not_empty"},
	{"?load 1", "1"},
	{"11:10 settings.change scope=team id=1 set=method:manual", "3>1 balanced"},
};

static const step assignable_gate[] = {
	{"10:00 team.create", NULL},
	{"10:00 team.create", NULL},
	{"10:00 teammate.create primary=1 secondary=2 set=limit:4", NULL},
	{"10:00 presence.set teammate=1 presence=active", NULL},
	{"10:10 conversation.create team=1", "1>1 balanced"},
	{"11:00 conversation.release conversation=1", NULL},
	{"11:05 conversation.create team=2", NULL},
	{"11:06 settings.change scope=workspace set=secondary_gate:assignable", "2>1 balanced"},
};

static const step levels[] = {
	{"19:00 team.create", NULL},
	{"19:00 team.create", NULL},
	{"19:00 settings.change scope=team id=1 set=overflow:[2,15m,2,1]", NULL},
	{"19:00 teammate.create primary=1 set=limit:6", NULL},
	{"19:00 teammate.create secondary=1 set=limit:1", NULL},
	{"19:00 teammate.create primary=2", NULL},
	{"19:00 presence.set teammate=1 presence=active", NULL},
	{"19:00 presence.set teammate=3 presence=active", NULL},
	{"19:10 bulk.apply | conversation.create teammate=1 | conversation.create teammate=1 | "
	 "conversation.create teammate=1 | conversation.create teammate=1 | "
	 "conversation.create teammate=1 | conversation.create teammate=1",
	 "1>1 by_hand, 2>1 by_hand, 3>1 by_hand, 4>1 by_hand, 5>1 by_hand, 6>1 by_hand"},
	{"20:00 conversation.create team=1", NULL},
	{"20:10 presence.set teammate=2 presence=active", "7>2 balanced"},
	{"20:12 conversation.create team=1", NULL},
	{"20:27 tick", "8>3 balanced"},
	{"?team 8", "1"},
};

#define NOBODY_THERE(policy) \
	{"17:00 team.create set=" policy, NULL}, {"17:00 team.create", NULL}, \
		{"17:00 settings.change scope=team id=1 set=overflow:[2,30m,2,1]", NULL}, \
		{"17:00 teammate.create primary=1 set=limit:3", NULL}, \
		{"17:00 teammate.create primary=1 set=limit:3", NULL}, \
		{"17:00 teammate.create primary=2", NULL}, \
		{"17:00 presence.set teammate=3 presence=active", NULL}, \
	{ \
		"17:10 bulk.apply | conversation.create teammate=1 | " \
		"conversation.create teammate=1 | conversation.create teammate=1 | " \
		"conversation.create teammate=2 | conversation.create teammate=2 | " \
		"conversation.create teammate=2", \
			"1>1 by_hand, 2>1 by_hand, 3>1 by_hand, " \
			"4>2 by_hand, 5>2 by_hand, 6>2 by_hand" \
	}

static const step nobody_there_wait[] = {
	NOBODY_THERE("when_nobody:wait"), {"18:00 conversation.create team=1", NULL},
	{"?stranded 7", "yes"},           {"18:10 tick", NULL},
	{"18:30 tick", "7>3 balanced"},
};

static const step nobody_there_overflow[] = {
	NOBODY_THERE("when_nobody:overflow"),
	{"18:00 conversation.create team=1", "7>3 balanced"},
};

static const step nobody_there_assign_anyway[] = {
	NOBODY_THERE("when_nobody:assign_anyway;assign_anyway_after_ms:20m"),
	{"18:00 conversation.create team=1", NULL},
	{"18:20 tick", NULL},
	{"18:25 presence.set teammate=1 presence=active", "7>1 assign_anyway"},
	{"?load 1", "4"},
};

static const step points[] = {
	{"08:00 settings.change scope=workspace "
	 "set=limit:6;class_points:[2~chat,1~email,3~voice]",
	 NULL},
	{"08:00 team.create", NULL},
	{"08:00 teammate.create primary=1", NULL},
	{"08:00 presence.set teammate=1 presence=active", NULL},
	{"08:10 conversation.create team=1 channel=voice", "1>1 balanced"},
	{"08:20 conversation.create team=1 channel=chat", "2>1 balanced"},
	{"?load 1", "5"},
	{"09:00 conversation.create team=1 channel=chat", NULL},
	{"09:01 conversation.create team=1 channel=email", "4>1 balanced"},
	{"?load 1", "6"},
	{"?test 3 1", "at_limit"},
	{"09:10 conversation.assign conversation=3 teammate=1", "3>1 by_hand"},
	{"?load 1", "8"},
	{"09:20 conversation.create team=1 channel=email", NULL},
	{"09:30 conversation.close conversation=4", NULL},
	{"?load 1", "7"},
};

/* Home two hours east of Greenwich; 20605 is 1 June 2026. */
static const step ramp[] = {
	{"08:00 settings.change scope=workspace set=ramp_steps:[0,500,2,14,1000,5]", NULL},
	{"08:00 team.create", NULL},
	{"08:00 teammate.create primary=1 set=limit:8;ramp_start:20605", NULL},
	{"08:00 zone.set teammate=1 zone=120", NULL},
	{"08:00 presence.set teammate=1 presence=active", NULL},
	{"09:00 conversation.create team=1", "1>1 balanced"},
	{"09:00 conversation.create team=1", "2>1 balanced"},
	{"09:00 conversation.create team=1", "3>1 balanced"},
	{"09:00 conversation.create team=1", "4>1 balanced"},
	{"10:00 conversation.create team=1 complexity=4", NULL},
	{"10:01 conversation.create team=1 complexity=1", NULL},
	{"?test 6 1", "at_limit"},
	{"21:50 conversation.close conversation=1", "6>1 balanced"},
	{"22:00 tick", "5>1 balanced"},
	{"?load 1", "5"},
};

static const step inbox_limit_release_move[] = {
	{"14:00 team.create set=inbox_limit:2", NULL},
	{"14:00 team.create", NULL},
	{"14:00 teammate.create primary=1,2 set=limit:10", NULL},
	{"14:00 teammate.create primary=1", NULL},
	{"14:00 presence.set teammate=1 presence=active", NULL},
	{"14:10 conversation.create team=1 waiting_since=14:05", "1>1 balanced"},
	{"14:11 conversation.create team=1", "2>1 balanced"},
	{"14:12 conversation.create team=1", NULL},
	{"?test 3 1", "at_inbox_limit"},
	{"15:00 conversation.release conversation=1", "3>1 balanced"},
	{"15:10 conversation.move conversation=1 team=2 by=rule", "1>1 balanced"},
	{"?since 1", "845"},
};

/* The first day is Friday, 26 March 2027; Paris is an hour ahead, two from the 28th, 01:00 UTC. */
#define PARIS \
	{ \
		"08:00 calendar.set zone=Paris " \
		"week=1/09:00-18:00,2/09:00-18:00,3/09:00-18:00,4/09:00-18:00,5/09:00-18:00", \
			NULL \
	}

static const step snooze_office_hours[] = {
	PARIS,
	{"08:00 team.create", NULL},
	{"09:00 conversation.create team=1", NULL},
	{"09:00 conversation.snooze conversation=1 wall=2+02:30", NULL},
	{"?until 1", "2940"},
	{"09:00 settings.change scope=workspace set=snooze_wake:next_open", NULL},
	{"09:00 conversation.snooze conversation=1 wall=2+02:30", NULL},
	{"?until 1", "4740"},
	{"15:00 conversation.snooze conversation=1 working_ms=4h", NULL},
	{"?until 1", "4860"},
};

static const step empty_waiting_since[] = {
	{"07:00 settings.change scope=workspace set=order_keys:[8]", NULL},
	{"07:00 team.create", NULL},
	{"08:00 conversation.create team=1", NULL},
	{"08:00 conversation.snooze conversation=1 until=09:00", NULL},
	{"08:55 conversation.create team=1 waiting_since=08:50", NULL},
	{"09:00 tick", NULL},
	{"09:05 conversation.create team=1 waiting_since=09:05", NULL},
	{"?queue", "2 1 3"},
};

#define FAY \
	{"09:00 settings.change scope=workspace set=auto_away_after_ms:20m", NULL}, \
		{"09:00 teammate.create", NULL}, \
		{"10:00 presence.set teammate=1 presence=active", NULL}, \
	{ \
		"10:19 activity.seen teammate=1", NULL \
	}

static const step idle_clock[] = {
	FAY,
	{"10:38 tick", NULL},
	{"?presence 1", "active"},
	{"10:39 tick", NULL},
	{"?presence 1", "away"},
};

static const step idle_clock_server_down[] = {
	FAY,
	{"10:45 server.started down_ms=20m", NULL},
	{"10:58 tick", NULL},
	{"?presence 1", "active"},
	{"10:59 tick", NULL},
	{"?presence 1", "away"},
};

#define CARL \
	{"13:00 team.create", NULL}, {"13:00 teammate.create primary=1", NULL}, \
		{"13:00 teammate.create primary=1", NULL}, \
		{"13:05 presence.set teammate=1 presence=active", NULL}, \
		{"13:05 presence.set teammate=2 presence=active", NULL}, \
		{"13:20 conversation.create team=1 teammate=1 waiting_since=13:20", \
		 "1>1 by_hand"}, \
		{"13:20 conversation.create team=1 teammate=1", "2>1 by_hand"}, \
	{ \
		"13:20 conversation.create teammate=1", "3>1 by_hand" \
	}

static const step scope_of_auto_away[] = {
	{"13:00 settings.change scope=workspace "
	 "set=auto_away_after_ms:20m;auto_reassign_after_ms:20m",
	 NULL},
	CARL,
	{"13:20 activity.seen teammate=1", NULL},
	{"13:20 activity.seen teammate=2", NULL},
	{"13:35 activity.seen teammate=2", NULL},
	{"13:40 tick", "1>2 balanced"},
	{"?presence 1", "away_reassigning"},
	{"?since 1", "800"},
	{"?holder 2", "1"},
	{"?holder 3", "1"},
	{"13:45 activity.seen teammate=2", NULL},
	{"13:50 contact.message conversation=3", NULL},
	{"?holder 3", "none"},
	{"?team 3", "none"},
};

static const step scope_by_hand[] = {
	CARL,
	{"13:40 presence.set teammate=1 presence=away_reassigning", NULL},
	{"?holder 1", "1"},
	{"13:45 contact.message conversation=1", "1>2 balanced"},
	{"?since 1", "800"},
};

#define HANA(policy) \
	{"14:00 team.create set=" policy ";continuity_hold_ms:20m", NULL}, \
		{"14:00 teammate.create primary=1 set=limit:3", NULL}, \
		{"14:00 teammate.create primary=1", NULL}, \
		{"14:00 presence.set teammate=1 presence=active", NULL}, \
		{"15:00 conversation.create team=1 contact=7 teammate=1", "1>1 by_hand"}, \
		{"15:01 teammate.message conversation=1 author=1", NULL}, \
		{"15:02 conversation.close conversation=1", NULL}, \
		{"15:03 conversation.create team=1 contact=8", "2>1 balanced"}, \
		{"15:04 conversation.create team=1 contact=9", "3>1 balanced"}, \
		{"15:05 conversation.create team=1 contact=10", "4>1 balanced"}, \
		{"15:06 presence.set teammate=2 presence=active", NULL}, \
	{ \
		"16:00 contact.message conversation=1", NULL \
	}

static const step continuity_reached[] = {
	HANA("on_reopen:to_team"),
	{"?test 1 2", "held_for_other"},
	{"?test 1 1", "at_limit"},
	{"16:12 conversation.close conversation=2", "1>1 balanced"},
};
static const step continuity_left[] = {
	HANA("on_reopen:to_team"),
	{"16:05 presence.set teammate=1 presence=away", "1>2 balanced"},
};
static const step continuity_expired[] = {
	HANA("on_reopen:to_team"),
	{"16:20 tick", "1>2 balanced"},
};
static const step reopen_keep[] = {
	HANA("on_reopen:keep"),
	{"?holder 1", "1"},
	{"?load 1", "4"},
};

static const step round_robin[] = {
	{"08:00 team.create set=method:round_robin", NULL},
	{"08:00 teammate.create primary=1", NULL},
	{"08:00 teammate.create primary=1 set=limit:5", NULL},
	{"08:00 teammate.create primary=1 set=limit:0", NULL},
	{"08:00 presence.set teammate=1 presence=active", NULL},
	{"08:00 presence.set teammate=2 presence=active", NULL},
	{"08:00 presence.set teammate=3 presence=active", NULL},
	{"09:00 conversation.create team=1", "1>1 round_robin"},
	{"09:10 bulk.apply | conversation.create teammate=2 | conversation.create teammate=2 | "
	 "conversation.create teammate=2 | conversation.create teammate=2 | "
	 "conversation.create teammate=2 | conversation.create teammate=2 | "
	 "conversation.create teammate=2 | conversation.create teammate=2 | "
	 "conversation.create teammate=2",
	 "2>2 by_hand, 3>2 by_hand, 4>2 by_hand, 5>2 by_hand, 6>2 by_hand, "
	 "7>2 by_hand, 8>2 by_hand, 9>2 by_hand, 10>2 by_hand"},
	{"10:00 conversation.create team=1", "11>2 round_robin"},
	{"?load 2", "10"},
	{"10:10 teammate.create primary=1", NULL},
	{"10:10 presence.set teammate=4 presence=active", NULL},
	{"10:20 conversation.create team=1", "12>4 round_robin"},
	{"10:30 conversation.create team=1", "13>1 round_robin"},
};

#define SWAP \
	"membership.remove teammate=1 team=1 | membership.set teammate=1 team=2 | " \
	"membership.remove teammate=2 team=2 | membership.set teammate=2 team=1 | " \
	"presence.set teammate=1 presence=active | presence.set teammate=2 presence=active | " \
	"teammate.delete teammate=4 heir=3"

static const step bulk[] = {
	{"08:00 team.create", NULL},
	{"08:00 team.create", NULL},
	{"08:00 team.create set=method:round_robin", NULL},
	{"08:00 teammate.create primary=1", NULL},
	{"08:00 teammate.create primary=2", NULL},
	{"08:00 teammate.create set=limit:4", NULL},
	{"08:00 teammate.create", NULL},
	{"09:00 conversation.create team=1", NULL},
	{"09:01 conversation.create team=2", NULL},
	{"09:02 bulk.apply | conversation.create teammate=3 | conversation.create teammate=3 | "
	 "conversation.create teammate=3 | conversation.create teammate=3 | "
	 "conversation.create teammate=4 | conversation.create teammate=4 | "
	 "conversation.create teammate=4 | conversation.snooze conversation=9 until=11:00",
	 "3>3 by_hand, 4>3 by_hand, 5>3 by_hand, 6>3 by_hand, "
	 "7>4 by_hand, 8>4 by_hand, 9>4 by_hand"},
	{"10:00 bulk.apply | " SWAP " | membership.set teammate=3 team=3 level=secondary",
	 "row_refused"},
	{"?presence 1", "away"},
	{"?holder 7", "4"},
	{"10:00 bulk.apply | " SWAP, "7>3 heir, 8>3 heir, 9>3 heir, 1>2 balanced, 2>1 balanced"},
	{"?load 3", "6"},
	{"11:00 tick", NULL},
	{"?load 3", "7"},
};

static const step soft_landing[] = {
	{"09:00 settings.change scope=workspace "
	 "set=intake_max:2;intake_window_ms:15m;landing_min_absence_ms:4h",
	 NULL},
	{"09:00 team.create", NULL},
	{"09:00 teammate.create primary=1 set=limit:6", NULL},
	{"3+08:00 bulk.apply | conversation.create team=1 | conversation.create team=1 | "
	 "conversation.create team=1 | conversation.create team=1 | conversation.create team=1 | "
	 "conversation.create team=1 | conversation.create team=1 | conversation.create team=1 | "
	 "conversation.create team=1",
	 NULL},
	{"3+09:00 presence.set teammate=1 presence=active", "1>1 balanced, 2>1 balanced"},
	{"?test 3 1", "intake"},
	{"3+09:15 tick", "3>1 balanced, 4>1 balanced"},
	{"3+09:30 tick", "5>1 balanced, 6>1 balanced"},
	{"3+09:40 conversation.close conversation=1", NULL},
	{"3+09:45 tick", "7>1 balanced"},
	{"3+11:20 presence.set teammate=1 presence=away", NULL},
	{"3+11:21 bulk.apply | conversation.create team=1 | conversation.create team=1 | "
	 "conversation.close conversation=2 | conversation.close conversation=3 | "
	 "conversation.close conversation=4 | conversation.close conversation=5",
	 NULL},
	{"3+11:30 presence.set teammate=1 presence=active",
	 "8>1 balanced, 9>1 balanced, 10>1 balanced, 11>1 balanced"},
};

static const step offer_declined[] = {
	{"08:00 settings.change scope=workspace set=limit:2", NULL},
	{"08:00 team.create set=offer_mode:true", NULL},
	{"08:00 teammate.create primary=1", NULL},
	{"08:00 teammate.create primary=1", NULL},
	{"08:00 presence.set teammate=1 presence=active", NULL},
	{"08:00 presence.set teammate=2 presence=active", NULL},
	{"09:00 conversation.create teammate=1", "1>1 by_hand"},
	{"09:01 conversation.create teammate=2", "2>2 by_hand"},
	{"10:00 conversation.create team=1", "3>1 offered"},
	{"?load 1", "2"},
	{"10:00 conversation.create team=1", "4>2 offered"},
	{"10:00:10 offer.decline conversation=3 teammate=1", NULL},
	{"?presence 1", "active"},
	{"?load 1", "1"},
	{"?test 3 1", "released"},
	{"?test 3 2", "at_limit"},
	{"?queue", "3"},
	{"10:00:20 conversation.assign conversation=3 teammate=1", "3>1 by_hand"},
	{"10:00:30 offer.decline conversation=3 teammate=1", "offer_gone"},
};

/* The first day is a Friday. */
#define YAN \
	{"08:00 calendar.set zone=UTC " \
	 "week=1/09:00-18:00,2/09:00-18:00,3/09:00-18:00,4/09:00-18:00,5/09:00-18:00", \
	 NULL}, \
		{"08:00 team.create " \
		 "set=untouched_nudge_after_ms:30m;untouched_return_after_ms:60m", \
		 NULL}, \
		{"08:00 teammate.create primary=1 set=limit:1", NULL}, \
		{"08:00 presence.set teammate=1 presence=active", NULL}, \
	{ \
		"17:40 conversation.create team=1 waiting_since=17:35", "1>1 balanced" \
	}

static const step untouched[] = {
	YAN,
	{"?nudge 1", "4870"},
	{"3+09:20 conversation.create team=1 waiting_since=3+09:20", NULL},
	{"3+09:40 tick", "2>1 balanced"},
	{"?queue", "1"},
	{"3+09:45 conversation.create team=1 waiting_since=3+09:45", NULL},
	{"?queue", "1 3"},
	{"3+09:50 conversation.close conversation=2", "3>1 balanced"},
	{"3+10:00 conversation.close conversation=3", NULL},
	{"?test 1 1", "released"},
	{"3+10:10 tick", "1>1 balanced"},
};

static const step untouched_opened[] = {
	YAN,
	{"3+09:05 conversation.open_view conversation=1 author=1", NULL},
	{"?nudge 1", "4895"},
};

#define DEADLINES \
	{"11:50 settings.change scope=workspace set=order_keys:[4,8];sla_reply_ms:5m", NULL}, \
		{"11:50 team.create", NULL}, \
		{"11:50 teammate.create primary=1 set=limit:2", NULL}, \
		{"12:00 conversation.create team=1 waiting_since=11:10 sla_due=11:30", NULL}, \
		{"12:00 conversation.create team=1 waiting_since=11:20 sla_due=11:50", NULL}, \
		{"12:00 conversation.create team=1 waiting_since=11:45 sla_due=12:12", NULL}, \
		{"12:00 conversation.create team=1 waiting_since=11:40 sla_due=12:03", NULL}, \
	{ \
		"12:00 conversation.create team=1 waiting_since=11:00", NULL \
	}

static const step saveable[] = {
	DEADLINES,
	{"?queue", "1 2 4 3 5"},
	{"12:00 settings.change scope=workspace set=sla_order:saveable", NULL},
	{"?queue", "3 1 2 4 5"},
	{"12:00 settings.change scope=workspace set=overtake_max:2", NULL},
	{"?queue", "3 1 2 4 5"},
	{"12:00 presence.set teammate=1 presence=active", "3>1 balanced, 1>1 balanced"},
	{"?queue", "5 2 4"},
	{"12:01 conversation.close conversation=3", "5>1 balanced"},
};

/* Days since 1970: 20613 is Tuesday 9 June 2026, 20618 Sunday 14 June, 20903 Friday 26 March
 * 2027. */
#define EXAMPLE(name, day, steps) \
	{ \
		name, day, steps, EK_LEN(steps) \
	}
static const struct ek_example examples[] = {
	EXAMPLE("1 load is everything open; any giving counts", 20613, load_is_everything_open),
	EXAMPLE("2 live, lexicographic order", 20613, lexicographic_order),
	EXAMPLE("3 skills and blocking", 20613, skills_and_blocking),
	EXAMPLE("4 helping, then own work", 20613, helping_then_own_work),
	EXAMPLE("5 strict gate", 20613, strict_gate),
	EXAMPLE("5 assignable would move one", 20613, assignable_gate),
	EXAMPLE("6 levels", 20613, levels),
	EXAMPLE("7 nobody there: wait", 20613, nobody_there_wait),
	EXAMPLE("7 nobody there: overflow", 20613, nobody_there_overflow),
	EXAMPLE("7 nobody there: assign anyway", 20613, nobody_there_assign_anyway),
	EXAMPLE("8 points", 20613, points),
	EXAMPLE("9 ramp", 20618, ramp),
	EXAMPLE("10 inbox limit, release, move", 20613, inbox_limit_release_move),
	EXAMPLE("11 snooze, office hours, DST", 20903, snooze_office_hours),
	EXAMPLE("11 empty waiting since means queue entry", 20613, empty_waiting_since),
	EXAMPLE("12 idle clock", 20613, idle_clock),
	EXAMPLE("12 idle clock, server down", 20613, idle_clock_server_down),
	EXAMPLE("13 scope of auto-away", 20613, scope_of_auto_away),
	EXAMPLE("13 scope by hand", 20613, scope_by_hand),
	EXAMPLE("14 continuity reached", 20613, continuity_reached),
	EXAMPLE("14 continuity left", 20613, continuity_left),
	EXAMPLE("14 continuity expired", 20613, continuity_expired),
	EXAMPLE("14 reopen: keep", 20613, reopen_keep),
	EXAMPLE("15 round robin", 20613, round_robin),
	EXAMPLE("16 bulk", 20613, bulk),
	EXAMPLE("17 soft landing", 20613, soft_landing),
	EXAMPLE("18 offer declined", 20613, offer_declined),
	EXAMPLE("19 untouched", 20903, untouched),
	EXAMPLE("19 untouched, opened", 20903, untouched_opened),
	EXAMPLE("20 saveable, bounded", 20613, saveable),
};

const struct ek_example *ek_examples_nth(size_t nth)
{
	return nth < EK_LEN(examples) ? &examples[nth] : NULL;
}
