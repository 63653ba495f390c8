/* post_take_inside -- a message on its way into the store. Private to channels/post_take*.c. */
#ifndef EK_CHANNELS_POST_TAKE_INSIDE_H
#define EK_CHANNELS_POST_TAKE_INSIDE_H

#include "channels/post_state.h"
#include "channels/scan.h"
#include "model/limits.h"

enum ek_post_outcome {
	EK_POST_KNOWN,   /* it was taken before */
	EK_POST_HELD,    /* for somebody to look at */
	EK_POST_NEW,     /* begins a conversation */
	EK_POST_GOES_ON, /* the contact writes in one */
	EK_POST_ASIDE, /* automatic, or of somebody outside: stands in one, and no contact waits */
};

struct ek_post_file {
	struct ek_vault_file sealed;
	uint8_t hash[EK_HASH_BYTES];
	uint32_t of; /* attachments of the mail */
};

struct ek_post_take {
	struct ek_post_box *box;
	const struct ek_post_taking *of;
	struct ek_mail mail;
	uint8_t digest[EK_HASH_BYTES];
	struct ek_vault_file raw;
	struct ek_post_file files[EK_LIMIT_ATTACHMENTS];
	uint32_t file_count;
	struct ek_scan_result scanned; /* of the worst of its files, those left out */
	bool is_silent;                /* the scanner was about one of them */
	bool knows_left_out;           /* released by who was told that files are left out */
	ek_str email_key;              /* of the sender, folded; p NULL = none */
	ek_str name_key;
	/* Decided on the writer's thread. */
	enum ek_post_outcome outcome;
	const char *reason; /* HELD: why */
	ek_conversation_id conversation;
	ek_team_id team;
	ek_contact_id contact;
	bool is_new_contact;
	bool is_clash;
	struct ek_post_rows own; /* addresses that no answer to all takes: ours, and the sender's */
	bool is_inside;          /* answers what was forwarded: for teammates alone */
	ek_conversation_id suggests;
	int64_t bounced; /* mail of ours that came back; 0 = none */
	struct ek_views_value bounced_row[EK_CONTENT_MAILS_WIDTH];
	/* The letter that it was, whose end was known: whoever wrote it is to look again. */
	struct ek_views_value bounced_letter[EK_CONTENT_LETTERS_WIDTH];
	bool has_bounced_letter;
	struct ek_cmd cmd;
	ek_str attributes; /* of the conversation that it begins, as JSON; p NULL = none */
};

/* post_take_decide.c: what becomes of it, on the writer's thread; as the check of a request. */
bool ek_post_take_decide(void *take, struct ek_err *err);
/* Whether it was taken before. */
bool ek_post_take_is_known(struct ek_post_take *t, bool *known, struct ek_err *err) EK_MUST_CHECK;
/* What of it is written into the conversation: without what it quoted, if there is more. */
ek_str ek_post_take_text(const struct ek_mail *m);
/* post_take_made.c: its rows, in the same commit. */
void ek_post_take_made(void *take, struct ek_writer *w, const struct ek_answer *a);

#endif
