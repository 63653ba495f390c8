/* quote -- which part of a mail's text is new: not what it answers, not the signature.
 *
 * Nothing is taken away: the text is divided into pieces, and all of them are kept. Known: lines
 * with ">", the line with which a program says who wrote what follows (English, Korean, Arabic,
 * German, French, Spanish, and more), blocks of header lines as Outlook writes them, separators,
 * "-- " and "Sent from my ...". Where a line is found and ">" follows it, only those lines are
 * quoted, so that answers between them stay new; else everything behind it is. If nothing would
 * be new, all of it is: somebody sent it on.
 * Pure. Cost: O(bytes).
 */
#ifndef EK_CHANNELS_QUOTE_H
#define EK_CHANNELS_QUOTE_H

#include "channels/mail.h"

/* text: lines end with LF. *pieces covers it without gaps; *fresh is the new ones joined, without
 * blanks at its ends. All in the arena. False: it is used up. */
bool ek_quote_split(ek_str text, struct ek_arena *arena, const struct ek_mail_piece **pieces,
		    uint32_t *count, ek_str *fresh) EK_MUST_CHECK;

#endif
