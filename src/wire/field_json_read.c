#include <jansson.h>
#include <string.h>

#include "model/codec.h"
#include "model/limits.h"
#include "wire/field_json.h"
#include "wire/value_json.h"

/* {"skill":…}, or just the skill. */
static bool take_need(struct ek_take *t, const json_t *row, struct ek_need *need)
{
	static const char *const members[] = {"skill", "min_level", "required", "relax_after_ms",
					      NULL};
	int64_t level = 1;
	*need = (struct ek_need){.required = true, .relax_after = {EK_NONE}};
	need->min_level = 1;
	if (json_is_string(row))
		return ek_take_text(t, row, &need->skill);
	if (!ek_take_object(t, row, members) ||
	    !ek_take_text(t, ek_take_member(t, row, "skill"), &need->skill))
		return false;
	const json_t *said = ek_take_member(t, row, "min_level");
	if (said != NULL && !ek_take_between(t, said, 1, 5, &level))
		return false;
	need->min_level = (uint8_t)level;
	said = ek_take_member(t, row, "required");
	if (said != NULL && !ek_take_bool(t, said, &need->required))
		return false;
	said = ek_take_member(t, row, "relax_after_ms");
	return said == NULL || json_is_null(said) || ek_take_int(t, said, &need->relax_after.ms);
}

static bool take_needs(struct ek_take *t, const json_t *json, struct ek_needs *out)
{
	void *room;
	if (!ek_take_list(t, json, sizeof(struct ek_need), &out->n, &room))
		return false;
	struct ek_need *v = room;
	out->v = v;
	for (uint32_t k = 0; k < out->n; k++) {
		if (!take_need(t, ek_take_row(t, json, k), &v[k]))
			return false;
	}
	return true;
}

static bool take_pairs(struct ek_take *t, const json_t *json, struct ek_pairs *out)
{
	const char *const *names;
	if (!ek_take_keys(t, json, &out->n, &names))
		return false;
	struct ek_pair *v = ek_arena_zero(t->arena, out->n * sizeof *v);
	if (v == NULL)
		return ek_take_no_memory(t);
	out->v = out->n == 0 ? NULL : v;
	for (uint32_t k = 0; k < out->n; k++) {
		const json_t *value = ek_take_member(t, json, names[k]);
		if (!ek_take_copy(t, names[k], strlen(names[k]), &v[k].name))
			return false;
		if (!json_is_null(value) && !ek_take_text(t, value, &v[k].value))
			return false;
	}
	return true;
}

static bool take_texts(struct ek_take *t, const json_t *json, struct ek_texts *out)
{
	void *room;
	if (!ek_take_list(t, json, sizeof(ek_str), &out->n, &room))
		return false;
	ek_str *v = room;
	out->v = v;
	for (uint32_t k = 0; k < out->n; k++) {
		if (!ek_take_text(t, ek_take_row(t, json, k), &v[k]))
			return false;
	}
	return true;
}

static bool take_teams(struct ek_take *t, const json_t *json, struct ek_teams *out)
{
	void *room;
	if (!ek_take_list(t, json, sizeof(ek_team_id), &out->n, &room))
		return false;
	ek_team_id *v = room;
	out->v = v;
	for (uint32_t k = 0; k < out->n; k++) {
		if (!ek_take_id(t, ek_take_row(t, json, k), EK_FT_TEAM, &v[k].v))
			return false;
	}
	return true;
}

static bool take_setting(struct ek_take *t, const json_t *json, uint8_t *setting)
{
	int number = 0;
	if (json_is_string(json))
		number = ek_setting_number(
			(ek_str){json_string_value(json), (uint32_t)json_string_length(json)});
	*setting = (uint8_t)number;
	return number != 0 || ek_take_refuse(t, "the name of a setting", json);
}

static bool take_changes(struct ek_take *t, const json_t *json, struct ek_changes *out)
{
	static const char *const members[] = {"after", "before", "setting", NULL};
	void *room;
	if (!ek_take_list(t, json, sizeof(struct ek_change), &out->n, &room))
		return false;
	struct ek_change *v = room;
	out->v = v;
	for (uint32_t k = 0; k < out->n; k++) {
		const json_t *row = ek_take_row(t, json, k);
		struct ek_take inner = *t; /* a value has rows of its own */
		if (!ek_take_object(t, row, members) ||
		    !take_setting(t, ek_take_member(t, row, "setting"), &v[k].setting) ||
		    !ek_value_json_read(&inner, v[k].setting, json_object_get(row, "before"),
					&v[k].before) ||
		    !ek_value_json_read(&inner, v[k].setting, json_object_get(row, "after"),
					&v[k].after))
			return false;
	}
	return true;
}

static bool take_set_list(struct ek_take *t, const json_t *json, struct ek_sets *out)
{
	static const char *const members[] = {"setting", "value", NULL};
	void *room;
	if (!ek_take_list(t, json, sizeof(struct ek_set), &out->n, &room))
		return false;
	struct ek_set *v = room;
	out->v = v;
	for (uint32_t k = 0; k < out->n; k++) {
		const json_t *row = ek_take_row(t, json, k);
		struct ek_take inner = *t;
		if (!ek_take_object(t, row, members) ||
		    !take_setting(t, ek_take_member(t, row, "setting"), &v[k].setting) ||
		    !ek_value_json_read(&inner, v[k].setting, json_object_get(row, "value"),
					&v[k].value))
			return false;
	}
	return true;
}

/* The settings among an object's members, in order of their numbers; where it is, is the setting.
 */
static bool take_set_map(struct ek_take *t, const json_t *json, struct ek_sets *out)
{
	const char *names[EK_SET_COUNT + 1] = {NULL};
	struct ek_take inner = *t;
	uint32_t count = 0;
	for (int s = 1; s < EK_SET_COUNT; s++)
		names[count++] = ek_setting_row(s)->wire;
	if (!ek_take_object(t, json, names))
		return false;
	struct ek_set *v = ek_arena_zero(t->arena, json_object_size(json) * sizeof *v);
	if (v == NULL)
		return ek_take_no_memory(t);
	*out = (struct ek_sets){v, 0};
	for (int s = 1; s < EK_SET_COUNT; s++) {
		inner.name = ek_setting_row(s)->wire;
		const json_t *value = json_object_get(json, inner.name);
		if (value == NULL)
			continue;
		v[out->n].setting = (uint8_t)s;
		if (!ek_value_json_read(&inner, s, value, &v[out->n++].value))
			return false;
	}
	return true;
}

static bool take_week(struct ek_take *t, const json_t *json, struct ek_week *out)
{
	static const char *const members[] = {"day", "from", "to", NULL};
	void *room;
	if (!ek_take_list(t, json, sizeof(struct ek_week_hours), &out->n, &room))
		return false;
	struct ek_week_hours *v = room;
	out->v = v;
	for (uint32_t k = 0; k < out->n; k++) {
		const json_t *row = ek_take_row(t, json, k);
		int64_t day;
		int64_t from;
		int64_t to;
		if (!ek_take_object(t, row, members) ||
		    !ek_take_between(t, ek_take_member(t, row, "day"), 1, 7, &day) ||
		    !ek_take_clock(t, ek_take_member(t, row, "from"), &from) ||
		    !ek_take_clock(t, ek_take_member(t, row, "to"), &to))
			return false;
		v[k] = (struct ek_week_hours){(uint8_t)day, (int32_t)from, (int32_t)to};
	}
	return true;
}

static bool take_dates(struct ek_take *t, const json_t *json, struct ek_dates *out)
{
	void *room;
	if (!ek_take_list(t, json, sizeof(int32_t), &out->n, &room))
		return false;
	int32_t *v = room;
	out->v = v;
	for (uint32_t k = 0; k < out->n; k++) {
		if (!ek_take_date(t, ek_take_row(t, json, k), &v[k]))
			return false;
	}
	return true;
}

static bool take_shifts(struct ek_take *t, const json_t *json, struct ek_shifts *out)
{
	static const char *const members[] = {"from", "until", NULL};
	void *room;
	if (!ek_take_list(t, json, sizeof(struct ek_shift), &out->n, &room))
		return false;
	struct ek_shift *v = room;
	out->v = v;
	for (uint32_t k = 0; k < out->n; k++) {
		const json_t *row = ek_take_row(t, json, k);
		if (!ek_take_object(t, row, members) ||
		    !ek_take_time(t, ek_take_member(t, row, "from"), &v[k].from.ms) ||
		    !ek_take_time(t, ek_take_member(t, row, "until"), &v[k].until.ms))
			return false;
	}
	return true;
}

static bool take_zone_shift(struct ek_take *t, const json_t *row, struct ek_zone_shift *out)
{
	static const char *const members[] = {"at", "offset_ms", NULL};
	int64_t offset;
	if (!ek_take_object(t, row, members))
		return false;
	const json_t *at = ek_take_member(t, row, "at");
	out->at_ms = EK_ZONE_SINCE_EVER;
	if (!json_is_null(at) && !ek_take_int(t, at, &out->at_ms))
		return false;
	if (!ek_take_between(t, ek_take_member(t, row, "offset_ms"), -EK_ZONE_OFFSET_MAX_MS,
			     EK_ZONE_OFFSET_MAX_MS, &offset))
		return false;
	out->offset_ms = (int32_t)offset;
	return true;
}

/* A name, or in an event a name with the offsets as known then. */
static bool take_zone(struct ek_take *t, const json_t *json, struct ek_zone *out)
{
	static const char *const members[] = {"name", "shifts", NULL};
	if (!t->is_event)
		return ek_take_text(t, json, &out->name);
	void *room;
	if (!ek_take_object(t, json, members) ||
	    !ek_take_text(t, ek_take_member(t, json, "name"), &out->name))
		return false;
	const json_t *list = ek_take_member(t, json, "shifts");
	if (!ek_take_list(t, list, sizeof(struct ek_zone_shift), &out->shift_count, &room))
		return false;
	struct ek_zone_shift *v = room;
	out->shifts = v;
	for (uint32_t k = 0; k < out->shift_count; k++) {
		if (!take_zone_shift(t, ek_take_row(t, list, k), &v[k]))
			return false;
	}
	return true;
}

static bool take_list(struct ek_take *t, uint8_t type, const json_t *json, void *field)
{
	switch (type) {
	case EK_FT_NEEDS:
		return take_needs(t, json, field);
	case EK_FT_PAIRS:
		return take_pairs(t, json, field);
	case EK_FT_TEXTS:
		return take_texts(t, json, field);
	case EK_FT_TEAMS:
		return take_teams(t, json, field);
	case EK_FT_SETS:
		return t->is_event ? take_set_list(t, json, field) : take_set_map(t, json, field);
	case EK_FT_CHANGES:
		return take_changes(t, json, field);
	case EK_FT_WEEK:
		return take_week(t, json, field);
	case EK_FT_DATES:
		return take_dates(t, json, field);
	default:
		ek_assert(type == EK_FT_SHIFTS);
		return take_shifts(t, json, field);
	}
}

/* The id of a team or teammate, whichever the scope says. */
static bool take_scope_id(struct ek_take *t, const json_t *json, uint32_t *out)
{
	enum ek_field_type kind = t->scope == EK_SCOPE_TEAM ? EK_FT_TEAM : EK_FT_TEAMMATE;
	if (t->scope == EK_SCOPE_TEAM || t->scope == EK_SCOPE_TEAMMATE)
		return ek_take_id(t, json, kind, out);
	return ek_take_fail(t, "only scope team or teammate has an id");
}

static bool take_id(struct ek_take *t, uint8_t type, const json_t *json, uint32_t *out)
{
	if (type == EK_FT_SCOPE_ID)
		return take_scope_id(t, json, out);
	return ek_take_id(t, json, (enum ek_field_type)type, out);
}

static bool take_number(struct ek_take *t, uint8_t type, const json_t *json, int64_t *out)
{
	if (type == EK_FT_TIME)
		return ek_take_time(t, json, out);
	if (type == EK_FT_WALL)
		return ek_take_wall(t, json, out);
	return ek_take_int(t, json, out);
}

bool ek_field_json_read(struct ek_take *t, uint8_t type, const struct json_t *json, void *field)
{
	if (json_is_null(json))
		return true;
	switch (ek_codec_form(type)) {
	case EK_CODEC_ID:
		return take_id(t, type, json, field);
	case EK_CODEC_INT:
	case EK_CODEC_TIME:
		return take_number(t, type, json, field);
	case EK_CODEC_BOOL:
		return ek_take_bool(t, json, field);
	case EK_CODEC_ENUM:
		return ek_take_word(t, json, ek_field_enum(type), field);
	case EK_CODEC_TEXT:
		return ek_take_text(t, json, field);
	case EK_CODEC_ZONE:
		return take_zone(t, json, field);
	case EK_CODEC_LIST:
	default:
		return take_list(t, type, json, field);
	}
}
