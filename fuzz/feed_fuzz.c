/* Any bytes may come as Last-Event-ID, types and times of reading. Whatever they are: frames come
 * in order, none twice, none missing; a position that nobody has leads to a reset and no further.
 * */
#include <stdlib.h>
#include <string.h>

#include "push/feed.h"
#include "sys/heap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EVENTS = 40, BUF = 8192, PULLS = 60 };

static struct ek_event make(uint64_t seq)
{
	struct ek_event e = {.kind = EK_EVENT_CONVERSATION_CLOSED, .seq = seq, .at = {1000}};
	e.conversation_closed.conversation.v = (uint32_t)(seq % 7 + 1);
	return e;
}

static bool history(void *ctx, const struct ek_feed_read *what, struct ek_err *err)
{
	(void)ctx;
	(void)err;
	for (uint64_t seq = what->from; seq <= what->to; seq++) {
		struct ek_event e = make(seq);
		if (!what->visit(what->ctx, &e))
			break;
	}
	return true;
}

static void wake(void *ctx)
{
	(void)ctx;
}

/* The ids in what was read rise, whatever the pieces were. */
static void check_ids(const char *text, size_t n, uint64_t *last)
{
	for (const char *p = text; p + 4 < text + n; p++) {
		if ((size_t)(text + n - p) < 6 || memcmp(p, "\nid: ", 5) != 0)
			continue;
		/* The last line may be cut. */
		if (memchr(p + 5, '\n', (size_t)(text + n - (p + 5))) == NULL)
			break;
		uint64_t id = strtoull(p + 5, NULL, 10);
		ek_assert(id >= *last);
		*last = id;
	}
}

static void read_all(struct ek_feed *feed, struct ek_feed_sub *sub, const uint8_t *data,
		     size_t size)
{
	static char text[PULLS * BUF + 1];
	size_t n = 0;
	uint64_t last = 0;
	bool more;
	struct ek_err err;
	for (int i = 0; i < PULLS && n + BUF < sizeof text; i++) {
		size_t got;
		size_t cap = size == 0 ? BUF : 64 + (size_t)data[(size_t)i % size] * 16;
		ek_time now = {1000 + i * 400};
		enum ek_feed_next next = ek_feed_pull(sub, now, text + n, cap, &got);
		ek_assert(got <= cap);
		n += got;
		if (next == EK_FEED_END)
			break;
		ek_assert(ek_feed_work(feed, now, &more, &err));
		ek_feed_tick(feed, now);
	}
	check_ids(text, n, &last);
	ek_assert(last <= EVENTS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_feed *feed;
	struct ek_feed_sub *sub;
	struct ek_err err;
	if (size < 2)
		return 0;
	const struct ek_feed_options o = {
		.alloc = ek_heap_alloc(),
		.log = EK_S("fuzz"),
		.head = data[0] % EVENTS,
		.source = {.history = history},
		.ring_frames = EK_FEED_BLOCK,
		.prefill_frames = 1,
		.window_events = 1000,
		.streams = 4,
		.person_streams = 4,
	};
	struct ek_feed_wish w = {.wake = wake, .resumes = (data[1] & 1) != 0, .reach.all = true};
	ek_str text = {(const char *)data + 2, (uint32_t)(size - 2)};
	(void)ek_feed_position(text, &w.after);
	if ((data[1] & 2) != 0 && !ek_feed_types_add(&w.types, text))
		w.conversation = data[1] >> 4;
	ek_assert(ek_feed_open(&o, &feed, &err));
	ek_assert(ek_feed_subscribe(feed, &w, (ek_time){1000}, &sub, &err));
	for (uint64_t seq = o.head + 1; seq <= EVENTS; seq++) {
		struct ek_event e = make(seq);
		ek_assert(ek_feed_publish(feed, &e, 1, (ek_time){1000}, &err));
	}
	read_all(feed, sub, data + 2, size - 2);
	ek_feed_leave(&sub);
	ek_feed_close(&feed);
	return 0;
}
