/* What is shown beside a figure: the same by the other version of its definition, for a while after
 * a change (R10), and what it was before facts came late (R13). */
#include "api/api_figures.h"

#include "api/api_put.h"
#include "api/api_targets.h"
#include "model/calendar.h"

/* ---- for how long */

/* One whole period of every target on that metric, from that day on. */
static bool read_until(struct ek_turn *t, const struct ek_definition *later, int32_t changed,
		       int32_t *until, struct ek_err *err)
{
	static const char sql[] =
		"SELECT DISTINCT period FROM targets WHERE metric = $1 AND deleted_ms IS NULL";
	const struct ek_views_value key = ek_views_int(later->metric);
	struct ek_turn_rows rows;
	*until = ek_api_targets_both_until(changed, 0);
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return ek_fail(err, EK_IO, "targets cannot be read");
	for (uint32_t i = 0; i < rows.n; i++) {
		uint8_t period = (uint8_t)ek_turn_int(&rows.v[(size_t)i * rows.columns]);
		int32_t shown = ek_api_targets_both_until(changed, period);
		*until = shown > *until ? shown : *until;
	}
	return true;
}

bool ek_api_figures_other(struct ek_api_figures_both *both, const struct ek_figures_ask *ask,
			  struct ek_api_figures_other *out, struct ek_err *err)
{
	struct ek_figures_change c;
	out->d = NULL;
	if (!ek_figures_change(both->f, ask, &c))
		return true;
	uint32_t place = c.later->version % EK_LEN(both->until);
	out->changed = ek_calendar_date(both->zone, c.later->effective);
	if ((both->read >> place & 1) == 0 &&
	    !read_until(both->t, c.later, out->changed, &both->until[place], err))
		return false;
	both->read |= (uint64_t)1 << place;
	out->until = both->until[place];
	if (ask->from.ms < ek_calendar_day_start(both->zone, out->until).ms)
		out->d = c.other;
	return true;
}

/* ---- written */

static void put_numbers(struct ek_json *j, const struct ek_figure *fig)
{
	ek_api_put_int(j, "n", (int64_t)fig->n);
	ek_api_put_int(j, "numerator", (int64_t)fig->numerator);
	ek_api_put_int(j, "denominator", (int64_t)fig->denominator);
}

void ek_api_figures_write_other(struct ek_json *j, const struct ek_api_figures_other *o,
				uint8_t clock, const struct ek_figure *fig)
{
	ek_json_object(j);
	ek_api_figures_put_metric(j, o->d, o->d->version);
	ek_api_put_enum(j, "clock", EK_ENUM_CLOCK, clock != 0 ? clock : o->d->clock);
	ek_api_figures_put_date(j, "changed_on", o->changed);
	ek_api_figures_put_date(j, "shown_until", o->until);
	ek_api_figures_put_real(j, "value", fig->has_value, fig->value);
	ek_api_figures_put_real(j, "low", fig->has_interval, fig->low);
	ek_api_figures_put_real(j, "high", fig->has_interval, fig->high);
	put_numbers(j, fig);
	ek_api_put_int(j, "not_yet_known", (int64_t)fig->not_yet_known);
	ek_api_figures_put_state(j, fig);
	ek_json_object_end(j);
}

void ek_api_figures_put_causes(struct ek_json *j, uint32_t causes)
{
	static const char *const words[] = {"late", "imported", "merged", "spam", "reopened"};
	ek_json_key(j, "causes");
	ek_json_list(j);
	for (uint32_t i = 0; i < EK_LEN(words); i++)
		if ((causes >> i & 1) != 0)
			ek_json_word(j, words[i]);
	ek_json_list_end(j);
}

void ek_api_figures_write_restated(struct ek_json *j, const struct ek_figures_restated *was)
{
	ek_json_object(j);
	ek_api_figures_put_real(j, "value", was->before.has_value, was->before.value);
	put_numbers(j, &was->before);
	ek_api_figures_put_state(j, &was->before);
	ek_api_put_time(j, "known_at", was->known);
	ek_api_figures_put_causes(j, was->causes);
	ek_api_put_time(j, "changed_at", was->changed);
	ek_json_object_end(j);
}

static bool put_other(struct ek_api_figures_both *both, const struct ek_figures_ask *ask,
		      struct ek_err *err)
{
	struct ek_json *j = &both->t->out;
	struct ek_api_figures_other o;
	struct ek_figures_ask by = *ask;
	struct ek_figure fig;
	ek_json_key(j, "other");
	if (!ek_api_figures_other(both, ask, &o, err))
		return false;
	if (o.d == NULL) {
		ek_json_null(j);
		return true;
	}
	by.version = o.d->version;
	if (!ek_figures_ask(both->f, &by, &fig, err))
		return false;
	ek_api_figures_write_other(j, &o, ask->clock, &fig);
	return true;
}

bool ek_api_figures_put_beside(struct ek_api_figures_both *both, const struct ek_figures_ask *ask,
			       const struct ek_figure *fig, struct ek_err *err)
{
	struct ek_figures_restated was;
	if (!put_other(both, ask, err) || !ek_figures_was(both->f, ask, fig, &was, err))
		return false;
	ek_json_key(&both->t->out, "restated");
	if (was.causes != 0)
		ek_api_figures_write_restated(&both->t->out, &was);
	else
		ek_json_null(&both->t->out);
	return true;
}
