/* policy explain and policy lint: what a policy says, and what looks wrong in it. */
#include <string.h>

#include "cli/names.h"
#include "cli/place.h"
#include "cli/policy_file.h"
#include "cli/rewatch.h"
#include "cli/run.h"
#include "engine/policy.h"
#include "sys/heap.h"
#include "wire/policy_text.h"

#define POLICY_MEMORY ((size_t)1 << 32)
enum { ANSWER_MAX = 256 * 1024 * 1024 };
static const int64_t week_ms = 7 * EK_DAY_MS(1);

/* ---- explain */

static bool put_sentences(struct ek_cli *cli, ek_str text, struct ek_err *err)
{
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), ANSWER_MAX);
	ek_json_object(&j);
	ek_json_key(&j, "sentences");
	ek_json_list(&j);
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		uint32_t n = end == NULL ? text.n : (uint32_t)(end - text.p);
		ek_json_text(&j, (ek_str){text.p, n});
		n += end != NULL;
		text = (ek_str){text.p + n, text.n - n};
	}
	ek_json_list_end(&j);
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

static bool explain(struct ek_cli *cli, struct ek_arena *arena, struct ek_err *err)
{
	struct ek_policy p;
	struct ek_policy_gathered t = {.arena = arena};
	if (!ek_policy_file_read(cli->words[0], arena, &p, err))
		return false;
	if (!ek_policy_text_explain(&p, ek_policy_gather, &t))
		return ek_fail(err, EK_NO_MEMORY, "no memory for the sentences");
	if (ek_cli_has(cli, EK_CLI_JSON))
		return put_sentences(cli, (ek_str){t.p, (uint32_t)t.n}, err);
	ek_cli_put(cli, t.p, t.n);
	return true;
}

bool ek_run_policy_explain(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_arena arena;
	ek_arena_init(&arena, ek_heap_alloc(), POLICY_MEMORY);
	bool ok = explain(cli, &arena, err);
	ek_arena_fini(&arena);
	return ok;
}

/* ---- lint */

static bool hear_nothing(void *ctx, const struct ek_observation *o)
{
	(void)ctx;
	(void)o;
	return true;
}

/* Which teams of the policy had something waiting at every moment of the log's last seven days. */
static bool watch_teams(struct ek_log *log, const struct ek_names *names, const struct ek_policy *p,
			bool *never_empty, struct ek_err *err)
{
	struct ek_rewatch r;
	bool ok = ek_rewatch_open(&r, log, hear_nothing, NULL, err);
	for (uint32_t i = 0; ok && i < p->team_count; i++) {
		uint32_t id = ek_names_find(names, EK_WRITER_NAME_TEAM, p->teams[i].name);
		ek_time since = ek_watch_busy_since(r.watch, (ek_team_id){id});
		never_empty[i] = id != 0 && ek_time_is_set(since) &&
				 ek_engine_time(r.engine).ms - since.ms >= week_ms;
	}
	ek_rewatch_close(&r);
	return ok;
}

/* NULL when no log was named. */
static bool look_back(struct ek_cli *cli, const struct ek_policy *p, struct ek_arena *arena,
		      const bool **out, struct ek_err *err)
{
	struct ek_log *log = NULL;
	struct ek_names *names = NULL;
	*out = NULL;
	if (!ek_cli_has(cli, EK_CLI_DATA) && !ek_cli_has(cli, EK_CLI_POSTGRES))
		return true;
	bool *never_empty = ek_arena_zero(arena, p->team_count + 1);
	if (never_empty == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory to look back");
	bool ok = ek_place_open(cli, EK_LOG_READ, &log, err) && ek_names_open(&names, err) &&
		  ek_names_load(names, log, err) && watch_teams(log, names, p, never_empty, err);
	ek_names_close(&names);
	ek_log_close(&log);
	*out = never_empty;
	return ok;
}

static void put_finding(struct ek_json *j, const struct ek_policy_finding *f)
{
	ek_json_object(j);
	ek_json_key(j, "kind");
	ek_json_word(j, f->is_note ? "note" : "finding");
	ek_json_key(j, "line");
	if (f->line == 0)
		ek_json_null(j);
	else
		ek_json_uint(j, f->line);
	ek_json_key(j, "rule");
	ek_json_word(j, f->rule);
	ek_json_key(j, "text");
	ek_json_word(j, f->text);
	ek_json_object_end(j);
}

static bool put_findings(struct ek_cli *cli, const struct ek_policy_findings *found,
			 struct ek_err *err)
{
	struct ek_json j;
	if (!ek_cli_has(cli, EK_CLI_JSON)) {
		for (uint32_t i = 0; i < found->n; i++) {
			const struct ek_policy_finding *f = &found->v[i];
			if (f->is_note)
				ek_cli_say(cli, "note: %s", f->text);
			else
				ek_cli_print(cli, "line %u: %s: %s\n", f->line, f->rule, f->text);
		}
		return true;
	}
	ek_json_init(&j, ek_heap_alloc(), ANSWER_MAX);
	ek_json_object(&j);
	ek_json_key(&j, "findings");
	ek_json_list(&j);
	for (uint32_t i = 0; i < found->n; i++)
		put_finding(&j, &found->v[i]);
	ek_json_list_end(&j);
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

static bool lint(struct ek_cli *cli, struct ek_arena *arena, struct ek_err *err)
{
	struct ek_policy p;
	struct ek_policy_findings found;
	const bool *never_empty;
	uint32_t wrong = 0;
	if (!ek_policy_file_read(cli->words[0], arena, &p, err) ||
	    !look_back(cli, &p, arena, &never_empty, err) ||
	    !ek_policy_lint(&p, never_empty, arena, &found, err) || !put_findings(cli, &found, err))
		return false;
	for (uint32_t i = 0; i < found.n; i++)
		wrong += !found.v[i].is_note;
	return wrong == 0 || ek_fail(err, EK_CHECK_FAILED, "%u findings", wrong);
}

bool ek_run_policy_lint(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_arena arena;
	ek_arena_init(&arena, ek_heap_alloc(), POLICY_MEMORY);
	bool ok = lint(cli, &arena, err);
	ek_arena_fini(&arena);
	return ok;
}
