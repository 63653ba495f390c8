#include "api/api_letter.h"

#include <string.h>

#include "api/api_conversation.h"
#include "api/api_letter_state.h"
#include "api/api_mail.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "auth/secret.h"

enum { ASKS = 3, ARENA_MAX = EK_MAIL_ARENA_MAX + (8 << 20), NETWORK = 64 };

/* ---- open, close */

/* What is no network is left out: less is reached then, not more. */
static void read_networks(struct ek_api_letters *l, const char *text)
{
	while (text != NULL && *text != 0 && l->net_count < EK_FETCH_NETS) {
		const char *comma = strchr(text, ',');
		size_t n = comma == NULL ? strlen(text) : (size_t)(comma - text);
		const ek_str one = ek_str_trimmed((ek_str){text, (uint32_t)n});
		l->net_count += ek_outbound_net_read(one, &l->nets[l->net_count]);
		text = comma == NULL ? NULL : comma + 1;
	}
}

bool ek_api_letters_open(struct ek_api *api, const char *where, struct ek_err *err)
{
	const struct ek_api_mail *mail = &api->options.mail;
	const struct ek_fetch_options fetch = {.ca_file = mail->picture_authorities};
	struct ek_api_letters *l = ek_alloc_get(&api->options.alloc, sizeof *l);
	if (l == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for letters");
	*l = (struct ek_api_letters){.net_count = 0};
	api->letters = l;
	ek_secret_random(l->key, sizeof l->key);
	read_networks(l, mail->picture_networks);
	return ek_worker_open(api->options.alloc, where, &l->worker, err) &&
	       ek_mail_open(NULL, &l->parser, err) && ek_fetch_open(&fetch, &l->fetch, err);
}

void ek_api_letters_stop(struct ek_api *api)
{
	if (api->letters == NULL)
		return;
	ek_worker_close(&api->letters->worker);
	ek_fetch_close(&api->letters->fetch);
	ek_mail_close(&api->letters->parser);
}

void ek_api_letters_close(struct ek_api *api)
{
	ek_api_letters_stop(api);
	if (api->letters != NULL)
		ek_alloc_free(&api->options.alloc, api->letters, sizeof *api->letters);
	api->letters = NULL;
}

/* ---- the bytes */

static bool missing(struct ek_turn *t)
{
	return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static bool read_raw(const struct ek_turn *t, ek_str place, struct ek_disk_bytes *out,
		     struct ek_err *err)
{
	const struct ek_api_attachments_file file = {EK_API_MAIL_DIRECTORY, place, EK_MAIL_RAW_MAX};
	return ek_api_attachments_read(t, &file, out, err);
}

static void free_raw(const struct ek_turn *t, struct ek_disk_bytes *bytes)
{
	struct ek_alloc alloc = t->out.alloc;
	if (bytes->p != NULL)
		ek_alloc_free(&alloc, bytes->p, bytes->n > 0 ? bytes->n : 1);
}

static void fail_read(struct ek_turn *t, const struct ek_err *err)
{
	/* One that is gone was blanked or discarded meanwhile. */
	if (err->code == EK_NOT_FOUND)
		missing(t);
	else
		ek_problem_err(&t->problem, err);
}

/* ---- the source */

static void send_source(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_api_letter *l = t->state;
	struct ek_disk_bytes bytes = {NULL, 0};
	struct ek_err err;
	(void)w;
	if (read_raw(t, l->place, &bytes, &err)) {
		ek_json_plain(&t->out, (ek_str){(const char *)bytes.p, (uint32_t)bytes.n});
		t->type = "application/octet-stream";
		t->disposition = "attachment; filename=\"message.eml\"";
		t->policy = "sandbox; default-src 'none'";
		t->cache = "private, no-store";
	} else {
		fail_read(t, &err);
	}
	free_raw(t, &bytes);
	ek_turn_reply(t, 200);
}

/* Of a part that the caller may read: where its mail lies, and whose word counts about it. */
static bool find(struct ek_turn *t, struct ek_api_letter *l, const struct ek_may_object *o)
{
	const struct ek_views_value args[] = {ek_views_int((int64_t)l->part),
					      ek_views_int(l->conversation.v)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(
		    t,
		    "SELECT m.place, b.authserv, p.kind FROM mails m JOIN parts p ON p.part = "
		    "m.part AND p.redacted_ms IS NULL LEFT JOIN mailboxes b ON b.mailbox = "
		    "m.mailbox WHERE m.part = $1 AND m.conversation = $2 AND "
		    "m.place IS NOT NULL",
		    args, 2, &rows))
		return false;
	/* What somebody outside answered is for whoever may read a note. */
	bool is_inside = rows.n > 0 && ek_str_is(ek_turn_text(&rows.v[2]), "forward");
	if (rows.n == 0 || (is_inside && !ek_may_is(&t->actor, EK_MAY_NOTE_READ, o)))
		return missing(t);
	l->place = ek_turn_text(&rows.v[0]);
	l->authserv = ek_turn_text(&rows.v[1]);
	return true;
}

/* Whoever may read the part; NULL with a problem. */
static struct ek_api_letter *take(struct ek_turn *t)
{
	struct ek_api_letter *l = EK_TURN_NEW(t, struct ek_api_letter);
	struct ek_api_conversation_object o;
	uint64_t id = 0;
	if (l == NULL || !ek_query_end(&t->query) ||
	    !ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id) ||
	    !ek_turn_id(t, "part", EK_IDENT_PART, &l->part))
		return NULL;
	l->conversation.v = (uint32_t)id;
	bool ok = ek_api_conversation_stored(t, l->conversation, &o) &&
		  ek_turn_may(t, EK_MAY_CONVERSATION_READ, &o.may) && find(t, l, &o.may);
	t->state = l;
	return ok ? l : NULL;
}

void ek_api_get_part_source(struct ek_turn *t)
{
	if (take(t) != NULL)
		ek_worker_submit(t->api->letters->worker, t, send_source);
	else
		ek_turn_reply(t, 0);
}

void ek_api_get_held_mail_source(struct ek_turn *t)
{
	struct ek_api_letter *l = EK_TURN_NEW(t, struct ek_api_letter);
	struct ek_turn_rows rows = {.n = 0};
	uint64_t id = 0;
	t->state = l;
	bool ok = l != NULL && ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_MAIL, &id);
	const struct ek_views_value key = ek_views_int((int64_t)id);
	ok = ok && ek_turn_select(t,
				  "SELECT b.team, m.place FROM mails m JOIN mailboxes b ON "
				  "b.mailbox = m.mailbox WHERE m.mail = $1 AND m.state = 'held' "
				  "AND m.place IS NOT NULL",
				  &key, 1, &rows);
	bool found = ok && rows.n > 0;
	const ek_team_id team = {found && rows.v[0].kind == EK_VIEWS_INT ? (uint32_t)rows.v[0].i
									 : 0};
	const struct ek_may_object object = {
		.is_absent = !found, .teams = &team, .team_count = team.v != 0};
	ok = ok && ek_turn_may(t, EK_MAY_MAIL_HELD, &object);
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	l->place = ek_turn_text(&rows.v[1]);
	ek_worker_submit(t->api->letters->worker, t, send_source);
}

/* ---- what it says */

/* Bytes that ended the parser three times come back as quarantined: asking again ends. */
static bool parse(struct ek_turn *t, struct ek_api_letter *l, struct ek_arena *arena,
		  struct ek_err *err)
{
	struct ek_disk_bytes bytes = {NULL, 0};
	bool ok = read_raw(t, l->place, &bytes, err);
	const struct ek_mail_ask ask = {{(const char *)bytes.p, (uint32_t)bytes.n}, l->authserv};
	bool is_read = false;
	for (int i = 0; ok && !is_read && i < ASKS; i++) {
		ek_arena_reset(arena);
		is_read = ek_mail_read(t->api->letters->parser, &ask, arena, &l->mail, err);
		ok = is_read || err->code == EK_BUSY;
	}
	free_raw(t, &bytes);
	return is_read;
}

static void send_letter(struct ek_turn *t, struct ek_worker *w)
{
	struct ek_api_letter *l = t->state;
	struct ek_arena arena;
	struct ek_err err;
	(void)w;
	ek_arena_init(&arena, t->out.alloc, ARENA_MAX);
	if (parse(t, l, &arena, &err))
		l->write(t, l);
	else
		fail_read(t, &err);
	ek_arena_fini(&arena);
	ek_turn_reply(t, 200);
}

static void put_address(struct ek_json *j, const struct ek_mail_address *a)
{
	ek_json_object(j);
	ek_api_put_text(j, "address", a->address.p == NULL ? EK_S("") : a->address);
	ek_api_put_text(j, "name", a->name);
	ek_json_object_end(j);
}

static void put_addresses(struct ek_json *j, const char *key, const struct ek_mail_addresses *list)
{
	ek_json_key(j, key);
	ek_json_list(j);
	for (uint32_t i = 0; i < list->count; i++)
		put_address(j, &list->items[i]);
	ek_json_list_end(j);
}

static void put_pieces(struct ek_json *j, const struct ek_mail *m)
{
	static const char *const kinds[] = {[EK_MAIL_PIECE_NEW] = "new",
					    [EK_MAIL_PIECE_QUOTE] = "quote",
					    [EK_MAIL_PIECE_SIGNATURE] = "signature"};
	ek_json_key(j, "pieces");
	ek_json_list(j);
	for (uint32_t i = 0; i < m->piece_count; i++) {
		const struct ek_mail_piece *p = &m->pieces[i];
		ek_json_object(j);
		ek_api_put_word(j, "kind", kinds[p->kind]);
		ek_api_put_text(j, "text", (ek_str){m->text.p + p->from, p->to - p->from});
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void write_letter(struct ek_turn *t, const struct ek_api_letter *l)
{
	const struct ek_mail *m = &l->mail;
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_json_key(j, "from");
	if (m->from.address.n > 0)
		put_address(j, &m->from);
	else
		ek_json_null(j);
	put_addresses(j, "to", &m->to);
	put_addresses(j, "cc", &m->cc);
	put_addresses(j, "reply_to", &m->reply_to);
	ek_api_put_time(j, "date", m->date);
	ek_api_put_text(j, "subject", m->subject);
	ek_api_put_word(j, "spf", ek_mail_verdict_word(m->authentication.spf));
	ek_api_put_word(j, "dkim", ek_mail_verdict_word(m->authentication.dkim));
	ek_api_put_word(j, "dmarc", ek_mail_verdict_word(m->authentication.dmarc));
	put_pieces(j, m);
	ek_api_put_bool(j, "has_page", m->html.n > 0);
	ek_api_put_int(j, "remote_pictures", m->remote_image_count);
	ek_api_put_bool(j, "is_cut", m->is_cut);
	ek_json_object_end(j);
}

void ek_api_get_part_letter(struct ek_turn *t)
{
	struct ek_api_letter *l = take(t);
	if (l == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	l->write = write_letter;
	ek_worker_submit(t->api->letters->worker, t, send_letter);
}

void ek_api_get_part_page(struct ek_turn *t)
{
	bool with_remote = false;
	(void)ek_query_bool(&t->query, "pictures", &with_remote);
	struct ek_api_letter *l = take(t);
	const struct ek_api_attachments_of of = {
		l == NULL ? 0 : l->part, l == NULL ? (ek_conversation_id){0} : l->conversation};
	if (l == NULL || !ek_api_attachments_load(t, of, &l->files)) {
		ek_turn_reply(t, 0);
		return;
	}
	l->with_remote = with_remote;
	l->write = ek_api_letter_write_page;
	ek_worker_submit(t->api->letters->worker, t, send_letter);
}
