/* When a sign-in or a token was last used. The first keeps a sign-in from ending by itself and
 * is shown to nobody; of the second its owner is told the day. */
#include <string.h>

#include "api/api_state.h"
#include "api/caller.h"

enum { MEMORY = 64 * 1024, DAY_MS = 86400000 };

struct note {
	struct ek_group_call call;
	struct ek_api *api;
	struct ek_arena arena;
	enum ek_content table;
	int64_t id;
	int64_t ms;
	struct ek_views_value *row; /* NULL = nothing to put */
};

static bool take(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct note *s = ctx;
	struct ek_views_value *row = ek_arena_get(&s->arena, n * sizeof *row);
	bool ok = row != NULL;
	for (uint32_t i = 0; ok && i < n; i++) {
		row[i] = v[i];
		if ((v[i].kind == EK_VIEWS_TEXT || v[i].kind == EK_VIEWS_BLOB) && v[i].n > 0)
			row[i].p = ek_arena_str(&s->arena, (ek_str){v[i].p, v[i].n}, &ok).p;
	}
	if (!ok)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a row");
	s->row = row;
	return true;
}

/* Nothing is refused here: what cannot be read is not noted. */
static bool look(void *ctx, struct ek_err *err)
{
	struct note *s = ctx;
	bool is_token = s->table == EK_CONTENT_TOKENS;
	const struct ek_views_value id = ek_views_int(s->id);
	const struct ek_reader_question q = {
		is_token ? "SELECT * FROM tokens WHERE token = $1 AND revoked_ms IS NULL"
			 : "SELECT * FROM sign_ins WHERE sign_in = $1 AND ended_ms IS NULL",
		&id, 1};
	if (!ek_reader_each(s->api->writer_reader, &q, take, s, err) || s->row == NULL) {
		s->row = NULL;
		return true;
	}
	struct ek_views_value *at =
		&s->row[is_token ? EK_CONTENT_TOKENS_USED_MS : EK_CONTENT_SIGN_INS_SEEN_MS];
	bool same_day = at->kind == EK_VIEWS_INT && at->i / DAY_MS == s->ms / DAY_MS;
	bool later = at->kind != EK_VIEWS_INT || at->i < s->ms;
	if (!later || (is_token && same_day))
		s->row = NULL;
	else
		*at = ek_views_int(s->ms);
	return true;
}

static void put(void *ctx, struct ek_writer *w, const struct ek_answer *answer)
{
	struct note *s = ctx;
	(void)answer;
	if (s->row == NULL)
		return;
	ek_writer_add(w, s->table, s->row);
}

static void drop(struct note *s)
{
	struct ek_alloc alloc = s->api->options.alloc;
	ek_arena_fini(&s->arena);
	ek_alloc_free(&alloc, s, sizeof *s);
}

static void done(void *ctx, const struct ek_answer *answer, const struct ek_err *err)
{
	(void)answer;
	(void)err;
	drop(ctx);
}

static void submit(struct ek_turn *t, enum ek_content table, uint32_t id)
{
	struct ek_alloc alloc = t->api->options.alloc;
	struct note *s = ek_alloc_get(&alloc, sizeof *s);
	struct ek_err err;
	if (s == NULL)
		return;
	*s = (struct note){.api = t->api, .table = table, .id = id, .ms = t->now.ms};
	ek_arena_init(&s->arena, alloc, MEMORY);
	s->call.request =
		(struct ek_request){.check = look, .check_ctx = s, .by = {.kind = EK_ACTOR_SYSTEM}};
	s->call.made = put;
	s->call.done = done;
	s->call.ctx = s;
	/* Whoever finds the queue full is noted with the next request. */
	if (!ek_group_submit(t->api->options.group, &s->call, &err))
		drop(s);
}

void ek_caller_note_seen(struct ek_turn *t)
{
	uint64_t key = (uint64_t)t->sign_in << 1 | 1;
	bool is_token = t->sign_in == 0;
	if (is_token)
		key = (uint64_t)t->token << 1;
	if (key == 0)
		return;
	struct ek_caller_noted *n = &t->api->noted[key % EK_CALLER_NOTED];
	int64_t since = is_token ? DAY_MS : EK_CALLER_SEEN_MS;
	bool fresh = !is_token && t->now.ms - t->sign_in_seen.ms < since;
	if (fresh || (n->key == key && t->now.ms - n->ms < since))
		return;
	*n = (struct ek_caller_noted){key, t->now.ms};
	submit(t, is_token ? EK_CONTENT_TOKENS : EK_CONTENT_SIGN_INS,
	       is_token ? t->token : t->sign_in);
}
