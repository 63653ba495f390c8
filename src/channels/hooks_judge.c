/* What comes of one try to deliver. */
#include "channels/hooks.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static ek_time after(const struct ek_hooks_try *t, int64_t ms)
{
	ek_assert(t->chance <= 400);
	return (ek_time){t->now.ms + ms / 1000 * (800 + (int64_t)t->chance)};
}

static struct ek_hooks_verdict dead(const struct ek_hooks_try *t)
{
	bool any = ek_time_is_set(t->success) && t->success.ms >= t->created.ms;
	return (struct ek_hooks_verdict){.end = EK_HOOKS_DEAD,
					 .attempts = t->attempts + 1,
					 .next = EK_NO_TIME,
					 .has_failed = t->has_event && !any};
}

struct ek_hooks_verdict ek_hooks_judge(const struct ek_hooks_try *t)
{
	static const int64_t waits[EK_HOOKS_ATTEMPTS - 1] = {
		5 * SECOND, MINUTE,   5 * MINUTE, 30 * MINUTE,
		2 * HOUR,   6 * HOUR, 12 * HOUR,  24 * HOUR,
	};
	struct ek_hooks_verdict v = {.end = EK_HOOKS_WAITS, .attempts = t->attempts};
	/* Not tried, or nobody knows: the same try again. */
	if (t->outcome == EK_FETCH_RESTING || t->outcome == EK_FETCH_LOST) {
		v.next.ms = t->now.ms + SECOND +
			    (t->outcome == EK_FETCH_RESTING ? (int64_t)t->wait_ms : 0);
		return v;
	}
	if (t->outcome == EK_FETCH_ANSWERED && t->status >= 200 && t->status < 300)
		return (struct ek_hooks_verdict){
			.end = EK_HOOKS_DELIVERED, .attempts = t->attempts + 1, .next = EK_NO_TIME};
	if (t->outcome == EK_FETCH_ANSWERED && t->status == 410) {
		v = dead(t);
		v.has_failed = false;
		v.is_gone = true;
		return v;
	}
	if (t->is_test || t->attempts + 1 >= EK_HOOKS_ATTEMPTS)
		return dead(t);
	v.attempts++;
	v.next = after(t, waits[t->attempts]);
	return v;
}
