/* Whoever was given a conversation looks at it, works, answers, and decides what becomes of it. */
#include "sim/team_inside.h"

#include "model/calendar.h"

static uint32_t below(struct ek_team *t, uint32_t n)
{
	return ek_rng_below(&t->work, n);
}

static uint32_t place_of(const struct ek_team *t, const struct team_conv *c)
{
	return (uint32_t)(c - t->convs) + 1;
}

static void plan_conv(struct ek_team *t, int64_t at, const struct team_conv *c, uint8_t kind)
{
	ek_team_plan(
		t, (struct team_plan){
			   .at = at, .kind = kind, .who = ek_team_conv_id(t, c), .turn = c->turn});
}

/* ---- what waits for whom */

/* Chats go before; otherwise in order of coming. */
void ek_team_list(struct ek_team *t, uint32_t conv, int64_t at)
{
	struct team_conv *c = ek_team_conv(t, conv);
	if (c == NULL || c->is_listed || c->mate == TEAM_NOBODY || c->state != EK_STATE_OPEN)
		return;
	struct team_mate *m = &t->mates[c->mate];
	uint32_t place = place_of(t, c);
	if (m->work == place)
		return;
	c->is_listed = true;
	c->next = c->is_chat ? m->first : 0;
	if (m->first == 0 || c->is_chat) {
		m->first = place;
		m->last = m->last == 0 ? place : m->last;
	} else {
		t->convs[m->last - 1].next = place;
		m->last = place;
	}
	ek_team_resume(t, c->mate, at);
}

void ek_team_unlist(struct ek_team *t, uint32_t conv)
{
	struct team_conv *c = ek_team_conv(t, conv);
	if (c == NULL || !c->is_listed)
		return;
	struct team_mate *m = &t->mates[c->mate];
	uint32_t place = place_of(t, c);
	uint32_t before = 0;
	for (uint32_t i = m->first; i != place; i = t->convs[i - 1].next)
		before = i;
	if (before == 0)
		m->first = c->next;
	else
		t->convs[before - 1].next = c->next;
	if (m->last == place)
		m->last = before;
	c->is_listed = false;
}

void ek_team_resume(struct ek_team *t, uint32_t person, int64_t at)
{
	struct team_mate *m = &t->mates[person];
	if (!m->at_desk || m->step != STEP_IDLE || m->first == 0)
		return;
	m->step = STEP_STARTING;
	ek_team_plan(t, (struct team_plan){
				.at = at + 4 * TEAM_SECOND + below(t, 40 * TEAM_SECOND),
				.kind = PLAN_START,
				.who = person,
				.turn = m->turn,
			});
}

/* What they were at waits for them again. */
void ek_team_drop_work(struct ek_team *t, uint32_t person)
{
	struct team_mate *m = &t->mates[person];
	uint32_t place = m->work;
	m->step = STEP_IDLE;
	m->work = 0;
	if (place != 0 && t->convs[place - 1].mate == person && t->convs[place - 1].waits)
		ek_team_list(t, t->conv_first + place - 1, m->done_at);
}

/* ---- working */

/* After the lasting shift its questions are harder too. */
static int64_t work_ms(struct ek_team *t, const struct team_plan *p, const struct team_conv *c)
{
	int64_t ms = ek_team_desk(c->inbox)->answer_s * (int64_t)TEAM_SECOND;
	uint32_t pace = 85 + (uint32_t)(ek_team_hash(t, 21, p->who) % 36);
	if (c->is_thanks)
		return 20 * TEAM_SECOND;
	if (c->is_chat)
		ms = ms * 6 / 10;
	if (c->parts > 1)
		ms = ms * 7 / 10;
	if (c->inbox == t->shift.inbox && p->at >= t->shift.from.ms)
		ms = ms * 12 / 10;
	if (p->who == TEAM_NEWCOMER)
		ms = ms * 14 / 10;
	return ek_team_around(&t->work, ms * pace / 100);
}

static bool start(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	struct team_mate *m = &t->mates[p->who];
	if (p->turn != m->turn || m->step != STEP_STARTING)
		return false;
	m->step = STEP_IDLE;
	if (m->first == 0)
		return false;
	struct team_conv *c = &t->convs[m->first - 1];
	uint32_t id = ek_team_conv_id(t, c);
	ek_team_unlist(t, id);
	m->work = place_of(t, c);
	m->step = STEP_WORKING;
	m->done_at = p->at + work_ms(t, p, c);
	ek_team_plan(t,
		     (struct team_plan){
			     .at = m->done_at, .kind = PLAN_DONE, .who = p->who, .turn = m->turn});
	*cmd = ek_cmd_make(EK_CMD_CONVERSATION_OPEN_VIEW);
	cmd->by = ek_team_by(t, p->who);
	cmd->conversation_open_view.conversation = (ek_conversation_id){id};
	return true;
}

/* ---- what comes of it */

static bool say(struct ek_team *t, uint32_t person, uint32_t conv, struct ek_cmd *cmd)
{
	bool is_note = t->says == SAYS_NOTE;
	*cmd = ek_cmd_make(is_note ? EK_CMD_NOTE_ADD : EK_CMD_TEAMMATE_MESSAGE);
	cmd->by = ek_team_by(t, person);
	if (is_note)
		cmd->note_add.conversation = (ek_conversation_id){conv};
	else
		cmd->teammate_message.conversation = (ek_conversation_id){conv};
	return true;
}

static bool note_then(struct ek_team *t, const struct team_plan *p, struct team_conv *c,
		      struct team_plan then, struct ek_cmd *cmd)
{
	then.at = p->at + 5 * TEAM_SECOND + below(t, 15 * TEAM_SECOND);
	then.who = ek_team_conv_id(t, c);
	then.turn = c->turn;
	ek_team_plan(t, then);
	t->says = SAYS_NOTE;
	return say(t, p->who, then.who, cmd);
}

/* A colleague of the same team inbox who is there; TEAM_NOBODY if none. */
static uint8_t pick_colleague(struct ek_team *t, uint32_t person, uint8_t inbox)
{
	uint32_t first = below(t, EK_TEAM_PEOPLE);
	for (uint32_t i = 0; i < EK_TEAM_PEOPLE; i++) {
		uint32_t k = (first + i) % EK_TEAM_PEOPLE;
		if (k != person && k < t->mate_count && t->mates[k].at_desk &&
		    ek_team_job(k)->inbox == inbox)
			return (uint8_t)k;
	}
	return TEAM_NOBODY;
}

static uint8_t pick_other_inbox(struct ek_team *t, uint8_t inbox)
{
	if (inbox >= TEAM_KOREAN)
		return inbox;
	return (uint8_t)((inbox + 1 + below(t, 3)) % TEAM_KOREAN);
}

/* They ask a colleague, and go on with it. */
static bool ask(struct ek_team *t, const struct team_plan *p, struct team_conv *c,
		struct ek_cmd *cmd)
{
	struct team_mate *m = &t->mates[p->who];
	m->step = STEP_WORKING;
	m->work = place_of(t, c);
	m->done_at = p->at + 60 * TEAM_SECOND + below(t, 150 * TEAM_SECOND);
	ek_team_plan(t,
		     (struct team_plan){
			     .at = m->done_at, .kind = PLAN_DONE, .who = p->who, .turn = m->turn});
	t->says = SAYS_NOTE;
	return say(t, p->who, ek_team_conv_id(t, c), cmd);
}

static bool answer(struct ek_team *t, const struct team_plan *p, struct team_conv *c,
		   struct ek_cmd *cmd)
{
	t->says = !c->is_answered ? SAYS_ANSWER : c->is_checked ? SAYS_CHECK : SAYS_ON;
	if (c->left > 0 && !c->is_checked)
		c->left--;
	c->turn++;
	plan_conv(t, p->at + 6 * TEAM_SECOND + below(t, 30 * TEAM_SECOND), c, PLAN_AFTER);
	return say(t, p->who, ek_team_conv_id(t, c), cmd);
}

static bool close(struct ek_team *t, uint32_t person, uint32_t conv, struct ek_cmd *cmd)
{
	*cmd = ek_cmd_make(EK_CMD_CONVERSATION_CLOSE);
	cmd->by = ek_team_by(t, person);
	cmd->conversation_close.conversation = (ek_conversation_id){conv};
	return true;
}

/* One in ten first looks ends otherwise than with an answer. */
static bool turn_out(struct ek_team *t, const struct team_plan *p, struct team_conv *c,
		     struct ek_cmd *cmd)
{
	uint32_t roll = below(t, 1000);
	uint8_t other = pick_other_inbox(t, c->inbox);
	uint8_t colleague = pick_colleague(t, p->who, c->inbox);
	if (roll < 30 && other != c->inbox)
		return note_then(t, p, c, (struct team_plan){.kind = PLAN_MOVE, .what = other},
				 cmd);
	if (roll < 45 && colleague != TEAM_NOBODY)
		return note_then(t, p, c, (struct team_plan){.kind = PLAN_PASS, .what = colleague},
				 cmd);
	if (roll < 60) {
		*cmd = ek_cmd_make(EK_CMD_CONVERSATION_RELEASE);
		cmd->by = ek_team_by(t, p->who);
		cmd->conversation_release.conversation =
			(ek_conversation_id){ek_team_conv_id(t, c)};
		return true;
	}
	if (roll < 110)
		return ask(t, p, c, cmd);
	return answer(t, p, c, cmd);
}

static bool done(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	struct team_mate *m = &t->mates[p->who];
	if (p->turn != m->turn || m->step != STEP_WORKING || m->done_at != p->at)
		return false;
	struct team_conv *c = &t->convs[m->work - 1];
	m->step = STEP_IDLE;
	m->work = 0;
	bool is_mine = c->mate == p->who && c->state == EK_STATE_OPEN && c->waits;
	bool made = false;
	if (is_mine && c->is_thanks)
		made = close(t, p->who, ek_team_conv_id(t, c), cmd);
	else if (is_mine && c->parts == 1)
		made = turn_out(t, p, c, cmd);
	else if (is_mine)
		made = answer(t, p, c, cmd);
	ek_team_resume(t, p->who, p->at);
	return made;
}

/* ---- after an answer */

/* When a contact who reads mail again at eight sees it. */
static int64_t reply_delay(struct ek_team *t, const struct team_conv *c, int64_t at)
{
	if (c->is_chat)
		return ek_team_around(&t->work, 100 * TEAM_SECOND);
	int64_t delay = ek_team_around(&t->work, 150 * TEAM_MINUTE) + 4 * TEAM_MINUTE;
	const struct ek_zone *zone = &t->o.zones[ek_team_desk(c->began)->zone];
	int64_t hour = ek_calendar_local(zone, (ek_time){at + delay}) % TEAM_DAY / TEAM_HOUR;
	return hour < 7 ? delay + (8 - hour) * TEAM_HOUR : delay;
}

static void plan_contact(struct ek_team *t, int64_t at, struct team_conv *c, uint8_t says)
{
	if (c->is_coming || c->parts >= TEAM_PARTS_MAX)
		return;
	c->is_coming = true;
	ek_team_plan(t, (struct team_plan){.at = at,
					   .kind = PLAN_CONTACT,
					   .who = ek_team_conv_id(t, c),
					   .what = says});
}

/* Some come back: it was not solved, or to say thanks. */
static void plan_return(struct ek_team *t, int64_t at, struct team_conv *c)
{
	uint32_t roll = below(t, 100);
	if (c->returns >= 2 || c->is_thanks)
		return;
	if (roll < 7) {
		c->left = (uint8_t)(1 + below(t, 2));
		plan_contact(t,
			     at + reply_delay(t, c, at) + (1 + below(t, 30)) * (int64_t)TEAM_HOUR,
			     c, SAYS_AGAIN);
	} else if (roll < 12) {
		plan_contact(t, at + (2 + below(t, 40)) * (int64_t)TEAM_MINUTE, c, SAYS_THANKS);
	}
}

static bool snooze(struct ek_team *t, const struct team_plan *p, const struct team_conv *c,
		   struct ek_cmd *cmd)
{
	const struct ek_zone *zone = &t->o.zones[ek_team_desk(c->began)->zone];
	uint32_t how = below(t, 10);
	*cmd = ek_cmd_make(EK_CMD_CONVERSATION_SNOOZE);
	cmd->by = ek_team_by(t, c->mate);
	struct ek_cmd_conversation_snooze *s = &cmd->conversation_snooze;
	s->conversation = (ek_conversation_id){p->who};
	if (c->left == 0)
		s->working_ms = (ek_span){(2 + below(t, 5)) * (int64_t)TEAM_HOUR};
	else if (how < 2)
		s->wall = (ek_wall){(ek_calendar_date(zone, (ek_time){p->at}) + 1) *
					    (int64_t)TEAM_DAY +
				    9 * TEAM_HOUR + below(t, 120) * TEAM_MINUTE};
	else if (how < 3)
		s->until = (ek_time){p->at + (3 + below(t, 4)) * (int64_t)TEAM_HOUR};
	return true;
}

/* Its contact will answer, or it is done. */
static bool after(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	struct team_conv *c = ek_team_conv(t, p->who);
	if (p->turn != c->turn || c->state != EK_STATE_OPEN || c->mate == TEAM_NOBODY)
		return false;
	uint32_t roll = below(t, 100);
	if (c->parts >= TEAM_PARTS_MAX)
		c->left = 0;
	if (c->left == 0) {
		/* A few wait for somebody else: a carrier, a bank. */
		bool is_later = roll < 4 && !c->is_checked && !c->is_chat;
		c->is_checked = is_later;
		if (is_later)
			return snooze(t, p, c, cmd);
		plan_return(t, p->at, c);
		return close(t, c->mate, p->who, cmd);
	}
	if (c->is_chat && roll < 8) { /* nobody there any more */
		c->left = 0;
		plan_conv(t, p->at + (8 + below(t, 5)) * (int64_t)TEAM_MINUTE, c, PLAN_AFTER);
		return false;
	}
	plan_contact(t, p->at + reply_delay(t, c, p->at), c, SAYS_MORE);
	return !c->is_chat && roll < 82 && snooze(t, p, c, cmd);
}

/* ---- handing over */

static bool hand_over(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	struct team_conv *c = ek_team_conv(t, p->who);
	if (c->state != EK_STATE_OPEN || c->mate == TEAM_NOBODY)
		return false;
	uint8_t from = c->mate;
	if (p->kind == PLAN_MOVE) {
		*cmd = ek_cmd_make(EK_CMD_CONVERSATION_MOVE);
		cmd->conversation_move.conversation = (ek_conversation_id){p->who};
		cmd->conversation_move.team = (ek_team_id){t->inbox_ids[p->what]};
	} else {
		*cmd = ek_cmd_make(EK_CMD_CONVERSATION_ASSIGN);
		cmd->conversation_assign.conversation = (ek_conversation_id){p->who};
		cmd->conversation_assign.teammate = (ek_teammate_id){t->mates[p->what].id};
		cmd->conversation_assign.reason = EK_S("knows this case");
	}
	cmd->by = ek_team_by(t, from);
	return true;
}

bool ek_team_work(struct ek_team *t, const struct team_plan *p, struct ek_cmd *cmd)
{
	switch (p->kind) {
	case PLAN_START:
		return start(t, p, cmd);
	case PLAN_DONE:
		return done(t, p, cmd);
	case PLAN_AFTER:
		return after(t, p, cmd);
	default:
		return hand_over(t, p, cmd);
	}
}
