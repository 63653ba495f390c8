#include "past/import.h"

#include <string.h>

#include "past/import_state.h"
#include "sys/heap.h"
#include "sys/zone.h"

enum { CELLS_MEMORY = 8 * 1024 * 1024, KEPT_MEMORY = 256 * 1024 * 1024 };

static const char *const kinds[] = {"", "conversations", "calls", "surveys"};

const char *ek_import_kind_name(enum ek_map_kind kind)
{
	return kinds[kind];
}

enum ek_map_kind ek_import_kind(const char *word)
{
	for (int i = 1; i < (int)EK_LEN(kinds); i++)
		if (strcmp(kinds[i], word) == 0)
			return (enum ek_map_kind)i;
	return (enum ek_map_kind)0;
}

/* ---- which import it is */

static void hash_all(struct import *m, struct ek_hash *hash)
{
	static const char with[] = "messages";
	ek_hash_begin(hash);
	ek_hash_add(hash, m->o->table.p, m->o->table.n);
	if (m->o->messages.p != NULL) {
		ek_hash_add(hash, with, sizeof with);
		ek_hash_add(hash, m->o->messages.p, m->o->messages.n);
	}
	ek_hash_end(hash, m->file_hash);
	ek_hash_begin(hash);
	ek_hash_add(hash, m->o->map.p, m->o->map.n);
	ek_hash_end(hash, m->map_hash);
}

struct search {
	struct import *m;
	int64_t top, found, other;
	bool is_whole;
};

static bool is_hash(const struct ek_views_value *v, const uint8_t hash[EK_HASH_BYTES])
{
	return v->kind == EK_VIEWS_BLOB && v->n == EK_HASH_BYTES &&
	       memcmp(v->p, hash, EK_HASH_BYTES) == 0;
}

static bool is_text(const struct ek_views_value *v, const char *text)
{
	return v->kind == EK_VIEWS_TEXT && ek_str_is((ek_str){v->p, v->n}, text);
}

static bool look_at(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct search *s = ctx;
	struct ek_import_report *r = s->m->report;
	int64_t id = v[EK_CONTENT_IMPORTS_IMPORT].i;
	(void)n;
	(void)err;
	s->top = id > s->top ? id : s->top;
	if (!is_hash(&v[EK_CONTENT_IMPORTS_FILE_HASH], s->m->file_hash) ||
	    !is_text(&v[EK_CONTENT_IMPORTS_KIND], kinds[s->m->o->kind]))
		return true;
	if (!is_hash(&v[EK_CONTENT_IMPORTS_MAP_HASH], s->m->map_hash)) {
		s->other = v[EK_CONTENT_IMPORTS_NOTED].i > 0 ? id : s->other;
		return true;
	}
	s->found = id;
	s->is_whole = is_text(&v[EK_CONTENT_IMPORTS_STATE], "done");
	s->m->last_item = v[EK_CONTENT_IMPORTS_LAST_ITEM].i;
	s->m->started.ms = v[EK_CONTENT_IMPORTS_STARTED_MS].i;
	if (s->is_whole) {
		r->rows = (uint64_t)v[EK_CONTENT_IMPORTS_ROWS].i;
		r->noted = (uint64_t)v[EK_CONTENT_IMPORTS_NOTED].i;
		r->already = r->noted;
		r->refused = (uint64_t)v[EK_CONTENT_IMPORTS_REFUSED].i;
		r->left_out = (uint64_t)v[EK_CONTENT_IMPORTS_LEFT_OUT].i;
	}
	return true;
}

static bool identify(struct import *m, struct ek_err *err)
{
	struct search s = {.m = m};
	struct ek_hash *hash;
	if (!ek_hash_open(&hash, err))
		return false;
	hash_all(m, hash);
	ek_hash_close(&hash);
	m->started = m->o->now;
	if (!ek_log_content_each(m->o->log, EK_CONTENT_IMPORTS, look_at, &s, err))
		return false;
	if (s.found == 0 && s.other != 0 && !m->o->again)
		return ek_fail(err, EK_CONFLICT,
			       "this table came in as import %lld by another map; with --again its "
			       "facts are there twice",
			       (long long)s.other);
	m->report->import = s.found != 0 ? s.found : s.top + 1;
	m->report->was_whole = s.is_whole;
	m->report->is_whole = s.is_whole;
	return true;
}

/* ---- commits */

static ek_str last_part(const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *from = slash == NULL ? name : slash + 1;
	return (ek_str){from, (uint32_t)strlen(from)};
}

static bool put_progress(struct import *m, int64_t last_item, bool is_last, struct ek_err *err)
{
	const struct ek_import_report *r = m->report;
	const char *kind = kinds[m->o->kind];
	struct ek_views_value v[EK_CONTENT_IMPORTS_WIDTH] = {0};
	v[EK_CONTENT_IMPORTS_IMPORT] = ek_views_int(r->import);
	v[EK_CONTENT_IMPORTS_KIND] = ek_views_text((ek_str){kind, (uint32_t)strlen(kind)});
	v[EK_CONTENT_IMPORTS_NAME] = ek_views_text(last_part(m->o->name));
	v[EK_CONTENT_IMPORTS_FILE_HASH] = ek_views_blob(m->file_hash, EK_HASH_BYTES);
	v[EK_CONTENT_IMPORTS_MAP_HASH] = ek_views_blob(m->map_hash, EK_HASH_BYTES);
	v[EK_CONTENT_IMPORTS_MAP] = ek_views_text(m->o->map);
	v[EK_CONTENT_IMPORTS_STATE] = ek_views_text(is_last ? EK_S("done") : EK_S("running"));
	v[EK_CONTENT_IMPORTS_LAST_ITEM] = ek_views_int(last_item);
	v[EK_CONTENT_IMPORTS_ROWS] = ek_views_int((int64_t)r->rows);
	v[EK_CONTENT_IMPORTS_NOTED] = ek_views_int((int64_t)r->noted);
	v[EK_CONTENT_IMPORTS_REFUSED] = ek_views_int((int64_t)r->refused);
	v[EK_CONTENT_IMPORTS_LEFT_OUT] = ek_views_int((int64_t)r->left_out);
	v[EK_CONTENT_IMPORTS_STARTED_MS] = ek_views_int(m->started.ms);
	v[EK_CONTENT_IMPORTS_CHANGED_MS] = ek_views_int(m->o->now.ms);
	v[EK_CONTENT_IMPORTS_ENDED_MS] = ek_views_int(is_last ? m->o->now.ms : EK_NONE);
	return ek_writer_put(m->writer, EK_CONTENT_IMPORTS, v, err);
}

bool ek_import_commit(struct import *m, int64_t last_item, bool is_last, struct ek_err *err)
{
	struct ek_answer a;
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_BULK_APPLY);
	cmd.bulk_apply.rows = (struct ek_rows){m->batch, m->batch_n};
	cmd.has = 1;
	const struct ek_request r = {.cmd = &cmd, .at = m->o->now};
	if (m->batch_n > 0 && !ek_writer_take(m->writer, &r, &a, err))
		return false;
	if (!put_progress(m, last_item, is_last, err) ||
	    !ek_writer_commit(m->writer, !is_last, err))
		return false;
	m->last_item = last_item;
	m->batch_n = 0;
	m->uncommitted = 0;
	ek_arena_reset(&m->kept);
	return true;
}

/* ---- the run */

static bool load_zone(struct import *m, struct ek_arena *arena, struct ek_err *err)
{
	ek_str name = m->map->zone_name;
	struct ek_err why;
	if (ek_str_is(name, "UTC"))
		return true;
	return ek_zone_load(name, arena, &m->map->zone, &why) ||
	       ek_fail(err, EK_USAGE, "%s: zone: %s", m->o->map_name, why.msg);
}

static bool read_map(struct import *m, struct ek_arena *arena, struct ek_err *err)
{
	m->map = ek_arena_get(arena, sizeof *m->map);
	if (m->map == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a map");
	if (!ek_map_read(m->map, m->o->map_name, m->o->map, arena, err))
		return false;
	if (m->map->kind != m->o->kind)
		return ek_fail(err, EK_USAGE, "%s is a map of %s, not of %s", m->o->map_name,
			       kinds[m->map->kind], kinds[m->o->kind]);
	if (m->map->has_messages != (m->o->messages.p != NULL))
		return ek_fail(err, EK_USAGE,
			       m->map->has_messages
				       ? "%s has [messages]: name their table with --messages"
				       : "%s has no [messages], so --messages means nothing",
			       m->o->map_name);
	return load_zone(m, arena, err);
}

static bool open_parts(struct import *m, struct ek_arena *arena, struct ek_err *err)
{
	const struct ek_writer_options w = {
		.log = m->o->log, .alloc = ek_heap_alloc(), .at = m->o->now, .lazy_epoch = true};
	m->batch = ek_arena_get(arena, EK_LIMIT_IMPORT_ROWS * sizeof *m->batch);
	for (uint32_t i = 0; i < EK_MAP_SHEETS; i++) {
		m->tables[i] = ek_arena_get(arena, sizeof *m->tables[i]);
		if (m->tables[i] == NULL || m->batch == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory for an import");
	}
	if (!ek_import_bind(m, EK_MAP_MAIN, m->o->table, err) ||
	    (m->map->has_messages && !ek_import_bind(m, EK_MAP_MESSAGES, m->o->messages, err)) ||
	    !ek_writer_open(&w, &m->writer, err))
		return false;
	const struct ek_whose_options o = {
		.log = m->o->log, .writer = m->writer, .at = m->o->now, .creates = m->map->creates};
	return ek_whose_open(&o, &m->whose, err);
}

static bool run(struct import *m, struct ek_arena *arena, struct ek_err *err)
{
	if (!read_map(m, arena, err) || !identify(m, err))
		return false;
	if (m->report->was_whole)
		return true;
	if (!open_parts(m, arena, err))
		return false;
	m->item = (struct ek_item){.map = m->map,
				   .whose = m->whose,
				   .kept = &m->kept,
				   .scratch = &m->scratch,
				   .import = m->report->import,
				   .now = m->started};
	if (!ek_import_rows(m, err))
		return false;
	m->report->made = ek_whose_made(m->whose);
	m->report->is_whole = true;
	return ek_writer_stop(m->writer, err);
}

bool ek_import_run(const struct ek_import_options *options, struct ek_arena *arena,
		   struct ek_import_report *report, struct ek_err *err)
{
	struct import m = {.o = options, .report = report};
	memset(report, 0, sizeof *report);
	for (uint32_t i = 0; i < EK_MAP_SHEETS; i++)
		ek_arena_init(&m.cells[i], ek_heap_alloc(), CELLS_MEMORY);
	ek_arena_init(&m.scratch, ek_heap_alloc(), KEPT_MEMORY);
	ek_arena_init(&m.kept, ek_heap_alloc(), KEPT_MEMORY);
	bool ok = run(&m, arena, err);
	ek_whose_close(&m.whose);
	ek_writer_close(&m.writer);
	ek_cases_close(&m.cases);
	for (uint32_t i = 0; i < EK_MAP_SHEETS; i++)
		ek_arena_fini(&m.cells[i]);
	ek_arena_fini(&m.scratch);
	ek_arena_fini(&m.kept);
	return ok;
}
