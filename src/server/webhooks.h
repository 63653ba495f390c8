/* webhooks -- the thread that tells other systems what happens (channels/hooks.h), put together
 * with the API's ids and key and the feed's way to write an event down. What it tells is what an
 * administrator sees in live events; of views, those that are everybody's. */
#ifndef EK_SERVER_WEBHOOKS_H
#define EK_SERVER_WEBHOOKS_H

#include "api/api.h"
#include "channels/hooks.h"

struct ek_webhooks;

struct ek_webhooks_options {
	const char *where; /* of the log; borrowed for the call */
	struct ek_group *group;
	struct ek_api *api;
	struct ek_journal *journal;
	const char *ca_file; /* "" = none; borrowed for the call */
};

/* Once the API stands. Errors: the log's; NO_MEMORY. */
bool ek_webhooks_open(const struct ek_webhooks_options *options, struct ek_webhooks **webhooks,
		      struct ek_err *err) EK_MUST_CHECK;
/* Any thread. */
struct ek_hooks_counts ek_webhooks_counts(struct ek_webhooks *webhooks);
/* Before the group and the API are closed. Accepts NULL inside; leaves NULL. */
void ek_webhooks_close(struct ek_webhooks **webhooks);

#endif
