/* forward -- what a teammate forwards to somebody outside: which words of the conversation go.
 *
 * The part that says so (kind forward) holds what the teammate wrote; its details say what goes
 * beneath: nothing, one message, or all messages up to it. They are read when the mail is sent, so
 * that what was blanked meanwhile does not go. Only what the customer wrote or was answered goes:
 * no note, no whisper, nothing else that was forwarded; names, but no addresses.
 * Source: spec security, section 6 (threads), section 2 (who reads what).
 */
#ifndef EK_CHANNELS_FORWARD_H
#define EK_CHANNELS_FORWARD_H

#include "base/arena.h"
#include "store/reader.h"

/* In the column reason of table mails: of what was forwarded, and of what came back. */
#define EK_FORWARD_REASON "forward"

enum {
	EK_FORWARD_MESSAGES = 100,   /* of a conversation, the newest */
	EK_FORWARD_TEXT = 256 << 10, /* bytes of them */
	EK_FORWARD_FILES = 20,
	EK_FORWARD_TO = 10,     /* addresses */
	EK_FORWARD_HOURLY = 20, /* of one conversation */
	EK_FORWARD_DETAILS = 96,
};

enum ek_forward_what { EK_FORWARD_NOTHING, EK_FORWARD_PART, EK_FORWARD_CONVERSATION };
extern const char *const ek_forward_words[]; /* nothing, part, conversation; ends with NULL */

struct ek_forward {
	enum ek_forward_what what;
	uint64_t part;  /* of PART */
	bool has_files; /* those of what is forwarded go too */
};
/* As details of a part: JSON, ended. */
size_t ek_forward_print(const struct ek_forward *f, char out[EK_FORWARD_DETAILS]);
/* False: these are no such details, or no memory. */
bool ek_forward_read(ek_str details, struct ek_arena *arena, struct ek_forward *out);

struct ek_forward_of {
	struct ek_forward forward;
	int64_t conversation;
	int64_t part;    /* that says so: what is older goes */
	ek_str language; /* of the words around it */
};
/* What goes beneath the teammate's words, in the arena; n 0 = nothing. Errors: the reader's,
 * NO_MEMORY; INVALID_VALUE where what was meant is there no more. */
bool ek_forward_write(struct ek_reader *reader, const struct ek_forward_of *of,
		      struct ek_arena *arena, ek_str *out, struct ek_err *err) EK_MUST_CHECK;

#endif
