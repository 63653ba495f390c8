/* place -- directories of their own for tests that touch the disk; in no program that is shipped. */
#ifndef EK_STORE_PLACE_H
#define EK_STORE_PLACE_H

#include "base/base.h"

enum { EK_PLACE_PATH = 512 };

/* Makes a new directory under TMPDIR (or /tmp), 0700. */
void ek_place_make(char out[EK_PLACE_PATH]);
/* Removes a directory and all that is in it. */
void ek_place_remove(const char *path);
/* Reads or writes a whole small file; ends the process if it cannot. */
size_t ek_place_read(const char *path, void *out, size_t cap);
void ek_place_write(const char *path, const void *bytes, size_t n);

#endif
