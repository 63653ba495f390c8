#include "api/api_first.h"

#include "api/api_audit.h"
#include "api/api_contact.h"
#include "api/api_conversation.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/handlers.h"
#include "channels/letter.h"
#include "store/contact.h"

/* ---- to whom */

/* Where a contact has its mail: its own address before one that was added to it. */
static bool find_address(struct ek_turn *t, ek_contact_id contact, ek_str *out)
{
	static const char sql[] =
		"SELECT COALESCE(k.email, (SELECT i.address FROM identities i WHERE i.contact = "
		"k.contact AND i.channel = 'email' ORDER BY i.identity LIMIT 1)) FROM contacts k "
		"WHERE k.contact = $1 AND k.erased_ms IS NULL";
	const struct ek_views_value key = ek_views_int(contact.v);
	struct ek_turn_rows rows;
	*out = (ek_str){NULL, 0};
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n > 0)
		*out = ek_turn_text(&rows.v[0]);
	return true;
}

static void take_contact(struct ek_turn *t, const struct ek_patch_at *at, struct ek_api_first *out)
{
	ek_str address;
	if (!ek_patch_contact(at, &out->hex) ||
	    !ek_api_conversation_names_contact(t, at, out->hex, &out->contact) ||
	    !find_address(t, out->contact, &address))
		return;
	out->way.address = address;
	if (address.p == NULL)
		ek_patch_fault(at, EK_FAULT_CONFLICT, "This contact has no e-mail address.");
	else if (!ek_api_mail_can(address))
		ek_patch_fault(at, EK_FAULT_REFUSED, "This address cannot be written to.");
}

static void take_to(struct ek_turn *t, const struct ek_patch_at *at, struct ek_api_first *out)
{
	static const struct ek_may_object workspace;
	if (!ek_api_mail_address(t, at, &out->way.address))
		return;
	out->key = ek_api_list_fold(t, out->way.address);
	/* Who may not add contacts writes to those that are there. */
	if (!ek_may_is(&t->actor, EK_MAY_CONTACT_EDIT, &workspace))
		ek_patch_fault(at, EK_FAULT_REFUSED, "Name a contact.");
}

static void take_whom(struct ek_turn *t, const struct ek_api_first_in *in, struct ek_api_first *out)
{
	bool has_contact = ek_patch_state(&in->contact) == EK_PATCH_VALUE;
	bool has_address = ek_patch_state(&in->to) == EK_PATCH_VALUE;
	bool is_ours = false;
	if (has_contact == has_address) {
		ek_patch_fault(&in->to, has_address ? EK_FAULT_CONFLICT : EK_FAULT_MISSING,
			       "Either a contact or an address.");
		return;
	}
	if (has_contact)
		take_contact(t, &in->contact, out);
	else
		take_to(t, &in->to, out);
	/* It would come in again. */
	if (out->way.address.p != NULL && ek_api_mail_is_ours(t, out->way.address, &is_ours) &&
	    is_ours)
		ek_patch_fault(has_contact ? &in->contact : &in->to, EK_FAULT_REFUSED,
			       "This is a mailbox of this workspace.");
}

/* ---- from where */

#define OPEN_MAILBOXES "FROM mailboxes b WHERE b.active = 1 AND b.deleted_ms IS NULL "

/* That one. It says the team where none is named. */
static void take_mailbox(struct ek_turn *t, const struct ek_api_first_in *in,
			 struct ek_api_first *out)
{
	uint64_t id;
	struct ek_turn_rows rows;
	if (!ek_patch_id(&in->mailbox, EK_IDENT_MAILBOX, &id))
		return;
	const struct ek_views_value key = ek_views_int((int64_t)id);
	if (!ek_turn_select(t, "SELECT b.mailbox, b.team " OPEN_MAILBOXES "AND b.mailbox = $1",
			    &key, 1, &rows))
		return;
	if (rows.n == 0) {
		ek_patch_fault(&in->mailbox, EK_FAULT_NOT_FOUND, NULL);
		return;
	}
	bool has_team = rows.v[1].kind == EK_VIEWS_INT;
	if (out->team.v == 0 && has_team)
		out->team.v = (uint32_t)rows.v[1].i;
	if (has_team && rows.v[1].i != out->team.v)
		ek_patch_fault(&in->mailbox, EK_FAULT_CONFLICT, "It is another team's.");
	out->way.mailbox = (int64_t)id;
}

/* The team's own before one that is every team's. */
static void find_mailbox(struct ek_turn *t, const struct ek_patch_at *at, struct ek_api_first *out)
{
	const struct ek_views_value key = ek_views_int(out->team.v);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT b.mailbox " OPEN_MAILBOXES "AND (b.team = $1 OR b.team IS NULL)"
			    " ORDER BY CASE WHEN b.team IS NULL THEN 1 ELSE 0 END, b.mailbox "
			    "LIMIT 1",
			    &key, 1, &rows))
		return;
	if (rows.n == 0)
		ek_patch_fault(at, EK_FAULT_CONFLICT, "No mailbox is connected for this team.");
	else
		out->way.mailbox = ek_turn_int(&rows.v[0]);
}

static void take_way(struct ek_turn *t, const struct ek_api_first_in *in, struct ek_api_first *out)
{
	uint64_t team = 0;
	if (ek_patch_state(&in->team) == EK_PATCH_VALUE &&
	    (!ek_patch_id(&in->team, EK_IDENT_TEAM, &team) ||
	     !ek_api_conversation_names_team(t, &in->team, (ek_team_id){(uint32_t)team})))
		return;
	out->team.v = (uint32_t)team;
	bool is_chosen = ek_patch_state(&in->mailbox) == EK_PATCH_VALUE;
	if (is_chosen)
		take_mailbox(t, in, out);
	if (!ek_problem_is_none(&t->problem))
		return;
	if (out->team.v == 0)
		ek_patch_fault(&in->team, EK_FAULT_MISSING, NULL);
	else if (!is_chosen)
		find_mailbox(t, &in->team, out);
}

void ek_api_first_take(struct ek_turn *t, const struct ek_api_first_in *in,
		       const struct ek_api_first_of *of, struct ek_api_first *out)
{
	*out = (struct ek_api_first){.way = {.subject = of->title}};
	take_whom(t, in, out);
	take_way(t, in, out);
	ek_api_mail_take(t, &in->cc, &out->copies.cc);
	ek_api_mail_take(t, &in->bcc, &out->copies.bcc);
	if (ek_api_attachments_take(t, &in->files, &out->files) &&
	    ek_api_attachments_bytes(&out->files) > EK_LETTER_FILES)
		ek_patch_fault(&in->files, EK_FAULT_REFUSED,
			       "A mail has room for files of 24 MiB in all.");
	ek_api_ready_take(t, &in->ready, of->text, &out->ready);
}

/* ---- on the writer's thread */

/* Writing to an address opens nobody whom the caller may not read: the conversation would make the
 * contact one of the caller's team. */
static bool may_know(struct ek_turn *t, ek_contact_id contact)
{
	struct ek_api_contact c;
	if (!ek_api_contact_find(t, contact, &c))
		return false;
	return ek_may_is(&t->actor, EK_MAY_CONTACT_READ, &c.may) ||
	       ek_problem_set(
		       &t->problem, EK_PROBLEM_CONFLICT,
		       "this address is that of a contact whom you may not see; ask somebody "
		       "who serves them");
}

bool ek_api_first_check(struct ek_turn *t, struct ek_api_first *f)
{
	char hex[EK_CONTACT_PUBLIC + 1];
	ek_str address;
	/* It may have been erased since, or have another address. */
	if (f->key.p == NULL)
		return find_address(t, f->contact, &address) &&
		       (ek_str_equal(address, f->way.address) ||
			ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "the contact changed"));
	if (!ek_api_contact_of_address(t, f->key, &f->contact, &f->is_new_contact) ||
	    (!f->is_new_contact && f->contact.v != 0 && !may_know(t, f->contact)))
		return false;
	if (f->contact.v == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "this workspace has as many contacts as it can have");
	ek_contact_public(f->contact.v, hex);
	f->hex = ek_turn_copy(t, (ek_str){hex, EK_CONTACT_PUBLIC});
	return f->hex.p != NULL;
}

void ek_api_first_put(struct ek_turn *t, const struct ek_api_first *f,
		      const struct ek_api_mail_part *part)
{
	const struct ek_api_attachments_of of = {part->part, part->conversation};
	const struct ek_api_contact_new who = {.email = f->way.address, .key = f->key};
	if (f->is_new_contact)
		ek_api_contact_put_new(t, f->contact, &who);
	ek_api_attachments_put(t, &f->files, of);
	ek_api_ready_put(t, &f->ready, of.part, of.conversation);
	(void)ek_api_mail_put_way(t, part, &f->way);
	/* To whom stands in the conversation, and goes with the contact. */
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "conversation.begun_by_mail",
						   .object_kind = "conversation",
						   .object = part->conversation.v,
						   .team = part->team});
}

/* ---- GET /me/mailboxes */

static void write_mailbox(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_MAILBOX, (uint64_t)v[0].i);
	ek_api_put_text(j, "address", ek_turn_text(&v[1]));
	ek_api_put_text(j, "name", ek_turn_text(&v[2]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, v[3].kind == EK_VIEWS_INT ? (uint64_t)v[3].i : 0);
	ek_json_object_end(j);
}

/* Whether the caller answers contacts there. */
static bool may_write(struct ek_turn *t, const struct ek_views_value *team)
{
	struct ek_api_conversation_object o;
	if (team->kind != EK_VIEWS_INT)
		return true;
	ek_api_conversation_object(&o, (ek_team_id){(uint32_t)team->i}, (ek_teammate_id){0});
	return ek_may_is(&t->actor, EK_MAY_MESSAGE_WRITE, &o.may);
}

void ek_api_list_my_mailboxes(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	if (!ek_query_end(&t->query) || !ek_turn_may(t, EK_MAY_CONVERSATION_CREATE, NULL) ||
	    !ek_turn_select(t,
			    "SELECT b.mailbox, b.address, b.name, b.team " OPEN_MAILBOXES
			    "ORDER BY b.mailbox",
			    NULL, 0, &rows)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->out.style.is_api = true;
	ek_json_object(&t->out);
	ek_json_key(&t->out, "data");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *row = rows.v + (size_t)i * rows.columns;
		if (may_write(t, &row[3]))
			write_mailbox(t, row);
	}
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
	ek_turn_reply(t, 200);
}
