#include "wire/keep.h"

#include <jansson.h>
#include <string.h>

#include "base/utf8.h"

/* The library wants to write where it reads. */
static json_t *loose(const struct json_t *json)
{
	return (json_t *)(uintptr_t)json;
}

static bool room(struct ek_arena *arena, size_t n, struct ek_keep_map *out)
{
	*out = (struct ek_keep_map){.v = ek_arena_get(arena, (n + 1) * sizeof *out->v)};
	return out->v != NULL;
}

/* The place of a name, or where it belongs. */
static uint32_t place_of(const struct ek_keep_map *map, ek_str name, bool *is_there)
{
	uint32_t low = 0;
	uint32_t high = map->n;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		if (ek_str_compare(map->v[mid].name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*is_there = low < map->n && ek_str_equal(map->v[low].name, name);
	return low;
}

static void put(struct ek_keep_map *map, struct ek_keep_pair pair)
{
	bool is_there;
	uint32_t i = place_of(map, pair.name, &is_there);
	if (!is_there) {
		memmove(map->v + i + 1, map->v + i, (map->n - i) * sizeof *map->v);
		map->n++;
	}
	map->v[i] = pair;
}

static void take_away(struct ek_keep_map *map, ek_str name)
{
	bool is_there;
	uint32_t i = place_of(map, name, &is_there);
	if (!is_there)
		return;
	map->n--;
	memmove(map->v + i, map->v + i + 1, (map->n - i) * sizeof *map->v);
}

const struct ek_keep_pair *ek_keep_find(const struct ek_keep_map *map, ek_str name)
{
	bool is_there;
	uint32_t i = place_of(map, name, &is_there);
	return is_there ? &map->v[i] : NULL;
}

static bool read_members(const json_t *object, struct ek_arena *arena, struct ek_keep_map *out)
{
	const char *key;
	json_t *value;
	bool ok = true;
	json_object_foreach(loose(object), key, value)
	{
		if (!json_is_string(value))
			continue;
		ek_str text = {json_string_value(value), (uint32_t)json_string_length(value)};
		struct ek_keep_pair pair = {
			ek_arena_str(arena, (ek_str){key, (uint32_t)strlen(key)}, &ok),
			ek_arena_str(arena, text, &ok)};
		if (!ok)
			return false;
		put(out, pair);
	}
	return true;
}

bool ek_keep_read(ek_str json, struct ek_arena *arena, struct ek_keep_map *out)
{
	struct ek_err err;
	json_t *object = NULL;
	if (json.p == NULL || !ek_json_read(json, &object, &err))
		return room(arena, 0, out);
	bool ok = room(arena, json_object_size(object), out) && read_members(object, arena, out);
	ek_json_drop(&object);
	return ok;
}

bool ek_keep_fill(const struct ek_keep_map *into, const struct ek_keep_map *from,
		  struct ek_arena *arena, struct ek_keep_map *out)
{
	if (!room(arena, (size_t)into->n + from->n, out))
		return false;
	for (uint32_t i = 0; i < from->n; i++)
		put(out, from->v[i]);
	for (uint32_t i = 0; i < into->n; i++)
		put(out, into->v[i]);
	return true;
}

void ek_keep_write(struct ek_json *j, const struct ek_keep_map *map)
{
	ek_json_object(j);
	for (uint32_t i = 0; i < map->n; i++) {
		ek_json_key_text(j, map->v[i].name);
		ek_json_text(j, map->v[i].text);
	}
	ek_json_object_end(j);
}

/* ---- what comes in */

static bool is_name(const struct ek_patch_at *member, ek_str name,
		    const struct ek_keep_limits *limits)
{
	if (name.n == 0)
		return ek_patch_fault(member, EK_FAULT_TOO_SHORT, "A name is needed here.");
	if (name.n > limits->name_bytes)
		return ek_patch_fault(member, EK_FAULT_TOO_LONG, "This name is too long.");
	if (ek_utf8_is_turning(name))
		return ek_patch_fault(member, EK_FAULT_TURNS_TEXT, NULL);
	return ek_utf8_is_plain(name) || ek_patch_fault(member, EK_FAULT_NOT_PLAIN, NULL);
}

/* The name and its text live as long as the turn; the body does not. */
static bool put_member(const struct ek_patch_at *member, const struct ek_keep_limits *limits,
		       struct ek_keep_map *after)
{
	struct ek_keep_pair pair;
	bool ok = true;
	ek_str name = {member->name, (uint32_t)strlen(member->name)};
	if (!is_name(member, name, limits))
		return false;
	if (ek_patch_state(member) == EK_PATCH_NULL) {
		take_away(after, name);
		return true;
	}
	if (!ek_patch_text(member, 0, limits->text_bytes, &pair.text))
		return false;
	pair.name = ek_arena_str(member->of->arena, name, &ok);
	if (!ok)
		return ek_problem_set(member->of->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	put(after, pair);
	return true;
}

bool ek_keep_patch(const struct ek_patch_at *at, const struct ek_keep_map *before,
		   const struct ek_keep_limits *limits, struct ek_keep_map *after)
{
	const char *key;
	json_t *value;
	bool ok = true;
	if (!json_is_object(at->json))
		return ek_patch_fault(at, EK_FAULT_WRONG_TYPE, "Expected an object of texts.");
	if (!room(at->of->arena, before->n + json_object_size(at->json), after))
		return ek_problem_set(at->of->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	if (before->n > 0)
		memcpy(after->v, before->v, before->n * sizeof *after->v);
	after->n = before->n;
	json_object_foreach(loose(at->json), key, value)
	{
		struct ek_patch_at member = ek_patch_member(at, key);
		ok = put_member(&member, limits, after) && ok;
	}
	if (ok && after->n > limits->pairs && after->n > before->n)
		return ek_patch_fault(at, EK_FAULT_TOO_MANY, "There are too many of them.");
	return ok;
}

bool ek_keep_value(const struct json_t *json, struct ek_arena *arena, ek_str *out)
{
	const size_t flags = JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY;
	size_t n = json_dumpb(json, NULL, 0, flags);
	char *p = n == 0 ? NULL : ek_arena_get(arena, n);
	*out = (ek_str){p, (uint32_t)n};
	return p != NULL && json_dumpb(json, p, n, flags) == n;
}
