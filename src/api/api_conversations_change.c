/* Conversations as they are changed: title and what orders them, tags, erased. */
#include <string.h>

#include "api/api_act.h"
#include "api/api_attachments.h"
#include "api/api_audit.h"
#include "api/api_conversation_set.h"
#include "api/api_mail.h"
#include "api/handlers.h"
#include "engine/look.h"
#include "model/limits.h"

/* The bit of a field in ek_cmd.has. */
static uint32_t bit_of(size_t offset)
{
	const struct ek_record *r = ek_cmd_record(EK_CMD_CONVERSATION_UPDATE);
	for (uint32_t i = 0; i < r->field_count; i++) {
		if (r->fields[i].offset == offset)
			return UINT32_C(1) << i;
	}
	return 0;
}
#define BIT(field) bit_of(offsetof(struct ek_cmd_conversation_update, field))

/* ---- PATCH */

enum { TITLE, PRIORITY, COMPLEXITY, CLASS, NEEDS, ATTRIBUTES, BASED_ON, MEMBERS };

static const struct ek_patch_rule rules[MEMBERS] = {
	[TITLE] = {"title", EK_PATCH_OF_TEXT, 0, EK_PATCH_NULLABLE, 1, EK_LIMIT_TEXT_BYTES, NULL},
	[PRIORITY] = {"priority", EK_PATCH_OF_INT, 0, 0, 0, 3, NULL},
	[COMPLEXITY] = {"complexity", EK_PATCH_OF_INT, 0, 0, 1, 5, NULL},
	[CLASS] = {"capacity_class", EK_PATCH_OF_ENUM, EK_ENUM_CAPACITY_CLASS, 0, 0, 0, NULL},
	[NEEDS] = {"needs", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	[ATTRIBUTES] = {"attributes", EK_PATCH_OF_ANY, 0, 0, 0, 0, NULL},
	[BASED_ON] = EK_API_ACT_BASED_ON,
};

struct update {
	struct ek_api_act act; /* first */
	struct ek_patch_value v[MEMBERS];
	struct ek_pairs attributes;
	struct ek_views_value profile[EK_CONTENT_CONVERSATION_PROFILES_WIDTH];
	struct ek_api_conversation row;
};

static void take_values(struct ek_turn *t, struct update *u)
{
	struct ek_cmd_conversation_update *c = &u->act.cmd.conversation_update;
	if (u->v[PRIORITY].state == EK_PATCH_VALUE)
		c->priority = u->v[PRIORITY].i;
	if (u->v[COMPLEXITY].state == EK_PATCH_VALUE)
		c->complexity = u->v[COMPLEXITY].i;
	if (u->v[CLASS].state == EK_PATCH_VALUE)
		c->capacity_class = (uint8_t)u->v[CLASS].i;
	if (u->v[NEEDS].state != EK_PATCH_ABSENT &&
	    ek_api_conversation_needs(t, &u->v[NEEDS].at, &c->needs))
		u->act.cmd.has |= BIT(needs);
	if (u->v[ATTRIBUTES].state != EK_PATCH_ABSENT &&
	    ek_api_conversation_attributes(t, &u->v[ATTRIBUTES].at, &u->attributes))
		c->attributes = u->attributes;
}

/* The row as it will be: a row of content is written whole. */
static bool check_update(struct ek_turn *t)
{
	struct update *u = t->state;
	ek_str attributes;
	u->row.id = u->act.id;
	if (!ek_api_conversation_load(t, &u->row, 1) ||
	    !ek_api_conversation_profile(t, u->act.id, u->profile))
		return false;
	if (u->v[TITLE].state != EK_PATCH_ABSENT) {
		ek_str title =
			u->v[TITLE].state == EK_PATCH_VALUE ? u->v[TITLE].s : (ek_str){NULL, 0};
		u->profile[EK_CONTENT_CONVERSATION_PROFILES_TITLE] = ek_views_text(title);
		u->row.content.title = title;
	}
	if (u->v[ATTRIBUTES].state == EK_PATCH_ABSENT)
		return true;
	if (!ek_api_conversation_attributes_set(t, u->act.id, u->row.content.attributes,
						&u->attributes, &attributes))
		return false;
	u->profile[EK_CONTENT_CONVERSATION_PROFILES_ATTRIBUTES] = ek_views_text(attributes);
	u->row.content.attributes = attributes;
	return true;
}

static void made_update(struct ek_turn *t, const struct ek_answer *answer)
{
	struct update *u = t->state;
	(void)answer;
	u->profile[EK_CONTENT_CONVERSATION_PROFILES_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_CONVERSATION_PROFILES, u->profile);
	u->row.content.updated_at = t->now;
	ek_api_conversation_write(t, &u->row);
}

void ek_api_update_conversation(struct ek_turn *t)
{
	struct update *u = EK_TURN_NEW(t, struct update);
	if (u == NULL || !ek_api_act_begin(t, &u->act, EK_CMD_CONVERSATION_UPDATE)) {
		ek_turn_reply(t, 0);
		return;
	}
	u->act.cmd.conversation_update.conversation = u->act.id;
	if (ek_turn_body(t, &u->act.root)) {
		ek_patch_bind(&u->act.root, rules, MEMBERS, u->v);
		take_values(t, u);
		ek_api_act_base(&u->act, &u->v[BASED_ON]);
	}
	u->act.right = EK_MAY_CONVERSATION_EDIT;
	u->act.check = check_update;
	u->act.made = made_update;
	ek_api_act_do(t, &u->act);
}

/* ---- tags */

struct tagging {
	struct ek_api_act act; /* first */
	bool is_adding;
	uint64_t tag;
	ek_str name;
	struct ek_api_conversation row; /* the tags it has */
	bool is_there;
};

/* The tags that the log knows by name, with this one or without it. */
static bool check_tags(struct ek_turn *t)
{
	struct tagging *g = t->state;
	struct ek_conversation_detail d;
	struct ek_err err;
	uint32_t n = 0;
	g->row.id = g->act.id;
	if (!ek_look_detail(t->engine, g->act.id, t->arena, &d, &err))
		return ek_problem_err(&t->problem, &err);
	if (!ek_api_conversation_load(t, &g->row, 1))
		return false;
	for (uint32_t i = 0; i < g->row.content.tag_count; i++)
		g->is_there = g->is_there || g->row.content.tags[i] == g->tag;
	ek_str *names = ek_turn_get(t, (d.tags.n + 1) * sizeof *names);
	if (names == NULL)
		return false;
	for (uint32_t i = 0; i < d.tags.n; i++) {
		if (!ek_str_equal(d.tags.v[i], g->name))
			names[n++] = d.tags.v[i];
	}
	if (g->is_adding)
		names[n++] = g->name;
	/* Nothing to be changed: no event. */
	if (g->is_adding == g->is_there)
		t->call.request.cmd = NULL;
	ek_api_conversation_tags_set(&g->act.cmd, &(struct ek_texts){names, n});
	return true;
}

static void put_tag(struct ek_turn *t, const struct tagging *g, uint64_t tag)
{
	const struct ek_views_value v[EK_CONTENT_CONVERSATION_TAGS_WIDTH] = {
		ek_views_int(g->act.id.v), ek_views_int((int64_t)tag), ek_views_id(t->self.v),
		ek_views_int(t->now.ms)};
	ek_turn_put(t, EK_CONTENT_CONVERSATION_TAGS, v);
}

static void made_tags(struct ek_turn *t, const struct ek_answer *answer)
{
	struct tagging *g = t->state;
	const struct ek_writer_erasure all = {EK_CONTENT_CONVERSATION_TAGS,
					      EK_CONTENT_CONVERSATION_TAGS_CONVERSATION,
					      ek_views_int(g->act.id.v)};
	if (g->is_adding && !g->is_there)
		put_tag(t, g, g->tag);
	/* Rows go by one column: all of them, and the others come back. */
	if (!g->is_adding && g->is_there) {
		ek_turn_erase(t, &all);
		for (uint32_t i = 0; i < g->row.content.tag_count; i++) {
			if (g->row.content.tags[i] != g->tag)
				put_tag(t, g, g->row.content.tags[i]);
		}
	}
	ek_api_act_write_changed(t, answer);
}

static void tag(struct ek_turn *t, bool is_adding)
{
	struct tagging *g = EK_TURN_NEW(t, struct tagging);
	bool found = false;
	if (g == NULL || !ek_api_act_begin(t, &g->act, EK_CMD_CONVERSATION_UPDATE) ||
	    !ek_turn_id(t, "tag", EK_IDENT_TAG, &g->tag) ||
	    !ek_api_conversation_tag(t, g->tag, &g->name, &found) ||
	    (!found && !ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL))) {
		ek_turn_reply(t, 0);
		return;
	}
	g->act.cmd.conversation_update.conversation = g->act.id;
	g->is_adding = is_adding;
	g->act.right = EK_MAY_CONVERSATION_TAG;
	g->act.check = check_tags;
	g->act.made = made_tags;
	ek_api_act_do(t, &g->act);
}

void ek_api_add_conversation_tag(struct ek_turn *t)
{
	tag(t, true);
}

void ek_api_remove_conversation_tag(struct ek_turn *t)
{
	tag(t, false);
}

/* ---- DELETE: content goes for good; the log keeps numbers and times */

struct deletion {
	struct ek_api_act act; /* first */
	struct ek_api_attachments files;
	struct ek_turn_rows mails;
};

/* What is open is closed, so that nobody holds or waits for it. */
static bool check_delete(struct ek_turn *t)
{
	struct deletion *d = t->state;
	struct ek_api_act *a = &d->act;
	struct ek_conversation_view v;
	if (!ek_look_conversation(t->engine, a->id, &v))
		return ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	if (!ek_api_attachments_load(t, (struct ek_api_attachments_of){0, a->id}, &d->files) ||
	    !ek_api_mail_of_conversation(t, a->id, &d->mails))
		return false;
	if (v.state == EK_STATE_CLOSED) {
		a->cmd = ek_cmd_make(EK_CMD_CONVERSATION_UPDATE);
		a->cmd.conversation_update.conversation = a->id;
		a->cmd.by = t->by;
	}
	return true;
}

static void erase(struct ek_turn *t, enum ek_content table, uint32_t column, uint32_t id)
{
	const struct ek_writer_erasure what = {table, column, ek_views_int(id)};
	ek_turn_erase(t, &what);
}

static void made_delete(struct ek_turn *t, const struct ek_answer *answer)
{
	const struct deletion *d = t->state;
	const struct ek_api_act *a = &d->act;
	struct ek_views_value v[EK_CONTENT_CONVERSATION_PROFILES_WIDTH] = {0};
	struct ek_conversation_view view = {0};
	uint32_t id = a->id.v;
	if (!ek_look_conversation(t->engine, a->id, &view))
		ek_problem_set(&t->problem, EK_PROBLEM_NOT_FOUND, NULL);
	erase(t, EK_CONTENT_PARTS, EK_CONTENT_PARTS_CONVERSATION, id);
	ek_api_attachments_erase(t, &d->files);
	ek_api_mail_erase(t, &d->mails);
	erase(t, EK_CONTENT_CONVERSATION_TAGS, EK_CONTENT_CONVERSATION_TAGS_CONVERSATION, id);
	v[EK_CONTENT_CONVERSATION_PROFILES_CONVERSATION] = ek_views_int(id);
	v[EK_CONTENT_CONVERSATION_PROFILES_EXTRAS] =
		ek_views_text(EK_S(EK_API_CONVERSATION_ERASED));
	v[EK_CONTENT_CONVERSATION_PROFILES_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_CONVERSATION_PROFILES, v);
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "conversation.erased",
						   .object_kind = "conversation",
						   .object = id,
						   .team = view.team});
	ek_api_act_write_changed(t, answer);
}

static void tell_delete(struct ek_turn *t)
{
	const struct deletion *d = t->state;
	ek_api_attachments_remove(t, &d->files);
	ek_api_mail_remove(t, &d->mails);
}

void ek_api_delete_conversation(struct ek_turn *t)
{
	struct deletion *d = EK_TURN_NEW(t, struct deletion);
	struct ek_api_act *a = d == NULL ? NULL : &d->act;
	if (!ek_api_act_begin(t, a, EK_CMD_CONVERSATION_CLOSE)) {
		ek_turn_reply(t, 0);
		return;
	}
	a->cmd.conversation_close.conversation = a->id;
	a->right = EK_MAY_CONVERSATION_DELETE;
	a->check = check_delete;
	a->made = made_delete;
	a->tell = tell_delete;
	ek_api_act_do(t, a);
}
