/* Commands about settings, calendars, shifts and zones. */
#include "engine/decide.h"

#include "engine/config.h"
#include "engine/due.h"
#include "engine/emit.h"
#include "engine/hours.h"
#include "engine/queue.h"
#include "engine/stay.h"
#include "model/calendar.h"

typedef bool decider(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err);

static int at_of(int scope)
{
	return scope == EK_SCOPE_WORKSPACE ? EK_AT_W : scope == EK_SCOPE_TEAM ? EK_AT_T : EK_AT_P;
}

/* ---- checks ---- */

static bool check_team_ref(const struct ek_engine *e, int64_t team, const char *name,
			   struct ek_err *err)
{
	if (team >= 1 && team <= e->team_count && e->teams[team].exists == 1)
		return true;
	return ek_fail(err, EK_NOT_FOUND, "`%s` names team %lld, which is not there", name,
		       (long long)team);
}

static bool check_refs(const struct ek_engine *e, const struct ek_set *s, struct ek_err *err)
{
	if (s->setting == EK_SET_DEFAULT_TEAM && s->value.kind == EK_VALUE_INT)
		return check_team_ref(e, s->value.i, "default_team", err);
	if (s->setting != EK_SET_OVERFLOW)
		return true;
	for (uint32_t i = 0; i < s->value.n; i += 4) {
		if (!check_team_ref(e, s->value.cells[i].i, "overflow", err))
			return false;
	}
	return true;
}

/* The value that a setting will have at a scope once the set is stored. */
static int64_t future(const struct ek_engine *e, int setting, int scope, uint32_t id,
		      const struct ek_sets *set)
{
	uint32_t mate = scope == EK_SCOPE_TEAMMATE ? id : 0;
	for (uint32_t i = 0; i < set->n; i++) {
		if (set->v[i].setting != setting)
			continue;
		if (set->v[i].value.kind == EK_VALUE_INT)
			return set->v[i].value.i;
		if (set->v[i].value.kind == EK_VALUE_NULL)
			return EK_NONE;
		return ek_config_int(e, setting, 0, 0);
	}
	return ek_config_int(e, setting, 0, mate);
}

static bool check_thresholds(const struct ek_engine *e, int scope, uint32_t id,
			     const struct ek_sets *set, struct ek_err *err)
{
	int64_t away = future(e, EK_SET_AUTO_AWAY_AFTER_MS, scope, id, set);
	int64_t reassign = future(e, EK_SET_AUTO_REASSIGN_AFTER_MS, scope, id, set);
	if (away == EK_NONE || reassign == EK_NONE || reassign >= away)
		return true;
	return ek_fail(err, EK_INVALID_VALUE,
		       "`auto_reassign_after_ms` is not below `auto_away_after_ms`");
}

bool ek_decide_check_sets(const struct ek_engine *e, int scope, uint32_t id,
			  const struct ek_sets *set, struct ek_err *err)
{
	bool thresholds = false;
	for (uint32_t i = 0; i < set->n; i++) {
		const struct ek_set *s = &set->v[i];
		if (!ek_setting_check(s->setting, at_of(scope), &s->value, err) ||
		    !check_refs(e, s, err))
			return false;
		if (s->value.kind == EK_VALUE_CALENDAR)
			return ek_fail(err, EK_INVALID_VALUE, "set office hours with calendar.set");
		thresholds = thresholds || s->setting == EK_SET_AUTO_AWAY_AFTER_MS ||
			     s->setting == EK_SET_AUTO_REASSIGN_AFTER_MS;
		for (uint32_t k = 0; k < i; k++) {
			if (set->v[k].setting == s->setting)
				return ek_fail(err, EK_INVALID_VALUE, "`%s` is set twice",
					       ek_setting_row(s->setting)->wire);
		}
	}
	return !thresholds || check_thresholds(e, scope, id, set, err);
}

/* ---- storing ---- */

static struct kept *current(struct ek_engine *e, int scope, uint32_t id, int setting)
{
	if (scope == EK_SCOPE_TEAM)
		return ek_state_own(&e->teams[id].own, setting);
	if (scope == EK_SCOPE_TEAMMATE)
		return ek_state_own(&e->mates[id].own, setting);
	return &e->settings[setting];
}

void ek_decide_catch_up(struct ek_engine *e, uint32_t mate)
{
	ek_due_catch_up(e, mate);
}

/* What a change of settings brings with it by itself. */
static void follow(struct ek_engine *e, const struct change_request *r)
{
	if (r->scope == EK_SCOPE_TEAMMATE)
		ek_due_catch_up(e, r->id);
	for (uint32_t i = 1; r->scope != EK_SCOPE_TEAMMATE && i <= e->mate_count; i++)
		ek_due_catch_up(e, i);
	bool homes = false;
	for (uint32_t i = 0; i < r->set.n; i++)
		homes = homes || r->set.v[i].setting == EK_SET_DEFAULT_TEAM;
	for (uint32_t i = 1; homes && i <= e->conv_count; i++)
		ek_decide_home(e, i);
	for (uint32_t i = 1; r->scope == EK_SCOPE_WORKSPACE && i <= e->team_count; i++)
		ek_stay_bounds(e, i);
	if (r->scope == EK_SCOPE_TEAM)
		ek_stay_bounds(e, r->id);
}

/* What lay unassigned in a team inbox begins to wait once its method is balanced. */
static void begin_waiting(struct ek_engine *e, uint32_t team)
{
	const struct team *t = &e->teams[team];
	if (t->method != EK_METHOD_BALANCED)
		return;
	uint32_t *convs = ek_state_turn(e, t->waiting * sizeof *convs);
	uint32_t n = ek_queue_first(e, team, t->waiting, convs);
	for (uint32_t i = 0; i < n; i++)
		ek_emit_queued(e, convs[i], EK_QUEUED_BY_METHOD);
}

/* Without hours of its own from now on; for others in their place see set_hours. */
static bool drops_hours(const struct ek_change *changes, uint32_t n)
{
	bool drops = false;
	for (uint32_t i = 0; i < n; i++)
		drops = drops || (changes[i].setting == EK_SET_CALENDAR &&
				  changes[i].after.kind != EK_VALUE_CALENDAR);
	return drops;
}

void ek_decide_store(struct ek_engine *e, const struct change_request *r)
{
	struct ek_change *changes = ek_state_turn(e, r->set.n * sizeof *changes);
	uint32_t n = 0;
	for (uint32_t i = 0; i < r->set.n; i++) {
		const struct ek_set *s = &r->set.v[i];
		struct ek_value before = ek_state_value(e, current(e, r->scope, r->id, s->setting));
		/* Of office hours it is known that they are others: set_hours. */
		if (ek_value_equal(&before, &s->value) && s->value.kind != EK_VALUE_CALENDAR)
			continue;
		changes[n++] = (struct ek_change){s->setting, before, s->value};
	}
	if (n == 0 && r->schedule == EK_NONE)
		return;
	if (e->bulk_version == 0)
		e->bulk_version = e->version + 1;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_SETTINGS_CHANGED, r->by);
	int method = r->scope == EK_SCOPE_TEAM ? e->teams[r->id].method : 0;
	v->settings_changed = (struct ek_settings_changed){
		.version = e->bulk_version,
		.scope = (uint8_t)r->scope,
		.id = r->id == 0 ? EK_NONE : (int64_t)r->id,
		.changes = {changes, n},
		.undoes = r->undoes,
		.schedule = r->schedule,
	};
	ek_emit_end(e);
	if (method != 0 && method != EK_METHOD_BALANCED)
		begin_waiting(e, r->id);
	follow(e, r);
	if (drops_hours(changes, n))
		ek_decide_hours_changed(e, r->id);
}

static bool find_object(const struct ek_engine *e, const struct ek_cmd *cmd, int scope, uint32_t id,
			struct ek_err *err)
{
	if (scope == EK_SCOPE_TEAM)
		return ek_decide_find_team(e, cmd, id, err);
	if (scope == EK_SCOPE_TEAMMATE)
		return ek_decide_find_mate(e, cmd, id, err);
	if (scope != EK_SCOPE_WORKSPACE)
		return ek_fail(err, EK_INVALID_VALUE, "`scope` is workspace, team or teammate");
	if (cmd->based_on != 0 && e->version > cmd->based_on)
		return ek_fail(err, EK_STALE, "settings are at version %u", e->version);
	return true;
}

static bool schedule(struct ek_engine *e, const struct ek_cmd_settings_change *c,
		     struct ek_err *err)
{
	if (e->scheduled_count >= EK_STATE_SCHEDULED)
		return ek_fail(err, EK_INVALID_VALUE, "at most %d scheduled changes",
			       EK_STATE_SCHEDULED);
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_SETTINGS_SCHEDULED, EK_EMIT_ASKED);
	v->settings_scheduled = (struct ek_settings_scheduled){
		.schedule = (int64_t)e->schedules + 1,
		.scope = c->scope,
		.id = c->scope == EK_SCOPE_WORKSPACE ? EK_NONE : (int64_t)c->id,
		.set = c->set,
		.effective_at = c->effective_at,
	};
	ek_emit_end(e);
	return true;
}

static bool settings_change(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_settings_change *c = &cmd->settings_change;
	uint32_t id = c->scope == EK_SCOPE_WORKSPACE ? 0 : c->id;
	if (!find_object(e, cmd, c->scope, id, err) ||
	    !ek_decide_check_sets(e, c->scope, id, &c->set, err))
		return false;
	if (c->effective_at.ms != EK_NONE && c->effective_at.ms > e->now)
		return schedule(e, c, err);
	struct change_request r = {c->scope, id, c->set, EK_NONE, EK_NONE, EK_EMIT_ASKED};
	ek_decide_store(e, &r);
	return true;
}

/* The earliest of those due, in order of asking; NULL = none. */
static const struct scheduled *next_scheduled(const struct ek_engine *e)
{
	const struct scheduled *next = NULL;
	for (uint32_t i = 0; i < e->scheduled_count; i++) {
		const struct scheduled *s = &e->scheduled[i];
		if (s->at <= e->now && (next == NULL || s->at < next->at))
			next = s;
	}
	return next;
}

/* What is no longer valid by its time is dropped, and the others still hold. */
static void carry_out(struct ek_engine *e, const struct scheduled *s)
{
	struct ek_set *set = ek_state_turn(e, s->set.n * sizeof *set);
	for (uint32_t k = 0; k < s->set.n; k++)
		set[k] = (struct ek_set){s->set.v[k].setting, ek_state_value(e, &s->set.v[k].v)};
	struct change_request r = {s->scope, s->object, {set, s->set.n},
				   EK_NONE,  s->id,     EK_EMIT_FOLLOWS};
	struct ek_cmd any = ek_cmd_make(EK_CMD_TICK);
	struct ek_err why = {0};
	if (!find_object(e, &any, r.scope, r.id, &why) ||
	    !ek_decide_check_sets(e, r.scope, r.id, &r.set, &why)) {
		r.scope = EK_SCOPE_WORKSPACE;
		r.id = 0;
		r.set.n = 0;
	}
	e->bulk_version = 0;
	ek_decide_store(e, &r);
}

void ek_decide_scheduled(struct ek_engine *e)
{
	for (const struct scheduled *s = next_scheduled(e); s != NULL; s = next_scheduled(e))
		carry_out(e, s);
}

/* Over before its time, and carried out to nothing. */
static bool settings_cancel(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct scheduled *s = NULL;
	struct ek_cmd any = ek_cmd_make(EK_CMD_TICK);
	struct ek_err gone;
	for (uint32_t i = 0; i < e->scheduled_count && s == NULL; i++) {
		if (e->scheduled[i].id == cmd->settings_cancel.schedule)
			s = &e->scheduled[i];
	}
	if (s == NULL)
		return ek_fail(err, EK_NOT_FOUND, "no change number %lld is to come",
			       (long long)cmd->settings_cancel.schedule);
	struct change_request r = {s->scope, s->object, {NULL, 0}, EK_NONE, s->id, EK_EMIT_ASKED};
	if (!find_object(e, &any, r.scope, r.id, &gone)) {
		r.scope = EK_SCOPE_WORKSPACE;
		r.id = 0;
	}
	ek_decide_store(e, &r);
	return true;
}

/* ---- office hours ---- */

static void emit_hours(struct ek_engine *e, uint32_t team, const struct ek_calendar *hours)
{
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_CALENDAR_CHANGED, EK_EMIT_ASKED);
	v->calendar_changed = (struct ek_calendar_changed){
		{team},
		hours->zone,
		{hours->week, hours->week_count},
		{hours->closed, hours->closed_count},
	};
	ek_emit_end(e);
}

/* The value tells only that there are hours. Where there were some already, the version comes
 * before the hours, so that it finds those that it replaces. The same hours again are no version.
 */
static void set_hours(struct ek_engine *e, uint32_t team, const struct ek_calendar *hours,
		      int64_t undoes)
{
	const struct ek_calendar *now = ek_hours_at(e, team);
	bool replaces = now != NULL && !ek_hours_equal(now, hours);
	struct ek_set *set = ek_state_turn(e, sizeof *set);
	*set = (struct ek_set){EK_SET_CALENDAR, {.kind = EK_VALUE_CALENDAR}};
	struct change_request r = {team != 0 ? EK_SCOPE_TEAM : EK_SCOPE_WORKSPACE,
				   team,
				   {set, 1},
				   undoes,
				   EK_NONE,
				   EK_EMIT_ASKED};
	if (replaces)
		ek_decide_store(e, &r);
	emit_hours(e, team, hours);
	if (now == NULL)
		ek_decide_store(e, &r);
	if (now == NULL || replaces)
		ek_decide_hours_changed(e, team);
}

/* ---- undo ---- */

/* Whether the office hours are still those that the change made. */
static bool same_hours(struct ek_engine *e, const struct change *c)
{
	const struct ek_calendar *made = NULL;
	if (c->setting != EK_SET_CALENDAR || c->after.kind != EK_VALUE_CALENDAR)
		return true;
	return ek_hours_after(e, c, &made) && ek_hours_equal(made, ek_hours_at(e, c->id));
}

/* last: no later row of the same version changed the field again. */
static bool may_undo(struct ek_engine *e, const struct change *c, bool last, struct ek_err *err)
{
	const char *wire = ek_setting_row(c->setting)->wire;
	bool gone = (c->scope == EK_SCOPE_TEAM && e->teams[c->id].exists != 1) ||
		    (c->scope == EK_SCOPE_TEAMMATE && e->mates[c->id].exists != 1);
	if (gone)
		return ek_fail(err, EK_UNDO_CONFLICT, "`%s`: its owner %u is gone", wire, c->id);
	struct ek_value now = ek_state_value(e, current(e, c->scope, c->id, c->setting));
	struct ek_value after = ek_state_value(e, &c->after);
	if (last && (!ek_value_equal(&now, &after) || !same_hours(e, c)))
		return ek_fail(err, EK_UNDO_CONFLICT, "`%s` was changed since", wire);
	if (c->before.kind == EK_VALUE_CALENDAR && c->before.n == 0)
		return ek_fail(err, EK_UNDO_CONFLICT,
			       "the earlier office hours are no longer known: set them with "
			       "calendar.set");
	return true;
}

/* Whether one of the changes from..to is of the same field. */
static bool among(const struct ek_engine *e, const struct change *c, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		const struct change *d = &e->changes[i];
		if (d->scope == c->scope && d->id == c->id && d->setting == c->setting)
			return true;
	}
	return false;
}

static void put_back(struct ek_engine *e, const struct change_request *r,
		     const struct ek_calendar *hours)
{
	if (r->set.v[0].value.kind == EK_VALUE_CALENDAR)
		set_hours(e, r->id, hours, r->undoes);
	else
		ek_decide_store(e, r);
}

/* Of a field that the version changed twice, what was before the first. */
static bool settings_undo(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	int64_t version = cmd->settings_undo.version;
	uint32_t first = 0;
	while (first < e->change_count && e->changes[first].version != version)
		first++;
	if (first == e->change_count || version + EK_STATE_VERSIONS <= e->version)
		return ek_fail(err, EK_NOT_FOUND, "version %lld is not among the last %d",
			       (long long)version, EK_STATE_VERSIONS);
	uint32_t last = first;
	while (last < e->change_count && e->changes[last].version == version)
		last++;
	for (uint32_t i = first; i < last; i++) {
		const struct change *c = &e->changes[i];
		if (!may_undo(e, c, !among(e, c, i + 1, last), err))
			return false;
	}
	uint32_t n = 0;
	struct change_request *r = ek_state_turn(e, (last - first) * sizeof *r);
	struct ek_calendar *hours = ek_state_turn(e, (last - first) * sizeof *hours);
	for (uint32_t i = first; i < last; i++) {
		const struct change *c = &e->changes[i];
		if (among(e, c, first, i))
			continue;
		struct ek_set *set = ek_state_turn(e, sizeof *set);
		*set = (struct ek_set){c->setting, ek_state_value(e, &c->before)};
		(void)ek_hours_read(e, &c->before, &hours[n]);
		r[n++] = (struct change_request){c->scope, c->id,   {set, 1},
						 version,  EK_NONE, EK_EMIT_ASKED};
	}
	for (uint32_t i = 0; i < n; i++)
		put_back(e, &r[i], &hours[i]);
	return true;
}

/* ---- calendars, shifts, zones ---- */

static bool calendar_set(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_calendar_set *c = &cmd->calendar_set;
	struct ek_calendar calendar = {.zone = c->zone,
				       .week = c->week.v,
				       .week_count = c->week.n,
				       .closed = c->closed.v,
				       .closed_count = c->closed.n};
	if (c->team.v != 0 && !ek_decide_find_team(e, cmd, c->team.v, err))
		return false;
	if (!ek_calendar_check(&calendar, err))
		return false;
	set_hours(e, c->team.v, &calendar, EK_NONE);
	return true;
}

static bool shift_set(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_shift_set *s = &cmd->shift_set;
	if (!ek_decide_find_mate(e, cmd, s->teammate.v, err))
		return false;
	if (s->shifts.n > EK_STATE_SHIFTS)
		return ek_fail(err, EK_INVALID_VALUE, "at most %d shifts", EK_STATE_SHIFTS);
	for (uint32_t i = 0; i < s->shifts.n; i++) {
		const struct ek_shift *x = &s->shifts.v[i];
		bool after = i == 0 || s->shifts.v[i - 1].until.ms <= x->from.ms;
		bool range = x->from.ms >= EK_STATE_TIME_MIN && x->until.ms <= EK_STATE_TIME_MAX;
		if (!range || x->until.ms <= x->from.ms || !after)
			return ek_fail(
				err, EK_INVALID_VALUE,
				"shift %u: `from` before `until`, in order, none overlapping",
				i + 1);
	}
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_SHIFT_CHANGED, EK_EMIT_ASKED);
	v->shift_changed = (struct ek_shift_changed){s->teammate, s->shifts};
	ek_emit_end(e);
	ek_due_catch_up(e, s->teammate.v);
	return true;
}

static bool margin_set(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_margin_set *m = &cmd->margin_set;
	if (!ek_decide_find_team(e, cmd, m->team.v, err))
		return false;
	if (m->margin_ms.ms < 0 || m->margin_ms.ms > EK_STATE_SPAN)
		return ek_fail(err, EK_INVALID_VALUE, "`margin_ms` is a length of time");
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_MARGIN_CHANGED, EK_EMIT_ASKED);
	v->margin_changed = (struct ek_margin_changed){m->team, m->margin_ms};
	ek_emit_end(e);
	for (uint32_t i = 1; i <= e->mate_count; i++)
		ek_due_catch_up(e, i);
	return true;
}

static bool zone_set(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err)
{
	const struct ek_cmd_zone_set *z = &cmd->zone_set;
	if (z->teammate.v != 0 && !ek_decide_find_mate(e, cmd, z->teammate.v, err))
		return false;
	if (!ek_calendar_check_zone(&z->zone, err))
		return false;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_ZONE_CHANGED, EK_EMIT_ASKED);
	v->zone_changed = (struct ek_zone_changed){z->teammate, z->zone};
	ek_emit_end(e);
	if (z->teammate.v == 0)
		ek_decide_zone_changed(e);
	for (uint32_t i = 1; i <= e->mate_count; i++)
		ek_due_catch_up(e, i);
	return true;
}

bool ek_decide_settings(struct ek_engine *e, const struct ek_cmd *cmd, struct ek_err *err,
			bool *mine)
{
	static decider *const table[EK_CMD_COUNT] = {
		[EK_CMD_SETTINGS_CHANGE] = settings_change,
		[EK_CMD_SETTINGS_UNDO] = settings_undo,
		[EK_CMD_SETTINGS_CANCEL] = settings_cancel,
		[EK_CMD_CALENDAR_SET] = calendar_set,
		[EK_CMD_SHIFT_SET] = shift_set,
		[EK_CMD_MARGIN_SET] = margin_set,
		[EK_CMD_ZONE_SET] = zone_set,
	};
	*mine = table[cmd->kind] != NULL;
	return *mine && table[cmd->kind](e, cmd, err);
}
