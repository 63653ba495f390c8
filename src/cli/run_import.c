/* import: a table of the past becomes facts. */
#include "cli/run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/place.h"
#include "model/limits.h"
#include "past/import.h"
#include "sys/clock.h"
#include "sys/disk.h"
#include "sys/heap.h"
#include "wire/table.h"
#include "wire/toml.h"

enum { MAP_MEMORY = 32 * 1024 * 1024, ANSWER_MAX = 1 << 20, PATH_MAX_BYTES = 4096 };
#define SECOND_NS UINT64_C(1000000000)

struct run {
	const struct ek_cli *cli;
	struct ek_alloc alloc;
	struct ek_disk_bytes map, table, messages;
	char refused_path[PATH_MAX_BYTES];
	FILE *refused; /* NULL until a row is */
	bool failed;   /* it could not be written; why says why */
	struct ek_err why;
	uint64_t begun_ns, told_ns;
};

/* ---- refused rows */

static bool open_refused(struct run *r)
{
	if (r->refused != NULL || r->failed)
		return !r->failed;
	int fd = open(r->refused_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	r->refused = fd < 0 ? NULL : fdopen(fd, "w");
	if (r->refused == NULL) {
		r->failed = true;
		if (fd >= 0)
			(void)close(fd);
		return ek_fail(&r->why, EK_IO, "%s: %s", r->refused_path, strerror(errno));
	}
	(void)fputs("line,reason,row\r\n", r->refused);
	return true;
}

static void put_cell(FILE *to, ek_str cell)
{
	(void)fputc(',', to);
	if (!ek_table_is_quoted(cell)) {
		(void)fwrite(cell.p, 1, cell.n, to);
		return;
	}
	(void)fputc('"', to);
	for (uint32_t i = 0; i < cell.n; i++) {
		if (cell.p[i] == '"')
			(void)fputc('"', to);
		(void)fputc(cell.p[i], to);
	}
	(void)fputc('"', to);
}

static void refused(void *ctx, const struct ek_import_refusal *refusal)
{
	struct run *r = ctx;
	char reason[160];
	if (!open_refused(r))
		return;
	size_t n = ek_format(reason, sizeof reason, "%s%s%s%s",
			     refusal->sheet == EK_MAP_MESSAGES ? "messages: " : "",
			     refusal->field == NULL ? "" : refusal->field,
			     refusal->field == NULL ? "" : ": ", refusal->why);
	(void)fprintf(r->refused, "%u", refusal->line);
	put_cell(r->refused, (ek_str){reason, (uint32_t)n});
	for (uint32_t i = 0; i < refusal->n; i++)
		put_cell(r->refused, refusal->cells[i]);
	(void)fputs("\r\n", r->refused);
}

static bool close_refused(struct run *r, struct ek_err *err)
{
	if (r->refused != NULL && (ferror(r->refused) != 0) + (fclose(r->refused) != 0) > 0)
		r->failed = !ek_fail(&r->why, EK_IO, "%s could not be written", r->refused_path);
	r->refused = NULL;
	if (r->failed)
		*err = r->why;
	return !r->failed;
}

/* ---- what is told */

static void progress(void *ctx, const struct ek_import_report *report)
{
	struct run *r = ctx;
	uint64_t now = ek_clock_mono_ns();
	if (now - r->told_ns < SECOND_NS)
		return;
	r->told_ns = now;
	ek_cli_say(r->cli, "%llu rows read, %llu noted, %llu refused, %llu left out",
		   (unsigned long long)report->rows, (unsigned long long)report->noted,
		   (unsigned long long)report->refused, (unsigned long long)report->left_out);
}

static void say_text(const struct run *r, const struct ek_import_report *a)
{
	ek_cli_print(
		r->cli, "import %lld: %llu rows read, %llu noted, %llu refused, %llu left out\n",
		(long long)a->import, (unsigned long long)a->rows, (unsigned long long)a->noted,
		(unsigned long long)a->refused, (unsigned long long)a->left_out);
	if (a->was_whole) {
		ek_cli_print(r->cli, "all of it was there; nothing was added\n");
		return;
	}
	for (uint32_t i = 0; i < a->reason_count; i++) {
		const struct ek_import_reason *reason = &a->reasons[i];
		ek_cli_print(r->cli, "%10llu %s: %s%s%s\n", (unsigned long long)reason->n,
			     reason->is_left_out ? "left out" : "refused",
			     reason->field == NULL ? "" : reason->field,
			     reason->field == NULL ? "" : ": ", reason->why);
	}
	if (a->already > 0)
		ek_cli_print(r->cli, "%llu of them were there from before\n",
			     (unsigned long long)a->already);
	if (a->made.teams + a->made.teammates > 0)
		ek_cli_print(r->cli, "made: team inboxes %u, teammates %u (deactivated)\n",
			     a->made.teams, a->made.teammates);
	if (a->refused > 0)
		ek_cli_print(r->cli, "the refused rows stand in %s\n", r->refused_path);
}

static void put_number(struct ek_json *j, const char *key, uint64_t n)
{
	ek_json_key(j, key);
	ek_json_uint(j, n);
}

static void put_reasons(struct ek_json *j, const struct ek_import_report *a)
{
	ek_json_key(j, "reasons");
	ek_json_list(j);
	for (uint32_t i = 0; i < a->reason_count; i++) {
		const struct ek_import_reason *reason = &a->reasons[i];
		ek_json_object(j);
		ek_json_key(j, "field");
		if (reason->field == NULL)
			ek_json_null(j);
		else
			ek_json_word(j, reason->field);
		ek_json_key(j, "left_out");
		ek_json_bool(j, reason->is_left_out);
		put_number(j, "n", reason->n);
		ek_json_key(j, "why");
		ek_json_word(j, reason->why);
		ek_json_object_end(j);
	}
	ek_json_list_end(j);
}

static bool say_json(const struct run *r, const struct ek_import_report *a, struct ek_err *err)
{
	struct ek_json j;
	ek_json_init(&j, r->alloc, ANSWER_MAX);
	ek_json_object(&j);
	put_number(&j, "already", a->already);
	put_number(&j, "import", (uint64_t)a->import);
	put_number(&j, "left_out", a->left_out);
	put_number(&j, "messages", a->messages);
	put_number(&j, "noted", a->noted);
	put_reasons(&j, a);
	put_number(&j, "refused", a->refused);
	put_number(&j, "rows", a->rows);
	put_number(&j, "seconds_milli", (ek_clock_mono_ns() - r->begun_ns) / 1000000);
	put_number(&j, "teammates_made", a->made.teammates);
	put_number(&j, "teams_made", a->made.teams);
	ek_json_key(&j, "was_whole");
	ek_json_bool(&j, a->was_whole);
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(r->cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

/* ---- the run */

static bool read_file(struct run *r, const char *path, size_t most, struct ek_disk_bytes *out,
		      struct ek_err *err)
{
	return path == NULL || ek_disk_read(path, most, &r->alloc, out, err);
}

static ek_str text_of(const struct ek_disk_bytes *b)
{
	return (ek_str){(const char *)b->p, (uint32_t)b->n};
}

static bool read_files(struct run *r, struct ek_err *err)
{
	const char *map = r->cli->options[EK_CLI_MAP];
	const char *given = r->cli->options[EK_CLI_REFUSED];
	const char *table = r->cli->words[1];
	size_t n = ek_format(r->refused_path, sizeof r->refused_path, "%s%s",
			     given != NULL ? given : table, given != NULL ? "" : ".refused.csv");
	if (map == NULL)
		return ek_fail(err, EK_USAGE, "say with --map what the columns of %s mean", table);
	if (n + 1 >= sizeof r->refused_path)
		return ek_fail(err, EK_USAGE, "the name of the table is too long");
	return read_file(r, map, EK_TOML_FILE_MAX, &r->map, err) &&
	       read_file(r, table, EK_LIMIT_IMPORT_BYTES, &r->table, err) &&
	       read_file(r, r->cli->options[EK_CLI_MESSAGES], EK_LIMIT_IMPORT_BYTES, &r->messages,
			 err);
}

static bool open_log(const struct run *r, struct ek_log **log, struct ek_err *err)
{
	struct ek_err why;
	if (ek_place_open(r->cli, EK_LOG_CREATE, log, &why))
		return true;
	*err = why;
	return why.code == EK_IN_USE
		       ? ek_fail(err, EK_IN_USE, "%s; stop the server, import, start it again",
				 why.msg)
		       : false;
}

static bool run(struct run *r, struct ek_log *log, struct ek_err *err)
{
	struct ek_import_report report;
	struct ek_arena arena;
	struct ek_import_options o = {
		.kind = ek_import_kind(r->cli->words[0]),
		.map_name = r->cli->options[EK_CLI_MAP],
		.map = text_of(&r->map),
		.name = r->cli->words[1],
		.table = text_of(&r->table),
		.messages = text_of(&r->messages),
		.again = ek_cli_has(r->cli, EK_CLI_AGAIN),
		.log = log,
		.now = ek_clock_wall(),
		.refused = refused,
		.progress = progress,
		.ctx = r,
	};
	ek_arena_init(&arena, r->alloc, MAP_MEMORY);
	bool ok = ek_import_run(&o, &arena, &report, err);
	ok = close_refused(r, ok ? err : &r->why) && ok;
	if (ok && ek_cli_has(r->cli, EK_CLI_JSON))
		ok = say_json(r, &report, err);
	else if (ok)
		say_text(r, &report);
	ek_arena_fini(&arena);
	return ok;
}

static void give_back(struct run *r, struct ek_disk_bytes *b)
{
	ek_alloc_free(&r->alloc, b->p, b->n == 0 ? 1 : b->n);
}

bool ek_run_import(struct ek_cli *cli, struct ek_err *err)
{
	struct run r = {.cli = cli, .alloc = ek_heap_alloc(), .begun_ns = ek_clock_mono_ns()};
	struct ek_log *log = NULL;
	r.told_ns = r.begun_ns;
	if (ek_import_kind(cli->words[0]) == 0)
		return ek_fail(err, EK_USAGE,
			       "expected conversations, calls or surveys, got \"%s\"",
			       cli->words[0]);
	bool ok = read_files(&r, err) && open_log(&r, &log, err) && run(&r, log, err);
	ek_log_close(&log);
	give_back(&r, &r.map);
	give_back(&r, &r.table);
	give_back(&r, &r.messages);
	return ok;
}
