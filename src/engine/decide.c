#include "engine/decide.h"

#include "engine/due.h"
#include "engine/emit.h"

/* ---- finding ---- */

static bool fresh(const struct ek_cmd *cmd, uint64_t changed, const char *what, struct ek_err *err)
{
	if (cmd->based_on == 0 || changed <= cmd->based_on)
		return true;
	return ek_fail(err, EK_STALE, "%s changed at seq %llu, after %llu: read it again", what,
		       (unsigned long long)changed, (unsigned long long)cmd->based_on);
}

bool ek_decide_find_conv(const struct ek_engine *e, const struct ek_cmd *cmd, uint32_t conv,
			 struct ek_err *err)
{
	if (conv == 0 || conv > e->conv_count)
		return ek_fail(err, EK_NOT_FOUND, "there is no conversation %u", conv);
	return fresh(cmd, e->convs[conv].changed_seq, "the conversation", err);
}

bool ek_decide_find_mate(const struct ek_engine *e, const struct ek_cmd *cmd, uint32_t mate,
			 struct ek_err *err)
{
	if (mate == 0 || mate > e->mate_count || e->mates[mate].exists != 1)
		return ek_fail(err, EK_NOT_FOUND, "there is no teammate %u", mate);
	return fresh(cmd, e->mates[mate].changed_seq, "the teammate", err);
}

bool ek_decide_find_team(const struct ek_engine *e, const struct ek_cmd *cmd, uint32_t team,
			 struct ek_err *err)
{
	if (team == 0 || team > e->team_count || e->teams[team].exists != 1)
		return ek_fail(err, EK_NOT_FOUND, "there is no team %u", team);
	return fresh(cmd, e->teams[team].changed_seq, "the team", err);
}

/* ---- activity ---- */

void ek_decide_seen(struct ek_engine *e, uint32_t mate)
{
	ek_state_push(e, &e->seen, &e->seen_count, &e->seen_cap, mate);
}

static void see(struct ek_engine *e, uint32_t mate)
{
	if (mate == 0 || mate > e->mate_count || e->mates[mate].exists != 1)
		return;
	struct mate *m = &e->mates[mate];
	m->seen_at = e->now;
	if (ek_due_away_at(e, mate) != EK_NONE)
		ek_due_mate(e, mate);
	if (m->presence == EK_PRESENCE_ACTIVE || m->deactivated ||
	    m->presence_cause != EK_PRESENCE_CAUSE_AUTO || !ek_due_auto_return(e))
		return;
	ek_emit_presence(e, mate, EK_PRESENCE_ACTIVE, EK_PRESENCE_CAUSE_ACTIVITY, 0);
}

void ek_decide_see_all(struct ek_engine *e)
{
	for (uint32_t i = 0; i < e->seen_count; i++)
		see(e, e->seen[i]);
	e->seen_count = 0;
}

static bool activity(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	uint32_t mate = cmd->activity_seen.teammate.v;
	if (!ek_decide_find_mate(e, cmd, mate, err))
		return false;
	ek_decide_seen(e, mate);
	return true;
}

/* ---- time and the server ---- */

/* Nobody could be heard while the server was down: that time is not inactivity. */
static bool server_started(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	int64_t down = cmd->server_started.down_ms.ms;
	if (down == EK_NONE)
		down = 0;
	if (down < 0)
		return ek_fail(err, EK_INVALID_VALUE, "`down_ms` is a length of time, 0 or more");
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_SERVER_STARTED, EK_EMIT_ASKED);
	v->server_started = (struct ek_server_started){{down}};
	ek_emit_end(e);
	for (uint32_t i = 1; i <= e->mate_count; i++) {
		int64_t silent = e->now - e->mates[i].seen_at;
		e->mates[i].seen_at += down < silent ? down : silent;
		ek_due_mate(e, i);
	}
	return true;
}

static bool epoch_open(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	if (cmd->epoch_open.epoch == EK_NONE || cmd->epoch_open.epoch < 1)
		return ek_fail(err, EK_INVALID_VALUE, "`epoch` is a number from 1");
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_EPOCH_OPENED, EK_EMIT_ASKED);
	v->epoch_opened = (struct ek_epoch_opened){cmd->epoch_open.epoch};
	ek_emit_end(e);
	return true;
}

/* ---- what lies beside the facts ---- */

static struct contact answered(const struct ek_engine *e, ek_contact_id id)
{
	return id.v < e->contact_cap ? e->contacts[id.v] : (struct contact){0};
}

/* Two who turn out to be one person are known to whoever answered either last. Taken apart, the one
 * that remained no longer knows who had answered only the other, who keeps it. */
static struct ek_contact_updated contact_updated(const struct ek_engine *e,
						 const struct ek_cmd_content_change *c)
{
	const struct contact own = answered(e, c->contact);
	const struct contact merged = answered(e, c->merged);
	const struct contact apart = answered(e, c->apart);
	struct ek_contact_updated v = {c->contact, c->merged, c->apart, {0}, EK_NO_TIME};
	if (merged.mate != 0 && (own.mate == 0 || merged.at > own.at)) {
		v.known = (ek_teammate_id){merged.mate};
		v.answered = (ek_time){merged.at};
	} else if (apart.mate != 0 && own.mate == apart.mate && own.at == apart.at) {
		v.answered = (ek_time){apart.at};
	}
	return v;
}

static bool check_content(const struct ek_engine *e, const struct ek_cmd_content_change *c,
			  struct ek_err *err)
{
	bool of_tag = c->tag != EK_NONE;
	bool of_view = c->view != EK_NONE;
	const uint32_t contacts[] = {c->contact.v, c->merged.v, c->apart.v};
	if ((c->contact.v != 0) + of_tag + of_view + (c->of != 0) != 1 || (of_tag && c->tag < 1) ||
	    (of_view && c->view < 1))
		return ek_fail(err, EK_INVALID_VALUE,
			       "one of `contact`, `tag`, `view` and `of` is told");
	for (size_t i = 0; i < EK_LEN(contacts); i++)
		if (contacts[i] > EK_STATE_CONTACTS)
			return ek_fail(err, EK_INVALID_VALUE, "a contact is an id up to %d",
				       EK_STATE_CONTACTS);
	if (c->teammate.v > e->mate_count || c->team.v > e->team_count)
		return ek_fail(err, EK_NOT_FOUND, "there is no such teammate or team inbox");
	if ((c->merged.v != 0 || c->apart.v != 0) && c->contact.v == 0)
		return ek_fail(err, EK_INVALID_VALUE, "a contact is merged with a contact");
	return true;
}

/* One of them; what it is called and says is content, and not known here. */
static bool content_change(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_content_change *c = &cmd->content_change;
	if (!check_content(e, c, err))
		return false;
	if (c->contact.v != 0)
		ek_emit_begin(e, EK_EVENT_CONTACT_UPDATED, EK_EMIT_ASKED)->contact_updated =
			contact_updated(e, c);
	else if (c->tag != EK_NONE)
		ek_emit_begin(e, EK_EVENT_TAG_UPDATED, EK_EMIT_ASKED)->tag_updated =
			(struct ek_tag_updated){c->tag};
	else if (c->of != 0)
		ek_emit_begin(e, EK_EVENT_CONTENT_UPDATED, EK_EMIT_ASKED)->content_updated =
			(struct ek_content_updated){c->of, c->teammate, c->team};
	else
		ek_emit_begin(e, EK_EVENT_VIEW_UPDATED, EK_EMIT_ASKED)->view_updated =
			(struct ek_view_updated){c->view, c->teammate, c->team};
	ek_emit_end(e);
	return true;
}

/* ---- one row, one command ---- */

static bool other(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	switch (cmd->kind) {
	case EK_CMD_ACTIVITY_SEEN:
		return activity(e, cmd, err);
	case EK_CMD_SERVER_STARTED:
		return server_started(e, cmd, err);
	case EK_CMD_EPOCH_OPEN:
		return epoch_open(e, cmd, err);
	case EK_CMD_CONTENT_CHANGE:
		return content_change(e, cmd, err);
	case EK_CMD_TICK:
		return true;
	default:
		return ek_fail(err, EK_INVALID_VALUE, "a bulk command cannot stand inside another");
	}
}

bool ek_decide_row(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	bool mine = false;
	bool ok = ek_decide_conv(e, cmd, err, &mine);
	if (!mine)
		ok = ek_decide_people(e, cmd, err, &mine);
	if (!mine)
		ok = ek_decide_settings(e, cmd, err, &mine);
	if (!mine)
		ok = ek_decide_past(e, cmd, err, &mine);
	if (!mine)
		ok = other(e, cmd, err);
	if (ok && cmd->by.kind == EK_ACTOR_PERSON)
		ek_decide_seen(e, cmd->by.id);
	return ok;
}
