/* visits -- the open streams of visitors: who is there, and what is told them that is kept nowhere.
 *
 * A stream stands here under its conversation and under the network that it comes from, so that
 * both can be bounded and found. Memory: an entry is a part of its stream; the table takes 64 KiB.
 * Threads: any; the callbacks run with the table's lock held, must be short and not call it again.
 * Cost: O(1) as a rule.
 */
#ifndef EK_API_VISITS_H
#define EK_API_VISITS_H

#include "api/wait.h"
#include "auth/throttle.h"
#include "sys/hash.h"

enum { EK_VISITS_NAME = 80 };

struct ek_visits;

struct ek_visits_entry {
	ek_conversation_id conversation;
	uint8_t hash[EK_HASH_BYTES]; /* of the visitor's secret */
	uint8_t network[EK_THROTTLE_NETWORK];
	uint32_t network_n;
	void *ctx;
	void (*wake)(void *ctx); /* with what stands below */
	void (*end)(void *ctx);
	/* Under the table's lock. */
	bool is_changed;                       /* what is kept of it is another */
	bool has_typed;                        /* a teammate writes */
	char typist[EK_VISITS_NAME + 1];       /* their first name */
	struct ek_visits_entry *next, *beside; /* the table's */
};

/* *visits is the caller's, to be closed. Errors: NO_MEMORY. */
bool ek_visits_open(struct ek_alloc alloc, struct ek_visits **visits,
		    struct ek_err *err) EK_MUST_CHECK;
/* Nobody is there any more. Accepts NULL inside; leaves NULL. */
void ek_visits_close(struct ek_visits **visits);
/* The writer's thread's. */
struct ek_wait_rates *ek_visits_rates(struct ek_visits *visits);

/* False when the visitor, or the network, has as many as they may. */
struct ek_visits_limits {
	uint32_t visitor;
	uint32_t network;
};
bool ek_visits_join(struct ek_visits *visits, struct ek_visits_entry *entry,
		    struct ek_visits_limits limits) EK_MUST_CHECK;
/* No callback follows. One that did not join is well. */
void ek_visits_leave(struct ek_visits *visits, struct ek_visits_entry *entry);
void ek_visits_lock(struct ek_visits *visits);
void ek_visits_unlock(struct ek_visits *visits);

bool ek_visits_is_here(struct ek_visits *visits, ek_conversation_id conversation);
void ek_visits_changed(struct ek_visits *visits, ek_conversation_id conversation);
void ek_visits_typed(struct ek_visits *visits, ek_conversation_id conversation, const char *name);
void ek_visits_end(struct ek_visits *visits, ek_conversation_id conversation);
uint32_t ek_visits_count(struct ek_visits *visits);

#endif
