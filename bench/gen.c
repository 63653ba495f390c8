/* gen -- makes a workload: the same arguments, the same bytes.
 *
 * Teammates have one or two primary and up to three secondary inboxes, five draws of sixteen
 * skills, limits 4 to 12; 85 % are active. Low inboxes are busier. A fifth of the conversations
 * need a skill, three in ten have an SLA. Events: arrive 28 %, reply 29 %, close 25 %, snooze 5 %,
 * presence 3 %, limit 2 %, reassign 8 %.
 *
 * usage: gen OUT MATES WAITING INBOXES EVENTS SEED REGIME
 *   REGIME 0: all capacity is used and WAITING more wait; 1: 70 % of it is used and none waits
 */
#include "bench/heaps.h"

#include <stdio.h>
#include <stdlib.h>

struct gen {
	struct ek_workload w;
	struct ek_heaps router;
	uint64_t random;
	uint32_t clock;
	uint32_t capacity;
	uint32_t next;  /* conversation to arrive */
	uint32_t *open; /* not closed, in no order */
	uint32_t opens;
	uint32_t *place; /* of a conversation in open */
};

/* SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
static uint64_t draw(struct gen *g)
{
	uint64_t z = (g->random += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint32_t below(struct gen *g, uint32_t n)
{
	return (uint32_t)((draw(g) >> 32) * n >> 32);
}

static bool chance(struct gen *g, uint32_t percent)
{
	return below(g, 100) < percent;
}

static uint16_t busy_inbox(struct gen *g)
{
	uint32_t x = below(g, g->w.head.inboxes), y = below(g, g->w.head.inboxes);
	return (uint16_t)(x < y ? x : y);
}

static uint16_t new_inbox(struct gen *g, const struct ek_workload_mate *m, uint32_t n)
{
	for (;;) {
		uint32_t x = below(g, g->w.head.inboxes), y = below(g, g->w.head.inboxes);
		bool busy = n < m->primaries && chance(g, 50) && y < x;
		uint16_t inbox = (uint16_t)(busy ? y : x);
		uint32_t j = 0;
		while (j < n && m->inbox[j] != inbox)
			j++;
		if (j == n)
			return inbox;
	}
}

static void make_mate(struct gen *g, struct ek_workload_mate *m)
{
	m->active = !chance(g, 15);
	m->limit = (uint8_t)(4 + below(g, 9));
	m->primaries = (uint8_t)(1 + below(g, 2));
	m->secondaries = (uint8_t)below(g, 4);
	for (uint32_t i = 0; i < (uint32_t)m->primaries + m->secondaries; i++)
		m->inbox[i] = new_inbox(g, m, i);
	for (uint32_t i = 0; i < 5; i++)
		m->skills |= 1u << below(g, EK_WORKLOAD_SKILLS);
	if (m->active)
		g->capacity += m->limit;
}

static void make_conv(struct gen *g, struct ek_workload_conv *c)
{
	uint32_t r = below(g, 100);
	c->vip_rank = r < 3 ? 0 : r < 10 ? 1 : r < 25 ? 2 : 3;
	c->started = g->clock - below(g, 86400);
	c->waiting = c->started + below(g, g->clock - c->started + 1);
	c->sla = EK_WORKLOAD_NO_SLA;
	if (chance(g, 30))
		c->sla = c->waiting + 3600 * (1 + below(g, 24));
	c->inbox = busy_inbox(g);
	if (chance(g, 20))
		c->need = (uint8_t)(1 + below(g, EK_WORKLOAD_SKILLS));
	c->mate = EK_WORKLOAD_NOBODY;
	c->state = EK_WORKLOAD_FUTURE;
}

static void list(struct gen *g, uint32_t conv)
{
	g->place[conv] = g->opens;
	g->open[g->opens++] = conv;
}

static void unlist(struct gen *g, uint32_t conv)
{
	uint32_t last = g->open[--g->opens];
	g->open[g->place[conv]] = last;
	g->place[last] = g->place[conv];
}

static uint32_t some_open(struct gen *g)
{
	return g->open[below(g, g->opens)];
}

static int by_key(const void *va, const void *vb)
{
	const struct ek_heaps_key *a = va, *b = vb;
	return ek_heaps_before(*b, *a) - ek_heaps_before(*a, *b);
}

/* Gives out the first conversations in order of the queue, and writes down where they went. */
static void fill_first(struct gen *g)
{
	uint32_t n = g->w.head.convs_first;
	struct ek_heaps_key *keys = ek_workload_zero(n, sizeof *keys);
	for (uint32_t i = 0; i < n; i++)
		keys[i] = g->router.convs[i].key;
	qsort(keys, n, sizeof *keys, by_key);
	for (uint32_t i = 0; i < n; i++)
		ek_heaps_place(&g->router, (uint32_t)keys[i].low & (EK_WORKLOAD_ID_MAX - 1));
	free(keys);
	for (uint32_t i = 0; i < n; i++) {
		g->w.convs[i].state = g->router.convs[i].state;
		g->w.convs[i].mate = g->router.convs[i].mate;
		list(g, i);
	}
	for (uint32_t t = 0; t < g->w.head.mates; t++) {
		g->w.mates[t].open = g->router.mates[t].open;
		g->w.mates[t].last_given = g->router.mates[t].last_given;
	}
	g->w.head.last_given = g->router.given;
}

static void make_arrival(struct gen *g, struct ek_workload_event *e)
{
	struct ek_workload_conv *c = &g->w.convs[g->next];
	e->kind = EK_WORKLOAD_ARRIVE;
	e->subject = g->next;
	*c = (struct ek_workload_conv){.need = 0};
	make_conv(g, c);
	c->waiting = g->clock;
	c->started = g->clock - (chance(g, 80) ? 0 : below(g, 86400));
	list(g, g->next++);
}

/* Mostly what a teammate holds; now and then something that waits. */
static void make_ending(struct gen *g, struct ek_workload_event *e, bool close)
{
	e->kind = close ? EK_WORKLOAD_CLOSE : EK_WORKLOAD_SNOOZE;
	for (uint32_t tries = 0;; tries++) {
		e->subject = some_open(g);
		uint8_t state = g->router.convs[e->subject].state;
		if (state == EK_WORKLOAD_ASSIGNED || tries > 200)
			break;
		if (tries > 0 && state == EK_WORKLOAD_WAITING && chance(g, 4))
			break;
	}
	if (close)
		unlist(g, e->subject);
}

/* As many come as go, although more are there who can go. */
static void make_presence(struct gen *g, struct ek_workload_event *e)
{
	e->kind = EK_WORKLOAD_PRESENCE;
	e->subject = below(g, g->w.head.mates);
	e->value = !g->router.mates[e->subject].active;
	if (e->value || !chance(g, 82))
		return;
	for (uint32_t i = 0; i < 50; i++) {
		uint32_t mate = below(g, g->w.head.mates);
		if (g->router.mates[mate].active)
			continue;
		e->subject = mate;
		e->value = 1;
		return;
	}
}

static void make_reply(struct gen *g, struct ek_workload_event *e, uint32_t conv)
{
	e->kind = EK_WORKLOAD_REPLY;
	e->subject = conv;
	e->waiting = g->clock;
}

static void make_event(struct gen *g, struct ek_workload_event *e)
{
	g->clock += below(g, 3);
	uint32_t r = below(g, 100);
	if (r < 28 || g->opens < 16) {
		make_arrival(g, e);
	} else if (r < 57) {
		make_reply(g, e, some_open(g));
	} else if (r < 87) {
		make_ending(g, e, r < 82);
	} else if (r < 90) {
		make_presence(g, e);
	} else if (r < 92) {
		e->kind = EK_WORKLOAD_LIMIT;
		e->subject = below(g, g->w.head.mates);
		e->value = (uint8_t)(4 + below(g, 9));
	} else {
		e->kind = EK_WORKLOAD_REASSIGN;
		e->subject = some_open(g);
		e->inbox = (uint16_t)below(g, g->w.head.inboxes);
		if (g->router.convs[e->subject].state == EK_WORKLOAD_SNOOZED)
			make_reply(g, e, e->subject);
	}
}

static void make_first(struct gen *g)
{
	struct ek_workload_header *head = &g->w.head;
	g->w.rank = ek_workload_zero(head->inboxes, sizeof *g->w.rank);
	for (uint32_t i = 0; i < head->inboxes; i++)
		g->w.rank[i] = (uint8_t)below(g, 8);
	g->w.mates = ek_workload_zero(head->mates, sizeof *g->w.mates);
	for (uint32_t t = 0; t < head->mates; t++)
		make_mate(g, &g->w.mates[t]);
	head->convs_first =
		head->regime == 1 ? g->capacity * 7 / 10 : head->asked_waiting + g->capacity;
	head->convs = head->convs_first + head->events;
	if (head->convs >= EK_WORKLOAD_ID_MAX)
		ek_workload_die("more than %d conversations", EK_WORKLOAD_ID_MAX - 1);
	g->next = head->convs_first;
	g->w.convs = ek_workload_zero(head->convs, sizeof *g->w.convs);
	for (uint32_t i = 0; i < head->convs_first; i++)
		make_conv(g, &g->w.convs[i]);
	for (uint32_t i = head->convs_first; i < head->convs; i++)
		g->w.convs[i].state = EK_WORKLOAD_FUTURE;
	g->w.events = ek_workload_zero(head->events, sizeof *g->w.events);
	g->open = ek_workload_zero(head->convs, sizeof *g->open);
	g->place = ek_workload_zero(head->convs, sizeof *g->place);
}

int main(int argc, char **argv)
{
	struct gen g = {.clock = 1000000};
	if (argc != 8)
		ek_workload_die("usage: gen OUT MATES WAITING INBOXES EVENTS SEED REGIME");
	g.w.head.mates = ek_workload_number(argv[2], 1u << 20, 1);
	g.w.head.asked_waiting = ek_workload_number(argv[3], EK_WORKLOAD_ID_MAX, 0);
	g.w.head.inboxes = ek_workload_number(argv[4], UINT16_MAX, EK_WORKLOAD_INBOXES_MAX);
	g.w.head.events = ek_workload_number(argv[5], EK_WORKLOAD_ID_MAX, 1);
	g.w.head.seed = ek_workload_number(argv[6], UINT32_MAX, 1);
	g.w.head.regime = ek_workload_number(argv[7], 1, 0);
	g.random = g.w.head.seed;
	if (g.w.head.inboxes < EK_WORKLOAD_INBOXES_MAX)
		ek_workload_die("at least %d inboxes", EK_WORKLOAD_INBOXES_MAX);
	make_first(&g);
	struct ek_tally *tally = ek_tally_open();
	ek_heaps_open(&g.router, &g.w, tally);
	fill_first(&g);
	uint32_t waiting = g.router.waiting, filled = tally->decided;
	for (uint32_t k = 0; k < g.w.head.events; k++) {
		make_event(&g, &g.w.events[k]);
		ek_heaps_apply(&g.router, k);
	}
	g.w.head.convs = g.next;
	ek_workload_save(&g.w, argv[1]);
	printf("%s mates=%u inboxes=%u assigned=%u waiting=%u waiting_at_end=%u events=%u "
	       "decisions=%u\n",
	       argv[1], g.w.head.mates, g.w.head.inboxes, filled, waiting, g.router.waiting,
	       g.w.head.events, tally->decided - filled);
	ek_heaps_close(&g.router);
	ek_tally_close(&tally);
	free(g.open);
	free(g.place);
	ek_workload_free(&g.w);
	return 0;
}
