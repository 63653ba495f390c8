/* config -- what is needed to start: one file, the environment, flags; and where each value came
 * from.
 *
 *   [server]
 *   listen = "127.0.0.1:7420"      # a text; also 7, true, ["a", "b"]
 *
 * The file is a small part of TOML 1.0 (wire/toml.h). Anything else is an error that names the
 * line, as is an unknown key, with the nearest that is known. Keys and defaults: schema/config.def.
 * Limits: 64 KiB, EK_CONFIG_TEXT bytes a value.
 */
#ifndef EK_SERVER_CONFIG_H
#define EK_SERVER_CONFIG_H

#include "base/arena.h"

enum { EK_CONFIG_FILE_MAX = 64 * 1024, EK_CONFIG_TEXT = 1024 };

enum ek_config_key {
#define KEY(section, name, NAME, KIND, def, doc) EK_CONFIG_##NAME,
#include "schema/config.def"
#undef KEY
	EK_CONFIG_COUNT
};
enum ek_config_kind {
	EK_CONFIG_KIND_TEXT,
	EK_CONFIG_KIND_NUMBER,
	EK_CONFIG_KIND_BOOL,
	EK_CONFIG_KIND_TEXTS, /* kept as one text, with commas */
};
enum ek_config_origin {
	EK_CONFIG_DEFAULT,
	EK_CONFIG_FILE,
	EK_CONFIG_ENVIRONMENT,
	EK_CONFIG_FLAG,
};

struct ek_config_row {
	const char *section;
	const char *name;
	uint8_t kind; /* enum ek_config_kind */
	const char *otherwise;
	const char *doc;
};

struct ek_config {
	const char *texts[EK_CONFIG_COUNT]; /* as written, NUL-ended; static or in the arena */
	uint8_t origins[EK_CONFIG_COUNT];   /* enum ek_config_origin */
	uint32_t lines[EK_CONFIG_COUNT];    /* of the file */
	struct ek_arena arena;
};

const struct ek_config_row *ek_config_row(enum ek_config_key key);
/* Every key at its default. */
void ek_config_init(struct ek_config *c, struct ek_alloc alloc);
void ek_config_fini(struct ek_config *c);
/* Takes the text of a file; name is for messages. Errors: USAGE "NAME:7: ..."; LIMIT. */
bool ek_config_read(struct ek_config *c, const char *name, ek_str text,
		    struct ek_err *err) EK_MUST_CHECK;
/* Takes what the environment says: get(name) is getenv's look. Errors: USAGE. */
bool ek_config_environment(struct ek_config *c, const char *(*get)(const char *name),
			   struct ek_err *err) EK_MUST_CHECK;
/* Takes a flag's value. Errors: USAGE. */
bool ek_config_flag(struct ek_config *c, enum ek_config_key key, const char *value,
		    struct ek_err *err) EK_MUST_CHECK;

const char *ek_config_text(const struct ek_config *c, enum ek_config_key key);
int64_t ek_config_number(const struct ek_config *c, enum ek_config_key key);

#endif
