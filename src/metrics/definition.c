#include "metrics/definition.h"

#define VARIANTS(...) \
	{ \
		__VA_ARGS__ \
	}
#define METRIC(num, NAME, wire, KIND, UNIT, DIRECTION, CLOCK, PERSON, BUCKET, days, list, stat, \
	       why, about) \
	[num] = { \
		.metric = (num), \
		.kind = EK_METRIC_KIND_##KIND, \
		.unit = EK_METRIC_UNIT_##UNIT, \
		.direction = EK_METRIC_DIRECTION_##DIRECTION, \
		.person = EK_METRIC_PERSON_##PERSON, \
		.bucket = EK_METRIC_BUCKET_##BUCKET, \
		.clock = EK_CLOCK_##CLOCK, \
		.id = (wire), \
		.version = 1, \
		.effective = {EK_NONE}, \
		.matures_days = (days), \
		.target_s = EK_METRIC_##NAME == EK_METRIC_SERVICE_LEVEL ? 20 : 0, \
		.short_s = EK_METRIC_##NAME == EK_METRIC_SERVICE_LEVEL || \
					   EK_METRIC_##NAME == EK_METRIC_ABANDONMENT \
				   ? 5 \
				   : 0, \
		.statistic = (stat), \
		.why_not = (why), \
		.doc = (about), \
		.variants = list, \
	},

static const struct ek_definition rows[EK_METRIC_END] = {METRICS(METRIC)};

static const char *const kinds[] = {"duration", "share", "count", "score", "age", "ratio"};
static const char *const units[] = {"seconds", "share", "count", "points"};
static const char *const directions[] = {"down", "up", "neutral"};
static const char *const persons[] = {"none", "replier", "assignee", "owner", "frozen", "own_view"};
static const char *const buckets[] = {"arrival", "queued",  "assigned", "reply",
				      "close",   "decided", "end",      "interval",
				      "instant", "fix",     "day",      "week"};

const struct ek_definition *ek_definition_row(int metric)
{
	return metric <= EK_METRIC_NONE || metric >= EK_METRIC_END ? NULL : &rows[metric];
}

/* The digits after the @; false when they are no number from 1. */
static bool read_version(ek_str digits, uint32_t *version)
{
	uint32_t v = 0;
	for (uint32_t i = 0; i < digits.n; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9' || v > 99999)
			return false;
		v = v * 10 + (uint32_t)(digits.p[i] - '0');
	}
	*version = v;
	return v > 0;
}

int ek_definition_find(ek_str id, uint32_t *version)
{
	uint32_t n = 0;
	uint32_t asked = 0;
	while (n < id.n && id.p[n] != '@')
		n++;
	if (n < id.n && !read_version((ek_str){id.p + n + 1, id.n - n - 1}, &asked))
		return EK_METRIC_NONE;
	if (version != NULL)
		*version = asked;
	for (int i = 1; i < EK_METRIC_END; i++) {
		if (ek_str_is((ek_str){id.p, n}, rows[i].id))
			return i;
	}
	return EK_METRIC_NONE;
}

bool ek_definition_is_asked(const struct ek_definition *d)
{
	return d->metric == EK_METRIC_NPS || d->metric == EK_METRIC_CSAT ||
	       d->metric == EK_METRIC_CES;
}

int ek_definition_variant(const struct ek_definition *d, const char *name)
{
	if (name == NULL)
		return 0;
	ek_str want = {name, (uint32_t)0};
	while (name[want.n] != '\0')
		want.n++;
	for (int i = 0; i < EK_METRIC_VARIANTS_MAX && d->variants[i] != NULL; i++) {
		if (ek_str_is(want, d->variants[i]))
			return i;
	}
	return -1;
}

const char *ek_definition_kind(int kind)
{
	return kinds[kind];
}

const char *ek_definition_unit(int unit)
{
	return units[unit];
}

const char *ek_definition_direction(int direction)
{
	return directions[direction];
}

const char *ek_definition_person(int person)
{
	return persons[person];
}

const char *ek_definition_bucket(int bucket)
{
	return buckets[bucket];
}

bool ek_definition_may_change(const struct ek_definition *d, enum ek_definition_part part)
{
	if (d->why_not != NULL)
		return false;
	switch (part) {
	case EK_DEFINITION_CLOCK: /* handling is attended time: it has one clock */
		return d->kind == EK_METRIC_KIND_DURATION && d->metric != EK_METRIC_HANDLE_TIME;
	case EK_DEFINITION_MATURES: /* of surveys each question has its own window */
		return d->matures_days > 0 && !ek_definition_is_asked(d);
	case EK_DEFINITION_TARGET:
	case EK_DEFINITION_CHAT_TARGET:
		return d->metric == EK_METRIC_SERVICE_LEVEL;
	default:
		return d->metric == EK_METRIC_SERVICE_LEVEL || d->metric == EK_METRIC_ABANDONMENT;
	}
}

/* Variants whose unit is another than their metric's. */
static const struct {
	uint8_t metric, variant, unit;
} others[] = {
	{EK_METRIC_RESOLUTION_TIME, 3, EK_METRIC_UNIT_SHARE},
	{EK_METRIC_BACKLOG, 1, EK_METRIC_UNIT_SECONDS},
	{EK_METRIC_BACKLOG, 2, EK_METRIC_UNIT_SECONDS},
	{EK_METRIC_TRANSFERS, 1, EK_METRIC_UNIT_COUNT},
	{EK_METRIC_HOLDS, 1, EK_METRIC_UNIT_COUNT},
	{EK_METRIC_HOLDS, 2, EK_METRIC_UNIT_SECONDS},
	{EK_METRIC_HOLDS, 3, EK_METRIC_UNIT_SECONDS},
	{EK_METRIC_NPS, 1, EK_METRIC_UNIT_SHARE},
	{EK_METRIC_CES, 1, EK_METRIC_UNIT_SHARE},
	{EK_METRIC_CES, 3, EK_METRIC_UNIT_SHARE},
};

int ek_definition_variant_unit(const struct ek_definition *d, int variant)
{
	for (size_t i = 0; i < EK_LEN(others); i++) {
		if (others[i].metric == d->metric && others[i].variant == variant)
			return others[i].unit;
	}
	return d->unit;
}
