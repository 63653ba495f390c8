/* api_figures -- figures as requests ask for them: whose, of which metric, by which clock, in which
 * days.
 *
 * Rights (spec security, sections 2 and 12): one's own figures; another person's for their leads
 * who said a purpose, and never where the metric credits nobody or shows each to themselves alone;
 * a team's for who serves, leads or manages it. What is about the queue (waits, volume,
 * abandonment, SLA) is always shown; the rest of a team of fewer than EK_VIEW_SUM_LEAST people is
 * for its leads.
 */
#ifndef EK_API_API_FIGURES_H
#define EK_API_API_FIGURES_H

#include "api/api_fold.h"
#include "api/api_person.h"
#include "api/worker.h"
#include "base/zone.h"

/* Whose figures. */
struct ek_api_figures_scope {
	ek_team_id team;             /* as asked; 0 = none was */
	struct ek_api_person person; /* id 0 = everybody's */
	/* What is asked of the fold: team, or all that the caller may see; count 0 = every one. */
	const ek_team_id *teams;
	uint32_t team_count;
};

/* Sets teams and judges whether the caller may see figures of that metric there. team and person.id
 * are set. On the HTTP thread or a worker's. False with the problem. */
bool ek_api_figures_may(struct ek_turn *t, const struct ek_definition *d,
			struct ek_api_figures_scope *s) EK_MUST_CHECK;
/* Whether a figure of that metric may be a person's own at all, or (others) be shown to a lead. */
bool ek_api_figures_is_personal(const struct ek_definition *d, bool others);

/* A question, from the address. */
struct ek_api_figures_ask {
	const struct ek_definition *definition; /* version 1: what versions share */
	uint32_t version;                       /* 0 = as in force */
	struct ek_api_figures_scope scope;
	uint8_t channel;
	ek_str topic, tier, area; /* p NULL = all */
	uint8_t hour;             /* of the day, from 1; 0 = all */
	uint32_t survey;          /* 0 = all */
	int32_t days;             /* so many where no days are named */
	bool has_from, has_until;
	int32_t from, until; /* local days, until is behind the last */
	uint8_t clock;
	const char *variant; /* never NULL */
	uint32_t variant_place;
	ek_time as_of;
	ek_str zone_name;           /* p NULL = the team's */
	const struct ek_zone *zone; /* once placed; never NULL */
};
/* Takes all parameters but `by`, and judges. False with faults. */
bool ek_api_figures_bind(struct ek_turn *t, struct ek_api_figures_ask *a) EK_MUST_CHECK;
/* Of what is bound: whether there are figures for each hour of the day, and they may be seen; false
 * with the problem. A person's day is followed by nobody hour by hour, themselves and leads of few
 * people included: only what the queue or EK_VIEW_SUM_LEAST people meet is told so, as it is of the
 * one hour that a question names. */
bool ek_api_figures_by_hour(struct ek_turn *t, const struct ek_api_figures_ask *a) EK_MUST_CHECK;
/* Zone, days, and the question as the fold takes it. On a worker's thread, the fold taken. */
bool ek_api_figures_place(struct ek_turn *t, const struct ek_figures *f,
			  struct ek_api_figures_ask *a, struct ek_figures_ask *out) EK_MUST_CHECK;
/* The fold's refusal as a problem; false. */
bool ek_api_figures_refuse(struct ek_turn *t, const struct ek_err *err);
/* The zone of a team's days, or (0) of the workspace's; UTC where there is none. */
const struct ek_zone *ek_api_figures_zone(const struct ek_figures *f, ek_team_id team);

/* The day behind the last of those that are shown when none are named: today is the last, or, where
 * all that is known was imported, the day of the newest of it. */
int32_t ek_api_figures_behind(const struct ek_figures *f, ek_team_id team,
			      const struct ek_zone *zone, ek_time now);

/* ---- writing */

/* has false is null. */
void ek_api_figures_put_real(struct ek_json *j, const char *key, bool has, double v);
void ek_api_figures_put_date(struct ek_json *j, const char *key, int32_t day);
/* "first_response_time@1" */
void ek_api_figures_put_metric(struct ek_json *j, const struct ek_definition *d, uint32_t version);
void ek_api_figures_put_state(struct ek_json *j, const struct ek_figure *fig);
void ek_api_figures_put_scope(struct ek_json *j, const struct ek_api_figures_scope *s);
/* Members scope to hour: what narrows the question. */
void ek_api_figures_put_narrow(struct ek_json *j, const struct ek_api_figures_ask *a);
/* Shape MetricDefinition (api_metrics.c): of d, a version of f. */
void ek_api_figures_put_definition(struct ek_json *j, const struct ek_figures *f,
				   const struct ek_definition *d);
/* Of the definition in force: its own, or as asked. */
uint8_t ek_api_figures_clock(const struct ek_api_figures_ask *a, const struct ek_definition *d);

/* ---- around a change of the definition, and after facts that came late (api_figures_beside.c) */

/* For how long both versions are shown: EK_API_FIGURES_BOTH days, and one whole period of every
 * target on that metric. What was read of targets is kept for the request. */
enum { EK_API_FIGURES_BOTH = 28 };
struct ek_api_figures_both {
	struct ek_turn *t;
	const struct ek_figures *f; /* taken */
	const struct ek_zone *zone; /* of the days; NULL = UTC */
	uint64_t read;              /* bit v: until[v] was read */
	int32_t until[64];          /* by version, the last 64 told apart */
};
/* The version to be shown beside the figure of ask, and how long: local days. d NULL: none. */
struct ek_api_figures_other {
	const struct ek_definition *d;
	int32_t changed, until;
};
bool ek_api_figures_other(struct ek_api_figures_both *both, const struct ek_figures_ask *ask,
			  struct ek_api_figures_other *out, struct ek_err *err) EK_MUST_CHECK;
/* The objects themselves: a figure by that version, and what one was. */
void ek_api_figures_write_other(struct ek_json *j, const struct ek_api_figures_other *o,
				uint8_t clock, const struct ek_figure *fig);
/* Member `causes`: EK_FIGURES_BY_* as words. */
void ek_api_figures_put_causes(struct ek_json *j, uint32_t causes);
void ek_api_figures_write_restated(struct ek_json *j, const struct ek_figures_restated *was);
/* Members `other` (shape FigureOther?) and `restated` (FigureRestated?) into the turn's answer.
 * False with err. */
bool ek_api_figures_put_beside(struct ek_api_figures_both *both, const struct ek_figures_ask *ask,
			       const struct ek_figure *fig, struct ek_err *err) EK_MUST_CHECK;

#endif
