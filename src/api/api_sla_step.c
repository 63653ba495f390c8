/* How the clocks of a conversation run, step by step. Knows no store. */
#include "api/api_sla.h"

#include <string.h>

#include "model/calendar.h"

/* ---- one clock */

static bool is_open(const struct ek_api_sla_clock *c)
{
	return c->policy != 0 &&
	       (c->status == EK_API_SLA_RUNNING || c->status == EK_API_SLA_PAUSED);
}

static void begin(const struct ek_api_sla_policy *p, uint32_t target, ek_time at,
		  struct ek_api_sla_clock *c)
{
	if (p->targets[target].ms == EK_NONE)
		return;
	*c = (struct ek_api_sla_clock){
		.policy = p->id,
		.status = EK_API_SLA_RUNNING,
		.started = at,
		.due = ek_calendar_add(p->calendar, at, p->targets[target]),
		.ended = EK_NO_TIME,
	};
}

static void end(struct ek_api_sla_clock *c, ek_time at)
{
	if (!is_open(c))
		return;
	bool late = ek_time_is_set(c->due) && at.ms > c->due.ms;
	c->status = late ? EK_API_SLA_MISSED : EK_API_SLA_MET;
	c->ended = at;
}

static void cancel(struct ek_api_sla_clock *c, ek_time at)
{
	if (!is_open(c))
		return;
	c->status = EK_API_SLA_CANCELLED;
	c->ended = at;
}

static ek_span left_of(const struct ek_api_sla_policy *p, uint32_t target,
		       const struct ek_api_sla_clock *c)
{
	int64_t left = p->targets[target].ms - c->spent.ms;
	return (ek_span){left < 0 ? 0 : left};
}

/* What was missed before it fell asleep stays so. */
static void pause(const struct ek_api_sla_policy *p, uint32_t target, const struct ek_api_sla *s,
		  struct ek_api_sla_clock *c)
{
	if (!is_open(c) || c->status == EK_API_SLA_PAUSED || !ek_time_is_set(c->due) ||
	    c->due.ms < s->at.ms)
		return;
	c->spent.ms = p->targets[target].ms - ek_calendar_elapsed(p->calendar, s->at, c->due).ms;
	c->status = EK_API_SLA_PAUSED;
	c->due = EK_NO_TIME;
	if (ek_time_is_set(s->until))
		c->due = ek_calendar_add(p->calendar, s->until, left_of(p, target, c));
}

/* One that woke by itself has run since then. */
static void resume(const struct ek_api_sla_policy *p, uint32_t target, const struct ek_api_sla *s,
		   struct ek_api_sla_clock *c)
{
	if (!is_open(c) || c->status != EK_API_SLA_PAUSED)
		return;
	c->status = EK_API_SLA_RUNNING;
	if (s->is_asleep || !ek_time_is_set(c->due))
		c->due = ek_calendar_add(p->calendar, s->at, left_of(p, target, c));
}

/* ---- one conversation */

/* Another policy applies: its clocks run from where those before began. */
static void change_policy(const struct ek_api_sla_policy *p, struct ek_api_sla *s)
{
	for (uint32_t i = 0; i < EK_API_SLA_TARGETS; i++) {
		struct ek_api_sla_clock *c = &s->clocks[i];
		if (!is_open(c) || (p != NULL && c->policy == p->id))
			continue;
		ek_time started = c->started;
		cancel(c, s->at);
		if (p != NULL)
			begin(p, i, started, c);
	}
}

static void begin_new(const struct ek_api_sla_policy *p, struct ek_api_sla *s, bool is_reply)
{
	struct ek_api_sla_clock *first = &s->clocks[EK_API_SLA_FIRST_RESPONSE];
	struct ek_api_sla_clock *next = &s->clocks[EK_API_SLA_NEXT_RESPONSE];
	struct ek_api_sla_clock *whole = &s->clocks[EK_API_SLA_TIME_TO_CLOSE];
	if (s->step == EK_API_SLA_ARRIVED)
		begin(p, EK_API_SLA_FIRST_RESPONSE, s->at, first);
	else if (is_reply && !is_open(first) && !is_open(next))
		begin(p, EK_API_SLA_NEXT_RESPONSE, s->at, next);
	if (!is_open(whole))
		begin(p, EK_API_SLA_TIME_TO_CLOSE, s->at, whole);
}

/* Its first message began it: a contact who waits since then, or
 * from before it was kept, was never answered. */
static void begin_missing(const struct ek_api_sla_policy *p, struct ek_api_sla *s)
{
	bool is_first = s->waiting_since.ms <= s->started.ms;
	uint32_t target = is_first ? EK_API_SLA_FIRST_RESPONSE : EK_API_SLA_NEXT_RESPONSE;
	if (s->is_closed || !ek_time_is_set(s->started) || s->started.ms == 0)
		return;
	if (s->clocks[EK_API_SLA_TIME_TO_CLOSE].policy == 0)
		begin(p, EK_API_SLA_TIME_TO_CLOSE, s->started,
		      &s->clocks[EK_API_SLA_TIME_TO_CLOSE]);
	if (ek_time_is_set(s->waiting_since) && !is_open(&s->clocks[EK_API_SLA_FIRST_RESPONSE]) &&
	    !is_open(&s->clocks[EK_API_SLA_NEXT_RESPONSE]))
		begin(p, target, s->waiting_since, &s->clocks[target]);
}

static void close_clocks(struct ek_api_sla *s)
{
	end(&s->clocks[EK_API_SLA_TIME_TO_CLOSE], s->at);
	cancel(&s->clocks[EK_API_SLA_FIRST_RESPONSE], s->at);
	cancel(&s->clocks[EK_API_SLA_NEXT_RESPONSE], s->at);
}

/* What only a policy can say: which clocks begin, stand or run on. */
static void take_policy(const struct ek_api_sla_policy *p, struct ek_api_sla *s)
{
	bool wakes = s->step != EK_API_SLA_CHANGED && s->step != EK_API_SLA_SNOOZED;
	bool sleeps = s->step == EK_API_SLA_SNOOZED && p->pauses;
	bool is_reply = s->step == EK_API_SLA_WRITTEN;
	for (uint32_t i = 0; i < EK_API_SLA_TARGETS; i++) {
		if (wakes)
			resume(p, i, s, &s->clocks[i]);
		if (sleeps)
			pause(p, i, s, &s->clocks[i]);
	}
	if (s->step == EK_API_SLA_CHANGED)
		begin_missing(p, s);
	if (s->step == EK_API_SLA_ARRIVED || s->step == EK_API_SLA_REOPENED || is_reply)
		begin_new(p, s, is_reply);
}

static void take_step(const struct ek_api_sla_policy *p, struct ek_api_sla *s)
{
	if (p != NULL)
		take_policy(p, s);
	if (s->step == EK_API_SLA_ANSWERED) {
		end(&s->clocks[EK_API_SLA_FIRST_RESPONSE], s->at);
		end(&s->clocks[EK_API_SLA_NEXT_RESPONSE], s->at);
	}
	if (s->step == EK_API_SLA_CLOSED)
		close_clocks(s);
}

/* One that was chosen holds in every team; one that is gone since leaves it to the others. */
static const struct ek_api_sla_policy *policy_of(const struct ek_api_sla_policies *policies,
						 const struct ek_api_sla *s)
{
	const struct ek_api_sla_policy *first = NULL;
	for (uint32_t i = 0; i < policies->n; i++) {
		const struct ek_api_sla_policy *p = &policies->v[i];
		if (s->chosen != 0 && p->id == s->chosen)
			return p;
		if (first == NULL && ek_api_sla_matches(p, s))
			first = p;
	}
	return first;
}

void ek_api_sla_step(const struct ek_api_sla_policies *policies, struct ek_api_sla *s)
{
	memcpy(s->old, s->clocks, sizeof s->old);
	const struct ek_api_sla_policy *p = policy_of(policies, s);
	s->policy = p == NULL ? 0 : p->id;
	change_policy(p, s);
	take_step(p, s);
	s->due = EK_NO_TIME;
	for (uint32_t i = 0; i < EK_API_SLA_TARGETS; i++) {
		const struct ek_api_sla_clock *c = &s->clocks[i];
		if (is_open(c) && ek_time_is_set(c->due) &&
		    (!ek_time_is_set(s->due) || c->due.ms < s->due.ms))
			s->due = c->due;
	}
	/* The engine forgets the deadline of what is answered or closed. */
	bool forgets = s->step == EK_API_SLA_ANSWERED || s->step == EK_API_SLA_CLOSED;
	s->is_changed = s->due.ms != (forgets ? EK_NONE : s->due_before.ms);
}
