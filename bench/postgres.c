/* postgres -- the rules in PostgreSQL: one prepared call an event, one transaction, one round trip.
 *
 * Several clients are dealt the events by conversation or teammate, so that those of one stay in
 * order; across clients they do not, and the decisions cannot be compared.
 * usage: postgres FILE EVENTS CLIENTS CONNINFO on|off TABLES.SQL RULES.SQL
 *   on|off: whether a commit waits for the disk (synchronous_commit)
 */
#include "bench/tally.h"
#include "bench/workload.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CLIENTS_MAX = 64, NUMBER_MAX = 96, ROW_MAX = 256, PARAMS = 6 };

struct peer {
	struct ek_workload w;
	const char *conninfo;
	const char *sync;
	uint32_t events;
	uint32_t clients;
};

struct client {
	struct peer *peer;
	uint32_t number;
	PGconn *conn;
	struct ek_tally *tally;
	pthread_t thread;
};

static PGresult *check(PGconn *conn, PGresult *r, ExecStatusType want)
{
	if (PQresultStatus(r) != want)
		ek_workload_die("postgres: %s", PQerrorMessage(conn));
	return r;
}

static void run_sql(PGconn *conn, const char *sql)
{
	PGresult *r = PQexec(conn, sql);
	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		(void)check(conn, r, PGRES_COMMAND_OK);
	PQclear(r);
}

static void run_file(PGconn *conn, const char *path)
{
	char *sql = ek_workload_text(path);
	run_sql(conn, sql);
	free(sql);
}

static PGconn *join(const struct peer *p)
{
	char sql[ROW_MAX];
	PGconn *conn = PQconnectdb(p->conninfo);
	if (PQstatus(conn) != CONNECTION_OK)
		ek_workload_die("postgres: %s", PQerrorMessage(conn));
	(void)snprintf(sql, sizeof sql,
		       "SET client_min_messages = warning; SET synchronous_commit = %s", p->sync);
	run_sql(conn, sql);
	return conn;
}

static uint32_t bit_of(uint8_t need)
{
	return need > 0 ? 1u << (need - 1) : 0;
}

static void begin_copy(PGconn *conn, const char *table)
{
	char sql[ROW_MAX];
	(void)snprintf(sql, sizeof sql, "COPY bench.%s FROM STDIN", table);
	PQclear(check(conn, PQexec(conn, sql), PGRES_COPY_IN));
}

static void end_copy(PGconn *conn)
{
	PGresult *r;
	if (PQputCopyEnd(conn, NULL) != 1)
		ek_workload_die("postgres: %s", PQerrorMessage(conn));
	while ((r = PQgetResult(conn)) != NULL)
		PQclear(check(conn, r, PGRES_COMMAND_OK));
}

static void copy_row(PGconn *conn, const char *row, int n)
{
	if (PQputCopyData(conn, row, n) != 1)
		ek_workload_die("postgres: %s", PQerrorMessage(conn));
}

static void copy_mates(PGconn *conn, const struct ek_workload *w)
{
	char row[ROW_MAX];
	begin_copy(conn, "mates");
	for (uint32_t t = 0; t < w->head.mates; t++) {
		const struct ek_workload_mate *m = &w->mates[t];
		int n = snprintf(row, sizeof row, "%u\t%s\t%u\t%u\t%u\t%u\n", t,
				 m->active ? "t" : "f", m->limit, m->open, m->last_given,
				 m->skills);
		copy_row(conn, row, n);
	}
	end_copy(conn);
	begin_copy(conn, "members");
	for (uint32_t t = 0; t < w->head.mates; t++) {
		const struct ek_workload_mate *m = &w->mates[t];
		for (uint32_t i = 0; i < (uint32_t)m->primaries + m->secondaries; i++) {
			int n = snprintf(row, sizeof row, "%u\t%u\t%d\n", t, m->inbox[i],
					 i < m->primaries ? 0 : 1);
			copy_row(conn, row, n);
		}
	}
	end_copy(conn);
}

static void copy_convs(PGconn *conn, const struct ek_workload *w)
{
	char row[ROW_MAX], mate[16];
	begin_copy(conn, "convs");
	for (uint32_t i = 0; i < w->head.convs_first; i++) {
		const struct ek_workload_conv *c = &w->convs[i];
		(void)snprintf(mate, sizeof mate, "%d", c->mate);
		int n = snprintf(row, sizeof row, "%u\t%u\t%u\t%u\t%u\t%u\t%u\t%u\t%u\t%s\n", i,
				 c->inbox, w->rank[c->inbox], c->vip_rank, c->sla, c->waiting,
				 c->started, bit_of(c->need), c->state,
				 c->mate == EK_WORKLOAD_NOBODY ? "\\N" : mate);
		copy_row(conn, row, n);
	}
	end_copy(conn);
}

static void load(const struct peer *p, const char *tables, const char *rules)
{
	char row[ROW_MAX];
	PGconn *conn = join(p);
	run_file(conn, tables);
	begin_copy(conn, "inboxes");
	for (uint32_t i = 0; i < p->w.head.inboxes; i++)
		copy_row(conn, row, snprintf(row, sizeof row, "%u\t%u\n", i, p->w.rank[i]));
	end_copy(conn);
	copy_mates(conn, &p->w);
	copy_convs(conn, &p->w);
	(void)snprintf(row, sizeof row, "SELECT setval('bench.givings', %llu)",
		       (unsigned long long)p->w.head.last_given);
	run_sql(conn, row);
	run_file(conn, rules);
	run_sql(conn, "VACUUM (ANALYZE) bench.convs");
	run_sql(conn, "VACUUM (ANALYZE) bench.mates");
	run_sql(conn, "CHECKPOINT");
	PQfinish(conn);
}

/* "{conversation,teammate,…}" */
static void read_decisions(struct client *c, uint32_t event, const char *text)
{
	char *at = NULL;
	for (const char *p = text + 1; *p != '\0' && *p != '}'; p = at + (*at == ',')) {
		uint32_t conv = (uint32_t)strtoul(p, &at, 10);
		uint32_t mate = (uint32_t)strtoul(at + 1, &at, 10);
		ek_tally_decide(c->tally, event, conv, mate);
	}
}

static void apply(struct client *c, uint32_t event)
{
	const struct ek_workload_event *e = &c->peer->w.events[event];
	const uint32_t numbers[] = {e->kind, e->subject, e->value, e->inbox, e->waiting};
	char text[PARAMS][NUMBER_MAX];
	const char *values[PARAMS] = {NULL};
	for (uint32_t i = 0; i < PARAMS - 1; i++) {
		(void)snprintf(text[i], NUMBER_MAX, "%u", numbers[i]);
		values[i] = text[i];
	}
	if (e->kind == EK_WORKLOAD_ARRIVE) {
		const struct ek_workload_conv *v = &c->peer->w.convs[e->subject];
		(void)snprintf(text[PARAMS - 1], NUMBER_MAX, "{%u,%u,%u,%u,%u,%u}", v->inbox,
			       v->vip_rank, v->sla, v->waiting, v->started, bit_of(v->need));
		values[PARAMS - 1] = text[PARAMS - 1];
	}
	uint64_t before = ek_tally_now();
	PGresult *r = PQexecPrepared(c->conn, "apply", PARAMS, values, NULL, NULL, 0);
	(void)check(c->conn, r, PGRES_TUPLES_OK);
	ek_tally_took(c->tally, ek_tally_now() - before);
	read_decisions(c, event, PQgetvalue(r, 0, 0));
	PQclear(r);
}

/* Which client applies an event: always the same for one conversation or teammate. */
static uint32_t client_for(const struct peer *p, const struct ek_workload_event *e)
{
	bool mate = e->kind == EK_WORKLOAD_PRESENCE || e->kind == EK_WORKLOAD_LIMIT;
	uint32_t hash = (e->subject * 2 + (mate ? 1 : 0)) * 2654435761u;
	return (hash >> 8) % p->clients;
}

static void *work(void *arg)
{
	struct client *c = arg;
	for (uint32_t k = 0; k < c->peer->events; k++)
		if (client_for(c->peer, &c->peer->w.events[k]) == c->number)
			apply(c, k);
	return NULL;
}

static uint64_t replay(struct peer *p, struct ek_tally *sum)
{
	struct client clients[CLIENTS_MAX];
	for (uint32_t i = 0; i < p->clients; i++) {
		clients[i] = (struct client){.peer = p, .number = i, .conn = join(p)};
		clients[i].tally = ek_tally_open();
		PQclear(check(clients[i].conn,
			      PQprepare(clients[i].conn, "apply",
					"SELECT bench.apply($1, $2, $3, $4, $5, $6::int[])", PARAMS,
					NULL),
			      PGRES_COMMAND_OK));
	}
	uint64_t start = ek_tally_now();
	for (uint32_t i = 0; i < p->clients; i++)
		if (pthread_create(&clients[i].thread, NULL, work, &clients[i]) != 0)
			ek_workload_die("no thread for client %u", i);
	for (uint32_t i = 0; i < p->clients; i++)
		(void)pthread_join(clients[i].thread, NULL);
	uint64_t took = ek_tally_now() - start;
	for (uint32_t i = 0; i < p->clients; i++) {
		ek_tally_add(sum, clients[i].tally);
		ek_tally_close(&clients[i].tally);
		PQfinish(clients[i].conn);
	}
	return took;
}

int main(int argc, char **argv)
{
	struct peer p = {.events = 0};
	if (argc != 8)
		ek_workload_die("usage: postgres FILE EVENTS CLIENTS CONNINFO on|off TABLES.SQL "
				"RULES.SQL");
	ek_workload_load(&p.w, argv[1]);
	p.events = ek_workload_number(argv[2], p.w.head.events, p.w.head.events);
	p.clients = ek_workload_number(argv[3], CLIENTS_MAX, 1);
	p.conninfo = argv[4];
	p.sync = strcmp(argv[5], "off") == 0 ? "off" : "on";
	load(&p, argv[6], argv[7]);
	struct ek_tally *tally = ek_tally_open();
	uint64_t took = replay(&p, tally);
	char more[48];
	(void)snprintf(more, sizeof more, "in_flight=%u sync=%s", p.clients, p.sync);
	struct ek_tally_run run = {"postgres", argv[1], p.events, took, more, p.clients > 1};
	ek_tally_print(tally, &run);
	ek_tally_close(&tally);
	ek_workload_free(&p.w);
	return 0;
}
