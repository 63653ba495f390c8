#include "store/backup_files.h"

#include <string.h>

#include "sys/disk.h"
#include "sys/heap.h"

enum {
	PLACE = 2 * EK_HASH_BYTES,
	SEALED = 73,
	RECORD = PLACE + SEALED + 8,
	HEAD = 16,
	PIECE = 64 * 1024,
	KEYS_A_COMMIT = 4096,
};

static const char head[HEAD + 1] = "evenkeel keys 1\n";

/* What names files, and where they lie in a data directory. */
static const struct source {
	enum ek_content table;
	uint32_t place;
	const char *below;
} sources[] = {
	{EK_CONTENT_ATTACHMENTS, EK_CONTENT_ATTACHMENTS_PLACE, "attachments"},
	{EK_CONTENT_MAILS, EK_CONTENT_MAILS_PLACE, "mails"},
};

/* A log of before there were keys has none, and names files that nothing proves. */
static bool has_keys(struct ek_log *log, bool *has, struct ek_err *err)
{
	int64_t version;
	if (!ek_log_version(log, "content", &version, err))
		return false;
	*has = ek_content_has(version, EK_CONTENT_FILE_KEYS);
	return true;
}

/* ---- files */

struct copying {
	const struct source *source;
	char from[EK_DISK_PATH];
	char to[EK_DISK_PATH];
	bool is_made; /* the directory */
	bool is_look; /* nothing is copied */
	struct ek_hash *hash;
	uint8_t *piece;
	struct ek_backup_files *report;
};

static bool copy_bytes(struct copying *c, int from, uint64_t n, int to, struct ek_err *err)
{
	for (uint64_t at = 0; at < n;) {
		size_t k = n - at < PIECE ? (size_t)(n - at) : PIECE;
		if (!ek_disk_get(from, at, c->piece, k, err) ||
		    (!c->is_look && !ek_disk_put(to, at, c->piece, k, err)))
			return false;
		ek_hash_add(c->hash, c->piece, k);
		at += k;
	}
	return c->is_look || ek_disk_sync(to, err);
}

/* Those of before have other names, and nothing to hold them against. */
static bool is_named_right(struct copying *c, const char *name)
{
	uint8_t hash[EK_HASH_BYTES];
	char hex[PLACE + 1];
	ek_hash_end(c->hash, hash);
	ek_hash_hex(hash, hex);
	return strlen(name) != PLACE || strcmp(name, hex) == 0;
}

static void note_missing(struct copying *c, const char *name)
{
	if (c->report->missing++ == 0)
		ek_format(c->report->first, sizeof c->report->first, "%s", name);
}

static bool copy_open(struct copying *c, const char *name, int from, uint64_t n, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	int to = -1;
	ek_hash_begin(c->hash);
	bool ok = c->is_look ||
		  (ek_disk_path(c->to, name, path, err) && ek_disk_open(path, &to, err));
	ok = ok && copy_bytes(c, from, n, to, err);
	ek_disk_close(&to);
	if (!ok)
		return false;
	if (is_named_right(c, name)) {
		c->report->copied++;
		return true;
	}
	note_missing(c, name);
	return c->is_look || ek_disk_remove(c->to, name, err);
}

static bool copy_file(struct copying *c, const char *name, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	uint64_t n;
	int from = -1;
	if (!ek_disk_path(c->from, name, path, err))
		return false;
	if (!ek_disk_open_read(path, &from, &n, err)) {
		note_missing(c, name);
		return err->code == EK_NOT_FOUND;
	}
	c->is_made = c->is_made || (!c->is_look && ek_disk_dir_make(c->to, err));
	bool ok = (c->is_made || c->is_look) && copy_open(c, name, from, n, err);
	ek_disk_close(&from);
	return ok;
}

static bool copy_named(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct copying *c = ctx;
	const struct ek_views_value *place = &v[c->source->place];
	char name[PLACE + 1];
	(void)n;
	if (place->kind != EK_VIEWS_TEXT || place->n == 0 || place->n > PLACE ||
	    memchr(place->p, '/', place->n) != NULL)
		return true;
	memcpy(name, place->p, place->n);
	name[place->n] = 0;
	return copy_file(c, name, err);
}

static bool copy_all(struct copying *c, struct ek_log *log, const char *from, const char *to,
		     struct ek_err *err)
{
	bool ok = true;
	c->is_look = to == NULL;
	for (size_t i = 0; ok && i < EK_LEN(sources); i++) {
		c->source = &sources[i];
		c->is_made = false;
		ok = ek_disk_path(from, c->source->below, c->from, err) &&
		     (c->is_look || ek_disk_path(to, c->source->below, c->to, err)) &&
		     ek_log_content_each(log, c->source->table, copy_named, c, err) &&
		     (!c->is_made || (ek_disk_dir_sync(c->to, err) && ek_disk_dir_sync(to, err)));
	}
	return ok;
}

bool ek_backup_files_copy(struct ek_log *log, const char *from, const char *to,
			  struct ek_backup_files *report, struct ek_err *err)
{
	struct ek_alloc heap = ek_heap_alloc();
	struct copying c = {.report = report, .piece = ek_alloc_get(&heap, PIECE)};
	*report = (struct ek_backup_files){0};
	if (c.piece == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory to copy files");
	bool has = false;
	bool ok = ek_hash_open(&c.hash, err) && has_keys(log, &has, err) &&
		  (!has || copy_all(&c, log, from, to, err));
	ek_hash_close(&c.hash);
	ek_alloc_free(&heap, c.piece, PIECE);
	return ok;
}

/* ---- keys */

struct keys {
	struct ek_hash *hash;
	int fd;
	uint64_t at;
	uint64_t n;
};

static bool write_on(struct keys *k, const void *bytes, size_t n, struct ek_err *err)
{
	ek_hash_add(k->hash, bytes, n);
	bool ok = ek_disk_put(k->fd, k->at, bytes, n, err);
	k->at += n;
	return ok;
}

static bool write_key(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct keys *k = ctx;
	uint8_t record[RECORD];
	uint64_t ms = (uint64_t)v[EK_CONTENT_FILE_KEYS_MADE_MS].i;
	(void)n;
	if (v[EK_CONTENT_FILE_KEYS_PLACE].n != PLACE || v[EK_CONTENT_FILE_KEYS_SEALED].n != SEALED)
		return ek_fail(err, EK_DAMAGE, "a key of a file is none");
	memcpy(record, v[EK_CONTENT_FILE_KEYS_PLACE].p, PLACE);
	memcpy(record + PLACE, v[EK_CONTENT_FILE_KEYS_SEALED].p, SEALED);
	for (int i = 0; i < 8; i++)
		record[PLACE + SEALED + i] = (uint8_t)(ms >> 8 * i);
	k->n++;
	return write_on(k, record, sizeof record, err);
}

static bool write_keys(struct keys *k, struct ek_log *log, struct ek_err *err)
{
	uint8_t hash[EK_HASH_BYTES];
	bool has = false;
	ek_hash_begin(k->hash);
	if (!has_keys(log, &has, err) || !write_on(k, head, HEAD, err) ||
	    (has && !ek_log_content_each(log, EK_CONTENT_FILE_KEYS, write_key, k, err)))
		return false;
	ek_hash_end(k->hash, hash);
	return ek_disk_put(k->fd, k->at, hash, sizeof hash, err) && ek_disk_sync(k->fd, err);
}

/* A path as directory and name. */
static bool split(const char *path, char dir[EK_DISK_PATH], const char **name, struct ek_err *err)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);
	*name = slash == NULL ? path : slash + 1;
	if (n >= EK_DISK_PATH || (*name)[0] == 0 || strlen(*name) > 250)
		return ek_fail(err, EK_USAGE, "%s is no name for a file", path);
	memcpy(dir, path, n);
	dir[n] = 0;
	if (n == 0)
		ek_format(dir, EK_DISK_PATH, "%s", slash == NULL ? "." : "/");
	return true;
}

bool ek_backup_keys_write(struct ek_log *log, const char *path, uint64_t *keys, struct ek_err *err)
{
	struct keys k = {.fd = -1};
	struct ek_err ignored;
	char dir[EK_DISK_PATH];
	char temp[EK_DISK_PATH];
	char temp_name[256];
	const char *name;
	*keys = 0;
	if (ek_disk_exists(path))
		return ek_fail(err, EK_NOT_EMPTY, "%s is there already", path);
	if (!split(path, dir, &name, err))
		return false;
	ek_format(temp_name, sizeof temp_name, "%s.new", name);
	if (!ek_disk_path(dir, temp_name, temp, err) || !ek_disk_remove(dir, temp_name, err) ||
	    !ek_disk_open(temp, &k.fd, err))
		return false;
	bool ok = ek_hash_open(&k.hash, err) && write_keys(&k, log, err);
	ek_disk_close(&k.fd);
	ek_hash_close(&k.hash);
	ok = ok && ek_disk_rename(dir, temp_name, name, err);
	bool gone = ok || ek_disk_remove(dir, temp_name, &ignored);
	(void)gone;
	*keys = k.n;
	return ok;
}

static bool not_keys(const char *path, struct ek_err *err)
{
	return ek_fail(err, EK_DAMAGE, "%s is not what was written as keys of files", path);
}

/* Reads it through once, before anything of it counts. */
static bool check_keys(struct keys *k, const char *path, uint64_t length, struct ek_err *err)
{
	uint8_t piece[4096];
	uint8_t hash[EK_HASH_BYTES], want[EK_HASH_BYTES];
	if (length < HEAD + EK_HASH_BYTES || (length - HEAD - EK_HASH_BYTES) % RECORD != 0)
		return not_keys(path, err);
	k->n = (length - HEAD - EK_HASH_BYTES) / RECORD;
	ek_hash_begin(k->hash);
	for (uint64_t at = 0; at < length - EK_HASH_BYTES;) {
		uint64_t left = length - EK_HASH_BYTES - at;
		size_t n = left < sizeof piece ? (size_t)left : sizeof piece;
		if (!ek_disk_get(k->fd, at, piece, n, err))
			return false;
		if (at == 0 && memcmp(piece, head, HEAD) != 0)
			return not_keys(path, err);
		ek_hash_add(k->hash, piece, n);
		at += n;
	}
	ek_hash_end(k->hash, hash);
	return ek_disk_get(k->fd, length - EK_HASH_BYTES, want, sizeof want, err) &&
	       (memcmp(hash, want, sizeof want) == 0 || not_keys(path, err));
}

static bool put_key(const struct keys *k, uint64_t i, struct ek_log *log, struct ek_err *err)
{
	uint8_t record[RECORD];
	uint64_t ms = 0;
	if (!ek_disk_get(k->fd, HEAD + i * RECORD, record, sizeof record, err))
		return false;
	for (int b = 7; b >= 0; b--)
		ms = ms << 8 | record[PLACE + SEALED + b];
	const struct ek_views_value row[EK_CONTENT_FILE_KEYS_WIDTH] = {
		[EK_CONTENT_FILE_KEYS_PLACE] = ek_views_text((ek_str){(const char *)record, PLACE}),
		[EK_CONTENT_FILE_KEYS_SEALED] = ek_views_blob(record + PLACE, SEALED),
		[EK_CONTENT_FILE_KEYS_MADE_MS] = ek_views_int((int64_t)ms),
	};
	return ek_log_content_put(log, EK_CONTENT_FILE_KEYS, row, 1, err);
}

static bool put_keys(const struct keys *k, struct ek_log *log, struct ek_err *err)
{
	bool ok = true;
	for (uint64_t i = 0; ok && i < k->n;) {
		ok = ek_log_begin(log, err);
		for (uint64_t end = i + KEYS_A_COMMIT; ok && i < k->n && i < end; i++)
			ok = put_key(k, i, log, err);
		if (!ok)
			ek_log_rollback(log);
		ok = ok && ek_log_commit(log, err);
	}
	return ok;
}

bool ek_backup_keys_read(struct ek_log *log, const char *path, uint64_t *keys, struct ek_err *err)
{
	struct keys k = {.fd = -1};
	uint64_t length;
	*keys = 0;
	if (!ek_disk_open_read(path, &k.fd, &length, err))
		return false;
	bool ok = ek_hash_open(&k.hash, err) && check_keys(&k, path, length, err) &&
		  put_keys(&k, log, err);
	ek_disk_close(&k.fd);
	ek_hash_close(&k.hash);
	*keys = k.n;
	return ok;
}
