/* ward -- a child (sys/child.h) under watch: memory that the parent fills for it, and the time that
 * it may take.
 *
 * For a role that reads what strangers sent: it may hang, and it may die. One thread at a time.
 */
#ifndef EK_SYS_WARD_H
#define EK_SYS_WARD_H

#include "base/base.h"

struct ek_ward;

/* Starts `program role`. program NULL: the one that runs. *ward is the caller's. Errors: IO,
 * NO_MEMORY. */
bool ek_ward_start(const char *program, const char *role, struct ek_ward **ward,
		   struct ek_err *err) EK_MUST_CHECK;
/* Kills it and waits for its end. Accepts NULL inside, leaves NULL. */
void ek_ward_end(struct ek_ward **ward);
/* Whether it has not ended by itself. */
bool ek_ward_is_alive(const struct ek_ward *ward);

/* Makes the shared memory hold these bytes and no others. Errors: IO. */
bool ek_ward_share(struct ek_ward *ward, ek_str bytes, struct ek_err *err) EK_MUST_CHECK;

/* How long it may take, from ek_ward_begin on: of the processor, and by the clock. */
struct ek_ward_time {
	uint64_t cpu_ns;
	uint64_t wall_ns;
};
void ek_ward_begin(struct ek_ward *ward, struct ek_ward_time most);

enum ek_ward_end {
	EK_WARD_WELL,
	EK_WARD_ENDED, /* the process is gone, or closed its end */
	EK_WARD_SLOW,  /* took more than it may; it still runs */
};
enum ek_ward_end ek_ward_send(struct ek_ward *ward, const void *bytes, size_t n) EK_MUST_CHECK;
/* Exactly n bytes. */
enum ek_ward_end ek_ward_receive(struct ek_ward *ward, void *out, size_t n) EK_MUST_CHECK;

/* In the child: whether it was started by the above. */
bool ek_ward_is_one(void);
/* In the child: reads, writes exactly n bytes; false: the parent is gone. */
bool ek_ward_read(void *out, size_t n) EK_MUST_CHECK;
bool ek_ward_write(const void *bytes, size_t n) EK_MUST_CHECK;
/* In the child: maps the first n bytes of the shared memory, to be read; NULL: it is shorter, or
 * there is no room. Given back with ek_ward_unmap. n > 0. */
const char *ek_ward_map(size_t n);
void ek_ward_unmap(const char *p, size_t n);

#endif
