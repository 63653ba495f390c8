/* What contacts wrote is in no byte of a backup, comes back with the keys, and goes with them. */
#include "auth/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/backup.h"
#include "store/scratch.h"
#include "sys/heap.h"

enum { FILE_MAX = 4 << 20 };

static const char canary[] = "canary";

struct scene {
	char directory[EK_SCRATCH_PATH];
	char copy[EK_DISK_PATH];
	char keys_path[EK_DISK_PATH];
	struct ek_seal *seal;
	struct ek_seal *other;
	struct ek_log *log;
};

static void must(bool ok, const struct ek_err *err)
{
	if (!ok)
		fail_msg("%s", err->msg);
}

static struct ek_log *open_at(const char *where, enum ek_log_mode mode)
{
	const struct ek_log_options options = {
		.where = where, .mode = mode, .without_search = true};
	struct ek_log *log;
	struct ek_err err;
	must(ek_log_open(&options, &log, &err), &err);
	return log;
}

/* A row with a canary in each text, which also says whose: "canary 2 body". */
static void put(struct scene *s, enum ek_content table, int64_t id, uint32_t contact)
{
	static char texts[EK_VIEWS_COLUMNS_MAX][64];
	const struct ek_views_table *t = ek_content_table(table);
	struct ek_views_value v[EK_VIEWS_COLUMNS_MAX] = {0};
	struct ek_personal of;
	struct ek_err err;
	ek_personal_of(table, &of);
	for (uint32_t i = 0; i < t->column_count; i++)
		v[i] = ek_views_int(t->columns[i].kind == EK_VIEWS_INT ? id : EK_NONE);
	for (uint32_t i = 0; i < of.count; i++) {
		uint32_t c = of.column[i];
		size_t n = ek_format(texts[c], sizeof texts[c], "%s %u %s", canary, contact,
				     t->columns[c].name);
		v[c] = t->columns[c].kind == EK_VIEWS_TEXT
			       ? ek_views_text((ek_str){texts[c], (uint32_t)n})
			       : ek_views_blob(texts[c], n);
	}
	if (table == EK_CONTENT_PARTS)
		v[EK_CONTENT_PARTS_AUTHOR_KIND] =
			ek_views_text(contact == 0 ? EK_S("teammate") : EK_S("contact"));
	must(ek_log_content_put(s->log, table, v, 1, &err), &err);
}

static void put_key(struct scene *s, uint32_t contact)
{
	struct ek_views_value v[EK_CONTENT_CONTACT_KEYS_WIDTH] = {0};
	uint8_t sealed[EK_ROWS_KEY];
	struct ek_err err;
	ek_rows_key(s->seal, contact, (ek_time){1}, sealed, v);
	must(ek_log_content_put(s->log, EK_CONTENT_CONTACT_KEYS, v, 1, &err), &err);
}

/* All tables: rows 1 and 2 are of contacts 1 and 2, as their conversations, asks and mails have
 * these numbers; row 3 is of a contact without a key; row 4 of nobody. */
static void fill(struct scene *s)
{
	struct ek_err err;
	must(ek_log_begin(s->log, &err), &err);
	for (int t = 0; t < EK_CONTENT_COUNT; t++) {
		struct ek_personal of;
		ek_personal_of((enum ek_content)t, &of);
		for (uint32_t id = 1; of.count > 0 && id <= 3; id++)
			put(s, (enum ek_content)t, id, id);
	}
	for (int64_t id = 1; id <= 3; id++) {
		struct ek_views_value ask[EK_CONTENT_SURVEY_ASKS_WIDTH] = {0};
		ask[EK_CONTENT_SURVEY_ASKS_ASK] = ek_views_int(id);
		ask[EK_CONTENT_SURVEY_ASKS_CONVERSATION] = ek_views_int(id);
		must(ek_log_content_put(s->log, EK_CONTENT_SURVEY_ASKS, ask, 1, &err), &err);
	}
	put(s, EK_CONTENT_PARTS, 4, 0);
	put_key(s, 1);
	put_key(s, 2);
	must(ek_log_commit(s->log, &err), &err);
}

static struct ek_rows_report back_up(struct scene *s)
{
	const struct ek_rows_options options = {.log = s->log, .seal = s->seal};
	struct ek_backup_report report;
	struct ek_rows *rows;
	char mark[EK_ROWS_MARK];
	struct ek_err err;
	must(ek_rows_open(&options, &rows, &err), &err);
	assert_true(ek_rows_draw(rows, mark));
	const struct ek_backup_options copy = {ek_heap_alloc(), s->copy, mark, ek_rows_seal, rows};
	must(ek_backup_copy(s->log, &copy, &report, &err), &err);
	struct ek_rows_report r = ek_rows_reported(rows);
	ek_rows_close(&rows);
	return r;
}

static int set_up(void **state)
{
	static struct scene s;
	static const uint8_t key[EK_SEAL_KEY_BYTES] = {7}, other[EK_SEAL_KEY_BYTES] = {8};
	char place[EK_DISK_PATH];
	struct ek_err err;
	ek_scratch_make(s.directory);
	ek_format(place, sizeof place, "%s/live", s.directory);
	ek_format(s.copy, sizeof s.copy, "%s/copy", s.directory);
	ek_format(s.keys_path, sizeof s.keys_path, "%s/keys", s.directory);
	must(ek_seal_open_key(key, &s.seal, &err), &err);
	must(ek_seal_open_key(other, &s.other, &err), &err);
	s.log = open_at(place, EK_LOG_CREATE);
	fill(&s);
	*state = &s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	ek_seal_close(&s->seal);
	ek_seal_close(&s->other);
	ek_log_close(&s->log);
	ek_scratch_remove(s->directory);
	return 0;
}

static bool has_canary(const char *directory)
{
	static char bytes[FILE_MAX];
	char path[EK_DISK_PATH];
	ek_format(path, sizeof path, "%s/log.db", directory);
	size_t n = ek_scratch_read(path, bytes, sizeof bytes);
	assert_true(n < sizeof bytes);
	return memmem(bytes, n, canary, sizeof canary - 1) != NULL;
}

/* ---- what came back */

struct looking {
	const struct ek_personal *of;
	uint32_t rows[5];   /* by key */
	uint32_t values[5]; /* with a canary, and that row's */
};

static bool look(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct looking *l = ctx;
	char want[16];
	(void)n;
	(void)err;
	assert_in_range(v[0].i, 1, 4);
	l->rows[v[0].i]++;
	size_t len = ek_format(want, sizeof want, "%s %lld ", canary,
			       v[0].i == 4 ? 0LL : (long long)v[0].i);
	for (uint32_t i = 0; i < l->of->count; i++) {
		const struct ek_views_value *x = &v[l->of->column[i]];
		l->values[v[0].i] += x->n > len && memcmp(x->p, want, len) == 0;
	}
	return true;
}

struct wanted {
	bool first;   /* contact 1 */
	bool others;  /* 2 */
	bool nobodys; /* 3, which had no key, and what is nobody's */
};

static bool is_there(const struct wanted *w, const struct ek_personal *of, uint32_t id)
{
	if (of->owner == EK_PERSONAL_NOBODY || id >= 3)
		return w->nobodys;
	return id == 1 ? w->first : w->others;
}

static void expect_table(struct ek_log *log, enum ek_content table, const struct wanted *w)
{
	struct ek_personal of;
	struct ek_err err;
	ek_personal_of(table, &of);
	struct looking l = {.of = &of};
	if (of.count == 0 || of.owner == EK_PERSONAL_OMITTED)
		return;
	must(ek_log_content_each(log, table, look, &l, &err), &err);
	for (uint32_t id = 1; id <= (table == EK_CONTENT_PARTS ? 4 : 3); id++) {
		bool is = is_there(w, &of, id);
		if (l.values[id] != (is ? of.count : 0) ||
		    l.rows[id] != (is || of.form == EK_PERSONAL_BLANK))
			fail_msg("%s %u: %u rows with %u values, wanted: %d",
				 ek_content_table(table)->name, id, l.rows[id], l.values[id], is);
	}
}

/* Restores into a new directory, and looks at every table. */
static void expect(struct scene *s, const char *into, const struct ek_seal *seal,
		   const struct ek_backup_keys *keys, const struct wanted *w)
{
	char mark[EK_LOG_META_MAX];
	char to[EK_DISK_PATH];
	struct ek_log *from = open_at(s->copy, EK_LOG_READ);
	const struct ek_rows_options options = {from, seal, keys};
	struct ek_backup_report report;
	struct ek_rows *rows;
	struct ek_err err;
	ek_format(to, sizeof to, "%s/%s", s->directory, into);
	must(ek_log_mark(from, mark, &err), &err);
	must(ek_rows_open(&options, &rows, &err), &err);
	must(ek_rows_mark(rows, mark, &err), &err);
	const struct ek_backup_options copy = {ek_heap_alloc(), to, NULL, ek_rows_unseal, rows};
	must(ek_backup_copy(from, &copy, &report, &err), &err);
	assert_int_equal(ek_rows_reported(rows).lost > 0, !w->first || !w->others || !w->nobodys);
	ek_rows_close(&rows);
	ek_log_close(&from);
	struct ek_log *log = open_at(to, EK_LOG_READ);
	for (int t = 0; t < EK_CONTENT_COUNT; t++)
		expect_table(log, (enum ek_content)t, w);
	ek_log_close(&log);
}

static struct ek_backup_keys *write_keys(const struct scene *s)
{
	struct ek_backup_keys_count count;
	struct ek_backup_keys *keys;
	struct ek_err err;
	must(ek_backup_keys_write(s->log, s->keys_path, &count, &err), &err);
	must(ek_backup_keys_open(s->keys_path, &keys, &err), &err);
	return keys;
}

static void nothing_is_plain_and_all_comes_back(void **state)
{
	struct scene *s = *state;
	struct ek_err err;
	struct ek_rows_report r = back_up(s);
	struct ek_log *omitted;
	struct ek_personal of;
	assert_false(has_canary(s->copy));
	assert_true(r.sealed > 3 * 15);
	assert_true(r.keyless > 10); /* row 3 of each table that is contacts' */
	assert_true(r.keyless < r.sealed / 2);
	struct ek_backup_keys *keys = write_keys(s);
	expect(s, "all", s->seal, keys, &(struct wanted){true, true, true});
	ek_backup_keys_close(&keys);
	/* First answers stay away as rows, files of jobs as values. */
	omitted = open_at(s->copy, EK_LOG_READ);
	ek_personal_of(EK_CONTENT_JOBS, &of);
	struct looking l = {.of = &of};
	must(ek_log_content_each(omitted, EK_CONTENT_JOBS, look, &l, &err), &err);
	assert_int_equal(l.rows[1] + l.values[1], 1);
	l = (struct looking){.of = &of};
	must(ek_log_content_each(omitted, EK_CONTENT_ANSWERS, look, &l, &err), &err);
	assert_int_equal(l.rows[1], 0);
	ek_log_close(&omitted);
}

static void who_lost_the_key_lost_the_rows(void **state)
{
	struct scene *s = *state;
	struct ek_err err;
	back_up(s);
	must(ek_log_begin(s->log, &err), &err);
	must(ek_log_content_erase(s->log, EK_CONTENT_CONTACT_KEYS, EK_CONTENT_CONTACT_KEYS_CONTACT,
				  ek_views_int(1), &err),
	     &err);
	must(ek_log_commit(s->log, &err), &err);
	struct ek_backup_keys *keys = write_keys(s);
	expect(s, "later", s->seal, keys, &(struct wanted){false, true, true});
	ek_backup_keys_close(&keys);
}

static void without_keys_only_what_is_nobodys_opens(void **state)
{
	struct scene *s = *state;
	back_up(s);
	expect(s, "keyless", s->seal, NULL, &(struct wanted){false, false, true});
	expect(s, "masterless", NULL, NULL, &(struct wanted){false, false, false});
}

static void another_master_key_is_told(void **state)
{
	struct scene *s = *state;
	char mark[EK_LOG_META_MAX];
	struct ek_rows *rows;
	struct ek_err err;
	back_up(s);
	struct ek_log *from = open_at(s->copy, EK_LOG_READ);
	const struct ek_rows_options options = {from, s->other, NULL};
	must(ek_log_mark(from, mark, &err), &err);
	must(ek_rows_open(&options, &rows, &err), &err);
	assert_false(ek_rows_mark(rows, mark, &err));
	assert_int_equal(err.code, EK_DAMAGE);
	assert_string_equal(err.msg, "this backup was sealed with another master key");
	ek_rows_close(&rows);
	ek_log_close(&from);
}

/* ---- damage */

/* One row, sealed; as it goes into a copy. */
static struct ek_rows *seal_note(struct scene *s, struct ek_views_value row[], bool *goes)
{
	const struct ek_rows_options options = {.log = s->log, .seal = s->seal};
	char mark[EK_ROWS_MARK];
	struct ek_rows *rows;
	struct ek_err err;
	row[EK_CONTENT_NOTES_NOTE] = ek_views_int(12);
	row[EK_CONTENT_NOTES_CONTACT] = ek_views_int(1);
	row[EK_CONTENT_NOTES_BODY] = ek_views_text(EK_S("canary of a note"));
	must(ek_rows_open(&options, &rows, &err), &err);
	assert_true(ek_rows_draw(rows, mark));
	must(ek_rows_seal(rows, EK_CONTENT_NOTES, row, goes, &err), &err);
	return rows;
}

/* Whether it opens, as another note or with other bytes. */
static bool opens(struct ek_rows *rows, int64_t note, ek_str body, struct ek_err *err)
{
	struct ek_views_value row[EK_CONTENT_NOTES_WIDTH] = {0};
	bool goes;
	row[EK_CONTENT_NOTES_NOTE] = ek_views_int(note);
	row[EK_CONTENT_NOTES_CONTACT] = ek_views_int(1);
	row[EK_CONTENT_NOTES_BODY] = ek_views_text(body);
	return ek_rows_unseal(rows, EK_CONTENT_NOTES, row, &goes, err) &&
	       ek_str_is((ek_str){row[EK_CONTENT_NOTES_BODY].p, row[EK_CONTENT_NOTES_BODY].n},
			 "canary of a note");
}

static void refuse(struct ek_rows *rows, int64_t note, ek_str body)
{
	struct ek_err err = {0};
	assert_false(opens(rows, note, body, &err));
	assert_int_equal(err.code, EK_DAMAGE);
	assert_non_null(strstr(err.msg, "row notes 1"));
}

static void a_row_that_was_changed_is_named(void **state)
{
	struct scene *s = *state;
	struct ek_views_value row[EK_CONTENT_NOTES_WIDTH] = {0};
	struct ek_backup_keys *keys = write_keys(s);
	char body[256];
	struct ek_err err;
	bool goes;
	struct ek_rows *sealing = seal_note(s, row, &goes);
	uint32_t n = row[EK_CONTENT_NOTES_BODY].n;
	assert_in_range(n, 1, sizeof body);
	memcpy(body, row[EK_CONTENT_NOTES_BODY].p, n);
	ek_rows_close(&sealing);
	const struct ek_rows_options options = {s->log, s->seal, keys};
	struct ek_rows *rows;
	must(ek_rows_open(&options, &rows, &err), &err);
	must(opens(rows, 12, (ek_str){body, n}, &err), &err);
	refuse(rows, 13, (ek_str){body, n});
	for (uint32_t i = 0; i < n; i++) {
		char was = body[i];
		body[i] = was == 'A' ? 'B' : 'A';
		/* The last letter before = has bits that mean nothing. */
		if (body[i + (i + 1 < n)] != '=')
			refuse(rows, 12, (ek_str){body, n});
		body[i] = '?';
		refuse(rows, 12, (ek_str){body, n});
		body[i] = was;
		refuse(rows, 12, (ek_str){body, i == 0 ? 1 : i});
	}
	must(opens(rows, 12, (ek_str){body, n}, &err), &err);
	ek_rows_close(&rows);
	ek_backup_keys_close(&keys);
}

#define ON_DISK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_DISK(nothing_is_plain_and_all_comes_back),
		ON_DISK(who_lost_the_key_lost_the_rows),
		ON_DISK(without_keys_only_what_is_nobodys_opens),
		ON_DISK(another_master_key_is_told),
		ON_DISK(a_row_that_was_changed_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
