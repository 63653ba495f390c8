/* redis -- the rules in Redis: one FCALL of route.lua an event, so many in flight.
 *
 * Empties the database it is given. Whether answers wait for the disk is the server's setting.
 * usage: redis FILE EVENTS IN_FLIGHT PORT ROUTE.LUA
 */
#include "bench/tally.h"
#include "bench/workload.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ORDER_MAX = 48, LIST_MAX = 64, LOAD_IN_FLIGHT = 1000 };

struct peer {
	struct ek_workload w;
	redisContext *redis;
	uint32_t pending;
	uint32_t in_flight;
	struct ek_tally *tally;
};

static redisReply *answer(struct peer *p)
{
	void *reply = NULL;
	if (redisGetReply(p->redis, &reply) != REDIS_OK)
		ek_workload_die("redis: %s", p->redis->errstr);
	redisReply *r = reply;
	if (r->type == REDIS_REPLY_ERROR)
		ek_workload_die("redis: %s", r->str);
	return r;
}

/* Reads answers until no more than so many are outstanding. */
static void answered(struct peer *p, uint32_t allowed)
{
	for (; p->pending > allowed; p->pending--)
		freeReplyObject(answer(p));
}

static void asked(struct peer *p)
{
	p->pending++;
	answered(p, LOAD_IN_FLIGHT);
}

/* The order's place without the inbox's rank and the id, which the script adds. */
static void order_of(const struct ek_workload_conv *c, char out[ORDER_MAX])
{
	(void)snprintf(out, ORDER_MAX, "%x%08x%08x%08x", c->vip_rank, c->sla, c->waiting,
		       c->started);
}

static void json_list(const uint16_t *inbox, uint32_t n, char out[LIST_MAX])
{
	int at = snprintf(out, LIST_MAX, "[");
	for (uint32_t i = 0; i < n; i++)
		at += snprintf(out + at, LIST_MAX - (size_t)at, "%s%u", i > 0 ? "," : "", inbox[i]);
	(void)snprintf(out + at, LIST_MAX - (size_t)at, "]");
}

static void load_mate(struct peer *p, uint32_t id)
{
	const struct ek_workload_mate *m = &p->w.mates[id];
	char primary[LIST_MAX], secondary[LIST_MAX];
	json_list(m->inbox, m->primaries, primary);
	json_list(m->inbox + m->primaries, m->secondaries, secondary);
	redisAppendCommand(p->redis, "HSET t:%u a %u l %u o %u s %u k %u p %s q %s", id, m->active,
			   m->limit, m->open, m->last_given, m->skills, primary, secondary);
	asked(p);
	if (!m->active || m->open >= m->limit)
		return;
	for (uint32_t i = 0; i < (uint32_t)m->primaries + m->secondaries; i++) {
		uint64_t score = ((uint64_t)m->open << 40) + m->last_given;
		redisAppendCommand(p->redis, "ZADD a:%u:%u %llu %06u", m->inbox[i],
				   i < m->primaries ? 0u : 1u, (unsigned long long)score, id);
		asked(p);
	}
}

static void load_conv(struct peer *p, uint32_t id)
{
	const struct ek_workload_conv *c = &p->w.convs[id];
	char order[ORDER_MAX];
	order_of(c, order);
	redisAppendCommand(p->redis, "HSET c:%u i %u r %u h %s%02x%06x st %u as %d", id, c->inbox,
			   c->need, order, p->w.rank[c->inbox], id, c->state, c->mate);
	asked(p);
	if (c->state != EK_WORKLOAD_WAITING)
		return;
	redisAppendCommand(p->redis, "ZADD w:%u:%u 0 %s%02x%06x", c->inbox, c->need, order,
			   p->w.rank[c->inbox], id);
	asked(p);
}

static void load(struct peer *p, const char *script)
{
	redisAppendCommand(p->redis, "FLUSHALL");
	asked(p);
	redisAppendCommand(p->redis, "SET seq %llu", (unsigned long long)p->w.head.last_given);
	asked(p);
	for (uint32_t i = 0; i < p->w.head.inboxes; i++) {
		redisAppendCommand(p->redis, "HSET prio %u %u", i, p->w.rank[i]);
		asked(p);
	}
	for (uint32_t t = 0; t < p->w.head.mates; t++)
		load_mate(p, t);
	for (uint32_t c = 0; c < p->w.head.convs_first; c++)
		load_conv(p, c);
	answered(p, 0);
	char *text = ek_workload_text(script);
	redisAppendCommand(p->redis, "FUNCTION LOAD REPLACE %b", text, strlen(text));
	freeReplyObject(answer(p));
	free(text);
}

static void send_event(struct peer *p, uint32_t event)
{
	const struct ek_workload_event *e = &p->w.events[event];
	char order[ORDER_MAX];
	if (e->kind != EK_WORKLOAD_ARRIVE) {
		redisAppendCommand(p->redis, "FCALL apply 0 %u %u %u %u %u", e->kind, e->subject,
				   e->value, e->inbox, e->waiting);
		return;
	}
	const struct ek_workload_conv *c = &p->w.convs[e->subject];
	order_of(c, order);
	redisAppendCommand(p->redis, "FCALL apply 0 0 %u %u %u %s", e->subject, c->need, c->inbox,
			   order);
}

static void receive(struct peer *p, uint32_t event)
{
	redisReply *r = answer(p);
	for (size_t i = 0; i + 1 < r->elements; i += 2)
		ek_tally_decide(p->tally, event, (uint32_t)r->element[i]->integer,
				(uint32_t)r->element[i + 1]->integer);
	freeReplyObject(r);
}

static void replay(struct peer *p, uint32_t events)
{
	uint64_t *sent_at = ek_workload_zero(p->in_flight, sizeof *sent_at);
	uint32_t sent = 0;
	for (uint32_t k = 0; k < events; k++) {
		for (; sent < events && sent < k + p->in_flight; sent++) {
			sent_at[sent % p->in_flight] = ek_tally_now();
			send_event(p, sent);
		}
		receive(p, k);
		ek_tally_took(p->tally, ek_tally_now() - sent_at[k % p->in_flight]);
	}
	free(sent_at);
}

int main(int argc, char **argv)
{
	struct peer p = {.pending = 0};
	if (argc != 6)
		ek_workload_die("usage: redis FILE EVENTS IN_FLIGHT PORT ROUTE.LUA");
	ek_workload_load(&p.w, argv[1]);
	uint32_t events = ek_workload_number(argv[2], p.w.head.events, p.w.head.events);
	p.in_flight = ek_workload_number(argv[3], 1u << 16, 1);
	p.redis = redisConnect("127.0.0.1", (int)ek_workload_number(argv[4], 65535, 6379));
	if (p.redis == NULL || p.redis->err != 0)
		ek_workload_die("no Redis at 127.0.0.1:%s", argv[4]);
	load(&p, argv[5]);
	p.tally = ek_tally_open();
	uint64_t start = ek_tally_now();
	replay(&p, events);
	char more[32];
	(void)snprintf(more, sizeof more, "in_flight=%u", p.in_flight);
	struct ek_tally_run run = {"redis", argv[1], events, ek_tally_now() - start, more, false};
	ek_tally_print(p.tally, &run);
	ek_tally_close(&p.tally);
	redisFree(p.redis);
	ek_workload_free(&p.w);
	return 0;
}
