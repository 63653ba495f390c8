/* The state as canonical bytes; see image.h. */
#include "engine/image.h"

#include "engine/overtake.h"

#include <string.h>

/* ---- bytes ---- */

enum { BUFFER = 8192, NUMBER_MAX = 10 };

struct out {
	ek_engine_sink *sink;
	void *ctx;
	bool ok;
	uint32_t version; /* of the format: the least that can say all */
	uint32_t n;
	uint8_t buffer[BUFFER];
};

static void flush(struct out *o)
{
	if (o->n > 0)
		o->ok = o->ok && o->sink(o->ctx, o->buffer, o->n);
	o->n = 0;
}

static void put_number(struct out *o, uint64_t v)
{
	if (o->n > BUFFER - NUMBER_MAX)
		flush(o);
	while (v >= 0x80) {
		o->buffer[o->n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	o->buffer[o->n++] = (uint8_t)v;
}

static uint64_t folded(uint64_t v)
{
	return v << 1 ^ (v >> 63 != 0 ? UINT64_MAX : 0);
}

static void put_signed(struct out *o, int64_t v)
{
	put_number(o, folded((uint64_t)v));
}

static void put_bytes(struct out *o, const void *p, uint32_t n)
{
	if (n > BUFFER) {
		flush(o);
		o->ok = o->ok && o->sink(o->ctx, p, n);
		return;
	}
	if (o->n > BUFFER - n)
		flush(o);
	if (n > 0)
		memcpy(o->buffer + o->n, p, n);
	o->n += n;
}

static void put_text(struct out *o, ek_str s)
{
	put_number(o, s.n);
	put_bytes(o, s.p, s.n);
}

/* As the difference to a time near it. */
static void put_time(struct out *o, int64_t from, int64_t t)
{
	put_number(o, folded((uint64_t)t - (uint64_t)from));
}

static void put_maybe_time(struct out *o, int64_t from, int64_t t)
{
	put_number(o, t == EK_NONE ? 0 : 1 + folded((uint64_t)t - (uint64_t)from));
}

/* ---- settings, zones, calendars ---- */

static void put_kept(struct out *o, const struct kept *k)
{
	put_number(o, k->kind);
	if (k->kind == EK_VALUE_INT)
		put_signed(o, k->i);
	if (k->kind != EK_VALUE_LIST)
		return;
	put_number(o, k->n);
	for (uint32_t i = 0; i < k->n; i++) {
		put_signed(o, k->cells[i].i);
		put_number(o, k->cells[i].sym);
	}
}

static void put_owns(struct out *o, const struct owns *owns)
{
	put_number(o, owns->n);
	for (uint32_t i = 0; i < owns->n; i++) {
		put_number(o, owns->v[i].setting);
		put_kept(o, &owns->v[i].v);
	}
}

static void put_zone(struct out *o, const struct ek_zone *z)
{
	put_text(o, z->name);
	put_number(o, z->shift_count);
	int64_t from = EK_ZONE_SINCE_EVER;
	for (uint32_t i = 0; i < z->shift_count; i++) {
		put_time(o, from, z->shifts[i].at_ms);
		put_signed(o, z->shifts[i].offset_ms);
		from = z->shifts[i].at_ms;
	}
}

static void put_own_zone(struct out *o, const struct ek_zone *z)
{
	put_number(o, z->name.n != 0);
	if (z->name.n != 0)
		put_zone(o, z);
}

static void put_calendar(struct out *o, const struct ek_calendar *c)
{
	put_number(o, c != NULL);
	if (c == NULL)
		return;
	put_zone(o, &c->zone);
	put_number(o, c->week_count);
	for (uint32_t i = 0; i < c->week_count; i++) {
		put_number(o, c->week[i].day);
		put_signed(o, c->week[i].from_ms);
		put_signed(o, c->week[i].to_ms);
	}
	put_number(o, c->closed_count);
	for (uint32_t i = 0; i < c->closed_count; i++)
		put_signed(o, c->closed[i]);
}

/* ---- the workspace ---- */

static void put_head(struct out *o, const struct ek_engine *e)
{
	put_bytes(o, EK_IMAGE_MAGIC, sizeof EK_IMAGE_MAGIC);
	put_number(o, o->version);
	put_number(o, e->seq);
	put_signed(o, e->now);
	put_number(o, e->version);
	put_number(o, e->schedules);
	put_number(o, e->assignments);
	put_number(o, e->team_count);
	put_number(o, e->mate_count);
	put_number(o, e->symbol_count);
	for (uint32_t i = 1; i <= e->symbol_count; i++)
		put_text(o, e->symbols[i]);
}

static void put_workspace(struct out *o, const struct ek_engine *e)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < EK_SET_COUNT; i++)
		n += e->settings[i].kind != EK_VALUE_UNSET;
	put_number(o, n);
	for (uint32_t i = 0; i < EK_SET_COUNT; i++) {
		if (e->settings[i].kind == EK_VALUE_UNSET)
			continue;
		put_number(o, i);
		put_kept(o, &e->settings[i]);
	}
	put_own_zone(o, &e->zone);
	put_calendar(o, e->calendar);
}

/* Of earlier office hours the cells too: numbers only. */
static void put_hours(struct out *o, const struct kept *k)
{
	put_number(o, k->n);
	for (uint32_t i = 0; i < k->n; i++)
		put_signed(o, k->cells[i].i);
}

static void put_changes(struct out *o, const struct ek_engine *e)
{
	put_number(o, e->change_count);
	for (uint32_t i = 0; i < e->change_count; i++) {
		const struct change *c = &e->changes[i];
		put_number(o, c->version);
		put_number(o, c->scope);
		put_number(o, c->id);
		put_number(o, c->setting);
		put_kept(o, &c->before);
		if (c->before.kind == EK_VALUE_CALENDAR && o->version > 1)
			put_hours(o, &c->before);
		put_kept(o, &c->after);
	}
}

static void put_scheduled(struct out *o, const struct ek_engine *e)
{
	put_number(o, e->scheduled_count);
	for (uint32_t i = 0; i < e->scheduled_count; i++) {
		const struct scheduled *s = &e->scheduled[i];
		put_number(o, s->id);
		put_number(o, s->scope);
		put_number(o, s->object);
		put_time(o, e->now, s->at);
		put_owns(o, &s->set);
	}
}

/* One byte for a contact whom nobody answered; none for those after the last who was. */
static void put_contacts(struct out *o, const struct ek_engine *e)
{
	uint32_t n = e->contact_count;
	while (n > 0 && e->contacts[n].mate == 0)
		n--;
	put_number(o, n);
	for (uint32_t i = 1; i <= n; i++) {
		put_number(o, e->contacts[i].mate);
		if (e->contacts[i].mate != 0)
			put_time(o, e->now, e->contacts[i].at);
	}
}

/* ---- people ---- */

/* From the oldest on, for where the ring begins is of no account. */
static void put_pace(struct out *o, const struct ek_engine *e, const struct pace *p)
{
	put_number(o, p == NULL ? 0 : p->n + 1u);
	if (p == NULL)
		return;
	put_time(o, e->now, p->from);
	put_maybe_time(o, e->now, p->told_at);
	int64_t from = p->from;
	for (uint32_t i = p->n; i > 0; i--) {
		uint32_t k = ((uint32_t)p->at + EK_STATE_PACE - i) % EK_STATE_PACE;
		put_time(o, from, p->given[k]);
		from = p->given[k];
	}
}

static void put_team(struct out *o, const struct ek_engine *e, const struct team *t)
{
	put_number(o, t->exists);
	put_number(o, t->rr_last);
	put_number(o, t->rr_place);
	put_signed(o, t->margin_ms);
	put_number(o, e->seq - t->changed_seq);
	put_owns(o, &t->own);
	put_calendar(o, t->calendar);
	if (o->version > 2)
		put_pace(o, e, t->pace);
}

static uint32_t marks_of_mate(const struct mate *m)
{
	uint32_t marks = m->presence * (uint32_t)EK_IMAGE_PRESENCE;
	marks |= m->exists == 2 ? EK_IMAGE_DELETED : 0;
	marks |= m->deactivated ? EK_IMAGE_DEACTIVATED : 0;
	marks |= m->landing ? EK_IMAGE_LANDING : 0;
	marks |= m->intake_full ? EK_IMAGE_FULL : 0;
	return marks;
}

/* From the oldest on, for where the ring begins is of no account. */
static void put_intake(struct out *o, const struct ek_engine *e, const struct mate *m)
{
	put_number(o, m->intake_n);
	int64_t from = e->now;
	for (uint32_t i = m->intake_n; i > 0; i--) {
		uint32_t k = ((uint32_t)m->intake_at + EK_STATE_INTAKE - i) % EK_STATE_INTAKE;
		put_time(o, from, m->intake[k]);
		from = m->intake[k];
	}
}

/* Ascending: it is a set. */
static void put_off(struct out *o, const struct mate *m)
{
	put_number(o, m->off_count);
	uint32_t last = 0;
	for (uint32_t n = 0; n < m->off_count; n++) {
		uint32_t next = UINT32_MAX;
		for (uint32_t i = 0; i < m->off_count; i++) {
			if (m->off[i] > last && m->off[i] < next)
				next = m->off[i];
		}
		put_number(o, next);
		last = next;
	}
}

static void put_mate(struct out *o, const struct ek_engine *e, const struct mate *m)
{
	put_number(o, marks_of_mate(m));
	put_number(o, m->presence_cause);
	put_number(o, (uint64_t)(m->ramp_step + 1));
	put_number(o, m->reason);
	put_time(o, e->now, m->presence_since);
	if (m->presence != EK_PRESENCE_ACTIVE)
		put_time(o, e->now, m->inactive_since);
	put_maybe_time(o, e->now, m->returned_at);
	put_maybe_time(o, e->now, m->paused_until);
	put_number(o, m->given_seq);
	if (m->given_seq != 0)
		put_time(o, e->now, m->given_at);
	put_number(o, e->seq - m->changed_seq);
	put_owns(o, &m->own);
	put_number(o, m->shift_count);
	int64_t from = e->now;
	for (uint32_t i = 0; i < m->shift_count; i++) {
		put_time(o, from, m->shifts[i].from.ms);
		put_time(o, m->shifts[i].from.ms, m->shifts[i].until.ms);
		from = m->shifts[i].until.ms;
	}
	put_own_zone(o, &m->zone);
	put_number(o, m->serve_count);
	for (uint32_t i = 0; i < m->serve_count; i++) {
		put_number(o, m->serves[i].team);
		put_number(o, m->serves[i].level);
		put_number(o, m->serves[i].joined);
	}
	put_intake(o, e, m);
	put_off(o, m);
}

/* ---- conversations ---- */

static bool has_extra(const struct extra *x)
{
	return x->has_wall ||
	       x->need_count + x->attribute_count + x->tag_count + x->cooldown_count > 0;
}

static uint32_t mask_of_times(const struct conv *c)
{
	uint32_t mask = 0;
	mask |= c->touch_from != EK_NONE ? EK_IMAGE_TOUCH_FROM : 0;
	mask |= c->closed_at != EK_NONE ? EK_IMAGE_CLOSED_AT : 0;
	mask |= c->waiting_since != EK_NONE ? EK_IMAGE_WAITING_SINCE : 0;
	mask |= c->queued_at != EK_NONE ? EK_IMAGE_QUEUED_AT : 0;
	mask |= c->opened_at != EK_NONE ? EK_IMAGE_OPENED_AT : 0;
	mask |= c->sla_due != EK_NONE ? EK_IMAGE_SLA_DUE : 0;
	mask |= c->snoozed_until != EK_NONE ? EK_IMAGE_SNOOZED_UNTIL : 0;
	mask |= c->stranded_from != EK_NONE ? EK_IMAGE_STRANDED_FROM : 0;
	return mask;
}

static uint32_t mask_of_ids(const struct ek_engine *e, const struct conv *c)
{
	uint32_t mask = 0;
	mask |= c->contact != 0 ? EK_IMAGE_CONTACT : 0;
	mask |= c->team != 0 ? EK_IMAGE_TEAM : 0;
	mask |= c->mate != 0 ? EK_IMAGE_MATE : 0;
	mask |= c->mate == 0 && c->assignment != 0 ? EK_IMAGE_ASSIGNMENT : 0;
	mask |= c->known != 0 ? EK_IMAGE_KNOWN : 0;
	mask |= c->hold_for != 0 ? EK_IMAGE_HOLD : 0;
	mask |= c->offer_to != 0 ? EK_IMAGE_OFFER : 0;
	mask |= c->extra != 0 && has_extra(&e->extras[c->extra]) ? EK_IMAGE_EXTRA : 0;
	return mask;
}

static uint32_t mask_of_rest(const struct conv *c)
{
	uint32_t mask = 0;
	mask |= c->priority != 0 ? EK_IMAGE_PRIORITY : 0;
	mask |= c->complexity != 1 ? EK_IMAGE_COMPLEXITY : 0;
	mask |= c->opened != 0 ? EK_IMAGE_OPENED : 0;
	mask |= c->bound != 0 ? EK_IMAGE_BOUND : 0;
	mask |= c->resnoozed != 0 ? EK_IMAGE_RESNOOZED : 0;
	mask |= c->anyway ? EK_IMAGE_ANYWAY : 0;
	mask |= c->sla_missed ? EK_IMAGE_SLA_MISSED : 0;
	mask |= c->sla_slipped ? EK_IMAGE_SLA_SLIPPED : 0;
	mask |= c->alerted ? EK_IMAGE_ALERTED : 0;
	mask |= c->nudged ? EK_IMAGE_NUDGED : 0;
	mask |= c->held_once ? EK_IMAGE_HELD_ONCE : 0;
	return mask;
}

static void put_times(struct out *o, const struct conv *c)
{
	const int64_t times[] = {
		c->touch_from, c->closed_at, c->waiting_since, c->queued_at,
		c->opened_at,  c->sla_due,   c->snoozed_until, c->stranded_from,
	};
	for (size_t i = 0; i < EK_LEN(times); i++) {
		if (times[i] != EK_NONE)
			put_time(o, c->started, times[i]);
	}
}

static void put_ids(struct out *o, const struct conv *c, uint32_t mask)
{
	if ((mask & EK_IMAGE_CONTACT) != 0)
		put_number(o, c->contact);
	if ((mask & EK_IMAGE_TEAM) != 0)
		put_number(o, c->team);
	if ((mask & EK_IMAGE_MATE) != 0)
		put_number(o, c->mate);
	if ((mask & (EK_IMAGE_MATE | EK_IMAGE_ASSIGNMENT)) != 0)
		put_number(o, c->assignment);
	if ((mask & EK_IMAGE_KNOWN) != 0)
		put_number(o, c->known);
	if ((mask & EK_IMAGE_HOLD) != 0) {
		put_number(o, c->hold_for);
		put_time(o, c->started, c->hold_until);
	}
	if ((mask & EK_IMAGE_OFFER) != 0) {
		put_number(o, c->offer_to);
		put_time(o, c->started, c->offer_until);
		put_number(o, c->offer_level);
	}
}

static void put_rest(struct out *o, const struct conv *c, uint32_t mask, uint32_t overtaken)
{
	if ((mask & EK_IMAGE_PRIORITY) != 0)
		put_number(o, c->priority);
	if ((mask & EK_IMAGE_COMPLEXITY) != 0)
		put_number(o, c->complexity);
	if ((mask & EK_IMAGE_OVERTAKEN) != 0)
		put_number(o, overtaken);
	if ((mask & EK_IMAGE_OPENED) != 0)
		put_number(o, c->opened);
	if ((mask & EK_IMAGE_BOUND) != 0)
		put_number(o, c->bound);
	if ((mask & EK_IMAGE_RESNOOZED) != 0)
		put_number(o, c->resnoozed);
}

static void put_extra(struct out *o, const struct conv *c, const struct extra *x)
{
	put_number(o, x->need_count);
	for (uint32_t i = 0; i < x->need_count; i++) {
		const struct need *n = &x->needs[i];
		put_number(o, n->skill);
		put_number(o, n->level * (uint32_t)EK_IMAGE_LEVEL |
				      (n->required ? EK_IMAGE_REQUIRED : 0u) |
				      (n->relaxed ? EK_IMAGE_RELAXED : 0u));
		put_maybe_time(o, 0, n->relax_after_ms);
	}
	put_number(o, x->attribute_count);
	for (uint32_t i = 0; i < x->attribute_count; i++) {
		put_number(o, x->attributes[i].name);
		put_number(o, x->attributes[i].value);
	}
	put_number(o, x->tag_count);
	for (uint32_t i = 0; i < x->tag_count; i++)
		put_number(o, x->tags[i]);
	put_number(o, x->cooldown_count);
	for (uint32_t i = 0; i < x->cooldown_count; i++) {
		put_number(o, x->cooldowns[i].mate);
		put_time(o, c->started, x->cooldowns[i].until);
	}
	if (o->version > 2)
		put_maybe_time(o, c->started, x->has_wall ? x->wall : EK_NONE);
}

static void put_conv(struct out *o, const struct ek_engine *e, uint32_t conv)
{
	const struct conv *c = &e->convs[conv];
	uint32_t overtaken = ek_overtake_count(e, conv);
	uint32_t mask = mask_of_times(c) | mask_of_ids(e, c) | mask_of_rest(c);
	mask |= overtaken != 0 ? EK_IMAGE_OVERTAKEN : 0;
	put_number(o, mask);
	put_number(o, c->state | (uint32_t)c->channel << 2 | (uint32_t)c->cls << 5);
	put_time(o, e->now, c->started);
	put_number(o, e->seq - c->changed_seq);
	put_ids(o, c, mask);
	put_times(o, c);
	put_rest(o, c, mask, overtaken);
	if ((mask & EK_IMAGE_EXTRA) != 0)
		put_extra(o, c, &e->extras[c->extra]);
}

static uint32_t version_for(const struct ek_engine *e)
{
	for (uint32_t i = 1; i <= e->team_count; i++) {
		if (e->teams[i].pace != NULL)
			return EK_IMAGE_VERSION;
	}
	for (uint32_t i = 1; i <= e->extra_count; i++) {
		if (e->extras[i].has_wall)
			return EK_IMAGE_VERSION;
	}
	for (uint32_t i = 0; i < e->change_count; i++) {
		const struct kept *k = &e->changes[i].before;
		if (k->kind == EK_VALUE_CALENDAR && k->n > 0)
			return 2;
	}
	return 1;
}

bool ek_engine_save(const struct ek_engine *e, ek_engine_sink *sink, void *ctx)
{
	struct out o;
	o.version = version_for(e);
	o.sink = sink;
	o.ctx = ctx;
	o.ok = true;
	o.n = 0;
	put_head(&o, e);
	put_workspace(&o, e);
	for (uint32_t i = 1; i <= e->team_count; i++)
		put_team(&o, e, &e->teams[i]);
	for (uint32_t i = 1; i <= e->mate_count; i++)
		put_mate(&o, e, &e->mates[i]);
	put_number(&o, e->conv_count);
	for (uint32_t i = 1; i <= e->conv_count; i++)
		put_conv(&o, e, i);
	put_contacts(&o, e);
	put_changes(&o, e);
	put_scheduled(&o, e);
	flush(&o);
	return o.ok;
}
