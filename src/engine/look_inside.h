/* look_inside -- what the parts of look share. Included by them alone. */
#ifndef EK_ENGINE_LOOK_INSIDE_H
#define EK_ENGINE_LOOK_INSIDE_H

#include "engine/look.h"
#include "engine/state.h"

/* Zeroed room for n things in the arena; NULL with NO_MEMORY. */
static inline void *ek_look_room(struct ek_arena *arena, size_t n, size_t size, struct ek_err *err)
{
	void *p = ek_arena_zero(arena, n * size);
	if (p == NULL)
		(void)ek_fail(err, EK_NO_MEMORY, "no memory for the answer");
	return p;
}

static inline int64_t ek_look_limit(uint32_t limit)
{
	return limit == EK_STATE_UNLIMITED ? EK_NONE : (int64_t)limit;
}

/* Where the limit that holds for a teammate comes from: enum ek_from. */
uint8_t ek_look_limit_from(const struct ek_engine *e, uint32_t mate);

#endif
