/* dir -- a data directory: who may be in it, how it was left, and what it last held.
 *
 *   log.db, log.db-wal, log.db-shm   SQLite's
 *   lock      held alone by the writer, from open to close
 *   readers   held together by those who read, and for a moment alone by a writer that mends the
 * -wal
 *   clean     there only between a clean stop and the next start
 *   head      the head record: where the log ended, two slots written in turn
 *   reserve   16 MiB given back when the disk is full, so that a stop can still be clean
 *
 * The directory is 0700, files are 0600. Rules: promises, "Rules learnt" 1 to 4. Errors as in
 * sys/disk.h.
 */
#ifndef EK_STORE_DIR_H
#define EK_STORE_DIR_H

#include "store/log.h"
#include "sys/disk.h"

enum {
	EK_DIR_RESERVE = 16 * 1024 * 1024,
	EK_DIR_FLOOR = 8 * 1024 * 1024, /* writes stop below; they go on above twice that */
};

struct ek_dir {
	char path[EK_DISK_PATH];
	char db[EK_DISK_PATH];
	int lock_fd;
	int readers_fd;
	int head_fd;
	bool full;        /* below the floor when last looked */
	bool head_behind; /* written since its last sync */
	uint64_t floor;
	uint64_t looked_ns;
	uint64_t synced_ns;
	uint32_t turn; /* of the head's slots */
};

/* Takes the directory and makes it fit to be opened by SQLite: after an unclean stop what the -wal
 * seems to hold is made durable first. Errors also: IN_USE, NOT_FOUND. */
bool ek_dir_open(struct ek_dir *d, const struct ek_log_options *options,
		 struct ek_err *err) EK_MUST_CHECK;
void ek_dir_close(struct ek_dir *d);
/* Says that all is well and on disk: the next start need not mend. */
bool ek_dir_mark_clean(struct ek_dir *d, struct ek_err *err) EK_MUST_CHECK;

/* Looks at the free space, at most ten times a second. READ_ONLY below the floor, until there is
 * twice as much. */
bool ek_dir_check_space(struct ek_dir *d, struct ek_err *err) EK_MUST_CHECK;
/* Gives the reserve back to the disk. */
void ek_dir_drop_reserve(struct ek_dir *d);

/* Notes where the log ends; on disk within the second if ek_dir_sync_head is called that often. */
bool ek_dir_note_head(struct ek_dir *d, uint64_t seq, const uint8_t chain[EK_HASH_BYTES],
		      struct ek_err *err) EK_MUST_CHECK;
/* Syncs the record if it is behind and its last sync is older than that. */
bool ek_dir_sync_head(struct ek_dir *d, ek_span older, struct ek_err *err) EK_MUST_CHECK;
/* The record; seq 0 = none yet. Errors: DAMAGE when there is one and it cannot be read. */
bool ek_dir_read_head(const struct ek_dir *d, uint64_t *seq, uint8_t chain[EK_HASH_BYTES],
		      struct ek_err *err) EK_MUST_CHECK;

#endif
