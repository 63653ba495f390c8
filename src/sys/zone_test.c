/* What zones out of the database promise: known shifts of known zones, refusals by name, and the
 * same offsets as the C library reads out of it, at many random instants. */
#include "base/heap_scene.h"
#include "sys/zone.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static ek_str str(const char *text)
{
	return (ek_str){text, (uint32_t)strlen(text)};
}

static void open_arena(struct ek_arena *a, size_t max)
{
	ek_arena_init(a, ek_heap_scene(), max);
}

static struct ek_zone load(const char *name, struct ek_arena *arena)
{
	struct ek_zone zone = {0};
	struct ek_err err = {0};
	if (!ek_zone_load(str(name), arena, &zone, &err))
		fail_msg("%s: %s", name, err.msg);
	return zone;
}

static int32_t offset_at(const struct ek_zone *z, int64_t utc_ms)
{
	uint32_t i = 0;
	while (i + 1 < z->shift_count && z->shifts[i + 1].at_ms <= utc_ms)
		i++;
	return z->shifts[i].offset_ms;
}

static int64_t seconds(const char *text)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%d %H:%M", &tm);
	if (end == NULL || *end != '\0')
		fail_msg("not a time: %s", text);
	return (int64_t)timegm(&tm);
}

/* clang-format off */
/* A shift: the offset a millisecond before and at the instant. Source: IANA database, 2025b, as
 * Python's zoneinfo reads it. Some are written by hand in model/calendar_test.c. */
static const struct shift_row {
	const char *promise;
	const char *zone;
	const char *utc;
	int32_t before_min;
	int32_t after_min;
} shift_rows[] = {
	{"autumn", "Europe/Paris", "2026-10-25 01:00", 120, 60},
	{"example 11: spring, 02:00 to 03:00", "Europe/Paris", "2027-03-28 01:00", 60, 120},
	{"the same in Berlin", "Europe/Berlin", "2027-03-28 01:00", 60, 120},
	{"fold in Berlin", "Europe/Berlin", "2027-10-31 01:00", 120, 60},
	{"the year after, which has a 29 February", "Europe/Paris", "2028-03-26 01:00", 60, 120},
	{"after 32-bit time", "Europe/Paris", "2038-03-28 01:00", 60, 120},
	{"the last year", "Europe/Paris", "2100-10-31 01:00", 120, 60},
	{"Samoa leaves out a day", "Pacific/Apia", "2011-12-30 10:00", -600, 840},
	{"and ends its summer", "Pacific/Apia", "2012-03-31 14:00", 840, 780},
	{"Ramadan begins", "Africa/Casablanca", "2027-02-07 02:00", 60, 0},
	{"Ramadan ends", "Africa/Casablanca", "2027-03-14 02:00", 0, 60},
	{"a shift a minute after midnight", "America/St_Johns", "2006-10-29 02:31", -150, -210},
	{"half an hour of summer", "Australia/Lord_Howe", "2027-04-03 15:00", 660, 630},
	{"summer that the law calls winter", "Europe/Dublin", "2027-10-31 01:00", 60, 0},
	{"an alias is a zone", "Asia/Calcutta", "2027-01-01 00:00", 330, 330},
	{"the last summer of Mexico ends", "America/Mexico_City", "2022-10-30 07:00", -300, -360},
	{"none begins in 2023", "America/Mexico_City", "2023-04-02 08:00", -360, -360},
	{"nor later", "America/Mexico_City", "2060-07-01 00:00", -360, -360},
	{"Egypt has summer again", "Africa/Cairo", "2023-04-27 22:00", 120, 180},
	{"until the last Thursday of October", "Africa/Cairo", "2023-10-26 21:00", 180, 120},
	{"and by its rule ever after", "Africa/Cairo", "2100-04-29 22:00", 120, 180},
	{"Kazakhstan has one offset", "Asia/Almaty", "2024-02-29 18:00", 360, 300},
	{"and keeps it", "Asia/Almaty", "2099-07-01 00:00", 300, 300},
	{"Korea's last summer", "Asia/Seoul", "1988-10-08 17:00", 600, 540},
	{"Paraguay ends the change in 2024", "America/Asuncion", "2024-10-06 04:00", -240, -180},
	{"Morocco's table ends, its rule does not", "Africa/Casablanca", "2087-05-11 02:00", 0, 60},
	{"a rule before midnight", "America/Nuuk", "2090-03-26 01:00", -120, -60},
	{"a rule of hour 26", "Asia/Jerusalem", "2090-03-24 00:00", 120, 180},
	{"summer over the new year", "Pacific/Chatham", "2090-09-23 14:00", 765, 825},
	{"the last autumn", "America/New_York", "2100-11-07 06:00", -240, -300},
};

static const struct count_row {
	const char *zone;
	uint32_t shifts;
	int32_t offset_min;
} count_rows[] = {
	{"UTC", 1, 0}, {"Etc/UTC", 1, 0}, {"GMT", 1, 0}, {"Etc/GMT+8", 1, -480},
	{"Etc/GMT-14", 1, 840}, {"Asia/Tokyo", 1, 540}, {"Asia/Kolkata", 1, 330},
	{"Asia/Riyadh", 1, 180}, {"Asia/Seoul", 5, 540}, {"EST", 1, -300},
};

static const struct refused_row {
	const char *promise;
	const char *zone;
	const char *word; /* in the message */
} refused_rows[] = {
	{"no such place", "Mars/Olympus", "Mars/Olympus"},
	{"case matters", "europe/paris", "europe/paris"},
	{"half a name", "Europe", "Europe"},
	{"a name and more", "Europe/Paris2", "Europe/Paris2"},
	{"an offset is not a name", "GMT+3", "GMT+3"},
	{"nor another", "+03:00", "not a name"},
	{"an abbreviation is not a name", "PST", "PST"},
	{"BST is London's summer, not a zone", "BST", "BST"},
	{"a word for unknown", "Etc/Unknown", "Etc/Unknown"},
	{"each machine's own", "localtime", "localtime"},
	{"zones with leap seconds", "right/Europe/Paris", "right/Europe/Paris"},
	{"the same zones again", "posix/Europe/Paris", "posix/Europe/Paris"},
	{"a file that is no zone", "leapseconds", "leapseconds"},
	{"a zone is no folder", "Europe/Paris/Louvre", "Europe/Paris/Louvre"},
	{"from the root", "/etc/localtime", "not a name"},
	{"two slashes", "Europe//Paris", "not a name"},
	{"a slash at the end", "Europe/Paris/", "not a name"},
	{"the folder itself", ".", "not a name"},
	{"a way up", "Europe/../Asia/Tokyo", "not a name"},
	{"a dot", "zone.tab", "not a name"},
	{"nothing", "", "not a name"},
	{"longer than any name",
	 "Europe/LlanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogochAB", "not a name"},
	{"a path", "../../etc/passwd", "not a name"},
	{"bytes beyond ASCII", "Europe/Z\xc3\xbcrich", "not a name"},
	{"a control", "Europe/Paris\n", "not a name"},
};

static const char *const system_rows[] = {
	"Europe/Paris", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Moscow",
	"America/New_York", "America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo",
	"America/Havana", "America/Mexico_City", "America/Nuuk", "America/Asuncion", "Asia/Tokyo",
	"Asia/Seoul", "Asia/Riyadh", "Asia/Almaty", "Asia/Kathmandu", "Asia/Jerusalem",
	"Asia/Pyongyang", "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Apia",
	"Pacific/Chatham", "Pacific/Kwajalein", "Antarctica/Troll", "UTC", "Africa/Casablanca",
	"Africa/Cairo",
};
/* clang-format on */

static void shifts_are_known(void **state)
{
	(void)state;
	struct ek_arena arena;
	open_arena(&arena, 1 << 20);
	for (size_t i = 0; i < EK_LEN(shift_rows); i++) {
		const struct shift_row *r = &shift_rows[i];
		struct ek_zone z = load(r->zone, &arena);
		int64_t at = seconds(r->utc) * 1000;
		int32_t before = offset_at(&z, at - 1) / 60000, after = offset_at(&z, at) / 60000;
		if (before != r->before_min || after != r->after_min)
			fail_msg("%s, %s: got %d to %d", r->promise, r->zone, before, after);
		if (!ek_str_equal(z.name, str(r->zone)) || z.name.p == r->zone)
			fail_msg("%s: the name is not a copy of the one asked for", r->zone);
	}
	ek_arena_fini(&arena);
}

static void plain_zones_have_one_shift(void **state)
{
	(void)state;
	struct ek_arena arena;
	open_arena(&arena, 1 << 20);
	for (size_t i = 0; i < EK_LEN(count_rows); i++) {
		const struct count_row *r = &count_rows[i];
		struct ek_zone z = load(r->zone, &arena);
		if (z.shift_count != r->shifts || z.shifts[0].offset_ms != r->offset_min * 60000)
			fail_msg("%s: %u shifts, %d ms", r->zone, z.shift_count,
				 z.shifts[0].offset_ms);
	}
	ek_arena_fini(&arena);
}

static void unknown_zones_are_refused_by_name(void **state)
{
	(void)state;
	struct ek_arena arena;
	open_arena(&arena, 1 << 20);
	for (size_t i = 0; i < EK_LEN(refused_rows); i++) {
		const struct refused_row *r = &refused_rows[i];
		struct ek_zone z = {.shift_count = 77};
		struct ek_err err = {0};
		if (ek_zone_load(str(r->zone), &arena, &z, &err))
			fail_msg("%s: %s was accepted", r->promise, r->zone);
		if (err.code != EK_INVALID_VALUE || strstr(err.msg, r->word) == NULL)
			fail_msg("%s: %d %s", r->promise, (int)err.code, err.msg);
		assert_int_equal(z.shift_count, 77);
	}
	ek_arena_fini(&arena);
}

static void too_small_an_arena_is_said(void **state)
{
	(void)state;
	for (size_t max = 0; max < 64; max += 8) {
		struct ek_arena arena;
		struct ek_zone z = {.shift_count = 77};
		struct ek_err err = {0};
		open_arena(&arena, max);
		assert_false(ek_zone_load(str("Europe/Paris"), &arena, &z, &err));
		assert_int_equal(err.code, EK_NO_MEMORY);
		assert_int_equal(z.shift_count, 77);
		ek_arena_fini(&arena);
	}
}

/* The limits of base/zone.h, kept by every zone below. */
static void check_form(const struct ek_zone *z, const char *name)
{
	if (z->shift_count < 1 || z->shift_count > EK_ZONE_SHIFTS_MAX ||
	    z->shifts[0].at_ms != EK_ZONE_SINCE_EVER)
		fail_msg("%s: %u shifts", name, z->shift_count);
	for (uint32_t i = 0; i < z->shift_count; i++) {
		if (z->shifts[i].offset_ms > EK_ZONE_OFFSET_MAX_MS ||
		    z->shifts[i].offset_ms < -EK_ZONE_OFFSET_MAX_MS)
			fail_msg("%s: shift %u: %d ms", name, i, z->shifts[i].offset_ms);
		if (i > 0 && z->shifts[i].offset_ms == z->shifts[i - 1].offset_ms)
			fail_msg("%s: shift %u changes nothing", name, i);
		if (i > 1 && z->shifts[i].at_ms - z->shifts[i - 1].at_ms < EK_ZONE_SHIFT_MIN_MS)
			fail_msg("%s: shift %u is too near", name, i);
	}
}

/* What the wall says at the instant, handed to the system to find the instant of. A repeated time
 * may come back as its other occurrence: then only that one's offset is compared, and 1 is
 * returned. */
static int compare(const struct ek_zone *z, const char *name, int64_t second)
{
	time_t wall = (time_t)(second + offset_at(z, second * 1000) / 1000);
	struct tm tm;
	if (gmtime_r(&wall, &tm) == NULL)
		fail_msg("%s: no date for %lld", name, (long long)wall);
	tm.tm_isdst = -1;
	time_t back = mktime(&tm);
	bool is_same_wall = back + tm.tm_gmtoff == wall;
	if (!is_same_wall || offset_at(z, back * 1000) != tm.tm_gmtoff * 1000)
		fail_msg("%s at %lld: got %d ms, the system says %lld s", name, (long long)second,
			 offset_at(z, second * 1000), (long long)tm.tm_gmtoff);
	return back != second;
}

/* splitmix64, public domain, Sebastiano Vigna. */
static uint64_t next(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* Just outside a gap, or just outside all that a fold repeats, times come once. */
static void compare_shift(const struct ek_zone *z, uint32_t i, const char *name)
{
	int64_t at = z->shifts[i].at_ms / 1000;
	int64_t back = (z->shifts[i - 1].offset_ms - z->shifts[i].offset_ms) / 1000;
	int64_t fold = back > 0 ? back : 0;
	if (compare(z, name, at - fold - 1) + compare(z, name, at + fold) != 0)
		fail_msg("%s: shift %u at %lld is elsewhere in the system", name, i, (long long)at);
	(void)compare(z, name, at - 1);
	(void)compare(z, name, at);
}

/* Random instants, and around every shift. */
static void compare_zone(const struct ek_zone *z, const char *name)
{
	int64_t until = seconds("2101-01-01 00:00");
	uint64_t seed = 1;
	int others = 0;
	for (int i = 0; i < 5000; i++)
		others += compare(z, name, (int64_t)(next(&seed) % (uint64_t)until));
	if (others > 10) /* an hour or two of 8760 are repeated in a year */
		fail_msg("%s: %d of 5000 times repeated", name, others);
	for (uint32_t i = 1; i < z->shift_count; i++)
		compare_shift(z, i, name);
}

static void zones_agree_with_the_system(void **state)
{
	(void)state;
	if (access("/usr/share/zoneinfo/Europe/Paris", R_OK) != 0)
		fail_msg("the system's zone database is missing: install tzdata");
	struct ek_arena arena;
	open_arena(&arena, 1 << 20);
	for (size_t i = 0; i < EK_LEN(system_rows); i++) {
		struct ek_zone z = load(system_rows[i], &arena);
		check_form(&z, system_rows[i]);
		assert_int_equal(setenv("TZ", system_rows[i], 1), 0);
		tzset();
		compare_zone(&z, system_rows[i]);
	}
	ek_arena_fini(&arena);
}

static const char root[] = "/usr/share/zoneinfo/";

static int check_file(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)at;
	const char *name = path + sizeof root - 1;
	if (type != FTW_F || strchr(name, '.') != NULL || strcmp(name, "leapseconds") == 0 ||
	    strcmp(name, "localtime") == 0 || strcmp(name, "posixrules") == 0 ||
	    strncmp(name, "right/", 6) == 0 || strncmp(name, "posix/", 6) == 0)
		return 0;
	struct ek_arena arena;
	open_arena(&arena, 1 << 20);
	struct ek_zone z = load(name, &arena);
	check_form(&z, name);
	ek_arena_fini(&arena);
	return 0;
}

static void every_zone_of_the_database_can_be_had(void **state)
{
	(void)state;
	assert_int_equal(nftw(root, check_file, 16, FTW_PHYS), 0);
}

static void write_file(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	assert_int_equal(close(fd), 0);
}

static void refuse(const char *name, enum ek_code code, const char *word)
{
	struct ek_arena arena;
	struct ek_zone z = {.shift_count = 77};
	struct ek_err err = {0};
	open_arena(&arena, 1 << 16);
	if (ek_zone_load(str(name), &arena, &z, &err))
		fail_msg("%s was accepted", name);
	if (err.code != code || strstr(err.msg, word) == NULL)
		fail_msg("%s: %d %s", name, (int)err.code, err.msg);
	assert_int_equal(z.shift_count, 77);
	ek_arena_fini(&arena);
}

/* A database of one's own: only what stands in it is a zone. */
static void another_folder_may_be_named(void **state)
{
	(void)state;
	static const uint8_t utc[] = {
		'T', 'Z',  'i', 'f',      '2',      [32] = 0,   [44] = 'T', 'Z',
		'i', 'f',  '2', [83] = 1, [87] = 4, [94] = 'O', 'N',        'E',
		0,   '\n', 'O', 'N',      'E',      '-',        '1',        '\n'};
	char dir[] = "/tmp/zone_test.XXXXXX";
	char path[64], link[64];
	char version[EK_ZONE_VERSION];
	struct ek_arena arena;
	open_arena(&arena, 1 << 16);
	assert_non_null(mkdtemp(dir));
	assert_int_equal(setenv("TZDIR", dir, 1), 0);
	snprintf(path, sizeof path, "%s/One", dir);
	snprintf(link, sizeof link, "%s/Loop", dir);
	write_file(path, utc, sizeof utc);
	struct ek_zone z = load("One", &arena);
	assert_int_equal(z.shift_count, 1);
	assert_int_equal(z.shifts[0].offset_ms, 3600000);
	refuse("Europe/Paris", EK_INVALID_VALUE, "Europe/Paris");
	write_file(path, utc, sizeof utc - 1);
	refuse("One", EK_IO, "damaged");
	write_file(path, "nothing", 7);
	refuse("One", EK_INVALID_VALUE, "One");
	assert_int_equal(symlink("Loop", link), 0);
	refuse("Loop", EK_IO, "Loop");
	ek_zone_version(version);
	assert_string_equal(version, "unknown");
	assert_int_equal(unlink(path) + unlink(link) + rmdir(dir), 0);
	refuse("One", EK_IO, "install tzdata");
	assert_int_equal(unsetenv("TZDIR"), 0);
	ek_arena_fini(&arena);
}

static void the_database_names_its_release(void **state)
{
	(void)state;
	char version[EK_ZONE_VERSION];
	ek_zone_version(version);
	assert_true(strlen(version) >= 5);
	assert_true(strncmp(version, "2022", 4) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shifts_are_known),
		cmocka_unit_test(plain_zones_have_one_shift),
		cmocka_unit_test(unknown_zones_are_refused_by_name),
		cmocka_unit_test(too_small_an_arena_is_said),
		cmocka_unit_test(zones_agree_with_the_system),
		cmocka_unit_test(every_zone_of_the_database_can_be_had),
		cmocka_unit_test(another_folder_may_be_named),
		cmocka_unit_test(the_database_names_its_release),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
