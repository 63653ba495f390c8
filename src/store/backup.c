#include "store/backup.h"

#include <string.h>

#include "store/verify.h"
#include "sys/disk.h"

enum { ROWS_A_COMMIT = 256, NAME_KINDS = 8, BODY_BYTES_A_COMMIT = 16 * 1024 * 1024 };

struct copy {
	const struct ek_backup_options *options;
	struct ek_log *to;
	struct ek_backup_report *report;
	enum ek_content table; /* being copied */
	int64_t kind;          /* of the names being copied */
	uint64_t epoch;
	uint64_t content_rows; /* read back */
	uint32_t in_commit;
	size_t bytes;
	bool failed;
	struct ek_err *err;
};

static bool turn(struct copy *c, struct ek_err *err)
{
	c->in_commit = 0;
	c->bytes = 0;
	return ek_log_commit(c->to, err) && ek_log_begin(c->to, err);
}

/* The copy's rows carry the epochs that they were written in, so the copy's reign follows along. */
static bool follow_epoch(struct copy *c, uint64_t epoch, struct ek_err *err)
{
	if (epoch == c->epoch)
		return true;
	if (epoch < c->epoch || epoch - c->epoch > 1000000)
		return ek_fail(err, EK_DAMAGE, "epoch %llu does not follow epoch %llu",
			       (unsigned long long)epoch, (unsigned long long)c->epoch);
	if (!ek_log_commit(c->to, err))
		return false;
	while (c->epoch < epoch) {
		if (!ek_log_take_epoch(c->to, &c->epoch, err))
			return false;
	}
	return ek_log_begin(c->to, err);
}

static bool copy_row(void *ctx, const struct ek_log_row *row, struct ek_err *err)
{
	struct copy *c = ctx;
	if (!follow_epoch(c, row->epoch, err) || !ek_log_append(c->to, row, err))
		return false;
	c->report->rows++;
	c->report->events += row->last_seq - row->first_seq + 1;
	c->bytes += row->body_n;
	return (++c->in_commit < ROWS_A_COMMIT && c->bytes < BODY_BYTES_A_COMMIT) || turn(c, err);
}

static bool copy_name(void *ctx, uint32_t id, ek_str name, struct ek_err *err)
{
	struct copy *c = ctx;
	return ek_log_set_name(c->to, c->kind, id, name, err) &&
	       (++c->in_commit < 16 * ROWS_A_COMMIT || turn(c, err));
}

/* They are nowhere in the rows, and so would not come back with the views. */
static bool copy_empty_key(void *ctx, const struct ek_views_value *v, uint32_t n,
			   struct ek_err *err)
{
	struct copy *c = ctx;
	ek_assert(n == ek_views_table(EK_VIEWS_EMPTY_KEYS)->column_count);
	return ek_log_put(c->to, EK_VIEWS_EMPTY_KEYS, v, 1, err) &&
	       (++c->in_commit < 16 * ROWS_A_COMMIT || turn(c, err));
}

static size_t bytes_of(const struct ek_views_value *v, uint32_t n)
{
	size_t bytes = 0;
	for (uint32_t i = 0; i < n; i++)
		bytes += sizeof v->i + v[i].n;
	return bytes;
}

static bool copy_content_row(void *ctx, const struct ek_views_value *v, uint32_t n,
			     struct ek_err *err)
{
	struct copy *c = ctx;
	struct ek_views_value row[EK_VIEWS_COLUMNS_MAX] = {0};
	bool goes = false;
	/* One of an earlier version may lack the columns at the end. */
	ek_assert(n <= ek_content_table(c->table)->column_count);
	memcpy(row, v, n * sizeof *v);
	if (c->options->row != NULL && !c->options->row(c->options->ctx, c->table, row, &goes, err))
		return false;
	if (goes)
		return true;
	c->report->content_rows++;
	c->bytes += bytes_of(row, n);
	return ek_log_content_put(c->to, c->table, row, 1, err) &&
	       ((++c->in_commit < 16 * ROWS_A_COMMIT && c->bytes < BODY_BYTES_A_COMMIT) ||
		turn(c, err));
}

/* A log of before there was content has none; one of an earlier version has fewer tables. */
static bool each_content(struct ek_log *from, ek_log_visit_values *visit, struct copy *c,
			 struct ek_err *err)
{
	int64_t version;
	if (!ek_log_version(from, "content", &version, err))
		return false;
	for (int t = 0; t < EK_CONTENT_COUNT; t++) {
		c->table = (enum ek_content)t;
		/* Keys lie apart (backup_keys.h). */
		if (t == EK_CONTENT_FILE_KEYS || t == EK_CONTENT_CONTACT_KEYS ||
		    !ek_content_has(version, c->table))
			continue;
		if (!ek_log_content_each(from, c->table, visit, c, err))
			return false;
	}
	return true;
}

/* The content as one state, and where the log ended then. */
static bool copy_content(struct copy *c, struct ek_log *from, struct ek_log_head *head,
			 struct ek_err *err)
{
	struct ek_err ignored;
	if (!ek_log_hold(from, true, err))
		return false;
	*head = *ek_log_head(from);
	bool ok = each_content(from, copy_content_row, c, err);
	return ek_log_hold(from, false, ok ? err : &ignored) && ok;
}

static bool count_content_row(void *ctx, const struct ek_views_value *v, uint32_t n,
			      struct ek_err *err)
{
	struct copy *c = ctx;
	(void)v;
	(void)n;
	(void)err;
	c->content_rows++;
	return true;
}

static bool copy_snapshot(void *ctx, const struct ek_log_snapshot *s)
{
	struct copy *c = ctx;
	uint8_t hash[EK_HASH_BYTES];
	ek_hash_once(s->bytes, s->n, hash);
	if (s->seq > c->report->seq || memcmp(hash, s->hash, EK_HASH_BYTES) != 0)
		return true;
	c->failed = !ek_log_put_snapshot(c->to, s->seq, s->hash,
					 (ek_str){(const char *)s->bytes, (uint32_t)s->n}, c->err);
	return false;
}

static bool set_mark(const struct copy *c, struct ek_err *err)
{
	const char *mark = c->options->mark;
	return mark == NULL ||
	       ek_log_set_meta(c->to, EK_LOG_MARK, (ek_str){mark, (uint32_t)strlen(mark)}, err);
}

static bool copy_all(struct copy *c, struct ek_log *from, struct ek_log_head *head,
		     struct ek_err *err)
{
	if (!ek_log_begin(c->to, err) || !set_mark(c, err) || !copy_content(c, from, head, err))
		return false;
	c->report->seq = head->seq;
	memcpy(c->report->chain, head->chain, EK_HASH_BYTES);
	if (head->seq > 0 &&
	    !ek_log_each(from, (struct ek_log_span){1, head->seq}, copy_row, c, err))
		return false;
	for (c->kind = 1; c->kind <= NAME_KINDS; c->kind++) {
		if (!ek_log_each_name(from, c->kind, copy_name, c, err))
			return false;
	}
	return ek_log_each_value(from, EK_VIEWS_EMPTY_KEYS, copy_empty_key, c, err) &&
	       ek_log_each_snapshot(from, copy_snapshot, c, err) && !c->failed &&
	       ek_log_commit(c->to, err);
}

static bool read_back(struct copy *c, const struct ek_log_head *head, struct ek_alloc alloc,
		      struct ek_err *err)
{
	struct ek_verify_report v;
	struct ek_log *to = c->to;
	if (!ek_verify_log(to, alloc, &v, err) || !each_content(to, count_content_row, c, err))
		return false;
	if (ek_log_has_views(to) && c->content_rows != c->report->content_rows)
		return ek_fail(err, EK_DAMAGE, "the copy has %llu rows of content, not %llu",
			       (unsigned long long)c->content_rows,
			       (unsigned long long)c->report->content_rows);
	if (!v.ok)
		return ek_fail(err, EK_DAMAGE, "%s", v.sentence);
	return (v.last_seq == head->seq && memcmp(v.chain, head->chain, EK_HASH_BYTES) == 0) ||
	       ek_fail(err, EK_DAMAGE, "the copy ends at %llu and is not the same log",
		       (unsigned long long)v.last_seq);
}

static bool is_directory(const char *where)
{
	return strchr(where, ':') == NULL;
}

static bool begin_copy(const char *to, struct ek_err *err)
{
	return !is_directory(to) ||
	       (ek_disk_dir_make(to, err) && ek_disk_write(to, EK_BACKUP_UNFINISHED, "", 0, err));
}

bool ek_backup_finish(const char *to, struct ek_err *err)
{
	return !is_directory(to) || ek_disk_remove(to, EK_BACKUP_UNFINISHED, err);
}

bool ek_backup_check_whole(const char *where, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	if (!is_directory(where))
		return true;
	return ek_disk_path(where, EK_BACKUP_UNFINISHED, path, err) &&
	       (!ek_disk_exists(path) ||
		ek_fail(err, EK_CONFLICT,
			"%s is a copy that was cut off and is not whole: remove it, and copy again",
			where));
}

bool ek_backup_copy(struct ek_log *from, const struct ek_backup_options *options,
		    struct ek_backup_report *report, struct ek_err *err)
{
	*report = (struct ek_backup_report){0};
	const char *to = options->to;
	if (is_directory(to) && !ek_disk_dir_empty(to))
		return ek_fail(err, EK_NOT_EMPTY, "%s is not empty", to);
	struct ek_log *log;
	const struct ek_log_options how = {
		.where = to, .mode = EK_LOG_CREATE, .without_search = true};
	if (!begin_copy(to, err) || !ek_log_open(&how, &log, err))
		return false;
	struct ek_log_head head;
	struct copy c = {.options = options, .to = log, .report = report, .err = err};
	bool ok = ek_log_head(log)->seq == 0 ||
		  ek_fail(err, EK_NOT_EMPTY, "%s holds a log already", to);
	ok = ok && copy_all(&c, from, &head, err);
	if (!ok)
		ek_log_rollback(log);
	ok = ok && ek_log_stop(log, err) && read_back(&c, &head, options->alloc, err);
	ek_log_close(&log);
	return ok;
}
