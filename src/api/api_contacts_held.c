/* What is held about a contact, counted: what erasing takes, and what stays. For who erases;
 * whoever only asks for it may not see all team inboxes, and so gets no totals. */
#include <string.h>

#include "api/api_contact.h"
#include "api/api_put.h"
#include "api/handlers.h"

enum { ARGUMENTS_MAX = 64 };

#define TREE(column) EK_API_CONTACT_TREE(column, "$1")
#define TALKS "JOIN conversation_profiles p ON p.conversation = "

/* Of the contact and all that were merged into it. Messages that it sent and all files go; what
 * teammates wrote stays, with the numbers of the log. */
static const struct {
	const char *name;
	const char *sql;
} counts[] = {
	{"merged", "SELECT count(*) FROM contacts k WHERE k.contact <> $1 AND " TREE("k.contact")},
	{"addresses", "SELECT count(*) FROM identities i WHERE " TREE("i.contact")},
	{"notes", "SELECT count(*) FROM notes n WHERE " TREE("n.contact")},
	{"conversations", "SELECT count(*) FROM conversation_profiles p WHERE " TREE("p.contact")},
	{"messages",
	 "SELECT count(*) FROM parts w " TALKS "w.conversation WHERE w.author_kind = 'contact' AND "
	 "w.redacted_ms IS NULL AND " TREE("p.contact")},
	{"files",
	 "SELECT count(*) FROM attachments a " TALKS "a.conversation WHERE " TREE("p.contact")},
	{"comments", "SELECT count(*) FROM survey_answers s JOIN survey_asks q ON "
		     "q.ask = s.ask " TALKS
		     "q.conversation WHERE s.comment IS NOT NULL AND " TREE("p.contact")},
	{"answers", "SELECT count(*) FROM parts w " TALKS
		    "w.conversation WHERE w.author_kind <> 'contact' AND w.kind IN "
		    "('message', 'note', 'summary') AND w.redacted_ms IS NULL "
		    "AND " TREE("p.contact")},
};

/* Who asked first, of those who wait. */
static bool put_asked(struct ek_turn *t, const struct ek_api_contact *c)
{
	char arguments[ARGUMENTS_MAX];
	size_t n = ek_format(arguments, sizeof arguments, "{\"contact\":\"ct_");
	ek_assert(c->hex.n == EK_IDENT_HEX);
	memcpy(arguments + n, c->hex.p, EK_IDENT_HEX);
	n += EK_IDENT_HEX;
	n += ek_format(arguments + n, sizeof arguments - n, "\"}");
	const struct ek_views_value key = ek_views_text((ek_str){arguments, (uint32_t)n});
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT teammate, created_ms FROM jobs WHERE kind = 'contact_erase' "
			    "AND state = 'waiting' AND arguments = $1 ORDER BY job LIMIT 1",
			    &key, 1, &rows))
		return false;
	bool is_asked = rows.n > 0;
	ek_api_put_id(&t->out, "asked_by", EK_IDENT_TEAMMATE,
		      is_asked ? (uint64_t)ek_turn_int(&rows.v[0]) : 0);
	ek_api_put_time(&t->out, "asked_at",
			is_asked ? (ek_time){ek_turn_int(&rows.v[1])} : EK_NO_TIME);
	return true;
}

void ek_api_get_contact_holdings(struct ek_turn *t)
{
	struct ek_api_contact contact;
	struct ek_turn_rows rows;
	bool ok = ek_query_end(&t->query) && ek_api_contact_may(t, EK_MAY_CONTACT_ERASE, &contact);
	ek_json_object(&t->out);
	for (size_t i = 0; ok && i < EK_LEN(counts); i++) {
		const struct ek_views_value key = ek_views_int(contact.id);
		ok = ek_turn_select(t, counts[i].sql, &key, 1, &rows) && rows.n > 0;
		if (ok)
			ek_api_put_int(&t->out, counts[i].name, ek_turn_int(&rows.v[0]));
	}
	if (ok && put_asked(t, &contact))
		ek_json_object_end(&t->out);
	ek_turn_reply(t, 200);
}
