/* api_story -- the story of a change beyond its words: whether the team reads it, and whose name
 * stands in it. A name is shown when its bearer said yes, and no longer once they say no. */
#ifndef EK_API_API_STORY_H
#define EK_API_API_STORY_H

#include "api/turn.h"

enum { EK_API_STORY_NAMES = 20, EK_API_STORY_WORDS = 200 };

/* Values of the column answer, and of the wire but for the last. */
enum ek_api_story_answer {
	EK_API_STORY_ASKED,
	EK_API_STORY_YES,
	EK_API_STORY_NO,
	EK_API_STORY_GONE, /* no longer named; what they said is forgotten */
};
struct ek_api_story_name {
	ek_teammate_id who;
	enum ek_api_story_answer answer;
	ek_time answered;
};
struct ek_api_story {
	ek_time shared; /* EK_NO_TIME: the team does not read it */
	struct ek_api_story_name names[EK_API_STORY_NAMES * 2];
	uint32_t n;
};

/* As it is stored; nothing, with a problem, if that cannot be read. */
void ek_api_story_read(struct ek_turn *t, uint64_t verdict, struct ek_api_story *out);
/* That these are named and nobody else: who is new is asked, who stays keeps their answer. False
 * where too many were named at some time. */
bool ek_api_story_name(struct ek_api_story *s, const ek_teammate_id *who, uint32_t n) EK_MUST_CHECK;
/* The caller's own place among the names; NULL = none. */
struct ek_api_story_name *ek_api_story_find(struct ek_api_story *s, ek_teammate_id who);
/* In made: every name as it is now. */
void ek_api_story_keep(struct ek_turn *t, uint64_t verdict, const struct ek_api_story *s);

/* Members published_at and credited of shape Story; who may be named to whom stands there. */
void ek_api_story_put(struct ek_turn *t, ek_team_id team, const struct ek_api_story *s);
/* "asked", "yes", "no". */
const char *ek_api_story_word(enum ek_api_story_answer answer);
/* Words to search stories for, as LIKE takes them: "%words%", with what it reads as more than
 * itself escaped; all for no words. */
bool ek_api_story_pattern(struct ek_turn *t, ek_str words, ek_str *out) EK_MUST_CHECK;

#endif
