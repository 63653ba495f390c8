/* api_state -- what the API holds. Private to src/api. */
#ifndef EK_API_API_STATE_H
#define EK_API_API_STATE_H

#include "api/caller.h"
#include "api/turn.h"
#include "auth/throttle.h"
#include "store/reader.h"
#include "store/search.h"

/* Of one operation, for /metrics. Buckets are those of schema/metrics.def. */
enum { EK_API_BUCKETS = 12 };
struct ek_api_tally {
	uint64_t by_status[6]; /* status / 100 */
	uint64_t buckets[EK_API_BUCKETS];
	uint64_t ns;
};

struct ek_api {
	struct ek_api_options options;
	struct ek_writer *writer;                      /* borrowed; the writer's thread's */
	struct ek_reader *reader;                      /* the HTTP thread's */
	struct ek_reader *writer_reader;               /* the writer's thread's */
	struct ek_throttle_table *throttle;            /* the HTTP thread's */
	struct ek_caller_noted noted[EK_CALLER_NOTED]; /* the HTTP thread's */
	struct ek_search *search;                      /* words and folding; the HTTP thread's */
	struct ek_search *writer_search;               /* the writer's thread's */
	int64_t last_ids[EK_CONTENT_COUNT];            /* of each table; the writer's thread's */
	struct ek_guard *guard;                        /* api/guard.h */
	/* Of the audit log; the writer's thread's. */
	uint8_t chain[EK_HASH_BYTES];
	uint64_t chain_known;       /* 1 + the writer's losses when it was read; 0 = it was not */
	struct ek_api_jobs *jobs;   /* api/api_job.h */
	struct ek_trends *trends;   /* api/trends.h; NULL = nobody keeps figures */
	struct ek_mirror *mirror;   /* api/mirror.h; likewise */
	struct ek_worker *worker;   /* what takes long (api/worker.h) */
	struct ek_api_clock *clock; /* api/api_clock.h; the writer's thread's */
	struct ek_api_arriving *arriving; /* api/api_arrive.h; the same */
	bool may_have_rules;              /* on arrival (api/api_arrival.h); the HTTP thread's */
	struct ek_api_letters *letters;   /* api/api_letter.h */
	struct ek_worker *caller_out;     /* what waits for other servers; the same kind */
	struct ek_worker *scanning;       /* what waits for the scanner; NULL = there is none */
	struct ek_surveyor *surveyor;     /* api/surveyor.h */
	struct ek_reporter *reporter;     /* api/api_report.h; the same */
	struct ek_visits *visits;         /* api/visits.h */
	struct ek_reviewer *reviewer;     /* api/reviewer.h */
	struct ek_sealer *sealer;         /* api/sealer.h; NULL = there is no directory */
	struct ek_routes *routes;
	struct ek_outside_site *site; /* api/outside_web.c */
	struct ek_thread_lock *tally_lock;
	struct ek_api_tally *tallies; /* one for each route, and one for no route */
};

/* Any thread: an answer went out. */
void ek_api_count(struct ek_api *api, const struct ek_route_row *route, int status, uint64_t ns);

#endif
