#include "channels/reply.h"

#include <string.h>

#include "auth/secret.h"
#include "sys/hash.h"

enum { TOKEN_BYTES = EK_REPLY_TOKEN / 2, NUMBERS = 48, DIGITS = 15 };

static ek_str domain_of(ek_str address)
{
	uint32_t at = address.n;
	while (at > 0 && address.p[at - 1] != '@')
		at--;
	return (ek_str){address.p + at, address.n - at};
}

static void print_token(const struct ek_reply_key *key, const char *text, size_t n,
			char out[EK_REPLY_TOKEN + 1])
{
	uint8_t hash[EK_HASH_BYTES];
	char hex[2 * EK_HASH_BYTES + 1];
	ek_hash_hmac(key->v, sizeof key->v, text, n, hash);
	ek_hash_hex(hash, hex);
	memcpy(out, hex, EK_REPLY_TOKEN);
	out[EK_REPLY_TOKEN] = 0;
}

/* "12.345" or "12" */
static size_t print_numbers(struct ek_reply_ids ids, char out[NUMBERS])
{
	if (ids.mail == 0)
		return ek_format(out, NUMBERS, "%llu", (unsigned long long)ids.conversation);
	return ek_format(out, NUMBERS, "%llu.%llu", (unsigned long long)ids.conversation,
			 (unsigned long long)ids.mail);
}

size_t ek_reply_print_id(const struct ek_reply_key *key, struct ek_reply_ids ids, ek_str address,
			 char out[EK_REPLY_TEXT])
{
	char numbers[NUMBERS];
	char token[EK_REPLY_TOKEN + 1];
	ek_str domain = domain_of(address);
	size_t n = print_numbers(ids, numbers);
	print_token(key, numbers, n, token);
	n = ek_format(out, EK_REPLY_TEXT, "%s.%s@", numbers, token);
	if (n + domain.n >= EK_REPLY_TEXT)
		return 0;
	memcpy(out + n, domain.p, domain.n);
	out[n + domain.n] = 0;
	return n + domain.n;
}

size_t ek_reply_print_address(const struct ek_reply_key *key, struct ek_reply_ids ids,
			      ek_str address, char out[EK_REPLY_TEXT])
{
	char numbers[NUMBERS];
	char token[EK_REPLY_TOKEN + 1];
	char more[NUMBERS + EK_REPLY_TOKEN + 4];
	ek_str domain = domain_of(address);
	size_t local = address.n - domain.n;
	size_t n = print_numbers(ids, numbers);
	if (local == 0)
		return 0;
	local--; /* the @ */
	print_token(key, numbers, n, token);
	n = ek_format(more, sizeof more, "+%s.%s@", numbers, token);
	if (local + n + domain.n >= EK_REPLY_TEXT)
		return 0;
	memcpy(out, address.p, local);
	memcpy(out + local, more, n);
	memcpy(out + local + n, domain.p, domain.n);
	out[local + n + domain.n] = 0;
	return local + n + domain.n;
}

/* One number without a leading zero from `at`; false = none. 0 itself is one: of no conversation.
 */
static bool take_number(ek_str s, uint32_t *at, uint64_t *out)
{
	uint32_t from = *at;
	*out = 0;
	while (*at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9' && *at - from < DIGITS)
		*out = *out * 10 + (uint64_t)(s.p[(*at)++] - '0');
	return *at > from && (s.p[from] != '0' || *at == from + 1);
}

/* What stands in front of the @, behind a +. */
static ek_str part_of(ek_str text)
{
	uint32_t end = 0;
	uint32_t from = 0;
	while (end < text.n && text.p[end] != '@')
		end++;
	for (uint32_t i = 0; i < end; i++) {
		if (text.p[i] == '+')
			from = i + 1;
	}
	return (ek_str){text.p + from, end - from};
}

bool ek_reply_read(const struct ek_reply_key *key, ek_str text, struct ek_reply_ids *ids)
{
	ek_str s = part_of(text);
	char numbers[NUMBERS];
	char want[EK_REPLY_TOKEN + 1];
	char got[EK_REPLY_TOKEN];
	uint32_t at = 0;
	*ids = (struct ek_reply_ids){0, 0};
	if (!take_number(s, &at, &ids->conversation) || at >= s.n || s.p[at] != '.')
		return false;
	at++;
	if (s.n - at != EK_REPLY_TOKEN &&
	    (!take_number(s, &at, &ids->mail) || ids->mail == 0 || at >= s.n || s.p[at++] != '.'))
		return false;
	if (s.n - at != EK_REPLY_TOKEN || ids->conversation > UINT32_MAX)
		return false;
	for (uint32_t i = 0; i < EK_REPLY_TOKEN; i++) {
		char c = s.p[at + i];
		got[i] = c >= 'A' && c <= 'F' ? (char)(c - 'A' + 'a') : c;
	}
	print_token(key, numbers, print_numbers(*ids, numbers), want);
	return ek_secret_equal(got, want, EK_REPLY_TOKEN);
}
