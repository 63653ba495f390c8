/* A file of the zone database may hold any bytes: what is read of them is a zone that the engine
 * may keep, of which a wall time has an instant and an instant a wall time. */
#include <string.h>

#include "model/calendar.h"
#include "sys/tzif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t days[] = {-719162, -1, 0, 11016, 20613, 47846, 47847, 2932896};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ek_tzif file;
	struct ek_err err = {0};
	if (!ek_tzif_read(data, size, &file, &err)) {
		ek_assert(err.code == EK_DAMAGE);
		return 0;
	}
	const struct ek_zone zone = {EK_S("Test/Somewhere"), file.shift, file.n};
	bool ok = ek_calendar_check_zone(&zone, &err);
	ek_assert(ok);
	for (size_t i = 0; i < EK_LEN(days); i++) {
		ek_time t = ek_calendar_day_start(&zone, (int32_t)days[i]);
		int64_t wall = ek_calendar_local(&zone, t);
		ek_assert(wall == EK_NONE || wall >= days[i] * EK_CALENDAR_DAY_MS);
	}
	return 0;
}
