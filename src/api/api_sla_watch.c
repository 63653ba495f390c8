#include "api/api_sla_watch.h"

#include "api/api_sla.h"
#include "engine/look.h"
#include "model/calendar.h"

struct ek_api_sla_watch {
	struct ek_turn_write inner; /* the handler's */
	struct ek_api_sla sla;
	struct ek_cmd rows[2];
	struct ek_cmd bulk;
	bool is_new;
	bool follows;
	ek_conversation_id id;
};

/* ---- which commands move clocks */

/* Of which conversation; 0 = none, or one that comes into being. */
static ek_conversation_id id_of(const struct ek_cmd *c)
{
	switch (c->kind) {
	case EK_CMD_CONVERSATION_UPDATE:
		return c->conversation_update.conversation;
	case EK_CMD_CONTACT_MESSAGE:
		return c->contact_message.conversation;
	case EK_CMD_TEAMMATE_MESSAGE:
		return c->teammate_message.conversation;
	case EK_CMD_OUTSIDE_MESSAGE:
		return c->outside_message.conversation;
	case EK_CMD_CONVERSATION_MOVE:
		return c->conversation_move.conversation;
	case EK_CMD_CONVERSATION_CLOSE:
		return c->conversation_close.conversation;
	case EK_CMD_CONVERSATION_REOPEN:
		return c->conversation_reopen.conversation;
	case EK_CMD_CONVERSATION_SNOOZE:
		return c->conversation_snooze.conversation;
	default:
		return (ek_conversation_id){0};
	}
}

static uint8_t step_of(const struct ek_cmd *c)
{
	switch (c->kind) {
	case EK_CMD_CONTACT_MESSAGE:
		return EK_API_SLA_WRITTEN;
	case EK_CMD_TEAMMATE_MESSAGE:
		return EK_API_SLA_ANSWERED;
	case EK_CMD_OUTSIDE_MESSAGE:
		return EK_API_SLA_WOKEN;
	case EK_CMD_CONVERSATION_CLOSE:
		return EK_API_SLA_CLOSED;
	case EK_CMD_CONVERSATION_REOPEN:
		return EK_API_SLA_REOPENED;
	case EK_CMD_CONVERSATION_SNOOZE:
		return EK_API_SLA_SNOOZED;
	default:
		return EK_API_SLA_CHANGED;
	}
}

/* ---- what it is like after the command */

static bool find_tags(struct ek_turn *t, const struct ek_texts *names, struct ek_api_sla *s)
{
	uint64_t *tags = ek_turn_get(t, (names->n + 1) * sizeof *tags);
	s->tags = tags;
	s->tag_count = 0;
	for (uint32_t i = 0; tags != NULL && i < names->n; i++) {
		const struct ek_views_value name = ek_views_text(names->v[i]);
		struct ek_turn_rows rows;
		if (!ek_turn_select(t,
				    "SELECT tag FROM tags WHERE name = $1 AND deleted_ms IS NULL",
				    &name, 1, &rows))
			return false;
		if (rows.n > 0)
			tags[s->tag_count++] = (uint64_t)ek_turn_int(&rows.v[0]);
	}
	return tags != NULL;
}

/* Where one without a team goes at once. */
static ek_team_id home_of(struct ek_turn *t, ek_team_id team)
{
	const struct ek_look_ask ask = {{EK_SCOPE_WORKSPACE, 0}, EK_SET_DEFAULT_TEAM};
	struct ek_setting_view v;
	struct ek_err err;
	if (team.v != 0 || !ek_look_setting(t->engine, ask, t->arena, &v, &err) ||
	    v.effective.kind != EK_VALUE_INT)
		return team;
	return (ek_team_id){(uint32_t)v.effective.i};
}

static bool see_new(struct ek_turn *t, const struct ek_cmd_conversation_create *c,
		    struct ek_api_sla *s)
{
	bool is_said = c->priority != EK_NONE;
	uint8_t channel = c->channel != 0 ? c->channel : EK_CAPACITY_CLASS_API;
	*s = (struct ek_api_sla){
		.team = home_of(t, c->team),
		.priority = is_said ? c->priority : 0,
		.complexity = c->complexity != EK_NONE ? c->complexity : 1,
		.capacity_class = c->capacity_class != 0 ? c->capacity_class : channel,
		.at = ek_time_is_set(c->started) ? c->started : t->now,
		.until = EK_NO_TIME,
		.due_before = EK_NO_TIME,
		.chosen = t->sla_policy,
		/* One that a teammate begins waits for no first answer. */
		.step = ek_time_is_set(c->waiting_since) ? EK_API_SLA_ARRIVED : EK_API_SLA_REOPENED,
	};
	return find_tags(t, &c->tags, s);
}

static bool see_update(struct ek_turn *t, const struct ek_cmd *cmd, struct ek_api_sla *s)
{
	const struct ek_cmd_conversation_update *c = &cmd->conversation_update;
	if (EK_CMD_HAS(cmd, conversation_update, priority) && c->priority != EK_NONE)
		s->priority = c->priority;
	if (EK_CMD_HAS(cmd, conversation_update, complexity) && c->complexity != EK_NONE)
		s->complexity = c->complexity;
	if (EK_CMD_HAS(cmd, conversation_update, capacity_class) && c->capacity_class != 0)
		s->capacity_class = c->capacity_class;
	return !EK_CMD_HAS(cmd, conversation_update, tags) || find_tags(t, &c->tags, s);
}

/* When a snooze ends, as the engine will have it. */
static ek_time wakes_at(struct ek_turn *t, const struct ek_cmd_conversation_snooze *c,
			const struct ek_api_sla *s)
{
	const struct ek_look_ask ask = {{EK_SCOPE_WORKSPACE, 0}, EK_SET_SNOOZE_WAKE};
	const struct ek_calendar *hours =
		s->team.v == 0 ? NULL : ek_look_calendar(t->engine, s->team);
	const struct ek_zone *zone =
		hours != NULL ? &hours->zone : ek_look_zone(t->engine, (ek_teammate_id){0});
	struct ek_setting_view v;
	struct ek_err err;
	ek_time at = c->until;
	if (!ek_time_is_set(at) && c->wall.ms != EK_NONE)
		at = ek_calendar_instant(zone, c->wall.ms);
	if (!ek_time_is_set(at) && c->working_ms.ms != EK_NONE && c->working_ms.ms >= 0)
		at = ek_calendar_add(hours, s->at, c->working_ms);
	if (ek_time_is_set(at) && ek_look_setting(t->engine, ask, t->arena, &v, &err) &&
	    v.effective.i == EK_SNOOZE_WAKE_NEXT_OPEN)
		at = ek_calendar_next_open(hours, at);
	return at;
}

static bool see(struct ek_turn *t, const struct ek_cmd *cmd, struct ek_api_sla_watch *w)
{
	struct ek_api_sla *s = &w->sla;
	if (w->is_new)
		return see_new(t, &cmd->conversation_create, s);
	if (!ek_api_sla_facts(t, w->id, s))
		return false;
	s->step = step_of(cmd);
	if (cmd->kind == EK_CMD_CONVERSATION_UPDATE)
		return see_update(t, cmd, s);
	if (cmd->kind == EK_CMD_CONVERSATION_MOVE)
		s->team = home_of(t, cmd->conversation_move.team);
	if (cmd->kind == EK_CMD_CONVERSATION_SNOOZE)
		s->until = wakes_at(t, &cmd->conversation_snooze, s);
	return true;
}

/* ---- telling the engine */

static void name_field(struct ek_cmd *cmd, size_t offset)
{
	const struct ek_record *r = ek_cmd_record(cmd->kind);
	for (uint32_t i = 0; i < r->field_count; i++) {
		if (r->fields[i].offset == offset)
			cmd->has |= 1u << i;
	}
}

static void tell(struct ek_turn *t, struct ek_cmd *cmd, struct ek_api_sla_watch *w)
{
	if (w->is_new) {
		cmd->conversation_create.sla_due = w->sla.due;
		name_field(cmd, offsetof(struct ek_cmd_conversation_create, sla_due));
	} else if (cmd->kind == EK_CMD_CONVERSATION_UPDATE) {
		cmd->conversation_update.sla_due = w->sla.due;
		name_field(cmd, offsetof(struct ek_cmd_conversation_update, sla_due));
	} else {
		w->rows[0] = *cmd;
		w->rows[1] = ek_api_sla_update(&w->sla, w->id);
		w->bulk = ek_cmd_make(EK_CMD_BULK_APPLY);
		w->bulk.by = t->by;
		w->bulk.has = 1;
		w->bulk.bulk_apply.rows = (struct ek_rows){w->rows, EK_LEN(w->rows)};
		t->call.request.cmd = &w->bulk;
	}
}

/* What will be refused is refused in its own words. */
static bool is_refused(struct ek_turn *t, const struct ek_cmd *cmd, ek_conversation_id id)
{
	struct ek_conversation_view v;
	return !ek_look_conversation(t->engine, id, &v) ||
	       (cmd->based_on != 0 && v.changed_seq > cmd->based_on);
}

static bool check(struct ek_turn *t)
{
	struct ek_api_sla_watch *w = t->sla;
	struct ek_cmd *cmd = w->inner.cmd;
	t->now = w->sla.at;
	if (w->inner.check != NULL && !w->inner.check(t))
		return false;
	w->is_new = cmd->kind == EK_CMD_CONVERSATION_CREATE;
	w->id = id_of(cmd);
	if (!w->is_new && (w->id.v == 0 || is_refused(t, cmd, w->id)))
		return true;
	if (!see(t, cmd, w) || !ek_api_sla_follow(t, &w->sla))
		return false;
	w->follows = true;
	if (w->sla.is_changed)
		tell(t, cmd, w);
	return true;
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct ek_api_sla_watch *w = t->sla;
	if (w->follows)
		ek_api_sla_put(t, &w->sla, w->is_new ? (ek_conversation_id){answer->id} : w->id);
	w->inner.made(t, answer);
}

void ek_api_sla_watch(struct ek_turn *t, struct ek_turn_write *write)
{
	struct ek_turn_rows rows;
	if (!ek_problem_is_none(&t->problem) || write->cmd == NULL ||
	    (write->cmd->kind != EK_CMD_CONVERSATION_CREATE && id_of(write->cmd).v == 0))
		return;
	if (!ek_turn_select(t, "SELECT policy FROM sla_policies WHERE deleted_ms IS NULL LIMIT 1",
			    NULL, 0, &rows) ||
	    rows.n == 0)
		return;
	t->sla = EK_TURN_NEW(t, struct ek_api_sla_watch);
	if (t->sla == NULL)
		return;
	t->sla->inner = *write;
	t->sla->sla.at = t->now;
	write->check = check;
	write->made = made;
}
