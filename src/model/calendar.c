#include "model/calendar.h"

#include <string.h>

enum { DAY_MS = EK_CALENDAR_DAY_MS };

/* The years 1 to 9999 on the wall, and in UTC. */
static const int64_t ms_min = (int64_t)EK_CALENDAR_DATE_MIN * DAY_MS;
static const int64_t ms_end = ((int64_t)EK_CALENDAR_DATE_MAX + 1) * DAY_MS;

static const struct ek_zone_shift utc_shift = {EK_ZONE_SINCE_EVER, 0};
static const struct ek_zone utc = {{"UTC", 3}, &utc_shift, 1};

/* Where a zone is being read: shift is the last one at or before the time in hand. */
struct place {
	const struct ek_zone *zone;
	uint32_t shift;
};

/* The week's hours sorted by day and time, overlapping and touching rows made one. */
struct week {
	struct ek_week_hours row[EK_CALENDAR_WEEK_MAX];
	uint32_t first[9]; /* rows of day i are first[i] .. first[i + 1] - 1 */
};

/* An open stretch: instants, from < to. */
struct stretch {
	int64_t from;
	int64_t to;
};

/* A walk through a calendar's open stretches, in order of time. */
struct walk {
	const struct ek_calendar *cal;
	struct week week;
	struct place place;
	int32_t date;    /* local date in hand; closed and row belong to it */
	uint32_t closed; /* first closed date not before `date` */
	uint32_t row;    /* next row of the week to give */
};

static bool is_known(int64_t ms)
{
	return ms >= ms_min && ms < ms_end;
}

/* Rounds down, below zero too. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* O(log s). */
static struct place find_place(const struct ek_zone *zone, int64_t utc_ms)
{
	const struct ek_zone *z = zone != NULL ? zone : &utc;
	ek_assert(z->shift_count > 0);
	uint32_t lo = 0, hi = z->shift_count; /* the answer is in lo .. hi - 1 */
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (z->shifts[mid].at_ms <= utc_ms)
			lo = mid;
		else
			hi = mid;
	}
	return (struct place){z, lo};
}

/* A place before the instant of local_ms, wherever the zone is: no offset reaches a day. */
static struct place place_before(const struct ek_zone *zone, int64_t local_ms)
{
	return find_place(zone, local_ms - DAY_MS);
}

static bool has_next(struct place p)
{
	return p.shift + 1 < p.zone->shift_count;
}

/* The wall rule: the first instant at which the wall shows local_ms or later. p must not be
 * after it. Shifts are a day or more apart, so from place_before this takes three steps at most. */
static int64_t to_instant(struct place p, int64_t local_ms)
{
	for (;;) {
		const struct ek_zone_shift *s = &p.zone->shifts[p.shift];
		int64_t t = local_ms - s->offset_ms;
		if (t < s->at_ms)
			t = s->at_ms; /* left out by the shift: the first instant after the gap */
		if (!has_next(p) || t < s[1].at_ms)
			return t;
		p.shift++;
	}
}

static int64_t to_local(const struct ek_zone *zone, int64_t utc_ms)
{
	struct place p = find_place(zone, utc_ms);
	return utc_ms + p.zone->shifts[p.shift].offset_ms;
}

static int32_t date_at(const struct ek_zone *zone, int64_t utc_ms)
{
	return (int32_t)floor_div(to_local(zone, utc_ms), DAY_MS);
}

/* Checks */

static bool is_offset(int32_t ms)
{
	return ms >= -EK_ZONE_OFFSET_MAX_MS && ms <= EK_ZONE_OFFSET_MAX_MS;
}

/* The first shift may be at any distance before the second. */
static bool is_apart(const struct ek_zone_shift *s, uint32_t i)
{
	if (!is_known(s[i].at_ms))
		return false;
	return i == 1 || s[i].at_ms - s[i - 1].at_ms >= EK_ZONE_SHIFT_MIN_MS;
}

bool ek_calendar_check_zone(const struct ek_zone *zone, struct ek_err *err)
{
	if (zone == NULL)
		return true;
	if (zone->name.n == 0 || zone->name.n > EK_ZONE_NAME_MAX)
		return ek_fail(err, EK_INVALID_VALUE, "zone: a name has 1 to %d bytes",
			       EK_ZONE_NAME_MAX);
	if (zone->shift_count == 0 || zone->shift_count > EK_ZONE_SHIFTS_MAX)
		return ek_fail(err, EK_INVALID_VALUE, "zone: %u shifts, must be 1 to %d",
			       zone->shift_count, EK_ZONE_SHIFTS_MAX);
	ek_assert(zone->name.p != NULL && zone->shifts != NULL);
	if (zone->shifts[0].at_ms != EK_ZONE_SINCE_EVER)
		return ek_fail(err, EK_INVALID_VALUE, "zone: shift 0 must hold since ever");
	for (uint32_t i = 0; i < zone->shift_count; i++) {
		if (!is_offset(zone->shifts[i].offset_ms))
			return ek_fail(err, EK_INVALID_VALUE, "zone: shift %u is a day or more", i);
		if (i > 0 && !is_apart(zone->shifts, i))
			return ek_fail(err, EK_INVALID_VALUE,
				       "zone: shift %u is not a day or more after the one before",
				       i);
	}
	return true;
}

static bool check_week(const struct ek_calendar *cal, struct ek_err *err)
{
	if (cal->week_count > EK_CALENDAR_WEEK_MAX)
		return ek_fail(err, EK_INVALID_VALUE, "week: %u rows, at most %d", cal->week_count,
			       EK_CALENDAR_WEEK_MAX);
	ek_assert(cal->week != NULL || cal->week_count == 0);
	for (uint32_t i = 0; i < cal->week_count; i++) {
		const struct ek_week_hours *h = &cal->week[i];
		if (h->day < 1 || h->day > 7)
			return ek_fail(err, EK_INVALID_VALUE,
				       "week: row %u: day %u, must be 1 to 7", i, (unsigned)h->day);
		if (h->from_ms < 0 || h->from_ms >= h->to_ms || h->to_ms > DAY_MS)
			return ek_fail(err, EK_INVALID_VALUE,
				       "week: row %u: must be from < to, within 0 and 24 hours", i);
	}
	return true;
}

bool ek_calendar_check(const struct ek_calendar *cal, struct ek_err *err)
{
	if (cal == NULL)
		return true;
	if (!ek_calendar_check_zone(&cal->zone, err) || !check_week(cal, err))
		return false;
	if (cal->closed_count > EK_CALENDAR_CLOSED_MAX)
		return ek_fail(err, EK_INVALID_VALUE, "closed: %u dates, at most %d",
			       cal->closed_count, EK_CALENDAR_CLOSED_MAX);
	ek_assert(cal->closed != NULL || cal->closed_count == 0);
	for (uint32_t i = 0; i < cal->closed_count; i++) {
		int32_t date = cal->closed[i];
		if (date < EK_CALENDAR_DATE_MIN || date > EK_CALENDAR_DATE_MAX)
			return ek_fail(err, EK_INVALID_VALUE,
				       "closed: date %u is not in the years 1 to 9999", i);
		if (i > 0 && cal->closed[i - 1] >= date)
			return ek_fail(err, EK_INVALID_VALUE,
				       "closed: date %u is not after the one before", i);
	}
	return true;
}

/* Local time */

ek_time ek_calendar_instant(const struct ek_zone *zone, int64_t local_ms)
{
	if (!is_known(local_ms))
		return EK_NO_TIME;
	return (ek_time){to_instant(place_before(zone, local_ms), local_ms)};
}

int64_t ek_calendar_local(const struct ek_zone *zone, ek_time t)
{
	return is_known(t.ms) ? to_local(zone, t.ms) : EK_NONE;
}

ek_time ek_calendar_day_start(const struct ek_zone *zone, int32_t date)
{
	return ek_calendar_instant(zone, (int64_t)date * DAY_MS);
}

int32_t ek_calendar_date(const struct ek_zone *zone, ek_time t)
{
	ek_assert(is_known(t.ms));
	return date_at(zone, t.ms);
}

uint8_t ek_calendar_day_of_week(int32_t date)
{
	int64_t since_monday = (int64_t)date + 3; /* 1970-01-01 was a Thursday */
	return (uint8_t)(since_monday - 7 * floor_div(since_monday, 7) + 1);
}

/* Office hours */

static bool is_before(const struct ek_week_hours *a, const struct ek_week_hours *b)
{
	if (a->day != b->day)
		return a->day < b->day;
	return a->from_ms < b->from_ms;
}

static void sort_rows(struct ek_week_hours *row, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		struct ek_week_hours r = row[i];
		uint32_t j = i;
		for (; j > 0 && is_before(&r, &row[j - 1]); j--)
			row[j] = row[j - 1];
		row[j] = r;
	}
}

/* Joins sorted rows that overlap or touch; returns how many are left. */
static uint32_t join_rows(struct ek_week_hours *row, uint32_t n)
{
	uint32_t out = 0;
	for (uint32_t i = 0; i < n; i++) {
		struct ek_week_hours *last = out > 0 ? &row[out - 1] : NULL;
		if (last == NULL || last->day != row[i].day || last->to_ms < row[i].from_ms)
			row[out++] = row[i];
		else if (last->to_ms < row[i].to_ms)
			last->to_ms = row[i].to_ms;
	}
	return out;
}

static void fill_week(struct week *w, const struct ek_calendar *cal)
{
	ek_assert(cal->week_count <= EK_CALENDAR_WEEK_MAX);
	if (cal->week_count > 0)
		memcpy(w->row, cal->week, cal->week_count * sizeof w->row[0]);
	sort_rows(w->row, cal->week_count);
	uint32_t n = join_rows(w->row, cal->week_count);
	for (uint32_t day = 0, i = 0; day < EK_LEN(w->first); day++) {
		while (i < n && w->row[i].day < day)
			i++;
		w->first[day] = i;
	}
}

/* The first closed date not before `date`. */
static uint32_t find_closed(const struct ek_calendar *cal, int32_t date)
{
	uint32_t lo = 0, hi = cal->closed_count;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (cal->closed[mid] < date)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool is_closed(const struct ek_calendar *cal, uint32_t closed, int32_t date)
{
	return closed < cal->closed_count && cal->closed[closed] == date;
}

/* Begins at the local date of t: by the wall rule the hours of earlier dates are over by then. */
static void walk_start(struct walk *w, const struct ek_calendar *cal, ek_time t)
{
	w->cal = cal;
	fill_week(&w->week, cal);
	w->date = date_at(&cal->zone, t.ms);
	w->place = place_before(&cal->zone, (int64_t)w->date * DAY_MS);
	w->closed = find_closed(cal, w->date);
	w->row = w->week.first[ek_calendar_day_of_week(w->date)];
}

static void walk_to_next_date(struct walk *w)
{
	if (is_closed(w->cal, w->closed, w->date))
		w->closed++;
	w->date++;
	w->row = w->week.first[ek_calendar_day_of_week(w->date)];
	int64_t before = (int64_t)w->date * DAY_MS - DAY_MS;
	while (has_next(w->place) && w->place.zone->shifts[w->place.shift + 1].at_ms <= before)
		w->place.shift++;
}

/* The next row's stretch; false when the date in hand has no more. */
static bool walk_row(struct walk *w, struct stretch *out)
{
	if (is_closed(w->cal, w->closed, w->date))
		return false;
	while (w->row < w->week.first[ek_calendar_day_of_week(w->date) + 1]) {
		const struct ek_week_hours *h = &w->week.row[w->row++];
		int64_t midnight = (int64_t)w->date * DAY_MS;
		out->from = to_instant(w->place, midnight + h->from_ms);
		out->to = to_instant(w->place, midnight + h->to_ms);
		if (out->from < out->to) /* else the hours fell into a gap */
			return true;
	}
	return false;
}

/* The next stretch that begins before `end`; false when there is none. */
static bool walk_next(struct walk *w, int64_t end, struct stretch *out)
{
	while (!walk_row(w, out)) {
		walk_to_next_date(w);
		if (to_instant(w->place, (int64_t)w->date * DAY_MS) >= end)
			return false;
	}
	return out->from < end;
}

/* Whether the hours of one local date include the instant. */
static bool is_open_on(const struct ek_calendar *cal, int32_t date, int64_t utc_ms)
{
	if (is_closed(cal, find_closed(cal, date), date))
		return false;
	uint8_t day = ek_calendar_day_of_week(date);
	int64_t midnight = (int64_t)date * DAY_MS;
	struct place p = place_before(&cal->zone, midnight);
	for (uint32_t i = 0; i < cal->week_count; i++) {
		const struct ek_week_hours *h = &cal->week[i];
		if (h->day == day && to_instant(p, midnight + h->from_ms) <= utc_ms &&
		    utc_ms < to_instant(p, midnight + h->to_ms))
			return true;
	}
	return false;
}

bool ek_calendar_is_open(const struct ek_calendar *cal, ek_time t)
{
	if (cal == NULL)
		return true;
	if (!is_known(t.ms))
		return false;
	/* Where clocks went back over midnight, t may stand in the hours of the date after. */
	int32_t date = date_at(&cal->zone, t.ms);
	for (;; date++) {
		int64_t midnight = (int64_t)date * DAY_MS;
		if (to_instant(place_before(&cal->zone, midnight), midnight) > t.ms)
			return false;
		if (is_open_on(cal, date, t.ms))
			return true;
	}
}

/* Just after the last instant that a search from t may answer. */
static int64_t ahead(ek_time t)
{
	return t.ms + (int64_t)EK_CALENDAR_AHEAD_DAYS_MAX * DAY_MS + 1;
}

ek_time ek_calendar_next_open(const struct ek_calendar *cal, ek_time t)
{
	if (cal == NULL)
		return t;
	if (!is_known(t.ms))
		return EK_NO_TIME;
	struct walk w;
	struct stretch s;
	walk_start(&w, cal, t);
	while (walk_next(&w, ahead(t), &s)) {
		if (s.to > t.ms)
			return (ek_time){s.from > t.ms ? s.from : t.ms};
	}
	return EK_NO_TIME;
}

ek_time ek_calendar_add(const struct ek_calendar *cal, ek_time from, ek_span span)
{
	ek_assert(span.ms >= 0);
	if (span.ms == 0 || !ek_time_is_set(from))
		return from;
	if (cal == NULL)
		return from.ms > INT64_MAX - span.ms ? EK_NO_TIME : ek_time_plus(from, span);
	if (!is_known(from.ms))
		return EK_NO_TIME;
	struct walk w;
	struct stretch s;
	int64_t left = span.ms, end = ahead(from);
	walk_start(&w, cal, from);
	while (walk_next(&w, end, &s)) {
		int64_t begin = s.from > from.ms ? s.from : from.ms;
		if (s.to <= begin)
			continue;
		if (s.to - begin >= left)
			return end - begin > left ? (ek_time){begin + left} : EK_NO_TIME;
		left -= s.to - begin;
	}
	return EK_NO_TIME;
}

ek_span ek_calendar_elapsed(const struct ek_calendar *cal, ek_time from, ek_time to)
{
	ek_span sum = {0};
	if (!ek_time_is_set(from) || to.ms <= from.ms)
		return sum;
	if (cal == NULL) {
		int64_t ms = 0;
		bool over = __builtin_sub_overflow(to.ms, from.ms, &ms);
		return (ek_span){over ? INT64_MAX : ms};
	}
	if (!is_known(from.ms))
		return sum;
	int64_t last = from.ms + (int64_t)EK_CALENDAR_BACK_DAYS_MAX * DAY_MS;
	int64_t end = to.ms < last ? to.ms : last;
	struct walk w;
	struct stretch s;
	walk_start(&w, cal, from);
	while (walk_next(&w, end, &s)) {
		int64_t begin = s.from > from.ms ? s.from : from.ms;
		int64_t stop = s.to < end ? s.to : end;
		if (stop > begin)
			sum.ms += stop - begin;
	}
	return sum;
}

ek_time ek_calendar_back(const struct ek_calendar *cal, ek_time since, ek_time to, ek_span open)
{
	int64_t farthest = to.ms - (int64_t)EK_CALENDAR_AHEAD_DAYS_MAX * DAY_MS;
	int64_t early = since.ms > farthest ? since.ms : farthest;
	int64_t late = to.ms;
	while (late - early > 1) {
		int64_t mid = early + (late - early) / 2;
		if (ek_calendar_elapsed(cal, (ek_time){mid}, to).ms >= open.ms)
			early = mid;
		else
			late = mid;
	}
	return (ek_time){early};
}

/* Civil dates. Years begin on 1 March inside, so that the leap day comes last; an era is 400
 * years. */

bool ek_calendar_is_date(struct ek_date d)
{
	static const uint8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (d.year < 1 || d.year > 9999 || d.month < 1 || d.month > 12)
		return false;
	if (d.day < 1 || d.day > days[d.month - 1])
		return false;
	bool leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);
	return leap || d.month != 2 || d.day != 29;
}

int32_t ek_calendar_days(struct ek_date d)
{
	ek_assert(ek_calendar_is_date(d));
	int32_t year = d.year - (d.month <= 2);
	int32_t era = year / 400; /* from year 0 on: never below zero */
	int32_t year_of_era = year - era * 400;
	int32_t month = (d.month + 9) % 12; /* March is 0 */
	int32_t day_of_year = (153 * month + 2) / 5 + d.day - 1;
	int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

struct ek_date ek_calendar_civil(int32_t date)
{
	ek_assert(date >= EK_CALENDAR_DATE_MIN - 1 && date <= EK_CALENDAR_DATE_MAX + 1);
	int32_t from_march_0 = date + 719468; /* not below zero within the limits */
	int32_t era = from_march_0 / 146097;
	int32_t day_of_era = from_march_0 - era * 146097;
	int32_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int32_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int32_t month = (5 * day_of_year + 2) / 153; /* March is 0 */
	struct ek_date d = {0};
	d.day = (uint8_t)(day_of_year - (153 * month + 2) / 5 + 1);
	d.month = (uint8_t)(month < 10 ? month + 3 : month - 9);
	d.year = year_of_era + era * 400 + (d.month <= 2);
	return d;
}
