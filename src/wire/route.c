#include "wire/route.h"

#include <string.h>

#include "base/utf8.h"

/* Flags as the table spells them. */
enum {
	LIST = EK_ROUTE_IS_LIST,
	SEARCH = EK_ROUTE_IS_SEARCH,
	TAG = EK_ROUTE_HAS_TAG,
	MATCH = EK_ROUTE_NEEDS_MATCH,
	DRY = EK_ROUTE_TAKES_DRY,
	CONFIRM = EK_ROUTE_NEEDS_CONFIRM,
	OPEN = EK_ROUTE_IS_OPEN,
	IS_FILE = EK_ROUTE_IS_FILE,
	READ = EK_ROUTE_IS_READ,
	TABLE = EK_ROUTE_IS_TABLE,
};
#define FILE IS_FILE
#define KEY_OF(method, flags) \
	((method) == EK_ROUTE_GET || ((flags)&READ) != 0 ? 0 : EK_ROUTE_TAKES_KEY)

static const struct ek_route_row rows[] = {
#define ROUTE(op, METHOD, template, caps, who, right, RATE, FLAGS, of, params, request, answer, \
	      statuses, problems, summary) \
	{.name = #op, \
	 .path = (template), \
	 .roles = (who), \
	 .permission = #right, \
	 .list = #of, \
	 .response = (answer), \
	 .flags = (FLAGS) | KEY_OF(EK_ROUTE_##METHOD, FLAGS), \
	 .method = EK_ROUTE_##METHOD, \
	 .rate = EK_ROUTE_##RATE},
#include "schema/routes.def"
#undef ROUTE
};
#undef FILE
static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

/* A place in the trie. Children are a list by first child and next sibling while it is made; the
 * words of a node stand in byte order. */
enum { NODES = 512, NOTHING = 0 };
struct node {
	ek_str word;                       /* {NULL, 0}: the root, or a parameter */
	uint16_t first;                    /* child; NOTHING = none */
	uint16_t next;                     /* sibling, greater */
	uint16_t param;                    /* the child that is a parameter */
	uint16_t routes[EK_ROUTE_METHODS]; /* index + 1 */
};
struct ek_routes {
	struct ek_alloc alloc;
	uint32_t n;
	struct node v[NODES];
	/* Children in one row, so that they can be halved: from `from[node]`, `count[node]` of
	 * them. */
	uint16_t children[NODES];
	uint16_t from[NODES];
	uint16_t count[NODES];
};

const struct ek_route_row *ek_route_row(uint32_t index)
{
	ek_assert(index < EK_LEN(rows));
	return &rows[index];
}

const char *ek_route_method_name(enum ek_route_method method)
{
	ek_assert((unsigned)method < EK_LEN(methods));
	return methods[method];
}

/* ---- making ---- */

static uint16_t add_node(struct ek_routes *t, ek_str word)
{
	ek_assert(t->n < NODES);
	t->v[t->n] = (struct node){.word = word};
	return (uint16_t)t->n++;
}

static uint16_t add_word(struct ek_routes *t, uint16_t at, ek_str word)
{
	uint16_t before = NOTHING, child = t->v[at].first;
	while (child != NOTHING && ek_str_compare(t->v[child].word, word) < 0) {
		before = child;
		child = t->v[child].next;
	}
	if (child != NOTHING && ek_str_equal(t->v[child].word, word))
		return child;
	uint16_t made = add_node(t, word);
	t->v[made].next = child;
	if (before == NOTHING)
		t->v[at].first = made;
	else
		t->v[before].next = made;
	return made;
}

static uint16_t add_param(struct ek_routes *t, uint16_t at)
{
	if (t->v[at].param == NOTHING) {
		uint16_t made = add_node(t, (ek_str){NULL, 0});
		t->v[at].param = made;
	}
	return t->v[at].param;
}

/* The next segment of a path that begins with '/'; false at its end. */
static bool next_segment(ek_str *path, ek_str *segment)
{
	uint32_t n = 1;
	if (path->n == 0)
		return false;
	while (n < path->n && path->p[n] != '/')
		n++;
	*segment = (ek_str){path->p + 1, n - 1};
	*path = (ek_str){path->p + n, path->n - n};
	return true;
}

static void add_route(struct ek_routes *t, uint32_t index)
{
	ek_str path = {rows[index].path, (uint32_t)strlen(rows[index].path)}, segment;
	uint16_t at = NOTHING; /* the root is node 0 */
	while (next_segment(&path, &segment))
		at = segment.p[0] == '{' ? add_param(t, at) : add_word(t, at, segment);
	ek_assert(t->v[at].routes[rows[index].method] == 0);
	t->v[at].routes[rows[index].method] = (uint16_t)(index + 1);
}

static void lay_out(struct ek_routes *t)
{
	uint16_t n = 0;
	for (uint32_t i = 0; i < t->n; i++) {
		t->from[i] = n;
		for (uint16_t c = t->v[i].first; c != NOTHING; c = t->v[c].next)
			t->children[n++] = c;
		t->count[i] = (uint16_t)(n - t->from[i]);
	}
}

bool ek_route_open(struct ek_alloc alloc, struct ek_routes **routes, struct ek_err *err)
{
	struct ek_routes *t = ek_alloc_get(&alloc, sizeof *t);
	*routes = t;
	if (t == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the table of routes");
	memset(t, 0, sizeof *t);
	t->alloc = alloc;
	(void)add_node(t, (ek_str){NULL, 0});
	for (uint32_t i = 0; i < EK_LEN(rows); i++)
		add_route(t, i);
	lay_out(t);
	return true;
}

void ek_route_close(struct ek_routes **routes)
{
	if (*routes == NULL)
		return;
	struct ek_alloc alloc = (*routes)->alloc;
	ek_alloc_free(&alloc, *routes, sizeof **routes);
	*routes = NULL;
}

/* ---- matching ---- */

static uint16_t find_word(const struct ek_routes *t, uint16_t at, ek_str word)
{
	uint32_t lo = t->from[at], hi = lo + t->count[at];
	while (lo < hi) {
		uint32_t middle = lo + (hi - lo) / 2;
		int c = ek_str_compare(t->v[t->children[middle]].word, word);
		if (c == 0)
			return t->children[middle];
		if (c < 0)
			lo = middle + 1;
		else
			hi = middle;
	}
	return NOTHING;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool decode(ek_str raw, struct ek_arena *arena, ek_str *out)
{
	char text[EK_ROUTE_PARAM];
	uint32_t n = 0;
	bool ok;
	for (uint32_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];
		if (c == '%') {
			int high = i + 2 < raw.n ? hex_value(raw.p[i + 1]) : -1;
			int low = i + 2 < raw.n ? hex_value(raw.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (n == EK_ROUTE_PARAM)
			return false;
		text[n++] = c;
	}
	*out = ek_arena_str(arena, (ek_str){text, n}, &ok);
	return ok && ek_utf8_is_plain(*out);
}

/* The names of a path's parameters, in order. */
static void name_params(struct ek_route_match *out)
{
	uint32_t k = 0;
	const char *path = rows[out->index].path;
	static const char *const names[] = {"id", "teammate", "part",   "tag",      "identity",
					    "n",  "run",      "secret", "delivery", "inbox"};
	for (; *path != '\0' && k < out->param_count; path++) {
		if (*path != '{')
			continue;
		for (size_t i = 0; i < EK_LEN(names); i++) {
			size_t n = strlen(names[i]);
			if (strncmp(path + 1, names[i], n) == 0 && path[n + 1] == '}')
				out->params[k].name = names[i];
		}
		ek_assert(out->params[k].name != NULL);
		k++;
	}
}

static void list_allowed(const struct node *node, struct ek_route_match *out)
{
	size_t n = 0;
	for (int m = 0; m < EK_ROUTE_METHODS; m++)
		if (node->routes[m] != 0)
			n += ek_format(out->allow + n, sizeof out->allow - n, "%s%s%s",
				       n == 0 ? "" : ", ", methods[m],
				       m == EK_ROUTE_GET ? ", HEAD" : "");
}

static bool has_routes(const struct node *node)
{
	for (int m = 0; m < EK_ROUTE_METHODS; m++)
		if (node->routes[m] != 0)
			return true;
	return false;
}

/* Goes down the path. NOTHING when nobody has it. */
static uint16_t walk(const struct ek_routes *t, ek_str path, struct ek_arena *arena,
		     struct ek_route_match *out)
{
	uint16_t at = NOTHING;
	ek_str segment;
	while (next_segment(&path, &segment)) {
		uint16_t child = find_word(t, at, segment);
		if (child == NOTHING) {
			child = t->v[at].param;
			if (child == NOTHING || segment.n == 0 ||
			    out->param_count == EK_ROUTE_PARAMS ||
			    !decode(segment, arena, &out->params[out->param_count].value))
				return NOTHING;
			out->param_count++;
		}
		at = child;
	}
	return at;
}

static int method_of(ek_str name)
{
	for (int m = 0; m < EK_ROUTE_METHODS; m++)
		if (ek_str_is(name, methods[m]))
			return m;
	return ek_str_is(name, "HEAD") ? EK_ROUTE_GET : EK_ROUTE_METHODS;
}

enum ek_route_result ek_route_match(const struct ek_routes *routes, ek_str method, ek_str path,
				    struct ek_arena *arena, struct ek_route_match *out)
{
	ek_str prefix = EK_S(EK_ROUTE_PREFIX);
	*out = (struct ek_route_match){0};
	if (path.n <= prefix.n || memcmp(path.p, prefix.p, prefix.n) != 0 ||
	    path.p[prefix.n] != '/')
		return EK_ROUTE_NO_PATH;
	uint16_t at = walk(routes, (ek_str){path.p + prefix.n, path.n - prefix.n}, arena, out);
	if (at == NOTHING || !has_routes(&routes->v[at]))
		return EK_ROUTE_NO_PATH;
	int m = method_of(method);
	if (m == EK_ROUTE_METHODS || routes->v[at].routes[m] == 0) {
		list_allowed(&routes->v[at], out);
		return EK_ROUTE_NO_METHOD;
	}
	out->index = routes->v[at].routes[m] - 1U;
	name_params(out);
	return EK_ROUTE_FOUND;
}

ek_str ek_route_param(const struct ek_route_match *match, const char *name)
{
	for (uint32_t i = 0; i < match->param_count; i++)
		if (match->params[i].name != NULL && strcmp(match->params[i].name, name) == 0)
			return match->params[i].value;
	return (ek_str){NULL, 0};
}
