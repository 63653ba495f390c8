#include "store/contact.h"

#include "sys/hash.h"

void ek_contact_public(uint32_t contact, char out[EK_CONTACT_PUBLIC + 1])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t hash[EK_HASH_BYTES];
	char text[32];
	size_t n = ek_format(text, sizeof text, "contact:%u", contact);
	ek_hash_once(text, n, hash);
	for (int i = 0; i < EK_CONTACT_PUBLIC / 2; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[EK_CONTACT_PUBLIC] = 0;
}
