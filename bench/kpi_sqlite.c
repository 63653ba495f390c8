/* The figures of kpi from SQLite: all in memory, indices that cover, windows for the ranks. */
#include <sqlite3.h>
#include <stdio.h>

#include "bench/kpi.h"
#include "sys/clock.h"

enum { PATH_BYTES = 512 };

/* One row: how many groups, and the sums of medians and p90s. The two middle values are those at
 * (n + 1) / 2 and (n + 2) / 2, p90 the one at (9 n + 9) / 10. */
#define SUMS(group, where) \
	"SELECT count(*), sum(p50), sum(p90) FROM (SELECT " group " g, avg(took) m," \
	" avg(CASE WHEN rn = (n + 1) / 2 OR rn = (n + 2) / 2 THEN took END) p50," \
	" max(CASE WHEN rn = (9 * n + 9) / 10 THEN took END) p90" \
	" FROM (SELECT mate, since, took, row_number() OVER w rn," \
	" count(*) OVER (PARTITION BY " group ") n FROM rows " where \
	" WINDOW w AS (PARTITION BY " group " ORDER BY took)) GROUP BY " group \
	" HAVING count(*) >= 5)"

static const char weekly_sql[] = SUMS("mate, since / 604800", "");
static const char slice_sql[] = SUMS("since / 86400", "WHERE team = 7 AND since >= 48 * 604800");

static bool run(sqlite3 *db, const char *sql)
{
	char *message = NULL;
	if (sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK)
		return true;
	(void)fprintf(stderr, "kpi: sqlite: %s\n", message);
	sqlite3_free(message);
	return false;
}

static bool load(sqlite3 *db, const struct ek_kpi_rows *r)
{
	sqlite3_stmt *s = NULL;
	if (!run(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
		     "PRAGMA cache_size = -2097152; PRAGMA mmap_size = 4000000000; "
		     "PRAGMA temp_store = MEMORY; PRAGMA threads = 2; "
		     "CREATE TABLE rows(mate INT, team INT, since INT, took INT); BEGIN") ||
	    sqlite3_prepare_v2(db, "INSERT INTO rows VALUES(?, ?, ?, ?)", -1, &s, NULL) !=
		    SQLITE_OK)
		return false;
	for (uint32_t i = 0; i < r->n; i++) {
		(void)sqlite3_bind_int(s, 1, r->mate[i]);
		(void)sqlite3_bind_int(s, 2, r->team[i]);
		(void)sqlite3_bind_int64(s, 3, r->at[i]);
		(void)sqlite3_bind_int64(s, 4, r->took[i]);
		(void)sqlite3_step(s);
		(void)sqlite3_reset(s);
	}
	(void)sqlite3_finalize(s);
	return run(db, "COMMIT; CREATE INDEX by_team ON rows(team, since, took); "
		       "CREATE INDEX by_mate ON rows(mate, since, took); ANALYZE");
}

static bool ask(sqlite3 *db, const char *sql, struct ek_kpi_sums *sums, double *took)
{
	sqlite3_stmt *s = NULL;
	uint64_t start = ek_clock_mono_ns();
	bool ok = sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
		  sqlite3_step(s) == SQLITE_ROW;
	*took = (double)(ek_clock_mono_ns() - start) / 1e9;
	if (ok)
		*sums = (struct ek_kpi_sums){(uint64_t)sqlite3_column_int64(s, 0),
					     sqlite3_column_double(s, 1),
					     sqlite3_column_double(s, 2)};
	else
		(void)fprintf(stderr, "kpi: sqlite: %s\n", sqlite3_errmsg(db));
	(void)sqlite3_finalize(s);
	return ok;
}

void ek_kpi_sqlite(const struct ek_kpi_rows *rows, const char *where, struct ek_kpi_result *out)
{
	char path[PATH_BYTES];
	sqlite3 *db = NULL;
	(void)snprintf(path, sizeof path, "%s/kpi.db", where);
	(void)remove(path);
	out->ran = sqlite3_open(path, &db) == SQLITE_OK && load(db, rows);
	for (uint32_t i = 0; i < out->rounds && out->ran; i++)
		out->ran = ask(db, weekly_sql, &out->weekly, &out->weekly_s[i]) &&
			   ask(db, slice_sql, &out->slice, &out->slice_s[i]);
	(void)sqlite3_close(db);
	(void)remove(path);
}
