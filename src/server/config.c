#include "server/config.h"

#include <string.h>

#include "base/utf8.h"

/* clang-format off */
static const struct ek_config_row rows[EK_CONFIG_COUNT] = {
#define KEY(section, name, NAME, KIND, def, doc) {#section, #name, EK_CONFIG_KIND_##KIND, def, doc},
#include "schema/config.def"
#undef KEY
};
/* clang-format on */

const struct ek_config_row *ek_config_row(enum ek_config_key key)
{
	return &rows[key];
}

void ek_config_init(struct ek_config *c, struct ek_alloc alloc)
{
	*c = (struct ek_config){0};
	for (int i = 0; i < EK_CONFIG_COUNT; i++)
		c->texts[i] = rows[i].otherwise;
	ek_arena_init(&c->arena, alloc, 4 * EK_CONFIG_FILE_MAX);
}

void ek_config_fini(struct ek_config *c)
{
	ek_arena_fini(&c->arena);
}

static bool is_number(const char *s)
{
	size_t n = strlen(s);
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
	}
	return n > 0 && n <= 15;
}

/* Whether a text is of the key's kind. */
static bool fits(int key, const char *text)
{
	switch (rows[key].kind) {
	case EK_CONFIG_KIND_NUMBER:
		return is_number(text);
	case EK_CONFIG_KIND_BOOL:
		return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
	default:
		return strlen(text) < EK_CONFIG_TEXT;
	}
}

static const char *kind_name(int key)
{
	static const char *const names[] = {"a text", "a whole number", "true or false",
					    "a list of texts"};
	return names[rows[key].kind];
}

static bool set(struct ek_config *c, int key, ek_str text, enum ek_config_origin origin)
{
	char *copy = ek_arena_get(&c->arena, text.n + 1);
	if (copy == NULL)
		return false;
	if (text.n > 0)
		memcpy(copy, text.p, text.n);
	copy[text.n] = 0;
	c->texts[key] = copy;
	c->origins[key] = (uint8_t)origin;
	return fits(key, copy);
}

/* ---- the file */

struct reader {
	struct ek_config *c;
	const char *name;
	const char *p;
	const char *end;
	uint32_t line;
	char section[64];
	struct ek_err *err;
};

static bool refuse(struct reader *r, const char *what, ek_str got)
{
	char shown[64];
	uint32_t n = got.n < sizeof shown - 1 ? got.n : (uint32_t)sizeof shown - 1;
	if (n > 0)
		memcpy(shown, got.p, n);
	shown[n] = 0;
	return ek_fail(r->err, EK_USAGE, "%s:%u: %s%s", r->name, r->line, what, shown);
}

static void skip_blanks(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
		r->p++;
}

static bool is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static ek_str take_bare(struct reader *r)
{
	const char *from = r->p;
	while (r->p < r->end && is_bare(*r->p))
		r->p++;
	return (ek_str){from, (uint32_t)(r->p - from)};
}

/* A text in double quotes, with the escapes \" and \\; appended to out. */
static bool take_quoted(struct reader *r, char *out, uint32_t *n)
{
	r->p++;
	while (r->p < r->end && *r->p != '"' && *r->p != '\n') {
		if (*r->p == '\\' && r->p + 1 < r->end) {
			r->p++;
			if (*r->p != '"' && *r->p != '\\')
				return refuse(r, "only \\\" and \\\\ may be escaped", EK_S(""));
		}
		if (*n + 1 >= EK_CONFIG_TEXT)
			return refuse(r, "the value is too long", EK_S(""));
		out[(*n)++] = *r->p++;
	}
	if (r->p == r->end || *r->p != '"')
		return refuse(r, "a text must end with \" on the same line", EK_S(""));
	r->p++;
	return true;
}

static bool take_list(struct reader *r, char *out, uint32_t *n)
{
	r->p++;
	for (bool first = true;; first = false) {
		skip_blanks(r);
		if (r->p < r->end && *r->p == ']')
			break;
		if (!first && (r->p == r->end || *r->p++ != ','))
			return refuse(r, "expected , or ] in a list", EK_S(""));
		skip_blanks(r);
		if (r->p == r->end || *r->p != '"')
			return refuse(r, "a list holds texts in double quotes", EK_S(""));
		if (!first)
			out[(*n)++] = ',';
		if (!take_quoted(r, out, n))
			return false;
	}
	r->p++;
	return true;
}

static bool take_value(struct reader *r, int key, char out[EK_CONFIG_TEXT], uint32_t *n)
{
	*n = 0;
	bool quoted = r->p < r->end && *r->p == '"';
	bool list = r->p < r->end && *r->p == '[';
	uint8_t kind = rows[key].kind;
	if (quoted != (kind == EK_CONFIG_KIND_TEXT) || list != (kind == EK_CONFIG_KIND_TEXTS))
		return refuse(r, "expected ",
			      (ek_str){kind_name(key), (uint32_t)strlen(kind_name(key))});
	if (quoted)
		return take_quoted(r, out, n);
	if (list)
		return take_list(r, out, n);
	ek_str bare = take_bare(r);
	if (bare.n == 0 || bare.n >= EK_CONFIG_TEXT)
		return refuse(r, "expected a value", EK_S(""));
	memcpy(out, bare.p, bare.n);
	*n = bare.n;
	return true;
}

/* How many letters differ, place by place: enough to tell a slip from another word. */
static uint32_t distance(const char *a, ek_str b)
{
	uint32_t n = (uint32_t)strlen(a);
	uint32_t common = n < b.n ? n : b.n;
	uint32_t differ = n > b.n ? n - b.n : b.n - n;
	uint32_t head = 0;
	while (head < common && a[head] == b.p[head])
		head++;
	uint32_t tail = 0;
	while (tail < common - head && a[n - 1 - tail] == b.p[b.n - 1 - tail])
		tail++;
	return differ + (common - head - tail);
}

static int find_key(struct reader *r, ek_str name)
{
	int nearest = 0;
	uint32_t least = UINT32_MAX;
	for (int i = 0; i < EK_CONFIG_COUNT; i++) {
		bool here = strcmp(rows[i].section, r->section) == 0;
		if (here && ek_str_is(name, rows[i].name))
			return i;
		uint32_t d = distance(rows[i].name, name) + (here ? 0 : 3);
		if (d < least) {
			least = d;
			nearest = i;
		}
	}
	char shown[64];
	uint32_t n = name.n < sizeof shown - 1 ? name.n : (uint32_t)sizeof shown - 1;
	memcpy(shown, name.p, n);
	shown[n] = 0;
	ek_fail(r->err, EK_USAGE, "%s:%u: there is no %s in [%s]; perhaps %s in [%s]", r->name,
		r->line, shown, r->section, rows[nearest].name, rows[nearest].section);
	return -1;
}

static bool take_section(struct reader *r)
{
	r->p++;
	ek_str name = take_bare(r);
	if (name.n == 0 || name.n >= sizeof r->section || r->p == r->end || *r->p != ']')
		return refuse(r, "expected [name]", EK_S(""));
	r->p++;
	for (int i = 0; i < EK_CONFIG_COUNT; i++) {
		if (ek_str_is(name, rows[i].section)) {
			memcpy(r->section, name.p, name.n);
			r->section[name.n] = 0;
			return true;
		}
	}
	return refuse(r, "there is no table ", name);
}

static bool take_key(struct reader *r)
{
	ek_str name = take_bare(r);
	if (name.n == 0)
		return refuse(r, "expected key = value", EK_S(""));
	int key = find_key(r, name);
	if (key < 0)
		return false;
	if (r->c->lines[key] != 0)
		return refuse(r, "named twice: ", name);
	skip_blanks(r);
	if (r->p == r->end || *r->p != '=')
		return refuse(r, "expected = after ", name);
	r->p++;
	skip_blanks(r);
	char text[EK_CONFIG_TEXT];
	uint32_t n;
	if (!take_value(r, key, text, &n))
		return false;
	r->c->lines[key] = r->line;
	if (!set(r->c, key, (ek_str){text, n}, EK_CONFIG_FILE))
		return refuse(r, "expected ",
			      (ek_str){kind_name(key), (uint32_t)strlen(kind_name(key))});
	return true;
}

static void skip_comment(struct reader *r)
{
	skip_blanks(r);
	if (r->p < r->end && *r->p == '#') {
		while (r->p < r->end && *r->p != '\n')
			r->p++;
	}
	if (r->p < r->end && *r->p == '\r')
		r->p++;
}

static bool take_line(struct reader *r)
{
	skip_blanks(r);
	if (r->p < r->end && *r->p == '[' && !take_section(r))
		return false;
	if (r->p < r->end && is_bare(*r->p) && !take_key(r))
		return false;
	skip_comment(r);
	if (r->p < r->end && *r->p != '\n')
		return refuse(r, "expected the end of the line at ",
			      (ek_str){r->p, (uint32_t)(r->end - r->p > 20 ? 20 : r->end - r->p)});
	return true;
}

bool ek_config_read(struct ek_config *c, const char *name, ek_str text, struct ek_err *err)
{
	if (text.n > EK_CONFIG_FILE_MAX)
		return ek_fail(err, EK_LIMIT, "%s: more than %d bytes", name, EK_CONFIG_FILE_MAX);
	if (!ek_utf8_is_text(text))
		return ek_fail(err, EK_USAGE, "%s: not UTF-8", name);
	struct reader r = {
		.c = c, .name = name, .p = text.p, .end = text.p + text.n, .line = 1, .err = err};
	while (r.p < r.end) {
		if (!take_line(&r))
			return false;
		if (r.p < r.end)
			r.p++;
		r.line++;
	}
	return true;
}

/* ---- environment and flags */

/* EVENKEEL_SERVER_LISTEN */
static void environment_name(int key, char out[128])
{
	size_t n = ek_format(out, 128, "EVENKEEL_%s_%s", rows[key].section, rows[key].name);
	for (size_t i = 0; i < n; i++) {
		if (out[i] >= 'a' && out[i] <= 'z')
			out[i] = (char)(out[i] - 'a' + 'A');
	}
}

bool ek_config_environment(struct ek_config *c, const char *(*get)(const char *name),
			   struct ek_err *err)
{
	for (int i = 0; i < EK_CONFIG_COUNT; i++) {
		char name[128];
		environment_name(i, name);
		const char *value = get(name);
		if (value == NULL)
			continue;
		ek_str text = {value, (uint32_t)strnlen(value, EK_CONFIG_TEXT)};
		if (!ek_utf8_is_text(text) || !set(c, i, text, EK_CONFIG_ENVIRONMENT))
			return ek_fail(err, EK_USAGE, "%s: expected %s", name, kind_name(i));
	}
	return true;
}

bool ek_config_flag(struct ek_config *c, enum ek_config_key key, const char *value,
		    struct ek_err *err)
{
	ek_str text = {value, (uint32_t)strnlen(value, EK_CONFIG_TEXT)};
	if (ek_utf8_is_text(text) && set(c, (int)key, text, EK_CONFIG_FLAG))
		return true;
	return ek_fail(err, EK_USAGE, "%s: expected %s", rows[key].name, kind_name((int)key));
}

const char *ek_config_text(const struct ek_config *c, enum ek_config_key key)
{
	return c->texts[key];
}

int64_t ek_config_number(const struct ek_config *c, enum ek_config_key key)
{
	int64_t v = 0;
	ek_assert(rows[key].kind == EK_CONFIG_KIND_NUMBER);
	for (const char *p = c->texts[key]; *p != 0; p++)
		v = v * 10 + (*p - '0');
	return v;
}
