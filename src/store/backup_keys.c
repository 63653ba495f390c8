#include "store/backup_keys.h"

#include <string.h>

#include "sys/disk.h"
#include "sys/heap.h"

enum {
	HEAD = 16,
	PLACE = 2 * EK_HASH_BYTES,
	SEALED = EK_BACKUP_KEYS_SEALED,
	FILE_BYTES = PLACE + SEALED + 8,
	CONTACT_BYTES = 4 + SEALED + 8,
	ERASURE_BYTES = 5 * 8,
	COUNTS = 3 * 8,
	KEYS_A_COMMIT = 4096,
};

static const char head[HEAD + 1] = "evenkeel keys 2\n";
static const char first_head[HEAD + 1] = "evenkeel keys 1\n";

struct ek_backup_keys {
	int fd;
	struct ek_backup_keys_count count;
};

static void put_number(uint8_t *out, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		out[i] = (uint8_t)(v >> 8 * i);
}

static uint64_t number(const uint8_t *in, int bytes)
{
	uint64_t v = 0;
	for (int i = bytes - 1; i >= 0; i--)
		v = v << 8 | in[i];
	return v;
}

static uint64_t contacts_at(const struct ek_backup_keys_count *c)
{
	return HEAD + c->files * FILE_BYTES;
}

static uint64_t erasures_at(const struct ek_backup_keys_count *c)
{
	return contacts_at(c) + c->contacts * CONTACT_BYTES;
}

/* ---- writing */

struct writing {
	struct ek_hash *hash;
	int fd;
	uint64_t at;
	struct ek_backup_keys_count *count;
};

static bool write_on(struct writing *w, const void *bytes, size_t n, struct ek_err *err)
{
	ek_hash_add(w->hash, bytes, n);
	bool ok = ek_disk_put(w->fd, w->at, bytes, n, err);
	w->at += n;
	return ok;
}

static bool write_file(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct writing *w = ctx;
	uint8_t record[FILE_BYTES];
	(void)n;
	if (v[EK_CONTENT_FILE_KEYS_PLACE].n != PLACE || v[EK_CONTENT_FILE_KEYS_SEALED].n != SEALED)
		return ek_fail(err, EK_DAMAGE, "a key of a file is none");
	memcpy(record, v[EK_CONTENT_FILE_KEYS_PLACE].p, PLACE);
	memcpy(record + PLACE, v[EK_CONTENT_FILE_KEYS_SEALED].p, SEALED);
	put_number(record + PLACE + SEALED, (uint64_t)v[EK_CONTENT_FILE_KEYS_MADE_MS].i, 8);
	w->count->files++;
	return write_on(w, record, sizeof record, err);
}

static bool write_contact(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct writing *w = ctx;
	uint8_t record[CONTACT_BYTES];
	(void)n;
	if (v[EK_CONTENT_CONTACT_KEYS_SEALED].n != SEALED)
		return ek_fail(err, EK_DAMAGE, "a key of a contact is none");
	put_number(record, (uint64_t)v[EK_CONTENT_CONTACT_KEYS_CONTACT].i, 4);
	memcpy(record + 4, v[EK_CONTENT_CONTACT_KEYS_SEALED].p, SEALED);
	put_number(record + 4 + SEALED, (uint64_t)v[EK_CONTENT_CONTACT_KEYS_MADE_MS].i, 8);
	w->count->contacts++;
	return write_on(w, record, sizeof record, err);
}

static bool write_erasure(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct writing *w = ctx;
	uint8_t record[ERASURE_BYTES];
	_Static_assert(8 * EK_CONTENT_ERASURES_WIDTH == ERASURE_BYTES, "all of a row");
	for (uint32_t i = 0; i < n && i < EK_CONTENT_ERASURES_WIDTH; i++)
		put_number(record + 8 * i, v[i].kind == EK_VIEWS_INT ? (uint64_t)v[i].i : 0, 8);
	w->count->erasures++;
	return write_on(w, record, sizeof record, err);
}

/* An older store has not all of these tables. */
static bool write_tables(struct writing *w, struct ek_log *log, struct ek_err *err)
{
	static const struct {
		enum ek_content table;
		ek_log_visit_values *visit;
	} tables[] = {
		{EK_CONTENT_FILE_KEYS, write_file},
		{EK_CONTENT_CONTACT_KEYS, write_contact},
		{EK_CONTENT_ERASURES, write_erasure},
	};
	int64_t version;
	bool ok = ek_log_version(log, "content", &version, err);
	for (size_t i = 0; ok && i < EK_LEN(tables); i++)
		ok = !ek_content_has(version, tables[i].table) ||
		     ek_log_content_each(log, tables[i].table, tables[i].visit, w, err);
	return ok;
}

static bool write_keys(struct writing *w, struct ek_log *log, struct ek_err *err)
{
	uint8_t counts[COUNTS];
	uint8_t hash[EK_HASH_BYTES];
	struct ek_err ignored;
	ek_hash_begin(w->hash);
	if (!write_on(w, head, HEAD, err) || !ek_log_hold(log, true, err))
		return false;
	bool ok = write_tables(w, log, err);
	if (!ek_log_hold(log, false, ok ? err : &ignored) || !ok)
		return false;
	put_number(counts, w->count->files, 8);
	put_number(counts + 8, w->count->contacts, 8);
	put_number(counts + 16, w->count->erasures, 8);
	if (!write_on(w, counts, sizeof counts, err))
		return false;
	ek_hash_end(w->hash, hash);
	return ek_disk_put(w->fd, w->at, hash, sizeof hash, err) && ek_disk_sync(w->fd, err);
}

bool ek_backup_keys_write(struct ek_log *log, const char *path, struct ek_backup_keys_count *count,
			  struct ek_err *err)
{
	struct writing w = {.fd = -1, .count = count};
	struct ek_err ignored;
	char dir[EK_DISK_PATH];
	char temp[EK_DISK_PATH];
	char temp_name[EK_DISK_NAME + 8];
	const char *name;
	*count = (struct ek_backup_keys_count){0};
	if (ek_disk_exists(path))
		return ek_fail(err, EK_NOT_EMPTY, "%s is there already", path);
	if (!ek_disk_split(path, dir, &name, err))
		return false;
	ek_format(temp_name, sizeof temp_name, "%s.new", name);
	if (!ek_disk_path(dir, temp_name, temp, err) || !ek_disk_remove(dir, temp_name, err) ||
	    !ek_disk_open(temp, &w.fd, err))
		return false;
	bool ok = ek_hash_open(&w.hash, err) && write_keys(&w, log, err);
	ek_disk_close(&w.fd);
	ek_hash_close(&w.hash);
	ok = ok && ek_disk_rename(dir, temp_name, name, err);
	bool gone = ok || ek_disk_remove(dir, temp_name, &ignored);
	(void)gone;
	return ok;
}

/* ---- reading */

static bool not_keys(const char *path, struct ek_err *err)
{
	return ek_fail(err, EK_DAMAGE, "%s is not what was written as keys", path);
}

static bool check_hash(const struct ek_backup_keys *k, uint64_t n, const char *path,
		       struct ek_err *err)
{
	struct ek_hash *h = NULL;
	uint8_t piece[4096];
	uint8_t hash[EK_HASH_BYTES], want[EK_HASH_BYTES];
	bool ok = ek_hash_open(&h, err);
	if (ok)
		ek_hash_begin(h);
	for (uint64_t at = 0; ok && at < n; at += sizeof piece) {
		size_t more = n - at < sizeof piece ? (size_t)(n - at) : sizeof piece;
		ok = ek_disk_get(k->fd, at, piece, more, err);
		if (ok)
			ek_hash_add(h, piece, more);
	}
	if (ok)
		ek_hash_end(h, hash);
	ek_hash_close(&h);
	return ok && ek_disk_get(k->fd, n, want, sizeof want, err) &&
	       (memcmp(hash, want, sizeof want) == 0 || not_keys(path, err));
}

/* n: all before the hash. */
static bool read_counts(struct ek_backup_keys *k, uint64_t n, const char *path, struct ek_err *err)
{
	uint8_t start[HEAD];
	uint8_t counts[COUNTS];
	if (!ek_disk_get(k->fd, 0, start, HEAD, err))
		return false;
	if (memcmp(start, first_head, HEAD) == 0) {
		k->count.files = (n - HEAD) / FILE_BYTES;
		return (n - HEAD) % FILE_BYTES == 0 || not_keys(path, err);
	}
	if (memcmp(start, head, HEAD) != 0 || n < HEAD + COUNTS)
		return not_keys(path, err);
	if (!ek_disk_get(k->fd, n - COUNTS, counts, COUNTS, err))
		return false;
	k->count = (struct ek_backup_keys_count){number(counts, 8), number(counts + 8, 8),
						 number(counts + 16, 8)};
	/* So that no sum overflows. */
	return (k->count.files < n && k->count.contacts < n && k->count.erasures < n &&
		erasures_at(&k->count) + k->count.erasures * ERASURE_BYTES + COUNTS == n) ||
	       not_keys(path, err);
}

static bool open_file(struct ek_backup_keys *k, const char *path, struct ek_err *err)
{
	uint64_t length;
	if (!ek_disk_open_read(path, &k->fd, &length, err))
		return false;
	if (length < HEAD + EK_HASH_BYTES)
		return not_keys(path, err);
	return check_hash(k, length - EK_HASH_BYTES, path, err) &&
	       read_counts(k, length - EK_HASH_BYTES, path, err);
}

bool ek_backup_keys_open(const char *path, struct ek_backup_keys **keys, struct ek_err *err)
{
	struct ek_alloc heap = ek_heap_alloc();
	struct ek_backup_keys *k = ek_alloc_get(&heap, sizeof *k);
	*keys = NULL;
	if (k == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for keys");
	*k = (struct ek_backup_keys){.fd = -1};
	bool ok = open_file(k, path, err);
	if (!ok)
		ek_backup_keys_close(&k);
	*keys = k;
	return ok;
}

void ek_backup_keys_close(struct ek_backup_keys **keys)
{
	struct ek_alloc heap = ek_heap_alloc();
	if (*keys != NULL)
		ek_disk_close(&(*keys)->fd);
	ek_alloc_free(&heap, *keys, sizeof **keys);
	*keys = NULL;
}

struct ek_backup_keys_count ek_backup_keys_counted(const struct ek_backup_keys *k)
{
	return k->count;
}

static bool read_contact(const struct ek_backup_keys *k, uint64_t i, uint8_t record[CONTACT_BYTES],
			 struct ek_err *err)
{
	return ek_disk_get(k->fd, contacts_at(&k->count) + i * CONTACT_BYTES, record, CONTACT_BYTES,
			   err);
}

bool ek_backup_keys_find(const struct ek_backup_keys *k, uint32_t contact,
			 uint8_t sealed[EK_BACKUP_KEYS_SEALED], bool *found, struct ek_err *err)
{
	uint8_t record[CONTACT_BYTES];
	uint64_t low = 0;
	uint64_t high = k->count.contacts;
	*found = false;
	while (low < high && !*found) {
		uint64_t middle = low + (high - low) / 2;
		if (!read_contact(k, middle, record, err))
			return false;
		uint64_t at = number(record, 4);
		*found = at == contact;
		if (at < contact)
			low = middle + 1;
		else
			high = middle;
	}
	if (*found)
		memcpy(sealed, record + 4, SEALED);
	return true;
}

bool ek_backup_keys_erasure(const struct ek_backup_keys *k, uint64_t i,
			    struct ek_views_value row[EK_CONTENT_ERASURES_WIDTH],
			    struct ek_err *err)
{
	uint8_t record[ERASURE_BYTES];
	ek_assert(i < k->count.erasures);
	if (!ek_disk_get(k->fd, erasures_at(&k->count) + i * ERASURE_BYTES, record, ERASURE_BYTES,
			 err))
		return false;
	for (int c = 0; c < EK_CONTENT_ERASURES_WIDTH; c++)
		row[c] = ek_views_int((int64_t)number(record + 8 * c, 8));
	if (row[EK_CONTENT_ERASURES_ASKED_BY].i == 0)
		row[EK_CONTENT_ERASURES_ASKED_BY] = (struct ek_views_value){0};
	return true;
}

/* ---- into a log */

static bool put_file(const struct ek_backup_keys *k, uint64_t i, struct ek_log *log,
		     struct ek_err *err)
{
	uint8_t r[FILE_BYTES];
	if (!ek_disk_get(k->fd, HEAD + i * FILE_BYTES, r, FILE_BYTES, err))
		return false;
	const struct ek_views_value row[EK_CONTENT_FILE_KEYS_WIDTH] = {
		[EK_CONTENT_FILE_KEYS_PLACE] = ek_views_text((ek_str){(const char *)r, PLACE}),
		[EK_CONTENT_FILE_KEYS_SEALED] = ek_views_blob(r + PLACE, SEALED),
		[EK_CONTENT_FILE_KEYS_MADE_MS] =
			ek_views_int((int64_t)number(r + PLACE + SEALED, 8)),
	};
	return ek_log_content_put(log, EK_CONTENT_FILE_KEYS, row, 1, err);
}

static bool take_found(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	bool *found = ctx;
	(void)v;
	(void)n;
	(void)err;
	*found = true;
	return true;
}

/* Numbers of contacts that came after the backup are given again, to others. */
static bool put_contact(const struct ek_backup_keys *k, uint64_t i, struct ek_log *log,
			struct ek_err *err)
{
	uint8_t r[CONTACT_BYTES];
	bool found = false;
	if (!read_contact(k, i, r, err))
		return false;
	const struct ek_views_value row[EK_CONTENT_CONTACT_KEYS_WIDTH] = {
		[EK_CONTENT_CONTACT_KEYS_CONTACT] = ek_views_int((int64_t)number(r, 4)),
		[EK_CONTENT_CONTACT_KEYS_SEALED] = ek_views_blob(r + 4, SEALED),
		[EK_CONTENT_CONTACT_KEYS_MADE_MS] =
			ek_views_int((int64_t)number(r + 4 + SEALED, 8)),
	};
	const struct ek_log_where where = {EK_CONTENT_CONTACTS, EK_CONTENT_CONTACTS_CONTACT,
					   row[EK_CONTENT_CONTACT_KEYS_CONTACT]};
	return ek_log_content_find(log, &where, take_found, &found, err) &&
	       (!found || ek_log_content_put(log, EK_CONTENT_CONTACT_KEYS, row, 1, err));
}

bool ek_backup_keys_put(const struct ek_backup_keys *k, struct ek_log *log, struct ek_err *err)
{
	uint64_t n = k->count.files + k->count.contacts;
	bool ok = true;
	for (uint64_t i = 0; ok && i < n;) {
		ok = ek_log_begin(log, err);
		for (uint64_t end = i + KEYS_A_COMMIT; ok && i < n && i < end; i++)
			ok = i < k->count.files ? put_file(k, i, log, err)
						: put_contact(k, i - k->count.files, log, err);
		if (!ok)
			ek_log_rollback(log);
		ok = ok && ek_log_commit(log, err);
	}
	return ok;
}
