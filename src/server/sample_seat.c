#include "server/sample_seat.h"

#include "base/rng.h"
#include "engine/look.h"
#include "model/setting.h"
#include "server/sample_rows.h"
#include "sim/team_life.h"
#include "sys/heap.h"

enum { MINUTE = 60000, NEAR_MIN = 14, MEMORY = 1 << 20, TRIES = 64, HELD_MAX = 5 };
/* Bits of conversation.update's fields. */
enum { HAS_CONVERSATION = 1 << 0, HAS_PRIORITY = 1 << 1, HAS_SLA_DUE = 1 << 2 };
/* Team inboxes by index, and the owner's. */
enum { OWN = 0, OTHER = 2 };

/* One that the owner should hold, or (with a skill that nobody there has) that should wait. */
struct wish {
	uint8_t inbox;
	uint8_t priority;
	uint8_t min_ago;
	bool is_near;
	ek_str skill;
};
static const struct wish wishes[] = {
	/* Before all others in any queue. */
	{.inbox = OWN, .priority = 3, .min_ago = 46, .is_near = true},
	{.inbox = OWN, .priority = 0, .min_ago = 25},
	{.inbox = OWN, .priority = 2, .min_ago = 6},
	{.inbox = OWN, .priority = 1, .min_ago = 11},
};
/* Nobody there has so much of it; after a while anybody may. */
static const struct wish waits[] = {
	{.inbox = OWN, .priority = 1, .min_ago = 9, .skill = {"vat", 3}},
	{.inbox = OWN, .priority = 0, .min_ago = 4, .skill = {"vat", 3}},
	{.inbox = OTHER, .priority = 1, .min_ago = 7, .skill = {"refunds", 7}},
	{.inbox = OTHER, .priority = 0, .min_ago = 3, .skill = {"refunds", 7}},
};

struct seat {
	const struct ek_sample_seat *o;
	struct ek_team_life *life;
	struct ek_arena arena;
	struct ek_rng rng;
};

static const struct ek_engine *engine_of(const struct seat *s)
{
	return ek_writer_engine(s->o->writer);
}

static bool take(const struct seat *s, struct ek_cmd *cmd, struct ek_answer *a, struct ek_err *err)
{
	const struct ek_request r = {.cmd = cmd, .at = s->o->now};
	return ek_writer_take(s->o->writer, &r, a, err);
}

/* ---- a conversation */

/* One who wrote to that team inbox before. */
static bool find_contact(struct seat *s, uint32_t inbox, ek_contact_id *contact)
{
	ek_conversation_id first;
	uint32_t n;
	ek_team_talks(s->o->team, &first, &n);
	for (uint32_t i = 0; n > 0 && i < 1000; i++) {
		struct ek_team_talk talk;
		ek_conversation_id id = {first.v + ek_rng_below(&s->rng, n)};
		*contact = (ek_contact_id){0};
		if (!ek_team_talk(s->o->team, id, &talk))
			continue;
		*contact = talk.contact;
		if (talk.inbox == inbox)
			return true;
	}
	return n > 0 && contact->v != 0;
}

static bool put_rows(const struct seat *s, const struct ek_team_life_step *step,
		     const struct ek_answer *a, struct ek_err *err)
{
	struct ek_team_contact contact;
	char title[EK_TEAM_TEXT];
	char text[EK_TEAM_TEXT];
	bool is_known = ek_team_contact(s->o->team, step->contact, &contact);
	ek_assert(is_known);
	const struct ek_team_life_about about = {{a->id}, contact.name, NULL};
	const struct ek_sample_talk talk = {
		.conversation = {a->id},
		.contact = step->contact,
		.title = {title, (uint32_t)ek_team_life_title(step, &about, title, sizeof title)},
		.is_chat = step->is_chat,
		.at = step->at,
		.updated = step->at,
		.part_count = 1,
		.assignment_count = 1,
	};
	const struct ek_sample_part part = {
		.id = ++*s->o->parts,
		.conversation = {a->id},
		.seq = a->first_seq,
		.contact = step->contact,
		.is_chat = step->is_chat,
		.text = {text, (uint32_t)ek_team_life_text(step, &about, text, sizeof text)},
		.team = ek_team_inbox(s->o->team, step->inbox).id,
		.at = step->at,
	};
	return ek_sample_rows_put_talk(s->o->writer, s->o->text, &talk, err) &&
	       ek_sample_rows_put_part(s->o->writer, &part, err);
}

static bool write_one(struct seat *s, const struct wish *w, struct ek_err *err)
{
	struct ek_team_life_step step;
	struct ek_team_contact contact;
	struct ek_cmd cmd;
	struct ek_answer a;
	struct ek_need need = {
		.skill = w->skill, .min_level = 5, .relax_after = {25 * (int64_t)MINUTE}};
	ek_time at = {s->o->now.ms - w->min_ago * (int64_t)MINUTE};
	ek_team_life_arrive(s->life, w->inbox, at, &step);
	if (!find_contact(s, w->inbox, &step.contact) ||
	    !ek_team_contact(s->o->team, step.contact, &contact))
		return true;
	step.is_chat = false;
	ek_team_life_cmd(s->life, &step, contact.tier, &cmd);
	struct ek_cmd_conversation_create *c = &cmd.conversation_create;
	c->priority = w->priority;
	c->needs = (struct ek_needs){0};
	if (w->is_near)
		c->sla_due = (ek_time){s->o->now.ms + NEAR_MIN * MINUTE};
	if (w->skill.p != NULL)
		c->needs = (struct ek_needs){&need, 1};
	return take(s, &cmd, &a, err) && put_rows(s, &step, &a, err);
}

/* ---- what the owner holds */

static bool is_wished(const struct seat *s, const struct wish *w,
		      const struct ek_conversation_view *v)
{
	bool is_near = ek_time_is_set(v->sla_due) && v->sla_due.ms > s->o->now.ms &&
		       v->sla_due.ms <= s->o->now.ms + 20 * (int64_t)MINUTE;
	return v->priority == w->priority && (is_near || !w->is_near);
}

static bool holds(struct seat *s, const struct wish *w, uint32_t *count, struct ek_err *err)
{
	struct ek_load_view load;
	const ek_teammate_id owner = {EK_TEAM_LIFE_OWNER};
	bool found = false;
	ek_arena_reset(&s->arena);
	*count = HELD_MAX;
	if (!ek_look_load(engine_of(s), owner, &s->arena, &load, err))
		return true;
	*count = load.item_count;
	for (uint32_t i = 0; i < load.item_count; i++) {
		struct ek_conversation_view v;
		found = found ||
			(ek_look_conversation(engine_of(s), load.items[i].conversation, &v) &&
			 is_wished(s, w, &v));
	}
	return found;
}

/* Colleagues with less to do come before, so that it may take some. */
static bool fill_hands(struct seat *s, struct ek_err *err)
{
	for (uint32_t tries = 0; tries < TRIES; tries++) {
		const struct wish *w = &wishes[tries % EK_LEN(wishes)];
		uint32_t count;
		if (!holds(s, w, &count, err) && count < HELD_MAX && !write_one(s, w, err))
			return false;
	}
	return true;
}

/* One of those held that nobody wished for in particular; 0 = none is held. */
static ek_conversation_id find_plain(struct seat *s)
{
	struct ek_load_view load;
	struct ek_err err;
	ek_conversation_id found = {0};
	ek_arena_reset(&s->arena);
	if (!ek_look_load(engine_of(s), (ek_teammate_id){EK_TEAM_LIFE_OWNER}, &s->arena, &load,
			  &err))
		return found;
	for (uint32_t i = 0; i < load.item_count; i++) {
		struct ek_conversation_view v;
		if (ek_look_conversation(engine_of(s), load.items[i].conversation, &v) &&
		    !is_wished(s, &wishes[0], &v) && (found.v == 0 || v.priority == 0))
			found = v.id;
	}
	return found;
}

/* Those that were overtaken too often stand before all others, and may be all alike. */
static bool hurry(struct seat *s, const struct wish *w, struct ek_err *err)
{
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_CONVERSATION_UPDATE);
	struct ek_answer a;
	uint32_t count;
	if (holds(s, w, &count, err))
		return true;
	ek_conversation_id id = find_plain(s);
	if (id.v == 0)
		return true;
	cmd.by = (struct ek_actor){EK_ACTOR_RULE, 0};
	cmd.has = HAS_CONVERSATION | HAS_PRIORITY | (w->is_near ? HAS_SLA_DUE : 0);
	cmd.conversation_update.conversation = id;
	cmd.conversation_update.priority = w->priority;
	cmd.conversation_update.sla_due = (ek_time){s->o->now.ms + NEAR_MIN * MINUTE};
	return take(s, &cmd, &a, err);
}

static bool fill_queues(struct seat *s, struct ek_err *err)
{
	for (uint32_t i = 0; i < EK_LEN(waits); i++) {
		struct ek_team_view v;
		ek_team_id team = ek_team_inbox(s->o->team, waits[i].inbox).id;
		bool is_there = ek_look_team(engine_of(s), team, &v) && v.waiting_count >= 3;
		if (!is_there && !write_one(s, &waits[i], err))
			return false;
	}
	return true;
}

/* ---- the seat */

static bool put_roles(const struct seat *s, struct ek_err *err)
{
	static const int roles[] = {EK_ROLE_LEAD, EK_ROLE_MANAGER};
	for (uint32_t i = 0; i < EK_TEAM_INBOXES * EK_LEN(roles); i++) {
		struct ek_views_value v[EK_CONTENT_TEAM_ROLES_WIDTH] = {0};
		ek_team_id team = ek_team_inbox(s->o->team, i / EK_LEN(roles)).id;
		v[EK_CONTENT_TEAM_ROLES_TEAMMATE] = ek_views_int(EK_TEAM_LIFE_OWNER);
		v[EK_CONTENT_TEAM_ROLES_TEAM] = ek_views_int(team.v);
		v[EK_CONTENT_TEAM_ROLES_ROLE] = ek_views_int(roles[i % EK_LEN(roles)]);
		v[EK_CONTENT_TEAM_ROLES_SINCE_MS] = ek_views_int(s->o->now.ms);
		if (!ek_writer_put(s->o->writer, EK_CONTENT_TEAM_ROLES, v, err))
			return false;
	}
	return true;
}

/* Active, and so however late they sign in. */
static bool sit_down(const struct seat *s, struct ek_err *err)
{
	static const struct ek_set never[] = {
		{EK_SET_AUTO_AWAY_AFTER_MS, {.kind = EK_VALUE_NULL}},
		{EK_SET_AUTO_REASSIGN_AFTER_MS, {.kind = EK_VALUE_NULL}},
	};
	const ek_teammate_id owner = {EK_TEAM_LIFE_OWNER};
	struct ek_cmd stay = ek_cmd_make(EK_CMD_SETTINGS_CHANGE);
	struct ek_cmd join = ek_cmd_make(EK_CMD_MEMBERSHIP_SET);
	struct ek_cmd come = ek_cmd_make(EK_CMD_PRESENCE_SET);
	struct ek_answer a;
	stay.by = join.by = come.by = (struct ek_actor){EK_ACTOR_PERSON, owner.v};
	stay.settings_change.scope = EK_SCOPE_TEAMMATE;
	stay.settings_change.id = owner.v;
	stay.settings_change.set = (struct ek_sets){never, EK_LEN(never)};
	join.membership_set.teammate = owner;
	join.membership_set.team = ek_team_inbox(s->o->team, OWN).id;
	join.membership_set.level = EK_LEVEL_PRIMARY;
	come.presence_set.teammate = owner;
	come.presence_set.presence = EK_PRESENCE_ACTIVE;
	return take(s, &stay, &a, err) && take(s, &join, &a, err) && take(s, &come, &a, err);
}

/* Deadlines of what was written here, as they are in the end. */
static bool put_clocks(const struct seat *s, uint32_t after, struct ek_err *err)
{
	uint32_t n = ek_look_conversation_count(engine_of(s));
	for (uint32_t i = after + 1; i <= n; i++)
		if (!ek_sample_rows_put_running(s->o->writer, (ek_conversation_id){i}, err))
			return false;
	return true;
}

static bool run(struct seat *s, struct ek_err *err)
{
	uint32_t before = ek_look_conversation_count(engine_of(s));
	const struct ek_team_life_options o = {
		.seed = s->o->seed, .began = s->o->now, .zones = s->o->zones};
	if (!ek_team_life_open(&o, ek_heap_alloc(), &s->life, err) || !put_roles(s, err))
		return false;
	/* Where all are busy these stand first, and come with the owner; where not, more follow. */
	for (uint32_t i = 0; i < EK_LEN(wishes); i++)
		if (!write_one(s, &wishes[i], err))
			return false;
	return sit_down(s, err) && fill_hands(s, err) && hurry(s, &wishes[0], err) &&
	       hurry(s, &wishes[2], err) && fill_queues(s, err) && put_clocks(s, before, err);
}

bool ek_sample_seat_take(const struct ek_sample_seat *seat, struct ek_err *err)
{
	struct seat s = {.o = seat, .rng = {seat->seed ^ 0x5ea7}};
	ek_arena_init(&s.arena, ek_heap_alloc(), MEMORY);
	bool ok = run(&s, err);
	ek_team_life_close(&s.life);
	ek_arena_fini(&s.arena);
	return ok;
}
