/* The second opinion against the worked examples of the routing spec. */
#include "sim/examples.h"
#include "sim/opinion.h"
#include "sim/script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct run {
	struct ek_opinion *o;
	struct ek_script script;
	char got[600];
};

static void append(struct run *r, const char *text)
{
	size_t n = strlen(r->got);
	snprintf(r->got + n, sizeof r->got - n, "%s", text);
}

static void append_answer(struct run *r, const struct ek_opinion_answer *a)
{
	char one[64];
	if (a->refused != EK_OK)
		append(r, ek_err_wire(a->refused));
	for (uint32_t i = 0; i < a->n; i++) {
		const struct ek_opinion_decision *d = &a->v[i];
		snprintf(one, sizeof one, "%s%u>%u %s", i == 0 ? "" : ", ", d->conversation.v,
			 d->teammate.v,
			 d->offered ? "offered" : ek_enums_wire(EK_ENUM_HOW, d->how));
		append(r, one);
	}
}

/* What falls due before `at`, each at its time; nothing may be given out. */
static void let_pass(struct run *r, ek_time at)
{
	struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
	for (ek_time due = ek_opinion_due(r->o); ek_time_is_set(due) && due.ms < at.ms;
	     due = ek_opinion_due(r->o)) {
		struct ek_opinion_answer a = ek_opinion_submit(r->o, &tick, due);
		append_answer(r, &a);
	}
}

static void answer_minutes(struct run *r, ek_time t)
{
	if (!ek_time_is_set(t))
		append(r, "none");
	else
		snprintf(r->got, sizeof r->got, "%lld",
			 (long long)((t.ms - r->script.first_day.ms) / 60000));
}

static void answer_id(struct run *r, uint32_t id)
{
	if (id == 0)
		append(r, "none");
	else
		snprintf(r->got, sizeof r->got, "%u", id);
}

static void ask_queue(struct run *r)
{
	ek_conversation_id ids[20];
	char one[16];
	uint32_t n = ek_opinion_queue(r->o, ids, EK_LEN(ids));
	for (uint32_t i = 0; i < n; i++) {
		snprintf(one, sizeof one, "%s%u", i == 0 ? "" : " ", ids[i].v);
		append(r, one);
	}
}

static void ask_teammate(struct run *r, const char *word, uint32_t id)
{
	struct ek_teammate_view v;
	assert_true(ek_opinion_teammate(r->o, (ek_teammate_id){id}, &v));
	if (strcmp(word, "load") == 0)
		snprintf(r->got, sizeof r->got, "%u", v.load);
	else
		append(r, ek_enums_wire(EK_ENUM_PRESENCE, v.presence));
}

static void ask_conversation(struct run *r, const char *word, uint32_t id)
{
	struct ek_conversation_view v;
	assert_true(ek_opinion_conversation(r->o, (ek_conversation_id){id}, &v));
	if (strcmp(word, "holder") == 0)
		answer_id(r, v.teammate.v);
	else if (strcmp(word, "team") == 0)
		answer_id(r, v.team.v);
	else if (strcmp(word, "since") == 0)
		answer_minutes(r, v.waiting_since);
	else if (strcmp(word, "until") == 0)
		answer_minutes(r, v.snoozed_until);
	else if (strcmp(word, "nudge") == 0)
		answer_minutes(r, ek_opinion_nudge(r->o, v.id));
	else
		append(r, ek_opinion_stranded(r->o, v.id) ? "yes" : "no");
}

static void ask(struct run *r, const char *question)
{
	char word[16];
	size_t n = strcspn(question, " ");
	char *rest = NULL;
	snprintf(word, sizeof word, "%.*s", (int)n, question);
	uint32_t first = (uint32_t)strtoul(question + n, &rest, 10);
	uint32_t second = (uint32_t)strtoul(rest, NULL, 10);
	if (strcmp(word, "queue") == 0) {
		ask_queue(r);
	} else if (strcmp(word, "test") == 0) {
		int test = ek_opinion_why_not(r->o, (ek_conversation_id){first},
					      (ek_teammate_id){second});
		append(r, test == 0 ? "eligible" : ek_enums_wire(EK_ENUM_TEST, test));
	} else if (strcmp(word, "load") == 0 || strcmp(word, "presence") == 0) {
		ask_teammate(r, word, first);
	} else {
		ask_conversation(r, word, first);
	}
}

static void take_step(struct run *r, const struct ek_example *e, const struct ek_example_step *s)
{
	struct ek_cmd cmd;
	r->got[0] = '\0';
	if (s->line[0] == '?') {
		ask(r, s->line + 1);
	} else {
		ek_time at = ek_script_parse(&r->script, s->line, &cmd);
		if (cmd.kind != EK_CMD_SERVER_STARTED)
			let_pass(r, at);
		struct ek_opinion_answer a = ek_opinion_submit(r->o, &cmd, at);
		append_answer(r, &a);
	}
	if (strcmp(r->got, s->expect == NULL ? "" : s->expect) != 0)
		fail_msg("%s: %s: got \"%s\", want \"%s\"", e->name, s->line, r->got,
			 s->expect == NULL ? "" : s->expect);
}

static void keeps_the_worked_examples(void **state)
{
	struct run *r = calloc(1, sizeof *r);
	(void)state;
	assert_non_null(r);
	for (size_t i = 0; ek_examples_nth(i) != NULL; i++) {
		const struct ek_example *e = ek_examples_nth(i);
		r->o = ek_opinion_open();
		r->script.first_day.ms = e->day * (int64_t)EK_CALENDAR_DAY_MS;
		assert_non_null(r->o);
		for (size_t k = 0; k < e->step_count; k++)
			take_step(r, e, &e->steps[k]);
		ek_opinion_close(&r->o);
	}
	free(r);
}

/* What a history prints can be read by a person, and read again. */
static void shows_what_it_parsed(void **state)
{
	static const char *const lines[] = {
		"conversation.create team=1 priority=2 needs=tax/3/no/600000 tags=a,b by=person:0",
		"settings.change scope=team id=3 set=rank:2;overflow:[2,60000,1,0] by=rule:7",
		"bulk.apply by=person:0 | conversation.close conversation=1 | tick",
	};
	struct ek_script *s = calloc(1, sizeof *s);
	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < EK_LEN(lines); i++) {
		char line[300];
		char shown[300];
		struct ek_cmd cmd;
		snprintf(line, sizeof line, "10:00 %s", lines[i]);
		assert_int_equal(ek_script_parse(s, line, &cmd).ms, 36000000);
		ek_script_show(&cmd, shown, sizeof shown);
		assert_string_equal(shown, lines[i]);
	}
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_worked_examples),
		cmocka_unit_test(shows_what_it_parsed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
