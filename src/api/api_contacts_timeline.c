/* What is known of a contact, in the order of time: conversations on every channel, surveys sent
 * and answered, notes, merges; and who answered them before.
 *
 * A row that belongs to a team inbox is shown to who may find that conversation; of others there is
 * no trace, neither in pages nor in totals. Source: spec people, PE18; security, section 2. */
#include "api/api_contact.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_text.h"
#include "api/handlers.h"
#include "api/reach.h"
#include "engine/look.h"
#include "wire/list.h"

enum { SQL_MAX = 16384, PEOPLE_MAX = 20, KINDS = 8 };

/* Every row: kind, a number of its own, when, whose conversation, what it was. $1 is the contact.
 * The numbers of a kind are apart from those of the others. */
#define NO_TEXT "CAST(NULL AS TEXT)"
#define IS_THERE "(p.extras IS NULL OR p.extras <> '{\"erased\":true}')"
#define BEGAN \
	"SELECT 'conversation' AS kind, c.conversation * 8 AS id, c.started_ms AS at_ms, " \
	"1 AS bound, c.team AS team, c.teammate AS teammate, c.conversation AS conversation, " \
	"c.state AS state, c.channel AS channel, 0 AS number, p.title AS text, " NO_TEXT \
	" AS fields FROM conversations c JOIN conversation_profiles p ON p.conversation = " \
	"c.conversation WHERE " EK_API_CONTACT_TREE("p.contact", "$1") " AND " IS_THERE
#define OF_SURVEY \
	"a.conversation, a.form, a.channel, COALESCE(w.score, 0), " NO_TEXT ", " NO_TEXT \
	" FROM survey_asks a JOIN conversations c ON c.conversation = a.conversation "
#define ASKED \
	"SELECT 'survey_sent', a.ask * 8 + 1, a.sent_ms, 1, c.team, c.teammate, " \
	"a.conversation, a.form, a.channel, 0, " NO_TEXT ", " NO_TEXT " FROM survey_asks a " \
	"JOIN conversations c ON c.conversation = a.conversation WHERE " EK_API_CONTACT_TREE( \
		"a.contact", "$1")
#define ANSWERED \
	"SELECT 'survey_answered', w.answer * 8 + 2, w.at_ms, 1, c.team, c.teammate, " OF_SURVEY \
	"JOIN survey_answers w ON w.ask = a.ask WHERE " EK_API_CONTACT_TREE("a.contact", "$1")
#define NOTED \
	"SELECT 'note', n.note * 8 + 3, n.created_ms, 0, 0, n.teammate, 0, " NO_TEXT ", " NO_TEXT \
	", n.note, n.body, " NO_TEXT " FROM notes n WHERE " EK_API_CONTACT_TREE("n.contact", "$1")
#define MERGED \
	"SELECT CASE WHEN g.undoes IS NULL THEN 'merged' ELSE 'unmerged' END, g.change * 8 + 4, " \
	"g.at_ms, 0, 0, g.by_id, 0, " NO_TEXT ", " NO_TEXT ", 0, " NO_TEXT ", g.fields " \
	"FROM changes g WHERE g.resource = 'contact' AND g.fields LIKE '%\"merged\":%' " \
	"AND " EK_API_CONTACT_TREE("g.object", "$1")

static const struct ek_list_column columns[EK_LIST_timeline_COUNT] = {
	[EK_LIST_timeline_id] = {EK_LIST_NUMBER, "x.id", NULL},
	[EK_LIST_timeline_at] = {EK_LIST_NUMBER, "x.at_ms", NULL},
	[EK_LIST_timeline_kind] = {EK_LIST_TEXT, "x.kind", NULL},
};

static const struct ek_list timeline = {
	.columns = columns,
	.select = "x.kind, x.id, x.at_ms, x.team, x.teammate, x.conversation, x.state, x.channel, "
		  "x.number, x.text, x.fields",
	.from = "(" BEGAN " UNION ALL " ASKED " UNION ALL " ANSWERED " UNION ALL " NOTED
		" UNION ALL " MERGED ") x",
	.id = "x.id",
};

/* ---- one row */

static ek_str other_of(struct ek_turn *t, ek_str fields)
{
	static const char mark[] = "\"ct_";
	ek_str none = {NULL, 0};
	(void)t;
	for (uint32_t i = 0; fields.p != NULL && i + sizeof mark - 1 + EK_IDENT_HEX < fields.n;
	     i++) {
		ek_str at = {fields.p + i, sizeof mark - 1};
		if (ek_str_is(at, mark))
			return (ek_str){fields.p + i + sizeof mark - 1, EK_IDENT_HEX};
	}
	return none;
}

static void write_of(struct ek_turn *t, ek_str kind, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	bool is_talk = ek_str_is(kind, "conversation");
	bool is_note = ek_str_is(kind, "note");
	bool is_survey = ek_str_is(kind, "survey_sent") || ek_str_is(kind, "survey_answered");
	const ek_str none = {NULL, 0};
	ek_api_put_text(j, "title", is_talk ? ek_turn_text(&v[9]) : none);
	ek_api_put_text(j, "state", is_talk ? ek_turn_text(&v[6]) : none);
	ek_api_put_text(j, "channel", ek_turn_text(&v[7]));
	ek_api_put_text(j, "form", is_survey ? ek_turn_text(&v[6]) : none);
	ek_api_put_int(j, "score",
		       ek_str_is(kind, "survey_answered") ? ek_turn_int(&v[8]) : EK_NONE);
	ek_api_put_id(j, "note", EK_IDENT_NOTE, is_note ? (uint64_t)v[8].i : 0);
	ek_api_put_text(j, "text", is_note ? ek_turn_text(&v[9]) : none);
	ek_json_key(j, "contact");
	ek_ident_write_contact(j, other_of(t, ek_turn_text(&v[10])));
}

static uint64_t number_of(const struct ek_views_value *v)
{
	return v->kind == EK_VIEWS_INT && v->i > 0 ? (uint64_t)v->i : 0;
}

static void write_item(struct ek_turn *t, const struct ek_views_value *v)
{
	struct ek_json *j = &t->out;
	ek_str kind = ek_turn_text(&v[0]);
	j->style.is_api = true;
	ek_json_object(j);
	ek_api_put_int(j, "id", ek_turn_int(&v[1]));
	ek_api_put_text(j, "kind", kind);
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[2])});
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, number_of(&v[5]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, number_of(&v[3]));
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, number_of(&v[4]));
	write_of(t, kind, v);
	ek_json_object_end(j);
}

/* ---- the list */

/* What belongs to a conversation, as far as that one is seen; and the rest. */
static bool reach_of(struct ek_turn *t, const struct ek_api_contact *c, struct ek_api_list_ask *ask)
{
	const struct ek_views_value key = ek_views_int(c->id);
	const struct ek_reach reach = {.right = EK_MAY_CONVERSATION_FIND,
				       .team = "x.team",
				       .holder = "x.teammate",
				       .args = &key,
				       .n = 1};
	char *sql = ek_turn_get(t, SQL_MAX);
	if (sql == NULL || !ek_reach_ask(t, &reach, ask))
		return false;
	size_t n = ek_format(sql, SQL_MAX, "(x.bound = 0 OR (%s))",
			     ask->where[0] != 0 ? ask->where : "1 = 1");
	ek_assert(n + 1 < SQL_MAX);
	ask->where = sql;
	return true;
}

static bool read_page(struct ek_turn *t, struct ek_list *list, struct ek_api_list *l)
{
	struct ek_api_contact c;
	struct ek_api_list_ask ask = {.list = list};
	*list = timeline;
	list->table = ek_list_table(EK_LIST_TIMELINE);
	return ek_api_list_query(t, list, NULL, l) &&
	       ek_api_contact_may(t, EK_MAY_CONTACT_TIMELINE_READ, &c) && reach_of(t, &c, &ask) &&
	       ek_api_list_fetch(t, &ask, l);
}

void ek_api_get_contact_timeline(struct ek_turn *t)
{
	struct ek_list list;
	struct ek_api_list l;
	if (read_page(t, &list, &l)) {
		ek_api_list_begin(t, &l);
		for (uint32_t i = 0; i < l.rows.n; i++)
			write_item(t, ek_api_list_at(&l, i));
		ek_api_list_end(t, &l);
	}
	ek_turn_reply(t, 200);
}

/* ---- who answered them before */

struct people {
	struct ek_api_contact contact;
	struct ek_turn_rows rows; /* teammate, answers, conversations, last */
};

static bool read_people(struct ek_turn *t, struct people *p)
{
	static const char head[] =
		"SELECT w.author, count(*), count(DISTINCT w.conversation), max(w.created_ms) "
		"FROM parts w JOIN conversation_profiles p ON p.conversation = w.conversation "
		"JOIN conversations x ON x.conversation = w.conversation "
		"WHERE w.kind = 'message' AND w.author_kind = 'teammate' AND w.author IS NOT NULL "
		"AND " EK_API_CONTACT_TREE("p.contact", "$1") " AND (";
	static const char tail[] = ") GROUP BY w.author ORDER BY max(w.created_ms) DESC, "
				   "w.author LIMIT 20";
	const struct ek_views_value key = ek_views_int(p->contact.id);
	const struct ek_reach reach = {.right = EK_MAY_CONVERSATION_FIND,
				       .team = "x.team",
				       .holder = "x.teammate",
				       .args = &key,
				       .n = 1};
	struct ek_api_list_ask ask = {0};
	char *sql = ek_turn_get(t, SQL_MAX);
	if (sql == NULL || !ek_reach_ask(t, &reach, &ask))
		return false;
	size_t n = ek_format(sql, SQL_MAX, "%s%s%s", head, ask.where[0] != 0 ? ask.where : "1 = 1",
			     tail);
	ek_assert(n + 1 < SQL_MAX);
	return ek_turn_select(t, sql, ask.args, ask.n, &p->rows);
}

/* Whom the router would rather give them to: where that is switched on, it is the last who
 * answered, as long as that is remembered. Told only of somebody whom the caller sees anyway. */
static void write_last(struct ek_turn *t, const struct people *p)
{
	const struct ek_look_ask ask = {{EK_SCOPE_WORKSPACE, 0}, EK_SET_CONTINUITY_MEMORY_MS};
	struct ek_setting_view memory;
	struct ek_json *j = &t->out;
	struct ek_err err;
	ek_teammate_id last = {0};
	ek_time at = EK_NO_TIME;
	bool is_seen = false;
	if (ek_look_answered(t->engine, (ek_contact_id){p->contact.id}, &last, &at)) {
		for (uint32_t i = 0; i < p->rows.n; i++)
			is_seen = is_seen || p->rows.v[i * p->rows.columns].i == (int64_t)last.v;
	}
	ek_api_put_id(j, "remembered", EK_IDENT_TEAMMATE, is_seen ? last.v : 0);
	bool ok = is_seen && ek_look_setting(t->engine, ask, t->arena, &memory, &err);
	ek_api_put_time(j, "remembered_until",
			ok ? (ek_time){at.ms + memory.effective.i} : EK_NO_TIME);
}

static void write_people(struct ek_turn *t)
{
	const struct people *p = t->state;
	struct ek_json *j = &t->out;
	j->style.is_api = true;
	ek_json_object(j);
	ek_json_key(j, "data");
	ek_json_list(j);
	for (uint32_t i = 0; i < p->rows.n; i++) {
		const struct ek_views_value *v = p->rows.v + (size_t)i * p->rows.columns;
		ek_json_object(j);
		ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, number_of(&v[0]));
		ek_api_put_int(j, "answers", ek_turn_int(&v[1]));
		ek_api_put_int(j, "conversations", ek_turn_int(&v[2]));
		ek_api_put_time(j, "last_at", (ek_time){ek_turn_int(&v[3])});
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
	write_last(t, p);
	ek_json_object_end(j);
}

void ek_api_get_contact_people(struct ek_turn *t)
{
	struct people *p = EK_TURN_NEW(t, struct people);
	t->state = p;
	if (p != NULL && ek_query_end(&t->query) &&
	    ek_api_contact_may(t, EK_MAY_CONTACT_TIMELINE_READ, &p->contact) && read_people(t, p))
		ek_turn_look(t, write_people);
	else
		ek_turn_reply(t, 0);
}
