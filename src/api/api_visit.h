/* api_visit -- what the operations of visitors share: which inbox, who it is, what they may see.
 *
 * A visitor has no sign-in: their frame makes a secret of 256 bits, keeps it, and sends it as the
 * header Ek-Visitor. Here only its hash is kept, from the first message on, or from the moment at
 * which a host site vouched for them. It opens one conversation, and of that messages alone.
 *
 *   begin (HTTP thread)    inbox, secret, visitor, conversation; the actor becomes a visitor
 *   render (writer's)      state, office hours, expectation from the engine
 * Source: spec security, sections 1, 2 and 13; docs/manual/chat.md.
 */
#ifndef EK_API_API_VISIT_H
#define EK_API_API_VISIT_H

#include "api/api_attachments.h"
#include "api/turn.h"

enum {
	EK_API_VISIT_GOES_ON_MS = 24 * 3600000, /* what was closed longer ago is not reopened */
	EK_API_VISIT_PARTS = 50,
	EK_API_VISIT_STREAMS = 3,  /* of a visitor */
	EK_API_VISIT_NETWORK = 20, /* streams of an address */
	EK_API_VISIT_FILES = 20,   /* of a visitor that no message names yet */
	EK_API_VISIT_NAME = 80,    /* bytes of a display name */
	EK_API_VISIT_TYPES_MS = 6000,
};

struct ek_api_visit {
	uint64_t inbox;
	const struct ek_views_value *box; /* row of chat_inboxes */
	bool has_secret;
	uint8_t hash[EK_HASH_BYTES];
	const struct ek_views_value *visitor; /* row of visitors; NULL = nobody yet */
	bool is_verified;
	ek_conversation_id conversation; /* 0 = none */
};

/* Of the path and the header. needs_visitor: 401 for who is nobody yet. Who is blocked may read
 * alone. False with the problem. */
bool ek_api_visit_begin(struct ek_turn *t, enum ek_may right, bool needs_visitor,
			struct ek_api_visit *v) EK_MUST_CHECK;
/* In check: the visitor and the conversation as they are now. */
bool ek_api_visit_again(struct ek_turn *t, struct ek_api_visit *v) EK_MUST_CHECK;
/* Whether what they write is taken: not of a contact who is blocked. False with forbidden. */
bool ek_api_visit_may_write(struct ek_turn *t, const struct ek_api_visit *v) EK_MUST_CHECK;
/* Takes one of what a visitor may do so often; key: the visitor's. False with rate_limited. */
bool ek_api_visit_take(struct ek_turn *t, enum ek_throttle what, ek_str key);
/* The address that asks, as the key of such a bucket. */
bool ek_api_visit_take_network(struct ek_turn *t, enum ek_throttle what);

/* In made: the contact of that conversation is erased. False with a problem. */
bool ek_api_visit_erase(struct ek_turn *t, ek_conversation_id id) EK_MUST_CHECK;
/* Those who read the conversation live hear what its visitor does: that they write (or EK_NO_TIME),
 * how far they have read. */
void ek_api_visit_tell(struct ek_turn *t, ek_conversation_id id, ek_time typing_until);

/* ---- how a conversation is, on the writer's thread */

struct ek_api_visit_state {
	bool is_closed;
	ek_team_id team;
	ek_teammate_id teammate;
	bool is_expected;
	int64_t low_minutes;
	int64_t high_minutes;
	uint32_t place;
};
/* False when there is none. Cost: O(place). */
bool ek_api_visit_look(struct ek_api *api, struct ek_engine *engine, ek_conversation_id id,
		       struct ek_api_visit_state *out);

/* ---- as JSON; names are read through the reader; false: the reader failed */

struct ek_api_visit_asking {
	struct ek_api *api;
	struct ek_reader *reader;
	ek_conversation_id conversation;
	bool shows_survey;
};
/* Shape VisitConversation. */
bool ek_api_visit_write_state(const struct ek_api_visit_asking *a, struct ek_json *j,
			      const struct ek_api_visit_state *s);
/* Shape VisitExpectation, or null. */
void ek_api_visit_write_expectation(struct ek_json *j, const struct ek_api_visit_state *s);
/* Of a teammate, the first name. */
bool ek_api_visit_name(struct ek_reader *reader, ek_teammate_id teammate,
		       char out[EK_API_VISIT_NAME + 1]);

/* ---- parts (api_visit_parts.c) */

struct ek_api_visit_pages {
	struct ek_reader *reader;
	uint64_t inbox;
	ek_conversation_id conversation;
	uint64_t after;
	/* Shape VisitPart each, oldest first; id: of the part. False ends it. */
	bool (*visit)(void *ctx, uint64_t id, ek_str json);
	void *ctx;
};
/* Messages alone, the newest EK_API_VISIT_PARTS behind `after`. */
bool ek_api_visit_parts(const struct ek_api_visit_pages *p, struct ek_err *err) EK_MUST_CHECK;
/* Shape VisitFile; row: whole, of attachments. */
void ek_api_visit_write_file(struct ek_json *j, uint64_t inbox, const struct ek_views_value *row);
/* One that is about to be written. */
struct ek_api_visit_part {
	uint64_t id;
	ek_time at;
	ek_str text;
	uint64_t inbox;
	const struct ek_api_attachments *files;
};
void ek_api_visit_write_own(struct ek_json *j, const struct ek_api_visit_part *p);

#endif
