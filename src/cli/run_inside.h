/* run_inside -- what the commands that guard the log share. */
#ifndef EK_CLI_RUN_INSIDE_H
#define EK_CLI_RUN_INSIDE_H

#include "cli/place.h"
#include "cli/run.h"
#include "sys/hash.h"
#include "wire/json.h"

enum { EK_RUN_ANSWER_MAX = 1 << 16 };

/* Members of an answer. */
void ek_run_put_number(struct ek_json *j, const char *key, uint64_t n);
void ek_run_put_hash(struct ek_json *j, const char *key, const uint8_t hash[EK_HASH_BYTES]);

/* Where files lie: in the directory of the log, or in that of the data beside PostgreSQL. */
void ek_run_files(const char *where, char out[EK_PLACE_MAX]);
/* Folds all views of a log anew, and makes the index of words, where there is one only if it is to
 * be made anew too; the log stays as it is. */
bool ek_run_fold(const char *where, bool with_index, struct ek_err *err) EK_MUST_CHECK;

#endif
