/* sandbox -- closes a process in before it reads its first byte of what strangers sent.
 *
 * For a role that has all it needs open already: afterwards it can use its descriptors and memory,
 * and nothing else. No file, socket, process, thread or executable page can be made. A call that is
 * not on the list ends the process; opening and looking for files answers EACCES, since libraries
 * look for files that they can do without.
 * Layers: limits (memory, no core, no file written), no_new_privs, own empty namespaces and
 * Landlock where the kernel grants them, seccomp always. Source: seccomp(2), landlock(7).
 */
#ifndef EK_SYS_SANDBOX_H
#define EK_SYS_SANDBOX_H

#include "base/base.h"

/* For this process, for good; call it with one thread. memory: bytes of address space beyond what
 * is in use now. Errors: IO: the kernel has no seccomp; nothing is to be read then. */
bool ek_sandbox_enter(size_t memory, struct ek_err *err) EK_MUST_CHECK;

#endif
