/* fairness -- who was given how much for each hour in which they could have been given something,
 * and what chance would have given.
 *
 * A fold of observations (engine/watch.h), for each teammate and team inbox:
 *   eligible hours   time in which tests 2-6, 12 and 13 passed
 *   per hour         automatic assignments / eligible hours, with its exact 95 % Poisson interval
 *                    (metrics/interval.h)
 *   shares           of complexity 4 and 5, and of work outside day_hours or at weekends, of those
 *   chance           the sum of 1 / number eligible over all decisions in which they were
 * eligible; its
 *                    range is +- 1.96 standard deviations of a Poisson-binomial sum, variance
 *                    sum p (1 - p) (Y. H. Wang, "On the number of successes in independent trials",
 *                    Statistica Sinica 3 (1993)), cut at 0 and at the decisions. What lies outside
 * is
 *                    the rules' doing, broken down by what chose
 *   closes per hour  of conversations they held there, over the same hours: fewest-open gives slow
 *                    closers less
 * Below so many hours or 20 decisions in which they were eligible there is no figure. Clock:
 * elapsed time from the first observation to the end asked for. Source: spec routing, section 16
 * (7). Memory: one row of about 250 bytes for each pair. Cost: O(eligible) for each decision.
 */
#ifndef EK_METRICS_FAIRNESS_H
#define EK_METRICS_FAIRNESS_H

#include "base/alloc.h"
#include "model/observation.h"

enum { EK_FAIRNESS_DECISIONS_MIN = 20, EK_FAIRNESS_COMPLEX = 4 };

struct ek_fairness;

struct ek_fairness_by {
	uint32_t assigned;
	double chance;
};

struct ek_fairness_row {
	ek_teammate_id teammate;
	ek_team_id team;
	ek_span eligible;
	uint32_t decisions; /* in which they were eligible */
	uint32_t assigned;
	uint32_t complex; /* of the assigned */
	uint32_t outside; /* of the assigned */
	uint32_t closes;
	double chance;
	double chance_low;
	double chance_high;
	struct ek_fairness_by by[EK_CHOSEN_BY_END]; /* by what chose; 0 is unused */
	/* figures; 0 without one */
	bool has_figure;
	double per_hour;
	double per_hour_low;
	double per_hour_high;
	double closes_per_hour;
};

/* *f is the caller's, to be closed. Errors: NO_MEMORY. */
bool ek_fairness_open(struct ek_alloc alloc, struct ek_fairness **f,
		      struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_fairness_close(struct ek_fairness **f);
/* An ek_observation_sink; ctx is the struct ek_fairness. False without memory. */
bool ek_fairness_note(void *ctx, const struct ek_observation *o);
/* The pairs seen, in the order in which they were. */
uint32_t ek_fairness_count(const struct ek_fairness *f);
/* The i-th pair up to a time that is not before the last observation (asserted). min_hours: the
 * setting fairness_min_hours. */
struct ek_fairness_row ek_fairness_row(const struct ek_fairness *f, uint32_t i, ek_time until,
				       int64_t min_hours);

#endif
