#include <jansson.h>
#include <string.h>

#include "base/utf8.h"
#include "model/limits.h"
#include "wire/json.h"

/* ---- what most requests are: an object of texts and small numbers, without escapes. The library,
 * which takes each byte through five functions, needs four times as long for it. Whatever is
 * otherwise is the library's, errors too. */

struct plain {
	const char *p;
	const char *end;
};

enum { DIGITS_MAX = 18 };

static char at(const struct plain *s)
{
	return s->p < s->end ? *s->p : '\0';
}

/* The next byte that is no blank, and none is passed over but blanks. */
static char next(struct plain *s)
{
	while (at(s) == ' ' || at(s) == '\n' || at(s) == '\t' || at(s) == '\r')
		s->p++;
	return at(s);
}

static bool take(struct plain *s, char c)
{
	if (next(s) != c)
		return false;
	s->p++;
	return true;
}

static bool take_text(struct plain *s, ek_str *out)
{
	if (!take(s, '"'))
		return false;
	const char *from = s->p;
	while (at(s) != '"' && at(s) != '\\' && (unsigned char)at(s) >= 0x20)
		s->p++;
	*out = (ek_str){from, (uint32_t)(s->p - from)};
	return at(s) == '"' && take(s, '"') && ek_utf8_is_text(*out);
}

static struct json_t *take_number(struct plain *s)
{
	const char *from = s->p;
	json_int_t value = 0;
	while (at(s) >= '0' && at(s) <= '9' && s->p - from < DIGITS_MAX)
		value = value * 10 + (*s->p++ - '0');
	bool is_whole = s->p > from && (*from != '0' || s->p - from == 1);
	char behind = next(s);
	return is_whole && (behind == ',' || behind == '}') ? json_integer(value) : NULL;
}

static struct json_t *take_word(struct plain *s, const char *word, struct json_t *value)
{
	size_t n = strlen(word);
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return NULL;
	s->p += n;
	return value;
}

/* NULL: not as plain as that. */
static struct json_t *take_value(struct plain *s)
{
	ek_str text;
	switch (next(s)) {
	case '"':
		return take_text(s, &text) ? json_stringn_nocheck(text.p, text.n) : NULL;
	case 't':
		return take_word(s, "true", json_true());
	case 'f':
		return take_word(s, "false", json_false());
	case 'n':
		return take_word(s, "null", json_null());
	default:
		return take_number(s);
	}
}

static bool take_member(struct plain *s, struct json_t *to)
{
	ek_str key;
	if (!take_text(s, &key) || !take(s, ':') || json_object_getn(to, key.p, key.n) != NULL)
		return false;
	/* The value is the object's, or nobody's. */
	return json_object_setn_new_nocheck(to, key.p, key.n, take_value(s)) == 0;
}

static struct json_t *read_plain(ek_str text)
{
	struct plain s = {text.p, text.p + text.n};
	if (text.n == 0 || !take(&s, '{') || next(&s) != '"')
		return NULL;
	struct json_t *object = json_object();
	bool ok = object != NULL && take_member(&s, object);
	while (ok && take(&s, ','))
		ok = take_member(&s, object);
	if (ok && take(&s, '}') && next(&s) == '\0' && s.p == s.end)
		return object;
	json_decref(object);
	return NULL;
}

/* ---- all the others */

/* The library has a depth of its own, fixed when it was built, and recurses: so ours comes first.
 * What is no JSON at all may be counted wrongly; the library refuses it afterwards. */
static bool is_too_deep(ek_str text)
{
	uint32_t depth = 0;
	bool in_text = false;
	for (uint32_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (in_text) {
			if (c == '\\')
				i++;
			in_text = c != '"';
		} else if (c == '"') {
			in_text = true;
		} else if (c == '{' || c == '[') {
			if (++depth > EK_LIMIT_JSON_DEPTH)
				return true;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return false;
}

bool ek_json_read(ek_str text, struct json_t **out, struct ek_err *err)
{
	json_error_t error;
	*out = NULL;
	if (text.n > EK_LIMIT_LINE_BYTES)
		return ek_fail(err, EK_LIMIT, "JSON of more than %d bytes", EK_LIMIT_LINE_BYTES);
	*out = read_plain(text);
	if (*out != NULL)
		return true;
	if (is_too_deep(text))
		return ek_fail(err, EK_LIMIT, "JSON of more than %d levels", EK_LIMIT_JSON_DEPTH);
	*out = json_loadb(text.n == 0 ? "" : text.p, text.n,
			  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (*out != NULL)
		return true;
	if (json_error_code(&error) == json_error_out_of_memory)
		return ek_fail(err, EK_NO_MEMORY, "no memory to read JSON");
	/* The library quotes what it met, cut anywhere, also within a character. */
	for (char *p = error.text; *p != 0; p++) {
		if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f)
			*p = '?';
	}
	return ek_fail(err, EK_USAGE, "not JSON at byte %d: %s", error.position, error.text);
}

void ek_json_drop(struct json_t **json)
{
	json_decref(*json);
	*json = NULL;
}
