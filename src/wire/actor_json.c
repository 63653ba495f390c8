#include "wire/actor_json.h"

#include <jansson.h>
#include <string.h>

#include "wire/ident.h"

static void write_object(struct ek_json *j, const char *word, struct ek_actor actor)
{
	ek_json_object(j);
	ek_json_key(j, "kind");
	ek_json_word(j, word);
	ek_json_key(j, "teammate");
	ek_json_id(j, EK_IDENT_TEAMMATE, actor.kind == EK_ACTOR_PERSON ? actor.id : 0);
	ek_json_key(j, "rule");
	if (actor.kind == EK_ACTOR_RULE && actor.id != 0)
		ek_json_uint(j, actor.id);
	else
		ek_json_null(j);
	ek_json_object_end(j);
}

void ek_actor_json_write(struct ek_json *j, struct ek_actor actor)
{
	char text[40];
	const char *word = ek_enums_wire(EK_ENUM_ACTOR, actor.kind);
	ek_assert(word != NULL);
	if (j->style.is_api) {
		write_object(j, word, actor);
		return;
	}
	if (actor.id == 0)
		ek_format(text, sizeof text, "%s", word);
	else
		ek_format(text, sizeof text, "%s:%u", word, actor.id);
	ek_json_word(j, text);
}

/* Digits alone, 1 to 2^32 - 1; 0 for anything else. */
static uint32_t number_of(ek_str s)
{
	uint64_t v = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || v > UINT32_MAX)
			return 0;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	return v > UINT32_MAX ? 0 : (uint32_t)v;
}

bool ek_actor_json_read(struct ek_take *t, const struct json_t *json, struct ek_actor *out)
{
	static const char want[] = "person, rule or system, with :ID of a person or rule";
	if (!json_is_string(json))
		return ek_take_refuse(t, want, json);
	ek_str text = {json_string_value(json), (uint32_t)json_string_length(json)};
	const char *colon = memchr(text.p, ':', text.n);
	ek_str word = {text.p, colon == NULL ? text.n : (uint32_t)(colon - text.p)};
	*out = (struct ek_actor){(EK_C_ACTOR)ek_enums_number(EK_ENUM_ACTOR, word), 0};
	bool is_bare = out->kind == EK_ACTOR_SYSTEM && !t->is_event;
	if (out->kind == 0 || (is_bare && colon != NULL))
		return ek_take_refuse(t, want, json);
	if (colon == NULL)
		return true;
	ek_str who = {colon + 1, text.n - word.n - 1};
	if (out->kind == EK_ACTOR_PERSON && t->resolve != NULL &&
	    t->resolve(t->resolve_ctx, EK_FT_TEAMMATE, who, &out->id))
		return true;
	out->id = number_of(who);
	return out->id != 0 || ek_take_refuse(t, want, json);
}
