/* disk -- files and directories as a store needs them: private, synced, locked.
 *
 * Every call may block on the disk. Paths are NUL-terminated, at most EK_DISK_PATH - 1 bytes. (Not
 * called file.h: that name would hide the system's <sys/file.h>.)
 * Errors unless said otherwise: IO; READ_ONLY when there is no space or the disk takes no writes
 * (ENOSPC, EDQUOT, EROFS from anything but a sync); OUTCOME_UNKNOWN when a sync failed.
 */
#ifndef EK_SYS_DISK_H
#define EK_SYS_DISK_H

#include "base/alloc.h"

enum { EK_DISK_PATH = 4096 };

/* out = dir "/" name; false (LIMIT) when it does not fit. */
bool ek_disk_path(const char *dir, const char *name, char out[EK_DISK_PATH],
		  struct ek_err *err) EK_MUST_CHECK;

/* A path as a directory ("." if it names none) and a name in it. Errors: USAGE. */
enum { EK_DISK_NAME = 250 };
bool ek_disk_split(const char *path, char dir[EK_DISK_PATH], const char **name,
		   struct ek_err *err) EK_MUST_CHECK;
bool ek_disk_exists(const char *path);
/* Whether a directory holds nothing; also true when there is no such directory. */
bool ek_disk_dir_empty(const char *path);
/* Makes a directory (0700) unless it is there; the parent must be. */
bool ek_disk_dir_make(const char *path, struct ek_err *err) EK_MUST_CHECK;
/* Makes the names in a directory durable. */
bool ek_disk_dir_sync(const char *path, struct ek_err *err) EK_MUST_CHECK;

/* Writes a whole file (0600) so that after a crash there is the old one or the new one: temporary
 * file, sync, rename, sync of the directory. */
bool ek_disk_write(const char *dir, const char *name, const void *bytes, size_t n,
		   struct ek_err *err) EK_MUST_CHECK;
/* A whole file; p is the caller's, from the allocator, n long (give back 1 byte where n is 0). */
struct ek_disk_bytes {
	uint8_t *p;
	size_t n;
};
/* Errors also: NOT_FOUND; LIMIT above max. */
bool ek_disk_read(const char *path, size_t max, const struct ek_alloc *alloc,
		  struct ek_disk_bytes *out, struct ek_err *err) EK_MUST_CHECK;
/* Replaces a file by a synced copy of itself, so that what is read later is what the disk has. */
bool ek_disk_renew(const char *dir, const char *name, struct ek_err *err) EK_MUST_CHECK;
/* Removes a file if it is there and makes that durable. */
bool ek_disk_remove(const char *dir, const char *name, struct ek_err *err) EK_MUST_CHECK;

/* Moves a file, or a directory, to the same name in another directory of the same disk, in place of
 * one that is there; durable. Does nothing where there is none. */
bool ek_disk_move(const char *from, const char *to, const char *name,
		  struct ek_err *err) EK_MUST_CHECK;
/* The same within a directory, to another name. Errors also: NOT_FOUND. */
bool ek_disk_rename(const char *dir, const char *from, const char *to,
		    struct ek_err *err) EK_MUST_CHECK;
/* Removes a directory with the files in it, if it is there. A directory inside is an error (IO). */
bool ek_disk_dir_remove(const char *dir, const char *name, struct ek_err *err) EK_MUST_CHECK;

/* Opens or makes a file (0600) and takes its lock, shared or alone, without waiting. *fd is the
 * caller's; closing it gives the lock back, as does the end of the process. Errors: IN_USE. */
bool ek_disk_lock(const char *path, bool shared, int *fd, struct ek_err *err) EK_MUST_CHECK;
void ek_disk_close(int *fd); /* -1 inside is well; leaves -1 */

/* A small file rewritten in place: opens or makes it; writes n bytes at a place; syncs. */
bool ek_disk_open(const char *path, int *fd, struct ek_err *err) EK_MUST_CHECK;
bool ek_disk_put(int fd, uint64_t at, const void *bytes, size_t n,
		 struct ek_err *err) EK_MUST_CHECK;
bool ek_disk_sync(int fd, struct ek_err *err) EK_MUST_CHECK;
/* A file read piece by piece: opens one that is there (NOT_FOUND) and says how long it is; exactly
 * n bytes from a place. */
bool ek_disk_open_read(const char *path, int *fd, uint64_t *n, struct ek_err *err) EK_MUST_CHECK;
bool ek_disk_get(int fd, uint64_t at, void *out, size_t n, struct ek_err *err) EK_MUST_CHECK;
/* The name of each file in a directory, in no order; those that come or go meanwhile may be left
 * out. false of the visitor stops. A directory that is not there has none. */
typedef bool ek_disk_visit(void *ctx, const char *name, struct ek_err *err);
bool ek_disk_each(const char *dir, ek_disk_visit *visit, void *ctx,
		  struct ek_err *err) EK_MUST_CHECK;

/* Bytes that an unprivileged process may still write on the disk of path; UINT64_MAX if unknown. */
uint64_t ek_disk_space(const char *path);
/* Makes a file (0600) that really takes n bytes of the disk; does nothing if it is that long. */
bool ek_disk_reserve(const char *path, uint64_t n, struct ek_err *err) EK_MUST_CHECK;

#endif
