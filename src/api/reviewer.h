/* reviewer -- asks the owner of an article to look at it, once it did not help often enough.
 *
 * A case is a conversation that was opened again, or whose contact gave a low score, after the
 * article was sent in it. A thread of its own looks every two seconds at what changed since it last
 * did, and notes each case once; when so many conversations within so many days are in no review
 * yet, one is opened for the owner, and until it is closed further cases join it. Case and review
 * stand in one commit. Source: spec people, PE20.
 */
#ifndef EK_API_REVIEWER_H
#define EK_API_REVIEWER_H

#include "api/api.h"
#include "store/reader.h"

/* Of server_settings: [cases, days]. */
#define EK_REVIEWER_ROW "knowledge_review"

struct ek_reviewer;

struct ek_reviewer_limits {
	int64_t cases;
	int64_t days;
};
/* As they are set; 3 in 14 days where nothing is. */
bool ek_reviewer_read(struct ek_reader *reader, struct ek_reviewer_limits *out,
		      struct ek_err *err) EK_MUST_CHECK;

/* Starts the thread. Once the API stands. Errors: the reader's; NO_MEMORY. */
bool ek_reviewer_open(struct ek_api *api, const char *where, struct ek_reviewer **out,
		      struct ek_err *err) EK_MUST_CHECK;
/* Ends it, after what is under way; before the group is closed. Accepts NULL inside; leaves NULL.
 */
void ek_reviewer_close(struct ek_reviewer **reviewer);

#endif
