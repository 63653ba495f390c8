/* disposition -- the header that says what a browser is to do with a file, and what it is called.
 *
 *   attachment; filename="Bericht__.pdf"; filename*=UTF-8''Bericht%20%E2%82%AC.pdf
 *
 * The name is whatever its sender gave. Nothing of it can end the line, leave its quotes, turn the
 * direction of the text around it or hide its ending: characters for that are left out.
 * Pure. Cost: O(bytes). Source: RFC 6266; RFC 8187, section 3.2.1; Unicode 15.0 (Bidi_Control and
 * other characters without a width).
 */
#ifndef EK_WIRE_DISPOSITION_H
#define EK_WIRE_DISPOSITION_H

#include "base/base.h"

enum { EK_DISPOSITION_NAME = 200, EK_DISPOSITION_MAX = 4 * EK_DISPOSITION_NAME + 64 };

/* name: text (base/utf8.h); of a longer one the first EK_DISPOSITION_NAME bytes. An empty one is
 * left out. Returns the length; out is always ended. */
size_t ek_disposition_print(ek_str name, bool is_inline, char out[EK_DISPOSITION_MAX]);

#endif
