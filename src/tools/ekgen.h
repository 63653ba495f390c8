/* ekgen -- what people need to know about the tables in schema/, as pages of docs/ref, and what the
 * UI does, as types in web/src/gen.
 *
 * It includes the same tables as the server, so that there is no second parser and nothing to
 * drift. usage: ekgen [--check] [--root DIR]; without --check it writes the files that differ; with
 * it, it names them and ends with 1.
 */
#ifndef EK_TOOLS_EKGEN_H
#define EK_TOOLS_EKGEN_H

#include <stdio.h>

#include "model/field.h"

/* Each prints one page, whole. */
void ek_ekgen_events(FILE *out);
void ek_ekgen_commands(FILE *out);
void ek_ekgen_enums(FILE *out);
void ek_ekgen_errors(FILE *out);
void ek_ekgen_settings(FILE *out);
void ek_ekgen_limits(FILE *out);
void ek_ekgen_reports(FILE *out);

/* The first lines of a page: that it is generated, its title, and what it is about. */
void ek_ekgen_head(FILE *out, const char *title, const char *about);
/* A text in a cell of a table: '|' is escaped. */
void ek_ekgen_cell(FILE *out, const char *text);

#endif
