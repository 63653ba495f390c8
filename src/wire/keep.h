/* keep -- JSON that content keeps as text: maps of texts (attributes), and trees that come back as
 * they were sent (filters of views).
 *
 * What is kept is canonical: no blanks, members in byte order. Everything lives in the arena. Cost:
 * O(bytes), and O(pairs log pairs) to sort.
 */
#ifndef EK_WIRE_KEEP_H
#define EK_WIRE_KEEP_H

#include "base/arena.h"
#include "wire/patch.h"

struct ek_keep_pair {
	ek_str name;
	ek_str text;
};
/* In byte order of the names, each once. */
struct ek_keep_map {
	struct ek_keep_pair *v;
	uint32_t n;
};

/* A map that was kept; p NULL is an empty one. Members that are no texts are left out. False: no
 * memory. */
bool ek_keep_read(ek_str json, struct ek_arena *arena, struct ek_keep_map *out) EK_MUST_CHECK;
/* NULL = there is no such name. */
const struct ek_keep_pair *ek_keep_find(const struct ek_keep_map *map, ek_str name);
/* All of `into`, and of `from` what has another name. False: no memory. */
bool ek_keep_fill(const struct ek_keep_map *into, const struct ek_keep_map *from,
		  struct ek_arena *arena, struct ek_keep_map *out) EK_MUST_CHECK;
void ek_keep_write(struct ek_json *j, const struct ek_keep_map *map);

struct ek_keep_limits {
	uint32_t pairs;
	uint32_t name_bytes;
	uint32_t text_bytes;
};
/* `before` as a merge patch leaves it (RFC 7396): a text is put, null takes away, what is not named
 * stays. The body must say an object there. False with faults. */
bool ek_keep_patch(const struct ek_patch_at *at, const struct ek_keep_map *before,
		   const struct ek_keep_limits *limits, struct ek_keep_map *after) EK_MUST_CHECK;

/* Any value that came in, as text to keep. False: no memory. */
bool ek_keep_value(const struct json_t *json, struct ek_arena *arena, ek_str *out) EK_MUST_CHECK;

#endif
