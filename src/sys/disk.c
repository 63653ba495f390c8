#include "sys/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static bool fail_errno(struct ek_err *err, const char *doing, const char *path)
{
	int e = errno;
	enum ek_code code = EK_IO;
	if (e == ENOSPC || e == EDQUOT || e == EROFS)
		code = EK_READ_ONLY;
	else if (e == ENOENT)
		code = EK_NOT_FOUND;
	const char *text = strerrordesc_np(e);
	return ek_fail(err, code, "%s %s: %s", doing, path, text != NULL ? text : "unknown");
}

/* After a failed sync nobody knows what the disk has (USENIX ATC '20, "Can applications recover
 * from fsync failures?"): never taken for a clean failure, and never tried again. */
static bool fail_sync(struct ek_err *err, const char *path)
{
	const char *text = strerrordesc_np(errno);
	return ek_fail(err, EK_OUTCOME_UNKNOWN, "sync %s: %s", path,
		       text != NULL ? text : "unknown");
}

bool ek_disk_path(const char *dir, const char *name, char out[EK_DISK_PATH], struct ek_err *err)
{
	if (strlen(dir) + strlen(name) + 2 > EK_DISK_PATH)
		return ek_fail(err, EK_LIMIT, "the path is too long: %s", name);
	ek_format(out, EK_DISK_PATH, "%s/%s", dir, name);
	return true;
}

bool ek_disk_split(const char *path, char dir[EK_DISK_PATH], const char **name, struct ek_err *err)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);
	*name = slash == NULL ? path : slash + 1;
	if (n >= EK_DISK_PATH || (*name)[0] == 0 || strlen(*name) > EK_DISK_NAME)
		return ek_fail(err, EK_USAGE, "%s is no name for a file", path);
	memcpy(dir, path, n);
	dir[n] = 0;
	if (n == 0)
		ek_format(dir, EK_DISK_PATH, "%s", slash == NULL ? "." : "/");
	return true;
}

bool ek_disk_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}

bool ek_disk_dir_empty(const char *path)
{
	DIR *d = opendir(path);
	if (d == NULL)
		return errno == ENOENT;
	bool empty = true;
	for (struct dirent *e = readdir(d); e != NULL && empty; e = readdir(d))
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	closedir(d);
	return empty;
}

bool ek_disk_dir_make(const char *path, struct ek_err *err)
{
	if (mkdir(path, 0700) == 0)
		return true;
	struct stat st;
	if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return true;
	return fail_errno(err, "make directory", path);
}

bool ek_disk_dir_sync(const char *path, struct ek_err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fail_errno(err, "open directory", path);
	bool ok = fsync(fd) == 0 || fail_sync(err, path);
	close(fd);
	return ok;
}

bool ek_disk_put(int fd, uint64_t at, const void *bytes, size_t n, struct ek_err *err)
{
	const char *p = bytes;
	while (n > 0) {
		ssize_t k = pwrite(fd, p, n, (off_t)at);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return fail_errno(err, "write", "a file");
		p += k;
		at += (uint64_t)k;
		n -= (size_t)k;
	}
	return true;
}

bool ek_disk_sync(int fd, struct ek_err *err)
{
	return fdatasync(fd) == 0 || fail_sync(err, "a file");
}

static bool rename_new(const char *dir, const char *from, const char *to, struct ek_err *err)
{
	if (rename(from, to) != 0)
		return fail_errno(err, "rename to", to);
	return ek_disk_dir_sync(dir, err);
}

/* path and its temporary neighbour path + ".new". */
struct pair {
	char path[EK_DISK_PATH];
	char temp[EK_DISK_PATH];
};

static bool pair_make(const char *dir, const char *name, struct pair *p, struct ek_err *err)
{
	if (!ek_disk_path(dir, name, p->path, err))
		return false;
	if (strlen(p->path) + 5 > EK_DISK_PATH)
		return ek_fail(err, EK_LIMIT, "the path is too long: %s", name);
	ek_format(p->temp, sizeof p->temp, "%s.new", p->path);
	return true;
}

static int create_temp(const struct pair *p, struct ek_err *err)
{
	int fd = open(p->temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		fail_errno(err, "make", p->temp);
	return fd;
}

bool ek_disk_write(const char *dir, const char *name, const void *bytes, size_t n,
		   struct ek_err *err)
{
	struct pair p;
	if (!pair_make(dir, name, &p, err))
		return false;
	int fd = create_temp(&p, err);
	if (fd < 0)
		return false;
	bool ok = ek_disk_put(fd, 0, bytes, n, err) && ek_disk_sync(fd, err);
	close(fd);
	ok = ok && rename_new(dir, p.temp, p.path, err);
	if (!ok)
		(void)unlink(p.temp);
	return ok;
}

bool ek_disk_get(int fd, uint64_t at, void *out, size_t n, struct ek_err *err)
{
	uint8_t *p = out;
	for (size_t got = 0; got < n;) {
		ssize_t k = pread(fd, p + got, n - got, (off_t)(at + got));
		if (k < 0 && errno == EINTR)
			continue;
		if (k == 0)
			return ek_fail(err, EK_IO, "a file is shorter than it was");
		if (k < 0)
			return fail_errno(err, "read", "a file");
		got += (size_t)k;
	}
	return true;
}

bool ek_disk_open_read(const char *path, int *fd, uint64_t *n, struct ek_err *err)
{
	struct stat st;
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	*n = 0;
	if (*fd < 0)
		return fail_errno(err, "open", path);
	bool ok = fstat(*fd, &st) == 0 || fail_errno(err, "look at", path);
	if (ok)
		*n = (uint64_t)st.st_size;
	else
		ek_disk_close(fd);
	return ok;
}

bool ek_disk_read(const char *path, size_t max, const struct ek_alloc *alloc,
		  struct ek_disk_bytes *out, struct ek_err *err)
{
	*out = (struct ek_disk_bytes){NULL, 0};
	int fd;
	uint64_t length;
	if (!ek_disk_open_read(path, &fd, &length, err))
		return false;
	size_t size = (size_t)length;
	bool ok = size <= max || ek_fail(err, EK_LIMIT, "%s is longer than %zu bytes", path, max);
	if (ok) {
		out->p = ek_alloc_get(alloc, size == 0 ? 1 : size);
		out->n = size;
		ok = out->p != NULL ? ek_disk_get(fd, 0, out->p, size, err)
				    : ek_fail(err, EK_NO_MEMORY, "no memory to read %s", path);
	}
	ek_disk_close(&fd);
	if (!ok) {
		ek_alloc_free(alloc, out->p, size == 0 ? 1 : size);
		*out = (struct ek_disk_bytes){NULL, 0};
	}
	return ok;
}

static bool copy_bytes(int from, int to, const char *path, struct ek_err *err)
{
	char buf[65536];
	uint64_t at = 0;
	for (;;) {
		ssize_t k = pread(from, buf, sizeof buf, (off_t)at);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return fail_errno(err, "read", path);
		if (k == 0)
			return ek_disk_sync(to, err);
		if (!ek_disk_put(to, at, buf, (size_t)k, err))
			return false;
		at += (uint64_t)k;
	}
}

bool ek_disk_renew(const char *dir, const char *name, struct ek_err *err)
{
	struct pair p;
	if (!pair_make(dir, name, &p, err))
		return false;
	int from = open(p.path, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return fail_errno(err, "open", p.path);
	int to = create_temp(&p, err);
	bool ok = to >= 0 && copy_bytes(from, to, p.path, err);
	ek_disk_close(&to);
	close(from);
	return ok && rename_new(dir, p.temp, p.path, err);
}

bool ek_disk_remove(const char *dir, const char *name, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	if (!ek_disk_path(dir, name, path, err))
		return false;
	if (unlink(path) != 0)
		return errno == ENOENT || fail_errno(err, "remove", path);
	return ek_disk_dir_sync(dir, err);
}

bool ek_disk_move(const char *from, const char *to, const char *name, struct ek_err *err)
{
	char a[EK_DISK_PATH];
	char b[EK_DISK_PATH];
	if (!ek_disk_path(from, name, a, err) || !ek_disk_path(to, name, b, err))
		return false;
	if (!ek_disk_exists(a))
		return true;
	return rename_new(to, a, b, err) && ek_disk_dir_sync(from, err);
}

bool ek_disk_rename(const char *dir, const char *from, const char *to, struct ek_err *err)
{
	char a[EK_DISK_PATH];
	char b[EK_DISK_PATH];
	return ek_disk_path(dir, from, a, err) && ek_disk_path(dir, to, b, err) &&
	       rename_new(dir, a, b, err);
}

bool ek_disk_each(const char *dir, ek_disk_visit *visit, void *ctx, struct ek_err *err)
{
	DIR *d = opendir(dir);
	if (d == NULL)
		return errno == ENOENT || fail_errno(err, "open", dir);
	bool ok = true;
	const struct dirent *e;
	while (ok && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			ok = visit(ctx, e->d_name, err);
	}
	closedir(d);
	return ok;
}

static bool empty_dir(DIR *d, const char *path, struct ek_err *err)
{
	const struct dirent *e;
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(d), e->d_name, 0) != 0)
			return fail_errno(err, "remove a file in", path);
	}
	return true;
}

bool ek_disk_dir_remove(const char *dir, const char *name, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	if (!ek_disk_path(dir, name, path, err))
		return false;
	DIR *d = opendir(path);
	if (d == NULL)
		return errno == ENOENT || fail_errno(err, "open", path);
	bool ok = empty_dir(d, path, err);
	closedir(d);
	if (ok && rmdir(path) != 0)
		ok = fail_errno(err, "remove", path);
	return ok && ek_disk_dir_sync(dir, err);
}

bool ek_disk_open(const char *path, int *fd, struct ek_err *err)
{
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return *fd >= 0 || fail_errno(err, "open", path);
}

bool ek_disk_lock(const char *path, bool shared, int *fd, struct ek_err *err)
{
	if (!ek_disk_open(path, fd, err))
		return false;
	if (flock(*fd, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0)
		return true;
	bool held = errno == EWOULDBLOCK;
	if (held)
		ek_fail(err, EK_IN_USE, "another process holds %s", path);
	else
		fail_errno(err, "lock", path);
	ek_disk_close(fd);
	return false;
}

void ek_disk_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

uint64_t ek_disk_space(const char *path)
{
	struct statvfs st;
	if (statvfs(path, &st) != 0)
		return UINT64_MAX;
	return (uint64_t)st.f_bavail * (uint64_t)st.f_frsize;
}

bool ek_disk_reserve(const char *path, uint64_t n, struct ek_err *err)
{
	int fd;
	if (!ek_disk_open(path, &fd, err))
		return false;
	struct stat st;
	bool ok = fstat(fd, &st) == 0 && (uint64_t)st.st_size == n;
	if (!ok) {
		int rc = posix_fallocate(fd, 0, (off_t)n);
		ok = rc == 0;
		errno = rc;
		if (!ok)
			fail_errno(err, "reserve", path);
	}
	ek_disk_close(&fd);
	return ok;
}
