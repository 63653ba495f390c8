/* Values that stand where a pointer says, in what another system sent in a form of its own. */
#include <jansson.h>
#include <string.h>

#include "wire/patch.h"

/* One part of a pointer, unescaped (RFC 6901, section 4), ended. */
static const char *part_of(const struct ek_patch_at *at, ek_str s)
{
	char *out = ek_arena_get(at->of->arena, (size_t)s.n + 1);
	size_t n = 0;
	for (uint32_t i = 0; out != NULL && i < s.n; i++) {
		bool is_escape = s.p[i] == '~' && i + 1 < s.n;
		out[n++] = is_escape ? (s.p[++i] == '1' ? '/' : '~') : s.p[i];
	}
	if (out != NULL)
		out[n] = 0;
	return out;
}

static bool row_of(const char *part, uint32_t *row)
{
	*row = 0;
	for (uint32_t i = 0; part[i] != 0; i++) {
		if (part[i] < '0' || part[i] > '9' || i > 5)
			return false;
		*row = *row * 10 + (uint32_t)(part[i] - '0');
	}
	return part[0] != 0;
}

bool ek_patch_find(const struct ek_patch_at *root, ek_str pointer, struct ek_patch_at *out)
{
	*out = *root;
	for (uint32_t from = 0; from < pointer.n;) {
		uint32_t to = from + 1;
		while (to < pointer.n && pointer.p[to] != '/')
			to++;
		struct ek_patch_at *up = ek_arena_get(root->of->arena, sizeof *up);
		const char *part = part_of(root, (ek_str){pointer.p + from + 1, to - from - 1});
		uint32_t row;
		if (up == NULL || part == NULL)
			return false;
		*up = *out;
		*out = json_is_array(up->json) && row_of(part, &row) ? ek_patch_row(up, row)
								     : ek_patch_member(up, part);
		from = to;
	}
	return true;
}

bool ek_patch_plain(const struct ek_patch_at *at, uint32_t hi, ek_str *out)
{
	char text[24];
	bool ok;
	if (!json_is_integer(at->json))
		return ek_patch_text(at, 1, hi, out);
	size_t n = ek_format(text, sizeof text, "%lld", (long long)json_integer_value(at->json));
	*out = ek_arena_str(at->of->arena, (ek_str){text, (uint32_t)n}, &ok);
	return out->p != NULL;
}
