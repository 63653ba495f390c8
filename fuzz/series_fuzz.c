/* Any bytes may come as a series of figures. What is taken has rising dates and finite numbers, and
 * can be judged. */
#include <math.h>
#include <string.h>

#include "patterns/chart.h"
#include "wire/series.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(struct ek_chart *chart, const struct ek_series_row *row)
{
	struct ek_score_point p = {row->day, row->value, row->denominator};
	struct ek_chart_step step;
	ek_chart_feed(chart, &p, !row->has_value, &step);
	if (step.has_z)
		ek_assert(isfinite(step.z));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data, *end = p + size;
	struct ek_series series = {.line = 0};
	struct ek_chart chart;
	struct ek_err err;
	bool has_row, ok = true;
	int32_t last = INT32_MIN;
	/* The first byte says which kind it is judged as. */
	struct ek_chart_setup setup = {
		.kind = (enum ek_score_kind)(size > 0 ? data[0] % 4 : 0),
		.feed = (enum ek_budget_feed)(size > 0 ? data[0] / 4 % 4 : 0),
		.lock = 8};
	ek_chart_init(&chart, &setup);
	while (ok && p < end) {
		const char *line_end = memchr(p, '\n', (size_t)(end - p));
		size_t n = line_end == NULL ? (size_t)(end - p) : (size_t)(line_end - p);
		struct ek_series_row row;
		ok = ek_series_line(&series, (ek_str){p, (uint32_t)n}, &row, &has_row, &err);
		if (ok && has_row) {
			ek_assert(row.day > last && isfinite(row.value) && row.denominator >= 0);
			last = row.day;
			judge(&chart, &row);
		}
		p += n + 1;
	}
	return 0;
}
