/* The sample at hours at which it was once made badly. A full sample each time: what falls to the
 * owner hangs on all that the team did before. */
#include "server/sample_load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/reader.h"
#include "sys/disk.h"

/* From noon until late at night of the sample's home, many colleagues hold little. */
static const struct {
	const char *promise;
	int64_t at_ms;
} hours[] = {
	{"a Wednesday, 15:05 UTC", 1795619100000},
	{"a Thursday, 13:54 UTC", 1795701240000},
	{"a Friday, 09:38 UTC", 1795772280000},
};

struct held {
	int64_t count, priorities, due_soon;
};

static bool take_held(void *ctx, const struct ek_views_value *v, uint32_t n, struct ek_err *err)
{
	struct held *held = ctx;
	(void)n;
	(void)err;
	*held = (struct held){v[0].i, v[1].i, v[2].i};
	return true;
}

static void read_held(const char *where, int64_t now_ms, struct held *held)
{
	struct ek_err err;
	struct ek_reader *reader = NULL;
	const struct ek_views_value args[] = {ek_views_int(now_ms),
					      ek_views_int(now_ms + 20 * 60000)};
	const struct ek_reader_question q = {
		"SELECT count(*), count(DISTINCT priority),"
		" coalesce(sum(CASE WHEN sla_due_ms > $1 AND sla_due_ms <= $2 THEN 1 END), 0)"
		" FROM conversations WHERE teammate = 1 AND state = 'open'",
		args, EK_LEN(args)};
	assert_true(ek_reader_open(where, &reader, &err));
	assert_true(ek_reader_each(reader, &q, take_held, held, &err));
	ek_reader_close(&reader);
}

static void the_owner_has_work_at_any_hour(void **state)
{
	(void)state;
	for (size_t i = 0; i < EK_LEN(hours); i++) {
		struct ek_err err;
		struct held held = {0};
		char dir[] = "/tmp/sample_load_test_XXXXXX";
		char where[EK_DISK_PATH];
		struct ek_sample_load load = {.where = where, .seed = 7, .now = {hours[i].at_ms}};
		assert_non_null(mkdtemp(dir));
		assert_true(ek_disk_path(dir, "made", where, &err));
		assert_true(ek_sample_load(&load, &err));
		read_held(where, hours[i].at_ms, &held);
		bool is_good = held.count >= 3 && held.count <= 5 && held.priorities >= 2 &&
			       held.due_soon >= 1;
		if (!is_good)
			fail_msg("%s: holds %d of %d priorities, %d due soon", hours[i].promise,
				 (int)held.count, (int)held.priorities, (int)held.due_soon);
		assert_true(ek_disk_dir_remove(dir, "made", &err));
		rmdir(dir);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(the_owner_has_work_at_any_hour)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
