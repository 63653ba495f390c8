#include "store/faulty.h"

#include <string.h>

/* One open file: ours, then the system's. */
struct file {
	sqlite3_file base;
	struct ek_faulty *faulty;
	bool is_wal;
	sqlite3_file *real;
};

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct file *)f)->real;
}

static int file_close(sqlite3_file *f)
{
	return real_of(f)->pMethods->xClose(real_of(f));
}

static int file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}

static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct file *file = (struct file *)f;
	if (file->is_wal && file->faulty->fail_write)
		return SQLITE_FULL;
	if (file->is_wal && file->faulty->fail_silent)
		return SQLITE_IOERR_WRITE;
	return real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	return real_of(f)->pMethods->xTruncate(real_of(f), n);
}

static int file_sync(sqlite3_file *f, int flags)
{
	struct file *file = (struct file *)f;
	if (file->is_wal && file->faulty->fail_sync) {
		file->faulty->fail_sync = false;
		return SQLITE_IOERR_FSYNC;
	}
	file->faulty->syncs += file->is_wal;
	return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *n)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), n);
}

static int file_lock(sqlite3_file *f, int how)
{
	return real_of(f)->pMethods->xLock(real_of(f), how);
}

static int file_unlock(sqlite3_file *f, int how)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), how);
}

static int file_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int file_control(sqlite3_file *f, int what, void *p)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), what, p);
}

static int file_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_traits(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int shm_unmap(sqlite3_file *f, int erase)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), erase);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_traits,
	.xShmMap = shm_map,
	.xShmLock = shm_lock,
	.xShmBarrier = shm_barrier,
	.xShmUnmap = shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct ek_faulty *faulty = (struct ek_faulty *)vfs;
	struct file *file = (struct file *)f;
	*file = (struct file){.faulty = faulty, .real = (sqlite3_file *)(file + 1)};
	file->is_wal = (flags & SQLITE_OPEN_WAL) != 0;
	memset(file->real, 0, (size_t)faulty->real->szOsFile);
	int rc = faulty->real->xOpen(faulty->real, name, file->real, flags, out);
	if (rc == SQLITE_OK)
		file->base.pMethods = &methods;
	return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	sqlite3_vfs *real = ((struct ek_faulty *)vfs)->real;
	return real->xDelete(real, name, sync);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	sqlite3_vfs *real = ((struct ek_faulty *)vfs)->real;
	return real->xAccess(real, name, flags, out);
}

static int vfs_path(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
	sqlite3_vfs *real = ((struct ek_faulty *)vfs)->real;
	return real->xFullPathname(real, name, n, out);
}

void ek_faulty_open(struct ek_faulty *f, const char *name)
{
	*f = (struct ek_faulty){.real = sqlite3_vfs_find(NULL)};
	ek_assert(f->real != NULL);
	f->vfs = *f->real;
	f->vfs.pNext = NULL;
	f->vfs.zName = name;
	f->vfs.szOsFile = f->real->szOsFile + (int)sizeof(struct file);
	f->vfs.xOpen = vfs_open;
	f->vfs.xDelete = vfs_delete;
	f->vfs.xAccess = vfs_access;
	f->vfs.xFullPathname = vfs_path;
	int rc = sqlite3_vfs_register(&f->vfs, 0);
	ek_assert(rc == SQLITE_OK);
}

void ek_faulty_close(struct ek_faulty *f)
{
	sqlite3_vfs_unregister(&f->vfs);
}
