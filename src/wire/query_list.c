/* The conventions of lists: spec api, section 2.1. */
#include <jansson.h>
#include <string.h>

#include "base/fnv.h"
#include "base/utf8.h"
#include "wire/query.h"
#include "wire/take.h"

/* ---- sort ---- */

static bool is_sorted_by(const struct ek_query_list *list, uint32_t field)
{
	for (uint32_t i = 0; i < list->sort_count; i++)
		if (list->sort[i].field == field)
			return true;
	return false;
}

static bool refuse_sort(struct ek_query *q, ek_str name, enum ek_problem_code code)
{
	struct ek_problem_fault f = {.code = (uint8_t)code};
	const char *names[EK_FILTER_FIELDS];
	char text[44];
	uint32_t n = 0;
	for (uint32_t i = 0; i < q->table->n; i++)
		if ((q->table->fields[i].can & EK_FILTER_CAN_SORT) != 0)
			names[n++] = q->table->fields[i].name;
	const char **kept = ek_arena_get(q->arena, (n + 1) * sizeof *kept);
	if (kept != NULL && n > 0)
		memcpy(kept, names, n * sizeof *kept);
	if (code == EK_FAULT_TOO_MANY)
		f.params[0] = (struct ek_problem_param){.name = "max", .number = EK_QUERY_SORTS};
	else if (kept != NULL)
		f.params[0] = (struct ek_problem_param){.name = "allowed", .texts = kept, .n = n};
	if (code == EK_FAULT_UNKNOWN_FIELD && name.n < sizeof text) {
		memcpy(text, name.p, name.n);
		text[name.n] = '\0';
		const char *near = ek_take_nearest(text, names, n);
		if (near != NULL)
			f.params[1] = (struct ek_problem_param){.name = "nearest", .text = near};
	}
	return ek_query_refuse(q, "sort", f);
}

static bool add_key(struct ek_query *q, struct ek_query_list *list, ek_str key)
{
	bool is_down = key.n > 0 && key.p[0] == '-';
	ek_str name = is_down ? (ek_str){key.p + 1, key.n - 1} : key;
	int field = ek_filter_find(q->table, name);
	if (field < 0 || (q->table->fields[field].can & EK_FILTER_CAN_SORT) == 0)
		return refuse_sort(q, name, EK_FAULT_UNKNOWN_FIELD);
	if (is_sorted_by(list, (uint32_t)field))
		return refuse_sort(q, name, EK_FAULT_REPEATED);
	if (list->sort_count == EK_QUERY_SORTS)
		return refuse_sort(q, name, EK_FAULT_TOO_MANY);
	list->sort[list->sort_count++] = (struct ek_query_sort){(uint8_t)field, is_down};
	return true;
}

static bool read_sort(struct ek_query *q, struct ek_query_list *list)
{
	const struct ek_query_param *p = ek_query_take(q, "sort");
	const char *usual = q->table->sort == NULL ? "" : q->table->sort;
	ek_str s = p != NULL ? p->value : (ek_str){usual, (uint32_t)strlen(usual)};
	if (p != NULL && s.n == 0)
		return refuse_sort(q, s, EK_FAULT_UNKNOWN_FIELD);
	for (uint32_t from = 0; s.n > 0 && from <= s.n;) {
		uint32_t to = from;
		while (to < s.n && s.p[to] != ',')
			to++;
		if (!add_key(q, list, (ek_str){s.p + from, to - from}))
			return false;
		from = to + 1;
	}
	for (uint32_t i = 0; i < q->table->tie_count; i++)
		if (!is_sorted_by(list, q->table->ties[i]))
			list->sort[list->sort_count++] =
				(struct ek_query_sort){q->table->ties[i], false};
	ek_assert(list->sort_count >= 1);
	return true;
}

/* ---- cursor ---- */

static uint64_t bind(const struct ek_query *q, const struct ek_query_list *list)
{
	const char *resource = q->table->resource;
	uint64_t digest = ek_fnv(EK_FNV_BEGIN, resource, strlen(resource) + 1);
	digest = ek_filter_digest(digest, &list->filter);
	for (uint32_t i = 0; i < list->sort_count; i++) {
		unsigned char key[] = {list->sort[i].field, list->sort[i].is_down};
		digest = ek_fnv(digest, key, sizeof key);
	}
	return ek_fnv(digest, list->words.p, list->words.n);
}

/* Whether the values are of the kinds that the sort keys have. */
static bool fits(const struct ek_query *q, const struct ek_query_list *list)
{
	if (list->after.n != list->sort_count)
		return false;
	for (uint32_t i = 0; i < list->after.n; i++) {
		const struct ek_filter_field *f = &q->table->fields[list->sort[i].field];
		bool is_text = f->type == EK_FILTER_TEXT || f->type == EK_FILTER_CONTACT ||
			       f->type == EK_FILTER_WORD;
		uint8_t kind = list->after.v[i].kind;
		if (kind == EK_CURSOR_NULL && (f->can & EK_FILTER_IS_NULLABLE) != 0)
			continue;
		if (kind != (is_text ? EK_CURSOR_STR : EK_CURSOR_INT))
			return false;
	}
	return true;
}

static bool read_cursor(struct ek_query *q, struct ek_query_list *list)
{
	const struct ek_query_param *p = ek_query_take(q, "cursor");
	struct ek_problem_fault f = {
		.at = EK_PROBLEM_AT_PARAMETER, .code = EK_FAULT_REFUSED, .where = EK_S("cursor")};
	if (p == NULL)
		return true;
	list->has_cursor =
		ek_cursor_read(p->value, list->bound_to, q->arena, &list->after) && fits(q, list);
	return list->has_cursor ||
	       ek_problem_add(q->problem, EK_PROBLEM_CURSOR_INVALID, &f,
			      "This cursor was made for another filter or order.");
}

/* ---- the others ---- */

static const char *const *table_names(struct ek_query *q)
{
	const char **names = ek_arena_get(q->arena, (q->table->n + 1) * sizeof *names);
	if (names == NULL) {
		ek_problem_set(q->problem, EK_PROBLEM_UNAVAILABLE, NULL);
		return NULL;
	}
	for (uint32_t i = 0; i < q->table->n; i++)
		names[i] = q->table->fields[i].name;
	names[q->table->n] = NULL;
	return names;
}

static void read_fields(struct ek_query *q, struct ek_query_list *list)
{
	static const char *const nothing[] = {NULL};
	const char *const *names = q->members != NULL ? q->members : table_names(q);
	if (names == NULL)
		return;
	ek_query_words(q, "fields", names, &list->fields);
	ek_query_words(q, "include", q->table->includes == NULL ? nothing : q->table->includes,
		       &list->include);
}

static void read_words(struct ek_query *q, struct ek_query_list *list)
{
	if (q->table->has_words)
		ek_query_text(q, "q", EK_QUERY_WORDS_BYTES, &list->words);
}

/* Everything but the filters and what depends on them. */
static void read_page(struct ek_query *q, struct ek_query_list *list)
{
	int64_t limit = q->usual_limit != 0 ? q->usual_limit : EK_QUERY_LIMIT;
	ek_query_int(q, "limit", 1, EK_QUERY_LIMIT_MAX, &limit);
	list->limit = (uint32_t)limit;
	ek_query_bool(q, "total", &list->total);
	read_fields(q, list);
}

static bool begin(struct ek_query *q, const struct ek_filter_table *table,
		  struct ek_query_list *out)
{
	ek_assert(table->tie_count >= 1);
	*out = (struct ek_query_list){0};
	q->table = table;
	read_page(q, out);
	return read_sort(q, out);
}

static bool finish(struct ek_query *q, struct ek_query_list *out, bool has_sort)
{
	if (!has_sort) {
		(void)ek_query_take(q, "cursor"); /* known, though there is no use for it */
		return false;
	}
	out->bound_to = bind(q, out);
	return read_cursor(q, out) && ek_problem_is_none(q->problem);
}

/* ---- filters ---- */

static bool read_filters(struct ek_query *q, struct ek_query_list *out)
{
	struct ek_filter_reader r;
	struct ek_filter_node *leaves = ek_arena_get(q->arena, EK_FILTER_LEAVES * sizeof *leaves);
	struct ek_filter_node *root = ek_arena_zero(q->arena, sizeof *root);
	bool ok = true;
	uint32_t n = 0;
	if (leaves == NULL || root == NULL)
		return ek_problem_set(q->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	ek_filter_init(&r, q->arena, q->problem, q->table);
	for (uint32_t i = 0; i < q->n; i++) {
		struct ek_filter_node leaf;
		bool known;
		if (q->v[i].is_taken)
			continue;
		bool is_good = ek_filter_param(&r, q->v[i].name, q->v[i].value, &leaf, &known);
		q->v[i].is_taken = known;
		if (known && is_good && n < EK_FILTER_LEAVES)
			leaves[n++] = leaf;
		ok = ok && is_good;
	}
	if (n == 0)
		return ok;
	*root = (struct ek_filter_node){.kind = EK_FILTER_ALL, .n = n, .children = leaves};
	out->filter = (struct ek_filter){.root = root, .leaves = n};
	return ok;
}

bool ek_query_list(struct ek_query *q, const struct ek_filter_table *table,
		   struct ek_query_list *out)
{
	bool has_sort = begin(q, table, out);
	/* Asked for here, so that it is no unknown parameter when the filters are refused. */
	read_words(q, out);
	bool ok = read_filters(q, out);
	return finish(q, out, has_sort && ok);
}

/* ---- search ---- */

static bool refuse_body(struct ek_query *q, enum ek_problem_code code, const char *pointer)
{
	struct ek_problem_fault f = {.at = EK_PROBLEM_AT_POINTER,
				     .code = (uint8_t)code,
				     .where = {pointer, (uint32_t)strlen(pointer)}};
	return ek_problem_add(q->problem, EK_PROBLEM_INVALID_VALUE, &f, NULL);
}

static bool read_body_words(struct ek_query *q, const json_t *json, struct ek_query_list *out)
{
	ek_str s = {json_string_value(json), (uint32_t)json_string_length(json)};
	if (!json_is_string(json))
		return refuse_body(q, EK_FAULT_WRONG_TYPE, "/q");
	if (s.n == 0 || s.n > EK_QUERY_WORDS_BYTES)
		return refuse_body(q, s.n == 0 ? EK_FAULT_TOO_SHORT : EK_FAULT_TOO_LONG, "/q");
	if (!ek_utf8_is_plain(s))
		return refuse_body(q, EK_FAULT_NOT_PLAIN, "/q");
	bool kept;
	out->words = ek_arena_str(q->arena, s, &kept);
	return kept || ek_problem_set(q->problem, EK_PROBLEM_UNAVAILABLE, NULL);
}

/* "where", and "q" where the list has words; anything else is refused. */
static bool check_body(struct ek_query *q, const json_t *body)
{
	static const char *const names[] = {"where", "q"};
	size_t count = q->table->has_words ? 2 : 1;
	const char *key;
	json_t *value;
	bool ok = true;
	json_t *object = (json_t *)(uintptr_t)body; /* the library wants to write where it reads */
	if (!json_is_object(body))
		return refuse_body(q, EK_FAULT_WRONG_TYPE, "");
	json_object_foreach(object, key, value)
	{
		if (strcmp(key, names[0]) == 0 || (count == 2 && strcmp(key, names[1]) == 0))
			continue;
		struct ek_problem_fault f = {.at = EK_PROBLEM_AT_POINTER,
					     .code = EK_FAULT_UNKNOWN_MEMBER,
					     .where = EK_S("")};
		ok = ek_problem_unknown(q->problem, &f, key, names, (uint32_t)count);
	}
	return ok;
}

static bool read_body(struct ek_query *q, const json_t *body, struct ek_query_list *out)
{
	struct ek_filter_reader r;
	if (body == NULL)
		return true;
	bool ok = check_body(q, body);
	const json_t *where = json_object_get(body, "where");
	const json_t *words = json_object_get(body, "q");
	ek_filter_init(&r, q->arena, q->problem, q->table);
	if (where != NULL && !json_is_null(where))
		ok = ek_filter_read(&r, where, "/where", &out->filter) && ok;
	if (words != NULL && !json_is_null(words) && q->table->has_words)
		ok = read_body_words(q, words, out) && ok;
	return ok;
}

bool ek_query_search(struct ek_query *q, const struct ek_filter_table *table,
		     const struct json_t *body, struct ek_query_list *out)
{
	bool has_sort = begin(q, table, out);
	bool ok = read_body(q, body, out);
	return finish(q, out, has_sort && ok);
}

/* ---- the next page ---- */

ek_str ek_query_next(const struct ek_query_list *list, const struct ek_cursor *last,
		     struct ek_arena *arena)
{
	char text[EK_CURSOR_MAX];
	bool ok;
	ek_assert(last->n == list->sort_count);
	size_t n = ek_cursor_write(last, list->bound_to, text);
	return ek_arena_str(arena, (ek_str){text, (uint32_t)n}, &ok);
}

/* Percent-encodes all but the unreserved characters of RFC 3986. Returns the bytes. */
static size_t encode(ek_str s, char *out)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t n = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
				(c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
				c == '~' || c == ',' || c == ':';
		if (is_plain) {
			out[n++] = (char)c;
			continue;
		}
		out[n++] = '%';
		out[n++] = hex[c >> 4];
		out[n++] = hex[c & 15];
	}
	return n;
}

static size_t put(char *out, ek_str s)
{
	if (s.n > 0)
		memcpy(out, s.p, s.n);
	return s.n;
}

ek_str ek_query_link(const struct ek_query *q, ek_str path, ek_str cursor)
{
	ek_str end = EK_S(">; rel=\"next\"");
	ek_str name = EK_S("cursor=");
	size_t room = (size_t)path.n + end.n + name.n + cursor.n + 8, n = 0;
	for (uint32_t i = 0; i < q->n; i++)
		room += 3 * ((size_t)q->v[i].name.n + q->v[i].value.n) + 2;
	char *out = ek_arena_get(q->arena, room);
	if (out == NULL || room > UINT32_MAX)
		return (ek_str){NULL, 0};
	out[n++] = '<';
	n += put(out + n, path);
	out[n++] = '?';
	for (uint32_t i = 0; i < q->n; i++) {
		if (ek_str_is(q->v[i].name, "cursor"))
			continue;
		n += encode(q->v[i].name, out + n);
		out[n++] = '=';
		n += encode(q->v[i].value, out + n);
		out[n++] = '&';
	}
	n += put(out + n, name);
	n += put(out + n, cursor);
	n += put(out + n, end);
	return (ek_str){out, (uint32_t)n};
}
