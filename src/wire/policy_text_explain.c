/* The policy read back as sentences, made of what schema/settings.def and schema/enums.def say. */
#include "wire/policy_text.h"

/* A sentence of the schema inside another: small first letter (unless it is an abbreviation), no
 * stop. */
static void write_clause(struct ek_policy_out *o, const char *doc)
{
	ek_str s = {doc, 0};
	while (doc[s.n] != '\0')
		s.n++;
	if (s.n > 0 && doc[s.n - 1] == '.')
		s.n--;
	bool is_upper =
		s.n > 1 && doc[0] >= 'A' && doc[0] <= 'Z' && !(doc[1] >= 'A' && doc[1] <= 'Z');
	if (is_upper) {
		char small = (char)(doc[0] - 'A' + 'a');
		ek_policy_out_text(o, (ek_str){&small, 1});
		s = (ek_str){doc + 1, s.n - 1};
	}
	ek_policy_out_text(o, s);
}

static void write_span(struct ek_policy_out *o, int64_t ms)
{
	static const struct {
		int64_t ms;
		const char *one;
	} units[] = {{EK_DAY_MS(1), " day"},
		     {EK_HOUR_MS(1), " hour"},
		     {EK_MIN_MS(1), " minute"},
		     {1000, " second"},
		     {1, " millisecond"}};
	size_t i = 0;
	while (ms % units[i].ms != 0)
		i++;
	if (ms == 0)
		i = 3;
	ek_policy_out_int(o, ms / units[i].ms);
	ek_policy_out_word(o, units[i].one);
	if (ms != units[i].ms)
		ek_policy_out_word(o, "s");
}

static void write_value(struct ek_policy_out *o, const struct ek_policy *p,
			const struct ek_policy_section *s, const struct ek_policy_set *set)
{
	const struct ek_setting_row *row = ek_setting_row(set->setting);
	if (row->type == EK_SETTING_SPAN && set->value.kind == EK_VALUE_INT) {
		write_span(o, set->value.i);
		return;
	}
	ek_policy_value_write(o, p, set, s->calendar);
	if (row->type != EK_SETTING_ENUM || set->value.kind != EK_VALUE_INT)
		return;
	ek_policy_out_word(o, " (");
	write_clause(o, ek_enums_doc((enum ek_enum)row->listed, (int)set->value.i));
	ek_policy_out_word(o, ")");
}

static void explain_sets(struct ek_policy_out *o, const struct ek_policy *p,
			 const struct ek_policy_section *s)
{
	for (uint32_t i = 0; i < s->set_count; i++) {
		const struct ek_setting_row *row = ek_setting_row(s->sets[i].setting);
		ek_policy_out_word(o, "For ");
		if (s->name.n > 0)
			ek_policy_out_name(o, s->name);
		else
			ek_policy_out_word(o, "the workspace");
		ek_policy_out_word(o, ", ");
		ek_policy_out_word(o, row->wire);
		ek_policy_out_word(o, " is ");
		write_value(o, p, s, &s->sets[i]);
		ek_policy_out_word(o, ": ");
		write_clause(o, row->doc);
		ek_policy_out_word(o, ".\n");
	}
}

static void write_teams(struct ek_policy_out *o, const struct ek_policy *p, const uint32_t *places,
			uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		ek_policy_out_word(o, i == 0 ? " " : i + 1 == n ? " and " : ", ");
		ek_policy_out_name(o, p->teams[places[i] - 1].name);
	}
}

static void explain_mate(struct ek_policy_out *o, const struct ek_policy *p,
			 const struct ek_policy_section *m)
{
	ek_policy_out_name(o, m->name);
	if (m->primary_count + m->secondary_count == 0)
		ek_policy_out_word(o, " serves no team inbox");
	if (m->primary_count > 0) {
		ek_policy_out_word(o, " serves");
		write_teams(o, p, m->primary, m->primary_count);
	}
	if (m->secondary_count > 0) {
		ek_policy_out_word(o, m->primary_count > 0 ? ", and helps" : " helps");
		write_teams(o, p, m->secondary, m->secondary_count);
	}
	ek_policy_out_word(o, ".\n");
	explain_sets(o, p, m);
}

bool ek_policy_text_explain(const struct ek_policy *p, ek_policy_sink *sink, void *ctx)
{
	struct ek_policy_out o = {sink, ctx, false};
	explain_sets(&o, p, &p->workspace);
	for (uint32_t i = 0; i < p->team_count; i++) {
		ek_policy_out_name(&o, p->teams[i].name);
		ek_policy_out_word(&o, " is a team inbox.\n");
		explain_sets(&o, p, &p->teams[i]);
	}
	for (uint32_t i = 0; i < p->mate_count; i++)
		explain_mate(&o, p, &p->mates[i]);
	for (uint32_t i = 0; i < p->test_count; i++) {
		ek_policy_out_word(&o, "A test promises: ");
		ek_policy_out_text(&o, p->tests[i].name);
		ek_policy_out_word(&o, ".\n");
	}
	return !o.failed;
}
