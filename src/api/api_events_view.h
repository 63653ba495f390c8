/* api_events_view -- a live stream that is narrowed to what a saved view of conversations shows.
 *
 * A frame is shown when its conversation is in the view as the frame is looked at, or was before:
 * so that who keeps the list learns what leaves it. The store is asked as it is then, at that event
 * or later: what came in and left again meanwhile may stay untold, for the list is without it.
 * Where it is not known the frame is shown, which does no harm: what was committed before the
 * stream began, the first frame of a conversation that is older than the stream, and what the
 * store's views do not tell yet (they may lag by a second under load).
 * Cost: one question by a conversation's id for each frame that the caller may see; 16 KiB.
 * Source: spec api, section 3.
 */
#ifndef EK_API_API_EVENTS_VIEW_H
#define EK_API_API_EVENTS_VIEW_H

#include "api/turn.h"
#include "push/feed.h"

struct ek_api_events_view;

/* The parameter view= of the turn. *view is the caller's, to be closed. False with the problem. */
bool ek_api_events_view_open(struct ek_turn *t, struct ek_api_events_view **view) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_api_events_view_close(struct ek_api_events_view **view);

/* Whether the filter asks for what only those may know who may read a conversation. */
bool ek_api_events_view_asks_content(const struct ek_api_events_view *view);
/* The reader's thread. */
bool ek_api_events_view_sees(struct ek_api_events_view *view, struct ek_reader *reader,
			     const struct ek_feed_frame *frame);
/* Whether the view is what it was when the stream began. */
bool ek_api_events_view_stands(const struct ek_api_events_view *view, struct ek_reader *reader);

#endif
