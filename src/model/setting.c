#include "model/setting.h"

#include "base/utf8.h"
#include "model/limits.h"

/* Short words for the columns of schema/settings.def. */
enum { W = EK_AT_W, T = EK_AT_T, P = EK_AT_P };
#define ENUM(name, NAME, doc) listed_##name = EK_ENUM_##NAME,
enum { ENUMS(ENUM) };
#undef ENUM

/* The ENUM column is an enum's name for ENUM, a shape for SPAN and LIST, and empty for the others.
 */
#define LISTED_BOOL(x) 0
#define LISTED_INT(x) 0
#define LISTED_SPAN(x) 0
#define LISTED_ENUM(x) listed_##x
#define LISTED_DATE(x) 0
#define LISTED_REF(x) 0
#define LISTED_CALENDAR(x) 0
#define LISTED_LIST(x) 0
#define SHAPE_BOOL(x) EK_SHAPE_
#define SHAPE_INT(x) EK_SHAPE_
#define SHAPE_SPAN(x) EK_SHAPE_##x
#define SHAPE_ENUM(x) EK_SHAPE_
#define SHAPE_DATE(x) EK_SHAPE_
#define SHAPE_REF(x) EK_SHAPE_
#define SHAPE_CALENDAR(x) EK_SHAPE_
#define SHAPE_LIST(x) EK_SHAPE_##x

/* clang-format off */
#define S(num, name, NAME, at, type, list, lo, hi, null, def, role, doc) \
	[num] = {#name, (at), EK_SETTING_##type, LISTED_##type(list), SHAPE_##type(list), \
		 (null) != 0, EK_ROLE_##role, (lo), (hi), (def), doc},
/* clang-format on */
static const struct ek_setting_row rows[] = {SETTINGS(S)};
#undef S

static const struct ek_cell usual_keys[] = {
	{.i = EK_ORDER_KEY_PRIORITY * 2},   {.i = EK_ORDER_KEY_SLA * 2},
	{.i = EK_ORDER_KEY_INBOX_RANK * 2}, {.i = EK_ORDER_KEY_WAITING_SINCE * 2},
	{.i = EK_ORDER_KEY_STARTED * 2},
};
static const struct ek_cell usual_day[] = {{.i = EK_HOUR_MS(8)}, {.i = EK_HOUR_MS(18)}};

enum {
	RAMP_DAY_MAX = 3650,
	PERMILLE_MAX = 1000,
	COMPLEXITY_MAX = 5,
	POINTS_MAX = 100,
	CLASS_LIMIT_MAX = 1000,
	SKILL_LEVEL_MAX = 5,
};

const struct ek_setting_row *ek_setting_row(int setting)
{
	ek_assert(setting > 0 && (size_t)setting < EK_LEN(rows) && rows[setting].wire != NULL);
	return &rows[setting];
}

int ek_setting_number(ek_str wire)
{
	for (size_t i = 1; i < EK_LEN(rows); i++) {
		if (rows[i].wire != NULL && ek_str_is(wire, rows[i].wire))
			return (int)i;
	}
	return 0;
}

struct ek_value ek_setting_default(int setting)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	struct ek_value v = {.kind = EK_VALUE_LIST};
	if (row->type != EK_SETTING_LIST)
		return row->def == EK_NONE ? ek_value_null() : ek_value_int(row->def);
	if (setting == EK_SET_ORDER_KEYS) {
		v.cells = usual_keys;
		v.n = EK_LEN(usual_keys);
	} else if (setting == EK_SET_DAY_HOURS) {
		v.cells = usual_day;
		v.n = EK_LEN(usual_day);
	}
	return v;
}

/* A list under check. Every row of it is told by its number, from 1. */
struct list {
	const char *wire;
	const struct ek_cell *cells;
	uint32_t n;
	struct ek_err *err;
};

static bool bad(const struct list *l, uint32_t row, const char *what)
{
	return ek_fail(l->err, EK_INVALID_VALUE, "%s: row %u: %s", l->wire, row + 1, what);
}

static bool is_whole(const struct list *l, uint32_t cells_per_row)
{
	if (l->n % cells_per_row == 0)
		return true;
	return ek_fail(l->err, EK_INVALID_VALUE, "%s: a row is not complete", l->wire);
}

static bool in(int64_t v, int64_t lo, int64_t hi)
{
	return v >= lo && v <= hi;
}

static bool is_name(ek_str s)
{
	return s.n > 0 && s.n <= EK_LIMIT_TEXT_BYTES && ek_utf8_is_plain(s);
}

static bool check_name(const struct list *l, uint32_t row, ek_str s)
{
	if (is_name(s))
		return true;
	return bad(l, row, "expected a text of 1 to 200 bytes without control characters");
}
_Static_assert(EK_LIMIT_TEXT_BYTES == 200, "the message above names the limit");

/* Whether cell k has no text that an earlier one in steps of one has too. */
static bool is_new_text(const struct ek_cell *cells, uint32_t k)
{
	for (uint32_t j = 0; j < k; j++) {
		if (ek_str_equal(cells[j].s, cells[k].s))
			return false;
	}
	return true;
}

static bool has_no_text(const struct list *l)
{
	for (uint32_t k = 0; k < l->n; k++) {
		if (l->cells[k].s.n != 0)
			return bad(l, k, "expected numbers, not a text");
	}
	return true;
}

/* One key more than once says nothing new, whichever way round. */
static bool is_new_key(const struct list *l, uint32_t k)
{
	for (uint32_t j = 0; j < k; j++) {
		if (l->cells[j].i / 2 == l->cells[k].i / 2 &&
		    ek_str_equal(l->cells[j].s, l->cells[k].s))
			return false;
	}
	return true;
}

static bool check_keys(const struct list *l)
{
	for (uint32_t k = 0; k < l->n; k++) {
		const struct ek_cell *c = &l->cells[k];
		if (!in(c->i, EK_ORDER_KEY_PRIORITY * 2, EK_ORDER_KEY_ATTRIBUTE * 2 + 1))
			return bad(l, k, "there is no such key");
		if (c->i / 2 == EK_ORDER_KEY_ATTRIBUTE) {
			if (!is_name(c->s))
				return bad(l, k, "key attribute needs the name of an attribute");
		} else if (c->s.n != 0) {
			return bad(l, k, "only key attribute names an attribute");
		}
		if (!is_new_key(l, k))
			return bad(l, k, "this key stands there twice");
	}
	return true;
}

static bool check_order_values(const struct list *l, uint32_t row, const struct ek_cell *values,
			       uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		if (values[k].i != 0)
			return bad(l, row, "a value has no number");
		if (!check_name(l, row, values[k].s))
			return false;
		if (!is_new_text(values, k))
			return bad(l, row, "a value stands there twice");
	}
	return true;
}

static bool check_orders(const struct list *l, const struct ek_setting_row *about)
{
	uint32_t row = 0;
	const struct ek_cell *before = NULL;
	for (uint32_t k = 0; k < l->n; row++) {
		const struct ek_cell *c = &l->cells[k];
		if (!check_name(l, row, c->s))
			return false;
		if (before != NULL && ek_str_compare(before->s, c->s) >= 0)
			return bad(l, row, "names must ascend, each once");
		if (!in(c->i, 1, EK_LIMIT_ORDER_VALUES))
			return bad(l, row, "expected 1 to 200 values");
		if (c->i > l->n - k - 1)
			return bad(l, row, "the row is not complete");
		if (!check_order_values(l, row, c + 1, (uint32_t)c->i))
			return false;
		before = c;
		k += 1 + (uint32_t)c->i;
	}
	if (in(row, about->lo, about->hi))
		return true;
	return ek_fail(l->err, EK_INVALID_VALUE, "%s: expected %lld to %lld rows, not %u", l->wire,
		       (long long)about->lo, (long long)about->hi, row);
}
_Static_assert(EK_LIMIT_ORDER_VALUES == 200, "the message above names the limit");

/* A map from text to number: names ascend, so that equal maps are equal lists. */
static bool check_map(const struct list *l, int shape)
{
	for (uint32_t k = 0; k < l->n; k++) {
		const struct ek_cell *c = &l->cells[k];
		bool is_skill = shape == EK_SHAPE_SKILLS;
		if (is_skill && !check_name(l, k, c->s))
			return false;
		if (!is_skill && ek_enums_number(EK_ENUM_CAPACITY_CLASS, c->s) == 0)
			return bad(l, k, "there is no such capacity class");
		if (k > 0 && ek_str_compare(l->cells[k - 1].s, c->s) >= 0)
			return bad(l, k, "names must ascend, each once");
		if (is_skill && !in(c->i, 1, SKILL_LEVEL_MAX))
			return bad(l, k, "expected a level of 1 to 5");
		if (shape == EK_SHAPE_POINTS && !in(c->i, 1, POINTS_MAX))
			return bad(l, k, "expected 1 to 100 points");
		if (shape == EK_SHAPE_LIMITS && c->i != EK_NONE && !in(c->i, 0, CLASS_LIMIT_MAX))
			return bad(l, k, "expected a limit of 0 to 1000 or null");
	}
	return true;
}

static bool check_texts(const struct list *l)
{
	for (uint32_t k = 0; k < l->n; k++) {
		if (l->cells[k].i != 0)
			return bad(l, k, "expected a text, not a number");
		if (!check_name(l, k, l->cells[k].s))
			return false;
		if (!is_new_text(l->cells, k))
			return bad(l, k, "this text stands there twice");
	}
	return true;
}

static bool check_steps(const struct list *l)
{
	if (!has_no_text(l))
		return false;
	for (uint32_t k = 0; k < l->n; k += 3) {
		const struct ek_cell *c = &l->cells[k];
		if (!in(c[0].i, 0, RAMP_DAY_MAX))
			return bad(l, k / 3, "from_day: expected 0 to 3650");
		if (k > 0 && c[0].i <= c[-3].i)
			return bad(l, k / 3, "from_day must ascend");
		if (!in(c[1].i, 0, PERMILLE_MAX))
			return bad(l, k / 3, "limit_permille: expected 0 to 1000");
		if (!in(c[2].i, 1, COMPLEXITY_MAX))
			return bad(l, k / 3, "complexity_max: expected 1 to 5");
	}
	return true;
}

static bool check_levels(const struct list *l)
{
	if (!has_no_text(l))
		return false;
	for (uint32_t k = 0; k < l->n; k += 4) {
		const struct ek_cell *c = &l->cells[k];
		if (!in(c[0].i, 1, UINT32_MAX))
			return bad(l, k / 4, "expected a team");
		for (uint32_t j = 0; j < k; j += 4) {
			if (l->cells[j].i == c[0].i)
				return bad(l, k / 4, "this team stands there twice");
		}
		if (!in(c[1].i, 0, EK_DAY_MS(30)))
			return bad(l, k / 4, "after_ms: expected 0 to 2592000000 (30 days)");
		if (!in(c[2].i, EK_CLOCK_OFFICE_HOURS, EK_CLOCK_CALENDAR))
			return bad(l, k / 4, "clock: expected office_hours or calendar");
		if (!in(c[3].i, 0, 1))
			return bad(l, k / 4, "respect_gate: expected true or false");
	}
	return true;
}

static bool check_hours(const struct list *l)
{
	if (!has_no_text(l))
		return false;
	for (uint32_t k = 0; k < l->n; k += 2) {
		int64_t from = l->cells[k].i;
		int64_t to = l->cells[k + 1].i;
		if (!in(from, 0, EK_DAY_MS(1)) || !in(to, 0, EK_DAY_MS(1)) || from >= to)
			return bad(l, k / 2, "expected hours of one day, from before to");
	}
	return true;
}

static bool check_shape(const struct list *l, const struct ek_setting_row *row)
{
	switch (row->shape) {
	case EK_SHAPE_KEYS:
		return check_keys(l);
	case EK_SHAPE_ORDERS:
		return check_orders(l, row);
	case EK_SHAPE_POINTS:
	case EK_SHAPE_LIMITS:
	case EK_SHAPE_SKILLS:
		return check_map(l, row->shape);
	case EK_SHAPE_TEXTS:
		return check_texts(l);
	case EK_SHAPE_STEPS:
		return check_steps(l);
	case EK_SHAPE_LEVELS:
		return check_levels(l);
	default:
		return check_hours(l);
	}
}

static bool check_list(const struct ek_setting_row *row, const struct ek_value *v,
		       struct ek_err *err)
{
	struct list l = {row->wire, v->cells, v->n, err};
	uint32_t width = row->shape == EK_SHAPE_STEPS    ? 3
			 : row->shape == EK_SHAPE_LEVELS ? 4
			 : row->shape == EK_SHAPE_HOURS  ? 2
							 : 1;
	if (!is_whole(&l, width))
		return false;
	if (row->shape != EK_SHAPE_ORDERS && !in(v->n / width, row->lo, row->hi))
		return ek_fail(err, EK_INVALID_VALUE, "%s: expected %lld to %lld rows, not %u",
			       row->wire, (long long)row->lo, (long long)row->hi, v->n / width);
	return check_shape(&l, row);
}

/* "priority, sla or rank", for the message. */
static void list_words(enum ek_enum which, int64_t lo, int64_t hi, char out[160])
{
	size_t n = 0;
	for (int64_t i = lo; i <= hi; i++) {
		const char *word = ek_enums_wire(which, (int)i);
		const char *between = i == lo ? "" : i == hi ? " or " : ", ";
		if (word != NULL)
			n += ek_format(out + n, 160 - n, "%s%s", between, word);
	}
}

/* Says what would have been right; got is what came instead of it. */
static bool refuse(const struct ek_setting_row *row, int at, const char *got, struct ek_err *err)
{
	char want[160] = "a list";
	if (row->type == EK_SETTING_BOOL)
		ek_format(want, sizeof want, "true or false");
	else if (row->type == EK_SETTING_ENUM)
		list_words((enum ek_enum)row->listed, row->lo, row->hi, want);
	else if (row->type == EK_SETTING_DATE)
		ek_format(want, sizeof want, "a date of the years 1 to 9999");
	else if (row->type == EK_SETTING_REF)
		ek_format(want, sizeof want, "a team");
	else if (row->type == EK_SETTING_CALENDAR)
		ek_format(want, sizeof want, "a calendar");
	else if (row->type != EK_SETTING_LIST)
		ek_format(want, sizeof want, "%lld to %lld%s%s", (long long)row->lo,
			  (long long)row->hi, row->type == EK_SETTING_SPAN ? " ms" : "",
			  row->shape == EK_SHAPE_AUTO ? ", auto" : "");
	return ek_fail(err, EK_INVALID_VALUE, "%s: expected %s%s%s, not %s", row->wire, want,
		       row->nullable ? ", null" : "", at == EK_AT_W ? "" : ", inherit", got);
}

static bool check_number(const struct ek_setting_row *row, int at, int64_t i, struct ek_err *err)
{
	bool is_number = row->type != EK_SETTING_LIST && row->type != EK_SETTING_CALENDAR;
	if (is_number && in(i, row->lo, row->hi))
		return true;
	char got[24];
	ek_format(got, sizeof got, "%lld", (long long)i);
	return refuse(row, at, got, err);
}

const char *ek_setting_type_word(const struct ek_setting_row *row)
{
	static const char *const types[] = {
		[EK_SETTING_BOOL] = "boolean",      [EK_SETTING_INT] = "integer",
		[EK_SETTING_SPAN] = "duration",     [EK_SETTING_ENUM] = "choice",
		[EK_SETTING_DATE] = "date",         [EK_SETTING_REF] = "team",
		[EK_SETTING_CALENDAR] = "calendar", [EK_SETTING_LIST] = "list",
	};
	return types[row->type];
}

const char *ek_setting_list_word(const struct ek_setting_row *row)
{
	static const char *const lists[] = {
		[EK_SHAPE_KEYS] = "keys",     [EK_SHAPE_ORDERS] = "orders",
		[EK_SHAPE_POINTS] = "points", [EK_SHAPE_LIMITS] = "limits",
		[EK_SHAPE_TEXTS] = "texts",   [EK_SHAPE_STEPS] = "steps",
		[EK_SHAPE_SKILLS] = "skills", [EK_SHAPE_LEVELS] = "levels",
		[EK_SHAPE_HOURS] = "hours",
	};
	return lists[row->shape];
}

bool ek_setting_check(int setting, int at, const struct ek_value *value, struct ek_err *err)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	if ((row->at & at) == 0)
		return ek_fail(err, EK_INVALID_VALUE, "%s: not a setting of a %s", row->wire,
			       at == EK_AT_W   ? "workspace"
			       : at == EK_AT_T ? "team"
					       : "teammate");
	switch (value->kind) {
	case EK_VALUE_UNSET:
		return at != EK_AT_W || refuse(row, at, "inherit", err);
	case EK_VALUE_NULL:
		return row->nullable || refuse(row, at, "null", err);
	case EK_VALUE_INT:
		return check_number(row, at, value->i, err);
	case EK_VALUE_LIST:
		return row->type == EK_SETTING_LIST ? check_list(row, value, err)
						    : refuse(row, at, "a list", err);
	case EK_VALUE_AUTO:
		return row->shape == EK_SHAPE_AUTO || refuse(row, at, "auto", err);
	case EK_VALUE_CALENDAR:
		return row->type == EK_SETTING_CALENDAR || refuse(row, at, "a calendar", err);
	default:
		return refuse(row, at, "a value of an unknown kind", err);
	}
}
