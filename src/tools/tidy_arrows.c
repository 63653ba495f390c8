/* Which room may include which: the file ARROWS, and which room alone knows a library. The
 * browser's rooms have files of their own, web/ARROWS and web/widget/ARROWS. */
#include "tools/tidy.h"

#include <string.h>

/* One line of ARROWS: "room: a b", "room: (all)" or "room: (all but a b)". */
struct arrow {
	const char *room;
	const char *to; /* the names after the colon */
	uint32_t line;
	bool is_all;     /* then `to` names what is left out */
	bool is_settled; /* by check_one_way: nothing below leads back up */
};

struct arrows {
	const char *file; /* where they are written */
	struct arrow *v;
	size_t n, cap;
};

/* Libraries that can be replaced because one room knows them (design: stack). */
static const struct {
	const char *header;
	const char *room;
} libraries[] = {
	{"jansson.h", "wire"},   {"microhttpd.h", "http"}, {"sqlite3.h", "store"},
	{"libpq-fe.h", "store"}, {"sodium.h", "auth"},     {"re.h", "channels"},
};

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

/* Whether the word stands among blanks in a list. */
static bool lists(const char *list, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = strstr(list, word); p != NULL; p = strstr(p + 1, word))
		if ((p == list || !is_name(p[-1])) && !is_name(p[n]))
			return true;
	return false;
}

static void add_arrow(struct ek_tidy *t, struct arrows *all, ek_str line, uint32_t number)
{
	const char *text = ek_tidy_text(t, line.p, line.n);
	const char *colon = strchr(text, ':');
	if (text[0] == '#' || text[0] == '\0')
		return;
	if (colon == NULL) {
		ek_tidy_report(t, all->file, number, "expected \"room: names\"");
		return;
	}
	const char *open = strstr(colon, "(all");
	struct arrow a = {ek_tidy_text(t, text, (size_t)(colon - text)), colon + 1, number,
			  open != NULL, false};
	if (open != NULL)
		a.to = lists(open, "but") ? strstr(open, "but") + strlen("but") : "";
	all->v = ek_tidy_grow(t, all->v, all->n, &all->cap, sizeof *all->v);
	all->v[all->n++] = a;
}

static bool read_arrows(struct ek_tidy *t, struct arrows *all)
{
	const struct ek_tidy_file *f = ek_tidy_find(t, all->file);
	if (f == NULL) {
		ek_tidy_report(t, all->file, 1, "the file is missing");
		return false;
	}
	const char *at = NULL;
	ek_str line;
	for (uint32_t n = 1; ek_tidy_line(f, &at, &line); n++)
		add_arrow(t, all, line, n);
	return true;
}

static struct arrow *find_arrow(const struct arrows *all, const char *room)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->v[i].room, room) == 0)
			return &all->v[i];
	return NULL;
}

/* All that the arrow leads to is settled. */
static bool can_settle(const struct arrows *all, const struct arrow *a)
{
	for (size_t i = 0; i < all->n; i++)
		if (!all->v[i].is_settled && lists(a->to, all->v[i].room))
			return false;
	return true;
}

/* Rooms that list names are settled from below; one that never settles is on a circle or
 * above one. Those that may include all are the top, so that nothing may lead to them. */
static void check_one_way(struct ek_tidy *t, struct arrows *all)
{
	bool again = true;
	while (again) {
		again = false;
		for (size_t i = 0; i < all->n; i++) {
			struct arrow *a = &all->v[i];
			if (a->is_settled || a->is_all || !can_settle(all, a))
				continue;
			a->is_settled = true;
			again = true;
		}
	}
	for (size_t i = 0; i < all->n; i++)
		if (!all->v[i].is_settled && !all->v[i].is_all)
			ek_tidy_report(t, all->file, all->v[i].line,
				       "the arrows from %s lead round in a circle or to a room "
				       "that may include all",
				       all->v[i].room);
}

static bool may_include(const struct arrow *from, const char *to)
{
	if (strcmp(from->room, to) == 0 || strcmp(to, "schema") == 0)
		return true;
	return lists(from->to, to) != from->is_all;
}

static void check_include(struct ek_tidy *t, const struct arrow *from, const struct ek_tidy_file *f,
			  size_t i)
{
	const char *path = ek_tidy_include(t, f, i);
	if (path == NULL)
		return;
	uint32_t line = f->directives.v[i].line;
	size_t n = strcspn(path, "/");
	if (path[n] == '\0') {
		ek_tidy_report(t, f->path, line, "name the room: #include \"%s/%s\"", from->room,
			       path);
		return;
	}
	const char *to = ek_tidy_text(t, path, n);
	if (!may_include(from, to))
		ek_tidy_report(t, f->path, line, "%s may not include from %s (see ARROWS)",
			       from->room, to);
}

/* #include <jansson.h>: the tokens < jansson . h >, or < a / b . h >. */
static void check_library(struct ek_tidy *t, const char *room, const struct ek_tidy_file *f,
			  size_t i)
{
	const struct ek_tidy_token *v = f->directives.v;
	if (i + 5 >= f->directives.n || !ek_tidy_token_is(&v[i + 1], "include"))
		return;
	if (!ek_tidy_token_is(&v[i + 2], "<"))
		return;
	for (size_t k = 0; k < EK_LEN(libraries); k++) {
		const char *header = libraries[k].header;
		if (strcmp(room, libraries[k].room) != 0 && ek_tidy_starts(v[i + 3].p, header))
			ek_tidy_report(t, f->path, v[i].line, "only %s knows the library of <%s>",
				       libraries[k].room, header);
	}
}

static void check_file(struct ek_tidy *t, const struct arrows *all, const struct ek_tidy_file *f)
{
	const char *room = ek_tidy_room(t, f->path);
	const struct arrow *from = find_arrow(all, room);
	if (room[0] == '\0' && !ek_tidy_starts(f->path, "src/"))
		return;
	if (from == NULL) {
		ek_tidy_report(t, f->path, 1, "the room %s has no line in ARROWS", room);
		return;
	}
	for (size_t i = 0; i < f->directives.n; i++) {
		check_include(t, from, f, i);
		if (ek_tidy_starts(f->path, "src/"))
			check_library(t, room, f, i);
	}
}

/* A house of the browser: its rooms lie below `root`. */
struct web_house {
	const char *root;
	const char *arrows;
};
static const struct web_house web_houses[] = {
	{"web/src/", "web/ARROWS"},
	{"web/widget/", "web/widget/ARROWS"},
};

/* The folder below the root that the path lies in: "feed", "rooms/inbox"; NULL for a file of none.
 */
static const char *web_folder(struct ek_tidy *t, const char *root, const char *path)
{
	size_t n = strlen(root);
	const char *end = strrchr(path, '/');
	if (!ek_tidy_starts(path, root) || end == NULL || end < path + n)
		return NULL;
	return ek_tidy_text(t, path + n, (size_t)(end - path) - n);
}

/* What an import leads to: "../../parts/Room.tsx" in rooms/inbox is parts/Room.tsx. NULL for a
 * library or what lies above. */
static const char *web_target(struct ek_tidy *t, const char *folder, const char *import)
{
	size_t n = strlen(folder);
	if (ek_tidy_starts(import, "./"))
		return ek_tidy_join(t, ek_tidy_join(t, folder, "/"), import + 2);
	if (!ek_tidy_starts(import, "../"))
		return NULL;
	for (; ek_tidy_starts(import, "../"); import += strlen("../")) {
		if (n == 0)
			return NULL;
		while (n > 0 && folder[n - 1] != '/')
			n--;
		n -= n > 0;
	}
	const char *above = ek_tidy_text(t, folder, n);
	return n == 0 ? import : ek_tidy_join(t, ek_tidy_join(t, above, "/"), import);
}

/* One file of the browser, and where it lies. */
struct web_file {
	const struct ek_tidy_file *file;
	const char *folder; /* "rooms/inbox" */
	const struct arrow *from;
	const char *arrows; /* the file that says so */
};

/* Rooms of the browser may use what ARROWS says, and never each other. */
static void check_web_import(struct ek_tidy *t, const struct web_file *w, uint32_t line,
			     const char *import)
{
	const char *folder = w->folder;
	const struct arrow *from = w->from;
	const char *target = web_target(t, folder, import);
	if (target == NULL)
		return;
	size_t n = strcspn(target, "/");
	const char *to = ek_tidy_text(t, target, n);
	bool is_own = ek_tidy_starts(target, folder) && target[strlen(folder)] == '/';
	bool is_room = strcmp(to, "rooms") == 0 && strcmp(from->room, "rooms") == 0;
	if (!is_own && target[n] == '/' && (is_room || !may_include(from, to)))
		ek_tidy_report(t, w->file->path, line, "%s may not import from %s (see %s)", folder,
			       target, w->arrows);
}

/* The text in quotes behind `word` in a line, or NULL. */
static const char *quoted_after(struct ek_tidy *t, const char *line, const char *word)
{
	const char *at = strstr(line, word);
	if (at == NULL)
		return NULL;
	at += strlen(word);
	return ek_tidy_text(t, at, strcspn(at, "\""));
}

static void check_web_file(struct ek_tidy *t, const struct web_house *house,
			   const struct arrows *all, const struct ek_tidy_file *f)
{
	static const char *const ways[] = {"from \"", "import(\"", "import \""};
	const char *folder = web_folder(t, house->root, f->path);
	if (folder == NULL)
		return;
	const char *room = ek_tidy_text(t, folder, strcspn(folder, "/"));
	const struct arrow *from = find_arrow(all, room);
	if (from == NULL) {
		ek_tidy_report(t, f->path, 1, "the folder %s has no line in %s", room,
			       house->arrows);
		return;
	}
	const struct web_file w = {f, folder, from, house->arrows};
	const char *at = NULL;
	ek_str line;
	for (uint32_t n = 1; ek_tidy_line(f, &at, &line); n++) {
		const char *text = ek_tidy_text(t, line.p, line.n);
		for (size_t i = 0; i < EK_LEN(ways); i++) {
			const char *import = quoted_after(t, text, ways[i]);
			if (import != NULL)
				check_web_import(t, &w, n, import);
		}
	}
}

static bool is_web(const struct web_house *house, const struct ek_tidy_file *f)
{
	return ek_tidy_starts(f->path, house->root) &&
	       (ek_tidy_ends(f->path, ".ts") || ek_tidy_ends(f->path, ".tsx"));
}

static void check_web(struct ek_tidy *t, const struct web_house *house)
{
	struct arrows all = {.file = house->arrows};
	bool read = false;
	for (size_t i = 0; i < t->file_count; i++) {
		if (!is_web(house, &t->files[i]))
			continue;
		if (!read && !read_arrows(t, &all))
			return;
		if (!read)
			check_one_way(t, &all);
		read = true;
		check_web_file(t, house, &all, &t->files[i]);
	}
}

bool ek_tidy_arrows(struct ek_tidy *t, struct ek_err *err)
{
	(void)err;
	struct arrows all = {.file = "ARROWS"};
	for (size_t i = 0; i < EK_LEN(web_houses); i++)
		check_web(t, &web_houses[i]);
	if (!read_arrows(t, &all))
		return true;
	check_one_way(t, &all);
	for (size_t i = 0; i < t->file_count; i++)
		if (ek_tidy_is_c(&t->files[i]))
			check_file(t, &all, &t->files[i]);
	return true;
}
