/* Events as frames, by the types of their fields. */
#include "push/feed_inside.h"

#include <string.h>

#include "base/rfc3339.h"
#include "model/codec.h"
#include "model/setting.h"
#include "wire/field_json.h"
#include "wire/value_json.h"

/* The types that are ids with a number. */
static const enum ek_ident_kind idents[] = {
	[EK_FT_CONVERSATION] = EK_IDENT_CONVERSATION,
	[EK_FT_TEAMMATE] = EK_IDENT_TEAMMATE,
	[EK_FT_TEAM] = EK_IDENT_TEAM,
	[EK_FT_ASSIGNMENT] = EK_IDENT_ASSIGNMENT,
};

static enum ek_ident_kind ident_of(uint8_t type)
{
	return type < EK_LEN(idents) ? idents[type] : EK_IDENT_NONE;
}

static uint32_t id_in(const void *field)
{
	uint32_t id;
	memcpy(&id, field, sizeof id);
	return id;
}

/* ---- what a frame concerns ---- */

static void add_to(uint32_t *list, uint32_t n, uint32_t id)
{
	for (uint32_t i = 0; i < n && id != 0; i++) {
		if (list[i] == id)
			return;
		if (list[i] == 0) {
			list[i] = id;
			return;
		}
	}
}

void ek_feed_frame_add(struct ek_feed_frame *frame, uint32_t team, uint32_t mate)
{
	add_to(frame->teams, EK_FEED_TEAMS, team);
	add_to(frame->mates, EK_FEED_MATES, mate);
}

static void tells_about(struct ek_feed_frame *frame, uint8_t about)
{
	if (about < frame->about)
		frame->about = about;
}

static void concern(struct ek_feed_frame *frame, uint8_t type, const void *field)
{
	switch (type) {
	case EK_FT_CONVERSATION:
		frame->conversation = id_in(field);
		tells_about(frame, EK_FEED_CONVERSATION);
		return;
	case EK_FT_TEAMMATE:
		ek_feed_frame_add(frame, 0, id_in(field));
		tells_about(frame, EK_FEED_TEAMMATE);
		return;
	case EK_FT_TEAM:
		ek_feed_frame_add(frame, id_in(field), 0);
		tells_about(frame, EK_FEED_TEAM);
		return;
	case EK_FT_CONTACT:
		frame->contact = id_in(field);
		tells_about(frame, EK_FEED_CONTACT);
		return;
	case EK_FT_SCOPE:
		tells_about(frame, EK_FEED_SETTINGS);
		return;
	default:
		return;
	}
}

/* ---- values ---- */

static void write_level(struct ek_json *j, const struct ek_cell *c)
{
	ek_json_object(j);
	ek_json_key(j, "after_ms");
	ek_json_int(j, c[1].i);
	ek_json_key(j, "clock");
	const char *clock =
		c[2].i > 0 && c[2].i < 256 ? ek_enums_wire(EK_ENUM_CLOCK, (int)c[2].i) : NULL;
	ek_json_text(j, clock == NULL ? (ek_str){0} : (ek_str){clock, (uint32_t)strlen(clock)});
	ek_json_key(j, "respect_gate");
	ek_json_bool(j, c[3].i != 0);
	ek_json_key(j, "team");
	ek_ident_write(j, EK_IDENT_TEAM, c[0].i > 0 && c[0].i <= UINT32_MAX ? (uint64_t)c[0].i : 0);
	ek_json_object_end(j);
}

/* As wire/value_json.h has it, but with the ids of teams in their wire form. */
static void write_value(struct ek_json *j, int setting, const struct ek_value *v)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	if (v->kind == EK_VALUE_INT && row->type == EK_SETTING_REF) {
		ek_ident_write(j, EK_IDENT_TEAM,
			       v->i > 0 && v->i <= UINT32_MAX ? (uint64_t)v->i : 0);
	} else if (v->kind == EK_VALUE_LIST && row->shape == EK_SHAPE_LEVELS) {
		ek_json_list(j);
		for (uint32_t k = 0; k + 4 <= v->n; k += 4)
			write_level(j, &v->cells[k]);
		ek_json_list_end(j);
	} else {
		ek_value_json_write(j, setting, v);
	}
}

static void write_changes(struct ek_json *j, const struct ek_changes *l)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < l->n; k++) {
		ek_json_object(j);
		ek_json_key(j, "setting");
		ek_json_word(j, ek_setting_row(l->v[k].setting)->wire);
		ek_json_key(j, "before");
		write_value(j, l->v[k].setting, &l->v[k].before);
		ek_json_key(j, "after");
		write_value(j, l->v[k].setting, &l->v[k].after);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void write_sets(struct ek_json *j, const struct ek_sets *l)
{
	ek_json_list(j);
	for (uint32_t k = 0; k < l->n; k++) {
		ek_json_object(j);
		ek_json_key(j, "setting");
		ek_json_word(j, ek_setting_row(l->v[k].setting)->wire);
		ek_json_key(j, "value");
		write_value(j, l->v[k].setting, &l->v[k].value);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static void write_field(struct ek_json *j, uint8_t type, const void *field)
{
	if (ident_of(type) != EK_IDENT_NONE)
		ek_ident_write(j, ident_of(type), id_in(field));
	else if (type == EK_FT_CHANGES)
		write_changes(j, field);
	else if (type == EK_FT_SETS)
		write_sets(j, field);
	else
		ek_field_json_write(j, type, field, false);
}

/* ---- a whole frame ---- */

/* What one frame is made with. */
struct making {
	struct ek_json *json;
	const struct ek_feed_source *source;
	const struct ek_record *record;
	const char *body;
	struct ek_feed_frame *frame;
	bool short_form;
};

static void contact(const struct making *m, const struct ek_field *field, uint32_t id)
{
	const struct ek_feed_source *s = m->source;
	char text[EK_IDENT_MAX];
	size_t n = 0;
	if (id != 0) {
		if (s->contact == NULL)
			return;
		n = s->contact(s->ctx, (ek_contact_id){id}, text);
		ek_assert(n <= sizeof text);
		if (n == 0)
			return;
	}
	ek_json_key(m->json, field->name);
	ek_json_text(m->json, (ek_str){id != 0 ? text : NULL, (uint32_t)n});
}

/* Numbers that are ids of content. */
static enum ek_ident_kind content_ident(int kind, const char *field)
{
	static const struct {
		uint8_t kind;
		const char *field;
		uint8_t ident;
	} rows[] = {
		{EK_EVENT_TAG_UPDATED, "tag", EK_IDENT_TAG},
		{EK_EVENT_VIEW_UPDATED, "view", EK_IDENT_VIEW},
	};
	for (size_t i = 0; i < EK_LEN(rows); i++) {
		if (rows[i].kind == kind && strcmp(rows[i].field, field) == 0)
			return (enum ek_ident_kind)rows[i].ident;
	}
	return EK_IDENT_NONE;
}

static void write_content(struct ek_json *j, enum ek_ident_kind kind, const void *field)
{
	int64_t id;
	memcpy(&id, field, sizeof id);
	ek_ident_write(j, kind, id > 0 && id <= EK_IDENT_LAST ? (uint64_t)id : 0);
}

/* The `id` beside a scope: a team's, a teammate's, or nobody's. */
static bool scoped(const struct making *m, const struct ek_field *field)
{
	const struct ek_field *scope = NULL;
	for (uint32_t i = 0; i < m->record->field_count; i++) {
		if (m->record->fields[i].type == EK_FT_SCOPE)
			scope = &m->record->fields[i];
	}
	if (scope == NULL || field->type != EK_FT_INT || strcmp(field->name, "id") != 0)
		return false;
	uint8_t which;
	int64_t id;
	memcpy(&which, m->body + scope->offset, sizeof which);
	memcpy(&id, m->body + field->offset, sizeof id);
	uint32_t number = id > 0 && id <= UINT32_MAX ? (uint32_t)id : 0;
	enum ek_ident_kind kind = EK_IDENT_TEAM;
	if (which == EK_SCOPE_TEAMMATE)
		kind = EK_IDENT_TEAMMATE;
	else if (which != EK_SCOPE_TEAM)
		number = 0;
	ek_feed_frame_add(m->frame, kind == EK_IDENT_TEAM ? number : 0,
			  kind == EK_IDENT_TEAMMATE ? number : 0);
	ek_json_key(m->json, field->name);
	ek_ident_write(m->json, kind, number);
	return true;
}

static void one_field(const struct making *m, const struct ek_field *field)
{
	const void *at = m->body + field->offset;
	enum ek_codec_form form = ek_codec_form(field->type);
	if (ek_event_is_untold(m->frame->kind, field))
		return;
	concern(m->frame, field->type, at);
	if (m->short_form && (form == EK_CODEC_LIST || form == EK_CODEC_ZONE))
		return;
	if (scoped(m, field))
		return;
	if (field->type == EK_FT_CONTACT) {
		contact(m, field, id_in(at));
		return;
	}
	ek_json_key(m->json, field->name);
	enum ek_ident_kind ident = content_ident(m->frame->kind, field->name);
	if (ident != EK_IDENT_NONE)
		write_content(m->json, ident, at);
	else
		write_field(m->json, field->type, at);
}

/* Who did it to a conversation: null where it came about by itself. */
static void write_actor(struct ek_json *j, struct ek_actor by)
{
	ek_json_key(j, "actor");
	if (by.kind != EK_ACTOR_PERSON && by.kind != EK_ACTOR_RULE) {
		ek_json_null(j);
		return;
	}
	ek_json_object(j);
	ek_json_key(j, "kind");
	ek_json_word(j, ek_enums_wire(EK_ENUM_ACTOR, by.kind));
	ek_json_key(j, "teammate");
	ek_ident_write(j, EK_IDENT_TEAMMATE, by.kind == EK_ACTOR_PERSON ? by.id : 0);
	ek_json_key(j, "rule");
	if (by.kind == EK_ACTOR_RULE && by.id != 0)
		ek_json_int(j, by.id);
	else
		ek_json_null(j);
	ek_json_object_end(j);
}

static void write_frame(const struct making *m, const struct ek_event *e)
{
	struct ek_json *j = m->json;
	char at[EK_RFC3339_TIME_MAX];
	size_t n = ek_rfc3339_print(e->at, at);
	ek_json_reset(j);
	ek_json_object(j);
	ek_json_key(j, "at");
	ek_json_text(j, (ek_str){n > 0 ? at : NULL, (uint32_t)n});
	ek_json_key(j, "type");
	ek_json_word(j, m->record->wire);
	for (uint32_t i = 0; i < m->record->field_count; i++)
		one_field(m, &m->record->fields[i]);
	if (m->frame->about == EK_FEED_CONVERSATION)
		write_actor(j, e->by);
	if (m->short_form) {
		ek_json_key(j, "cut");
		ek_json_bool(j, true);
	}
	ek_json_object_end(j);
}

bool ek_feed_frame_write(struct ek_json *json, const struct ek_feed_source *source,
			 const struct ek_event *e, struct ek_feed_frame *frame)
{
	struct making m = {json, source, ek_event_record(e->kind), ek_event_body(e), frame, false};
	ek_assert(m.record != NULL);
	*frame = (struct ek_feed_frame){.seq = e->seq, .kind = e->kind, .about = EK_FEED_SYSTEM};
	write_frame(&m, e);
	if (!ek_json_is_whole(json)) {
		m.short_form = true;
		write_frame(&m, e);
	}
	return ek_json_is_whole(json);
}

bool ek_feed_frame_make(struct ek_feed *f, const struct ek_event *e, struct ek_feed_frame *frame,
			ek_str *text)
{
	if (!ek_feed_frame_write(&f->json, &f->source, e, frame))
		return false;
	ek_str whole = ek_json_written(&f->json);
	*text = (ek_str){whole.p + 1, whole.n - 1};
	return true;
}

const char *ek_feed_frame_state(int kind)
{
	static const char *const names[EK_FEED_KINDS] = {
		[EK_FEED_QUEUE] = "state.queue",       [EK_FEED_LOAD] = "state.load",
		[EK_FEED_PRESENCE] = "state.presence", [EK_FEED_JOB] = "state.job",
		[EK_FEED_CHAT] = "state.chat",
	};
	return kind > 0 && kind < EK_FEED_KINDS ? names[kind] : NULL;
}

enum { STATE_BITS = 120 };
_Static_assert((int)EK_EVENT_COUNT <= (int)STATE_BITS, "types of events have bits below those");

bool ek_feed_types_add(struct ek_feed_types *t, ek_str name)
{
	int bit = ek_event_number(name);
	for (int k = 1; k < EK_FEED_KINDS; k++) {
		if (ek_str_is(name, ek_feed_frame_state(k)))
			bit = STATE_BITS + k;
	}
	if (bit == 0)
		return false;
	t->bits[bit / 64] |= UINT64_C(1) << bit % 64;
	return true;
}

void ek_feed_types_events(struct ek_feed_types *t)
{
	for (int bit = 1; bit < STATE_BITS; bit++)
		t->bits[bit / 64] |= UINT64_C(1) << bit % 64;
}

static bool has_type(const struct ek_feed_types *t, const struct ek_feed_frame *frame)
{
	if ((t->bits[0] | t->bits[1]) == 0)
		return true;
	int bit = frame->state != 0 ? STATE_BITS + frame->state : frame->kind;
	return (t->bits[bit / 64] >> bit % 64 & 1) != 0;
}

static bool among(const uint32_t *list, uint32_t n, uint32_t id)
{
	for (uint32_t i = 0; i < n; i++) {
		if (list[i] == id)
			return true;
	}
	return false;
}

bool ek_feed_sub_wants(const struct ek_feed_sub *s, const struct ek_feed_frame *frame)
{
	const struct ek_feed_wish *w = &s->wish;
	if (!has_type(&w->types, frame) || ek_event_is_silent(frame->kind))
		return false;
	if (w->conversation != 0 && frame->conversation != w->conversation)
		return false;
	if (w->team != 0 && !among(frame->teams, EK_FEED_TEAMS, w->team))
		return false;
	return w->teammate == 0 || among(frame->mates, EK_FEED_MATES, w->teammate);
}

static bool reaches(const struct ek_feed_reach *r, const struct ek_feed_frame *frame)
{
	if (r->all || frame->teams[0] == 0)
		return true;
	for (uint32_t i = 0; i < EK_FEED_TEAMS && frame->teams[i] != 0; i++) {
		if (among(r->teams, r->team_count, frame->teams[i]))
			return true;
	}
	return r->teammate != 0 && among(frame->mates, EK_FEED_MATES, r->teammate);
}

bool ek_feed_sub_may(const struct ek_feed_sub *s, const struct ek_feed_frame *frame)
{
	if (!reaches(&s->wish.reach, frame))
		return false;
	return s->wish.allow == NULL || s->wish.allow(s->wish.ctx, frame);
}
