/* replay -- an engine made again from a log: at each start, and whenever somebody wants proof.
 *
 * Reads only. Every event is checked against its checksum and against what the engine may have
 * made; the chain is the verifier's (store/verify.h).
 */
#ifndef EK_WRITER_REPLAY_H
#define EK_WRITER_REPLAY_H

#include "base/arena.h"
#include "engine/engine.h"
#include "store/body.h"
#include "store/log.h"

/* Told of each command that has a key (event NULL), and of each event with the command it belongs
 * to. */
typedef bool ek_replay_note(void *ctx, const struct ek_body_reader *at,
			    const struct ek_event *event, struct ek_err *err);

struct ek_replay {
	struct ek_log *log;
	struct ek_engine *engine; /* at some seq; events up to it are noted, not applied */
	ek_replay_note *note;     /* may be NULL */
	void *ctx;
	struct ek_arena arena; /* the caller inits and finis it; reset for each event */
};

/* Brings the engine to `to` (0 = the end of the log) from its own seq, telling of events from
 * `from` on, which is not beyond the engine's next. Errors: DAMAGE names the first bad event;
 * NOT_FOUND when the log ends before `to`; the log's. Cost: about 1 microsecond an event. */
bool ek_replay_run(struct ek_replay *r, uint64_t from, uint64_t to,
		   struct ek_err *err) EK_MUST_CHECK;

struct ek_replay_options {
	struct ek_alloc alloc;
	uint64_t to;        /* 0 = the end */
	bool from_snapshot; /* from the newest good one not beyond `to`; else from nothing */
};
/* A new engine as that snapshot left it, or empty. It is the caller's, to be closed. */
bool ek_replay_load(struct ek_log *log, const struct ek_replay_options *options,
		    struct ek_engine **engine, struct ek_err *err) EK_MUST_CHECK;
/* A new engine at `to`. It is the caller's, to be closed. */
bool ek_replay_open(struct ek_log *log, const struct ek_replay_options *options,
		    struct ek_engine **engine, struct ek_err *err) EK_MUST_CHECK;

/* The state hash: SHA-256 over ek_engine_save. Cost: O(state). */
bool ek_replay_hash(const struct ek_engine *engine, uint8_t out[EK_HASH_BYTES],
		    struct ek_err *err) EK_MUST_CHECK;

#endif
