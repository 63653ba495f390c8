#include "store/body.h"

#include <string.h>

enum {
	CRC_BYTES = 4,
	VARINT_MAX = 5,
	FLAG_KEY = 1,
	KEY_BYTES = 2 * EK_HASH_BYTES + 1 + 4,
	HEAD_MAX = CRC_BYTES + 1 + KEY_BYTES + VARINT_MAX,
	FIRST_ROOM = 512, /* most events are far shorter */
};

static void put_u32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

static uint32_t get_u32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static size_t put_varint(uint8_t *p, uint32_t v)
{
	size_t n = 0;
	while (v >= 0x80) {
		p[n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	p[n++] = (uint8_t)v;
	return n;
}

/* Bytes taken; 0 when there is no such number, or it is longer than it need be. */
static size_t get_varint(const uint8_t *p, const uint8_t *end, uint32_t *v)
{
	uint64_t value = 0;
	for (size_t i = 0; i < VARINT_MAX && p + i < end; i++) {
		value |= (uint64_t)(p[i] & 0x7f) << (7 * i);
		if ((p[i] & 0x80) != 0)
			continue;
		if (value > UINT32_MAX || (i > 0 && p[i] == 0))
			return 0;
		*v = (uint32_t)value;
		return i + 1;
	}
	return 0;
}

void ek_body_init(struct ek_body *b, struct ek_alloc alloc)
{
	*b = (struct ek_body){.alloc = alloc};
}

void ek_body_fini(struct ek_body *b)
{
	ek_alloc_free(&b->alloc, b->p, b->cap);
	*b = (struct ek_body){.alloc = b->alloc};
}

void ek_body_reset(struct ek_body *b, uint64_t first_seq, ek_time at)
{
	b->n = 0;
	b->events = 0;
	b->open = 0;
	b->first_seq = first_seq;
	b->at = at;
}

/* Room for n more bytes. */
static bool room(struct ek_body *b, size_t n, struct ek_err *err)
{
	if (n <= b->cap - b->n)
		return true;
	if (n > EK_BODY_MAX - b->n)
		return ek_fail(err, EK_LIMIT, "one commit may hold %d bytes", (int)EK_BODY_MAX);
	size_t cap = b->cap == 0 ? 65536 : b->cap;
	while (cap - b->n < n)
		cap *= 2;
	uint8_t *p = b->alloc.resize(b->alloc.ctx, b->p, b->cap, cap);
	if (p == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for a commit of %zu bytes", cap);
	b->p = p;
	b->cap = cap;
	return true;
}

bool ek_body_command(struct ek_body *b, const struct ek_body_key *key, uint32_t n,
		     struct ek_err *err)
{
	ek_assert(n >= 1 && b->open == 0);
	if (!room(b, HEAD_MAX, err))
		return false;
	uint8_t *head = b->p + b->n;
	uint8_t *p = head + CRC_BYTES;
	*p++ = key != NULL ? FLAG_KEY : 0;
	if (key != NULL) {
		memcpy(p, key->key, EK_HASH_BYTES);
		memcpy(p + EK_HASH_BYTES, key->request, EK_HASH_BYTES);
		p += 2 * (size_t)EK_HASH_BYTES;
		*p++ = key->by.kind;
		put_u32(p, key->by.id);
		p += 4;
	}
	p += put_varint(p, n);
	put_u32(head, ek_hash_crc(0, head + CRC_BYTES, (size_t)(p - head) - CRC_BYTES));
	b->n += (size_t)(p - head);
	b->open = n;
	return true;
}

bool ek_body_event(struct ek_body *b, const struct ek_event *event, struct ek_err *err)
{
	ek_assert(b->open > 0 && event->seq == b->first_seq + b->events);
	const struct ek_codec_base base = {event->seq, b->at};
	/* Written one length byte in, as nearly all are short; longer ones are moved up. */
	size_t want = FIRST_ROOM;
	size_t n = 0;
	for (;;) {
		if (!room(b, want + VARINT_MAX + CRC_BYTES, err))
			return false;
		uint8_t *bytes = b->p + b->n + 1 + CRC_BYTES;
		size_t cap = b->cap - b->n - VARINT_MAX - CRC_BYTES;
		n = ek_codec_write(event, base, bytes, cap);
		if (n <= cap)
			break;
		want = n;
	}
	if (n > EK_BODY_EVENT_MAX)
		return ek_fail(err, EK_LIMIT, "one event may take %d bytes",
			       (int)EK_BODY_EVENT_MAX);
	uint8_t length[VARINT_MAX];
	size_t length_n = put_varint(length, (uint32_t)n);
	uint8_t *p = b->p + b->n;
	if (length_n > 1)
		memmove(p + length_n + CRC_BYTES, p + 1 + CRC_BYTES, n);
	memcpy(p, length, length_n);
	put_u32(p + length_n, ek_hash_crc(0, p + length_n + CRC_BYTES, n));
	b->n += length_n + CRC_BYTES + n;
	b->events++;
	b->open--;
	return true;
}

struct ek_body_mark ek_body_mark(const struct ek_body *b)
{
	ek_assert(b->open == 0);
	return (struct ek_body_mark){b->n, b->events};
}

void ek_body_cut(struct ek_body *b, struct ek_body_mark mark)
{
	ek_assert(mark.n <= b->n);
	b->n = mark.n;
	b->events = mark.events;
	b->open = 0;
}

void ek_body_open(struct ek_body_reader *r, const uint8_t *body, size_t n,
		  struct ek_codec_base first)
{
	const uint8_t *end = n == 0 ? body : body + n; /* body may be NULL when there is nothing */
	*r = (struct ek_body_reader){.p = body, .end = end, .next_seq = first.seq};
	r->event.base = first;
}

static enum ek_body_step bad(struct ek_body_reader *r)
{
	r->p = r->end;
	r->left = 0;
	r->seq = r->next_seq;
	return EK_BODY_BAD;
}

static enum ek_body_step next_command(struct ek_body_reader *r)
{
	const uint8_t *head = r->p;
	if (r->end - head < CRC_BYTES + 1)
		return bad(r);
	const uint8_t *p = head + CRC_BYTES;
	if (*p > FLAG_KEY)
		return bad(r);
	r->has_key = *p++ == FLAG_KEY;
	if (r->has_key) {
		if (r->end - p < KEY_BYTES)
			return bad(r);
		memcpy(r->key.key, p, EK_HASH_BYTES);
		memcpy(r->key.request, p + EK_HASH_BYTES, EK_HASH_BYTES);
		p += 2 * (size_t)EK_HASH_BYTES;
		r->key.by.kind = *p;
		r->key.by.id = get_u32(p + 1);
		p += 1 + 4;
	}
	size_t n = get_varint(p, r->end, &r->count);
	p += n;
	if (n == 0 || r->count == 0 ||
	    get_u32(head) != ek_hash_crc(0, head + CRC_BYTES, (size_t)(p - head) - CRC_BYTES))
		return bad(r);
	r->p = p;
	r->left = r->count;
	r->seq = r->next_seq;
	return EK_BODY_COMMAND;
}

enum ek_body_step ek_body_next(struct ek_body_reader *r)
{
	if (r->left == 0)
		return r->p == r->end ? EK_BODY_END : next_command(r);
	uint32_t n;
	size_t length_n = get_varint(r->p, r->end, &n);
	if (length_n == 0 || n > EK_BODY_EVENT_MAX ||
	    (size_t)(r->end - r->p) - length_n < (size_t)CRC_BYTES + n)
		return bad(r);
	const uint8_t *p = r->p + length_n;
	if (get_u32(p) != ek_hash_crc(0, p + CRC_BYTES, n))
		return bad(r);
	r->event.p = p + CRC_BYTES;
	r->event.n = n;
	r->p = r->event.p + n;
	r->seq = r->next_seq++;
	r->event.base.seq = r->seq;
	r->left--;
	return EK_BODY_EVENT;
}
