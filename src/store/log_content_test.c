/* Content in every backend's transactions: kept, found, erased, carried by a backup, and there in a
 * store that is older than it. */
#include "store/content.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <sqlite3.h>

#include "store/backup.h"
#include "store/cluster.h"
#include "store/log.h"
#include "store/report.h"
#include "sys/heap.h"

enum backend { MEMORY, SQLITE, POSTGRES };

struct fixture {
	enum backend backend;
	struct ek_cluster cluster;
	char place[EK_SCRATCH_PATH];
	char where[EK_SCRATCH_PATH];
	struct ek_log *log;
	struct ek_err err;
};

static struct ek_log *open_at(struct fixture *f, const char *where, enum ek_log_mode mode)
{
	const struct ek_log_options o = {.where = where, .mode = mode};
	struct ek_log *log = NULL;
	if (!ek_log_open(&o, &log, &f->err))
		return NULL;
	return log;
}

static int set_up(void **state)
{
	struct fixture *f = *state;
	uint64_t epoch;
	ek_scratch_make(f->place);
	if (f->backend == MEMORY)
		ek_format(f->where, sizeof f->where, "memory:");
	if (f->backend == SQLITE)
		ek_format(f->where, sizeof f->where, "%s/data", f->place);
	if (f->backend == POSTGRES)
		ek_cluster_database(&f->cluster, f->where);
	f->log = open_at(f, f->where, EK_LOG_CREATE);
	if (f->log == NULL)
		fail_msg("%s", f->err.msg);
	assert_true(ek_log_take_epoch(f->log, &epoch, &f->err));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ek_log_close(&f->log);
	ek_scratch_remove(f->place);
	return 0;
}

static void must(struct fixture *f, bool ok)
{
	if (!ok)
		fail_msg("%s: %s", f->err.where, f->err.msg);
}

static void put_tag(struct fixture *f, int64_t tag, ek_str name, int64_t created)
{
	struct ek_views_value v[EK_CONTENT_TAGS_WIDTH] = {0};
	v[EK_CONTENT_TAGS_TAG] = ek_views_int(tag);
	v[EK_CONTENT_TAGS_NAME] = ek_views_text(name);
	v[EK_CONTENT_TAGS_NAME_KEY] = ek_views_text(name);
	v[EK_CONTENT_TAGS_CREATED_MS] = ek_views_int(created);
	must(f, ek_log_content_put(f->log, EK_CONTENT_TAGS, v, 1, &f->err));
}

/* Rows as text: "1=name 2=- ". */
struct seen {
	uint32_t n;
	char text[1024];
};

static bool see_tag(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)err;
	struct seen *s = ctx;
	char name[64] = "-";
	assert_int_equal(n, EK_CONTENT_TAGS_WIDTH);
	const struct ek_views_value *text = &v[EK_CONTENT_TAGS_NAME];
	if (text->kind == EK_VIEWS_TEXT) {
		assert_true(text->n < sizeof name);
		memcpy(name, text->p, text->n);
		name[text->n] = '\0';
	}
	s->n++;
	size_t at = strlen(s->text);
	ek_format(s->text + at, sizeof s->text - at, "%lld=%s ", (long long)v[0].i, name);
	return true;
}

static void expect_tags(struct fixture *f, struct ek_log *log, const char *expected)
{
	struct seen s = {0};
	must(f, ek_log_content_each(log, EK_CONTENT_TAGS, see_tag, &s, &f->err));
	assert_string_equal(s.text, f->backend == MEMORY ? "" : expected);
}

struct expected_row {
	const struct ek_views_table *table;
	uint32_t rows;
};

static bool see_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)err;
	struct expected_row *e = ctx;
	e->rows++;
	assert_int_equal(n, e->table->column_count);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(v[i].kind, e->table->columns[i].kind);
		if (v[i].kind == EK_VIEWS_INT)
			assert_int_equal(v[i].i, i + 1);
		else
			assert_memory_equal(v[i].p, "it's \"x\\", v[i].n);
	}
	return true;
}

static void every_table_takes_a_row_and_gives_it_back(void **state)
{
	struct fixture *f = *state;
	for (int t = 0; t < EK_CONTENT_COUNT; t++) {
		const struct ek_views_table *table = ek_content_table((enum ek_content)t);
		struct ek_views_value v[EK_VIEWS_COLUMNS_MAX] = {0};
		struct expected_row e = {table, 0};
		assert_true(table->column_count <= EK_VIEWS_COLUMNS_MAX);
		for (uint32_t i = 0; i < table->column_count; i++) {
			v[i].kind = table->columns[i].kind;
			v[i].i = i + 1;
			v[i].p = "it's \"x\\";
			v[i].n = 8;
		}
		must(f, ek_log_begin(f->log, &f->err));
		for (int twice = 0; twice < 2; twice++)
			must(f, ek_log_content_put(f->log, (enum ek_content)t, v, 1, &f->err));
		must(f, ek_log_commit(f->log, &f->err));
		must(f, ek_log_content_each(f->log, (enum ek_content)t, see_row, &e, &f->err));
		for (uint32_t i = 0; i < table->column_count; i++) {
			const struct ek_log_where w = {(enum ek_content)t, i, v[i]};
			must(f, ek_log_content_find(f->log, &w, see_row, &e, &f->err));
		}
		assert_int_equal(e.rows, f->backend == MEMORY ? 0 : table->column_count + 1);
		must(f, ek_log_begin(f->log, &f->err));
		uint32_t last = table->column_count - 1;
		must(f, ek_log_content_erase(f->log, (enum ek_content)t, last, v[last], &f->err));
		must(f, ek_log_commit(f->log, &f->err));
		e.rows = 0;
		must(f, ek_log_content_each(f->log, (enum ek_content)t, see_row, &e, &f->err));
		assert_int_equal(e.rows, 0);
	}
}

static void rows_change_are_found_and_go(void **state)
{
	struct fixture *f = *state;
	must(f, ek_log_begin(f->log, &f->err));
	put_tag(f, 3, EK_S("three"), 30);
	put_tag(f, 1, EK_S("one"), 10);
	put_tag(f, 2, EK_S("100 % '_\""), EK_NONE);
	put_tag(f, 4, (ek_str){NULL, 0}, 40);
	must(f, ek_log_commit(f->log, &f->err));
	expect_tags(f, f->log, "1=one 2=100 % '_\" 3=three 4=- ");
	must(f, ek_log_begin(f->log, &f->err));
	put_tag(f, 3, EK_S("drei"), 30);
	must(f, ek_log_content_expire(f->log, EK_CONTENT_TAGS, EK_CONTENT_TAGS_CREATED_MS,
				      (ek_time){30}, &f->err));
	must(f, ek_log_content_erase(f->log, EK_CONTENT_TAGS, EK_CONTENT_TAGS_NAME,
				     ek_views_text(EK_S("no such")), &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	expect_tags(f, f->log, "2=100 % '_\" 3=drei 4=- ");
	struct seen s = {0};
	const struct ek_log_where where = {EK_CONTENT_TAGS, EK_CONTENT_TAGS_NAME,
					   ek_views_text(EK_S("drei"))};
	must(f, ek_log_content_find(f->log, &where, see_tag, &s, &f->err));
	assert_string_equal(s.text, f->backend == MEMORY ? "" : "3=drei ");
	must(f, ek_log_begin(f->log, &f->err));
	must(f, ek_log_content_erase(f->log, EK_CONTENT_TAGS, EK_CONTENT_TAGS_NAME,
				     ek_views_text(EK_S("100 % '_\"")), &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	expect_tags(f, f->log, "3=drei 4=- ");
}

static void a_rollback_takes_content_along_and_a_rebuild_does_not(void **state)
{
	struct fixture *f = *state;
	must(f, ek_log_begin(f->log, &f->err));
	put_tag(f, 1, EK_S("kept"), 1);
	must(f, ek_log_commit(f->log, &f->err));
	must(f, ek_log_begin(f->log, &f->err));
	put_tag(f, 1, EK_S("changed"), 1);
	put_tag(f, 2, EK_S("gone"), 1);
	ek_log_rollback(f->log);
	expect_tags(f, f->log, "1=kept ");
	must(f, ek_log_begin(f->log, &f->err));
	must(f, ek_log_clear_views(f->log, &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	must(f, ek_log_search_rebuild(f->log, &f->err));
	expect_tags(f, f->log, "1=kept ");
}

static bool count_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)v;
	(void)n;
	(void)err;
	++*(uint32_t *)ctx;
	return true;
}

static bool in_order(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	(void)err;
	int64_t *last = ctx;
	int64_t at = v[0].i * 1000 + v[1].i;
	assert_true(at > *last);
	*last = at;
	return true;
}

static void long_tables_are_read_page_by_page(void **state)
{
	struct fixture *f = *state;
	enum { ROWS = 600 };
	struct ek_views_value v[ROWS][EK_CONTENT_CONVERSATION_TAGS_WIDTH] = {0};
	for (int64_t i = 0; i < ROWS; i++) {
		v[i][0] = ek_views_int(1 + i / 7);
		v[i][1] = ek_views_int(1 + i % 7);
	}
	must(f, ek_log_begin(f->log, &f->err));
	must(f, ek_log_content_put(f->log, EK_CONTENT_CONVERSATION_TAGS, v[0], ROWS, &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	uint32_t rows = 0;
	int64_t last = 0;
	must(f,
	     ek_log_content_each(f->log, EK_CONTENT_CONVERSATION_TAGS, count_row, &rows, &f->err));
	must(f,
	     ek_log_content_each(f->log, EK_CONTENT_CONVERSATION_TAGS, in_order, &last, &f->err));
	assert_int_equal(rows, f->backend == MEMORY ? 0 : ROWS);
	rows = 0;
	const struct ek_log_where where = {EK_CONTENT_CONVERSATION_TAGS, 1, ek_views_int(1)};
	must(f, ek_log_content_find(f->log, &where, count_row, &rows, &f->err));
	assert_int_equal(rows, f->backend == MEMORY ? 0 : (ROWS + 6) / 7);
}

/* ---- on disk */

static void run_sql(const struct fixture *f, const char *sql)
{
	if (f->backend == SQLITE) {
		char path[EK_SCRATCH_PATH];
		sqlite3 *db;
		ek_format(path, sizeof path, "%s/log.db", f->where);
		assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
		sqlite3_close(db);
		return;
	}
	PGconn *conn = PQconnectdb(f->where + strlen("postgres:"));
	PGresult *r = PQexec(conn, "SET search_path TO evenkeel");
	PQclear(r);
	r = PQexec(conn, sql);
	assert_int_equal(PQresultStatus(r), PGRES_COMMAND_OK);
	PQclear(r);
	PQfinish(conn);
}

/* Takes out what a store of before content did not have. */
/* As it was before the views for other programs. */
static void drop_reports(const struct fixture *f)
{
	char sql[512];
	for (uint32_t i = 0; i < ek_report_count(); i++) {
		ek_format(sql, sizeof sql, "DROP VIEW %s", ek_report_name(i));
		run_sql(f, sql);
	}
	run_sql(f, "DELETE FROM meta WHERE name = 'reports'");
}

/* Contacts are older than any of the versions here, and got a column with version 13. */
static void narrow_contacts(const struct fixture *f)
{
	run_sql(f, "ALTER TABLE contacts DROP COLUMN blocked_ms");
}

/* As it was before version 4. What is searched is made anew when it is opened. */
static void make_third(const struct fixture *f)
{
	char sql[512];
	struct ek_content_search s;
	drop_reports(f);
	narrow_contacts(f);
	for (uint32_t i = 0; ek_content_search(i, &s); i++) {
		/* SQLite's may stay: it is dropped by who knows its tokeniser. */
		if (s.table <= EK_CONTENT_COUNTERS || f->backend == SQLITE)
			continue;
		ek_format(sql, sizeof sql, "DROP TABLE search_%s", ek_content_table(s.table)->name);
		run_sql(f, sql);
	}
	for (int t = EK_CONTENT_COUNTERS + 1; t < EK_CONTENT_COUNT; t++) {
		ek_format(sql, sizeof sql, "DROP TABLE %s",
			  ek_content_table((enum ek_content)t)->name);
		run_sql(f, sql);
	}
	run_sql(f, "UPDATE meta SET value = '3' WHERE name = 'content'");
	run_sql(f, "DELETE FROM meta WHERE name = 'search'");
}

static void make_old(const struct fixture *f)
{
	char sql[512];
	drop_reports(f);
	struct ek_content_search s;
	for (uint32_t i = 0; ek_content_search(i, &s); i++) {
		const char *name = ek_content_table(s.table)->name;
		/* An FTS5 table is dropped by who knows its tokeniser; its view is not needed. */
		if (f->backend == SQLITE)
			ek_format(sql, sizeof sql, "%s",
				  "PRAGMA writable_schema=ON; "
				  "DELETE FROM sqlite_schema WHERE name LIKE 'search%'");
		else
			ek_format(sql, sizeof sql, "DROP TABLE search_%s", name);
		run_sql(f, sql);
	}
	for (int t = 0; t < EK_CONTENT_COUNT; t++) {
		ek_format(sql, sizeof sql, "DROP TABLE %s",
			  ek_content_table((enum ek_content)t)->name);
		run_sql(f, sql);
	}
	run_sql(f, "DROP INDEX assignments_by_conversation");
	run_sql(f, "DROP INDEX assignments_by_teammate");
	run_sql(f, "DROP INDEX conversations_by_changed_seq");
	run_sql(f, "DELETE FROM meta WHERE name IN ('content', 'search')");
}

static void an_older_store_gets_content_when_opened_to_write(void **state)
{
	struct fixture *f = *state;
	struct ek_backup_report report;
	char copy[EK_SCRATCH_PATH];
	char version[EK_LOG_META_MAX];
	char now[8];
	int64_t n;
	must(f, ek_log_stop(f->log, &f->err));
	ek_log_close(&f->log);
	make_old(f);
	/* To be read it may stay as it is, and a backup of it is one. */
	f->log = open_at(f, f->where, EK_LOG_READ);
	assert_non_null(f->log);
	must(f, ek_log_get_meta(f->log, "content", version, &n, &f->err));
	assert_int_equal(n, -1);
	ek_format(copy, sizeof copy, "%s/copy", f->place);
	must(f, ek_backup_copy(f->log,
			       &(struct ek_backup_options){.alloc = ek_heap_alloc(), .to = copy},
			       &report, &f->err));
	assert_int_equal(report.content_rows, 0);
	ek_log_close(&f->log);
	for (int again = 0; again < 2; again++) {
		f->log = open_at(f, f->where, EK_LOG_WRITE);
		if (f->log == NULL)
			fail_msg("%s", f->err.msg);
		must(f, ek_log_get_meta(f->log, "content", version, &n, &f->err));
		ek_format(now, sizeof now, "%d", EK_CONTENT_VERSION);
		assert_string_equal(version, now);
		must(f, ek_log_begin(f->log, &f->err));
		put_tag(f, 1 + again, EK_S("new"), 1);
		must(f, ek_log_commit(f->log, &f->err));
		ek_log_close(&f->log);
	}
	f->log = open_at(f, f->where, EK_LOG_READ);
	expect_tags(f, f->log, "1=new 2=new ");
}

/* Views that are new are filled from the log: all are folded anew at the next start. */
static void a_store_of_version_1_folds_its_views_anew(void **state)
{
	struct fixture *f = *state;
	uint64_t seq = 0;
	must(f, ek_log_begin(f->log, &f->err));
	put_tag(f, 1, EK_S("kept"), 1);
	must(f, ek_log_set_view_seq(f->log, 7, &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	must(f, ek_log_stop(f->log, &f->err));
	ek_log_close(&f->log);
	make_third(f);
	run_sql(f, "DROP TABLE broken_promises");
	run_sql(f, "DROP TABLE conversation_events");
	run_sql(f, "DROP INDEX conversations_by_changed_seq");
	run_sql(f, "UPDATE meta SET value = '1' WHERE name = 'content'");
	f->log = open_at(f, f->where, EK_LOG_WRITE);
	if (f->log == NULL)
		fail_msg("%s", f->err.msg);
	must(f, ek_log_view_seq(f->log, &seq, &f->err));
	assert_int_equal(seq, 0);
	expect_tags(f, f->log, "1=kept ");
}

static void a_store_of_version_3_gets_what_is_known_of_how_it_goes(void **state)
{
	struct fixture *f = *state;
	must(f, ek_log_begin(f->log, &f->err));
	put_tag(f, 1, EK_S("kept"), 1);
	must(f, ek_log_commit(f->log, &f->err));
	must(f, ek_log_stop(f->log, &f->err));
	ek_log_close(&f->log);
	make_third(f);
	f->log = open_at(f, f->where, EK_LOG_WRITE);
	if (f->log == NULL)
		fail_msg("%s", f->err.msg);
	expect_tags(f, f->log, "1=kept ");
	for (uint32_t i = 0; i < ek_report_count(); i++) {
		char sql[512];
		ek_format(sql, sizeof sql,
			  "DELETE FROM meta WHERE name = '' AND EXISTS (SELECT * FROM %s)",
			  ek_report_name(i));
		run_sql(f, sql);
	}
}

static bool none(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)ctx;
	(void)v;
	(void)n;
	return ek_fail(err, EK_CONFLICT, "a row");
}

static void a_store_of_version_2_folds_its_views_anew(void **state)
{
	struct fixture *f = *state;
	uint64_t seq = 0;
	must(f, ek_log_begin(f->log, &f->err));
	must(f, ek_log_set_view_seq(f->log, 7, &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	must(f, ek_log_stop(f->log, &f->err));
	ek_log_close(&f->log);
	make_third(f);
	run_sql(f, "DROP TABLE conversation_events");
	run_sql(f, "UPDATE meta SET value = '2' WHERE name = 'content'");
	f->log = open_at(f, f->where, EK_LOG_WRITE);
	if (f->log == NULL)
		fail_msg("%s", f->err.msg);
	must(f, ek_log_view_seq(f->log, &seq, &f->err));
	assert_int_equal(seq, 0);
	must(f, ek_log_each_value(f->log, EK_VIEWS_CONVERSATION_EVENTS, none, f, &f->err));
}

/* Goals and targets came with version 4; what views hold is as it was. */
static void a_store_of_version_3_gets_targets(void **state)
{
	struct fixture *f = *state;
	uint64_t seq = 0;
	must(f, ek_log_begin(f->log, &f->err));
	must(f, ek_log_set_view_seq(f->log, 7, &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	must(f, ek_log_stop(f->log, &f->err));
	ek_log_close(&f->log);
	make_third(f);
	f->log = open_at(f, f->where, EK_LOG_WRITE);
	if (f->log == NULL)
		fail_msg("%s", f->err.msg);
	must(f, ek_log_view_seq(f->log, &seq, &f->err));
	assert_int_equal(seq, 7);
	must(f, ek_log_content_each(f->log, EK_CONTENT_TARGETS, none, f, &f->err));
	must(f, ek_log_content_each(f->log, EK_CONTENT_AGENDA_ITEMS, none, f, &f->err));
}

/* What version 13 made of tables that were there is undone. */
static void narrow_thirteenth(const struct fixture *f)
{
	run_sql(f, "DROP INDEX arrivals_by_sla_policy");
	run_sql(f, "ALTER TABLE arrivals DROP COLUMN sla_policy");
	narrow_contacts(f);
}

/* As it was before version 12. */
static void make_eleventh(const struct fixture *f)
{
	narrow_thirteenth(f);
	drop_reports(f);
	run_sql(f, "ALTER TABLE daily_metrics DROP COLUMN low_micro");
	run_sql(f, "ALTER TABLE daily_metrics DROP COLUMN high_micro");
	run_sql(f, "ALTER TABLE daily_metrics DROP COLUMN withheld");
	run_sql(f, "DROP TABLE story_shares");
	run_sql(f, "DROP TABLE story_names");
	run_sql(f, "DROP TABLE file_keys");
	run_sql(f, "DROP TABLE contact_keys");
	run_sql(f, "UPDATE meta SET value = '11' WHERE name = 'content'");
}

static bool has_no_limits(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)err;
	assert_int_equal(n, EK_CONTENT_DAILY_METRICS_WIDTH);
	assert_int_equal(v[EK_CONTENT_DAILY_METRICS_FOLDED_MS].i, 7);
	assert_int_equal(v[EK_CONTENT_DAILY_METRICS_HIGH_MICRO].kind, EK_VIEWS_NULL);
	++*(uint32_t *)ctx;
	return true;
}

static void count_days(struct fixture *f, struct ek_log *log)
{
	uint32_t rows = 0;
	must(f, ek_log_content_each(log, EK_CONTENT_DAILY_METRICS, has_no_limits, &rows, &f->err));
	assert_int_equal(rows, 1);
}

/* Daily figures got their limits with version 12. A backup of an older store has the columns, and
 * so has the store once it is opened to write; what was there stays. */
static void a_store_of_version_11_gets_limits(void **state)
{
	struct fixture *f = *state;
	struct ek_backup_report report;
	char copy[EK_SCRATCH_PATH];
	must(f, ek_log_stop(f->log, &f->err));
	ek_log_close(&f->log);
	make_eleventh(f);
	run_sql(f, "INSERT INTO daily_metrics (metric, team, day, folded_ms) "
		   "VALUES ('volume@1', 1, '2026-01-05', 7)");
	ek_format(copy, sizeof copy, "%s/copy", f->place);
	f->log = open_at(f, f->where, EK_LOG_READ);
	must(f, ek_backup_copy(f->log,
			       &(struct ek_backup_options){.alloc = ek_heap_alloc(), .to = copy},
			       &report, &f->err));
	ek_log_close(&f->log);
	struct ek_log *log = open_at(f, copy, EK_LOG_READ);
	assert_non_null(log);
	count_days(f, log);
	ek_log_close(&log);
	f->log = open_at(f, f->where, EK_LOG_WRITE);
	if (f->log == NULL)
		fail_msg("%s", f->err.msg);
	count_days(f, f->log);
	run_sql(f, "DELETE FROM meta WHERE name = '' AND EXISTS "
		   "(SELECT low, high, withheld FROM report_daily_metrics)");
}

/* What came with version 12 is made, and what was there stays. */
static void a_store_of_version_11_gets_its_tables(void **state)
{
	struct fixture *f = *state;
	must(f, ek_log_begin(f->log, &f->err));
	put_tag(f, 1, EK_S("kept"), 1);
	must(f, ek_log_commit(f->log, &f->err));
	must(f, ek_log_stop(f->log, &f->err));
	ek_log_close(&f->log);
	make_eleventh(f);
	f->log = open_at(f, f->where, EK_LOG_WRITE);
	if (f->log == NULL)
		fail_msg("%s", f->err.msg);
	expect_tags(f, f->log, "1=kept ");
	must(f, ek_log_content_each(f->log, EK_CONTENT_STORY_SHARES, none, f, &f->err));
	must(f, ek_log_content_each(f->log, EK_CONTENT_STORY_NAMES, none, f, &f->err));
	must(f, ek_log_content_each(f->log, EK_CONTENT_FILE_KEYS, none, f, &f->err));
}

/* Keys of contacts came with version 13, and an index to a table that was there. */
static void a_store_of_version_12_gets_keys_and_an_index(void **state)
{
	struct fixture *f = *state;
	must(f, ek_log_begin(f->log, &f->err));
	put_tag(f, 1, EK_S("kept"), 1);
	must(f, ek_log_commit(f->log, &f->err));
	must(f, ek_log_stop(f->log, &f->err));
	ek_log_close(&f->log);
	run_sql(f, "DROP TABLE contact_keys");
	run_sql(f, "DROP INDEX article_pages_by_page");
	narrow_thirteenth(f);
	run_sql(f, "INSERT INTO arrivals (conversation, version, did) VALUES (1, 1, '[]')");
	run_sql(f, "INSERT INTO contacts (contact, public) VALUES (1, 'aaaaaaaaaaaaaaaaaaaaaaaa')");
	run_sql(f, "UPDATE meta SET value = '12' WHERE name = 'content'");
	f->log = open_at(f, f->where, EK_LOG_WRITE);
	if (f->log == NULL)
		fail_msg("%s", f->err.msg);
	expect_tags(f, f->log, "1=kept ");
	must(f, ek_log_content_each(f->log, EK_CONTENT_CONTACT_KEYS, none, f, &f->err));
	must(f, ek_log_content_each(f->log, EK_CONTENT_FILE_KEYS, none, f, &f->err));
	ek_log_close(&f->log);
	run_sql(f, "DROP INDEX article_pages_by_page"); /* fails where there is none */
	run_sql(f, "DROP INDEX arrivals_by_sla_policy");
	run_sql(f, "UPDATE arrivals SET sla_policy = 1 WHERE sla_policy IS NULL");
	run_sql(f, "UPDATE contacts SET blocked_ms = 1 WHERE blocked_ms IS NULL");
	f->log = open_at(f, f->where, EK_LOG_WRITE);
}

/* Two of one name would be one: the second is not made, and nobody says so. */
static void indices_have_names_of_their_own(void **state)
{
	enum { MOST = 400, NAME = 128 };
	static const char begins[] = "CREATE INDEX IF NOT EXISTS ";
	static char names[MOST][NAME];
	char sql[EK_CONTENT_TEXT_MAX];
	uint32_t n = 0;
	(void)state;
	for (uint32_t i = 0; ek_content_migrate(0, i, EK_VIEWS_SQLITE, sql); i++) {
		if (strncmp(sql, begins, sizeof begins - 1) != 0)
			continue;
		const char *name = sql + sizeof begins - 1;
		assert_true(n < MOST);
		ek_format(names[n], NAME, "%.*s", (int)strcspn(name, " "), name);
		for (uint32_t k = 0; k < n; k++)
			if (strcmp(names[k], names[n]) == 0)
				fail_msg("two indices are called %s", names[n]);
		n++;
	}
	assert_true(n > 100);
}

/* A backup whose rows are sealed can be read, and is not written to. */
static void a_sealed_backup_is_only_read(void **state)
{
	struct fixture *f = *state;
	char mark[EK_LOG_META_MAX];
	must(f, ek_log_begin(f->log, &f->err));
	must(f, ek_log_set_meta(f->log, EK_LOG_MARK, EK_S("00"), &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	must(f, ek_log_stop(f->log, &f->err));
	ek_log_close(&f->log);
	assert_null(open_at(f, f->where, EK_LOG_WRITE));
	assert_int_equal(f->err.code, EK_CONFLICT);
	assert_non_null(strstr(f->err.msg, "evenkeel restore"));
	f->log = open_at(f, f->where, EK_LOG_READ);
	assert_non_null(f->log);
	must(f, ek_log_mark(f->log, mark, &f->err));
	assert_string_equal(mark, "00");
}

static void content_of_a_newer_build_is_refused(void **state)
{
	struct fixture *f = *state;
	must(f, ek_log_stop(f->log, &f->err));
	ek_log_close(&f->log);
	run_sql(f, "UPDATE meta SET value = '999' WHERE name = 'content'");
	assert_null(open_at(f, f->where, EK_LOG_WRITE));
	assert_int_equal(f->err.code, EK_TOO_NEW);
	assert_null(open_at(f, f->where, EK_LOG_READ));
	assert_int_equal(f->err.code, EK_TOO_NEW);
}

/* Whether a name is anywhere in the files of a backup's index: it has none. */
static void a_backup_carries_content_and_no_index(void **state)
{
	struct fixture *f = *state;
	struct ek_backup_report report;
	char copy[EK_SCRATCH_PATH];
	char version[EK_LOG_META_MAX];
	int64_t n;
	struct ek_views_value answer[EK_CONTENT_ANSWERS_WIDTH] = {0};
	answer[EK_CONTENT_ANSWERS_KEY_HASH] = ek_views_blob("\0\1\2\377", 4);
	answer[EK_CONTENT_ANSWERS_STATUS] = ek_views_int(201);
	answer[EK_CONTENT_ANSWERS_BODY] = ek_views_blob("{}", 2);
	must(f, ek_log_begin(f->log, &f->err));
	for (int64_t i = 1; i <= 300; i++)
		put_tag(f, i, EK_S("n"), i);
	put_tag(f, 1, EK_S("환불"), 1);
	must(f, ek_log_content_put(f->log, EK_CONTENT_ANSWERS, answer, 1, &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	struct ek_log *reader = open_at(f, f->where, EK_LOG_READ);
	assert_non_null(reader);
	ek_format(copy, sizeof copy, "%s/copy", f->place);
	must(f, ek_backup_copy(reader,
			       &(struct ek_backup_options){.alloc = ek_heap_alloc(), .to = copy},
			       &report, &f->err));
	ek_log_close(&reader);
	assert_int_equal(report.content_rows, 301);
	struct ek_log *log = open_at(f, copy, EK_LOG_READ);
	assert_non_null(log);
	must(f, ek_log_get_meta(log, "search", version, &n, &f->err));
	assert_int_equal(n, -1);
	const struct ek_log_where one = {EK_CONTENT_TAGS, 0, ek_views_int(1)};
	struct seen s = {0};
	must(f, ek_log_content_find(log, &one, see_tag, &s, &f->err));
	assert_string_equal(s.text, "1=환불 ");
	uint32_t rows = 0;
	const struct ek_log_where key = {EK_CONTENT_ANSWERS, 0,
					 answer[EK_CONTENT_ANSWERS_KEY_HASH]};
	must(f, ek_log_content_find(log, &key, count_row, &rows, &f->err));
	assert_int_equal(rows, 1);
	ek_log_close(&log);
	/* Whoever writes to it makes the index first. */
	log = open_at(f, copy, EK_LOG_WRITE);
	assert_non_null(log);
	must(f, ek_log_get_meta(log, "search", version, &n, &f->err));
	assert_int_equal(n, 1);
	ek_log_close(&log);
}

#define FOR_ALL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static int run_all(struct fixture *f, const char *name, const struct CMUnitTest *tests, size_t n)
{
	struct CMUnitTest with_state[16];
	assert_true(n <= EK_LEN(with_state));
	for (size_t i = 0; i < n; i++) {
		with_state[i] = tests[i];
		with_state[i].initial_state = f;
	}
	fprintf(stderr, "backend: %s\n", name);
	return _cmocka_run_group_tests(name, with_state, n, NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOR_ALL(every_table_takes_a_row_and_gives_it_back),
		FOR_ALL(rows_change_are_found_and_go),
		FOR_ALL(a_rollback_takes_content_along_and_a_rebuild_does_not),
		FOR_ALL(long_tables_are_read_page_by_page),
		/* on disk */
		FOR_ALL(an_older_store_gets_content_when_opened_to_write),
		FOR_ALL(a_store_of_version_1_folds_its_views_anew),
		FOR_ALL(a_store_of_version_2_folds_its_views_anew),
		FOR_ALL(a_store_of_version_3_gets_what_is_known_of_how_it_goes),
		FOR_ALL(a_store_of_version_3_gets_targets),
		FOR_ALL(a_store_of_version_11_gets_limits),
		FOR_ALL(a_store_of_version_11_gets_its_tables),
		FOR_ALL(a_store_of_version_12_gets_keys_and_an_index),
		FOR_ALL(a_sealed_backup_is_only_read),
		FOR_ALL(content_of_a_newer_build_is_refused),
		FOR_ALL(a_backup_carries_content_and_no_index),
		FOR_ALL(indices_have_names_of_their_own),
	};
	struct fixture memory = {.backend = MEMORY};
	struct fixture sqlite = {.backend = SQLITE};
	struct fixture postgres = {.backend = POSTGRES};
	int failed = run_all(&memory, "memory", tests, 4) +
		     run_all(&sqlite, "sqlite", tests, EK_LEN(tests));
	if (ek_cluster_open(&postgres.cluster))
		failed += run_all(&postgres, "postgres", tests, EK_LEN(tests));
	ek_cluster_close(&postgres.cluster);
	return failed;
}
