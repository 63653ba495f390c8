/* codec -- the stored form of one event: bytes in a row of the log.
 *
 * Pure. Canonical: each event has one form, and what is not that form is refused as damage, so that
 * reading and writing again gives the same bytes. The form, all numbers as LEB128 varints of the
 * least length, signed ones zigzag:
 *
 *   kind (1 byte)
 *   head (1 byte): bits 0-1 actor kind; then, if set: bit 2 actor id, bit 3 time, bit 4 cause
 *   [actor id]  [at - base.at, signed]  [seq - cause_seq]
 *   mask: bit i set = field i of the event is there; absent ones cost nothing, and a shorter mask,
 *   from before a field was added, reads as absent
 *   the fields that are there, in order, by type:
 *     id           unsigned                 number, span   signed
 *     time         signed, less the event's own            bool: nothing (there = true)
 *     enum         1 byte                   text           length, bytes
 *     list         count, elements; see codec_write.c
 *
 * seq is not stored: it is the row's.
 * Cost: O(bytes); writing allocates nothing. Limits: those of
 * schema/limits.def and model/calendar.h.
 */
#ifndef EK_MODEL_CODEC_H
#define EK_MODEL_CODEC_H

#include "base/arena.h"
#include "model/event.h"

/* What the row of the log says beside the bytes. */
struct ek_codec_base {
	uint64_t seq; /* the event's own */
	ek_time at;   /* any time; near the event's own makes short bytes */
};

/* Writes at most cap bytes to out and returns how many the event needs: more than cap means that
 * out holds nothing of use. e->seq is base.seq; its actor and kind are listed, its time is set
 * (asserted). */
size_t ek_codec_write(const struct ek_event *e, struct ek_codec_base base, uint8_t *out,
		      size_t cap) EK_MUST_CHECK;

struct ek_codec_bytes {
	const uint8_t *p;
	size_t n;
	struct ek_codec_base base;
};

/* Reads the event that the bytes begin with. Its lists live in the arena, its texts in the bytes.
 * used: bytes of the event; with NULL nothing may come after it.
 * Errors: DAMAGE, for any bytes that ek_codec_write cannot have made; NO_MEMORY. */
bool ek_codec_read(const struct ek_codec_bytes *in, struct ek_arena *arena, struct ek_event *e,
		   size_t *used, struct ek_err *err) EK_MUST_CHECK;

/* How a field type is stored, and so how its absence looks. */
enum ek_codec_form {
	EK_CODEC_ID,   /* absent: 0 */
	EK_CODEC_INT,  /* absent: EK_NONE */
	EK_CODEC_TIME, /* absent: EK_NONE */
	EK_CODEC_BOOL, /* absent: false */
	EK_CODEC_ENUM, /* absent: 0 */
	EK_CODEC_TEXT, /* absent: p NULL */
	EK_CODEC_ZONE, /* absent: name.p NULL */
	EK_CODEC_LIST, /* absent: n 0 */
};
enum ek_codec_form ek_codec_form(uint8_t type);

/* Lists may hold at most so many elements that no other limit counts. */
enum { EK_CODEC_SETS_MAX = 255, EK_CODEC_CELLS_MAX = 20000 };

#endif
