/* api_conversation -- one conversation: as rights see it, its content, and how an answer writes it.
 *
 * What is live (state, who holds it, needs) is the engine's; names and texts are content:
 *
 *   ek_api_conversation_load(t, &row, 1)       on the HTTP thread, by SQL
 *   ek_api_conversation_write(t, &row)         in a look or made, with t->engine
 *
 * Who may find a conversation but not read it (an administrator) gets its metadata: title, contact,
 * channels, needs, tags, attributes, sla and counts are left out. Source: spec api, example 5.
 */
#ifndef EK_API_API_CONVERSATION_H
#define EK_API_API_CONVERSATION_H

#include "api/turn.h"
#include "model/view.h"

/* What stands in `extras` of a conversation that was erased: it is as if it were not there. */
#define EK_API_CONVERSATION_ERASED "{\"erased\":true}"
#define EK_API_CONVERSATION_IS_THERE \
	"(p.extras IS NULL OR p.extras <> '" EK_API_CONVERSATION_ERASED "')"
/* What stands in `details` of the part that counts a reopening. */
#define EK_API_CONVERSATION_REOPENED "{\"change\":\"reopened\"}"

/* ---- rights */

/* Stays where it was filled: `may` points into it. */
struct ek_api_conversation_object {
	struct ek_may_object may;
	ek_team_id team;
	ek_teammate_id holder;
};
void ek_api_conversation_object(struct ek_api_conversation_object *o, ek_team_id team,
				ek_teammate_id holder);
/* As the store's views have it, which may lag behind by a second under load; absent when it was
 * erased. False with a problem when the store cannot be asked. */
bool ek_api_conversation_stored(struct ek_turn *t, ek_conversation_id id,
				struct ek_api_conversation_object *o) EK_MUST_CHECK;
/* As it is, on the writer's thread. */
bool ek_api_conversation_live(struct ek_turn *t, ek_conversation_id id,
			      struct ek_api_conversation_object *o) EK_MUST_CHECK;

/* ---- content */

struct ek_api_conversation {
	ek_conversation_id id; /* given */
	bool is_erased;
	ek_str contact; /* 24 digits; p NULL = none */
	struct ek_conversation_content content;
};
/* Fills n rows by their ids. Cost: six questions for each 50. */
bool ek_api_conversation_load(struct ek_turn *t, struct ek_api_conversation *rows,
			      uint32_t n) EK_MUST_CHECK;

/* ---- answering */

/* Whether the caller may find it now (t->engine). Without a problem. */
bool ek_api_conversation_is_seen(struct ek_turn *t, const struct ek_api_conversation *row);
/* One value into t->out, in the API's style. The conversation exists. False with a problem. */
bool ek_api_conversation_write(struct ek_turn *t, const struct ek_api_conversation *row);

/* ---- what a request says (api_conversation_fields.c); each false with a fault, or when absent */

bool ek_api_conversation_needs(struct ek_turn *t, const struct ek_patch_at *at,
			       struct ek_needs *out);
bool ek_api_conversation_attributes(struct ek_turn *t, const struct ek_patch_at *at,
				    struct ek_pairs *out);
/* Attributes as they are kept: a JSON object; and the same with some set, or removed by null. p
 * NULL and false with a problem. */
ek_str ek_api_conversation_print(struct ek_turn *t, const struct ek_pairs *pairs);
bool ek_api_conversation_merge(struct ek_turn *t, ek_str stored, const struct ek_pairs *set,
			       ek_str *out);
/* A tag's name in the log. False with a problem. */
bool ek_api_conversation_tag(struct ek_turn *t, uint64_t tag, ek_str *name, bool *found);
struct ek_api_conversation_tags {
	const uint64_t *ids;
	const ek_str *names;
	uint32_t n;
};
/* Absent is none. */
bool ek_api_conversation_tags(struct ek_turn *t, const struct ek_patch_at *at,
			      struct ek_api_conversation_tags *out);
/* Whether what is named exists, and may be known; 0 and p NULL always do. */
bool ek_api_conversation_has_team(struct ek_turn *t, ek_team_id team, bool *found);
bool ek_api_conversation_names_team(struct ek_turn *t, const struct ek_patch_at *at,
				    ek_team_id team);
bool ek_api_conversation_names_teammate(struct ek_turn *t, const struct ek_patch_at *at,
					ek_teammate_id teammate);
bool ek_api_conversation_names_contact(struct ek_turn *t, const struct ek_patch_at *at, ek_str hex,
				       ek_contact_id *contact);

/* ---- parts (api_conversation_part.c) */

/* A part as it is written with an event. */
struct ek_api_conversation_part {
	ek_conversation_id conversation;
	const char *kind; /* message, note, whisper or summary; change: details alone */
	bool is_contacts;
	ek_contact_id contact;   /* of a contact's message; 0 = unknown */
	ek_teammate_id teammate; /* of a teammate's; 0 = a program's */
	uint8_t channel;         /* 0 = none */
	ek_str text;
	ek_str attachments;    /* JSON list of numbers; p NULL = none */
	ek_str details;        /* JSON object; p NULL = none */
	ek_teammate_id reader; /* of a whisper */
	ek_team_id team;       /* the conversation's then */
};
/* In made. Returns its id. */
uint64_t ek_api_conversation_put_part(struct ek_turn *t,
				      const struct ek_api_conversation_part *part);
/* In made: if the command reopened the conversation, a part that says so. */
void ek_api_conversation_put_reopened(struct ek_turn *t, const struct ek_answer *answer,
				      ek_conversation_id id);

/* Answers with the page of conversations that the address asks for: of one contact (0 = all), by
 * whoever may see the contact. */
void ek_api_conversation_list(struct ek_turn *t, uint32_t contact);

/* Of a page with a query that was made elsewhere: what the caller may see of that, ready for
 * ek_page_select. False with a problem. */
struct ek_page;
bool ek_api_conversation_scope(struct ek_turn *t, struct ek_page *p) EK_MUST_CHECK;

/* The path of it, for Location; p NULL when there is no memory. */
ek_str ek_api_conversation_path(struct ek_turn *t, ek_conversation_id id);

#endif
