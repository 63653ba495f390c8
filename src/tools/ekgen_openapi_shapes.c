/* Schemas and examples of schema/shapes.def. */
#include <stdlib.h>
#include <string.h>

#include "schema/shapes.def"
#include "tools/ekgen_openapi.h"

enum way { WAY_IN, WAY_OUT, WAY_OF };
enum { HAS_R = 1, HAS_O = 0, DEPTH_MAX = 6 };

struct member {
	const char *name;
	const char *type;
	bool is_there; /* always */
	const char *doc;
};
#define M(name, type, HAS, doc) {#name, type, HAS_##HAS, doc},
#define SHAPE(name, WAY, doc) static const struct member members_##name[] = {SHAPE_##name(M)};
SHAPES(SHAPE)
#undef SHAPE
#undef M

static const struct shape {
	const char *name;
	enum way way;
	const char *doc;
	const struct member *members;
	size_t n;
} shapes[] = {
#define SHAPE(name, WAY, doc) {#name, WAY_##WAY, doc, members_##name, EK_LEN(members_##name)},
	SHAPES(SHAPE)
#undef SHAPE
};

static const struct {
	const char *name;
	const char *views;
	const char *doc;
} unions[] = {
#define UNION(name, views, doc) {#name, views, doc},
	UNIONS(UNION)
#undef UNION
};

static const struct {
	const char *name;
	const char *json;
} examples[] = {
#define EXAMPLE(name, json) {#name, json},
#include "schema/examples.def"
#undef EXAMPLE
};

#define EK_IDENT_LAST ((INT64_C(1) << 53) - 1)
static const struct {
	const char *name;
	const char *prefix;
	int64_t last;
	const char *doc;
} idents[] = {
#define IDENT(number, NAME, prefix, last, doc) {#NAME, prefix, last, doc},
#include "schema/idents.def"
#undef IDENT
};

/* A piece of the text of a type. */
struct piece {
	const char *p;
	size_t n;
};

static bool takes(struct piece *t, const char *word)
{
	size_t n = strlen(word);
	if (t->n < n || memcmp(t->p, word, n) != 0)
		return false;
	t->p += n;
	t->n -= n;
	return true;
}

static bool is_word(struct piece t, const char *word)
{
	return takes(&t, word) && t.n == 0;
}

/* "a" of "a,b"; false at the end. */
static bool next_word(struct piece *t, char c, struct piece *word)
{
	if (t->n == 0)
		return false;
	const char *end = memchr(t->p, c, t->n);
	size_t n = end == NULL ? t->n : (size_t)(end - t->p);
	*word = (struct piece){t->p, n};
	t->p += n + (end != NULL);
	t->n -= n + (end != NULL);
	return true;
}

static const char *copy(struct piece t, char out[200])
{
	ek_assert(t.n < 200);
	memcpy(out, t.p, t.n);
	out[t.n] = '\0';
	return out;
}

static enum ek_enum enum_named(struct piece t)
{
	for (int e = 1; e < EK_ENUM_COUNT; e++)
		if (is_word(t, ek_enums_name((enum ek_enum)e)))
			return (enum ek_enum)e;
	ek_panic("schema/shapes.def", "no such enum");
}

/* ---- schemas ---- */

static void print_bounds(struct ek_ekgen_json *j, struct piece t)
{
	char text[200];
	char *end;
	copy(t, text);
	ek_ekgen_int(j, "minimum", strtoll(text, &end, 10));
	ek_assert(*end == ':');
	ek_ekgen_int(j, "maximum", strtoll(end + 1, NULL, 10));
}

static void print_words(struct ek_ekgen_json *j, struct piece t)
{
	struct piece word;
	char text[200];
	ek_ekgen_text(j, "type", "string");
	ek_ekgen_list(j, "enum");
	while (next_word(&t, ',', &word))
		ek_ekgen_text(j, NULL, copy(word, text));
	ek_ekgen_list_end(j);
}

static const struct {
	const char *type;
	const char *json;
} plain[] = {
	{"bool", "{\"type\": \"boolean\"}"},
	{"int", "{\"type\": \"integer\", \"minimum\": -9007199254740991, \"maximum\": "
		"9007199254740991}"},
	{"number", "{\"type\": \"number\"}"},
	{"seq", "{\"$ref\": \"#/components/schemas/Seq\"}"},
	{"ms", "{\"$ref\": \"#/components/schemas/Milliseconds\"}"},
	{"text", "{\"type\": \"string\"}"},
	{"any", "{}"},
	{"time", "{\"$ref\": \"#/components/schemas/Time\"}"},
	{"date", "{\"type\": \"string\", \"format\": \"date\"}"},
	{"contact", "{\"$ref\": \"#/components/schemas/ContactId\"}"},
};

static bool print_plain(struct ek_ekgen_json *j, const char *key, struct piece t)
{
	for (size_t i = 0; i < EK_LEN(plain); i++) {
		if (is_word(t, plain[i].type)) {
			ek_ekgen_raw(j, key, plain[i].json);
			return true;
		}
	}
	return false;
}

static void print_inside(struct ek_ekgen_json *j, const char *key, struct piece t)
{
	char text[200];
	ek_ekgen_open(j, key);
	if (takes(&t, "int:")) {
		ek_ekgen_text(j, "type", "integer");
		print_bounds(j, t);
	} else if (takes(&t, "text:")) {
		ek_ekgen_text(j, "type", "string");
		ek_ekgen_int(j, "maxLength", strtoll(copy(t, text), NULL, 10));
	} else if (takes(&t, "word:")) {
		print_words(j, t);
	} else if (takes(&t, "list:")) {
		ek_ekgen_text(j, "type", "array");
		ek_ekgen_type(j, "items", t.p, t.n);
	} else if (takes(&t, "map:")) {
		ek_ekgen_text(j, "type", "object");
		ek_ekgen_type(j, "additionalProperties", t.p, t.n);
	} else {
		ek_panic("schema/shapes.def", "no such type");
	}
	ek_ekgen_close(j);
}

static void print_or_null(struct ek_ekgen_json *j, const char *key, struct piece t)
{
	ek_ekgen_open(j, key);
	ek_ekgen_list(j, "anyOf");
	ek_ekgen_type(j, NULL, t.p, t.n);
	ek_ekgen_raw(j, NULL, "{\"type\": \"null\"}");
	ek_ekgen_list_end(j);
	ek_ekgen_close(j);
}

void ek_ekgen_type(struct ek_ekgen_json *j, const char *key, const char *type, size_t n)
{
	struct piece t = {type, n};
	char text[200], name[64];
	bool is_many = takes(&t, "list:") || takes(&t, "map:"); /* the ? is their elements' */
	t = (struct piece){type, n};
	if (takes(&t, "null:")) {
		print_or_null(j, key, t);
	} else if (!is_many && n > 0 && type[n - 1] == '?') {
		print_or_null(j, key, (struct piece){type, n - 1});
	} else if (print_plain(j, key, t)) {
		return;
	} else if (takes(&t, "id:")) {
		ek_ekgen_camel(t.p, t.n, "Id", name);
		ek_ekgen_ref(j, key, "schemas", name);
	} else if (takes(&t, "enum:")) {
		(void)enum_named(t);
		ek_ekgen_camel(t.p, t.n, "Value", name);
		ek_ekgen_ref(j, key, "schemas", name);
	} else if (t.n > 0 && t.p[0] >= 'A' && t.p[0] <= 'Z') {
		ek_ekgen_ref(j, key, "schemas", copy(t, text));
	} else {
		print_inside(j, key, t);
	}
}

/* ---- examples ---- */

static void example_of(struct ek_ekgen_json *j, const char *key, struct piece t, int depth);

static void example_shape(struct ek_ekgen_json *j, const char *key, struct piece t, int depth)
{
	struct piece views;
	for (size_t i = 0; i < EK_LEN(examples); i++) {
		if (is_word(t, examples[i].name)) {
			ek_ekgen_raw(j, key, examples[i].json);
			return;
		}
	}
	for (size_t i = 0; i < EK_LEN(unions); i++) {
		if (is_word(t, unions[i].name)) {
			views = (struct piece){unions[i].views, strlen(unions[i].views)};
			next_word(&views, '|', &t);
			example_shape(j, key, t, depth);
			return;
		}
	}
	ek_ekgen_open(j, key);
	for (size_t i = 0; i < EK_LEN(shapes); i++) {
		if (!is_word(t, shapes[i].name))
			continue;
		for (size_t k = 0; k < shapes[i].n; k++) {
			const struct member *m = &shapes[i].members[k];
			if (m->is_there || (shapes[i].way == WAY_IN && k == 0))
				example_of(j, m->name, (struct piece){m->type, strlen(m->type)},
					   depth + 1);
		}
	}
	ek_ekgen_close(j);
}

static void example_id(struct ek_ekgen_json *j, const char *key, struct piece t)
{
	for (size_t i = 0; i < EK_LEN(idents); i++)
		if (is_word(t, idents[i].name))
			ek_ekgen_join(j, key, (const char *const[]){idents[i].prefix, "7", NULL});
}

static void example_inside(struct ek_ekgen_json *j, const char *key, struct piece t, int depth)
{
	char text[200];
	struct piece word;
	if (takes(&t, "int:")) {
		int64_t lo = strtoll(copy(t, text), NULL, 10);
		ek_ekgen_int(j, key, lo < 2 && strstr(text, ":1") == NULL ? 2 : lo);
	} else if (takes(&t, "text:")) {
		ek_ekgen_text(j, key, strtoll(copy(t, text), NULL, 10) < 6 ? "09:00" : "Refunds");
	} else if (takes(&t, "word:") && next_word(&t, ',', &word)) {
		ek_ekgen_text(j, key, copy(word, text));
	} else if (takes(&t, "list:")) {
		ek_ekgen_list(j, key);
		if (depth < DEPTH_MAX)
			example_of(j, NULL, t, depth + 1);
		ek_ekgen_list_end(j);
	} else if (takes(&t, "map:")) {
		ek_ekgen_open(j, key);
		if (depth < DEPTH_MAX)
			example_of(j, "tier", t, depth + 1);
		ek_ekgen_close(j);
	}
}

static void example_of(struct ek_ekgen_json *j, const char *key, struct piece t, int depth)
{
	static const struct {
		const char *type;
		const char *json;
	} values[] = {
		{"bool", "true"},
		{"int", "3"},
		{"number", "0.95"},
		{"seq", "18204417"},
		{"ms", "60000"},
		{"text", "\"Refunds\""},
		{"any", "null"},
		{"time", "\"2026-03-09T08:15:00.000Z\""},
		{"date", "\"2026-03-09\""},
		{"contact", "\"ct_64f1c0a29be37d5a10c48e72\""},
		{"WorkspaceValues", "{\"limit\":5}"},
		{"TeamValues", "{\"method\":\"balanced\"}"},
		{"TeammateValues", "{\"limit\":4}"},
	};
	while (t.n > 0 && t.p[t.n - 1] == '?')
		t.n--;
	(void)takes(&t, "null:");
	for (size_t i = 0; i < EK_LEN(values); i++) {
		if (is_word(t, values[i].type)) {
			ek_ekgen_raw(j, key, values[i].json);
			return;
		}
	}
	if (takes(&t, "id:"))
		example_id(j, key, t);
	else if (takes(&t, "enum:"))
		ek_ekgen_text(j, key, ek_enums_wire(enum_named(t), 1));
	else if (t.n > 0 && t.p[0] >= 'A' && t.p[0] <= 'Z')
		example_shape(j, key, t, depth);
	else
		example_inside(j, key, t, depth);
}

void ek_ekgen_example(struct ek_ekgen_json *j, const char *key, const char *type, size_t n)
{
	example_of(j, key, (struct piece){type, n}, 0);
}

/* ---- all of them ---- */

static void print_shape(struct ek_ekgen_json *j, const struct shape *s)
{
	bool has_required = false;
	ek_ekgen_open(j, s->name);
	ek_ekgen_text(j, "type", "object");
	ek_ekgen_text(j, "description", s->doc);
	for (size_t i = 0; i < s->n; i++)
		has_required = has_required || s->members[i].is_there;
	if (has_required) {
		ek_ekgen_list(j, "required");
		for (size_t i = 0; i < s->n; i++)
			if (s->members[i].is_there)
				ek_ekgen_text(j, NULL, s->members[i].name);
		ek_ekgen_list_end(j);
	}
	ek_ekgen_open(j, "properties");
	for (size_t i = 0; i < s->n; i++) {
		const struct member *m = &s->members[i];
		ek_ekgen_open(j, m->name);
		ek_ekgen_text(j, "description", m->doc);
		if (strcmp(m->type, "any") != 0) {
			ek_ekgen_list(j, "allOf");
			ek_ekgen_type(j, NULL, m->type, strlen(m->type));
			ek_ekgen_list_end(j);
		}
		ek_ekgen_close(j);
	}
	ek_ekgen_close(j);
	if (s->way == WAY_IN)
		ek_ekgen_bool(j, "additionalProperties", false);
	ek_ekgen_close(j);
}

static void print_idents(struct ek_ekgen_json *j)
{
	for (size_t i = 0; i < EK_LEN(idents); i++) {
		char name[64], pattern[64];
		ek_ekgen_camel(idents[i].name, strlen(idents[i].name), "Id", name);
		if (!ek_ekgen_is_used(j, name))
			continue;
		ek_format(pattern, sizeof pattern, "^%s%s$", idents[i].prefix,
			  idents[i].last == 0 ? "[0-9a-f]{24}" : "[1-9][0-9]{0,15}");
		ek_ekgen_open(j, name);
		ek_ekgen_text(j, "type", "string");
		ek_ekgen_join(j, "description",
			      (const char *const[]){"Id of a ", idents[i].doc, "."});
		ek_ekgen_text(j, "pattern", pattern);
		ek_ekgen_int(j, "maxLength", 40);
		ek_ekgen_close(j);
	}
}

static void print_enums(struct ek_ekgen_json *j)
{
	for (int e = 1; e < EK_ENUM_COUNT; e++) {
		enum ek_enum which = (enum ek_enum)e;
		char name[64];
		ek_ekgen_camel(ek_enums_name(which), strlen(ek_enums_name(which)), "Value", name);
		if (!ek_ekgen_is_used(j, name))
			continue;
		ek_ekgen_open(j, name);
		ek_ekgen_text(j, "type", "string");
		ek_ekgen_text(j, "description", ek_enums_about(which));
		ek_ekgen_list(j, "enum");
		for (int i = 1; i < 256; i++)
			if (ek_enums_wire(which, i) != NULL)
				ek_ekgen_text(j, NULL, ek_enums_wire(which, i));
		ek_ekgen_list_end(j);
		ek_ekgen_bool(j, "x-extensible", true);
		ek_ekgen_close(j);
	}
}

static void print_unions(struct ek_ekgen_json *j)
{
	for (size_t i = 0; i < EK_LEN(unions); i++) {
		struct piece views = {unions[i].views, strlen(unions[i].views)}, view;
		ek_ekgen_open(j, unions[i].name);
		ek_ekgen_text(j, "description", unions[i].doc);
		ek_ekgen_list(j, "anyOf");
		while (next_word(&views, '|', &view))
			ek_ekgen_type(j, NULL, view.p, view.n);
		ek_ekgen_list_end(j);
		ek_ekgen_close(j);
	}
}

static void print_fixed(struct ek_ekgen_json *j)
{
	ek_ekgen_raw(
		j, "Time",
		"{\"type\": \"string\", \"format\": \"date-time\", \"description\": \"RFC 3339; in "
		"answers UTC with milliseconds.\"}");
	ek_ekgen_raw(j, "Milliseconds",
		     "{\"type\": \"integer\", \"minimum\": 0, \"maximum\": 9007199254740991, "
		     "\"description\": \"A length of time.\"}");
	ek_ekgen_raw(j, "Seq",
		     "{\"type\": \"integer\", \"minimum\": 0, \"maximum\": 9007199254740991, "
		     "\"description\": \"Place of an event in the log.\"}");
	ek_ekgen_raw(
		j, "Where",
		"{\"type\": \"object\", \"description\": \"A filter tree: one group, at most 4 "
		"levels and 50 leaves.\", \"minProperties\": 1, \"maxProperties\": 1, "
		"\"additionalProperties\": false, \"properties\": {"
		"\"all\": {\"$ref\": \"#/components/schemas/WhereList\"}, "
		"\"any\": {\"$ref\": \"#/components/schemas/WhereList\"}, "
		"\"none\": {\"$ref\": \"#/components/schemas/WhereList\"}}}");
	ek_ekgen_raw(j, "WhereList",
		     "{\"type\": \"array\", \"maxItems\": 50, \"items\": {\"anyOf\": ["
		     "{\"$ref\": \"#/components/schemas/Where\"}, "
		     "{\"$ref\": \"#/components/schemas/WhereLeaf\"}]}}");
	ek_ekgen_raw(
		j, "WhereLeaf",
		"{\"type\": \"object\", \"description\": \"A field, an op that it takes, and a "
		"value "
		"or several of its type.\", \"required\": [\"field\", \"op\", \"value\"], "
		"\"additionalProperties\": false, \"properties\": {\"field\": {\"type\": "
		"\"string\"}, \"op\": {\"type\": \"string\", \"enum\": [\"in\", \"not\", \"lt\", "
		"\"lte\", \"gt\", \"gte\", \"has\", \"lacks\", \"prefix\", \"null\"]}, "
		"\"value\": {}}}");
}

void ek_ekgen_schemas(struct ek_ekgen_json *j)
{
	print_fixed(j);
	print_idents(j);
	print_enums(j);
	for (size_t i = 0; i < EK_LEN(shapes); i++)
		print_shape(j, &shapes[i]);
	print_unions(j);
	ek_ekgen_setting_schemas(j);
}
