/* What a command would do, before it is given. */
#include "engine/explain_inside.h"

struct look {
	struct ek_engine *was;
	struct ek_engine *is;
	struct ek_arena *arena;
	struct ek_explain_preview *out;
	struct ek_err *err;
};

/* ---- what moves ---- */

struct where {
	uint32_t team;
	uint32_t mate;
	bool offered;
};

static struct where where(const struct ek_engine *e, uint32_t conv)
{
	if (conv > e->conv_count)
		return (struct where){0};
	const struct conv *c = &e->convs[conv];
	if (c->offer_to != 0)
		return (struct where){c->team, c->offer_to, true};
	return (struct where){c->team, c->mate, false};
}

static bool moves(const struct look *l, uint32_t conv, struct ek_explain_move *out)
{
	struct where a = where(l->was, conv);
	struct where b = where(l->is, conv);
	*out = (struct ek_explain_move){{conv}, {a.team}, {b.team}, {a.mate}, {b.mate}, b.offered};
	return conv > l->was->conv_count || a.team != b.team || a.mate != b.mate ||
	       a.offered != b.offered;
}

static bool fill_moves(struct look *l)
{
	struct ek_explain_move m;
	uint32_t n = 0;
	for (uint32_t i = 1; i <= l->is->conv_count; i++)
		n += moves(l, i, &m);
	struct ek_explain_move *v = ek_explain_room(l->arena, n, sizeof *v, l->err);
	if (v == NULL)
		return false;
	l->out->moves = v;
	for (uint32_t i = 1; i <= l->is->conv_count; i++) {
		if (moves(l, i, &m))
			v[l->out->move_count++] = m;
	}
	return true;
}

/* ---- who can no longer get work, and where ---- */

static bool is_shut(struct look *l, uint32_t mate, uint32_t team, struct ek_explain_shut *out)
{
	*out = (struct ek_explain_shut){{mate}, {team}, {0}};
	if (ek_explain_ordinary(l->was, team, mate, NULL) != 0 || l->is->teams[team].exists != 1)
		return false;
	return ek_explain_ordinary(l->is, team, mate, &out->why) > 0;
}

static bool fill_shut(struct look *l)
{
	struct ek_explain_shut s;
	uint32_t n = 0;
	for (uint32_t i = 1; i <= l->was->mate_count; i++) {
		for (uint32_t k = 0; k < l->was->mates[i].serve_count; k++)
			n += is_shut(l, i, l->was->mates[i].serves[k].team, &s);
	}
	struct ek_explain_shut *v = ek_explain_room(l->arena, n, sizeof *v, l->err);
	if (v == NULL)
		return false;
	l->out->shut = v;
	for (uint32_t i = 1; i <= l->was->mate_count; i++) {
		for (uint32_t k = 0; k < l->was->mates[i].serve_count; k++) {
			if (is_shut(l, i, l->was->mates[i].serves[k].team, &s))
				v[l->out->shut_count++] = s;
		}
	}
	return true;
}

/* ---- team inboxes that nobody is active in any more ---- */

static uint32_t active(const struct ek_engine *e, uint32_t team)
{
	const struct team *t = &e->teams[team];
	uint32_t n = 0;
	for (uint32_t i = 0; i < t->member_count; i++) {
		const struct mate *m = &e->mates[t->members[i].mate];
		n += m->exists == 1 && !m->deactivated && m->presence == EK_PRESENCE_ACTIVE;
	}
	return n;
}

static bool fill_deserted(struct look *l)
{
	ek_team_id *v = ek_explain_room(l->arena, l->was->team_count, sizeof *v, l->err);
	if (v == NULL)
		return false;
	l->out->deserted = v;
	for (uint32_t i = 1; i <= l->was->team_count; i++) {
		if (l->is->teams[i].exists == 1 && active(l->was, i) > 0 && active(l->is, i) == 0)
			v[l->out->deserted_count++] = (ek_team_id){i};
	}
	return true;
}

/* ---- the whole ---- */

static struct ek_rows *rows_of(struct ek_cmd *cmd)
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

static void at_once(struct ek_cmd *cmd)
{
	if (cmd->kind == EK_CMD_SETTINGS_CHANGE)
		cmd->settings_change.effective_at = EK_NO_TIME;
}

/* The command, or each of its rows, as if it were for now. */
static bool make_now(struct ek_cmd *cmd, struct ek_arena *arena, struct ek_err *err)
{
	struct ek_rows *rows = rows_of(cmd);
	at_once(cmd);
	if (rows == NULL || rows->n == 0)
		return true;
	struct ek_cmd *v = ek_explain_room(arena, rows->n, sizeof *v, err);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < rows->n; i++) {
		v[i] = rows->v[i];
		at_once(&v[i]);
	}
	rows->v = v;
	return true;
}

bool ek_explain_preview(struct ek_engine *e, const struct ek_explain_ask *ask,
			struct ek_arena *arena, struct ek_explain_preview *out, struct ek_err *err)
{
	struct ek_engine *copy = NULL;
	struct ek_cmd cmd = *ask->cmd;
	struct ek_events events;
	*out = (struct ek_explain_preview){.seq = e->seq, .at = ask->now};
	if (!make_now(&cmd, arena, err) || !ek_engine_copy(e, &copy, err))
		return false;
	struct look l = {e, copy, arena, out, err};
	bool ok = ek_engine_submit(copy, &cmd, ask->now, &events, err) && fill_moves(&l) &&
		  fill_shut(&l) && fill_deserted(&l);
	ek_engine_close(&copy);
	return ok;
}
