/* api_report -- a saved report as it is kept and as answers show it, and the thread that makes what
 * is due.
 *
 * A run is a row from the moment at which it is due, or asked for. The thread asks the standard
 * report in its owner's name, with the rights that the owner has then; keeps the answer with the
 * run, which never changes it again (R13); and brings it where it is to go. What fails is tried
 * again after 1, 5, 25, 120 and 720 minutes, from the kept answer, and then given up: why stands in
 * the row (X6). A time that passed while nothing served is made up for once.
 */
#ifndef EK_API_API_REPORT_H
#define EK_API_API_REPORT_H

#include "api/api_standard.h"
#include "api/report_days.h"
#include "store/reader.h"

#define EK_API_REPORT_FOLDER "reports"
enum {
	EK_API_REPORT_NAME = 60, /* of a file */
	EK_API_REPORT_BODY = 8 * 1024 * 1024,
	EK_API_REPORT_EACH = 50, /* of one person */
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
/* The file's name of a kept target; p NULL = it goes nowhere. */
bool ek_api_report_read_target(ek_str json, struct ek_arena *arena, ek_str *name) EK_MUST_CHECK;
/* Letters, digits, - and _. */
bool ek_api_report_is_name(ek_str name);

/* Shapes Report and ReportRun (whole: with its body), of whole rows. seq 0 leaves the member
 * out. */
void ek_api_report_write(struct ek_turn *t, const struct ek_views_value *row, uint64_t seq);
void ek_api_report_write_run(struct ek_json *j, const struct ek_views_value *row, bool is_whole,
			     uint64_t seq);

/* api_report_thread.c: the thread. Errors: the reader's, NO_MEMORY. Does nothing where nobody keeps
 * figures. */
bool ek_api_report_open(struct ek_api *api, const char *where, struct ek_err *err) EK_MUST_CHECK;
/* Before the worker and the group are closed. */
void ek_api_report_stop(struct ek_api *api);
void ek_api_report_close(struct ek_api *api);
/* Any thread: something waits. */
void ek_api_report_nudge(struct ek_api *api);

#endif
