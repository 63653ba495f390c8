/* trends -- every operational metric of every team looked over by itself, on a thread of its own.
 *
 * After each local midnight (the clock is looked at every quarter of an hour), when somebody
 * annotates, tells or re-bases, when the workspace's zone is another one, and when many facts came
 * in late, every chart (api/charts.h) is judged anew from its figures. What was found is kept in
 * the table `verdicts`: new verdicts are added, and one that the series no longer says is crossed
 * through, never removed; verdicts between a shift's start and the day on which limits were begun
 * anew stay as they were told. The same figures and the same rows give the same verdicts.
 *
 * The alarm budget (S25) is solved over all team charts that can give verdicts; a step that follows
 * holds from that day on and is kept in `alarm_steps`, so that what was told before stays told. A
 * monthly chart is looked at where the weekly one is too fine.
 *
 * Source: spec patterns. Cost of one look: charts x (a question for each period, O(points)); it
 * takes at most a twentieth of the thread's time. How charts stand is held in memory: some 100
 * bytes a chart.
 */
#ifndef EK_API_TRENDS_H
#define EK_API_TRENDS_H

#include "api/api.h"
#include "api/charts.h"
#include "store/reader.h"

struct ek_trends;

/* How one chart stood when it was last looked over. */
struct ek_trends_line {
	const struct ek_definition *definition; /* of that version; static or the fold's */
	uint32_t version;
	ek_team_id team;
	enum ek_budget_feed feed;
	const char *state; /* a word of judged.h, "few" not among them; static */
	uint32_t rank;     /* the loudest first */
	double apart;      /* of a shift: the surest first; standard errors */
	int32_t side;      /* of what stands or is suspected; 0 = none */
	bool has_shift;    /* and it is not settled */
	bool has_standing; /* settled or not, faint or not */
	bool is_faint;     /* it stands and is no news (judged.h) */
	int32_t recurring; /* the side on which blips come again; 0 = on none */
	struct ek_judged_shift shift;
	uint64_t n;
	uint32_t points;
	double odds; /* 0 = it gives no verdicts */
};
/* The row of server_settings that says how many false verdicts are borne in 30 days over all team
 * charts, a whole number from 1 on; EK_BUDGET_DEFAULT where there is none. */
#define EK_TRENDS_ALARMS "alarm_budget"
enum { EK_TRENDS_ALARMS_MAX = 1000 };

struct ek_trends_budget {
	uint32_t charts;
	double allowed;
	struct ek_budget_answer answer;
};
struct ek_trends_view {
	const struct ek_trends_line *lines; /* in order of rank */
	uint32_t n;
	struct ek_trends_budget budget;
	ek_time as_of; /* EK_NO_TIME: not looked over yet */
};

/* Errors: the reader's, NO_MEMORY. Does nothing where nobody keeps figures. */
bool ek_trends_open(struct ek_api *api, const char *where, struct ek_err *err) EK_MUST_CHECK;
/* Before the group is closed. */
void ek_trends_stop(struct ek_api *api);
void ek_trends_close(struct ek_api *api);
/* Any thread: something was said; look over again soon. */
void ek_trends_nudge(struct ek_api *api);
/* Any thread: how charts stand, under a lock until given back. False, and nothing to be given back,
 * where there are none. */
bool ek_trends_take(struct ek_api *api, struct ek_trends_view *view) EK_MUST_CHECK;
void ek_trends_give(struct ek_api *api);
/* One chart of those; NULL where it was not looked over. */
const struct ek_trends_line *ek_trends_find(const struct ek_trends_view *view, ek_team_id team,
					    int64_t metric, enum ek_budget_feed feed);

/* trends_given.c: what people said, and the steps of the rules. team 0: of all. Lies in the arena.
 * Errors: the reader's, NO_MEMORY. */
bool ek_trends_given(struct ek_reader *reader, ek_team_id team, struct ek_arena *arena,
		     struct ek_charts_given *out, struct ek_err *err) EK_MUST_CHECK;

/* What is borne, of EK_TRENDS_ALARMS. */
bool ek_trends_allowed(struct ek_reader *reader, double *out, struct ek_err *err) EK_MUST_CHECK;

/* Whether the first run is over. */
bool ek_trends_owned(struct ek_reader *reader, bool *out, struct ek_err *err) EK_MUST_CHECK;

/* A verdict's chart and what makes it itself. */
struct ek_trends_row {
	int64_t id;
	ek_team_id team;
	int metric;
	enum ek_budget_feed feed;
	enum ek_verdict_kind kind;
	int32_t side;
	int32_t day, start;
	bool is_crossed;
	bool is_settled; /* seen, and its story told */
};
struct ek_trends_rows {
	struct ek_trends_row *v;
	uint32_t n;
};
bool ek_trends_rows(struct ek_reader *reader, struct ek_arena *arena, struct ek_trends_rows *out,
		    struct ek_err *err) EK_MUST_CHECK;
struct ek_trends_teams {
	ek_team_id *v;
	uint32_t n;
};
bool ek_trends_teams(struct ek_reader *reader, struct ek_arena *arena, struct ek_trends_teams *out,
		     struct ek_err *err) EK_MUST_CHECK;
/* "daily" as a feed, "shift" as a kind; false for another word. */
bool ek_trends_feed(ek_str word, enum ek_budget_feed *out);
bool ek_trends_kind(ek_str word, enum ek_verdict_kind *out);

/* trends_keep.c: what is to be written after a look. */
enum { EK_TRENDS_LEVELS = 1000 };
struct ek_trends_change {
	int64_t id; /* of a verdict; 0 = a new one */
	bool is_crossed;
	struct ek_trends_row row; /* of a new one, as are the rest */
	uint32_t version;
	struct ek_judged_fact fact;
	struct ek_trends_change *next;
};
struct ek_trends_changes {
	struct ek_arena *arena;
	struct ek_trends_change *first, *last;
	uint32_t n;
	bool has_step;
	int32_t step_from;
	struct ek_trends_budget budget;
};
/* What a chart's facts make of its rows. False: no memory. */
bool ek_trends_compare(const struct ek_charts_ask *ask, const struct ek_charts *chart,
		       const struct ek_charts_given *given, const struct ek_trends_rows *rows,
		       struct ek_trends_changes *out);
/* On the writer's thread, in a call's made. */
void ek_trends_put(struct ek_api *api, struct ek_writer *w, const struct ek_trends_changes *c,
		   ek_time now);

#endif
