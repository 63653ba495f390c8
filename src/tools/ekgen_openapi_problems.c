/* How operations say no. */
#include <string.h>

#include "tools/ekgen_openapi.h"

enum {
	NONE_,
#define PROBLEM(number, NAME, wire, status, RETRY, en, ko, ar, doc) NUMBER_##NAME = (number),
#include "schema/problems.def"
#undef PROBLEM
};
static const char *const retries[] = {
#define RETRIES(NAME, wire, doc) wire,
#include "schema/problems.def"
#undef RETRIES
};
enum {
#define RETRIES(NAME, wire, doc) RETRY_##NAME,
#include "schema/problems.def"
#undef RETRIES
};
static const char *const codes[] = {
#define FAULT(NAME, wire, doc) wire,
#include "schema/problems.def"
#undef FAULT
};
static const struct {
	int number;
	const char *wire;
	int status;
	int retry;
	const char *title;
	const char *doc;
} problems[] = {
#define PROBLEM(number, NAME, wire, status, RETRY, en, ko, ar, doc) \
	{number, wire, status, RETRY_##RETRY, en, doc},
#include "schema/problems.def"
#undef PROBLEM
};

#define BIT(NAME) (UINT64_C(1) << NUMBER_##NAME)

uint64_t ek_ekgen_problems(const struct ek_ekgen_route *r)
{
	bool is_open = (r->flags & EK_EKGEN_OPEN) != 0;
	bool is_write = !ek_ekgen_is_get(r) && (r->flags & EK_EKGEN_READ) == 0;
	uint64_t bits = BIT(MALFORMED) | BIT(UNKNOWN_PARAMETER) | BIT(RATE_LIMITED) |
			BIT(INTERNAL) | BIT(UNAVAILABLE);
	if (!is_open)
		bits |= BIT(UNAUTHENTICATED) | BIT(FORBIDDEN);
	if (is_open && is_write)
		bits |= BIT(UNAUTHENTICATED);
	if (strchr(r->path, '{') != NULL)
		bits |= BIT(NOT_FOUND);
	if ((r->flags & (EK_EKGEN_LIST | EK_EKGEN_SEARCH)) != 0)
		bits |= BIT(CURSOR_INVALID);
	if (is_write)
		bits |= BIT(IN_PROGRESS) | BIT(KEY_REUSED) | BIT(READ_ONLY) | BIT(NO_SPACE) |
			BIT(OUTCOME_UNKNOWN);
	if (r->request[0] != '\0')
		bits |= BIT(TOO_LARGE) | BIT(UNSUPPORTED_MEDIA_TYPE) | BIT(INVALID_VALUE);
	if ((r->flags & EK_EKGEN_MATCH) != 0)
		bits |= BIT(VERSION_MISMATCH) | BIT(PRECONDITION_REQUIRED);
	for (const char *p = r->problems; *p != '\0'; p += strspn(p, " ")) {
		size_t n = strcspn(p, " "), i = 0;
		while (strncmp(problems[i].wire, p, n) != 0 || problems[i].wire[n] != '\0')
			ek_assert(++i < EK_LEN(problems));
		bits |= UINT64_C(1) << problems[i].number;
		p += n;
	}
	return bits;
}

/* "409_conflict_stale": the problems of one status, as the name of a response. Empty when none. */
static void name_response(uint64_t bits, int status, char out[200])
{
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < EK_LEN(problems); i++) {
		if (problems[i].status != status || (bits >> problems[i].number & 1) == 0)
			continue;
		if (n == 0)
			n = ek_format(out, 200, "%d", status);
		n += ek_format(out + n, 200 - n, "_%s", problems[i].wire);
	}
}

/* Every status once, rising. */
static int next_status(int after)
{
	int next = 1000;
	for (size_t i = 0; i < EK_LEN(problems); i++)
		if (problems[i].status > after && problems[i].status < next)
			next = problems[i].status;
	return next;
}

void ek_ekgen_refusals(struct ek_ekgen_json *j, const struct ek_ekgen_route *r)
{
	uint64_t bits = ek_ekgen_problems(r);
	for (int status = next_status(0); status < 1000; status = next_status(status)) {
		char name[200], key[8];
		name_response(bits, status, name);
		ek_format(key, sizeof key, "%d", status);
		if (name[0] != '\0')
			ek_ekgen_ref(j, key, "responses", name);
	}
}

static bool has_problem(size_t i, uint64_t bits, int status)
{
	return problems[i].status == status && (bits >> problems[i].number & 1) != 0;
}

static void print_types(struct ek_ekgen_json *j, uint64_t bits, int status)
{
	char name[80];
	size_t n = 0, last = 0;
	for (size_t i = 0; i < EK_LEN(problems); i++) {
		if (!has_problem(i, bits, status))
			continue;
		n++;
		last = i;
	}
	if (n == 1) {
		ek_ekgen_camel(problems[last].wire, strlen(problems[last].wire), "Problem", name);
		ek_ekgen_ref(j, "schema", "schemas", name);
		return;
	}
	ek_ekgen_open(j, "schema");
	ek_ekgen_list(j, "oneOf");
	for (size_t i = 0; i < EK_LEN(problems); i++) {
		if (!has_problem(i, bits, status))
			continue;
		ek_ekgen_camel(problems[i].wire, strlen(problems[i].wire), "Problem", name);
		ek_ekgen_ref(j, NULL, "schemas", name);
	}
	ek_ekgen_list_end(j);
	ek_ekgen_close(j);
}

static void print_response_headers(struct ek_ekgen_json *j, int status)
{
	ek_ekgen_open(j, "headers");
	ek_ekgen_ref(j, "X-Request-Id", "headers", "X-Request-Id");
	if (status == 429 || status == 503 || status == 507)
		ek_ekgen_ref(j, "Retry-After", "headers", "Retry-After");
	ek_ekgen_close(j);
}

static void print_response(struct ek_ekgen_json *j, const char *name, uint64_t bits, int status)
{
	size_t first = 0;
	while (!has_problem(first, bits, status))
		first++;
	ek_ekgen_open(j, name);
	ek_ekgen_text(j, "description", problems[first].title);
	print_response_headers(j, status);
	ek_ekgen_open(j, "content");
	ek_ekgen_open(j, "application/problem+json");
	print_types(j, bits, status);
	ek_ekgen_open(j, "examples");
	for (size_t i = 0; i < EK_LEN(problems); i++)
		if (has_problem(i, bits, status))
			ek_ekgen_ref(j, problems[i].wire, "examples", problems[i].wire);
	ek_ekgen_close(j);
	ek_ekgen_close(j);
	ek_ekgen_close(j);
	ek_ekgen_close(j);
}

/* Whether an earlier operation has this response already. */
static bool was_printed(size_t route, const char *name, int status)
{
	size_t n;
	const struct ek_ekgen_route *routes = ek_ekgen_routes(&n);
	for (size_t i = 0; i < route; i++) {
		char other[200];
		name_response(ek_ekgen_problems(&routes[i]), status, other);
		if (strcmp(name, other) == 0)
			return true;
	}
	return false;
}

void ek_ekgen_problem_responses(struct ek_ekgen_json *j)
{
	size_t n;
	const struct ek_ekgen_route *routes = ek_ekgen_routes(&n);
	for (int status = next_status(0); status < 1000; status = next_status(status)) {
		for (size_t i = 0; i < n; i++) {
			char name[200];
			uint64_t bits = ek_ekgen_problems(&routes[i]);
			name_response(bits, status, name);
			if (name[0] != '\0' && !was_printed(i, name, status))
				print_response(j, name, bits, status);
		}
	}
}

/* Whether any operation can give it: what an address alone is answered with is not among these. */
static bool is_used(int number)
{
	size_t n;
	const struct ek_ekgen_route *routes = ek_ekgen_routes(&n);
	for (size_t i = 0; i < n; i++)
		if ((ek_ekgen_problems(&routes[i]) >> number & 1) != 0)
			return true;
	return false;
}

void ek_ekgen_problem_examples(struct ek_ekgen_json *j)
{
	for (size_t i = 0; i < EK_LEN(problems); i++) {
		if (!is_used(problems[i].number))
			continue;
		ek_ekgen_open(j, problems[i].wire);
		ek_ekgen_open(j, "value");
		ek_ekgen_join(j, "type",
			      (const char *const[]){"/problems/", problems[i].wire, NULL});
		ek_ekgen_text(j, "title", problems[i].title);
		ek_ekgen_int(j, "status", problems[i].status);
		ek_ekgen_text(j, "detail", problems[i].doc);
		ek_ekgen_text(j, "request_id", "req_7f3a91");
		ek_ekgen_text(j, "retry", retries[problems[i].retry]);
		ek_ekgen_raw(j, "errors", "[]");
		ek_ekgen_close(j);
		ek_ekgen_close(j);
	}
}

static void print_fault_schema(struct ek_ekgen_json *j)
{
	ek_ekgen_open(j, "Fault");
	ek_ekgen_text(j, "type", "object");
	ek_ekgen_text(j, "description",
		      "One fault; pointer, parameter or header says where, or none for the whole.");
	ek_ekgen_raw(j, "required", "[\"code\", \"detail\", \"params\"]");
	ek_ekgen_open(j, "properties");
	ek_ekgen_raw(j, "pointer",
		     "{\"type\": \"string\", \"description\": \"JSON Pointer into the "
		     "body.\"}");
	ek_ekgen_raw(j, "parameter", "{\"type\": \"string\"}");
	ek_ekgen_raw(j, "header", "{\"type\": \"string\"}");
	ek_ekgen_open(j, "code");
	ek_ekgen_text(j, "type", "string");
	ek_ekgen_list(j, "enum");
	for (size_t i = 0; i < EK_LEN(codes); i++)
		ek_ekgen_text(j, NULL, codes[i]);
	ek_ekgen_list_end(j);
	ek_ekgen_bool(j, "x-extensible", true);
	ek_ekgen_close(j);
	ek_ekgen_raw(j, "detail", "{\"type\": \"string\"}");
	ek_ekgen_raw(j, "params", "{\"type\": \"object\", \"additionalProperties\": {}}");
	ek_ekgen_close(j);
	ek_ekgen_close(j);
}

void ek_ekgen_problem_schemas(struct ek_ekgen_json *j)
{
	print_fault_schema(j);
	ek_ekgen_raw(
		j, "Problem",
		"{\"type\": \"object\", \"description\": \"RFC 9457.\", \"required\": [\"type\", "
		"\"title\", \"status\", \"detail\", \"request_id\", \"retry\", \"errors\"], "
		"\"properties\": {\"type\": {\"type\": \"string\"}, \"title\": {\"type\": "
		"\"string\"}, \"status\": {\"type\": \"integer\"}, \"detail\": {\"type\": "
		"\"string\"}, \"request_id\": {\"type\": \"string\"}, \"retry\": {\"type\": "
		"\"string\"}, \"errors\": {\"type\": \"array\", \"items\": {\"$ref\": "
		"\"#/components/schemas/Fault\"}}}}");
	for (size_t i = 0; i < EK_LEN(problems); i++) {
		char name[80];
		if (!is_used(problems[i].number))
			continue;
		ek_ekgen_camel(problems[i].wire, strlen(problems[i].wire), "Problem", name);
		ek_ekgen_open(j, name);
		ek_ekgen_text(j, "description", problems[i].doc);
		ek_ekgen_raw(j, "allOf", "[{\"$ref\": \"#/components/schemas/Problem\"}]");
		ek_ekgen_raw(j, "type", "\"object\"");
		ek_ekgen_open(j, "properties");
		ek_ekgen_open(j, "type");
		ek_ekgen_join(j, "const",
			      (const char *const[]){"/problems/", problems[i].wire, NULL});
		ek_ekgen_close(j);
		ek_ekgen_open(j, "retry");
		ek_ekgen_text(j, "const", retries[problems[i].retry]);
		ek_ekgen_close(j);
		ek_ekgen_close(j);
		ek_ekgen_close(j);
	}
}
