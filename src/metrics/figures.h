/* figures -- the one function that says how it goes: screen, API, CSV, report and terminal ask it.
 *
 * A fold of events (metrics/follow.h) into rows by column (metrics/columns.h), and what is computed
 * from them when somebody asks. Deleting it and folding again gives the same figures. Not for
 * several threads at once: fold and ask under one lock; asking changes nothing.
 *
 * Statistic of durations: median (midpoint of the two middle values when n is even), 90th
 * percentile by nearest rank (position ceil(0.9 n)), mean only where the definition names it; no
 * averages of averages: totals are computed from pooled rows. n < 5 has no value, 5 <= n < 30 an
 * interval. What is too young for its window is in not_yet_known, never in n.
 *
 * Times are taken in whole seconds, each fact floored. Memory: rows are about 50 bytes a measured
 * thing, and 4 bytes in each of three sorted cells for durations that are looked up. Cost: a
 * person's whole local week or a team inbox's local day O(1); else a pass over the rows of the
 * period (blocks of other times are skipped). Source: spec metrics.
 */
#ifndef EK_METRICS_FIGURES_H
#define EK_METRICS_FIGURES_H

#include "base/alloc.h"
#include "metrics/definition.h"
#include "model/event.h"

struct ek_figures;

enum {
	EK_FIGURES_COUNTS_ONLY = 5,    /* below so many: counts only (R8) */
	EK_FIGURES_INTERVAL = 30,      /* below so many: with an interval */
	EK_FIGURES_PERIODS_MAX = 1200, /* of one series */
};

/* *f is the caller's, to be closed. Errors: NO_MEMORY. */
bool ek_figures_open(struct ek_alloc alloc, struct ek_figures **f,
		     struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_figures_close(struct ek_figures **f);
/* The next event of the log; those that say nothing to metrics too. Borrows nothing after return.
 * After false (NO_MEMORY) only close. */
bool ek_figures_fold(struct ek_figures *f, const struct ek_event *event,
		     struct ek_err *err) EK_MUST_CHECK;
/* Sorts what is not sorted yet, of weeks that are not over too; after a long run of events. */
void ek_figures_seal(struct ek_figures *f);
/* The number and time of the last event folded; 0 and EK_NO_TIME before the first. */
uint64_t ek_figures_seq(const struct ek_figures *f);
ek_time ek_figures_at(const struct ek_figures *f);
/* Bytes that rows, cells and state take. */
uint64_t ek_figures_bytes(const struct ek_figures *f);

/* The zone in which a team's days begin: that of its office hours, else the workspace's; team 0:
 * the workspace's. NULL = UTC. Holds until the next fold. */
const struct ek_zone *ek_figures_zone(const struct ek_figures *f, ek_team_id team);

/* A later version of a definition (variants, id, kind, person, bucket and doc are not read): from
 * d->effective on it holds, the past keeps its own. Errors: INVALID_VALUE for an unknown metric, a
 * version that is not the next, an effective time not after the last one; NO_MEMORY. */
bool ek_figures_revise(struct ek_figures *f, const struct ek_definition *d,
		       struct ek_err *err) EK_MUST_CHECK;
/* The version in force at t, or, version not 0, that one; NULL when there is none. */
const struct ek_definition *ek_figures_definition(const struct ek_figures *f, int metric,
						  uint32_t version, ek_time t);

struct ek_figures_ask {
	int metric;       /* enum ek_metric */
	uint32_t version; /* 0 = the one in force at `from`; in a series, at each period's */
	const ek_team_id *teams;
	uint32_t team_count;        /* 0 = all */
	ek_teammate_id teammate;    /* 0 = everybody: the team's figure */
	uint8_t channel;            /* EK_CAPACITY_CLASS_*, 0 = all */
	ek_str topic;               /* the first tag; p NULL = all, n 0 = only what has none */
	ek_str tier, area;          /* of the contact, of the product; as the topic */
	uint8_t hour;               /* 0 = all; else only the hour-th of the day, from 1 */
	const struct ek_zone *zone; /* of the hour; NULL = UTC */
	ek_time from, until;        /* [from, until) by the metric's bucket date */
	ek_time as_of;              /* what was known then; EK_NO_TIME = all that was folded */
	uint8_t clock;              /* 0 = as the definition says, else EK_CLOCK_* */
	const char *variant; /* NULL = the default one; else a name of the definition's variants */
	uint32_t survey;     /* of nps, csat and ces: one survey; 0 = all, imported ones too */
};

/* Around a change of the definition, the version to be shown beside (R10): of a period that has an
 * instant at or after the change, the one before it where the figure is by the new one, else the
 * new one. False where there is none. For how long both are shown is the asker's to say, from
 * later->effective on. */
struct ek_figures_change {
	const struct ek_definition *later; /* the newer of both; since later->effective */
	const struct ek_definition *other; /* the one that the figure is not by */
};
bool ek_figures_change(const struct ek_figures *f, const struct ek_figures_ask *ask,
		       struct ek_figures_change *out);

enum ek_figure_state {
	EK_FIGURE_NONE,        /* nothing to show: no facts */
	EK_FIGURE_COUNTS_ONLY, /* n < 5: counts, no value */
	EK_FIGURE_INTERVAL,    /* n < 30: value and interval */
	EK_FIGURE_SHOWN,
	EK_FIGURE_WITHHELD, /* it cannot be true: `withheld` says why */
};

struct ek_figure {
	enum ek_figure_state state;
	uint32_t version;
	bool has_value;
	double value; /* what the definition shows first: seconds, share 0..1, count, points */
	bool has_interval;
	double low, high; /* 95 %; of ages without an interval: high is the oldest */
	uint64_t n;       /* of a share its denominator */
	uint64_t numerator, denominator;
	double median, p90, mean; /* durations that have a value: seconds; else 0 */
	uint64_t open;            /* still waiting at as_of */
	uint64_t not_yet_known;   /* too young for their window */
	const char *withheld;     /* the check that failed, static; else NULL */
};

/* Errors: INVALID_VALUE for an unknown metric, variant or version, a person's figure of a metric
 * that has none, a survey of a metric that is none's, an hour of what is counted at an instant, a
 * metric without facts (what it says is why); NO_MEMORY. */
bool ek_figures_ask(const struct ek_figures *f, const struct ek_figures_ask *ask,
		    struct ek_figure *out, struct ek_err *err) EK_MUST_CHECK;

/* What a figure was before facts came late (R13). */
enum {
	EK_FIGURES_BY_LATE = 1 << 0,     /* facts that came late */
	EK_FIGURES_BY_IMPORTED = 1 << 1, /* the past was brought in */
	EK_FIGURES_BY_MERGED = 1 << 2,   /* contacts were merged, or taken apart */
	EK_FIGURES_BY_SPAM = 1 << 3,     /* spam was removed, or was none */
	EK_FIGURES_BY_REOPENED = 1 << 4, /* what had been solved was opened again */
};
struct ek_figures_restated {
	struct ek_figure before;
	ek_time known;   /* when it was so: a day after the period, and its window, were over */
	ek_time changed; /* of the last fact that changed it */
	uint32_t causes; /* EK_FIGURES_BY_* */
};
/* Whether the figure of that question, now, is another than when its period had just become known:
 * the same question with an earlier as_of, so that nothing is stored for it. Where there were no
 * facts then, nothing is restated: the time goes to a day after the first of them came. Cost:
 * where nothing came late, a look at the blocks of rows that came since, and at patches; else up to
 * four times that of ek_figures_ask. out->causes 0: it is as it was. Errors: as ask. */
bool ek_figures_was(const struct ek_figures *f, const struct ek_figures_ask *ask,
		    const struct ek_figure *now, struct ek_figures_restated *out,
		    struct ek_err *err) EK_MUST_CHECK;

/* What bears on the figure of that question and became known in the second of `known` or later:
 * EK_FIGURES_BY_*, and when it did the last time. Cost: a look at the blocks of rows that came
 * since, and at patches. Errors: as ask. */
struct ek_figures_news {
	uint32_t causes;
	ek_time changed; /* EK_NO_TIME: nothing did */
};
bool ek_figures_news(const struct ek_figures *f, const struct ek_figures_ask *ask, ek_time known,
		     struct ek_figures_news *out, struct ek_err *err) EK_MUST_CHECK;

enum ek_figures_cadence {
	EK_FIGURES_DAILY = 1,
	EK_FIGURES_WEEKLY, /* from Monday */
	EK_FIGURES_MONTHLY,
};
struct ek_figures_run {
	uint8_t cadence;            /* enum ek_figures_cadence */
	const struct ek_zone *zone; /* NULL = UTC */
	/* date: the local date on which the period begins, days since 1970-01-01. False, with err
	 * set, ends the series. */
	bool (*visit)(void *ctx, int32_t date, const struct ek_figure *figure, struct ek_err *err);
	void *ctx;
};
/* One figure for each day, week or month that has an instant of [from, until) in it, oldest first;
 * the first and last are cut to the span. Errors: as ask; INVALID_VALUE beyond
 * EK_FIGURES_PERIODS_MAX; the visitor's. */
bool ek_figures_series(const struct ek_figures *f, const struct ek_figures_ask *ask,
		       const struct ek_figures_run *run, struct ek_err *err) EK_MUST_CHECK;

/* One thing that was looked at: a conversation (conversation.v not 0), or what an import brought.
 */
struct ek_figures_item {
	ek_conversation_id conversation;
	uint32_t import, item; /* 0 unless imported */
	ek_team_id team;
	ek_teammate_id teammate; /* credited; 0 = nobody */
	uint8_t channel;
	ek_str topic;  /* p NULL = none */
	ek_time start; /* whole seconds */
	ek_time end;   /* EK_NO_TIME = it has not come */
	int64_t seconds_office_hours, seconds_calendar;
	double value; /* what it added: seconds, 1 or 0, a score, a count */
	bool counted;
	bool in_numerator;
	const char *why; /* left out: the reason, static; else NULL */
	/* Of approaches: the same for the same contact and without a meaning otherwise; 0 =
	 * unknown. */
	uint64_t contact;
};
/* Why items were left out: each reason, and how often; all 0 at first. */
enum { EK_FIGURES_REASONS = 16 };
struct ek_figures_excluded {
	struct {
		const char *why; /* static */
		uint64_t n;
	} v[EK_FIGURES_REASONS];
	uint32_t n;
};
/* Those that count are passed over. */
void ek_figures_exclude(struct ek_figures_excluded *x, const struct ek_figures_item *item);

struct ek_figures_reader {
	/* False, with err set, ends it. */
	bool (*item)(void *ctx, const struct ek_figures_item *item, struct ek_err *err);
	void *ctx;
};
/* Every item of the period, those left out too, in the order in which they became known; those
 * counted make up the figure. Not for occupancy and concurrency, whose items are stretches of time
 * without a conversation: they come with conversation and import 0. Errors: as ask; the
 * reader's. */
bool ek_figures_receipt(const struct ek_figures *f, const struct ek_figures_ask *ask,
			const struct ek_figures_reader *reader, struct ek_err *err) EK_MUST_CHECK;
/* The versions of office hours that the clock of a figure went by, told as (since, calendar): since
 * EK_NO_TIME = ever, calendar NULL = always open. Those of the team if one is asked for, else the
 * workspace's. */
struct ek_figures_hours {
	bool (*hours)(void *ctx, ek_time since, const struct ek_calendar *calendar,
		      struct ek_err *err);
	void *ctx;
};
bool ek_figures_calendars(const struct ek_figures *f, const struct ek_figures_ask *ask,
			  const struct ek_figures_hours *reader, struct ek_err *err) EK_MUST_CHECK;

/* The topics (first tags) that came up, by number from 0. Texts hold until closed. */
uint32_t ek_figures_topic_count(const struct ek_figures *f);
ek_str ek_figures_topic(const struct ek_figures *f, uint32_t i);
/* The same of tiers of contacts and product areas. */
enum ek_figures_label { EK_FIGURES_TIER, EK_FIGURES_AREA };
uint32_t ek_figures_label_count(const struct ek_figures *f, enum ek_figures_label of);
ek_str ek_figures_label(const struct ek_figures *f, enum ek_figures_label of, uint32_t i);
/* Whether anything was measured for a metric with a bucket date in [from, until): T5. */
bool ek_figures_has_facts(const struct ek_figures *f, int metric, ek_time from, ek_time until);
/* The time of the oldest row of a metric; EK_NO_TIME when there is none. */
ek_time ek_figures_since(const struct ek_figures *f, int metric);
/* The time of its newest row, of a team inbox (0 = of any); EK_NO_TIME when there is none. */
ek_time ek_figures_newest(const struct ek_figures *f, int metric, ek_team_id team);
/* When items that an import brought in while they were open left the backlog, though nobody closed
 * them: the last such time in the period of the question. EK_NO_TIME: none did, or the question is
 * not about the backlog. What comes after it is not to be judged by what was before. Cost: the rows
 * of the period. Errors: as ask. */
bool ek_figures_cut(const struct ek_figures *f, const struct ek_figures_ask *ask, ek_time *out,
		    struct ek_err *err) EK_MUST_CHECK;
/* The earliest date that facts bear on which became known at that time or later, late ones and the
 * past that was brought in with them; EK_NO_TIME when there are none. Figures of days before it are
 * as they were, but for what was too young. Cost: those facts. */
ek_time ek_figures_reach(const struct ek_figures *f, ek_time known);
/* Where all that is known of a team inbox (0 = of any) was imported, the time of the newest of it:
 * behind that it is silent because nobody works here yet, not because nobody wrote. EK_NO_TIME when
 * something arrived here itself, or nothing is known. */
ek_time ek_figures_imported_until(const struct ek_figures *f, ek_team_id team);

#endif
