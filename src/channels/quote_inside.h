/* quote_inside -- what programs write above a quote and below a letter, by language. */
#ifndef EK_CHANNELS_QUOTE_INSIDE_H
#define EK_CHANNELS_QUOTE_INSIDE_H

#include "channels/quote.h"

/* Whether a line (several, joined with blanks) says who wrote what follows. */
bool ek_quote_says_who(ek_str line);
/* Whether such a line could begin so. */
bool ek_quote_begins_who(ek_str line);
/* Bit of the header that a line looks like ("From:", "보낸 사람:"); 0 = none. Bit 0: the sender. */
uint32_t ek_quote_header(ek_str line);
/* "-----Original Message-----" and its like. */
bool ek_quote_separates(ek_str line);
/* "Sent from my phone" and its like. */
bool ek_quote_is_device(ek_str line);
/* Without blanks at both ends, and without the asterisks by which programs make text bold. */
ek_str ek_quote_trim(ek_str line);

#endif
