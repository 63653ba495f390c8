/* body -- the bytes of one commit, as they stand in the log: commands, their keys, their events.
 *
 * One row of the log is one commit; its body is a run of commands, each
 *
 *   offset  size  what
 *   0       4     CRC-32C of the rest of this head, little-endian
 *   4       1     flags: bit 0 = a key follows; all others 0
 *   5       32    SHA-256 of the idempotency key           } only with
 *   37      32    SHA-256 of the request                    } bit 0
 *   69      1     actor kind (enum actor of the schema)     }
 *   70      4     actor id, little-endian                   }
 *   74 / 5  1-5   number of events, LEB128, at least 1
 *
 * and then each of its events
 *
 *   0       1-5   length of the stored form, LEB128
 *   .       4     CRC-32C of the stored form, little-endian
 *   .       n     the stored form (model/codec.h); its base's time is the row's
 *
 * LEB128: seven bits a byte, low first, the top bit says that more follow; no needless bytes.
 * Events have no seq of their own: they count on from the row's first_seq, so a row holds last -
 * first + 1 of them. The checksums say where damage is; the row's chain (store/log.h) proves that
 * there is none.
 *
 * Byte work only: nothing here blocks. Writing grows the buffer and keeps it; reading copies
 * nothing and may be given any bytes.
 */
#ifndef EK_STORE_BODY_H
#define EK_STORE_BODY_H

#include "base/alloc.h"
#include "model/codec.h"
#include "model/event.h"
#include "sys/hash.h"

enum {
	EK_BODY_EVENT_MAX = 16 * 1024 * 1024, /* stored form of one event */
	EK_BODY_MAX = 256 * 1024 * 1024,      /* one row */
};

/* Who asked, under which key, for what. */
struct ek_body_key {
	uint8_t key[EK_HASH_BYTES];
	uint8_t request[EK_HASH_BYTES];
	struct ek_actor by;
};

/* A body being written. Owned by the caller: init, fini. */
struct ek_body {
	struct ek_alloc alloc;
	uint8_t *p;
	size_t n;
	size_t cap;
	uint64_t first_seq;
	ek_time at;
	uint32_t events; /* in the body now */
	uint32_t open;   /* events that the last command still lacks */
};

void ek_body_init(struct ek_body *b, struct ek_alloc alloc);
void ek_body_fini(struct ek_body *b);
/* Empties it for a row that begins there; keeps the memory. */
void ek_body_reset(struct ek_body *b, uint64_t first_seq, ek_time at);
/* Begins a command of n >= 1 events; key NULL = none. Errors: NO_MEMORY, LIMIT; the body is then as
 * before. */
bool ek_body_command(struct ek_body *b, const struct ek_body_key *key, uint32_t n,
		     struct ek_err *err) EK_MUST_CHECK;
/* Its next event. Errors as above; then cut back to where the command began. Cost: the codec's. */
bool ek_body_event(struct ek_body *b, const struct ek_event *event,
		   struct ek_err *err) EK_MUST_CHECK;

/* Where a body stood, to come back to when a command cannot be written whole. */
struct ek_body_mark {
	size_t n;
	uint32_t events;
};
struct ek_body_mark ek_body_mark(const struct ek_body *b);
void ek_body_cut(struct ek_body *b, struct ek_body_mark mark);

enum ek_body_step {
	EK_BODY_END,     /* well, and nothing is left */
	EK_BODY_COMMAND, /* has_key, key and count hold */
	EK_BODY_EVENT,   /* seq and event hold */
	EK_BODY_BAD,     /* damaged: seq is the first event that cannot be trusted */
};

/* A body being read. Filled by ek_body_open; the fields after the line are for the caller. */
struct ek_body_reader {
	const uint8_t *p;
	const uint8_t *end;
	uint64_t next_seq;
	uint32_t left; /* events of this command still to come */
	/* ---- */
	uint64_t seq;
	struct ek_codec_bytes event; /* for ek_codec_read; borrowed from the body */
	uint32_t count;
	bool has_key;
	struct ek_body_key key;
};

/* first: the row's first_seq and at. */
void ek_body_open(struct ek_body_reader *r, const uint8_t *body, size_t n,
		  struct ek_codec_base first);
enum ek_body_step ek_body_next(struct ek_body_reader *r);

#endif
