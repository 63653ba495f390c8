/* Settings: their check, their versions, what follows from a new value, and undo. Section 13. */
#include "sim/opinion_inside.h"

#include <string.h>

static int at_of(int scope)
{
	if (scope == EK_SCOPE_WORKSPACE)
		return EK_AT_W;
	return scope == EK_SCOPE_TEAM ? EK_AT_T : EK_AT_P;
}

static struct o_value keep_value(struct ek_opinion *o, const struct ek_value *v)
{
	struct o_value out;
	memset(&out, 0, sizeof out);
	ek_assert(v->n <= O_CELLS);
	out.kind = v->kind;
	out.i = v->kind == EK_VALUE_INT ? v->i : 0;
	out.n = v->kind == EK_VALUE_LIST ? (uint8_t)v->n : 0;
	for (uint32_t k = 0; k < out.n; k++)
		out.cells[k] = (struct o_cell){v->cells[k].i, ek_opinion_word(o, v->cells[k].s)};
	return out;
}

static bool same_value(const struct o_value *a, const struct o_value *b)
{
	if (a->kind != b->kind || a->i != b->i || a->n != b->n)
		return false;
	for (uint32_t k = 0; k < a->n; k++) {
		if (a->cells[k].i != b->cells[k].i || a->cells[k].s != b->cells[k].s)
			return false;
	}
	return true;
}

void ek_opinion_defaults(struct ek_opinion *o)
{
	for (int s = 1; s < EK_SET_COUNT; s++) {
		struct ek_value v = ek_setting_default(s);
		o->preset[s] = keep_value(o, &v);
	}
}

static struct o_value *slot(struct ek_opinion *o, int scope, uint32_t id, int setting)
{
	if (scope == EK_SCOPE_TEAM)
		return &o->teams[id].set[setting];
	return scope == EK_SCOPE_TEAMMATE ? &o->mates[id].set[setting] : &o->set[setting];
}

static enum ek_code check_value(const struct ek_opinion *o, int scope, const struct ek_set *s)
{
	const struct ek_value *v = &s->value;
	struct ek_err err = {.code = EK_OK};
	if (!ek_setting_check(s->setting, at_of(scope), v, &err))
		return err.code;
	if (ek_setting_row(s->setting)->type == EK_SETTING_REF && v->kind == EK_VALUE_INT &&
	    (v->i > o->team_count || o->teams[v->i].deleted))
		return EK_NOT_FOUND;
	return EK_OK;
}

enum ek_code ek_opinion_sets_check(const struct ek_opinion *o, int scope, struct ek_sets sets)
{
	for (uint32_t i = 0; i < sets.n; i++) {
		if (sets.v[i].setting == 0 || sets.v[i].setting >= EK_SET_COUNT)
			return EK_INVALID_VALUE;
		enum ek_code refused = check_value(o, scope, &sets.v[i]);
		if (refused != EK_OK)
			return refused;
	}
	return EK_OK;
}

/* What follows from a team's new method. A live offer goes on: section 11 names what withdraws it.
 * */
static void follow_team(struct ek_opinion *o, uint32_t team, bool was_balanced)
{
	bool balanced = ek_opinion_balanced(o, team);
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		struct o_talk *c = &o->talks[i];
		if (c->team != team || c->state != EK_STATE_OPEN || c->teammate != 0 ||
		    c->offered != 0)
			continue;
		if (!balanced)
			c->held = false;
		if (balanced && !was_balanced)
			ek_opinion_enter(o, c);
	}
}

/* Apart from respect_gate, which is asked of a level when it decides. */
static bool same_levels(const struct o_value *a, const struct o_value *b)
{
	for (uint32_t k = 0; k < a->n && a->n == b->n; k++) {
		if (k % 4 != 3 && a->cells[k].i != b->cells[k].i)
			return false;
	}
	return a->n == b->n;
}

/* The list is another: levels open by the new one. */
static void close_levels(struct ek_opinion *o, uint32_t team)
{
	for (uint32_t i = 1; i <= o->talk_count; i++) {
		if (o->talks[i].team == team)
			o->talks[i].opened = 0;
	}
}

void ek_opinion_put(struct ek_opinion *o, struct o_change change)
{
	struct o_value *at = slot(o, change.scope, change.id, change.setting);
	bool of_team = change.scope == EK_SCOPE_TEAM;
	bool was_balanced = of_team && ek_opinion_balanced(o, change.id);
	if (!change.scheduled && same_value(at, &change.after))
		return; /* nothing changes: no version */
	if (!o->versioned)
		o->version++;
	o->versioned = true;
	change.version = o->version;
	change.before = *at;
	*at = change.after;
	ek_assert(o->change_count < O_CHANGES);
	if (!same_value(&change.before, &change.after)) /* else there is nothing to undo */
		o->changes[o->change_count++] = change;
	if (of_team && change.setting == EK_SET_OVERFLOW &&
	    !same_levels(&change.before, &change.after))
		close_levels(o, change.id);
	if (of_team)
		follow_team(o, change.id, was_balanced);
	if (change.setting == EK_SET_CALENDAR && !same_value(&change.before, &change.after))
		ek_opinion_hours_changed(o, of_team ? change.id : 0);
}

void ek_opinion_sets_put(struct ek_opinion *o, int scope, uint32_t id, struct ek_sets sets)
{
	for (uint32_t i = 0; i < sets.n; i++) {
		struct o_change change = {.scope = (uint8_t)scope, .id = id};
		change.setting = sets.v[i].setting;
		change.after = keep_value(o, &sets.v[i].value);
		ek_opinion_put(o, change);
	}
}

static void schedule(struct ek_opinion *o, const struct ek_cmd_settings_change *a)
{
	o->schedules++;
	for (uint32_t i = 0; i < a->set.n; i++) {
		ek_assert(o->later_count < O_SCHEDULED);
		o->later[o->later_count++] = (struct o_later){
			.at = a->effective_at.ms,
			.scope = a->scope,
			.id = a->id,
			.setting = a->set.v[i].setting,
			.schedule = o->schedules,
			.value = keep_value(o, &a->set.v[i].value),
		};
	}
}

static bool scope_exists(struct ek_opinion *o, int scope, uint32_t id)
{
	if (scope == EK_SCOPE_TEAM)
		return ek_opinion_find_team(o, (ek_team_id){id}) != NULL;
	if (scope == EK_SCOPE_TEAMMATE)
		return ek_opinion_find_mate(o, (ek_teammate_id){id}) != NULL;
	return true;
}

enum ek_code ek_opinion_settings_change(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	const struct ek_cmd_settings_change *a = &cmd->settings_change;
	if (a->scope < EK_SCOPE_WORKSPACE || a->scope > EK_SCOPE_TEAMMATE || a->set.n == 0)
		return EK_INVALID_VALUE;
	if (!scope_exists(o, a->scope, a->id))
		return EK_NOT_FOUND;
	enum ek_code refused = ek_opinion_sets_check(o, a->scope, a->set);
	if (refused != EK_OK)
		return refused;
	if (a->effective_at.ms != EK_NONE && a->effective_at.ms > o->now)
		schedule(o, a);
	else
		ek_opinion_sets_put(o, a->scope, a->id, a->set);
	return EK_OK;
}

/* Whether a row from..to of the same version changes the same field. */
static bool is_among(const struct ek_opinion *o, uint32_t place, uint32_t from, uint32_t to)
{
	const struct o_change *c = &o->changes[place];
	for (uint32_t i = from; i < to; i++) {
		const struct o_change *d = &o->changes[i];
		if (d->version == c->version && d->scope == c->scope && d->id == c->id &&
		    d->setting == c->setting)
			return true;
	}
	return false;
}

static enum ek_code check_undo(struct ek_opinion *o, int64_t version)
{
	bool found = false;
	for (uint32_t i = 0; i < o->change_count; i++) {
		const struct o_change *c = &o->changes[i];
		if (c->version != version)
			continue;
		found = true;
		if (is_among(o, i, i + 1, o->change_count))
			continue;
		if (!scope_exists(o, c->scope, c->id) ||
		    !same_value(slot(o, c->scope, c->id, c->setting), &c->after))
			return EK_UNDO_CONFLICT;
	}
	return found ? EK_OK : EK_NOT_FOUND;
}

/* A version that changes nothing. */
enum ek_code ek_opinion_settings_cancel(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	bool found = false;
	for (uint32_t i = 0; i < o->later_count; i++) {
		struct o_later *l = &o->later[i];
		if (l->done || l->schedule != cmd->settings_cancel.schedule)
			continue;
		l->done = true;
		found = true;
	}
	if (!found)
		return EK_NOT_FOUND;
	o->version++;
	return EK_OK;
}

/* Puts back what was before the version: of a field changed twice in it, the first `before`. */
enum ek_code ek_opinion_settings_undo(struct ek_opinion *o, const struct ek_cmd *cmd)
{
	int64_t version = cmd->settings_undo.version;
	enum ek_code refused = check_undo(o, version);
	uint32_t count = o->change_count;
	if (refused != EK_OK)
		return refused;
	for (uint32_t i = 0; i < count; i++) {
		struct o_change change = o->changes[i];
		if (change.version != version || is_among(o, i, 0, i))
			continue;
		change.after = change.before;
		change.scheduled = false;
		ek_opinion_put(o, change);
	}
	return EK_OK;
}
