/* backup_keys -- what opens a backup, and what is to be gone from it, in a file apart.
 *
 * A backup of a log (backup.h) holds no keys, neither of files (auth/vault.h) nor of contacts
 * (auth/rows.h). They are a file of their own, meant for another place and kept for thirty days:
 * whoever is erased has no key in the files of after that, so that older backups lose them too. The
 * file also says whom the live store erased, as what a backup does not seal is erased again by a
 * restore. A restore takes the newest file there is. Why: docs/adr/0026, docs/adr/0027.
 *
 * The file, numbers little-endian: 16 bytes "evenkeel keys 2\n"; for each file 64 characters of
 * place, 73 bytes sealed with the master key, 8 bytes time; for each contact, by number, 4 bytes of
 * it, 73 bytes sealed, 8 bytes time; for each erasure 5 times 8 bytes: its number, the contact, who
 * asked for it (0 = nobody's), when, when it was done; how many of each, 8 bytes; the SHA-256 of
 * all before it. One with "evenkeel keys 1\n" has files alone, and no numbers.
 *
 * Cost: bounded memory; a key is found in 20 reads among a million. Errors: the disk's, the logs'.
 */
#ifndef EK_STORE_BACKUP_KEYS_H
#define EK_STORE_BACKUP_KEYS_H

#include "store/log.h"

enum { EK_BACKUP_KEYS_SEALED = 73 };

struct ek_backup_keys_count {
	uint64_t files;
	uint64_t contacts;
	uint64_t erasures;
};

/* Writes those of a log into a new file (0600), whole or not at all, as all stand at one moment.
 * Errors also: NOT_EMPTY when there is one. */
bool ek_backup_keys_write(struct ek_log *log, const char *path, struct ek_backup_keys_count *count,
			  struct ek_err *err) EK_MUST_CHECK;

struct ek_backup_keys;
/* Reads a file through once, before anything of it counts. *keys is the caller's, to be closed.
 * Errors also: NOT_FOUND; DAMAGE when it is not what was written; TOO_NEW. */
bool ek_backup_keys_open(const char *path, struct ek_backup_keys **keys,
			 struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_backup_keys_close(struct ek_backup_keys **keys);
struct ek_backup_keys_count ek_backup_keys_counted(const struct ek_backup_keys *keys);

/* The key of a contact. */
bool ek_backup_keys_find(const struct ek_backup_keys *keys, uint32_t contact,
			 uint8_t sealed[EK_BACKUP_KEYS_SEALED], bool *found,
			 struct ek_err *err) EK_MUST_CHECK;
/* The i-th erasure, as a row of erasures. */
bool ek_backup_keys_erasure(const struct ek_backup_keys *keys, uint64_t i,
			    struct ek_views_value row[EK_CONTENT_ERASURES_WIDTH],
			    struct ek_err *err) EK_MUST_CHECK;
/* Puts keys into a log that is open to write: of files, and of those contacts that it knows. */
bool ek_backup_keys_put(const struct ek_backup_keys *keys, struct ek_log *log,
			struct ek_err *err) EK_MUST_CHECK;

#endif
