/* contact -- the public id of a contact: 24 hexadecimal digits made from its number in the log.
 *
 * The first 12 bytes of SHA-256("contact:" number): the same on every server, so that an id need
 * not be looked up to be written; two contacts with one id are not to be expected among 2^24. It
 * opens nothing: who may see a contact is asked each time. The way back is the column `public`.
 */
#ifndef EK_STORE_CONTACT_H
#define EK_STORE_CONTACT_H

#include "base/base.h"

enum { EK_CONTACT_PUBLIC = 24 };

/* out is ended. */
void ek_contact_public(uint32_t contact, char out[EK_CONTACT_PUBLIC + 1]);

#endif
