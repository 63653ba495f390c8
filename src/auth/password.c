#include "auth/password.h"

#include <sodium.h>
#include <string.h>

enum {
	USUAL_PASSES = 3,
	USUAL_KIB = 64 * 1024,
	FLOOR_PASSES = 2,
	FLOOR_KIB = 19 * 1024,
	MOST_PASSES = 16,
	MOST_KIB = 256 * 1024,
	DIGITS_MAX = 7,
};

_Static_assert(EK_PASSWORD_HASH == crypto_pwhash_STRBYTES, "room for a PHC string");

struct ek_password_cost ek_password_usual(void)
{
	return (struct ek_password_cost){USUAL_PASSES, USUAL_KIB};
}

bool ek_password_is_allowed(struct ek_password_cost cost)
{
	return cost.passes >= FLOOR_PASSES && cost.passes <= MOST_PASSES &&
	       cost.memory_kib >= FLOOR_KIB && cost.memory_kib <= MOST_KIB;
}

bool ek_password_hash(ek_str password, struct ek_password_cost cost, char out[EK_PASSWORD_HASH],
		      struct ek_err *err)
{
	if (password.n > EK_PASSWORD_MAX)
		return ek_fail(err, EK_LIMIT, "a password has at most 256 bytes");
	if (sodium_init() < 0 ||
	    crypto_pwhash_str_alg(out, password.n == 0 ? "" : password.p, password.n, cost.passes,
				  (size_t)cost.memory_kib * 1024,
				  crypto_pwhash_ALG_ARGON2ID13) != 0)
		return ek_fail(err, EK_NO_MEMORY, "no memory to hash a password");
	return true;
}

/* -- reading a PHC string -- */

static bool take_text(ek_str *s, const char *text)
{
	size_t n = strlen(text);
	if (s->n < n || memcmp(s->p, text, n) != 0)
		return false;
	*s = (ek_str){s->p + n, s->n - (uint32_t)n};
	return true;
}

static bool take_number(ek_str *s, uint32_t *number)
{
	uint32_t n = 0;
	*number = 0;
	for (; n < s->n && n < DIGITS_MAX && s->p[n] >= '0' && s->p[n] <= '9'; n++)
		*number = *number * 10 + (uint32_t)(s->p[n] - '0');
	*s = (ek_str){s->p + n, s->n - n};
	return n > 0;
}

/* The cost that it names, and a copy with a NUL; false for any other form or too high a cost. */
static bool read_kept(ek_str kept, char copy[EK_PASSWORD_HASH], struct ek_password_cost *cost)
{
	ek_str rest = kept;
	if (kept.n >= EK_PASSWORD_HASH || kept.n == 0 || memchr(kept.p, '\0', kept.n) != NULL)
		return false;
	if (!take_text(&rest, "$argon2id$v=19$m=") || !take_number(&rest, &cost->memory_kib) ||
	    !take_text(&rest, ",t=") || !take_number(&rest, &cost->passes) ||
	    !take_text(&rest, ",p=1$"))
		return false;
	if (cost->passes > MOST_PASSES || cost->memory_kib > MOST_KIB)
		return false;
	memcpy(copy, kept.p, kept.n);
	memset(copy + kept.n, 0, EK_PASSWORD_HASH - kept.n);
	return true;
}

bool ek_password_verify(ek_str kept, ek_str password)
{
	char copy[EK_PASSWORD_HASH];
	struct ek_password_cost cost;
	if (password.n > EK_PASSWORD_MAX || !read_kept(kept, copy, &cost) || sodium_init() < 0)
		return false;
	return crypto_pwhash_str_verify(copy, password.n == 0 ? "" : password.p, password.n) == 0;
}

bool ek_password_is_old(ek_str kept, struct ek_password_cost cost)
{
	char copy[EK_PASSWORD_HASH];
	struct ek_password_cost its;
	if (!read_kept(kept, copy, &its))
		return true;
	return its.passes != cost.passes || its.memory_kib != cost.memory_kib;
}
