/* The figures of kpi from DuckDB, in memory, two threads; its library is found when asked for. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/kpi.h"
#include "sys/clock.h"

#define SUMS(group, where) \
	"SELECT count(*)::BIGINT, (2 * sum(p50))::BIGINT, sum(p90)::BIGINT FROM (SELECT " \
	"avg(took)," \
	" quantile_cont(took, 0.5) p50, quantile_disc(took, 0.9) p90 FROM kpi " where \
	" GROUP BY " group " HAVING count(*) >= 5) x"

static const char weekly_sql[] = SUMS("mate, since // 604800", "");
static const char slice_sql[] = SUMS("since // 86400", "WHERE team = 7 AND since >= 48 * 604800");

/* duckdb_result, as its C header lays it out. */
struct result {
	uint64_t column_count, row_count, rows_changed;
	void *columns;
	char *error;
	void *internal;
};

struct duck {
	void *library, *db, *connection, *appender;
	int (*open)(const char *path, void **db);
	int (*connect)(void *db, void **connection);
	int (*query)(void *connection, const char *sql, struct result *out);
	int64_t (*number)(struct result *r, uint64_t column, uint64_t row);
	const char *(*error)(struct result *r);
	void (*destroy)(struct result *r);
	int (*append_to)(void *connection, const char *schema, const char *table, void **appender);
	int (*append)(void *appender, int32_t value);
	int (*end_row)(void *appender);
	int (*end)(void **appender);
};

/* A function's address through the bits of an object's: POSIX lets it. */
static bool find(struct duck *d, const char *name, void *to)
{
	void *p = dlsym(d->library, name);
	memcpy(to, &p, sizeof p);
	return p != NULL;
}

static bool open_library(struct duck *d, const char *path)
{
	d->library = dlopen(path, RTLD_NOW);
	if (d->library == NULL) {
		(void)fprintf(stderr, "kpi: duckdb: %s\n", dlerror());
		return false;
	}
	return find(d, "duckdb_open", &d->open) && find(d, "duckdb_connect", &d->connect) &&
	       find(d, "duckdb_query", &d->query) && find(d, "duckdb_value_int64", &d->number) &&
	       find(d, "duckdb_result_error", &d->error) &&
	       find(d, "duckdb_destroy_result", &d->destroy) &&
	       find(d, "duckdb_appender_create", &d->append_to) &&
	       find(d, "duckdb_append_int32", &d->append) &&
	       find(d, "duckdb_appender_end_row", &d->end_row) &&
	       find(d, "duckdb_appender_destroy", &d->end) && d->open(NULL, &d->db) == 0 &&
	       d->connect(d->db, &d->connection) == 0;
}

static bool ask(struct duck *d, const char *sql, struct ek_kpi_sums *sums, double *took)
{
	struct result r;
	memset(&r, 0, sizeof r);
	uint64_t start = ek_clock_mono_ns();
	bool ok = d->query(d->connection, sql, &r) == 0;
	if (took != NULL)
		*took = (double)(ek_clock_mono_ns() - start) / 1e9;
	if (!ok)
		(void)fprintf(stderr, "kpi: duckdb: %s\n", d->error(&r));
	else if (sums != NULL)
		*sums = (struct ek_kpi_sums){(uint64_t)d->number(&r, 0, 0),
					     (double)d->number(&r, 1, 0) / 2,
					     (double)d->number(&r, 2, 0)};
	d->destroy(&r);
	return ok;
}

static bool load(struct duck *d, const struct ek_kpi_rows *r)
{
	if (!ask(d, "SET threads = 2", NULL, NULL) ||
	    !ask(d, "CREATE TABLE kpi(mate INTEGER, team INTEGER, since INTEGER, took INTEGER)",
		 NULL, NULL) ||
	    d->append_to(d->connection, NULL, "kpi", &d->appender) != 0)
		return false;
	bool ok = true;
	for (uint32_t i = 0; i < r->n && ok; i++)
		ok = d->append(d->appender, r->mate[i]) == 0 &&
		     d->append(d->appender, r->team[i]) == 0 &&
		     d->append(d->appender, (int32_t)r->at[i]) == 0 &&
		     d->append(d->appender, (int32_t)r->took[i]) == 0 &&
		     d->end_row(d->appender) == 0;
	return d->end(&d->appender) == 0 && ok;
}

void ek_kpi_duckdb(const struct ek_kpi_rows *rows, const char *where, struct ek_kpi_result *out)
{
	struct duck d;
	memset(&d, 0, sizeof d);
	out->ran = open_library(&d, where) && load(&d, rows);
	for (uint32_t i = 0; i < out->rounds && out->ran; i++)
		out->ran = ask(&d, weekly_sql, &out->weekly, &out->weekly_s[i]) &&
			   ask(&d, slice_sql, &out->slice, &out->slice_s[i]);
	/* the process ends soon; the database goes with it */
}
