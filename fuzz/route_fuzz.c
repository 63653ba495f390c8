/* Any bytes may stand as an address. What matches a route has parameters that are plain text within
 * their bound, and the same address matches the same again. */
#include <string.h>

#include "base/utf8.h"
#include "sys/heap.h"
#include "wire/ident.h"
#include "wire/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 20 };

static void check_found(const struct ek_route_match *m)
{
	ek_assert(m->index < EK_ROUTE_COUNT && m->param_count <= EK_ROUTE_PARAMS);
	for (uint32_t i = 0; i < m->param_count; i++) {
		ek_str value = m->params[i].value;
		uint64_t id;
		ek_assert(value.n >= 1 && value.n <= EK_ROUTE_PARAM && ek_utf8_is_plain(value));
		ek_assert(ek_route_param(m, m->params[i].name).n == value.n);
		enum ek_ident_kind kind = ek_ident_read_any(value, &id);
		ek_assert(kind == EK_IDENT_NONE || kind < EK_IDENT_COUNT);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "?"};
	struct ek_routes *routes;
	struct ek_route_match m;
	struct ek_route_match again;
	struct ek_arena arena;
	struct ek_err err;
	if (size < 1)
		return 0;
	const char *method = methods[data[0] % EK_LEN(methods)];
	ek_str name = {method, (uint32_t)strlen(method)};
	ek_str path = {(const char *)data + 1, (uint32_t)(size - 1)};
	ek_assert(ek_route_open(ek_heap_alloc(), &routes, &err));
	ek_arena_init(&arena, ek_heap_alloc(), MAX);
	enum ek_route_result got = ek_route_match(routes, name, path, &arena, &m);
	ek_assert(ek_route_match(routes, name, path, &arena, &again) == got);
	if (got == EK_ROUTE_FOUND) {
		check_found(&m);
		ek_assert(again.index == m.index && again.param_count == m.param_count);
	} else if (got == EK_ROUTE_NO_METHOD) {
		ek_assert(m.allow[0] != 0 && strlen(m.allow) < sizeof m.allow);
	}
	ek_arena_fini(&arena);
	ek_route_close(&routes);
	return 0;
}
