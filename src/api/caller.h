/* caller -- who makes a request: a token or a sign-in becomes an actor with grants, or nobody.
 *
 * Looks in the store each time, so that a revoked token or sign-in counts no longer from the next
 * request on. Also keeps the rate of each caller. Rules: spec security, section 1 and 13.
 * Cost: four questions to the store by index, about 30 microseconds. */
#ifndef EK_API_CALLER_H
#define EK_API_CALLER_H

#include "api/turn.h"

#define EK_CALLER_COOKIE "__Host-evk"
enum {
	EK_CALLER_IDLE_MS = 60 * 60 * 1000,
	EK_CALLER_CONFIRMED_MS = 10 * 60 * 1000,
	EK_CALLER_SEEN_MS = 60 * 1000, /* how exactly the idle time is kept */
	EK_CALLER_NOTED = 256,
};

/* What was noted of late. */
struct ek_caller_noted {
	uint64_t key;
	int64_t ms;
};

bool ek_caller_open(struct ek_api *api, struct ek_err *err) EK_MUST_CHECK;
void ek_caller_close(struct ek_api *api);

/* Fills actor, self, by, sign_in, token and rate of the turn. False, with the problem, when the
 * route needs somebody and there is nobody; when a change comes with a cookie from elsewhere; when
 * the caller asks too fast. */
bool ek_caller_find(struct ek_turn *t) EK_MUST_CHECK;

/* The same for what anybody may have, and who is there makes a difference (the page's language): a
 * cookie or token that is not good, or no longer, is nobody's. False when they ask too fast. */
bool ek_caller_look(struct ek_turn *t) EK_MUST_CHECK;

/* Notes that a sign-in was used, at most once a minute, and a token, once a day: in a
 * transaction of its own, which nobody waits for. */
void ek_caller_note_seen(struct ek_turn *t);

/* What the cookie of a sign-in holds, good or not; p NULL = there is none. */
ek_str ek_caller_cookie(const struct ek_http_request *r);

/* Whether a numeric address lies in one of the networks of a JSON list: ["10.0.0.0/8","::1"]. */
bool ek_caller_is_near(ek_str peer, ek_str networks);
/* Whether that is a network, with or without the length of its prefix, or an address. */
bool ek_caller_is_network(ek_str text);

/* Whether that sign-in or token still stands, and its grants now: for streams that stay open. The
 * grants live in the arena. */
struct ek_caller_ask {
	uint32_t sign_in; /* or */
	uint32_t token;
	ek_time now;
};
bool ek_caller_again(struct ek_reader *reader, const struct ek_caller_ask *ask,
		     struct ek_arena *arena, struct ek_may_actor *out);

/* What somebody may read without being there: as a token of theirs with the scopes read and
 * metrics. False: they are not here any more. */
bool ek_caller_person(struct ek_reader *reader, ek_teammate_id teammate, struct ek_arena *arena,
		      struct ek_may_actor *out);

#endif
