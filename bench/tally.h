/* tally -- what a benchmarked router did, and how long each event took.
 *
 * Decisions are kept as they come and digested after the clock has stopped. Latencies go into a
 * histogram of fixed size: exact below 128 ns, above that within 0.8 %.
 */
#ifndef EK_BENCH_TALLY_H
#define EK_BENCH_TALLY_H

#include <stdbool.h>
#include <stdint.h>

enum {
	EK_TALLY_STEPS = 128, /* of equal width between one power of two and the next */
	EK_TALLY_BUCKETS = (64 - 6) * EK_TALLY_STEPS,
};

struct ek_tally_decision {
	uint32_t event;
	uint32_t conv;
	uint32_t mate;
};

struct ek_tally {
	struct ek_tally_decision *decisions;
	uint32_t decided;
	uint32_t cap;
	uint64_t samples;
	uint64_t histogram[EK_TALLY_BUCKETS];
};

/* A run of nothing; big (58 kB), so made with calloc rather than on the stack. */
struct ek_tally *ek_tally_open(void);
void ek_tally_close(struct ek_tally **t);
/* During event number `event` (from 0), conv was given to mate. */
void ek_tally_decide(struct ek_tally *t, uint32_t event, uint32_t conv, uint32_t mate);
/* One event took so long, from being asked to being answered. */
void ek_tally_took(struct ek_tally *t, uint64_t ns);
/* What another thread counted, after one's own. */
void ek_tally_add(struct ek_tally *t, const struct ek_tally *from);
/* FNV-1a, 64 bits, over the decisions in order. */
uint64_t ek_tally_digest(const struct ek_tally *t);
/* The upper bound of the bucket in which the sample of that rank lies; 0 without samples. */
uint64_t ek_tally_percentile(const struct ek_tally *t, uint32_t per_mille);
/* Monotonic clock. */
uint64_t ek_tally_now(void);

struct ek_tally_run {
	const char *impl;
	const char *file;
	uint32_t events;
	uint64_t ns;
	const char *more;  /* further name=value pairs, or "" */
	bool is_unordered; /* events were not applied in order: there is no digest to compare */
};

/* A line of name=value pairs: impl, file, events, decisions, secs, events_per_s, digest and MORE;
 * and when there are samples a second one, "  event n=1000 p50=0.061us p99=0.330us". */
void ek_tally_print(const struct ek_tally *t, const struct ek_tally_run *run);

#endif
