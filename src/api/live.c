#include "api/live.h"

#include "api/api_state.h"
#include "sys/clock.h"
#include "sys/thread.h"

ek_time ek_live_now(void)
{
	return (ek_time){(int64_t)(ek_clock_mono_ns() / 1000000)};
}

void ek_live_wake(struct ek_live *l)
{
	ek_thread_lock_take(l->lock);
	/* Before it is open nothing is lost: the first pull comes by itself. */
	if (l->http != NULL)
		ek_http_stream_wake(l->http);
	ek_thread_lock_give(l->lock);
}

void ek_live_cut(struct ek_live *l)
{
	ek_thread_lock_take(l->lock);
	if (l->http != NULL)
		ek_http_stream_end(l->http);
	ek_thread_lock_give(l->lock);
}

static void wake(void *ctx)
{
	ek_live_wake(ctx);
}

static void cut(void *ctx)
{
	ek_live_cut(ctx);
}

static ek_http_more pull(void *ctx, char *buf, size_t cap, size_t *n)
{
	struct ek_live *l = ctx;
	switch (ek_feed_pull(l->sub, ek_live_now(), buf, cap, n)) {
	case EK_FEED_MORE:
		return EK_HTTP_MORE;
	case EK_FEED_WAIT:
		return *n > 0 ? EK_HTTP_MORE : EK_HTTP_WAIT;
	default:
		return EK_HTTP_END;
	}
}

static void closed(void *ctx)
{
	struct ek_live *l = ctx;
	l->close(l);
}

bool ek_live_init(struct ek_live *l, void (*close)(struct ek_live *live), struct ek_err *err)
{
	*l = (struct ek_live){.close = close};
	return ek_thread_lock_open(&l->lock, err);
}

bool ek_live_subscribe(struct ek_turn *t, struct ek_live *l, struct ek_feed_wish *w,
		       const char *too_many)
{
	struct ek_err err;
	w->ctx = l;
	w->wake = wake;
	w->cut = cut;
	if (ek_feed_subscribe(t->api->options.feed, w, ek_live_now(), &l->sub, &err))
		return true;
	if (err.code == EK_LIMIT)
		return ek_problem_set(&t->problem, EK_PROBLEM_RATE_LIMITED, "%s", too_many);
	return ek_problem_err(&t->problem, &err);
}

void ek_live_open(struct ek_turn *t, struct ek_live *l)
{
	ek_live_open_with(t, l, pull);
}

void ek_live_open_with(struct ek_turn *t, struct ek_live *l, ek_http_pull *with)
{
	static const struct ek_http_field headers[] = {
		{"Cache-Control", "no-store"},
		{"X-Accel-Buffering", "no"},
		{"X-Content-Type-Options", "nosniff"},
	};
	static const struct ek_http_reply head = {.status = 200,
						  .type = "text/event-stream; charset=utf-8",
						  .headers = headers,
						  .header_count = EK_LEN(headers)};
	const struct ek_http_source source = {with, closed, l};
	struct ek_http_stream *http;
	ek_json_fini(&t->out);
	ek_api_count(t->api, t->route, 200, ek_clock_mono_ns() - t->begun_ns);
	/* The request, and the turn in it, end here. */
	if (!ek_http_stream_open(t->http, &head, &source, &http)) {
		l->close(l);
		return;
	}
	ek_thread_lock_take(l->lock);
	l->http = http;
	ek_thread_lock_give(l->lock);
}

void ek_live_leave(struct ek_live *l)
{
	ek_feed_leave(&l->sub);
	ek_http_stream_drop(&l->http);
	ek_thread_lock_close(&l->lock);
}
