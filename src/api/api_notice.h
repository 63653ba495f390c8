/* api_notice -- a mail of the program's own out of a request (channels/notice.h).
 *
 *   (made)  if (ek_api_notice_mailbox(t, conversation, &mailbox) && mailbox != 0)
 *                   ek_api_notice_put(t, mailbox, &notice);
 *   (tell)  ek_api_mail_nudge(t);
 *
 * Who works beside requests uses channels/notice.h itself, with ek_api_new_id and
 * ek_guard_seal_of.
 */
#ifndef EK_API_API_NOTICE_H
#define EK_API_API_NOTICE_H

#include "api/turn.h"
#include "channels/notice.h"

/* 0: nothing goes by mail. False with a problem. */
bool ek_api_notice_mailbox(struct ek_turn *t, ek_conversation_id conversation,
			   int64_t *mailbox) EK_MUST_CHECK;
/* In made. False: it cannot be sent, and nothing was put. */
bool ek_api_notice_put(struct ek_turn *t, int64_t mailbox, const struct ek_notice *notice);

/* A link by which somebody comes in, in words; in the language of the workspace. False: there is no
 * mailbox for it, and the link is to be shown. */
struct ek_api_notice_link {
	bool is_reset;
	bool is_nobodys; /* the same work, and nothing is put */
	ek_str to;
	ek_str name;     /* of who gets it */
	ek_str language; /* theirs; p NULL = the workspace's */
	ek_str link;
};
bool ek_api_notice_link(struct ek_turn *t, const struct ek_api_notice_link *link);

#endif
