/* columns_inside -- what rows and cells share. */
#ifndef EK_METRICS_COLUMNS_INSIDE_H
#define EK_METRICS_COLUMNS_INSIDE_H

#include "metrics/columns.h"

/* Puts the row's values into its cells. False without memory. */
bool ek_columns_put(struct ek_columns *c, const struct ek_columns_row *row);
/* Resizes and counts. False without memory; *p is then as it was. */
bool ek_columns_widen(struct ek_columns *c, void **p, size_t old, size_t bytes);

#endif
