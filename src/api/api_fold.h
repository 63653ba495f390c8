/* api_fold -- the figures that the server keeps, borrowed for one answer.
 *
 *   const struct ek_figures *f = ek_api_fold_take(t);
 *   if (f != NULL) {
 *           ok = ek_figures_ask(f, &ask, &figure, &err);
 *           ek_api_fold_give(t);
 *   }
 *
 * On a worker's thread (worker.h): what is asked may take a while, and nothing is folded meanwhile.
 * Nothing that the figures lend may be kept beyond give. */
#ifndef EK_API_API_FOLD_H
#define EK_API_API_FOLD_H

#include "api/turn.h"
#include "metrics/figures.h"

/* NULL, with `unavailable` and when to come again: the log is still being folded. */
const struct ek_figures *ek_api_fold_take(struct ek_turn *t);
void ek_api_fold_give(struct ek_turn *t);

#endif
