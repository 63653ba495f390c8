/* input -- the benchmark's workload said in Evenkeel's commands.
 *
 * The start state is made of ordinary commands: teams, teammates and conversations, what somebody
 * holds given by hand in the order of the givings, then presence. Each event becomes one command; a
 * reply is a new deadline (the next answer's), and to a snoozed conversation also the message that
 * wakes it. A scratch engine runs along while the list is made, to tell what is snoozed and when a
 * tick is due.
 */
#ifndef EK_BENCH_INPUT_H
#define EK_BENCH_INPUT_H

#include "bench/tally.h"
#include "bench/workload.h"
#include "engine/engine.h"
#include "model/setting.h"

struct ek_input_item {
	struct ek_cmd cmd;
	ek_time at;
	uint32_t event; /* number in the workload; UINT32_MAX = part of the start state */
};

struct ek_input {
	struct ek_input_item *items;
	uint32_t count;
	uint32_t cap;
	uint32_t start; /* items before this one make the start state */
	struct ek_set limits[256];
	struct ek_set usual[4];
	struct ek_cell keys[5];
	struct ek_need needs[EK_WORKLOAD_SKILLS + 1];
	char names[EK_WORKLOAD_SKILLS + 1][16];
	struct ek_cell *skills; /* sixteen a teammate */
	struct ek_set *sets;    /* two a teammate */
	ek_team_id *teams;      /* six a teammate */
	struct ek_set *ranks;
	uint64_t broken;      /* promises, as the scratch engine found */
	uint64_t start_bytes; /* of the engine in the start state */
};

/* ticks: whether due ticks stand in the list (the writer makes its own). */
void ek_input_open(struct ek_input *f, const struct ek_workload *w, uint32_t events, bool ticks);
void ek_input_close(struct ek_input *f);
/* Tells the tally what the facts of one command gave out. */
void ek_input_count(struct ek_tally *t, uint32_t event, const struct ek_events *out);

#endif
