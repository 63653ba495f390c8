/* told -- a figure as `evenkeel report` tells it, with what stands beside it: the same by the other
 * version of its definition (spec metrics, R10), and what it was before facts came late (R13). The
 * rules are the API's (api/api_figures.h): both versions for 28 days, and for one whole period of
 * every target on that metric.
 *
 *   ek_told_read(log, &targets, err)            once
 *   ek_told_ask(&told, &question, err)          for each figure
 *   ek_told_say, ek_told_csv, ek_told_json      one of them
 *   ek_told_receipt_...                         what it is made of
 */
#ifndef EK_CLI_TOLD_H
#define EK_CLI_TOLD_H

#include "cli/cli.h"
#include "cli/names.h"
#include "metrics/figures.h"
#include "store/log.h"
#include "wire/json.h"

/* Of each metric the periods that targets on it have: bit p for period p of targets. */
struct ek_told_targets {
	uint8_t periods[EK_METRIC_END];
};
/* None where the log has no content. Errors: the log's. */
bool ek_told_read(struct ek_log *log, struct ek_told_targets *out,
		  struct ek_err *err) EK_MUST_CHECK;

struct ek_told {
	/* What is told; borrowed. */
	const struct ek_definition *definition; /* of the figure's version */
	const struct ek_figure *figure;
	uint8_t clock; /* 0 = as each definition says */
	const char *from, *until;
	bool has_days; /* in words: with its days */
	/* What stands beside it. */
	const struct ek_definition *other; /* NULL = nothing */
	struct ek_figure by_other;
	const struct ek_zone *zone;     /* of the question */
	int32_t changed, shown_until;   /* local days */
	struct ek_figures_restated was; /* causes 0: as it is */
};
struct ek_told_question {
	const struct ek_figures *f;
	const struct ek_zone *zone; /* NULL = UTC */
	const struct ek_told_targets *targets;
	struct ek_figures_ask ask;
};
/* Fills in what stands beside told->figure. Errors: as ek_figures_ask. */
bool ek_told_ask(struct ek_told *told, const struct ek_told_question *q,
		 struct ek_err *err) EK_MUST_CHECK;

/* One or more lines. */
void ek_told_say(struct ek_cli *cli, const struct ek_told *told);
/* The names of columns, and a row of them; j is scratch. */
void ek_told_csv_head(struct ek_cli *cli);
void ek_told_csv(struct ek_cli *cli, const struct ek_told *told, struct ek_json *j);
/* An object. */
void ek_told_json(struct ek_json *j, const struct ek_told *told);

/* What a figure is made of: `limit` items at most. Errors: as ek_figures_receipt. */
struct ek_told_receipt {
	const struct ek_definition *definition;
	const struct ek_names *names;
	uint64_t limit;
};
/* Lines behind those of ek_told_say. */
bool ek_told_receipt_say(struct ek_cli *cli, const struct ek_told_receipt *of,
			 const struct ek_told_question *q, struct ek_err *err) EK_MUST_CHECK;
/* An object. */
bool ek_told_receipt_json(struct ek_json *j, const struct ek_told_receipt *of,
			  const struct ek_told_question *q, struct ek_err *err) EK_MUST_CHECK;
/* A table of its own: a row for each item. j is scratch. */
bool ek_told_receipt_csv(struct ek_cli *cli, const struct ek_told_receipt *of,
			 const struct ek_told_question *q, struct ek_json *j,
			 struct ek_err *err) EK_MUST_CHECK;

/* For the files of this. */
extern const char *const ek_told_states[];
extern const char *const ek_told_causes[5];
const char *ek_told_clock(const struct ek_definition *d, uint8_t clock);
bool ek_told_has_times(const struct ek_told *told);
/* word NULL is null, as is a time that is not set. */
void ek_told_put_word(struct ek_json *j, const char *key, const char *word);
void ek_told_put_time(struct ek_json *j, const char *key, ek_time t);
enum { EK_TOLD_DAY = 11 };
void ek_told_day(int32_t day, char out[EK_TOLD_DAY]);

#endif
