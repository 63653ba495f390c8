/* The log in memory: rows, keys and names in arrays, the latter two found through hash indices.
 * Views other than keys are not kept. */
#include "store/log_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/fnv.h"
#include "store/log_backend.h"

/* An array that grows; `saved` is its length when the transaction began. */
struct list {
	void *p;
	size_t n;
	size_t cap;
	size_t saved;
};

/* Open addressing; a slot is an index + 1, 0 = free. At most half full. */
struct index {
	uint32_t *slots;
	size_t cap;
};

struct name {
	int64_t kind;
	uint32_t id;
	uint32_t n;
	char *p;
};

struct pair {
	char *name;
	char *value;
};

struct memory_log {
	struct ek_log log;
	struct list rows;
	struct list keys;
	struct list names;
	struct list metas;
	struct index key_index;
	struct index name_index;
	uint64_t epoch;
	uint64_t view_seq;
	struct ek_log_snapshot snapshots[2]; /* newest first; bytes owned */
};

static bool no_memory(struct ek_err *err)
{
	return ek_fail(err, EK_NO_MEMORY, "no memory for the log");
}

static void *list_add(struct list *l, size_t size, struct ek_err *err)
{
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 64 : 2 * l->cap;
		void *p = realloc(l->p, cap * size);
		if (p == NULL) {
			no_memory(err);
			return NULL;
		}
		l->p = p;
		l->cap = cap;
	}
	void *at = (char *)l->p + l->n * size;
	memset(at, 0, size);
	l->n++;
	return at;
}

static void *copy_bytes(const void *bytes, size_t n, struct ek_err *err)
{
	char *p = malloc(n + 1);
	if (p == NULL) {
		no_memory(err);
		return NULL;
	}
	if (n > 0)
		memcpy(p, bytes, n);
	p[n] = '\0';
	return p;
}

/* ---- indices */

static uint64_t hash_name(int64_t kind, const char *p, size_t n)
{
	uint64_t h = ek_fnv(EK_FNV_BEGIN ^ (uint64_t)kind, p, n);
	return h ^ h >> 32;
}

static uint64_t hash_key(const uint8_t *key)
{
	uint64_t h;
	memcpy(&h, key, sizeof h);
	return h;
}

static uint64_t hash_of(const struct memory_log *m, const struct index *x, size_t i)
{
	if (x == &m->key_index)
		return hash_key(((const struct ek_log_key *)m->keys.p)[i].key);
	const struct name *name = (const struct name *)m->names.p + i;
	return hash_name(name->kind, name->p, name->n);
}

static void index_put(struct memory_log *m, struct index *x, size_t i)
{
	size_t at = (size_t)hash_of(m, x, i) & (x->cap - 1);
	while (x->slots[at] != 0)
		at = (at + 1) & (x->cap - 1);
	x->slots[at] = (uint32_t)i + 1;
}

/* Takes in what a list has from `from` on, growing when half full. */
static bool index_add(struct memory_log *m, struct index *x, const struct list *l, size_t from,
		      struct ek_err *err)
{
	if (2 * l->n > x->cap) {
		size_t cap = x->cap == 0 ? 1024 : x->cap;
		while (2 * l->n > cap)
			cap *= 2;
		uint32_t *slots = calloc(cap, sizeof *slots);
		if (slots == NULL)
			return no_memory(err);
		free(x->slots);
		*x = (struct index){slots, cap};
		from = 0;
	}
	for (size_t i = from; i < l->n; i++)
		index_put(m, x, i);
	return true;
}

static void index_rebuild(struct memory_log *m, struct index *x, const struct list *l)
{
	if (x->cap > 0)
		memset(x->slots, 0, x->cap * sizeof *x->slots);
	for (size_t i = 0; i < l->n; i++)
		index_put(m, x, i);
}

static struct name *find_name(const struct memory_log *m, int64_t kind, ek_str s)
{
	const struct index *x = &m->name_index;
	if (x->cap == 0)
		return NULL;
	size_t at = (size_t)hash_name(kind, s.p, s.n) & (x->cap - 1);
	struct name *best = NULL;
	for (; x->slots[at] != 0; at = (at + 1) & (x->cap - 1)) {
		struct name *n = (struct name *)m->names.p + (x->slots[at] - 1);
		if (n->kind == kind && ek_str_equal((ek_str){n->p, n->n}, s) &&
		    (best == NULL || n->id < best->id))
			best = n;
	}
	return best;
}

/* The next key after slot *at, which begins alike; *at begins at SIZE_MAX. */
static struct ek_log_key *next_key(const struct memory_log *m, const uint8_t *key, size_t *at)
{
	const struct index *x = &m->key_index;
	if (x->cap == 0)
		return NULL;
	*at = *at == SIZE_MAX ? (size_t)hash_key(key) & (x->cap - 1) : (*at + 1) & (x->cap - 1);
	for (; x->slots[*at] != 0; *at = (*at + 1) & (x->cap - 1)) {
		struct ek_log_key *k = (struct ek_log_key *)m->keys.p + (x->slots[*at] - 1);
		if (memcmp(k->key, key, 8) == 0)
			return k;
	}
	return NULL;
}

/* ---- the calls */

static void drop_rows(struct memory_log *m, size_t from)
{
	struct ek_log_row *rows = m->rows.p;
	for (size_t i = from; i < m->rows.n; i++) {
		union {
			const uint8_t *read;
			void *owned;
		} body = {rows[i].body};
		free(body.owned);
	}
	m->rows.n = from < m->rows.n ? from : m->rows.n;
}

static void drop_names(struct memory_log *m, size_t from)
{
	struct name *names = m->names.p;
	for (size_t i = from; i < m->names.n; i++)
		free(names[i].p);
	m->names.n = from < m->names.n ? from : m->names.n;
}

static void free_snapshot(struct ek_log_snapshot *s)
{
	union {
		const uint8_t *read;
		void *owned;
	} bytes = {s->bytes};
	free(bytes.owned);
	*s = (struct ek_log_snapshot){0};
}

static void memory_close(struct ek_log *log)
{
	struct memory_log *m = (struct memory_log *)log;
	drop_rows(m, 0);
	drop_names(m, 0);
	struct pair *metas = m->metas.p;
	for (size_t i = 0; i < m->metas.n; i++) {
		free(metas[i].name);
		free(metas[i].value);
	}
	free(m->rows.p);
	free(m->keys.p);
	free(m->names.p);
	free(m->metas.p);
	free(m->key_index.slots);
	free(m->name_index.slots);
	free_snapshot(&m->snapshots[0]);
	free_snapshot(&m->snapshots[1]);
	free(m);
}

static bool memory_nothing(struct ek_log *log, struct ek_err *err)
{
	(void)log;
	(void)err;
	return true;
}

static bool memory_take_epoch(struct ek_log *log, uint64_t *epoch, struct ek_err *err)
{
	(void)err;
	*epoch = ++((struct memory_log *)log)->epoch;
	return true;
}

static bool memory_begin(struct ek_log *log, struct ek_err *err)
{
	(void)err;
	struct memory_log *m = (struct memory_log *)log;
	m->rows.saved = m->rows.n;
	m->keys.saved = m->keys.n;
	m->names.saved = m->names.n;
	return true;
}

static void memory_rollback(struct ek_log *log)
{
	struct memory_log *m = (struct memory_log *)log;
	drop_rows(m, m->rows.saved);
	drop_names(m, m->names.saved);
	m->keys.n = m->keys.saved;
	index_rebuild(m, &m->key_index, &m->keys);
	index_rebuild(m, &m->name_index, &m->names);
}

static bool memory_append(struct ek_log *log, const struct ek_log_row *row, struct ek_err *err)
{
	struct memory_log *m = (struct memory_log *)log;
	if (row->epoch != m->epoch)
		return ek_fail(err, EK_FENCED, "the reign of epoch %llu is over",
			       (unsigned long long)row->epoch);
	uint8_t *body = copy_bytes(row->body, row->body_n, err);
	struct ek_log_row *at = body == NULL ? NULL : list_add(&m->rows, sizeof *at, err);
	if (at == NULL) {
		free(body);
		return false;
	}
	*at = *row;
	at->body = body;
	return true;
}

static bool add_empty(struct memory_log *m, const struct ek_views_value *v, struct ek_err *err)
{
	struct ek_log_key *k = list_add(&m->keys, sizeof *k, err);
	if (k == NULL)
		return false;
	memcpy(k->key, v[1].p, EK_HASH_BYTES);
	memcpy(k->request, v[2].p, EK_HASH_BYTES);
	k->actor_kind = (uint8_t)v[3].i;
	k->actor_id = (uint32_t)v[4].i;
	k->at = (ek_time){v[5].i};
	return true;
}

/* Only what the tables of other backends have: the start of the key and the place. */
static bool add_places(struct memory_log *m, const struct ek_views_value *v, struct ek_err *err)
{
	const uint8_t *bytes = v[3].p;
	for (uint32_t i = 0; i < v[3].n; i += EK_LOG_PLACE_BYTES) {
		struct ek_log_key *k = list_add(&m->keys, sizeof *k, err);
		if (k == NULL)
			return false;
		memcpy(k->key, bytes + i, 8);
		k->first_seq = ek_log_read_place(bytes + i, v[0].i).seq;
	}
	return true;
}

static bool memory_put(struct ek_log *log, enum ek_views view, const struct ek_views_value *v,
		       uint32_t rows, struct ek_err *err)
{
	struct memory_log *m = (struct memory_log *)log;
	if (view != EK_VIEWS_KEYS && view != EK_VIEWS_EMPTY_KEYS)
		return true;
	size_t from = m->keys.n;
	for (uint32_t i = 0; i < rows; i++, v += ek_views_table(view)->column_count) {
		if (!(view == EK_VIEWS_KEYS ? add_places(m, v, err) : add_empty(m, v, err)))
			return false;
	}
	return index_add(m, &m->key_index, &m->keys, from, err);
}

static bool memory_erase(struct ek_log *log, enum ek_views view, uint32_t column, int64_t value,
			 struct ek_err *err)
{
	(void)log;
	(void)view;
	(void)column;
	(void)value;
	(void)err;
	return true;
}

/* Content lives only where people can read it. */
static bool memory_put_content(struct ek_log *log, enum ek_content table,
			       const struct ek_views_value *values, uint32_t rows,
			       struct ek_err *err)
{
	(void)table;
	(void)values;
	(void)rows;
	return memory_nothing(log, err);
}

static bool memory_erase_content(struct ek_log *log, const struct ek_log_where *where,
				 struct ek_err *err)
{
	(void)where;
	return memory_nothing(log, err);
}

static bool memory_each_content(struct ek_log *log, enum ek_content table,
				ek_log_visit_values *visit, void *ctx, struct ek_err *err)
{
	(void)table;
	(void)visit;
	(void)ctx;
	return memory_nothing(log, err);
}

static bool memory_find_content(struct ek_log *log, const struct ek_log_where *where,
				ek_log_visit_values *visit, void *ctx, struct ek_err *err)
{
	(void)where;
	(void)visit;
	(void)ctx;
	return memory_nothing(log, err);
}

static bool memory_hold(struct ek_log *log, bool on, struct ek_err *err)
{
	(void)on;
	return memory_nothing(log, err);
}

static bool memory_set_view_seq(struct ek_log *log, uint64_t seq, struct ek_err *err)
{
	(void)err;
	((struct memory_log *)log)->view_seq = seq;
	return true;
}

static bool memory_clear_views(struct ek_log *log, struct ek_err *err)
{
	struct memory_log *m = (struct memory_log *)log;
	struct ek_log_key *keys = m->keys.p;
	size_t n = 0;
	for (size_t i = 0; i < m->keys.n; i++) {
		if (keys[i].first_seq == 0)
			keys[n++] = keys[i];
	}
	m->keys.n = n;
	m->keys.saved = n;
	index_rebuild(m, &m->key_index, &m->keys);
	return memory_set_view_seq(log, 0, err);
}

static bool memory_expire_keys(struct ek_log *log, ek_time before, struct ek_err *err)
{
	(void)log;
	(void)before;
	(void)err;
	return true;
}

static bool memory_set_name(struct ek_log *log, int64_t kind, uint32_t id, ek_str s,
			    struct ek_err *err)
{
	struct memory_log *m = (struct memory_log *)log;
	char *p = copy_bytes(s.p, s.n, err);
	struct name *name = p == NULL ? NULL : list_add(&m->names, sizeof *name, err);
	if (name == NULL) {
		free(p);
		return false;
	}
	*name = (struct name){kind, id, s.n, p};
	return index_add(m, &m->name_index, &m->names, m->names.n - 1, err);
}

static struct pair *find_meta(const struct memory_log *m, const char *name)
{
	struct pair *metas = m->metas.p;
	for (size_t i = 0; i < m->metas.n; i++) {
		if (strcmp(metas[i].name, name) == 0)
			return &metas[i];
	}
	return NULL;
}

static bool memory_set_meta(struct ek_log *log, const char *name, ek_str value, struct ek_err *err)
{
	struct memory_log *m = (struct memory_log *)log;
	char *p = copy_bytes(value.p, value.n, err);
	if (p == NULL)
		return false;
	struct pair *pair = find_meta(m, name);
	if (pair == NULL) {
		char *copy = copy_bytes(name, strlen(name), err);
		pair = copy == NULL ? NULL : list_add(&m->metas, sizeof *pair, err);
		if (pair == NULL) {
			free(copy);
			free(p);
			return false;
		}
		pair->name = copy;
	}
	free(pair->value);
	pair->value = p;
	return true;
}

static bool memory_put_snapshot(struct ek_log *log, const struct ek_log_snapshot *s,
				struct ek_err *err)
{
	struct memory_log *m = (struct memory_log *)log;
	uint8_t *bytes = copy_bytes(s->bytes, s->n, err);
	if (bytes == NULL)
		return false;
	if (m->snapshots[0].seq != s->seq) {
		free_snapshot(&m->snapshots[1]);
		m->snapshots[1] = m->snapshots[0];
	} else {
		free_snapshot(&m->snapshots[0]);
	}
	m->snapshots[0] = *s;
	m->snapshots[0].bytes = bytes;
	return true;
}

/* The first row that begins at or after seq. */
static size_t first_from(const struct memory_log *m, uint64_t seq)
{
	const struct ek_log_row *rows = m->rows.p;
	size_t lo = 0;
	size_t hi = m->rows.n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (rows[mid].first_seq < seq)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool memory_row_start(struct ek_log *log, uint64_t seq, uint64_t *start, struct ek_err *err)
{
	(void)err;
	const struct memory_log *m = (const struct memory_log *)log;
	const struct ek_log_row *rows = m->rows.p;
	size_t i = first_from(m, seq + 1);
	*start = i > 0 ? rows[i - 1].first_seq : seq;
	return true;
}

static bool memory_rows(struct ek_log *log, struct ek_log_span span, ek_log_visit *visit, void *ctx,
			struct ek_err *err)
{
	const struct memory_log *m = (const struct memory_log *)log;
	const struct ek_log_row *rows = m->rows.p;
	for (size_t i = first_from(m, span.from); i < m->rows.n && rows[i].first_seq <= span.to;
	     i++) {
		if (rows[i].first_seq >= span.from && !visit(ctx, &rows[i], err))
			return false;
	}
	return true;
}

static bool memory_find_key(struct ek_log *log, struct ek_log_key *key, bool *found,
			    struct ek_err *err)
{
	const struct memory_log *m = (const struct memory_log *)log;
	size_t at = SIZE_MAX;
	for (const struct ek_log_key *k; !*found && (k = next_key(m, key->key, &at)) != NULL;) {
		if (k->first_seq != 0) {
			if (!ek_log_read_key(log, k->first_seq, key, found, err))
				return false;
		} else if (memcmp(k->key, key->key, EK_HASH_BYTES) == 0) {
			*key = *k;
			*found = true;
		}
	}
	return true;
}

static bool memory_each_key(struct ek_log *log, ek_log_visit_key *visit, void *ctx,
			    struct ek_err *err)
{
	const struct memory_log *m = (const struct memory_log *)log;
	const struct ek_log_key *keys = m->keys.p;
	for (size_t i = 0; i < m->keys.n; i++) {
		if (!visit(ctx, ek_log_key_start(keys[i].key), err))
			return false;
	}
	return true;
}

static bool memory_view_seq(struct ek_log *log, uint64_t *seq, struct ek_err *err)
{
	(void)err;
	*seq = ((const struct memory_log *)log)->view_seq;
	return true;
}

static bool memory_each_value(struct ek_log *log, enum ek_views view, ek_log_visit_values *visit,
			      void *ctx, struct ek_err *err)
{
	(void)log;
	(void)view;
	(void)visit;
	(void)ctx;
	(void)err;
	return true;
}

static bool memory_find_name(struct ek_log *log, int64_t kind, ek_str name, uint32_t *id,
			     struct ek_err *err)
{
	(void)err;
	const struct name *n = find_name((const struct memory_log *)log, kind, name);
	*id = n == NULL ? 0 : n->id;
	return true;
}

static bool memory_each_name(struct ek_log *log, int64_t kind, ek_log_visit_name *visit, void *ctx,
			     struct ek_err *err)
{
	const struct memory_log *m = (const struct memory_log *)log;
	const struct name *names = m->names.p;
	for (size_t i = 0; i < m->names.n; i++) {
		if (names[i].kind == kind &&
		    !visit(ctx, names[i].id, (ek_str){names[i].p, names[i].n}, err))
			return false;
	}
	return true;
}

static bool memory_get_meta(struct ek_log *log, const char *name, char out[EK_LOG_META_MAX],
			    int64_t *n, struct ek_err *err)
{
	(void)err;
	const struct pair *p = find_meta((const struct memory_log *)log, name);
	if (p == NULL)
		return true;
	ek_format(out, EK_LOG_META_MAX, "%s", p->value);
	*n = (int64_t)strlen(p->value);
	return true;
}

static bool memory_each_snapshot(struct ek_log *log, ek_log_visit_snapshot *visit, void *ctx,
				 struct ek_err *err)
{
	(void)err;
	const struct memory_log *m = (const struct memory_log *)log;
	for (int i = 0; i < 2 && m->snapshots[i].bytes != NULL; i++) {
		if (!visit(ctx, &m->snapshots[i]))
			break;
	}
	return true;
}

static const struct ek_log_backend memory_calls = {
	.close = memory_close,
	.stop = memory_nothing,
	.refresh = memory_nothing,
	.tidy = memory_nothing,
	.check_writable = memory_nothing,
	.take_epoch = memory_take_epoch,
	.begin = memory_begin,
	.append = memory_append,
	.put = memory_put,
	.erase = memory_erase,
	.clear_views = memory_clear_views,
	.put_content = memory_put_content,
	.erase_content = memory_erase_content,
	.expire_content = memory_erase_content,
	.each_content = memory_each_content,
	.find_content = memory_find_content,
	.rebuild_search = memory_nothing,
	.hold = memory_hold,
	.set_view_seq = memory_set_view_seq,
	.expire_keys = memory_expire_keys,
	.set_name = memory_set_name,
	.set_meta = memory_set_meta,
	.put_snapshot = memory_put_snapshot,
	.commit = memory_nothing,
	.rollback = memory_rollback,
	.row_start = memory_row_start,
	.rows = memory_rows,
	.find_key = memory_find_key,
	.each_key = memory_each_key,
	.view_seq = memory_view_seq,
	.each_value = memory_each_value,
	.find_name = memory_find_name,
	.each_name = memory_each_name,
	.get_meta = memory_get_meta,
	.each_snapshot = memory_each_snapshot,
};

struct ek_log_row *ek_log_memory_row(struct ek_log *log, size_t i)
{
	ek_assert(log->backend == &memory_calls);
	struct memory_log *m = (struct memory_log *)log;
	return i < m->rows.n ? (struct ek_log_row *)m->rows.p + i : NULL;
}

bool ek_log_open_memory(const struct ek_log_options *options, struct ek_log **out,
			struct ek_err *err)
{
	if (options->mode != EK_LOG_CREATE)
		return ek_fail(err, EK_NOT_FOUND, "a log in memory can only be made");
	struct memory_log *m = calloc(1, sizeof *m);
	if (m == NULL)
		return no_memory(err);
	m->log.backend = &memory_calls;
	*out = &m->log;
	return true;
}
