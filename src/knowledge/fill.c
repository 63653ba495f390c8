#include "knowledge/fill.h"

static const ek_str names[EK_FILL_COUNT] = {
	[EK_FILL_UNKNOWN] = {NULL, 0},
	[EK_FILL_CONTACT_NAME] = {"contact.name", 12},
	[EK_FILL_CONTACT_EMAIL] = {"contact.email", 13},
	[EK_FILL_CONTACT_PHONE] = {"contact.phone", 13},
	[EK_FILL_CONTACT_TIER] = {"contact.tier", 12},
	[EK_FILL_CONVERSATION_ID] = {"conversation.id", 15},
	[EK_FILL_CONVERSATION_TITLE] = {"conversation.title", 18},
	[EK_FILL_TEAM_NAME] = {"team.name", 9},
	[EK_FILL_TEAMMATE_NAME] = {"teammate.name", 13},
	[EK_FILL_WORKSPACE_NAME] = {"workspace.name", 14},
};

static bool is_pair(ek_str text, uint32_t at, char c)
{
	return at + 1 < text.n && text.p[at] == c && text.p[at + 1] == c;
}

/* Where the two braces that end it stand; 0 = it is none. */
static uint32_t end_of(ek_str text, uint32_t from)
{
	for (uint32_t i = from + 2; i < text.n && i - from < EK_FILL_BYTES; i++) {
		if (is_pair(text, i, '}'))
			return i;
		if (text.p[i] == '{' || text.p[i] == '}' || text.p[i] == '\n')
			return 0;
	}
	return 0;
}

static ek_str trimmed(const char *p, uint32_t n)
{
	while (n > 0 && *p == ' ') {
		p++;
		n--;
	}
	while (n > 0 && p[n - 1] == ' ')
		n--;
	return (ek_str){p, n};
}

static bool is_name(ek_str s)
{
	for (uint32_t i = 0; i < s.n; i++)
		if (s.p[i] != '.' && s.p[i] != '_' && (s.p[i] < 'a' || s.p[i] > 'z'))
			return false;
	return s.n > 0;
}

static enum ek_fill_name find(ek_str word)
{
	for (uint32_t i = 1; i < EK_FILL_COUNT; i++)
		if (ek_str_equal(names[i], word))
			return (enum ek_fill_name)i;
	return EK_FILL_UNKNOWN;
}

static bool read_one(ek_str text, uint32_t from, struct ek_fill_field *f)
{
	uint32_t end = end_of(text, from);
	uint32_t bar = from + 2;
	if (end == 0)
		return false;
	while (bar < end && text.p[bar] != '|')
		bar++;
	*f = (struct ek_fill_field){.from = from, .to = end + 2};
	f->word = trimmed(text.p + from + 2, bar - from - 2);
	if (bar < end)
		f->fallback = trimmed(text.p + bar + 1, end - bar - 1);
	f->name = find(f->word);
	return is_name(f->word);
}

bool ek_fill_next(ek_str text, uint32_t *at, struct ek_fill_field *out)
{
	for (uint32_t i = *at; i + 4 < text.n; i++) {
		if (is_pair(text, i, '{') && read_one(text, i, out)) {
			*at = out->to;
			return true;
		}
	}
	return false;
}

ek_str ek_fill_of(const struct ek_fill_field *f, const ek_str *values)
{
	if (f->name != EK_FILL_UNKNOWN && values[f->name].n > 0)
		return values[f->name];
	return f->fallback.n > 0 ? f->fallback : (ek_str){NULL, 0};
}

bool ek_fill_is_left(ek_str text)
{
	struct ek_fill_field f;
	for (uint32_t at = 0; ek_fill_next(text, &at, &f);)
		if (f.name != EK_FILL_UNKNOWN)
			return true;
	return false;
}
