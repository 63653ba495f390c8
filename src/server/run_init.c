/* init, with or without a sample workspace, and the way to be rid of one. */
#include "cli/run.h"

#include "cli/place.h"
#include "server/sample_load.h"
#include "sys/clock.h"
#include "sys/disk.h"
#include "sys/heap.h"

static bool init_there(const char *where, struct ek_err *err)
{
	if (ek_place_is_directory(where) && !ek_disk_dir_empty(where))
		return ek_fail(err, EK_NOT_EMPTY, "%s is not empty; nothing was touched", where);
	struct ek_log *log = NULL;
	const struct ek_log_options options = {.where = where, .mode = EK_LOG_CREATE};
	bool ok = ek_log_open(&options, &log, err);
	if (ok && ek_log_head(log)->seq > 0)
		ok = ek_fail(err, EK_NOT_EMPTY, "%s holds a log; nothing was touched",
			     ek_place_name(where));
	ok = ok && ek_log_stop(log, err);
	ek_log_close(&log);
	return ok;
}

static void say_text(const struct ek_cli *cli, const char *where, const struct ek_sample_load *s)
{
	ek_cli_print(cli, "made %s\n", ek_place_name(where));
	if (s == NULL)
		return;
	ek_cli_print(cli,
		     "with a sample workspace: %u people, %u conversations of the last four weeks\n"
		     "sign in as %s with the password %s\n",
		     s->people, s->conversations, EK_SAMPLE_EMAIL, s->password);
}

static bool say_json(const struct ek_cli *cli, const char *where, const struct ek_sample_load *s,
		     struct ek_err *err)
{
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), 1 << 16);
	ek_json_object(&j);
	ek_json_key(&j, "made");
	ek_json_word(&j, ek_place_name(where));
	if (s != NULL) {
		ek_json_key(&j, "sample");
		ek_json_object(&j);
		ek_json_key(&j, "conversations");
		ek_json_uint(&j, s->conversations);
		ek_json_key(&j, "email");
		ek_json_word(&j, EK_SAMPLE_EMAIL);
		ek_json_key(&j, "events");
		ek_json_uint(&j, s->events);
		ek_json_key(&j, "password");
		ek_json_word(&j, s->password);
		ek_json_key(&j, "people");
		ek_json_uint(&j, s->people);
		ek_json_object_end(&j);
	}
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

bool ek_run_init(struct ek_cli *cli, struct ek_err *err)
{
	char where[EK_PLACE_MAX];
	struct ek_sample_load sample = {.where = where, .now = ek_clock_wall()};
	bool with = ek_cli_has(cli, EK_CLI_SAMPLE);
	if (!ek_cli_number(cli, EK_CLI_SEED, 1, &sample.seed, err) ||
	    !ek_place_find(cli, where, err) || !init_there(where, err) ||
	    (with && !ek_sample_load(&sample, err)))
		return false;
	if (ek_cli_has(cli, EK_CLI_JSON))
		return say_json(cli, where, with ? &sample : NULL, err);
	say_text(cli, where, with ? &sample : NULL);
	return true;
}

bool ek_run_sample_remove(struct ek_cli *cli, struct ek_err *err)
{
	char where[EK_PLACE_MAX];
	if (!ek_place_find(cli, where, err) || !ek_sample_remove(where, err))
		return false;
	ek_cli_say(cli, "the sample workspace in %s is gone", ek_place_name(where));
	return true;
}
