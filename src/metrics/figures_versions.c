/* What a metric was, is and will be: its definitions, by version. */
#include "metrics/figures_inside.h"

#include <string.h>

void ek_figures_forget_versions(struct ek_figures *f)
{
	for (uint32_t i = 0; i < f->later_count; i++)
		ek_alloc_free(&f->alloc, (void *)(uintptr_t)f->later[i].reason.p,
			      f->later[i].reason.n);
	ek_alloc_free(&f->alloc, f->later, f->later_cap * sizeof *f->later);
}

static const struct ek_definition *latest(const struct ek_figures *f, int metric)
{
	for (uint32_t i = f->later_count; i > 0; i--) {
		if (f->later[i - 1].metric == metric)
			return &f->later[i - 1];
	}
	return ek_definition_row(metric);
}

static bool make_room(struct ek_figures *f)
{
	uint32_t cap = f->later_cap == 0 ? 8 : f->later_cap * 2;
	if (f->later_count < f->later_cap)
		return true;
	void *v = f->alloc.resize(f->alloc.ctx, f->later, f->later_cap * sizeof *f->later,
				  cap * sizeof *f->later);
	if (v == NULL)
		return false;
	f->later = v;
	f->later_cap = cap;
	return true;
}

bool ek_figures_revise(struct ek_figures *f, const struct ek_definition *d, struct ek_err *err)
{
	const struct ek_definition *last = latest(f, d->metric);
	char *reason = NULL;
	if (last == NULL || d->version != last->version + 1 || !ek_time_is_set(d->effective) ||
	    d->effective.ms <= last->effective.ms)
		return ek_fail(err, EK_INVALID_VALUE,
			       "a definition's versions follow each other in number and time");
	struct ek_definition next = *last;
	next.version = d->version;
	next.effective = d->effective;
	next.clock = d->clock;
	next.matures_days = d->matures_days;
	next.target_s = d->target_s;
	next.chat_target_s = d->chat_target_s;
	next.short_s = d->short_s;
	next.author = d->author;
	next.reason = (ek_str){NULL, 0};
	if (d->reason.n > 0) {
		reason = ek_alloc_get(&f->alloc, d->reason.n);
		next.reason = (ek_str){reason, d->reason.n};
	}
	if ((d->reason.n > 0 && reason == NULL) || !make_room(f)) {
		ek_alloc_free(&f->alloc, reason, d->reason.n);
		return ek_fail(err, EK_NO_MEMORY, "no memory for a definition");
	}
	if (reason != NULL)
		memcpy(reason, d->reason.p, d->reason.n);
	f->later[f->later_count++] = next;
	return true;
}

/* One that does not follow the last, or of a metric that is no longer known, says nothing. */
bool ek_figures_learn(struct ek_figures *f, const struct ek_event *e, struct ek_err *err)
{
	const struct ek_definition_changed *c = &e->definition_changed;
	struct ek_err why;
	if (c->metric <= EK_METRIC_NONE || c->metric >= EK_METRIC_END)
		return true;
	struct ek_definition d = *ek_definition_row((int)c->metric);
	d.version = (uint32_t)c->version;
	d.effective = c->effective;
	d.clock = c->clock;
	d.matures_days = (uint32_t)c->matures_days;
	d.target_s = c->target_s;
	d.chat_target_s = c->chat_target_s == EK_NONE ? 0 : c->chat_target_s;
	d.short_s = c->short_s;
	d.author = e->by.kind == EK_ACTOR_PERSON ? e->by.id : 0;
	d.reason = c->reason;
	if (ek_figures_revise(f, &d, &why) || why.code != EK_NO_MEMORY)
		return true;
	*err = why;
	return false;
}

const struct ek_definition *ek_figures_definition(const struct ek_figures *f, int metric,
						  uint32_t version, ek_time t)
{
	const struct ek_definition *found = ek_definition_row(metric);
	for (uint32_t i = 0; i < f->later_count; i++) {
		const struct ek_definition *d = &f->later[i];
		if (d->metric == metric &&
		    (version == 0 ? d->effective.ms <= t.ms : d->version <= version))
			found = d;
	}
	return found == NULL || version == 0 || found->version == version ? found : NULL;
}

bool ek_figures_change(const struct ek_figures *f, const struct ek_figures_ask *ask,
		       struct ek_figures_change *out)
{
	const ek_time last = {ask->until.ms - 1};
	const struct ek_definition *d =
		ek_figures_definition(f, ask->metric, ask->version, ask->from);
	const struct ek_definition *later = ek_figures_definition(f, ask->metric, 0, last);
	if (d == NULL || later == NULL || later->version == 1)
		return false;
	bool is_later = d->version == later->version;
	*out = (struct ek_figures_change){
		.later = later,
		.other = is_later ? ek_figures_definition(f, ask->metric, later->version - 1, last)
				  : later,
	};
	return true;
}
