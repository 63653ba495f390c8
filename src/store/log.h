/* log -- the one ordered record of everything that happened in a workspace, and what lies beside
 * it.
 *
 * One row is one commit (body.h says what is inside); rows follow each other without a hole, and
 * each carries a chain: chain = SHA-256(chain before || first_seq || last_seq || at_ms || epoch ||
 * body), the numbers as 8 bytes little-endian, the chain before the first row 32 zero bytes. Beside
 * the rows, in the same transactions: the views (views.h), names, snapshots, the epoch. Three
 * backends keep the same promises (log_test.c): memory, an SQLite directory, PostgreSQL. Why so:
 * docs/adr/0007.
 *
 * One writer at a time, one thread at a time. Calls block on the disk or the network.
 * Errors of every call: IO (nothing was written), READ_ONLY (no space or no writing: nothing was
 * written), NO_MEMORY, DAMAGE, FENCED (another writer took over), and OUTCOME_UNKNOWN: a commit was
 * sent and nobody knows; from then on every write answers so, and only a new process may look
 * again.
 */
#ifndef EK_STORE_LOG_H
#define EK_STORE_LOG_H

#include "base/alloc.h"
#include "store/content.h"
#include "sys/hash.h"

enum {
	EK_LOG_FORMAT = 1,     /* what this build writes and reads */
	EK_LOG_KEY_SHIFT = 16, /* keys lie together by first_seq >> so much */
};

struct ek_log;

enum ek_log_mode {
	EK_LOG_READ,   /* beside a writer; never writes, never checkpoints */
	EK_LOG_WRITE,  /* what is there */
	EK_LOG_CREATE, /* made if it is not there */
};

struct ek_log_options {
	/* "memory:", "postgres:CONNINFO" or "postgresql://...", else a directory. Borrowed for the
	 * call. */
	const char *where;
	enum ek_log_mode mode;
	const char *vfs;      /* SQLite only: name of the VFS; NULL = the system's */
	uint64_t wal_bytes;   /* SQLite only: checkpoint above so many; 0 = 16 MiB */
	uint64_t space_floor; /* SQLite only: writes stop below so many free bytes; 0 = 8 MiB */
	/* A backup's: no index of words is made, as it would be plain text. Opening to write
	 * without this makes a missing one from the content. */
	bool without_search;
};

/* Opens a log. *log is the caller's, to be closed. Errors also: IN_USE when another process writes;
 * NOT_FOUND; TOO_NEW when it is not a log that this build knows; DAMAGE when it is older than its
 * head record. */
bool ek_log_open(const struct ek_log_options *options, struct ek_log **log,
		 struct ek_err *err) EK_MUST_CHECK;
/* Checkpoints and marks a clean stop: call before close when all went well. */
bool ek_log_stop(struct ek_log *log, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. Writes nothing. */
void ek_log_close(struct ek_log **log);

/* Where the log ends. seq 0: empty. */
struct ek_log_head {
	uint64_t seq;
	uint64_t first_seq; /* of the last row */
	ek_time at;         /* of the last row */
	uint64_t epoch;     /* of the last row */
	uint8_t chain[EK_HASH_BYTES];
};
const struct ek_log_head *ek_log_head(const struct ek_log *log);
/* Looks again where the log ends: for readers beside a writer. */
bool ek_log_refresh(struct ek_log *log, struct ek_err *err) EK_MUST_CHECK;
/* Whether an outcome is unknown, and everything answers so. */
bool ek_log_is_latched(const struct ek_log *log);
/* Whether views, names and snapshots are kept so that others can see them (not in memory). */
bool ek_log_has_views(const struct ek_log *log);
/* Whether it takes writes now: space, and no unknown outcome. Cost: now and then one look at the
 * disk. */
bool ek_log_check_writable(struct ek_log *log, struct ek_err *err) EK_MUST_CHECK;

/* Syncs the head record if it is behind and checkpoints if it is time: call when idle, at least
 * once a second after a commit. Commits do so by themselves. */
bool ek_log_tidy(struct ek_log *log, struct ek_err *err) EK_MUST_CHECK;

/* Begins a new reign: durable when it returns. Rows of other reigns are then refused as FENCED. */
bool ek_log_take_epoch(struct ek_log *log, uint64_t *epoch, struct ek_err *err) EK_MUST_CHECK;

/* One commit. Everything borrowed for the call. */
struct ek_log_row {
	uint64_t first_seq;
	uint64_t last_seq;
	ek_time at; /* not before the row before */
	uint64_t epoch;
	const uint8_t *body;
	size_t body_n;
	uint8_t chain[EK_HASH_BYTES]; /* read: as stored; append: made, what is given is ignored */
};

/* A transaction: begin, any of append, put, erase, clear, name, meta, snapshot, fold; then commit
 * or rollback. A failed call inside leaves only rollback. */
bool ek_log_begin(struct ek_log *log, struct ek_err *err) EK_MUST_CHECK;
/* The next row; first_seq must be the head's seq + 1 (CONFLICT). Cost: one INSERT, one SHA-256. */
bool ek_log_append(struct ek_log *log, const struct ek_log_row *row,
		   struct ek_err *err) EK_MUST_CHECK;
/* Rows of a view, new or changed: column_count values each, keys distinct. */
bool ek_log_put(struct ek_log *log, enum ek_views view, const struct ek_views_value *values,
		uint32_t rows, struct ek_err *err) EK_MUST_CHECK;
/* Rows of a view whose column (a key column) is that number. */
bool ek_log_erase(struct ek_log *log, enum ek_views view, uint32_t column, int64_t value,
		  struct ek_err *err) EK_MUST_CHECK;
/* Empties every view and sets its seq to 0; keys of requests that made nothing (empty_keys) stay.
 * */
bool ek_log_clear_views(struct ek_log *log, struct ek_err *err) EK_MUST_CHECK;
/* Says to which seq the views are folded. */
bool ek_log_set_view_seq(struct ek_log *log, uint64_t seq, struct ek_err *err) EK_MUST_CHECK;
/* Rows of a content table, new or changed: as many values each as the table has columns, keys
 * distinct. The index of words follows. Texts hold no U+0000. */
bool ek_log_content_put(struct ek_log *log, enum ek_content table,
			const struct ek_views_value *values, uint32_t rows,
			struct ek_err *err) EK_MUST_CHECK;
/* Rows of a content table whose column has that value; null finds nothing. Cost: an index where
 * schema/content.def names one that begins with the column, else the whole table. */
bool ek_log_content_erase(struct ek_log *log, enum ek_content table, uint32_t column,
			  struct ek_views_value value, struct ek_err *err) EK_MUST_CHECK;
/* Rows whose column is set and before that time. */
bool ek_log_content_expire(struct ek_log *log, enum ek_content table, uint32_t column,
			   ek_time before, struct ek_err *err) EK_MUST_CHECK;
/* Forgets the oldest keys if all that lie with them are older than that. Call now and then. */
bool ek_log_expire_keys(struct ek_log *log, ek_time before, struct ek_err *err) EK_MUST_CHECK;
bool ek_log_set_name(struct ek_log *log, int64_t kind, uint32_t id, ek_str name,
		     struct ek_err *err) EK_MUST_CHECK;
bool ek_log_set_meta(struct ek_log *log, const char *name, ek_str value,
		     struct ek_err *err) EK_MUST_CHECK;
/* Keeps the last two. */
bool ek_log_put_snapshot(struct ek_log *log, uint64_t seq, const uint8_t hash[EK_HASH_BYTES],
			 ek_str bytes, struct ek_err *err) EK_MUST_CHECK;
/* On disk when it returns true. */
bool ek_log_commit(struct ek_log *log, struct ek_err *err) EK_MUST_CHECK;
void ek_log_rollback(struct ek_log *log);

/* Called for each row in order; false stops, with err set. May not write to the same log. */
typedef bool ek_log_visit(void *ctx, const struct ek_log_row *row, struct ek_err *err);
/* Events from..to; to 0 = the end. */
struct ek_log_span {
	uint64_t from;
	uint64_t to;
};
/* Rows that hold events of a span. Reads in short turns: no long transaction. */
bool ek_log_each(struct ek_log *log, struct ek_log_span span, ek_log_visit *visit, void *ctx,
		 struct ek_err *err) EK_MUST_CHECK;

/* A request that was answered. first_seq 0: it made no event. */
struct ek_log_key {
	uint8_t key[EK_HASH_BYTES];
	uint8_t request[EK_HASH_BYTES];
	uint8_t actor_kind;
	uint32_t actor_id;
	uint64_t first_seq;
	uint64_t last_seq;
	ek_time at;
};
/* The first 8 bytes of a key, little-endian: what the table of keys knows of it. */
uint64_t ek_log_key_start(const uint8_t *key);
/* The table of keys: a row holds the places of keys whose first event lies in one bucket (seq >>
 * EK_LOG_KEY_SHIFT) and whose start has one low byte (part). A place is the start, 8 bytes, and the
 * low 16 bits of the seq, 2 bytes, little-endian. */
enum { EK_LOG_PLACE_BYTES = 10, EK_LOG_PARTS = 256 };
struct ek_log_place {
	uint64_t start;
	uint64_t seq;
};
void ek_log_write_place(struct ek_log_place place, uint8_t out[EK_LOG_PLACE_BYTES]);
struct ek_log_place ek_log_read_place(const uint8_t bytes[EK_LOG_PLACE_BYTES], int64_t bucket);
/* *found says whether. The table of keys says where in the log, the log says the rest.
 * Cost: one probe for each 65,536 events of the last week, and one row read. */
bool ek_log_find_key(struct ek_log *log, const uint8_t key[EK_HASH_BYTES], struct ek_log_key *out,
		     bool *found, struct ek_err *err) EK_MUST_CHECK;
/* What every key that is kept begins with (ek_log_key_start), in no order that means anything. */
typedef bool ek_log_visit_key(void *ctx, uint64_t key_start, struct ek_err *err);
bool ek_log_each_key(struct ek_log *log, ek_log_visit_key *visit, void *ctx,
		     struct ek_err *err) EK_MUST_CHECK;

bool ek_log_view_seq(struct ek_log *log, uint64_t *seq, struct ek_err *err) EK_MUST_CHECK;
/* A view's rows in the order of their key; values borrow until the callback returns. */
typedef bool ek_log_visit_values(void *ctx, const struct ek_views_value *values, uint32_t n,
				 struct ek_err *err);
bool ek_log_each_value(struct ek_log *log, enum ek_views view, ek_log_visit_values *visit,
		       void *ctx, struct ek_err *err) EK_MUST_CHECK;

/* The rows of a content table whose column has that value, as this transaction or, outside, the
 * last commit left them; in no order that means anything. */
struct ek_log_where {
	enum ek_content table;
	uint32_t column;
	struct ek_views_value value;
};
bool ek_log_content_find(struct ek_log *log, const struct ek_log_where *where,
			 ek_log_visit_values *visit, void *ctx, struct ek_err *err) EK_MUST_CHECK;
/* A content table's rows in the order of their key, read page by page. */
bool ek_log_content_each(struct ek_log *log, enum ek_content table, ek_log_visit_values *visit,
			 void *ctx, struct ek_err *err) EK_MUST_CHECK;
/* Makes the index of words anew from the content, in a transaction of its own. */
bool ek_log_search_rebuild(struct ek_log *log, struct ek_err *err) EK_MUST_CHECK;
/* From hold(true), which also refreshes the head, to hold(false) all that is read is one state.
 * Short: it holds the -wal and the vacuum back. Not within a transaction. */
bool ek_log_hold(struct ek_log *log, bool on, struct ek_err *err) EK_MUST_CHECK;

/* The lowest id of that name; 0 = none. */
bool ek_log_find_name(struct ek_log *log, int64_t kind, ek_str name, uint32_t *id,
		      struct ek_err *err) EK_MUST_CHECK;
/* Names of a kind, by id. */
typedef bool ek_log_visit_name(void *ctx, uint32_t id, ek_str name, struct ek_err *err);
bool ek_log_each_name(struct ek_log *log, int64_t kind, ek_log_visit_name *visit, void *ctx,
		      struct ek_err *err) EK_MUST_CHECK;
/* Cut at EK_LOG_META_MAX - 1 bytes, ended; *n is its whole length, -1 = not there. */
enum { EK_LOG_META_MAX = 256 };
bool ek_log_get_meta(struct ek_log *log, const char *name, char out[EK_LOG_META_MAX], int64_t *n,
		     struct ek_err *err) EK_MUST_CHECK;
/* What stands there in a backup whose rows are sealed (store/backup.h): it is not written to. */
#define EK_LOG_MARK "sealed"
/* That; out[0] 0: it has none, or nothing stands in it. */
bool ek_log_mark(struct ek_log *log, char out[EK_LOG_META_MAX], struct ek_err *err) EK_MUST_CHECK;
/* A version that stands there, as "content" (store/content.h); 0 = the store knows of none such. */
bool ek_log_version(struct ek_log *log, const char *name, int64_t *version,
		    struct ek_err *err) EK_MUST_CHECK;
/* Each snapshot, newest first; bytes borrow until the callback returns. Returning false with err
 * untouched is how to stop: stopped comes back as true. */
struct ek_log_snapshot {
	uint64_t seq;
	uint8_t hash[EK_HASH_BYTES];
	const uint8_t *bytes;
	size_t n;
};
typedef bool ek_log_visit_snapshot(void *ctx, const struct ek_log_snapshot *snapshot);
bool ek_log_each_snapshot(struct ek_log *log, ek_log_visit_snapshot *visit, void *ctx,
			  struct ek_err *err) EK_MUST_CHECK;

/* The chain of a row over the chain before it. */
void ek_log_chain(struct ek_hash *hash, const uint8_t before[EK_HASH_BYTES],
		  const struct ek_log_row *row, uint8_t out[EK_HASH_BYTES]);

/* What was done since open, for benchmarks. */
struct ek_log_counts {
	uint64_t commits;
	uint64_t rows;      /* of the log */
	uint64_t view_rows; /* put into views */
	uint64_t checkpoints;
};
struct ek_log_counts ek_log_counts(const struct ek_log *log);

/* The release of SQLite that is in use, such as "3.40.1"; static. */
const char *ek_log_sqlite_version(void);

#endif
