/* opinion -- a second opinion on routing: the same commands, decided slowly from the spec alone.
 *
 * Plain arrays, no indices, nothing remembered that could be computed again: after every command
 * all eligibility, the whole order and all candidates are worked out afresh. It shares the model
 * and the calendar with the engine and nothing else, so that the two can be compared decision by
 * decision.
 *
 * Limits: those of a small simulated workspace (EK_OPINION_*_MAX); more is an assertion.
 * Cost: a settle costs O(waiting^2 x teammates) per decision, times `waiting` where the gate is
 * `assignable`. Memory: a few MB each. Not for several threads at once.
 *
 * Source: spec routing, sections 1 to 14.
 */
#ifndef EK_SIM_OPINION_H
#define EK_SIM_OPINION_H

#include "model/cmd.h"
#include "model/view.h"

enum {
	EK_OPINION_TEAMS_MAX = 24,
	EK_OPINION_TEAMMATES_MAX = 32,
	EK_OPINION_CONVERSATIONS_MAX = 800,
	EK_OPINION_DECISIONS_MAX = 1600, /* of one command */
};

struct ek_opinion;

/* A giving (offered false), an offer made (offered true, how = EK_HOW_OFFER), or that leads are
 * told of a conversation that the order costs its deadline (pressed true, no teammate). */
struct ek_opinion_decision {
	ek_conversation_id conversation;
	ek_teammate_id teammate;
	uint8_t how; /* enum EK_HOW_* */
	bool offered;
	bool pressed;
};

/* What became of one command: refused (EK_OK: not) or the decisions in their order; v is the
 * opinion's and holds until the next command. */
struct ek_opinion_answer {
	enum ek_code refused;
	const struct ek_opinion_decision *v;
	uint32_t n;
};

/* An empty workspace; NULL without memory. To be closed. */
struct ek_opinion *ek_opinion_open(void) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_opinion_close(struct ek_opinion **opinion);

/* Decides one command. now: not before the last command's time (it is lifted to it). What is due at
 * or before `now` must have been ticked first, except before server.started. */
struct ek_opinion_answer ek_opinion_submit(struct ek_opinion *o, const struct ek_cmd *cmd,
					   ek_time now);
/* When something next changes by time alone; EK_NO_TIME = never. May lie in the past after
 * server.started. */
ek_time ek_opinion_due(const struct ek_opinion *o);

/* How many ids of each were given; deleted ones count. */
uint32_t ek_opinion_conversation_count(const struct ek_opinion *o);
uint32_t ek_opinion_teammate_count(const struct ek_opinion *o);
uint32_t ek_opinion_team_count(const struct ek_opinion *o);
/* Number of the last change of settings. */
uint32_t ek_opinion_version(const struct ek_opinion *o);

/* The present state; false for an id never given. Fields that do not decide stay absent. */
bool ek_opinion_conversation(const struct ek_opinion *o, ek_conversation_id id,
			     struct ek_conversation_view *out);
bool ek_opinion_teammate(const struct ek_opinion *o, ek_teammate_id id,
			 struct ek_teammate_view *out);
bool ek_opinion_team(const struct ek_opinion *o, ek_team_id id, struct ek_team_view *out);
/* Level of a member, 0 = none. */
uint8_t ek_opinion_level(const struct ek_opinion *o, ek_teammate_id teammate, ek_team_id team);

/* To whom it is offered; 0 = nobody. */
ek_teammate_id ek_opinion_offered(const struct ek_opinion *o, ek_conversation_id id);
/* First failed test (enum EK_TEST_*) of that teammate for that conversation; 0 = eligible. */
int ek_opinion_why_not(const struct ek_opinion *o, ek_conversation_id id, ek_teammate_id teammate);
/* The queue in order, best first; returns how many wait, at most cap of them written. */
uint32_t ek_opinion_queue(const struct ek_opinion *o, ek_conversation_id *out, uint32_t cap);
/* Whether nobody is there for a waiting conversation (section 11). */
bool ek_opinion_stranded(const struct ek_opinion *o, ek_conversation_id id);
/* When its holder will be reminded; EK_NO_TIME = not. */
ek_time ek_opinion_nudge(const struct ek_opinion *o, ek_conversation_id id);

#endif
