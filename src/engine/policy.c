#include "engine/policy.h"

#include "base/utf8.h"
#include "engine/state.h"

#include <string.h>

/* ---- taking ---- */

struct taker {
	const struct ek_engine *e;
	const struct ek_policy_names *names;
	struct ek_arena *arena;
	struct ek_policy *p;
	uint32_t *place_of; /* team id -> place, 0 = gone */
};

static bool no_memory(struct ek_err *err)
{
	return ek_fail(err, EK_NO_MEMORY, "no memory for a policy");
}

static bool may_be_name(ek_str s)
{
	return s.p != NULL && s.n > 0 && s.n <= EK_LIMIT_TEXT_BYTES && ek_utf8_is_plain(s);
}

static bool name_of(const struct taker *t, enum ek_field_type kind, uint32_t id, ek_str *out)
{
	*out = t->names->get(t->names->ctx, kind, id);
	if (may_be_name(*out))
		return true;
	char *p = ek_arena_get(t->arena, 24);
	if (p == NULL)
		return false;
	size_t n = ek_format(p, 24, kind == EK_FT_TEAM ? "team-%u" : "teammate-%u", id);
	*out = (ek_str){p, (uint32_t)n};
	return true;
}

static uint32_t place_of(const struct taker *t, int64_t team)
{
	return team >= 1 && team <= t->e->team_count ? t->place_of[team] : 0;
}

/* Copies the cells; of overflow, those levels whose team is still there. */
static bool take_cells(const struct taker *t, int setting, const struct kept *k, struct ek_value *v)
{
	struct ek_cell *cells = ek_arena_zero(t->arena, k->n * sizeof *cells);
	if (cells == NULL && k->n > 0)
		return false;
	*v = (struct ek_value){.kind = EK_VALUE_LIST, .cells = cells};
	for (uint32_t i = 0; i < k->n; i++) {
		if (setting == EK_SET_OVERFLOW && i % 4 == 0 && place_of(t, k->cells[i].i) == 0) {
			i += 3;
			continue;
		}
		struct ek_cell *c = &cells[v->n++];
		c->i = k->cells[i].i;
		if (setting == EK_SET_OVERFLOW && i % 4 == 0)
			c->i = place_of(t, c->i);
		if (k->cells[i].sym != 0)
			c->s = t->e->symbols[k->cells[i].sym];
	}
	return true;
}

static bool hours_before(const struct ek_week_hours *a, const struct ek_week_hours *b)
{
	if (a->day != b->day)
		return a->day < b->day;
	return a->from_ms != b->from_ms ? a->from_ms < b->from_ms : a->to_ms < b->to_ms;
}

/* The same hours in the order in which they are written. */
static struct ek_calendar *take_calendar(const struct taker *t, const struct ek_calendar *from)
{
	struct ek_calendar *cal = ek_arena_get(t->arena, sizeof *cal);
	struct ek_week_hours *w = ek_arena_get(t->arena, (from->week_count + 1) * sizeof *w);
	if (cal == NULL || w == NULL)
		return NULL;
	*cal = *from;
	cal->week = w;
	for (uint32_t i = 0; i < from->week_count; i++) {
		uint32_t k = i;
		for (; k > 0 && hours_before(&from->week[i], &w[k - 1]); k--)
			w[k] = w[k - 1];
		w[k] = from->week[i];
	}
	return cal;
}

static bool take_set(const struct taker *t, struct ek_policy_section *s, int setting,
		     const struct kept *k)
{
	struct ek_policy_set set = {(uint8_t)setting, 0, {.kind = k->kind, .i = k->i}};
	if (k->kind == EK_VALUE_LIST && !take_cells(t, setting, k, &set.value))
		return false;
	if (ek_setting_row(setting)->type == EK_SETTING_REF && k->kind == EK_VALUE_INT) {
		set.value.i = place_of(t, k->i);
		if (set.value.i == 0)
			set.value = ek_value_null();
	}
	struct ek_value usual = ek_setting_default(setting);
	if (s == &t->p->workspace && ek_value_equal(&set.value, &usual))
		return true;
	return ek_policy_put(s, t->arena, set);
}

static bool take_owns(const struct taker *t, struct ek_policy_section *s, const struct owns *own,
		      const struct ek_calendar *cal)
{
	for (uint32_t i = 0; i < own->n; i++) {
		if (!take_set(t, s, own->v[i].setting, &own->v[i].v))
			return false;
		if (own->v[i].v.kind == EK_VALUE_CALENDAR) {
			s->calendar = take_calendar(t, cal);
			if (s->calendar == NULL)
				return false;
		}
	}
	return true;
}

static bool take_workspace(const struct taker *t)
{
	struct ek_policy_section *s = &t->p->workspace;
	for (int i = 1; i < EK_SET_COUNT; i++) {
		const struct kept *k = &t->e->settings[i];
		if (k->kind != EK_VALUE_UNSET && !take_set(t, s, i, k))
			return false;
	}
	if (t->e->settings[EK_SET_CALENDAR].kind != EK_VALUE_CALENDAR)
		return true;
	s->calendar = take_calendar(t, t->e->calendar);
	return s->calendar != NULL;
}

static bool take_teams(struct taker *t)
{
	const struct ek_engine *e = t->e;
	t->place_of = ek_arena_zero(t->arena, (e->team_count + 1) * sizeof *t->place_of);
	t->p->teams = ek_arena_zero(t->arena, (e->team_count + 1) * sizeof *t->p->teams);
	if (t->place_of == NULL || t->p->teams == NULL)
		return false;
	for (uint32_t i = 1; i <= e->team_count; i++) {
		if (e->teams[i].exists != 1)
			continue;
		struct ek_policy_section *s = &t->p->teams[t->p->team_count++];
		t->place_of[i] = t->p->team_count;
		s->id = i;
		if (!name_of(t, EK_FT_TEAM, i, &s->name))
			return false;
	}
	for (uint32_t i = 0; i < t->p->team_count; i++) {
		struct ek_policy_section *s = &t->p->teams[i];
		if (!take_owns(t, s, &e->teams[s->id].own, e->teams[s->id].calendar))
			return false;
	}
	return true;
}

/* The places of one level, ascending. */
static bool take_level(const struct taker *t, const struct mate *m, uint8_t level, uint32_t **list,
		       uint32_t *n)
{
	*list = ek_arena_get(t->arena, (m->serve_count + 1) * sizeof **list);
	if (*list == NULL)
		return false;
	for (uint32_t i = 0; i < m->serve_count; i++) {
		if (m->serves[i].level != level)
			continue;
		uint32_t place = t->place_of[m->serves[i].team], k = (*n)++;
		for (; k > 0 && (*list)[k - 1] > place; k--)
			(*list)[k] = (*list)[k - 1];
		(*list)[k] = place;
	}
	return true;
}

static bool take_mates(const struct taker *t)
{
	const struct ek_engine *e = t->e;
	t->p->mates = ek_arena_zero(t->arena, (e->mate_count + 1) * sizeof *t->p->mates);
	if (t->p->mates == NULL)
		return false;
	for (uint32_t i = 1; i <= e->mate_count; i++) {
		const struct mate *m = &e->mates[i];
		if (m->exists != 1)
			continue;
		struct ek_policy_section *s = &t->p->mates[t->p->mate_count++];
		s->id = i;
		if (!name_of(t, EK_FT_TEAMMATE, i, &s->name) ||
		    !take_level(t, m, EK_LEVEL_PRIMARY, &s->primary, &s->primary_count) ||
		    !take_level(t, m, EK_LEVEL_SECONDARY, &s->secondary, &s->secondary_count) ||
		    !take_owns(t, s, &m->own, NULL))
			return false;
	}
	return true;
}

static bool index_of(const struct ek_policy_section *v, uint32_t n, struct ek_arena *arena,
		     struct ek_policy_index *x)
{
	x->n = n;
	x->v = ek_arena_get(arena, (n + 1) * sizeof *x->v);
	if (x->v == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++)
		x->v[i] = (struct ek_policy_entry){v[i].name, i + 1};
	return ek_policy_index_sort(x, arena);
}

static bool check_names(const struct ek_policy_section *v, uint32_t n, struct ek_arena *arena,
			const char *what, struct ek_err *err)
{
	struct ek_policy_index x;
	if (!index_of(v, n, arena, &x))
		return no_memory(err);
	for (uint32_t i = 1; i < n; i++) {
		if (ek_str_equal(x.v[i - 1].name, x.v[i].name))
			return ek_fail(err, EK_CONFLICT,
				       "%s %u and %u have the same name: rename one", what,
				       v[x.v[i - 1].place - 1].id, v[x.v[i].place - 1].id);
	}
	return true;
}

bool ek_policy_take(const struct ek_engine *engine, const struct ek_policy_names *names,
		    struct ek_arena *arena, struct ek_policy *out, struct ek_err *err)
{
	struct taker t = {.e = engine, .names = names, .arena = arena, .p = out};
	*out = (struct ek_policy){0};
	if (!take_teams(&t) || !take_mates(&t) || !take_workspace(&t))
		return no_memory(err);
	return check_names(out->teams, out->team_count, arena, "teams", err) &&
	       check_names(out->mates, out->mate_count, arena, "teammates", err);
}

/* ---- planning ---- */

struct planner {
	const struct ek_engine *e;
	const struct ek_policy *now;
	struct ek_policy *to;
	struct ek_arena *arena;
	struct ek_cmd *rows;
	uint32_t n, cap;
	bool failed; /* no memory */
};

static struct ek_cmd *add_row(struct planner *p, int kind)
{
	if (p->n == p->cap) {
		uint32_t cap = p->cap == 0 ? 64 : p->cap * 2;
		struct ek_cmd *rows = ek_arena_get(p->arena, cap * sizeof *rows);
		if (rows == NULL) {
			p->failed = true;
			return NULL;
		}
		if (p->n > 0)
			memcpy(rows, p->rows, p->n * sizeof *rows);
		p->rows = rows;
		p->cap = cap;
	}
	p->rows[p->n] = ek_cmd_make(kind);
	p->rows[p->n].has = (1u << ek_cmd_record(kind)->field_count) - 1;
	return &p->rows[p->n++];
}

/* A value with ids in place of places. */
static struct ek_value with_ids(struct planner *p, const struct ek_policy *of, int setting,
				const struct ek_value *v)
{
	struct ek_value out = *v;
	if (setting == EK_SET_DEFAULT_TEAM && v->kind == EK_VALUE_INT)
		out.i = of->teams[v->i - 1].id;
	if (setting != EK_SET_OVERFLOW || v->n == 0)
		return out;
	struct ek_cell *cells = ek_arena_get(p->arena, v->n * sizeof *cells);
	if (cells == NULL) {
		p->failed = true;
		return out;
	}
	for (uint32_t i = 0; i < v->n; i++) {
		cells[i] = v->cells[i];
		if (i % 4 == 0)
			cells[i].i = of->teams[cells[i].i - 1].id;
	}
	out.cells = cells;
	return out;
}

static bool same_calendar(const struct ek_calendar *a, const struct ek_calendar *b)
{
	if (a == NULL || b == NULL || !ek_str_equal(a->zone.name, b->zone.name) ||
	    a->week_count != b->week_count || a->closed_count != b->closed_count)
		return false;
	for (uint32_t i = 0; i < a->week_count; i++) {
		if (hours_before(&a->week[i], &b->week[i]) ||
		    hours_before(&b->week[i], &a->week[i]))
			return false;
	}
	return a->closed_count == 0 ||
	       memcmp(a->closed, b->closed, a->closed_count * sizeof *a->closed) == 0;
}

/* Two sections of one thing, and what is to be set. */
struct diff {
	struct planner *p;
	int scope;
	const struct ek_policy_section *now; /* NULL = new */
	const struct ek_policy_section *to;
	struct ek_set sets[EK_SET_COUNT];
	uint32_t n;
	bool calendar;        /* calendar.set is needed */
	struct ek_set method; /* to another than balanced: last of all */
};

static void diff_one(struct diff *d, int setting)
{
	const struct ek_value *have = d->now == NULL ? NULL : ek_policy_find(d->now, setting);
	const struct ek_value *want = ek_policy_find(d->to, setting);
	struct ek_value unset = {.kind = EK_VALUE_UNSET};
	struct ek_value usual =
		d->scope == EK_SCOPE_WORKSPACE ? ek_setting_default(setting) : unset;
	struct ek_value a = have == NULL ? usual : with_ids(d->p, d->p->now, setting, have);
	struct ek_value b = want == NULL ? usual : with_ids(d->p, d->p->to, setting, want);
	if (b.kind == EK_VALUE_CALENDAR) {
		d->calendar = a.kind != EK_VALUE_CALENDAR ||
			      !same_calendar(d->now->calendar, d->to->calendar);
		return;
	}
	if (ek_value_equal(&a, &b))
		return;
	struct ek_set set = {(uint8_t)setting, b};
	if (setting == EK_SET_METHOD && b.kind == EK_VALUE_INT && b.i != EK_METHOD_BALANCED)
		d->method = set;
	else
		d->sets[d->n++] = set;
}

static void find_diff(struct diff *d)
{
	uint32_t i = 0, k = 0;
	uint32_t have = d->now == NULL ? 0 : d->now->set_count;
	while (i < have || k < d->to->set_count) {
		int a = i < have ? d->now->sets[i].setting : EK_SET_COUNT;
		int b = k < d->to->set_count ? d->to->sets[k].setting : EK_SET_COUNT;
		int setting = a < b ? a : b;
		diff_one(d, setting);
		i += a == setting;
		k += b == setting;
	}
}

static struct ek_sets keep_sets(struct planner *p, const struct ek_set *v, uint32_t n)
{
	struct ek_set *sets = ek_arena_get(p->arena, n * sizeof *sets);
	if (sets == NULL || n == 0) {
		p->failed = p->failed || n > 0;
		return (struct ek_sets){NULL, 0};
	}
	memcpy(sets, v, n * sizeof *sets);
	return (struct ek_sets){sets, n};
}

static void add_change(struct planner *p, int scope, uint32_t id, struct ek_sets sets)
{
	struct ek_cmd *row = sets.n == 0 ? NULL : add_row(p, EK_CMD_SETTINGS_CHANGE);
	if (row == NULL)
		return;
	row->settings_change.scope = (uint8_t)scope;
	row->settings_change.id = id;
	row->settings_change.set = sets;
}

static void add_calendar(struct planner *p, const struct ek_policy_section *s)
{
	struct ek_cmd *row = add_row(p, EK_CMD_CALENDAR_SET);
	const struct ek_calendar *cal = s->calendar;
	if (row == NULL)
		return;
	row->calendar_set = (struct ek_cmd_calendar_set){
		.team = {s->id},
		.zone = cal->zone,
		.week = {cal->week, cal->week_count},
		.closed = {cal->closed, cal->closed_count},
	};
}

/* Settings of the workspace or a team, but the method that comes last. */
static void plan_section(struct planner *p, int scope, const struct ek_policy_section *now,
			 const struct ek_policy_section *to)
{
	struct diff d = {.p = p, .scope = scope, .now = now, .to = to};
	find_diff(&d);
	add_change(p, scope, to->id, keep_sets(p, d.sets, d.n));
	if (d.calendar)
		add_calendar(p, to);
}

static void plan_method(struct planner *p, const struct ek_policy_section *now,
			const struct ek_policy_section *to)
{
	struct diff d = {.p = p, .scope = EK_SCOPE_TEAM, .now = now, .to = to};
	diff_one(&d, EK_SET_METHOD);
	if (d.method.setting != 0)
		add_change(p, EK_SCOPE_TEAM, to->id, keep_sets(p, &d.method, 1));
}

static struct ek_teams teams_at(struct planner *p, const uint32_t *places, uint32_t n)
{
	ek_team_id *v = ek_arena_get(p->arena, (n + 1) * sizeof *v);
	if (v == NULL) {
		p->failed = true;
		return (struct ek_teams){NULL, 0};
	}
	for (uint32_t i = 0; i < n; i++)
		v[i] = (ek_team_id){p->to->teams[places[i] - 1].id};
	return (struct ek_teams){v, n};
}

static void plan_new_mate(struct planner *p, const struct ek_policy_section *to)
{
	struct diff d = {.p = p, .scope = EK_SCOPE_TEAMMATE, .to = to};
	find_diff(&d);
	struct ek_cmd *row = add_row(p, EK_CMD_TEAMMATE_CREATE);
	if (row == NULL)
		return;
	row->teammate_create = (struct ek_cmd_teammate_create){
		.primary = teams_at(p, to->primary, to->primary_count),
		.secondary = teams_at(p, to->secondary, to->secondary_count),
		.set = keep_sets(p, d.sets, d.n),
	};
}

/* 0 = no member. */
static uint8_t level_of(const struct ek_policy *of, const struct ek_policy_section *m,
			uint32_t team)
{
	for (uint32_t i = 0; m != NULL && i < m->primary_count; i++) {
		if (of->teams[m->primary[i] - 1].id == team)
			return EK_LEVEL_PRIMARY;
	}
	for (uint32_t i = 0; m != NULL && i < m->secondary_count; i++) {
		if (of->teams[m->secondary[i] - 1].id == team)
			return EK_LEVEL_SECONDARY;
	}
	return 0;
}

static void plan_leaving(struct planner *p, const struct ek_policy_section *now,
			 const struct ek_policy_section *to)
{
	for (uint32_t i = 0; i < now->primary_count + now->secondary_count; i++) {
		uint32_t place = i < now->primary_count ? now->primary[i]
							: now->secondary[i - now->primary_count];
		uint32_t team = p->now->teams[place - 1].id;
		struct ek_cmd *row = level_of(p->to, to, team) != 0
					     ? NULL
					     : add_row(p, EK_CMD_MEMBERSHIP_REMOVE);
		if (row != NULL)
			row->membership_remove =
				(struct ek_cmd_membership_remove){{to->id}, {team}};
	}
}

static void plan_joining(struct planner *p, const struct ek_policy_section *now,
			 const struct ek_policy_section *to)
{
	for (uint32_t i = 0; i < to->primary_count + to->secondary_count; i++) {
		bool first = i < to->primary_count;
		uint32_t place = first ? to->primary[i] : to->secondary[i - to->primary_count];
		uint32_t team = p->to->teams[place - 1].id;
		uint8_t level = first ? EK_LEVEL_PRIMARY : EK_LEVEL_SECONDARY;
		struct ek_cmd *row = level_of(p->now, now, team) == level
					     ? NULL
					     : add_row(p, EK_CMD_MEMBERSHIP_SET);
		if (row != NULL)
			row->membership_set =
				(struct ek_cmd_membership_set){{to->id}, {team}, level};
	}
}

static void plan_mate(struct planner *p, const struct ek_policy_section *now,
		      const struct ek_policy_section *to)
{
	if (now == NULL) {
		plan_new_mate(p, to);
		return;
	}
	plan_section(p, EK_SCOPE_TEAMMATE, now, to);
	plan_leaving(p, now, to);
	plan_joining(p, now, to);
}

/* Ids for the sections of `to`: of the same name, else the next ones. Which of `now` each is, in
 * *old. */
static bool match(struct planner *p, struct ek_policy_section *to, uint32_t n,
		  const struct ek_policy_index *x, uint32_t **old)
{
	bool is_team = to == p->to->teams;
	const struct ek_policy_section *now = is_team ? p->now->teams : p->now->mates;
	uint32_t next = (is_team ? p->e->team_count : p->e->mate_count) + 1;
	*old = ek_arena_get(p->arena, (n + 1) * sizeof **old);
	if (*old == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t count = 0;
		(*old)[i] = ek_policy_index_find(x, to[i].name, &count);
		to[i].id = (*old)[i] != 0 ? now[(*old)[i] - 1].id : next++;
	}
	return true;
}

static const struct ek_policy_section *old_of(const struct ek_policy_section *now, uint32_t place)
{
	return place == 0 ? NULL : &now[place - 1];
}

/* Teams first, as everything may name them; a method that takes no secondaries last. */
static void plan_all(struct planner *p, const uint32_t *old_teams, const uint32_t *old_mates)
{
	const struct ek_policy *to = p->to;
	for (uint32_t i = 0; i < to->team_count; i++) {
		if (old_teams[i] == 0)
			(void)add_row(p, EK_CMD_TEAM_CREATE);
	}
	plan_section(p, EK_SCOPE_WORKSPACE, &p->now->workspace, &to->workspace);
	for (uint32_t i = 0; i < to->team_count; i++)
		plan_section(p, EK_SCOPE_TEAM, old_of(p->now->teams, old_teams[i]), &to->teams[i]);
	for (uint32_t i = 0; i < to->mate_count; i++)
		plan_mate(p, old_of(p->now->mates, old_mates[i]), &to->mates[i]);
	for (uint32_t i = 0; i < to->team_count; i++)
		plan_method(p, old_of(p->now->teams, old_teams[i]), &to->teams[i]);
}

static uint32_t count_found(const uint32_t *old, uint32_t n)
{
	uint32_t found = 0;
	for (uint32_t i = 0; i < n; i++)
		found += old[i] != 0;
	return found;
}

bool ek_policy_make_plan(const struct ek_engine *engine, struct ek_arena *arena,
			 struct ek_policy_plan *plan, struct ek_err *err)
{
	const struct ek_policy *now = plan->now;
	struct ek_policy *to = plan->to;
	struct planner p = {.e = engine, .now = now, .to = to, .arena = arena};
	struct ek_policy_index teams, mates;
	uint32_t *old_teams = NULL, *old_mates = NULL;
	plan->cmd = ek_cmd_make(EK_CMD_POLICY_APPLY);
	if (!index_of(now->teams, now->team_count, arena, &teams) ||
	    !index_of(now->mates, now->mate_count, arena, &mates) ||
	    !match(&p, to->teams, to->team_count, &teams, &old_teams) ||
	    !match(&p, to->mates, to->mate_count, &mates, &old_mates))
		return no_memory(err);
	plan_all(&p, old_teams, old_mates);
	if (p.failed)
		return no_memory(err);
	if (p.n > EK_LIMIT_BULK_ROWS)
		return ek_fail(err, EK_LIMIT, "%u edits are needed, at most %d fit in one command",
			       p.n, EK_LIMIT_BULK_ROWS);
	plan->cmd.has = 1;
	plan->cmd.policy_apply.rows = (struct ek_rows){p.rows, p.n};
	plan->left_alone = now->team_count - count_found(old_teams, to->team_count) +
			   now->mate_count - count_found(old_mates, to->mate_count);
	return true;
}
