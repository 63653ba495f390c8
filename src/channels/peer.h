/* peer -- what IMAP and SMTP have in common: a server of mail, how it is reached, what went wrong.
 *
 * libcurl connects, checks names of certificates, begins TLS and signs in. What it says no with
 * becomes a word that a person can act on:
 *
 *   host_unknown   there is no such name            port_closed   nobody listens there
 *   port_blocked   no answer in time                no_tls        the port speaks no TLS, or no
 *                                                                 STARTTLS is offered
 *   tls_name       the certificate is another       tls_untrusted nobody vouches for the
 *                  name's                                         certificate, or it is over
 *   wrong_password name or password are not taken   no_mail       something else than a server of
 *                                                                 mail answers
 *   refused        the server says no for good      busy          it says: later
 *   cut            the connection ended             folder        there is no INBOX
 *   local          this machine is out of something (memory, disk)
 *   not_allowed    no mail is fetched from there, and none sent (channels/outbound.h)
 */
#ifndef EK_CHANNELS_PEER_H
#define EK_CHANNELS_PEER_H

#include <curl/curl.h>

#include "channels/outbound.h"

#define EK_PEER_ERRORS(X) \
	X(NONE, "none") \
	X(HOST_UNKNOWN, "host_unknown") \
	X(PORT_CLOSED, "port_closed") \
	X(PORT_BLOCKED, "port_blocked") \
	X(NO_TLS, "no_tls") \
	X(TLS_NAME, "tls_name") \
	X(TLS_UNTRUSTED, "tls_untrusted") \
	X(WRONG_PASSWORD, "wrong_password") \
	X(NO_MAIL, "no_mail") \
	X(REFUSED, "refused") \
	X(BUSY, "busy") \
	X(CUT, "cut") \
	X(FOLDER, "folder") \
	X(LOCAL, "local") \
	X(NOT_ALLOWED, "not_allowed")
enum ek_peer_error {
#define X(NAME, word) EK_PEER_##NAME,
	EK_PEER_ERRORS(X)
#undef X
};
const char *ek_peer_word(enum ek_peer_error error); /* "tls_name" */

enum ek_peer_tls { EK_PEER_TLS, EK_PEER_STARTTLS, EK_PEER_PLAIN };
/* "tls", "starttls", "none"; false for anything else. */
bool ek_peer_tls_read(ek_str word, enum ek_peer_tls *out);

enum { EK_PEER_TEXT = 256, EK_PEER_DETAIL = 200, EK_PEER_PATIENCE_MS = 60000 /* the usual */ };

/* A server and who signs in; all texts ended. */
struct ek_peer {
	char host[EK_PEER_TEXT];
	uint16_t port;
	enum ek_peer_tls tls;
	char user[EK_PEER_TEXT]; /* "" = without signing in */
	char password[EK_PEER_TEXT];
	const char *authorities; /* a file of certificates; NULL or "" = the system's. Borrowed */
	struct ek_outbound_list listed;
	ek_span patience; /* without a word of it once it is connected; 0 = the usual */
};

ek_span ek_peer_patience(const struct ek_peer *peer);

/* What went wrong. detail: what the other side said, or libcurl, cut and without controls. */
struct ek_peer_fault {
	enum ek_peer_error error;
	int status; /* of SMTP; 0 = none */
	char detail[EK_PEER_DETAIL];
};

/* Once before any thread uses libcurl; and once behind all. */
bool ek_peer_begin(struct ek_err *err) EK_MUST_CHECK;
void ek_peer_end(void);

/* What is said and judged on the way; lives as long as the handle. */
struct ek_peer_way {
	const struct ek_peer *peer; /* while it connects */
	char message[CURL_ERROR_SIZE];
	bool is_refused; /* an address was, by the guard */
};
/* A handle with address, TLS and sign-in set; NULL = no memory. scheme: "imap" or "smtp"; path is
 * what stands behind the port. */
struct ek_peer_ask {
	const char *scheme;
	const char *path;
	struct ek_peer_way *way;
	ek_span connect; /* to connect at most */
};
CURL *ek_peer_open(const struct ek_peer *peer, const struct ek_peer_ask *ask);
/* What a code of libcurl means. */
void ek_peer_judge(CURLcode code, const struct ek_peer_way *way, struct ek_peer_fault *out);
void ek_peer_detail(struct ek_peer_fault *out, ek_str said);

#endif
