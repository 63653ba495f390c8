#include "store/dir.h"

#include <string.h>
#include <time.h>

#include "sys/clock.h"
#include "sys/heap.h"

enum {
	SLOT = 64, /* seq 8, chain 32, CRC-32C of both 4, zeros */
	SLOT_USED = 8 + EK_HASH_BYTES + 4,
	PATIENCE_MS = 5000,
	STEP_MS = 20,
};

static bool in_dir(const struct ek_dir *d, const char *name, char out[EK_DISK_PATH],
		   struct ek_err *err)
{
	return ek_disk_path(d->path, name, out, err);
}

/* Readers and a mending writer keep out of each other's way for moments only. */
static bool lock_readers(struct ek_dir *d, bool shared, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	if (!in_dir(d, "readers", path, err))
		return false;
	for (int waited = 0; !ek_disk_lock(path, shared, &d->readers_fd, err); waited += STEP_MS) {
		if (err->code != EK_IN_USE || waited >= PATIENCE_MS)
			return false;
		const struct timespec step = {0, STEP_MS * 1000000L};
		nanosleep(&step, NULL);
	}
	return true;
}

static bool mend(struct ek_dir *d, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	if (!in_dir(d, "log.db-wal", path, err))
		return false;
	if (!ek_disk_exists(path))
		return true;
	/* A reader that kept the old file open would miss all that is written from now on. */
	if (!lock_readers(d, false, err))
		return false;
	bool ok = ek_disk_renew(d->path, "log.db-wal", err) &&
		  ek_disk_remove(d->path, "log.db-shm", err);
	ek_disk_close(&d->readers_fd);
	return ok;
}

static bool make(struct ek_dir *d, struct ek_err *err)
{
	if (!ek_disk_dir_make(d->path, err))
		return false;
	char parent[EK_DISK_PATH];
	ek_format(parent, sizeof parent, "%s/..", d->path);
	return ek_disk_dir_sync(parent, err);
}

/* Keeps the reserve while there is plenty, and gives it back where there is next to nothing. */
static bool keep_reserve(struct ek_dir *d, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	uint64_t space = ek_disk_space(d->path);
	if (space < d->floor)
		ek_dir_drop_reserve(d);
	if (space <= 4 * (uint64_t)EK_DIR_RESERVE)
		return true;
	return in_dir(d, "reserve", path, err) && ek_disk_reserve(path, EK_DIR_RESERVE, err);
}

/* After a clean stop nothing; else what the -wal seems to hold is made durable first. */
static bool begin_unclean(struct ek_dir *d, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	if (!in_dir(d, "clean", path, err) || (!ek_disk_exists(path) && !mend(d, err)))
		return false;
	return ek_disk_remove(d->path, "clean", err);
}

static bool open_writer(struct ek_dir *d, bool create, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	int fd = -1;
	if (create && !ek_disk_exists(d->path) && !make(d, err))
		return false;
	if (!create && !ek_disk_exists(d->db))
		return ek_fail(err, EK_NOT_FOUND, "%s holds no log", d->path);
	if (!in_dir(d, "lock", path, err) || !ek_disk_lock(path, false, &d->lock_fd, err))
		return false;
	/* SQLite gives its other files the mode of this one. */
	if (!ek_disk_open(d->db, &fd, err))
		return false;
	ek_disk_close(&fd);
	return begin_unclean(d, err) && keep_reserve(d, err) && in_dir(d, "head", path, err) &&
	       ek_disk_open(path, &d->head_fd, err);
}

bool ek_dir_open(struct ek_dir *d, const struct ek_log_options *options, struct ek_err *err)
{
	*d = (struct ek_dir){.lock_fd = -1, .readers_fd = -1, .head_fd = -1};
	d->floor = options->space_floor != 0 ? options->space_floor : EK_DIR_FLOOR;
	d->synced_ns = ek_clock_mono_ns();
	if (strlen(options->where) + 32 > sizeof d->path)
		return ek_fail(err, EK_LIMIT, "the path of the data directory is too long");
	ek_format(d->path, sizeof d->path, "%s", options->where);
	if (!in_dir(d, "log.db", d->db, err))
		return false;
	bool ok;
	if (options->mode != EK_LOG_READ)
		ok = open_writer(d, options->mode == EK_LOG_CREATE, err);
	else if (!ek_disk_exists(d->db))
		ok = ek_fail(err, EK_NOT_FOUND, "%s holds no log", d->path);
	else
		ok = lock_readers(d, true, err);
	if (!ok)
		ek_dir_close(d);
	return ok;
}

void ek_dir_close(struct ek_dir *d)
{
	ek_disk_close(&d->head_fd);
	ek_disk_close(&d->readers_fd);
	ek_disk_close(&d->lock_fd);
}

bool ek_dir_mark_clean(struct ek_dir *d, struct ek_err *err)
{
	return ek_dir_sync_head(d, (ek_span){0}, err) &&
	       ek_disk_write(d->path, "clean", "clean\n", 6, err);
}

void ek_dir_drop_reserve(struct ek_dir *d)
{
	struct ek_err ignored;
	if (!ek_disk_remove(d->path, "reserve", &ignored))
		return;
}

bool ek_dir_check_space(struct ek_dir *d, struct ek_err *err)
{
	uint64_t now = ek_clock_mono_ns();
	if (d->looked_ns == 0 || now - d->looked_ns >= 100000000u) {
		uint64_t space = ek_disk_space(d->path);
		d->looked_ns = now;
		d->full = space < (d->full ? 2 * d->floor : d->floor);
	}
	return !d->full || ek_fail(err, EK_READ_ONLY, "the disk of %s is full", d->path);
}

static void put_u64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t get_u64(const uint8_t *p)
{
	uint64_t v = 0;
	for (int i = 0; i < 8; i++)
		v |= (uint64_t)p[i] << (8 * i);
	return v;
}

static uint64_t slot_crc(const uint8_t *slot)
{
	return ek_hash_crc(0, slot, 8 + EK_HASH_BYTES);
}

bool ek_dir_note_head(struct ek_dir *d, uint64_t seq, const uint8_t chain[EK_HASH_BYTES],
		      struct ek_err *err)
{
	uint8_t slot[SLOT] = {0};
	put_u64(slot, seq);
	memcpy(slot + 8, chain, EK_HASH_BYTES);
	uint64_t crc = slot_crc(slot);
	for (int i = 0; i < 4; i++)
		slot[8 + EK_HASH_BYTES + i] = (uint8_t)(crc >> (8 * i));
	d->turn ^= 1;
	d->head_behind = true;
	return ek_disk_put(d->head_fd, d->turn * (uint64_t)SLOT, slot, SLOT, err);
}

bool ek_dir_sync_head(struct ek_dir *d, ek_span older, struct ek_err *err)
{
	uint64_t now = ek_clock_mono_ns();
	if (!d->head_behind || (int64_t)((now - d->synced_ns) / 1000000) < older.ms)
		return true;
	d->synced_ns = now;
	d->head_behind = false;
	return ek_disk_sync(d->head_fd, err);
}

bool ek_dir_read_head(const struct ek_dir *d, uint64_t *seq, uint8_t chain[EK_HASH_BYTES],
		      struct ek_err *err)
{
	*seq = 0;
	char path[EK_DISK_PATH];
	if (!in_dir(d, "head", path, err))
		return false;
	if (!ek_disk_exists(path))
		return true;
	struct ek_alloc heap = ek_heap_alloc();
	struct ek_disk_bytes file;
	if (!ek_disk_read(path, 2 * (size_t)SLOT, &heap, &file, err))
		return false;
	bool any = false;
	bool valid = false;
	for (size_t i = 0; i + SLOT <= file.n; i += SLOT) {
		const uint8_t *slot = file.p + i;
		uint64_t crc = slot_crc(slot);
		bool good = true;
		for (int k = 0; k < 4; k++)
			good = good && slot[8 + EK_HASH_BYTES + k] == (uint8_t)(crc >> (8 * k));
		for (size_t k = 0; k < SLOT; k++)
			any = any || slot[k] != 0;
		valid = valid || good;
		if (good && get_u64(slot) > *seq) {
			*seq = get_u64(slot);
			memcpy(chain, slot + 8, EK_HASH_BYTES);
		}
	}
	ek_alloc_free(&heap, file.p, file.n == 0 ? 1 : file.n);
	return !any || valid ||
	       ek_fail(err, EK_DAMAGE, "the head record in %s cannot be read", d->path);
}
