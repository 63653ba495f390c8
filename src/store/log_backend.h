/* log_backend -- what a backend of the log gives to log.c. Private to store/log*.c.
 *
 * A backend begins with a struct ek_log. log.c has checked modes, latches and order before it
 * calls; a backend says what happened, with OUTCOME_UNKNOWN wherever a sync or a commit's answer
 * failed.
 */
#ifndef EK_STORE_LOG_BACKEND_H
#define EK_STORE_LOG_BACKEND_H

#include "store/log.h"

struct ek_log_backend {
	void (*close)(struct ek_log *log);
	bool (*stop)(struct ek_log *log, struct ek_err *err);
	bool (*refresh)(struct ek_log *log, struct ek_err *err); /* fills log->head */
	bool (*tidy)(struct ek_log *log, struct ek_err *err);
	bool (*check_writable)(struct ek_log *log, struct ek_err *err);
	bool (*take_epoch)(struct ek_log *log, uint64_t *epoch, struct ek_err *err);

	bool (*begin)(struct ek_log *log, struct ek_err *err);
	bool (*append)(struct ek_log *log, const struct ek_log_row *row, struct ek_err *err);
	bool (*put)(struct ek_log *log, enum ek_views view, const struct ek_views_value *values,
		    uint32_t rows, struct ek_err *err);
	bool (*erase)(struct ek_log *log, enum ek_views view, uint32_t column, int64_t value,
		      struct ek_err *err);
	bool (*clear_views)(struct ek_log *log, struct ek_err *err);
	bool (*set_view_seq)(struct ek_log *log, uint64_t seq, struct ek_err *err);
	bool (*put_content)(struct ek_log *log, enum ek_content table,
			    const struct ek_views_value *values, uint32_t rows, struct ek_err *err);
	bool (*erase_content)(struct ek_log *log, const struct ek_log_where *where,
			      struct ek_err *err);
	/* Rows whose number is below where->value. */
	bool (*expire_content)(struct ek_log *log, const struct ek_log_where *where,
			       struct ek_err *err);
	bool (*expire_keys)(struct ek_log *log, ek_time before, struct ek_err *err);
	bool (*set_name)(struct ek_log *log, int64_t kind, uint32_t id, ek_str name,
			 struct ek_err *err);
	bool (*set_meta)(struct ek_log *log, const char *name, ek_str value, struct ek_err *err);
	bool (*put_snapshot)(struct ek_log *log, const struct ek_log_snapshot *snapshot,
			     struct ek_err *err);
	/* Tidies up after itself once the commit is good (head record, checkpoint): a failure there
	 * sets log->latched and does not take the commit back. log->next is what was appended. */
	bool (*commit)(struct ek_log *log, struct ek_err *err);
	void (*rollback)(struct ek_log *log);

	/* first_seq of the row that holds a seq; the seq itself when it is before all rows. */
	bool (*row_start)(struct ek_log *log, uint64_t seq, uint64_t *start, struct ek_err *err);
	/* Rows whose first_seq is in the span, at most a few. */
	bool (*rows)(struct ek_log *log, struct ek_log_span span, ek_log_visit *visit, void *ctx,
		     struct ek_err *err);
	/* key->key is what to look for; the rest is filled. */
	bool (*find_key)(struct ek_log *log, struct ek_log_key *key, bool *found,
			 struct ek_err *err);
	bool (*each_key)(struct ek_log *log, ek_log_visit_key *visit, void *ctx,
			 struct ek_err *err);
	bool (*view_seq)(struct ek_log *log, uint64_t *seq, struct ek_err *err);
	bool (*each_value)(struct ek_log *log, enum ek_views view, ek_log_visit_values *visit,
			   void *ctx, struct ek_err *err);
	bool (*each_content)(struct ek_log *log, enum ek_content table, ek_log_visit_values *visit,
			     void *ctx, struct ek_err *err);
	bool (*find_content)(struct ek_log *log, const struct ek_log_where *where,
			     ek_log_visit_values *visit, void *ctx, struct ek_err *err);
	/* Makes the index of words anew, in a transaction. */
	bool (*rebuild_search)(struct ek_log *log, struct ek_err *err);
	bool (*hold)(struct ek_log *log, bool on, struct ek_err *err);
	bool (*find_name)(struct ek_log *log, int64_t kind, ek_str name, uint32_t *id,
			  struct ek_err *err);
	bool (*each_name)(struct ek_log *log, int64_t kind, ek_log_visit_name *visit, void *ctx,
			  struct ek_err *err);
	bool (*get_meta)(struct ek_log *log, const char *name, char out[EK_LOG_META_MAX],
			 int64_t *n, struct ek_err *err);
	bool (*each_snapshot)(struct ek_log *log, ek_log_visit_snapshot *visit, void *ctx,
			      struct ek_err *err);
};

struct ek_log {
	const struct ek_log_backend *backend;
	struct ek_hash *hash;
	enum ek_log_mode mode;
	bool has_views;
	bool in_transaction;
	bool latched;
	struct ek_log_head head; /* on disk */
	struct ek_log_head next; /* with what this transaction appended */
	struct ek_log_counts counts;
};

/* Latches on an unknown outcome; passes ok on. */
bool ek_log_note(struct ek_log *log, bool ok, const struct ek_err *err) EK_MUST_CHECK;
/* Looks for the command at seq in its row; *found when it has key->key, and then fills the rest.
 * Errors: DAMAGE. */
bool ek_log_read_key(struct ek_log *log, uint64_t seq, struct ek_log_key *key, bool *found,
		     struct ek_err *err) EK_MUST_CHECK;

bool ek_log_open_memory(const struct ek_log_options *options, struct ek_log **log,
			struct ek_err *err) EK_MUST_CHECK;
bool ek_log_open_sqlite(const struct ek_log_options *options, struct ek_log **log,
			struct ek_err *err) EK_MUST_CHECK;
bool ek_log_open_postgres(const struct ek_log_options *options, struct ek_log **log,
			  struct ek_err *err) EK_MUST_CHECK;

#endif
