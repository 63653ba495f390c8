/* api_imports -- tables of teammates or memberships that become bulk edits.
 *
 * The first line names the columns, in any order; a field that is empty leaves things as they are.
 *
 *   teammates     id or email (who it is); name; languages, such as "ko;en"; primary and secondary,
 *                 team inboxes by id or name with ; between them; and any setting of a teammate by
 *                 its name: a number, a word, null, "inherit", or JSON
 *   memberships   teammate (id) or email; team (id or name); level: primary, secondary or none
 *
 * Source: RFC 4180; spec api, sections 4.2 and 11. */
#ifndef EK_API_API_IMPORTS_H
#define EK_API_API_IMPORTS_H

#include "base/arena.h"

enum { EK_API_IMPORTS_COLUMNS = 80 };

struct ek_api_imports_csv {
	ek_str text;
	struct ek_arena *arena;
	uint32_t at;
	uint32_t line; /* that have something, from 1 */
	ek_str fields[EK_API_IMPORTS_COLUMNS];
	uint32_t n;
};
/* False when it is not UTF-8. */
bool ek_api_imports_open(struct ek_api_imports_csv *c, ek_str text,
			 struct ek_arena *arena) EK_MUST_CHECK;
/* The next line that has something in it; *more is false at the end. False when it is no CSV, or
 * has too many columns. */
bool ek_api_imports_next(struct ek_api_imports_csv *c, bool *more) EK_MUST_CHECK;

#endif
