#include "bench/tally.h"

#include "bench/workload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct ek_tally *ek_tally_open(void)
{
	return ek_workload_zero(1, sizeof(struct ek_tally));
}

void ek_tally_close(struct ek_tally **t)
{
	if (*t != NULL)
		free((*t)->decisions);
	free(*t);
	*t = NULL;
}

void ek_tally_decide(struct ek_tally *t, uint32_t event, uint32_t conv, uint32_t mate)
{
	t->decisions = ek_workload_grow(t->decisions, t->decided, &t->cap, sizeof *t->decisions);
	t->decisions[t->decided++] = (struct ek_tally_decision){event, conv, mate};
}

void ek_tally_add(struct ek_tally *t, const struct ek_tally *from)
{
	for (uint32_t i = 0; i < from->decided; i++) {
		const struct ek_tally_decision *d = &from->decisions[i];
		ek_tally_decide(t, d->event, d->conv, d->mate);
	}
	for (uint32_t i = 0; i < EK_TALLY_BUCKETS; i++)
		t->histogram[i] += from->histogram[i];
	t->samples += from->samples;
}

/* Values below STEPS have a bucket each; above, the leading bits say which. */
static uint32_t bucket_of(uint64_t ns)
{
	if (ns < EK_TALLY_STEPS)
		return (uint32_t)ns;
	uint32_t exponent = 63u - (uint32_t)__builtin_clzll(ns);
	uint32_t step = (uint32_t)(ns >> (exponent - 7)) & (EK_TALLY_STEPS - 1);
	return (exponent - 6) * EK_TALLY_STEPS + step;
}

static uint64_t upper_bound(uint32_t bucket)
{
	if (bucket < EK_TALLY_STEPS)
		return bucket;
	uint32_t exponent = bucket / EK_TALLY_STEPS + 6;
	uint64_t step = bucket % EK_TALLY_STEPS + EK_TALLY_STEPS;
	return ((step + 1) << (exponent - 7)) - 1;
}

void ek_tally_took(struct ek_tally *t, uint64_t ns)
{
	t->histogram[bucket_of(ns)]++;
	t->samples++;
}

uint64_t ek_tally_percentile(const struct ek_tally *t, uint32_t per_mille)
{
	uint64_t rank = (t->samples * per_mille + 999) / 1000, seen = 0;
	for (uint32_t i = 0; i < EK_TALLY_BUCKETS; i++) {
		seen += t->histogram[i];
		if (seen > 0 && seen >= rank)
			return upper_bound(i);
	}
	return 0;
}

static uint64_t fold(uint64_t digest, uint64_t v)
{
	for (uint32_t i = 0; i < 8; i++) {
		digest ^= v >> (8 * i) & 255;
		digest *= 1099511628211u;
	}
	return digest;
}

uint64_t ek_tally_digest(const struct ek_tally *t)
{
	uint64_t digest = 14695981039346656037u;
	for (uint32_t i = 0; i < t->decided; i++) {
		const struct ek_tally_decision *d = &t->decisions[i];
		digest = fold(digest, d->event);
		digest = fold(digest, (uint64_t)d->conv << 32 | d->mate);
	}
	return digest;
}

uint64_t ek_tally_now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void ek_tally_print(const struct ek_tally *t, const struct ek_tally_run *run)
{
	double secs = (double)run->ns / 1e9;
	char digest[24] = "unordered";
	if (!run->is_unordered)
		(void)snprintf(digest, sizeof digest, "%016" PRIx64, ek_tally_digest(t));
	printf("impl=%s file=%s events=%u decisions=%u secs=%.4f events_per_s=%.0f digest=%s%s%s\n",
	       run->impl, run->file, run->events, t->decided, secs,
	       run->ns > 0 ? run->events / secs : 0, digest, run->more[0] != '\0' ? " " : "",
	       run->more);
	if (t->samples > 0)
		printf("  event n=%" PRIu64 " p50=%.3fus p99=%.3fus\n", t->samples,
		       (double)ek_tally_percentile(t, 500) / 1e3,
		       (double)ek_tally_percentile(t, 990) / 1e3);
	(void)fflush(stdout);
}
