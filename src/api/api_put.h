/* api_put -- members of an answer: a key and its value. */
#ifndef EK_API_API_PUT_H
#define EK_API_API_PUT_H

#include "model/enums.h"
#include "wire/ident.h"

/* 0 is null. */
static inline void ek_api_put_id(struct ek_json *j, const char *key, enum ek_ident_kind kind,
				 uint64_t id)
{
	ek_json_key(j, key);
	ek_json_id(j, (int)kind, id);
}

static inline void ek_api_put_time(struct ek_json *j, const char *key, ek_time t)
{
	ek_json_key(j, key);
	ek_json_time(j, t);
}

/* EK_NONE is null. */
static inline void ek_api_put_int(struct ek_json *j, const char *key, int64_t v)
{
	ek_json_key(j, key);
	if (v == EK_NONE)
		ek_json_null(j);
	else
		ek_json_int(j, v);
}

static inline void ek_api_put_bool(struct ek_json *j, const char *key, bool v)
{
	ek_json_key(j, key);
	ek_json_bool(j, v);
}

/* p NULL is null. */
static inline void ek_api_put_text(struct ek_json *j, const char *key, ek_str s)
{
	ek_json_key(j, key);
	ek_json_text(j, s);
}

/* json: one value that we stored; p NULL is null. */
static inline void ek_api_put_raw(struct ek_json *j, const char *key, ek_str json)
{
	ek_json_key(j, key);
	ek_json_raw(j, json);
}

/* NULL is null. */
static inline void ek_api_put_word(struct ek_json *j, const char *key, const char *word)
{
	ek_json_key(j, key);
	if (word == NULL)
		ek_json_null(j);
	else
		ek_json_word(j, word);
}

/* 0 is null. */
static inline void ek_api_put_enum(struct ek_json *j, const char *key, enum ek_enum which,
				   int number)
{
	ek_api_put_word(j, key, ek_enums_wire(which, number));
}

#endif
