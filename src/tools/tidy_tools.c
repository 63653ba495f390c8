/* The checks that ask another program: clang-format, nm, and our own generator. */
#include "tools/tidy.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One line of a program's output after another; false after the last. */
static bool output_line(ek_str *rest, ek_str *line)
{
	if (rest->n == 0)
		return false;
	const char *eol = memchr(rest->p, '\n', rest->n);
	uint32_t n = eol == NULL ? rest->n : (uint32_t)(eol - rest->p);
	*line = (ek_str){rest->p, n};
	uint32_t skip = eol == NULL ? n : n + 1;
	*rest = (ek_str){rest->p + skip, rest->n - skip};
	return true;
}

/* -- format -- */

/* "src/a/b.c:12:3: error: code should be clang-formatted [...]" */
static void read_complaint(struct ek_tidy *t, ek_str line)
{
	char *text = ek_tidy_text(t, line.p, line.n);
	char *error = strstr(text, ": error: ");
	char *colon = strchr(text, ':');
	if (error == NULL || colon == NULL || colon == error)
		return;
	*colon = '\0';
	uint32_t number = (uint32_t)strtoul(colon + 1, NULL, 10);
	const struct ek_tidy_finding *last =
		t->finding_count == 0 ? NULL : &t->findings[t->finding_count - 1];
	if (last != NULL && last->line == number && strcmp(last->path, text) == 0)
		return;
	ek_tidy_report(t, text, number, "not as clang-format lays it out: make format");
}

bool ek_tidy_format(struct ek_tidy *t, struct ek_err *err)
{
	const char **argv = ek_tidy_get(t, (t->file_count + 4) * sizeof *argv);
	size_t n = 0, fixed;
	argv[n++] = "clang-format";
	argv[n++] = "--dry-run";
	argv[n++] = "-Werror";
	fixed = n;
	for (size_t i = 0; i < t->file_count; i++)
		if (ek_tidy_is_c(&t->files[i]) && !ek_tidy_is_generated(&t->files[i]))
			argv[n++] = t->files[i].path;
	if (n == fixed)
		return true;
	ek_str out, line;
	int status;
	size_t before = t->finding_count;
	if (!ek_tidy_run(t, argv, &out, &status, err))
		return false;
	ek_str rest = out;
	while (output_line(&rest, &line))
		read_complaint(t, line);
	if (status != 0 && t->finding_count == before)
		return ek_fail(err, EK_IO, "clang-format ended with %d: %s", status, out.p);
	return true;
}

/* -- gen -- */

bool ek_tidy_gen(struct ek_tidy *t, struct ek_err *err)
{
	ek_str rest, line;
	int status;
	if (t->ekgen == NULL)
		return true;
	const char *const argv[] = {t->ekgen, "--check", NULL};
	if (!ek_tidy_run(t, argv, &rest, &status, err))
		return false;
	if (status == 0)
		return true;
	if (rest.n == 0)
		ek_tidy_report(t, "schema", 1, "generated files are stale: make gen");
	while (output_line(&rest, &line))
		ek_tidy_report(t, "schema", 1, "%.*s (make gen)", (int)line.n, line.p);
	return true;
}

/* -- purity -- */

/* Whose objects may call nothing, and which of them may use the math library. */
static const struct {
	const char *room;
	bool has_math;
} pure[] = {
	{"base", false},    {"model", false},   {"engine", false}, {"metrics", true},
	{"patterns", true}, {"planning", true}, {"people", false}, {"knowledge", false},
};

/* What a compiler puts in by itself: moves of memory, the checks that hardening adds, and 128-bit
 * arithmetic. */
static const char *const helpers[] = {
	"memcpy",       "memset",       "memmove",          "memcmp",
	"__memcpy_chk", "__memset_chk", "__memmove_chk",    "bcmp",
	"__udivti3",    "__umodti3",    "__divti3",         "__modti3",
	"__multi3",     "__muloti4",    "__stack_chk_fail", "_GLOBAL_OFFSET_TABLE_",
};

static const char *const math[] = {
	"sqrt",  "exp",       "log",    "log1p",   "expm1",    "pow",    "floor", "ceil",  "round",
	"trunc", "fabs",      "fmod",   "hypot",   "lgamma",   "erf",    "erfc",  "sin",   "cos",
	"tan",   "atan",      "atan2",  "log2",    "log10",    "exp2",   "cbrt",  "fmin",  "fmax",
	"rint",  "nearbyint", "lround", "llround", "lgamma_r", "tgamma", "frexp", "ldexp", "modf",
};

static bool is_among(const char *const *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

static bool is_pure_call(const char *name, bool has_math)
{
	if (ek_tidy_starts(name, "ek_") || is_among(helpers, EK_LEN(helpers), name))
		return true;
	return has_math && is_among(math, EK_LEN(math), name);
}

/* Where the source first says it: there the reader begins to look. */
static uint32_t line_of(const struct ek_tidy_file *f, const char *word)
{
	for (size_t i = 0; f != NULL && i < f->code.n; i++)
		if (ek_tidy_token_is(&f->code.v[i], word))
			return f->code.v[i].line;
	return 1;
}

/* "engine_route.c.o" of room engine is src/engine/route.c. */
static const char *source_of(struct ek_tidy *t, const char *room, const char *object)
{
	const char *name = strrchr(object, '/');
	name = name == NULL ? object : name + 1;
	const char *own = ek_tidy_join(t, room, "_");
	const char *stem = strstr(name, own);
	stem = stem == NULL ? name : stem + strlen(own);
	const char *dot = strstr(stem, ".o");
	const char *file = ek_tidy_text(t, stem, dot == NULL ? strlen(stem) : (size_t)(dot - stem));
	return ek_tidy_join(t, ek_tidy_join(t, "src/", room), ek_tidy_join(t, "/", file));
}

/* "path/engine_route.c.o:                 U malloc" */
static void check_symbol(struct ek_tidy *t, const char *room, bool has_math, ek_str line)
{
	const char *text = ek_tidy_text(t, line.p, line.n);
	const char *space = strrchr(text, ' ');
	const char *colon = strchr(text, ':');
	if (space == NULL || colon == NULL || is_pure_call(space + 1, has_math))
		return;
	const char *object = ek_tidy_text(t, text, (size_t)(colon - text));
	const char *source = source_of(t, room, object);
	ek_tidy_report(t, source, line_of(ek_tidy_find(t, source), space + 1),
		       "%s is pure and may not call %s", room, space + 1);
}

struct objects {
	const char **v; /* nm's arguments, then the paths */
	size_t n, cap;
};

static void add_object(struct ek_tidy *t, struct objects *o, const char *path)
{
	o->v = ek_tidy_grow(t, o->v, o->n, &o->cap, sizeof *o->v);
	o->v[o->n++] = path;
	o->v = ek_tidy_grow(t, o->v, o->n, &o->cap, sizeof *o->v);
	o->v[o->n] = NULL;
}

/* The objects of one room: every *.o in FOLDER/libROOM.a.p, as meson lays them. */
static bool find_objects(struct ek_tidy *t, const char *room, struct objects *o)
{
	const char *lib = ek_tidy_join(t, ek_tidy_join(t, "/lib", room), ".a.p/");
	const char *folder = ek_tidy_join(t, t->objects, lib);
	DIR *dir = opendir(folder);
	if (dir == NULL)
		return false;
	for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
		if (ek_tidy_ends(e->d_name, ".o"))
			add_object(t, o, ek_tidy_join(t, folder, e->d_name));
	(void)closedir(dir);
	return o->n > 0;
}

static bool check_room(struct ek_tidy *t, const char *room, bool has_math, struct ek_err *err)
{
	struct objects o = {NULL, 0, 0};
	ek_str out, line;
	int status;
	add_object(t, &o, "nm");
	add_object(t, &o, "-A");
	add_object(t, &o, "-u");
	size_t fixed = o.n;
	if (!find_objects(t, room, &o) || o.n == fixed)
		return true;
	if (!ek_tidy_run(t, o.v, &out, &status, err))
		return false;
	if (status != 0)
		return ek_fail(err, EK_IO, "nm ended with %d: %s", status, out.p);
	while (output_line(&out, &line))
		check_symbol(t, room, has_math, line);
	return true;
}

static bool has_source(const struct ek_tidy *t, const char *folder)
{
	for (size_t i = 0; i < t->file_count; i++)
		if (ek_tidy_starts(t->files[i].path, folder) &&
		    ek_tidy_ends(t->files[i].path, ".c"))
			return true;
	return false;
}

bool ek_tidy_purity(struct ek_tidy *t, struct ek_err *err)
{
	for (size_t i = 0; t->objects != NULL && i < EK_LEN(pure); i++) {
		const char *folder = ek_tidy_join(t, ek_tidy_join(t, "src/", pure[i].room), "/");
		struct objects none = {NULL, 0, 0};
		if (has_source(t, folder) && !find_objects(t, pure[i].room, &none))
			ek_tidy_report(t, "meson.build", 1, "no objects of %s in %s: build first",
				       pure[i].room, t->objects);
		if (!check_room(t, pure[i].room, pure[i].has_math, err))
			return false;
	}
	return true;
}
