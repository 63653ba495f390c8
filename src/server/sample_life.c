#include "server/sample_life.h"

#include <string.h>

#include "server/sample_load.h"
#include "server/sample_rows.h"
#include "sim/team_life.h"
#include "sim/team_run.h"
#include "store/reader.h"
#include "sys/clock.h"
#include "sys/rounds.h"

enum { ZONES_MEMORY = 1 << 22, NAME = 96, TITLE = 1024, REST_MS = 30000, CLOCKS = 4 };
/* Whoever should be there by now comes at once: a server may begin at any hour. */
enum { COMING_MS = 100 };

struct ek_sample_life {
	struct ek_sample_life_options options;
	struct ek_arena zones;
	struct ek_reader *reader;
	struct ek_text *text; /* the writer's thread's */
	struct ek_team_life *team;
	struct ek_rounds *rounds;
	bool is_sample;
	ek_time began;
	/* One step; the group's thread's while asking, else ours. */
	struct ek_group_call call;
	struct ek_cmd cmd;
	struct ek_team_life_now now;
	struct ek_team_life_step step;
	bool can_write;
	bool has_changed; /* what it was drawn from holds no more */
	bool is_taken;
	/* What was read for it. */
	bool found;
	char name[NAME];
	char number[24]; /* that its title says; "" = none */
	char tier[16];
	struct ek_sample_clock clocks[CLOCKS]; /* that run */
	uint32_t clock_count;
};

static ek_str ended(const char *s)
{
	return (ek_str){s, (uint32_t)strlen(s)};
}

static ek_str text_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_TEXT ? (ek_str){v->p, v->n} : (ek_str){"", 0};
}

static void keep(char *out, size_t cap, ek_str s)
{
	size_t n = s.n < cap ? s.n : 0;
	memcpy(out, s.p, n);
	out[n] = 0;
}

/* ---- what is read */

static bool take_mark(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_sample_life *l = ctx;
	(void)n;
	(void)err;
	l->is_sample = true;
	l->began = (ek_time){v[0].kind == EK_VIEWS_INT ? v[0].i : 0};
	return true;
}

static bool read_mark(struct ek_sample_life *l, struct ek_err *err)
{
	const struct ek_reader_question q = {
		"SELECT changed_ms FROM server_settings WHERE name = '" EK_SAMPLE_MARK "'", NULL,
		0};
	return ek_reader_each(l->reader, &q, take_mark, l, err);
}

static bool take_person(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_sample_life *l = ctx;
	char email[64];
	int64_t i = v[0].i - EK_TEAM_LIFE_FIRST;
	(void)n;
	(void)err;
	if (i < 0 || i >= EK_TEAM_PEOPLE)
		return true;
	ek_team_life_email((uint32_t)i, email);
	if (ek_str_is(text_of(&v[1]), email))
		l->now.people |= UINT64_C(1) << i;
	return true;
}

/* Who came with the sample and is nobody's yet. */
static bool read_people(struct ek_sample_life *l, struct ek_err *err)
{
	static const char sql[] =
		"SELECT p.teammate, p.email_key FROM people p WHERE p.teammate <= 64"
		" AND p.state = 'active' AND p.password IS NULL"
		" AND NOT EXISTS (SELECT 1 FROM sign_ins s WHERE s.teammate = p.teammate)"
		" AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.teammate = p.teammate)"
		" AND NOT EXISTS (SELECT 1 FROM invites i WHERE i.teammate = p.teammate)";
	const struct ek_reader_question q = {sql, NULL, 0};
	l->now.people = 0;
	return ek_reader_each(l->reader, &q, take_person, l, err);
}

static bool take_contact(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_sample_life *l = ctx;
	static const char domain[] = "@example.com";
	const size_t tail = sizeof domain - 1;
	ek_str email = text_of(&v[1]);
	(void)n;
	(void)err;
	l->found = email.n > tail && memcmp(email.p + email.n - tail, domain, tail) == 0;
	keep(l->name, sizeof l->name, text_of(&v[0]));
	keep(l->tier, sizeof l->tier, text_of(&v[2]));
	return true;
}

/* The number that it is about: of four digits or more. */
static bool take_title(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_sample_life *l = ctx;
	ek_str title = text_of(&v[0]);
	uint32_t digits = 0;
	(void)n;
	(void)err;
	for (uint32_t i = 0; i <= title.n; i++) {
		bool is_digit = i < title.n && title.p[i] >= '0' && title.p[i] <= '9';
		if (!is_digit && digits >= 4 && digits < sizeof l->number && l->number[0] == 0)
			keep(l->number, sizeof l->number, (ek_str){title.p + i - digits, digits});
		digits = is_digit ? digits + 1 : 0;
	}
	return true;
}

static bool take_clock(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct ek_sample_life *l = ctx;
	(void)n;
	(void)err;
	if (l->clock_count < CLOCKS)
		l->clocks[l->clock_count++] = (struct ek_sample_clock){
			.conversation = l->step.conversation,
			.policy = v[0].i,
			.is_first = ek_str_is(text_of(&v[1]), "first_response"),
			.started = {v[2].i},
			.due = {v[3].kind == EK_VIEWS_INT ? v[3].i : EK_NONE},
		};
	return true;
}

/* Whether the contact came with the sample: their address is of a domain that nobody can have. */
static bool read_step(struct ek_sample_life *l, struct ek_err *err)
{
	const struct ek_views_value contact = ek_views_int(l->step.contact.v);
	const struct ek_views_value conversation = ek_views_int(l->step.conversation.v);
	const struct ek_reader_question who = {
		"SELECT name, email, tier FROM contacts WHERE contact = $1 AND merged_into IS NULL"
		" AND archived_ms IS NULL AND erased_ms IS NULL",
		&contact, 1};
	const struct ek_reader_question what = {
		"SELECT title FROM conversation_profiles WHERE conversation = $1", &conversation,
		1};
	const struct ek_reader_question due = {
		"SELECT policy, target, started_ms, due_ms FROM sla_clocks WHERE conversation = $1"
		" AND status IN ('running', 'paused')"
		" AND target IN ('first_response', 'next_response')",
		&conversation, 1};
	l->found = l->step.contact.v == 0;
	l->number[0] = 0;
	l->clock_count = 0;
	if (l->found)
		return true;
	return ek_reader_each(l->reader, &who, take_contact, l, err) &&
	       (l->step.conversation.v == 0 ||
		(ek_reader_each(l->reader, &what, take_title, l, err) &&
		 ek_reader_each(l->reader, &due, take_clock, l, err)));
}

/* ---- on the writer's thread */

static void look(void *ctx, struct ek_engine *engine)
{
	struct ek_sample_life *l = ctx;
	struct ek_err err;
	l->can_write = ek_writer_check(l->options.writer, &err);
	if (l->can_write)
		ek_team_life_next(l->team, engine, &l->now, &l->step);
}

static bool check(void *ctx, struct ek_err *err)
{
	struct ek_sample_life *l = ctx;
	l->has_changed = !ek_team_life_holds(ek_writer_engine(l->options.writer), &l->step);
	return !l->has_changed || ek_fail(err, EK_CONFLICT, "something else was done meanwhile");
}

static bool put_part(struct ek_sample_life *l, struct ek_writer *w, const struct ek_answer *a,
		     struct ek_err *err)
{
	const struct ek_team_life_step *s = &l->step;
	char text[EK_TEAM_TEXT];
	bool by_mate = s->kind == EK_TEAM_LIFE_ANSWER;
	ek_conversation_id id =
		s->conversation.v != 0 ? s->conversation : (ek_conversation_id){a->id};
	const struct ek_team_life_about about = {id, l->name, l->number[0] != 0 ? l->number : NULL};
	const struct ek_sample_part part = {
		.id = ek_api_new_id(l->options.api, w, EK_CONTENT_PARTS),
		.conversation = id,
		.seq = a->first_seq,
		.contact = by_mate ? (ek_contact_id){0} : s->contact,
		.teammate = by_mate ? s->teammate : (ek_teammate_id){0},
		.is_chat = s->is_chat,
		.text = {text, (uint32_t)ek_team_life_text(s, &about, text, sizeof text)},
		.team = {s->inbox + 1u},
		.at = s->at,
	};
	return ek_sample_rows_put_part(w, &part, err);
}

static bool put_reopened(struct ek_sample_life *l, struct ek_writer *w, const struct ek_answer *a,
			 struct ek_err *err)
{
	bool ok = true;
	for (uint32_t i = 0; ok && i < a->events.n; i++) {
		if (a->events.v[i].kind != EK_EVENT_CONVERSATION_REOPENED)
			continue;
		const struct ek_sample_part part = {
			.id = ek_api_new_id(l->options.api, w, EK_CONTENT_PARTS),
			.conversation = l->step.conversation,
			.seq = a->first_seq,
			.at = l->step.at,
		};
		ok = ek_sample_rows_put_part(w, &part, err);
	}
	return ok;
}

static bool put_talk(struct ek_sample_life *l, struct ek_writer *w, const struct ek_answer *a,
		     struct ek_err *err)
{
	const struct ek_team_life_step *s = &l->step;
	const struct ek_team_life_about about = {{a->id}, l->name, NULL};
	char title[EK_TEAM_TEXT];
	const struct ek_sample_talk talk = {
		.conversation = {a->id},
		.contact = s->contact,
		.title = {title, (uint32_t)ek_team_life_title(s, &about, title, sizeof title)},
		.is_chat = s->is_chat,
		.at = s->at,
		.updated = s->at,
	};
	return ek_sample_rows_put_talk(w, l->text, &talk, err);
}

/* What ran was met or missed by an answer; else one runs that a contact began. */
static bool put_clocks(struct ek_sample_life *l, struct ek_writer *w, const struct ek_answer *a,
		       struct ek_err *err)
{
	const struct ek_team_life_step *s = &l->step;
	bool ends = s->kind == EK_TEAM_LIFE_ANSWER || s->kind == EK_TEAM_LIFE_CLOSE;
	bool ok = true;
	for (uint32_t i = 0; ok && ends && i < l->clock_count; i++) {
		struct ek_sample_clock *c = &l->clocks[i];
		bool late = ek_time_is_set(c->due) && c->due.ms < s->at.ms;
		c->status = s->kind == EK_TEAM_LIFE_CLOSE ? "cancelled" : late ? "missed" : "met";
		c->ended = s->at;
		ok = ek_sample_rows_put_clock(w, c, err);
	}
	if (ok && s->kind == EK_TEAM_LIFE_ARRIVE)
		return ek_sample_rows_put_running(w, (ek_conversation_id){a->id}, err);
	if (ok && s->kind == EK_TEAM_LIFE_WRITE)
		return ek_sample_rows_put_running(w, s->conversation, err);
	return ok;
}

/* For want of memory the writer gives up all that is pending, and the commit says so. */
static void made(void *ctx, struct ek_writer *w, const struct ek_answer *a)
{
	struct ek_sample_life *l = ctx;
	struct ek_err err;
	bool ok = true;
	if (l->step.kind == EK_TEAM_LIFE_ARRIVE)
		ok = put_talk(l, w, a, &err);
	if (l->step.kind == EK_TEAM_LIFE_ARRIVE || l->step.kind == EK_TEAM_LIFE_WRITE ||
	    l->step.kind == EK_TEAM_LIFE_ANSWER)
		ok = ok && put_part(l, w, a, &err);
	ok = ok && put_reopened(l, w, a, &err) && put_clocks(l, w, a, &err);
	(void)ok;
}

/* ---- the thread */

/* False: it was not even asked, for the queue is full. */
static bool ask(struct ek_sample_life *l)
{
	struct ek_err refused, err;
	l->call.ctx = l;
	bool is_asked = ek_group_do(l->options.group, &l->call, &refused, &err);
	l->is_taken = is_asked && refused.code == EK_OK;
	return is_asked;
}

static bool find_step(struct ek_sample_life *l, struct ek_err *err)
{
	l->now.at = ek_clock_wall();
	l->step = (struct ek_team_life_step){0};
	l->can_write = false;
	l->call = (struct ek_group_call){.look = look};
	if (!read_people(l, err) || !ask(l) || !l->can_write)
		return false;
	return l->step.kind == EK_TEAM_LIFE_NOTHING || read_step(l, err);
}

/* One thing, if there is one. False: better later, the store is busy or takes nothing. */
static bool take_step(struct ek_sample_life *l)
{
	struct ek_err err;
	if (!find_step(l, &err))
		return false;
	if (l->step.kind == EK_TEAM_LIFE_NOTHING || ek_rounds_is_ending(l->rounds))
		return true;
	l->is_taken = false;
	l->has_changed = false;
	if (l->found) {
		ek_team_life_cmd(l->team, &l->step, ended(l->tier), &l->cmd);
		l->call = (struct ek_group_call){
			.request = {.cmd = &l->cmd, .check = check, .check_ctx = l}, .made = made};
		if (!ask(l))
			return false;
	}
	if (!l->has_changed)
		ek_team_life_told(l->team, &l->step, l->is_taken);
	return true;
}

static int64_t pause_of(const struct ek_sample_life *l)
{
	return EK_TEAM_LIFE_STEP_MS / l->options.pace;
}

static ek_span run(void *ctx)
{
	struct ek_sample_life *l = ctx;
	const int64_t pause = pause_of(l);
	if (!take_step(l))
		return (ek_span){REST_MS};
	bool is_coming = l->step.kind == EK_TEAM_LIFE_PRESENCE && l->is_taken;
	return (ek_span){is_coming && pause > COMING_MS ? COMING_MS : pause};
}

/* ---- open, close */

static bool open_team(struct ek_sample_life *l, struct ek_err *err)
{
	struct ek_team_life_options o = {
		.seed = ek_clock_mono_ns(), .began = l->began, .pace = l->options.pace};
	const struct ek_rounds_options rounds = {run, l, {pause_of(l)}};
	return ek_team_zones(&l->zones, &o.zones, err) && ek_text_open(&l->text, err) &&
	       ek_team_life_open(&o, l->options.alloc, &l->team, err) &&
	       ek_rounds_open(&rounds, &l->rounds, err);
}

bool ek_sample_life_open(const struct ek_sample_life_options *options, struct ek_sample_life **out,
			 struct ek_err *err)
{
	*out = NULL;
	struct ek_alloc alloc = options->alloc;
	if (options->pace < 1 || options->pace > EK_SAMPLE_LIFE_PACE)
		return ek_fail(err, EK_USAGE, "sample.pace: expected 1 to %d", EK_SAMPLE_LIFE_PACE);
	struct ek_sample_life *l = ek_alloc_get(&alloc, sizeof *l);
	if (l == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for the sample's life");
	*l = (struct ek_sample_life){.options = *options};
	ek_arena_init(&l->zones, alloc, ZONES_MEMORY);
	bool ok = ek_reader_open(options->where, &l->reader, err) && read_mark(l, err) &&
		  (!l->is_sample || open_team(l, err));
	l->options.where = NULL;
	if (!ok || !l->is_sample)
		ek_sample_life_close(&l);
	*out = l;
	return ok;
}

void ek_sample_life_close(struct ek_sample_life **life)
{
	struct ek_sample_life *l = *life;
	if (l == NULL)
		return;
	struct ek_alloc alloc = l->options.alloc;
	ek_rounds_close(&l->rounds);
	ek_team_life_close(&l->team);
	ek_text_close(&l->text);
	ek_reader_close(&l->reader);
	ek_arena_fini(&l->zones);
	ek_alloc_free(&alloc, l, sizeof *l);
	*life = NULL;
}
