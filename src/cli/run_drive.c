/* drive, and what stands before it: init. */
#include "cli/run.h"

#include "cli/drive.h"
#include "cli/place.h"
#include "cli/sample.h"
#include "sys/disk.h"
#include "sys/heap.h"

static bool init_there(const char *where, struct ek_err *err)
{
	if (ek_place_is_directory(where) && !ek_disk_dir_empty(where))
		return ek_fail(err, EK_NOT_EMPTY, "%s is not empty; nothing was touched", where);
	struct ek_log *log = NULL;
	const struct ek_log_options options = {.where = where, .mode = EK_LOG_CREATE};
	bool ok = ek_log_open(&options, &log, err);
	if (ok && ek_log_head(log)->seq > 0)
		ok = ek_fail(err, EK_NOT_EMPTY, "%s holds a log; nothing was touched",
			     ek_place_name(where));
	ok = ok && ek_log_stop(log, err);
	ek_log_close(&log);
	return ok;
}

bool ek_run_init(struct ek_cli *cli, struct ek_err *err)
{
	char where[EK_PLACE_MAX];
	if (!ek_place_find(cli, where, err) || !init_there(where, err))
		return false;
	if (!ek_cli_has(cli, EK_CLI_JSON)) {
		ek_cli_print(cli, "made %s\n", ek_place_name(where));
		return true;
	}
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), 1 << 16);
	ek_json_object(&j);
	ek_json_key(&j, "made");
	ek_json_word(&j, ek_place_name(where));
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

bool ek_run_drive(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_drive_options options = {.cli = cli};
	bool ok = ek_lines_open(cli->words[0], &options.lines, err) &&
		  ek_place_open(cli, EK_LOG_CREATE, &options.log, err) &&
		  ek_drive_run(&options, err);
	ek_lines_close(&options.lines);
	ek_log_close(&options.log);
	return ok;
}

bool ek_run_sample(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_sample_options options = {.cli = cli};
	uint64_t days;
	if (!ek_cli_number(cli, EK_CLI_SEED, 1, &options.seed, err) ||
	    !ek_cli_number(cli, EK_CLI_DAYS, 28, &days, err))
		return false;
	if (days < 1 || days > EK_SAMPLE_DAYS_MAX)
		return ek_fail(err, EK_USAGE, "--days: expected 1 to %d", EK_SAMPLE_DAYS_MAX);
	options.days = (uint32_t)days;
	return ek_sample_print(&options, err);
}
