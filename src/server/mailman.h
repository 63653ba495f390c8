/* mailman -- the mailboxes (channels/post.h) between the API and the writer: ids, clocks, nudges,
 * and trying servers of mail before they are kept. */
#ifndef EK_SERVER_MAILMAN_H
#define EK_SERVER_MAILMAN_H

#include "api/api.h"
#include "sys/journal.h"

struct ek_mailman;

struct ek_mailman_options {
	const char *where; /* all borrowed until it is closed */
	const char *directory;
	const char *authorities;
	const char *scanner;
	const char *picture_networks;
	const char *picture_authorities;
	ek_span poll;
	ek_span patience;
	ek_span give_up;
	struct ek_group *group;
	struct ek_journal *journal;
};

/* Before the API, which is given ek_mailman_hooks. Errors: NO_MEMORY. */
bool ek_mailman_open(const struct ek_mailman_options *options, struct ek_mailman **mailman,
		     struct ek_err *err) EK_MUST_CHECK;
struct ek_api_mail ek_mailman_hooks(struct ek_mailman *mailman);
/* Once the API stands: looks after the mailboxes from now on. Errors: those of ek_post_open. */
bool ek_mailman_start(struct ek_mailman *mailman, struct ek_api *api,
		      struct ek_err *err) EK_MUST_CHECK;
/* Ends what is under way; before the group and the API. Accepts NULL. */
void ek_mailman_stop(struct ek_mailman *mailman);
/* After the API. Accepts NULL inside; leaves NULL. */
void ek_mailman_close(struct ek_mailman **mailman);

#endif
