/* annotate -- which points a person may leave out, and when limits may begin anew.
 *
 * Leaving out (S6): at most 5 in any 30 points; holidays of the team's calendar do not count.
 * Re-basing (S10): never by itself; four yeses, and at least 8 points since the start. Watch list
 * (S11): an undesired shift keeps the old limits, an owner and a date, until returned or explained.
 * Source: spec patterns. Cost: O(left out).
 */
#ifndef EK_PATTERNS_ANNOTATE_H
#define EK_PATTERNS_ANNOTATE_H

#include "base/base.h"

enum { EK_ANNOTATE_MAX = 5, EK_ANNOTATE_IN = 30, EK_ANNOTATE_REBASE_MIN = 8 };

enum ek_annotate_cause {
	EK_ANNOTATE_LAUNCH,
	EK_ANNOTATE_OUTAGE,
	EK_ANNOTATE_HOLIDAY,
	EK_ANNOTATE_OTHER,
};

/* Whether one more point may be left out. places: points of the series already left out by people,
 * rising; place: the new one, not among them. */
bool ek_annotate_may(const uint32_t *places, uint32_t n, uint32_t place);

/* The four questions before re-basing, in the order in which they are asked. */
struct ek_annotate_rebase {
	bool is_different;
	bool is_cause_known;
	bool is_desirable;
	bool is_lasting;
	uint32_t points; /* since the estimated start */
};
enum ek_annotate_answer {
	EK_ANNOTATE_YES,
	EK_ANNOTATE_NOT_DIFFERENT,
	EK_ANNOTATE_NO_CAUSE,
	EK_ANNOTATE_NOT_DESIRABLE,
	EK_ANNOTATE_NOT_LASTING,
	EK_ANNOTATE_TOO_FEW,
};
/* Yes, or the first that says no. */
enum ek_annotate_answer ek_annotate_rebase(const struct ek_annotate_rebase *r);

/* A shift on the watch list; days since 1970-01-01. */
struct ek_annotate_watch {
	int32_t start; /* of the shift */
	int32_t due;   /* it comes back then */
	uint32_t owner;
	bool is_explained;
	bool has_returned;
};
/* side: of the shift; desired: 1 when up is good, -1 when down is, 0 neutral: never listed. */
bool ek_annotate_is_watched(int32_t side, int32_t desired);
/* Whether it is to be looked at on that day. */
bool ek_annotate_is_due(const struct ek_annotate_watch *w, int32_t day);

#endif
