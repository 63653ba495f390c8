/* fill -- texts with fields, such as "Dear {{contact.name|customer}}": read field by field.
 *
 *   struct ek_fill_field f;
 *   for (uint32_t at = 0; ek_fill_next(text, &at, &f);)
 *           text.p + f.from to text.p + f.to is a field
 *
 * A field is two braces, a name of small letters, dots and underlines, perhaps a bar and what
 * stands there when nothing is known, and two braces; blanks around both count for nothing. It
 * stands on one line and is EK_FILL_BYTES long at most. Whatever else stands in braces is text.
 * Pure; cost O(bytes).
 */
#ifndef EK_KNOWLEDGE_FILL_H
#define EK_KNOWLEDGE_FILL_H

#include "base/base.h"

enum { EK_FILL_BYTES = 240 };

enum ek_fill_name {
	EK_FILL_UNKNOWN = 0,
	EK_FILL_CONTACT_NAME,
	EK_FILL_CONTACT_EMAIL,
	EK_FILL_CONTACT_PHONE,
	EK_FILL_CONTACT_TIER,
	EK_FILL_CONVERSATION_ID,
	EK_FILL_CONVERSATION_TITLE,
	EK_FILL_TEAM_NAME,
	EK_FILL_TEAMMATE_NAME,
	EK_FILL_WORKSPACE_NAME,
	EK_FILL_COUNT
};

struct ek_fill_field {
	enum ek_fill_name name;
	ek_str word;     /* the name as it stands there */
	ek_str fallback; /* p NULL or n 0 = none was written */
	uint32_t from, to;
};

/* The next field from *at on, which moves behind it. False: there is no more. */
bool ek_fill_next(ek_str text, uint32_t *at, struct ek_fill_field *out) EK_MUST_CHECK;
/* What stands for it: the value, else what was written for that case; p NULL = neither.
 * values: EK_FILL_COUNT, by name; n 0 = not known. */
ek_str ek_fill_of(const struct ek_fill_field *f, const ek_str *values);
/* Whether a field of a known name stands in it. */
bool ek_fill_is_left(ek_str text);

#endif
