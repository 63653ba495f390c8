/* Calendars, shifts, margins and zones: section 12. */
#include "model/calendar.h"
#include "sim/opinion_inside.h"

#include <stdlib.h>
#include <string.h>

static void *keep(struct ek_opinion *o, const void *bytes, size_t n)
{
	void *p = malloc(n == 0 ? 1 : n);
	ek_assert(p != NULL && o->kept_count < O_KEPT);
	if (n != 0)
		memcpy(p, bytes, n);
	o->kept[o->kept_count++] = p;
	return p;
}

static struct ek_zone keep_zone(struct ek_opinion *o, const struct ek_zone *zone)
{
	struct ek_zone z = *zone;
	z.name.p = keep(o, zone->name.p, zone->name.n);
	z.shifts = keep(o, zone->shifts, zone->shift_count * sizeof zone->shifts[0]);
	return z;
}

static bool same_bytes(const void *a, const void *b, size_t n)
{
	return n == 0 || memcmp(a, b, n) == 0;
}

static bool same_zone(const struct ek_zone *a, const struct ek_zone *b)
{
	bool same = ek_str_equal(a->name, b->name) && a->shift_count == b->shift_count;
	for (uint32_t i = 0; same && i < a->shift_count; i++)
		same = a->shifts[i].at_ms == b->shifts[i].at_ms &&
		       a->shifts[i].offset_ms == b->shifts[i].offset_ms;
	return same;
}

static bool same_week(const struct ek_calendar *a, const struct ek_calendar *b)
{
	bool same = a->week_count == b->week_count;
	for (uint32_t i = 0; same && i < a->week_count; i++)
		same = a->week[i].day == b->week[i].day &&
		       a->week[i].from_ms == b->week[i].from_ms &&
		       a->week[i].to_ms == b->week[i].to_ms;
	return same;
}

/* Hours that are as those before have their place, so that setting them again changes nothing. */
static int64_t place_of(struct ek_opinion *o, const struct ek_calendar *cal)
{
	for (uint32_t i = 0; i < o->hours_count; i++) {
		const struct ek_calendar *h = o->hours[i];
		if (same_zone(&h->zone, &cal->zone) && same_week(h, cal) &&
		    h->closed_count == cal->closed_count &&
		    same_bytes(h->closed, cal->closed, h->closed_count * sizeof h->closed[0]))
			return i;
	}
	struct ek_calendar own = *cal;
	own.zone = keep_zone(o, &cal->zone);
	own.week = keep(o, cal->week, cal->week_count * sizeof cal->week[0]);
	own.closed = keep(o, cal->closed, cal->closed_count * sizeof cal->closed[0]);
	o->hours[o->hours_count] = keep(o, &own, sizeof own);
	return o->hours_count++;
}

static enum ek_code calendar_set(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	const struct ek_cmd_calendar_set *a = &cmd->calendar_set;
	struct o_team *t = ek_opinion_find_team(o, a->team);
	struct ek_calendar cal = {a->zone, a->week.v, a->week.n, a->closed.v, a->closed.n};
	struct ek_err err;
	if (a->team.v != 0 && t == NULL)
		return EK_NOT_FOUND;
	if (!ek_calendar_check(&cal, &err))
		return EK_INVALID_VALUE;
	struct o_change change = {.scope = EK_SCOPE_WORKSPACE, .setting = EK_SET_CALENDAR};
	change.after.kind = EK_VALUE_CALENDAR;
	change.after.i = place_of(o, &cal);
	if (t != NULL) {
		change.scope = EK_SCOPE_TEAM;
		change.id = a->team.v;
	}
	ek_opinion_put(o, change);
	return EK_OK;
}

static enum ek_code shift_set(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	const struct ek_cmd_shift_set *a = &cmd->shift_set;
	struct o_mate *p = ek_opinion_find_mate(o, a->teammate);
	if (p == NULL)
		return EK_NOT_FOUND;
	ek_assert(a->shifts.n <= O_SHIFTS);
	for (uint32_t i = 0; i < a->shifts.n; i++) {
		if (a->shifts.v[i].until.ms <= a->shifts.v[i].from.ms)
			return EK_INVALID_VALUE;
	}
	for (uint32_t i = 0; i < a->shifts.n; i++)
		p->shifts[i] = a->shifts.v[i];
	p->shift_count = a->shifts.n;
	return EK_OK;
}

static enum ek_code margin_set(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	struct o_team *t = ek_opinion_find_team(o, cmd->margin_set.team);
	if (t == NULL)
		return EK_NOT_FOUND;
	if (cmd->margin_set.margin_ms.ms < 0)
		return EK_INVALID_VALUE;
	t->margin = cmd->margin_set.margin_ms.ms;
	return EK_OK;
}

static enum ek_code zone_set(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	const struct ek_cmd_zone_set *a = &cmd->zone_set;
	struct o_mate *p = ek_opinion_find_mate(o, a->teammate);
	struct ek_err err;
	if (a->teammate.v != 0 && p == NULL)
		return EK_NOT_FOUND;
	if (!ek_calendar_check_zone(&a->zone, &err))
		return EK_INVALID_VALUE;
	struct ek_zone zone = keep_zone(o, &a->zone);
	const struct ek_zone *kept = keep(o, &zone, sizeof zone);
	if (p != NULL)
		p->zone = kept;
	else
		o->zone = kept;
	if (p == NULL)
		ek_opinion_zone_changed(o);
	return EK_OK;
}

enum ek_code ek_opinion_hours_cmd(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	switch (cmd->kind) {
	case EK_CMD_CALENDAR_SET:
		return calendar_set(o, cmd);
	case EK_CMD_SHIFT_SET:
		return shift_set(o, cmd);
	case EK_CMD_MARGIN_SET:
		return margin_set(o, cmd);
	default:
		return zone_set(o, cmd);
	}
}
