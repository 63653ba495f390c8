/* Conversations in full, and what a teammate holds of them. */
#include "engine/look_inside.h"

#include "engine/config.h"

/* ---- one conversation ---- */

static bool fill_needs(const struct extra *x, const struct ek_engine *e, struct ek_arena *arena,
		       struct ek_conversation_detail *out, struct ek_err *err)
{
	struct ek_need_view *v = ek_look_room(arena, x->need_count, sizeof *v, err);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < x->need_count; i++) {
		const struct need *n = &x->needs[i];
		v[i] = (struct ek_need_view){
			{e->symbols[n->skill], n->level, n->required, {n->relax_after_ms}},
			n->relaxed};
	}
	out->needs = v;
	out->need_count = x->need_count;
	return true;
}

static bool fill_attributes(const struct extra *x, const struct ek_engine *e,
			    struct ek_arena *arena, struct ek_conversation_detail *out,
			    struct ek_err *err)
{
	struct ek_pair *v = ek_look_room(arena, x->attribute_count, sizeof *v, err);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < x->attribute_count; i++) {
		struct ek_pair p = {e->symbols[x->attributes[i].name],
				    e->symbols[x->attributes[i].value]};
		uint32_t at = i;
		for (; at > 0 && ek_str_compare(v[at - 1].name, p.name) > 0; at--)
			v[at] = v[at - 1];
		v[at] = p;
	}
	out->attributes = (struct ek_pairs){v, x->attribute_count};
	return true;
}

static bool fill_tags(const struct extra *x, const struct ek_engine *e, struct ek_arena *arena,
		      struct ek_conversation_detail *out, struct ek_err *err)
{
	ek_str *v = ek_look_room(arena, x->tag_count, sizeof *v, err);
	if (v == NULL)
		return false;
	for (uint32_t i = 0; i < x->tag_count; i++)
		v[i] = e->symbols[x->tags[i]];
	out->tags = (struct ek_texts){v, x->tag_count};
	return true;
}

bool ek_look_detail(const struct ek_engine *e, ek_conversation_id id, struct ek_arena *arena,
		    struct ek_conversation_detail *out, struct ek_err *err)
{
	if (id.v == 0 || id.v > e->conv_count)
		return ek_fail(err, EK_NOT_FOUND, "there is no conversation %u", id.v);
	const struct conv *c = &e->convs[id.v];
	*out = (struct ek_conversation_detail){
		.points = ek_config_points(e, c->cls),
		.offered_to = {c->offer_to},
		.offered_until = {c->offer_to != 0 ? c->offer_until : EK_NONE},
		.held_for = {c->hold_for},
		.held_until = {c->hold_for != 0 ? c->hold_until : EK_NONE},
		.bound = c->bound,
		.stranded_since = {c->stranded_from},
		.resnoozed = c->resnoozed,
	};
	if (c->extra == 0)
		return true;
	const struct extra *x = &e->extras[c->extra];
	return fill_needs(x, e, arena, out, err) && fill_attributes(x, e, arena, out, err) &&
	       fill_tags(x, e, arena, out, err);
}

bool ek_look_sla(const struct ek_engine *e, ek_conversation_id id, struct ek_sla_clock_view *out)
{
	if (id.v == 0 || id.v > e->conv_count)
		return false;
	const struct conv *c = &e->convs[id.v];
	*out = (struct ek_sla_clock_view){.clock = EK_SLA_NONE, .due = {c->sla_due}};
	if (c->sla_due != EK_NONE) {
		out->clock = c->sla_missed ? EK_SLA_MISSED : EK_SLA_RUNNING;
		out->slipped = c->sla_slipped;
	}
	return true;
}

/* ---- what a teammate holds ---- */

static struct ek_load_item item(const struct ek_engine *e, uint32_t conv, uint32_t mate)
{
	const struct conv *c = &e->convs[conv];
	struct ek_load_item i = {
		.conversation = {conv},
		.capacity_class = c->cls,
		.points = ek_config_points(e, c->cls),
		.why = EK_LOAD_OPEN,
	};
	if (c->state == EK_STATE_SNOOZED && c->offer_to != mate)
		i.why = EK_LOAD_SNOOZED;
	else if (ek_config_uncounted(e, c))
		i.why = EK_LOAD_UNCOUNTED_TAG;
	else if (c->offer_to == mate)
		i.why = EK_LOAD_OFFERED;
	i.counted = i.why == EK_LOAD_OPEN || i.why == EK_LOAD_OFFERED;
	return i;
}

static bool goes_before(const struct ek_load_item *a, const struct ek_load_item *b)
{
	return a->why != b->why ? a->why < b->why : a->conversation.v > b->conversation.v;
}

/* Shell's sort: short lists, and nothing to allocate. */
static void sort_items(struct ek_load_item *v, uint32_t n)
{
	for (uint32_t gap = n / 2; gap > 0; gap /= 2) {
		for (uint32_t i = gap; i < n; i++) {
			struct ek_load_item x = v[i];
			uint32_t k = i;
			for (; k >= gap && goes_before(&x, &v[k - gap]); k -= gap)
				v[k] = v[k - gap];
			v[k] = x;
		}
	}
}

uint8_t ek_look_limit_from(const struct ek_engine *e, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	if (ek_config_int(e, EK_SET_LIMIT, 0, mate) != ek_look_limit(m->limit))
		return EK_FROM_RAMP;
	for (uint32_t i = 0; i < m->own.n; i++) {
		if (m->own.v[i].setting == EK_SET_LIMIT)
			return EK_FROM_TEAMMATE;
	}
	return EK_FROM_WORKSPACE;
}

bool ek_look_load(const struct ek_engine *e, ek_teammate_id id, struct ek_arena *arena,
		  struct ek_load_view *out, struct ek_err *err)
{
	if (id.v == 0 || id.v > e->mate_count)
		return ek_fail(err, EK_NOT_FOUND, "there is no teammate %u", id.v);
	const struct mate *m = &e->mates[id.v];
	uint32_t count = m->offers;
	for (uint32_t i = m->first; i != 0; i = e->convs[i].next)
		count++;
	struct ek_load_item *v = ek_look_room(arena, count, sizeof *v, err);
	if (v == NULL)
		return false;
	uint32_t n = 0;
	for (uint32_t i = m->first; i != 0; i = e->convs[i].next)
		v[n++] = item(e, i, id.v);
	for (uint32_t i = 1; n < count && i <= e->conv_count; i++) {
		if (e->convs[i].offer_to == id.v)
			v[n++] = item(e, i, id.v);
	}
	ek_assert(n == count);
	sort_items(v, n);
	*out = (struct ek_load_view){.teammate = id,
				     .load = m->load,
				     .limit = ek_look_limit(m->limit),
				     .limit_from = ek_look_limit_from(e, id.v),
				     .items = v,
				     .item_count = n};
	return true;
}
