/* api_contact -- one contact: as rights see it, and as answers write it.
 *
 * A contact that was merged into another keeps its row and all that hangs on it; whoever reads the
 * other reads both: its conversations, notes and addresses are those of EK_API_CONTACT_TREE. An
 * erased contact is as if it were not there.
 *
 * A contact belongs to the teams of its conversations; while it has none, to no team.
 * Source: spec api, section 4.8; security, section 2.
 */
#ifndef EK_API_API_CONTACT_H
#define EK_API_API_CONTACT_H

#include "api/turn.h"

/* "column is a contact, or was merged into it"; `contact` is SQL, such as "$1". */
#define EK_API_CONTACT_TREE(column, contact) \
	"(" column " = " contact " OR " column " IN (SELECT m.contact FROM contacts m " \
	"WHERE m.merged_into = " contact "))"

/* "Its domain vouched for a mail that came from that address"; `address` is SQL. */
#define EK_API_CONTACT_BY_MAIL(address) \
	"EXISTS (SELECT 1 FROM mails v WHERE v.address = " address \
	" AND v.direction = 'in' AND v.trust = 'proved')"

struct ek_api_contact {
	uint32_t id;                      /* 0 = there is none */
	const struct ek_views_value *row; /* of contacts; in the turn's arena */
	struct ek_may_object may;
	ek_str hex; /* 24 digits */
};

/* By its digits. may.is_absent when there is none. False, with the problem, when the store cannot
 * be asked. Cost: two questions by index. */
bool ek_api_contact_load(struct ek_turn *t, ek_str hex, struct ek_api_contact *out) EK_MUST_CHECK;
/* By its number; the same. */
bool ek_api_contact_find(struct ek_turn *t, ek_contact_id id,
			 struct ek_api_contact *out) EK_MUST_CHECK;
/* Of the path. */
bool ek_api_contact_path(struct ek_turn *t, struct ek_api_contact *out) EK_MUST_CHECK;
/* The one of the path, if the caller may do that with it; else false with the problem. */
bool ek_api_contact_may(struct ek_turn *t, enum ek_may right,
			struct ek_api_contact *out) EK_MUST_CHECK;
/* In check: reads the row anew. False, with the problem, when it was erased, or merged,
 * meanwhile. */
bool ek_api_contact_again(struct ek_turn *t, struct ek_api_contact *c) EK_MUST_CHECK;

/* Of a write that changes it: told in live events. */
static inline void ek_api_contact_tells(struct ek_turn *t, uint32_t contact)
{
	ek_turn_tells(t, (struct ek_cmd_content_change){
				 .contact = {contact}, .tag = EK_NONE, .view = EK_NONE});
}

static inline ek_str ek_api_contact_text(const struct ek_api_contact *c, uint32_t column)
{
	return ek_turn_text(&c->row[column]);
}

/* 409: something stands in the way that another contact has. It is named if the caller may see
 * it. Returns false. */
bool ek_api_contact_conflict(struct ek_turn *t, int64_t other, const char *detail);

/* ---- lists */

/* Which contacts `k` a right reaches, as a condition with $1 to $n; those that were merged or
 * erased are not among them. False with the problem. */
struct ek_api_contact_where {
	const char *sql;
	const struct ek_views_value *args;
	uint32_t n;
};
bool ek_api_contact_reach(struct ek_turn *t, enum ek_may right,
			  struct ek_api_contact_where *out) EK_MUST_CHECK;

/* ---- answers */

/* Shape Contact into t->out, opened. Reads its addresses. row: as it is, or will be. */
bool ek_api_contact_write(struct ek_turn *t, const struct ek_api_contact *c);
/* Shape ContactMasked. */
#define EK_API_CONTACT_MASKED_COLUMNS \
	"k.public, k.name, k.email, k.phone, k.tier, k.archived_ms, k.created_ms, k.updated_ms, " \
	"k.blocked_ms"
void ek_api_contact_write_masked(struct ek_turn *t, const struct ek_views_value *row);
/* Shape Identity. v: identity, channel, address, verified; how, by whom and when it was proved. */
enum { EK_API_CONTACT_IDENTITY_WIDTH = 7 };
void ek_api_contact_write_identity(struct ek_turn *t, const struct ek_views_value *v, uint64_t seq);

/* ---- of whom little is known (api_contact_address.c) */

/* In check: whose it is, folded; of who was merged the one that remains. *is_new: nobody's yet, and
 * *contact is the id that the next one gets; 0 where the workspace has as many as it can. False
 * with a problem. */
bool ek_api_contact_of_address(struct ek_turn *t, ek_str key, ek_contact_id *contact,
			       bool *is_new) EK_MUST_CHECK;
/* In made: a new one, of whom this much is known; p NULL = not known. */
struct ek_api_contact_new {
	ek_str name;
	ek_str email;
	ek_str key; /* of email, folded */
	ek_str language;
};
void ek_api_contact_put_new(struct ek_turn *t, ek_contact_id contact,
			    const struct ek_api_contact_new *what);

/* ---- erased again (again.h) */

enum { EK_API_CONTACT_ERASED = 200, EK_API_CONTACT_KNOWN = 204 };
/* A turn of nobody's: what a row of erasures says was done is done here too. Its status is then
 * EK_API_CONTACT_ERASED, or _KNOWN where there was nothing to do. */
void ek_api_contact_erase_again(struct ek_turn *t, const struct ek_views_value *erasure);

/* ---- in made */

/* The row of a contact with the time and revision of a change. values:
 * EK_CONTENT_CONTACTS_WIDTH. */
void ek_api_contact_put(struct ek_turn *t, struct ek_views_value *values);

#endif
