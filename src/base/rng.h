/* rng -- numbers that look random and repeat for the same seed (SplitMix64). Not for secrets.
 *
 * Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
 */
#ifndef EK_BASE_RNG_H
#define EK_BASE_RNG_H

#include "base/base.h"

/* Any state is a good seed. */
struct ek_rng {
	uint64_t state;
};

static inline uint64_t ek_rng_next(struct ek_rng *r)
{
	r->state += 0x9e3779b97f4a7c15u;
	uint64_t z = r->state;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* 0 <= result < limit; limit >= 1. The bias is below 2^-32 and does not matter to a simulation. */
static inline uint32_t ek_rng_below(struct ek_rng *r, uint32_t limit)
{
	ek_assert(limit >= 1);
	return (uint32_t)(ek_rng_next(r) % limit);
}

/* Whether it happened, at so many times in a hundred. */
static inline bool ek_rng_chance(struct ek_rng *r, uint32_t percent)
{
	return ek_rng_below(r, 100) < percent;
}

#endif
