/* sealer -- seals the files of before, which lie plain, without anybody waiting for it.
 *
 * A thread of its own goes through attachments and mails for places of before (auth/vault.h). Each
 * file is read, sealed into a new one that is on disk, and then, in one commit, its row names that
 * one and the key is there; what was erased meanwhile is not brought back. The plain file goes
 * EK_SEALER_GRACE_MS later, as somebody may just be reading it. A crash at any moment leaves the
 * row with the file that it names; once no row names a plain one, those that still lie there are
 * removed. A file that is gone, or longer than was ever taken, stays as its row says.
 *
 * Cost: one file in memory at a time, and its sealing; one pass over both tables at each start.
 * Why: docs/adr/0026.
 */
#ifndef EK_API_SEALER_H
#define EK_API_SEALER_H

#include "api/api.h"

enum { EK_SEALER_GRACE_MS = 5000, EK_SEALER_SLICE = 256 };

struct ek_sealer;

/* Starts the thread; without a directory there is nothing to do, and *out is NULL. Once the API
 * stands. Errors: the reader's; NO_MEMORY. */
bool ek_sealer_open(struct ek_api *api, const char *where, struct ek_sealer **out,
		    struct ek_err *err) EK_MUST_CHECK;
/* Ends it, after what is under way; before the group is closed. Accepts NULL inside; leaves NULL.
 */
void ek_sealer_close(struct ek_sealer **sealer);

#endif
