#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/clock.h"

enum { LOOK_MS = 20 }; /* how often the child's processor time is asked for */

struct ek_child {
	pid_t pid;
	int line;
	int shared;
	clockid_t cpu;
	uint64_t cpu_end;
	uint64_t wall_end;
};

/* ---- starting */

/* Between fork and exec: only calls that are safe there. */
static void become(const char *program, const char *role, int line, int shared)
{
	char name[] = "evenkeel";
	char *const argv[] = {name, (char *)(uintptr_t)role, NULL};
	char *const environment[] = {NULL};
	sigset_t none;
	int null = open("/dev/null", O_RDWR);
	/* Out of the way of the numbers they are to have. */
	line = fcntl(line, F_DUPFD, 10);
	shared = fcntl(shared, F_DUPFD, 10);
	if (null < 0 || line < 0 || shared < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0 || dup2(line, EK_CHILD_LINE) < 0 ||
	    dup2(shared, EK_CHILD_SHARED) < 0)
		_exit(127);
	if (close_range(EK_CHILD_SHARED + 1, ~0U, 0) != 0)
		_exit(127);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	execve(program, argv, environment);
	_exit(127);
}

static bool fork_child(struct ek_child *c, const char *program, const char *role,
		       struct ek_err *err)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return ek_fail(err, EK_IO, "cannot make a line to a process: %s", strerror(errno));
	c->line = pair[0];
	c->pid = fork();
	if (c->pid == 0)
		become(program, role, pair[1], c->shared);
	(void)close(pair[1]);
	if (c->pid < 0)
		return ek_fail(err, EK_IO, "cannot start a process: %s", strerror(errno));
	if (clock_getcpuclockid(c->pid, &c->cpu) != 0)
		return ek_fail(err, EK_IO, "cannot watch a process");
	return true;
}

bool ek_child_start(const char *program, const char *role, struct ek_child **child,
		    struct ek_err *err)
{
	struct ek_child *c = calloc(1, sizeof *c);
	*child = NULL;
	if (c == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a process");
	*c = (struct ek_child){.pid = -1, .line = -1};
	c->shared = memfd_create("evenkeel", MFD_CLOEXEC);
	bool ok = c->shared >= 0 ||
		  ek_fail(err, EK_IO, "cannot make shared memory: %s", strerror(errno));
	ok = ok && fork_child(c, program == NULL ? "/proc/self/exe" : program, role, err);
	*child = c;
	if (!ok)
		ek_child_end(child);
	return ok;
}

void ek_child_end(struct ek_child **child)
{
	struct ek_child *c = *child;
	if (c == NULL)
		return;
	if (c->line >= 0)
		(void)close(c->line);
	if (c->shared >= 0)
		(void)close(c->shared);
	if (c->pid > 0) {
		(void)kill(c->pid, SIGKILL);
		while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	free(c);
	*child = NULL;
}

bool ek_child_is_alive(const struct ek_child *child)
{
	siginfo_t info = {.si_pid = 0};
	/* Left to be waited for, so that its number stays its own. */
	return waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == 0;
}

bool ek_child_share(struct ek_child *child, ek_str bytes, struct ek_err *err)
{
	bool ok = ftruncate(child->shared, 0) == 0;
	for (uint32_t at = 0; ok && at < bytes.n;) {
		ssize_t n = pwrite(child->shared, bytes.p + at, bytes.n - at, at);
		ok = n > 0 || (n < 0 && errno == EINTR);
		at += n > 0 ? (uint32_t)n : 0;
	}
	return ok || ek_fail(err, EK_IO, "cannot hand over a message: %s", strerror(errno));
}

/* ---- talking, with an eye on the clock */

static uint64_t cpu_ns(const struct ek_child *c)
{
	struct timespec t = {0, 0};
	if (clock_gettime(c->cpu, &t) != 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

void ek_child_begin(struct ek_child *child, struct ek_child_time most)
{
	child->cpu_end = cpu_ns(child) + most.cpu_ns;
	child->wall_end = ek_clock_mono_ns() + most.wall_ns;
}

/* Waits until the line can be read (or written). */
static enum ek_child_end wait_for(struct ek_child *c, short events)
{
	for (;;) {
		struct pollfd p = {c->line, events, 0};
		int n = poll(&p, 1, LOOK_MS);
		if (n > 0)
			return EK_CHILD_WELL;
		if (n < 0 && errno != EINTR)
			return EK_CHILD_ENDED;
		if (cpu_ns(c) > c->cpu_end || ek_clock_mono_ns() > c->wall_end)
			return EK_CHILD_SLOW;
	}
}

enum ek_child_end ek_child_send(struct ek_child *child, const void *bytes, size_t n)
{
	const char *p = bytes;
	while (n > 0) {
		enum ek_child_end end = wait_for(child, POLLOUT);
		if (end != EK_CHILD_WELL)
			return end;
		ssize_t sent = send(child->line, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno != EINTR && errno != EAGAIN)
			return EK_CHILD_ENDED;
		p += sent > 0 ? sent : 0;
		n -= sent > 0 ? (size_t)sent : 0;
	}
	return EK_CHILD_WELL;
}

enum ek_child_end ek_child_receive(struct ek_child *child, void *out, size_t n)
{
	char *p = out;
	while (n > 0) {
		enum ek_child_end end = wait_for(child, POLLIN);
		if (end != EK_CHILD_WELL)
			return end;
		ssize_t got = recv(child->line, p, n, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
			return EK_CHILD_ENDED;
		p += got > 0 ? got : 0;
		n -= got > 0 ? (size_t)got : 0;
	}
	return EK_CHILD_WELL;
}

/* ---- in the child */

bool ek_child_is_one(void)
{
	struct stat line, shared;
	return fstat(EK_CHILD_LINE, &line) == 0 && S_ISSOCK(line.st_mode) &&
	       fstat(EK_CHILD_SHARED, &shared) == 0 && S_ISREG(shared.st_mode) &&
	       fcntl(EK_CHILD_SHARED, F_GET_SEALS) >= 0;
}

bool ek_child_read(void *out, size_t n)
{
	char *p = out;
	while (n > 0) {
		ssize_t got = read(EK_CHILD_LINE, p, n);
		if (got == 0 || (got < 0 && errno != EINTR))
			return false;
		p += got > 0 ? got : 0;
		n -= got > 0 ? (size_t)got : 0;
	}
	return true;
}

bool ek_child_write(const void *bytes, size_t n)
{
	const char *p = bytes;
	while (n > 0) {
		ssize_t sent = write(EK_CHILD_LINE, p, n);
		if (sent < 0 && errno != EINTR)
			return false;
		p += sent > 0 ? sent : 0;
		n -= sent > 0 ? (size_t)sent : 0;
	}
	return true;
}

const char *ek_child_map(size_t n)
{
	/* Asked so because a process that is closed in may not ask for a file's state. */
	off_t size = lseek(EK_CHILD_SHARED, 0, SEEK_END);
	if (size < 0 || (size_t)size < n)
		return NULL;
	void *p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, EK_CHILD_SHARED, 0);
	return p == MAP_FAILED ? NULL : p;
}

void ek_child_unmap(const char *p, size_t n)
{
	if (p != NULL)
		(void)munmap((void *)(uintptr_t)p, n);
}
