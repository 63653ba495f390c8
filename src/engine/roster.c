#include "engine/roster.h"

#include "engine/config.h"
#include "engine/lane.h"
#include "engine/queue.h"

#include <string.h>

/* ---- preference ---- */

/* load / limit of a against b by cross-multiplication; unlimited = 0. */
static int compare_share(uint32_t a_load, uint32_t a_limit, uint32_t b_load, uint32_t b_limit)
{
	bool a_free = a_limit == EK_STATE_UNLIMITED;
	bool b_free = b_limit == EK_STATE_UNLIMITED;
	uint64_t a = a_free ? 0 : (uint64_t)a_load * (b_free ? 1 : b_limit);
	uint64_t b = b_free ? 0 : (uint64_t)b_load * (a_free ? 1 : a_limit);
	return (a > b) - (a < b);
}

int ek_roster_prefer(const struct candidate *a, const struct candidate *b)
{
	int sign = 0;
	if (a->level != b->level)
		return a->level < b->level ? EK_CHOSEN_BY_LEVEL : -EK_CHOSEN_BY_LEVEL;
	if (a->share)
		sign = compare_share(a->load, a->limit, b->load, b->limit);
	else
		sign = (a->load > b->load) - (a->load < b->load);
	if (sign != 0)
		return -sign * EK_CHOSEN_BY_LOAD;
	if (a->given != b->given)
		return a->given < b->given ? EK_CHOSEN_BY_LAST_GIVEN : -EK_CHOSEN_BY_LAST_GIVEN;
	return a->mate < b->mate ? EK_CHOSEN_BY_ID : -EK_CHOSEN_BY_ID;
}

struct candidate ek_roster_candidate(const struct ek_engine *e, uint32_t mate, uint32_t team,
				     uint32_t level)
{
	const struct mate *m = &e->mates[mate];
	bool merged = e->helpers_equal && level == 2;
	return (struct candidate){mate,     merged ? 1 : level, m->load,
				  m->limit, m->given_seq,       e->teams[team].share};
}

/* ---- the trees ---- */

static bool cand_less(const struct cand *a, const struct cand *b)
{
	int sign = a->share ? compare_share(a->load, a->limit, b->load, b->limit)
			    : (a->load > b->load) - (a->load < b->load);
	if (sign != 0)
		return sign < 0;
	if (a->given != b->given)
		return a->given < b->given;
	return a->mate < b->mate;
}

static void cand_pull(struct cand *v, uint32_t i)
{
	struct cand *c = &v[i];
	c->skills_or = c->skills;
	c->room_max = c->room;
	c->complexity_max = c->complexity;
	c->local_or = c->local_ok;
	uint32_t child[2] = {c->left, c->right};
	for (int k = 0; k < 2; k++) {
		if (child[k] == 0)
			continue;
		const struct cand *d = &v[child[k]];
		c->skills_or |= d->skills_or;
		if (d->room_max > c->room_max)
			c->room_max = d->room_max;
		if (d->complexity_max > c->complexity_max)
			c->complexity_max = d->complexity_max;
		c->local_or = c->local_or || d->local_or;
	}
}

#define TREAP(x) cand_##x
#define TREAP_POOL struct ek_engine *
#define TREAP_LEFT(p, i) ((p)->cands[i].left)
#define TREAP_RIGHT(p, i) ((p)->cands[i].right)
#define TREAP_LESS(p, a, b) cand_less(&(p)->cands[a], &(p)->cands[b])
#define TREAP_PULL(p, i) cand_pull((p)->cands, (i))
#define TREAP_STEP(p) ((p)->steps++)
#include "base/treap.h"

static bool may_fit(const struct ek_engine *e, const struct cand *c, const struct search *s)
{
	const struct lane *l = s->lane;
	uint64_t mask = l->needset == 0 ? 0 : e->needsets[l->needset].mask;
	return c->room_max >= l->points && (c->skills_or & mask) == mask &&
	       c->complexity_max >= l->complexity && (!s->local || c->local_or);
}

void ek_roster_search(struct ek_engine *e, uint32_t root, struct search *s)
{
	if (root == 0 || s->found == s->want)
		return;
	e->steps++;
	const struct cand *c = &e->cands[root];
	if (!may_fit(e, c, s))
		return;
	ek_roster_search(e, c->left, s);
	if (s->found == s->want)
		return;
	if (s->ok(e, s, e->cands[root].mate))
		s->mates[s->found++] = e->cands[root].mate;
	ek_roster_search(e, e->cands[root].right, s);
}

static struct pool *pool_of(struct ek_engine *e, uint32_t team, uint8_t level, uint32_t group)
{
	struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->pool_count; i++) {
		if (t->pools[i].level == level && t->pools[i].group == group)
			return &t->pools[i];
	}
	ROOM(e, t->pools, t->pool_cap, t->pool_count + 1);
	t->pools[t->pool_count] = (struct pool){level, group, 0};
	return &t->pools[t->pool_count++];
}

/* Pools that are empty go, so that a team's list is as short as its live groups. */
static void drop_pool(struct team *t, struct pool *p)
{
	if (p->root == 0)
		*p = t->pools[--t->pool_count];
}

static bool local_ok(const struct ek_engine *e, const struct mate *m, const struct serve *s)
{
	const struct team *t = &e->teams[s->team];
	if (t->shift_gate && ek_state_is_off(m, s->team))
		return false;
	if (t->inbox_limit == EK_STATE_UNLIMITED)
		return true;
	return ek_roster_held(e, (uint32_t)(m - e->mates), s->team) < t->inbox_limit;
}

static uint32_t take_cand(struct ek_engine *e)
{
	uint32_t i = e->cand_free;
	if (i != 0) {
		e->cand_free = e->cands[i].left;
		return i;
	}
	i = ++e->cand_count;
	ROOM(e, e->cands, e->cand_cap, i + 1);
	return i;
}

static void list_serve(struct ek_engine *e, uint32_t mate, struct serve *s)
{
	struct mate *m = &e->mates[mate];
	const struct team *t = &e->teams[s->team];
	if (t->method != EK_METHOD_BALANCED && t->helped_count == 0)
		return;
	uint32_t i = take_cand(e);
	e->cands[i] = (struct cand){.mate = mate,
				    .team = s->team,
				    .load = m->load,
				    .limit = m->limit,
				    .given = m->given_seq,
				    .skills = m->skills,
				    .room = m->limit - m->load,
				    .complexity = m->complexity_max,
				    .local_ok = local_ok(e, m, s),
				    .share = e->teams[s->team].share};
	s->cand = i;
	s->pool_group = s->level == EK_LEVEL_SECONDARY ? m->group : 0;
	struct pool *p = pool_of(e, s->team, s->level, s->pool_group);
	p->root = cand_insert(e, p->root, i);
}

static void unlist_serve(struct ek_engine *e, struct serve *s)
{
	if (s->cand == 0)
		return;
	struct pool *p = pool_of(e, s->team, s->level, s->pool_group);
	p->root = cand_erase(e, p->root, s->cand);
	drop_pool(&e->teams[s->team], p);
	e->cands[s->cand].left = e->cand_free;
	e->cand_free = s->cand;
	s->cand = 0;
}

static bool is_candidate(const struct mate *m)
{
	return m->present && m->paused_until == EK_NONE && m->load < m->limit && !m->intake_full;
}

void ek_roster_touch(struct ek_engine *e, uint32_t mate)
{
	struct mate *m = &e->mates[mate];
	if (m->loose)
		return;
	m->loose = true;
	ek_state_push(e, &e->loose, &e->loose_count, &e->loose_cap, mate);
	if (!m->in_trees)
		return;
	for (uint32_t i = 0; i < m->serve_count; i++)
		unlist_serve(e, &m->serves[i]);
	m->in_trees = false;
}

void ek_roster_settle(struct ek_engine *e)
{
	for (uint32_t i = 0; i < e->loose_count; i++) {
		struct mate *m = &e->mates[e->loose[i]];
		m->loose = false;
		if (!is_candidate(m))
			continue;
		for (uint32_t k = 0; k < m->serve_count; k++)
			list_serve(e, e->loose[i], &m->serves[k]);
		m->in_trees = true;
	}
	e->loose_count = 0;
}

/* ---- gate groups ---- */

static bool same_teams(const struct group *g, const uint32_t *teams, uint32_t n)
{
	return g->members != 0 && g->team_count == n &&
	       (n == 0 || memcmp(g->teams, teams, n * sizeof *teams) == 0);
}

static uint32_t hash_teams(const uint32_t *teams, uint32_t n)
{
	uint32_t h = 2166136261u;
	for (uint32_t i = 0; i < n; i++)
		h = (h ^ teams[i]) * 16777619u;
	return (h ^ h >> 15) & (EK_STATE_GROUP_SLOTS - 1);
}

static uint32_t make_group(struct ek_engine *e, const uint32_t *teams, uint32_t n, uint32_t slot)
{
	uint32_t at = e->group_free;
	if (at != 0)
		e->group_free = e->groups[at].next;
	else
		at = ++e->group_count;
	ROOM(e, e->groups, e->group_cap, at + 1);
	struct group *g = &e->groups[at];
	*g = (struct group){.team_count = n, .next = e->group_table[slot]};
	g->teams = ek_state_get(e, n * sizeof *teams);
	memcpy(g->teams, teams, n * sizeof *teams);
	e->group_table[slot] = at;
	for (uint32_t i = 0; i < n; i++) {
		struct team *t = &e->teams[teams[i]];
		g->nonempty += t->waiting != 0;
		ek_state_push(e, &t->groups, &t->group_count, &t->group_cap, at);
	}
	return at;
}

static void free_group(struct ek_engine *e, uint32_t group)
{
	struct group *g = &e->groups[group];
	uint32_t *slot = &e->group_table[hash_teams(g->teams, g->team_count)];
	while (*slot != group)
		slot = &e->groups[*slot].next;
	*slot = g->next;
	for (uint32_t i = 0; i < g->team_count; i++) {
		struct team *t = &e->teams[g->teams[i]];
		uint32_t k = 0;
		while (t->groups[k] != group)
			k++;
		t->groups[k] = t->groups[--t->group_count];
	}
	ek_state_free(e, g->teams, g->team_count * sizeof *g->teams);
	ek_state_free(e, g->reach, g->reach_cap * sizeof *g->reach);
	*g = (struct group){.next = e->group_free};
	e->group_free = group;
}

static void reach(struct ek_engine *e, uint32_t group, uint32_t team, int by)
{
	struct group *g = &e->groups[group];
	uint32_t i = 0;
	while (i < g->reach_count && g->reach[i].team != team)
		i++;
	if (i == g->reach_count) {
		ROOM(e, g->reach, g->reach_cap, g->reach_count + 1);
		g->reach[g->reach_count].team = team;
		g->reach[g->reach_count++].count = 0;
	}
	g->reach[i].count += (uint32_t)by;
	if (g->reach[i].count == 0)
		g->reach[i] = g->reach[--g->reach_count];
}

/* Ascending list of the primaries that count for the strict gate; their number. */
static uint32_t counted_primaries(const struct ek_engine *e, const struct mate *m, uint32_t *teams)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < m->serve_count; i++) {
		const struct serve *s = &m->serves[i];
		if (s->level != EK_LEVEL_PRIMARY || e->teams[s->team].method != EK_METHOD_BALANCED)
			continue;
		uint32_t at = n++;
		while (at > 0 && teams[at - 1] > s->team) {
			teams[at] = teams[at - 1];
			at--;
		}
		teams[at] = s->team;
	}
	return n;
}

static void join_group(struct ek_engine *e, uint32_t mate)
{
	struct mate *m = &e->mates[mate];
	uint32_t *teams = ek_state_turn(e, (m->serve_count + 1) * sizeof *teams);
	uint32_t n = counted_primaries(e, m, teams);
	m->group = 0;
	if (e->gate_assignable || n == 0)
		return;
	uint32_t slot = hash_teams(teams, n);
	uint32_t g = e->group_table[slot];
	while (g != 0 && !same_teams(&e->groups[g], teams, n))
		g = e->groups[g].next;
	if (g == 0)
		g = make_group(e, teams, n, slot);
	m->group = g;
	e->groups[g].members++;
	for (uint32_t i = 0; i < m->serve_count; i++)
		reach(e, g, m->serves[i].team, 1);
}

static void leave_group(struct ek_engine *e, uint32_t mate)
{
	struct mate *m = &e->mates[mate];
	if (m->group == 0)
		return;
	for (uint32_t i = 0; i < m->serve_count; i++)
		reach(e, m->group, m->serves[i].team, -1);
	if (--e->groups[m->group].members == 0)
		free_group(e, m->group);
	m->group = 0;
}

/* Others may take what waits in a team inbox: its lanes, and those it helps by overflow, are tried.
 * */
static void try_again(struct ek_engine *e, uint32_t team)
{
	ek_queue_team_ready(e, team);
	for (uint32_t i = 0; i < e->teams[team].helped_count; i++)
		ek_queue_team_ready(e, e->teams[team].helped[i]);
}

void ek_roster_gates(struct ek_engine *e, uint32_t team, bool closed)
{
	struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->group_count; i++) {
		struct group *g = &e->groups[t->groups[i]];
		g->nonempty += closed ? 1 : (uint32_t)-1;
		for (uint32_t k = 0; g->nonempty == 0 && k < g->reach_count; k++)
			try_again(e, g->reach[k].team);
	}
}

/* ---- changes of people ---- */

void ek_roster_leave(struct ek_engine *e, uint32_t mate)
{
	ek_roster_touch(e, mate);
	ek_lane_presence(e, mate, -1);
	e->mates[mate].present = false;
	leave_group(e, mate);
}

void ek_roster_enter(struct ek_engine *e, uint32_t mate)
{
	ek_roster_leave(e, mate);
	struct mate *m = &e->mates[mate];
	ek_config_mate(e, mate);
	m->present = m->exists == 1 && !m->deactivated && m->presence == EK_PRESENCE_ACTIVE &&
		     m->limit > 0;
	join_group(e, mate);
	ek_lane_presence(e, mate, 1);
}

/* ---- what they hold ---- */

uint32_t ek_roster_held(const struct ek_engine *e, uint32_t mate, uint32_t team)
{
	const struct mate *m = &e->mates[mate];
	for (uint32_t i = 0; i < m->holding_count; i++) {
		if (m->holdings[i].team == team)
			return m->holdings[i].count;
	}
	return 0;
}

static void count_holding(struct ek_engine *e, struct mate *m, uint32_t team, int by)
{
	uint32_t i = 0;
	while (i < m->holding_count && m->holdings[i].team != team)
		i++;
	if (i == m->holding_count) {
		ROOM(e, m->holdings, m->holding_cap, m->holding_count + 1);
		m->holdings[m->holding_count++] = (struct holding){team, 0};
	}
	m->holdings[i].count += (uint32_t)by;
	if (m->holdings[i].count == 0)
		m->holdings[i] = m->holdings[--m->holding_count];
}

void ek_roster_hold(struct ek_engine *e, uint32_t mate, uint32_t team, uint8_t cls, uint32_t points)
{
	ek_roster_touch(e, mate);
	struct mate *m = &e->mates[mate];
	m->load += points;
	m->class_load[cls] += points;
	m->open_count++;
	count_holding(e, m, team, 1);
}

void ek_roster_unhold(struct ek_engine *e, uint32_t mate, uint32_t team, uint8_t cls,
		      uint32_t points)
{
	ek_roster_touch(e, mate);
	struct mate *m = &e->mates[mate];
	ek_assert(m->load >= points && m->open_count > 0);
	m->load -= points;
	m->class_load[cls] -= points;
	m->open_count--;
	count_holding(e, m, team, -1);
}
