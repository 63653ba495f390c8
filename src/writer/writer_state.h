/* writer_state -- what a writer holds. Private to writer/writer*.c. */
#ifndef EK_WRITER_WRITER_STATE_H
#define EK_WRITER_WRITER_STATE_H

#include "base/arena.h"
#include "store/body.h"
#include "writer/committer.h"
#include "writer/fold.h"
#include "writer/keys.h"
#include "writer/writer.h"

struct ek_writer_pending_name {
	int64_t kind;
	uint32_t id;
	ek_str name; /* in the turn's arena */
};

/* One change of content, in the turn's arena. */
struct ek_writer_pending_row {
	struct ek_writer_pending_row *next;
	enum ek_content table;
	struct ek_views_value *values; /* NULL: an erasure */
	uint32_t column;
	struct ek_views_value value;
};

/* What was sent, until it is asked what became of it. */
enum ek_writer_flight {
	EK_WRITER_GROUNDED, /* nothing was sent */
	EK_WRITER_FLYING,   /* the log is the committer's alone */
	EK_WRITER_LANDED,
	EK_WRITER_LOST, /* and the writer is spoiled */
};

struct ek_writer {
	struct ek_writer_options options;
	struct ek_log *log;
	struct ek_committer *committer; /* NULL until something is sent */
	enum ek_writer_flight flight;
	struct ek_engine *engine;
	struct ek_body body;   /* the pending row */
	uint64_t body_first;   /* its first seq */
	ek_time body_at;       /* its first event's time */
	struct ek_fold *fold;  /* what the views lack, pending included */
	struct ek_keys keys;   /* the same for keys */
	uint32_t keys_on_disk; /* how many of them are in committed rows */
	uint32_t empties;      /* of the rest, those of requests that made nothing */
	struct ek_arena turn;  /* until the commit */
	struct ek_writer_pending_name *names;
	uint32_t name_count;
	uint32_t name_cap;
	struct ek_writer_pending_row *first_row; /* of content, in order */
	struct ek_writer_pending_row *last_row;
	/* Of each table, unless something was erased of it since; NULL = none. */
	struct ek_writer_pending_row *latest[EK_CONTENT_COUNT];
	uint64_t epoch;
	bool has_epoch;      /* the log knows it */
	bool opened_epoch;   /* epoch.opened is in the log, or pending */
	bool opened_on_disk; /* it is on disk */
	bool spoiled;        /* what is pending cannot be written whole; why says why */
	bool dead;           /* could not be loaded again after a failure */
	struct ek_err why;
	uint64_t losses;   /* commits that failed */
	uint64_t view_seq; /* to which the store's views are folded */
	uint64_t lag_ns;   /* since when the views lag; 0 = they do not */
	uint64_t snapshot_seq;
	ek_time expired_at; /* when keys were last looked over */
	ek_time deaf_since; /* the disk is full, and somebody was refused; EK_NO_TIME = it is not */
	struct ek_writer_counts counts;
};

/* writer_load.c: makes engine, keys and fold what the log says, and folds what the views lack. */
bool ek_writer_load(struct ek_writer *w, struct ek_err *err) EK_MUST_CHECK;
/* Throws away everything that came from the log. */
void ek_writer_unload(struct ek_writer *w);
/* writer_commit.c: the log is the writer's own again; what was sent landed or is lost. */
void ek_writer_await(struct ek_writer *w);
/* writer_fold.c: puts what the views lack, inside a transaction. */
bool ek_writer_put_views(struct ek_writer *w, uint64_t seq, struct ek_err *err) EK_MUST_CHECK;
/* Puts the keys of requests that made nothing, which no row of the log can give back. */
bool ek_writer_put_empties(struct ek_writer *w, struct ek_err *err) EK_MUST_CHECK;
/* After the commit of put_views. */
void ek_writer_note_folded(struct ek_writer *w, uint64_t seq);

/* writer_content.c: puts the pending content, inside a transaction. */
bool ek_writer_put_content(struct ek_writer *w, struct ek_err *err) EK_MUST_CHECK;
/* It is on disk, or given up; its memory is the turn's. */
void ek_writer_forget_content(struct ek_writer *w);
/* What is pending cannot be written whole, and the engine is ahead of it: says false. */
bool ek_writer_spoil(struct ek_writer *w, const struct ek_err *err);

#endif
