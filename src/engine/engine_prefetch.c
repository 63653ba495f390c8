/* What commands that wait behind the present one will touch, asked for from memory ahead of time.
 *
 * In a large workspace nearly every object is cold in the processor's caches, and an event costs
 * what its fetches cost one after another. A writer that has several commands at hand can let them
 * overlap: stage 0 the object itself, stage 1 what it names, stage 2 what that names. Changes
 * nothing; wrong or stale guesses only waste a fetch.
 */
#include "engine/state.h"

enum { LINE = 64 };

static void fetch(const void *p, size_t n)
{
	for (size_t i = 0; i < n; i += LINE)
		__builtin_prefetch((const char *)p + i);
}

static uint32_t conv_of(const struct ek_engine *e, const struct ek_cmd *cmd)
{
	const struct ek_record *r = ek_cmd_record(cmd->kind);
	if (r->fields[0].type != EK_FT_CONVERSATION)
		return 0;
	uint32_t id = cmd->conversation_close.conversation.v;
	return id <= e->conv_count ? id : 0;
}

static uint32_t mate_of(const struct ek_engine *e, const struct ek_cmd *cmd)
{
	uint32_t id = 0;
	if (cmd->kind == EK_CMD_PRESENCE_SET)
		id = cmd->presence_set.teammate.v;
	else if (cmd->kind == EK_CMD_SETTINGS_CHANGE &&
		 cmd->settings_change.scope == EK_SCOPE_TEAMMATE)
		id = cmd->settings_change.id;
	return id <= e->mate_count ? id : 0;
}

static void fetch_named(const struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	fetch(&e->conv_due[conv], 1);
	if (c->mate != 0)
		fetch(&e->mates[c->mate], sizeof *e->mates);
	if (c->next != 0)
		fetch(&e->convs[c->next], 2 * LINE);
	if (c->prev != 0)
		fetch(&e->convs[c->prev], 2 * LINE);
	if (c->node != 0) {
		fetch(&e->waits[c->node], sizeof *e->waits);
		fetch(&e->wait_at[c->node], 1);
		fetch(&e->over_blocks[c->over], 2 * LINE);
	}
	if (c->extra != 0)
		fetch(&e->extras[c->extra], sizeof *e->extras);
}

static void fetch_team(const struct ek_engine *e, uint32_t team)
{
	const struct team *t = &e->teams[team];
	fetch(t->lane_masks, t->lane_count * sizeof *t->lane_masks);
	fetch(t->lanes, t->lane_count * sizeof *t->lanes);
	fetch(t->over_row, 2 * LINE);
}

static void fetch_lanes(const struct ek_engine *e, uint32_t team, uint64_t skills)
{
	const struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->lane_count; i++) {
		if ((skills & t->lane_masks[i]) == t->lane_masks[i])
			fetch(&e->lanes[t->lanes[i]], sizeof *e->lanes);
	}
}

static void fetch_heads(const struct ek_engine *e, uint32_t team, uint64_t skills)
{
	const struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->lane_count; i++) {
		if ((skills & t->lane_masks[i]) == t->lane_masks[i])
			fetch(e->lanes[t->lanes[i]].heap, sizeof(struct entry));
	}
}

static void fetch_mate(const struct ek_engine *e, uint32_t mate, int stage)
{
	const struct mate *m = &e->mates[mate];
	if (stage == 2) {
		fetch(m->serves, m->serve_count * sizeof *m->serves);
		fetch(m->holdings, m->holding_count * sizeof *m->holdings);
		fetch(m->own.v, m->own.n * sizeof *m->own.v);
		return;
	}
	for (uint32_t i = 0; i < m->serve_count; i++) {
		uint32_t team = m->serves[i].team;
		if (stage == 3)
			fetch_team(e, team);
		else if (stage == 4)
			fetch_lanes(e, team, m->skills);
		else
			fetch_heads(e, team, m->skills);
	}
}

/* Who may be able to take something once the command is done. */
static uint32_t freed(const struct ek_engine *e, const struct ek_cmd *cmd, uint32_t conv)
{
	bool frees = cmd->kind == EK_CMD_CONVERSATION_CLOSE ||
		     cmd->kind == EK_CMD_CONVERSATION_SNOOZE ||
		     cmd->kind == EK_CMD_CONVERSATION_MOVE;
	return conv != 0 && frees ? e->convs[conv].mate : mate_of(e, cmd);
}

static void fetch_first(const struct ek_engine *e, const struct ek_cmd *cmd, uint32_t conv,
			int stage)
{
	uint32_t mate = mate_of(e, cmd);
	if (conv != 0 && stage == 0)
		fetch(&e->convs[conv], sizeof *e->convs);
	else if (conv != 0)
		fetch_named(e, conv);
	else if (mate != 0)
		fetch(&e->mates[mate], sizeof *e->mates);
}

void ek_engine_prefetch(const struct ek_engine *e, const struct ek_cmd *cmd, int stage)
{
	uint32_t conv = conv_of(e, cmd);
	if (stage < 2) {
		fetch_first(e, cmd, conv, stage);
		return;
	}
	uint32_t mate = freed(e, cmd, conv);
	if (mate != 0)
		fetch_mate(e, mate, stage);
	if (conv != 0 && e->convs[conv].node != 0 && stage == 2)
		fetch(&e->lanes[e->waits[e->convs[conv].node].lane], sizeof *e->lanes);
}
