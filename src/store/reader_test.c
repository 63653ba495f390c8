/* A reader sees one state, never writes, is cut off in time, and answers alike in both databases.
 */
#include "store/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/cluster.h"
#include "sys/clock.h"
#include "sys/heap.h"

struct fixture {
	bool is_postgres;
	struct ek_cluster cluster;
	char place[EK_SCRATCH_PATH];
	char where[EK_SCRATCH_PATH];
	struct ek_log *log;
	struct ek_reader *reader;
	struct ek_err err;
};

static void must(struct fixture *f, bool ok)
{
	if (!ok)
		fail_msg("%s: %s", f->err.where, f->err.msg);
}

static int set_up(void **state)
{
	struct fixture *f = *state;
	ek_scratch_make(f->place);
	ek_format(f->where, sizeof f->where, "%s/data", f->place);
	if (f->is_postgres)
		ek_cluster_database(&f->cluster, f->where);
	const struct ek_log_options o = {.where = f->where, .mode = EK_LOG_CREATE};
	must(f, ek_log_open(&o, &f->log, &f->err));
	must(f, ek_reader_open(f->where, &f->reader, &f->err));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ek_reader_close(&f->reader);
	ek_log_close(&f->log);
	ek_scratch_remove(f->place);
	return 0;
}

static void put_note(struct fixture *f, int64_t note, ek_str body, uint64_t seq)
{
	struct ek_views_value v[EK_CONTENT_NOTES_WIDTH] = {0};
	v[EK_CONTENT_NOTES_NOTE] = ek_views_int(note);
	v[EK_CONTENT_NOTES_CONTACT] = ek_views_int(note % 3);
	v[EK_CONTENT_NOTES_BODY] = ek_views_text(body);
	must(f, ek_log_begin(f->log, &f->err));
	must(f, ek_log_content_put(f->log, EK_CONTENT_NOTES, v, 1, &f->err));
	must(f, ek_log_set_view_seq(f->log, seq, &f->err));
	must(f, ek_log_commit(f->log, &f->err));
}

/* Values as text: "7 'body' null x'2' |". */
static bool see(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)err;
	char *out = ctx;
	for (uint32_t i = 0; i < n; i++) {
		size_t at = strlen(out);
		char text[64] = "";
		if (v[i].kind != EK_VIEWS_INT && v[i].n > 0) {
			assert_true(v[i].n < sizeof text);
			memcpy(text, v[i].p, v[i].n);
			text[v[i].n] = '\0';
		}
		if (v[i].kind == EK_VIEWS_INT)
			ek_format(out + at, 512 - at, "%lld ", (long long)v[i].i);
		else if (v[i].kind == EK_VIEWS_TEXT)
			ek_format(out + at, 512 - at, "'%s' ", text);
		else if (v[i].kind == EK_VIEWS_BLOB)
			ek_format(out + at, 512 - at, "x%u ", v[i].n);
		else
			ek_format(out + at, 512 - at, "null ");
	}
	size_t at = strlen(out);
	ek_format(out + at, 512 - at, "|");
	return true;
}

static bool ask(struct fixture *f, const char *sql, const struct ek_views_value *args, uint32_t n,
		char out[512])
{
	const struct ek_reader_question q = {sql, args, n};
	out[0] = '\0';
	return ek_reader_each(f->reader, &q, see, out, &f->err);
}

static void values_are_bound_by_number(void **state)
{
	struct fixture *f = *state;
	char out[512];
	put_note(f, 1, EK_S("it's \"100 %\" \\ _"), 1);
	put_note(f, 2, EK_S(""), 2);
	put_note(f, 3, (ek_str){NULL, 0}, 3);
	const struct ek_views_value args[] = {ek_views_text(EK_S("it's \"100 %\" \\ _")),
					      ek_views_int(2),
					      {0},
					      ek_views_text(EK_S("'; DROP TABLE notes; --")),
					      ek_views_blob("\0\1", 2)};
	/* In any order, more than once, of every kind. */
	must(f, ask(f, "SELECT note, body FROM notes WHERE note >= $2 OR body = $1 ORDER BY note",
		    args, 2, out));
	assert_string_equal(out, "1 'it's \"100 %\" \\ _' |2 '' |3 null |");
	must(f, ask(f, "SELECT note, $2, $1 FROM notes WHERE note = $2 AND $2 = 2", args, 2, out));
	assert_string_equal(out, "2 2 'it's \"100 %\" \\ _' |");
	must(f, ask(f,
		    "SELECT $4, $5, $2 FROM notes WHERE note = 1 AND (CAST($3 AS text) IS NULL OR "
		    "body = $3) "
		    "AND body = $1",
		    args, 5, out));
	assert_string_equal(out, "''; DROP TABLE notes; --' x2 2 |");
	/* The same statement with a null, then with another kind. */
	const struct ek_views_value null[] = {{0}};
	must(f, ask(f, "SELECT note FROM notes WHERE body = $1", args, 1, out));
	assert_string_equal(out, "1 |");
	must(f, ask(f, "SELECT note FROM notes WHERE body = $1", null, 1, out));
	assert_string_equal(out, "");
	must(f, ask(f, "SELECT note FROM notes WHERE body = $1", args + 3, 1, out));
	assert_string_equal(out, "");
	const struct ek_views_value bad = ek_views_text((ek_str){"a\0b", 3});
	assert_false(ask(f, "SELECT note FROM notes WHERE body = $1", &bad, 1, out));
	assert_int_equal(f->err.code, EK_INVALID_VALUE);
	must(f, ask(f, "SELECT count(*) FROM notes", NULL, 0, out));
	assert_string_equal(out, "3 |");
}

static void questions_of_a_transaction_see_one_state(void **state)
{
	struct fixture *f = *state;
	char out[512];
	uint64_t seq;
	put_note(f, 1, EK_S("one"), 17);
	must(f, ek_reader_begin(f->reader, &f->err));
	must(f, ek_reader_seq(f->reader, &seq, &f->err));
	assert_int_equal(seq, 17);
	put_note(f, 2, EK_S("two"), 18);
	must(f, ask(f, "SELECT note FROM notes ORDER BY note", NULL, 0, out));
	assert_string_equal(out, "1 |");
	must(f, ek_reader_seq(f->reader, &seq, &f->err));
	assert_int_equal(seq, 17);
	ek_reader_end(f->reader);
	ek_reader_end(f->reader); /* harmless */
	must(f, ask(f, "SELECT note FROM notes ORDER BY note", NULL, 0, out));
	assert_string_equal(out, "1 |2 |");
	must(f, ek_reader_seq(f->reader, &seq, &f->err));
	assert_int_equal(seq, 18);
}

static void a_reader_cannot_write(void **state)
{
	struct fixture *f = *state;
	char out[512];
	static const char *const writes[] = {
		"INSERT INTO notes(note) VALUES(9) RETURNING note",
		"DELETE FROM notes RETURNING note",
		"UPDATE notes SET body = 'x' RETURNING note",
	};
	put_note(f, 1, EK_S("one"), 1);
	for (size_t i = 0; i < EK_LEN(writes); i++) {
		assert_false(ask(f, writes[i], NULL, 0, out));
		must(f, ek_reader_begin(f->reader, &f->err));
		assert_false(ask(f, writes[i], NULL, 0, out));
		ek_reader_end(f->reader);
	}
	must(f, ask(f, "SELECT note, body FROM notes", NULL, 0, out));
	assert_string_equal(out, "1 'one' |");
}

/* Promises, "Rules learnt" 4: a second connection leaves every byte of the files as it is. */
static void a_reader_never_checkpoints(void **state)
{
	struct fixture *f = *state;
	static const char *const files[] = {"log.db", "log.db-wal"};
	enum { CAP = 4 * 1024 * 1024 };
	char out[512];
	char path[EK_SCRATCH_PATH];
	uint8_t *before = ek_heap_alloc().resize(NULL, NULL, 0, 2 * CAP);
	size_t n[2] = {0};
	assert_non_null(before);
	put_note(f, 1, EK_S("one"), 1);
	for (size_t i = 0; i < 2 && !f->is_postgres; i++) {
		ek_format(path, sizeof path, "%s/%s", f->where, files[i]);
		n[i] = ek_scratch_read(path, before + i * CAP, CAP);
		assert_true(n[i] > 0 && n[i] < CAP);
	}
	must(f, ask(f, "SELECT note FROM notes", NULL, 0, out));
	must(f, ek_reader_begin(f->reader, &f->err));
	must(f, ask(f, "SELECT note FROM notes", NULL, 0, out));
	ek_reader_close(&f->reader);
	for (size_t i = 0; i < 2 && !f->is_postgres; i++) {
		uint8_t *after = ek_heap_alloc().resize(NULL, NULL, 0, CAP);
		assert_non_null(after);
		ek_format(path, sizeof path, "%s/%s", f->where, files[i]);
		assert_int_equal(ek_scratch_read(path, after, CAP), n[i]);
		assert_memory_equal(before + i * CAP, after, n[i]);
		(void)ek_heap_alloc().resize(NULL, after, CAP, 0);
	}
	(void)ek_heap_alloc().resize(NULL, before, 2 * CAP, 0);
}

/* Runs for years, if nobody ends it. */
static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
			      "SELECT count(*) FROM n WHERE i < 0";

static void what_takes_too_long_is_cut_off(void **state)
{
	struct fixture *f = *state;
	char out[512];
	put_note(f, 1, EK_S("one"), 1);
	ek_reader_set_limits(f->reader, (ek_span){200}, (ek_span){100000});
	uint64_t before = ek_clock_mono_ns();
	assert_false(ask(f, endless, NULL, 0, out));
	assert_int_equal(f->err.code, EK_BUSY);
	assert_true(ek_clock_mono_ns() - before < UINT64_C(20000000000));
	must(f, ask(f, "SELECT note FROM notes", NULL, 0, out));
	/* A transaction whose time is up: the statement that runs, and the next. */
	ek_reader_set_limits(f->reader, (ek_span){100000}, (ek_span){200});
	must(f, ek_reader_begin(f->reader, &f->err));
	must(f, ask(f, "SELECT note FROM notes", NULL, 0, out));
	assert_false(ask(f, endless, NULL, 0, out));
	assert_int_equal(f->err.code, EK_BUSY);
	ek_reader_set_limits(f->reader, (ek_span){100000}, (ek_span){0});
	assert_false(ask(f, "SELECT note FROM notes", NULL, 0, out));
	assert_int_equal(f->err.code, EK_BUSY);
	ek_reader_end(f->reader);
	ek_reader_set_limits(f->reader, (ek_span){100000}, (ek_span){100000});
	must(f, ek_reader_begin(f->reader, &f->err));
	must(f, ask(f, "SELECT note FROM notes", NULL, 0, out));
	assert_string_equal(out, "1 |");
	ek_reader_end(f->reader);
}

static void more_statements_than_are_kept_all_work(void **state)
{
	struct fixture *f = *state;
	char out[512];
	put_note(f, 1, EK_S("one"), 1);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 3 * EK_READER_STATEMENTS; i++) {
			char sql[64];
			char expected[32];
			ek_format(sql, sizeof sql, "SELECT note + %d FROM notes", i);
			ek_format(expected, sizeof expected, "%d |", i + 1);
			if (i % 7 == 0)
				must(f, ek_reader_begin(f->reader, &f->err));
			must(f, ask(f, sql, NULL, 0, out));
			assert_string_equal(out, expected);
			if (i % 7 == 6)
				ek_reader_end(f->reader);
		}
		ek_reader_end(f->reader);
	}
	assert_false(ask(f, "SELECT nothing FROM nowhere", NULL, 0, out));
	assert_int_equal(f->err.code, EK_IO);
	must(f, ask(f, "SELECT note FROM notes", NULL, 0, out));
}

static bool stop(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)v;
	(void)n;
	++*(int *)ctx;
	return ek_fail(err, EK_LIMIT, "enough");
}

static void a_visitor_can_stop(void **state)
{
	struct fixture *f = *state;
	char out[512];
	int rows = 0;
	put_note(f, 1, EK_S("one"), 1);
	put_note(f, 2, EK_S("two"), 1);
	const struct ek_reader_question q = {"SELECT note FROM notes", NULL, 0};
	assert_false(ek_reader_each(f->reader, &q, stop, &rows, &f->err));
	assert_int_equal(f->err.code, EK_LIMIT);
	assert_int_equal(rows, 1);
	must(f, ask(f, q.sql, NULL, 0, out));
	assert_string_equal(out, "1 |2 |");
}

static void where_there_is_nothing_there_is_no_reader(void **state)
{
	struct fixture *f = *state;
	struct ek_reader *r;
	char nowhere[EK_SCRATCH_PATH];
	assert_false(ek_reader_open("memory:", &r, &f->err));
	assert_int_equal(f->err.code, EK_NOT_FOUND);
	assert_null(r);
	ek_format(nowhere, sizeof nowhere, "%s/nowhere", f->place);
	assert_false(ek_reader_open(nowhere, &r, &f->err));
	assert_int_equal(f->err.code, EK_NOT_FOUND);
	ek_reader_close(&r);
}

#define FOR_ALL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static int run_all(struct fixture *f, const char *name)
{
	const struct CMUnitTest tests[] = {
		FOR_ALL(values_are_bound_by_number),
		FOR_ALL(questions_of_a_transaction_see_one_state),
		FOR_ALL(a_reader_cannot_write),
		FOR_ALL(a_reader_never_checkpoints),
		FOR_ALL(what_takes_too_long_is_cut_off),
		FOR_ALL(more_statements_than_are_kept_all_work),
		FOR_ALL(a_visitor_can_stop),
		FOR_ALL(where_there_is_nothing_there_is_no_reader),
	};
	struct CMUnitTest with_state[EK_LEN(tests)];
	for (size_t i = 0; i < EK_LEN(tests); i++) {
		with_state[i] = tests[i];
		with_state[i].initial_state = f;
	}
	fprintf(stderr, "backend: %s\n", name);
	return cmocka_run_group_tests_name(name, with_state, NULL, NULL);
}

int main(void)
{
	struct fixture sqlite = {.is_postgres = false};
	struct fixture postgres = {.is_postgres = true};
	int failed = run_all(&sqlite, "sqlite");
	if (ek_cluster_open(&postgres.cluster))
		failed += run_all(&postgres, "postgres");
	ek_cluster_close(&postgres.cluster);
	return failed;
}
