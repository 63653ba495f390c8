/* watch -- goes beside an engine that is replayed event by event, and tells who could have been
 * given work, and when; among whom the router chose; and since when each team inbox was never
 * empty.
 *
 * A teammate counts as eligible for a team inbox that they serve while tests 2 to 6, 12 and 13
 * pass for an ordinary conversation there (the points of the lightest class); in a rotation those
 * tests that it asks; in a manual team never. Those who may help through overflow count where they
 * are chosen from, not in hours. Whoever could have been given a conversation at the moment of its
 * decision, passed every test; a hold that ended with the giving still counts. Days and weekends
 * go by the teammate's own zone.
 *
 * Off the decision path. Cost: after each event whose time differs from the one before, the team
 * inboxes of the teammates that the last events named are looked at anew, O(memberships of each),
 * and when an inbox became empty or ceased to be so, those of its primaries; after a change of
 * settings, calendars or teams, everybody's. A decision costs O(members of its inbox and its open
 * overflow).
 */
#ifndef EK_ENGINE_WATCH_H
#define EK_ENGINE_WATCH_H

#include "engine/engine.h"
#include "model/observation.h"

struct ek_watch;

struct ek_watch_options {
	struct ek_alloc alloc;
	ek_observation_sink *sink;
	void *ctx;
};

/* *w is the caller's, to be closed. Errors: NO_MEMORY. */
bool ek_watch_open(const struct ek_watch_options *options, struct ek_watch **w,
		   struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_watch_close(struct ek_watch **w);
/* Applies the next event to the engine and tells what is to be told. The engine is always the same
 * one, from the watch's first event on. Errors: those of ek_engine_apply; NO_MEMORY, also when the
 * sink stops. */
bool ek_watch_apply(struct ek_watch *w, struct ek_engine *engine, const struct ek_event *event,
		    struct ek_err *err) EK_MUST_CHECK;
/* Tells what the last events changed: call once, at the end. */
bool ek_watch_finish(struct ek_watch *w, struct ek_engine *engine,
		     struct ek_err *err) EK_MUST_CHECK;
/* Since when something has waited in a team inbox at every moment, as of the last finish;
 * EK_NO_TIME = nothing waits. */
ek_time ek_watch_busy_since(const struct ek_watch *w, ek_team_id team);

#endif
