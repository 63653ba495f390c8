/* Any bytes may come as Accept-Language, Accept-Encoding or If-None-Match. What is chosen is there
 * to be chosen. */
#include "wire/accept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"en", "ko", "ar"};
	ek_str header = {(const char *)data, (uint32_t)size};
	int language = ek_accept_language(header, names, (int)EK_LEN(names));
	ek_assert(language >= -1 && language < (int)EK_LEN(names));
	for (uint32_t offered = 0; offered < 1u << EK_ACCEPT_CODINGS; offered++) {
		enum ek_accept_coding c = ek_accept_coding(header, offered);
		ek_assert(c == EK_ACCEPT_IDENTITY || (offered >> c & 1) != 0);
	}
	if (ek_accept_has_tag(header, "\"a\""))
		ek_assert(size >= 1);
	return 0;
}
