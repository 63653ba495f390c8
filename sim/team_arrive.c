/* Conversations arrive: by hour and weekday of their language's zone, more on the day of the blip,
 * more for good after the shift. */
#include "sim/team_inside.h"

#include "model/calendar.h"

enum { SLOT = TEAM_SLOT, SLOTS = TEAM_HOUR / SLOT, MILLION = 1000000 };
enum { BLIP_PERCENT = 200, SHIFT_PERCENT = 145 };

/* The first such weekday on or after a date. */
static int32_t weekday_from(int32_t date, uint8_t weekday)
{
	while (ek_calendar_day_of_week(date) != weekday)
		date++;
	return date;
}

void ek_team_arrive_patterns(struct ek_team *t)
{
	const struct ek_zone *zone = &t->o.zones[0];
	int32_t blip = weekday_from(t->day0 + 7, 3);
	int32_t shift = weekday_from(t->day0 + 14, 2);
	t->blip = (struct ek_team_pattern){TEAM_BILLING, ek_calendar_day_start(zone, blip),
					   ek_calendar_day_start(zone, blip + 1), BLIP_PERCENT};
	t->shift = (struct ek_team_pattern){TEAM_TECHNICAL, ek_calendar_day_start(zone, shift),
					    EK_NO_TIME, SHIFT_PERCENT};
}

static uint32_t pattern_percent(const struct ek_team_pattern *p, uint32_t inbox, int64_t at)
{
	bool is_in = inbox == p->inbox && at >= p->from.ms &&
		     (!ek_time_is_set(p->until) || at < p->until.ms);
	return is_in ? p->times_percent : 100;
}

uint32_t ek_team_arrive_rate(const struct ek_team *t, uint32_t inbox, int64_t hour)
{
	const struct team_desk *d = ek_team_desk(inbox);
	int64_t local = ek_calendar_local(&t->o.zones[d->zone], (ek_time){hour});
	int32_t date = (int32_t)(local / TEAM_DAY);
	uint64_t rate = d->per_day * UINT64_C(1000) / SLOTS; /* in a thousand thousandths */
	rate = rate * ek_team_hour_share(d->language, (uint32_t)(local % TEAM_DAY / TEAM_HOUR));
	rate = rate * ek_team_day_share(d->language, ek_calendar_day_of_week(date)) / 100;
	rate = rate * (92 + ek_team_hash(t, inbox + 11u, (uint32_t)date) % 17) / 100;
	rate = rate * pattern_percent(&t->blip, inbox, hour) / 100;
	rate = rate * pattern_percent(&t->shift, inbox, hour) / 100;
	rate = rate * t->o.per_cent / 100;
	return (uint32_t)(rate < MILLION ? rate : MILLION);
}

void ek_team_arrive_plan(struct ek_team *t, uint32_t inbox)
{
	struct team_flow *f = &t->flows[inbox];
	for (;;) {
		if (f->slot == 0)
			f->rate = ek_team_arrive_rate(t, inbox, f->hour);
		while (f->slot < SLOTS) {
			int64_t at = f->hour + (int64_t)f->slot++ * SLOT;
			if (ek_rng_below(&t->arrivals, MILLION) >= f->rate)
				continue;
			at += 1 + ek_rng_below(&t->arrivals, SLOT - 1);
			ek_team_plan(
				t, (struct team_plan){.at = at, .kind = PLAN_ARRIVE, .who = inbox});
			return;
		}
		f->slot = 0;
		f->hour += TEAM_HOUR;
	}
}

/* ---- one */

/* Some write often, most seldom: the least of two draws, and of three for every third. */
static uint32_t pick_contact(struct ek_team *t, int language)
{
	static const uint8_t from[TEAM_LANGUAGES + 1] = {0, 68, 85, 100};
	uint32_t first = (uint32_t)((uint64_t)t->o.contacts * from[language] / 100);
	uint32_t n = (uint32_t)((uint64_t)t->o.contacts * from[language + 1] / 100) - first;
	if (n == 0)
		return first < t->o.contacts ? first : 0;
	uint32_t i = ek_rng_below(&t->arrivals, n);
	uint32_t k = ek_rng_below(&t->arrivals, n);
	i = k < i ? k : i;
	k = ek_rng_below(&t->arrivals, n);
	if (ek_rng_below(&t->arrivals, 3) == 0)
		i = k < i ? k : i;
	return first + i;
}

static int64_t pick_priority(struct ek_team *t, ek_str tier)
{
	uint32_t roll = ek_rng_below(&t->arrivals, 100);
	if (ek_str_is(tier, "gold"))
		return roll < 4 ? 3 : roll < 14 ? 2 : roll < 40 ? 1 : 0;
	return roll < 1 ? 3 : roll < 5 ? 2 : roll < 14 ? 1 : 0;
}

static void add_need(struct ek_team *t, struct ek_needs *needs, int skill, bool required)
{
	static const uint8_t relax_min[TEAM_SKILLS] = {45, 0, 0, 0, 30, 0};
	t->needs[needs->n++] = (struct ek_need){
		.skill = ek_team_str(ek_team_skill((uint32_t)skill)),
		.min_level = 2,
		.required = required,
		.relax_after = {required ? EK_NONE : relax_min[skill] * TEAM_MINUTE},
	};
	needs->v = t->needs;
}

static struct ek_needs needs_of(struct ek_team *t, const struct team_desk *d, uint8_t skill)
{
	struct ek_needs needs = {0};
	if (d->language == EK_TEAM_KOREAN)
		add_need(t, &needs, SKILL_KO, true);
	if (d->language == EK_TEAM_ARABIC)
		add_need(t, &needs, SKILL_AR, true);
	if (skill != SKILL_NONE)
		add_need(t, &needs, skill, skill == SKILL_VAT);
	return needs;
}

/* One answer is enough for half of them. */
static uint8_t pick_left(struct ek_team *t)
{
	uint32_t roll = ek_rng_below(&t->arrivals, 100);
	return (uint8_t)(roll < 50 ? 1 : roll < 80 ? 2 : roll < 94 ? 3 : 4);
}

struct team_conv ek_team_arrive_conv(struct ek_team *t, uint32_t inbox, int64_t at)
{
	const struct team_desk *d = ek_team_desk(inbox);
	struct team_topics topics = ek_team_topics(inbox);
	bool wants_chat = ek_rng_chance(&t->arrivals, d->chat_percent);
	struct team_conv c = {
		.inbox = (uint8_t)inbox,
		.began = (uint8_t)inbox,
		.mate = TEAM_NOBODY,
		.state = EK_STATE_OPEN,
		.parts = 1,
		.says = SAYS_OPENING,
		.waits = true,
	};
	/* Outside office hours there is only e-mail. */
	c.is_chat = wants_chat && ek_calendar_is_open(&t->calendars[inbox], (ek_time){at});
	c.contact = pick_contact(t, d->language);
	/* Topics that stand first are the commoner ones. */
	uint32_t topic = ek_rng_below(&t->arrivals, topics.n);
	uint32_t other = ek_rng_below(&t->arrivals, topics.n);
	c.topic = (uint8_t)(other < topic ? other : topic);
	c.left = pick_left(t);
	c.number = (uint16_t)ek_rng_below(&t->arrivals, 50000);
	c.is_first = t->contacts[c.contact] == 0;
	return c;
}

void ek_team_arrive_cmd(struct ek_team *t, const struct team_conv *c,
			const struct team_sender *from, int64_t at, struct ek_cmd *cmd)
{
	const struct team_desk *d = ek_team_desk(c->began);
	const struct team_topic *topic = &ek_team_topics(c->began).v[c->topic];
	*cmd = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	cmd->by = (struct ek_actor){EK_ACTOR_RULE, 0};
	t->pairs[0] = (struct ek_pair){EK_S("tier"), from->tier};
	t->tags[0] = ek_team_str(topic->tag);
	struct ek_cmd_conversation_create *v = &cmd->conversation_create;
	v->contact = from->id;
	v->channel = c->is_chat ? EK_CAPACITY_CLASS_CHAT : EK_CAPACITY_CLASS_EMAIL;
	v->team = (ek_team_id){t->inbox_ids[c->began]};
	v->priority = pick_priority(t, from->tier);
	v->started = (ek_time){at};
	v->waiting_since = (ek_time){at};
	v->sla_due = ek_calendar_add(&t->calendars[c->began], (ek_time){at},
				     (ek_span){d->first_min * (int64_t)TEAM_MINUTE});
	v->complexity = 1 + ek_rng_below(&t->arrivals, 3) + ek_rng_below(&t->arrivals, 2);
	v->needs = needs_of(t, d, topic->skill);
	v->attributes = (struct ek_pairs){t->pairs, 1};
	v->tags = (struct ek_texts){t->tags, 1};
}

bool ek_team_arrive(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	ek_team_arrive_plan(t, p->who);
	struct team_conv c = ek_team_arrive_conv(t, p->who, p->at);
	struct ek_team_contact contact;
	struct team_sender from = {.id = {t->o.contact_first + c.contact}};
	bool is_known = ek_team_contact(t, from.id, &contact);
	ek_assert(is_known);
	from.tier = contact.tier;
	ek_team_arrive_cmd(t, &c, &from, p->at, cmd);
	t->pending = c;
	return true;
}
