/* The commands that copy a store: backup, restore. */
#include "cli/run_inside.h"

#include <string.h>

#include "api/again.h"
#include "api/guard.h"
#include "auth/rows.h"
#include "store/backup.h"
#include "store/backup_files.h"
#include "sys/disk.h"
#include "sys/heap.h"
#include "writer/replay.h"

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

/* What was copied, and, of a restore, what was not brought back. */
struct answer {
	struct ek_backup_report copy;
	struct ek_rows_report rows;
	uint64_t erased;
	bool is_restore;
	uint8_t hash[EK_HASH_BYTES];
};

static bool put_answer(const struct ek_cli *cli, const struct answer *a, struct ek_err *err)
{
	char hex[2 * EK_HASH_BYTES + 1];
	ek_hash_hex(a->hash, hex);
	if (!ek_cli_has(cli, EK_CLI_JSON)) {
		ek_cli_print(cli, "%llu %s\n", (unsigned long long)a->copy.seq, hex);
		return true;
	}
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), EK_RUN_ANSWER_MAX);
	ek_json_object(&j);
	ek_run_put_hash(&j, "chain", a->copy.chain);
	if (a->is_restore)
		ek_run_put_number(&j, "erased_again", a->erased);
	ek_run_put_number(&j, "events", a->copy.events);
	if (a->is_restore)
		ek_run_put_number(&j, "lost_rows", a->rows.lost);
	ek_run_put_number(&j, "sealed_rows", a->rows.sealed);
	ek_run_put_number(&j, "seq", a->copy.seq);
	ek_run_put_hash(&j, "state_hash", a->hash);
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

/* ---- backup */

static bool note_any(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	(void)v;
	(void)n;
	(void)err;
	*(bool *)ctx = true;
	return true;
}

/* Whether something in it can be read with a master key alone. */
static bool holds_sealed(struct ek_log *log, bool *holds, struct ek_err *err)
{
	static const enum ek_content tables[] = {EK_CONTENT_FILE_KEYS, EK_CONTENT_CONTACT_KEYS};
	int64_t version;
	*holds = false;
	if (!ek_log_version(log, "content", &version, err))
		return false;
	for (size_t i = 0; i < EK_LEN(tables); i++) {
		if (ek_content_has(version, tables[i]) &&
		    !ek_log_content_each(log, tables[i], note_any, holds, err))
			return false;
	}
	return true;
}

/* The master key. A directory that was never served gets one, as a first start would make it, but
 * never a second one: the first may be elsewhere for the moment. *seal NULL: there is none, which
 * is well as long as nothing is to be sealed. */
static bool open_seal(struct ek_log *log, const char *where, const char *files,
		      struct ek_seal **seal, struct ek_err *err)
{
	bool holds;
	if (ek_seal_open(files, EK_GUARD_KEY, seal, err))
		return true;
	if (err->code != EK_NOT_FOUND || !holds_sealed(log, &holds, err))
		return false;
	if (holds)
		return ek_fail(err, EK_NOT_FOUND,
			       "%s has no %s, with which its rows are sealed: put it back", files,
			       EK_GUARD_KEY);
	if (ek_place_is_directory(where) && ek_seal_init(files, EK_GUARD_KEY, err))
		return ek_seal_open(files, EK_GUARD_KEY, seal, err);
	return true;
}

static bool is_backup(struct ek_log *log, struct ek_err *err)
{
	char mark[EK_LOG_META_MAX];
	return ek_log_mark(log, mark, err) &&
	       (mark[0] == 0 ||
		ek_fail(err, EK_CONFLICT, "this is a backup itself: copy it as it is"));
}

static bool copy_sealed(struct ek_log *log, const struct ek_seal *seal, const char *to,
			struct answer *a, struct ek_err *err)
{
	struct ek_rows *rows = NULL;
	char mark[EK_ROWS_MARK];
	const struct ek_rows_options options = {.log = log, .seal = seal};
	if (!ek_rows_open(&options, &rows, err))
		return false;
	bool is_sealed = ek_rows_draw(rows, mark);
	const struct ek_backup_options copy = {
		.alloc = ek_heap_alloc(),
		.to = to,
		.mark = is_sealed ? mark : NULL,
		.row = ek_rows_seal,
		.ctx = rows,
	};
	bool ok = ek_backup_copy(log, &copy, &a->copy, err);
	a->rows = ek_rows_reported(rows);
	ek_rows_close(&rows);
	return ok;
}

bool ek_run_backup(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_log *log = NULL;
	struct ek_seal *seal = NULL;
	struct answer a = {.is_restore = false};
	struct ek_backup_keys_count count;
	char to[EK_PLACE_MAX], where[EK_PLACE_MAX], files[EK_PLACE_MAX], keys[EK_PLACE_MAX];
	directory(cli->words[0], to);
	if (!ek_place_find(cli, where, err) || !keys_path(cli, to, keys, err))
		return false;
	if (ek_disk_exists(keys))
		return ek_fail(err, EK_NOT_EMPTY, "%s is there already; nothing was touched", keys);
	ek_run_files(where, files);
	/* Keys last: what was erased meanwhile has none. */
	bool ok = ek_place_open(cli, EK_LOG_READ, &log, err) && is_backup(log, err) &&
		  open_seal(log, where, files, &seal, err) && copy_sealed(log, seal, to, &a, err) &&
		  copy_files(cli, files, to, err) && ek_log_refresh(log, err) &&
		  ek_backup_keys_write(log, keys, &count, err) &&
		  hash_of(to, a.copy.seq, a.hash, err) && ek_backup_finish(to, err);
	ek_seal_close(&seal);
	ek_log_close(&log);
	if (ok && a.rows.keyless > 0)
		ek_cli_say(cli,
			   "%llu rows are of contacts that have no key: they were erased, or no "
			   "server of this version has served the store yet",
			   (unsigned long long)a.rows.keyless);
	return ok && put_answer(cli, &a, err);
}

/* ---- restore */

struct restoring {
	struct ek_cli *cli;
	struct ek_log *from;
	char where[EK_PLACE_MAX]; /* the backup */
	char to[EK_PLACE_MAX];
	char keys_path[EK_PLACE_MAX];
	char mark[EK_LOG_META_MAX];
	struct ek_backup_keys *keys; /* NULL = there are none */
	struct ek_seal *seal;        /* NULL = not said */
	char master_directory[EK_DISK_PATH];
	const char *master_name;
	struct answer answer;
};

/* Without keys it is a store all the same, in which nobody reads what contacts wrote. */
static bool open_keys(struct restoring *r, struct ek_err *err)
{
	if (!keys_path(r->cli, r->where, r->keys_path, err))
		return false;
	if (ek_cli_has(r->cli, EK_CLI_KEYS) || ek_disk_exists(r->keys_path))
		return ek_backup_keys_open(r->keys_path, &r->keys, err);
	ek_cli_say(r->cli,
		   "there is no %s: without --keys no file can be read, nor what contacts are "
		   "called and wrote, and nobody is erased who was erased since",
		   r->keys_path);
	return true;
}

static bool open_master(struct restoring *r, struct ek_err *err)
{
	const char *path = r->cli->options[EK_CLI_MASTER_KEY];
	if (path != NULL)
		return ek_disk_split(path, r->master_directory, &r->master_name, err) &&
		       ek_seal_open(r->master_directory, r->master_name, &r->seal, err);
	const struct ek_backup_keys_count none = {0};
	const struct ek_backup_keys_count n =
		r->keys == NULL ? none : ek_backup_keys_counted(r->keys);
	/* One of before has nothing sealed; but who erases again opens the store as a server does,
	 * which would make another key. */
	if (r->mark[0] == 0 && n.erasures == 0)
		return true;
	/* Of a store that only facts were driven into; else a row will say so. */
	if (r->keys != NULL && n.files + n.contacts + n.erasures == 0)
		return true;
	if (r->keys != NULL)
		return ek_fail(err, EK_USAGE,
			       "the keys of this backup are sealed with the master key of its "
			       "store: say where it is with --master-key FILE");
	ek_cli_say(r->cli, "without --master-key nothing opens that is sealed");
	return true;
}

static bool copy_opened(struct restoring *r, struct ek_err *err)
{
	struct ek_rows *rows = NULL;
	const struct ek_rows_options options = {r->from, r->seal, r->keys};
	struct ek_backup_options copy = {.alloc = ek_heap_alloc(), .to = r->to};
	/* One of before has no mark, and nothing in it is sealed. */
	if (r->mark[0] == 0)
		return ek_backup_copy(r->from, &copy, &r->answer.copy, err);
	bool ok = ek_rows_open(&options, &rows, err) && ek_rows_mark(rows, r->mark, err);
	copy.row = ek_rows_unseal;
	copy.ctx = rows;
	ok = ok && ek_backup_copy(r->from, &copy, &r->answer.copy, err);
	if (rows != NULL)
		r->answer.rows = ek_rows_reported(rows);
	ek_rows_close(&rows);
	return ok;
}

/* So that the server that is started next finds it, and makes no other. */
static bool put_master(const struct restoring *r, struct ek_err *err)
{
	struct ek_alloc heap = ek_heap_alloc();
	struct ek_disk_bytes key = {NULL, 0};
	char path[EK_DISK_PATH];
	if (r->seal == NULL)
		return true;
	bool ok = ek_disk_path(r->master_directory, r->master_name, path, err) &&
		  ek_disk_read(path, EK_SEAL_KEY_BYTES, &heap, &key, err) &&
		  ek_disk_write(r->to, EK_GUARD_KEY, key.p, key.n, err);
	if (key.p != NULL) {
		memset(key.p, 0, key.n);
		ek_alloc_free(&heap, key.p, key.n == 0 ? 1 : key.n);
	}
	return ok;
}

static bool put_keys(const struct restoring *r, struct ek_err *err)
{
	struct ek_log *log = NULL;
	const struct ek_log_options options = {
		.where = r->to, .mode = EK_LOG_WRITE, .without_search = true};
	if (r->keys == NULL)
		return true;
	bool ok = ek_log_open(&options, &log, err) && ek_backup_keys_put(r->keys, log, err) &&
		  ek_log_stop(log, err);
	ek_log_close(&log);
	return ok;
}

static bool erase_again(struct restoring *r, struct ek_err *err)
{
	const struct ek_again_options again = {r->to, r->to, r->keys};
	if (r->keys == NULL)
		return true;
	if (!ek_again_run(&again, &r->answer.erased, err))
		return false;
	ek_cli_say(r->cli, "%llu contacts that were erased since the backup are erased here too",
		   (unsigned long long)r->answer.erased);
	return true;
}

static bool restore(struct restoring *r, struct ek_err *err)
{
	uint8_t want[EK_HASH_BYTES];
	uint64_t *lost = &r->answer.rows.lost;
	if (!copy_opened(r, err) || !copy_files(r->cli, r->where, r->to, err) ||
	    !put_master(r, err) || !put_keys(r, err) || !ek_run_fold(r->to, false, err) ||
	    !erase_again(r, err) || !hash_of(r->to, r->answer.copy.seq, r->answer.hash, err) ||
	    !hash_of(r->where, r->answer.copy.seq, want, err))
		return false;
	if (*lost > 0)
		ek_cli_say(r->cli, "%llu rows lost what stood in them, as their keys are gone",
			   (unsigned long long)*lost);
	if (memcmp(want, r->answer.hash, EK_HASH_BYTES) != 0)
		return ek_fail(err, EK_DAMAGE,
			       "the state at %llu is not the backup's: do not use %s",
			       (unsigned long long)r->answer.copy.seq, r->to);
	return ek_backup_finish(r->to, err) && put_answer(r->cli, &r->answer, err);
}

static bool open_backup(struct restoring *r, struct ek_err *err)
{
	const struct ek_log_options options = {.where = r->where, .mode = EK_LOG_READ};
	return ek_backup_check_whole(r->where, err) && ek_log_open(&options, &r->from, err) &&
	       ek_log_mark(r->from, r->mark, err) && open_keys(r, err) && open_master(r, err);
}

bool ek_run_restore(struct ek_cli *cli, struct ek_err *err)
{
	struct restoring r = {.cli = cli, .answer.is_restore = true};
	if (!ek_cli_has(cli, EK_CLI_INTO))
		return ek_fail(err, EK_USAGE, "usage: evenkeel restore DIR --into DIR");
	directory(cli->words[0], r.where);
	directory(cli->options[EK_CLI_INTO], r.to);
	if (!ek_disk_dir_empty(r.to))
		return ek_fail(err, EK_NOT_EMPTY, "%s is not empty; nothing was touched", r.to);
	bool ok = open_backup(&r, err) && restore(&r, err);
	ek_seal_close(&r.seal);
	ek_backup_keys_close(&r.keys);
	ek_log_close(&r.from);
	return ok;
}
