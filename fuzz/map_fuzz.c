/* Any bytes may come as a map. One that is read binds to a table with its columns, and says
 * something, or nothing, of any row. */
#include <string.h>

#include "past/map.h"
#include "sys/heap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void say_all(const struct ek_map *map, const struct ek_map_row *row, struct ek_arena *arena)
{
	ek_time t;
	for (int f = 0; f < EK_MAP_FIELD_COUNT; f++) {
		for (uint32_t i = 0; i < map->fields[f].n; i++) {
			ek_str s = ek_map_says(map, row, &map->fields[f].v[i], arena);
			if (s.p != NULL)
				(void)!ek_map_time(map, s, &t);
		}
	}
	for (uint32_t i = 0; i < map->leave_out_count; i++)
		(void)ek_map_holds(map, row, &map->leave_out[i].tests);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ek_map map;
	struct ek_arena arena;
	struct ek_err err;
	if (size > UINT32_MAX)
		return 0;
	ek_arena_init(&arena, ek_heap_alloc(), 1 << 24);
	if (ek_map_read(&map, "map", (ek_str){(const char *)data, (uint32_t)size}, &arena, &err)) {
		const struct ek_map_sheet *s = &map.sheets[EK_MAP_MAIN];
		if (ek_map_bind(&map, EK_MAP_MAIN, s->names, s->n, &err)) {
			const struct ek_map_row row = {s->names, EK_MAP_MAIN};
			say_all(&map, &row, &arena);
		}
	}
	ek_arena_fini(&arena);
	return 0;
}
