/* team_life -- the simulated team goes on at work: what would be done next, from what there is now.
 *
 * Where sim/team.h drives a workspace that it alone has made, and remembers all of it, this looks
 * at the present state and draws: who is expected to be there, a new conversation
 * by the hour, an answer, a closing, a sleep, or that a contact writes again. One step at a time,
 * the time that passed since the last one counted, so that it can begin anew at any moment.
 *
 * Teammates 2 to 41, team inboxes 1 to 6 and contacts 1 to 9000 are the simulated team's, as a
 * sample workspace has them; which of these people are still nobody else's, the caller says. Who
 * was set away or active by somebody else stays so until their next shift. What a teammate of
 * nobody's holds is answered and closed by them alone; with the owner (teammate 1) contacts talk
 * on, and everything else is the owner's.
 *
 * Whole numbers only; the same seed, times and states give the same steps. A step costs O(what
 * forty people hold). Not for several threads at once.
 */
#ifndef EK_SIM_TEAM_LIFE_H
#define EK_SIM_TEAM_LIFE_H

#include "sim/team.h"

enum {
	EK_TEAM_LIFE_OWNER = 1,
	EK_TEAM_LIFE_FIRST = 2, /* teammate; those after it in the order of ek_team_person */
	EK_TEAM_LIFE_STEP_MS = 3000,
};

struct ek_team_life;

struct ek_team_life_options {
	uint64_t seed;
	ek_time began;               /* presence from before then was nobody's choice */
	const struct ek_zone *zones; /* as in struct ek_team_options */
	uint32_t pace;               /* how many times as much happens in a time; 0 = 1 */
};

/* The life is the caller's, to be closed. Errors: NO_MEMORY. */
bool ek_team_life_open(const struct ek_team_life_options *options, struct ek_alloc alloc,
		       struct ek_team_life **life, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_team_life_close(struct ek_team_life **life);

enum ek_team_life_kind {
	EK_TEAM_LIFE_NOTHING,
	EK_TEAM_LIFE_ARRIVE, /* a contact begins a conversation */
	EK_TEAM_LIFE_WRITE,  /* a contact writes in one, and a target is set */
	EK_TEAM_LIFE_VIEW,   /* a teammate, and so on */
	EK_TEAM_LIFE_ANSWER,
	EK_TEAM_LIFE_CLOSE,
	EK_TEAM_LIFE_SNOOZE,
	EK_TEAM_LIFE_PRESENCE,
	EK_TEAM_LIFE_SEEN,
};
struct ek_team_life_step {
	uint8_t kind; /* enum ek_team_life_kind */
	uint8_t says;
	uint8_t inbox; /* of ARRIVE and of a conversation; EK_TEAM_INBOXES = none of ours */
	uint8_t topic;
	uint8_t presence;
	uint8_t reason;
	uint16_t number; /* of what it is about, when it arrives */
	bool is_chat;
	uint32_t person; /* index; EK_TEAM_PEOPLE = none */
	ek_teammate_id teammate;
	ek_conversation_id conversation; /* 0 = none */
	ek_contact_id contact;           /* 0 = none */
	int64_t mark;                    /* what was seen */
	ek_time at;
};

struct ek_team_life_now {
	ek_time at;
	/* Bit i: person i is the simulated team's and nobody else's. */
	uint64_t people;
};
/* At most one thing. */
void ek_team_life_next(struct ek_team_life *life, const struct ek_engine *engine,
		       const struct ek_team_life_now *now, struct ek_team_life_step *step);
/* Whether what the step was drawn from still holds. */
bool ek_team_life_holds(const struct ek_engine *engine, const struct ek_team_life_step *step);
/* tier: its contact's. The command borrows from the life and the step until the next one. */
void ek_team_life_cmd(struct ek_team_life *life, const struct ek_team_life_step *step, ek_str tier,
		      struct ek_cmd *cmd);
/* To be told of every step, save one that no longer held: what was not taken is not asked for
 * again soon. */
void ek_team_life_told(struct ek_team_life *life, const struct ek_team_life_step *step,
		       bool is_taken);

/* A conversation that might begin in that team inbox then. */
void ek_team_life_arrive(struct ek_team_life *life, uint32_t inbox, ek_time at,
			 struct ek_team_life_step *step);
/* Names and numbers in the texts; number: what the title says it is about, NULL = the step's. */
struct ek_team_life_about {
	ek_conversation_id conversation;
	const char *name;
	const char *number;
};
/* What a step says; always ended, cut between characters at cap. Returns the length. */
size_t ek_team_life_title(const struct ek_team_life_step *step,
			  const struct ek_team_life_about *about, char *out, size_t cap);
size_t ek_team_life_text(const struct ek_team_life_step *step,
			 const struct ek_team_life_about *about, char *out, size_t cap);

/* Of a person, as ek_team_person says. */
void ek_team_life_email(uint32_t person, char out[64]);
/* When a person is expected to be there, by their shifts; for tests. */
bool ek_team_life_expects(const struct ek_team_life *life, uint32_t person, ek_time at);

#endif
