/* imap -- one INBOX of one account: what is new in it, the bytes of a message, marked as seen.
 *
 * libcurl connects, begins TLS and signs in (CURLOPT_CONNECT_ONLY); what is said from then on is
 * said here, as libcurl's own commands mark what they fetch as seen before it is kept. Every wait
 * ends: a connection on which nothing comes for the peer's patience is given up. One thread at a
 * time.
 * Errors: false with a fault (channels/peer.h); the session is then only to be closed.
 * Source: RFC 3501, RFC 2177.
 */
#ifndef EK_CHANNELS_IMAP_H
#define EK_CHANNELS_IMAP_H

#include "channels/imap_read.h"
#include "channels/peer.h"

enum {
	EK_IMAP_CONNECT_MS = 15000,
	EK_IMAP_COMMAND = 5,  /* patiences: one command, however slowly it goes on */
	EK_IMAP_FOUND = 1000, /* messages of one search; the rest is found later */
};

struct ek_imap;

/* Asked at least four times a second while something is awaited: whether to give up. */
struct ek_imap_watch {
	bool (*is_ending)(void *ctx);
	void *ctx;
};

/* Connects, signs in and opens INBOX. *imap is the caller's, to be closed. */
bool ek_imap_open(const struct ek_peer *peer, const struct ek_imap_watch *watch,
		  struct ek_imap **imap, struct ek_peer_fault *fault) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_imap_close(struct ek_imap **imap);

uint32_t ek_imap_validity(const struct ek_imap *imap); /* never 0 */
uint32_t ek_imap_uidnext(const struct ek_imap *imap);  /* when it was opened; 0 = not said */
bool ek_imap_can_idle(const struct ek_imap *imap);

/* UIDs behind `after`, ascending; or, where `days` is not 0, of messages that came in the last so
 * many days, `unseen` ones alone or all. */
struct ek_imap_search {
	uint32_t after;
	uint32_t days;
	bool unseen;
	ek_time now;
};
bool ek_imap_find(struct ek_imap *imap, const struct ek_imap_search *what, struct ek_imap_uids *out,
		  struct ek_peer_fault *fault) EK_MUST_CHECK;

struct ek_imap_ask {
	uint32_t uid;
	uint32_t max;      /* bytes */
	bool headers_only; /* of one that is larger */
};
/* GONE: the server says OK and nothing of it, and finds it no more either (RFC 3501, 6.4.8).
 * WITHHELD: it finds it and does not give it; the fault has what it said, and the session goes on.
 * LARGE: more than max; the session is only to be closed, as after FAILED. */
enum ek_imap_got { EK_IMAP_GOT, EK_IMAP_GONE, EK_IMAP_WITHHELD, EK_IMAP_LARGE, EK_IMAP_FAILED };
/* raw: borrowed until the next call. */
enum ek_imap_got ek_imap_fetch(struct ek_imap *imap, const struct ek_imap_ask *ask, ek_str *raw,
			       struct ek_peer_fault *fault) EK_MUST_CHECK;
bool ek_imap_mark(struct ek_imap *imap, uint32_t uid, struct ek_peer_fault *fault) EK_MUST_CHECK;
/* IDLE, until the server says something or time is up. */
bool ek_imap_wait(struct ek_imap *imap, ek_span most, struct ek_peer_fault *fault) EK_MUST_CHECK;

#endif
