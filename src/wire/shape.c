#include "wire/shape.h"

#include <string.h>

#include "schema/shapes.def"

enum { HAS_R = 1, HAS_O = 0 };
#define M(name, type, HAS, doc) {#name, type, HAS_##HAS},
#define SHAPE(name, WAY, doc) \
	static const struct ek_shape_member members_##name[] = {SHAPE_##name(M)};
SHAPES(SHAPE)
#undef SHAPE
#undef M

static const struct shape {
	const char *name;
	const struct ek_shape_member *members;
	size_t n;
} shapes[] = {
#define SHAPE(name, WAY, doc) {#name, members_##name, EK_LEN(members_##name)},
	SHAPES(SHAPE)
#undef SHAPE
};

static const struct {
	const char *name;
	const char *views;
} unions[] = {
#define UNION(name, views, doc) {#name, views},
	UNIONS(UNION)
#undef UNION
};

static ek_str text_of(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static const struct shape *find_shape(ek_str name)
{
	for (size_t i = 0; i < EK_LEN(shapes); i++)
		if (ek_str_is(name, shapes[i].name))
			return &shapes[i];
	return NULL;
}

/* The shape of a row: "[X]" is X, and X that of its member data. p NULL when there is none. */
static ek_str row_shape(const char *response)
{
	ek_str s = text_of(response);
	const ek_str list = EK_S("list:");
	if (s.n > 2 && s.p[0] == '[')
		return (ek_str){s.p + 1, s.n - 2};
	const struct shape *shape = find_shape(s);
	for (size_t i = 0; shape != NULL && i < shape->n; i++) {
		ek_str type = text_of(shape->members[i].type);
		if (strcmp(shape->members[i].name, "data") == 0 && type.n > list.n &&
		    memcmp(type.p, list.p, list.n) == 0)
			return (ek_str){type.p + list.n, type.n - list.n};
	}
	return (ek_str){NULL, 0};
}

/* Cuts what stands before the next sign off; false when nothing is left. */
static bool next_part(ek_str *rest, char sign, ek_str *part)
{
	if (rest->n == 0)
		return false;
	const char *end = memchr(rest->p, sign, rest->n);
	uint32_t n = end == NULL ? rest->n : (uint32_t)(end - rest->p);
	uint32_t cut = end == NULL ? n : n + 1;
	*part = (ek_str){rest->p, n};
	*rest = (ek_str){rest->p + cut, rest->n - cut};
	return true;
}

static struct ek_shape_member *find(struct ek_shape_member *v, uint32_t n, const char *name)
{
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(v[i].name, name) == 0)
			return &v[i];
	return NULL;
}

static uint32_t add(struct ek_shape_member *v, uint32_t n, const struct ek_shape_member *m)
{
	struct ek_shape_member *old = find(v, n, m->name);
	if (old != NULL) {
		old->is_there = old->is_there || m->is_there;
		return n;
	}
	ek_assert(n < EK_SHAPE_MEMBERS);
	v[n] = *m;
	return n + 1;
}

uint32_t ek_shape_row(const char *response, struct ek_shape_member out[EK_SHAPE_MEMBERS])
{
	ek_str name = row_shape(response);
	ek_str view;
	uint32_t n = 0;
	for (size_t i = 0; i < EK_LEN(unions); i++)
		if (ek_str_is(name, unions[i].name))
			name = text_of(unions[i].views);
	while (next_part(&name, '|', &view)) {
		const struct shape *s = find_shape(view);
		for (size_t i = 0; s != NULL && i < s->n; i++)
			n = add(out, n, &s->members[i]);
	}
	return n;
}
