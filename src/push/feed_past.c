/* Who had which conversation when. Present owners are one array. Of the past, each block keeps what
 * the conversations that it changed were before it: so the state at the start of a block is what
 * the first later block says of a conversation, and the present one when none does. Blocks from
 * before the start are worked out backward, each from the one after it, as their events say what
 * was before.
 */
#include "push/feed_inside.h"

#include <string.h>

bool ek_feed_past_init(struct ek_feed *f, uint32_t window, uint64_t head)
{
	struct past *p = &f->past;
	p->cap = window / EK_FEED_BLOCK + 4;
	p->lists = ek_feed_get(f, p->cap * sizeof *p->lists);
	p->from = head == 0 ? 0 : ek_feed_block_of(head) + 1; /* the head's is loaded at open */
	p->to = p->from;
	return p->lists != NULL;
}

static void list_free(struct ek_feed *f, struct was_list *l)
{
	ek_feed_free(f, l->v, l->cap * sizeof *l->v);
	*l = (struct was_list){0};
}

void ek_feed_past_fini(struct ek_feed *f)
{
	struct past *p = &f->past;
	for (uint32_t i = 0; p->lists != NULL && i < p->cap; i++)
		list_free(f, &p->lists[i]);
	ek_feed_free(f, p->lists, p->cap * sizeof *p->lists);
	ek_feed_free(f, p->convs, p->conv_cap * sizeof *p->convs);
}

static struct conv *conv_room(struct ek_feed *f, uint32_t id)
{
	struct past *p = &f->past;
	if (id >= p->conv_cap) {
		uint64_t cap = (uint64_t)p->conv_cap + p->conv_cap / 4 + 1024;
		if (cap <= id)
			cap = (uint64_t)id + 1;
		if (cap > UINT32_MAX)
			cap = UINT32_MAX;
		struct conv *v = f->alloc.resize(f->alloc.ctx, p->convs, p->conv_cap * sizeof *v,
						 cap * sizeof *v);
		if (v == NULL)
			return NULL;
		memset(v + p->conv_cap, 0, (cap - p->conv_cap) * sizeof *v);
		p->convs = v;
		p->conv_cap = (uint32_t)cap;
	}
	return id < p->conv_cap ? &p->convs[id] : NULL;
}

struct presenting {
	struct ek_feed *feed;
	bool no_memory;
};

static bool present(void *ctx, uint32_t conversation, uint32_t team, uint32_t teammate)
{
	struct presenting *p = ctx;
	struct conv *c = conv_room(p->feed, conversation);
	if (c == NULL) {
		p->no_memory = true;
		return false;
	}
	*c = (struct conv){team, teammate, 0};
	return true;
}

bool ek_feed_past_present(struct ek_feed *f, struct ek_err *err)
{
	struct presenting p = {f, false};
	if (f->source.present == NULL)
		return true;
	if (!f->source.present(f->source.ctx, present, &p, err))
		return false;
	return !p.no_memory || ek_fail(err, EK_NO_MEMORY, "no memory for the feed");
}

/* ---- what an event changes ---- */

struct touch {
	uint32_t conv; /* 0 = nothing */
	bool has_team;
	bool has_mate;
	uint32_t team[2]; /* before, after */
	uint32_t mate[2];
};

static struct touch touch_of(const struct ek_event *e)
{
	if (e->kind == EK_EVENT_CONVERSATION_ARRIVED) {
		const struct ek_conversation_arrived *a = &e->conversation_arrived;
		return (struct touch){a->conversation.v, true, true, {0, a->team.v}, {0, 0}};
	}
	if (e->kind == EK_EVENT_CONVERSATION_MOVED) {
		const struct ek_conversation_moved *m = &e->conversation_moved;
		return (struct touch){
			m->conversation.v, true, !m->keeps, {m->from.v, m->team.v}, {0, 0}};
	}
	if (e->kind == EK_EVENT_ASSIGNMENT_MADE) {
		const struct ek_assignment_made *a = &e->assignment_made;
		return (struct touch){a->conversation.v, false, true, {0, 0}, {0, a->teammate.v}};
	}
	if (e->kind == EK_EVENT_ASSIGNMENT_ENDED &&
	    e->assignment_ended.reason != EK_ENDED_CLOSED) { /* a closed one remembers */
		const struct ek_assignment_ended *a = &e->assignment_ended;
		return (struct touch){a->conversation.v, false, true, {0, 0}, {a->teammate.v, 0}};
	}
	return (struct touch){0};
}

static void change(const struct touch *t, int side, uint32_t *team, uint32_t *mate)
{
	if (t->has_team)
		*team = t->team[side];
	if (t->has_mate)
		*mate = t->mate[side];
}

/* ---- lists of blocks ---- */

static struct was_list *list_of(struct past *p, uint64_t number)
{
	return &p->lists[number % p->cap];
}

/* Where conv is, or would be. */
static uint32_t list_place(const struct was_list *l, uint32_t conv)
{
	uint32_t lo = 0;
	uint32_t hi = l->n;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (l->v[mid].conv < conv)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool list_add(struct ek_feed *f, struct was_list *l, const struct was *w)
{
	if (l->n == l->cap) {
		uint32_t cap = l->cap == 0 ? 16 : l->cap * 2;
		struct was *v =
			f->alloc.resize(f->alloc.ctx, l->v, l->cap * sizeof *v, cap * sizeof *v);
		if (v == NULL)
			return false;
		l->v = v;
		l->cap = cap;
	}
	uint32_t at = list_place(l, w->conv);
	memmove(&l->v[at + 1], &l->v[at], (l->n - at) * sizeof *l->v);
	l->v[at] = *w;
	l->n++;
	return true;
}

/* The lists up to block number are there; the oldest make room. */
static void lists_reach(struct ek_feed *f, uint64_t number)
{
	struct past *p = &f->past;
	while (p->to <= number) {
		if (p->to - p->from == p->cap)
			list_free(f, list_of(p, p->from++));
		p->to++;
	}
}

/* How conv was at the start of block number; all blocks from there on are known. */
static struct was was_at(struct ek_feed *f, uint32_t conv, uint64_t number)
{
	struct past *p = &f->past;
	struct was now = {conv, 0, 0};
	if (conv >= p->conv_cap)
		return now;
	const struct conv *c = &p->convs[conv];
	for (uint64_t b = number; b < c->block; b++) { /* block: the last change's, plus 1 */
		const struct was_list *l = list_of(p, b);
		uint32_t at = list_place(l, conv);
		if (at < l->n && l->v[at].conv == conv)
			return l->v[at];
	}
	now.team = c->team;
	now.mate = c->mate;
	return now;
}

/* ---- new events ---- */

/* Closed conversations of a deleted team go where it says, without an event of their own. */
static void team_deleted(struct past *p, uint32_t team, uint32_t target)
{
	for (uint32_t i = 0; i < p->conv_cap; i++) {
		if (p->convs[i].team == team)
			p->convs[i].team = target;
	}
}

bool ek_feed_past_apply(struct ek_feed *f, const struct ek_event *e, struct ek_feed_frame *frame)
{
	struct past *p = &f->past;
	struct touch t = touch_of(e);
	uint64_t number = ek_feed_block_of(e->seq);
	lists_reach(f, number);
	if (t.conv != 0) {
		struct conv *c = conv_room(f, t.conv);
		if (c == NULL)
			return false;
		if (c->block != number + 1) {
			struct was w = {t.conv, c->team, c->mate};
			change(&t, 0, &w.team, &w.mate);
			if (!list_add(f, list_of(p, number), &w))
				return false;
			c->block = (uint32_t)number + 1;
		}
		change(&t, 1, &c->team, &c->mate);
	}
	if (e->kind == EK_EVENT_TEAM_DELETED && e->team_deleted.team.v != 0)
		team_deleted(p, e->team_deleted.team.v, e->team_deleted.target.v);
	if (frame->conversation != 0 && frame->conversation < p->conv_cap) {
		const struct conv *c = &p->convs[frame->conversation];
		ek_feed_frame_add(frame, c->team, c->mate);
	}
	return true;
}

/* ---- old events ---- */

struct loading {
	struct ek_feed *feed;
	struct block *block;
	uint64_t next; /* seq */
	bool no_memory;
	struct touch touches[EK_FEED_BLOCK];
	struct was present[EK_FEED_BLOCK]; /* of the conversations met so far, going backward */
	bool changed[EK_FEED_BLOCK];
	uint32_t met;
};

static bool take(void *ctx, const struct ek_event *e)
{
	struct loading *l = ctx;
	struct ek_feed_frame frame;
	ek_str text;
	if (e->seq != l->next || l->block->count == EK_FEED_BLOCK)
		return false;
	l->touches[l->block->count] = touch_of(e);
	if (!ek_feed_frame_make(l->feed, e, &frame, &text) ||
	    !ek_feed_block_add(l->feed, l->block, &frame, text)) {
		l->no_memory = true;
		return false;
	}
	l->next++;
	return true;
}

static uint32_t meet(struct loading *l, uint32_t conv)
{
	for (uint32_t i = 0; i < l->met; i++) {
		if (l->present[i].conv == conv)
			return i;
	}
	l->present[l->met] = was_at(l->feed, conv, l->block->number + 1);
	l->changed[l->met] = false;
	return l->met++;
}

/* Backward: what was after an event is what was before the next. */
static void work_out(struct loading *l)
{
	struct block *b = l->block;
	for (uint32_t i = b->count; i-- > b->first;) {
		struct ek_feed_frame *frame = &b->slots[i].frame;
		if (frame->conversation == 0)
			continue;
		uint32_t k = meet(l, frame->conversation);
		struct was *w = &l->present[k];
		ek_feed_frame_add(frame, w->team, w->mate);
		if (l->touches[i].conv == 0)
			continue;
		change(&l->touches[i], 0, &w->team, &w->mate);
		l->changed[k] = true;
	}
}

static bool remember(struct loading *l)
{
	struct ek_feed *f = l->feed;
	struct past *p = &f->past;
	uint64_t number = l->block->number;
	struct was_list *list = list_of(p, number);
	list_free(f, list);
	for (uint32_t i = 0; i < l->met; i++) {
		if (!l->changed[i])
			continue;
		struct conv *c = conv_room(f, l->present[i].conv);
		if (c == NULL || !list_add(f, list, &l->present[i])) {
			list_free(f, list);
			return false;
		}
		if (c->block < number + 1)
			c->block = (uint32_t)number + 1;
	}
	p->from = number;
	return true;
}

static bool load(struct loading *l, uint64_t to, struct ek_err *err)
{
	struct ek_feed *f = l->feed;
	const struct ek_feed_read what = {l->next, to, take, l};
	if (to >= l->next && !f->source.history(f->source.ctx, &what, err))
		return false;
	if (l->no_memory)
		return ek_fail(err, EK_NO_MEMORY, "no memory for old events");
	if (l->next != to + 1)
		return ek_fail(err, EK_DAMAGE, "event %llu is missing where it was asked for",
			       (unsigned long long)l->next);
	work_out(l);
	if (l->block->number < f->past.from && !remember(l))
		return ek_fail(err, EK_NO_MEMORY, "no memory for old events");
	return true;
}

bool ek_feed_past_load(struct ek_feed *f, uint64_t number, uint64_t to, struct block **out,
		       struct ek_err *err)
{
	struct past *p = &f->past;
	*out = NULL;
	ek_assert(number + 1 >= p->from && number + 1 <= p->to + 1);
	ek_assert(number + 1 > p->from || p->to - p->from < p->cap);
	ek_assert(f->source.history != NULL);
	struct loading *l = ek_alloc_get(&f->alloc, sizeof *l);
	struct block *b = ek_feed_block_make(f, number);
	bool ok = l != NULL && b != NULL;
	if (ok) {
		l->feed = f;
		l->block = b;
		l->next = number * EK_FEED_BLOCK + b->first;
		l->no_memory = false;
		l->met = 0;
		ok = load(l, to, err);
	} else {
		ek_err_set(err, EK_NO_MEMORY, __FILE__, "no memory for old events");
	}
	ek_feed_free(f, l, sizeof *l);
	if (!ok) {
		ek_feed_block_free(f, b);
		return false;
	}
	*out = b;
	return true;
}
