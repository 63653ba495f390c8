#include "engine/overtake.h"

#include <string.h>

/* A team's blocks stand in a row by waiting since, and by id where that is alike; so do the
 * conversations in a block. How often all of a block were passed stands in the row (add), so that
 * passing writes one number a block and looks into one. */
enum { FULL = EK_STATE_OVER_BLOCK, FEW = FULL / 4, JOINED = FULL * 3 / 4, NONE = -(1 << 30) };

struct key {
	int64_t since;
	uint32_t conv;
};

static bool is_before(struct key a, struct key b)
{
	return a.since != b.since ? a.since < b.since : a.conv < b.conv;
}

static struct key key_at(const struct over_block *b, uint32_t slot)
{
	return (struct key){b->since[slot], b->conv[slot]};
}

static bool is_lifted(const struct over_block *b, uint32_t slot)
{
	return (b->lifted >> slot & 1) != 0;
}

static struct over_block *block_of(const struct ek_engine *e, const struct team *t, uint32_t part)
{
	return &e->over_blocks[t->over_row[part].block];
}

/* The last part that does not begin after the key; the first where all do. */
static uint32_t find_part(const struct team *t, struct key key)
{
	uint32_t low = 0;
	uint32_t high = t->over_parts;
	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;
		const struct over_part *p = &t->over_row[mid];
		if (is_before(key, (struct key){p->since, p->conv}))
			high = mid;
		else
			low = mid;
	}
	return low;
}

/* How many of the block are before the key. */
static uint32_t find_slot(const struct over_block *b, struct key key)
{
	uint32_t low = 0;
	uint32_t high = b->count;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		if (is_before(key_at(b, mid), key))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Where a conversation stands. By its id: since when it waits may have changed meanwhile. */
static uint32_t slot_of(const struct over_block *b, uint32_t conv)
{
	uint32_t slot = 0;
	while (slot < b->count && b->conv[slot] != conv)
		slot++;
	ek_assert(slot < b->count);
	return slot;
}

static uint32_t part_of(const struct ek_engine *e, const struct over_block *b, uint32_t slot)
{
	return find_part(&e->teams[b->team], key_at(b, slot));
}

static void raise_most(const struct over_block *b, uint32_t slots, struct over_part *p)
{
	for (uint32_t i = 0; i < slots; i++) {
		if (b->own[i] > p->most && !is_lifted(b, i))
			p->most = b->own[i];
	}
}

/* What the row knows of a block that has changed. */
static void refresh(const struct ek_engine *e, struct over_part *p)
{
	const struct over_block *b = &e->over_blocks[p->block];
	p->since = b->since[0];
	p->conv = b->conv[0];
	p->most = NONE;
	raise_most(b, b->count, p);
}

static void copy(struct over_block *to, uint32_t at, const struct over_block *from, uint32_t first,
		 uint32_t n)
{
	memmove(&to->since[at], &from->since[first], n * sizeof *to->since);
	memmove(&to->conv[at], &from->conv[first], n * sizeof *to->conv);
	memmove(&to->own[at], &from->own[first], n * sizeof *to->own);
}

static uint64_t bits_below(uint32_t slot)
{
	return ((uint64_t)1 << slot) - 1;
}

// ---- parts of the row

static void add_part(struct ek_engine *e, struct team *t, uint32_t at)
{
	uint32_t block = e->over_free;
	if (block != 0)
		e->over_free = e->over_blocks[block].conv[0];
	else
		block = ++e->over_count;
	ROOM(e, e->over_blocks, e->over_cap, block + 1);
	e->over_blocks[block].count = 0;
	e->over_blocks[block].lifted = 0;
	e->over_blocks[block].team = (uint32_t)(t - e->teams);
	ROOM(e, t->over_row, t->over_row_cap, t->over_parts + 1);
	struct over_part *p = &t->over_row[at];
	memmove(p + 1, p, (t->over_parts - at) * sizeof *p);
	*p = (struct over_part){.block = block, .most = NONE};
	t->over_parts++;
}

static void drop_part(struct ek_engine *e, struct team *t, uint32_t at)
{
	struct over_part *p = &t->over_row[at];
	e->over_blocks[p->block].conv[0] = e->over_free;
	e->over_free = p->block;
	t->over_parts--;
	memmove(p, p + 1, (t->over_parts - at) * sizeof *p);
}

/* Those from a slot on move to the end of another part's block; what both were passed differs. */
static void move_end(struct ek_engine *e, struct over_part *from, uint32_t first,
		     struct over_part *to)
{
	struct over_block *a = &e->over_blocks[from->block];
	struct over_block *b = &e->over_blocks[to->block];
	uint32_t n = a->count - first;
	copy(b, b->count, a, first, n);
	b->lifted |= (a->lifted >> first) << b->count;
	for (uint32_t i = b->count; i < b->count + n; i++) {
		b->own[i] += (int32_t)from->add - (int32_t)to->add;
		e->convs[b->conv[i]].over = to->block;
	}
	b->count += n;
	a->count = first;
	a->lifted &= bits_below(first);
	refresh(e, to);
}

/* The part in which the key belongs, with room for it. */
static uint32_t make_room(struct ek_engine *e, struct team *t, struct key key)
{
	if (t->over_parts == 0)
		add_part(e, t, 0);
	uint32_t at = find_part(t, key);
	const struct over_block *b = block_of(e, t, at);
	if (b->count < FULL)
		return at;
	bool is_last = at + 1 == t->over_parts && is_before(key_at(b, FULL - 1), key);
	add_part(e, t, at + 1);
	if (is_last)
		return at + 1;
	struct over_part *p = &t->over_row[at];
	move_end(e, p, FULL / 2, p + 1);
	refresh(e, p);
	return find_part(t, key);
}

static void join(struct ek_engine *e, struct team *t, uint32_t at)
{
	struct over_part *p = &t->over_row[at];
	move_end(e, p + 1, 0, p);
	drop_part(e, t, at + 1);
}

static bool are_few(const struct ek_engine *e, const struct team *t, uint32_t at)
{
	return at + 1 < t->over_parts &&
	       block_of(e, t, at)->count + block_of(e, t, at + 1)->count <= JOINED;
}

static void join_few(struct ek_engine *e, struct team *t, uint32_t at)
{
	if (block_of(e, t, at)->count >= FEW)
		return;
	if (are_few(e, t, at))
		join(e, t, at);
	else if (at > 0 && are_few(e, t, at - 1))
		join(e, t, at - 1);
}

// ---- to come, go, pass and ask

void ek_overtake_enter(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	struct team *t = &e->teams[c->team];
	struct key key = {ek_state_since(c), conv};
	uint32_t at = make_room(e, t, key);
	struct over_part *p = &t->over_row[at];
	struct over_block *b = &e->over_blocks[p->block];
	uint32_t slot = find_slot(b, key);
	copy(b, slot + 1, b, slot, b->count - slot);
	uint64_t above = b->lifted & ~bits_below(slot);
	b->lifted = (b->lifted & bits_below(slot)) | above << 1 | (uint64_t)(c->bound != 0) << slot;
	b->since[slot] = key.since;
	b->conv[slot] = conv;
	b->own[slot] = (int32_t)c->overtaken - (int32_t)p->add;
	b->count++;
	c->over = p->block;
	if (slot == 0) {
		p->since = key.since;
		p->conv = conv;
	}
	if (c->bound == 0 && b->own[slot] > p->most)
		p->most = b->own[slot];
}

static void erase(struct over_block *b, uint32_t slot)
{
	b->count--;
	copy(b, slot, b, slot + 1, b->count - slot);
	b->lifted = (b->lifted & bits_below(slot)) | (b->lifted >> 1 & ~bits_below(slot));
}

void ek_overtake_leave(struct ek_engine *e, uint32_t conv)
{
	struct conv *c = &e->convs[conv];
	if (c->over == 0)
		return;
	struct over_block *b = &e->over_blocks[c->over];
	struct team *t = &e->teams[b->team];
	uint32_t slot = slot_of(b, conv);
	uint32_t at = part_of(e, b, slot);
	struct over_part *p = &t->over_row[at];
	bool was_most = b->own[slot] == p->most;
	c->overtaken = (uint32_t)(b->own[slot] + (int32_t)p->add);
	c->over = 0;
	erase(b, slot);
	if (b->count == 0) {
		drop_part(e, t, at);
		return;
	}
	if (slot == 0 || was_most)
		refresh(e, p);
	join_few(e, t, at);
}

void ek_overtake_update(struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (c->over != 0) {
		const struct over_block *b = &e->over_blocks[c->over];
		uint32_t slot = slot_of(b, conv);
		if (b->since[slot] == ek_state_since(c) && is_lifted(b, slot) == (c->bound != 0))
			return;
	}
	ek_overtake_leave(e, conv);
	ek_overtake_enter(e, conv);
}

uint32_t ek_overtake_count(const struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	if (c->over == 0)
		return c->overtaken;
	const struct over_block *b = &e->over_blocks[c->over];
	uint32_t slot = slot_of(b, conv);
	const struct over_part *p = &e->teams[b->team].over_row[part_of(e, b, slot)];
	return (uint32_t)(b->own[slot] + (int32_t)p->add);
}

void ek_overtake_pass(struct ek_engine *e, uint32_t team, int64_t since)
{
	struct team *t = &e->teams[team];
	if (t->over_parts == 0)
		return;
	struct key key = {since, 0};
	uint32_t last = find_part(t, key);
	for (uint32_t i = 0; i < last; i++)
		t->over_row[i].add++;
	e->steps += last + 1;
	struct over_block *b = block_of(e, t, last);
	struct over_part *p = &t->over_row[last];
	uint32_t before = find_slot(b, key);
	if (before == b->count) {
		p->add++;
		return;
	}
	for (uint32_t i = 0; i < before; i++)
		b->own[i]++;
	raise_most(b, before, p);
}

ek_time ek_overtake_oldest(const struct ek_engine *e, uint32_t team)
{
	const struct team *t = &e->teams[team];
	return t->over_parts == 0 ? EK_NO_TIME : (ek_time){t->over_row[0].since};
}

static uint32_t insert_id(uint32_t *ids, uint32_t n, uint32_t id)
{
	uint32_t at = n;
	while (at > 0 && ids[at - 1] > id) {
		ids[at] = ids[at - 1];
		at--;
	}
	ids[at] = id;
	return n + 1;
}

uint32_t ek_overtake_due(struct ek_engine *e, uint32_t team, uint32_t max, uint32_t **convs)
{
	const struct team *t = &e->teams[team];
	uint32_t n = 0;
	*convs = NULL;
	for (uint32_t i = 0; i < t->over_parts; i++) {
		const struct over_part *p = &t->over_row[i];
		int32_t least = (int32_t)max - (int32_t)p->add;
		if (p->most < least)
			continue;
		if (*convs == NULL)
			*convs = ek_state_turn(e, t->waiting * sizeof **convs);
		const struct over_block *b = &e->over_blocks[p->block];
		for (uint32_t slot = 0; slot < b->count; slot++) {
			if (b->own[slot] >= least && !is_lifted(b, slot))
				n = insert_id(*convs, n, b->conv[slot]);
		}
	}
	return n;
}
