#include "api/reviewer.h"

#include <string.h>

#include "api/api_state.h"
#include "api/survey.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "sys/rounds.h"

enum {
	REST_MS = 2000,
	LONG_REST_MS = 30000, /* after what could not be done */
	PAGE = 64,
	CASES_USUAL = 3,
	DAYS_USUAL = 14,
	FIRST_DAYS = 60, /* uses that are looked at when the thread begins */
	WAITING = 128,   /* cases of one article that a review takes at once */
};
#define DAY_MS INT64_C(86400000)

enum kind { REOPENED, LOW_SCORE };

struct found {
	int64_t article;
	int64_t seq;
	int64_t conversation;
	enum kind kind;
	int64_t score;
};

struct ek_reviewer {
	struct ek_api *api;
	struct ek_reader *reader; /* the group's thread's while asking */
	struct ek_rounds *rounds;
	bool has_begun;
	int64_t seq; /* everything up to it was looked at */
	struct found page[PAGE];
	uint32_t n;
	enum kind kind; /* of what is being read */
	/* What is being asked of the group. */
	struct ek_group_call call;
	struct ek_cmd cmd;
	const struct found *one;
	int64_t owner; /* of the article; 0 = it is gone */
	int64_t review;
	struct ek_reviewer_limits limits;
	struct found waiting[WAITING]; /* cases in no review */
	int64_t waiting_ms[WAITING];
	uint32_t waiting_count;
};

/* ---- limits */

static bool take_limits(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_reviewer_limits *l = ctx;
	ek_str s = v[0].kind == EK_VIEWS_TEXT ? ek_turn_text(&v[0]) : EK_S("");
	int64_t numbers[2] = {0, 0};
	uint32_t which = 0;
	(void)n;
	(void)err;
	for (uint32_t i = 0; i < s.n && which < EK_LEN(numbers); i++) {
		bool is_digit = s.p[i] >= '0' && s.p[i] <= '9';
		if (is_digit && numbers[which] < 1000)
			numbers[which] = numbers[which] * 10 + (s.p[i] - '0');
		which += s.p[i] == ',';
	}
	if (numbers[0] > 0 && numbers[1] > 0)
		*l = (struct ek_reviewer_limits){numbers[0], numbers[1]};
	return true;
}

bool ek_reviewer_read(struct ek_reader *reader, struct ek_reviewer_limits *out, struct ek_err *err)
{
	static const struct ek_reader_question q = {
		"SELECT value FROM server_settings WHERE name = '" EK_REVIEWER_ROW "'", NULL, 0};
	*out = (struct ek_reviewer_limits){CASES_USUAL, DAYS_USUAL};
	return ek_reader_each(reader, &q, take_limits, out, err);
}

/* ---- finding cases */

static bool take_found(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_reviewer *r = ctx;
	int64_t score = r->kind == LOW_SCORE ? v[3].i : EK_NONE;
	(void)n;
	(void)err;
	if (r->kind == LOW_SCORE &&
	    score > ek_survey_form(ek_survey_form_of(ek_turn_text(&v[4])))->low)
		return true;
	if (r->n < PAGE)
		r->page[r->n++] = (struct found){v[0].i, v[1].i, v[2].i, r->kind, score};
	return true;
}

#define NOT_NOTED \
	" AND NOT EXISTS (SELECT 1 FROM article_cases k WHERE k.article = u.article AND k.seq ="
#define ORDER " ORDER BY 2, 1 LIMIT 64"

/* What changed since the last look; at first, what was sent lately. */
static bool read_page(struct ek_reviewer *r, struct ek_err *err)
{
	static const char lately[] =
		"SELECT DISTINCT u.article, e.seq, u.conversation FROM article_uses u"
		" JOIN conversation_events e ON e.conversation = u.conversation AND e.seq > u.seq"
		" AND e.type = 'conversation.reopened' WHERE u.at_ms >= $1" NOT_NOTED
		" e.seq)" ORDER;
	static const char since[] =
		"SELECT DISTINCT u.article, e.seq, u.conversation FROM conversations c"
		" JOIN article_uses u ON u.conversation = c.conversation"
		" JOIN conversation_events e ON e.conversation = u.conversation AND e.seq > u.seq"
		" AND e.type = 'conversation.reopened' AND e.seq > $1"
		" WHERE c.changed_seq > $1" NOT_NOTED " e.seq)" ORDER;
	const int64_t from = ek_clock_wall().ms - FIRST_DAYS * DAY_MS;
	const struct ek_views_value arg = ek_views_int(r->has_begun ? r->seq : from);
	const struct ek_reader_question q = {r->has_begun ? since : lately, &arg, 1};
	r->kind = REOPENED;
	return ek_reader_each(r->reader, &q, take_found, r, err);
}

static bool read_scores(struct ek_reviewer *r, struct ek_err *err)
{
	static const char sql[] =
		"SELECT DISTINCT u.article, w.seq, u.conversation, w.score, s.form"
		" FROM article_uses u"
		" JOIN survey_asks s ON s.conversation = u.conversation AND s.answered_ms >= $2"
		" JOIN survey_answers w ON w.ask = s.ask AND w.counts = 1 AND w.seq > u.seq"
		" WHERE w.seq > $1" NOT_NOTED " w.seq) ORDER BY 2, 1";
	/* What was answered lately: an answer changes nothing of its conversation. */
	const int64_t from = ek_clock_wall().ms - FIRST_DAYS * DAY_MS;
	const struct ek_views_value args[] = {ek_views_int(r->has_begun ? r->seq : 0),
					      ek_views_int(from)};
	const struct ek_reader_question q = {sql, args, EK_LEN(args)};
	r->kind = LOW_SCORE;
	return ek_reader_each(r->reader, &q, take_found, r, err);
}

/* ---- on the writer's thread */

static bool take_one(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	int64_t *out = ctx;
	(void)n;
	(void)err;
	if (v[0].kind == EK_VIEWS_INT)
		*out = v[0].i;
	return true;
}

static bool take_waiting(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_reviewer *r = ctx;
	(void)n;
	(void)err;
	if (r->waiting_count == WAITING)
		return true;
	r->waiting_ms[r->waiting_count] = v[3].i;
	r->waiting[r->waiting_count++] =
		(struct found){r->one->article, v[0].i, v[1].i,
			       ek_str_is(ek_turn_text(&v[2]), "low_score") ? LOW_SCORE : REOPENED,
			       ek_turn_int(&v[4])};
	return true;
}

static bool check(void *ctx, struct ek_err *err)
{
	struct ek_reviewer *r = ctx;
	const struct ek_views_value args[] = {ek_views_int(r->one->article),
					      ek_views_int(r->one->seq)};
	const struct ek_reader_question owner = {"SELECT owner FROM articles WHERE article = $1",
						 args, 1};
	const struct ek_reader_question noted = {
		"SELECT seq FROM article_cases WHERE article = $1 AND seq = $2", args, 2};
	const struct ek_reader_question review = {
		"SELECT review FROM article_reviews WHERE article = $1 AND state = 'open'", args,
		1};
	if (!ek_reviewer_read(r->reader, &r->limits, err))
		return false;
	const struct ek_views_value since[] = {
		args[0], ek_views_int(r->call.request.at.ms - r->limits.days * DAY_MS)};
	const struct ek_reader_question waiting = {
		"SELECT seq, conversation, kind, at_ms, score FROM article_cases"
		" WHERE article = $1 AND review IS NULL AND at_ms > $2 ORDER BY seq DESC LIMIT 128",
		since, 2};
	int64_t seq = 0;
	r->owner = r->review = 0;
	r->waiting_count = 0;
	bool ok = ek_reader_each(r->reader, &owner, take_one, &r->owner, err) &&
		  ek_reader_each(r->reader, &noted, take_one, &seq, err) &&
		  ek_reader_each(r->reader, &review, take_one, &r->review, err) &&
		  ek_reader_each(r->reader, &waiting, take_waiting, r, err);
	if (ok && (seq != 0 || r->owner == 0))
		return ek_fail(err, EK_CONFLICT, "it was noted, or the article is gone");
	return ok;
}

static void put_case(const struct ek_reviewer *r, struct ek_writer *w, const struct found *f,
		     int64_t at_ms)
{
	struct ek_views_value v[EK_CONTENT_ARTICLE_CASES_WIDTH] = {0};
	v[EK_CONTENT_ARTICLE_CASES_ARTICLE] = ek_views_int(f->article);
	v[EK_CONTENT_ARTICLE_CASES_SEQ] = ek_views_int(f->seq);
	v[EK_CONTENT_ARTICLE_CASES_CONVERSATION] = ek_views_int(f->conversation);
	v[EK_CONTENT_ARTICLE_CASES_KIND] =
		ek_views_text(f->kind == LOW_SCORE ? EK_S("low_score") : EK_S("reopened"));
	v[EK_CONTENT_ARTICLE_CASES_SCORE] = ek_views_int(f->score);
	v[EK_CONTENT_ARTICLE_CASES_AT_MS] = ek_views_int(at_ms);
	v[EK_CONTENT_ARTICLE_CASES_REVIEW] = ek_views_id((uint32_t)r->review);
	ek_writer_add(w, EK_CONTENT_ARTICLE_CASES, v);
}

/* Conversations among those that wait and the new one, each once. */
static int64_t count_cases(const struct ek_reviewer *r)
{
	int64_t n = 1;
	for (uint32_t i = 0; i < r->waiting_count; i++) {
		bool is_known = r->waiting[i].conversation == r->one->conversation;
		for (uint32_t k = 0; !is_known && k < i; k++)
			is_known = r->waiting[k].conversation == r->waiting[i].conversation;
		n += !is_known;
	}
	return n;
}

static void put_review(struct ek_reviewer *r, struct ek_writer *w, int64_t at_ms)
{
	struct ek_views_value v[EK_CONTENT_ARTICLE_REVIEWS_WIDTH] = {0};
	r->review = ek_api_new_id(r->api, w, EK_CONTENT_ARTICLE_REVIEWS);
	v[EK_CONTENT_ARTICLE_REVIEWS_REVIEW] = ek_views_int(r->review);
	v[EK_CONTENT_ARTICLE_REVIEWS_ARTICLE] = ek_views_int(r->one->article);
	v[EK_CONTENT_ARTICLE_REVIEWS_OWNER] = ek_views_int(r->owner);
	v[EK_CONTENT_ARTICLE_REVIEWS_STATE] = ek_views_text(EK_S("open"));
	v[EK_CONTENT_ARTICLE_REVIEWS_OPENED_MS] = ek_views_int(at_ms);
	ek_writer_add(w, EK_CONTENT_ARTICLE_REVIEWS, v);
}

static void made(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_reviewer *r = ctx;
	int64_t at_ms = ek_engine_time(ek_writer_engine(w)).ms;
	(void)a;
	if (r->review == 0 && count_cases(r) >= r->limits.cases) {
		put_review(r, w, at_ms);
		for (uint32_t i = 0; i < r->waiting_count; i++)
			put_case(r, w, &r->waiting[i], r->waiting_ms[i]);
	}
	put_case(r, w, r->one, at_ms);
}

/* ---- the thread */

static bool note(struct ek_reviewer *r, const struct found *f)
{
	struct ek_err refused, err;
	r->one = f;
	r->cmd = ek_cmd_make(EK_CMD_CONTENT_CHANGE);
	r->cmd.by.kind = EK_ACTOR_SYSTEM;
	r->cmd.content_change = (struct ek_cmd_content_change){
		.tag = EK_NONE, .view = EK_NONE, .of = EK_CONTENT_KIND_ARTICLE};
	r->call = (struct ek_group_call){
		.request = {.cmd = &r->cmd, .check = check, .check_ctx = r, .by = r->cmd.by},
		.made = made,
		.ctx = r};
	return ek_group_do(r->api->options.group, &r->call, &refused, &err) &&
	       (refused.code == EK_OK || refused.code == EK_CONFLICT);
}

/* False: better later. */
static bool go_round(struct ek_reviewer *r)
{
	struct ek_err err;
	uint64_t next = 0;
	bool ok;
	do {
		r->n = 0;
		ok = ek_reader_begin(r->reader, &err) && ek_reader_seq(r->reader, &next, &err);
		bool is_same = ok && r->has_begun && (int64_t)next == r->seq;
		ok = ok && (is_same || (read_page(r, &err) && read_scores(r, &err)));
		ek_reader_end(r->reader);
		for (uint32_t i = 0; ok && i < r->n && !ek_rounds_is_ending(r->rounds); i++)
			ok = note(r, &r->page[i]);
	} while (ok && r->n == PAGE && !ek_rounds_is_ending(r->rounds));
	if (ok && !ek_rounds_is_ending(r->rounds)) {
		r->seq = (int64_t)next;
		r->has_begun = true;
	}
	return ok;
}

static ek_span run(void *ctx)
{
	return (ek_span){go_round(ctx) ? REST_MS : LONG_REST_MS};
}

bool ek_reviewer_open(struct ek_api *api, const char *where, struct ek_reviewer **out,
		      struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_reviewer *r = ek_alloc_get(&alloc, sizeof *r);
	*out = NULL;
	if (r == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for reviews of articles");
	memset(r, 0, sizeof *r);
	r->api = api;
	const struct ek_rounds_options rounds = {run, r, {REST_MS}};
	bool ok =
		ek_reader_open(where, &r->reader, err) && ek_rounds_open(&rounds, &r->rounds, err);
	if (!ok)
		ek_reviewer_close(&r);
	*out = r;
	return ok;
}

void ek_reviewer_close(struct ek_reviewer **reviewer)
{
	struct ek_reviewer *r = *reviewer;
	struct ek_alloc alloc = ek_heap_alloc();
	if (r == NULL)
		return;
	ek_rounds_close(&r->rounds);
	ek_reader_close(&r->reader);
	ek_alloc_free(&alloc, r, sizeof *r);
	*reviewer = NULL;
}
