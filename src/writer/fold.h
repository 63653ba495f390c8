/* fold -- which objects changed since the views were last written, and the writing.
 *
 * Events only mark ids; when the views are written each marked object is looked at once in the
 * engine, however often it changed. Assignments and versions of settings, which the engine forgets,
 * are kept from their events until then. Cost: noting an event about 10 ns; writing, one row for
 * each object.
 */
#ifndef EK_WRITER_FOLD_H
#define EK_WRITER_FOLD_H

#include "engine/engine.h"
#include "store/log.h"

struct ek_fold;

bool ek_fold_open(struct ek_alloc alloc, struct ek_fold **fold, struct ek_err *err) EK_MUST_CHECK;
void ek_fold_close(struct ek_fold **fold);
/* Takes in the next event. Errors: NO_MEMORY. */
bool ek_fold_note(struct ek_fold *fold, const struct ek_event *event,
		  struct ek_err *err) EK_MUST_CHECK;
/* Events noted since the last clear. */
uint32_t ek_fold_count(const struct ek_fold *fold);
/* Writes what was noted, inside a transaction of the log; the engine is at the last event noted, or
 * later. Errors: the log's, NO_MEMORY. */
bool ek_fold_write(struct ek_fold *fold, const struct ek_engine *engine, struct ek_log *log,
		   struct ek_err *err) EK_MUST_CHECK;
void ek_fold_clear(struct ek_fold *fold);

#endif
