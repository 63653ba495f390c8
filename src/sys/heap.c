#include "sys/heap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Pages that the processor finds by one entry of its table rather than 512. */
enum { HUGE_PAGE = 2 * 1024 * 1024, LARGE = 2 * HUGE_PAGE };

/* What a large block of n bytes takes; 0 = more than there is. */
static size_t room_of(size_t n)
{
	return n > SIZE_MAX - HUGE_PAGE ? 0 : (n + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

/* A block of its own, at a boundary of huge pages, and asked for as such. */
static void *get_large(size_t n)
{
	size_t room = room_of(n);
	if (room == 0)
		return NULL;
	void *p = aligned_alloc(HUGE_PAGE, room);
	if (p != NULL)
		(void)madvise(p, room, MADV_HUGEPAGE); /* a wish: small pages serve as well */
	return p;
}

static void *resize(void *ctx, void *p, size_t old_n, size_t n)
{
	(void)ctx;
	if (n == 0) {
		free(p);
		return NULL;
	}
	if (n < LARGE)
		return realloc(p, n);
	if (p != NULL && old_n >= LARGE && room_of(old_n) == room_of(n))
		return p;
	void *large = get_large(n);
	if (large == NULL)
		return NULL;
	if (p != NULL)
		memcpy(large, p, old_n < n ? old_n : n);
	free(p);
	return large;
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
