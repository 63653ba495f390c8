/* value -- the lists and setting values that commands and events carry.
 *
 * All of them borrow: the arrays live in the arena, row or literal that the command or event was
 * read from. Limits on counts and bytes: schema/limits.def, checked where commands are decided.
 */
#ifndef EK_MODEL_VALUE_H
#define EK_MODEL_VALUE_H

#include "base/base.h"
#include "model/calendar.h"

/* A local wall time: milliseconds since 1970-01-01T00:00 as the clocks on the wall show it. */
typedef struct {
	int64_t ms;
} ek_wall;

struct ek_need {
	ek_str skill;
	uint8_t min_level;   /* 1-5 */
	bool required;       /* required never relaxes */
	ek_span relax_after; /* optional ones: EK_NONE = never */
};
struct ek_needs {
	const struct ek_need *v;
	uint32_t n;
};

/* value.p NULL = remove */
struct ek_pair {
	ek_str name;
	ek_str value;
};
struct ek_pairs {
	const struct ek_pair *v;
	uint32_t n;
};
struct ek_texts {
	const ek_str *v;
	uint32_t n;
};
struct ek_teams {
	const ek_team_id *v;
	uint32_t n;
};

/* What a setting may be. A list is a flat row of cells; how many cells make a row of which meaning
 * depends on the setting's shape:
 *   KEYS    {i = order_key * 2 + reverse, s = attribute name or empty}
 *   ORDERS  {i = count, s = attribute} then count of {s = value}
 *   POINTS  {i = points, s = class}          LIMITS {i = points or EK_NONE, s = class}
 *   TEXTS   {s}                              SKILLS {i = level, s = skill}
 *   STEPS   {from_day}{limit_permille}{complexity_max}
 *   LEVELS  {team}{after_ms}{clock}{respect_gate}      HOURS {from_ms}{to_ms}
 * A calendar setting is EK_VALUE_NULL or EK_VALUE_CALENDAR; the hours themselves travel in
 * calendar.changed. */
enum ek_value_kind {
	EK_VALUE_UNSET = 0, /* inherit; nobody set it here */
	EK_VALUE_NULL = 1,
	EK_VALUE_INT = 2, /* number, bool, span, enum, date or reference in i */
	EK_VALUE_LIST = 3,
	EK_VALUE_AUTO = 4, /* shift_margin_ms only */
	EK_VALUE_CALENDAR = 5,
};
struct ek_cell {
	int64_t i;
	ek_str s;
};
struct ek_value {
	uint8_t kind;
	int64_t i;
	uint32_t n;
	const struct ek_cell *cells;
};

struct ek_set {
	uint8_t setting; /* enum ek_setting */
	struct ek_value value;
};
struct ek_sets {
	const struct ek_set *v;
	uint32_t n;
};
struct ek_change {
	uint8_t setting;
	struct ek_value before;
	struct ek_value after;
};
struct ek_changes {
	const struct ek_change *v;
	uint32_t n;
};

struct ek_week {
	const struct ek_week_hours *v;
	uint32_t n;
};
struct ek_dates {
	const int32_t *v; /* days since 1970-01-01, ascending */
	uint32_t n;
};

/* Half-open [from, until). */
struct ek_shift {
	ek_time from;
	ek_time until;
};
struct ek_shifts {
	const struct ek_shift *v;
	uint32_t n;
};

struct ek_cmd;
struct ek_rows {
	const struct ek_cmd *v;
	uint32_t n;
};

bool ek_value_equal(const struct ek_value *a, const struct ek_value *b);

static inline struct ek_value ek_value_int(int64_t i)
{
	return (struct ek_value){.kind = EK_VALUE_INT, .i = i};
}
static inline struct ek_value ek_value_null(void)
{
	return (struct ek_value){.kind = EK_VALUE_NULL};
}

#endif
