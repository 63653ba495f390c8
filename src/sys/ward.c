#include "sys/ward.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/child.h"
#include "sys/clock.h"

enum { LOOK_MS = 20 }; /* how often the child's processor time is asked for */

struct ek_ward {
	struct ek_child *child;
	int line;
	int shared;
	clockid_t cpu;
	uint64_t cpu_end;
	uint64_t wall_end;
};

/* ---- starting */

bool ek_ward_start(const char *program, const char *role, struct ek_ward **ward, struct ek_err *err)
{
	const char *const args[] = {role, NULL};
	struct ek_ward *w = calloc(1, sizeof *w);
	*ward = w;
	if (w == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a process");
	w->shared = memfd_create("evenkeel", MFD_CLOEXEC);
	const struct ek_child_options child = {program, args, w->shared};
	bool ok = w->shared >= 0 ||
		  ek_fail(err, EK_IO, "cannot make shared memory: %s", strerror(errno));
	ok = ok && ek_child_open(&child, &w->child, err);
	if (ok)
		w->line = ek_child_socket(w->child);
	ok = ok && (clock_getcpuclockid((pid_t)ek_child_id(w->child), &w->cpu) == 0 ||
		    ek_fail(err, EK_IO, "cannot watch a process"));
	if (!ok)
		ek_ward_end(ward);
	return ok;
}

void ek_ward_end(struct ek_ward **ward)
{
	struct ek_ward *w = *ward;
	if (w == NULL)
		return;
	ek_child_close(&w->child);
	if (w->shared >= 0)
		(void)close(w->shared);
	free(w);
	*ward = NULL;
}

bool ek_ward_is_alive(const struct ek_ward *ward)
{
	siginfo_t info = {.si_pid = 0};
	/* Left to be waited for, so that its number stays its own. */
	return waitid(P_PID, (id_t)ek_child_id(ward->child), &info, WEXITED | WNOHANG | WNOWAIT) ==
		       0 &&
	       info.si_pid == 0;
}

bool ek_ward_share(struct ek_ward *ward, ek_str bytes, struct ek_err *err)
{
	bool ok = ftruncate(ward->shared, 0) == 0;
	for (uint32_t at = 0; ok && at < bytes.n;) {
		ssize_t n = pwrite(ward->shared, bytes.p + at, bytes.n - at, at);
		ok = n > 0 || (n < 0 && errno == EINTR);
		at += n > 0 ? (uint32_t)n : 0;
	}
	return ok || ek_fail(err, EK_IO, "cannot hand over a message: %s", strerror(errno));
}

/* ---- talking, with an eye on the clock */

static uint64_t cpu_ns(const struct ek_ward *c)
{
	struct timespec t = {0, 0};
	if (clock_gettime(c->cpu, &t) != 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

void ek_ward_begin(struct ek_ward *ward, struct ek_ward_time most)
{
	ward->cpu_end = cpu_ns(ward) + most.cpu_ns;
	ward->wall_end = ek_clock_mono_ns() + most.wall_ns;
}

/* Waits until the line can be read (or written). */
static enum ek_ward_end wait_for(struct ek_ward *c, short events)
{
	for (;;) {
		struct pollfd p = {c->line, events, 0};
		int n = poll(&p, 1, LOOK_MS);
		if (n > 0)
			return EK_WARD_WELL;
		if (n < 0 && errno != EINTR)
			return EK_WARD_ENDED;
		if (cpu_ns(c) > c->cpu_end || ek_clock_mono_ns() > c->wall_end)
			return EK_WARD_SLOW;
	}
}

enum ek_ward_end ek_ward_send(struct ek_ward *ward, const void *bytes, size_t n)
{
	const char *p = bytes;
	while (n > 0) {
		enum ek_ward_end end = wait_for(ward, POLLOUT);
		if (end != EK_WARD_WELL)
			return end;
		ssize_t sent = send(ward->line, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno != EINTR && errno != EAGAIN)
			return EK_WARD_ENDED;
		p += sent > 0 ? sent : 0;
		n -= sent > 0 ? (size_t)sent : 0;
	}
	return EK_WARD_WELL;
}

enum ek_ward_end ek_ward_receive(struct ek_ward *ward, void *out, size_t n)
{
	char *p = out;
	while (n > 0) {
		enum ek_ward_end end = wait_for(ward, POLLIN);
		if (end != EK_WARD_WELL)
			return end;
		ssize_t got = recv(ward->line, p, n, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
			return EK_WARD_ENDED;
		p += got > 0 ? got : 0;
		n -= got > 0 ? (size_t)got : 0;
	}
	return EK_WARD_WELL;
}

/* ---- in the child */

bool ek_ward_is_one(void)
{
	struct stat line, shared;
	return fstat(EK_CHILD_SOCKET, &line) == 0 && S_ISSOCK(line.st_mode) &&
	       fstat(EK_CHILD_SHARED, &shared) == 0 && S_ISREG(shared.st_mode) &&
	       fcntl(EK_CHILD_SHARED, F_GET_SEALS) >= 0;
}

bool ek_ward_read(void *out, size_t n)
{
	return ek_child_read(EK_CHILD_SOCKET, out, n);
}

bool ek_ward_write(const void *bytes, size_t n)
{
	return ek_child_write(EK_CHILD_SOCKET, bytes, n);
}

const char *ek_ward_map(size_t n)
{
	/* Asked so because a process that is closed in may not ask for a file's state. */
	off_t size = lseek(EK_CHILD_SHARED, 0, SEEK_END);
	if (size < 0 || (size_t)size < n)
		return NULL;
	void *p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, EK_CHILD_SHARED, 0);
	return p == MAP_FAILED ? NULL : p;
}

void ek_ward_unmap(const char *p, size_t n)
{
	if (p != NULL)
		(void)munmap((void *)(uintptr_t)p, n);
}
