/* names -- which ref stands for which id, both ways, of conversations, teammates, teams and
 * contacts.
 *
 * All in memory. Cost: O(1) each; about 40 bytes and the text a name.
 */
#ifndef EK_CLI_NAMES_H
#define EK_CLI_NAMES_H

#include "model/field.h"
#include "store/log.h"
#include "writer/writer.h"

/* Ids from here on can have no name: one table of them is kept. */
enum { EK_NAMES_ID_MAX = 1 << 26 };

struct ek_names;

/* *names is the caller's, to be closed. Errors: NO_MEMORY. */
bool ek_names_open(struct ek_names **names, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_names_close(struct ek_names **names);
/* All that a log knows. Errors: the log's, NO_MEMORY. */
bool ek_names_load(struct ek_names *names, struct ek_log *log, struct ek_err *err) EK_MUST_CHECK;
/* Gives an id its name. Errors: NO_MEMORY. */
bool ek_names_set(struct ek_names *names, enum ek_writer_name kind, uint32_t id, ek_str name,
		  struct ek_err *err) EK_MUST_CHECK;
/* 0 = nobody has that name. */
uint32_t ek_names_find(const struct ek_names *names, enum ek_writer_name kind, ek_str name);
/* p NULL = it has none. */
ek_str ek_names_of(const struct ek_names *names, enum ek_writer_name kind, uint32_t id);
/* The highest id that has a name. */
uint32_t ek_names_top(const struct ek_names *names, enum ek_writer_name kind);
/* Which kind a field's ids are of; 0 for other fields. */
enum ek_writer_name ek_names_kind(enum ek_field_type type);
/* The id that a word on the command line means: a ref, else a number. Errors: NOT_FOUND. */
bool ek_names_read(const struct ek_names *names, enum ek_writer_name kind, const char *word,
		   uint32_t *id, struct ek_err *err) EK_MUST_CHECK;

#endif
