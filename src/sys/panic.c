/* The end of the road for our own mistakes: says where on standard error, then aborts. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>

void ek_panic(const char *where, const char *expr)
{
	fprintf(stderr, "evenkeel: %s: assertion failed: %s\n", where, expr);
	abort();
}
