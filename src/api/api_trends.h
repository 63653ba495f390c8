/* api_trends -- what stands beside a verdict within its chart: facts of the week before it began,
 * where a change comes from, and what was told of its like. No cause is asserted. Source: spec
 * patterns, S16 to S18. */
#ifndef EK_API_API_TRENDS_H
#define EK_API_API_TRENDS_H

#include "api/charts.h"
#include "api/turn.h"

/* "suggestions": annotations, and for who may read the change log what was changed of the team or
 * of the workspace, in order of time. start: a local day. */
struct ek_api_trends_start {
	ek_team_id team;
	int metric;
	int32_t day;
	ek_time at; /* when that day begins */
};
void ek_api_trends_suggest(struct ek_turn *t, const struct ek_api_trends_start *start);

/* "similar": of a shift or of what recurs, what was told of earlier ones of the same metric on the
 * same side, the same team's first; of those that the caller may read. row: of verdicts. */
void ek_api_trends_similar(struct ek_turn *t, const struct ek_views_value *row);

/* "contributions" of the shift that stands, by topic, tier, product area and channel; of counts and
 * shares alone. */
struct ek_api_trends_share {
	const char *by;
	ek_str of; /* lives as long as the turn */
	double share;
};
struct ek_api_trends_shares {
	struct ek_api_trends_share *v;
	uint32_t n;
};
/* Under the fold's lock. Errors: those of ek_figures_ask; NO_MEMORY. */
bool ek_api_trends_contribute(struct ek_turn *t, const struct ek_figures *f,
			      const struct ek_charts_ask *ask, const struct ek_charts *chart,
			      struct ek_api_trends_shares *out) EK_MUST_CHECK;

/* ---- the other version of the definition, around a change (api_trends_other.c) */

struct ek_api_trends_other_point {
	int32_t day;
	bool has_value;
	double value;
	uint64_t n;
};
struct ek_api_trends_other {
	uint32_t version; /* 0 = there is none */
	uint8_t clock;
	int32_t changed, until; /* local days */
	struct ek_api_trends_other_point *v;
	uint32_t n;
};
/* The fold is taken. False with the problem. */
bool ek_api_trends_read_other(struct ek_turn *t, const struct ek_figures *f,
			      const struct ek_charts_ask *ask, const struct ek_charts_series *s,
			      struct ek_api_trends_other *out) EK_MUST_CHECK;
/* Member `other`, shape TrendOther?. */
void ek_api_trends_put_other(struct ek_json *j, int metric, const struct ek_api_trends_other *o);

/* ---- points that were restated: of the newest EK_API_TRENDS_RESTATED, as each costs questions */

enum { EK_API_TRENDS_RESTATED = 120 };
/* One for each point of the series; NULL where it is as it was. The fold is taken. False with the
 * problem. */
bool ek_api_trends_read_restated(struct ek_turn *t, const struct ek_figures *f,
				 const struct ek_charts_ask *ask, const struct ek_charts_series *s,
				 const struct ek_figures_restated ***out) EK_MUST_CHECK;

#endif
