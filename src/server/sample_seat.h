/* sample_seat -- the sample's owner has a place at work: something of their own to see.
 *
 * Lead and manager of every team inbox, and a first member of the first one, with three to five
 * conversations that the router itself gave, of different priorities, one of them due soon; and a
 * few that wait in queues. Where nothing fits at that hour, contacts write.
 */
#ifndef EK_SERVER_SAMPLE_SEAT_H
#define EK_SERVER_SAMPLE_SEAT_H

#include "sim/team.h"
#include "sys/text.h"
#include "writer/writer.h"

struct ek_sample_seat {
	struct ek_writer *writer; /* all below are borrowed for the call */
	const struct ek_team *team;
	const struct ek_zone *zones;
	struct ek_text *text;
	uint64_t seed;
	ek_time now;
	int64_t *parts; /* the last id given, counted on */
};

/* The owner is teammate 1, and all that the team did is made. To be committed by the caller.
 * Errors: the writer's; NO_MEMORY. */
bool ek_sample_seat_take(const struct ek_sample_seat *seat, struct ek_err *err) EK_MUST_CHECK;

#endif
