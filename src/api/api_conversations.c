/* Conversations as they are read: lists, one, its SLA targets. */
#include <string.h>

#include "api/api_conversation.h"
#include "api/api_put.h"
#include "api/api_view.h"
#include "api/handlers.h"
#include "api/page.h"
#include "engine/look.h"
#include "wire/list.h"

/* ---- the list */

static const struct ek_list_column columns[EK_LIST_conversations_COUNT] = {
	[EK_LIST_conversations_id] = {EK_LIST_NUMBER, "c.conversation", NULL},
	[EK_LIST_conversations_state] = {EK_LIST_TEXT, "c.state", NULL},
	[EK_LIST_conversations_priority] = {EK_LIST_NUMBER, "c.priority", NULL},
	[EK_LIST_conversations_complexity] = {EK_LIST_NUMBER, "c.complexity", NULL},
	[EK_LIST_conversations_contact] = {EK_LIST_TEXT, "k.public", NULL},
	[EK_LIST_conversations_capacity_class] = {EK_LIST_TEXT, "c.capacity_class", NULL},
	[EK_LIST_conversations_team] = {EK_LIST_NUMBER, "c.team", NULL},
	[EK_LIST_conversations_teammate] = {EK_LIST_NUMBER, "c.teammate", NULL},
	[EK_LIST_conversations_tags] = {EK_LIST_ROWS,
					"conversation_tags l WHERE l.conversation = "
					"c.conversation",
					"l.tag"},
	[EK_LIST_conversations_due] = {EK_LIST_NUMBER, "c.sla_due_ms", NULL},
	[EK_LIST_conversations_started] = {EK_LIST_NUMBER, "c.started_ms", NULL},
	[EK_LIST_conversations_waiting_since] = {EK_LIST_NUMBER, "c.waiting_since_ms", NULL},
	[EK_LIST_conversations_snoozed_until] = {EK_LIST_NUMBER, "c.snoozed_until_ms", NULL},
	/* Events are numbered in the order of their times: see in_events below. */
	[EK_LIST_conversations_updated_at] = {EK_LIST_NUMBER, "c.changed_seq", NULL},
};

static struct ek_list list_of_all(void)
{
	return (struct ek_list){
		.table = ek_list_table(EK_LIST_CONVERSATIONS),
		.columns = columns,
		.select = "c.conversation",
		.from = "conversations c LEFT JOIN conversation_profiles p ON p.conversation = "
			"c.conversation LEFT JOIN contacts k ON k.contact = c.contact",
		.id = "c.conversation",
		.searches = {{EK_CONTENT_CONVERSATION_PROFILES, NULL},
			     {EK_CONTENT_PARTS, "conversation"}},
		.search_count = 2,
	};
}

/* ---- times as events */

/* The first event at or after a time; every event before has an earlier one. */
static bool first_event(struct ek_turn *t, int64_t at, int64_t *seq)
{
	static const char sql[] = "SELECT at_ms, first_seq FROM log WHERE first_seq <= $1 "
				  "ORDER BY first_seq DESC LIMIT 1";
	struct ek_views_value key = ek_views_int(INT64_MAX);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, &key, 1, &rows))
		return false;
	int64_t low = 1;
	int64_t high = rows.n == 0 ? 1 : ek_turn_int(&rows.v[1]) + 1;
	if (rows.n > 0 && ek_turn_int(&rows.v[0]) < at)
		low = high = INT64_MAX;
	while (low < high) {
		int64_t mid = low + (high - low) / 2;
		key = ek_views_int(mid);
		if (!ek_turn_select(t, sql, &key, 1, &rows))
			return false;
		if (rows.n > 0 && ek_turn_int(&rows.v[0]) >= at)
			high = mid;
		else
			low = mid + 1;
	}
	*seq = low;
	return true;
}

static const struct ek_filter_node *leaf_of(struct ek_turn *t, enum ek_filter_op op, int64_t seq)
{
	struct ek_filter_node *n = EK_TURN_NEW(t, struct ek_filter_node);
	struct ek_filter_value *v = EK_TURN_NEW(t, struct ek_filter_value);
	if (n == NULL || v == NULL)
		return NULL;
	v->i = seq;
	*n = (struct ek_filter_node){.kind = EK_FILTER_LEAF,
				     .op = (uint8_t)op,
				     .field = EK_LIST_conversations_updated_at,
				     .n = 1,
				     .values = v};
	return n;
}

/* "Is one of these times": for each, from its first event to before the next millisecond's. */
static bool one_of(struct ek_turn *t, const struct ek_filter_node *leaf, struct ek_filter_node *out)
{
	struct ek_filter_node *any = ek_turn_get(t, leaf->n * sizeof *any);
	if (any == NULL)
		return false;
	for (uint32_t i = 0; i < leaf->n; i++) {
		int64_t from;
		int64_t to;
		struct ek_filter_node *both = ek_turn_get(t, 2 * sizeof *both);
		if (both == NULL || !first_event(t, leaf->values[i].i, &from) ||
		    !first_event(t, leaf->values[i].i + 1, &to))
			return false;
		const struct ek_filter_node *low = leaf_of(t, EK_FILTER_GTE, from);
		const struct ek_filter_node *high = leaf_of(t, EK_FILTER_LT, to);
		if (low == NULL || high == NULL)
			return false;
		both[0] = *low;
		both[1] = *high;
		any[i] = (struct ek_filter_node){.kind = EK_FILTER_ALL, .n = 2, .children = both};
	}
	*out = (struct ek_filter_node){.kind = leaf->op == EK_FILTER_NOT ? EK_FILTER_NONE
									 : EK_FILTER_ANY,
				       .n = leaf->n,
				       .children = any};
	return true;
}

static bool in_events_leaf(struct ek_turn *t, const struct ek_filter_node *leaf,
			   struct ek_filter_node *out)
{
	/* at <= t means before the first event of the next millisecond. */
	bool is_after = leaf->op == EK_FILTER_LTE || leaf->op == EK_FILTER_GT;
	bool is_from = leaf->op == EK_FILTER_GT || leaf->op == EK_FILTER_GTE;
	int64_t seq;
	*out = *leaf;
	if (leaf->field != EK_LIST_conversations_updated_at || leaf->op == EK_FILTER_NULL)
		return true;
	if (leaf->op == EK_FILTER_IN || leaf->op == EK_FILTER_NOT)
		return one_of(t, leaf, out);
	if (!first_event(t, leaf->values[0].i + is_after, &seq))
		return false;
	const struct ek_filter_node *made = leaf_of(t, is_from ? EK_FILTER_GTE : EK_FILTER_LT, seq);
	if (made != NULL)
		*out = *made;
	return made != NULL;
}

/* The same filter, with each time of updated_at as the number of an event. */
static bool in_events(struct ek_turn *t, const struct ek_filter_node *node,
		      struct ek_filter_node *out)
{
	if (node->kind == EK_FILTER_LEAF)
		return in_events_leaf(t, node, out);
	struct ek_filter_node *children = ek_turn_get(t, (node->n + 1) * sizeof *children);
	if (children == NULL)
		return false;
	for (uint32_t i = 0; i < node->n; i++) {
		if (!in_events(t, &node->children[i], &children[i]))
			return false;
	}
	*out = *node;
	out->children = children;
	return true;
}

/* ---- rights */

/* Whether it asks for what only those may know who may read: words, contacts, tags. */
static bool asks_content(const struct ek_filter_node *node)
{
	if (node->kind == EK_FILTER_LEAF)
		return node->field == EK_LIST_conversations_contact ||
		       node->field == EK_LIST_conversations_tags;
	for (uint32_t i = 0; i < node->n; i++) {
		if (asks_content(&node->children[i]))
			return true;
	}
	return false;
}

static void choose_right(struct ek_page *p)
{
	bool is_content = p->l.query.words.p != NULL ||
			  (p->l.query.filter.root != NULL && asks_content(p->l.query.filter.root));
	p->right = is_content ? EK_MAY_CONVERSATION_READ : EK_MAY_CONVERSATION_FIND;
}

/* ---- listing */

struct listing {
	struct ek_list list;
	struct ek_page page;
	struct ek_api_conversation *rows;
	uint32_t n;
};

static void write_page(struct ek_turn *t)
{
	struct listing *l = t->state;
	ek_api_list_begin(t, &l->page.l);
	for (uint32_t i = 0; i < l->n && ek_problem_is_none(&t->problem); i++) {
		/* It may have moved since the store was asked. */
		if (!ek_api_conversation_is_seen(t, &l->rows[i]))
			continue;
		ek_api_conversation_write(t, &l->rows[i]);
	}
	ek_api_list_end(t, &l->page.l);
}

static bool read_rows(struct ek_turn *t, struct listing *l)
{
	struct ek_filter_node root;
	struct ek_page *p = &l->page;
	choose_right(p);
	if (p->l.query.filter.root != NULL) {
		if (!in_events(t, p->l.query.filter.root, &root))
			return false;
		p->l.query.filter.root = &root;
	}
	bool ok = ek_page_select(t, p);
	p->l.query.filter.root = NULL;
	if (!ok)
		return false;
	l->n = p->l.rows.n;
	l->rows = ek_turn_get(t, (l->n + 1) * sizeof *l->rows);
	for (uint32_t i = 0; i < l->n && l->rows != NULL; i++)
		l->rows[i].id.v = (uint32_t)ek_turn_int(ek_api_list_at(&p->l, i));
	return l->rows != NULL && ek_api_conversation_load(t, l->rows, l->n);
}

bool ek_api_conversation_scope(struct ek_turn *t, struct ek_page *p)
{
	struct ek_list *all = EK_TURN_NEW(t, struct ek_list);
	struct ek_filter_node *root = EK_TURN_NEW(t, struct ek_filter_node);
	if (all == NULL || root == NULL)
		return false;
	*all = list_of_all();
	p->list = all;
	p->reach = (struct ek_page_reach){.team = "c.team", .holder = "c.teammate"};
	p->where = EK_API_CONVERSATION_IS_THERE;
	choose_right(p);
	if (p->l.query.filter.root == NULL)
		return true;
	if (!in_events(t, p->l.query.filter.root, root))
		return false;
	p->l.query.filter.root = root;
	return true;
}

static void list(struct ek_turn *t, bool is_search, uint32_t contact)
{
	struct listing *l = EK_TURN_NEW(t, struct listing);
	if (l == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	l->list = list_of_all();
	l->page = (struct ek_page){
		.list = &l->list,
		.reach = {.team = "c.team", .holder = "c.teammate"},
		.where = contact == 0 ? EK_API_CONVERSATION_IS_THERE
				      : EK_API_CONVERSATION_IS_THERE
				 " AND c.conversation IN "
				 "(SELECT o.conversation FROM conversation_profiles o "
				 "WHERE o.contact = $1 OR o.contact IN "
				 "(SELECT m.contact FROM contacts m WHERE m.merged_into = $1))",
		.args = {ek_views_id(contact)},
		.n = contact == 0 ? 0 : 1,
	};
	t->state = l;
	struct ek_api_view view = {0};
	/* Of a contact's conversations there are no views. */
	bool ok = contact != 0 || ek_api_view_take(t, l->list.table, &view);
	ok = ok && (is_search ? ek_page_search(t, &l->page) : ek_page_read(t, &l->page));
	if (ok && ek_api_view_apply(t, &view, &l->page.l.query) && read_rows(t, l))
		ek_turn_look(t, write_page);
	else
		ek_turn_reply(t, 0);
}

void ek_api_list_conversations(struct ek_turn *t)
{
	list(t, false, 0);
}

void ek_api_search_conversations(struct ek_turn *t)
{
	list(t, true, 0);
}

void ek_api_conversation_list(struct ek_turn *t, uint32_t contact)
{
	list(t, false, contact);
}

/* ---- one */

static void write_one(struct ek_turn *t)
{
	const struct ek_api_conversation *row = t->state;
	struct ek_api_conversation_object o;
	if (!ek_api_conversation_live(t, row->id, &o) ||
	    !ek_turn_may(t, EK_MAY_CONVERSATION_FIND, &o.may))
		return;
	ek_api_conversation_write(t, row);
}

void ek_api_get_conversation(struct ek_turn *t)
{
	struct ek_api_conversation *row = EK_TURN_NEW(t, struct ek_api_conversation);
	uint64_t id;
	bool ok = row != NULL && ek_query_end(&t->query) &&
		  ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id);
	if (ok)
		row->id.v = (uint32_t)id;
	if (!ok || !ek_api_conversation_load(t, row, 1)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = row;
	ek_turn_look(t, write_one);
}

/* ---- SLA targets */

static void write_target(struct ek_turn *t, const struct ek_sla_view *s, uint64_t calendar)
{
	struct ek_json *j = &t->out;
	bool is_paused = ek_str_is(s->status, "paused");
	bool is_running = ek_str_is(s->status, "running");
	ek_json_object(j);
	ek_api_put_id(j, "policy", EK_IDENT_SLA, s->policy);
	ek_api_put_text(j, "target", s->target);
	ek_api_put_word(j, "clock", calendar != 0 ? "office_hours" : "calendar");
	ek_api_put_id(j, "calendar", EK_IDENT_CALENDAR, calendar);
	ek_api_put_time(j, "due", is_paused ? EK_NO_TIME : s->due);
	ek_api_put_text(j, "status", s->status);
	/* Whether it sleeps is the engine's to say; what else stands still does so for hours. */
	ek_api_put_text(j, "paused_by", is_paused ? s->paused_by : (ek_str){NULL, 0});
	ek_api_put_int(j, "left_ms",
		       is_running && ek_time_is_set(s->due)
			       ? ek_time_since(ek_engine_time(t->engine), s->due).ms
			       : EK_NONE);
	ek_json_object_end(j);
}

struct targets {
	struct ek_api_conversation row;
	uint64_t *calendars; /* of each target */
};

static void write_targets(struct ek_turn *t)
{
	struct targets *s = t->state;
	struct ek_api_conversation_object o;
	struct ek_conversation_view v;
	if (!ek_api_conversation_live(t, s->row.id, &o) ||
	    !ek_turn_may(t, EK_MAY_CONVERSATION_SLA_READ, &o.may) ||
	    !ek_look_conversation(t->engine, s->row.id, &v))
		return;
	bool is_snoozed = v.state == EK_STATE_SNOOZED;
	t->out.style.is_api = true;
	ek_json_object(&t->out);
	ek_api_put_id(&t->out, "conversation", EK_IDENT_CONVERSATION, v.id.v);
	ek_json_key(&t->out, "seq");
	ek_json_uint(&t->out, ek_engine_seq(t->engine));
	ek_json_key(&t->out, "targets");
	ek_json_list(&t->out);
	for (uint32_t i = 0; i < s->row.content.sla_count; i++) {
		struct ek_sla_view target = s->row.content.sla[i];
		target.paused_by = is_snoozed ? EK_S("snoozed") : EK_S("closed_hours");
		write_target(t, &target, s->calendars[i]);
	}
	ek_json_list_end(&t->out);
	ek_json_object_end(&t->out);
}

static bool load_calendars(struct ek_turn *t, struct targets *s)
{
	s->calendars = ek_turn_get(t, (s->row.content.sla_count + 1) * sizeof *s->calendars);
	for (uint32_t i = 0; s->calendars != NULL && i < s->row.content.sla_count; i++) {
		const struct ek_views_value key =
			ek_views_int((int64_t)s->row.content.sla[i].policy);
		struct ek_turn_rows rows;
		if (!ek_turn_select(t, "SELECT calendar FROM sla_policies WHERE policy = $1", &key,
				    1, &rows))
			return false;
		if (rows.n > 0 && rows.v[0].kind == EK_VIEWS_INT)
			s->calendars[i] = (uint64_t)rows.v[0].i;
	}
	return s->calendars != NULL;
}

void ek_api_get_conversation_sla(struct ek_turn *t)
{
	struct targets *s = EK_TURN_NEW(t, struct targets);
	uint64_t id;
	bool ok = s != NULL && ek_query_end(&t->query) &&
		  ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id);
	if (ok)
		s->row.id.v = (uint32_t)id;
	if (!ok || !ek_api_conversation_load(t, &s->row, 1) || !load_calendars(t, s)) {
		ek_turn_reply(t, 0);
		return;
	}
	t->state = s;
	ek_turn_look(t, write_targets);
}
