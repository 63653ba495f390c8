/* From what was closed to what was answered: what was, and what would have been. */
#include "api/api_surveys.h"

#include <string.h>

#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/reach.h"

/* Whoever answered was, also where nobody noted it. */
#define REACHED "(a.delivered_ms IS NOT NULL OR a.answers > 0)"

enum { PREVIEW_DAYS = 28, PREVIEW_MOST = 500, FEW = 30, FEW_PERMILLE = 100 };

void ek_api_surveys_put_reasons(struct ek_json *j, const char *key,
				const uint32_t counts[EK_SURVEY_WHY_COUNT])
{
	ek_json_key(j, key);
	ek_json_list(j);
	for (int i = 1; i < EK_SURVEY_WHY_COUNT; i++) {
		if (counts[i] == 0)
			continue;
		ek_json_object(j);
		ek_api_put_word(j, "why", ek_survey_why((enum ek_survey_why)i));
		ek_api_put_int(j, "n", counts[i]);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

/* ---- GET funnel */

struct funnel {
	uint64_t id;
	ek_time from;
	ek_time until;
	uint32_t left_out[EK_SURVEY_WHY_COUNT];
	int64_t closed, eligible, drawn;
	int64_t sent, delivered, not_delivered, mail_failed, answered, late, open;
};

/* What begins so, and ends as said: between them, what the caller reaches. args: the survey, from,
 * until, now; then teams. */
struct question {
	const char *begins;
	const char *ends;
};

static bool ask(struct ek_turn *t, const struct ek_reach *reach, const struct question *q,
		struct ek_turn_rows *rows)
{
	struct ek_api_list_ask a = {0};
	char *text = ek_turn_get(t, EK_READER_SQL_MAX);
	if (text == NULL || !ek_reach_ask(t, reach, &a))
		return false;
	ek_format(text, EK_READER_SQL_MAX, "%s%s%s", q->begins, a.where, q->ends);
	return ek_turn_select(t, text, a.args, a.n, rows);
}

static bool read_draws(struct ek_turn *t, struct funnel *f, const struct ek_views_value args[4])
{
	struct ek_turn_rows rows;
	const struct ek_reach reach = {.right = EK_MAY_SURVEY_FUNNEL,
				       .team = "d.team",
				       .where = "d.survey = $1 AND d.at_ms >= $2 AND d.at_ms < $3",
				       .args = args,
				       .n = 3};
	const struct question q = {"SELECT d.verdict, d.why, count(*) FROM survey_draws d WHERE ",
				   " GROUP BY d.verdict, d.why"};
	if (!ask(t, &reach, &q, &rows))
		return false;
	for (uint32_t i = 0; i < rows.n; i++) {
		const struct ek_views_value *v = rows.v + (size_t)i * rows.columns;
		ek_str verdict = ek_turn_text(&v[0]);
		f->closed += v[2].i;
		if (ek_str_is(verdict, "left_out"))
			f->left_out[ek_survey_why_of(ek_turn_text(&v[1]))] += (uint32_t)v[2].i;
		else
			f->eligible += v[2].i;
		if (ek_str_is(verdict, "drawn"))
			f->drawn += v[2].i;
	}
	return true;
}

static int64_t count(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? v->i : 0;
}

static bool read_asks(struct ek_turn *t, struct funnel *f, const struct ek_views_value args[4])
{
	struct ek_turn_rows rows;
	const struct ek_reach reach = {
		.right = EK_MAY_SURVEY_FUNNEL,
		.team = "a.team",
		/* The time now stands in it for what is selected. */
		.where = "a.survey = $1 AND a.sent_ms >= $2 AND a.sent_ms < $3 AND a.sent_ms <= $4",
		.args = args,
		.n = 4};
	const struct question q = {
		"SELECT count(*),"
		" sum(CASE WHEN " REACHED " THEN 1 ELSE 0 END),"
		" sum(CASE WHEN NOT " REACHED " AND a.until_ms <= $4 THEN 1 ELSE 0 END),"
		" sum(CASE WHEN a.score IS NOT NULL THEN 1 ELSE 0 END),"
		" sum(CASE WHEN a.score IS NULL AND a.answers > 0 THEN 1 ELSE 0 END),"
		" sum(CASE WHEN a.until_ms > $4 THEN 1 ELSE 0 END),"
		" sum(CASE WHEN NOT " REACHED " AND a.until_ms <= $4 AND m.state = 'failed'"
		" THEN 1 ELSE 0 END) FROM survey_asks a LEFT JOIN letters l ON l.about = a.ask"
		" AND l.kind = 'survey' LEFT JOIN mails m ON m.mail = l.mail WHERE ",
		""};
	if (!ask(t, &reach, &q, &rows))
		return false;
	if (rows.n == 0)
		return true;
	f->sent = count(&rows.v[0]);
	f->delivered = count(&rows.v[1]);
	f->not_delivered = count(&rows.v[2]);
	f->answered = count(&rows.v[3]);
	f->late = count(&rows.v[4]);
	f->open = count(&rows.v[5]);
	f->mail_failed = count(&rows.v[6]);
	return true;
}

static void put_not_delivered(struct ek_json *j, const struct funnel *f)
{
	const struct {
		const char *why;
		int64_t n;
	} all[] = {{"not_fetched", f->not_delivered - f->mail_failed},
		   {"mail_failed", f->mail_failed}};
	ek_json_key(j, "not_delivered");
	ek_json_list(j);
	for (uint32_t i = 0; i < EK_LEN(all); i++) {
		if (all[i].n <= 0)
			continue;
		ek_json_object(j);
		ek_api_put_word(j, "why", all[i].why);
		ek_api_put_int(j, "n", all[i].n);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void write_funnel(struct ek_turn *t, const struct funnel *f)
{
	struct ek_json *j = &t->out;
	int64_t permille = f->delivered > 0 ? f->answered * 1000 / f->delivered : EK_NONE;
	ek_json_object(j);
	ek_api_put_id(j, "survey", EK_IDENT_SURVEY, f->id);
	ek_api_put_time(j, "from", f->from);
	ek_api_put_time(j, "until", f->until);
	ek_api_put_int(j, "closed", f->closed);
	ek_api_put_int(j, "eligible", f->eligible);
	ek_api_surveys_put_reasons(j, "left_out", f->left_out);
	ek_api_put_int(j, "drawn", f->drawn);
	ek_api_put_int(j, "sent", f->sent);
	ek_api_put_int(j, "delivered", f->delivered);
	put_not_delivered(j, f);
	ek_api_put_int(j, "answered", f->answered);
	ek_api_put_int(j, "late", f->late);
	ek_api_put_int(j, "open", f->open);
	ek_json_key(j, "response_rate");
	ek_json_object(j);
	ek_api_put_int(j, "numerator", f->answered);
	ek_api_put_int(j, "denominator", f->delivered);
	ek_api_put_int(j, "permille", permille);
	ek_json_object_end(j);
	ek_api_put_bool(j, "few_answers",
			f->answered < FEW || f->answered * 1000 < f->delivered * FEW_PERMILLE);
	ek_api_put_int(j, "seq", (int64_t)t->seq);
	ek_json_object_end(j);
}

void ek_api_get_survey_funnel(struct ek_turn *t)
{
	struct funnel f = {.from = EK_NO_TIME, .until = EK_NO_TIME};
	const struct ek_views_value *row;
	(void)ek_query_time(&t->query, "from", &f.from);
	(void)ek_query_time(&t->query, "until", &f.until);
	bool ok = ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_SURVEY, &f.id) &&
		  ek_turn_may(t, EK_MAY_SURVEY_READ, NULL) && ek_api_surveys_find(t, f.id, &row);
	const struct ek_views_value args[4] = {
		ek_views_int((int64_t)f.id),
		ek_views_int(ek_time_is_set(f.from) ? f.from.ms : 0),
		ek_views_int(ek_time_is_set(f.until) ? f.until.ms : INT64_MAX),
		ek_views_int(t->now.ms),
	};
	if (ok && read_draws(t, &f, args) && read_asks(t, &f, args))
		write_funnel(t, &f);
	ek_turn_reply(t, 200);
}

/* ---- POST preview */

struct preview {
	struct ek_survey survey;
	ek_time from;
	uint32_t left_out[EK_SURVEY_WHY_COUNT];
	uint32_t closed;
	uint32_t eligible;
	uint32_t drawn;
	bool more;
};

static bool try_one(struct ek_turn *t, struct preview *p, const struct ek_draw_key *key,
		    const struct ek_views_value *v)
{
	struct ek_survey_case c = {.conversation = {(uint32_t)v[0].i}, .closed = {v[1].i}};
	struct ek_err err;
	if (!ek_survey_takes(&p->survey, ek_turn_text(&v[3])))
		return true;
	c.contact.v = v[2].kind == EK_VIEWS_INT ? (uint32_t)v[2].i : 0;
	/* As if it had been looked at when it was due. */
	c.at = (ek_time){c.closed.ms + p->survey.delay.ms};
	if (!ek_survey_judge(t->reader, &p->survey, &c, &err))
		return ek_problem_err(&t->problem, &err);
	p->closed++;
	p->left_out[c.why]++;
	p->eligible += c.why == EK_SURVEY_FITS;
	p->drawn +=
		c.why == EK_SURVEY_FITS && ek_draw_part(key, c.conversation.v) < p->survey.fraction;
	return true;
}

static bool try_all(struct ek_turn *t, struct preview *p, const struct ek_draw_key *key)
{
	const struct ek_views_value args[] = {ek_views_int(p->from.ms),
					      ek_views_int(t->now.ms - p->survey.delay.ms),
					      ek_views_int(p->survey.team.v)};
	struct ek_turn_rows rows;
	if (!ek_turn_select(t,
			    "SELECT c.conversation, c.closed_ms, c.contact, c.channel FROM"
			    " conversations c WHERE c.state = 'closed' AND c.closed_ms >= $1"
			    " AND c.closed_ms <= $2 AND ($3 = 0 OR c.team = $3)"
			    " ORDER BY c.closed_ms DESC, c.conversation LIMIT 501",
			    args, EK_LEN(args), &rows))
		return false;
	p->more = rows.n > PREVIEW_MOST;
	for (uint32_t i = 0; i < rows.n && i < PREVIEW_MOST; i++)
		if (!try_one(t, p, key, rows.v + (size_t)i * rows.columns))
			return false;
	return true;
}

static void write_preview(struct ek_turn *t, const struct preview *p)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_time(j, "from", p->from);
	ek_api_put_int(j, "closed", p->closed);
	ek_api_put_bool(j, "more", p->more);
	ek_api_put_int(j, "eligible", p->eligible);
	ek_api_surveys_put_reasons(j, "left_out", p->left_out);
	ek_api_put_int(j, "drawn", p->drawn);
	ek_api_put_int(j, "seq", (int64_t)t->seq);
	ek_json_object_end(j);
}

static bool bind_preview(struct ek_turn *t, struct ek_survey *s)
{
	static const struct ek_patch_rule rules[] = {
		{"fraction", EK_PATCH_OF_INT, 0, 0, 0, EK_DRAW_PARTS, NULL},
		{"channels", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
		{"team", EK_PATCH_OF_ID, EK_IDENT_TEAM, EK_PATCH_NULLABLE, 0, 0, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	struct ek_patch_at root;
	ek_str channels = {NULL, 0};
	if (!ek_turn_body(t, &root))
		return false;
	(void)ek_patch_bind(&root, rules, EK_LEN(rules), v);
	if (ek_patch_state(&v[1].at) != EK_PATCH_ABSENT &&
	    ek_api_surveys_channels(t, &v[1].at, &channels)) {
		struct ek_views_value row[EK_CONTENT_SURVEYS_WIDTH] = {0};
		row[EK_CONTENT_SURVEYS_CHANNELS] = ek_views_text(channels);
		s->channels = ek_survey_read(row).channels;
	}
	if (v[0].state == EK_PATCH_VALUE)
		s->fraction = (uint32_t)v[0].i;
	if (v[2].state != EK_PATCH_ABSENT)
		s->team.v = v[2].state == EK_PATCH_VALUE ? (uint32_t)v[2].i : 0;
	return ek_problem_is_none(&t->problem);
}

void ek_api_preview_survey(struct ek_turn *t)
{
	struct preview *p = EK_TURN_NEW(t, struct preview);
	const struct ek_views_value *row;
	struct ek_draw_key key;
	struct ek_err err;
	uint64_t id;
	bool found;
	bool ok = p != NULL && ek_query_end(&t->query) &&
		  ek_turn_id(t, "id", EK_IDENT_SURVEY, &id) && ek_api_surveys_find(t, id, &row);
	if (ok) {
		p->survey = ek_survey_read(row);
		p->from.ms = t->now.ms - PREVIEW_DAYS * EK_SURVEY_DAY_MS;
		ok = ek_api_surveys_may_edit(t, p->survey.team) && bind_preview(t, &p->survey) &&
		     ek_api_surveys_may_edit(t, p->survey.team);
	}
	if (ok && !ek_survey_key(t->api, t->reader, &key, &found, &err))
		ok = ek_problem_err(&t->problem, &err);
	if (ok && try_all(t, p, &key))
		write_preview(t, p);
	ek_secret_wipe(&key, sizeof key);
	ek_turn_reply(t, 200);
}
