/* api_text -- texts and lists as they come in from people: names, addresses, languages. */
#ifndef EK_API_API_TEXT_H
#define EK_API_API_TEXT_H

#include "api/turn.h"

/* A text in the form that names are kept in. In the turn's arena; p NULL when there is no
 * memory, which fails the turn. Not on a worker's thread. Folded: ek_api_list_fold. */
ek_str ek_api_text_compose(struct ek_turn *t, ek_str text);

/* A name of 1 to EK_LIMIT_TEXT_BYTES bytes, composed, without blanks around it. False with a fault.
 */
bool ek_api_text_name(struct ek_turn *t, const struct ek_patch_at *at, ek_str *out);
/* An e-mail address of at most 254 bytes, composed. False with a fault. */
bool ek_api_text_email(struct ek_turn *t, const struct ek_patch_at *at, ek_str *out);
/* A list of at most `most` texts, each once, as JSON. False with a fault. */
bool ek_api_text_list(struct ek_turn *t, const struct ek_patch_at *at, uint32_t most, ek_str *json);
/* A list of at most `most` tags of languages, best first, as JSON. False with a fault. */
bool ek_api_text_languages(struct ek_turn *t, const struct ek_patch_at *at, uint32_t most,
			   ek_str *json);
/* A list of ids of a kind, each once. False with a fault. */
struct ek_api_ids {
	const uint64_t *v;
	uint32_t n;
};
bool ek_api_text_ids(struct ek_turn *t, const struct ek_patch_at *at, enum ek_ident_kind kind,
		     struct ek_api_ids *out);
/* Whether a text in a value of a setting turns the direction of text (base/utf8.h). */
bool ek_api_text_is_turning(const struct ek_value *v);
/* What was written of a JSON text, copied into the turn's arena, and the text freed. p NULL when it
 * is not whole, which fails the turn. */
ek_str ek_api_text_take(struct ek_turn *t, struct ek_json *j);
/* A JSON text of the turn's own, in the API's form, to be taken. */
void ek_api_text_begin(const struct ek_turn *t, struct ek_json *j);

#endif
