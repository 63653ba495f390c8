/* The commands that guard the log: verify, export, backup, restore, rebuild. */
#include "cli/run.h"

#include <stdlib.h>
#include <string.h>

#include "cli/export.h"
#include "cli/place.h"
#include "store/backup.h"
#include "store/backup_files.h"
#include "store/verify.h"
#include "sys/disk.h"
#include "sys/heap.h"
#include "writer/replay.h"
#include "writer/writer.h"

enum { ANSWER_MAX = 1 << 16 };

static void put_number(struct ek_json *j, const char *key, uint64_t n)
{
	ek_json_key(j, key);
	ek_json_uint(j, n);
}

static void put_hash(struct ek_json *j, const char *key, const uint8_t hash[EK_HASH_BYTES])
{
	char hex[2 * EK_HASH_BYTES + 1];
	ek_hash_hex(hash, hex);
	ek_json_key(j, key);
	ek_json_word(j, hex);
}

/* ---- verify */

static bool answer_verify(const struct ek_cli *cli, const struct ek_verify_report *r,
			  const struct ek_backup_files *f, struct ek_err *err)
{
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), ANSWER_MAX);
	ek_json_object(&j);
	put_number(&j, "bad_files", f->missing);
	put_number(&j, "bad_snapshots", r->bad_snapshots);
	put_hash(&j, "chain", r->chain);
	put_number(&j, "events", r->events);
	put_number(&j, "files", f->copied);
	ek_json_key(&j, "finding");
	ek_json_text(&j, r->ok ? (ek_str){NULL, 0}
			       : (ek_str){r->sentence, (uint32_t)strlen(r->sentence)});
	ek_json_key(&j, "first_bad_file");
	ek_json_text(&j, (ek_str){f->missing > 0 ? f->first : NULL, (uint32_t)strlen(f->first)});
	ek_json_key(&j, "first_bad_seq");
	if (r->first_bad_seq == 0)
		ek_json_null(&j);
	else
		ek_json_uint(&j, r->first_bad_seq);
	ek_json_key(&j, "ok");
	ek_json_bool(&j, r->ok);
	put_number(&j, "rows", r->rows);
	put_number(&j, "seq", r->last_seq);
	put_number(&j, "snapshots", r->snapshots);
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

/* Where files lie: in the directory of the log, or in that of the data beside PostgreSQL. */
static void files_of(const char *where, char out[EK_PLACE_MAX])
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
	files_of(where, files);
	return ek_backup_files_copy(log, files, NULL, f, err);
}

static bool verify(struct ek_cli *cli, struct ek_log *log, struct ek_err *err)
{
	struct ek_verify_report r;
	struct ek_backup_files f = {0};
	if (!ek_verify_log(log, ek_heap_alloc(), &r, err) ||
	    (r.ok && !look_at_files(cli, log, &f, err)))
		return false;
	if (ek_cli_has(cli, EK_CLI_JSON) && !answer_verify(cli, &r, &f, err))
		return false;
	if (!r.ok)
		return ek_fail(err, EK_DAMAGE, "%s", r.sentence);
	if (f.missing > 0)
		return ek_fail(err, EK_DAMAGE,
			       "%llu files are not there or not what was written, the first %s",
			       (unsigned long long)f.missing, f.first);
	if (!ek_cli_has(cli, EK_CLI_JSON))
		ek_cli_print(cli, "%llu events in %llu rows are what was written; %u snapshots\n",
			     (unsigned long long)r.events, (unsigned long long)r.rows, r.snapshots);
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

/* ---- backup, restore */

static bool hash_of(const char *where, uint64_t seq, uint8_t hash[EK_HASH_BYTES],
		    struct ek_err *err)
{
	struct ek_log *log = NULL;
	struct ek_engine *engine = NULL;
	const struct ek_log_options options = {.where = where, .mode = EK_LOG_READ};
	const struct ek_replay_options replay = {.alloc = ek_heap_alloc(), .to = seq};
	bool ok = ek_log_open(&options, &log, err) && ek_replay_open(log, &replay, &engine, err) &&
		  ek_replay_hash(engine, hash, err);
	ek_engine_close(&engine);
	ek_log_close(&log);
	return ok;
}

/* What --keys says; else beside the backup. */
static bool keys_path(const struct ek_cli *cli, const char *backup, char out[EK_PLACE_MAX],
		      struct ek_err *err)
{
	size_t n = strlen(backup);
	if (ek_cli_has(cli, EK_CLI_KEYS) && strlen(cli->options[EK_CLI_KEYS]) < EK_PLACE_MAX) {
		ek_format(out, EK_PLACE_MAX, "%s", cli->options[EK_CLI_KEYS]);
		return true;
	}
	while (n > 1 && backup[n - 1] == '/')
		n--;
	if (ek_cli_has(cli, EK_CLI_KEYS) || n + 6 > EK_PLACE_MAX)
		return ek_fail(err, EK_USAGE, "the path of the keys is too long");
	memcpy(out, backup, n);
	ek_format(out + n, EK_PLACE_MAX - n, ".keys");
	return true;
}

/* The files that the copy names. One that is missing or damaged is told, and stops nothing. */
static bool copy_files(const struct ek_cli *cli, const char *from, const char *to,
		       struct ek_err *err)
{
	struct ek_log *copy = NULL;
	struct ek_backup_files r;
	const struct ek_log_options options = {.where = to, .mode = EK_LOG_READ};
	bool ok =
		ek_log_open(&options, &copy, err) && ek_backup_files_copy(copy, from, to, &r, err);
	ek_log_close(&copy);
	if (ok && r.missing > 0)
		ek_cli_say(cli, "%llu files are not there or damaged, the first of them %s",
			   (unsigned long long)r.missing, r.first);
	return ok;
}

static bool answer_copy(const struct ek_cli *cli, const struct ek_backup_report *r,
			const uint8_t hash[EK_HASH_BYTES], struct ek_err *err)
{
	char hex[2 * EK_HASH_BYTES + 1];
	ek_hash_hex(hash, hex);
	if (!ek_cli_has(cli, EK_CLI_JSON)) {
		ek_cli_print(cli, "%llu %s\n", (unsigned long long)r->seq, hex);
		return true;
	}
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), ANSWER_MAX);
	ek_json_object(&j);
	put_hash(&j, "chain", r->chain);
	put_number(&j, "events", r->events);
	put_number(&j, "seq", r->seq);
	put_hash(&j, "state_hash", hash);
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

/* A path that no kind of place but a directory is written like. */
static void directory(const char *path, char out[EK_PLACE_MAX])
{
	ek_format(out, EK_PLACE_MAX, "%s%s", ek_place_is_directory(path) ? "" : "./", path);
}

bool ek_run_backup(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_log *log = NULL;
	struct ek_backup_report r;
	uint8_t hash[EK_HASH_BYTES];
	char to[EK_PLACE_MAX], where[EK_PLACE_MAX], files[EK_PLACE_MAX], keys[EK_PLACE_MAX];
	uint64_t n;
	directory(cli->words[0], to);
	if (!ek_place_find(cli, where, err) || !keys_path(cli, to, keys, err))
		return false;
	if (ek_disk_exists(keys))
		return ek_fail(err, EK_NOT_EMPTY, "%s is there already; nothing was touched", keys);
	files_of(where, files);
	/* Keys last: what was erased meanwhile has none. */
	bool ok = ek_place_open(cli, EK_LOG_READ, &log, err) &&
		  ek_backup_copy(log, to, ek_heap_alloc(), &r, err) &&
		  copy_files(cli, files, to, err) && ek_log_refresh(log, err) &&
		  ek_backup_keys_write(log, keys, &n, err) && hash_of(to, r.seq, hash, err) &&
		  answer_copy(cli, &r, hash, err);
	ek_log_close(&log);
	return ok;
}

/* Folds all views of a log anew, and the index of words; the log stays as it is. */
static bool fold(const char *where, struct ek_err *err)
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
	ok = ok && ek_log_search_rebuild(log, err) && ek_writer_open(&how, &writer, err) &&
	     ek_writer_stop(writer, err);
	ek_writer_close(&writer);
	ek_log_close(&log);
	return ok;
}

/* Without keys it is a store all the same, whose files nobody reads. */
static bool put_keys(const struct ek_cli *cli, const char *backup, const char *to,
		     struct ek_err *err)
{
	struct ek_log *log = NULL;
	char keys[EK_PLACE_MAX];
	uint64_t n;
	const struct ek_log_options options = {.where = to, .mode = EK_LOG_WRITE};
	if (!keys_path(cli, backup, keys, err))
		return false;
	if (!ek_cli_has(cli, EK_CLI_KEYS) && !ek_disk_exists(keys)) {
		ek_cli_say(cli, "there is no %s: without --keys no file can be read", keys);
		return true;
	}
	bool ok = ek_log_open(&options, &log, err) && ek_backup_keys_read(log, keys, &n, err) &&
		  ek_log_stop(log, err);
	ek_log_close(&log);
	return ok;
}

static bool restore(struct ek_cli *cli, struct ek_log *from, const char *to, struct ek_err *err)
{
	struct ek_backup_report r;
	uint8_t want[EK_HASH_BYTES];
	uint8_t got[EK_HASH_BYTES];
	char where[EK_PLACE_MAX];
	directory(cli->words[0], where);
	if (!ek_backup_copy(from, to, ek_heap_alloc(), &r, err) ||
	    !copy_files(cli, where, to, err) || !put_keys(cli, where, to, err) || !fold(to, err) ||
	    !hash_of(to, r.seq, got, err))
		return false;
	if (!hash_of(where, r.seq, want, err))
		return false;
	if (memcmp(want, got, EK_HASH_BYTES) != 0)
		return ek_fail(err, EK_DAMAGE,
			       "the state at %llu is not the backup's: do not use %s",
			       (unsigned long long)r.seq, to);
	return answer_copy(cli, &r, got, err);
}

bool ek_run_restore(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_log *log = NULL;
	char from[EK_PLACE_MAX];
	char to[EK_PLACE_MAX];
	if (!ek_cli_has(cli, EK_CLI_INTO))
		return ek_fail(err, EK_USAGE, "usage: evenkeel restore DIR --into DIR");
	directory(cli->words[0], from);
	directory(cli->options[EK_CLI_INTO], to);
	if (!ek_disk_dir_empty(to))
		return ek_fail(err, EK_NOT_EMPTY, "%s is not empty; nothing was touched", to);
	const struct ek_log_options options = {.where = from, .mode = EK_LOG_READ};
	bool ok = ek_log_open(&options, &log, err) && restore(cli, log, to, err);
	ek_log_close(&log);
	return ok;
}

/* ---- rebuild */

bool ek_run_rebuild(struct ek_cli *cli, struct ek_err *err)
{
	char where[EK_PLACE_MAX];
	if (!ek_place_find(cli, where, err) || !fold(where, err))
		return false;
	if (!ek_cli_has(cli, EK_CLI_JSON)) {
		ek_cli_say(cli, "folded all tables anew");
		return true;
	}
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), ANSWER_MAX);
	ek_json_object(&j);
	ek_json_key(&j, "rebuilt");
	ek_json_bool(&j, true);
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}
