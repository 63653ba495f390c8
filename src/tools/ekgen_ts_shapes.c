/* What bodies look like: schema/shapes.def. */
#include <string.h>

#include "schema/shapes.def"
#include "tools/ekgen_openapi.h"
#include "tools/ekgen_ts.h"

enum { HAS_R = 1, HAS_O = 0 };

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

static const struct {
	const char *name;
	const char *doc;
	const struct member *members;
	size_t n;
} shapes[] = {
#define SHAPE(name, WAY, doc) {#name, doc, members_##name, EK_LEN(members_##name)},
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

/* ---- types ---- */

static bool takes(const char **p, size_t *n, const char *word)
{
	size_t k = strlen(word);
	if (*n < k || memcmp(*p, word, k) != 0)
		return false;
	*p += k;
	*n -= k;
	return true;
}

static bool add_plain(struct ek_ekgen_ts *t, const char *type, size_t n, const char *home)
{
	static const struct {
		const char *type;
		const char *ts;
		bool is_shape;
	} rows[] = {
		{"bool", "boolean", false},  {"int", "number", false},
		{"number", "number", false}, {"seq", "number", false},
		{"ms", "number", false},     {"text", "string", false},
		{"any", "unknown", false},   {"contact", "ids.ContactId", false},
		{"time", "Instant", true},   {"date", "CalendarDate", true},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		if (strlen(rows[i].type) != n || memcmp(rows[i].type, type, n) != 0)
			continue;
		ek_ekgen_ts_add(t, "%s%s", rows[i].is_shape ? home : "", rows[i].ts);
		return true;
	}
	return false;
}

static void add_words(struct ek_ekgen_ts *t, const char *p, size_t n)
{
	size_t begin = t->n;
	while (n > 0) {
		const char *comma = memchr(p, ',', n);
		size_t k = comma == NULL ? n : (size_t)(comma - p);
		ek_ekgen_ts_add(t, "%s\"%.*s\"", t->n > begin ? " | " : "", (int)k, p);
		p += k + (comma != NULL);
		n -= k + (comma != NULL);
	}
}

/* A union in a list stands in parentheses. */
static void add_list(struct ek_ekgen_ts *t, const char *p, size_t n, bool is_home)
{
	struct ek_ekgen_ts element;
	ek_ekgen_ts_clear(&element);
	ek_ekgen_ts_type(&element, p, n, is_home);
	bool is_union = strstr(element.p, " | ") != NULL;
	ek_ekgen_ts_add(t, is_union ? "readonly (%s)[]" : "readonly %s[]", element.p);
}

void ek_ekgen_ts_type(struct ek_ekgen_ts *t, const char *type, size_t n, bool is_home)
{
	const char *p = type, *home = is_home ? "" : "shapes.";
	char name[64];
	if (takes(&p, &n, "list:")) {
		add_list(t, p, n, is_home);
	} else if (takes(&p, &n, "map:")) {
		ek_ekgen_ts_add(t, "Record<string, ");
		ek_ekgen_ts_type(t, p, n, is_home);
		ek_ekgen_ts_add(t, ">");
	} else if (takes(&p, &n, "null:")) {
		ek_ekgen_ts_type(t, p, n, is_home);
		ek_ekgen_ts_add(t, " | null");
	} else if (n > 0 && p[n - 1] == '?') {
		ek_ekgen_ts_type(t, p, n - 1, is_home);
		ek_ekgen_ts_add(t, " | null");
	} else if (add_plain(t, p, n, home)) {
		return;
	} else if (takes(&p, &n, "int:")) {
		ek_ekgen_ts_add(t, "number");
	} else if (takes(&p, &n, "text:")) {
		ek_ekgen_ts_add(t, "string");
	} else if (takes(&p, &n, "word:")) {
		add_words(t, p, n);
	} else if (takes(&p, &n, "id:")) {
		ek_ekgen_camel(p, n, "Id", name);
		ek_ekgen_ts_add(t, "ids.%s", name);
	} else if (takes(&p, &n, "enum:")) {
		ek_ekgen_camel(p, n, "", name);
		ek_ekgen_ts_add(t, "enums.%s", name);
	} else {
		ek_assert(n > 0 && *p >= 'A' && *p <= 'Z');
		ek_ekgen_ts_add(t, "%s%.*s", home, (int)n, p);
	}
}

/* ---- all of them ---- */

static void print_fixed(FILE *out)
{
	fputs("/** RFC 3339; in answers UTC with milliseconds. */\n"
	      "export type Instant = string;\n"
	      "/** 2026-03-09. */\n"
	      "export type CalendarDate = string;\n"
	      "/** One page of a list. */\n"
	      "export interface Page<T> {\n"
	      "\tdata: readonly T[];\n"
	      "\tpage: PageEnd;\n"
	      "}\n"
	      "/** A filter tree: one group, at most 4 levels and 50 leaves. */\n"
	      "export type Where =\n"
	      "\t| { all: readonly (Where | WhereLeaf)[] }\n"
	      "\t| { any: readonly (Where | WhereLeaf)[] }\n"
	      "\t| { none: readonly (Where | WhereLeaf)[] };\n"
	      "export type WhereOp = \"in\" | \"not\" | \"lt\" | \"lte\" | \"gt\" | \"gte\" | "
	      "\"has\" | \"lacks\" | \"prefix\"\n"
	      "\t| \"null\";\n"
	      "/** A field, an op that it takes, and a value or several of its type. */\n"
	      "export interface WhereLeaf {\n"
	      "\tfield: string;\n"
	      "\top: WhereOp;\n"
	      "\tvalue: unknown;\n"
	      "}\n",
	      out);
}

static void print_shape(FILE *out, size_t i)
{
	putc('\n', out);
	ek_ekgen_ts_doc(out, 0, shapes[i].doc);
	fprintf(out, "export interface %s {\n", shapes[i].name);
	for (size_t k = 0; k < shapes[i].n; k++) {
		const struct member *m = &shapes[i].members[k];
		struct ek_ekgen_ts type;
		ek_ekgen_ts_clear(&type);
		ek_ekgen_ts_type(&type, m->type, strlen(m->type), true);
		ek_ekgen_ts_member(
			out, 1,
			&(struct ek_ekgen_ts_member){m->name, type.p, m->doc, !m->is_there});
	}
	fputs("}\n", out);
}

static void print_union(FILE *out, size_t i)
{
	putc('\n', out);
	ek_ekgen_ts_doc(out, 0, unions[i].doc);
	fprintf(out, "export type %s = ", unions[i].name);
	for (const char *p = unions[i].views; *p != '\0'; p++) {
		if (*p == '|')
			fputs(" | ", out);
		else
			putc(*p, out);
	}
	fputs(";\n", out);
}

void ek_ekgen_ts_shapes(FILE *out)
{
	ek_ekgen_ts_head_with(out, "What the bodies of requests and answers look like.",
			      "ids enums", "TeamValues, TeammateValues, WorkspaceValues");
	print_fixed(out);
	for (size_t i = 0; i < EK_LEN(shapes); i++)
		print_shape(out, i);
	for (size_t i = 0; i < EK_LEN(unions); i++)
		print_union(out, i);
}
