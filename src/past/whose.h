/* whose -- who is meant by a name in a table of the past: team inboxes, teammates, contacts.
 *
 * Names are those of content, compared folded; teammates also by their e-mail address. A name that
 * two have means nobody. Where asked to, it makes what is not there: a team inbox, or a teammate
 * without rights who is deactivated at once; both in the writer's pending transaction. A contact is
 * a number: 53 bits of SHA-256 over a secret of the workspace and what identifies them, folded, so
 * that the log tells the same person again and not who it is.
 * Cost: a name once seen, one look into a table; about 60 bytes and the text a name.
 */
#ifndef EK_PAST_WHOSE_H
#define EK_PAST_WHOSE_H

#include "store/log.h"
#include "writer/writer.h"

struct ek_whose;

struct ek_whose_options {
	struct ek_log *log;       /* borrowed, as the writer is */
	struct ek_writer *writer; /* NULL: nothing is made, and contacts are all 1 */
	ek_time at;
	bool creates;
};

/* *whose is the caller's, to be closed. Errors: the log's, NO_MEMORY. */
bool ek_whose_open(const struct ek_whose_options *options, struct ek_whose **whose,
		   struct ek_err *err) EK_MUST_CHECK;
void ek_whose_close(struct ek_whose **whose); /* accepts NULL inside, leaves NULL */

/* *why says why a name means nobody; NULL = *id is set. Errors: the writer's, NO_MEMORY. */
bool ek_whose_team(struct ek_whose *w, ek_str name, ek_team_id *id, const char **why,
		   struct ek_err *err) EK_MUST_CHECK;
bool ek_whose_teammate(struct ek_whose *w, ek_str name, ek_teammate_id *id, const char **why,
		       struct ek_err *err) EK_MUST_CHECK;
bool ek_whose_contact(struct ek_whose *w, ek_str identity, int64_t *number,
		      struct ek_err *err) EK_MUST_CHECK;

struct ek_whose_counts {
	uint32_t teams; /* made */
	uint32_t teammates;
};
struct ek_whose_counts ek_whose_made(const struct ek_whose *w);

#endif
