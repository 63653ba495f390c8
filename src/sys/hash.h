/* hash -- SHA-256 for what must be proved, CRC-32C for what must be found.
 *
 * SHA-256 is OpenSSL's (FIPS 180-4; about 2 GB/s where the processor helps); the context is made
 * once and used again, so that a hash costs no allocation. CRC-32C is RFC 3720's (polynomial
 * 0x1EDC6F41).
 */
#ifndef EK_SYS_HASH_H
#define EK_SYS_HASH_H

#include "base/base.h"

enum { EK_HASH_BYTES = 32, EK_HASH_SHA1_BYTES = 20 };

struct ek_hash;

/* *hash is the caller's, to be closed. Not for several threads at once. Errors: NO_MEMORY. */
bool ek_hash_open(struct ek_hash **hash, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_hash_close(struct ek_hash **hash);
/* begin, any number of add, end; then begin again. */
void ek_hash_begin(struct ek_hash *hash);
void ek_hash_add(struct ek_hash *hash, const void *bytes, size_t n);
void ek_hash_end(struct ek_hash *hash, uint8_t out[EK_HASH_BYTES]);

/* The hash of one piece. Takes a context of its own: for rare use. */
void ek_hash_once(const void *bytes, size_t n, uint8_t out[EK_HASH_BYTES]);

/* HMAC-SHA-1 (RFC 2104, FIPS 180-4): only for what a standard says so, such as one-time codes. */
void ek_hash_hmac_sha1(const void *key, size_t key_n, const void *bytes, size_t n,
		       uint8_t out[EK_HASH_SHA1_BYTES]);

/* HMAC-SHA-256 (RFC 2104, FIPS 180-4). */
void ek_hash_hmac(const void *key, size_t key_n, const void *bytes, size_t n,
		  uint8_t out[EK_HASH_BYTES]);

/* CRC-32C of n bytes; go on from an earlier result by giving it as crc (first: 0). */
uint32_t ek_hash_crc(uint32_t crc, const void *bytes, size_t n);

/* 64 lower-case hexadecimal digits and a NUL. */
void ek_hash_hex(const uint8_t hash[EK_HASH_BYTES], char out[2 * EK_HASH_BYTES + 1]);

#endif
