/* Follow-ups: low scores that a team looks after, whoever is credited. Nobody is named, and nobody
 * is told: whoever works in the team finds them in the list. */
#include <string.h>

#include "api/api_closing.h"
#include "api/api_put.h"
#include "api/handlers.h"
#include "api/page.h"
#include "wire/list.h"

#define SELECT \
	"f.followup, f.survey, f.ask, f.conversation, f.team, f.form, f.score, f.state, " \
	"f.opened_ms, f.closed_ms, f.closed_by, f.note, " \
	"(SELECT w.comment FROM survey_answers w WHERE w.answer = (SELECT max(x.answer) FROM " \
	"survey_answers x WHERE x.ask = f.ask AND x.score = f.score))"
enum { COMMENT = EK_CONTENT_FOLLOWUPS_WIDTH };

static const struct ek_list_column columns[EK_LIST_followups_COUNT] = {
	[EK_LIST_followups_id] = {EK_LIST_NUMBER, "f.followup", NULL},
	[EK_LIST_followups_state] = {EK_LIST_TEXT, "f.state", NULL},
	[EK_LIST_followups_team] = {EK_LIST_NUMBER, "f.team", NULL},
	[EK_LIST_followups_survey] = {EK_LIST_NUMBER, "f.survey", NULL},
	[EK_LIST_followups_conversation] = {EK_LIST_NUMBER, "f.conversation", NULL},
	[EK_LIST_followups_opened_at] = {EK_LIST_NUMBER, "f.opened_ms", NULL},
};

static uint64_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (uint64_t)v->i : 0;
}

static void write_one(struct ek_turn *t, const struct ek_views_value *v, uint64_t seq)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_FOLLOWUP, id_of(&v[EK_CONTENT_FOLLOWUPS_FOLLOWUP]));
	ek_api_put_id(j, "survey", EK_IDENT_SURVEY, id_of(&v[EK_CONTENT_FOLLOWUPS_SURVEY]));
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION,
		      id_of(&v[EK_CONTENT_FOLLOWUPS_CONVERSATION]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_of(&v[EK_CONTENT_FOLLOWUPS_TEAM]));
	ek_api_put_text(j, "form", ek_turn_text(&v[EK_CONTENT_FOLLOWUPS_FORM]));
	ek_api_put_int(j, "score", ek_turn_int(&v[EK_CONTENT_FOLLOWUPS_SCORE]));
	ek_api_put_text(j, "comment", ek_turn_text(&v[COMMENT]));
	ek_api_put_text(j, "state", ek_turn_text(&v[EK_CONTENT_FOLLOWUPS_STATE]));
	ek_api_put_time(j, "opened_at", (ek_time){ek_turn_int(&v[EK_CONTENT_FOLLOWUPS_OPENED_MS])});
	ek_api_put_time(j, "closed_at", (ek_time){ek_turn_int(&v[EK_CONTENT_FOLLOWUPS_CLOSED_MS])});
	ek_api_put_id(j, "closed_by", EK_IDENT_TEAMMATE, id_of(&v[EK_CONTENT_FOLLOWUPS_CLOSED_BY]));
	ek_api_put_text(j, "note", ek_turn_text(&v[EK_CONTENT_FOLLOWUPS_NOTE]));
	if (seq != 0)
		ek_api_put_int(j, "seq", (int64_t)seq);
	ek_json_object_end(j);
}

void ek_api_list_followups(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_FOLLOWUPS),
		.columns = columns,
		.select = SELECT,
		.from = "followups f",
		.id = "f.followup",
	};
	struct ek_page p = {
		.list = &list, .right = EK_MAY_FOLLOWUP_READ, .reach = {.team = "f.team"}};
	if (ek_page_read(t, &p) && ek_page_select(t, &p)) {
		ek_api_list_begin(t, &p.l);
		for (uint32_t i = 0; i < p.l.rows.n; i++)
			write_one(t, ek_api_list_at(&p.l, i), 0);
		ek_api_list_end(t, &p.l);
	}
	ek_turn_reply(t, 200);
}

/* ---- POST close */

/* The row with its comment, if the caller may. */
static bool find(struct ek_turn *t, struct ek_api_closing *c)
{
	const struct ek_views_value key = ek_views_int((int64_t)c->id);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT " SELECT " FROM followups f WHERE f.followup = $1", &key, 1,
			    &rows))
		return false;
	const ek_team_id team = {rows.n > 0 ? (uint32_t)id_of(&rows.v[EK_CONTENT_FOLLOWUPS_TEAM])
					    : 0};
	const struct ek_may_object object = {
		.is_absent = rows.n == 0, .teams = &team, .team_count = team.v != 0};
	c->row = rows.v;
	return ek_turn_may(t, EK_MAY_FOLLOWUP_CLOSE, &object);
}

static bool check(struct ek_turn *t)
{
	struct ek_api_closing *c = t->state;
	return find(t, c) &&
	       (ek_str_is(ek_turn_text(&c->row[EK_CONTENT_FOLLOWUPS_STATE]), "open") ||
		ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT, "it is not open any more"));
}

static void made(struct ek_turn *t, const struct ek_answer *a)
{
	const struct ek_api_closing *c = t->state;
	struct ek_views_value v[COMMENT + 1];
	(void)a;
	memcpy(v, c->row, sizeof v);
	v[EK_CONTENT_FOLLOWUPS_STATE] = ek_views_text(EK_S("closed"));
	v[EK_CONTENT_FOLLOWUPS_CLOSED_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_FOLLOWUPS_CLOSED_BY] = ek_views_id(t->self.v);
	v[EK_CONTENT_FOLLOWUPS_NOTE] = ek_views_text(c->note);
	ek_turn_put(t, EK_CONTENT_FOLLOWUPS, v);
	t->status = 200;
	write_one(t, v, t->seq);
}

void ek_api_close_followup(struct ek_turn *t)
{
	if (!ek_api_closing_begin(t, EK_IDENT_FOLLOWUP, find)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_SURVEY, {0}, {0}});
	ek_turn_write(t, &(struct ek_turn_write){.check = check, .made = made});
}
