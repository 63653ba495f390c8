/* folder -- keeps the figures (metrics/figures.h) at the log's end, on a thread of its own.
 *
 * Follows the log through a connection that can only read, so that no figure knows what is not on
 * disk. At the start it folds the whole log, while the server serves already; until then take
 * answers that it is not there yet. It folds a few times a second, and at once for who takes; who
 * takes holds a lock under which nothing is folded: briefly. Ringing never waits for them.
 * Cost: once, one to two microseconds an event, five of what an import brought. Errors while it
 * follows go into the journal; after one for want of memory, or a damaged log, it begins anew a
 * minute later.
 */
#ifndef EK_SERVER_FOLDER_H
#define EK_SERVER_FOLDER_H

#include "metrics/figures.h"
#include "sys/journal.h"

struct ek_folder;

enum { EK_FOLDER_BEHIND_MS = 1000 };

struct ek_folder_options {
	struct ek_alloc alloc;
	const char *where; /* of the log; borrowed for the call */
	struct ek_journal *journal;
};

/* Starts the thread. Errors: the log's, NO_MEMORY. */
bool ek_folder_open(const struct ek_folder_options *options, struct ek_folder **folder,
		    struct ek_err *err) EK_MUST_CHECK;
/* Any thread: events up to seq are on disk. */
void ek_folder_ring(struct ek_folder *folder, uint64_t seq);
/* Any thread. The figures of all that is on disk, or, when that takes longer than
 * EK_FOLDER_BEHIND_MS, of what was folded by then; to be given back. NULL, and nothing to give
 * back: the log's end was not reached yet since the start. ctx: a folder. */
const struct ek_figures *ek_folder_take(void *ctx);
void ek_folder_give(void *ctx);
/* Nobody takes any more. Accepts NULL inside; leaves NULL. */
void ek_folder_close(struct ek_folder **folder);

#endif
