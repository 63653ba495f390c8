/* sort -- puts things in order, in place and without memory of its own.
 *
 * A heap sort: O(n log n) whatever the order was. Things that compare equal may change places; who
 * minds compares what tells them apart. For rooms that may call nothing of the system.
 */
#ifndef EK_BASE_SORT_H
#define EK_BASE_SORT_H

#include "base/base.h"

enum { EK_SORT_BYTES = 64 }; /* of one thing, at most (asserted) */

/* compare: below 0, 0, above 0, as the order of a and b is. */
void ek_sort(void *v, size_t n, size_t each, int (*compare)(const void *a, const void *b));

#endif
