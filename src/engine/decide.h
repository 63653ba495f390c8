/* decide -- (state, command, now) -> events, or one named refusal.
 *
 * Each command is checked whole before its first fact is made; a refusal leaves no trace. Facts are
 * applied as they are made, so that what follows sees them; ek_settle_run then gives out work once.
 */
#ifndef EK_ENGINE_DECIDE_H
#define EK_ENGINE_DECIDE_H

#include "engine/state.h"

/* One command without its settle; bulk commands come here row by row. */
bool ek_decide_row(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err);
/* Parts, by what the command is about; each returns false with err->code 0 when it is not its own.
 * */
bool ek_decide_conv(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err, bool *mine);
bool ek_decide_people(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err,
		      bool *mine);
bool ek_decide_settings(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err,
			bool *mine);
bool ek_decide_past(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err, bool *mine);

/* What is there, or NOT_FOUND. */
bool ek_decide_find_conv(const struct ek_engine *e, const struct ek_cmd *cmd, uint32_t conv,
			 struct ek_err *err);
bool ek_decide_find_mate(const struct ek_engine *e, const struct ek_cmd *cmd, uint32_t mate,
			 struct ek_err *err);
bool ek_decide_find_team(const struct ek_engine *e, const struct ek_cmd *cmd, uint32_t team,
			 struct ek_err *err);

/* Open again: with whoever has it, or to its team. */
void ek_decide_wake(struct ek_engine *e, uint32_t conv, int cause);
/* After the office hours of a team, or the workspace's (team 0), became others: what sleeps until a
 * local time by them wakes at the instant that is that time now. The same after the workspace's
 * zone changed, for what goes by that. O(conversations). */
void ek_decide_hours_changed(struct ek_engine *e, uint32_t team);
void ek_decide_zone_changed(struct ek_engine *e);
/* Carries out the scheduled settings that are due. */
void ek_decide_scheduled(struct ek_engine *e);
/* A conversation without team and teammate enters the default team, if there is one. */
void ek_decide_home(struct ek_engine *e, uint32_t conv);
/* Puts one into another team inbox (0 = none), kept by its teammate: its own was deleted. */
void ek_decide_rehome(struct ek_engine *e, uint32_t conv, uint32_t team);
/* Gives one to the heir of whoever holds it. */
void ek_decide_inherit(struct ek_engine *e, uint32_t conv, uint32_t heir);
/* Somebody did something: their clock of inactivity starts again once the command is done. */
void ek_decide_seen(struct ek_engine *e, uint32_t mate);
void ek_decide_see_all(struct ek_engine *e);
/* Stores checked settings of one object as one event. undoes: a version, or EK_NONE; so schedule.
 * */
struct change_request {
	int scope;
	uint32_t id;
	struct ek_sets set;
	int64_t undoes;
	int64_t schedule;
	int by;
};
void ek_decide_store(struct ek_engine *e, const struct change_request *r);
/* Whether settings may be set at a scope. */
bool ek_decide_check_sets(const struct ek_engine *e, int scope, uint32_t id,
			  const struct ek_sets *set, struct ek_err *err);
/* After people, shifts, ramps or gates changed: events for what holds now. */
void ek_decide_catch_up(struct ek_engine *e, uint32_t mate);

#endif
