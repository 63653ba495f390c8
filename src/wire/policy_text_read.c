#include <string.h>

#include "model/limits.h"
#include "wire/policy_text.h"

/* ---- headings ---- */

enum heading { NOT_A_HEADING, WORKSPACE, TEAM, TEAMMATE, TEST };

static enum heading heading_of(const struct ek_policy_lex *x)
{
	static const struct {
		const char *word;
		enum heading is;
	} words[] = {
		{"workspace", WORKSPACE}, {"team", TEAM}, {"teammate", TEAMMATE}, {"test", TEST}};
	struct ek_policy_token t = ek_policy_lex_peek(x, 0);
	struct ek_policy_token next = ek_policy_lex_peek(x, 1);
	bool is_setting = next.kind == EK_POLICY_TOKEN_SIGN && ek_str_is(next.s, "=");
	for (size_t i = 0; i < EK_LEN(words); i++) {
		if (t.kind == EK_POLICY_TOKEN_WORD && ek_str_is(t.s, words[i].word) && !is_setting)
			return words[i].is;
	}
	return NOT_A_HEADING;
}

/* Room for one more element, doubling: the array, or NULL without memory. */
static void *grow(struct ek_arena *arena, void *v, uint32_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return v;
	size_t cap = n == 0 ? 1 : (size_t)n * 2;
	void *to = ek_arena_zero(arena, cap * size);
	if (to != NULL && n > 0)
		memcpy(to, v, n * size);
	return to;
}

static bool add_section(struct ek_policy_reader *r, struct ek_policy_section **v, uint32_t *n,
			const char *what, uint32_t max)
{
	struct ek_policy_section s = {.line = r->x.line};
	if (*n == max)
		return ek_fail(r->x.err, EK_LIMIT, "line %u: a policy has at most %u %ss",
			       r->x.line, max, what + 2);
	if (!ek_policy_lex_name(&r->x, what, &s.name) || !ek_policy_lex_end(&r->x))
		return false;
	*v = grow(r->x.arena, *v, *n, sizeof **v);
	if (*v == NULL)
		return ek_policy_lex_no_memory(&r->x);
	(*v)[(*n)++] = s;
	return true;
}

static bool add_test(struct ek_policy_reader *r)
{
	struct ek_policy_test test = {.line = r->x.line};
	struct ek_policy *p = r->p;
	if (p->test_count == EK_POLICY_TESTS_MAX)
		return ek_fail(r->x.err, EK_LIMIT, "line %u: a policy has at most %d tests",
			       r->x.line, EK_POLICY_TESTS_MAX);
	if (!ek_policy_lex_name(&r->x, "the name of a test", &test.name) ||
	    !ek_policy_lex_end(&r->x))
		return false;
	for (uint32_t i = 0; i < p->test_count; i++) {
		if (ek_str_equal(p->tests[i].name, test.name))
			return ek_policy_lex_fail(&r->x, EK_USAGE, "there are two tests",
						  test.name);
	}
	p->tests = grow(r->x.arena, p->tests, p->test_count, sizeof *p->tests);
	if (p->tests == NULL)
		return ek_policy_lex_no_memory(&r->x);
	p->tests[p->test_count++] = test;
	return true;
}

static bool add_heading(struct ek_policy_reader *r)
{
	struct ek_policy *p = r->p;
	enum heading h = heading_of(&r->x);
	if (h != NOT_A_HEADING)
		r->x.i++;
	switch (h) {
	case WORKSPACE:
		if (p->workspace.line != 0)
			return ek_fail(r->x.err, EK_USAGE,
				       "line %u: the workspace stands at line %u already",
				       r->x.line, p->workspace.line);
		p->workspace.line = r->x.line;
		return ek_policy_lex_end(&r->x);
	case TEAM:
		return add_section(r, &p->teams, &p->team_count, "a team", EK_LIMIT_TEAMS);
	case TEAMMATE:
		return add_section(r, &p->mates, &p->mate_count, "a teammate", EK_LIMIT_TEAMMATES);
	case TEST:
		return add_test(r);
	default:
		return true;
	}
}

/* ---- names ---- */

static ek_str before_at(ek_str s)
{
	uint32_t n = 0;
	while (n < s.n && s.p[n] != '@')
		n++;
	return (ek_str){s.p, n};
}

static bool index_names(struct ek_policy_reader *r, struct ek_policy_index *x,
			const struct ek_policy_section *v, uint32_t n, bool is_short)
{
	x->v = ek_arena_get(r->x.arena, n * sizeof *x->v);
	x->n = n;
	if (x->v == NULL && n > 0)
		return ek_policy_lex_no_memory(&r->x);
	for (uint32_t i = 0; i < n; i++)
		x->v[i] = (struct ek_policy_entry){is_short ? before_at(v[i].name) : v[i].name,
						   i + 1};
	return ek_policy_index_sort(x, r->x.arena) || ek_policy_lex_no_memory(&r->x);
}

static bool check_twice(struct ek_policy_reader *r, const struct ek_policy_index *x,
			const struct ek_policy_section *v)
{
	for (uint32_t i = 1; i < x->n; i++) {
		if (!ek_str_equal(x->v[i - 1].name, x->v[i].name))
			continue;
		r->x.line = v[x->v[i].place - 1].line;
		return ek_policy_lex_fail(&r->x, EK_USAGE, "there are two sections of",
					  x->v[i].name);
	}
	return true;
}

static bool first_pass(struct ek_policy_reader *r)
{
	const struct ek_policy *p = r->p;
	bool more = false;
	do {
		if (!ek_policy_lex_line(&r->x, &more) || (more && !add_heading(r)))
			return false;
	} while (more);
	return index_names(r, &r->teams, p->teams, p->team_count, false) &&
	       index_names(r, &r->mates, p->mates, p->mate_count, false) &&
	       index_names(r, &r->short_names, p->mates, p->mate_count, true) &&
	       check_twice(r, &r->teams, p->teams) && check_twice(r, &r->mates, p->mates);
}

/* ---- lines of a section ---- */

/* Where the second pass is. */
struct place {
	enum heading in;
	struct ek_policy_section *section;
	uint32_t teams, mates, tests; /* headings passed */
};

static void sort_places(uint32_t *v, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		uint32_t p = v[i], k = i;
		for (; k > 0 && v[k - 1] > p; k--)
			v[k] = v[k - 1];
		v[k] = p;
	}
}

static bool read_members(struct ek_policy_reader *r, uint32_t **list, uint32_t *count)
{
	struct ek_policy_value how = {.x = &r->x, .teams = &r->teams};
	uint32_t *v = ek_arena_get(r->x.arena, (r->x.n - r->x.i + 1) * sizeof *v);
	uint32_t n = 0;
	if (v == NULL)
		return ek_policy_lex_no_memory(&r->x);
	if (!ek_policy_lex_is(&r->x, "none")) {
		do {
			if (n == EK_LIMIT_MEMBERSHIPS)
				return ek_fail(r->x.err, EK_LIMIT,
					       "line %u: a teammate serves at most %d team inboxes",
					       r->x.line, EK_LIMIT_MEMBERSHIPS);
			if (!ek_policy_value_team(&how, &v[n++]))
				return false;
		} while (ek_policy_lex_is(&r->x, ","));
	}
	sort_places(v, n);
	for (uint32_t i = 1; i < n; i++) {
		if (v[i - 1] == v[i])
			return ek_policy_lex_fail(&r->x, EK_INVALID_VALUE,
						  "named twice:", r->p->teams[v[i] - 1].name);
	}
	*list = v;
	*count = n;
	return ek_policy_lex_end(&r->x);
}

/* A person has one level per team inbox. */
static bool check_levels(struct ek_policy_reader *r, const struct ek_policy_section *s)
{
	for (uint32_t i = 0; i < s->primary_count; i++) {
		for (uint32_t k = 0; k < s->secondary_count; k++) {
			if (s->primary[i] == s->secondary[k])
				return ek_policy_lex_fail(
					&r->x, EK_BOTH_LEVELS,
					"primary and secondary name the same team",
					r->p->teams[s->primary[i] - 1].name);
		}
	}
	if (s->primary_count + s->secondary_count <= EK_LIMIT_MEMBERSHIPS)
		return true;
	return ek_fail(r->x.err, EK_LIMIT, "line %u: a teammate serves at most %d team inboxes",
		       r->x.line, EK_LIMIT_MEMBERSHIPS);
}

static bool twice(struct ek_policy_reader *r, ek_str name)
{
	return ek_policy_lex_fail(&r->x, EK_USAGE, "this section has two lines of", name);
}

static bool level_line(struct ek_policy_reader *r, struct ek_policy_section *s, ek_str name)
{
	bool is_primary = ek_str_is(name, "primary");
	uint32_t *line = is_primary ? &s->primary_line : &s->secondary_line;
	if (*line != 0)
		return twice(r, name);
	*line = r->x.line;
	if (is_primary)
		return read_members(r, &s->primary, &s->primary_count) && check_levels(r, s);
	return read_members(r, &s->secondary, &s->secondary_count) && check_levels(r, s);
}

static bool setting_line(struct ek_policy_reader *r, const struct place *at, ek_str name)
{
	struct ek_policy_value how = {
		.x = &r->x,
		.teams = &r->teams,
		.setting = ek_setting_number(name),
		.at = at->in == WORKSPACE ? EK_AT_W
		      : at->in == TEAM    ? EK_AT_T
					  : EK_AT_P,
	};
	struct ek_policy_set set = {.setting = (uint8_t)how.setting, .line = r->x.line};
	struct ek_calendar *cal = NULL;
	if (how.setting == 0)
		return ek_policy_lex_fail(&r->x, EK_USAGE, "there is no setting", name);
	if (ek_policy_find(at->section, how.setting) != NULL)
		return twice(r, name);
	if (!ek_policy_value_read(&how, &set.value, &cal))
		return false;
	if (set.value.kind == EK_VALUE_UNSET)
		return true;
	if (cal != NULL)
		at->section->calendar = cal;
	return ek_policy_put(at->section, r->x.arena, set) || ek_policy_lex_no_memory(&r->x);
}

static bool section_line(struct ek_policy_reader *r, const struct place *at)
{
	ek_str name = ek_policy_lex_peek(&r->x, 0).s;
	if (ek_policy_lex_peek(&r->x, 0).kind != EK_POLICY_TOKEN_WORD)
		return ek_policy_lex_refuse(&r->x, "the name of a setting");
	if (at->in == NOT_A_HEADING)
		return ek_policy_lex_refuse(&r->x, "workspace, team, teammate or test");
	r->x.i++;
	if (!ek_policy_lex_want(&r->x, "="))
		return false;
	bool is_level = ek_str_is(name, "primary") || ek_str_is(name, "secondary");
	if (at->in == TEAMMATE && is_level)
		return level_line(r, at->section, name);
	return setting_line(r, at, name);
}

static void enter(struct ek_policy_reader *r, struct place *at, enum heading h)
{
	at->in = h;
	at->section = NULL;
	if (h == WORKSPACE)
		at->section = &r->p->workspace;
	else if (h == TEAM)
		at->section = &r->p->teams[at->teams++];
	else if (h == TEAMMATE)
		at->section = &r->p->mates[at->mates++];
	if (h != TEST)
		return;
	r->test = &r->p->tests[at->tests++];
	r->step_cap = 0;
	r->label_cap = 0;
}

static bool second_pass(struct ek_policy_reader *r)
{
	struct place at = {.in = NOT_A_HEADING};
	bool more = false;
	ek_policy_lex_rewind(&r->x);
	for (;;) {
		if (!ek_policy_lex_line(&r->x, &more))
			return false;
		if (!more)
			return true;
		enum heading h = heading_of(&r->x);
		if (h != NOT_A_HEADING)
			enter(r, &at, h);
		else if (at.in == TEST ? !ek_policy_text_step(r) : !section_line(r, &at))
			return false;
	}
}

bool ek_policy_text_read(ek_str text, struct ek_arena *arena, struct ek_policy *out,
			 struct ek_err *err)
{
	struct ek_policy_reader r = {.p = out};
	*out = (struct ek_policy){0};
	return ek_policy_lex_open(&r.x, text, arena, err) && first_pass(&r) && second_pass(&r);
}
