/* Nothing is dead and nothing is unnamed: sources are built, headers are included, decisions are
 * listed, and docs/MAP.md has every folder and file. */
#include "tools/tidy.h"

#include <string.h>

/* -- dead -- */

/* Whether the text names the path in single quotes, with its ".c" or without. */
static bool names(struct ek_tidy *t, const char *text, const char *path)
{
	const char *stem = ek_tidy_text(t, path, strlen(path) - strlen(".c"));
	const char *quoted = ek_tidy_join(t, ek_tidy_join(t, "'", path), "'");
	const char *short_one = ek_tidy_join(t, ek_tidy_join(t, "'", stem), "'");
	return strstr(text, quoted) != NULL || strstr(text, short_one) != NULL;
}

/* 'gen.c' in bench/meson.build, or 'src/engine/route.c' in meson.build. */
static bool is_built(struct ek_tidy *t, const char *path)
{
	for (size_t i = 0; i < t->file_count; i++) {
		const struct ek_tidy_file *f = &t->files[i];
		if (!ek_tidy_ends(f->path, "meson.build"))
			continue;
		size_t n = strlen(f->path) - strlen("meson.build");
		if (strncmp(path, f->path, n) != 0)
			continue;
		if (names(t, f->text, path + n))
			return true;
	}
	return false;
}

/* A header of src is included without the "src/". */
static bool is_included(struct ek_tidy *t, const char *path)
{
	const char *name = ek_tidy_starts(path, "src/") ? path + strlen("src/") : path;
	for (size_t i = 0; i < t->file_count; i++) {
		const struct ek_tidy_file *f = &t->files[i];
		for (size_t k = 0; k < f->directives.n; k++) {
			const char *include = ek_tidy_include(t, f, k);
			if (include != NULL && strcmp(include, name) == 0)
				return true;
		}
	}
	return false;
}

static bool is_decision(const char *path)
{
	const char *name = path + strlen("docs/adr/");
	return ek_tidy_starts(path, "docs/adr/") && name[0] >= '0' && name[0] <= '9';
}

/* In docs/adr/README.md by its file name. */
static bool is_listed(struct ek_tidy *t, const char *path)
{
	const struct ek_tidy_file *list = ek_tidy_find(t, "docs/adr/README.md");
	return list != NULL && strstr(list->text, path + strlen("docs/adr/")) != NULL;
}

bool ek_tidy_dead(struct ek_tidy *t, struct ek_err *err)
{
	(void)err;
	for (size_t i = 0; i < t->file_count; i++) {
		const char *path = t->files[i].path;
		if (ek_tidy_ends(path, ".c") && !is_built(t, path))
			ek_tidy_report(t, path, 1, "no meson.build lists it");
		if (ek_tidy_ends(path, ".h") && !is_included(t, path))
			ek_tidy_report(t, path, 1, "nobody includes it");
		if (ek_tidy_starts(path, "schema/") && ek_tidy_ends(path, ".def") &&
		    !is_included(t, path))
			ek_tidy_report(t, path, 1, "nobody includes it");
		if (is_decision(path) && !is_listed(t, path))
			ek_tidy_report(t, path, 1, "docs/adr/README.md does not list it");
	}
	return true;
}

/* -- map -- */

static const char *const mapped[] = {"src/",   "schema/",  "sim/",  "fuzz/", "bench/",
				     "tests/", "scripts/", "docs/", "web/"};

struct entry {
	const char *path; /* a file, a folder with its slash, or such a folder and a star */
	uint32_t line;
	bool is_used;
};

struct map {
	struct entry *v;
	size_t n, cap;
};

static bool is_mapped(const char *path)
{
	for (size_t i = 0; i < EK_LEN(mapped); i++)
		if (ek_tidy_starts(path, mapped[i]))
			return true;
	return false;
}

static void add_entry(struct ek_tidy *t, struct map *m, const char *path, uint32_t line)
{
	m->v = ek_tidy_grow(t, m->v, m->n, &m->cap, sizeof *m->v);
	m->v[m->n++] = (struct entry){path, line, false};
}

/* `src/base/arena{.h,.c,_test.c}` names three files; without braces, one. */
static void expand(struct ek_tidy *t, struct map *m, const char *text, uint32_t line)
{
	const char *open = strchr(text, '{');
	const char *close = open == NULL ? NULL : strchr(open, '}');
	if (close == NULL) {
		add_entry(t, m, text, line);
		return;
	}
	const char *head = ek_tidy_text(t, text, (size_t)(open - text));
	for (const char *p = open + 1; p <= close; p++) {
		size_t n = strcspn(p, ",}");
		const char *part = ek_tidy_join(t, head, ek_tidy_text(t, p, n));
		add_entry(t, m, ek_tidy_join(t, part, close + 1), line);
		p += n;
	}
}

/* Every `path` in backquotes that begins with a mapped folder. */
static void read_map_line(struct ek_tidy *t, struct map *m, ek_str line, uint32_t number)
{
	const char *text = ek_tidy_text(t, line.p, line.n);
	const char *open = strchr(text, '`');
	while (open != NULL) {
		const char *close = strchr(open + 1, '`');
		if (close == NULL)
			return;
		const char *path = ek_tidy_text(t, open + 1, (size_t)(close - open - 1));
		if (is_mapped(path))
			expand(t, m, path, number);
		open = strchr(close + 1, '`');
	}
}

/* Files that are read by people one by one, and so named one by one. */
static bool is_code(const char *path)
{
	static const char *const ends[] = {".c", ".h", ".def", ".ts", ".tsx", ".sh", ".md"};
	for (size_t i = 0; i < EK_LEN(ends); i++)
		if (ek_tidy_ends(path, ends[i]))
			return true;
	return false;
}

/* Whether the entry stands for the path; "folder/" + "*" stands for the data files right in it. */
static bool covers(const struct entry *e, const char *path)
{
	if (strcmp(e->path, path) == 0)
		return true;
	size_t n = strlen(e->path);
	if (!ek_tidy_ends(e->path, "/*") || is_code(path))
		return false;
	return strncmp(e->path, path, n - 1) == 0 && strchr(path + n - 1, '/') == NULL;
}

static bool use(struct map *m, const char *path)
{
	bool found = false;
	for (size_t i = 0; i < m->n; i++) {
		if (!covers(&m->v[i], path))
			continue;
		m->v[i].is_used = true;
		found = true;
	}
	return found;
}

/* The file's own folder as "src/base/". */
static const char *folder_of(struct ek_tidy *t, const char *path)
{
	return ek_tidy_text(t, path, (size_t)(strrchr(path, '/') - path) + 1);
}

static bool use_folder(struct ek_tidy *t, struct map *m, const char *folder)
{
	return use(m, folder) || use(m, ek_tidy_join(t, folder, "*"));
}

static void check_paths(struct ek_tidy *t, struct map *m)
{
	const char *last = "";
	for (size_t i = 0; i < t->file_count; i++) {
		const char *path = t->files[i].path;
		if (!is_mapped(path))
			continue;
		const char *folder = folder_of(t, path);
		if (strcmp(folder, last) != 0 && !use_folder(t, m, folder))
			ek_tidy_report(t, path, 1, "docs/MAP.md has no line for `%s`", folder);
		last = folder;
		if (!use(m, path))
			ek_tidy_report(t, path, 1, "docs/MAP.md has no line for it");
	}
}

bool ek_tidy_map(struct ek_tidy *t, struct ek_err *err)
{
	(void)err;
	struct map m = {NULL, 0, 0};
	const struct ek_tidy_file *f = ek_tidy_find(t, "docs/MAP.md");
	if (f == NULL) {
		ek_tidy_report(t, "docs/MAP.md", 1, "the file is missing");
		return true;
	}
	const char *at = NULL;
	ek_str line;
	for (uint32_t n = 1; ek_tidy_line(f, &at, &line); n++)
		read_map_line(t, &m, line, n);
	check_paths(t, &m);
	for (size_t i = 0; i < m.n; i++)
		if (!m.v[i].is_used)
			ek_tidy_report(t, f->path, m.v[i].line, "there is no %s", m.v[i].path);
	return true;
}
