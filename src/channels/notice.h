/* notice -- a mail that the program itself writes, whose words are there when it is put: an
 * invitation, a reset. What is written only when it is sent is api/api_letters.h's.
 *
 *   (before)      ek_notice_find(reader, &ask, &mailbox, err)   0: there is none, or no more may go
 *   (in made)     ek_notice_put(w, &way, &notice)               in the commit of what it is about
 *   (afterwards)  ek_post_nudge, or ek_api_mail_nudge: it goes at once, else within seconds
 *
 * It goes out by the mailbox that the server setting `notice_mailbox` names; one that belongs to a
 * conversation by the mailbox that the conversation came by, and answers come back into it. It is
 * tried for two days, with the same Message-ID, as every mail (channels/post.h). It says that it is
 * automatic (RFC 3834), is answered by no machine, and makes no notice when it bounces.
 *
 * Its text and its file are sealed, and erased once it was sent or has failed: a link that lets
 * somebody in stays nowhere. Words of kind: invitation, reset, and their like.
 * Limits: text EK_NOTICE_TEXT bytes, file EK_NOTICE_FILE, at most EK_NOTICE_HOURLY in a
 * conversation within an hour. Source: spec promises, N28; security, section 6.
 */
#ifndef EK_CHANNELS_NOTICE_H
#define EK_CHANNELS_NOTICE_H

#include "auth/seal.h"
#include "store/reader.h"
#include "writer/writer.h"

enum {
	EK_NOTICE_TEXT = 256 * 1024,
	EK_NOTICE_FILE = 8 * 1024 * 1024,
	EK_NOTICE_SUBJECT = 500,
	EK_NOTICE_HOURLY = 3,
	EK_NOTICE_PLACE = 64, /* bytes of a place that something is sealed for */
};

struct ek_notice_ask {
	ek_conversation_id conversation; /* 0 = of none */
	ek_time now;
};
/* Any thread, with a reader of its own. *mailbox 0: nothing goes out. Errors: the reader's. */
bool ek_notice_find(struct ek_reader *reader, const struct ek_notice_ask *ask, int64_t *mailbox,
		    struct ek_err *err) EK_MUST_CHECK;

struct ek_notice {
	const char *kind;
	ek_str to; /* an address: letter.h says which can be written to */
	ek_str subject;
	ek_str text; /* plain; links stand in it as they are */
	ek_conversation_id conversation;
	/* One file with it; bytes.p NULL = none. */
	ek_str file_name;
	const char *file_type;
	ek_str file;
};
struct ek_notice_way {
	int64_t mailbox;            /* as it was found; not 0 */
	const struct ek_seal *seal; /* of the master key */
	ek_time now;
	/* The next id of a table: ek_api_new_id. */
	int64_t (*new_id)(void *ctx, struct ek_writer *w, enum ek_content table);
	void *ctx;
};
/* In a call's made, on the writer's thread. False: this cannot be sent (an address that is none,
 * what is too long, no memory); nothing was put. *mail, which may be NULL: its row in mails, whose
 * state says how far it is. */
bool ek_notice_put(struct ek_writer *w, const struct ek_notice_way *way,
		   const struct ek_notice *notice, int64_t *mail);

/* Its row in mails alone, to be sent at once: of whatever the program writes. False: no memory, and
 * the commit says so. */
struct ek_notice_mail {
	int64_t mail; /* its number */
	int64_t mailbox;
	ek_conversation_id conversation; /* 0 = of none */
	ek_str to;
	ek_str subject;
	const char *reason; /* a notice's kind; NULL = no notice: nothing of it is sealed */
	ek_time now;
};
bool ek_notice_put_mail(struct ek_writer *w, const struct ek_notice_mail *mail);

/* For what a piece of a letter is sealed: post_out.c opens it again. */
ek_str ek_notice_place(const char *piece, int64_t mail, char out[EK_NOTICE_PLACE]);

#endif
