/* throttle -- how often somebody may: token buckets in one bounded table.
 *
 * A bucket holds `burst` tokens and is given `count` more every `period`. It is kept as one number,
 * the time at which it is full again. The table keeps at most a number of keys and forgets the one
 * used longest ago: a forgotten bucket is a full one. Keys are hashed with a secret of the table's,
 * so that nobody can choose keys that fall together. Time is passed in; if it goes back, nobody
 * waits longer than an empty bucket takes to fill.
 * Memory: 44 bytes a key, taken at open (44 MiB for a million). Cost: O(1), one SipHash.
 * Not for several threads at once.
 * Sources: ITU-T I.371 (generic cell rate algorithm, virtual scheduling); SipHash-2-4-128.
 */
#ifndef EK_AUTH_THROTTLE_H
#define EK_AUTH_THROTTLE_H

#include "base/alloc.h"

enum { EK_THROTTLE_KEYS_MAX = 1000000 };

/* What is counted. Each has buckets of its own. */
enum ek_throttle {
	EK_THROTTLE_API = 0,         /* requests; by token or session */
	EK_THROTTLE_SIGN_IN_ACCOUNT, /* failed sign-ins; by name, known or not */
	EK_THROTTLE_SIGN_IN_NETWORK, /* failed sign-ins; by network */
	EK_THROTTLE_SIGN_IN_BROWSER, /* failed sign-ins from a browser that signed in before */
	EK_THROTTLE_RESET_ACCOUNT,   /* invitations and password resets; by name */
	EK_THROTTLE_RESET_NETWORK,   /* the same by network */
	EK_THROTTLE_UPLOAD,          /* by token or session, as the next two */
	EK_THROTTLE_SEARCH,
	EK_THROTTLE_EXPORT,         /* personal data out */
	EK_THROTTLE_LETTER,         /* conversations begun by mail */
	EK_THROTTLE_WIDGET_MESSAGE, /* by visitor */
	EK_THROTTLE_WIDGET_START,   /* new conversations; by visitor */
	EK_THROTTLE_WIDGET_NETWORK, /* new conversations; by network */
	EK_THROTTLE_SURVEY_NETWORK, /* pages of surveys; by network */
	EK_THROTTLE_HELP_NETWORK,   /* help pages; by network */
	EK_THROTTLE_COUNT,
};

struct ek_throttle_rule {
	uint32_t count; /* tokens given in a period; >= 1 */
	uint32_t burst; /* >= 1 */
	ek_span period; /* 1 ms to 1 day */
};

/* What holds unless somebody set another; static. */
const struct ek_throttle_rule *ek_throttle_rule(enum ek_throttle what);

struct ek_throttle_table;

/* *table is the caller's, to be closed. keys: 1 to EK_THROTTLE_KEYS_MAX. Errors: NO_MEMORY. */
bool ek_throttle_open(uint32_t keys, struct ek_alloc alloc, struct ek_throttle_table **table,
		      struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_throttle_close(struct ek_throttle_table **table);

/* Who wants a token of what. */
struct ek_throttle_ask {
	enum ek_throttle what;
	ek_str key;                          /* any bytes: an id, a name, a network */
	const struct ek_throttle_rule *rule; /* NULL: the usual one */
	ek_time now;
};

struct ek_throttle_answer {
	bool is_allowed;
	uint32_t limit;      /* the burst */
	uint32_t remaining;  /* tokens left now */
	ek_time reset;       /* when it is full again */
	ek_span retry_after; /* until the next token; 0 when there is one */
};

/* Takes a token if there is one. */
struct ek_throttle_answer ek_throttle_take(struct ek_throttle_table *table,
					   const struct ek_throttle_ask *ask);
/* The same without taking; makes no key. */
struct ek_throttle_answer ek_throttle_look(struct ek_throttle_table *table,
					   const struct ek_throttle_ask *ask);
/* Puts one back that was taken: a sign-in takes before the password is looked at, so that many at
 * once do not slip through, and is given it back when it was good. */
void ek_throttle_give(struct ek_throttle_table *table, const struct ek_throttle_ask *ask);

/* Whole seconds for Retry-After, rounded up; at least 1 for what is above 0. */
int64_t ek_throttle_seconds(ek_span span);
/* Keys held. */
uint32_t ek_throttle_used(const struct ek_throttle_table *table);

enum { EK_THROTTLE_NETWORK = 9 };
/* The key of a numeric address: an IPv4 address whole, of an IPv6 address the first 64 bits; one
 * that wraps an IPv4 address counts as that. A zone ("%eth0") is passed over. What is no address (a
 * local socket) has one key together. Returns a slice of out. */
ek_str ek_throttle_network(ek_str address, char out[EK_THROTTLE_NETWORK]);

#endif
