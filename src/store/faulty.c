#include "store/faulty.h"

/* One open file: ours, then the system's. */
struct file {
	struct ek_through_file through; /* first */
	struct ek_faulty *faulty;
	bool is_wal;
};

static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct file *file = (struct file *)f;
	if (file->is_wal && file->faulty->fail_write) {
		file->faulty->is_unreadable = file->faulty->fail_read;
		return SQLITE_FULL;
	}
	if (file->is_wal && file->faulty->fail_silent)
		return SQLITE_IOERR_WRITE;
	return ek_through_write(f, p, n, at);
}

static int file_sync(sqlite3_file *f, int flags)
{
	struct file *file = (struct file *)f;
	if (file->is_wal && file->faulty->before_sync != NULL)
		file->faulty->before_sync(file->faulty->before_sync_ctx);
	if (file->is_wal && file->faulty->fail_sync) {
		file->faulty->fail_sync = false;
		return SQLITE_IOERR_FSYNC;
	}
	file->faulty->syncs += file->is_wal;
	return ek_through_sync(f, flags);
}

static int shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return ek_through_real(f)->pMethods->xShmMap(ek_through_real(f), page, size, extend, out);
}

/* Every reading of a database with a -wal begins here, also one of pages that are in memory. */
static int shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	const struct file *file = (const struct file *)f;
	if (file->faulty->is_unreadable && (flags & SQLITE_SHM_LOCK) != 0)
		return SQLITE_IOERR_SHMLOCK;
	return ek_through_real(f)->pMethods->xShmLock(ek_through_real(f), offset, n, flags);
}

static void shm_barrier(sqlite3_file *f)
{
	ek_through_real(f)->pMethods->xShmBarrier(ek_through_real(f));
}

static int shm_unmap(sqlite3_file *f, int erase)
{
	return ek_through_real(f)->pMethods->xShmUnmap(ek_through_real(f), erase);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = ek_through_close_file,
	.xRead = ek_through_read,
	.xWrite = file_write,
	.xTruncate = ek_through_truncate,
	.xSync = file_sync,
	.xFileSize = ek_through_size,
	.xLock = ek_through_lock,
	.xUnlock = ek_through_unlock,
	.xCheckReservedLock = ek_through_reserved,
	.xFileControl = ek_through_control,
	.xSectorSize = ek_through_sector,
	.xDeviceCharacteristics = ek_through_traits,
	.xShmMap = shm_map,
	.xShmLock = shm_lock,
	.xShmBarrier = shm_barrier,
	.xShmUnmap = shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	*(struct file *)f = (struct file){.faulty = (struct ek_faulty *)vfs,
					  .is_wal = (flags & SQLITE_OPEN_WAL) != 0};
	int rc = ek_through_file_open(vfs, name, f, flags, out);
	if (rc == SQLITE_OK)
		f->pMethods = &methods;
	return rc;
}

void ek_faulty_open(struct ek_faulty *f, const char *name)
{
	struct ek_err err;
	*f = (struct ek_faulty){
		.through = {.name = name, .file_size = sizeof(struct file), .open = vfs_open}};
	bool ok = ek_through_open(&f->through, NULL, &err);
	ek_assert(ok);
}

void ek_faulty_close(struct ek_faulty *f)
{
	ek_through_close(&f->through);
}
