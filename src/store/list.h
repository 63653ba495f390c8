/* list -- a list of the API as SQL: filter, words, order, and where the page begins.
 *
 * What was read from the address (wire/query.h) names fields of the resource's table by their
 * index; here each has its fixed expression in SQL, and nothing else gets into the text: values are
 * bound, all of them. The same text for the same form of question, whatever the values and however
 * many are listed, so that statements stay prepared. Both databases answer alike: text is ordered
 * by code point, unset values come last in both directions, every condition is true or false.
 *
 * Pages go by key: behind the row of the cursor in the order of its sort keys. Cost: what the
 * database makes of it; a sort by a column that has an index and cannot be unset reads only the
 * page.
 */
#ifndef EK_STORE_LIST_H
#define EK_STORE_LIST_H

#include "store/reader.h"
#include "store/search.h"
#include "wire/query.h"

/* What a field is in the database. */
enum ek_list_as {
	EK_LIST_NUMBER, /* id, number, time, 0 or 1, a listed value kept as its number */
	EK_LIST_TEXT,   /* text; a listed value or word kept as its wire name */
	EK_LIST_BITS,   /* a list: bit i of a number is word i, or the listed value with number i */
	EK_LIST_JSON,   /* a list of texts, kept as a JSON array */
	EK_LIST_ROWS,   /* a list of numbers: rows of another table */
	EK_LIST_NOT,    /* not in the database: the handler's own; filtering or sorting by it is
			 * our mistake */
};

struct ek_list_column {
	uint8_t as;       /* enum ek_list_as */
	const char *sql;  /* an expression over `from`; ROWS: "conversation_tags l WHERE
			   * l.conversation = c.conversation" */
	const char *more; /* TEXT: the expression of the folded text, for prefixes (NULL: none);
			   * ROWS: the expression of the value, "l.tag" */
};

/* Where the words of q are looked for. */
struct ek_list_search {
	enum ek_content table; /* one that is searched (schema/content.def) */
	const char *of;        /* its column that names the row of the list; NULL: its own id */
};

enum { EK_LIST_SEARCHES_MAX = 4 };
struct ek_list {
	const struct ek_filter_table *table;
	const struct ek_list_column *columns; /* table->n of them */
	const char *select;                   /* "c.conversation, c.state" */
	const char *from;                     /* "conversations c LEFT JOIN ..." */
	const char *id;                       /* what searches find: "c.conversation" */
	struct ek_list_search searches[EK_LIST_SEARCHES_MAX];
	uint32_t search_count;
};

struct ek_list_ask {
	const struct ek_list *list;
	const struct ek_query_list *query;
	const char *where; /* what the asker may see, with $1 to $n; "" = all */
	const struct ek_views_value *args;
	uint32_t n;
	enum ek_views_dialect dialect;
	struct ek_search *search;
	struct ek_arena *arena; /* where the question lives */
};

/* The question for a page: `select`, then the sort keys; one row more than the limit when there is
 * another page. Errors: LIMIT, NO_MEMORY; INVALID_VALUE when the cursor's values are of other kinds
 * or a text holds U+0000. */
bool ek_list_write(const struct ek_list_ask *ask, struct ek_reader_question *out,
		   struct ek_err *err) EK_MUST_CHECK;
/* How many rows there are, the cursor left aside: one number, at_most + 1 when more than that. */
bool ek_list_count(const struct ek_list_ask *ask, int64_t at_most, struct ek_reader_question *out,
		   struct ek_err *err) EK_MUST_CHECK;
/* The cursor behind a row that the first question answered; texts borrow from the row. */
void ek_list_cursor(const struct ek_list_ask *ask, const struct ek_views_value *row, uint32_t n,
		    struct ek_cursor *out);

#endif
