/* item_inside -- how the fields of a thing of the past are read. Private to past/item*.c. */
#ifndef EK_PAST_ITEM_INSIDE_H
#define EK_PAST_ITEM_INSIDE_H

#include "past/item.h"

/* Refuses: false, for the reader that returns it. */
bool ek_item_refuse(struct ek_item *it, enum ek_map_field field, const char *why);
/* What the rows say; p NULL = nothing. */
ek_str ek_item_text(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field);
/* Whether the map says anything of it. */
bool ek_item_has(const struct ek_item *it, enum ek_map_field field);
/* Each is left alone, false, when it is there and is none. Absent: EK_NO_TIME, EK_NONE, 0. */
bool ek_item_time(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field,
		  ek_time *out) EK_MUST_CHECK;
bool ek_item_count(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field,
		   int64_t *out) EK_MUST_CHECK;
bool ek_item_span(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field,
		  int64_t *ms) EK_MUST_CHECK;
bool ek_item_yes(struct ek_item *it, const struct ek_item_case *c, enum ek_map_field field,
		 int64_t *out) EK_MUST_CHECK;
bool ek_item_channel(struct ek_item *it, const struct ek_item_case *c, uint8_t *out) EK_MUST_CHECK;
bool ek_item_tags(struct ek_item *it, const struct ek_item_case *c,
		  struct ek_texts *out) EK_MUST_CHECK;
/* A time that follows another: moved to the next day or lifted as the map allows; refused when it
 * still lies before. */
bool ek_item_follow(struct ek_item *it, enum ek_map_field field, ek_time before,
		    ek_time *t) EK_MUST_CHECK;

#endif
