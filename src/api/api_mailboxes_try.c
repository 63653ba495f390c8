/* POST /mailboxes/try: are servers of mail there, protected, and do they let us in? Asked for
 * before anything is kept, and with the passwords that are kept where none is given. */
#include <string.h>

#include "api/api_mailboxes.h"
#include "api/api_put.h"
#include "api/api_sample.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "api/worker.h"
#include "auth/secret.h"

enum { SERVERS = 2, ADDRESS_MAX = 254 };
static const char *const names[SERVERS] = {"imap", "smtp"};

struct side {
	bool is_asked;
	char host[EK_API_MAILBOXES_TEXT + 1];
	char user[EK_API_MAILBOXES_TEXT + 1];
	char password[EK_API_MAILBOXES_TEXT + 1];
	const char *tls;
	uint16_t port;
};

struct trial {
	struct side sides[SERVERS];
	ek_str address;
	ek_str listed; /* networks, as the setting has them */
};

static void keep(char *out, ek_str s)
{
	uint32_t n = s.n <= EK_API_MAILBOXES_TEXT ? s.n : 0;
	if (n > 0)
		memcpy(out, s.p, n);
	out[n] = 0;
}

/* As the row has it; row NULL: nothing. */
static void take_row(struct ek_turn *t, const struct ek_views_value *row, int which, struct side *s)
{
	uint32_t at = which == 0 ? EK_CONTENT_MAILBOXES_IMAP_HOST : EK_CONTENT_MAILBOXES_SMTP_HOST;
	s->tls = ek_api_mailboxes_tls[0];
	if (row == NULL)
		return;
	keep(s->host, ek_turn_text(&row[at]));
	s->port = (uint16_t)ek_turn_int(&row[at + 1]);
	for (int i = 0; ek_api_mailboxes_tls[i] != NULL; i++) {
		if (ek_str_is(ek_turn_text(&row[at + 2]), ek_api_mailboxes_tls[i]))
			s->tls = ek_api_mailboxes_tls[i];
	}
	keep(s->user, ek_turn_text(&row[at + 3]));
	ek_api_mailboxes_password(t, row, names[which], s->password);
}

static bool take_side(const struct ek_patch_at *at, struct side *s)
{
	struct ek_api_mailboxes_server asked = {0};
	if (!ek_api_mailboxes_take(at, &asked) || !asked.is_there)
		return !asked.is_there;
	s->is_asked = true;
	if (asked.host.state == EK_PATCH_VALUE) {
		/* A kept password goes to the host that it was kept for. */
		if (strlen(s->host) != asked.host.s.n ||
		    memcmp(s->host, asked.host.s.p, asked.host.s.n) != 0)
			s->password[0] = 0;
		keep(s->host, asked.host.s);
	}
	if (asked.port.state == EK_PATCH_VALUE)
		s->port = (uint16_t)asked.port.i;
	if (asked.tls.state == EK_PATCH_VALUE)
		s->tls = ek_api_mailboxes_tls[asked.tls.i];
	if (asked.user.state != EK_PATCH_ABSENT)
		keep(s->user, asked.user.state == EK_PATCH_VALUE ? asked.user.s : EK_S(""));
	if (asked.password.state == EK_PATCH_VALUE)
		keep(s->password, asked.password.s);
	struct ek_patch_at host = ek_patch_member(&asked.at, "host");
	if (s->host[0] == 0 || s->port == 0)
		return ek_patch_fault(&host, EK_FAULT_MISSING, "A host and a port are needed.");
	const ek_str name = {s->host, (uint32_t)strlen(s->host)};
	const ek_str tls = {s->tls, (uint32_t)strlen(s->tls)};
	return ek_api_mailboxes_is_safe(name, tls) ||
	       ek_patch_fault(&host, EK_FAULT_REFUSED,
			      "Without TLS is for servers on this machine alone.");
}

/* ---- on the thread that waits */

static void write_result(struct ek_turn *t, const struct trial *r, int which)
{
	const struct side *s = &r->sides[which];
	const struct ek_api_mail *mail = &t->api->options.mail;
	struct ek_api_mail_result got = {.error = NULL};
	struct ek_json *j = &t->out;
	ek_json_key(j, names[which]);
	if (!s->is_asked) {
		ek_json_null(j);
		return;
	}
	const struct ek_api_mail_server server = {
		.is_smtp = which == 1,
		.host = s->host,
		.port = s->port,
		.tls = s->tls,
		.user = s->user,
		.password = s->password,
		.address = r->address,
		.listed = r->listed,
	};
	mail->attempt(mail->ctx, &server, &got);
	const ek_str error = {got.error, got.error == NULL ? 0 : (uint32_t)strlen(got.error)};
	const ek_str detail = {got.detail, (uint32_t)strlen(got.detail)};
	ek_json_object(j);
	ek_api_put_bool(j, "ok", got.error == NULL);
	ek_json_key(j, "idle");
	if (got.error == NULL && which == 0)
		ek_json_bool(j, got.can_idle);
	else
		ek_json_null(j);
	ek_api_put_text(j, "error", error);
	ek_api_put_word(j, "message", ek_api_mailboxes_message(error));
	ek_api_put_text(j, "detail", got.error == NULL ? (ek_str){NULL, 0} : detail);
	ek_json_object_end(j);
}

static void run(struct ek_turn *t, struct ek_worker *w)
{
	struct trial *r = t->state;
	(void)w;
	/* Nothing is read while others are waited for. */
	ek_reader_end(t->reader);
	ek_json_object(&t->out);
	for (int i = 0; i < SERVERS; i++)
		write_result(t, r, i);
	ek_json_object_end(&t->out);
	for (int i = 0; i < SERVERS; i++)
		ek_secret_wipe(r->sides[i].password, sizeof r->sides[i].password);
	ek_turn_reply(t, 200);
}

/* ---- the operation */

static bool bind(struct ek_turn *t, struct trial *r)
{
	enum { MAILBOX, ADDRESS, IMAP, SMTP, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[MAILBOX] = {"mailbox", EK_PATCH_OF_ID, EK_IDENT_MAILBOX, 0, 0, 0, NULL},
		[ADDRESS] = {"address", EK_PATCH_OF_TEXT, 0, 0, 1, ADDRESS_MAX, NULL},
		[IMAP] = {"imap", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[SMTP] = {"smtp", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	struct ek_patch_at root;
	const struct ek_views_value *row = NULL;
	if (!ek_turn_body(t, &root) || !ek_turn_may(t, EK_MAY_MAILBOX_MANAGE, NULL) ||
	    !ek_patch_bind(&root, rules, MEMBERS, v))
		return false;
	if (v[MAILBOX].state == EK_PATCH_VALUE &&
	    !ek_api_mailboxes_find(t, (uint64_t)v[MAILBOX].i, &row))
		return false;
	r->address = v[ADDRESS].state == EK_PATCH_VALUE ? v[ADDRESS].s
		     : row != NULL ? ek_turn_text(&row[EK_CONTENT_MAILBOXES_ADDRESS])
				   : EK_S("");
	for (int i = 0; i < SERVERS; i++) {
		take_row(t, row, i, &r->sides[i]);
		if (!take_side(&v[IMAP + i].at, &r->sides[i]))
			return false;
	}
	return ek_problem_is_none(&t->problem);
}

static bool read_listed(struct ek_turn *t, struct trial *r)
{
	static const char sql[] =
		"SELECT value FROM server_settings WHERE name = 'outbound_networks'";
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, NULL, 0, &rows))
		return false;
	r->listed = rows.n > 0 ? ek_turn_text(&rows.v[0]) : EK_S("");
	return true;
}

void ek_api_try_mailbox(struct ek_turn *t)
{
	struct trial *r = EK_TURN_NEW(t, struct trial);
	t->state = r;
	bool ok = r != NULL && ek_query_end(&t->query) && bind(t, r) && ek_api_sample_lets_out(t) &&
		  read_listed(t, r);
	if (ok && t->api->options.mail.attempt == NULL)
		ok = ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
				    "nobody speaks with servers of mail here");
	if (ok)
		ek_worker_submit(t->api->caller_out, t, run);
	else
		ek_turn_reply(t, 0);
}
