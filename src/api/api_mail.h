/* api_mail -- messages that came or go as e-mail: what is sent for a part, and how far it is.
 *
 * A teammate's message in a conversation that e-mail came in, or that is one of e-mail, goes out by
 * the mailbox it came by. The row that says so stands in the commit of the part; who sends it is
 * channels/post.h, five seconds later. Until then the part can be taken back: blanked, it is not
 * sent.
 */
#ifndef EK_API_API_MAIL_H
#define EK_API_API_MAIL_H

#include "api/turn.h"

#define EK_API_MAIL_DIRECTORY "mails"
enum { EK_API_MAIL_COPIES = 20 };

/* Who gets copies, as JSON lists of addresses; p NULL = nobody. */
struct ek_api_mail_copies {
	ek_str cc;
	ek_str bcc;
};
/* Whether it can stand in an envelope as it is. */
bool ek_api_mail_can(ek_str address);
/* One address that can be written to. False with a fault. */
bool ek_api_mail_address(struct ek_turn *t, const struct ek_patch_at *at, ek_str *out);
/* A member such as cc: a list of addresses. Absent is none; false with a fault. */
bool ek_api_mail_take(struct ek_turn *t, const struct ek_patch_at *at, ek_str *out);

struct ek_api_mail_part {
	uint64_t part;
	ek_conversation_id conversation;
	ek_contact_id contact;
	ek_team_id team;
	uint8_t channel; /* of the conversation */
	struct ek_api_mail_copies copies;
};
/* Rows of table mails, in the turn's arena; NULL = the part is no mail. */
/* In made, for a teammate's message: NULL where it goes nowhere by e-mail. */
const struct ek_views_value *ek_api_mail_put(struct ek_turn *t,
					     const struct ek_api_mail_part *part);
/* In check: whether files of so many bytes go with a message of that conversation, if it goes by
 * e-mail. part.part is not read. False with too_large. */
bool ek_api_mail_fits(struct ek_turn *t, const struct ek_api_mail_part *part,
		      int64_t bytes) EK_MUST_CHECK;
/* In made, of one whose way was chosen: what is forwarded to somebody outside, or the first of a
 * conversation. */
struct ek_api_mail_way {
	int64_t mailbox;
	ek_str address;
	ek_str subject; /* of the conversation */
	bool is_forward;
};
const struct ek_views_value *ek_api_mail_put_way(struct ek_turn *t,
						 const struct ek_api_mail_part *part,
						 const struct ek_api_mail_way *way);
/* Whether a mail to that address comes to a mailbox of ours. False with a problem. */
bool ek_api_mail_is_ours(struct ek_turn *t, ek_str address, bool *is) EK_MUST_CHECK;
/* In made: of a part that was blanked, the mail goes no further, if there is still time. */
const struct ek_views_value *ek_api_mail_cancel(struct ek_turn *t, uint64_t part);
/* In made: a row of one that failed for good waits again, as the same mail; changed in place. */
void ek_api_mail_put_again(struct ek_turn *t, struct ek_views_value *row);
/* As it is stored. */
const struct ek_views_value *ek_api_mail_find(struct ek_turn *t, uint64_t part);
/* The same of all parts of a conversation from first to last, in one question; and of one among
 * them. False with a problem. */
bool ek_api_mail_of_parts(struct ek_turn *t, ek_conversation_id id, const uint64_t ends[2],
			  struct ek_turn_rows *out) EK_MUST_CHECK;
const struct ek_views_value *ek_api_mail_among(const struct ek_turn_rows *mails, uint64_t part);
/* Mails whose content goes for good: rows of mail and place. Of a conversation; of all that a
 * contact wrote, what is held of them too. False with a problem. */
bool ek_api_mail_of_conversation(struct ek_turn *t, ek_conversation_id id,
				 struct ek_turn_rows *out) EK_MUST_CHECK;
bool ek_api_mail_of_contact(struct ek_turn *t, ek_contact_id id,
			    struct ek_turn_rows *out) EK_MUST_CHECK;
/* In made: the rows; after the commit: the raw bytes. */
void ek_api_mail_erase(struct ek_turn *t, const struct ek_turn_rows *rows);
void ek_api_mail_remove(struct ek_turn *t, const struct ek_turn_rows *rows);
/* After the commit in which a part was blanked: the raw bytes of its mail, as it was. */
void ek_api_mail_forget(struct ek_turn *t, const struct ek_views_value *row);

/* After a commit with something to send. */
void ek_api_mail_nudge(struct ek_turn *t);
/* Shape PartMail, or null, as a value into t->out. */
void ek_api_mail_write(struct ek_turn *t, const struct ek_views_value *row);

#endif
