/* form -- a field of what a browser sends when a form without scripts is sent.
 *
 * name=value with & between, %XX for bytes, + for a blank; of several of one name the first. What
 * comes out is UTF-8 text: line ends are one LF each, other control characters are taken out, and
 * blanks around it are not part of it. Any bytes are well. Cost: O(bytes).
 * Source: WHATWG URL, application/x-www-form-urlencoded; HTML, 4.10.21.
 */
#ifndef EK_WIRE_FORM_H
#define EK_WIRE_FORM_H

#include "base/arena.h"

/* Whether there is such a field and it is text. In the arena; false also for want of memory. */
bool ek_form_field(ek_str body, const char *name, struct ek_arena *arena, ek_str *out);

#endif
