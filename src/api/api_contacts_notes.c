/* What hangs on a contact: addresses on channels, conversations, notes. */
#include <string.h>

#include "api/api_contact.h"
#include "api/api_conversation.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "wire/list.h"

enum { ADDRESS_MAX = 254, NOTE_MAX = 65536 };

/* ---- addresses */

struct identity {
	struct ek_api_contact contact;
	int channel;
	ek_str address;
	ek_str key;
	uint64_t id; /* to be taken away */
};

/* Digits alone, of what is dialled; else folded. */
static ek_str key_of(struct ek_turn *t, int channel, ek_str address)
{
	bool is_dialled = channel == EK_CAPACITY_CLASS_VOICE;
	char *p = is_dialled ? ek_turn_get(t, (size_t)address.n + 1) : NULL;
	uint32_t n = 0;
	for (uint32_t i = 0; p != NULL && i < address.n; i++) {
		if (address.p[i] >= '0' && address.p[i] <= '9')
			p[n++] = address.p[i];
	}
	return n > 0 ? (ek_str){p, n} : ek_api_list_fold(t, address);
}

static void bind_identity(struct ek_turn *t, struct identity *s, const struct ek_patch_at *body)
{
	static const struct ek_patch_rule rules[] = {
		{"channel", EK_PATCH_OF_ENUM, EK_ENUM_CAPACITY_CLASS, EK_PATCH_REQUIRED, 0, 0,
		 NULL},
		{"address", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, ADDRESS_MAX, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	if (!ek_patch_bind(body, rules, EK_LEN(rules), v))
		return;
	s->channel = (int)v[0].i;
	bool ok = true;
	if (s->channel == EK_CAPACITY_CLASS_EMAIL)
		ok = ek_api_text_email(t, &v[1].at, &s->address);
	else
		s->address = ek_api_text_compose(t, v[1].s);
	if (ok && s->address.p != NULL)
		s->key = key_of(t, s->channel, s->address);
}

static ek_str channel_of(const struct identity *s)
{
	const char *wire = ek_enums_wire(EK_ENUM_CAPACITY_CLASS, s->channel);
	return (ek_str){wire, (uint32_t)strlen(wire)};
}

static bool check_add(struct ek_turn *t)
{
	static const char sql[] =
		"SELECT contact FROM identities WHERE address_key = $1 AND channel = $2";
	struct identity *s = t->state;
	const struct ek_views_value args[] = {ek_views_text(s->key), ek_views_text(channel_of(s))};
	struct ek_turn_rows rows;
	if (!ek_api_contact_again(t, &s->contact) || !ek_turn_select(t, sql, args, 2, &rows))
		return false;
	return rows.n == 0 || ek_api_contact_conflict(t, ek_turn_int(&rows.v[0]),
						      "this address belongs to a contact already");
}

/* The contact has changed with what hangs on it. */
static void touch(struct ek_turn *t, const struct ek_api_contact *c)
{
	struct ek_views_value row[EK_CONTENT_CONTACTS_WIDTH];
	memcpy(row, c->row, sizeof row);
	ek_api_contact_put(t, row);
}

static void made_add(struct ek_turn *t, const struct ek_answer *a)
{
	struct identity *s = t->state;
	struct ek_views_value v[EK_CONTENT_IDENTITIES_WIDTH] = {0};
	(void)a;
	v[EK_CONTENT_IDENTITIES_IDENTITY] =
		ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_IDENTITIES));
	v[EK_CONTENT_IDENTITIES_CONTACT] = ek_views_int(s->contact.id);
	v[EK_CONTENT_IDENTITIES_CHANNEL] = ek_views_text(channel_of(s));
	v[EK_CONTENT_IDENTITIES_ADDRESS] = ek_views_text(s->address);
	v[EK_CONTENT_IDENTITIES_ADDRESS_KEY] = ek_views_text(s->key);
	v[EK_CONTENT_IDENTITIES_VERIFIED] = ek_views_int(0);
	v[EK_CONTENT_IDENTITIES_CREATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_IDENTITIES, v);
	touch(t, &s->contact);
	const struct ek_views_value told[EK_API_CONTACT_IDENTITY_WIDTH] = {
		v[EK_CONTENT_IDENTITIES_IDENTITY], v[EK_CONTENT_IDENTITIES_CHANNEL],
		v[EK_CONTENT_IDENTITIES_ADDRESS], v[EK_CONTENT_IDENTITIES_VERIFIED]};
	t->status = 201;
	ek_api_contact_write_identity(t, told, t->seq);
}

void ek_api_add_identity(struct ek_turn *t)
{
	struct identity *s = EK_TURN_NEW(t, struct identity);
	struct ek_patch_at body;
	if (s == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &body) ||
	    !ek_api_contact_may(t, EK_MAY_CONTACT_IDENTITY_EDIT, &s->contact)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = s;
	bind_identity(t, s, &body);
	ek_api_contact_tells(t, s->contact.id);
	ek_turn_write(t, &(struct ek_turn_write){.check = check_add, .made = made_add});
}

static bool check_remove(struct ek_turn *t)
{
	static const char sql[] = "SELECT 1 FROM identities i WHERE i.identity = $2 "
				  "AND " EK_API_CONTACT_TREE("i.contact", "$1");
	struct identity *s = t->state;
	const struct ek_views_value args[] = {ek_views_int(s->contact.id),
					      ek_views_int((int64_t)s->id)};
	struct ek_turn_rows rows;
	if (!ek_api_contact_again(t, &s->contact) || !ek_turn_select(t, sql, args, 2, &rows))
		return false;
	return rows.n > 0 || ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

static void made_remove(struct ek_turn *t, const struct ek_answer *a)
{
	struct identity *s = t->state;
	(void)a;
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_IDENTITIES,
						     EK_CONTENT_IDENTITIES_IDENTITY,
						     ek_views_int((int64_t)s->id)});
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_IDENTITY_PROOFS,
						     EK_CONTENT_IDENTITY_PROOFS_IDENTITY,
						     ek_views_int((int64_t)s->id)});
	touch(t, &s->contact);
	t->status = 204;
}

void ek_api_remove_identity(struct ek_turn *t)
{
	struct identity *s = EK_TURN_NEW(t, struct identity);
	if (s == NULL || !ek_query_end(&t->query) ||
	    !ek_api_contact_may(t, EK_MAY_CONTACT_IDENTITY_EDIT, &s->contact) ||
	    !ek_turn_id(t, "identity", EK_IDENT_IDENTITY, &s->id)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = s;
	ek_api_contact_tells(t, s->contact.id);
	ek_turn_write(t, &(struct ek_turn_write){.check = check_remove, .made = made_remove});
}

/* ---- conversations */

void ek_api_list_contact_conversations(struct ek_turn *t)
{
	struct ek_api_contact c;
	if (ek_api_contact_may(t, EK_MAY_CONTACT_TIMELINE_READ, &c))
		ek_api_conversation_list(t, c.id);
	else
		ek_turn_reply(t, 0);
}

/* ---- notes */

struct note {
	struct ek_api_contact contact;
	ek_str text;
};

static const struct ek_list_column columns[EK_LIST_notes_COUNT] = {
	[EK_LIST_notes_id] = {EK_LIST_NUMBER, "n.note", NULL},
	[EK_LIST_notes_at] = {EK_LIST_NUMBER, "n.created_ms", NULL},
};

/* v: note, digits of the contact, teammate, text, when. */
static void write_note(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	j->style.is_api = true;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_NOTE, (uint64_t)v[0].i);
	ek_json_key(j, "contact");
	ek_ident_write_contact(j, ek_turn_text(&v[1]));
	ek_api_put_id(j, "by", EK_IDENT_TEAMMATE, v[2].kind == EK_VIEWS_INT ? (uint64_t)v[2].i : 0);
	ek_api_put_text(j, "text", ek_turn_text(&v[3]));
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[4])});
	if (t->writer != NULL)
		ek_api_put_int(j, "seq", (int64_t)t->seq);
	ek_json_object_end(j);
}

static bool read_notes(struct ek_turn *t, const struct ek_list *list, struct ek_api_list *l)
{
	struct ek_api_contact c;
	if (!ek_api_list_query(t, list, NULL, l) ||
	    !ek_api_contact_may(t, EK_MAY_CONTACT_NOTE_READ, &c))
		return false;
	const struct ek_views_value key = ek_views_int(c.id);
	const struct ek_api_list_ask ask = {list, EK_API_CONTACT_TREE("n.contact", "$1"), &key, 1};
	return ek_api_list_fetch(t, &ask, l);
}

void ek_api_list_contact_notes(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_NOTES),
		.columns = columns,
		.select = "n.note, k.public, n.teammate, n.body, n.created_ms",
		.from = "notes n JOIN contacts k ON k.contact = n.contact",
		.id = "n.note",
	};
	struct ek_api_list l;
	if (read_notes(t, &list, &l)) {
		ek_api_list_begin(t, &l);
		for (uint32_t i = 0; i < l.rows.n; i++)
			write_note(t, ek_api_list_at(&l, i));
		ek_api_list_end(t, &l);
	}
	ek_turn_reply(t, 200);
}

static bool check_note(struct ek_turn *t)
{
	struct note *s = t->state;
	return ek_api_contact_again(t, &s->contact);
}

static void made_note(struct ek_turn *t, const struct ek_answer *a)
{
	struct note *s = t->state;
	struct ek_views_value v[EK_CONTENT_NOTES_WIDTH] = {0};
	(void)a;
	v[EK_CONTENT_NOTES_NOTE] = ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_NOTES));
	v[EK_CONTENT_NOTES_CONTACT] = ek_views_int(s->contact.id);
	v[EK_CONTENT_NOTES_TEAMMATE] = ek_views_id(t->self.v);
	v[EK_CONTENT_NOTES_BODY] = ek_views_text(s->text);
	v[EK_CONTENT_NOTES_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_NOTES_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_NOTES, v);
	const struct ek_views_value told[] = {
		v[EK_CONTENT_NOTES_NOTE], ek_views_text(s->contact.hex),
		v[EK_CONTENT_NOTES_TEAMMATE], v[EK_CONTENT_NOTES_BODY],
		v[EK_CONTENT_NOTES_CREATED_MS]};
	t->status = 201;
	write_note(t, told);
}

void ek_api_create_contact_note(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"text", EK_PATCH_OF_PROSE, 0, EK_PATCH_REQUIRED, 1, NOTE_MAX, NULL},
	};
	struct note *s = EK_TURN_NEW(t, struct note);
	struct ek_patch_at body;
	struct ek_patch_value v[EK_LEN(rules)];
	if (s == NULL || !ek_query_end(&t->query) || !ek_turn_body(t, &body) ||
	    !ek_api_contact_may(t, EK_MAY_CONTACT_NOTE_WRITE, &s->contact)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = s;
	if (ek_patch_bind(&body, rules, EK_LEN(rules), v))
		s->text = v[0].s;
	ek_turn_write(t, &(struct ek_turn_write){.check = check_note, .made = made_note});
}
