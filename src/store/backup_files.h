/* backup_files -- the files that a log names, copied beside a copy of it.
 *
 * Files are sealed and named by the SHA-256 of what is in them (auth/vault.h), so a copy is proved
 * without any key; those of before are copied as they are. Their keys lie apart (backup_keys.h).
 * Cost: one piece of 64 KiB at a time. Errors: the disk's, the logs'.
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

#endif
