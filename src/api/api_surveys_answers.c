/* What was answered, and what a conversation's contact was asked.
 *
 * Who is credited reads what is credited to them; leads and managers read what their teams were
 * told, and nobody in it is named or counted: an answer is about a conversation. The address that a
 * contact answers at is given to programs alone, which carry it to the contact. */
#include "api/api_surveys.h"

#include <string.h>

#include "api/api_conversation.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/page.h"
#include "store/contact.h"
#include "wire/list.h"

/* ---- GET answers */

#define SELECT \
	"w.answer, a.survey, a.version, a.form, a.conversation, a.team, a.channel, a.tags, " \
	"w.score, w.comment, w.at_ms, w.counts, w.late, a.teammate"
enum { ANSWER, SURVEY, VERSION, FORM, CONVERSATION, TEAM, CHANNEL, TAGS, SCORE };
enum { COMMENT = SCORE + 1, AT, COUNTS, LATE, TEAMMATE };

static const struct ek_list_column columns[EK_LIST_survey_answers_COUNT] = {
	[EK_LIST_survey_answers_id] = {EK_LIST_NUMBER, "w.answer", NULL},
	[EK_LIST_survey_answers_at] = {EK_LIST_NUMBER, "w.at_ms", NULL},
	[EK_LIST_survey_answers_score] = {EK_LIST_NUMBER, "w.score", NULL},
	[EK_LIST_survey_answers_team] = {EK_LIST_NUMBER, "a.team", NULL},
	[EK_LIST_survey_answers_conversation] = {EK_LIST_NUMBER, "a.conversation", NULL},
	[EK_LIST_survey_answers_counts] = {EK_LIST_NUMBER, "w.counts", NULL},
	[EK_LIST_survey_answers_late] = {EK_LIST_NUMBER, "w.late", NULL},
};

static uint64_t id_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT ? (uint64_t)v->i : 0;
}

static void write_answer(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_int(j, "id", v[ANSWER].i);
	ek_api_put_id(j, "survey", EK_IDENT_SURVEY, id_of(&v[SURVEY]));
	ek_api_put_int(j, "version", v[VERSION].i);
	ek_api_put_text(j, "form", ek_turn_text(&v[FORM]));
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, id_of(&v[CONVERSATION]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_of(&v[TEAM]));
	ek_api_put_text(j, "channel", ek_turn_text(&v[CHANNEL]));
	ek_api_put_raw(j, "tags", ek_turn_text(&v[TAGS]));
	ek_api_put_int(j, "score", v[SCORE].i);
	ek_api_put_text(j, "comment", ek_turn_text(&v[COMMENT]));
	ek_api_put_time(j, "at", (ek_time){v[AT].i});
	ek_api_put_bool(j, "counts", v[COUNTS].i == 1);
	ek_api_put_bool(j, "late", v[LATE].i == 1);
	ek_api_put_bool(j, "mine", t->self.v != 0 && id_of(&v[TEAMMATE]) == t->self.v);
	ek_json_object_end(j);
}

void ek_api_list_survey_answers(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_SURVEY_ANSWERS),
		.columns = columns,
		.select = SELECT,
		.from = "survey_answers w JOIN survey_asks a ON a.ask = w.ask",
		.id = "w.answer",
	};
	const struct ek_views_value *row;
	uint64_t id = 0;
	bool ok = ek_turn_id(t, "id", EK_IDENT_SURVEY, &id);
	struct ek_page p = {
		.list = &list,
		.right = EK_MAY_SURVEY_ANSWERS,
		.reach = {.team = "a.team", .owner = "a.teammate"},
		.where = "a.survey = $1",
		.args = {ek_views_int((int64_t)id)},
		.n = 1,
	};
	if (ok && ek_page_read(t, &p) && ek_turn_may(t, EK_MAY_SURVEY_READ, NULL) &&
	    ek_api_surveys_find(t, id, &row) && ek_page_select(t, &p)) {
		ek_api_list_begin(t, &p.l);
		for (uint32_t i = 0; i < p.l.rows.n; i++)
			write_answer(t, ek_api_list_at(&p.l, i));
		ek_api_list_end(t, &p.l);
	}
	ek_turn_reply(t, 200);
}

/* ---- GET /conversations/{id}/survey */

static const char *state_of(const struct ek_views_value *v, ek_time now)
{
	bool is_over = v[EK_CONTENT_SURVEY_ASKS_UNTIL_MS].i <= now.ms;
	if (v[EK_CONTENT_SURVEY_ASKS_SCORE].kind == EK_VIEWS_INT)
		return "answered";
	if (v[EK_CONTENT_SURVEY_ASKS_DELIVERED_MS].kind == EK_VIEWS_INT)
		return is_over ? "unanswered" : "delivered";
	return is_over ? "not_delivered" : "waiting";
}

static ek_time time_of(const struct ek_views_value *v)
{
	return (ek_time){ek_turn_int(v)};
}

/* Behind an ask: how the mail that leads to its page is. */
enum { MAIL_STATE = EK_CONTENT_SURVEY_ASKS_WIDTH, MAIL_ERROR };

static void write_ask(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	const char *state = state_of(v, t->now);
	const char *why =
		ek_str_is(ek_turn_text(&v[MAIL_STATE]), "failed") ? "mail_failed" : "not_fetched";
	ek_json_object(j);
	ek_api_put_int(j, "ask", v[EK_CONTENT_SURVEY_ASKS_ASK].i);
	ek_api_put_id(j, "survey", EK_IDENT_SURVEY, id_of(&v[EK_CONTENT_SURVEY_ASKS_SURVEY]));
	ek_api_put_text(j, "form", ek_turn_text(&v[EK_CONTENT_SURVEY_ASKS_FORM]));
	ek_api_put_word(j, "state", state);
	ek_api_put_word(j, "why", strcmp(state, "not_delivered") == 0 ? why : NULL);
	ek_api_put_text(j, "by_mail", ek_turn_text(&v[MAIL_STATE]));
	ek_api_put_text(j, "mail_error", ek_turn_text(&v[MAIL_ERROR]));
	ek_api_put_time(j, "sent_at", time_of(&v[EK_CONTENT_SURVEY_ASKS_SENT_MS]));
	ek_api_put_time(j, "delivered_at", time_of(&v[EK_CONTENT_SURVEY_ASKS_DELIVERED_MS]));
	ek_api_put_time(j, "answered_at", time_of(&v[EK_CONTENT_SURVEY_ASKS_ANSWERED_MS]));
	ek_api_put_time(j, "until", time_of(&v[EK_CONTENT_SURVEY_ASKS_UNTIL_MS]));
	ek_api_put_text(j, "language", ek_turn_text(&v[EK_CONTENT_SURVEY_ASKS_LANGUAGE]));
	ek_json_object_end(j);
}

/* The latest first; each whole. */
static bool read_asks(struct ek_turn *t, uint64_t conversation, struct ek_turn_rows *rows)
{
	const struct ek_views_value key = ek_views_int((int64_t)conversation);
	return ek_turn_select(
		t,
		"SELECT a.*, m.state, m.error FROM survey_asks a LEFT JOIN letters l ON"
		" l.about = a.ask AND l.kind = 'survey' LEFT JOIN mails m ON m.mail = l.mail"
		" WHERE a.conversation = $1 ORDER BY a.ask DESC LIMIT 50",
		&key, 1, rows);
}

void ek_api_get_conversation_survey(struct ek_turn *t)
{
	struct ek_api_conversation_object o;
	struct ek_turn_rows rows;
	uint64_t id;
	if (ek_query_end(&t->query) && ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id) &&
	    ek_api_conversation_stored(t, (ek_conversation_id){(uint32_t)id}, &o) &&
	    ek_turn_may(t, EK_MAY_SURVEY_STATE, &o.may) && read_asks(t, id, &rows)) {
		ek_json_object(&t->out);
		ek_api_put_id(&t->out, "conversation", EK_IDENT_CONVERSATION, id);
		ek_json_key(&t->out, "asks");
		ek_json_list(&t->out);
		for (uint32_t i = 0; i < rows.n; i++)
			write_ask(t, rows.v + (size_t)i * rows.columns);
		ek_json_list_end(&t->out);
		ek_api_put_int(&t->out, "seq", (int64_t)t->seq);
		ek_json_object_end(&t->out);
	}
	ek_turn_reply(t, 200);
}

/* ---- POST /conversations/{id}/survey/link */

struct giving {
	uint64_t conversation;
	struct ek_cmd cmd;
	struct ek_draw_key key;
	const struct ek_views_value *row;
	const struct ek_views_value *letter; /* NULL = none */
	bool is_first;
};

/* The latest ask, while it can be answered. */
static bool check_link(struct ek_turn *t)
{
	struct giving *g = t->state;
	struct ek_turn_rows rows, letters;
	struct ek_err err;
	bool found;
	if (!read_asks(t, g->conversation, &rows))
		return false;
	if (!ek_survey_key(t->api, t->reader, &g->key, &found, &err))
		return ek_problem_err(&t->problem, &err);
	g->row = rows.v;
	if (rows.n == 0 || !found)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "nothing is asked about this conversation");
	if (g->row[EK_CONTENT_SURVEY_ASKS_HASH].kind == EK_VIEWS_NULL ||
	    g->row[EK_CONTENT_SURVEY_ASKS_UNTIL_MS].i <= t->call.request.at.ms)
		return ek_problem_set(&t->problem, EK_PROBLEM_CONFLICT,
				      "the time to answer is over");
	if (!ek_turn_select(t, "SELECT * FROM letters WHERE about = $1 AND kind = 'survey'",
			    &g->row[EK_CONTENT_SURVEY_ASKS_ASK], 1, &letters))
		return false;
	g->letter = letters.n > 0 ? letters.v : NULL;
	g->is_first = g->row[EK_CONTENT_SURVEY_ASKS_DELIVERED_MS].kind == EK_VIEWS_NULL;
	g->cmd.survey_deliver.ask = g->row[EK_CONTENT_SURVEY_ASKS_ASK].i;
	if (!g->is_first)
		t->call.request.cmd = NULL;
	return true;
}

static void write_link(struct ek_turn *t, const char *secret)
{
	struct giving *g = t->state;
	struct ek_json *j = &t->out;
	char link[512];
	size_t n = secret == NULL
			   ? 0
			   : ek_format(link, sizeof link, "%s/s/%s", t->api->options.url, secret);
	ek_json_object(j);
	ek_api_put_int(j, "ask", g->row[EK_CONTENT_SURVEY_ASKS_ASK].i);
	ek_api_put_text(j, "link", (ek_str){secret == NULL ? "" : link, (uint32_t)n});
	ek_json_key(j, "contact");
	ek_str hex = {NULL, 0};
	if (j->style.contact != NULL)
		hex = j->style.contact(j->style.contact_ctx,
				       (uint32_t)id_of(&g->row[EK_CONTENT_SURVEY_ASKS_CONTACT]));
	if (hex.p != NULL)
		ek_ident_write_contact(j, hex);
	else
		ek_json_null(j);
	ek_api_put_text(j, "language", ek_turn_text(&g->row[EK_CONTENT_SURVEY_ASKS_LANGUAGE]));
	ek_api_put_time(j, "until", time_of(&g->row[EK_CONTENT_SURVEY_ASKS_UNTIL_MS]));
	ek_api_put_int(j, "seq", g->is_first ? (int64_t)t->seq : EK_NONE);
	ek_json_object_end(j);
}

/* A program carries it now: that a letter comes back later takes nothing away. */
static void put_letter(struct ek_turn *t, const struct giving *g)
{
	struct ek_views_value v[EK_CONTENT_LETTERS_WIDTH];
	if (g->letter == NULL || g->letter[EK_CONTENT_LETTERS_SETTLED].i == 2)
		return;
	memcpy(v, g->letter, sizeof v);
	v[EK_CONTENT_LETTERS_SETTLED] = ek_views_int(2);
	ek_turn_put(t, EK_CONTENT_LETTERS, v);
}

/* What is kept for a repeated request has no secret in it: it is told behind the commit. */
static void made_link(struct ek_turn *t, const struct ek_answer *a)
{
	const struct giving *g = t->state;
	struct ek_views_value v[EK_CONTENT_SURVEY_ASKS_WIDTH];
	(void)a;
	if (g->is_first) {
		memcpy(v, g->row, sizeof v);
		v[EK_CONTENT_SURVEY_ASKS_DELIVERED_MS] = ek_views_int(t->now.ms);
		ek_turn_put(t, EK_CONTENT_SURVEY_ASKS, v);
	}
	put_letter(t, g);
	t->status = 200;
	write_link(t, NULL);
}

static void tell_link(struct ek_turn *t)
{
	struct giving *g = t->state;
	char text[EK_SECRET_COOKIE + 1];
	struct ek_secret secret =
		ek_draw_secret(&g->key, (uint64_t)g->row[EK_CONTENT_SURVEY_ASKS_ASK].i);
	ek_secret_cookie(&secret, text);
	ek_json_reset(&t->out);
	write_link(t, text);
	ek_secret_wipe(&secret, sizeof secret);
	ek_secret_wipe(text, sizeof text);
	ek_secret_wipe(&g->key, sizeof g->key);
}

void ek_api_give_survey_link(struct ek_turn *t)
{
	struct giving *g = EK_TURN_NEW(t, struct giving);
	struct ek_api_conversation_object o;
	t->state = g;
	if (g == NULL || !ek_query_end(&t->query) ||
	    !ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &g->conversation) ||
	    !ek_api_conversation_stored(t, (ek_conversation_id){(uint32_t)g->conversation}, &o) ||
	    !ek_turn_may(t, EK_MAY_SURVEY_LINK, &o.may)) {
		ek_turn_reply(t, 0);
		return;
	}
	g->cmd = ek_cmd_make(EK_CMD_SURVEY_DELIVER);
	ek_turn_write(t, &(struct ek_turn_write){.cmd = &g->cmd,
						 .check = check_link,
						 .made = made_link,
						 .tell = tell_link});
}
