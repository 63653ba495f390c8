/* api_targets -- targets: what is wanted of a metric in each week, month, quarter or half year, of
 * a team or of a person; whether it can be met; how it stands.
 *
 * A row of content holds one (schema/content.def, targets). Numbers with a fraction stand there as
 * text. Days are local ones of the team's zone, of a person's target of the workspace's. Source:
 * spec metrics, section 5; planning, section 8; people, PE38 and PE61.
 */
#ifndef EK_API_API_TARGETS_H
#define EK_API_API_TARGETS_H

#include "api/api_figures.h"
#include "planning/attain.h"

/* Words of the wire, in the order of their numbers, NULL at the end. Numbers are from 1, of grades
 * from 0. */
extern const char *const ek_api_targets_comparators[];
extern const char *const ek_api_targets_periods[];
extern const char *const ek_api_targets_statistics[];
extern const char *const ek_api_targets_grades[];
extern const char *const ek_api_targets_states[]; /* from 1: met, missed, not_enough, so_far */

enum ek_api_target_period {
	EK_API_TARGET_WEEK = 1,
	EK_API_TARGET_MONTH,
	EK_API_TARGET_QUARTER,
	EK_API_TARGET_HALF_YEAR,
};
enum ek_api_target_statistic {
	EK_API_TARGET_VALUE = 1,
	EK_API_TARGET_MEDIAN,
	EK_API_TARGET_P90,
	EK_API_TARGET_MEAN,
};
enum ek_api_target_state {
	EK_API_TARGET_MET = 1,
	EK_API_TARGET_MISSED,
	EK_API_TARGET_NOT_ENOUGH,
	EK_API_TARGET_SO_FAR,
};

struct ek_api_target {
	uint64_t id, goal; /* 0 = new; none */
	const struct ek_definition *definition;
	uint32_t by;      /* its figures are by that version; 0 = by the one in force */
	uint32_t version; /* of the metric, when it was set */
	uint32_t variant; /* its place */
	uint8_t statistic;
	uint8_t clock;
	uint8_t period;
	bool reward;
	ek_team_id team; /* one of these two */
	ek_teammate_id teammate;
	struct ek_attain_target wanted;
	uint32_t minimum_n;
	int32_t since, review;
	ek_teammate_id owner;
	ek_str reason;
	int grade;                               /* enum ek_attain_grade */
	ek_str judged;                           /* shape TargetGrade */
	ek_str override_reason, override_change; /* p NULL = none */
	ek_teammate_id override_by;
	ek_time created, updated;
	int64_t revision;
};

/* ---- rows (api_targets_row.c) */

/* A whole row; texts are borrowed. */
void ek_api_targets_from(const struct ek_views_value *row, struct ek_api_target *out);
/* EK_CONTENT_TARGETS_WIDTH values; numbers as text in the turn's arena. */
bool ek_api_targets_row(struct ek_turn *t, const struct ek_api_target *target,
			struct ek_views_value *row) EK_MUST_CHECK;
/* By id, unless it was deleted; else false with 404. */
bool ek_api_targets_load(struct ek_turn *t, uint64_t id, struct ek_api_target *out) EK_MUST_CHECK;
/* A number that was written as text; 0 of none. */
double ek_api_targets_number(const struct ek_views_value *v);
/* As text in the turn's arena. */
struct ek_views_value ek_api_targets_text(struct ek_turn *t, double v);

/* ---- rights (api_targets_row.c) */

/* Whether the caller may do that with it; false with the problem. team, person: one of two rights,
 * for targets of teams and of persons. */
struct ek_api_targets_right {
	enum ek_may team, person;
};
bool ek_api_targets_may(struct ek_turn *t, const struct ek_api_target *target,
			struct ek_api_targets_right right) EK_MUST_CHECK;
/* Whether the figures behind it may be seen: always of a team's; of a person's by themselves, and
 * by their leads who said a purpose. False on errors too, which are in the problem. */
bool ek_api_targets_sees(struct ek_turn *t, const struct ek_api_target *target);

/* ---- periods (api_targets_row.c) */

struct ek_api_targets_span {
	int32_t from, until; /* until is behind the last day */
};
struct ek_api_targets_span ek_api_targets_span(uint8_t period, int32_t day);
/* For how long both versions of a definition are shown after its change on that local day: until
 * the day behind 28 days, and behind one whole period of a target, 0 = of none. */
int32_t ek_api_targets_both_until(int32_t changed, uint8_t period);
/* Once it is over and everything in it is known. */
bool ek_api_targets_is_ripe(const struct ek_api_target *target, const struct ek_zone *zone,
			    struct ek_api_targets_span span, ek_time now);

/* ---- figures (api_targets_judge.c); the fold is taken */

struct ek_api_targets_figure {
	struct ek_figure fig;
	bool has_value;
	double value; /* of the target's statistic */
	bool has_interval;
};
/* The question of one period; borrows the target. */
struct ek_figures_ask ek_api_targets_question(const struct ek_figures *f,
					      const struct ek_api_target *target,
					      struct ek_api_targets_span span);
bool ek_api_targets_ask(const struct ek_figures *f, const struct ek_api_target *target,
			struct ek_api_targets_span span, struct ek_api_targets_figure *out,
			struct ek_err *err) EK_MUST_CHECK;
/* Enough to say: state of a period that is ripe. */
enum ek_api_target_state ek_api_targets_state(const struct ek_api_target *target,
					      const struct ek_api_targets_figure *fig);
struct ek_api_targets_judged {
	struct ek_attain attain;
	bool has_open_shift; /* a lasting shift that was not seen and told, re-based or returned */
	int64_t points_needed[2]; /* of NPS: answers for plus or minus 5 and 10 points; 0 = unknown
				   */
};
/* From the periods before this one, and what people said of shifts in the team's charts. On any
 * thread with a reader. */
bool ek_api_targets_judge(struct ek_turn *t, const struct ek_figures *f,
			  const struct ek_api_target *target, struct ek_api_targets_judged *out,
			  struct ek_err *err) EK_MUST_CHECK;
const struct ek_zone *ek_api_targets_zone(const struct ek_figures *f,
					  const struct ek_api_target *target);
int ek_api_targets_unit(const struct ek_api_target *target);
/* Why no reward may hang on a target: as the wire says it, and in words. */
struct ek_api_target_bar {
	const char *code;
	const char *says;
};
/* NULL = it may. */
const struct ek_api_target_bar *ek_api_targets_no_reward(const struct ek_api_target *target,
							 const struct ek_attain *attain);

/* Of a write that changes a target, or what is said of it: told in live events. */
void ek_api_targets_tell(struct ek_turn *t, const struct ek_api_target *target);

/* ---- writing (api_targets_write.c) */

/* Shape TargetGrade. */
void ek_api_targets_put_grade(struct ek_json *j, const struct ek_api_target *target,
			      const struct ek_api_targets_judged *judged);
/* Shape TargetStatus of the present period. */
bool ek_api_targets_put_status(struct ek_turn *t, struct ek_json *j, const struct ek_figures *f,
			       const struct ek_api_target *target,
			       struct ek_err *err) EK_MUST_CHECK;
/* Whole rows of target_periods of the target $1. */
#define EK_API_TARGETS_PERIODS \
	"SELECT target, since, until, state, revision, version, grade, figure, comment," \
	" comment_by, at_ms FROM target_periods WHERE target = $1"
/* What was written of a period when it was judged (api_targets_close.c). */
struct ek_api_targets_kept {
	bool has_value, has_interval;
	double value, low, high, wanted, upper;
	int64_t n, numerator, denominator, comparator;
};
struct ek_api_targets_kept ek_api_targets_kept(struct ek_turn *t, ek_str json);
/* Shape TargetPeriod. */
struct ek_api_targets_period {
	const struct ek_views_value *row;
	ek_str restated; /* p NULL = it is as it was judged */
};
void ek_api_targets_put_period(struct ek_turn *t, struct ek_json *j,
			       const struct ek_api_target *target,
			       const struct ek_api_targets_period *period);
/* Shape TargetRestated of a row of target_periods, if late facts made its figure another; else p
 * NULL (api_targets_restated.c). The fold is taken. False with the problem. */
bool ek_api_targets_restated(struct ek_turn *t, const struct ek_figures *f,
			     const struct ek_api_target *target, const struct ek_views_value *row,
			     ek_str *out) EK_MUST_CHECK;
/* Shape TargetStatus of the last period that was judged; p NULL = none was. The fold is taken.
 * False with the problem. */
bool ek_api_targets_last(struct ek_turn *t, const struct ek_figures *f,
			 const struct ek_api_target *target, ek_str *out) EK_MUST_CHECK;
/* Members of shape Target, without braces. status and last: JSON; p NULL = none, and why says why
 * there is no status. On any thread with a reader. False with the problem. */
struct ek_api_targets_shown {
	ek_str status, last;
	const char *why;
	bool sees; /* figures */
};
bool ek_api_targets_put(struct ek_turn *t, const struct ek_api_target *target,
			const struct ek_api_targets_shown *shown) EK_MUST_CHECK;
/* The whole of it on a worker's thread: whether figures are seen, and how it stands. */
bool ek_api_targets_show(struct ek_turn *t, const struct ek_figures *f,
			 const struct ek_api_target *target) EK_MUST_CHECK;

/* ---- beside the team (api_targets_beside.c): member `beside`; the fold is taken */
bool ek_api_targets_put_beside(struct ek_turn *t, const struct ek_figures *f,
			       const struct ek_api_target *target) EK_MUST_CHECK;

/* ---- periods that are over (api_targets_close.c), on the jobs' thread */
struct ek_api_job;
/* Judges what has become ripe, and opens what a miss opens. False: come again soon. */
bool ek_api_targets_round(struct ek_api_job *job);

#endif
