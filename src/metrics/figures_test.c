/* What each metric promises, as small scenes: a line of events, a question, the answer.
 *
 * A scene is words with times in minutes since Monday 2026-01-05T00:00Z, seconds after a colon:
 * "540 arrive 1 1 7 2; 550 give 1 3; 560 reply 1 3" is conversation 1 in team inbox 1 of contact 7
 * by chat at 9:00, given to teammate 3 and answered. Team inbox 1 is open 9 to 17, Monday to Friday,
 * UTC, team inbox 2 around the clock. The words are in `words` below. */
#include "metrics/figures.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/calendar.h"

#define BASE_MS 1767571200000LL /* 2026-01-05T00:00Z, a Monday */
enum { MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS, DAY_MIN = 24 * 60, NUMBERS = 8 };

static void *resize(void *ctx, void *p, size_t old_n, size_t n)
{
	(void)ctx;
	(void)old_n;
	if (n == 0) {
		free(p);
		return NULL;
	}
	return realloc(p, n);
}

static const struct ek_zone_shift utc_shift = {EK_ZONE_SINCE_EVER, 0};
static const struct ek_week_hours nine_to_five[] = {
	{1, 9 * HOUR_MS, 17 * HOUR_MS}, {2, 9 * HOUR_MS, 17 * HOUR_MS},
	{3, 9 * HOUR_MS, 17 * HOUR_MS}, {4, 9 * HOUR_MS, 17 * HOUR_MS},
	{5, 9 * HOUR_MS, 17 * HOUR_MS},
};

/* Numbers of a word, 0 where none was given. */
struct line {
	int64_t at; /* ms */
	int64_t v[NUMBERS];
	uint32_t n;
};

/* ---- words */

static ek_str topics[] = {{"", 0}, {"bill", 4}, {"login", 5}};

static int64_t minutes(int64_t v)
{
	return v == 0 ? EK_NONE : BASE_MS + v * MINUTE_MS;
}

static void tags(struct ek_texts *to, int64_t topic)
{
	*to = (struct ek_texts){topic == 0 ? NULL : &topics[topic], topic != 0};
}

/* arrive CONVERSATION TEAM CONTACT [CHANNEL [TOPIC]] */
static void arrive(struct ek_event *e, const struct line *l)
{
	struct ek_conversation_arrived *a = &e->conversation_arrived;
	e->kind = EK_EVENT_CONVERSATION_ARRIVED;
	a->conversation.v = (uint32_t)l->v[0];
	a->team.v = (uint32_t)l->v[1];
	a->contact.v = (uint32_t)l->v[2];
	a->channel = l->v[3] == 0 ? EK_CAPACITY_CLASS_EMAIL : (uint8_t)l->v[3];
	a->started = a->waiting_since = e->at;
	tags(&a->tags, l->v[4]);
}

/* begun CONVERSATION TEAM CONTACT: a teammate began it */
static void begun(struct ek_event *e, const struct line *l)
{
	arrive(e, l);
	e->conversation_arrived.waiting_since = EK_NO_TIME;
}

/* give CONVERSATION TEAMMATE [HOW] */
static void give(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_ASSIGNMENT_MADE;
	e->assignment_made.conversation.v = (uint32_t)l->v[0];
	e->assignment_made.teammate.v = (uint32_t)l->v[1];
	e->assignment_made.how = l->v[2] == 0 ? EK_HOW_BALANCED : (uint8_t)l->v[2];
}

static void queue(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_QUEUED;
	e->conversation_queued.conversation.v = (uint32_t)l->v[0];
	e->conversation_queued.reason = EK_QUEUED_BY_REASSIGNING;
}

static void move(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_MOVED;
	e->conversation_moved.conversation.v = (uint32_t)l->v[0];
	e->conversation_moved.team.v = (uint32_t)l->v[1];
}

static void message(struct ek_event *e, const struct line *l, int author)
{
	e->kind = EK_EVENT_MESSAGE_ADDED;
	e->message_added.conversation.v = (uint32_t)l->v[0];
	e->message_added.teammate.v = (uint32_t)l->v[1];
	e->message_added.author = (uint8_t)author;
	e->message_added.sent = EK_NO_TIME;
}

static void reply(struct ek_event *e, const struct line *l)
{
	message(e, l, EK_AUTHOR_TEAMMATE); /* of teammate 0: a bot's */
}

static void write_note(struct ek_event *e, const struct line *l)
{
	message(e, l, EK_AUTHOR_NOTE);
}

static void ask(struct ek_event *e, const struct line *l)
{
	message(e, l, EK_AUTHOR_CONTACT);
}

static void look(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_OPENED;
	e->conversation_opened.conversation.v = (uint32_t)l->v[0];
	e->conversation_opened.teammate.v = (uint32_t)l->v[1];
}

static void snooze(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_SNOOZED;
	e->conversation_snoozed.conversation.v = (uint32_t)l->v[0];
	e->conversation_snoozed.until = EK_NO_TIME;
}

static void shut(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_CLOSED;
	e->conversation_closed.conversation.v = (uint32_t)l->v[0];
}

/* again CONVERSATION [1: by a teammate] */
static void again(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_REOPENED;
	e->conversation_reopened.conversation.v = (uint32_t)l->v[0];
	e->conversation_reopened.cause = l->v[1] == 0 ? EK_CAUSE_CONTACT : EK_CAUSE_TEAMMATE;
}

static void tag(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_UPDATED;
	e->conversation_updated.conversation.v = (uint32_t)l->v[0];
	e->conversation_updated.priority = e->conversation_updated.complexity = EK_NONE;
	e->conversation_updated.tags_set = true;
	tags(&e->conversation_updated.tags, l->v[1]);
}

/* rank CONVERSATION PRIORITY */
static void rank(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_UPDATED;
	e->conversation_updated.conversation.v = (uint32_t)l->v[0];
	e->conversation_updated.priority = l->v[1];
	e->conversation_updated.complexity = EK_NONE;
}

static void met(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_SLA_MET;
	e->sla_met.conversation.v = (uint32_t)l->v[0];
}

static void missed(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_SLA_MISSED;
	e->sla_missed.conversation.v = (uint32_t)l->v[0];
}

/* active TEAMMATE, away TEAMMATE */
static void active(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_PRESENCE_CHANGED;
	e->presence_changed.teammate.v = (uint32_t)l->v[0];
	e->presence_changed.to = EK_PRESENCE_ACTIVE;
}

static void away(struct ek_event *e, const struct line *l)
{
	active(e, l);
	e->presence_changed.to = EK_PRESENCE_AWAY;
}

static void member(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_MEMBERSHIP_CHANGED;
	e->membership_changed.teammate.v = (uint32_t)l->v[0];
	e->membership_changed.team.v = (uint32_t)l->v[1];
	e->membership_changed.level = EK_LEVEL_PRIMARY;
}

/* call ITEM WAIT_S ANSWERED TALK_S [HOLD_S HOLDS AFTER_S]: team inbox 1, in the queue at once */
static void call(struct ek_event *e, const struct line *l)
{
	struct ek_history_call *c = &e->history_call;
	e->kind = EK_EVENT_HISTORY_CALL;
	c->import = 1;
	c->item = l->v[0];
	c->team.v = 1;
	c->contact = c->transfers = EK_NONE;
	c->started = c->queued = e->at;
	c->answered = c->ended = (ek_time){e->at.ms + l->v[1] * 1000};
	if (l->v[2] == 0)
		c->answered = EK_NO_TIME;
	c->ended.ms += l->v[2] == 0 ? 0 : l->v[3] * 1000;
	c->hold_ms.ms = l->n > 4 ? l->v[4] * 1000 : EK_NONE;
	c->holds = l->n > 4 ? l->v[5] : EK_NONE;
	c->after_ms.ms = l->v[6] * 1000;
}

/* menu ITEM: a call that reached no queue */
static void menu(struct ek_event *e, const struct line *l)
{
	call(e, l);
	e->history_call.queued = e->history_call.answered = EK_NO_TIME;
}

/* was ITEM CONTACT REPLIED CLOSED SOLVED REOPENS TRANSFERS TOPIC: minutes, -1 unknown; it began ten
 * minutes before the answer */
static void was(struct ek_event *e, const struct line *l)
{
	struct ek_history_conversation *c = &e->history_conversation;
	e->kind = EK_EVENT_HISTORY_CONVERSATION;
	c->import = 1;
	c->item = l->v[0];
	c->channel = EK_CAPACITY_CLASS_EMAIL;
	c->team.v = 1;
	c->replier.v = c->owner.v = 3;
	c->contact = l->v[1] == 0 ? EK_NONE : l->v[1];
	c->started.ms = minutes(l->v[2]) - 10 * MINUTE_MS;
	c->assigned = EK_NO_TIME;
	c->replied.ms = minutes(l->v[2]);
	c->closed.ms = minutes(l->v[3]);
	c->solved.ms = minutes(l->v[4]);
	c->replies = c->sla_met = EK_NONE;
	c->reopens = l->v[5] < 0 ? EK_NONE : l->v[5];
	c->transfers = l->v[6] < 0 ? EK_NONE : l->v[6];
	tags(&c->tags, l->v[7]);
}

/* survey ASK FORM CONVERSATION TEAMMATE: sent, of a close an hour ago; a week to answer */
static void survey(struct ek_event *e, const struct line *l)
{
	struct ek_survey_sent *s = &e->survey_sent;
	e->kind = EK_EVENT_SURVEY_SENT;
	s->ask = l->v[0];
	s->form = (uint8_t)l->v[1];
	s->conversation.v = (uint32_t)l->v[2];
	s->teammate.v = (uint32_t)l->v[3];
	s->team.v = 1;
	s->channel = EK_CAPACITY_CLASS_EMAIL;
	s->closed.ms = e->at.ms - HOUR_MS;
	s->until.ms = e->at.ms + 7 * (int64_t)DAY_MIN * MINUTE_MS;
}

static void deliver(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_SURVEY_DELIVERED;
	e->survey_delivered.ask = l->v[0];
}

/* score ASK SCORE [1: late] */
static void score(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_SURVEY_ANSWERED;
	e->survey_answered.ask = l->v[0];
	e->survey_answered.score = l->v[1];
	e->survey_answered.late = l->v[2] != 0;
}

/* days TEAM COUNT: office hours 9 to 17 on so many days from Monday */
static void days(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CALENDAR_CHANGED;
	e->calendar_changed = (struct ek_calendar_changed){{(uint32_t)l->v[0]},
							   {EK_S("UTC"), &utc_shift, 1},
							   {nine_to_five, (uint32_t)l->v[1]},
							   {NULL, 0}};
}

static void pass(struct ek_event *e, const struct line *l)
{
	(void)l;
	e->kind = EK_EVENT_TAG_UPDATED;
}

static const struct {
	const char *word;
	void (*fill)(struct ek_event *e, const struct line *l);
} words[] = {
	{"arrive", arrive}, {"begun", begun},   {"give", give},       {"queue", queue},
	{"move", move},     {"reply", reply},   {"note", write_note}, {"ask", ask},
	{"look", look},     {"snooze", snooze}, {"close", shut},      {"again", again},
	{"tag", tag},       {"rank", rank},     {"met", met},         {"missed", missed},
	{"active", active}, {"away", away},     {"member", member},   {"call", call},
	{"menu", menu},     {"was", was},       {"survey", survey},   {"deliver", deliver},
	{"score", score},   {"days", days},     {"pass", pass},
};

/* ---- scenes */

struct scene {
	struct ek_figures *f;
	uint64_t seq;
	int64_t last;
	struct ek_err err;
};

static void fold(struct scene *s, struct ek_event *e)
{
	e->seq = ++s->seq;
	assert_true(e->at.ms >= s->last);
	s->last = e->at.ms;
	assert_true(ek_figures_fold(s->f, e, &s->err));
}

/* One line; returns what is behind it. */
static const char *play_line(struct scene *s, const char *p)
{
	struct line l = {0};
	struct ek_event e;
	char word[16];
	int used = 0;
	char *end;
	l.at = strtoll(p, &end, 10) * MINUTE_MS;
	if (*end == ':')
		l.at += strtoll(end + 1, &end, 10) * 1000;
	assert_true(end != p);
	size_t n = 0;
	for (p = end + 1; *p >= 'a' && *p <= 'z' && n < sizeof word - 1; p++)
		word[n++] = *p;
	word[n] = '\0';
	for (; *p == ' '; p = end)
		l.v[l.n++] = strtoll(p, &end, 10);
	memset(&e, 0, sizeof e);
	e.at.ms = BASE_MS + l.at;
	for (size_t i = 0; i < EK_LEN(words); i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		words[i].fill(&e, &l);
		used = 1;
	}
	if (!used)
		fail_msg("no word %s", word);
	fold(s, &e);
	return *p == ';' ? p + 2 : p;
}

static void play(struct scene *s, const char *script)
{
	while (*script != '\0')
		script = play_line(s, script);
}

static void begin(struct scene *s, const char *script)
{
	memset(s, 0, sizeof *s);
	s->last = INT64_MIN;
	assert_true(ek_figures_open((struct ek_alloc){NULL, resize}, &s->f, &s->err));
	play(s, "0 days 1 5");
	play(s, script);
}

static void end(struct scene *s)
{
	ek_figures_close(&s->f);
	assert_null(s->f);
}

struct want {
	int metric;
	const char *variant;
	uint32_t team, mate;
	uint8_t clock;
	int64_t until; /* minutes; 0: the end */
	int64_t as_of; /* minutes; 0: all */
	const char *topic;
};

static const ek_team_id team_ids[] = {{0}, {1}, {2}, {3}};

static struct ek_figures_ask question(const struct want *w)
{
	return (struct ek_figures_ask){
		.metric = w->metric,
		.variant = w->variant,
		.teams = &team_ids[w->team],
		.team_count = w->team != 0,
		.teammate = {w->mate},
		.clock = w->clock,
		.from = {BASE_MS - 100 * (int64_t)DAY_MIN * MINUTE_MS},
		.until = {w->until == 0 ? BASE_MS + 1000 * (int64_t)DAY_MIN * MINUTE_MS
					: BASE_MS + w->until * MINUTE_MS},
		.as_of = {w->as_of == 0 ? EK_NONE : BASE_MS + w->as_of * MINUTE_MS},
		.topic = {w->topic, w->topic == NULL ? 0 : (uint32_t)strlen(w->topic)},
	};
}

struct sum {
	uint32_t counted, left;
	double value;
	const char *why;
};

static bool add(void *ctx, const struct ek_figures_item *item, struct ek_err *err)
{
	struct sum *s = ctx;
	(void)err;
	s->counted += item->counted;
	s->left += !item->counted;
	s->value += item->counted ? item->value : 0;
	s->why = item->why != NULL ? item->why : s->why;
	return true;
}

/* Because five are needed for a value, small scenes are checked by their receipts. */
struct row {
	const char *name;
	const char *script;
	struct want want;
	uint64_t n;
	double value; /* summed: seconds, or what is in the numerator */
	uint64_t open, young;
};

static void check(const struct row *r)
{
	struct scene s;
	struct ek_figure out;
	struct sum sum = {0};
	const struct ek_figures_reader reader = {add, &sum};
	begin(&s, r->script);
	struct ek_figures_ask a = question(&r->want);
	if (!ek_figures_ask(s.f, &a, &out, &s.err))
		fail_msg("%s: %s", r->name, s.err.msg);
	assert_true(ek_figures_receipt(s.f, &a, &reader, &s.err));
	if (out.n != r->n || sum.counted != r->n || fabs(sum.value - r->value) > 1e-9 ||
	    out.open != r->open || out.not_yet_known != r->young)
		fail_msg("%s: n %llu (%u), value %f, open %llu, young %llu, %s", r->name,
			 (unsigned long long)out.n, sum.counted, sum.value,
			 (unsigned long long)out.open, (unsigned long long)out.not_yet_known,
			 sum.why == NULL ? "" : sum.why);
	end(&s);
}

static void check_all(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check(&rows[i]);
}

/* 600 = 10:00. */
#define M(name) EK_METRIC_##name
#define CAL EK_CLOCK_CALENDAR

static const struct row waiting[] = {
	{"M1 from the first message to the first answer",
	 "600 arrive 1 1 7; 610 give 1 3; 625 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 25 * 60,
	 0,
	 0},
	{"M1 of a person from their assignment",
	 "600 arrive 1 1 7; 610 give 1 3; 625 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 0, 3, 0, 0, 0, NULL},
	 1,
	 15 * 60,
	 0,
	 0},
	{"M1 of who replied, not of who has it",
	 "600 arrive 1 1 7; 610 give 1 3; 625 reply 1 4",
	 {M(FIRST_RESPONSE_TIME), NULL, 0, 3, 0, 0, 0, NULL},
	 0,
	 0,
	 0,
	 0},
	{"M1 bot counted as response: it is not",
	 "600 arrive 1 1 7; 601 reply 1 0; 625 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 25 * 60,
	 0,
	 0},
	{"M1 a note is no response",
	 "600 arrive 1 1 7; 601 note 1 3; 625 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 25 * 60,
	 0,
	 0},
	{"M1 what a teammate began has none",
	 "600 begun 1 1 7; 605 reply 1 3; 620 ask 1; 625 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 0,
	 0,
	 0,
	 0},
	{"M1 after a close by a person, opening again is M2's",
	 "600 arrive 1 1 7; 605 reply 1 3; 610 close 1; 620 ask 1; 620 again 1; 640 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 5 * 60,
	 0,
	 0},
	{"M2 which has it",
	 "600 arrive 1 1 7; 605 reply 1 3; 610 close 1; 620 ask 1; 620 again 1; 640 reply 1 3",
	 {M(NEXT_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 20 * 60,
	 0,
	 0},
	{"M1 of what a bot closed, from the opening again",
	 "600 arrive 1 1 7; 601 reply 1 0; 602 close 1; 700 ask 1; 700 again 1; 710 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 10 * 60,
	 0,
	 0},
	{"M1 no answer yet is no time, but waits (null is not zero)",
	 "600 arrive 1 1 7; 601 arrive 2 1 8; 610 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 10 * 60,
	 1,
	 0},
	{"M1 open items dropped: waiting then, answered since",
	 "600 arrive 1 1 7; 601 arrive 2 1 8; 610 reply 1 3; 700 reply 2 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 0, 650, NULL},
	 1,
	 10 * 60,
	 1,
	 0},
	{"M1 by office hours: Friday 16:50 to Monday 9:10",
	 "6770 arrive 1 1 7; 10630 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 20 * 60,
	 0,
	 0},
	{"M1 by the calendar: the clock switch",
	 "6770 arrive 1 1 7; 10630 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, CAL, 0, 0, NULL},
	 1,
	 3860 * 60,
	 0,
	 0},
	{"M1 on each team's hours for the part it held",
	 "1010 arrive 1 1 7; 1030 move 1 2; 1050 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 2, 0, 0, 0, 0, NULL},
	 1,
	 (10 + 20) * 60,
	 0,
	 0},
	{"M1 hours that change in the middle split it",
	 "600 arrive 1 1 7; 620 days 1 0; 640 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 20 * 60,
	 0,
	 0},
	{"M1 snooze does not stop it, as it does not stop the SLA",
	 "600 arrive 1 1 7; 605 snooze 1; 640 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 40 * 60,
	 0,
	 0},
	{"M1 bucket is the reply: a creation-date filter would find it",
	 "600 arrive 1 1 7; 1500 reply 1 3",
	 {M(FIRST_RESPONSE_TIME), NULL, 1, 0, 0, 1440, 1600, NULL},
	 0,
	 0,
	 0,
	 0},
	{"M2 five messages in a row are one burst",
	 "600 arrive 1 1 7; 601 reply 1 3; 610 ask 1; 611 ask 1; 612 ask 1; 613 ask 1; 614 ask 1; "
	 "620 reply 1 3",
	 {M(NEXT_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 10 * 60,
	 0,
	 0},
	{"M2 a note does not end a burst",
	 "600 arrive 1 1 7; 601 reply 1 3; 610 ask 1; 611 note 1 3; 612 ask 1; 620 reply 1 3",
	 {M(NEXT_RESPONSE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 10 * 60,
	 0,
	 0},
	{"M2 the longest of a conversation",
	 "600 arrive 1 1 7; 601 reply 1 3; 610 ask 1; 620 reply 1 3; 630 ask 1; 635 reply 1 3",
	 {M(NEXT_RESPONSE_TIME), "longest", 1, 0, 0, 0, 0, NULL},
	 1,
	 10 * 60,
	 0,
	 0},
	{"M3 the first spell",
	 "600 arrive 1 1 7; 612 give 1 3; 620 queue 1; 650 give 1 4",
	 {M(TIME_TO_ASSIGNMENT), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 12 * 60,
	 0,
	 0},
	{"M3 reassignment opens a new spell: their sum",
	 "600 arrive 1 1 7; 612 give 1 3; 620 queue 1; 650 give 1 4",
	 {M(TIME_TO_ASSIGNMENT), "sum", 1, 0, 0, 0, 0, NULL},
	 1,
	 42 * 60,
	 0,
	 0},
	{"M4 a chat until its answer, the time before it was given included",
	 "600 arrive 1 1 7 2; 601 give 1 3; 602:30 reply 1 3",
	 {M(QUEUE_WAIT), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 150,
	 0,
	 0},
	{"M4 of calls, those who left apart",
	 "600 call 1 40 1 60; 601 call 2 9 0 0; 602 call 3 10 1 60",
	 {M(QUEUE_WAIT), NULL, 1, 0, 0, 0, 0, NULL},
	 2,
	 50,
	 0,
	 0},
	{"M4 who left",
	 "600 call 1 40 1 60; 601 call 2 9 0 0; 602 call 3 10 1 60",
	 {M(QUEUE_WAIT), "left", 1, 0, 0, 0, 0, NULL},
	 1,
	 9,
	 0,
	 0},
};

static const struct row working[] = {
	{"M5 of a call: talk, hold and what comes after",
	 "600 call 1 20 1 300 60 1 30; 700 pass",
	 {M(HANDLE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 330,
	 0,
	 0},
	{"M5 of text: from the latest of message, assignment and opening to the next part",
	 "500 member 3 1; 590 active 3; 600 arrive 1 1 7; 601 give 1 3; 610 look 1 3; 622 reply 1 "
	 "3; "
	 "630 close 1; 700 pass",
	 {M(HANDLE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 12 * 60,
	 0,
	 0},
	{"M5 the overnight gap is not handle time: at most 30 minutes each",
	 "500 member 3 1; 590 active 3; 600 arrive 1 1 7; 601 give 1 3; 680 reply 1 3; 690 close "
	 "1; "
	 "760 pass",
	 {M(HANDLE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 30 * 60,
	 0,
	 0},
	{"M5 nor what lies after going away",
	 "500 member 3 1; 590 active 3; 600 arrive 1 1 7; 601 give 1 3; 611 away 3; 680 reply 1 3; "
	 "690 close 1; 760 pass",
	 {M(HANDLE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 10 * 60,
	 0,
	 0},
	{"M5 two at once get half each",
	 "500 member 3 1; 590 active 3; 600 arrive 1 1 7; 600 arrive 2 1 8; 601 give 1 3; 601 give "
	 "2 3; "
	 "611 reply 1 3; 611 reply 2 3; 620 close 1; 620 close 2; 700 pass",
	 {M(HANDLE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 2,
	 10 * 60,
	 0,
	 0},
	{"M5 a transferred approach is one approach",
	 "500 member 3 1; 590 active 3; 590 active 4; 600 arrive 1 1 7; 601 give 1 3; 606 give 1 "
	 "4; "
	 "610 reply 1 4; 620 close 1; 700 pass",
	 {M(HANDLE_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 9 * 60,
	 0,
	 0},
	{"M5 with two legs",
	 "500 member 3 1; 590 active 3; 590 active 4; 600 arrive 1 1 7; 601 give 1 3; 606 give 1 "
	 "4; "
	 "610 reply 1 4; 620 close 1; 700 pass",
	 {M(HANDLE_TIME), "leg", 1, 0, 0, 0, 0, NULL},
	 2,
	 9 * 60,
	 0,
	 0},
	{"M5 of which a person has their own",
	 "500 member 3 1; 590 active 3; 590 active 4; 600 arrive 1 1 7; 601 give 1 3; 606 give 1 "
	 "4; "
	 "610 reply 1 4; 620 close 1; 700 pass",
	 {M(HANDLE_TIME), NULL, 0, 4, 0, 0, 0, NULL},
	 1,
	 4 * 60,
	 0,
	 0},
	{"M9 messages are not approaches; opening again is one",
	 "600 arrive 1 1 7; 601 ask 1; 602 ask 1; 605 close 1; 610 ask 1; 610 again 1",
	 {M(VOLUME), NULL, 1, 0, 0, 0, 0, NULL},
	 2,
	 2,
	 0,
	 0},
	{"M9 what a teammate began is none until the customer writes",
	 "600 begun 1 1 7; 601 reply 1 3; 602 begun 2 1 8; 603 ask 2",
	 {M(VOLUME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 1,
	 0,
	 0},
	{"M9 by topic",
	 "600 arrive 1 1 7 1 1; 601 arrive 2 1 8 1 2",
	 {M(VOLUME), NULL, 1, 0, 0, 0, 0, "login"},
	 1,
	 1,
	 0,
	 0},
	{"M10 what is not closed at midnight, snoozed too",
	 "600 arrive 1 1 7; 601 arrive 2 1 8; 602 arrive 3 1 9; 603 snooze 2; 604 close 3; 1500 "
	 "close 1; "
	 "1600 pass",
	 {M(BACKLOG), NULL, 1, 0, 0, 1440, 0, NULL},
	 2,
	 2,
	 2,
	 0},
	{"M10 its ages",
	 "600 arrive 1 1 7; 602 arrive 3 1 9; 604 close 3; 1500 close 1; 1600 pass",
	 {M(BACKLOG), "age", 1, 0, 0, 1440, 0, NULL},
	 1,
	 840 * 60,
	 1,
	 0},
	{"M10 of a person, as it was then",
	 "600 arrive 1 1 7; 610 give 1 3; 1450 give 1 4; 1600 pass",
	 {M(BACKLOG), NULL, 0, 3, 0, 1440, 0, NULL},
	 1,
	 1,
	 1,
	 0},
	{"M10 the oldest unanswered",
	 "600 arrive 1 1 7; 605 reply 1 3; 700 ask 1; 900 arrive 2 1 8; 1500 reply 1 3; 1600 pass",
	 {M(BACKLOG), "oldest_unanswered", 1, 0, 0, 1440, 0, NULL},
	 2,
	 (740 + 540) * 60,
	 2,
	 0},
	{"M18 met and missed, of who had it then",
	 "600 arrive 1 1 7; 601 give 1 3; 610 met 1; 611 give 1 4; 620 missed 1",
	 {M(SLA_ATTAINMENT), NULL, 0, 3, 0, 0, 0, NULL},
	 1,
	 1,
	 0,
	 0},
	{"M18 a later priority does not rewrite it",
	 "600 arrive 1 1 7; 601 give 1 3; 610 missed 1; 620 rank 1 3; 630 reply 1 3; 640 close 1",
	 {M(SLA_ATTAINMENT), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 0,
	 0,
	 0},
	{"M19 from a bot or queue to the first person is none",
	 "600 arrive 1 1 7; 601 reply 1 0; 602 give 1 3; 605 reply 1 3; 610 close 1",
	 {M(TRANSFERS), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 0,
	 0,
	 0},
	{"M19 a move and the assignment that follows are one",
	 "600 arrive 1 1 7; 602 give 1 3; 605 move 1 2; 606 give 1 4; 610 close 1",
	 {M(TRANSFERS), "mean", 2, 0, 0, 0, 0, NULL},
	 1,
	 1,
	 0,
	 0},
	{"M19 to another and back are two, one returned",
	 "600 arrive 1 1 7; 602 give 1 3; 605 give 1 4; 606 give 1 3; 610 close 1",
	 {M(TRANSFERS), "mean", 1, 0, 0, 0, 0, NULL},
	 1,
	 2,
	 0,
	 0},
	{"M19 returned",
	 "600 arrive 1 1 7; 602 give 1 3; 605 give 1 4; 606 give 1 3; 610 close 1",
	 {M(TRANSFERS), "returned", 1, 0, 0, 0, 0, NULL},
	 1,
	 1,
	 0,
	 0},
	{"M19 warm: the receiver accepted",
	 "600 arrive 1 1 7; 602 give 1 3; 605 give 1 4 3; 610 close 1",
	 {M(TRANSFERS), "warm", 1, 0, 0, 0, 0, NULL},
	 1,
	 1,
	 0,
	 0},
	{"M20 of calls held",
	 "600 call 1 5 1 300 60 2; 601 call 2 5 1 100 0 0; 602 call 3 5 1 100; 700 pass",
	 {M(HOLDS), NULL, 1, 0, 0, 0, 0, NULL},
	 2,
	 1,
	 0,
	 0},
	{"M20 holds per call",
	 "600 call 1 5 1 300 60 2; 601 call 2 5 1 100 0 0; 700 pass",
	 {M(HOLDS), "per_call", 1, 0, 0, 0, 0, NULL},
	 2,
	 2,
	 0,
	 0},
	{"M20 time over held calls",
	 "600 call 1 5 1 300 60 2; 601 call 2 5 1 100 0 0; 700 pass",
	 {M(HOLDS), "time_over_held", 1, 0, 0, 0, 0, NULL},
	 1,
	 60,
	 0,
	 0},
	{"M20 and over all",
	 "600 call 1 5 1 300 60 2; 601 call 2 5 1 100 0 0; 700 pass",
	 {M(HOLDS), "time_over_all", 1, 0, 0, 0, 0, NULL},
	 2,
	 60,
	 0,
	 0},
};

/* 14400 = ten days on. */
static const struct row outcomes[] = {
	{"M11 to the first close",
	 "600 arrive 1 1 7; 660 close 1; 700 ask 1; 700 again 1; 720 close 1; 14400 pass",
	 {M(RESOLUTION_TIME), "first", 1, 0, 0, 0, 0, NULL},
	 1,
	 3600,
	 0,
	 0},
	{"M11 to the last: one conversation closed twice is one solved",
	 "600 arrive 1 1 7; 660 close 1; 700 ask 1; 700 again 1; 720 close 1; 14400 pass",
	 {M(RESOLUTION_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 120 * 60,
	 0,
	 0},
	{"M11 not before a week has passed",
	 "600 arrive 1 1 7; 660 close 1; 10000 pass",
	 {M(RESOLUTION_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 0,
	 0,
	 0,
	 1},
	{"M11 less what was spent waiting for the customer",
	 "600 arrive 1 1 7; 610 reply 1 3; 640 ask 1; 650 reply 1 3; 660 close 1; 14400 pass",
	 {M(RESOLUTION_TIME), "customer_wait", 1, 0, 0, 0, 0, NULL},
	 1,
	 (60 - 30 - 10) * 60,
	 0,
	 0},
	{"M11 and what is still open",
	 "600 arrive 1 1 7; 660 close 1; 700 arrive 2 1 8; 14400 pass",
	 {M(RESOLUTION_TIME), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 3600,
	 1,
	 0},
	{"M12 solved",
	 "600 arrive 1 1 7; 660 close 1; 14400 pass",
	 {M(FIRST_CONTACT_RESOLUTION), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 1,
	 0,
	 0},
	{"M12 immature cohort: not yet known",
	 "600 arrive 1 1 7; 660 close 1; 10000 pass",
	 {M(FIRST_CONTACT_RESOLUTION), NULL, 1, 0, 0, 0, 0, NULL},
	 0,
	 0,
	 0,
	 1},
	{"M12 not when they came again by another way, on another conversation",
	 "600 arrive 1 1 7 1 1; 660 close 1; 3000 arrive 2 2 7 2 1; 14400 pass",
	 {M(FIRST_CONTACT_RESOLUTION), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 0,
	 0,
	 0},
	{"M12 on another topic is another matter",
	 "600 arrive 1 1 7 1 1; 660 close 1; 3000 arrive 2 1 7 1 2; 14400 pass",
	 {M(FIRST_CONTACT_RESOLUTION), NULL, 1, 0, 0, 3000, 14400, NULL},
	 1,
	 1,
	 0,
	 0},
	{"M12 opened again and come anew is one repeat",
	 "600 arrive 1 1 7; 660 close 1; 700 ask 1; 700 again 1; 710 arrive 2 1 7; 720 close 1; "
	 "14400 pass",
	 {M(FIRST_CONTACT_RESOLUTION), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 0,
	 0,
	 0},
	{"M12 after eight days is no repeat",
	 "600 arrive 1 1 7; 660 close 1; 12240 arrive 2 1 7; 14400 pass",
	 {M(FIRST_CONTACT_RESOLUTION), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 1,
	 0,
	 0},
	{"M12 strict: no hand-over either",
	 "600 arrive 1 1 7; 601 give 1 3; 602 give 1 4; 660 close 1; 14400 pass",
	 {M(FIRST_CONTACT_RESOLUTION), "strict", 1, 0, 0, 0, 0, NULL},
	 1,
	 0,
	 0,
	 0},
	{"M12 of a person only where nobody else took part",
	 "600 arrive 1 1 7; 601 give 1 3; 602 reply 1 4; 660 close 1; 14400 pass",
	 {M(FIRST_CONTACT_RESOLUTION), NULL, 0, 3, 0, 0, 0, NULL},
	 0,
	 0,
	 0,
	 0},
	{"M12 of the past, imported in any order",
	 "1440 was 2 9 1000 1010 1010 0 0 0; 1441 was 1 9 300 400 400 0 0 0; 14400 pass",
	 {M(FIRST_CONTACT_RESOLUTION), NULL, 1, 0, 0, 0, 0, NULL},
	 2,
	 1,
	 0,
	 0},
	{"M13 closes that were opened again",
	 "600 arrive 1 1 7; 660 close 1; 700 ask 1; 700 again 1; "
	 "720 close 1; 14400 pass",
	 {M(REOPEN_RATE), NULL, 1, 0, 0, 0, 0, NULL},
	 2,
	 1,
	 0,
	 0},
	{"M13 by a teammate is none",
	 "600 arrive 1 1 7; 660 close 1; 700 again 1 1; 720 close 1; "
	 "14400 pass",
	 {M(REOPEN_RATE), NULL, 1, 0, 0, 0, 0, NULL},
	 2,
	 0,
	 0,
	 0},
	{"M13 of the past: two closes, the first opened again",
	 "1440 was 1 9 300 400 900 1 0 0; 14400 pass",
	 {M(REOPEN_RATE), NULL, 1, 0, 0, 0, 0, NULL},
	 2,
	 1,
	 0,
	 0},
	{"M14 a second approach of a contact, by whatever way",
	 "600 arrive 1 1 7 1; 700 arrive 2 1 7 2; 800 arrive 3 1 8 1",
	 {M(REPEAT_CONTACT), NULL, 1, 0, 0, 0, 0, NULL},
	 3,
	 1,
	 0,
	 0},
	{"M14 inside thirty days, not inside seven",
	 "600 arrive 1 1 7 1; 12240 arrive 2 1 7 2",
	 {M(REPEAT_CONTACT), "30d", 1, 0, 0, 0, 0, NULL},
	 2,
	 1,
	 0,
	 0},
	{"M14 seven",
	 "600 arrive 1 1 7 1; 12240 arrive 2 1 7 2",
	 {M(REPEAT_CONTACT), NULL, 1, 0, 0, 0, 0, NULL},
	 2,
	 0,
	 0,
	 0},
	{"opened again after it was forgotten: another approach, nothing restarts",
	 "600 arrive 1 1 7; 610 reply 1 3; 660 close 1; 60000 pass; 70000 ask 1; 70000 again 1; "
	 "70010 reply 1 3; 70020 close 1; 90000 pass",
	 {M(RESOLUTION_TIME), NULL, 1, 0, 0, 60000, 0, NULL},
	 1,
	 3600,
	 0,
	 0},
	{"as a new approach",
	 "600 arrive 1 1 7; 610 reply 1 3; 660 close 1; 60000 pass; 70000 ask 1; "
	 "70000 again 1; 70010 reply 1 3",
	 {M(VOLUME), NULL, 1, 0, 0, 0, 0, NULL},
	 2,
	 2,
	 0,
	 0},
};

static const struct row surveys[] = {
	{"M22 not before the window is over",
	 "600 survey 1 1 5 3; 601 deliver 1; 602 score 1 10; 10000 pass",
	 {M(NPS), NULL, 1, 0, 0, 0, 0, NULL},
	 0,
	 0,
	 0,
	 1},
	{"M22 the last answer counts",
	 "600 survey 1 1 5 3; 601 deliver 1; 602 score 1 10; 603 score 1 4; "
	 "12000 pass",
	 {M(NPS), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 4,
	 0,
	 0},
	{"M22 a late one does not",
	 "600 survey 1 1 5 3; 601 deliver 1; 602 score 1 10; 11000 score 1 4 1; 12000 pass",
	 {M(NPS), NULL, 1, 0, 0, 0, 0, NULL},
	 1,
	 10,
	 0,
	 0},
	{"M23 survey credited to assignee at answer time: it is who answered then",
	 "500 arrive 5 1 7; 501 give 5 3; 502 reply 5 3; 540 close 5; 600 survey 1 2 5 3; 601 "
	 "deliver 1; "
	 "602 give 5 4; 603 score 1 5; 12000 pass",
	 {M(CSAT), NULL, 0, 3, 0, 0, 0, NULL},
	 1,
	 1,
	 0,
	 0},
	{"M23 rating credited to owner instead of replier: it is not",
	 "500 arrive 5 1 7; 501 give 5 4; 502 reply 5 3; 540 close 5; 600 survey 1 2 5 3; 601 "
	 "deliver 1; "
	 "603 score 1 5; 12000 pass",
	 {M(CSAT), NULL, 0, 4, 0, 0, 0, NULL},
	 0,
	 0,
	 0,
	 0},
	{"M23 4 and 5 are satisfied",
	 "600 survey 1 2 5 3; 600 survey 2 2 6 3; 600 survey 3 2 7 3; 602 score 1 5; 603 score 2 "
	 "4; "
	 "604 score 3 3; 12000 pass",
	 {M(CSAT), NULL, 1, 0, 0, 0, 0, NULL},
	 3,
	 2,
	 0,
	 0},
	{"Q5 answered of delivered",
	 "600 survey 1 2 5 3; 600 survey 2 2 6 3; 600 survey 3 2 7 3; 601 deliver 1; 601 deliver "
	 "2; "
	 "602 score 1 5; 12000 pass",
	 {M(CSAT), "response_rate", 1, 0, 0, 0, 0, NULL},
	 2,
	 1,
	 0,
	 0},
	{"other forms are other metrics'",
	 "600 survey 1 2 5 3; 602 score 1 5; 12000 pass",
	 {M(NPS), NULL, 1, 0, 0, 0, 0, NULL},
	 0,
	 0,
	 0,
	 0},
};

static void how_customers_wait(void **state)
{
	(void)state;
	check_all(waiting, EK_LEN(waiting));
}

static void how_people_work(void **state)
{
	(void)state;
	check_all(working, EK_LEN(working));
}

static void what_came_of_it(void **state)
{
	(void)state;
	check_all(outcomes, EK_LEN(outcomes));
}

static void what_people_say(void **state)
{
	(void)state;
	check_all(surveys, EK_LEN(surveys));
}

/* ---- single promises */

static struct ek_figure one(struct scene *s, struct want w)
{
	struct ek_figure out;
	struct ek_figures_ask a = question(&w);
	if (!ek_figures_ask(s->f, &a, &out, &s->err))
		fail_msg("%s", s->err.msg);
	return out;
}

/* spec metrics, section 3: 70 answered in time, 12 later, 10 left in time (4 of them at once), 8
 * later. */
static void service_levels(void **state)
{
	static const struct {
		int metric;
		const char *variant;
		uint64_t numerator, denominator;
	} rows[] = {
		{M(SERVICE_LEVEL), NULL, 70, 96},
		{M(SERVICE_LEVEL), "abandons_negative", 70, 100},
		{M(SERVICE_LEVEL), "abandons_ignored", 70, 90},
		{M(SERVICE_LEVEL), "abandons_positive", 80, 100},
		{M(SERVICE_LEVEL), "answered_only", 70, 82},
		{M(ABANDONMENT), NULL, 14, 96},
		{M(ABANDONMENT), "raw", 18, 100},
	};
	struct scene s;
	char line[64];
	(void)state;
	begin(&s, "600 menu 900; 600 arrive 1 1 7 2; 600 reply 1 3");
	for (int i = 0; i < 100; i++) {
		int wait = i < 70 ? 20 : i < 82 ? 21 : i < 86 ? 5 : i < 92 ? 6 : 25;
		(void)snprintf(line, sizeof line, "600 call %d %d %d 60", i + 1, wait, i < 82);
		play(&s, line);
	}
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_figure out = one(
			&s, (struct want){.metric = rows[i].metric, .variant = rows[i].variant});
		assert_int_equal(out.numerator, rows[i].numerator);
		assert_int_equal(out.denominator, rows[i].denominator);
		assert_true(out.has_interval && out.low < out.value && out.value < out.high);
	}
	end(&s);
}

/* Two full overlaps are 2.0; occupancy never passes 100 %. Teammate 3 is active 9:50 to 10:40 and
 * attends to two from 10:00 to 10:20. */
static void concurrency_and_occupancy(void **state)
{
	struct scene s;
	(void)state;
	begin(&s, "500 member 3 1; 590 active 3; 600 arrive 1 1 7; 600 arrive 2 1 8; 600 give 1 3; "
		  "600 give 2 3; 620 reply 1 3; 620 reply 2 3; 640 away 3; 700 pass");
	struct ek_figure k = one(&s, (struct want){.metric = M(CONCURRENCY), .mate = 3});
	assert_true(k.value == 2.0 && k.numerator == 2400 && k.denominator == 1200);
	struct ek_figure o = one(&s, (struct want){.metric = M(OCCUPANCY), .team = 1});
	assert_true(o.numerator == 1200 && o.denominator == 3000 && o.value == 0.4);
	end(&s);
}

static void extremes_of_surveys(void **state)
{
	static const struct {
		int form, score, metric;
		const char *variant;
		double value;
	} rows[] = {
		{EK_SURVEY_FORM_NPS, 10, M(NPS), NULL, 100},
		{EK_SURVEY_FORM_NPS, 6, M(NPS), NULL, -100},
		{EK_SURVEY_FORM_NPS, 8, M(NPS), NULL, 0},
		{EK_SURVEY_FORM_CSAT, 4, M(CSAT), NULL, 1},
		{EK_SURVEY_FORM_CES, 7, M(CES), NULL, 7},
		{EK_SURVEY_FORM_CES, 7, M(CES), "easy", 1},
		{EK_SURVEY_FORM_CES, 7, M(CES), "index", 100},
		{EK_SURVEY_FORM_CES, 1, M(CES), "index", -100},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct scene s;
		char line[96];
		begin(&s, "0 pass");
		for (int k = 1; k <= 6; k++) {
			(void)snprintf(line, sizeof line, "600 survey %d %d %d 3; 600 score %d %d",
				       k, rows[i].form, k, k, rows[i].score);
			play(&s, line);
		}
		play(&s, "12000 pass");
		struct ek_figure out = one(
			&s, (struct want){.metric = rows[i].metric, .variant = rows[i].variant});
		assert_true(out.state == EK_FIGURE_INTERVAL && out.value == rows[i].value);
		end(&s);
	}
}

/* R8: four have no value, five have one with limits, thirty are shown. */
static void small_samples(void **state)
{
	struct scene s;
	char line[96];
	(void)state;
	begin(&s, "0 pass");
	assert_int_equal(one(&s, (struct want){.metric = 1}).state, EK_FIGURE_NONE);
	for (int i = 1; i <= 30; i++) {
		(void)snprintf(line, sizeof line, "%d arrive %d 2 %d; %d reply %d 3", 540 + i * 40,
			       i, i, 540 + i * 40 + i, i);
		play(&s, line);
		struct ek_figure out = one(&s, (struct want){.metric = 1, .team = 2});
		assert_int_equal(out.n, i);
		assert_int_equal(out.state, i < 5    ? EK_FIGURE_COUNTS_ONLY
					    : i < 30 ? EK_FIGURE_INTERVAL
						     : EK_FIGURE_SHOWN);
		assert_int_equal(out.has_value, i >= 5);
		assert_true(i >= 5 || out.median == 0); /* counts only: nothing to read between */
	}
	/* average of averages: 15.5 min of all, whoever has them */
	assert_true(one(&s, (struct want){.metric = 1}).median == 15.5 * 60);
	end(&s);
}

/* Team inboxes of 2 and 6, with means 1 and 5 min: of all 4 min, not 3. */
static void averages_are_not_averaged(void **state)
{
	struct scene s;
	char line[96];
	(void)state;
	begin(&s, "0 pass");
	for (int i = 1; i <= 8; i++) {
		int team = i <= 2 ? 1 : 2;
		(void)snprintf(line, sizeof line, "%d arrive %d %d 7; %d reply %d 3", 540 + i * 10,
			       i, team, 540 + i * 10 + (team == 1 ? 1 : 5), i);
		play(&s, line);
	}
	assert_true(one(&s, (struct want){.metric = 1}).mean == 4 * 60);
	end(&s);
}

struct days_seen {
	int32_t date[40];
	uint64_t n[40];
	uint32_t count;
};

static bool note_day(void *ctx, int32_t date, const struct ek_figure *figure, struct ek_err *err)
{
	struct days_seen *d = ctx;
	(void)err;
	d->date[d->count] = date;
	d->n[d->count++] = figure->n;
	return true;
}

static void series_by_day_week_and_month(void **state)
{
	struct scene s;
	struct days_seen d = {.count = 0};
	const struct want w = {.metric = M(VOLUME)};
	struct ek_figures_ask a = question(&w);
	(void)state;
	begin(&s, "600 arrive 1 1 7; 1439 arrive 2 1 7; 1440 arrive 3 1 7; 10080 arrive 4 1 7; "
		  "40000 arrive 5 1 7; 40001 pass");
	a.from.ms = BASE_MS;
	a.until.ms = BASE_MS + 3 * (int64_t)DAY_MIN * MINUTE_MS;
	struct ek_figures_run run = {EK_FIGURES_DAILY, NULL, note_day, &d};
	assert_true(ek_figures_series(s.f, &a, &run, &s.err));
	assert_int_equal(d.count, 3);
	assert_true(d.n[0] == 2 && d.n[1] == 1 && d.n[2] == 0 && d.date[1] == d.date[0] + 1);
	run.cadence = EK_FIGURES_WEEKLY;
	d.count = 0;
	a.until.ms = BASE_MS + 8 * (int64_t)DAY_MIN * MINUTE_MS;
	assert_true(ek_figures_series(s.f, &a, &run, &s.err));
	assert_true(d.count == 2 && d.n[0] == 3 && d.n[1] == 1);
	run.cadence = EK_FIGURES_MONTHLY;
	d.count = 0;
	a.until.ms = BASE_MS + 40 * (int64_t)DAY_MIN * MINUTE_MS;
	assert_true(ek_figures_series(s.f, &a, &run, &s.err));
	assert_true(d.count == 2 && d.n[0] == 4 && d.n[1] == 1);
	end(&s);
}

/* A definition's new version holds from its date; the past keeps its own. */
static void a_new_version_does_not_rewrite_history(void **state)
{
	struct scene s;
	struct ek_definition d = *ek_definition_row(EK_METRIC_SERVICE_LEVEL);
	(void)state;
	begin(&s, "600 call 1 30 1 60; 601 call 2 30 1 60; 602 call 3 30 1 60; 603 call 4 30 1 60; "
		  "604 call 5 30 1 60");
	d.version = 2;
	d.target_s = 40;
	d.effective.ms = BASE_MS + (int64_t)DAY_MIN * MINUTE_MS;
	assert_true(ek_figures_revise(s.f, &d, &s.err));
	assert_false(ek_figures_revise(s.f, &d, &s.err));
	struct want w = {.metric = M(SERVICE_LEVEL)};
	struct ek_figure out = one(&s, w);
	assert_true(out.version == 1 && out.numerator == 0);
	struct ek_figures_ask a = question(&w);
	a.version = 2;
	assert_true(ek_figures_ask(s.f, &a, &out, &s.err));
	assert_true(out.version == 2 && out.numerator == 5);
	a.version = 3;
	assert_false(ek_figures_ask(s.f, &a, &out, &s.err));
	a.version = 0;
	a.from = d.effective;
	assert_true(ek_figures_ask(s.f, &a, &out, &s.err) && out.version == 2);
	end(&s);
}

/* What cannot be answered is refused with the reason. */
static void refusals(void **state)
{
	static const struct want rows[] = {
		{.metric = 0},
		{.metric = EK_METRIC_END},
		{.metric = M(UTILISATION)},
		{.metric = M(OCCUPANCY), .mate = 3},
		{.metric = M(NPS), .variant = "mean"},
		{.metric = M(VOLUME), .clock = EK_CLOCK_END},
	};
	struct scene s;
	(void)state;
	begin(&s, "0 pass");
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_figure out;
		struct ek_figures_ask a = question(&rows[i]);
		assert_false(ek_figures_ask(s.f, &a, &out, &s.err));
		assert_int_equal(s.err.code, EK_INVALID_VALUE);
	}
	end(&s);
}

/* "impossible value shown": an answer before its question is withheld. */
static void what_cannot_be_is_withheld(void **state)
{
	struct scene s;
	(void)state;
	begin(&s, "0 pass");
	for (int i = 1; i <= 6; i++) {
		struct ek_event e;
		memset(&e, 0, sizeof e);
		e.kind = EK_EVENT_HISTORY_CALL;
		e.at.ms = BASE_MS + MINUTE_MS;
		e.history_call = (struct ek_history_call){.import = 1,
							  .item = i,
							  .started = {BASE_MS},
							  .queued = {BASE_MS},
							  .answered = {BASE_MS + 5000},
							  .ended = {BASE_MS + 1000},
							  .after_ms = {0},
							  .hold_ms = {EK_NONE},
							  .holds = EK_NONE,
							  .transfers = EK_NONE,
							  .contact = EK_NONE};
		fold(&s, &e);
	}
	struct ek_figure out = one(&s, (struct want){.metric = M(HANDLE_TIME)});
	assert_true(out.state == EK_FIGURE_WITHHELD && !out.has_value && out.withheld != NULL);
	end(&s);
}

/* X2: yesterday's figure asked for today is yesterday's. */
static void as_of_then_is_what_was_known_then(void **state)
{
	static const char *const first =
		"600 arrive 1 1 7; 605 give 1 3; 610 reply 1 3; 650 close 1; "
		"660 arrive 2 1 8; 1400 pass";
	struct scene then;
	struct scene later;
	(void)state;
	begin(&then, first);
	begin(&later, first);
	play(&later, "1500 reply 2 3; 1510 close 2; 2000 arrive 3 1 9; 3000 reply 3 4");
	for (int metric = 1; metric < EK_METRIC_END; metric++) {
		struct want w = {.metric = metric, .team = 1, .until = 2880};
		if (ek_definition_row(metric)->why_not != NULL)
			continue;
		struct ek_figure a = one(&then, w);
		w.as_of = 1400;
		struct ek_figure b = one(&later, w);
		if (a.n != b.n || a.value != b.value ||
		    (a.open != b.open && metric != M(RESOLUTION_TIME)) ||
		    a.not_yet_known != b.not_yet_known)
			fail_msg("%s: n %llu, later %llu; open %llu, %llu",
				 ek_definition_row(metric)->id, (unsigned long long)a.n,
				 (unsigned long long)b.n, (unsigned long long)a.open,
				 (unsigned long long)b.open);
	}
	end(&then);
	end(&later);
}

/* A whole local week comes from a sealed cell; the same week by rows says the same, late rows too. */
static void cells_say_what_rows_say(void **state)
{
	struct scene s;
	char line[96];
	(void)state;
	begin(&s, "0 pass");
	for (int i = 1; i <= 400; i++) {
		(void)snprintf(line, sizeof line,
			       "%d arrive %d %d 7; %d give %d %d; %d reply %d %d", i * 60, i,
			       1 + i % 2, i * 60 + i % 7, i, 3 + i % 3, i * 60 + 8 + i % 11, i,
			       3 + i % 3);
		play(&s, line);
	}
	play(&s, "24100 was 1 9 700 800 800 0 0 0; 24100 was 2 9 7000 8000 8000 0 0 0");
	for (uint32_t team = 0; team <= 2; team++) {
		for (uint32_t mate = 0; mate <= 5; mate += mate == 0 ? 3 : 1) {
			struct want w = {.metric = 1, .team = team, .mate = mate};
			struct ek_figures_ask a = question(&w);
			struct ek_figure cell;
			struct ek_figure rows;
			a.from.ms = BASE_MS;
			a.until.ms = BASE_MS + 7 * (int64_t)DAY_MIN * MINUTE_MS;
			assert_true(ek_figures_ask(s.f, &a, &cell, &s.err));
			a.until.ms -= 1; /* whole seconds: the same rows, but no week */
			a.from.ms -= 1;
			assert_true(ek_figures_ask(s.f, &a, &rows, &s.err));
			assert_true(cell.n > 20 && cell.n == rows.n);
			assert_true(cell.median == rows.median && cell.p90 == rows.p90 &&
				    cell.mean == rows.mean && cell.low == rows.low);
		}
	}
	end(&s);
}

static void names_of_metrics(void **state)
{
	uint32_t version;
	(void)state;
	assert_int_equal(ek_definition_find(EK_S("nps"), &version), EK_METRIC_NPS);
	assert_int_equal(version, 0);
	assert_int_equal(ek_definition_find(EK_S("nps@2"), &version), EK_METRIC_NPS);
	assert_int_equal(version, 2);
	assert_int_equal(ek_definition_find(EK_S("nps@"), NULL), EK_METRIC_NONE);
	assert_int_equal(ek_definition_find(EK_S("nps@0"), NULL), EK_METRIC_NONE);
	assert_int_equal(ek_definition_find(EK_S("np"), NULL), EK_METRIC_NONE);
	for (int i = 1; i < EK_METRIC_END; i++) {
		const struct ek_definition *d = ek_definition_row(i);
		assert_int_equal(d->metric, i);
		assert_true(d->variants[0] != NULL && ek_definition_variant(d, NULL) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(how_customers_wait),
		cmocka_unit_test(how_people_work),
		cmocka_unit_test(what_came_of_it),
		cmocka_unit_test(what_people_say),
		cmocka_unit_test(service_levels),
		cmocka_unit_test(concurrency_and_occupancy),
		cmocka_unit_test(extremes_of_surveys),
		cmocka_unit_test(small_samples),
		cmocka_unit_test(averages_are_not_averaged),
		cmocka_unit_test(series_by_day_week_and_month),
		cmocka_unit_test(a_new_version_does_not_rewrite_history),
		cmocka_unit_test(refusals),
		cmocka_unit_test(what_cannot_be_is_withheld),
		cmocka_unit_test(as_of_then_is_what_was_known_then),
		cmocka_unit_test(cells_say_what_rows_say),
		cmocka_unit_test(names_of_metrics),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
