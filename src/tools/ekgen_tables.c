/* The pages of errors, settings, limits and views for other programs. */
#include "model/setting.h"
#include "schema/reports.def"
#include "tools/ekgen.h"

static const struct {
	int number;
	const char *wire;
	int http;
	int exit;
	const char *doc;
} errors[] = {
#define X(num, NAME, wire, http, exit, doc) {num, wire, http, exit, doc},
#include "schema/errors.def"
#undef X
};

static const struct {
	const char *name;
	long long value;
	const char *unit;
	const char *doc;
} limits[] = {
#define LIMIT(name, NAME, value, unit, doc) {#name, value, unit, doc},
#include "schema/limits.def"
#undef LIMIT
};

void ek_ekgen_errors(FILE *out)
{
	ek_ekgen_head(
		out, "Errors",
		"Every way in which Evenkeel says no: the name in JSON, the HTTP status, and the "
		"exit code of a command.");
	fputs("\n| error | number | HTTP | exit | meaning |\n| --- | --- | --- | --- | --- |\n",
	      out);
	for (size_t i = 0; i < EK_LEN(errors); i++) {
		fprintf(out, "| `%s` | %d | %d | %d | ", errors[i].wire, errors[i].number,
			errors[i].http, errors[i].exit);
		ek_ekgen_cell(out, errors[i].doc);
		fputs(" |\n", out);
	}
}

void ek_ekgen_limits(FILE *out)
{
	ek_ekgen_head(
		out, "Limits",
		"Every bound on what comes from outside or is kept, and what happens beyond it.");
	fputs("\n| limit | value | unit | what |\n| --- | --- | --- | --- |\n", out);
	for (size_t i = 0; i < EK_LEN(limits); i++) {
		fprintf(out, "| `%s` | %lld | %s | ", limits[i].name, limits[i].value,
			limits[i].unit);
		ek_ekgen_cell(out, limits[i].doc);
		fputs(" |\n", out);
	}
}

struct report_column {
	const char *name;
	const char *doc;
};

/* clang-format off */
#define COLUMN(name, expression, doc) {#name, doc},
#define X(name, NAME, from, doc) \
	static const struct report_column name##_report[] = {REPORT_##name(COLUMN)};
REPORTS(X)
#undef X
#undef COLUMN

static const struct {
	const char *name;
	const char *doc;
	const struct report_column *columns;
	size_t count;
} reports[] = {
#define X(name, NAME, from, doc) {#name, doc, name##_report, EK_LEN(name##_report)},
	REPORTS(X)
#undef X
};
/* clang-format on */

void ek_ekgen_reports(FILE *out)
{
	ek_ekgen_head(out, "Views for other programs",
		      "What spreadsheets, dashboards and BI tools read in SQL, in SQLite and in "
		      "PostgreSQL alike. Names and columns are a promise; docs/manual/sql.md says "
		      "how to connect.");
	for (size_t i = 0; i < EK_LEN(reports); i++) {
		fprintf(out, "\n## report_%s\n", reports[i].name);
		ek_ekgen_cell(out, reports[i].doc);
		fputs("\n\n| column | meaning |\n| --- | --- |\n", out);
		for (size_t c = 0; c < reports[i].count; c++) {
			fprintf(out, "| `%s` | ", reports[i].columns[c].name);
			ek_ekgen_cell(out, reports[i].columns[c].doc);
			fputs(" |\n", out);
		}
	}
}

/* "30 min" for 1800000. */
static void print_span(FILE *out, int64_t ms)
{
	static const struct {
		int64_t ms;
		const char *unit;
	} units[] = {{EK_DAY_MS(1), "d"}, {EK_HOUR_MS(1), "h"}, {EK_MIN_MS(1), "min"}, {1000, "s"}};
	if (ms == EK_DAY_MS(1)) {
		fputs("24 h", out);
		return;
	}
	for (size_t i = 0; i < EK_LEN(units) && ms > 0; i++) {
		if (ms % units[i].ms == 0) {
			fprintf(out, "%lld %s", (long long)(ms / units[i].ms), units[i].unit);
			return;
		}
	}
	fprintf(out, ms == 0 ? "0" : "%lld ms", (long long)ms);
}

static void print_number(FILE *out, const struct ek_setting_row *row, int64_t i)
{
	if (i == EK_NONE)
		fputs("null", out);
	else if (row->type == EK_SETTING_BOOL)
		fputs(i != 0 ? "true" : "false", out);
	else if (row->type == EK_SETTING_ENUM)
		fprintf(out, "`%s`", ek_enums_wire((enum ek_enum)row->listed, (int)i));
	else if (row->type == EK_SETTING_SPAN)
		print_span(out, i);
	else
		fprintf(out, "%lld", (long long)i);
}

static void print_list_type(FILE *out, const struct ek_setting_row *row)
{
	static const char *const shapes[] = {
		[EK_SHAPE_KEYS] = "list of {key, reverse}, key also `attribute:NAME`",
		[EK_SHAPE_ORDERS] = "map: attribute to its values, best first",
		[EK_SHAPE_POINTS] = "map: capacity class to points, 1 to 100",
		[EK_SHAPE_LIMITS] = "map: capacity class to points, 0 to 1000 or null",
		[EK_SHAPE_TEXTS] = "list of texts",
		[EK_SHAPE_STEPS] =
			"list of {from_day, limit_permille 0 to 1000, complexity_max 1 to 5}",
		[EK_SHAPE_SKILLS] = "map: skill to level, 1 to 5",
		[EK_SHAPE_LEVELS] = "list of {team, after_ms 0 to 30 d, clock, respect_gate}",
		[EK_SHAPE_HOURS] = "{from, to}, times of day",
	};
	fputs(shapes[row->shape], out);
	if (row->hi > 1)
		fprintf(out, "; %lld to %lld", (long long)row->lo, (long long)row->hi);
}

static void print_type(FILE *out, const struct ek_setting_row *row)
{
	static const char *const types[] = {
		[EK_SETTING_BOOL] = "true or false",
		[EK_SETTING_DATE] = "date",
		[EK_SETTING_REF] = "team",
		[EK_SETTING_CALENDAR] = "calendar",
	};
	if (row->type == EK_SETTING_LIST) {
		print_list_type(out, row);
	} else if (row->type == EK_SETTING_ENUM) {
		const char *name = ek_enums_name((enum ek_enum)row->listed);
		fprintf(out, "[%s](enums.md#%s)", name, name);
	} else if (row->type == EK_SETTING_INT || row->type == EK_SETTING_SPAN) {
		fputs(row->type == EK_SETTING_SPAN ? "span, " : "", out);
		print_number(out, row, row->lo);
		fputs(" to ", out);
		print_number(out, row, row->hi);
	} else {
		fputs(types[row->type], out);
	}
	fprintf(out, "%s%s", row->shape == EK_SHAPE_AUTO ? ", `auto`" : "",
		row->nullable ? ", null" : "");
}

static void print_default(FILE *out, int setting)
{
	const struct ek_setting_row *row = ek_setting_row(setting);
	if (setting == EK_SET_ORDER_KEYS)
		fputs("priority, sla, inbox_rank, waiting_since, started", out);
	else if (setting == EK_SET_DAY_HOURS)
		fputs("08:00 to 18:00", out);
	else if (row->type == EK_SETTING_LIST)
		fputs("empty", out);
	else
		print_number(out, row, row->def);
}

void ek_ekgen_settings(FILE *out)
{
	ek_ekgen_head(
		out, "Settings",
		"Every setting of routing. Scopes: W workspace, T team inbox, P teammate; the "
		"nearest that is set holds\n(P, then T, then W, then the default); `inherit` at T "
		"or P unsets it. A span is whole milliseconds. Who: the\nleast role that may set "
		"the value of a team inbox or teammate; values of the workspace need a manager at "
		"least.");
	fputs("\n| setting | scope | type and range | default | what | who |\n"
	      "| --- | --- | --- | --- | --- | --- |\n",
	      out);
	for (int s = 1; s < EK_SET_COUNT; s++) {
		const struct ek_setting_row *row = ek_setting_row(s);
		const char *scopes[] = {"", "W", "T", "W, T", "P", "W, P", "T, P", "W, T, P"};
		fprintf(out, "| `%s` | %s | ", row->wire, scopes[row->at & 7]);
		print_type(out, row);
		fputs(" | ", out);
		print_default(out, s);
		fputs(" | ", out);
		ek_ekgen_cell(out, row->doc);
		fprintf(out, " | %s |\n", ek_enums_wire(EK_ENUM_ROLE, row->role));
	}
}
