/* Facts about settings, calendars and zones, and what has to be looked up anew after them. */
#include "engine/apply.h"

#include "engine/config.h"
#include "engine/due.h"
#include "engine/hours.h"
#include "engine/queue.h"
#include "engine/roster.h"

#include <string.h>

/* ---- refreshing ---- */

/* Takes every conversation of a team inbox out of its lanes; their ids, in the turn's arena. */
static uint32_t *clear_lanes(struct ek_engine *e, uint32_t team, uint32_t *n)
{
	struct team *t = &e->teams[team];
	uint32_t count = t->waiting + t->parked;
	uint32_t *list = ek_state_turn(e, count * sizeof *list);
	*n = 0;
	while (t->lane_count > 0) {
		uint32_t conv = e->lanes[t->lanes[t->lane_count - 1]].head;
		list[(*n)++] = conv;
		ek_queue_leave(e, conv);
	}
	return list;
}

static void unlink_help(struct ek_engine *e, uint32_t team)
{
	const struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->overflow_count; i++) {
		struct team *h = &e->teams[t->overflow[i].team];
		uint32_t n = 0;
		for (uint32_t k = 0; k < h->helped_count; k++) {
			if (h->helped[k] != team)
				h->helped[n++] = h->helped[k];
		}
		h->helped_count = n;
	}
}

/* Ascending, so that the order does not tell which team's levels were set last. */
static void link_help(struct ek_engine *e, uint32_t team)
{
	for (uint32_t i = 0; i < e->teams[team].overflow_count; i++) {
		struct team *h = &e->teams[e->teams[team].overflow[i].team];
		ek_state_push(e, &h->helped, &h->helped_count, &h->helped_cap, team);
		ek_state_sort(h->helped, h->helped_count);
	}
}

static bool same_levels(const struct team *a, const struct team *b)
{
	if (a->overflow_count != b->overflow_count)
		return false;
	for (uint32_t i = 0; i < a->overflow_count; i++) {
		if (a->overflow[i].team != b->overflow[i].team ||
		    a->overflow[i].after_ms != b->overflow[i].after_ms ||
		    a->overflow[i].office_hours != b->overflow[i].office_hours)
			return false;
	}
	return true;
}

/* The list is another: levels open by the new one, also for what is offered just now. */
static void close_levels(struct ek_engine *e, uint32_t team)
{
	for (uint32_t i = 1; i <= e->conv_count; i++) {
		if (e->convs[i].team == team)
			e->convs[i].opened = 0;
	}
}

static void due_of_team(struct ek_engine *e, uint32_t team)
{
	for (uint32_t i = 1; i <= e->conv_count; i++) {
		if (e->convs[i].team == team && e->convs[i].state != EK_STATE_CLOSED)
			ek_due_conv(e, i);
	}
}

/* Everyone who serves a team inbox, or helps it through overflow. */
static uint32_t *helpers(struct ek_engine *e, uint32_t team, uint32_t *n)
{
	const struct team *t = &e->teams[team];
	uint32_t count = t->member_count;
	for (uint32_t i = 0; i < t->overflow_count; i++)
		count += e->teams[t->overflow[i].team].member_count;
	uint32_t *list = ek_state_turn(e, count * sizeof *list);
	*n = 0;
	for (uint32_t i = 0; i < t->member_count; i++)
		list[(*n)++] = t->members[i].mate;
	for (uint32_t i = 0; i < t->overflow_count; i++) {
		const struct team *h = &e->teams[t->overflow[i].team];
		for (uint32_t k = 0; k < h->member_count; k++)
			list[(*n)++] = h->members[k].mate;
	}
	return list;
}

static void refresh_team(struct ek_engine *e, uint32_t team)
{
	uint32_t n = 0;
	uint32_t *waiting = clear_lanes(e, team, &n);
	uint32_t mates = 0;
	uint32_t *list = helpers(e, team, &mates);
	for (uint32_t i = 0; i < mates; i++)
		ek_roster_leave(e, list[i]);
	struct team before = e->teams[team];
	unlink_help(e, team);
	ek_config_team(e, team);
	link_help(e, team);
	for (uint32_t i = 0; i < mates; i++) {
		ek_roster_enter(e, list[i]);
		ek_due_mate(e, list[i]);
	}
	/* Those who help it from now on: may be looked for in their team, and have its shift gate.
	 * */
	list = helpers(e, team, &mates);
	for (uint32_t i = 0; i < mates; i++) {
		ek_roster_touch(e, list[i]);
		ek_due_mate(e, list[i]);
	}
	if (!same_levels(&before, &e->teams[team]))
		close_levels(e, team);
	for (uint32_t i = 0; i < n; i++)
		ek_queue_place(e, waiting[i]);
	due_of_team(e, team);
}

static void refresh_mate(struct ek_engine *e, uint32_t mate)
{
	ek_roster_leave(e, mate);
	ek_roster_enter(e, mate);
	ek_apply_intake(e, mate);
}

/* Loads anew: what a conversation weighs may have changed. */
static void weigh_again(struct ek_engine *e)
{
	for (uint32_t i = 1; i <= e->mate_count; i++) {
		struct mate *m = &e->mates[i];
		m->load = 0;
		m->open_count = 0;
		m->holding_count = 0;
		memset(m->class_load, 0, sizeof m->class_load);
	}
	for (uint32_t i = 1; i <= e->conv_count; i++) {
		struct conv *c = &e->convs[i];
		if (c->state == EK_STATE_OPEN && c->mate != 0)
			ek_apply_hold(e, i, c->mate);
		else if (c->offer_to != 0)
			ek_apply_hold(e, i, c->offer_to);
	}
}

void ek_apply_rebuild(struct ek_engine *e)
{
	for (uint32_t i = 1; i <= e->conv_count; i++)
		ek_queue_leave(e, i);
	for (uint32_t i = 1; i <= e->mate_count; i++)
		ek_roster_leave(e, i);
	ek_config_workspace(e);
	for (uint32_t i = 1; i <= e->team_count; i++) {
		unlink_help(e, i);
		ek_config_team(e, i);
		link_help(e, i);
	}
	weigh_again(e);
	for (uint32_t i = 1; i <= e->mate_count; i++) {
		ek_roster_enter(e, i);
		ek_apply_intake(e, i);
	}
	for (uint32_t i = 1; i <= e->conv_count; i++) {
		ek_queue_place(e, i);
		ek_due_conv(e, i);
	}
	ek_due_workspace(e);
}

/* Workspace settings that are read where they are used and order or hold back nothing. */
static bool is_quiet(int setting)
{
	static const uint8_t quiet[] = {
		EK_SET_DEFAULT_TEAM,       EK_SET_REASSIGN_SCOPE, EK_SET_AUTO_REASSIGN_SCOPE,
		EK_SET_AUTO_RETURN,        EK_SET_AWAY_REASONS,   EK_SET_AWAY_REASON_REQUIRED,
		EK_SET_ENOUGH_ALLOWED,     EK_SET_ENOUGH_MAX_MS,  EK_SET_SNOOZE_WAKE,
		EK_SET_FAIRNESS_MIN_HOURS, EK_SET_DAY_HOURS,      EK_SET_CONTINUITY_MEMORY_MS,
	};
	for (size_t i = 0; i < EK_LEN(quiet); i++) {
		if (quiet[i] == setting)
			return true;
	}
	return false;
}

/* ---- settings ---- */

static struct owns *owns_of(struct ek_engine *e, int scope, uint32_t id)
{
	return scope == EK_SCOPE_TEAM ? &e->teams[id].own : &e->mates[id].own;
}

/* Drops the changes of versions too old to be undone, many at a time. */
static void forget(struct ek_engine *e, uint32_t version)
{
	uint32_t old = 0;
	while (old < e->change_count && e->changes[old].version + EK_STATE_VERSIONS <= version)
		old++;
	if (old < EK_STATE_VERSIONS && old * 2 < e->change_count)
		return;
	for (uint32_t i = 0; i < old; i++) {
		ek_state_kept_free(e, &e->changes[i].before);
		ek_state_kept_free(e, &e->changes[i].after);
	}
	if (old > 0)
		memmove(e->changes, e->changes + old, (e->change_count - old) * sizeof *e->changes);
	e->change_count -= old;
}

/* Of office hours, those that stand: what replaces them is said by the fact that comes next. */
static void remember(struct ek_engine *e, const struct ek_settings_changed *s,
		     const struct ek_change *c)
{
	bool hours = c->before.kind == EK_VALUE_CALENDAR;
	uint32_t id = s->id == EK_NONE ? 0 : (uint32_t)s->id;
	forget(e, (uint32_t)s->version);
	ROOM(e, e->changes, e->change_cap, e->change_count + 1);
	e->changes[e->change_count++] = (struct change){
		.version = (uint32_t)s->version,
		.scope = s->scope,
		.id = id,
		.setting = c->setting,
		.before =
			hours ? ek_hours_keep(e, ek_hours_at(e, id)) : ek_state_keep(e, &c->before),
		.after = ek_state_keep(e, &c->after),
	};
	if (hours)
		ek_hours_bound(e);
}

static void unschedule(struct ek_engine *e, int64_t id)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < e->scheduled_count; i++) {
		if (e->scheduled[i].id == id)
			ek_state_owns_free(e, &e->scheduled[i].set);
		else
			e->scheduled[n++] = e->scheduled[i];
	}
	e->scheduled_count = n;
}

static void settings(struct ek_engine *e, const struct ek_settings_changed *s)
{
	e->version = (uint32_t)s->version;
	bool loud = s->scope != EK_SCOPE_WORKSPACE;
	uint32_t id = s->id == EK_NONE ? 0 : (uint32_t)s->id;
	if (s->scope == EK_SCOPE_TEAMMATE)
		ek_roster_leave(e, id);
	for (uint32_t i = 0; i < s->changes.n; i++) {
		const struct ek_change *c = &s->changes.v[i];
		remember(e, s, c);
		struct kept k = ek_state_keep(e, &c->after);
		if (s->scope != EK_SCOPE_WORKSPACE) {
			ek_state_own_set(e, owns_of(e, s->scope, id), c->setting, k);
			continue;
		}
		ek_state_kept_free(e, &e->settings[c->setting]);
		e->settings[c->setting] = k;
		loud = loud || !is_quiet(c->setting);
	}
	if (s->schedule != EK_NONE) {
		unschedule(e, s->schedule);
		ek_due_workspace(e);
	}
	if (loud)
		ek_apply_refresh(e, s->scope, id);
}

void ek_apply_refresh(struct ek_engine *e, int scope, uint32_t id)
{
	if (scope == EK_SCOPE_WORKSPACE)
		ek_apply_rebuild(e);
	else if (scope == EK_SCOPE_TEAM)
		refresh_team(e, id);
	else
		refresh_mate(e, id);
}

static void schedule(struct ek_engine *e, const struct ek_settings_scheduled *s)
{
	ROOM(e, e->scheduled, e->scheduled_cap, e->scheduled_count + 1);
	struct scheduled *x = &e->scheduled[e->scheduled_count++];
	*x = (struct scheduled){
		.id = (uint32_t)s->schedule,
		.scope = s->scope,
		.object = s->id == EK_NONE ? 0 : (uint32_t)s->id,
		.at = s->effective_at.ms,
	};
	for (uint32_t i = 0; i < s->set.n; i++) {
		struct kept k = ek_state_keep(e, &s->set.v[i].value);
		ROOM(e, x->set.v, x->set.cap, x->set.n + 1);
		x->set.v[x->set.n++] = (struct own){s->set.v[i].setting, k};
	}
	e->schedules = x->id;
	ek_due_workspace(e);
}

/* ---- calendars and zones ---- */

static void calendar(struct ek_engine *e, const struct ek_calendar_changed *c)
{
	struct ek_calendar from = {.zone = c->zone,
				   .week = c->week.v,
				   .week_count = c->week.n,
				   .closed = c->closed.v,
				   .closed_count = c->closed.n};
	uint32_t team = c->team.v;
	struct ek_calendar **to = team != 0 ? &e->teams[team].calendar : &e->calendar;
	ek_state_calendar_free(e, to);
	*to = ek_state_calendar(e, &from);
	ek_apply_refresh(e, team != 0 ? EK_SCOPE_TEAM : EK_SCOPE_WORKSPACE, team);
}

static void zone(struct ek_engine *e, const struct ek_zone_changed *z)
{
	uint32_t mate = z->teammate.v;
	struct ek_zone *to = mate != 0 ? &e->mates[mate].zone : &e->zone;
	ek_state_zone_free(e, to);
	*to = ek_state_zone(e, &z->zone);
	for (uint32_t i = 1; i <= e->mate_count; i++) {
		if (mate == 0 || mate == i)
			ek_due_mate(e, i);
	}
}

bool ek_apply_settings(struct ek_engine *e, const struct ek_event *v)
{
	switch (v->kind) {
	case EK_EVENT_SETTINGS_CHANGED:
		settings(e, &v->settings_changed);
		return true;
	case EK_EVENT_SETTINGS_SCHEDULED:
		schedule(e, &v->settings_scheduled);
		return true;
	case EK_EVENT_CALENDAR_CHANGED:
		calendar(e, &v->calendar_changed);
		return true;
	case EK_EVENT_ZONE_CHANGED:
		zone(e, &v->zone_changed);
		return true;
	case EK_EVENT_MARGIN_CHANGED:
		e->teams[v->margin_changed.team.v].margin_ms = v->margin_changed.margin_ms.ms;
		ek_apply_refresh(e, EK_SCOPE_TEAM, v->margin_changed.team.v);
		return true;
	default:
		return false;
	}
}
