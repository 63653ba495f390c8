/* Standard reports with a row for each approach, or counts of such rows. */
#include "api/api_standard.h"

#include <stdlib.h>
#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"

static const uint8_t metrics[] = {EK_METRIC_VOLUME,
				  EK_METRIC_FIRST_RESPONSE_TIME,
				  EK_METRIC_QUEUE_WAIT,
				  EK_METRIC_ABANDONMENT,
				  EK_METRIC_TIME_TO_ASSIGNMENT,
				  EK_METRIC_HANDLE_TIME,
				  EK_METRIC_TRANSFERS,
				  EK_METRIC_HOLDS,
				  EK_METRIC_REOPEN_RATE,
				  EK_METRIC_NONE};

#define IS_PAST (UINT64_C(1) << 63)

/* ---- one row each */

static const char *outcome_of(const struct ek_api_standard_row *r)
{
	if (r->is_abandoned)
		return "abandoned";
	if (r->is_reopened)
		return "reopened";
	if (r->is_dropped && r->first_s == EK_NONE)
		return "closed_unanswered";
	return r->is_closed ? "closed" : "open";
}

static void put_row(struct ek_json *j, const struct ek_api_standard_row *r)
{
	bool is_past = (r->ref & IS_PAST) != 0;
	ek_json_object(j);
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, is_past ? 0 : r->ref);
	ek_api_put_int(j, "import", is_past ? (int64_t)((r->ref & ~IS_PAST) >> 32) : EK_NONE);
	ek_api_put_int(j, "item", is_past ? (int64_t)(r->ref & UINT32_MAX) : EK_NONE);
	ek_api_put_time(j, "started_at", r->at);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, r->team.v);
	ek_api_put_enum(j, "channel", EK_ENUM_CAPACITY_CLASS, r->channel);
	ek_api_put_text(j, "topic", r->topic);
	ek_api_put_int(j, "contacts_30d", r->times);
	ek_api_put_int(j, "queue_seconds", r->queue_s);
	ek_api_put_int(j, "assignment_seconds", r->assign_s);
	ek_api_put_int(j, "first_response_seconds", r->first_s);
	ek_api_put_int(j, "transfers", r->transfers);
	ek_api_put_int(j, "holds", r->holds);
	ek_api_put_int(j, "handle_seconds", r->handle_s);
	ek_api_put_word(j, "outcome", outcome_of(r));
	ek_json_object_end(j);
}

/* A table says nowhere that it was cut: it is refused unless somebody asked for so many. */
static bool check_cut(struct ek_turn *t, const struct ek_api_standard *s, bool has_more)
{
	return !has_more || !t->is_csv || s->has_limit ||
	       ek_problem_set(&t->problem, EK_PROBLEM_TOO_LARGE,
			      "more than %lld rows: name fewer days, or take them in parts with "
			      "limit and skip",
			      (long long)s->limit);
}

static bool write_rows(struct ek_turn *t, const struct ek_figures *f, struct ek_api_standard *s)
{
	struct ek_api_standard_rows rows = {.n = 0};
	if (!ek_api_standard_place(t, f, s))
		return false;
	bool ok = ek_api_standard_rows(t, f, s, &rows);
	uint64_t end = (uint64_t)s->skip + (uint64_t)s->limit;
	ok = ok && check_cut(t, s, rows.n > end);
	if (ok) {
		ek_api_standard_head(t, f, s, metrics);
		ek_json_key(&t->out, "data");
		ek_json_list(&t->out);
		for (uint64_t i = (uint64_t)s->skip; i < rows.n && i < end; i++)
			put_row(&t->out, &rows.v[i]);
		ek_json_list_end(&t->out);
		ek_api_put_bool(&t->out, "more", rows.n > end);
		ek_json_object_end(&t->out);
	}
	ek_api_standard_rows_close(&rows);
	return ok;
}

static void run_approaches(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_figures *f = ek_api_fold_take(t);
	(void)w;
	if (f != NULL) {
		(void)write_rows(t, f, t->state);
		ek_api_fold_give(t);
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_approach_report(struct ek_turn *t)
{
	ek_api_standard_begin(t, EK_API_STANDARD_APPROACHES, run_approaches);
}

/* ---- where they leave, or go further */

enum stage { QUEUE, FIRST_HUMAN, AFTER_TRANSFER, AFTER_HOLD, AFTER_CLOSE, STAGES };
static const char *const stages[] = {"queue", "first_human", "after_transfer", "after_hold",
				     "after_close"};

/* The stage at which it went wrong, the furthest one; STAGES: it did not. Given up, closed without
 * an answer: the queue. Handed over by whoever had it first: the first human. Handed over again, or
 * back after a hand-over, a hold, a close: there. */
static enum stage stage_of(const struct ek_api_standard_row *r)
{
	if (r->is_abandoned || (r->is_dropped && r->first_s == EK_NONE))
		return QUEUE;
	if (r->is_reopened && r->transfers > 0)
		return AFTER_TRANSFER;
	if (r->is_reopened && r->holds > 0)
		return AFTER_HOLD;
	if (r->is_reopened)
		return AFTER_CLOSE;
	if (r->transfers > 1)
		return AFTER_TRANSFER;
	return r->transfers == 1 ? FIRST_HUMAN : STAGES;
}

static int compare_topic(const struct ek_api_standard_row *x, const struct ek_api_standard_row *y)
{
	uint32_t n = x->topic.n < y->topic.n ? x->topic.n : y->topic.n;
	int order = n == 0 ? 0 : memcmp(x->topic.p, y->topic.p, n);
	if (order != 0)
		return order;
	return (x->topic.n > y->topic.n) - (x->topic.n < y->topic.n);
}

static int by_topic(const void *a, const void *b)
{
	const struct ek_api_standard_row *x = a, *y = b;
	if (x->team.v != y->team.v)
		return x->team.v < y->team.v ? -1 : 1;
	return compare_topic(x, y);
}

static void put_leaving(struct ek_json *j, const struct ek_api_standard_row *of, enum stage stage,
			const uint32_t n[STAGES + 1])
{
	uint32_t all = 0;
	for (int s = 0; s <= STAGES; s++)
		all += n[s];
	ek_json_object(j);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, of->team.v);
	ek_api_put_word(j, "stage", stages[stage]);
	ek_api_put_text(j, "topic", of->topic);
	ek_api_put_int(j, "n", n[stage]);
	ek_api_put_int(j, "of", all);
	ek_api_figures_put_real(j, "share", true, (double)n[stage] / all);
	ek_json_object_end(j);
}

static void put_stages(struct ek_json *j, const struct ek_api_standard_rows *rows)
{
	uint32_t n[STAGES + 1] = {0};
	for (uint32_t i = 0; i < rows->n; i++) {
		n[stage_of(&rows->v[i])]++;
		if (i + 1 < rows->n && by_topic(&rows->v[i], &rows->v[i + 1]) == 0)
			continue;
		for (enum stage s = QUEUE; s < STAGES; s++)
			if (n[s] > 0)
				put_leaving(j, &rows->v[i], s, n);
		memset(n, 0, sizeof n);
	}
}

static bool write_leaving(struct ek_turn *t, const struct ek_figures *f, struct ek_api_standard *s)
{
	struct ek_api_standard_rows rows = {.n = 0};
	struct ek_json *j = &t->out;
	if (!ek_api_standard_place(t, f, s))
		return false;
	bool ok = ek_api_standard_rows(t, f, s, &rows);
	if (ok) {
		if (rows.n > 0)
			qsort(rows.v, rows.n, sizeof *rows.v, by_topic);
		ek_api_standard_head(t, f, s, metrics);
		ek_json_key(j, "not_recorded");
		ek_json_list(j);
		ek_json_word(j, "menu");
		ek_json_list_end(j);
		ek_json_key(j, "data");
		ek_json_list(j);
		put_stages(j, &rows);
		ek_json_list_end(j);
		ek_json_object_end(j);
	}
	ek_api_standard_rows_close(&rows);
	return ok;
}

static void run_leaving(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_figures *f = ek_api_fold_take(t);
	(void)w;
	if (f != NULL) {
		(void)write_leaving(t, f, t->state);
		ek_api_fold_give(t);
	}
	ek_turn_reply(t, 200);
}

void ek_api_get_leaving_report(struct ek_turn *t)
{
	ek_api_standard_begin(t, EK_API_STANDARD_LEAVING, run_leaving);
}
