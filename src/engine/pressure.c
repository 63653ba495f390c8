#include "engine/pressure.h"

#include "engine/config.h"
#include "engine/due.h"
#include "engine/emit.h"
#include "engine/queue.h"
#include "model/calendar.h"

enum { MILLION = 1000000 };

/* For n = EK_PRESSURE_MIN and on: chi2(0.90; 2n + 2) / 2, the mean of which a count of n or fewer
 * has a chance of one in ten. Source: Garwood, "Fiducial limits for the Poisson distribution",
 * Biometrika 28 (1936), 437-442. */
static const uint32_t upper[EK_STATE_PACE - EK_PRESSURE_MIN] = {
	15406642,  16598123,  17781586,  18957962,  20128012,  21292373,  22451579,  23606087,
	24756290,  25902529,  27045102,  28184271,  29320269,  30453304,  31583561,  32711207,
	33836394,  34959257,  36079922,  37198503,  38315105,  39429822,  40542744,  41653952,
	42763522,  43871524,  44978025,  46083084,  47186758,  48289102,  49390165,  50489994,
	51588633,  52686123,  53782505,  54877814,  55972086,  57065354,  58157650,  59249002,
	60339441,  61428991,  62517680,  63605531,  64692568,  65778814,  66864288,  67949012,
	69033005,  70116285,  71198871,  72280779,  73362026,  74442628,  75522600,  76601956,
	77680710,  78758877,  79836468,  80913496,  81989974,  83065912,  84141324,  85216218,
	86290606,  87364497,  88437902,  89510830,  90583291,  91655292,  92726843,  93797952,
	94868628,  95938877,  97008708,  98078128,  99147144,  100215763, 101283992, 102351838,
	103419306, 104486404, 105553136, 106619510, 107685530, 108751203, 109816534, 110881527,
	111946189, 113010524, 114074538, 115138234, 116201618, 117264694, 118327466, 119389940,
	120452118, 121514006, 122575608, 123636927, 124697966, 125758731, 126819224, 127879450,
	128939411, 129999112, 131058555, 132117744, 133176682, 134235372, 135293817, 136352021,
	137409987, 138467716, 139525213, 140582480, 141639519, 142696334,
};

uint32_t ek_pressure_upper(uint32_t n)
{
	ek_assert(n >= EK_PRESSURE_MIN && n < EK_STATE_PACE);
	return upper[n - EK_PRESSURE_MIN];
}

/* ---- counting ---- */

void ek_pressure_begin(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (c->sla_due == EK_NONE || e->teams[c->team].pace != NULL)
		return;
	struct pace *p = ek_state_get(e, sizeof *p);
	*p = (struct pace){.from = e->now, .told_at = EK_NONE};
	e->teams[c->team].pace = p;
}

void ek_pressure_given(struct ek_engine *e, uint32_t team)
{
	struct pace *p = e->teams[team].pace;
	p->given[p->at] = e->now;
	p->at = (uint8_t)((p->at + 1) % EK_STATE_PACE);
	if (p->n < EK_STATE_PACE)
		p->n++;
}

void ek_pressure_told(struct ek_engine *e, uint32_t team)
{
	e->teams[team].pace->told_at = e->now;
	ek_due_team(e, team);
}

bool ek_pressure_may_tell(const struct team *t, int64_t now)
{
	return t->pace != NULL &&
	       (t->pace->told_at == EK_NONE || now >= t->pace->told_at + EK_PRESSURE_TOLD_MS);
}

/* The kth last giving. */
static int64_t given(const struct pace *p, uint32_t k)
{
	return p->given[((uint32_t)p->at + EK_STATE_PACE - k) % EK_STATE_PACE];
}

static int64_t open_since(const struct ek_engine *e, uint32_t team, int64_t from)
{
	return ek_calendar_elapsed(ek_config_calendar(e, team), (ek_time){from}, (ek_time){e->now})
		.ms;
}

/* How many of the last givings are younger than the stretch that counts. */
static uint32_t count_given(const struct ek_engine *e, uint32_t team)
{
	const struct pace *p = e->teams[team].pace;
	uint32_t in = 0;
	uint32_t out = (uint32_t)p->n + 1;
	while (out - in > 1) {
		uint32_t mid = in + (out - in) / 2;
		if (open_since(e, team, given(p, mid)) < EK_PRESSURE_OPEN_MS)
			in = mid;
		else
			out = mid;
	}
	return in;
}

struct rate {
	uint32_t given; /* 0 = too few to judge by */
	int64_t open_ms;
};

static struct rate rate_of(const struct ek_engine *e, uint32_t team)
{
	const struct pace *p = e->teams[team].pace;
	struct rate r = {p->n < EK_PRESSURE_MIN ? 0 : count_given(e, team), EK_PRESSURE_OPEN_MS};
	if (r.given < EK_PRESSURE_MIN)
		return (struct rate){0, 0};
	if (r.given == EK_STATE_PACE)
		r = (struct rate){r.given - 1, open_since(e, team, given(p, r.given))};
	else if (r.given == p->n)
		r.open_ms = open_since(e, team, p->from);
	if (r.open_ms > EK_PRESSURE_OPEN_MS)
		r.open_ms = EK_PRESSURE_OPEN_MS;
	return r;
}

/* ---- looking ---- */

static bool is_watched(const struct ek_engine *e, const struct team *t)
{
	return e->by_deadline && t->exists == 1 && t->missed > 0 && t->method == EK_METHOD_BALANCED;
}

int64_t ek_pressure_at(const struct ek_engine *e, uint32_t team)
{
	const struct team *t = &e->teams[team];
	if (!is_watched(e, t) || t->looking)
		return EK_NONE;
	int64_t at = t->looked_at == EK_NONE ? e->now : t->looked_at + EK_PRESSURE_EVERY_MS;
	int64_t told = t->pace == NULL ? EK_NONE : t->pace->told_at;
	return told == EK_NONE || at > told + EK_PRESSURE_TOLD_MS ? at : told + EK_PRESSURE_TOLD_MS;
}

void ek_pressure_ask(struct ek_engine *e, uint32_t team)
{
	e->teams[team].looking = true;
	ek_state_push(e, &e->looks, &e->look_count, &e->look_cap, team);
}

/* Whether even the near end of the estimate lies after the deadline. */
static bool is_late(const struct ek_engine *e, const struct conv *c, uint32_t place,
		    const struct rate *r)
{
	int64_t low = (int64_t)place * r->open_ms * MILLION / ek_pressure_upper(r->given);
	ek_time reached =
		ek_calendar_add(ek_config_calendar(e, c->team), (ek_time){e->now}, (ek_span){low});
	return reached.ms == EK_NONE || reached.ms > c->sla_due;
}

static bool can_be_saved(const struct ek_engine *e, const struct conv *c)
{
	return c->sla_due != EK_NONE && !c->sla_missed && c->stranded_from == EK_NONE &&
	       c->sla_due >= e->now + e->teams[c->team].sla_reply_ms;
}

/* The first behind a missed one that is reached too late; 0 = none. */
static uint32_t find_late(struct ek_engine *e, uint32_t team, const struct rate *r)
{
	uint32_t n = e->teams[team].waiting;
	n = n < EK_PRESSURE_PLACES ? n : EK_PRESSURE_PLACES;
	uint32_t *convs = ek_state_turn(e, n * sizeof *convs);
	n = ek_queue_first(e, team, n, convs);
	bool missed = false;
	for (uint32_t i = 0; i < n; i++) {
		const struct conv *c = &e->convs[convs[i]];
		if (missed && can_be_saved(e, c) && is_late(e, c, i + 1, r))
			return convs[i];
		missed = missed || c->sla_missed;
	}
	return 0;
}

static void look_at(struct ek_engine *e, uint32_t team)
{
	e->teams[team].looked_at = e->now;
	if (!ek_pressure_may_tell(&e->teams[team], e->now))
		return;
	struct rate r = rate_of(e, team);
	uint32_t conv = r.given == 0 ? 0 : find_late(e, team, &r);
	if (conv == 0)
		return;
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_SLA_PRESSURE, EK_EMIT_FOLLOWS);
	v->sla_pressure = (struct ek_sla_pressure){{conv}, {team}};
	ek_emit_end(e);
}

void ek_pressure_look(struct ek_engine *e)
{
	ek_state_sort(e->looks, e->look_count);
	for (uint32_t i = 0; i < e->look_count; i++) {
		uint32_t team = e->looks[i];
		e->teams[team].looking = false;
		int64_t at = ek_pressure_at(e, team);
		if (at != EK_NONE && at <= e->now)
			look_at(e, team);
		ek_due_team(e, team);
	}
	e->look_count = 0;
}
