/* api_letter_state -- what the files of letters share. Private to src/api/api_letter*.c. */
#ifndef EK_API_API_LETTER_STATE_H
#define EK_API_API_LETTER_STATE_H

#include "api/api_attachments.h"
#include "api/api_letter.h"
#include "api/worker.h"
#include "channels/fetch.h"
#include "channels/mail.h"

enum { EK_API_LETTERS_KEY = 32 };

struct ek_api_letters {
	struct ek_worker *worker; /* reads disks, and waits for the parser */
	struct ek_mail_parser *parser;
	struct ek_fetch *fetch;
	uint8_t key[EK_API_LETTERS_KEY]; /* of signed addresses; another one at each start */
	struct ek_outbound_net nets[EK_FETCH_NETS];
	uint32_t net_count;
};

/* One mail that somebody reads. */
struct ek_api_letter {
	ek_conversation_id conversation;
	uint64_t part;
	ek_str place;
	ek_str authserv;
	bool with_remote;
	struct ek_api_attachments files;
	struct ek_mail mail;
	void (*write)(struct ek_turn *t, const struct ek_api_letter *letter);
};

/* api_letter_page.c: the page of a letter into t->out, and its headers. */
void ek_api_letter_write_page(struct ek_turn *t, const struct ek_api_letter *letter);

#endif
