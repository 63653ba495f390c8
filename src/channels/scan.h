/* scan -- asks a scanner for malware about the bytes of a file, before they are kept.
 *
 * clamd's INSTREAM over its socket, one connection a file: "zINSTREAM" with a NUL, the bytes in
 * pieces, each behind its length in 4 bytes big-endian, a piece of none; back comes "stream: OK",
 * "stream: NAME FOUND" or a line that ends with "ERROR". Whatever else comes, or nothing in time,
 * is never taken for "nothing found": the scanner is asked about one harmless byte. If it has an
 * answer for that, it is this file that it has none for, which may be so for ever; else all files
 * wait. (PING would not do: clamd answers it while all its scanning threads are busy.)
 *
 * Cost: the bytes once through a socket, and the scanner's own time. Any thread; blocks, at most
 * EK_SCAN_PATIENCE_MS and EK_SCAN_PROBE_MS, and half a second once it is to end. Source: ClamAV,
 * clamd(8); spec security, section 7.
 */
#ifndef EK_CHANNELS_SCAN_H
#define EK_CHANNELS_SCAN_H

#include "base/base.h"

enum { EK_SCAN_TEXT = 64, EK_SCAN_PATIENCE_MS = 10000, EK_SCAN_PROBE_MS = 3000 };

enum ek_scan_verdict {
	EK_SCAN_NOTHING,     /* it found nothing */
	EK_SCAN_NOT_SCANNED, /* text: why, in words */
	EK_SCAN_FOUND,       /* text: what it calls it, in letters, digits and ".-_" */
};
struct ek_scan_result {
	enum ek_scan_verdict verdict;
	bool is_silent; /* NOT_SCANNED, and all the patience went by */
	char text[EK_SCAN_TEXT];
};

/* Whether a socket is named at all: not NULL nor "". */
bool ek_scan_is_set(const char *socket);

struct ek_scan {
	const char *socket;          /* a path */
	bool (*is_ending)(void *of); /* NULL = it goes on to its end */
	void *of;
};
/* Errors: BUSY, which says why, where the scanner does not answer, or it was to end. */
bool ek_scan_file(const struct ek_scan *scan, ek_str bytes, struct ek_scan_result *result,
		  struct ek_err *err) EK_MUST_CHECK;

#endif
