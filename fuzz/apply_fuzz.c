/* A log may hold any well-formed facts, in any order: each is applied without failing or refused as
 * damage. What has been applied can be saved and loaded, and time and commands go on from there.
 * The bytes are the stored forms of facts, one after another; what is none is passed over byte by
 * byte. A small team is there already. */
#include <string.h>

#include "base/arena.h"
#include "engine/engine.h"
#include "model/codec.h"
#include "sys/heap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	MAX = 1 << 22,
	EVENTS_MAX = 400,
	TICKS_MAX = 40,
	SKIPS_MAX = 64,
	CONTACTS = 1000, /* the state keeps a row for each up to the highest */
};

static const ek_time start = {1781000000000};

struct bytes {
	uint8_t *p;
	size_t n;
};

static bool collect(void *ctx, const void *bytes, size_t n)
{
	struct bytes *b = ctx;
	uint8_t *p = ek_heap_alloc().resize(NULL, b->p, b->n, b->n + n);
	ek_assert(p != NULL || n == 0);
	memcpy(p + b->n, bytes, n);
	b->p = p;
	b->n += n;
	return true;
}

static struct bytes save(const struct ek_engine *e)
{
	struct bytes b = {NULL, 0};
	bool ok = ek_engine_save(e, collect, &b);
	ek_assert(ok);
	return b;
}

static void give_back(struct bytes *b)
{
	const struct ek_alloc heap = ek_heap_alloc();
	ek_alloc_free(&heap, b->p, b->n);
}

static struct ek_engine *open_engine(void)
{
	struct ek_engine *e = NULL;
	struct ek_err err;
	bool ok = ek_engine_open(ek_heap_alloc(), &e, &err);
	ek_assert(ok);
	return e;
}

static bool submit(struct ek_engine *e, const struct ek_cmd *cmd, ek_time now)
{
	struct ek_events out;
	struct ek_err err;
	return ek_engine_submit(e, cmd, now, &out, &err);
}

/* Two team inboxes, three teammates who are here, and a conversation of one of them. */
static void begin(struct ek_engine *e)
{
	bool ok = true;
	for (uint32_t i = 0; i < 2; i++) {
		struct ek_cmd team = ek_cmd_make(EK_CMD_TEAM_CREATE);
		ok = ok && submit(e, &team, start);
	}
	for (uint32_t i = 0; i < 3; i++) {
		static const ek_team_id both[] = {{1}, {2}};
		struct ek_cmd mate = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
		mate.teammate_create.primary = (struct ek_teams){both + i % 2, 1};
		mate.teammate_create.secondary = (struct ek_teams){both, i == 1};
		struct ek_cmd here = ek_cmd_make(EK_CMD_PRESENCE_SET);
		here.presence_set.teammate.v = i + 1;
		here.presence_set.presence = EK_PRESENCE_ACTIVE;
		ok = ok && submit(e, &mate, start) && submit(e, &here, start);
	}
	struct ek_cmd conv = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	conv.conversation_create.team.v = 1;
	conv.conversation_create.contact.v = 1;
	ok = ok && submit(e, &conv, start);
	ek_assert(ok);
}

static bool is_small(const struct ek_event *v)
{
	return v->kind != EK_EVENT_CONVERSATION_ARRIVED ||
	       v->conversation_arrived.contact.v <= CONTACTS;
}

static void play(struct ek_engine *e, const uint8_t *p, size_t n)
{
	struct ek_arena arena;
	uint32_t skips = 0;
	ek_arena_init(&arena, ek_heap_alloc(), MAX);
	for (uint32_t i = 0; i < EVENTS_MAX && n > 0 && skips < SKIPS_MAX; i++) {
		struct ek_codec_bytes in = {p, n, {ek_engine_seq(e) + 1, ek_engine_time(e)}};
		struct ek_event v;
		struct ek_err err;
		size_t used = 1;
		ek_arena_reset(&arena);
		if (!ek_codec_read(&in, &arena, &v, &used, &err)) {
			used = 1;
			skips++;
		} else if (is_small(&v) && !ek_engine_apply(e, &v, &err)) {
			ek_assert(err.code == EK_DAMAGE);
		}
		p += used;
		n -= used;
	}
	ek_arena_fini(&arena);
}

static struct ek_engine *load(const struct bytes *b)
{
	struct ek_engine *e = open_engine();
	struct ek_err err;
	bool ok = ek_engine_load(e, b->p, b->n, &err);
	ek_assert(ok);
	return e;
}

/* What is saved can be loaded, and then saves as it was loaded. (The first time, what the facts
 * left half done may have found its place: as if the next fact of a request had never come.) */
static struct ek_engine *reload(const struct ek_engine *e)
{
	struct bytes first = save(e);
	struct ek_engine *once = load(&first);
	struct bytes was = save(once);
	struct ek_engine *again = load(&was);
	struct bytes is = save(again);
	ek_assert(was.n == is.n && memcmp(was.p, is.p, is.n) == 0);
	ek_engine_close(&once);
	give_back(&first);
	give_back(&was);
	give_back(&is);
	return again;
}

/* Work comes and goes, and what is due happens. */
static void go_on(struct ek_engine *e)
{
	for (uint32_t i = 0; i < TICKS_MAX && ek_time_is_set(ek_engine_next_due(e)); i++) {
		struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
		(void)submit(e, &tick, ek_engine_next_due(e));
	}
	for (uint32_t i = 1; i <= 2; i++) {
		struct ek_cmd conv = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
		conv.conversation_create.team.v = i;
		(void)submit(e, &conv, ek_engine_time(e));
		struct ek_cmd here = ek_cmd_make(EK_CMD_PRESENCE_SET);
		here.presence_set.teammate.v = i;
		here.presence_set.presence = EK_PRESENCE_ACTIVE;
		(void)submit(e, &here, ek_engine_time(e));
		struct ek_cmd end = ek_cmd_make(EK_CMD_CONVERSATION_CLOSE);
		end.conversation_close.conversation.v = i;
		(void)submit(e, &end, ek_engine_time(e));
		struct ek_cmd gone = ek_cmd_make(EK_CMD_TEAMMATE_DELETE);
		gone.teammate_delete.teammate.v = i;
		(void)submit(e, &gone, ek_engine_time(e));
		struct ek_cmd over = ek_cmd_make(EK_CMD_TEAM_DELETE);
		over.team_delete.team.v = i;
		(void)submit(e, &over, ek_engine_time(e));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_engine *e = open_engine();
	begin(e);
	play(e, data, size);
	struct ek_engine *again = reload(e);
	go_on(e);
	go_on(again);
	ek_engine_close(&again);
	again = reload(e);
	ek_engine_close(&again);
	ek_engine_close(&e);
	return 0;
}
