/* Settings out of a body: each value in its own form, each name with its own right. */
#include "api/api_settings.h"

#include "api/api_text.h"
#include "wire/value_json.h"

/* ---- one value */

static bool find_team(void *ctx, enum ek_field_type kind, ek_str ref, uint32_t *id)
{
	uint64_t number = 0;
	(void)ctx;
	if (kind != EK_FT_TEAM || !ek_ident_read(ref, EK_IDENT_TEAM, &number))
		return false;
	*id = (uint32_t)number;
	return true;
}

/* Says what is wrong with a value that could not be read, or is out of bounds. */
static bool refuse(const struct ek_patch_at *at, int setting, const struct ek_err *err)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	uint32_t faults = at->of->problem->found;
	bool yes = false;
	int64_t number = 0;
	int32_t days = 0;
	int word = 0;
	uint64_t id = 0;
	switch (row->type) {
	case EK_SETTING_BOOL:
		ek_patch_bool(at, &yes);
		break;
	case EK_SETTING_INT:
	case EK_SETTING_SPAN:
		ek_patch_int(at, row->lo, row->hi, &number);
		break;
	case EK_SETTING_ENUM:
		ek_patch_enum(at, (enum ek_enum)row->listed, &word);
		break;
	case EK_SETTING_DATE:
		ek_patch_date(at, &days);
		break;
	case EK_SETTING_REF:
		ek_patch_id(at, EK_IDENT_TEAM, &id);
		break;
	default:
		break;
	}
	if (at->of->problem->found == faults)
		ek_patch_fault(at, EK_FAULT_REFUSED, err->msg);
	return false;
}

/* The API has ids of teams, and not the numbers that the log has. */
static bool check_ids(const struct ek_patch_at *at, int setting, const struct ek_value *v)
{
	uint64_t id = 0;
	bool ok = true;
	if (setting == EK_SET_DEFAULT_TEAM && v->kind == EK_VALUE_INT)
		return ek_patch_id(at, EK_IDENT_TEAM, &id);
	if (setting != EK_SET_OVERFLOW || v->kind != EK_VALUE_LIST)
		return true;
	for (uint32_t i = 0; i < v->n / 4; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		struct ek_patch_at team = ek_patch_member(&row, "team");
		ok = ek_patch_id(&team, EK_IDENT_TEAM, &id) && ok;
	}
	return ok;
}

static bool take_value(struct ek_turn *t, const struct ek_patch_at *at, int setting, int scope_bit,
		       struct ek_value *out)
{
	struct ek_err err = {0};
	struct ek_take take = {.arena = t->arena,
			       .err = &err,
			       .resolve = find_team,
			       .name = ek_setting_row(setting)->wire};
	if (!ek_value_json_read(&take, setting, at->json, out)) {
		if (err.code == EK_NO_MEMORY)
			return ek_problem_err(&t->problem, &err);
		return refuse(at, setting, &err);
	}
	if (!ek_setting_check(setting, scope_bit, out, &err))
		return refuse(at, setting, &err);
	if (ek_api_text_is_turning(out))
		return ek_patch_fault(at, EK_FAULT_TURNS_TEXT, NULL);
	return check_ids(at, setting, out);
}

/* ---- office hours: the id of a calendar stands for them */

static bool take_calendar(struct ek_turn *t, const struct ek_patch_at *at,
			  struct ek_api_settings_wish *w)
{
	bool found = false;
	if (!ek_patch_id(at, EK_IDENT_CALENDAR, &w->calendar))
		return false;
	if (ek_time_is_set(w->effective_at))
		return ek_patch_fault(at, EK_FAULT_CONFLICT,
				      "Office hours are set at once, not for later.");
	if (!ek_api_calendars_load(t, w->calendar, &w->hours, &found))
		return false;
	return found || ek_patch_fault(at, EK_FAULT_NOT_FOUND, NULL);
}

/* Whether it is none of the values that office hours can have beside a calendar. */
static bool names_calendar(struct ek_turn *t, const struct ek_patch_at *at)
{
	struct ek_err err = {0};
	struct ek_value v;
	struct ek_take take = {.arena = t->arena, .err = &err, .name = "calendar"};
	return !ek_value_json_read(&take, EK_SET_CALENDAR, at->json, &v);
}

/* ---- all of them */

static int bit_of(uint8_t scope)
{
	return scope == EK_SCOPE_TEAM ? EK_AT_T : scope == EK_SCOPE_TEAMMATE ? EK_AT_P : EK_AT_W;
}

static bool take_one(struct ek_turn *t, struct ek_api_settings_wish *w, int setting, bool is_try,
		     struct ek_set *out)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	struct ek_patch_at at = ek_patch_member(&w->set, row->wire);
	int bit = bit_of(w->place.at.scope);
	if ((row->at & bit) == 0) {
		char said[96];
		ek_format(said, sizeof said, "%s is not a setting of a %s.", row->wire,
			  ek_enums_wire(EK_ENUM_SCOPE, w->place.at.scope));
		return ek_patch_fault(&at, EK_FAULT_NOT_ALLOWED, said);
	}
	if (!is_try && !ek_turn_may(t, ek_may_setting(setting, bit), &w->place.may))
		return false;
	*out = (struct ek_set){.setting = (uint8_t)setting};
	if (setting == EK_SET_CALENDAR && names_calendar(t, &at))
		return take_calendar(t, &at, w);
	return take_value(t, &at, setting, bit, &out->value);
}

bool ek_api_settings_take(struct ek_turn *t, struct ek_api_settings_wish *w, bool is_try)
{
	const char *names[EK_SET_COUNT];
	struct ek_set *v = ek_turn_get(t, EK_SET_COUNT * sizeof *v);
	uint32_t n = 0;
	for (int s = 1; s < EK_SET_COUNT; s++)
		names[s - 1] = ek_setting_row(s)->wire;
	w->set = ek_patch_member(&w->body, "set");
	bool ok = v != NULL && ek_patch_members(&w->set, names, EK_SET_COUNT - 1);
	bool has_some = false;
	for (int s = 1; v != NULL && s < EK_SET_COUNT; s++) {
		struct ek_patch_at at = ek_patch_member(&w->set, ek_setting_row(s)->wire);
		if (ek_patch_state(&at) == EK_PATCH_ABSENT)
			continue;
		has_some = true;
		if (!take_one(t, w, s, is_try, &v[n]))
			ok = false;
		else if (s != EK_SET_CALENDAR || w->calendar == 0)
			n++;
	}
	if (ok && !has_some)
		ok = ek_patch_fault(&w->set, EK_FAULT_TOO_FEW, "Name at least one setting.");
	w->sets = (struct ek_sets){v, ok ? n : 0};
	return ok;
}

/* ---- on the writer's thread */

static bool is_team(const struct ek_turn *t, int64_t id)
{
	struct ek_team_view team;
	return id > 0 && id <= UINT32_MAX &&
	       ek_look_team(t->engine, (ek_team_id){(uint32_t)id}, &team) && !team.deleted;
}

bool ek_api_settings_refs(struct ek_turn *t, const struct ek_api_settings_wish *w)
{
	bool ok = true;
	for (uint32_t i = 0; i < w->sets.n; i++) {
		const struct ek_set *s = &w->sets.v[i];
		struct ek_patch_at at = ek_patch_member(&w->set, ek_setting_row(s->setting)->wire);
		if (s->setting == EK_SET_DEFAULT_TEAM && s->value.kind == EK_VALUE_INT &&
		    !is_team(t, s->value.i))
			ok = ek_patch_fault(&at, EK_FAULT_NOT_FOUND, NULL);
		for (uint32_t k = 0; s->setting == EK_SET_OVERFLOW && k < s->value.n; k += 4) {
			struct ek_patch_at row = ek_patch_row(&at, k / 4);
			struct ek_patch_at team = ek_patch_member(&row, "team");
			if (!is_team(t, s->value.cells[k].i))
				ok = ek_patch_fault(&team, EK_FAULT_NOT_FOUND, NULL);
		}
	}
	return ok;
}

void ek_api_settings_rows(const struct ek_api_settings_wish *w, struct ek_cmd *rows, uint32_t *n)
{
	if (w->sets.n > 0) {
		struct ek_cmd *row = &rows[(*n)++];
		*row = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
		row->has = (1u << ek_cmd_record(EK_CMD_SETTINGS_CHANGE)->field_count) - 1;
		row->settings_change = (struct ek_cmd_settings_change){
			w->place.at.scope, w->place.at.id, w->sets, w->effective_at};
	}
	if (w->calendar != 0)
		rows[(*n)++] = ek_api_calendars_command(
			w->place.at.scope == EK_SCOPE_TEAM ? w->place.at.id : 0, &w->hours);
}

struct ek_cmd ek_api_settings_command(const struct ek_cmd *rows, uint32_t n)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_BULK_APPLY);
	if (n == 1)
		return rows[0];
	cmd.has = 1;
	cmd.bulk_apply.rows = (struct ek_rows){rows, n};
	return cmd;
}

/* ---- what differs */

static ek_str print_value(struct ek_turn *t, int setting, const struct ek_value *v)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_value_json_write(&j, setting, v);
	return ek_api_text_take(t, &j);
}

static ek_str print_calendar(struct ek_turn *t, uint64_t id)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_id(&j, EK_IDENT_CALENDAR, id);
	return ek_api_text_take(t, &j);
}

static ek_str print_before(struct ek_turn *t, const struct ek_api_settings_wish *w, uint8_t setting)
{
	const struct ek_look_ask ask = {w->place.at, setting};
	struct ek_api_calendars all;
	struct ek_setting_view view;
	struct ek_err err;
	if (!ek_look_setting(t->engine, ask, t->arena, &view, &err)) {
		ek_problem_err(&t->problem, &err);
		return (ek_str){NULL, 0};
	}
	if (view.own.kind != EK_VALUE_CALENDAR)
		return print_value(t, setting, &view.own);
	if (!ek_api_calendars_all(t, &all))
		return (ek_str){NULL, 0};
	uint64_t id = ek_api_calendars_of(t, &all,
					  w->place.at.scope == EK_SCOPE_TEAM ? w->place.at.id : 0);
	return id == 0 ? print_value(t, setting, &view.own) : print_calendar(t, id);
}

void ek_api_settings_diff(struct ek_turn *t, const struct ek_api_settings_wish *w,
			  struct ek_api_change_fields *f)
{
	for (uint32_t i = 0; i < w->sets.n; i++) {
		const struct ek_set *s = &w->sets.v[i];
		ek_api_change_raw(f, ek_setting_row(s->setting)->wire,
				  print_before(t, w, s->setting),
				  print_value(t, s->setting, &s->value));
	}
	if (w->calendar != 0)
		ek_api_change_raw(f, "calendar", print_before(t, w, EK_SET_CALENDAR),
				  print_calendar(t, w->calendar));
}
