/* figures_scene -- scenes for tests of figures: events written as words, and questions about them.
 *
 * A scene is words with times in minutes since Monday 2026-01-05T00:00Z, seconds after a colon:
 * "540 arrive 1 1 7 2; 550 give 1 3; 560 reply 1 3" is conversation 1 in team inbox 1 of contact 7
 * by chat at 9:00, given to teammate 3 and answered. Team inbox 1 is open 9 to 17, Monday to
 * Friday, UTC; the others around the clock. What a word takes stands at its function. */
#ifndef EK_METRICS_FIGURES_SCENE_H
#define EK_METRICS_FIGURES_SCENE_H

#include "base/heap_scene.h"
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
enum { MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS, DAY_MIN = 24 * 60, NUMBERS = 10 };

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

static const ek_str topics[] = {{"", 0}, {"bill", 4}, {"login", 5}};

static inline int64_t ek_figures_scene_minutes(int64_t v)
{
	return v == 0 ? EK_NONE : BASE_MS + v * MINUTE_MS;
}

static inline void ek_figures_scene_tags(struct ek_texts *to, int64_t topic)
{
	*to = (struct ek_texts){topic == 0 ? NULL : &topics[topic], topic != 0};
}

static const struct ek_pair labels[] = {{{"product_area", 12}, {"app", 3}},
					{{"tier", 4}, {"gold", 4}},
					{{"tier", 4}, {"silver", 6}},
					{{"tier", 4}, {NULL, 0}}};

/* label CONVERSATION LABEL: 0 the product area app, 1 tier gold, 2 silver, 3 none any more */
static inline void ek_figures_scene_label(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_UPDATED;
	e->conversation_updated.conversation.v = (uint32_t)l->v[0];
	e->conversation_updated.attributes = (struct ek_pairs){&labels[l->v[1]], 1};
}

/* arrive CONVERSATION TEAM CONTACT [CHANNEL [TOPIC [LABELS]]]: with the first so many labels */
static inline void ek_figures_scene_arrive(struct ek_event *e, const struct line *l)
{
	struct ek_conversation_arrived *a = &e->conversation_arrived;
	e->kind = EK_EVENT_CONVERSATION_ARRIVED;
	a->conversation.v = (uint32_t)l->v[0];
	a->team.v = (uint32_t)l->v[1];
	a->contact.v = (uint32_t)l->v[2];
	a->channel = l->v[3] == 0 ? EK_CAPACITY_CLASS_EMAIL : (uint8_t)l->v[3];
	a->started = a->waiting_since = e->at;
	a->attributes = (struct ek_pairs){labels, (uint32_t)l->v[5]};
	ek_figures_scene_tags(&a->tags, l->v[4]);
}

/* begun CONVERSATION TEAM CONTACT: a teammate began it */
static inline void ek_figures_scene_begun(struct ek_event *e, const struct line *l)
{
	ek_figures_scene_arrive(e, l);
	e->conversation_arrived.waiting_since = EK_NO_TIME;
}

/* give CONVERSATION TEAMMATE [HOW] */
static inline void ek_figures_scene_give(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_ASSIGNMENT_MADE;
	e->assignment_made.conversation.v = (uint32_t)l->v[0];
	e->assignment_made.teammate.v = (uint32_t)l->v[1];
	e->assignment_made.how = l->v[2] == 0 ? EK_HOW_BALANCED : (uint8_t)l->v[2];
}

static inline void ek_figures_scene_queue(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_QUEUED;
	e->conversation_queued.conversation.v = (uint32_t)l->v[0];
	e->conversation_queued.reason = EK_QUEUED_BY_REASSIGNING;
}

static inline void ek_figures_scene_move(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_MOVED;
	e->conversation_moved.conversation.v = (uint32_t)l->v[0];
	e->conversation_moved.team.v = (uint32_t)l->v[1];
}

static inline void ek_figures_scene_message(struct ek_event *e, const struct line *l, int author)
{
	e->kind = EK_EVENT_MESSAGE_ADDED;
	e->message_added.conversation.v = (uint32_t)l->v[0];
	e->message_added.teammate.v = (uint32_t)l->v[1];
	e->message_added.author = (uint8_t)author;
	e->message_added.sent = EK_NO_TIME;
}

static inline void ek_figures_scene_reply(struct ek_event *e, const struct line *l)
{
	ek_figures_scene_message(e, l, EK_AUTHOR_TEAMMATE); /* of teammate 0: a bot's */
}

static inline void ek_figures_scene_write_note(struct ek_event *e, const struct line *l)
{
	ek_figures_scene_message(e, l, EK_AUTHOR_NOTE);
}

static inline void ek_figures_scene_ask(struct ek_event *e, const struct line *l)
{
	ek_figures_scene_message(e, l, EK_AUTHOR_CONTACT);
}

static inline void ek_figures_scene_look(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_OPENED;
	e->conversation_opened.conversation.v = (uint32_t)l->v[0];
	e->conversation_opened.teammate.v = (uint32_t)l->v[1];
}

static inline void ek_figures_scene_snooze(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_SNOOZED;
	e->conversation_snoozed.conversation.v = (uint32_t)l->v[0];
	e->conversation_snoozed.until = EK_NO_TIME;
}

static inline void ek_figures_scene_shut(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_CLOSED;
	e->conversation_closed.conversation.v = (uint32_t)l->v[0];
}

/* again CONVERSATION [1: by a teammate] */
static inline void ek_figures_scene_again(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_REOPENED;
	e->conversation_reopened.conversation.v = (uint32_t)l->v[0];
	e->conversation_reopened.cause = l->v[1] == 0 ? EK_CAUSE_CONTACT : EK_CAUSE_TEAMMATE;
}

static inline void ek_figures_scene_tag(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_UPDATED;
	e->conversation_updated.conversation.v = (uint32_t)l->v[0];
	e->conversation_updated.priority = e->conversation_updated.complexity = EK_NONE;
	e->conversation_updated.tags_set = true;
	ek_figures_scene_tags(&e->conversation_updated.tags, l->v[1]);
}

/* rank CONVERSATION PRIORITY */
static inline void ek_figures_scene_rank(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONVERSATION_UPDATED;
	e->conversation_updated.conversation.v = (uint32_t)l->v[0];
	e->conversation_updated.priority = l->v[1];
	e->conversation_updated.complexity = EK_NONE;
}

static inline void ek_figures_scene_met(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_SLA_MET;
	e->sla_met.conversation.v = (uint32_t)l->v[0];
}

static inline void ek_figures_scene_missed(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_SLA_MISSED;
	e->sla_missed.conversation.v = (uint32_t)l->v[0];
}

/* active TEAMMATE, away TEAMMATE */
static inline void ek_figures_scene_active(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_PRESENCE_CHANGED;
	e->presence_changed.teammate.v = (uint32_t)l->v[0];
	e->presence_changed.to = EK_PRESENCE_ACTIVE;
}

static inline void ek_figures_scene_away(struct ek_event *e, const struct line *l)
{
	ek_figures_scene_active(e, l);
	e->presence_changed.to = EK_PRESENCE_AWAY;
}

static inline void ek_figures_scene_member(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_MEMBERSHIP_CHANGED;
	e->membership_changed.teammate.v = (uint32_t)l->v[0];
	e->membership_changed.team.v = (uint32_t)l->v[1];
	e->membership_changed.level = EK_LEVEL_PRIMARY;
}

/* call ITEM WAIT_S ANSWERED TALK_S [HOLD_S HOLDS AFTER_S]: team inbox 1, in the queue at once */
static inline void ek_figures_scene_call(struct ek_event *e, const struct line *l)
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
static inline void ek_figures_scene_menu(struct ek_event *e, const struct line *l)
{
	ek_figures_scene_call(e, l);
	e->history_call.queued = e->history_call.answered = EK_NO_TIME;
}

/* was ITEM CONTACT REPLIED CLOSED SOLVED REOPENS TRANSFERS TOPIC [CHANNEL [1: by whom is
 * unknown]]: minutes, -1 unknown; it began ten minutes before the answer */
static inline void ek_figures_scene_was(struct ek_event *e, const struct line *l)
{
	struct ek_history_conversation *c = &e->history_conversation;
	e->kind = EK_EVENT_HISTORY_CONVERSATION;
	c->import = 1;
	c->item = l->v[0];
	c->channel = l->v[8] == 0 ? EK_CAPACITY_CLASS_EMAIL : (uint8_t)l->v[8];
	c->team.v = 1;
	c->owner.v = 3;
	c->replier.v = l->v[9] == 0 ? 3 : 0;
	c->contact = l->v[1] == 0 ? EK_NONE : l->v[1];
	int64_t known = l->v[2] != 0 ? l->v[2] : l->v[3];
	c->started.ms = (known == 0 ? e->at.ms : ek_figures_scene_minutes(known)) - 10 * MINUTE_MS;
	c->assigned = EK_NO_TIME;
	c->replied.ms = ek_figures_scene_minutes(l->v[2]);
	c->closed.ms = ek_figures_scene_minutes(l->v[3]);
	c->solved.ms = ek_figures_scene_minutes(l->v[4]);
	c->replies = c->sla_met = EK_NONE;
	c->reopens = l->v[5] < 0 ? EK_NONE : l->v[5];
	c->transfers = l->v[6] < 0 ? EK_NONE : l->v[6];
	ek_figures_scene_tags(&c->tags, l->v[7]);
}

/* survey ASK FORM CONVERSATION TEAMMATE [SURVEY]: sent, of a close an hour ago; a week to answer */
static inline void ek_figures_scene_survey(struct ek_event *e, const struct line *l)
{
	struct ek_survey_sent *s = &e->survey_sent;
	e->kind = EK_EVENT_SURVEY_SENT;
	s->ask = l->v[0];
	s->survey = l->v[4];
	s->form = (uint8_t)l->v[1];
	s->conversation.v = (uint32_t)l->v[2];
	s->teammate.v = (uint32_t)l->v[3];
	s->team.v = 1;
	s->channel = EK_CAPACITY_CLASS_EMAIL;
	s->closed.ms = e->at.ms - HOUR_MS;
	s->until.ms = e->at.ms + 7 * (int64_t)DAY_MIN * MINUTE_MS;
}

static inline void ek_figures_scene_deliver(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_SURVEY_DELIVERED;
	e->survey_delivered.ask = l->v[0];
}

static inline void ek_figures_scene_return(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_SURVEY_RETURNED;
	e->survey_returned.ask = l->v[0];
}

/* score ASK SCORE [1: late] */
static inline void ek_figures_scene_score(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_SURVEY_ANSWERED;
	e->survey_answered.ask = l->v[0];
	e->survey_answered.score = l->v[1];
	e->survey_answered.late = l->v[2] != 0;
}

/* days TEAM COUNT: office hours 9 to 17 on so many days from Monday */
static inline void ek_figures_scene_days(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CALENDAR_CHANGED;
	e->calendar_changed = (struct ek_calendar_changed){{(uint32_t)l->v[0]},
							   {EK_S("UTC"), &utc_shift, 1},
							   {nine_to_five, (uint32_t)l->v[1]},
							   {NULL, 0}};
}

/* merge CONTACT OTHER: the other is the same person; apart CONTACT OTHER: it is not */
static inline void ek_figures_scene_merge(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONTACT_UPDATED;
	e->contact_updated.contact.v = (uint32_t)l->v[0];
	e->contact_updated.merged.v = (uint32_t)l->v[1];
}

static inline void ek_figures_scene_apart(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_CONTACT_UPDATED;
	e->contact_updated.contact.v = (uint32_t)l->v[0];
	e->contact_updated.apart.v = (uint32_t)l->v[1];
}

/* spam CONVERSATION: it is tagged so; "tag" takes it away again */
static inline void ek_figures_scene_spam(struct ek_event *e, const struct line *l)
{
	static const ek_str spam = {"Spam", 4};
	ek_figures_scene_tag(e, l);
	e->conversation_updated.tags = (struct ek_texts){&spam, 1};
}

/* define METRIC VERSION MINUTE CLOCK DAYS TARGET SHORT CHAT_TARGET: from that minute on */
static inline void ek_figures_scene_define(struct ek_event *e, const struct line *l)
{
	e->kind = EK_EVENT_DEFINITION_CHANGED;
	e->by = (struct ek_actor){EK_ACTOR_PERSON, 9};
	e->definition_changed = (struct ek_definition_changed){
		.metric = l->v[0],
		.version = l->v[1],
		.effective = {BASE_MS + l->v[2] * MINUTE_MS},
		.clock = (uint8_t)l->v[3],
		.matures_days = l->v[4],
		.target_s = l->v[5],
		.short_s = l->v[6],
		.chat_target_s = l->v[7],
		.reason = EK_S("calls wait longer now"),
	};
}

static inline void ek_figures_scene_pass(struct ek_event *e, const struct line *l)
{
	(void)l;
	e->kind = EK_EVENT_TAG_UPDATED;
}

static const struct {
	const char *word;
	void (*fill)(struct ek_event *e, const struct line *l);
} words[] = {
	{"arrive", ek_figures_scene_arrive},   {"begun", ek_figures_scene_begun},
	{"give", ek_figures_scene_give},       {"queue", ek_figures_scene_queue},
	{"move", ek_figures_scene_move},       {"reply", ek_figures_scene_reply},
	{"note", ek_figures_scene_write_note}, {"ask", ek_figures_scene_ask},
	{"look", ek_figures_scene_look},       {"snooze", ek_figures_scene_snooze},
	{"close", ek_figures_scene_shut},      {"again", ek_figures_scene_again},
	{"tag", ek_figures_scene_tag},         {"rank", ek_figures_scene_rank},
	{"met", ek_figures_scene_met},         {"missed", ek_figures_scene_missed},
	{"active", ek_figures_scene_active},   {"away", ek_figures_scene_away},
	{"member", ek_figures_scene_member},   {"call", ek_figures_scene_call},
	{"menu", ek_figures_scene_menu},       {"was", ek_figures_scene_was},
	{"survey", ek_figures_scene_survey},   {"deliver", ek_figures_scene_deliver},
	{"return", ek_figures_scene_return},   {"score", ek_figures_scene_score},
	{"days", ek_figures_scene_days},       {"pass", ek_figures_scene_pass},
	{"merge", ek_figures_scene_merge},     {"apart", ek_figures_scene_apart},
	{"spam", ek_figures_scene_spam},       {"define", ek_figures_scene_define},
	{"label", ek_figures_scene_label},
};

/* ---- scenes */

struct scene {
	struct ek_figures *f;
	uint64_t seq;
	int64_t last;
	struct ek_err err;
};

static inline void ek_figures_scene_fold(struct scene *s, struct ek_event *e)
{
	e->seq = ++s->seq;
	assert_true(e->at.ms >= s->last);
	s->last = e->at.ms;
	assert_true(ek_figures_fold(s->f, e, &s->err));
}

/* One line; returns what is behind it. */
static inline const char *ek_figures_scene_play_line(struct scene *s, const char *p)
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
	ek_figures_scene_fold(s, &e);
	return *p == ';' ? p + 2 : p;
}

static inline void ek_figures_scene_play(struct scene *s, const char *script)
{
	while (*script != '\0')
		script = ek_figures_scene_play_line(s, script);
}

static inline void ek_figures_scene_begin(struct scene *s, const char *script)
{
	memset(s, 0, sizeof *s);
	s->last = INT64_MIN;
	assert_true(ek_figures_open(ek_heap_scene(), &s->f, &s->err));
	ek_figures_scene_play(s, "0 days 1 5");
	ek_figures_scene_play(s, script);
}

static inline void ek_figures_scene_end(struct scene *s)
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
	const char *topic, *tier, *area;
	int64_t hour;                     /* 0: all; else from 1 */
	int64_t team_number, mate_number; /* as read */
};

static const ek_team_id team_ids[] = {{0}, {1}, {2}, {3}};

/* "-" is what has none */
static inline ek_str ek_figures_scene_text(const char *s)
{
	return (ek_str){s, s == NULL || *s == '-' ? 0 : (uint32_t)strlen(s)};
}

static inline struct ek_figures_ask ek_figures_scene_question(const struct want *w)
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
		.topic = ek_figures_scene_text(w->topic),
		.tier = ek_figures_scene_text(w->tier),
		.area = ek_figures_scene_text(w->area),
		.hour = (uint8_t)w->hour,
	};
}

/* "first_response_time longest team 1 mate 3 calendar until 1440 asof 650 topic login tier gold
 * area app hour 10": the metric,
 * and, where it is not as usual, variant, scope, clock, end and time of knowledge in minutes. The
 * texts of it are kept in `text`. */
struct asked {
	char text[96];
	struct want want;
};

static inline void ek_figures_scene_take_word(struct want *w, char *word, char **rest)
{
	static const char *const numbers[] = {"team", "mate", "until", "asof", "hour"};
	int64_t *at[] = {&w->team_number, &w->mate_number, &w->until, &w->as_of, &w->hour};
	static const char *const texts[] = {"topic", "tier", "area"};
	const char **text[] = {&w->topic, &w->tier, &w->area};
	if (strcmp(word, "calendar") == 0) {
		w->clock = EK_CLOCK_CALENDAR;
		return;
	}
	for (size_t i = 0; i < EK_LEN(texts); i++) {
		if (strcmp(word, texts[i]) != 0)
			continue;
		*text[i] = strtok_r(NULL, " ", rest);
		return;
	}
	for (size_t i = 0; i < EK_LEN(numbers); i++) {
		if (strcmp(word, numbers[i]) != 0)
			continue;
		*at[i] = strtoll(strtok_r(NULL, " ", rest), NULL, 10);
		return;
	}
	w->variant = word;
}

static inline void ek_figures_scene_read_question(struct asked *q, const char *text)
{
	char *rest = NULL;
	memset(q, 0, sizeof *q);
	assert_true(strlen(text) < sizeof q->text);
	memcpy(q->text, text, strlen(text) + 1);
	char *word = strtok_r(q->text, " ", &rest);
	q->want.metric = ek_definition_find((ek_str){word, (uint32_t)strlen(word)}, NULL);
	assert_int_not_equal(q->want.metric, EK_METRIC_NONE);
	while ((word = strtok_r(NULL, " ", &rest)) != NULL)
		ek_figures_scene_take_word(&q->want, word, &rest);
	q->want.team = (uint32_t)q->want.team_number;
	q->want.mate = (uint32_t)q->want.mate_number;
}

#endif
