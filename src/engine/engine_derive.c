/* Everything that is derived, built once from the primary state of an engine that knows nothing
 * else yet: who is a member of what, loads, lanes, trees, due times. Changes nothing primary. */
#include "engine/image.h"

#include "engine/apply.h"
#include "engine/config.h"
#include "engine/due.h"
#include "engine/queue.h"
#include "engine/roster.h"
#include "engine/settle.h"

struct joining {
	uint64_t joined;
	uint32_t mate;
	uint32_t team;
};

static bool joined_before(const struct joining *a, const struct joining *b)
{
	return a->joined != b->joined ? a->joined < b->joined : a->mate < b->mate;
}

/* Sorts by merging runs of growing length; spare is as long as v. Returns where the result is. */
static struct joining *sort(struct joining *v, struct joining *spare, uint32_t n)
{
	for (uint32_t run = 1; run < n; run *= 2) {
		for (uint32_t from = 0; from < n; from += 2 * run) {
			uint32_t middle = from + run < n ? from + run : n;
			uint32_t end = middle + run < n ? middle + run : n;
			uint32_t a = from;
			uint32_t b = middle;
			for (uint32_t i = from; i < end; i++) {
				bool left =
					b == end || (a < middle && !joined_before(&v[b], &v[a]));
				spare[i] = left ? v[a++] : v[b++];
			}
		}
		struct joining *swap = v;
		v = spare;
		spare = swap;
	}
	return v;
}

static void list_members(struct ek_engine *e)
{
	uint32_t n = 0;
	for (uint32_t i = 1; i <= e->mate_count; i++)
		n += e->mates[i].serve_count;
	struct joining *v = ek_state_turn(e, n * sizeof *v);
	struct joining *spare = ek_state_turn(e, n * sizeof *v);
	n = 0;
	for (uint32_t i = 1; i <= e->mate_count; i++) {
		for (uint32_t k = 0; k < e->mates[i].serve_count; k++) {
			const struct serve *s = &e->mates[i].serves[k];
			v[n++] = (struct joining){s->joined, i, s->team};
		}
	}
	v = sort(v, spare, n);
	for (uint32_t i = 0; i < n; i++) {
		struct team *t = &e->teams[v[i].team];
		ROOM(e, t->members, t->member_cap, t->member_count + 1);
		t->members[t->member_count++] = (struct member){v[i].mate};
	}
}

static void look_up_teams(struct ek_engine *e)
{
	ek_config_workspace(e);
	for (uint32_t i = 1; i <= e->team_count; i++)
		ek_config_team(e, i);
	for (uint32_t i = 1; i <= e->team_count; i++) {
		for (uint32_t k = 0; k < e->teams[i].overflow_count; k++) {
			struct team *h = &e->teams[e->teams[i].overflow[k].team];
			ek_state_push(e, &h->helped, &h->helped_count, &h->helped_cap, i);
		}
	}
}

static void hold(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (c->mate != 0 && c->state != EK_STATE_CLOSED)
		ek_apply_link(e, conv, c->mate);
	if (c->mate != 0 && c->state == EK_STATE_OPEN)
		ek_apply_hold(e, conv, c->mate);
	if (c->offer_to == 0)
		return;
	ek_apply_hold(e, conv, c->offer_to);
	e->mates[c->offer_to].offers++;
}

/* Into its lane; when it came to be stranded there, and whether that was told, is known already. */
static void place(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	int64_t stranded_from = c->stranded_from;
	bool alerted = c->alerted;
	ek_queue_place(e, conv);
	c->stranded_from = stranded_from;
	c->alerted = alerted;
	ek_due_conv(e, conv);
}

void ek_engine_derive(struct ek_engine *e)
{
	if (e->conv_count > 0)
		ROOM(e, e->conv_due, e->conv_due_cap, e->conv_count + 1);
	look_up_teams(e);
	list_members(e);
	for (uint32_t i = 1; i <= e->conv_count; i++)
		hold(e, i);
	for (uint32_t i = 1; i <= e->mate_count; i++) {
		ek_roster_enter(e, i);
		ek_due_mate(e, i);
	}
	for (uint32_t i = 1; i <= e->conv_count; i++)
		place(e, i);
	ek_due_workspace(e);
	ek_settle_forget(e);
}
