/* api_standard -- the standard reports: which days of which team inboxes, for whom, and the head
 * that all of them have.
 *
 * Each is computed from the figures and their receipts (metrics/figures.h), so that its counts are
 * those of the screens; nothing is kept. Rights: a row for each approach is for leads and managers;
 * what is about the queue is for all who serve it; the rest of a team of fewer than
 * EK_VIEW_SUM_LEAST is for its leads; presence is never told of fewer than so many. On a worker's
 * thread from ek_api_standard_place on. Source: spec metrics, X1 to X5 and X7.
 */
#ifndef EK_API_API_STANDARD_H
#define EK_API_API_STANDARD_H

#include "api/api_figures.h"

enum ek_api_standard_kind {
	EK_API_STANDARD_APPROACHES,
	EK_API_STANDARD_SLA,
	EK_API_STANDARD_LEAVING,
	EK_API_STANDARD_PRESENCE,
	EK_API_STANDARD_TREND,
	EK_API_STANDARD_END
};

struct ek_api_standard {
	enum ek_api_standard_kind kind;
	ek_team_id team;         /* as asked; 0 = all that may be seen */
	const ek_team_id *teams; /* those that are shown */
	uint32_t team_count;
	bool has_from, has_until;
	int32_t from, until; /* local days, until is behind the last */
	ek_time begin, end;  /* the instants, once placed */
	uint8_t clock;       /* 0 = as definitions say */
	ek_str zone_name;    /* p NULL = the team's */
	const struct ek_zone *zone;
	int64_t limit, skip; /* of approaches */
	bool has_limit;
	void *state; /* the report's own */
};

/* "sla_attainment"; NULL behind the last. And the last part of its address. */
const char *ek_api_standard_name(uint32_t kind);
const char *ek_api_standard_path(uint32_t kind);

/* Parameters and rights, then run on a worker's thread; t->state is the struct ek_api_standard.
 * Answers whatever is refused. */
void ek_api_standard_begin(struct ek_turn *t, enum ek_api_standard_kind kind, ek_worker_run *run);
/* Zone and days; at most EK_API_STANDARD_DAYS of them. The fold taken. False with a fault. */
enum { EK_API_STANDARD_DAYS = 400 };
bool ek_api_standard_place(struct ek_turn *t, const struct ek_figures *f,
			   struct ek_api_standard *s) EK_MUST_CHECK;
/* Opens the answer's object and writes the members that all reports have. metrics: ended with
 * EK_METRIC_NONE. */
void ek_api_standard_head(struct ek_turn *t, const struct ek_figures *f,
			  const struct ek_api_standard *s, const uint8_t *metrics);
/* Member `receipt`: where a row's figure of those days is taken apart. */
struct ek_api_standard_figure {
	const struct ek_definition *definition;
	uint32_t version;
	ek_team_id team;
	int32_t from, until;
};
void ek_api_standard_receipt(struct ek_turn *t, const struct ek_api_standard *s,
			     const struct ek_api_standard_figure *of);
/* The question that the report asks of a metric, of one of its teams or (0) of all. */
struct ek_figures_ask ek_api_standard_ask(const struct ek_api_standard *s, int metric,
					  const ek_team_id *team);

/* api_standard_rows.c: one row for each approach of the period, oldest first. */
struct ek_api_standard_row {
	uint64_t ref; /* conversation, or import << 32 | item with the highest bit set */
	ek_time at;
	ek_team_id team;
	uint8_t channel;
	ek_str topic; /* lives as long as the fold */
	uint64_t contact;
	int64_t times; /* in 30 days; EK_NONE = unknown */
	int64_t queue_s, assign_s, first_s, handle_s;
	int64_t transfers, holds;
	bool is_closed, is_abandoned, is_reopened, is_dropped;
	bool is_before; /* of the 30 days before: counted, not shown */
};
struct ek_api_standard_rows {
	struct ek_alloc alloc;
	struct ek_api_standard_row *v;
	uint32_t n, cap;
};
/* False with the problem; to be closed either way. The fold taken. */
bool ek_api_standard_rows(struct ek_turn *t, const struct ek_figures *f,
			  const struct ek_api_standard *s,
			  struct ek_api_standard_rows *out) EK_MUST_CHECK;
void ek_api_standard_rows_close(struct ek_api_standard_rows *rows);

#endif
