#include "api/guard.h"

#include <string.h>

#include "api/api_state.h"
#include "api/caller.h"
#include "sys/thread.h"

/* A browser keeps its cookie so long, far longer than the sign-in lasts: it opens nothing any more,
 * but tells a browser that was here before from a stranger's. */
enum { KEYS = 100000, COOKIE_S = 30 * 24 * 60 * 60 };

struct ek_guard {
	struct ek_password_thread *passwords;
	struct ek_seal *seal;
	struct ek_thread_lock *lock; /* over the table */
	struct ek_throttle_table *table;
	/* Written before the first request. */
	bool has_code;
	uint8_t code[EK_HASH_BYTES];
};

/* ---- open, close */

static bool open_key(struct ek_guard *g, const char *directory, struct ek_err *err)
{
	if (directory == NULL || directory[0] == 0)
		return true;
	if (ek_seal_open(directory, EK_GUARD_KEY, &g->seal, err))
		return true;
	return err->code == EK_NOT_FOUND && ek_disk_dir_make(directory, err) &&
	       ek_seal_init(directory, EK_GUARD_KEY, err) &&
	       ek_seal_open(directory, EK_GUARD_KEY, &g->seal, err);
}

bool ek_guard_open(struct ek_api *api, struct ek_err *err)
{
	struct ek_alloc *a = &api->options.alloc;
	struct ek_guard *g = ek_alloc_get(a, sizeof *g);
	if (g == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for passwords");
	*g = (struct ek_guard){0};
	api->guard = g;
	return open_key(g, api->options.directory, err) && ek_thread_lock_open(&g->lock, err) &&
	       ek_throttle_open(KEYS, *a, &g->table, err) &&
	       ek_password_open(ek_password_usual(), &g->passwords, err);
}

void ek_guard_stop(struct ek_api *api)
{
	if (api->guard != NULL)
		ek_password_close(&api->guard->passwords);
}

void ek_guard_close(struct ek_api *api)
{
	struct ek_guard *g = api->guard;
	if (g == NULL)
		return;
	ek_password_close(&g->passwords);
	ek_throttle_close(&g->table);
	ek_thread_lock_close(&g->lock);
	ek_seal_close(&g->seal);
	ek_alloc_free(&api->options.alloc, g, sizeof *g);
	api->guard = NULL;
}

/* ---- passwords */

struct job {
	struct ek_turn *t;
	void (*then)(struct ek_turn *t, bool is_right, ek_str hash);
};

static void done(void *ctx, const struct ek_password_answer *answer)
{
	struct job *job = ctx;
	struct ek_turn *t = job->t;
	if (answer->is_dropped) {
		ek_turn_refuse(t, EK_PROBLEM_UNAVAILABLE, "the server is ending");
		return;
	}
	ek_str hash = {NULL, 0};
	if (answer->hash != NULL)
		hash = ek_turn_copy(t, (ek_str){answer->hash, (uint32_t)strlen(answer->hash)});
	job->then(t, answer->is_right, hash);
}

static void refuse(struct ek_turn *t, const struct ek_err *err)
{
	if (err->code != EK_BUSY) {
		ek_problem_err(&t->problem, err);
		ek_turn_reply(t, 0);
		return;
	}
	t->problem.retry_s = 1;
	ek_turn_refuse(t, EK_PROBLEM_RATE_LIMITED, "too many passwords wait to be looked at");
}

void ek_guard_password(struct ek_turn *t, const struct ek_guard_ask *ask)
{
	struct ek_err err;
	struct job *job = EK_TURN_NEW(t, struct job);
	if (job == NULL || !ek_problem_is_none(&t->problem)) {
		ek_turn_reply(t, 0);
		return;
	}
	*job = (struct job){t, ask->then};
	t->reader = NULL;
	const struct ek_password_job what = {
		.is_new = ask->is_new,
		.password = ask->password,
		.kept = ask->kept.p != NULL ? ask->kept : (ek_str){"", 0},
		.done = done,
		.ctx = job,
	};
	if (!ek_password_ask(t->api->guard->passwords, &what, &err))
		refuse(t, &err);
}

static bool too_short(const struct ek_patch_at *at, bool is_long)
{
	const struct ek_problem_fault fault = {
		.at = EK_PROBLEM_AT_POINTER,
		.code = is_long ? EK_FAULT_TOO_LONG : EK_FAULT_TOO_SHORT,
		.where = ek_patch_pointer(at),
		.params = {{.name = is_long ? "max" : "min",
			    .number = is_long ? EK_PASSWORD_MAX : EK_PASSWORD_MIN}},
	};
	return ek_problem_add(at->of->problem, EK_PROBLEM_INVALID_VALUE, &fault,
			      "A password has %d to %d bytes.", EK_PASSWORD_MIN, EK_PASSWORD_MAX);
}

bool ek_guard_judge(const struct ek_patch_at *at, ek_str password,
		    const struct ek_password_context *context)
{
	switch (ek_password_judge(password, context)) {
	case EK_PASSWORD_FINE:
		return true;
	case EK_PASSWORD_SHORT:
		return too_short(at, false);
	case EK_PASSWORD_LONG:
		return too_short(at, true);
	case EK_PASSWORD_NO_TEXT:
		return ek_patch_fault(at, EK_FAULT_NOT_PLAIN, "A password is a text.");
	case EK_PASSWORD_CONTEXT:
		return ek_patch_fault(at, EK_FAULT_REFUSED,
				      "It is easily guessed by who knows you: leave out your name, "
				      "your address and this product.");
	default:
		return ek_patch_fault(
			at, EK_FAULT_REFUSED,
			"It is easily guessed: several words of your own are better.");
	}
}

/* ---- forms of texts */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* 1 to 8 letters or digits; the first of a tag 2 or more letters. */
static bool is_subtag(ek_str s, bool first)
{
	bool ok = s.n >= (first ? 2 : 1) && s.n <= 8;
	for (uint32_t i = 0; ok && i < s.n; i++)
		ok = is_letter(s.p[i]) || (!first && s.p[i] >= '0' && s.p[i] <= '9');
	return ok;
}

/* Source: RFC 5646, section 2.1, in its outline. */
bool ek_guard_language(const struct ek_patch_at *at, ek_str tag)
{
	bool ok = true;
	uint32_t from = 0;
	for (uint32_t i = 0; i <= tag.n; i++) {
		if (i < tag.n && tag.p[i] != '-')
			continue;
		ok = ok && is_subtag((ek_str){tag.p + from, i - from}, from == 0);
		from = i + 1;
	}
	return ok || ek_patch_fault(at, EK_FAULT_REFUSED,
				    "This is no tag of a language, such as en or pt-BR.");
}

/* ---- the key */

const struct ek_seal *ek_guard_seal(const struct ek_turn *t)
{
	return ek_guard_seal_of(t->api);
}

const struct ek_seal *ek_guard_seal_of(const struct ek_api *api)
{
	return api->guard->seal;
}

/* ---- failures */

bool ek_guard_take(struct ek_turn *t, enum ek_throttle what, ek_str key)
{
	struct ek_guard *g = t->api->guard;
	const struct ek_throttle_ask ask = {.what = what, .key = key, .now = t->now};
	ek_thread_lock_take(g->lock);
	struct ek_throttle_answer a = ek_throttle_take(g->table, &ask);
	ek_thread_lock_give(g->lock);
	if (a.is_allowed)
		return true;
	t->problem.retry_s = (uint32_t)ek_throttle_seconds(a.retry_after);
	return ek_problem_set(&t->problem, EK_PROBLEM_RATE_LIMITED, NULL);
}

void ek_guard_give(struct ek_turn *t, enum ek_throttle what, ek_str key)
{
	struct ek_guard *g = t->api->guard;
	const struct ek_throttle_ask ask = {.what = what, .key = key, .now = t->now};
	ek_thread_lock_take(g->lock);
	ek_throttle_give(g->table, &ask);
	ek_thread_lock_give(g->lock);
}

/* ---- the first run */

static const char owner[] = "SELECT name FROM server_settings WHERE name = 'owner'";

bool ek_guard_is_owned(struct ek_turn *t, bool *owned)
{
	struct ek_turn_rows rows;
	*owned = true;
	if (!ek_turn_select(t, owner, NULL, 0, &rows))
		return false;
	*owned = rows.n > 0;
	return true;
}

static bool found(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	bool *any = ctx;
	(void)v;
	(void)n;
	(void)err;
	*any = true;
	return true;
}

bool ek_guard_make_code(struct ek_api *api, char *out, size_t cap)
{
	struct ek_guard *g = api->guard;
	struct ek_err err;
	bool owned = false;
	char text[EK_SECRET_CODE + 1];
	const struct ek_reader_question q = {owner, NULL, 0};
	if (!ek_reader_each(api->reader, &q, found, &owned, &err) || owned)
		return false;
	struct ek_secret_code code = ek_secret_code_make();
	ek_secret_code_hash(&code, g->code);
	ek_secret_code(&code, text);
	ek_format(out, cap, "%s", text);
	ek_secret_wipe(&code, sizeof code);
	g->has_code = true;
	return true;
}

bool ek_guard_is_code(const struct ek_turn *t, ek_str typed)
{
	const struct ek_guard *g = t->api->guard;
	struct ek_secret_code code;
	uint8_t hash[EK_HASH_BYTES];
	if (!g->has_code || !ek_secret_code_read(typed, &code))
		return false;
	ek_secret_code_hash(&code, hash);
	return ek_secret_equal(hash, g->code, sizeof hash);
}

/* ---- cookies */

const char *ek_guard_cookie(struct ek_turn *t, const struct ek_secret *secret)
{
	static const char form[] =
		EK_CALLER_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%d";
	char text[EK_SECRET_COOKIE + 1] = "";
	char *out = ek_turn_get(t, EK_GUARD_COOKIE);
	if (out == NULL)
		return NULL;
	if (secret != NULL)
		ek_secret_cookie(secret, text);
	ek_format(out, EK_GUARD_COOKIE, form, text, secret != NULL ? COOKIE_S : 0);
	return out;
}
