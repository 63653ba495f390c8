#include "server/config.h"

#include <string.h>

#include "base/utf8.h"
#include "wire/toml.h"

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

/* What stands there as the one text that is kept: of a list, with commas. */
static bool take_value(struct ek_toml *t, int key, struct ek_toml_value *v, ek_str *text)
{
	static const enum ek_toml_kind kinds[] = {
		[EK_CONFIG_KIND_TEXT] = EK_TOML_ONE,
		[EK_CONFIG_KIND_NUMBER] = EK_TOML_NUMBER,
		[EK_CONFIG_KIND_BOOL] = EK_TOML_NUMBER,
		[EK_CONFIG_KIND_TEXTS] = EK_TOML_LIST,
	};
	if (ek_toml_kind(t) != kinds[rows[key].kind])
		return ek_toml_refuse(t, "expected ",
				      (ek_str){kind_name(key), (uint32_t)strlen(kind_name(key))});
	if (!ek_toml_value(t, v))
		return false;
	uint32_t n = v->n + (v->count > 0 ? v->count - 1 : 0);
	if (n >= EK_CONFIG_TEXT)
		return ek_toml_refuse(t, "the value is too long", EK_S(""));
	*text = (ek_str){v->bytes, n};
	for (uint32_t i = v->count; i > 1; i--) {
		uint32_t from = v->ends[i - 2];
		memmove(v->bytes + from + i - 1, v->bytes + from, v->ends[i - 1] - from);
		v->bytes[from + i - 2] = ',';
	}
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

static int find_key(struct ek_toml *t)
{
	ek_str name = {t->key, (uint32_t)strlen(t->key)};
	int nearest = 0;
	uint32_t least = UINT32_MAX;
	for (int i = 0; i < EK_CONFIG_COUNT; i++) {
		bool here = strcmp(rows[i].section, t->table) == 0;
		if (here && ek_str_is(name, rows[i].name))
			return i;
		uint32_t d = distance(rows[i].name, name) + (here ? 0 : 3);
		if (d < least) {
			least = d;
			nearest = i;
		}
	}
	ek_fail(t->err, EK_USAGE, "%s:%u: there is no %s in [%s]; perhaps %s in [%s]", t->name,
		t->line, t->key, t->table, rows[nearest].name, rows[nearest].section);
	return -1;
}

static bool check_table(struct ek_toml *t)
{
	for (int i = 0; i < EK_CONFIG_COUNT; i++) {
		if (strcmp(t->table, rows[i].section) == 0)
			return true;
	}
	return ek_toml_refuse(t, "there is no table ",
			      (ek_str){t->table, (uint32_t)strlen(t->table)});
}

static bool take_key(struct ek_config *c, struct ek_toml *t)
{
	struct ek_toml_value v;
	ek_str text = {NULL, 0};
	int key = find_key(t);
	if (key < 0)
		return false;
	if (c->lines[key] != 0)
		return ek_toml_refuse(t,
				      "named twice: ", (ek_str){t->key, (uint32_t)strlen(t->key)});
	if (!take_value(t, key, &v, &text))
		return false;
	c->lines[key] = t->line;
	return set(c, key, text, EK_CONFIG_FILE) ||
	       ek_toml_refuse(t, "expected ",
			      (ek_str){kind_name(key), (uint32_t)strlen(kind_name(key))});
}

bool ek_config_read(struct ek_config *c, const char *name, ek_str text, struct ek_err *err)
{
	struct ek_toml t;
	enum ek_toml_piece piece;
	if (!ek_toml_open(&t, name, text, err))
		return false;
	while (ek_toml_next(&t, &piece)) {
		if (piece == EK_TOML_END)
			return true;
		if (piece == EK_TOML_TABLE ? !check_table(&t) : !take_key(c, &t))
			return false;
	}
	return false;
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
