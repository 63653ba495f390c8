#include "server/sample_swap.h"

#include <string.h>

#include "model/cmd.h"
#include "server/sample_load.h"
#include "store/content.h"
#include "store/log.h"
#include "sys/disk.h"
#include "sys/heap.h"
#include "sys/zone.h"
#include "wire/ident.h"
#include "writer/writer.h"

#define NEXT "next"
#define SWAP "swap"

/* In an empty workspace the first teammate is its owner, and stays the first. */
enum { OWNER = 1, ZONE_TEXT = 80 };

struct carry {
	const struct ek_sample_swap *s;
	struct ek_log *from;
	struct ek_log *to;
	enum ek_content table;
	bool keeps_owner;
	int64_t audit_last; /* the last entry that is carried */
	bool found;
	bool is_other;              /* somebody beside the owner is there */
	char zone[ZONE_TEXT];       /* the workspace's */
	char owner_zone[ZONE_TEXT]; /* of the owner's days */
};

static ek_str text_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_TEXT ? (ek_str){v->p, v->n} : (ek_str){NULL, 0};
}

static void keep_zone(char out[ZONE_TEXT], const char *p, uint32_t n)
{
	if (n == 0 || n >= ZONE_TEXT)
		return;
	memcpy(out, p, n);
	out[n] = 0;
}

bool ek_sample_swap_can(const char *where)
{
	return strchr(where, ':') == NULL;
}

/* ---- the other store */

static bool open_next(const struct ek_sample_swap *s, enum ek_log_mode mode, struct ek_log **log,
		      struct ek_err *err)
{
	char path[EK_DISK_PATH];
	const struct ek_log_options o = {.where = path, .mode = mode};
	return ek_disk_path(s->where, NEXT, path, err) && ek_log_open(&o, log, err);
}

/* A workspace with an owner alone; who that is follows when all stands still. */
static bool make_owned(struct ek_writer *w, ek_time now, struct ek_err *err)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	const struct ek_request r = {.cmd = &cmd, .at = now};
	struct ek_answer a;
	return ek_writer_take(w, &r, &a, err) && ek_writer_commit(w, false, err);
}

static bool make_empty(const struct ek_sample_swap *s, struct ek_err *err)
{
	struct ek_log *log = NULL;
	struct ek_writer *writer = NULL;
	bool ok = open_next(s, EK_LOG_CREATE, &log, err);
	if (ok) {
		const struct ek_writer_options o = {
			.log = log, .alloc = ek_heap_alloc(), .at = s->now};
		ok = ek_writer_open(&o, &writer, err) && make_owned(writer, s->now, err) &&
		     ek_writer_stop(writer, err);
	}
	ek_writer_close(&writer);
	ek_log_close(&log);
	return ok;
}

bool ek_sample_swap_prepare(const struct ek_sample_swap *s, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	if (!ek_disk_dir_remove(s->where, NEXT, err) || !ek_disk_path(s->where, NEXT, path, err))
		return false;
	if (!s->loads)
		return make_empty(s, err);
	struct ek_sample_load load = {.where = path, .seed = 1, .now = s->now, .is_owned = true};
	return ek_sample_load(&load, err);
}

/* ---- looking at the present one */

static bool take_mark(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct carry *c = ctx;
	ek_str name = text_of(&v[EK_CONTENT_SERVER_SETTINGS_NAME]);
	ek_str value = text_of(&v[EK_CONTENT_SERVER_SETTINGS_VALUE]);
	(void)n;
	(void)err;
	if (ek_str_is(name, EK_SAMPLE_MARK)) {
		c->found = true;
		/* "true": its owner came with it; a number: the audit log before it came. */
		c->keeps_owner = !ek_str_is(value, "true");
		c->audit_last = 0;
		for (uint32_t i = 0; c->keeps_owner && i < value.n && i < 15; i++)
			c->audit_last = c->audit_last * 10 + (value.p[i] - '0');
	}
	/* "\"Europe/Berlin\"" */
	if (ek_str_is(name, "zone") && value.n > 2)
		keep_zone(c->zone, value.p + 1, value.n - 2);
	return true;
}

static bool note_person(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct carry *c = ctx;
	(void)n;
	(void)err;
	if (v[EK_CONTENT_PEOPLE_TEAMMATE].i == OWNER)
		c->found = true;
	else
		c->is_other = true;
	return true;
}

static bool note_any(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct carry *c = ctx;
	(void)n;
	/* The server's settings are the owner's first steps, and are carried over. */
	if (c->table == EK_CONTENT_CHANGES &&
	    ek_str_is(text_of(&v[EK_CONTENT_CHANGES_RESOURCE]), "server"))
		return true;
	c->is_other = true;
	return ek_fail(err, EK_LIMIT, "enough");
}

static bool is_empty(struct carry *c, struct ek_err *err)
{
	static const enum ek_content tables[] = {
		EK_CONTENT_TEAM_PROFILES, EK_CONTENT_CONVERSATION_PROFILES,
		EK_CONTENT_CONTACTS,      EK_CONTENT_SKILLS,
		EK_CONTENT_TAGS,          EK_CONTENT_SLA_POLICIES,
		EK_CONTENT_CALENDARS,     EK_CONTENT_CHANGES,
		EK_CONTENT_WEBHOOKS,      EK_CONTENT_SECRET_LINKS,
	};
	c->found = false;
	if (!ek_log_content_each(c->from, EK_CONTENT_PEOPLE, note_person, c, err))
		return false;
	for (size_t i = 0; i < EK_LEN(tables) && !c->is_other; i++) {
		c->table = tables[i];
		if (!ek_log_content_each(c->from, c->table, note_any, c, err) && !c->is_other)
			return false;
	}
	return (c->found && !c->is_other) ||
	       ek_fail(err, EK_CONFLICT, "the workspace is not empty");
}

static bool look(struct carry *c, struct ek_err *err)
{
	if (!ek_log_content_each(c->from, EK_CONTENT_SERVER_SETTINGS, take_mark, c, err))
		return false;
	if (c->s->loads) {
		c->keeps_owner = true;
		c->audit_last = INT64_MAX;
		return !c->found ? is_empty(c, err)
				 : ek_fail(err, EK_CONFLICT, "it is a sample workspace already");
	}
	return c->found || ek_fail(err, EK_CONFLICT, "this is no sample workspace");
}

/* ---- what is carried over */

static bool is_owners(const struct carry *c, const struct ek_views_value *v)
{
	switch (c->table) {
	case EK_CONTENT_PEOPLE:
		return v[EK_CONTENT_PEOPLE_TEAMMATE].i == OWNER;
	case EK_CONTENT_RECOVERY_CODES:
		return v[EK_CONTENT_RECOVERY_CODES_TEAMMATE].i == OWNER;
	case EK_CONTENT_SIGN_INS:
		return v[EK_CONTENT_SIGN_INS_TEAMMATE].i == OWNER;
	case EK_CONTENT_TOKENS:
		return v[EK_CONTENT_TOKENS_TEAMMATE].i == OWNER && v[EK_CONTENT_TOKENS_KIND].i == 1;
	case EK_CONTENT_SERVER_SETTINGS:
		return !ek_str_is(text_of(&v[EK_CONTENT_SERVER_SETTINGS_NAME]), EK_SAMPLE_MARK);
	case EK_CONTENT_AUDIT:
		return v[EK_CONTENT_AUDIT_ENTRY].i <= c->audit_last;
	default:
		return false;
	}
}

static bool put_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct carry *c = ctx;
	(void)n;
	if (!is_owners(c, v))
		return true;
	if (c->table == EK_CONTENT_PEOPLE) {
		ek_str zone = text_of(&v[EK_CONTENT_PEOPLE_ZONE]);
		keep_zone(c->owner_zone, zone.p, zone.n);
	}
	return ek_log_content_put(c->to, c->table, v, 1, err);
}

/* Ids of these are never given twice, whatever of them was carried. */
static bool put_counter(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	static const char *const names[] = {"sign_ins", "tokens", "audit", "jobs"};
	const struct carry *c = ctx;
	ek_str name = text_of(&v[EK_CONTENT_COUNTERS_NAME]);
	(void)n;
	for (size_t i = 0; i < EK_LEN(names); i++)
		if (ek_str_is(name, names[i]))
			return ek_log_content_put(c->to, EK_CONTENT_COUNTERS, v, 1, err);
	return true;
}

struct job {
	struct ek_log *to;
	int64_t id;
	ek_time now;
	const char *state;
	const char *code; /* NULL = none */
	bool done;
	struct ek_views_value row[EK_CONTENT_JOBS_WIDTH];
};

static struct ek_views_value word(const char *s)
{
	return ek_views_text((ek_str){s, (uint32_t)strlen(s)});
}

static bool put_job(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct job *j = ctx;
	struct ek_views_value row[EK_CONTENT_JOBS_WIDTH];
	if (v[EK_CONTENT_JOBS_JOB].i != j->id)
		return true;
	memcpy(row, v, n * sizeof *row);
	row[EK_CONTENT_JOBS_STATE] = word(j->state);
	row[EK_CONTENT_JOBS_ENDED_MS] = ek_views_int(j->now.ms);
	row[EK_CONTENT_JOBS_ERROR] = j->code != NULL ? word(j->code) : (struct ek_views_value){0};
	if (j->code == NULL)
		row[EK_CONTENT_JOBS_DONE] = row[EK_CONTENT_JOBS_TOTAL];
	return ek_log_content_put(j->to, EK_CONTENT_JOBS, row, 1, err);
}

static bool last_entry(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	int64_t *last = ctx;
	(void)n;
	(void)err;
	*last = v[EK_CONTENT_AUDIT_ENTRY].i;
	return true;
}

static bool put_mark(struct carry *c, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_SERVER_SETTINGS_WIDTH] = {0};
	int64_t last = 0;
	char text[24];
	if (!c->s->loads)
		return true;
	if (!ek_log_content_each(c->from, EK_CONTENT_AUDIT, last_entry, &last, err))
		return false;
	ek_format(text, sizeof text, "%lld", (long long)last);
	v[EK_CONTENT_SERVER_SETTINGS_NAME] = word(EK_SAMPLE_MARK);
	v[EK_CONTENT_SERVER_SETTINGS_VALUE] = word(text);
	v[EK_CONTENT_SERVER_SETTINGS_CHANGED_MS] = ek_views_int(c->s->now.ms);
	return ek_log_content_put(c->to, EK_CONTENT_SERVER_SETTINGS, v, 1, err);
}

static bool carry(struct carry *c, struct ek_err *err)
{
	static const enum ek_content tables[] = {
		EK_CONTENT_PEOPLE, EK_CONTENT_RECOVERY_CODES,  EK_CONTENT_SIGN_INS,
		EK_CONTENT_TOKENS, EK_CONTENT_SERVER_SETTINGS, EK_CONTENT_AUDIT,
	};
	struct job job = {.to = c->to, .id = c->s->job, .now = c->s->now, .state = "done"};
	if (!ek_log_begin(c->to, err))
		return false;
	bool ok = true;
	for (size_t i = 0; ok && i < EK_LEN(tables); i++) {
		c->table = tables[i];
		ok = ek_log_content_each(c->from, c->table, put_row, c, err);
	}
	ok = ok && put_mark(c, err) &&
	     ek_log_content_each(c->from, EK_CONTENT_COUNTERS, put_counter, c, err) &&
	     ek_log_content_each(c->from, EK_CONTENT_JOBS, put_job, &job, err) &&
	     ek_log_commit(c->to, err);
	if (!ok)
		ek_log_rollback(c->to);
	return ok;
}

/* The engine's part of what was carried: whose days are counted in which zone. */
static bool set_zone(struct ek_writer *w, ek_time now, uint32_t teammate, const char *zone,
		     struct ek_err *err)
{
	struct ek_arena arena;
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_ZONE_SET);
	const struct ek_request r = {.cmd = &cmd, .at = now};
	struct ek_answer a;
	if (zone[0] == 0)
		return true;
	if (teammate != 0) {
		cmd.zone_set.teammate.v = teammate;
		cmd.has = 3;
	}
	ek_arena_init(&arena, ek_heap_alloc(), 1 << 22);
	ek_str name = {zone, (uint32_t)strlen(zone)};
	bool ok = ek_zone_load(name, &arena, &cmd.zone_set.zone, err) &&
		  ek_writer_take(w, &r, &a, err);
	ek_arena_fini(&arena);
	return ok;
}

static bool set_zones(struct carry *c, struct ek_err *err)
{
	struct ek_writer *w = NULL;
	const struct ek_writer_options o = {
		.log = c->to, .alloc = ek_heap_alloc(), .at = c->s->now};
	bool ok = ek_writer_open(&o, &w, err) && set_zone(w, c->s->now, 0, c->zone, err) &&
		  set_zone(w, c->s->now, OWNER, c->owner_zone, err) &&
		  ek_writer_commit(w, false, err) && ek_writer_stop(w, err);
	ek_writer_close(&w);
	return ok;
}

/* ---- in place of the other */

static bool forget_old(const char *where, bool keeps_key, struct ek_err *err)
{
	static const char *const files[] = {"log.db-wal", "log.db-shm", "clean", "head", "reserve"};
	for (size_t i = 0; i < EK_LEN(files); i++)
		if (!ek_disk_remove(where, files[i], err))
			return false;
	return (keeps_key || ek_disk_remove(where, "master.key", err)) &&
	       ek_disk_dir_remove(where, EK_SAMPLE_FILES, err);
}

/* From wherever it was cut off: the log comes first, and while it is still to come, all that lies
 * beside the old one goes. */
static bool settle(const char *where, struct ek_err *err)
{
	static const char *const files[] = {"log.db", "head", "clean"};
	char swap[EK_DISK_PATH];
	char log[EK_DISK_PATH];
	char keeps[EK_DISK_PATH];
	if (!ek_disk_path(where, SWAP, swap, err) || !ek_disk_path(swap, "log.db", log, err) ||
	    !ek_disk_path(swap, "keeps", keeps, err))
		return false;
	if (!ek_disk_exists(swap))
		return true;
	if (ek_disk_exists(log) && !forget_old(where, ek_disk_exists(keeps), err))
		return false;
	for (size_t i = 0; i < EK_LEN(files); i++)
		if (!ek_disk_move(swap, where, files[i], err))
			return false;
	return ek_disk_dir_remove(where, SWAP, err);
}

bool ek_sample_swap_mend(const char *where, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	int lock = -1;
	if (!ek_sample_swap_can(where) || !ek_disk_exists(where))
		return true;
	if (!ek_disk_path(where, "lock", path, err) || !ek_disk_lock(path, false, &lock, err))
		return false;
	bool ok = settle(where, err) && ek_disk_dir_remove(where, NEXT, err);
	ek_disk_close(&lock);
	return ok;
}

static bool replace(const struct carry *c, struct ek_err *err)
{
	const char *where = c->s->where;
	char next[EK_DISK_PATH];
	if (!ek_disk_path(where, NEXT, next, err) ||
	    (c->keeps_owner && !ek_disk_write(next, "keeps", "owner\n", 6, err)) ||
	    !ek_disk_rename(where, NEXT, SWAP, err))
		return false;
	return ek_sample_swap_mend(where, err);
}

static bool fill_next(struct carry *c, struct ek_err *err)
{
	if (!open_next(c->s, EK_LOG_WRITE, &c->to, err))
		return false;
	return carry(c, err) && set_zones(c, err);
}

/* Nobody was there to be carried over: what comes is an empty directory's. */
static bool empty_next(const struct ek_sample_swap *s, struct ek_err *err)
{
	struct ek_log *log = NULL;
	bool ok = ek_disk_dir_remove(s->where, NEXT, err) &&
		  open_next(s, EK_LOG_CREATE, &log, err) && ek_log_stop(log, err);
	ek_log_close(&log);
	return ok;
}

/* In the store that stays. */
static void fail_job(const struct ek_sample_swap *s, enum ek_code code)
{
	struct ek_log *log = NULL;
	struct ek_err ignored;
	const struct ek_log_options o = {.where = s->where, .mode = EK_LOG_WRITE};
	struct job job = {.id = s->job, .now = s->now, .state = "failed"};
	job.code = code == EK_CONFLICT ? "conflict" : "internal";
	if (ek_log_open(&o, &log, &ignored) && ek_log_begin(log, &ignored)) {
		job.to = log;
		bool ok = ek_log_content_each(log, EK_CONTENT_JOBS, put_job, &job, &ignored) &&
			  ek_log_commit(log, &ignored) && ek_log_stop(log, &ignored);
		(void)ok;
	}
	ek_log_close(&log);
}

bool ek_sample_swap_run(const struct ek_sample_swap *s, struct ek_err *err)
{
	struct carry c = {.s = s};
	const struct ek_log_options o = {.where = s->where, .mode = EK_LOG_READ};
	bool ok = ek_log_open(&o, &c.from, err) && look(&c, err) &&
		  (c.keeps_owner ? fill_next(&c, err) : empty_next(s, err));
	ek_log_close(&c.to);
	ek_log_close(&c.from);
	ok = ok && replace(&c, err);
	if (!ok)
		fail_job(s, err->code);
	return ok;
}
