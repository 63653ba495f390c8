/* vault -- files of contacts at rest, each sealed with a key of its own.
 *
 * What a contact or a teammate sent as a file, and mails as they came, lie encrypted in a
 * directory (0700, files 0600). A file is named by the SHA-256 of its encrypted bytes; its key is
 * drawn for it alone, sealed with the master key for that name, and kept as a row of file_keys.
 * Whose it is says what names the place: a part or a mail, its conversation, its contact. Without
 * the row nobody reads the file again, wherever a copy of it lies: to erase a contact is to erase
 * these rows. Why so: docs/adr/0026.
 *
 * A file: one byte 1 (the form), 24 bytes of header, then pieces of at most EK_VAULT_PIECE bytes,
 * 17 more each, of libsodium's secretstream (XChaCha20-Poly1305), the last marked as the last; so
 * that what was changed, cut, put together anew or sealed with another key is not opened. Files of
 * before (place of EK_VAULT_PLAIN characters) are read as they are until api/sealer.h has sealed
 * them.
 *
 * Cost: one piece of memory (64 KiB) beside the bytes; some 400 MB/s with the hash. Any thread;
 * blocks on the disk. Sources: draft-irtf-cfrg-xchacha-03; libsodium, "Encrypted streams".
 */
#ifndef EK_AUTH_VAULT_H
#define EK_AUTH_VAULT_H

#include "auth/seal.h"
#include "store/reader.h"

enum {
	EK_VAULT_PLACE = 2 * EK_HASH_BYTES,
	EK_VAULT_PLAIN = 32, /* characters of a place of before */
	EK_VAULT_KEY = EK_SEAL_KEY_BYTES + EK_SEAL_MORE,
	EK_VAULT_PIECE = 64 * 1024,
};

/* Where files lie. */
struct ek_vault {
	const struct ek_seal *seal;
	const char *directory;    /* of the data */
	const char *below;        /* in it */
	struct ek_reader *reader; /* finds keys; of this thread; NULL = nothing is read by place */
};

struct ek_vault_file {
	char place[EK_VAULT_PLACE + 1];
	uint8_t key[EK_VAULT_KEY]; /* sealed */
};

/* Seals bytes into a new file, which is on disk when it returns true; the directory is made if it
 * is not there. Nothing can read it until *file is a row. Errors: the disk's; NO_MEMORY. */
bool ek_vault_put(const struct ek_vault *vault, ek_str bytes, struct ek_vault_file *file,
		  struct ek_err *err) EK_MUST_CHECK;
/* The row that remembers the key; borrows from file. */
void ek_vault_row(const struct ek_vault_file *file, ek_time now,
		  struct ek_views_value row[EK_CONTENT_FILE_KEYS_WIDTH]);

struct ek_vault_room {
	size_t max; /* of the file's own bytes */
	const struct ek_alloc *alloc;
};
/* Reads a file back; out as in ek_disk_read. Errors: NOT_FOUND when it is gone; DAMAGE when it is
 * not what was sealed with that key under that name; LIMIT; NO_MEMORY; IO. */
bool ek_vault_get(const struct ek_vault *vault, const struct ek_vault_file *file,
		  struct ek_vault_room room, struct ek_disk_bytes *out,
		  struct ek_err *err) EK_MUST_CHECK;
/* The same for a place that a row names, with the key that the reader of the vault finds. NOT_FOUND
 * also when the key is gone. */
bool ek_vault_read(const struct ek_vault *vault, ek_str place, struct ek_vault_room room,
		   struct ek_disk_bytes *out, struct ek_err *err) EK_MUST_CHECK;
/* Whether that is a place of before, or what a crash then left of writing one. */
bool ek_vault_is_plain(ek_str place);

#endif
