#include "sys/hash.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include <nmmintrin.h>
#endif

struct ek_hash {
	EVP_MD_CTX *ctx;
	EVP_MD *md; /* fetched once: looking it up costs more than hashing a short row */
};

bool ek_hash_open(struct ek_hash **out, struct ek_err *err)
{
	*out = NULL;
	struct ek_hash *h = calloc(1, sizeof *h);
	if (h == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a hash");
	h->ctx = EVP_MD_CTX_new();
	h->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (h->ctx == NULL || h->md == NULL) {
		ek_hash_close(&h);
		return ek_fail(err, EK_NO_MEMORY, "OpenSSL gives no SHA-256");
	}
	*out = h;
	return true;
}

void ek_hash_close(struct ek_hash **hash)
{
	if (*hash == NULL)
		return;
	EVP_MD_CTX_free((*hash)->ctx);
	EVP_MD_free((*hash)->md);
	free(*hash);
	*hash = NULL;
}

void ek_hash_begin(struct ek_hash *hash)
{
	int ok = EVP_DigestInit_ex2(hash->ctx, hash->md, NULL);
	ek_assert(ok == 1);
}

void ek_hash_add(struct ek_hash *hash, const void *bytes, size_t n)
{
	int ok = n == 0 ? 1 : EVP_DigestUpdate(hash->ctx, bytes, n);
	ek_assert(ok == 1);
}

void ek_hash_end(struct ek_hash *hash, uint8_t out[EK_HASH_BYTES])
{
	unsigned n = 0;
	int ok = EVP_DigestFinal_ex(hash->ctx, out, &n);
	ek_assert(ok == 1 && n == EK_HASH_BYTES);
}

/* Looked up once and never given back: OpenSSL's look-up, which its SHA256() also makes, takes
 * longer than the hash of a short text, and locks of the whole process. */
static const EVP_MD *sha256(void)
{
	static _Atomic(EVP_MD *) kept;
	EVP_MD *md = atomic_load_explicit(&kept, memory_order_acquire);
	if (md != NULL)
		return md;
	md = EVP_MD_fetch(NULL, "SHA256", NULL);
	EVP_MD *first = NULL; /* another thread's, when it was before this one */
	if (!atomic_compare_exchange_strong(&kept, &first, md)) {
		EVP_MD_free(md);
		md = first;
	}
	return md;
}

void ek_hash_once(const void *bytes, size_t n, uint8_t out[EK_HASH_BYTES])
{
	static const uint8_t nothing[1] = {0};
	int ok = EVP_Digest(n == 0 ? nothing : bytes, n, out, NULL, sha256(), NULL);
	ek_assert(ok == 1);
}

void ek_hash_hmac_sha1(const void *key, size_t key_n, const void *bytes, size_t n,
		       uint8_t out[EK_HASH_SHA1_BYTES])
{
	unsigned got = 0;
	ek_assert(key_n <= INT_MAX);
	const uint8_t *p = HMAC(EVP_sha1(), key, (int)key_n, bytes, n, out, &got);
	ek_assert(p == out && got == EK_HASH_SHA1_BYTES);
}

void ek_hash_hmac(const void *key, size_t key_n, const void *bytes, size_t n,
		  uint8_t out[EK_HASH_BYTES])
{
	unsigned got = 0;
	ek_assert(key_n <= INT_MAX);
	const uint8_t *p = HMAC(EVP_sha256(), key, (int)key_n, bytes, n, out, &got);
	ek_assert(p == out && got == EK_HASH_BYTES);
}

/* One nibble at a time: short, and only for processors without an instruction for it. */
static uint32_t crc_plain(uint32_t crc, const uint8_t *p, size_t n)
{
	static const uint32_t table[16] = {
		0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
		0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
		0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
	};
	for (size_t i = 0; i < n; i++) {
		crc ^= p[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t crc_fast(uint32_t crc, const uint8_t *p, size_t n)
{
	uint64_t c = crc;
	for (; n >= 8; n -= 8, p += 8) {
		uint64_t word;
		memcpy(&word, p, 8);
		c = _mm_crc32_u64(c, word);
	}
	crc = (uint32_t)c;
	for (; n > 0; n--, p++)
		crc = _mm_crc32_u8(crc, *p);
	return crc;
}
#endif

uint32_t ek_hash_crc(uint32_t crc, const void *bytes, size_t n)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("sse4.2"))
		return ~crc_fast(~crc, bytes, n);
#endif
	return ~crc_plain(~crc, bytes, n);
}

void ek_hash_hex(const uint8_t hash[EK_HASH_BYTES], char out[2 * EK_HASH_BYTES + 1])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < EK_HASH_BYTES; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[2 * (size_t)EK_HASH_BYTES] = '\0';
}
