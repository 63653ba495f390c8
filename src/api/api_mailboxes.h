/* api_mailboxes -- what the operations on mailboxes share: a server of mail as it is asked for, and
 * errors in plain words. Source: spec security, section 2 (mail accounts) and section 9. */
#ifndef EK_API_API_MAILBOXES_H
#define EK_API_API_MAILBOXES_H

#include "api/turn.h"
#include "auth/seal.h"

enum { EK_API_MAILBOXES_TEXT = 200 };

/* A server as the body says; what it does not say is absent. */
struct ek_api_mailboxes_server {
	bool is_there;
	struct ek_patch_at at;
	struct ek_patch_value host;
	struct ek_patch_value port;
	struct ek_patch_value tls; /* place in ek_api_mailboxes_tls */
	struct ek_patch_value user;
	struct ek_patch_value password;
	uint8_t sealed[EK_API_MAILBOXES_TEXT + EK_SEAL_MORE];
};
extern const char *const ek_api_mailboxes_tls[]; /* ends with NULL */

/* at: the member `imap` or `smtp`; absent is well. False with faults. */
bool ek_api_mailboxes_take(const struct ek_patch_at *at, struct ek_api_mailboxes_server *out);
/* Whether a way of protection goes with a host: none does on this machine alone. */
bool ek_api_mailboxes_is_safe(ek_str host, ek_str tls);

/* A row that is not deleted; 404 else. */
bool ek_api_mailboxes_find(struct ek_turn *t, uint64_t id,
			   const struct ek_views_value **row) EK_MUST_CHECK;
/* The password of a row; "" when there is none. which: "imap" or "smtp". */
void ek_api_mailboxes_password(struct ek_turn *t, const struct ek_views_value *row,
			       const char *which, char out[EK_API_MAILBOXES_TEXT + 1]);
/* The place that a secret of a mailbox is sealed for; returns its length. */
size_t ek_api_mailboxes_place(const char *which, uint64_t id, char out[48]);

/* A sentence for a word of channels/peer.h; NULL for none. */
const char *ek_api_mailboxes_message(ek_str error);

#endif
