/* Hashes against published values. */
#include "sys/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct row {
	const char *name;
	const char *text;
	const char *sha256;
	uint32_t crc;
};

/* SHA-256: FIPS 180-4 examples (NIST "SHA256.pdf"). CRC-32C: RFC 3720 B.4 and the check value of
 * the catalogue of parametrised CRC algorithms for "123456789". */
static const struct row rows[] = {
	{"empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 0},
	{"abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	 0x364b3fb7},
	{"digits", "123456789", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
	 0xe3069283},
	{"two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", 0},
};

static void hashes_are_the_published_ones(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		uint8_t out[EK_HASH_BYTES];
		char hex[2 * EK_HASH_BYTES + 1];
		ek_hash_once(rows[i].text, strlen(rows[i].text), out);
		ek_hash_hex(out, hex);
		assert_string_equal(hex, rows[i].sha256);
		if (rows[i].crc != 0)
			assert_int_equal(ek_hash_crc(0, rows[i].text, strlen(rows[i].text)),
					 rows[i].crc);
	}
}

static void crc_of_rfc_3720(void **state)
{
	(void)state;
	uint8_t zeros[32] = {0};
	uint8_t ones[32];
	memset(ones, 0xff, sizeof ones);
	assert_int_equal(ek_hash_crc(0, zeros, 32), 0x8a9136aa);
	assert_int_equal(ek_hash_crc(0, ones, 32), 0x62a8ab43);
	for (size_t cut = 0; cut <= 32; cut++) {
		uint32_t c = ek_hash_crc(ek_hash_crc(0, ones, cut), ones + cut, 32 - cut);
		assert_int_equal(c, 0x62a8ab43);
	}
}

static void pieces_make_the_whole(void **state)
{
	(void)state;
	struct ek_err err = {0};
	struct ek_hash *h = NULL;
	assert_true(ek_hash_open(&h, &err));
	for (int again = 0; again < 2; again++) {
		uint8_t out[EK_HASH_BYTES];
		char hex[2 * EK_HASH_BYTES + 1];
		ek_hash_begin(h);
		ek_hash_add(h, "a", 1);
		ek_hash_add(h, "", 0);
		ek_hash_add(h, "bc", 2);
		ek_hash_end(h, out);
		ek_hash_hex(out, hex);
		assert_string_equal(hex, rows[1].sha256);
	}
	ek_hash_close(&h);
	assert_null(h);
	ek_hash_close(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_the_published_ones),
		cmocka_unit_test(crc_of_rfc_3720),
		cmocka_unit_test(pieces_make_the_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
