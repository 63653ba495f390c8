#include "sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "/proc/self/exe"

struct ek_child {
	pid_t id;
	int fd;
};

/* ---- bytes */

bool ek_child_write(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;
	while (n > 0) {
		ssize_t done = send(fd, p, n, MSG_NOSIGNAL);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

bool ek_child_read(int fd, void *bytes, size_t n)
{
	char *p = bytes;
	while (n > 0) {
		ssize_t done = recv(fd, p, n, 0);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

bool ek_child_pair(int ends[2], struct ek_err *err)
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0 ||
	       ek_fail(err, EK_IO, "no pair of sockets: %s", strerror(errno));
}

/* ---- the process */

enum { OUT_OF_THE_WAY = 10 }; /* of the numbers that files are to have */

static bool set_files(posix_spawn_file_actions_t *files, int fd, int shared)
{
	const int behind = shared < 0 ? EK_CHILD_SHARED : EK_CHILD_SHARED + 1;
	return posix_spawn_file_actions_adddup2(files, fd, EK_CHILD_SOCKET) == 0 &&
	       (shared < 0 ||
		posix_spawn_file_actions_adddup2(files, shared, EK_CHILD_SHARED) == 0) &&
	       posix_spawn_file_actions_addclosefrom_np(files, behind) == 0 &&
	       posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ==
		       0 &&
	       posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) ==
		       0;
}

static bool set_signals(posix_spawnattr_t *how)
{
	sigset_t none;
	sigset_t usual;
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	return posix_spawnattr_setsigmask(how, &none) == 0 &&
	       posix_spawnattr_setsigdefault(how, &usual) == 0 &&
	       posix_spawnattr_setflags(how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
}

static bool spawn(const char *program, char *const *texts, int fd, int shared, pid_t *id)
{
	char *environment[] = {NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	if (posix_spawn_file_actions_init(&files) != 0)
		return false;
	bool ok = posix_spawnattr_init(&how) == 0;
	if (ok) {
		ok = set_files(&files, fd, shared) && set_signals(&how) &&
		     posix_spawn(id, program, &files, &how, texts, environment) == 0;
		posix_spawnattr_destroy(&how);
	}
	posix_spawn_file_actions_destroy(&files);
	return ok;
}

static bool start(const struct ek_child_options *o, int fd, pid_t *id)
{
	char *texts[EK_CHILD_ARGS + 2] = {NULL};
	size_t n = 0;
	int high = fcntl(fd, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
	int shared = o->shared < 0 ? -1 : fcntl(o->shared, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
	bool ok = high >= 0 && (o->shared < 0 || shared >= 0) &&
		  (texts[n++] = strdup("evenkeel")) != NULL;
	for (const char *const *arg = o->args; ok && *arg != NULL; arg++) {
		ek_assert(n <= EK_CHILD_ARGS);
		ok = (texts[n++] = strdup(*arg)) != NULL;
	}
	ok = ok && spawn(o->program == NULL ? PROGRAM : o->program, texts, high, shared, id);
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	if (high >= 0)
		close(high);
	if (shared >= 0)
		close(shared);
	return ok;
}

bool ek_child_open(const struct ek_child_options *options, struct ek_child **child,
		   struct ek_err *err)
{
	int ends[2];
	struct ek_child *c = calloc(1, sizeof *c);
	*child = NULL;
	if (c == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a process");
	if (!ek_child_pair(ends, err)) {
		free(c);
		return false;
	}
	bool ok = start(options, ends[1], &c->id);
	close(ends[1]);
	if (!ok) {
		close(ends[0]);
		free(c);
		return ek_fail(err, EK_IO, "no process of its own could be started");
	}
	c->fd = ends[0];
	*child = c;
	return true;
}

int ek_child_socket(const struct ek_child *child)
{
	return child->fd;
}

int64_t ek_child_id(const struct ek_child *child)
{
	return child->id;
}

void ek_child_hang_up(struct ek_child *child)
{
	shutdown(child->fd, SHUT_RDWR);
}

void ek_child_close(struct ek_child **child)
{
	struct ek_child *c = *child;
	if (c == NULL)
		return;
	kill(c->id, SIGKILL);
	while (waitpid(c->id, NULL, 0) < 0 && errno == EINTR)
		;
	close(c->fd);
	free(c);
	*child = NULL;
}
