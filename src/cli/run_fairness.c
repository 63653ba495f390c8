/* fairness: who was given how much for each hour in which they could have been given something. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/names.h"
#include "cli/place.h"
#include "cli/rewatch.h"
#include "cli/run.h"
#include "engine/policy.h"
#include "metrics/fairness.h"
#include "sys/heap.h"

#define MEMORY ((size_t)1 << 32)
enum { ANSWER_MAX = 256 * 1024 * 1024 };

struct report {
	struct ek_cli *cli;
	struct ek_log *log;
	struct ek_names *names;
	struct ek_fairness *fold;
	struct ek_rewatch replay;
	struct ek_arena arena;
	uint32_t team; /* only this one; 0 = all */
	int64_t min_hours;
	struct ek_fairness_row *rows;
	uint32_t row_count;
};

static ek_str no_name(void *ctx, enum ek_field_type kind, uint32_t id)
{
	(void)ctx;
	(void)kind;
	(void)id;
	return (ek_str){NULL, 0};
}

static bool find_min_hours(struct report *r, struct ek_err *err)
{
	const struct ek_policy_names names = {no_name, NULL};
	struct ek_policy p;
	if (!ek_policy_take(r->replay.engine, &names, &r->arena, &p, err))
		return false;
	r->min_hours = ek_policy_holds(&p, &p.workspace, EK_SET_FAIRNESS_MIN_HOURS).i;
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct ek_fairness_row *x = a, *y = b;
	if (x->team.v != y->team.v)
		return x->team.v < y->team.v ? -1 : 1;
	return (x->teammate.v > y->teammate.v) - (x->teammate.v < y->teammate.v);
}

static bool collect(struct report *r, struct ek_err *err)
{
	uint32_t n = ek_fairness_count(r->fold);
	r->rows = ek_arena_get(&r->arena, (n + 1) * sizeof *r->rows);
	if (r->rows == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a report");
	for (uint32_t i = 0; i < n; i++) {
		struct ek_fairness_row row =
			ek_fairness_row(r->fold, i, ek_engine_time(r->replay.engine), r->min_hours);
		if (row.team.v != 0 && (r->team == 0 || row.team.v == r->team))
			r->rows[r->row_count++] = row;
	}
	qsort(r->rows, r->row_count, sizeof *r->rows, compare);
	return true;
}

/* ---- words */

static void put_name(const struct report *r, enum ek_writer_name kind, uint32_t id)
{
	ek_str name = ek_names_of(r->names, kind, id);
	if (name.p != NULL)
		ek_cli_put(r->cli, name.p, name.n);
	else
		ek_cli_print(r->cli, "%u", id);
}

static void say_by(const struct report *r, const struct ek_fairness_row *row)
{
	for (int k = 1; k < EK_CHOSEN_BY_END; k++) {
		const struct ek_fairness_by *by = &row->by[k];
		if (by->assigned > 0 || by->chance > 0)
			ek_cli_print(r->cli, "; %s %u (%.1f)", ek_enums_wire(EK_ENUM_CHOSEN_BY, k),
				     by->assigned, by->chance);
	}
}

static void say_row(const struct report *r, const struct ek_fairness_row *row)
{
	const char *side = row->assigned > row->chance_high  ? ": more than chance"
			   : row->assigned < row->chance_low ? ": less than chance"
							     : "";
	ek_cli_print(r->cli, "  ");
	put_name(r, EK_WRITER_NAME_TEAMMATE, row->teammate.v);
	ek_cli_print(r->cli, ": %.1f eligible hours, %u decisions",
		     (double)row->eligible.ms / 3.6e6, row->decisions);
	if (!row->has_figure) {
		ek_cli_print(r->cli, "; too few for a figure\n");
		return;
	}
	ek_cli_print(r->cli, "\n    given %u, %.2f an hour (%.2f to %.2f); closes %.2f an hour\n",
		     row->assigned, row->per_hour, row->per_hour_low, row->per_hour_high,
		     row->closes_per_hour);
	ek_cli_print(r->cli, "    chance %.1f (%.1f to %.1f)%s", row->chance, row->chance_low,
		     row->chance_high, side);
	say_by(r, row);
	ek_cli_print(r->cli, "\n    complex %u of %u, outside day hours %u of %u\n", row->complex,
		     row->assigned, row->outside, row->assigned);
}

static void say_all(const struct report *r)
{
	for (uint32_t i = 0; i < r->row_count; i++) {
		if (i == 0 || r->rows[i].team.v != r->rows[i - 1].team.v) {
			put_name(r, EK_WRITER_NAME_TEAM, r->rows[i].team.v);
			ek_cli_print(r->cli, "\n");
		}
		say_row(r, &r->rows[i]);
	}
	ek_cli_say(r->cli, "figures need %lld eligible hours and %d decisions; ranges are 95 %%",
		   (long long)r->min_hours, EK_FAIRNESS_DECISIONS_MIN);
}

/* ---- JSON: rates and sums in thousandths, as whole numbers */

static void put_int(struct ek_json *j, const char *key, int64_t v)
{
	ek_json_key(j, key);
	ek_json_int(j, v);
}

static void put_milli(struct ek_json *j, const char *key, double v)
{
	put_int(j, key, llround(v * 1000));
}

static void put_by(struct ek_json *j, const struct ek_fairness_row *row)
{
	ek_json_key(j, "by");
	ek_json_list(j);
	for (int k = 1; k < EK_CHOSEN_BY_END; k++) {
		if (row->by[k].assigned == 0 && row->by[k].chance <= 0)
			continue;
		ek_json_object(j);
		put_int(j, "assigned", row->by[k].assigned);
		put_milli(j, "chance_milli", row->by[k].chance);
		ek_json_key(j, "chosen_by");
		ek_json_word(j, ek_enums_wire(EK_ENUM_CHOSEN_BY, k));
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void put_figure(struct ek_json *j, const struct ek_fairness_row *row)
{
	ek_json_key(j, "figure");
	if (!row->has_figure) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	put_milli(j, "chance_high_milli", row->chance_high);
	put_milli(j, "chance_low_milli", row->chance_low);
	put_milli(j, "chance_milli", row->chance);
	put_milli(j, "closes_per_hour_milli", row->closes_per_hour);
	put_milli(j, "per_hour_high_milli", row->per_hour_high);
	put_milli(j, "per_hour_low_milli", row->per_hour_low);
	put_milli(j, "per_hour_milli", row->per_hour);
	ek_json_object_end(j);
}

static void put_row(struct ek_json *j, const struct ek_fairness_row *row)
{
	ek_json_object(j);
	put_int(j, "assigned", row->assigned);
	put_by(j, row);
	put_int(j, "closes", row->closes);
	put_int(j, "complex", row->complex);
	put_int(j, "decisions", row->decisions);
	put_int(j, "eligible_ms", row->eligible.ms);
	put_figure(j, row);
	put_int(j, "outside", row->outside);
	put_int(j, "team", row->team.v);
	put_int(j, "teammate", row->teammate.v);
	ek_json_object_end(j);
}

static bool put_all(const struct report *r, struct ek_err *err)
{
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), ANSWER_MAX);
	ek_json_object(&j);
	put_int(&j, "at", ek_engine_time(r->replay.engine).ms);
	put_int(&j, "decisions_min", EK_FAIRNESS_DECISIONS_MIN);
	put_int(&j, "min_hours", r->min_hours);
	ek_json_key(&j, "rows");
	ek_json_list(&j);
	for (uint32_t i = 0; i < r->row_count; i++)
		put_row(&j, &r->rows[i]);
	ek_json_list_end(&j);
	put_int(&j, "seq", (int64_t)ek_engine_seq(r->replay.engine));
	ek_json_key(&j, "shape");
	ek_json_word(&j, "fairness/1");
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(r->cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

/* ---- the command */

static bool report(struct report *r, struct ek_err *err)
{
	const char *team = r->cli->options[EK_CLI_TEAM];
	if (!ek_place_open(r->cli, EK_LOG_READ, &r->log, err) || !ek_names_open(&r->names, err) ||
	    !ek_names_load(r->names, r->log, err) ||
	    (team != NULL && !ek_names_read(r->names, EK_WRITER_NAME_TEAM, team, &r->team, err)) ||
	    !ek_fairness_open(ek_heap_alloc(), &r->fold, err) ||
	    !ek_rewatch_open(&r->replay, r->log, ek_fairness_note, r->fold, err))
		return false;
	if (ek_engine_seq(r->replay.engine) > 0 && (!find_min_hours(r, err) || !collect(r, err)))
		return false;
	if (ek_cli_has(r->cli, EK_CLI_JSON))
		return put_all(r, err);
	say_all(r);
	return true;
}

bool ek_run_fairness(struct ek_cli *cli, struct ek_err *err)
{
	struct report r = {.cli = cli, .min_hours = 20};
	ek_arena_init(&r.arena, ek_heap_alloc(), MEMORY);
	bool ok = report(&r, err);
	ek_rewatch_close(&r.replay);
	ek_fairness_close(&r.fold);
	ek_names_close(&r.names);
	ek_log_close(&r.log);
	ek_arena_fini(&r.arena);
	return ok;
}
