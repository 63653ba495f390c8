#include "auth/vault.h"

#include <sodium.h>
#include <string.h>

#include "auth/secret.h"
#include "sys/heap.h"

enum {
	FORM = 1,
	HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
	BEFORE = 1 + HEADER, /* in front of the pieces */
	MORE = crypto_secretstream_xchacha20poly1305_ABYTES,
	SEALED_PIECE = EK_VAULT_PIECE + MORE,
	TEMP = 40,
};

_Static_assert(EK_SEAL_KEY_BYTES == crypto_secretstream_xchacha20poly1305_KEYBYTES, "one key");

/* One file on its way in or out. */
struct stream {
	crypto_secretstream_xchacha20poly1305_state state;
	uint8_t key[EK_SEAL_KEY_BYTES];
	uint8_t piece[SEALED_PIECE];
	struct ek_hash *hash; /* of all that was written */
	int fd;
	uint64_t at;
	char directory[EK_DISK_PATH];
};

/* What its key is sealed for. */
static ek_str sealed_for(const char *place, char out[EK_VAULT_PLACE + 16])
{
	size_t n = ek_format(out, EK_VAULT_PLACE + 16, "file %s", place);
	return (ek_str){out, (uint32_t)n};
}

static struct stream *stream_open(struct ek_err *err)
{
	struct ek_alloc heap = ek_heap_alloc();
	struct stream *s = ek_alloc_get(&heap, sizeof *s);
	if (s == NULL) {
		ek_fail(err, EK_NO_MEMORY, "no memory for a file");
		return NULL;
	}
	memset(s, 0, sizeof *s);
	s->fd = -1;
	return s;
}

static void stream_close(struct stream *s)
{
	struct ek_alloc heap = ek_heap_alloc();
	ek_disk_close(&s->fd);
	ek_hash_close(&s->hash);
	sodium_memzero(s, sizeof *s);
	ek_alloc_free(&heap, s, sizeof *s);
}

/* ---- in */

static bool write_on(struct stream *s, const uint8_t *bytes, size_t n, struct ek_err *err)
{
	ek_hash_add(s->hash, bytes, n);
	bool ok = ek_disk_put(s->fd, s->at, bytes, n, err);
	s->at += n;
	return ok;
}

static bool write_all(struct stream *s, ek_str bytes, struct ek_err *err)
{
	const uint8_t *p = (const uint8_t *)bytes.p;
	uint8_t before[BEFORE] = {FORM};
	size_t done = 0;
	bool is_last = false;
	crypto_secretstream_xchacha20poly1305_keygen(s->key);
	(void)crypto_secretstream_xchacha20poly1305_init_push(&s->state, before + 1, s->key);
	ek_hash_begin(s->hash);
	if (!write_on(s, before, sizeof before, err))
		return false;
	while (!is_last) {
		size_t n = bytes.n - done < EK_VAULT_PIECE ? bytes.n - done : EK_VAULT_PIECE;
		is_last = done + n == bytes.n;
		(void)crypto_secretstream_xchacha20poly1305_push(
			&s->state, s->piece, NULL, p + done, n, NULL, 0,
			is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
		if (!write_on(s, s->piece, n + MORE, err))
			return false;
		done += n;
	}
	return ek_disk_sync(s->fd, err);
}

static void name_temp(char out[TEMP])
{
	uint8_t random[16];
	ek_secret_random(random, sizeof random);
	size_t n = ek_format(out, TEMP, "new-");
	sodium_bin2hex(out + n, TEMP - n, random, sizeof random);
}

static bool open_directory(const struct ek_vault *v, char path[EK_DISK_PATH], struct ek_err *err)
{
	return ek_disk_path(v->directory, v->below, path, err) &&
	       (ek_disk_exists(path) ||
		(ek_disk_dir_make(path, err) && ek_disk_dir_sync(v->directory, err)));
}

/* Under a name of the moment; the right one is known at its end. */
static bool seal_file(const struct ek_vault *v, struct stream *s, ek_str bytes,
		      struct ek_vault_file *file, struct ek_err *err)
{
	char temp[TEMP];
	char path[EK_DISK_PATH];
	char place[EK_VAULT_PLACE + 16];
	uint8_t hash[EK_HASH_BYTES];
	struct ek_err ignored;
	name_temp(temp);
	if (!ek_disk_path(s->directory, temp, path, err) || !ek_disk_open(path, &s->fd, err))
		return false;
	bool ok = ek_hash_open(&s->hash, err) && write_all(s, bytes, err);
	if (ok) {
		ek_hash_end(s->hash, hash);
		ek_hash_hex(hash, file->place);
		ek_seal_put(v->seal, sealed_for(file->place, place), s->key, sizeof s->key,
			    file->key);
		ok = ek_disk_rename(s->directory, temp, file->place, err);
	}
	bool gone = ok || ek_disk_remove(s->directory, temp, &ignored);
	(void)gone;
	return ok;
}

bool ek_vault_put(const struct ek_vault *v, ek_str bytes, struct ek_vault_file *file,
		  struct ek_err *err)
{
	struct stream *s = stream_open(err);
	memset(file, 0, sizeof *file);
	if (s == NULL)
		return false;
	bool ok = open_directory(v, s->directory, err) && seal_file(v, s, bytes, file, err);
	stream_close(s);
	return ok;
}

void ek_vault_row(const struct ek_vault_file *file, ek_time now,
		  struct ek_views_value row[EK_CONTENT_FILE_KEYS_WIDTH])
{
	row[EK_CONTENT_FILE_KEYS_PLACE] = ek_views_text((ek_str){file->place, EK_VAULT_PLACE});
	row[EK_CONTENT_FILE_KEYS_SEALED] = ek_views_blob(file->key, sizeof file->key);
	row[EK_CONTENT_FILE_KEYS_MADE_MS] = ek_views_int(now.ms);
}

/* ---- out */

static bool damaged(struct ek_err *err)
{
	return ek_fail(err, EK_DAMAGE,
		       "a file does not open: changed, cut, or sealed with another key");
}

/* How many bytes are in a file of so many; false when no file is that long. */
static bool plain_bytes(uint64_t sealed, uint64_t *out)
{
	uint64_t body = sealed < BEFORE ? 0 : sealed - BEFORE;
	uint64_t rest = body % SEALED_PIECE;
	*out = body / SEALED_PIECE * EK_VAULT_PIECE + (rest < MORE ? 0 : rest - MORE);
	return body > 0 && (rest == 0 || rest >= MORE);
}

static bool open_pieces(struct stream *s, struct ek_disk_bytes *out, struct ek_err *err)
{
	unsigned char tag = 0;
	size_t done = 0;
	do {
		size_t left = out->n - done;
		size_t n = left < EK_VAULT_PIECE ? left : EK_VAULT_PIECE;
		bool is_last = n == left;
		unsigned long long got = 0;
		if (!ek_disk_get(s->fd, s->at, s->piece, n + MORE, err))
			return false;
		int rc = crypto_secretstream_xchacha20poly1305_pull(
			&s->state, out->p + done, &got, &tag, s->piece, n + MORE, NULL, 0);
		bool says_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
		if (rc != 0 || got != n || says_last != is_last)
			return damaged(err);
		s->at += n + MORE;
		done += n;
	} while (done < out->n);
	return true;
}

static bool open_stream(struct stream *s, struct ek_vault_room room, struct ek_disk_bytes *out,
			uint64_t length, struct ek_err *err)
{
	uint8_t before[BEFORE];
	uint64_t n;
	if (!plain_bytes(length, &n))
		return damaged(err);
	if (n > room.max)
		return ek_fail(err, EK_LIMIT, "a file is longer than %zu bytes", room.max);
	if (!ek_disk_get(s->fd, 0, before, sizeof before, err))
		return false;
	if (before[0] != FORM ||
	    crypto_secretstream_xchacha20poly1305_init_pull(&s->state, before + 1, s->key) != 0)
		return damaged(err);
	s->at = sizeof before;
	out->n = (size_t)n;
	out->p = ek_alloc_get(room.alloc, n == 0 ? 1 : out->n);
	return out->p == NULL ? ek_fail(err, EK_NO_MEMORY, "no memory for a file")
			      : open_pieces(s, out, err);
}

bool ek_vault_get(const struct ek_vault *v, const struct ek_vault_file *file,
		  struct ek_vault_room room, struct ek_disk_bytes *out, struct ek_err *err)
{
	char directory[EK_DISK_PATH];
	char path[EK_DISK_PATH];
	char place[EK_VAULT_PLACE + 16];
	uint64_t length;
	*out = (struct ek_disk_bytes){NULL, 0};
	if (!ek_disk_path(v->directory, v->below, directory, err) ||
	    !ek_disk_path(directory, file->place, path, err))
		return false;
	if (ek_vault_is_plain((ek_str){file->place, (uint32_t)strlen(file->place)}))
		return ek_disk_read(path, room.max, room.alloc, out, err);
	struct stream *s = stream_open(err);
	if (s == NULL)
		return false;
	struct ek_seal_out key = {s->key, sizeof s->key, 0};
	bool ok = ek_seal_get(v->seal, sealed_for(file->place, place),
			      (ek_str){(const char *)file->key, sizeof file->key}, &key, err) &&
		  ek_disk_open_read(path, &s->fd, &length, err) &&
		  open_stream(s, room, out, length, err);
	if (!ok && out->p != NULL)
		ek_alloc_free(room.alloc, out->p, out->n == 0 ? 1 : out->n);
	if (!ok)
		*out = (struct ek_disk_bytes){NULL, 0};
	stream_close(s);
	return ok;
}

struct finding {
	struct ek_vault_file file;
	bool found;
};

static bool take_key(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct finding *f = ctx;
	(void)n;
	(void)err;
	f->found = v[0].n == sizeof f->file.key;
	if (f->found)
		memcpy(f->file.key, v[0].p, sizeof f->file.key);
	return true;
}

bool ek_vault_read(const struct ek_vault *v, ek_str place, struct ek_vault_room room,
		   struct ek_disk_bytes *out, struct ek_err *err)
{
	struct finding f = {.found = false};
	const struct ek_views_value arg = ek_views_text(place);
	const struct ek_reader_question q = {"SELECT sealed FROM file_keys WHERE place = $1", &arg,
					     1};
	*out = (struct ek_disk_bytes){NULL, 0};
	bool is_plain = ek_vault_is_plain(place);
	if (v->directory == NULL || (!is_plain && place.n != EK_VAULT_PLACE))
		return ek_fail(err, EK_NOT_FOUND, "there is no such file");
	memcpy(f.file.place, place.p, place.n);
	if (!is_plain && !ek_reader_each(v->reader, &q, take_key, &f, err))
		return false;
	if (!is_plain && !f.found)
		return ek_fail(err, EK_NOT_FOUND, "the key of this file is gone");
	return ek_vault_get(v, &f.file, room, out, err);
}

bool ek_vault_is_plain(ek_str place)
{
	static const char new[] = ".new"; /* as sys/disk.c calls what it has not renamed yet */
	if (place.n != EK_VAULT_PLAIN && place.n != EK_VAULT_PLAIN + sizeof new - 1)
		return false;
	for (uint32_t i = 0; i < EK_VAULT_PLAIN; i++)
		if (strchr("0123456789abcdef", place.p[i]) == NULL || place.p[i] == 0)
			return false;
	return place.n == EK_VAULT_PLAIN ||
	       memcmp(place.p + EK_VAULT_PLAIN, new, sizeof new - 1) == 0;
}
