/* report_days -- which days a saved report tells of, and when it is made: pure.
 *
 * A span holds only days that are over, so that no week is set beside a part of one. A local time
 * that a change to summer time leaves out is the instant of the change; one that comes twice is the
 * first. Source: spec metrics, X4 and X6. Cost: O(1).
 */
#ifndef EK_API_REPORT_DAYS_H
#define EK_API_REPORT_DAYS_H

#include "base/zone.h"

enum ek_report_days_span {
	EK_REPORT_DAYS_YESTERDAY,
	EK_REPORT_DAYS_LAST_WEEK, /* from Monday */
	EK_REPORT_DAYS_LAST_MONTH,
	EK_REPORT_DAYS_LAST_7,
	EK_REPORT_DAYS_LAST_28,
};
/* Local days, days since 1970-01-01; until is behind the last. */
struct ek_report_days {
	int32_t from, until;
};
struct ek_report_days ek_report_days_of(enum ek_report_days_span span, int32_t today);

struct ek_report_days_when {
	uint32_t days;              /* bit 0 Monday .. bit 6 Sunday; at least one (asserted) */
	int32_t at_ms;              /* of the day, below 86400000 */
	const struct ek_zone *zone; /* NULL = UTC */
};
/* The first time after `after`. */
ek_time ek_report_days_next(const struct ek_report_days_when *when, ek_time after);

#endif
