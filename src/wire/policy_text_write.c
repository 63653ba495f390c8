#include "wire/policy_text.h"

/* ---- sections ---- */

static void write_members(struct ek_policy_out *o, const struct ek_policy *p, const char *level,
			  const uint32_t *places, uint32_t n)
{
	if (n == 0)
		return;
	ek_policy_out_word(o, "  ");
	ek_policy_out_word(o, level);
	for (uint32_t i = 0; i < n; i++) {
		ek_policy_out_word(o, i == 0 ? " = " : ", ");
		ek_policy_out_name(o, p->teams[places[i] - 1].name);
	}
	ek_policy_out_word(o, "\n");
}

static void write_section(struct ek_policy_out *o, const struct ek_policy *p, const char *heading,
			  const struct ek_policy_section *s)
{
	ek_policy_out_word(o, heading);
	if (s->name.n > 0) {
		ek_policy_out_word(o, " ");
		ek_policy_out_name(o, s->name);
	}
	ek_policy_out_word(o, "\n");
	write_members(o, p, "primary", s->primary, s->primary_count);
	write_members(o, p, "secondary", s->secondary, s->secondary_count);
	for (uint32_t i = 0; i < s->set_count; i++) {
		ek_policy_out_word(o, "  ");
		ek_policy_out_word(o, ek_setting_row(s->sets[i].setting)->wire);
		ek_policy_out_word(o, " = ");
		ek_policy_value_write(o, p, &s->sets[i], s->calendar);
		ek_policy_out_word(o, "\n");
	}
}

/* ---- tests ---- */

static void write_number(struct ek_policy_out *o, int64_t v)
{
	if (v == EK_NONE)
		ek_policy_out_word(o, "null");
	else
		ek_policy_out_int(o, v);
}

static void write_who(struct ek_policy_out *o, const struct ek_policy_step *s, const char *verb)
{
	ek_policy_out_name(o, s->who);
	ek_policy_out_word(o, verb);
}

/* What the step says; label: how it calls its conversation. */
static void write_act(struct ek_policy_out *o, const struct ek_policy *p,
		      const struct ek_policy_step *s, ek_str label)
{
	switch (s->form) {
	case EK_POLICY_HOLDS:
		write_who(o, s, " holds ");
		ek_policy_out_int(o, s->number);
		ek_policy_out_word(o, " in ");
		ek_policy_out_name(o, p->teams[s->team - 1].name);
		return;
	case EK_POLICY_LIMIT:
		write_who(o, s, " limit ");
		write_number(o, s->number);
		return;
	case EK_POLICY_BECOMES:
		write_who(o, s, " becomes ");
		ek_policy_out_word(o, ek_enums_wire(EK_ENUM_PRESENCE, s->listed));
		return;
	case EK_POLICY_PASS:
		ek_policy_out_int(o, s->number);
		ek_policy_out_word(o, " min pass");
		return;
	default:
		write_who(o, s,
			  s->form == EK_POLICY_CLOSES     ? " closes "
			  : s->form == EK_POLICY_RELEASES ? " releases "
							  : " snoozes ");
		ek_policy_out_name(o, label);
	}
}

static void write_arrival(struct ek_policy_out *o, const struct ek_policy *p,
			  const struct ek_policy_step *s, ek_str label)
{
	ek_policy_out_name(o, label);
	ek_policy_out_word(o, " arrives in ");
	ek_policy_out_name(o, p->teams[s->team - 1].name);
	for (uint32_t i = 0; i < s->fields.n; i++) {
		ek_policy_out_word(o, " ");
		ek_policy_out_name(o, s->fields.v[i].name);
		ek_policy_out_word(o, "=");
		ek_policy_out_name(o, s->fields.v[i].value);
	}
}

static void write_then(struct ek_policy_out *o, const struct ek_policy_test *t,
		       const struct ek_policy_step *s, ek_str label)
{
	if (s->form == EK_POLICY_QUEUE) {
		for (uint32_t i = 0; i < s->queue_count; i++) {
			ek_policy_out_word(o, i == 0 ? "queue is " : ", ");
			ek_policy_out_name(o, t->labels[s->queue[i] - 1]);
		}
		return;
	}
	ek_policy_out_name(o, label);
	if (s->form == EK_POLICY_GOES) {
		ek_policy_out_word(o, " goes to ");
	} else {
		ek_policy_out_word(o, " waits because ");
		ek_policy_out_word(o, ek_enums_wire(EK_ENUM_TEST, s->listed));
		ek_policy_out_word(o, " ");
	}
	ek_policy_out_name(o, s->who);
}

static void write_step(struct ek_policy_out *o, const struct ek_policy *p,
		       const struct ek_policy_test *t, const struct ek_policy_step *s)
{
	static const char *const words[] = {"", "  given ", "  when ", "  then "};
	ek_str label = s->label != 0 ? t->labels[s->label - 1] : (ek_str){"", 0};
	ek_policy_out_word(o, words[s->when]);
	if (s->when == EK_POLICY_THEN)
		write_then(o, t, s, label);
	else if (s->form == EK_POLICY_ARRIVES)
		write_arrival(o, p, s, label);
	else
		write_act(o, p, s, label);
	ek_policy_out_word(o, "\n");
}

/* Always in quotes. */
static void write_test(struct ek_policy_out *o, const struct ek_policy *p,
		       const struct ek_policy_test *t)
{
	ek_policy_out_word(o, "test \"");
	for (uint32_t i = 0; i < t->name.n; i++) {
		if (t->name.p[i] == '"' || t->name.p[i] == '\\')
			ek_policy_out_word(o, "\\");
		ek_policy_out_text(o, (ek_str){t->name.p + i, 1});
	}
	ek_policy_out_word(o, "\"\n");
	for (uint32_t i = 0; i < t->step_count; i++)
		write_step(o, p, t, &t->steps[i]);
}

bool ek_policy_text_write(const struct ek_policy *p, ek_policy_sink *sink, void *ctx)
{
	struct ek_policy_out o = {sink, ctx, false};
	write_section(&o, p, "workspace", &p->workspace);
	for (uint32_t i = 0; i < p->team_count; i++)
		write_section(&o, p, "team", &p->teams[i]);
	for (uint32_t i = 0; i < p->mate_count; i++)
		write_section(&o, p, "teammate", &p->mates[i]);
	for (uint32_t i = 0; i < p->test_count; i++)
		write_test(&o, p, &p->tests[i]);
	return !o.failed;
}
