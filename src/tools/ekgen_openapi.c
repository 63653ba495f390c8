#include "tools/ekgen_openapi.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	const char *doc;
} tags[] = {
#define TAGGED(name, doc) {name, doc},
#include "schema/routes.def"
#undef TAGGED
};

static const struct {
	const char *name; /* as a response or request has it */
	const char *media;
	const char *schema;
	const char *example;
} files[] = {
	{"csv", "text/csv", "{\"type\": \"string\"}",
	 "\"email,name,team,level\\r\\nmina@example.org,Mina Park,team_7,primary\\r\\n\""},
	{"file", "application/octet-stream", "{\"type\": \"string\", \"format\": \"binary\"}",
	 NULL},
	{"html", "text/html", "{\"type\": \"string\"}", NULL},
	{"bytes", "*/*", "{\"type\": \"string\", \"format\": \"binary\"}", NULL},
	{"stream", "text/event-stream", "{\"type\": \"string\"}",
	 "\"event: hello\\ndata: {\\\"log\\\":\\\"5f0c\\\",\\\"seq\\\":18204409}\\n\\n\""},
	{"any", "application/json", "{\"type\": \"object\"}", "{\"openapi\": \"3.1.0\"}"},
};

/* ---- bodies ---- */

static bool print_file(struct ek_ekgen_json *j, const char *name)
{
	for (size_t i = 0; i < EK_LEN(files); i++) {
		if (strcmp(files[i].name, name) != 0)
			continue;
		ek_ekgen_open(j, files[i].media);
		ek_ekgen_raw(j, "schema", files[i].schema);
		if (files[i].example != NULL)
			ek_ekgen_raw(j, "example", files[i].example);
		ek_ekgen_close(j);
		return true;
	}
	return false;
}

/* "[Shape]": a page of them. */
static void print_page(struct ek_ekgen_json *j, const char *name)
{
	size_t n = strlen(name) - 2;
	ek_ekgen_open(j, "application/json");
	ek_ekgen_open(j, "schema");
	ek_ekgen_text(j, "type", "object");
	ek_ekgen_raw(j, "required", "[\"data\", \"page\"]");
	ek_ekgen_open(j, "properties");
	ek_ekgen_open(j, "data");
	ek_ekgen_text(j, "type", "array");
	ek_ekgen_type(j, "items", name + 1, n);
	ek_ekgen_close(j);
	ek_ekgen_ref(j, "page", "schemas", "PageEnd");
	ek_ekgen_close(j);
	ek_ekgen_close(j);
	ek_ekgen_open(j, "example");
	ek_ekgen_list(j, "data");
	ek_ekgen_example(j, NULL, name + 1, n);
	ek_ekgen_list_end(j);
	ek_ekgen_raw(j, "page", "{\"next_cursor\": null, \"total\": 1, \"total_is\": \"exact\"}");
	ek_ekgen_close(j);
	ek_ekgen_close(j);
}

static void print_body(struct ek_ekgen_json *j, const char *name)
{
	if (print_file(j, name))
		return;
	if (name[0] == '[') {
		print_page(j, name);
		return;
	}
	ek_ekgen_open(j, "application/json");
	ek_ekgen_type(j, "schema", name, strlen(name));
	ek_ekgen_example(j, "example", name, strlen(name));
	ek_ekgen_close(j);
}

static void print_request(struct ek_ekgen_json *j, const struct ek_ekgen_route *r)
{
	if (r->request[0] == '\0')
		return;
	ek_ekgen_open(j, "requestBody");
	ek_ekgen_bool(j, "required", true);
	ek_ekgen_open(j, "content");
	if (strcmp(r->request, "file") == 0)
		ek_ekgen_raw(j, "multipart/form-data",
			     "{\"schema\": {\"type\": \"object\", \"required\": [\"file\"], "
			     "\"properties\": {\"file\": {\"type\": \"string\", \"format\": "
			     "\"binary\"}}}}");
	else
		print_body(j, r->request);
	ek_ekgen_close(j);
	ek_ekgen_close(j);
}

/* ---- answers ---- */

static void print_headers(struct ek_ekgen_json *j, const struct ek_ekgen_route *r)
{
	ek_ekgen_open(j, "headers");
	ek_ekgen_ref(j, "X-Request-Id", "headers", "X-Request-Id");
	ek_ekgen_ref(j, "X-RateLimit-Limit", "headers", "X-RateLimit-Limit");
	ek_ekgen_ref(j, "X-RateLimit-Remaining", "headers", "X-RateLimit-Remaining");
	ek_ekgen_ref(j, "X-RateLimit-Reset", "headers", "X-RateLimit-Reset");
	if ((r->flags & EK_EKGEN_OPEN) == 0)
		ek_ekgen_ref(j, "Evenkeel-Seq", "headers", "Evenkeel-Seq");
	if ((r->flags & EK_EKGEN_TAG) != 0)
		ek_ekgen_ref(j, "ETag", "headers", "ETag");
	if ((r->flags & (EK_EKGEN_LIST | EK_EKGEN_SEARCH)) != 0)
		ek_ekgen_ref(j, "Link", "headers", "Link");
	if (!ek_ekgen_is_get(r) && (r->flags & EK_EKGEN_READ) == 0)
		ek_ekgen_ref(j, "Idempotency-Replayed", "headers", "Idempotency-Replayed");
	ek_ekgen_close(j);
}

static const char *words_of(const char *status)
{
	static const char *const words[][2] = {
		{"200", "Done."}, {"201", "Made."}, {"202", "Will be done."}, {"204", "Done."}};
	for (size_t i = 0; i < EK_LEN(words); i++)
		if (strcmp(words[i][0], status) == 0)
			return words[i][1];
	ek_panic("schema/routes.def", "no such status of success");
}

/* With dry_run=true it answers what would change, in place of what it is. */
static void print_tried(struct ek_ekgen_json *j, const char *name)
{
	ek_ekgen_open(j, "application/json");
	ek_ekgen_open(j, "schema");
	ek_ekgen_list(j, "anyOf");
	if (name[0] != '\0')
		ek_ekgen_ref(j, NULL, "schemas", name);
	ek_ekgen_ref(j, NULL, "schemas", "Tried");
	ek_ekgen_list_end(j);
	ek_ekgen_close(j);
	if (name[0] != '\0')
		ek_ekgen_example(j, "example", name, strlen(name));
	ek_ekgen_close(j);
}

static void print_only_tried(struct ek_ekgen_json *j, const struct ek_ekgen_route *r)
{
	if ((r->flags & EK_EKGEN_DRY) == 0 || strstr(r->statuses, "200") != NULL)
		return;
	ek_ekgen_open(j, "200");
	ek_ekgen_text(j, "description", "What would change.");
	print_headers(j, r);
	ek_ekgen_open(j, "content");
	print_tried(j, "");
	ek_ekgen_close(j);
	ek_ekgen_close(j);
}

/* A whole list as CSV with more rows than an answer has. */
static void print_job(struct ek_ekgen_json *j)
{
	ek_ekgen_open(j, "202");
	ek_ekgen_text(j, "description",
		      "More than 10,000 rows of CSV, asked for without a limit: a job makes them.");
	ek_ekgen_open(j, "content");
	print_body(j, "Job");
	ek_ekgen_close(j);
	ek_ekgen_close(j);
}

static void print_answers(struct ek_ekgen_json *j, const struct ek_ekgen_route *r)
{
	ek_ekgen_open(j, "responses");
	for (const char *p = r->statuses; *p != '\0'; p += strspn(p, " ")) {
		char status[4] = {p[0], p[1], p[2], '\0'};
		p += 3;
		ek_ekgen_open(j, status);
		ek_ekgen_text(j, "description", words_of(status));
		print_headers(j, r);
		if (r->response[0] != '\0') {
			bool is_tried = (r->flags & EK_EKGEN_DRY) != 0 &&
					strcmp(status, "200") == 0 && r->response[0] != '[';
			ek_ekgen_open(j, "content");
			if (is_tried)
				print_tried(j, r->response);
			else
				print_body(j, r->response);
			if ((r->flags & (EK_EKGEN_LIST | EK_EKGEN_SEARCH | EK_EKGEN_TABLE)) != 0)
				ek_ekgen_raw(j, "text/csv", "{\"schema\": {\"type\": \"string\"}}");
			ek_ekgen_close(j);
		}
		ek_ekgen_close(j);
	}
	if ((r->flags & (EK_EKGEN_LIST | EK_EKGEN_SEARCH)) != 0)
		print_job(j);
	print_only_tried(j, r);
	if (ek_ekgen_is_get(r) && (r->flags & EK_EKGEN_TAG) != 0)
		ek_ekgen_ref(j, "304", "responses", "not_modified");
	ek_ekgen_refusals(j, r);
	ek_ekgen_close(j);
}

/* ---- operations ---- */

static void lower_case(const char *text, char *out, size_t cap)
{
	size_t n = ek_format(out, cap, "%s", text);
	for (size_t i = 0; i < n; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] - 'A' + 'a');
}

/* What it needs of whoever asks, in one sentence. */
static void print_about(struct ek_ekgen_json *j, const struct ek_ekgen_route *r)
{
	char text[400];
	size_t n = ek_format(text, sizeof text, "%s.", r->summary);
	if (strcmp(r->roles, "-") != 0)
		n += ek_format(text + n, sizeof text - n, " Who: %s.", r->roles);
	if (r->caps[0] != '\0')
		n += ek_format(text + n, sizeof text - n, " Capabilities: %s.", r->caps);
	if ((r->flags & EK_EKGEN_CONFIRM) != 0)
		ek_format(text + n, sizeof text - n,
			  " Needs a sign-in confirmed in the last 10 minutes.");
	ek_ekgen_text(j, "summary", r->summary);
	ek_ekgen_text(j, "description", text);
}

static void print_operation(struct ek_ekgen_json *j, const struct ek_ekgen_route *r)
{
	char method[8], rate[16], tag[40];
	lower_case(r->method, method, sizeof method);
	lower_case(r->rate, rate, sizeof rate);
	ek_format(tag, sizeof tag, "%s", r->path + 1);
	tag[strcspn(tag, "/")] = '\0';
	ek_ekgen_open(j, method);
	ek_ekgen_text(j, "operationId", r->name);
	ek_ekgen_list(j, "tags");
	ek_ekgen_text(j, NULL, tag);
	ek_ekgen_list_end(j);
	print_about(j, r);
	ek_ekgen_text(j, "x-evenkeel-rate", rate);
	ek_ekgen_text(j, "x-evenkeel-roles", r->roles);
	ek_ekgen_text(j, "x-evenkeel-capabilities", r->caps);
	ek_ekgen_text(j, "x-evenkeel-permission", r->permission);
	ek_ekgen_bool(j, "x-evenkeel-confirm", (r->flags & EK_EKGEN_CONFIRM) != 0);
	ek_ekgen_search_fields(j, r);
	if ((r->flags & EK_EKGEN_OPEN) != 0)
		ek_ekgen_raw(j, "security", "[]");
	ek_ekgen_params(j, r);
	print_request(j, r);
	print_answers(j, r);
	ek_ekgen_close(j);
}

static bool has_path_before(const struct ek_ekgen_route *routes, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(routes[k].path, routes[i].path) == 0)
			return true;
	return false;
}

static void print_paths(struct ek_ekgen_json *j)
{
	size_t n;
	const struct ek_ekgen_route *routes = ek_ekgen_routes(&n);
	ek_ekgen_open(j, "paths");
	for (size_t i = 0; i < n; i++) {
		if (has_path_before(routes, i))
			continue;
		ek_ekgen_open(j, routes[i].path);
		for (size_t k = i; k < n; k++)
			if (strcmp(routes[k].path, routes[i].path) == 0)
				print_operation(j, &routes[k]);
		ek_ekgen_close(j);
	}
	ek_ekgen_close(j);
}

/* ---- the document ---- */

static void print_info(struct ek_ekgen_json *j)
{
	ek_ekgen_open(j, "info");
	ek_ekgen_text(j, "title", "Evenkeel");
	ek_ekgen_text(j, "version", "1.0.0");
	ek_ekgen_text(j, "summary", "Who should work on what next.");
	ek_ekgen_text(j, "description",
		      "The native API. Within version 1 things are only added; clients ignore "
		      "members that they do not know. Every problem has a page at its type.");
	ek_ekgen_raw(j, "license", "{\"name\": \"Apache 2.0\", \"identifier\": \"Apache-2.0\"}");
	ek_ekgen_raw(j, "contact", "{\"name\": \"The administrator of this workspace\"}");
	ek_ekgen_close(j);
	ek_ekgen_raw(j, "servers", "[{\"url\": \"/api/v1\", \"description\": \"This server.\"}]");
	ek_ekgen_raw(j, "security", "[{\"token\": []}, {\"session\": []}]");
	ek_ekgen_list(j, "tags");
	for (size_t i = 0; i < EK_LEN(tags); i++) {
		ek_ekgen_open(j, NULL);
		ek_ekgen_text(j, "name", tags[i].name);
		ek_ekgen_text(j, "description", tags[i].doc);
		ek_ekgen_close(j);
	}
	ek_ekgen_list_end(j);
}

static void print_header_components(struct ek_ekgen_json *j)
{
	static const char *const rows[][3] = {
		{"X-Request-Id", "Also in the log and in problems.", "string"},
		{"X-RateLimit-Limit", "Requests allowed in a burst.", "integer"},
		{"X-RateLimit-Remaining", "Requests left now.", "integer"},
		{"X-RateLimit-Reset", "Epoch second when it is full again.", "integer"},
		{"Retry-After", "Seconds.", "integer"},
		{"Evenkeel-Seq", "The event position that the answer is true for.", "integer"},
		{"ETag", "The revision, for If-Match.", "string"},
		{"Link", "The next page, if there is one.", "string"},
		{"Idempotency-Replayed", "true when it is the first answer again.", "string"},
	};
	ek_ekgen_open(j, "headers");
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		ek_ekgen_open(j, rows[i][0]);
		ek_ekgen_text(j, "description", rows[i][1]);
		ek_ekgen_open(j, "schema");
		ek_ekgen_text(j, "type", rows[i][2]);
		ek_ekgen_close(j);
		ek_ekgen_close(j);
	}
	ek_ekgen_close(j);
}

static void print_components(struct ek_ekgen_json *j)
{
	ek_ekgen_open(j, "components");
	ek_ekgen_raw(j, "securitySchemes",
		     "{\"token\": {\"type\": \"http\", \"scheme\": \"bearer\", \"bearerFormat\": "
		     "\"evk_...\"}, \"session\": {\"type\": \"apiKey\", \"in\": \"cookie\", "
		     "\"name\": \"__Host-evk\"}}");
	print_header_components(j);
	ek_ekgen_open(j, "parameters");
	ek_ekgen_shared_params(j);
	ek_ekgen_close(j);
	ek_ekgen_open(j, "responses");
	ek_ekgen_raw(j, "not_modified",
		     "{\"description\": \"If-None-Match names the revision that is "
		     "there.\"}");
	ek_ekgen_problem_responses(j);
	ek_ekgen_close(j);
	ek_ekgen_open(j, "examples");
	ek_ekgen_problem_examples(j);
	ek_ekgen_close(j);
	ek_ekgen_open(j, "schemas");
	ek_ekgen_problem_schemas(j);
	ek_ekgen_schemas(j);
	ek_ekgen_close(j);
	ek_ekgen_close(j);
}

static void print_document(struct ek_ekgen_json *j)
{
	ek_ekgen_open(j, NULL);
	ek_ekgen_text(j, "openapi", "3.1.0");
	print_info(j);
	print_paths(j);
	print_components(j);
	ek_ekgen_close(j);
}

/* Twice: the second time it is known which ids and words nothing refers to, and these are left out.
 *  */
void ek_ekgen_openapi(FILE *out)
{
	char *text = NULL;
	size_t n = 0;
	FILE *draft = open_memstream(&text, &n);
	if (draft == NULL)
		return;
	struct ek_ekgen_json first = {.out = draft};
	print_document(&first);
	if (fclose(draft) == 0) {
		struct ek_ekgen_json second = {.out = out, .draft = text};
		print_document(&second);
	}
	free(text);
}
