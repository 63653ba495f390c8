#include "engine/settle.h"

#include "engine/config.h"
#include "engine/eligible.h"
#include "engine/emit.h"
#include "engine/lane.h"
#include "engine/queue.h"
#include "engine/stay.h"

enum { LOOSE_FEW = 16, P5_LANES = 8, P5_EVERY = 16 };

/* ---- choosing a teammate ---- */

static bool passes(struct ek_engine *e, struct search *s, uint32_t mate)
{
	if (ek_eligible_ungated(e, s->conv, mate) != 0)
		return false;
	struct standing how = ek_eligible_standing(e, s->conv, mate);
	if (how.level != s->level)
		return false;
	if (!how.respects_gate || ek_eligible_gate(e, mate) == 0)
		return true;
	s->gated = true;
	return false;
}

/* The best two so far, in order. */
struct best {
	struct candidate v[2];
	uint32_t n;
	uint32_t team;
	uint32_t skip; /* not considered: chosen already */
};

static void consider(const struct ek_engine *e, struct best *b, uint32_t mate, uint32_t level)
{
	if (mate == b->skip || (b->n > 0 && b->v[0].mate == mate) ||
	    (b->n > 1 && b->v[1].mate == mate))
		return;
	struct candidate c = ek_roster_candidate(e, mate, b->team, level);
	if (b->n == 0 || ek_roster_prefer(&c, &b->v[0]) > 0) {
		b->v[1] = b->v[0];
		b->v[0] = c;
		b->n = b->n == 0 ? 1 : 2;
	} else if (b->n == 1 || ek_roster_prefer(&c, &b->v[1]) > 0) {
		b->v[1] = c;
		b->n = 2;
	}
}

/* Goes on through the whole tree: its team inbox orders by share and the conversation's does not,
 * or the other way round. */
static bool passes_unordered(struct ek_engine *e, struct search *s, uint32_t mate)
{
	if (passes(e, s, mate))
		consider(e, s->best, mate, s->level);
	return false;
}

static void search_pools(struct ek_engine *e, struct search *s, uint32_t team, uint8_t level,
			 struct best *b)
{
	struct team *t = &e->teams[team];
	s->ok = t->share == e->teams[b->team].share ? passes : passes_unordered;
	for (uint32_t i = 0; i < t->pool_count; i++) {
		struct pool *p = &t->pools[i];
		if (level != 0 && p->level != level)
			continue;
		if (level != 0 && p->group != 0 && e->groups[p->group].nonempty != 0) {
			s->gated = s->gated || p->root != 0;
			continue;
		}
		s->found = 0;
		ek_roster_search(e, p->root, s);
		for (uint32_t k = 0; k < s->found; k++)
			consider(e, b, s->mates[k], s->level);
	}
}

static void search_loose(struct ek_engine *e, struct search *s, struct best *b)
{
	for (uint32_t i = 0; i < e->loose_count; i++) {
		if (passes(e, s, e->loose[i]))
			consider(e, b, e->loose[i], s->level);
	}
}

/* Asks level after level; helpers that count as equals are asked together with the primaries. */
static void search_levels(struct ek_engine *e, struct search *s, struct best *b)
{
	const struct team *t = &e->teams[b->team];
	for (uint32_t level = 1; level < 3 + (uint32_t)t->overflow_count; level++) {
		if (b->n == 2 && !(level == 2 && e->helpers_equal))
			return;
		if (level >= 3 && (e->convs[s->conv].opened >> (level - 3) & 1) == 0)
			continue;
		s->level = level;
		s->local = level < 3;
		uint32_t in = level < 3 ? b->team : t->overflow[level - 3].team;
		search_pools(e, s, in, level < 3 ? (uint8_t)level : 0, b);
		search_loose(e, s, b);
	}
}

/* Whom continuity prefers stands before the best of the others; how many there are, at most 2. */
static uint32_t known_first(const struct ek_engine *e, uint32_t conv, const struct best *b,
			    struct candidate out[2])
{
	out[0] = b->v[0];
	out[1] = b->v[1];
	if (b->skip == 0)
		return b->n;
	uint32_t level = ek_eligible_standing(e, conv, b->skip).level;
	out[0] = ek_roster_candidate(e, b->skip, b->team, level);
	out[1] = b->v[0];
	return b->n == 0 ? 1 : 2;
}

uint32_t ek_settle_choose(struct ek_engine *e, uint32_t conv, struct candidate out[2], bool *gated)
{
	const struct conv *c = &e->convs[conv];
	struct lane *l = &e->lanes[e->waits[c->node].lane];
	struct best b = {.team = c->team};
	struct search s = {.lane = l, .want = 2, .ok = passes, .conv = conv, .best = &b};
	if (c->known != 0 && ek_eligible_check(e, conv, c->known) == 0)
		b.skip = c->known;
	search_levels(e, &s, &b);
	*gated = s.gated;
	return known_first(e, conv, &b, out);
}

/* Over full: everyone at an open level is asked, for nobody was eligible. */
static uint32_t choose_anyway(struct ek_engine *e, uint32_t conv, struct candidate out[2])
{
	const struct conv *c = &e->convs[conv];
	const struct team *t = &e->teams[c->team];
	struct best b = {.team = c->team};
	bool knows = c->known != 0 && ek_eligible_anyway(e, conv, c->known) == 0;
	b.skip = knows ? c->known : 0;
	for (uint32_t k = 0; k <= t->overflow_count; k++) {
		if (k > 0 && (c->opened >> (k - 1) & 1) == 0)
			continue;
		const struct team *from = k == 0 ? t : &e->teams[t->overflow[k - 1].team];
		for (uint32_t i = 0; i < from->member_count; i++) {
			uint32_t mate = from->members[i].mate;
			e->steps++;
			if (ek_eligible_anyway(e, conv, mate) == 0)
				consider(e, &b, mate, ek_eligible_standing(e, conv, mate).level);
		}
	}
	return known_first(e, conv, &b, out);
}

/* ---- giving ---- */

struct gift {
	uint32_t conv;
	uint32_t mate;
	uint32_t runner_up;
	int how;
	int chosen_by;
};

/* Promises 2 and 3, asked of the state itself just before it changes. */
static void check_gift(struct ek_engine *e, const struct gift *g)
{
	const struct mate *m = &e->mates[g->mate];
	if (m->presence != EK_PRESENCE_ACTIVE || m->deactivated || m->exists != 1)
		ek_emit_promise_broken(e, EK_PROMISE_P3, g->conv, g->mate);
	if (g->how != EK_HOW_BALANCED)
		return;
	uint32_t asked = e->lanes[e->waits[e->convs[g->conv].node].lane].points;
	if (m->limit != EK_STATE_UNLIMITED && m->load + asked > m->limit)
		ek_emit_promise_broken(e, EK_PROMISE_P2, g->conv, g->mate);
}

/* Promise 5: nothing better placed that they could take. In full for small teams, else now and
 * then. */
static void check_order(struct ek_engine *e, const struct gift *g)
{
	const struct mate *m = &e->mates[g->mate];
	bool now_and_then = (e->seq & (P5_EVERY - 1)) == 0;
	for (uint32_t i = 0; i < m->serve_count; i++) {
		const struct team *t = &e->teams[m->serves[i].team];
		if (t->method != EK_METHOD_BALANCED ||
		    (t->lane_count > P5_LANES && !now_and_then && !e->audit))
			continue;
		for (uint32_t k = 0; k < t->lane_count; k++) {
			uint32_t head = e->lanes[t->lanes[k]].head;
			if (head != g->conv && ek_queue_before(e, head, g->conv) &&
			    ek_eligible_check(e, head, g->mate) == 0)
				ek_emit_promise_broken(e, EK_PROMISE_P5, head, g->mate);
		}
	}
}

static uint8_t level_of(const struct ek_engine *e, const struct gift *g)
{
	uint32_t level = ek_eligible_standing(e, g->conv, g->mate).level;
	return (uint8_t)(level > EK_LEVEL_OVERFLOW ? EK_LEVEL_OVERFLOW : level);
}

static void offer(struct ek_engine *e, const struct gift *g)
{
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_OFFER_MADE, EK_EMIT_FOLLOWS);
	uint32_t team = e->convs[g->conv].team;
	v->offer_made = (struct ek_offer_made){
		.conversation = {g->conv},
		.teammate = {g->mate},
		.team = {team},
		.level = level_of(e, g),
		.chosen_by = (uint8_t)g->chosen_by,
		.runner_up = {g->runner_up},
		.until = {e->now + ek_config_int(e, EK_SET_OFFER_TIMEOUT_MS, team, 0)},
	};
	ek_emit_end(e);
}

static void give(struct ek_engine *e, const struct gift *g)
{
	struct conv *c = &e->convs[g->conv];
	check_gift(e, g);
	if (g->how == EK_HOW_BALANCED)
		check_order(e, g);
	if (c->hold_for != 0)
		ek_emit_hold_ended(e, g->conv,
				   c->hold_for == g->mate ? EK_HOLD_END_REACHED
							  : EK_HOLD_END_ENDED);
	if (e->teams[c->team].offer_mode && g->how == EK_HOW_BALANCED) {
		offer(e, g);
		return;
	}
	struct ek_event *v = ek_emit_begin(e, EK_EVENT_ASSIGNMENT_MADE, EK_EMIT_FOLLOWS);
	const struct mate *m = &e->mates[g->mate];
	v->assignment_made = (struct ek_assignment_made){
		.assignment = {e->assignments + 1},
		.conversation = {g->conv},
		.teammate = {g->mate},
		.team = {e->convs[g->conv].team},
		.how = (uint8_t)g->how,
		.level = level_of(e, g),
		.chosen_by = (uint8_t)g->chosen_by,
		.runner_up = {g->runner_up},
		.load = m->load,
		.limit = m->limit == EK_STATE_UNLIMITED ? EK_NONE : (int64_t)m->limit,
	};
	ek_emit_end(e);
}

static struct gift make_gift(const struct ek_engine *e, uint32_t conv, const struct candidate *c,
			     uint32_t n, int how)
{
	struct gift g = {conv, c[0].mate, n > 1 ? c[1].mate : 0, how, EK_CHOSEN_BY_ONLY_ONE};
	if (e->convs[conv].known == g.mate)
		g.chosen_by = EK_CHOSEN_BY_HELD;
	else if (n > 1)
		g.chosen_by = ek_roster_prefer(&c[0], &c[1]);
	return g;
}

/* ---- round robin ---- */

static int compare_place(uint64_t joined_a, uint32_t a, uint64_t joined_b, uint32_t b)
{
	if (joined_a != joined_b)
		return joined_a < joined_b ? -1 : 1;
	return (a > b) - (a < b);
}

uint32_t ek_settle_turn(const struct ek_engine *e, uint32_t conv)
{
	uint32_t team = e->convs[conv].team;
	const struct team *t = &e->teams[team];
	uint32_t from = 0;
	while (from < t->member_count) {
		uint32_t mate = t->members[from].mate;
		const struct serve *s = ek_state_serve(&e->mates[mate], team);
		ek_assert(s != NULL);
		uint64_t joined = s->joined;
		if (compare_place(joined, mate, t->rr_place, t->rr_last) > 0)
			break;
		from++;
	}
	for (uint32_t i = 0; i < t->member_count; i++) {
		uint32_t mate = t->members[(from + i) % t->member_count].mate;
		if (ek_eligible_rotation(e, conv, mate) == 0)
			return mate;
	}
	return 0;
}

static bool give_in_turn(struct ek_engine *e, uint32_t conv)
{
	uint32_t mate = ek_settle_turn(e, conv);
	if (mate == 0)
		return false;
	struct gift g = {conv, mate, 0, EK_HOW_ROUND_ROBIN, EK_CHOSEN_BY_ROTATION};
	give(e, &g);
	return true;
}

static bool has_cooldown(const struct ek_engine *e, uint32_t conv)
{
	uint32_t x = e->convs[conv].extra;
	return x != 0 && e->extras[x].cooldown_count > 0;
}

/* The best first. Once one that no cooldown holds back finds nobody, no other will, unless points
 * differ; only then is the whole order looked through. Returns whether one was given. */
static bool rotate_once(struct ek_engine *e, uint32_t team)
{
	const struct team *t = &e->teams[team];
	if (t->lane_count == 0)
		return false;
	const struct lane *l = &e->lanes[t->lanes[0]];
	if (give_in_turn(e, l->head))
		return true;
	if (!has_cooldown(e, l->head) && !t->rr_respect_limits)
		return false;
	uint32_t *convs = ek_state_turn(e, t->parked * sizeof *convs);
	uint32_t n = ek_queue_first(e, team, t->parked, convs);
	for (uint32_t i = 1; i < n; i++) {
		if (give_in_turn(e, convs[i]))
			return true;
		if (!has_cooldown(e, convs[i]) && !t->rr_respect_limits)
			return false;
	}
	return false;
}

static void rotate(struct ek_engine *e, uint32_t team)
{
	while (rotate_once(e, team))
		;
}

/* What came new to a team inbox that does not retry: each once, the best first. */
static void rotate_new(struct ek_engine *e, uint32_t team)
{
	uint32_t *convs = ek_state_turn(e, e->entered_count * sizeof *convs);
	uint32_t n = 0;
	for (uint32_t i = 0; i < e->entered_count; i++) {
		struct conv *c = &e->convs[e->entered[i]];
		if (!c->rr_once || c->node == 0 || c->team != team)
			continue;
		c->rr_once = false;
		uint32_t at = n++;
		while (at > 0 && ek_queue_before(e, e->entered[i], convs[at - 1])) {
			convs[at] = convs[at - 1];
			at--;
		}
		convs[at] = e->entered[i];
	}
	for (uint32_t i = 0; i < n; i++)
		(void)give_in_turn(e, convs[i]);
}

static void round_robin(struct ek_engine *e)
{
	for (uint32_t i = 0; e->rotations > 0 && i < e->loose_count; i++)
		ek_stay_rotations(e, e->loose[i]);
	ek_state_sort(e->rr_teams, e->rr_count);
	for (uint32_t i = 0; i < e->rr_count; i++) {
		struct team *t = &e->teams[e->rr_teams[i]];
		t->rr_dirty = false;
		if (t->exists != 1 || t->method != EK_METHOD_ROUND_ROBIN)
			continue;
		if (t->rr_retry)
			rotate(e, e->rr_teams[i]);
		else
			rotate_new(e, e->rr_teams[i]);
	}
	e->rr_count = 0;
}

/* ---- the sweep ---- */

static void try_lane_for(struct ek_engine *e, uint32_t lane, uint32_t mate)
{
	struct lane *l = &e->lanes[lane];
	if (l->ready && (l->ready_for == 0 || l->ready_for == mate))
		return;
	e->steps++;
	if (ek_eligible_lane(e, l, mate) == 0 ||
	    (l->anyway && ek_eligible_anyway(e, l->head, mate) == 0))
		ek_queue_ready(e, lane, mate);
}

static void try_team_for(struct ek_engine *e, uint32_t team, uint32_t mate)
{
	const struct team *t = &e->teams[team];
	if (t->method != EK_METHOD_BALANCED)
		return;
	uint64_t skills = e->mates[mate].skills;
	for (uint32_t i = 0; i < t->lane_count; i++) {
		if ((skills & t->lane_masks[i]) == t->lane_masks[i])
			try_lane_for(e, t->lanes[i], mate);
	}
}

/* Every lane that someone who changed could take from is tried. */
static void try_for_loose(struct ek_engine *e)
{
	for (uint32_t i = 0; i < e->loose_count; i++) {
		uint32_t mate = e->loose[i];
		const struct mate *m = &e->mates[mate];
		bool full = m->load >= m->limit || m->intake_full;
		if (!m->present || m->paused_until != EK_NONE || (full && e->anyway_lanes == 0))
			continue;
		for (uint32_t k = 0; k < m->serve_count; k++) {
			uint32_t team = m->serves[k].team;
			try_team_for(e, team, mate);
			for (uint32_t h = 0; h < e->teams[team].helped_count; h++)
				try_team_for(e, e->teams[team].helped[h], mate);
		}
	}
}

/* Whether trying a lane is in vain: it is empty, or the one who could have taken from it is full.
 * */
static bool in_vain(const struct ek_engine *e, const struct lane *l)
{
	if (l->count == 0)
		return true;
	if (l->ready_for == 0 || l->anyway)
		return false;
	const struct mate *m = &e->mates[l->ready_for];
	return (uint64_t)m->load + l->points > m->limit || m->intake_full;
}

static uint32_t best_ready(struct ek_engine *e)
{
	uint32_t best = 0;
	for (uint32_t i = 0; i < e->ready_count;) {
		struct lane *l = &e->lanes[e->ready[i]];
		e->steps++;
		if (in_vain(e, l)) {
			l->ready = false;
			e->ready[i] = e->ready[--e->ready_count];
			continue;
		}
		if (best == 0 || ek_queue_lane_before(e, l, &e->lanes[best]))
			best = e->ready[i];
		i++;
	}
	return best;
}

static void drop_ready(struct ek_engine *e, uint32_t lane)
{
	uint32_t i = 0;
	while (e->ready[i] != lane)
		i++;
	e->ready[i] = e->ready[--e->ready_count];
	e->lanes[lane].ready = false;
}

/* Lanes held back by a gate alone are tried again after something left a queue. */
static void try_gated(struct ek_engine *e)
{
	for (uint32_t i = 0; i < e->gated_count; i++) {
		e->lanes[e->gated[i]].gated = false;
		ek_queue_ready(e, e->gated[i], 0);
	}
	e->gated_count = 0;
}

static void park_gated(struct ek_engine *e, uint32_t lane)
{
	if (e->lanes[lane].gated)
		return;
	e->lanes[lane].gated = true;
	ek_state_push(e, &e->gated, &e->gated_count, &e->gated_cap, lane);
}

/* How many were given out. */
static uint32_t sweep(struct ek_engine *e)
{
	uint32_t given = 0;
	uint32_t lane = best_ready(e);
	while (lane != 0) {
		uint32_t conv = e->lanes[lane].head;
		struct candidate c[2];
		bool gated = false;
		int how = EK_HOW_BALANCED;
		uint32_t n = ek_settle_choose(e, conv, c, &gated);
		if (n == 0 && e->lanes[lane].anyway) {
			how = EK_HOW_ASSIGN_ANYWAY;
			n = choose_anyway(e, conv, c);
		}
		if (n == 0) {
			drop_ready(e, lane);
			if (gated)
				park_gated(e, lane);
		} else {
			struct gift g = make_gift(e, conv, c, n, how);
			give(e, &g);
			given++;
			try_gated(e);
			ek_stay_bounds(e, e->convs[conv].team);
		}
		lane = best_ready(e);
	}
	return given;
}

void ek_settle_forget(struct ek_engine *e)
{
	for (uint32_t i = 0; i < e->ready_count; i++)
		e->lanes[e->ready[i]].ready = false;
	for (uint32_t i = 0; i < e->gated_count; i++)
		e->lanes[e->gated[i]].gated = false;
	for (uint32_t i = 0; i < e->flipped_count; i++)
		e->lanes[e->flipped[i]].flipped = false;
	for (uint32_t i = 0; i < e->rr_count; i++)
		e->teams[e->rr_teams[i]].rr_dirty = false;
	for (uint32_t i = 0; i < e->entered_count; i++)
		e->convs[e->entered[i]].rr_once = false;
	e->ready_count = 0;
	e->gated_count = 0;
	e->flipped_count = 0;
	e->rr_count = 0;
	e->entered_count = 0;
	ek_roster_settle(e);
	ek_lane_sweep(e);
}

void ek_settle_run(struct ek_engine *e)
{
	ek_stay_entered(e);
	round_robin(e);
	uint32_t given = 0;
	do { /* the last round finds nothing: that is promise 1 */
		ek_stay_stranded(e);
		try_for_loose(e);
		if (e->loose_count > LOOSE_FEW)
			ek_roster_settle(e);
		given = sweep(e);
	} while (given != 0 || e->flipped_count != 0);
	ek_settle_forget(e);
}
