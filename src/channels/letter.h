/* letter -- a mail of ours as bytes: the one place that writes headers.
 *
 * Every header goes through one encoder, which has no way to write a CR or an LF but its own folds:
 * controls become blanks, what is not ASCII becomes encoded words. Lines end with CRLF and are at
 * most 998 bytes long. The text is quoted-printable UTF-8; files are base64. The same letter is the
 * same bytes each time it is written, so that a repeated delivery is known as one.
 * Source: RFC 5322, 2045 to 2049, 2047 (encoded words), 6266/2231 (names of files).
 */
#ifndef EK_CHANNELS_LETTER_H
#define EK_CHANNELS_LETTER_H

#include "base/alloc.h"

enum {
	EK_LETTER_MAX = 36 * 1024 * 1024, /* bytes, as it is sent */
	EK_LETTER_FILES = 24 << 20,       /* bytes of all its files: base64 makes a third more */
	EK_LETTER_REFERENCES = 20,
	EK_LETTER_ADDRESS = 254,
};

struct ek_letter_file {
	ek_str name;
	const char *type; /* one of our fixed list */
	ek_str bytes;
};

struct ek_letter {
	ek_str name; /* of the sender; p NULL = none */
	ek_str from;
	ek_str reply_to; /* p NULL = none */
	const ek_str *to;
	uint32_t to_count;
	const ek_str *cc;
	uint32_t cc_count;
	ek_str subject;
	ek_str message_id;        /* without angle brackets, as all ids here */
	const ek_str *references; /* oldest first; the last is what it answers */
	uint32_t reference_count;
	ek_time date;
	bool is_automatic; /* no person wrote it: Auto-Submitted (RFC 3834) */
	ek_str text;
	const struct ek_letter_file *files;
	uint32_t file_count;
};

struct ek_letter_bytes {
	struct ek_alloc alloc;
	char *p;
	size_t n;
	size_t cap;
	bool is_broken; /* no memory, or longer than EK_LETTER_MAX */
};

/* Whether it can stand in a header and in an envelope: printable ASCII, one @, none of the
 * characters that end an address. */
bool ek_letter_is_address(ek_str s);
/* out is the caller's, to be given back. Errors: NO_MEMORY; LIMIT. */
bool ek_letter_write(const struct ek_letter *letter, struct ek_letter_bytes *out,
		     struct ek_err *err) EK_MUST_CHECK;
void ek_letter_free(struct ek_letter_bytes *out);

#endif
