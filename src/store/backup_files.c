#include "store/backup_files.h"

#include <string.h>

#include "sys/disk.h"
#include "sys/heap.h"

enum {
	PLACE = 2 * EK_HASH_BYTES,
	PIECE = 64 * 1024,
};

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
