#include "cli/drive.h"

#include <string.h>

#include "cli/drive_state.h"
#include "engine/look.h"
#include "model/limits.h"
#include "sys/clock.h"
#include "sys/heap.h"
#include "sys/zone.h"

enum { LINE_MEMORY = 512 * 1024 * 1024, OUT_MEMORY = 1 << 30, OUT_ENOUGH = 1 << 20 };

/* ---- commands */

const struct ek_engine *ek_drive_engine(const struct drive *d)
{
	return d->again.engine != NULL ? d->again.engine : ek_writer_engine(d->writer);
}

bool ek_drive_commit(struct drive *d, bool more, struct ek_err *err)
{
	if (d->failed) {
		*err = d->why;
		return false;
	}
	if (d->writer != NULL && !ek_writer_commit(d->writer, more, err))
		return false;
	d->in_group = 0;
	ek_drive_tell_out(d);
	return ek_cli_flush(d->cli, err);
}

bool ek_drive_is_refusal(const struct ek_err *why)
{
	return why->code <= EK_NOT_ELIGIBLE || why->code == EK_KEY_REUSED || why->code == EK_LIMIT;
}

/* A line that made nothing may have been heard all the same, as activity; where a run was cut
 * behind it, the log does not tell. So it happens again: it makes nothing again. */
static bool take(struct drive *d, const struct drive_ask *ask, struct ek_err *why)
{
	struct ek_request r = {.cmd = ask->cmd, .at = ask->at, .key = ask->key};
	struct ek_answer a;
	if (!ek_writer_take(d->writer, &r, &a, why))
		return false;
	bool has_own_key = d->cause.line != NULL && d->cause.line->key.p != NULL;
	if (!a.repeated || a.first_seq != 0 || has_own_key)
		return true;
	r.key = NULL;
	return ek_writer_take(d->writer, &r, &a, why);
}

bool ek_drive_submit(struct drive *d, const struct drive_ask *ask, struct ek_err *why,
		     struct ek_err *err)
{
	bool again;
	*why = (struct ek_err){.code = EK_OK};
	if (!ek_drive_is_again(d, &again, err))
		return false;
	if (again)
		return ek_drive_repeat(d, ask, why, err);
	d->in_group++;
	if (take(d, ask, why)) {
		why->code = EK_OK;
		return true;
	}
	return ek_drive_is_refusal(why) || (*err = *why, false);
}

void ek_drive_hash(struct drive *d, const char *a, uint64_t n, ek_str b, uint8_t out[EK_HASH_BYTES])
{
	char number[24];
	size_t digits =
		n == 0 ? 0 : ek_format(number, sizeof number, "%llu", (unsigned long long)n);
	ek_hash_begin(d->hash);
	ek_hash_add(d->hash, a, strlen(a));
	ek_hash_add(d->hash, number, digits);
	ek_hash_add(d->hash, b.p, b.n);
	ek_hash_end(d->hash, out);
}

/* ---- lines */

/* A contact has its id from the first mention on. */
static bool resolve(void *ctx, enum ek_field_type type, ek_str ref, uint32_t *id)
{
	struct drive *d = ctx;
	enum ek_writer_name kind = ek_names_kind(type);
	if (kind == 0 || ref.n == 0)
		return false;
	*id = ek_names_find(d->names, kind, ref);
	if (*id != 0 || kind != EK_WRITER_NAME_CONTACT)
		return *id != 0;
	uint32_t top = ek_names_top(d->names, kind);
	*id = (top > d->contact_top ? top : d->contact_top) + 1;
	return ek_names_set(d->names, kind, *id, ref, &d->why);
}

static struct ek_rows *rows_of(struct ek_cmd *c)
{
	return c->kind == EK_CMD_BULK_APPLY       ? &c->bulk_apply.rows
	       : c->kind == EK_CMD_HANDOVER_APPLY ? &c->handover_apply.rows
	       : c->kind == EK_CMD_POLICY_APPLY   ? &c->policy_apply.rows
						  : NULL;
}

static void hear_contact(struct drive *d, const struct ek_cmd *c)
{
	uint32_t id = c->kind == EK_CMD_CONVERSATION_CREATE ? c->conversation_create.contact.v : 0;
	if (id > d->contact_top && id <= EK_LIMIT_CONTACTS) /* more is refused */
		d->contact_top = id;
}

/* Reigns are the writer's to open: a log whose rows are of another one is damaged. */
static bool check_kinds(struct ek_cmd *c, struct ek_err *err)
{
	const struct ek_rows *rows = rows_of(c);
	bool ok = c->kind != EK_CMD_EPOCH_OPEN;
	for (uint32_t i = 0; rows != NULL && i < rows->n; i++)
		ok = ok && rows->v[i].kind != EK_CMD_EPOCH_OPEN;
	return ok || ek_fail(err, EK_USAGE,
			     "cmd: expected a command that may be asked for, got "
			     "\"epoch.open\"");
}

static void hear_contacts(struct drive *d, struct ek_cmd *c)
{
	const struct ek_rows *rows = rows_of(c);
	hear_contact(d, c);
	for (uint32_t i = 0; rows != NULL && i < rows->n; i++)
		hear_contact(d, &rows->v[i]);
}

/* The shell gives zones their offsets; a zone that nobody has is refused as a value. */
static bool add_zone(struct drive *d, struct ek_zone *zone, struct ek_err *why)
{
	return zone->name.p == NULL || ek_zone_load(zone->name, &d->turn, zone, why);
}

static bool add_zones_to(struct drive *d, struct ek_cmd *c, struct ek_err *why)
{
	return c->kind == EK_CMD_CALENDAR_SET ? add_zone(d, &c->calendar_set.zone, why)
	       : c->kind == EK_CMD_ZONE_SET   ? add_zone(d, &c->zone_set.zone, why)
					      : true;
}

static bool add_zones(struct drive *d, struct ek_cmd *c, struct ek_err *why)
{
	struct ek_rows *rows = rows_of(c);
	if (rows == NULL || rows->n == 0)
		return add_zones_to(d, c, why);
	struct ek_cmd *v = ek_arena_get(&d->turn, rows->n * sizeof *v);
	if (v == NULL)
		return ek_fail(why, EK_NO_MEMORY, "no memory for the rows");
	memcpy(v, rows->v, rows->n * sizeof *v);
	rows->v = v;
	for (uint32_t i = 0; i < rows->n; i++) {
		struct ek_err inner;
		if (!add_zones_to(d, &v[i], &inner))
			return ek_fail(why, EK_ROW_REFUSED, "row %u: %s: %s", i + 1,
				       ek_err_wire(inner.code), inner.msg);
	}
	return true;
}

/* Before which `at` may not lie, and why. */
static bool check_time(const struct drive *d, ek_time at, struct ek_err *err)
{
	char got[EK_CLI_TIME];
	char want[EK_CLI_TIME];
	if (d->begun && at.ms < d->line_at.ms)
		return ek_fail(err, EK_USAGE,
			       "at: expected a time not before line %llu's, %s, got %s",
			       (unsigned long long)d->line_number, ek_cli_time(d->line_at, want),
			       ek_cli_time(at, got));
	if (d->writer == NULL)
		return true;
	ek_time last = ek_engine_time(ek_writer_engine(d->writer));
	if (at.ms < last.ms)
		return ek_fail(err, EK_USAGE,
			       "at: expected a time not before %s, where the log ends, got %s",
			       ek_cli_time(last, want), ek_cli_time(at, got));
	return true;
}

static uint32_t next_id(const struct ek_engine *e, int kind)
{
	return 1 + (kind == EK_CMD_CONVERSATION_CREATE ? ek_look_conversation_count(e)
		    : kind == EK_CMD_TEAMMATE_CREATE   ? ek_look_teammate_count(e)
						       : ek_look_team_count(e));
}

static enum ek_writer_name made_kind(int kind)
{
	return kind == EK_CMD_CONVERSATION_CREATE ? EK_WRITER_NAME_CONVERSATION
	       : kind == EK_CMD_TEAMMATE_CREATE   ? EK_WRITER_NAME_TEAMMATE
						  : EK_WRITER_NAME_TEAM;
}

/* A ref is given once. When the file is driven again it stands for what it is about to be given to.
 * */
static bool check_ref(const struct drive *d, const struct ek_cmd_line *line, struct ek_err *err)
{
	if (line->ref.p == NULL || line->key.p != NULL)
		return true;
	uint32_t id = ek_names_find(d->names, made_kind(line->cmd.kind), line->ref);
	if (id == 0 || id == next_id(ek_drive_engine(d), line->cmd.kind))
		return true;
	char shown[80];
	uint32_t n = line->ref.n < 60 ? line->ref.n : 60;
	memcpy(shown, line->ref.p, n);
	shown[n] = '\0';
	return ek_fail(err, EK_USAGE, "ref: expected a name that is new, got \"%s\", which %u has",
		       shown, id);
}

/* What the line names becomes known to others. */
static bool store_names(struct drive *d, const struct ek_cmd_line *line, bool happened,
			struct ek_err *err)
{
	if (d->writer == NULL)
		return true;
	uint32_t top = ek_names_top(d->names, EK_WRITER_NAME_CONTACT);
	while (d->contact_stored < top) {
		uint32_t id = ++d->contact_stored;
		ek_str name = ek_names_of(d->names, EK_WRITER_NAME_CONTACT, id);
		if (name.p != NULL &&
		    !ek_writer_set_name(d->writer, EK_WRITER_NAME_CONTACT, id, name, err))
			return false;
	}
	if (line->ref.p == NULL || !happened)
		return true;
	enum ek_writer_name kind = made_kind(line->cmd.kind);
	uint32_t id = ek_names_find(d->names, kind, line->ref);
	return id == 0 || ek_writer_set_name(d->writer, kind, id, line->ref, err);
}

/* Until when all else comes first: what fell due while a server was down comes after its start. */
static ek_time before_line(const struct ek_cmd_line *line)
{
	if (line->cmd.kind != EK_CMD_SERVER_STARTED)
		return line->at;
	int64_t down = line->cmd.server_started.down_ms.ms;
	bool is_known = down > 0 && down < INT64_MAX / 4;
	return (ek_time){is_known ? line->at.ms - down : line->at.ms};
}

static bool do_line(struct drive *d, struct ek_cmd_line *line, ek_str text, struct ek_err *err)
{
	struct ek_writer_key key;
	struct ek_err why = {.code = EK_OK};
	if (!ek_drive_advance(d, before_line(line), line->at_is_text, err))
		return false;
	d->last_at = line->at;
	if (line->key.p != NULL)
		ek_drive_hash(d, "", 0, line->key, key.key);
	else
		ek_drive_hash(d, "line", ek_lines_number(d->o->lines), text, key.key);
	ek_drive_hash(d, "", 0, text, key.request);
	const struct drive_ask ask = {&line->cmd, line->at, &key};
	d->cause = (struct drive_cause){.line = line, .at_is_text = line->at_is_text};
	if (add_zones(d, &line->cmd, &why) && !ek_drive_submit(d, &ask, &why, err))
		return false;
	if (why.code == EK_NO_MEMORY) {
		*err = why;
		return false;
	}
	if (why.code != EK_OK)
		ek_drive_tell_refused(d, &ask, &why);
	return store_names(d, line, why.code == EK_OK, err);
}

/* Says in which line. */
static bool fail_line(const struct drive *d, struct ek_err *err)
{
	const struct ek_err inner = *err;
	return ek_fail(err, inner.code, "line %llu: %s",
		       (unsigned long long)ek_lines_number(d->o->lines), inner.msg);
}

static bool is_blank(ek_str text)
{
	for (uint32_t i = 0; i < text.n; i++) {
		if (text.p[i] != ' ' && text.p[i] != '\t' && text.p[i] != '\r')
			return false;
	}
	return true;
}

/* *read: whether the line could be read, so that a fault is not in it. */
static bool read_line(struct drive *d, ek_str text, struct ek_cmd_line *line, struct ek_err *err)
{
	const struct ek_cmd_json how = {&d->turn, resolve, d};
	if (!d->begun) {
		uint8_t first[EK_HASH_BYTES];
		struct ek_cmd_line ignored;
		ek_drive_hash(d, "line", ek_lines_number(d->o->lines), text, first);
		if (!ek_cmd_json_line(&how, text, &ignored, err) || !ek_drive_begin(d, first, err))
			return fail_line(d, err);
	}
	ek_arena_reset(&d->turn);
	if (!ek_cmd_json_line(&how, text, line, err) || !check_kinds(&line->cmd, err) ||
	    !check_time(d, line->at, err) || !check_ref(d, line, err))
		return fail_line(d, err);
	hear_contacts(d, &line->cmd);
	d->begun = true;
	d->line_at = line->at;
	d->line_number = ek_lines_number(d->o->lines);
	return true;
}

/* *stopped: a line that cannot be read; all before it stands. */
static bool run_lines(struct drive *d, bool *stopped, struct ek_err *err)
{
	ek_str text;
	bool more;
	for (;;) {
		if (ek_lines_would_wait(d->o->lines) && !ek_drive_commit(d, false, err))
			return false;
		if (!ek_lines_next(d->o->lines, &text, &more, err)) {
			*stopped = err->code == EK_LIMIT;
			return *stopped ? fail_line(d, err) : false;
		}
		if (!more)
			return true;
		struct ek_cmd_line line;
		if (is_blank(text))
			continue;
		if (!read_line(d, text, &line, err)) {
			*stopped = err->code == EK_USAGE || err->code == EK_LIMIT;
			return false;
		}
		if (!do_line(d, &line, text, err))
			return false;
		if ((d->in_group >= EK_DRIVE_GROUP || d->out.n >= OUT_ENOUGH) &&
		    !ek_drive_commit(d, true, err))
			return false;
	}
}

static bool finish(struct drive *d, struct ek_err *err)
{
	return ek_drive_run_out(d, err) && ek_drive_commit(d, false, err) &&
	       ek_drive_tell_summary(d, err) &&
	       (d->writer == NULL || ek_writer_stop(d->writer, err));
}

static bool run(struct drive *d, struct ek_err *err)
{
	bool stopped = false;
	if (run_lines(d, &stopped, err))
		return finish(d, err);
	struct ek_err later;
	if (stopped && (!ek_drive_commit(d, false, &later) ||
			(d->writer != NULL && !ek_writer_stop(d->writer, &later))))
		*err = later;
	return false;
}

static bool open_drive(struct drive *d, struct ek_err *err)
{
	d->cli = d->o->cli;
	d->alloc = ek_heap_alloc();
	d->begun_ns = ek_clock_mono_ns();
	ek_arena_init(&d->turn, d->alloc, LINE_MEMORY);
	ek_json_init(&d->line, d->alloc, OUT_MEMORY);
	if (!ek_hash_open(&d->hash, err) || !ek_names_open(&d->names, err) ||
	    !ek_names_load(d->names, d->o->log, err))
		return false;
	d->contact_stored = ek_names_top(d->names, EK_WRITER_NAME_CONTACT);
	return true;
}

static void close_drive(struct drive *d)
{
	ek_drive_forget_again(d);
	ek_writer_close(&d->writer);
	ek_names_close(&d->names);
	ek_hash_close(&d->hash);
	ek_arena_fini(&d->turn);
	ek_json_fini(&d->line);
	ek_alloc_free(&d->alloc, d->out.p, d->out.cap);
	ek_alloc_free(&d->alloc, d->dues, d->due_cap * sizeof *d->dues);
	ek_alloc_free(&d->alloc, d->convs, d->conv_cap * sizeof *d->convs);
	ek_alloc_free(&d->alloc, d->mates, d->mate_cap * sizeof *d->mates);
	ek_alloc_free(&d->alloc, d->waits, d->wait_cap * sizeof *d->waits);
}

bool ek_drive_run(const struct ek_drive_options *options, struct ek_err *err)
{
	struct drive d = {.o = options, .last_at = {INT64_MIN + 1}};
	bool ok = open_drive(&d, err) && run(&d, err);
	if (ok && d.broken > 0)
		ok = ek_fail(err, EK_CHECK_FAILED, "promises were broken %llu times",
			     (unsigned long long)d.broken);
	close_drive(&d);
	return ok;
}
