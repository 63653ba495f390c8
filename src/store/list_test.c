/* What a list answers is what its filter, order and cursor say, in both databases: rows made at
 * random are asked for with filters made at random, and judged one by one by a second opinion. */
#include "store/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "store/cluster.h"
#include "sys/heap.h"

enum { ROWS = 120, ROUNDS = 150, NAMES = 8 };

/* Names that would break a text made of them. */
static const char *const names[NAMES] = {
	"Mina", "mina'; DROP TABLE people; --", "100%", "100_", "O\"Brien", "back\\slash", "ÄPFEL",
	"한글",
};
static const char *const folded[NAMES] = {
	"mina", "mina'; drop table people; --", "100%", "100_", "o\"brien", "back\\slash", "äpfel",
	"한글",
};
static const char *const languages[] = {"[\"ko\"]", "[\"de\",\"en\"]", "[]", "[\"x\\\"y\"]"};
static const char *const codes[] = {"ko", "de", "en", "x\"y"};
static const char *const states[] = {"invited", "active", "deactivated", NULL};
static const char *const roles[] = {"teammate", "lead", "manager", "admin", NULL};

enum field { ID, NAME, STATE, ROLES, LANGUAGES, TEAMS, CREATED, LEVEL, FIELDS };

#define FILTER (EK_FILTER_CAN_FILTER | EK_FILTER_CAN_SORT)
static const struct ek_filter_field fields[FIELDS] = {
	[ID] = {"id", EK_FILTER_ID, EK_IDENT_TEAMMATE, FILTER, NULL, ""},
	[NAME] = {"name", EK_FILTER_TEXT, 0, FILTER | EK_FILTER_IS_NULLABLE, NULL, ""},
	[STATE] = {"state", EK_FILTER_WORD, 0, FILTER, states, ""},
	[ROLES] = {"roles", EK_FILTER_WORD, 0, EK_FILTER_CAN_FILTER | EK_FILTER_IS_LIST, roles, ""},
	[LANGUAGES] = {"languages", EK_FILTER_TEXT, 0,
		       EK_FILTER_CAN_FILTER | EK_FILTER_IS_LIST | EK_FILTER_IS_NULLABLE, NULL, ""},
	[TEAMS] = {"teams", EK_FILTER_ID, EK_IDENT_TEAM, EK_FILTER_CAN_FILTER | EK_FILTER_IS_LIST,
		   NULL, ""},
	[CREATED] = {"created_at", EK_FILTER_TIME, 0, FILTER | EK_FILTER_IS_NULLABLE, NULL, ""},
	[LEVEL] = {"level", EK_FILTER_ENUM, EK_ENUM_LEVEL, FILTER | EK_FILTER_IS_NULLABLE, NULL,
		   ""},
};
static const struct ek_list_column columns[FIELDS] = {
	[ID] = {EK_LIST_NUMBER, "p.teammate", NULL},
	[NAME] = {EK_LIST_TEXT, "p.name", "p.name_key"},
	[STATE] = {EK_LIST_TEXT, "p.state", NULL},
	[ROLES] = {EK_LIST_BITS, "p.roles", NULL},
	[LANGUAGES] = {EK_LIST_JSON, "p.languages", NULL},
	[TEAMS] = {EK_LIST_ROWS, "team_roles t WHERE t.teammate = p.teammate", "t.team"},
	[CREATED] = {EK_LIST_NUMBER, "p.created_ms", NULL},
	[LEVEL] = {EK_LIST_TEXT, "p.theme", NULL},
};
static const char *const no_includes[] = {NULL};
static const struct ek_filter_table table = {
	"teammates", fields, FIELDS, true, no_includes, "id", {ID, 0}, 1,
};
static const struct ek_list people = {
	.table = &table,
	.columns = columns,
	.select = "p.teammate",
	.from = "people p",
	.id = "p.teammate",
	.searches = {{EK_CONTENT_PEOPLE, NULL}},
	.search_count = 1,
};

/* A row as the second opinion knows it. */
struct row {
	int64_t id;
	int name; /* -1 = unset */
	int state;
	int64_t roles;
	int language;    /* -1 = unset */
	uint32_t teams;  /* bits */
	int64_t created; /* EK_NONE = unset */
	int level;       /* 0 = unset */
};

struct fixture {
	bool is_postgres;
	struct ek_cluster cluster;
	char place[EK_SCRATCH_PATH];
	char where[EK_SCRATCH_PATH];
	struct ek_log *log;
	struct ek_reader *reader;
	struct ek_search *search;
	struct ek_arena arena;
	struct ek_rng rng;
	struct row rows[ROWS];
	struct ek_err err;
};

static void must(struct fixture *f, bool ok)
{
	if (!ok)
		fail_msg("%s: %s", f->err.where, f->err.msg);
}

static ek_str text(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static int pick(struct fixture *f, int n)
{
	return (int)ek_rng_below(&f->rng, (uint32_t)n);
}

/* ---- the rows */

static const char *level_text(int level)
{
	return ek_enums_wire(EK_ENUM_LEVEL, level);
}

static void put_row(struct fixture *f, const struct row *r)
{
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH] = {0};
	v[EK_CONTENT_PEOPLE_TEAMMATE] = ek_views_int(r->id);
	if (r->name >= 0) {
		v[EK_CONTENT_PEOPLE_NAME] = ek_views_text(text(names[r->name]));
		v[EK_CONTENT_PEOPLE_NAME_KEY] = ek_views_text(text(folded[r->name]));
	}
	v[EK_CONTENT_PEOPLE_STATE] = ek_views_text(text(states[r->state]));
	v[EK_CONTENT_PEOPLE_ROLES] = ek_views_int(r->roles);
	if (r->language >= 0)
		v[EK_CONTENT_PEOPLE_LANGUAGES] = ek_views_text(text(languages[r->language]));
	v[EK_CONTENT_PEOPLE_CREATED_MS] = ek_views_int(r->created);
	if (r->level > 0)
		v[EK_CONTENT_PEOPLE_THEME] = ek_views_text(text(level_text(r->level)));
	must(f, ek_log_content_put(f->log, EK_CONTENT_PEOPLE, v, 1, &f->err));
	for (int64_t team = 0; team < 4; team++) {
		struct ek_views_value t[EK_CONTENT_TEAM_ROLES_WIDTH] = {0};
		if ((r->teams >> team & 1) == 0)
			continue;
		t[EK_CONTENT_TEAM_ROLES_TEAMMATE] = ek_views_int(r->id);
		t[EK_CONTENT_TEAM_ROLES_TEAM] = ek_views_int(team + 1);
		t[EK_CONTENT_TEAM_ROLES_ROLE] = ek_views_int(2);
		must(f, ek_log_content_put(f->log, EK_CONTENT_TEAM_ROLES, t, 1, &f->err));
	}
}

static int set_up(void **state)
{
	struct fixture *f = *state;
	ek_scratch_make(f->place);
	ek_format(f->where, sizeof f->where, "%s/data", f->place);
	if (f->is_postgres)
		ek_cluster_database(&f->cluster, f->where);
	const struct ek_log_options o = {.where = f->where, .mode = EK_LOG_CREATE};
	must(f, ek_log_open(&o, &f->log, &f->err));
	must(f, ek_reader_open(f->where, &f->reader, &f->err));
	must(f, ek_search_open(&f->search, &f->err));
	ek_arena_init(&f->arena, ek_heap_alloc(), 4 * 1024 * 1024);
	f->rng = (struct ek_rng){20270309};
	must(f, ek_log_begin(f->log, &f->err));
	for (int i = 0; i < ROWS; i++) {
		struct row *r = &f->rows[i];
		r->id = i + 1;
		r->name = pick(f, NAMES + 1) - 1;
		r->state = pick(f, 3);
		r->roles = pick(f, 16);
		r->language = pick(f, 5) - 1;
		r->teams = (uint32_t)pick(f, 16);
		r->created = pick(f, 5) == 0 ? EK_NONE : pick(f, 6) - 2;
		r->level = pick(f, 4);
		put_row(f, r);
	}
	must(f, ek_log_commit(f->log, &f->err));
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ek_arena_fini(&f->arena);
	ek_search_close(&f->search);
	ek_reader_close(&f->reader);
	ek_log_close(&f->log);
	ek_scratch_remove(f->place);
	return 0;
}

/* ---- filters at random */

static const char *const prefixes[][2] = {
	{"mi", "mi"}, {"MINA", "mina"}, {"100%", "100%"},     {"100_", "100_"},
	{"10", "10"}, {"o\"", "o\""},   {"BACK\\", "back\\"}, {"ÄP", "äp"},
	{"한", "한"}, {"", ""},         {"x", "x"},
};

static struct ek_filter_value value_at_random(struct fixture *f, enum field field, uint8_t op)
{
	struct ek_filter_value v = {0};
	switch (field) {
	case NAME:
		v.s = op == EK_FILTER_PREFIX ? text(prefixes[pick(f, EK_LEN(prefixes))][0])
					     : text(names[pick(f, NAMES)]);
		break;
	case STATE:
		v.i = pick(f, 3);
		v.s = text(states[v.i]);
		break;
	case ROLES:
		v.i = pick(f, 4);
		v.s = text(roles[v.i]);
		break;
	case LANGUAGES:
		v.s = text(codes[pick(f, EK_LEN(codes))]);
		break;
	case CREATED:
		v.i = pick(f, 6) - 2;
		break;
	case LEVEL:
		v.i = 1 + pick(f, 3);
		break;
	case TEAMS:
		v.i = 1 + pick(f, 5);
		break;
	default:
		v.i = 1 + pick(f, ROWS);
		break;
	}
	if (op == EK_FILTER_NULL)
		v = (struct ek_filter_value){.i = pick(f, 2)};
	return v;
}

static void leaf_at_random(struct fixture *f, struct ek_filter_node *leaf)
{
	static const uint8_t ops[FIELDS][6] = {
		[ID] = {EK_FILTER_IN, EK_FILTER_NOT, EK_FILTER_LT, EK_FILTER_LTE, EK_FILTER_GT,
			EK_FILTER_GTE},
		[NAME] = {EK_FILTER_IN, EK_FILTER_NOT, EK_FILTER_PREFIX, EK_FILTER_PREFIX,
			  EK_FILTER_NULL, EK_FILTER_NOT},
		[STATE] = {EK_FILTER_IN, EK_FILTER_NOT, EK_FILTER_IN, EK_FILTER_NOT, EK_FILTER_IN,
			   EK_FILTER_NOT},
		[ROLES] = {EK_FILTER_HAS, EK_FILTER_LACKS, EK_FILTER_HAS, EK_FILTER_LACKS,
			   EK_FILTER_NULL, EK_FILTER_HAS},
		[LANGUAGES] = {EK_FILTER_HAS, EK_FILTER_LACKS, EK_FILTER_HAS, EK_FILTER_LACKS,
			       EK_FILTER_NULL, EK_FILTER_HAS},
		[TEAMS] = {EK_FILTER_HAS, EK_FILTER_LACKS, EK_FILTER_HAS, EK_FILTER_LACKS,
			   EK_FILTER_NULL, EK_FILTER_HAS},
		[CREATED] = {EK_FILTER_IN, EK_FILTER_LT, EK_FILTER_LTE, EK_FILTER_GT, EK_FILTER_GTE,
			     EK_FILTER_NULL},
		[LEVEL] = {EK_FILTER_IN, EK_FILTER_NOT, EK_FILTER_NULL, EK_FILTER_IN, EK_FILTER_NOT,
			   EK_FILTER_IN},
	};
	uint8_t field = (uint8_t)pick(f, FIELDS);
	uint8_t op = ops[field][pick(f, 6)];
	bool many = op == EK_FILTER_IN || op == EK_FILTER_NOT || op == EK_FILTER_HAS ||
		    op == EK_FILTER_LACKS;
	uint32_t n = many ? 1 + (uint32_t)pick(f, 4) : 1;
	struct ek_filter_value *v = ek_arena_get(&f->arena, n * sizeof *v);
	assert_non_null(v);
	for (uint32_t i = 0; i < n; i++)
		v[i] = value_at_random(f, field, op);
	*leaf = (struct ek_filter_node){EK_FILTER_LEAF, op, field, n, NULL, v};
}

static void node_at_random(struct fixture *f, struct ek_filter_node *node, int depth)
{
	if (depth > 0 && (depth == 3 || pick(f, 2) == 0)) {
		leaf_at_random(f, node);
		return;
	}
	uint32_t n = (uint32_t)pick(f, 4);
	struct ek_filter_node *children = ek_arena_zero(&f->arena, (n + 1) * sizeof *children);
	assert_non_null(children);
	for (uint32_t i = 0; i < n; i++)
		node_at_random(f, &children[i], depth + 1);
	*node = (struct ek_filter_node){
		(uint8_t)(EK_FILTER_ALL + pick(f, 3)), 0, 0, n, children, NULL};
}

/* ---- the second opinion */

static bool begins(const char *s, ek_str prefix)
{
	for (size_t i = 0; i < EK_LEN(prefixes); i++) {
		if (ek_str_is(prefix, prefixes[i][0]))
			return strncmp(s, prefixes[i][1], strlen(prefixes[i][1])) == 0;
	}
	fail();
	return false;
}

static bool is_unset(const struct row *r, enum field field)
{
	switch (field) {
	case NAME:
		return r->name < 0;
	case CREATED:
		return r->created == EK_NONE;
	case LEVEL:
		return r->level == 0;
	case ROLES:
		return r->roles == 0;
	case TEAMS:
		return r->teams == 0;
	case LANGUAGES:
		return r->language < 0 || r->language == 2;
	default:
		return false;
	}
}

static bool is_value(const struct row *r, enum field field, const struct ek_filter_value *v)
{
	switch (field) {
	case NAME:
		return ek_str_is(v->s, names[r->name]);
	case STATE:
		return v->i == r->state;
	case LEVEL:
		return v->i == r->level;
	case CREATED:
		return v->i == r->created;
	case ROLES:
		return (r->roles >> v->i & 1) != 0;
	case TEAMS:
		return (r->teams >> (v->i - 1) & 1) != 0;
	case LANGUAGES:
		return (r->language == 0 && ek_str_is(v->s, "ko")) ||
		       (r->language == 1 && (ek_str_is(v->s, "de") || ek_str_is(v->s, "en"))) ||
		       (r->language == 3 && ek_str_is(v->s, "x\"y"));
	default:
		return v->i == r->id;
	}
}

static bool is_any(const struct ek_filter_node *n, const struct row *r)
{
	bool any = false;
	for (uint32_t i = 0; i < n->n && !is_unset(r, (enum field)n->field); i++)
		any = any || is_value(r, (enum field)n->field, &n->values[i]);
	return any;
}

static bool compares(uint8_t op, int64_t a, int64_t b)
{
	if (op == EK_FILTER_LT || op == EK_FILTER_LTE)
		return a < b || (op == EK_FILTER_LTE && a == b);
	return a > b || (op == EK_FILTER_GTE && a == b);
}

static bool leaf_holds(const struct ek_filter_node *n, const struct row *r)
{
	enum field field = (enum field)n->field;
	bool unset = is_unset(r, field);
	switch (n->op) {
	case EK_FILTER_IN:
	case EK_FILTER_HAS:
		return is_any(n, r);
	case EK_FILTER_NOT:
	case EK_FILTER_LACKS:
		return !is_any(n, r);
	case EK_FILTER_LT:
	case EK_FILTER_LTE:
	case EK_FILTER_GT:
	case EK_FILTER_GTE:
		return !unset &&
		       compares(n->op, field == CREATED ? r->created : r->id, n->values[0].i);
	case EK_FILTER_PREFIX:
		return !unset && begins(folded[r->name], n->values[0].s);
	default:
		return unset == (n->values[0].i != 0);
	}
}

static bool holds(const struct ek_filter_node *n, const struct row *r)
{
	if (n->kind == EK_FILTER_LEAF)
		return leaf_holds(n, r);
	uint32_t yes = 0;
	for (uint32_t i = 0; i < n->n; i++)
		yes += holds(&n->children[i], r);
	if (n->kind == EK_FILTER_ALL)
		return yes == n->n;
	return n->kind == EK_FILTER_ANY ? yes > 0 : yes == 0;
}

static int compare_field(const struct row *a, const struct row *b, enum field field)
{
	int64_t x = field == CREATED ? a->created : a->id;
	int64_t y = field == CREATED ? b->created : b->id;
	if (field == NAME)
		return strcmp(names[a->name], names[b->name]);
	if (field == STATE)
		return strcmp(states[a->state], states[b->state]);
	if (field == LEVEL)
		return strcmp(level_text(a->level), level_text(b->level));
	return (x > y) - (x < y);
}

static bool is_before(const struct ek_query_list *q, const struct row *a, const struct row *b)
{
	for (uint32_t i = 0; i < q->sort_count; i++) {
		enum field field = (enum field)q->sort[i].field;
		bool au = is_unset(a, field);
		bool bu = is_unset(b, field);
		if (au != bu)
			return bu;
		int c = au ? 0 : compare_field(a, b, field);
		if (c != 0)
			return q->sort[i].is_down ? c > 0 : c < 0;
	}
	return false;
}

static uint32_t judge(const struct fixture *f, const struct ek_query_list *q, int64_t out[ROWS])
{
	const struct row *kept[ROWS];
	uint32_t n = 0;
	for (int i = 0; i < ROWS; i++) {
		if (q->filter.root != NULL && !holds(q->filter.root, &f->rows[i]))
			continue;
		uint32_t at = n++;
		for (; at > 0 && is_before(q, &f->rows[i], kept[at - 1]); at--)
			kept[at] = kept[at - 1];
		kept[at] = &f->rows[i];
	}
	for (uint32_t i = 0; i < n; i++)
		out[i] = kept[i]->id;
	return n;
}

/* ---- what the databases answer */

struct page {
	const struct ek_list_ask *ask;
	struct ek_arena *arena;
	uint32_t limit;
	uint32_t n;
	int64_t ids[ROWS + 1];
	struct ek_cursor last; /* of the last row within the limit */
};

static bool see_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)err;
	struct page *p = ctx;
	assert_true(p->n < ROWS + 1);
	p->ids[p->n++] = v[0].i;
	if (p->n != p->limit)
		return true;
	ek_list_cursor(p->ask, v, n, &p->last);
	for (uint32_t i = 0; i < p->last.n; i++) {
		bool ok = true;
		if (p->last.v[i].kind == EK_CURSOR_STR)
			p->last.v[i].s = ek_arena_str(p->arena, p->last.v[i].s, &ok);
		assert_true(ok);
	}
	return true;
}

static struct ek_list_ask asking(struct fixture *f, const struct ek_query_list *q)
{
	return (struct ek_list_ask){
		.list = &people,
		.query = q,
		.where = "",
		.dialect = ek_reader_dialect(f->reader),
		.search = f->search,
		.arena = &f->arena,
	};
}

static uint32_t read_page(struct fixture *f, struct ek_query_list *q, struct page *p)
{
	const struct ek_list_ask ask = asking(f, q);
	struct ek_reader_question question;
	*p = (struct page){.ask = &ask, .arena = &f->arena, .limit = q->limit};
	must(f, ek_list_write(&ask, &question, &f->err));
	must(f, ek_reader_each(f->reader, &question, see_row, p, &f->err));
	return p->n;
}

static bool see_count(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	(void)err;
	*(int64_t *)ctx = v[0].i;
	return true;
}

static int64_t count(struct fixture *f, const struct ek_query_list *q, int64_t at_most)
{
	const struct ek_list_ask ask = asking(f, q);
	struct ek_reader_question question;
	int64_t n = -1;
	must(f, ek_list_count(&ask, at_most, &question, &f->err));
	must(f, ek_reader_each(f->reader, &question, see_count, &n, &f->err));
	return n;
}

static void expect_pages(struct fixture *f, struct ek_query_list *q)
{
	int64_t expected[ROWS];
	struct page p;
	uint32_t n = judge(f, q, expected);
	uint32_t at = 0;
	bool more = true;
	while (more) {
		uint32_t got = read_page(f, q, &p);
		more = got > q->limit;
		for (uint32_t i = 0; i < got && i < q->limit; i++) {
			assert_true(at < n);
			assert_int_equal(p.ids[i], expected[at++]);
		}
		q->after = p.last;
		q->has_cursor = true;
	}
	assert_int_equal(at, n);
	assert_int_equal(count(f, q, 1000), n);
	assert_int_equal(count(f, q, 5), n > 5 ? 6 : n);
}

static void pages_of_random_filters_are_what_they_say(void **state)
{
	struct fixture *f = *state;
	static const uint8_t sortable[] = {NAME, STATE, CREATED, LEVEL, ID};
	for (int round = 0; round < ROUNDS; round++) {
		struct ek_filter_node root;
		struct ek_query_list q = {.limit = 1 + (uint32_t)pick(f, 60)};
		ek_arena_reset(&f->arena);
		node_at_random(f, &root, 0);
		if (pick(f, 8) != 0)
			q.filter.root = &root;
		uint32_t first = (uint32_t)pick(f, EK_LEN(sortable));
		for (uint32_t i = 0; i < 3 && sortable[(first + i) % 5] != ID; i++)
			q.sort[q.sort_count++] =
				(struct ek_query_sort){sortable[(first + i) % 5], pick(f, 2) == 0};
		q.sort[q.sort_count++] = (struct ek_query_sort){ID, pick(f, 2) == 0};
		expect_pages(f, &q);
	}
}

static struct ek_query_list by_id(void)
{
	return (struct ek_query_list){.limit = ROWS, .sort = {{ID, false}}, .sort_count = 1};
}

static void words_and_rights_narrow_a_list(void **state)
{
	struct fixture *f = *state;
	struct ek_query_list q = by_id();
	struct page p;
	uint32_t minas = 0;
	uint32_t apples = 0;
	for (int i = 0; i < ROWS; i++) {
		minas += f->rows[i].name == 0 || f->rows[i].name == 1;
		apples += f->rows[i].name == 6;
	}
	q.words = EK_S("MINA");
	assert_int_equal(read_page(f, &q, &p), minas);
	assert_int_equal(count(f, &q, 1000), minas);
	q.words = EK_S("apfel");
	assert_int_equal(read_page(f, &q, &p), apples);
	q.words = EK_S("'\" *");
	assert_int_equal(read_page(f, &q, &p), 0);
	q.words = (ek_str){NULL, 0};
	const struct ek_views_value args[] = {ek_views_int(10), ek_views_int(12)};
	struct ek_list_ask ask = asking(f, &q);
	struct ek_reader_question question;
	ask.where = "p.teammate = $2 OR p.teammate = $1";
	ask.args = args;
	ask.n = 2;
	p = (struct page){.ask = &ask, .arena = &f->arena, .limit = q.limit};
	must(f, ek_list_write(&ask, &question, &f->err));
	must(f, ek_reader_each(f->reader, &question, see_row, &p, &f->err));
	assert_int_equal(p.n, 2);
	assert_int_equal(p.ids[0], 10);
	assert_int_equal(p.ids[1], 12);
}

static void hostile_values_are_values(void **state)
{
	struct fixture *f = *state;
	static const char *const hostile[] = {
		"' OR 1=1 --",
		"\" OR \"\"=\"",
		"%",
		"_",
		"\\",
		"$1",
		"'); DELETE FROM people; --",
		"\\' OR TRUE",
		"[\"a\"]",
		"\xf4\x8f\xbf\xbf",
		"]",
		"\",\"",
	};
	for (size_t i = 0; i < EK_LEN(hostile); i++) {
		static const uint8_t ops[] = {EK_FILTER_IN, EK_FILTER_PREFIX, EK_FILTER_HAS};
		for (size_t k = 0; k < EK_LEN(ops); k++) {
			const struct ek_filter_value two[] = {{.s = text(hostile[i])},
							      {.s = text(hostile[i])}};
			const struct ek_filter_node leaf = {EK_FILTER_LEAF,
							    ops[k],
							    ops[k] == EK_FILTER_HAS ? LANGUAGES
										    : NAME,
							    ops[k] == EK_FILTER_PREFIX ? 1 : 2,
							    NULL,
							    two};
			const struct ek_filter_node root = {EK_FILTER_ALL, 0, 0, 1, &leaf, NULL};
			struct ek_query_list q = by_id();
			struct page p;
			ek_arena_reset(&f->arena);
			q.filter.root = &root;
			assert_int_equal(read_page(f, &q, &p), 0);
			q.words = text(hostile[i]);
			assert_int_equal(read_page(f, &q, &p), 0);
		}
	}
	struct ek_query_list all = by_id();
	assert_int_equal(count(f, &all, 1000), ROWS);
}

static void what_cannot_be_asked_is_refused(void **state)
{
	struct fixture *f = *state;
	struct ek_query_list q = by_id();
	struct ek_reader_question question;
	const struct ek_filter_value nul = {.s = {"a\0b", 3}};
	const struct ek_filter_node leaf = {EK_FILTER_LEAF, EK_FILTER_IN, NAME, 1, NULL, &nul};
	const struct ek_filter_node root = {EK_FILTER_ALL, 0, 0, 1, &leaf, NULL};
	q.filter.root = &root;
	struct ek_list_ask ask = asking(f, &q);
	assert_false(ek_list_write(&ask, &question, &f->err));
	assert_int_equal(f->err.code, EK_INVALID_VALUE);
	/* A cursor that was forged with a text where a number belongs, or with too few values. */
	q = by_id();
	q.has_cursor = true;
	q.after = (struct ek_cursor){.n = 1, .v = {{.kind = EK_CURSOR_STR, .s = EK_S("1")}}};
	assert_false(ek_list_write(&ask, &question, &f->err));
	assert_int_equal(f->err.code, EK_INVALID_VALUE);
	q.after.n = 2;
	assert_false(ek_list_write(&ask, &question, &f->err));
	assert_int_equal(f->err.code, EK_INVALID_VALUE);
}

#define FOR_ALL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static int run_all(struct fixture *f, const char *name)
{
	const struct CMUnitTest tests[] = {
		FOR_ALL(pages_of_random_filters_are_what_they_say),
		FOR_ALL(words_and_rights_narrow_a_list),
		FOR_ALL(hostile_values_are_values),
		FOR_ALL(what_cannot_be_asked_is_refused),
	};
	struct CMUnitTest with_state[EK_LEN(tests)];
	for (size_t i = 0; i < EK_LEN(tests); i++) {
		with_state[i] = tests[i];
		with_state[i].initial_state = f;
	}
	fprintf(stderr, "backend: %s\n", name);
	return cmocka_run_group_tests_name(name, with_state, NULL, NULL);
}

int main(void)
{
	static struct fixture sqlite = {.is_postgres = false};
	static struct fixture postgres = {.is_postgres = true};
	int failed = run_all(&sqlite, "sqlite");
	if (ek_cluster_open(&postgres.cluster))
		failed += run_all(&postgres, "postgres");
	ek_cluster_close(&postgres.cluster);
	return failed;
}
