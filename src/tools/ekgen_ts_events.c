/* Frames as /api/v1/events gives them: see push/feed.h. */
#include <string.h>

#include "model/codec.h"
#include "model/event.h"
#include "tools/ekgen_openapi.h"
#include "tools/ekgen_ts.h"

static bool is_id(uint8_t type)
{
	return type == EK_FT_CONVERSATION || type == EK_FT_TEAMMATE || type == EK_FT_TEAM ||
	       type == EK_FT_ASSIGNMENT;
}

/* Whether it always has a value. Of an event about a conversation, teammate or team, the first
 * field says which; an assignment has a conversation. The words of enums say when there may be
 * none. Anything else may be null. */
static bool is_there(const struct ek_record *record, const struct ek_field *f)
{
	if (strstr(f->doc, "null") != NULL)
		return false;
	if (ek_field_is_enum(f->type) || ek_codec_form(f->type) == EK_CODEC_BOOL ||
	    ek_codec_form(f->type) == EK_CODEC_LIST)
		return true;
	return is_id(f->type) && (f == record->fields || f->type == EK_FT_CONVERSATION) &&
	       is_id(record->fields[0].type);
}

/* A settings event's `id` is of what its scope says. */
static bool is_scoped(const struct ek_record *record, const struct ek_field *f)
{
	for (uint32_t i = 0; i < record->field_count; i++)
		if (record->fields[i].type == EK_FT_SCOPE)
			return f->type == EK_FT_INT && strcmp(f->name, "id") == 0;
	return false;
}

static const char *plain_type(uint8_t type)
{
	static const char *const types[] = {
		[EK_FT_CONVERSATION] = "ids.ConversationId",
		[EK_FT_TEAMMATE] = "ids.TeammateId",
		[EK_FT_TEAM] = "ids.TeamId",
		[EK_FT_CONTACT] = "ids.ContactId",
		[EK_FT_ASSIGNMENT] = "ids.AssignmentId",
		[EK_FT_TIME] = "shapes.Instant",
		[EK_FT_SPAN] = "number",
		[EK_FT_WALL] = "string",
		[EK_FT_INT] = "number",
		[EK_FT_BOOL] = "boolean",
		[EK_FT_TEXT] = "string",
		[EK_FT_NEEDS] = "readonly shapes.Need[]",
		[EK_FT_PAIRS] = "Record<string, string | null>",
		[EK_FT_TEXTS] = "readonly string[]",
		[EK_FT_SETS] = "readonly SettingSet[]",
		[EK_FT_CHANGES] = "readonly SettingChanged[]",
		[EK_FT_ZONE] = "string",
		[EK_FT_WEEK] = "readonly shapes.OpenHours[]",
		[EK_FT_DATES] = "readonly shapes.CalendarDate[]",
		[EK_FT_SHIFTS] = "readonly { from: shapes.Instant; until: shapes.Instant }[]",
	};
	ek_assert(type < EK_LEN(types) && types[type] != NULL);
	return types[type];
}

static void print_field(FILE *out, const struct ek_record *record, const struct ek_field *f)
{
	struct ek_ekgen_ts type;
	enum ek_codec_form form = ek_codec_form(f->type);
	bool may_lack = form == EK_CODEC_LIST || form == EK_CODEC_ZONE || f->type == EK_FT_CONTACT;
	ek_ekgen_ts_clear(&type);
	if (ek_field_is_enum(f->type)) {
		char name[64];
		const char *wire = ek_enums_name(ek_field_enum(f->type));
		ek_ekgen_camel(wire, strlen(wire), "", name);
		ek_ekgen_ts_add(&type, "enums.%s", name);
	} else if (is_scoped(record, f)) {
		ek_ekgen_ts_add(&type, "ids.TeamId | ids.TeammateId");
	} else {
		ek_ekgen_ts_add(&type, "%s", plain_type(f->type));
	}
	if (form != EK_CODEC_LIST && !is_there(record, f))
		ek_ekgen_ts_add(&type, " | null");
	ek_ekgen_ts_member(out, 1, &(struct ek_ekgen_ts_member){f->name, type.p, f->doc, may_lack});
}

static bool is_of_conversation(const struct ek_record *record)
{
	for (uint32_t i = 0; i < record->field_count; i++)
		if (record->fields[i].type == EK_FT_CONVERSATION)
			return true;
	return false;
}

static void print_event(FILE *out, int kind)
{
	const struct ek_record *record = ek_event_record(kind);
	char name[64];
	ek_ekgen_camel(record->wire, strlen(record->wire), "", name);
	putc('\n', out);
	ek_ekgen_ts_doc(out, 0, record->doc);
	fprintf(out, "export interface %s extends Numbered {\n\ttype: \"%s\";\n", name,
		record->wire);
	for (uint32_t i = 0; i < record->field_count; i++)
		if (!ek_event_is_untold(kind, &record->fields[i]))
			print_field(out, record, &record->fields[i]);
	if (is_of_conversation(record))
		ek_ekgen_ts_member(out, 1,
				   &(struct ek_ekgen_ts_member){
					   "actor", "shapes.Actor | null",
					   "Who did it; null where it came about by itself.",
					   false});
	fputs("}\n", out);
}

static void print_union(FILE *out)
{
	fputs("\n/** A fact, as far as its reader may see it. */\nexport type EventFrame =", out);
	for (int kind = 1; kind < EK_EVENT_COUNT; kind++) {
		char name[64];
		const struct ek_record *record = ek_event_record(kind);
		if (record == NULL)
			continue;
		ek_ekgen_camel(record->wire, strlen(record->wire), "", name);
		fprintf(out, "\n\t| %s", name);
	}
	fputs(";\nexport type EventType = EventFrame[\"type\"];\n", out);
}

/* By the log's numbers, for who picks among them. */
static void print_types(FILE *out)
{
	fputs("\n/** Every type of event. A newer server may know more. */\n"
	      "export const EVENT_TYPES: readonly EventType[] = [",
	      out);
	for (int kind = 1; kind < EK_EVENT_COUNT; kind++)
		if (ek_event_record(kind) != NULL)
			fprintf(out, "\n\t\"%s\",", ek_event_record(kind)->wire);
	fputs("\n];\n", out);
}

static void print_numbered(FILE *out)
{
	fputs("/** What every frame of an event has. Lists and zones are left out of a frame that "
	      "is "
	      "cut. */\n"
	      "export interface Numbered {\n"
	      "\t/** Place of the event in the log. */\n"
	      "\tseq: number;\n"
	      "\t/** The frame before, for this reader. */\n"
	      "\tprev: number;\n"
	      "\tat: shapes.Instant;\n"
	      "\t/** It was too long. */\n"
	      "\tcut?: true;\n"
	      "}\n"
	      "export interface SettingSet {\n"
	      "\tsetting: SettingName;\n"
	      "\tvalue: unknown;\n"
	      "}\n"
	      "export interface SettingChanged {\n"
	      "\tsetting: SettingName;\n"
	      "\tbefore: unknown;\n"
	      "\tafter: unknown;\n"
	      "}\n",
	      out);
}

/* What the server tells besides facts: server/feeder.c, and push/feed_pull.c. */
static void print_others(FILE *out)
{
	fputs("\n/** How many wait in a team inbox now. */\n"
	      "export interface QueueState {\n"
	      "\ttype: \"state.queue\";\n"
	      "\tseq: number;\n"
	      "\tteam: ids.TeamId;\n"
	      "\twaiting: number;\n"
	      "}\n"
	      "/** What somebody holds now. */\n"
	      "export interface LoadState {\n"
	      "\ttype: \"state.load\";\n"
	      "\tseq: number;\n"
	      "\tteammate: ids.TeammateId;\n"
	      "\tload: number;\n"
	      "\t/** null = none. */\n"
	      "\tlimit: number | null;\n"
	      "}\n"
	      "/** How ready somebody is now. */\n"
	      "export interface PresenceState {\n"
	      "\ttype: \"state.presence\";\n"
	      "\tseq: number;\n"
	      "\tteammate: ids.TeammateId;\n"
	      "\tpresence: enums.Presence;\n"
	      "}\n"
	      "/** What the visitor of a chat does now, and how far they have read. */\n"
	      "export interface ChatState {\n"
	      "\ttype: \"state.chat\";\n"
	      "\tseq: number;\n"
	      "\tconversation: ids.ConversationId;\n"
	      "\t/** They write, until then; null = they do not. */\n"
	      "\ttyping_until: string | null;\n"
	      "\tseen_part: ids.PartId | null;\n"
	      "\tseen_at: string | null;\n"
	      "}\n"
	      "/** The newest state, whole. Its type is the name of the event on the stream; the "
	      "data "
	      "has none. */\n"
	      "export type StateFrame = QueueState | LoadState | PresenceState | ChatState;\n\n"
	      "/** Where the stream begins; its event is hello. */\n"
	      "export interface Hello {\n"
	      "\tlog: string;\n"
	      "\tseq: number;\n"
	      "}\n"
	      "/** What was read before is worth nothing; its event is reset. */\n"
	      "export interface Reset {\n"
	      "\treason: \"too_old\" | \"unknown_position\" | \"rights_changed\" | "
	      "\"restored\";\n"
	      "\tseq: number;\n"
	      "}\n"
	      "/** The stream has come so far without a frame for its reader; its event is "
	      "position. "
	      "*/\n"
	      "export interface Position {\n"
	      "\tseq: number;\n"
	      "\tprev: number;\n"
	      "}\n",
	      out);
}

void ek_ekgen_ts_events(FILE *out)
{
	ek_ekgen_ts_head_with(out, "Frames of GET /api/v1/events.", "ids enums shapes",
			      "SettingName");
	print_numbered(out);
	for (int kind = 1; kind < EK_EVENT_COUNT; kind++)
		if (ek_event_record(kind) != NULL)
			print_event(out, kind);
	print_union(out);
	print_types(out);
	print_others(out);
}
