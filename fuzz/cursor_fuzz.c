/* Any text may come as a cursor. What is read as one is written as the same text, and belongs to no
 * other list. The first 8 bytes are what the cursor is bound to; behind them stands a cursor, or,
 * when the next byte is 0, the bytes of one that gets a right digest. */
#include <string.h>

#include "base/fnv.h"
#include "sys/heap.h"
#include "wire/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 20, BOUND = 8 };

static void check(ek_str text, uint64_t bound_to)
{
	struct ek_arena arena;
	struct ek_cursor c;
	char out[EK_CURSOR_MAX];
	ek_arena_init(&arena, ek_heap_alloc(), MAX);
	if (ek_cursor_read(text, bound_to, &arena, &c)) {
		size_t n = ek_cursor_write(&c, bound_to, out);
		ek_assert(n == text.n && memcmp(out, text.p, n) == 0);
		ek_assert(!ek_cursor_read(text, bound_to + 1, &arena, &c));
	}
	ek_arena_fini(&arena);
}

/* base64url as it stands in RFC 4648, bit by bit. */
static size_t encode(const uint8_t *p, size_t n, char *out)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t at = 0;
	for (size_t bit = 0; bit < 8 * n; bit += 6) {
		unsigned v = 0;
		for (size_t k = bit; k < bit + 6; k++)
			v = v << 1 | (k < 8 * n ? p[k / 8] >> (7 - k % 8) & 1U : 0U);
		out[at++] = letters[v];
	}
	return at;
}

static void check_forged(const uint8_t *bound, const uint8_t *body, size_t n)
{
	uint8_t bytes[1200];
	char text[1700] = "c1.";
	uint64_t bound_to = 0;
	if (n + BOUND > sizeof bytes)
		return;
	uint64_t digest = ek_fnv(EK_FNV_BEGIN, bound, BOUND);
	digest = ek_fnv(digest, body, n);
	for (int i = 0; i < BOUND; i++) {
		bytes[i] = (uint8_t)(digest >> (56 - 8 * i));
		bound_to = bound_to << 8 | bound[i];
	}
	memcpy(bytes + BOUND, body, n);
	size_t letters = encode(bytes, n + BOUND, text + 3);
	check((ek_str){text, (uint32_t)(letters + 3)}, bound_to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t bound_to = 0;
	if (size < BOUND)
		return 0;
	for (int i = 0; i < BOUND; i++)
		bound_to = bound_to << 8 | data[i];
	if (size > BOUND && data[BOUND] == 0)
		check_forged(data, data + BOUND + 1, size - BOUND - 1);
	else
		check((ek_str){(const char *)data + BOUND, (uint32_t)(size - BOUND)}, bound_to);
	return 0;
}
