/* api_past -- what days and weeks looked like: the log walked once more, on the worker's thread.
 *
 * Days are those of a zone, from the first to the last, both in. Without being named they are the
 * last EK_API_PAST_DAYS up to today. Cost of a walk: about a microsecond for each event of the log,
 * and the watch's (engine/watch.h) where one goes beside it. */
#ifndef EK_API_API_PAST_H
#define EK_API_API_PAST_H

#include "api/turn.h"
#include "api/worker.h"
#include "base/zone.h"
#include "model/observation.h"

enum { EK_API_PAST_DAYS = 28, EK_API_PAST_DAYS_MAX = 366 };

struct ek_api_past {
	bool has_from, has_to;
	int32_t from, to; /* local dates */
	/* once the zone is known */
	ek_str zone;
	ek_time begin, end; /* [begin, end) */
};

/* Takes from and to out of the address. False with faults. */
bool ek_api_past_bind(struct ek_turn *t, struct ek_api_past *p);
/* What was not named, and the instants: in run. False with a fault when it is too long. */
bool ek_api_past_place(struct ek_turn *t, const struct ek_zone *zone, struct ek_api_past *p);

/* Every event, in order, decoded; borrowed for the call. False stops with err. */
typedef bool ek_api_past_visit(void *ctx, const struct ek_event *event, struct ek_err *err);
bool ek_api_past_events(struct ek_worker *w, ek_api_past_visit *visit, void *ctx,
			struct ek_err *err) EK_MUST_CHECK;
/* The observations of a replay, those of the period alone: what began earlier begins with it. */
struct ek_api_past_watch {
	const struct ek_api_past *period;
	ek_observation_sink *sink;
	void *ctx;
};
bool ek_api_past_observe(struct ek_worker *w, const struct ek_api_past_watch *what,
			 struct ek_err *err) EK_MUST_CHECK;

#endif
