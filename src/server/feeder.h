/* feeder -- carries what was committed from the log to the feed, on a thread of its own.
 *
 * The writer says that the log grew; the feeder reads the new rows through a connection that can
 * only read, so that nothing is told that is not on disk, and gives them to push/feed.h. It also
 * reads old events for streams that resume, and twice a second asks the engine what queues, loads
 * and presences are now, and tells those that changed. */
#ifndef EK_SERVER_FEEDER_H
#define EK_SERVER_FEEDER_H

#include "push/feed.h"
#include "sys/journal.h"
#include "writer/group.h"

struct ek_feeder;

struct ek_feeder_options {
	struct ek_alloc alloc;
	const char *where; /* of the log; borrowed for the call */
	struct ek_journal *journal;
	const struct ek_engine *engine; /* as the log left it; looked at during the call only */
};

/* Makes the feed and starts the thread. Errors: the log's, the feed's. */
bool ek_feeder_open(const struct ek_feeder_options *options, struct ek_feeder **feeder,
		    struct ek_err *err) EK_MUST_CHECK;
/* Where states are asked for; before the first commit. */
void ek_feeder_set_group(struct ek_feeder *feeder, struct ek_group *group);
struct ek_feed *ek_feeder_feed(struct ek_feeder *feeder);
/* Any thread: events up to seq are on disk. */
void ek_feeder_ring(struct ek_feeder *feeder, uint64_t seq);
/* Ends every stream, stops asking for states; before the group is closed. */
void ek_feeder_end(struct ek_feeder *feeder);
/* After every stream was closed. Accepts NULL inside; leaves NULL. */
void ek_feeder_close(struct ek_feeder **feeder);
/* For readiness: what the feed has, beside what is on disk. */
uint64_t ek_feeder_seq(struct ek_feeder *feeder);

#endif
