/* child -- this program started once more for a role of its own, and the line to it.
 *
 * The child has three descriptors beside the standard ones, which lead to /dev/null (standard error
 * stays): EK_CHILD_LINE, a socket to its parent, and EK_CHILD_SHARED, memory that the parent fills.
 * It has no environment and none of the parent's other descriptors. One thread at a time.
 */
#ifndef EK_SYS_CHILD_H
#define EK_SYS_CHILD_H

#include "base/base.h"

enum { EK_CHILD_LINE = 3, EK_CHILD_SHARED = 4 };

struct ek_child;

/* Starts `program role`. program NULL: the one that runs. *child is the caller's. Errors: IO,
 * NO_MEMORY. */
bool ek_child_start(const char *program, const char *role, struct ek_child **child,
		    struct ek_err *err) EK_MUST_CHECK;
/* Kills it and waits for its end. Accepts NULL inside, leaves NULL. */
void ek_child_end(struct ek_child **child);
/* Whether it has not ended by itself. */
bool ek_child_is_alive(const struct ek_child *child);

/* Makes the shared memory hold these bytes and no others. Errors: IO. */
bool ek_child_share(struct ek_child *child, ek_str bytes, struct ek_err *err) EK_MUST_CHECK;

/* How long it may take, from ek_child_begin on: of the processor, and by the clock. */
struct ek_child_time {
	uint64_t cpu_ns;
	uint64_t wall_ns;
};
void ek_child_begin(struct ek_child *child, struct ek_child_time most);

enum ek_child_end {
	EK_CHILD_WELL,
	EK_CHILD_ENDED, /* the process is gone, or closed its end */
	EK_CHILD_SLOW,  /* took more than it may; it still runs */
};
enum ek_child_end ek_child_send(struct ek_child *child, const void *bytes, size_t n) EK_MUST_CHECK;
/* Exactly n bytes. */
enum ek_child_end ek_child_receive(struct ek_child *child, void *out, size_t n) EK_MUST_CHECK;

/* In the child: whether it was started by the above. */
bool ek_child_is_one(void);
/* In the child: reads, writes exactly n bytes; false: the parent is gone. */
bool ek_child_read(void *out, size_t n) EK_MUST_CHECK;
bool ek_child_write(const void *bytes, size_t n) EK_MUST_CHECK;
/* In the child: maps the first n bytes of the shared memory, to be read; NULL: it is shorter, or
 * there is no room. Given back with ek_child_unmap. n > 0. */
const char *ek_child_map(size_t n);
void ek_child_unmap(const char *p, size_t n);

#endif
