/* The figures of kpi from PostgreSQL: an unlogged table, an index that covers the slice. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/kpi.h"
#include "sys/clock.h"

enum { BUFFER = 1 << 16, ROW_MAX = 64 };

#define SUMS(group, where) \
	"SELECT count(*), sum(p50), sum(p90) FROM (SELECT avg(took)," \
	" percentile_cont(0.5) WITHIN GROUP (ORDER BY took) p50," \
	" percentile_disc(0.9) WITHIN GROUP (ORDER BY took) p90 FROM kpi " where \
	" GROUP BY " group " HAVING count(*) >= 5) x"

static const char weekly_sql[] = SUMS("mate, since / 604800", "");
static const char slice_sql[] = SUMS("since / 86400", "WHERE team = 7 AND since >= 48 * 604800");

static bool is_fine(PGconn *c, PGresult *r, ExecStatusType want)
{
	bool ok = PQresultStatus(r) == want;
	if (!ok)
		(void)fprintf(stderr, "kpi: postgres: %s", PQerrorMessage(c));
	PQclear(r);
	return ok;
}

static bool run(PGconn *c, const char *sql)
{
	return is_fine(c, PQexec(c, sql), PGRES_COMMAND_OK);
}

static bool copy(PGconn *c, const struct ek_kpi_rows *r)
{
	char *b = malloc(BUFFER);
	int n = 0;
	bool ok = b != NULL && is_fine(c, PQexec(c, "COPY kpi FROM STDIN"), PGRES_COPY_IN);
	for (uint32_t i = 0; i < r->n && ok; i++) {
		n += snprintf(b + n, ROW_MAX, "%u\t%u\t%u\t%u\n", r->mate[i], r->team[i], r->at[i],
			      r->took[i]);
		if (n < BUFFER - ROW_MAX && i + 1 < r->n)
			continue;
		ok = PQputCopyData(c, b, n) == 1;
		n = 0;
	}
	free(b);
	return ok && PQputCopyEnd(c, NULL) == 1 && is_fine(c, PQgetResult(c), PGRES_COMMAND_OK) &&
	       PQgetResult(c) == NULL;
}

static bool load(PGconn *c, const struct ek_kpi_rows *r)
{
	return run(c, "DROP TABLE IF EXISTS kpi") &&
	       run(c, "CREATE UNLOGGED TABLE kpi(mate smallint, team smallint, since int, took "
		      "int)") &&
	       copy(c, r) && run(c, "CREATE INDEX ON kpi(team, since) INCLUDE (took)") &&
	       run(c, "VACUUM ANALYZE kpi") && run(c, "SET work_mem = '1GB'");
}

static bool ask(PGconn *c, const char *sql, struct ek_kpi_sums *sums, double *took)
{
	uint64_t start = ek_clock_mono_ns();
	PGresult *r = PQexec(c, sql);
	*took = (double)(ek_clock_mono_ns() - start) / 1e9;
	if (PQresultStatus(r) == PGRES_TUPLES_OK)
		*sums = (struct ek_kpi_sums){strtoull(PQgetvalue(r, 0, 0), NULL, 10),
					     strtod(PQgetvalue(r, 0, 1), NULL),
					     strtod(PQgetvalue(r, 0, 2), NULL)};
	return is_fine(c, r, PGRES_TUPLES_OK);
}

void ek_kpi_postgres(const struct ek_kpi_rows *rows, const char *where, struct ek_kpi_result *out)
{
	PGconn *c = PQconnectdb(where);
	out->ran = PQstatus(c) == CONNECTION_OK;
	if (!out->ran)
		(void)fprintf(stderr, "kpi: postgres: %s", PQerrorMessage(c));
	out->ran = out->ran && load(c, rows);
	for (uint32_t i = 0; i < out->rounds && out->ran; i++)
		out->ran = ask(c, weekly_sql, &out->weekly, &out->weekly_s[i]) &&
			   ask(c, slice_sql, &out->slice, &out->slice_s[i]);
	if (PQstatus(c) == CONNECTION_OK)
		(void)run(c, "DROP TABLE IF EXISTS kpi");
	PQfinish(c);
}
