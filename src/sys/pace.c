#include "sys/pace.h"

#include <sys/timex.h>
#include <time.h>

#include "sys/clock.h"

void ek_pace_init(struct ek_pace *p, ek_time last)
{
	*p = (struct ek_pace){.now = ek_time_is_set(last) ? last : (ek_time){0}};
}

/* The steady clock went on so far since the last reading; while the wall is behind, less. */
static void advance(struct ek_pace *p, const struct ek_pace_reading *r)
{
	uint64_t ns = r->steady_ns - p->steady_ns;
	p->steady_ns = r->steady_ns;
	uint64_t full = (p->owed_ns + ns) / 1000000;
	if (p->now.ms + (int64_t)full > r->wall.ms)
		ns -= ns / EK_PACE_SLOWER;
	p->owed_ns += ns;
	p->now.ms += (int64_t)(p->owed_ns / 1000000);
	p->owed_ns %= 1000000;
}

static bool may_leap(struct ek_pace *p, const struct ek_pace_reading *r)
{
	if (r->synchronised)
		return true;
	if (p->ahead_since_ns == 0)
		p->ahead_since_ns = r->steady_ns;
	return r->steady_ns - p->ahead_since_ns >= EK_PACE_PATIENCE_MS * 1000000ull;
}

ek_time ek_pace_now(struct ek_pace *p, const struct ek_pace_reading *r, ek_span *step)
{
	if (step != NULL)
		step->ms = 0;
	if (!p->has_begun) {
		/* A server that was off for a day is not a clock that leapt. */
		if (r->wall.ms > p->now.ms)
			p->now = r->wall;
		p->steady_ns = r->steady_ns;
		p->has_begun = true;
		return p->now;
	}
	advance(p, r);
	int64_t ahead = r->wall.ms - p->now.ms;
	if (ahead <= EK_PACE_LEAP_MS) {
		p->ahead_since_ns = 0;
		if (ahead > 0)
			p->now = r->wall;
	} else if (may_leap(p, r)) {
		p->ahead_since_ns = 0;
		p->now = r->wall;
		if (step != NULL)
			step->ms = ahead;
	}
	return p->now;
}

struct ek_pace_reading ek_pace_read(void)
{
	struct timespec t;
	struct timex x = {0};
	ek_assert(clock_gettime(CLOCK_BOOTTIME, &t) == 0);
	return (struct ek_pace_reading){
		.steady_ns = (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec,
		.wall = ek_clock_wall(),
		.synchronised = adjtimex(&x) != -1 && (x.status & STA_UNSYNC) == 0,
	};
}
