/* cases -- which records of a table tell of the same thing: those with the same key.
 *
 * Cases are numbered from 0 in the order in which their first record stands; the records of one
 * keep their order. Records of a second table, messages, join the cases of the first.
 * Cost: O(1) a record; 12 bytes a record, and some 40 and its key a case.
 */
#ifndef EK_PAST_CASES_H
#define EK_PAST_CASES_H

#include "base/arena.h"

/* A record that is added: of sheet 0 or 1, with its key, and where it stands. */
struct ek_cases_row {
	uint32_t sheet;
	ek_str key;
	uint32_t from;
	uint32_t line;
};
/* Where a record stands: for ek_table_seek. */
struct ek_cases_record {
	uint32_t from;
	uint32_t line;
	uint32_t of; /* which case */
};

struct ek_cases;

/* *cases is the caller's, to be closed. Errors: NO_MEMORY. */
bool ek_cases_open(struct ek_alloc alloc, struct ek_cases **cases,
		   struct ek_err *err) EK_MUST_CHECK;
void ek_cases_close(struct ek_cases **cases); /* accepts NULL inside, leaves NULL */

/* A row of sheet 0 makes a case where the key has none; of sheet 1 it joins one: *known says
 * whether there is one. The key is copied. Errors: NO_MEMORY. */
bool ek_cases_add(struct ek_cases *c, const struct ek_cases_row *row, bool *known,
		  struct ek_err *err) EK_MUST_CHECK;
/* After the last record, before the first look. Errors: NO_MEMORY. */
bool ek_cases_end(struct ek_cases *c, struct ek_err *err) EK_MUST_CHECK;
uint32_t ek_cases_count(const struct ek_cases *c);
/* The *n records of a case. */
const struct ek_cases_record *ek_cases_records(const struct ek_cases *c, uint32_t sheet,
					       uint32_t number, uint32_t *n);

#endif
