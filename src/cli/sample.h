/* sample -- a month that might have been: a drive file made by a seed alone.
 *
 * Six teams, two of them with a helper's overflow, about 40 people with three languages as skills,
 * a day that rises and falls, weekends, breaks, snoozes, answers that make conversations come back,
 * deadlines, limits, and now and then a lead who changes a setting. The same seed gives the same
 * bytes everywhere: whole numbers only. Cost: memory for one day.
 */
#ifndef EK_CLI_SAMPLE_H
#define EK_CLI_SAMPLE_H

#include "cli/cli.h"

enum { EK_SAMPLE_DAYS_MAX = 366 };

struct ek_sample_options {
	const struct ek_cli *cli;
	uint64_t seed;
	uint32_t days; /* 1 to EK_SAMPLE_DAYS_MAX */
};

/* Errors: NO_MEMORY. */
bool ek_sample_print(const struct ek_sample_options *options, struct ek_err *err) EK_MUST_CHECK;

#endif
