#include "metrics/beside.h"

#include <math.h>

#include "base/sort.h"

static int by_cell(const void *a, const void *b)
{
	const struct ek_beside_item *x = a, *y = b;
	if (x->channel != y->channel)
		return x->channel < y->channel ? -1 : 1;
	int topic = ek_str_compare(x->topic, y->topic);
	if (topic != 0)
		return topic;
	return x->seconds < y->seconds ? -1 : x->seconds > y->seconds;
}

static bool is_same_cell(const struct ek_beside_item *x, const struct ek_beside_item *y)
{
	return x->channel == y->channel && ek_str_compare(x->topic, y->topic) == 0;
}

struct logs {
	uint32_t n;
	double sum, squares;
};

static void add_cell(struct logs *l, const struct ek_beside_item *v, uint32_t n)
{
	double median =
		n % 2 == 1 ? v[n / 2].seconds : (v[n / 2 - 1].seconds + v[n / 2].seconds) / 2;
	for (uint32_t i = 0; i < n; i++) {
		if (!v[i].is_own)
			continue;
		double d = log(v[i].seconds) - log(median);
		l->n++;
		l->sum += d;
		l->squares += d * d;
	}
}

void ek_beside_durations(struct ek_beside_item *v, uint32_t n, struct ek_beside *out)
{
	struct logs l = {0, 0, 0};
	if (n > 0)
		ek_sort(v, n, sizeof *v, by_cell);
	for (uint32_t i = 0, end; i < n; i = end) {
		ek_assert(v[i].seconds > 0);
		for (end = i + 1; end < n; end++)
			if (!is_same_cell(&v[i], &v[end]))
				break;
		add_cell(&l, v + i, end - i);
	}
	*out = (struct ek_beside){.n = l.n};
	if (l.n < EK_BESIDE_LEAST)
		return;
	double mean = l.sum / l.n;
	double variance = (l.squares - l.n * mean * mean) / (l.n - 1);
	double half = 1.96 * sqrt(variance > 0 ? variance / l.n : 0);
	out->has_ratio = true;
	out->value = exp(mean);
	out->low = exp(mean - half);
	out->high = exp(mean + half);
}
