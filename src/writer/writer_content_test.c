/* Content in the pending transaction: what counts is what was last put or erased. */
#include "writer/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "store/scratch.h"
#include "sys/heap.h"

enum { STEPS = 6, ERASED = -1, COMMIT = -2 };

/* A counter is put at a value, or erased; a step without a name is the end. */
static const struct {
	const char *promise;
	struct {
		const char *name;
		int64_t value;
	} steps[STEPS];
	const char *there;
} rows[] = {
	{"what is put again is there once", {{"a", 1}, {"a", 2}, {"a", 3}}, "a=3 "},
	{"keys are told apart", {{"a", 1}, {"ab", 2}, {"a", 3}, {"ab", 4}}, "a=3 ab=4 "},
	{"what was erased is gone", {{"a", 1}, {"b", 2}, {"a", ERASED}}, "b=2 "},
	{"what is put after an erasure is there", {{"a", 1}, {"a", ERASED}, {"a", 2}}, "a=2 "},
	{"an erasure keeps its place", {{"a", 1}, {"b", 2}, {"a", ERASED}, {"b", 3}}, "b=3 "},
	{"a commit begins anew",
	 {{"a", 1}, {"", COMMIT}, {"a", 2}, {"", COMMIT}, {"a", 3}},
	 "a=3 "},
};

struct fixture {
	struct ek_log *log;
	struct ek_writer *w;
	char place[EK_SCRATCH_PATH];
	struct ek_err err;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	struct fixture *f = &fixture;
	char where[EK_SCRATCH_PATH + 8];
	ek_scratch_make(f->place);
	ek_format(where, sizeof where, "%s/data", f->place);
	const struct ek_log_options o = {.where = where, .mode = EK_LOG_CREATE};
	assert_true(ek_log_open(&o, &f->log, &f->err));
	const struct ek_writer_options w = {.log = f->log, .alloc = ek_heap_alloc(), .at = {1000}};
	assert_true(ek_writer_open(&w, &f->w, &f->err));
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	ek_writer_close(&f->w);
	ek_log_close(&f->log);
	ek_scratch_remove(f->place);
	return 0;
}

static void commit(struct fixture *f)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.by.kind = EK_ACTOR_PERSON;
	const struct ek_request r = {.cmd = &c, .at = {2000}};
	struct ek_answer a;
	assert_true(ek_writer_take(f->w, &r, &a, &f->err));
	assert_true(ek_writer_commit(f->w, false, &f->err));
}

static void take_step(struct fixture *f, const char *text, int64_t value)
{
	const struct ek_views_value name = ek_views_text((ek_str){text, (uint32_t)strlen(text)});
	const struct ek_views_value v[EK_CONTENT_COUNTERS_WIDTH] = {
		[EK_CONTENT_COUNTERS_NAME] = name,
		[EK_CONTENT_COUNTERS_LAST] = ek_views_int(value)};
	const struct ek_writer_erasure what = {EK_CONTENT_COUNTERS, EK_CONTENT_COUNTERS_NAME, name};
	if (value == COMMIT)
		commit(f);
	else if (value == ERASED)
		assert_true(ek_writer_erase(f->w, &what, &f->err));
	else
		assert_true(ek_writer_put(f->w, EK_CONTENT_COUNTERS, v, &f->err));
}

static bool print_row(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	char *out = ctx;
	char name[8] = "";
	(void)err;
	assert_int_equal(n, EK_CONTENT_COUNTERS_WIDTH);
	assert_true(v[EK_CONTENT_COUNTERS_NAME].n < sizeof name);
	memcpy(name, v[EK_CONTENT_COUNTERS_NAME].p, v[EK_CONTENT_COUNTERS_NAME].n);
	size_t at = strlen(out);
	ek_format(out + at, 100 - at, "%s=%lld ", name, (long long)v[EK_CONTENT_COUNTERS_LAST].i);
	return true;
}

static void content_is_what_was_last_put_or_erased(void **state)
{
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		char there[100] = "";
		assert_int_equal(set_up(state), 0);
		struct fixture *f = *state;
		for (size_t k = 0; k < STEPS && rows[i].steps[k].name != NULL; k++)
			take_step(f, rows[i].steps[k].name, rows[i].steps[k].value);
		commit(f);
		assert_true(ek_log_content_each(f->log, EK_CONTENT_COUNTERS, print_row, there,
						&f->err));
		if (strcmp(there, rows[i].there) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", rows[i].promise, there, rows[i].there);
		assert_int_equal(tear_down(state), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_is_what_was_last_put_or_erased),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
