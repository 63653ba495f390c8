/* api_effect -- what an edit would do at once, as the caller may be told. */
#ifndef EK_API_API_EFFECT_H
#define EK_API_API_EFFECT_H

#include "api/turn.h"
#include "model/explain.h"

/* One value, preview/1, into t->out: names of colleagues for who may see them in every team inbox
 * that is concerned, else counts of them. In a look. False, with a problem, for want of memory. */
bool ek_api_effect_write(struct ek_turn *t, const struct ek_explain_preview *preview) EK_MUST_CHECK;

#endif
