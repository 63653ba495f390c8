#include "api/outside_survey.h"

#include <string.h>

#include "api/api_state.h"
#include "wire/form.h"
#include "wire/keep.h"

#define PATH "/s/"
#define STYLE_PATH "/s/style.css"

struct page {
	struct ek_outside_survey_form form;
	uint64_t ask;
	const struct ek_views_value *row; /* of survey_asks */
	ek_time until;
	struct ek_cmd cmd;
	/* On the writer's thread. */
	const struct ek_views_value *counted;  /* the answer that counts so far; NULL = none */
	const struct ek_views_value *followup; /* NULL = none */
	bool is_gone;
	bool is_late;
	bool is_kept; /* it was said before, or too often */
};

/* ---- finding it */

static int header_language(const struct ek_turn *t)
{
	int language = ek_survey_language(ek_http_header(t->http, "Accept-Language"));
	return language < 0 ? 0 : language;
}

static void answer_gone(struct ek_turn *t)
{
	ek_outside_survey_gone(t, header_language(t));
	ek_turn_reply(t, 404);
}

/* In own words, where there are some in this language. */
static bool find_question(struct ek_turn *t, struct page *p, ek_str kept)
{
	struct ek_keep_map map;
	ek_str tag = {ek_survey_tag(p->form.language), 2};
	if (!ek_keep_read(kept, t->arena, &map))
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	const struct ek_keep_pair *pair = ek_keep_find(&map, tag);
	p->form.question = pair == NULL ? (ek_str){NULL, 0} : pair->text;
	return true;
}

/* By the hash of what stands in the address; *found is false for any other. */
static bool find(struct ek_turn *t, struct page *p, bool *found)
{
	static const char sql[] =
		"SELECT a.*, v.question FROM survey_asks a LEFT JOIN survey_versions v"
		" ON v.survey = a.survey AND v.version = a.version WHERE a.hash = $1";
	const uint32_t skip = sizeof PATH - 1;
	struct ek_secret secret;
	struct ek_turn_rows rows;
	uint8_t hash[EK_HASH_BYTES];
	p->form.secret = (ek_str){t->http->path.p + skip, t->http->path.n - skip};
	*found = false;
	if (!ek_secret_cookie_read(p->form.secret, &secret))
		return true;
	ek_secret_hash(&secret, hash);
	const struct ek_views_value key = ek_views_blob(hash, sizeof hash);
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	if (rows.n == 0)
		return true;
	*found = true;
	p->row = rows.v;
	p->ask = (uint64_t)rows.v[EK_CONTENT_SURVEY_ASKS_ASK].i;
	p->until.ms = rows.v[EK_CONTENT_SURVEY_ASKS_UNTIL_MS].i;
	p->form.form = ek_survey_form_of(ek_turn_text(&rows.v[EK_CONTENT_SURVEY_ASKS_FORM]));
	p->form.language =
		ek_survey_language(ek_turn_text(&rows.v[EK_CONTENT_SURVEY_ASKS_LANGUAGE]));
	if (p->form.language < 0)
		p->form.language = header_language(t);
	return find_question(t, p, ek_turn_text(&rows.v[EK_CONTENT_SURVEY_ASKS_WIDTH]));
}

/* ---- GET */

static bool read_counted(struct ek_turn *t, struct page *p)
{
	const struct ek_views_value key = ek_views_int((int64_t)p->ask);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT * FROM survey_answers WHERE ask = $1 AND counts = 1", &key,
			    1, &rows))
		return false;
	p->counted = rows.n > 0 ? rows.v : NULL;
	return true;
}

static void show(struct ek_turn *t, struct page *p)
{
	if (t->now.ms > p->until.ms) {
		answer_gone(t);
		return;
	}
	p->form.score = EK_NONE;
	if (read_counted(t, p) && p->counted != NULL) {
		p->form.is_again = true;
		p->form.score = p->counted[EK_CONTENT_SURVEY_ANSWERS_SCORE].i;
		p->form.comment = ek_turn_text(&p->counted[EK_CONTENT_SURVEY_ANSWERS_COMMENT]);
	}
	ek_outside_survey_ask(t, &p->form);
	ek_turn_reply(t, 200);
}

/* ---- POST: nothing more is to be asked */

static void made_stop(struct ek_turn *t, const struct ek_answer *a)
{
	const struct page *p = t->state;
	struct ek_views_value v[EK_CONTENT_SURVEY_OPTOUTS_WIDTH] = {0};
	(void)a;
	v[EK_CONTENT_SURVEY_OPTOUTS_CONTACT] = p->row[EK_CONTENT_SURVEY_ASKS_CONTACT];
	v[EK_CONTENT_SURVEY_OPTOUTS_ASK] = ek_views_int((int64_t)p->ask);
	v[EK_CONTENT_SURVEY_OPTOUTS_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_SURVEY_OPTOUTS, v);
	ek_outside_survey_stopped(t, p->form.language);
	t->status = 200;
}

/* ---- POST: an answer */

static bool is_same(const struct page *p)
{
	const struct ek_views_value *c = p->counted;
	if (c == NULL || c[EK_CONTENT_SURVEY_ANSWERS_SCORE].i != p->form.score)
		return false;
	ek_str before = ek_turn_text(&c[EK_CONTENT_SURVEY_ANSWERS_COMMENT]);
	return before.p == NULL || p->form.comment.p == NULL
		       ? before.p == p->form.comment.p
		       : ek_str_equal(before, p->form.comment);
}

static bool check(struct ek_turn *t)
{
	struct page *p = t->state;
	const struct ek_views_value key = ek_views_int((int64_t)p->ask);
	struct ek_turn_rows rows;
	bool found;
	if (!ek_turn_row(t, EK_CONTENT_SURVEY_ASKS, (int64_t)p->ask, &p->row, &found) ||
	    !read_counted(t, p) ||
	    !ek_turn_select(t, "SELECT * FROM followups WHERE ask = $1", &key, 1, &rows))
		return false;
	p->followup = rows.n > 0 ? rows.v : NULL;
	p->is_gone = !found || p->row[EK_CONTENT_SURVEY_ASKS_HASH].kind == EK_VIEWS_NULL;
	p->is_late = t->call.request.at.ms > p->until.ms;
	p->is_kept = is_same(p) || (found && p->row[EK_CONTENT_SURVEY_ASKS_ANSWERS].i >=
						     EK_OUTSIDE_SURVEY_ANSWERS);
	p->cmd.survey_answer.late = p->is_late;
	if (p->is_gone || p->is_kept)
		t->call.request.cmd = NULL;
	return true;
}

static void put_answer(struct ek_turn *t, const struct page *p, const struct ek_answer *a)
{
	struct ek_views_value v[EK_CONTENT_SURVEY_ANSWERS_WIDTH] = {0};
	if (p->counted != NULL && !p->is_late) {
		memcpy(v, p->counted, sizeof v);
		v[EK_CONTENT_SURVEY_ANSWERS_COUNTS] = ek_views_int(0);
		ek_turn_put(t, EK_CONTENT_SURVEY_ANSWERS, v);
	}
	v[EK_CONTENT_SURVEY_ANSWERS_ANSWER] =
		ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_SURVEY_ANSWERS));
	v[EK_CONTENT_SURVEY_ANSWERS_ASK] = ek_views_int((int64_t)p->ask);
	v[EK_CONTENT_SURVEY_ANSWERS_AT_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_SURVEY_ANSWERS_SCORE] = ek_views_int(p->form.score);
	v[EK_CONTENT_SURVEY_ANSWERS_COMMENT] = ek_views_text(p->form.comment);
	v[EK_CONTENT_SURVEY_ANSWERS_LATE] = ek_views_int(p->is_late);
	v[EK_CONTENT_SURVEY_ANSWERS_COUNTS] = ek_views_int(!p->is_late);
	v[EK_CONTENT_SURVEY_ANSWERS_SEQ] = ek_views_int((int64_t)a->first_seq);
	ek_turn_put(t, EK_CONTENT_SURVEY_ANSWERS, v);
}

static void put_ask(struct ek_turn *t, const struct page *p)
{
	struct ek_views_value v[EK_CONTENT_SURVEY_ASKS_WIDTH];
	memcpy(v, p->row, sizeof v);
	v[EK_CONTENT_SURVEY_ASKS_ANSWERS] =
		ek_views_int(p->row[EK_CONTENT_SURVEY_ASKS_ANSWERS].i + 1);
	/* Whichever way the address came: whoever answers was reached. */
	if (v[EK_CONTENT_SURVEY_ASKS_DELIVERED_MS].kind == EK_VIEWS_NULL)
		v[EK_CONTENT_SURVEY_ASKS_DELIVERED_MS] = ek_views_int(t->now.ms);
	if (!p->is_late) {
		v[EK_CONTENT_SURVEY_ASKS_ANSWERED_MS] = ek_views_int(t->now.ms);
		v[EK_CONTENT_SURVEY_ASKS_SCORE] = ek_views_int(p->form.score);
	}
	ek_turn_put(t, EK_CONTENT_SURVEY_ASKS, v);
}

static bool is_state(const struct ek_views_value *followup, const char *word)
{
	return followup != NULL &&
	       ek_str_is(ek_turn_text(&followup[EK_CONTENT_FOLLOWUPS_STATE]), word);
}

/* A low score opens one for the team, a better one takes it back, what was closed stays closed. */
static void follow_up(struct ek_turn *t, const struct page *p)
{
	struct ek_views_value v[EK_CONTENT_FOLLOWUPS_WIDTH] = {0};
	bool is_low = p->form.score <= ek_survey_form(p->form.form)->low;
	if (p->followup != NULL)
		memcpy(v, p->followup, sizeof v);
	if (is_low ? is_state(p->followup, "closed") : !is_state(p->followup, "open"))
		return;
	if (p->followup == NULL) {
		v[EK_CONTENT_FOLLOWUPS_FOLLOWUP] =
			ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_FOLLOWUPS));
		v[EK_CONTENT_FOLLOWUPS_SURVEY] = p->row[EK_CONTENT_SURVEY_ASKS_SURVEY];
		v[EK_CONTENT_FOLLOWUPS_ASK] = p->row[EK_CONTENT_SURVEY_ASKS_ASK];
		v[EK_CONTENT_FOLLOWUPS_CONVERSATION] = p->row[EK_CONTENT_SURVEY_ASKS_CONVERSATION];
		v[EK_CONTENT_FOLLOWUPS_TEAM] = p->row[EK_CONTENT_SURVEY_ASKS_TEAM];
		v[EK_CONTENT_FOLLOWUPS_FORM] = p->row[EK_CONTENT_SURVEY_ASKS_FORM];
		v[EK_CONTENT_FOLLOWUPS_OPENED_MS] = ek_views_int(t->now.ms);
	}
	if (is_low)
		v[EK_CONTENT_FOLLOWUPS_SCORE] = ek_views_int(p->form.score);
	v[EK_CONTENT_FOLLOWUPS_STATE] = ek_views_text(is_low ? EK_S("open") : EK_S("withdrawn"));
	v[EK_CONTENT_FOLLOWUPS_CLOSED_MS] = ek_views_int(is_low ? EK_NONE : t->now.ms);
	ek_turn_put(t, EK_CONTENT_FOLLOWUPS, v);
}

static void made(struct ek_turn *t, const struct ek_answer *a)
{
	const struct page *p = t->state;
	if (p->is_gone) {
		ek_outside_survey_gone(t, header_language(t));
		t->status = 404;
		return;
	}
	if (!p->is_kept) {
		put_answer(t, p, a);
		put_ask(t, p);
		follow_up(t, p);
	}
	ek_outside_survey_thank(t, &p->form, p->is_late);
	t->status = 200;
}

static bool take_score(struct ek_turn *t, struct page *p)
{
	const struct ek_survey_form *form = ek_survey_form(p->form.form);
	ek_str text;
	int64_t n = 0;
	p->form.score = EK_NONE;
	if (!ek_form_field(t->http->body, "score", t->arena, &text) || text.n < 1 || text.n > 2)
		return false;
	for (uint32_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		n = n * 10 + (text.p[i] - '0');
	}
	if (n < form->least || n > form->most)
		return false;
	p->form.score = n;
	return true;
}

static bool take_comment(struct ek_turn *t, struct page *p)
{
	uint32_t characters = 0;
	ek_str text;
	if (!ek_form_field(t->http->body, "comment", t->arena, &text) || text.n == 0)
		return true;
	p->form.comment = text;
	for (uint32_t i = 0; i < text.n; i++)
		characters += ((unsigned char)text.p[i] & 0xc0) != 0x80;
	return characters <= EK_OUTSIDE_SURVEY_COMMENT;
}

static void take_answer(struct ek_turn *t, struct page *p)
{
	bool has_score = take_score(t, p);
	bool fits = take_comment(t, p);
	if (!has_score || !fits) {
		p->form.fault = has_score ? EK_OUTSIDE_SURVEY_TOO_LONG : EK_OUTSIDE_SURVEY_NO_SCORE;
		ek_outside_survey_ask(t, &p->form);
		ek_turn_reply(t, 422);
		return;
	}
	p->cmd = ek_cmd_make(EK_CMD_SURVEY_ANSWER);
	p->cmd.survey_answer.ask = (int64_t)p->ask;
	p->cmd.survey_answer.score = p->form.score;
	ek_turn_write(t, &(struct ek_turn_write){.cmd = &p->cmd, .check = check, .made = made});
}

static void take(struct ek_turn *t, struct page *p)
{
	ek_str stop;
	int64_t last = p->until.ms + EK_OUTSIDE_SURVEY_LATE_DAYS * EK_SURVEY_DAY_MS;
	if (p->row[EK_CONTENT_SURVEY_ASKS_CONTACT].kind == EK_VIEWS_INT &&
	    ek_form_field(t->http->body, "stop", t->arena, &stop))
		ek_turn_write(t, &(struct ek_turn_write){.made = made_stop});
	else if (t->now.ms > last)
		answer_gone(t);
	else
		take_answer(t, p);
}

/* ---- what comes in */

/* Those who try addresses are slowed down; nobody has 2^256 tries. */
static bool is_allowed(struct ek_turn *t)
{
	char key[EK_THROTTLE_NETWORK];
	const struct ek_throttle_ask ask = {.what = EK_THROTTLE_SURVEY_NETWORK,
					    .key = ek_throttle_network(t->http->peer, key),
					    .now = t->now};
	struct ek_throttle_answer a = ek_throttle_take(t->api->throttle, &ask);
	if (a.is_allowed)
		return true;
	t->problem.retry_s = (uint32_t)ek_throttle_seconds(a.retry_after);
	return ek_problem_set(&t->problem, EK_PROBLEM_RATE_LIMITED, NULL);
}

static void handle(struct ek_turn *t, bool is_post)
{
	struct page *p = EK_TURN_NEW(t, struct page);
	struct ek_err err;
	bool found = false;
	t->state = p;
	t->by.kind = EK_ACTOR_SYSTEM;
	if (p == NULL || !is_allowed(t))
		ek_turn_reply(t, 0);
	else if (!ek_reader_begin(t->reader, &err) && !ek_problem_err(&t->problem, &err))
		ek_turn_reply(t, 0);
	else if (!find(t, p, &found))
		ek_turn_reply(t, 0);
	else if (!found)
		answer_gone(t);
	else if (is_post)
		take(t, p);
	else
		show(t, p);
}

static bool is_method(const struct ek_turn *t, const char *word)
{
	return ek_str_is(t->http->method, word);
}

bool ek_outside_survey(struct ek_turn *t)
{
	ek_str path = t->http->path;
	struct ek_reader *reader = t->reader;
	const uint32_t n = sizeof PATH - 1;
	if (path.n < n || memcmp(path.p, PATH, n) != 0)
		return false;
	bool is_read = is_method(t, "GET") || is_method(t, "HEAD");
	bool is_style = ek_str_is(path, STYLE_PATH);
	if (is_style && is_read) {
		ek_outside_survey_style(t);
		ek_turn_reply(t, 200);
	} else if (is_read || (is_method(t, "POST") && !is_style)) {
		handle(t, !is_read);
		/* The turn may be gone: the transaction is ended by the reader alone. */
		ek_reader_end(reader);
	} else {
		ek_format(t->match.allow, sizeof t->match.allow,
			  is_style ? "GET, HEAD" : "GET, HEAD, POST");
		ek_turn_refuse(t, EK_PROBLEM_METHOD_NOT_ALLOWED, NULL);
	}
	return true;
}
