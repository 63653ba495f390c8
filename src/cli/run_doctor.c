/* doctor: the surroundings, and what to do about them. */
#include "cli/run.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cli/place.h"
#include "sys/clock.h"
#include "sys/disk.h"
#include "sys/heap.h"
#include "sys/zone.h"

enum {
	SYNCS = 25,
	FILES_ADVISED = 16384,
	SPACE_MIN_MIB = 64,
	SYNC_SLOW_US = 10000,
};

enum grade { WELL, ADVICE, WRONG };

struct doctor {
	const struct ek_cli *cli;
	const char *where;
	struct ek_json json;
	uint32_t wrong;
};

/* found: what is so. todo: what to do about it. */
static void find(struct doctor *d, enum grade grade, const char *what, const char *found,
		 const char *todo)
{
	static const char *const grades[] = {"well", "advice", "wrong"};
	d->wrong += grade == WRONG;
	if (!ek_cli_has(d->cli, EK_CLI_JSON)) {
		ek_cli_print(d->cli, "%-8s%s: %s; %s\n", grades[grade], what, found, todo);
		return;
	}
	struct ek_json *j = &d->json;
	ek_json_object(j);
	ek_json_key(j, "do");
	ek_json_word(j, todo);
	ek_json_key(j, "found");
	ek_json_word(j, found);
	ek_json_key(j, "grade");
	ek_json_word(j, grades[grade]);
	ek_json_key(j, "what");
	ek_json_word(j, what);
	ek_json_object_end(j);
}

static void look_at_rights(struct doctor *d)
{
	struct stat s;
	char found[96];
	if (stat(d->where, &s) != 0) {
		find(d, WRONG, "data directory", "is not there or cannot be read",
		     "make it with evenkeel init, or name another with --data");
		return;
	}
	ek_format(found, sizeof found, "mode 0%d%d%d", (int)(s.st_mode >> 6 & 7),
		  (int)(s.st_mode >> 3 & 7), (int)(s.st_mode & 7));
	bool is_private = (s.st_mode & 077) == 0;
	find(d, is_private ? WELL : WRONG, "permissions", found,
	     is_private ? "nothing to do" : "let nobody else in: chmod 0700 the directory");
}

static int compare_us(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Median of a small write made durable, in microseconds; false when it could not be done. */
static bool time_syncs(const char *dir, uint64_t *us, struct ek_err *err)
{
	uint64_t took[SYNCS];
	char path[EK_DISK_PATH];
	int fd = -1;
	if (!ek_disk_path(dir, "doctor.tmp", path, err) || !ek_disk_open(path, &fd, err))
		return false;
	bool ok = true;
	for (int i = 0; i < SYNCS && ok; i++) {
		const uint8_t bytes[512] = {(uint8_t)i};
		uint64_t from = ek_clock_mono_ns();
		ok = ek_disk_put(fd, (uint64_t)i * sizeof bytes, bytes, sizeof bytes, err) &&
		     ek_disk_sync(fd, err);
		took[i] = (ek_clock_mono_ns() - from) / 1000;
	}
	ek_disk_close(&fd);
	(void)unlink(path);
	if (!ok)
		return false;
	qsort(took, SYNCS, sizeof took[0], compare_us);
	*us = took[SYNCS / 2];
	return true;
}

static void look_at_syncs(struct doctor *d)
{
	struct ek_err err;
	uint64_t us;
	char found[96];
	if (!time_syncs(d->where, &us, &err)) {
		find(d, WRONG, "sync speed", err.msg, "make the directory writable");
		return;
	}
	ek_format(found, sizeof found, "%llu.%u ms for a small write",
		  (unsigned long long)us / 1000, (unsigned)(us % 1000 / 100));
	bool is_slow = us > SYNC_SLOW_US;
	find(d, is_slow ? ADVICE : WELL, "sync speed", found,
	     is_slow ? "a disk with power-loss protection answers people sooner" : "nothing to do");
}

static void look_at_space(struct doctor *d)
{
	char found[96];
	uint64_t mib = ek_disk_space(d->where) / (1024 * 1024);
	ek_format(found, sizeof found, "%llu MiB", (unsigned long long)mib);
	find(d, mib < SPACE_MIN_MIB ? WRONG : WELL, "free space", found,
	     mib < SPACE_MIN_MIB ? "make room: writes stop below 8 MiB" : "nothing to do");
}

/* Magic numbers of network file systems: statfs(2). */
static void look_at_file_system(struct doctor *d)
{
	static const long networks[] = {0x6969, 0x517B, (long)0xFF534D42, (long)0xFE534D42,
					0x65735546};
	struct statfs s;
	bool is_network = false;
	if (statfs(d->where, &s) != 0)
		return;
	for (size_t i = 0; i < EK_LEN(networks); i++)
		is_network = is_network || (long)s.f_type == networks[i];
	find(d, is_network ? ADVICE : WELL, "file system", is_network ? "over a network" : "local",
	     is_network ? "move the directory to a local disk: locks and syncs must be real"
			: "nothing to do");
}

static void look_at_files(struct doctor *d)
{
	struct rlimit r;
	char found[96];
	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return;
	ek_format(found, sizeof found, "%llu", (unsigned long long)r.rlim_cur);
	bool is_low = r.rlim_cur < FILES_ADVISED;
	find(d, is_low ? ADVICE : WELL, "descriptor limit", found,
	     is_low ? "a server of many streams wants 16384: ulimit -n, or LimitNOFILE="
		    : "nothing to do");
}

static void look_at_clock(struct doctor *d)
{
	struct timex t = {.modes = 0};
	int state = adjtimex(&t);
	if (state < 0) {
		find(d, ADVICE, "clock", "cannot be asked",
		     "see that something like chrony keeps it");
		return;
	}
	bool is_synced = state != TIME_ERROR && (t.status & STA_UNSYNC) == 0;
	find(d, is_synced ? WELL : ADVICE, "clock", is_synced ? "synchronised" : "not synchronised",
	     is_synced ? "nothing to do" : "run chrony or systemd-timesyncd");
}

static void look_at_zones(struct doctor *d)
{
	char version[EK_ZONE_VERSION];
	struct ek_arena arena;
	struct ek_zone zone;
	struct ek_err err;
	ek_arena_init(&arena, ek_heap_alloc(), EK_ARENA_CHUNK);
	ek_zone_version(version);
	if (ek_zone_load(EK_S("UTC"), &arena, &zone, &err))
		find(d, WELL, "zone data", version,
		     "nothing to do; hours that were set keep the offsets they were set with");
	else
		find(d, WRONG, "zone data", err.msg, "see above; until then no hours can be set");
	ek_arena_fini(&arena);
}

static void look_at_parts(struct doctor *d)
{
	char found[160];
	ek_format(found, sizeof found,
		  "%s; one connection both commits and checkpoints, so that the data race of 3.7.0 "
		  "to 3.51.2 cannot occur",
		  ek_log_sqlite_version());
	find(d, WELL, "SQLite", found, "never open log.db with another program that writes");
	look_at_zones(d);
	struct rusage r;
	if (getrusage(RUSAGE_SELF, &r) != 0)
		return;
	ek_format(found, sizeof found, "%llu KiB at most, of this program",
		  (unsigned long long)r.ru_maxrss);
	find(d, WELL, "resident memory", found, "nothing to do");
}

static void look_at_log(struct doctor *d)
{
	struct ek_log *log = NULL;
	struct ek_err err;
	char found[96];
	const struct ek_log_options options = {.where = d->where, .mode = EK_LOG_READ};
	if (!ek_log_open(&options, &log, &err)) {
		find(d, WRONG, "log", err.msg,
		     err.code == EK_NOT_FOUND ? "make one with evenkeel init or evenkeel drive"
					      : "run evenkeel verify, then restore a backup");
		return;
	}
	ek_format(found, sizeof found, "opens; ends at event %llu",
		  (unsigned long long)ek_log_head(log)->seq);
	ek_log_close(&log);
	find(d, WELL, "log", found, "nothing to do; evenkeel verify checks every byte");
}

static void look(struct doctor *d)
{
	look_at_log(d);
	if (ek_place_is_directory(d->where)) {
		look_at_rights(d);
		if (ek_disk_exists(d->where)) {
			look_at_syncs(d);
			look_at_space(d);
			look_at_file_system(d);
		}
	}
	look_at_files(d);
	look_at_clock(d);
	look_at_parts(d);
}

bool ek_run_doctor(struct ek_cli *cli, struct ek_err *err)
{
	char where[EK_PLACE_MAX];
	struct doctor d = {.cli = cli, .where = where};
	if (!ek_place_find(cli, where, err))
		return false;
	ek_json_init(&d.json, ek_heap_alloc(), 1 << 20);
	ek_json_object(&d.json);
	ek_json_key(&d.json, "findings");
	ek_json_list(&d.json);
	look(&d);
	ek_json_list_end(&d.json);
	ek_json_object_end(&d.json);
	bool ok = !ek_cli_has(cli, EK_CLI_JSON) || ek_cli_put_json(cli, &d.json, err);
	ek_json_fini(&d.json);
	if (ok && d.wrong > 0)
		return ek_fail(err, EK_CHECK_FAILED, "%u of these should be mended", d.wrong);
	return ok;
}
