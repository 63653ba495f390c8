/* rows -- people's own words in a backup, each row sealed with the key of its contact.
 *
 * A live store keeps them as they are: there an erasure is done at once. In a copy the values that
 * schema/personal.def names are one sealed text in the place of the first of them, and the others
 * are null. The key of a contact is drawn once, sealed with the master key for that contact, and
 * kept as a row of contact_keys, which no backup has (store/backup_keys.h): to erase the contact is
 * to erase that row, and with it what every copy has of it. What is nobody's is sealed with a key
 * that is drawn for the backup, and stands in it, sealed with the master key: the mark.
 *
 *   backup    ek_rows_draw, then ek_rows_seal for each row
 *   restore   ek_rows_mark, then ek_rows_unseal for each row: a row whose key is gone loses its
 *             values, or goes
 *
 * Sealed: one byte 1 (the form), the contact in 4 bytes little-endian (0 = nobody), 24 bytes of
 * nonce, the values in XChaCha20-Poly1305, bound to table and key, 16 bytes of tag; then 16 bytes
 * of BLAKE2b of all that, by which damage is told from a key that is gone; in base64 where the
 * column is a text. The values: for each, a byte for its kind (store/views.h), a
 * number as 8 bytes, a text or bytes as 4 bytes of length and itself, little-endian.
 *
 * Cost: some 15 us a row; keys of EK_ROWS_KEPT contacts are kept. One thread. Why:
 * docs/adr/0027. Source: draft-irtf-cfrg-xchacha-03; libsodium.
 */
#ifndef EK_AUTH_ROWS_H
#define EK_AUTH_ROWS_H

#include "auth/seal.h"
#include "store/backup_keys.h"
#include "store/personal.h"

enum {
	EK_ROWS_KEY = EK_SEAL_KEY_BYTES + EK_SEAL_MORE, /* sealed */
	EK_ROWS_MARK = 2 * EK_ROWS_KEY + 1,             /* a text, ended */
	EK_ROWS_KEPT = 1024,
};

/* A new key for a contact; the row borrows from sealed. */
void ek_rows_key(const struct ek_seal *seal, uint32_t contact, ek_time now,
		 uint8_t sealed[EK_ROWS_KEY],
		 struct ek_views_value row[EK_CONTENT_CONTACT_KEYS_WIDTH]);

struct ek_rows;
struct ek_rows_options {
	struct ek_log *log; /* that is read; borrowed */
	/* NULL: there is none. What would need it is refused, or, of a restore, lost. */
	const struct ek_seal *seal;
	/* Of a restore: where keys are, borrowed; NULL = there are none. */
	const struct ek_backup_keys *keys;
};
bool ek_rows_open(const struct ek_rows_options *options, struct ek_rows **rows,
		  struct ek_err *err) EK_MUST_CHECK;
void ek_rows_close(struct ek_rows **rows);

/* What was done so far. */
struct ek_rows_report {
	uint64_t sealed;  /* rows, or opened */
	uint64_t keyless; /* sealed as nobody's, as their contact has no key */
	uint64_t lost;    /* rows whose key is gone */
};
struct ek_rows_report ek_rows_reported(const struct ek_rows *rows);

/* Draws the backup's own key. False, without an error, where there is no master key. */
bool ek_rows_draw(struct ek_rows *rows, char mark[EK_ROWS_MARK]);
/* Takes it from a backup. Errors: DAMAGE when it was sealed with another master key. */
bool ek_rows_mark(struct ek_rows *rows, const char *mark, struct ek_err *err) EK_MUST_CHECK;

/* As struct ek_backup_options wants them; rows is a struct ek_rows. What they put into a row lives
 * until the next one. Errors: USAGE without a master key; DAMAGE, which names the row. */
bool ek_rows_seal(void *rows, enum ek_content table, struct ek_views_value *row, bool *goes,
		  struct ek_err *err) EK_MUST_CHECK;
bool ek_rows_unseal(void *rows, enum ek_content table, struct ek_views_value *row, bool *goes,
		    struct ek_err *err) EK_MUST_CHECK;

#endif
