/* memory -- the router of heaps.h, alone: what memory and processor allow on this machine.
 *
 * Twice over the events: once without a clock in the way, for the rate; once with, for latencies.
 * usage: memory FILE [EVENTS]
 */
#include "bench/heaps.h"

int main(int argc, char **argv)
{
	struct ek_workload w;
	if (argc < 2)
		ek_workload_die("usage: memory FILE [EVENTS]");
	ek_workload_load(&w, argv[1]);
	uint32_t events = ek_workload_number(argv[2], w.head.events, w.head.events);
	struct ek_tally *tally = ek_tally_open(), *again = ek_tally_open();
	struct ek_heaps h;

	ek_heaps_open(&h, &w, tally);
	uint64_t start = ek_tally_now();
	for (uint32_t k = 0; k < events; k++)
		ek_heaps_apply(&h, k);
	uint64_t took = ek_tally_now() - start;
	ek_heaps_close(&h);

	ek_heaps_open(&h, &w, again);
	for (uint32_t k = 0; k < events; k++) {
		uint64_t before = ek_tally_now();
		ek_heaps_apply(&h, k);
		ek_tally_took(tally, ek_tally_now() - before);
	}
	ek_heaps_close(&h);

	struct ek_tally_run run = {"memory", argv[1], events, took, "", false};
	ek_tally_print(tally, &run);
	ek_tally_close(&again);
	ek_tally_close(&tally);
	ek_workload_free(&w);
	return 0;
}
