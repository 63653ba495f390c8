/* Any lines may come as a drive file. What can be read happens or is refused, and whatever that is
 * sim/twin.h holds. Of the driver, only the simulated closings and the log are left out. */
#include <string.h>

#include "model/limits.h"
#include "sim/twin.h"
#include "sys/heap.h"
#include "sys/zone.h"
#include "wire/cmd_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 26, LINES_MAX = 64, TICKS_MAX = 64, ROWS_MAX = 64 };

struct drive {
	struct ek_twin *twin;
	struct ek_arena turn;
	ek_time at;
	uint32_t line;
};

/* A letter and a number is the name of that number: c12 is 12. */
static bool resolve(void *ctx, enum ek_field_type kind, ek_str ref, uint32_t *id)
{
	(void)ctx;
	(void)kind;
	*id = 0;
	for (uint32_t i = 1; i < ref.n && i < 6; i++) {
		if (ref.p[i] < '0' || ref.p[i] > '9')
			return false;
		*id = 10 * *id + (uint32_t)(ref.p[i] - '0');
	}
	return *id != 0;
}

static bool add_zone(struct drive *d, struct ek_zone *zone)
{
	struct ek_err err;
	return zone->name.p == NULL || ek_zone_load(zone->name, &d->turn, zone, &err);
}

static bool add_zones_to(struct drive *d, struct ek_cmd *c)
{
	return c->kind == EK_CMD_CALENDAR_SET ? add_zone(d, &c->calendar_set.zone)
	       : c->kind == EK_CMD_ZONE_SET   ? add_zone(d, &c->zone_set.zone)
					      : true;
}

static struct ek_rows *rows_of(struct ek_cmd *c)
{
	return c->kind == EK_CMD_BULK_APPLY       ? &c->bulk_apply.rows
	       : c->kind == EK_CMD_HANDOVER_APPLY ? &c->handover_apply.rows
	       : c->kind == EK_CMD_POLICY_APPLY   ? &c->policy_apply.rows
						  : NULL;
}

/* False for a zone that nobody has, and for more rows than are quickly tried. */
static bool add_zones(struct drive *d, struct ek_cmd *c)
{
	struct ek_rows *rows = rows_of(c);
	if (rows == NULL || rows->n == 0)
		return add_zones_to(d, c);
	struct ek_cmd *v = ek_arena_get(&d->turn, rows->n * sizeof *v);
	if (v == NULL || rows->n > ROWS_MAX)
		return false;
	memcpy(v, rows->v, rows->n * sizeof *v);
	rows->v = v;
	for (uint32_t i = 0; i < rows->n; i++) {
		if (!add_zones_to(d, &v[i]))
			return false;
	}
	return true;
}

/* Until when all else comes first: what fell due while a server was down comes after its start. */
static ek_time before_line(const struct ek_cmd_line *line)
{
	int64_t down =
		line->cmd.kind == EK_CMD_SERVER_STARTED ? line->cmd.server_started.down_ms.ms : 0;
	bool is_known = down > 0 && down < INT64_MAX / 4;
	return (ek_time){is_known ? line->at.ms - down : line->at.ms};
}

/* False ends the file. */
static bool do_line(struct drive *d, ek_str text)
{
	struct ek_cmd_line line;
	struct ek_err err;
	const struct ek_cmd_json how = {&d->turn, resolve, d};
	ek_arena_reset(&d->turn);
	if (!ek_cmd_json_line(&how, text, &line, &err) || line.at.ms < d->at.ms)
		return false;
	d->at = line.at;
	if (!ek_twin_pass(d->twin, before_line(&line), TICKS_MAX))
		return false;
	if (!add_zones(d, &line.cmd))
		return true;
	if (d->line % 4 == 3)
		(void)ek_twin_submit_loaded(d->twin, &line.cmd, line.at);
	else
		(void)ek_twin_submit(d->twin, &line.cmd, line.at);
	return ek_twin_pass(d->twin, line.at, TICKS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct drive d = {.twin = ek_twin_open(), .at = {INT64_MIN}};
	const char *p = (const char *)data;
	ek_assert(d.twin != NULL);
	ek_arena_init(&d.turn, ek_heap_alloc(), MAX);
	for (bool more = true; more && size > 0 && d.line < LINES_MAX; d.line++) {
		const char *end = memchr(p, '\n', size);
		size_t n = end == NULL ? size : (size_t)(end - p);
		more = n <= EK_LIMIT_LINE_BYTES && do_line(&d, (ek_str){p, (uint32_t)n});
		n += end != NULL;
		p += n;
		size -= n;
	}
	ek_arena_fini(&d.turn);
	ek_twin_close(&d.twin);
	return 0;
}
