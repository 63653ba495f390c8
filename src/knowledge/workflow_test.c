/* What is wrong with a guided workflow. */
#include "knowledge/workflow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { MOST = 4, E = 100 };

/* Where the answers of steps 1 to 4 lead; E in the first place: it ends there. */
static const struct row {
	const char *name;
	uint32_t n;
	uint32_t next[MOST][2];
	uint8_t want[MOST];
} rows[] = {
	{"an end alone", 1, {{E}}, {0}},
	{"yes or no", 3, {{2, 3}, {E}, {E}}, {0, 0, 0}},
	{"neither end nor answer", 2, {{2}, {0}}, {EK_WORKFLOW_NO_WAY_OUT, EK_WORKFLOW_DEAD_END}},
	{"an answer to a step that there is not", 1, {{9}}, {EK_WORKFLOW_UNKNOWN_NEXT}},
	{"nothing leads there", 2, {{E}, {E}}, {0, EK_WORKFLOW_UNREACHABLE}},
	{"a circle that can be left", 3, {{2}, {1, 3}, {E}}, {0, 0, 0}},
	{"one that cannot", 2, {{2}, {1}}, {EK_WORKFLOW_NO_WAY_OUT, EK_WORKFLOW_NO_WAY_OUT}},
	{"itself again", 2, {{1, 2}, {E}}, {0, 0}},
	{"itself for ever", 1, {{1}}, {EK_WORKFLOW_NO_WAY_OUT}},
	{"a circle beside the way",
	 4,
	 {{2}, {E}, {4}, {3}},
	 {0, 0, EK_WORKFLOW_NO_WAY_OUT | EK_WORKFLOW_UNREACHABLE,
	  EK_WORKFLOW_NO_WAY_OUT | EK_WORKFLOW_UNREACHABLE}},
	{"nothing at all", 0, {{0}}, {0}},
};

static void faults_are_named(void **state)
{
	static struct ek_workflow w;
	uint8_t faults[EK_WORKFLOW_STEPS];
	(void)state;
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		uint32_t count = 0;
		w.n = rows[i].n;
		for (uint32_t k = 0; k < w.n; k++) {
			struct ek_workflow_step *s = &w.v[k];
			*s = (struct ek_workflow_step){.id = k + 1};
			s->is_end = rows[i].next[k][0] == E;
			for (uint32_t b = 0; b < 2 && !s->is_end; b++)
				if (rows[i].next[k][b] != 0)
					s->branches[s->n++].next = rows[i].next[k][b];
			count += rows[i].want[k] != 0;
		}
		if (ek_workflow_lint(&w, faults) != count)
			fail_msg("%s: how many", rows[i].name);
		for (uint32_t k = 0; k < w.n; k++)
			if (faults[k] != rows[i].want[k])
				fail_msg("%s: step %u: %u", rows[i].name, k + 1, faults[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(faults_are_named)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
