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

static bool set_up(posix_spawn_file_actions_t *files, posix_spawnattr_t *how, int fd)
{
	sigset_t none;
	sigset_t usual;
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	/* A file that is already number 3 would keep its mark, and be closed: hence by way of 4. */
	return posix_spawn_file_actions_adddup2(files, fd, EK_CHILD_SOCKET + 1) == 0 &&
	       posix_spawn_file_actions_adddup2(files, EK_CHILD_SOCKET + 1, EK_CHILD_SOCKET) == 0 &&
	       posix_spawn_file_actions_addclosefrom_np(files, EK_CHILD_SOCKET + 1) == 0 &&
	       posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ==
		       0 &&
	       posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) ==
		       0 &&
	       posix_spawnattr_setsigmask(how, &none) == 0 &&
	       posix_spawnattr_setsigdefault(how, &usual) == 0 &&
	       posix_spawnattr_setflags(how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
}

static bool start(const char *const *args, int fd, pid_t *id)
{
	char *texts[EK_CHILD_ARGS + 2] = {NULL};
	char *environment[] = {NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	size_t n = 0;
	bool ok = (texts[n++] = strdup("evenkeel")) != NULL;
	for (; ok && *args != NULL; args++) {
		ek_assert(n <= EK_CHILD_ARGS);
		ok = (texts[n++] = strdup(*args)) != NULL;
	}
	if (ok && posix_spawn_file_actions_init(&files) == 0) {
		if (posix_spawnattr_init(&how) == 0) {
			ok = set_up(&files, &how, fd) &&
			     posix_spawn(id, PROGRAM, &files, &how, texts, environment) == 0;
			posix_spawnattr_destroy(&how);
		}
		posix_spawn_file_actions_destroy(&files);
	}
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	return ok;
}

bool ek_child_open(const char *const *args, struct ek_child **child, struct ek_err *err)
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
	bool ok = start(args, ends[1], &c->id);
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
