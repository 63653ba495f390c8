/* mail_inside -- what the two ends of the line say to each other. */
#ifndef EK_CHANNELS_MAIL_INSIDE_H
#define EK_CHANNELS_MAIL_INSIDE_H

#include "channels/mail.h"

enum {
	EK_MAIL_MAGIC = 0x454B4D31, /* "EKM1" */
	EK_MAIL_AUTHSERV_MAX = 255,
	EK_MAIL_PACK_MAX = 16 * 1024 * 1024,
	EK_MAIL_READS_MAX = 500, /* messages of one process: then a fresh one */
};

/* First the parser says that it is closed in and ready: EK_MAIL_MAGIC, alone.
 * The server asks; behind it stand authserv_n bytes, and the message in shared memory. */
struct ek_mail_request {
	uint32_t magic;
	uint32_t raw_n;
	uint32_t authserv_n;
};

/* The parser answers; behind it stand pack_n bytes, and those of every attachment in order. */
struct ek_mail_answer {
	uint32_t magic;
	uint32_t is_read; /* 0: there was not enough memory */
	uint32_t pack_n;
};

/* A mail as bytes, without those of its attachments, in the arena. */
bool ek_mail_pack(struct ek_mail *mail, struct ek_arena *arena, ek_str *out) EK_MUST_CHECK;
/* Back again; borrows from the bytes. The bytes may come from a parser that somebody else took
 * over: every length, number and text is checked. Errors: DAMAGE, NO_MEMORY. */
bool ek_mail_unpack(ek_str bytes, struct ek_arena *arena, struct ek_mail *out,
		    struct ek_err *err) EK_MUST_CHECK;

#endif
