/* post_state -- a mailbox as its threads know it. Private to channels/post*.c. */
#ifndef EK_CHANNELS_POST_STATE_H
#define EK_CHANNELS_POST_STATE_H

#include "auth/vault.h"
#include "channels/imap.h"
#include "channels/mail.h"
#include "channels/post.h"
#include "channels/reply.h"
#include "store/reader.h"
#include "sys/rounds.h"
#include "sys/text.h"
#include "sys/thread.h"

enum { EK_POST_ARENA = EK_MAIL_ARENA_MAX + (8 << 20), EK_POST_SIGNATURE = 4096 };

struct ek_post {
	struct ek_post_options options;
	struct ek_reader *reader; /* of the thread that looks after mailboxes */
	struct ek_rounds *rounds;
	struct ek_seal *seal;
	struct ek_thread_lock *lock;    /* over the pointers below, for who nudges */
	struct ek_outbound_list listed; /* as it was looked at last */
	struct ek_post_box *boxes[EK_POST_MAILBOXES];
};

/* How a way is, as it was last written. */
struct ek_post_state {
	bool is_known;
	enum ek_peer_error error;
	uint32_t validity;
	uint32_t uid;
	ek_time since;
};

/* One thread of a mailbox. */
struct ek_post_way {
	const char *name; /* in, out */
	struct ek_rounds *rounds;
	struct ek_reader *reader;
	struct ek_arena arena;
	struct ek_group_call call;
	struct ek_post_state state;
	struct ek_peer_fault fault; /* to be written */
	uint32_t failures;          /* in a row */
	ek_time last;               /* when it went well; under the post's lock */
};

struct ek_post_box {
	struct ek_post *post;
	int64_t id;
	int64_t revision;
	char address[EK_PEER_TEXT];
	char name[EK_PEER_TEXT];
	ek_team_id team;
	struct ek_peer imap;
	struct ek_peer smtp;
	char authserv[EK_PEER_TEXT];
	char signature[EK_POST_SIGNATURE];
	bool has_plus;
	struct ek_reply_key key;
	struct ek_post_way in;
	struct ek_post_way out;
	struct ek_imap *session;
	uint64_t asks_until_ns; /* its server says that it waits, and does not: it is asked */
	/* Larger than is taken, and no connection was to be had to ask for its headers. */
	struct {
		uint32_t validity;
		uint32_t uid;
	} large;
	struct ek_mail_parser *parser;
	struct ek_text *text; /* folding; the thread's that takes mail */
	uint32_t *uids;       /* of a search */
};

/* ---- post.c */

/* Text and number of a value that was read; "" and 0 for null. */
ek_str ek_post_text(const struct ek_views_value *v);
int64_t ek_post_int(const struct ek_views_value *v);
struct ek_views_value ek_post_value(const char *text); /* NULL = null */
void ek_post_copy(char *out, size_t cap, ek_str s);
/* Rows of a question, copied into an arena. */
struct ek_post_rows {
	struct ek_arena *arena;
	struct ek_views_value *v; /* n x columns */
	uint32_t n;
	uint32_t columns;
	uint32_t cap;
};
bool ek_post_ask(struct ek_reader *reader, const struct ek_reader_question *q,
		 struct ek_post_rows *out, struct ek_err *err) EK_MUST_CHECK;
/* Whole row of table mails; n 0 = there is none. */
bool ek_post_mail(struct ek_post_way *way, int64_t mail, struct ek_post_rows *out,
		  struct ek_err *err) EK_MUST_CHECK;
/* Asks the group, and waits. False: not done. */
bool ek_post_do(struct ek_post_way *way, const struct ek_post_box *box, struct ek_err *err);
/* Within a quarter on either side, so that many do not come back at once. */
ek_span ek_post_jitter(ek_span of);
/* A rest after so many failures in a row, with jitter. */
ek_span ek_post_rest(uint32_t failures);
/* Reads how the way is from the store; writes it when it is another one than was written last. */
bool ek_post_read_state(struct ek_post_box *box, struct ek_post_way *way,
			struct ek_err *err) EK_MUST_CHECK;
void ek_post_note(struct ek_post_box *box, struct ek_post_way *way,
		  const struct ek_peer_fault *fault);
/* In made: the row with how far INBOX was read. */
void ek_post_put_state(struct ek_post_box *box, const struct ek_post_way *way, struct ek_writer *w);
/* It has just gone well. */
void ek_post_went_well(struct ek_post_box *box, struct ek_post_way *way);
bool ek_post_is_ending(void *way); /* of ek_imap_watch */

/* ---- post_in.c, post_out.c: rounds of a struct ek_post_box */

ek_span ek_post_in_round(void *box);
ek_span ek_post_out_round(void *box);

/* ---- post_late.c: what a server has and does not give */

enum { EK_POST_LATE = 20 }; /* of one look */
struct ek_post_late {
	int64_t mail; /* 0: it has no row yet */
	uint32_t validity;
	uint32_t uid;
	uint32_t tries; /* that went wrong */
	ek_time created;
};
/* What is to be fetched again by now; *n of them. */
bool ek_post_late_due(struct ek_post_box *box, struct ek_post_late out[EK_POST_LATE], uint32_t *n,
		      struct ek_err *err) EK_MUST_CHECK;
/* Leaves out of what was found in a folder of these numbers what is known not to be given. */
bool ek_post_late_skip(struct ek_post_box *box, struct ek_imap_uids *uids,
		       struct ek_err *err) EK_MUST_CHECK;
/* It went wrong once more: it is fetched again later, or held with what the server said. With how
 * far the folder was read, where keeps_place. */
bool ek_post_late_put(struct ek_post_box *box, const struct ek_post_late *late, bool keeps_place,
		      const struct ek_peer_fault *fault, struct ek_err *err) EK_MUST_CHECK;
/* It is gone, or here already. */
bool ek_post_late_end(struct ek_post_box *box, int64_t mail, struct ek_err *err) EK_MUST_CHECK;
/* In made: the same. */
void ek_post_late_erase(struct ek_writer *w, int64_t mail);

/* ---- post_out_notice.c */

/* What the program itself wrote (notice.h), opened, in the arena of the way out. */
struct ek_post_sealed {
	ek_str text;
	bool has_file;
	ek_str file_name;
	const char *file_type;
	ek_str file;
};
bool ek_post_read_sealed(struct ek_post_box *box, int64_t mail, struct ek_post_sealed *out,
			 struct ek_err *err) EK_MUST_CHECK;
/* In made: it was sent, or never will be. */
void ek_post_erase_sealed(struct ek_writer *w, int64_t mail);

/* ---- post_take.c */

struct ek_post_taking {
	ek_str raw;
	uint32_t uid;     /* 0 = none: it was held, and is released */
	bool keeps_place; /* where it was read from is written with it */
	bool is_headers;  /* the rest is larger than is taken */
	bool is_released; /* somebody wants it, whatever it is */
	int64_t mail;     /* its row, where it has one already; 0 = none */
	ek_str place;     /* of its raw bytes, where they are kept already; p NULL = nowhere */
};
/* One message into the store. False: better later; nothing of it is there. */
bool ek_post_take(struct ek_post_box *box, const struct ek_post_taking *taking,
		  struct ek_err *err) EK_MUST_CHECK;

#endif
