/* rewind -- memory that goes back to what it was: an allocator for something that is tried many
 * times from one beginning.
 *
 * What was built in it until the mark has its bytes again after every return, at the same places,
 * so that pointers among them hold; what was taken since is gone. Giving memory back before the
 * mark is a hint; after it, only what was taken since is given back. Nobody closes what was built:
 * the whole goes at once.
 * Cost: mark and back copy what was in use at the mark, some GB a second.
 */
#ifndef EK_ENGINE_REWIND_H
#define EK_ENGINE_REWIND_H

#include "base/alloc.h"

struct ek_rewind;

/* Takes its memory from `parent`. To be closed. Errors: NO_MEMORY. */
bool ek_rewind_open(struct ek_alloc parent, struct ek_rewind **r, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. All that was taken is gone. */
void ek_rewind_close(struct ek_rewind **r);

/* Holds until the close. */
struct ek_alloc ek_rewind_alloc(struct ek_rewind *r);
/* Once. False when there is no memory for it. */
bool ek_rewind_mark(struct ek_rewind *r) EK_MUST_CHECK;
/* Back to the mark. */
void ek_rewind_back(struct ek_rewind *r);

#endif
