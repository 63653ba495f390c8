#include "api/wait.h"

#include "engine/look.h"
#include "metrics/estimate.h"
#include "model/calendar.h"

static bool take_number(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	(void)err;
	if (v[0].kind == EK_VIEWS_INT)
		*(int64_t *)ctx = v[0].i;
	return true;
}

/* Assignments from a team inbox since then, among the last of the workspace: more than that in so
 * short a time is many enough for any estimate. */
static bool count_given(struct ek_reader *reader, ek_team_id team, ek_time from, uint32_t *given,
			struct ek_err *err)
{
	const struct ek_views_value args[] = {ek_views_int(team.v), ek_views_int(from.ms)};
	const struct ek_reader_question q = {
		"SELECT count(*) FROM (SELECT team, how, made_ms FROM assignments ORDER BY "
		"assignment DESC LIMIT 20000) AS latest WHERE team = $1 AND how <> 'heir' "
		"AND made_ms >= $2",
		args, 2};
	int64_t n = 0;
	bool ok = ek_reader_each(reader, &q, take_number, &n, err);
	*given = (uint32_t)n;
	return ok;
}

static bool count(struct ek_engine *engine, struct ek_reader *reader, struct ek_wait_rate *out,
		  struct ek_err *err)
{
	const struct ek_calendar *calendar = ek_look_calendar(engine, (ek_team_id){out->team});
	const struct ek_views_value key = ek_views_int(out->team);
	const struct ek_reader_question q = {"SELECT created_ms FROM team_profiles WHERE team = $1",
					     &key, 1};
	ek_time now = ek_engine_time(engine);
	int64_t since = INT64_MIN / 2;
	if (!ek_reader_each(reader, &q, take_number, &since, err))
		return false;
	ek_time from =
		ek_calendar_back(calendar, (ek_time){since}, now, (ek_span){EK_ESTIMATE_OPEN_MS});
	out->open = ek_calendar_elapsed(calendar, from, now);
	out->given = 0;
	out->until.ms = now.ms + EK_WAIT_KEEP_MS;
	return out->open.ms <= 0 ||
	       count_given(reader, (ek_team_id){out->team}, from, &out->given, err);
}

bool ek_wait_estimate(struct ek_engine *engine, struct ek_reader *reader,
		      struct ek_explain_waiting *x, struct ek_err *err)
{
	struct ek_wait_rate r = {.team = x->team.v};
	if (!count(engine, reader, &r, err))
		return false;
	ek_estimate_fill(x, r.given, r.open);
	return true;
}

bool ek_wait_estimate_often(struct ek_engine *engine, struct ek_reader *reader,
			    struct ek_wait_rates *rates, struct ek_explain_waiting *x,
			    struct ek_err *err)
{
	struct ek_wait_rate *r = &rates->v[x->team.v % EK_WAIT_TEAMS];
	if (r->team != x->team.v || r->until.ms <= ek_engine_time(engine).ms) {
		*r = (struct ek_wait_rate){.team = x->team.v};
		if (!count(engine, reader, r, err)) {
			r->team = 0;
			return false;
		}
	}
	ek_estimate_fill(x, r->given, r->open);
	return true;
}
