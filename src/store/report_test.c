/* Every view answers on both databases, with the columns that it promises, and without a
 * customer's words. */
#include "store/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/cluster.h"
#include "store/reader.h"
#include "store/scratch.h"

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

static bool take_text(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)err;
	char *out = ctx;
	assert_int_equal(n, 1);
	assert_true(v[0].n < 64);
	memset(out, 0, 64);
	if (v[0].kind == EK_VIEWS_INT)
		ek_format(out, 64, "%lld", (long long)v[0].i);
	else
		memcpy(out, v[0].p, v[0].n);
	return true;
}

static void expect(struct fixture *f, const char *sql, const char *expected)
{
	char out[64] = "nothing";
	const struct ek_reader_question q = {sql, NULL, 0};
	must(f, ek_reader_each(f->reader, &q, take_text, out, &f->err));
	assert_string_equal(out, expected);
}

static void every_promised_column_can_be_asked_for(void **state)
{
	struct fixture *f = *state;
	for (uint32_t i = 0; i < ek_report_count(); i++) {
		for (uint32_t c = 0; c < ek_report_columns(i); c++) {
			char sql[256];
			const char *doc;
			ek_format(sql, sizeof sql, "SELECT count(%s) FROM %s",
				  ek_report_column(i, c, &doc), ek_report_name(i));
			expect(f, sql, "0");
		}
	}
}

static void put_part(struct fixture *f, int64_t at)
{
	struct ek_views_value v[EK_CONTENT_PARTS_WIDTH] = {0};
	v[EK_CONTENT_PARTS_PART] = ek_views_int(7);
	v[EK_CONTENT_PARTS_CONVERSATION] = ek_views_int(3);
	v[EK_CONTENT_PARTS_BODY] = ek_views_text(EK_S("My address is"));
	v[EK_CONTENT_PARTS_CREATED_MS] = ek_views_int(at);
	must(f, ek_log_begin(f->log, &f->err));
	must(f, ek_log_content_put(f->log, EK_CONTENT_PARTS, v, 1, &f->err));
	must(f, ek_log_commit(f->log, &f->err));
}

static void times_are_times_to_the_millisecond(void **state)
{
	struct fixture *f = *state;
	/* 2026-03-29T01:00:00.007Z: when clocks in Paris jump. */
	put_part(f, 1774746000007);
	expect(f,
	       f->is_postgres ? "SELECT to_char(created_at AT TIME ZONE 'UTC', "
				"'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') FROM report_parts"
			      : "SELECT created_at FROM report_parts",
	       "2026-03-29T01:00:00.007Z");
}

static void no_customers_words_stand_in_them(void **state)
{
	struct fixture *f = *state;
	static const char *const words[] = {"body", "title", "email", "comment", "password"};
	(void)f;
	for (uint32_t i = 0; i < ek_report_count(); i++) {
		char sql[EK_REPORT_TEXT_MAX];
		ek_report_create(i, EK_VIEWS_SQLITE, sql);
		for (size_t w = 0; w < EK_LEN(words); w++)
			assert_null(strstr(sql, words[w]));
	}
}

static void reports_of_an_older_build_are_made_anew(void **state)
{
	struct fixture *f = *state;
	const struct ek_log_options o = {.where = f->where, .mode = EK_LOG_WRITE};
	must(f, ek_log_begin(f->log, &f->err));
	must(f, ek_log_set_meta(f->log, "reports", EK_S("0"), &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	ek_reader_close(&f->reader);
	ek_log_close(&f->log);
	must(f, ek_log_open(&o, &f->log, &f->err));
	must(f, ek_reader_open(f->where, &f->reader, &f->err));
	every_promised_column_can_be_asked_for(state);
}

#define ROW(test) cmocka_unit_test_prestate_setup_teardown(test, set_up, tear_down, f)

static int run_all(struct fixture *f, const char *name)
{
	const struct CMUnitTest tests[] = {
		ROW(every_promised_column_can_be_asked_for),
		ROW(times_are_times_to_the_millisecond),
		ROW(no_customers_words_stand_in_them),
		ROW(reports_of_an_older_build_are_made_anew),
	};
	fprintf(stderr, "backend: %s\n", name);
	return cmocka_run_group_tests_name(name, tests, NULL, NULL);
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
