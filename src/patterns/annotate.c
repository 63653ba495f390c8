#include "patterns/annotate.h"

bool ek_annotate_may(const uint32_t *places, uint32_t n, uint32_t place)
{
	/* The places with the new one in order; six in a row within 30 points are too many. */
	uint32_t last[EK_ANNOTATE_MAX + 1];
	uint32_t seen = 0;
	bool is_in = false;
	for (uint32_t i = 0; i < n + 1; i++) {
		uint32_t old = i - is_in;
		bool is_new = !is_in && (old == n || place < places[old]);
		uint32_t at = is_new ? place : places[old];
		is_in = is_in || is_new;
		for (uint32_t j = EK_ANNOTATE_MAX; j > 0; j--)
			last[j] = last[j - 1];
		last[0] = at;
		seen++;
		if (seen > EK_ANNOTATE_MAX && at - last[EK_ANNOTATE_MAX] < EK_ANNOTATE_IN)
			return false;
	}
	return true;
}

enum ek_annotate_answer ek_annotate_rebase(const struct ek_annotate_rebase *r)
{
	if (!r->is_different)
		return EK_ANNOTATE_NOT_DIFFERENT;
	if (!r->is_cause_known)
		return EK_ANNOTATE_NO_CAUSE;
	if (!r->is_desirable)
		return EK_ANNOTATE_NOT_DESIRABLE;
	if (!r->is_lasting)
		return EK_ANNOTATE_NOT_LASTING;
	return r->points < EK_ANNOTATE_REBASE_MIN ? EK_ANNOTATE_TOO_FEW : EK_ANNOTATE_YES;
}

bool ek_annotate_is_watched(int32_t side, int32_t desired)
{
	return desired != 0 && side == -desired;
}

bool ek_annotate_is_due(const struct ek_annotate_watch *w, int32_t day)
{
	return !w->is_explained && !w->has_returned && day >= w->due;
}
