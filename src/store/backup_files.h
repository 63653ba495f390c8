/* backup_files -- the files that a log names, copied beside a copy of it; and their keys, apart.
 *
 * Files are sealed and named by the SHA-256 of what is in them (auth/vault.h), so a copy is proved
 * without any key; those of before are copied as they are. A backup of a log (backup.h) holds no
 * keys: they are a file of their own, meant for another place and kept for thirty days, so that
 * what is erased is also gone from older backups (docs/adr/0026). A restore takes the newest keys
 * there are.
 *
 * The file of keys: 16 bytes "evenkeel keys 1\n"; for each key 64 characters of place, 73 bytes
 * sealed with the master key, 8 bytes time, little-endian; then the SHA-256 of all before it. Cost:
 * one piece of 64 KiB at a time. Errors: the disk's, the logs'.
 */
#ifndef EK_STORE_BACKUP_FILES_H
#define EK_STORE_BACKUP_FILES_H

#include "store/log.h"

struct ek_backup_files {
	uint64_t copied;  /* or looked at, and well */
	uint64_t missing; /* that are not there, or not what their names say */
	char first[65];   /* of the missing; "" = none */
};

/* Files that the rows of a log name, from one data directory into another, where none may be yet;
 * to NULL: they are only looked at. A log of before they were sealed has none to prove. */
bool ek_backup_files_copy(struct ek_log *log, const char *from, const char *to,
			  struct ek_backup_files *report, struct ek_err *err) EK_MUST_CHECK;

/* Writes the keys of a log into a new file (0600), whole or not at all. Errors also: NOT_EMPTY when
 * there is one. */
bool ek_backup_keys_write(struct ek_log *log, const char *path, uint64_t *keys,
			  struct ek_err *err) EK_MUST_CHECK;
/* Puts them into a log that is open to write. Errors also: NOT_FOUND; DAMAGE when it is not what
 * was written, and then the log is as it was. */
bool ek_backup_keys_read(struct ek_log *log, const char *path, uint64_t *keys,
			 struct ek_err *err) EK_MUST_CHECK;

#endif
