/* A figure in words, for people at a terminal. */
#include "cli/told.h"
#include "model/calendar.h"

static void say_value(struct ek_cli *cli, const struct ek_definition *d, double v)
{
	int64_t s = (int64_t)v;
	switch (d->unit) {
	case EK_METRIC_UNIT_SHARE:
		ek_cli_print(cli, "%.1f %%", v * 100);
		break;
	case EK_METRIC_UNIT_SECONDS:
		if (s >= 3600)
			ek_cli_print(cli, "%lld h %02lld min", (long long)(s / 3600),
				     (long long)(s / 60 % 60));
		else
			ek_cli_print(cli, "%lld min %02lld s", (long long)(s / 60),
				     (long long)(s % 60));
		break;
	case EK_METRIC_UNIT_COUNT:
		ek_cli_print(cli, d->kind == EK_METRIC_KIND_COUNT ? "%.0f" : "%.4g", v);
		break;
	default:
		ek_cli_print(cli, "%.4g", v);
	}
}

static void say_figure(struct ek_cli *cli, const struct ek_definition *d, const struct ek_figure *f)
{
	if (f->withheld != NULL)
		ek_cli_print(cli, "withheld: fails check %s", f->withheld);
	else if (f->has_value)
		say_value(cli, d, f->value);
	else
		/* R7: nothing is not zero. */
		ek_cli_print(cli, "\u2013");
	/* Of five durations no two hold the median so surely (metrics/durations.h). */
	if (!f->has_interval && f->has_value && f->state == EK_FIGURE_INTERVAL)
		ek_cli_print(cli, " (too few for a range)");
	if (!f->has_interval)
		return;
	ek_cli_print(cli, " (");
	say_value(cli, d, f->low);
	ek_cli_print(cli, " to ");
	say_value(cli, d, f->high);
	ek_cli_print(cli, ")");
}

static void say_n(struct ek_cli *cli, const struct ek_definition *d, const struct ek_figure *f)
{
	if (d->unit == EK_METRIC_UNIT_SHARE)
		ek_cli_print(cli, "; %llu of %llu", (unsigned long long)f->numerator,
			     (unsigned long long)f->denominator);
	else if (d->kind != EK_METRIC_KIND_COUNT)
		ek_cli_print(cli, "; n %llu", (unsigned long long)f->n);
}

static void say_other(struct ek_cli *cli, const struct ek_told *told)
{
	char changed[EK_TOLD_DAY], until[EK_TOLD_DAY];
	ek_told_day(told->changed, changed);
	ek_told_day(told->shown_until, until);
	ek_cli_print(cli, "      by %s@%u: ", told->other->id, told->other->version);
	say_figure(cli, told->other, &told->by_other);
	if (told->other->unit == EK_METRIC_UNIT_SECONDS && told->by_other.has_value)
		ek_cli_print(cli, ", %s", ek_told_clock(told->other, told->clock));
	say_n(cli, told->other, &told->by_other);
	ek_cli_print(cli, "; measured otherwise from %s on, both are shown until %s\n", changed,
		     until);
}

static void say_restated(struct ek_cli *cli, const struct ek_told *told)
{
	static const char *const words[] = {"facts that came late", "an import",
					    "contacts merged or taken apart",
					    "spam taken out or put back", "what was opened again"};
	const char *blank = " ";
	char known[EK_TOLD_DAY], changed[EK_TOLD_DAY];
	ek_told_day(ek_calendar_date(told->zone, told->was.known), known);
	ek_told_day(ek_calendar_date(told->zone, told->was.changed), changed);
	ek_cli_print(cli, "      restated: on %s it was ", known);
	say_figure(cli, told->definition, &told->was.before);
	say_n(cli, told->definition, &told->was.before);
	ek_cli_print(cli, "; changed by");
	for (uint32_t i = 0; i < EK_LEN(words); i++) {
		if ((told->was.causes >> i & 1) == 0)
			continue;
		ek_cli_print(cli, "%s%s", blank, words[i]);
		blank = ", ";
	}
	ek_cli_print(cli, ", last on %s\n", changed);
}

void ek_told_say(struct ek_cli *cli, const struct ek_told *told)
{
	const struct ek_definition *d = told->definition;
	const struct ek_figure *f = told->figure;
	ek_cli_print(cli, "  ");
	if (told->has_days)
		ek_cli_print(cli, "%s to %s  ", told->from, told->until);
	ek_cli_print(cli, "%s@%u: ", d->id, f->version);
	say_figure(cli, d, f);
	if (ek_told_has_times(told)) {
		ek_cli_print(cli, ", p90 ");
		say_value(cli, d, f->p90);
		ek_cli_print(cli, ", %s", ek_told_clock(d, told->clock));
	}
	say_n(cli, d, f);
	if (f->open > 0)
		ek_cli_print(cli, "; %llu wait now", (unsigned long long)f->open);
	if (f->not_yet_known > 0)
		ek_cli_print(cli, "; not yet known: %llu", (unsigned long long)f->not_yet_known);
	ek_cli_print(cli, "\n");
	if (told->other != NULL)
		say_other(cli, told);
	if (told->was.causes != 0)
		say_restated(cli, told);
}
