/* api_sign_in -- who comes in: sign-ins begun and ended, and the answer that says how it stands.
 *
 * A sign-in is a row with the hash of its cookie. It ends by itself after an hour without a request
 * and after twelve hours; by sign_out; by its owner elsewhere; by a new password, other rights, or
 * being deactivated. Source: spec security, section 1. */
#ifndef EK_API_API_SIGN_IN_H
#define EK_API_API_SIGN_IN_H

#include "api/guard.h"

enum {
	EK_API_SIGN_IN_MS = 12 * 60 * 60 * 1000,
	EK_API_SIGN_IN_TICKET_MS = 5 * 60 * 1000, /* between password and second factor */
	EK_API_SIGN_IN_AGENT = 200,               /* bytes of User-Agent that are kept */
	EK_API_SIGN_IN_CODE = 64,                 /* bytes of a code that is typed */
	EK_API_SIGN_IN_SEED = 20 + EK_SEAL_MORE,  /* bytes of a seed that is kept */
};

/* ---- a person, in check */

struct ek_api_entrant {
	const struct ek_views_value *row; /* of people; NULL = there is none */
	bool may_enter;                   /* is neither invited only, nor deactivated or deleted */
	bool has_factor;                  /* a second factor is set up */
	bool wants_factor;                /* the workspace wants one of them */
	bool lacks_factor;                /* it does, and there is none */
};
/* Reads them anew. False, with the problem, when that failed. */
bool ek_api_sign_in_entrant(struct ek_turn *t, int64_t teammate,
			    struct ek_api_entrant *out) EK_MUST_CHECK;

/* What they gave in proof: a code of the app, or a recovery code. */
struct ek_api_factor {
	bool is_good;
	int64_t step;                     /* of the app; EK_NONE = it was a recovery code */
	const struct ek_views_value *row; /* of recovery_codes */
};
/* In check. False, with the problem, when it could not be looked at. */
bool ek_api_sign_in_factor(struct ek_turn *t, const struct ek_api_entrant *who, ek_str typed,
			   struct ek_api_factor *out) EK_MUST_CHECK;
/* In made: it is good no more. */
void ek_api_sign_in_spend(struct ek_turn *t, const struct ek_api_entrant *who,
			  const struct ek_api_factor *factor);

/* A seed as it is kept, sealed for that person. False, with the problem, when there is no key. */
bool ek_api_sign_in_put_seed(struct ek_turn *t, int64_t teammate, const uint8_t *seed,
			     uint8_t out[EK_API_SIGN_IN_SEED]) EK_MUST_CHECK;

/* ---- in made */

struct ek_api_sign_in {
	ek_teammate_id teammate;
	bool has_factor; /* a second factor was given */
};
/* A new sign-in with a new secret: row, cookie, audit. The turn is that person's from here on.
 * Returns when it ends. */
ek_time ek_api_sign_in_begin(struct ek_turn *t, const struct ek_api_sign_in *what);
/* Ends one; row: whole. */
void ek_api_sign_in_end(struct ek_turn *t, const struct ek_views_value *row, const char *why);
/* In check: the sign-in whose cookie came with the request, whether it still stands or not; NULL =
 * none. */
bool ek_api_sign_in_before(struct ek_turn *t, const struct ek_views_value **row) EK_MUST_CHECK;
/* In check: those of a person that stand; to be ended in made by ek_api_sign_in_end_all. */
bool ek_api_sign_in_all(struct ek_turn *t, int64_t teammate,
			struct ek_turn_rows *rows) EK_MUST_CHECK;
void ek_api_sign_in_end_all(struct ek_turn *t, const struct ek_turn_rows *rows, const char *why);

/* ---- the answer */

struct ek_api_signed {
	ek_teammate_id teammate;   /* 0 = the second factor is still to come */
	const char *second_factor; /* none, needed, done or missing */
	ek_time confirmed_until;   /* EK_NO_TIME = not confirmed */
	ek_time expires_at;
	ek_str ticket; /* to be given back with the second factor; p NULL = none */
};
void ek_api_sign_in_write(struct ek_turn *t, const struct ek_api_signed *how);
/* Begins one and says so: what most of those who let somebody in do. */
void ek_api_sign_in_answer(struct ek_turn *t, const struct ek_api_sign_in *what, bool lacks_factor);

/* ---- tickets: what was proved so far, sealed */

struct ek_api_ticket {
	ek_teammate_id teammate;
	int64_t password_ms; /* of the password that was right */
	ek_time made;
	uint8_t seed[20]; /* of a second factor being set up */
};
/* place: what it is for. p NULL, with the problem, when there is no key. */
ek_str ek_api_sign_in_seal(struct ek_turn *t, const char *place,
			   const struct ek_api_ticket *ticket);
/* False when it is none of ours, or too old. */
bool ek_api_sign_in_open(struct ek_turn *t, const char *place, ek_str text,
			 struct ek_api_ticket *out) EK_MUST_CHECK;

#endif
