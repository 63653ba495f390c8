/* drive, and the sample month that can be driven. */
#include "cli/run.h"

#include "cli/drive.h"
#include "cli/place.h"
#include "cli/sample.h"
#include "sys/disk.h"
#include "sys/heap.h"

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
