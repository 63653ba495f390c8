/* outside_put -- the pieces of which pages outside of /api/v1 are made. */
#include <string.h>

#include "api/outside.h"
#include "knowledge/markup.h"

void ek_outside_put(struct ek_turn *t, const char *text)
{
	ek_json_plain(&t->out, (ek_str){text, (uint32_t)strlen(text)});
}

void ek_outside_put_piece(void *out, ek_str bytes)
{
	ek_json_plain(out, bytes);
}

void ek_outside_put_text(struct ek_turn *t, ek_str text)
{
	const struct ek_markup_out out = {ek_outside_put_piece, &t->out};
	ek_markup_escape(text, &out);
}

void ek_outside_put_number(struct ek_turn *t, int64_t n)
{
	char text[24];
	ek_format(text, sizeof text, "%lld", (long long)n);
	ek_outside_put(t, text);
}
