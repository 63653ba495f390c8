/* child -- this program once more, as a process of its own with one socket to its parent.
 *
 * The child has an empty environment, nothing open but its socket (file EK_CHILD_SOCKET), what it
 * shares with its parent (EK_CHILD_SHARED) and the parent's standard error, and no signal blocked.
 * It ends when it reads the end of its socket, which comes with the parent's end however that came.
 * Linux.
 */
#ifndef EK_SYS_CHILD_H
#define EK_SYS_CHILD_H

#include "base/base.h"

enum { EK_CHILD_SOCKET = 3, EK_CHILD_SHARED = 4, EK_CHILD_ARGS = 8 };

struct ek_child;

struct ek_child_options {
	const char *program; /* NULL = the one that runs */
	/* Behind the program's name, at most EK_CHILD_ARGS, NULL at the end. */
	const char *const *args;
	int shared; /* a file that the child has too; -1 = none */
};
/* *child is the caller's, to be closed. Errors: IO; NO_MEMORY. */
bool ek_child_open(const struct ek_child_options *options, struct ek_child **child,
		   struct ek_err *err) EK_MUST_CHECK;
/* The parent's end, a stream; the child's own. */
int ek_child_socket(const struct ek_child *child);
int64_t ek_child_id(const struct ek_child *child);
/* Whoever reads the socket reads its end. */
void ek_child_hang_up(struct ek_child *child);
/* Kills it, and waits for its end. Accepts NULL inside; leaves NULL. */
void ek_child_close(struct ek_child **child);

/* ---- bytes on a socket, whole: false at its end, or when it broke. They block. */
bool ek_child_write(int fd, const void *bytes, size_t n) EK_MUST_CHECK;
bool ek_child_read(int fd, void *bytes, size_t n) EK_MUST_CHECK;
/* Two ends, for who speaks with a thread as with a process. Errors: IO. */
bool ek_child_pair(int ends[2], struct ek_err *err) EK_MUST_CHECK;

#endif
