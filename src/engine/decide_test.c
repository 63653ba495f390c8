/* What is decided about things that lie beside the facts: nothing but that they are told. */
#include "base/heap_scene.h"
#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct row {
	const char *promise;
	struct ek_cmd_content_change what;
	int kind;          /* of the event; 0 = refused */
	enum ek_code code; /* with this */
} rows[] = {
	{"a contact is told",
	 {{7}, EK_NONE, EK_NONE, {0}, {0}, 0, {0}, {0}},
	 EK_EVENT_CONTACT_UPDATED,
	 EK_OK},
	{"and who it turned out to be",
	 {{7}, EK_NONE, EK_NONE, {0}, {0}, 0, {8}, {0}},
	 EK_EVENT_CONTACT_UPDATED,
	 EK_OK},
	{"a tag is merged with nobody",
	 {{0}, 3, EK_NONE, {0}, {0}, 0, {8}, {0}},
	 0,
	 EK_INVALID_VALUE},
	{"a tag is told", {{0}, 3, EK_NONE, {0}, {0}, 0, {0}, {0}}, EK_EVENT_TAG_UPDATED, EK_OK},
	{"a view is told", {{0}, EK_NONE, 4, {0}, {0}, 0, {0}, {0}}, EK_EVENT_VIEW_UPDATED, EK_OK},
	{"and whose it is", {{0}, EK_NONE, 4, {1}, {0}, 0, {0}, {0}}, EK_EVENT_VIEW_UPDATED, EK_OK},
	{"so is what else people made",
	 {{0}, EK_NONE, EK_NONE, {0}, {0}, EK_CONTENT_KIND_TARGET, {0}, {0}},
	 EK_EVENT_CONTENT_UPDATED,
	 EK_OK},
	{"not beside a view",
	 {{0}, EK_NONE, 4, {0}, {0}, EK_CONTENT_KIND_GOAL, {0}, {0}},
	 0,
	 EK_INVALID_VALUE},
	{"nothing is not told",
	 {{0}, EK_NONE, EK_NONE, {0}, {0}, 0, {0}, {0}},
	 0,
	 EK_INVALID_VALUE},
	{"nor two at once", {{7}, 3, EK_NONE, {0}, {0}, 0, {0}, {0}}, 0, EK_INVALID_VALUE},
	{"nor what is no id", {{0}, 0, EK_NONE, {0}, {0}, 0, {0}, {0}}, 0, EK_INVALID_VALUE},
	{"nor of a view of nobody", {{0}, EK_NONE, 4, {2}, {0}, 0, {0}, {0}}, 0, EK_NOT_FOUND},
	{"nor of a team that is none", {{0}, EK_NONE, 4, {0}, {1}, 0, {0}, {0}}, 0, EK_NOT_FOUND},
};

static void content_is_told_and_decides_nothing(void **state)
{
	struct ek_engine *e;
	struct ek_events out;
	struct ek_err err;
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	(void)state;
	assert_true(ek_engine_open(ek_heap_scene(), &e, &err));
	assert_true(ek_engine_submit(e, &cmd, (ek_time){1000}, &out, &err));
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		const struct row *r = &rows[i];
		cmd = ek_cmd_make(EK_CMD_CONTENT_CHANGE);
		cmd.content_change = r->what;
		bool ok = ek_engine_submit(e, &cmd, (ek_time){2000}, &out, &err);
		if (ok != (r->kind != 0))
			fail_msg("%s", r->promise);
		if (ok) {
			assert_int_equal(out.n, 1);
			assert_int_equal(out.v[0].kind, r->kind);
		} else {
			assert_int_equal(err.code, r->code);
		}
	}
	ek_engine_close(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_is_told_and_decides_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
