#include "sim/team_inside.h"

#include <string.h>

#include "model/calendar.h"

enum { CONTACTS_MAX = 10000000, PER_CENT_MAX = 400, DAYS_MAX = 3660 };

/* ---- small things */

ek_str ek_team_str(const char *text)
{
	return (ek_str){text, (uint32_t)strlen(text)};
}

/* SplitMix64's own mixing, over three numbers. */
uint64_t ek_team_hash(const struct ek_team *t, uint64_t a, uint64_t b)
{
	struct ek_rng rng = {t->o.seed ^ (a * 0x9e3779b97f4a7c15u)};
	rng.state = ek_rng_next(&rng) ^ b;
	return ek_rng_next(&rng);
}

int64_t ek_team_around(struct ek_rng *rng, int64_t ms)
{
	uint32_t third =
		(uint32_t)(ms * 8 / 15); /* three of them and the long ones make the mean */
	int64_t sum = 1;
	for (int i = 0; i < 3; i++)
		sum += ek_rng_below(rng, third + 1);
	return ek_rng_below(rng, 8) == 0 ? 3 * sum : sum;
}

struct ek_actor ek_team_by(const struct ek_team *t, uint32_t person)
{
	return (struct ek_actor){EK_ACTOR_PERSON, t->mates[person].id};
}

struct team_conv *ek_team_conv(const struct ek_team *t, uint32_t id)
{
	uint32_t i = id - t->conv_first;
	if (id < t->conv_first || i >= t->conv_count || t->convs[i].state == 0)
		return NULL;
	return &t->convs[i];
}

/* ---- open, close */

static const char *const zone_names[EK_TEAM_ZONES] = {"Europe/Berlin", "Asia/Seoul", "Asia/Riyadh"};

ek_str ek_team_zone_name(uint32_t zone)
{
	ek_assert(zone < EK_TEAM_ZONES);
	return ek_team_str(zone_names[zone]);
}

static bool check_options(const struct ek_team_options *o, struct ek_err *err)
{
	int64_t most = (int64_t)DAYS_MAX * TEAM_DAY;
	if (o->from.ms < 0 || o->to.ms <= o->from.ms || o->to.ms - o->from.ms > most)
		return ek_fail(err, EK_INVALID_VALUE,
			       "from and to: expected 1970 or later, and at most 10 years apart");
	if (o->contacts > CONTACTS_MAX || o->per_cent > PER_CENT_MAX)
		return ek_fail(err, EK_INVALID_VALUE,
			       "expected at most %d contacts and %d per cent", CONTACTS_MAX,
			       PER_CENT_MAX);
	return true;
}

static void make_calendar(struct ek_team *t, uint32_t inbox)
{
	const struct team_desk *d = ek_team_desk(inbox);
	uint32_t n = 0;
	for (uint32_t h = 0; h < EK_LEN(d->hours); h++) {
		for (uint8_t day = 0; day < 7; day++) {
			if ((d->hours[h].days >> day & 1) != 0)
				t->weeks[inbox][n++] = (struct ek_week_hours){
					(uint8_t)(day + 1), d->hours[h].from * TEAM_HOUR,
					d->hours[h].to * TEAM_HOUR};
		}
	}
	t->calendars[inbox] = (struct ek_calendar){
		.zone = t->o.zones[d->zone], .week = t->weeks[inbox], .week_count = n};
}

bool ek_team_open(const struct ek_team_options *options, struct ek_alloc alloc,
		  struct ek_team **team, struct ek_err *err)
{
	*team = NULL;
	if (!check_options(options, err))
		return false;
	struct ek_team *t = ek_alloc_get(&alloc, sizeof *t);
	if (t == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a team");
	*t = (struct ek_team){.o = *options, .alloc = alloc};
	t->o.contacts = options->contacts != 0 ? options->contacts : EK_TEAM_CONTACTS;
	t->o.contact_first = options->contact_first != 0 ? options->contact_first : 1;
	t->o.per_cent = options->per_cent != 0 ? options->per_cent : 100;
	t->arrivals.state = ek_team_hash(t, 1, 0);
	t->people.state = ek_team_hash(t, 2, 0);
	t->work.state = ek_team_hash(t, 3, 0);
	t->day0 = ek_calendar_date(&t->o.zones[0], t->o.from);
	ek_team_arrive_patterns(t);
	for (uint32_t i = 0; i < EK_TEAM_INBOXES; i++)
		make_calendar(t, i);
	t->contacts = ek_alloc_get(&t->alloc, t->o.contacts);
	if (t->contacts == NULL) {
		ek_team_close(&t);
		return ek_fail(err, EK_NO_MEMORY, "no memory for a team");
	}
	memset(t->contacts, 0, t->o.contacts);
	*team = t;
	return true;
}

void ek_team_close(struct ek_team **team)
{
	struct ek_team *t = *team;
	if (t == NULL)
		return;
	struct ek_alloc alloc = t->alloc;
	ek_alloc_free(&alloc, t->contacts, t->o.contacts);
	ek_alloc_free(&alloc, t->convs, t->conv_cap * sizeof *t->convs);
	ek_alloc_free(&alloc, t->plans, t->plan_cap * sizeof *t->plans);
	ek_alloc_free(&alloc, t, sizeof *t);
	*team = NULL;
}

/* ---- commands */

typedef bool maker(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd);
static maker *const makers[PLAN_COUNT] = {
	[PLAN_ARRIVE] = ek_team_arrive,  [PLAN_GIVE_UP] = ek_team_write,
	[PLAN_CONTACT] = ek_team_write,  [PLAN_TARGET] = ek_team_write,
	[PLAN_AFTER] = ek_team_work,     [PLAN_PASS] = ek_team_work,
	[PLAN_MOVE] = ek_team_work,      [PLAN_DAY] = ek_team_presence,
	[PLAN_COME] = ek_team_presence,  [PLAN_REST] = ek_team_presence,
	[PLAN_BACK] = ek_team_presence,  [PLAN_LEAVE] = ek_team_presence,
	[PLAN_PAUSE] = ek_team_presence, [PLAN_BEAT] = ek_team_presence,
	[PLAN_START] = ek_team_work,     [PLAN_DONE] = ek_team_work,
	[PLAN_SHIFTS] = ek_team_shifts,  [PLAN_CHANGE] = ek_team_change,
};

bool ek_team_next(struct ek_team *t, struct ek_cmd *cmd, ek_time *at)
{
	struct team_plan p;
	t->awaits = 0;
	if (!t->failed && ek_team_setup(t, cmd)) {
		*at = t->o.from;
		t->awaits = cmd->kind;
		return true;
	}
	while (!t->failed && ek_team_plan_next(t, t->o.to.ms, &p)) {
		if (!makers[p.kind](t, &p, cmd))
			continue;
		*at = (ek_time){p.at};
		t->awaits = cmd->kind;
		/* Wherever it matters, the conversation is a command's first field. */
		t->about = cmd->contact_message.conversation.v;
		return !t->failed;
	}
	return false;
}

void ek_team_go_on(struct ek_team *t, ek_time to)
{
	if (to.ms > t->o.to.ms)
		t->o.to = to;
}

ek_time ek_team_until(const struct ek_team *t)
{
	return t->o.to;
}

bool ek_team_is_out_of_memory(const struct ek_team *t)
{
	return t->failed;
}

struct ek_team_pattern ek_team_blip(const struct ek_team *t)
{
	return t->blip;
}

struct ek_team_pattern ek_team_shift(const struct ek_team *t)
{
	return t->shift;
}
