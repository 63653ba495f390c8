#include "api/api_mail.h"

#include <string.h>
#include <strings.h>

#include "api/api_attachments.h"
#include "api/api_contact.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/visits.h"
#include "api/worker.h"
#include "channels/forward.h"
#include "channels/letter.h"
#include "model/limits.h"

enum { UNDO_MS = 5000, SEEN_MS = 120000, SUBJECT_MAX = 1000, WIDTH = EK_CONTENT_MAILS_WIDTH };

/* ---- what is asked for */

bool ek_api_mail_can(ek_str s)
{
	uint32_t ats = 0;
	for (uint32_t i = 0; i < s.n; i++) {
		uint8_t c = (uint8_t)s.p[i];
		if (c <= ' ' || c >= 0x7f || memchr("<>()[],;:\\\"", c, 11) != NULL)
			return false;
		ats += c == '@';
	}
	return ats == 1 && s.p[0] != '@' && s.p[s.n - 1] != '@';
}

bool ek_api_mail_address(struct ek_turn *t, const struct ek_patch_at *at, ek_str *out)
{
	return ek_api_text_email(t, at, out) &&
	       (ek_api_mail_can(*out) ||
		ek_patch_fault(at, EK_FAULT_REFUSED, "This address cannot be written to."));
}

bool ek_api_mail_take(struct ek_turn *t, const struct ek_patch_at *at, ek_str *out)
{
	struct ek_json j;
	uint32_t n = 0;
	bool ok = true;
	*out = (ek_str){NULL, 0};
	if (ek_patch_state(at) == EK_PATCH_ABSENT)
		return true;
	if (!ek_patch_list(at, 0, EK_API_MAIL_COPIES, &n))
		return false;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		ek_str text;
		ok = ek_api_mail_address(t, &row, &text) && ok;
		if (ok)
			ek_json_text(&j, text);
	}
	ek_json_list_end(&j);
	*out = ek_api_text_take(t, &j);
	return ok;
}

/* Without what stands behind a plus: a mailbox gets that too. */
static ek_str without_plus(struct ek_turn *t, ek_str address)
{
	const char *plus = memchr(address.p, '+', address.n);
	const char *at = memchr(address.p, '@', address.n);
	if (plus == NULL || at == NULL || plus > at)
		return address;
	size_t local = (size_t)(plus - address.p);
	size_t rest = address.n - (size_t)(at - address.p);
	char *out = ek_turn_get(t, local + rest);
	if (out == NULL)
		return address;
	memcpy(out, address.p, local);
	memcpy(out + local, at, rest);
	return (ek_str){out, (uint32_t)(local + rest)};
}

bool ek_api_mail_is_ours(struct ek_turn *t, ek_str address, bool *is)
{
	static const char sql[] = "SELECT 1 FROM mailboxes b WHERE b.deleted_ms IS NULL AND "
				  "lower(b.address) IN (lower($1), lower($2)) LIMIT 1";
	const struct ek_views_value args[] = {ek_views_text(address),
					      ek_views_text(without_plus(t, address))};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, args, EK_LEN(args), &rows))
		return false;
	*is = rows.n > 0;
	return true;
}

/* ---- where it goes */

struct target {
	int64_t mailbox;
	ek_str address;
	ek_str subject;
};

/* To whoever wrote last, by the mailbox that it came by. */
static bool find_answered(struct ek_turn *t, const struct ek_api_mail_part *p, struct target *out,
			  bool *found)
{
	const struct ek_views_value key = ek_views_int(p->conversation.v);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT m.mailbox, m.address, m.subject FROM mails m JOIN mailboxes b "
			    "ON b.mailbox = m.mailbox AND b.deleted_ms IS NULL WHERE "
			    "m.conversation = $1 AND (m.direction = 'out' OR m.state = 'taken') "
			    "AND (m.reason IS NULL OR (m.direction = 'out' AND m.reason <> "
			    "'" EK_FORWARD_REASON "')) AND m.address IS NOT NULL ORDER BY CASE "
			    "m.direction WHEN 'in' THEN 0 ELSE 1 END, m.mail DESC LIMIT 1",
			    &key, 1, &rows))
		return false;
	*found = rows.n > 0;
	if (*found)
		*out = (struct target){ek_turn_int(&rows.v[0]), ek_turn_text(&rows.v[1]),
				       ek_turn_text(&rows.v[2])};
	return true;
}

/* The first letter that a conversation of e-mail has: to its contact, by the team's mailbox. */
static bool find_first(struct ek_turn *t, const struct ek_api_mail_part *p, struct target *out,
		       bool *found)
{
	const struct ek_views_value args[] = {ek_views_id(p->contact.v), ek_views_int(p->team.v),
					      ek_views_int(p->conversation.v)};
	struct ek_turn_rows rows;
	*found = false;
	if (p->channel != EK_CAPACITY_CLASS_EMAIL || p->contact.v == 0)
		return true;
	if (!ek_turn_select(t,
			    "SELECT b.mailbox, k.email, f.title FROM contacts k, mailboxes b, "
			    "conversation_profiles f WHERE k.contact = $1 AND k.email IS NOT NULL "
			    "AND b.active = 1 AND b.deleted_ms IS NULL AND f.conversation = $3 "
			    "ORDER BY CASE WHEN b.team = $2 THEN 0 WHEN b.team IS NULL THEN 1 ELSE "
			    "2 END, b.mailbox LIMIT 1",
			    args, 3, &rows))
		return false;
	*found = rows.n > 0;
	if (*found)
		*out = (struct target){ek_turn_int(&rows.v[0]), ek_turn_text(&rows.v[1]),
				       ek_turn_text(&rows.v[2])};
	return true;
}

/* Of a chat: to the address that its visitor left, while the chat goes on there; by the team's
 * mailbox. is_mail: it goes on by e-mail, as any conversation does. */
static bool find_chat(struct ek_turn *t, const struct ek_api_mail_part *p, struct target *out,
		      bool *is_mail, bool *found)
{
	const struct ek_views_value args[] = {ek_views_int(p->conversation.v),
					      ek_views_int(p->team.v)};
	struct ek_turn_rows rows;
	*is_mail = true;
	*found = false;
	if (!ek_turn_select(t,
			    "SELECT c.address, (SELECT channel FROM parts WHERE conversation = $1"
			    " AND kind = 'message' AND author_kind = 'contact' ORDER BY part DESC"
			    " LIMIT 1) FROM chats c WHERE c.conversation = $1",
			    args, 1, &rows))
		return false;
	if (rows.n == 0 || ek_str_is(ek_turn_text(&rows.v[1]), "email"))
		return true;
	*is_mail = false;
	out->address = ek_turn_text(&rows.v[0]);
	if (out->address.p == NULL)
		return true;
	if (!ek_turn_select(t,
			    "SELECT b.mailbox, f.title FROM mailboxes b JOIN conversation_profiles"
			    " f ON f.conversation = $1 WHERE b.active = 1 AND b.deleted_ms IS NULL"
			    " ORDER BY CASE WHEN b.team = $2 THEN 0 WHEN b.team IS NULL THEN 1 ELSE"
			    " 2 END, b.mailbox LIMIT 1",
			    args, 2, &rows))
		return false;
	*found = rows.n > 0;
	if (*found) {
		out->mailbox = ek_turn_int(&rows.v[0]);
		out->subject = ek_turn_text(&rows.v[1]);
	}
	return true;
}

/* "Re: " or "Fwd: " once, in front of what it is about. */
static ek_str prefixed(struct ek_turn *t, const char *prefix, ek_str subject, bool is_due)
{
	uint32_t k = (uint32_t)strlen(prefix);
	bool has = subject.n >= k - 1 && strncasecmp(subject.p, prefix, k - 1) == 0;
	if (subject.n > SUBJECT_MAX)
		return (ek_str){subject.p, 0};
	if (!is_due || has)
		return subject;
	char *p = ek_turn_get(t, (size_t)subject.n + k);
	if (p == NULL)
		return subject;
	memcpy(p, prefix, k);
	if (subject.n > 0)
		memcpy(p + k, subject.p, subject.n);
	return (ek_str){p, subject.n + k};
}

/* The row of one that goes out, not yet put. */
static void fill(struct ek_turn *t, const struct ek_api_mail_part *p, const struct target *to,
		 struct ek_views_value *v)
{
	v[EK_CONTENT_MAILS_MAIL] = ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_MAILS));
	v[EK_CONTENT_MAILS_MAILBOX] = ek_views_int(to->mailbox);
	v[EK_CONTENT_MAILS_DIRECTION] = ek_views_text(EK_S("out"));
	v[EK_CONTENT_MAILS_STATE] = ek_views_text(EK_S("waiting"));
	v[EK_CONTENT_MAILS_CONVERSATION] = ek_views_int(p->conversation.v);
	v[EK_CONTENT_MAILS_PART] = ek_views_int((int64_t)p->part);
	v[EK_CONTENT_MAILS_ADDRESS] = ek_views_text(to->address);
	v[EK_CONTENT_MAILS_CC] = ek_views_text(p->copies.cc);
	v[EK_CONTENT_MAILS_BCC] = ek_views_text(p->copies.bcc);
	v[EK_CONTENT_MAILS_CLASH] = ek_views_int(0);
	v[EK_CONTENT_MAILS_TRIES] = ek_views_int(0);
	v[EK_CONTENT_MAILS_NEXT_MS] = ek_views_int(t->now.ms + UNDO_MS);
	v[EK_CONTENT_MAILS_CREATED_MS] = ek_views_int(t->now.ms);
}

/* Where a message of that conversation goes by e-mail. */
struct way {
	struct target to;
	bool is_mail;   /* e-mail is how it goes on; else a chat of which a copy goes */
	bool is_answer; /* to a mail */
	bool found;     /* it goes at all */
};

static bool find_way(struct ek_turn *t, const struct ek_api_mail_part *p, struct way *w)
{
	*w = (struct way){.is_mail = true};
	if (!find_chat(t, p, &w->to, &w->is_mail, &w->found))
		return false;
	if (!w->is_mail)
		return true;
	if (!find_answered(t, p, &w->to, &w->is_answer))
		return false;
	w->found = w->is_answer;
	return w->found || find_first(t, p, &w->to, &w->found);
}

bool ek_api_mail_fits(struct ek_turn *t, const struct ek_api_mail_part *p, int64_t bytes)
{
	struct way w;
	if (bytes <= EK_LETTER_FILES)
		return true;
	if (!find_way(t, p, &w))
		return false;
	return !w.found ||
	       ek_problem_set(&t->problem, EK_PROBLEM_TOO_LARGE,
			      "a mail has room for files of %d MiB in all", EK_LETTER_FILES >> 20);
}

const struct ek_views_value *ek_api_mail_put(struct ek_turn *t, const struct ek_api_mail_part *p)
{
	struct ek_views_value *v = ek_turn_get(t, WIDTH * sizeof *v);
	struct way w;
	if (v == NULL || !find_way(t, p, &w) || !w.found)
		return NULL;
	fill(t, p, &w.to, v);
	v[EK_CONTENT_MAILS_SUBJECT] = ek_views_text(prefixed(t, "Re: ", w.to.subject, w.is_answer));
	/* Who is there reads it there: then it is taken back. */
	if (!w.is_mail && ek_visits_is_here(t->api->visits, p->conversation))
		v[EK_CONTENT_MAILS_NEXT_MS] = ek_views_int(t->now.ms + SEEN_MS);
	ek_turn_put(t, EK_CONTENT_MAILS, v);
	return v;
}

const struct ek_views_value *ek_api_mail_put_way(struct ek_turn *t,
						 const struct ek_api_mail_part *p,
						 const struct ek_api_mail_way *way)
{
	struct ek_views_value *v = ek_turn_get(t, WIDTH * sizeof *v);
	const struct target to = {way->mailbox, way->address, way->subject};
	if (v == NULL)
		return NULL;
	fill(t, p, &to, v);
	v[EK_CONTENT_MAILS_SUBJECT] =
		ek_views_text(prefixed(t, "Fwd: ", to.subject, way->is_forward));
	if (way->is_forward)
		v[EK_CONTENT_MAILS_REASON] = ek_views_text(EK_S(EK_FORWARD_REASON));
	ek_turn_put(t, EK_CONTENT_MAILS, v);
	return v;
}

const struct ek_views_value *ek_api_mail_find(struct ek_turn *t, uint64_t part)
{
	const struct ek_views_value key = ek_views_int((int64_t)part);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT * FROM mails WHERE part = $1 ORDER BY mail LIMIT 1", &key, 1,
			    &rows))
		return NULL;
	return rows.n > 0 ? rows.v : NULL;
}

bool ek_api_mail_of_parts(struct ek_turn *t, ek_conversation_id id, const uint64_t ends[2],
			  struct ek_turn_rows *out)
{
	static const char sql[] = "SELECT * FROM mails WHERE conversation = $1 AND part >= $2 AND"
				  " part <= $3 ORDER BY part, mail";
	const struct ek_views_value args[] = {ek_views_int(id.v), ek_views_int((int64_t)ends[0]),
					      ek_views_int((int64_t)ends[1])};
	return ek_turn_select(t, sql, args, EK_LEN(args), out);
}

/* The first of its part. */
const struct ek_views_value *ek_api_mail_among(const struct ek_turn_rows *mails, uint64_t part)
{
	uint32_t from = 0;
	uint32_t to = mails->n;
	while (from < to) {
		uint32_t mid = (from + to) / 2;
		const struct ek_views_value *row = mails->v + (size_t)mid * mails->columns;
		if ((uint64_t)row[EK_CONTENT_MAILS_PART].i < part)
			from = mid + 1;
		else
			to = mid;
	}
	if (from == mails->n)
		return NULL;
	const struct ek_views_value *row = mails->v + (size_t)from * mails->columns;
	return (uint64_t)row[EK_CONTENT_MAILS_PART].i == part ? row : NULL;
}

const struct ek_views_value *ek_api_mail_cancel(struct ek_turn *t, uint64_t part)
{
	const struct ek_views_value *row = ek_api_mail_find(t, part);
	struct ek_views_value *v = ek_turn_get(t, WIDTH * sizeof *v);
	if (row == NULL || v == NULL)
		return NULL;
	memcpy(v, row, WIDTH * sizeof *v);
	if (ek_str_is(ek_turn_text(&v[EK_CONTENT_MAILS_DIRECTION]), "in")) {
		ek_api_attachments_erase_key(t, ek_turn_text(&row[EK_CONTENT_MAILS_PLACE]));
		v[EK_CONTENT_MAILS_PLACE] = ek_views_text((ek_str){NULL, 0});
		v[EK_CONTENT_MAILS_SUBJECT] = ek_views_text((ek_str){NULL, 0});
		ek_turn_put(t, EK_CONTENT_MAILS, v);
		return v;
	}
	if (!ek_str_is(ek_turn_text(&v[EK_CONTENT_MAILS_STATE]), "waiting"))
		return row;
	v[EK_CONTENT_MAILS_STATE] = ek_views_text(EK_S("cancelled"));
	v[EK_CONTENT_MAILS_NEXT_MS] = ek_views_int(EK_NONE);
	v[EK_CONTENT_MAILS_DONE_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_MAILS, v);
	return v;
}

void ek_api_mail_put_again(struct ek_turn *t, struct ek_views_value *row)
{
	row[EK_CONTENT_MAILS_STATE] = ek_views_text(EK_S("waiting"));
	row[EK_CONTENT_MAILS_ERROR] = ek_views_text((ek_str){NULL, 0});
	row[EK_CONTENT_MAILS_DETAIL] = ek_views_text((ek_str){NULL, 0});
	row[EK_CONTENT_MAILS_TRIES] = ek_views_int(0);
	row[EK_CONTENT_MAILS_NEXT_MS] = ek_views_int(t->now.ms + UNDO_MS);
	/* How long it is tried counts from now on; when it was written stays. */
	row[EK_CONTENT_MAILS_DONE_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_MAILS, row);
}

void ek_api_mail_nudge(struct ek_turn *t)
{
	const struct ek_api_mail *mail = &t->api->options.mail;
	if (mail->nudge != NULL)
		mail->nudge(mail->ctx);
}

/* ---- what goes for good */

bool ek_api_mail_of_conversation(struct ek_turn *t, ek_conversation_id id, struct ek_turn_rows *out)
{
	const struct ek_views_value key = ek_views_int(id.v);
	return ek_turn_select(t, "SELECT mail, place FROM mails WHERE conversation = $1", &key, 1,
			      out);
}

bool ek_api_mail_of_contact(struct ek_turn *t, ek_contact_id id, struct ek_turn_rows *out)
{
	static const char sql[] =
		"SELECT m.mail, m.place FROM mails m WHERE m.conversation IN (SELECT "
		"p.conversation FROM conversation_profiles p WHERE " EK_API_CONTACT_TREE(
			"p.contact",
			"$1") ") OR (m.conversation IS NULL AND lower(m.address) IN "
			      "(SELECT lower(k.email) FROM contacts k WHERE " EK_API_CONTACT_TREE(
				      "k.contact", "$1") "))";
	const struct ek_views_value key = ek_views_int(id.v);
	return ek_turn_select(t, sql, &key, 1, out);
}

void ek_api_mail_erase(struct ek_turn *t, const struct ek_turn_rows *rows)
{
	for (uint32_t i = 0; i < rows->n; i++) {
		const struct ek_writer_erasure what = {EK_CONTENT_MAILS, EK_CONTENT_MAILS_MAIL,
						       rows->v[(size_t)i * rows->columns]};
		const struct ek_writer_erasure letter = {EK_CONTENT_LETTERS,
							 EK_CONTENT_LETTERS_MAIL, what.value};
		ek_turn_erase(t, &what);
		ek_turn_erase(t, &letter);
		ek_api_attachments_erase_key(t,
					     ek_turn_text(&rows->v[(size_t)i * rows->columns + 1]));
	}
}

static void remove_raw(struct ek_turn *t, ek_str place)
{
	const char *directory = t->api->options.directory;
	const struct ek_worker_file file = {directory, EK_API_MAIL_DIRECTORY, place};
	if (place.n > 0 && directory != NULL)
		ek_worker_remove(t->api->worker, &file);
}

void ek_api_mail_remove(struct ek_turn *t, const struct ek_turn_rows *rows)
{
	for (uint32_t i = 0; i < rows->n; i++)
		remove_raw(t, ek_turn_text(&rows->v[(size_t)i * rows->columns + 1]));
}

void ek_api_mail_forget(struct ek_turn *t, const struct ek_views_value *row)
{
	if (row != NULL)
		remove_raw(t, ek_turn_text(&row[EK_CONTENT_MAILS_PLACE]));
}

/* ---- how it is */

static void put_list(struct ek_json *j, const char *key, ek_str json)
{
	ek_api_put_raw(j, key, json.p == NULL ? EK_S("[]") : json);
}

static void put_out(struct ek_json *j, const struct ek_views_value *v, bool is_out)
{
	ek_str none = {NULL, 0};
	bool is_sent = is_out && ek_str_is(ek_turn_text(&v[EK_CONTENT_MAILS_STATE]), "sent");
	ek_api_put_text(j, "delivery", is_out ? ek_turn_text(&v[EK_CONTENT_MAILS_STATE]) : none);
	ek_api_put_text(j, "error", is_out ? ek_turn_text(&v[EK_CONTENT_MAILS_ERROR]) : none);
	ek_api_put_text(j, "detail", is_out ? ek_turn_text(&v[EK_CONTENT_MAILS_DETAIL]) : none);
	ek_api_put_time(j, "send_at",
			(ek_time){is_out ? ek_turn_int(&v[EK_CONTENT_MAILS_NEXT_MS]) : EK_NONE});
	ek_api_put_time(j, "sent_at",
			(ek_time){is_sent ? ek_turn_int(&v[EK_CONTENT_MAILS_DONE_MS]) : EK_NONE});
}

void ek_api_mail_write(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	if (v == NULL) {
		ek_json_null(j);
		return;
	}
	bool is_out = ek_str_is(ek_turn_text(&v[EK_CONTENT_MAILS_DIRECTION]), "out");
	int64_t suggests = ek_turn_int(&v[EK_CONTENT_MAILS_SUGGESTS]);
	ek_json_object(j);
	ek_api_put_text(j, "direction", ek_turn_text(&v[EK_CONTENT_MAILS_DIRECTION]));
	ek_api_put_text(j, "address", ek_turn_text(&v[EK_CONTENT_MAILS_ADDRESS]));
	ek_api_put_text(j, "name", ek_turn_text(&v[EK_CONTENT_MAILS_NAME]));
	ek_api_put_text(j, "subject", ek_turn_text(&v[EK_CONTENT_MAILS_SUBJECT]));
	put_list(j, "cc", ek_turn_text(&v[EK_CONTENT_MAILS_CC]));
	put_list(j, "bcc", ek_turn_text(&v[EK_CONTENT_MAILS_BCC]));
	ek_api_put_text(j, "trust", ek_turn_text(&v[EK_CONTENT_MAILS_TRUST]));
	ek_api_put_bool(j, "has_source", v[EK_CONTENT_MAILS_PLACE].kind == EK_VIEWS_TEXT);
	put_out(j, v, is_out);
	ek_str reason = ek_turn_text(&v[EK_CONTENT_MAILS_REASON]);
	ek_api_put_bool(j, "automatic",
			!is_out && reason.n > 0 && !ek_str_is(reason, EK_FORWARD_REASON));
	ek_api_put_bool(j, "clash", ek_turn_int(&v[EK_CONTENT_MAILS_CLASH]) == 1);
	ek_api_put_id(j, "suggests", EK_IDENT_CONVERSATION,
		      suggests == EK_NONE ? 0 : (uint64_t)suggests);
	ek_json_object_end(j);
}
