/* post -- the mailboxes of a workspace: mail in becomes messages, answers go out.
 *
 * Each mailbox has two threads. One looks into INBOX (IDLE, else every poll) and takes what is new,
 * one message after another: its raw bytes are on disk, it is read by the parser (mail.h), and in
 * one commit stand the message, the conversation that it begins or goes on with, and how far the
 * folder was read; only then it is marked as seen. The other sends what waits (table mails) once
 * its time has come, and tries again for two days. Whatever ends the server: nothing that came is
 * lost or taken twice, and what was being sent is sent once more at most, as the same message.
 *
 * Which conversation: the one whose token came back (reply.h). An id of another message suggests;
 * it decides only where its conversation is the sender's own and the sender is proved (DMARC).
 * Nothing here answers by itself, so that no loop can begin; what comes too often is held.
 *
 * What a server has and does not give is fetched again, apart from all that it gives; after
 * EK_POST_FETCHES it is held with what the server said.
 *
 * Where there is a scanner for malware it is asked about every file. A mail with one that it names,
 * or takes not, is held; let in, it comes without that file, which stays in the message as it came.
 * While the scanner does not answer, mail stays where it lies.
 *
 * Held (state held, with a word of mail.h or of these): own_address, bounce, loop, flood, blocked
 * (of a contact who is), not_fetched, infected, not_scanned.
 * Source: spec security, section 6; promises, P9, N27 to N29.
 */
#ifndef EK_CHANNELS_POST_H
#define EK_CHANNELS_POST_H

#include "base/arena.h"
#include "channels/letter.h"
#include "channels/peer.h"
#include "store/reader.h"
#include "sys/journal.h"
#include "writer/group.h"

enum {
	EK_POST_MAILBOXES = 50,
	EK_POST_UNDO_MS = 5000, /* until an answer is sent */
	EK_POST_FLOOD = 60,     /* messages of one address within an hour, or in one conversation */
	EK_POST_AUTOMATIC = 3,  /* automatic ones in one conversation, the same */
	EK_POST_FETCHES = 3,    /* of a mail that the server does not give */
	EK_POST_BACK_FIRST_MS = 1000,
	EK_POST_BACK_LAST_MS = 900000,
};

/* Files below the directory. */
#define EK_POST_RAW_DIRECTORY "mails"
#define EK_POST_FILES_DIRECTORY "attachments"

#define EK_POST_NOT_FETCHED "not_fetched"
#define EK_POST_BLOCKED "blocked"
#define EK_POST_INFECTED "infected"
#define EK_POST_NOT_SCANNED "not_scanned"

struct ek_post;

/* A message that begins a conversation. */
struct ek_post_arrival {
	ek_contact_id contact; /* may be one that comes into being with it */
	ek_str from;           /* addresses; p NULL = not known */
	ek_str to;             /* of ours */
	ek_str subject;
	ek_str text;
	struct ek_cmd *cmd; /* a conversation.create, with the mailbox's team */
	ek_time at;
	/* Set: attributes of the conversation, as JSON; p NULL = none. */
	ek_str attributes;
};

/* A mail that the program writes by itself, and says what stands in it when it is sent (table
 * letters, without a body: one with a body is notice.h's). */
struct ek_post_letter {
	int64_t mail;
	ek_str kind;
	int64_t about;
	struct ek_reader *reader; /* of the mailbox's thread */
	struct ek_arena *arena;   /* what is written lives there */
};

struct ek_post_options {
	const char *where;     /* of the log, for readers; borrowed */
	const char *directory; /* of raw bytes, attachments and the master key; borrowed */
	const char *key;       /* the master key's name there; borrowed */
	struct ek_group *group;
	struct ek_journal *journal;
	const char *authorities; /* channels/peer.h; borrowed */
	const char *scanner;     /* channels/scan.h; NULL or "" = none; borrowed */
	ek_span poll;            /* between looks where the server cannot wait */
	ek_span patience;        /* channels/peer.h */
	ek_span give_up;         /* after so long an answer has failed */
	/* On the writer's thread: the id that a new row of a table gets; the next one, and taking
	 * it. */
	int64_t (*next_id)(void *ctx, enum ek_content table);
	int64_t (*new_id)(void *ctx, struct ek_writer *w, enum ek_content table);
	/* On the writer's thread: rules on arrival, into the command; and in the same commit which
	 * did what. */
	bool (*arrive)(void *ctx, struct ek_post_arrival *arrival, struct ek_err *err);
	void (*arrived)(void *ctx, struct ek_writer *w, ek_conversation_id id);
	/* On the writer's thread: clocks that follow what is done. before: the command may be
	 * another one then; after: in the same commit. */
	bool (*follow)(void *ctx, const struct ek_cmd **cmd, ek_time at, struct ek_err *err);
	void (*followed)(void *ctx, struct ek_writer *w, ek_conversation_id id);
	/* On the mailbox's thread, when it is sent: its text and files, so that no secret of it is
	 * kept. False: it is not sent; for good, unless NO_MEMORY or IO. */
	bool (*write)(void *ctx, const struct ek_post_letter *letter, struct ek_letter *out,
		      struct ek_err *err);
	void *ctx;
};

/* Looks which mailboxes there are, and starts their threads. *post is the caller's, to be closed.
 * Errors: the reader's; NO_MEMORY; the key's. */
bool ek_post_open(const struct ek_post_options *options, struct ek_post **post,
		  struct ek_err *err) EK_MUST_CHECK;
/* Any thread: mailboxes may have changed, or there is something to send or to release. */
void ek_post_nudge(struct ek_post *post);
/* Any thread: when INBOX was looked at and a mail was sent last, and it went well; EK_NO_TIME: not
 * since the mailbox was opened here. */
void ek_post_last(struct ek_post *post, int64_t mailbox, ek_time *in, ek_time *out);
/* Ends the threads, each after what it is doing. Accepts NULL inside; leaves NULL. */
void ek_post_close(struct ek_post **post);

#endif
