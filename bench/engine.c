/* engine -- Evenkeel's engine alone on the workload: every rule, every promise checked, the
 * receipt's head made, nothing stored.
 *
 * Twice over the commands: once without a clock in the way, for the rate; once with, for latencies.
 * usage: engine FILE [EVENTS]
 */
#include "bench/input.h"

#include "sys/heap.h"

#include <stdio.h>

enum { AHEAD = 2 }; /* commands between the stages of fetching */

static struct ek_engine *start(const struct ek_input *f)
{
	struct ek_engine *e = NULL;
	struct ek_err err = {0};
	struct ek_events out;
	if (!ek_engine_open(ek_heap_alloc(), &e, &err))
		ek_workload_die("%s", err.msg);
	for (uint32_t i = 0; i < f->start; i++) {
		if (!ek_engine_submit(e, &f->items[i].cmd, f->items[i].at, &out, &err))
			ek_workload_die("%s", err.msg);
	}
	return e;
}

static void submit(struct ek_engine *e, const struct ek_input_item *item, struct ek_tally *t)
{
	struct ek_events out;
	struct ek_err err = {0};
	if (!ek_engine_submit(e, &item->cmd, item->at, &out, &err))
		ek_workload_die("%s", err.msg);
	ek_input_count(t, item->event, &out);
}

/* A writer has the commands behind the present one at hand when they come in groups. */
static void look_ahead(const struct ek_engine *e, const struct ek_input *f, uint32_t i)
{
	for (int stage = 0; stage < EK_ENGINE_STAGES; stage++) {
		uint32_t at = i + AHEAD * (uint32_t)(EK_ENGINE_STAGES - stage);
		if (at < f->count)
			ek_engine_prefetch(e, &f->items[at].cmd, stage);
	}
}

static uint64_t timed(const struct ek_input *f, struct ek_tally *t)
{
	struct ek_engine *e = start(f);
	uint64_t begin = ek_tally_now();
	for (uint32_t i = f->start; i < f->count; i++) {
		look_ahead(e, f, i);
		submit(e, &f->items[i], t);
	}
	uint64_t took = ek_tally_now() - begin;
	ek_engine_close(&e);
	return took;
}

/* Latency of a workload event: from its first command to the last. Returns index steps taken. */
static uint64_t sampled(const struct ek_input *f, struct ek_tally *t, struct ek_tally *unused)
{
	struct ek_engine *e = start(f);
	uint64_t steps = ek_engine_steps(e);
	for (uint32_t i = f->start; i < f->count;) {
		uint32_t event = f->items[i].event;
		uint64_t begin = ek_tally_now();
		for (; i < f->count && f->items[i].event == event; i++)
			submit(e, &f->items[i], unused);
		ek_tally_took(t, ek_tally_now() - begin);
	}
	steps = ek_engine_steps(e) - steps;
	ek_engine_close(&e);
	return steps;
}

int main(int argc, char **argv)
{
	struct ek_workload w;
	struct ek_input f;
	if (argc < 2)
		ek_workload_die("usage: engine FILE [EVENTS]");
	ek_workload_load(&w, argv[1]);
	uint32_t events = ek_workload_number(argv[2], w.head.events, w.head.events);
	ek_input_open(&f, &w, events, true);
	struct ek_tally *t = ek_tally_open();
	struct ek_tally *unused = ek_tally_open();
	uint64_t took = timed(&f, t);
	uint64_t steps = sampled(&f, t, unused);
	char more[160];
	snprintf(more, sizeof more, "steps_per_event=%.1f MB_per_100k_convs=%.1f broken=%llu",
		 (double)steps / events, (double)f.start_bytes / 1e6 * 1e5 / w.head.convs_first,
		 (unsigned long long)f.broken);
	struct ek_tally_run run = {"engine", argv[1], events, took, more, false};
	ek_tally_print(t, &run);
	ek_tally_close(&unused);
	ek_tally_close(&t);
	ek_input_close(&f);
	ek_workload_free(&w);
	return 0;
}
