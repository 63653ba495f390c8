/* Teammates: the list, a search, one. */
#include "api/api_edit.h"
#include "api/api_list.h"
#include "api/api_person.h"
#include "api/api_view.h"
#include "api/handlers.h"
#include "wire/list.h"

enum { WITH_LOAD = 1, WITH_PRESENCE = 2 };

/* Skills and own limits are the engine's: leaves about them become lists of ids before the store is
 * asked. */
static const struct ek_list_column columns[EK_LIST_teammates_COUNT] = {
	[EK_LIST_teammates_id] = {EK_LIST_NUMBER, "p.teammate", NULL},
	[EK_LIST_teammates_name] = {EK_LIST_TEXT, "p.name", "p.name_key"},
	[EK_LIST_teammates_email] = {EK_LIST_TEXT, "p.email", "p.email_key"},
	[EK_LIST_teammates_roles] = {EK_LIST_BITS, EK_API_PERSON_ROLES, NULL},
	[EK_LIST_teammates_active] = {EK_LIST_NUMBER,
				      "CASE WHEN p.state = 'deactivated' THEN 0 ELSE 1 END", NULL},
	[EK_LIST_teammates_languages] = {EK_LIST_JSON, "p.languages", NULL},
	[EK_LIST_teammates_skills] = {EK_LIST_NOT, NULL, NULL},
	[EK_LIST_teammates_team] = {EK_LIST_ROWS, "memberships m WHERE m.teammate = p.teammate",
				    "m.team"},
	[EK_LIST_teammates_presence] = {EK_LIST_TEXT, "COALESCE(e.presence, 'away')", NULL},
	[EK_LIST_teammates_load] = {EK_LIST_NUMBER, "COALESCE(e.load_points, 0)", NULL},
	[EK_LIST_teammates_own_limit] = {EK_LIST_NOT, NULL, NULL},
	[EK_LIST_teammates_created_at] = {EK_LIST_NUMBER, "p.created_ms", NULL},
	[EK_LIST_teammates_updated_at] = {EK_LIST_NUMBER, "p.updated_ms", NULL},
};

/* What a reader may ask about who they may not read whole. */
static bool is_open_field(uint32_t field)
{
	return field == EK_LIST_teammates_id || field == EK_LIST_teammates_name ||
	       field == EK_LIST_teammates_active || field == EK_LIST_teammates_team ||
	       field == EK_LIST_teammates_presence;
}

struct people {
	struct ek_list list;
	struct ek_api_list l;
	struct ek_api_list_ask ask;
	struct ek_views_value self;
	struct ek_api_person *persons;
};

/* ---- what may be asked */

static bool asks_closed(const struct ek_filter_node *node)
{
	if (node->kind == EK_FILTER_LEAF)
		return !is_open_field(node->field);
	for (uint32_t i = 0; i < node->n; i++)
		if (asks_closed(&node->children[i]))
			return true;
	return false;
}

static bool sorts_closed(const struct ek_query_list *q)
{
	for (uint32_t i = 0; i < q->sort_count; i++)
		if (!is_open_field(q->sort[i].field))
			return true;
	return false;
}

/* Words are looked for in addresses too: who may not read those of everybody finds names that begin
 * so. */
static bool only_names(struct ek_turn *t, struct ek_query_list *q)
{
	struct ek_filter_node *root = EK_TURN_NEW(t, struct ek_filter_node);
	struct ek_filter_node *both = ek_turn_get(t, 2 * sizeof *both);
	struct ek_filter_value *value = EK_TURN_NEW(t, struct ek_filter_value);
	if (root == NULL || both == NULL || value == NULL)
		return false;
	uint32_t n = 0;
	value->s = q->words;
	both[n++] = (struct ek_filter_node){.kind = EK_FILTER_LEAF,
					    .op = EK_FILTER_PREFIX,
					    .field = EK_LIST_teammates_name,
					    .n = 1,
					    .values = value};
	if (q->filter.root != NULL)
		both[n++] = *q->filter.root;
	*root = (struct ek_filter_node){.kind = EK_FILTER_ALL, .n = n, .children = both};
	q->filter.root = root;
	q->words = (ek_str){NULL, 0};
	return true;
}

/* A question about what is closed to the caller is asked only of whom they may read whole. */
static bool narrow(struct ek_turn *t, struct people *p)
{
	static const char whole[] =
		"p.state <> 'deleted' AND (p.teammate = $1 OR EXISTS (SELECT 1 FROM memberships m"
		" JOIN team_roles r ON r.team = m.team WHERE m.teammate = p.teammate"
		" AND r.teammate = $1 AND r.role IN (2, 3)))";
	struct ek_query_list *q = &p->l.query;
	ek_team_id *teams = ek_turn_get(t, (t->actor.grant_count + 1) * sizeof *teams);
	p->ask = (struct ek_api_list_ask){&p->list, "p.state <> 'deleted'", NULL, 0};
	if (teams == NULL)
		return false;
	struct ek_may_reach r = ek_may_reach(&t->actor, EK_MAY_TEAMMATE_READ, teams);
	if (r.verdict.answer == EK_MAY_ANSWER_ALLOWED && r.is_everything)
		return true;
	if (q->words.p != NULL && !only_names(t, q))
		return false;
	if (!sorts_closed(q) && (q->filter.root == NULL || !asks_closed(q->filter.root)))
		return true;
	p->self = ek_views_int(t->self.v);
	p->ask = (struct ek_api_list_ask){&p->list, whole, &p->self, 1};
	return true;
}

/* ---- what only the engine knows */

static bool asks_engine(const struct ek_filter_node *node)
{
	if (node->kind == EK_FILTER_LEAF)
		return columns[node->field].as == EK_LIST_NOT;
	for (uint32_t i = 0; i < node->n; i++)
		if (asks_engine(&node->children[i]))
			return true;
	return false;
}

static bool has_skill(const struct ek_value *skills, ek_str name)
{
	for (uint32_t i = 0; i < skills->n; i++)
		if (ek_str_equal(skills->cells[i].s, name))
			return true;
	return false;
}

static bool skills_hold(const struct ek_filter_node *leaf, const struct ek_value *own)
{
	bool any = false;
	if (leaf->op == EK_FILTER_NULL)
		return (leaf->values[0].i != 0) == (own->n == 0);
	for (uint32_t i = 0; i < leaf->n && !any; i++)
		any = has_skill(own, leaf->values[i].s);
	return any == (leaf->op == EK_FILTER_HAS);
}

static bool limit_holds(const struct ek_filter_node *leaf, const struct ek_value *own)
{
	bool is_set = own->kind == EK_VALUE_INT;
	int64_t first = leaf->values[0].i;
	bool any = false;
	for (uint32_t i = 0; i < leaf->n; i++)
		any = any || (is_set && leaf->values[i].i == own->i);
	switch (leaf->op) {
	case EK_FILTER_IN:
		return any;
	case EK_FILTER_NOT:
		return !any;
	case EK_FILTER_NULL:
		return (first != 0) == !is_set;
	case EK_FILTER_LT:
		return is_set && own->i < first;
	case EK_FILTER_LTE:
		return is_set && own->i <= first;
	case EK_FILTER_GT:
		return is_set && own->i > first;
	default:
		return is_set && own->i >= first;
	}
}

/* The ids of those for whom a leaf holds. */
static bool answer_leaf(struct ek_turn *t, struct ek_filter_node *leaf)
{
	uint32_t count = ek_look_teammate_count(t->engine);
	struct ek_filter_value *ids = ek_turn_get(t, (count + 1) * sizeof *ids);
	bool is_skill = leaf->field == EK_LIST_teammates_skills;
	struct ek_look_ask ask = {{EK_SCOPE_TEAMMATE, 0}, is_skill ? EK_SET_SKILLS : EK_SET_LIMIT};
	uint32_t n = 0;
	if (ids == NULL)
		return false;
	for (uint32_t i = 1; i <= count; i++) {
		struct ek_setting_view v;
		struct ek_err err;
		ask.at.id = i;
		if (!ek_look_setting(t->engine, ask, t->arena, &v, &err))
			return ek_problem_err(&t->problem, &err);
		if (is_skill ? skills_hold(leaf, &v.own) : limit_holds(leaf, &v.own))
			ids[n++].i = i;
	}
	if (n == 0) /* an id that nobody has */
		ids[n++].i = 0;
	*leaf = (struct ek_filter_node){.kind = EK_FILTER_LEAF,
					.op = EK_FILTER_IN,
					.field = EK_LIST_teammates_id,
					.n = n,
					.values = ids};
	return true;
}

/* A copy of the tree in which the store knows every leaf. As deep as filters may be. */
static bool answer(struct ek_turn *t, const struct ek_filter_node *from, struct ek_filter_node *to)
{
	*to = *from;
	if (from->kind == EK_FILTER_LEAF)
		return columns[from->field].as != EK_LIST_NOT || answer_leaf(t, to);
	struct ek_filter_node *children = ek_turn_get(t, (from->n + 1) * sizeof *children);
	if (children == NULL)
		return false;
	for (uint32_t i = 0; i < from->n; i++)
		if (!answer(t, &from->children[i], &children[i]))
			return false;
	to->children = children;
	return true;
}

/* ---- the list */

static bool gather(struct ek_turn *t, struct people *p)
{
	if (!ek_api_list_fetch(t, &p->ask, &p->l))
		return false;
	p->persons = ek_turn_get(t, (p->l.rows.n + 1) * sizeof *p->persons);
	if (p->persons == NULL)
		return false;
	for (uint32_t i = 0; i < p->l.rows.n; i++)
		if (!ek_api_person_from(t, ek_api_list_at(&p->l, i), &p->persons[i]))
			return false;
	return true;
}

static void write_rows(struct ek_turn *t, struct people *p)
{
	ek_api_list_begin(t, &p->l);
	for (uint32_t i = 0; i < p->l.rows.n; i++) {
		struct ek_api_person *one = &p->persons[i];
		if (!ek_api_person_object(t, one))
			return;
		struct ek_api_person_how how = {
			.is_whole = ek_api_person_is_whole(t, one),
			.has_load = (p->l.query.include & WITH_LOAD) != 0 &&
				    (one->id.v == t->self.v ||
				     ek_may_is(&t->actor, EK_MAY_TEAMMATE_LOAD, &one->object)),
			.has_presence = (p->l.query.include & WITH_PRESENCE) != 0,
		};
		ek_api_person_write(t, &t->out, one, &how);
	}
	ek_api_list_end(t, &p->l);
}

static void look_list(struct ek_turn *t)
{
	write_rows(t, t->state);
}

static void look_and_ask(struct ek_turn *t)
{
	struct people *p = t->state;
	struct ek_filter_node *root = EK_TURN_NEW(t, struct ek_filter_node);
	if (root == NULL || !answer(t, p->l.query.filter.root, root))
		return;
	/* The cursor stays bound to what was asked. */
	p->l.query.filter.root = root;
	if (gather(t, p))
		write_rows(t, p);
}

static struct ek_list list_of_all(void)
{
	return (struct ek_list){
		.table = ek_list_table(EK_LIST_TEAMMATES),
		.columns = columns,
		.select = EK_API_PERSON_COLUMNS,
		.from = "people p LEFT JOIN teammates e ON e.teammate = p.teammate",
		.id = "p.teammate",
		.searches = {{EK_CONTENT_PEOPLE, NULL}},
		.search_count = 1,
	};
}

bool ek_api_person_scope(struct ek_turn *t, struct ek_api_list *l, struct ek_api_list_ask *ask)
{
	struct people *p = EK_TURN_NEW(t, struct people);
	struct ek_filter_node *root = EK_TURN_NEW(t, struct ek_filter_node);
	if (p == NULL || root == NULL)
		return false;
	p->list = list_of_all();
	p->l = *l;
	if (!narrow(t, p))
		return false;
	if (p->l.query.filter.root != NULL && asks_engine(p->l.query.filter.root)) {
		if (!answer(t, p->l.query.filter.root, root))
			return false;
		p->l.query.filter.root = root;
	}
	*l = p->l;
	*ask = p->ask;
	return true;
}

static void list(struct ek_turn *t, const struct json_t *search)
{
	struct people *p = EK_TURN_NEW(t, struct people);
	if (p == NULL) {
		ek_turn_reply(t, 0);
		return;
	}
	p->list = list_of_all();
	t->state = p;
	struct ek_api_view view;
	bool ok = ek_api_view_take(t, p->list.table, &view) &&
		  ek_api_list_query(t, &p->list, search, &p->l) &&
		  ek_api_view_apply(t, &view, &p->l.query) &&
		  ek_turn_may(t, EK_MAY_TEAMMATE_NAMES, NULL) && narrow(t, p);
	const struct ek_filter_node *root = p->l.query.filter.root;
	if (ok && root != NULL && asks_engine(root))
		ek_turn_look(t, look_and_ask);
	else if (ok && gather(t, p))
		ek_turn_look(t, look_list);
	else
		ek_turn_reply(t, 0);
}

void ek_api_list_teammates(struct ek_turn *t)
{
	list(t, NULL);
}

void ek_api_search_teammates(struct ek_turn *t)
{
	struct ek_patch_at root = {0};
	if (t->http->body.n > 0 && !ek_turn_body(t, &root))
		ek_turn_reply(t, 0);
	else
		list(t, root.json);
}

/* ---- one */

struct one {
	struct ek_api_person person;
	struct ek_api_person_how how;
};

static void look_one(struct ek_turn *t)
{
	const struct one *o = t->state;
	ek_str config = ek_api_person_config(t, &o->person);
	ek_api_person_write(t, &t->out, &o->person, &o->how);
	if (config.p != NULL && o->how.is_whole)
		ek_api_edit_tag(t, config);
}

void ek_api_get_teammate(struct ek_turn *t)
{
	static const char *const includes[] = {"load", "presence", NULL};
	struct one *o = EK_TURN_NEW(t, struct one);
	uint64_t include = 0;
	bool ok = o != NULL;
	ek_query_words(&t->query, "include", includes, &include);
	ok = ek_query_end(&t->query) && ok && ek_api_person_path(t, "id", &o->person) &&
	     ek_turn_may(t, EK_MAY_TEAMMATE_NAMES, &o->person.object);
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	o->how.is_whole = ek_api_person_is_whole(t, &o->person);
	o->how.has_presence = (include & WITH_PRESENCE) != 0;
	o->how.has_load = (include & WITH_LOAD) != 0 &&
			  (o->person.id.v == t->self.v ||
			   ek_may_is(&t->actor, EK_MAY_TEAMMATE_LOAD, &o->person.object));
	t->state = o;
	ek_turn_look(t, look_one);
}
