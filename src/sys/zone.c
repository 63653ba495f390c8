#include "sys/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/disk.h"
#include "sys/heap.h"
#include "sys/tzif.h"

static bool has_prefix(ek_str name, ek_str prefix)
{
	return name.n >= prefix.n && memcmp(name.p, prefix.p, prefix.n) == 0;
}

static bool is_sign(char c)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	bool digit = c >= '0' && c <= '9';
	return letter || digit || c == '_' || c == '-' || c == '+';
}

/* Letters, digits and a few signs, in parts between single slashes: only such may stand in a path
 * and in a message. No dot, so no way up. */
static bool is_name(ek_str name)
{
	if (name.n == 0 || name.n > EK_ZONE_NAME_MAX)
		return false;
	bool part = false; /* one has begun */
	for (uint32_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (!is_sign(c) && (c != '/' || !part))
			return false;
		part = c != '/';
	}
	return part;
}

/* Files beside the zones that are no zones of the IANA's. */
static bool is_other(ek_str name)
{
	return has_prefix(name, EK_S("right/")) || has_prefix(name, EK_S("posix/")) ||
	       ek_str_equal(name, EK_S("localtime")) || ek_str_equal(name, EK_S("posixrules"));
}

static const char *folder(void)
{
	const char *dir = secure_getenv("TZDIR");
	return dir != NULL && dir[0] != '\0' ? dir : "/usr/share/zoneinfo";
}

static bool fail_unknown(const char *name, struct ek_err *err)
{
	char version[EK_ZONE_VERSION];
	ek_zone_version(version);
	return ek_fail(err, EK_INVALID_VALUE, "zone %s is not in the zone database, %s", name,
		       version);
}

/* Whether a file of the zone is there, open to be read; -1 when not. A folder, or what is neither
 * file nor folder, is no zone. */
static int open_zone(const char *name, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	if (!ek_disk_path(folder(), name, path, err))
		return -1;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	bool is_there = fd >= 0;
	int why = errno;
	if (is_there)
		close(fd);
	const char *text = strerrordesc_np(why);
	if (stat(folder(), &st) != 0 || !S_ISDIR(st.st_mode))
		(void)ek_fail(err, EK_IO,
			      "no zone database at %s: install tzdata, or say in TZDIR "
			      "where it is",
			      folder());
	else if (is_there || why == ENOENT || why == ENOTDIR)
		(void)fail_unknown(name, err);
	else
		(void)ek_fail(err, EK_IO, "zone %s: %s", name, text != NULL ? text : "unreadable");
	return -1;
}

/* At most cap bytes. */
static bool read_all(int fd, uint8_t *to, size_t cap, size_t *n)
{
	*n = 0;
	while (*n < cap) {
		ssize_t k = read(fd, to + *n, cap - *n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return k == 0;
		*n += (size_t)k;
	}
	return true;
}

static bool parse(const char *name, const uint8_t *bytes, size_t n, struct ek_tzif *out,
		  struct ek_err *err)
{
	struct ek_err why = {0};
	if (!ek_tzif_is(bytes, n))
		return fail_unknown(name, err);
	return ek_tzif_read(bytes, n, out, &why) ||
	       ek_fail(err, EK_IO, "zone %s: its file is damaged: %s", name, why.msg);
}

static bool read_zone(const char *name, struct ek_tzif *out, struct ek_err *err)
{
	int fd = open_zone(name, err);
	if (fd < 0)
		return false;
	const struct ek_alloc heap = ek_heap_alloc();
	const size_t cap = EK_TZIF_BYTES_MAX + 1;
	uint8_t *bytes = ek_alloc_get(&heap, cap);
	size_t n = 0;
	bool ok = false;
	if (bytes == NULL)
		(void)ek_fail(err, EK_NO_MEMORY, "zone %s: no memory for its file", name);
	else if (!read_all(fd, bytes, cap, &n))
		(void)ek_fail(err, EK_IO, "zone %s: its file cannot be read", name);
	else
		ok = parse(name, bytes, n, out, err);
	ek_alloc_free(&heap, bytes, cap);
	close(fd);
	return ok;
}

/* Copies name and shifts to where the caller keeps them. */
static bool keep(ek_str name, const struct ek_tzif *file, struct ek_arena *arena,
		 struct ek_zone *out)
{
	bool ok = false;
	ek_str kept = ek_arena_str(arena, name, &ok);
	struct ek_zone_shift *shifts = ek_arena_get(arena, file->n * sizeof *shifts);
	if (!ok || shifts == NULL)
		return false;
	memcpy(shifts, file->shift, file->n * sizeof *shifts);
	*out = (struct ek_zone){kept, shifts, file->n};
	return true;
}

bool ek_zone_load(ek_str name, struct ek_arena *arena, struct ek_zone *out, struct ek_err *err)
{
	if (!is_name(name))
		return ek_fail(err, EK_INVALID_VALUE, "zone: not a name of the zone database");
	char ended[EK_ZONE_NAME_MAX + 1] = {0};
	memcpy(ended, name.p, name.n);
	if (is_other(name))
		return fail_unknown(ended, err);
	struct ek_tzif file;
	if (!read_zone(ended, &file, err))
		return false;
	if (!keep(name, &file, arena, out))
		return ek_fail(err, EK_NO_MEMORY, "zone: no room for %u shifts", file.n);
	return true;
}

/* The database's own source stands beside its zones, and begins "# version 2025b". */
void ek_zone_version(char out[EK_ZONE_VERSION])
{
	static const char before[] = "# version ";
	char path[EK_DISK_PATH];
	uint8_t line[sizeof before - 1 + EK_ZONE_VERSION];
	struct ek_err ignored;
	size_t n = 0;
	ek_format(out, EK_ZONE_VERSION, "unknown");
	if (!ek_disk_path(folder(), "tzdata.zi", path, &ignored))
		return;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return;
	bool ok = read_all(fd, line, sizeof line, &n);
	close(fd);
	const size_t skip = sizeof before - 1;
	if (!ok || n <= skip || memcmp(line, before, skip) != 0)
		return;
	size_t length = 0;
	while (skip + length < n && length < EK_ZONE_VERSION - 1 &&
	       is_sign((char)line[skip + length]))
		length++;
	if (length == 0)
		return;
	memcpy(out, line + skip, length);
	out[length] = '\0';
}
