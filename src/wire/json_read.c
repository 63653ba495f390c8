#include <jansson.h>

#include "model/limits.h"
#include "wire/json.h"

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
