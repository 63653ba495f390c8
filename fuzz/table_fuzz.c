/* Any bytes may come as a table. What is read is text, lines rise, reading ends, and a record is
 * read again as it was. */
#include <string.h>

#include "base/utf8.h"
#include "sys/heap.h"
#include "wire/stamp.h"
#include "wire/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t sum_of(const struct ek_table *t)
{
	uint64_t sum = t->n;
	for (uint32_t i = 0; i < t->n; i++)
		for (uint32_t k = 0; k < t->cells[i].n; k++)
			sum = sum * 31 + (unsigned char)t->cells[i].p[k];
	return sum;
}

static void look(const struct ek_table *t)
{
	static const char *const formats[] = {"iso", "epoch", "%d/%m/%Y %H:%M", "%y%m%d %q%z"};
	struct ek_stamp stamp;
	for (uint32_t i = 0; i < t->n; i++) {
		ek_assert(t->is_latin1 || ek_utf8_is_text(t->cells[i]));
		for (size_t k = 0; k < EK_LEN(formats); k++)
			(void)!ek_stamp_read((ek_str){formats[k], (uint32_t)strlen(formats[k])},
					     t->cells[i], &stamp);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ek_table t;
	struct ek_arena arena;
	struct ek_err err;
	const char *fault;
	uint32_t last = 0, records = 0;
	if (size == 0)
		return 0;
	/* The first byte says how it is read. */
	ek_str text = {(const char *)data + 1, (uint32_t)size - 1};
	ek_arena_init(&arena, ek_heap_alloc(), 1 << 24);
	if (ek_table_open(&t, text, &arena, &err)) {
		t.separator = ",;\t|"[data[0] % 4];
		t.is_latin1 = (data[0] & 4) != 0;
		while (ek_table_next(&t, &fault)) {
			ek_assert(t.line > last && t.at > t.from && records++ < size);
			last = t.line;
			if (fault != NULL)
				continue;
			look(&t);
			uint64_t sum = sum_of(&t);
			ek_table_seek(&t, t.from, t.line);
			bool again = ek_table_next(&t, &fault);
			ek_assert(again && fault == NULL && sum_of(&t) == sum && t.line == last);
		}
	}
	ek_arena_fini(&arena);
	return 0;
}
