/* password -- what its parts share. */
#ifndef EK_AUTH_PASSWORD_INSIDE_H
#define EK_AUTH_PASSWORD_INSIDE_H

#include "auth/password.h"

enum { EK_PASSWORD_PART_MIN = 5, EK_PASSWORD_PART_MAX = 11 };

/* Whether it is one of the commonest passwords of 12 bytes and more; one of the commonest words.
 * Folded: ASCII letters in lower case. */
bool ek_password_is_whole(ek_str folded);
bool ek_password_is_part(ek_str folded);

#endif
