/* examples -- the worked examples of the routing spec as tables: commands, and what comes of them.
 *
 * Written from the text of section 20 alone, so that whatever decides can be held against them.
 * A step is a line of script.h and what it gives out: "5>2 balanced, 6>1 offered", a refusal's wire
 * name, or NULL for nothing. Between steps nothing that falls due may give anything out; a tick
 * that does is a step of its own. A line that begins with `?` is a question about the state then:
 *   ?queue           the ids of those that wait, in order
 *   ?test C P        the first failed test of teammate P for conversation C; "eligible"
 *   ?holder C, ?team C, ?since C, ?until C, ?nudge C, ?stranded C      ?load P, ?presence P
 * Times are answered as whole minutes since the first day's midnight, absent as "none".
 */
#ifndef EK_SIM_EXAMPLES_H
#define EK_SIM_EXAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct ek_example_step {
	const char *line;
	const char *expect;
};
struct ek_example {
	const char *name;
	int32_t day; /* the first day, as days since 1970-01-01 */
	const struct ek_example_step *steps;
	size_t step_count;
};

/* The nth, from 0; NULL behind the last. Static. */
const struct ek_example *ek_examples_nth(size_t nth);

#endif
