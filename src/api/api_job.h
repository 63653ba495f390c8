/* api_job -- work that takes longer than a request: a thread of its own, one job after the other.
 *
 * Who begins one, in made:
 *
 *   id = ek_api_job_put(t, &(struct ek_api_job_begin){.kind = "csv_export", .arguments = json});
 *   ... and after the commit, in tell:   ek_api_job_start(t->api, id);
 *
 * What a kind of job does is a function of the table in api_job.c, on the job's thread:
 *
 *   void ek_api_csv_job(struct ek_api_job *job)
 *   {
 *           struct ek_turn *t = &job->turn;          reads with ek_turn_select
 *           ...
 *           if (!ek_api_job_step(job, done, total))  now and then; false: stop
 *                   return;
 *           ek_api_job_file(job, type, bytes);       at the end, if there is a file
 *   }
 *
 * What it returns with decides: a problem in job->turn fails it, with the problem's name as its
 * code. What it reads is one state between two steps. A job that was under way when the server
 * ended is begun again: it must be fit for that. The rights are those that its owner had when it
 * began. Source: spec api, section 4.2; ux, "Long work".
 */
#ifndef EK_API_API_JOB_H
#define EK_API_API_JOB_H

#include "api/turn.h"

struct ek_api_jobs;

enum {
	EK_API_JOB_QUEUE = 256,
	EK_API_JOB_MEMORY = 256 * 1024 * 1024,
	EK_API_JOB_EACH = 20, /* waiting or running, of one person */
};
/* For how long what a job made is kept. */
#define EK_API_JOB_KEEP_MS (7 * INT64_C(86400000))

/* ---- beginning one */

struct ek_api_job_begin {
	const char *kind;           /* a word of WORDS_job_kind (schema/lists.def) */
	ek_str arguments;           /* JSON object; p NULL = {} */
	int64_t bulk_edit;          /* 0 = none */
	int64_t total;              /* steps; EK_NONE = not known yet */
	struct ek_views_value *row; /* what was put, EK_CONTENT_JOBS_WIDTH values; may be NULL */
};
/* In check: whether its owner may begin one more. False with rate_limited. */
bool ek_api_job_room(struct ek_turn *t) EK_MUST_CHECK;
/* In made: the row. Returns its id. */
uint64_t ek_api_job_put(struct ek_turn *t, const struct ek_api_job_begin *begin);
/* After the commit: any thread. One that does not fit into the queue waits until the next start. */
void ek_api_job_start(struct ek_turn *t, uint64_t id);
/* Its state to live streams that may see it; after the commit that holds the row. Any thread. */
void ek_api_job_say(struct ek_api *api, const struct ek_views_value *row, uint64_t seq);
/* Shape Job, of a whole row. */
void ek_api_job_write(const struct ek_turn *t, struct ek_json *j, const struct ek_views_value *row);
/* The answer 202, with Location. */
void ek_api_job_answer(struct ek_turn *t, const struct ek_views_value *row);
/* In made: it is to stop. EK_NONE, or one that has ended: nothing. */
void ek_api_job_put_cancelled(struct ek_turn *t, int64_t id);

/* ---- what is done without being asked for
 *
 * Between jobs, at the start and then every EK_API_JOB_ROUND_MS: periods of targets that are over
 * are judged (api_targets.h). Sooner when somebody says so; any thread. */
enum { EK_API_JOB_ROUND_MS = 60000, EK_API_JOB_ROUND_AGAIN_MS = 2000 };
void ek_api_job_round(struct ek_api *api);

/* ---- inside one */

struct ek_api_job {
	struct ek_turn turn; /* of nobody's request; actor and self are the owner's */
	int64_t id;
	const struct ek_views_value *row; /* as it began */
	ek_str arguments;                 /* JSON, as begun with */
	/* The thread's. */
	struct ek_api_jobs *of;
	struct ek_http_request request;
	struct ek_arena arena; /* as long as the job */
	int64_t done, total;
	ek_str file, file_type;
	bool is_over; /* cancelled, or the server ends */
};
typedef void ek_api_job_run(struct ek_api_job *job);

/* Tells how far it is, and sees what is on disk anew. False: stop. */
bool ek_api_job_step(struct ek_api_job *job, int64_t done, int64_t total) EK_MUST_CHECK;
/* The same at once, however lately it was told. */
bool ek_api_job_tell(struct ek_api_job *job, int64_t done, int64_t total) EK_MUST_CHECK;
/* A write in the owner's name, waited for. job->turn is as ek_turn_write has it; state is the
 * caller's. False, with the problem in job->turn, when it was refused. */
bool ek_api_job_commit(struct ek_api_job *job, const struct ek_turn_write *write) EK_MUST_CHECK;
/* Its result. Both live as long as the job; type is such as "text/csv". */
void ek_api_job_file(struct ek_api_job *job, ek_str type, ek_str bytes);

/* ---- the thread */

/* Starts it, and begins anew what was under way. where: as in store/reader.h, borrowed for the
 * call. Errors: NO_MEMORY. */
bool ek_api_job_open(struct ek_api *api, const char *where, struct ek_err *err) EK_MUST_CHECK;
/* Ends what is under way between two steps, and waits for it; before the group is closed. */
void ek_api_job_stop(struct ek_api *api);
void ek_api_job_close(struct ek_api *api);

#endif
