#include "store/views.h"

#include <string.h>

/* clang-format off */
#define I EK_VIEWS_INT
#define T EK_VIEWS_TEXT
#define B EK_VIEWS_BLOB

static const struct ek_views_column conversations[] = {
	{"conversation", I, false}, {"state", T, false}, {"contact", I, false},
	{"channel", T, false}, {"capacity_class", T, false}, {"team", I, false},
	{"teammate", I, false}, {"assignment", I, false}, {"priority", I, false},
	{"complexity", I, false}, {"sla_due_ms", I, false}, {"started_ms", I, false},
	{"waiting_since_ms", I, false}, {"queued_ms", I, false}, {"snoozed_until_ms", I, false},
	{"closed_ms", I, false}, {"overtaken", I, false}, {"changed_seq", I, false},
};
static const struct ek_views_column teammates[] = {
	{"teammate", I, false}, {"active", I, false}, {"deleted", I, false},
	{"presence", T, false}, {"presence_since_ms", I, false}, {"load_points", I, false},
	{"open_count", I, false}, {"limit_points", I, false}, {"last_given_ms", I, false},
	{"paused_until_ms", I, false}, {"changed_seq", I, false},
};
static const struct ek_views_column teams[] = {
	{"team", I, false}, {"deleted", I, false}, {"method", T, false}, {"rank", I, false},
	{"inbox_limit", I, false}, {"waiting_count", I, false}, {"changed_seq", I, false},
};
static const struct ek_views_column memberships[] = {
	{"teammate", I, false}, {"team", I, false}, {"level", T, false},
};
static const struct ek_views_column assignments[] = {
	{"assignment", I, false}, {"conversation", I, false}, {"teammate", I, false},
	{"team", I, false}, {"how", T, false}, {"level", T, false}, {"chosen_by", T, false},
	{"runner_up", I, false}, {"load_before", I, false}, {"limit_then", I, false},
	{"reason", T, false}, {"by_kind", T, false}, {"by_id", I, false},
	{"made_seq", I, false}, {"made_ms", I, false},
	{"ended_seq", I, true}, {"ended_ms", I, true}, {"ended_reason", T, true},
};
static const struct ek_views_column settings_versions[] = {
	{"version", I, false}, {"seq", I, false}, {"at_ms", I, false}, {"by_kind", T, false},
	{"by_id", I, false}, {"scope", T, false}, {"scope_id", I, false}, {"undoes", I, false},
	{"settings", T, false},
};
static const struct ek_views_column broken_promises[] = {
	{"seq", I, false}, {"at_ms", I, false}, {"promise", T, false}, {"conversation", I, false},
	{"teammate", I, false}, {"about_seq", I, false},
};
/* Where to look in the log for what happened to a conversation. Messages are in `parts`; when it
 * was given to whom stands in `assignments`. */
static const struct ek_views_column conversation_events[] = {
	{"conversation", I, false}, {"seq", I, false}, {"type", T, false},
};
/* Where to look in the log for a key; the log itself has the rest, under its chain. Packed, as a
 * row for each would cost more than deciding the request: places is a run of EK_LOG_PLACE_BYTES
 * each. */
static const struct ek_views_column keys[] = {
	{"bucket", I, false}, {"part", I, false}, {"since_seq", I, false}, {"places", B, false},
};
/* Keys of requests that made no event, and so have no place in the log. */
static const struct ek_views_column empty_keys[] = {
	{"bucket", I, false}, {"key_hash", B, false}, {"request_hash", B, false},
	{"actor_kind", I, false}, {"actor_id", I, false}, {"at_ms", I, false},
};
#undef I
#undef T
#undef B

#define TABLE(name, keys) {#name, name, EK_LEN(name), keys}
static const struct ek_views_table tables[EK_VIEWS_COUNT] = {
	[EK_VIEWS_CONVERSATIONS] = TABLE(conversations, 1),
	[EK_VIEWS_TEAMMATES] = TABLE(teammates, 1),
	[EK_VIEWS_TEAMS] = TABLE(teams, 1),
	[EK_VIEWS_MEMBERSHIPS] = TABLE(memberships, 2),
	[EK_VIEWS_ASSIGNMENTS] = TABLE(assignments, 1),
	[EK_VIEWS_SETTINGS_VERSIONS] = TABLE(settings_versions, 2),
	[EK_VIEWS_BROKEN_PROMISES] = TABLE(broken_promises, 1),
	[EK_VIEWS_CONVERSATION_EVENTS] = TABLE(conversation_events, 2),
	[EK_VIEWS_KEYS] = TABLE(keys, 3),
	[EK_VIEWS_EMPTY_KEYS] = TABLE(empty_keys, 2),
};
/* clang-format on */

const struct ek_views_table *ek_views_table(enum ek_views view)
{
	return &tables[view];
}

/* Text that grows in a buffer known to be large enough. */
struct text {
	char *p;
	size_t n;
	size_t cap;
};

static void add(struct text *t, const char *a, const char *b, const char *c)
{
	t->n += ek_format(t->p + t->n, t->cap - t->n, "%s%s%s", a, b, c);
	ek_assert(t->n + 1 < t->cap);
}

static const char *type_name(uint8_t kind, enum ek_views_dialect dialect)
{
	static const char *const names[2][4] = {
		{"", "INTEGER", "TEXT", "BLOB"},
		{"", "bigint", "text", "bytea"},
	};
	return names[dialect][kind];
}

static void add_column(struct text *t, const struct ek_views_column *c,
		       enum ek_views_dialect dialect)
{
	bool collate = dialect == EK_VIEWS_POSTGRES && c->kind == EK_VIEWS_TEXT;
	add(t, c->name, " ", type_name(c->kind, dialect));
	add(t, collate ? " COLLATE \"C\"" : "", "", "");
}

static void add_key(struct text *t, const struct ek_views_table *v)
{
	for (uint32_t i = 0; i < v->key_count; i++)
		add(t, i == 0 ? "" : ", ", v->columns[i].name, "");
}

void ek_views_create(const struct ek_views_table *v, enum ek_views_dialect dialect, char *out,
		     size_t cap)
{
	struct text t = {out, 0, cap};
	add(&t, "CREATE TABLE ", v->name, "(");
	for (uint32_t i = 0; i < v->column_count; i++) {
		add_column(&t, &v->columns[i], dialect);
		add(&t, ", ", "", "");
	}
	add(&t, "PRIMARY KEY(", "", "");
	add_key(&t, v);
	add(&t, "))", "", "");
	if (dialect == EK_VIEWS_SQLITE)
		add(&t, " STRICT", v->key_count > 1 ? ", WITHOUT ROWID" : "", "");
}

void ek_views_widen(const struct ek_views_table *v, uint32_t column, enum ek_views_dialect dialect,
		    char *out, size_t cap)
{
	struct text t = {out, 0, cap};
	add(&t, "ALTER TABLE ", v->name, " ADD COLUMN ");
	add_column(&t, &v->columns[column], dialect);
}

static bool has_late(const struct ek_views_table *v)
{
	bool late = false;
	for (uint32_t i = 0; i < v->column_count; i++)
		late = late || v->columns[i].late;
	return late;
}

static void add_updates(struct text *t, const struct ek_views_table *v)
{
	bool late = has_late(v);
	bool first = true;
	for (uint32_t i = 0; i < v->column_count; i++) {
		if (late ? !v->columns[i].late : i < v->key_count)
			continue;
		add(t, first ? "" : ", ", v->columns[i].name, " = excluded.");
		add(t, v->columns[i].name, "", "");
		first = false;
	}
}

void ek_views_upsert(const struct ek_views_table *v, enum ek_views_dialect dialect, char *out,
		     size_t cap)
{
	struct text t = {out, 0, cap};
	add(&t, "INSERT INTO ", v->name, "(");
	for (uint32_t i = 0; i < v->column_count; i++)
		add(&t, i == 0 ? "" : ", ", v->columns[i].name, "");
	add(&t, ") ", dialect == EK_VIEWS_SQLITE ? "VALUES(" : "SELECT * FROM unnest(", "");
	for (uint32_t i = 0; i < v->column_count; i++) {
		char number[16];
		ek_format(number, sizeof number, "%d", (int)i + 1);
		add(&t, i == 0 ? "$" : ", $", number, "");
		if (dialect == EK_VIEWS_POSTGRES)
			add(&t, "::", type_name(v->columns[i].kind, dialect), "[]");
	}
	add(&t, ") ON CONFLICT(", "", "");
	add_key(&t, v);
	if (v->key_count == v->column_count) {
		add(&t, ") DO NOTHING", "", "");
		return;
	}
	add(&t, ") DO UPDATE SET ", "", "");
	add_updates(&t, v);
}
