/* How much may hang on a conversation, how much a visitor may send within a month, and how much one
 * mail carries: bounds of schema/limits.def that no single upload meets. What comes by mail is
 * bounded where mail is read: it is never turned away, and does not count here. */
#include "api/api_attachments.h"
#include "model/limits.h"

#define NO_MAIL \
	" AND NOT EXISTS (SELECT 1 FROM mails m WHERE m.part = a.part AND m.direction = 'in')"

enum { MIB = 1048576 };
static const int64_t month_ms = 30LL * 86400000;

struct room {
	const char *where; /* "a conversation has" */
	int64_t files;
	int64_t bytes;
};

/* What is there, and what comes. */
static bool fits(struct ek_turn *t, const struct room *room, int64_t files, int64_t bytes)
{
	if (files <= room->files && bytes <= room->bytes)
		return true;
	return ek_problem_set(&t->problem, EK_PROBLEM_TOO_LARGE,
			      "%s room for %lld files and %lld MiB in all", room->where,
			      (long long)room->files, (long long)(room->bytes / MIB));
}

int64_t ek_api_attachments_bytes(const struct ek_api_attachments *a)
{
	int64_t bytes = 0;
	for (uint32_t i = 0; i < a->n; i++)
		bytes += ek_turn_int(&a->rows[(size_t)i * EK_CONTENT_ATTACHMENTS_WIDTH +
					      EK_CONTENT_ATTACHMENTS_BYTES]);
	return bytes;
}

bool ek_api_attachments_fit(struct ek_turn *t, ek_conversation_id id,
			    const struct ek_api_attachments *a)
{
	static const struct room room = {"a conversation has", EK_LIMIT_CONVERSATION_FILES,
					 EK_LIMIT_CONVERSATION_BYTES};
	static const char sql[] =
		"SELECT count(*), CAST(COALESCE(sum(a.bytes), 0) AS BIGINT) FROM attachments a"
		" WHERE a.conversation = $1" NO_MAIL;
	const struct ek_views_value key = ek_views_int(id.v);
	struct ek_turn_rows rows;
	if (a->n == 0)
		return true;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	return fits(t, &room, ek_turn_int(&rows.v[0]) + a->n,
		    ek_turn_int(&rows.v[1]) + ek_api_attachments_bytes(a));
}

bool ek_api_attachments_visitor_has_room(struct ek_turn *t,
					 const struct ek_api_attachments_visitor *of,
					 uint32_t bytes)
{
	static const struct room room = {"within 30 days a visitor has", EK_LIMIT_VISITOR_FILES,
					 EK_LIMIT_VISITOR_BYTES};
	static const char sql[] =
		"SELECT count(*), CAST(COALESCE(sum(a.bytes), 0) AS BIGINT) FROM attachments a"
		" WHERE a.created_ms > $3 AND a.attachment IN (SELECT f.attachment FROM"
		" visitor_files f WHERE f.hash = $1 UNION SELECT b.attachment FROM"
		" conversation_profiles p JOIN chats c ON c.conversation = p.conversation"
		" JOIN attachments b ON b.conversation = p.conversation AND b.teammate IS NULL"
		" WHERE p.contact = $2)" NO_MAIL;
	const struct ek_views_value args[] = {ek_views_blob(of->hash, EK_HASH_BYTES),
					      ek_views_int(of->contact.v),
					      ek_views_int(t->now.ms - month_ms)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, args, EK_LEN(args), &rows))
		return false;
	return fits(t, &room, ek_turn_int(&rows.v[0]) + 1, ek_turn_int(&rows.v[1]) + bytes);
}
