/* hooks -- webhooks: events of the log told to other systems, at least once, by Standard Webhooks.
 *
 * A thread that follows the log with a reader of its own. For each webhook that is on and wants an
 * event it writes a row of webhook_deliveries, in one transaction with how far that webhook is
 * (webhook_states): whatever ends the server, none is skipped and none gets a second id. What is
 * due it sends by channels/fetch.h, a few at a time for each webhook, and writes what came of it.
 * One that was sent when the server ended is sent again, with the same id and body.
 *
 * Without a webhook it asks the store one question a second. With one it follows a few times a
 * second, 256 events a commit. Kept: EK_HOOKS_KEEP_DAYS, whatever became of them.
 * Source: spec security, section 5; api, section 7; promises, P9. Why so: docs/adr/0021.
 */
#ifndef EK_CHANNELS_HOOKS_H
#define EK_CHANNELS_HOOKS_H

#include "auth/seal.h"
#include "channels/fetch.h"
#include "model/event.h"
#include "sys/journal.h"
#include "wire/json.h"
#include "writer/group.h"

enum {
	EK_HOOKS_MAX = 50,
	EK_HOOKS_ATTEMPTS = 9,
	EK_HOOKS_AT_ONCE = 8, /* calls under way for each webhook */
	EK_HOOKS_KEEP_DAYS = 30,
	EK_HOOKS_ANSWER = 1000,    /* bytes that are kept of an answer */
	EK_HOOKS_MESSAGE = 4 + 24, /* letters of webhook-id */
};

#define EK_HOOKS_TEST "webhook.test"

/* "msg_" and 144 random bits: the id of a message, by which receivers tell repeats. */
void ek_hooks_print_message(char out[EK_HOOKS_MESSAGE + 1]);

/* What comes of one try. */
struct ek_hooks_try {
	uint32_t attempts; /* before it */
	enum ek_fetch_outcome outcome;
	uint32_t status;
	uint32_t wait_ms; /* of RESTING */
	bool has_event;   /* a test or a report is tried for its own sake */
	bool is_test;     /* tried once */
	ek_time created;
	ek_time success; /* when the webhook last took one; EK_NO_TIME = never */
	ek_time now;
	uint32_t chance; /* 0 to 400: where in the 20 % either way */
};
enum ek_hooks_end { EK_HOOKS_WAITS = 1, EK_HOOKS_DELIVERED, EK_HOOKS_DEAD };
struct ek_hooks_verdict {
	enum ek_hooks_end end;
	uint32_t attempts;
	ek_time next;    /* of one that waits */
	bool is_gone;    /* 410: the webhook is switched off */
	bool has_failed; /* nothing arrived for a whole round: the same */
};
/* Pure: 2xx is success; then after 5 s, 1 min, 5 min, 30 min, 2 h, 6 h, 12 h and 24 h, each 20 %
 * more or less. */
struct ek_hooks_verdict ek_hooks_judge(const struct ek_hooks_try *t);

struct ek_hooks;

struct ek_hooks_options {
	const char *where; /* of the log, for a reader; borrowed for the call */
	struct ek_group *group;
	const struct ek_seal *seal; /* NULL: there is no key, and nothing is sent */
	struct ek_fetch *fetch;
	struct ek_journal *journal;
	ek_time (*now)(void *ctx); /* the wall's */
	/* An event as it is told; false: it is told to nobody. On the thread. */
	bool (*tell)(void *ctx, const struct ek_event *e, struct ek_json *json);
	/* The next id of a table. On the writer's thread. */
	int64_t (*new_id)(void *ctx, struct ek_writer *w, enum ek_content table);
	void *ctx;
};

/* Starts the thread. *hooks is the caller's, to be closed. Errors: the log's; NO_MEMORY. */
bool ek_hooks_open(const struct ek_hooks_options *options, struct ek_hooks **hooks,
		   struct ek_err *err) EK_MUST_CHECK;
/* Ends the thread, after the commit of now; before the group is closed. Accepts NULL. */
void ek_hooks_end(struct ek_hooks *hooks);
/* After it ended and the fetch was closed, which answers here. Accepts NULL inside; leaves NULL. */
void ek_hooks_close(struct ek_hooks **hooks);

struct ek_hooks_counts {
	uint64_t delivered;
	uint64_t failed; /* tries that were in vain */
	uint64_t dead;
};
/* Any thread: since it was opened. */
struct ek_hooks_counts ek_hooks_counts(struct ek_hooks *hooks);

#endif
