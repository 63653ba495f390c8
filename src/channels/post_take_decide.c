/* What becomes of a message: which conversation, whose, or held. On the writer's thread. */
#include <string.h>

#include "auth/secret.h"
#include "channels/forward.h"
#include "channels/post_take_inside.h"

enum { HOUR_MS = 3600000, MERGES = 8 };

static bool ask(struct ek_post_take *t, const struct ek_reader_question *q,
		struct ek_post_rows *out, struct ek_err *err)
{
	*out = (struct ek_post_rows){.arena = &t->box->in.arena};
	return ek_post_ask(t->box->in.reader, q, out, err);
}

static void hold(struct ek_post_take *t, const char *reason)
{
	t->outcome = EK_POST_HELD;
	t->reason = reason;
}

/* ---- again */

/* A mail that is released is still the one that was read: neither erased nor sealed (api/sealer.h)
 * since. Else it is read again. */
static bool check_released(struct ek_post_take *t, struct ek_err *err)
{
	const struct ek_views_value mail = ek_views_int(t->of->mail);
	const struct ek_reader_question q = {
		"SELECT place, reason FROM mails WHERE mail = $1 AND state = 'release'", &mail, 1};
	struct ek_post_rows rows;
	if (!ask(t, &q, &rows, err))
		return false;
	ek_str reason = rows.n == 1 ? ek_post_text(&rows.v[1]) : (ek_str){"", 0};
	t->knows_left_out =
		ek_str_is(reason, EK_POST_INFECTED) || ek_str_is(reason, EK_POST_NOT_SCANNED);
	return (rows.n == 1 && ek_str_equal(ek_post_text(&rows.v[0]), t->of->place)) ||
	       ek_fail(err, EK_CONFLICT, "the mail is another one than was read");
}

bool ek_post_take_is_known(struct ek_post_take *t, bool *known, struct ek_err *err)
{
	const struct ek_views_value args[] = {ek_views_text(t->mail.message_id),
					      ek_views_blob(t->digest, sizeof t->digest)};
	const struct ek_reader_question by_id = {
		"SELECT digest FROM mails WHERE message_id = $1 AND direction = 'in'", args, 1};
	const struct ek_reader_question by_digest = {
		"SELECT digest FROM mails WHERE message_id IS NULL AND direction = 'in' AND "
		"digest = $1",
		args + 1, 1};
	struct ek_post_rows rows;
	*known = false;
	t->is_clash = false;
	if (t->of->is_released)
		return check_released(t, err);
	if (!ask(t, t->mail.message_id.n > 0 ? &by_id : &by_digest, &rows, err))
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		ek_str digest = ek_post_text(&rows.v[i]);
		*known = *known || (digest.n == sizeof t->digest &&
				    memcmp(digest.p, t->digest, sizeof t->digest) == 0);
	}
	t->is_clash = rows.n > 0 && !*known;
	return true;
}

/* ---- which conversation */

/* As it is: false in *found where it is gone, or erased. */
static bool see_conversation(struct ek_post_take *t, uint64_t id, bool *found, ek_contact_id *whose,
			     struct ek_err *err)
{
	const struct ek_views_value arg = ek_views_int((int64_t)id);
	const struct ek_reader_question q = {
		"SELECT c.team, p.contact FROM conversation_profiles p LEFT JOIN conversations c "
		"ON c.conversation = p.conversation WHERE p.conversation = $1 AND "
		"(p.extras IS NULL OR p.extras <> '{\"erased\":true}')",
		&arg, 1};
	struct ek_post_rows rows;
	if (!ask(t, &q, &rows, err))
		return false;
	*found = rows.n > 0;
	if (*found) {
		t->team.v = (uint32_t)ek_post_int(&rows.v[0]);
		whose->v = (uint32_t)ek_post_int(&rows.v[1]);
	}
	return true;
}

/* Whether the mail of ours that it names went to somebody outside. */
static bool see_forward(struct ek_post_take *t, const struct ek_reply_ids *ids, bool *is,
			struct ek_err *err)
{
	const struct ek_views_value args[] = {ek_views_int((int64_t)ids->mail),
					      ek_views_int((int64_t)ids->conversation)};
	const struct ek_reader_question q = {"SELECT mail FROM mails WHERE mail = $1 AND "
					     "conversation = $2 AND direction = 'out' "
					     "AND reason = '" EK_FORWARD_REASON "'",
					     args, 2};
	struct ek_post_rows rows = {.n = 0};
	if (ids->mail != 0 && !ask(t, &q, &rows, err))
		return false;
	*is = rows.n > 0;
	return true;
}

static bool try_token(struct ek_post_take *t, ek_str text, struct ek_err *err)
{
	struct ek_reply_ids ids;
	ek_contact_id whose = {0};
	bool found = false;
	bool is_inside = false;
	if (t->is_inside || !ek_reply_read(&t->box->key, text, &ids))
		return true;
	if (!see_forward(t, &ids, &is_inside, err))
		return false;
	/* Wherever it stands: who has it writes to us, not as the contact. */
	if (t->conversation.v != 0 && !is_inside)
		return true;
	if (!see_conversation(t, ids.conversation, &found, &whose, err))
		return false;
	if (found) {
		t->conversation.v = (uint32_t)ids.conversation;
		/* The contact may have got a copy of what was answered. */
		t->is_inside =
			is_inside && (whose.v == 0 || t->contact.v != whose.v || t->mail.is_bounce);
	}
	/* Also of a notice, which belongs to no conversation. */
	if ((found || ids.conversation == 0) && t->bounced == 0)
		t->bounced = (int64_t)ids.mail;
	return true;
}

static bool try_addresses(struct ek_post_take *t, const struct ek_mail_addresses *list,
			  struct ek_err *err)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (!try_token(t, list->items[i].address, err))
			return false;
	}
	return true;
}

/* Our own tokens, wherever they come back; the newest first. */
static bool find_by_token(struct ek_post_take *t, struct ek_err *err)
{
	const struct ek_mail *m = &t->mail;
	if (!try_token(t, m->original_message_id, err) || !try_token(t, m->in_reply_to, err))
		return false;
	for (uint32_t i = m->reference_count; i > 0; i--) {
		if (!try_token(t, m->references[i - 1], err))
			return false;
	}
	return try_addresses(t, &m->delivered_to, err) && try_addresses(t, &m->to, err) &&
	       try_addresses(t, &m->cc, err);
}

/* An id that anybody may know: it decides only in the sender's own conversation, and for a sender
 * who is proved. */
static bool try_reference(struct ek_post_take *t, ek_str id, struct ek_err *err)
{
	const struct ek_views_value arg = ek_views_text(id);
	const struct ek_reader_question q = {
		"SELECT conversation FROM mails WHERE message_id = $1 AND "
		"conversation IS NOT NULL ORDER BY mail DESC LIMIT 1",
		&arg, 1};
	struct ek_post_rows rows;
	ek_contact_id whose = {0};
	bool found = false;
	if (id.n == 0 || t->conversation.v != 0 || t->suggests.v != 0)
		return true;
	if (!ask(t, &q, &rows, err))
		return false;
	if (rows.n == 0)
		return true;
	uint32_t conversation = (uint32_t)ek_post_int(&rows.v[0]);
	if (!see_conversation(t, conversation, &found, &whose, err))
		return false;
	bool is_theirs = found && whose.v != 0 && whose.v == t->contact.v;
	if (is_theirs && t->mail.authentication.is_aligned)
		t->conversation.v = conversation;
	else if (found)
		t->suggests.v = conversation;
	return true;
}

static bool find_by_reference(struct ek_post_take *t, struct ek_err *err)
{
	const struct ek_mail *m = &t->mail;
	if (!try_reference(t, m->in_reply_to, err))
		return false;
	for (uint32_t i = m->reference_count; i > 0; i--) {
		if (!try_reference(t, m->references[i - 1], err))
			return false;
	}
	return true;
}

/* ---- whose */

/* The contact that this one was merged into, in the end. */
static bool follow_merges(struct ek_post_take *t, struct ek_err *err)
{
	for (int i = 0; i < MERGES; i++) {
		const struct ek_views_value arg = ek_views_id(t->contact.v);
		const struct ek_reader_question q = {
			"SELECT merged_into FROM contacts WHERE contact = $1", &arg, 1};
		struct ek_post_rows rows;
		if (!ask(t, &q, &rows, err))
			return false;
		if (rows.n == 0 || rows.v[0].kind != EK_VIEWS_INT)
			return true;
		t->contact.v = (uint32_t)rows.v[0].i;
	}
	return true;
}

static bool find_contact(struct ek_post_take *t, struct ek_err *err)
{
	const struct ek_views_value key = ek_views_text(t->email_key);
	const struct ek_reader_question by_email = {
		"SELECT contact FROM contacts WHERE email_key = $1 AND erased_ms IS NULL "
		"ORDER BY contact LIMIT 1",
		&key, 1};
	const struct ek_reader_question by_identity = {
		"SELECT i.contact FROM identities i JOIN contacts k ON k.contact = i.contact AND "
		"k.erased_ms IS NULL WHERE i.address_key = $1 AND i.channel = 'email' "
		"ORDER BY i.identity LIMIT 1",
		&key, 1};
	struct ek_post_rows rows;
	t->contact.v = 0;
	t->is_new_contact = false;
	if (t->email_key.n == 0)
		return true;
	if (!ask(t, &by_email, &rows, err) || (rows.n == 0 && !ask(t, &by_identity, &rows, err)))
		return false;
	if (rows.n > 0) {
		t->contact.v = (uint32_t)ek_post_int(&rows.v[0]);
		return follow_merges(t, err);
	}
	const struct ek_post_options *o = &t->box->post->options;
	int64_t id = o->next_id(o->ctx, EK_CONTENT_CONTACTS);
	t->is_new_contact = id <= EK_LIMIT_CONTACTS;
	t->contact.v = t->is_new_contact ? (uint32_t)id : 0;
	return true;
}

/* ---- what is held */

static bool count(struct ek_post_take *t, const char *sql, const struct ek_views_value *args,
		  int64_t *out, struct ek_err *err)
{
	const struct ek_reader_question q = {sql, args, 2};
	struct ek_post_rows rows;
	if (!ask(t, &q, &rows, err))
		return false;
	*out = rows.n > 0 ? ek_post_int(&rows.v[0]) : 0;
	return true;
}

static bool is_automatic(const struct ek_mail *m)
{
	return m->is_automatic || m->is_null_sender || m->is_bounce;
}

/* What came back of a mail of ours, and was not told before: as many as we sent, so no loop. */
static bool is_news_of_ours(const struct ek_post_take *t)
{
	return t->bounced != 0 &&
	       !ek_str_is(ek_post_text(&t->bounced_row[EK_CONTENT_MAILS_STATE]), "failed");
}

/* Too many of one address, or too many that no person wrote in one conversation. */
static bool judge_often(struct ek_post_take *t, struct ek_err *err)
{
	const ek_time since = {t->box->in.call.request.at.ms - HOUR_MS};
	const struct ek_views_value by_address[] = {ek_views_text(t->mail.from.address),
						    ek_views_int(since.ms)};
	const struct ek_views_value by_conversation[] = {ek_views_id(t->conversation.v),
							 ek_views_int(since.ms)};
	int64_t n = 0;
	if (!count(t,
		   "SELECT count(*) FROM mails WHERE address = $1 AND created_ms > $2 AND "
		   "direction = 'in'",
		   by_address, &n, err))
		return false;
	if (n >= EK_POST_FLOOD)
		hold(t, "flood");
	if (t->conversation.v == 0)
		return true;
	/* A robot may write as somebody else each time. */
	if (!count(t,
		   "SELECT count(*) FROM mails WHERE conversation = $1 AND created_ms > $2 AND "
		   "direction = 'in'",
		   by_conversation, &n, err))
		return false;
	if (n >= EK_POST_FLOOD)
		hold(t, "flood");
	if (!is_automatic(&t->mail) || is_news_of_ours(t))
		return true;
	if (!count(t,
		   "SELECT count(*) FROM mails WHERE conversation = $1 AND created_ms > $2 AND "
		   "direction = 'in' AND reason = 'automatic'",
		   by_conversation, &n, err))
		return false;
	if (n >= EK_POST_AUTOMATIC)
		hold(t, "loop");
	return true;
}

/* A mail of ours that came back to us is no news. */
static bool is_own_echo(const struct ek_post_take *t)
{
	struct ek_reply_ids ids;
	return ek_reply_read(&t->box->key, t->mail.message_id, &ids) && ids.mail != 0;
}

static bool is_from_us(const struct ek_post_take *t)
{
	const ek_str own = {t->box->address, (uint32_t)strlen(t->box->address)};
	return ek_str_equal(own, t->mail.from.address);
}

/* Of who was merged the one that remains is asked. News of a mail of ours comes through. */
static bool judge_blocked(struct ek_post_take *t, struct ek_err *err)
{
	const struct ek_views_value contact = ek_views_id(t->contact.v);
	const struct ek_reader_question q = {
		"SELECT contact FROM contacts WHERE contact = $1 AND blocked_ms IS NOT NULL",
		&contact, 1};
	struct ek_post_rows rows;
	if (!ask(t, &q, &rows, err))
		return false;
	if (rows.n == 0 || is_news_of_ours(t))
		return judge_often(t, err);
	hold(t, EK_POST_BLOCKED);
	return true;
}

/* ---- what is done */

static void choose(struct ek_post_take *t)
{
	const ek_time now = t->box->in.call.request.at;
	if (t->outcome == EK_POST_NEW) {
		struct ek_cmd_conversation_create *c = &t->cmd.conversation_create;
		t->cmd = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
		c->contact = t->contact;
		c->channel = EK_CAPACITY_CLASS_EMAIL;
		c->team = t->box->team;
		c->waiting_since = now;
		t->team = t->box->team;
	} else if (t->outcome == EK_POST_GOES_ON) {
		t->cmd = ek_cmd_make(EK_CMD_CONTACT_MESSAGE);
		t->cmd.contact_message.conversation = t->conversation;
	} else if (t->is_inside && !is_automatic(&t->mail)) {
		t->cmd = ek_cmd_make(EK_CMD_OUTSIDE_MESSAGE);
		t->cmd.outside_message.conversation = t->conversation;
	} else {
		t->cmd = ek_cmd_make(EK_CMD_CONVERSATION_UPDATE);
		t->cmd.conversation_update.conversation = t->conversation;
	}
}

/* What rules on arrival make of it. */
static bool arrive(struct ek_post_take *t, struct ek_err *err)
{
	const struct ek_post_options *o = &t->box->post->options;
	struct ek_post_arrival a = {
		.contact = t->contact,
		.from = t->mail.from.address,
		.to = {t->box->address, (uint32_t)strlen(t->box->address)},
		.subject = t->mail.subject,
		.text = ek_post_take_text(&t->mail),
		.cmd = &t->cmd,
		.at = t->box->in.call.request.at,
	};
	t->attributes = (ek_str){NULL, 0};
	if (o->arrive == NULL)
		return true;
	if (!o->arrive(o->ctx, &a, err))
		return false;
	t->attributes = a.attributes;
	t->team = t->cmd.conversation_create.team;
	return true;
}

static bool find_bounced_letter(struct ek_post_take *t, struct ek_err *err)
{
	const struct ek_views_value mail = ek_views_int(t->bounced);
	const struct ek_reader_question q = {"SELECT * FROM letters WHERE mail = $1 AND settled = 1"
					     " AND about IS NOT NULL",
					     &mail, 1};
	struct ek_post_rows rows;
	if (!ask(t, &q, &rows, err))
		return false;
	t->has_bounced_letter = rows.n > 0;
	if (rows.n > 0)
		memcpy(t->bounced_letter, rows.v, sizeof t->bounced_letter);
	return true;
}

/* Of a bounce: the mail of ours that it is about. */
static bool find_bounced(struct ek_post_take *t, struct ek_err *err)
{
	struct ek_post_rows rows;
	t->has_bounced_letter = false;
	if (t->bounced == 0 || !t->mail.is_bounce) {
		t->bounced = 0;
		return true;
	}
	if (!ek_post_mail(&t->box->in, t->bounced, &rows, err))
		return false;
	if (rows.n == 0 || !ek_str_is(ek_post_text(&rows.v[EK_CONTENT_MAILS_DIRECTION]), "out"))
		t->bounced = 0;
	else
		memcpy(t->bounced_row, rows.v, sizeof t->bounced_row);
	return t->bounced == 0 || find_bounced_letter(t, err);
}

/* Nobody loses a file without a word. */
static bool judge_scanned(struct ek_post_take *t)
{
	if (t->scanned.verdict != EK_SCAN_NOTHING && !t->knows_left_out)
		hold(t,
		     t->scanned.verdict == EK_SCAN_FOUND ? EK_POST_INFECTED : EK_POST_NOT_SCANNED);
	return true;
}

static bool place(struct ek_post_take *t, struct ek_err *err)
{
	if (!find_contact(t, err) || !find_by_token(t, err) || !find_bounced(t, err) ||
	    (t->conversation.v == 0 && !find_by_reference(t, err)))
		return false;
	bool is_aside = is_automatic(&t->mail) || t->is_inside;
	t->outcome = t->conversation.v == 0 ? EK_POST_NEW
		     : is_aside             ? EK_POST_ASIDE
					    : EK_POST_GOES_ON;
	if (t->of->is_released)
		return judge_scanned(t);
	if (t->mail.quarantine != EK_MAIL_QUARANTINE_NONE)
		hold(t, ek_mail_quarantine_word(t->mail.quarantine));
	else if (t->scanned.verdict != EK_SCAN_NOTHING)
		return judge_scanned(t);
	else if (is_from_us(t))
		hold(t, "own_address");
	else if (t->mail.is_bounce && t->conversation.v == 0)
		hold(t, "bounce");
	else
		return judge_blocked(t, err);
	return true;
}

/* Whom an answer to all leaves out: our mailboxes, and whoever gets it anyway. */
static bool find_own(struct ek_post_take *t, struct ek_err *err)
{
	const struct ek_views_value contact = ek_views_id(t->contact.v);
	const struct ek_reader_question q = {
		"SELECT address FROM mailboxes WHERE deleted_ms IS NULL UNION ALL SELECT email "
		"FROM contacts WHERE contact = $1 AND email IS NOT NULL UNION ALL SELECT address "
		"FROM identities WHERE contact = $1 AND channel = 'email'",
		&contact, 1};
	return ask(t, &q, &t->own, err);
}

bool ek_post_take_decide(void *take, struct ek_err *err)
{
	struct ek_post_take *t = take;
	struct ek_group_call *call = &t->box->in.call;
	const struct ek_post_options *o = &t->box->post->options;
	bool known = false;
	t->conversation.v = t->suggests.v = 0;
	t->bounced = 0;
	t->is_inside = false;
	t->reason = NULL;
	t->own.n = 0;
	call->request.cmd = NULL;
	if (!ek_post_take_is_known(t, &known, err))
		return false;
	if (known || (is_own_echo(t) && !t->of->is_released)) {
		t->outcome = EK_POST_KNOWN;
		return true;
	}
	if (!place(t, err) || !find_own(t, err))
		return false;
	if (t->outcome == EK_POST_HELD)
		return true;
	choose(t);
	if (t->outcome == EK_POST_NEW && !arrive(t, err))
		return false;
	call->request.cmd = &t->cmd;
	return o->follow == NULL || o->follow(o->ctx, &call->request.cmd, call->request.at, err);
}
