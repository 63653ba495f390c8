/* kpi -- the same figures from Evenkeel and from databases: first answers of a year.
 *
 *   weekly  median, p90 and mean by teammate by week, of all
 *   slice   median and p90 by day of one team inbox, the last 28 days
 * Everybody gets the same rows; the sums of medians and of p90s over all groups of at least five
 * must agree. Median: the midpoint of the two middle values; p90: nearest rank.
 */
#ifndef EK_BENCH_KPI_H
#define EK_BENCH_KPI_H

#include <stdbool.h>
#include <stdint.h>

enum {
	EK_KPI_MATES = 1000,
	EK_KPI_TEAMS = 50,
	EK_KPI_WEEKS = 52,
	EK_KPI_TEAM = 7, /* of the slice */
	EK_KPI_DAYS = 28,
	EK_KPI_WEEK_S = 7 * 86400,
	EK_KPI_DAY_S = 86400,
	EK_KPI_ROUNDS_MAX = 15,
};

/* In the order of `at`: seconds since the year's first Monday. Teammates and teams from 1. */
struct ek_kpi_rows {
	uint32_t n;
	uint16_t *mate;
	uint8_t *team;
	uint32_t *at;
	uint32_t *took; /* seconds */
};

struct ek_kpi_sums {
	uint64_t groups;
	double median, p90;
};
struct ek_kpi_result {
	const char *name;
	bool ran;
	uint32_t rounds;
	double weekly_s[EK_KPI_ROUNDS_MAX];
	double slice_s[EK_KPI_ROUNDS_MAX];
	struct ek_kpi_sums weekly, slice;
};

/* where: a folder for the database; a connection string; the path of libduckdb.so. Each loads the
 * rows, with the indices that help it, and runs out->rounds rounds. What fails is said on stderr
 * and leaves ran false. */
void ek_kpi_sqlite(const struct ek_kpi_rows *rows, const char *where, struct ek_kpi_result *out);
void ek_kpi_postgres(const struct ek_kpi_rows *rows, const char *where, struct ek_kpi_result *out);
void ek_kpi_duckdb(const struct ek_kpi_rows *rows, const char *where, struct ek_kpi_result *out);

#endif
