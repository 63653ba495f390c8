/* scratch -- directories of their own for tests that touch the disk; in no program that is shipped.
 * */
#ifndef EK_STORE_SCRATCH_H
#define EK_STORE_SCRATCH_H

#include "base/base.h"

enum { EK_SCRATCH_PATH = 512 };

/* Makes a new directory under TMPDIR (or /tmp), 0700. */
void ek_scratch_make(char out[EK_SCRATCH_PATH]);
/* Removes a directory and all that is in it. */
void ek_scratch_remove(const char *path);
/* Reads or writes a whole small file; ends the process if it cannot. */
size_t ek_scratch_read(const char *path, void *out, size_t cap);
void ek_scratch_write(const char *path, const void *bytes, size_t n);

#endif
