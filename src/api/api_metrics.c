/* What every metric is, was and will be; and that one is measured otherwise from a day on.
 *
 * A version is a fact (definition.changed), so that whoever folds the log knows it. What may change
 * are the parameters that figures are computed with when somebody asks (metrics/definition.h).
 */
#include <string.h>

#include "api/api_change.h"
#include "api/api_figures.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/trends.h"
#include "model/calendar.h"

enum { METRIC_BYTES = 80, REASON_BYTES = 500, WINDOW_MAX = 90, TARGET_MAX = 86400, SHORT_MAX = 30 };

static const char *const parts[EK_DEFINITION_PARTS] = {
	[EK_DEFINITION_CLOCK] = "clock",
	[EK_DEFINITION_MATURES] = "matures_after_days",
	[EK_DEFINITION_TARGET] = "target_seconds",
	[EK_DEFINITION_CHAT_TARGET] = "chat_target_seconds",
	[EK_DEFINITION_SHORT] = "short_seconds",
};

/* ---- written */

/* Where there is such a parameter. */
static int64_t only(const struct ek_definition *d, enum ek_definition_part part, int64_t v)
{
	return ek_definition_may_change(d, part) ? v : EK_NONE;
}

/* Nobody has set one: 0 would be a time in which nobody can answer. */
static int64_t chat_target(const struct ek_definition *d)
{
	return d->chat_target_s == 0 ? EK_NONE : d->chat_target_s;
}

static void put_version(struct ek_json *j, const struct ek_definition *d)
{
	ek_json_object(j);
	ek_api_put_int(j, "version", d->version);
	ek_api_put_time(j, "effective_from", d->effective);
	ek_api_put_enum(j, "clock", EK_ENUM_CLOCK, d->clock);
	ek_api_put_int(j, "matures_after_days", d->matures_days);
	ek_api_put_int(j, "target_seconds", only(d, EK_DEFINITION_TARGET, d->target_s));
	ek_api_put_int(j, "chat_target_seconds",
		       only(d, EK_DEFINITION_CHAT_TARGET, chat_target(d)));
	ek_api_put_int(j, "short_seconds", only(d, EK_DEFINITION_SHORT, d->short_s));
	ek_api_put_id(j, "author", EK_IDENT_TEAMMATE, d->author);
	ek_api_put_text(j, "reason", d->reason);
	ek_json_object_end(j);
}

static void put_variants(struct ek_json *j, const struct ek_definition *d)
{
	ek_json_key(j, "variants");
	ek_json_list(j);
	for (uint32_t i = 0; i < EK_METRIC_VARIANTS_MAX && d->variants[i] != NULL; i++)
		ek_json_word(j, d->variants[i]);
	ek_json_list_end(j);
	ek_json_key(j, "variant_units");
	ek_json_list(j);
	for (int i = 0; i < EK_METRIC_VARIANTS_MAX && d->variants[i] != NULL; i++)
		ek_json_word(j, ek_definition_unit(ek_definition_variant_unit(d, i)));
	ek_json_list_end(j);
}

/* next: one more version, NULL = none. */
static void put_definition(struct ek_json *j, const struct ek_figures *f,
			   const struct ek_definition *d, const struct ek_definition *next)
{
	char number[8];
	const struct ek_definition *v;
	size_t n = ek_format(number, sizeof number, "M%u", (unsigned)d->metric);
	ek_json_object(j);
	ek_api_put_word(j, "id", d->id);
	ek_api_put_text(j, "number", (ek_str){number, (uint32_t)n});
	ek_api_put_int(j, "version", d->version);
	ek_api_put_word(j, "kind", ek_definition_kind(d->kind));
	ek_api_put_word(j, "unit", ek_definition_unit(d->unit));
	ek_api_put_word(j, "direction", ek_definition_direction(d->direction));
	ek_api_put_enum(j, "clock", EK_ENUM_CLOCK, d->clock);
	ek_api_put_word(j, "person", ek_definition_person(d->person));
	ek_api_put_word(j, "bucket", ek_definition_bucket(d->bucket));
	ek_api_put_int(j, "matures_after_days", d->matures_days);
	ek_api_put_word(j, "statistic", d->statistic);
	put_variants(j, d);
	ek_api_put_bool(j, "available", d->why_not == NULL);
	ek_api_put_word(j, "why_not", d->why_not);
	ek_api_put_word(j, "about", d->doc);
	ek_json_key(j, "versions");
	ek_json_list(j);
	for (uint32_t i = 1; (v = ek_figures_definition(f, d->metric, i, EK_NO_TIME)) != NULL; i++)
		put_version(j, v);
	if (next != NULL)
		put_version(j, next);
	ek_json_list_end(j);
	ek_json_key(j, "changeable");
	ek_json_list(j);
	for (int i = 0; i < EK_DEFINITION_PARTS; i++)
		if (ek_definition_may_change(d, (enum ek_definition_part)i))
			ek_json_word(j, parts[i]);
	ek_json_list_end(j);
	ek_json_object_end(j);
}

void ek_api_figures_put_definition(struct ek_json *j, const struct ek_figures *f,
				   const struct ek_definition *d)
{
	put_definition(j, f, d, NULL);
}

/* ---- all of them */

static void run_metrics(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_figures *f = ek_api_fold_take(t);
	(void)w;
	if (f != NULL) {
		ek_json_object(&t->out);
		ek_json_key(&t->out, "data");
		ek_json_list(&t->out);
		for (int m = EK_METRIC_NONE + 1; m < EK_METRIC_END; m++)
			put_definition(&t->out, f, ek_figures_definition(f, m, 0, t->now), NULL);
		ek_json_list_end(&t->out);
		ek_api_put_text(&t->out, "zone", ek_api_figures_zone(f, (ek_team_id){0})->name);
		ek_json_object_end(&t->out);
		ek_api_fold_give(t);
	}
	ek_turn_reply(t, 200);
}

void ek_api_list_metrics(struct ek_turn *t)
{
	if (ek_query_end(&t->query) && ek_turn_may(t, EK_MAY_METRIC_READ, NULL))
		ek_worker_submit(t->api->worker, t, run_metrics);
	else
		ek_turn_reply(t, 0);
}

/* ---- another version */

struct change {
	struct ek_patch_value v[9];
	int metric;
	struct ek_definition last, next;
	struct ek_cmd cmd;
	ek_str answer;
};
enum { METRIC, FROM, CLOCK, MATURES, TARGET, CHAT_TARGET, SHORT, REASON, MEMBERS };

static const char *const clocks[] = {"office_hours", "calendar", NULL};

static bool bind(struct ek_turn *t, struct change *c)
{
	static const struct ek_patch_rule rules[MEMBERS] = {
		[METRIC] = {"metric", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, METRIC_BYTES,
			    NULL},
		[FROM] = {"effective_from", EK_PATCH_OF_DATE, 0, 0, 0, 0, NULL},
		[CLOCK] = {"clock", EK_PATCH_OF_WORD, 0, 0, 0, 0, clocks},
		[MATURES] = {"matures_after_days", EK_PATCH_OF_INT, 0, 0, 1, WINDOW_MAX, NULL},
		[TARGET] = {"target_seconds", EK_PATCH_OF_INT, 0, 0, 1, TARGET_MAX, NULL},
		[CHAT_TARGET] = {"chat_target_seconds", EK_PATCH_OF_INT, 0, EK_PATCH_NULLABLE, 1,
				 TARGET_MAX, NULL},
		[SHORT] = {"short_seconds", EK_PATCH_OF_INT, 0, 0, 0, SHORT_MAX, NULL},
		[REASON] = {"reason", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, REASON_BYTES,
			    NULL},
	};
	static const uint8_t of[MEMBERS] = {[CLOCK] = EK_DEFINITION_CLOCK,
					    [MATURES] = EK_DEFINITION_MATURES,
					    [TARGET] = EK_DEFINITION_TARGET,
					    [CHAT_TARGET] = EK_DEFINITION_CHAT_TARGET,
					    [SHORT] = EK_DEFINITION_SHORT};
	struct ek_patch_at root;
	if (!ek_turn_body(t, &root) || !ek_patch_bind(&root, rules, MEMBERS, c->v))
		return false;
	c->metric = ek_definition_find(c->v[METRIC].s, NULL);
	const struct ek_definition *d = ek_definition_row(c->metric);
	if (d == NULL)
		return ek_patch_fault(&c->v[METRIC].at, EK_FAULT_NOT_FOUND,
				      "There is no such metric.");
	bool ok = true;
	for (int i = CLOCK; i <= SHORT; i++)
		if (c->v[i].state != EK_PATCH_ABSENT &&
		    !ek_definition_may_change(d, (enum ek_definition_part)of[i]))
			ok = ek_patch_fault(&c->v[i].at, EK_FAULT_REFUSED,
					    "This metric does not rest on that.");
	return ok;
}

static int64_t pick(const struct change *c, int member, int64_t had)
{
	return c->v[member].state == EK_PATCH_VALUE ? c->v[member].i : had;
}

/* The next version, after all that is known. */
static bool build(struct ek_turn *t, const struct ek_figures *f, struct change *c)
{
	const struct ek_zone *zone = ek_api_figures_zone(f, (ek_team_id){0});
	const struct ek_definition *d = ek_definition_row(c->metric);
	for (uint32_t i = 2; d != NULL; i++) {
		c->last = *d;
		d = ek_figures_definition(f, c->metric, i, EK_NO_TIME);
	}
	struct ek_definition *n = &c->next;
	*n = c->last;
	n->version = c->last.version + 1;
	int32_t tomorrow = ek_calendar_date(zone, t->now) + 1;
	n->effective = ek_calendar_day_start(zone, (int32_t)pick(c, FROM, tomorrow));
	if (c->v[CLOCK].state == EK_PATCH_VALUE)
		n->clock = c->v[CLOCK].i == 0 ? EK_CLOCK_OFFICE_HOURS : EK_CLOCK_CALENDAR;
	n->matures_days = (uint32_t)pick(c, MATURES, n->matures_days);
	n->target_s = pick(c, TARGET, n->target_s);
	bool is_withdrawn = c->v[CHAT_TARGET].state == EK_PATCH_NULL;
	n->chat_target_s = is_withdrawn ? 0 : pick(c, CHAT_TARGET, n->chat_target_s);
	n->short_s = pick(c, SHORT, n->short_s);
	n->author = t->self.v;
	n->reason = c->v[REASON].s;
	if (n->clock == c->last.clock && n->matures_days == c->last.matures_days &&
	    n->target_s == c->last.target_s && n->chat_target_s == c->last.chat_target_s &&
	    n->short_s == c->last.short_s)
		return ek_patch_fault(&c->v[METRIC].at, EK_FAULT_REFUSED,
				      "It would be measured as it is.");
	if (pick(c, FROM, tomorrow) < tomorrow)
		return ek_patch_fault(&c->v[FROM].at, EK_FAULT_OUT_OF_RANGE,
				      "Tomorrow at the earliest: what was stays as it was.");
	return !ek_time_is_set(c->last.effective) || n->effective.ms > c->last.effective.ms ||
	       ek_patch_fault(c->v[FROM].state == EK_PATCH_VALUE ? &c->v[FROM].at
								 : &c->v[METRIC].at,
			      EK_FAULT_CONFLICT, "Another version begins then, or later.");
}

/* Versions that the figures do not know yet are among the changes. */
static bool check(struct ek_turn *t)
{
	static const char sql[] = "SELECT count(*) FROM changes WHERE resource = 'metric' AND "
				  "object = $1";
	const struct change *c = t->state;
	const struct ek_views_value key = ek_views_int(c->metric);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	return rows.n == 0 || ek_turn_int(&rows.v[0]) < (int64_t)c->next.version - 1 ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "this metric is just being changed by somebody else");
}

static ek_str clock_word(int clock)
{
	return clock == EK_CLOCK_CALENDAR ? EK_S("\"calendar\"") : EK_S("\"office_hours\"");
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct change *c = t->state;
	struct ek_api_change_fields f;
	(void)answer;
	ek_api_change_open(t, &f);
	ek_api_change_text(&f, "metric", (ek_str){NULL, 0},
			   (ek_str){c->next.id, (uint32_t)strlen(c->next.id)});
	ek_api_change_int(&f, "version", c->last.version, c->next.version);
	ek_api_change_raw(&f, "clock", clock_word(c->last.clock), clock_word(c->next.clock));
	ek_api_change_int(&f, "matures_after_days", c->last.matures_days, c->next.matures_days);
	ek_api_change_int(&f, "target_seconds", c->last.target_s, c->next.target_s);
	ek_api_change_int(&f, "chat_target_seconds", chat_target(&c->last), chat_target(&c->next));
	ek_api_change_int(&f, "short_seconds", c->last.short_s, c->next.short_s);
	struct ek_api_change change = {
		.resource = "metric", .object = (uint64_t)c->metric, .note = c->next.reason};
	change.fields = ek_api_change_close(t, &f);
	(void)ek_api_change_add(t, &change);
	ek_json_raw(&t->out, c->answer);
}

static void tell(struct ek_turn *t)
{
	ek_trends_nudge(t->api);
}

static void command(struct ek_turn *t, struct change *c)
{
	c->cmd = ek_cmd_make(EK_CMD_DEFINITION_CHANGE);
	c->cmd.by = t->by;
	c->cmd.has = (1u << ek_cmd_record(EK_CMD_DEFINITION_CHANGE)->field_count) - 1;
	c->cmd.definition_change = (struct ek_cmd_definition_change){
		.metric = c->metric,
		.version = c->next.version,
		.effective = c->next.effective,
		.clock = c->next.clock,
		.matures_days = c->next.matures_days,
		.target_s = c->next.target_s,
		.chat_target_s = c->next.chat_target_s,
		.short_s = c->next.short_s,
		.reason = c->next.reason,
	};
}

static void run_change(struct ek_turn *t, struct ek_worker *w)
{
	struct change *c = t->state;
	const struct ek_figures *f = ek_api_fold_take(t);
	(void)w;
	if (f != NULL && build(t, f, c))
		put_definition(&t->out, f, ek_figures_definition(f, c->metric, 0, t->now),
			       &c->next);
	if (f != NULL)
		ek_api_fold_give(t);
	if (!ek_problem_is_none(&t->problem) || t->dry_run) {
		ek_turn_reply(t, 200);
		return;
	}
	c->answer = ek_turn_copy(t, ek_json_written(&t->out));
	ek_json_reset(&t->out);
	command(t, c);
	ek_turn_write(t, &(struct ek_turn_write){
				 .cmd = &c->cmd, .check = check, .made = made, .tell = tell});
}

void ek_api_change_metric(struct ek_turn *t)
{
	struct change *c = EK_TURN_NEW(t, struct change);
	t->state = c;
	if (c != NULL && ek_query_end(&t->query) && ek_turn_may(t, EK_MAY_METRIC_EDIT, NULL) &&
	    bind(t, c))
		ek_worker_submit(t->api->worker, t, run_change);
	else
		ek_turn_reply(t, 0);
}
