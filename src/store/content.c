#include "store/content.h"

#include <string.h>

/* clang-format off */
#define INT EK_VIEWS_INT
#define TEXT EK_VIEWS_TEXT
#define BLOB EK_VIEWS_BLOB
#define COLUMN(P, KIND, name, NAME, doc) {#name, KIND, false},
#define X(name, NAME, keys, doc) \
	static const struct ek_views_column name##_columns[] = {CONTENT_##name(COLUMN, NAME)};
CONTENTS(X)
#undef X
#undef COLUMN
#undef INT
#undef TEXT
#undef BLOB

static const struct ek_views_table tables[EK_CONTENT_COUNT] = {
#define X(name, NAME, keys, doc) \
	[EK_CONTENT_##NAME] = {#name, name##_columns, EK_LEN(name##_columns), keys},
	CONTENTS(X)
#undef X
};

static const struct {
	const char *table;
	const char *columns;
} indices[] = {
#define X(name, NAME, columns) {#name, columns},
	CONTENT_INDICES(X)
#undef X
#define X(name, columns) {#name, columns},
	CONTENT_VIEW_INDICES(X)
#undef X
};

static const struct {
	enum ek_content table;
	const char *columns;
	const char *when;
} searches[] = {
#define X(name, NAME, columns, when) {EK_CONTENT_##NAME, columns, when},
	CONTENT_SEARCHES(X)
#undef X
};
/* clang-format on */

const struct ek_views_table *ek_content_table(enum ek_content table)
{
	return &tables[table];
}

/* Up to the next comma or the end. */
static ek_str word(const char *list)
{
	return (ek_str){list, (uint32_t)strcspn(list, ",")};
}

static uint32_t column_of(const struct ek_views_table *t, ek_str name)
{
	uint32_t i = 0;
	while (i < t->column_count && !ek_str_is(name, t->columns[i].name))
		i++;
	ek_assert(i < t->column_count);
	return i;
}

bool ek_content_search(uint32_t i, struct ek_content_search *out)
{
	if (i >= EK_LEN(searches))
		return false;
	*out = (struct ek_content_search){
		searches[i].table, searches[i].columns, searches[i].when, {0}, 0};
	for (const char *p = out->columns; *p != '\0'; p += p[0] == ',' ? 2 : 0) {
		ek_assert(out->column_count < EK_CONTENT_SEARCH_COLUMNS_MAX);
		ek_str name = word(p);
		out->column[out->column_count++] = column_of(&tables[out->table], name);
		p += name.n;
	}
	return true;
}

bool ek_content_migrate(int64_t from, uint32_t i, enum ek_views_dialect dialect,
			char out[EK_CONTENT_TEXT_MAX])
{
	/* Version 1 is the first: a store of before has none of it. */
	if (from > 0 || i >= EK_CONTENT_COUNT + EK_LEN(indices))
		return false;
	if (i < EK_CONTENT_COUNT) {
		ek_views_create(&tables[i], dialect, out, EK_CONTENT_TEXT_MAX);
		return true;
	}
	const char *columns = indices[i - EK_CONTENT_COUNT].columns;
	const char *table = indices[i - EK_CONTENT_COUNT].table;
	size_t n = ek_format(out, EK_CONTENT_TEXT_MAX, "CREATE INDEX %s_by_", table);
	ek_str first = word(columns);
	memcpy(out + n, first.p, first.n);
	n += first.n;
	ek_format(out + n, EK_CONTENT_TEXT_MAX - n, " ON %s(%s)", table, columns);
	return true;
}
