/* What is sealed opens with its key at its place, and in no other case. */
#include "auth/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const uint8_t key_1[EK_SEAL_KEY_BYTES] = {1};
static const uint8_t key_2[EK_SEAL_KEY_BYTES] = {2};

enum { SEED = 20, MOST = 1 << 20, SEALED = SEED + EK_SEAL_MORE };

static ek_str slice(const uint8_t *p, uint32_t n)
{
	return (ek_str){(const char *)p, n};
}

static struct ek_seal *open_key(const uint8_t *key)
{
	struct ek_err err = {0};
	struct ek_seal *seal = NULL;
	assert_true(ek_seal_open_key(key, &seal, &err));
	return seal;
}

static void what_is_sealed_opens(void **state)
{
	(void)state;
	struct ek_err err = {0};
	struct ek_seal *seal = open_key(key_1);
	static uint8_t plain[MOST], sealed[MOST + EK_SEAL_MORE], back[MOST];
	static const size_t sizes[] = {0, 1, SEED, MOST};
	memset(plain, 0x77, sizeof plain);
	for (size_t i = 0; i < EK_LEN(sizes); i++) {
		struct ek_seal_out out = {back, sizeof back, 99};
		ek_seal_put(seal, EK_S("totp 7"), plain, sizes[i], sealed);
		assert_true(ek_seal_get(seal, EK_S("totp 7"),
					slice(sealed, (uint32_t)sizes[i] + EK_SEAL_MORE), &out,
					&err));
		assert_int_equal(out.n, sizes[i]);
		assert_memory_equal(back, plain, sizes[i]);
	}
	ek_seal_close(&seal);
	assert_null(seal);
	ek_seal_close(&seal);
}

static void the_same_twice_differs(void **state)
{
	(void)state;
	struct ek_seal *seal = open_key(key_1);
	uint8_t plain[SEED] = {0}, a[SEALED], b[SEALED];
	ek_seal_put(seal, EK_S("totp 7"), plain, SEED, a);
	ek_seal_put(seal, EK_S("totp 7"), plain, SEED, b);
	assert_memory_not_equal(a + 1, b + 1, 24);
	assert_memory_not_equal(a + 25, b + 25, SEED);
	ek_seal_close(&seal);
}

static void refuse(const struct ek_seal *seal, ek_str place, ek_str sealed)
{
	struct ek_err err = {0};
	uint8_t back[SEED] = {0};
	struct ek_seal_out out = {back, sizeof back, 99};
	assert_false(ek_seal_get(seal, place, sealed, &out, &err));
	assert_int_equal(err.code, EK_DAMAGE);
	assert_int_equal(out.n, 0);
}

static void another_key_place_or_byte_does_not_open(void **state)
{
	(void)state;
	struct ek_seal *one = open_key(key_1);
	struct ek_seal *two = open_key(key_2);
	uint8_t plain[SEED] = {0}, sealed[SEALED];
	ek_seal_put(one, EK_S("totp 7"), plain, SEED, sealed);
	refuse(two, EK_S("totp 7"), slice(sealed, SEALED));
	refuse(one, EK_S("totp 8"), slice(sealed, SEALED));
	refuse(one, EK_S(""), slice(sealed, SEALED));
	for (size_t i = 0; i < SEALED; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			sealed[i] = (uint8_t)(sealed[i] ^ 1u << bit);
			refuse(one, EK_S("totp 7"), slice(sealed, SEALED));
			sealed[i] = (uint8_t)(sealed[i] ^ 1u << bit);
		}
	}
	for (uint32_t n = 0; n < SEALED; n++)
		refuse(one, EK_S("totp 7"), slice(sealed, n));
	refuse(one, EK_S("totp 7"), (ek_str){NULL, 0});
	ek_seal_close(&one);
	ek_seal_close(&two);
}

static void too_little_room_is_said(void **state)
{
	(void)state;
	struct ek_err err = {0};
	struct ek_seal *seal = open_key(key_1);
	uint8_t plain[SEED] = {0}, sealed[SEALED], back[SEED];
	struct ek_seal_out out = {back, SEED - 1, 99};
	ek_seal_put(seal, EK_S("x"), plain, SEED, sealed);
	assert_false(ek_seal_get(seal, EK_S("x"), slice(sealed, SEALED), &out, &err));
	assert_int_equal(err.code, EK_LIMIT);
	ek_seal_close(&seal);
}

static void a_key_file_is_private_and_made_once(void **state)
{
	(void)state;
	struct ek_err err = {0};
	char dir[] = "/tmp/seal_test_XXXXXX";
	char path[64];
	struct stat st;
	struct ek_seal *seal = NULL, *again = NULL;
	uint8_t plain[SEED] = {5}, sealed[SEALED], back[SEED];
	struct ek_seal_out out = {back, SEED, 0};
	assert_non_null(mkdtemp(dir));
	ek_format(path, sizeof path, "%s/%s", dir, "key");
	assert_false(ek_seal_open(dir, "key", &seal, &err));
	assert_int_equal(err.code, EK_NOT_FOUND);
	assert_true(ek_seal_init(dir, "key", &err));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, EK_SEAL_KEY_BYTES);
	assert_false(ek_seal_init(dir, "key", &err));
	assert_int_equal(err.code, EK_NOT_EMPTY);
	assert_true(ek_seal_open(dir, "key", &seal, &err));
	assert_true(ek_seal_open(dir, "key", &again, &err));
	ek_seal_put(seal, EK_S("x"), plain, SEED, sealed);
	assert_true(ek_seal_get(again, EK_S("x"), slice(sealed, SEALED), &out, &err));
	ek_seal_close(&seal);
	ek_seal_close(&again);
	assert_int_equal(truncate(path, 31), 0);
	assert_false(ek_seal_open(dir, "key", &seal, &err));
	assert_int_equal(err.code, EK_DAMAGE);
	assert_int_equal(truncate(path, 0), 0);
	assert_false(ek_seal_open(dir, "key", &seal, &err));
	assert_int_equal(err.code, EK_DAMAGE);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sealed_opens),
		cmocka_unit_test(the_same_twice_differs),
		cmocka_unit_test(another_key_place_or_byte_does_not_open),
		cmocka_unit_test(too_little_room_is_said),
		cmocka_unit_test(a_key_file_is_private_and_made_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
