/* explain -- why a conversation went where it went, why it waits, why somebody gets nothing, what
 * an edit would do. Everything is asked of the state itself and of ek_eligible_check, so an
 * explanation cannot differ from the decision.
 *
 * The state is the same after a call as before: changes are tried on copies, and what a call pokes
 * at for a moment it puts back. Results: model/explain.h, in the caller's arena. Errors of all:
 * NO_MEMORY (the arena, or a copy). Source: spec routing, sections 15 and 16.
 */
#ifndef EK_ENGINE_EXPLAIN_H
#define EK_ENGINE_EXPLAIN_H

#include "base/arena.h"
#include "engine/engine.h"
#include "model/explain.h"
#include "model/setting.h"

/* The receipt of an assignment.made or offer.made. before: an engine at the event just before it
 * (replay the log so far). If that event is a hold.ended of the same conversation and cause, stop
 * before it too: the hold was part of what was decided. The caller looks up cause_kind. Cost:
 * O(place x log n), O(members), and for `nearest` a copy of the state and its bytes again for each
 * trial, at most EK_EXPLAIN_TRIES. */
bool ek_explain_receipt(struct ek_engine *before, const struct ek_event *event,
			struct ek_arena *arena, struct ek_explain_receipt *out,
			struct ek_err *err) EK_MUST_CHECK;

/* Why a conversation waits. Errors: NOT_FOUND; CONFLICT when it waits in no queue. Cost: as above.
 */
bool ek_explain_waiting(struct ek_engine *engine, ek_conversation_id conversation,
			struct ek_arena *arena, struct ek_explain_waiting *out,
			struct ek_err *err) EK_MUST_CHECK;

/* Its place in the queue and its commonest blocker; place 0 when it waits in none. Errors:
 * NOT_FOUND. Cost: O(place + members). */
bool ek_explain_place(struct ek_engine *engine, ek_conversation_id conversation,
		      struct ek_arena *arena, struct ek_explain_place *out,
		      struct ek_err *err) EK_MUST_CHECK;

/* Of what ek_explain_waiting says: team, its place in the team inbox, and whether it is stranded.
 * False when it waits in none. Cost: O(place). */
bool ek_explain_team_place(const struct ek_engine *engine, ek_conversation_id conversation,
			   struct ek_explain_waiting *out);

/* What a teammate would get next in each team inbox they serve, or why nothing. An ordinary
 * conversation has the points of the lightest class, complexity 1 and no needs. Errors: NOT_FOUND.
 * Cost: O(members) for each of them, lanes, and trials as above. */
bool ek_explain_nothing(struct ek_engine *engine, ek_teammate_id teammate, struct ek_arena *arena,
			struct ek_explain_nothing *out, struct ek_err *err) EK_MUST_CHECK;

/* The same of one team inbox that they serve: out->team says which; the rest is filled. Errors also
 * when they do not serve it. Cost: O(members + lanes), no copies. */
bool ek_explain_turn(struct ek_engine *engine, ek_teammate_id teammate, struct ek_arena *arena,
		     struct ek_explain_inbox *out, struct ek_err *err) EK_MUST_CHECK;

/* A page of the queue in its one order. Cost: O(lanes + p x log n) for a page that ends at place p,
 * and O(members) for the main test of each lane that is shown; with a filter by test, of each lane.
 * Errors: INVALID_VALUE. */
bool ek_explain_queue(struct ek_engine *engine, const struct ek_explain_query *query,
		      struct ek_arena *arena, struct ek_explain_queue *out,
		      struct ek_err *err) EK_MUST_CHECK;

/* Work waits while people are free: both sides' blockers, and the smallest edits that would free
 * work, pairs only if no single one does. Cost: O(lanes x members) and trials as
 * above. */
bool ek_explain_unblock(struct ek_engine *engine, struct ek_arena *arena,
			struct ek_explain_unblock *out, struct ek_err *err) EK_MUST_CHECK;

/* The command that makes a change, by the system. set: the caller's room for the setting in it. */
struct ek_cmd ek_explain_command(const struct ek_explain_change *change, struct ek_set *set);

/* What a command would do at once, on a copy; a future-dated edit as if now. The same command given
 * to this state at this time does the same. Errors: those of the command. Cost: a copy, and
 * O(conversations + memberships). */
struct ek_explain_ask {
	const struct ek_cmd *cmd;
	ek_time now;
};
bool ek_explain_preview(struct ek_engine *engine, const struct ek_explain_ask *ask,
			struct ek_arena *arena, struct ek_explain_preview *out,
			struct ek_err *err) EK_MUST_CHECK;

#endif
