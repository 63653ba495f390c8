/* gather -- an SQLite VFS that gathers what is appended to a -wal, writes it at once, and makes the
 * file longer before it is full.
 *
 * SQLite writes each page of a commit in two calls, a head of 24 bytes and the page, and so enters
 * the kernel twice and touches each of its pages twice: half of what a commit costs beside its
 * sync. Here the bytes wait in a buffer until the sync that makes the commit durable, or until
 * anything is asked of the file that could tell. Only for a connection with synchronous=FULL, which
 * syncs the -wal before it tells anyone of a commit. All other files are the system's own.
 *
 * A file that grows has its length to be made durable too, which is half of what a sync costs, more
 * where the file system keeps a journal. So a sync that finds the file at its end adds as much
 * again, at most EK_GATHER_AHEAD, of zeros, which SQLite takes for the end of a -wal: no frame has
 * page 0.
 *
 * What a write would have failed with, the sync fails with: a full disk is SQLITE_FULL, and the
 * commit's last frame, which alone makes the others count, is not written.
 */
#ifndef EK_STORE_GATHER_H
#define EK_STORE_GATHER_H

#include "store/through.h"

enum {
	EK_GATHER_BYTES = 120 * 1024, /* in one write; SQLite's own take less than 128 KiB */
	EK_GATHER_AHEAD = 1024 * 1024,
	EK_GATHER_NAME = 32,
};

struct ek_gather {
	struct ek_through through; /* first */
	char name[EK_GATHER_NAME]; /* for sqlite3_open_v2 */
};

/* Registers it before the VFS of that name, NULL = the system's. *g stays where it is until
 * ek_gather_close, which must come after the last of its connections is closed. Errors: NOT_FOUND,
 * NO_MEMORY. */
bool ek_gather_open(struct ek_gather *g, const char *real, struct ek_err *err) EK_MUST_CHECK;
/* One that is all zeros was never opened: does nothing. */
void ek_gather_close(struct ek_gather *g);

#endif
