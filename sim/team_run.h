/* team_run -- a simulated team driven through a writer, with what it says beside it.
 *
 * Commands are taken one by one and made durable in groups, the views lagging until the end. The
 * writer must have been opened with `made = ek_team_made, made_ctx = team`. */
#ifndef EK_SIM_TEAM_RUN_H
#define EK_SIM_TEAM_RUN_H

#include "base/arena.h"
#include "sim/team.h"
#include "writer/writer.h"

enum { EK_TEAM_GROUP = 256 };

enum ek_team_row_kind {
	EK_TEAM_ROW_INBOX,
	EK_TEAM_ROW_PERSON,
	EK_TEAM_ROW_CONTACT, /* before the first conversation of that contact */
	EK_TEAM_ROW_TALK,
	EK_TEAM_ROW_PART,
};
/* What is content: told once, of the fact at `seq`. Borrowed for the call. */
struct ek_team_row {
	uint8_t kind; /* enum ek_team_row_kind */
	uint64_t seq;
	ek_time at;
	uint32_t id; /* of the team inbox, teammate, contact or conversation (also of a part) */
	const struct ek_team_inbox *inbox;     /* INBOX */
	const struct ek_team_person *person;   /* PERSON */
	const struct ek_team_contact *contact; /* CONTACT */
	const struct ek_team_talk *talk;       /* TALK, PART */
	uint32_t part;                         /* PART: 0, 1, ... in its conversation */
	uint8_t author;                        /* PART: enum ek_author */
	ek_teammate_id teammate;               /* PART: who wrote, when a teammate did */
	ek_str text;                           /* TALK: title; PART: text */
};
/* Before the commit that makes that fact durable. False, with err set, ends the run. */
typedef bool ek_team_put(void *ctx, const struct ek_team_row *row, struct ek_err *err);

struct ek_team_run {
	struct ek_team *team;
	struct ek_writer *writer;
	ek_team_put *put; /* NULL = nobody wants it */
	void *put_ctx;
	/* Commands of one commit; 0 = EK_TEAM_GROUP. Nobody waits for a sample: with content and
	 * its search, 8192 take a third of the time. */
	uint32_t group;
	/* counted */
	uint64_t commands;
	uint64_t refused;
	uint64_t rows;
};

/* All until `to` of the team, durable when it returns true, and what was due by then ticked. To be
 * called again after ek_team_go_on. Errors: the writer's, put's, NO_MEMORY. */
bool ek_team_run(struct ek_team_run *run, struct ek_err *err) EK_MUST_CHECK;

/* The zones that a team's options want, in the arena. Errors: those of sys/zone.h. */
bool ek_team_zones(struct ek_arena *arena, const struct ek_zone **zones,
		   struct ek_err *err) EK_MUST_CHECK;

#endif
