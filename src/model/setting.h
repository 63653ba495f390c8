/* setting -- the settings of routing as a table. See schema/settings.def. */
#ifndef EK_MODEL_SETTING_H
#define EK_MODEL_SETTING_H

#include "model/enums.h"
#include "model/value.h"
#include "schema/settings.def"

enum ek_setting {
	EK_SET_NONE = 0,
#define S(num, name, NAME, at, type, list, lo, hi, null, def, role, doc) EK_SET_##NAME = (num),
	SETTINGS(S)
#undef S
		EK_SET_COUNT
};

/* Where a setting may be set; bits. */
enum { EK_AT_W = 1, EK_AT_T = 2, EK_AT_P = 4 };

enum ek_setting_type {
	EK_SETTING_BOOL,
	EK_SETTING_INT,
	EK_SETTING_SPAN,
	EK_SETTING_ENUM,
	EK_SETTING_DATE,
	EK_SETTING_REF, /* a team */
	EK_SETTING_CALENDAR,
	EK_SETTING_LIST,
};
enum ek_setting_shape {
	EK_SHAPE_ = 0,
	EK_SHAPE_AUTO, /* a span that may also be `auto` */
	EK_SHAPE_KEYS,
	EK_SHAPE_ORDERS,
	EK_SHAPE_POINTS,
	EK_SHAPE_LIMITS,
	EK_SHAPE_TEXTS,
	EK_SHAPE_STEPS,
	EK_SHAPE_SKILLS,
	EK_SHAPE_LEVELS,
	EK_SHAPE_HOURS,
};

struct ek_setting_row {
	const char *wire; /* NULL: no such number */
	uint8_t at;
	uint8_t type;   /* enum ek_setting_type */
	uint8_t listed; /* enum ek_enum of an ENUM setting */
	uint8_t shape;  /* enum ek_setting_shape */
	bool nullable;
	uint8_t role; /* enum ek_role number */
	int64_t lo;
	int64_t hi;
	int64_t def; /* EK_NONE = null; lists: unused */
	const char *doc;
};

/* The row of a setting; setting is 1..EK_SET_COUNT-1. */
const struct ek_setting_row *ek_setting_row(int setting);
/* What a form needs to know: "integer", "choice" and so on; and of a list, of what: "keys", else
 * NULL. Static. */
const char *ek_setting_type_word(const struct ek_setting_row *row);
const char *ek_setting_list_word(const struct ek_setting_row *row);
/* 0 when there is none of that name. */
int ek_setting_number(ek_str wire);
/* The value that holds when nobody set one; static. */
struct ek_value ek_setting_default(int setting);
/* Whether value may be stored at a scope (EK_AT_*): kind, bounds, shape, order of rows.
 * References (teams) are checked where they are known. Errors: INVALID_VALUE. */
bool ek_setting_check(int setting, int at, const struct ek_value *value, struct ek_err *err);

#endif
