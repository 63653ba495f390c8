/* Any text may come as a line of a drive file. What is read as a command writes a text that reads
 * as the same command; what is refused is refused with a sentence. */
#include <string.h>

#include "model/limits.h"
#include "sys/heap.h"
#include "wire/cmd_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 26 };

/* Refs of letters stand for the number of their bytes. */
static bool resolve(void *ctx, enum ek_field_type kind, ek_str ref, uint32_t *id)
{
	(void)ctx;
	(void)kind;
	*id = ref.n;
	return ref.n > 0 && ref.p[0] >= 'a' && ref.p[0] <= 'z';
}

static ek_str write_text(struct ek_json *j, const struct ek_cmd *c)
{
	ek_json_reset(j);
	ek_assert(ek_cmd_json_write(j, c));
	ek_assert(ek_json_is_whole(j));
	return ek_json_written(j);
}

static void check(const struct ek_cmd_json *how, struct ek_json *j, const struct ek_cmd_line *line)
{
	bool ok;
	struct ek_cmd again;
	struct ek_err err;
	ek_str text = ek_arena_str(how->arena, write_text(j, &line->cmd), &ok);
	ek_assert(ok);
	if (text.n > EK_LIMIT_LINE_BYTES)
		return;
	ek_assert(ek_cmd_json_read(how, text, &again, &err));
	ek_assert(again.kind == line->cmd.kind && again.has == line->cmd.has);
	ek_assert(ek_str_equal(write_text(j, &again), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_arena arena;
	struct ek_json json;
	struct ek_cmd_line line;
	struct ek_err err;
	ek_arena_init(&arena, ek_heap_alloc(), MAX);
	ek_json_init(&json, ek_heap_alloc(), MAX);
	struct ek_cmd_json how = {.arena = &arena, .resolve = resolve};
	ek_str text = {(const char *)data, (uint32_t)size};
	memset(&err, 0, sizeof err);
	if (ek_cmd_json_line(&how, text, &line, &err)) {
		ek_assert(ek_time_is_set(line.at));
		check(&how, &json, &line);
	} else {
		ek_assert(err.code == EK_USAGE || err.code == EK_LIMIT || err.code == EK_NO_MEMORY);
		ek_assert(err.msg[0] != '\0');
	}
	ek_json_fini(&json);
	ek_arena_fini(&arena);
	return 0;
}
