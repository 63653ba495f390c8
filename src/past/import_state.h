/* import_state -- what a run of an import holds. Private to past/import*.c. */
#ifndef EK_PAST_IMPORT_STATE_H
#define EK_PAST_IMPORT_STATE_H

#include "model/limits.h"
#include "past/cases.h"
#include "past/import.h"
#include "past/item.h"
#include "wire/table.h"

struct import {
	const struct ek_import_options *o;
	struct ek_import_report *report;
	struct ek_map *map;
	uint8_t file_hash[EK_HASH_BYTES];
	uint8_t map_hash[EK_HASH_BYTES];
	int64_t last_item; /* that is in the log */
	ek_time started;
	struct ek_writer *writer;
	struct ek_whose *whose;
	struct ek_arena cells[EK_MAP_SHEETS]; /* of one record */
	struct ek_arena scratch;              /* of one item */
	struct ek_arena kept;                 /* of one commit */
	struct ek_table *tables[EK_MAP_SHEETS];
	struct ek_cases *cases;
	struct ek_item item;
	struct ek_cmd *batch;
	uint32_t batch_n;
	uint64_t uncommitted; /* items since the last commit */
};

/* ---- import.c */
/* Makes what was noted durable, with how far it is. */
bool ek_import_commit(struct import *m, int64_t last_item, bool is_last,
		      struct ek_err *err) EK_MUST_CHECK;

/* ---- import_rows.c */
/* Reads the header of a sheet and binds the map. */
bool ek_import_bind(struct import *m, uint32_t sheet, ek_str text,
		    struct ek_err *err) EK_MUST_CHECK;
/* All rows, each noted, refused or left out. */
bool ek_import_rows(struct import *m, struct ek_err *err) EK_MUST_CHECK;

#endif
