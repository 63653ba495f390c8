/* api_first -- a conversation that begins with a mail of ours: to whom it goes, and from where.
 *
 * To a contact, at its address; or to an address, which is somebody's already, or a new contact
 * from then on, as if mail had come from there. By a mailbox of the conversation's team, or by one
 * that is every team's. The mail is the first message of the conversation; five seconds later it
 * goes (channels/post.h), until when it can be blanked. What is answered comes back to the same
 * conversation, by the token that all mails of ours have. (operation: api_conversations_create.c)
 * Source: spec security, section 6.
 */
#ifndef EK_API_API_FIRST_H
#define EK_API_API_FIRST_H

#include "api/api_attachments.h"
#include "api/api_mail.h"
#include "api/api_ready.h"

/* Members of the body. */
struct ek_api_first_in {
	struct ek_patch_at contact;
	struct ek_patch_at to;
	struct ek_patch_at mailbox;
	struct ek_patch_at team;
	struct ek_patch_at cc;
	struct ek_patch_at bcc;
	struct ek_patch_at files;
	struct ek_patch_at ready;
};
struct ek_api_first {
	ek_contact_id contact; /* 0 = whoever has the address */
	bool is_new_contact;   /* decided in check */
	ek_str hex;            /* of the contact */
	ek_str key;            /* the address folded, of who is known by it */
	ek_team_id team;
	struct ek_api_mail_way way;
	struct ek_api_mail_copies copies;
	struct ek_api_attachments files;
	struct ek_api_ready_uses ready;
};
/* Faults go into the problem. title: what it is about; text: what it says. */
struct ek_api_first_of {
	ek_str title;
	ek_str text;
};
void ek_api_first_take(struct ek_turn *t, const struct ek_api_first_in *in,
		       const struct ek_api_first_of *of, struct ek_api_first *out);
/* In check: who the contact is. False with a problem. */
bool ek_api_first_check(struct ek_turn *t, struct ek_api_first *f) EK_MUST_CHECK;
/* In made: what hangs on its part; and the contact, if that is new. */
void ek_api_first_put(struct ek_turn *t, const struct ek_api_first *f,
		      const struct ek_api_mail_part *part);

#endif
