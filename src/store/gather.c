#include "store/gather.h"

#include <string.h>

/* An open -wal: ours, then the system's. */
struct file {
	struct ek_through_file through; /* first */
	char *p;                        /* what waits; made with the first write */
	int n;
	sqlite3_int64 at;   /* where it goes */
	sqlite3_int64 end;  /* of what was written */
	sqlite3_int64 room; /* the file's size; -1 = not known */
};

enum { PIECE = 16 * 1024 }; /* of zeros, in one write */

static int write_through(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct file *file = (struct file *)f;
	file->end = at + n > file->end ? at + n : file->end;
	return ek_through_write(f, p, n, at);
}

/* What could not be written is given up, as SQLite gives up the commit that it was for. */
static int flush(sqlite3_file *f)
{
	struct file *file = (struct file *)f;
	int n = file->n;
	file->n = 0;
	return n == 0 ? SQLITE_OK : write_through(f, file->p, n, file->at);
}

/* As far again as it is long, for it will go on. A file that cannot be had longer is as good. */
static void lengthen(sqlite3_file *f)
{
	static const char zeros[PIECE];
	struct file *file = (struct file *)f;
	if (file->room < 0 && ek_through_size(f, &file->room) != SQLITE_OK)
		file->room = -1;
	if (file->room < 0 || file->end < file->room)
		return;
	sqlite3_int64 ahead = file->end < EK_GATHER_AHEAD ? file->end : EK_GATHER_AHEAD;
	sqlite3_int64 to = file->end + ahead / PIECE * PIECE;
	file->room = file->end;
	while (file->room < to && ek_through_write(f, zeros, PIECE, file->room) == SQLITE_OK)
		file->room += PIECE;
}

static int file_close(sqlite3_file *f)
{
	int rc = flush(f);
	sqlite3_free(((struct file *)f)->p);
	int end = ek_through_close_file(f);
	return rc == SQLITE_OK ? end : rc;
}

static int file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	int rc = flush(f);
	return rc == SQLITE_OK ? ek_through_read(f, p, n, at) : rc;
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
		return write_through(f, p, n, at);
	if (file->n == 0)
		file->at = at;
	memcpy(file->p + file->n, p, (size_t)n);
	file->n += n;
	return SQLITE_OK;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	int rc = flush(f);
	((struct file *)f)->end = n;
	((struct file *)f)->room = -1;
	return rc == SQLITE_OK ? ek_through_truncate(f, n) : rc;
}

static int file_sync(sqlite3_file *f, int flags)
{
	int rc = flush(f);
	if (rc != SQLITE_OK)
		return rc;
	lengthen(f);
	return ek_through_sync(f, flags);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *n)
{
	int rc = flush(f);
	return rc == SQLITE_OK ? ek_through_size(f, n) : rc;
}

static int file_control(sqlite3_file *f, int what, void *p)
{
	int rc = flush(f);
	return rc == SQLITE_OK ? ek_through_control(f, what, p) : rc;
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
	.xLock = ek_through_lock,
	.xUnlock = ek_through_unlock,
	.xCheckReservedLock = ek_through_reserved,
	.xFileControl = file_control,
	.xSectorSize = ek_through_sector,
	.xDeviceCharacteristics = ek_through_traits,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	sqlite3_vfs *real = ((struct ek_through *)vfs)->real;
	if ((flags & SQLITE_OPEN_WAL) == 0)
		return real->xOpen(real, name, f, flags, out);
	*(struct file *)f = (struct file){.room = -1};
	int rc = ek_through_file_open(vfs, name, f, flags, out);
	if (rc == SQLITE_OK)
		f->pMethods = &methods;
	return rc;
}

bool ek_gather_open(struct ek_gather *g, const char *real, struct ek_err *err)
{
	*g = (struct ek_gather){.through = {.file_size = sizeof(struct file), .open = vfs_open}};
	/* SQLite finds them by name, in the whole process. */
	ek_format(g->name, sizeof g->name, "gather-%llu", (unsigned long long)(uintptr_t)g);
	g->through.name = g->name;
	return ek_through_open(&g->through, real, err);
}

void ek_gather_close(struct ek_gather *g)
{
	ek_through_close(&g->through);
}
