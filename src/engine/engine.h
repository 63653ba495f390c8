/* engine -- who gets which conversation: the state of one workspace and the function that moves it.
 *
 *   state + command + time -> events, or one named refusal;   state + event -> state
 *
 * Pure: no clock, no randomness, no input or output; memory comes from the allocator given at open.
 * The same commands with the same times give the same events, byte for byte (promise routing.p6).
 * Not for several threads at once. Behaviour: spec routing; the rooms inside are in state.h.
 *
 * Cost: a command that makes k assignments costs (k + 1) x O(log n) in waiting conversations and
 * teammates, times the team inboxes of the people concerned; see section 17 there and
 * docs/manual/performance.md.
 */
#ifndef EK_ENGINE_ENGINE_H
#define EK_ENGINE_ENGINE_H

#include "base/alloc.h"
#include "model/cmd.h"

struct ek_engine;

/* Facts that one command made, in order. Owned by the engine: they and whatever they borrow hold
 * until the next ek_engine_submit. */
struct ek_events {
	const struct ek_event *v;
	uint32_t n;
};

/* An empty workspace at seq 0. The engine is the caller's, to be closed. Errors: NO_MEMORY. */
bool ek_engine_open(struct ek_alloc alloc, struct ek_engine **engine,
		    struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_engine_close(struct ek_engine **engine);

/* Decides a command and applies what follows, settling once at the end. now: not before the last
 * event's time (it is lifted to it). On a refusal returns false with one of the refusals of
 * schema/errors.def, and the state is as before. What is due at or before `now` must have been
 * ticked first (ek_engine_next_due); server.started alone comes before the timers. */
bool ek_engine_submit(struct ek_engine *engine, const struct ek_cmd *cmd, ek_time now,
		      struct ek_events *out, struct ek_err *err) EK_MUST_CHECK;

/* Asks memory ahead of time for what a command that waits behind others will touch; changes
 * nothing. Called for each waiting command once per stage, 0 first, EK_ENGINE_STAGES in all, with a
 * few commands between the stages. */
enum { EK_ENGINE_STAGES = 6 };
void ek_engine_prefetch(const struct ek_engine *engine, const struct ek_cmd *cmd, int stage);

/* Applies a fact read from the log; seq must be the next. Cannot be refused; an event that this
 * state cannot have made is DAMAGE. */
bool ek_engine_apply(struct ek_engine *engine, const struct ek_event *event,
		     struct ek_err *err) EK_MUST_CHECK;

/* When something next falls due: submit `tick` then. EK_NO_TIME = nothing. Cost: O(1). */
ek_time ek_engine_next_due(const struct ek_engine *engine);

uint64_t ek_engine_seq(const struct ek_engine *engine);
ek_time ek_engine_time(const struct ek_engine *engine);
/* Version of the settings: number of the last change. */
uint32_t ek_engine_settings_version(const struct ek_engine *engine);
/* Broken promises found since open, by enum ek_promise; 0 is the only good number. */
uint64_t ek_engine_broken(const struct ek_engine *engine, int promise);
/* Index steps taken since open: comparisons and moves inside the indices, for benchmarks. */
uint64_t ek_engine_steps(const struct ek_engine *engine);
/* Bytes held from the allocator now. */
uint64_t ek_engine_bytes(const struct ek_engine *engine);

/* Where canonical bytes go. Returns false to stop. */
typedef bool ek_engine_sink(void *ctx, const void *bytes, size_t n);
/* Writes the canonical encoding of the state: the snapshot, and what the state hash is taken over.
 * Equal states give equal bytes on every machine. Cost: O(state). */
bool ek_engine_save(const struct ek_engine *engine, ek_engine_sink *sink, void *ctx) EK_MUST_CHECK;
/* Loads what ek_engine_save wrote into a freshly opened engine. Errors: DAMAGE, TOO_NEW. */
bool ek_engine_load(struct ek_engine *engine, const void *bytes, size_t n,
		    struct ek_err *err) EK_MUST_CHECK;
/* Takes over what is outside log and hash: when each teammate was last heard of, and when each team
 * inbox was last looked at (engine/pressure.h). from: an engine at the same seq that knows.
 * Cost: O(teammates + teams). */
void ek_engine_take_activity(struct ek_engine *engine, const struct ek_engine *from);
/* The former alone. from: an engine of the same log that may be ahead of this one. */
void ek_engine_take_seen(struct ek_engine *engine, const struct ek_engine *from);
/* Everybody was heard when the last event was made: what an engine that was made of the log can say
 * of it. Cost: O(teammates). */
void ek_engine_forget_seen(struct ek_engine *engine);
/* A second engine with the same state, for previews. Cost: O(state). Errors: NO_MEMORY. */
bool ek_engine_copy(const struct ek_engine *engine, struct ek_engine **copy,
		    struct ek_err *err) EK_MUST_CHECK;
/* The same, with the second one's memory from elsewhere. */
bool ek_engine_copy_into(const struct ek_engine *engine, struct ek_alloc alloc,
			 struct ek_engine **copy, struct ek_err *err) EK_MUST_CHECK;

#endif
