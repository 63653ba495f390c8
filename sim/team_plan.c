/* What is planned, in order of time: a binary heap. */
#include "sim/team_inside.h"

bool ek_team_grow(struct ek_team *t, void *list, uint32_t *cap, uint32_t count, size_t size)
{
	void **v = list;
	if (count < *cap)
		return true;
	uint32_t more = *cap < 1024 ? 1024 : 2 * *cap;
	void *p = more <= *cap ? NULL : t->alloc.resize(t->alloc.ctx, *v, *cap * size, more * size);
	if (p == NULL) {
		t->failed = true;
		return false;
	}
	*v = p;
	*cap = more;
	return true;
}

static bool is_before(const struct team_plan *a, const struct team_plan *b)
{
	return a->at != b->at ? a->at < b->at : a->n < b->n;
}

void ek_team_plan(struct ek_team *t, struct team_plan plan)
{
	if (!ek_team_grow(t, &t->plans, &t->plan_cap, t->plan_count, sizeof *t->plans))
		return;
	plan.n = t->planned++;
	uint32_t i = t->plan_count++;
	for (; i > 0 && is_before(&plan, &t->plans[(i - 1) / 2]); i = (i - 1) / 2)
		t->plans[i] = t->plans[(i - 1) / 2];
	t->plans[i] = plan;
}

bool ek_team_plan_next(struct ek_team *t, int64_t until, struct team_plan *plan)
{
	if (t->plan_count == 0 || t->plans[0].at > until)
		return false;
	*plan = t->plans[0];
	struct team_plan last = t->plans[--t->plan_count];
	uint32_t i = 0;
	for (uint32_t k = 1; k < t->plan_count; k = 2 * i + 1) {
		k += k + 1 < t->plan_count && is_before(&t->plans[k + 1], &t->plans[k]);
		if (!is_before(&t->plans[k], &last))
			break;
		t->plans[i] = t->plans[k];
		i = k;
	}
	t->plans[i] = last;
	return true;
}
