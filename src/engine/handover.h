/* handover -- the hand-over sheet of somebody who leaves: what they hold whose contact waits for
 * an answer, and whom the router would choose for each, were all of them given back at once.
 *
 * Found on a copy of the state, in which the leaver gets nothing and their conversations went back
 * to their teams: limits, skills and cooldowns count, and each giving counts for the next. As rows
 * of handover.apply it is approved in one step. Source: spec routing, section 12.
 */
#ifndef EK_ENGINE_HANDOVER_H
#define EK_ENGINE_HANDOVER_H

#include "base/arena.h"
#include "engine/engine.h"

struct ek_handover_line {
	ek_conversation_id conversation;
	ek_team_id team;         /* 0 = none */
	ek_teammate_id teammate; /* whom the router would choose; 0 = nobody: it would wait */
	ek_time waiting_since;
};
struct ek_handover {
	ek_teammate_id leaver;
	const struct ek_handover_line *lines; /* longest waiting first, then by id */
	uint32_t line_count;
	/* handover.apply: those with somebody to him or her, the others back to their team. No
	 * rows: there is nothing to hand over. `by` is the system; the caller sets who approved
	 * it. */
	struct ek_cmd cmd;
};

struct ek_handover_ask {
	ek_teammate_id leaver;
	ek_time now; /* not before the last event's */
};
/* Everything lives in the arena. The state is as before. Errors: NOT_FOUND; LIMIT (bulk_rows);
 * NO_MEMORY. Cost: a copy, and a settle for what they hold. */
bool ek_handover_make(const struct ek_engine *engine, struct ek_handover_ask ask,
		      struct ek_arena *arena, struct ek_handover *out,
		      struct ek_err *err) EK_MUST_CHECK;

#endif
