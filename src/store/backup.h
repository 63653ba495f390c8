/* backup -- a copy of a log, made while it is in use, read back and proved; and the way back.
 *
 * Copies rows, content, names, empty keys and the newest good snapshot from one log to another,
 * whatever their backends, as all stood when the copy began. Content changes in place, so it is
 * read first and as one state: meanwhile the -wal of a busy server grows. Rows only ever follow;
 * they are read in short turns up to the event where the content was read. The copy makes its own
 * chain, which must come out the same; then it is read back and verified. Views are not copied: the
 * first writer on the copy folds them. The index of words is not, as it is plain text: whoever
 * opens the copy to write makes it. Nor are keys of files, which lie apart (backup_files.h). A
 * restore is the same copy the other way.
 */
#ifndef EK_STORE_BACKUP_H
#define EK_STORE_BACKUP_H

#include "store/log.h"

struct ek_backup_report {
	uint64_t seq; /* what the copy holds */
	uint64_t rows;
	uint64_t events;
	uint64_t content_rows;
	uint8_t chain[EK_HASH_BYTES];
};

/* to: where the copy goes, as in ek_log_options; made, and must not be there or be empty
 * (NOT_EMPTY). Errors: the logs'; DAMAGE names the first bad event of `from`, or says that the copy
 * is not the same; a copy that failed is to be thrown away. */
bool ek_backup_copy(struct ek_log *from, const char *to, struct ek_alloc alloc,
		    struct ek_backup_report *report, struct ek_err *err) EK_MUST_CHECK;

#endif
