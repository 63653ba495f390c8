/* `evenkeel serve`, `check` and `config show`: the commands that know the configuration. */
#include "cli/run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/place.h"
#include "server/serve.h"
#include "sys/disk.h"
#include "sys/heap.h"

/* ---- the configuration, from where it may come */

static const char *environment(const char *name)
{
	return getenv(name);
}

static bool read_file(struct ek_config *c, const char *path, struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_disk_bytes bytes;
	if (!ek_disk_read(path, EK_CONFIG_FILE_MAX, &alloc, &bytes, err))
		return false;
	bool ok = ek_config_read(c, path, (ek_str){(const char *)bytes.p, (uint32_t)bytes.n}, err);
	ek_alloc_free(&alloc, bytes.p, bytes.n == 0 ? 1 : bytes.n);
	return ok;
}

static bool take_flags(const struct ek_cli *cli, struct ek_config *c, struct ek_err *err)
{
	static const struct {
		enum ek_cli_option option;
		enum ek_config_key key;
	} flags[] = {
		{EK_CLI_DATA, EK_CONFIG_STORE_DIRECTORY},
		{EK_CLI_LISTEN, EK_CONFIG_SERVER_LISTEN},
		{EK_CLI_WEB, EK_CONFIG_SERVER_WEB},
	};
	for (size_t i = 0; i < EK_LEN(flags); i++) {
		const char *value = cli->options[flags[i].option];
		if (value != NULL && !ek_config_flag(c, flags[i].key, value, err))
			return false;
	}
	return true;
}

static bool load(const struct ek_cli *cli, struct ek_config *c, struct ek_err *err)
{
	const char *file = cli->options[EK_CLI_CONFIG];
	ek_config_init(c, ek_heap_alloc());
	return (file == NULL || read_file(c, file, err)) &&
	       ek_config_environment(c, environment, err) && take_flags(cli, c, err);
}

/* The store in the form of ek_log_options. */
static bool find_store(const struct ek_cli *cli, const struct ek_config *c, char out[EK_PLACE_MAX],
		       struct ek_err *err)
{
	const char *file = ek_config_text(c, EK_CONFIG_STORE_POSTGRES_URL_FILE);
	if (ek_cli_has(cli, EK_CLI_POSTGRES) || file[0] != 0)
		return ek_place_find(cli, out, err);
	ek_format(out, EK_PLACE_MAX, "%s", ek_config_text(c, EK_CONFIG_STORE_DIRECTORY));
	return true;
}

/* ---- serve */

static void say_ready(void *ctx, const char *url, const char *code)
{
	const struct ek_cli *cli = ctx;
	struct ek_err err;
	ek_cli_print(cli, "Evenkeel is at %s\n", url);
	if (code != NULL)
		ek_cli_print(cli, "Set up its owner there, with this one-time code: %s\n", code);
	ek_cli_print(cli, ".\n");
	(void)(ek_cli_flush(cli, &err) || err.code != EK_OK);
}

bool ek_run_serve(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_config config;
	char where[EK_PLACE_MAX];
	bool ok = load(cli, &config, err) && find_store(cli, &config, where, err);
	if (ok) {
		const struct ek_serve_options o = {&config, where, say_ready, cli};
		ok = ek_serve_run(&o, err);
	}
	ek_config_fini(&config);
	return ok;
}

/* ---- looking at the configuration */

static void print_key(const struct ek_cli *cli, const struct ek_config *c, enum ek_config_key key,
		      bool origin)
{
	static const char *const origins[] = {"default", "file", "environment", "flag"};
	const struct ek_config_row *row = ek_config_row(key);
	const char *value = ek_config_text(c, key);
	bool text = row->kind == EK_CONFIG_KIND_TEXT || row->kind == EK_CONFIG_KIND_TEXTS;
	ek_cli_print(cli, "%s.%s = %s%s%s", row->section, row->name, text ? "\"" : "", value,
		     text ? "\"" : "");
	if (origin)
		ek_cli_print(cli, "   # %s", origins[c->origins[key]]);
	ek_cli_print(cli, "\n");
}

bool ek_run_check(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_config config;
	bool ok = load(cli, &config, err);
	for (int i = 0; ok && i < EK_CONFIG_COUNT; i++)
		print_key(cli, &config, (enum ek_config_key)i, false);
	ek_config_fini(&config);
	return ok;
}

bool ek_run_config_show(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_config config;
	bool ok = load(cli, &config, err);
	for (int i = 0; ok && i < EK_CONFIG_COUNT; i++)
		print_key(cli, &config, (enum ek_config_key)i, ek_cli_has(cli, EK_CLI_ORIGIN));
	ek_config_fini(&config);
	return ok;
}
