/* report -- the views report_* that other programs read in SQL, as text: schema/reports.def in the
 * words of one database.
 *
 * They are made anew whenever a store was written by a build with another EK_REPORT_VERSION; the
 * tables below them stay as they are. Time: PostgreSQL's timestamp with zone; in SQLite RFC 3339 in
 * UTC, as text. Cost: none until somebody reads them; then what the SELECT behind them costs.
 */
#ifndef EK_STORE_REPORT_H
#define EK_STORE_REPORT_H

#include "store/views.h"

/* One more with every change of schema/reports.def. */
enum { EK_REPORT_VERSION = 2, EK_REPORT_TEXT_MAX = 8192 };

/* How many views there are. */
uint32_t ek_report_count(void);
/* The name of the i-th, such as "report_teams"; what it is; its columns' count. */
const char *ek_report_name(uint32_t i);
const char *ek_report_doc(uint32_t i);
uint32_t ek_report_columns(uint32_t i);
/* The name and meaning of a column; both for ever. */
const char *ek_report_column(uint32_t i, uint32_t column, const char **doc);
/* CREATE VIEW of the i-th, in PostgreSQL in place of the one there is, so that whoever may read it
 * still may; always ended; EK_REPORT_TEXT_MAX bytes always suffice (asserted). */
void ek_report_create(uint32_t i, enum ek_views_dialect dialect, char out[EK_REPORT_TEXT_MAX]);

#endif
