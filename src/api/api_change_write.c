/* Rows of the change log as they are read. */
#include <string.h>

#include "api/api_change.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "wire/list.h"

enum {
	CHANGE,
	SEQ,
	AT,
	BY_KIND,
	BY_ID,
	RESOURCE,
	TEAM,
	TEAMMATE,
	FIELDS,
	NOTE,
	VERSION,
	BULK_EDIT,
	UNDOES,
	UNDONE_BY,
};

#define KIND \
	"CASE WHEN c.resource IN ('settings', 'membership', 'teammate', 'team', 'calendar'," \
	" 'sla_policy') THEN c.resource ELSE 'other' END"
#define BY "CASE WHEN c.by_kind = 'person' THEN c.by_id END"

static const struct ek_list_column columns[EK_LIST_changes_COUNT] = {
	[EK_LIST_changes_id] = {EK_LIST_NUMBER, "c.change", NULL},
	[EK_LIST_changes_kind] = {EK_LIST_TEXT, KIND, NULL},
	[EK_LIST_changes_by] = {EK_LIST_NUMBER, BY, NULL},
	[EK_LIST_changes_team] = {EK_LIST_NUMBER, "c.team", NULL},
	[EK_LIST_changes_teammate] = {EK_LIST_NUMBER, "c.teammate", NULL},
	[EK_LIST_changes_version] = {EK_LIST_NUMBER, "c.version", NULL},
	[EK_LIST_changes_at] = {EK_LIST_NUMBER, "c.at_ms", NULL},
};

struct ek_list ek_api_change_list(void)
{
	return (struct ek_list){
		.table = ek_list_table(EK_LIST_CHANGES),
		.columns = columns,
		.select = "c.change, c.seq, c.at_ms, c.by_kind, c.by_id, c.resource, c.team, "
			  "c.teammate,"
			  " c.fields, c.note, c.version, c.bulk_edit, c.undoes, c.undone_by",
		.from = "changes c",
		.id = "c.change",
	};
}

/* ---- a row */

static uint64_t id_of(const struct ek_views_value *v)
{
	int64_t id = ek_turn_int(v);
	return id == EK_NONE ? 0 : (uint64_t)id;
}

static void put_by(struct ek_json *j, const struct ek_views_value *row)
{
	ek_str kind = ek_turn_text(&row[BY_KIND]);
	bool is_person = ek_str_is(kind, "person");
	ek_json_key(j, "by");
	ek_json_object(j);
	ek_api_put_text(j, "kind", kind);
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, is_person ? id_of(&row[BY_ID]) : 0);
	ek_api_put_int(j, "rule", is_person ? EK_NONE : ek_turn_int(&row[BY_ID]));
	ek_json_object_end(j);
}

/* One side of {"name":{"before":X,"after":Y},...}, as api_change.c writes it. */
static void put_side(struct ek_json *j, const char *key, ek_str fields, bool is_after)
{
	static const char before[] = "{\"before\":";
	static const char after[] = ",\"after\":";
	size_t n = fields.n;
	size_t at = 1;
	ek_json_key(j, key);
	ek_json_object(j);
	while (at < n && fields.p[at] == '"') {
		const char *end = memchr(fields.p + at + 1, '"', n - at - 1);
		ek_assert(end != NULL);
		ek_str name = {fields.p + at + 1, (uint32_t)(end - fields.p - (ptrdiff_t)at - 1)};
		size_t from = (size_t)(end - fields.p) + 2 + sizeof before - 1;
		size_t to = ek_json_skip(fields, from);
		size_t from2 = to + sizeof after - 1;
		size_t to2 = ek_json_skip(fields, from2);
		ek_assert(to2 < n);
		ek_json_key_text(j, name);
		ek_json_raw(j, is_after ? (ek_str){fields.p + from2, (uint32_t)(to2 - from2)}
					: (ek_str){fields.p + from, (uint32_t)(to - from)});
		at = to2 + 2; /* behind the brace and the comma */
	}
	ek_json_object_end(j);
}

static bool can_undo(const struct ek_views_value *row)
{
	static const char *const kinds[] = {"settings", "membership", "teammate", "team"};
	ek_str resource = ek_turn_text(&row[RESOURCE]);
	for (size_t i = 0; i < EK_LEN(kinds); i++)
		if (ek_str_is(resource, kinds[i]))
			return row[UNDONE_BY].kind == EK_VIEWS_NULL;
	return false;
}

static const char *kind_of(ek_str resource)
{
	static const char *const kinds[] = {"settings", "membership", "teammate",
					    "team",     "calendar",   "sla_policy"};
	for (size_t i = 0; i < EK_LEN(kinds); i++)
		if (ek_str_is(resource, kinds[i]))
			return kinds[i];
	return "other";
}

void ek_api_change_write(struct ek_json *j, const struct ek_views_value *row)
{
	char undo[80];
	ek_str fields = ek_turn_text(&row[FIELDS]);
	size_t n = ek_format(undo, sizeof undo, "/api/v1/changes/chg_%lld/undo",
			     (long long)ek_turn_int(&row[CHANGE]));
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_CHANGE, id_of(&row[CHANGE]));
	ek_api_put_word(j, "kind", kind_of(ek_turn_text(&row[RESOURCE])));
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&row[AT])});
	put_by(j, row);
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_of(&row[TEAM]));
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, id_of(&row[TEAMMATE]));
	ek_api_put_int(j, "version", ek_turn_int(&row[VERSION]));
	ek_api_put_id(j, "bulk_edit", EK_IDENT_BULK, id_of(&row[BULK_EDIT]));
	put_side(j, "before", fields, false);
	put_side(j, "after", fields, true);
	ek_api_put_text(j, "note", ek_turn_text(&row[NOTE]));
	ek_api_put_text(j, "undo", can_undo(row) ? (ek_str){undo, (uint32_t)n} : (ek_str){NULL, 0});
	ek_api_put_id(j, "undoes", EK_IDENT_CHANGE, id_of(&row[UNDOES]));
	ek_api_put_int(j, "seq", ek_turn_int(&row[SEQ]));
	ek_json_object_end(j);
}
