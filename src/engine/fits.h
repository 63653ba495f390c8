/* fits -- whether a fact read from the log can follow this state at all: ids in order, objects
 * there. The chain of hashes guards against damage; this guards the engine against a log that is
 * not its own.
 */
#ifndef EK_ENGINE_FITS_H
#define EK_ENGINE_FITS_H

#include "engine/state.h"

/* Errors: DAMAGE, naming the field. */
bool ek_fits_event(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err);

#endif
