/* JSON as people read it. */
#include "tools/ekgen_openapi.h"

#include <string.h>

static void print_text(FILE *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			putc('\\', out);
		if (*p == '\n')
			fputs("\\n", out);
		else
			putc(*p, out);
	}
}

static void begin(struct ek_ekgen_json *j, const char *key)
{
	uint64_t bit = UINT64_C(1) << j->depth;
	if (j->depth > 0)
		fputs((j->filled & bit) != 0 ? ",\n" : "\n", j->out);
	j->filled |= bit;
	for (uint32_t i = 0; i < j->depth; i++)
		putc(' ', j->out);
	if (key == NULL)
		return;
	putc('"', j->out);
	print_text(j->out, key);
	fputs("\": ", j->out);
}

static void enter(struct ek_ekgen_json *j, const char *key, char c)
{
	begin(j, key);
	putc(c, j->out);
	j->depth++;
	ek_assert(j->depth < 60);
	j->filled &= ~(UINT64_C(1) << j->depth);
}

static void leave(struct ek_ekgen_json *j, char c)
{
	bool is_filled = (j->filled & (UINT64_C(1) << j->depth)) != 0;
	j->depth--;
	if (is_filled) {
		putc('\n', j->out);
		for (uint32_t i = 0; i < j->depth; i++)
			putc(' ', j->out);
	}
	putc(c, j->out);
	if (j->depth == 0)
		putc('\n', j->out);
}

void ek_ekgen_open(struct ek_ekgen_json *j, const char *key)
{
	enter(j, key, '{');
}

void ek_ekgen_close(struct ek_ekgen_json *j)
{
	leave(j, '}');
}

void ek_ekgen_list(struct ek_ekgen_json *j, const char *key)
{
	enter(j, key, '[');
}

void ek_ekgen_list_end(struct ek_ekgen_json *j)
{
	leave(j, ']');
}

void ek_ekgen_join(struct ek_ekgen_json *j, const char *key, const char *const parts[3])
{
	begin(j, key);
	putc('"', j->out);
	for (int i = 0; i < 3 && parts[i] != NULL; i++)
		print_text(j->out, parts[i]);
	putc('"', j->out);
}

void ek_ekgen_text(struct ek_ekgen_json *j, const char *key, const char *text)
{
	ek_ekgen_join(j, key, (const char *const[]){text, NULL, NULL});
}

void ek_ekgen_int(struct ek_ekgen_json *j, const char *key, int64_t v)
{
	begin(j, key);
	fprintf(j->out, "%lld", (long long)v);
}

void ek_ekgen_bool(struct ek_ekgen_json *j, const char *key, bool v)
{
	begin(j, key);
	fputs(v ? "true" : "false", j->out);
}

void ek_ekgen_raw(struct ek_ekgen_json *j, const char *key, const char *json)
{
	begin(j, key);
	fputs(json, j->out);
}

void ek_ekgen_ref(struct ek_ekgen_json *j, const char *key, const char *kind, const char *name)
{
	begin(j, key);
	fprintf(j->out, "{\"$ref\": \"#/components/%s/%s\"}", kind, name);
}

/* "SIGN_IN" and "sign-in" become "SignIn". */
void ek_ekgen_camel(const char *name, size_t n, const char *end, char out[64])
{
	size_t at = 0;
	bool is_first = true;
	for (size_t i = 0; i < n && at + 1 < 64; i++) {
		char c = name[i];
		if (c == '_' || c == '-' || c == '.') {
			is_first = true;
			continue;
		}
		if (is_first && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (!is_first && c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		is_first = false;
		out[at++] = c;
	}
	ek_format(out + at, 64 - at, "%s", end);
}

bool ek_ekgen_is_used(const struct ek_ekgen_json *j, const char *schema)
{
	char text[120];
	ek_format(text, sizeof text, "#/components/schemas/%s\"", schema);
	return j->draft == NULL || strstr(j->draft, text) != NULL;
}
