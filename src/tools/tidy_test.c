/* Little trees with one thing wrong each: the check must find it at its file and line, and must
 * find nothing in the tree beside it that has it right. */
#include "tools/tidy.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { FILES_MAX = 4 };

struct planted {
	const char *path;
	const char *text;
};

struct row {
	const char *what;
	const char *check;
	struct planted files[FILES_MAX];
	const char *path; /* of the one finding; NULL = the tree is clean */
	uint32_t line;
};

/* -- planting -- */

static void make_folders(char *path)
{
	for (char *p = path + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) != 0)
			assert_int_equal(errno, EEXIST);
		*p = '/';
	}
}

static void plant(const char *root, const struct planted *f)
{
	char path[512];
	(void)snprintf(path, sizeof path, "%s/%s", root, f->path);
	make_folders(path);
	FILE *out = fopen(path, "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(f->text, 1, strlen(f->text), out), strlen(f->text));
	assert_int_equal(fclose(out), 0);
}

static void remove_tree(struct ek_tidy *t, const char *root)
{
	ek_str out;
	int status;
	struct ek_err err;
	const char *const argv[] = {"rm", "-r", root, NULL};
	assert_true(ek_tidy_run(t, argv, &out, &status, &err));
	assert_int_equal(status, 0);
}

static void check_row(const struct row *row)
{
	char root[] = "/tmp/tidy-test-XXXXXX";
	struct ek_tidy t;
	struct ek_err err = {.msg = ""};
	assert_non_null(mkdtemp(root));
	for (size_t i = 0; i < FILES_MAX && row->files[i].path != NULL; i++)
		plant(root, &row->files[i]);
	assert_true(ek_tidy_open(&t, root, &err));
	if (!ek_tidy_check(&t, row->check, &err))
		fail_msg("%s: %s", row->what, err.msg);
	for (size_t i = 0; i < t.finding_count; i++)
		if (row->path == NULL || t.finding_count > 1)
			print_error("%s: %s:%u %s\n", row->what, t.findings[i].path,
				    t.findings[i].line, t.findings[i].text);
	assert_int_equal(t.finding_count, row->path != NULL);
	if (row->path != NULL) {
		assert_string_equal(t.findings[0].path, row->path);
		assert_int_equal(t.findings[0].line, row->line);
		assert_string_equal(t.findings[0].rule, row->check);
	}
	remove_tree(&t, root);
	ek_tidy_close(&t);
}

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_row(&rows[i]);
}

/* -- arrows -- */

#define ARROWS_FILE \
	{ \
		"ARROWS", "base:\nengine: base\nwire: base\ncli: (all but engine)\n" \
	}

#define WEB_ARROWS \
	{ \
		"web/ARROWS", "words:\nparts: words\nrooms: parts words\n" \
	}

static const struct row arrow_rows[] = {
	{"a room may include what its line names",
	 "arrows",
	 {ARROWS_FILE, {"src/engine/a.c", "#include \"base/b.h\"\n#include \"engine/a.h\"\n"}},
	 NULL,
	 0},
	{"everybody may include the tables",
	 "arrows",
	 {ARROWS_FILE, {"src/base/a.c", "#include \"schema/errors.def\"\n"}},
	 NULL,
	 0},
	{"an arrow upward",
	 "arrows",
	 {ARROWS_FILE, {"src/base/a.c", "\n#include \"base/a.h\"\n#include \"engine/b.h\"\n"}},
	 "src/base/a.c",
	 3},
	{"an arrow between sisters",
	 "arrows",
	 {ARROWS_FILE, {"src/wire/a.c", "#include \"engine/b.h\"\n"}},
	 "src/wire/a.c",
	 1},
	{"an include inside a comment is none",
	 "arrows",
	 {ARROWS_FILE, {"src/base/a.c", "/*\n#include \"engine/b.h\"\n*/\n"}},
	 NULL,
	 0},
	{"all but one",
	 "arrows",
	 {ARROWS_FILE, {"src/cli/a.c", "#include \"wire/b.h\"\n#include \"engine/b.h\"\n"}},
	 "src/cli/a.c",
	 2},
	{"a room without a line",
	 "arrows",
	 {ARROWS_FILE, {"src/attic/a.c", "int x;\n"}},
	 "src/attic/a.c",
	 1},
	{"an include without its room",
	 "arrows",
	 {ARROWS_FILE, {"src/base/a.c", "#include \"a.h\"\n"}},
	 "src/base/a.c",
	 1},
	{"a library that one room alone knows",
	 "arrows",
	 {ARROWS_FILE, {"src/engine/a.c", "#include <string.h>\n#include <jansson.h>\n"}},
	 "src/engine/a.c",
	 2},
	{"the room that knows it",
	 "arrows",
	 {ARROWS_FILE, {"src/wire/a.c", "#include <string.h>\n#include <jansson.h>\n"}},
	 NULL,
	 0},
	{"a room that includes itself through another",
	 "arrows",
	 {{"ARROWS", "base:\nengine: base engine\n"}},
	 "ARROWS",
	 2},
	{"a line that is none", "arrows", {{"ARROWS", "base:\n\nengine base\n"}}, "ARROWS", 3},
	{"no file at all", "arrows", {{"src/base/a.c", "\n"}}, "ARROWS", 1},
	{"a screen may import what its line names, and its own folder",
	 "arrows",
	 {ARROWS_FILE,
	  WEB_ARROWS,
	  {"web/src/rooms/inbox/A.tsx",
	   "import { t } from \"../../words/t.ts\";\nimport { B } from \"./B.tsx\";\n"}},
	 NULL,
	 0},
	{"a part that imports a screen",
	 "arrows",
	 {ARROWS_FILE,
	  WEB_ARROWS,
	  {"web/src/parts/A.tsx", "\nimport { B } from \"../rooms/inbox/B.tsx\";\n"}},
	 "web/src/parts/A.tsx",
	 2},
	{"a screen that imports another",
	 "arrows",
	 {ARROWS_FILE,
	  WEB_ARROWS,
	  {"web/src/rooms/inbox/A.tsx", "const B = lazy(() => import(\"../live/B.tsx\"));\n"}},
	 "web/src/rooms/inbox/A.tsx",
	 1},
	{"a folder of the browser without a line",
	 "arrows",
	 {ARROWS_FILE, WEB_ARROWS, {"web/src/attic/a.ts", "export const a = 1;\n"}},
	 "web/src/attic/a.ts",
	 1},
	{"a part of the chat widget that imports its frame",
	 "arrows",
	 {ARROWS_FILE,
	  {"web/widget/ARROWS", "parts:\nframe: parts\n"},
	  {"web/widget/parts/a.ts", "import { b } from \"../frame/b.ts\";\n"}},
	 "web/widget/parts/a.ts",
	 1},
};

static void test_arrows(void **state)
{
	(void)state;
	check_rows(arrow_rows, EK_LEN(arrow_rows));
}

/* -- names and globals -- */

static const struct row name_rows[] = {
	{"a public name of its file",
	 "names",
	 {{"src/store/log_sqlite.c", "bool ek_log_open(void)\n{\n}\n\nvoid ek_log(void)\n{\n}\n"}},
	 NULL,
	 0},
	{"a public name of another file",
	 "names",
	 {{"src/engine/route.c", "\nbool ek_queue_pick(int a)\n{\n\treturn a;\n}\n"}},
	 "src/engine/route.c",
	 2},
	{"a longer word is another file",
	 "names",
	 {{"src/engine/route.c", "bool ek_router_pick(int a)\n{\n\treturn a;\n}\n"}},
	 "src/engine/route.c",
	 1},
	{"a private name with the public prefix",
	 "names",
	 {{"src/engine/route.c", "static const char *\nek_route_pick(int a)\n{\n}\n"}},
	 "src/engine/route.c",
	 2},
	{"a private name",
	 "names",
	 {{"src/engine/route.c",
	   "static int pick(int (*by)(int, int))\n{\n\treturn by(1, 2);\n}\n"}},
	 NULL,
	 0},
	{"an inline one in a header is public",
	 "names",
	 {{"src/base/alloc.h", "\n\nstatic inline int get(void)\n{\n\treturn 1;\n}\n"}},
	 "src/base/alloc.h",
	 3},
	{"a name that a macro makes",
	 "names",
	 {{"src/base/treap.h", "static void TREAP(split)(int a)\n{\n}\n"}},
	 NULL,
	 0},
	{"an attribute before the name is not the name",
	 "names",
	 {{"src/base/a.c", "__attribute__((cold)) void ek_a_end(int a)\n{\n}\n"}},
	 NULL,
	 0},
	{"the words that every room uses",
	 "names",
	 {{"src/base/base.c", "int ek_str_compare(int a)\n{\n\treturn a;\n}\n"}},
	 NULL,
	 0},
	{"programs begin at main, fuzzers elsewhere",
	 "names",
	 {{"fuzz/a_fuzz.c", "int LLVMFuzzerTestOneInput(int a)\n{\n}\n\nint main(void)\n{\n}\n"}},
	 NULL,
	 0},
	{"a variable of the whole file",
	 "globals",
	 {{"src/sys/a.c", "static const int a[] = {1};\n\nstatic int seen;\n"}},
	 "src/sys/a.c",
	 3},
	{"one that others can write too",
	 "globals",
	 {{"src/sys/a.c", "typedef int number;\nnumber seen = 3;\n"}},
	 "src/sys/a.c",
	 2},
	{"a written struct",
	 "globals",
	 {{"src/sys/a.c", "struct a {\n\tint b;\n};\n\nstatic struct a one = {1};\n"}},
	 "src/sys/a.c",
	 5},
	{"types, promises and functions are no variables",
	 "globals",
	 {{"src/sys/a.c", "struct a;\nstruct b {\n\tint c;\n};\nenum { D = 1 };\n"
			  "static int f(void);\nextern int g(void);\n_Static_assert(1, \"\");\n"
			  "static int f(void)\n{\n\tstatic const int h = 1;\n\treturn h;\n}\n"}},
	 NULL,
	 0},
};

static void test_names(void **state)
{
	(void)state;
	check_rows(name_rows, EK_LEN(name_rows));
}

/* -- size -- */

#define TEN(x) x x x x x x x x x x
#define BRANCH "\tif (a)\n\t\ta--;\n"

static const struct row size_rows[] = {
	{"a function of 60 lines",
	 "size",
	 {{"src/base/a.c", "\nint f(void)\n{\n" TEN("\n") TEN("\n") TEN("\n") TEN("\n")
				   TEN("\n") "\n\n\n\n\n\n\n}\n"}},
	 NULL,
	 0},
	{"a function of 61 lines",
	 "size",
	 {{"src/base/a.c", "\nint f(void)\n{\n" TEN("\n") TEN("\n") TEN("\n") TEN("\n")
				   TEN("\n") "\n\n\n\n\n\n\n\n}\n"}},
	 "src/base/a.c",
	 2},
	{"a table of 70 lines is no function",
	 "size",
	 {{"src/base/a.c", "static const int a[] = {\n" TEN("1,\n") TEN("1,\n") TEN("1,\n")
				   TEN("1,\n") TEN("1,\n") TEN("1,\n") TEN("1,\n") "};\n"}},
	 NULL,
	 0},
	{"complexity 15 in all its kinds",
	 "size",
	 {{"src/base/a.c",
	   "int f(int a)\n{\n\tfor (;;)\n\t\twhile (a)\n\t\t\tswitch (a) {\n\t\t\tcase 1:\n"
	   "\t\t\t\treturn a && a || a ? 1 : 2;\n\t\t\t}\n" BRANCH BRANCH BRANCH BRANCH BRANCH
		   BRANCH BRANCH BRANCH "\treturn a;\n}\n"}},
	 NULL,
	 0},
	{"complexity 16",
	 "size",
	 {{"src/base/a.c", "/* int g(void)\n{ */\nint f(int a)\n{\n" TEN(BRANCH)
				   BRANCH BRANCH BRANCH BRANCH BRANCH "\treturn a;\n}\n"}},
	 "src/base/a.c",
	 3},
	{"words in strings are not counted",
	 "size",
	 {{"src/base/a.c", "int f(void)\n{\n\treturn g(\"" TEN("if ") TEN("&&? ") "\");\n}\n"}},
	 NULL,
	 0},
	{"a macro's body is a table",
	 "size",
	 {{"src/base/a.c", "#define F \\\n" TEN("\tif (a) \\\n") TEN("\tif (a) \\\n") "\n"}},
	 NULL,
	 0},
	{"five parameters, one of them a function",
	 "size",
	 {{"src/base/a.c", "int f(int a, int b, int c, int d, int (*e)(int, int))\n{\n}\n"}},
	 NULL,
	 0},
	{"six parameters",
	 "size",
	 {{"src/base/a.c", "int f(int a, int b, int c,\n      int d, int e, int g)\n{\n}\n"}},
	 "src/base/a.c",
	 1},
	{"a brace that two branches of #if open",
	 "size",
	 {{"src/base/a.c",
	   "int f(int a)\n{\n#if A\n\tif (a) {\n#else\n\tif (!a) {\n#endif\n\t}\n}\n"
	   "\nint g(int a, int b, int c, int d, int e, int h)\n{\n}\n"}},
	 "src/base/a.c",
	 11},
	{"100 columns, of which one is two bytes",
	 "size",
	 {{"src/base/a.h", "// " TEN("123456789 ") "\xc3\xa9"
						   "\n\t" TEN("12345678 ") "12\n"}},
	 "src/base/a.h",
	 1},
	{"a tab is eight columns wide",
	 "size",
	 {{"scripts/a.ts", "\t" TEN("12345678 ") "12\n\t\t" TEN("12345678") "12345\n"}},
	 "scripts/a.ts",
	 2},
	{"801 lines",
	 "size",
	 {{"src/base/a.c", TEN(TEN("\n") TEN("\n") TEN("\n") TEN("\n") TEN("\n") TEN("\n") TEN("\n")
				       TEN("\n")) "\n"}},
	 "src/base/a.c",
	 801},
	{"tables and what ekgen wrote may be wider and longer",
	 "size",
	 {{"schema/a.def", TEN("1234567890 ") "\n"},
	  {"src/base/a.c", "/* Generated by ekgen from schema/a.def. */\n// " TEN("1234567890 ")}},
	 NULL,
	 0},
};

static void test_size(void **state)
{
	(void)state;
	check_rows(size_rows, EK_LEN(size_rows));
}

/* -- calls and words -- */

static const struct row text_rows[] = {
	{"a banned call",
	 "calls",
	 {{"src/cli/a.c", "int f(void)\n{\n\t// fine\n\treturn atoi (\"1\");\n}\n"}},
	 "src/cli/a.c",
	 4},
	{"a banned call in a macro",
	 "calls",
	 {{"src/cli/a.h", "#define RUN(x) \\\n\tsystem(x)\n"}},
	 "src/cli/a.h",
	 2},
	{"a way out past the guard",
	 "calls",
	 {{"src/cli/a.c", "int f(int s)\n{\n\treturn connect(s, 0, 0);\n}\n"}},
	 "src/cli/a.c",
	 3},
	{"the guard itself",
	 "calls",
	 {{"src/channels/peer.c", "void *f(void)\n{\n\treturn curl_easy_init();\n}\n"}},
	 NULL,
	 0},
	{"the word alone, a field, a string and a comment",
	 "calls",
	 {{"src/cli/a.c", "/* system(1) */\nint f(struct a *a)\n{\n\ta->system(a);\n\ta.rand(a);\n"
			  "\tint gets = g(\"atoi(1)\");\n\treturn gets;\n}\n"}},
	 NULL,
	 0},
	{"a path of one machine",
	 "words",
	 {{"docs/a.md", "one\n\nrun /wor"
			"k/x\n"}},
	 "docs/a.md",
	 3},
	{"the same letters inside a word",
	 "words",
	 {{"docs/a.md", "team/wor"
			"k\n"}},
	 NULL,
	 0},
	{"a registry's host",
	 "words",
	 {{"a.json", "{\n\"a\": \"https://registry.npm"
		     "js.org/x\"\n}\n"}},
	 "a.json",
	 2},
	{"work that is put off",
	 "words",
	 {{"src/base/a.c", "// TO"
			   "DO: later\n"}},
	 "src/base/a.c",
	 1},
	{"a word in any case",
	 "words",
	 {{"README.md", "\nclau"
			"DE\n"}},
	 "README.md",
	 2},
};

static void test_text(void **state)
{
	(void)state;
	check_rows(text_rows, EK_LEN(text_rows));
}

/* -- dead and map -- */

static const struct row map_rows[] = {
	{"a source that is built",
	 "dead",
	 {{"src/base/a.c", ""}, {"src/meson.build", "s = [\n'base/a.c',\n]\n"}},
	 NULL,
	 0},
	{"a source that nobody builds",
	 "dead",
	 {{"src/base/a.c", ""}, {"src/meson.build", "s = ['base/aa.c', 'base/a.cc']\n"}},
	 "src/base/a.c",
	 1},
	{"a list in another folder is not its list",
	 "dead",
	 {{"src/base/a.c", ""}, {"sim/meson.build", "s = ['base/a.c']\n"}},
	 "src/base/a.c",
	 1},
	{"a header that nobody includes", "dead", {{"src/base/a.h", "\n"}}, "src/base/a.h", 1},
	{"headers that are included",
	 "dead",
	 {{"src/base/a.h", "#include \"sim/b.h\"\n"}, {"sim/b.h", "#include \"base/a.h\"\n"}},
	 NULL,
	 0},
	{"a table that nobody includes", "dead", {{"schema/a.def", "\n"}}, "schema/a.def", 1},
	{"a decision that is not listed",
	 "dead",
	 {{"docs/adr/0001-a.md", "x"},
	  {"docs/adr/0002-b.md", "x"},
	  {"docs/adr/README.md", "0001-a.md"}},
	 "docs/adr/0002-b.md",
	 1},
	{"a map that names all",
	 "map",
	 {{"src/base/a.c", ""},
	  {"src/base/a.h", ""},
	  {"fuzz/corpus/1", ""},
	  {"docs/MAP.md", "`docs/` `docs/MAP.md`\n`src/base/` base\n`src/base/a{.c,.h}` a\n"
			  "`fuzz/corpus/*`\n"}},
	 NULL,
	 0},
	{"a file that is not on the map",
	 "map",
	 {{"src/base/a.c", ""}, {"docs/MAP.md", "`src/base/` `docs/` `docs/MAP.md`\n"}},
	 "src/base/a.c",
	 1},
	{"a folder that is not on the map",
	 "map",
	 {{"tests/a.sh", ""}, {"docs/MAP.md", "`tests/a.sh` `docs/` `docs/MAP.md`\n"}},
	 "tests/a.sh",
	 1},
	{"a star does not cover code",
	 "map",
	 {{"sim/a.c", ""}, {"sim/b", ""}, {"docs/MAP.md", "`sim/*` `docs/` `docs/MAP.md`\n"}},
	 "sim/a.c",
	 1},
	{"a line for what is not there",
	 "map",
	 {{"docs/MAP.md", "`docs/` `docs/MAP.md`\n\n`src/base/gone.c`\n"}},
	 "docs/MAP.md",
	 3},
	{"no map", "map", {{"README.md", ""}}, "docs/MAP.md", 1},
};

static void test_map(void **state)
{
	(void)state;
	check_rows(map_rows, EK_LEN(map_rows));
}

/* -- programs that are asked -- */

#define STYLE_FILE \
	{ \
		".clang-format", \
			"BasedOnStyle: LLVM\nUseTab: Always\nIndentWidth: 8\nTabWidth: 8\n" \
	}

static const struct row format_rows[] = {
	{"as clang-format has it",
	 "format",
	 {STYLE_FILE, {"src/base/a.c", "int f(void) {\n\tint a = 1;\n\treturn a;\n}\n"}},
	 NULL,
	 0},
	{"not as clang-format has it",
	 "format",
	 {STYLE_FILE, {"src/base/a.c", "int f(void) {\n\tint a = 1;\n\treturn   a;\n}\n"}},
	 "src/base/a.c",
	 3},
	{"what ekgen wrote is its own matter",
	 "format",
	 {STYLE_FILE, {"src/base/a.c", "/* Generated by ekgen */\nint   a;\n"}},
	 NULL,
	 0},
};

static void test_format(void **state)
{
	(void)state;
	check_rows(format_rows, EK_LEN(format_rows));
}

static void test_gen(void **state)
{
	(void)state;
	struct ek_tidy t;
	struct ek_err err;
	char root[] = "/tmp/tidy-test-XXXXXX";
	assert_non_null(mkdtemp(root));
	assert_true(ek_tidy_open(&t, root, &err));
	t.ekgen = "true";
	assert_true(ek_tidy_check(&t, "gen", &err));
	assert_int_equal(t.finding_count, 0);
	t.ekgen = "false";
	assert_true(ek_tidy_check(&t, "gen", &err));
	assert_int_equal(t.finding_count, 1);
	t.ekgen = "/no/such/program";
	assert_false(ek_tidy_check(&t, "gen", &err));
	assert_int_equal(err.code, EK_IO);
	assert_false(ek_tidy_check(&t, "beauty", &err));
	assert_int_equal(err.code, EK_USAGE);
	remove_tree(&t, root);
	ek_tidy_close(&t);
}

/* Compiles as meson does: libROOM.a.p/ROOM_FILE.c.o in the build folder. */
static void compile(struct ek_tidy *t, const char *source, const char *object)
{
	ek_str out;
	int status;
	struct ek_err err;
	const char *const argv[] = {"cc", "-O1", "-c", source, "-o", object, NULL};
	assert_true(ek_tidy_run(t, argv, &out, &status, &err));
	if (status != 0)
		fail_msg("%s", out.p);
}

static void test_purity(void **state)
{
	(void)state;
	static const struct planted files[] = {
		{"src/engine/a.c", "#include <string.h>\nvoid ek_a_b(void *);\n"
				   "void ek_a_copy(void *, void *);\n"
				   "void ek_a_copy(void *a, void *b)\n"
				   "{\n\tek_a_b(a);\n\tmemcpy(a, b, 999);\n}\n"},
		{"src/engine/b.c",
		 "#include <stdlib.h>\nvoid *ek_b_get(void);\n\nvoid *ek_b_get(void)\n"
		 "{\n\treturn malloc(8);\n}\n"},
		{"src/metrics/c.c", "#include <math.h>\n#include <time.h>\ndouble ek_c(double);\n"
				    "double ek_c(double a)\n{\n"
				    "\treturn log(a) + (double)time(NULL);\n}\n"},
		{"src/sys/d.c", "#include <stdlib.h>\nvoid ek_d(void);\nvoid ek_d(void)\n"
				"{\n\tabort();\n}\n"},
	};
	static const char *const keep[] = {"o/libengine.a.p/x", "o/libmetrics.a.p/x",
					   "o/libsys.a.p/x"};
	char root[] = "/tmp/tidy-test-XXXXXX", objects[64];
	struct ek_tidy t;
	struct ek_err err;
	assert_non_null(mkdtemp(root));
	for (size_t i = 0; i < EK_LEN(files); i++)
		plant(root, &files[i]);
	for (size_t i = 0; i < EK_LEN(keep); i++)
		plant(root, &(struct planted){keep[i], ""});
	(void)snprintf(objects, sizeof objects, "%s/o", root);
	assert_true(ek_tidy_open(&t, root, &err));
	compile(&t, "src/engine/a.c", "o/libengine.a.p/engine_a.c.o");
	compile(&t, "src/engine/b.c", "o/libengine.a.p/engine_b.c.o");
	compile(&t, "src/metrics/c.c", "o/libmetrics.a.p/metrics_c.c.o");
	compile(&t, "src/sys/d.c", "o/libsys.a.p/sys_d.c.o");
	assert_true(ek_tidy_check(&t, "purity", &err));
	assert_int_equal(t.finding_count, 0); /* nobody said where the objects are */
	t.objects = objects;
	assert_true(ek_tidy_check(&t, "purity", &err));
	assert_int_equal(t.finding_count, 2);
	assert_string_equal(t.findings[0].path, "src/engine/b.c");
	assert_int_equal(t.findings[0].line, 6);
	assert_string_equal(t.findings[0].text, "engine is pure and may not call malloc");
	assert_string_equal(t.findings[1].path, "src/metrics/c.c");
	assert_int_equal(t.findings[1].line, 6);
	t.objects = "/no/such/folder";
	assert_true(ek_tidy_check(&t, "purity", &err));
	assert_int_equal(t.finding_count, 4); /* two rooms that were not built */
	remove_tree(&t, root);
	ek_tidy_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arrows), cmocka_unit_test(test_names),
		cmocka_unit_test(test_size),   cmocka_unit_test(test_text),
		cmocka_unit_test(test_map),    cmocka_unit_test(test_format),
		cmocka_unit_test(test_gen),    cmocka_unit_test(test_purity),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
