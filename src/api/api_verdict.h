/* api_verdict -- a verdict, an annotation and a chart as requests name them and answers show them.
 */
#ifndef EK_API_API_VERDICT_H
#define EK_API_API_VERDICT_H

#include "api/api_story.h"
#include "api/trends.h"
#include "api/turn.h"

enum { EK_API_VERDICT_LIST = 200 };

struct ek_api_verdict {
	uint64_t id;
	const struct ek_views_value *row; /* whole, EK_CONTENT_VERDICTS_WIDTH values */
	ek_team_id team;
	struct ek_may_object object; /* its one team is team: stays where it is */
};

/* Of the path's id: false with 404, or with what the right says. */
bool ek_api_verdict_path(struct ek_turn *t, enum ek_may right,
			 struct ek_api_verdict *out) EK_MUST_CHECK;
/* The same by number, again. */
bool ek_api_verdict_load(struct ek_turn *t, uint64_t id, enum ek_may right,
			 struct ek_api_verdict *out) EK_MUST_CHECK;
/* What the same transaction puts, and so cannot be read yet; NULL or false: nothing. */
struct ek_api_verdict_fresh {
	const struct ek_views_value *story; /* a whole row, as the next */
	const struct ek_views_value *watch;
	const struct ek_api_story *shared; /* whether and with whose names */
	bool is_seen;                      /* by the caller, now */
};
/* Shape Verdict but for its end and what is said only within a chart; the object stays open. Reads
 * who saw it, its story and its watch. fresh may be NULL. */
void ek_api_verdict_begin(struct ek_turn *t, const struct ek_views_value *row,
			  const struct ek_api_verdict_fresh *fresh);
/* The whole of it. seq 0 leaves the member out. */
void ek_api_verdict_write(struct ek_turn *t, const struct ek_views_value *row,
			  const struct ek_api_verdict_fresh *fresh, uint64_t seq);
/* Its chart, as it stood when all were last looked over; false where it was not. */
bool ek_api_verdict_line(struct ek_turn *t, const struct ek_views_value *row,
			 struct ek_trends_line *out);
/* Of a whole row of annotations. */
void ek_api_verdict_note(struct ek_json *j, const struct ek_views_value *row, uint64_t seq);

/* Members: "metric":"first_response_time@1"; a date and millionths, EK_NONE is null. */
void ek_api_verdict_metric(struct ek_json *j, int metric, uint32_t version);
void ek_api_verdict_date(struct ek_json *j, const char *key, int64_t day);
void ek_api_verdict_micro(struct ek_json *j, const char *key, int64_t micro);
/* "better", "worse", and of neutral metrics "higher", "lower"; NULL for side 0. */
const char *ek_api_verdict_direction(const struct ek_definition *d, int32_t side);
/* 1: up is good, -1: down is, 0: neither. */
int32_t ek_api_verdict_desired(const struct ek_definition *d);

/* Whether the caller may see a team's charts: sums of five people or more, but for its leads.
 * _sees without a problem. */
bool ek_api_verdict_may_see(struct ek_turn *t, ek_team_id team) EK_MUST_CHECK;
bool ek_api_verdict_sees(struct ek_turn *t, ek_team_id team);

#endif
