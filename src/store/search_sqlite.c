#include "store/search_sqlite.h"

#include <string.h>

#include "store/search.h"
#include "sys/text.h"

/* Of a connection, which is one thread's; opened when the first text comes, as ICU's data is large
 * and many connections never index. */
struct shared {
	struct ek_text *text;
};

/* FTS5 asks for an object for each table. */
struct Fts5Tokenizer {
	struct shared *shared;
};

static void destroy_shared(void *ctx)
{
	struct shared *shared = ctx;
	ek_text_close(&shared->text);
	sqlite3_free(shared);
}

static int create(void *ctx, const char **words, int n, Fts5Tokenizer **out)
{
	(void)words;
	if (n != 0)
		return SQLITE_ERROR;
	*out = sqlite3_malloc(sizeof **out);
	if (*out == NULL)
		return SQLITE_NOMEM;
	(*out)->shared = ctx;
	return SQLITE_OK;
}

static void destroy(Fts5Tokenizer *t)
{
	sqlite3_free(t);
}

struct walk {
	void *ctx;
	int (*tell)(void *, int, const char *, int, int, int);
	int length;
	int rc;
};

/* Places within the text are not kept (detail=none), so none are told. */
static bool tell(void *ctx, ek_str word, enum ek_text_match match)
{
	struct walk *w = ctx;
	(void)match;
	w->rc = w->tell(w->ctx, 0, word.p, (int)word.n, 0, w->length);
	return w->rc == SQLITE_OK;
}

/* FTS5's, not ours: more than a function of the house may have. */
#define TOKENIZE_ARGUMENTS \
	Fts5Tokenizer *t, void *ctx, int flags, const char *p, int n, \
		int (*found)(void *, int, const char *, int, int, int)

/* A question has been cut into words by ek_search_match: its terms are taken as they are. */
static int tokenize(TOKENIZE_ARGUMENTS)
{
	if ((flags & FTS5_TOKENIZE_QUERY) != 0)
		return n == 0 ? SQLITE_OK : found(ctx, 0, p, n, 0, n);
	struct walk w = {ctx, found, n, SQLITE_OK};
	struct ek_err err;
	struct shared *shared = t->shared;
	if (n == 0)
		return SQLITE_OK;
	if ((shared->text == NULL && !ek_text_open(&shared->text, &err)) ||
	    !ek_text_keep(shared->text, (ek_str){p, (uint32_t)n}, tell, &w, &err))
		return err.code == EK_NO_MEMORY ? SQLITE_NOMEM : SQLITE_ERROR;
	return w.rc;
}

static fts5_api *find_api(sqlite3 *db)
{
	fts5_api *api = NULL;
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL) == SQLITE_OK) {
		sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
		(void)sqlite3_step(st);
	}
	sqlite3_finalize(st);
	return api;
}

bool ek_search_sqlite_attach(sqlite3 *db, struct ek_err *err)
{
	fts5_tokenizer calls = {create, destroy, tokenize};
	fts5_api *api = find_api(db);
	if (api == NULL)
		return ek_fail(err, EK_IO, "this SQLite has no full-text search (FTS5)");
	struct shared *shared = sqlite3_malloc(sizeof *shared);
	if (shared != NULL) {
		*shared = (struct shared){NULL};
		if (api->xCreateTokenizer(api, "evenkeel", shared, &calls, destroy_shared) ==
		    SQLITE_OK)
			return true;
		sqlite3_free(shared);
	}
	return ek_fail(err, EK_NO_MEMORY, "no memory for the tokeniser");
}

/* ---- the index */

/* Which index is a table's; -1 = none. */
static int find(enum ek_content table, struct ek_content_search *s)
{
	for (uint32_t i = 0; ek_content_search(i, s); i++) {
		if (s->table == table)
			return (int)i;
	}
	return -1;
}

void ek_search_sqlite_close(struct ek_search_sqlite *x)
{
	for (size_t i = 0; i < EK_LEN(x->statements); i++) {
		for (size_t j = 0; j < EK_SEARCH_SQLITE_STEPS; j++)
			sqlite3_finalize(x->statements[i][j]);
	}
	*x = (struct ek_search_sqlite){0};
}

static int prepare(struct ek_search_sqlite *x, int which, enum ek_search_step step,
		   sqlite3_stmt **out)
{
	char text[EK_SEARCH_TEXT_MAX];
	struct ek_content_search s;
	ek_assert(which < EK_SEARCH_SQLITE_TABLES && ek_content_search((uint32_t)which, &s));
	sqlite3_stmt **kept = &x->statements[which][step];
	int rc = SQLITE_OK;
	if (*kept == NULL) {
		ek_search_sqlite_text(&s, step, text);
		rc = sqlite3_prepare_v3(x->db, text, -1, SQLITE_PREPARE_PERSISTENT, kept, NULL);
	}
	*out = *kept;
	return rc;
}

static int bind(sqlite3_stmt *st, int at, const struct ek_views_value *v)
{
	if (v->kind == EK_VIEWS_INT)
		return sqlite3_bind_int64(st, at, v->i);
	if (v->kind == EK_VIEWS_TEXT)
		return sqlite3_bind_text(st, at, v->p, (int)v->n, SQLITE_STATIC);
	return sqlite3_bind_null(st, at);
}

/* Binds what is searched of a row to a statement, by way of copies. */
static int carry(struct ek_search_sqlite *x, int which, const struct ek_views_value *id,
		 sqlite3_stmt *to, bool *found)
{
	sqlite3_stmt *from;
	*found = false;
	int rc = prepare(x, which, EK_SEARCH_READ, &from);
	if (rc == SQLITE_OK)
		rc = bind(from, 1, id);
	if (rc != SQLITE_OK)
		return rc;
	*found = sqlite3_step(from) == SQLITE_ROW;
	int n = *found ? sqlite3_column_count(from) : 0;
	for (int i = 0; rc == SQLITE_OK && i < n; i++)
		rc = sqlite3_bind_value(to, i + 1, sqlite3_column_value(from, i));
	int end = sqlite3_reset(from);
	return rc == SQLITE_OK ? end : rc;
}

/* Two statements where INSERT ... SELECT would be one: that may be of many rows, so it begins with
 * a savepoint, and at every savepoint FTS5 writes out the words it gathers until the commit. */
static int run_one(struct ek_search_sqlite *x, int which, enum ek_search_step step,
		   const struct ek_views_value *id)
{
	sqlite3_stmt *st;
	bool found;
	int rc = prepare(x, which, step, &st);
	if (rc == SQLITE_OK)
		rc = carry(x, which, id, st, &found);
	if (rc != SQLITE_OK || !found)
		return rc;
	(void)sqlite3_step(st);
	rc = sqlite3_reset(st);
	sqlite3_clear_bindings(st); /* the copies may be long */
	return rc;
}

/* Where every row is searched, what is given is what would be read. */
static int enter_given(struct ek_search_sqlite *x, int which, const struct ek_content_search *s,
		       const struct ek_views_value *row)
{
	sqlite3_stmt *st;
	int rc = prepare(x, which, EK_SEARCH_ENTER, &st);
	if (rc == SQLITE_OK)
		rc = bind(st, 1, &row[0]);
	for (uint32_t i = 0; rc == SQLITE_OK && i < s->column_count; i++)
		rc = bind(st, (int)i + 2, &row[s->column[i]]);
	if (rc != SQLITE_OK)
		return rc;
	(void)sqlite3_step(st);
	return sqlite3_reset(st);
}

/* To SQLite "$2" is but a name. */
static int parameter(sqlite3_stmt *st, uint32_t number)
{
	char name[16];
	ek_format(name, sizeof name, "$%u", number);
	return sqlite3_bind_parameter_index(st, name);
}

/* What is there of a row. */
struct found {
	bool row;
	bool same; /* with the same texts */
};

static int read_last(struct ek_search_sqlite *x, int which)
{
	sqlite3_stmt *st;
	int rc = prepare(x, which, EK_SEARCH_LAST, &st);
	if (rc != SQLITE_OK)
		return rc;
	if (sqlite3_step(st) == SQLITE_ROW)
		x->last[which] = sqlite3_column_int64(st, 0);
	rc = sqlite3_reset(st);
	x->has_last[which] = rc == SQLITE_OK;
	return rc;
}

/* Whether no row has that id, which then is the last. Ids count upwards, nobody else writes, and
 * where a rollback or an erasure took the last away it is but looked for in vain. */
static int is_new(struct ek_search_sqlite *x, int which, int64_t id, bool *yes)
{
	int rc = x->has_last[which] ? SQLITE_OK : read_last(x, which);
	*yes = rc == SQLITE_OK && id > x->last[which];
	if (*yes)
		x->last[which] = id;
	return rc;
}

static int compare(struct ek_search_sqlite *x, int which, const struct ek_content_search *s,
		   const struct ek_views_value *row, struct found *found)
{
	sqlite3_stmt *st;
	bool new;
	int rc = is_new(x, which, row[0].i, &new);
	found->row = false;
	found->same = false;
	if (rc != SQLITE_OK || new)
		return rc;
	rc = prepare(x, which, EK_SEARCH_SAME, &st);
	if (rc != SQLITE_OK)
		return rc;
	rc = bind(st, parameter(st, 1), &row[0]);
	for (uint32_t i = 0; rc == SQLITE_OK && i < s->column_count; i++)
		rc = bind(st, parameter(st, i + 2), &row[s->column[i]]);
	found->row = rc == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW;
	found->same = found->row && sqlite3_column_int(st, 0) == 1;
	return rc == SQLITE_OK ? sqlite3_reset(st) : rc;
}

int ek_search_sqlite_leave(struct ek_search_sqlite *x, enum ek_content table,
			   const struct ek_views_value *row, bool *enter)
{
	struct ek_content_search s;
	int which = find(table, &s);
	struct found found;
	*enter = false;
	if (which < 0)
		return SQLITE_OK;
	int rc = compare(x, which, &s, row, &found);
	*enter = rc == SQLITE_OK && !found.same;
	if (rc != SQLITE_OK)
		return rc;
	return found.row && !found.same ? run_one(x, which, EK_SEARCH_LEAVE, &row[0]) : SQLITE_OK;
}

int ek_search_sqlite_enter(struct ek_search_sqlite *x, enum ek_content table,
			   const struct ek_views_value *row)
{
	struct ek_content_search s;
	int which = find(table, &s);
	if (which < 0)
		return SQLITE_OK;
	return s.when[0] == '\0' ? enter_given(x, which, &s, row)
				 : run_one(x, which, EK_SEARCH_ENTER, &row[0]);
}

int ek_search_sqlite_erase(struct ek_search_sqlite *x, const struct ek_log_where *w, bool below)
{
	struct ek_content_search s;
	char text[EK_SEARCH_TEXT_MAX];
	const struct ek_views_table *t = ek_content_table(w->table);
	if (find(w->table, &s) < 0)
		return SQLITE_OK;
	ek_search_sqlite_text(&s, EK_SEARCH_LEAVE_MANY, text);
	size_t n = strlen(text);
	n += ek_format(text + n, sizeof text - n, "IN (SELECT %s FROM %s WHERE %s %s $1)",
		       t->columns[0].name, t->name, t->columns[w->column].name, below ? "<" : "=");
	ek_assert(n + 1 < sizeof text);
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(x->db, text, -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = bind(st, 1, &w->value);
	if (rc == SQLITE_OK)
		(void)sqlite3_step(st);
	int end = sqlite3_finalize(st);
	return rc == SQLITE_OK ? end : rc;
}
