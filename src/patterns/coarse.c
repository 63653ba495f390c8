#include "patterns/coarse.h"

#include <math.h>

struct sum {
	int32_t key;
	uint32_t points;
	double value, n, weight;
};

static void add(enum ek_score_kind kind, struct sum *s, const struct ek_score_point *p)
{
	double weight = p->n > 0 ? p->n : 1;
	s->points++;
	s->n += p->n;
	s->weight += weight;
	s->value += kind == EK_SCORE_DURATION ? weight * log(p->value) : p->value;
}

static struct ek_score_point whole(enum ek_score_kind kind, const struct sum *s)
{
	double value = s->value;
	if (kind == EK_SCORE_DURATION)
		value = exp(s->value / s->weight);
	else if (kind == EK_SCORE_VALUE)
		value = s->value / s->points;
	return (struct ek_score_point){s->key, value, s->n};
}

static uint32_t days_of(uint32_t open_days)
{
	uint32_t n = 0;
	for (uint32_t d = 0; d < EK_SCORE_DAYS; d++)
		n += open_days >> d & 1;
	return n;
}

uint32_t ek_coarse_weeks(enum ek_score_kind kind, uint32_t open_days,
			 const struct ek_score_point *v, uint32_t n, struct ek_score_point *out)
{
	uint32_t count = 0, needed = days_of(open_days);
	struct sum s = {.points = 0};
	for (uint32_t i = 0; i < n; i++) {
		uint32_t weekday = ek_score_weekday(v[i].key);
		int32_t monday = v[i].key - (int32_t)weekday;
		if (s.points == 0 || monday != s.key)
			s = (struct sum){.key = monday};
		if ((open_days >> weekday & 1) != 0)
			add(kind, &s, &v[i]);
		/* Written at its last open day: never ahead of what is read. */
		if (s.points == needed && (open_days >> weekday & 1) != 0)
			out[count++] = whole(kind, &s);
	}
	return count;
}

uint32_t ek_coarse_blocks(enum ek_score_kind kind, const struct ek_score_point *v, uint32_t n,
			  struct ek_score_point *out)
{
	uint32_t count = 0;
	struct sum s = {.points = 0};
	int32_t first = n > 0 ? v[0].key : 0;
	for (uint32_t i = 0; i < n; i++) {
		int32_t week = (v[i].key - first) / EK_SCORE_DAYS;
		int32_t key = first + week / EK_COARSE_WEEKS * EK_COARSE_WEEKS * EK_SCORE_DAYS;
		if (s.points == 0 || key != s.key)
			s = (struct sum){.key = key};
		add(kind, &s, &v[i]);
		if (s.points == EK_COARSE_WEEKS)
			out[count++] = whole(kind, &s);
	}
	return count;
}
