#include "metrics/versions.h"

#include <string.h>

#include "model/setting.h"

void ek_versions_init(struct ek_versions *v, struct ek_alloc alloc)
{
	memset(v, 0, sizeof *v);
	v->alloc = alloc;
	v->birth_ms = EK_NONE;
}

void ek_versions_fini(struct ek_versions *v)
{
	for (uint32_t i = 0; i < v->team_count; i++) {
		struct ek_versions_list *l = &v->teams[i];
		for (uint32_t k = 0; k < l->n; k++)
			ek_alloc_free(&v->alloc, l->v[k].calendar, l->v[k].bytes);
		ek_alloc_free(&v->alloc, l->v, l->cap * sizeof *l->v);
	}
	ek_alloc_free(&v->alloc, v->teams, v->team_count * sizeof *v->teams);
	ek_alloc_free(&v->alloc, v->zone_memory, v->zone_bytes);
	ek_versions_init(v, v->alloc);
}

static size_t round_up(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

static size_t zone_size(const struct ek_zone *z)
{
	return round_up(z->shift_count * sizeof *z->shifts) + round_up(z->name.n);
}

/* Copies into memory of zone_size bytes. */
static struct ek_zone copy_zone(const struct ek_zone *z, char *memory)
{
	size_t shifts = z->shift_count * sizeof *z->shifts;
	struct ek_zone to = *z;
	if (shifts > 0)
		memcpy(memory, z->shifts, shifts);
	if (z->name.n > 0)
		memcpy(memory + round_up(shifts), z->name.p, z->name.n);
	to.shifts = (const struct ek_zone_shift *)(const void *)memory;
	to.name.p = memory + round_up(shifts);
	return to;
}

/* The list of a team, made if need be; NULL without memory. */
static struct ek_versions_list *list_of(struct ek_versions *v, uint32_t team)
{
	if (team >= v->team_count) {
		uint32_t n = team + 16;
		struct ek_versions_list *wide = v->alloc.resize(
			v->alloc.ctx, v->teams, v->team_count * sizeof *wide, n * sizeof *wide);
		if (wide == NULL)
			return NULL;
		memset(wide + v->team_count, 0, (n - v->team_count) * sizeof *wide);
		v->bytes += (n - v->team_count) * sizeof *wide;
		v->teams = wide;
		v->team_count = n;
	}
	return &v->teams[team];
}

static bool append(struct ek_versions *v, uint32_t team, struct ek_versions_row row)
{
	struct ek_versions_list *l = list_of(v, team);
	if (l == NULL)
		return false;
	if (l->n == l->cap) {
		uint32_t cap = l->cap == 0 ? 4 : l->cap * 2;
		struct ek_versions_row *wide = v->alloc.resize(
			v->alloc.ctx, l->v, l->cap * sizeof *wide, cap * sizeof *wide);
		if (wide == NULL)
			return false;
		v->bytes += (cap - l->cap) * sizeof *wide;
		l->v = wide;
		l->cap = cap;
	}
	l->v[l->n++] = row;
	return true;
}

static bool set_calendar(struct ek_versions *v, const struct ek_event *e)
{
	const struct ek_calendar_changed *c = &e->calendar_changed;
	size_t week = round_up(c->week.n * sizeof *c->week.v);
	size_t closed = round_up(c->closed.n * sizeof *c->closed.v);
	size_t head = round_up(sizeof(struct ek_calendar));
	size_t bytes = head + zone_size(&c->zone) + week + closed;
	char *memory = ek_alloc_get(&v->alloc, bytes);
	if (memory == NULL)
		return false;
	struct ek_calendar *to = (struct ek_calendar *)(void *)memory;
	char *at = memory + head;
	to->week = (const struct ek_week_hours *)(void *)at;
	to->week_count = c->week.n;
	to->closed = (const int32_t *)(void *)(at + week);
	to->closed_count = c->closed.n;
	if (c->week.n > 0)
		memcpy(at, c->week.v, c->week.n * sizeof *c->week.v);
	if (c->closed.n > 0)
		memcpy(at + week, c->closed.v, c->closed.n * sizeof *c->closed.v);
	to->zone = copy_zone(&c->zone, at + week + closed);
	v->bytes += bytes;
	if (append(v, c->team.v, (struct ek_versions_row){e->at.ms, false, to, bytes}))
		return true;
	ek_alloc_free(&v->alloc, memory, bytes);
	return false;
}

/* Hours that are dropped: always open, or, of a team, what the workspace has. Hours that are set
 * come by calendar.changed. */
static bool set_setting(struct ek_versions *v, const struct ek_event *e)
{
	const struct ek_settings_changed *s = &e->settings_changed;
	uint32_t team = s->id == EK_NONE ? 0 : (uint32_t)s->id;
	for (uint32_t i = 0; i < s->changes.n && s->scope != EK_SCOPE_TEAMMATE; i++) {
		const struct ek_change *c = &s->changes.v[i];
		if (c->setting != EK_SET_CALENDAR || c->after.kind == EK_VALUE_CALENDAR)
			continue;
		bool inherits = team != 0 && c->after.kind == EK_VALUE_UNSET;
		if (!append(v, team, (struct ek_versions_row){e->at.ms, inherits, NULL, 0}))
			return false;
	}
	return true;
}

static bool set_zone(struct ek_versions *v, const struct ek_zone *zone)
{
	size_t bytes = zone_size(zone);
	char *memory = bytes == 0 ? NULL : ek_alloc_get(&v->alloc, bytes);
	if (bytes > 0 && memory == NULL)
		return false;
	ek_alloc_free(&v->alloc, v->zone_memory, v->zone_bytes);
	v->zone = memory == NULL ? (struct ek_zone){0} : copy_zone(zone, memory);
	v->zone_memory = memory;
	v->zone_bytes = bytes;
	return true;
}

bool ek_versions_is_about(const struct ek_event *e)
{
	return e->kind == EK_EVENT_CALENDAR_CHANGED || e->kind == EK_EVENT_SETTINGS_CHANGED ||
	       (e->kind == EK_EVENT_ZONE_CHANGED && e->zone_changed.teammate.v == 0);
}

bool ek_versions_event(struct ek_versions *v, const struct ek_event *e)
{
	if (v->birth_ms == EK_NONE)
		v->birth_ms = e->at.ms;
	if (!ek_versions_is_about(e))
		return true;
	if (e->kind == EK_EVENT_CALENDAR_CHANGED)
		return set_calendar(v, e);
	if (e->kind == EK_EVENT_SETTINGS_CHANGED)
		return set_setting(v, e);
	return set_zone(v, &e->zone_changed.zone);
}

/* The last row at or before t; before the log began, the first one there is. *until is lowered to
 * the next. NULL = there is none. */
static const struct ek_versions_row *row_at(const struct ek_versions *v, uint32_t team, int64_t t,
					    int64_t *until)
{
	if (team >= v->team_count || v->teams[team].n == 0)
		return NULL;
	const struct ek_versions_list *l = &v->teams[team];
	if (t < v->birth_ms) {
		if (v->birth_ms < *until)
			*until = v->birth_ms;
		return &l->v[0];
	}
	uint32_t low = 0;
	uint32_t high = l->n;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (l->v[middle].at_ms <= t)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < l->n && l->v[low].at_ms < *until)
		*until = l->v[low].at_ms;
	return low == 0 ? NULL : &l->v[low - 1];
}

const struct ek_calendar *ek_versions_at(const struct ek_versions *v, uint32_t team, int64_t t_ms,
					 int64_t *until_ms)
{
	*until_ms = INT64_MAX;
	const struct ek_versions_row *row = team == 0 ? NULL : row_at(v, team, t_ms, until_ms);
	if (row != NULL && !row->inherits)
		return row->calendar;
	row = row_at(v, 0, t_ms, until_ms);
	return row == NULL ? NULL : row->calendar;
}

uint32_t ek_versions_elapsed(const struct ek_versions *v, uint32_t team, uint32_t from, uint32_t to)
{
	int64_t sum = 0;
	int64_t end = (int64_t)to * 1000;
	for (int64_t t = (int64_t)from * 1000; t < end;) {
		int64_t until;
		const struct ek_calendar *calendar = ek_versions_at(v, team, t, &until);
		int64_t stop = until < end ? until : end;
		sum += ek_calendar_elapsed(calendar, (ek_time){t}, (ek_time){stop}).ms;
		t = stop;
	}
	return (uint32_t)(sum / 1000);
}

const struct ek_zone *ek_versions_zone(const struct ek_versions *v, uint32_t team)
{
	int64_t until;
	const struct ek_calendar *calendar = ek_versions_at(v, team, INT64_MAX - 1, &until);
	if (calendar != NULL && (team != 0 || v->zone.shift_count == 0))
		return &calendar->zone;
	return v->zone.shift_count > 0 ? &v->zone : NULL;
}
