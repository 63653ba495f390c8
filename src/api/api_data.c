#include "api/api_data.h"

#include <string.h>

#include "api/api_put.h"
#include "api/handlers.h"

enum { OUT_MAX = 64 * 1024 * 1024, PAGE = 2000 };

/* What is read of each table: $1 is the person, $2 the key behind which the page begins. The first
 * column is the key, a whole number; the rest is named as it is told. */
struct part {
	const char *name;
	const char *sql;
	const char *const *columns;
};

#define COLUMNS(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}
#define PAGE_END " ORDER BY 1 LIMIT 2000"

static const struct part parts[] = {
	{"profile",
	 "SELECT teammate, name, email, state, languages, language, zone, theme, digits, calendar,"
	 " shortcuts, created_ms, updated_ms FROM people WHERE teammate = $1 AND teammate > "
	 "$2" PAGE_END,
	 COLUMNS("teammate", "name", "email", "state", "languages", "language", "zone", "theme",
		 "digits", "calendar", "shortcuts", "created_ms", "updated_ms")},
	{"team_roles",
	 "SELECT team, role, since_ms FROM team_roles WHERE teammate = $1 AND team > $2" PAGE_END,
	 COLUMNS("team", "role", "since_ms")},
	{"memberships",
	 "SELECT team, level FROM memberships WHERE teammate = $1 AND team > $2" PAGE_END,
	 COLUMNS("team", "level")},
	{"presence",
	 "SELECT teammate, presence, presence_since_ms, load_points, open_count, limit_points,"
	 " paused_until_ms FROM teammates WHERE teammate = $1 AND teammate > $2" PAGE_END,
	 COLUMNS("teammate", "presence", "presence_since_ms", "load_points", "open_count",
		 "limit_points", "paused_until_ms")},
	{"sign_ins",
	 "SELECT sign_in, address, agent, created_ms, expires_ms, ended_ms, ended_why FROM sign_ins"
	 " WHERE teammate = $1 AND sign_in > $2" PAGE_END,
	 COLUMNS("sign_in", "address", "agent", "created_ms", "expires_ms", "ended_ms",
		 "ended_why")},
	{"tokens",
	 "SELECT token, name, hint, created_ms, expires_ms, used_ms, revoked_ms FROM tokens"
	 " WHERE teammate = $1 AND token > $2" PAGE_END,
	 COLUMNS("token", "name", "hint", "created_ms", "expires_ms", "used_ms", "revoked_ms")},
	{"views",
	 "SELECT view, name, created_ms FROM saved_views WHERE teammate = $1 AND view > "
	 "$2" PAGE_END,
	 COLUMNS("view", "name", "created_ms")},
	{"ready_answers",
	 "SELECT ready_answer, title, scope, text_en, text_ko, text_ar, created_ms, archived_ms"
	 " FROM ready_answers WHERE teammate = $1 AND ready_answer > $2" PAGE_END,
	 COLUMNS("ready_answer", "title", "scope", "text_en", "text_ko", "text_ar", "created_ms",
		 "archived_ms")},
	{"looked_at_by",
	 "SELECT look, viewer, purpose, at_ms FROM looks WHERE teammate = $1 AND look > "
	 "$2" PAGE_END,
	 COLUMNS("look", "viewer", "purpose", "at_ms")},
	{"looked_at",
	 "SELECT look, teammate, purpose, at_ms FROM looks WHERE viewer = $1 AND look > "
	 "$2" PAGE_END,
	 COLUMNS("look", "teammate", "purpose", "at_ms")},
	{"changes_of_me",
	 "SELECT change, at_ms, by_kind, by_id, resource, team, fields, note FROM changes"
	 " WHERE teammate = $1 AND change > $2" PAGE_END,
	 COLUMNS("change", "at_ms", "by_kind", "by_id", "resource", "team", "fields", "note")},
	{"changes_by_me",
	 "SELECT change, at_ms, resource, object, team, teammate, fields, note FROM changes"
	 " WHERE by_kind = 'person' AND by_id = $1 AND change > $2" PAGE_END,
	 COLUMNS("change", "at_ms", "resource", "object", "team", "teammate", "fields", "note")},
	{"audit_of_me",
	 "SELECT entry, at_ms, actor_kind, actor, action, reason FROM audit"
	 " WHERE object_kind = 'teammate' AND object = $1 AND entry > $2" PAGE_END,
	 COLUMNS("entry", "at_ms", "actor_kind", "actor", "action", "reason")},
	{"audit_by_me",
	 "SELECT entry, at_ms, address, action, object_kind, object, reason FROM audit"
	 " WHERE actor_kind = 'teammate' AND actor = $1 AND entry > $2" PAGE_END,
	 COLUMNS("entry", "at_ms", "address", "action", "object_kind", "object", "reason")},
	{"assignments",
	 "SELECT assignment, conversation, team, how, made_ms, ended_ms, ended_reason FROM"
	 " assignments WHERE teammate = $1 AND assignment > $2" PAGE_END,
	 COLUMNS("assignment", "conversation", "team", "how", "made_ms", "ended_ms",
		 "ended_reason")},
	{"targets",
	 "SELECT target, metric, value, upper, period, reason, review, grade, judged, created_ms,"
	 " deleted_ms FROM targets WHERE teammate = $1 AND target > $2" PAGE_END,
	 COLUMNS("target", "metric", "value", "upper", "period", "reason", "review", "grade",
		 "judged", "created_ms", "deleted_ms")},
	{"target_periods",
	 "SELECT p.target * 100000 + p.since, p.target, p.since, p.until, p.state, p.figure,"
	 " p.comment, p.at_ms FROM target_periods p JOIN targets g ON g.target = p.target"
	 " WHERE g.teammate = $1 AND p.target * 100000 + p.since > $2" PAGE_END,
	 COLUMNS("period", "target", "since", "until", "state", "figure", "comment", "at_ms")},
	{"targets_known",
	 "SELECT target, revision, comment, at_ms FROM target_acks WHERE teammate = $1 AND target >"
	 " $2" PAGE_END,
	 COLUMNS("target", "revision", "comment", "at_ms")},
	{"talks",
	 "SELECT item, target, day, sheet, state, outcome, created_ms, done_ms FROM agenda_items"
	 " WHERE teammate = $1 AND item > $2" PAGE_END,
	 COLUMNS("item", "target", "day", "sheet", "state", "outcome", "created_ms", "done_ms")},
	{"patterns",
	 "SELECT pattern, team, metric, side, found_day, start_day, was_micro, is_micro, points,"
	 " examples, found_ms, told_ms, ended_ms, answer, note, shares_note, shared_ms FROM"
	 " person_patterns WHERE teammate = $1 AND withheld_ms IS NULL AND pattern > $2" PAGE_END,
	 COLUMNS("pattern", "team", "metric", "side", "found_day", "start_day", "was_micro",
		 "is_micro", "points", "examples", "found_ms", "told_ms", "ended_ms", "answer",
		 "note", "shares_note", "shared_ms")},
	{"survey_answers",
	 "SELECT w.answer, a.conversation, a.form, w.score, w.comment, w.at_ms, w.late, w.counts"
	 " FROM survey_answers w JOIN survey_asks a ON a.ask = w.ask WHERE a.teammate = $1"
	 " AND w.answer > $2" PAGE_END,
	 COLUMNS("answer", "conversation", "form", "score", "comment", "at_ms", "late", "counts")},
	{"written",
	 "SELECT part, conversation, kind, created_ms, body FROM parts WHERE author_kind = "
	 "'teammate'"
	 " AND author = $1 AND part > $2" PAGE_END,
	 COLUMNS("part", "conversation", "kind", "created_ms", "body")},
};

static void put_value(struct ek_json *j, const char *key, const struct ek_views_value *v)
{
	ek_json_key(j, key);
	if (v->kind == EK_VIEWS_INT)
		ek_json_int(j, v->i);
	else if (v->kind == EK_VIEWS_TEXT)
		ek_json_text(j, ek_turn_text(v));
	else
		ek_json_null(j);
}

static bool put_part(struct ek_api_job *job, struct ek_json *j, const struct part *part)
{
	struct ek_views_value args[2] = {ek_views_int(job->turn.self.v), ek_views_int(0)};
	struct ek_turn_rows rows;
	ek_json_key(j, part->name);
	ek_json_list(j);
	do {
		if (!ek_turn_select(&job->turn, part->sql, args, EK_LEN(args), &rows))
			return false;
		for (uint32_t i = 0; i < rows.n; i++) {
			const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
			ek_json_object(j);
			for (uint32_t k = 0; k < rows.columns; k++)
				put_value(j, part->columns[k], &v[k]);
			ek_json_object_end(j);
			args[1] = v[0];
		}
	} while (rows.n == PAGE);
	ek_json_list_end(j);
	return true;
}

void ek_api_data_job(struct ek_api_job *job)
{
	struct ek_turn *t = &job->turn;
	struct ek_json j;
	bool ok = true;
	ek_json_init(&j, t->out.alloc, OUT_MAX);
	j.style.is_api = true;
	ek_json_object(&j);
	ek_api_put_id(&j, "teammate", EK_IDENT_TEAMMATE, t->self.v);
	ek_api_put_time(&j, "at", t->now);
	for (size_t i = 0; ok && i < EK_LEN(parts); i++)
		ok = put_part(job, &j, &parts[i]) &&
		     ek_api_job_step(job, (int64_t)i + 1, (int64_t)EK_LEN(parts));
	ek_json_object_end(&j);
	if (ok && !ek_json_is_whole(&j))
		ok = ek_problem_set(&t->problem, EK_PROBLEM_TOO_LARGE, NULL);
	if (ok) {
		bool kept = true;
		ek_str file = ek_arena_str(t->arena, ek_json_written(&j), &kept);
		if (kept)
			ek_api_job_file(job, EK_S("application/json"), file);
		else
			ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	}
	ek_json_fini(&j);
}

/* ---- asked for */

struct export
{
	struct ek_turn_write write;
	struct ek_views_value row[EK_CONTENT_JOBS_WIDTH];
	uint64_t id;
};

static bool check(struct ek_turn *t)
{
	return ek_api_job_room(t);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	struct export *e = t->state;
	(void)answer;
	e->id = ek_api_job_put(t, &(struct ek_api_job_begin){.kind = "data_export",
							     .total = (int64_t)EK_LEN(parts),
							     .row = e->row});
	ek_api_job_answer(t, e->row);
}

static void start(struct ek_turn *t)
{
	const struct export *e = t->state;
	ek_api_job_start(t, e->id);
}

void ek_api_export_my_data(struct ek_turn *t)
{
	struct export *e = EK_TURN_NEW(t, struct export);
	const struct ek_may_object own = ek_may_own(&t->actor);
	if (e == NULL || !ek_query_end(&t->query) || !ek_turn_may(t, EK_MAY_ME_DATA, &own)) {
		ek_turn_reply(t, 0);
		return;
	}
	e->write = (struct ek_turn_write){.check = check, .made = made, .tell = start};
	t->state = e;
	ek_turn_write(t, &e->write);
}
