#include "sys/heap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *resize(void *ctx, void *p, size_t old_n, size_t n)
{
	(void)ctx;
	(void)old_n;
	if (n == 0) {
		free(p);
		return NULL;
	}
	return realloc(p, n);
}

struct ek_alloc ek_heap_alloc(void)
{
	return (struct ek_alloc){NULL, resize};
}

uint64_t ek_heap_resident(void)
{
	/* "SIZE RESIDENT ..." in pages. */
	char text[128];
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n > 0 ? n : 0] = 0;
	const char *p = strchr(text, ' ');
	uint64_t pages = 0;
	for (p = p == NULL ? "" : p + 1; *p >= '0' && *p <= '9'; p++)
		pages = pages * 10 + (uint64_t)(*p - '0');
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
