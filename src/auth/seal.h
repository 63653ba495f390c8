/* seal -- what must be read again (seeds, mail passwords, mails as they came), encrypted at rest.
 *
 * XChaCha20-Poly1305 with the master key: 32 bytes in a file of their own (0600), which is in no
 * database and in no database's backup. What is sealed is bound to its place, so that a row moved
 * to another place does not open. The key lies in memory that is kept from swap and core dumps.
 * Sealed: one byte 1 (the form), 24 bytes of nonce, the text encrypted, 16 bytes of tag.
 * Any thread once open. Source: draft-irtf-cfrg-xchacha-03; libsodium.
 */
#ifndef EK_AUTH_SEAL_H
#define EK_AUTH_SEAL_H

#include "sys/disk.h"

enum { EK_SEAL_KEY_BYTES = 32, EK_SEAL_MORE = 1 + 24 + 16, EK_SEAL_MAX = 80 << 20 };

struct ek_seal;

/* Makes a new key in dir/name (0600); touches nothing that exists. Errors: NOT_EMPTY when the file
 * is there; as ek_disk_write. */
bool ek_seal_init(const char *dir, const char *name, struct ek_err *err) EK_MUST_CHECK;
/* Reads the key. *seal is the caller's, to be closed. Errors: NOT_FOUND; DAMAGE for a file of
 * another length; NO_MEMORY; IO. */
bool ek_seal_open(const char *dir, const char *name, struct ek_seal **seal,
		  struct ek_err *err) EK_MUST_CHECK;
/* A key out of memory, for what is not kept in a file. */
bool ek_seal_open_key(const uint8_t key[EK_SEAL_KEY_BYTES], struct ek_seal **seal,
		      struct ek_err *err) EK_MUST_CHECK;
/* Forgets the key. Accepts NULL inside; leaves NULL. */
void ek_seal_close(struct ek_seal **seal);

/* Seals n bytes (at most EK_SEAL_MAX) for a place such as "totp 1042"; writes n + EK_SEAL_MORE
 * bytes. The same bytes sealed twice differ. */
void ek_seal_put(const struct ek_seal *seal, ek_str place, const void *bytes, size_t n,
		 uint8_t *out);
/* Where opened bytes go. */
struct ek_seal_out {
	uint8_t *p;
	size_t cap;
	size_t n; /* set by ek_seal_get */
};
/* Opens what was sealed for that place into out. Errors: DAMAGE for anything else than what was
 * sealed with this key for this place; LIMIT when cap is less than sealed.n - EK_SEAL_MORE. out->n
 * is then 0. */
bool ek_seal_get(const struct ek_seal *seal, ek_str place, ek_str sealed, struct ek_seal_out *out,
		 struct ek_err *err) EK_MUST_CHECK;

#endif
