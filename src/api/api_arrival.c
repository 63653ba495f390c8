#include "api/api_arrival.h"

#include <string.h>

#include "api/api_conversation.h"
#include "api/api_list.h"
#include "api/api_put.h"
#include "api/api_sla.h"
#include "api/api_state.h"
#include "api/api_text.h"

/* ---- facts */

static bool fold_to(struct ek_turn *t, ek_str text, ek_str *out)
{
	*out = (ek_str){NULL, 0};
	if (text.p != NULL)
		*out = ek_api_list_fold(t, text);
	return text.p == NULL || out->p != NULL;
}

/* The contact's tier and address, and whether it wrote before. */
static bool ask_contact(struct ek_turn *t, const struct ek_api_arrival_source *of,
			struct ek_arrival *out)
{
	static const char sql[] =
		"SELECT c.tier, COALESCE(c.email, (SELECT i.address FROM identities i WHERE "
		"i.contact = c.contact AND i.channel = 'email' ORDER BY i.identity LIMIT 1)), "
		"(SELECT p.conversation FROM conversation_profiles p WHERE p.contact = c.contact "
		"AND ($2 = 0 OR p.conversation < $2) LIMIT 1) FROM contacts c WHERE c.contact = $1";
	const struct ek_views_value args[] = {ek_views_int(of->contact.v),
					      ek_views_int(of->before.v)};
	struct ek_turn_rows rows;
	if (of->contact.v == 0)
		return true;
	if (!ek_turn_select(t, sql, args, EK_LEN(args), &rows))
		return false;
	if (rows.n == 0)
		return true;
	out->is_known = ek_turn_int(&rows.v[2]) != EK_NONE;
	return fold_to(t, ek_turn_text(&rows.v[0]), &out->tier) &&
	       (out->from.p != NULL || fold_to(t, ek_turn_text(&rows.v[1]), &out->from));
}

bool ek_api_arrival_facts(struct ek_turn *t, const struct ek_api_arrival_source *of,
			  struct ek_arrival *out)
{
	*out = (struct ek_arrival){
		.channel = of->channel != 0 ? of->channel : EK_CAPACITY_CLASS_API,
		.language = ek_language_of(of->text.p != NULL ? of->text : of->title)};
	if (out->language == EK_LANGUAGE_UNKNOWN)
		out->language = ek_language_of(of->title);
	return fold_to(t, of->title, &out->subject) && fold_to(t, of->text, &out->text) &&
	       fold_to(t, of->recipient, &out->to) && fold_to(t, of->sender, &out->from) &&
	       ask_contact(t, of, out);
}

/* ---- rules */

static bool see_one(void *ctx, const struct ek_views_value *row, uint32_t n, struct ek_err *err)
{
	bool *found = ctx;
	(void)row;
	(void)n;
	(void)err;
	*found = true;
	return true;
}

bool ek_api_arrival_open(struct ek_api *api, struct ek_err *err)
{
	const struct ek_reader_question q = {"SELECT version FROM rule_sets LIMIT 1", NULL, 0};
	return ek_reader_each(api->reader, &q, see_one, &api->may_have_rules, err);
}

void ek_api_arrival_expect(struct ek_api *api)
{
	api->may_have_rules = true;
}

bool ek_api_arrival_load(struct ek_turn *t, struct ek_arrival_rules *out)
{
	static const char sql[] =
		"SELECT version, rules FROM rule_sets ORDER BY version DESC LIMIT 1";
	struct ek_turn_rows rows;
	*out = (struct ek_arrival_rules){0};
	/* What the HTTP thread knows, the writer's asks for. */
	if (t->reader != t->api->writer_reader && !t->api->may_have_rules)
		return true;
	struct ek_patch *kept = EK_TURN_NEW(t, struct ek_patch);
	if (kept == NULL || !ek_turn_select(t, sql, NULL, 0, &rows))
		return false;
	if (rows.n == 0)
		return true;
	bool ok = ek_patch_open(kept, ek_turn_text(&rows.v[1]), t->arena, &t->problem);
	struct ek_patch_at root = ek_patch_root(kept);
	ok = ok && ek_arrival_bind(&root, out);
	out->version = (uint32_t)ek_turn_int(&rows.v[0]);
	ek_patch_close(kept);
	return ok;
}

static ek_str fold(void *ctx, ek_str text)
{
	return ek_api_list_fold(ctx, text);
}

bool ek_api_arrival_fold(struct ek_turn *t, struct ek_arrival_rules *rules)
{
	return ek_arrival_fold(rules, t->arena, fold, t) || !ek_problem_is_none(&t->problem) ||
	       ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE, "no memory for this request");
}

/* ---- a run */

static bool drop_gone(struct ek_turn *t, struct ek_arrival_set *set)
{
	bool found = true;
	uint32_t n = 0;
	ek_str word;
	uint64_t *tags = ek_turn_get(t, (set->tag_count + 1) * sizeof *tags);
	if (tags == NULL)
		return false;
	if (set->team != 0 &&
	    !ek_api_conversation_has_team(t, (ek_team_id){(uint32_t)set->team}, &found))
		return false;
	if (!found)
		set->team = 0;
	found = true;
	if (set->sla_policy != 0 && !ek_api_sla_is_there(t, set->sla_policy, &found))
		return false;
	if (!found)
		set->sla_policy = 0;
	for (uint32_t i = 0; i < set->tag_count; i++) {
		if (!ek_api_conversation_tag(t, set->tags[i], &word, &found))
			return false;
		if (found)
			tags[n++] = set->tags[i];
	}
	set->tags = tags;
	set->tag_count = n;
	return true;
}

bool ek_api_arrival_run(struct ek_turn *t, struct ek_api_arrival *a)
{
	if (!ek_arrival_run(&a->rules, &a->facts, t->arena, &a->outcome))
		return ek_problem_set(&t->problem, EK_PROBLEM_UNAVAILABLE,
				      "no memory for this request");
	return drop_gone(t, &a->outcome.set);
}

/* ---- what they set */

static bool give_tags(struct ek_turn *t, const struct ek_arrival_set *set, struct ek_cmd *cmd,
		      struct ek_api_arrival_given *given)
{
	ek_str *names = ek_turn_get(t, (set->tag_count + 1) * sizeof *names);
	bool found;
	for (uint32_t i = 0; names != NULL && i < set->tag_count; i++)
		if (!ek_api_conversation_tag(t, set->tags[i], &names[i], &found))
			return false;
	given->tags = (struct ek_api_conversation_tags){set->tags, names, set->tag_count};
	cmd->conversation_create.tags = (struct ek_texts){names, set->tag_count};
	return names != NULL;
}

bool ek_api_arrival_give(struct ek_turn *t, const struct ek_arrival_set *set, struct ek_cmd *cmd,
			 struct ek_api_arrival_given *given)
{
	struct ek_cmd_conversation_create *a = &cmd->conversation_create;
	if (set->has_priority)
		a->priority = set->priority;
	if (set->has_complexity)
		a->complexity = set->complexity;
	if (set->has_attributes) {
		a->attributes = set->attributes;
		given->attributes = ek_api_conversation_print(t, &set->attributes);
	}
	t->sla_policy = set->sla_policy;
	return give_tags(t, set, cmd, given);
}

void ek_api_arrival_put_tags(struct ek_turn *t, const struct ek_api_conversation_tags *tags,
			     ek_conversation_id conversation)
{
	for (uint32_t i = 0; i < tags->n; i++) {
		const struct ek_views_value v[EK_CONTENT_CONVERSATION_TAGS_WIDTH] = {
			ek_views_int(conversation.v), ek_views_int((int64_t)tags->ids[i]),
			ek_views_id(t->self.v), ek_views_int(t->now.ms)};
		ek_turn_put(t, EK_CONTENT_CONVERSATION_TAGS, v);
	}
}

void ek_api_arrival_write_did(struct ek_json *j, const struct ek_arrival_outcome *outcome)
{
	ek_json_list(j);
	for (uint32_t i = 0; i < outcome->did_count; i++) {
		ek_json_object(j);
		ek_api_put_id(j, "rule", EK_IDENT_RULE, outcome->did[i]->id);
		ek_api_put_text(j, "name", outcome->did[i]->name);
		ek_json_key(j, "set");
		ek_arrival_write_set(j, &outcome->did[i]->set);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

void ek_api_arrival_put(struct ek_turn *t, const struct ek_api_arrival *a,
			ek_conversation_id conversation)
{
	struct ek_views_value v[EK_CONTENT_ARRIVALS_WIDTH] = {0};
	const char *tag = ek_language_tag(a->facts.language);
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_api_arrival_write_did(&j, &a->outcome);
	v[EK_CONTENT_ARRIVALS_CONVERSATION] = ek_views_int(conversation.v);
	v[EK_CONTENT_ARRIVALS_VERSION] = ek_views_int(a->rules.version);
	v[EK_CONTENT_ARRIVALS_LANGUAGE] =
		ek_views_text((ek_str){tag, tag == NULL ? 0 : (uint32_t)strlen(tag)});
	v[EK_CONTENT_ARRIVALS_RECIPIENT] = ek_views_text(a->facts.to);
	v[EK_CONTENT_ARRIVALS_DID] = ek_views_text(ek_api_text_take(t, &j));
	v[EK_CONTENT_ARRIVALS_SLA_POLICY] = ek_views_int(
		a->outcome.set.sla_policy == 0 ? EK_NONE : (int64_t)a->outcome.set.sla_policy);
	ek_turn_put(t, EK_CONTENT_ARRIVALS, v);
}
