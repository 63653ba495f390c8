/* import -- a table of the past becomes facts: once, however often it is asked for.
 *
 * An import is a table, with its messages, and a map; it has a number, and each of its rows (or
 * cases) one in it, so that a fact knows where it came from. Facts go in by commits of at most
 * import_rows, each with how far it is: what is cut goes on behind the last commit, and what is
 * whole is said to be there. Nothing is routed, and nobody's conversations are touched.
 * Cost: about 2 microseconds a call on one core; memory for the table, and 20 bytes a row of cases.
 */
#ifndef EK_PAST_IMPORT_H
#define EK_PAST_IMPORT_H

#include "past/map.h"
#include "past/whose.h"

/* A row that is not noted; field and why are static, field may be NULL. */
struct ek_import_refusal {
	uint32_t sheet; /* EK_MAP_MAIN or EK_MAP_MESSAGES */
	uint32_t line;
	const char *field;
	const char *why;
	const ek_str *cells; /* as they stand; may be no text */
	uint32_t n;
};

enum { EK_IMPORT_REASONS = 64 };
struct ek_import_reason {
	const char *field; /* NULL = none, or that of the map it was left out by */
	const char *why;
	uint64_t n;
	bool is_left_out;
};

struct ek_import_report {
	int64_t import;
	bool was_whole; /* all of it was there; reasons are then not told again */
	bool is_whole;
	uint64_t rows;     /* read */
	uint64_t messages; /* read */
	uint64_t noted;    /* facts, those of earlier runs included */
	uint64_t already;  /* of these, were there */
	uint64_t refused;
	uint64_t left_out;
	struct ek_whose_counts made;
	uint32_t reason_count;
	struct ek_import_reason reasons[EK_IMPORT_REASONS];
};

struct ek_import_options {
	enum ek_map_kind kind;
	const char *map_name;
	ek_str map;
	const char *name; /* of the table: its last part is kept */
	ek_str table;
	ek_str messages;    /* p NULL = none */
	bool again;         /* although the table came in by another map */
	struct ek_log *log; /* opened to write */
	ek_time now;
	/* May be NULL. All values borrow. */
	void (*refused)(void *ctx, const struct ek_import_refusal *refusal);
	void (*progress)(void *ctx, const struct ek_import_report *report); /* now and then */
	void *ctx;
};

/* "conversations"; the kind of a word, 0 = none. */
const char *ek_import_kind_name(enum ek_map_kind kind);
enum ek_map_kind ek_import_kind(const char *word);

/* map: filled, its texts in the arena, which the report's reasons borrow from. Errors: USAGE for
 * map and table; CONFLICT when the table came in by another map; the writer's. */
bool ek_import_run(const struct ek_import_options *options, struct ek_arena *arena,
		   struct ek_import_report *report, struct ek_err *err) EK_MUST_CHECK;

#endif
