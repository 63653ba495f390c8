#include "engine/hours.h"

/* ---- writing ---- */

static void add(struct kept *k, int64_t v)
{
	k->cells[k->n++] = (struct cell){v, 0};
}

static void add_name(struct kept *k, ek_str name)
{
	add(k, name.n);
	for (uint32_t i = 0; i < name.n; i += 4) {
		uint32_t v = 0;
		for (uint32_t b = 0; b < 4 && i + b < name.n; b++)
			v |= (uint32_t)(uint8_t)name.p[i + b] << 8 * b;
		add(k, v);
	}
}

static uint32_t cells_of(const struct ek_calendar *c)
{
	return 4 + (c->zone.name.n + 3) / 4 + 2 * c->zone.shift_count + 3 * c->week_count +
	       c->closed_count;
}

struct kept ek_hours_keep(struct ek_engine *e, const struct ek_calendar *hours)
{
	struct kept k = {.kind = EK_VALUE_CALENDAR};
	if (hours == NULL)
		return k;
	k.cells = ek_state_get(e, cells_of(hours) * sizeof *k.cells);
	add_name(&k, hours->zone.name);
	add(&k, hours->zone.shift_count);
	for (uint32_t i = 0; i < hours->zone.shift_count; i++) {
		add(&k, hours->zone.shifts[i].at_ms);
		add(&k, hours->zone.shifts[i].offset_ms);
	}
	add(&k, hours->week_count);
	for (uint32_t i = 0; i < hours->week_count; i++) {
		add(&k, hours->week[i].day);
		add(&k, hours->week[i].from_ms);
		add(&k, hours->week[i].to_ms);
	}
	add(&k, hours->closed_count);
	for (uint32_t i = 0; i < hours->closed_count; i++)
		add(&k, hours->closed[i]);
	ek_assert(k.n == cells_of(hours));
	return k;
}

/* ---- reading ---- */

/* Past the end, or outside its bounds, a number is the least it may be and `bad` is set. */
struct in {
	const struct kept *k;
	uint32_t at;
	bool bad;
};

static int64_t get(struct in *in, int64_t lo, int64_t hi)
{
	int64_t v = in->at < in->k->n ? in->k->cells[in->at++].i : lo - 1;
	if (v >= lo && v <= hi)
		return v;
	in->bad = true;
	return lo;
}

static ek_str get_name(struct ek_engine *e, struct in *in)
{
	uint32_t n = (uint32_t)get(in, 0, EK_ZONE_NAME_MAX);
	char *name = ek_state_turn(e, EK_ZONE_NAME_MAX);
	int64_t v = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (i % 4 == 0)
			v = get(in, 0, UINT32_MAX);
		name[i] = (char)(uint8_t)(v >> 8 * (i % 4));
	}
	return (ek_str){name, n};
}

static struct ek_zone get_zone(struct ek_engine *e, struct in *in)
{
	struct ek_zone z = {.name = get_name(e, in)};
	z.shift_count = (uint32_t)get(in, 0, EK_ZONE_SHIFTS_MAX);
	struct ek_zone_shift *shifts = ek_state_turn(e, (z.shift_count + 1) * sizeof *shifts);
	for (uint32_t i = 0; i < z.shift_count; i++) {
		shifts[i].at_ms = get(in, EK_ZONE_SINCE_EVER, INT64_MAX);
		shifts[i].offset_ms = (int32_t)get(in, INT32_MIN, INT32_MAX);
	}
	z.shifts = shifts;
	return z;
}

bool ek_hours_read(struct ek_engine *e, const struct kept *k, struct ek_calendar *out)
{
	struct in in = {.k = k};
	if (k->kind != EK_VALUE_CALENDAR || k->n == 0)
		return false;
	*out = (struct ek_calendar){.zone = get_zone(e, &in)};
	out->week_count = (uint32_t)get(&in, 0, EK_CALENDAR_WEEK_MAX);
	struct ek_week_hours *week = ek_state_turn(e, (out->week_count + 1) * sizeof *week);
	for (uint32_t i = 0; i < out->week_count; i++) {
		week[i].day = (uint8_t)get(&in, 0, UINT8_MAX);
		week[i].from_ms = (int32_t)get(&in, INT32_MIN, INT32_MAX);
		week[i].to_ms = (int32_t)get(&in, INT32_MIN, INT32_MAX);
	}
	out->closed_count = (uint32_t)get(&in, 0, EK_CALENDAR_CLOSED_MAX);
	int32_t *closed = ek_state_turn(e, (out->closed_count + 1) * sizeof *closed);
	for (uint32_t i = 0; i < out->closed_count; i++)
		closed[i] = (int32_t)get(&in, INT32_MIN, INT32_MAX);
	out->week = week;
	out->closed = closed;
	return !in.bad && in.at == k->n;
}

void ek_hours_bound(struct ek_engine *e)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < e->change_count; i++)
		n += e->changes[i].before.kind == EK_VALUE_CALENDAR && e->changes[i].before.n > 0;
	for (uint32_t i = 0; n > EK_LIMIT_HOURS; i++) {
		struct kept *k = &e->changes[i].before;
		if (k->kind != EK_VALUE_CALENDAR || k->n == 0)
			continue;
		ek_state_kept_free(e, k);
		k->kind = EK_VALUE_CALENDAR;
		n--;
	}
}

/* ---- comparing ---- */

static bool same_zone(const struct ek_zone *a, const struct ek_zone *b)
{
	if (!ek_str_equal(a->name, b->name) || a->shift_count != b->shift_count)
		return false;
	for (uint32_t i = 0; i < a->shift_count; i++) {
		if (a->shifts[i].at_ms != b->shifts[i].at_ms ||
		    a->shifts[i].offset_ms != b->shifts[i].offset_ms)
			return false;
	}
	return true;
}

bool ek_hours_equal(const struct ek_calendar *a, const struct ek_calendar *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (!same_zone(&a->zone, &b->zone) || a->week_count != b->week_count ||
	    a->closed_count != b->closed_count)
		return false;
	for (uint32_t i = 0; i < a->week_count; i++) {
		const struct ek_week_hours *x = &a->week[i];
		const struct ek_week_hours *y = &b->week[i];
		if (x->day != y->day || x->from_ms != y->from_ms || x->to_ms != y->to_ms)
			return false;
	}
	for (uint32_t i = 0; i < a->closed_count; i++) {
		if (a->closed[i] != b->closed[i])
			return false;
	}
	return true;
}

const struct ek_calendar *ek_hours_at(const struct ek_engine *e, uint32_t team)
{
	if (team == 0)
		return e->settings[EK_SET_CALENDAR].kind == EK_VALUE_CALENDAR ? e->calendar : NULL;
	const struct team *t = &e->teams[team];
	bool own = false;
	for (uint32_t i = 0; i < t->own.n; i++)
		own = own || (t->own.v[i].setting == EK_SET_CALENDAR &&
			      t->own.v[i].v.kind == EK_VALUE_CALENDAR);
	return own ? t->calendar : NULL;
}

bool ek_hours_after(struct ek_engine *e, const struct change *c, const struct ek_calendar **out)
{
	*out = NULL;
	if (c->after.kind != EK_VALUE_CALENDAR)
		return true;
	for (const struct change *d = c + 1; d < e->changes + e->change_count; d++) {
		if (d->scope != c->scope || d->id != c->id || d->setting != c->setting)
			continue;
		struct ek_calendar *hours = ek_state_turn(e, sizeof *hours);
		*out = hours;
		return ek_hours_read(e, &d->before, hours);
	}
	*out = ek_hours_at(e, c->id);
	return true;
}
