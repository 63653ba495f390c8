/* A sealed file opens with its own key under its own name, and in no other case; nothing of it is
 * on the disk. */
#include "auth/vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/scratch.h"
#include "sys/heap.h"

enum { MOST = 3 * EK_VAULT_PIECE, FILE_MOST = MOST + 4096 };

static const char canary[] = "the canary sang about file 77";

struct scene {
	char directory[EK_SCRATCH_PATH];
	struct ek_seal *seal;
	struct ek_alloc heap;
	struct ek_vault vault;
};

static int set_up(void **state)
{
	static struct scene s;
	static const uint8_t key[EK_SEAL_KEY_BYTES] = {7};
	struct ek_err err;
	ek_scratch_make(s.directory);
	if (!ek_seal_open_key(key, &s.seal, &err))
		return -1;
	s.heap = ek_heap_alloc();
	s.vault = (struct ek_vault){s.seal, s.directory, "files", NULL};
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	struct ek_err err;
	ek_seal_close(&s->seal);
	bool ok = ek_disk_dir_remove(s->directory, "files", &err);
	ek_scratch_remove(s->directory);
	return ok ? 0 : -1;
}

static struct ek_vault_file put(struct scene *s, const void *bytes, size_t n)
{
	struct ek_vault_file f;
	struct ek_err err;
	if (!ek_vault_put(&s->vault, (ek_str){bytes, (uint32_t)n}, &f, &err))
		fail_msg("%s", err.msg);
	return f;
}

static void path_of(const struct scene *s, const char *place, char out[EK_DISK_PATH])
{
	ek_format(out, EK_DISK_PATH, "%s/files/%s", s->directory, place);
}

static void expect(struct scene *s, const struct ek_vault_file *f, const void *want, size_t n)
{
	struct ek_disk_bytes back;
	struct ek_err err;
	if (!ek_vault_get(&s->vault, f, (struct ek_vault_room){MOST, &s->heap}, &back, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(back.n, n);
	assert_memory_equal(back.p, want, n);
	ek_alloc_free(&s->heap, back.p, n == 0 ? 1 : n);
}

static void refuse(struct scene *s, const struct ek_vault_file *f, enum ek_code code)
{
	struct ek_disk_bytes back = {(uint8_t *)s, 1};
	struct ek_err err;
	assert_false(
		ek_vault_get(&s->vault, f, (struct ek_vault_room){MOST, &s->heap}, &back, &err));
	assert_int_equal(err.code, code);
	assert_null(back.p);
	assert_int_equal(back.n, 0);
}

static void what_is_put_comes_back_whatever_its_length(void **state)
{
	struct scene *s = *state;
	static uint8_t plain[MOST];
	static const size_t sizes[] = {
		0,   1, EK_VAULT_PIECE - 1, EK_VAULT_PIECE, EK_VAULT_PIECE + 1, 2 * EK_VAULT_PIECE,
		MOST};
	for (size_t i = 0; i < sizeof plain; i++)
		plain[i] = (uint8_t)(i * 7 + i / 251);
	for (size_t i = 0; i < EK_LEN(sizes); i++) {
		struct ek_vault_file f = put(s, plain, sizes[i]);
		expect(s, &f, plain, sizes[i]);
	}
}

/* By the description in the header: 25 bytes, 17 more a piece; its name is its SHA-256, told by
 * OpenSSL in one go; private; and nothing of the text is in it. */
static void a_file_is_what_its_name_says(void **state)
{
	struct scene *s = *state;
	static uint8_t plain[EK_VAULT_PIECE + 5], file[FILE_MOST];
	char path[EK_DISK_PATH], hex[2 * EK_HASH_BYTES + 1];
	uint8_t hash[EK_HASH_BYTES];
	struct stat st;
	for (size_t i = 0; i + sizeof canary < sizeof plain; i += sizeof canary)
		memcpy(plain + i, canary, sizeof canary);
	struct ek_vault_file f = put(s, plain, sizeof plain);
	struct ek_vault_file again = put(s, plain, sizeof plain);
	assert_string_not_equal(f.place, again.place);
	path_of(s, f.place, path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	size_t n = ek_scratch_read(path, file, sizeof file);
	assert_int_equal(n, 25 + sizeof plain + 2 * 17);
	ek_hash_once(file, n, hash);
	ek_hash_hex(hash, hex);
	assert_string_equal(f.place, hex);
	for (size_t i = 0; i + sizeof canary <= n; i++)
		assert_memory_not_equal(file + i, canary, sizeof canary - 1);
	path_of(s, "", path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void a_changed_byte_is_refused(void **state)
{
	struct scene *s = *state;
	static uint8_t file[FILE_MOST];
	char path[EK_DISK_PATH];
	struct ek_vault_file f = put(s, canary, sizeof canary);
	path_of(s, f.place, path);
	size_t n = ek_scratch_read(path, file, sizeof file);
	for (size_t i = 0; i < n; i++) {
		file[i] ^= 1;
		ek_scratch_write(path, file, n);
		refuse(s, &f, EK_DAMAGE);
		file[i] ^= 1;
	}
	ek_scratch_write(path, file, n);
	expect(s, &f, canary, sizeof canary);
	for (size_t i = 0; i < sizeof f.key; i++) {
		f.key[i] ^= 1;
		refuse(s, &f, EK_DAMAGE);
		f.key[i] ^= 1;
	}
}

/* Cut anywhere, at the end of a piece too; longer; its pieces in another order. */
static void a_file_that_was_cut_or_put_together_anew_is_refused(void **state)
{
	struct scene *s = *state;
	static uint8_t plain[2 * EK_VAULT_PIECE + 100], file[FILE_MOST], other[FILE_MOST];
	const size_t piece = EK_VAULT_PIECE + 17;
	char path[EK_DISK_PATH];
	struct ek_vault_file f = put(s, plain, sizeof plain);
	path_of(s, f.place, path);
	size_t n = ek_scratch_read(path, file, sizeof file);
	const size_t cuts[] = {0,
			       1,
			       24,
			       25,
			       26,
			       42,
			       25 + piece - 1,
			       25 + piece,
			       25 + 2 * piece,
			       25 + 2 * piece + 16,
			       25 + 2 * piece + 17,
			       n - 1};
	for (size_t i = 0; i < EK_LEN(cuts); i++) {
		assert_int_equal(truncate(path, (off_t)cuts[i]), 0);
		refuse(s, &f, EK_DAMAGE);
		ek_scratch_write(path, file, n);
	}
	memcpy(other, file, n);
	ek_scratch_write(path, other, n + 1);
	refuse(s, &f, EK_DAMAGE);
	memcpy(other + n, file + 25 + 2 * piece, 117);
	ek_scratch_write(path, other, n + 117);
	refuse(s, &f, EK_DAMAGE);
	memcpy(other + 25, file + 25 + piece, piece);
	memcpy(other + 25 + piece, file + 25, piece);
	ek_scratch_write(path, other, n);
	refuse(s, &f, EK_DAMAGE);
	unlink(path);
	refuse(s, &f, EK_NOT_FOUND);
}

/* Files and keys of two contacts, in every other pairing; and another master key. */
static void one_contacts_file_does_not_open_in_anothers_place(void **state)
{
	struct scene *s = *state;
	static const uint8_t key[EK_SEAL_KEY_BYTES] = {8};
	static uint8_t file[FILE_MOST];
	char a_path[EK_DISK_PATH], b_path[EK_DISK_PATH];
	struct ek_err err;
	struct ek_vault_file a = put(s, canary, sizeof canary);
	struct ek_vault_file b = put(s, "another's", 9);
	struct ek_vault_file mixed = a;
	memcpy(mixed.key, b.key, sizeof mixed.key);
	refuse(s, &mixed, EK_DAMAGE);
	path_of(s, a.place, a_path);
	path_of(s, b.place, b_path);
	size_t n = ek_scratch_read(b_path, file, sizeof file);
	ek_scratch_write(a_path, file, n);
	refuse(s, &a, EK_DAMAGE);
	mixed = b;
	memcpy(mixed.place, a.place, sizeof mixed.place);
	refuse(s, &mixed, EK_DAMAGE); /* b's bytes and b's key, under a's name */
	expect(s, &b, "another's", 9);
	struct ek_seal *other = NULL;
	assert_true(ek_seal_open_key(key, &other, &err));
	s->vault.seal = other;
	refuse(s, &b, EK_DAMAGE);
	s->vault.seal = s->seal;
	ek_seal_close(&other);
}

static void too_long_is_said_before_it_is_read(void **state)
{
	struct scene *s = *state;
	struct ek_disk_bytes back;
	struct ek_err err;
	struct ek_vault_file f = put(s, canary, sizeof canary);
	const struct ek_vault_room room = {sizeof canary - 1, &s->heap};
	assert_false(ek_vault_get(&s->vault, &f, room, &back, &err));
	assert_int_equal(err.code, EK_LIMIT);
}

static void names_of_before_are_told_apart(void **state)
{
	static const struct {
		const char *name;
		bool is_plain;
	} rows[] = {
		{"0123456789abcdef0123456789abcdef", true},
		{"0123456789abcdef0123456789abcdef.new", true},
		{"0123456789abcdef0123456789abcdeF", false},
		{"0123456789abcdef0123456789abcde", false},
		{"0123456789abcdef0123456789abcdef.old", false},
		{"../456789abcdef0123456789abcdef0", false},
		{"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false},
		{"new-0123456789abcdef0123456789abcdef", false},
		{"", false},
	};
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		ek_str name = {rows[i].name, (uint32_t)strlen(rows[i].name)};
		if (ek_vault_is_plain(name) != rows[i].is_plain)
			fail_msg("%s", rows[i].name);
	}
}

static void a_file_of_before_is_read_as_it_is(void **state)
{
	struct scene *s = *state;
	char path[EK_DISK_PATH];
	struct ek_vault_file made = put(s, "x", 1); /* makes the directory */
	struct ek_vault_file f = {.place = "0123456789abcdef0123456789abcdef"};
	(void)made;
	path_of(s, f.place, path);
	ek_scratch_write(path, canary, sizeof canary);
	expect(s, &f, canary, sizeof canary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_comes_back_whatever_its_length),
		cmocka_unit_test(a_file_is_what_its_name_says),
		cmocka_unit_test(a_changed_byte_is_refused),
		cmocka_unit_test(a_file_that_was_cut_or_put_together_anew_is_refused),
		cmocka_unit_test(one_contacts_file_does_not_open_in_anothers_place),
		cmocka_unit_test(too_long_is_said_before_it_is_read),
		cmocka_unit_test(names_of_before_are_told_apart),
		cmocka_unit_test(a_file_of_before_is_read_as_it_is),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
