#include "sys/bounds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static bool limit(int what, rlim_t n, struct ek_err *err)
{
	struct rlimit r = {n, n};
	return setrlimit((__rlimit_resource_t)what, &r) == 0 ||
	       ek_fail(err, EK_IO, "cannot limit what the process may take: %s", strerror(errno));
}

/* Bytes of address space in use; 0 if unknown. */
static size_t used_space(void)
{
	char text[64];
	FILE *f = fopen("/proc/self/statm", "re");
	size_t n = f == NULL ? 0 : fread(text, 1, sizeof text - 1, f);
	if (f != NULL)
		(void)fclose(f);
	text[n] = '\0';
	return (size_t)strtoull(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

bool ek_bounds_set(const struct ek_bounds *b, struct ek_err *err)
{
	size_t used = used_space();
	if (used == 0)
		return ek_fail(err, EK_IO, "cannot see how much memory is in use");
	return (EK_BOUNDS_HAS_SHADOW || limit(RLIMIT_AS, used + b->memory, err)) &&
	       limit(RLIMIT_CORE, 0, err) && limit(RLIMIT_FSIZE, 0, err) &&
	       limit(RLIMIT_NOFILE, b->files, err) &&
	       (b->cpu_s == 0 || limit(RLIMIT_CPU, b->cpu_s, err));
}

bool ek_bounds_keep(struct ek_err *err)
{
	return limit(RLIMIT_CORE, 0, err) &&
	       (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ||
		ek_fail(err, EK_IO, "cannot give up privileges: %s", strerror(errno)));
}
