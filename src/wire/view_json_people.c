/* Load, presence, people, teams. */
#include "wire/view_json_inside.h"

#include "wire/setting_json.h"
#include "wire/value_json.h"

/* ---- load ---- */

static void write_item(struct ek_json *j, const struct ek_load_item *i)
{
	static const char *const why[] = {NULL, "open", "offered", "uncounted_tag", "snoozed"};
	ek_assert(i->why > 0 && i->why < EK_LEN(why));
	ek_json_object(j);
	ek_view_json_put_id(j, "conversation", EK_IDENT_CONVERSATION, i->conversation.v);
	ek_view_json_put_enum(j, "capacity_class", EK_ENUM_CAPACITY_CLASS, i->capacity_class);
	ek_view_json_put_int(j, "points", i->points);
	ek_view_json_put_bool(j, "counted", i->counted);
	ek_view_json_put_word(j, "why", why[i->why]);
	ek_json_object_end(j);
}

/* What there is room for; nothing when they are above it. */
static int64_t room(const struct ek_load_view *l)
{
	if (l->limit == EK_NONE)
		return EK_NONE;
	return l->limit > l->load ? l->limit - l->load : 0;
}

void ek_view_json_load(struct ek_json *j, const struct ek_load_view *l)
{
	ek_json_object(j);
	ek_view_json_put_id(j, "teammate", EK_IDENT_TEAMMATE, l->teammate.v);
	ek_view_json_put_int(j, "load", l->load);
	ek_view_json_put_int(j, "limit", l->limit);
	ek_view_json_put_word(j, "limit_from", ek_setting_json_from(l->limit_from));
	ek_view_json_put_int(j, "free", room(l));
	ek_json_key(j, "items");
	ek_json_list(j);
	for (uint32_t i = 0; i < l->item_count; i++)
		write_item(j, &l->items[i]);
	ek_json_list_end(j);
	ek_json_object_end(j);
}

/* ---- presence ---- */

static void put_conversations(struct ek_json *j, const char *key, const ek_conversation_id *v,
			      uint32_t n)
{
	ek_json_key(j, key);
	ek_json_list(j);
	for (uint32_t i = 0; i < n; i++)
		ek_json_id(j, EK_IDENT_CONVERSATION, v[i].v);
	ek_json_list_end(j);
}

void ek_view_json_presence(struct ek_json *j, const struct ek_presence_view *p,
			   const struct ek_presence_effect *effect)
{
	bool is_own = p->cause == EK_PRESENCE_CAUSE_BY_HAND && p->by_self;
	ek_json_object(j);
	ek_view_json_put_id(j, "teammate", EK_IDENT_TEAMMATE, p->teammate.v);
	ek_view_json_put_enum(j, "presence", EK_ENUM_PRESENCE, p->presence);
	if (p->shows_reason) {
		ek_view_json_put_text(j, "reason", p->reason);
		ek_view_json_put_word(j, "cause",
				      is_own ? "self"
					     : ek_enums_wire(EK_ENUM_PRESENCE_CAUSE, p->cause));
	}
	ek_view_json_put_time(j, "since", p->since);
	if (p->shows_reason)
		ek_view_json_put_time(j, "until", p->until);
	if (effect != NULL) {
		put_conversations(j, "returned", effect->returned, effect->returned_count);
		put_conversations(j, "kept", effect->kept, effect->kept_count);
		ek_json_key(j, "seq");
		ek_json_uint(j, effect->seq);
	}
	ek_json_object_end(j);
}

/* ---- people ---- */

void ek_view_json_membership(struct ek_json *j, const struct ek_membership_view *m)
{
	ek_json_object(j);
	if (m->teammate.v != 0)
		ek_view_json_put_id(j, "teammate", EK_IDENT_TEAMMATE, m->teammate.v);
	if (m->team.v != 0)
		ek_view_json_put_id(j, "team", EK_IDENT_TEAM, m->team.v);
	ek_view_json_put_enum(j, "level", EK_ENUM_LEVEL, m->level);
	ek_json_object_end(j);
}

static void put_memberships(struct ek_json *j, const struct ek_person *p)
{
	ek_json_key(j, "memberships");
	ek_json_list(j);
	for (uint32_t i = 0; i < p->membership_count; i++) {
		struct ek_membership_view m = p->memberships[i];
		m.teammate.v = 0;
		ek_view_json_membership(j, &m);
	}
	ek_json_list_end(j);
}

/* Skills are a setting too, but people look for them by themselves. */
static void put_skills(struct ek_json *j, const struct ek_person *p)
{
	struct ek_value skills = {.kind = EK_VALUE_LIST};
	for (uint32_t i = 0; i < p->setting_count; i++) {
		if (p->settings[i].setting == EK_SET_SKILLS)
			skills = p->settings[i].effective;
	}
	ek_json_key(j, "skills");
	ek_value_json_write(j, EK_SET_SKILLS, &skills);
}

static void put_settings(struct ek_json *j, const struct ek_person *p)
{
	ek_json_key(j, "settings");
	ek_json_object(j);
	for (uint32_t i = 0; i < p->setting_count; i++) {
		if (p->settings[i].setting == EK_SET_SKILLS)
			continue;
		ek_json_key(j, ek_setting_row(p->settings[i].setting)->wire);
		ek_setting_json_view(j, &p->settings[i]);
	}
	ek_json_object_end(j);
}

static void put_presence(struct ek_json *j, const struct ek_person *p)
{
	if (p->presence == NULL)
		return;
	ek_json_key(j, "presence");
	ek_view_json_presence(j, p->presence, NULL);
}

static void write_brief(struct ek_json *j, const struct ek_person *p)
{
	ek_json_object(j);
	ek_view_json_put_id(j, "id", EK_IDENT_TEAMMATE, p->id.v);
	ek_view_json_put_text(j, "name", p->content.name);
	ek_view_json_put_bool(j, "active", p->content.active);
	put_memberships(j, p);
	put_presence(j, p);
	ek_json_object_end(j);
}

void ek_view_json_person(struct ek_json *j, const struct ek_person *p)
{
	if (!p->is_whole) {
		write_brief(j, p);
		return;
	}
	ek_json_object(j);
	ek_view_json_put_id(j, "id", EK_IDENT_TEAMMATE, p->id.v);
	ek_view_json_put_text(j, "name", p->content.name);
	ek_view_json_put_text(j, "email", p->content.email);
	ek_view_json_put_raw(j, "roles", p->content.roles);
	ek_view_json_put_bool(j, "active", p->content.active);
	ek_view_json_put_raw(j, "languages", p->content.languages);
	put_skills(j, p);
	put_memberships(j, p);
	put_settings(j, p);
	ek_view_json_put_time(j, "enough_until", p->enough_until);
	if (p->load != NULL) {
		ek_json_key(j, "load");
		ek_view_json_load(j, p->load);
	}
	put_presence(j, p);
	ek_view_json_put_time(j, "created_at", p->content.created_at);
	ek_view_json_put_time(j, "updated_at", p->content.updated_at);
	ek_json_object_end(j);
}

/* ---- teams ---- */

void ek_view_json_team(struct ek_json *j, const struct ek_team_view *t,
		       const struct ek_team_content *content)
{
	ek_json_object(j);
	ek_view_json_put_id(j, "id", EK_IDENT_TEAM, t->id.v);
	ek_view_json_put_text(j, "name", content->name);
	ek_view_json_put_text(j, "description", content->description);
	ek_view_json_put_raw(j, "languages", content->languages);
	ek_view_json_put_enum(j, "method", EK_ENUM_METHOD, t->method);
	ek_view_json_put_int(j, "rank", t->rank);
	ek_view_json_put_int(j, "inbox_limit", t->inbox_limit);
	ek_view_json_put_int(j, "waiting", t->waiting_count);
	ek_view_json_put_int(j, "members", content->members);
	ek_view_json_put_time(j, "created_at", content->created_at);
	ek_view_json_put_time(j, "updated_at", content->updated_at);
	ek_json_object_end(j);
}

static void write_member(struct ek_json *j, const struct ek_member_view *m)
{
	ek_json_object(j);
	ek_view_json_put_id(j, "teammate", EK_IDENT_TEAMMATE, m->teammate.v);
	ek_view_json_put_enum(j, "level", EK_ENUM_LEVEL, m->level);
	ek_view_json_put_enum(j, "presence", EK_ENUM_PRESENCE, m->presence);
	ek_view_json_put_time(j, "since", m->presence_since);
	ek_view_json_put_time(j, "enough_until", m->enough_until);
	ek_view_json_put_int(j, "load", m->load);
	ek_view_json_put_int(j, "limit", m->limit);
	ek_view_json_put_int(j, "open", m->open);
	ek_view_json_put_int(j, "snoozed", m->snoozed);
	ek_view_json_put_time(j, "last_given", m->last_given);
	ek_json_object_end(j);
}

static void put_sums(struct ek_json *j, const struct ek_live_view *l)
{
	int64_t active = 0;
	int64_t open = 0;
	int64_t snoozed = 0;
	for (uint32_t i = 0; i < l->member_count; i++) {
		active += l->members[i].presence == EK_PRESENCE_ACTIVE;
		open += l->members[i].open;
		snoozed += l->members[i].snoozed;
	}
	ek_json_key(j, "sums");
	if (!ek_json_sees(j, 0) && l->member_count < EK_VIEW_SUM_LEAST) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_view_json_put_int(j, "members", l->member_count);
	ek_view_json_put_int(j, "active", active);
	ek_view_json_put_int(j, "open", open);
	ek_view_json_put_int(j, "snoozed", snoozed);
	ek_json_object_end(j);
}

void ek_view_json_live(struct ek_json *j, const struct ek_live_view *l)
{
	ek_json_object(j);
	ek_view_json_put_id(j, "team", EK_IDENT_TEAM, l->team.v);
	ek_view_json_put_int(j, "waiting", l->waiting);
	ek_view_json_put_time(j, "waiting_since", l->waiting_since);
	put_sums(j, l);
	ek_json_key(j, "members");
	ek_json_list(j);
	for (uint32_t i = 0; i < l->member_count; i++) {
		if (ek_json_sees(j, l->members[i].teammate.v))
			write_member(j, &l->members[i]);
	}
	ek_json_list_end(j);
	ek_json_object_end(j);
}
