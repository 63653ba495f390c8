#include "api/api_sample.h"

#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/api_text.h"
#include "api/handlers.h"

bool ek_api_sample_is(struct ek_turn *t, bool *is_sample)
{
	struct ek_turn_rows rows;
	*is_sample = false;
	if (!ek_turn_select(t, "SELECT 1 FROM server_settings WHERE name = 'sample_workspace'",
			    NULL, 0, &rows))
		return false;
	*is_sample = rows.n > 0;
	return true;
}

bool ek_api_sample_lets_out(struct ek_turn *t)
{
	bool is_sample;
	return ek_api_sample_is(t, &is_sample) &&
	       (!is_sample ||
		ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			       "a sample workspace sends nothing out of the server: remove the "
			       "sample first, then connect this in your own workspace"));
}

/* ---- asked for */

struct sample {
	struct ek_turn_write write;
	struct ek_views_value row[EK_CONTENT_JOBS_WIDTH];
	uint64_t id;
	bool loads;
};

/* Of these an empty workspace has none; the store that takes its place is asked again. */
static const char in_the_way[] =
	"SELECT 'teammates' FROM people WHERE teammate > 1"
	" UNION SELECT 'teams' FROM team_profiles"
	" UNION SELECT 'conversations' FROM conversation_profiles"
	" UNION SELECT 'contacts' FROM contacts UNION SELECT 'skills' FROM skills"
	" UNION SELECT 'tags' FROM tags UNION SELECT 'sla_policies' FROM sla_policies"
	" UNION SELECT 'calendars' FROM calendars"
	" UNION SELECT 'changes' FROM changes WHERE resource <> 'server'"
	" UNION SELECT 'webhooks' FROM webhooks"
	" UNION SELECT 'mailboxes' FROM mailboxes WHERE deleted_ms IS NULL"
	" UNION SELECT 'sources' FROM sources WHERE deleted_ms IS NULL"
	" UNION SELECT 'secret_links' FROM secret_links ORDER BY 1";

static bool check_empty(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, in_the_way, NULL, 0, &rows))
		return false;
	if (rows.n == 0)
		return true;
	char what[32];
	ek_str name = ek_turn_text(&rows.v[0]);
	size_t n = name.n < sizeof what ? name.n : sizeof what - 1;
	memcpy(what, name.p, n);
	what[n] = 0;
	return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
			      "the workspace is not empty: it has %s", what);
}

static bool check_alone(struct ek_turn *t)
{
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT 1 FROM jobs WHERE kind = 'sample_workspace' AND state IN"
			    " ('waiting', 'running')",
			    NULL, 0, &rows))
		return false;
	return rows.n == 0 || ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
					     "a sample workspace comes or goes already");
}

static bool check(struct ek_turn *t)
{
	const struct sample *s = t->state;
	bool is_sample;
	if (!ek_api_sample_is(t, &is_sample) || !check_alone(t) || !ek_api_job_room(t))
		return false;
	if (is_sample == s->loads)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      s->loads ? "this is a sample workspace already"
					       : "this is no sample workspace");
	return !s->loads || check_empty(t);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct sample *s = t->state;
	(void)answer;
	s->id = ek_api_job_put(
		t, &(struct ek_api_job_begin){.kind = "sample_workspace",
					      .arguments = s->loads ? EK_S("{\"loads\":1}")
								    : EK_S("{\"loads\":0}"),
					      .total = 2,
					      .row = s->row});
	ek_api_job_answer(t, s->row);
}

static void start(struct ek_turn *t)
{
	const struct sample *s = t->state;
	ek_api_job_start(t, s->id);
}

static void begin(struct ek_turn *t, bool loads)
{
	struct sample *s = EK_TURN_NEW(t, struct sample);
	bool ok = s != NULL && ek_query_end(&t->query) &&
		  ek_turn_may(t, EK_MAY_SAMPLE_WORKSPACE, NULL);
	if (ok && t->api->options.sample.prepare == NULL)
		ok = ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				    "beside PostgreSQL a sample is a database of its own, made by"
				    " evenkeel init --sample");
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	s->loads = loads;
	s->write = (struct ek_turn_write){.check = check, .made = made, .tell = start};
	t->state = s;
	ek_turn_write(t, &s->write);
}

void ek_api_load_sample_workspace(struct ek_turn *t)
{
	begin(t, true);
}

void ek_api_remove_sample_workspace(struct ek_turn *t)
{
	begin(t, false);
}

/* ---- done */

static bool read_loads(struct ek_api_job *job, bool *loads)
{
	struct ek_patch b;
	int64_t v = 0;
	bool ok = ek_patch_open(&b, job->arguments, job->turn.arena, &job->turn.problem);
	struct ek_patch_at root = ek_patch_root(&b);
	struct ek_patch_at at = ek_patch_member(&root, "loads");
	ok = ok && ek_patch_int(&at, 0, 1, &v);
	ek_patch_close(&b);
	*loads = v == 1;
	return ok;
}

void ek_api_sample_job(struct ek_api_job *job)
{
	const struct ek_api_sample *sample = &job->turn.api->options.sample;
	struct ek_err err;
	bool loads;
	if (!read_loads(job, &loads) || !ek_api_job_step(job, 0, 2))
		return;
	if (!sample->prepare(sample->ctx, loads, &err)) {
		ek_problem_err(&job->turn.problem, &err);
		return;
	}
	/* One that was cancelled meanwhile ends here. */
	if (!ek_api_job_tell(job, 1, 2))
		return;
	job->is_over = true;
	sample->swap(sample->ctx, loads, job->id);
}
