/* What a process that is closed in can and cannot do: each row in a process of its own. */
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { WELL = 10, REFUSED = 11, WRONG = 12 };

static int compute(void)
{
	char *p = malloc(1 << 20);
	int code = p == NULL ? WRONG : WELL;
	free(p);
	return code;
}
static int open_file(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES ? REFUSED : WELL;
}
/* As one of the data directory, which is the service's own. */
static const char data_file[] = "/tmp/evenkeel-sandbox-data";
static int read_data(void)
{
	return open(data_file, O_RDONLY) < 0 && errno == EACCES ? REFUSED : WELL;
}
static int make_file(void)
{
	return open("/tmp/evenkeel-sandbox-test", O_WRONLY | O_CREAT, 0600) < 0 && errno == EACCES
		       ? REFUSED
		       : WELL;
}
static int make_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? REFUSED : WELL;
}
/* Of a database, a bus. */
static int make_local_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? REFUSED : WELL;
}
static int make_process(void)
{
	return fork() < 0 ? REFUSED : WELL;
}
static int run_program(void)
{
	char name[] = "true";
	char *argv[] = {name, NULL};
	return execv("/bin/true", argv) < 0 ? REFUSED : WELL;
}
static int run_memory(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);
	return p == MAP_FAILED && errno == EPERM ? REFUSED : WELL;
}
static int touch_another(void)
{
	return kill(getppid(), 0) < 0 ? REFUSED : WELL;
}

static const struct {
	const char *what;
	int (*run)(void);
	int code; /* it ends with; 0: it is killed for it */
} rows[] = {
	{"compute", compute, WELL},
	{"open a file", open_file, REFUSED},
	{"read a file of the data directory", read_data, REFUSED},
	{"make a file", make_file, REFUSED},
	{"make a socket", make_socket, 0},
	{"make a socket to a program of this machine", make_local_socket, 0},
	{"make a process", make_process, 0},
	{"run a program", run_program, 0},
	{"make memory that runs", run_memory, REFUSED},
	{"signal another process", touch_another, 0},
};

static void only_computing_is_left(void **state)
{
	int fd = open(data_file, O_WRONLY | O_CREAT, 0600);
	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		int status = 0;
		pid_t pid = fork();
		if (pid == 0) {
			struct ek_err err;
			if (!ek_sandbox_enter(64 << 20, &err))
				_exit(WRONG);
			_exit(rows[i].run());
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		bool ok = rows[i].code == 0
				  ? WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS
				  : WIFEXITED(status) && WEXITSTATUS(status) == rows[i].code;
		if (!ok)
			fail_msg("%s: status %d", rows[i].what, status);
	}
	assert_int_equal(unlink(data_file), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(only_computing_is_left)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
