/* policy_file -- a policy out of a file or standard input, with its zones looked up.
 *
 * Blocks on the file. Everything lives in the arena.
 */
#ifndef EK_CLI_POLICY_FILE_H
#define EK_CLI_POLICY_FILE_H

#include "model/policy.h"

/* path "-": standard input. Errors: NOT_FOUND, IO; LIMIT; those of ek_policy_text_read;
 * INVALID_VALUE for a zone that there is not. */
bool ek_policy_file_read(const char *path, struct ek_arena *arena, struct ek_policy *out,
			 struct ek_err *err) EK_MUST_CHECK;

#endif
