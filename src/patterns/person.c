#include "patterns/person.h"

#include <math.h>

bool ek_person_day(const struct ek_person_approach *v, uint32_t n, double *out)
{
	double sum = 0;
	*out = 0;
	if (n < EK_PERSON_APPROACHES)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		ek_assert(v[i].own > 0 && v[i].median > 0);
		sum += log(v[i].own) - log(v[i].median);
	}
	*out = sum / n;
	return true;
}

double ek_person_beside(double own, const double *others, uint32_t n)
{
	double sum = 0;
	if (n < EK_PERSON_COLLEAGUES)
		return own;
	for (uint32_t i = 0; i < n; i++)
		sum += others[i];
	return own - sum / n;
}

enum ek_person_stage ek_person_stage(uint32_t n)
{
	if (n < EK_PERSON_SHOWN)
		return EK_PERSON_COUNTS_ONLY;
	return n < EK_PERSON_JUDGED ? EK_PERSON_LEARNING : EK_PERSON_VERDICTS;
}

/* Who entered on that side on the five working days that begin with one. */
static bool is_in(const struct ek_person_mark *m, int32_t side, int32_t from)
{
	return m->side == side && m->entered >= from && (int64_t)m->entered - from < EK_PERSON_DAYS;
}

static bool is_of_system(const struct ek_person_mark *team, uint32_t n, int32_t side, int32_t from)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < n; i++)
		count += is_in(&team[i], side, from);
	return count >= EK_PERSON_SYSTEM && count * (uint64_t)3 >= n;
}

uint32_t ek_person_system(const struct ek_person_mark *team, uint32_t n, bool *withheld)
{
	uint32_t sides = 0;
	for (uint32_t i = 0; i < n; i++)
		withheld[i] = false;
	for (uint32_t i = 0; i < n; i++) {
		if (team[i].side == 0 || !is_of_system(team, n, team[i].side, team[i].entered))
			continue;
		sides |= team[i].side > 0 ? 1u : 2u;
		for (uint32_t j = 0; j < n; j++)
			withheld[j] = withheld[j] || is_in(&team[j], team[i].side, team[i].entered);
	}
	return sides;
}

enum ek_person_view ek_person_to_self(const struct ek_person_verdict *v)
{
	return v->is_withheld ? EK_PERSON_NOTHING : EK_PERSON_SENTENCE;
}

enum ek_person_view ek_person_to_lead(const struct ek_person_verdict *v)
{
	bool is_due = !v->is_good && !v->is_withheld && v->still_holds &&
		      v->shifts_since >= EK_PERSON_HOLDS;
	return is_due ? EK_PERSON_WELCOMES_TALK : EK_PERSON_NOTHING;
}
