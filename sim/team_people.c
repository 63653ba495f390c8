/* People come, rest and go: shifts, breaks, lunch, meetings, sick days, holidays. */
#include "sim/team_inside.h"

#include "model/calendar.h"

enum {
	SHIFT_MIN = 8 * 60 + 30,
	BEAT_MIN = 8, /* the page in front of them says so often that it is visible */
	SICK_PERCENT = 4,
	FORGETS_PERCENT = 6,
	PAUSES_PERCENT = 7,
	PUBLISHED_DAYS = 15,
};

ek_str ek_team_away_reason(uint8_t which)
{
	static const char *const words[] = {"break", "lunch", "meeting", "training", "shift over"};
	return ek_team_str(words[which]);
}

static uint32_t below(struct ek_team *t, uint32_t n)
{
	return ek_rng_below(&t->people, n);
}

static int64_t minutes(struct ek_team *t, int64_t least, uint32_t spread)
{
	return least * TEAM_MINUTE + (int64_t)below(t, spread * TEAM_MINUTE + 1);
}

static void plan(struct ek_team *t, int64_t at, uint32_t person, uint8_t kind)
{
	ek_team_plan(t, (struct team_plan){.at = at, .kind = kind, .who = person});
}

/* ---- days */

static const struct ek_zone *zone_of(const struct ek_team *t, uint32_t person)
{
	return &t->o.zones[ek_team_zone(person)];
}

static int32_t week_of(const struct ek_team *t, int32_t date)
{
	return date < t->day0 ? -1 : (date - t->day0) / 7;
}

bool ek_team_day(const struct ek_team *t, uint32_t person, int32_t date, int64_t *from,
		 int64_t *until)
{
	const struct team_job *job = ek_team_job(person);
	uint32_t weekday = ek_calendar_day_of_week(date);
	int64_t midnight = (int64_t)date * TEAM_DAY;
	ek_wall wall = {midnight + job->from * (int64_t)(30 * TEAM_MINUTE)};
	*from = ek_calendar_instant(zone_of(t, person), wall.ms).ms;
	*until = *from + SHIFT_MIN * (int64_t)TEAM_MINUTE;
	return job->inbox != TEAM_NOBODY && (job->days >> (weekday - 1) & 1) != 0 &&
	       !ek_team_is_on_holiday(person, week_of(t, date));
}

static void plan_rest(struct ek_team *t, uint32_t person, int64_t at, uint8_t why)
{
	static const struct {
		uint8_t least;
		uint8_t spread;
	} lengths[] = {
		[TEAM_BREAK] = {9, 7},     [TEAM_LUNCH] = {32, 14}, [TEAM_MEETING] = {28, 8},
		[TEAM_TRAINING] = {50, 9}, [TEAM_OVER] = {0, 0},
	};
	ek_team_plan(t,
		     (struct team_plan){
			     .at = at,
			     .kind = PLAN_REST,
			     .who = person,
			     .what = why,
			     .extra = (int32_t)minutes(t, lengths[why].least, lengths[why].spread),
		     });
}

/* Meetings are on Tuesdays, in two halves so that somebody stays; a newcomer learns on Thursdays.
 * What would have been before now has been: whoever should be here comes now. */
static void plan_day(struct ek_team *t, uint32_t person, int32_t date, int64_t now)
{
	int64_t from;
	int64_t until;
	bool is_off = !ek_team_day(t, person, date, &from, &until);
	bool is_sick = below(t, 100) < SICK_PERCENT;
	if (is_off || is_sick || until <= now)
		return;
	int64_t come = from + minutes(t, 0, 11) - 4 * TEAM_MINUTE;
	int64_t rests[3];
	/* Not all at once. */
	uint32_t turn = person % 4;
	rests[0] = from + minutes(t, 80 + turn * 35, 15);
	rests[1] = from + minutes(t, 165 + turn * 45, 12);
	rests[2] = from + minutes(t, 370 + turn * 25, 12);
	uint8_t weekday = ek_calendar_day_of_week(date);
	uint8_t first = weekday == 2 ? TEAM_MEETING : TEAM_BREAK;
	if (weekday == 4 && person == TEAM_NEWCOMER)
		first = TEAM_TRAINING;
	const uint8_t why[3] = {first, TEAM_LUNCH, TEAM_BREAK};
	plan(t, come > now ? come : now + minutes(t, 1, 2), person, PLAN_COME);
	for (uint32_t i = 0; i < EK_LEN(rests); i++) {
		if (rests[i] > now + 10 * TEAM_MINUTE)
			plan_rest(t, person, rests[i], why[i]);
	}
	if (below(t, 100) < PAUSES_PERCENT)
		plan(t, from + minutes(t, 290, 60), person, PLAN_PAUSE);
	t->mates[person].leaves_at = until + minutes(t, 0, 16);
	plan(t, t->mates[person].leaves_at, person, PLAN_LEAVE);
}

static void plan_tomorrow(struct ek_team *t, uint32_t person, int32_t date)
{
	plan(t, ek_calendar_day_start(zone_of(t, person), date + 1).ms, person, PLAN_DAY);
}

void ek_team_join(struct ek_team *t, uint32_t person, int64_t at)
{
	int32_t date = ek_calendar_date(zone_of(t, person), (ek_time){at});
	int64_t from;
	int64_t until;
	/* Whose shift began yesterday may still be here. */
	if (ek_team_day(t, person, date - 1, &from, &until) && until > at)
		plan_day(t, person, date - 1, at);
	plan_day(t, person, date, at);
	plan_tomorrow(t, person, date);
	if (ek_team_job(person)->inbox == TEAM_KOREAN)
		plan(t, at + 1, person, PLAN_SHIFTS);
}

/* ---- presence */

static bool set_presence(struct ek_team *t, uint32_t person, int presence, struct ek_cmd *cmd)
{
	*cmd = ek_cmd_make(EK_CMD_PRESENCE_SET);
	cmd->by = ek_team_by(t, person);
	cmd->presence_set.teammate = (ek_teammate_id){t->mates[person].id};
	cmd->presence_set.presence = (EK_C_PRESENCE)presence;
	return true;
}

static void beat(struct ek_team *t, uint32_t person, int64_t at)
{
	ek_team_plan(t, (struct team_plan){.at = at + minutes(t, BEAT_MIN, 2),
					   .kind = PLAN_BEAT,
					   .who = person,
					   .turn = t->mates[person].turn});
}

static bool come(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	struct team_mate *m = &t->mates[p->who];
	if (m->at_desk || p->at >= m->leaves_at)
		return false;
	m->at_desk = true;
	m->turn++;
	beat(t, p->who, p->at);
	ek_team_resume(t, p->who, p->at);
	return set_presence(t, p->who, EK_PRESENCE_ACTIVE, cmd);
}

/* Whoever is in the middle of an answer finishes it first, if that is soon. */
static bool is_put_off(struct ek_team *t, const struct team_plan *p)
{
	const struct team_mate *m = &t->mates[p->who];
	bool may = m->step == STEP_WORKING && p->turn == 0 && m->done_at < p->at + 12 * TEAM_MINUTE;
	struct team_plan later = *p;
	later.at = m->done_at + 2 * TEAM_SECOND;
	later.turn = 1;
	if (may)
		ek_team_plan(t, later);
	return may;
}

static void go(struct ek_team *t, uint32_t person)
{
	struct team_mate *m = &t->mates[person];
	m->at_desk = false;
	m->turn++;
	ek_team_drop_work(t, person);
}

static bool rest(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	if (!t->mates[p->who].at_desk || is_put_off(t, p))
		return false;
	go(t, p->who);
	plan(t, p->at + p->extra, p->who, PLAN_BACK);
	bool ok = set_presence(t, p->who, EK_PRESENCE_AWAY, cmd);
	cmd->presence_set.reason = ek_team_away_reason(p->what);
	return ok;
}

/* Now and then somebody just goes: auto-away will notice. */
static bool leave(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	if (!t->mates[p->who].at_desk || is_put_off(t, p))
		return false;
	go(t, p->who);
	if (below(t, 100) < FORGETS_PERCENT)
		return false;
	bool ok = set_presence(t, p->who, EK_PRESENCE_AWAY_REASSIGNING, cmd);
	cmd->presence_set.reason = ek_team_away_reason(TEAM_OVER);
	return ok;
}

static bool day(struct ek_team *t, const struct team_plan *p)
{
	int32_t date = ek_calendar_date(zone_of(t, p->who), (ek_time){p->at});
	plan_day(t, p->who, date, p->at);
	plan_tomorrow(t, p->who, date);
	return false;
}

static bool pause(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	if (!t->mates[p->who].at_desk)
		return false;
	*cmd = ek_cmd_make(EK_CMD_INTAKE_PAUSE);
	cmd->by = ek_team_by(t, p->who);
	cmd->intake_pause.teammate = (ek_teammate_id){t->mates[p->who].id};
	cmd->intake_pause.until = (ek_time){p->at + (15 + 5 * below(t, 5)) * TEAM_MINUTE};
	return true;
}

static bool beat_again(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	if (p->turn != t->mates[p->who].turn)
		return false;
	beat(t, p->who, p->at);
	*cmd = ek_cmd_make(EK_CMD_ACTIVITY_SEEN);
	cmd->by = ek_team_by(t, p->who);
	cmd->activity_seen.teammate = (ek_teammate_id){t->mates[p->who].id};
	return true;
}

bool ek_team_presence(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	switch (p->kind) {
	case PLAN_DAY:
		return day(t, p);
	case PLAN_COME:
	case PLAN_BACK:
		return come(t, p, cmd);
	case PLAN_REST:
		return rest(t, p, cmd);
	case PLAN_LEAVE:
		return leave(t, p, cmd);
	case PLAN_PAUSE:
		return pause(t, p, cmd);
	default:
		return beat_again(t, p, cmd);
	}
}

/* Published for two weeks, every week anew. */
bool ek_team_shifts(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	int32_t date = ek_calendar_date(zone_of(t, p->who), (ek_time){p->at});
	uint32_t n = 0;
	for (int32_t d = date; d < date + PUBLISHED_DAYS; d++) {
		int64_t from;
		int64_t until;
		if (ek_team_day(t, p->who, d, &from, &until))
			t->shifts[n++] = (struct ek_shift){{from}, {until}};
	}
	plan(t, p->at + 7 * (int64_t)TEAM_DAY, p->who, PLAN_SHIFTS);
	*cmd = ek_cmd_make(EK_CMD_SHIFT_SET);
	cmd->by = ek_team_by(t, 28); /* the lead of that team */
	cmd->shift_set.teammate = (ek_teammate_id){t->mates[p->who].id};
	cmd->shift_set.shifts = (struct ek_shifts){t->shifts, n};
	return n > 0;
}
