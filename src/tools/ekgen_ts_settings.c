/* Settings of routing: what forms are built from, and what their values are. */
#include <string.h>

#include "base/rfc3339.h"
#include "model/setting.h"
#include "tools/ekgen_openapi.h"
#include "tools/ekgen_ts.h"

static const struct {
	int at;
	int scope; /* EK_SCOPE_... */
	const char *name;
	const char *doc;
} scopes[] = {
	{EK_AT_W, EK_SCOPE_WORKSPACE, "Workspace", "Settings of the workspace."},
	{EK_AT_T, EK_SCOPE_TEAM, "Team", "Settings of a team inbox; \"inherit\" unsets."},
	{EK_AT_P, EK_SCOPE_TEAMMATE, "Teammate", "Settings of a teammate; \"inherit\" unsets."},
};

static bool is_map(const struct ek_setting_row *row)
{
	return row->shape == EK_SHAPE_ORDERS || row->shape == EK_SHAPE_POINTS ||
	       row->shape == EK_SHAPE_LIMITS || row->shape == EK_SHAPE_SKILLS;
}

/* ---- types of values ---- */

static void add_value(struct ek_ekgen_ts *t, const struct ek_setting_row *row)
{
	static const char *const types[] = {
		[EK_SETTING_BOOL] = "boolean",   [EK_SETTING_INT] = "number",
		[EK_SETTING_SPAN] = "number",    [EK_SETTING_DATE] = "shapes.CalendarDate",
		[EK_SETTING_REF] = "ids.TeamId", [EK_SETTING_CALENDAR] = "ids.CalendarId",
		[EK_SETTING_LIST] = NULL,
	};
	static const char *const lists[] = {
		[EK_SHAPE_KEYS] = "readonly shapes.OrderKey[]",
		[EK_SHAPE_ORDERS] = "Record<string, readonly string[]>",
		[EK_SHAPE_POINTS] = "Partial<Record<enums.CapacityClass, number>>",
		[EK_SHAPE_LIMITS] = "Partial<Record<enums.CapacityClass, number | null>>",
		[EK_SHAPE_TEXTS] = "readonly string[]",
		[EK_SHAPE_STEPS] = "readonly RampStep[]",
		[EK_SHAPE_SKILLS] = "Record<string, number>",
		[EK_SHAPE_LEVELS] = "readonly OverflowLevel[]",
		[EK_SHAPE_HOURS] = "DayHours",
	};
	char name[64];
	if (row->type == EK_SETTING_ENUM) {
		const char *wire = ek_enums_name((enum ek_enum)row->listed);
		ek_ekgen_camel(wire, strlen(wire), "", name);
		ek_ekgen_ts_add(t, "enums.%s", name);
	} else if (row->type == EK_SETTING_LIST) {
		ek_ekgen_ts_add(t, "%s", lists[row->shape]);
	} else {
		ek_ekgen_ts_add(t, "%s", types[row->type]);
	}
	if (row->shape == EK_SHAPE_AUTO)
		ek_ekgen_ts_add(t, " | \"auto\"");
	if (row->nullable)
		ek_ekgen_ts_add(t, " | null");
}

static void print_shapes(FILE *out)
{
	fputs("/** A newcomer's step. */\n"
	      "export interface RampStep {\n"
	      "\tfrom_day: number;\n"
	      "\t/** 0 to 1000. */\n"
	      "\tlimit_permille: number;\n"
	      "\t/** 1 to 5. */\n"
	      "\tcomplexity_max: number;\n"
	      "}\n"
	      "/** Who else may take it, after how long. */\n"
	      "export interface OverflowLevel {\n"
	      "\tteam: ids.TeamId;\n"
	      "\tafter_ms: number;\n"
	      "\tclock?: enums.Clock;\n"
	      "\trespect_gate?: boolean;\n"
	      "}\n"
	      "/** Times of day, 08:00. */\n"
	      "export interface DayHours {\n"
	      "\tfrom: string;\n"
	      "\tto: string;\n"
	      "}\n\n"
	      "/** What each setting can be. */\n"
	      "export interface SettingValues {\n",
	      out);
	for (int s = 1; s < EK_SET_COUNT; s++) {
		const struct ek_setting_row *row = ek_setting_row(s);
		struct ek_ekgen_ts type;
		ek_ekgen_ts_clear(&type);
		add_value(&type, row);
		ek_ekgen_ts_member(
			out, 1, &(struct ek_ekgen_ts_member){row->wire, type.p, row->doc, false});
	}
	fputs("}\nexport type SettingName = keyof SettingValues;\n", out);
}

static void print_scope(FILE *out, size_t i)
{
	struct ek_ekgen_ts line;
	ek_ekgen_ts_clear(&line);
	ek_ekgen_ts_add(&line, "export type %sSetting = ", scopes[i].name);
	size_t begin = line.n;
	for (int s = 1; s < EK_SET_COUNT; s++)
		if ((ek_setting_row(s)->at & scopes[i].at) != 0)
			ek_ekgen_ts_word(&line, begin, ek_setting_row(s)->wire);
	ek_ekgen_ts_add(&line, ";");
	putc('\n', out);
	ek_ekgen_ts_line(out, 0, &line);
	ek_ekgen_ts_doc(out, 0, scopes[i].doc);
	fprintf(out, "export type %sValues = { [K in %sSetting]?: SettingValues[K]%s };\n",
		scopes[i].name, scopes[i].name, scopes[i].at == EK_AT_W ? "" : " | \"inherit\"");
}

/* ---- the table ---- */

static void print_number(FILE *out, const struct ek_setting_row *row, int64_t i)
{
	ek_assert(row->type != EK_SETTING_DATE && row->type != EK_SETTING_REF);
	if (row->type == EK_SETTING_BOOL)
		fputs(i != 0 ? "true" : "false", out);
	else if (row->type == EK_SETTING_ENUM)
		fprintf(out, "\"%s\"", ek_enums_wire((enum ek_enum)row->listed, (int)i));
	else
		fprintf(out, "%lld", (long long)i);
}

static void print_keys(FILE *out, const struct ek_value *v)
{
	putc('[', out);
	for (uint32_t k = 0; k < v->n; k++)
		fprintf(out, "%s\n\t\t\t{ key: \"%s\", reverse: %s }", k == 0 ? "" : ",",
			ek_enums_wire(EK_ENUM_ORDER_KEY, (int)(v->cells[k].i / 2)),
			v->cells[k].i % 2 != 0 ? "true" : "false");
	fputs(",\n\t\t]", out);
}

static void print_hours(FILE *out, const struct ek_value *v)
{
	char from[EK_RFC3339_CLOCK_MAX], to[EK_RFC3339_CLOCK_MAX];
	ek_assert(v->n == 2);
	size_t n = ek_rfc3339_print_clock((int32_t)v->cells[0].i, from);
	size_t m = ek_rfc3339_print_clock((int32_t)v->cells[1].i, to);
	fprintf(out, "{ from: \"%.*s\", to: \"%.*s\" }", (int)n, from, (int)m, to);
}

static void print_default(FILE *out, int setting)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	struct ek_value v = ek_setting_default(setting);
	fputs("\t\tdefault: ", out);
	if (v.kind == EK_VALUE_INT)
		print_number(out, row, v.i);
	else if (v.kind != EK_VALUE_LIST)
		fputs("null", out);
	else if (row->shape == EK_SHAPE_KEYS)
		print_keys(out, &v);
	else if (row->shape == EK_SHAPE_HOURS)
		print_hours(out, &v);
	else
		fputs(is_map(row) ? "{}" : "[]", out);
	fputs(",\n", out);
}

/* Values of the workspace need a manager at least. */
static void print_who(FILE *out, const struct ek_setting_row *row)
{
	const char *between = "\t\twho: { ";
	for (size_t i = 0; i < EK_LEN(scopes); i++) {
		int role = row->role;
		if ((row->at & scopes[i].at) == 0)
			continue;
		if (scopes[i].at == EK_AT_W && role < EK_ROLE_MANAGER)
			role = EK_ROLE_MANAGER;
		fprintf(out, "%s%s: \"%s\"", between, ek_enums_wire(EK_ENUM_SCOPE, scopes[i].scope),
			ek_enums_wire(EK_ENUM_ROLE, role));
		between = ", ";
	}
	fputs(" },\n", out);
}

static void print_allowed(FILE *out, const struct ek_setting_row *row)
{
	if (row->shape == EK_SHAPE_AUTO)
		fputs("\t\tallowed: [\"auto\"],\n", out);
	if (row->type != EK_SETTING_ENUM)
		return;
	const char *between = "\t\tallowed: [";
	for (int i = 1; i <= row->hi; i++) {
		const char *word = ek_enums_wire((enum ek_enum)row->listed, i);
		if (word == NULL)
			continue;
		fprintf(out, "%s\"%s\"", between, word);
		between = ", ";
	}
	fputs("],\n", out);
}

static void print_row(FILE *out, int setting)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	ek_ekgen_ts_doc(out, 1, row->doc);
	fprintf(out, "\t%s: {\n\t\ttype: \"%s\",\n", row->wire, ek_setting_type_word(row));
	if (row->type == EK_SETTING_LIST)
		fprintf(out, "\t\tlist: \"%s\",\n", ek_setting_list_word(row));
	if (row->type == EK_SETTING_INT || row->type == EK_SETTING_SPAN ||
	    row->type == EK_SETTING_LIST)
		fprintf(out, "\t\trange: { min: %lld, max: %lld },\n", (long long)row->lo,
			(long long)row->hi);
	print_allowed(out, row);
	fprintf(out, "\t\tnullable: %s,\n", row->nullable ? "true" : "false");
	print_default(out, setting);
	print_who(out, row);
	fputs("\t},\n", out);
}

void ek_ekgen_ts_settings(FILE *out)
{
	ek_ekgen_ts_head(out,
			 "Every setting of routing: its values, and what a form needs to know.",
			 "ids enums shapes");
	print_shapes(out);
	for (size_t i = 0; i < EK_LEN(scopes); i++)
		print_scope(out, i);
	fputs("\n/** The words are SettingRow's, of list_settings. */\n"
	      "export interface SettingFact {\n"
	      "\ttype: shapes.SettingRow[\"type\"];\n"
	      "\t/** Of a list: what its rows are. */\n"
	      "\tlist?: NonNullable<shapes.SettingRow[\"list\"]>;\n"
	      "\t/** Of a number, in milliseconds of a duration; of a list, how many rows. */\n"
	      "\trange?: { min: number; max: number };\n"
	      "\t/** The words of a choice, or what stands beside numbers. */\n"
	      "\tallowed?: readonly string[];\n"
	      "\t/** Whether null is a value. */\n"
	      "\tnullable: boolean;\n"
	      "\t/** What holds when nobody set it. */\n"
	      "\tdefault: unknown;\n"
	      "\t/** Where it can be set, and the least role that may. */\n"
	      "\twho: { [S in enums.Scope]?: enums.Role };\n"
	      "}\n\nexport const SETTINGS = {\n",
	      out);
	for (int s = 1; s < EK_SET_COUNT; s++)
		print_row(out, s);
	fputs("} as const satisfies {\n"
	      "\treadonly [K in SettingName]: SettingFact & { default: SettingValues[K] };\n};\n",
	      out);
}
