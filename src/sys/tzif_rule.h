/* tzif_rule -- the rule at the end of a zone file: what its clocks do in the years beyond its
 * table.
 *
 * A TZ string of POSIX as RFC 8536 allows it: "CET-1CEST,M3.5.0,M10.5.0/3", "<+07>-7",
 * "IST-2IDT,M3.4.4/26,M10.5.0". Pure. Source: IEEE 1003.1-2017, 8.3; RFC 8536, 3.3 and 3.3.1.
 */
#ifndef EK_SYS_TZIF_RULE_H
#define EK_SYS_TZIF_RULE_H

#include "base/base.h"

enum ek_tzif_rule_form {
	EK_TZIF_RULE_JULIAN = 1, /* Jn: day 1 to 365, never 29 February */
	EK_TZIF_RULE_DAY,        /* n: day 0 to 365, with 29 February */
	EK_TZIF_RULE_WEEKDAY,    /* Mm.w.d: week 1 to 5 (the last), day 0 Sunday to 6 */
};

/* When in a year, on the wall that shows the offset before. */
struct ek_tzif_rule_date {
	uint8_t form;
	uint8_t month;
	uint8_t week;
	uint16_t day;
	int32_t time_s; /* from midnight; up to 167 hours either way */
};

/* Offsets in seconds east of Greenwich. Without summer, all but standard_s is 0. */
struct ek_tzif_rule {
	int32_t standard_s;
	int32_t summer_s;
	bool has_summer;
	struct ek_tzif_rule_date begin; /* of summer */
	struct ek_tzif_rule_date end;
};

/* Reads the whole text. Errors: DAMAGE, also for a summer without dates. */
bool ek_tzif_rule_read(ek_str text, struct ek_tzif_rule *out, struct ek_err *err) EK_MUST_CHECK;

/* The instant, in seconds since 1970 UTC, at which summer begins (or ends) by the rule of a year.
 * year: 1900 to 2200. */
int64_t ek_tzif_rule_begins(const struct ek_tzif_rule *rule, int32_t year);
int64_t ek_tzif_rule_ends(const struct ek_tzif_rule *rule, int32_t year);

#endif
