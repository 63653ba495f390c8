/* Conversations and assignments. */
#include "wire/view_json_inside.h"

#include "model/field.h"
#include "wire/actor_json.h"
#include "wire/field_json.h"

/* ---- one conversation ---- */

static void put_needs(struct ek_json *j, const struct ek_conversation_detail *d)
{
	ek_json_key(j, "needs");
	ek_json_list(j);
	for (uint32_t i = 0; i < d->need_count; i++) {
		const struct ek_need_view *n = &d->needs[i];
		ek_json_object(j);
		ek_view_json_put_text(j, "skill", n->need.skill);
		ek_view_json_put_int(j, "min_level", n->need.min_level);
		ek_view_json_put_bool(j, "required", n->need.required);
		ek_view_json_put_int(j, "relax_after_ms", n->need.relax_after.ms);
		ek_view_json_put_bool(j, "relaxed", n->relaxed);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void put_tags(struct ek_json *j, const struct ek_conversation_content *c)
{
	ek_json_key(j, "tags");
	ek_json_list(j);
	for (uint32_t i = 0; i < c->tag_count; i++)
		ek_json_id(j, EK_IDENT_TAG, c->tags[i]);
	ek_json_list_end(j);
}

static void put_attributes(struct ek_json *j, const struct ek_view_conversation *c)
{
	ek_json_key(j, "attributes");
	if (c->content->attributes.p != NULL)
		ek_json_raw(j, c->content->attributes);
	else
		ek_field_json_write(j, EK_FT_PAIRS, &c->detail->attributes, false);
}

static void put_slas(struct ek_json *j, const struct ek_conversation_content *c)
{
	ek_json_key(j, "sla");
	ek_json_list(j);
	for (uint32_t i = 0; i < c->sla_count; i++) {
		ek_json_object(j);
		ek_view_json_put_id(j, "policy", EK_IDENT_SLA, c->sla[i].policy);
		ek_view_json_put_text(j, "target", c->sla[i].target);
		ek_view_json_put_time(j, "due", c->sla[i].due);
		ek_view_json_put_text(j, "status", c->sla[i].status);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void put_counts(struct ek_json *j, const struct ek_conversation_content *c)
{
	ek_json_key(j, "counts");
	ek_json_object(j);
	ek_view_json_put_int(j, "parts", c->parts);
	ek_view_json_put_int(j, "assignments", c->assignments);
	ek_view_json_put_int(j, "handovers", c->handovers);
	ek_view_json_put_int(j, "reopens", c->reopens);
	ek_json_object_end(j);
}

void ek_view_json_conversation(struct ek_json *j, const struct ek_view_conversation *c)
{
	const struct ek_conversation_view *v = c->view;
	ek_json_object(j);
	ek_view_json_put_id(j, "id", EK_IDENT_CONVERSATION, v->id.v);
	ek_view_json_put_text(j, "title", c->content->title);
	ek_view_json_put_enum(j, "state", EK_ENUM_STATE, v->state);
	ek_view_json_put_int(j, "priority", v->priority);
	ek_view_json_put_int(j, "complexity", v->complexity);
	ek_view_json_put_id(j, "contact", EK_IDENT_CONTACT, v->contact.v);
	ek_view_json_put_bool(j, "contact_erased", c->content->is_contact_erased);
	ek_view_json_put_raw(j, "channels", c->content->channels);
	ek_view_json_put_enum(j, "capacity_class", EK_ENUM_CAPACITY_CLASS, v->capacity_class);
	ek_view_json_put_id(j, "team", EK_IDENT_TEAM, v->team.v);
	ek_view_json_put_id(j, "teammate", EK_IDENT_TEAMMATE, v->teammate.v);
	ek_view_json_put_id(j, "assignment", EK_IDENT_ASSIGNMENT, v->assignment.v);
	ek_view_json_put_time(j, "started", v->started);
	ek_view_json_put_time(j, "waiting_since", v->waiting_since);
	ek_view_json_put_time(j, "snoozed_until", v->snoozed_until);
	put_needs(j, c->detail);
	put_tags(j, c->content);
	put_attributes(j, c);
	ek_view_json_put_time(j, "due", c->view->sla_due);
	put_slas(j, c->content);
	put_counts(j, c->content);
	ek_view_json_put_time(j, "updated_at", c->content->updated_at);
	ek_json_object_end(j);
}

void ek_view_json_sla(struct ek_json *j, const struct ek_sla_view *s)
{
	ek_json_object(j);
	ek_view_json_put_id(j, "policy", EK_IDENT_SLA, s->policy);
	ek_view_json_put_text(j, "target", s->target);
	ek_view_json_put_text(j, "status", s->status);
	ek_view_json_put_text(j, "paused_by", s->paused_by);
	ek_view_json_put_id(j, "calendar", EK_IDENT_CALENDAR, s->calendar);
	ek_view_json_put_time(j, "started", s->started);
	ek_view_json_put_time(j, "due", s->due);
	ek_view_json_put_time(j, "ended", s->ended);
	ek_view_json_put_int(j, "spent_ms", s->spent.ms);
	ek_json_object_end(j);
}

/* ---- assignments ---- */

void ek_view_json_assignment(struct ek_json *j, const struct ek_assignment_view *a)
{
	ek_json_object(j);
	ek_view_json_put_id(j, "id", EK_IDENT_ASSIGNMENT, a->id.v);
	ek_view_json_put_id(j, "conversation", EK_IDENT_CONVERSATION, a->conversation.v);
	ek_view_json_put_id(j, "team", EK_IDENT_TEAM, a->team.v);
	ek_view_json_put_id(j, "teammate", EK_IDENT_TEAMMATE, a->teammate.v);
	ek_view_json_put_text(j, "how", a->how);
	ek_view_json_put_text(j, "level", a->level);
	ek_view_json_put_text(j, "chosen_by", a->chosen_by);
	ek_view_json_put_text(j, "reason", a->reason);
	ek_json_key(j, "by");
	if (a->by == 0)
		ek_json_null(j);
	else
		ek_actor_json_write(j, (struct ek_actor){a->by, a->by_id});
	ek_view_json_put_time(j, "made_at", a->made_at);
	ek_view_json_put_time(j, "ended_at", a->ended_at);
	ek_view_json_put_text(j, "ended", a->ended);
	ek_json_object_end(j);
}
