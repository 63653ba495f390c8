#include "store/scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void ek_scratch_make(char out[EK_SCRATCH_PATH])
{
	const char *tmp = getenv("TMPDIR");
	if (tmp == NULL || strlen(tmp) > EK_SCRATCH_PATH - 32)
		tmp = "/tmp";
	ek_format(out, EK_SCRATCH_PATH, "%s/evenkeel-test-XXXXXX", tmp);
	ek_assert(mkdtemp(out) != NULL);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

void ek_scratch_remove(const char *path)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		fprintf(stderr, "could not remove %s\n", path);
}

size_t ek_scratch_read(const char *path, void *out, size_t cap)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ek_assert(fd >= 0);
	size_t n = 0;
	for (;;) {
		ssize_t k = read(fd, (char *)out + n, cap - n);
		ek_assert(k >= 0);
		if (k == 0)
			break;
		n += (size_t)k;
	}
	close(fd);
	return n;
}

void ek_scratch_write(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ek_assert(fd >= 0);
	ssize_t k = write(fd, bytes, n);
	ek_assert(k == (ssize_t)n);
	close(fd);
}
