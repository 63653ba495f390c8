/* The rows of a message, in the commit of what it became. */
#include <string.h>
#include <strings.h>

#include "auth/rows.h"
#include "base/utf8.h"
#include "channels/forward.h"
#include "channels/letter.h"
#include "channels/post_take_inside.h"
#include "store/contact.h"

enum { IDS_TEXT = 24 * EK_LIMIT_ATTACHMENTS, COPIES = 20, COPIES_TEXT = 20 * 260 };

static int64_t new_id(const struct ek_post_take *t, struct ek_writer *w, enum ek_content table)
{
	const struct ek_post_options *o = &t->box->post->options;
	return o->new_id(o->ctx, w, table);
}

static ek_time now_of(const struct ek_post_take *t)
{
	return t->box->in.call.request.at;
}

static ek_str cut(ek_str s, uint32_t max)
{
	return s.p == NULL ? s : (ek_str){s.p, ek_utf8_cut(s, max)};
}

static void put_contact(struct ek_post_take *t, struct ek_writer *w)
{
	struct ek_views_value v[EK_CONTENT_CONTACTS_WIDTH] = {0};
	struct ek_views_value key[EK_CONTENT_CONTACT_KEYS_WIDTH] = {0};
	uint8_t sealed[EK_ROWS_KEY];
	char public[EK_CONTACT_PUBLIC + 1];
	int64_t id = new_id(t, w, EK_CONTENT_CONTACTS);
	ek_assert(id == t->contact.v);
	ek_contact_public(t->contact.v, public);
	v[EK_CONTENT_CONTACTS_CONTACT] = ek_views_int(id);
	v[EK_CONTENT_CONTACTS_PUBLIC] = ek_post_value(public);
	v[EK_CONTENT_CONTACTS_NAME] = ek_views_text(cut(t->mail.from.name, EK_LIMIT_TEXT_BYTES));
	v[EK_CONTENT_CONTACTS_NAME_KEY] = ek_views_text(t->name_key);
	v[EK_CONTENT_CONTACTS_EMAIL] = ek_views_text(t->mail.from.address);
	v[EK_CONTENT_CONTACTS_EMAIL_KEY] = ek_views_text(t->email_key);
	v[EK_CONTENT_CONTACTS_ATTRIBUTES] = ek_post_value("{}");
	v[EK_CONTENT_CONTACTS_VERIFIED] = ek_views_int(0);
	v[EK_CONTENT_CONTACTS_CREATED_MS] = ek_views_int(now_of(t).ms);
	v[EK_CONTENT_CONTACTS_UPDATED_MS] = ek_views_int(now_of(t).ms);
	v[EK_CONTENT_CONTACTS_REVISION] = ek_views_int(1);
	ek_writer_add(w, EK_CONTENT_CONTACTS, v);
	if (t->box->post->seal == NULL)
		return;
	ek_rows_key(t->box->post->seal, t->contact.v, now_of(t), sealed, key);
	ek_writer_add(w, EK_CONTENT_CONTACT_KEYS, key);
}

static void put_profile(struct ek_post_take *t, struct ek_writer *w)
{
	struct ek_views_value v[EK_CONTENT_CONVERSATION_PROFILES_WIDTH] = {0};
	ek_str title = cut(t->mail.subject, EK_LIMIT_TEXT_BYTES);
	if (title.n == 0)
		title.p = NULL;
	v[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION] = ek_views_int(t->conversation.v);
	v[EK_CONTENT_CONVERSATION_PROFILES_CONTACT] = ek_views_id(t->contact.v);
	v[EK_CONTENT_CONVERSATION_PROFILES_TITLE] = ek_views_text(title);
	v[EK_CONTENT_CONVERSATION_PROFILES_CHANNELS] = ek_post_value("[\"email\"]");
	v[EK_CONTENT_CONVERSATION_PROFILES_ATTRIBUTES] = ek_views_text(t->attributes);
	v[EK_CONTENT_CONVERSATION_PROFILES_CREATED_MS] = ek_views_int(now_of(t).ms);
	v[EK_CONTENT_CONVERSATION_PROFILES_UPDATED_MS] = ek_views_int(now_of(t).ms);
	ek_writer_add(w, EK_CONTENT_CONVERSATION_PROFILES, v);
}

/* What a contact wrote without what it quoted; all of it is in the message as it came. */
ek_str ek_post_take_text(const struct ek_mail *m)
{
	static const char nothing[] = "(This message has no text.)";
	ek_str s = m->fresh.n > 0 ? m->fresh : m->text;
	if (s.n == 0)
		s = (ek_str){nothing, sizeof nothing - 1};
	return cut(s, EK_LIMIT_PART_BYTES);
}

/* Without it nobody reads the file. */
static void put_key(const struct ek_post_take *t, struct ek_writer *w,
		    const struct ek_vault_file *file)
{
	struct ek_views_value v[EK_CONTENT_FILE_KEYS_WIDTH] = {0};
	ek_vault_row(file, now_of(t), v);
	ek_writer_add(w, EK_CONTENT_FILE_KEYS, v);
}

static void put_files(struct ek_post_take *t, struct ek_writer *w, int64_t part,
		      char list[IDS_TEXT])
{
	size_t n = ek_format(list, IDS_TEXT, "[");
	for (uint32_t i = 0; i < t->file_count; i++) {
		const struct ek_post_file *f = &t->files[i];
		const struct ek_mail_attachment *a = &t->mail.attachments[f->of];
		struct ek_views_value v[EK_CONTENT_ATTACHMENTS_WIDTH] = {0};
		int64_t id = new_id(t, w, EK_CONTENT_ATTACHMENTS);
		v[EK_CONTENT_ATTACHMENTS_ATTACHMENT] = ek_views_int(id);
		v[EK_CONTENT_ATTACHMENTS_PART] = ek_views_int(part);
		v[EK_CONTENT_ATTACHMENTS_CONVERSATION] = ek_views_int(t->conversation.v);
		v[EK_CONTENT_ATTACHMENTS_NAME] = ek_views_text(a->name);
		v[EK_CONTENT_ATTACHMENTS_TYPE] = ek_views_text(a->type);
		v[EK_CONTENT_ATTACHMENTS_BYTES] = ek_views_int(a->bytes.n);
		v[EK_CONTENT_ATTACHMENTS_HASH] = ek_views_blob(f->hash, sizeof f->hash);
		v[EK_CONTENT_ATTACHMENTS_PLACE] = ek_post_value(f->sealed.place);
		v[EK_CONTENT_ATTACHMENTS_CREATED_MS] = ek_views_int(now_of(t).ms);
		ek_writer_add(w, EK_CONTENT_ATTACHMENTS, v);
		put_key(t, w, &f->sealed);
		n += ek_format(list + n, IDS_TEXT - n, "%s%lld", i == 0 ? "" : ",", (long long)id);
	}
	ek_format(list + n, IDS_TEXT - n, "]");
}

/* Whether the sender is who writes in the conversation: a server that gives a mail back is not. */
static bool is_contacts(const struct ek_post_take *t)
{
	return t->outcome == EK_POST_NEW || (!t->mail.is_bounce && !t->is_inside);
}

static int64_t put_part(struct ek_post_take *t, struct ek_writer *w, uint64_t seq)
{
	struct ek_views_value v[EK_CONTENT_PARTS_WIDTH] = {0};
	char list[IDS_TEXT];
	int64_t part = new_id(t, w, EK_CONTENT_PARTS);
	bool by_contact = is_contacts(t);
	put_files(t, w, part, list);
	v[EK_CONTENT_PARTS_PART] = ek_views_int(part);
	v[EK_CONTENT_PARTS_CONVERSATION] = ek_views_int(t->conversation.v);
	v[EK_CONTENT_PARTS_SEQ] = ek_views_int((int64_t)seq);
	v[EK_CONTENT_PARTS_KIND] = ek_post_value(t->is_inside ? "forward" : "message");
	v[EK_CONTENT_PARTS_AUTHOR_KIND] = ek_post_value(by_contact ? "contact" : "system");
	v[EK_CONTENT_PARTS_AUTHOR] = ek_views_id(by_contact ? t->contact.v : 0);
	v[EK_CONTENT_PARTS_CHANNEL] = ek_post_value("email");
	v[EK_CONTENT_PARTS_BODY] = ek_views_text(ek_post_take_text(&t->mail));
	v[EK_CONTENT_PARTS_FORMAT] = ek_post_value("plain");
	v[EK_CONTENT_PARTS_ATTACHMENTS] = ek_post_value(list);
	v[EK_CONTENT_PARTS_TEAM] = ek_views_id(t->team.v);
	v[EK_CONTENT_PARTS_EXTERNAL] = ek_views_text(t->mail.message_id);
	v[EK_CONTENT_PARTS_CREATED_MS] = ek_views_int(now_of(t).ms);
	ek_writer_add(w, EK_CONTENT_PARTS, v);
	return part;
}

/* One that was closed is open again: counted as it is wherever a contact writes. */
static void put_reopened(struct ek_post_take *t, struct ek_writer *w, const struct ek_answer *a)
{
	for (uint32_t i = 0; i < a->events.n; i++) {
		const struct ek_event *e = &a->events.v[i];
		struct ek_views_value v[EK_CONTENT_PARTS_WIDTH] = {0};
		if (e->kind != EK_EVENT_CONVERSATION_REOPENED ||
		    e->conversation_reopened.conversation.v != t->conversation.v)
			continue;
		v[EK_CONTENT_PARTS_PART] = ek_views_int(new_id(t, w, EK_CONTENT_PARTS));
		v[EK_CONTENT_PARTS_CONVERSATION] = ek_views_int(t->conversation.v);
		v[EK_CONTENT_PARTS_SEQ] = ek_views_int((int64_t)a->last_seq);
		v[EK_CONTENT_PARTS_KIND] = ek_post_value("change");
		v[EK_CONTENT_PARTS_AUTHOR_KIND] = ek_post_value("system");
		v[EK_CONTENT_PARTS_FORMAT] = ek_post_value("plain");
		v[EK_CONTENT_PARTS_ATTACHMENTS] = ek_post_value("[]");
		v[EK_CONTENT_PARTS_DETAILS] = ek_post_value("{\"change\":\"reopened\"}");
		v[EK_CONTENT_PARTS_CREATED_MS] = ek_views_int(now_of(t).ms);
		ek_writer_add(w, EK_CONTENT_PARTS, v);
	}
}

/* ---- the mail itself */

static const char *trust_of(const struct ek_mail_authentication *a)
{
	if (a->is_aligned)
		return "proved";
	bool is_bad = a->dmarc == EK_MAIL_VERDICT_FAIL ||
		      (a->spf == EK_MAIL_VERDICT_FAIL && a->dkim != EK_MAIL_VERDICT_PASS);
	return is_bad ? "failed" : "unknown";
}

static const char *reason_of(const struct ek_post_take *t)
{
	if (t->outcome == EK_POST_HELD)
		return t->reason;
	if (t->mail.is_bounce || t->mail.is_automatic || t->mail.is_null_sender)
		return "automatic";
	return t->is_inside ? EK_FORWARD_REASON : NULL;
}

/* To whom else it went: all but us and whoever wrote it, each once, as a JSON list. */
struct copies {
	char text[COPIES_TEXT];
	size_t n;
	uint32_t count;
};

static bool is_named(const struct copies *c, ek_str address)
{
	for (size_t i = 0; i + address.n + 2 <= c->n; i++) {
		if (c->text[i] == '"' && c->text[i + 1 + address.n] == '"' &&
		    memcmp(c->text + i + 1, address.p, address.n) == 0)
			return true;
	}
	return false;
}

/* Whether mail to the one gets to the other, whatever stands behind a plus. */
static bool is_same_box(ek_str own, ek_str one)
{
	const char *own_at = memchr(own.p, '@', own.n);
	const char *one_at = memchr(one.p, '@', one.n);
	if (own_at == NULL || one_at == NULL)
		return false;
	size_t local = (size_t)(own_at - own.p);
	size_t rest = own.n - local;
	size_t named = (size_t)(one_at - one.p);
	return one.n - named == rest && strncasecmp(own_at, one_at, rest) == 0 && named >= local &&
	       strncasecmp(own.p, one.p, local) == 0 && (named == local || one.p[local] == '+');
}

static bool is_left_out(const struct ek_post_take *t, ek_str one)
{
	struct ek_reply_ids ids;
	bool is = ek_str_is(one, t->box->address) || ek_reply_read(&t->box->key, one, &ids) ||
		  ek_str_equal(one, t->mail.from.address);
	for (uint32_t i = 0; i < t->own.n && !is; i++)
		is = is_same_box(ek_post_text(&t->own.v[i]), one);
	return is;
}

static void add_copies(const struct ek_post_take *t, const struct ek_mail_addresses *list,
		       struct copies *c)
{
	for (uint32_t i = 0; i < list->count && c->count < COPIES; i++) {
		ek_str one = list->items[i].address;
		/* What can stand in an envelope needs no escapes. */
		if (!ek_letter_is_address(one) || is_left_out(t, one) || is_named(c, one) ||
		    c->n + one.n + 4 > sizeof c->text)
			continue;
		c->text[c->n++] = c->count == 0 ? '[' : ',';
		c->text[c->n++] = '"';
		memcpy(c->text + c->n, one.p, one.n);
		c->n += one.n;
		c->text[c->n++] = '"';
		c->count++;
	}
}

static void put_mail(struct ek_post_take *t, struct ek_writer *w, int64_t part)
{
	struct ek_views_value v[EK_CONTENT_MAILS_WIDTH] = {0};
	const struct ek_mail *m = &t->mail;
	bool is_held = t->outcome == EK_POST_HELD;
	struct copies others = {.n = 0, .count = 0};
	int64_t id = t->of->mail;
	if (id == 0)
		id = new_id(t, w, EK_CONTENT_MAILS);
	v[EK_CONTENT_MAILS_MAIL] = ek_views_int(id);
	v[EK_CONTENT_MAILS_MAILBOX] = ek_views_int(t->box->id);
	v[EK_CONTENT_MAILS_DIRECTION] = ek_post_value("in");
	v[EK_CONTENT_MAILS_STATE] = ek_post_value(is_held ? "held" : "taken");
	v[EK_CONTENT_MAILS_CONVERSATION] = ek_views_id(is_held ? 0 : t->conversation.v);
	v[EK_CONTENT_MAILS_PART] = part > 0 ? ek_views_int(part) : ek_views_int(EK_NONE);
	v[EK_CONTENT_MAILS_MESSAGE_ID] = ek_views_text(m->message_id);
	v[EK_CONTENT_MAILS_DIGEST] = ek_views_blob(t->digest, sizeof t->digest);
	v[EK_CONTENT_MAILS_UIDVALIDITY] =
		ek_views_id(t->box->session == NULL ? 0 : ek_imap_validity(t->box->session));
	v[EK_CONTENT_MAILS_UID] = ek_views_id(t->of->uid);
	v[EK_CONTENT_MAILS_PLACE] = ek_post_value(t->raw.place);
	v[EK_CONTENT_MAILS_BYTES] = ek_views_int(t->of->raw.n);
	v[EK_CONTENT_MAILS_ADDRESS] = ek_views_text(m->from.address);
	v[EK_CONTENT_MAILS_NAME] = ek_views_text(m->from.name);
	v[EK_CONTENT_MAILS_SUBJECT] = ek_views_text(m->subject);
	add_copies(t, &m->to, &others);
	add_copies(t, &m->cc, &others);
	if (others.count > 0) {
		others.text[others.n++] = ']';
		v[EK_CONTENT_MAILS_CC] = ek_views_text((ek_str){others.text, (uint32_t)others.n});
	}
	v[EK_CONTENT_MAILS_TRUST] = ek_post_value(trust_of(&m->authentication));
	v[EK_CONTENT_MAILS_REASON] = ek_post_value(reason_of(t));
	if (t->scanned.verdict != EK_SCAN_NOTHING)
		v[EK_CONTENT_MAILS_DETAIL] = ek_post_value(t->scanned.text);
	v[EK_CONTENT_MAILS_CLASH] = ek_views_int(t->is_clash);
	v[EK_CONTENT_MAILS_SUGGESTS] =
		ek_views_id(t->conversation.v == t->suggests.v ? 0 : t->suggests.v);
	v[EK_CONTENT_MAILS_CREATED_MS] = ek_views_int(now_of(t).ms);
	ek_writer_add(w, EK_CONTENT_MAILS, v);
	if (t->of->place.p == NULL)
		put_key(t, w, &t->raw);
}

/* What the other side says about a mail of ours: it did not arrive. */
static void put_bounced(struct ek_post_take *t, struct ek_writer *w)
{
	struct ek_views_value *v = t->bounced_row;
	const struct ek_mail *m = &t->mail;
	bool is_over = m->report_count == 0;
	ek_str why = {NULL, 0};
	for (uint32_t i = 0; i < m->report_count && !is_over; i++) {
		is_over = ek_str_is(m->reports[i].action, "failed");
		why = m->reports[i].diagnostic.n > 0 ? m->reports[i].diagnostic
						     : m->reports[i].status;
	}
	if (!is_over)
		return;
	v[EK_CONTENT_MAILS_STATE] = ek_post_value("failed");
	v[EK_CONTENT_MAILS_ERROR] = ek_post_value("bounced");
	v[EK_CONTENT_MAILS_DETAIL] = ek_views_text(cut(why, EK_PEER_DETAIL));
	v[EK_CONTENT_MAILS_NEXT_MS] = ek_views_int(EK_NONE);
	v[EK_CONTENT_MAILS_DONE_MS] = ek_views_int(now_of(t).ms);
	ek_writer_add(w, EK_CONTENT_MAILS, v);
	if (!t->has_bounced_letter)
		return;
	t->bounced_letter[EK_CONTENT_LETTERS_SETTLED] = ek_views_int(0);
	ek_writer_add(w, EK_CONTENT_LETTERS, t->bounced_letter);
}

void ek_post_take_made(void *take, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_post_take *t = take;
	const struct ek_post_options *o = &t->box->post->options;
	int64_t part = 0;
	if (t->of->keeps_place)
		ek_post_put_state(t->box, &t->box->in, w);
	if (t->outcome == EK_POST_KNOWN) {
		ek_post_late_erase(w, t->of->mail);
		return;
	}
	if (t->outcome == EK_POST_NEW)
		t->conversation.v = a->id;
	if (t->outcome != EK_POST_HELD) {
		if (t->is_new_contact && is_contacts(t))
			put_contact(t, w);
		if (t->outcome == EK_POST_NEW)
			put_profile(t, w);
		if (t->outcome == EK_POST_NEW && o->arrived != NULL)
			o->arrived(o->ctx, w, t->conversation);
		part = put_part(t, w, a->last_seq);
		put_reopened(t, w, a);
		if (o->followed != NULL)
			o->followed(o->ctx, w, t->conversation);
	}
	if (t->bounced != 0)
		put_bounced(t, w);
	put_mail(t, w, part);
}
