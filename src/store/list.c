#include "store/list.h"

#include <string.h>

#include "model/enums.h"

/* A question as it grows, some 40 KB on the stack. The first thing that does not fit or is not
 * allowed ends it. */
struct writer {
	const struct ek_list_ask *ask;
	struct ek_err *err;
	bool failed;
	uint32_t arg_count;
	size_t n;
	struct ek_views_value args[EK_READER_ARGS_MAX];
	char sql[EK_READER_SQL_MAX];
};

static void fail(struct writer *w, enum ek_code code, const char *what)
{
	if (!w->failed)
		ek_fail(w->err, code, "%s", what);
	w->failed = true;
}

static void put(struct writer *w, const char *text)
{
	size_t n = strlen(text);
	if (w->failed || n + 1 > EK_READER_SQL_MAX - w->n) {
		fail(w, EK_LIMIT, "this question is too long");
		return;
	}
	memcpy(w->sql + w->n, text, n + 1);
	w->n += n;
}

/* "$7" for a value that is bound; returns its number. */
static uint32_t bind(struct writer *w, struct ek_views_value v)
{
	if (w->failed || w->arg_count == EK_READER_ARGS_MAX) {
		fail(w, EK_LIMIT, "this question has too many values");
		return w->arg_count;
	}
	if (v.kind == EK_VIEWS_TEXT && v.n > 0 && memchr(v.p, '\0', v.n) != NULL)
		fail(w, EK_INVALID_VALUE, "a text holds U+0000");
	w->args[w->arg_count] = v;
	return ++w->arg_count;
}

static void put_bound(struct writer *w, struct ek_views_value v)
{
	char text[16];
	ek_format(text, sizeof text, "$%u", bind(w, v));
	put(w, text);
}

static const struct ek_list_column *column_of(const struct writer *w, uint32_t field)
{
	ek_assert(field < w->ask->list->table->n);
	const struct ek_list_column *c = &w->ask->list->columns[field];
	ek_assert(c->as != EK_LIST_NOT);
	return c;
}

/* An expression that compares by code point. */
static void put_column(struct writer *w, uint8_t as, const char *sql)
{
	put(w, sql);
	if (as == EK_LIST_TEXT && w->ask->dialect == EK_VIEWS_POSTGRES)
		put(w, " COLLATE \"C\"");
}

/* ---- values */

static ek_str text_of(const struct writer *w, const struct ek_filter_node *leaf,
		      const struct ek_filter_value *v)
{
	const struct ek_filter_field *f = &w->ask->list->table->fields[leaf->field];
	if (f->type != EK_FILTER_ENUM)
		return v->s;
	const char *wire = ek_enums_wire((enum ek_enum)f->what, (int)v->i);
	ek_assert(wire != NULL);
	return (ek_str){wire, (uint32_t)strlen(wire)};
}

/* A JSON array of all values grows in the arena: one parameter, however many there are. */
struct json {
	char *p;
	size_t n;
	size_t cap;
};

static void json_bytes(struct json *j, const char *p, size_t n)
{
	ek_assert(n <= j->cap - j->n);
	memcpy(j->p + j->n, p, n);
	j->n += n;
}

static void json_text(struct json *j, ek_str s)
{
	json_bytes(j, "\"", 1);
	for (uint32_t i = 0; i < s.n; i++) {
		char hex[8];
		uint8_t c = (uint8_t)s.p[i];
		if (c == '"' || c == '\\')
			json_bytes(j, "\\", 1);
		if (c >= 0x20) {
			json_bytes(j, s.p + i, 1);
			continue;
		}
		size_t n = ek_format(hex, sizeof hex, "\\u00%c%c", "01"[c >> 4],
				     "0123456789abcdef"[c & 15]);
		json_bytes(j, hex, n);
	}
	json_bytes(j, "\"", 1);
}

static struct ek_views_value json_of(struct writer *w, const struct ek_filter_node *leaf,
				     bool is_text)
{
	struct json j = {.cap = 2};
	for (uint32_t i = 0; i < leaf->n; i++)
		j.cap += is_text ? 6 * (size_t)text_of(w, leaf, &leaf->values[i]).n + 3 : 24;
	j.p = ek_arena_get(w->ask->arena, j.cap);
	if (j.p == NULL) {
		fail(w, EK_NO_MEMORY, "no memory for a question");
		return (struct ek_views_value){0};
	}
	json_bytes(&j, "[", 1);
	for (uint32_t i = 0; i < leaf->n; i++) {
		char number[24];
		if (i > 0)
			json_bytes(&j, ",", 1);
		if (is_text) {
			json_text(&j, text_of(w, leaf, &leaf->values[i]));
			continue;
		}
		size_t n = ek_format(number, sizeof number, "%lld", (long long)leaf->values[i].i);
		json_bytes(&j, number, n);
	}
	json_bytes(&j, "]", 1);
	return ek_views_text((ek_str){j.p, (uint32_t)j.n});
}

static struct ek_views_value value_of(const struct writer *w, const struct ek_filter_node *leaf,
				      uint8_t as)
{
	if (as == EK_LIST_TEXT)
		return ek_views_text(text_of(w, leaf, &leaf->values[0]));
	return (struct ek_views_value){.kind = EK_VIEWS_INT, .i = leaf->values[0].i};
}

/* " = $3", or " IN (the elements of $3)" */
static void put_one_of(struct writer *w, const struct ek_filter_node *leaf, uint8_t as)
{
	if (leaf->n == 1) {
		put(w, " = ");
		put_bound(w, value_of(w, leaf, as));
		return;
	}
	bool sqlite = w->ask->dialect == EK_VIEWS_SQLITE;
	if (sqlite)
		put(w, " IN (SELECT value FROM json_each(");
	else if (as == EK_LIST_TEXT)
		put(w, " IN (SELECT v FROM json_array_elements_text(");
	else
		put(w, " IN (SELECT v::bigint FROM json_array_elements_text(");
	put_bound(w, json_of(w, leaf, as == EK_LIST_TEXT));
	put(w, sqlite ? "))" : "::text::json) AS e(v))");
}

/* ---- leaves: each true or false, never unknown */

static void put_in(struct writer *w, const struct ek_filter_node *leaf,
		   const struct ek_list_column *c)
{
	bool is_not = leaf->op == EK_FILTER_NOT;
	put(w, is_not ? "NOT (" : "(");
	put(w, c->sql);
	put(w, " IS NOT NULL AND ");
	put_column(w, c->as, c->sql);
	put_one_of(w, leaf, c->as);
	put(w, ")");
}

static void put_compare(struct writer *w, const struct ek_filter_node *leaf,
			const struct ek_list_column *c)
{
	static const char *const signs[EK_FILTER_OP_COUNT] = {
		[EK_FILTER_LT] = " < ",
		[EK_FILTER_LTE] = " <= ",
		[EK_FILTER_GT] = " > ",
		[EK_FILTER_GTE] = " >= ",
	};
	put(w, "(");
	put(w, c->sql);
	put(w, " IS NOT NULL AND ");
	put_column(w, c->as, c->sql);
	put(w, signs[leaf->op]);
	put_bound(w, value_of(w, leaf, c->as));
	put(w, ")");
}

/* From the prefix to the last text that begins so: no pattern, and an index serves. */
static void put_prefix(struct writer *w, const struct ek_filter_node *leaf,
		       const struct ek_list_column *c)
{
	static const char last[] = "\xf4\x8f\xbf\xbf"; /* U+10FFFF, which no text holds */
	struct ek_arena *arena = w->ask->arena;
	ek_str from;
	ek_assert(c->as == EK_LIST_TEXT && c->more != NULL);
	bool ok = ek_search_fold(w->ask->search, leaf->values[0].s, arena, &from);
	char *to = ok ? ek_arena_get(arena, from.n + 4) : NULL;
	if (to == NULL) {
		fail(w, EK_NO_MEMORY, "no memory for a question");
		return;
	}
	if (from.n > 0)
		memcpy(to, from.p, from.n);
	memcpy(to + from.n, last, 4);
	put(w, "(");
	put(w, c->more);
	put(w, " IS NOT NULL AND ");
	put_column(w, c->as, c->more);
	put(w, " >= ");
	put_bound(w, ek_views_text(from));
	put(w, " AND ");
	put_column(w, c->as, c->more);
	put(w, " <= ");
	put_bound(w, ek_views_text((ek_str){to, from.n + 4}));
	put(w, ")");
}

static void put_bits(struct writer *w, const struct ek_filter_node *leaf,
		     const struct ek_list_column *c)
{
	int64_t mask = 0;
	for (uint32_t i = 0; i < leaf->n; i++) {
		ek_assert(leaf->values[i].i >= 0 && leaf->values[i].i < 63);
		mask |= INT64_C(1) << leaf->values[i].i;
	}
	put(w, "((COALESCE(");
	put(w, c->sql);
	put(w, ", 0) & ");
	put_bound(w, ek_views_int(mask));
	put(w, ") <> 0)");
}

/* Each value with its quotes stands somewhere in the array's text. */
static void put_json(struct writer *w, const struct ek_filter_node *leaf,
		     const struct ek_list_column *c)
{
	const char *find = w->ask->dialect == EK_VIEWS_SQLITE ? "instr(" : "strpos(";
	put(w, "(");
	for (uint32_t i = 0; i < leaf->n && !w->failed; i++) {
		const struct ek_filter_node one = {
			.field = leaf->field, .n = 1, .values = &leaf->values[i]};
		struct ek_views_value v = json_of(w, &one, true);
		put(w, i == 0 ? "" : " OR ");
		put(w, find);
		put(w, "COALESCE(");
		put(w, c->sql);
		put(w, ", ''), ");
		/* Without the brackets of the array. */
		if (!w->failed)
			put_bound(w, ek_views_text((ek_str){(const char *)v.p + 1, v.n - 2}));
		put(w, ") > 0");
	}
	put(w, ")");
}

static void put_rows(struct writer *w, const struct ek_filter_node *leaf,
		     const struct ek_list_column *c)
{
	put(w, "EXISTS (SELECT 1 FROM ");
	put(w, c->sql);
	if (leaf != NULL) {
		put(w, " AND ");
		put(w, c->more);
		put_one_of(w, leaf, EK_LIST_NUMBER);
	}
	put(w, ")");
}

static void put_has(struct writer *w, const struct ek_filter_node *leaf,
		    const struct ek_list_column *c)
{
	put(w, leaf->op == EK_FILTER_LACKS ? "NOT " : "");
	if (c->as == EK_LIST_BITS)
		put_bits(w, leaf, c);
	else if (c->as == EK_LIST_JSON)
		put_json(w, leaf, c);
	else
		put_rows(w, leaf, c);
}

/* Unset, or an empty list. */
static void put_null(struct writer *w, const struct ek_filter_node *leaf,
		     const struct ek_list_column *c)
{
	bool unset = leaf->values[0].i != 0;
	if (c->as == EK_LIST_ROWS) {
		put(w, unset ? "NOT " : "");
		put_rows(w, NULL, c);
		return;
	}
	put(w, unset ? "(" : "NOT (");
	put(w, c->sql);
	put(w, " IS NULL");
	if (c->as == EK_LIST_BITS || c->as == EK_LIST_JSON) {
		put(w, " OR ");
		put(w, c->sql);
		put(w, c->as == EK_LIST_BITS ? " = 0" : " = '[]'");
	}
	put(w, ")");
}

static void put_leaf(struct writer *w, const struct ek_filter_node *leaf)
{
	const struct ek_list_column *c = column_of(w, leaf->field);
	switch (leaf->op) {
	case EK_FILTER_IN:
	case EK_FILTER_NOT:
		put_in(w, leaf, c);
		break;
	case EK_FILTER_HAS:
	case EK_FILTER_LACKS:
		put_has(w, leaf, c);
		break;
	case EK_FILTER_PREFIX:
		put_prefix(w, leaf, c);
		break;
	case EK_FILTER_NULL:
		put_null(w, leaf, c);
		break;
	default:
		put_compare(w, leaf, c);
		break;
	}
}

/* As deep as the reader of filters lets a tree be. */
static void put_node(struct writer *w, const struct ek_filter_node *node)
{
	if (node->kind == EK_FILTER_LEAF) {
		put_leaf(w, node);
		return;
	}
	bool is_all = node->kind == EK_FILTER_ALL;
	if (node->n == 0) {
		put(w, node->kind == EK_FILTER_ANY ? "1 = 0" : "1 = 1");
		return;
	}
	put(w, node->kind == EK_FILTER_NONE ? "NOT (" : "(");
	for (uint32_t i = 0; i < node->n; i++) {
		put(w, i == 0 ? "" : is_all ? " AND " : " OR ");
		put_node(w, &node->children[i]);
	}
	put(w, ")");
}

/* ---- words */

static void put_search(struct writer *w, const struct ek_list_search *s, uint32_t parameter)
{
	const struct ek_views_table *t = ek_content_table(s->table);
	char found[256];
	size_t n = ek_search_sql(s->table, w->ask->dialect, parameter, found, sizeof found);
	ek_assert(n > 0 && n + 1 < sizeof found);
	put(w, w->ask->list->id);
	put(w, " IN (");
	if (s->of == NULL) {
		put(w, found);
		put(w, ")");
		return;
	}
	put(w, "SELECT w.");
	put(w, s->of);
	put(w, " FROM ");
	put(w, t->name);
	put(w, " w WHERE w.");
	put(w, t->columns[0].name);
	put(w, " IN (");
	put(w, found);
	put(w, "))");
}

static void put_words(struct writer *w)
{
	const struct ek_list_ask *a = w->ask;
	ek_str match;
	if (a->query->words.p == NULL || w->failed)
		return;
	ek_assert(a->list->search_count > 0);
	if (!ek_search_match(a->search, a->query->words, a->dialect, a->arena, &match)) {
		fail(w, EK_NO_MEMORY, "no memory for a question");
		return;
	}
	if (match.p == NULL) {
		put(w, " AND 1 = 0");
		return;
	}
	uint32_t parameter = bind(w, ek_views_text(match));
	put(w, " AND (");
	for (uint32_t i = 0; i < a->list->search_count; i++) {
		put(w, i == 0 ? "" : " OR ");
		put_search(w, &a->list->searches[i], parameter);
	}
	put(w, ")");
}

/* ---- order and place */

static bool is_nullable(const struct writer *w, uint32_t field)
{
	return (w->ask->list->table->fields[field].can & EK_FILTER_IS_NULLABLE) != 0;
}

static void put_order(struct writer *w)
{
	const struct ek_query_list *q = w->ask->query;
	for (uint32_t i = 0; i < q->sort_count; i++) {
		const struct ek_list_column *c = column_of(w, q->sort[i].field);
		ek_assert(c->as == EK_LIST_NUMBER || c->as == EK_LIST_TEXT);
		put(w, i == 0 ? " ORDER BY " : ", ");
		put_column(w, c->as, c->sql);
		put(w, q->sort[i].is_down ? " DESC" : " ASC");
		if (is_nullable(w, q->sort[i].field))
			put(w, " NULLS LAST");
	}
}

static struct ek_views_value cursor_value(struct writer *w, const struct ek_cursor_value *v,
					  uint8_t as)
{
	uint8_t kind = as == EK_LIST_TEXT ? EK_CURSOR_STR : EK_CURSOR_INT;
	if (v->kind != kind)
		fail(w, EK_INVALID_VALUE, "a cursor's value is of another kind");
	if (kind == EK_CURSOR_STR)
		return ek_views_text(v->s.p != NULL ? v->s : EK_S(""));
	return (struct ek_views_value){.kind = EK_VIEWS_INT, .i = v->i};
}

/* Behind the i-th key: (k > v OR k IS NULL OR (k = v AND behind the next)). */
static void put_behind(struct writer *w, uint32_t i)
{
	const struct ek_query_list *q = w->ask->query;
	const struct ek_list_column *c = column_of(w, q->sort[i].field);
	const struct ek_cursor_value *v = &q->after.v[i];
	bool is_last = i + 1 == q->sort_count;
	put(w, "(");
	if (v->kind == EK_CURSOR_NULL) {
		/* Nothing comes after unset but the unset with a greater rest. */
		put(w, c->sql);
		put(w, is_last ? " IS NULL AND 1 = 0)" : " IS NULL AND ");
		if (!is_last) {
			put_behind(w, i + 1);
			put(w, ")");
		}
		return;
	}
	char bound[16];
	ek_format(bound, sizeof bound, "$%u", bind(w, cursor_value(w, v, c->as)));
	put_column(w, c->as, c->sql);
	put(w, q->sort[i].is_down ? " < " : " > ");
	put(w, bound);
	if (is_nullable(w, q->sort[i].field)) {
		put(w, " OR ");
		put(w, c->sql);
		put(w, " IS NULL");
	}
	if (!is_last) {
		put(w, " OR (");
		put_column(w, c->as, c->sql);
		put(w, " = ");
		put(w, bound);
		put(w, " AND ");
		put_behind(w, i + 1);
		put(w, ")");
	}
	put(w, ")");
}

/* ---- the whole */

static bool begin(struct writer *w, const struct ek_list_ask *ask, struct ek_err *err)
{
	w->ask = ask;
	w->err = err;
	w->failed = false;
	w->n = 0;
	w->arg_count = ask->n;
	if (ask->n > EK_READER_ARGS_MAX)
		return ek_fail(err, EK_LIMIT, "this question has too many values");
	if (ask->n > 0)
		memcpy(w->args, ask->args, ask->n * sizeof *w->args);
	return true;
}

static void put_where(struct writer *w)
{
	const struct ek_list_ask *a = w->ask;
	put(w, " FROM ");
	put(w, a->list->from);
	put(w, " WHERE ");
	put(w, a->where[0] != '\0' ? "(" : "1 = 1");
	put(w, a->where);
	put(w, a->where[0] != '\0' ? ")" : "");
	if (a->query->filter.root != NULL) {
		put(w, " AND ");
		put_node(w, a->query->filter.root);
	}
	put_words(w);
}

static bool end(struct writer *w, struct ek_reader_question *out)
{
	if (w->failed)
		return false;
	size_t bytes = (w->arg_count + 1) * sizeof *w->args;
	char *sql = ek_arena_get(w->ask->arena, w->n + 1);
	struct ek_views_value *args = ek_arena_get(w->ask->arena, bytes);
	if (sql == NULL || args == NULL)
		return ek_fail(w->err, EK_NO_MEMORY, "no memory for a question");
	memcpy(sql, w->sql, w->n + 1);
	memcpy(args, w->args, w->arg_count * sizeof *args);
	*out = (struct ek_reader_question){sql, args, w->arg_count};
	return true;
}

bool ek_list_write(const struct ek_list_ask *ask, struct ek_reader_question *out,
		   struct ek_err *err)
{
	struct writer w;
	const struct ek_query_list *q = ask->query;
	if (!begin(&w, ask, err))
		return false;
	put(&w, "SELECT ");
	put(&w, ask->list->select);
	for (uint32_t i = 0; i < q->sort_count; i++) {
		put(&w, ", ");
		put(&w, column_of(&w, q->sort[i].field)->sql);
	}
	put_where(&w);
	if (q->has_cursor && q->after.n != q->sort_count)
		fail(&w, EK_INVALID_VALUE, "a cursor has another number of values");
	if (q->has_cursor && !w.failed) {
		put(&w, " AND ");
		put_behind(&w, 0);
	}
	put_order(&w);
	put(&w, " LIMIT ");
	put_bound(&w, ek_views_int((int64_t)q->limit + 1));
	return end(&w, out);
}

bool ek_list_count(const struct ek_list_ask *ask, int64_t at_most, struct ek_reader_question *out,
		   struct ek_err *err)
{
	struct writer w;
	if (!begin(&w, ask, err))
		return false;
	put(&w, "SELECT count(*) FROM (SELECT 1 AS one");
	put_where(&w);
	put(&w, " LIMIT ");
	put_bound(&w, ek_views_int(at_most + 1));
	put(&w, ") AS counted");
	return end(&w, out);
}

void ek_list_cursor(const struct ek_list_ask *ask, const struct ek_views_value *row, uint32_t n,
		    struct ek_cursor *out)
{
	uint32_t keys = ask->query->sort_count;
	ek_assert(keys <= n && keys <= EK_CURSOR_KEYS);
	*out = (struct ek_cursor){.n = keys};
	for (uint32_t i = 0; i < keys; i++) {
		const struct ek_views_value *v = &row[n - keys + i];
		struct ek_cursor_value *to = &out->v[i];
		if (v->kind == EK_VIEWS_INT)
			*to = (struct ek_cursor_value){.kind = EK_CURSOR_INT, .i = v->i};
		else if (v->kind == EK_VIEWS_TEXT)
			*to = (struct ek_cursor_value){.kind = EK_CURSOR_STR, .s = {v->p, v->n}};
		else
			to->kind = EK_CURSOR_NULL;
	}
}
