/* Whether an address is really the contact's, who says so, and since when.
 *
 * Three things prove an address: a mail whose sender's domain vouched for it (DMARC, aligned; it is
 * read where the address is told, api_contact.h), the host site's signature (channel chat), and a
 * person or program that says so here. What is not proved is shown as not proved, and is never
 * merged with what is unless a person says so (api_contacts_merge.c). */
#include <string.h>

#include "api/api_contact.h"
#include "api/api_put.h"
#include "api/handlers.h"

struct proof {
	struct ek_api_contact contact;
	uint64_t id;
	bool is_proved; /* from now on */
	struct ek_views_value row[EK_CONTENT_IDENTITIES_WIDTH];
};

static bool check(struct ek_turn *t)
{
	static const char sql[] = "SELECT i.* FROM identities i WHERE i.identity = $2 "
				  "AND " EK_API_CONTACT_TREE("i.contact", "$1");
	struct proof *s = t->state;
	const struct ek_views_value args[] = {ek_views_int(s->contact.id),
					      ek_views_int((int64_t)s->id)};
	struct ek_turn_rows rows;
	if (!ek_api_contact_again(t, &s->contact) || !ek_turn_select(t, sql, args, 2, &rows))
		return false;
	if (rows.n == 0)
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	memcpy(s->row, rows.v, sizeof s->row);
	if ((ek_turn_int(&s->row[EK_CONTENT_IDENTITIES_VERIFIED]) == 1) == s->is_proved)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      s->is_proved ? "this address is proved already"
						   : "this address is not proved");
	return true;
}

static void made(struct ek_turn *t, const struct ek_answer *a)
{
	struct proof *s = t->state;
	struct ek_views_value v[EK_CONTENT_IDENTITY_PROOFS_WIDTH] = {0};
	const ek_str how = t->self.v != 0 ? EK_S("teammate") : EK_S("program");
	(void)a;
	s->row[EK_CONTENT_IDENTITIES_VERIFIED] = ek_views_int(s->is_proved);
	ek_turn_put(t, EK_CONTENT_IDENTITIES, s->row);
	v[EK_CONTENT_IDENTITY_PROOFS_IDENTITY] = ek_views_int((int64_t)s->id);
	v[EK_CONTENT_IDENTITY_PROOFS_HOW] = ek_views_text(how);
	v[EK_CONTENT_IDENTITY_PROOFS_TEAMMATE] = ek_views_id(t->self.v);
	v[EK_CONTENT_IDENTITY_PROOFS_AT_MS] = ek_views_int(t->now.ms);
	if (s->is_proved)
		ek_turn_put(t, EK_CONTENT_IDENTITY_PROOFS, v);
	else
		ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_IDENTITY_PROOFS,
							     EK_CONTENT_IDENTITY_PROOFS_IDENTITY,
							     ek_views_int((int64_t)s->id)});
	const struct ek_views_value none = {0};
	const struct ek_views_value told[EK_API_CONTACT_IDENTITY_WIDTH] = {
		s->row[EK_CONTENT_IDENTITIES_IDENTITY],
		s->row[EK_CONTENT_IDENTITIES_CHANNEL],
		s->row[EK_CONTENT_IDENTITIES_ADDRESS],
		s->row[EK_CONTENT_IDENTITIES_VERIFIED],
		s->is_proved ? v[EK_CONTENT_IDENTITY_PROOFS_HOW] : none,
		s->is_proved ? v[EK_CONTENT_IDENTITY_PROOFS_TEAMMATE] : none,
		s->is_proved ? v[EK_CONTENT_IDENTITY_PROOFS_AT_MS] : none};
	ek_api_contact_write_identity(t, told, t->seq);
}

static void start(struct ek_turn *t, bool is_proved)
{
	struct proof *s = EK_TURN_NEW(t, struct proof);
	if (s == NULL || !ek_query_end(&t->query) ||
	    !ek_api_contact_may(t, EK_MAY_CONTACT_IDENTITY_EDIT, &s->contact) ||
	    !ek_turn_id(t, "identity", EK_IDENT_IDENTITY, &s->id)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = s;
	s->is_proved = is_proved;
	ek_api_contact_tells(t, s->contact.id);
	ek_turn_write(t, &(struct ek_turn_write){.check = check, .made = made});
}

void ek_api_verify_identity(struct ek_turn *t)
{
	start(t, true);
}

void ek_api_unverify_identity(struct ek_turn *t)
{
	start(t, false);
}
