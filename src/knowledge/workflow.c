#include "knowledge/workflow.h"

const struct ek_workflow_step *ek_workflow_find(const struct ek_workflow *w, uint32_t id)
{
	for (uint32_t i = 0; i < w->n; i++)
		if (id != 0 && w->v[i].id == id)
			return &w->v[i];
	return NULL;
}

static bool leads_to(const struct ek_workflow *w, uint32_t from, const bool *marked)
{
	const struct ek_workflow_step *s = &w->v[from];
	for (uint32_t k = 0; k < s->n && !s->is_end; k++) {
		const struct ek_workflow_step *next = ek_workflow_find(w, s->branches[k].next);
		if (next != NULL && marked[next - w->v])
			return true;
	}
	return false;
}

/* Those from which an end can be reached. */
static void mark_ending(const struct ek_workflow *w, bool *ending)
{
	bool more = true;
	for (uint32_t i = 0; i < w->n; i++)
		ending[i] = w->v[i].is_end;
	while (more) {
		more = false;
		for (uint32_t i = 0; i < w->n; i++) {
			if (!ending[i] && leads_to(w, i, ending)) {
				ending[i] = true;
				more = true;
			}
		}
	}
}

/* Those that can be reached from the first. */
static void mark_reached(const struct ek_workflow *w, bool *reached)
{
	uint32_t waiting[EK_WORKFLOW_STEPS];
	uint32_t n = 0;
	for (uint32_t i = 0; i < w->n; i++)
		reached[i] = i == 0;
	if (w->n > 0)
		waiting[n++] = 0;
	while (n > 0) {
		const struct ek_workflow_step *s = &w->v[waiting[--n]];
		for (uint32_t k = 0; k < s->n && !s->is_end; k++) {
			const struct ek_workflow_step *next =
				ek_workflow_find(w, s->branches[k].next);
			if (next == NULL || reached[next - w->v])
				continue;
			reached[next - w->v] = true;
			waiting[n++] = (uint32_t)(next - w->v);
		}
	}
}

static uint8_t judge(const struct ek_workflow *w, const struct ek_workflow_step *s)
{
	if (s->is_end)
		return 0;
	for (uint32_t k = 0; k < s->n; k++)
		if (ek_workflow_find(w, s->branches[k].next) == NULL)
			return EK_WORKFLOW_UNKNOWN_NEXT;
	return s->n == 0 ? EK_WORKFLOW_DEAD_END : 0;
}

uint32_t ek_workflow_lint(const struct ek_workflow *w, uint8_t faults[EK_WORKFLOW_STEPS])
{
	bool reached[EK_WORKFLOW_STEPS];
	bool ending[EK_WORKFLOW_STEPS];
	uint32_t n = 0;
	mark_reached(w, reached);
	mark_ending(w, ending);
	for (uint32_t i = 0; i < w->n; i++) {
		faults[i] = judge(w, &w->v[i]);
		/* A dead end says it better. */
		if (faults[i] == 0 && !ending[i])
			faults[i] = EK_WORKFLOW_NO_WAY_OUT;
		if (!reached[i])
			faults[i] |= EK_WORKFLOW_UNREACHABLE;
		n += faults[i] != 0;
	}
	return n;
}
