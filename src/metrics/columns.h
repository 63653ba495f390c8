/* columns -- what was measured: for each measure rows by column, and for durations sorted cells.
 *
 * A row is one measured thing: a first answer, a close, a quarter of an hour of somebody's work. It
 * is appended when it is known, and only its flags and extras change later (an answer to a survey,
 * a close that was followed by a reopening). Each row says when it became known, and what is mended
 * after that leaves what was there before as a patch: so it can be read as it was known at any
 * instant, though nothing is stored twice. Blocks of EK_COLUMNS_BLOCK rows know their oldest and
 * newest bucket date, so that a scan skips those of other times.
 *
 * A cell holds the values of one teammate, in one team inbox or in all, in one local week, or of
 * one team inbox on one local day, sorted once that is over ("sealed"), with their sum and what is
 * asked of them: median, p90 and mean are then a lookup. A late row goes to its place in the sealed
 * cell.
 *
 * Times and durations are whole seconds; times since 1970, of 1970 to 2106. Memory: 47 bytes a
 * row, 8 more for each extra that its measure has; 24 a patch; a cell 72 bytes, and 4 bytes a
 * value in each of up to three cells. Cost: append O(1) amortised; sealing O(n log n) of a cell.
 * Source: spec metrics, R1.
 */
#ifndef EK_METRICS_COLUMNS_H
#define EK_METRICS_COLUMNS_H

#include "metrics/table.h"

enum ek_measure {
	EK_MEASURE_FIRST,    /* first answers */
	EK_MEASURE_NEXT,     /* answers to bursts */
	EK_MEASURE_ASSIGN,   /* unassigned spells */
	EK_MEASURE_QUEUE,    /* offered calls and live chats */
	EK_MEASURE_HANDLE,   /* handle time of approaches and of legs */
	EK_MEASURE_WORK,     /* quarters of an hour of teammates; clocks in milliseconds */
	EK_MEASURE_APPROACH, /* inbound attempts */
	EK_MEASURE_SPELL,    /* stretches of being open, in one team inbox with one holder */
	EK_MEASURE_CLOSE,    /* closes */
	EK_MEASURE_SLA,      /* SLA clocks decided */
	EK_MEASURE_TRANSFER, /* approaches that ended */
	EK_MEASURE_HOLD,     /* calls that ended */
	EK_MEASURE_SURVEY,   /* questions sent */
	EK_MEASURE_END
};

/* Flags of rows; what each means is said where rows are made (metrics/follow_state.h). */
enum { EK_COLUMNS_BLOCK = 4096, EK_COLUMNS_NO_TIME = 0 };

struct ek_columns_row {
	uint8_t measure; /* enum ek_measure */
	uint8_t channel;
	uint16_t flags;
	uint32_t at;    /* bucket date */
	uint32_t start; /* where the interval began */
	uint32_t office, calendar;
	uint32_t team, mate;
	uint32_t topic;      /* 0 = none; else a number of whoever appends */
	uint16_t tier, area; /* the same, of a contact's tier and a product area */
	uint32_t known;      /* when it became known; rows are appended in that order */
	uint64_t ref;        /* what it is about, a number of whoever appends */
	int64_t extra[2];
	/* of measures with cells: whether it goes into them, and with which values */
	bool in_cells;
	uint32_t team_value, mate_value;
	int32_t team_day, team_week, all_week; /* local date; weeks from Monday, days / 7 */
};

/* The columns of one measure; extra[i] is NULL when the measure has none. */
struct ek_columns_of {
	uint32_t n, cap;
	void *memory; /* all columns */
	uint32_t *at, *start, *office, *calendar, *team, *mate, *topic, *known;
	uint64_t *ref;
	uint16_t *flags, *tier, *area;
	uint8_t *channel;
	int64_t *extra[2];
	uint32_t *oldest, *newest; /* of each block */
};

struct ek_columns_cell {
	uint32_t team, mate; /* 0 = all */
	int32_t period;      /* of people the local week, of everybody the local date */
	uint8_t measure;
	bool sorted, listed;
	bool doubtful; /* a row was put that is longer than the time it is made of */
	uint32_t n, cap;
	uint64_t sum;
	/* once sorted: the two in the middle, p90, limits of the median (0 below 6 values) */
	uint32_t lower, upper, p90, low, high;
	uint32_t *v;
	uint32_t next; /* with the same hash; place + 1 */
};

/* What a row said before it was mended. */
enum ek_columns_what { EK_COLUMNS_EXTRA0, EK_COLUMNS_EXTRA1, EK_COLUMNS_FLAGS };
struct ek_columns_patch {
	int64_t was;
	uint32_t row;   /* place */
	uint32_t known; /* since when it says something else */
	uint8_t measure;
	uint8_t what;  /* enum ek_columns_what */
	uint8_t cause; /* a number of whoever mends */
};

struct ek_columns {
	struct ek_alloc alloc;
	struct ek_columns_of of[EK_MEASURE_END];
	struct ek_columns_cell *cells;
	uint32_t cell_count, cell_cap;
	struct ek_table places; /* hash of a cell's name -> first place + 1 */
	uint32_t *unsealed;     /* places of cells with rows since they were sealed */
	uint32_t unsealed_count, unsealed_cap;
	struct ek_columns_patch *patches; /* in the order in which they became known */
	uint32_t patch_count, patch_cap;
	uint64_t bytes;
};

void ek_columns_init(struct ek_columns *c, struct ek_alloc alloc);
void ek_columns_fini(struct ek_columns *c);
/* *place: of the row among its measure's. False without memory. */
bool ek_columns_append(struct ek_columns *c, const struct ek_columns_row *row,
		       uint32_t *place) EK_MUST_CHECK;
/* The row says `is` from p->known on; p->was is filled in. Nothing happens where it says so
 * already. False without memory. */
bool ek_columns_mend(struct ek_columns *c, struct ek_columns_patch *p, int64_t is) EK_MUST_CHECK;
/* What a row says now. */
int64_t ek_columns_says(const struct ek_columns *c, int measure, int what, uint32_t row);
/* Takes the values of a row out of its cells. False where they are not in them. */
bool ek_columns_take(struct ek_columns *c, const struct ek_columns_row *row);
/* Sorts the cells of days before `day` and of weeks before `week` (INT32_MAX: all). No memory is
 * needed. */
void ek_columns_seal(struct ek_columns *c, int32_t day, int32_t week);
/* NULL = there is none. A cell that is not sorted may be read all the same. */
const struct ek_columns_cell *ek_columns_find(const struct ek_columns *c, int measure,
					      uint32_t team, uint32_t mate, int32_t period);
uint64_t ek_columns_bytes(const struct ek_columns *c);
/* Ascending, in place; O(n log n) at worst. */
void ek_columns_sort(uint32_t *v, uint32_t n);
/* Seconds since 1970, cut to what a row can hold; EK_COLUMNS_NO_TIME for EK_NO_TIME. */
uint32_t ek_columns_second(ek_time t);

#endif
