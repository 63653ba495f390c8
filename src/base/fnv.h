/* fnv -- FNV-1a, 64 bits: a number for bytes, for tables in memory and to tell whether something
 * changed. No defence against who chooses the bytes (sys/hash.h is).
 *
 *   uint64_t h = ek_fnv(EK_FNV_BEGIN, key.p, key.n);
 *
 * A fold: pieces one after another give what the whole gives. Cost: a multiplication a byte.
 * Source: G. Fowler, L. C. Noll, K.-P. Vo; draft-eastlake-fnv, with its test vectors.
 */
#ifndef EK_BASE_FNV_H
#define EK_BASE_FNV_H

#include <stddef.h>
#include <stdint.h>

#define EK_FNV_BEGIN UINT64_C(0xcbf29ce484222325)

/* bytes may be NULL when n is 0. */
static inline uint64_t ek_fnv(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

#endif
