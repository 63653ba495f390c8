/* The pages of events, commands and the enums that their fields use. */
#include "model/cmd.h"
#include "model/setting.h"
#include "tools/ekgen.h"

static void print_type(FILE *out, uint8_t type)
{
	if (ek_field_is_enum(type)) {
		const char *name = ek_enums_name(ek_field_enum(type));
		fprintf(out, "[%s](enums.md#%s)", name, name);
		return;
	}
	ek_ekgen_cell(out, ek_field_type_doc(type));
}

static void print_record(FILE *out, int number, const struct ek_record *record)
{
	fprintf(out, "\n## %s\n\n%s Number %d.\n\n| field | type | what |\n| --- | --- | --- |\n",
		record->wire, record->doc, number);
	for (uint32_t i = 0; i < record->field_count; i++) {
		fprintf(out, "| `%s` | ", record->fields[i].name);
		print_type(out, record->fields[i].type);
		fputs(" | ", out);
		ek_ekgen_cell(out, record->fields[i].doc);
		fputs(" |\n", out);
	}
}

void ek_ekgen_events(FILE *out)
{
	ek_ekgen_head(
		out, "Events",
		"Every fact that Evenkeel can remember. As a line of JSON an event is "
		"`{\"at\",\"by\",\"cause_seq\",\"data\",\"seq\",\"type\",\"v\"}`; the fields "
		"below are the members of\n`data`, all of them always there, null when absent. "
		"Numbers are for ever; new fields come at the end.");
	for (int kind = 1; kind < EK_EVENT_COUNT; kind++) {
		if (ek_event_record(kind) != NULL)
			print_record(out, kind, ek_event_record(kind));
	}
}

/* The settings that a create takes as fields. */
static void print_create_settings(FILE *out, int at)
{
	const char *between = "\nAnd the settings of its scope, each as a field: ";
	for (int s = 1; s < EK_SET_COUNT; s++) {
		if ((ek_setting_row(s)->at & at) == 0)
			continue;
		fprintf(out, "%s[`%s`](settings.md)", between, ek_setting_row(s)->wire);
		between = ", ";
	}
	fputs(".\n", out);
}

void ek_ekgen_commands(FILE *out)
{
	ek_ekgen_head(
		out, "Commands",
		"Everything that can be asked of the engine, as a JSON object with `cmd` and "
		"the fields below. A field\nthat is not named stays as it is or takes what its "
		"row says; null is a value. Beside the fields: `by`\n(`person` if not said, "
		"`rule` or `system`, with `:ID`) and `based_on` (a seq; refused as stale if "
		"the object\nchanged since). Times are RFC 3339 or milliseconds since 1970. A "
		"line of a drive file also has `at`, and may\nhave `ref` (a name for what is "
		"created, for use wherever an id is due), `key`, and for `conversation.create`\n"
		"`sim` with `handle_ms` and `patience_ms`.");
	for (int kind = 1; kind < EK_CMD_COUNT; kind++) {
		if (ek_cmd_record(kind) == NULL)
			continue;
		print_record(out, kind, ek_cmd_record(kind));
		if (kind == EK_CMD_TEAMMATE_CREATE)
			print_create_settings(out, EK_AT_P);
		if (kind == EK_CMD_TEAM_CREATE)
			print_create_settings(out, EK_AT_T);
	}
}

void ek_ekgen_enums(FILE *out)
{
	ek_ekgen_head(out, "Enums", "Every listed value. Numbers are for ever.");
	for (int e = 1; e < EK_ENUM_COUNT; e++) {
		enum ek_enum which = (enum ek_enum)e;
		fprintf(out, "\n## %s\n\n%s\n\n| number | value | what |\n| --- | --- | --- |\n",
			ek_enums_name(which), ek_enums_about(which));
		for (int i = 1; i < 256; i++) {
			const char *wire = ek_enums_wire(which, i);
			if (wire == NULL)
				continue;
			fprintf(out, "| %d | `%s` | ", i, wire);
			ek_ekgen_cell(out, ek_enums_doc(which, i));
			fputs(" |\n", out);
		}
	}
}
