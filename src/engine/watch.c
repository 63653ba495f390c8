#include "engine/watch.h"

#include "engine/config.h"
#include "engine/eligible.h"
#include "engine/fits.h"
#include "engine/roster.h"
#include "model/calendar.h"

#include <string.h>

/* One team inbox of a teammate, and what was last told of it. */
struct pair {
	uint32_t team;
	bool on;
};
struct one {
	struct pair *v;
	uint32_t n, cap;
	bool touched;
};
struct inbox {
	int64_t busy_since; /* EK_NONE = empty */
	bool touched;
};
/* Who could have been given a conversation, kept from its offer or hold until it is given. */
struct kept_set {
	uint32_t conv;
	uint32_t *ids;
	uint32_t n;
	uint8_t chosen_by; /* of an offer; 0 = the giving says */
};
struct list {
	uint32_t *v;
	uint32_t n, cap;
};

struct ek_watch {
	struct ek_watch_options o;
	struct one *mates; /* by id */
	uint32_t mate_cap;
	struct inbox *inboxes; /* by id */
	uint32_t inbox_cap;
	struct list touched; /* teammates */
	struct list teams;   /* whose queue may be empty, or not, other than before */
	struct list chosen_from;
	struct kept_set *kept;
	uint32_t kept_n, kept_cap;
	int64_t at;
	bool all;
};

/* ---- memory ---- */

static bool no_memory(struct ek_err *err)
{
	return ek_fail(err, EK_NO_MEMORY, "no memory to watch a replay");
}

static bool grow(struct ek_watch *w, void **v, uint32_t *cap, uint32_t need, size_t size)
{
	if (need <= *cap)
		return true;
	uint32_t to = *cap == 0 ? 16 : *cap;
	while (to < need)
		to *= 2;
	void *p = w->o.alloc.resize(w->o.alloc.ctx, *v, *cap * size, to * size);
	if (p == NULL)
		return false;
	memset((char *)p + *cap * size, 0, (to - *cap) * size);
	*v = p;
	*cap = to;
	return true;
}

static bool push(struct ek_watch *w, struct list *l, uint32_t v)
{
	void *p = l->v;
	bool ok = grow(w, &p, &l->cap, l->n + 1, sizeof *l->v);
	l->v = p;
	if (ok)
		l->v[l->n++] = v;
	return ok;
}

bool ek_watch_open(const struct ek_watch_options *options, struct ek_watch **w, struct ek_err *err)
{
	struct ek_alloc alloc = options->alloc;
	*w = ek_alloc_get(&alloc, sizeof **w);
	if (*w == NULL)
		return no_memory(err);
	memset(*w, 0, sizeof **w);
	(*w)->o = *options;
	(*w)->at = EK_NONE;
	return true;
}

void ek_watch_close(struct ek_watch **watch)
{
	struct ek_watch *w = *watch;
	if (w == NULL)
		return;
	struct ek_alloc a = w->o.alloc;
	for (uint32_t i = 0; i < w->mate_cap; i++)
		ek_alloc_free(&a, w->mates[i].v, w->mates[i].cap * sizeof *w->mates[i].v);
	for (uint32_t i = 0; i < w->kept_n; i++)
		ek_alloc_free(&a, w->kept[i].ids, w->kept[i].n * sizeof *w->kept[i].ids);
	ek_alloc_free(&a, w->mates, w->mate_cap * sizeof *w->mates);
	ek_alloc_free(&a, w->inboxes, w->inbox_cap * sizeof *w->inboxes);
	ek_alloc_free(&a, w->touched.v, w->touched.cap * sizeof *w->touched.v);
	ek_alloc_free(&a, w->teams.v, w->teams.cap * sizeof *w->teams.v);
	ek_alloc_free(&a, w->chosen_from.v, w->chosen_from.cap * sizeof *w->chosen_from.v);
	ek_alloc_free(&a, w->kept, w->kept_cap * sizeof *w->kept);
	ek_alloc_free(&a, w, sizeof *w);
	*watch = NULL;
}

static bool room_for(struct ek_watch *w, const struct ek_engine *e)
{
	void *mates = w->mates, *inboxes = w->inboxes;
	uint32_t before = w->inbox_cap;
	bool ok = grow(w, &mates, &w->mate_cap, e->mate_count + 1, sizeof *w->mates);
	w->mates = mates;
	ok = ok && grow(w, &inboxes, &w->inbox_cap, e->team_count + 1, sizeof *w->inboxes);
	w->inboxes = inboxes;
	for (uint32_t i = before; i < w->inbox_cap; i++)
		w->inboxes[i].busy_since = EK_NONE;
	return ok;
}

/* ---- eligible hours ---- */

static uint32_t lightest(const struct ek_engine *e)
{
	uint32_t least = ek_config_points(e, 1);
	for (uint8_t cls = 2; cls < EK_CAPACITY_CLASS_END; cls++) {
		uint32_t points = ek_config_points(e, cls);
		least = points < least ? points : least;
	}
	return least;
}

static bool has_room(const struct ek_engine *e, uint32_t mate, uint32_t team)
{
	const struct mate *m = &e->mates[mate];
	uint32_t inbox_limit = e->teams[team].inbox_limit;
	return (uint64_t)m->load + lightest(e) <= m->limit && !m->intake_full &&
	       (inbox_limit == EK_STATE_UNLIMITED || ek_roster_held(e, mate, team) < inbox_limit);
}

/* Tests 2 to 6, 12 and 13, as far as the team's method asks them. */
static bool could_get(const struct ek_engine *e, uint32_t mate, const struct serve *s)
{
	const struct mate *m = &e->mates[mate];
	const struct team *t = &e->teams[s->team];
	bool ready = m->exists == 1 && !m->deactivated && m->presence == EK_PRESENCE_ACTIVE &&
		     m->paused_until == EK_NONE && m->limit > 0 &&
		     !(t->shift_gate && ek_state_is_off(m, s->team));
	if (!ready || t->method == EK_METHOD_MANUAL)
		return false;
	if (t->method == EK_METHOD_ROUND_ROBIN)
		return !t->rr_respect_limits || has_room(e, mate, s->team);
	return has_room(e, mate, s->team) &&
	       (s->level == EK_LEVEL_PRIMARY || ek_eligible_gate(e, mate) == 0);
}

static bool tell(struct ek_watch *w, uint32_t mate, struct pair *p, bool on)
{
	if (p->on == on)
		return true;
	p->on = on;
	struct ek_observation o = {
		.kind = on ? EK_OBSERVATION_ON : EK_OBSERVATION_OFF,
		.at = {w->at},
		.teammate = {mate},
		.team = {p->team},
	};
	return w->o.sink(w->o.ctx, &o);
}

static struct pair *pair_of(struct ek_watch *w, struct one *one, uint32_t team)
{
	for (uint32_t i = 0; i < one->n; i++) {
		if (one->v[i].team == team)
			return &one->v[i];
	}
	void *v = one->v;
	bool ok = grow(w, &v, &one->cap, one->n + 1, sizeof *one->v);
	one->v = v;
	if (!ok)
		return NULL;
	one->v[one->n] = (struct pair){team, false};
	return &one->v[one->n++];
}

static bool look_at(struct ek_watch *w, const struct ek_engine *e, uint32_t mate)
{
	const struct mate *m = &e->mates[mate];
	struct one *one = &w->mates[mate];
	one->touched = false;
	for (uint32_t i = 0; i < one->n; i++) {
		if (ek_state_serve(m, one->v[i].team) == NULL && !tell(w, mate, &one->v[i], false))
			return false;
	}
	for (uint32_t i = 0; i < m->serve_count; i++) {
		struct pair *p = pair_of(w, one, m->serves[i].team);
		if (p == NULL || !tell(w, mate, p, could_get(e, mate, &m->serves[i])))
			return false;
	}
	return true;
}

static bool touch_mate(struct ek_watch *w, uint32_t mate)
{
	if (mate == 0 || mate >= w->mate_cap || w->mates[mate].touched)
		return true;
	w->mates[mate].touched = true;
	return push(w, &w->touched, mate);
}

static bool touch_team(struct ek_watch *w, uint32_t team)
{
	if (team == 0 || team >= w->inbox_cap || w->inboxes[team].touched)
		return true;
	w->inboxes[team].touched = true;
	return push(w, &w->teams, team);
}

/* Whether an inbox is empty opens and shuts the strict gate; the other gate looks at what is in
 * it. */
static bool look_at_team(struct ek_watch *w, const struct ek_engine *e, uint32_t team)
{
	const struct team *t = &e->teams[team];
	struct inbox *in = &w->inboxes[team];
	bool busy = t->exists == 1 && t->method == EK_METHOD_BALANCED && t->waiting > 0;
	bool changed = busy != (in->busy_since != EK_NONE);
	in->touched = false;
	if (changed)
		in->busy_since = busy ? w->at : EK_NONE;
	for (uint32_t i = 0; (changed || e->gate_assignable) && i < t->member_count; i++) {
		if (!touch_mate(w, t->members[i].mate))
			return false;
	}
	return true;
}

static bool flush(struct ek_watch *w, const struct ek_engine *e)
{
	bool ok = true;
	for (uint32_t i = 1; w->all && i <= e->team_count; i++)
		ok = ok && touch_team(w, i);
	for (uint32_t i = 0; i < w->teams.n; i++)
		ok = ok && look_at_team(w, e, w->teams.v[i]);
	for (uint32_t i = 1; w->all && i <= e->mate_count; i++)
		ok = ok && touch_mate(w, i);
	for (uint32_t i = 0; i < w->touched.n; i++)
		ok = ok && look_at(w, e, w->touched.v[i]);
	w->teams.n = 0;
	w->touched.n = 0;
	w->all = false;
	return ok;
}

/* ---- decisions ---- */

static bool could_take(const struct ek_engine *e, uint32_t conv, uint32_t mate, int how)
{
	if (how == EK_HOW_ROUND_ROBIN)
		return ek_eligible_rotation(e, conv, mate) == 0;
	if (how == EK_HOW_ASSIGN_ANYWAY)
		return ek_eligible_anyway(e, conv, mate) == 0;
	return ek_eligible_check(e, conv, mate) == 0;
}

static bool add_members(struct ek_watch *w, const struct ek_engine *e, uint32_t conv, uint32_t team,
			int how)
{
	const struct team *t = &e->teams[team];
	for (uint32_t i = 0; i < t->member_count; i++) {
		uint32_t mate = t->members[i].mate;
		bool known = false;
		for (uint32_t k = 0; team != e->convs[conv].team && k < w->chosen_from.n; k++)
			known = known || w->chosen_from.v[k] == mate;
		if (!known && could_take(e, conv, mate, how) && !push(w, &w->chosen_from, mate))
			return false;
	}
	return true;
}

/* Everybody who could be given a conversation as things stand. */
static bool gather(struct ek_watch *w, const struct ek_engine *e, uint32_t conv, int how)
{
	const struct conv *c = &e->convs[conv];
	const struct team *t = &e->teams[c->team];
	w->chosen_from.n = 0;
	if (c->team == 0)
		return true;
	if (!add_members(w, e, conv, c->team, how))
		return false;
	for (uint32_t i = 0; how != EK_HOW_ROUND_ROBIN && i < t->overflow_count; i++) {
		if ((c->opened >> i & 1) != 0 && !add_members(w, e, conv, t->overflow[i].team, how))
			return false;
	}
	return true;
}

static void drop_kept(struct ek_watch *w, uint32_t i)
{
	ek_alloc_free(&w->o.alloc, w->kept[i].ids, w->kept[i].n * sizeof *w->kept[i].ids);
	w->kept[i] = w->kept[--w->kept_n];
}

static uint32_t find_kept(const struct ek_watch *w, uint32_t conv)
{
	uint32_t i = 0;
	while (i < w->kept_n && w->kept[i].conv != conv)
		i++;
	return i;
}

static bool keep(struct ek_watch *w, uint32_t conv, uint8_t chosen_by)
{
	uint32_t i = find_kept(w, conv);
	if (i < w->kept_n)
		drop_kept(w, i);
	if (w->chosen_from.n == 0)
		return true;
	void *v = w->kept;
	bool ok = grow(w, &v, &w->kept_cap, w->kept_n + 1, sizeof *w->kept);
	w->kept = v;
	size_t n = w->chosen_from.n * sizeof *w->chosen_from.v;
	uint32_t *ids = ok ? ek_alloc_get(&w->o.alloc, n) : NULL;
	if (ids == NULL)
		return false;
	memcpy(ids, w->chosen_from.v, n);
	w->kept[w->kept_n++] = (struct kept_set){conv, ids, w->chosen_from.n, chosen_by};
	return true;
}

/* Outside day_hours, or on Saturday or Sunday, in the teammate's zone. */
static bool is_outside(const struct ek_engine *e, uint32_t mate, ek_time at)
{
	const struct kept *k = ek_config_find(e, EK_SET_DAY_HOURS, 0, 0);
	struct ek_value usual = ek_setting_default(EK_SET_DAY_HOURS);
	int64_t from = k != NULL && k->n == 2 ? k->cells[0].i : usual.cells[0].i;
	int64_t to = k != NULL && k->n == 2 ? k->cells[1].i : usual.cells[1].i;
	int64_t local = ek_calendar_local(ek_config_zone(e, mate), at);
	if (local == EK_NONE)
		return false;
	int64_t day = local / EK_CALENDAR_DAY_MS - (local % EK_CALENDAR_DAY_MS < 0);
	int64_t clock = local - day * EK_CALENDAR_DAY_MS;
	return clock < from || clock >= to || ek_calendar_day_of_week((int32_t)day) >= 6;
}

static bool tell_decision(struct ek_watch *w, const struct ek_engine *e, const struct ek_event *v,
			  uint8_t chosen_by)
{
	const struct ek_assignment_made *a = &v->assignment_made;
	bool there = false;
	for (uint32_t i = 0; i < w->chosen_from.n; i++)
		there = there || w->chosen_from.v[i] == a->teammate.v;
	if (!there && !push(w, &w->chosen_from, a->teammate.v))
		return false;
	struct ek_observation o = {
		.kind = EK_OBSERVATION_DECISION,
		.at = v->at,
		.teammate = a->teammate,
		.team = a->team,
		.chosen_by = chosen_by == 0 ? EK_CHOSEN_BY_ONLY_ONE : chosen_by,
		.complexity = e->convs[a->conversation.v].complexity,
		.outside = is_outside(e, a->teammate.v, v->at),
		.eligible = w->chosen_from.v,
		.eligible_count = w->chosen_from.n,
	};
	return w->o.sink(w->o.ctx, &o);
}

static bool decided(struct ek_watch *w, const struct ek_engine *e, const struct ek_event *v)
{
	const struct ek_assignment_made *a = &v->assignment_made;
	uint32_t conv = a->conversation.v;
	uint32_t i = find_kept(w, conv);
	bool is_ours = a->how == EK_HOW_BALANCED || a->how == EK_HOW_ROUND_ROBIN ||
		       a->how == EK_HOW_ASSIGN_ANYWAY || a->how == EK_HOW_OFFER;
	if (!is_ours || conv == 0) {
		if (i < w->kept_n)
			drop_kept(w, i);
		return true;
	}
	if (i == w->kept_n)
		return gather(w, e, conv, a->how) && tell_decision(w, e, v, a->chosen_by);
	w->chosen_from.n = 0;
	bool ok = true;
	for (uint32_t k = 0; k < w->kept[i].n; k++)
		ok = ok && push(w, &w->chosen_from, w->kept[i].ids[k]);
	uint8_t chosen_by = w->kept[i].chosen_by != 0 ? w->kept[i].chosen_by : a->chosen_by;
	drop_kept(w, i);
	return ok && tell_decision(w, e, v, chosen_by);
}

/* ---- events ---- */

static bool is_offer_over(const struct ek_event *v)
{
	return v->kind == EK_EVENT_OFFER_DECLINED || v->kind == EK_EVENT_OFFER_LAPSED ||
	       v->kind == EK_EVENT_OFFER_WITHDRAWN;
}

/* A hold that ended for this offer has told already who was there. */
static bool offered(struct ek_watch *w, const struct ek_engine *e, const struct ek_offer_made *o)
{
	uint32_t i = find_kept(w, o->conversation.v);
	if (i < w->kept_n) {
		w->kept[i].chosen_by = o->chosen_by;
		return true;
	}
	return gather(w, e, o->conversation.v, EK_HOW_BALANCED) &&
	       keep(w, o->conversation.v, o->chosen_by);
}

/* Decisions are looked at before they change anything. */
static bool before(struct ek_watch *w, const struct ek_engine *e, const struct ek_event *v)
{
	if (v->kind == EK_EVENT_ASSIGNMENT_MADE)
		return decided(w, e, v);
	if (v->kind == EK_EVENT_OFFER_MADE)
		return offered(w, e, &v->offer_made);
	bool reached =
		v->kind == EK_EVENT_HOLD_ENDED && v->hold_ended.reason == EK_HOLD_END_REACHED;
	if (reached)
		return gather(w, e, v->hold_ended.conversation.v, EK_HOW_BALANCED) &&
		       keep(w, v->hold_ended.conversation.v, 0);
	if (is_offer_over(v)) {
		uint32_t i = find_kept(w, v->offer_declined.conversation.v);
		if (i < w->kept_n)
			drop_kept(w, i);
	}
	if (v->kind != EK_EVENT_CONVERSATION_CLOSED)
		return true;
	const struct conv *c = &e->convs[v->conversation_closed.conversation.v];
	if (c->mate == 0)
		return true;
	struct ek_observation o = {.kind = EK_OBSERVATION_CLOSE,
				   .at = v->at,
				   .teammate = {c->mate},
				   .team = {c->team}};
	return w->o.sink(w->o.ctx, &o);
}
_Static_assert(offsetof(struct ek_offer_declined, conversation) == 0 &&
		       offsetof(struct ek_offer_lapsed, conversation) == 0 &&
		       offsetof(struct ek_offer_withdrawn, conversation) == 0,
	       "they are read as one");

static bool touch_conv(struct ek_watch *w, const struct ek_engine *e, uint32_t conv)
{
	if (conv == 0 || conv > e->conv_count)
		return true;
	const struct conv *c = &e->convs[conv];
	return touch_mate(w, c->mate) && touch_mate(w, c->offer_to) && touch_team(w, c->team);
}

/* Whoever the event names, or whose conversation it names; what names nobody may concern all. */
static bool touch(struct ek_watch *w, const struct ek_engine *e, const struct ek_event *v)
{
	const struct ek_record *r = ek_event_record(v->kind);
	bool named = false;
	for (uint32_t i = 0; i < r->field_count; i++) {
		uint32_t id;
		uint8_t type = r->fields[i].type;
		if (type != EK_FT_CONVERSATION && type != EK_FT_TEAMMATE)
			continue;
		memcpy(&id, (const char *)ek_event_body(v) + r->fields[i].offset, sizeof id);
		named = named || id != 0;
		if (type == EK_FT_CONVERSATION ? !touch_conv(w, e, id) : !touch_mate(w, id))
			return false;
	}
	w->all = w->all || !named;
	return true;
}

bool ek_watch_apply(struct ek_watch *w, struct ek_engine *engine, const struct ek_event *event,
		    struct ek_err *err)
{
	if (!ek_fits_event(engine, event, err))
		return false;
	bool later = w->at != EK_NONE && event->at.ms > w->at;
	if (!room_for(w, engine) || (later && !flush(w, engine)))
		return no_memory(err);
	w->at = event->at.ms;
	if (!before(w, engine, event) || !touch(w, engine, event))
		return no_memory(err);
	if (!ek_engine_apply(engine, event, err))
		return false;
	return (room_for(w, engine) && touch(w, engine, event)) || no_memory(err);
}

bool ek_watch_finish(struct ek_watch *w, struct ek_engine *engine, struct ek_err *err)
{
	return (room_for(w, engine) && flush(w, engine)) || no_memory(err);
}

ek_time ek_watch_busy_since(const struct ek_watch *w, ek_team_id team)
{
	return (ek_time){team.v < w->inbox_cap ? w->inboxes[team.v].busy_since : EK_NONE};
}
