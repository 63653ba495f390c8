#include "api/api_forward.h"

#include <string.h>

#include "api/api_audit.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "channels/letter.h"

enum { HOUR_MS = 3600000 };

/* ---- to whom */

/* Whose address it is: of the conversation's contact, or a mailbox of ours. */
enum whose { NOBODYS, CONTACTS, OURS };

static bool find_whose(struct ek_turn *t, ek_conversation_id id, ek_str address, enum whose *out)
{
	static const char sql[] =
		"SELECT 1 FROM conversation_profiles f JOIN "
		"contacts k ON k.contact = f.contact AND lower(k.email) = lower($2) WHERE "
		"f.conversation = $1 UNION ALL SELECT 1 FROM conversation_profiles f JOIN "
		"identities i ON i.contact = f.contact AND i.channel = 'email' AND "
		"lower(i.address) = lower($2) WHERE f.conversation = $1 UNION ALL SELECT 1 FROM "
		"mails m WHERE m.conversation = $1 AND m.reason IS NULL AND lower(m.address) = "
		"lower($2) UNION ALL SELECT 1 FROM chats c WHERE c.conversation = $1 AND "
		"lower(c.address) = lower($2) LIMIT 1";
	const struct ek_views_value args[] = {ek_views_int(id.v), ek_views_text(address)};
	struct ek_turn_rows rows;
	bool is_ours = false;
	if (!ek_api_mail_is_ours(t, address, &is_ours) ||
	    !ek_turn_select(t, sql, args, EK_LEN(args), &rows))
		return false;
	*out = is_ours ? OURS : rows.n > 0 ? CONTACTS : NOBODYS;
	return true;
}

static bool take_address(struct ek_turn *t, const struct ek_patch_at *at, ek_conversation_id id,
			 ek_str *out)
{
	enum whose whose = NOBODYS;
	if (!ek_api_mail_address(t, at, out) || !find_whose(t, id, *out, &whose))
		return false;
	if (whose == CONTACTS)
		return ek_patch_fault(at, EK_FAULT_REFUSED,
				      "This is the contact's address: answer them instead.");
	return whose == NOBODYS || ek_patch_fault(at, EK_FAULT_REFUSED,
						  "This is a mailbox of this workspace: hand the "
						  "conversation over instead.");
}

static void take_to(struct ek_turn *t, const struct ek_patch_at *at, ek_conversation_id id,
		    struct ek_api_forward *out)
{
	struct ek_json j;
	uint32_t n = 0;
	if (!ek_patch_list(at, 1, EK_FORWARD_TO, &n))
		return;
	ek_api_text_begin(t, &j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < n; i++) {
		struct ek_patch_at row = ek_patch_row(at, i);
		ek_str address;
		if (!take_address(t, &row, id, &address))
			continue;
		if (out->to_count++ == 0)
			out->way.address = address;
		else
			ek_json_text(&j, address);
	}
	ek_json_list_end(&j);
	out->others = ek_api_text_take(t, &j);
	if (out->to_count < 2)
		out->others.p = NULL;
}

/* ---- what */

static void take_what(struct ek_turn *t, const struct ek_api_forward_in *in, ek_conversation_id id,
		      struct ek_forward *out)
{
	struct ek_turn_rows rows;
	uint32_t what = EK_FORWARD_NOTHING;
	out->has_files = true;
	if (ek_patch_state(&in->forwards) != EK_PATCH_ABSENT &&
	    ek_patch_word(&in->forwards, ek_forward_words, &what))
		out->what = (enum ek_forward_what)what;
	if (ek_patch_state(&in->with_files) != EK_PATCH_ABSENT)
		ek_patch_bool(&in->with_files, &out->has_files);
	if (out->what != EK_FORWARD_PART) {
		if (ek_patch_state(&in->part) != EK_PATCH_ABSENT)
			ek_patch_fault(&in->part, EK_FAULT_CONFLICT, "only one message has a part");
		return;
	}
	if (!ek_patch_id(&in->part, EK_IDENT_PART, &out->part))
		return;
	const struct ek_views_value args[] = {ek_views_int((int64_t)out->part), ek_views_int(id.v)};
	if (ek_turn_select(t,
			   "SELECT part FROM parts WHERE part = $1 AND conversation = $2 AND kind "
			   "= 'message' AND redacted_ms IS NULL",
			   args, 2, &rows) &&
	    rows.n == 0)
		ek_patch_fault(&in->part, EK_FAULT_NOT_FOUND,
			       "This is no message of this conversation.");
}

/* How much goes with it. */
static void take_files(struct ek_turn *t, const struct ek_api_forward_in *in,
		       const struct ek_api_forward_of *of, struct ek_api_forward *out)
{
	const struct ek_forward *f = &out->forward;
	int64_t bytes = ek_api_attachments_bytes(of->files);
	struct ek_turn_rows rows;
	out->file_count = of->files->n;
	const struct ek_views_value args[] = {ek_views_int(of->conversation.v),
					      ek_views_int((int64_t)f->part)};
	if (f->has_files && f->what != EK_FORWARD_NOTHING) {
		if (!ek_turn_select(t,
				    "SELECT count(*), CAST(COALESCE(sum(a.bytes), 0) AS BIGINT) "
				    "FROM attachments a JOIN parts p ON p.part = a.part AND "
				    "p.kind = 'message' AND p.redacted_ms IS NULL WHERE "
				    "a.conversation = $1 AND (a.part = $2 OR $2 = 0)",
				    args, 2, &rows))
			return;
		out->file_count += (uint32_t)ek_turn_int(&rows.v[0]);
		bytes += ek_turn_int(&rows.v[1]);
	}
	if (out->file_count > EK_FORWARD_FILES || bytes > EK_LETTER_FILES)
		ek_patch_fault(&in->with_files, EK_FAULT_REFUSED,
			       "These are more than 20 files, or more than 24 MiB: forward it "
			       "without its files.");
}

static void find_way(struct ek_turn *t, const struct ek_api_forward_in *in, ek_conversation_id id,
		     struct ek_api_mail_way *out)
{
	static const char sql[] =
		"SELECT b.mailbox, f.title FROM mailboxes b JOIN conversation_profiles f ON "
		"f.conversation = $1 WHERE b.active = 1 AND b.deleted_ms IS NULL ORDER BY CASE "
		"WHEN b.mailbox = (SELECT max(m.mailbox) FROM mails m WHERE m.conversation = $1) "
		"THEN 0 WHEN b.team = (SELECT c.team FROM conversations c WHERE c.conversation = "
		"$1) THEN 1 WHEN b.team IS NULL THEN 2 ELSE 3 END, b.mailbox LIMIT 1";
	const struct ek_views_value args[] = {ek_views_int(id.v)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, args, 1, &rows))
		return;
	if (rows.n == 0) {
		ek_patch_fault(&in->to, EK_FAULT_CONFLICT, "No mailbox is connected.");
		return;
	}
	out->mailbox = ek_turn_int(&rows.v[0]);
	out->subject = ek_turn_text(&rows.v[1]);
	out->is_forward = true;
}

void ek_api_forward_take(struct ek_turn *t, const struct ek_api_forward_in *in,
			 const struct ek_api_forward_of *of, struct ek_api_forward *out)
{
	const struct ek_patch_at *const all[] = {&in->to, &in->forwards, &in->part,
						 &in->with_files};
	*out = (struct ek_api_forward){.to_count = 0};
	for (size_t i = 0; i < EK_LEN(all) && !of->is_one; i++) {
		if (ek_patch_state(all[i]) != EK_PATCH_ABSENT)
			ek_patch_fault(all[i], EK_FAULT_CONFLICT, "this is of what is forwarded");
	}
	if (!of->is_one)
		return;
	take_to(t, &in->to, of->conversation, out);
	take_what(t, in, of->conversation, &out->forward);
	take_files(t, in, of, out);
	find_way(t, in, of->conversation, &out->way);
}

bool ek_api_forward_check(struct ek_turn *t, ek_conversation_id id)
{
	const struct ek_views_value args[] = {ek_views_int(id.v),
					      ek_views_int(t->now.ms - HOUR_MS)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT count(*) FROM mails WHERE conversation = $1 AND created_ms > "
			    "$2 AND direction = 'out' AND reason = '" EK_FORWARD_REASON "'",
			    args, 2, &rows))
		return false;
	return ek_turn_int(&rows.v[0]) < EK_FORWARD_HOURLY ||
	       ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "it was forwarded %d times within an hour", EK_FORWARD_HOURLY);
}

/* ---- made */

ek_str ek_api_forward_details(struct ek_turn *t, const struct ek_api_forward *f)
{
	char *out = ek_turn_get(t, EK_FORWARD_DETAILS);
	if (out == NULL)
		return (ek_str){NULL, 0};
	return (ek_str){out, (uint32_t)ek_forward_print(&f->forward, out)};
}

const struct ek_views_value *ek_api_forward_put(struct ek_turn *t, const struct ek_api_forward *f,
						const struct ek_api_mail_part *part)
{
	struct ek_json j;
	struct ek_api_mail_part goes = *part;
	ek_api_text_begin(t, &j);
	ek_json_object(&j);
	ek_api_put_int(&j, "files", f->file_count);
	ek_api_put_word(&j, "forwards", ek_forward_words[f->forward.what]);
	ek_api_put_int(&j, "part", (int64_t)part->part);
	ek_api_put_int(&j, "recipients", f->to_count);
	ek_json_object_end(&j);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "conversation.forwarded",
						   .object_kind = "conversation",
						   .object = part->conversation.v,
						   .team = part->team,
						   .details = ek_api_text_take(t, &j)});
	goes.copies = (struct ek_api_mail_copies){.cc = f->others};
	return ek_api_mail_put_way(t, &goes, &f->way);
}

void ek_api_forward_write(struct ek_turn *t, ek_str details)
{
	struct ek_forward f;
	struct ek_json *j = &t->out;
	if (details.n == 0 || !ek_forward_read(details, t->arena, &f)) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_api_put_word(j, "forwards", ek_forward_words[f.what]);
	ek_api_put_id(j, "part", EK_IDENT_PART, f.part);
	ek_api_put_bool(j, "with_files", f.has_files);
	ek_json_object_end(j);
}
