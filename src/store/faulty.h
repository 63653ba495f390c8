/* faulty -- an SQLite VFS that passes everything on to the system's, until told to fail.
 *
 * For tests; in no program that is shipped.
 */
#ifndef EK_STORE_FAULTY_H
#define EK_STORE_FAULTY_H

#include "store/through.h"

struct ek_faulty {
	struct ek_through through; /* first */
	bool fail_sync;            /* the next sync of a -wal fails, though its bytes are written */
	bool fail_write;           /* writes to a -wal find no space */
	bool fail_silent;          /* writes to a -wal fail with an I/O error */
	bool fail_read;            /* after the next write that fails, nothing is read any more */
	bool is_unreadable;
	uint32_t syncs;                 /* of a -wal, that went well */
	void (*before_sync)(void *ctx); /* of a -wal, on the thread that syncs; NULL = nothing */
	void *before_sync_ctx;
};

/* Registers it under that name. Lives until ek_faulty_close. */
void ek_faulty_open(struct ek_faulty *f, const char *name);
void ek_faulty_close(struct ek_faulty *f);

#endif
