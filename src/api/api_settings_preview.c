/* What edits of settings would do at once: whom work goes to, who gets no more, the queue before
 * and after. Nothing is changed. */
#include "api/api_effect.h"
#include "api/api_put.h"
#include "api/api_settings.h"
#include "api/handlers.h"
#include "engine/explain.h"
#include "wire/explain_json.h"

/* Whoever serves few teams of a long queue is shown less of it: so many pages of the engine's are
 * looked at. */
enum { EDITS_MAX = 100, ROWS_SHOWN = 50, ROWS_MAX = 500, SCAN_PAGES = 20 };

struct preview {
	struct ek_patch_at body;
	struct ek_patch_at edits;
	struct ek_api_settings_wish *wishes;
	uint32_t n;
	uint32_t limit; /* rows of each queue */
	struct ek_cmd cmd;
};

/* ---- what is asked for */

static bool take_place(struct ek_turn *t, const struct ek_patch_at *edit, struct ek_look_at *at)
{
	struct ek_patch_at scope = ek_patch_member(edit, "scope");
	struct ek_patch_at id = ek_patch_member(edit, "id");
	int which = 0;
	uint64_t number = 0;
	(void)t;
	if (!ek_patch_enum(&scope, EK_ENUM_SCOPE, &which))
		return false;
	bool ok = true;
	if (which == EK_SCOPE_WORKSPACE && ek_patch_state(&id) == EK_PATCH_VALUE)
		ok = ek_patch_fault(&id, EK_FAULT_CONFLICT, "The workspace has no id.");
	if (which != EK_SCOPE_WORKSPACE)
		ok = ek_patch_id(&id, which == EK_SCOPE_TEAM ? EK_IDENT_TEAM : EK_IDENT_TEAMMATE,
				 &number);
	*at = (struct ek_look_at){(uint8_t)which, (uint32_t)number};
	return ok;
}

static bool take_edit(struct ek_turn *t, struct ek_api_settings_wish *w)
{
	static const char *const names[] = {"scope", "id", "set"};
	struct ek_look_at at;
	bool ok = ek_patch_members(&w->body, names, EK_LEN(names));
	if (!take_place(t, &w->body, &at))
		return false;
	if (!ek_api_settings_place(t, at, &w->place) ||
	    !ek_api_settings_may_see(t, &w->place, false))
		return false;
	w->effective_at = EK_NO_TIME;
	return ek_api_settings_take(t, w, true) && ok;
}

static bool bind(struct ek_turn *t, struct preview *p)
{
	static const char *const names[] = {"edits", "limit"};
	uint32_t rows = 0;
	int64_t limit = ROWS_SHOWN;
	if (!ek_turn_body(t, &p->body) || !ek_patch_members(&p->body, names, EK_LEN(names)))
		return false;
	p->edits = ek_patch_member(&p->body, "edits");
	struct ek_patch_at most = ek_patch_member(&p->body, "limit");
	bool is_limited = ek_patch_state(&most) != EK_PATCH_ABSENT;
	bool ok = !is_limited || ek_patch_int(&most, 1, ROWS_MAX, &limit);
	p->limit = (uint32_t)limit;
	if (!ek_patch_list(&p->edits, 1, EDITS_MAX, &p->n))
		return false;
	p->wishes = ek_turn_get(t, p->n * sizeof *p->wishes);
	struct ek_cmd *cmds = ek_turn_get(t, 2 * p->n * sizeof *cmds);
	ok = ok && p->wishes != NULL && cmds != NULL;
	for (uint32_t i = 0; p->wishes != NULL && i < p->n; i++) {
		p->wishes[i].body = ek_patch_row(&p->edits, i);
		ok = take_edit(t, &p->wishes[i]) && ok;
	}
	for (uint32_t i = 0; ok && i < p->n; i++)
		ek_api_settings_rows(&p->wishes[i], cmds, &rows);
	if (ok)
		p->cmd = ek_api_settings_command(cmds, rows);
	return ok;
}

/* ---- what would happen */

static bool may_see(const struct ek_turn *t, ek_team_id team)
{
	const struct ek_may_object object = {.teams = &team, .team_count = 1};
	return ek_may_is(&t->actor, EK_MAY_QUEUE_READ, &object);
}

/* As GET /queue has them. */
static void put_rows(struct ek_turn *t, const struct ek_explain_queue *q, uint32_t *left)
{
	bool names = t->out.style.sees_names;
	for (uint32_t i = 0; i<q->row_count && * left> 0; i++) {
		const struct ek_explain_row *r = &q->rows[i];
		const struct ek_may_object o = {.teams = &r->team, .team_count = r->team.v != 0};
		if (!may_see(t, r->team))
			continue;
		t->out.style.sees_names = ek_may_is(&t->actor, EK_MAY_EXPLAIN_NAMES, &o);
		ek_explain_json_queue_row(&t->out, r, q->key_count);
		(*left)--;
	}
	t->out.style.sees_names = names;
}

struct keys {
	const char *order;
	const char *rows;
};

static bool put_queue(struct ek_turn *t, struct ek_engine *engine, struct keys keys)
{
	const struct preview *p = t->state;
	struct ek_explain_query query = {.from = 1, .limit = EK_EXPLAIN_PAGE};
	struct ek_explain_queue q;
	struct ek_err err;
	uint32_t left = p->limit;
	for (uint32_t page = 0; page < SCAN_PAGES && query.from != 0 && left > 0; page++) {
		if (!ek_explain_queue(engine, &query, t->arena, &q, &err))
			return ek_problem_err(&t->problem, &err);
		if (page == 0) {
			ek_json_key(&t->out, keys.order);
			ek_explain_json_order(&t->out, &q);
			ek_json_key(&t->out, keys.rows);
			ek_json_list(&t->out);
		}
		put_rows(t, &q, &left);
		query.from = q.next;
	}
	ek_json_list_end(&t->out);
	return true;
}

static bool put_after(struct ek_turn *t, const struct preview *p)
{
	struct ek_engine *copy = NULL;
	struct ek_events events;
	struct ek_err err;
	bool ok = (ek_engine_copy(t->engine, &copy, &err) &&
		   ek_engine_submit(copy, &p->cmd, t->now, &events, &err)) ||
		  ek_problem_err(&t->problem, &err);
	ok = ok && put_queue(t, copy, (struct keys){"order_after", "queue_after"});
	ek_engine_close(&copy);
	return ok;
}

static void look(struct ek_turn *t)
{
	struct preview *p = t->state;
	const struct ek_explain_ask ask = {&p->cmd, t->now};
	struct ek_explain_preview effect;
	struct ek_err err;
	for (uint32_t i = 0; i < p->n; i++) {
		struct ek_api_settings_place now;
		if (!ek_api_settings_there(t, p->wishes[i].place.at, &now))
			ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
		else if (!ek_api_settings_refs(t, &p->wishes[i]))
			continue;
	}
	if (!ek_problem_is_none(&t->problem))
		return;
	p->cmd.by = t->by;
	if (!ek_explain_preview(t->engine, &ask, t->arena, &effect, &err)) {
		ek_problem_err(&t->problem, &err);
		return;
	}
	ek_json_object(&t->out);
	ek_json_key(&t->out, "effect");
	bool ok = ek_api_effect_write(t, &effect) &&
		  put_queue(t, t->engine, (struct keys){"order_before", "queue_before"}) &&
		  put_after(t, p);
	(void)ok;
	ek_json_key(&t->out, "seq");
	ek_json_uint(&t->out, ek_engine_seq(t->engine));
	ek_json_object_end(&t->out);
}

void ek_api_preview_settings(struct ek_turn *t)
{
	struct preview *p = EK_TURN_NEW(t, struct preview);
	t->state = p;
	bool ok = p != NULL && ek_turn_may(t, EK_MAY_SETTINGS_PREVIEW, NULL) && bind(t, p);
	if (ek_query_end(&t->query) && ok)
		ek_turn_look(t, look);
	else
		ek_turn_reply(t, 0);
}
