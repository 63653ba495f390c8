/* Servers of mail as a body says, and what went wrong with one as a person reads it. */
#include <string.h>

#include "api/api_mailboxes.h"
#include "api/guard.h"

const char *const ek_api_mailboxes_tls[] = {"tls", "starttls", "none", NULL};

bool ek_api_mailboxes_take(const struct ek_patch_at *at, struct ek_api_mailboxes_server *out)
{
	enum { HOST, PORT, TLS, USER, PASSWORD, MEMBERS };
	static const struct ek_patch_rule rules[MEMBERS] = {
		[HOST] = {"host", EK_PATCH_OF_TEXT, 0, 0, 1, EK_API_MAILBOXES_TEXT, NULL},
		[PORT] = {"port", EK_PATCH_OF_INT, 0, 0, 1, 65535, NULL},
		[TLS] = {"tls", EK_PATCH_OF_WORD, 0, 0, 0, 0, ek_api_mailboxes_tls},
		[USER] = {"user", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, EK_API_MAILBOXES_TEXT,
			  NULL},
		[PASSWORD] = {"password", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1,
			      EK_API_MAILBOXES_TEXT, NULL},
	};
	struct ek_patch_value v[MEMBERS] = {0};
	out->at = *at;
	out->is_there = ek_patch_state(at) != EK_PATCH_ABSENT;
	if (!out->is_there)
		return true;
	bool ok = ek_patch_bind(&out->at, rules, MEMBERS, v);
	out->host = v[HOST];
	out->port = v[PORT];
	out->tls = v[TLS];
	out->user = v[USER];
	out->password = v[PASSWORD];
	ek_str host = out->host.s;
	/* A name or an address: nothing that would be another part of a URL. */
	for (uint32_t i = 0; i < host.n && out->host.state == EK_PATCH_VALUE; i++) {
		char c = host.p[i];
		bool is_name = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			       (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' ||
			       c == '_';
		if (!is_name)
			return ek_patch_fault(&out->host.at, EK_FAULT_REFUSED,
					      "This is no name of a server.");
	}
	return ok;
}

bool ek_api_mailboxes_is_safe(ek_str host, ek_str tls)
{
	bool is_here = ek_str_is(host, "localhost") || ek_str_is(host, "::1") ||
		       (host.n >= 4 && memcmp(host.p, "127.", 4) == 0);
	return is_here || !ek_str_is(tls, "none");
}

bool ek_api_mailboxes_find(struct ek_turn *t, uint64_t id, const struct ek_views_value **row)
{
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_MAILBOXES, (int64_t)id, row, &found))
		return false;
	if (found && (*row)[EK_CONTENT_MAILBOXES_DELETED_MS].kind == EK_VIEWS_NULL)
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

size_t ek_api_mailboxes_place(const char *which, uint64_t id, char out[48])
{
	return ek_format(out, 48, "mailbox %s %llu", which, (unsigned long long)id);
}

void ek_api_mailboxes_password(struct ek_turn *t, const struct ek_views_value *row,
			       const char *which, char out[EK_API_MAILBOXES_TEXT + 1])
{
	char place[48];
	struct ek_err err;
	uint32_t column = strcmp(which, "imap") == 0 ? EK_CONTENT_MAILBOXES_IMAP_PASSWORD
						     : EK_CONTENT_MAILBOXES_SMTP_PASSWORD;
	const struct ek_views_value *sealed = &row[column];
	struct ek_seal_out to = {(uint8_t *)out, EK_API_MAILBOXES_TEXT, 0};
	size_t n =
		ek_api_mailboxes_place(which, (uint64_t)row[EK_CONTENT_MAILBOXES_MAILBOX].i, place);
	bool ok = sealed->kind == EK_VIEWS_BLOB && ek_guard_seal(t) != NULL &&
		  ek_seal_get(ek_guard_seal(t), (ek_str){place, (uint32_t)n},
			      (ek_str){sealed->p, sealed->n}, &to, &err);
	out[ok ? to.n : 0] = 0;
}

const char *ek_api_mailboxes_message(ek_str error)
{
	static const struct {
		const char *error;
		const char *message;
	} all[] = {
		{"host_unknown", "There is no server of this name. Look at how it is written."},
		{"port_closed",
		 "The server takes no connections on this port. Look at the number."},
		{"port_blocked", "Nothing answers. A firewall may block this port, or the name or "
				 "the port is wrong."},
		{"no_tls", "This port does not protect connections in the way that was chosen. Try "
			   "the other one: TLS or STARTTLS."},
		{"tls_name", "The server's certificate is for another name. Use the name that your "
			     "provider gives."},
		{"tls_untrusted", "Nobody who is trusted vouches for the server's certificate, or "
				  "it has run out."},
		{"wrong_password",
		 "The user name or the password is not right. Some providers want "
		 "a password made for this program."},
		{"no_mail", "Something answers, but it is no server of mail of this kind."},
		{"refused", "The server refuses. What it said stands beside this."},
		{"busy", "The server says that it will do it later. It is tried again."},
		{"cut", "The connection ended early. It is tried again."},
		{"folder", "There is no inbox in this account."},
		{"bounced", "It came back: the other side could not deliver it."},
		{"not_allowed",
		 "No server of mail is called at this address. One in an unusual network is "
		 "reached "
		 "once that is listed under outgoing calls; without TLS only one on this machine."},
		{"local", "This machine is short of something. The journal says more."},
	};
	for (size_t i = 0; i < EK_LEN(all); i++) {
		if (ek_str_is(error, all[i].error))
			return all[i].message;
	}
	return NULL;
}
