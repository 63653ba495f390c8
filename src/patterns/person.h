/* person -- what is computed of one person, and who is shown it when.
 *
 * A day's figure: mean over at least 3 approaches of ln(own time) - ln(team median for its topic
 * and channel), less the mean of the same figure of at least 4 colleagues on that day. It feeds a
 * chart of EK_SCORE_VALUE and EK_BUDGET_PERSON, keyed by the person's working shifts (chart.h).
 * System first: what a third of the team shows at once is the team's. Mirror first: the person sees
 * it before anybody.
 * Source: spec patterns, S19 to S22. Unit: of a day's figure, natural logarithm. Cost: O(n).
 */
#ifndef EK_PATTERNS_PERSON_H
#define EK_PATTERNS_PERSON_H

#include "base/base.h"

enum {
	EK_PERSON_APPROACHES = 3,
	EK_PERSON_COLLEAGUES = 4,
	EK_PERSON_SHOWN = 20,  /* working shifts or events below which only counts are shown */
	EK_PERSON_JUDGED = 40, /* from which there are verdicts */
	EK_PERSON_SYSTEM = 3,  /* people at least, and a third of the team */
	EK_PERSON_DAYS = 5,    /* working days within which they entered */
	EK_PERSON_HOLDS = 2,   /* working shifts before a lead is told */
};

/* One approach: own time and the team's median for its topic and channel, both above 0 (asserted),
 * in the same unit. */
struct ek_person_approach {
	double own;
	double median;
};
/* The mean of the logarithms; false below EK_PERSON_APPROACHES. */
bool ek_person_day(const struct ek_person_approach *v, uint32_t n, double *out);
/* Less the colleagues' mean on that day: others only, at least EK_PERSON_COLLEAGUES, else as it
 * is. */
double ek_person_beside(double own, const double *others, uint32_t n);

enum ek_person_stage {
	EK_PERSON_COUNTS_ONLY,
	EK_PERSON_LEARNING,
	EK_PERSON_VERDICTS,
};
enum ek_person_stage ek_person_stage(uint32_t n);

/* Where one teammate stands: the side of what is suspected or found, and the working day, counted
 * from any day, on which that began. */
struct ek_person_mark {
	int32_t side; /* 1, -1; 0: nothing */
	int32_t entered;
};
/* One for each member of the team (S21). withheld[i]: this one's verdict is the team's and not
 * shown as theirs. Returns the sides on which a team verdict is raised: bit 0 up, bit 1 down. */
uint32_t ek_person_system(const struct ek_person_mark *team, uint32_t n, bool *withheld);

/* What a personal verdict shows to whom (S22). */
struct ek_person_verdict {
	bool is_good;
	bool is_withheld; /* ek_person_system */
	bool still_holds;
	uint32_t shifts_since; /* working shifts of the person since it was shown to them */
};
enum ek_person_view {
	EK_PERSON_NOTHING,
	EK_PERSON_SENTENCE,     /* the sentence, up to five examples */
	EK_PERSON_WELCOMES_TALK /* "may welcome a talk", and the examples they could annotate */
};
enum { EK_PERSON_EXAMPLES = 5 };
/* To the person; to the lead. Nobody else is shown any of it (S23). */
enum ek_person_view ek_person_to_self(const struct ek_person_verdict *v);
enum ek_person_view ek_person_to_lead(const struct ek_person_verdict *v);

#endif
