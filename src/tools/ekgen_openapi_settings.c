/* Schemas of schema/settings.def. */
#include <string.h>

#include "model/setting.h"
#include "tools/ekgen_openapi.h"

static void print_list(struct ek_ekgen_json *j, const struct ek_setting_row *row)
{
	static const char *const shapes[] = {
		[EK_SHAPE_KEYS] =
			"{\"type\": \"array\", \"minItems\": 1, \"maxItems\": 10, \"items\": "
			"{\"$ref\": \"#/components/schemas/OrderKey\"}}",
		[EK_SHAPE_ORDERS] = "{\"type\": \"object\", \"additionalProperties\": {\"type\": "
				    "\"array\", \"items\": {\"type\": \"string\"}}}",
		[EK_SHAPE_POINTS] = "{\"type\": \"object\", \"additionalProperties\": {\"type\": "
				    "\"integer\", \"minimum\": 1, \"maximum\": 100}}",
		[EK_SHAPE_LIMITS] = "{\"type\": \"object\", \"additionalProperties\": {\"type\": "
				    "[\"integer\", \"null\"], \"minimum\": 0, \"maximum\": 1000}}",
		[EK_SHAPE_TEXTS] = "{\"type\": \"array\", \"items\": {\"type\": \"string\"}}",
		[EK_SHAPE_STEPS] =
			"{\"type\": \"array\", \"items\": {\"type\": \"object\", \"required\": "
			"[\"from_day\", \"limit_permille\", \"complexity_max\"], \"properties\": "
			"{\"from_day\": {\"type\": \"integer\"}, \"limit_permille\": {\"type\": "
			"\"integer\", \"minimum\": 0, \"maximum\": 1000}, \"complexity_max\": "
			"{\"type\": "
			"\"integer\", \"minimum\": 1, \"maximum\": 5}}}}",
		[EK_SHAPE_SKILLS] = "{\"type\": \"object\", \"additionalProperties\": {\"type\": "
				    "\"integer\", \"minimum\": 1, \"maximum\": 5}}",
		[EK_SHAPE_LEVELS] =
			"{\"type\": \"array\", \"items\": {\"type\": \"object\", \"required\": "
			"[\"team\", \"after_ms\"], \"properties\": {\"team\": {\"$ref\": "
			"\"#/components/schemas/TeamId\"}, \"after_ms\": {\"type\": \"integer\", "
			"\"minimum\": 0, \"maximum\": 2592000000}, \"clock\": {\"$ref\": "
			"\"#/components/schemas/ClockValue\"}, \"respect_gate\": {\"type\": "
			"\"boolean\"}}}}",
		[EK_SHAPE_HOURS] =
			"{\"type\": \"object\", \"required\": [\"from\", \"to\"], "
			"\"properties\": {\"from\": {\"type\": \"string\"}, \"to\": {\"type\": "
			"\"string\"}}}",
	};
	ek_ekgen_raw(j, NULL, shapes[row->shape]);
}

static void print_value(struct ek_ekgen_json *j, const struct ek_setting_row *row)
{
	char name[64];
	switch ((enum ek_setting_type)row->type) {
	case EK_SETTING_BOOL:
		ek_ekgen_raw(j, NULL, "{\"type\": \"boolean\"}");
		break;
	case EK_SETTING_INT:
	case EK_SETTING_SPAN:
		ek_ekgen_open(j, NULL);
		ek_ekgen_text(j, "type", "integer");
		ek_ekgen_int(j, "minimum", row->lo);
		ek_ekgen_int(j, "maximum", row->hi);
		ek_ekgen_close(j);
		break;
	case EK_SETTING_ENUM:
		ek_ekgen_camel(ek_enums_name((enum ek_enum)row->listed),
			       strlen(ek_enums_name((enum ek_enum)row->listed)), "Value", name);
		ek_ekgen_ref(j, NULL, "schemas", name);
		break;
	case EK_SETTING_DATE:
		ek_ekgen_raw(j, NULL, "{\"type\": \"string\", \"format\": \"date\"}");
		break;
	case EK_SETTING_REF:
		ek_ekgen_ref(j, NULL, "schemas", "TeamId");
		break;
	case EK_SETTING_CALENDAR:
		ek_ekgen_ref(j, NULL, "schemas", "CalendarId");
		break;
	case EK_SETTING_LIST:
		print_list(j, row);
		break;
	}
}

static void print_setting(struct ek_ekgen_json *j, int setting, bool inherits)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	ek_ekgen_open(j, row->wire);
	ek_ekgen_text(j, "description", row->doc);
	bool is_auto = row->shape == EK_SHAPE_AUTO;
	ek_ekgen_list(j, is_auto || row->nullable || inherits ? "anyOf" : "allOf");
	print_value(j, row);
	if (is_auto)
		ek_ekgen_raw(j, NULL, "{\"const\": \"auto\"}");
	if (row->nullable)
		ek_ekgen_raw(j, NULL, "{\"type\": \"null\"}");
	if (inherits)
		ek_ekgen_raw(j, NULL, "{\"const\": \"inherit\"}");
	ek_ekgen_list_end(j);
	ek_ekgen_close(j);
}

static void print_scope(struct ek_ekgen_json *j, const char *name, int at, const char *doc)
{
	ek_ekgen_open(j, name);
	ek_ekgen_text(j, "type", "object");
	ek_ekgen_text(j, "description", doc);
	ek_ekgen_open(j, "properties");
	for (int s = 1; s < EK_SET_COUNT; s++)
		if ((ek_setting_row(s)->at & at) != 0)
			print_setting(j, s, at != EK_AT_W);
	ek_ekgen_close(j);
	ek_ekgen_bool(j, "additionalProperties", false);
	ek_ekgen_close(j);
}

void ek_ekgen_setting_schemas(struct ek_ekgen_json *j)
{
	print_scope(j, "WorkspaceValues", EK_AT_W, "Settings of the workspace.");
	print_scope(j, "TeamValues", EK_AT_T, "Settings of a team; \"inherit\" unsets.");
	print_scope(j, "TeammateValues", EK_AT_P, "Settings of a teammate; \"inherit\" unsets.");
}
