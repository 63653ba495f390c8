/* Simulated teammates who close what they were given, and contacts who lose patience. */
#include "cli/drive_state.h"

#include <string.h>

#include "engine/look.h"

bool ek_drive_grow(struct drive *d, void *list, uint32_t *cap, uint64_t need, size_t size)
{
	void **v = list;
	if (need <= *cap)
		return true;
	uint64_t more = *cap < 1024 ? 1024 : 2 * (uint64_t)*cap;
	while (more < need)
		more *= 2;
	void *p = more > UINT32_MAX ? NULL
				    : d->alloc.resize(d->alloc.ctx, *v, *cap * size, more * size);
	if (p == NULL)
		return ek_fail(&d->why, EK_NO_MEMORY, "no memory for so many conversations");
	*v = p;
	*cap = (uint32_t)more;
	return true;
}

/* ---- the heap */

static bool is_before(const struct drive_due *a, const struct drive_due *b)
{
	return a->at != b->at                       ? a->at < b->at
	       : a->conversation != b->conversation ? a->conversation < b->conversation
						    : a->assignment < b->assignment;
}

static bool push(struct drive *d, struct drive_due due)
{
	if (!ek_drive_grow(d, &d->dues, &d->due_cap, d->due_count + UINT64_C(1), sizeof *d->dues))
		return false;
	uint32_t i = d->due_count++;
	for (; i > 0 && is_before(&due, &d->dues[(i - 1) / 2]); i = (i - 1) / 2)
		d->dues[i] = d->dues[(i - 1) / 2];
	d->dues[i] = due;
	return true;
}

static struct drive_due pop(struct drive *d)
{
	struct drive_due first = d->dues[0];
	struct drive_due last = d->dues[--d->due_count];
	uint32_t i = 0;
	for (uint32_t k = 1; k < d->due_count; k = 2 * i + 1) {
		k += k + 1 < d->due_count && is_before(&d->dues[k + 1], &d->dues[k]);
		if (!is_before(&d->dues[k], &last))
			break;
		d->dues[i] = d->dues[k];
		i = k;
	}
	d->dues[i] = last;
	return first;
}

/* ---- what comes of events */

struct drive_conv *ek_drive_conv(struct drive *d, uint32_t id)
{
	uint32_t i = id - d->conv_first;
	return id < d->conv_first || i >= d->conv_count || d->convs[i].arrived_at == EK_NONE
		       ? NULL
		       : &d->convs[i];
}

bool ek_drive_arrived(struct drive *d, const struct ek_event *e)
{
	uint32_t id = e->conversation_arrived.conversation.v;
	const struct ek_cmd_line *line = d->cause.line;
	bool is_own = line != NULL && line->cmd.kind == EK_CMD_CONVERSATION_CREATE;
	if (d->conv_first == 0)
		d->conv_first = id;
	uint64_t need = (uint64_t)id - d->conv_first + 1;
	if (!ek_drive_grow(d, &d->convs, &d->conv_cap, need, sizeof *d->convs))
		return false;
	d->conv_count = (uint32_t)need;
	d->convs[need - 1] = (struct drive_conv){
		.arrived_at = e->at.ms,
		.handle_ms = is_own ? line->sim.handle.ms : EK_NONE,
		.at_is_text = d->cause.at_is_text,
	};
	if (!is_own || line->sim.patience.ms == EK_NONE)
		return true;
	return push(d, (struct drive_due){e->at.ms + line->sim.patience.ms, id, 0});
}

bool ek_drive_given(struct drive *d, const struct ek_event *e)
{
	const struct ek_assignment_made *made = &e->assignment_made;
	struct drive_conv *c = ek_drive_conv(d, made->conversation.v);
	if (c == NULL)
		return true;
	if (!c->given) {
		if (!ek_drive_grow(d, &d->waits, &d->wait_cap, d->wait_count + UINT64_C(1),
				   sizeof *d->waits))
			return false;
		d->waits[d->wait_count++] = e->at.ms - c->arrived_at;
	}
	c->given = true;
	if (c->handle_ms == EK_NONE)
		return true;
	return push(d, (struct drive_due){e->at.ms + c->handle_ms, made->conversation.v,
					  made->assignment.v});
}

/* ---- letting it happen */

/* Whether it still stands, and who closes. */
static bool stands(struct drive *d, const struct drive_due *due, struct ek_actor *by)
{
	struct ek_conversation_view v;
	if (!ek_look_conversation(ek_drive_engine(d), (ek_conversation_id){due->conversation}, &v))
		return false;
	if (due->assignment == 0) {
		*by = (struct ek_actor){EK_ACTOR_SYSTEM, 0};
		const struct drive_conv *c = ek_drive_conv(d, due->conversation);
		return c != NULL && v.state == EK_STATE_OPEN && v.teammate.v == 0 && !c->given;
	}
	*by = (struct ek_actor){EK_ACTOR_PERSON, v.teammate.v};
	return v.state != EK_STATE_CLOSED && v.assignment.v == due->assignment && v.teammate.v != 0;
}

static bool close_due(struct drive *d, struct ek_err *err)
{
	const struct drive_due due = pop(d);
	struct ek_cmd cmd = ek_cmd_make(EK_CMD_CONVERSATION_CLOSE);
	struct ek_writer_key key;
	struct ek_err why;
	if (!stands(d, &due, &cmd.by))
		return true;
	cmd.conversation_close.conversation.v = due.conversation;
	char text[32];
	size_t n = ek_format(text, sizeof text, "/%u", due.assignment);
	ek_drive_hash(d, due.assignment == 0 ? "abandon" : "close", due.conversation,
		      (ek_str){text, (uint32_t)n}, key.key);
	memcpy(key.request, key.key, EK_HASH_BYTES);
	const struct drive_conv *c = ek_drive_conv(d, due.conversation);
	ek_assert(c != NULL);
	d->cause = (struct drive_cause){
		.at_is_text = c->at_is_text,
		.abandons = due.assignment == 0 ? due.conversation : 0,
	};
	/* One that fell due while a server was down happens after its start. */
	if (due.at > d->last_at.ms)
		d->last_at.ms = due.at;
	const struct drive_ask ask = {&cmd, d->last_at, &key};
	if (!ek_drive_submit(d, &ask, &why, err))
		return false;
	if (why.code != EK_OK)
		ek_drive_tell_refused(d, &ask, &why);
	return true;
}

static bool tick_due(struct drive *d, ek_time due, bool at_is_text, struct ek_err *err)
{
	d->cause = (struct drive_cause){.at_is_text = at_is_text};
	return ek_drive_tick(d, due, err);
}

/* The earliest of timers and closings at or before `until`; timers first. *done: there is none. */
static bool step(struct drive *d, int64_t until, bool at_is_text, bool *done, struct ek_err *err)
{
	ek_time timer = ek_engine_next_due(ek_drive_engine(d));
	bool has_close = d->due_count > 0 && d->dues[0].at <= until;
	int64_t before = has_close ? d->dues[0].at : until;
	*done = false;
	if (d->failed) {
		*err = d->why;
		return false;
	}
	if (ek_time_is_set(timer) && timer.ms <= before)
		return tick_due(d, timer, at_is_text, err);
	if (has_close) {
		if (d->in_group >= EK_DRIVE_GROUP && !ek_drive_commit(d, true, err))
			return false;
		return close_due(d, err);
	}
	*done = true;
	return true;
}

bool ek_drive_advance(struct drive *d, ek_time until, bool at_is_text, struct ek_err *err)
{
	for (bool done = false; !done;) {
		if (!step(d, until.ms, at_is_text, &done, err))
			return false;
	}
	return true;
}

bool ek_drive_run_out(struct drive *d, struct ek_err *err)
{
	if (!d->begun)
		return true;
	while (d->due_count > 0) {
		if (!ek_drive_advance(d, (ek_time){d->dues[0].at}, true, err))
			return false;
	}
	return ek_drive_advance(d, d->last_at, true, err);
}
