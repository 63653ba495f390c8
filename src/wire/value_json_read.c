#include <jansson.h>
#include <string.h>

#include "wire/value_json.h"

static bool cells_for(struct ek_take *t, size_t n, struct ek_value *out, struct ek_cell **cells)
{
	*cells = ek_arena_zero(t->arena, n * sizeof **cells);
	if (*cells == NULL)
		return ek_take_no_memory(t);
	*out = (struct ek_value){.kind = EK_VALUE_LIST, .n = (uint32_t)n, .cells = *cells};
	if (n == 0)
		out->cells = NULL;
	return true;
}

static bool is_word(const json_t *json, const char *word)
{
	return json_is_string(json) && strcmp(json_string_value(json), word) == 0;
}

/* "sla", or "attribute:tier" */
static bool take_key(struct ek_take *t, const json_t *json, bool is_reverse, struct ek_cell *cell)
{
	static const char prefix[] = "attribute:";
	const size_t n = sizeof prefix - 1;
	int key = 0;
	if (json_is_string(json) && strncmp(json_string_value(json), prefix, n) == 0) {
		key = EK_ORDER_KEY_ATTRIBUTE;
		if (!ek_take_copy(t, json_string_value(json) + n, json_string_length(json) - n,
				  &cell->s))
			return false;
	} else if (json_is_string(json)) {
		key = ek_enums_number(
			EK_ENUM_ORDER_KEY,
			(ek_str){json_string_value(json), (uint32_t)json_string_length(json)});
	}
	if (key == 0 || (key == EK_ORDER_KEY_ATTRIBUTE && cell->s.n == 0))
		return ek_take_refuse(
			t, "priority, sla, inbox_rank, waiting_since, started or attribute:NAME",
			json);
	cell->i = key * 2 + (is_reverse ? 1 : 0);
	return true;
}

static bool take_keys(struct ek_take *t, const json_t *json, struct ek_value *out)
{
	static const char *const members[] = {"key", "reverse", NULL};
	struct ek_cell *cells;
	if (!json_is_array(json))
		return ek_take_refuse(t, "a list", json);
	if (!cells_for(t, json_array_size(json), out, &cells))
		return false;
	for (uint32_t k = 0; k < out->n; k++) {
		const json_t *row = ek_take_row(t, json, k);
		const json_t *key = row;
		bool is_reverse = false;
		if (json_is_object(row)) {
			if (!ek_take_object(t, row, members))
				return false;
			const json_t *reverse = ek_take_member(t, row, "reverse");
			if (reverse != NULL && !ek_take_bool(t, reverse, &is_reverse))
				return false;
			key = ek_take_member(t, row, "key");
		}
		if (!take_key(t, key, is_reverse, &cells[k]))
			return false;
	}
	ek_take_rows_end(t);
	return true;
}

static bool take_order_values(struct ek_take *t, const json_t *list, struct ek_cell *cells)
{
	for (uint32_t k = 0; k < json_array_size(list); k++) {
		if (!ek_take_text(t, ek_take_row(t, list, k), &cells[k].s))
			return false;
	}
	ek_take_rows_end(t);
	return true;
}

static bool take_orders(struct ek_take *t, const json_t *json, struct ek_value *out)
{
	uint32_t names;
	const char *const *keys;
	if (!ek_take_keys(t, json, &names, &keys))
		return false;
	size_t count = names;
	for (uint32_t k = 0; k < names; k++) {
		const json_t *values = ek_take_member(t, json, keys[k]);
		if (!json_is_array(values))
			return ek_take_refuse(t, "a list of texts", values);
		count += json_array_size(values);
	}
	struct ek_cell *cells;
	if (!cells_for(t, count, out, &cells))
		return false;
	for (uint32_t k = 0; k < names; k++) {
		const json_t *values = ek_take_member(t, json, keys[k]);
		cells->i = (int64_t)json_array_size(values);
		if (!ek_take_copy(t, keys[k], strlen(keys[k]), &cells->s) ||
		    !take_order_values(t, values, cells + 1))
			return false;
		cells += 1 + json_array_size(values);
	}
	ek_take_rows_end(t);
	return true;
}

static bool take_map(struct ek_take *t, const json_t *json, bool may_be_null, struct ek_value *out)
{
	uint32_t names;
	const char *const *keys;
	struct ek_cell *cells;
	if (!ek_take_keys(t, json, &names, &keys) || !cells_for(t, names, out, &cells))
		return false;
	for (uint32_t k = 0; k < names; k++) {
		const json_t *number = ek_take_member(t, json, keys[k]);
		if (!ek_take_copy(t, keys[k], strlen(keys[k]), &cells[k].s))
			return false;
		cells[k].i = EK_NONE;
		if (may_be_null && json_is_null(number))
			continue;
		if (!ek_take_int(t, number, &cells[k].i))
			return false;
	}
	ek_take_rows_end(t);
	return true;
}

static bool take_texts(struct ek_take *t, const json_t *json, struct ek_value *out)
{
	struct ek_cell *cells;
	if (!json_is_array(json))
		return ek_take_refuse(t, "a list of texts", json);
	if (!cells_for(t, json_array_size(json), out, &cells))
		return false;
	for (uint32_t k = 0; k < out->n; k++) {
		if (!ek_take_text(t, ek_take_row(t, json, k), &cells[k].s))
			return false;
	}
	ek_take_rows_end(t);
	return true;
}

static bool take_steps(struct ek_take *t, const json_t *json, struct ek_value *out)
{
	static const char *const members[] = {"from_day", "limit_permille", "complexity_max", NULL};
	struct ek_cell *cells;
	if (!json_is_array(json))
		return ek_take_refuse(t, "a list", json);
	if (!cells_for(t, json_array_size(json) * 3, out, &cells))
		return false;
	for (uint32_t k = 0; k * 3 < out->n; k++) {
		const json_t *row = ek_take_row(t, json, k);
		if (!ek_take_object(t, row, members))
			return false;
		for (uint32_t m = 0; m < 3; m++) {
			const json_t *number = ek_take_member(t, row, members[m]);
			if (!ek_take_int(t, number, &cells[k * 3 + m].i))
				return false;
		}
	}
	ek_take_rows_end(t);
	return true;
}

static bool take_level(struct ek_take *t, const json_t *row, struct ek_cell *cells)
{
	static const char *const members[] = {"team", "after_ms", "clock", "respect_gate", NULL};
	uint32_t team;
	uint8_t clock = EK_CLOCK_OFFICE_HOURS;
	bool respect_gate = true;
	if (!ek_take_object(t, row, members))
		return false;
	if (!ek_take_id(t, ek_take_member(t, row, "team"), EK_FT_TEAM, &team) ||
	    !ek_take_int(t, ek_take_member(t, row, "after_ms"), &cells[1].i))
		return false;
	const json_t *said = ek_take_member(t, row, "clock");
	if (said != NULL && !ek_take_word(t, said, EK_ENUM_CLOCK, &clock))
		return false;
	said = ek_take_member(t, row, "respect_gate");
	if (said != NULL && !ek_take_bool(t, said, &respect_gate))
		return false;
	cells[0].i = team;
	cells[2].i = clock;
	cells[3].i = respect_gate ? 1 : 0;
	return true;
}

static bool take_levels(struct ek_take *t, const json_t *json, struct ek_value *out)
{
	struct ek_cell *cells;
	if (!json_is_array(json))
		return ek_take_refuse(t, "a list", json);
	if (!cells_for(t, json_array_size(json) * 4, out, &cells))
		return false;
	for (uint32_t k = 0; k * 4 < out->n; k++) {
		if (!take_level(t, ek_take_row(t, json, k), &cells[k * 4]))
			return false;
	}
	ek_take_rows_end(t);
	return true;
}

static bool take_hours(struct ek_take *t, const json_t *json, struct ek_value *out)
{
	static const char *const members[] = {"from", "to", NULL};
	struct ek_cell *cells;
	if (!ek_take_object(t, json, members) || !cells_for(t, 2, out, &cells))
		return false;
	if (!ek_take_clock(t, ek_take_member(t, json, "from"), &cells[0].i) ||
	    !ek_take_clock(t, ek_take_member(t, json, "to"), &cells[1].i))
		return false;
	ek_take_rows_end(t);
	return true;
}

static bool take_list(struct ek_take *t, int shape, const json_t *json, struct ek_value *out)
{
	switch (shape) {
	case EK_SHAPE_KEYS:
		return take_keys(t, json, out);
	case EK_SHAPE_ORDERS:
		return take_orders(t, json, out);
	case EK_SHAPE_POINTS:
	case EK_SHAPE_SKILLS:
		return take_map(t, json, false, out);
	case EK_SHAPE_LIMITS:
		return take_map(t, json, true, out);
	case EK_SHAPE_STEPS:
		return take_steps(t, json, out);
	case EK_SHAPE_LEVELS:
		return take_levels(t, json, out);
	case EK_SHAPE_HOURS:
		return take_hours(t, json, out);
	default:
		return take_texts(t, json, out);
	}
}

static bool take_calendar(struct ek_take *t, const json_t *json, struct ek_value *out)
{
	if (!t->is_event || !is_word(json, "calendar"))
		return ek_take_refuse(t, "null or inherit (calendar.set gives office hours)", json);
	out->kind = EK_VALUE_CALENDAR;
	return true;
}

static bool take_number(struct ek_take *t, const struct ek_setting_row *row, const json_t *json,
			int64_t *out)
{
	bool flag = false;
	uint8_t word = 0;
	int32_t days = 0;
	uint32_t id = 0;
	bool ok = true;
	switch (row->type) {
	case EK_SETTING_BOOL:
		ok = ek_take_bool(t, json, &flag);
		*out = flag ? 1 : 0;
		return ok;
	case EK_SETTING_ENUM:
		ok = ek_take_word(t, json, (enum ek_enum)row->listed, &word);
		*out = word;
		return ok;
	case EK_SETTING_DATE:
		ok = ek_take_date(t, json, &days);
		*out = days;
		return ok;
	case EK_SETTING_REF:
		ok = ek_take_id(t, json, EK_FT_TEAM, &id);
		*out = id;
		return ok;
	default:
		return ek_take_int(t, json, out);
	}
}

bool ek_value_json_read(struct ek_take *t, int setting, const struct json_t *json,
			struct ek_value *out)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	*out = (struct ek_value){.kind = EK_VALUE_NULL};
	if (json_is_null(json))
		return true;
	out->kind = EK_VALUE_UNSET;
	if (is_word(json, "inherit"))
		return true;
	out->kind = EK_VALUE_AUTO;
	if (row->shape == EK_SHAPE_AUTO && is_word(json, "auto"))
		return true;
	if (row->type == EK_SETTING_LIST)
		return take_list(t, row->shape, json, out);
	if (row->type == EK_SETTING_CALENDAR)
		return take_calendar(t, json, out);
	out->kind = EK_VALUE_INT;
	return take_number(t, row, json, &out->i);
}
