/* personal -- which values of a store are people's own words, and whose.
 *
 * The table is schema/personal.def. The log and the live content never need it: it is what a backup
 * seals (auth/rows.h). A row is that contact's whose erasure would take it, who was merged with
 * whom aside: each contact of a merge keeps what is its own. What is of nobody in particular, such
 * as what teammates write, is contact 0's.
 *
 * Cost of an owner: none where the row says it; else one to three questions by key, kept for the
 * next rows (EK_PERSONAL_KEPT). One thread. Errors: the log's.
 */
#ifndef EK_STORE_PERSONAL_H
#define EK_STORE_PERSONAL_H

#include "base/alloc.h"
#include "schema/personal.def"
#include "store/log.h"

enum { EK_PERSONAL_COLUMNS_MAX = 11, EK_PERSONAL_KEPT = 65536 };

enum ek_personal_owner {
	EK_PERSONAL_CONTACT,
	EK_PERSONAL_TALK,
	EK_PERSONAL_PART,
	EK_PERSONAL_ASK,
	EK_PERSONAL_MAIL,
	EK_PERSONAL_LETTER,
	EK_PERSONAL_IDENTITY,
	EK_PERSONAL_NOBODY,
	EK_PERSONAL_OMITTED, /* in no backup */
};

enum ek_personal_form {
	EK_PERSONAL_BLANK, /* without its key the row stays, and its values go */
	EK_PERSONAL_GOES,  /* the row goes */
};

struct ek_personal {
	uint8_t owner;  /* enum ek_personal_owner */
	uint8_t form;   /* enum ek_personal_form */
	uint32_t by;    /* the column that leads to the owner */
	uint32_t count; /* 0: all is open */
	uint32_t column[EK_PERSONAL_COLUMNS_MAX];
};
void ek_personal_of(enum ek_content table, struct ek_personal *out);
/* How often a column is said to stay open; once is right where it is not sealed. */
uint32_t ek_personal_open_count(enum ek_content table, uint32_t column);

struct ek_personal_owners;
/* log: borrowed; of one that stays as it is meanwhile (ek_log_hold). Errors: NO_MEMORY. */
bool ek_personal_open(struct ek_log *log, struct ek_personal_owners **out,
		      struct ek_err *err) EK_MUST_CHECK;
void ek_personal_close(struct ek_personal_owners **owners);
/* Whose a row is; 0 = nobody's. */
bool ek_personal_find(struct ek_personal_owners *owners, const struct ek_personal *of,
		      const struct ek_views_value *row, uint32_t *contact,
		      struct ek_err *err) EK_MUST_CHECK;

#endif
