#include "channels/post.h"

#include <string.h>

#include "auth/secret.h"
#include "channels/post_state.h"
#include "sys/clock.h"
#include "sys/heap.h"

enum { LOOK_MS = 2000, TEXTS = 4096 };

/* ---- values */

ek_str ek_post_text(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_TEXT || v->kind == EK_VIEWS_BLOB ? (ek_str){v->p, v->n}
								    : (ek_str){NULL, 0};
}

int64_t ek_post_int(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? v->i : 0;
}

struct ek_views_value ek_post_value(const char *text)
{
	return ek_views_text((ek_str){text, text == NULL ? 0 : (uint32_t)strlen(text)});
}

void ek_post_copy(char *out, size_t cap, ek_str s)
{
	size_t n = s.n < cap ? s.n : 0;
	if (n > 0)
		memcpy(out, s.p, n);
	out[n] = 0;
}

/* ---- reading */

static bool take_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_post_rows *r = ctx;
	bool ok = true;
	if (r->n == r->cap) {
		uint32_t cap = r->cap * 2 + 8;
		struct ek_views_value *more =
			ek_arena_get(r->arena, (size_t)cap * n * sizeof *more);
		if (more == NULL)
			return ek_fail(err, EK_NO_MEMORY, "no memory for rows");
		if (r->n > 0)
			memcpy(more, r->v, (size_t)r->n * n * sizeof *more);
		r->v = more;
		r->cap = cap;
	}
	r->columns = n;
	struct ek_views_value *to = r->v + (size_t)r->n++ * n;
	for (uint32_t i = 0; i < n; i++) {
		to[i] = v[i];
		if (v[i].kind == EK_VIEWS_TEXT || v[i].kind == EK_VIEWS_BLOB)
			to[i].p = ek_arena_str(r->arena, (ek_str){v[i].p, v[i].n}, &ok).p;
	}
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for rows");
}

bool ek_post_ask(struct ek_reader *reader, const struct ek_reader_question *q,
		 struct ek_post_rows *out, struct ek_err *err)
{
	out->v = NULL;
	out->n = out->cap = 0;
	return ek_reader_each(reader, q, take_row, out, err);
}

bool ek_post_mail(struct ek_post_way *way, int64_t mail, struct ek_post_rows *out,
		  struct ek_err *err)
{
	const struct ek_views_value id = ek_views_int(mail);
	const struct ek_reader_question q = {"SELECT * FROM mails WHERE mail = $1", &id, 1};
	*out = (struct ek_post_rows){.arena = &way->arena};
	return ek_post_ask(way->reader, &q, out, err);
}

/* ---- writing */

bool ek_post_do(struct ek_post_way *way, const struct ek_post_box *box, struct ek_err *err)
{
	struct ek_err refused;
	way->call.request.by = (struct ek_actor){EK_ACTOR_SYSTEM, 0};
	if (!ek_group_do(box->post->options.group, &way->call, &refused, err))
		return false;
	if (refused.code == EK_OK)
		return true;
	*err = refused;
	return false;
}

ek_span ek_post_jitter(ek_span of)
{
	uint16_t random;
	ek_secret_random(&random, sizeof random);
	return (ek_span){of.ms - of.ms / 4 + of.ms / 2 * random / 65536};
}

ek_span ek_post_rest(uint32_t failures)
{
	int64_t ms = EK_POST_BACK_FIRST_MS;
	for (uint32_t i = 1; i < failures && ms < EK_POST_BACK_LAST_MS; i++)
		ms *= 2;
	if (ms > EK_POST_BACK_LAST_MS)
		ms = EK_POST_BACK_LAST_MS;
	return ek_post_jitter((ek_span){ms});
}

/* ---- how a way is */

static enum ek_peer_error error_of(ek_str word)
{
	for (uint32_t i = 0; i <= EK_PEER_LOCAL; i++) {
		if (ek_str_is(word, ek_peer_word((enum ek_peer_error)i)))
			return (enum ek_peer_error)i;
	}
	return EK_PEER_NONE;
}

bool ek_post_read_state(struct ek_post_box *box, struct ek_post_way *way, struct ek_err *err)
{
	const struct ek_views_value args[] = {ek_views_int(box->id), ek_post_value(way->name)};
	const struct ek_reader_question q = {
		"SELECT * FROM mailbox_states WHERE mailbox = $1 AND way = $2", args, 2};
	struct ek_post_rows rows = {.arena = &way->arena};
	ek_arena_reset(&way->arena);
	if (!ek_post_ask(way->reader, &q, &rows, err))
		return false;
	way->state = (struct ek_post_state){.is_known = rows.n > 0};
	if (rows.n == 0)
		return true;
	way->state.error = error_of(ek_post_text(&rows.v[EK_CONTENT_MAILBOX_STATES_ERROR]));
	way->state.validity = (uint32_t)ek_post_int(&rows.v[EK_CONTENT_MAILBOX_STATES_UIDVALIDITY]);
	way->state.uid = (uint32_t)ek_post_int(&rows.v[EK_CONTENT_MAILBOX_STATES_LAST_UID]);
	way->state.since.ms = ek_post_int(&rows.v[EK_CONTENT_MAILBOX_STATES_SINCE_MS]);
	return true;
}

void ek_post_put_state(struct ek_post_box *box, const struct ek_post_way *way, struct ek_writer *w)
{
	const struct ek_peer_fault *f = &way->fault;
	bool is_well = f->error == EK_PEER_NONE;
	struct ek_views_value v[EK_CONTENT_MAILBOX_STATES_WIDTH] = {0};
	v[EK_CONTENT_MAILBOX_STATES_MAILBOX] = ek_views_int(box->id);
	v[EK_CONTENT_MAILBOX_STATES_WAY] = ek_post_value(way->name);
	v[EK_CONTENT_MAILBOX_STATES_STATE] = ek_post_value(is_well ? "ok" : "failing");
	v[EK_CONTENT_MAILBOX_STATES_ERROR] = ek_post_value(is_well ? NULL : ek_peer_word(f->error));
	v[EK_CONTENT_MAILBOX_STATES_DETAIL] = ek_post_value(is_well ? NULL : f->detail);
	v[EK_CONTENT_MAILBOX_STATES_UIDVALIDITY] = ek_views_int(way->state.validity);
	v[EK_CONTENT_MAILBOX_STATES_LAST_UID] = ek_views_int(way->state.uid);
	v[EK_CONTENT_MAILBOX_STATES_SINCE_MS] = ek_views_int(way->state.since.ms);
	ek_writer_add(w, EK_CONTENT_MAILBOX_STATES, v);
}

struct noting {
	struct ek_post_box *box;
	struct ek_post_way *way;
};

static void made_state(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	const struct noting *n = ctx;
	(void)a;
	ek_post_put_state(n->box, n->way, w);
}

void ek_post_note(struct ek_post_box *box, struct ek_post_way *way,
		  const struct ek_peer_fault *fault)
{
	struct noting n = {box, way};
	struct ek_err err;
	way->failures = fault->error == EK_PEER_NONE ? 0 : way->failures + 1;
	if (way->state.is_known && way->state.error == fault->error)
		return;
	way->fault = *fault;
	way->state.since = ek_clock_wall();
	way->call = (struct ek_group_call){.made = made_state, .ctx = &n};
	if (!ek_post_do(way, box, &err))
		return;
	way->state.is_known = true;
	way->state.error = fault->error;
	const struct ek_journal_field fields[] = {{"mailbox", NULL, box->id},
						  {"way", way->name, 0},
						  {"error", ek_peer_word(fault->error), 0},
						  {NULL, NULL, 0}};
	ek_journal_say(box->post->options.journal,
		       fault->error == EK_PEER_NONE ? EK_JOURNAL_INFO : EK_JOURNAL_WARNING,
		       "mailbox_state", fields);
}

void ek_post_went_well(struct ek_post_box *box, struct ek_post_way *way)
{
	ek_thread_lock_take(box->post->lock);
	way->last = ek_clock_wall();
	ek_thread_lock_give(box->post->lock);
}

bool ek_post_is_ending(void *ctx)
{
	const struct ek_post_way *way = ctx;
	return ek_rounds_is_ending(way->rounds);
}

/* ---- a mailbox */

static bool unseal(const struct ek_post *p, const char *what, int64_t id,
		   const struct ek_views_value *sealed, struct ek_seal_out *out)
{
	char place[48];
	struct ek_err err;
	size_t n = ek_format(place, sizeof place, "mailbox %s %lld", what, (long long)id);
	out->n = 0;
	return sealed->kind == EK_VIEWS_BLOB &&
	       ek_seal_get(p->seal, (ek_str){place, (uint32_t)n}, ek_post_text(sealed), out, &err);
}

static void read_password(const struct ek_post *p, const char *what, int64_t id,
			  const struct ek_views_value *sealed, char out[EK_PEER_TEXT])
{
	struct ek_seal_out to = {(uint8_t *)out, EK_PEER_TEXT - 1, 0};
	(void)unseal(p, what, id, sealed, &to);
	out[to.n] = 0;
}

static void read_row(const struct ek_post *p, struct ek_post_box *b, const struct ek_views_value *v)
{
	ek_post_copy(b->address, sizeof b->address, ek_post_text(&v[EK_CONTENT_MAILBOXES_ADDRESS]));
	ek_post_copy(b->name, sizeof b->name, ek_post_text(&v[EK_CONTENT_MAILBOXES_NAME]));
	ek_post_copy(b->authserv, sizeof b->authserv,
		     ek_post_text(&v[EK_CONTENT_MAILBOXES_AUTHSERV]));
	ek_post_copy(b->signature, sizeof b->signature,
		     ek_post_text(&v[EK_CONTENT_MAILBOXES_SIGNATURE]));
	b->team.v = (uint32_t)ek_post_int(&v[EK_CONTENT_MAILBOXES_TEAM]);
	b->has_plus = ek_post_int(&v[EK_CONTENT_MAILBOXES_PLUS]) == 1;
	ek_post_copy(b->imap.host, EK_PEER_TEXT, ek_post_text(&v[EK_CONTENT_MAILBOXES_IMAP_HOST]));
	ek_post_copy(b->imap.user, EK_PEER_TEXT, ek_post_text(&v[EK_CONTENT_MAILBOXES_IMAP_USER]));
	ek_post_copy(b->smtp.host, EK_PEER_TEXT, ek_post_text(&v[EK_CONTENT_MAILBOXES_SMTP_HOST]));
	ek_post_copy(b->smtp.user, EK_PEER_TEXT, ek_post_text(&v[EK_CONTENT_MAILBOXES_SMTP_USER]));
	b->imap.port = (uint16_t)ek_post_int(&v[EK_CONTENT_MAILBOXES_IMAP_PORT]);
	b->smtp.port = (uint16_t)ek_post_int(&v[EK_CONTENT_MAILBOXES_SMTP_PORT]);
	(void)ek_peer_tls_read(ek_post_text(&v[EK_CONTENT_MAILBOXES_IMAP_TLS]), &b->imap.tls);
	(void)ek_peer_tls_read(ek_post_text(&v[EK_CONTENT_MAILBOXES_SMTP_TLS]), &b->smtp.tls);
	read_password(p, "imap", b->id, &v[EK_CONTENT_MAILBOXES_IMAP_PASSWORD], b->imap.password);
	read_password(p, "smtp", b->id, &v[EK_CONTENT_MAILBOXES_SMTP_PASSWORD], b->smtp.password);
	b->imap.authorities = b->smtp.authorities = p->options.authorities;
	b->imap.patience = b->smtp.patience = p->options.patience;
	b->imap.listed = b->smtp.listed = p->listed;
}

static void close_box(struct ek_post_box **box)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_post_box *b = *box;
	if (b == NULL)
		return;
	ek_rounds_close(&b->in.rounds);
	ek_rounds_close(&b->out.rounds);
	ek_imap_close(&b->session);
	ek_mail_close(&b->parser);
	ek_text_close(&b->text);
	ek_reader_close(&b->in.reader);
	ek_reader_close(&b->out.reader);
	ek_arena_fini(&b->in.arena);
	ek_arena_fini(&b->out.arena);
	ek_secret_wipe(b, sizeof *b);
	ek_alloc_free(&alloc, b, sizeof *b);
	*box = NULL;
}

static bool open_way(struct ek_post_box *b, struct ek_post_way *way, ek_span (*round)(void *ctx),
		     struct ek_err *err)
{
	const struct ek_rounds_options rounds = {round, b, {0}};
	return ek_reader_open(b->post->options.where, &way->reader, err) &&
	       ek_post_read_state(b, way, err) && ek_rounds_open(&rounds, &way->rounds, err);
}

static bool open_box(struct ek_post *p, const struct ek_views_value *row, struct ek_post_box **out,
		     struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_post_box *b = ek_alloc_get(&alloc, sizeof *b);
	*out = NULL;
	if (b == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a mailbox");
	memset(b, 0, sizeof *b);
	b->post = p;
	b->id = row[EK_CONTENT_MAILBOXES_MAILBOX].i;
	b->revision = ek_post_int(&row[EK_CONTENT_MAILBOXES_REVISION]);
	b->in.name = "in";
	b->out.name = "out";
	b->in.last = b->out.last = EK_NO_TIME;
	ek_arena_init(&b->in.arena, alloc, EK_POST_ARENA);
	ek_arena_init(&b->out.arena, alloc, EK_POST_ARENA);
	read_row(p, b, row);
	struct ek_seal_out key = {b->key.v, sizeof b->key.v, 0};
	bool ok =
		unseal(p, "token", b->id, &row[EK_CONTENT_MAILBOXES_TOKEN_KEY], &key) ||
		ek_fail(err, EK_DAMAGE, "the key of mailbox %lld does not open", (long long)b->id);
	ok = ok && ek_text_open(&b->text, err) && ek_mail_open(NULL, &b->parser, err) &&
	     open_way(b, &b->in, ek_post_in_round, err) &&
	     open_way(b, &b->out, ek_post_out_round, err);
	if (!ok)
		close_box(&b);
	*out = b;
	return ok;
}

/* ---- all of them */

static const struct ek_views_value *find_row(const struct ek_post_rows *rows, int64_t id)
{
	for (uint32_t i = 0; i < rows->n; i++) {
		if (rows->v[(size_t)i * rows->columns].i == id)
			return rows->v + (size_t)i * rows->columns;
	}
	return NULL;
}

static void set_box(struct ek_post *p, uint32_t i, struct ek_post_box *box)
{
	ek_thread_lock_take(p->lock);
	p->boxes[i] = box;
	ek_thread_lock_give(p->lock);
}

static void drop(struct ek_post *p, uint32_t i)
{
	struct ek_post_box *box = p->boxes[i];
	set_box(p, i, NULL);
	close_box(&box);
}

static void start(struct ek_post *p, const struct ek_views_value *row)
{
	struct ek_post_box *box;
	struct ek_err err;
	uint32_t at = EK_POST_MAILBOXES;
	for (uint32_t i = 0; i < EK_POST_MAILBOXES; i++) {
		if (p->boxes[i] == NULL)
			at = at == EK_POST_MAILBOXES ? i : at;
		else if (p->boxes[i]->id == row[0].i)
			return;
	}
	if (at == EK_POST_MAILBOXES)
		return;
	if (open_box(p, row, &box, &err)) {
		set_box(p, at, box);
		return;
	}
	const struct ek_journal_field fields[] = {
		{"mailbox", NULL, row[0].i}, {"why", err.msg, 0}, {NULL, NULL, 0}};
	ek_journal_say(p->options.journal, EK_JOURNAL_ERROR, "mailbox_refused", fields);
}

/* As it stood when the mailbox was opened. */
static bool is_listed_so(const struct ek_post *p, const struct ek_post_box *box)
{
	return memcmp(&p->listed, &box->imap.listed, sizeof p->listed) == 0;
}

static bool read_listed(struct ek_post *p, struct ek_arena *arena, struct ek_err *err)
{
	static const struct ek_reader_question q = {
		"SELECT value FROM server_settings WHERE name = 'outbound_networks'", NULL, 0};
	struct ek_post_rows rows = {.arena = arena};
	if (!ek_post_ask(p->reader, &q, &rows, err))
		return false;
	ek_outbound_list_read(rows.n > 0 ? ek_post_text(&rows.v[0]) : EK_S(""), &p->listed);
	return true;
}

/* Mailboxes that came, went or changed, and all where what is listed did. */
static ek_span look(void *ctx)
{
	static const struct ek_reader_question q = {
		"SELECT * FROM mailboxes WHERE active = 1 AND deleted_ms IS NULL ORDER BY mailbox",
		NULL, 0};
	struct ek_post *p = ctx;
	struct ek_err err;
	struct ek_arena arena;
	struct ek_post_rows rows = {.arena = &arena};
	ek_arena_init(&arena, ek_heap_alloc(), 1 << 22);
	if (read_listed(p, &arena, &err) && ek_post_ask(p->reader, &q, &rows, &err)) {
		for (uint32_t i = 0; i < EK_POST_MAILBOXES; i++) {
			const struct ek_views_value *row =
				p->boxes[i] == NULL ? NULL : find_row(&rows, p->boxes[i]->id);
			bool is_same =
				row != NULL && is_listed_so(p, p->boxes[i]) &&
				row[EK_CONTENT_MAILBOXES_REVISION].i == p->boxes[i]->revision;
			if (p->boxes[i] != NULL && !is_same)
				drop(p, i);
		}
		for (uint32_t i = 0; i < rows.n && !ek_rounds_is_ending(p->rounds); i++)
			start(p, rows.v + (size_t)i * rows.columns);
	}
	ek_arena_fini(&arena);
	return (ek_span){LOOK_MS};
}

bool ek_post_open(const struct ek_post_options *options, struct ek_post **post, struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_post *p = ek_alloc_get(&alloc, sizeof *p);
	const struct ek_rounds_options rounds = {look, p, {0}};
	*post = NULL;
	if (p == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for mail");
	memset(p, 0, sizeof *p);
	p->options = *options;
	bool ok = ek_thread_lock_open(&p->lock, err) &&
		  ek_seal_open(options->directory, options->key, &p->seal, err) &&
		  ek_reader_open(options->where, &p->reader, err) &&
		  ek_rounds_open(&rounds, &p->rounds, err);
	if (!ok)
		ek_post_close(&p);
	*post = p;
	return ok;
}

void ek_post_nudge(struct ek_post *post)
{
	ek_rounds_nudge(post->rounds);
	ek_thread_lock_take(post->lock);
	for (uint32_t i = 0; i < EK_POST_MAILBOXES; i++) {
		if (post->boxes[i] == NULL)
			continue;
		ek_rounds_nudge(post->boxes[i]->in.rounds);
		ek_rounds_nudge(post->boxes[i]->out.rounds);
	}
	ek_thread_lock_give(post->lock);
}

void ek_post_last(struct ek_post *post, int64_t mailbox, ek_time *in, ek_time *out)
{
	*in = *out = EK_NO_TIME;
	ek_thread_lock_take(post->lock);
	for (uint32_t i = 0; i < EK_POST_MAILBOXES; i++) {
		if (post->boxes[i] == NULL || post->boxes[i]->id != mailbox)
			continue;
		*in = post->boxes[i]->in.last;
		*out = post->boxes[i]->out.last;
	}
	ek_thread_lock_give(post->lock);
}

void ek_post_close(struct ek_post **post)
{
	struct ek_post *p = *post;
	struct ek_alloc alloc = ek_heap_alloc();
	if (p == NULL)
		return;
	ek_rounds_close(&p->rounds);
	for (uint32_t i = 0; i < EK_POST_MAILBOXES; i++)
		drop(p, i);
	ek_reader_close(&p->reader);
	ek_seal_close(&p->seal);
	ek_thread_lock_close(&p->lock);
	ek_alloc_free(&alloc, p, sizeof *p);
	*post = NULL;
}
