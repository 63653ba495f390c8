#include "api/sealer.h"

#include <string.h>

#include "api/api_attachments.h"
#include "api/api_mail.h"
#include "api/api_state.h"
#include "api/guard.h"
#include "auth/vault.h"
#include "sys/heap.h"
#include "sys/rounds.h"

enum {
	FIRST_REST_MS = 1000,
	LONG_REST_MS = 60000, /* after what could not be done */
	DONE_REST_MS = 86400000,
	PAGE = 64,
	ROW_MAX = 1 << 20,
	BYTES_MAX = 80 << 20, /* more than was ever taken */
};

/* What names files. */
static const struct source {
	enum ek_content table;
	uint32_t key;
	uint32_t place;
	const char *below;
	const char *page; /* SQL: key and place of rows behind $1 whose file is plain */
	const char *row;
	const char *by_place;
} sources[] = {
	{EK_CONTENT_ATTACHMENTS, EK_CONTENT_ATTACHMENTS_ATTACHMENT, EK_CONTENT_ATTACHMENTS_PLACE,
	 EK_API_ATTACHMENTS_DIRECTORY,
	 "SELECT attachment, place FROM attachments WHERE attachment > $1 AND length(place) = 32"
	 " ORDER BY attachment LIMIT 64",
	 "SELECT * FROM attachments WHERE attachment = $1",
	 "SELECT attachment FROM attachments WHERE place = $1"},
	{EK_CONTENT_MAILS, EK_CONTENT_MAILS_MAIL, EK_CONTENT_MAILS_PLACE, EK_API_MAIL_DIRECTORY,
	 "SELECT mail, place FROM mails WHERE mail > $1 AND length(place) = 32"
	 " ORDER BY mail LIMIT 64",
	 "SELECT * FROM mails WHERE mail = $1", "SELECT mail FROM mails WHERE place = $1"},
};
enum { COLUMNS_MAX = EK_CONTENT_MAILS_WIDTH };
_Static_assert((int)EK_CONTENT_ATTACHMENTS_WIDTH <= (int)COLUMNS_MAX, "rows of both fit");

/* A plain file that a row names, or named; and what it was sealed into. */
struct plain {
	int64_t key;
	char place[EK_VAULT_PLAIN + 1];
	struct ek_vault_file file;
};

struct ek_sealer {
	struct ek_api *api;
	struct ek_reader *reader; /* the group's thread's while asking */
	struct ek_rounds *rounds;
	const struct source *source;
	int64_t behind; /* rows up to it were looked at */
	struct plain page[PAGE];
	uint32_t n;
	struct plain sealed[EK_SEALER_SLICE]; /* whose plain files are to go, all of source */
	uint32_t sealed_count;
	/* What is being asked of the group. */
	struct ek_group_call call;
	struct ek_arena arena;
	struct plain *one;
	struct ek_views_value row[COLUMNS_MAX];
	bool is_there;
};

static struct ek_vault vault_of(const struct ek_sealer *s)
{
	return (struct ek_vault){ek_guard_seal_of(s->api), s->api->options.directory,
				 s->source->below, NULL};
}

/* ---- on the writer's thread */

static bool take_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_sealer *s = ctx;
	bool ok = true;
	ek_assert(n <= COLUMNS_MAX);
	for (uint32_t i = 0; i < n; i++) {
		s->row[i] = v[i];
		if (v[i].kind == EK_VIEWS_TEXT || v[i].kind == EK_VIEWS_BLOB)
			s->row[i].p = ek_arena_str(&s->arena, (ek_str){v[i].p, v[i].n}, &ok).p;
	}
	s->is_there = true;
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for the row of a file");
}

/* Whether its row still names the plain file: it may have been erased since it was found. */
static bool check(void *ctx, struct ek_err *err)
{
	struct ek_sealer *s = ctx;
	const struct ek_views_value key = ek_views_int(s->one->key);
	const struct ek_reader_question q = {s->source->row, &key, 1};
	s->is_there = false;
	ek_arena_reset(&s->arena);
	if (!ek_reader_each(s->reader, &q, take_row, s, err))
		return false;
	return (s->is_there && ek_str_is(ek_turn_text(&s->row[s->source->place]), s->one->place)) ||
	       ek_fail(err, EK_CONFLICT, "nothing names this file any more");
}

static void made(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_sealer *s = ctx;
	struct ek_views_value key[EK_CONTENT_FILE_KEYS_WIDTH] = {0};
	struct ek_err err;
	(void)a;
	s->row[s->source->place] = ek_views_text((ek_str){s->one->file.place, EK_VAULT_PLACE});
	ek_vault_row(&s->one->file, ek_engine_time(ek_writer_engine(w)), key);
	/* For want of memory the writer gives up all that is pending, and the commit says so. */
	bool ok = ek_writer_put(w, s->source->table, s->row, &err) &&
		  ek_writer_put(w, EK_CONTENT_FILE_KEYS, key, &err);
	(void)ok;
}

/* ---- one file */

static bool remove_file(const struct ek_sealer *s, const char *name, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	return ek_disk_path(s->api->options.directory, s->source->below, path, err) &&
	       ek_disk_remove(path, name, err);
}

/* From now on its row names what it was sealed into; *is_named false: nothing names it any more. */
static bool name_sealed(struct ek_sealer *s, bool *is_named, struct ek_err *err)
{
	struct ek_err refused;
	s->call = (struct ek_group_call){
		.request = {.check = check, .check_ctx = s, .by = {EK_ACTOR_SYSTEM, 0}},
		.made = made,
		.ctx = s};
	if (!ek_group_do(s->api->options.group, &s->call, &refused, err))
		return false;
	*is_named = refused.code == EK_OK;
	if (*is_named || refused.code == EK_CONFLICT)
		return true;
	*err = refused;
	return false;
}

static bool seal_one(struct ek_sealer *s, struct plain *p, struct ek_err *err)
{
	const struct ek_alloc heap = ek_heap_alloc();
	const struct ek_vault vault = vault_of(s);
	struct ek_disk_bytes bytes;
	struct ek_vault_file before = {0};
	bool is_named = false;
	s->one = p;
	memcpy(before.place, p->place, sizeof p->place);
	if (!ek_vault_get(&vault, &before, (struct ek_vault_room){BYTES_MAX, &heap}, &bytes, err))
		return err->code == EK_NOT_FOUND || err->code == EK_LIMIT;
	bool ok = ek_vault_put(&vault, (ek_str){(const char *)bytes.p, (uint32_t)bytes.n}, &p->file,
			       err);
	ek_alloc_free(&heap, bytes.p, bytes.n == 0 ? 1 : bytes.n);
	if (!ok)
		return false;
	bool is_asked = name_sealed(s, &is_named, err);
	if (is_named) {
		s->sealed[s->sealed_count++] = *p;
		return true;
	}
	/* Where nobody knows what was committed, a row may name it. */
	struct ek_err ignored;
	bool is_unknown = !is_asked && err->code == EK_OUTCOME_UNKNOWN;
	bool is_gone = is_unknown || remove_file(s, p->file.place, is_asked ? err : &ignored);
	return is_asked && is_gone;
}

/* ---- the rows, page by page */

static bool take_plain(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_sealer *s = ctx;
	(void)n;
	(void)err;
	s->behind = v[0].i;
	if (s->n < PAGE && ek_vault_is_plain(ek_turn_text(&v[1]))) {
		struct plain *p = &s->page[s->n++];
		p->key = v[0].i;
		memcpy(p->place, v[1].p, EK_VAULT_PLAIN);
		p->place[EK_VAULT_PLAIN] = 0;
	}
	return true;
}

static bool seal_page(struct ek_sealer *s, bool *is_last, struct ek_err *err)
{
	const struct ek_views_value behind = ek_views_int(s->behind);
	const struct ek_reader_question q = {s->source->page, &behind, 1};
	int64_t before = s->behind;
	s->n = 0;
	bool ok = ek_reader_each(s->reader, &q, take_plain, s, err);
	*is_last = s->behind == before;
	for (uint32_t i = 0; ok && i < s->n && !ek_rounds_is_ending(s->rounds); i++)
		ok = seal_one(s, &s->page[i], err);
	/* What was not reached is found again. */
	if (!ok)
		s->behind = before;
	return ok;
}

/* ---- plain files that nothing names */

/* Who had read its row before may have written it back as it was: then it is named once more, and
 * the plain file stays until the next turn. */
static bool remove_sealed(struct ek_sealer *s, struct ek_err *err)
{
	uint32_t kept = 0;
	bool ok = true;
	for (uint32_t i = 0; ok && i < s->sealed_count; i++) {
		bool is_named = false;
		s->one = &s->sealed[i];
		if (check(s, err))
			ok = name_sealed(s, &is_named, err);
		else
			ok = err->code == EK_CONFLICT && remove_file(s, s->one->place, err);
		if (is_named || !ok)
			s->sealed[kept++] = s->sealed[i];
		for (uint32_t k = i + 1; !ok && k < s->sealed_count; k++)
			s->sealed[kept++] = s->sealed[k];
	}
	s->sealed_count = kept;
	return ok;
}

static bool take_found(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	bool *found = ctx;
	(void)v;
	(void)n;
	(void)err;
	*found = true;
	return true;
}

/* What a crash left: the plain file of a row that names another one, or half of one. */
static bool sweep_one(void *ctx, const char *name, struct ek_err *err)
{
	struct ek_sealer *s = ctx;
	const ek_str place = {name, (uint32_t)strlen(name)};
	const struct ek_views_value arg = ek_views_text(place);
	const struct ek_reader_question q = {s->source->by_place, &arg, 1};
	bool found = false;
	if (!ek_vault_is_plain(place))
		return true;
	return ek_reader_each(s->reader, &q, take_found, &found, err) &&
	       (found || remove_file(s, name, err));
}

static bool sweep(struct ek_sealer *s, struct ek_err *err)
{
	char path[EK_DISK_PATH];
	return ek_disk_path(s->api->options.directory, s->source->below, path, err) &&
	       ek_disk_each(path, sweep_one, s, err);
}

/* ---- the thread */

static bool go_on(struct ek_sealer *s, bool *is_over, struct ek_err *err)
{
	bool is_last = false;
	*is_over = s->source == sources + EK_LEN(sources);
	bool ok = !*is_over && remove_sealed(s, err);
	while (ok && !is_last && s->sealed_count + PAGE <= EK_SEALER_SLICE &&
	       !ek_rounds_is_ending(s->rounds))
		ok = seal_page(s, &is_last, err);
	/* Those of now rest first. */
	if (!ok || !is_last || s->sealed_count > 0)
		return ok || *is_over;
	if (!sweep(s, err))
		return false;
	s->source++;
	s->behind = 0;
	return true;
}

static ek_span run(void *ctx)
{
	struct ek_sealer *s = ctx;
	struct ek_err err;
	bool is_over = false;
	if (!go_on(s, &is_over, &err))
		return (ek_span){LONG_REST_MS};
	if (is_over)
		return (ek_span){DONE_REST_MS};
	return (ek_span){s->sealed_count > 0 ? EK_SEALER_GRACE_MS : 1};
}

bool ek_sealer_open(struct ek_api *api, const char *where, struct ek_sealer **out,
		    struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	*out = NULL;
	if (api->options.directory == NULL || ek_guard_seal_of(api) == NULL)
		return true;
	struct ek_sealer *s = ek_alloc_get(&alloc, sizeof *s);
	if (s == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for sealing files");
	memset(s, 0, sizeof *s);
	s->api = api;
	s->source = sources;
	ek_arena_init(&s->arena, alloc, ROW_MAX);
	const struct ek_rounds_options rounds = {run, s, {FIRST_REST_MS}};
	bool ok =
		ek_reader_open(where, &s->reader, err) && ek_rounds_open(&rounds, &s->rounds, err);
	if (!ok)
		ek_sealer_close(&s);
	*out = s;
	return ok;
}

void ek_sealer_close(struct ek_sealer **sealer)
{
	struct ek_sealer *s = *sealer;
	struct ek_alloc alloc = ek_heap_alloc();
	if (s == NULL)
		return;
	ek_rounds_close(&s->rounds);
	ek_reader_close(&s->reader);
	ek_arena_fini(&s->arena);
	ek_alloc_free(&alloc, s, sizeof *s);
	*sealer = NULL;
}
