/* The commands that guard the log: verify, export, rebuild. */
#include "cli/run_inside.h"

#include <stdlib.h>
#include <string.h>

#include "cli/export.h"
#include "store/audit.h"
#include "store/backup_files.h"
#include "store/verify.h"
#include "sys/disk.h"
#include "sys/heap.h"
#include "writer/writer.h"

void ek_run_put_number(struct ek_json *j, const char *key, uint64_t n)
{
	ek_json_key(j, key);
	ek_json_uint(j, n);
}

void ek_run_put_hash(struct ek_json *j, const char *key, const uint8_t hash[EK_HASH_BYTES])
{
	char hex[2 * EK_HASH_BYTES + 1];
	ek_hash_hex(hash, hex);
	ek_json_key(j, key);
	ek_json_word(j, hex);
}

/* ---- verify */

/* What was found in the log, in the audit log, and among the files. */
struct findings {
	struct ek_verify_report log;
	struct ek_audit_report audit;
	struct ek_backup_files files;
};

static void put_bad(struct ek_json *j, const char *key, bool is_bad, int64_t n)
{
	ek_json_key(j, key);
	if (is_bad)
		ek_json_int(j, n);
	else
		ek_json_null(j);
}

static bool answer_verify(const struct ek_cli *cli, const struct findings *found,
			  struct ek_err *err)
{
	const struct ek_verify_report *r = &found->log;
	const struct ek_backup_files *f = &found->files;
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), EK_RUN_ANSWER_MAX);
	ek_json_object(&j);
	ek_run_put_number(&j, "audit_entries", found->audit.entries);
	ek_run_put_number(&j, "bad_files", f->missing);
	ek_run_put_number(&j, "bad_snapshots", r->bad_snapshots);
	ek_run_put_hash(&j, "chain", r->chain);
	ek_run_put_number(&j, "events", r->events);
	ek_run_put_number(&j, "files", f->copied);
	ek_json_key(&j, "finding");
	ek_json_text(&j, r->ok ? (ek_str){NULL, 0}
			       : (ek_str){r->sentence, (uint32_t)strlen(r->sentence)});
	put_bad(&j, "first_bad_audit_entry", found->audit.is_broken, found->audit.first_bad);
	ek_json_key(&j, "first_bad_file");
	ek_json_text(&j, (ek_str){f->missing > 0 ? f->first : NULL, (uint32_t)strlen(f->first)});
	put_bad(&j, "first_bad_seq", r->first_bad_seq != 0, (int64_t)r->first_bad_seq);
	ek_json_key(&j, "ok");
	ek_json_bool(&j, r->ok && !found->audit.is_broken && f->missing == 0);
	ek_run_put_number(&j, "rows", r->rows);
	ek_run_put_number(&j, "seq", r->last_seq);
	ek_run_put_number(&j, "snapshots", r->snapshots);
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

/* Where files lie: in the directory of the log, or in that of the data beside PostgreSQL. */
void ek_run_files(const char *where, char out[EK_PLACE_MAX])
{
	const char *said = getenv("EVENKEEL_STORE_DIRECTORY");
	const bool is_said = said != NULL && said[0] != '\0';
	const char *beside = is_said ? said : "evenkeel-data";
	ek_format(out, EK_PLACE_MAX, "%s", ek_place_is_directory(where) ? where : beside);
}

/* Beside PostgreSQL where it is said where they are. */
static bool look_at_files(const struct ek_cli *cli, struct ek_log *log, struct ek_backup_files *f,
			  struct ek_err *err)
{
	char where[EK_PLACE_MAX];
	char files[EK_PLACE_MAX];
	if (!ek_place_find(cli, where, err))
		return false;
	if (!ek_place_is_directory(where) && getenv("EVENKEEL_STORE_DIRECTORY") == NULL)
		return true;
	ek_run_files(where, files);
	return ek_backup_files_copy(log, files, NULL, f, err);
}

/* Of what is beside the log nothing is said while the log itself is bad. */
static bool look(const struct ek_cli *cli, struct ek_log *log, struct findings *found,
		 struct ek_err *err)
{
	if (!ek_verify_log(log, ek_heap_alloc(), &found->log, err))
		return false;
	return !found->log.ok || (ek_audit_verify(log, &found->audit, err) &&
				  look_at_files(cli, log, &found->files, err));
}

static bool judge(const struct findings *found, struct ek_err *err)
{
	if (!found->log.ok)
		return ek_fail(err, EK_DAMAGE, "%s", found->log.sentence);
	if (found->audit.is_broken)
		return ek_fail(
			err, EK_DAMAGE,
			"the audit log is not what was written: its chain breaks at aud_%lld",
			(long long)found->audit.first_bad);
	if (found->files.missing > 0)
		return ek_fail(err, EK_DAMAGE,
			       "%llu files are not there or not what was written, the first %s",
			       (unsigned long long)found->files.missing, found->files.first);
	return true;
}

static bool verify(struct ek_cli *cli, struct ek_log *log, struct ek_err *err)
{
	struct findings found = {0};
	if (!look(cli, log, &found, err))
		return false;
	if (ek_cli_has(cli, EK_CLI_JSON) && !answer_verify(cli, &found, err))
		return false;
	if (!judge(&found, err))
		return false;
	if (!ek_cli_has(cli, EK_CLI_JSON))
		ek_cli_print(cli,
			     "%llu events in %llu rows are what was written; %u snapshots; "
			     "%llu entries of the audit log\n",
			     (unsigned long long)found.log.events,
			     (unsigned long long)found.log.rows, found.log.snapshots,
			     (unsigned long long)found.audit.entries);
	return true;
}

bool ek_run_verify(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_log *log = NULL;
	bool ok = ek_place_open(cli, EK_LOG_READ, &log, err) && verify(cli, log, err);
	ek_log_close(&log);
	return ok;
}

/* ---- export */

bool ek_run_export(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_export_options options = {.cli = cli};
	struct ek_log *log = NULL;
	if (!ek_cli_has(cli, EK_CLI_EVENTS))
		return ek_fail(err, EK_USAGE, "usage: evenkeel export --events");
	bool ok = ek_cli_number(cli, EK_CLI_FROM, 1, &options.from, err) &&
		  ek_cli_number(cli, EK_CLI_TO, 0, &options.to, err) &&
		  ek_place_open(cli, EK_LOG_READ, &log, err);
	options.log = log;
	ok = ok && ek_export_events(&options, err);
	ek_log_close(&log);
	return ok;
}

/* ---- rebuild */

bool ek_run_fold(const char *where, bool with_index, struct ek_err *err)
{
	struct ek_log *log = NULL;
	struct ek_writer *writer = NULL;
	const struct ek_log_options options = {.where = where, .mode = EK_LOG_WRITE};
	bool ok = ek_log_open(&options, &log, err);
	const struct ek_writer_options how = {
		.log = log,
		.alloc = ek_heap_alloc(),
		.at = EK_NO_TIME,
		.lazy_epoch = true,
		.rebuild = true,
	};
	ok = ok && (!with_index || ek_log_search_rebuild(log, err)) &&
	     ek_writer_open(&how, &writer, err) && ek_writer_stop(writer, err);
	ek_writer_close(&writer);
	ek_log_close(&log);
	return ok;
}

bool ek_run_rebuild(struct ek_cli *cli, struct ek_err *err)
{
	char where[EK_PLACE_MAX];
	if (!ek_place_find(cli, where, err) || !ek_run_fold(where, true, err))
		return false;
	if (!ek_cli_has(cli, EK_CLI_JSON)) {
		ek_cli_say(cli, "folded all tables anew");
		return true;
	}
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), EK_RUN_ANSWER_MAX);
	ek_json_object(&j);
	ek_json_key(&j, "rebuilt");
	ek_json_bool(&j, true);
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}
