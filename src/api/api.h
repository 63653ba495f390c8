/* api -- what HTTP requests mean: from a request to a read, a look or a command, and to the answer.
 *
 * Knows the resources and their rights; knows neither HTTP's bytes nor the engine's insides. One
 * file for each resource; which request goes to which function stands in schema/routes.def, how a
 * request is treated in turn.h. Beside /api/v1 it answers /healthz, /readyz, /metrics, /problems,
 * and with the web UI.
 */
#ifndef EK_API_API_H
#define EK_API_API_H

#include "http/http.h"
#include "push/feed.h"
#include "sys/journal.h"
#include "writer/group.h"

struct ek_api;
struct ek_figures;

/* The sample workspace comes and goes: another store takes this one's place
 * (server/sample_swap.h). */
struct ek_api_sample {
	void *ctx;
	/* On a job's thread: makes the other store beside this one. */
	bool (*prepare)(void *ctx, bool loads, struct ek_err *err);
	/* Any thread: the other store is to take the place of this one soon, for that job, whose
	 * row is kept there as done, or here as failed. */
	void (*swap)(void *ctx, bool loads, int64_t job);
};

/* Who keeps the figures (server/folder.h). take NULL: nobody does. */
struct ek_api_figures {
	void *ctx;
	/* Any thread: under a lock until give. NULL: they are not there yet, and nothing is to be
	 * given back. */
	const struct ek_figures *(*take)(void *ctx);
	void (*give)(void *ctx);
};

/* Who speaks with servers of mail (server/serve.c). nudge NULL: nobody does. */
struct ek_api_mail_server {
	bool is_smtp;
	const char *host; /* all texts ended; tls is tls, starttls or none */
	uint16_t port;
	const char *tls;
	const char *user;     /* "" = without signing in */
	const char *password; /* "" = none */
	ek_str address;       /* in whose name */
	ek_str listed;        /* the setting outbound_networks */
};
enum { EK_API_MAIL_DETAIL = 200 };
struct ek_api_mail_result {
	const char *error; /* a word of channels/peer.h; static; NULL = it went well */
	char detail[EK_API_MAIL_DETAIL];
	bool can_idle; /* of one that went well, for incoming mail */
};
struct ek_api_mail_last {
	ek_time in; /* EK_NO_TIME = not yet */
	ek_time out;
};
struct ek_api_mail {
	void *ctx;
	/* Any thread: mailboxes changed, or there is something to send or to release. */
	void (*nudge)(void *ctx);
	/* A thread that may wait: connects and signs in. At most 30 s. */
	void (*attempt)(void *ctx, const struct ek_api_mail_server *server,
			struct ek_api_mail_result *out);
	/* Any thread: when looking into INBOX and sending went well last, since the start. */
	void (*last)(void *ctx, int64_t mailbox, struct ek_api_mail_last *out);
	/* Pictures of mails that lie elsewhere; borrowed. */
	const char *picture_networks; /* may be asked although they are not global; with commas */
	const char *picture_authorities; /* PEM beside the system's; "" = none */
};

/* What was sent to other systems, for /metrics. count NULL: nobody knows. */
struct ek_api_webhooks_counts {
	uint64_t delivered;
	uint64_t failed; /* tries that were in vain */
	uint64_t dead;
};
struct ek_api_webhooks {
	void *ctx;
	void (*count)(void *ctx, struct ek_api_webhooks_counts *out); /* any thread */
};

struct ek_api_options {
	struct ek_alloc alloc;
	const char *where; /* of the log, for readers (store/reader.h); borrowed for the call */
	/* Borrowed until the API is closed. */
	struct ek_group *group;
	struct ek_writer *writer; /* the group's; looked at on its thread only */
	struct ek_feed *feed;
	struct ek_http *http;
	struct ek_journal *journal;
	const char *version;
	const char *url;             /* how browsers reach the server */
	const char *directory;       /* of the master key, attachments; NULL = none */
	const char *web;             /* a file with a pack of the UI; NULL or "": the one inside */
	const char *scanner;         /* channels/scan.h; NULL or "" = none */
	uint32_t rate, burst;        /* 0 = the defaults */
	struct ek_api_sample sample; /* prepare NULL: this store cannot be changed so */
	struct ek_api_figures figures;
	struct ek_api_mail mail;
	struct ek_api_webhooks webhooks;
	bool is_quiet; /* nothing is done unasked: no thread of its own (api/again.h) */
};

/* Errors: the readers', NO_MEMORY; USAGE for options.web. */
bool ek_api_open(const struct ek_api_options *options, struct ek_api **api,
		 struct ek_err *err) EK_MUST_CHECK;
/* Before ek_http_stop: what waits for somebody outside need not be waited for. */
void ek_api_hurry(struct ek_api *api);
/* After ek_http_stop and before the group is closed: what waits on threads of its own is answered.
 * */
void ek_api_stop(struct ek_api *api);
/* No request is under way. Accepts NULL inside; leaves NULL. */
void ek_api_close(struct ek_api **api);

/* On the HTTP thread. Answers the request, now or later. */
void ek_api_handle(struct ek_api *api, struct ek_http_request *request);
/* Most bytes of body for this route. On the HTTP thread. */
size_t ek_api_body_max(struct ek_api *api, ek_str method, ek_str path);
/* Puts HTTP's own refusals into problem+json; any thread, no state (http/http.h). */
void ek_api_refuse(void *ctx, const struct ek_http_refusal *why, struct ek_arena *arena,
		   struct ek_http_reply *reply);

/* The next id of a row of content, with the counter's row in the pending transaction: for who
 * writes such rows beside the API. On the writer's thread, in a call's `made`. */
int64_t ek_api_new_id(struct ek_api *api, struct ek_writer *w, enum ek_content table);

/* The same id, before it is taken: in a call's `check`. */
int64_t ek_api_next_id(const struct ek_api *api, enum ek_content table);

/* The one-time code of the first run; false when there is an owner. */
bool ek_api_setup_code(struct ek_api *api, char *out, size_t cap);

#endif
