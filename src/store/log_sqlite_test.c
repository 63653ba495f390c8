/* What the log in an SQLite directory promises beside what every log does (log_test.c). */
#include "store/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store/scratch.h"

struct fixture {
	char place[EK_SCRATCH_PATH];
	char where[EK_SCRATCH_PATH];
	struct ek_log *log;
	uint64_t epoch;
	struct ek_err err;
};

static struct ek_log *open_log(struct fixture *f, enum ek_log_mode mode)
{
	const struct ek_log_options o = {.where = f->where, .mode = mode};
	struct ek_log *log = NULL;
	return ek_log_open(&o, &log, &f->err) ? log : NULL;
}

static int set_up(void **state)
{
	struct fixture *f = *state;
	ek_scratch_make(f->place);
	ek_format(f->where, sizeof f->where, "%s/data", f->place);
	f->log = open_log(f, EK_LOG_CREATE);
	assert_non_null(f->log);
	assert_true(ek_log_take_epoch(f->log, &f->epoch, &f->err));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ek_log_close(&f->log);
	ek_scratch_remove(f->place);
	return 0;
}

static void append_one(struct fixture *f, uint64_t first, uint64_t last, const char *body)
{
	const struct ek_log_row r = {
		.first_seq = first,
		.last_seq = last,
		.at = {1000 + (int64_t)first},
		.epoch = f->epoch,
		.body = (const uint8_t *)body,
		.body_n = strlen(body),
	};
	assert_true(ek_log_begin(f->log, &f->err));
	assert_true(ek_log_append(f->log, &r, &f->err));
	assert_true(ek_log_commit(f->log, &f->err));
}

static bool count_row(void *ctx, const struct ek_log_row *r, struct ek_err *err)
{
	(void)r;
	(void)err;
	++*(uint32_t *)ctx;
	return true;
}

static void in_dir(const struct fixture *f, const char *name, char out[EK_SCRATCH_PATH])
{
	ek_format(out, EK_SCRATCH_PATH, "%s/%s", f->where, name);
}

static void a_second_writer_is_refused(void **state)
{
	struct fixture *f = *state;
	assert_null(open_log(f, EK_LOG_WRITE));
	assert_int_equal(f->err.code, EK_IN_USE);
}

static void nothing_there_is_not_found(void **state)
{
	struct fixture *f = *state;
	const struct ek_log_options o = {.where = f->place, .mode = EK_LOG_WRITE};
	const struct ek_log_options r = {.where = f->place, .mode = EK_LOG_READ};
	struct ek_log *log = NULL;
	assert_false(ek_log_open(&o, &log, &f->err));
	assert_int_equal(f->err.code, EK_NOT_FOUND);
	assert_false(ek_log_open(&r, &log, &f->err));
	assert_int_equal(f->err.code, EK_NOT_FOUND);
}

static void the_directory_is_private(void **state)
{
	struct fixture *f = *state;
	append_one(f, 1, 1, "one");
	const char *const names[] = {"log.db", "log.db-wal", "head", "lock"};
	struct stat st;
	assert_int_equal(stat(f->where, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	for (size_t i = 0; i < EK_LEN(names); i++) {
		char path[EK_SCRATCH_PATH];
		in_dir(f, names[i], path);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static void run_sql(const struct fixture *f, const char *sql)
{
	char path[EK_SCRATCH_PATH];
	sqlite3 *db = NULL;
	in_dir(f, "log.db", path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_log_that_is_not_known_is_refused(void **state)
{
	struct fixture *f = *state;
	assert_true(ek_log_stop(f->log, &f->err));
	ek_log_close(&f->log);
	const char *const changes[] = {"PRAGMA user_version = 2", "PRAGMA user_version = 0",
				       "PRAGMA user_version = 1; PRAGMA application_id = 7"};
	for (size_t i = 0; i < EK_LEN(changes); i++) {
		run_sql(f, changes[i]);
		for (int mode = EK_LOG_READ; mode <= EK_LOG_CREATE; mode++) {
			assert_null(open_log(f, (enum ek_log_mode)mode));
			assert_int_equal(f->err.code, EK_TOO_NEW);
		}
	}
}

static void a_lost_wal_is_noticed(void **state)
{
	struct fixture *f = *state;
	char path[EK_SCRATCH_PATH];
	append_one(f, 1, 1, "one");
	assert_true(ek_log_stop(f->log, &f->err));
	append_one(f, 2, 2, "two");
	ek_log_close(&f->log);
	in_dir(f, "log.db-wal", path);
	assert_int_equal(unlink(path), 0);
	in_dir(f, "log.db-shm", path);
	assert_int_equal(unlink(path), 0);
	assert_null(open_log(f, EK_LOG_WRITE));
	assert_int_equal(f->err.code, EK_DAMAGE);
}

static void an_unclean_stop_is_mended(void **state)
{
	struct fixture *f = *state;
	char wal[EK_SCRATCH_PATH];
	char clean[EK_SCRATCH_PATH];
	struct stat before;
	struct stat after;
	append_one(f, 1, 1, "one");
	in_dir(f, "log.db-wal", wal);
	in_dir(f, "clean", clean);
	assert_int_equal(stat(wal, &before), 0);
	ek_log_close(&f->log);
	assert_int_not_equal(access(clean, F_OK), 0);
	f->log = open_log(f, EK_LOG_WRITE);
	assert_non_null(f->log);
	assert_int_equal(ek_log_head(f->log)->seq, 1);
	assert_int_equal(stat(wal, &after), 0);
	assert_int_not_equal(before.st_ino, after.st_ino); /* a synced copy, not the old file */
	assert_true(ek_log_stop(f->log, &f->err));
	assert_int_equal(access(clean, F_OK), 0);
	ek_log_close(&f->log);
	f->log = open_log(f, EK_LOG_WRITE);
	assert_non_null(f->log);
	assert_int_not_equal(access(clean, F_OK), 0);
}

static void no_space_is_read_only(void **state)
{
	struct fixture *f = *state;
	append_one(f, 1, 1, "one");
	ek_log_close(&f->log);
	const struct ek_log_options full = {
		.where = f->where, .mode = EK_LOG_WRITE, .space_floor = (uint64_t)1 << 60};
	assert_true(ek_log_open(&full, &f->log, &f->err));
	assert_false(ek_log_begin(f->log, &f->err));
	assert_int_equal(f->err.code, EK_READ_ONLY);
	uint32_t rows = 0;
	assert_true(ek_log_each(f->log, (struct ek_log_span){1, 0}, count_row, &rows, &f->err));
	assert_int_equal(rows, 1);
	assert_false(ek_log_is_latched(f->log));
}

static void the_wal_stays_bounded(void **state)
{
	struct fixture *f = *state;
	ek_log_close(&f->log);
	const struct ek_log_options o = {
		.where = f->where, .mode = EK_LOG_WRITE, .wal_bytes = 256 * 1024};
	assert_true(ek_log_open(&o, &f->log, &f->err));
	for (uint64_t i = 1; i <= 400; i++)
		append_one(f, i, i, "a row");
	char wal[EK_SCRATCH_PATH];
	struct stat st;
	in_dir(f, "log.db-wal", wal);
	assert_int_equal(stat(wal, &st), 0);
	assert_true(st.st_size < 2 * 512 * 1024); /* with what it was made longer by */
	assert_true(ek_log_counts(f->log).checkpoints > 1);
}

#define ON_DISK(test) cmocka_unit_test_prestate_setup_teardown(test, set_up, tear_down, f)

int main(void)
{
	struct fixture fixture = {0};
	struct fixture *f = &fixture;
	const struct CMUnitTest tests[] = {
		ON_DISK(a_second_writer_is_refused), ON_DISK(nothing_there_is_not_found),
		ON_DISK(the_directory_is_private),   ON_DISK(a_log_that_is_not_known_is_refused),
		ON_DISK(a_lost_wal_is_noticed),      ON_DISK(an_unclean_stop_is_mended),
		ON_DISK(no_space_is_read_only),      ON_DISK(the_wal_stays_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
