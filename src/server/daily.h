/* daily -- keeps the daily figures of every team for those who read in SQL (report_daily_metrics).
 *
 * A thread of its own asks the figures (server/folder.h) for each metric of each team inbox by
 * local day, compares with what the table says, and puts what differs, a few hundred rows a commit.
 * It does so at the start, and again every EK_DAILY_EVERY_MS in which something happened: the days
 * of the last EK_DAILY_DAYS and of the longest time until a metric is known, as windows change
 * them, and from the earliest day on that late facts bear on (ek_figures_reach); all days when a
 * team's days begin elsewhere. A day that is not over is never there. The table
 * can be emptied at any time. A figure that is withheld stands there with the check that it fails,
 * for GET /figures/withheld, and goes into the journal when it is new. Errors go into the journal;
 * it tries again next time.
 * Cost: one series of EK_DAILY_DAYS for each metric and team. Source: spec metrics, X1 and X2.
 */
#ifndef EK_SERVER_DAILY_H
#define EK_SERVER_DAILY_H

#include "server/folder.h"
#include "writer/group.h"

struct ek_daily;

enum { EK_DAILY_EVERY_MS = 600000, EK_DAILY_DAYS = 40 };

struct ek_daily_options {
	struct ek_alloc alloc;
	const char *where; /* of the log; borrowed for the call */
	struct ek_folder *folder;
	struct ek_group *group;
	struct ek_journal *journal;
	ek_time (*now)(void *ctx); /* any thread */
	void *now_ctx;
	ek_span every; /* 0 = EK_DAILY_EVERY_MS */
};

/* Starts the thread. Errors: the log's, NO_MEMORY. */
bool ek_daily_open(const struct ek_daily_options *options, struct ek_daily **daily,
		   struct ek_err *err) EK_MUST_CHECK;
/* Before the group and the folder. Accepts NULL inside; leaves NULL. */
void ek_daily_close(struct ek_daily **daily);

#endif
