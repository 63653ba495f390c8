/* cluster -- a PostgreSQL of the test's own: in a temporary directory, on a Unix socket only.
 *
 * For tests and benchmarks; in no program that is shipped.
 */
#ifndef EK_STORE_CLUSTER_H
#define EK_STORE_CLUSTER_H

#include "store/scratch.h"

struct ek_cluster {
	char place[EK_SCRATCH_PATH];
	char bin[EK_SCRATCH_PATH]; /* where initdb and postgres are */
	int pid;
	int databases;
};

/* false, with a line on standard error, when PostgreSQL is not installed. As root it runs as user
 * postgres. */
bool ek_cluster_open(struct ek_cluster *c);
/* A new empty database; out is a location for ek_log_open. */
void ek_cluster_database(struct ek_cluster *c, char out[EK_SCRATCH_PATH]);
/* Ends the server and removes everything. */
void ek_cluster_close(struct ek_cluster *c);

#endif
