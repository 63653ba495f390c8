/* heaps -- a router for this workload alone, in memory, as fast as plain means allow.
 *
 * Waiting conversations: a 4-ary heap per inbox and needed skill. Teammates with room: a sorted
 * array per inbox and level. It knows nothing of settings, promises or explanations, so it shows
 * what those cost. The generator uses it too, to know what is still open.
 *
 * Between events nobody waits who has an eligible teammate. So only what an event touched can move:
 * the conversation that arrived, or what the teammate with a freed slot can take.
 * Cost: O(log n) an event times the inboxes and skills of the teammate concerned.
 */
#ifndef EK_BENCH_HEAPS_H
#define EK_BENCH_HEAPS_H

#include "bench/tally.h"
#include "bench/workload.h"

/* Every key of the order in two words, most significant first. The widths are this workload's. */
struct ek_heaps_key {
	uint64_t high;
	uint64_t low;
};

struct ek_heaps_queue {
	struct ek_heaps_key *keys;
	uint32_t n;
	uint32_t cap;
};

struct ek_heaps_bench { /* teammates with room, best first */
	uint64_t *order;
	uint32_t n;
	uint32_t cap;
};

struct ek_heaps_conv {
	struct ek_heaps_key key;
	int32_t mate;
	uint32_t place; /* in its queue, while it waits */
	uint16_t inbox;
	uint8_t need;
	uint8_t state;
};

struct ek_heaps {
	const struct ek_workload *w;
	struct ek_heaps_conv *convs;
	struct ek_workload_mate *mates;
	struct ek_heaps_queue *queues;  /* inbox x need */
	uint32_t *needs;                /* of each inbox: bit n set, something waits that needs n */
	struct ek_heaps_bench *benches; /* inbox x level */
	uint64_t given;
	uint32_t waiting;
	uint32_t event;
	struct ek_tally *tally; /* borrowed; where decisions go */
};

/* Takes over the file's first state; w must outlive it. */
void ek_heaps_open(struct ek_heaps *h, const struct ek_workload *w, struct ek_tally *tally);
void ek_heaps_close(struct ek_heaps *h);
/* Event number `event` of w, and all that follows from it. */
void ek_heaps_apply(struct ek_heaps *h, uint32_t event);
/* Gives conv to the best teammate, or lets it wait. For a first filling, in order of the keys. */
void ek_heaps_place(struct ek_heaps *h, uint32_t conv);

static inline bool ek_heaps_before(struct ek_heaps_key a, struct ek_heaps_key b)
{
	return a.high < b.high || (a.high == b.high && a.low < b.low);
}

#endif
