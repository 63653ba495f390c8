/* route -- which operation of /api/v1 an address and a method mean.
 *
 * The table is schema/routes.def. Opening makes a trie of its paths, one segment a step, sorted; a
 * word that a path names goes before {name}. Matching costs O(segments) steps of O(log children),
 * and allocates nothing but decoded parameters, in the arena of the request.
 *
 * A parameter is one segment, percent-decoded once: plain UTF-8 of 1 to EK_ROUTE_PARAM bytes; a
 * slash in it stays inside it. Words of a path have one spelling. Empty segments, a slash at the
 * end and anything that cannot be decoded are addresses that nobody has.
 */
#ifndef EK_WIRE_ROUTE_H
#define EK_WIRE_ROUTE_H

#include "base/arena.h"

#define EK_ROUTE_PREFIX "/api/v1"

enum ek_route_method {
	EK_ROUTE_GET = 0,
	EK_ROUTE_POST,
	EK_ROUTE_PUT,
	EK_ROUTE_PATCH,
	EK_ROUTE_DELETE,
	EK_ROUTE_METHODS
};
enum ek_route_rate {
	EK_ROUTE_STANDARD = 0, /* 50 a second, bursts of 200 */
	EK_ROUTE_SEARCH,       /* 5 a second */
	EK_ROUTE_UPLOAD,       /* 10 a minute */
	EK_ROUTE_EXPORT,       /* 2 an hour */
	EK_ROUTE_LETTER,       /* 60 an hour */
	EK_ROUTE_SIGN_IN,
	EK_ROUTE_STREAM,
};
/* See FLAGS of schema/routes.def. */
enum {
	EK_ROUTE_IS_LIST = 1,
	EK_ROUTE_IS_SEARCH = 2,
	EK_ROUTE_HAS_TAG = 4,
	EK_ROUTE_NEEDS_MATCH = 8,
	EK_ROUTE_TAKES_DRY = 16,
	EK_ROUTE_NEEDS_CONFIRM = 32,
	EK_ROUTE_IS_OPEN = 64,
	EK_ROUTE_IS_FILE = 128,
	EK_ROUTE_IS_READ = 256,
	EK_ROUTE_TAKES_KEY = 512, /* neither GET nor READ */
	EK_ROUTE_IS_TABLE = 1024,
};
enum { EK_ROUTE_PARAMS = 2, EK_ROUTE_PARAM = 200 };

/* Names of operations: EK_ROUTE_OF_get_me and so on, the index into the table. */
enum ek_route_of {
#define ROUTE(name, METHOD, path, caps, roles, permission, RATE, FLAGS, list, params, request, \
	      response, statuses, problems, summary) \
	EK_ROUTE_OF_##name,
#include "schema/routes.def"
#undef ROUTE
	EK_ROUTE_COUNT
};

struct ek_route_row {
	const char *name; /* operation id */
	const char *path; /* "/teammates/{id}" */
	const char *roles;
	const char *permission;
	const char *list;     /* "none", or a name of schema/lists.def */
	const char *response; /* shape of the answer; "[Shape]" a page of them; "" none */
	uint16_t flags;
	uint8_t method; /* enum ek_route_method */
	uint8_t rate;   /* enum ek_route_rate */
};
/* index is below EK_ROUTE_COUNT (asserted). */
const struct ek_route_row *ek_route_row(uint32_t index);
/* "GET"; method is a listed one. */
const char *ek_route_method_name(enum ek_route_method method);

struct ek_routes;
/* Owns its memory; read-only afterwards, for any number of threads. Errors: NO_MEMORY. */
bool ek_route_open(struct ek_alloc alloc, struct ek_routes **routes,
		   struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_route_close(struct ek_routes **routes);

enum ek_route_result {
	EK_ROUTE_FOUND,
	EK_ROUTE_NO_PATH,   /* 404 */
	EK_ROUTE_NO_METHOD, /* 405; allow is filled */
};
struct ek_route_match {
	uint32_t index; /* FOUND: enum ek_route_of */
	struct {
		const char *name; /* "id" */
		ek_str value;     /* in the arena, or borrowed from the path */
	} params[EK_ROUTE_PARAMS];
	uint32_t param_count;
	char allow[48]; /* NO_METHOD: "GET, HEAD, POST" */
};
/* path: as it stood in the request, without the query. HEAD is matched as GET. */
enum ek_route_result ek_route_match(const struct ek_routes *routes, ek_str method, ek_str path,
				    struct ek_arena *arena, struct ek_route_match *out);
/* The parameter of that name; p NULL when there is none. */
ek_str ek_route_param(const struct ek_route_match *match, const char *name);

#endif
