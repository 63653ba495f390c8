#include "engine/overtake.h"

/* Counts of a subtree are kept relative: what was added to a whole side of a node stands in the
 * node (add[side]), so that passing looks at no more than one path. most[side] is in the child's
 * own frame. */
enum { LEFT = 0, RIGHT = 1, NONE = -(1 << 30) };

static int32_t most_of(const struct over *o)
{
	int32_t most = o->bound ? NONE : (int32_t)o->own;
	for (int side = LEFT; side <= RIGHT; side++) {
		int32_t below = o->child[side] == 0 ? NONE : o->most[side] + (int32_t)o->add[side];
		if (below > most)
			most = below;
	}
	return most;
}

static void child(struct over *v, uint32_t i, bool left)
{
	int side = left ? LEFT : RIGHT;
	if (v[i].child[side] != 0)
		v[i].most[side] = most_of(&v[v[i].child[side]]);
	else
		v[i].add[side] = 0;
}

static void pull(struct over *v, uint32_t i)
{
	child(v, i, true);
	child(v, i, false);
}

static void push(struct over *v, uint32_t i, bool left)
{
	int side = left ? LEFT : RIGHT;
	uint32_t times = v[i].add[side];
	v[i].add[side] = 0;
	if (times == 0 || v[i].child[side] == 0)
		return;
	struct over *c = &v[v[i].child[side]];
	c->own += times;
	c->add[LEFT] += times;
	c->add[RIGHT] += times;
	v[i].most[side] += (int32_t)times;
}

static bool longer(const struct over *a, const struct over *b)
{
	return a->since != b->since ? a->since < b->since : a->conv < b->conv;
}

#define TREAP(x) tree_##x
#define TREAP_POOL struct ek_engine *
#define TREAP_LEFT(p, i) ((p)->overs[i].child[LEFT])
#define TREAP_RIGHT(p, i) ((p)->overs[i].child[RIGHT])
#define TREAP_LESS(p, a, b) longer(&(p)->overs[a], &(p)->overs[b])
#define TREAP_PULL(p, i) pull((p)->overs, (i))
#define TREAP_CHILD(p, i, left) child((p)->overs, (i), (left))
#define TREAP_PUSH(p, i, left) push((p)->overs, (i), (left))
#define TREAP_DOWN(p, i, n, left) ((p)->overs[n].own -= (p)->overs[i].add[(left) ? LEFT : RIGHT])
#define TREAP_STEP(p) ((p)->steps++)
#include "base/treap.h"

void ek_overtake_enter(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	uint32_t i = e->over_free;
	if (i != 0)
		e->over_free = e->overs[i].child[LEFT];
	else
		i = ++e->over_count;
	ROOM(e, e->overs, e->over_cap, i + 1);
	e->overs[i] = (struct over){.since = ek_state_since(c),
				    .conv = conv,
				    .team = c->team,
				    .own = c->overtaken,
				    .bound = c->bound != 0};
	c->over = i;
	struct team *t = &e->teams[c->team];
	t->o_root = tree_insert(e, t->o_root, i);
}

void ek_overtake_leave(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	uint32_t i = c->over;
	if (i == 0)
		return;
	c->overtaken = ek_overtake_count(e, conv);
	struct team *t = &e->teams[e->overs[i].team];
	t->o_root = tree_erase(e, t->o_root, i);
	c->over = 0;
	e->overs[i].child[LEFT] = e->over_free;
	e->over_free = i;
}

void ek_overtake_update(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	const struct over *o = &e->overs[c->over];
	if (c->over != 0 && o->since == ek_state_since(c) && o->bound == (c->bound != 0))
		return;
	ek_overtake_leave(e, conv);
	ek_overtake_enter(e, conv);
}

uint32_t ek_overtake_count(const struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (c->over == 0)
		return c->overtaken;
	const struct over *at = &e->overs[c->over];
	uint32_t times = at->own;
	uint32_t i = e->teams[at->team].o_root;
	while (i != c->over) {
		ek_assert(i != 0);
		int side = longer(at, &e->overs[i]) ? LEFT : RIGHT;
		times += e->overs[i].add[side];
		i = e->overs[i].child[side];
	}
	return times;
}

static void pass(struct ek_engine *e, uint32_t i, int64_t since)
{
	if (i == 0)
		return;
	e->steps++;
	struct over *o = &e->overs[i];
	bool left = o->since >= since;
	if (!left) {
		o->own++;
		o->add[LEFT] += o->child[LEFT] != 0;
	}
	pass(e, o->child[left ? LEFT : RIGHT], since);
	child(e->overs, i, left);
}

void ek_overtake_pass(struct ek_engine *e, uint32_t team, int64_t since)
{
	pass(e, e->teams[team].o_root, since);
}

struct found {
	uint32_t *convs;
	uint32_t n;
	uint32_t max;
};

static void collect(struct ek_engine *e, uint32_t i, uint32_t added, struct found *f)
{
	const struct over *o = &e->overs[i];
	if (i == 0 || most_of(o) + (int32_t)added < (int32_t)f->max)
		return;
	if (!o->bound && o->own + added >= f->max) {
		uint32_t at = f->n++;
		while (at > 0 && f->convs[at - 1] > o->conv) {
			f->convs[at] = f->convs[at - 1];
			at--;
		}
		f->convs[at] = o->conv;
	}
	collect(e, o->child[LEFT], added + o->add[LEFT], f);
	collect(e, o->child[RIGHT], added + o->add[RIGHT], f);
}

uint32_t ek_overtake_due(struct ek_engine *e, uint32_t team, uint32_t max, uint32_t **convs)
{
	const struct team *t = &e->teams[team];
	*convs = NULL;
	if (t->o_root == 0 || most_of(&e->overs[t->o_root]) < (int32_t)max)
		return 0;
	struct found f = {ek_state_turn(e, t->waiting * sizeof *f.convs), 0, max};
	collect(e, t->o_root, 0, &f);
	*convs = f.convs;
	return f.n;
}
