/* parser -- the process that reads what strangers sent: MIME, HTML, charsets.
 *
 * Started by ek_mail_read as `evenkeel parser` (sys/ward.h). Closes itself in (sys/sandbox.h)
 * before it reads the first message; then one after another until its parent is gone.
 */
#ifndef EK_CHANNELS_PARSER_H
#define EK_CHANNELS_PARSER_H

#include "base/base.h"

/* What the role is called on the command line. */
#define EK_PARSER_ROLE "parser"

/* Returns at the end of its parent. Errors: USAGE: nobody started it so; IO: it cannot be closed
 * in. */
bool ek_parser_run(struct ek_err *err) EK_MUST_CHECK;

#endif
