/* confine -- what a process gives up before it reads its first byte from outside.
 *
 * It can start no program, trace nobody, get no new right, leave no core, write no file, and see no
 * files but those that are named. Files by Landlock, as far as the kernel knows it; calls by
 * seccomp: a list of what is never needed and would be an attacker's next step, sockets of other
 * programs on this machine among it. For good, for this
 * thread and those that it starts. Linux on x86-64 and aarch64; elsewhere the limits alone.
 * Source: spec security, section 10; docs/adr/0021.
 */
#ifndef EK_SYS_CONFINE_H
#define EK_SYS_CONFINE_H

#include "sys/bounds.h"

struct ek_confine {
	const char *const
		*readable; /* folders and files, NULL at the end; those missing are left */
	struct ek_bounds bounds;
};

/* Errors: IO where the kernel has what it refuses to set. */
bool ek_confine_enter(const struct ek_confine *how, struct ek_err *err) EK_MUST_CHECK;

#endif
