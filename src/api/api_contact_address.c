/* Contacts of whom little is known: found by an address, and made. */
#include "api/api_contact.h"
#include "api/api_list.h"
#include "api/contact_keys.h"
#include "model/limits.h"
#include "store/contact.h"

bool ek_api_contact_of_address(struct ek_turn *t, ek_str key, ek_contact_id *contact, bool *is_new)
{
	/* Their own address before one that was added to them; as mail that comes in is given. */
	static const char sql[] =
		"SELECT COALESCE(k.merged_into, k.contact), 0 AS place, k.contact AS row FROM "
		"contacts k WHERE k.email_key = $1 AND k.erased_ms IS NULL UNION ALL SELECT "
		"COALESCE(k.merged_into, k.contact), 1, i.identity FROM identities i JOIN contacts "
		"k ON k.contact = i.contact AND k.erased_ms IS NULL WHERE i.address_key = $1 AND "
		"i.channel = 'email' ORDER BY place, row LIMIT 1";
	const struct ek_views_value arg = ek_views_text(key);
	struct ek_turn_rows rows;
	contact->v = 0;
	*is_new = false;
	if (!ek_turn_select(t, sql, &arg, 1, &rows))
		return false;
	if (rows.n > 0) {
		contact->v = (uint32_t)ek_turn_int(&rows.v[0]);
		return true;
	}
	uint64_t id = ek_turn_next_id(t, EK_CONTENT_CONTACTS);
	*is_new = id <= EK_LIMIT_CONTACTS;
	contact->v = *is_new ? (uint32_t)id : 0;
	return true;
}

void ek_api_contact_put_new(struct ek_turn *t, ek_contact_id contact,
			    const struct ek_api_contact_new *what)
{
	struct ek_views_value v[EK_CONTENT_CONTACTS_WIDTH] = {0};
	char public[EK_CONTACT_PUBLIC + 1];
	uint64_t id = ek_turn_new_id(t, EK_CONTENT_CONTACTS);
	ek_assert(id == contact.v);
	ek_contact_public(contact.v, public);
	v[EK_CONTENT_CONTACTS_CONTACT] = ek_views_int((int64_t)id);
	v[EK_CONTENT_CONTACTS_PUBLIC] = ek_views_text((ek_str){public, EK_CONTACT_PUBLIC});
	v[EK_CONTENT_CONTACTS_NAME] = ek_views_text(what->name);
	if (what->name.p != NULL)
		v[EK_CONTENT_CONTACTS_NAME_KEY] = ek_views_text(ek_api_list_fold(t, what->name));
	v[EK_CONTENT_CONTACTS_EMAIL] = ek_views_text(what->email);
	v[EK_CONTENT_CONTACTS_EMAIL_KEY] = ek_views_text(what->key);
	v[EK_CONTENT_CONTACTS_LANGUAGE] = ek_views_text(what->language);
	v[EK_CONTENT_CONTACTS_ATTRIBUTES] = ek_views_text(EK_S("{}"));
	v[EK_CONTENT_CONTACTS_VERIFIED] = ek_views_int(0);
	v[EK_CONTENT_CONTACTS_CREATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_CONTACTS_UPDATED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_CONTACTS_REVISION] = ek_views_int(1);
	ek_turn_put(t, EK_CONTENT_CONTACTS, v);
	ek_contact_keys_add(t, contact.v);
}
