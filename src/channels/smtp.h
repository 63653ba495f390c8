/* smtp -- hands one mail to a server: all of its recipients take it, or none is told.
 *
 * libcurl speaks; it stuffs dots and ends lines with CRLF. Blocks until it is over: at most
 * EK_SMTP_CONNECT_MS to connect, the peer's patience without a byte, EK_SMTP_SEND_MS in all.
 * Source: RFC 5321, 3207 (STARTTLS), 4954 (signing in).
 */
#ifndef EK_CHANNELS_SMTP_H
#define EK_CHANNELS_SMTP_H

#include "channels/peer.h"

enum { EK_SMTP_CONNECT_MS = 15000, EK_SMTP_SEND_MS = 600000 };

struct ek_smtp_mail {
	ek_str from; /* addresses of the envelope: letter.h says which are well */
	const ek_str *to;
	uint32_t to_count;
	ek_str bytes;
	/* Asked once a second: whether to give up. May be NULL. */
	bool (*is_ending)(void *ctx);
	void *ctx;
};

/* True: the server has taken it. Else a fault: REFUSED for good; all others may be tried again. */
bool ek_smtp_send(const struct ek_peer *peer, const struct ek_smtp_mail *mail,
		  struct ek_peer_fault *fault) EK_MUST_CHECK;
/* Connects and signs in. helo: a name for this side, such as the domain of the sender. */
bool ek_smtp_try(const struct ek_peer *peer, ek_str helo,
		 struct ek_peer_fault *fault) EK_MUST_CHECK;

#endif
