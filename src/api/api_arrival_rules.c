/* The rules on arrival as configuration: read, replaced as one list, tried on what came in; and
 * what they did with one conversation. */
#include <string.h>

#include "api/api_arrival.h"
#include "api/api_conversation.h"
#include "api/api_edit.h"
#include "api/api_put.h"
#include "api/api_sla.h"
#include "api/api_text.h"
#include "api/handlers.h"

enum { TRIED = 100 };

struct edit {
	struct ek_api_edit edit;
	struct ek_patch_at body;
	struct ek_arrival_rules rules; /* as sent */
	struct ek_views_value row[EK_CONTENT_RULE_SETS_WIDTH];
	const struct ek_views_value *was; /* NULL = there were none */
};

/* ---- as they are kept */

static bool load_row(struct ek_turn *t, const struct ek_views_value **row)
{
	static const char sql[] = "SELECT version, rules, last_rule, teammate, at_ms FROM rule_sets"
				  " ORDER BY version DESC LIMIT 1";
	struct ek_turn_rows rows;
	if (!ek_turn_select(t, sql, NULL, 0, &rows))
		return false;
	*row = rows.n == 0 ? NULL : rows.v;
	return true;
}

static int64_t version_of(const struct ek_views_value *row)
{
	return row == NULL ? 0 : ek_turn_int(&row[EK_CONTENT_RULE_SETS_VERSION]);
}

static ek_str rules_of(const struct ek_views_value *row)
{
	return row == NULL ? EK_S("[]") : ek_turn_text(&row[EK_CONTENT_RULE_SETS_RULES]);
}

static void write_rules(struct ek_turn *t, const struct ek_views_value *row)
{
	struct ek_json *j = &t->out;
	int64_t by = row == NULL ? EK_NONE : ek_turn_int(&row[EK_CONTENT_RULE_SETS_TEAMMATE]);
	int64_t at = row == NULL ? EK_NONE : ek_turn_int(&row[EK_CONTENT_RULE_SETS_AT_MS]);
	ek_json_object(j);
	ek_api_put_int(j, "version", version_of(row));
	ek_api_put_raw(j, "rules", rules_of(row));
	ek_api_put_time(j, "updated_at", (ek_time){at});
	ek_api_put_id(j, "updated_by", EK_IDENT_TEAMMATE, by == EK_NONE ? 0 : (uint64_t)by);
	if (t->writer != NULL)
		ek_api_put_int(j, "seq", (int64_t)t->seq);
	ek_json_object_end(j);
	ek_turn_set_etag(t, version_of(row));
}

void ek_api_get_arrival_rules(struct ek_turn *t)
{
	const struct ek_views_value *row;
	if (ek_query_end(&t->query) && ek_turn_may(t, EK_MAY_ARRIVAL_RULE_READ, NULL) &&
	    load_row(t, &row))
		write_rules(t, row);
	ek_turn_reply(t, 200);
}

/* ---- what is sent */

/* Teams, tags and SLA policies that they name are there. */
static bool check_names(struct ek_turn *t, const struct ek_arrival_rule *r)
{
	struct ek_patch_at set = ek_patch_member(&r->at, "set");
	struct ek_patch_at team = ek_patch_member(&set, "team");
	struct ek_patch_at tags = ek_patch_member(&set, "tags");
	struct ek_patch_at sla = ek_patch_member(&set, "sla_policy");
	bool found = true;
	bool ok = ek_api_conversation_names_team(t, &team, (ek_team_id){(uint32_t)r->set.team});
	if (r->set.sla_policy != 0 && !ek_api_sla_is_there(t, r->set.sla_policy, &found))
		return false;
	ok = (found || ek_patch_fault(&sla, EK_FAULT_NOT_FOUND, NULL)) && ok;
	for (uint32_t i = 0; i < r->set.tag_count; i++) {
		struct ek_patch_at row = ek_patch_row(&tags, i);
		ek_str word;
		if (!ek_api_conversation_tag(t, r->set.tags[i], &word, &found))
			return false;
		ok = (found || ek_patch_fault(&row, EK_FAULT_NOT_FOUND, NULL)) && ok;
	}
	return ok;
}

static bool bind(struct ek_turn *t, struct edit *e)
{
	static const char *const names[] = {"rules"};
	if (!ek_query_end(&t->query) || !ek_turn_body(t, &e->body) ||
	    !ek_turn_may(t, EK_MAY_ARRIVAL_RULE_EDIT, NULL))
		return false;
	struct ek_patch_at *list = EK_TURN_NEW(t, struct ek_patch_at);
	if (list == NULL)
		return false;
	*list = ek_patch_member(&e->body, "rules");
	bool ok = ek_patch_members(&e->body, names, EK_LEN(names));
	ok = ek_arrival_bind(list, &e->rules) && ok;
	for (uint32_t i = 0; ok && i < e->rules.n; i++)
		ok = check_names(t, &e->rules.v[i]);
	return ok && ek_problem_is_none(&t->problem);
}

/* An id that was never given is none; a new rule gets the next. */
static bool number(struct ek_turn *t, struct edit *e)
{
	uint64_t last = 0;
	bool ok = true;
	if (e->was != NULL)
		last = (uint64_t)ek_turn_int(&e->was[EK_CONTENT_RULE_SETS_LAST_RULE]);
	for (uint32_t i = 0; i < e->rules.n; i++) {
		struct ek_patch_at id = ek_patch_member(&e->rules.v[i].at, "id");
		if (e->rules.v[i].id > last)
			ok = ek_patch_fault(&id, EK_FAULT_NOT_FOUND, NULL);
	}
	for (uint32_t i = 0; ok && i < e->rules.n; i++)
		if (e->rules.v[i].id == 0)
			e->rules.v[i].id = ++last;
	e->row[EK_CONTENT_RULE_SETS_LAST_RULE] = ek_views_int((int64_t)last);
	(void)t;
	return ok;
}

static ek_str print(struct ek_turn *t, const struct ek_arrival_rules *rules)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_arrival_write(&j, rules);
	return ek_api_text_take(t, &j);
}

/* ---- the change */

static bool check(struct ek_turn *t)
{
	struct edit *e = t->state;
	if (!load_row(t, &e->was) || !ek_turn_if_match(t, version_of(e->was)) || !number(t, e))
		return false;
	ek_str rules = print(t, &e->rules);
	e->row[EK_CONTENT_RULE_SETS_VERSION] = ek_views_int(version_of(e->was) + 1);
	e->row[EK_CONTENT_RULE_SETS_RULES] = ek_views_text(rules);
	return rules.p != NULL;
}

static void diff(struct ek_turn *t, struct ek_api_change_fields *f)
{
	const struct edit *e = t->state;
	ek_api_change_raw(f, "rules", rules_of(e->was), rules_of(e->row));
}

static void made(struct ek_turn *t, const struct ek_answer *a)
{
	struct edit *e = t->state;
	struct ek_api_change_fields f;
	struct ek_api_change change = {.resource = "arrival_rules"};
	(void)a;
	e->row[EK_CONTENT_RULE_SETS_TEAMMATE] = ek_views_id(t->self.v);
	e->row[EK_CONTENT_RULE_SETS_AT_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_RULE_SETS, e->row);
	ek_api_change_open(t, &f);
	diff(t, &f);
	change.fields = ek_api_change_close(t, &f);
	ek_api_change_add(t, &change);
	write_rules(t, e->row);
}

void ek_api_put_arrival_rules(struct ek_turn *t)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	t->state = e;
	if (e == NULL || !bind(t, e)) {
		ek_turn_reply(t, 0);
		return;
	}
	ek_api_arrival_expect(t->api);
	e->edit = (struct ek_api_edit){.write = {.check = check, .made = made}, .diff = diff};
	ek_api_edit_do(t, &e->edit);
}

/* ---- a trial on what came in */

/* One of a list, such as ["email"]. */
static int first_channel(ek_str json)
{
	char word[16];
	uint32_t n = 0;
	for (uint32_t i = 2; i < json.n && json.p[i] != '"' && n + 1 < sizeof word; i++)
		word[n++] = json.p[i];
	word[n] = '\0';
	return ek_enums_number(EK_ENUM_CAPACITY_CLASS, (ek_str){word, n});
}

static void write_outcome(struct ek_json *j, const char *key,
			  const struct ek_arrival_outcome *outcome)
{
	ek_json_key(j, key);
	ek_json_object(j);
	ek_json_key(j, "did");
	ek_api_arrival_write_did(j, outcome);
	ek_json_key(j, "set");
	ek_arrival_write_set(j, &outcome->set);
	ek_json_object_end(j);
}

static ek_str print_set(struct ek_turn *t, const struct ek_arrival_set *set)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_arrival_write_set(&j, set);
	return ek_api_text_take(t, &j);
}

struct trial {
	struct ek_api_arrival was, would;
	uint32_t differ;
};

static bool try_one(struct ek_turn *t, struct trial *trial, const struct ek_views_value *row)
{
	const struct ek_api_arrival_source of = {
		.channel = (uint8_t)first_channel(ek_turn_text(&row[2])),
		.contact = {row[3].kind == EK_VIEWS_NULL ? 0 : (uint32_t)row[3].i},
		.before = {(uint32_t)row[0].i},
		.title = ek_turn_text(&row[1]),
		.text = ek_turn_text(&row[4]),
		.recipient = ek_turn_text(&row[5]),
	};
	if (!ek_api_arrival_facts(t, &of, &trial->was.facts))
		return false;
	trial->would.facts = trial->was.facts;
	if (!ek_api_arrival_run(t, &trial->was) || !ek_api_arrival_run(t, &trial->would))
		return false;
	ek_str was = print_set(t, &trial->was.outcome.set);
	ek_str would = print_set(t, &trial->would.outcome.set);
	bool differs = !ek_str_equal(was, would);
	struct ek_json *j = &t->out;
	ek_json_object(j);
	ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, (uint64_t)row[0].i);
	ek_api_put_word(j, "language", ek_language_tag(trial->was.facts.language));
	write_outcome(j, "was", &trial->was.outcome);
	write_outcome(j, "would", &trial->would.outcome);
	ek_api_put_bool(j, "differs", differs);
	ek_json_object_end(j);
	trial->differ += differs;
	return was.p != NULL && would.p != NULL;
}

static void try_all(struct ek_turn *t, struct trial *trial)
{
	static const char sql[] =
		"SELECT p.conversation, p.title, p.channels, p.contact, (SELECT x.body FROM parts x"
		" WHERE x.conversation = p.conversation AND x.kind = 'message' AND x.author_kind ="
		" 'contact' ORDER BY x.part LIMIT 1), a.recipient FROM conversation_profiles p LEFT"
		" JOIN arrivals a ON a.conversation = p.conversation "
		"WHERE " EK_API_CONVERSATION_IS_THERE " AND EXISTS (SELECT 1 FROM parts y WHERE "
		"y.conversation = p.conversation AND y.kind"
		" = 'message' AND y.author_kind = 'contact') ORDER BY p.conversation DESC LIMIT $1";
	const struct ek_views_value limit = ek_views_int(TRIED);
	struct ek_turn_rows rows;
	struct ek_json *j = &t->out;
	if (!ek_turn_select(t, sql, &limit, 1, &rows))
		return;
	ek_json_object(j);
	ek_api_put_int(j, "conversations", rows.n);
	ek_json_key(j, "data");
	ek_json_list(j);
	for (uint32_t i = 0; i < rows.n; i++)
		if (!try_one(t, trial, rows.v + (size_t)i * rows.columns))
			return;
	ek_json_list_end(j);
	ek_api_put_int(j, "differ", trial->differ);
}

static void end_trial(struct ek_turn *t)
{
	ek_api_put_int(&t->out, "seq", (int64_t)ek_engine_seq(t->engine));
	ek_json_object_end(&t->out);
}

void ek_api_preview_arrival_rules(struct ek_turn *t)
{
	struct edit *e = EK_TURN_NEW(t, struct edit);
	struct trial *trial = EK_TURN_NEW(t, struct trial);
	bool ok = e != NULL && trial != NULL && bind(t, e) && load_row(t, &e->was);
	t->out.style.is_api = true;
	if (ok && ek_api_arrival_load(t, &trial->was.rules)) {
		trial->would.rules = e->rules;
		if (ek_api_arrival_fold(t, &trial->was.rules) &&
		    ek_api_arrival_fold(t, &trial->would.rules))
			try_all(t, trial);
	}
	if (ek_problem_is_none(&t->problem))
		ek_turn_look(t, end_trial);
	else
		ek_turn_reply(t, 0);
}

/* ---- what they did with one */

void ek_api_get_conversation_arrival(struct ek_turn *t)
{
	static const char sql[] =
		"SELECT version, language, did FROM arrivals WHERE conversation = $1";
	struct ek_api_conversation_object o;
	struct ek_turn_rows rows;
	uint64_t id;
	if (!ek_query_end(&t->query) || !ek_turn_id(t, "id", EK_IDENT_CONVERSATION, &id) ||
	    !ek_api_conversation_stored(t, (ek_conversation_id){(uint32_t)id}, &o) ||
	    !ek_turn_may(t, EK_MAY_CONVERSATION_ARRIVAL, &o.may)) {
		ek_turn_reply(t, 0);
		return;
	}
	const struct ek_views_value key = ek_views_int((int64_t)id);
	if (ek_turn_select(t, sql, &key, 1, &rows)) {
		struct ek_json *j = &t->out;
		bool is_there = rows.n > 0;
		ek_json_object(j);
		ek_api_put_id(j, "conversation", EK_IDENT_CONVERSATION, id);
		ek_api_put_int(j, "version", is_there ? ek_turn_int(&rows.v[0]) : EK_NONE);
		ek_api_put_text(j, "language",
				is_there ? ek_turn_text(&rows.v[1]) : (ek_str){NULL, 0});
		ek_api_put_raw(j, "did", is_there ? ek_turn_text(&rows.v[2]) : EK_S("[]"));
		ek_json_object_end(j);
	}
	ek_turn_reply(t, 200);
}
