/* What each row means to each metric: counted, too young, left out, or none of its business. */
#include "metrics/figures_inside.h"

#define STRANGER "whose it was is unknown"
#define SHARED "others took part"

enum { DAY_S = 86400, MONTH_S = 30 * DAY_S };

static uint32_t clock_of(const struct figures_plan *p, uint32_t i)
{
	return p->clock == EK_CLOCK_CALENDAR ? p->of->calendar[i] : p->of->office[i];
}

static uint32_t high(int64_t pair)
{
	return (uint32_t)((uint64_t)pair >> 32);
}

static void count(struct figures_judged *j, uint32_t value, bool top)
{
	j->verdict = ROW_COUNTED;
	j->value = value;
	j->top = top;
}

static void leave(struct figures_judged *j, const char *why)
{
	j->verdict = ROW_LEFT_OUT;
	j->why = why;
}

static void check_length(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	uint32_t end = p->of->at[i];
	j->absurd = end < p->of->start[i] || j->value > end - p->of->start[i];
}

static bool is_young(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	bool young = (uint64_t)p->of->at[i] + p->window > p->as_of;
	if (young)
		*j = (struct figures_judged){.verdict = ROW_YOUNG, .why = "too young"};
	return young;
}

static void answer(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	uint32_t value = clock_of(p, i);
	if ((ek_figures_flags(p, p->of, i) & EK_FOLLOW_DROPPED) != 0) {
		leave(j, "closed without an answer");
		return;
	}
	if (p->is_person && p->measure == EK_MEASURE_FIRST) {
		int64_t own = ek_figures_extra(p, 0, i);
		value = p->clock == EK_CLOCK_CALENDAR ? (uint32_t)own : high(own);
	}
	count(j, value, false);
	check_length(p, i, j);
}

static void spell(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	bool is_first = (ek_figures_flags(p, p->of, i) & EK_FOLLOW_FIRST) != 0;
	if (!is_first && p->variant == 0)
		return;
	if ((ek_figures_flags(p, p->of, i) & EK_FOLLOW_DROPPED) != 0) {
		leave(j, "closed before anybody had it");
		return;
	}
	count(j, clock_of(p, i), false);
	check_length(p, i, j);
}

static void wait(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	uint32_t flags = ek_figures_flags(p, p->of, i);
	if ((flags & EK_FOLLOW_DROPPED) != 0)
		leave(j, "closed without an answer");
	else if ((flags & (p->variant == 0 ? EK_FOLLOW_ANSWERED : EK_FOLLOW_LEFT)) != 0)
		count(j, clock_of(p, i), false);
	else
		leave(j, p->variant == 0 ? "given up" : "answered");
}

static void handle(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	bool whole = (ek_figures_flags(p, p->of, i) & EK_FOLLOW_WHOLE) != 0;
	if (whole != (p->variant == 0 && !p->is_person))
		return;
	count(j, p->of->calendar[i], false);
	check_length(p, i, j);
}

static void approach(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	(void)p;
	(void)i;
	count(j, 1, true);
}

/* Of approaches: what was created, and whether it was solved in time. */
static void cohort(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	uint32_t flags = ek_figures_flags(p, p->of, i);
	bool is_call = p->of->channel[i] == EK_CAPACITY_CLASS_VOICE;
	if ((flags & EK_FOLLOW_AGAIN) != 0 || (is_call && (flags & EK_FOLLOW_HISTORY) != 0))
		return;
	if (!is_young(p, i, j))
		count(j, 1, ek_table_get(&p->chosen, p->of->ref[i]) != 0);
}

static void resolution(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	if (p->measure == EK_MEASURE_APPROACH) {
		cohort(p, i, j);
		return;
	}
	uint32_t flags = ek_figures_flags(p, p->of, i);
	uint32_t value = clock_of(p, i);
	if (p->variant == 1) {
		if ((flags & EK_FOLLOW_FIRST) != 0)
			count(j, value, false);
	} else if ((flags & EK_FOLLOW_UNDONE) != 0) {
		leave(j, "opened again");
	} else if (!is_young(p, i, j)) {
		int64_t away = ek_figures_extra(p, 0, i);
		uint32_t less = p->clock == EK_CLOCK_CALENDAR ? (uint32_t)away : high(away);
		if (p->variant == 2)
			value = value > less ? value - less : 0;
		count(j, value, false);
	}
	check_length(p, i, j);
}

/* Of a person only what nobody else took part in. */
static bool is_shared(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	bool shared = p->is_person && (ek_figures_flags(p, p->of, i) & EK_FOLLOW_SOLE) == 0;
	if (shared)
		leave(j, SHARED);
	return shared;
}

static void solved(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	uint32_t flags = ek_figures_flags(p, p->of, i);
	uint32_t repeat = (uint32_t)ek_figures_extra(p, 1, i);
	if ((flags & EK_FOLLOW_FIRST) == 0 || is_shared(p, i, j))
		return;
	if ((flags & EK_FOLLOW_STRANGER) != 0)
		leave(j, STRANGER);
	else if (!is_young(p, i, j))
		count(j, 1,
		      (repeat == 0 || repeat > p->window) &&
			      (p->variant != 2 || (flags & EK_FOLLOW_HANDED) == 0));
}

static void reopened(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	uint32_t again = high(ek_figures_extra(p, 1, i));
	if (!is_shared(p, i, j) && !is_young(p, i, j))
		count(j, 1, again != 0 && again <= p->window);
}

static void repeated(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	int64_t gap = ek_figures_extra(p, 1, i);
	int64_t window = p->variant == 1 ? MONTH_S : 7 * DAY_S;
	if ((ek_figures_flags(p, p->of, i) & EK_FOLLOW_STRANGER) != 0)
		leave(j, STRANGER);
	else
		count(j, 1, gap != 0 && gap <= window);
}

/* Calls that were given up; live chats that were closed before anybody answered: that their visitor
 * goes is no fact. */
static bool is_given_up(const struct figures_plan *p, uint32_t i)
{
	return (ek_figures_flags(p, p->of, i) & (EK_FOLLOW_LEFT | EK_FOLLOW_DROPPED)) != 0;
}

static void abandoned(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	bool left = is_given_up(p, i);
	if (p->variant == 0 && left && p->of->calendar[i] <= p->d->short_s)
		leave(j, "given up within the short time");
	else
		count(j, 1, left);
}

enum level_variant { STRICT, NEGATIVE, IGNORED, POSITIVE, ANSWERED_ONLY };

static void level(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	bool left = is_given_up(p, i);
	bool is_call = p->of->channel[i] == EK_CAPACITY_CLASS_VOICE;
	int64_t target = is_call ? p->d->target_s : p->d->chat_target_s;
	uint32_t waited = p->of->calendar[i];
	bool in_time = waited <= target;
	if (target == 0)
		leave(j, "no time is set for its channel");
	else if (left && p->variant == STRICT && waited <= p->d->short_s)
		leave(j, "given up within the short time");
	else if (left && p->variant == IGNORED && in_time)
		leave(j, "given up in time");
	else if (left && p->variant == ANSWERED_ONLY)
		leave(j, "given up");
	else
		count(j, 1, in_time && (!left || p->variant == POSITIVE));
}

static void promise(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	count(j, 1, (ek_figures_flags(p, p->of, i) & EK_FOLLOW_MET) != 0);
}

enum transfer_variant { RATE, MEAN, WARM, COLD, RETURNED };

static void transfer(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	uint64_t x = (uint64_t)ek_figures_extra(p, 0, i);
	uint32_t all = (uint32_t)x;
	uint32_t warm = (uint32_t)(x >> 48);
	uint32_t returned = (uint32_t)(x >> 32) & 0xffff;
	bool kind_known = (ek_figures_flags(p, p->of, i) & EK_FOLLOW_HISTORY) == 0 || all == 0;
	if (p->variant >= WARM && !kind_known)
		leave(j, "of which kind is unknown");
	else if (p->variant == WARM)
		count(j, warm, warm > 0);
	else if (p->variant == COLD)
		count(j, all - warm, all > warm);
	else if (p->variant == RETURNED)
		count(j, returned, returned > 0);
	else
		count(j, all, all > 0);
}

enum hold_variant { HELD, PER_CALL, OVER_HELD, OVER_ALL };

static void held(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	int64_t holds = ek_figures_extra(p, 0, i);
	uint32_t seconds = p->of->calendar[i];
	bool is_held = holds == EK_NONE ? seconds > 0 : holds > 0;
	if (p->variant == PER_CALL && holds == EK_NONE)
		leave(j, "how often is unknown");
	else if (p->variant == OVER_HELD && !is_held)
		leave(j, "not held");
	else
		count(j, p->variant == PER_CALL ? (uint32_t)holds : seconds, is_held);
	/* On hold is a part of the talk. */
	j->absurd = p->variant != PER_CALL && seconds > p->of->office[i];
}

static bool is_top(const struct figures_plan *p, int64_t score)
{
	if (p->d->metric == EK_METRIC_NPS)
		return score >= EK_NPS_PROMOTER;
	if (p->d->metric == EK_METRIC_CSAT)
		return score >= 4;
	return score >= (p->variant == 2 ? 6 : 5);
}

static void survey(const struct figures_plan *p, uint32_t i, struct figures_judged *j)
{
	static const uint8_t forms[] = {EK_SURVEY_FORM_NPS, EK_SURVEY_FORM_CSAT,
					EK_SURVEY_FORM_CES};
	uint32_t flags = ek_figures_flags(p, p->of, i);
	bool has_answer = (flags & EK_FOLLOW_ANSWERED) != 0;
	bool is_rate = ek_definition_variant(p->d, "response_rate") == p->variant;
	if ((flags & ~(uint32_t)EK_FOLLOW_SPAM) >> EK_FOLLOW_FORM !=
	    forms[p->d->metric - EK_METRIC_NPS])
		return;
	if (ek_figures_extra(p, 1, i) > p->as_of)
		*j = (struct figures_judged){.verdict = ROW_YOUNG, .why = "too young"};
	else if ((flags & EK_FOLLOW_DELIVERED) == 0)
		leave(j, "not delivered");
	else if (is_rate)
		count(j, 1, has_answer);
	else if (!has_answer)
		leave(j, "not answered");
	else
		count(j, (uint32_t)ek_figures_extra(p, 0, i), is_top(p, ek_figures_extra(p, 0, i)));
}

typedef void judge(const struct figures_plan *p, uint32_t i, struct figures_judged *j);

static judge *const judges[EK_METRIC_END] = {
	[EK_METRIC_FIRST_RESPONSE_TIME] = answer,
	[EK_METRIC_NEXT_RESPONSE_TIME] = answer,
	[EK_METRIC_TIME_TO_ASSIGNMENT] = spell,
	[EK_METRIC_QUEUE_WAIT] = wait,
	[EK_METRIC_HANDLE_TIME] = handle,
	[EK_METRIC_CONCURRENCY] = approach,
	[EK_METRIC_OCCUPANCY] = approach,
	[EK_METRIC_VOLUME] = approach,
	[EK_METRIC_RESOLUTION_TIME] = resolution,
	[EK_METRIC_FIRST_CONTACT_RESOLUTION] = solved,
	[EK_METRIC_REOPEN_RATE] = reopened,
	[EK_METRIC_REPEAT_CONTACT] = repeated,
	[EK_METRIC_CONTACT_FREQUENCY] = repeated,
	[EK_METRIC_ABANDONMENT] = abandoned,
	[EK_METRIC_SERVICE_LEVEL] = level,
	[EK_METRIC_SLA_ATTAINMENT] = promise,
	[EK_METRIC_TRANSFERS] = transfer,
	[EK_METRIC_HOLDS] = held,
	[EK_METRIC_NPS] = survey,
	[EK_METRIC_CSAT] = survey,
	[EK_METRIC_CES] = survey,
};

void ek_figures_judge(const struct figures_plan *p, uint32_t row, struct figures_judged *out)
{
	*out = (struct figures_judged){.verdict = ROW_ELSEWHERE};
	judge *by = judges[p->d->metric];
	if (by != NULL)
		by(p, row, out);
	if (out->verdict != ROW_ELSEWHERE &&
	    (ek_figures_flags(p, p->of, row) & EK_FOLLOW_SPAM) != 0)
		leave(out, "spam");
	if (!p->is_grouped || out->verdict != ROW_COUNTED)
		return;
	uint32_t chosen = ek_table_get(&p->chosen, p->of->ref[row]);
	if (chosen == 0)
		return;
	if (chosen != row + 1)
		leave(out, p->adds ? "part of the sum" : "not the longest of its conversation");
	else if (p->adds)
		out->value = ek_table_get(&p->sums, p->of->ref[row]) - 1;
}
