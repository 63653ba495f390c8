#include "server/mailman.h"

#include <string.h>

#include "api/api_arrive.h"
#include "api/api_clock.h"
#include "api/api_letters.h"
#include "api/guard.h"
#include "channels/imap.h"
#include "channels/post.h"
#include "channels/smtp.h"
#include "sys/heap.h"
#include "sys/thread.h"

struct ek_mailman {
	struct ek_mailman_options options;
	struct ek_api *api;
	struct ek_thread_lock *lock; /* over post */
	struct ek_post *post;        /* NULL: not yet, or no more */
	bool has_library;
};

/* ---- what the mailboxes ask, on the writer's thread */

static int64_t next_id(void *ctx, enum ek_content table)
{
	const struct ek_mailman *m = ctx;
	return ek_api_next_id(m->api, table);
}

static int64_t new_id(void *ctx, struct ek_writer *w, enum ek_content table)
{
	const struct ek_mailman *m = ctx;
	return ek_api_new_id(m->api, w, table);
}

static bool arrive(void *ctx, struct ek_post_arrival *arrival, struct ek_err *err)
{
	const struct ek_mailman *m = ctx;
	struct ek_api_arrive of = {
		.source = {.channel = EK_CAPACITY_CLASS_EMAIL,
			   .contact = arrival->contact,
			   .title = arrival->subject,
			   .text = arrival->text,
			   .recipient = arrival->to,
			   .sender = arrival->from},
		.cmd = arrival->cmd,
		.at = arrival->at,
	};
	if (!ek_api_arrive_before(m->api, &of, err))
		return false;
	arrival->attributes = of.attributes;
	return true;
}

static void arrived(void *ctx, struct ek_writer *w, ek_conversation_id id)
{
	const struct ek_mailman *m = ctx;
	ek_api_arrive_after(m->api, w, id);
}

static bool follow(void *ctx, const struct ek_cmd **cmd, ek_time at, struct ek_err *err)
{
	const struct ek_mailman *m = ctx;
	return ek_api_clock_before(m->api, cmd, at, err);
}

static void followed(void *ctx, struct ek_writer *w, ek_conversation_id id)
{
	const struct ek_mailman *m = ctx;
	ek_api_clock_after(m->api, w, id);
}

/* ---- what they ask on their own threads */

static bool write_letter(void *ctx, const struct ek_post_letter *letter, struct ek_letter *out,
			 struct ek_err *err)
{
	const struct ek_mailman *m = ctx;
	return ek_api_letters_write(m->api, letter, out, err);
}

/* ---- what the API asks */

static void nudge(void *ctx)
{
	struct ek_mailman *m = ctx;
	ek_thread_lock_take(m->lock);
	if (m->post != NULL)
		ek_post_nudge(m->post);
	ek_thread_lock_give(m->lock);
}

static void attempt(void *ctx, const struct ek_api_mail_server *server,
		    struct ek_api_mail_result *out)
{
	const struct ek_mailman *m = ctx;
	struct ek_peer peer = {.port = server->port,
			       .authorities = m->options.authorities,
			       .patience = {EK_IMAP_CONNECT_MS}};
	struct ek_peer_fault fault = {.error = EK_PEER_NONE};
	bool can_idle = false;
	const ek_str tls = {server->tls, (uint32_t)strlen(server->tls)};
	bool known = ek_peer_tls_read(tls, &peer.tls);
	ek_assert(known);
	ek_format(peer.host, sizeof peer.host, "%s", server->host);
	ek_format(peer.user, sizeof peer.user, "%s", server->user);
	ek_format(peer.password, sizeof peer.password, "%s", server->password);
	ek_outbound_list_read(server->listed, &peer.listed);
	bool ok = false;
	if (server->is_smtp) {
		ok = ek_smtp_try(&peer, server->address, &fault);
	} else {
		const struct ek_imap_watch watch = {NULL, NULL};
		struct ek_imap *imap = NULL;
		ok = ek_imap_open(&peer, &watch, &imap, &fault);
		can_idle = ok && ek_imap_can_idle(imap);
		ek_imap_close(&imap);
	}
	ek_secret_wipe(&peer, sizeof peer);
	*out = (struct ek_api_mail_result){.error = ok ? NULL : ek_peer_word(fault.error),
					   .can_idle = can_idle};
	ek_format(out->detail, sizeof out->detail, "%s", ok ? "" : fault.detail);
}

static void last(void *ctx, int64_t mailbox, struct ek_api_mail_last *out)
{
	struct ek_mailman *m = ctx;
	*out = (struct ek_api_mail_last){EK_NO_TIME, EK_NO_TIME};
	ek_thread_lock_take(m->lock);
	if (m->post != NULL)
		ek_post_last(m->post, mailbox, &out->in, &out->out);
	ek_thread_lock_give(m->lock);
}

struct ek_api_mail ek_mailman_hooks(struct ek_mailman *mailman)
{
	return (struct ek_api_mail){.ctx = mailman,
				    .nudge = nudge,
				    .attempt = attempt,
				    .last = last,
				    .picture_networks = mailman->options.picture_networks,
				    .picture_authorities = mailman->options.picture_authorities};
}

/* ---- open, close */

bool ek_mailman_open(const struct ek_mailman_options *options, struct ek_mailman **mailman,
		     struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_mailman *m = ek_alloc_get(&alloc, sizeof *m);
	*mailman = NULL;
	if (m == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for mail");
	*m = (struct ek_mailman){.options = *options};
	m->has_library = ek_peer_begin(err);
	bool ok = m->has_library && ek_thread_lock_open(&m->lock, err);
	if (!ok)
		ek_mailman_close(&m);
	*mailman = m;
	return ok;
}

bool ek_mailman_start(struct ek_mailman *mailman, struct ek_api *api, struct ek_err *err)
{
	const struct ek_mailman_options *o = &mailman->options;
	struct ek_post *post;
	const struct ek_post_options options = {
		.where = o->where,
		.directory = o->directory,
		.key = EK_GUARD_KEY,
		.group = o->group,
		.journal = o->journal,
		.authorities = o->authorities,
		.scanner = o->scanner,
		.poll = o->poll,
		.patience = o->patience,
		.give_up = o->give_up,
		.next_id = next_id,
		.new_id = new_id,
		.arrive = arrive,
		.arrived = arrived,
		.follow = follow,
		.followed = followed,
		.write = write_letter,
		.ctx = mailman,
	};
	mailman->api = api;
	if (!ek_post_open(&options, &post, err))
		return false;
	ek_thread_lock_take(mailman->lock);
	mailman->post = post;
	ek_thread_lock_give(mailman->lock);
	return true;
}

void ek_mailman_stop(struct ek_mailman *mailman)
{
	if (mailman == NULL)
		return;
	ek_thread_lock_take(mailman->lock);
	struct ek_post *post = mailman->post;
	mailman->post = NULL;
	ek_thread_lock_give(mailman->lock);
	ek_post_close(&post);
}

void ek_mailman_close(struct ek_mailman **mailman)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_mailman *m = *mailman;
	if (m == NULL)
		return;
	ek_thread_lock_close(&m->lock);
	if (m->has_library)
		ek_peer_end();
	ek_alloc_free(&alloc, m, sizeof *m);
	*mailman = NULL;
}
