/* api_contact_route -- what the router sees of a contact.
 *
 * The queue can be ordered by attributes (attribute:tier). Their names and values stand in the
 * workspace's lists (the setting attribute_orders); a conversation has the value of its contact
 * unless who made it, a rule or a person says another. "tier" is the contact's tier, every other
 * name one of the contact's attributes. Only what stands in the lists gets into a command, and so
 * into the log: nothing else of a contact does.
 *
 *   a conversation comes    ek_api_contact_route_fill
 *   the contact changes     ek_api_contact_route_follow, _tell in check; _put in made
 *
 * All on the writer's thread, in check, made or a look. A change reaches the newest
 * EK_API_CONTACT_ROUTE of a contact's conversations, in the same commit and with one settle.
 * Source: spec routing, sections 3 and 14, example 2. */
#ifndef EK_API_API_CONTACT_ROUTE_H
#define EK_API_API_CONTACT_ROUTE_H

#include "api/turn.h"
#include "model/value.h"

enum { EK_API_CONTACT_ROUTE = 100 };

/* Of a row of contacts: what of it is in the lists, by name in byte order. False with a problem. */
bool ek_api_contact_route_values(struct ek_turn *t, const struct ek_views_value *contact,
				 struct ek_pairs *out) EK_MUST_CHECK;

/* On the HTTP thread: whether there is anything to fill in; a check costs a commit. */
bool ek_api_contact_route_may_fill(struct ek_turn *t, ek_contact_id contact,
				   bool *may) EK_MUST_CHECK;
/* said, and of the contact what it does not name. contact: also one that was merged. Cost: where
 * nothing orders by attributes, none; else a question. False with a problem. */
bool ek_api_contact_route_fill(struct ek_turn *t, ek_contact_id contact,
			       const struct ek_pairs *said, struct ek_pairs *out) EK_MUST_CHECK;

/* An attribute of a conversation that follows its contact. */
struct ek_api_contact_follow {
	ek_conversation_id conversation;
	ek_str name;
	ek_str before; /* p NULL = none */
	ek_str after;  /* p NULL = taken away */
};
struct ek_api_contact_route {
	struct ek_api_contact_follow *v;
	uint32_t n;
	struct ek_cmd *rows;             /* an update of each conversation, behind row 0 */
	struct ek_views_value **profile; /* of each; NULL: nothing to write */
	uint32_t conversations;
	struct ek_cmd bulk;
};

/* Those of a contact and of who was merged into it, or of them only those of `only`, or all but
 * those: what was `before` becomes `after`. What a conversation has otherwise stays. May be called
 * again for others. */
struct ek_api_contact_route_ask {
	uint32_t contact;
	struct ek_pairs before;
	struct ek_pairs after;
	const uint32_t *only; /* contacts; NULL = all */
	uint32_t only_count;
	bool is_but; /* all but `only` */
};
bool ek_api_contact_route_follow(struct ek_turn *t, struct ek_api_contact_route *r,
				 const struct ek_api_contact_route_ask *ask) EK_MUST_CHECK;
/* The turn's command becomes one that does all of it, with the one that tells of the contact. */
void ek_api_contact_route_tell(struct ek_turn *t, struct ek_api_contact_route *r);
void ek_api_contact_route_put(struct ek_turn *t, const struct ek_api_contact_route *r);
/* Shape [ContactRoute]: those of conversations that the caller may see. */
void ek_api_contact_route_write(struct ek_turn *t, const char *key,
				const struct ek_api_contact_route *r);

#endif
