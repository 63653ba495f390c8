#include "cli/place.h"

#include <stdlib.h>
#include <string.h>

#include "store/backup.h"
#include "sys/disk.h"
#include "sys/heap.h"

enum { URL_MAX = 4096 };

static bool put(char out[EK_PLACE_MAX], const char *prefix, const char *text, struct ek_err *err)
{
	size_t n = strlen(prefix) + strlen(text);
	if (n >= EK_PLACE_MAX || text[0] == '\0')
		return ek_fail(err, EK_USAGE, "expected a place for the log of 1 to %d bytes",
			       URL_MAX);
	ek_format(out, EK_PLACE_MAX, "%s%s", prefix, text);
	return true;
}

static bool put_postgres(char out[EK_PLACE_MAX], const char *text, struct ek_err *err)
{
	return put(out, strncmp(text, "postgresql://", 13) == 0 ? "" : "postgres:", text, err);
}

/* A directory may have any name, also one that looks like another kind of place. */
static bool put_directory(char out[EK_PLACE_MAX], const char *text, struct ek_err *err)
{
	return put(out, ek_place_is_directory(text) ? "" : "./", text, err) &&
	       ek_backup_check_whole(out, err);
}

static bool read_url(const char *path, char out[EK_PLACE_MAX], struct ek_err *err)
{
	struct ek_alloc alloc = ek_heap_alloc();
	struct ek_disk_bytes file;
	char text[URL_MAX + 1];
	if (!ek_disk_read(path, URL_MAX, &alloc, &file, err))
		return false;
	memcpy(text, file.p, file.n);
	text[file.n] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	ek_alloc_free(&alloc, file.p, file.n == 0 ? 1 : file.n);
	return put_postgres(out, text, err);
}

bool ek_place_find(const struct ek_cli *cli, char out[EK_PLACE_MAX], struct ek_err *err)
{
	int said = ek_cli_has(cli, EK_CLI_DATA) + ek_cli_has(cli, EK_CLI_POSTGRES) +
		   ek_cli_has(cli, EK_CLI_MEMORY);
	if (said > 1)
		return ek_fail(err, EK_USAGE, "expected one of --data, --postgres and --memory");
	if (ek_cli_has(cli, EK_CLI_MEMORY))
		return put(out, "", "memory:", err);
	if (ek_cli_has(cli, EK_CLI_POSTGRES))
		return put_postgres(out, cli->options[EK_CLI_POSTGRES], err);
	if (ek_cli_has(cli, EK_CLI_DATA))
		return put_directory(out, cli->options[EK_CLI_DATA], err);
	const char *file = getenv("EVENKEEL_STORE_POSTGRES_URL_FILE");
	if (file != NULL && file[0] != '\0')
		return read_url(file, out, err);
	const char *directory = getenv("EVENKEEL_STORE_DIRECTORY");
	bool said_directory = directory != NULL && directory[0] != '\0';
	return put_directory(out, said_directory ? directory : "evenkeel-data", err);
}

bool ek_place_open(const struct ek_cli *cli, enum ek_log_mode mode, struct ek_log **log,
		   struct ek_err *err)
{
	char where[EK_PLACE_MAX];
	*log = NULL;
	if (!ek_place_find(cli, where, err))
		return false;
	const struct ek_log_options options = {.where = where, .mode = mode};
	return ek_log_open(&options, log, err);
}

bool ek_place_is_directory(const char *where)
{
	return strncmp(where, "postgres", 8) != 0 && strcmp(where, "memory:") != 0;
}

const char *ek_place_name(const char *where)
{
	return ek_place_is_directory(where) ? where
	       : where[0] == 'm'            ? "memory"
					    : "the PostgreSQL database";
}
