/* Words are found in both databases, whatever the script, and by nobody once they are gone. */
#include "store/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store/backup.h"
#include "store/cluster.h"
#include "store/reader.h"
#include "store/search_sqlite.h"
#include "sys/heap.h"

struct fixture {
	bool is_postgres;
	struct ek_cluster cluster;
	char place[EK_SCRATCH_PATH];
	char where[EK_SCRATCH_PATH];
	struct ek_log *log;
	struct ek_reader *reader;
	struct ek_search *search;
	struct ek_arena arena;
	struct ek_err err;
};

static void must(struct fixture *f, bool ok)
{
	if (!ok)
		fail_msg("%s: %s", f->err.where, f->err.msg);
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
	ek_arena_init(&f->arena, ek_heap_alloc(), 1024 * 1024);
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

static ek_str text(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static void put_part(struct fixture *f, int64_t part, const char *kind, const char *body)
{
	struct ek_views_value v[EK_CONTENT_PARTS_WIDTH] = {0};
	v[EK_CONTENT_PARTS_PART] = ek_views_int(part);
	v[EK_CONTENT_PARTS_CONVERSATION] = ek_views_int(1 + part % 2);
	v[EK_CONTENT_PARTS_KIND] = ek_views_text(text(kind));
	if (body != NULL)
		v[EK_CONTENT_PARTS_BODY] = ek_views_text(text(body));
	must(f, ek_log_content_put(f->log, EK_CONTENT_PARTS, v, 1, &f->err));
}

static bool see_id(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	(void)err;
	char *out = ctx;
	size_t at = strlen(out);
	ek_format(out + at, 512 - at, "%lld ", (long long)v[0].i);
	return true;
}

/* The ids of the rows that hold the words, in order. */
static void find(struct fixture *f, enum ek_content table, const char *words, char out[512])
{
	char found[256];
	char sql[512];
	ek_str match;
	enum ek_views_dialect dialect = ek_reader_dialect(f->reader);
	out[0] = '\0';
	ek_arena_reset(&f->arena);
	must(f, ek_search_match(f->search, text(words), dialect, &f->arena, &match));
	if (match.p == NULL)
		return;
	assert_true(ek_search_sql(table, dialect, 1, found, sizeof found) > 0);
	const struct ek_views_table *t = ek_content_table(table);
	ek_format(sql, sizeof sql, "SELECT %s FROM %s WHERE %s IN (%s) ORDER BY 1",
		  t->columns[0].name, t->name, t->columns[0].name, found);
	const struct ek_views_value arg = ek_views_text(match);
	const struct ek_reader_question q = {sql, &arg, 1};
	must(f, ek_reader_each(f->reader, &q, see_id, out, &f->err));
}

static void expect(struct fixture *f, const char *words, const char *ids)
{
	char out[512];
	find(f, EK_CONTENT_PARTS, words, out);
	if (strcmp(out, ids) != 0)
		fail_msg("\"%s\" found %s, not %s", words, out, ids);
}

static const char *const bodies[] = {
	/* 1 */ "Charged twice on 3 March; the refund is still pending. Order #48213.",
	/* 2 */ "Ihre Kündigungsbestätigung finden Sie im Anhang.",
	/* 3 */ "환불은 언제 되나요? 주문번호 48213-A",
	/* 4 */ "أين طلبي؟ لم تصل الطلبات والفاتورة إلى المدرسة.",
	/* 5 */ "東京タワーの返金をお願いします",
	/* 6 */ "ขอเงินคืนสำหรับคำสั่งซื้อ",
	/* 7 */ "L'article n'est pas arrivé: écrivez à mina@example.org",
	/* 8 */ "Die Straßenbahn GROSSE ÄPFEL ｆｕｌｌｗｉｄｔｈ",
	/* 9 */ "교환 말고 취소를 원합니다",
	/* 10 */ "Договор расторгнут, Ёлка",
};
static const struct {
	const char *words;
	const char *ids;
} rows[] = {
	{"refund", "1 "},
	{"REFUND charged", "1 "},
	{"refund missing", ""},
	{"fund", ""}, /* "refund" is no compound: too short */
	{"48213", "1 3 "},
	{"#48213", "1 3 "},
	{"Kündigung", "2 "},
	{"kundigung", "2 "},
	{"Bestätigung", "2 "},
	{"bestät", "2 "},
	{"Anhang", "2 "},
	{"환불", "3 "}, /* two syllables, and a particle behind */
	{"주문", "3 "},
	{"번호", "3 "},
	{"환", "3 9 "},
	{"취소 교환", "9 "},
	{"되나요", "3 "},
	{"طلبات", "4 "},
	{"الطلبات", "4 "},
	{"فاتورة", "4 "},
	{"الفاتوره", "4 "},
	{"مَدْرَسَة", "4 "},
	{"مـدرسة", "4 "},
	{"اين", "4 "},
	{"返金", "5 "},
	{"東京", "5 "},
	{"タワー", "5 "},
	{"京都", ""},
	{"เงิน", "6 "},
	{"article", "7 "},
	{"arrive", "7 "},
	{"mina@example.org", "7 "},
	{"example.com", ""},
	{"strasse", "8 "},
	{"STRAẞE", "8 "},
	{"große apfel", "8 "},
	{"fullwidth", "8 "},
	{"bahn", ""}, /* four letters: only at the beginning of a word */
	{"договор", "10 "},
	{"ДОГОВ", "10 "},
	{"", ""},
	{"!?…", ""},
	{"\"", ""},
	{"refund\" OR \"x", ""},
	{"refund' | 'x", ""},
	{"refund*", "1 "},
	{"NEAR(refund charged)", ""},
	{"-refund", "1 "},
	{"body:refund", ""},
};

static void words_are_found_in_every_language(void **state)
{
	struct fixture *f = *state;
	must(f, ek_log_begin(f->log, &f->err));
	for (size_t i = 0; i < EK_LEN(bodies); i++)
		put_part(f, (int64_t)i + 1, "message", bodies[i]);
	must(f, ek_log_commit(f->log, &f->err));
	for (size_t i = 0; i < EK_LEN(rows); i++)
		expect(f, rows[i].words, rows[i].ids);
	must(f, ek_log_search_rebuild(f->log, &f->err));
	for (size_t i = 0; i < EK_LEN(rows); i++)
		expect(f, rows[i].words, rows[i].ids);
}

static void the_index_is_of_the_same_commit(void **state)
{
	struct fixture *f = *state;
	must(f, ek_log_begin(f->log, &f->err));
	put_part(f, 1, "message", "refund");
	expect(f, "refund", "");
	must(f, ek_log_commit(f->log, &f->err));
	expect(f, "refund", "1 ");
	must(f, ek_log_begin(f->log, &f->err));
	put_part(f, 1, "message", "exchange");
	put_part(f, 2, "message", "refund");
	ek_log_rollback(f->log);
	expect(f, "refund", "1 ");
	expect(f, "exchange", "");
	must(f, ek_log_begin(f->log, &f->err));
	put_part(f, 1, "message", "exchange");
	put_part(f, 1, "message", "exchange"); /* nothing new in it */
	put_part(f, 2, "message", "refund");
	put_part(f, 3, "message", NULL);
	must(f, ek_log_commit(f->log, &f->err));
	expect(f, "refund", "2 ");
	expect(f, "exchange", "1 ");
	must(f, ek_log_begin(f->log, &f->err));
	put_part(f, 2, "message", ""); /* redacted */
	must(f, ek_log_content_erase(f->log, EK_CONTENT_PARTS, EK_CONTENT_PARTS_PART,
				     ek_views_int(1), &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	expect(f, "refund", "");
	expect(f, "exchange", "");
	must(f, ek_log_begin(f->log, &f->err));
	put_part(f, 1, "message", "anew");
	put_part(f, 5, "message", "anew");
	must(f, ek_log_content_erase(f->log, EK_CONTENT_PARTS, EK_CONTENT_PARTS_CONVERSATION,
				     ek_views_int(2), &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	expect(f, "anew", "");
}

/* SQLite looks through its index: every word of every row is in it, once, and no other. */
static void expect_whole(const struct fixture *f)
{
	char path[EK_SCRATCH_PATH];
	sqlite3 *db;
	struct ek_err err;
	if (f->is_postgres)
		return;
	ek_format(path, sizeof path, "%s/log.db", f->where);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_true(ek_search_sqlite_attach(db, &err));
	assert_int_equal(sqlite3_exec(db,
				      "INSERT INTO search_parts(search_parts, rank) "
				      "VALUES('integrity-check', 1)",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
}

/* One step of a transaction. */
struct step {
	int part;
	const char *kind; /* NULL: the row is erased */
	const char *body;
};
enum { STEPS = 5, ASKED = 3 };
static const struct {
	struct step steps[STEPS];
	bool is_rolled_back;
	const char *found[ASKED]; /* red, green, blue */
} turns[] = {
	{{{1, "message", "red"}, {2, "note", "green"}}, false, {"1 ", "2 ", ""}},
	/* put twice, with other words, and with the same again */
	{{{3, "message", "red"}, {3, "message", "blue"}}, false, {"1 ", "2 ", "3 "}},
	{{{3, "message", "red"}, {3, "message", "blue"}}, true, {"1 ", "2 ", "3 "}},
	{{{1, "message", "blue"}, {1, "message", "red"}}, false, {"1 ", "2 ", "3 "}},
	/* put and erased, erased and put */
	{{{4, "message", "red"}, {4, NULL, NULL}}, false, {"1 ", "2 ", "3 "}},
	{{{3, NULL, NULL}, {3, "message", "green"}}, false, {"1 ", "2 3 ", ""}},
	{{{3, "message", "blue"}, {3, NULL, NULL}, {3, "note", "red"}}, false, {"1 3 ", "2 ", ""}},
	/* what a rollback takes along is not there for the next one to write */
	{{{5, "message", "blue"}, {2, NULL, NULL}}, true, {"1 3 ", "2 ", ""}},
	{{{6, "message", "green"}}, false, {"1 3 ", "2 6 ", ""}},
	/* not in the order of their numbers */
	{{{9, "note", "blue"}, {8, "note", "blue"}, {7, "note", "blue red"}, {9, "note", "red"}},
	 false,
	 {"1 3 7 9 ", "2 6 ", "7 8 "}},
	/* a row that is not searched among those that are */
	{{{11, "whisper", "green"}, {7, "note", ""}, {8, "note", "green"}, {11, NULL, NULL}},
	 false,
	 {"1 3 9 ", "2 6 8 ", ""}},
	{{{1, NULL, NULL}, {1, "whisper", "red"}}, false, {"3 9 ", "2 6 8 ", ""}},
};

static void run_step(struct fixture *f, const struct step *s)
{
	if (s->kind != NULL)
		put_part(f, s->part, s->kind, s->body);
	else
		must(f, ek_log_content_erase(f->log, EK_CONTENT_PARTS, EK_CONTENT_PARTS_PART,
					     ek_views_int(s->part), &f->err));
}

static void one_transaction_changes_a_row_more_than_once(void **state)
{
	static const char *const words[ASKED] = {"red", "green", "blue"};
	struct fixture *f = *state;
	for (size_t i = 0; i < EK_LEN(turns); i++) {
		must(f, ek_log_begin(f->log, &f->err));
		for (size_t k = 0; k < STEPS && turns[i].steps[k].part != 0; k++)
			run_step(f, &turns[i].steps[k]);
		if (turns[i].is_rolled_back)
			ek_log_rollback(f->log);
		else
			must(f, ek_log_commit(f->log, &f->err));
		for (size_t k = 0; k < ASKED; k++)
			expect(f, words[k], turns[i].found[k]);
		expect_whole(f);
	}
}

static void many_rows_of_one_transaction_are_found(void **state)
{
	struct fixture *f = *state;
	enum { ROWS = 3000 };
	char body[64];
	must(f, ek_log_begin(f->log, &f->err));
	for (int i = 1; i <= ROWS; i++) {
		ek_format(body, sizeof body, "row n%d of many", i);
		put_part(f, i, "message", body);
	}
	must(f, ek_log_commit(f->log, &f->err));
	expect_whole(f);
	expect(f, "n1 row", "1 ");
	expect(f, "n3000 many", "3000 ");
	must(f, ek_log_begin(f->log, &f->err));
	for (int i = ROWS; i > 2; i--)
		put_part(f, i, "message", i % 3 == 0 ? "" : "another");
	must(f, ek_log_content_erase(f->log, EK_CONTENT_PARTS, EK_CONTENT_PARTS_CONVERSATION,
				     ek_views_int(2), &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	expect_whole(f);
	expect(f, "many", "2 ");
	expect(f, "n3000", "");
}

static void whispers_are_in_no_search(void **state)
{
	struct fixture *f = *state;
	must(f, ek_log_begin(f->log, &f->err));
	put_part(f, 1, "whisper", "you could offer a refund");
	put_part(f, 2, "note", "asked for a refund");
	must(f, ek_log_commit(f->log, &f->err));
	expect(f, "refund", "2 ");
	must(f, ek_log_begin(f->log, &f->err));
	put_part(f, 1, "whisper", "perhaps a refund");
	must(f, ek_log_commit(f->log, &f->err));
	expect(f, "refund", "2 ");
	must(f, ek_log_search_rebuild(f->log, &f->err));
	expect(f, "refund", "2 ");
}

static void contacts_are_found_by_name_address_and_number(void **state)
{
	struct fixture *f = *state;
	char out[512];
	struct ek_views_value v[EK_CONTENT_CONTACTS_WIDTH] = {0};
	static const char *const found_by[][2] = {
		{"박미나", "5 "},           {"미나", "5 "},   {"mina", "5 "},    {"example", "5 "},
		{"mina@example.org", "5 "}, {"crm-77", "5 "}, {"박 7788", "5 "}, {"other", ""},
	};
	v[EK_CONTENT_CONTACTS_CONTACT] = ek_views_int(5);
	v[EK_CONTENT_CONTACTS_NAME] = ek_views_text(text("박미나"));
	v[EK_CONTENT_CONTACTS_EMAIL] = ek_views_text(text("Mina@Example.org"));
	v[EK_CONTENT_CONTACTS_PHONE] = ek_views_text(text("+82 2 555 7788"));
	v[EK_CONTENT_CONTACTS_EXTERNAL] = ek_views_text(text("CRM-77"));
	must(f, ek_log_begin(f->log, &f->err));
	must(f, ek_log_content_put(f->log, EK_CONTENT_CONTACTS, v, 1, &f->err));
	must(f, ek_log_commit(f->log, &f->err));
	for (size_t i = 0; i < EK_LEN(found_by); i++) {
		find(f, EK_CONTENT_CONTACTS, found_by[i][0], out);
		assert_string_equal(out, found_by[i][1]);
	}
}

/* A text of a megabyte, and one of a single word: neither is refused, both are bounded. */
static void large_texts_are_indexed_in_bounds(void **state)
{
	struct fixture *f = *state;
	enum { BYTES = 1024 * 1024 };
	char *body = ek_arena_get(&f->arena, BYTES / 2 + 64);
	assert_non_null(body);
	static const char *const forms[] = {"wort%dverbindung ", "x", "환불%d "};
	for (size_t form = 0; form < EK_LEN(forms); form++) {
		size_t n = 0;
		for (int i = 0; n + 32 < BYTES / 2; i++)
			n += strchr(forms[form], '%') != NULL
				     ? ek_format(body + n, 32,
						 form == 0 ? "wort%dverbindung " : "환불%d ", i)
				     : ek_format(body + n, 32, "x");
		body[n] = '\0';
		must(f, ek_log_begin(f->log, &f->err));
		put_part(f, (int64_t)form + 1, "message", body);
		must(f, ek_log_commit(f->log, &f->err));
	}
	expect(f, "verbindung", "1 ");
	expect(f, "wort7verbindung", "1 ");
	expect(f, "환불", "3 ");
}

static void a_backup_is_searched_once_it_is_written_to(void **state)
{
	struct fixture *f = *state;
	struct ek_backup_report report;
	char copy[EK_SCRATCH_PATH];
	must(f, ek_log_begin(f->log, &f->err));
	put_part(f, 1, "message", "Kündigungsbestätigung");
	must(f, ek_log_commit(f->log, &f->err));
	ek_format(copy, sizeof copy, "%s/copy", f->place);
	must(f, ek_backup_copy(f->log,
			       &(struct ek_backup_options){.alloc = ek_heap_alloc(), .to = copy},
			       &report, &f->err));
	ek_reader_close(&f->reader);
	must(f, ek_reader_open(copy, &f->reader, &f->err));
	const struct ek_reader_question q = {
		"SELECT count(*) FROM sqlite_schema WHERE name LIKE 'search%'", NULL, 0};
	char out[512] = "";
	must(f, ek_reader_each(f->reader, &q, see_id, out, &f->err));
	assert_string_equal(out, "0 ");
	const struct ek_log_options o = {.where = copy, .mode = EK_LOG_WRITE};
	struct ek_log *log;
	ek_reader_close(&f->reader);
	must(f, ek_log_open(&o, &log, &f->err));
	must(f, ek_reader_open(copy, &f->reader, &f->err));
	expect(f, "Bestätigung", "1 ");
	ek_log_close(&log);
}

#define FOR_ALL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static int run_all(struct fixture *f, const char *name)
{
	const struct CMUnitTest tests[] = {
		FOR_ALL(words_are_found_in_every_language),
		FOR_ALL(the_index_is_of_the_same_commit),
		FOR_ALL(one_transaction_changes_a_row_more_than_once),
		FOR_ALL(many_rows_of_one_transaction_are_found),
		FOR_ALL(whispers_are_in_no_search),
		FOR_ALL(contacts_are_found_by_name_address_and_number),
		FOR_ALL(large_texts_are_indexed_in_bounds),
		FOR_ALL(a_backup_is_searched_once_it_is_written_to),
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
	struct fixture sqlite = {.is_postgres = false};
	struct fixture postgres = {.is_postgres = true};
	int failed = run_all(&sqlite, "sqlite");
	if (ek_cluster_open(&postgres.cluster))
		failed += run_all(&postgres, "postgres");
	ek_cluster_close(&postgres.cluster);
	return failed;
}
