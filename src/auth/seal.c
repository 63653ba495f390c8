#include "auth/seal.h"

#include <sodium.h>
#include <string.h>

#include "sys/heap.h"

enum {
	FORM = 1,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

_Static_assert(EK_SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one key");
_Static_assert(EK_SEAL_MORE == 1 + NONCE + TAG, "what a seal adds");

struct ek_seal {
	uint8_t key[EK_SEAL_KEY_BYTES];
};

bool ek_seal_init(const char *dir, const char *name, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	uint8_t key[EK_SEAL_KEY_BYTES];
	if (!ek_disk_path(dir, name, path, err))
		return false;
	if (ek_disk_exists(path))
		return ek_fail(err, EK_NOT_EMPTY, "%s is there already", path);
	if (sodium_init() < 0)
		return ek_fail(err, EK_IO, "the system gives no random bytes");
	randombytes_buf(key, sizeof key);
	bool ok = ek_disk_write(dir, name, key, sizeof key, err);
	sodium_memzero(key, sizeof key);
	return ok;
}

bool ek_seal_open_key(const uint8_t key[EK_SEAL_KEY_BYTES], struct ek_seal **seal,
		      struct ek_err *err)
{
	*seal = NULL;
	if (sodium_init() < 0)
		return ek_fail(err, EK_IO, "the system gives no random bytes");
	struct ek_seal *s = sodium_malloc(sizeof *s);
	if (s == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a key");
	memcpy(s->key, key, sizeof s->key);
	(void)sodium_mprotect_readonly(s);
	*seal = s;
	return true;
}

bool ek_seal_open(const char *dir, const char *name, struct ek_seal **seal, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	struct ek_alloc heap = ek_heap_alloc();
	struct ek_disk_bytes file = {NULL, 0};
	*seal = NULL;
	if (!ek_disk_path(dir, name, path, err) ||
	    !ek_disk_read(path, 2 * EK_SEAL_KEY_BYTES, &heap, &file, err))
		return false;
	bool ok =
		file.n == EK_SEAL_KEY_BYTES
			? ek_seal_open_key(file.p, seal, err)
			: ek_fail(err, EK_DAMAGE, "%s is no key: %zu bytes, not 32", path, file.n);
	sodium_memzero(file.p, file.n);
	ek_alloc_free(&heap, file.p, file.n == 0 ? 1 : file.n);
	return ok;
}

void ek_seal_close(struct ek_seal **seal)
{
	sodium_free(*seal); /* overwrites it first */
	*seal = NULL;
}

static const uint8_t *place_bytes(ek_str place)
{
	return (const uint8_t *)place.p;
}

void ek_seal_put(const struct ek_seal *seal, ek_str place, const void *bytes, size_t n,
		 uint8_t *out)
{
	unsigned long long len = 0;
	ek_assert(n <= EK_SEAL_MAX);
	out[0] = FORM;
	randombytes_buf(out + 1, NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(out + 1 + NONCE, &len, bytes, n,
							 place_bytes(place), place.n, NULL, out + 1,
							 seal->key);
	ek_assert(len == n + TAG);
}

bool ek_seal_get(const struct ek_seal *seal, ek_str place, ek_str sealed, struct ek_seal_out *out,
		 struct ek_err *err)
{
	const uint8_t *in = (const uint8_t *)sealed.p;
	unsigned long long len = 0;
	out->n = 0;
	if (sealed.n < EK_SEAL_MORE || sealed.n > EK_SEAL_MAX + EK_SEAL_MORE || in[0] != FORM)
		return ek_fail(err, EK_DAMAGE, "a sealed value is not one");
	if (sealed.n - EK_SEAL_MORE > out->cap)
		return ek_fail(err, EK_LIMIT, "a sealed value is longer than its place");
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out->p, &len, NULL, in + 1 + NONCE,
						       sealed.n - 1 - NONCE, place_bytes(place),
						       place.n, in + 1, seal->key) != 0)
		return ek_fail(err, EK_DAMAGE,
			       "a sealed value does not open: another key, another place, or "
			       "changed");
	out->n = (size_t)len;
	return true;
}
