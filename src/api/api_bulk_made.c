/* What stands beside the facts once rows were applied: change log, audit log, names, tags. */
#include <string.h>

#include "api/api_audit.h"
#include "api/api_bulk.h"
#include "api/api_change.h"
#include "api/api_conversation.h"
#include "api/api_text.h"
#include "wire/value_json.h"

/* ---- the change log */

static ek_str print_value(struct ek_turn *t, const struct ek_api_bulk_field *f)
{
	struct ek_json j;
	ek_api_text_begin(t, &j);
	ek_value_json_write(&j, f->setting, &f->value);
	return ek_api_text_take(t, &j);
}

static ek_str level(const struct ek_api_bulk_field *f)
{
	const char *s = f->i == 0 ? NULL : ek_enums_wire(EK_ENUM_LEVEL, (int)f->i);
	return (ek_str){s, s == NULL ? 0 : (uint32_t)strlen(s)};
}

static void note_settings(struct ek_turn *t, const struct ek_api_bulk_done *done,
			  const struct ek_api_bulk_row *row)
{
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	for (uint32_t i = 0; i < row->sides[1].n; i++) {
		const struct ek_api_bulk_field *to = &row->sides[1].v[i];
		if (to->kind == EK_API_BULK_SETTING)
			ek_api_change_raw(&f, ek_setting_row(to->setting)->wire,
					  print_value(t, &row->sides[0].v[i]), print_value(t, to));
	}
	bool any = f.n > 0;
	ek_str fields = ek_api_change_close(t, &f);
	if (any)
		ek_api_change_add(t, &(struct ek_api_change){
					     .resource = "settings",
					     .object = (uint64_t)row->object,
					     .teammate = {(uint32_t)row->object},
					     .fields = fields,
					     .note = done->note,
					     .version = ek_engine_settings_version(t->engine),
					     .bulk_edit = (uint64_t)done->bulk,
				     });
}

static void note_profile(struct ek_turn *t, const struct ek_api_bulk_done *done,
			 const struct ek_api_bulk_row *row)
{
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	for (uint32_t i = 0; i < row->sides[1].n; i++) {
		const struct ek_api_bulk_field *from = &row->sides[0].v[i];
		const struct ek_api_bulk_field *to = &row->sides[1].v[i];
		if (to->kind == EK_API_BULK_NAME)
			ek_api_change_text(&f, "name", from->s, to->s);
		else if (to->kind == EK_API_BULK_LANGUAGES)
			ek_api_change_raw(&f, "languages", from->s, to->s);
	}
	bool any = f.n > 0;
	ek_str fields = ek_api_change_close(t, &f);
	if (any)
		ek_api_change_add(t, &(struct ek_api_change){.resource = "teammate",
							     .object = (uint64_t)row->object,
							     .teammate = {(uint32_t)row->object},
							     .fields = fields,
							     .note = done->note,
							     .bulk_edit = (uint64_t)done->bulk});
}

static void note_level(struct ek_turn *t, const struct ek_api_bulk_done *done,
		       const struct ek_api_bulk_row *row, uint32_t i)
{
	const struct ek_api_bulk_field *to = &row->sides[1].v[i];
	struct ek_api_change_fields f;
	ek_api_change_open(t, &f);
	ek_api_change_text(&f, "level", level(&row->sides[0].v[i]), level(to));
	ek_str fields = ek_api_change_close(t, &f);
	ek_api_change_add(
		t, &(struct ek_api_change){
			   .resource = "membership",
			   .team = {to->team != 0 ? to->team : ek_api_bulk_team_of(row->object)},
			   .teammate = {ek_api_bulk_mate_of(row->object)},
			   .fields = fields,
			   .note = done->note,
			   .bulk_edit = (uint64_t)done->bulk});
}

static void note_person(struct ek_turn *t, const struct ek_api_bulk_done *done,
			const struct ek_api_bulk_row *row)
{
	char details[48];
	size_t n = ek_format(details, sizeof details, "{\"bulk_edit\":\"bulk_%lld\"}",
			     (long long)done->bulk);
	note_settings(t, done, row);
	note_profile(t, done, row);
	for (uint32_t i = 0; i < row->sides[1].n; i++) {
		if (row->sides[1].v[i].kind == EK_API_BULK_LEVEL &&
		    !ek_api_bulk_equal(&row->sides[0].v[i], &row->sides[1].v[i]))
			note_level(t, done, row, i);
	}
	ek_api_audit_add(t, &(struct ek_api_audit){.action = "teammate.edited",
						   .object_kind = "teammate",
						   .object = ek_api_bulk_mate_of(row->object),
						   .reason = done->note,
						   .details = {details, (uint32_t)n}});
}

/* ---- content */

static void put_person(struct ek_turn *t, const struct ek_api_bulk_row *row)
{
	const struct ek_views_value *old = NULL;
	struct ek_views_value v[EK_CONTENT_PEOPLE_WIDTH];
	bool found = false;
	bool any = false;
	for (uint32_t i = 0; i < row->sides[1].n; i++)
		any = any || row->sides[1].v[i].kind == EK_API_BULK_NAME ||
		      row->sides[1].v[i].kind == EK_API_BULK_LANGUAGES;
	if (!any || !ek_turn_row(t, EK_CONTENT_PEOPLE, row->object, &old, &found) || !found)
		return;
	memcpy(v, old, sizeof v);
	for (uint32_t i = 0; i < row->sides[1].n; i++) {
		const struct ek_api_bulk_field *f = &row->sides[1].v[i];
		if (f->kind == EK_API_BULK_NAME) {
			v[EK_CONTENT_PEOPLE_NAME] = ek_views_text(f->s);
			v[EK_CONTENT_PEOPLE_NAME_KEY] = ek_views_text(ek_api_list_fold(t, f->s));
		} else if (f->kind == EK_API_BULK_LANGUAGES) {
			v[EK_CONTENT_PEOPLE_LANGUAGES] = ek_views_text(f->s);
		}
	}
	v[EK_CONTENT_PEOPLE_UPDATED_MS] = ek_views_int(t->now.ms);
	ek_turn_put(t, EK_CONTENT_PEOPLE, v);
}

static void put_tags(struct ek_turn *t, int64_t conversation, ek_str json)
{
	struct ek_patch b;
	uint32_t n = 0;
	bool ok = ek_patch_open(&b, json, t->arena, &t->problem);
	struct ek_patch_at root = ek_patch_root(&b);
	ek_turn_erase(t, &(struct ek_writer_erasure){EK_CONTENT_CONVERSATION_TAGS,
						     EK_CONTENT_CONVERSATION_TAGS_CONVERSATION,
						     ek_views_int(conversation)});
	ok = ok && ek_patch_list(&root, 0, UINT16_MAX, &n);
	for (uint32_t i = 0; ok && i < n; i++) {
		struct ek_patch_at at = ek_patch_row(&root, i);
		struct ek_views_value v[EK_CONTENT_CONVERSATION_TAGS_WIDTH] = {0};
		uint64_t id = 0;
		if (!ek_patch_id(&at, EK_IDENT_TAG, &id))
			continue;
		v[EK_CONTENT_CONVERSATION_TAGS_CONVERSATION] = ek_views_int(conversation);
		v[EK_CONTENT_CONVERSATION_TAGS_TAG] = ek_views_int((int64_t)id);
		v[EK_CONTENT_CONVERSATION_TAGS_AT_MS] = ek_views_int(t->now.ms);
		v[EK_CONTENT_CONVERSATION_TAGS_TEAMMATE] = ek_views_id(t->self.v);
		ek_turn_put(t, EK_CONTENT_CONVERSATION_TAGS, v);
	}
	ek_patch_close(&b);
}

/* Office hours may have moved the end of a snooze: what it is now is what an undo looks for. */
static void put_conversation(struct ek_turn *t, struct ek_api_bulk_row *row)
{
	struct ek_api_bulk_side now;
	bool found = false;
	for (uint32_t i = 0; i < row->sides[1].n; i++) {
		struct ek_api_bulk_field *f = &row->sides[1].v[i];
		if (f->kind == EK_API_BULK_TAGS)
			put_tags(t, row->object, f->s);
		if (f->kind != EK_API_BULK_STATE || f->i != EK_STATE_SNOOZED)
			continue;
		if (ek_api_bulk_now(t, row->object, &row->sides[1], &now, &found) && found) {
			f->until = now.v[i].until;
			row->after = ek_api_bulk_print(t, &row->sides[1]);
		}
	}
}

void ek_api_bulk_made(struct ek_turn *t, const struct ek_api_bulk_done *done,
		      const struct ek_api_bulk_rows *rows)
{
	for (uint32_t i = 0; i < rows->n; i++) {
		struct ek_api_bulk_row *row = &rows->v[i];
		if (done->resource == EK_API_BULK_CONVERSATIONS) {
			put_conversation(t, row);
		} else {
			note_person(t, done, row);
			if (done->resource == EK_API_BULK_TEAMMATES)
				put_person(t, row);
		}
		ek_api_bulk_put_row(t, done->bulk, row, "applied");
	}
}
