/* Agendas: what a miss has opened, for the team's meeting or for a talk of two. A talk is the
 * person's first; their leads see it a day later, as they do (people, PE38). */
#include <string.h>

#include "api/api_list.h"
#include "api/api_person.h"
#include "api/api_put.h"
#include "api/api_targets_reach.h"
#include "api/handlers.h"
#include "base/rfc3339.h"
#include "wire/list.h"

enum { OUTCOME_BYTES = 2000 };

/* In the order of schema/content.def. */
#define SELECT \
	"c.item, c.team, c.teammate, c.kind, c.target, c.day, c.sheet, c.state, c.outcome," \
	" c.lead_from_ms, c.created_ms, c.done_ms, c.done_by, c.revision"

static const struct ek_list_column columns[EK_LIST_agenda_COUNT] = {
	[EK_LIST_agenda_id] = {EK_LIST_NUMBER, "c.item", NULL},
	[EK_LIST_agenda_team] = {EK_LIST_NUMBER, "c.team", NULL},
	[EK_LIST_agenda_teammate] = {EK_LIST_NUMBER, "c.teammate", NULL},
	[EK_LIST_agenda_target] = {EK_LIST_NUMBER, "c.target", NULL},
	[EK_LIST_agenda_kind] = {EK_LIST_TEXT, "c.kind", NULL},
	[EK_LIST_agenda_state] = {EK_LIST_TEXT, "c.state", NULL},
	[EK_LIST_agenda_created_at] = {EK_LIST_NUMBER, "c.created_ms", NULL},
};

static uint64_t id_at(const struct ek_views_value *v)
{
	int64_t id = ek_turn_int(v);
	return id == EK_NONE ? 0 : (uint64_t)id;
}

static void put_date(struct ek_json *j, const char *key, const struct ek_views_value *v)
{
	char text[EK_RFC3339_DATE_MAX];
	size_t n = ek_rfc3339_print_date((int32_t)ek_turn_int(v), text);
	ek_api_put_text(j, key, (ek_str){text, (uint32_t)n});
}

static void write_one(struct ek_json *j, const struct ek_views_value *v)
{
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_AGENDA, id_at(&v[EK_CONTENT_AGENDA_ITEMS_ITEM]));
	ek_api_put_id(j, "team", EK_IDENT_TEAM, id_at(&v[EK_CONTENT_AGENDA_ITEMS_TEAM]));
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE,
		      id_at(&v[EK_CONTENT_AGENDA_ITEMS_TEAMMATE]));
	ek_api_put_text(j, "kind", ek_turn_text(&v[EK_CONTENT_AGENDA_ITEMS_KIND]));
	ek_api_put_id(j, "target", EK_IDENT_TARGET, id_at(&v[EK_CONTENT_AGENDA_ITEMS_TARGET]));
	put_date(j, "period", &v[EK_CONTENT_AGENDA_ITEMS_DAY]);
	ek_api_put_raw(j, "sheet", ek_turn_text(&v[EK_CONTENT_AGENDA_ITEMS_SHEET]));
	ek_api_put_text(j, "state", ek_turn_text(&v[EK_CONTENT_AGENDA_ITEMS_STATE]));
	ek_api_put_text(j, "outcome", ek_turn_text(&v[EK_CONTENT_AGENDA_ITEMS_OUTCOME]));
	ek_api_put_time(j, "lead_from",
			(ek_time){ek_turn_int(&v[EK_CONTENT_AGENDA_ITEMS_LEAD_FROM_MS])});
	ek_api_put_time(j, "created_at",
			(ek_time){ek_turn_int(&v[EK_CONTENT_AGENDA_ITEMS_CREATED_MS])});
	ek_api_put_time(j, "done_at", (ek_time){ek_turn_int(&v[EK_CONTENT_AGENDA_ITEMS_DONE_MS])});
	ek_api_put_id(j, "done_by", EK_IDENT_TEAMMATE, id_at(&v[EK_CONTENT_AGENDA_ITEMS_DONE_BY]));
	ek_json_object_end(j);
}

void ek_api_list_agenda(struct ek_turn *t)
{
	struct ek_api_list *page = EK_TURN_NEW(t, struct ek_api_list);
	struct ek_list *list = EK_TURN_NEW(t, struct ek_list);
	const struct ek_api_targets_reach reach = {
		.team = EK_MAY_AGENDA_READ,
		.person = EK_MAY_AGENDA_TALK,
		.alias = "c",
		.where = "1 = 1",
		.from = "c.lead_from_ms",
	};
	struct ek_api_list_ask ask = {.list = list};
	if (page != NULL && list != NULL) {
		*list = (struct ek_list){.table = ek_list_table(EK_LIST_AGENDA),
					 .columns = columns,
					 .select = SELECT,
					 .from = "agenda_items c",
					 .id = "c.item"};
		if (ek_api_list_query(t, list, NULL, page) &&
		    ek_api_targets_reach(t, &reach, &ask) && ek_api_list_fetch(t, &ask, page)) {
			ek_api_list_begin(t, page);
			for (uint32_t i = 0; i < page->rows.n; i++)
				write_one(&t->out, ek_api_list_at(page, i));
			ek_api_list_end(t, page);
		}
	}
	ek_turn_reply(t, 200);
}

/* ---- what became of it */

struct item {
	uint64_t id;
	struct ek_patch_at body;
	uint32_t state; /* 0 open, 1 done */
	struct ek_patch_value outcome;
	const struct ek_views_value *row;
};

static bool find(struct ek_turn *t, struct item *c)
{
	bool found = false;
	if (!ek_turn_row(t, EK_CONTENT_AGENDA_ITEMS, (int64_t)c->id, &c->row, &found))
		return false;
	return found || ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
}

/* Leads do not know of a talk before its person had a day with it. */
static bool may(struct ek_turn *t, const struct item *c)
{
	const ek_team_id team = {(uint32_t)id_at(&c->row[EK_CONTENT_AGENDA_ITEMS_TEAM])};
	uint64_t mate = id_at(&c->row[EK_CONTENT_AGENDA_ITEMS_TEAMMATE]);
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	struct ek_api_person person;
	if (mate == 0)
		return ek_turn_may(t, EK_MAY_AGENDA_EDIT, &object);
	if (!ek_api_person_load(t, mate, &person))
		return false;
	if (mate != t->self.v &&
	    ek_turn_int(&c->row[EK_CONTENT_AGENDA_ITEMS_LEAD_FROM_MS]) > t->now.ms)
		person.object.is_private = true;
	return ek_turn_may(t, EK_MAY_AGENDA_TALK, &person.object);
}

static bool bind(struct ek_turn *t, struct item *c)
{
	static const char *const states[] = {"open", "done", NULL};
	static const struct ek_patch_rule rules[] = {
		{"state", EK_PATCH_OF_WORD, 0, EK_PATCH_REQUIRED, 0, 0, states},
		{"outcome", EK_PATCH_OF_PROSE, 0, EK_PATCH_NULLABLE, 1, OUTCOME_BYTES, NULL},
	};
	struct ek_patch_value v[EK_LEN(rules)];
	if (!ek_turn_body(t, &c->body) || !ek_patch_bind(&c->body, rules, EK_LEN(rules), v))
		return false;
	c->state = (uint32_t)v[0].i;
	c->outcome = v[1];
	return true;
}

static bool check(struct ek_turn *t)
{
	return find(t, t->state);
}

static void made(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct item *c = t->state;
	struct ek_views_value v[EK_CONTENT_AGENDA_ITEMS_WIDTH];
	(void)answer;
	memcpy(v, c->row, sizeof v);
	v[EK_CONTENT_AGENDA_ITEMS_STATE] =
		ek_views_text(c->state == 1 ? EK_S("done") : EK_S("open"));
	if (c->outcome.state != EK_PATCH_ABSENT)
		v[EK_CONTENT_AGENDA_ITEMS_OUTCOME] = c->outcome.state == EK_PATCH_VALUE
							     ? ek_views_text(c->outcome.s)
							     : ek_views_int(EK_NONE);
	v[EK_CONTENT_AGENDA_ITEMS_DONE_MS] = ek_views_int(c->state == 1 ? t->now.ms : EK_NONE);
	v[EK_CONTENT_AGENDA_ITEMS_DONE_BY] =
		c->state == 1 ? ek_views_id(t->self.v) : ek_views_int(EK_NONE);
	v[EK_CONTENT_AGENDA_ITEMS_REVISION] =
		ek_views_int(ek_turn_int(&v[EK_CONTENT_AGENDA_ITEMS_REVISION]) + 1);
	ek_turn_put(t, EK_CONTENT_AGENDA_ITEMS, v);
	write_one(&t->out, v);
}

/* A talk is its person's, also once their leads see it; the rest is the team inbox's. */
static void tell_of(struct ek_turn *t, const struct item *c)
{
	const struct ek_views_value *v = c->row;
	ek_teammate_id mate = {(uint32_t)id_at(&v[EK_CONTENT_AGENDA_ITEMS_TEAMMATE])};
	ek_team_id team = {(uint32_t)id_at(&v[EK_CONTENT_AGENDA_ITEMS_TEAM])};
	ek_turn_tells_of(t, (struct ek_turn_content){EK_CONTENT_KIND_AGENDA, team, mate});
}

void ek_api_update_agenda_item(struct ek_turn *t)
{
	static const struct ek_turn_write write = {.check = check, .made = made};
	struct item *c = EK_TURN_NEW(t, struct item);
	t->state = c;
	if (c != NULL && ek_turn_id(t, "id", EK_IDENT_AGENDA, &c->id) && find(t, c) && may(t, c) &&
	    ek_query_end(&t->query) && bind(t, c)) {
		tell_of(t, c);
		ek_turn_write(t, &write);
	} else {
		ek_turn_reply(t, 0);
	}
}
