/* Sending what waits: claimed in one commit, sent, and what came of it in another. */
#include <string.h>

#include "auth/secret.h"
#include "channels/forward.h"
#include "channels/letter.h"
#include "channels/post_state.h"
#include "channels/smtp.h"
#include "sys/clock.h"
#include "sys/heap.h"

enum { REST_MS = 3000, FILE_MAX = 26 << 20, TO_MAX = 64, FILES = 20 };

/* A mail on its way. */
struct sending {
	struct ek_post_box *box;
	struct ek_views_value row[EK_CONTENT_MAILS_WIDTH];
	char message_id[EK_REPLY_TEXT];
	char reply_to[EK_REPLY_TEXT];
	struct ek_cmd cmd;
	struct ek_letter letter;
	ek_str to[TO_MAX];
	uint32_t to_count; /* of the envelope */
	uint32_t cc_count; /* of these, from 1 on */
	ek_str references[EK_LETTER_REFERENCES];
	struct ek_letter_file files[FILES];
	struct ek_letter_file attached; /* of a notice */
	struct ek_disk_bytes bytes[FILES];
	uint32_t file_count;
	struct ek_forward forward; /* of one that is forwarded */
};

static const struct ek_views_value *at(const struct sending *s, uint32_t column)
{
	return &s->row[column];
}

/* Of nobody's part: the program wrote it. */
static bool is_letter(const struct sending *s)
{
	return at(s, EK_CONTENT_MAILS_PART)->kind != EK_VIEWS_INT;
}

/* A teammate forwards something to somebody outside: of no business of the contact's. */
static bool is_forward(const struct sending *s)
{
	return !is_letter(s) &&
	       ek_str_is(ek_post_text(at(s, EK_CONTENT_MAILS_REASON)), EK_FORWARD_REASON);
}

/* And what it says was known when it was put (notice.h): sealed, till it has come to its end. */
static bool is_notice(const struct sending *s)
{
	return is_letter(s) && at(s, EK_CONTENT_MAILS_REASON)->kind == EK_VIEWS_TEXT;
}

/* ---- commits */

static void made_row(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	const struct sending *s = ctx;
	(void)a;
	ek_writer_add(w, EK_CONTENT_MAILS, s->row);
	/* Nothing more will become of it. */
	if (is_notice(s) && at(s, EK_CONTENT_MAILS_DONE_MS)->kind == EK_VIEWS_INT)
		ek_post_erase_sealed(w, at(s, EK_CONTENT_MAILS_MAIL)->i);
}

/* Whether it still waits to be sent, as it is on disk. */
static bool check_claim(void *ctx, struct ek_err *err)
{
	struct sending *s = ctx;
	struct ek_post_way *way = &s->box->out;
	struct ek_post_rows rows;
	struct ek_err why;
	if (!ek_post_mail(way, at(s, EK_CONTENT_MAILS_MAIL)->i, &rows, &why))
		return ek_fail(err, EK_IO, "%s", why.msg);
	if (rows.n == 0)
		return ek_fail(err, EK_CONFLICT, "it is gone");
	memcpy(s->row, rows.v, sizeof s->row);
	ek_str state = ek_post_text(at(s, EK_CONTENT_MAILS_STATE));
	if (!ek_str_is(state, "waiting") && !ek_str_is(state, "sending"))
		return ek_fail(err, EK_CONFLICT, "it is to be sent no more");
	const struct ek_reply_ids ids = {
		(uint64_t)ek_post_int(at(s, EK_CONTENT_MAILS_CONVERSATION)),
		(uint64_t)at(s, EK_CONTENT_MAILS_MAIL)->i};
	const ek_str address = {s->box->address, (uint32_t)strlen(s->box->address)};
	ek_reply_print_id(&s->box->key, ids, address, s->message_id);
	/* Answers to what was forwarded must say which that was. */
	const struct ek_reply_ids back = {ids.conversation, is_forward(s) ? ids.mail : 0};
	ek_reply_print_address(&s->box->key, back, address, s->reply_to);
	s->row[EK_CONTENT_MAILS_STATE] = ek_post_value("sending");
	s->row[EK_CONTENT_MAILS_MESSAGE_ID] = ek_post_value(s->message_id);
	s->row[EK_CONTENT_MAILS_TRIES] =
		ek_views_int(ek_post_int(at(s, EK_CONTENT_MAILS_TRIES)) + 1);
	/* If this server ends now, another tries it again by then. */
	s->row[EK_CONTENT_MAILS_NEXT_MS] = ek_views_int(
		way->call.request.at.ms +
		ek_post_rest((uint32_t)ek_post_int(at(s, EK_CONTENT_MAILS_TRIES)) + 4).ms);
	return true;
}

static bool claim(struct sending *s, struct ek_err *err)
{
	struct ek_post_way *way = &s->box->out;
	way->call = (struct ek_group_call){
		.request = {.check = check_claim, .check_ctx = s}, .made = made_row, .ctx = s};
	return ek_post_do(way, s->box, err);
}

/* What came of it; told to whoever shows the conversation. */
static bool settle(struct sending *s, struct ek_err *err)
{
	struct ek_post_way *way = &s->box->out;
	s->cmd = ek_cmd_make(EK_CMD_CONVERSATION_UPDATE);
	s->cmd.conversation_update.conversation.v =
		(uint32_t)ek_post_int(at(s, EK_CONTENT_MAILS_CONVERSATION));
	way->call = (struct ek_group_call){.request = {.cmd = &s->cmd}, .made = made_row, .ctx = s};
	if (!is_letter(s) && ek_post_do(way, s->box, err))
		return true;
	/* The conversation may be erased, or nothing in it shows the mail: the row alone. */
	way->call = (struct ek_group_call){.made = made_row, .ctx = s};
	return ek_post_do(way, s->box, err);
}

static bool settle_sent(struct sending *s, struct ek_err *err)
{
	s->row[EK_CONTENT_MAILS_STATE] = ek_post_value("sent");
	s->row[EK_CONTENT_MAILS_NEXT_MS] = ek_views_int(EK_NONE);
	s->row[EK_CONTENT_MAILS_ERROR] = ek_post_value(NULL);
	s->row[EK_CONTENT_MAILS_DETAIL] = ek_post_value(NULL);
	s->row[EK_CONTENT_MAILS_DONE_MS] = ek_views_int(ek_clock_wall().ms);
	return settle(s, err);
}

/* Since when it is tried: since it was written, or was asked for again once it had failed. */
static int64_t began(const struct sending *s)
{
	const struct ek_views_value *again = at(s, EK_CONTENT_MAILS_DONE_MS);
	return again->kind == EK_VIEWS_INT ? again->i
					   : ek_post_int(at(s, EK_CONTENT_MAILS_CREATED_MS));
}

static bool settle_failed(struct sending *s, const struct ek_peer_fault *fault, struct ek_err *err)
{
	const ek_time now = ek_clock_wall();
	int64_t age = now.ms - began(s);
	int64_t tries = ek_post_int(at(s, EK_CONTENT_MAILS_TRIES));
	bool is_over = fault->error == EK_PEER_REFUSED || age > s->box->post->options.give_up.ms;
	s->row[EK_CONTENT_MAILS_STATE] = ek_post_value(is_over ? "failed" : "waiting");
	s->row[EK_CONTENT_MAILS_ERROR] = ek_post_value(ek_peer_word(fault->error));
	s->row[EK_CONTENT_MAILS_DETAIL] = ek_post_value(fault->detail);
	s->row[EK_CONTENT_MAILS_NEXT_MS] =
		is_over ? ek_views_int(EK_NONE)
			: ek_views_int(now.ms + ek_post_rest((uint32_t)tries + 1).ms);
	if (is_over)
		s->row[EK_CONTENT_MAILS_DONE_MS] = ek_views_int(now.ms);
	return settle(s, err);
}

/* ---- what it says */

/* A list of ours, ["a@b","c@d"], into the envelope: addresses hold neither quotes nor commas. */
static void add_addresses(struct sending *s, ek_str json)
{
	uint32_t from = 0;
	bool is_open = false;
	for (uint32_t i = 0; i < json.n; i++) {
		if (json.p[i] != '"')
			continue;
		const ek_str one = {json.p + from, i - from};
		if (is_open && s->to_count < TO_MAX && ek_letter_is_address(one))
			s->to[s->to_count++] = one;
		is_open = !is_open;
		from = i + 1;
	}
}

static bool read_envelope(struct sending *s, struct ek_err *err)
{
	ek_str to = ek_post_text(at(s, EK_CONTENT_MAILS_ADDRESS));
	s->to_count = 0;
	if (!ek_letter_is_address(to))
		return ek_fail(err, EK_INVALID_VALUE, "this address cannot be written to");
	s->to[s->to_count++] = to;
	add_addresses(s, ek_post_text(at(s, EK_CONTENT_MAILS_CC)));
	s->cc_count = s->to_count - 1;
	add_addresses(s, ek_post_text(at(s, EK_CONTENT_MAILS_BCC)));
	return true;
}

/* The last messages of the conversation, oldest first; of what is forwarded, those that were
 * exchanged with the same address. Neither names any of the other's. */
#define REFERENCES \
	"SELECT m.message_id FROM mails m LEFT JOIN parts p ON p.part = m.part WHERE " \
	"m.conversation = $1 AND m.mail < $2 AND m.message_id IS NOT NULL AND m.state IN " \
	"('taken', 'sent', 'sending') AND "
static bool read_references(struct sending *s, struct ek_err *err)
{
	static const char with_contact[] = REFERENCES "(p.kind IS NULL OR p.kind <> 'forward') "
						      "ORDER BY m.mail DESC LIMIT 20";
	static const char with_outside[] =
		REFERENCES "p.kind = 'forward' AND m.address = $3 ORDER BY m.mail DESC LIMIT 20";
	const struct ek_views_value args[] = {s->row[EK_CONTENT_MAILS_CONVERSATION],
					      s->row[EK_CONTENT_MAILS_MAIL],
					      s->row[EK_CONTENT_MAILS_ADDRESS]};
	const struct ek_reader_question q = {is_forward(s) ? with_outside : with_contact, args,
					     is_forward(s) ? 3 : 2};
	struct ek_post_rows rows = {.arena = &s->box->out.arena};
	if (!ek_post_ask(s->box->out.reader, &q, &rows, err))
		return false;
	for (uint32_t i = 0; i < rows.n && i < EK_LETTER_REFERENCES; i++)
		s->references[rows.n - 1 - i] = ek_post_text(&rows.v[i]);
	s->letter.references = s->references;
	s->letter.reference_count = rows.n;
	return true;
}

/* Text, signature with {name} as who wrote it. */
static bool join_text(struct sending *s, ek_str body, ek_str author, struct ek_err *err)
{
	static const char mark[] = "{name}";
	const char *rest = s->box->signature;
	size_t max = body.n + strlen(rest) * (author.n + 1) + 16;
	char *out = ek_arena_get(&s->box->out.arena, max);
	size_t n = body.n;
	if (out == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a text");
	if (n > 0)
		memcpy(out, body.p, n);
	if (rest[0] != 0) {
		memcpy(out + n, "\n\n-- \n", 6);
		n += 6;
	}
	while (rest[0] != 0) {
		const char *found = strstr(rest, mark);
		size_t k = found == NULL ? strlen(rest) : (size_t)(found - rest);
		memcpy(out + n, rest, k);
		n += k;
		rest += k;
		if (found == NULL)
			break;
		if (author.n > 0)
			memcpy(out + n, author.p, author.n);
		n += author.n;
		rest += sizeof mark - 1;
	}
	s->letter.text = (ek_str){out, (uint32_t)n};
	return true;
}

static bool read_notice(struct sending *s, struct ek_err *err)
{
	struct ek_post_sealed letter;
	if (!ek_post_read_sealed(s->box, at(s, EK_CONTENT_MAILS_MAIL)->i, &letter, err))
		return false;
	s->letter.text = letter.text;
	if (!letter.has_file)
		return true;
	s->attached = (struct ek_letter_file){letter.file_name, letter.file_type, letter.file};
	s->letter.files = &s->attached;
	s->letter.file_count = 1;
	return true;
}

/* What goes beneath the words of one that is forwarded. */
static bool add_forwarded(struct sending *s, ek_str details, ek_str language, struct ek_err *err)
{
	struct ek_arena *arena = &s->box->out.arena;
	struct ek_forward_of of = {
		.conversation = ek_post_int(at(s, EK_CONTENT_MAILS_CONVERSATION)),
		.part = ek_post_int(at(s, EK_CONTENT_MAILS_PART)),
		.language = language,
	};
	ek_str more;
	if (!is_forward(s))
		return true;
	if (!ek_forward_read(details, arena, &of.forward))
		return ek_fail(err, EK_INVALID_VALUE, "nobody knows what is forwarded");
	s->forward = of.forward;
	if (!ek_forward_write(s->box->out.reader, &of, arena, &more, err))
		return false;
	char *out = ek_arena_get(arena, (size_t)s->letter.text.n + more.n + 3);
	if (out == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a text");
	memcpy(out, s->letter.text.p, s->letter.text.n);
	memcpy(out + s->letter.text.n, "\n\n", 2);
	memcpy(out + s->letter.text.n + 2, more.p, more.n);
	s->letter.text = (ek_str){out, s->letter.text.n + (more.n == 0 ? 0 : more.n + 2)};
	return true;
}

static bool read_part(struct sending *s, struct ek_err *err)
{
	const struct ek_reader_question q = {
		"SELECT p.body, t.name, p.redacted_ms, p.details, t.language FROM parts p LEFT "
		"JOIN people t ON t.teammate = p.author AND p.author_kind = 'teammate' WHERE "
		"p.part = $1",
		&s->row[EK_CONTENT_MAILS_PART], 1};
	struct ek_post_rows rows = {.arena = &s->box->out.arena};
	if (!ek_post_ask(s->box->out.reader, &q, &rows, err))
		return false;
	if (rows.n == 0 || rows.v[2].kind == EK_VIEWS_INT)
		return ek_fail(err, EK_INVALID_VALUE, "what was written is no longer there");
	return join_text(s, ek_post_text(&rows.v[0]), ek_post_text(&rows.v[1]), err) &&
	       add_forwarded(s, ek_post_text(&rows.v[3]), ek_post_text(&rows.v[4]), err);
}

static bool read_letter(struct sending *s, struct ek_err *err)
{
	const struct ek_post_options *o = &s->box->post->options;
	const struct ek_reader_question q = {"SELECT kind, about FROM letters WHERE mail = $1",
					     &s->row[EK_CONTENT_MAILS_MAIL], 1};
	struct ek_post_rows rows = {.arena = &s->box->out.arena};
	if (!ek_post_ask(s->box->out.reader, &q, &rows, err))
		return false;
	if (rows.n == 0 || o->write == NULL)
		return ek_fail(err, EK_INVALID_VALUE, "nobody knows what it says");
	const struct ek_post_letter letter = {
		.mail = ek_post_int(at(s, EK_CONTENT_MAILS_MAIL)),
		.kind = ek_post_text(&rows.v[0]),
		.about = ek_post_int(&rows.v[1]),
		.reader = s->box->out.reader,
		.arena = &s->box->out.arena,
	};
	return o->write(o->ctx, &letter, &s->letter, err);
}

static bool read_file(struct sending *s, const struct ek_views_value *row, struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	const struct ek_post_box *box = s->box;
	const struct ek_vault vault = {box->post->seal, box->post->options.directory,
				       EK_POST_FILES_DIRECTORY, box->out.reader};
	char *type = ek_arena_get(&s->box->out.arena, ek_post_text(&row[1]).n + 1);
	struct ek_disk_bytes *b = &s->bytes[s->file_count];
	if (type == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a file");
	ek_post_copy(type, ek_post_text(&row[1]).n + 1, ek_post_text(&row[1]));
	if (!ek_vault_read(&vault, ek_post_text(&row[2]), (struct ek_vault_room){FILE_MAX, &alloc},
			   b, err))
		return false;
	s->files[s->file_count++] = (struct ek_letter_file){
		ek_post_text(&row[0]), type, {(const char *)b->p, (uint32_t)b->n}};
	return true;
}

/* Its own; and those of the messages that are forwarded. */
static bool read_files(struct sending *s, struct ek_err *err)
{
	const struct ek_forward *f = &s->forward;
	bool is_all = f->has_files && f->what == EK_FORWARD_CONVERSATION;
	bool is_one = f->has_files && f->what == EK_FORWARD_PART;
	const struct ek_views_value args[] = {
		s->row[EK_CONTENT_MAILS_CONVERSATION], s->row[EK_CONTENT_MAILS_PART],
		ek_views_int(is_one ? (int64_t)f->part : 0), ek_views_int(is_all)};
	const struct ek_reader_question q = {
		"SELECT a.name, a.type, a.place FROM attachments a JOIN parts p ON p.part = a.part "
		"WHERE a.conversation = $1 AND p.redacted_ms IS NULL AND (a.part = $2 OR "
		"(p.kind = 'message' AND (a.part = $3 OR ($4 = 1 AND a.part < $2)))) "
		"ORDER BY a.part DESC, a.attachment LIMIT 20",
		args, 4};
	struct ek_post_rows rows = {.arena = &s->box->out.arena};
	if (!ek_post_ask(s->box->out.reader, &q, &rows, err))
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		if (!read_file(s, rows.v + (size_t)i * rows.columns, err))
			return false;
	}
	s->letter.files = s->files;
	s->letter.file_count = s->file_count;
	return true;
}

static void free_files(struct sending *s)
{
	struct ek_alloc alloc = ek_heap_alloc();
	for (uint32_t i = 0; i < s->file_count; i++)
		ek_alloc_free(&alloc, s->bytes[i].p, s->bytes[i].n == 0 ? 1 : s->bytes[i].n);
	s->file_count = 0;
}

static ek_str ended(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static bool answers_come(const struct sending *s)
{
	return s->box->has_plus && at(s, EK_CONTENT_MAILS_CONVERSATION)->kind == EK_VIEWS_INT;
}

static bool read_what(struct sending *s, struct ek_err *err)
{
	if (is_notice(s))
		return read_notice(s, err);
	return is_letter(s) ? read_letter(s, err) : read_part(s, err) && read_files(s, err);
}

static bool compose(struct sending *s, struct ek_letter_bytes *out, struct ek_err *err)
{
	s->letter = (struct ek_letter){
		.name = ended(s->box->name),
		.from = ended(s->box->address),
		.reply_to = ended(answers_come(s) ? s->reply_to : ""),
		.to = s->to,
		.to_count = 1,
		.cc = s->to + 1,
		.cc_count = s->cc_count,
		.subject = ek_post_text(at(s, EK_CONTENT_MAILS_SUBJECT)),
		.message_id = ended(s->message_id),
		.date = {ek_post_int(at(s, EK_CONTENT_MAILS_CREATED_MS))},
		.is_automatic = is_letter(s),
	};
	/* What the envelope needs is counted in read_envelope, before. */
	s->letter.cc_count = s->cc_count;
	return read_what(s, err) && read_references(s, err) &&
	       ek_letter_write(&s->letter, out, err);
}

/* ---- sending */

static bool hand_over(struct sending *s, ek_str bytes, struct ek_peer_fault *fault)
{
	const struct ek_smtp_mail mail = {
		.from = ended(s->box->address),
		.to = s->to,
		.to_count = s->to_count,
		.bytes = bytes,
		.is_ending = ek_post_is_ending,
		.ctx = &s->box->out,
	};
	return ek_smtp_send(&s->box->smtp, &mail, fault);
}

/* False: the server of mail takes nothing now. */
static bool send_one(struct sending *s, struct ek_peer_fault *fault)
{
	struct ek_letter_bytes bytes = {.alloc = ek_heap_alloc()};
	struct ek_err err;
	bool is_made = read_envelope(s, &err) && compose(s, &bytes, &err);
	bool is_sent = is_made && hand_over(s, (ek_str){bytes.p, (uint32_t)bytes.n}, fault);
	bool ok = true;
	if (!is_made) {
		/* What cannot be written will not be written later either. */
		bool is_ours = err.code == EK_NO_MEMORY || err.code == EK_IO;
		*fault = (struct ek_peer_fault){.error = is_ours ? EK_PEER_LOCAL : EK_PEER_REFUSED};
		ek_peer_detail(fault, ended(err.msg));
	}
	if (is_sent) {
		ek_post_went_well(s->box, &s->box->out);
		ok = settle_sent(s, &err);
	} else {
		ok = settle_failed(s, fault, &err) && fault->error == EK_PEER_REFUSED;
	}
	free_files(s);
	ek_letter_free(&bytes);
	return ok;
}

static bool find_due(struct ek_post_box *b, struct ek_post_rows *rows)
{
	const struct ek_views_value args[] = {ek_views_int(ek_clock_wall().ms),
					      ek_views_int(b->id)};
	const struct ek_reader_question q = {
		"SELECT mail FROM mails WHERE next_ms <= $1 AND mailbox = $2 AND direction = 'out' "
		"AND state IN ('waiting', 'sending') ORDER BY next_ms, mail LIMIT 20",
		args, 2};
	struct ek_err err;
	ek_arena_reset(&b->out.arena);
	*rows = (struct ek_post_rows){.arena = &b->out.arena};
	return ek_post_ask(b->out.reader, &q, rows, &err);
}

static ek_span rest_of(struct ek_post_box *b)
{
	const ek_time now = ek_clock_wall();
	const struct ek_views_value id = ek_views_int(b->id);
	const struct ek_reader_question q = {
		"SELECT min(next_ms) FROM mails WHERE next_ms IS NOT NULL AND mailbox = $1 AND "
		"direction = 'out'",
		&id, 1};
	struct ek_post_rows rows = {.arena = &b->out.arena};
	struct ek_err err;
	if (!ek_post_ask(b->out.reader, &q, &rows, &err) || rows.n == 0 ||
	    rows.v[0].kind != EK_VIEWS_INT || rows.v[0].i > now.ms + REST_MS)
		return (ek_span){REST_MS};
	return (ek_span){rows.v[0].i > now.ms ? rows.v[0].i - now.ms : 50};
}

ek_span ek_post_out_round(void *box)
{
	struct ek_post_box *b = box;
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_peer_fault fault = {.error = EK_PEER_NONE};
	struct ek_post_rows rows;
	struct sending *s = ek_alloc_get(&alloc, sizeof *s);
	bool ok = s != NULL && find_due(b, &rows);
	int64_t due[20];
	uint32_t n = ok ? rows.n : 0;
	for (uint32_t i = 0; i < n; i++)
		due[i] = rows.v[i].i;
	for (uint32_t i = 0; i < n && !ek_rounds_is_ending(b->out.rounds); i++) {
		struct ek_err err;
		ek_arena_reset(&b->out.arena);
		memset(s, 0, sizeof *s);
		s->box = b;
		s->row[EK_CONTENT_MAILS_MAIL] = ek_views_int(due[i]);
		/* Not claimed: it was taken back, or waits until the store takes something. */
		if (!claim(s, &err))
			continue;
		ok = send_one(s, &fault);
		bool is_theirs = fault.error == EK_PEER_REFUSED || fault.error == EK_PEER_BUSY;
		const struct ek_peer_fault none = {.error = EK_PEER_NONE};
		ek_post_note(b, &b->out, ok || is_theirs ? &none : &fault);
		if (!ok)
			break;
	}
	ek_alloc_free(&alloc, s, sizeof *s);
	return ok ? rest_of(b) : (ek_span){REST_MS};
}
