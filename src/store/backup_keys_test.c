/* Keys apart: what is written is read back, each is found, and nothing else is taken for it. */
#include "store/backup_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/scratch.h"
#include "sys/disk.h"

enum { CONTACTS = 300, FILE_MAX = 64 * 1024 };

struct scene {
	char directory[EK_SCRATCH_PATH];
	char path[EK_DISK_PATH];
	struct ek_log *log;
};

static void must(bool ok, const struct ek_err *err)
{
	if (!ok)
		fail_msg("%s", err->msg);
}

/* A key that can be told from every other. */
static void draw(uint32_t contact, uint8_t out[EK_BACKUP_KEYS_SEALED])
{
	for (int i = 0; i < EK_BACKUP_KEYS_SEALED; i++)
		out[i] = (uint8_t)(contact * 31 + (uint32_t)i);
}

/* Every third contact has a key. */
static void fill(struct ek_log *log)
{
	static const char place[] =
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	uint8_t sealed[EK_BACKUP_KEYS_SEALED];
	struct ek_err err;
	must(ek_log_begin(log, &err), &err);
	for (uint32_t c = 3; c <= 3 * CONTACTS; c += 3) {
		draw(c, sealed);
		const struct ek_views_value key[] = {
			ek_views_int(c), ek_views_blob(sealed, sizeof sealed), ek_views_int(9)};
		must(ek_log_content_put(log, EK_CONTENT_CONTACT_KEYS, key, 1, &err), &err);
	}
	const struct ek_views_value file[] = {
		ek_views_text(EK_S(place)), ek_views_blob(sealed, sizeof sealed), ek_views_int(5)};
	const struct ek_views_value erasures[] = {
		ek_views_int(1),   ek_views_int(41), ek_views_int(2),  ek_views_int(100),
		ek_views_int(200), ek_views_int(2),  ek_views_int(42), ek_views_int(EK_NONE),
		ek_views_int(300), ek_views_int(400)};
	must(ek_log_content_put(log, EK_CONTENT_FILE_KEYS, file, 1, &err), &err);
	must(ek_log_content_put(log, EK_CONTENT_ERASURES, erasures, 2, &err), &err);
	must(ek_log_commit(log, &err), &err);
}

static int set_up(void **state)
{
	static struct scene s;
	struct ek_backup_keys_count count;
	char place[EK_DISK_PATH];
	const struct ek_log_options options = {.where = place, .mode = EK_LOG_CREATE};
	struct ek_err err;
	ek_scratch_make(s.directory);
	ek_format(place, sizeof place, "%s/live", s.directory);
	ek_format(s.path, sizeof s.path, "%s/keys", s.directory);
	must(ek_log_open(&options, &s.log, &err), &err);
	fill(s.log);
	must(ek_backup_keys_write(s.log, s.path, &count, &err), &err);
	assert_int_equal(count.files, 1);
	assert_int_equal(count.contacts, CONTACTS);
	assert_int_equal(count.erasures, 2);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	ek_log_close(&s->log);
	ek_scratch_remove(s->directory);
	return 0;
}

static void each_key_is_found_and_no_other(void **state)
{
	const struct scene *s = *state;
	struct ek_backup_keys *keys;
	struct ek_err err;
	must(ek_backup_keys_open(s->path, &keys, &err), &err);
	for (uint32_t c = 0; c <= 3 * CONTACTS + 3; c++) {
		uint8_t got[EK_BACKUP_KEYS_SEALED], want[EK_BACKUP_KEYS_SEALED];
		bool found;
		must(ek_backup_keys_find(keys, c, got, &found, &err), &err);
		draw(c, want);
		assert_int_equal(found, c % 3 == 0 && c > 0 && c <= 3 * CONTACTS);
		if (found)
			assert_memory_equal(got, want, sizeof want);
	}
	ek_backup_keys_close(&keys);
}

static void erasures_come_back(void **state)
{
	static const int64_t want[2][EK_CONTENT_ERASURES_WIDTH] = {{1, 41, 2, 100, 200},
								   {2, 42, EK_NONE, 300, 400}};
	const struct scene *s = *state;
	struct ek_views_value row[EK_CONTENT_ERASURES_WIDTH];
	struct ek_backup_keys *keys;
	struct ek_err err;
	must(ek_backup_keys_open(s->path, &keys, &err), &err);
	for (uint64_t i = 0; i < 2; i++) {
		must(ek_backup_keys_erasure(keys, i, row, &err), &err);
		for (int c = 0; c < EK_CONTENT_ERASURES_WIDTH; c++)
			assert_int_equal(row[c].kind == EK_VIEWS_NULL ? EK_NONE : row[c].i,
					 want[i][c]);
	}
	ek_backup_keys_close(&keys);
}

static bool count_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)v;
	(void)n;
	(void)err;
	++*(uint32_t *)ctx;
	return true;
}

/* Numbers of contacts that the log does not know yet will be others'. */
static void keys_of_contacts_that_are_there_are_put(void **state)
{
	const struct scene *s = *state;
	char place[EK_DISK_PATH];
	const struct ek_log_options options = {.where = place, .mode = EK_LOG_CREATE};
	struct ek_views_value who[EK_CONTENT_CONTACTS_WIDTH] = {0};
	struct ek_backup_keys *keys;
	struct ek_log *log;
	struct ek_err err;
	uint32_t contacts = 0;
	uint32_t files = 0;
	who[EK_CONTENT_CONTACTS_CONTACT] = ek_views_int(6);
	ek_format(place, sizeof place, "%s/other", s->directory);
	must(ek_log_open(&options, &log, &err) && ek_log_begin(log, &err), &err);
	must(ek_log_content_put(log, EK_CONTENT_CONTACTS, who, 1, &err), &err);
	must(ek_log_commit(log, &err), &err);
	must(ek_backup_keys_open(s->path, &keys, &err), &err);
	must(ek_backup_keys_put(keys, log, &err), &err);
	must(ek_log_content_each(log, EK_CONTENT_CONTACT_KEYS, count_row, &contacts, &err), &err);
	must(ek_log_content_each(log, EK_CONTENT_FILE_KEYS, count_row, &files, &err), &err);
	assert_int_equal(contacts, 1);
	assert_int_equal(files, 1);
	ek_backup_keys_close(&keys);
	ek_log_close(&log);
}

static void refuse(const char *path, enum ek_code code)
{
	struct ek_backup_keys *keys;
	struct ek_err err;
	assert_false(ek_backup_keys_open(path, &keys, &err));
	assert_null(keys);
	assert_int_equal(err.code, code);
}

/* With the right hash behind it, as who makes one on purpose would. */
static void write_sealed(const char *path, const uint8_t *bytes, size_t n)
{
	static uint8_t all[FILE_MAX + EK_HASH_BYTES];
	memcpy(all, bytes, n);
	ek_hash_once(bytes, n, all + n);
	ek_scratch_write(path, all, n + EK_HASH_BYTES);
}

static void what_is_no_file_of_keys_is_refused(void **state)
{
	static uint8_t bytes[FILE_MAX], other[FILE_MAX];
	const struct scene *s = *state;
	char path[EK_DISK_PATH];
	size_t n = ek_scratch_read(s->path, bytes, sizeof bytes);
	ek_format(path, sizeof path, "%s/other", s->directory);
	refuse(path, EK_NOT_FOUND);
	for (size_t at = 0; at < n; at += 97) {
		memcpy(other, bytes, n);
		other[at] ^= 1;
		ek_scratch_write(path, other, n);
		refuse(path, EK_DAMAGE);
	}
	for (size_t cut = 0; cut < n; cut += 101) {
		ek_scratch_write(path, bytes, cut);
		refuse(path, EK_DAMAGE);
	}
	/* Numbers that do not add up, or overflow, under a hash that is right. */
	for (size_t i = 0; i < 24; i++) {
		memcpy(other, bytes, n);
		other[n - EK_HASH_BYTES - 24 + i] ^= 0x80;
		write_sealed(path, other, n - EK_HASH_BYTES);
		refuse(path, EK_DAMAGE);
	}
	write_sealed(path, bytes, 20);
	refuse(path, EK_DAMAGE);
}

static void none_is_written_over(void **state)
{
	const struct scene *s = *state;
	struct ek_backup_keys_count count;
	struct ek_err err;
	assert_false(ek_backup_keys_write(s->log, s->path, &count, &err));
	assert_int_equal(err.code, EK_NOT_EMPTY);
}

#define ON_DISK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_DISK(each_key_is_found_and_no_other),
		ON_DISK(erasures_come_back),
		ON_DISK(keys_of_contacts_that_are_there_are_put),
		ON_DISK(what_is_no_file_of_keys_is_refused),
		ON_DISK(none_is_written_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
