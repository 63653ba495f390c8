/* The lines of tests: given, when, then. */
#include <string.h>

#include "model/limits.h"
#include "wire/policy_text.h"

/* ---- names and labels ---- */

/* A teammate by e-mail, or by what stands before its @. */
static bool read_mate(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	uint32_t count = 0;
	if (!ek_policy_lex_name(&r->x, "a teammate", &s->who))
		return false;
	s->mate = ek_policy_index_find(&r->mates, s->who, &count);
	if (s->mate != 0)
		return true;
	s->mate = ek_policy_index_find(&r->short_names, s->who, &count);
	if (count > 1)
		return ek_policy_lex_fail(&r->x, EK_INVALID_VALUE, "several teammates are called",
					  s->who);
	return count == 1 ||
	       ek_policy_lex_fail(&r->x, EK_INVALID_VALUE, "this text has no teammate", s->who);
}

static bool read_team(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	struct ek_policy_value how = {.x = &r->x, .teams = &r->teams};
	return ek_policy_value_team(&how, &s->team);
}

static uint32_t find_label(const struct ek_policy_test *t, ek_str name)
{
	for (uint32_t i = 0; i < t->label_count; i++) {
		if (ek_str_equal(t->labels[i], name))
			return i + 1;
	}
	return 0;
}

static bool read_label(struct ek_policy_reader *r, uint32_t *label)
{
	ek_str name;
	if (!ek_policy_lex_name(&r->x, "a conversation", &name))
		return false;
	*label = find_label(r->test, name);
	return *label != 0 || ek_policy_lex_fail(&r->x, EK_INVALID_VALUE, "has not arrived:", name);
}

enum { LABELS_MAX = 200 };

static bool add_label(struct ek_policy_reader *r, uint32_t *label)
{
	struct ek_policy_test *t = r->test;
	ek_str name;
	if (!ek_policy_lex_name(&r->x, "a conversation", &name))
		return false;
	if (find_label(t, name) != 0)
		return ek_policy_lex_fail(&r->x, EK_INVALID_VALUE, "has arrived already:", name);
	if (t->label_count == LABELS_MAX)
		return ek_fail(r->x.err, EK_LIMIT, "line %u: a test has at most %d arrivals",
			       r->x.line, LABELS_MAX);
	if (t->label_count == r->label_cap) {
		uint32_t cap = r->label_cap == 0 ? 8 : r->label_cap * 2;
		ek_str *labels = ek_arena_get(r->x.arena, cap * sizeof *labels);
		if (labels == NULL)
			return ek_policy_lex_no_memory(&r->x);
		if (t->label_count > 0)
			memcpy(labels, t->labels, t->label_count * sizeof *labels);
		t->labels = labels;
		r->label_cap = cap;
	}
	t->labels[t->label_count++] = name;
	*label = t->label_count;
	return true;
}

/* ---- fields of an arrival ---- */

struct arrival {
	struct ek_policy_reader *r;
	struct ek_cmd_conversation_create *to;
	struct ek_pair attributes[EK_LIMIT_ATTRIBUTES];
	ek_str field;
	ek_str value;
};

static bool refuse(struct arrival *a, const char *what)
{
	char text[120];
	char name[40];
	uint32_t n = a->field.n < sizeof name - 1 ? a->field.n : (uint32_t)sizeof name - 1;
	memcpy(name, a->field.p, n);
	name[n] = '\0';
	ek_format(text, sizeof text, "%s: expected %s, got", name, what);
	return ek_policy_lex_fail(&a->r->x, EK_INVALID_VALUE, text, a->value);
}

static bool number_field(struct arrival *a, int64_t lo, int64_t hi, int64_t *out)
{
	char what[60];
	if (ek_policy_lex_number(a->value, out) && *out >= lo && *out <= hi)
		return true;
	ek_format(what, sizeof what, "a whole number of %lld to %lld", (long long)lo,
		  (long long)hi);
	return refuse(a, what);
}

static bool set_priority(struct arrival *a)
{
	return number_field(a, 0, 3, &a->to->priority);
}

static bool set_complexity(struct arrival *a)
{
	return number_field(a, 1, 5, &a->to->complexity);
}

static bool set_contact(struct arrival *a)
{
	int64_t v = 0;
	if (!number_field(a, 1, 1000000, &v))
		return false;
	a->to->contact = (ek_contact_id){(uint32_t)v};
	return true;
}

static bool class_field(struct arrival *a, EK_C_CAPACITY_CLASS *out)
{
	*out = (EK_C_CAPACITY_CLASS)ek_enums_number(EK_ENUM_CAPACITY_CLASS, a->value);
	return *out != 0 || refuse(a, "email, chat, voice, video or api");
}

static bool set_channel(struct arrival *a)
{
	return class_field(a, &a->to->channel);
}

static bool set_class(struct arrival *a)
{
	return class_field(a, &a->to->capacity_class);
}

/* A length of time from its arrival. */
static bool set_due(struct arrival *a)
{
	int64_t ms = 0;
	if (!ek_policy_lex_span(a->value, &ms) || ms > EK_DAY_MS(366))
		return refuse(a, "a length of time such as 30min, at most 366d");
	a->to->sla_due = (ek_time){ms};
	return true;
}

/* The next of a text's parts between commas; false at its end. */
static bool next_part(ek_str *rest, ek_str *part)
{
	if (rest->p == NULL)
		return false;
	uint32_t n = 0;
	while (n < rest->n && rest->p[n] != ',')
		n++;
	*part = (ek_str){rest->p, n};
	*rest = n == rest->n ? (ek_str){NULL, 0} : (ek_str){rest->p + n + 1, rest->n - n - 1};
	return true;
}

static bool set_tags(struct arrival *a)
{
	ek_str *v = ek_arena_get(a->r->x.arena, EK_LIMIT_TAGS * sizeof *v);
	ek_str rest = a->value, part;
	uint32_t n = 0;
	if (v == NULL)
		return ek_policy_lex_no_memory(&a->r->x);
	while (next_part(&rest, &part)) {
		if (n == EK_LIMIT_TAGS || part.n == 0)
			return refuse(a, "tags with commas between them, at most 32");
		v[n++] = part;
	}
	a->to->tags = (struct ek_texts){v, n};
	return true;
}
_Static_assert(EK_LIMIT_TAGS == 32, "the message above names the limit");

/* lang:ko, or lang:ko/3 for a level. */
static bool set_needs(struct arrival *a)
{
	struct ek_need *v = ek_arena_get(a->r->x.arena, EK_LIMIT_NEEDS * sizeof *v);
	ek_str rest = a->value, part;
	uint32_t n = 0;
	if (v == NULL)
		return ek_policy_lex_no_memory(&a->r->x);
	while (next_part(&rest, &part)) {
		struct ek_need need = {part, 1, true, {EK_NONE}};
		bool has_level = part.n > 2 && part.p[part.n - 2] == '/' &&
				 part.p[part.n - 1] >= '1' && part.p[part.n - 1] <= '5';
		if (has_level) {
			need.skill.n -= 2;
			need.min_level = (uint8_t)(part.p[part.n - 1] - '0');
		}
		if (n == EK_LIMIT_NEEDS || need.skill.n == 0)
			return refuse(a, "skills with commas between them, at most 16");
		v[n++] = need;
	}
	a->to->needs = (struct ek_needs){v, n};
	return true;
}
_Static_assert(EK_LIMIT_NEEDS == 16, "the message above names the limit");

static bool set_attribute(struct arrival *a)
{
	static const uint32_t prefix = sizeof "attribute:" - 1;
	struct ek_pairs *to = &a->to->attributes;
	if (to->n == EK_LIMIT_ATTRIBUTES)
		return refuse(a, "at most 16 attributes");
	if (a->value.n == 0)
		return refuse(a, "a value");
	a->attributes[to->n++] =
		(struct ek_pair){{a->field.p + prefix, a->field.n - prefix}, a->value};
	return true;
}
_Static_assert(EK_LIMIT_ATTRIBUTES == 16, "the message above names the limit");

static bool set_field(struct arrival *a)
{
	static const struct {
		const char *name;
		bool (*set)(struct arrival *a);
	} fields[] = {
		{"priority", set_priority},
		{"complexity", set_complexity},
		{"contact", set_contact},
		{"channel", set_channel},
		{"capacity_class", set_class},
		{"sla_due", set_due},
		{"tags", set_tags},
		{"needs", set_needs},
	};
	for (size_t i = 0; i < EK_LEN(fields); i++) {
		if (ek_str_is(a->field, fields[i].name))
			return fields[i].set(a);
	}
	if (a->field.n > 10 && memcmp(a->field.p, "attribute:", 10) == 0)
		return set_attribute(a);
	return ek_policy_lex_fail(&a->r->x, EK_USAGE, "an arrival has no field", a->field);
}

enum { FIELDS_MAX = 8 + EK_LIMIT_ATTRIBUTES };

static bool read_field(struct arrival *a, struct ek_policy_step *s, struct ek_pair *pairs)
{
	struct ek_policy_lex *x = &a->r->x;
	if (!ek_policy_lex_name(x, "a field", &a->field) || !ek_policy_lex_want(x, "=") ||
	    !ek_policy_lex_name(x, "a value", &a->value))
		return false;
	for (uint32_t i = 0; i < s->fields.n; i++) {
		if (ek_str_equal(pairs[i].name, a->field))
			return ek_policy_lex_fail(x, EK_USAGE, "this line has two values of",
						  a->field);
	}
	if (!set_field(a))
		return false;
	ek_assert(s->fields.n < FIELDS_MAX);
	pairs[s->fields.n++] = (struct ek_pair){a->field, a->value};
	return true;
}

static bool read_fields(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	struct arrival a = {.r = r};
	a.to = ek_arena_get(r->x.arena, sizeof *a.to);
	struct ek_pair *pairs = ek_arena_get(r->x.arena, FIELDS_MAX * sizeof *pairs);
	if (a.to == NULL || pairs == NULL)
		return ek_policy_lex_no_memory(&r->x);
	*a.to = ek_cmd_make(EK_CMD_CONVERSATION_CREATE).conversation_create;
	while (ek_policy_lex_peek(&r->x, 0).kind != EK_POLICY_TOKEN_END) {
		if (!read_field(&a, s, pairs))
			return false;
	}
	uint32_t n = a.to->attributes.n;
	struct ek_pair *attributes = ek_arena_get(r->x.arena, n * sizeof *attributes);
	if (attributes == NULL && n > 0)
		return ek_policy_lex_no_memory(&r->x);
	if (n > 0)
		memcpy(attributes, a.attributes, n * sizeof *attributes);
	a.to->attributes.v = attributes;
	s->fields.v = pairs;
	s->arrival = a.to;
	return true;
}

/* ---- forms ---- */

static bool read_holds(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	return ek_policy_lex_int(&r->x, 1, EK_POLICY_HOLDS_MAX, &s->number) &&
	       ek_policy_lex_want(&r->x, "in") && read_team(r, s);
}

static bool read_limit(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	s->number = EK_NONE;
	return ek_policy_lex_is(&r->x, "null") ||
	       ek_policy_lex_int(&r->x, 0, ek_setting_row(EK_SET_LIMIT)->hi, &s->number);
}

static bool read_listed(struct ek_policy_reader *r, struct ek_policy_step *s, enum ek_enum which,
			const char *what)
{
	struct ek_policy_token t = ek_policy_lex_peek(&r->x, 0);
	s->listed = t.kind == EK_POLICY_TOKEN_WORD ? (uint8_t)ek_enums_number(which, t.s) : 0;
	if (s->listed == 0)
		return ek_policy_lex_refuse(&r->x, what);
	r->x.i++;
	return true;
}

static bool read_becomes(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	return read_listed(r, s, EK_ENUM_PRESENCE, "active, away or away_reassigning");
}

static bool read_of_one(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	return read_label(r, &s->label);
}

static bool read_arrives(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	return ek_policy_lex_want(&r->x, "in") && read_team(r, s) && read_fields(r, s);
}

static bool read_goes(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	return ek_policy_lex_want(&r->x, "to") && read_mate(r, s);
}

static bool read_waits(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	return ek_policy_lex_want(&r->x, "because") &&
	       read_listed(r, s, EK_ENUM_TEST, "a test such as at_limit") && read_mate(r, s);
}

static bool read_pass(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	(void)s;
	return ek_policy_lex_want(&r->x, "pass");
}

static bool read_queue(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	uint32_t *v = ek_arena_get(r->x.arena, (r->x.n - r->x.i + 1) * sizeof *v);
	if (v == NULL)
		return ek_policy_lex_no_memory(&r->x);
	s->queue = v;
	do {
		if (!read_label(r, &v[s->queue_count]))
			return false;
		for (uint32_t i = 0; i < s->queue_count; i++) {
			if (v[i] == v[s->queue_count])
				return ek_policy_lex_fail(&r->x, EK_INVALID_VALUE, "named twice:",
							  r->test->labels[v[i] - 1]);
		}
		s->queue_count++;
	} while (ek_policy_lex_is(&r->x, ","));
	return true;
}

/* What stands before the verb. */
enum subject { NAME, ID, NEW_ID, NUMBER, QUEUE };
static const struct form {
	const char *verb;
	uint8_t form;
	uint8_t subject;
	bool is_then;
	bool (*read)(struct ek_policy_reader *r, struct ek_policy_step *s);
} forms[] = {
	{"holds", EK_POLICY_HOLDS, NAME, false, read_holds},
	{"limit", EK_POLICY_LIMIT, NAME, false, read_limit},
	{"becomes", EK_POLICY_BECOMES, NAME, false, read_becomes},
	{"arrives", EK_POLICY_ARRIVES, NEW_ID, false, read_arrives},
	{"closes", EK_POLICY_CLOSES, NAME, false, read_of_one},
	{"releases", EK_POLICY_RELEASES, NAME, false, read_of_one},
	{"snoozes", EK_POLICY_SNOOZES, NAME, false, read_of_one},
	{"min", EK_POLICY_PASS, NUMBER, false, read_pass},
	{"goes", EK_POLICY_GOES, ID, true, read_goes},
	{"waits", EK_POLICY_WAITS, ID, true, read_waits},
	{"is", EK_POLICY_QUEUE, QUEUE, true, read_queue},
};

static bool read_subject(struct ek_policy_reader *r, struct ek_policy_step *s, uint8_t subject)
{
	switch (subject) {
	case NAME:
		return read_mate(r, s);
	case ID:
		return read_label(r, &s->label);
	case NEW_ID:
		return add_label(r, &s->label);
	case NUMBER:
		return ek_policy_lex_int(&r->x, 0, EK_POLICY_PASS_MAX, &s->number);
	default:
		return ek_policy_lex_want(&r->x, "queue");
	}
}

static bool read_form(struct ek_policy_reader *r, struct ek_policy_step *s)
{
	struct ek_policy_token verb = ek_policy_lex_peek(&r->x, 1);
	bool is_then = s->when == EK_POLICY_THEN;
	for (size_t i = 0; i < EK_LEN(forms); i++) {
		const struct form *f = &forms[i];
		if (f->is_then != is_then || verb.kind != EK_POLICY_TOKEN_WORD ||
		    !ek_str_is(verb.s, f->verb))
			continue;
		s->form = f->form;
		if (!read_subject(r, s, f->subject))
			return false;
		r->x.i++;
		return f->read(r, s) && ek_policy_lex_end(&r->x);
	}
	if (ek_policy_lex_peek(&r->x, 0).kind != EK_POLICY_TOKEN_END)
		r->x.i++;
	return ek_policy_lex_refuse(
		&r->x, is_then ? "`goes to NAME`, `waits because TEST NAME`, or `queue is ID, ID`"
			       : "holds, limit, becomes, arrives, closes, releases, snoozes or "
				 "`min pass`");
}

static bool add_step(struct ek_policy_reader *r, struct ek_policy_step step)
{
	struct ek_policy_test *t = r->test;
	if (t->step_count == EK_POLICY_STEPS_MAX)
		return ek_fail(r->x.err, EK_LIMIT, "line %u: a test has at most %d lines",
			       r->x.line, EK_POLICY_STEPS_MAX);
	if (t->step_count == r->step_cap) {
		uint32_t cap = r->step_cap == 0 ? 8 : r->step_cap * 2;
		struct ek_policy_step *steps = ek_arena_get(r->x.arena, cap * sizeof *steps);
		if (steps == NULL)
			return ek_policy_lex_no_memory(&r->x);
		if (t->step_count > 0)
			memcpy(steps, t->steps, t->step_count * sizeof *steps);
		t->steps = steps;
		r->step_cap = cap;
	}
	t->steps[t->step_count++] = step;
	return true;
}

bool ek_policy_text_step(struct ek_policy_reader *r)
{
	struct ek_policy_step step = {.line = r->x.line};
	const struct ek_policy_test *t = r->test;
	if (ek_policy_lex_is(&r->x, "given"))
		step.when = EK_POLICY_GIVEN;
	else if (ek_policy_lex_is(&r->x, "when"))
		step.when = EK_POLICY_WHEN;
	else if (ek_policy_lex_is(&r->x, "then"))
		step.when = EK_POLICY_THEN;
	else
		return ek_policy_lex_refuse(&r->x, "given, when, then, or a heading");
	bool begun = t->step_count > 0 && t->steps[t->step_count - 1].when != EK_POLICY_GIVEN;
	if (step.when == EK_POLICY_GIVEN && begun)
		return ek_fail(r->x.err, EK_USAGE, "line %u: given lines come before when and then",
			       r->x.line);
	return read_form(r, &step) && add_step(r, step);
}
