/* guard -- what signing in rests on: the password thread, the master key, the throttle of failures,
 * and the one-time code of the first run.
 *
 * A handler that needs a password looked at hands its turn over, and goes on in `then` on the
 * password thread, where there is neither reader nor engine: from there it answers, or goes on to
 * the writer (ek_turn_write). Failures are counted by account and by network, in a table of their
 * own, as they are given back on other threads than HTTP's.
 * Source: spec security, sections 1 and 13.
 */
#ifndef EK_API_GUARD_H
#define EK_API_GUARD_H

#include "api/turn.h"
#include "auth/password.h"
#include "auth/seal.h"
#include "auth/secret.h"
#include "auth/throttle.h"

#define EK_GUARD_KEY "master.key"

/* Password thread and key. Without a directory there is no key, and what needs one says so. Errors:
 * NO_MEMORY; the key's. */
bool ek_guard_open(struct ek_api *api, struct ek_err *err) EK_MUST_CHECK;
void ek_guard_close(struct ek_api *api);
/* Looks at no more passwords: those who wait are answered. Before the group is closed. */
void ek_guard_stop(struct ek_api *api);

/* ---- passwords */

struct ek_guard_ask {
	bool is_new; /* make a hash; else verify */
	ek_str password;
	ek_str kept; /* verify: p NULL for a name that is unknown: same work, never right */
	/* On the password thread. hash: to be kept from now on, in the turn's arena; p NULL = what
	 * is kept stays. */
	void (*then)(struct ek_turn *t, bool is_right, ek_str hash);
};
/* Hands the turn over, or answers it when there is a problem or too many wait (429). */
void ek_guard_password(struct ek_turn *t, const struct ek_guard_ask *ask);

/* Whether that may become somebody's password; if not, a fault at that place. */
bool ek_guard_judge(const struct ek_patch_at *at, ek_str password,
		    const struct ek_password_context *context);
/* Whether a text is a tag of a language in form, such as "pt-BR"; if not, a fault at that place. */
bool ek_guard_language(const struct ek_patch_at *at, ek_str tag);

/* ---- the key */

/* NULL: there is none. */
const struct ek_seal *ek_guard_seal(const struct ek_turn *t);
const struct ek_seal *ek_guard_seal_of(const struct ek_api *api);

/* ---- failures */

/* Takes one; false, with `rate_limited` in the problem, when there is none. Any thread. */
bool ek_guard_take(struct ek_turn *t, enum ek_throttle what, ek_str key);
/* Gives it back: it was no failure. Any thread. */
void ek_guard_give(struct ek_turn *t, enum ek_throttle what, ek_str key);

/* ---- the first run */

/* Whether there is an owner, or was one: then the first run is over for good. */
bool ek_guard_is_owned(struct ek_turn *t, bool *owned) EK_MUST_CHECK;
/* A code to be printed, of which only the hash stays; false when there is an owner. Before the
 * first request. */
bool ek_guard_make_code(struct ek_api *api, char *out, size_t cap);
/* Whether that is the code that was printed. */
bool ek_guard_is_code(const struct ek_turn *t, ek_str typed);

/* ---- cookies */

enum { EK_GUARD_COOKIE = 160 };
/* What Set-Cookie says, in the turn's arena; secret NULL: the cookie is to be forgotten. */
const char *ek_guard_cookie(struct ek_turn *t, const struct ek_secret *secret);

#endif
