/* What is gathered is read like what was written, is in the file after a sync, and fails no later
 * than there. */
#include "store/gather.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "store/faulty.h"
#include "store/scratch.h"

enum {
	FILE_MAX = 600 * 1024,
	LONG_MAX = FILE_MAX + EK_GATHER_AHEAD,
	FLAGS = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
};

struct fixture {
	struct ek_faulty faulty;
	struct ek_gather gather;
	sqlite3_file *file;
	char place[EK_SCRATCH_PATH];
	char path[EK_SCRATCH_PATH + 8];
	struct ek_err err;
};

static int set_up(void **state)
{
	struct fixture *f = *state;
	int given;
	ek_faulty_open(&f->faulty, "faulty");
	assert_true(ek_gather_open(&f->gather, "faulty", &f->err));
	ek_scratch_make(f->place);
	/* A -wal has the mode of its database. SQLite's names of files end with two zeros. */
	memset(f->path, 0, sizeof f->path);
	ek_format(f->path, sizeof f->path - 1, "%s/x", f->place);
	ek_scratch_write(f->path, "", 0);
	ek_format(f->path, sizeof f->path - 1, "%s/x-wal", f->place);
	f->file = test_calloc(1, (size_t)f->gather.through.vfs.szOsFile);
	assert_int_equal(f->gather.through.vfs.xOpen(&f->gather.through.vfs, f->path, f->file,
						     FLAGS | SQLITE_OPEN_WAL, &given),
			 SQLITE_OK);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(f->file->pMethods->xClose(f->file), SQLITE_OK);
	test_free(f->file);
	ek_gather_close(&f->gather);
	ek_gather_close(&f->gather);
	ek_faulty_close(&f->faulty);
	ek_scratch_remove(f->place);
	return 0;
}

static void must_write(struct fixture *f, const char *p, int n, sqlite3_int64 at)
{
	assert_int_equal(f->file->pMethods->xWrite(f->file, p, n, at), SQLITE_OK);
}

/* What a file would hold, and what it does: behind its end are zeros. */
struct model {
	char p[FILE_MAX];
	char got[LONG_MAX];
	int n;
};

static void write_some(struct fixture *f, struct model *m, struct ek_rng *rng)
{
	static const int sizes[] = {24, 4096, 4096, 1, 100 * 1024, EK_GATHER_BYTES + 1};
	int n = sizes[ek_rng_below(rng, EK_LEN(sizes))];
	int at = ek_rng_chance(rng, 90) ? m->n : (int)ek_rng_below(rng, (uint32_t)m->n + 1);
	if (at + n > FILE_MAX)
		return;
	memset(m->p + at, 'a' + (int)ek_rng_below(rng, 26), (size_t)n);
	must_write(f, m->p + at, n, at);
	m->n = at + n > m->n ? at + n : m->n;
}

static void check_file(struct fixture *f, struct model *m)
{
	int n = (int)ek_scratch_read(f->path, m->got, LONG_MAX);
	assert_in_range(n, m->n, 2 * m->n);
	assert_memory_equal(m->got, m->p, (size_t)m->n);
	for (int i = m->n; i < n; i++)
		assert_int_equal(m->got[i], 0);
}

static void ask_some(struct fixture *f, struct model *m, struct ek_rng *rng)
{
	const sqlite3_io_methods *calls = f->file->pMethods;
	sqlite3_int64 size;
	uint32_t from = ek_rng_below(rng, (uint32_t)m->n + 1);
	switch (ek_rng_below(rng, 4)) {
	case 0:
		assert_int_equal(calls->xRead(f->file, m->got, m->n - (int)from, from), SQLITE_OK);
		assert_memory_equal(m->got, m->p + from, (size_t)m->n - from);
		break;
	case 1:
		assert_int_equal(calls->xFileSize(f->file, &size), SQLITE_OK);
		assert_in_range(size, m->n, LONG_MAX);
		break;
	case 2:
		assert_int_equal(calls->xTruncate(f->file, from), SQLITE_OK);
		m->n = (int)from;
		break;
	default:
		assert_int_equal(calls->xSync(f->file, SQLITE_SYNC_NORMAL), SQLITE_OK);
		check_file(f, m);
	}
}

static void it_is_read_as_it_was_written(void **state)
{
	struct fixture *f = *state;
	struct model *m = test_calloc(1, sizeof *m);
	struct ek_rng rng = {3};
	for (int i = 0; i < 4000; i++) {
		if (ek_rng_chance(&rng, 90))
			write_some(f, m, &rng);
		else
			ask_some(f, m, &rng);
	}
	assert_int_equal(f->file->pMethods->xSync(f->file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	check_file(f, m);
	test_free(m);
}

static void a_commit_is_one_write(void **state)
{
	struct fixture *f = *state;
	char got[64];
	for (int i = 0; i < 10; i++)
		must_write(f, "frame", 5, 5 * i);
	assert_int_equal(ek_scratch_read(f->path, got, sizeof got), 0);
	assert_int_equal(f->file->pMethods->xSync(f->file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	assert_int_equal(ek_scratch_read(f->path, got, sizeof got), 50);
	assert_int_equal(f->faulty.syncs, 1);
}

/* A sync at the end of the file makes it longer, as far again; one before its end does not. */
static void it_is_made_longer_before_it_is_full(void **state)
{
	struct fixture *f = *state;
	enum { FIRST = 64 * 1024, SECOND = 96 * 1024 };
	static char bytes[SECOND], got[4 * SECOND];
	must_write(f, bytes, FIRST, 0);
	assert_int_equal(f->file->pMethods->xSync(f->file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	assert_int_equal(ek_scratch_read(f->path, got, sizeof got), 2 * FIRST);
	must_write(f, bytes, SECOND - FIRST, FIRST);
	assert_int_equal(f->file->pMethods->xSync(f->file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	assert_int_equal(ek_scratch_read(f->path, got, sizeof got), 2 * FIRST);
	/* Cut, it begins anew. */
	assert_int_equal(f->file->pMethods->xTruncate(f->file, 0), SQLITE_OK);
	must_write(f, bytes, SECOND, 0);
	assert_int_equal(f->file->pMethods->xSync(f->file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	assert_int_equal(ek_scratch_read(f->path, got, sizeof got), 2 * SECOND);
}

static void it_is_made_longer_by_no_more_than_said(void **state)
{
	struct fixture *f = *state;
	static char piece[EK_GATHER_BYTES], got[4 * EK_GATHER_AHEAD];
	int n = 0;
	for (; n < 2 * EK_GATHER_AHEAD; n += (int)sizeof piece)
		must_write(f, piece, (int)sizeof piece, n);
	assert_int_equal(f->file->pMethods->xSync(f->file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	assert_int_equal(ek_scratch_read(f->path, got, sizeof got), n + EK_GATHER_AHEAD);
}

static void what_cannot_be_written_is_not_synced(void **state)
{
	struct fixture *f = *state;
	char got[64];
	f->faulty.fail_write = true;
	must_write(f, "lost", 4, 0);
	assert_int_equal(f->file->pMethods->xSync(f->file, SQLITE_SYNC_NORMAL), SQLITE_FULL);
	assert_int_equal(f->faulty.syncs, 0);
	f->faulty.fail_write = false;
	f->faulty.fail_silent = true;
	must_write(f, "lost", 4, 0);
	assert_int_equal(f->file->pMethods->xRead(f->file, got, 4, 0), SQLITE_IOERR_WRITE);
	f->faulty.fail_silent = false;
	/* It is forgotten, and the next is written. */
	must_write(f, "kept", 4, 0);
	assert_int_equal(f->file->pMethods->xSync(f->file, SQLITE_SYNC_NORMAL), SQLITE_OK);
	assert_int_equal(ek_scratch_read(f->path, got, sizeof got), 4);
	assert_memory_equal(got, "kept", 4);
}

static void another_file_is_the_systems_own(void **state)
{
	struct fixture *f = *state;
	char path[EK_SCRATCH_PATH + 8] = "";
	char got[8];
	int given;
	sqlite3_file *file = test_calloc(1, (size_t)f->gather.through.vfs.szOsFile);
	ek_format(path, sizeof path - 1, "%s/x.db", f->place);
	assert_int_equal(f->gather.through.vfs.xOpen(&f->gather.through.vfs, path, file,
						     FLAGS | SQLITE_OPEN_MAIN_DB, &given),
			 SQLITE_OK);
	assert_int_equal(file->pMethods->xWrite(file, "page", 4, 0), SQLITE_OK);
	assert_int_equal(ek_scratch_read(path, got, sizeof got), 4);
	assert_int_equal(file->pMethods->xClose(file), SQLITE_OK);
	test_free(file);
}

static void an_unknown_vfs_is_not_found(void **state)
{
	struct fixture *f = *state;
	struct ek_gather g;
	assert_false(ek_gather_open(&g, "nobody", &f->err));
	assert_int_equal(f->err.code, EK_NOT_FOUND);
	ek_gather_close(&g);
}

#define WITH_FILE(test) cmocka_unit_test_prestate_setup_teardown(test, set_up, tear_down, f)

int main(void)
{
	struct fixture fixture = {0};
	struct fixture *f = &fixture;
	const struct CMUnitTest tests[] = {
		WITH_FILE(it_is_read_as_it_was_written),
		WITH_FILE(a_commit_is_one_write),
		WITH_FILE(it_is_made_longer_before_it_is_full),
		WITH_FILE(it_is_made_longer_by_no_more_than_said),
		WITH_FILE(what_cannot_be_written_is_not_synced),
		WITH_FILE(another_file_is_the_systems_own),
		WITH_FILE(an_unknown_vfs_is_not_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
