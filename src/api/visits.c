#include "api/visits.h"

#include <string.h>

#include "sys/thread.h"

enum { SLOTS = 4096 };

struct ek_visits {
	struct ek_alloc alloc;
	struct ek_thread_lock *lock;
	struct ek_visits_entry *by_conversation[SLOTS];
	struct ek_visits_entry *by_network[SLOTS];
	uint32_t count;
	struct ek_wait_rates rates;
};

bool ek_visits_open(struct ek_alloc alloc, struct ek_visits **visits, struct ek_err *err)
{
	*visits = NULL;
	struct ek_visits *v = ek_alloc_get(&alloc, sizeof *v);
	if (v == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for visits");
	*v = (struct ek_visits){.alloc = alloc};
	if (!ek_thread_lock_open(&v->lock, err)) {
		ek_alloc_free(&alloc, v, sizeof *v);
		return false;
	}
	*visits = v;
	return true;
}

void ek_visits_close(struct ek_visits **visits)
{
	struct ek_visits *v = *visits;
	if (v == NULL)
		return;
	ek_assert(v->count == 0);
	struct ek_alloc alloc = v->alloc;
	ek_thread_lock_close(&v->lock);
	ek_alloc_free(&alloc, v, sizeof *v);
	*visits = NULL;
}

struct ek_wait_rates *ek_visits_rates(struct ek_visits *v)
{
	return &v->rates;
}

void ek_visits_lock(struct ek_visits *v)
{
	ek_thread_lock_take(v->lock);
}

void ek_visits_unlock(struct ek_visits *v)
{
	ek_thread_lock_give(v->lock);
}

static struct ek_visits_entry **slot_of(struct ek_visits *v, ek_conversation_id id)
{
	return &v->by_conversation[id.v % SLOTS];
}

static struct ek_visits_entry **network_of(struct ek_visits *v, const struct ek_visits_entry *e)
{
	uint32_t sum = 0;
	for (uint32_t i = 0; i < e->network_n; i++)
		sum = sum * 31 + e->network[i];
	return &v->by_network[sum % SLOTS];
}

static bool fits(struct ek_visits *v, const struct ek_visits_entry *e,
		 struct ek_visits_limits limits)
{
	uint32_t own = 0;
	uint32_t near = 0;
	for (struct ek_visits_entry *o = *slot_of(v, e->conversation); o != NULL; o = o->next)
		own += memcmp(o->hash, e->hash, sizeof o->hash) == 0;
	for (struct ek_visits_entry *o = *network_of(v, e); o != NULL; o = o->beside)
		near += o->network_n == e->network_n &&
			memcmp(o->network, e->network, e->network_n) == 0;
	return own < limits.visitor && near < limits.network;
}

bool ek_visits_join(struct ek_visits *v, struct ek_visits_entry *e, struct ek_visits_limits limits)
{
	ek_visits_lock(v);
	bool ok = fits(v, e, limits);
	if (ok) {
		struct ek_visits_entry **slot = slot_of(v, e->conversation);
		struct ek_visits_entry **near = network_of(v, e);
		e->next = *slot;
		*slot = e;
		e->beside = *near;
		*near = e;
		v->count++;
	}
	ek_visits_unlock(v);
	return ok;
}

void ek_visits_leave(struct ek_visits *v, struct ek_visits_entry *e)
{
	ek_visits_lock(v);
	struct ek_visits_entry **at = slot_of(v, e->conversation);
	while (*at != NULL && *at != e)
		at = &(*at)->next;
	if (*at == e) {
		*at = e->next;
		at = network_of(v, e);
		while (*at != e)
			at = &(*at)->beside;
		*at = e->beside;
		v->count--;
	}
	ek_visits_unlock(v);
}

bool ek_visits_is_here(struct ek_visits *v, ek_conversation_id id)
{
	bool found = false;
	ek_visits_lock(v);
	for (struct ek_visits_entry *e = *slot_of(v, id); e != NULL && !found; e = e->next)
		found = e->conversation.v == id.v;
	ek_visits_unlock(v);
	return found;
}

void ek_visits_changed(struct ek_visits *v, ek_conversation_id id)
{
	ek_visits_lock(v);
	for (struct ek_visits_entry *e = *slot_of(v, id); e != NULL; e = e->next) {
		if (e->conversation.v != id.v)
			continue;
		e->is_changed = true;
		e->wake(e->ctx);
	}
	ek_visits_unlock(v);
}

void ek_visits_typed(struct ek_visits *v, ek_conversation_id id, const char *name)
{
	ek_visits_lock(v);
	for (struct ek_visits_entry *e = *slot_of(v, id); e != NULL; e = e->next) {
		if (e->conversation.v != id.v)
			continue;
		e->has_typed = true;
		ek_format(e->typist, sizeof e->typist, "%s", name);
		e->wake(e->ctx);
	}
	ek_visits_unlock(v);
}

void ek_visits_end(struct ek_visits *v, ek_conversation_id id)
{
	ek_visits_lock(v);
	for (struct ek_visits_entry *e = *slot_of(v, id); e != NULL; e = e->next)
		if (e->conversation.v == id.v)
			e->end(e->ctx);
	ek_visits_unlock(v);
}

uint32_t ek_visits_count(struct ek_visits *v)
{
	ek_visits_lock(v);
	uint32_t n = v->count;
	ek_visits_unlock(v);
	return n;
}
