/* Words: ids, enums, rights and problems. */
#include <string.h>

#include "tools/ekgen_openapi.h"
#include "tools/ekgen_ts.h"

#define EK_IDENT_LAST ((INT64_C(1) << 53) - 1)
static const struct {
	const char *name;
	const char *prefix;
	int64_t last;
	const char *doc;
} idents[] = {
#define IDENT(number, NAME, prefix, last, doc) {#NAME, prefix, last, doc},
#include "schema/idents.def"
#undef IDENT
};

static const struct {
	const char *name;
	const char *doc;
} rights[] = {
#define MAY(number, name, NAME, self, teammate, lead, manager, admin, integration, scope, see, \
	    flags, doc) \
	{#name, doc},
#include "schema/may.def"
#undef MAY
};

static const struct {
	const char *wire;
	const char *doc;
} problems[] =
	{
#define PROBLEM(number, NAME, wire, status, RETRY, en, ko, ar, doc) {wire, doc},
#include "schema/problems.def"
#undef PROBLEM
},
  retries[] =
	  {
#define RETRIES(NAME, wire, doc) {wire, doc},
#include "schema/problems.def"
#undef RETRIES
},
  faults[] = {
#define FAULT(NAME, wire, doc) {wire, doc},
#include "schema/problems.def"
#undef FAULT
};

/* "sign_in" of SIGN_IN. */
static void lower(const char *text, char *out, size_t cap)
{
	size_t n = ek_format(out, cap, "%s", text);
	for (size_t i = 0; i < n; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] - 'A' + 'a');
}

/* ---- ids ---- */

static void print_ident(FILE *out, size_t i)
{
	char name[64], doc[120];
	ek_ekgen_camel(idents[i].name, strlen(idents[i].name), "Id", name);
	ek_format(doc, sizeof doc, "Of: %s.", idents[i].doc);
	ek_ekgen_ts_doc(out, 0, doc);
	fprintf(out, "export type %s = `%s${%s}`;\n", name, idents[i].prefix,
		idents[i].last == 0 ? "string" : "number");
}

void ek_ekgen_ts_ids(FILE *out)
{
	char name[64];
	ek_ekgen_ts_head(out, "Ids: a prefix that says of what, and a number.", "");
	for (size_t i = 0; i < EK_LEN(idents); i++)
		print_ident(out, i);
	fputs("\n/** What stands before the number, by kind. */\nexport const ID_PREFIX = {\n",
	      out);
	for (size_t i = 0; i < EK_LEN(idents); i++) {
		lower(idents[i].name, name, sizeof name);
		fprintf(out, "\t%s: \"%s\",\n", name, idents[i].prefix);
	}
	fputs("} as const;\nexport type IdKind = keyof typeof ID_PREFIX;\n"
	      "/** The type of an id, by kind. */\nexport interface IdOf {\n",
	      out);
	for (size_t i = 0; i < EK_LEN(idents); i++) {
		char camel[64];
		lower(idents[i].name, name, sizeof name);
		ek_ekgen_camel(idents[i].name, strlen(idents[i].name), "Id", camel);
		fprintf(out, "\t%s: %s;\n", name, camel);
	}
	fputs("}\n", out);
}

/* ---- enums ---- */

static void print_enum(FILE *out, enum ek_enum which)
{
	const char *name = ek_enums_name(which);
	char camel[64], upper[64];
	size_t n = ek_format(upper, sizeof upper, "%s", name);
	for (size_t i = 0; i < n; i++)
		if (upper[i] >= 'a' && upper[i] <= 'z')
			upper[i] = (char)(upper[i] - 'a' + 'A');
	ek_ekgen_camel(name, strlen(name), "", camel);
	putc('\n', out);
	ek_ekgen_ts_doc(out, 0, ek_enums_about(which));
	fprintf(out, "export const %s = [\n", upper);
	for (int i = 1; i < 256; i++) {
		if (ek_enums_wire(which, i) == NULL)
			continue;
		ek_ekgen_ts_doc(out, 1, ek_enums_doc(which, i));
		fprintf(out, "\t\"%s\",\n", ek_enums_wire(which, i));
	}
	fprintf(out, "] as const;\nexport type %s = (typeof %s)[number];\n", camel, upper);
}

void ek_ekgen_ts_enums(FILE *out)
{
	ek_ekgen_ts_head(out, "Every listed value. A newer server may know more.", "");
	for (int e = 1; e < EK_ENUM_COUNT; e++)
		print_enum(out, (enum ek_enum)e);
}

/* ---- rights, problems ---- */

/* "export type NAME =", a line for each word, and what it means. */
static void begin_words(FILE *out, const char *name, const char *doc)
{
	putc('\n', out);
	ek_ekgen_ts_doc(out, 0, doc);
	fprintf(out, "export type %s =\n", name);
}

static void print_word(FILE *out, const char *word, const char *doc, bool is_last)
{
	ek_ekgen_ts_doc(out, 1, doc);
	fprintf(out, "\t| \"%s\"%s\n", word, is_last ? ";" : "");
}

void ek_ekgen_ts_rights(FILE *out)
{
	ek_ekgen_ts_head(out, "Who may do what is the server's to say; these are its words for it.",
			 "");
	ek_ekgen_ts_doc(out, 0, "What Me.rights lists, and what an operation asks for.");
	fputs("export type Right =\n", out);
	for (size_t i = 0; i < EK_LEN(rights); i++)
		print_word(out, rights[i].name, rights[i].doc, i + 1 == EK_LEN(rights));
}

static void print_problem_shape(FILE *out)
{
	fputs("\n/** One fault; pointer, parameter or header says where, or none for the whole. "
	      "*/\n"
	      "export interface Fault {\n"
	      "\t/** JSON Pointer into the body. */\n"
	      "\tpointer?: string;\n"
	      "\tparameter?: string;\n"
	      "\theader?: string;\n"
	      "\tcode: FaultCode;\n"
	      "\tdetail: string;\n"
	      "\tparams: Record<string, unknown>;\n"
	      "}\n\n"
	      "export interface StuckSetting {\n"
	      "\tscope: enums.Scope;\n"
	      "\t/** Which team or teammate; null for the workspace. */\n"
	      "\tid: ids.TeamId | ids.TeammateId | null;\n"
	      "\tname: string;\n"
	      "}\n\n"
	      "/** application/problem+json, RFC 9457. */\n"
	      "export interface Problem {\n"
	      "\ttype: `/problems/${ProblemType}`;\n"
	      "\t/** In the language of the request, as detail is. */\n"
	      "\ttitle: string;\n"
	      "\tstatus: number;\n"
	      "\tdetail: string;\n"
	      "\trequest_id: string;\n"
	      "\tretry: Retry;\n"
	      "\terrors: readonly Fault[];\n"
	      "\t/** Of version_mismatch: what is there now, as reading it answers. */\n"
	      "\tcurrent?: unknown;\n"
	      "\t/** Of not_eligible: the first test that failed, and its arguments. */\n"
	      "\ttest?: enums.Test;\n"
	      "\targs?: Record<string, unknown>;\n"
	      "\t/** Of conflict: the contact that has this already. */\n"
	      "\tcontact?: ids.ContactId;\n"
	      "\t/** Of undo_conflict: settings that were changed again. */\n"
	      "\tconflicts?: readonly StuckSetting[];\n"
	      "}\n",
	      out);
}

void ek_ekgen_ts_problems(FILE *out)
{
	ek_ekgen_ts_head(out, "How the server says no.", "ids enums");
	ek_ekgen_ts_doc(out, 0, "What it can be: the last part of `type`.");
	fputs("export type ProblemType =\n", out);
	for (size_t i = 0; i < EK_LEN(problems); i++)
		print_word(out, problems[i].wire, problems[i].doc, i + 1 == EK_LEN(problems));
	begin_words(out, "Retry", "What to do about it.");
	for (size_t i = 0; i < EK_LEN(retries); i++)
		print_word(out, retries[i].wire, retries[i].doc, i + 1 == EK_LEN(retries));
	begin_words(out, "FaultCode", "What is wrong with one value.");
	for (size_t i = 0; i < EK_LEN(faults); i++)
		print_word(out, faults[i].wire, faults[i].doc, i + 1 == EK_LEN(faults));
	print_problem_shape(out);
}
