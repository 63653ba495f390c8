#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/rfc3339.h"
#include "cli/commands.h"

bool ek_cli_number(const struct ek_cli *cli, enum ek_cli_option option, uint64_t otherwise,
		   uint64_t *out, struct ek_err *err)
{
	const char *text = cli->options[option];
	*out = otherwise;
	if (text == NULL)
		return true;
	uint64_t n = 0;
	bool ok = text[0] != '\0';
	for (const char *p = text; *p != '\0' && ok; p++) {
		ok = *p >= '0' && *p <= '9' && n <= (INT64_MAX - 9) / 10;
		n = n * 10 + (uint64_t)(*p - '0');
	}
	*out = n;
	return ok || ek_fail(err, EK_USAGE, "--%s: expected a whole number, got \"%s\"",
			     ek_commands_option(option)->name, text);
}

void ek_cli_print(const struct ek_cli *cli, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	(void)vfprintf(cli->out, fmt, ap); /* ek_cli_flush says whether it arrived */
	va_end(ap);
}

void ek_cli_put(const struct ek_cli *cli, const void *bytes, size_t n)
{
	(void)fwrite(bytes, 1, n, cli->out);
}

bool ek_cli_put_json(const struct ek_cli *cli, struct ek_json *json, struct ek_err *err)
{
	if (!ek_json_is_whole(json))
		return ek_fail(err, EK_NO_MEMORY,
			       "the answer is too large for the memory there is");
	ek_str text = ek_json_written(json);
	ek_cli_put(cli, text.p, text.n);
	ek_cli_put(cli, "\n", 1);
	ek_json_reset(json);
	return true;
}

bool ek_cli_flush(const struct ek_cli *cli, struct ek_err *err)
{
	if (fflush(cli->out) == 0 && ferror(cli->out) == 0)
		return true;
	return ek_fail(err, EK_IO, "the answer could not be written: %s", strerror(errno));
}

void ek_cli_say(const struct ek_cli *cli, const char *fmt, ...)
{
	va_list ap;
	if (ek_cli_has(cli, EK_CLI_QUIET))
		return;
	va_start(ap, fmt);
	(void)vfprintf(cli->messages, fmt, ap);
	va_end(ap);
	(void)fputc('\n', cli->messages);
}

void ek_cli_complain(const struct ek_cli *cli, const struct ek_err *err)
{
	const char *on = cli->colour ? "\033[31m" : "";
	const char *off = cli->colour ? "\033[0m" : "";
	(void)fflush(cli->out);
	(void)fprintf(cli->messages, "%sevenkeel:%s %s\n", on, off, err->msg);
}

const char *ek_cli_time(ek_time t, char out[EK_CLI_TIME])
{
	size_t n = ek_time_is_set(t) ? ek_rfc3339_print(t, out) : 0;
	if (n == 0)
		out[n++] = '-';
	out[n] = '\0';
	return out;
}
