/* verdict -- what a series of standard scores says: routine, too early to tell, a one-off,
 * recurring, suspected, a lasting shift, returned, a further shift.
 *
 * A fold: one point at a time, live or replayed, gives the same facts (S8). A left-out point is not
 * fed. State: fixed size, no pointers, below EK_VERDICT_BYTES. Cost: O(1) a point.
 *
 * Choices that the spec leaves open:
 * - While a shift stands, a verdict about the old limits on its own side says that it holds and is
 *   nothing new; on the other side it is judged like one about the new centre: returned when the
 *   mean z of the excursion lies within 1 of the old centre, else a further shift.
 * - While a shift stands, a point is odd when it lies beyond 3 both of the old centre and of the
 *   new one, and 3 of the last 4 are counted from the new one.
 * - The new centre is the plain mean since the start of the shift, and freezes at the first point
 *   at which it has `freeze` points. A verdict about it is told when the excursion's mean lies
 *   beyond 3 standard errors from that of all points of the shift before it, or, when it has
 *   returned, nearer to the old centre; else the centre was imprecise, and is taken anew from all
 *   of them (docs/adr/0020).
 * - A point on the median of its own distribution lies on no side, and ends a run as a 0 does.
 * - "Recurring" ends when 20 points have passed without another such blip.
 * - Odd points in a row on one side are one blip; its window begins after the last of them.
 * - A verdict of a sum is told only while its level holds (holds.h). While it does not, and a blip
 *   on its side is open, the blip is told to be decaying, once.
 * Source: spec patterns, S3 to S7; docs/adr/0020.
 */
#ifndef EK_PATTERNS_VERDICT_H
#define EK_PATTERNS_VERDICT_H

#include "patterns/holds.h"

enum {
	EK_VERDICT_BEYOND = 3,        /* a point farther out is odd */
	EK_VERDICT_RECENT = 4,        /* suspected: points looked at */
	EK_VERDICT_SUSPICIOUS = 3,    /* so many of them beyond 1.5 */
	EK_VERDICT_RECURRING = 3,     /* closed blips on one side */
	EK_VERDICT_RECURRING_IN = 20, /* within so many points */
	EK_VERDICT_BLIPS = 8,         /* windows that can be open: the longest window and itself */
	EK_VERDICT_FACTS = 6,         /* that one point can bring */
	EK_VERDICT_BYTES = 1024,
};

struct ek_verdict_rule {
	struct ek_cusum_rule cusum;
	uint32_t blip_window; /* further points, at most EK_VERDICT_BLIPS - 1; 0: none are named */
	uint32_t freeze;      /* points after which the centre of a shift stands */
};

/* One fed point. The last three are what it adds to levels in the metric's own scale (score.h). */
struct ek_verdict_point {
	int32_t key; /* the caller's name for it: its day */
	double z;
	double top;
	double bottom;
	double expected;
	bool is_middle; /* it lies on the median of what is usual: on neither side, so in no run */
};

enum ek_verdict_kind {
	EK_VERDICT_TOO_EARLY = 1, /* a point beyond 3 */
	EK_VERDICT_ONE_OFF,       /* its window closed */
	EK_VERDICT_RECURRING_BEGAN,
	EK_VERDICT_SUSPECTED_BEGAN,
	EK_VERDICT_SUSPECTED_ENDED,
	EK_VERDICT_DECAYING, /* a sum is over h, but a blip carried it: the level does not hold */
	EK_VERDICT_SHIFT,
	EK_VERDICT_HOLDS, /* the shift that stands was found once more */
	EK_VERDICT_RETURNED,
	EK_VERDICT_FURTHER,
	EK_VERDICT_KIND_END,
};

struct ek_verdict_fact {
	enum ek_verdict_kind kind;
	int32_t side; /* 1 up, -1 down; of `returned` the way back */
	uint32_t at;  /* the point that brought it, counted from 1 */
	int32_t key;  /* and its name; of `one_off` the first odd point's */
	uint32_t start;
	int32_t start_key;
	uint32_t n;     /* points from start to at; of `one_off` and `decaying` the odd ones */
	double c;       /* the sum that went over h; 0 of a run */
	double mean_z;  /* of those points, from the old centre */
	double level_z; /* the new level as the sum estimates it; 0 of a run */
	/* Level expected (of a move of a shift: that of the shift) and level found, on the scale of
	 * the means; 0 without. */
	double was;
	double is;
	uint32_t joined; /* blips that became part of it */
	bool is_run;
};

struct ek_verdict_facts {
	uint32_t n;
	struct ek_verdict_fact v[EK_VERDICT_FACTS];
};

/* In order of precedence, the loudest last. */
enum ek_verdict_headline {
	EK_VERDICT_IS_ROUTINE,
	EK_VERDICT_IS_RECURRING,
	EK_VERDICT_IS_TOO_EARLY,
	EK_VERDICT_IS_SUSPECTED,
	EK_VERDICT_IS_SHIFT,
};

struct ek_verdict_sum {
	uint32_t n;
	int32_t first_key;
	double z, top, bottom, expected;
};
/* Sums about one centre, with what was seen since each of them began. */
struct ek_verdict_track {
	struct ek_cusum cusum;
	struct ek_verdict_sum up, down, run;
};

/* All zero at the start. To be read and stored, not to be changed. */
struct ek_verdict {
	uint32_t at; /* points fed */
	struct ek_verdict_track old;
	struct ek_verdict_track moved; /* about the centre of the shift that stands */
	bool has_segment;              /* a shift stands, open or settled */
	bool is_frozen;
	bool is_open; /* its story is not told, and it has not returned */
	int32_t side; /* of the shift */
	/* The point since which the series has been on that side; further shifts on it go on. */
	uint32_t since;
	int32_t since_key;
	struct ek_verdict_sum segment; /* since the last move */
	double centre;                 /* of the segment, in z */
	double recent[EK_VERDICT_RECENT];
	uint32_t recent_n;
	int32_t suspected;            /* side; 0: not */
	int32_t recurring;            /* side of the last to recur; 0: none does */
	double past[EK_HOLDS_POINTS]; /* the latest scores, the latest last */
	uint32_t past_n;
	struct {
		uint32_t at; /* its first odd point */
		int32_t key;
		int32_t side;
		uint32_t n; /* odd points in a row, that are one blip */
		bool is_decaying;
	} blips[EK_VERDICT_BLIPS];
	uint32_t blip_count;
	uint32_t closed[2]
		       [EK_VERDICT_RECURRING]; /* [side > 0]: the last closed, the latest first */
	uint32_t recurs_at[2];                 /* the latest blip that did; 0: none */
};

/* Takes one point; facts holds what it brought. z and the parts are finite (asserted). */
void ek_verdict_feed(struct ek_verdict *v, const struct ek_verdict_rule *rule,
		     const struct ek_verdict_point *p, struct ek_verdict_facts *facts);
enum ek_verdict_headline ek_verdict_headline(const struct ek_verdict *v);
/* A blip on that side is open and its level does not hold: then it is what a suspicion there comes
 * from, and is the headline in its place. */
bool ek_verdict_is_decaying(const struct ek_verdict *v, int32_t side);
/* A person has seen the shift and told its story: it is no longer open. False when none is. */
bool ek_verdict_settle(struct ek_verdict *v);

/* Leaving out a point re-runs the series (S6): says for each old fact whether the new history has
 * it too; one that is missing there is shown crossed through. Two facts are one when kind, side,
 * key and start are the same. Cost: O(old x fresh). */
void ek_verdict_cross(const struct ek_verdict_fact *old, uint32_t old_n,
		      const struct ek_verdict_fact *fresh, uint32_t fresh_n, bool *crossed);

#endif
