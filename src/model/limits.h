/* limits -- the bounds on what comes from outside or is kept: EK_LIMIT_LINE_BYTES and so on, each
 * in the unit of its row. Made by inclusion; see schema/limits.def. */
#ifndef EK_MODEL_LIMITS_H
#define EK_MODEL_LIMITS_H

#define LIMIT(name, NAME, value, unit, doc) EK_LIMIT_##NAME = (value),
enum ek_limit {
#include "schema/limits.def"
};
#undef LIMIT

#endif
