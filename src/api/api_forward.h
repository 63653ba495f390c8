/* api_forward -- what a teammate forwards to somebody outside, who is no contact.
 *
 * A part of kind forward: for those who read notes, never for the contact. It goes out as a mail,
 * by the mailbox that the conversation came by, else by its team's; five seconds later, until when
 * it can be blanked. What comes back is a part of the same kind, by nobody of the workspace: it is
 * no message of the contact, reopens nothing, wakes nothing and starts no clock (channels/post.h).
 * Not to the contact, and not to a mailbox of the workspace. Who forwarded how much stands in the
 * audit log, to whom in the part. Source: spec security, sections 2, 6 and 12.
 */
#ifndef EK_API_API_FORWARD_H
#define EK_API_API_FORWARD_H

#include "api/api_attachments.h"
#include "api/api_mail.h"
#include "channels/forward.h"

/* Members of a part's body. */
struct ek_api_forward_in {
	struct ek_patch_at to;
	struct ek_patch_at forwards;
	struct ek_patch_at part;
	struct ek_patch_at with_files;
};
struct ek_api_forward {
	struct ek_forward forward;
	struct ek_api_mail_way way;
	ek_str others; /* JSON list: all addresses but the first; p NULL = none */
	uint32_t to_count;
	uint32_t file_count;
};
/* is_one: the part is of that kind; of no other it may have such members. Faults go into the
 * problem; files: those that were uploaded for it. */
struct ek_api_forward_of {
	bool is_one;
	ek_conversation_id conversation;
	const struct ek_api_attachments *files;
};
void ek_api_forward_take(struct ek_turn *t, const struct ek_api_forward_in *in,
			 const struct ek_api_forward_of *of, struct ek_api_forward *out);
/* In check: not too many of one conversation within an hour. */
bool ek_api_forward_check(struct ek_turn *t, ek_conversation_id id) EK_MUST_CHECK;
/* For the row of the part; p NULL fails the turn. */
ek_str ek_api_forward_details(struct ek_turn *t, const struct ek_api_forward *f);
/* In made: the mail, and the entry in the audit log. */
const struct ek_views_value *ek_api_forward_put(struct ek_turn *t, const struct ek_api_forward *f,
						const struct ek_api_mail_part *part);
/* Shape PartForward, or null, as a value into t->out, of a part's details. */
void ek_api_forward_write(struct ek_turn *t, ek_str details);

#endif
