/* ekgen_ts -- the UI's types, web/src/gen, from the tables in schema/.
 *
 * Types cost a browser nothing; what stays there at run time (OPERATIONS, SETTINGS, words of enums)
 * is kept as small as it can be. Ids are texts of a pattern, so that the id of a team is no id of a
 * teammate, and a literal one needs no cast. Lines are wrapped at 100 columns where a type or a
 * comment has a place to break.
 */
#ifndef EK_TOOLS_EKGEN_TS_H
#define EK_TOOLS_EKGEN_TS_H

#include "tools/ekgen.h"

/* Each prints one file, whole. */
void ek_ekgen_ts_ids(FILE *out);
void ek_ekgen_ts_enums(FILE *out);
void ek_ekgen_ts_shapes(FILE *out);
void ek_ekgen_ts_settings(FILE *out);
void ek_ekgen_ts_events(FILE *out);
void ek_ekgen_ts_operations(FILE *out);
void ek_ekgen_ts_problems(FILE *out);
void ek_ekgen_ts_rights(FILE *out);

/* A piece of TypeScript being made. Longer than it holds is our own mistake (asserted). */
struct ek_ekgen_ts {
	char p[4000];
	size_t n;
};
void ek_ekgen_ts_clear(struct ek_ekgen_ts *t);
void ek_ekgen_ts_add(struct ek_ekgen_ts *t, const char *fmt, ...) EK_PRINTF(2, 3);
/* Adds a word of a union: " | " before all but the first, which is where t->n is `begin`. */
void ek_ekgen_ts_word(struct ek_ekgen_ts *t, size_t begin, const char *word);

/* Adds the type of a type of shapes.def, of n bytes. Shapes stand behind `shapes.` unless t is for
 * shapes.ts itself (is_home); ids and enums behind `ids.` and `enums.`. */
void ek_ekgen_ts_type(struct ek_ekgen_ts *t, const char *type, size_t n, bool is_home);

/* The first line, that it is generated, and what the file is about; then what it imports: "ids",
 * "enums" and so on with a blank between, or "". */
void ek_ekgen_ts_head(FILE *out, const char *about, const char *imports);
/* The same, with names of settings.ts besides. */
void ek_ekgen_ts_head_with(FILE *out, const char *about, const char *imports, const char *names);
/* A comment, and a line as long as it may be, both behind `depth` tabs. Of a line, what goes on in
 * the next begins with | or & and one tab more. */
void ek_ekgen_ts_doc(FILE *out, int depth, const char *doc);
void ek_ekgen_ts_line(FILE *out, int depth, const struct ek_ekgen_ts *line);
/* "name?: type;" with its comment; doc NULL = none. A name that is no identifier is quoted. */
struct ek_ekgen_ts_member {
	const char *name;
	const char *type;
	const char *doc;
	bool is_optional;
};
void ek_ekgen_ts_member(FILE *out, int depth, const struct ek_ekgen_ts_member *m);

#endif
