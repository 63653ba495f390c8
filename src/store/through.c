#include "store/through.h"

#include <string.h>

sqlite3_file *ek_through_real(sqlite3_file *f)
{
	return ((struct ek_through_file *)f)->real;
}

static const sqlite3_io_methods *methods_of(sqlite3_file *f)
{
	return ek_through_real(f)->pMethods;
}

int ek_through_close_file(sqlite3_file *f)
{
	return methods_of(f)->xClose(ek_through_real(f));
}

int ek_through_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return methods_of(f)->xRead(ek_through_real(f), p, n, at);
}

int ek_through_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	return methods_of(f)->xWrite(ek_through_real(f), p, n, at);
}

int ek_through_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	return methods_of(f)->xTruncate(ek_through_real(f), n);
}

int ek_through_sync(sqlite3_file *f, int flags)
{
	return methods_of(f)->xSync(ek_through_real(f), flags);
}

int ek_through_size(sqlite3_file *f, sqlite3_int64 *n)
{
	return methods_of(f)->xFileSize(ek_through_real(f), n);
}

int ek_through_lock(sqlite3_file *f, int how)
{
	return methods_of(f)->xLock(ek_through_real(f), how);
}

int ek_through_unlock(sqlite3_file *f, int how)
{
	return methods_of(f)->xUnlock(ek_through_real(f), how);
}

int ek_through_reserved(sqlite3_file *f, int *out)
{
	return methods_of(f)->xCheckReservedLock(ek_through_real(f), out);
}

int ek_through_control(sqlite3_file *f, int what, void *p)
{
	return methods_of(f)->xFileControl(ek_through_real(f), what, p);
}

int ek_through_sector(sqlite3_file *f)
{
	return methods_of(f)->xSectorSize(ek_through_real(f));
}

int ek_through_traits(sqlite3_file *f)
{
	return methods_of(f)->xDeviceCharacteristics(ek_through_real(f));
}

int ek_through_file_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	const struct ek_through *t = (struct ek_through *)vfs;
	sqlite3_file *real = (sqlite3_file *)((char *)f + t->file_size);
	((struct ek_through_file *)f)->real = real;
	memset(real, 0, (size_t)t->real->szOsFile);
	return t->real->xOpen(t->real, name, real, flags, out);
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	sqlite3_vfs *real = ((struct ek_through *)vfs)->real;
	return real->xDelete(real, name, sync);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	sqlite3_vfs *real = ((struct ek_through *)vfs)->real;
	return real->xAccess(real, name, flags, out);
}

static int vfs_path(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
	sqlite3_vfs *real = ((struct ek_through *)vfs)->real;
	return real->xFullPathname(real, name, n, out);
}

bool ek_through_open(struct ek_through *t, const char *real, struct ek_err *err)
{
	t->real = sqlite3_vfs_find(real);
	if (t->real == NULL)
		return ek_fail(err, EK_NOT_FOUND, "SQLite knows no VFS %s",
			       real == NULL ? "of the system" : real);
	t->vfs = *t->real;
	t->vfs.pNext = NULL;
	t->vfs.zName = t->name;
	t->vfs.szOsFile = t->real->szOsFile + (int)t->file_size;
	t->vfs.xOpen = t->open;
	t->vfs.xDelete = vfs_delete;
	t->vfs.xAccess = vfs_access;
	t->vfs.xFullPathname = vfs_path;
	if (sqlite3_vfs_register(&t->vfs, 0) == SQLITE_OK)
		return true;
	t->real = NULL;
	return ek_fail(err, EK_NO_MEMORY, "no memory for a VFS");
}

void ek_through_close(struct ek_through *t)
{
	if (t->real != NULL)
		sqlite3_vfs_unregister(&t->vfs);
	t->real = NULL;
}
