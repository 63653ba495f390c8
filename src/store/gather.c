#include "store/gather.h"

#include <string.h>

/* An open -wal: ours, then the system's. */
struct file {
	sqlite3_file base;
	sqlite3_file *real;
	char *p; /* what waits; made with the first write */
	int n;
	sqlite3_int64 at; /* where it goes */
};

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct file *)f)->real;
}

/* What could not be written is given up, as SQLite gives up the commit that it was for. */
static int flush(sqlite3_file *f)
{
	struct file *file = (struct file *)f;
	int n = file->n;
	file->n = 0;
	return n == 0 ? SQLITE_OK : file->real->pMethods->xWrite(file->real, file->p, n, file->at);
}

static int file_close(sqlite3_file *f)
{
	int rc = flush(f);
	sqlite3_free(((struct file *)f)->p);
	int end = real_of(f)->pMethods->xClose(real_of(f));
	return rc == SQLITE_OK ? end : rc;
}

static int file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	int rc = flush(f);
	return rc == SQLITE_OK ? real_of(f)->pMethods->xRead(real_of(f), p, n, at) : rc;
}

static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct file *file = (struct file *)f;
	bool follows = at == file->at + file->n && n <= EK_GATHER_BYTES - file->n;
	int rc = follows ? SQLITE_OK : flush(f);
	if (rc != SQLITE_OK)
		return rc;
	if (file->p == NULL)
		file->p = sqlite3_malloc(EK_GATHER_BYTES);
	if (file->p == NULL || n > EK_GATHER_BYTES)
		return file->real->pMethods->xWrite(file->real, p, n, at);
	if (file->n == 0)
		file->at = at;
	memcpy(file->p + file->n, p, (size_t)n);
	file->n += n;
	return SQLITE_OK;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	int rc = flush(f);
	return rc == SQLITE_OK ? real_of(f)->pMethods->xTruncate(real_of(f), n) : rc;
}

static int file_sync(sqlite3_file *f, int flags)
{
	int rc = flush(f);
	return rc == SQLITE_OK ? real_of(f)->pMethods->xSync(real_of(f), flags) : rc;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *n)
{
	int rc = flush(f);
	return rc == SQLITE_OK ? real_of(f)->pMethods->xFileSize(real_of(f), n) : rc;
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
	int rc = flush(f);
	return rc == SQLITE_OK ? real_of(f)->pMethods->xFileControl(real_of(f), what, p) : rc;
}

static int file_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_traits(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

/* No memory is shared by way of a -wal: the first version is all that it needs. */
static const sqlite3_io_methods methods = {
	.iVersion = 1,
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
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	sqlite3_vfs *real = ((struct ek_gather *)vfs)->real;
	if ((flags & SQLITE_OPEN_WAL) == 0)
		return real->xOpen(real, name, f, flags, out);
	struct file *file = (struct file *)f;
	*file = (struct file){.real = (sqlite3_file *)(file + 1)};
	memset(file->real, 0, (size_t)real->szOsFile);
	int rc = real->xOpen(real, name, file->real, flags, out);
	if (rc == SQLITE_OK)
		file->base.pMethods = &methods;
	return rc;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	sqlite3_vfs *real = ((struct ek_gather *)vfs)->real;
	return real->xDelete(real, name, sync);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	sqlite3_vfs *real = ((struct ek_gather *)vfs)->real;
	return real->xAccess(real, name, flags, out);
}

static int vfs_path(sqlite3_vfs *vfs, const char *name, int n, char *out)
{
	sqlite3_vfs *real = ((struct ek_gather *)vfs)->real;
	return real->xFullPathname(real, name, n, out);
}

bool ek_gather_open(struct ek_gather *g, const char *real, struct ek_err *err)
{
	*g = (struct ek_gather){.real = sqlite3_vfs_find(real)};
	if (g->real == NULL)
		return ek_fail(err, EK_NOT_FOUND, "SQLite knows no VFS %s",
			       real == NULL ? "of the system" : real);
	/* SQLite finds them by name, in the whole process. */
	ek_format(g->name, sizeof g->name, "gather-%llu", (unsigned long long)(uintptr_t)g);
	g->vfs = *g->real;
	g->vfs.pNext = NULL;
	g->vfs.zName = g->name;
	g->vfs.szOsFile = g->real->szOsFile + (int)sizeof(struct file);
	g->vfs.xOpen = vfs_open;
	g->vfs.xDelete = vfs_delete;
	g->vfs.xAccess = vfs_access;
	g->vfs.xFullPathname = vfs_path;
	if (sqlite3_vfs_register(&g->vfs, 0) == SQLITE_OK)
		return true;
	g->real = NULL;
	return ek_fail(err, EK_NO_MEMORY, "no memory for a VFS");
}

void ek_gather_close(struct ek_gather *g)
{
	if (g->real != NULL)
		sqlite3_vfs_unregister(&g->vfs);
	g->real = NULL;
}
