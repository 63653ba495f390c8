#include "cli/names.h"

#include <string.h>

#include "base/arena.h"
#include "sys/hash.h"
#include "sys/heap.h"

enum { KINDS = 5 };
#define TEXT_MAX ((size_t)1 << 34)

struct row {
	uint32_t id;
	uint8_t kind;
	ek_str name;
};

struct ek_names {
	struct ek_alloc alloc;
	struct ek_arena texts;
	struct row *slots; /* open addressing, a power of two; id 0 = free */
	uint32_t slot_count;
	uint32_t used;
	ek_str *by_id[KINDS];
	uint32_t cap[KINDS];
	uint32_t top[KINDS];
};

bool ek_names_open(struct ek_names **names, struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_names *n = ek_alloc_get(&alloc, sizeof *n);
	*names = n;
	if (n == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for names");
	memset(n, 0, sizeof *n);
	n->alloc = alloc;
	ek_arena_init(&n->texts, alloc, TEXT_MAX);
	return true;
}

void ek_names_close(struct ek_names **names)
{
	struct ek_names *n = *names;
	if (n == NULL)
		return;
	struct ek_alloc alloc = n->alloc;
	for (int k = 0; k < KINDS; k++)
		ek_alloc_free(&alloc, n->by_id[k], n->cap[k] * sizeof(ek_str));
	ek_alloc_free(&alloc, n->slots, n->slot_count * sizeof *n->slots);
	ek_arena_fini(&n->texts);
	ek_alloc_free(&alloc, n, sizeof *n);
	*names = NULL;
}

/* Where that name is, or would be. */
static struct row *find(const struct ek_names *n, enum ek_writer_name kind, ek_str name)
{
	uint32_t at = ek_hash_crc((uint32_t)kind, name.p, name.n);
	for (;; at++) {
		struct row *r = &n->slots[at & (n->slot_count - 1)];
		if (r->id == 0 || (r->kind == kind && ek_str_equal(r->name, name)))
			return r;
	}
}

static bool grow_slots(struct ek_names *n)
{
	if (n->slot_count > 0 && n->used < n->slot_count / 4 * 3)
		return true;
	uint32_t old_count = n->slot_count;
	struct row *old = n->slots;
	uint32_t count = old_count == 0 ? 256 : 2 * old_count;
	n->slots = ek_alloc_get(&n->alloc, count * sizeof *n->slots);
	if (n->slots == NULL) {
		n->slots = old;
		return false;
	}
	memset(n->slots, 0, count * sizeof *n->slots);
	n->slot_count = count;
	for (uint32_t i = 0; i < old_count; i++) {
		if (old[i].id != 0)
			*find(n, (enum ek_writer_name)old[i].kind, old[i].name) = old[i];
	}
	ek_alloc_free(&n->alloc, old, old_count * sizeof *old);
	return true;
}

static bool grow_ids(struct ek_names *n, enum ek_writer_name kind, uint32_t id)
{
	if (id < n->cap[kind])
		return true;
	if (id >= EK_NAMES_ID_MAX)
		return false;
	size_t cap = n->cap[kind] == 0 ? 64 : n->cap[kind];
	while (cap <= id)
		cap *= 2;
	ek_str *v = n->alloc.resize(n->alloc.ctx, n->by_id[kind], n->cap[kind] * sizeof *v,
				    cap * sizeof *v);
	if (v == NULL)
		return false;
	memset(v + n->cap[kind], 0, (cap - n->cap[kind]) * sizeof *v);
	n->by_id[kind] = v;
	n->cap[kind] = (uint32_t)cap;
	return true;
}

bool ek_names_set(struct ek_names *n, enum ek_writer_name kind, uint32_t id, ek_str name,
		  struct ek_err *err)
{
	bool ok = grow_slots(n) && grow_ids(n, kind, id);
	ek_str copy = ok ? ek_arena_str(&n->texts, name, &ok) : name;
	if (!ok)
		return ek_fail(err, EK_NO_MEMORY, "no memory for names");
	struct row *r = find(n, kind, copy);
	n->used += r->id == 0;
	if (r->id == 0 || id < r->id)
		*r = (struct row){id, (uint8_t)kind, copy};
	n->by_id[kind][id] = copy;
	if (id > n->top[kind])
		n->top[kind] = id;
	return true;
}

uint32_t ek_names_find(const struct ek_names *n, enum ek_writer_name kind, ek_str name)
{
	return n->slot_count == 0 ? 0 : find(n, kind, name)->id;
}

ek_str ek_names_of(const struct ek_names *n, enum ek_writer_name kind, uint32_t id)
{
	return id < n->cap[kind] ? n->by_id[kind][id] : (ek_str){NULL, 0};
}

uint32_t ek_names_top(const struct ek_names *n, enum ek_writer_name kind)
{
	return n->top[kind];
}

enum ek_writer_name ek_names_kind(enum ek_field_type type)
{
	return type == EK_FT_CONVERSATION ? EK_WRITER_NAME_CONVERSATION
	       : type == EK_FT_TEAMMATE   ? EK_WRITER_NAME_TEAMMATE
	       : type == EK_FT_TEAM       ? EK_WRITER_NAME_TEAM
	       : type == EK_FT_CONTACT    ? EK_WRITER_NAME_CONTACT
					  : (enum ek_writer_name)0;
}

struct load {
	struct ek_names *names;
	enum ek_writer_name kind;
};

static bool load_one(void *ctx, uint32_t id, ek_str name, struct ek_err *err)
{
	const struct load *l = ctx;
	return ek_names_set(l->names, l->kind, id, name, err);
}

bool ek_names_load(struct ek_names *names, struct ek_log *log, struct ek_err *err)
{
	for (int k = EK_WRITER_NAME_CONVERSATION; k <= EK_WRITER_NAME_CONTACT; k++) {
		struct load l = {names, (enum ek_writer_name)k};
		if (!ek_log_each_name(log, k, load_one, &l, err))
			return false;
	}
	return true;
}

bool ek_names_read(const struct ek_names *names, enum ek_writer_name kind, const char *word,
		   uint32_t *id, struct ek_err *err)
{
	static const char *const kinds[KINDS] = {"", "conversation", "teammate", "team", "contact"};
	size_t n = strlen(word);
	*id = n > UINT32_MAX ? 0 : ek_names_find(names, kind, (ek_str){word, (uint32_t)n});
	uint64_t number = 0;
	for (const char *p = word; *p >= '0' && *p <= '9' && number <= UINT32_MAX; p++) {
		number = 10 * number + (uint64_t)(*p - '0');
		if (p[1] == '\0' && *id == 0 && number <= UINT32_MAX)
			*id = (uint32_t)number;
	}
	return *id != 0 || ek_fail(err, EK_NOT_FOUND, "there is no %s %s", kinds[kind], word);
}
