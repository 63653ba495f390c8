/* lines -- the lines of a file or of standard input, one after another, each of a bounded length.
 *
 * Reads in large pieces; a line borrows from the buffer until the next call.
 */
#ifndef EK_CLI_LINES_H
#define EK_CLI_LINES_H

#include "base/base.h"

struct ek_lines;

/* path "-": standard input. *lines is the caller's, to be closed. Errors: NOT_FOUND, IO, NO_MEMORY.
 * */
bool ek_lines_open(const char *path, struct ek_lines **lines, struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_lines_close(struct ek_lines **lines);
/* The next line without its end; the last may lack one. *more is false at the end of the file.
 * Errors: LIMIT for a line of more than line_bytes; IO. */
bool ek_lines_next(struct ek_lines *lines, ek_str *line, bool *more,
		   struct ek_err *err) EK_MUST_CHECK;
/* The number of the last line read, from 1. */
uint64_t ek_lines_number(const struct ek_lines *lines);
/* Whether the next call would wait for somebody to write. */
bool ek_lines_would_wait(const struct ek_lines *lines);

#endif
