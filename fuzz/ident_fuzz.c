/* Any text may come where an id is due. What is read as one is written as the same text. */
#include <string.h>

#include "wire/ident.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ek_str text = {(const char *)data, (uint32_t)size};
	uint64_t id = 0;
	ek_str hex;
	char out[EK_IDENT_MAX];
	enum ek_ident_kind kind = ek_ident_read_any(text, &id);
	if (kind == EK_IDENT_CONTACT) {
		ek_assert(ek_ident_read_contact(text, &hex) && hex.n == EK_IDENT_HEX);
		return 0;
	}
	if (kind == EK_IDENT_NONE) {
		ek_assert(!ek_ident_read_contact(text, &hex));
		return 0;
	}
	ek_assert(id >= 1 && id <= ek_ident_last(kind));
	size_t n = ek_ident_print(kind, id, out);
	ek_assert(n == size && memcmp(out, data, n) == 0);
	return 0;
}
