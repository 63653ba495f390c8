#include "wire/take.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/rfc3339.h"
#include "base/utf8.h"

enum { WHERE_MAX = 112, SHOWN_MAX = 48 };

/* "overflow[2].team" */
static void say_where(const struct ek_take *t, char out[WHERE_MAX])
{
	size_t n = ek_format(out, WHERE_MAX, "%s", t->name);
	if (t->row > 0)
		n += ek_format(out + n, WHERE_MAX - n, "[%u]", t->row);
	if (t->member != NULL)
		ek_format(out + n, WHERE_MAX - n, "%s%s", n > 0 ? "." : "", t->member);
}

/* The beginning of a text, quoted, for a message. */
static void say_text(const char *text, size_t n, char out[SHOWN_MAX + 8])
{
	uint32_t all = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
	uint32_t shown = ek_utf8_cut((ek_str){text, all}, SHOWN_MAX);
	out[0] = '"';
	memcpy(out + 1, text, shown);
	ek_format(out + 1 + shown, 7, "%s\"", shown < n ? "..." : "");
}

static void say_value(const struct json_t *json, char out[SHOWN_MAX + 8])
{
	size_t cap = SHOWN_MAX + 8;
	if (json == NULL)
		ek_format(out, cap, "nothing");
	else if (json_is_string(json))
		say_text(json_string_value(json), json_string_length(json), out);
	else if (json_is_integer(json))
		ek_format(out, cap, "%lld", json_integer_value(json));
	else if (json_is_real(json))
		ek_format(out, cap, "a fraction");
	else if (json_is_boolean(json))
		ek_format(out, cap, "%s", json_is_true(json) ? "true" : "false");
	else
		ek_format(out, cap, "%s",
			  json_is_null(json)    ? "null"
			  : json_is_array(json) ? "a list"
						: "an object");
}

bool ek_take_refuse(struct ek_take *t, const char *what, const struct json_t *got)
{
	char where[WHERE_MAX];
	char value[SHOWN_MAX + 8];
	say_where(t, where);
	say_value(got, value);
	return ek_fail(t->err, EK_USAGE, "%s: expected %s, got %s", where, what, value);
}

bool ek_take_fail(struct ek_take *t, const char *what)
{
	char where[WHERE_MAX];
	say_where(t, where);
	return ek_fail(t->err, EK_USAGE, "%s: %s", where, what);
}

bool ek_take_no_memory(struct ek_take *t)
{
	return ek_fail(t->err, EK_NO_MEMORY, "no memory for what was sent");
}

bool ek_take_bool(struct ek_take *t, const struct json_t *json, bool *out)
{
	if (!json_is_boolean(json))
		return ek_take_refuse(t, "true or false", json);
	*out = json_is_true(json);
	return true;
}

bool ek_take_int(struct ek_take *t, const struct json_t *json, int64_t *out)
{
	if (!json_is_integer(json) || json_integer_value(json) == EK_NONE)
		return ek_take_refuse(t, "a whole number", json);
	*out = json_integer_value(json);
	return true;
}

bool ek_take_between(struct ek_take *t, const struct json_t *json, int64_t lo, int64_t hi,
		     int64_t *out)
{
	if (json_is_integer(json) && json_integer_value(json) >= lo &&
	    json_integer_value(json) <= hi) {
		*out = json_integer_value(json);
		return true;
	}
	char what[64];
	ek_format(what, sizeof what, "a whole number of %lld to %lld", (long long)lo,
		  (long long)hi);
	return ek_take_refuse(t, what, json);
}

bool ek_take_id(struct ek_take *t, const struct json_t *json, enum ek_field_type kind,
		uint32_t *out)
{
	if (json_is_integer(json) && json_integer_value(json) >= 1 &&
	    json_integer_value(json) <= UINT32_MAX) {
		*out = (uint32_t)json_integer_value(json);
		return true;
	}
	if (!json_is_string(json) || t->resolve == NULL)
		return ek_take_refuse(t,
				      t->resolve == NULL ? "an id of 1 or more"
							 : "a ref, or an id of 1 or more",
				      json);
	ek_str ref = {json_string_value(json), (uint32_t)json_string_length(json)};
	if (t->resolve(t->resolve_ctx, kind, ref, out))
		return true;
	return ek_take_refuse(t, "a ref that was given before", json);
}

bool ek_take_time(struct ek_take *t, const struct json_t *json, int64_t *ms)
{
	if (t->is_event)
		return ek_take_int(t, json, ms);
	if (json_is_integer(json))
		return ek_take_between(t, json, EK_RFC3339_FIRST_MS, EK_RFC3339_LAST_MS, ms);
	ek_time time;
	if (!json_is_string(json) ||
	    !ek_rfc3339_read((ek_str){json_string_value(json), (uint32_t)json_string_length(json)},
			     &time))
		return ek_take_refuse(t, "a time such as 2027-03-28T02:30:00Z, or milliseconds",
				      json);
	*ms = time.ms;
	return true;
}

bool ek_take_wall(struct ek_take *t, const struct json_t *json, int64_t *ms)
{
	if (t->is_event && json_is_integer(json))
		return ek_take_int(t, json, ms);
	if (json_is_integer(json))
		return ek_take_between(t, json, EK_RFC3339_FIRST_MS, EK_RFC3339_LAST_MS, ms);
	if (json_is_string(json) &&
	    ek_rfc3339_read_wall(
		    (ek_str){json_string_value(json), (uint32_t)json_string_length(json)}, ms))
		return true;
	return ek_take_refuse(t, "a local time such as 2027-03-28T02:30", json);
}

bool ek_take_date(struct ek_take *t, const struct json_t *json, int32_t *days)
{
	if (json_is_string(json) &&
	    ek_rfc3339_read_date(
		    (ek_str){json_string_value(json), (uint32_t)json_string_length(json)}, days))
		return true;
	return ek_take_refuse(t, "a date such as 2027-03-28", json);
}

bool ek_take_clock(struct ek_take *t, const struct json_t *json, int64_t *ms)
{
	int32_t of_day;
	if (!json_is_string(json) ||
	    !ek_rfc3339_read_clock(
		    (ek_str){json_string_value(json), (uint32_t)json_string_length(json)}, &of_day))
		return ek_take_refuse(t, "a time of day such as 09:00", json);
	*ms = of_day;
	return true;
}

bool ek_take_copy(struct ek_take *t, const char *text, size_t n, ek_str *out)
{
	ek_assert(n < UINT32_MAX);
	char *copy = ek_arena_get(t->arena, n + 1);
	if (copy == NULL)
		return ek_take_no_memory(t);
	memcpy(copy, text, n);
	*out = (ek_str){copy, (uint32_t)n};
	if (!t->is_event)
		out->n = ek_utf8_strip(copy, out->n);
	return true;
}

bool ek_take_text(struct ek_take *t, const struct json_t *json, ek_str *out)
{
	if (!json_is_string(json))
		return ek_take_refuse(t, "a text", json);
	return ek_take_copy(t, json_string_value(json), json_string_length(json), out);
}

/* "open, snoozed or closed" */
static void say_words(enum ek_enum which, char *out, size_t cap)
{
	size_t n = 0;
	out[0] = '\0';
	for (int i = 1; ek_enums_wire(which, i) != NULL; i++) {
		bool is_last = ek_enums_wire(which, i + 1) == NULL;
		n += ek_format(out + n, cap - n, "%s%s",
			       i == 1    ? ""
			       : is_last ? " or "
					 : ", ",
			       ek_enums_wire(which, i));
	}
}

bool ek_take_word(struct ek_take *t, const struct json_t *json, enum ek_enum which, uint8_t *out)
{
	if (json_is_string(json)) {
		ek_str word = {json_string_value(json), (uint32_t)json_string_length(json)};
		int number = ek_enums_number(which, word);
		*out = (uint8_t)number;
		if (number != 0)
			return true;
	}
	char what[128];
	say_words(which, what, sizeof what);
	return ek_take_refuse(t, what, json);
}

bool ek_take_list(struct ek_take *t, const struct json_t *json, size_t size, uint32_t *n,
		  void **room)
{
	if (!json_is_array(json))
		return ek_take_refuse(t, "a list", json);
	*n = (uint32_t)json_array_size(json);
	*room = *n == 0 ? NULL : ek_arena_zero(t->arena, *n * size);
	return *n == 0 || *room != NULL || ek_take_no_memory(t);
}

const struct json_t *ek_take_row(struct ek_take *t, const struct json_t *list, uint32_t i)
{
	t->row = i + 1;
	t->member = NULL;
	return json_array_get(list, i);
}

void ek_take_rows_end(struct ek_take *t)
{
	t->row = 0;
	t->member = NULL;
}

bool ek_take_object(struct ek_take *t, const struct json_t *json, const char *const *names)
{
	const char *key;
	json_t *value;
	size_t count = 0;
	if (!json_is_object(json))
		return ek_take_refuse(t, "an object", json);
	while (names[count] != NULL)
		count++;
	/* The library wants to write where it only reads. */
	json_t *object = (json_t *)(uintptr_t)json;
	json_object_foreach(object, key, value)
	{
		size_t k = 0;
		while (k < count && strcmp(names[k], key) != 0)
			k++;
		if (k < count)
			continue;
		char what[160];
		char shown[SHOWN_MAX + 8];
		const char *near = ek_take_nearest(key, names, count);
		say_text(key, strlen(key), shown);
		ek_format(what, sizeof what, "no field %s%s%s%s", shown,
			  near == NULL ? "" : "; did you mean \"", near == NULL ? "" : near,
			  near == NULL ? "" : "\"?");
		return t->name[0] == '\0' ? ek_fail(t->err, EK_USAGE, "%s", what)
					  : ek_take_fail(t, what);
	}
	return true;
}

const struct json_t *ek_take_member(struct ek_take *t, const struct json_t *json,
				    const char *member)
{
	t->member = member;
	return json_object_get(json, member);
}

/* How many letters must be put in, taken out or changed; both shorter than WORD_MAX. */
enum { WORD_MAX = 40 };
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t row[WORD_MAX + 1];
	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t best = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
			diagonal = row[j];
			best = row[j] + 1 < best ? row[j] + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			row[j] = best;
		}
	}
	return row[nb];
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool ek_take_keys(struct ek_take *t, const struct json_t *json, uint32_t *n,
		  const char *const **keys)
{
	if (!json_is_object(json))
		return ek_take_refuse(t, "an object", json);
	size_t count = json_object_size(json);
	const char **list = ek_arena_get(t->arena, (count + 1) * sizeof *list);
	if (list == NULL)
		return ek_take_no_memory(t);
	json_t *object = (json_t *)(uintptr_t)json;
	const char *key;
	json_t *value;
	*n = 0;
	json_object_foreach(object, key, value)
	{
		ek_str name = {key, (uint32_t)strlen(key)};
		if (!t->is_event && !ek_utf8_is_plain(name))
			return ek_take_fail(t, "expected names without control characters");
		list[(*n)++] = key;
	}
	qsort(list, count, sizeof *list, compare_keys);
	*keys = list;
	return true;
}

const char *ek_take_nearest(const char *name, const char *const *names, size_t count)
{
	size_t n = strlen(name);
	const char *near = NULL;
	size_t least = n / 2 + 1; /* more than half of it wrong is another word */
	if (n > WORD_MAX)
		return NULL;
	for (size_t k = 0; k < count; k++) {
		size_t nk = strlen(names[k]);
		size_t d = nk > WORD_MAX ? least : distance(name, n, names[k], nk);
		if (n >= 3 && d > 1 && strstr(names[k], name) != NULL)
			d = 1; /* "level" for "min_level" */
		if (d < least) {
			least = d;
			near = names[k];
		}
	}
	return near;
}
