/* api_report -- a saved report as it is kept and as answers show it, and the thread that makes what
 * is due.
 *
 * A run is a row from the moment at which it is due, or asked for. The thread asks the standard
 * report in its owner's name, with the rights that the owner has then; keeps the answer with the
 * run, which never changes it again (R13); and brings it where it is to go. What fails is tried
 * again after 1, 5, 25, 120 and 720 minutes, from the kept answer, and then given up: why stands in
 * the row (X6). What goes to people (api_letters.h) or to a webhook (channels/hooks.h) is tried
 * again there; a row for each says how that stands, and the run ends with the last of them. A time
 * that passed while nothing served is made up for once.
 */
#ifndef EK_API_API_REPORT_H
#define EK_API_API_REPORT_H

#include "api/api_standard.h"
#include "api/report_days.h"
#include "channels/letter.h"
#include "store/reader.h"

struct ek_post_letter; /* channels/post.h */

#define EK_API_REPORT_FOLDER "reports"
enum {
	EK_API_REPORT_NAME = 60, /* of a file */
	EK_API_REPORT_BODY = 8 * 1024 * 1024,
	EK_API_REPORT_EACH = 50, /* of one person */
	EK_API_REPORT_PEOPLE = 20,
};

/* What a saved report asks for. */
struct ek_api_report_query {
	uint32_t standard; /* enum ek_api_standard_kind */
	uint32_t span;     /* enum ek_report_days_span */
	bool is_csv;
	ek_team_id team;
	uint8_t clock;
	ek_str zone; /* p NULL = the team's */
};
/* Each ended with NULL. */
const char *const *ek_api_report_standards(void);
const char *const *ek_api_report_spans(void);
const char *const *ek_api_report_formats(void);
const char *const *ek_api_report_weekdays(void);

/* Of columns that were kept; false: they cannot be read. Texts live in the arena. */
bool ek_api_report_read_query(const struct ek_views_value *row, struct ek_arena *arena,
			      struct ek_api_report_query *out) EK_MUST_CHECK;
struct ek_api_report_schedule {
	uint32_t days; /* bit 0 = Monday */
	int32_t at_ms;
	ek_str zone;
};
bool ek_api_report_read_schedule(ek_str json, struct ek_arena *arena,
				 struct ek_api_report_schedule *out) EK_MUST_CHECK;
/* When it is due next. Loads the zone. Errors: the zone's. */
bool ek_api_report_due(const struct ek_api_report_schedule *s, ek_time after,
		       struct ek_arena *arena, ek_time *due, struct ek_err *err) EK_MUST_CHECK;
enum ek_api_report_way {
	EK_API_REPORT_KEPT, /* it goes nowhere */
	EK_API_REPORT_FILE,
	EK_API_REPORT_EMAIL,
	EK_API_REPORT_WEBHOOK,
};
/* Ended with NULL; the place of a word is its way less one. */
const char *const *ek_api_report_ways(void);
struct ek_api_report_target {
	uint32_t way; /* enum ek_api_report_way */
	ek_str name;  /* of a file */
	ek_teammate_id people[EK_API_REPORT_PEOPLE];
	uint32_t people_count;
	uint64_t webhook;
};
/* Of a kept target; p NULL = it goes nowhere. */
bool ek_api_report_read_target(ek_str json, struct ek_arena *arena,
			       struct ek_api_report_target *out) EK_MUST_CHECK;
/* Letters, digits, - and _. */
bool ek_api_report_is_name(ek_str name);

/* Shapes Report and ReportRun (whole: with its body), of whole rows. seq 0 leaves the member
 * out. sent: what ek_api_report_send_list read; NULL = it went to nobody yet. */
void ek_api_report_write(struct ek_turn *t, const struct ek_views_value *row, uint64_t seq);
struct ek_api_report_shown {
	const struct ek_views_value *row;
	const struct ek_turn_rows *sent;
	bool is_whole;
	uint64_t seq;
};
void ek_api_report_write_run(struct ek_json *j, const struct ek_api_report_shown *shown);

/* ---- api_report_send.c: to people and webhooks */

/* To whom a run goes; texts in the arena. */
struct ek_api_report_send {
	int64_t run;
	ek_time at;
	int64_t mailbox;
	ek_str subject;
	struct {
		ek_teammate_id id;
		ek_str address; /* n 0 = none */
	} people[EK_API_REPORT_PEOPLE];
	uint32_t people_count;
	uint64_t webhook;
	ek_str body; /* of what the webhook is told */
};
struct ek_api_report_made {
	struct ek_api *api;
	struct ek_reader *reader;
	struct ek_arena *arena;
	const struct ek_views_value *row; /* the report's */
	const struct ek_views_value *run;
	ek_time at;
};
/* False with a word why: it can go to nobody now. */
bool ek_api_report_send_find(const struct ek_api_report_made *made,
			     const struct ek_api_report_target *target,
			     struct ek_api_report_send *out, const char **why) EK_MUST_CHECK;
/* In made, on the writer's thread: the rows that send it. */
void ek_api_report_send_put(struct ek_api *api, struct ek_writer *w,
			    const struct ek_api_report_send *s);
/* One sending that came to its end. */
struct ek_api_report_ended {
	struct ek_views_value row[EK_CONTENT_REPORT_SENDINGS_WIDTH];
	struct ek_views_value letter[EK_CONTENT_LETTERS_WIDTH];
	bool is_found;
	bool is_last; /* of its run */
	bool is_well; /* so far, all of that run */
};
/* Texts in the arena. Errors: the reader's. */
bool ek_api_report_send_next(struct ek_reader *reader, struct ek_arena *arena, ek_time now,
			     struct ek_api_report_ended *out, struct ek_err *err) EK_MUST_CHECK;
void ek_api_report_send_settle(struct ek_writer *w, const struct ek_api_report_ended *e);
/* All sendings of runs of a report from the first run to the last, by run; with what is known of
 * them now. False with a problem. */
bool ek_api_report_send_list(struct ek_turn *t, uint64_t report, const int64_t runs[2],
			     struct ek_turn_rows *out) EK_MUST_CHECK;
void ek_api_report_send_show(struct ek_json *j, const struct ek_turn_rows *sent, int64_t run);
/* As in api/api_letters.h, write. */
bool ek_api_report_send_write(struct ek_api *api, const struct ek_post_letter *letter,
			      struct ek_letter *out, struct ek_err *err) EK_MUST_CHECK;
/* The table of an answer, as a saved report writes it. out is to be given back (ek_json_fini). */
bool ek_api_report_table(ek_str answer, uint32_t standard, struct ek_json *out) EK_MUST_CHECK;

/* api_report_thread.c: the thread. Errors: the reader's, NO_MEMORY. Does nothing where nobody keeps
 * figures. */
bool ek_api_report_open(struct ek_api *api, const char *where, struct ek_err *err) EK_MUST_CHECK;
/* Before the worker and the group are closed. */
void ek_api_report_stop(struct ek_api *api);
void ek_api_report_close(struct ek_api *api);
/* Any thread: something waits. */
void ek_api_report_nudge(struct ek_api *api);

#endif
