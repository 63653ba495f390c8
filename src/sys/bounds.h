/* bounds -- what a process may take at most, for good: memory, open files, processor time.
 *
 * It leaves no core, and writes no byte to a file. Source: spec security, section 10.
 */
#ifndef EK_SYS_BOUNDS_H
#define EK_SYS_BOUNDS_H

#include "base/base.h"

/* A sanitizer's shadow lies all over the address space. */
#if defined(__SANITIZE_ADDRESS__)
#define EK_BOUNDS_HAS_SHADOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EK_BOUNDS_HAS_SHADOW 1
#endif
#endif
#ifndef EK_BOUNDS_HAS_SHADOW
#define EK_BOUNDS_HAS_SHADOW 0
#endif

struct ek_bounds {
	size_t memory;  /* bytes of address space beyond what is in use now; without a shadow */
	uint32_t files; /* open at once */
	uint32_t cpu_s; /* 0 = as long as it lives */
};

/* Errors: IO. */
bool ek_bounds_set(const struct ek_bounds *bounds, struct ek_err *err) EK_MUST_CHECK;
/* For a process that holds keys and works with files: it leaves no core, and neither it nor what it
 * starts gets a right that it has not. Errors: IO. */
bool ek_bounds_keep(struct ek_err *err) EK_MUST_CHECK;

#endif
