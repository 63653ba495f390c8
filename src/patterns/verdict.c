#include "patterns/verdict.h"

#include <math.h>
#include <string.h>

#define SUSPICIOUS_Z 1.5
#define RETURNED_Z 1.0
#define APART_Z 3.0

_Static_assert(sizeof(struct ek_verdict) <= EK_VERDICT_BYTES, "the state is bounded");

static struct ek_verdict_fact *tell(struct ek_verdict_facts *facts, struct ek_verdict_fact fact)
{
	ek_assert(facts->n < EK_VERDICT_FACTS);
	facts->v[facts->n] = fact;
	return &facts->v[facts->n++];
}

static void add(struct ek_verdict_sum *s, const struct ek_verdict_point *p)
{
	if (s->n == 0)
		s->first_key = p->key;
	s->n++;
	s->z += p->z;
	s->top += p->top;
	s->bottom += p->bottom;
	s->expected += p->expected;
}

/* The sum goes on, or begins anew where the count of points says so. */
static void follow(struct ek_verdict_sum *s, uint32_t n, const struct ek_verdict_point *p)
{
	if (n <= 1)
		*s = (struct ek_verdict_sum){.n = 0};
	if (n > 0)
		add(s, p);
}

struct found {
	struct ek_cusum_verdict verdict; /* side 0: none */
	struct ek_verdict_sum sum;       /* of its points */
	double centre;                   /* about which it was found */
	int32_t decays;                  /* side of a sum that a blip carried; 0: none */
};

static void remember(struct ek_verdict *v, double z)
{
	if (v->past_n == EK_HOLDS_POINTS) {
		v->past_n--;
		memmove(v->past, v->past + 1, v->past_n * sizeof v->past[0]);
	}
	v->past[v->past_n++] = z;
}

/* Whether the level of a sum is still there, about its centre. */
static bool is_there(const struct ek_verdict *v, const struct ek_cusum_rule *rule,
		     const struct ek_cusum_verdict *c, double centre)
{
	double z[EK_HOLDS_POINTS];
	const struct ek_holds_ask ask = {z, v->past_n, c->c, c->n, c->side};
	for (uint32_t i = 0; i < v->past_n; i++)
		z[i] = v->past[i] - centre;
	return ek_holds_is(rule, &ask);
}

/* A sum that a blip carried is no verdict; a run beside it is. */
static void check(const struct ek_verdict *v, const struct ek_cusum_rule *rule,
		  const struct ek_cusum *cusum, struct found *f)
{
	struct ek_cusum_verdict *c = &f->verdict;
	if (c->side == 0 || c->is_run || is_there(v, rule, c, f->centre))
		return;
	f->decays = c->side;
	*c = (struct ek_cusum_verdict){0};
	if (rule->run > 0 && cusum->run >= rule->run)
		*c = (struct ek_cusum_verdict){cusum->run_side, cusum->run, 0, 0, true};
}

static struct found feed_track(const struct ek_verdict *v, struct ek_verdict_track *t,
			       const struct ek_cusum_rule *rule, const struct ek_verdict_point *p,
			       double centre)
{
	struct ek_cusum_rule by = *rule;
	if (p->is_middle)
		by.run = 0;
	struct found f = {.verdict = ek_cusum_feed(&t->cusum, &by, p->z - centre),
			  .centre = centre};
	if (p->is_middle)
		t->cusum.run = 0;
	check(v, &by, &t->cusum, &f);
	follow(&t->up, t->cusum.up.n, p);
	follow(&t->down, t->cusum.down.n, p);
	follow(&t->run, t->cusum.run, p);
	if (f.verdict.side != 0)
		f.sum = f.verdict.is_run ? t->run : f.verdict.side > 0 ? t->up : t->down;
	return f;
}

static struct ek_verdict_fact of_shift(const struct ek_verdict *v, const struct found *f,
				       const struct ek_verdict_point *p)
{
	const struct ek_cusum_verdict *c = &f->verdict;
	bool has_level = f->sum.bottom > 0;
	return (struct ek_verdict_fact){
		.kind = EK_VERDICT_SHIFT,
		.side = c->side,
		.at = v->at,
		.key = p->key,
		.start = v->at - c->n + 1,
		.start_key = f->sum.first_key,
		.n = c->n,
		.c = c->c,
		.mean_z = f->sum.z / c->n,
		.level_z = c->is_run ? 0 : f->centre + c->level,
		.was = has_level ? f->sum.expected / f->sum.bottom : 0,
		.is = has_level ? f->sum.top / f->sum.bottom : 0,
		.is_run = c->is_run,
	};
}

/* ---- blips */

/* Blips on the side of a verdict in whose window it falls are part of it. */
static uint32_t join_blips(struct ek_verdict *v, int32_t side)
{
	uint32_t kept = 0, joined = 0;
	for (uint32_t i = 0; i < v->blip_count; i++) {
		if (v->blips[i].side == side)
			joined++;
		else
			v->blips[kept++] = v->blips[i];
	}
	v->blip_count = kept;
	return joined;
}

/* Odd points in a row on one side are one blip. */
static void extend_blip(struct ek_verdict *v, const struct ek_verdict_point *p, int32_t side)
{
	uint32_t i = v->blip_count;
	if (i > 0 && v->blips[i - 1].side == side &&
	    v->blips[i - 1].at + v->blips[i - 1].n == v->at) {
		v->blips[i - 1].n++;
		return;
	}
	ek_assert(i < EK_VERDICT_BLIPS);
	v->blips[i].at = v->at;
	v->blips[i].key = p->key;
	v->blips[i].side = side;
	v->blips[i].n = 1;
	v->blips[i].is_decaying = false;
	v->blip_count++;
}

static void open_blip(struct ek_verdict *v, const struct ek_verdict_point *p,
		      struct ek_verdict_facts *facts)
{
	bool is_odd = fabs(p->z) > EK_VERDICT_BEYOND &&
		      (!v->has_segment || fabs(p->z - v->centre) > EK_VERDICT_BEYOND);
	if (!is_odd)
		return;
	int32_t side = p->z - (v->has_segment ? v->centre : 0) > 0 ? 1 : -1;
	extend_blip(v, p, side);
	tell(facts, (struct ek_verdict_fact){.kind = EK_VERDICT_TOO_EARLY,
					     .side = side,
					     .at = v->at,
					     .key = p->key,
					     .start = v->at,
					     .start_key = p->key,
					     .n = 1,
					     .mean_z = p->z});
}

static void note_closed(struct ek_verdict *v, struct ek_verdict_fact closed,
			struct ek_verdict_facts *facts)
{
	int up = closed.side > 0;
	uint32_t *last = v->closed[up];
	memmove(last + 1, last, (EK_VERDICT_RECURRING - 1) * sizeof *last);
	last[0] = closed.start;
	uint32_t first = last[EK_VERDICT_RECURRING - 1];
	if (first == 0 || last[0] - first >= EK_VERDICT_RECURRING_IN)
		return;
	bool was = v->recurs_at[up] != 0;
	v->recurs_at[up] = last[0];
	v->recurring = closed.side;
	if (was)
		return;
	closed.kind = EK_VERDICT_RECURRING_BEGAN;
	closed.start = first;
	closed.n = EK_VERDICT_RECURRING;
	tell(facts, closed);
}

/* At most one window ends with a point, as at most one began with each. */
static void close_blips(struct ek_verdict *v, const struct ek_verdict_rule *rule,
			struct ek_verdict_facts *facts)
{
	if (v->blip_count == 0 || v->at - (v->blips[0].at + v->blips[0].n - 1) < rule->blip_window)
		return;
	struct ek_verdict_fact fact = {.kind = EK_VERDICT_ONE_OFF,
				       .side = v->blips[0].side,
				       .at = v->at,
				       .key = v->blips[0].key,
				       .start = v->blips[0].at,
				       .start_key = v->blips[0].key,
				       .n = v->blips[0].n};
	v->blip_count--;
	memmove(v->blips, v->blips + 1, v->blip_count * sizeof v->blips[0]);
	tell(facts, fact);
	note_closed(v, fact, facts);
}

/* A sum is over h on the side of a blip that is open, and its level is gone. */
static void note_decay(struct ek_verdict *v, const struct ek_verdict_point *p, int32_t side,
		       struct ek_verdict_facts *facts)
{
	for (uint32_t i = v->blip_count; i > 0; i--) {
		if (v->blips[i - 1].side != side)
			continue;
		if (!v->blips[i - 1].is_decaying)
			tell(facts, (struct ek_verdict_fact){.kind = EK_VERDICT_DECAYING,
							     .side = side,
							     .at = v->at,
							     .key = p->key,
							     .start = v->blips[i - 1].at,
							     .start_key = v->blips[i - 1].key,
							     .n = v->blips[i - 1].n});
		v->blips[i - 1].is_decaying = true;
		return;
	}
}

static void age_recurring(struct ek_verdict *v)
{
	for (int up = 0; up < 2; up++) {
		if (v->recurs_at[up] == 0 || v->at - v->recurs_at[up] <= EK_VERDICT_RECURRING_IN)
			continue;
		v->recurs_at[up] = 0;
		v->recurring = v->recurs_at[1 - up] == 0 ? 0 : up ? -1 : 1;
	}
}

/* ---- suspicion */

static int32_t side_of_recent(const struct ek_verdict *v)
{
	uint32_t up = 0, down = 0;
	for (uint32_t i = 0; i < v->recent_n; i++) {
		up += v->recent[i] > SUSPICIOUS_Z;
		down += v->recent[i] < -SUSPICIOUS_Z;
	}
	if (up >= EK_VERDICT_SUSPICIOUS)
		return 1;
	return down >= EK_VERDICT_SUSPICIOUS ? -1 : 0;
}

static void suspect(struct ek_verdict *v, const struct ek_verdict_point *p,
		    struct ek_verdict_facts *facts)
{
	memmove(v->recent + 1, v->recent, (EK_VERDICT_RECENT - 1) * sizeof v->recent[0]);
	v->recent[0] = p->z - (v->has_segment ? v->centre : 0);
	v->recent_n += v->recent_n < EK_VERDICT_RECENT;
	int32_t side = side_of_recent(v);
	if (side == v->suspected)
		return;
	struct ek_verdict_fact fact = {.side = side != 0 ? side : v->suspected,
				       .at = v->at,
				       .key = p->key,
				       .start = v->at,
				       .start_key = p->key};
	fact.kind = side != 0 ? EK_VERDICT_SUSPECTED_BEGAN : EK_VERDICT_SUSPECTED_ENDED;
	v->suspected = side;
	tell(facts, fact);
}

static void forget_recent(struct ek_verdict *v)
{
	v->recent_n = 0;
	v->suspected = 0;
}

/* ---- shifts */

static void freeze(struct ek_verdict *v, const struct ek_verdict_rule *rule)
{
	if (v->is_frozen)
		return;
	v->centre = v->segment.z / v->segment.n;
	v->is_frozen = v->segment.n >= rule->freeze;
}

static void reset_tracks(struct ek_verdict *v)
{
	memset(&v->old, 0, sizeof v->old);
	memset(&v->moved, 0, sizeof v->moved);
	forget_recent(v);
}

static void begin_segment(struct ek_verdict *v, const struct ek_verdict_rule *rule,
			  const struct found *f)
{
	int32_t side = f->sum.z > 0 ? 1 : -1;
	if (!v->has_segment || side != v->side) {
		v->since = v->at - f->verdict.n + 1;
		v->since_key = f->sum.first_key;
	}
	v->has_segment = true;
	v->is_open = true;
	v->is_frozen = false;
	v->side = side;
	v->segment = f->sum;
	freeze(v, rule);
}

/* All points of the shift that stands before those of an excursion, of which p is the last. */
static struct ek_verdict_sum before(const struct ek_verdict *v, const struct found *f,
				    const struct ek_verdict_point *p)
{
	struct ek_verdict_sum s = v->segment;
	add(&s, p);
	s.n -= f->sum.n;
	s.z -= f->sum.z;
	s.top -= f->sum.top;
	s.bottom -= f->sum.bottom;
	s.expected -= f->sum.expected;
	return s;
}

/* The centre of a shift rests on few points, and on those that brought it: beside it chance looks
 * like another move. Whether an excursion says more: on the way back, that it lies nearer to the
 * old centre than to all that came before it since; else, that it lies apart from that. */
static bool is_news(const struct ek_verdict *v, const struct found *f,
		    const struct ek_verdict_point *p)
{
	struct ek_verdict_sum old = before(v, f, p);
	double mean = f->sum.z / f->sum.n, apart = fabs(mean - old.z / old.n);
	if (fabs(mean) <= RETURNED_Z)
		return fabs(mean) < apart;
	return apart * sqrt((double)f->sum.n * old.n / (f->sum.n + old.n)) > APART_Z;
}

/* A sum about the new centre that tells nothing new says that the centre was imprecise: it is
 * taken anew from all points since the shift, and the sums about it begin again. */
static void centre_again(struct ek_verdict *v, const struct ek_verdict_point *p)
{
	v->centre = (v->segment.z + p->z) / (v->segment.n + 1.0);
	memset(&v->moved, 0, sizeof v->moved);
}

/* A move of a shift that stands begins at the level of that shift. */
static double level_before(const struct ek_verdict *v, const struct found *f,
			   const struct ek_verdict_point *p, double expected)
{
	struct ek_verdict_sum s = before(v, f, p);
	return s.n > 0 && s.bottom > 0 ? expected + (s.top - s.expected) / s.bottom : expected;
}

/* What a verdict means where things stand; it may be HOLDS. */
static enum ek_verdict_kind meaning(const struct ek_verdict *v, const struct found *f)
{
	if (!v->has_segment)
		return EK_VERDICT_SHIFT;
	bool is_of_old = f->centre <= 0 && f->centre >= 0;
	if (is_of_old && f->verdict.side == v->side)
		return EK_VERDICT_HOLDS;
	bool is_back = fabs(f->sum.z / f->verdict.n) <= RETURNED_Z;
	return is_back ? EK_VERDICT_RETURNED : EK_VERDICT_FURTHER;
}

/* Whether the point is part of a verdict that moved the series, on which side. */
static int32_t conclude(struct ek_verdict *v, const struct ek_verdict_rule *rule,
			const struct found *f, const struct ek_verdict_point *p,
			struct ek_verdict_facts *facts)
{
	struct ek_verdict_fact fact = of_shift(v, f, p);
	fact.kind = meaning(v, f);
	if (fact.kind == EK_VERDICT_HOLDS) {
		memset(&v->old, 0, sizeof v->old);
		tell(facts, fact);
		return 0;
	}
	if (fact.kind != EK_VERDICT_SHIFT && f->sum.bottom > 0)
		fact.was = level_before(v, f, p, fact.was);
	fact.joined = join_blips(v, fact.side);
	reset_tracks(v);
	if (fact.kind == EK_VERDICT_RETURNED) {
		v->has_segment = false;
		v->is_open = false;
		v->side = 0;
		v->centre = 0;
	} else {
		begin_segment(v, rule, f);
	}
	tell(facts, fact);
	return fact.side;
}

/* A verdict about the new centre goes before one about the old. */
static struct found judge(struct ek_verdict *v, const struct ek_verdict_rule *rule,
			  const struct ek_verdict_point *p)
{
	remember(v, p->z);
	struct found old = feed_track(v, &v->old, &rule->cusum, p, 0);
	if (!v->has_segment || !v->is_frozen)
		return old;
	struct found moved = feed_track(v, &v->moved, &rule->cusum, p, v->centre);
	if (moved.verdict.side != 0 && !is_news(v, &moved, p)) {
		centre_again(v, p);
		return old;
	}
	return moved.verdict.side != 0 || old.verdict.side == 0 ? moved : old;
}

void ek_verdict_feed(struct ek_verdict *v, const struct ek_verdict_rule *rule,
		     const struct ek_verdict_point *p, struct ek_verdict_facts *facts)
{
	ek_assert(rule->blip_window < EK_VERDICT_BLIPS);
	ek_assert(isfinite(p->z) && isfinite(p->top) && isfinite(p->bottom));
	facts->n = 0;
	v->at++;
	struct found found = judge(v, rule, p);
	/* On which side the point lies is seen from where the series stood before it. */
	int32_t side = p->z - (v->has_segment ? v->centre : 0) > 0 ? 1 : -1;
	int32_t moved = 0;
	if (found.verdict.side != 0)
		moved = conclude(v, rule, &found, p, facts);
	else if (found.decays != 0)
		note_decay(v, p, found.decays, facts);
	if (moved == 0) {
		suspect(v, p, facts);
		if (v->has_segment) {
			add(&v->segment, p);
			freeze(v, rule);
		}
	}
	close_blips(v, rule, facts);
	if (rule->blip_window > 0 && side != moved)
		open_blip(v, p, facts);
	age_recurring(v);
}

bool ek_verdict_is_decaying(const struct ek_verdict *v, int32_t side)
{
	for (uint32_t i = 0; i < v->blip_count; i++)
		if (v->blips[i].side == side && v->blips[i].is_decaying)
			return true;
	return false;
}

enum ek_verdict_headline ek_verdict_headline(const struct ek_verdict *v)
{
	if (v->is_open)
		return EK_VERDICT_IS_SHIFT;
	if (v->suspected != 0 && !ek_verdict_is_decaying(v, v->suspected))
		return EK_VERDICT_IS_SUSPECTED;
	if (v->blip_count > 0)
		return EK_VERDICT_IS_TOO_EARLY;
	return v->recurring != 0 ? EK_VERDICT_IS_RECURRING : EK_VERDICT_IS_ROUTINE;
}

bool ek_verdict_settle(struct ek_verdict *v)
{
	bool was = v->is_open;
	v->is_open = false;
	return was;
}

static bool is_same(const struct ek_verdict_fact *a, const struct ek_verdict_fact *b)
{
	return a->kind == b->kind && a->side == b->side && a->key == b->key &&
	       a->start_key == b->start_key;
}

void ek_verdict_cross(const struct ek_verdict_fact *old, uint32_t old_n,
		      const struct ek_verdict_fact *fresh, uint32_t fresh_n, bool *crossed)
{
	for (uint32_t i = 0; i < old_n; i++) {
		crossed[i] = true;
		for (uint32_t j = 0; j < fresh_n && crossed[i]; j++)
			crossed[i] = !is_same(&old[i], &fresh[j]);
	}
}
