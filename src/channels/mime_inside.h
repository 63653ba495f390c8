/* mime_inside -- what the parts of mime share: the message being read, texts, names. */
#ifndef EK_CHANNELS_MIME_INSIDE_H
#define EK_CHANNELS_MIME_INSIDE_H

#include <gmime/gmime.h>

#include "channels/mime.h"

/* A piece of the body: as text, as HTML, or both of the same (multipart/alternative). */
struct ek_mime_section {
	GMimePart *plain;
	GMimePart *html;
};

struct ek_mime {
	struct ek_arena *arena;
	struct ek_mail *out;
	bool no_memory; /* the arena is used up */
	GMimeParserOptions *options;
	GByteArray *bytes; /* borrows the raw message */
	GMimeStream *stream;
	GMimeMessage *message;
	const char *authserv; /* NUL-terminated, in the arena; NULL = nobody */
	uint32_t parts;
	size_t decoded;
	uint32_t section_count;
	uint32_t attachment_count;
	struct ek_mime_section sections[EK_MAIL_PARTS_MAX];
	GMimeObject *objects[EK_MAIL_PARTS_MAX]; /* of the attachments */
	struct ek_mail_attachment attachments[EK_MAIL_PARTS_MAX];
	GMimePart *delivery; /* message/delivery-status */
};

/* A copy in the arena; absent when that is used up. */
ek_str ek_mime_keep(struct ek_mime *m, ek_str s);
/* UTF-8 for sure: what is none becomes U+FFFD, U+0000 goes. */
ek_str ek_mime_mend(struct ek_mime *m, ek_str s);
/* The same without control characters. */
ek_str ek_mime_plain(struct ek_mime *m, ek_str s);
/* As above, one line without controls and turning characters, blanks as one, at most max bytes. */
ek_str ek_mime_line(struct ek_mime *m, const char *s, uint32_t max);
/* Bytes of a charset, by its name in a mail (NULL: unsaid), as UTF-8. */
ek_str ek_mime_utf8(struct ek_mime *m, const char *charset, ek_str bytes);
/* Whether bytes above 127 come in pairs that are Hangul syllables of KS X 1001, nearly all. */
bool ek_mime_looks_korean(ek_str bytes);
/* GMime takes charsets in headers at their word, where programs mean wider ones, which are known to
 * it by other names; and it loses what stands behind a padded word. Where that would happen, a copy
 * with other names, words joined, of the same length (RFC 2231, section 5: a language may follow a
 * charset); else the bytes themselves. raw.p may become NULL when the arena is used up. */
ek_str ek_mime_widen(struct ek_mime *m, ek_str raw);
/* Opens every charset that is known and leaves them so. */
bool ek_mime_load(struct ek_mime_tables **tables, struct ek_err *err) EK_MUST_CHECK;

/* Everything that stands in the header: addresses, ids, what kind of mail it is. */
void ek_mime_head(struct ek_mime *m);
/* What the trusted host said. */
void ek_mime_authentication(struct ek_mime *m);
/* Of a bounce: whom it did not reach, and what it is about. */
void ek_mime_reports(struct ek_mime *m);
/* Walks the parts: fills sections, attachments, quarantine. */
void ek_mime_walk(struct ek_mime *m);
/* text, html, pieces, fresh. */
void ek_mime_body(struct ek_mime *m);

/* The decoded bytes of a part, at most max of them, in the arena. */
ek_str ek_mime_content(struct ek_mime *m, GMimePart *part, size_t max);
/* Gives the decoded bytes of an object to take. False: it stopped. */
bool ek_mime_decode(GMimeObject *object, ek_mime_take *take, void *ctx);

/* A name that is safe to show and to save; nth: for one that has none. */
ek_str ek_mime_name(struct ek_mime *m, const char *given, const char *type, uint32_t nth);
/* The type as the first bytes say. declared: lower case. */
const char *ek_mime_sniff(ek_str first, const char *declared);

#endif
