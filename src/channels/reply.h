/* reply -- which conversation a mail belongs to, proved by a token of ours that came back.
 *
 *   Message-ID   <12.345.9f86d081884c7d659a2feaa0@example.org>      conversation, mail, token
 *   Reply-To     support+12.9f86d081884c7d659a2feaa0@example.org    conversation, token
 *                support+12.345.9f86d081884c7d659a2feaa0@...        of what was forwarded: the mail
 *
 * The token is the first 96 bits of HMAC-SHA-256 with the mailbox's key over what stands before it
 * ("12.345", "12"), in lower-case hexadecimal digits, as servers may change the case of what they
 * pass on. Numbers have no leading zero: each token proves one text. A subject proves nothing.
 * Source: spec security, section 6; RFC 5322, section 3.6.4; RFC 5233.
 */
#ifndef EK_CHANNELS_REPLY_H
#define EK_CHANNELS_REPLY_H

#include "base/base.h"

enum { EK_REPLY_KEY_BYTES = 32, EK_REPLY_TOKEN = 24, EK_REPLY_TEXT = 400 };

struct ek_reply_key {
	uint8_t v[EK_REPLY_KEY_BYTES];
};

struct ek_reply_ids {
	uint64_t conversation; /* 0 = of none: a notice (notice.h) */
	uint64_t mail;         /* 0 = an address to answer to */
};

/* A Message-ID without angle brackets, at the domain of the mailbox's address. out is ended; 0 when
 * it does not fit. */
size_t ek_reply_print_id(const struct ek_reply_key *key, struct ek_reply_ids ids, ek_str address,
			 char out[EK_REPLY_TEXT]);
/* Where answers go: the mailbox's address with the conversation, the mail where ids.mail says one,
 * and their token. */
size_t ek_reply_print_address(const struct ek_reply_key *key, struct ek_reply_ids ids,
			      ek_str address, char out[EK_REPLY_TEXT]);
/* Whether a Message-ID, or an address that a mail was sent to, is one of ours: proved by the key.
 * Takes as long for a token that is nearly right. */
bool ek_reply_read(const struct ek_reply_key *key, ek_str text, struct ek_reply_ids *ids);

#endif
