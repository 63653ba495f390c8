/* figures_inside -- what the files of figures share. */
#ifndef EK_METRICS_FIGURES_INSIDE_H
#define EK_METRICS_FIGURES_INSIDE_H

#include "metrics/columns.h"
#include "metrics/durations.h"
#include "metrics/figures.h"
#include "metrics/follow.h"
#include "metrics/nps.h"

struct ek_figures {
	struct ek_alloc alloc;
	struct ek_columns columns;
	struct ek_follow *follow;
	struct ek_definition *later; /* versions above 1, in the order in which they came */
	uint32_t later_count, later_cap;
};

/* What a figure is made of and how it is shown. */
enum figures_show {
	SHOW_DURATION = 1, /* values in seconds, the median first */
	SHOW_WAIT,         /* the same, the mean first */
	SHOW_SHARE,        /* top of counted */
	SHOW_COUNT,        /* counted */
	SHOW_MEAN,         /* mean of values, with limits by their variance */
	SHOW_NPS,
	SHOW_OTHER, /* not from rows one by one */
};

/* Of tiers and product areas: whether one is asked for, and which; 0 = what has none. */
struct figures_slice {
	bool is_asked;
	uint16_t want;
};

/* A question made ready: every row is judged by it, for figures and receipts alike. */
struct figures_plan {
	const struct ek_figures *f;
	const struct ek_figures_ask *ask;
	const struct ek_definition *d;
	const struct ek_columns_of *of;
	uint8_t measure, show, clock;
	int variant;
	bool is_person;
	bool is_nowhere;             /* a topic, tier or area that never came up */
	bool is_untold;              /* only what has no topic */
	bool is_past;                /* as_of lies behind the last event */
	uint32_t from, until, as_of; /* seconds; a row is in when from <= at < until */
	uint32_t topic;
	struct figures_slice tier, area;
	uint32_t window;        /* maturity in seconds */
	struct ek_table chosen; /* by ref, place + 1: of groups the one that stands for them */
	struct ek_table sums;   /* by ref, + 1: what the group has together, or its longest */
	struct ek_table olds;   /* what was mended since as_of: by name, patch + 1 */
	bool is_grouped, adds;
};

enum figures_verdict {
	ROW_ELSEWHERE, /* the metric is not about such rows */
	ROW_COUNTED,
	ROW_YOUNG,
	ROW_LEFT_OUT,
};
struct figures_judged {
	uint8_t verdict; /* enum figures_verdict */
	bool top;        /* in the numerator */
	bool absurd;     /* longer than the time it is made of */
	uint32_t value;
	const char *why; /* left out: static */
};

/* figures_versions.c */
bool ek_figures_learn(struct ek_figures *f, const struct ek_event *e, struct ek_err *err);
void ek_figures_forget_versions(struct ek_figures *f);

/* False with err. A plan is the caller's, to be closed. */
bool ek_figures_plan(const struct ek_figures *f, const struct ek_figures_ask *ask,
		     struct figures_plan *out, struct ek_err *err) EK_MUST_CHECK;
void ek_figures_plan_close(struct figures_plan *p);
void ek_figures_judge(const struct figures_plan *p, uint32_t row, struct figures_judged *out);
/* Flags, extras and whether the row was there, all as known at as_of. k: 0 or 1. */
uint32_t ek_figures_flags(const struct figures_plan *p, const struct ek_columns_of *of, uint32_t i);
int64_t ek_figures_extra(const struct figures_plan *p, int k, uint32_t i);
bool ek_figures_is_known(const struct figures_plan *p, const struct ek_columns_of *of, uint32_t i);
/* Whether team, person, channel and topic are those asked for; not the time. */
bool ek_figures_is_wanted(const struct figures_plan *p, const struct ek_columns_row *row);
bool ek_figures_wants(const struct figures_plan *p, const struct ek_columns_of *of, uint32_t row);
/* Of what was open: whether a row that has ended since, or a conversation, is one of those asked
 * for and no spam, as known at as_of. */
bool ek_figures_was_open(const struct figures_plan *p, const struct ek_columns_of *of, uint32_t i);
bool ek_figures_is_spam_talk(const struct figures_plan *p, const struct ek_columns_row *row);
/* Every row of the period that is wanted, in order; false ends it. */
typedef bool ek_figures_visit(void *ctx, const struct figures_plan *p, uint32_t row);
bool ek_figures_scan(const struct figures_plan *p, ek_figures_visit *visit, void *ctx);

/* Whether it has an end and a beginning, both well within the years that calendars know. */
bool ek_figures_is_period(const struct ek_figures_ask *ask);

/* figures_bound.c: whether handle time is no more than its people can have worked. False without
 * memory. */
bool ek_figures_is_possible(const struct figures_plan *p, bool *out);

/* What is still open at as_of, for `open`; 0 where nothing can be. */
uint64_t ek_figures_open_count(const struct figures_plan *p);
/* Figures that are not made of rows one by one. */
bool ek_figures_other(const struct figures_plan *p, struct ek_figure *out, struct ek_err *err);
/* A local week of one team or person from its cell; false: it must be scanned for. */
bool ek_figures_cell(const struct figures_plan *p, struct ek_figure *out, bool *ok,
		     struct ek_err *err);
/* Fills value, limits and state of a share. */
void ek_figures_share(struct ek_figure *out);
/* By R8, from out->n. */
void ek_figures_grade(struct ek_figure *out);
/* Fills state, value and limits of out->n lengths of time. */
void ek_figures_lengths(const struct figures_plan *p, struct ek_figure *out,
			const struct ek_durations *d);
/* v is put in order. with open and not_yet_known left alone. */
struct figures_values {
	uint32_t *v;
	uint32_t n;
	bool is_sorted;
	uint64_t sum;
};
void ek_figures_durations(const struct figures_plan *p, struct ek_figure *out,
			  const struct figures_values *values);

#endif
