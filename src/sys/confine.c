#include "sys/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#endif

static bool refused(struct ek_err *err, const char *what)
{
	return ek_fail(err, EK_IO, "%s: %s", what, strerror(errno));
}

/* ---- files */

/* Everything that the first version of Landlock knows; later ones add truncating and devices. */
static uint64_t handled(void)
{
	return LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
	       LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
	       LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	       LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
	       LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
	       LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
	       LANDLOCK_ACCESS_FS_MAKE_SYM;
}

static void let_read(int rules, const char *path)
{
	struct landlock_path_beneath_attr rule = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE |
								    LANDLOCK_ACCESS_FS_READ_DIR};
	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return;
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
		/* Of a file, that of folders does not count. */
		rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
		(void)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	}
	close(rule.parent_fd);
}

static bool close_files(const char *const *readable, struct ek_err *err)
{
	const struct landlock_ruleset_attr all = {.handled_access_fs = handled()};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
	if (rules < 0) /* a kernel without it, or with it turned off */
		return errno == ENOSYS || errno == EOPNOTSUPP || refused(err, "Landlock");
	for (; readable != NULL && *readable != NULL; readable++)
		let_read(rules, *readable);
	bool ok = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	if (!ok)
		refused(err, "Landlock");
	close(rules);
	return ok;
}

/* ---- calls */

#ifdef ARCH

#define NUMBER offsetof(struct seccomp_data, nr)
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (at))
#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
#define NEVER(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(call), 0, 1), REFUSE

static const struct sock_filter filter[] = {
	LOAD(offsetof(struct seccomp_data, arch)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	LOAD(NUMBER),
#ifdef __x86_64__
	/* Numbers of the other form of calls, which would pass by the list. */
	BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	NEVER(SYS_fork),
	NEVER(SYS_vfork),
	NEVER(SYS_ioperm),
	NEVER(SYS_iopl),
#endif
	NEVER(SYS_execve),
	NEVER(SYS_execveat),
	NEVER(SYS_ptrace),
	NEVER(SYS_process_vm_readv),
	NEVER(SYS_process_vm_writev),
	NEVER(SYS_pidfd_getfd),
	NEVER(SYS_kcmp),
	NEVER(SYS_listen),
	NEVER(SYS_accept),
	NEVER(SYS_accept4),
	NEVER(SYS_bpf),
	NEVER(SYS_perf_event_open),
	NEVER(SYS_userfaultfd),
	NEVER(SYS_io_uring_setup),
	NEVER(SYS_keyctl),
	NEVER(SYS_add_key),
	NEVER(SYS_request_key),
	NEVER(SYS_mount),
	NEVER(SYS_umount2),
	NEVER(SYS_pivot_root),
	NEVER(SYS_chroot),
	NEVER(SYS_setns),
	NEVER(SYS_unshare),
	NEVER(SYS_open_by_handle_at),
	NEVER(SYS_init_module),
	NEVER(SYS_finit_module),
	NEVER(SYS_kexec_load),
	NEVER(SYS_kill),
	NEVER(SYS_setuid),
	NEVER(SYS_setgid),
	/* No socket of this machine's other programs (a database's, a bus): whoever resolves names
	 * by one asks the network instead. A pair of its own is another call. */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 4),
	LOAD(offsetof(struct seccomp_data, args[0])),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 0, 1),
	REFUSE,
	LOAD(NUMBER),
	/* Threads, yes; processes, no. Where the flags lie behind a pointer they cannot be
		 * looked at: as if the call were not there, the C library then takes the other. */
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
	LOAD(offsetof(struct seccomp_data, args[0])),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0),
	REFUSE,
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

static bool close_calls(struct ek_err *err)
{
	struct sock_filter copy[EK_LEN(filter)];
	memcpy(copy, filter, sizeof copy);
	const struct sock_fprog program = {EK_LEN(copy), copy};
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 ||
	       errno == EINVAL /* a kernel without it */ || refused(err, "seccomp");
}

#else

static bool close_calls(struct ek_err *err)
{
	(void)err;
	return true;
}

#endif

/* ---- all */

bool ek_confine_enter(const struct ek_confine *how, struct ek_err *err)
{
	return ek_bounds_set(&how->bounds, err) &&
	       (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 || refused(err, "no core")) &&
	       (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 || refused(err, "no new rights")) &&
	       close_files(how->readable, err) && close_calls(err);
}
