/* A second engine with the same state: saved into memory and loaded from there. */
#include "engine/state.h"

#include <string.h>

struct bytes {
	struct ek_alloc alloc;
	char *p;
	size_t n;
	size_t cap;
};

static bool keep(void *ctx, const void *bytes, size_t n)
{
	struct bytes *b = ctx;
	if (n > b->cap - b->n) {
		size_t cap = (b->n + n) * 2;
		char *p = b->alloc.resize(b->alloc.ctx, b->p, b->cap, cap);
		if (p == NULL)
			return false;
		b->p = p;
		b->cap = cap;
	}
	memcpy(b->p + b->n, bytes, n);
	b->n += n;
	return true;
}

static bool load_copy(const struct ek_engine *from, const struct bytes *b, struct ek_engine *to,
		      struct ek_err *err)
{
	if (!ek_engine_load(to, b->p, b->n, err))
		return false;
	to->audit = from->audit;
	ek_engine_take_activity(to, from);
	return true;
}

bool ek_engine_copy(const struct ek_engine *engine, struct ek_engine **copy, struct ek_err *err)
{
	return ek_engine_copy_into(engine, engine->alloc, copy, err);
}

bool ek_engine_copy_into(const struct ek_engine *engine, struct ek_alloc alloc,
			 struct ek_engine **copy, struct ek_err *err)
{
	struct bytes b = {.alloc = engine->alloc};
	*copy = NULL;
	bool ok = ek_engine_save(engine, keep, &b) ||
		  ek_fail(err, EK_NO_MEMORY, "no memory for a copy of the state");
	ok = ok && ek_engine_open(alloc, copy, err) && load_copy(engine, &b, *copy, err);
	if (!ok)
		ek_engine_close(copy);
	ek_alloc_free(&b.alloc, b.p, b.cap);
	return ok;
}
