/* api_conversation_set -- tags that are added and attributes that are set beside another command
 * about a conversation, as a guided workflow does.
 *
 *   ek_api_conversation_set_check   on the writer's thread: fills the command and the rows
 *   ek_api_conversation_set_put     in made: the rows
 */
#ifndef EK_API_API_CONVERSATION_SET_H
#define EK_API_API_CONVERSATION_SET_H

#include "api/api_conversation.h"

/* The profile, of who has none an empty one. On the writer's thread. False with a problem. */
bool ek_api_conversation_profile(struct ek_turn *t, ek_conversation_id id,
				 struct ek_views_value v[EK_CONTENT_CONVERSATION_PROFILES_WIDTH])
	EK_MUST_CHECK;
/* What it has, with some set, or removed by null, as it is kept; stored p NULL = what came with
 * its contact stands with the engine alone. On the writer's thread. False with a problem. */
bool ek_api_conversation_attributes_set(struct ek_turn *t, ek_conversation_id id, ek_str stored,
					const struct ek_pairs *set, ek_str *out) EK_MUST_CHECK;
/* Says in the command that its tags are these. */
void ek_api_conversation_tags_set(struct ek_cmd *cmd, const struct ek_texts *words);

struct ek_api_conversation_set {
	ek_conversation_id id; /* given, as are the next three */
	const uint64_t *tags;
	uint32_t tag_count;
	struct ek_pairs attributes;
	/* filled by check: those that are there (a tag may have been deleted meanwhile), as they
	 * are called now */
	ek_str *names;
	uint64_t *there;
	uint32_t n;
	bool *is_new;
	struct ek_views_value profile[EK_CONTENT_CONVERSATION_PROFILES_WIDTH];
};
/* Into a conversation.update. False with a problem. */
bool ek_api_conversation_set_check(struct ek_turn *t, struct ek_api_conversation_set *s,
				   struct ek_cmd *cmd) EK_MUST_CHECK;
void ek_api_conversation_set_put(struct ek_turn *t, struct ek_api_conversation_set *s);

#endif
