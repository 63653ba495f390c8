/* mirror -- what the rules see in each person's own work, looked over on a thread of its own, and
 * who is shown it when.
 *
 * Once an hour, of days that are over: of each team inbox the handle time of each who serves it,
 * against what is usual for such work (patterns/personal.h), and the rated answers about each. What
 * stands is kept in `person_patterns`. System first: what a third of the team shows at once is the
 * team's, and withheld from people. Mirror first: the person can see a pattern at once; their leads
 * hear of it after two of their working shifts, if it still holds, is nothing good, and nothing in
 * the work itself says why; and then only that a talk may be welcome. A row is erased a year after
 * it has ended.
 *
 * The budget (S25) is solved for each team over all that can give verdicts; a step holds from its
 * day on and is kept in `person_steps`.
 *
 * Nothing here is a figure: no report, export, list or search reads it; routes are /me/patterns,
 * /talks and /teammates/{id}/talk. Source: spec patterns, section 6; people, "A personal pattern".
 * Cost: all approaches of a team once; at most a twentieth of the thread's time.
 */
#ifndef EK_API_MIRROR_H
#define EK_API_MIRROR_H

#include "api/api.h"
#include "metrics/figures.h"
#include "patterns/personal.h"
#include "store/reader.h"

struct ek_mirror;

enum ek_mirror_why {
	EK_MIRROR_TEAM = 1,
	EK_MIRROR_MIX = 2,
	EK_MIRROR_FEWER = 4,
	EK_MIRROR_NEWCOMER = 8,
	EK_MIRROR_NOTED = 16,
};
enum { EK_MIRROR_METRICS = 2 };
/* Handle time, csat. */
int ek_mirror_metric(uint32_t i);
/* "better", "worse", "higher", "lower". */
const char *ek_mirror_direction(int metric, int32_t side);

/* How far one is looked at. */
struct ek_mirror_line {
	ek_teammate_id teammate;
	ek_team_id team;
	int metric;
	enum ek_person_stage stage;
	uint32_t n;
	bool is_judged;
	bool has_shift;
	bool is_withheld;
};
struct ek_mirror_view {
	const struct ek_mirror_line *lines;
	uint32_t n;
	ek_time as_of; /* EK_NO_TIME: not looked over yet */
};

/* Errors: the reader's, NO_MEMORY. Does nothing where nobody keeps figures. */
bool ek_mirror_open(struct ek_api *api, const char *where, struct ek_err *err) EK_MUST_CHECK;
/* Before the group is closed. */
void ek_mirror_stop(struct ek_api *api);
void ek_mirror_close(struct ek_api *api);
/* Any thread: under a lock until given back. False, and nothing to be given back, without. */
bool ek_mirror_take(struct ek_api *api, struct ek_mirror_view *view) EK_MUST_CHECK;
void ek_mirror_give(struct ek_api *api);

/* ---- one team (mirror_team.c) */

/* Whole numbers of a question's rows; null is EK_NONE. */
struct ek_mirror_rows {
	int64_t *v;
	uint32_t n, width;
};
bool ek_mirror_select(struct ek_reader *reader, const struct ek_reader_question *q,
		      struct ek_arena *arena, struct ek_mirror_rows *out,
		      struct ek_err *err) EK_MUST_CHECK;

/* One thing, with what is shown of it. */
struct ek_mirror_thing {
	struct ek_personal_item item;
	ek_conversation_id conversation;
	ek_time at;
	ek_str topic; /* lives as long as the fold */
	uint8_t channel;
	uint32_t order;
};
struct ek_mirror_series {
	struct ek_mirror_thing *things; /* in order of time */
	struct ek_personal_item *items; /* the same, alone */
	uint32_t n, cap;
	int32_t *days; /* on which there was any */
	uint32_t day_count;
	struct ek_personal_stand *stands; /* of all people */
	bool *withheld;                   /* of those who serve */
	uint32_t sides;                   /* of a team verdict */
	uint32_t version;
};
struct ek_mirror_team {
	ek_team_id team;
	uint32_t *people; /* teammates; those who serve it first */
	uint32_t people_count, people_cap;
	uint32_t serving;
	struct ek_mirror_series series[EK_MIRROR_METRICS];
	struct ek_personal_rules rules;
	uint32_t step;
	uint32_t charts;
	struct ek_budget_answer budget;
	int32_t today;
	const struct ek_zone *zone;
	struct ek_arena *arena;
};
/* Under the fold's lock: what everybody did on days that are over. Errors: the fold's. */
bool ek_mirror_read(const struct ek_figures *f, ek_time now, struct ek_mirror_team *team,
		    struct ek_err *err) EK_MUST_CHECK;
/* No lock: stands, and the budget that follows. Errors: NO_MEMORY. */
bool ek_mirror_judge(struct ek_mirror_team *team, struct ek_err *err) EK_MUST_CHECK;

/* ---- what is kept (mirror_keep.c) */

struct ek_mirror_given {
	struct ek_mirror_rows patterns; /* see mirror_keep.c */
	struct ek_mirror_rows verdicts; /* team, metric, side, start */
	struct ek_mirror_rows notes;    /* team, metric, day */
	struct ek_mirror_rows members;  /* team, teammate */
	struct ek_mirror_rows steps;    /* team, from_day, step */
	struct ek_mirror_rows teams;    /* team */
};
bool ek_mirror_given(struct ek_reader *reader, struct ek_arena *arena, struct ek_mirror_given *out,
		     struct ek_err *err) EK_MUST_CHECK;

struct ek_mirror_change {
	int64_t id; /* 0 = a new one */
	const struct ek_views_value *row;
	bool is_step;
	struct ek_mirror_change *next;
};
struct ek_mirror_changes {
	struct ek_arena *arena;
	struct ek_mirror_change *first, *last;
	bool erases; /* something ended more than a year ago */
	ek_time now;
};
/* What a team's stands make of its rows. Errors: NO_MEMORY. */
bool ek_mirror_compare(const struct ek_mirror_team *team, const struct ek_mirror_given *given,
		       struct ek_mirror_changes *out, struct ek_err *err) EK_MUST_CHECK;
/* On the writer's thread, in a call's made. */
void ek_mirror_put(struct ek_api *api, struct ek_writer *w, const struct ek_mirror_changes *c);

#endif
