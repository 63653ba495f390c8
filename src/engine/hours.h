/* hours -- earlier office hours, kept so that a change of them can be undone.
 *
 * A setting's value says of office hours only that there are some; the hours themselves stand
 * beside it. When a version replaces or drops them, the change that is remembered (struct change)
 * keeps the earlier ones in the cells of its value `before`: numbers only, no symbols, so that they
 * are copied, counted and freed as any list is. At most EK_LIMIT_HOURS are kept; of older changes
 * it is known only that there were hours.
 *
 * Cells: bytes of the zone's name; they, four to a number, the first lowest; count of shifts; each:
 * at, offset; count of rows of the week; each: day, from, to; count of closed dates; each.
 */
#ifndef EK_ENGINE_HOURS_H
#define EK_ENGINE_HOURS_H

#include "engine/state.h"

/* The most cells that hours take. */
enum {
	EK_HOURS_CELLS_MAX = 4 + EK_ZONE_NAME_MAX / 4 + 2 * EK_ZONE_SHIFTS_MAX +
			     3 * EK_CALENDAR_WEEK_MAX + EK_CALENDAR_CLOSED_MAX
};

/* As the value `before` of a change; NULL gives one without hours. Owned as every kept value. */
struct kept ek_hours_keep(struct ek_engine *e, const struct ek_calendar *hours);
/* The hours of such a value, in the turn's arena; false when it has none, or when its cells are not
 * what ek_hours_keep writes (what they say may still be no calendar: ek_calendar_check). */
bool ek_hours_read(struct ek_engine *e, const struct kept *k, struct ek_calendar *out);
/* Drops the oldest kept hours while there are too many. O(changes). */
void ek_hours_bound(struct ek_engine *e);

/* Whether two calendars are the same, zone and all. NULL is like NULL only. */
bool ek_hours_equal(const struct ek_calendar *a, const struct ek_calendar *b);
/* The hours that stand at a scope: a team's (team not 0), or the workspace's. NULL = none. */
const struct ek_calendar *ek_hours_at(const struct ek_engine *e, uint32_t team);
/* What a change made of the hours of its owner, in the turn's arena: what the next change of them
 * found there, or what stands there. false when that is not known any more. *out NULL = none. */
bool ek_hours_after(struct ek_engine *e, const struct change *c, const struct ek_calendar **out);

#endif
