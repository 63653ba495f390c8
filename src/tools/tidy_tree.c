/* Reads the tree once: every file's bytes, and C in pieces. */
#include "tools/tidy.h"

#include "sys/heap.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_BYTES_MAX = 8 * 1024 * 1024, DEPTH_MAX = 32 };
static const size_t tree_bytes_max = (size_t)1024 * 1024 * 1024;

static bool read_file(struct ek_tidy *t, const char *path, size_t n, struct ek_err *err)
{
	char *full = ek_tidy_join(t, ek_tidy_join(t, t->root, "/"), path);
	FILE *in = fopen(full, "rb");
	if (in == NULL)
		return ek_fail(err, EK_IO, "cannot open %s: %s", full, strerror(errno));
	char *text = ek_tidy_get(t, n + 1);
	n = fread(text, 1, n, in);
	(void)fclose(in);
	t->files = ek_tidy_grow(t, t->files, t->file_count, &t->file_cap, sizeof *t->files);
	struct ek_tidy_file *f = &t->files[t->file_count++];
	*f = (struct ek_tidy_file){.path = path, .text = text, .n = n};
	f->is_binary = memchr(text, '\0', n) != NULL;
	if (ek_tidy_is_c(f))
		ek_tidy_lex(t, f);
	return true;
}

/* Not part of the project: what git keeps, what builds leave, what editors hide. */
static bool is_left_out(const char *name)
{
	static const char *const outside[] = {".", "..", ".git", "build", "node_modules", ".cache"};
	for (size_t i = 0; i < EK_LEN(outside); i++)
		if (strcmp(name, outside[i]) == 0)
			return true;
	return false;
}

static bool walk(struct ek_tidy *t, const char *folder, int depth, struct ek_err *err);

static bool visit(struct ek_tidy *t, const char *path, int depth, struct ek_err *err)
{
	struct stat st;
	char *full = ek_tidy_join(t, ek_tidy_join(t, t->root, "/"), path);
	if (lstat(full, &st) != 0)
		return errno == ENOENT ||
		       ek_fail(err, EK_IO, "cannot look at %s: %s", full, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return walk(t, ek_tidy_join(t, path, "/"), depth + 1, err);
	if (!S_ISREG(st.st_mode))
		return true;
	if (st.st_size > FILE_BYTES_MAX)
		return ek_fail(err, EK_LIMIT, "%s is larger than 8 MiB", full);
	return read_file(t, path, (size_t)st.st_size, err);
}

/* folder: "" or a path that ends with '/'. */
static bool walk(struct ek_tidy *t, const char *folder, int depth, struct ek_err *err)
{
	if (depth > DEPTH_MAX)
		return ek_fail(err, EK_LIMIT, "%s lies too deep", folder);
	char *full = ek_tidy_join(t, ek_tidy_join(t, t->root, "/"), folder);
	DIR *dir = opendir(full);
	if (dir == NULL)
		return ek_fail(err, EK_IO, "cannot read folder %s: %s", full, strerror(errno));
	bool ok = true;
	for (struct dirent *e = readdir(dir); ok && e != NULL; e = readdir(dir))
		if (!is_left_out(e->d_name))
			ok = visit(t, ek_tidy_join(t, folder, e->d_name), depth, err);
	(void)closedir(dir);
	return ok;
}

static int by_path(const void *a, const void *b)
{
	const struct ek_tidy_file *fa = a, *fb = b;
	return strcmp(fa->path, fb->path);
}

bool ek_tidy_open(struct ek_tidy *t, const char *root, struct ek_err *err)
{
	*t = (struct ek_tidy){.root = root};
	ek_arena_init(&t->arena, ek_heap_alloc(), tree_bytes_max);
	if (!walk(t, "", 0, err)) {
		ek_tidy_close(t);
		return false;
	}
	if (t->file_count > 0)
		qsort(t->files, t->file_count, sizeof *t->files, by_path);
	return true;
}

void ek_tidy_close(struct ek_tidy *t)
{
	ek_arena_fini(&t->arena);
	*t = (struct ek_tidy){.root = NULL};
}
