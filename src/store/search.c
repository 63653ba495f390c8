#include "store/search.h"

#include <stdlib.h>
#include <string.h>

#include "sys/text.h"

struct ek_search {
	struct ek_text *text;
	char *p; /* words of a row */
	size_t n;
	size_t cap;
	bool failed; /* the walk that runs found no memory */
};

bool ek_search_open(struct ek_search **search, struct ek_err *err)
{
	*search = calloc(1, sizeof **search);
	if (*search == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for searching");
	if (!ek_text_open(&(*search)->text, err)) {
		free(*search);
		*search = NULL;
		return false;
	}
	return true;
}

void ek_search_close(struct ek_search **search)
{
	if (*search == NULL)
		return;
	ek_text_close(&(*search)->text);
	free((*search)->p);
	free(*search);
	*search = NULL;
}

/* ---- statements */

static bool find(enum ek_content table, struct ek_content_search *out)
{
	for (uint32_t i = 0; ek_content_search(i, out); i++) {
		if (out->table == table)
			return true;
	}
	return false;
}

size_t ek_search_sql(enum ek_content table, enum ek_views_dialect dialect, uint32_t parameter,
		     char *out, size_t cap)
{
	struct ek_content_search s;
	const char *name = ek_content_table(table)->name;
	if (!find(table, &s))
		return 0;
	if (dialect == EK_VIEWS_SQLITE)
		return ek_format(out, cap, "SELECT rowid FROM search_%s WHERE search_%s MATCH $%u",
				 name, name, parameter);
	return ek_format(out, cap, "SELECT id FROM search_%s WHERE words @@ $%u::text::tsquery",
			 name, parameter);
}

enum { CAP = EK_SEARCH_TEXT_MAX };

struct names {
	const char *table;
	const char *id;
};

static struct names names_of(const struct ek_content_search *s)
{
	const struct ek_views_table *t = ek_content_table(s->table);
	return (struct names){t->name, t->columns[0].name};
}

/* "name IS $2 AND email IS $3" */
static void same(const struct ek_content_search *s, char *out, size_t cap)
{
	size_t n = 0;
	for (uint32_t i = 0; i < s->column_count; i++) {
		const char *name = ek_content_table(s->table)->columns[s->column[i]].name;
		n += ek_format(out + n, cap - n, "%s%s IS $%u", i == 0 ? "" : " AND ", name, i + 2);
	}
}

/* The searched columns' parameters, after $1. */
static const char *given(const struct ek_content_search *s)
{
	static const char *const lists[] = {"", ", $2", ", $2, $3", ", $2, $3, $4",
					    ", $2, $3, $4, $5"};
	_Static_assert(EK_LEN(lists) == EK_CONTENT_SEARCH_COLUMNS_MAX + 1, "a list for each count");
	return lists[s->column_count];
}

void ek_search_sqlite_text(const struct ek_content_search *s, enum ek_search_step step,
			   char out[EK_SEARCH_TEXT_MAX])
{
	struct names n = names_of(s);
	char equal[256];
	size_t used = 0;
	switch (step) {
	case EK_SEARCH_SAME:
		same(s, equal, sizeof equal);
		used = ek_format(out, CAP, "SELECT %s FROM %s WHERE %s = $1", equal, n.table, n.id);
		break;
	case EK_SEARCH_LAST:
		used = ek_format(out, CAP, "SELECT max(%s) FROM %s", n.id, n.table);
		break;
	case EK_SEARCH_READ:
		used = ek_format(out, CAP, "SELECT %s, %s FROM searched_%s WHERE %s = $1", n.id,
				 s->columns, n.table, n.id);
		break;
	case EK_SEARCH_LEAVE:
		used = ek_format(out, CAP,
				 "INSERT INTO search_%s(search_%s, rowid, %s) "
				 "VALUES('delete', $1%s)",
				 n.table, n.table, s->columns, given(s));
		break;
	case EK_SEARCH_ENTER:
		used = ek_format(out, CAP, "INSERT INTO search_%s(rowid, %s) VALUES($1%s)", n.table,
				 s->columns, given(s));
		break;
	case EK_SEARCH_LEAVE_MANY:
		used = ek_format(out, CAP,
				 "INSERT INTO search_%s(search_%s, rowid, %s) "
				 "SELECT 'delete', %s, %s FROM searched_%s WHERE %s ",
				 n.table, n.table, s->columns, n.id, s->columns, n.table, n.id);
		break;
	}
	ek_assert(used + 1 < CAP);
}

/* The view shows what is searched; FTS5 reads it, and has no copy of the texts. Nobody ranks, so no
 * sizes are kept. Each commit writes a piece of its own, of eight of which, not of four, one is
 * made: a piece is written again by each such merge, and hardly ever read. */
static void sqlite_make(const struct ek_content_search *s, char *out)
{
	struct names p = names_of(s);
	size_t n = ek_format(out, CAP,
			     "DROP TABLE IF EXISTS search_%s; DROP VIEW IF EXISTS searched_%s;",
			     p.table, p.table);
	n += ek_format(out + n, CAP - n, "CREATE VIEW searched_%s AS SELECT %s, %s FROM %s%s%s;",
		       p.table, p.id, s->columns, p.table, s->when[0] != '\0' ? " WHERE " : "",
		       s->when);
	n += ek_format(out + n, CAP - n,
		       "CREATE VIRTUAL TABLE search_%s USING fts5(%s, content=searched_%s, "
		       "content_rowid=%s, tokenize=evenkeel, detail=none, columnsize=0);",
		       p.table, s->columns, p.table, p.id);
	n += ek_format(out + n, CAP - n,
		       "INSERT INTO search_%s(search_%s, rank) VALUES('automerge', 8);", p.table,
		       p.table);
	n += ek_format(out + n, CAP - n, "INSERT INTO search_%s(search_%s) VALUES('rebuild')",
		       p.table, p.table);
	ek_assert(n + 1 < CAP);
}

/* The key goes with its row, so that erasing needs no word of it. */
static void postgres_make(const struct ek_content_search *s, char *out)
{
	struct names n = names_of(s);
	ek_format(out, CAP,
		  "DROP TABLE IF EXISTS search_%s;"
		  "CREATE TABLE search_%s(id bigint PRIMARY KEY REFERENCES %s(%s) "
		  "ON DELETE CASCADE, words tsvector NOT NULL);"
		  "CREATE INDEX search_%s_by_words ON search_%s USING gin(words)",
		  n.table, n.table, n.table, n.id, n.table, n.table);
}

bool ek_search_rebuild(uint32_t i, enum ek_views_dialect dialect, char out[EK_SEARCH_TEXT_MAX])
{
	struct ek_content_search s;
	if (!ek_content_search(i, &s))
		return false;
	if (dialect == EK_VIEWS_SQLITE)
		sqlite_make(&s, out);
	else
		postgres_make(&s, out);
	return true;
}

void ek_search_put(const struct ek_content_search *s, char out[EK_SEARCH_TEXT_MAX])
{
	struct names n = names_of(s);
	ek_format(out, CAP,
		  "INSERT INTO search_%s(id, words) "
		  "SELECT n.id, array_to_tsvector(string_to_array(n.words, ' ')) "
		  "FROM unnest($1::bigint[], $2::text[]) AS n(id, words) JOIN %s ON %s = n.id%s%s "
		  "ON CONFLICT(id) DO UPDATE SET words = excluded.words",
		  n.table, n.table, n.id, s->when[0] != '\0' ? " WHERE " : "", s->when);
}

/* ---- words */

static bool add_word(void *ctx, ek_str word, enum ek_text_match match)
{
	struct ek_search *s = ctx;
	(void)match;
	if (s->n + word.n + 1 > EK_TEXT_BYTES_MAX)
		return false;
	if (s->n + word.n + 1 > s->cap) {
		size_t cap = s->cap == 0 ? 4096 : 2 * s->cap;
		char *p = realloc(s->p, cap);
		if (p == NULL) {
			s->failed = true;
			return false;
		}
		s->p = p;
		s->cap = cap;
	}
	if (s->n > 0)
		s->p[s->n++] = ' ';
	memcpy(s->p + s->n, word.p, word.n);
	s->n += word.n;
	return true;
}

bool ek_search_words(struct ek_search *s, const struct ek_content_search *which,
		     const struct ek_views_value *row, ek_str *out, struct ek_err *err)
{
	s->n = 0;
	s->failed = false;
	for (uint32_t i = 0; i < which->column_count; i++) {
		const struct ek_views_value *v = &row[which->column[i]];
		if (v->kind == EK_VIEWS_TEXT &&
		    !ek_text_keep(s->text, (ek_str){v->p, v->n}, add_word, s, err))
			return false;
	}
	*out = (ek_str){s->p, (uint32_t)s->n};
	return !s->failed || ek_fail(err, EK_NO_MEMORY, "no memory for the words of a row");
}

/* A question in the language of one database, growing. */
struct question {
	enum ek_views_dialect dialect;
	uint32_t words;
	size_t n;
	char text[EK_SEARCH_WORDS_MAX * (2 * EK_TEXT_WORD_BYTES + 24)];
};

static void add_text(struct question *q, const char *p, size_t n)
{
	ek_assert(n <= sizeof q->text - q->n);
	memcpy(q->text + q->n, p, n);
	q->n += n;
}

/* Words hold letters, digits and marks alone: no quote could be in one. */
static void add_term(struct question *q, bool tail, ek_str word, bool begins)
{
	const char tail_mark = EK_TEXT_TAIL;
	const char *quote = q->dialect == EK_VIEWS_SQLITE ? "\"" : "'";
	add_text(q, quote, 1);
	if (tail)
		add_text(q, &tail_mark, 1);
	add_text(q, word.p, word.n);
	add_text(q, quote, 1);
	if (begins)
		add_text(q, q->dialect == EK_VIEWS_SQLITE ? " *" : ":*", 2);
}

static bool ask_word(void *ctx, ek_str word, enum ek_text_match match)
{
	struct question *q = ctx;
	bool sqlite = q->dialect == EK_VIEWS_SQLITE;
	if (q->words > 0)
		add_text(q, sqlite ? " AND " : " & ", sqlite ? 5 : 3);
	if (match == EK_TEXT_INSIDE) {
		add_text(q, "(", 1);
		add_term(q, false, word, true);
		add_text(q, sqlite ? " OR " : " | ", sqlite ? 4 : 3);
		add_term(q, true, word, true);
		add_text(q, ")", 1);
	} else {
		add_term(q, false, word, match == EK_TEXT_BEGINS);
	}
	return ++q->words < EK_SEARCH_WORDS_MAX;
}

bool ek_search_match(struct ek_search *s, ek_str words, enum ek_views_dialect dialect,
		     struct ek_arena *arena, ek_str *match)
{
	struct question q = {.dialect = dialect};
	struct ek_err err;
	bool ok = true;
	*match = (ek_str){NULL, 0};
	if (!ek_text_ask(s->text, words, ask_word, &q, &err))
		return false;
	if (q.n > 0)
		*match = ek_arena_str(arena, (ek_str){q.text, (uint32_t)q.n}, &ok);
	return ok;
}

bool ek_search_fold(struct ek_search *s, ek_str text, struct ek_arena *arena, ek_str *out)
{
	ek_str folded;
	struct ek_err err;
	bool ok = false;
	if (ek_text_fold(s->text, text, &folded, &err))
		*out = ek_arena_str(arena, folded, &ok);
	return ok;
}

bool ek_search_compose(struct ek_search *s, ek_str text, struct ek_arena *arena, ek_str *out)
{
	ek_str composed;
	struct ek_err err;
	bool ok = false;
	if (ek_text_compose(s->text, text, &composed, &err))
		*out = ek_arena_str(arena, composed, &ok);
	return ok;
}
