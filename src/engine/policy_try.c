/* The tests of a policy, run on the real engine. */
#include "engine/eligible.h"
#include "engine/policy.h"
#include "engine/queue.h"
#include "model/calendar.h"

#include <string.h>

/* ---- the stage ---- */

enum { MONDAY = 20822, TEN = 10, PRESENT_DAYS = 30 }; /* 2027-01-04 */

static ek_time stage_time(const struct ek_policy *p)
{
	const struct ek_calendar *cal = p->workspace.calendar;
	return ek_calendar_instant(cal == NULL ? NULL : &cal->zone,
				   EK_DAY_MS(MONDAY) + EK_HOUR_MS(TEN));
}

static bool submit(struct ek_engine *e, const struct ek_cmd *cmd, ek_time at, struct ek_err *err)
{
	struct ek_events events;
	return ek_engine_submit(e, cmd, at, &events, err);
}

/* Everybody is there, without settings, and has been for long: nobody has just returned. */
static bool people(struct ek_engine *e, const struct ek_policy *p, ek_time at, struct ek_err *err)
{
	struct ek_cmd team = ek_cmd_make(EK_CMD_TEAM_CREATE);
	struct ek_cmd mate = ek_cmd_make(EK_CMD_TEAMMATE_CREATE);
	struct ek_cmd presence = ek_cmd_make(EK_CMD_PRESENCE_SET);
	struct ek_cmd seen = ek_cmd_make(EK_CMD_ACTIVITY_SEEN);
	ek_time before = {at.ms - EK_DAY_MS(PRESENT_DAYS)};
	for (uint32_t i = 0; i < p->team_count; i++) {
		if (!submit(e, &team, before, err))
			return false;
	}
	presence.presence_set.presence = EK_PRESENCE_ACTIVE;
	for (uint32_t i = 1; i <= p->mate_count; i++) {
		presence.presence_set.teammate.v = i;
		if (!submit(e, &mate, before, err) || !submit(e, &presence, before, err))
			return false;
	}
	for (uint32_t i = 1; i <= p->mate_count; i++) {
		seen.activity_seen.teammate.v = i;
		if (!submit(e, &seen, at, err))
			return false;
	}
	return true;
}

static ek_str get_name(void *ctx, enum ek_field_type kind, uint32_t id)
{
	const struct ek_policy *p = ctx;
	return kind == EK_FT_TEAM ? p->teams[id - 1].name : p->mates[id - 1].name;
}

static bool set_stage(struct ek_engine *e, struct ek_policy *p, struct ek_arena *arena,
		      struct ek_err *err)
{
	struct ek_policy_names names = {get_name, p};
	struct ek_policy now;
	struct ek_policy_plan plan = {.now = &now, .to = p};
	ek_time at = stage_time(p);
	if (!people(e, p, at, err) || !ek_policy_take(e, &names, arena, &now, err) ||
	    !ek_policy_make_plan(e, arena, &plan, err))
		return false;
	return plan.cmd.policy_apply.rows.n == 0 || submit(e, &plan.cmd, at, err);
}

bool ek_policy_stage(struct ek_alloc alloc, struct ek_policy *p, struct ek_arena *arena,
		     struct ek_engine **engine, struct ek_err *err)
{
	*engine = NULL;
	if (!ek_engine_open(alloc, engine, err))
		return false;
	if (set_stage(*engine, p, arena, err))
		return true;
	ek_engine_close(engine);
	return false;
}

/* ---- what is said ---- */

struct said {
	char *p;
	size_t n;
	size_t cap;
};

static void say(struct said *s, const char *text)
{
	s->n += ek_format(s->p + s->n, s->cap - s->n, "%s", text);
}

static void say_name(struct said *s, ek_str name)
{
	uint32_t n = name.n < 60 ? name.n : 60;
	if (s->n + n + 1 > s->cap)
		return;
	memcpy(s->p + s->n, name.p, n);
	s->n += n;
	s->p[s->n] = '\0';
}

/* ---- a run ---- */

struct run {
	struct ek_engine *e;
	const struct ek_policy *p;
	const struct ek_policy_test *t;
	uint32_t *convs; /* of each label; 0 = not yet */
	int64_t now;
	struct ek_policy_verdict *out;
};

static bool is_reason_needed(const struct run *r, uint8_t presence)
{
	struct ek_value v = ek_policy_holds(r->p, &r->p->workspace, EK_SET_AWAY_REASON_REQUIRED);
	return presence != EK_PRESENCE_ACTIVE && v.i == 1;
}

static struct ek_cmd becomes(const struct run *r, const struct ek_policy_step *s)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_PRESENCE_SET);
	c.presence_set.teammate.v = s->mate;
	c.presence_set.presence = s->listed;
	struct ek_value reasons = ek_policy_holds(r->p, &r->p->workspace, EK_SET_AWAY_REASONS);
	if (is_reason_needed(r, s->listed) && reasons.n > 0)
		c.presence_set.reason = reasons.cells[0].s;
	return c;
}

static struct ek_cmd arrives(const struct run *r, const struct ek_policy_step *s)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.conversation_create = *s->arrival;
	c.conversation_create.team.v = s->team;
	c.conversation_create.waiting_since = (ek_time){r->now};
	if (ek_time_is_set(s->arrival->sla_due))
		c.conversation_create.sla_due = (ek_time){r->now + s->arrival->sla_due.ms};
	return c;
}

static struct ek_cmd by_mate(int kind, const struct ek_policy_step *s)
{
	struct ek_cmd c = ek_cmd_make(kind);
	c.by = (struct ek_actor){EK_ACTOR_PERSON, s->mate};
	return c;
}

/* A conversation somebody has in hand; its contact was answered. */
static struct ek_cmd holds(const struct ek_policy_step *s)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_CREATE);
	c.by = (struct ek_actor){EK_ACTOR_PERSON, 0};
	c.conversation_create.team.v = s->team;
	c.conversation_create.teammate.v = s->mate;
	return c;
}

static struct ek_cmd command(const struct run *r, const struct ek_policy_step *s,
			     struct ek_set *set)
{
	struct ek_cmd c = {0};
	switch (s->form) {
	case EK_POLICY_HOLDS:
		return holds(s);
	case EK_POLICY_LIMIT:
		c = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
		*set = (struct ek_set){EK_SET_LIMIT, s->number == EK_NONE
							     ? ek_value_null()
							     : ek_value_int(s->number)};
		c.settings_change.scope = EK_SCOPE_TEAMMATE;
		c.settings_change.id = s->mate;
		c.settings_change.set = (struct ek_sets){set, 1};
		return c;
	case EK_POLICY_BECOMES:
		return becomes(r, s);
	case EK_POLICY_ARRIVES:
		return arrives(r, s);
	case EK_POLICY_CLOSES:
		c = by_mate(EK_CMD_CONVERSATION_CLOSE, s);
		c.conversation_close.conversation.v = r->convs[s->label - 1];
		return c;
	case EK_POLICY_RELEASES:
		c = by_mate(EK_CMD_CONVERSATION_RELEASE, s);
		c.conversation_release.conversation.v = r->convs[s->label - 1];
		return c;
	default:
		c = by_mate(EK_CMD_CONVERSATION_SNOOZE, s);
		c.conversation_snooze.conversation.v = r->convs[s->label - 1];
		return c;
	}
}

/* Everything that falls due on the way happens in its time. */
static bool pass(struct run *r, int64_t minutes, struct ek_err *err)
{
	struct ek_cmd tick = ek_cmd_make(EK_CMD_TICK);
	int64_t to = r->now + EK_MIN_MS(minutes);
	for (;;) {
		ek_time due = ek_engine_next_due(r->e);
		if (!ek_time_is_set(due) || due.ms > to)
			break;
		ek_time at = due.ms > r->now ? due : (ek_time){r->now};
		uint64_t seq = ek_engine_seq(r->e);
		r->now = at.ms;
		if (!submit(r->e, &tick, at, err))
			return false;
		ek_time next = ek_engine_next_due(r->e);
		if (next.ms == due.ms && ek_engine_seq(r->e) == seq)
			break;
	}
	r->now = to;
	return true;
}

static bool act(struct run *r, const struct ek_policy_step *s, struct ek_err *err)
{
	struct ek_set set = {0};
	int64_t times = s->form == EK_POLICY_HOLDS ? s->number : 1;
	if (s->form == EK_POLICY_PASS)
		return pass(r, s->number, err);
	for (int64_t i = 0; i < times; i++) {
		struct ek_cmd c = command(r, s, &set);
		if (!submit(r->e, &c, (ek_time){r->now}, err))
			return false;
	}
	if (s->form == EK_POLICY_ARRIVES)
		r->convs[s->label - 1] = r->e->conv_count;
	return true;
}

/* ---- what must be ---- */

static bool is_waiting(const struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	return c->state == EK_STATE_OPEN && c->mate == 0 && c->offer_to == 0 && c->team != 0;
}

/* The first test that somebody fails for a conversation that waits; 0 = none. */
static int first_failed(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	const struct conv *c = &e->convs[conv];
	if (e->teams[c->team].method == EK_METHOD_BALANCED)
		return ek_eligible_check(e, conv, mate);
	if (ek_state_serve(&e->mates[mate], c->team) == NULL)
		return EK_TEST_NOT_MEMBER;
	return ek_eligible_rotation(e, conv, mate);
}

/* "s2 waits; dora: at_limit", "s2 went to rosa" */
static void say_fate(const struct run *r, struct said *s, uint32_t label, uint32_t mate)
{
	const struct ek_engine *e = r->e;
	uint32_t conv = r->convs[label - 1];
	const struct conv *c = &e->convs[conv];
	say_name(s, r->t->labels[label - 1]);
	if (is_waiting(e, conv)) {
		int failed = first_failed(e, conv, mate);
		bool manual = e->teams[c->team].method == EK_METHOD_MANUAL;
		say(s, manual ? " waits, as its team gives out nothing by itself" : " waits; ");
		if (manual)
			return;
		say_name(s, r->p->mates[mate - 1].name);
		say(s, failed == 0 ? " is eligible" : " fails ");
		say(s, failed == 0 ? "" : ek_enums_wire(EK_ENUM_TEST, failed));
	} else if (c->state != EK_STATE_OPEN) {
		say(s, c->state == EK_STATE_CLOSED ? " is closed" : " is snoozed");
	} else if (c->mate != 0 || c->offer_to != 0) {
		say(s, c->mate != 0 ? " went to " : " is offered to ");
		say_name(s, r->p->mates[(c->mate != 0 ? c->mate : c->offer_to) - 1].name);
	} else {
		say(s, " waits nowhere, as it has no team");
	}
}

/* Where the team offers, an offer is what the router gives. */
static bool goes(const struct run *r, const struct ek_policy_step *s)
{
	const struct conv *c = &r->e->convs[r->convs[s->label - 1]];
	return c->state == EK_STATE_OPEN && (c->mate == s->mate || c->offer_to == s->mate);
}

static bool waits(const struct run *r, const struct ek_policy_step *s)
{
	uint32_t conv = r->convs[s->label - 1];
	return is_waiting(r->e, conv) &&
	       r->e->teams[r->e->convs[conv].team].method != EK_METHOD_MANUAL &&
	       first_failed(r->e, conv, s->mate) == s->listed;
}

/* The best of those that wait after the one before; 0 = none. */
static uint32_t next_waiting(const struct ek_engine *e, uint32_t after)
{
	uint32_t best = 0;
	for (uint32_t i = 1; i <= e->conv_count; i++) {
		bool in = is_waiting(e, i) && e->convs[i].node != 0 &&
			  e->teams[e->convs[i].team].method == EK_METHOD_BALANCED && i != after &&
			  (after == 0 || ek_queue_before(e, after, i));
		if (in && (best == 0 || ek_queue_before(e, i, best)))
			best = i;
	}
	return best;
}

static void say_queue(const struct run *r, struct said *s)
{
	uint32_t conv = next_waiting(r->e, 0);
	say(s, conv == 0 ? "the queue is empty" : "the queue is ");
	for (bool first = true; conv != 0; first = false) {
		uint32_t label = 0;
		while (label < r->t->label_count && r->convs[label] != conv)
			label++;
		say(s, first ? "" : ", ");
		if (label < r->t->label_count)
			say_name(s, r->t->labels[label]);
		else
			say(s, "one that was held");
		conv = next_waiting(r->e, conv);
	}
}

static bool queue_is(const struct run *r, const struct ek_policy_step *s)
{
	uint32_t conv = 0;
	for (uint32_t i = 0; i < s->queue_count; i++) {
		conv = next_waiting(r->e, conv);
		if (conv == 0 || conv != r->convs[s->queue[i] - 1])
			return false;
	}
	return next_waiting(r->e, conv) == 0;
}

static void must(const struct run *r, const struct ek_policy_step *s)
{
	bool held = s->form == EK_POLICY_GOES    ? goes(r, s)
		    : s->form == EK_POLICY_WAITS ? waits(r, s)
						 : queue_is(r, s);
	if (held)
		return;
	struct said said = {r->out->said, 0, sizeof r->out->said};
	r->out->line = s->line;
	if (s->form == EK_POLICY_QUEUE)
		say_queue(r, &said);
	else
		say_fate(r, &said, s->label, s->mate);
}

static void refused(const struct run *r, const struct ek_policy_step *s, const struct ek_err *why)
{
	r->out->line = s->line;
	ek_format(r->out->said, sizeof r->out->said, "refused as %s: %s", ek_err_wire(why->code),
		  why->msg);
}

static bool run_steps(struct run *r, struct ek_err *err)
{
	for (uint32_t i = 0; i < r->t->step_count && r->out->line == 0; i++) {
		const struct ek_policy_step *s = &r->t->steps[i];
		if (s->when == EK_POLICY_THEN) {
			must(r, s);
			continue;
		}
		/* What falls due now comes before what is asked now. */
		struct ek_err why = {0};
		if (pass(r, 0, &why) && act(r, s, &why) && pass(r, 0, &why))
			continue;
		if (why.code == EK_NO_MEMORY)
			return ek_fail(err, EK_NO_MEMORY, "%s", why.msg);
		refused(r, s, &why);
	}
	return true;
}

bool ek_policy_try(const struct ek_engine *stage, const struct ek_policy *p, uint32_t test,
		   struct ek_policy_verdict *out, struct ek_err *err)
{
	struct run r = {.p = p, .t = &p->tests[test], .now = stage_time(p).ms, .out = out};
	*out = (struct ek_policy_verdict){0};
	if (!ek_engine_copy(stage, &r.e, err))
		return false;
	size_t room = r.t->label_count * sizeof *r.convs;
	struct ek_alloc alloc = r.e->alloc;
	r.convs = room == 0 ? NULL : ek_alloc_get(&alloc, room);
	bool ok =
		room == 0 || r.convs != NULL || ek_fail(err, EK_NO_MEMORY, "no memory for a test");
	if (ok && room > 0)
		memset(r.convs, 0, room);
	ok = ok && run_steps(&r, err);
	ek_alloc_free(&alloc, r.convs, room);
	ek_engine_close(&r.e);
	return ok;
}
