#include "wire/ident.h"

#include <string.h>

static const struct {
	const char *prefix;
	uint64_t last;
	const char *doc;
} kinds[] = {
#define IDENT(number, NAME, prefix, last, doc) [number] = {prefix, last, doc},
#include "schema/idents.def"
#undef IDENT
};

static bool is_kind(enum ek_ident_kind kind)
{
	return kind > EK_IDENT_NONE && (size_t)kind < EK_LEN(kinds);
}

const char *ek_ident_prefix(enum ek_ident_kind kind)
{
	ek_assert(is_kind(kind));
	return kinds[kind].prefix;
}

uint64_t ek_ident_last(enum ek_ident_kind kind)
{
	ek_assert(is_kind(kind));
	return kinds[kind].last;
}

const char *ek_ident_doc(enum ek_ident_kind kind)
{
	ek_assert(is_kind(kind));
	return kinds[kind].doc;
}

/* What stands behind the prefix. */
static bool strip(ek_str s, enum ek_ident_kind kind, ek_str *rest)
{
	uint32_t n = (uint32_t)strlen(kinds[kind].prefix);
	if (s.n > EK_IDENT_MAX || s.n <= n || memcmp(s.p, kinds[kind].prefix, n) != 0)
		return false;
	*rest = (ek_str){s.p + n, s.n - n};
	return true;
}

bool ek_ident_read_number(ek_str s, uint64_t last, uint64_t *number)
{
	uint64_t v = 0;
	ek_assert(last <= INT64_MAX);
	if (s.n == 0 || s.n > 19 || s.p[0] == '0')
		return false;
	for (uint32_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	if (v > last)
		return false;
	*number = v;
	return true;
}

bool ek_ident_read(ek_str s, enum ek_ident_kind kind, uint64_t *id)
{
	ek_str rest;
	ek_assert(is_kind(kind));
	return strip(s, kind, &rest) && ek_ident_read_number(rest, kinds[kind].last, id);
}

bool ek_ident_read_contact(ek_str s, ek_str *hex)
{
	ek_str rest;
	if (!strip(s, EK_IDENT_CONTACT, &rest) || rest.n != EK_IDENT_HEX)
		return false;
	for (uint32_t i = 0; i < rest.n; i++) {
		char c = rest.p[i];
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	*hex = rest;
	return true;
}

enum ek_ident_kind ek_ident_read_any(ek_str s, uint64_t *id)
{
	ek_str hex;
	if (ek_ident_read_contact(s, &hex)) {
		*id = 0;
		return EK_IDENT_CONTACT;
	}
	for (int k = 1; k < EK_IDENT_COUNT; k++) {
		/* Numbers may leave gaps. */
		if (k != EK_IDENT_CONTACT && kinds[k].prefix != NULL &&
		    ek_ident_read(s, (enum ek_ident_kind)k, id))
			return (enum ek_ident_kind)k;
	}
	return EK_IDENT_NONE;
}

size_t ek_ident_print(enum ek_ident_kind kind, uint64_t id, char out[EK_IDENT_MAX])
{
	char text[EK_IDENT_MAX + 1];
	ek_assert(is_kind(kind) && id >= 1 && id <= kinds[kind].last);
	size_t n =
		ek_format(text, sizeof text, "%s%llu", kinds[kind].prefix, (unsigned long long)id);
	memcpy(out, text, n);
	return n;
}

void ek_ident_write(struct ek_json *j, enum ek_ident_kind kind, uint64_t id)
{
	char text[EK_IDENT_MAX];
	if (id == 0) {
		ek_json_null(j);
		return;
	}
	size_t n = ek_ident_print(kind, id, text);
	ek_json_text(j, (ek_str){text, (uint32_t)n});
}

void ek_ident_write_contact(struct ek_json *j, ek_str hex)
{
	if (hex.p == NULL)
		ek_json_null(j);
	else
		ek_json_text_after(j, kinds[EK_IDENT_CONTACT].prefix, hex);
}
