/* api_ready -- ready answers: what the files about them share, and what parts need of them.
 *
 * A ready answer has a title and texts in up to three languages, with fields (knowledge/fill.h).
 * It is one's own, a team's or everyone's. (api_ready_answers.c: written and changed;
 * api_ready_fill.c: found for a conversation, and filled in)
 */
#ifndef EK_API_API_READY_H
#define EK_API_API_READY_H

#include "api/reach.h"
#include "knowledge/fill.h"

enum { EK_API_READY_USES = 8, EK_API_READY_BYTES = 16384, EK_API_READY_WORDS = 4 };

enum ek_api_ready_language {
	EK_API_READY_EN,
	EK_API_READY_KO,
	EK_API_READY_AR,
	EK_API_READY_LANGUAGES
};
/* "en", "ko", "ar". */
const char *ek_api_ready_tag(enum ek_api_ready_language language);

/* ---- what may be seen, over `ready_answers a` */

/* $1 is the caller, $2 to $5 the patterns of words that must stand in title or texts. */
#define EK_API_READY_SEEN "(a.scope <> 'own' OR a.teammate = $1)"
#define EK_API_READY_HAS(n) \
	"(" n " = '' OR a.title_key || ' ' || a.text_key LIKE " n " ESCAPE '\\')"
#define EK_API_READY_WHERE \
	EK_API_READY_SEEN " AND " EK_API_READY_HAS("$2") " AND " EK_API_READY_HAS( \
		"$3") " AND " EK_API_READY_HAS("$4") " AND " EK_API_READY_HAS("$5")
enum { EK_API_READY_ARGS = 1 + EK_API_READY_WORDS };
/* Those five values for what was typed (p NULL = nothing). False with a problem. */
bool ek_api_ready_ask(struct ek_turn *t, ek_str typed,
		      struct ek_views_value out[EK_API_READY_ARGS]) EK_MUST_CHECK;

/* Members scope and team, and the object that rights are asked of; stays where it was filled. */
struct ek_api_ready_object {
	struct ek_may_object may;
	ek_team_id team;
};
/* row: as in ready_answers. */
void ek_api_ready_object(struct ek_api_ready_object *o, const struct ek_views_value *row);

/* ---- in parts */

struct ek_api_ready_uses {
	struct {
		uint64_t id;
		int64_t version;
	} v[EK_API_READY_USES];
	uint32_t n;
};
/* Of a part's body: those that the caller sees, and no field of a text that uses one is unfilled.
 * Faults go into the problem. */
void ek_api_ready_take(struct ek_turn *t, const struct ek_patch_at *at, ek_str text,
		       struct ek_api_ready_uses *out);
/* In made, with the part's commit. */
void ek_api_ready_put(struct ek_turn *t, const struct ek_api_ready_uses *uses, uint64_t part,
		      ek_conversation_id conversation);

#endif
