/* What somebody holds and why nothing comes to them; who looked at whose figures; who changed
 * what. */
#include "api/api_change.h"
#include "api/api_list.h"
#include "api/api_person.h"
#include "api/api_put.h"
#include "api/api_state.h"
#include "api/handlers.h"
#include "api/worker.h"
#include "engine/explain.h"
#include "wire/explain_json.h"
#include "wire/list.h"
#include "wire/view_json.h"

enum { SITTING_MS = 12 * 3600 * 1000, PURPOSE_MAX = 200 };

/* ---- load */

static struct ek_api_person *find_self(struct ek_turn *t, enum ek_may right)
{
	struct ek_api_person *p = EK_TURN_NEW(t, struct ek_api_person);
	struct ek_may_object own = ek_may_own(&t->actor);
	bool ok = ek_query_end(&t->query) && p != NULL && ek_turn_may(t, right, &own) &&
		  ek_api_person_load(t, t->self.v, p);
	t->state = p;
	return ok ? p : NULL;
}

static struct ek_api_person *find_other(struct ek_turn *t, enum ek_may right)
{
	struct ek_api_person *p = EK_TURN_NEW(t, struct ek_api_person);
	bool ok = p != NULL && ek_query_end(&t->query) && ek_api_person_path(t, "id", p) &&
		  ek_turn_may(t, right, &p->object);
	t->state = p;
	return ok ? p : NULL;
}

static void look_load(struct ek_turn *t)
{
	const struct ek_api_person *p = t->state;
	struct ek_load_view load;
	struct ek_err err;
	if (!ek_look_load(t->engine, p->id, t->arena, &load, &err))
		ek_problem_err(&t->problem, &err);
	else
		ek_view_json_load(&t->out, &load);
}

void ek_api_get_my_load(struct ek_turn *t)
{
	if (find_self(t, EK_MAY_ME_LOAD) == NULL)
		ek_turn_reply(t, 0);
	else
		ek_turn_look(t, look_load);
}

void ek_api_get_teammate_load(struct ek_turn *t)
{
	if (find_other(t, EK_MAY_TEAMMATE_LOAD) == NULL)
		ek_turn_reply(t, 0);
	else
		ek_turn_look(t, look_load);
}

/* ---- why nothing: edits are tried on copies, which takes too long for the writer */

static void explain(struct ek_turn *t, struct ek_worker *w)
{
	const struct ek_api_person *p = t->state;
	struct ek_explain_nothing nothing;
	struct ek_engine *engine = NULL;
	struct ek_err err;
	t->out.style.reader = t->self.v;
	t->out.style.sees_names = ek_may_is(&t->actor, EK_MAY_EXPLAIN_NAMES, &p->object);
	if (!ek_worker_now(w, &engine, &err) ||
	    !ek_explain_nothing(engine, p->id, t->arena, &nothing, &err)) {
		ek_problem_err(&t->problem, &err);
	} else {
		t->seq = nothing.seq;
		if (!ek_explain_json_nothing(&t->out, &nothing))
			ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, NULL);
	}
	ek_turn_reply(t, 200);
}

void ek_api_explain_my_nothing(struct ek_turn *t)
{
	if (find_self(t, EK_MAY_ME_WHY_NOTHING) == NULL)
		ek_turn_reply(t, 0);
	else
		ek_worker_submit(t->api->worker, t, explain);
}

void ek_api_explain_teammate_nothing(struct ek_turn *t)
{
	if (find_other(t, EK_MAY_TEAMMATE_LOAD) == NULL)
		ek_turn_reply(t, 0);
	else
		ek_worker_submit(t->api->worker, t, explain);
}

/* ---- who changed what */

void ek_api_list_teammate_changes(struct ek_turn *t)
{
	const struct ek_list list = ek_api_change_list();
	struct ek_api_person p;
	struct ek_api_list l;
	struct ek_views_value id;
	struct ek_api_list_ask ask = {&list, "c.teammate = $1", &id, 1};
	bool ok = ek_api_list_query(t, &list, NULL, &l) && ek_api_person_path(t, "id", &p) &&
		  ek_turn_may(t, EK_MAY_TEAMMATE_CHANGES, &p.object);
	if (ok) {
		id = ek_views_int(p.id.v);
		ok = ek_api_list_fetch(t, &ask, &l);
	}
	if (!ok) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++)
		ek_api_change_write(&t->out, ek_api_list_at(&l, i));
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

/* ---- looks */

enum { LOOK, VIEWER, WHOM, PURPOSE, SENTENCE, AT, UNTIL };

static const struct ek_list_column look_columns[EK_LIST_looks_COUNT] = {
	[EK_LIST_looks_id] = {EK_LIST_NUMBER, "l.look", NULL},
	[EK_LIST_looks_by] = {EK_LIST_NUMBER, "l.viewer", NULL},
	[EK_LIST_looks_at] = {EK_LIST_NUMBER, "l.at_ms", NULL},
};

static void put_look(struct ek_json *j, const struct ek_views_value *v)
{
	ek_str sentence = ek_turn_text(&v[SENTENCE]);
	ek_json_object(j);
	ek_api_put_id(j, "id", EK_IDENT_LOOK, (uint64_t)ek_turn_int(&v[LOOK]));
	ek_api_put_id(j, "by", EK_IDENT_TEAMMATE, (uint64_t)ek_turn_int(&v[VIEWER]));
	ek_api_put_id(j, "teammate", EK_IDENT_TEAMMATE, (uint64_t)ek_turn_int(&v[WHOM]));
	ek_api_put_text(j, "purpose", sentence.p != NULL ? sentence : ek_turn_text(&v[PURPOSE]));
	ek_api_put_time(j, "at", (ek_time){ek_turn_int(&v[AT])});
	ek_api_put_time(j, "until", (ek_time){ek_turn_int(&v[UNTIL])});
	ek_json_object_end(j);
}

void ek_api_list_my_looks(struct ek_turn *t)
{
	const struct ek_list list = {
		.table = ek_list_table(EK_LIST_LOOKS),
		.columns = look_columns,
		.select =
			"l.look, l.viewer, l.teammate, l.purpose, l.sentence, l.at_ms, l.until_ms",
		.from = "looks l",
		.id = "l.look",
	};
	const struct ek_views_value self = ek_views_int(t->self.v);
	const struct ek_api_list_ask ask = {&list, "l.teammate = $1", &self, 1};
	struct ek_may_object own = ek_may_own(&t->actor);
	struct ek_api_list l;
	if (!ek_api_list_query(t, &list, NULL, &l) || !ek_turn_may(t, EK_MAY_ME_LOOKS, &own) ||
	    !ek_api_list_fetch(t, &ask, &l)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_list_begin(t, &l);
	for (uint32_t i = 0; i < l.rows.n; i++)
		put_look(&t->out, ek_api_list_at(&l, i));
	ek_api_list_end(t, &l);
	ek_turn_reply(t, 200);
}

struct looking {
	struct ek_turn_write write;
	struct ek_api_person person;
	ek_str purpose;
	ek_time until;
};

/* The listed purposes; any other is a sentence. */
static ek_str listed(ek_str purpose)
{
	const ek_str words[] = {EK_S("coaching"), EK_S("one_to_one"), EK_S("target_review"),
				EK_S("complaint")};
	for (size_t i = 0; i < EK_LEN(words); i++)
		if (ek_str_equal(words[i], purpose))
			return words[i];
	return EK_S("other");
}

/* They are told of it. */
static void tell(struct ek_turn *t, const struct looking *l, uint64_t look)
{
	struct ek_views_value v[EK_CONTENT_DELIVERIES_WIDTH] = {0};
	v[EK_CONTENT_DELIVERIES_DELIVERY] =
		ek_views_int((int64_t)ek_turn_new_id(t, EK_CONTENT_DELIVERIES));
	v[EK_CONTENT_DELIVERIES_TEAMMATE] = ek_views_int(l->person.id.v);
	v[EK_CONTENT_DELIVERIES_KIND] = ek_views_text(EK_S("look"));
	v[EK_CONTENT_DELIVERIES_OBJECT] = ek_views_int((int64_t)look);
	v[EK_CONTENT_DELIVERIES_DETAILS] = ek_views_text(EK_S("{}"));
	v[EK_CONTENT_DELIVERIES_MADE_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_DELIVERIES, v);
}

static void made_look(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct looking *l = t->state;
	struct ek_views_value v[EK_CONTENT_LOOKS_WIDTH] = {0};
	ek_str word = listed(l->purpose);
	bool is_other = ek_str_is(word, "other");
	uint64_t id = ek_turn_new_id(t, EK_CONTENT_LOOKS);
	ek_time until = l->until.ms > t->now.ms ? l->until : t->now;
	(void)answer;
	v[EK_CONTENT_LOOKS_LOOK] = ek_views_int((int64_t)id);
	v[EK_CONTENT_LOOKS_TEAMMATE] = ek_views_int(l->person.id.v);
	v[EK_CONTENT_LOOKS_VIEWER] = ek_views_int(t->self.v);
	v[EK_CONTENT_LOOKS_SIGN_IN] = ek_views_int(t->sign_in);
	v[EK_CONTENT_LOOKS_PURPOSE] = ek_views_text(word);
	v[EK_CONTENT_LOOKS_SENTENCE] = ek_views_text(is_other ? l->purpose : (ek_str){NULL, 0});
	v[EK_CONTENT_LOOKS_AT_MS] = ek_views_int(t->now.ms);
	v[EK_CONTENT_LOOKS_UNTIL_MS] = ek_views_int(until.ms);
	ek_turn_put(t, EK_CONTENT_LOOKS, v);
	tell(t, l, id);
	const struct ek_views_value row[] = {
		ek_views_int((int64_t)id),
		ek_views_int(t->self.v),
		ek_views_int(l->person.id.v),
		ek_views_text(word),
		ek_views_text(is_other ? l->purpose : (ek_str){NULL, 0}),
		ek_views_int(t->now.ms),
		ek_views_int(until.ms),
	};
	put_look(&t->out, row);
	t->status = 201;
}

/* The sitting ends with the sign-in. */
static bool find_end(struct ek_turn *t, struct looking *l)
{
	const struct ek_views_value id = ek_views_int(t->sign_in);
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, "SELECT expires_ms FROM sign_ins WHERE sign_in = $1", &id, 1, &rows))
		return false;
	l->until = (ek_time){t->now.ms + SITTING_MS};
	if (rows.n > 0 && ek_turn_int(&rows.v[0]) != EK_NONE)
		l->until.ms = ek_turn_int(&rows.v[0]);
	return true;
}

void ek_api_record_look(struct ek_turn *t)
{
	static const struct ek_patch_rule rules[] = {
		{"purpose", EK_PATCH_OF_TEXT, 0, EK_PATCH_REQUIRED, 1, PURPOSE_MAX, NULL}};
	struct looking *l = EK_TURN_NEW(t, struct looking);
	struct ek_patch_value v[EK_LEN(rules)] = {{0}};
	struct ek_patch_at root;
	bool ok = l != NULL && ek_query_end(&t->query) && ek_turn_body(t, &root) &&
		  ek_patch_bind(&root, rules, EK_LEN(rules), v);
	ok = l != NULL && ek_api_person_path(t, "id", &l->person) &&
	     ek_turn_may(t, EK_MAY_TEAMMATE_LOOK, &l->person.object) && ok && find_end(t, l);
	if (!ok || !ek_problem_is_none(&t->problem)) {
		ek_turn_reply(t, 0);
		return;
	}
	l->purpose = v[0].s;
	l->write.made = made_look;
	t->state = l;
	ek_turn_write(t, &l->write);
}
