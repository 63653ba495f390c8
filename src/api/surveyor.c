#include "api/surveyor.h"

#include <string.h>

#include "api/api_letters.h"
#include "api/api_state.h"
#include "engine/look.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "sys/rounds.h"

enum {
	ARENA = 1 << 20,
	REST_MS = 1000,
	LONG_REST_MS = 30000, /* after what could not be done */
	SURVEYS = 64,
	LIST_TEXT = 4096,
};

/* How far a survey has seen: conversations whose last change is not behind `seq` are known. */
struct mark {
	uint64_t survey;
	int64_t version;
	ek_time since;
	uint64_t seq;
};

/* A conversation, as it was found. */
struct found {
	struct ek_survey_case of;
	ek_team_id team;
	uint64_t changed;
	uint32_t draw;
	bool is_passed; /* another channel than the survey's */
};

struct ek_surveyor {
	struct ek_api *api;
	struct ek_arena arena;    /* one conversation's; the group's thread's while asking */
	struct ek_reader *reader; /* the same */
	struct ek_rounds *rounds;
	struct ek_draw_key key;
	bool has_key;
	struct ek_survey surveys[SURVEYS];
	uint32_t survey_count;
	struct mark marks[SURVEYS];
	uint32_t mark_count;
	struct found page[EK_SURVEY_ROUND];
	uint32_t n;
	bool has_failed; /* something of this round is to be looked at again */
	/* What is being asked of the group. */
	struct ek_group_call call;
	struct ek_cmd cmd;
	const struct ek_survey *survey;
	const struct found *one;
	char tags[LIST_TEXT];
	char repliers[LIST_TEXT];
	struct ek_survey_mail mail;
	/* A letter whose end is known, and its ask. */
	struct ek_views_value letter[EK_CONTENT_LETTERS_WIDTH];
	struct ek_views_value asked[EK_CONTENT_SURVEY_ASKS_WIDTH];
	struct ek_arena texts;
	bool is_there;
	bool was_sent;
	bool came_back;
};

/* ---- reading */

static bool take_survey(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_surveyor *s = ctx;
	(void)n;
	(void)err;
	if (s->survey_count < SURVEYS)
		s->surveys[s->survey_count++] = ek_survey_read(v);
	return true;
}

static bool read_surveys(struct ek_surveyor *s, struct ek_err *err)
{
	static const struct ek_reader_question q = {
		"SELECT * FROM surveys WHERE active = 1 AND deleted_ms IS NULL ORDER BY survey",
		NULL, 0};
	s->survey_count = 0;
	return ek_reader_each(s->reader, &q, take_survey, s, err) &&
	       (s->survey_count == 0 || s->has_key ||
		ek_survey_key(s->api, s->reader, &s->key, &s->has_key, err));
}

static bool take_found(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_surveyor *s = ctx;
	struct found *f = &s->page[s->n++];
	(void)n;
	(void)err;
	*f = (struct found){.of.conversation = {(uint32_t)v[0].i}, .of.closed = {v[1].i}};
	f->team.v = v[2].kind == EK_VIEWS_INT ? (uint32_t)v[2].i : 0;
	f->of.contact.v = v[3].kind == EK_VIEWS_INT ? (uint32_t)v[3].i : 0;
	f->changed = (uint64_t)v[5].i;
	f->is_passed = !ek_survey_takes(s->survey, ek_turn_text(&v[4]));
	return true;
}

/* Closed in time, and not yet looked at. */
static bool read_page(struct ek_surveyor *s, uint64_t behind, ek_time due, struct ek_err *err)
{
	static const char sql[] =
		"SELECT c.conversation, c.closed_ms, c.team, c.contact, c.channel, c.changed_seq"
		" FROM conversations c WHERE c.changed_seq > $1 AND c.state = 'closed'"
		" AND c.closed_ms >= $2 AND c.closed_ms <= $3 AND ($4 = 0 OR c.team = $4)"
		" AND NOT EXISTS (SELECT 1 FROM survey_draws d WHERE d.survey = $5"
		" AND d.conversation = c.conversation AND d.closed_ms = c.closed_ms)"
		" ORDER BY c.changed_seq LIMIT 64";
	const struct ek_views_value args[] = {
		ek_views_int((int64_t)behind),
		ek_views_int(s->survey->since.ms),
		ek_views_int(due.ms),
		ek_views_int(s->survey->team.v),
		ek_views_int((int64_t)s->survey->id),
	};
	const struct ek_reader_question q = {sql, args, EK_LEN(args)};
	s->n = 0;
	return ek_reader_each(s->reader, &q, take_found, s, err);
}

static bool take_number(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)n;
	(void)err;
	if (v[0].kind == EK_VIEWS_INT)
		*(uint64_t *)ctx = (uint64_t)v[0].i;
	return true;
}

/* Behind what everything that is due now will have been looked at. */
static bool find_next(struct ek_surveyor *s, uint64_t behind, ek_time due, uint64_t *next,
		      struct ek_err *err)
{
	const struct ek_views_value args[] = {ek_views_int((int64_t)behind), ek_views_int(due.ms)};
	const struct ek_reader_question q = {"SELECT min(changed_seq) FROM conversations"
					     " WHERE changed_seq > $1 AND state = 'closed'"
					     " AND closed_ms > $2",
					     args, 2};
	uint64_t first = 0;
	bool ok = ek_reader_begin(s->reader, err) && ek_reader_seq(s->reader, next, err) &&
		  ek_reader_each(s->reader, &q, take_number, &first, err);
	ek_reader_end(s->reader);
	if (first > 0 && first - 1 < *next)
		*next = first - 1;
	return ok;
}

/* ---- on the writer's thread */

static void print_list(char out[LIST_TEXT], const struct ek_json *j)
{
	ek_str s = ek_json_written(j);
	bool fits = ek_json_is_whole(j) && s.n < LIST_TEXT;
	memcpy(out, fits ? s.p : "[]", fits ? s.n : 2);
	out[fits ? s.n : 2] = 0;
}

static void print_facts(struct ek_surveyor *s)
{
	const struct ek_survey_case *c = &s->one->of;
	const struct ek_texts *tags = &s->cmd.survey_send.tags;
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), LIST_TEXT);
	ek_json_list(&j);
	for (uint32_t i = 0; i < tags->n; i++)
		ek_json_text(&j, tags->v[i]);
	ek_json_list_end(&j);
	print_list(s->tags, &j);
	ek_json_reset(&j);
	ek_json_list(&j);
	for (uint32_t i = 0; i < c->replier_count; i++)
		ek_json_uint(&j, c->repliers[i].v);
	ek_json_list_end(&j);
	print_list(s->repliers, &j);
	ek_json_fini(&j);
}

/* As it is now, frozen. */
static bool make_cmd(struct ek_surveyor *s, struct ek_err *err)
{
	const struct ek_engine *engine = ek_writer_engine(s->api->writer);
	const struct ek_survey_case *c = &s->one->of;
	struct ek_conversation_view v;
	struct ek_conversation_detail d;
	struct ek_cmd_survey_send *to = &s->cmd.survey_send;
	if (!ek_look_conversation(engine, c->conversation, &v) || v.state != EK_STATE_CLOSED ||
	    v.closed_at.ms != c->closed.ms)
		return ek_fail(err, EK_CONFLICT, "it is open again");
	if (!ek_look_detail(engine, c->conversation, &s->arena, &d, err))
		return false;
	to->ask = s->api->last_ids[EK_CONTENT_SURVEY_ASKS] + 1;
	to->survey = (int64_t)s->survey->id;
	to->version = s->survey->version;
	to->form = (uint8_t)s->survey->form;
	to->conversation = c->conversation;
	to->closed = c->closed;
	to->channel = v.channel;
	to->team = v.team;
	to->teammate = c->credited;
	to->tags = d.tags;
	to->until = (ek_time){s->call.request.at.ms + s->survey->window.ms};
	print_facts(s);
	return true;
}

static bool check(void *ctx, struct ek_err *err)
{
	struct ek_surveyor *s = ctx;
	struct ek_survey_case again = s->one->of;
	again.at = s->call.request.at;
	return make_cmd(s, err) && ek_survey_judge(s->reader, s->survey, &again, err) &&
	       (again.why == s->one->of.why || ek_fail(err, EK_CONFLICT, "it fits no more")) &&
	       ek_survey_letter_find(s->reader, &again, s->cmd.survey_send.team, &s->mail, err);
}

static struct ek_views_value text(const char *t)
{
	return ek_views_text((ek_str){t, t == NULL ? 0 : (uint32_t)strlen(t)});
}

static void put_draw(struct ek_surveyor *s, struct ek_writer *w, const struct found *f, ek_time at)
{
	const char *verdict = f->of.why != EK_SURVEY_FITS     ? "left_out"
			      : f->draw < s->survey->fraction ? "drawn"
							      : "not_drawn";
	struct ek_views_value v[EK_CONTENT_SURVEY_DRAWS_WIDTH] = {0};
	v[EK_CONTENT_SURVEY_DRAWS_SURVEY] = ek_views_int((int64_t)s->survey->id);
	v[EK_CONTENT_SURVEY_DRAWS_CONVERSATION] = ek_views_id(f->of.conversation.v);
	v[EK_CONTENT_SURVEY_DRAWS_CLOSED_MS] = ek_views_int(f->of.closed.ms);
	v[EK_CONTENT_SURVEY_DRAWS_VERSION] = ek_views_int(s->survey->version);
	v[EK_CONTENT_SURVEY_DRAWS_TEAM] = ek_views_id(f->team.v);
	v[EK_CONTENT_SURVEY_DRAWS_AT_MS] = ek_views_int(at.ms);
	v[EK_CONTENT_SURVEY_DRAWS_VERDICT] = text(verdict);
	v[EK_CONTENT_SURVEY_DRAWS_WHY] = text(ek_survey_why(f->of.why));
	v[EK_CONTENT_SURVEY_DRAWS_DRAW] = ek_views_int(f->draw);
	v[EK_CONTENT_SURVEY_DRAWS_FRACTION] = ek_views_int(s->survey->fraction);
	ek_writer_add(w, EK_CONTENT_SURVEY_DRAWS, v);
}

/* In the same commit, so that it goes out once. */
static void put_letter(struct ek_surveyor *s, struct ek_writer *w, int64_t ask, ek_time at)
{
	int language = s->one->of.language < 0 ? 0 : s->one->of.language;
	const char *subject = ek_survey_say(EK_SURVEY_WORD_TITLE, language);
	const struct ek_api_letter letter = {
		.kind = EK_API_LETTERS_SURVEY,
		.about = ask,
		.mailbox = s->mail.mailbox,
		.address = {s->mail.address, s->mail.address_n},
		.subject = {subject, (uint32_t)strlen(subject)},
		.conversation = s->one->of.conversation,
		.at = at,
	};
	if (s->mail.mailbox != 0 && s->mail.address_n > 0)
		(void)ek_api_letters_put(s->api, w, &letter);
}

static void made_sent(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_surveyor *s = ctx;
	const struct ek_cmd_survey_send *c = &s->cmd.survey_send;
	const ek_time at = ek_engine_time(ek_writer_engine(w));
	struct ek_views_value v[EK_CONTENT_SURVEY_ASKS_WIDTH] = {0};
	uint8_t hash[EK_HASH_BYTES];
	int64_t ask = ek_api_new_id(s->api, w, EK_CONTENT_SURVEY_ASKS);
	ek_assert(ask == c->ask);
	struct ek_secret secret = ek_draw_secret(&s->key, (uint64_t)ask);
	ek_secret_hash(&secret, hash);
	ek_secret_wipe(&secret, sizeof secret);
	put_draw(s, w, s->one, at);
	v[EK_CONTENT_SURVEY_ASKS_ASK] = ek_views_int(ask);
	v[EK_CONTENT_SURVEY_ASKS_SURVEY] = ek_views_int(c->survey);
	v[EK_CONTENT_SURVEY_ASKS_VERSION] = ek_views_int(c->version);
	v[EK_CONTENT_SURVEY_ASKS_FORM] = text(ek_survey_form(c->form)->wire);
	v[EK_CONTENT_SURVEY_ASKS_HASH] = ek_views_blob(hash, sizeof hash);
	v[EK_CONTENT_SURVEY_ASKS_CONVERSATION] = ek_views_id(c->conversation.v);
	v[EK_CONTENT_SURVEY_ASKS_CONTACT] = ek_views_id(s->one->of.asked.v);
	v[EK_CONTENT_SURVEY_ASKS_LANGUAGE] = text(ek_survey_tag(s->one->of.language));
	v[EK_CONTENT_SURVEY_ASKS_CLOSED_MS] = ek_views_int(c->closed.ms);
	v[EK_CONTENT_SURVEY_ASKS_SENT_MS] = ek_views_int(at.ms);
	v[EK_CONTENT_SURVEY_ASKS_UNTIL_MS] = ek_views_int(c->until.ms);
	v[EK_CONTENT_SURVEY_ASKS_TEAM] = ek_views_id(c->team.v);
	v[EK_CONTENT_SURVEY_ASKS_TEAMMATE] = ek_views_id(c->teammate.v);
	v[EK_CONTENT_SURVEY_ASKS_REPLIERS] = text(s->repliers);
	v[EK_CONTENT_SURVEY_ASKS_CHANNEL] = text(ek_enums_wire(EK_ENUM_CAPACITY_CLASS, c->channel));
	v[EK_CONTENT_SURVEY_ASKS_TAGS] = text(s->tags);
	v[EK_CONTENT_SURVEY_ASKS_ANSWERS] = ek_views_int(0);
	v[EK_CONTENT_SURVEY_ASKS_SEQ] = ek_views_int((int64_t)a->first_seq);
	ek_writer_add(w, EK_CONTENT_SURVEY_ASKS, v);
	put_letter(s, w, ask, at);
}

static bool is_sent(const struct ek_surveyor *s, const struct found *f)
{
	return f->of.why == EK_SURVEY_FITS && f->draw < s->survey->fraction;
}

/* All of the page that nobody is asked about. */
static void made_kept(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_surveyor *s = ctx;
	(void)a;
	for (uint32_t i = 0; i < s->n; i++)
		if (!s->page[i].is_passed && !is_sent(s, &s->page[i]))
			put_draw(s, w, &s->page[i], s->page[i].of.at);
}

/* ---- the thread */

/* Until it is on disk, or refused. */
static void ask(struct ek_surveyor *s)
{
	struct ek_err refused, err;
	s->call.ctx = s;
	if (!ek_group_do(s->api->options.group, &s->call, &refused, &err) || refused.code != EK_OK)
		s->has_failed = true;
}

static void send_one(struct ek_surveyor *s, const struct found *f)
{
	s->one = f;
	ek_arena_reset(&s->arena);
	s->cmd = ek_cmd_make(EK_CMD_SURVEY_SEND);
	s->cmd.by.kind = EK_ACTOR_SYSTEM;
	s->call = (struct ek_group_call){
		.request = {.cmd = &s->cmd, .check = check, .check_ctx = s, .by = s->cmd.by},
		.made = made_sent};
	ask(s);
	if (s->mail.mailbox != 0)
		ek_api_letters_nudge(s->api);
}

/* A page: those who are not asked first, in one commit; then each who is. */
static bool take_page(struct ek_surveyor *s, struct ek_err *err)
{
	const ek_time now = ek_clock_wall();
	uint32_t kept = 0;
	for (uint32_t i = 0; i < s->n; i++) {
		struct found *f = &s->page[i];
		f->of.at = now;
		f->draw = ek_draw_part(&s->key, f->of.conversation.v);
		if (f->is_passed)
			continue;
		if (!ek_survey_judge(s->reader, s->survey, &f->of, err))
			return false;
		kept += !is_sent(s, f);
	}
	if (kept > 0) {
		s->call = (struct ek_group_call){.request = {.by = {EK_ACTOR_SYSTEM, 0}},
						 .made = made_kept};
		ask(s);
	}
	for (uint32_t i = 0; i < s->n && !ek_rounds_is_ending(s->rounds); i++)
		if (!s->page[i].is_passed && is_sent(s, &s->page[i]))
			send_one(s, &s->page[i]);
	return true;
}

static struct mark *mark_of(struct ek_surveyor *s, const struct ek_survey *of)
{
	uint32_t i = 0;
	while (i < s->mark_count && s->marks[i].survey != of->id)
		i++;
	if (i == SURVEYS)
		i = 0; /* one that asks no more: its place is taken */
	else if (i == s->mark_count)
		s->mark_count++;
	struct mark *m = &s->marks[i];
	if (m->survey != of->id || m->version != of->version || m->since.ms != of->since.ms)
		*m = (struct mark){of->id, of->version, of->since, 0};
	return m;
}

static bool look_through(struct ek_surveyor *s, const struct ek_survey *of, struct ek_err *err)
{
	struct mark *m = mark_of(s, of);
	const ek_time due = {ek_clock_wall().ms - of->delay.ms};
	uint64_t behind = m->seq;
	uint64_t next = m->seq;
	s->survey = of;
	if (!find_next(s, behind, due, &next, err))
		return false;
	do {
		if (!read_page(s, behind, due, err) || !take_page(s, err))
			return false;
		if (s->n > 0)
			behind = s->page[s->n - 1].changed;
	} while (s->n == EK_SURVEY_ROUND && !ek_rounds_is_ending(s->rounds));
	if (!s->has_failed && !ek_rounds_is_ending(s->rounds))
		m->seq = next;
	return true;
}

/* ---- what became of letters */

/* One that came to its end: it, whether it was sent or came back, and what it asks. */
static bool take_ended(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_surveyor *s = ctx;
	(void)n;
	(void)err;
	for (uint32_t i = 0; i < EK_CONTENT_LETTERS_WIDTH; i++)
		s->letter[i] = v[i];
	s->letter[EK_CONTENT_LETTERS_KIND] = text(EK_API_LETTERS_SURVEY);
	s->was_sent = ek_str_is(ek_turn_text(&v[EK_CONTENT_LETTERS_WIDTH]), "sent");
	s->came_back = ek_str_is(ek_turn_text(&v[EK_CONTENT_LETTERS_WIDTH + 1]), "bounced") &&
		       !s->was_sent;
	s->is_there = true;
	return true;
}

static bool read_ended(struct ek_surveyor *s, struct ek_err *err)
{
	static const struct ek_reader_question q = {
		"SELECT l.*, m.state, m.error FROM letters l"
		" LEFT JOIN mails m ON m.mail = l.mail WHERE l.settled = 0 AND l.kind = 'survey'"
		" AND (m.state IS NULL OR m.state IN ('sent', 'failed', 'cancelled'))"
		" ORDER BY l.mail LIMIT 1",
		NULL, 0};
	s->is_there = false;
	return ek_reader_each(s->reader, &q, take_ended, s, err);
}

static bool take_asked(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_surveyor *s = ctx;
	bool ok = true;
	(void)n;
	for (uint32_t i = 0; i < EK_CONTENT_SURVEY_ASKS_WIDTH; i++) {
		s->asked[i] = v[i];
		if (v[i].kind == EK_VIEWS_TEXT || v[i].kind == EK_VIEWS_BLOB)
			s->asked[i].p = ek_arena_str(&s->texts, (ek_str){v[i].p, v[i].n}, &ok).p;
	}
	s->is_there = true;
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for an ask");
}

/* As it is now: a program may have taken the address meanwhile. */
static bool check_ended(void *ctx, struct ek_err *err)
{
	struct ek_surveyor *s = ctx;
	const struct ek_reader_question q = {"SELECT * FROM survey_asks WHERE ask = $1",
					     &s->letter[EK_CONTENT_LETTERS_ABOUT], 1};
	s->is_there = false;
	ek_arena_reset(&s->texts);
	if (!ek_reader_each(s->reader, &q, take_asked, s, err))
		return false;
	const struct ek_views_value *ask = s->asked;
	bool is_first = ask[EK_CONTENT_SURVEY_ASKS_DELIVERED_MS].kind == EK_VIEWS_NULL;
	s->was_sent = s->was_sent && s->is_there && is_first;
	/* Whoever answered was reached, whatever else came back. */
	s->came_back = s->came_back && s->is_there && !is_first &&
		       ask[EK_CONTENT_SURVEY_ASKS_ANSWERS].i == 0;
	s->cmd = ek_cmd_make(s->came_back ? EK_CMD_SURVEY_RETURN : EK_CMD_SURVEY_DELIVER);
	s->cmd.by.kind = EK_ACTOR_SYSTEM;
	if (s->came_back)
		s->cmd.survey_return.ask = s->letter[EK_CONTENT_LETTERS_ABOUT].i;
	else
		s->cmd.survey_deliver.ask = s->letter[EK_CONTENT_LETTERS_ABOUT].i;
	s->call.request.cmd = s->was_sent || s->came_back ? &s->cmd : NULL;
	return true;
}

static void made_ended(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_surveyor *s = ctx;
	(void)a;
	s->letter[EK_CONTENT_LETTERS_SETTLED] = ek_views_int(1);
	ek_writer_add(w, EK_CONTENT_LETTERS, s->letter);
	s->asked[EK_CONTENT_SURVEY_ASKS_DELIVERED_MS] =
		ek_views_int(s->came_back ? EK_NONE : s->call.request.at.ms);
	if (s->was_sent || s->came_back)
		ek_writer_add(w, EK_CONTENT_SURVEY_ASKS, s->asked);
}

/* A letter that was sent is an ask that was delivered; one that came back is none. */
static bool settle(struct ek_surveyor *s, struct ek_err *err)
{
	while (!ek_rounds_is_ending(s->rounds) && !s->has_failed) {
		if (!read_ended(s, err))
			return false;
		if (!s->is_there)
			return true;
		s->call = (struct ek_group_call){.request = {.check = check_ended,
							     .check_ctx = s,
							     .by = {EK_ACTOR_SYSTEM, 0}},
						 .made = made_ended};
		ask(s);
	}
	return true;
}

/* False: better later. */
static bool go_round(struct ek_surveyor *s)
{
	struct ek_err err;
	s->has_failed = false;
	if (!read_surveys(s, &err))
		return false;
	for (uint32_t i = 0; s->has_key && i < s->survey_count && !ek_rounds_is_ending(s->rounds);
	     i++)
		if (!look_through(s, &s->surveys[i], &err))
			return false;
	return settle(s, &err);
}

static ek_span run(void *ctx)
{
	return (ek_span){go_round(ctx) ? REST_MS : LONG_REST_MS};
}

/* ---- open, close */

bool ek_surveyor_open(struct ek_api *api, const char *where, struct ek_surveyor **out,
		      struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_surveyor *s = ek_alloc_get(&alloc, sizeof *s);
	*out = NULL;
	if (s == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for surveys");
	memset(s, 0, sizeof *s);
	s->api = api;
	ek_arena_init(&s->arena, alloc, ARENA);
	ek_arena_init(&s->texts, alloc, ARENA);
	const struct ek_rounds_options rounds = {run, s, {REST_MS}};
	bool ok =
		ek_reader_open(where, &s->reader, err) && ek_rounds_open(&rounds, &s->rounds, err);
	if (!ok)
		ek_surveyor_close(&s);
	*out = s;
	return ok;
}

void ek_surveyor_close(struct ek_surveyor **surveyor)
{
	struct ek_surveyor *s = *surveyor;
	struct ek_alloc alloc = ek_heap_alloc();
	if (s == NULL)
		return;
	ek_rounds_close(&s->rounds);
	ek_reader_close(&s->reader);
	ek_arena_fini(&s->arena);
	ek_arena_fini(&s->texts);
	ek_secret_wipe(&s->key, sizeof s->key);
	ek_alloc_free(&alloc, s, sizeof *s);
	*surveyor = NULL;
}
