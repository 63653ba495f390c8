/* usage: tidy [--root DIR] [--objects DIR] [--ekgen PROGRAM] [CHECK...]
 *
 * Prints file:line: rule: what is wrong, one a line, then a count. Exit 0 clean, 1 findings, 2
 * usage, 5 when a program that a check needs cannot be run. Without a CHECK, all of them. */
#include "tools/tidy.h"

#include <stdio.h>
#include <string.h>

struct options {
	const char *root;
	const char *objects;
	const char *ekgen;
	int first_check; /* in argv */
};

static bool read_options(int argc, char **argv, struct options *o, struct ek_err *err)
{
	int i = 1;
	for (; i < argc && ek_tidy_starts(argv[i], "--"); i += 2) {
		const char **value = NULL;
		if (strcmp(argv[i], "--root") == 0)
			value = &o->root;
		else if (strcmp(argv[i], "--objects") == 0)
			value = &o->objects;
		else if (strcmp(argv[i], "--ekgen") == 0)
			value = &o->ekgen;
		if (value == NULL || i + 1 == argc)
			return ek_fail(err, EK_USAGE,
				       "usage: tidy [--root DIR] [--objects DIR] "
				       "[--ekgen PROGRAM] [CHECK...]");
		*value = argv[i + 1];
	}
	o->first_check = i;
	return true;
}

static bool run_checks(struct ek_tidy *t, int n, char **names, struct ek_err *err)
{
	for (int i = 0; i < n; i++)
		if (!ek_tidy_check(t, names[i], err))
			return false;
	for (size_t i = 0; n == 0 && ek_tidy_name(i) != NULL; i++)
		if (!ek_tidy_check(t, ek_tidy_name(i), err))
			return false;
	return true;
}

static int print(const struct ek_tidy *t)
{
	for (size_t i = 0; i < t->finding_count; i++)
		printf("%s:%u: %s: %s\n", t->findings[i].path, t->findings[i].line,
		       t->findings[i].rule, t->findings[i].text);
	printf("tidy: %zu files, %zu findings\n", t->file_count, t->finding_count);
	return t->finding_count == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct ek_tidy t;
	struct ek_err err;
	struct options o = {".", NULL, NULL, 1};
	int status = 0;
	if (!read_options(argc, argv, &o, &err) || !ek_tidy_open(&t, o.root, &err)) {
		fprintf(stderr, "tidy: %s\n", err.msg);
		return ek_err_exit(err.code);
	}
	t.objects = o.objects;
	t.ekgen = o.ekgen;
	if (!run_checks(&t, argc - o.first_check, argv + o.first_check, &err)) {
		fprintf(stderr, "tidy: %s\n", err.msg);
		status = ek_err_exit(err.code);
	}
	int found = print(&t);
	ek_tidy_close(&t);
	return status != 0 ? status : found;
}
