/* Functions and file-scope variables: how long, how branched, how named.
 *
 * A function is an open brace at file level after ')', in a declaration without '='. Complexity is
 * McCabe's, "A Complexity Measure", IEEE TSE SE-2(4), 1976, with && and || counted as branches. */
#include "tools/tidy.h"

#include <string.h>

enum { LINES_MAX = 60, COMPLEXITY_MAX = 15, PARAMS_MAX = 5 };

static bool is_at(const struct ek_tidy_file *f, size_t i, const char *text)
{
	return i < f->code.n && ek_tidy_token_is(&f->code.v[i], text);
}

static bool is_first_in_line(const struct ek_tidy_file *f, const struct ek_tidy_token *token)
{
	return token->p == f->text || token->p[-1] == '\n';
}

/* The token that closes the one at i. A '}' in the first column closes all, so that branches of an
 * #if which open the same brace twice cost one function and not the file. */
static size_t closing(const struct ek_tidy_file *f, size_t i, const char *open, const char *close)
{
	size_t depth = 0;
	for (; i < f->code.n; i++) {
		if (is_at(f, i, open))
			depth++;
		else if (is_at(f, i, close) && --depth == 0)
			return i;
		else if (is_at(f, i, "}") && is_first_in_line(f, &f->code.v[i]))
			return i;
	}
	return f->code.n - 1;
}

/* The name of the function whose declaration begins at i and whose body opens at `open`; `open`
 * itself when it is no function. */
static size_t function_name(const struct ek_tidy_file *f, size_t i, size_t open)
{
	size_t name = open;
	if (open == i || !is_at(f, open - 1, ")"))
		return open;
	for (; i < open; i++) {
		if (is_at(f, i, "="))
			return open;
		if (i == 0 || !is_at(f, i, "("))
			continue;
		if (f->code.v[i - 1].kind == EK_TIDY_WORD && !is_at(f, i - 1, "__attribute__"))
			name = i - 1;
		i = closing(f, i, "(", ")");
	}
	return name;
}

static uint32_t count_params(const struct ek_tidy_file *f, size_t open)
{
	size_t close = closing(f, open, "(", ")");
	if (close == open + 1 || (close == open + 2 && is_at(f, open + 1, "void")))
		return 0;
	uint32_t n = 1;
	for (size_t i = open + 1; i < close; i++) {
		if (is_at(f, i, "("))
			i = closing(f, i, "(", ")");
		else if (is_at(f, i, ","))
			n++;
	}
	return n;
}

static uint32_t count_branches(const struct ek_tidy_file *f, size_t open, size_t close)
{
	static const char *const branches[] = {"if", "for", "while", "case", "&&", "||", "?"};
	uint32_t n = 1;
	for (size_t i = open; i < close; i++)
		for (size_t b = 0; b < EK_LEN(branches); b++)
			n += is_at(f, i, branches[b]);
	return n;
}

static bool has_word(const struct ek_tidy_file *f, size_t from, size_t to, const char *word)
{
	for (size_t i = from; i < to; i++)
		if (is_at(f, i, word))
			return true;
	return false;
}

static struct ek_tidy_function measure(const struct ek_tidy_file *f, size_t begin, size_t name,
				       size_t open)
{
	size_t close = closing(f, open, "{", "}");
	size_t params = name + 1;
	bool is_template = is_at(f, closing(f, params, "(", ")") + 1, "(");
	if (is_template)
		params = closing(f, params, "(", ")") + 1;
	return (struct ek_tidy_function){
		.name = &f->code.v[name],
		.is_template = is_template,
		.is_static = has_word(f, begin, name, "static"),
		.params = count_params(f, params),
		.lines = f->code.v[close].line - f->code.v[name].line + 1,
		.complexity = count_branches(f, open, close),
	};
}

size_t ek_tidy_functions(struct ek_tidy *t, const struct ek_tidy_file *f,
			 struct ek_tidy_function **out)
{
	struct ek_tidy_function *found = NULL;
	size_t n = 0, cap = 0, begin = 0;
	for (size_t i = 0; i < f->code.n; i++) {
		if (is_at(f, i, ";")) {
			begin = i + 1;
		} else if (is_at(f, i, "(")) {
			i = closing(f, i, "(", ")");
		} else if (is_at(f, i, "{")) {
			size_t name = function_name(f, begin, i);
			if (name != i) {
				found = ek_tidy_grow(t, found, n, &cap, sizeof *found);
				found[n++] = measure(f, begin, name, i);
			}
			size_t close = closing(f, i, "{", "}");
			begin = name != i ? close + 1 : begin;
			i = close;
		}
	}
	*out = found;
	return n;
}

/* -- names -- */

/* The names by which a C library or a fuzzer calls a program. */
static bool is_entry_point(const char *name)
{
	return strcmp(name, "main") == 0 || ek_tidy_starts(name, "LLVMFuzzer");
}

/* "ek_route" for src/engine/route_pick.c; for the file that has its room's own name in base, "ek",
 * as there stand the words that every room uses. */
static const char *prefix_of(struct ek_tidy *t, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *stem = slash == NULL ? path : slash + 1;
	size_t n = strcspn(stem, "_.");
	if (ek_tidy_starts(path, "src/base/base."))
		return "ek";
	return ek_tidy_join(t, "ek_", ek_tidy_text(t, stem, n));
}

static void check_name(struct ek_tidy *t, const struct ek_tidy_file *f,
		       const struct ek_tidy_function *fn)
{
	const char *name = ek_tidy_text(t, fn->name->p, fn->name->n);
	const char *prefix = prefix_of(t, f->path);
	bool is_private = fn->is_static && ek_tidy_ends(f->path, ".c");
	size_t n = strlen(prefix);
	if (is_private && ek_tidy_starts(name, "ek_"))
		ek_tidy_report(t, f->path, fn->name->line,
			       "%s is private to its file: drop the ek_", name);
	if (is_private || fn->is_template || is_entry_point(name))
		return;
	if (!ek_tidy_starts(name, prefix) || (name[n] != '_' && name[n] != '\0'))
		ek_tidy_report(t, f->path, fn->name->line,
			       "%s can be called by others: begin with %s_, or make it static",
			       name, prefix);
}

bool ek_tidy_names(struct ek_tidy *t, struct ek_err *err)
{
	(void)err;
	for (size_t i = 0; i < t->file_count; i++) {
		struct ek_tidy_function *fns;
		size_t n = ek_tidy_functions(t, &t->files[i], &fns);
		for (size_t k = 0; k < n; k++)
			check_name(t, &t->files[i], &fns[k]);
	}
	return true;
}

/* -- size -- */

static void check_function(struct ek_tidy *t, const struct ek_tidy_file *f,
			   const struct ek_tidy_function *fn)
{
	const struct {
		const char *what;
		uint32_t is, max;
		const char *mend;
	} limits[] = {
		{"lines", fn->lines, LINES_MAX, "split it by what its parts mean"},
		{"branches", fn->complexity, COMPLEXITY_MAX, "use a table or smaller functions"},
		{"parameters", fn->params, PARAMS_MAX, "gather them in a struct"},
	};
	for (size_t i = 0; i < EK_LEN(limits); i++)
		if (limits[i].is > limits[i].max)
			ek_tidy_report(t, f->path, fn->name->line, "%.*s has %u %s, at most %u: %s",
				       (int)fn->name->n, fn->name->p, limits[i].is, limits[i].what,
				       limits[i].max, limits[i].mend);
}

static void check_functions(struct ek_tidy *t, const struct ek_tidy_file *f)
{
	struct ek_tidy_function *fns;
	size_t n = ek_tidy_functions(t, f, &fns);
	for (size_t k = 0; k < n; k++)
		check_function(t, f, &fns[k]);
}

enum { FILE_LINES_MAX = 800, COLUMNS_MAX = 100, TAB = 8 };

/* Columns as a reader sees them: a tab goes to the next multiple of 8, a character is one. */
static uint32_t columns(ek_str line)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < line.n; i++) {
		if (line.p[i] == '\t')
			n = (n / TAB + 1) * TAB;
		else
			n += ((unsigned char)line.p[i] & 0xC0) != 0x80;
	}
	return n;
}

static bool is_source(const struct ek_tidy_file *f)
{
	static const char *const ends[] = {".c",  ".h",       ".ts",         ".tsx",
					   ".sh", "Makefile", "meson.build", ".ci/run"};
	for (size_t i = 0; i < EK_LEN(ends); i++)
		if (ek_tidy_ends(f->path, ends[i]))
			return true;
	return false;
}

static void check_lines(struct ek_tidy *t, const struct ek_tidy_file *f)
{
	const char *at = NULL;
	ek_str line;
	uint32_t n = 0;
	while (ek_tidy_line(f, &at, &line)) {
		n++;
		if (columns(line) > COLUMNS_MAX)
			ek_tidy_report(t, f->path, n, "%u columns, at most %d", columns(line),
				       COLUMNS_MAX);
	}
	if (n > FILE_LINES_MAX)
		ek_tidy_report(t, f->path, n, "%u lines, at most %d: split the file", n,
			       FILE_LINES_MAX);
}

bool ek_tidy_size(struct ek_tidy *t, struct ek_err *err)
{
	(void)err;
	for (size_t i = 0; i < t->file_count; i++) {
		const struct ek_tidy_file *f = &t->files[i];
		if (!is_source(f) || ek_tidy_is_generated(f))
			continue;
		check_lines(t, f);
		check_functions(t, f);
	}
	return true;
}

/* -- globals -- */

/* A declaration at file level, [begin, end): a variable that can be written? */
static bool is_variable(const struct ek_tidy_file *f, size_t begin, size_t end)
{
	static const char *const others[] = {"typedef", "extern", "_Static_assert"};
	bool is_static = is_at(f, begin, "static");
	for (size_t i = 0; i < EK_LEN(others); i++)
		if (is_at(f, begin, others[i]))
			return false;
	if (end < begin + 2 || has_word(f, begin, end, "const") || is_at(f, begin, "enum"))
		return false;
	if (!is_static && (is_at(f, begin, "struct") || is_at(f, begin, "union")))
		return has_word(f, begin, end, "=");
	for (size_t i = begin; i < end; i++)
		if (is_at(f, i, "="))
			return true;
		else if (is_at(f, i, "("))
			return false;
	return f->code.v[begin].kind == EK_TIDY_WORD;
}

static void check_globals(struct ek_tidy *t, const struct ek_tidy_file *f)
{
	size_t begin = 0;
	for (size_t i = 0; i < f->code.n; i++) {
		if (is_at(f, i, ";")) {
			if (is_variable(f, begin, i))
				ek_tidy_report(
					t, f->path, f->code.v[begin].line,
					"a variable of the whole file: let its owner hold it");
			begin = i + 1;
		} else if (is_at(f, i, "{")) {
			size_t name = function_name(f, begin, i);
			size_t open = i;
			i = closing(f, i, "{", "}");
			begin = name != open ? i + 1 : begin;
		}
	}
}

bool ek_tidy_globals(struct ek_tidy *t, struct ek_err *err)
{
	(void)err;
	for (size_t i = 0; i < t->file_count; i++)
		if (ek_tidy_ends(t->files[i].path, ".c"))
			check_globals(t, &t->files[i]);
	return true;
}
