#include "auth/may.h"

enum { COLUMNS = 6, SELF = 0, TEAMMATE, LEAD, MANAGER, ADMIN, INTEGRATION };
enum cell { NO = 0, ANY, OWN, TEAM, NEAR, HELD, MINE, FREE };
enum {
	PLAIN = 0,
	SESSION = 1,
	CONFIRM = 2 | SESSION,
	SCIM = 4 | CONFIRM,
	PURPOSE = 8 | SESSION,
	AUDIT = 16,
	OPEN = 32,
	LINK = 64,
	SHARE = 128,
	VISITOR = 256,
};

static const struct row {
	const char *name; /* NULL: no such number */
	uint8_t cells[COLUMNS];
	uint8_t scope;
	uint16_t flags;
	uint16_t see;
} rows[] = {
#define MAY(num, name, NAME, s, t, l, m, a, i, scope, see, flags, doc) \
	[num] = {#name, {s, t, l, m, a, i}, EK_MAY_SCOPE_##scope, flags, EK_MAY_##see},
#include "schema/may.def"
#undef MAY
};

static const struct {
	uint32_t bit;
	const char *name;
} scopes[] = {
	{EK_MAY_SCOPE_READ, "read"},           {EK_MAY_SCOPE_WORK, "work"},
	{EK_MAY_SCOPE_CONFIGURE, "configure"}, {EK_MAY_SCOPE_METRICS, "metrics"},
	{EK_MAY_SCOPE_SCIM, "scim"},           {EK_MAY_SCOPE_MCP, "mcp"},
};

static const struct row *row_of(enum ek_may right)
{
	ek_assert((size_t)right < EK_LEN(rows) && rows[right].name != NULL);
	return &rows[right];
}

static bool has_flags(const struct row *row, uint16_t flags)
{
	return (row->flags & flags) == flags;
}

static bool is_person(const struct ek_may_actor *actor)
{
	return actor->kind == EK_MAY_KIND_SESSION || actor->kind == EK_MAY_KIND_TOKEN;
}

/* The role whose grants a column looks at; 0 is an integration's. */
static uint8_t role_of(int column)
{
	static const uint8_t roles[COLUMNS] = {
		[TEAMMATE] = EK_ROLE_TEAMMATE,
		[LEAD] = EK_ROLE_LEAD,
		[MANAGER] = EK_ROLE_MANAGER,
		[ADMIN] = EK_ROLE_ADMIN,
	};
	return roles[column];
}

/* Whether one has the role anywhere. */
static bool has_role(const struct ek_may_actor *actor, uint8_t role)
{
	for (uint32_t i = 0; i < actor->grant_count; i++)
		if (actor->grants[i].role == role)
			return true;
	return false;
}

/* Whether the role holds for a team of the object, or for every team. */
static bool holds_for(const struct ek_may_actor *actor, uint8_t role,
		      const struct ek_may_object *object)
{
	for (uint32_t i = 0; i < actor->grant_count; i++) {
		const struct ek_may_grant *g = &actor->grants[i];
		if (g->role != role)
			continue;
		if (g->team.v == 0)
			return true;
		for (uint32_t k = 0; k < object->team_count; k++)
			if (object->teams[k].v == g->team.v)
				return true;
	}
	return false;
}

static bool is_same(ek_teammate_id a, ek_teammate_id b)
{
	return a.v != 0 && a.v == b.v;
}

/* TEAM, as one column sees it. */
static bool is_in_team(const struct ek_may_actor *actor, int column,
		       const struct ek_may_object *object)
{
	if (column != TEAMMATE)
		return holds_for(actor, role_of(column), object);
	if (is_same(actor->teammate, object->holder))
		return true;
	return !object->is_narrowed && holds_for(actor, EK_ROLE_TEAMMATE, object);
}

/* Whether the column reaches the object, for an actor who stands in it. */
static bool reaches(const struct ek_may_actor *actor, int column, enum cell cell,
		    const struct ek_may_object *object)
{
	switch (cell) {
	case NO:
		return false;
	case ANY:
		return true;
	case OWN:
		return is_same(actor->teammate, object->owner) ||
		       is_same(actor->teammate, object->other);
	case TEAM:
		return is_in_team(actor, column, object);
	case NEAR:
		return object->team_count == 0 || is_in_team(actor, column, object);
	case HELD:
		return is_same(actor->teammate, object->holder);
	case MINE:
		return is_same(actor->teammate, object->owner) && is_in_team(actor, column, object);
	case FREE:
		return (object->holder.v == 0 || is_same(actor->teammate, object->holder)) &&
		       is_in_team(actor, column, object);
	}
	return false;
}

/* Whether the actor stands in the column at all. */
static bool stands_in(const struct ek_may_actor *actor, int column)
{
	if (column == INTEGRATION)
		return actor->kind == EK_MAY_KIND_INTEGRATION;
	if (!is_person(actor))
		return false;
	return column == SELF || has_role(actor, role_of(column));
}

/* The first column that grants; COLUMNS when none does. */
static int column_of(const struct ek_may_actor *actor, const struct row *row,
		     const struct ek_may_object *object)
{
	for (int c = 0; c < COLUMNS; c++) {
		if (object->is_private && c != SELF)
			continue;
		if (row->cells[c] == NO || !stands_in(actor, c))
			continue;
		if (reaches(actor, c, (enum cell)row->cells[c], object))
			return c;
		if (c == LEAD && has_flags(row, SHARE) && object->is_shared)
			return c;
	}
	return COLUMNS;
}

static bool can_see(const struct ek_may_actor *actor, const struct row *row,
		    const struct ek_may_object *object)
{
	if (row->see == EK_MAY_ALWAYS)
		return true;
	if (row->see == EK_MAY_NEVER)
		return false;
	return column_of(actor, row_of((enum ek_may)row->see), object) != COLUMNS;
}

static bool needs_confirming(const struct ek_may_actor *actor, const struct row *row)
{
	return has_flags(row, CONFIRM) && actor->kind == EK_MAY_KIND_SESSION &&
	       !actor->is_confirmed;
}

static struct ek_may_verdict say(enum ek_may_answer answer)
{
	return (struct ek_may_verdict){.answer = answer};
}

static struct ek_may_verdict miss(const char *what, bool is_scope)
{
	return (struct ek_may_verdict){EK_MAY_ANSWER_FORBIDDEN, false, what, is_scope};
}

/* What can be said without the object; ALLOWED: go on and look at it. */
static struct ek_may_verdict check_actor(const struct ek_may_actor *actor, const struct row *row)
{
	bool is_token = actor->kind == EK_MAY_KIND_TOKEN || actor->kind == EK_MAY_KIND_INTEGRATION;
	bool is_scim = has_flags(row, SCIM) && actor->kind == EK_MAY_KIND_INTEGRATION;
	if (actor->kind == EK_MAY_KIND_NOBODY)
		return say(EK_MAY_ANSWER_UNKNOWN);
	if (actor->kind == EK_MAY_KIND_VISITOR && !has_flags(row, VISITOR))
		return say(EK_MAY_ANSWER_HIDDEN);
	if (actor->kind == EK_MAY_KIND_LINK && !has_flags(row, LINK))
		return say(EK_MAY_ANSWER_HIDDEN);
	if (is_token && has_flags(row, SESSION) && !is_scim)
		return say(EK_MAY_ANSWER_SESSION_ONLY);
	if (is_token && (row->scope & ~actor->scopes) != 0)
		return miss(ek_may_scope_name(row->scope), true);
	return say(EK_MAY_ANSWER_ALLOWED);
}

/* Granted by that column: what is still to be done before, and what it leaves behind. */
static struct ek_may_verdict grant(const struct ek_may_actor *actor, const struct row *row,
				   int column, const struct ek_may_object *object)
{
	struct ek_may_verdict v = say(EK_MAY_ANSWER_ALLOWED);
	if (has_flags(row, PURPOSE) && column != SELF && !object->is_looked)
		return say(EK_MAY_ANSWER_PURPOSE);
	if (needs_confirming(actor, row))
		return say(EK_MAY_ANSWER_CONFIRM);
	v.is_audited = has_flags(row, CONFIRM) || has_flags(row, PURPOSE) ||
		       (has_flags(row, AUDIT) && column == ADMIN);
	return v;
}

struct ek_may_verdict ek_may(const struct ek_may_actor *actor, enum ek_may right,
			     const struct ek_may_object *object)
{
	const struct row *row = row_of(right);
	if (has_flags(row, OPEN))
		return say(EK_MAY_ANSWER_ALLOWED);
	struct ek_may_verdict v = check_actor(actor, row);
	if (v.answer != EK_MAY_ANSWER_ALLOWED)
		return v;
	if (object->is_absent)
		return say(EK_MAY_ANSWER_HIDDEN);
	if (actor->kind == EK_MAY_KIND_LINK)
		return v;
	if (actor->kind == EK_MAY_KIND_VISITOR)
		return say(object->is_visitors ? EK_MAY_ANSWER_ALLOWED : EK_MAY_ANSWER_HIDDEN);
	int column = column_of(actor, row, object);
	if (column != COLUMNS)
		return grant(actor, row, column, object);
	return can_see(actor, row, object) ? miss(row->name, false) : say(EK_MAY_ANSWER_HIDDEN);
}

bool ek_may_is(const struct ek_may_actor *actor, enum ek_may right,
	       const struct ek_may_object *object)
{
	return ek_may(actor, right, object).answer == EK_MAY_ANSWER_ALLOWED;
}

struct ek_may_object ek_may_own(const struct ek_may_actor *actor)
{
	return (struct ek_may_object){.owner = actor->teammate};
}

/* Adds the teams of a role. */
static void add_teams(const struct ek_may_actor *actor, uint8_t role, struct ek_may_reach *reach)
{
	for (uint32_t i = 0; i < actor->grant_count && !reach->is_everything; i++) {
		const struct ek_may_grant *g = &actor->grants[i];
		if (g->role != role)
			continue;
		if (g->team.v == 0)
			reach->is_everything = true;
		else
			reach->teams[reach->team_count++] = g->team;
	}
}

static void add_column(const struct ek_may_actor *actor, int column, enum cell cell,
		       struct ek_may_reach *reach)
{
	switch (cell) {
	case NO:
		break;
	case ANY:
		reach->is_everything = true;
		break;
	case OWN:
	case MINE: /* one's own, in whichever team */
		reach->has_own = true;
		break;
	case HELD:
		reach->has_held = true;
		break;
	case NEAR:
		reach->has_teamless = true;
		reach->has_held |= column == TEAMMATE;
		add_teams(actor, role_of(column), reach);
		break;
	case TEAM:
	case FREE:
		reach->has_held |= column == TEAMMATE;
		add_teams(actor, role_of(column), reach);
		break;
	}
}

struct ek_may_reach ek_may_reach(const struct ek_may_actor *actor, enum ek_may right,
				 ek_team_id *teams)
{
	const struct row *row = row_of(right);
	struct ek_may_reach reach = {.teams = teams};
	reach.verdict = check_actor(actor, row);
	if (reach.verdict.answer != EK_MAY_ANSWER_ALLOWED)
		return reach;
	for (int c = 0; c < COLUMNS && !reach.is_everything; c++)
		if (stands_in(actor, c))
			add_column(actor, c, (enum cell)row->cells[c], &reach);
	bool is_some = reach.is_everything || reach.has_own || reach.has_held ||
		       reach.has_teamless || reach.team_count > 0;
	if (!is_some && is_person(actor))
		reach.verdict = miss(row->name, false);
	else if (!is_some)
		reach.verdict = say(EK_MAY_ANSWER_HIDDEN);
	else if (needs_confirming(actor, row))
		reach.verdict = say(EK_MAY_ANSWER_CONFIRM);
	return reach;
}

/* What an integration may set: "limits, skills". */
static bool is_limit(int setting)
{
	return setting == EK_SET_LIMIT || setting == EK_SET_CLASS_LIMIT ||
	       setting == EK_SET_INBOX_LIMIT || setting == EK_SET_SKILLS;
}

enum ek_may ek_may_setting(int setting, int at)
{
	uint8_t role = ek_setting_row(setting)->role;
	ek_assert(at == EK_AT_W || at == EK_AT_T || at == EK_AT_P);
	/* Those of auto-away are an admin's for the workspace, a lead's for a person. */
	if (at == EK_AT_P &&
	    (setting == EK_SET_AUTO_AWAY_AFTER_MS || setting == EK_SET_AUTO_REASSIGN_AFTER_MS))
		role = EK_ROLE_LEAD;
	if (at == EK_AT_W && role < EK_ROLE_MANAGER)
		role = EK_ROLE_MANAGER;
	if (role == EK_ROLE_ADMIN)
		return EK_MAY_SETTING_ADMIN_EDIT;
	if (role == EK_ROLE_MANAGER)
		return EK_MAY_SETTING_MANAGER_EDIT;
	return is_limit(setting) ? EK_MAY_SETTING_LIMITS_EDIT : EK_MAY_SETTING_LEAD_EDIT;
}

const char *ek_may_name(int right)
{
	return right < 0 || (size_t)right >= EK_LEN(rows) ? NULL : rows[right].name;
}

const char *ek_may_scope_name(uint32_t scope)
{
	for (size_t i = 0; i < EK_LEN(scopes); i++)
		if (scopes[i].bit == scope)
			return scopes[i].name;
	return NULL;
}

uint32_t ek_may_scope(ek_str name)
{
	for (size_t i = 0; i < EK_LEN(scopes); i++)
		if (ek_str_is(name, scopes[i].name))
			return scopes[i].bit;
	return 0;
}
