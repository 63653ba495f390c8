/* What looks wrong in a policy: spec routing, section 16 (6). */
#include "engine/policy.h"

#include <string.h>

/* What can be said of one team. */
struct inbox {
	uint32_t members;
	uint32_t receivers; /* of those, with a limit above 0 */
	uint32_t primaries;
	bool feeds_helper; /* someone serves it first and helps elsewhere */
};

struct lint {
	const struct ek_policy *p;
	struct ek_arena *arena;
	struct ek_policy_findings *out;
	struct inbox *inboxes;
	uint32_t cap;
	bool failed; /* no memory */
};

/* text follows the name. */
static void find(struct lint *l, uint32_t line, const char *rule, const char *text, ek_str name)
{
	if (l->out->n == l->cap) {
		uint32_t cap = l->cap == 0 ? 16 : l->cap * 2;
		struct ek_policy_finding *v = ek_arena_get(l->arena, cap * sizeof *v);
		if (v == NULL) {
			l->failed = true;
			return;
		}
		if (l->out->n > 0)
			memcpy(v, l->out->v, l->out->n * sizeof *v);
		l->out->v = v;
		l->cap = cap;
	}
	struct ek_policy_finding *f = &l->out->v[l->out->n++];
	char shown[101];
	uint32_t n = name.n < 100 ? name.n : 100;
	if (n > 0)
		memcpy(shown, name.p, n);
	shown[n] = '\0';
	*f = (struct ek_policy_finding){.line = line, .rule = rule};
	size_t at = ek_format(f->text, sizeof f->text, "%s", n > 0 ? shown : "");
	ek_format(f->text + at, sizeof f->text - at, "%s", text);
}

static void note(struct lint *l, const char *rule, const char *text)
{
	uint32_t before = l->out->n;
	find(l, 0, rule, text, (ek_str){NULL, 0});
	if (l->out->n > before)
		l->out->v[before].is_note = true;
}

static bool has_limit_0(const struct lint *l, const struct ek_policy_section *m)
{
	struct ek_value v = ek_policy_holds(l->p, m, EK_SET_LIMIT);
	return v.kind == EK_VALUE_INT && v.i == 0;
}

static void count_member(struct lint *l, const struct ek_policy_section *m, uint32_t place,
			 bool is_primary)
{
	struct inbox *in = &l->inboxes[place - 1];
	in->members++;
	in->receivers += !has_limit_0(l, m);
	in->primaries += is_primary;
	in->feeds_helper = in->feeds_helper || (is_primary && m->secondary_count > 0);
}

static void count_members(struct lint *l)
{
	for (uint32_t i = 0; i < l->p->mate_count; i++) {
		const struct ek_policy_section *m = &l->p->mates[i];
		for (uint32_t k = 0; k < m->primary_count; k++)
			count_member(l, m, m->primary[k], true);
		for (uint32_t k = 0; k < m->secondary_count; k++)
			count_member(l, m, m->secondary[k], false);
	}
}

static bool is_method(const struct lint *l, const struct ek_policy_section *t, int method)
{
	return ek_policy_holds(l->p, t, EK_SET_METHOD).i == method;
}

/* Members, or receivers, that overflow brings. */
static uint32_t from_overflow(const struct lint *l, const struct ek_policy_section *t,
			      bool receivers)
{
	const struct ek_value *v = ek_policy_find(t, EK_SET_OVERFLOW);
	uint32_t n = 0;
	if (!is_method(l, t, EK_METHOD_BALANCED))
		return 0;
	for (uint32_t i = 0; v != NULL && i < v->n; i += 4) {
		const struct inbox *in = &l->inboxes[v->cells[i].i - 1];
		n += receivers ? in->receivers : in->members;
	}
	return n;
}

static uint32_t line_of(const struct ek_policy_section *s, int setting)
{
	for (uint32_t i = 0; i < s->set_count; i++) {
		if (s->sets[i].setting == setting)
			return s->sets[i].line;
	}
	return s->line;
}

static void check_overflow(struct lint *l, const struct ek_policy_section *t, uint32_t place)
{
	const struct ek_value *v = ek_policy_find(t, EK_SET_OVERFLOW);
	for (uint32_t i = 0; v != NULL && i < v->n; i += 4) {
		if (v->cells[i].i == place)
			find(l, line_of(t, EK_SET_OVERFLOW), "overflow_to_itself",
			     " overflows to itself, which brings nobody", t->name);
	}
}

static void check_team(struct lint *l, uint32_t place)
{
	const struct ek_policy_section *t = &l->p->teams[place - 1];
	const struct inbox *in = &l->inboxes[place - 1];
	check_overflow(l, t, place);
	if (in->members + from_overflow(l, t, false) == 0) {
		find(l, t->line, "unreachable_inbox",
		     " has no members and no overflow to anybody: nothing there is ever given out",
		     t->name);
		return;
	}
	if (is_method(l, t, EK_METHOD_MANUAL))
		return;
	if (in->receivers + from_overflow(l, t, true) == 0)
		find(l, t->line, "limit_0_nobody_else",
		     ": everybody who serves it has limit 0, so it gives nothing to anybody",
		     t->name);
	if (in->members > 0 && in->primaries == 0 && is_method(l, t, EK_METHOD_BALANCED))
		find(l, t->line, "secondary_without_primary",
		     " has helpers, and nobody who serves it first", t->name);
}

static void check_gates(struct lint *l, const bool *never_empty)
{
	struct ek_value gate = ek_policy_holds(l->p, &l->p->workspace, EK_SET_SECONDARY_GATE);
	if (never_empty == NULL) {
		note(l, "strict_gate_never_empty",
		     "strict gates were not looked at: that needs a history of seven days");
		return;
	}
	for (uint32_t i = 0; i < l->p->team_count && gate.i == EK_GATE_STRICT; i++) {
		const struct ek_policy_section *t = &l->p->teams[i];
		if (never_empty[i] && l->inboxes[i].feeds_helper &&
		    is_method(l, t, EK_METHOD_BALANCED))
			find(l, t->line, "strict_gate_never_empty",
			     " was never empty in seven days: with the strict gate, those who "
			     "serve it "
			     "first help nowhere",
			     t->name);
	}
}

bool ek_policy_lint(const struct ek_policy *p, const bool *never_empty, struct ek_arena *arena,
		    struct ek_policy_findings *out, struct ek_err *err)
{
	struct lint l = {.p = p, .arena = arena, .out = out};
	*out = (struct ek_policy_findings){0};
	l.inboxes = ek_arena_zero(arena, (p->team_count + 1) * sizeof *l.inboxes);
	if (l.inboxes == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory to look at a policy");
	count_members(&l);
	for (uint32_t i = 1; i <= p->team_count; i++)
		check_team(&l, i);
	for (uint32_t i = 0; i < p->mate_count; i++) {
		const struct ek_policy_section *m = &p->mates[i];
		if (m->secondary_count > 0 && m->primary_count == 0)
			find(&l, m->secondary_line, "secondary_without_primary",
			     " helps and serves nothing first: no gate ever holds them back",
			     m->name);
	}
	check_gates(&l, never_empty);
	note(&l, "auto_away_before_workflow",
	     "auto-away was not compared with guided workflows: there are none");
	return !l.failed || ek_fail(err, EK_NO_MEMORY, "no memory to look at a policy");
}
