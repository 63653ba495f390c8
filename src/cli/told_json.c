/* A figure as an object, and as a row of a table. */
#include <string.h>

#include "base/rfc3339.h"
#include "cli/told.h"

/* ---- JSON, members in byte order */

static void put_real(struct ek_json *j, const char *key, bool has, double v)
{
	ek_json_key(j, key);
	if (has)
		ek_json_real(j, v);
	else
		ek_json_null(j);
}

void ek_told_put_word(struct ek_json *j, const char *key, const char *word)
{
	ek_json_key(j, key);
	if (word != NULL)
		ek_json_word(j, word);
	else
		ek_json_null(j);
}

static void put_count(struct ek_json *j, const char *key, uint64_t n)
{
	ek_json_key(j, key);
	ek_json_uint(j, n);
}

static void put_metric(struct ek_json *j, const char *id, uint32_t version)
{
	char text[80];
	ek_format(text, sizeof text, "%s@%u", id, version);
	ek_told_put_word(j, "metric", text);
}

void ek_told_put_time(struct ek_json *j, const char *key, ek_time t)
{
	char text[EK_RFC3339_TIME_MAX];
	ek_json_key(j, key);
	if (ek_time_is_set(t))
		ek_json_text(j, (ek_str){text, (uint32_t)ek_rfc3339_print(t, text)});
	else
		ek_json_null(j);
}

static void put_other(struct ek_json *j, const struct ek_told *told)
{
	const struct ek_figure *f = &told->by_other;
	char changed[EK_TOLD_DAY], until[EK_TOLD_DAY];
	ek_json_key(j, "other");
	if (told->other == NULL) {
		ek_json_null(j);
		return;
	}
	ek_told_day(told->changed, changed);
	ek_told_day(told->shown_until, until);
	ek_json_object(j);
	ek_told_put_word(j, "changed_on", changed);
	ek_told_put_word(j, "clock", ek_told_clock(told->other, told->clock));
	put_count(j, "denominator", f->denominator);
	put_real(j, "high", f->has_interval, f->high);
	put_real(j, "low", f->has_interval, f->low);
	put_metric(j, told->other->id, told->other->version);
	put_count(j, "n", f->n);
	put_count(j, "not_yet_known", f->not_yet_known);
	put_count(j, "numerator", f->numerator);
	ek_told_put_word(j, "shown_until", until);
	ek_told_put_word(j, "state", ek_told_states[f->state]);
	put_real(j, "value", f->has_value, f->value);
	ek_json_object_end(j);
}

static void put_restated(struct ek_json *j, const struct ek_figures_restated *was)
{
	const struct ek_figure *f = &was->before;
	ek_json_key(j, "restated");
	if (was->causes == 0) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_json_key(j, "causes");
	ek_json_list(j);
	for (uint32_t i = 0; i < EK_LEN(ek_told_causes); i++)
		if ((was->causes >> i & 1) != 0)
			ek_json_word(j, ek_told_causes[i]);
	ek_json_list_end(j);
	ek_told_put_time(j, "changed_at", was->changed);
	put_count(j, "denominator", f->denominator);
	ek_told_put_time(j, "known_at", was->known);
	put_count(j, "n", f->n);
	put_count(j, "numerator", f->numerator);
	ek_told_put_word(j, "state", ek_told_states[f->state]);
	put_real(j, "value", f->has_value, f->value);
	ek_json_object_end(j);
}

void ek_told_json(struct ek_json *j, const struct ek_told *told)
{
	const struct ek_figure *f = told->figure;
	bool has_times = ek_told_has_times(told);
	ek_json_object(j);
	ek_told_put_word(j, "clock", ek_told_clock(told->definition, told->clock));
	put_count(j, "denominator", f->denominator);
	ek_told_put_word(j, "from", told->from);
	put_real(j, "high", f->has_interval, f->high);
	put_real(j, "low", f->has_interval, f->low);
	put_real(j, "mean", has_times, f->mean);
	put_real(j, "median", has_times, f->median);
	put_metric(j, told->definition->id, f->version);
	put_count(j, "n", f->n);
	put_count(j, "not_yet_known", f->not_yet_known);
	put_count(j, "numerator", f->numerator);
	put_count(j, "open", f->open);
	put_other(j, told);
	put_real(j, "p90", has_times, f->p90);
	put_restated(j, &told->was);
	ek_told_put_word(j, "state", ek_told_states[f->state]);
	ek_told_put_word(j, "unit", ek_definition_unit(told->definition->unit));
	ek_told_put_word(j, "until", told->until);
	put_real(j, "value", f->has_value, f->value);
	ek_told_put_word(j, "withheld", f->withheld);
	ek_json_object_end(j);
}

/* ---- CSV: no cell holds anybody's text, nothing is to be quoted */

struct row {
	struct ek_cli *cli;
	struct ek_json *j; /* scratch */
};

/* A cell and what stands before it; empty when there is nothing. */
static void real(const struct row *r, bool has, double v)
{
	ek_cli_print(r->cli, ",");
	if (!has)
		return;
	ek_json_reset(r->j);
	ek_json_real(r->j, v);
	ek_cli_put(r->cli, ek_json_written(r->j).p, ek_json_written(r->j).n);
}

static void counts(const struct row *r, bool has, const struct ek_figure *f)
{
	if (has)
		ek_cli_print(r->cli, ",%llu,%llu,%llu", (unsigned long long)f->n,
			     (unsigned long long)f->numerator, (unsigned long long)f->denominator);
	else
		ek_cli_print(r->cli, ",,,");
}

static void time_cell(const struct row *r, bool has, ek_time t)
{
	char text[EK_RFC3339_TIME_MAX];
	ek_cli_print(r->cli, ",");
	if (has)
		ek_cli_put(r->cli, text, (uint32_t)ek_rfc3339_print(t, text));
}

static void other_cells(const struct row *r, const struct ek_told *told)
{
	const struct ek_figure *f = &told->by_other;
	bool has = told->other != NULL;
	char until[EK_TOLD_DAY];
	ek_told_day(told->shown_until, until);
	if (has)
		ek_cli_print(r->cli, ",%s@%u,%s", told->other->id, told->other->version, until);
	else
		ek_cli_print(r->cli, ",,");
	real(r, has && f->has_value, f->value);
	real(r, has && f->has_interval, f->low);
	real(r, has && f->has_interval, f->high);
	counts(r, has, f);
}

static void restated_cells(const struct row *r, const struct ek_figures_restated *was)
{
	bool has = was->causes != 0;
	const char *blank = "";
	real(r, has && was->before.has_value, was->before.value);
	counts(r, has, &was->before);
	time_cell(r, has, was->known);
	ek_cli_print(r->cli, ",");
	for (uint32_t i = 0; has && i < EK_LEN(ek_told_causes); i++) {
		if ((was->causes >> i & 1) == 0)
			continue;
		ek_cli_print(r->cli, "%s%s", blank, ek_told_causes[i]);
		blank = " ";
	}
	time_cell(r, has, was->changed);
}

void ek_told_csv_head(struct ek_cli *cli)
{
	ek_cli_print(cli, "metric,from,until,unit,clock,value,low,high,n,numerator,denominator,"
			  "median,p90,mean,open,not_yet_known,state,other_metric,other_until,"
			  "other_value,other_low,other_high,other_n,other_numerator,"
			  "other_denominator,was_value,was_n,was_numerator,was_denominator,"
			  "was_known_at,restated_by,restated_at\r\n");
}

void ek_told_csv(struct ek_cli *cli, const struct ek_told *told, struct ek_json *j)
{
	const struct ek_figure *f = told->figure;
	const struct row r = {cli, j};
	bool times = ek_told_has_times(told);
	ek_cli_print(cli, "%s@%u,%s,%s,%s,%s", told->definition->id, f->version, told->from,
		     told->until, ek_definition_unit(told->definition->unit),
		     ek_told_clock(told->definition, told->clock));
	real(&r, f->has_value, f->value);
	real(&r, f->has_interval, f->low);
	real(&r, f->has_interval, f->high);
	counts(&r, true, f);
	real(&r, times, f->median);
	real(&r, times, f->p90);
	real(&r, times, f->mean);
	ek_cli_print(cli, ",%llu,%llu,%s", (unsigned long long)f->open,
		     (unsigned long long)f->not_yet_known, ek_told_states[f->state]);
	other_cells(&r, told);
	restated_cells(&r, &told->was);
	ek_cli_print(cli, "\r\n");
}
