#include "engine/lane.h"

#include "engine/config.h"
#include "engine/due.h"
#include "engine/queue.h"
#include "engine/stay.h"

#include <string.h>

/* ---- what is asked for ---- */

static bool same_needs(const struct needset *a, const struct needset *b)
{
	if (a->n != b->n || a->mask != b->mask || a->required != b->required)
		return false;
	for (uint32_t i = 0; i < a->n; i++) {
		if (a->v[i].skill != b->v[i].skill || a->v[i].level != b->v[i].level ||
		    a->v[i].required != b->v[i].required)
			return false;
	}
	return true;
}

static struct needset needs_of(const struct extra *x)
{
	struct needset s = {0};
	for (uint32_t i = 0; i < x->need_count; i++) {
		const struct need *n = &x->needs[i];
		if (n->relaxed)
			continue;
		s.v[s.n].skill = n->skill;
		s.v[s.n].level = n->level;
		s.v[s.n].required = n->required;
		s.n++;
		uint64_t bit = ek_config_skill_bit(n->skill, n->level);
		s.mask |= bit;
		if (n->required)
			s.required |= bit;
	}
	return s;
}

static uint32_t needset_of(struct ek_engine *e, const struct conv *c)
{
	if (c->extra == 0 || e->extras[c->extra].need_count == 0)
		return 0;
	struct needset s = needs_of(&e->extras[c->extra]);
	if (s.n == 0)
		return 0;
	uint32_t bucket = (uint32_t)((s.mask * 0x9e3779b97f4a7c15ull) >> 56);
	for (uint32_t i = e->needset_table[bucket]; i != 0; i = e->needsets[i].next) {
		if (same_needs(&e->needsets[i], &s))
			return i;
	}
	uint32_t at = ++e->needset_count;
	ROOM(e, e->needsets, e->needset_cap, at + 1);
	s.next = e->needset_table[bucket];
	e->needsets[at] = s;
	e->needset_table[bucket] = at;
	return at;
}

/* ---- finding ---- */

static uint32_t hash_lane(const struct lane *l)
{
	uint64_t h = l->team;
	h = h * 0x9e3779b97f4a7c15ull + l->only;
	h = h * 0x9e3779b97f4a7c15ull + l->needset;
	h = h * 0x9e3779b97f4a7c15ull + ((uint64_t)l->opened << 32 | (uint64_t)l->points << 24 |
					 (uint64_t)l->cls << 16 | (uint64_t)l->complexity << 8 |
					 (uint64_t)l->anyway);
	h ^= h >> 29;
	return (uint32_t)(h * 0xbf58476d1ce4e5b9ull >> 32);
}

static bool same_lane(const struct lane *a, const struct lane *b)
{
	return a->team == b->team && a->only == b->only && a->needset == b->needset &&
	       a->opened == b->opened && a->points == b->points && a->cls == b->cls &&
	       a->complexity == b->complexity && a->anyway == b->anyway;
}

static void grow_table(struct ek_engine *e)
{
	ek_state_free(e, e->lane_table, e->lane_slots * sizeof *e->lane_table);
	e->lane_slots = e->lane_slots == 0 ? 64 : e->lane_slots * 2;
	e->lane_table = ek_state_get(e, e->lane_slots * sizeof *e->lane_table);
	memset(e->lane_table, 0, e->lane_slots * sizeof *e->lane_table);
	for (uint32_t i = 1; i <= e->lane_count; i++) {
		if (!e->lanes[i].used)
			continue;
		uint32_t *slot = &e->lane_table[hash_lane(&e->lanes[i]) & (e->lane_slots - 1)];
		e->lanes[i].next = *slot;
		*slot = i;
	}
}

static struct lane wanted(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	struct lane l = {.team = c->team, .used = true};
	if (e->teams[c->team].method != EK_METHOD_BALANCED)
		return l;
	const struct extra *x = c->extra != 0 ? &e->extras[c->extra] : NULL;
	bool alone = c->hold_for != 0 || c->known != 0 || (x != NULL && x->cooldown_count > 0);
	l.only = alone ? conv : 0;
	l.needset = needset_of(e, c);
	l.opened = c->opened;
	l.cls = c->cls;
	l.complexity = c->complexity;
	l.anyway = c->anyway && e->teams[c->team].when_nobody == EK_WHEN_NOBODY_ASSIGN_ANYWAY;
	l.points = ek_config_uncounted(e, c) ? 1 : (uint8_t)ek_config_points(e, c->cls);
	return l;
}

uint32_t ek_lane_of(struct ek_engine *e, uint32_t conv)
{
	struct lane l = wanted(e, conv);
	if (e->lane_count >= e->lane_slots)
		grow_table(e);
	uint32_t *slot = &e->lane_table[hash_lane(&l) & (e->lane_slots - 1)];
	for (uint32_t i = *slot; i != 0; i = e->lanes[i].next) {
		if (same_lane(&e->lanes[i], &l))
			return i;
	}
	uint32_t at = e->lane_free;
	if (at != 0)
		e->lane_free = e->lanes[at].next;
	else
		at = ++e->lane_count;
	ROOM(e, e->lanes, e->lane_cap, at + 1);
	l.next = *slot;
	e->lanes[at] = l;
	*slot = at;
	return at;
}

/* ---- who is there ---- */

bool ek_lane_skilled(const struct ek_engine *e, const struct lane *lane, uint32_t mate, bool all)
{
	if (lane->needset == 0)
		return true;
	const struct needset *s = &e->needsets[lane->needset];
	uint64_t mask = all ? s->mask : s->required;
	if ((e->mates[mate].skills & mask) != mask)
		return false;
	for (uint32_t i = 0; i < s->n; i++) {
		if ((all || s->v[i].required) &&
		    ek_config_skill(e, mate, s->v[i].skill) < s->v[i].level)
			return false;
	}
	return true;
}

bool ek_lane_reaches(const struct ek_engine *e, const struct lane *lane, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	const struct serve *s = ek_state_serve(m, lane->team);
	const struct team *t = &e->teams[lane->team];
	if (s != NULL && (s->level == EK_LEVEL_PRIMARY || t->method == EK_METHOD_BALANCED))
		return true;
	for (uint32_t i = 0; i < t->overflow_count; i++) {
		if ((lane->opened >> i & 1) != 0 && ek_state_serve(m, t->overflow[i].team) != NULL)
			return true;
	}
	return false;
}

static bool is_present(const struct ek_engine *e, const struct lane *lane, uint32_t mate)
{
	return e->mates[mate].present && ek_lane_reaches(e, lane, mate) &&
	       ek_lane_skilled(e, lane, mate, false);
}

/* Tells the conversations of a lane that nobody, or somebody, is there for them now. */
static void strand(struct ek_engine *e, const struct lane *l, bool stranded)
{
	for (uint32_t i = 0; i < l->count; i++) {
		uint32_t conv = e->waits[l->heap[i].wait].conv;
		e->convs[conv].stranded_from = stranded ? e->now : EK_NONE;
		e->convs[conv].alerted = false;
		ek_due_conv(e, conv);
	}
}

static void flip(struct ek_engine *e, uint32_t lane)
{
	struct lane *l = &e->lanes[lane];
	strand(e, l, l->present == 0);
	if (l->present == 0 && !l->flipped) {
		l->flipped = true;
		ek_state_push(e, &e->flipped, &e->flipped_count, &e->flipped_cap, lane);
	}
}

static void change_present(struct ek_engine *e, uint32_t lane, uint32_t to)
{
	bool was = e->lanes[lane].present == 0;
	e->lanes[lane].present = to;
	if (was != (to == 0))
		flip(e, lane);
}

static uint32_t count_team(const struct ek_engine *e, const struct lane *l, uint32_t team,
			   uint32_t self)
{
	uint32_t n = 0;
	const struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->member_count; i++) {
		uint32_t mate = t->members[i].mate;
		bool counted = team != self && ek_state_serve(&e->mates[mate], self) != NULL;
		if (!counted && is_present(e, l, mate))
			n++;
	}
	return n;
}

/* Members of two opened levels are counted twice, which changes nothing: only none matters, and
 * ek_lane_presence adds and takes them as often. */
static uint32_t count_present(const struct ek_engine *e, const struct lane *l)
{
	uint32_t n = count_team(e, l, l->team, l->team);
	const struct team *t = &e->teams[l->team];
	for (uint32_t i = 0; i < t->overflow_count; i++) {
		if ((l->opened >> i & 1) != 0 && t->overflow[i].team != l->team)
			n += count_team(e, l, t->overflow[i].team, l->team);
	}
	return n;
}

void ek_lane_recount(struct ek_engine *e, uint32_t lane)
{
	change_present(e, lane, count_present(e, &e->lanes[lane]));
}

void ek_lane_recount_team(struct ek_engine *e, uint32_t team)
{
	for (uint32_t i = 0; i < e->teams[team].lane_count; i++)
		ek_lane_recount(e, e->teams[team].lanes[i]);
}

/* Lanes of a team inbox for which a teammate counts `times` (by its opened levels). */
static void presence_in(struct ek_engine *e, uint32_t team, uint32_t mate, uint32_t through, int by)
{
	for (uint32_t i = 0; i < e->teams[team].lane_count; i++) {
		uint32_t lane = e->teams[team].lanes[i];
		struct lane *l = &e->lanes[lane];
		const struct team *t = &e->teams[team];
		uint32_t times = through == team ? 1 : 0;
		for (uint32_t k = 0; through != team && k < t->overflow_count; k++) {
			if ((l->opened >> k & 1) != 0 && t->overflow[k].team == through)
				times++;
		}
		if (times != 0 && is_present(e, l, mate))
			change_present(e, lane, l->present + (uint32_t)by * times);
	}
}

void ek_lane_presence(struct ek_engine *e, uint32_t mate, int by)
{
	const struct mate *m = &e->mates[mate];
	if (!m->present)
		return;
	for (uint32_t i = 0; i < m->serve_count; i++) {
		uint32_t team = m->serves[i].team;
		presence_in(e, team, mate, team, by);
		for (uint32_t k = 0; k < e->teams[team].helped_count; k++) {
			uint32_t helped = e->teams[team].helped[k];
			if (ek_state_serve(m, helped) == NULL)
				presence_in(e, helped, mate, team, by);
		}
	}
}

/* ---- coming and going ---- */

void ek_lane_filled(struct ek_engine *e, uint32_t lane)
{
	struct lane *l = &e->lanes[lane];
	struct team *t = &e->teams[l->team];
	ek_state_push(e, &t->lanes, &t->lane_count, &t->lane_cap, lane);
	l->place = t->lane_count;
	ROOM(e, t->lane_masks, t->lane_mask_cap, t->lane_count);
	t->lane_masks[l->place - 1] = l->needset == 0 ? 0 : e->needsets[l->needset].mask;
	l->present = count_present(e, l);
	e->anyway_lanes += l->anyway;
	ek_queue_ready(e, lane, 0);
}

void ek_lane_emptied(struct ek_engine *e, uint32_t lane)
{
	struct lane *l = &e->lanes[lane];
	struct team *t = &e->teams[l->team];
	uint32_t last = t->lanes[t->lane_count - 1];
	t->lanes[l->place - 1] = last;
	t->lane_masks[l->place - 1] = t->lane_masks[t->lane_count - 1];
	e->lanes[last].place = l->place;
	t->lane_count--;
	l->place = 0;
	e->anyway_lanes -= l->anyway;
	if (l->only != 0)
		ek_state_push(e, &e->emptied, &e->emptied_count, &e->emptied_cap, lane);
}

void ek_lane_joined(struct ek_engine *e, uint32_t lane, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	struct lane *l = &e->lanes[lane];
	if (e->teams[l->team].method != EK_METHOD_BALANCED) {
		ek_stay_rotate(e, l->team);
		return;
	}
	if (l->present != 0) {
		c->stranded_from = EK_NONE;
		c->alerted = false;
		return;
	}
	if (c->stranded_from == EK_NONE)
		c->stranded_from = e->now;
	if (!l->flipped) {
		l->flipped = true;
		ek_state_push(e, &e->flipped, &e->flipped_count, &e->flipped_cap, lane);
	}
}

static void free_lane(struct ek_engine *e, uint32_t lane)
{
	struct lane *l = &e->lanes[lane];
	uint32_t *slot = &e->lane_table[hash_lane(l) & (e->lane_slots - 1)];
	while (*slot != lane)
		slot = &e->lanes[*slot].next;
	*slot = l->next;
	ek_state_free(e, l->heap, l->heap_cap * sizeof *l->heap);
	*l = (struct lane){.next = e->lane_free};
	e->lane_free = lane;
}

void ek_lane_sweep(struct ek_engine *e)
{
	for (uint32_t i = 0; i < e->emptied_count; i++) {
		struct lane *l = &e->lanes[e->emptied[i]];
		if (l->used && l->count == 0)
			free_lane(e, e->emptied[i]);
	}
	e->emptied_count = 0;
}
