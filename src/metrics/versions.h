/* versions -- the office hours of each team inbox as they were at each moment.
 *
 * A stretch of time is measured piece by piece with the hours in force at each moment: those of the
 * team, else the workspace's; where nobody set any, always open. What lies before the log's first
 * event is measured by the earliest hours known. Inserting a version that is equal to the one in
 * force changes no sum, nor does splitting a stretch at any instant.
 *
 * Whole seconds in, whole seconds out, where hours begin and end on whole seconds. Cost: a binary
 * search and one walk of the calendar for each piece. Memory: a copy of each version. Source: spec
 * metrics, R2.
 */
#ifndef EK_METRICS_VERSIONS_H
#define EK_METRICS_VERSIONS_H

#include "base/alloc.h"
#include "model/event.h"

/* Since when, and what: own hours, always open (calendar NULL), or whatever the workspace has. */
struct ek_versions_row {
	int64_t at_ms;
	bool inherits;
	struct ek_calendar *calendar; /* owned */
	size_t bytes;
};

struct ek_versions_list {
	struct ek_versions_row *v;
	uint32_t n, cap;
};

struct ek_versions {
	struct ek_alloc alloc;
	struct ek_versions_list *teams; /* by id; 0 is the workspace */
	uint32_t team_count;
	struct ek_zone zone; /* of the workspace; shift_count 0 = none was set */
	size_t zone_bytes;
	void *zone_memory;
	int64_t birth_ms; /* of the first event; EK_NONE before it */
	uint64_t bytes;
};

void ek_versions_init(struct ek_versions *v, struct ek_alloc alloc);
void ek_versions_fini(struct ek_versions *v);
/* calendar.changed, settings.changed, zone.changed; others only tell when the log began. False
 * without memory. */
bool ek_versions_event(struct ek_versions *v, const struct ek_event *e) EK_MUST_CHECK;
/* Whether the event changes in which zone days begin. */
bool ek_versions_is_about(const struct ek_event *e);
/* Open seconds between two times in seconds since 1970, for a team inbox (0: the workspace). */
uint32_t ek_versions_elapsed(const struct ek_versions *v, uint32_t team, uint32_t from,
			     uint32_t to);
/* The zone in which the team's days begin now; NULL = UTC. Holds until the next event. */
const struct ek_zone *ek_versions_zone(const struct ek_versions *v, uint32_t team);
/* Hours in force at t, and until when (INT64_MAX: for ever). */
const struct ek_calendar *ek_versions_at(const struct ek_versions *v, uint32_t team, int64_t t_ms,
					 int64_t *until_ms);

#endif
