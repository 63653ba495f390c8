/* Values that ek_setting_check has passed come out as the header says. Any other (of a damaged log)
 * comes out as some JSON: nothing beyond its cells is read. */
#include "base/rfc3339.h"
#include "wire/ident.h"
#include "wire/value_json.h"

static void write_word(struct ek_json *j, enum ek_enum which, int64_t number)
{
	const char *wire = number > 0 && number < 256 ? ek_enums_wire(which, (int)number) : NULL;
	if (wire != NULL)
		ek_json_word(j, wire);
	else
		ek_json_int(j, number);
}

static void write_date(struct ek_json *j, int64_t days)
{
	char text[EK_RFC3339_DATE_MAX];
	bool is_date = days >= EK_RFC3339_DATE_FIRST && days <= EK_RFC3339_DATE_LAST;
	if (is_date)
		ek_json_text(j,
			     (ek_str){text, (uint32_t)ek_rfc3339_print_date((int32_t)days, text)});
	else
		ek_json_int(j, days);
}

static void write_clock(struct ek_json *j, int64_t ms)
{
	char text[EK_RFC3339_CLOCK_MAX];
	if (ms >= 0 && ms <= EK_DAY_MS(1))
		ek_json_text(j,
			     (ek_str){text, (uint32_t)ek_rfc3339_print_clock((int32_t)ms, text)});
	else
		ek_json_int(j, ms);
}

static void write_team(struct ek_json *j, int64_t id)
{
	if (id > 0 && id <= UINT32_MAX)
		ek_json_id(j, EK_IDENT_TEAM, (uint64_t)id);
	else
		ek_json_int(j, id);
}

static void write_keys(struct ek_json *j, const struct ek_value *v)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < v->n; k++) {
		const struct ek_cell *c = &v->cells[k];
		ek_json_object(j);
		ek_json_key(j, "key");
		if (c->i / 2 == EK_ORDER_KEY_ATTRIBUTE)
			ek_json_text_after(j, "attribute:", c->s);
		else
			write_word(j, EK_ENUM_ORDER_KEY, c->i / 2);
		ek_json_key(j, "reverse");
		ek_json_bool(j, c->i % 2 != 0);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void write_orders(struct ek_json *j, const struct ek_value *v)
{
	ek_json_object(j);
	for (uint32_t k = 0; k < v->n;) {
		int64_t left = v->cells[k].i;
		ek_json_key_text(j, v->cells[k].s);
		ek_json_list(j);
		for (k++; k < v->n && left > 0; k++, left--)
			ek_json_text(j, v->cells[k].s);
		ek_json_list_end(j);
	}
	ek_json_object_end(j);
}

static void write_map(struct ek_json *j, const struct ek_value *v)
{
	ek_json_object(j);
	for (uint32_t k = 0; k < v->n; k++) {
		ek_json_key_text(j, v->cells[k].s);
		if (v->cells[k].i == EK_NONE)
			ek_json_null(j);
		else
			ek_json_int(j, v->cells[k].i);
	}
	ek_json_object_end(j);
}

static void write_texts(struct ek_json *j, const struct ek_value *v)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < v->n; k++)
		ek_json_text(j, v->cells[k].s);
	ek_json_list_end(j);
}

static void write_steps(struct ek_json *j, const struct ek_value *v)
{
	ek_json_list(j);
	for (uint32_t k = 0; k + 3 <= v->n; k += 3) {
		ek_json_object(j);
		ek_json_key(j, "complexity_max");
		ek_json_int(j, v->cells[k + 2].i);
		ek_json_key(j, "from_day");
		ek_json_int(j, v->cells[k].i);
		ek_json_key(j, "limit_permille");
		ek_json_int(j, v->cells[k + 1].i);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void write_levels(struct ek_json *j, const struct ek_value *v)
{
	ek_json_list(j);
	for (uint32_t k = 0; k + 4 <= v->n; k += 4) {
		ek_json_object(j);
		ek_json_key(j, "after_ms");
		ek_json_int(j, v->cells[k + 1].i);
		ek_json_key(j, "clock");
		write_word(j, EK_ENUM_CLOCK, v->cells[k + 2].i);
		ek_json_key(j, "respect_gate");
		ek_json_bool(j, v->cells[k + 3].i != 0);
		ek_json_key(j, "team");
		write_team(j, v->cells[k].i);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void write_hours(struct ek_json *j, const struct ek_value *v)
{
	ek_json_object(j);
	if (v->n >= 2) {
		ek_json_key(j, "from");
		write_clock(j, v->cells[0].i);
		ek_json_key(j, "to");
		write_clock(j, v->cells[1].i);
	}
	ek_json_object_end(j);
}

static void write_list(struct ek_json *j, int shape, const struct ek_value *v)
{
	switch (shape) {
	case EK_SHAPE_KEYS:
		write_keys(j, v);
		return;
	case EK_SHAPE_ORDERS:
		write_orders(j, v);
		return;
	case EK_SHAPE_POINTS:
	case EK_SHAPE_LIMITS:
	case EK_SHAPE_SKILLS:
		write_map(j, v);
		return;
	case EK_SHAPE_STEPS:
		write_steps(j, v);
		return;
	case EK_SHAPE_LEVELS:
		write_levels(j, v);
		return;
	case EK_SHAPE_HOURS:
		write_hours(j, v);
		return;
	default:
		write_texts(j, v);
	}
}

static void write_number(struct ek_json *j, const struct ek_setting_row *row, int64_t i)
{
	if (row->type == EK_SETTING_BOOL)
		ek_json_bool(j, i != 0);
	else if (row->type == EK_SETTING_ENUM)
		write_word(j, (enum ek_enum)row->listed, i);
	else if (row->type == EK_SETTING_DATE)
		write_date(j, i);
	else if (row->type == EK_SETTING_REF)
		write_team(j, i);
	else
		ek_json_int(j, i);
}

void ek_value_json_write(struct ek_json *j, int setting, const struct ek_value *v)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	switch (v->kind) {
	case EK_VALUE_UNSET:
		ek_json_word(j, "inherit");
		return;
	case EK_VALUE_INT:
		write_number(j, row, v->i);
		return;
	case EK_VALUE_LIST:
		write_list(j, row->shape, v);
		return;
	case EK_VALUE_AUTO:
		ek_json_word(j, "auto");
		return;
	case EK_VALUE_CALENDAR:
		ek_json_word(j, "calendar");
		return;
	default:
		ek_json_null(j);
	}
}
