#include "store/cluster.h"

#include <libpq-fe.h>

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 24, PATIENCE = 600 /* tenths of a second */ };

static bool find_binaries(struct ek_cluster *c)
{
	for (int version = 20; version >= 13; version--) {
		char path[EK_SCRATCH_PATH];
		ek_format(c->bin, sizeof c->bin, "/usr/lib/postgresql/%d/bin", version);
		ek_format(path, sizeof path, "%s/initdb", c->bin);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

static const struct passwd *other_user(void)
{
	return geteuid() == 0 ? getpwnam("postgres") : NULL;
}

/* In the child: gives up root, and ends when the test does. */
static void run_program(const struct ek_cluster *c, const char *const *arguments)
{
	const struct passwd *user = other_user();
	if (user != NULL && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
		_exit(126);
	prctl(PR_SET_PDEATHSIG, SIGQUIT);
	int null = open("/dev/null", O_RDWR);
	if (null < 0 || chdir(c->place) != 0)
		_exit(126);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	char path[EK_SCRATCH_PATH];
	char *argv[ARGUMENTS_MAX];
	int n = 0;
	for (; arguments[n] != NULL && n < ARGUMENTS_MAX - 1; n++)
		argv[n] = strdup(arguments[n]);
	argv[n] = NULL;
	ek_format(path, sizeof path, "%s/%s", c->bin, arguments[0]);
	execv(path, argv);
	_exit(127);
}

static int start(const struct ek_cluster *c, const char *const *arguments)
{
	pid_t pid = fork();
	ek_assert(pid >= 0);
	if (pid == 0)
		run_program(c, arguments);
	return pid;
}

static void conninfo(const struct ek_cluster *c, const char *database, char out[EK_SCRATCH_PATH])
{
	ek_format(out, EK_SCRATCH_PATH, "host=%s user=postgres dbname=%s", c->place, database);
}

static bool wait_ready(const struct ek_cluster *c)
{
	char info[EK_SCRATCH_PATH];
	conninfo(c, "postgres", info);
	for (int i = 0; i < PATIENCE; i++) {
		if (PQping(info) == PQPING_OK)
			return true;
		const struct timespec tenth = {0, 100000000};
		nanosleep(&tenth, NULL);
	}
	return false;
}

bool ek_cluster_open(struct ek_cluster *c)
{
	*c = (struct ek_cluster){0};
	if (!find_binaries(c)) {
		fprintf(stderr, "skipped: PostgreSQL is not installed\n");
		return false;
	}
	ek_scratch_make(c->place);
	const struct passwd *user = other_user();
	if (user != NULL) {
		int rc = chown(c->place, user->pw_uid, user->pw_gid);
		ek_assert(rc == 0);
	}
	char data[EK_SCRATCH_PATH];
	ek_format(data, sizeof data, "%s/data", c->place);
	const char *const init[] = {"initdb", "-D",        data, "-U",   "postgres",   "-A",
				    "trust",  "--no-sync", "-E", "UTF8", "--locale=C", NULL};
	int status = 0;
	int pid = start(c, init);
	ek_assert(waitpid(pid, &status, 0) == pid && status == 0);
	const char *const serve[] = {"postgres",
				     "-D",
				     data,
				     "-k",
				     c->place,
				     "-c",
				     "listen_addresses=",
				     "-c",
				     "shared_buffers=16MB",
				     "-c",
				     "max_connections=20",
				     NULL};
	c->pid = start(c, serve);
	ek_assert(wait_ready(c));
	return true;
}

void ek_cluster_database(struct ek_cluster *c, char out[EK_SCRATCH_PATH])
{
	char name[32];
	char sql[64];
	char info[EK_SCRATCH_PATH];
	ek_format(name, sizeof name, "t%d", ++c->databases);
	ek_format(sql, sizeof sql, "CREATE DATABASE %s", name);
	conninfo(c, "postgres", info);
	PGconn *conn = PQconnectdb(info);
	PGresult *r = PQexec(conn, sql);
	ek_assert(PQresultStatus(r) == PGRES_COMMAND_OK);
	PQclear(r);
	PQfinish(conn);
	conninfo(c, name, info);
	ek_format(out, EK_SCRATCH_PATH, "postgres:%s", info);
}

void ek_cluster_close(struct ek_cluster *c)
{
	if (c->pid == 0)
		return;
	kill(c->pid, SIGINT);
	(void)waitpid(c->pid, NULL, 0);
	c->pid = 0;
	ek_scratch_remove(c->place);
}
