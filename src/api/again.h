/* again -- who was erased after a backup was taken, erased in what was made of it.
 *
 * The file of keys says whom the live store erased (store/backup_keys.h). Those of which the
 * restored one does not know yet go as they went there: the same check and the same rows
 * (api_contacts_erase.c), one commit each, with the time of then. No request is under way, no
 * thread of the API runs, and the log stays as it is.
 */
#ifndef EK_API_AGAIN_H
#define EK_API_AGAIN_H

#include "store/backup_keys.h"

struct ek_again_options {
	const char *where;     /* the log, as in struct ek_log_options; nobody else has it open */
	const char *directory; /* of its master key and files */
	const struct ek_backup_keys *keys;
};

/* *erased: how many contacts. Errors: the log's, the API's. */
bool ek_again_run(const struct ek_again_options *options, uint64_t *erased,
		  struct ek_err *err) EK_MUST_CHECK;

#endif
