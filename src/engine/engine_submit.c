/* One command, one turn: decide, apply, settle; and one event read back from the log. */
#include "engine/apply.h"
#include "engine/decide.h"
#include "engine/due.h"
#include "engine/fits.h"
#include "engine/pressure.h"
#include "engine/settle.h"

enum { AGAIN_MAX = 100000 }; /* deadlines at one instant that bring new ones at it */

/* What is due by now, all of it, then one settle; again only if that made something due at once. */
static void follow_up(struct ek_engine *e)
{
	uint32_t again = 0;
	do {
		while (ek_due_next(e) != EK_NONE && ek_due_next(e) <= e->now) {
			ek_assert(again++ < AGAIN_MAX);
			(void)ek_due_fire(e);
		}
		ek_settle_run(e);
	} while (ek_due_next(e) != EK_NONE && ek_due_next(e) <= e->now);
	ek_pressure_look(e);
}

static const struct ek_rows *rows_of(const struct ek_cmd *cmd)
{
	switch (cmd->kind) {
	case EK_CMD_BULK_APPLY:
		return &cmd->bulk_apply.rows;
	case EK_CMD_HANDOVER_APPLY:
		return &cmd->handover_apply.rows;
	case EK_CMD_POLICY_APPLY:
		return &cmd->policy_apply.rows;
	default:
		return NULL;
	}
}

static bool run_rows(struct ek_engine *e, const struct ek_cmd *cmd, const struct ek_rows *rows,
		     struct ek_err *err)
{
	for (uint32_t i = 0; i < rows->n; i++) {
		struct ek_cmd row = rows->v[i];
		row.by = cmd->by;
		struct ek_err why = {0};
		if (!ek_decide_row(e, &row, &why))
			return ek_fail(err, EK_ROW_REFUSED, "row %u: %s: %s", i + 1,
				       ek_err_wire(why.code), why.msg);
	}
	return true;
}

/* All or nothing: the rows are tried on a copy first, for a later row may build on an earlier one.
 * */
static bool bulk(struct ek_engine *e, const struct ek_cmd *cmd, const struct ek_rows *rows,
		 struct ek_err *err)
{
	if (rows->n == 0 || rows->n > EK_STATE_ROWS)
		return ek_fail(err, EK_INVALID_VALUE, "a bulk command has 1 to %d rows",
			       EK_STATE_ROWS);
	struct ek_engine *copy = NULL;
	if (!ek_engine_copy(e, &copy, err))
		return false;
	copy->now = e->now;
	copy->by = e->by;
	bool ok = run_rows(copy, cmd, rows, err);
	ek_engine_close(&copy);
	if (!ok)
		return false;
	ok = run_rows(e, cmd, rows, err);
	ek_assert(ok);
	return true;
}

static void begin(struct ek_engine *e, const struct ek_cmd *cmd, ek_time now)
{
	ek_arena_reset(&e->turn);
	e->out_count = 0;
	e->first_seq = 0;
	e->bulk_version = 0;
	e->by = cmd->by;
	if (now.ms > e->now)
		e->now = now.ms;
}

bool ek_engine_submit(struct ek_engine *e, const struct ek_cmd *cmd, ek_time now,
		      struct ek_events *out, struct ek_err *err)
{
	ek_assert(ek_cmd_record(cmd->kind) != NULL);
	int64_t before = e->now;
	begin(e, cmd, now);
	const struct ek_rows *rows = rows_of(cmd);
	bool ok = rows != NULL ? bulk(e, cmd, rows, err) : ek_decide_row(e, cmd, err);
	if (!ok) {
		ek_assert(e->out_count == 0);
		e->seen_count = 0;
		e->now = before;
		return false;
	}
	ek_decide_see_all(e);
	follow_up(e);
	if (e->out_count == 0)
		e->now = before; /* the state knows only what the log can tell */
	*out = (struct ek_events){e->out, e->out_count};
	return true;
}

bool ek_engine_apply(struct ek_engine *e, const struct ek_event *event, struct ek_err *err)
{
	if (event->seq != e->seq + 1)
		return ek_fail(err, EK_DAMAGE, "event %llu follows %llu",
			       (unsigned long long)event->seq, (unsigned long long)e->seq);
	if (!ek_fits_event(e, event, err))
		return false;
	ek_arena_reset(&e->turn);
	ek_apply_event(e, event);
	ek_settle_forget(e);
	return true;
}
