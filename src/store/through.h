/* through -- what is alike in every SQLite VFS of ours that stands before another one: all that it
 * passes on.
 *
 * Who makes such a VFS puts struct ek_through first in theirs and struct ek_through_file first in
 * its open files, opens files by ek_through_file_open, and lists these functions in its methods
 * beside those of its own. Cost: one call more than the other VFS.
 * Source: https://www.sqlite.org/vfs.html, "shims".
 */
#ifndef EK_STORE_THROUGH_H
#define EK_STORE_THROUGH_H

#include <sqlite3.h>

#include "base/base.h"

typedef int ek_through_opener(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
			      int *out);

struct ek_through {
	sqlite3_vfs vfs; /* first */
	/* The maker's, before ek_through_open: */
	const char *name; /* borrowed until close */
	size_t file_size; /* of the maker's struct of an open file */
	ek_through_opener *open;
	/* Filled: */
	sqlite3_vfs *real; /* NULL: not registered */
};

/* An open file: the maker's members, then, in the same memory, the other VFS's own file. */
struct ek_through_file {
	sqlite3_file base; /* first */
	sqlite3_file *real;
};

/* Registers it before the VFS called `real`, NULL = the system's. *t stays where it is until
 * ek_through_close. Errors: NOT_FOUND, NO_MEMORY. */
bool ek_through_open(struct ek_through *t, const char *real, struct ek_err *err) EK_MUST_CHECK;
/* One that is all zeros, or was not registered, was never opened: does nothing. */
void ek_through_close(struct ek_through *t);

/* Opens the other VFS's file behind the maker's, which the maker has filled. */
int ek_through_file_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out);
sqlite3_file *ek_through_real(sqlite3_file *f);
int ek_through_close_file(sqlite3_file *f);
int ek_through_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at);
int ek_through_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at);
int ek_through_truncate(sqlite3_file *f, sqlite3_int64 n);
int ek_through_sync(sqlite3_file *f, int flags);
int ek_through_size(sqlite3_file *f, sqlite3_int64 *n);
int ek_through_lock(sqlite3_file *f, int how);
int ek_through_unlock(sqlite3_file *f, int how);
int ek_through_reserved(sqlite3_file *f, int *out);
int ek_through_control(sqlite3_file *f, int what, void *p);
int ek_through_sector(sqlite3_file *f);
int ek_through_traits(sqlite3_file *f);

#endif
