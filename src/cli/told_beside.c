#include "api/api_targets.h"
#include "base/rfc3339.h"
#include "cli/told.h"
#include "model/calendar.h"

const char *const ek_told_states[] = {"none", "counts_only", "interval", "shown", "withheld"};
/* In the order of EK_FIGURES_BY_*. */
const char *const ek_told_causes[5] = {"late", "imported", "merged", "spam", "reopened"};

const char *ek_told_clock(const struct ek_definition *d, uint8_t clock)
{
	return ek_enums_wire(EK_ENUM_CLOCK, clock != 0 ? clock : d->clock);
}

bool ek_told_has_times(const struct ek_told *told)
{
	return told->definition->unit == EK_METRIC_UNIT_SECONDS && told->figure->has_value;
}

void ek_told_day(int32_t day, char out[EK_TOLD_DAY])
{
	out[ek_rfc3339_print_date(day, out)] = '\0';
}

/* ---- targets */

static bool take(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_told_targets *t = ctx;
	int64_t metric = v[EK_CONTENT_TARGETS_METRIC].i;
	int64_t period = v[EK_CONTENT_TARGETS_PERIOD].i;
	(void)n;
	(void)err;
	if (v[EK_CONTENT_TARGETS_DELETED_MS].kind == EK_VIEWS_NULL && metric > 0 &&
	    metric < EK_METRIC_END && period > 0 && period <= EK_API_TARGET_HALF_YEAR)
		t->periods[metric] |= (uint8_t)(1 << period);
	return true;
}

bool ek_told_read(struct ek_log *log, struct ek_told_targets *out, struct ek_err *err)
{
	int64_t version;
	*out = (struct ek_told_targets){{0}};
	if (!ek_log_version(log, "content", &version, err))
		return false;
	return !ek_content_has(version, EK_CONTENT_TARGETS) ||
	       ek_log_content_each(log, EK_CONTENT_TARGETS, take, out, err);
}

/* ---- beside a figure */

static bool ask_other(struct ek_told *told, const struct ek_told_question *q, struct ek_err *err)
{
	struct ek_figures_change c;
	struct ek_figures_ask by = q->ask;
	told->other = NULL;
	if (!ek_figures_change(q->f, &q->ask, &c))
		return true;
	told->changed = ek_calendar_date(q->zone, c.later->effective);
	told->shown_until = ek_api_targets_both_until(told->changed, 0);
	for (uint8_t p = 1; p <= EK_API_TARGET_HALF_YEAR; p++) {
		bool is_used = (q->targets->periods[q->ask.metric] >> p & 1) != 0;
		int32_t until = ek_api_targets_both_until(told->changed, is_used ? p : 0);
		told->shown_until = until > told->shown_until ? until : told->shown_until;
	}
	if (q->ask.from.ms >= ek_calendar_day_start(q->zone, told->shown_until).ms)
		return true;
	told->other = c.other;
	by.version = c.other->version;
	return ek_figures_ask(q->f, &by, &told->by_other, err);
}

bool ek_told_ask(struct ek_told *told, const struct ek_told_question *q, struct ek_err *err)
{
	told->zone = q->zone;
	return ask_other(told, q, err) &&
	       ek_figures_was(q->f, &q->ask, told->figure, &told->was, err);
}
