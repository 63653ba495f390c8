/* mail: what Evenkeel sees of a message, for whoever has to say why. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/mail.h"
#include "cli/run.h"
#include "sys/hash.h"
#include "sys/heap.h"

enum { ANSWER_MAX = 64 * 1024 * 1024, STEP = 64 * 1024 };

/* ---- in */

/* Reads a stream to its end, or to one byte over what a mail may have. *p is the caller's, for
 * free(), whatever comes back. */
static bool read_all(FILE *f, char **p, uint32_t *n, struct ek_err *err)
{
	size_t cap = 0;
	*p = NULL;
	*n = 0;
	while (*n <= EK_MAIL_RAW_MAX) {
		if (*n + (size_t)STEP > cap) {
			cap = 2 * cap + STEP;
			char *grown = realloc(*p, cap);
			if (grown == NULL)
				return ek_fail(err, EK_NO_MEMORY, "no memory for a message");
			*p = grown;
		}
		size_t got = fread(*p + *n, 1, STEP, f);
		*n += (uint32_t)got;
		if (got == 0)
			return ferror(f) == 0 || ek_fail(err, EK_IO, "cannot read the message");
	}
	return true;
}

static bool read_file(const char *path, char **p, uint32_t *n, struct ek_err *err)
{
	bool is_input = strcmp(path, "-") == 0;
	FILE *f = is_input ? stdin : fopen(path, "rbe");
	*p = NULL;
	if (f == NULL)
		return ek_fail(err, errno == ENOENT ? EK_NOT_FOUND : EK_IO, "%s: %s", path,
			       strerror(errno));
	bool ok = read_all(f, p, n, err);
	if (!is_input)
		(void)fclose(f);
	return ok;
}

/* ---- out */

static void say_text(struct ek_json *j, const char *key, ek_str s)
{
	ek_json_key(j, key);
	ek_json_text(j, s);
}

static void say_bool(struct ek_json *j, const char *key, bool v)
{
	ek_json_key(j, key);
	ek_json_bool(j, v);
}

static void say_number(struct ek_json *j, const char *key, uint64_t v)
{
	ek_json_key(j, key);
	ek_json_uint(j, v);
}

static void say_address(struct ek_json *j, const struct ek_mail_address *a)
{
	ek_json_object(j);
	say_text(j, "address", a->address);
	say_text(j, "name", a->name);
	ek_json_object_end(j);
}

static void say_addresses(struct ek_json *j, const char *key, const struct ek_mail_addresses *list)
{
	ek_json_key(j, key);
	ek_json_list(j);
	for (uint32_t i = 0; i < list->count; i++)
		say_address(j, &list->items[i]);
	ek_json_list_end(j);
}

static void say_head(struct ek_json *j, const struct ek_mail *m)
{
	ek_json_key(j, "date");
	ek_json_time(j, m->date);
	say_text(j, "subject", m->subject);
	ek_json_key(j, "from");
	say_address(j, &m->from);
	say_addresses(j, "to", &m->to);
	say_addresses(j, "cc", &m->cc);
	say_addresses(j, "reply_to", &m->reply_to);
	say_addresses(j, "delivered_to", &m->delivered_to);
	say_number(j, "recipients_left_out", m->recipients_left_out);
	say_text(j, "return_path", m->return_path);
	say_text(j, "message_id", m->message_id);
	say_text(j, "in_reply_to", m->in_reply_to);
	ek_json_key(j, "references");
	ek_json_list(j);
	for (uint32_t i = 0; i < m->reference_count; i++)
		ek_json_text(j, m->references[i]);
	ek_json_list_end(j);
}

static void say_kind(struct ek_json *j, const struct ek_mail *m)
{
	const struct ek_mail_authentication *a = &m->authentication;
	say_bool(j, "is_automatic", m->is_automatic);
	say_bool(j, "is_list", m->is_list);
	say_bool(j, "is_bounce", m->is_bounce);
	say_bool(j, "is_null_sender", m->is_null_sender);
	say_number(j, "received_count", m->received_count);
	ek_json_key(j, "authentication");
	ek_json_object(j);
	ek_json_key(j, "spf");
	ek_json_word(j, ek_mail_verdict_word(a->spf));
	say_text(j, "spf_domain", a->spf_domain);
	ek_json_key(j, "dkim");
	ek_json_word(j, ek_mail_verdict_word(a->dkim));
	say_text(j, "dkim_domain", a->dkim_domain);
	ek_json_key(j, "dmarc");
	ek_json_word(j, ek_mail_verdict_word(a->dmarc));
	say_bool(j, "is_aligned", a->is_aligned);
	ek_json_object_end(j);
	say_text(j, "original_message_id", m->original_message_id);
	ek_json_key(j, "reports");
	ek_json_list(j);
	for (uint32_t i = 0; i < m->report_count; i++) {
		ek_json_object(j);
		say_text(j, "recipient", m->reports[i].recipient);
		say_text(j, "action", m->reports[i].action);
		say_text(j, "status", m->reports[i].status);
		say_text(j, "diagnostic", m->reports[i].diagnostic);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void say_body(struct ek_json *j, const struct ek_mail *m)
{
	static const char *const kinds[] = {"new", "quote", "signature"};
	say_text(j, "fresh", m->fresh);
	say_text(j, "text", m->text);
	say_bool(j, "text_is_from_html", m->text_is_from_html);
	ek_json_key(j, "pieces");
	ek_json_list(j);
	for (uint32_t i = 0; i < m->piece_count; i++) {
		ek_json_object(j);
		ek_json_key(j, "kind");
		ek_json_word(j, kinds[m->pieces[i].kind]);
		say_number(j, "from", m->pieces[i].from);
		say_number(j, "to", m->pieces[i].to);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	say_text(j, "html", m->html);
	say_number(j, "remote_image_count", m->remote_image_count);
	say_bool(j, "is_cut", m->is_cut);
}

static void say_attachments(struct ek_json *j, const struct ek_mail *m)
{
	ek_json_key(j, "attachments");
	ek_json_list(j);
	for (uint32_t i = 0; i < m->attachment_count; i++) {
		const struct ek_mail_attachment *a = &m->attachments[i];
		uint8_t hash[EK_HASH_BYTES];
		char hex[2 * EK_HASH_BYTES + 1];
		ek_hash_once(a->bytes.p, a->bytes.n, hash);
		ek_hash_hex(hash, hex);
		ek_json_object(j);
		say_text(j, "name", a->name);
		say_text(j, "type", a->type);
		say_text(j, "declared", a->declared);
		say_number(j, "bytes", a->bytes.n);
		ek_json_key(j, "sha256");
		ek_json_word(j, hex);
		say_text(j, "content_id", a->content_id);
		say_bool(j, "is_inline", a->is_inline);
		say_bool(j, "is_shown", a->is_shown);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void say_mail(struct ek_json *j, const struct ek_mail *m)
{
	ek_json_object(j);
	ek_json_key(j, "quarantine");
	if (m->quarantine == EK_MAIL_QUARANTINE_NONE) {
		ek_json_null(j);
	} else {
		ek_json_object(j);
		ek_json_key(j, "reason");
		ek_json_word(j, ek_mail_quarantine_word(m->quarantine));
		ek_json_key(j, "about");
		ek_json_word(j, ek_mail_quarantine_doc(m->quarantine));
		ek_json_object_end(j);
	}
	say_head(j, m);
	say_kind(j, m);
	say_body(j, m);
	say_attachments(j, m);
	ek_json_object_end(j);
}

/* ---- the command */

/* Asks again when the parser ended, as whoever collects mail does. */
static bool read_mail(const struct ek_mail_ask *ask, struct ek_arena *arena, struct ek_mail *mail,
		      struct ek_err *err)
{
	struct ek_mail_parser *parser;
	bool ok = ek_mail_open(NULL, &parser, err);
	bool is_again = true;
	for (int i = 0; ok && is_again && i < EK_MAIL_DEATHS; i++) {
		ek_arena_reset(arena);
		is_again = !ek_mail_read(parser, ask, arena, mail, err);
		if (is_again && err->code != EK_BUSY)
			ok = false;
	}
	ek_mail_close(&parser);
	return ok && !is_again;
}

bool ek_run_mail_show(struct ek_cli *cli, struct ek_err *err)
{
	const char *trust = cli->options[EK_CLI_TRUST];
	struct ek_mail_ask ask = {.raw = {NULL, 0}};
	struct ek_mail mail;
	struct ek_arena arena;
	struct ek_json json;
	char *raw;
	ek_arena_init(&arena, ek_heap_alloc(), EK_MAIL_ARENA_MAX);
	ek_json_init(&json, ek_heap_alloc(), ANSWER_MAX);
	/* Times as people read them. */
	json.style.is_api = true;
	if (trust != NULL)
		ask.authserv = (ek_str){trust, (uint32_t)strlen(trust)};
	bool ok = read_file(cli->words[0], &raw, &ask.raw.n, err);
	ask.raw.p = raw;
	ok = ok && read_mail(&ask, &arena, &mail, err);
	if (ok) {
		say_mail(&json, &mail);
		ok = ek_cli_put_json(cli, &json, err);
	}
	ek_json_fini(&json);
	ek_arena_fini(&arena);
	free(raw);
	return ok;
}
