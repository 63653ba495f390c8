/* Settings as readers see them: what is set where, what holds, what changed. */
#include "engine/look_inside.h"

#include "engine/config.h"

/* ---- values ---- */

static bool value(const struct ek_engine *e, const struct kept *k, struct ek_arena *arena,
		  struct ek_value *out, struct ek_err *err)
{
	struct ek_cell *cells = NULL;
	if (k->n > 0) {
		cells = ek_look_room(arena, k->n, sizeof *cells, err);
		if (cells == NULL)
			return false;
	}
	for (uint32_t i = 0; i < k->n; i++) {
		cells[i].i = k->cells[i].i;
		if (k->cells[i].sym != 0)
			cells[i].s = e->symbols[k->cells[i].sym];
	}
	*out = (struct ek_value){k->kind, k->i, k->n, cells};
	return true;
}

/* ---- one setting ---- */

static const struct kept *own(const struct owns *owns, int setting)
{
	for (uint32_t i = 0; i < owns->n; i++) {
		if (owns->v[i].setting == setting)
			return &owns->v[i].v;
	}
	return NULL;
}

static bool check(const struct ek_engine *e, struct ek_look_at at, struct ek_err *err)
{
	if (at.scope == EK_SCOPE_TEAM && (at.id == 0 || at.id > e->team_count))
		return ek_fail(err, EK_NOT_FOUND, "there is no team %u", at.id);
	if (at.scope == EK_SCOPE_TEAMMATE && (at.id == 0 || at.id > e->mate_count))
		return ek_fail(err, EK_NOT_FOUND, "there is no teammate %u", at.id);
	return true;
}

static uint8_t bit_of(uint8_t scope)
{
	return scope == EK_SCOPE_TEAM ? EK_AT_T : scope == EK_SCOPE_TEAMMATE ? EK_AT_P : EK_AT_W;
}

/* What holds when the place itself has none. */
static bool inherited(const struct ek_engine *e, struct ek_arena *arena,
		      struct ek_setting_view *out, struct ek_err *err)
{
	const struct kept *k = &e->settings[out->setting];
	if (k->kind == EK_VALUE_UNSET) {
		out->effective = ek_setting_default(out->setting);
		out->from = EK_FROM_DEFAULT;
		return true;
	}
	out->from = EK_FROM_WORKSPACE;
	return value(e, k, arena, &out->effective, err);
}

/* A newcomer's limit is lowered by the step that holds. */
static void lower(const struct ek_engine *e, uint32_t mate, struct ek_setting_view *out)
{
	if (ek_look_limit_from(e, mate) != EK_FROM_RAMP)
		return;
	int64_t limit = ek_look_limit(e->mates[mate].limit);
	out->effective = limit == EK_NONE ? ek_value_null() : ek_value_int(limit);
	out->from = EK_FROM_RAMP;
}

static bool fill(const struct ek_engine *e, struct ek_look_at at, struct ek_arena *arena,
		 struct ek_setting_view *out, struct ek_err *err)
{
	bool is_team = at.scope == EK_SCOPE_TEAM;
	const struct kept *k = NULL;
	if (at.scope != EK_SCOPE_WORKSPACE)
		k = own(is_team ? &e->teams[at.id].own : &e->mates[at.id].own, out->setting);
	if (k != NULL) {
		if (!value(e, k, arena, &out->own, err))
			return false;
		out->effective = out->own;
		out->from = is_team ? EK_FROM_TEAM : EK_FROM_TEAMMATE;
	} else if (!inherited(e, arena, out, err)) {
		return false;
	}
	if (at.scope == EK_SCOPE_WORKSPACE)
		out->own = out->effective;
	if (at.scope == EK_SCOPE_TEAMMATE && out->setting == EK_SET_LIMIT)
		lower(e, at.id, out);
	if (out->effective.kind == EK_VALUE_CALENDAR)
		out->calendar = ek_config_calendar(e, is_team ? at.id : 0);
	return true;
}

bool ek_look_setting(const struct ek_engine *e, struct ek_look_ask ask, struct ek_arena *arena,
		     struct ek_setting_view *out, struct ek_err *err)
{
	const struct ek_setting_row *row = ek_setting_row(ask.setting);
	if (!check(e, ask.at, err))
		return false;
	if ((row->at & bit_of(ask.at.scope)) == 0)
		return ek_fail(err, EK_INVALID_VALUE, "`%s` is not a setting of a %s", row->wire,
			       ek_enums_wire(EK_ENUM_SCOPE, ask.at.scope));
	*out = (struct ek_setting_view){.setting = ask.setting, .scope = ask.at.scope};
	return fill(e, ask.at, arena, out, err);
}

bool ek_look_all_settings(const struct ek_engine *e, struct ek_look_at at, struct ek_arena *arena,
			  struct ek_look_settings *out, struct ek_err *err)
{
	if (!check(e, at, err))
		return false;
	struct ek_setting_view *v = ek_look_room(arena, EK_SET_COUNT, sizeof *v, err);
	if (v == NULL)
		return false;
	*out = (struct ek_look_settings){v, 0};
	for (int s = 1; s < EK_SET_COUNT; s++) {
		if ((ek_setting_row(s)->at & bit_of(at.scope)) == 0)
			continue;
		v[out->n] = (struct ek_setting_view){.setting = (uint8_t)s, .scope = at.scope};
		if (!fill(e, at, arena, &v[out->n++], err))
			return false;
	}
	return true;
}

/* ---- changes ---- */

/* The first change of a version, or where it would be. */
static uint32_t find_version(const struct ek_engine *e, uint32_t version)
{
	uint32_t from = 0;
	uint32_t to = e->change_count;
	while (from < to) {
		uint32_t mid = from + (to - from) / 2;
		if (e->changes[mid].version < version)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static bool fill_change(const struct ek_engine *e, const struct change *c, struct ek_arena *arena,
			struct ek_version_change *out, struct ek_err *err)
{
	*out = (struct ek_version_change){.scope = c->scope, .id = c->id, .setting = c->setting};
	return value(e, &c->before, arena, &out->before, err) &&
	       value(e, &c->after, arena, &out->after, err);
}

bool ek_look_version(const struct ek_engine *e, uint32_t version, struct ek_arena *arena,
		     struct ek_version_view *out, struct ek_err *err)
{
	uint32_t first = find_version(e, version);
	uint32_t n = 0;
	while (first + n < e->change_count && e->changes[first + n].version == version)
		n++;
	if (n == 0)
		return ek_fail(err, EK_NOT_FOUND, "version %u of the settings is not kept",
			       version);
	struct ek_version_change *v = ek_look_room(arena, n, sizeof *v, err);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (!fill_change(e, &e->changes[first + i], arena, &v[i], err))
			return false;
	}
	*out = (struct ek_version_view){
		.version = version,
		.changes = v,
		.change_count = n,
		.can_undo = version + EK_STATE_VERSIONS > e->version,
		.at = EK_NO_TIME,
		.effective_at = EK_NO_TIME,
	};
	return true;
}

uint32_t ek_look_changed(const struct ek_engine *e, struct ek_look_at at)
{
	for (uint32_t i = e->change_count; i > 0; i--) {
		const struct change *c = &e->changes[i - 1];
		if (c->scope == at.scope && (at.scope == EK_SCOPE_WORKSPACE || c->id == at.id))
			return c->version;
	}
	return 0;
}

uint32_t ek_look_scheduled_count(const struct ek_engine *e)
{
	return e->scheduled_count;
}

bool ek_look_scheduled(const struct ek_engine *e, uint32_t i, struct ek_arena *arena,
		       struct ek_scheduled_view *out, struct ek_err *err)
{
	if (i >= e->scheduled_count)
		return ek_fail(err, EK_NOT_FOUND, "there are %u scheduled changes",
			       e->scheduled_count);
	const struct scheduled *s = &e->scheduled[i];
	struct ek_set *v = ek_look_room(arena, s->set.n, sizeof *v, err);
	if (v == NULL)
		return false;
	for (uint32_t k = 0; k < s->set.n; k++) {
		v[k].setting = s->set.v[k].setting;
		if (!value(e, &s->set.v[k].v, arena, &v[k].value, err))
			return false;
	}
	*out = (struct ek_scheduled_view){.schedule = s->id,
					  .scope = s->scope,
					  .id = s->object,
					  .effective_at = {s->at},
					  .set = {v, s->set.n}};
	return true;
}
