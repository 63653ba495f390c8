/* writer -- the one place where facts are made: decides, appends, folds the views, answers.
 *
 *   take, take, take ...   each decided by the engine at once, its events put into the pending row;
 *   commit                 that row and its views made durable in one transaction;
 *   send ... land          the same while more is taken.
 *
 * An answer of take is provisional: nobody may be told before commit returned true. Where commit
 * fails, all that were pending share its error, and the writer stands again where the disk stands
 * (a clean failure) or takes nothing more (OUTCOME_UNKNOWN: end the process, exit code 7).
 *
 * The views may lag behind the log only while more commands wait: at most by fold_events events and
 * fold_ms. view_state in the store says to which seq they are folded; a start folds what is
 * missing. Why: docs/adr/0007. One thread at a time (writer/group.h puts a queue in front).
 */
#ifndef EK_WRITER_WRITER_H
#define EK_WRITER_WRITER_H

#include "engine/engine.h"
#include "store/content.h"
#include "store/log.h"

enum {
	EK_WRITER_FOLD_EVENTS = 65536,
	EK_WRITER_FOLD_MS = 1000,
	EK_WRITER_SNAPSHOT_EVENTS = 500000,
	EK_WRITER_KEY_DAYS = 7,
};

struct ek_writer;

struct ek_writer_options {
	struct ek_log *log; /* borrowed; opened to write */
	struct ek_alloc alloc;
	uint64_t snapshot_events; /* 0 = EK_WRITER_SNAPSHOT_EVENTS; UINT64_MAX = none */
	uint32_t fold_events;     /* 0 = EK_WRITER_FOLD_EVENTS */
	/* When the reign begins, for epoch.opened; EK_NO_TIME = the time of the last event. */
	ek_time at;
	/* epoch.opened goes with the first command that makes something, rather than at open: a
	 * reign in which nothing was asked leaves the log as it was. */
	bool lazy_epoch;
	/* No epoch.opened at all: in virtual time a run that was cut and goes on is the same run.
	 * The rows carry their epoch all the same. */
	bool quiet_epoch;
	/* A server, which nobody can reach while it is down: each reign over a log that goes on
	 * begins with server.started too, so that what was due meanwhile happens at that time and
	 * nobody's silence counts. */
	bool is_server;
	bool rebuild; /* fold all views anew */
	/* Told of each batch of events as it is made, those of timers included: provisional, as
	 * answers are, and the engine's until it returns. NULL = nobody. */
	void (*made)(void *ctx, const struct ek_events *events);
	void *made_ctx;
};

/* Loads the newest good snapshot, replays the tail, folds what the views lack, begins a reign. On a
 * full disk it opens all the same and answers READ_ONLY until there is space. *w is the caller's.
 * Errors: the log's, DAMAGE. */
bool ek_writer_open(const struct ek_writer_options *options, struct ek_writer **w,
		    struct ek_err *err) EK_MUST_CHECK;
/* Folds, writes a snapshot, has the log stop cleanly. Nothing may be pending. */
bool ek_writer_stop(struct ek_writer *w, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. Writes nothing: what is pending is lost. */
void ek_writer_close(struct ek_writer **w);

/* The idempotency key's hash and the hash of what was asked. */
struct ek_writer_key {
	uint8_t key[EK_HASH_BYTES];
	uint8_t request[EK_HASH_BYTES];
};

struct ek_request {
	const struct ek_cmd *cmd;        /* NULL: content only (ek_writer_put), no event */
	ek_time at;                      /* lifted to the last event's time if before it */
	const struct ek_writer_key *key; /* NULL = none */
	/* May be NULL. Asked before the command is decided, unless the answer is repeated: false
	 * refuses it. Sees what is on disk. */
	bool (*check)(void *ctx, struct ek_err *err);
	void *check_ctx;
	struct ek_actor by; /* who asks, where there is no command that says so */
};

struct ek_answer {
	uint64_t first_seq; /* 0: it made nothing */
	uint64_t last_seq;
	struct ek_events events; /* the engine's until the next take; none when repeated */
	uint32_t id;             /* of the first conversation, teammate or team it made; 0 */
	bool repeated;           /* an earlier answer, again */
};

/* What is due at or before r->at is ticked first. Errors: the engine's refusals (nothing was
 * taken); KEY_REUSED; READ_ONLY, OUTCOME_UNKNOWN, FENCED: not taken; NO_MEMORY, LIMIT: then also
 * all that is pending is lost, and the next commit says so. */
bool ek_writer_take(struct ek_writer *w, const struct ek_request *r, struct ek_answer *a,
		    struct ek_err *err) EK_MUST_CHECK;
/* Ticks what is due at or before that time. Errors as take. */
bool ek_writer_tick(struct ek_writer *w, ek_time now, struct ek_err *err) EK_MUST_CHECK;
/* Takes over what an engine at the same seq heard of activity, which is not in the log. */
void ek_writer_take_activity(struct ek_writer *w, const struct ek_engine *from);
/* A name for an id (kinds below), in the pending transaction. Errors: NO_MEMORY. */
enum ek_writer_name {
	EK_WRITER_NAME_CONVERSATION = 1,
	EK_WRITER_NAME_TEAMMATE = 2,
	EK_WRITER_NAME_TEAM = 3,
	EK_WRITER_NAME_CONTACT = 4,
	EK_WRITER_NAME_DRIVE =
		5, /* of a driven file: 1 + the seq after which it began (cli/drive.h) */
};
bool ek_writer_set_name(struct ek_writer *w, enum ek_writer_name kind, uint32_t id, ek_str name,
			struct ek_err *err) EK_MUST_CHECK;
/* Content: rows of a table of schema/content.def, in the pending transaction; column_count values,
 * copied. They are what was last put or erased, in that order. Errors: NO_MEMORY, and then all that
 * is pending is lost. */
bool ek_writer_put(struct ek_writer *w, enum ek_content table, const struct ek_views_value *values,
		   struct ek_err *err) EK_MUST_CHECK;
/* Erases the rows whose column has that value. */
struct ek_writer_erasure {
	enum ek_content table;
	uint32_t column;
	struct ek_views_value value;
};
bool ek_writer_erase(struct ek_writer *w, const struct ek_writer_erasure *what,
		     struct ek_err *err) EK_MUST_CHECK;
/* The same from inside of a request's `made`, where nobody can turn back: for want of memory the
 * writer gives up all that is pending, and the commit says so. */
void ek_writer_add(struct ek_writer *w, enum ek_content table, const struct ek_views_value *values);
void ek_writer_remove(struct ek_writer *w, const struct ek_writer_erasure *what);
/* Makes all pending durable. more: further commands wait, so the views may lag. Nothing pending and
 * nothing to fold: returns true at once. */
bool ek_writer_commit(struct ek_writer *w, bool more, struct ek_err *err) EK_MUST_CHECK;
/* As commit with `more`, but returns while the disk works: what is taken meanwhile is decided in
 * that time. One at a time; land must come before the next commit, send, idle, snapshot or counts.
 * Where views must be folded or a snapshot is due it waits as commit does. Errors: as commit, and
 * then nothing was sent. */
bool ek_writer_send(struct ek_writer *w, struct ek_err *err) EK_MUST_CHECK;
/* Whether land would not wait. */
bool ek_writer_has_landed(const struct ek_writer *w);
/* Waits for what was sent; nobody may be told of it before. False: it is lost, and all that was
 * taken since with it. Nothing was sent: true. Errors: as commit. */
bool ek_writer_land(struct ek_writer *w, struct ek_err *err) EK_MUST_CHECK;
/* When idle, about once a second: folds what lags, syncs what is behind. */
bool ek_writer_idle(struct ek_writer *w, struct ek_err *err) EK_MUST_CHECK;
/* Writes a snapshot now. Nothing may be pending. */
bool ek_writer_snapshot(struct ek_writer *w, struct ek_err *err) EK_MUST_CHECK;

/* For looking only; ahead of the disk by what is pending; another one after a failed commit. */
const struct ek_engine *ek_writer_engine(const struct ek_writer *w);
/* The same for explanations (engine/explain.h), which leave it as it was. */
struct ek_engine *ek_writer_explained(struct ek_writer *w);
/* Whether it takes nothing more (an unknown outcome, another writer, a log that cannot be read
 * again): its engine is then nobody's to look at. End the process; err says why, may be NULL. */
bool ek_writer_is_dead(const struct ek_writer *w, struct ek_err *err);
/* Whether a command would be taken now. Errors: READ_ONLY, OUTCOME_UNKNOWN, FENCED. */
bool ek_writer_check(struct ek_writer *w, struct ek_err *err);
/* How often what was pending was lost. Who remembers what it put last looks at the store again when
 * this has changed. */
uint64_t ek_writer_losses(const struct ek_writer *w);
/* Whether anything is pending. */
bool ek_writer_is_pending(const struct ek_writer *w);
uint64_t ek_writer_epoch(const struct ek_writer *w);

struct ek_writer_counts {
	uint64_t commands; /* taken */
	uint64_t repeats;
	uint64_t ticks;
	uint64_t commits;
	uint64_t folds;
	uint64_t fold_rows; /* put into views */
	uint64_t fold_ns;   /* spent folding */
	uint64_t body_bytes;
	uint64_t key_lookups; /* that had to ask the store */
};
struct ek_writer_counts ek_writer_counts(const struct ek_writer *w);

#endif
