/* Any bytes may stand in a row of the log, and any line in an import.
 *
 * Bytes: what is read as an event writes the same bytes again; and as JSON it comes back as the
 * same event, if its settings are ones that can be set and its attributes ascend. A line (it begins
 * with '{'): what is read writes a line that reads as the same. */
#include <string.h>

#include "model/codec.h"
#include "model/setting.h"
#include "sys/heap.h"
#include "wire/event_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 24, BASE_SEQ = 1000 };

struct room {
	struct ek_arena arena;
	struct ek_json json;
};

static bool can_be_set(uint8_t setting, const struct ek_value *v)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	struct ek_err err;
	int at = (row->at & EK_AT_W) != 0 ? EK_AT_W : row->at & -row->at;
	if (v->kind == EK_VALUE_UNSET || v->kind == EK_VALUE_NULL)
		return true;
	return ek_setting_check(setting, at, v, &err);
}

static bool changes_are_usual(const struct ek_event *e)
{
	const struct ek_changes *l = &e->settings_changed.changes;
	for (uint32_t k = 0; e->kind == EK_EVENT_SETTINGS_CHANGED && k < l->n; k++) {
		if (!can_be_set(l->v[k].setting, &l->v[k].before) ||
		    !can_be_set(l->v[k].setting, &l->v[k].after))
			return false;
	}
	const struct ek_sets *sets = &e->settings_scheduled.set;
	for (uint32_t k = 0; e->kind == EK_EVENT_SETTINGS_SCHEDULED && k < sets->n; k++) {
		if (!can_be_set(sets->v[k].setting, &sets->v[k].value))
			return false;
	}
	return true;
}

static bool pairs_ascend(const struct ek_event *e)
{
	const struct ek_pairs none = {NULL, 0};
	const struct ek_pairs *l =
		e->kind == EK_EVENT_CONVERSATION_ARRIVED   ? &e->conversation_arrived.attributes
		: e->kind == EK_EVENT_CONVERSATION_UPDATED ? &e->conversation_updated.attributes
							   : &none;
	for (uint32_t k = 1; k < l->n; k++) {
		if (ek_str_compare(l->v[k - 1].name, l->v[k].name) >= 0)
			return false;
	}
	return true;
}

static ek_str line_of(struct room *r, const struct ek_event *e)
{
	ek_json_reset(&r->json);
	ek_assert(ek_event_json_write(&r->json, e, NULL));
	ek_assert(ek_json_is_whole(&r->json));
	return ek_json_written(&r->json);
}

static void check_bytes(struct room *r, const struct ek_codec_bytes *in)
{
	struct ek_event e;
	struct ek_event again;
	struct ek_err err;
	size_t used;
	if (!ek_codec_read(in, &r->arena, &e, &used, &err)) {
		ek_assert(err.code == EK_DAMAGE);
		return;
	}
	ek_assert(used <= in->n);
	uint8_t *bytes = ek_arena_get(&r->arena, used);
	ek_assert(bytes != NULL);
	ek_assert(ek_codec_write(&e, in->base, bytes, used) == used);
	ek_assert(memcmp(bytes, in->p, used) == 0);
	ek_str line = line_of(r, &e);
	if (!changes_are_usual(&e) || !pairs_ascend(&e))
		return;
	ek_assert(ek_event_json_read(line, &r->arena, &again, NULL, &err));
	ek_assert(ek_codec_write(&again, in->base, bytes, used) == used);
	ek_assert(memcmp(bytes, in->p, used) == 0);
}

static void check_line(struct room *r, ek_str line)
{
	struct ek_event e;
	struct ek_err err;
	if (!ek_event_json_read(line, &r->arena, &e, NULL, &err))
		return;
	ek_str written = line_of(r, &e);
	bool ok;
	ek_str kept = ek_arena_str(&r->arena, written, &ok);
	ek_assert(ok);
	ek_assert(ek_event_json_read(kept, &r->arena, &e, NULL, &err));
	ek_assert(ek_str_equal(line_of(r, &e), kept));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct room r;
	ek_arena_init(&r.arena, ek_heap_alloc(), MAX);
	ek_json_init(&r.json, ek_heap_alloc(), MAX);
	if (size > 0 && data[0] == '{') {
		check_line(&r, (ek_str){(const char *)data, (uint32_t)size});
	} else {
		struct ek_codec_bytes in = {data, size, {BASE_SEQ, {1795305600000}}};
		check_bytes(&r, &in);
	}
	ek_json_fini(&r.json);
	ek_arena_fini(&r.arena);
	return 0;
}
