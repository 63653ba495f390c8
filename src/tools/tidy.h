/* tidy -- the house checks itself: every rule of the house that a machine can see.
 *
 * One struct ek_tidy holds the tree as it was read once; each check looks at it and reports what it
 * finds as file, line, rule and what to do. There is no list of exceptions. The small C reader here
 * (tidy_lex.c, tidy_code.c) leans on the layout that clang-format makes, which is a check too.
 *
 * Memory: everything is in one arena until ek_tidy_close; a tool that runs out of it ends with 5.
 * Cost: linear in the bytes of the tree; clang-format is by far the dearest part.
 */
#ifndef EK_TOOLS_TIDY_H
#define EK_TOOLS_TIDY_H

#include "base/arena.h"

enum ek_tidy_kind { EK_TIDY_WORD, EK_TIDY_NUMBER, EK_TIDY_TEXT, EK_TIDY_PUNCT };

/* A piece of C, borrowed from the file's text. A string keeps its quotes. */
struct ek_tidy_token {
	enum ek_tidy_kind kind;
	const char *p;
	uint32_t n;
	uint32_t line; /* from 1 */
};

struct ek_tidy_tokens {
	struct ek_tidy_token *v;
	size_t n;
};

struct ek_tidy_file {
	const char *path; /* from the root, with '/' */
	const char *text; /* always ended by a NUL that is not counted */
	size_t n;
	bool is_binary; /* holds a NUL byte */
	/* .c and .h only: code without, and lines with, a leading '#'. Comments are in neither. */
	struct ek_tidy_tokens code;
	struct ek_tidy_tokens directives;
};

struct ek_tidy_finding {
	const char *path;
	uint32_t line;
	const char *rule; /* the check's name, static */
	const char *text;
};

struct ek_tidy {
	struct ek_arena arena;
	const char *root;
	const char *objects;        /* a meson build folder, or NULL: purity cannot be asked */
	const char *rule;           /* the check that runs, static */
	const char *ekgen;          /* the generator's path, or NULL: staleness cannot be asked */
	struct ek_tidy_file *files; /* ascending by path */
	size_t file_count, file_cap;
	struct ek_tidy_finding *findings;
	size_t finding_count, finding_cap;
};

/* One function's body as the reader found it. */
struct ek_tidy_function {
	const struct ek_tidy_token *name;
	bool is_template; /* a macro makes the name: TREAP(split)(...) */
	bool is_static;
	uint32_t params;     /* "..." counts as one */
	uint32_t lines;      /* from the name's line to the closing brace */
	uint32_t complexity; /* 1 + if for while case && || ?: */
};

/* Reads the tree below root, except .git, build and node_modules. root is borrowed. */
bool ek_tidy_open(struct ek_tidy *t, const char *root, struct ek_err *err) EK_MUST_CHECK;
void ek_tidy_close(struct ek_tidy *t);
/* Runs the named check, or says EK_USAGE. EK_IO when a program that it needs cannot be started. */
bool ek_tidy_check(struct ek_tidy *t, const char *name, struct ek_err *err) EK_MUST_CHECK;
/* The names for ek_tidy_check in order, cheapest first; NULL after the last. */
const char *ek_tidy_name(size_t i);

/* -- for the checks -- */

/* Adds a finding of the check that runs; path is borrowed, the text is cut at 300 bytes. */
void ek_tidy_report(struct ek_tidy *t, const char *path, uint32_t line, const char *fmt, ...)
	EK_PRINTF(4, 5);
/* Zeroed memory until close. */
void *ek_tidy_get(struct ek_tidy *t, size_t n);
/* Makes room for one more of items of `size` bytes; returns where the array now is. */
void *ek_tidy_grow(struct ek_tidy *t, void *items, size_t n, size_t *cap, size_t size);
char *ek_tidy_text(struct ek_tidy *t, const char *p, size_t n);
char *ek_tidy_join(struct ek_tidy *t, const char *a, const char *b);
const struct ek_tidy_file *ek_tidy_find(const struct ek_tidy *t, const char *path);
bool ek_tidy_starts(const char *text, const char *with);
bool ek_tidy_ends(const char *text, const char *with);
/* C source or header. */
bool ek_tidy_is_c(const struct ek_tidy_file *f);
/* Whether the first line says that ekgen wrote it. */
bool ek_tidy_is_generated(const struct ek_tidy_file *f);
/* One line after another: *at begins at NULL; false after the last. No end-of-line in it. */
bool ek_tidy_line(const struct ek_tidy_file *f, const char **at, ek_str *line);
/* "engine" for src/engine/x.c, "sim" for sim/x.c, "" for a file of no room. */
const char *ek_tidy_room(struct ek_tidy *t, const char *path);
bool ek_tidy_token_is(const struct ek_tidy_token *token, const char *text);
/* The path inside #include "...", or NULL; i counts in f->directives. */
const char *ek_tidy_include(struct ek_tidy *t, const struct ek_tidy_file *f, size_t i);

void ek_tidy_lex(struct ek_tidy *t, struct ek_tidy_file *f);
/* The functions of a lexed file, in order. */
size_t ek_tidy_functions(struct ek_tidy *t, const struct ek_tidy_file *f,
			 struct ek_tidy_function **out);
/* Runs a program with the root as its folder and waits; *out is what it printed, both streams.
 * argv[0] is looked up in PATH. *status is its exit code, 128 + signal when killed. */
bool ek_tidy_run(struct ek_tidy *t, const char *const *argv, ek_str *out, int *status,
		 struct ek_err *err) EK_MUST_CHECK;

bool ek_tidy_arrows(struct ek_tidy *t, struct ek_err *err);
bool ek_tidy_calls(struct ek_tidy *t, struct ek_err *err);
bool ek_tidy_dead(struct ek_tidy *t, struct ek_err *err);
bool ek_tidy_format(struct ek_tidy *t, struct ek_err *err);
bool ek_tidy_gen(struct ek_tidy *t, struct ek_err *err);
bool ek_tidy_globals(struct ek_tidy *t, struct ek_err *err);
bool ek_tidy_map(struct ek_tidy *t, struct ek_err *err);
bool ek_tidy_names(struct ek_tidy *t, struct ek_err *err);
bool ek_tidy_purity(struct ek_tidy *t, struct ek_err *err);
bool ek_tidy_size(struct ek_tidy *t, struct ek_err *err);
bool ek_tidy_words(struct ek_tidy *t, struct ek_err *err);

#endif
