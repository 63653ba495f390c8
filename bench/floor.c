/* floor -- what the disk asks for one durable write: the least that any durable answer can cost.
 *
 * usage: floor DIR [WRITES]
 */
#include "bench/tally.h"
#include "bench/workload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 4096 };

/* As a log does that grows (append), or one that was allocated before. */
static void measure(const char *dir, uint32_t writes, bool append)
{
	char path[512], block[BLOCK];
	memset(block, 1, sizeof block);
	(void)snprintf(path, sizeof path, "%s/floor.tmp", dir);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		ek_workload_die("%s: %s", path, strerror(errno));
	for (uint32_t i = 0; !append && i < writes; i++)
		if (write(fd, block, sizeof block) != BLOCK)
			ek_workload_die("%s: %s", path, strerror(errno));
	if (fsync(fd) != 0 || lseek(fd, 0, SEEK_SET) != 0)
		ek_workload_die("%s: %s", path, strerror(errno));
	struct ek_tally *tally = ek_tally_open();
	uint64_t start = ek_tally_now(), before = start;
	for (uint32_t i = 0; i < writes; i++) {
		if (write(fd, block, sizeof block) != BLOCK || fdatasync(fd) != 0)
			ek_workload_die("%s: %s", path, strerror(errno));
		uint64_t now = ek_tally_now();
		ek_tally_took(tally, now - before);
		before = now;
	}
	struct ek_tally_run run = {.impl = append ? "floor-append" : "floor-overwrite",
				   .file = dir,
				   .events = writes,
				   .ns = before - start,
				   .more = ""};
	ek_tally_print(tally, &run);
	ek_tally_close(&tally);
	(void)close(fd);
	(void)unlink(path);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		ek_workload_die("usage: floor DIR [WRITES]");
	uint32_t writes = ek_workload_number(argv[2], 1u << 20, 1000);
	measure(argv[1], writes, false);
	measure(argv[1], writes, true);
	return 0;
}
