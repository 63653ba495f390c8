/* backup -- a copy of a log, made while it is in use, read back and proved; and the way back.
 *
 * Copies rows, content, names, empty keys and the newest good snapshot from one log to another,
 * whatever their backends, as all stood when the copy began. Content changes in place, so it is
 * read first and as one state: meanwhile the -wal of a busy server grows. Rows only ever follow;
 * they are read in short turns up to the event where the content was read. The copy makes its own
 * chain, which must come out the same; then it is read back and verified. Views are not copied: the
 * first writer on the copy folds them. The index of words is not, as it is plain text: whoever
 * opens the copy to write makes it. Nor are keys, which lie apart (backup_keys.h). A restore is the
 * same copy the other way.
 *
 * What people wrote goes through `row` on its way, sealed or opened (auth/rows.h). A copy with a
 * mark is only read: who opens it to write is refused, and told to restore it.
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

struct ek_backup_options {
	struct ek_alloc alloc;
	/* Where the copy goes, as in ek_log_options; made, and must not be there or be empty
	 * (NOT_EMPTY). */
	const char *to;
	const char *mark; /* says that its rows are sealed; NULL = they are not */
	/* May change a row of content, or leave it out (*goes). NULL: all are copied as is. */
	bool (*row)(void *ctx, enum ek_content table, struct ek_views_value *row, bool *goes,
		    struct ek_err *err);
	void *ctx;
};

/* Errors: the logs'; DAMAGE names the first bad event of `from`, or says that the copy is not the
 * same; a copy that failed is to be thrown away. */
bool ek_backup_copy(struct ek_log *from, const struct ek_backup_options *options,
		    struct ek_backup_report *report, struct ek_err *err) EK_MUST_CHECK;

/* A copy in a directory that is not whole has a file of this name, from before its first row: who
 * copies takes it away when all that belongs to the copy is there. Errors: the disk's. */
#define EK_BACKUP_UNFINISHED "unfinished"
bool ek_backup_finish(const char *to, struct ek_err *err) EK_MUST_CHECK;
/* Errors: CONFLICT when it has that file. */
bool ek_backup_check_whole(const char *where, struct ek_err *err) EK_MUST_CHECK;

#endif
