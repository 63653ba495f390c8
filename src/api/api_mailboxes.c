/* Mailboxes: which there are, how they go, connected and ended. Passwords come in and never out. */
#include "api/api_mailboxes.h"

#include <string.h>

#include "api/api_audit.h"
#include "api/api_list.h"
#include "api/api_mail.h"
#include "api/api_put.h"
#include "api/api_sample.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "auth/secret.h"
#include "wire/list.h"

enum { MAILBOXES_MAX = 50, KEY = 32, SIGNATURE_MAX = 2000, WIDTH = EK_CONTENT_MAILBOXES_WIDTH };
enum { FAILED_MS = 7 * 86400000 };

struct mailbox {
	uint64_t id;
	bool is_new;
	struct ek_patch_value name, team, signature, host, plus, active;
	ek_str address;
	struct ek_api_mailboxes_server imap;
	struct ek_api_mailboxes_server smtp;
	struct ek_views_value row[WIDTH];
	uint8_t key[KEY];
	uint8_t sealed[KEY + EK_SEAL_MORE];
};

/* ---- writing one */

static void put_server(struct ek_json *j, const char *key, const struct ek_views_value *v)
{
	/* host, port, tls, user and password stand behind each other. */
	ek_json_key(j, key);
	ek_json_object(j);
	ek_api_put_text(j, "host", ek_turn_text(&v[0]));
	ek_api_put_int(j, "port", ek_turn_int(&v[1]));
	ek_api_put_text(j, "tls", ek_turn_text(&v[2]));
	ek_api_put_text(j, "user", ek_turn_text(&v[3]));
	ek_api_put_bool(j, "password_set", v[4].kind == EK_VIEWS_BLOB);
	ek_json_object_end(j);
}

struct way {
	const char *key;
	const char *name; /* in, out */
	ek_time last;
};

static bool put_way(struct ek_turn *t, int64_t id, const struct way *w)
{
	const char *way = w->name;
	const struct ek_views_value args[] = {ek_views_int(id),
					      ek_views_text((ek_str){way, (uint32_t)strlen(way)})};
	struct ek_turn_rows rows;
	struct ek_json *j = &t->out;
	if (!ek_turn_select(t,
			    "SELECT state, error, detail, since_ms FROM mailbox_states WHERE "
			    "mailbox = $1 AND way = $2",
			    args, 2, &rows))
		return false;
	bool is_known = rows.n > 0;
	ek_str error = is_known ? ek_turn_text(&rows.v[1]) : (ek_str){NULL, 0};
	ek_json_key(j, w->key);
	ek_json_object(j);
	ek_api_put_text(j, "state", is_known ? ek_turn_text(&rows.v[0]) : EK_S("unknown"));
	ek_api_put_text(j, "error", error);
	ek_api_put_word(j, "message", ek_api_mailboxes_message(error));
	ek_api_put_text(j, "detail", is_known ? ek_turn_text(&rows.v[2]) : (ek_str){NULL, 0});
	ek_api_put_time(j, "since", (ek_time){is_known ? ek_turn_int(&rows.v[3]) : EK_NONE});
	ek_api_put_time(j, "last_at", w->last);
	ek_json_object_end(j);
	return true;
}

static bool put_ways(struct ek_turn *t, int64_t id)
{
	const struct ek_api_mail *mail = &t->api->options.mail;
	struct ek_api_mail_last last = {EK_NO_TIME, EK_NO_TIME};
	if (mail->last != NULL)
		mail->last(mail->ctx, id, &last);
	return put_way(t, id, &(struct way){"incoming", "in", last.in}) &&
	       put_way(t, id, &(struct way){"outgoing", "out", last.out});
}

/* Answers that wait or failed of late, and what is held: few rows each, by the index of states. */
static bool put_counts(struct ek_turn *t, int64_t id)
{
	const struct ek_views_value args[] = {ek_views_int(id),
					      ek_views_int(t->now.ms - FAILED_MS)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(
		    t,
		    "SELECT (SELECT count(*) FROM mails WHERE state IN ('waiting', 'sending') AND "
		    "mailbox = $1), (SELECT count(*) FROM mails WHERE state = 'failed' AND "
		    "mailbox = $1 AND done_ms >= $2), (SELECT count(*) FROM mails WHERE state = "
		    "'held' AND mailbox = $1)",
		    args, EK_LEN(args), &rows))
		return false;
	ek_api_put_int(&t->out, "waiting", ek_turn_int(&rows.v[0]));
	ek_api_put_int(&t->out, "failed", ek_turn_int(&rows.v[1]));
	ek_api_put_int(&t->out, "held", ek_turn_int(&rows.v[2]));
	return true;
}

static bool write_one(struct ek_turn *t, const struct ek_views_value *v, uint64_t seq)
{
	struct ek_json *j = &t->out;
	int64_t id = v[EK_CONTENT_MAILBOXES_MAILBOX].i;
	int64_t team = ek_turn_int(&v[EK_CONTENT_MAILBOXES_TEAM]);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_MAILBOX, (uint64_t)id);
	ek_api_put_text(j, "address", ek_turn_text(&v[EK_CONTENT_MAILBOXES_ADDRESS]));
	ek_api_put_text(j, "name", ek_turn_text(&v[EK_CONTENT_MAILBOXES_NAME]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, team == EK_NONE ? 0 : (uint64_t)team);
	put_server(j, "imap", &v[EK_CONTENT_MAILBOXES_IMAP_HOST]);
	put_server(j, "smtp", &v[EK_CONTENT_MAILBOXES_SMTP_HOST]);
	ek_api_put_text(j, "signature", ek_turn_text(&v[EK_CONTENT_MAILBOXES_SIGNATURE]));
	ek_api_put_text(j, "trusted_host", ek_turn_text(&v[EK_CONTENT_MAILBOXES_AUTHSERV]));
	ek_api_put_bool(j, "plus_addressing", ek_turn_int(&v[EK_CONTENT_MAILBOXES_PLUS]) == 1);
	ek_api_put_bool(j, "active", ek_turn_int(&v[EK_CONTENT_MAILBOXES_ACTIVE]) == 1);
	bool ok = put_ways(t, id) && put_counts(t, id);
	ek_api_put_time(j, "created_at",
			(ek_time){ek_turn_int(&v[EK_CONTENT_MAILBOXES_CREATED_MS])});
	if (seq != 0)
		ek_api_put_int(j, "seq", (int64_t)seq);
	ek_json_object_end(j);
	return ok;
}

/* ---- reading */

void ek_api_list_mailboxes(struct ek_turn *t)
{
	static const struct ek_list_column columns[] = {
		[EK_LIST_mailboxes_id] = {EK_LIST_NUMBER, "m.mailbox", NULL}};
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_MAILBOXES),
		.columns = columns,
		.select = "m.mailbox, m.address, m.address_key, m.name, m.team, m.imap_host,"
			  " m.imap_port, m.imap_tls, m.imap_user, m.imap_password, m.smtp_host,"
			  " m.smtp_port, m.smtp_tls, m.smtp_user, m.smtp_password, m.signature,"
			  " m.authserv, m.plus, NULL, m.active, m.created_ms",
		.from = "mailboxes m",
		.id = "m.mailbox",
	};
	const struct ek_api_list_ask ask = {.list = &list, .where = "m.deleted_ms IS NULL"};
	struct ek_api_list l;
	if (!ek_turn_may(t, EK_MAY_MAILBOX_MANAGE, NULL) || !ek_api_list_read(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	bool ok = true;
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; ok && i < l.rows.n; i++)
		ok = write_one(t, ek_api_list_at(&l, i), 0);
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

void ek_api_get_mailbox(struct ek_turn *t)
{
	const struct ek_views_value *row;
	uint64_t id;
	if (ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_MAILBOX, &id) &&
	    ek_turn_may(t, EK_MAY_MAILBOX_MANAGE, NULL) && ek_api_mailboxes_find(t, id, &row)) {
		ek_turn_set_etag(t, row[EK_CONTENT_MAILBOXES_REVISION].i);
		if (!write_one(t, row, 0))
			ek_json_reset(&t->out);
	}
	ek_turn_reply(t, 200);
}

/* ---- what is asked for */

static bool take_address(struct ek_turn *t, struct mailbox *m, const struct ek_patch_at *root)
{
	struct ek_patch_at at = ek_patch_member(root, "address");
	if (!m->is_new)
		return true;
	if (ek_patch_state(&at) == EK_PATCH_ABSENT)
		return ek_patch_fault(&at, EK_FAULT_MISSING, NULL);
	return ek_api_text_email(t, &at, &m->address);
}

static void need(const struct ek_api_mailboxes_server *s, bool with_user)
{
	struct ek_patch_at host = ek_patch_member(&s->at, "host");
	struct ek_patch_at port = ek_patch_member(&s->at, "port");
	struct ek_patch_at user = ek_patch_member(&s->at, "user");
	if (ek_patch_state(&host) == EK_PATCH_ABSENT)
		ek_patch_fault(&host, EK_FAULT_MISSING, NULL);
	if (ek_patch_state(&port) == EK_PATCH_ABSENT)
		ek_patch_fault(&port, EK_FAULT_MISSING, NULL);
	if (with_user && ek_patch_state(&user) != EK_PATCH_VALUE)
		ek_patch_fault(&user, EK_FAULT_MISSING, NULL);
}

static void bind(struct ek_turn *t, struct mailbox *m, const struct ek_patch_at *root)
{
	enum { ADDRESS, NAME, TEAM, IMAP, SMTP, SIGN, HOST, PLUS, ACTIVE, MEMBERS };
	const struct ek_patch_rule rules[MEMBERS] = {
		[ADDRESS] = {m->is_new ? "address" : "name", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		[NAME] = {"name", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, EK_API_MAILBOXES_TEXT,
			  NULL},
		[TEAM] = {"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
		[IMAP] = {"imap", EK_PATCH_OF_ANY, 0, m->is_new ? EK_PATCH_REQUIRED : 0, 0, 0,
			  NULL},
		[SMTP] = {"smtp", EK_PATCH_OF_ANY, 0, m->is_new ? EK_PATCH_REQUIRED : 0, 0, 0,
			  NULL},
		[SIGN] = {"signature", EK_PATCH_OF_PROSE, 0, EK_PATCH_NULLABLE, 1, SIGNATURE_MAX,
			  NULL},
		[HOST] = {"trusted_host", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1,
			  EK_API_MAILBOXES_TEXT, NULL},
		[PLUS] = {"plus_addressing", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
		[ACTIVE] = {"active", EK_PATCH_OF_BOOL, 0, 0, 0, 0, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	(void)ek_patch_bind(root, rules, MEMBERS, v);
	m->name = v[NAME];
	m->team = v[TEAM];
	m->signature = v[SIGN];
	m->host = v[HOST];
	m->plus = v[PLUS];
	m->active = v[ACTIVE];
	(void)take_address(t, m, root);
	(void)ek_api_mailboxes_take(&v[IMAP].at, &m->imap);
	(void)ek_api_mailboxes_take(&v[SMTP].at, &m->smtp);
	if (m->is_new && m->imap.is_there)
		need(&m->imap, true);
	if (m->is_new && m->smtp.is_there)
		need(&m->smtp, false);
}

/* ---- the row as it will be */

static void set_text(struct ek_views_value *to, const struct ek_patch_value *v)
{
	if (v->state != EK_PATCH_ABSENT)
		*to = ek_views_text(v->state == EK_PATCH_VALUE ? v->s : (ek_str){NULL, 0});
}

static void set_bool(struct ek_views_value *to, const struct ek_patch_value *v)
{
	if (v->state == EK_PATCH_VALUE)
		*to = ek_views_int(v->i);
}

/* Columns of a server stand behind each other: host, port, tls, user, password. */
static bool set_server(struct mailbox *m, struct ek_views_value *to,
		       struct ek_api_mailboxes_server *s)
{
	(void)m;
	if (!s->is_there)
		return true;
	/* Who could change the host could else have the password sent to another one. */
	bool moves = s->host.state == EK_PATCH_VALUE && !ek_str_equal(s->host.s, ek_turn_text(to));
	set_text(&to[0], &s->host);
	set_bool(&to[1], &s->port);
	if (s->tls.state == EK_PATCH_VALUE) {
		const char *word = ek_api_mailboxes_tls[s->tls.i];
		to[2] = ek_views_text((ek_str){word, (uint32_t)strlen(word)});
	}
	set_text(&to[3], &s->user);
	if (moves || s->password.state == EK_PATCH_NULL)
		to[4] = ek_views_text((ek_str){NULL, 0});
	if (ek_api_mailboxes_is_safe(ek_turn_text(&to[0]), ek_turn_text(&to[2])))
		return true;
	return ek_patch_fault(
		&s->tls.at, EK_FAULT_REFUSED,
		"Without TLS a password and every mail could be read on the way: this "
		"is for servers on this machine alone.");
}

static void seal_password(struct ek_turn *t, struct mailbox *m, const char *which,
			  struct ek_api_mailboxes_server *s)
{
	char place[48];
	bool is_in = s == &m->imap;
	if (!s->is_there || s->password.state != EK_PATCH_VALUE)
		return;
	size_t n = ek_api_mailboxes_place(which, m->id, place);
	ek_seal_put(ek_guard_seal(t), (ek_str){place, (uint32_t)n}, s->password.s.p,
		    s->password.s.n, s->sealed);
	m->row[is_in ? EK_CONTENT_MAILBOXES_IMAP_PASSWORD : EK_CONTENT_MAILBOXES_SMTP_PASSWORD] =
		ek_views_blob(s->sealed, s->password.s.n + EK_SEAL_MORE);
}

static bool set_row(struct ek_turn *t, struct mailbox *m)
{
	struct ek_views_value *v = m->row;
	struct ek_turn_rows rows;
	set_text(&v[EK_CONTENT_MAILBOXES_NAME], &m->name);
	set_text(&v[EK_CONTENT_MAILBOXES_SIGNATURE], &m->signature);
	set_text(&v[EK_CONTENT_MAILBOXES_AUTHSERV], &m->host);
	set_bool(&v[EK_CONTENT_MAILBOXES_PLUS], &m->plus);
	set_bool(&v[EK_CONTENT_MAILBOXES_ACTIVE], &m->active);
	if (m->team.state == EK_PATCH_NULL)
		v[EK_CONTENT_MAILBOXES_TEAM] = ek_views_id(0);
	if (m->team.state == EK_PATCH_VALUE) {
		const struct ek_views_value team = ek_views_int(m->team.i);
		if (!ek_turn_select(t,
				    "SELECT team FROM team_profiles WHERE team = $1 AND "
				    "deleted_ms IS NULL",
				    &team, 1, &rows))
			return false;
		if (rows.n == 0)
			return ek_patch_fault(&m->team.at, EK_FAULT_NOT_FOUND, NULL);
		v[EK_CONTENT_MAILBOXES_TEAM] = team;
	}
	return set_server(m, &v[EK_CONTENT_MAILBOXES_IMAP_HOST], &m->imap) &&
	       set_server(m, &v[EK_CONTENT_MAILBOXES_SMTP_HOST], &m->smtp);
}

static void audit(struct ek_turn *t, const struct mailbox *m, const char *action)
{
	ek_api_audit_add(t, &(struct ek_api_audit){
				    .action = action, .object_kind = "mailbox", .object = m->id});
}

static void answer_row(struct ek_turn *t, struct mailbox *m)
{
	seal_password(t, m, "imap", &m->imap);
	seal_password(t, m, "smtp", &m->smtp);
	m->row[EK_CONTENT_MAILBOXES_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_MAILBOXES, m->row);
	ek_turn_set_etag(t, m->row[EK_CONTENT_MAILBOXES_REVISION].i);
	if (!write_one(t, m->row, t->seq))
		ek_json_reset(&t->out);
}

/* ---- POST /mailboxes */

static bool check_create(struct ek_turn *t)
{
	struct mailbox *m = t->state;
	struct ek_views_value *v = m->row;
	struct ek_turn_rows rows;
	ek_str key = ek_api_list_fold(t, m->address);
	const struct ek_views_value arg = ek_views_text(key);
	if (!ek_api_sample_lets_out(t) ||
	    !ek_turn_select(t,
			    "SELECT count(*), sum(CASE WHEN address_key = $1 THEN 1 ELSE 0 END) "
			    "FROM mailboxes WHERE deleted_ms IS NULL",
			    &arg, 1, &rows))
		return false;
	if (ek_turn_int(&rows.v[0]) >= MAILBOXES_MAX)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "there are at most %d of these", MAILBOXES_MAX);
	if (ek_turn_int(&rows.v[1]) > 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "this address is connected already");
	v[EK_CONTENT_MAILBOXES_ADDRESS] = ek_views_text(m->address);
	v[EK_CONTENT_MAILBOXES_ADDRESS_KEY] = arg;
	v[EK_CONTENT_MAILBOXES_IMAP_TLS] = ek_views_text(EK_S("tls"));
	v[EK_CONTENT_MAILBOXES_SMTP_TLS] = ek_views_text(EK_S("tls"));
	v[EK_CONTENT_MAILBOXES_PLUS] = ek_views_int(1);
	v[EK_CONTENT_MAILBOXES_ACTIVE] = ek_views_int(1);
	v[EK_CONTENT_MAILBOXES_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_MAILBOXES_REVISION] = ek_views_int(1);
	return set_row(t, m);
}

static void created(struct ek_turn *t, const struct ek_answer *answer)
{
	struct mailbox *m = t->state;
	char place[48];
	(void)answer;
	m->id = ek_turn_new_id(t, EK_CONTENT_MAILBOXES);
	ek_secret_random(m->key, sizeof m->key);
	size_t n = ek_api_mailboxes_place("token", m->id, place);
	ek_seal_put(ek_guard_seal(t), (ek_str){place, (uint32_t)n}, m->key, sizeof m->key,
		    m->sealed);
	ek_secret_wipe(m->key, sizeof m->key);
	m->row[EK_CONTENT_MAILBOXES_MAILBOX] = ek_views_int((int64_t)m->id);
	m->row[EK_CONTENT_MAILBOXES_TOKEN_KEY] = ek_views_blob(m->sealed, sizeof m->sealed);
	t->status = 201;
	answer_row(t, m);
	audit(t, m, "mailbox.created");
}

static bool begin(struct ek_turn *t, struct mailbox *m)
{
	struct ek_patch_at *root = EK_TURN_NEW(t, struct ek_patch_at);
	if (root == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, root))
		return false;
	bind(t, m, root);
	if (ek_guard_seal(t) == NULL)
		ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
			       "this server has no master key: give it a directory for one");
	return ek_turn_may(t, EK_MAY_MAILBOX_MANAGE, NULL) && ek_problem_is_none(&t->problem);
}

void ek_api_create_mailbox(struct ek_turn *t)
{
	struct mailbox *m = EK_TURN_NEW(t, struct mailbox);
	t->state = m;
	if (m != NULL)
		m->is_new = true;
	if (m != NULL && begin(t, m))
		ek_turn_write(t, &(struct ek_turn_write){.check = check_create,
							 .made = created,
							 .tell = ek_api_mail_nudge});
	else
		ek_turn_reply(t, 0);
}

/* ---- PATCH /mailboxes/{id} */

static bool check_update(struct ek_turn *t)
{
	struct mailbox *m = t->state;
	const struct ek_views_value *row;
	if (!ek_api_mailboxes_find(t, m->id, &row) ||
	    !ek_turn_if_match(t, row[EK_CONTENT_MAILBOXES_REVISION].i))
		return false;
	memcpy(m->row, row, sizeof m->row);
	m->row[EK_CONTENT_MAILBOXES_REVISION] =
		ek_views_int(row[EK_CONTENT_MAILBOXES_REVISION].i + 1);
	return set_row(t, m);
}

static void updated(struct ek_turn *t, const struct ek_answer *answer)
{
	struct mailbox *m = t->state;
	(void)answer;
	answer_row(t, m);
	audit(t, m, "mailbox.changed");
}

void ek_api_update_mailbox(struct ek_turn *t)
{
	struct mailbox *m = EK_TURN_NEW(t, struct mailbox);
	t->state = m;
	if (m != NULL && ek_turn_id(t, "id", EK_IDENT_MAILBOX, &m->id) && begin(t, m))
		ek_turn_write(t, &(struct ek_turn_write){.check = check_update,
							 .made = updated,
							 .tell = ek_api_mail_nudge});
	else
		ek_turn_reply(t, 0);
}

/* ---- DELETE /mailboxes/{id} */

static bool check_delete(struct ek_turn *t)
{
	struct mailbox *m = t->state;
	const struct ek_views_value *row;
	if (!ek_api_mailboxes_find(t, m->id, &row))
		return false;
	memcpy(m->row, row, sizeof m->row);
	return true;
}

/* What came by it names it still; its secrets are gone. */
static void deleted(struct ek_turn *t, const struct ek_answer *answer)
{
	struct mailbox *m = t->state;
	(void)answer;
	m->row[EK_CONTENT_MAILBOXES_IMAP_PASSWORD] = ek_views_text((ek_str){NULL, 0});
	m->row[EK_CONTENT_MAILBOXES_SMTP_PASSWORD] = ek_views_text((ek_str){NULL, 0});
	m->row[EK_CONTENT_MAILBOXES_ACTIVE] = ek_views_int(0);
	m->row[EK_CONTENT_MAILBOXES_DELETED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_MAILBOXES, m->row);
	audit(t, m, "mailbox.deleted");
	t->status = 204;
}

void ek_api_delete_mailbox(struct ek_turn *t)
{
	struct mailbox *m = EK_TURN_NEW(t, struct mailbox);
	t->state = m;
	if (m != NULL && ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_MAILBOX, &m->id) &&
	    ek_turn_may(t, EK_MAY_MAILBOX_MANAGE, NULL))
		ek_turn_write(t, &(struct ek_turn_write){.check = check_delete,
							 .made = deleted,
							 .tell = ek_api_mail_nudge});
	else
		ek_turn_reply(t, 0);
}
