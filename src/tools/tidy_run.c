/* Runs a program without a shell, and keeps what it printed. */
#include "tools/tidy.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Everything that comes out of the pipe, ended by a NUL. */
static ek_str drain(struct ek_tidy *t, int fd)
{
	char *all = ek_tidy_get(t, 1);
	size_t n = 0, cap = 1;
	char some[16384];
	for (;;) {
		ssize_t got = read(fd, some, sizeof some);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		if (n + (size_t)got + 1 > cap) {
			cap = (n + (size_t)got + 1) * 2;
			all = memcpy(ek_tidy_get(t, cap), all, n);
		}
		memcpy(all + n, some, (size_t)got);
		n += (size_t)got;
	}
	return (ek_str){all, (uint32_t)n};
}

static int spawn(struct ek_tidy *t, const char *const *argv, const int ends[2], pid_t *pid)
{
	extern char **environ;
	size_t n = 0;
	while (argv[n] != NULL)
		n++;
	char **copy = ek_tidy_get(t, (n + 1) * sizeof *copy);
	for (size_t i = 0; i < n; i++)
		copy[i] = ek_tidy_join(t, argv[i], "");
	posix_spawn_file_actions_t acts;
	int e = posix_spawn_file_actions_init(&acts);
	if (e != 0)
		return e;
	e |= posix_spawn_file_actions_addchdir_np(&acts, t->root);
	e |= posix_spawn_file_actions_addopen(&acts, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	e |= posix_spawn_file_actions_adddup2(&acts, ends[1], STDOUT_FILENO);
	e |= posix_spawn_file_actions_adddup2(&acts, ends[1], STDERR_FILENO);
	if (e == 0)
		e = posix_spawnp(pid, copy[0], &acts, NULL, copy, environ);
	(void)posix_spawn_file_actions_destroy(&acts);
	return e;
}

static int wait_for(pid_t pid)
{
	int status = 0;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 128;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool ek_tidy_run(struct ek_tidy *t, const char *const *argv, ek_str *out, int *status,
		 struct ek_err *err)
{
	int ends[2];
	pid_t pid = 0;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return ek_fail(err, EK_IO, "no pipe: %s", strerror(errno));
	int e = spawn(t, argv, ends, &pid);
	(void)close(ends[1]);
	if (e == 0) {
		*out = drain(t, ends[0]);
		*status = wait_for(pid);
	}
	(void)close(ends[0]);
	return e == 0 || ek_fail(err, EK_IO, "cannot run %s: %s", argv[0], strerror(e));
}
