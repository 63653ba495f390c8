/* The style attribute: declarations of properties on a list whose values can fetch, cover and run
 * nothing. */
#include <string.h>
#include <strings.h>

#include "channels/html_inside.h"

enum { STYLE_MAX = 4096, PROPERTY_MAX = 32, VALUE_MAX = 200 };

static const char properties[] =
	"color background background-color font font-family font-size font-style font-variant "
	"font-weight line-height letter-spacing word-spacing text-align text-decoration "
	"text-decoration-line text-decoration-color text-decoration-style text-indent "
	"text-transform text-shadow vertical-align white-space direction unicode-bidi word-break "
	"word-wrap overflow-wrap margin margin-top margin-right margin-bottom margin-left padding "
	"padding-top padding-right padding-bottom padding-left border border-top border-right "
	"border-bottom border-left border-color border-style border-width border-radius "
	"border-top-color border-right-color border-bottom-color border-left-color "
	"border-top-style border-right-style border-bottom-style border-left-style "
	"border-top-width border-right-width border-bottom-width border-left-width "
	"border-collapse border-spacing width min-width max-width height min-height max-height "
	"display float clear list-style-type table-layout caption-side empty-cells ";
static const char displays[] =
	"none block inline inline-block list-item table table-row table-cell table-row-group "
	"table-header-group table-footer-group inline-table ";
static const char functions[] = "rgb rgba hsl hsla ";

/* Whether what stands before the bracket at `at` is the name of a function of colours. */
static bool is_colour(const char *value, size_t at)
{
	char name[8];
	size_t from = at;
	while (from > 0 && ((value[from - 1] >= 'a' && value[from - 1] <= 'z') ||
			    (value[from - 1] >= 'A' && value[from - 1] <= 'Z')))
		from--;
	if (from == at || at - from >= sizeof name)
		return false;
	memcpy(name, value + from, at - from);
	name[at - from] = '\0';
	return ek_html_is_among(name, functions);
}

static bool is_letter(char ch)
{
	return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
	       ((unsigned char)ch & 0x80) != 0;
}

static bool is_harmless(const char *value)
{
	int depth = 0, singles = 0, doubles = 0;
	for (size_t i = 0; value[i] != '\0'; i++) {
		char ch = value[i];
		if (ch == '(' && (depth > 0 || !is_colour(value, i)))
			return false;
		if (ch == '/' && (value[i + 1] == '*' || value[i + 1] == '/'))
			return false;
		depth += (ch == '(') - (ch == ')');
		singles += ch == '\'';
		doubles += ch == '"';
		if (depth < 0 || (!is_letter(ch) && strchr(" #%.,()'\"-+/!_", ch) == NULL))
			return false;
	}
	return depth == 0 && singles % 2 == 0 && doubles % 2 == 0;
}

/* A length below zero can put text over other text. */
static bool is_negative(const char *value)
{
	for (size_t i = 0; value[i] != '\0'; i++)
		if (value[i] == '-' && (i == 0 || value[i - 1] == ' ') &&
		    ((value[i + 1] >= '0' && value[i + 1] <= '9') || value[i + 1] == '.'))
			return true;
	return false;
}

static bool is_allowed(const char *property, const char *value)
{
	if (!ek_html_is_among(property, properties) || !is_harmless(value))
		return false;
	if (strcmp(property, "display") == 0)
		return ek_html_is_among(value, displays);
	bool moves = strncmp(property, "margin", 6) == 0 || strcmp(property, "text-indent") == 0 ||
		     strcmp(property, "letter-spacing") == 0 ||
		     strcmp(property, "word-spacing") == 0 || strcmp(property, "text-shadow") == 0;
	return !moves || !is_negative(value);
}

/* Copies without blanks at the ends, runs of blanks as one. False: too long, or nothing. */
static bool trimmed(const char *p, size_t n, char *out, size_t max, bool lower)
{
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		char ch = p[i];
		bool blank = (unsigned char)ch <= ' ';
		if (blank && (len == 0 || out[len - 1] == ' '))
			continue;
		if (len + 1 >= max)
			return false;
		out[len++] = (char)(blank ? ' ' : lower && ch >= 'A' && ch <= 'Z' ? ch + 32 : ch);
	}
	while (len > 0 && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
	return len > 0;
}

/* The length of the declaration that s begins with: up to ";", outside quotes and brackets. */
static size_t declaration(const char *s)
{
	size_t n = 0;
	char quote = '\0';
	int depth = 0;
	for (; s[n] != '\0'; n++) {
		if (quote != '\0')
			quote = s[n] == quote ? '\0' : quote;
		else if (s[n] == '"' || s[n] == '\'')
			quote = s[n];
		else if (s[n] == ';' && depth <= 0)
			break;
		else
			depth += (s[n] == '(') - (s[n] == ')');
	}
	return n;
}

void ek_html_style(struct ek_html_text *t, const char *style)
{
	bool is_first = true;
	/* An escape could spell anything. */
	if (strlen(style) > STYLE_MAX || strchr(style, '\\') != NULL)
		return;
	while (*style != '\0') {
		char property[PROPERTY_MAX], value[VALUE_MAX];
		size_t n = declaration(style);
		const char *colon = memchr(style, ':', n);
		size_t name = colon == NULL ? 0 : (size_t)(colon - style);
		if (colon != NULL && trimmed(style, name, property, sizeof property, true) &&
		    trimmed(colon + 1, n - name - 1, value, sizeof value, false) &&
		    is_allowed(property, value)) {
			ek_html_say(t, is_first ? "" : ";");
			ek_html_say(t, property);
			ek_html_say(t, ":");
			ek_html_escape(t, value, strlen(value));
			is_first = false;
		}
		style += n + (style[n] == ';');
	}
}
