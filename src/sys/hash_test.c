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

/* RFC 2202, section 3, cases 1, 2 and 6. */
static void hmac_sha1_of_rfc_2202(void **state)
{
	(void)state;
	static const uint8_t wanted[3][EK_HASH_SHA1_BYTES] = {
		{0xb6, 0x17, 0x31, 0x86, 0x55, 0x05, 0x72, 0x64, 0xe2, 0x8b,
		 0xc0, 0xb6, 0xfb, 0x37, 0x8c, 0x8e, 0xf1, 0x46, 0xbe, 0x00},
		{0xef, 0xfc, 0xdf, 0x6a, 0xe5, 0xeb, 0x2f, 0xa2, 0xd2, 0x74,
		 0x16, 0xd5, 0xf1, 0x84, 0xdf, 0x9c, 0x25, 0x9a, 0x7c, 0x79},
		{0xaa, 0x4a, 0xe5, 0xe1, 0x52, 0x72, 0xd0, 0x0e, 0x95, 0x70,
		 0x56, 0x37, 0xce, 0x8a, 0x3b, 0x55, 0xed, 0x40, 0x21, 0x12},
	};
	static const char far[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	uint8_t key[80];
	uint8_t out[EK_HASH_SHA1_BYTES];
	memset(key, 0x0b, 20);
	ek_hash_hmac_sha1(key, 20, "Hi There", 8, out);
	assert_memory_equal(out, wanted[0], sizeof out);
	ek_hash_hmac_sha1("Jefe", 4, "what do ya want for nothing?", 28, out);
	assert_memory_equal(out, wanted[1], sizeof out);
	memset(key, 0xaa, sizeof key);
	ek_hash_hmac_sha1(key, sizeof key, far, sizeof far - 1, out);
	assert_memory_equal(out, wanted[2], sizeof out);
}

/* RFC 4231, test cases 1 and 2. */
static void hmac_of_rfc_4231(void **state)
{
	static const char *const wanted[] = {
		"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	};
	uint8_t key[20];
	uint8_t out[EK_HASH_BYTES];
	char hex[2 * EK_HASH_BYTES + 1];
	(void)state;
	memset(key, 0x0b, sizeof key);
	ek_hash_hmac(key, sizeof key, "Hi There", 8, out);
	ek_hash_hex(out, hex);
	assert_string_equal(hex, wanted[0]);
	ek_hash_hmac("Jefe", 4, "what do ya want for nothing?", 28, out);
	ek_hash_hex(out, hex);
	assert_string_equal(hex, wanted[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_the_published_ones),
		cmocka_unit_test(crc_of_rfc_3720),
		cmocka_unit_test(pieces_make_the_whole),
		cmocka_unit_test(hmac_sha1_of_rfc_2202),
		cmocka_unit_test(hmac_of_rfc_4231),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
