/* api_invitations -- links by which people come in first, or again: a secret, once, with an end.
 *
 *   struct ek_api_invitation link = {.teammate = id, .email = email, .email_key = key};
 *   (in made)   ek_api_invitations_make(t, &link);
 *   (in tell)   link.text goes into the answer: it is kept nowhere
 *
 * The secret stands behind the # of the link, which browsers do not send: it is in no log. Earlier
 * links of that person are void. Where a mailbox is set for it the link goes by mail alone, after
 * ek_api_mail_nudge at once. Source: spec security, section 1. */
#ifndef EK_API_API_INVITATIONS_H
#define EK_API_API_INVITATIONS_H

#include "api/turn.h"

enum {
	EK_API_INVITATIONS_MS = 72 * 60 * 60 * 1000,
	EK_API_INVITATIONS_RESET_MS = 60 * 60 * 1000,
	EK_API_INVITATIONS_LINK = 512,
};

struct ek_api_invitation {
	bool is_reset; /* of a password; else the first time */
	bool is_asked; /* at the door: other links stay good, and it goes by mail alone */
	/* 0 = of nobody: the same work, and nothing is kept but the audit. */
	ek_teammate_id teammate;
	ek_str email, email_key;
	ek_str name;
	ek_str language; /* theirs; p NULL = the workspace's */
	/* made */
	ek_time expires_at;
	bool is_mailed;
	ek_str text; /* the link; in the turn's arena; p NULL where it went by mail */
};
/* In made. */
void ek_api_invitations_make(struct ek_turn *t, struct ek_api_invitation *link);

#endif
