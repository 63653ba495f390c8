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

static void print_index(uint32_t i, char out[EK_CONTENT_TEXT_MAX])
{
	const char *columns = indices[i].columns;
	size_t n = ek_format(out, EK_CONTENT_TEXT_MAX, "CREATE INDEX IF NOT EXISTS %s_by_",
			     indices[i].table);
	ek_str first = word(columns);
	memcpy(out + n, first.p, first.n);
	n += first.n;
	ek_format(out + n, EK_CONTENT_TEXT_MAX - n, " ON %s(%s)", indices[i].table, columns);
}

static bool print_view(enum ek_views view, enum ek_views_dialect dialect,
		       char out[EK_CONTENT_TEXT_MAX])
{
	ek_views_create(ek_views_table(view), dialect, out, EK_CONTENT_TEXT_MAX);
	return true;
}

/* Version 2: broken promises are a view, and conversations are found by their last change. */
static bool second(uint32_t i, enum ek_views_dialect dialect, char out[EK_CONTENT_TEXT_MAX])
{
	if (i == 0)
		return print_view(EK_VIEWS_BROKEN_PROMISES, dialect, out);
	for (uint32_t k = 0; i == 1 && k < EK_LEN(indices); k++) {
		if (strcmp(indices[k].columns, "changed_seq, conversation") == 0)
			print_index(k, out);
	}
	return i == 1;
}

enum { SECOND_STEPS = 2 };

/* Version 3: what happened to a conversation is found. */
static bool third(enum ek_views_dialect dialect, char out[EK_CONTENT_TEXT_MAX])
{
	return print_view(EK_VIEWS_CONVERSATION_EVENTS, dialect, out);
}

/* Tables that came later than the first version, and when. */
static const struct {
	enum ek_content table;
	int64_t version;
} later[] = {
	{EK_CONTENT_GOALS, 4},
	{EK_CONTENT_TARGETS, 4},
	{EK_CONTENT_TARGET_VERSIONS, 4},
	{EK_CONTENT_TARGET_PERIODS, 4},
	{EK_CONTENT_TARGET_ACKS, 4},
	{EK_CONTENT_AGENDA_ITEMS, 4},
	{EK_CONTENT_SURVEYS, 5},
	{EK_CONTENT_SURVEY_VERSIONS, 5},
	{EK_CONTENT_SURVEY_DRAWS, 5},
	{EK_CONTENT_SURVEY_ASKS, 5},
	{EK_CONTENT_SURVEY_ANSWERS, 5},
	{EK_CONTENT_SURVEY_OPTOUTS, 5},
	{EK_CONTENT_FOLLOWUPS, 5},
	{EK_CONTENT_ANNOTATIONS, 6},
	{EK_CONTENT_VERDICTS, 6},
	{EK_CONTENT_VERDICT_SEEN, 6},
	{EK_CONTENT_STORIES, 6},
	{EK_CONTENT_WATCHES, 6},
	{EK_CONTENT_REBASES, 6},
	{EK_CONTENT_ALARM_STEPS, 6},
	{EK_CONTENT_DAILY_METRICS, 7},
	{EK_CONTENT_REPORTS, 7},
	{EK_CONTENT_REPORT_RUNS, 7},
	{EK_CONTENT_IMPORTS, 8},
	{EK_CONTENT_RULE_SETS, 9},
	{EK_CONTENT_ARRIVALS, 9},
	{EK_CONTENT_PERSON_PATTERNS, 9},
	{EK_CONTENT_PERSON_STEPS, 9},
	{EK_CONTENT_MAILBOXES, 10},
	{EK_CONTENT_MAILBOX_STATES, 10},
	{EK_CONTENT_MAILS, 10},
	{EK_CONTENT_WEBHOOK_STATES, 10},
	{EK_CONTENT_WEBHOOK_DELIVERIES, 10},
	{EK_CONTENT_IDENTITY_PROOFS, 11},
	{EK_CONTENT_READY_ANSWERS, 11},
	{EK_CONTENT_READY_VERSIONS, 11},
	{EK_CONTENT_READY_USES, 11},
	{EK_CONTENT_LETTERS, 11},
	{EK_CONTENT_SOURCES, 11},
	{EK_CONTENT_SOURCE_THREADS, 11},
	{EK_CONTENT_SOURCE_MESSAGES, 11},
	{EK_CONTENT_CHAT_INBOXES, 11},
	{EK_CONTENT_VISITORS, 11},
	{EK_CONTENT_CHATS, 11},
	{EK_CONTENT_VISITOR_FILES, 11},
	{EK_CONTENT_IDENTITY_USES, 11},
	{EK_CONTENT_REPORT_SENDINGS, 11},
	{EK_CONTENT_ARTICLES, 11},
	{EK_CONTENT_ARTICLE_TEXTS, 11},
	{EK_CONTENT_ARTICLE_VERSIONS, 11},
	{EK_CONTENT_ARTICLE_PAGES, 11},
	{EK_CONTENT_ARTICLE_USES, 11},
	{EK_CONTENT_ARTICLE_CASES, 11},
	{EK_CONTENT_ARTICLE_REVIEWS, 11},
	{EK_CONTENT_PRESENCE_SETTERS, 11},
	{EK_CONTENT_WORKFLOWS, 11},
	{EK_CONTENT_WORKFLOW_VERSIONS, 11},
	{EK_CONTENT_WORKFLOW_RUNS, 11},
	{EK_CONTENT_WORKFLOW_MARKS, 11},
	{EK_CONTENT_FILE_KEYS, 12},
	{EK_CONTENT_STORY_SHARES, 12},
	{EK_CONTENT_STORY_NAMES, 12},
	{EK_CONTENT_CONTACT_KEYS, 13},
};

static bool is_later(const char *table, int64_t from)
{
	for (uint32_t k = 0; k < EK_LEN(later); k++)
		if (later[k].version > from && strcmp(tables[later[k].table].name, table) == 0)
			return true;
	return false;
}

bool ek_content_has(int64_t version, enum ek_content table)
{
	return version > 0 && !is_later(tables[table].name, version);
}

/* Columns that came later than their table, at its end, and when. */
static const struct {
	enum ek_content table;
	uint32_t column;
	int64_t version;
} widened[] = {
	{EK_CONTENT_DAILY_METRICS, EK_CONTENT_DAILY_METRICS_LOW_MICRO, 12},
	{EK_CONTENT_DAILY_METRICS, EK_CONTENT_DAILY_METRICS_HIGH_MICRO, 12},
	{EK_CONTENT_DAILY_METRICS, EK_CONTENT_DAILY_METRICS_WITHHELD, 12},
	{EK_CONTENT_ARRIVALS, EK_CONTENT_ARRIVALS_SLA_POLICY, 13},
	{EK_CONTENT_CONTACTS, EK_CONTENT_CONTACTS_BLOCKED_MS, 13},
};

/* Whether a store of version `from` has that table, without that column. */
static bool is_narrow(int64_t from, uint32_t k)
{
	return widened[k].version > from && !is_later(tables[widened[k].table].name, from);
}

/* Indices that came later than their table, and when. */
static const struct {
	const char *table;
	const char *columns;
	int64_t version;
} indexed[] = {
	{"article_pages", "page, language, public, article, title_key", 13},
	{"arrivals", "sla_policy, conversation", 13},
};

static bool is_later_index(uint32_t index, int64_t from)
{
	for (uint32_t k = 0; k < EK_LEN(indexed); k++)
		if (indexed[k].version > from &&
		    strcmp(indexed[k].table, indices[index].table) == 0 &&
		    strcmp(indexed[k].columns, indices[index].columns) == 0)
			return true;
	return false;
}

/* The i-th of the statements that make the tables of all versions after `from`, then columns of
 * those that are there, and then indices of both, and others that are new. */
static bool newer(int64_t from, uint32_t i, enum ek_views_dialect dialect,
		  char out[EK_CONTENT_TEXT_MAX])
{
	uint32_t n = 0;
	for (uint32_t k = 0; k < EK_LEN(later); k++) {
		if (later[k].version <= from || n++ != i)
			continue;
		ek_views_create(&tables[later[k].table], dialect, out, EK_CONTENT_TEXT_MAX);
		return true;
	}
	for (uint32_t k = 0; k < EK_LEN(widened); k++) {
		if (!is_narrow(from, k) || n++ != i)
			continue;
		ek_views_widen(&tables[widened[k].table], widened[k].column, dialect, out,
			       EK_CONTENT_TEXT_MAX);
		return true;
	}
	for (uint32_t k = 0; k < EK_LEN(indices); k++) {
		if ((!is_later(indices[k].table, from) && !is_later_index(k, from)) || n++ != i)
			continue;
		print_index(k, out);
		return true;
	}
	return false;
}

bool ek_content_refolds(int64_t from)
{
	return from == 1 || from == 2;
}

bool ek_content_migrate(int64_t from, uint32_t i, enum ek_views_dialect dialect,
			char out[EK_CONTENT_TEXT_MAX])
{
	uint32_t views = from == 1 ? SECOND_STEPS + 1 : from == 2;
	if (from > 0 && i >= views)
		return newer(from, i - views, dialect, out);
	if (from == 1 && i < SECOND_STEPS)
		return second(i, dialect, out);
	if (from > 0)
		return third(dialect, out);
	/* A store without a version has none of it. */
	if (i >= EK_CONTENT_COUNT + EK_LEN(indices))
		return false;
	if (i < EK_CONTENT_COUNT)
		ek_views_create(&tables[i], dialect, out, EK_CONTENT_TEXT_MAX);
	else
		print_index(i - EK_CONTENT_COUNT, out);
	return true;
}
