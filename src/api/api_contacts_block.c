/* Contacts who are blocked: mail of theirs is held, their chat is refused (post_take_decide.c,
 * api_visit.c). Of who was merged the one that remains is asked. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_contact.h"
#include "api/handlers.h"

struct block {
	struct ek_api_contact contact;
	bool is_off; /* taken again */
	bool is_same;
	struct ek_views_value row[EK_CONTENT_CONTACTS_WIDTH];
};

static bool check_block(struct ek_turn *t)
{
	struct block *s = t->state;
	if (!ek_api_contact_again(t, &s->contact))
		return false;
	memcpy(s->row, s->contact.row, sizeof s->row);
	s->contact.row = s->row;
	struct ek_views_value *at = &s->row[EK_CONTENT_CONTACTS_BLOCKED_MS];
	s->is_same = (at->kind == EK_VIEWS_NULL) == s->is_off;
	if (!s->is_same)
		*at = ek_views_int(s->is_off ? EK_NONE : t->now.ms);
	return true;
}

static void made_block(struct ek_turn *t, const struct ek_answer *a)
{
	struct block *s = t->state;
	(void)a;
	if (!s->is_same) {
		ek_api_contact_put(t, s->row);
		ek_api_audit_add(t, &(struct ek_api_audit){.action = s->is_off ? "contact.unblocked"
									       : "contact.blocked",
							   .object_kind = "contact",
							   .object = s->contact.id});
	}
	ek_api_contact_write(t, &s->contact);
}

static void set_blocked(struct ek_turn *t, bool is_off)
{
	struct block *s = EK_TURN_NEW(t, struct block);
	if (s == NULL || !ek_query_end(&t->query) ||
	    !ek_api_contact_may(t, EK_MAY_CONTACT_EDIT, &s->contact)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = s;
	s->is_off = is_off;
	ek_api_contact_tells(t, s->contact.id);
	ek_turn_write(t, &(struct ek_turn_write){.check = check_block, .made = made_block});
}

void ek_api_block_contact(struct ek_turn *t)
{
	set_blocked(t, false);
}

void ek_api_unblock_contact(struct ek_turn *t)
{
	set_blocked(t, true);
}
