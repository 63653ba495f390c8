/* workflow -- a guided workflow: steps, each with answers that lead to others, and what is wrong
 * with one: dead ends, steps that nothing leads to, circles without a way out.
 *
 * The first step is where it begins. A circle that can be left is well: "ask again" is one. Pure;
 * cost O(steps^2 x branches).
 */
#ifndef EK_KNOWLEDGE_WORKFLOW_H
#define EK_KNOWLEDGE_WORKFLOW_H

#include "model/value.h"

enum { EK_WORKFLOW_STEPS = 64, EK_WORKFLOW_BRANCHES = 8, EK_WORKFLOW_SETS = 8 };

struct ek_workflow_branch {
	ek_str label;
	uint32_t next;        /* id of a step; 0 = none */
	int64_t priority;     /* EK_NONE = left as it is */
	const uint64_t *tags; /* added */
	uint32_t tag_count;
	struct ek_pairs attributes; /* set; value p NULL = removed. By name, ascending */
};
struct ek_workflow_step {
	uint32_t id; /* from 1; each once */
	ek_str title;
	ek_str text; /* p NULL = none */
	bool is_end;
	struct ek_workflow_branch branches[EK_WORKFLOW_BRANCHES];
	uint32_t n;
};
struct ek_workflow {
	struct ek_workflow_step v[EK_WORKFLOW_STEPS];
	uint32_t n;
};

/* Bits of a step's faults. */
enum ek_workflow_fault {
	EK_WORKFLOW_DEAD_END = 1,     /* neither an end nor an answer */
	EK_WORKFLOW_UNKNOWN_NEXT = 2, /* an answer that leads nowhere */
	EK_WORKFLOW_UNREACHABLE = 4,  /* nothing leads there */
	EK_WORKFLOW_NO_WAY_OUT = 8    /* no end can be reached from it, though answers lead on */
};

/* The step with that id; NULL = there is none. */
const struct ek_workflow_step *ek_workflow_find(const struct ek_workflow *w, uint32_t id);
/* faults[i] is what is wrong with v[i]. Returns how many steps have any. */
uint32_t ek_workflow_lint(const struct ek_workflow *w, uint8_t faults[EK_WORKFLOW_STEPS]);

#endif
