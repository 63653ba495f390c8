/* view_json_inside -- members as the parts of view_json write them. Included by them alone. */
#ifndef EK_WIRE_VIEW_JSON_INSIDE_H
#define EK_WIRE_VIEW_JSON_INSIDE_H

#include "wire/ident.h"
#include "wire/view_json.h"

static inline void ek_view_json_put_id(struct ek_json *j, const char *key, enum ek_ident_kind kind,
				       uint64_t id)
{
	ek_json_key(j, key);
	ek_json_id(j, (int)kind, id);
}

static inline void ek_view_json_put_time(struct ek_json *j, const char *key, ek_time t)
{
	ek_json_key(j, key);
	ek_json_time(j, t);
}

static inline void ek_view_json_put_int(struct ek_json *j, const char *key, int64_t v)
{
	ek_json_key(j, key);
	if (v == EK_NONE)
		ek_json_null(j);
	else
		ek_json_int(j, v);
}

static inline void ek_view_json_put_bool(struct ek_json *j, const char *key, bool v)
{
	ek_json_key(j, key);
	ek_json_bool(j, v);
}

static inline void ek_view_json_put_text(struct ek_json *j, const char *key, ek_str s)
{
	ek_json_key(j, key);
	ek_json_text(j, s);
}

static inline void ek_view_json_put_raw(struct ek_json *j, const char *key, ek_str json)
{
	ek_json_key(j, key);
	ek_json_raw(j, json);
}

static inline void ek_view_json_put_word(struct ek_json *j, const char *key, const char *word)
{
	ek_json_key(j, key);
	if (word == NULL)
		ek_json_null(j);
	else
		ek_json_word(j, word);
}

static inline void ek_view_json_put_enum(struct ek_json *j, const char *key, enum ek_enum which,
					 int number)
{
	ek_view_json_put_word(j, key, ek_enums_wire(which, number));
}

#endif
