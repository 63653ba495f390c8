/* pack -- the built web UI as one file: each of its files with its type, in one or more codings.
 *
 *   /assets/main-Bs3f.css \t text/css; charset=utf-8 \t br \t 120 \t 3071 \n
 *   ...                                                  lines: path, type, coding, offset, length
 *   \n                                                   an empty line
 *   bytes                                                offsets count from here
 *
 * Made by scripts/web_pack.ts. Everything that a pack says is checked when it is opened, as it may
 * be a file that somebody names in the configuration. Bounds: EK_PACK_BYTES in all, EK_PACK_LINES
 * lines, EK_PACK_PATH and EK_PACK_TYPE bytes of a path and a type. Every file must be there as
 * identity, for clients that know no coding.
 * Cost: opening hashes every byte once, a few ms for each MB; finding is O(log files) and never
 * touches a disk, so that no path leads anywhere but into this table. Read-only once open, for any
 * number of threads.
 */
#ifndef EK_API_PACK_H
#define EK_API_PACK_H

#include "base/arena.h"
#include "wire/accept.h"

enum {
	EK_PACK_BYTES = 64 * 1024 * 1024,
	EK_PACK_LINES = 4096,
	EK_PACK_PATH = 255,
	EK_PACK_TYPE = 100,
	EK_PACK_TAG = 36,
};

struct ek_pack;

struct ek_pack_body {
	ek_str bytes;
	char tag[EK_PACK_TAG]; /* entity tag, with its quotes: of these bytes, so of this coding */
};
struct ek_pack_file {
	ek_str path;                                   /* begins with '/' */
	const char *type;                              /* Content-Type */
	uint32_t codings;                              /* bit c: bodies[c] is there */
	struct ek_pack_body bodies[EK_ACCEPT_CODINGS]; /* by enum ek_accept_coding */
};

/* bytes are borrowed until it is closed; *pack is the caller's, to be closed. Errors: USAGE names
 * the line and what is wrong with it; LIMIT; NO_MEMORY. */
bool ek_pack_open(ek_str bytes, struct ek_alloc alloc, struct ek_pack **pack,
		  struct ek_err *err) EK_MUST_CHECK;
/* Accepts NULL inside; leaves NULL. */
void ek_pack_close(struct ek_pack **pack);

/* The file of exactly that path, byte by byte; NULL = there is none. Borrowed from the pack. */
const struct ek_pack_file *ek_pack_find(const struct ek_pack *pack, ek_str path);
uint32_t ek_pack_count(const struct ek_pack *pack);

#endif
