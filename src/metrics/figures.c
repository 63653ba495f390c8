#include "metrics/figures_inside.h"

#include <string.h>

bool ek_figures_open(struct ek_alloc alloc, struct ek_figures **out, struct ek_err *err)
{
	struct ek_figures *f = ek_alloc_get(&alloc, sizeof *f);
	*out = f;
	if (f == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for figures");
	memset(f, 0, sizeof *f);
	f->alloc = alloc;
	ek_columns_init(&f->columns, alloc);
	if (ek_follow_open(alloc, &f->columns, &f->follow, err))
		return true;
	ek_alloc_free(&alloc, f, sizeof *f);
	*out = NULL;
	return false;
}

void ek_figures_close(struct ek_figures **out)
{
	struct ek_figures *f = *out;
	if (f == NULL)
		return;
	struct ek_alloc alloc = f->alloc;
	ek_follow_close(&f->follow);
	ek_columns_fini(&f->columns);
	ek_figures_forget_versions(f);
	ek_alloc_free(&alloc, f, sizeof *f);
	*out = NULL;
}

bool ek_figures_fold(struct ek_figures *f, const struct ek_event *event, struct ek_err *err)
{
	if (event->kind == EK_EVENT_DEFINITION_CHANGED && !ek_figures_learn(f, event, err))
		return false;
	return ek_follow_event(f->follow, event, err);
}

void ek_figures_seal(struct ek_figures *f)
{
	ek_columns_seal(&f->columns, INT32_MAX, INT32_MAX);
}

uint64_t ek_figures_seq(const struct ek_figures *f)
{
	return ek_follow_seq(f->follow);
}

ek_time ek_figures_at(const struct ek_figures *f)
{
	return ek_follow_at(f->follow);
}

uint64_t ek_figures_bytes(const struct ek_figures *f)
{
	return sizeof *f + ek_columns_bytes(&f->columns) + ek_follow_bytes(f->follow) +
	       f->later_cap * sizeof *f->later;
}

const struct ek_zone *ek_figures_zone(const struct ek_figures *f, ek_team_id team)
{
	return ek_versions_zone(ek_follow_versions(f->follow), team.v);
}

/* ---- facts */

static const uint8_t measures[EK_METRIC_END] = {
	[EK_METRIC_FIRST_RESPONSE_TIME] = EK_MEASURE_FIRST,
	[EK_METRIC_NEXT_RESPONSE_TIME] = EK_MEASURE_NEXT,
	[EK_METRIC_TIME_TO_ASSIGNMENT] = EK_MEASURE_ASSIGN,
	[EK_METRIC_QUEUE_WAIT] = EK_MEASURE_QUEUE,
	[EK_METRIC_HANDLE_TIME] = EK_MEASURE_HANDLE,
	[EK_METRIC_CONCURRENCY] = EK_MEASURE_WORK,
	[EK_METRIC_OCCUPANCY] = EK_MEASURE_WORK,
	[EK_METRIC_VOLUME] = EK_MEASURE_APPROACH,
	[EK_METRIC_BACKLOG] = EK_MEASURE_SPELL,
	[EK_METRIC_RESOLUTION_TIME] = EK_MEASURE_CLOSE,
	[EK_METRIC_FIRST_CONTACT_RESOLUTION] = EK_MEASURE_CLOSE,
	[EK_METRIC_REOPEN_RATE] = EK_MEASURE_CLOSE,
	[EK_METRIC_REPEAT_CONTACT] = EK_MEASURE_APPROACH,
	[EK_METRIC_CONTACT_FREQUENCY] = EK_MEASURE_APPROACH,
	[EK_METRIC_ABANDONMENT] = EK_MEASURE_QUEUE,
	[EK_METRIC_SERVICE_LEVEL] = EK_MEASURE_QUEUE,
	[EK_METRIC_SLA_ATTAINMENT] = EK_MEASURE_SLA,
	[EK_METRIC_TRANSFERS] = EK_MEASURE_TRANSFER,
	[EK_METRIC_HOLDS] = EK_MEASURE_HOLD,
	[EK_METRIC_NPS] = EK_MEASURE_SURVEY,
	[EK_METRIC_CSAT] = EK_MEASURE_SURVEY,
	[EK_METRIC_CES] = EK_MEASURE_SURVEY,
};

/* Whether a row is one of that metric's at all: of a survey its form, of live chats whether there
 * is a time in which they are to be answered. That something was brought in while it was open is no
 * fact of that day. */
static bool is_of(const struct ek_figures *f, uint32_t i, int metric)
{
	const struct ek_columns_of *of = &f->columns.of[measures[metric]];
	static const uint8_t forms[] = {EK_SURVEY_FORM_NPS, EK_SURVEY_FORM_CSAT,
					EK_SURVEY_FORM_CES};
	if (metric >= EK_METRIC_NPS && metric <= EK_METRIC_CES)
		return of->flags[i] >> EK_FOLLOW_FORM == forms[metric - EK_METRIC_NPS];
	if (metric == EK_METRIC_BACKLOG)
		return (of->flags[i] & EK_FOLLOW_DROPPED) == 0;
	if (metric != EK_METRIC_SERVICE_LEVEL || of->channel[i] == EK_CAPACITY_CLASS_VOICE)
		return true;
	const ek_time at = {(int64_t)of->at[i] * 1000};
	return ek_figures_definition(f, metric, 0, at)->chat_target_s > 0;
}

static const struct ek_columns_of *facts_of(const struct ek_figures *f, int metric)
{
	const struct ek_definition *d = ek_definition_row(metric);
	return d == NULL || d->why_not != NULL ? NULL : &f->columns.of[measures[metric]];
}

bool ek_figures_has_facts(const struct ek_figures *f, int metric, ek_time from, ek_time until)
{
	const struct ek_columns_of *of = facts_of(f, metric);
	for (uint32_t i = 0; of != NULL && i < of->n; i++) {
		if (i % EK_COLUMNS_BLOCK == 0 &&
		    (int64_t)of->newest[i / EK_COLUMNS_BLOCK] * 1000 < from.ms) {
			i += EK_COLUMNS_BLOCK - 1;
			continue;
		}
		int64_t at = (int64_t)of->at[i] * 1000;
		if (at >= from.ms && at < until.ms && is_of(f, i, metric))
			return true;
	}
	return false;
}

ek_time ek_figures_since(const struct ek_figures *f, int metric)
{
	const struct ek_columns_of *of = facts_of(f, metric);
	int64_t oldest = INT64_MAX;
	for (uint32_t i = 0; of != NULL && i < of->n; i++) {
		int64_t at = (int64_t)of->at[i] * 1000;
		if (at < oldest && is_of(f, i, metric))
			oldest = at;
	}
	return oldest == INT64_MAX ? EK_NO_TIME : (ek_time){oldest};
}

ek_time ek_figures_newest(const struct ek_figures *f, int metric, ek_team_id team)
{
	const struct ek_columns_of *of = facts_of(f, metric);
	uint32_t now = ek_columns_second(ek_follow_at(f->follow));
	int64_t newest = -1;
	for (uint32_t i = 0; of != NULL && i < of->n; i++) {
		int64_t at = of->at[i];
		/* What an import says of the future is none of it. */
		if (at > newest && at <= now && (team.v == 0 || of->team[i] == team.v) &&
		    is_of(f, i, metric))
			newest = at;
	}
	return newest < 0 ? EK_NO_TIME : (ek_time){newest * 1000};
}

ek_time ek_figures_imported_until(const struct ek_figures *f, ek_team_id team)
{
	static const uint8_t asked[] = {EK_MEASURE_APPROACH, EK_MEASURE_SURVEY};
	int64_t newest = -1;
	for (size_t k = 0; k < EK_LEN(asked); k++) {
		const struct ek_columns_of *of = &f->columns.of[asked[k]];
		/* From the end: what happened here stands behind what was brought in. */
		for (uint32_t i = of->n; i-- > 0;) {
			if (team.v != 0 && of->team[i] != team.v)
				continue;
			if ((of->flags[i] & EK_FOLLOW_HISTORY) == 0)
				return EK_NO_TIME;
			newest = of->at[i] > newest ? (int64_t)of->at[i] : newest;
		}
	}
	return newest < 0 ? EK_NO_TIME : (ek_time){newest * 1000};
}

uint32_t ek_figures_topic_count(const struct ek_figures *f)
{
	return ek_follow_topic_count(f->follow);
}

ek_str ek_figures_topic(const struct ek_figures *f, uint32_t i)
{
	return ek_follow_topic(f->follow, i + 1);
}

uint32_t ek_figures_label_count(const struct ek_figures *f, enum ek_figures_label of)
{
	return ek_follow_label_count(f->follow, (enum ek_follow_label)of);
}

ek_str ek_figures_label(const struct ek_figures *f, enum ek_figures_label of, uint32_t i)
{
	return ek_follow_label(f->follow, (enum ek_follow_label)of, i + 1);
}

/* ---- questions made ready */

enum { DAY_S = 86400, MARGIN_DAYS = 400 };

/* How a metric is shown, by its variants; what is missing goes by its kind. */
static const uint8_t shows[EK_METRIC_END][EK_METRIC_VARIANTS_MAX] = {
	[EK_METRIC_CONCURRENCY] = {SHOW_OTHER},
	[EK_METRIC_OCCUPANCY] = {SHOW_OTHER},
	[EK_METRIC_BACKLOG] = {SHOW_OTHER, SHOW_OTHER, SHOW_OTHER},
	[EK_METRIC_CONTACT_FREQUENCY] = {SHOW_OTHER},
	[EK_METRIC_QUEUE_WAIT] = {SHOW_WAIT, SHOW_WAIT},
	[EK_METRIC_RESOLUTION_TIME] = {SHOW_DURATION, SHOW_DURATION, SHOW_DURATION, SHOW_SHARE},
	[EK_METRIC_TRANSFERS] = {SHOW_SHARE, SHOW_MEAN, SHOW_SHARE, SHOW_SHARE, SHOW_SHARE},
	[EK_METRIC_HOLDS] = {SHOW_SHARE, SHOW_MEAN, SHOW_MEAN, SHOW_MEAN},
	[EK_METRIC_NPS] = {SHOW_NPS, SHOW_SHARE},
	[EK_METRIC_CES] = {SHOW_MEAN, SHOW_SHARE, SHOW_NPS, SHOW_SHARE},
};

static uint8_t show_of(const struct ek_definition *d, int variant)
{
	if (shows[d->metric][variant] != 0)
		return shows[d->metric][variant];
	if (d->kind == EK_METRIC_KIND_DURATION)
		return SHOW_DURATION;
	return d->kind == EK_METRIC_KIND_COUNT ? SHOW_COUNT : SHOW_SHARE;
}

static uint32_t second_from(ek_time t)
{
	if (t.ms <= 0)
		return 0;
	int64_t s = (t.ms - 1) / 1000 + 1;
	return s >= UINT32_MAX ? UINT32_MAX - 1 : (uint32_t)s;
}

bool ek_figures_is_period(const struct ek_figures_ask *a)
{
	static const int64_t least = ((int64_t)EK_CALENDAR_DATE_MIN + MARGIN_DAYS) * DAY_S * 1000;
	static const int64_t most = ((int64_t)EK_CALENDAR_DATE_MAX - MARGIN_DAYS) * DAY_S * 1000;
	return ek_time_is_set(a->from) && ek_time_is_set(a->until) && a->from.ms >= least &&
	       a->from.ms <= most && a->until.ms >= least && a->until.ms <= most;
}

static bool check(const struct figures_plan *p, struct ek_err *err)
{
	const struct ek_figures_ask *a = p->ask;
	if (p->d == NULL)
		return ek_fail(err, EK_INVALID_VALUE, "there is no such metric or version");
	if (p->d->why_not != NULL)
		return ek_fail(err, EK_INVALID_VALUE, "%s has no facts: %s", p->d->id,
			       p->d->why_not);
	if (p->variant < 0)
		return ek_fail(err, EK_INVALID_VALUE, "%s has no such variant", p->d->id);
	if (a->teammate.v != 0 && p->d->person == EK_METRIC_PERSON_NONE)
		return ek_fail(err, EK_INVALID_VALUE, "%s has no personal figure", p->d->id);
	if (a->survey != 0 && measures[p->d->metric] != EK_MEASURE_SURVEY)
		return ek_fail(err, EK_INVALID_VALUE, "%s is not asked in surveys", p->d->id);
	if (a->hour > 24 || (a->hour != 0 && p->d->bucket == EK_METRIC_BUCKET_INSTANT))
		return ek_fail(err, EK_INVALID_VALUE, "%s has no figure of an hour of the day",
			       p->d->id);
	if (a->clock >= EK_CLOCK_END || !ek_figures_is_period(a))
		return ek_fail(err, EK_INVALID_VALUE, "a figure has a period and a known clock");
	return true;
}

static bool note_group(void *ctx, const struct figures_plan *plan, uint32_t row)
{
	struct figures_plan *p = ctx;
	struct figures_judged j;
	ek_figures_judge(plan, row, &j);
	if (j.verdict != ROW_COUNTED)
		return true;
	uint64_t ref = p->of->ref[row];
	uint32_t had = ek_table_get(&p->sums, ref);
	bool is_best = had == 0 || (!p->adds && j.value > had - 1);
	uint32_t sum = had == 0 ? j.value : p->adds ? had - 1 + j.value : j.value;
	if (is_best && !ek_table_put(&p->chosen, ref, row + 1))
		return false;
	return (!is_best && !p->adds) || ek_table_put(&p->sums, ref, sum + 1);
}

/* Variants whose unit is the conversation: which of its rows stands for it, with what value. */
static bool group(struct figures_plan *p, struct ek_err *err)
{
	bool longest = p->d->metric == EK_METRIC_NEXT_RESPONSE_TIME && p->variant == 1;
	p->adds = p->d->metric == EK_METRIC_TIME_TO_ASSIGNMENT && p->variant == 1;
	ek_table_init(&p->chosen, p->f->alloc);
	ek_table_init(&p->sums, p->f->alloc);
	if (!longest && !p->adds)
		return true;
	bool ok = ek_figures_scan(p, note_group, p);
	p->is_grouped = true;
	return ok || ek_fail(err, EK_NO_MEMORY, "no memory for a figure");
}

/* The question about what was created in the period: its rows are approaches; which of them were
 * solved in time stands among the closes. */
static bool mark_solved(struct figures_plan *p, struct ek_err *err)
{
	const struct ek_columns_of *of = &p->f->columns.of[EK_MEASURE_CLOSE];
	for (uint32_t i = 0; i < of->n; i++) {
		uint32_t flags = ek_figures_flags(p, of, i);
		bool stands = (flags & (EK_FOLLOW_UNDONE | EK_FOLLOW_SPAM)) == 0 &&
			      of->calendar[i] <= p->window && of->at[i] <= p->as_of &&
			      ek_figures_is_known(p, of, i);
		if (stands && of->start[i] >= p->from && of->start[i] < p->until &&
		    !ek_table_put(&p->chosen, of->ref[i], 1))
			return ek_fail(err, EK_NO_MEMORY, "no memory for a figure");
	}
	p->measure = EK_MEASURE_APPROACH;
	p->of = &p->f->columns.of[p->measure];
	return true;
}

static uint64_t name_of(int measure, int what, uint32_t row)
{
	return (uint64_t)measure << 40 | (uint64_t)what << 36 | row;
}

/* What was mended after as_of is read as it was: of several patches the oldest holds. */
static bool look_back(struct figures_plan *p, struct ek_err *err)
{
	const struct ek_columns *c = &p->f->columns;
	for (uint32_t i = c->patch_count; p->is_past && i > 0; i--) {
		const struct ek_columns_patch *patch = &c->patches[i - 1];
		if (patch->known <= p->as_of)
			break;
		if (!ek_table_put(&p->olds, name_of(patch->measure, patch->what, patch->row), i))
			return ek_fail(err, EK_NO_MEMORY, "no memory for a figure");
	}
	return true;
}

static bool was_mended(const struct figures_plan *p, const struct ek_columns_of *of, int what,
		       uint32_t row, int64_t *was)
{
	int measure = (int)(of - p->f->columns.of);
	uint32_t at = p->olds.n == 0 ? 0 : ek_table_get(&p->olds, name_of(measure, what, row));
	if (at != 0)
		*was = p->f->columns.patches[at - 1].was;
	return at != 0;
}

uint32_t ek_figures_flags(const struct figures_plan *p, const struct ek_columns_of *of, uint32_t i)
{
	int64_t was = of->flags[i];
	(void)was_mended(p, of, EK_COLUMNS_FLAGS, i, &was);
	return (uint32_t)was;
}

int64_t ek_figures_extra(const struct figures_plan *p, int k, uint32_t i)
{
	int64_t was = p->of->extra[k][i];
	(void)was_mended(p, p->of, k, i, &was);
	return was;
}

bool ek_figures_is_known(const struct figures_plan *p, const struct ek_columns_of *of, uint32_t i)
{
	return !p->is_past || of->known[i] <= p->as_of;
}

static void slice(struct figures_plan *p, enum ek_follow_label of, ek_str asked,
		  struct figures_slice *out)
{
	out->is_asked = asked.p != NULL;
	out->want = asked.n == 0 ? 0 : ek_follow_label_find(p->f->follow, of, asked);
	p->is_nowhere = p->is_nowhere || (asked.n > 0 && out->want == 0);
}

bool ek_figures_plan(const struct ek_figures *f, const struct ek_figures_ask *ask,
		     struct figures_plan *p, struct ek_err *err)
{
	memset(p, 0, sizeof *p);
	p->f = f;
	p->ask = ask;
	p->d = ek_figures_definition(f, ask->metric, ask->version, ask->from);
	p->variant = p->d == NULL ? 0 : ek_definition_variant(p->d, ask->variant);
	if (!check(p, err))
		return false;
	p->measure = measures[p->d->metric];
	p->of = &f->columns.of[p->measure];
	p->show = show_of(p->d, p->variant);
	p->clock = ask->clock != 0 ? ask->clock : p->d->clock;
	p->is_person = ask->teammate.v != 0;
	ek_time now = ek_follow_at(f->follow);
	ek_time as_of = ek_time_is_set(ask->as_of) ? ask->as_of : now;
	p->as_of = ek_columns_second(as_of);
	p->from = second_from(ask->from);
	p->until = second_from(ask->until);
	if (p->until > p->as_of)
		p->until = p->as_of + 1;
	p->is_past = p->as_of < ek_columns_second(now);
	ek_table_init(&p->olds, f->alloc);
	if (!look_back(p, err))
		return false;
	if (ask->topic.p != NULL) {
		p->topic = ek_follow_topic_find(f->follow, ask->topic);
		p->is_untold = ask->topic.n == 0;
		p->is_nowhere = p->topic == 0 && !p->is_untold;
	}
	slice(p, EK_FOLLOW_TIER, ask->tier, &p->tier);
	slice(p, EK_FOLLOW_AREA, ask->area, &p->area);
	const char *name = p->d->variants[p->variant];
	p->window = p->d->matures_days * DAY_S;
	if (ek_str_is(EK_S("30d"), name))
		p->window = 30 * DAY_S;
	if (!group(p, err))
		return false;
	bool is_cohort = p->d->metric == EK_METRIC_RESOLUTION_TIME && p->variant == 3;
	return !is_cohort || mark_solved(p, err);
}

void ek_figures_plan_close(struct figures_plan *p)
{
	ek_table_fini(&p->chosen);
	ek_table_fini(&p->sums);
	ek_table_fini(&p->olds);
}
