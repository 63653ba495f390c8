/* What would be done next. */
#include "sim/team_inside.h"

#include "engine/look.h"
#include "model/calendar.h"

enum {
	SICK_PERCENT = 4,
	BEAT = 8 * TEAM_MINUTE,
	STEP_MAX = TEAM_MINUTE, /* longer than that nothing was looked at */
	LATELY = 400,           /* of so many conversations some may come back */
	FLOOR_PER_HOUR = 3,     /* arrivals of a team inbox at the quietest hour */
	MEMORY = 4 << 20,
	WATCH_HOURS = 8,
	WATCHES = 3, /* so many of them in a day: of those who are off every third keeps one */
};
#define MILLION INT64_C(1000000)

/* ---- open, close */

bool ek_team_life_open(const struct ek_team_life_options *options, struct ek_alloc alloc,
		       struct ek_team_life **out, struct ek_err *err)
{
	/* A Monday: weeks are counted from there, whenever it is opened. */
	static const ek_time epoch = {4 * (int64_t)TEAM_DAY};
	const struct ek_team_options team = {.seed = options->seed,
					     .from = epoch,
					     .to = {epoch.ms + 1},
					     .zones = options->zones};
	*out = NULL;
	struct ek_team_life *l = ek_alloc_get(&alloc, sizeof *l);
	if (l == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a team that goes on");
	*l = (struct ek_team_life){.alloc = alloc,
				   .rng = {options->seed},
				   .began = options->began.ms,
				   .pace = options->pace != 0 ? options->pace : 1,
				   .last = EK_NONE};
	ek_arena_init(&l->arena, alloc, MEMORY);
	if (!ek_team_open(&team, alloc, &l->team, err)) {
		ek_team_life_close(&l);
		return false;
	}
	for (uint32_t i = 0; i < EK_TEAM_INBOXES; i++)
		l->team->inbox_ids[i] = i + 1;
	for (uint32_t i = 0; i < EK_TEAM_PEOPLE; i++)
		l->team->mates[i].id = EK_TEAM_LIFE_FIRST + i;
	l->team->mate_count = EK_TEAM_PEOPLE;
	*out = l;
	return true;
}

void ek_team_life_close(struct ek_team_life **life)
{
	struct ek_team_life *l = *life;
	if (l == NULL)
		return;
	struct ek_alloc alloc = l->alloc;
	ek_team_close(&l->team);
	ek_arena_fini(&l->arena);
	ek_alloc_free(&alloc, l, sizeof *l);
	*life = NULL;
}

/* ---- who should be there */

struct expected {
	uint8_t presence;
	uint8_t reason; /* of being away */
	int64_t since;  /* when they came, or the last time that they left */
};

/* A number of that day, below n. */
static int64_t chance(const struct ek_team_life *l, uint32_t person, int32_t date, uint32_t n)
{
	return (int64_t)(ek_team_hash(l->team, 51 + (uint64_t)n * 7,
				      person * UINT64_C(100000) + (uint32_t)date) %
			 n);
}

struct shift {
	uint32_t person;
	int32_t date;
	int64_t from;
};

/* As in the weeks before: not all at once. */
static void rest(const struct ek_team_life *l, const struct shift *s, int64_t at,
		 struct expected *out)
{
	const uint32_t turn = s->person % 4;
	const bool meets = ek_calendar_day_of_week(s->date) == 2;
	const struct {
		uint32_t begins; /* minutes after the shift does */
		uint32_t lasts;
		uint8_t reason;
	} rests[] = {
		{80 + turn * 35, meets ? 32 : 12, meets ? TEAM_MEETING : TEAM_BREAK},
		{165 + turn * 45, 38, TEAM_LUNCH},
		{370 + turn * 25, 12, TEAM_BREAK},
	};
	for (uint32_t i = 0; i < EK_LEN(rests); i++) {
		int64_t begin =
			s->from + (rests[i].begins + chance(l, s->person, s->date, 11 + i)) *
					  (int64_t)TEAM_MINUTE;
		if (at < begin || at >= begin + rests[i].lasts * (int64_t)TEAM_MINUTE)
			continue;
		out->presence = EK_PRESENCE_AWAY;
		out->reason = rests[i].reason;
	}
}

struct span {
	int64_t from;
	int64_t until;
};

/* Around the clock, so that there is something to see whenever somebody looks: in each team some
 * keep a watch beside the shifts of the weeks before, for a week at the same hours, and not all
 * change at once. before: so many watches earlier than the one that `at` lies in. */
static bool find_watch(uint32_t person, int64_t at, int64_t before, struct span *out)
{
	const int64_t length = WATCH_HOURS * (int64_t)TEAM_HOUR;
	const int64_t begins = person % 8 * (int64_t)(30 * TEAM_MINUTE);
	int64_t n = (at - begins) / length - before;
	int64_t week = n / (7 * WATCHES);
	*out = (struct span){n * length + begins, (n + 1) * length + begins};
	return ek_team_job(person)->inbox != TEAM_NOBODY &&
	       (person + n % WATCHES + week) % WATCHES == 0;
}

/* Whether they are there then, for that while; else when they left it, if they did. */
static bool is_within(const struct ek_team_life *l, uint32_t person, const struct span *s,
		      int64_t at, struct expected *e)
{
	int32_t date =
		ek_calendar_date(&l->team->o.zones[ek_team_zone(person)], (ek_time){s->from});
	if (chance(l, person, date, 100) < SICK_PERCENT)
		return false;
	int64_t come = s->from + (chance(l, person, date, 12) - 4) * TEAM_MINUTE;
	int64_t leave = s->until + chance(l, person, date, 16) * TEAM_MINUTE;
	if (at >= leave && leave > e->since)
		e->since = leave;
	if (at < come || at >= leave)
		return false;
	e->since = come;
	e->presence = EK_PRESENCE_ACTIVE;
	rest(l, &(struct shift){person, date, s->from}, at, e);
	return true;
}

static struct expected expect(const struct ek_team_life *l, uint32_t person, int64_t at)
{
	const struct ek_zone *zone = &l->team->o.zones[ek_team_zone(person)];
	int32_t today = ek_calendar_date(zone, (ek_time){at});
	struct expected e = {.presence = EK_PRESENCE_AWAY_REASSIGNING,
			     .reason = TEAM_OVER,
			     .since = at - TEAM_DAY};
	struct span s;
	for (int32_t date = today - 1; date <= today; date++)
		if (ek_team_day(l->team, person, date, &s.from, &s.until) &&
		    is_within(l, person, &s, at, &e))
			return e;
	for (int64_t before = 1; before >= 0; before--)
		if (find_watch(person, at, before, &s) && is_within(l, person, &s, at, &e))
			return e;
	return e;
}

bool ek_team_life_expects(const struct ek_team_life *l, uint32_t person, ek_time at)
{
	return expect(l, person, at.ms).presence == EK_PRESENCE_ACTIVE;
}

/* ---- one draw of what may happen */

struct draw {
	struct ek_team_life *life;
	const struct ek_engine *engine;
	int64_t at;
	int64_t passed; /* since the last step */
	int64_t weight; /* of all that was offered, in a million */
	struct ek_team_life_step chosen;
};

/* Each is chosen in proportion to its weight, in one pass. */
static void offer(struct draw *d, int64_t weight, const struct ek_team_life_step *step)
{
	if (weight <= 0)
		return;
	d->weight += weight;
	if ((int64_t)(ek_rng_next(&d->life->rng) % (uint64_t)d->weight) < weight)
		d->chosen = *step;
}

/* What happens once in so long, on the mean. */
static int64_t once_in(const struct draw *d, int64_t mean_ms)
{
	return d->passed * MILLION / mean_ms;
}

static bool is_refused(const struct ek_team_life *l, uint32_t conversation)
{
	for (uint32_t i = 0; i < TEAM_LIFE_REFUSED; i++)
		if (l->refused[i] == conversation)
			return true;
	return false;
}

/* ---- presence */

struct present {
	bool is_there; /* at work, and nobody said otherwise */
	bool is_wrong; /* not what is expected */
	struct expected expected;
	struct ek_presence_view view;
};

/* Whether nobody else chose it: it is what was expected when it began, or what a timer made. */
static bool is_own(const struct ek_team_life *l, uint32_t person, const struct present *p)
{
	int64_t since = p->view.since.ms;
	return since <= l->began || since < p->expected.since ||
	       p->view.cause != EK_PRESENCE_CAUSE_BY_HAND ||
	       expect(l, person, since).presence == p->view.presence;
}

static bool look_at(const struct draw *d, uint64_t people, uint32_t person, struct present *out)
{
	ek_teammate_id id = {EK_TEAM_LIFE_FIRST + person};
	struct ek_teammate_view v;
	*out = (struct present){0};
	if ((people >> person & 1) == 0 || !ek_look_teammate(d->engine, id, &v) || v.deleted ||
	    !v.active || !ek_look_presence(d->engine, id, &out->view))
		return false;
	out->expected = expect(d->life, person, d->at);
	bool matches = out->view.presence == out->expected.presence;
	/* Who is gone for the day stays gone over a break. */
	if (out->expected.presence == EK_PRESENCE_AWAY)
		matches = out->view.presence != EK_PRESENCE_ACTIVE;
	out->is_wrong = !matches && is_own(d->life, person, out);
	out->is_there = matches && out->expected.presence == EK_PRESENCE_ACTIVE;
	return true;
}

static struct ek_team_life_step by(const struct draw *d, int kind, uint32_t person)
{
	return (struct ek_team_life_step){
		.kind = (uint8_t)kind,
		.person = person,
		.teammate = {EK_TEAM_LIFE_FIRST + person},
		.inbox = EK_TEAM_INBOXES,
		.topic = TEAM_NOBODY,
		.at = {d->at},
	};
}

/* Comings and goings, and pages that say that they are visible, in turn before all else. */
static void offer_presence(struct draw *d, uint32_t person, const struct present *p)
{
	struct ek_team_life_step s = by(d, EK_TEAM_LIFE_PRESENCE, person);
	s.mark = p->view.since.ms;
	s.presence = p->expected.presence;
	s.reason = p->expected.reason;
	if (p->is_wrong)
		offer(d, MILLION, &s);
	s.kind = EK_TEAM_LIFE_SEEN;
	if (p->is_there && d->at - d->life->seen_at[person] >= BEAT)
		offer(d, MILLION / 4, &s);
}

/* ---- work */

static uint8_t inbox_of(ek_team_id team)
{
	return (uint8_t)(team.v >= 1 && team.v <= EK_TEAM_INBOXES ? team.v - 1 : EK_TEAM_INBOXES);
}

static struct ek_team_life_step about(const struct draw *d, int kind, uint32_t person,
				      const struct ek_conversation_view *v)
{
	struct ek_team_life_step s = by(d, kind, person);
	s.teammate = v->teammate;
	s.conversation = v->id;
	s.contact = v->contact;
	s.inbox = inbox_of(v->team);
	s.is_chat = v->channel == EK_CAPACITY_CLASS_CHAT;
	s.mark = (int64_t)v->changed_seq;
	return s;
}

/* Whether it is of one of our contacts, in one of our team inboxes, as far as can be seen here. */
static bool is_sample(const struct draw *d, const struct ek_conversation_view *v)
{
	return v->contact.v >= 1 && v->contact.v <= EK_TEAM_CONTACTS &&
	       inbox_of(v->team) < EK_TEAM_INBOXES && !is_refused(d->life, v->id.v);
}

static bool is_waiting(const struct ek_conversation_view *v)
{
	return v->state == EK_STATE_OPEN && ek_time_is_set(v->waiting_since);
}

/* Most read mail again at eight. */
static bool is_awake(const struct draw *d, uint8_t inbox)
{
	const struct ek_zone *zone = &d->life->team->o.zones[ek_team_desk(inbox)->zone];
	int64_t hour = ek_calendar_local(zone, (ek_time){d->at}) % TEAM_DAY / TEAM_HOUR;
	return hour >= 7 && hour < 23;
}

/* Its contact writes again: to the owner sooner, who waits for it. */
static void offer_writing(struct draw *d, uint32_t person, const struct ek_conversation_view *v)
{
	struct ek_team_life_step s = about(d, EK_TEAM_LIFE_WRITE, person, v);
	bool is_owners = person == EK_TEAM_PEOPLE;
	int64_t mean = s.is_chat ? 5 * TEAM_MINUTE : is_owners ? 12 * TEAM_MINUTE : 4 * TEAM_HOUR;
	s.says = SAYS_MORE;
	if (s.is_chat || is_owners || is_awake(d, s.inbox))
		offer(d, once_in(d, mean), &s);
}

/* Nobody waits in it: it is closed, or sleeps until its contact writes or it is looked at again. */
static void offer_ending(struct draw *d, uint32_t person, const struct ek_conversation_view *v)
{
	struct ek_team_life_step s = about(d, EK_TEAM_LIFE_CLOSE, person, v);
	offer(d, once_in(d, s.is_chat ? 6 * TEAM_MINUTE : 4 * TEAM_MINUTE), &s);
	s.kind = EK_TEAM_LIFE_SNOOZE;
	if (!s.is_chat)
		offer(d, once_in(d, 5 * TEAM_MINUTE), &s);
}

static void offer_answer(struct draw *d, uint32_t person, const struct ek_conversation_view *v)
{
	struct ek_team_life_step s = about(d, EK_TEAM_LIFE_VIEW, person, v);
	int64_t ms = ek_team_desk(s.inbox)->answer_s * (int64_t)TEAM_SECOND;
	if (d->life->works_on[person] != v->id.v) {
		offer(d, once_in(d, 15 * TEAM_SECOND), &s);
		return;
	}
	s.kind = EK_TEAM_LIFE_ANSWER;
	/* The first, or another one: who looks at it anew is greeted anew. */
	s.says = v->waiting_since.ms == v->started.ms ? SAYS_ANSWER : SAYS_ON;
	offer(d, once_in(d, s.is_chat ? ms * 6 / 10 : ms), &s);
}

/* Chats first, then whose contact waits longest. */
static bool is_sooner(const struct ek_conversation_view *a, const struct ek_conversation_view *b)
{
	bool a_chat = a->channel == EK_CAPACITY_CLASS_CHAT;
	bool b_chat = b->channel == EK_CAPACITY_CLASS_CHAT;
	if (b->id.v == 0 || a_chat != b_chat)
		return b->id.v == 0 || a_chat;
	if (a->waiting_since.ms != b->waiting_since.ms)
		return a->waiting_since.ms < b->waiting_since.ms;
	return a->id.v < b->id.v;
}

/* person: EK_TEAM_PEOPLE for the owner. */
static void offer_work(struct draw *d, uint32_t person, bool is_there)
{
	struct ek_err err;
	struct ek_load_view load;
	struct ek_conversation_view first = {0};
	ek_teammate_id id = {person < EK_TEAM_PEOPLE ? EK_TEAM_LIFE_FIRST + person
						     : (uint32_t)EK_TEAM_LIFE_OWNER};
	ek_arena_reset(&d->life->arena);
	if (!ek_look_load(d->engine, id, &d->life->arena, &load, &err))
		return;
	for (uint32_t i = 0; i < load.item_count; i++) {
		struct ek_conversation_view v;
		if (!ek_look_conversation(d->engine, load.items[i].conversation, &v) ||
		    !is_sample(d, &v) || v.teammate.v != id.v)
			continue;
		if (is_waiting(&v) && is_sooner(&v, &first))
			first = v;
		if (is_waiting(&v))
			continue;
		offer_writing(d, person, &v);
		if (is_there && v.state == EK_STATE_OPEN)
			offer_ending(d, person, &v);
	}
	if (is_there && first.id.v != 0)
		offer_answer(d, person, &first);
}

/* ---- contacts */

/* One of the last conversations, if it is closed: some come back within a day. */
static void offer_return(struct draw *d, uint64_t people)
{
	uint32_t n = ek_look_conversation_count(d->engine);
	struct ek_conversation_view v;
	uint32_t back = ek_rng_below(&d->life->rng, LATELY);
	if (back >= n || !ek_look_conversation(d->engine, (ek_conversation_id){n - back}, &v) ||
	    v.state != EK_STATE_CLOSED || !is_sample(d, &v))
		return;
	int64_t closed = d->at - v.closed_at.ms;
	uint32_t person = v.teammate.v - EK_TEAM_LIFE_FIRST;
	bool is_ours = v.teammate.v == EK_TEAM_LIFE_OWNER || v.teammate.v == 0 ||
		       (v.teammate.v >= EK_TEAM_LIFE_FIRST && person < EK_TEAM_PEOPLE &&
			(people >> person & 1) != 0);
	struct ek_team_life_step s = about(d, EK_TEAM_LIFE_WRITE, EK_TEAM_PEOPLE, &v);
	s.says = SAYS_AGAIN;
	if (is_ours && closed > 5 * TEAM_MINUTE && closed < TEAM_DAY && is_awake(d, s.inbox))
		offer(d, once_in(d, 250 * (int64_t)TEAM_HOUR) * LATELY, &s);
}

static void offer_arrival(struct draw *d, uint32_t inbox)
{
	struct ek_team_view v;
	int64_t hour = d->at - d->at % TEAM_HOUR;
	int64_t rate = ek_team_arrive_rate(d->life->team, inbox, hour);
	struct ek_team_life_step s = by(d, EK_TEAM_LIFE_ARRIVE, EK_TEAM_PEOPLE);
	s.teammate.v = 0;
	s.inbox = (uint8_t)inbox;
	if (!ek_look_team(d->engine, (ek_team_id){inbox + 1}, &v) || v.deleted)
		return;
	offer(d, rate * d->passed / TEAM_SLOT + once_in(d, TEAM_HOUR / FLOOR_PER_HOUR), &s);
}

void ek_team_life_arrive(struct ek_team_life *l, uint32_t inbox, ek_time at,
			 struct ek_team_life_step *step)
{
	l->team->arrivals.state = ek_rng_next(&l->rng);
	struct team_conv c = ek_team_arrive_conv(l->team, inbox, at.ms);
	*step = (struct ek_team_life_step){
		.kind = EK_TEAM_LIFE_ARRIVE,
		.says = SAYS_OPENING,
		.inbox = (uint8_t)inbox,
		.topic = c.topic,
		.number = c.number,
		.is_chat = c.is_chat,
		.person = EK_TEAM_PEOPLE,
		.contact = {l->team->o.contact_first + c.contact},
		.at = at,
	};
}

/* ---- a step */

/* By the tag that it came with. */
static void find_topic(struct draw *d, struct ek_team_life_step *s)
{
	struct ek_err err;
	struct ek_conversation_detail detail;
	struct team_topics topics = ek_team_topics(s->inbox);
	ek_arena_reset(&d->life->arena);
	if (!ek_look_detail(d->engine, s->conversation, &d->life->arena, &detail, &err))
		return;
	for (uint32_t i = 0; i < topics.n; i++)
		for (uint32_t k = 0; k < detail.tags.n; k++)
			if (ek_str_is(detail.tags.v[k], topics.v[i].tag))
				s->topic = (uint8_t)i;
}

static void offer_all(struct draw *d, uint64_t people)
{
	bool is_there[EK_TEAM_PEOPLE];
	for (uint32_t i = 0; i < EK_TEAM_PEOPLE; i++) {
		struct present p;
		is_there[i] = look_at(d, people, i, &p) && p.is_there;
		offer_presence(d, i, &p);
	}
	for (uint32_t i = 0; d->weight < MILLION && i < EK_TEAM_PEOPLE; i++)
		if ((people >> i & 1) != 0 &&
		    EK_TEAM_LIFE_FIRST + i <= ek_look_teammate_count(d->engine))
			offer_work(d, i, is_there[i]);
	if (d->weight >= MILLION)
		return;
	offer_work(d, EK_TEAM_PEOPLE, false);
	offer_return(d, people);
	for (uint32_t i = 0; i < EK_TEAM_INBOXES; i++)
		offer_arrival(d, i);
}

/* For how long, since it was last asked. */
static int64_t pass(struct ek_team_life *l, int64_t at)
{
	int64_t passed = l->last == EK_NONE ? EK_TEAM_LIFE_STEP_MS / l->pace : at - l->last;
	/* Not all at once. */
	for (uint32_t i = 0; l->last == EK_NONE && i < EK_TEAM_PEOPLE; i++)
		l->seen_at[i] = at - (int64_t)ek_rng_below(&l->rng, BEAT);
	l->last = at;
	passed = passed < 0 ? 0 : passed < STEP_MAX ? passed : (int64_t)STEP_MAX;
	return passed * l->pace;
}

void ek_team_life_next(struct ek_team_life *l, const struct ek_engine *engine,
		       const struct ek_team_life_now *now, struct ek_team_life_step *step)
{
	struct draw d = {.life = l, .engine = engine, .at = now->at.ms};
	d.passed = pass(l, d.at);
	*step = (struct ek_team_life_step){.kind = EK_TEAM_LIFE_NOTHING, .at = now->at};
	offer_all(&d, now->people);
	if ((int64_t)ek_rng_below(&l->rng, MILLION) >= d.weight)
		return;
	*step = d.chosen;
	if (step->kind == EK_TEAM_LIFE_ARRIVE)
		ek_team_life_arrive(l, step->inbox, now->at, step);
	else if (step->conversation.v != 0)
		find_topic(&d, step);
}
