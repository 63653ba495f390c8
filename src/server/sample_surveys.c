#include "server/sample_surveys.h"

#include <string.h>

#include "base/rng.h"
#include "engine/look.h"
#include "server/sample_rows.h"
#include "sys/heap.h"

enum {
	DELAY_MS = 3600000,
	DAY_MS = 86400000,
	WINDOW_DAYS = 7,
	OWNER = 1,
	CONTACTS = EK_TEAM_CONTACTS + 1,
	GROUP = 8192,
	LIST = 128,
};

/* What the two are. */
static const struct kind {
	const char *name;
	const char *wire;
	uint8_t form;
	uint32_t fraction;   /* per thousand */
	uint32_t answers;    /* of those asked, per cent */
	uint32_t scores[11]; /* how many of each hundred answers are 0, 1, ... */
	uint32_t low;        /* at or below it the team follows up */
} kinds[] = {
	{"After the close", "csat", EK_SURVEY_FORM_CSAT, 200, 34, {0, 4, 6, 13, 31, 46}, 2},
	{"Would they recommend us",
	 "nps",
	 EK_SURVEY_FORM_NPS,
	 80,
	 27,
	 {2, 1, 1, 2, 3, 5, 6, 12, 17, 24, 27},
	 6},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* Words of contacts: content, bad and good, by language. */
static const char *const comments[3][2][3] = {
	{{"It took far too long.", "I had to explain everything twice.", "Still not solved."},
	 {"Thank you, that was quick!", "Very friendly and clear.", "Solved at once."}},
	{{"너무 오래 걸렸습니다.", "같은 설명을 두 번 해야 했습니다.", "아직 해결되지 않았습니다."},
	 {"빠르게 도와주셔서 감사합니다!", "친절하고 명확했습니다.", "바로 해결되었습니다."}},
	{{"استغرق الأمر وقتًا طويلًا جدًا.", "اضطررت إلى الشرح مرتين.", "لم تُحل المشكلة بعد."},
	 {"شكرًا، كان ذلك سريعًا!", "لطفاء جدًا وواضحون.", "حُلت المشكلة فورًا."}},
};

struct putting {
	const struct ek_sample_surveys *o;
	struct ek_rng rng;
	uint8_t *asked; /* by contact: bit 0 = already */
	int64_t asks;
	int64_t answers;
	int64_t followups;
	uint32_t pending;
};

/* One close, and what becomes of it. */
struct one {
	const struct kind *kind;
	int64_t survey;
	ek_conversation_id id;
	struct ek_conversation_view view;
	struct ek_team_talk talk;
	const struct ek_sample_repliers *by;
	ek_time sent;
	ek_time until;
	ek_time answered; /* EK_NO_TIME = not */
	uint32_t score;
	bool is_delivered;
};

void ek_sample_surveys_heard(struct ek_sample_repliers *r, ek_teammate_id who)
{
	uint32_t to = 0;
	for (uint32_t i = 0; i < r->n; i++)
		if (r->v[i] != who.v)
			r->v[to++] = r->v[i];
	if (to == EK_SAMPLE_REPLIERS)
		memmove(r->v, r->v + 1, --to * sizeof r->v[0]);
	r->v[to] = who.v;
	r->n = to + 1;
}

static struct ek_views_value word(const char *s)
{
	return ek_views_text((ek_str){s, s == NULL ? 0 : (uint32_t)strlen(s)});
}

static uint32_t below(struct putting *p, uint32_t n)
{
	return ek_rng_below(&p->rng, n);
}

/* Durable now and then, so that no commit grows without end. */
static bool put(struct putting *p, enum ek_content table, const struct ek_views_value *v,
		struct ek_err *err)
{
	bool is_full = ++p->pending % GROUP == 0;
	return ek_writer_put(p->o->writer, table, v, err) &&
	       (!is_full || ek_writer_commit(p->o->writer, true, err));
}

static bool take(struct putting *p, const struct ek_cmd *cmd, struct ek_answer *a,
		 struct ek_err *err)
{
	const struct ek_request r = {.cmd = cmd, .at = p->o->now, .by = {EK_ACTOR_SYSTEM, 0}};
	return ek_writer_take(p->o->writer, &r, a, err);
}

/* ---- the surveys */

static bool put_survey(struct putting *p, int64_t id, const struct kind *k, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_SURVEYS_WIDTH] = {0};
	struct ek_views_value n[EK_CONTENT_SURVEY_VERSIONS_WIDTH] = {0};
	const ek_str name = {k->name, (uint32_t)strlen(k->name)};
	v[EK_CONTENT_SURVEYS_SURVEY] = n[EK_CONTENT_SURVEY_VERSIONS_SURVEY] = ek_views_int(id);
	v[EK_CONTENT_SURVEYS_NAME] = ek_views_text(name);
	v[EK_CONTENT_SURVEYS_NAME_KEY] = ek_sample_rows_folded(p->o->text, name);
	v[EK_CONTENT_SURVEYS_FORM] = word(k->wire);
	v[EK_CONTENT_SURVEYS_VERSION] = n[EK_CONTENT_SURVEY_VERSIONS_VERSION] = ek_views_int(1);
	v[EK_CONTENT_SURVEYS_CHANNELS] = n[EK_CONTENT_SURVEY_VERSIONS_CHANNELS] = word("[]");
	v[EK_CONTENT_SURVEYS_FRACTION] = n[EK_CONTENT_SURVEY_VERSIONS_FRACTION] =
		ek_views_int(k->fraction);
	v[EK_CONTENT_SURVEYS_DELAY_MINUTES] = n[EK_CONTENT_SURVEY_VERSIONS_DELAY_MINUTES] =
		ek_views_int(DELAY_MS / 60000);
	v[EK_CONTENT_SURVEYS_WINDOW_DAYS] = n[EK_CONTENT_SURVEY_VERSIONS_WINDOW_DAYS] =
		ek_views_int(WINDOW_DAYS);
	v[EK_CONTENT_SURVEYS_ACTIVE] = ek_views_int(0);
	v[EK_CONTENT_SURVEYS_ACTIVE_MS] = v[EK_CONTENT_SURVEYS_CREATED_MS] =
		n[EK_CONTENT_SURVEY_VERSIONS_FROM_MS] = ek_views_int(p->o->from.ms);
	v[EK_CONTENT_SURVEYS_UPDATED_MS] = ek_views_int(p->o->now.ms);
	v[EK_CONTENT_SURVEYS_REVISION] = ek_views_int(1);
	n[EK_CONTENT_SURVEY_VERSIONS_BY_TEAMMATE] = ek_views_int(OWNER);
	return put(p, EK_CONTENT_SURVEYS, v, err) && put(p, EK_CONTENT_SURVEY_VERSIONS, n, err);
}

/* ---- one close */

static bool put_draw(struct putting *p, const struct one *c, uint32_t draw, const char *why,
		     struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_SURVEY_DRAWS_WIDTH] = {0};
	const char *verdict = why != NULL                ? "left_out"
			      : draw < c->kind->fraction ? "drawn"
							 : "not_drawn";
	v[EK_CONTENT_SURVEY_DRAWS_SURVEY] = ek_views_int(c->survey);
	v[EK_CONTENT_SURVEY_DRAWS_CONVERSATION] = ek_views_id(c->id.v);
	v[EK_CONTENT_SURVEY_DRAWS_CLOSED_MS] = ek_views_int(c->view.closed_at.ms);
	v[EK_CONTENT_SURVEY_DRAWS_VERSION] = ek_views_int(1);
	v[EK_CONTENT_SURVEY_DRAWS_TEAM] = ek_views_id(c->view.team.v);
	v[EK_CONTENT_SURVEY_DRAWS_AT_MS] = ek_views_int(c->sent.ms);
	v[EK_CONTENT_SURVEY_DRAWS_VERDICT] = word(verdict);
	v[EK_CONTENT_SURVEY_DRAWS_WHY] = word(why);
	v[EK_CONTENT_SURVEY_DRAWS_DRAW] = ek_views_int(draw);
	v[EK_CONTENT_SURVEY_DRAWS_FRACTION] = ek_views_int(c->kind->fraction);
	return put(p, EK_CONTENT_SURVEY_DRAWS, v, err);
}

static ek_time answer_time(struct putting *p, struct one *c)
{
	uint32_t hours = below(p, 60);
	ek_time at = {c->sent.ms + (int64_t)hours * DELAY_MS + 60000 + below(p, DELAY_MS)};
	bool is_one = c->is_delivered && below(p, 100) < c->kind->answers && at.ms <= p->o->now.ms;
	return is_one ? at : EK_NO_TIME;
}

/* Those who were handed on, or came back, are a little less content. */
static uint32_t draw_score(struct putting *p, const struct one *c)
{
	uint32_t part = below(p, 100);
	uint32_t score = 0;
	if ((c->talk.handover_count > 0 || c->talk.reopen_count > 0) && part >= 12)
		part -= 12;
	for (uint32_t so_far = c->kind->scores[0]; so_far <= part && score < 10;)
		so_far += c->kind->scores[++score];
	return score;
}

static bool tell(struct putting *p, const struct one *c, uint64_t seqs[2], struct ek_err *err)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_SURVEY_SEND);
	struct ek_cmd_survey_send *s = &cmd.survey_send;
	struct ek_answer a;
	s->ask = p->asks;
	s->survey = c->survey;
	s->version = 1;
	s->form = c->kind->form;
	s->conversation = c->id;
	s->closed = c->view.closed_at;
	s->channel = c->view.channel;
	s->team = c->view.team;
	s->teammate.v = c->by->v[c->by->n - 1];
	s->tags = (struct ek_texts){&c->talk.tag, c->talk.tag.n > 0};
	s->until = c->until;
	if (!take(p, &cmd, &a, err))
		return false;
	seqs[0] = a.first_seq;
	cmd = ek_cmd_make(EK_CMD_SURVEY_DELIVER);
	cmd.survey_deliver.ask = p->asks;
	if (c->is_delivered && !take(p, &cmd, &a, err))
		return false;
	cmd = ek_cmd_make(EK_CMD_SURVEY_ANSWER);
	cmd.survey_answer.ask = p->asks;
	cmd.survey_answer.score = c->score;
	if (ek_time_is_set(c->answered) && !take(p, &cmd, &a, err))
		return false;
	seqs[1] = a.first_seq;
	return true;
}

static void print_repliers(const struct ek_sample_repliers *by, char out[LIST])
{
	size_t n = ek_format(out, LIST, "[");
	for (uint32_t i = 0; i < by->n; i++)
		n += ek_format(out + n, LIST - n, "%s%u", i == 0 ? "" : ",", by->v[i]);
	ek_format(out + n, LIST - n, "]");
}

static bool put_ask(struct putting *p, const struct one *c, uint64_t seq, struct ek_err *err)
{
	static const char *const languages[] = {"en", "ko", "ar"};
	struct ek_views_value v[EK_CONTENT_SURVEY_ASKS_WIDTH] = {0};
	const bool is_answered = ek_time_is_set(c->answered);
	char repliers[LIST], tags[LIST];
	print_repliers(c->by, repliers);
	/* Words of our own, without quotes. */
	ek_format(tags, sizeof tags, "[]");
	if (c->talk.tag.n > 0 && c->talk.tag.n + 5 < sizeof tags) {
		memcpy(tags, "[\"", 2);
		memcpy(tags + 2, c->talk.tag.p, c->talk.tag.n);
		memcpy(tags + 2 + c->talk.tag.n, "\"]", 3);
	}
	v[EK_CONTENT_SURVEY_ASKS_ASK] = ek_views_int(p->asks);
	v[EK_CONTENT_SURVEY_ASKS_SURVEY] = ek_views_int(c->survey);
	v[EK_CONTENT_SURVEY_ASKS_VERSION] = ek_views_int(1);
	v[EK_CONTENT_SURVEY_ASKS_FORM] = word(c->kind->wire);
	v[EK_CONTENT_SURVEY_ASKS_CONVERSATION] = ek_views_id(c->id.v);
	v[EK_CONTENT_SURVEY_ASKS_CONTACT] = ek_views_id(c->talk.contact.v);
	v[EK_CONTENT_SURVEY_ASKS_LANGUAGE] = word(languages[c->talk.language]);
	v[EK_CONTENT_SURVEY_ASKS_CLOSED_MS] = ek_views_int(c->view.closed_at.ms);
	v[EK_CONTENT_SURVEY_ASKS_SENT_MS] = ek_views_int(c->sent.ms);
	v[EK_CONTENT_SURVEY_ASKS_UNTIL_MS] = ek_views_int(c->until.ms);
	v[EK_CONTENT_SURVEY_ASKS_DELIVERED_MS] =
		ek_views_int(c->is_delivered ? c->sent.ms : EK_NONE);
	v[EK_CONTENT_SURVEY_ASKS_TEAM] = ek_views_id(c->view.team.v);
	v[EK_CONTENT_SURVEY_ASKS_TEAMMATE] = ek_views_id(c->by->v[c->by->n - 1]);
	v[EK_CONTENT_SURVEY_ASKS_REPLIERS] = word(repliers);
	v[EK_CONTENT_SURVEY_ASKS_CHANNEL] =
		word(ek_enums_wire(EK_ENUM_CAPACITY_CLASS, c->view.channel));
	v[EK_CONTENT_SURVEY_ASKS_TAGS] = word(tags);
	v[EK_CONTENT_SURVEY_ASKS_ANSWERS] = ek_views_int(is_answered);
	v[EK_CONTENT_SURVEY_ASKS_ANSWERED_MS] =
		ek_views_int(is_answered ? c->answered.ms : EK_NONE);
	v[EK_CONTENT_SURVEY_ASKS_SCORE] = ek_views_int(is_answered ? c->score : EK_NONE);
	v[EK_CONTENT_SURVEY_ASKS_SEQ] = ek_views_int((int64_t)seq);
	return put(p, EK_CONTENT_SURVEY_ASKS, v, err);
}

/* What was answered a week ago or more is looked after. */
static bool put_followup(struct putting *p, const struct one *c, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_FOLLOWUPS_WIDTH] = {0};
	bool is_done = c->answered.ms < p->o->now.ms - (int64_t)WINDOW_DAYS * DAY_MS;
	v[EK_CONTENT_FOLLOWUPS_FOLLOWUP] = ek_views_int(++p->followups);
	v[EK_CONTENT_FOLLOWUPS_SURVEY] = ek_views_int(c->survey);
	v[EK_CONTENT_FOLLOWUPS_ASK] = ek_views_int(p->asks);
	v[EK_CONTENT_FOLLOWUPS_CONVERSATION] = ek_views_id(c->id.v);
	v[EK_CONTENT_FOLLOWUPS_TEAM] = ek_views_id(c->view.team.v);
	v[EK_CONTENT_FOLLOWUPS_FORM] = word(c->kind->wire);
	v[EK_CONTENT_FOLLOWUPS_SCORE] = ek_views_int(c->score);
	v[EK_CONTENT_FOLLOWUPS_STATE] = word(is_done ? "closed" : "open");
	v[EK_CONTENT_FOLLOWUPS_OPENED_MS] = ek_views_int(c->answered.ms);
	v[EK_CONTENT_FOLLOWUPS_CLOSED_MS] =
		ek_views_int(is_done ? c->answered.ms + DAY_MS : EK_NONE);
	v[EK_CONTENT_FOLLOWUPS_CLOSED_BY] = ek_views_int(is_done ? OWNER : EK_NONE);
	v[EK_CONTENT_FOLLOWUPS_NOTE] =
		word(is_done ? "Called back, and told what we change." : NULL);
	return put(p, EK_CONTENT_FOLLOWUPS, v, err);
}

static bool put_answer(struct putting *p, const struct one *c, uint64_t seq, struct ek_err *err)
{
	struct ek_views_value v[EK_CONTENT_SURVEY_ANSWERS_WIDTH] = {0};
	const bool is_low = c->score <= c->kind->low;
	const bool has_words = below(p, 100) < (is_low ? 60 : 20);
	v[EK_CONTENT_SURVEY_ANSWERS_ANSWER] = ek_views_int(++p->answers);
	v[EK_CONTENT_SURVEY_ANSWERS_ASK] = ek_views_int(p->asks);
	v[EK_CONTENT_SURVEY_ANSWERS_AT_MS] = ek_views_int(c->answered.ms);
	v[EK_CONTENT_SURVEY_ANSWERS_SCORE] = ek_views_int(c->score);
	v[EK_CONTENT_SURVEY_ANSWERS_COMMENT] =
		word(has_words ? comments[c->talk.language][!is_low][below(p, 3)] : NULL);
	v[EK_CONTENT_SURVEY_ANSWERS_LATE] = ek_views_int(0);
	v[EK_CONTENT_SURVEY_ANSWERS_COUNTS] = ek_views_int(1);
	v[EK_CONTENT_SURVEY_ANSWERS_SEQ] = ek_views_int((int64_t)seq);
	return put(p, EK_CONTENT_SURVEY_ANSWERS, v, err) && (!is_low || put_followup(p, c, err));
}

static bool send(struct putting *p, struct one *c, struct ek_err *err)
{
	uint64_t seqs[2] = {0, 0};
	p->asks++;
	c->is_delivered = below(p, 100) < 96;
	c->answered = answer_time(p, c);
	c->score = draw_score(p, c);
	p->asked[c->talk.contact.v] = 1;
	return tell(p, c, seqs, err) && put_ask(p, c, seqs[0], err) &&
	       (!ek_time_is_set(c->answered) || put_answer(p, c, seqs[1], err));
}

static bool look(struct putting *p, struct one *c, struct ek_err *err)
{
	const bool is_known = c->talk.contact.v > 0 && c->talk.contact.v < CONTACTS;
	const char *why = c->by->n == 0                      ? "no_reply"
			  : !is_known                        ? "no_contact"
			  : p->asked[c->talk.contact.v] != 0 ? "asked_lately"
							     : NULL;
	uint32_t draw = below(p, 1000);
	c->sent = (ek_time){c->view.closed_at.ms + DELAY_MS};
	c->until = (ek_time){c->sent.ms + (int64_t)WINDOW_DAYS * DAY_MS};
	if (c->sent.ms > p->o->now.ms)
		return true;
	return put_draw(p, c, draw, why, err) &&
	       (why != NULL || draw >= c->kind->fraction || send(p, c, err));
}

static bool look_all(struct putting *p, struct ek_err *err)
{
	const struct ek_engine *engine = ek_writer_engine(p->o->writer);
	ek_conversation_id first;
	uint32_t n;
	ek_team_talks(p->o->team, &first, &n);
	for (uint32_t i = 0; i < n; i++) {
		struct one c = {.id = {first.v + i}, .by = &p->o->repliers[i]};
		if (!ek_team_talk(p->o->team, c.id, &c.talk) ||
		    !ek_look_conversation(engine, c.id, &c.view) || c.view.state != EK_STATE_CLOSED)
			continue;
		for (uint32_t k = 0; k < KINDS; k++) {
			c.kind = &kinds[k];
			c.survey = k + 1;
			if (!look(p, &c, err))
				return false;
		}
	}
	return true;
}

bool ek_sample_surveys_put(const struct ek_sample_surveys *s, struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct putting p = {.o = s, .rng = {s->seed ^ 0x5417e75}};
	p.asked = ek_alloc_get(&alloc, CONTACTS);
	if (p.asked == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a sample's surveys");
	memset(p.asked, 0, CONTACTS);
	bool ok = true;
	for (uint32_t k = 0; ok && k < KINDS; k++)
		ok = put_survey(&p, k + 1, &kinds[k], err);
	ok = ok && look_all(&p, err);
	ek_alloc_free(&alloc, p.asked, CONTACTS);
	return ok;
}
