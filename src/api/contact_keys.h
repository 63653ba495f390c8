/* contact_keys -- every contact has the key that backups seal its words with (auth/rows.h).
 *
 * It is drawn in the commit that makes the contact. Those of before, or that came in while no
 * server ran, get theirs before a server is ready. Without a master key there are none.
 */
#ifndef EK_API_CONTACT_KEYS_H
#define EK_API_CONTACT_KEYS_H

#include "api/turn.h"

enum { EK_CONTACT_KEYS_PAGE = 1024 };

/* In made, of a contact that is new. */
void ek_contact_keys_add(struct ek_turn *t, uint32_t contact);
/* Draws all that are missing; before the first request. Cost: one look at every contact, and some
 * 5 us for each key. Errors: the reader's, the writer's. */
bool ek_contact_keys_draw(struct ek_api *api, struct ek_err *err) EK_MUST_CHECK;

#endif
