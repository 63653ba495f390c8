/* The receipt of one assignment. */
#include "engine/explain_inside.h"

#include "engine/eligible.h"
#include "engine/roster.h"

/* What an assignment.made and an offer.made have in common. */
struct gift {
	uint32_t conv;
	uint32_t mate;
	uint32_t team;
	uint32_t runner_up;
	uint8_t how;
	uint8_t chosen_by;
};

static struct gift gift_of(const struct ek_event *v)
{
	if (v->kind == EK_EVENT_OFFER_MADE) {
		const struct ek_offer_made *o = &v->offer_made;
		return (struct gift){o->conversation.v, o->teammate.v, o->team.v,
				     o->runner_up.v,    EK_HOW_OFFER,  o->chosen_by};
	}
	ek_assert(v->kind == EK_EVENT_ASSIGNMENT_MADE);
	const struct ek_assignment_made *a = &v->assignment_made;
	return (struct gift){a->conversation.v, a->teammate.v, a->team.v,
			     a->runner_up.v,    a->how,        a->chosen_by};
}

struct receipt {
	struct ek_engine *e;
	struct gift g;
	struct ek_arena *arena;
	struct ek_explain_receipt *out;
	struct ek_err *err;
};

/* ---- the queue ---- */

static bool fill_place(struct receipt *r)
{
	struct walk w;
	struct ek_explain_ahead *ahead =
		ek_explain_room(r->arena, EK_EXPLAIN_AHEAD, sizeof *ahead, r->err);
	if (ahead == NULL || !ek_explain_walk(r->e, r->arena, &w, r->err))
		return false;
	uint32_t place = 1;
	uint32_t conv = 0;
	for (;; place++) {
		if (!ek_explain_step(&w, &conv))
			return false;
		ek_assert(conv != 0);
		if (conv == r->g.conv)
			break;
		if (place > EK_EXPLAIN_AHEAD)
			continue;
		int failed = ek_eligible_check(r->e, conv, r->g.mate);
		ahead[place - 1] = (struct ek_explain_ahead){
			{conv}, ek_explain_why(r->e, conv, r->g.mate, failed)};
	}
	uint32_t before = place - 1;
	r->out->queue.place = place;
	r->out->queue.of = ek_explain_total(r->e);
	r->out->queue.decided_by = ek_explain_decided(r->e, conv, ek_explain_peek(&w));
	r->out->queue.ahead = ahead;
	r->out->queue.ahead_count = before < EK_EXPLAIN_AHEAD ? before : EK_EXPLAIN_AHEAD;
	r->out->queue.ahead_more = before - r->out->queue.ahead_count;
	return true;
}

/* ---- who was considered ---- */

static int failed_test(const struct receipt *r, uint32_t mate)
{
	const struct conv *c = &r->e->convs[r->g.conv];
	if (c->team == 0)
		return EK_TEST_NOT_MEMBER;
	if (r->e->teams[c->team].method == EK_METHOD_ROUND_ROBIN)
		return ek_eligible_rotation(r->e, r->g.conv, mate);
	if (r->g.how == EK_HOW_ASSIGN_ANYWAY)
		return ek_eligible_anyway(r->e, r->g.conv, mate);
	return ek_eligible_check(r->e, r->g.conv, mate);
}

static void consider(struct receipt *r, uint32_t mate, uint8_t level,
		     struct ek_explain_considered *out)
{
	const struct mate *m = &r->e->mates[mate];
	int failed = mate == r->g.mate ? 0 : failed_test(r, mate);
	*out = (struct ek_explain_considered){
		.teammate = {mate},
		.level = level,
		.load = m->load,
		.limit = ek_explain_limit(m->limit),
		.last_given = {m->given_at},
	};
	out->result = mate == r->g.mate ? EK_EXPLAIN_CHOSEN : EK_EXPLAIN_ELIGIBLE;
	if (failed == 0)
		return;
	out->result = EK_EXPLAIN_BLOCKED;
	out->why = ek_explain_why(r->e, r->g.conv, mate, failed);
}

/* The rotation, from the one after the last receiver. */
static bool consider_rotation(struct receipt *r)
{
	const struct team *t = &r->e->teams[r->g.team];
	struct ek_explain_considered *v =
		ek_explain_room(r->arena, t->member_count, sizeof *v, r->err);
	if (v == NULL)
		return false;
	uint32_t from = ek_explain_rotation(r->e, r->g.team);
	for (uint32_t i = 0; i < t->member_count; i++) {
		uint32_t mate = t->members[(from + i) % t->member_count].mate;
		consider(r, mate, ek_explain_serve(r->e, mate, r->g.team)->level, &v[i]);
	}
	r->out->considered = v;
	r->out->considered_count = t->member_count;
	return true;
}

/* Everyone at an open level; and whoever was chosen by hand without being one of them. */
static bool consider_members(struct receipt *r)
{
	struct list members;
	if (!ek_explain_members(r->e, r->g.conv, r->arena, &members, r->err))
		return false;
	struct ek_explain_considered *v =
		ek_explain_room(r->arena, members.n + 1, sizeof *v, r->err);
	if (v == NULL)
		return false;
	uint32_t n = 0;
	bool done = false;
	for (uint32_t i = 0; i < members.n; i++) {
		uint32_t mate = members.v[i];
		if (!done && mate > r->g.mate)
			consider(r, r->g.mate, 0, &v[n++]);
		done = done || mate >= r->g.mate;
		consider(r, mate, ek_explain_level(r->e, r->g.conv, mate), &v[n++]);
	}
	if (!done)
		consider(r, r->g.mate, 0, &v[n++]);
	r->out->considered = v;
	r->out->considered_count = n;
	return true;
}

static bool fill_nearest(struct receipt *r, ek_time at)
{
	bool by_router = r->g.chosen_by != EK_CHOSEN_BY_PERSON;
	struct hunt h = {
		.e = r->e,
		.arena = r->arena,
		.at = at,
		.conv = r->g.conv,
		.chosen = r->g.mate,
		.runner_up = r->g.runner_up,
		.how = r->g.how,
	};
	return !by_router || ek_explain_nearest(&h, &r->out->nearest, r->err);
}

bool ek_explain_receipt(struct ek_engine *before, const struct ek_event *event,
			struct ek_arena *arena, struct ek_explain_receipt *out, struct ek_err *err)
{
	struct gift g = gift_of(event);
	ek_assert(before->seq < event->seq && g.conv <= before->conv_count);
	*out = (struct ek_explain_receipt){
		.seq = event->seq,
		.at = event->at,
		.conversation = {g.conv},
		.team = {g.team},
		.teammate = {g.mate},
		.how = g.how,
		.cause_seq = event->cause_seq == 0 ? event->seq : event->cause_seq,
		.cause_kind = event->cause_seq == 0 ? event->kind : (uint8_t)EK_EVENT_NONE,
		.settings_version = before->version,
		.chosen_by = g.chosen_by,
		.runner_up = {g.runner_up},
	};
	struct receipt r = {before, g, arena, out, err};
	if (ek_explain_waits(before, g.conv) && !fill_place(&r))
		return false;
	bool ok = g.how == EK_HOW_ROUND_ROBIN ? consider_rotation(&r) : consider_members(&r);
	return ok && fill_nearest(&r, event->at);
}
