#include <string.h>

#include "base/rfc3339.h"
#include "model/codec.h"
#include "wire/field_json.h"
#include "wire/value_json.h"

static void write_time(struct ek_json *j, int64_t ms, bool is_event)
{
	char text[EK_RFC3339_TIME_MAX];
	size_t n = is_event ? 0 : ek_rfc3339_print((ek_time){ms}, text);
	if (n > 0)
		ek_json_text(j, (ek_str){text, (uint32_t)n});
	else if (ms == EK_NONE)
		ek_json_null(j);
	else
		ek_json_int(j, ms);
}

static void write_wall(struct ek_json *j, int64_t ms)
{
	char text[EK_RFC3339_WALL_MAX];
	size_t n = ek_rfc3339_print_wall(ms, text);
	if (n > 0)
		ek_json_text(j, (ek_str){text, (uint32_t)n});
	else
		ek_json_int(j, ms);
}

static void write_date(struct ek_json *j, int32_t days)
{
	char text[EK_RFC3339_DATE_MAX];
	ek_json_text(j, (ek_str){text, (uint32_t)ek_rfc3339_print_date(days, text)});
}

static void write_clock(struct ek_json *j, int32_t ms)
{
	char text[EK_RFC3339_CLOCK_MAX];
	ek_json_text(j, (ek_str){text, (uint32_t)ek_rfc3339_print_clock(ms, text)});
}

static void write_needs(struct ek_json *j, const struct ek_needs *l)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < l->n; k++) {
		ek_json_object(j);
		ek_json_key(j, "min_level");
		ek_json_int(j, l->v[k].min_level);
		ek_json_key(j, "relax_after_ms");
		write_time(j, l->v[k].relax_after.ms, true);
		ek_json_key(j, "required");
		ek_json_bool(j, l->v[k].required);
		ek_json_key(j, "skill");
		ek_json_text(j, l->v[k].skill);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

/* The pair whose name comes next after `before` in byte order; equal names in order of place. */
static const struct ek_pair *next_pair(const struct ek_pairs *l, const struct ek_pair *before)
{
	const struct ek_pair *next = NULL;
	for (uint32_t k = 0; k < l->n; k++) {
		const struct ek_pair *p = &l->v[k];
		int c = before == NULL ? 1 : ek_str_compare(p->name, before->name);
		if (c < 0 || (c == 0 && p <= before))
			continue;
		if (next == NULL || ek_str_compare(p->name, next->name) < 0)
			next = p;
	}
	return next;
}

static void write_pairs(struct ek_json *j, const struct ek_pairs *l)
{
	ek_json_object(j);
	for (const struct ek_pair *p = next_pair(l, NULL); p != NULL; p = next_pair(l, p)) {
		ek_json_key_text(j, p->name);
		ek_json_text(j, p->value);
	}
	ek_json_object_end(j);
}

static void write_texts(struct ek_json *j, const struct ek_texts *l)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < l->n; k++)
		ek_json_text(j, l->v[k]);
	ek_json_list_end(j);
}

static void write_teams(struct ek_json *j, const struct ek_teams *l)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < l->n; k++)
		ek_json_uint(j, l->v[k].v);
	ek_json_list_end(j);
}

static const char *setting_name(uint8_t setting)
{
	return ek_setting_row(setting)->wire;
}

static void write_set_list(struct ek_json *j, const struct ek_sets *l)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < l->n; k++) {
		ek_json_object(j);
		ek_json_key(j, "setting");
		ek_json_word(j, setting_name(l->v[k].setting));
		ek_json_key(j, "value");
		ek_value_json_write(j, l->v[k].setting, &l->v[k].value);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

/* As a map; of a setting that is there twice, the last. */
static void write_set_map(struct ek_json *j, const struct ek_sets *l)
{
	const char *before = "";
	ek_json_object(j);
	for (;;) {
		const struct ek_set *next = NULL;
		for (uint32_t k = 0; k < l->n; k++) {
			const char *name = setting_name(l->v[k].setting);
			if (strcmp(name, before) > 0 &&
			    (next == NULL || strcmp(name, setting_name(next->setting)) <= 0))
				next = &l->v[k];
		}
		if (next == NULL)
			break;
		before = setting_name(next->setting);
		ek_json_key(j, before);
		ek_value_json_write(j, next->setting, &next->value);
	}
	ek_json_object_end(j);
}

static void write_changes(struct ek_json *j, const struct ek_changes *l)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < l->n; k++) {
		ek_json_object(j);
		ek_json_key(j, "after");
		ek_value_json_write(j, l->v[k].setting, &l->v[k].after);
		ek_json_key(j, "before");
		ek_value_json_write(j, l->v[k].setting, &l->v[k].before);
		ek_json_key(j, "setting");
		ek_json_word(j, setting_name(l->v[k].setting));
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void write_week(struct ek_json *j, const struct ek_week *l)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < l->n; k++) {
		ek_json_object(j);
		ek_json_key(j, "day");
		ek_json_int(j, l->v[k].day);
		ek_json_key(j, "from");
		write_clock(j, l->v[k].from_ms);
		ek_json_key(j, "to");
		write_clock(j, l->v[k].to_ms);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void write_dates(struct ek_json *j, const struct ek_dates *l)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < l->n; k++)
		write_date(j, l->v[k]);
	ek_json_list_end(j);
}

static void write_shifts(struct ek_json *j, const struct ek_shifts *l, bool is_event)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < l->n; k++) {
		ek_json_object(j);
		ek_json_key(j, "from");
		write_time(j, l->v[k].from.ms, is_event);
		ek_json_key(j, "until");
		write_time(j, l->v[k].until.ms, is_event);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void write_zone(struct ek_json *j, const struct ek_zone *z, bool is_event)
{
	if (!is_event || z->name.p == NULL) {
		ek_json_text(j, z->name);
		return;
	}
	ek_json_object(j);
	ek_json_key(j, "name");
	ek_json_text(j, z->name);
	ek_json_key(j, "shifts");
	ek_json_list(j);
	for (uint32_t k = 0; k < z->shift_count; k++) {
		ek_json_object(j);
		ek_json_key(j, "at");
		if (z->shifts[k].at_ms == EK_ZONE_SINCE_EVER)
			ek_json_null(j);
		else
			ek_json_int(j, z->shifts[k].at_ms);
		ek_json_key(j, "offset_ms");
		ek_json_int(j, z->shifts[k].offset_ms);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	ek_json_object_end(j);
}

static void write_list(struct ek_json *j, uint8_t type, const void *field, bool is_event)
{
	switch (type) {
	case EK_FT_NEEDS:
		write_needs(j, field);
		return;
	case EK_FT_PAIRS:
		write_pairs(j, field);
		return;
	case EK_FT_TEXTS:
		write_texts(j, field);
		return;
	case EK_FT_TEAMS:
		write_teams(j, field);
		return;
	case EK_FT_SETS:
		if (is_event)
			write_set_list(j, field);
		else
			write_set_map(j, field);
		return;
	case EK_FT_CHANGES:
		write_changes(j, field);
		return;
	case EK_FT_WEEK:
		write_week(j, field);
		return;
	case EK_FT_DATES:
		write_dates(j, field);
		return;
	default:
		ek_assert(type == EK_FT_SHIFTS);
		write_shifts(j, field, is_event);
	}
}

static void write_number(struct ek_json *j, uint8_t type, const void *field, bool is_event)
{
	int64_t v;
	memcpy(&v, field, sizeof v);
	if (v == EK_NONE)
		ek_json_null(j);
	else if (type == EK_FT_TIME)
		write_time(j, v, is_event);
	else if (type == EK_FT_WALL)
		write_wall(j, v);
	else
		ek_json_int(j, v);
}

static void write_id(struct ek_json *j, const void *field)
{
	uint32_t id;
	memcpy(&id, field, sizeof id);
	if (id == 0)
		ek_json_null(j);
	else
		ek_json_uint(j, id);
}

static void write_word(struct ek_json *j, uint8_t type, uint8_t number)
{
	const char *wire = ek_enums_wire(ek_field_enum(type), number);
	if (wire != NULL)
		ek_json_word(j, wire);
	else
		ek_json_null(j);
}

void ek_field_json_write(struct ek_json *j, uint8_t type, const void *field, bool is_event)
{
	switch (ek_codec_form(type)) {
	case EK_CODEC_ID:
		write_id(j, field);
		return;
	case EK_CODEC_INT:
	case EK_CODEC_TIME:
		write_number(j, type, field, is_event);
		return;
	case EK_CODEC_BOOL:
		ek_json_bool(j, *(const bool *)field);
		return;
	case EK_CODEC_ENUM:
		write_word(j, type, *(const uint8_t *)field);
		return;
	case EK_CODEC_TEXT:
		ek_json_text(j, *(const ek_str *)field);
		return;
	case EK_CODEC_ZONE:
		write_zone(j, field, is_event);
		return;
	case EK_CODEC_LIST:
	default:
		write_list(j, type, field, is_event);
	}
}
