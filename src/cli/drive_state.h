/* drive_state -- what a drive holds. Private to cli/drive*.c. */
#ifndef EK_CLI_DRIVE_STATE_H
#define EK_CLI_DRIVE_STATE_H

#include "base/arena.h"
#include "cli/drive.h"
#include "cli/names.h"
#include "wire/cmd_json.h"
#include "writer/writer.h"

/* A conversation that arrived in this run. */
struct drive_conv {
	int64_t arrived_at; /* EK_NONE: it did not */
	int64_t handle_ms;  /* EK_NONE = nobody simulated closes it */
	bool at_is_text;
	bool given;
};

/* A closing to come. */
struct drive_due {
	int64_t at;
	uint32_t conversation;
	uint32_t assignment; /* who handles it; 0 = its contact's patience */
};

struct drive_mate {
	uint64_t assigned;
	uint64_t closed;
};

struct drive_text {
	char *p;
	size_t n;
	size_t cap;
};

/* What is being done: where its events come from. */
struct drive_cause {
	const struct ek_cmd_line *line; /* NULL: a closing, or time passing */
	bool at_is_text;
	uint32_t abandons; /* the conversation whose contact goes; 0 = none */
};

/* The keyed commands of the log from some seq on, read a stretch at a time. */
struct drive_kept {
	uint64_t seq;
	uint8_t key[EK_HASH_BYTES];
};
struct drive_own_key {
	uint8_t key[EK_HASH_BYTES];
	uint8_t request[EK_HASH_BYTES];
	bool used;
};
enum { DRIVE_STRETCH = 4096 };
struct drive_again {
	struct ek_engine *engine; /* NULL: all that comes is new */
	struct drive_kept *v;
	uint32_t n;
	uint32_t cap;
	uint32_t at;
	uint64_t next;             /* seq of the row that follows the stretch */
	struct drive_own_key *own; /* the lines' own `key`s so far: open addressing */
	uint32_t own_count;
	uint32_t own_cap;
};

struct drive {
	const struct ek_drive_options *o;
	const struct ek_cli *cli;
	struct ek_alloc alloc;
	struct ek_hash *hash;
	struct ek_names *names;
	struct ek_writer *writer; /* NULL until something new comes */
	struct drive_again again;
	struct ek_arena turn;  /* one line */
	struct ek_json line;   /* what is being told */
	struct drive_text out; /* told when what it tells is on disk */
	struct drive_cause cause;
	uint64_t noted;    /* the last event that was seen */
	uint32_t in_group; /* commands since the last commit */
	bool begun;        /* a line was read */
	ek_time line_at;   /* of the last line */
	uint64_t line_number;
	ek_time last_at;         /* of the last line or closing */
	uint32_t contact_top;    /* the highest contact heard of */
	uint32_t contact_stored; /* the highest whose name the store has */
	/* closings to come: a heap by time, then conversation */
	struct drive_due *dues;
	uint32_t due_count, due_cap;
	struct drive_conv *convs; /* by id less conv_first */
	uint32_t conv_first, conv_count, conv_cap;
	/* the summary */
	struct drive_mate *mates; /* by id */
	uint32_t mate_cap;
	int64_t *waits;
	uint32_t wait_count, wait_cap;
	uint64_t arrived, closed, abandoned, refused, events, broken;
	uint64_t begun_ns;
	bool failed; /* while told of events; why says why */
	struct ek_err why;
};

struct drive_ask {
	const struct ek_cmd *cmd;
	ek_time at;
	const struct ek_writer_key *key;
};

/* ---- drive.c */

/* The engine as it stands. */
const struct ek_engine *ek_drive_engine(const struct drive *d);
/* Lets a command happen. True: it did, or was refused, and *why says with what (EK_OK: it was not).
 * */
bool ek_drive_submit(struct drive *d, const struct drive_ask *ask, struct ek_err *why,
		     struct ek_err *err) EK_MUST_CHECK;
/* What the engine or the writer refuses; all else ends the run. */
bool ek_drive_is_refusal(const struct ek_err *why);
bool ek_drive_commit(struct drive *d, bool more, struct ek_err *err) EK_MUST_CHECK;
/* SHA-256 of a, then n as digits unless it is 0, then b. */
void ek_drive_hash(struct drive *d, const char *a, uint64_t n, ek_str b,
		   uint8_t out[EK_HASH_BYTES]);

/* ---- drive_again.c */

/* Looks whether the file that begins with this line was driven before. */
bool ek_drive_begin(struct drive *d, const uint8_t first[EK_HASH_BYTES],
		    struct ek_err *err) EK_MUST_CHECK;
/* Whether the log has what comes next; when it ends here, all goes to the writer from now on. */
bool ek_drive_is_again(struct drive *d, bool *again, struct ek_err *err) EK_MUST_CHECK;
/* A command decided once more. As ek_drive_submit. */
bool ek_drive_repeat(struct drive *d, const struct drive_ask *ask, struct ek_err *why,
		     struct ek_err *err) EK_MUST_CHECK;
bool ek_drive_tick(struct drive *d, ek_time due, struct ek_err *err) EK_MUST_CHECK;
void ek_drive_forget_again(struct drive *d);

/* ---- drive_sims.c */

/* A conversation arrived; an assignment was made of it. */
bool ek_drive_arrived(struct drive *d, const struct ek_event *e);
bool ek_drive_given(struct drive *d, const struct ek_event *e);
/* A list with room for that many; false with d->why. list: address of the pointer. */
bool ek_drive_grow(struct drive *d, void *list, uint32_t *cap, uint64_t need, size_t size);
/* The record of a conversation of this run; NULL when it is none. */
struct drive_conv *ek_drive_conv(struct drive *d, uint32_t id);
/* Lets all that comes before a line at that time happen, timers and closings. */
bool ek_drive_advance(struct drive *d, ek_time until, bool at_is_text,
		      struct ek_err *err) EK_MUST_CHECK;
/* What is left after the last line. */
bool ek_drive_run_out(struct drive *d, struct ek_err *err) EK_MUST_CHECK;

/* ---- drive_tell.c */

/* Takes in events: each seq once. */
void ek_drive_note(void *drive, const struct ek_events *events);
void ek_drive_tell_refused(struct drive *d, const struct drive_ask *ask, const struct ek_err *why);
bool ek_drive_tell_summary(struct drive *d, struct ek_err *err) EK_MUST_CHECK;
/* Hands over what was told so far. */
void ek_drive_tell_out(struct drive *d);

#endif
