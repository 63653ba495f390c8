#include "engine/handover.h"

#include "engine/state.h"

struct sheet {
	const struct ek_engine *e;
	struct ek_arena *arena;
	struct ek_handover *out;
	struct ek_handover_line *lines;
	struct ek_cmd *rows;
	ek_time now;
	struct ek_err *err;
};

static bool no_memory(struct ek_err *err)
{
	return ek_fail(err, EK_NO_MEMORY, "no memory for a hand-over sheet");
}

static bool is_due(const struct conv *c)
{
	return c->state == EK_STATE_OPEN && c->waiting_since != EK_NONE;
}

static bool is_before(const struct ek_handover_line *a, const struct ek_handover_line *b)
{
	if (a->waiting_since.ms != b->waiting_since.ms)
		return a->waiting_since.ms < b->waiting_since.ms;
	return a->conversation.v < b->conversation.v;
}

static bool list_lines(struct sheet *s, uint32_t leaver)
{
	const struct ek_engine *e = s->e;
	uint32_t n = 0, count = 0;
	for (uint32_t c = e->mates[leaver].first; c != 0; c = e->convs[c].next)
		count += is_due(&e->convs[c]);
	if (count > EK_LIMIT_BULK_ROWS)
		return ek_fail(s->err, EK_LIMIT, "a hand-over has at most %d rows",
			       EK_LIMIT_BULK_ROWS);
	s->lines = ek_arena_get(s->arena, (count + 1) * sizeof *s->lines);
	s->rows = ek_arena_get(s->arena, (count + 1) * sizeof *s->rows);
	if (s->lines == NULL || s->rows == NULL)
		return no_memory(s->err);
	for (uint32_t c = e->mates[leaver].first; c != 0; c = e->convs[c].next) {
		if (!is_due(&e->convs[c]))
			continue;
		struct ek_handover_line line = {
			{c}, {e->convs[c].team}, {0}, {e->convs[c].waiting_since}};
		uint32_t k = n++;
		for (; k > 0 && is_before(&line, &s->lines[k - 1]); k--)
			s->lines[k] = s->lines[k - 1];
		s->lines[k] = line;
	}
	s->out->lines = s->lines;
	s->out->line_count = n;
	return true;
}

static struct ek_cmd release(const struct ek_handover_line *line)
{
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_RELEASE);
	c.conversation_release.conversation = line->conversation;
	c.has = 1;
	return c;
}

static struct ek_cmd row_of(const struct ek_handover_line *line)
{
	if (line->teammate.v == 0)
		return release(line);
	struct ek_cmd c = ek_cmd_make(EK_CMD_CONVERSATION_ASSIGN);
	c.conversation_assign.conversation = line->conversation;
	c.conversation_assign.teammate = line->teammate;
	c.has = 3;
	return c;
}

/* On a copy: the leaver gets nothing more, everything goes back at once, and one settle gives it
 * out. */
static bool try_out(struct sheet *s, struct ek_engine *copy)
{
	struct ek_events events;
	struct ek_cmd leave = ek_cmd_make(EK_CMD_TEAMMATE_DEACTIVATE);
	struct ek_cmd back = ek_cmd_make(EK_CMD_BULK_APPLY);
	uint32_t n = s->out->line_count;
	leave.teammate_deactivate.teammate = s->out->leaver;
	for (uint32_t i = 0; i < n; i++)
		s->rows[i] = release(&s->lines[i]);
	back.bulk_apply.rows = (struct ek_rows){s->rows, n};
	if (!copy->mates[s->out->leaver.v].deactivated &&
	    !ek_engine_submit(copy, &leave, s->now, &events, s->err))
		return false;
	if (!ek_engine_submit(copy, &back, s->now, &events, s->err))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		const struct conv *c = &copy->convs[s->lines[i].conversation.v];
		s->lines[i].teammate.v = c->mate != 0 ? c->mate : c->offer_to;
	}
	return true;
}

bool ek_handover_make(const struct ek_engine *engine, struct ek_handover_ask ask,
		      struct ek_arena *arena, struct ek_handover *out, struct ek_err *err)
{
	ek_teammate_id leaver = ask.leaver;
	struct sheet s = {.e = engine, .arena = arena, .out = out, .now = ask.now, .err = err};
	*out = (struct ek_handover){.leaver = leaver, .cmd = ek_cmd_make(EK_CMD_HANDOVER_APPLY)};
	out->cmd.handover_apply.teammate = leaver;
	out->cmd.has = 3;
	if (leaver.v == 0 || leaver.v > engine->mate_count || engine->mates[leaver.v].exists != 1)
		return ek_fail(err, EK_NOT_FOUND, "there is no teammate %u", leaver.v);
	if (!list_lines(&s, leaver.v))
		return false;
	if (out->line_count == 0)
		return true;
	if (out->line_count > EK_LIMIT_BULK_ROWS)
		return ek_fail(err, EK_LIMIT, "a hand-over has at most %d rows",
			       EK_LIMIT_BULK_ROWS);
	struct ek_engine *copy = NULL;
	if (!ek_engine_copy(engine, &copy, err))
		return false;
	bool ok = try_out(&s, copy);
	ek_engine_close(&copy);
	for (uint32_t i = 0; ok && i < out->line_count; i++)
		s.rows[i] = row_of(&s.lines[i]);
	out->cmd.handover_apply.rows = (struct ek_rows){s.rows, ok ? out->line_count : 0};
	return ok;
}
