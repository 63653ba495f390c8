/* ekgen_openapi -- the OpenAPI 3.1 document of /api/v1, from the tables in schema/.
 *
 * routes.def gives the operations, shapes.def and settings.def the schemas, examples.def the
 * examples, lists.def what lists take, problems.def what may go wrong, idents.def and enums.def the
 * words. Written with an indent of one blank, members in the order of the tables: a change is a
 * small diff. Source: OpenAPI Specification 3.1.0; JSON Schema 2020-12.
 */
#ifndef EK_TOOLS_EKGEN_OPENAPI_H
#define EK_TOOLS_EKGEN_OPENAPI_H

#include "tools/ekgen.h"

/* JSON being written, member by member. key NULL: an element of a list. */
struct ek_ekgen_json {
	FILE *out;
	uint32_t depth;
	uint64_t filled;   /* bit d: something stands at depth d */
	const char *draft; /* the same document, printed before; NULL = this is the first time */
};
/* Whether the draft refers to that schema. True while there is none. */
bool ek_ekgen_is_used(const struct ek_ekgen_json *j, const char *schema);
void ek_ekgen_open(struct ek_ekgen_json *j, const char *key);
void ek_ekgen_close(struct ek_ekgen_json *j);
void ek_ekgen_list(struct ek_ekgen_json *j, const char *key);
void ek_ekgen_list_end(struct ek_ekgen_json *j);
void ek_ekgen_text(struct ek_ekgen_json *j, const char *key, const char *text);
/* Two or three texts as one. */
void ek_ekgen_join(struct ek_ekgen_json *j, const char *key, const char *const parts[3]);
void ek_ekgen_int(struct ek_ekgen_json *j, const char *key, int64_t v);
void ek_ekgen_bool(struct ek_ekgen_json *j, const char *key, bool v);
/* One JSON value as it is. */
void ek_ekgen_raw(struct ek_ekgen_json *j, const char *key, const char *json);
/* {"$ref": "#/components/KIND/NAME"} */
void ek_ekgen_ref(struct ek_ekgen_json *j, const char *key, const char *kind, const char *name);

/* The schema of a type of shapes.def, of n bytes; and an example of it. */
void ek_ekgen_type(struct ek_ekgen_json *j, const char *key, const char *type, size_t n);
void ek_ekgen_example(struct ek_ekgen_json *j, const char *key, const char *type, size_t n);
/* The members of components/schemas, problems apart. */
void ek_ekgen_schemas(struct ek_ekgen_json *j);
/* Those of settings.def: a schema for each setting, and one for each scope. */
void ek_ekgen_setting_schemas(struct ek_ekgen_json *j);
/* "SignInId" for "SIGN_IN", "PresenceValue" for "presence": out has 64 bytes. */
void ek_ekgen_camel(const char *name, size_t n, const char *end, char out[64]);

/* -- operations -- */

enum {
	EK_EKGEN_LIST = 1,
	EK_EKGEN_SEARCH = 2,
	EK_EKGEN_TAG = 4,
	EK_EKGEN_MATCH = 8,
	EK_EKGEN_DRY = 16,
	EK_EKGEN_CONFIRM = 32,
	EK_EKGEN_OPEN = 64,
	EK_EKGEN_FILE = 128,
	EK_EKGEN_READ = 256,
	EK_EKGEN_TABLE = 512,
};
struct ek_ekgen_route {
	const char *name;
	const char *method; /* "GET" */
	const char *path;
	const char *caps;
	const char *roles;
	const char *permission;
	const char *rate; /* "STANDARD" */
	uint32_t flags;
	const char *list;
	const char *params;
	const char *request;
	const char *response;
	const char *statuses;
	const char *problems;
	const char *summary;
};
/* All of them; *n is how many. */
const struct ek_ekgen_route *ek_ekgen_routes(size_t *n);
bool ek_ekgen_is_get(const struct ek_ekgen_route *r);
/* The problems that an operation can give: bit n for number n of problems.def. */
uint64_t ek_ekgen_problems(const struct ek_ekgen_route *r);
/* The responses that say no, as a member for each status; and what they refer to. */
void ek_ekgen_refusals(struct ek_ekgen_json *j, const struct ek_ekgen_route *r);
void ek_ekgen_problem_schemas(struct ek_ekgen_json *j);
void ek_ekgen_problem_responses(struct ek_ekgen_json *j);
void ek_ekgen_problem_examples(struct ek_ekgen_json *j);
/* The parameters of an operation, one by one. */
void ek_ekgen_params(struct ek_ekgen_json *j, const struct ek_ekgen_route *r);
/* Of a search: what its filter tree can name, and with which ops. */
void ek_ekgen_search_fields(struct ek_ekgen_json *j, const struct ek_ekgen_route *r);
void ek_ekgen_shared_params(struct ek_ekgen_json *j);
/* The type of a parameter in a path, by its name and the first word of the path. */
const char *ek_ekgen_path_type(const char *path, const char *name);
/* The parameters that a row names itself, "heir id:TEAMMATE Who gets them.|...", one by one; false
 * at the end. */
struct ek_ekgen_param {
	char name[40];
	char type[100];
	char doc[200];
};
bool ek_ekgen_param_next(const char **params, struct ek_ekgen_param *p);

/* -- lists -- */

enum { EK_EKGEN_FILTERS = 1, EK_EKGEN_SORTS = 2, EK_EKGEN_IS_LIST = 4, EK_EKGEN_UNSET = 8 };
enum { EK_EKGEN_TYPE_MAX = 400 };
struct ek_ekgen_field {
	const char *name;
	const char *type; /* see ek_ekgen_field_type */
	uint32_t can;
	const char *doc;
};
struct ek_ekgen_list {
	const char *name;
	const struct ek_ekgen_field *fields;
	size_t n;
	bool has_words;
	const char *sort;
};
const struct ek_ekgen_list *ek_ekgen_lists(size_t *n);
/* The type as shapes.def has it: enums by their own name, words one by one. */
void ek_ekgen_field_type(const struct ek_ekgen_field *f, char type[EK_EKGEN_TYPE_MAX]);
/* Whether it takes .lt and so on. */
bool ek_ekgen_is_ordered(const struct ek_ekgen_field *f);

/* The document, whole. */
void ek_ekgen_openapi(FILE *out);

#endif
