/* mime -- from the raw bytes of a message to struct ek_mail, in this very process.
 *
 * For the parser process, fuzzing and tests; the server asks ek_mail_read, which keeps what these
 * bytes may do in a process of its own. GMime reads the structure, iconv the charsets, html.h
 * cleans, quote.h trims. Limits are those of mail.h.
 */
#ifndef EK_CHANNELS_MIME_H
#define EK_CHANNELS_MIME_H

#include "channels/mail.h"

struct ek_mime;

/* Every charset that is known: one that is open needs no file later. */
struct ek_mime_tables;
/* Once in a process, before anything else here: sets up GMime and libxml2, and opens the charsets.
 * *tables is the caller's, to be ended when nothing is read any more. Errors: NO_MEMORY. */
bool ek_mime_start(struct ek_mime_tables **tables, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_mime_end(struct ek_mime_tables **tables);

/* Reads a message. *out is filled; the `bytes` of its attachments have a length and no place: they
 * are to be asked for with ek_mime_put. raw and arena must outlive *mime. Errors: NO_MEMORY: the
 * arena is used up. Cost: some 3 ms of the processor for a mail of 40 kB, most of it HTML. */
bool ek_mime_open(const struct ek_mail_ask *ask, struct ek_arena *arena, struct ek_mime **mime,
		  struct ek_mail *out, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside, leaves NULL. */
void ek_mime_close(struct ek_mime **mime);

/* Takes n bytes; false stops. */
typedef bool ek_mime_take(void *ctx, const void *bytes, size_t n);
/* Gives the decoded bytes of an attachment, piece by piece, exactly as many as said. False: take
 * stopped it. */
bool ek_mime_put(struct ek_mime *mime, uint32_t attachment, ek_mime_take *take,
		 void *ctx) EK_MUST_CHECK;

#endif
