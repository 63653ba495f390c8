#include "sys/clock.h"

#include <time.h>

ek_time ek_clock_wall(void)
{
	struct timespec t;
	int rc = clock_gettime(CLOCK_REALTIME, &t);
	ek_assert(rc == 0);
	return (ek_time){(int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000};
}

uint64_t ek_clock_mono_ns(void)
{
	struct timespec t;
	int rc = clock_gettime(CLOCK_MONOTONIC, &t);
	ek_assert(rc == 0);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
