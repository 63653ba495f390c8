/* replay --hash and state-hash: the state anew, and what it hashes to. */
#include "cli/run.h"

#include "cli/place.h"
#include "sys/heap.h"
#include "writer/replay.h"

static bool answer(const struct ek_cli *cli, uint64_t seq, const uint8_t hash[EK_HASH_BYTES],
		   struct ek_err *err)
{
	char hex[2 * EK_HASH_BYTES + 1];
	ek_hash_hex(hash, hex);
	if (!ek_cli_has(cli, EK_CLI_JSON)) {
		ek_cli_print(cli, "%llu %s\n", (unsigned long long)seq, hex);
		return true;
	}
	struct ek_json j;
	ek_json_init(&j, ek_heap_alloc(), 4096);
	ek_json_object(&j);
	ek_json_key(&j, "seq");
	ek_json_uint(&j, seq);
	ek_json_key(&j, "state_hash");
	ek_json_word(&j, hex);
	ek_json_object_end(&j);
	bool ok = ek_cli_put_json(cli, &j, err);
	ek_json_fini(&j);
	return ok;
}

static bool hash(const struct ek_cli *cli, const struct ek_replay_options *options,
		 struct ek_err *err)
{
	struct ek_log *log = NULL;
	struct ek_engine *engine = NULL;
	uint8_t bytes[EK_HASH_BYTES];
	bool ok = ek_place_open(cli, EK_LOG_READ, &log, err) &&
		  ek_replay_open(log, options, &engine, err) &&
		  ek_replay_hash(engine, bytes, err) &&
		  answer(cli, ek_engine_seq(engine), bytes, err);
	ek_engine_close(&engine);
	ek_log_close(&log);
	return ok;
}

bool ek_run_replay(struct ek_cli *cli, struct ek_err *err)
{
	struct ek_replay_options options = {
		.alloc = ek_heap_alloc(),
		.from_snapshot = ek_cli_has(cli, EK_CLI_FROM_SNAPSHOT),
	};
	if (!ek_cli_has(cli, EK_CLI_HASH))
		return ek_fail(err, EK_USAGE, "usage: evenkeel replay --hash");
	return ek_cli_number(cli, EK_CLI_TO, 0, &options.to, err) && hash(cli, &options, err);
}

bool ek_run_state_hash(struct ek_cli *cli, struct ek_err *err)
{
	const struct ek_replay_options options = {.alloc = ek_heap_alloc(), .from_snapshot = true};
	return hash(cli, &options, err);
}
