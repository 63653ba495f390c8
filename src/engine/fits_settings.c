/* Facts about settings: values that could have been set, by the scope that has them, after what was
 * there before. */
#include "engine/fits.h"

static const uint8_t at_of[] = {0, EK_AT_W, EK_AT_T, EK_AT_P};

/* Whose settings: a team or teammate that is there, or the workspace. */
static bool has_owner(const struct ek_engine *e, uint8_t scope, int64_t id)
{
	if (scope == EK_SCOPE_WORKSPACE)
		return id == EK_NONE;
	if (id < 1 || id > UINT32_MAX)
		return false;
	return scope == EK_SCOPE_TEAM       ? ek_fits_team(e, (uint32_t)id)
	       : scope == EK_SCOPE_TEAMMATE ? ek_fits_mate(e, (uint32_t)id)
					    : false;
}

static bool is_team(const struct ek_engine *e, int64_t team)
{
	return team >= 1 && team <= e->team_count;
}

/* Teams that values name may have gone since, but must have been. */
static bool are_teams_there(const struct ek_engine *e, const struct ek_setting_row *row,
			    const struct ek_value *v)
{
	if (row->type == EK_SETTING_REF)
		return v->kind != EK_VALUE_INT || is_team(e, v->i);
	bool ok = true;
	for (uint32_t i = 0; row->shape == EK_SHAPE_LEVELS && i < v->n; i += 4)
		ok = ok && is_team(e, v->cells[i].i);
	return ok;
}

static bool is_setting(uint8_t setting)
{
	return setting > 0 && setting < EK_SET_COUNT && ek_setting_row(setting)->wire != NULL;
}

/* Unset may come back at any scope, by undoing. */
static bool is_value(const struct ek_engine *e, uint8_t scope, uint8_t setting,
		     const struct ek_value *v)
{
	struct ek_err why;
	if (v->kind == EK_VALUE_UNSET)
		return (ek_setting_row(setting)->at & at_of[scope]) != 0;
	return ek_setting_check(setting, at_of[scope], v, &why) &&
	       are_teams_there(e, ek_setting_row(setting), v);
}

static const struct kept *current(const struct ek_engine *e, uint8_t scope, int64_t id,
				  uint8_t setting)
{
	static const struct kept unset;
	if (scope == EK_SCOPE_WORKSPACE)
		return &e->settings[setting];
	const struct owns *owns = scope == EK_SCOPE_TEAM ? &e->teams[id].own : &e->mates[id].own;
	for (uint32_t i = 0; i < owns->n; i++) {
		if (owns->v[i].setting == setting)
			return &owns->v[i].v;
	}
	return &unset;
}

static bool is_same(const struct ek_engine *e, const struct kept *k, const struct ek_value *v)
{
	if (k->kind != v->kind || (k->kind == EK_VALUE_INT && k->i != v->i))
		return false;
	if (k->kind != EK_VALUE_LIST)
		return true;
	bool same = k->n == v->n;
	for (uint32_t i = 0; same && i < k->n; i++) {
		ek_str text =
			k->cells[i].sym != 0 ? e->symbols[k->cells[i].sym] : (ek_str){NULL, 0};
		same = k->cells[i].i == v->cells[i].i && ek_str_equal(text, v->cells[i].s);
	}
	return same;
}

static bool check_change(const struct ek_engine *e, const struct ek_event *v, uint32_t i,
			 struct ek_err *err)
{
	const struct ek_settings_changed *s = &v->settings_changed;
	const struct ek_change *c = &s->changes.v[i];
	if (!is_setting(c->setting))
		return ek_fits_refuse(v, "an unknown setting", err);
	for (uint32_t k = 0; k < i; k++) {
		if (s->changes.v[k].setting == c->setting)
			return ek_fits_refuse(v, "a setting stands there twice", err);
	}
	if (!is_same(e, current(e, s->scope, s->id, c->setting), &c->before))
		return ek_fits_refuse(v, "a setting was another before", err);
	return is_value(e, s->scope, c->setting, &c->after) ||
	       ek_fits_refuse(v, "a setting's value", err);
}

/* Each number is given once; a bulk command's facts share one. */
static bool is_version(const struct ek_engine *e, int64_t version)
{
	return version >= 1 && version <= UINT32_MAX &&
	       (version == e->version || version == (int64_t)e->version + 1);
}

static bool is_schedule(const struct ek_engine *e, int64_t id)
{
	bool found = id == EK_NONE;
	for (uint32_t i = 0; !found && i < e->scheduled_count; i++)
		found = e->scheduled[i].id == id;
	return found;
}

static bool changed(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	const struct ek_settings_changed *s = &v->settings_changed;
	if (!has_owner(e, s->scope, s->id))
		return ek_fits_refuse(v, "whose they are is not there", err);
	if (!is_version(e, s->version) || !is_schedule(e, s->schedule))
		return ek_fits_refuse(v, "its version or schedule", err);
	for (uint32_t i = 0; i < s->changes.n; i++) {
		if (!check_change(e, v, i, err))
			return false;
	}
	return true;
}

static bool check_set(const struct ek_engine *e, const struct ek_event *v, uint32_t i,
		      struct ek_err *err)
{
	const struct ek_settings_scheduled *s = &v->settings_scheduled;
	const struct ek_set *x = &s->set.v[i];
	bool once = true;
	for (uint32_t k = 0; k < i; k++)
		once = once && s->set.v[k].setting != x->setting;
	return (once && is_setting(x->setting) && x->value.kind != EK_VALUE_CALENDAR &&
		is_value(e, s->scope, x->setting, &x->value)) ||
	       ek_fits_refuse(v, "a setting", err);
}

static bool scheduled(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	const struct ek_settings_scheduled *s = &v->settings_scheduled;
	if (!has_owner(e, s->scope, s->id))
		return ek_fits_refuse(v, "whose they are is not there", err);
	if (s->schedule != (int64_t)e->schedules + 1 || s->schedule > UINT32_MAX ||
	    e->scheduled_count >= EK_STATE_SCHEDULED)
		return ek_fits_refuse(v, "its number is not the next", err);
	if (s->effective_at.ms <= v->at.ms || !ek_fits_time(s->effective_at))
		return ek_fits_refuse(v, "when it holds is over", err);
	for (uint32_t i = 0; i < s->set.n; i++) {
		if (!check_set(e, v, i, err))
			return false;
	}
	return true;
}

bool ek_fits_settings(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err)
{
	if (v->kind == EK_EVENT_SETTINGS_CHANGED)
		return changed(e, v, err);
	return v->kind != EK_EVENT_SETTINGS_SCHEDULED || scheduled(e, v, err);
}
