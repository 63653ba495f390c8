#include "patterns/break.h"

#include <math.h>

enum { HALVINGS = 100 };
#define TAIL 0.025
#define FAR 1e4 /* scaled places; beyond it no probability is left */

static double log_below(double z)
{
	if (z > -35)
		return log(erfc(-z * 0.70710678118654752440) / 2);
	return -z * z / 2 - log(-z) - 0.91893853320467274178;
}

/* Bai's distribution of the scaled place, equation B.4, with phi the ratio of the variances. */
static double below_left(double x, double phi)
{
	double part = 1 / phi;
	double a = exp(log(x) / 2 - x / 8 - 0.91893853320467274178);
	double b = phi * (phi + 2) / (phi + 1) *
		   exp(part * (1 + part) * x / 2 + log_below(-(0.5 + part) * sqrt(x)));
	double c = exp(log_below(-sqrt(x) / 2)) * (x / 2 - 2 + (phi + 2) * (phi + 2) / (phi + 1));
	return c - a - b;
}

static double above_right(double x, double phi)
{
	double part = 1 / phi, twice = 2 * phi + 1;
	double a = sqrt(part) * exp(log(x) / 2 - part * x / 8 - 0.91893853320467274178);
	double b = twice / (phi * (phi + 1)) *
		   exp((phi + 1) * x / 2 + log_below(-(phi + 0.5) / sqrt(phi) * sqrt(x)));
	double c = exp(log_below(-sqrt(part * x) / 2)) *
		   (twice * twice / ((phi + 1) * phi) - 2 + part * x / 2);
	return c - a - b;
}

/* How far out a tail of 2.5 % begins. */
static double reach(double (*tail)(double x, double phi), double phi)
{
	double low = 1e-9, high = FAR;
	for (int i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;
		if (tail(middle, phi) > TAIL)
			low = middle;
		else
			high = middle;
	}
	return high;
}

static double rss(const double *x, uint32_t from, uint32_t to, double *mean)
{
	double sum = 0, square = 0;
	for (uint32_t i = from; i < to; i++)
		sum += x[i];
	*mean = sum / (to - from);
	for (uint32_t i = from; i < to; i++)
		square += (x[i] - *mean) * (x[i] - *mean);
	return square;
}

static uint32_t place(double at, uint32_t n)
{
	return at < 1 ? 1 : at > n ? n : (uint32_t)at;
}

static void find_interval(struct ek_break *b, const double *x, uint32_t n)
{
	double mean, step = b->since - b->before;
	double left = rss(x, 0, b->after, &mean) / b->after;
	double right = rss(x, b->after, n, &mean) / (n - b->after);
	b->from = b->until = b->after;
	if (left <= 0 || right <= 0)
		return;
	double phi = right / left;
	phi = phi < 1e-2 ? 1e-2 : phi > 1e2 ? 1e2 : phi;
	double scale = left / (step * step);
	b->from = place(floor(b->after - reach(above_right, phi) * scale), n);
	b->until = place(ceil(b->after + reach(below_left, phi) * scale), n);
}

/* Sums of what was before give the best place in one pass: the gain of two means over one. */
static uint32_t best_place(const double *x, uint32_t n, double mean)
{
	double so_far = 0, best = 0;
	uint32_t at = 0;
	for (uint32_t k = 1; k < n; k++) {
		so_far += x[k - 1] - mean;
		double gain = so_far * so_far / k + so_far * so_far / (n - k);
		if (k >= EK_BREAK_SIDE && n - k >= EK_BREAK_SIDE && gain > best) {
			best = gain;
			at = k;
		}
	}
	return at;
}

bool ek_break_find(const double *x, uint32_t n, struct ek_break *out)
{
	double mean;
	*out = (struct ek_break){.after = 0};
	if (n < EK_BREAK_MIN)
		return false;
	out->rss_one = rss(x, 0, n, &mean);
	out->after = best_place(x, n, mean);
	if (out->after == 0)
		return false;
	out->rss_two = rss(x, 0, out->after, &out->before);
	out->rss_two += rss(x, out->after, n, &out->since);
	find_interval(out, x, n);
	return true;
}

bool ek_break_agrees(const struct ek_break *b, uint32_t start)
{
	return start >= b->from + 1 && start <= b->until + 1;
}
