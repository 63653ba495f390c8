/* linear -- the rule of workload.h in the plainest way: lists that are scanned, no index.
 *
 * With "everything" it looks at every waiting conversation and every teammate after every event:
 * the oracle for the others' digests. Without, it looks only at what an event can have changed, as
 * nothing else could move before it: the conversation that began to wait (against all teammates)
 * and the teammate who has room now (against all conversations). That is the shape of routers that
 * keep lists.
 * usage: linear FILE [EVENTS [1 [everything]]]
 */
#include "bench/tally.h"
#include "bench/workload.h"

#include <stdlib.h>

static const uint32_t nothing = UINT32_MAX;

enum level { PRIMARY, SECONDARY, NO_MEMBER };

struct linear {
	struct ek_workload w;
	uint32_t known; /* conversations with lower ids have arrived */
	uint32_t given;
	bool everything;
	uint32_t conv;  /* that the event touched, or nothing */
	uint32_t mate;  /* likewise */
	uint32_t *free; /* teammates with room, the touched one first */
	uint32_t frees;
	bool *busy_at_home; /* something waits where they are primary; by place in free */
	uint32_t event;
	struct ek_tally *tally;
};

static bool goes_before(const struct linear *l, uint32_t x, uint32_t y)
{
	const struct ek_workload_conv *a = &l->w.convs[x], *b = &l->w.convs[y];
	if (a->vip_rank != b->vip_rank)
		return a->vip_rank < b->vip_rank;
	if (a->sla != b->sla)
		return a->sla < b->sla;
	if (a->waiting != b->waiting)
		return a->waiting < b->waiting;
	if (a->started != b->started)
		return a->started < b->started;
	if (l->w.rank[a->inbox] != l->w.rank[b->inbox])
		return l->w.rank[a->inbox] < l->w.rank[b->inbox];
	return x < y;
}

/* At which level the mate could take the conversation, the gate for secondaries aside. */
static enum level level_for(const struct ek_workload_mate *m, const struct ek_workload_conv *c)
{
	if (!ek_workload_has_skill(m->skills, c->need))
		return NO_MEMBER;
	for (uint32_t i = 0; i < (uint32_t)m->primaries + m->secondaries; i++)
		if (m->inbox[i] == c->inbox)
			return i < m->primaries ? PRIMARY : SECONDARY;
	return NO_MEMBER;
}

static enum level eligible_for(const struct linear *l, uint32_t place, uint32_t conv)
{
	enum level level = level_for(&l->w.mates[l->free[place]], &l->w.convs[conv]);
	return level == SECONDARY && l->busy_at_home[place] ? NO_MEMBER : level;
}

static bool has_room(const struct linear *l, uint32_t mate)
{
	const struct ek_workload_mate *m = &l->w.mates[mate];
	return m->active && m->open < m->limit;
}

static bool is_waiting(const struct linear *l, uint32_t conv)
{
	return conv != nothing && l->w.convs[conv].state == EK_WORKLOAD_WAITING;
}

static bool is_touched_free(const struct linear *l)
{
	return l->frees > 0 && l->free[0] == l->mate;
}

static bool find_free(struct linear *l)
{
	l->frees = 0;
	if (l->mate != nothing && has_room(l, l->mate))
		l->free[l->frees++] = l->mate;
	if (!l->everything && !is_waiting(l, l->conv))
		return l->frees > 0;
	for (uint32_t t = 0; t < l->w.head.mates; t++)
		if (t != l->mate && has_room(l, t))
			l->free[l->frees++] = t;
	return l->frees > 0;
}

/* How many of the free to ask about a conversation: all, the touched one alone, or nobody. */
static uint32_t askable(const struct linear *l, uint32_t conv)
{
	if (l->everything || conv == l->conv)
		return l->frees;
	return is_touched_free(l) ? 1 : 0;
}

static bool has_taker(const struct linear *l, uint32_t conv)
{
	for (uint32_t i = 0; i < askable(l, conv); i++)
		if (eligible_for(l, i, conv) != NO_MEMBER)
			return true;
	return false;
}

static uint32_t better_of(const struct linear *l, uint32_t x, uint32_t y)
{
	if (x == nothing || y == nothing)
		return x == nothing ? y : x;
	return goes_before(l, x, y) ? x : y;
}

/* The rule to the letter: whose gate is shut, then the best conversation that has a taker. */
static uint32_t find_among_all(struct linear *l)
{
	uint32_t best = nothing;
	for (uint32_t i = 0; i < l->frees; i++)
		l->busy_at_home[i] = false;
	for (uint32_t c = 0; c < l->known; c++) {
		for (uint32_t i = 0; is_waiting(l, c) && i < l->frees; i++)
			if (level_for(&l->w.mates[l->free[i]], &l->w.convs[c]) == PRIMARY)
				l->busy_at_home[i] = true;
	}
	for (uint32_t c = 0; c < l->known; c++)
		if (is_waiting(l, c) && better_of(l, c, best) == c && has_taker(l, c))
			best = c;
	return best;
}

/* The same in one pass for the touched: what the teammate would take, or the conversation. */
static uint32_t find_among_touched(struct linear *l)
{
	uint32_t best[] = {[PRIMARY] = nothing, [SECONDARY] = nothing};
	for (uint32_t i = 0; i < l->frees; i++)
		l->busy_at_home[i] = false;
	for (uint32_t c = 0; is_touched_free(l) && c < l->known; c++) {
		if (l->w.convs[c].state != EK_WORKLOAD_WAITING)
			continue;
		enum level level = level_for(&l->w.mates[l->mate], &l->w.convs[c]);
		if (level != NO_MEMBER)
			best[level] = better_of(l, c, best[level]);
	}
	l->busy_at_home[0] = best[PRIMARY] != nothing;
	uint32_t pulled = best[PRIMARY] != nothing ? best[PRIMARY] : best[SECONDARY];
	if (is_waiting(l, l->conv) && has_taker(l, l->conv))
		return better_of(l, l->conv, pulled);
	return pulled;
}

static bool is_preferred(const struct linear *l, uint32_t x, uint32_t y)
{
	const struct ek_workload_mate *a = &l->w.mates[x], *b = &l->w.mates[y];
	if (a->open != b->open)
		return a->open < b->open;
	if (a->last_given != b->last_given)
		return a->last_given < b->last_given;
	return x < y;
}

static uint32_t find_mate(const struct linear *l, uint32_t conv)
{
	uint32_t best = nothing;
	enum level best_level = NO_MEMBER;
	for (uint32_t i = 0; i < askable(l, conv); i++) {
		enum level level = eligible_for(l, i, conv);
		if (level == NO_MEMBER || level > best_level)
			continue;
		if (level == best_level && !is_preferred(l, l->free[i], best))
			continue;
		best = l->free[i];
		best_level = level;
	}
	return best;
}

static void settle(struct linear *l)
{
	while (find_free(l)) {
		uint32_t conv = l->everything ? find_among_all(l) : find_among_touched(l);
		if (conv == nothing)
			return;
		uint32_t mate = find_mate(l, conv);
		l->w.convs[conv].state = EK_WORKLOAD_ASSIGNED;
		l->w.convs[conv].mate = (int32_t)mate;
		l->w.mates[mate].open++;
		l->w.mates[mate].last_given = ++l->given;
		ek_tally_decide(l->tally, l->event, conv, mate);
	}
}

static void put_down(struct linear *l, struct ek_workload_conv *c, enum ek_workload_state state)
{
	if (c->state == EK_WORKLOAD_ASSIGNED) {
		l->mate = (uint32_t)c->mate;
		l->w.mates[c->mate].open--;
	}
	c->state = state;
}

static void reply(struct linear *l, struct ek_workload_conv *c, uint32_t waiting)
{
	c->waiting = waiting;
	if (c->state != EK_WORKLOAD_SNOOZED)
		return;
	c->state = c->mate == EK_WORKLOAD_NOBODY ? EK_WORKLOAD_WAITING : EK_WORKLOAD_ASSIGNED;
	if (c->state == EK_WORKLOAD_ASSIGNED)
		l->w.mates[c->mate].open++;
}

static void change(struct linear *l, const struct ek_workload_event *e)
{
	struct ek_workload_conv *c = &l->w.convs[e->subject];
	l->conv = l->mate = nothing;
	switch ((enum ek_workload_kind)e->kind) {
	case EK_WORKLOAD_ARRIVE:
		l->known = e->subject + 1;
		l->conv = e->subject;
		c->state = EK_WORKLOAD_WAITING;
		break;
	case EK_WORKLOAD_REPLY:
		l->conv = e->subject;
		reply(l, c, e->waiting);
		break;
	case EK_WORKLOAD_CLOSE:
		put_down(l, c, EK_WORKLOAD_CLOSED);
		break;
	case EK_WORKLOAD_SNOOZE:
		put_down(l, c, EK_WORKLOAD_SNOOZED);
		break;
	case EK_WORKLOAD_PRESENCE:
		l->mate = e->subject;
		l->w.mates[e->subject].active = e->value;
		break;
	case EK_WORKLOAD_LIMIT:
		l->mate = e->subject;
		l->w.mates[e->subject].limit = e->value;
		break;
	case EK_WORKLOAD_REASSIGN:
		l->conv = e->subject;
		put_down(l, c, EK_WORKLOAD_WAITING);
		c->mate = EK_WORKLOAD_NOBODY;
		c->inbox = e->inbox;
		break;
	case EK_WORKLOAD_KINDS:
		break;
	}
}

int main(int argc, char **argv)
{
	struct linear l = {.event = 0};
	if (argc < 2)
		ek_workload_die("usage: linear FILE [EVENTS [1 [everything]]]");
	ek_workload_load(&l.w, argv[1]);
	uint32_t events = ek_workload_number(argv[2], l.w.head.events, l.w.head.events);
	l.everything = argc > 4;
	l.known = l.w.head.convs_first;
	l.given = (uint32_t)l.w.head.last_given;
	l.free = ek_workload_zero(l.w.head.mates, sizeof *l.free);
	l.busy_at_home = ek_workload_zero(l.w.head.mates, sizeof *l.busy_at_home);
	l.tally = ek_tally_open();
	uint64_t start = ek_tally_now(), before = start;
	for (l.event = 0; l.event < events; l.event++) {
		change(&l, &l.w.events[l.event]);
		settle(&l);
		uint64_t now = ek_tally_now();
		ek_tally_took(l.tally, now - before);
		before = now;
	}
	struct ek_tally_run run = {
		l.everything ? "oracle" : "linear", argv[1], events, before - start, "", false};
	ek_tally_print(l.tally, &run);
	ek_tally_close(&l.tally);
	free(l.busy_at_home);
	free(l.free);
	ek_workload_free(&l.w);
	return 0;
}
