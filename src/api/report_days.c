#include "api/report_days.h"

#include "model/calendar.h"

enum { WEEK = 7, MONTH = 28 };

static int32_t first_of_month(int32_t day)
{
	struct ek_date d = ek_calendar_civil(day);
	d.day = 1;
	return ek_calendar_days(d);
}

struct ek_report_days ek_report_days_of(enum ek_report_days_span span, int32_t today)
{
	int32_t monday = today - (ek_calendar_day_of_week(today) - 1);
	switch (span) {
	case EK_REPORT_DAYS_YESTERDAY:
		return (struct ek_report_days){today - 1, today};
	case EK_REPORT_DAYS_LAST_WEEK:
		return (struct ek_report_days){monday - WEEK, monday};
	case EK_REPORT_DAYS_LAST_MONTH: {
		int32_t first = first_of_month(today);
		return (struct ek_report_days){first_of_month(first - 1), first};
	}
	case EK_REPORT_DAYS_LAST_7:
		return (struct ek_report_days){today - WEEK, today};
	case EK_REPORT_DAYS_LAST_28:
		return (struct ek_report_days){today - MONTH, today};
	}
	return (struct ek_report_days){today - 1, today};
}

ek_time ek_report_days_next(const struct ek_report_days_when *when, ek_time after)
{
	int32_t today = ek_calendar_date(when->zone, after);
	ek_time t = EK_NO_TIME;
	ek_assert((when->days & 0x7f) != 0);
	for (int32_t day = today; !ek_time_is_set(t); day++) {
		if ((when->days >> (ek_calendar_day_of_week(day) - 1) & 1) == 0)
			continue;
		t = ek_calendar_instant(when->zone,
					day * (int64_t)EK_CALENDAR_DAY_MS + when->at_ms);
		if (t.ms <= after.ms)
			t = EK_NO_TIME;
	}
	return t;
}
