/* Operations: schema/routes.def and schema/lists.def. */
#include <string.h>

#include "tools/ekgen_openapi.h"
#include "tools/ekgen_ts.h"

static void member(FILE *out, const char *name, const char *type)
{
	ek_ekgen_ts_member(out, 2, &(struct ek_ekgen_ts_member){name, type, NULL, false});
}

/* ---- lists ---- */

static void print_fixed(FILE *out)
{
	fputs("/** No members. */\n"
	      "export type Nothing = Record<never, never>;\n"
	      "/** One, or several with commas between. */\n"
	      "export type Many<T> = T | readonly T[];\n"
	      "/** What every list takes; K: what it can be sorted by, with - in front for "
	      "descending. */\n"
	      "export interface ListQuery<K extends string> {\n"
	      "\t/** Rows of a page. */\n"
	      "\tlimit?: number;\n"
	      "\t/** Where to go on; belongs to one filter and order. */\n"
	      "\tcursor?: string;\n"
	      "\t/** Whether to count them all. */\n"
	      "\ttotal?: boolean;\n"
	      "\t/** Members to pick, with commas between. */\n"
	      "\tfields?: string;\n"
	      "\t/** Of CSV: begin with a byte order mark, for spreadsheets. */\n"
	      "\tbom?: boolean;\n"
	      "\t/** Of CSV: local times of this zone, with their offset. */\n"
	      "\ttz?: string;\n"
	      "\t/** Of CSV: no apostrophe before what a spreadsheet would run. */\n"
	      "\traw?: boolean;\n"
	      "\t/** At most four keys. */\n"
	      "\tsort?: Many<K | `-${K}`>;\n"
	      "}\n",
	      out);
}

/* One parameter: the field's name, with .not or .lt and so on behind it. */
static void print_filter(FILE *out, const struct ek_ekgen_field *f, const char *op,
			 const char *type)
{
	char name[80];
	bool is_first = op[0] == '\0' || strcmp(op, ".has") == 0;
	ek_format(name, sizeof name, "%s%s", f->name, op);
	ek_ekgen_ts_member(
		out, 1, &(struct ek_ekgen_ts_member){name, type, is_first ? f->doc : NULL, true});
}

static void print_field(FILE *out, const struct ek_ekgen_field *f)
{
	char type[EK_EKGEN_TYPE_MAX];
	struct ek_ekgen_ts one, many;
	bool is_list = (f->can & EK_EKGEN_IS_LIST) != 0;
	ek_ekgen_field_type(f, type);
	ek_ekgen_ts_clear(&one);
	ek_ekgen_ts_clear(&many);
	ek_ekgen_ts_type(&one, type, strlen(type), false);
	ek_ekgen_ts_add(&many, "Many<%s>", one.p);
	print_filter(out, f, is_list ? ".has" : "", many.p);
	print_filter(out, f, is_list ? ".lacks" : ".not", many.p);
	for (int i = 0; !is_list && ek_ekgen_is_ordered(f) && i < 4; i++)
		print_filter(out, f, (const char *const[]){".lt", ".lte", ".gt", ".gte"}[i], one.p);
	if (!is_list && strcmp(f->type, "text:200") == 0)
		print_filter(out, f, ".prefix", one.p);
	if (is_list || (f->can & EK_EKGEN_UNSET) != 0)
		print_filter(out, f, ".null", "boolean");
}

static void print_list(FILE *out, const struct ek_ekgen_list *l)
{
	struct ek_ekgen_ts line;
	char name[64];
	ek_ekgen_camel(l->name, strlen(l->name), "", name);
	ek_ekgen_ts_clear(&line);
	ek_ekgen_ts_add(&line, "export type %sSort = ", name);
	size_t begin = line.n;
	for (size_t i = 0; i < l->n; i++)
		if ((l->fields[i].can & EK_EKGEN_SORTS) != 0)
			ek_ekgen_ts_word(&line, begin, l->fields[i].name);
	ek_ekgen_ts_add(&line, "%s;", line.n == begin ? "never" : "");
	fprintf(out, "\n/** Not said: %s. */\n", l->sort);
	ek_ekgen_ts_line(out, 0, &line);
	fprintf(out, "export interface %sFilter {\n", name);
	if (l->has_words)
		ek_ekgen_ts_member(out, 1,
				   &(struct ek_ekgen_ts_member){"q", "string", "Words.", true});
	for (size_t i = 0; i < l->n; i++)
		if ((l->fields[i].can & EK_EKGEN_FILTERS) != 0)
			print_field(out, &l->fields[i]);
	fputs("}\n", out);
}

/* ---- what an operation takes ---- */

static void print_params(FILE *out, const struct ek_ekgen_route *r)
{
	struct ek_ekgen_ts t;
	ek_ekgen_ts_clear(&t);
	for (const char *p = strchr(r->path, '{'); p != NULL; p = strchr(p + 1, '{')) {
		char name[40];
		ek_format(name, sizeof name, "%s", p + 1);
		name[strcspn(name, "}")] = '\0';
		const char *type = ek_ekgen_path_type(r->path, name);
		ek_ekgen_ts_add(&t, "%s%s: ", t.n == 0 ? "{ " : "; ", name);
		ek_ekgen_ts_type(&t, type, strlen(type), false);
	}
	ek_ekgen_ts_add(&t, t.n == 0 ? "Nothing" : " }");
	member(out, "params", t.p);
}

/* Members of the query that the row names itself, and those of its flags. */
static void add_own(struct ek_ekgen_ts *t, const struct ek_ekgen_route *r)
{
	struct ek_ekgen_param p;
	const char *params = r->params, *between = "{ ";
	while (ek_ekgen_param_next(&params, &p)) {
		ek_ekgen_ts_add(t, "%s%s?: ", between, p.name);
		ek_ekgen_ts_type(t, p.type, strlen(p.type), false);
		between = "; ";
	}
	if ((r->flags & EK_EKGEN_DRY) != 0) {
		ek_ekgen_ts_add(t, "%sdry_run?: boolean", between);
		between = "; ";
	}
	if ((r->flags & (EK_EKGEN_LIST | EK_EKGEN_SEARCH)) != 0 &&
	    strcmp(r->list, "teammates") == 0) {
		ek_ekgen_ts_add(t, "%sinclude?: Many<\"load\" | \"presence\">", between);
		between = "; ";
	}
	if (between[0] == ';')
		ek_ekgen_ts_add(t, " }");
}

static void print_query(FILE *out, const struct ek_ekgen_route *r)
{
	struct ek_ekgen_ts t, own;
	char name[64];
	ek_ekgen_ts_clear(&t);
	ek_ekgen_ts_clear(&own);
	ek_ekgen_camel(r->list, strlen(r->list), "", name);
	if ((r->flags & (EK_EKGEN_LIST | EK_EKGEN_SEARCH)) != 0)
		ek_ekgen_ts_add(&t, "ListQuery<%sSort>", name);
	if ((r->flags & EK_EKGEN_LIST) != 0)
		ek_ekgen_ts_add(&t, " & %sFilter", name);
	add_own(&own, r);
	if (own.n > 0)
		ek_ekgen_ts_add(&t, "%s%s", t.n > 0 ? " & " : "", own.p);
	member(out, "query", t.n > 0 ? t.p : "Nothing");
}

/* What it answers or takes, by its name in the table. */
static void add_body(struct ek_ekgen_ts *t, const char *name, bool is_request)
{
	static const struct {
		const char *name;
		const char *request;
		const char *answer;
	} rows[] = {
		{"", "undefined", "undefined"},
		{"csv", "string", "string"},
		{"html", "undefined", "string"},
		{"file", "FormData", "Blob"},
		{"stream", "never", "ReadableStream<Uint8Array>"},
		{"any", "unknown", "unknown"},
		{"bytes", "never", "Blob"},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		if (strcmp(rows[i].name, name) == 0) {
			ek_ekgen_ts_add(t, "%s", is_request ? rows[i].request : rows[i].answer);
			return;
		}
	}
	if (name[0] == '[')
		ek_ekgen_ts_add(t, "shapes.Page<shapes.%.*s>", (int)strlen(name) - 2, name + 1);
	else
		ek_ekgen_ts_add(t, "shapes.%s", name);
}

static void print_bodies(FILE *out, const struct ek_ekgen_route *r)
{
	struct ek_ekgen_ts t;
	ek_ekgen_ts_clear(&t);
	add_body(&t, r->request, true);
	member(out, "body", t.p);
	ek_ekgen_ts_clear(&t);
	add_body(&t, r->response, false);
	member(out, "answer", t.p);
	if ((r->flags & EK_EKGEN_DRY) == 0)
		return;
	ek_ekgen_ts_clear(&t);
	if (strstr(r->statuses, "200") != NULL) {
		add_body(&t, r->response, false);
		ek_ekgen_ts_add(&t, " | ");
	}
	ek_ekgen_ts_add(&t, "shapes.Tried");
	member(out, "tried", t.p);
}

static void print_flags(FILE *out, const struct ek_ekgen_route *r)
{
	static const struct {
		uint32_t flag;
		const char *word;
	} rows[] = {
		{EK_EKGEN_LIST, "list"},       {EK_EKGEN_SEARCH, "search"}, {EK_EKGEN_TAG, "tag"},
		{EK_EKGEN_MATCH, "match"},     {EK_EKGEN_DRY, "dry"},       {EK_EKGEN_FILE, "file"},
		{EK_EKGEN_CONFIRM, "confirm"}, {EK_EKGEN_OPEN, "open"},     {EK_EKGEN_READ, "read"},
		{EK_EKGEN_TABLE, "table"},
	};
	struct ek_ekgen_ts t;
	ek_ekgen_ts_clear(&t);
	for (size_t i = 0; i < EK_LEN(rows); i++)
		if ((r->flags & rows[i].flag) != 0)
			ek_ekgen_ts_word(&t, 0, rows[i].word);
	member(out, "flags", t.n > 0 ? t.p : "never");
}

static void print_operation(FILE *out, const struct ek_ekgen_route *r)
{
	char text[200];
	ek_format(text, sizeof text, "%s.", r->summary);
	ek_ekgen_ts_doc(out, 1, text);
	fprintf(out, "\t%s: {\n\t\tmethod: \"%s\";\n\t\tpath: \"%s\";\n", r->name, r->method,
		r->path);
	print_params(out, r);
	print_query(out, r);
	print_bodies(out, r);
	bool is_free = strcmp(r->permission, "none") == 0;
	ek_format(text, sizeof text, "\"%s\"", r->permission);
	member(out, "right", is_free ? "null" : text);
	print_flags(out, r);
	fputs("\t};\n", out);
}

void ek_ekgen_ts_operations(FILE *out)
{
	size_t n, list_count;
	const struct ek_ekgen_route *routes = ek_ekgen_routes(&n);
	const struct ek_ekgen_list *lists = ek_ekgen_lists(&list_count);
	ek_ekgen_ts_head(out, "Every operation of /api/v1, and what its lists can be asked.",
			 "ids enums shapes");
	print_fixed(out);
	for (size_t i = 0; i < list_count; i++)
		print_list(out, &lists[i]);
	putc('\n', out);
	ek_ekgen_ts_doc(
		out, 0,
		"tried: what dry_run=true answers, where it is taken. right: the least right that "
		"is asked for. flags: match needs If-Match, tag answers with an ETag, confirm "
		"needs a sign-in confirmed in the last 10 minutes, open needs no sign-in, file "
		"answers with something else than JSON, read changes nothing.");
	fputs("export interface Operations {\n", out);
	for (size_t i = 0; i < n; i++)
		print_operation(out, &routes[i]);
	fputs("}\n\n/** Method and path below /api/v1; {name} is a parameter. */\n"
	      "export const OPERATIONS = {\n",
	      out);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "\t%s: [\"%s\", \"%s\"],\n", routes[i].name, routes[i].method,
			routes[i].path);
	fputs("} as const;\n", out);
}
