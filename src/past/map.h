/* map -- what the columns of a table of the past mean: a file that people write once for each
 * source.
 *
 *   [import]                          kind = "conversations", "calls" or "surveys"
 *   zone = "Europe/Rome"              whose clock times without an offset are; "UTC" if not said
 *   dates = ["iso"]                   formats in the order in which they are tried (wire/stamp.h)
 *   separator = ","                   or ";", "|", "tab"
 *   encoding = "utf-8"                or "latin-1"
 *   header = true                     false: columns are "1", "2", ...
 *   missing = ["", "?"]               cells that say nothing, in all columns
 *   case = "number"                   rows with the same cell are one conversation
 *   order = "{sys_mod_count}"         of the rows of a case, by number or time; else as they stand
 *   create = true                     make team inboxes and teammates that are not there
 *   midnight = true                   a time of day far below the one before it is the next day's
 *   backwards = 120                   times that run back by up to so many seconds are lifted
 *   tags_split = ";"                  between tags in one cell
 *
 *   [fields]                          a value, or a list of which the first that is there counts
 *   [fixed]                           what a field is where no column says it: a text
 *   [channels]  "Phone" = "voice"     words of that column, as ours
 *   [missing]   NETPRO = ["11"]       codes of one column that say nothing
 *   [leave_out] "{outcome} = PHANTOM" = "the source says to ignore them"
 *   [messages]  case = "question_id"  a second table: the messages of each case
 *               at = "created", by = "creator", teammate = "{role} = agent"
 *
 * A value is the name of a column, or a text with columns in braces, which is missing if one of
 * them is: "{date} {q_start}". In front may stand which row of a case says it: first, last, least,
 * most, count (of rows), changes (of the value). Behind it, when it counts: " if {column} = text
 * and {column} > 3"; also != >= <= <, "is missing", "is given".
 */
#ifndef EK_PAST_MAP_H
#define EK_PAST_MAP_H

#include "base/arena.h"
#include "base/zone.h"

enum ek_map_kind { EK_MAP_CONVERSATIONS = 1, EK_MAP_CALLS = 2, EK_MAP_SURVEYS = 3 };

/* X(NAME, name, of): of has a bit for each kind that knows it. */
#define EK_MAP_FIELDS(X) \
	X(STARTED, "started", 3) \
	X(ASSIGNED, "assigned", 1) \
	X(REPLIED, "replied", 1) \
	X(CLOSED, "closed", 1) \
	X(SOLVED, "solved", 1) \
	X(QUEUED, "queued", 2) \
	X(ANSWERED, "answered", 6) \
	X(ENDED, "ended", 2) \
	X(ASKED, "asked", 4) \
	X(WAIT, "wait", 2) \
	X(TALK, "talk", 2) \
	X(HOLD, "hold", 2) \
	X(HOLDS, "holds", 2) \
	X(AFTER, "after", 2) \
	X(REPLIES, "replies", 1) \
	X(REOPENS, "reopens", 1) \
	X(TRANSFERS, "transfers", 3) \
	X(SLA_MET, "sla_met", 1) \
	X(CHANNEL, "channel", 5) \
	X(FORM, "form", 4) \
	X(SCORE, "score", 4) \
	X(TEAM, "team", 7) \
	X(TEAMMATE, "teammate", 6) \
	X(REPLIER, "replier", 1) \
	X(OWNER, "owner", 1) \
	X(CONTACT, "contact", 7) \
	X(TAGS, "tags", 7)

enum ek_map_field {
#define X(NAME, name, of) EK_MAP_##NAME,
	EK_MAP_FIELDS(X)
#undef X
		EK_MAP_FIELD_COUNT
};

enum {
	EK_MAP_COLUMNS = 64, /* that one table's part may name */
	EK_MAP_VALUES = 8,
	EK_MAP_PARTS = 8,
	EK_MAP_TESTS = 4,
	EK_MAP_RULES = 32,
	EK_MAP_FORMATS = 8,
	EK_MAP_CODES = 64,
	EK_MAP_REASON = 80,
};

enum ek_map_take {
	EK_MAP_AS_USUAL, /* first or last, as the field says */
	EK_MAP_FIRST,
	EK_MAP_LAST,
	EK_MAP_LEAST,
	EK_MAP_MOST,
	EK_MAP_COUNT,
	EK_MAP_CHANGES,
};
enum ek_map_op {
	EK_MAP_IS,
	EK_MAP_IS_NOT,
	EK_MAP_ABOVE,
	EK_MAP_FROM,
	EK_MAP_UP_TO,
	EK_MAP_BELOW,
	EK_MAP_MISSING,
	EK_MAP_GIVEN,
};

/* A text or a column (text.p NULL). */
struct ek_map_part {
	ek_str text;
	uint32_t column;
};
struct ek_map_test {
	uint8_t op; /* enum ek_map_op */
	uint32_t column;
	ek_str text;
	int64_t micro; /* of a comparison by size */
};
struct ek_map_tests {
	uint32_t n;
	struct ek_map_test v[EK_MAP_TESTS];
};
struct ek_map_value {
	uint8_t take; /* enum ek_map_take */
	uint32_t part_count;
	struct ek_map_part parts[EK_MAP_PARTS];
	struct ek_map_tests tests;
};
struct ek_map_values {
	uint32_t n;
	struct ek_map_value v[EK_MAP_VALUES];
	ek_str fixed; /* p NULL = nothing */
};

struct ek_map_code {
	uint32_t column; /* UINT32_MAX = all */
	ek_str text;
};
/* The columns of one table that the map names, and, once bound, where they stand in it. */
struct ek_map_sheet {
	uint32_t n;
	ek_str names[EK_MAP_COLUMNS];
	uint32_t places[EK_MAP_COLUMNS];
	uint32_t width; /* cells of a record */
};
enum { EK_MAP_MAIN, EK_MAP_MESSAGES, EK_MAP_SHEETS };

struct ek_map {
	struct ek_arena *arena; /* borrowed; all texts live there */
	enum ek_map_kind kind;
	ek_str zone_name;
	struct ek_zone zone; /* the caller's to load: shift_count 0 = UTC */
	ek_str formats[EK_MAP_FORMATS];
	uint32_t format_count;
	char separator;
	bool is_latin1;
	bool has_header;
	bool creates;
	bool midnight;
	bool has_case;
	bool has_order;
	bool has_messages;
	bool has_teammate_if;
	int64_t backwards_ms;
	ek_str tags_split;
	struct ek_map_value group; /* `case` */
	struct ek_map_value order;
	struct ek_map_values fields[EK_MAP_FIELD_COUNT];
	struct ek_map_value message_case, message_at, message_by;
	struct ek_map_tests message_teammate;
	struct {
		struct ek_map_tests tests;
		char reason[EK_MAP_REASON];
	} leave_out[EK_MAP_RULES];
	uint32_t leave_out_count;
	struct ek_map_code channels[EK_MAP_CODES]; /* column: enum ek_capacity_class */
	uint32_t channel_count;
	struct ek_map_code missing[EK_MAP_CODES];
	uint32_t missing_count;
	struct ek_map_sheet sheets[EK_MAP_SHEETS];
};

/* "started" */
const char *ek_map_field_name(enum ek_map_field field);

/* Reads a map; name is for messages. Errors: USAGE "NAME:7: ..."; LIMIT; NO_MEMORY. */
bool ek_map_read(struct ek_map *map, const char *name, ek_str text, struct ek_arena *arena,
		 struct ek_err *err) EK_MUST_CHECK;
/* Finds the columns of a sheet among those of a table. cells: its first record; of a table without
 * a header only how many there are counts. Errors: USAGE names the column that is not there, or
 * stands there twice, and the nearest that is. */
bool ek_map_bind(struct ek_map *map, uint32_t sheet, const ek_str *cells, uint32_t n,
		 struct ek_err *err) EK_MUST_CHECK;

/* One record of a bound sheet. */
struct ek_map_row {
	const ek_str *cells;
	uint32_t sheet;
};
/* The cell of a column without blanks around it; p NULL = it says nothing. */
ek_str ek_map_cell(const struct ek_map *map, const struct ek_map_row *row, uint32_t column);
bool ek_map_holds(const struct ek_map *map, const struct ek_map_row *row,
		  const struct ek_map_tests *tests);
/* What a value says of one row; p NULL = nothing. A text of several parts lives in scratch; out of
 * memory is nothing. */
ek_str ek_map_says(const struct ek_map *map, const struct ek_map_row *row,
		   const struct ek_map_value *value, struct ek_arena *scratch);

/* A number with at most six digits behind the point, in millionths; false for all else. */
bool ek_map_micro(ek_str text, int64_t *out);
/* A time by the map's formats, in its zone. */
bool ek_map_time(const struct ek_map *map, ek_str text, ek_time *out);

#endif
