/* explain_inside -- what the parts of explain share: tests with arguments, members, walks through
 * the queue, and the search for changes. Included by them alone. */
#ifndef EK_ENGINE_EXPLAIN_INSIDE_H
#define EK_ENGINE_EXPLAIN_INSIDE_H

#include "engine/explain.h"
#include "engine/rewind.h"
#include "engine/state.h"

/* ---- explain.c ---- */

/* Zeroed room for n things in the arena; NULL with NO_MEMORY. */
void *ek_explain_room(struct ek_arena *arena, size_t n, size_t size, struct ek_err *err);
void ek_explain_order(uint32_t *v, uint32_t n);

struct list {
	uint32_t *v; /* ascending */
	uint32_t n;
};
/* Everyone at an open level of a conversation, by id. */
bool ek_explain_members(const struct ek_engine *e, uint32_t conv, struct ek_arena *arena,
			struct list *out, struct ek_err *err);
/* A failed test with its arguments; 0 gives an empty one. */
struct ek_explain_why ek_explain_why(const struct ek_engine *e, uint32_t conv, uint32_t mate,
				     int test);
/* The level as it is shown. */
uint8_t ek_explain_level(const struct ek_engine *e, uint32_t conv, uint32_t mate);
/* By test, the members that fail it first. */
struct blockers {
	const struct ek_explain_blocker *v;
	uint32_t n;
};
bool ek_explain_blockers(const struct ek_engine *e, uint32_t conv, struct ek_arena *arena,
			 struct blockers *out, struct ek_err *err);
/* The commonest blocker. */
uint8_t ek_explain_main_test(const struct ek_engine *e, uint32_t conv, const struct list *members);
/* The first failed test for an ordinary conversation of a team inbox, by its method; *why may be
 * NULL. A team that gives out by hand: -1. */
int ek_explain_ordinary(struct ek_engine *e, uint32_t team, uint32_t mate,
			struct ek_explain_why *why);
/* Whether it waits in the queue. */
bool ek_explain_waits(const struct ek_engine *e, uint32_t conv);
int64_t ek_explain_limit(uint32_t limit);

/* A membership that is there. */
const struct serve *ek_explain_serve(const struct ek_engine *e, uint32_t mate, uint32_t team);
/* Where a rotation goes on: index into its members, their number at its end. */
uint32_t ek_explain_rotation(const struct ek_engine *e, uint32_t team);

/* ---- explain_queue.c ---- */

/* The waiting conversations in order, one after another. Cost: O(log n) a step. */
struct stop {
	uint32_t lane;
	uint32_t at; /* in the lane's heap */
	uint32_t conv;
};
struct walk {
	const struct ek_engine *e;
	struct ek_arena *arena;
	struct ek_err *err;
	struct stop *v; /* a heap: what may come next */
	uint32_t n, cap;
};
bool ek_explain_walk(const struct ek_engine *e, struct ek_arena *arena, struct walk *w,
		     struct ek_err *err);
/* The next in order, 0 at the end; and the one after it. */
bool ek_explain_step(struct walk *w, uint32_t *conv);
uint32_t ek_explain_peek(const struct walk *w);
/* How many stand before it: in a team inbox, or in all (team 0). */
uint32_t ek_explain_before(const struct ek_engine *e, uint32_t conv, uint32_t team);
uint32_t ek_explain_total(const struct ek_engine *e);
/* What puts one before the next (0 = it is the last). */
struct ek_explain_decider ek_explain_decided(const struct ek_engine *e, uint32_t conv,
					     uint32_t next);
/* The order keys' values; room for e->key_count. */
void ek_explain_sort(const struct ek_engine *e, uint32_t conv, struct ek_explain_sort *out);

/* ---- explain_change.c, explain_trial.c ---- */

/* A change that may help, as it is tried. */
struct edit {
	uint8_t kind;  /* enum ek_explain_kind */
	uint8_t level; /* LEVEL, SKILL */
	bool reaches;  /* the demand of what comes first was counted in */
	uint32_t id;
	uint32_t team;  /* LEVEL */
	uint32_t skill; /* symbol */
	int64_t value;  /* LIMIT, INBOX_LIMIT, GATE, HELPERS */
	int64_t amount;
};
struct edits {
	struct edit *v;
	uint32_t n, cap;
	bool full; /* the arena is */
};

/* What is looked for: another holder for conv (chosen: who had it), something for mate, or
 * anything. */
struct hunt {
	struct ek_engine *e;
	struct ek_arena *arena;
	ek_time at;
	uint32_t conv;
	uint32_t mate;
	uint32_t chosen;
	uint32_t runner_up;
	int how; /* EK_HOW_*: by which tests */
	uint32_t tries;
	bool cut;
	struct edits edits;
	/* the copy that a trial is made on, and what brings it back */
	struct ek_rewind *rewind;
	struct ek_engine *copy;
};

/* A hunt with so few edits is short. */
enum { EK_EXPLAIN_SHORT = 8 };

/* What a trial brought. */
struct trial {
	uint32_t to; /* who got the conversation, or the teammate if they got something; 0 = nobody
		      */
	uint32_t moved; /* given out or offered */
};
/* Tries n edits, one after another, on a copy, which is as the state again by the next trial: one
 * copy for each hunt. False when there is no memory for it. */
bool ek_explain_try(struct hunt *h, const struct edit *v, uint32_t n, struct trial *out,
		    struct ek_err *err);
/* Whether settling the state as it is changes nothing at all. */
bool ek_explain_settled(struct hunt *h, bool *yes, struct ek_err *err);
/* Gives the copy back; to be called once a hunt is over, also after a failure. */
void ek_explain_tried(struct hunt *h);
/* As a result; its cells live in the arena. */
bool ek_explain_put(struct hunt *h, const struct edit *x, struct ek_explain_change *out,
		    struct ek_err *err);

/* All single edits worth a trial, in the order of spec routing section 15. */
bool ek_explain_gather(struct hunt *h, struct ek_err *err);
/* Pairs for one teammate and one conversation that would do together: two at a time in the list. */
bool ek_explain_gather_pairs(struct hunt *h, struct ek_err *err);
/* The first that helps. */
bool ek_explain_nearest(struct hunt *h, struct ek_explain_nearest *out, struct ek_err *err);

#endif
