/* What was before, and what surveys bring: which of it is a fact, and why the rest is none. None of
 * it changes the state. */
#include "base/heap_scene.h"
#include "engine/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1780000000000)

/* One field of a good command set to another value; NULL as field: nothing is. */
struct row {
	int kind;
	const char *field;
	int64_t value;
	const char *says; /* NULL = it is a fact */
};
/* clang-format off */
static const struct row rows[] = {
	{EK_CMD_HISTORY_NOTE_CONVERSATION, NULL, 0, NULL},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "import", 0, "numbers from 1"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "item", EK_NONE, "numbers from 1"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "team", 2, "no such teammate or team inbox"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "team", 0, NULL},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "replier", 2, "no such teammate"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "owner", 2, "no such teammate"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "channel", 0, "a channel, and counts"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "started", EK_NONE, "when it began is missing"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "started", 3001, "not in order"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "assigned", 999, "not in order"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "replied", 999, "not in order"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "closed", 4001, "not in order"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "solved", NOW + 1, "in the future"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "solved", NOW, NULL},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "closed", EK_NONE, NULL},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "replies", -1, "counts from 0"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "replies", EK_NONE, NULL},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "reopens", -1, "counts from 0"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "transfers", -1, "counts from 0"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "contact", -1, "counts from 0"},
	{EK_CMD_HISTORY_NOTE_CONVERSATION, "sla_met", 2, "counts from 0"},
	{EK_CMD_HISTORY_NOTE_CALL, NULL, 0, NULL},
	{EK_CMD_HISTORY_NOTE_CALL, "import", 0, "numbers from 1"},
	{EK_CMD_HISTORY_NOTE_CALL, "team", 2, "no such teammate"},
	{EK_CMD_HISTORY_NOTE_CALL, "teammate", 2, "no such teammate"},
	{EK_CMD_HISTORY_NOTE_CALL, "started", 2001, "not in order"},
	{EK_CMD_HISTORY_NOTE_CALL, "queued", EK_NONE, NULL},
	{EK_CMD_HISTORY_NOTE_CALL, "answered", 1999, "not in order"},
	{EK_CMD_HISTORY_NOTE_CALL, "answered", EK_NONE, NULL},
	{EK_CMD_HISTORY_NOTE_CALL, "ended", EK_NONE, "an end"},
	{EK_CMD_HISTORY_NOTE_CALL, "ended", NOW + 1, "in the future"},
	{EK_CMD_HISTORY_NOTE_CALL, "hold_ms", -1, "counts from 0"},
	{EK_CMD_HISTORY_NOTE_CALL, "holds", -1, "counts from 0"},
	{EK_CMD_HISTORY_NOTE_CALL, "after_ms", -1, "counts from 0"},
	{EK_CMD_HISTORY_NOTE_CALL, "transfers", -1, "counts from 0"},
	{EK_CMD_HISTORY_NOTE_CALL, "contact", -1, "counts from 0"},
	{EK_CMD_HISTORY_NOTE_ANSWER, NULL, 0, NULL},
	{EK_CMD_HISTORY_NOTE_ANSWER, "item", 0, "numbers from 1"},
	{EK_CMD_HISTORY_NOTE_ANSWER, "form", 0, "`form` is missing"},
	{EK_CMD_HISTORY_NOTE_ANSWER, "score", 11, "from 0 to 10"},
	{EK_CMD_HISTORY_NOTE_ANSWER, "score", -1, "from 0 to 10"},
	{EK_CMD_HISTORY_NOTE_ANSWER, "score", 0, NULL},
	{EK_CMD_HISTORY_NOTE_ANSWER, "score", EK_NONE, NULL},
	{EK_CMD_HISTORY_NOTE_ANSWER, "asked", EK_NONE, "missing"},
	{EK_CMD_HISTORY_NOTE_ANSWER, "answered", 999, "not in order"},
	{EK_CMD_HISTORY_NOTE_ANSWER, "answered", EK_NONE, NULL},
	{EK_CMD_HISTORY_NOTE_ANSWER, "team", 2, "no such teammate"},
	{EK_CMD_SURVEY_SEND, NULL, 0, NULL},
	{EK_CMD_SURVEY_SEND, "ask", 0, "numbers from 1"},
	{EK_CMD_SURVEY_SEND, "survey", 0, "numbers from 1"},
	{EK_CMD_SURVEY_SEND, "version", 0, "numbers from 1"},
	{EK_CMD_SURVEY_SEND, "conversation", 2, ""},
	{EK_CMD_SURVEY_SEND, "teammate", 2, "no such teammate"},
	{EK_CMD_SURVEY_SEND, "form", 0, "`form` is missing"},
	{EK_CMD_SURVEY_DELIVER, NULL, 0, NULL},
	{EK_CMD_SURVEY_DELIVER, "ask", 0, "from 1"},
	{EK_CMD_SURVEY_RETURN, NULL, 0, NULL},
	{EK_CMD_SURVEY_RETURN, "ask", 0, "from 1"},
	{EK_CMD_SURVEY_ANSWER, NULL, 0, NULL},
	{EK_CMD_SURVEY_ANSWER, "score", 11, "from 0 to 10"},
	{EK_CMD_SURVEY_ANSWER, "ask", 0, "from 1"},
	{EK_CMD_DEFINITION_CHANGE, NULL, 0, NULL},
	{EK_CMD_DEFINITION_CHANGE, "metric", 0, "from 1"},
	{EK_CMD_DEFINITION_CHANGE, "version", 1, "from 2"},
	{EK_CMD_DEFINITION_CHANGE, "clock", 0, "lengths from 0"},
	{EK_CMD_DEFINITION_CHANGE, "short_s", -1, "lengths from 0"},
	{EK_CMD_DEFINITION_CHANGE, "chat_target_s", -1, "lengths from 0"},
	{EK_CMD_DEFINITION_CHANGE, "chat_target_s", EK_NONE, NULL},
	{EK_CMD_DEFINITION_CHANGE, "effective", NOW - 1, "never changes what was"},
	{EK_CMD_DEFINITION_CHANGE, "effective", EK_NONE, "never changes what was"},
	{EK_CMD_DEFINITION_CHANGE, "reason", 0, "say why"},
};
static const struct {
	const char *field;
	int64_t value;
} goods[] = {
	{"import", 1}, {"item", 1}, {"channel", EK_CAPACITY_CLASS_EMAIL}, {"team", 1},
	{"replier", 1}, {"owner", 1}, {"teammate", 1}, {"contact", 7}, {"started", 1000},
	{"queued", 2000}, {"asked", 1000}, {"assigned", 1500}, {"replied", 2000},
	{"answered", 2500}, {"ended", 3500}, {"closed", 3000}, {"solved", 4000}, {"replies", 2},
	{"form", EK_SURVEY_FORM_NPS}, {"score", 9}, {"ask", 1}, {"survey", 1}, {"version", 2},
	{"conversation", 1}, {"until", 9000}, {"metric", 17}, {"effective", NOW},
	{"clock", EK_CLOCK_CALENDAR}, {"matures_days", 0}, {"target_s", 40}, {"short_s", 5},
	{"reason", 1}, {"chat_target_s", 60},
};
/* clang-format on */

static void set(struct ek_cmd *c, const char *name, int64_t value)
{
	const struct ek_record *r = ek_cmd_record(c->kind);
	char *body = (char *)&c->conversation_create;
	for (uint32_t i = 0; i < r->field_count; i++) {
		const struct ek_field *f = &r->fields[i];
		if (strcmp(f->name, name) != 0)
			continue;
		if (f->type == EK_FT_INT || f->type == EK_FT_TIME || f->type == EK_FT_SPAN)
			memcpy(body + f->offset, &value, sizeof value);
		else if (f->type == EK_FT_TEXT)
			memcpy(body + f->offset, &(ek_str){"why", (uint32_t)(3 * value)},
			       sizeof(ek_str));
		else if (ek_field_is_enum(f->type))
			body[f->offset] = (char)value;
		else
			memcpy(body + f->offset, &(uint32_t){(uint32_t)value}, sizeof(uint32_t));
	}
}

static bool submit(struct ek_engine *e, struct ek_cmd cmd, uint32_t *events, struct ek_err *err)
{
	struct ek_events out = {NULL, 0};
	cmd.by.kind = EK_ACTOR_SYSTEM;
	bool ok = ek_engine_submit(e, &cmd, (ek_time){NOW}, &out, err);
	*events = ok ? out.n : 0;
	return ok;
}

static void facts_and_refusals(void **state)
{
	struct ek_engine *e;
	struct ek_err err;
	uint32_t n;
	(void)state;
	assert_true(ek_engine_open(ek_heap_scene(), &e, &err));
	assert_true(submit(e, ek_cmd_make(EK_CMD_TEAM_CREATE), &n, &err));
	assert_true(submit(e, ek_cmd_make(EK_CMD_TEAMMATE_CREATE), &n, &err));
	assert_true(submit(e, ek_cmd_make(EK_CMD_CONVERSATION_CREATE), &n, &err));
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		struct ek_cmd c = ek_cmd_make(rows[i].kind);
		uint64_t before = ek_engine_seq(e);
		for (size_t k = 0; k < EK_LEN(goods); k++)
			set(&c, goods[k].field, goods[k].value);
		if (rows[i].field != NULL)
			set(&c, rows[i].field, rows[i].value);
		err.msg[0] = '\0';
		bool ok = submit(e, c, &n, &err);
		bool is_right = ok == (rows[i].says == NULL) &&
				ek_engine_seq(e) == before + (ok ? 1 : 0) && n == (ok ? 1 : 0) &&
				(ok || strstr(err.msg, rows[i].says) != NULL);
		if (!is_right)
			fail_msg("%s, %s %lld: %s", ek_cmd_record(c.kind)->wire,
				 rows[i].field == NULL ? "as it should be" : rows[i].field,
				 (long long)rows[i].value, ok ? "taken" : err.msg);
	}
	ek_engine_close(&e);
}

/* What is noted is in the log with all its fields, and one refused row keeps all others out. */
static void in_bulk_all_or_nothing(void **state)
{
	struct ek_engine *e;
	struct ek_err err;
	struct ek_cmd v[3], bulk = ek_cmd_make(EK_CMD_BULK_APPLY);
	uint32_t n;
	(void)state;
	assert_true(ek_engine_open(ek_heap_scene(), &e, &err));
	for (int i = 0; i < 3; i++) {
		v[i] = ek_cmd_make(EK_CMD_HISTORY_NOTE_ANSWER);
		set(&v[i], "import", 4);
		set(&v[i], "item", i + 1);
		set(&v[i], "form", EK_SURVEY_FORM_CSAT);
		set(&v[i], "asked", 1000);
		set(&v[i], "score", 3 + i);
	}
	bulk.bulk_apply.rows = (struct ek_rows){v, 3};
	assert_true(submit(e, bulk, &n, &err));
	assert_int_equal(n, 3);
	set(&v[2], "score", 6);
	assert_false(submit(e, bulk, &n, &err));
	assert_non_null(strstr(err.msg, "row 3"));
	assert_int_equal(ek_engine_seq(e), 3);
	ek_engine_close(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_and_refusals),
		cmocka_unit_test(in_bulk_all_or_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
