/* One figure for each day, week or month. */
#include "metrics/figures_inside.h"

static int32_t first_of(int cadence, int32_t date)
{
	struct ek_date d = ek_calendar_civil(date);
	if (cadence == EK_FIGURES_WEEKLY)
		return date - (ek_calendar_day_of_week(date) - 1);
	if (cadence == EK_FIGURES_MONTHLY)
		return date - (d.day - 1);
	return date;
}

static int32_t next_of(int cadence, int32_t date)
{
	struct ek_date d = ek_calendar_civil(date);
	if (cadence == EK_FIGURES_WEEKLY)
		return date + 7;
	if (cadence == EK_FIGURES_DAILY)
		return date + 1;
	d.year += d.month == 12;
	d.month = (uint8_t)(d.month % 12 + 1);
	return ek_calendar_days(d);
}

static bool check(const struct ek_figures_ask *ask, const struct ek_figures_run *run,
		  struct ek_err *err)
{
	if (run->cadence < EK_FIGURES_DAILY || run->cadence > EK_FIGURES_MONTHLY)
		return ek_fail(err, EK_INVALID_VALUE, "a series is by day, week or month");
	return ek_figures_is_period(ask) || ek_fail(err, EK_INVALID_VALUE, "a series has a period");
}

bool ek_figures_series(const struct ek_figures *f, const struct ek_figures_ask *ask,
		       const struct ek_figures_run *run, struct ek_err *err)
{
	if (!check(ask, run, err))
		return false;
	struct ek_figures_ask one = *ask;
	int32_t date = first_of(run->cadence, ek_calendar_date(run->zone, ask->from));
	for (uint32_t n = 0;; n++) {
		int32_t next = next_of(run->cadence, date);
		ek_time from = ek_calendar_day_start(run->zone, date);
		struct ek_figure figure;
		if (from.ms >= ask->until.ms)
			return true;
		if (n == EK_FIGURES_PERIODS_MAX)
			return ek_fail(err, EK_INVALID_VALUE, "a series has at most %d periods",
				       EK_FIGURES_PERIODS_MAX);
		one.from = from.ms > ask->from.ms ? from : ask->from;
		one.until = ek_calendar_day_start(run->zone, next);
		if (one.until.ms > ask->until.ms)
			one.until = ask->until;
		if (one.from.ms < one.until.ms && (!ek_figures_ask(f, &one, &figure, err) ||
						   !run->visit(run->ctx, date, &figure, err)))
			return false;
		date = next;
	}
}
