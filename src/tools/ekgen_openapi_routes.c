/* Operations: what they take, and how they say no. */
#include <string.h>

#include "schema/lists.def"
#include "tools/ekgen_openapi.h"

enum {
	LIST = EK_EKGEN_LIST,
	SEARCH = EK_EKGEN_SEARCH,
	TAG = EK_EKGEN_TAG,
	MATCH = EK_EKGEN_MATCH,
	DRY = EK_EKGEN_DRY,
	CONFIRM = EK_EKGEN_CONFIRM,
	OPEN = EK_EKGEN_OPEN,
	READ = EK_EKGEN_READ,
	TABLE = EK_EKGEN_TABLE,
	FLAG_FILE = EK_EKGEN_FILE,
};
#define FILE FLAG_FILE
static const struct ek_ekgen_route routes[] = {
#define ROUTE(name, METHOD, path, caps, roles, permission, RATE, FLAGS, list, params, request, \
	      response, statuses, problems, summary) \
	{#name, #METHOD, path,    caps,     roles,    #permission, #RATE,  FLAGS, \
	 #list, params,  request, response, statuses, problems,    summary},
#include "schema/routes.def"
#undef ROUTE
};
#undef FILE

const struct ek_ekgen_route *ek_ekgen_routes(size_t *n)
{
	*n = EK_LEN(routes);
	return routes;
}

bool ek_ekgen_is_get(const struct ek_ekgen_route *r)
{
	return strcmp(r->method, "GET") == 0;
}

/* ---- lists ---- */

enum {
	F = EK_EKGEN_FILTERS,
	S = EK_EKGEN_SORTS,
	L = EK_EKGEN_IS_LIST,
	N = EK_EKGEN_UNSET,
	FS = F | S,
	FL = F | L,
	FN = F | N,
	FSN = F | S | N,
};
#define TYPE_INT(what) "int"
#define TYPE_ID(what) "id:" #what
#define TYPE_CONTACT(what) "contact"
#define TYPE_TEXT(what) "text:200"
#define TYPE_TIME(what) "time"
#define TYPE_DATE(what) "date"
#define TYPE_BOOL(what) "bool"
#define TYPE_ENUM(what) "ENUM:" #what
#define TYPE_WORD(what) "WORD:" #what
#define FIELD(P, name, KIND, what, CAN, doc) {#name, TYPE_##KIND(what), CAN, doc},
#define LIST(name, NAME, words, sort, tie, tie2) \
	static const struct ek_ekgen_field fields_##name[] = {LIST_##name(FIELD, name)};
LISTS(LIST)
#undef LIST
#undef FIELD

static const struct ek_ekgen_list lists[] = {
#define LIST(name, NAME, words, sort, tie, tie2) \
	{#name, fields_##name, EK_LEN(fields_##name), (words) != 0, sort},
	LISTS(LIST)
#undef LIST
};

static const struct {
	const char *name;
	const char *type;
} words[] = {
#define WORD(word) "," word
#define WORDS(name) \
	{ \
#name, "word:" WORDS_##name(WORD) \
	}
	WORDS(roles),        WORDS(bulk_state),     WORDS(bulk_resource), WORDS(row_result),
	WORDS(job_state),    WORDS(job_kind),       WORDS(part_kind),     WORDS(view_scope),
	WORDS(token_kind),   WORDS(delivery_state), WORDS(change_kind),   WORDS(view_resource),
	WORDS(target_grade), WORDS(target_period),  WORDS(agenda_state),  WORDS(agenda_kind),
	WORDS(survey_form),  WORDS(followup_state), WORDS(article_state), WORDS(review_state),
#undef WORDS
#undef WORD
};

const struct ek_ekgen_list *ek_ekgen_lists(size_t *n)
{
	*n = EK_LEN(lists);
	return lists;
}

void ek_ekgen_field_type(const struct ek_ekgen_field *f, char type[EK_EKGEN_TYPE_MAX])
{
	if (strncmp(f->type, "ENUM:", 5) == 0) {
		size_t n = ek_format(type, EK_EKGEN_TYPE_MAX, "enum:%s", f->type + 5);
		for (size_t i = 5; i < n; i++)
			if (type[i] >= 'A' && type[i] <= 'Z')
				type[i] = (char)(type[i] - 'A' + 'a');
	} else if (strncmp(f->type, "WORD:", 5) == 0) {
		for (size_t i = 0; i < EK_LEN(words); i++)
			if (strcmp(words[i].name, f->type + 5) == 0)
				ek_format(type, EK_EKGEN_TYPE_MAX, "word:%s", words[i].type + 6);
	} else {
		ek_format(type, EK_EKGEN_TYPE_MAX, "%s", f->type);
	}
}

static void print_field_type(struct ek_ekgen_json *j, const char *key,
			     const struct ek_ekgen_field *f)
{
	char type[EK_EKGEN_TYPE_MAX];
	ek_ekgen_field_type(f, type);
	ek_ekgen_type(j, key, type, strlen(type));
}

static void begin_param(struct ek_ekgen_json *j, const char *name, const char *op, const char *doc)
{
	ek_ekgen_open(j, NULL);
	ek_ekgen_join(j, "name", (const char *const[]){name, op, NULL});
	ek_ekgen_text(j, "in", "query");
	ek_ekgen_text(j, "description", doc);
}

/* A parameter with values between commas. */
static void print_many(struct ek_ekgen_json *j, const struct ek_ekgen_field *f, const char *op,
		       const char *doc)
{
	begin_param(j, f->name, op, doc);
	ek_ekgen_text(j, "style", "form");
	ek_ekgen_bool(j, "explode", false);
	ek_ekgen_open(j, "schema");
	ek_ekgen_text(j, "type", "array");
	print_field_type(j, "items", f);
	ek_ekgen_close(j);
	ek_ekgen_close(j);
}

static void print_one(struct ek_ekgen_json *j, const struct ek_ekgen_field *f, const char *op,
		      const char *doc)
{
	begin_param(j, f->name, op, doc);
	print_field_type(j, "schema", f);
	ek_ekgen_close(j);
}

bool ek_ekgen_is_ordered(const struct ek_ekgen_field *f)
{
	return strcmp(f->type, "int") == 0 || strcmp(f->type, "time") == 0;
}

static void print_filters(struct ek_ekgen_json *j, const struct ek_ekgen_field *f)
{
	bool is_list = (f->can & L) != 0;
	print_many(j, f, is_list ? ".has" : "", is_list ? "Holds any of these." : f->doc);
	print_many(j, f, is_list ? ".lacks" : ".not",
		   is_list ? "Holds none of these." : "Is none of these.");
	if (!is_list && ek_ekgen_is_ordered(f)) {
		print_one(j, f, ".lt", "Less, or earlier.");
		print_one(j, f, ".lte", "At most.");
		print_one(j, f, ".gt", "More, or later.");
		print_one(j, f, ".gte", "At least.");
	}
	if (!is_list && strcmp(f->type, "text:200") == 0)
		print_one(j, f, ".prefix", "Begins with, ignoring case.");
	if (is_list || (f->can & N) != 0) {
		begin_param(j, f->name, ".null", "Unset, or an empty list.");
		ek_ekgen_raw(j, "schema", "{\"type\": \"boolean\"}");
		ek_ekgen_close(j);
	}
}

/* "What it sorts by: id, name; -updated_at if not said." */
static void print_sort(struct ek_ekgen_json *j, const struct ek_ekgen_list *l)
{
	char doc[600];
	size_t n = ek_format(doc, sizeof doc,
			     "At most four keys with commas between, - in front for "
			     "descending: ");
	for (size_t i = 0, k = 0; i < l->n; i++)
		if ((l->fields[i].can & S) != 0)
			n += ek_format(doc + n, sizeof doc - n, "%s%s", k++ == 0 ? "" : ", ",
				       l->fields[i].name);
	ek_format(doc + n, sizeof doc - n, ". If not said: %s.", l->sort);
	begin_param(j, "sort", "", doc);
	ek_ekgen_raw(j, "schema", "{\"type\": \"string\"}");
	ek_ekgen_close(j);
}

static void print_picked(struct ek_ekgen_json *j, const char *name, const char *doc)
{
	begin_param(j, name, "", doc);
	ek_ekgen_raw(j, "schema", "{\"type\": \"string\"}");
	ek_ekgen_close(j);
}

static const struct ek_ekgen_list *list_of(const struct ek_ekgen_route *r)
{
	const struct ek_ekgen_list *l = lists;
	while (strcmp(l->name, r->list) != 0)
		ek_assert(++l < lists + EK_LEN(lists));
	return l;
}

static void print_ops(struct ek_ekgen_json *j, const struct ek_ekgen_field *f)
{
	bool is_list = (f->can & L) != 0;
	ek_ekgen_list(j, f->name);
	ek_ekgen_text(j, NULL, is_list ? "has" : "in");
	ek_ekgen_text(j, NULL, is_list ? "lacks" : "not");
	for (int i = 0; !is_list && ek_ekgen_is_ordered(f) && i < 4; i++)
		ek_ekgen_text(j, NULL, (const char *const[]){"lt", "lte", "gt", "gte"}[i]);
	if (!is_list && strcmp(f->type, "text:200") == 0)
		ek_ekgen_text(j, NULL, "prefix");
	if (is_list || (f->can & N) != 0)
		ek_ekgen_text(j, NULL, "null");
	ek_ekgen_list_end(j);
}

void ek_ekgen_search_fields(struct ek_ekgen_json *j, const struct ek_ekgen_route *r)
{
	if ((r->flags & SEARCH) == 0)
		return;
	const struct ek_ekgen_list *l = list_of(r);
	ek_ekgen_open(j, "x-evenkeel-fields");
	for (size_t i = 0; i < l->n; i++)
		if ((l->fields[i].can & F) != 0)
			print_ops(j, &l->fields[i]);
	ek_ekgen_close(j);
}

static void print_table(struct ek_ekgen_json *j)
{
	static const char *const shared[] = {"bom", "tz", "raw"};
	for (size_t i = 0; i < EK_LEN(shared); i++)
		ek_ekgen_ref(j, NULL, "parameters", shared[i]);
}

static void print_list(struct ek_ekgen_json *j, const struct ek_ekgen_route *r)
{
	static const char *const shared[] = {"limit", "cursor", "total", "fields"};
	const struct ek_ekgen_list *l = list_of(r);
	for (size_t i = 0; i < EK_LEN(shared); i++)
		ek_ekgen_ref(j, NULL, "parameters", shared[i]);
	print_table(j);
	print_sort(j, l);
	if (strcmp(l->name, "teammates") == 0)
		print_picked(j, "include", "What to add: load, presence.");
	if ((r->flags & SEARCH) != 0)
		return;
	if (l->has_words)
		print_picked(j, "q", "Words.");
	for (size_t i = 0; i < l->n; i++)
		if ((l->fields[i].can & F) != 0)
			print_filters(j, &l->fields[i]);
}

/* ---- parameters ---- */

/* The first that fits. */
static const struct {
	const char *begins;
	const char *name;
	const char *type;
} path_types[] = {
	{"/", "teammate", "id:TEAMMATE"},
	{"/", "part", "id:PART"},
	{"/", "tag", "id:TAG"},
	{"/", "identity", "id:IDENTITY"},
	{"/", "n", "int:1:4294967295"},
	{"/", "secret", "text:200"},
	{"/me/sign-ins", "id", "id:SIGN_IN"},
	{"/me/patterns", "id", "id:PATTERN"},
	{"/teammates", "id", "id:TEAMMATE"},
	{"/skills", "id", "id:SKILL"},
	{"/goals", "id", "id:GOAL"},
	{"/targets", "id", "id:TARGET"},
	{"/agenda", "id", "id:AGENDA"},
	{"/reports", "id", "id:REPORT"},
	{"/reports", "run", "id:RUN"},
	{"/bulk-edits", "id", "id:BULK"},
	{"/jobs", "id", "id:JOB"},
	{"/changes", "id", "id:CHANGE"},
	{"/teams", "id", "id:TEAM"},
	{"/presence-reasons", "id", "id:REASON"},
	{"/conversations", "id", "id:CONVERSATION"},
	{"/assignments", "id", "id:ASSIGNMENT"},
	{"/sla-policies", "id", "id:SLA"},
	{"/calendars", "id", "id:CALENDAR"},
	{"/contacts", "id", "contact"},
	{"/attachments", "id", "id:ATTACHMENT"},
	{"/tags", "id", "id:TAG"},
	{"/views", "id", "id:VIEW"},
	{"/webhooks", "id", "id:WEBHOOK"},
	{"/webhooks", "delivery", "id:DELIVERY"},
	{"/tokens", "id", "id:TOKEN"},
	{"/calendar-feeds", "id", "id:FEED"},
	{"/wallboards", "id", "id:WALLBOARD"},
	{"/annotations", "id", "id:ANNOTATION"},
	{"/verdicts", "id", "id:VERDICT"},
	{"/article-reviews", "id", "id:ARTICLE_REVIEW"},
	{"/articles", "id", "id:ARTICLE"},
	{"/surveys", "id", "id:SURVEY"},
	{"/followups", "id", "id:FOLLOWUP"},
	{"/mailboxes", "id", "id:MAILBOX"},
	{"/chat-inboxes", "id", "id:CHAT_INBOX"},
	{"/visit", "inbox", "id:CHAT_INBOX"},
	{"/visit", "id", "id:ATTACHMENT"},
	{"/sources", "id", "id:SOURCE"},
	{"/held-mails", "id", "id:MAIL"},
	{"/ready-answers", "id", "id:READY"},
	{"/workflows", "id", "id:WORKFLOW"},
};

const char *ek_ekgen_path_type(const char *path, const char *name)
{
	for (size_t i = 0; i < EK_LEN(path_types); i++)
		if (strncmp(path, path_types[i].begins, strlen(path_types[i].begins)) == 0 &&
		    strcmp(name, path_types[i].name) == 0)
			return path_types[i].type;
	ek_panic("schema/routes.def", "no such parameter in a path");
}

static void print_path_params(struct ek_ekgen_json *j, const char *path)
{
	for (const char *p = strchr(path, '{'); p != NULL; p = strchr(p + 1, '{')) {
		char name[40];
		ek_format(name, sizeof name, "%s", p + 1);
		name[strcspn(name, "}")] = '\0';
		const char *type = ek_ekgen_path_type(path, name);
		ek_ekgen_open(j, NULL);
		ek_ekgen_text(j, "name", name);
		ek_ekgen_text(j, "in", "path");
		ek_ekgen_bool(j, "required", true);
		ek_ekgen_type(j, "schema", type, strlen(type));
		ek_ekgen_close(j);
	}
}

bool ek_ekgen_param_next(const char **params, struct ek_ekgen_param *p)
{
	const char *text = *params;
	if (*text == '\0')
		return false;
	size_t all = strcspn(text, "|"), n = strcspn(text, " "), type = strcspn(text + n + 1, " ");
	size_t doc = n + type + 2;
	ek_assert(n < sizeof p->name && type < sizeof p->type && doc < all);
	ek_assert(all - doc < sizeof p->doc);
	*p = (struct ek_ekgen_param){{0}, {0}, {0}};
	memcpy(p->name, text, n);
	memcpy(p->type, text + n + 1, type);
	memcpy(p->doc, text + doc, all - doc);
	*params = text + all + (text[all] == '|');
	return true;
}

static void print_own_params(struct ek_ekgen_json *j, const char *params)
{
	struct ek_ekgen_param p;
	while (ek_ekgen_param_next(&params, &p)) {
		begin_param(j, p.name, "", p.doc);
		if (strncmp(p.type, "list:", 5) == 0) {
			ek_ekgen_text(j, "style", "form");
			ek_ekgen_bool(j, "explode", false);
		}
		ek_ekgen_type(j, "schema", p.type, strlen(p.type));
		ek_ekgen_close(j);
	}
}

void ek_ekgen_params(struct ek_ekgen_json *j, const struct ek_ekgen_route *r)
{
	ek_ekgen_list(j, "parameters");
	print_path_params(j, r->path);
	print_own_params(j, r->params);
	if ((r->flags & (LIST | SEARCH)) != 0)
		print_list(j, r);
	if (!ek_ekgen_is_get(r) && (r->flags & READ) == 0)
		ek_ekgen_ref(j, NULL, "parameters", "idempotency_key");
	if ((r->flags & MATCH) != 0)
		ek_ekgen_ref(j, NULL, "parameters", "if_match");
	if ((r->flags & DRY) != 0)
		ek_ekgen_ref(j, NULL, "parameters", "dry_run");
	ek_ekgen_list_end(j);
}

void ek_ekgen_shared_params(struct ek_ekgen_json *j)
{
	static const struct {
		const char *key;
		const char *name;
		const char *in;
		const char *doc;
		const char *schema;
	} rows[] = {
		{"limit", "limit", "query", "Rows of a page.",
		 "{\"type\": \"integer\", \"minimum\": 1, \"maximum\": 500, \"default\": 50}"},
		{"cursor", "cursor", "query", "Where to go on; belongs to one filter and order.",
		 "{\"type\": \"string\", \"maxLength\": 1792}"},
		{"total", "total", "query", "Whether to count them all.",
		 "{\"type\": \"boolean\"}"},
		{"fields", "fields", "query", "Members to pick, with commas between.",
		 "{\"type\": \"string\"}"},
		{"bom", "bom", "query", "Of CSV: begin with a byte order mark, for spreadsheets.",
		 "{\"type\": \"boolean\"}"},
		{"tz", "tz", "query", "Of CSV: local times of this zone, with their offset.",
		 "{\"type\": \"string\"}"},
		{"raw", "raw", "query",
		 "Of CSV: no apostrophe before what a spreadsheet would run.",
		 "{\"type\": \"boolean\"}"},
		{"idempotency_key", "Idempotency-Key", "header",
		 "Repeating it with the same key gives the first answer again, for 7 days.",
		 "{\"type\": \"string\", \"minLength\": 8, \"maxLength\": 128, \"pattern\": "
		 "\"^[!-~]+$\"}"},
		{"if_match", "If-Match", "header", "The ETag that was read, or * to overwrite.",
		 "{\"type\": \"string\"}"},
		{"dry_run", "dry_run", "query", "Say what would change, and change nothing.",
		 "{\"type\": \"boolean\"}"},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		ek_ekgen_open(j, rows[i].key);
		ek_ekgen_text(j, "name", rows[i].name);
		ek_ekgen_text(j, "in", rows[i].in);
		ek_ekgen_text(j, "description", rows[i].doc);
		ek_ekgen_raw(j, "schema", rows[i].schema);
		ek_ekgen_close(j);
	}
}
