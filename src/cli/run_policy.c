/* policy: the settings as one text. */
#include "cli/run.h"

#include "cli/names.h"
#include "cli/place.h"
#include "cli/policy_file.h"
#include "engine/policy.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "wire/policy_text.h"
#include "writer/replay.h"

#define POLICY_MEMORY ((size_t)1 << 32)
enum { ANSWER_MAX = 256 * 1024 * 1024 };

static ek_str name_of(void *ctx, enum ek_field_type kind, uint32_t id)
{
	return ek_names_of(ctx, ek_names_kind(kind), id);
}

/* ---- export */

static bool sink_out(void *ctx, const char *p, size_t n)
{
	ek_cli_put(ctx, p, n);
	return true;
}

static bool put_policy(struct ek_cli *cli, const struct ek_policy *p, struct ek_arena *arena,
		       struct ek_err *err)
{
	if (!ek_cli_has(cli, EK_CLI_JSON))
		return ek_policy_text_write(p, sink_out, cli) ||
		       ek_fail(err, EK_IO, "the policy could not be written");
	struct ek_policy_gathered t = {.arena = arena};
	if (!ek_policy_text_write(p, ek_policy_gather, &t))
		return ek_fail(err, EK_NO_MEMORY, "no memory for a policy");
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), ANSWER_MAX);
	ek_json_object(&j);
	ek_json_key(&j, "policy");
	ek_json_text(&j, (ek_str){t.p == NULL ? "" : t.p, (uint32_t)t.n});
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

bool ek_run_policy_export(struct ek_cli *cli, struct ek_err *err)
{
	const struct ek_replay_options now = {.alloc = ek_heap_alloc(), .from_snapshot = true};
	struct ek_log *log = NULL;
	struct ek_names *names = NULL;
	struct ek_engine *engine = NULL;
	struct ek_arena arena;
	struct ek_policy policy;
	ek_arena_init(&arena, ek_heap_alloc(), POLICY_MEMORY);
	bool ok = ek_place_open(cli, EK_LOG_READ, &log, err) && ek_names_open(&names, err) &&
		  ek_names_load(names, log, err) && ek_replay_open(log, &now, &engine, err);
	const struct ek_policy_names get = {name_of, names};
	ok = ok && ek_policy_take(engine, &get, &arena, &policy, err) &&
	     put_policy(cli, &policy, &arena, err);
	ek_engine_close(&engine);
	ek_names_close(&names);
	ek_log_close(&log);
	ek_arena_fini(&arena);
	return ok;
}

/* ---- check */

struct check {
	struct ek_cli *cli;
	struct ek_arena *arena;
	struct ek_json json;
	uint32_t failed;
};

static bool is_json(const struct check *c)
{
	return ek_cli_has(c->cli, EK_CLI_JSON);
}

static void put_key(struct ek_json *j, const char *key, const char *word)
{
	ek_json_key(j, key);
	ek_json_word(j, word);
}

static void put_line(struct ek_json *j, uint32_t line)
{
	ek_json_key(j, "line");
	if (line == 0)
		ek_json_null(j);
	else
		ek_json_uint(j, line);
}

static void tell_finding(struct check *c, const struct ek_policy_finding *f)
{
	const char *kind = f->is_note ? "note" : "finding";
	if (!is_json(c)) {
		if (f->line == 0)
			ek_cli_print(c->cli, "%s %s: %s\n", kind, f->rule, f->text);
		else
			ek_cli_print(c->cli, "%s %s: line %u: %s\n", kind, f->rule, f->line,
				     f->text);
		return;
	}
	ek_json_object(&c->json);
	put_key(&c->json, "kind", kind);
	put_line(&c->json, f->line);
	put_key(&c->json, "rule", f->rule);
	put_key(&c->json, "text", f->text);
	ek_json_object_end(&c->json);
}

static void tell_test(struct check *c, const struct ek_policy_test *test,
		      const struct ek_policy_verdict *v)
{
	bool passed = v->line == 0;
	c->failed += !passed;
	if (!is_json(c)) {
		ek_cli_print(c->cli, "%s: ", passed ? "passed" : "FAILED");
		ek_cli_put(c->cli, test->name.p, test->name.n);
		if (!passed)
			ek_cli_print(c->cli, ": line %u: %s", v->line, v->said);
		ek_cli_print(c->cli, "\n");
		return;
	}
	ek_json_object(&c->json);
	put_line(&c->json, v->line);
	ek_json_key(&c->json, "name");
	ek_json_text(&c->json, test->name);
	ek_json_key(&c->json, "passed");
	ek_json_bool(&c->json, passed);
	put_key(&c->json, "said", passed ? "" : v->said);
	ek_json_object_end(&c->json);
}

static bool check_tests(struct check *c, struct ek_policy *p, struct ek_err *err)
{
	struct ek_engine *stage = NULL;
	bool ok = ek_policy_stage(ek_heap_alloc(), p, c->arena, &stage, err);
	for (uint32_t i = 0; ok && i < p->test_count; i++) {
		struct ek_policy_verdict v;
		ok = ek_policy_try(stage, p, i, &v, err);
		if (ok)
			tell_test(c, &p->tests[i], &v);
	}
	ek_engine_close(&stage);
	return ok;
}

static bool check(struct check *c, const char *path, struct ek_err *err)
{
	struct ek_policy p;
	struct ek_policy_findings found;
	if (!ek_policy_file_read(path, c->arena, &p, err) ||
	    !ek_policy_lint(&p, NULL, c->arena, &found, err))
		return false;
	ek_json_object(&c->json);
	ek_json_key(&c->json, "findings");
	ek_json_list(&c->json);
	for (uint32_t i = 0; i < found.n; i++)
		tell_finding(c, &found.v[i]);
	ek_json_list_end(&c->json);
	ek_json_key(&c->json, "tests");
	ek_json_list(&c->json);
	if (!check_tests(c, &p, err))
		return false;
	ek_json_list_end(&c->json);
	ek_json_object_end(&c->json);
	if (is_json(c) && !ek_cli_put_json(c->cli, &c->json, err))
		return false;
	if (c->failed > 0)
		return ek_fail(err, EK_CHECK_FAILED, "%u of %u tests failed", c->failed,
			       p.test_count);
	ek_cli_say(c->cli, "%u tests passed", p.test_count);
	return true;
}

bool ek_run_policy_check(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_arena arena;
	struct check c = {.cli = cli, .arena = &arena};
	ek_arena_init(&arena, ek_heap_alloc(), POLICY_MEMORY);
	ek_json_init(&c.json, ek_heap_alloc(), ANSWER_MAX);
	bool ok = check(&c, cli->words[0], err);
	ek_json_fini(&c.json);
	ek_arena_fini(&arena);
	return ok;
}

/* ---- apply */

struct apply {
	struct ek_log *log;
	struct ek_names *names;
	struct ek_writer *writer;
	struct ek_arena arena;
};

static bool open_apply(struct apply *a, struct ek_cli *cli, struct ek_err *err)
{
	*a = (struct apply){.log = NULL};
	ek_arena_init(&a->arena, ek_heap_alloc(), POLICY_MEMORY);
	if (!ek_place_open(cli, EK_LOG_WRITE, &a->log, err) || !ek_names_open(&a->names, err) ||
	    !ek_names_load(a->names, a->log, err))
		return false;
	const struct ek_writer_options options = {
		.log = a->log, .alloc = ek_heap_alloc(), .at = EK_NO_TIME, .lazy_epoch = true};
	return ek_writer_open(&options, &a->writer, err);
}

static void close_apply(struct apply *a)
{
	ek_writer_close(&a->writer);
	ek_names_close(&a->names);
	ek_log_close(&a->log);
	ek_arena_fini(&a->arena);
}

static bool name_new(struct apply *a, enum ek_writer_name kind, const struct ek_policy_section *s,
		     struct ek_err *err)
{
	return ek_names_find(a->names, kind, s->name) == s->id ||
	       ek_writer_set_name(a->writer, kind, s->id, s->name, err);
}

static bool name_all(struct apply *a, const struct ek_policy *p, struct ek_err *err)
{
	for (uint32_t i = 0; i < p->team_count; i++) {
		if (!name_new(a, EK_WRITER_NAME_TEAM, &p->teams[i], err))
			return false;
	}
	for (uint32_t i = 0; i < p->mate_count; i++) {
		if (!name_new(a, EK_WRITER_NAME_TEAMMATE, &p->mates[i], err))
			return false;
	}
	return true;
}

/* The edits happen at the time of the last event, as a driven log's time is its own; the first
 * event of an empty log at the machine's. */
static bool submit_plan(struct apply *a, struct ek_policy_plan *plan, struct ek_err *err)
{
	struct ek_answer answer;
	const struct ek_engine *engine = ek_writer_engine(a->writer);
	ek_time at = ek_engine_seq(engine) == 0 ? ek_clock_wall() : ek_engine_time(engine);
	const struct ek_request r = {.cmd = &plan->cmd, .at = at};
	plan->cmd.by = (struct ek_actor){EK_ACTOR_PERSON, 0};
	return ek_writer_take(a->writer, &r, &answer, err);
}

static bool apply_policy(struct apply *a, const char *path, uint32_t *edits, uint32_t *left,
			 struct ek_err *err)
{
	const struct ek_policy_names get = {name_of, a->names};
	struct ek_policy now;
	struct ek_policy to;
	struct ek_policy_plan plan = {.now = &now, .to = &to};
	const struct ek_engine *engine = ek_writer_engine(a->writer);
	if (!ek_policy_file_read(path, &a->arena, &to, err) ||
	    !ek_policy_take(engine, &get, &a->arena, &now, err) ||
	    !ek_policy_make_plan(engine, &a->arena, &plan, err))
		return false;
	*edits = plan.cmd.policy_apply.rows.n;
	*left = plan.left_alone;
	if (*edits > 0 && (!submit_plan(a, &plan, err) || !name_all(a, &to, err)))
		return false;
	return ek_writer_commit(a->writer, false, err) && ek_writer_stop(a->writer, err);
}

static bool answer_apply(struct ek_cli *cli, uint32_t edits, uint32_t left, struct ek_err *err)
{
	if (!ek_cli_has(cli, EK_CLI_JSON)) {
		ek_cli_say(cli,
			   "%u edits were made; %u teams and teammates are not named in the policy "
			   "and stay as they are",
			   edits, left);
		return true;
	}
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), 4096);
	ek_json_object(&j);
	ek_json_key(&j, "edits");
	ek_json_uint(&j, edits);
	ek_json_key(&j, "left_alone");
	ek_json_uint(&j, left);
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

bool ek_run_policy_apply(struct ek_cli *cli, struct ek_err *err)
{
	struct apply a;
	uint32_t edits = 0;
	uint32_t left = 0;
	bool ok = open_apply(&a, cli, err) && apply_policy(&a, cli->words[0], &edits, &left, err) &&
		  answer_apply(cli, edits, left, err);
	close_apply(&a);
	return ok;
}
