/* api_sla -- SLA policies: which one applies to a conversation, how its clocks run, and the
 * deadline that the engine orders by.
 *
 * The engine knows one deadline of a conversation. Its targets' clocks are content (sla_clocks). A
 * handler whose command concerns a clock asks before the command, and writes after it:
 *
 *   (check)  ek_api_sla_facts(t, id, &s) ; s.step = EK_API_SLA_ANSWERED ;
 *            ek_api_sla_follow(t, &s)     -> s.due, s.is_changed
 *            conversation.create takes s.due; after other commands follows ek_api_sla_update(&s)
 *   (made)   ek_api_sla_put(t, &s, id)
 *
 * The policy that applies is the one that a rule on arrival chose, else the first by position whose
 * teams and filter match. Its clocks:
 *   first_response  from the arrival until a teammate answers
 *   next_response   from each later message of the contact until a teammate answers
 *   time_to_close   from the arrival, or from being reopened, until it is closed
 * A clock counts the time in which the policy's calendar is open, all time without one. While a
 * conversation sleeps it stands still, where the policy says so: one that wakes by itself at a
 * known time has its deadline set at once as it will be then, and stays `paused` until its next
 * step. A conversation to which another policy applies goes on under that one, from the same
 * beginnings. Source: spec api, section 4.8; spec routing, section 3 (key `sla`), section 12
 * (calendar).
 */
#ifndef EK_API_API_SLA_H
#define EK_API_API_SLA_H

#include "api/api_calendars.h"

enum ek_api_sla_target {
	EK_API_SLA_FIRST_RESPONSE = 0,
	EK_API_SLA_NEXT_RESPONSE,
	EK_API_SLA_TIME_TO_CLOSE,
	EK_API_SLA_TARGETS
};
/* What happens to a conversation. */
enum ek_api_sla_step {
	EK_API_SLA_CHANGED = 0, /* team, priority, tags: another policy may apply */
	EK_API_SLA_ARRIVED,     /* begins, and its contact waits */
	EK_API_SLA_WRITTEN,     /* the contact writes; one that was closed is open again */
	EK_API_SLA_ANSWERED,    /* a teammate answers the contact */
	EK_API_SLA_SNOOZED,
	EK_API_SLA_WOKEN,
	EK_API_SLA_CLOSED,
	EK_API_SLA_REOPENED, /* by a teammate */
};

struct ek_api_sla_clock {
	uint64_t policy; /* 0 = this target has no clock */
	uint8_t status;  /* enum ek_api_sla_status */
	ek_time started;
	ek_span spent; /* when it last stood still */
	ek_time due;   /* EK_NO_TIME = none: ended, or stands still for who knows how long */
	ek_time ended;
};
enum ek_api_sla_status {
	EK_API_SLA_RUNNING = 1,
	EK_API_SLA_PAUSED,
	EK_API_SLA_MET,
	EK_API_SLA_MISSED,
	EK_API_SLA_CANCELLED,
};

/* One step of one conversation. */
struct ek_api_sla {
	/* What it is like after the step: ek_api_sla_facts, or the handler. */
	ek_team_id team; /* 0 = none: no policy applies */
	int64_t priority;
	int64_t complexity;
	uint8_t capacity_class; /* EK_CAPACITY_CLASS_* */
	const uint64_t *tags;   /* ids */
	uint32_t tag_count;
	uint64_t chosen; /* by a rule on arrival; 0 = none, or one that is deleted since */
	bool is_asleep;  /* snoozed, before the step */
	bool is_closed;  /* before the step */
	/* Of one that came in before any policy was there: where its clocks begin. EK_NO_TIME = not
	 * known; nobody waits. */
	ek_time started;
	ek_time waiting_since;
	uint8_t step; /* enum ek_api_sla_step */
	ek_time at;
	ek_time until; /* SNOOZED: when it wakes; EK_NO_TIME = not known */
	struct ek_api_sla_clock clocks[EK_API_SLA_TARGETS]; /* before; follow: after */
	/* Found by follow. */
	uint64_t policy;    /* that applies; 0 = none */
	ek_time due;        /* the next deadline; EK_NO_TIME = none */
	ek_time due_before; /* facts: as the engine has it */
	bool is_changed;    /* the engine is to be told: due is not due_before */
	struct ek_api_sla_clock old[EK_API_SLA_TARGETS]; /* as they were */
};

/* A policy as it is followed. */
struct ek_api_sla_policy {
	uint64_t id;
	const uint64_t *teams;
	uint32_t team_count;                 /* 0 = every team */
	const struct ek_filter_node *root;   /* NULL = all */
	uint64_t calendar_id;                /* 0 = all time counts */
	const struct ek_calendar *calendar;  /* NULL = all time counts */
	ek_span targets[EK_API_SLA_TARGETS]; /* EK_NONE = none */
	bool pauses;
};
struct ek_api_sla_policies {
	struct ek_api_sla_policy *v; /* in their order */
	uint32_t n;
};

/* Facts and clocks of a conversation that there is, as they stand; the step is left at CHANGED and
 * at is the turn's time. In look, check, made. False with a problem (404 when there is none). */
bool ek_api_sla_facts(struct ek_turn *t, ek_conversation_id id,
		      struct ek_api_sla *out) EK_MUST_CHECK;
/* Fills what is found. Cost: reading all policies; the zone of the calendar, from the disk, once.
 * */
bool ek_api_sla_follow(struct ek_turn *t, struct ek_api_sla *s) EK_MUST_CHECK;
/* The command that tells the engine the deadline. */
struct ek_cmd ek_api_sla_update(const struct ek_api_sla *s, ek_conversation_id id);
/* In made: the clocks that changed. */
void ek_api_sla_put(struct ek_turn *t, const struct ek_api_sla *s, ek_conversation_id id);

/* Whether there is this policy, not deleted. False with a problem. */
bool ek_api_sla_is_there(struct ek_turn *t, uint64_t policy, bool *found) EK_MUST_CHECK;

/* ---- for api_sla_policies.c */

bool ek_api_sla_load(struct ek_turn *t, struct ek_api_sla_policies *out) EK_MUST_CHECK;
/* The same from one row of the table. */
bool ek_api_sla_read(struct ek_turn *t, const struct ek_views_value *row,
		     struct ek_api_sla_policy *out) EK_MUST_CHECK;
/* follow with these policies. */
void ek_api_sla_step(const struct ek_api_sla_policies *policies, struct ek_api_sla *s);
bool ek_api_sla_matches(const struct ek_api_sla_policy *p, const struct ek_api_sla *s);
/* Which fields of lists of conversations a filter of a policy may name. */
bool ek_api_sla_knows(uint8_t field);

#endif
