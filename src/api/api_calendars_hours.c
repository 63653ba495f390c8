/* Hours: as text that is kept, as values, and whose they are. */
#include "api/api_calendars.h"

#include "api/api_calendars_inside.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "base/rfc3339.h"
#include "engine/look.h"
#include "sys/zone.h"

/* ---- writing */

static bool hours_before(const struct ek_week_hours *a, const struct ek_week_hours *b)
{
	if (a->day != b->day)
		return a->day < b->day;
	return a->from_ms != b->from_ms ? a->from_ms < b->from_ms : a->to_ms < b->to_ms;
}

static void put_clock(struct ek_json *j, const char *key, int32_t ms)
{
	char text[EK_RFC3339_CLOCK_MAX];
	size_t n = ek_rfc3339_print_clock(ms, text);
	ek_json_key(j, key);
	ek_json_text(j, (ek_str){text, (uint32_t)n});
}

static ek_str print_week(struct ek_turn *t, const struct ek_calendar *hours)
{
	struct ek_week_hours rows[EK_CALENDAR_WEEK_MAX];
	struct ek_json j;
	uint32_t n = hours->week_count;
	ek_assert(n <= EK_CALENDAR_WEEK_MAX);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = i;
		for (; k > 0 && hours_before(&hours->week[i], &rows[k - 1]); k--)
			rows[k] = rows[k - 1];
		rows[k] = hours->week[i];
	}
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++) {
		ek_json_object(&j);
		ek_api_put_int(&j, "day", rows[i].day);
		put_clock(&j, "from", rows[i].from_ms);
		put_clock(&j, "to", rows[i].to_ms);
		ek_json_object_end(&j);
	}
	ek_json_list_end(&j);
	return ek_api_text_take(t, &j);
}

static ek_str print_closed(struct ek_turn *t, const struct ek_calendar *hours)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < hours->closed_count; i++) {
		char text[EK_RFC3339_DATE_MAX];
		size_t n = ek_rfc3339_print_date(hours->closed[i], text);
		ek_json_text(&j, (ek_str){text, (uint32_t)n});
	}
	ek_json_list_end(&j);
	return ek_api_text_take(t, &j);
}

bool ek_api_calendars_print(struct ek_turn *t, const struct ek_calendar *hours,
			    struct ek_api_calendar_text *out)
{
	*out = (struct ek_api_calendar_text){hours->zone.name, print_week(t, hours),
					     print_closed(t, hours)};
	return out->hours.p != NULL && out->closed.p != NULL;
}

/* ---- reading */

static bool take_clock(const struct ek_patch_at *at, int32_t *ms)
{
	ek_str text;
	if (!ek_patch_text(at, 4, 12, &text))
		return false;
	if (ek_rfc3339_read_clock(text, ms))
		return true;
	return ek_patch_fault(at, EK_FAULT_BAD_TIME,
			      "A time of the day such as 09:00, up to 24:00.");
}

static bool take_hours(const struct ek_patch_at *at, struct ek_week_hours *out)
{
	static const char *const names[] = {"day", "from", "to"};
	struct ek_patch_at day = ek_patch_member(at, "day");
	struct ek_patch_at from = ek_patch_member(at, "from");
	struct ek_patch_at to = ek_patch_member(at, "to");
	int64_t number = 1;
	bool ok = ek_patch_members(at, names, EK_LEN(names));
	ok = ek_patch_int(&day, 1, 7, &number) && ok;
	ok = take_clock(&from, &out->from_ms) && ok;
	ok = take_clock(&to, &out->to_ms) && ok;
	out->day = (uint8_t)number;
	if (ok && out->from_ms >= out->to_ms)
		ok = ek_patch_fault(&to, EK_FAULT_CONFLICT,
				    "It closes after it opens; a night is two rows, to 24:00 and "
				    "from 00:00.");
	return ok;
}

static bool take_week(struct ek_turn *t, const struct ek_patch_at *at, struct ek_calendar *out)
{
	uint32_t n = 0;
	if (!ek_patch_list(at, 0, EK_CALENDAR_WEEK_MAX, &n))
		return false;
	struct ek_week_hours *week = ek_turn_get(t, (n + 1) * sizeof *week);
	bool ok = week != NULL;
	for (uint32_t i = 0; week != NULL && i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		ok = take_hours(&row, &week[i]) && ok;
	}
	out->week = week;
	out->week_count = ok ? n : 0;
	return ok;
}

/* Puts a date in its place; false when it is there already. */
static bool insert(int32_t *dates, uint32_t n, int32_t date)
{
	uint32_t k = n;
	while (k > 0 && dates[k - 1] > date)
		k--;
	if (k > 0 && dates[k - 1] == date)
		return false;
	for (uint32_t i = n; i > k; i--)
		dates[i] = dates[i - 1];
	dates[k] = date;
	return true;
}

static bool take_closed(struct ek_turn *t, const struct ek_patch_at *at, struct ek_calendar *out)
{
	uint32_t n = 0;
	bool ok = true;
	if (ek_patch_state(at) == EK_PATCH_ABSENT)
		return true;
	if (!ek_patch_list(at, 0, EK_CALENDAR_CLOSED_MAX, &n))
		return false;
	int32_t *dates = ek_turn_get(t, (n + 1) * sizeof *dates);
	for (uint32_t i = 0; dates != NULL && i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		int32_t date = 0;
		if (!ek_patch_date(&row, &date))
			ok = false;
		else if (insert(dates, out->closed_count, date))
			out->closed_count++;
		else
			ok = ek_patch_fault(&row, EK_FAULT_REPEATED, NULL);
	}
	out->closed = dates;
	return ok && dates != NULL;
}

bool ek_api_calendars_take(struct ek_turn *t, const struct ek_patch_at *week,
			   const struct ek_patch_at *closed, struct ek_calendar *out)
{
	bool ok = take_week(t, week, out);
	return take_closed(t, closed, out) && ok;
}

bool ek_api_calendars_zone(struct ek_turn *t, const struct ek_patch_at *at, ek_str name,
			   struct ek_calendar *out)
{
	struct ek_err err = {0};
	if (ek_zone_load(name, t->arena, &out->zone, &err))
		return true;
	if (at == NULL || err.code != EK_INVALID_VALUE)
		return ek_problem_err(&t->problem, &err);
	return ek_patch_fault(at, EK_FAULT_BAD_TIME, err.msg);
}

/* What was kept is read by the same code that took it in. */
static bool read_kept(struct ek_turn *t, const struct ek_views_value *row, struct ek_calendar *out)
{
	struct ek_patch hours = {0};
	struct ek_patch closed = {0};
	bool ok = ek_patch_open(&hours, ek_turn_text(&row[1]), t->arena, &t->problem) &&
		  ek_patch_open(&closed, ek_turn_text(&row[2]), t->arena, &t->problem);
	if (ok) {
		struct ek_patch_at week = ek_patch_root(&hours);
		struct ek_patch_at dates = ek_patch_root(&closed);
		ok = ek_api_calendars_take(t, &week, &dates, out);
	}
	ek_patch_close(&hours);
	ek_patch_close(&closed);
	return ok;
}

bool ek_api_calendars_load(struct ek_turn *t, uint64_t id, struct ek_calendar *out, bool *found)
{
	const struct ek_views_value key = ek_views_int((int64_t)id);
	struct ek_turn_rows rows;
	*out = (struct ek_calendar){0};
	*found = false;
	if (!ek_turn_select(t,
			    "SELECT zone, hours, holidays FROM calendars WHERE calendar = $1"
			    " AND deleted_ms IS NULL",
			    &key, 1, &rows))
		return false;
	*found = rows.n > 0;
	return rows.n == 0 || (read_kept(t, rows.v, out) &&
			       ek_api_calendars_zone(t, NULL, ek_turn_text(&rows.v[0]), out));
}

/* ---- whose they are */

bool ek_api_calendars_all(struct ek_turn *t, struct ek_api_calendars *out)
{
	return ek_turn_select(t,
			      "SELECT calendar, zone, hours, holidays FROM calendars WHERE"
			      " deleted_ms IS NULL ORDER BY calendar",
			      NULL, 0, &out->rows) &&
	       ek_turn_select(t, "SELECT team, calendar FROM calendar_uses ORDER BY team", NULL, 0,
			      &out->uses);
}

static int64_t given(const struct ek_api_calendars *all, uint32_t team)
{
	for (uint32_t i = 0; i < all->uses.n; i++) {
		if (ek_turn_int(&all->uses.v[2 * (size_t)i]) == team)
			return ek_turn_int(&all->uses.v[2 * (size_t)i + 1]);
	}
	return 0;
}

uint64_t ek_api_calendars_find(struct ek_turn *t, const struct ek_api_calendars *all, uint32_t team,
			       const struct ek_calendar *hours)
{
	struct ek_api_calendar_text text;
	int64_t last = given(all, team);
	int64_t found = 0;
	if (hours == NULL || all->rows.n == 0 || !ek_api_calendars_print(t, hours, &text))
		return 0;
	for (uint32_t i = 0; i < all->rows.n; i++) {
		const struct ek_views_value *row = &all->rows.v[4 * (size_t)i];
		bool same = ek_str_equal(ek_turn_text(&row[1]), text.zone) &&
			    ek_str_equal(ek_turn_text(&row[2]), text.hours) &&
			    ek_str_equal(ek_turn_text(&row[3]), text.closed);
		if (same && (found == 0 || ek_turn_int(&row[0]) == last))
			found = ek_turn_int(&row[0]);
	}
	return (uint64_t)found;
}

uint64_t ek_api_calendars_of(struct ek_turn *t, const struct ek_api_calendars *all, uint32_t team)
{
	struct ek_setting_view view;
	struct ek_err err;
	const struct ek_look_ask ask = {{team == 0 ? EK_SCOPE_WORKSPACE : EK_SCOPE_TEAM, team},
					EK_SET_CALENDAR};
	if (!ek_look_setting(t->engine, ask, t->arena, &view, &err) ||
	    view.own.kind != EK_VALUE_CALENDAR)
		return 0;
	return ek_api_calendars_find(t, all, team, view.calendar);
}

void ek_api_calendars_use(struct ek_turn *t, uint32_t team, uint64_t id)
{
	struct ek_views_value v[EK_CONTENT_CALENDAR_USES_WIDTH] = {0};
	v[EK_CONTENT_CALENDAR_USES_TEAM] = ek_views_int(team);
	v[EK_CONTENT_CALENDAR_USES_CALENDAR] = ek_views_int((int64_t)id);
	ek_turn_put(t, EK_CONTENT_CALENDAR_USES, v);
}

struct ek_cmd ek_api_calendars_command(uint32_t team, const struct ek_calendar *hours)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_CALENDAR_SET);
	cmd.has = (1u << ek_cmd_record(EK_CMD_CALENDAR_SET)->field_count) - 1;
	cmd.calendar_set = (struct ek_cmd_calendar_set){
		.team = {team},
		.zone = hours->zone,
		.week = {hours->week, hours->week_count},
		.closed = {hours->closed, hours->closed_count},
	};
	return cmd;
}
