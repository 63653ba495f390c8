#include "sys/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/bounds.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "sandbox: this processor's calls are not listed"
#endif

enum { CPU_S = 900, DESCRIPTORS = 16 };

/* What a process that reads, computes and writes needs. */
static const int allowed[] = {
	__NR_read,          __NR_write,
	__NR_readv,         __NR_writev,
	__NR_recvfrom,      __NR_sendto, /* on the one socket that is open */
	__NR_close,         __NR_fstat,
	__NR_lseek,         __NR_munmap,
	__NR_mremap,        __NR_brk,
	__NR_madvise,       __NR_futex,
	__NR_exit,          __NR_exit_group,
	__NR_rt_sigreturn,  __NR_rt_sigprocmask,
	__NR_rt_sigaction,  __NR_sigaltstack,
	__NR_clock_gettime, __NR_gettimeofday,
	__NR_getrandom,     __NR_getpid,
	__NR_gettid,        __NR_sched_yield,
	__NR_tgkill,        __NR_restart_syscall,
#ifdef __NR_poll
	__NR_poll,
#endif
	__NR_ppoll,
};
/* Libraries look for files; there are none. */
static const int refused[] = {
	__NR_openat, __NR_newfstatat, __NR_statx, __NR_readlinkat, __NR_faccessat, __NR_getcwd,
#ifdef __NR_open
	__NR_open,   __NR_stat,       __NR_lstat, __NR_access,     __NR_readlink,
#endif
};
/* Their third argument says whether the memory may be run. */
static const int mapping[] = {__NR_mmap, __NR_mprotect};

/* ---- what the kernel may not grant */

static void leave_the_world(void)
{
	/* One namespace after another, as some hosts refuse some of them. */
	if (unshare(CLONE_NEWUSER) == 0) {
		(void)unshare(CLONE_NEWNET);
		(void)unshare(CLONE_NEWIPC);
		(void)unshare(CLONE_NEWUTS);
	}
	/* A rule set that handles every right of its first version and grants none. */
	struct landlock_ruleset_attr attr = {.handled_access_fs = (1U << 13) - 1};
	int fd = (int)syscall(__NR_landlock_create_ruleset, &attr, sizeof attr, 0);
	if (fd >= 0) {
		(void)syscall(__NR_landlock_restrict_self, fd, 0);
		(void)close(fd);
	}
}

/* ---- the list of calls */

enum { PROGRAM_MAX = 8 + 2 * (int)(EK_LEN(allowed) + EK_LEN(refused)) + 8 };

struct program {
	struct sock_filter code[PROGRAM_MAX];
	unsigned short n;
};

static void add(struct program *p, uint32_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	ek_assert(p->n < PROGRAM_MAX);
	p->code[p->n++] = (struct sock_filter){(uint16_t)code, yes, no, k};
}

static void answer(struct program *p, const int *calls, size_t n, uint32_t with)
{
	for (size_t i = 0; i < n; i++) {
		add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i], 0, 1);
		add(p, BPF_RET | BPF_K, with, 0, 0);
	}
}

static void write_program(struct program *p)
{
	const uint32_t word = BPF_LD | BPF_W | BPF_ABS;
	const uint32_t eacces = SECCOMP_RET_ERRNO | EACCES, eperm = SECCOMP_RET_ERRNO | EPERM;
	add(p, word, offsetof(struct seccomp_data, arch), 0, 0);
	add(p, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	add(p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	add(p, word, offsetof(struct seccomp_data, nr), 0, 0);
	answer(p, allowed, EK_LEN(allowed), SECCOMP_RET_ALLOW);
	answer(p, refused, EK_LEN(refused), eacces);
	add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)mapping[0], 2, 0);
	add(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)mapping[1], 1, 0);
	add(p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	/* Both supported processors are little-endian: the low half stands first. */
	add(p, word, offsetof(struct seccomp_data, args[2]), 0, 0);
	add(p, BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1);
	add(p, BPF_RET | BPF_K, eperm, 0, 0);
	add(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
}

bool ek_sandbox_enter(size_t memory, struct ek_err *err)
{
	struct program program = {.n = 0};
	write_program(&program);
	struct sock_fprog prog = {program.n, program.code};
	const struct ek_bounds bounds = {.memory = memory, .files = DESCRIPTORS, .cpu_s = CPU_S};
	if (!ek_bounds_set(&bounds, err))
		return false;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
		return ek_fail(err, EK_IO, "cannot give up privileges: %s", strerror(errno));
	leave_the_world();
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) != 0)
		return ek_fail(err, EK_IO, "the kernel has no seccomp: %s", strerror(errno));
	return true;
}
