/* The engine's door: opening, closing, and the few numbers that everyone asks. */
#include "engine/config.h"
#include "engine/due.h"

#include <string.h>

#define TURN_MAX ((size_t)1 << 32)

bool ek_engine_open(struct ek_alloc alloc, struct ek_engine **engine, struct ek_err *err)
{
	struct ek_engine *e = ek_alloc_get(&alloc, sizeof *e);
	if (e == NULL)
		return ek_fail(err, EK_NO_MEMORY, "no memory for an empty workspace");
	memset(e, 0, sizeof *e);
	e->alloc = alloc;
	e->now = EK_NONE + 1;
	ek_arena_init(&e->turn, alloc, TURN_MAX);
	ek_config_workspace(e);
	*engine = e;
	return true;
}

static void free_mate(struct ek_engine *e, struct mate *m)
{
	ek_state_owns_free(e, &m->own);
	ek_state_zone_free(e, &m->zone);
	ek_state_free(e, m->shifts, m->shift_count * sizeof *m->shifts);
	ek_state_free(e, m->serves, m->serve_cap * sizeof *m->serves);
	ek_state_free(e, m->intake, m->intake == NULL ? 0 : EK_STATE_INTAKE * sizeof *m->intake);
	ek_state_free(e, m->off, m->off_cap * sizeof *m->off);
	ek_state_free(e, m->holdings, m->holding_cap * sizeof *m->holdings);
}

static void free_team(struct ek_engine *e, struct team *t)
{
	ek_state_owns_free(e, &t->own);
	ek_state_calendar_free(e, &t->calendar);
	ek_state_free(e, t->pace, sizeof *t->pace);
	ek_state_free(e, t->members, t->member_cap * sizeof *t->members);
	ek_state_free(e, t->lanes, t->lane_cap * sizeof *t->lanes);
	ek_state_free(e, t->over_row, t->over_row_cap * sizeof *t->over_row);
	ek_state_free(e, t->lane_masks, t->lane_mask_cap * sizeof *t->lane_masks);
	ek_state_free(e, t->pools, t->pool_cap * sizeof *t->pools);
	ek_state_free(e, t->groups, t->group_cap * sizeof *t->groups);
	ek_state_free(e, t->helped, t->helped_cap * sizeof *t->helped);
}

static void free_objects(struct ek_engine *e)
{
	for (uint32_t i = 1; i <= e->mate_count; i++)
		free_mate(e, &e->mates[i]);
	for (uint32_t i = 1; i <= e->team_count; i++)
		free_team(e, &e->teams[i]);
	for (uint32_t i = 1; i <= e->extra_count; i++)
		ek_state_extra_free(e, &e->extras[i]);
	for (uint32_t i = 1; i <= e->symbol_count; i++)
		ek_state_symbol_free(e, i);
	for (uint32_t i = 0; i < EK_SET_COUNT; i++)
		ek_state_kept_free(e, &e->settings[i]);
	for (uint32_t i = 0; i < e->change_count; i++) {
		ek_state_kept_free(e, &e->changes[i].before);
		ek_state_kept_free(e, &e->changes[i].after);
	}
	for (uint32_t i = 0; i < e->scheduled_count; i++)
		ek_state_owns_free(e, &e->scheduled[i].set);
	for (uint32_t i = 1; i <= e->group_count; i++) {
		struct group *g = &e->groups[i];
		ek_state_free(e, g->teams, g->team_count * sizeof *g->teams);
		ek_state_free(e, g->reach, g->reach_cap * sizeof *g->reach);
	}
	ek_state_zone_free(e, &e->zone);
	ek_state_calendar_free(e, &e->calendar);
}

static void free_pools(struct ek_engine *e)
{
	ek_state_free(e, e->convs, e->conv_cap * sizeof *e->convs);
	ek_state_free(e, e->mates, e->mate_cap * sizeof *e->mates);
	ek_state_free(e, e->teams, e->team_cap * sizeof *e->teams);
	ek_state_free(e, e->contacts, e->contact_cap * sizeof *e->contacts);
	ek_state_free(e, e->changes, e->change_cap * sizeof *e->changes);
	ek_state_free(e, e->scheduled, e->scheduled_cap * sizeof *e->scheduled);
	ek_state_free(e, e->symbols, e->symbol_cap * sizeof *e->symbols);
	ek_state_free(e, e->symbol_table, e->symbol_slots * sizeof *e->symbol_table);
	ek_state_free(e, e->extras, e->extra_cap * sizeof *e->extras);
	ek_state_free(e, e->waits, e->wait_cap * sizeof *e->waits);
	ek_state_free(e, e->wait_at, e->wait_at_cap * sizeof *e->wait_at);
	ek_state_free(e, e->conv_due, e->conv_due_cap * sizeof *e->conv_due);
	ek_state_free(e, e->over_blocks, e->over_cap * sizeof *e->over_blocks);
	for (uint32_t i = 1; i <= e->lane_count; i++)
		ek_state_free(e, e->lanes[i].heap, e->lanes[i].heap_cap * sizeof *e->lanes[i].heap);
	ek_state_free(e, e->lanes, e->lane_cap * sizeof *e->lanes);
	ek_state_free(e, e->lane_table, e->lane_slots * sizeof *e->lane_table);
	ek_state_free(e, e->needsets, e->needset_cap * sizeof *e->needsets);
	ek_state_free(e, e->cands, e->cand_cap * sizeof *e->cands);
	ek_state_free(e, e->groups, e->group_cap * sizeof *e->groups);
	ek_state_free(e, e->dues, e->due_cap * sizeof *e->dues);
}

static void free_lists(struct ek_engine *e)
{
	ek_state_free(e, e->emptied, e->emptied_cap * sizeof *e->emptied);
	ek_state_free(e, e->loose, e->loose_cap * sizeof *e->loose);
	ek_state_free(e, e->ready, e->ready_cap * sizeof *e->ready);
	ek_state_free(e, e->gated, e->gated_cap * sizeof *e->gated);
	ek_state_free(e, e->flipped, e->flipped_cap * sizeof *e->flipped);
	ek_state_free(e, e->rr_teams, e->rr_cap * sizeof *e->rr_teams);
	ek_state_free(e, e->entered, e->entered_cap * sizeof *e->entered);
	ek_state_free(e, e->seen, e->seen_cap * sizeof *e->seen);
	ek_state_free(e, e->looks, e->look_cap * sizeof *e->looks);
	ek_state_free(e, e->out, e->out_cap * sizeof *e->out);
}

void ek_engine_close(struct ek_engine **engine)
{
	struct ek_engine *e = *engine;
	if (e == NULL)
		return;
	free_objects(e);
	free_pools(e);
	free_lists(e);
	ek_arena_fini(&e->turn);
	ek_assert(e->bytes == 0);
	ek_alloc_free(&e->alloc, e, sizeof *e);
	*engine = NULL;
}

void ek_engine_take_activity(struct ek_engine *engine, const struct ek_engine *from)
{
	ek_assert(engine->seq == from->seq && engine->mate_count == from->mate_count);
	for (uint32_t i = 1; i <= engine->team_count; i++) {
		engine->teams[i].looked_at = from->teams[i].looked_at;
		ek_due_team(engine, i);
	}
	ek_engine_take_seen(engine, from);
}

void ek_engine_take_seen(struct ek_engine *engine, const struct ek_engine *from)
{
	ek_assert(engine->mate_count <= from->mate_count);
	for (uint32_t i = 1; i <= engine->mate_count; i++) {
		engine->mates[i].seen_at = from->mates[i].seen_at;
		ek_due_mate(engine, i);
	}
}

void ek_engine_forget_seen(struct ek_engine *engine)
{
	for (uint32_t i = 1; i <= engine->mate_count; i++) {
		engine->mates[i].seen_at = engine->now;
		ek_due_mate(engine, i);
	}
}

ek_time ek_engine_next_due(const struct ek_engine *engine)
{
	return (ek_time){ek_due_next(engine)};
}

uint64_t ek_engine_seq(const struct ek_engine *engine)
{
	return engine->seq;
}

ek_time ek_engine_time(const struct ek_engine *engine)
{
	return (ek_time){engine->now};
}

uint32_t ek_engine_settings_version(const struct ek_engine *engine)
{
	return engine->version;
}

uint64_t ek_engine_broken(const struct ek_engine *engine, int promise)
{
	ek_assert(promise >= 1 && promise < EK_PROMISE_END);
	return engine->broken[promise];
}

uint64_t ek_engine_steps(const struct ek_engine *engine)
{
	return engine->steps;
}

uint64_t ek_engine_bytes(const struct ek_engine *engine)
{
	return engine->bytes;
}
