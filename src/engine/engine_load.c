/* The state from its canonical bytes; see image.h.
 *
 * The bytes may be anything: counts are held against what is left, numbers against what is there,
 * so that a damaged image is refused and nothing that follows can fail. After a refusal the engine
 * is only good for closing.
 */
#include "engine/image.h"

#include "engine/hours.h"
#include "model/calendar.h"

#include <string.h>

/* ---- bytes ---- */

/* Times further from 1970 are damage; sums of a few of these and of spans do not overflow. */
#define TIME_MAX ((int64_t)1 << 60)

enum {
	IDS_MAX = (1 << 30) - 1, /* due times keep a kind above an id */
	OVERTAKEN_MAX = 1 << 30,
	RAMP_STEP_MAX = 1000,
	CLASS_MAX = EK_STATE_CLASSES - 1,
	PRIORITY_MAX = 3,
	LEVEL_MAX = 5,  /* of skills and complexity */
	TEAM_BYTES = 7, /* the least that each takes */
	MATE_BYTES = 13,
	CONV_BYTES = 4,
};

/* Once something is wrong, `bad` says what, and all that is read is the least that was allowed. */
struct in {
	const uint8_t *p;
	const uint8_t *end;
	const char *bad;
	struct ek_engine *e;
	uint64_t version; /* of the format */
};

static void spoil(struct in *in, const char *what)
{
	if (in->bad == NULL)
		in->bad = what;
	in->p = in->end;
}

static bool is_short(const uint8_t *last, uint32_t shift)
{
	return shift == 0 || *last != 0;
}

static uint64_t get_any(struct in *in)
{
	uint64_t v = 0;
	for (uint32_t shift = 0; in->p < in->end && shift < 64; shift += 7) {
		uint8_t byte = *in->p++;
		if (shift == 63 && byte > 1)
			break;
		v |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) != 0)
			continue;
		if (is_short(in->p - 1, shift))
			return v;
		break;
	}
	spoil(in, "a number");
	return 0;
}

static uint64_t get_number(struct in *in, uint64_t lo, uint64_t hi, const char *what)
{
	uint64_t v = get_any(in);
	if (in->bad == NULL && v >= lo && v <= hi)
		return v;
	spoil(in, what);
	return lo;
}

static uint32_t get_id(struct in *in, uint32_t lo, uint32_t hi, const char *what)
{
	return (uint32_t)get_number(in, lo, hi, what);
}

static uint8_t get_small(struct in *in, uint8_t lo, uint8_t hi, const char *what)
{
	return (uint8_t)get_number(in, lo, hi, what);
}

/* How many follow that take so many bytes each at least. */
static uint32_t get_count(struct in *in, uint32_t max, uint32_t bytes, const char *what)
{
	uint64_t n = get_number(in, 0, max, what);
	if (n <= (uint64_t)(in->end - in->p) / bytes)
		return (uint32_t)n;
	spoil(in, what);
	return 0;
}

static int64_t unfolded(uint64_t v)
{
	return (int64_t)(v >> 1 ^ ((v & 1) != 0 ? UINT64_MAX : 0));
}

static int64_t get_signed(struct in *in)
{
	return unfolded(get_any(in));
}

static int64_t get_between(struct in *in, int64_t lo, int64_t hi, const char *what)
{
	int64_t v = get_signed(in);
	if (in->bad == NULL && v >= lo && v <= hi)
		return v;
	spoil(in, what);
	return lo;
}

static int64_t plus(int64_t from, uint64_t difference)
{
	return (int64_t)((uint64_t)from + (uint64_t)unfolded(difference));
}

static int64_t check_time(struct in *in, int64_t t)
{
	if (t >= -TIME_MAX && t <= TIME_MAX)
		return t;
	spoil(in, "a time");
	return 0;
}

static int64_t get_time(struct in *in, int64_t from)
{
	return check_time(in, plus(from, get_any(in)));
}

static int64_t get_maybe_time(struct in *in, int64_t from)
{
	uint64_t v = get_any(in);
	return v == 0 ? EK_NONE : check_time(in, plus(from, v - 1));
}

static ek_str get_text(struct in *in, const char *what)
{
	uint32_t n = get_count(in, UINT32_MAX - 1, 1, what);
	ek_str s = {(const char *)in->p, n};
	in->p += n;
	return s;
}

static uint32_t get_symbol(struct in *in, uint32_t lo)
{
	return get_id(in, lo, in->e->symbol_count, "a symbol");
}

/* ---- settings ---- */

static bool are_teams_there(const struct in *in, const struct ek_setting_row *row,
			    const struct kept *k)
{
	if (row->type == EK_SETTING_REF)
		return k->kind != EK_VALUE_INT || k->i <= in->e->team_count;
	if (row->shape != EK_SHAPE_LEVELS)
		return true;
	for (uint32_t i = 0; i < k->n; i += 4) {
		if (k->cells[i].i > in->e->team_count)
			return false;
	}
	return true;
}

/* The kept value takes effect in places that trust it: it must be one that could have been set. */
static void check_kept(struct in *in, int scope, int setting, const struct kept *k)
{
	static const uint8_t at[] = {0, EK_AT_W, EK_AT_T, EK_AT_P};
	if (in->bad != NULL || k->kind == EK_VALUE_UNSET)
		return;
	struct ek_err why;
	struct ek_value v = ek_state_value(in->e, k);
	if (!ek_setting_check(setting, at[scope], &v, &why) ||
	    !are_teams_there(in, ek_setting_row(setting), k))
		spoil(in, "a setting's value");
}

static struct kept get_kept(struct in *in)
{
	struct kept k = {.kind = get_small(in, 0, EK_VALUE_CALENDAR, "a kind of value")};
	if (k.kind == EK_VALUE_INT)
		k.i = get_signed(in);
	if (k.kind != EK_VALUE_LIST)
		return k;
	k.n = get_count(in, UINT32_MAX, 2, "a list");
	k.cells = ek_state_get(in->e, k.n * sizeof *k.cells);
	for (uint32_t i = 0; i < k.n; i++) {
		k.cells[i].i = get_signed(in);
		k.cells[i].sym = get_symbol(in, 0);
	}
	return k;
}

static uint8_t get_setting(struct in *in)
{
	return get_small(in, 1, EK_SET_COUNT - 1, "a setting");
}

/* sorted: as values that hold are; those that are scheduled stay as they were asked for. */
static void get_owns(struct in *in, struct owns *owns, int scope, bool sorted)
{
	uint32_t n = get_count(in, EK_SET_COUNT - 1, 2, "settings");
	for (uint32_t i = 0; i < n; i++) {
		ROOM(in->e, owns->v, owns->cap, owns->n + 1);
		struct own *own = &owns->v[owns->n++];
		own->setting = get_setting(in);
		own->v = get_kept(in);
		check_kept(in, scope, own->setting, &own->v);
		if (sorted && (own->v.kind == EK_VALUE_UNSET ||
			       (i > 0 && owns->v[i - 1].setting >= own->setting)))
			spoil(in, "a setting");
	}
}

/* ---- zones and calendars ---- */

static struct ek_zone get_zone(struct in *in)
{
	ek_str name = get_text(in, "a zone");
	struct ek_zone_shift *shifts = NULL;
	uint32_t n = get_count(in, EK_ZONE_SHIFTS_MAX, 2, "a zone");
	if (n > 0)
		shifts = ek_state_turn(in->e, n * sizeof *shifts);
	int64_t from = EK_ZONE_SINCE_EVER;
	for (uint32_t i = 0; i < n; i++) {
		shifts[i].at_ms = plus(from, get_any(in));
		shifts[i].offset_ms = (int32_t)get_between(in, INT32_MIN, INT32_MAX, "a zone");
		from = shifts[i].at_ms;
	}
	return (struct ek_zone){name, shifts, n};
}

static void get_own_zone(struct in *in, struct ek_zone *to)
{
	if (get_number(in, 0, 1, "a zone") == 0)
		return;
	struct ek_zone zone = get_zone(in);
	struct ek_err why;
	if (in->bad == NULL && ek_calendar_check_zone(&zone, &why))
		*to = ek_state_zone(in->e, &zone);
	else
		spoil(in, "a zone");
}

static void get_week(struct in *in, struct ek_calendar *c)
{
	c->week_count = get_count(in, EK_CALENDAR_WEEK_MAX, 3, "office hours");
	struct ek_week_hours *week = ek_state_turn(in->e, (c->week_count + 1) * sizeof *week);
	for (uint32_t i = 0; i < c->week_count; i++) {
		week[i].day = get_small(in, 0, UINT8_MAX, "office hours");
		week[i].from_ms = (int32_t)get_between(in, INT32_MIN, INT32_MAX, "office hours");
		week[i].to_ms = (int32_t)get_between(in, INT32_MIN, INT32_MAX, "office hours");
	}
	c->week = week;
}

static void get_calendar(struct in *in, struct ek_calendar **to)
{
	if (get_number(in, 0, 1, "office hours") == 0)
		return;
	struct ek_calendar c = {.zone = get_zone(in)};
	get_week(in, &c);
	c.closed_count = get_count(in, EK_CALENDAR_CLOSED_MAX, 1, "office hours");
	int32_t *closed = ek_state_turn(in->e, (c.closed_count + 1) * sizeof *closed);
	for (uint32_t i = 0; i < c.closed_count; i++)
		closed[i] = (int32_t)get_between(in, INT32_MIN, INT32_MAX, "office hours");
	c.closed = closed;
	struct ek_err why;
	if (in->bad == NULL && ek_calendar_check(&c, &why))
		*to = ek_state_calendar(in->e, &c);
	else
		spoil(in, "office hours");
}

/* ---- the workspace ---- */

static void get_symbols(struct in *in)
{
	uint32_t n = get_count(in, UINT32_MAX - 1, 1, "symbols");
	for (uint32_t i = 1; i <= n && in->bad == NULL; i++) {
		ek_str text = get_text(in, "a symbol");
		if (in->bad == NULL && ek_state_symbol(in->e, text) != i)
			spoil(in, "a symbol");
	}
}

static void get_numbers(struct in *in)
{
	struct ek_engine *e = in->e;
	e->seq = get_number(in, 0, UINT64_MAX, "the seq");
	e->now = get_signed(in);
	e->version = get_id(in, 0, UINT32_MAX, "the version of settings");
	e->schedules = get_id(in, 0, UINT32_MAX, "ids of schedules");
	e->assignments = get_id(in, 0, UINT32_MAX, "ids of assignments");
	e->team_count = get_count(in, EK_STATE_TEAMS, TEAM_BYTES, "teams");
	e->mate_count = get_count(in, EK_STATE_MATES, MATE_BYTES, "teammates");
	/* Room for all at once: a value may name a team that follows. */
	ROOM(e, e->teams, e->team_cap, e->team_count + 1);
	ROOM(e, e->mates, e->mate_cap, e->mate_count + 1);
	if (e->now == EK_NONE + 1 && e->seq == 0 && e->team_count == 0 && e->mate_count == 0)
		return; /* nothing has happened yet */
	(void)check_time(in, e->now);
}

static void get_workspace(struct in *in)
{
	struct ek_engine *e = in->e;
	uint32_t n = get_count(in, EK_SET_COUNT - 1, 2, "settings");
	for (uint32_t i = 0; i < n && in->bad == NULL; i++) {
		uint8_t setting = get_setting(in);
		struct kept *k = &e->settings[setting];
		if (k->kind != EK_VALUE_UNSET) {
			spoil(in, "a setting");
			break;
		}
		*k = get_kept(in);
		check_kept(in, EK_SCOPE_WORKSPACE, setting, k);
	}
	get_own_zone(in, &e->zone);
	get_calendar(in, &e->calendar);
}

static uint8_t get_scope(struct in *in, uint32_t *id)
{
	uint8_t scope = get_small(in, 1, EK_SCOPE_END - 1, "a scope");
	uint32_t max = scope == EK_SCOPE_TEAM       ? in->e->team_count
		       : scope == EK_SCOPE_TEAMMATE ? in->e->mate_count
						    : 0;
	*id = get_id(in, scope == EK_SCOPE_WORKSPACE ? 0 : 1, max, "whose settings");
	return scope;
}

/* Earlier office hours; none where they were not kept. */
static void get_hours(struct in *in, struct kept *k)
{
	k->n = get_count(in, EK_HOURS_CELLS_MAX, 1, "earlier office hours");
	k->cells = ek_state_get(in->e, k->n * sizeof *k->cells);
	for (uint32_t i = 0; i < k->n; i++)
		k->cells[i] = (struct cell){get_signed(in), 0};
	struct ek_calendar hours;
	struct ek_err why;
	if (in->bad == NULL && k->n > 0 &&
	    (!ek_hours_read(in->e, k, &hours) || !ek_calendar_check(&hours, &why)))
		spoil(in, "earlier office hours");
}

static void get_changes(struct in *in)
{
	struct ek_engine *e = in->e;
	uint32_t n = get_count(in, UINT32_MAX, 6, "changes of settings");
	for (uint32_t i = 0; i < n && in->bad == NULL; i++) {
		ROOM(e, e->changes, e->change_cap, e->change_count + 1);
		struct change *c = &e->changes[e->change_count++];
		c->version = get_id(in, 0, e->version, "a version of settings");
		c->scope = get_scope(in, &c->id);
		c->setting = get_setting(in);
		c->before = get_kept(in);
		if (c->before.kind == EK_VALUE_CALENDAR && in->version > 1)
			get_hours(in, &c->before);
		c->after = get_kept(in);
		check_kept(in, c->scope, c->setting, &c->before);
		check_kept(in, c->scope, c->setting, &c->after);
	}
}

static void get_scheduled(struct in *in)
{
	struct ek_engine *e = in->e;
	uint32_t n = get_count(in, UINT32_MAX, 5, "scheduled settings");
	for (uint32_t i = 0; i < n && in->bad == NULL; i++) {
		ROOM(e, e->scheduled, e->scheduled_cap, e->scheduled_count + 1);
		struct scheduled *s = &e->scheduled[e->scheduled_count++];
		s->id = get_id(in, 1, e->schedules, "a schedule");
		s->scope = get_scope(in, &s->object);
		s->at = get_time(in, e->now);
		get_owns(in, &s->set, s->scope, false);
	}
}

static void get_contacts(struct in *in)
{
	struct ek_engine *e = in->e;
	uint32_t n = get_count(in, UINT32_MAX - 1, 1, "contacts");
	if (n > 0)
		ROOM(e, e->contacts, e->contact_cap, n + 1);
	e->contact_count = n;
	for (uint32_t i = 1; i <= n && in->bad == NULL; i++) {
		struct contact *k = &e->contacts[i];
		k->mate = get_id(in, 0, e->mate_count, "who answered a contact");
		if (k->mate != 0)
			k->at = get_time(in, e->now);
	}
}

/* ---- people ---- */

static void get_pace(struct in *in, struct team *t)
{
	struct ek_engine *e = in->e;
	uint32_t n = get_count(in, EK_STATE_PACE + 1, 1, "givings of a team");
	if (n == 0)
		return;
	struct pace *p = ek_state_get(e, sizeof *p);
	*p = (struct pace){.from = get_time(in, e->now), .told_at = get_maybe_time(in, e->now)};
	t->pace = p;
	p->n = (uint8_t)(n - 1);
	p->at = (uint8_t)(p->n % EK_STATE_PACE);
	int64_t from = p->from;
	for (uint32_t i = 0; i < p->n; i++) {
		p->given[i] = get_time(in, from);
		if (p->given[i] < from || p->given[i] > e->now)
			spoil(in, "givings of a team");
		from = p->given[i];
	}
	if (p->from > e->now || p->told_at > e->now)
		spoil(in, "givings of a team");
}

static void get_team(struct in *in, struct team *t)
{
	const struct ek_engine *e = in->e;
	t->exists = get_small(in, 1, 2, "a team");
	t->rr_last = get_id(in, 0, e->mate_count, "a rotation");
	t->rr_place = get_number(in, 0, e->seq, "a rotation");
	t->margin_ms = get_between(in, 0, EK_STATE_SPAN, "a margin");
	t->changed_seq = e->seq - get_number(in, 0, e->seq, "a team's seq");
	get_owns(in, &t->own, EK_SCOPE_TEAM, true);
	get_calendar(in, &t->calendar);
	t->looked_at = EK_NONE;
	if (in->version > 2)
		get_pace(in, t);
}

static void get_marks(struct in *in, struct mate *m)
{
	uint32_t most = EK_PRESENCE_END * (uint32_t)EK_IMAGE_PRESENCE - 1;
	uint32_t marks = get_id(in, EK_IMAGE_PRESENCE, most, "a teammate");
	m->exists = (marks & EK_IMAGE_DELETED) != 0 ? 2 : 1;
	m->deactivated = (marks & EK_IMAGE_DEACTIVATED) != 0;
	m->landing = (marks & EK_IMAGE_LANDING) != 0;
	m->intake_full = (marks & EK_IMAGE_FULL) != 0;
	m->presence = (uint8_t)(marks / EK_IMAGE_PRESENCE);
}

static void get_shifts(struct in *in, struct mate *m)
{
	int64_t from = in->e->now;
	m->shift_count = get_count(in, EK_STATE_SHIFTS, 2, "shifts");
	m->shifts = ek_state_get(in->e, m->shift_count * sizeof *m->shifts);
	for (uint32_t i = 0; i < m->shift_count; i++) {
		m->shifts[i].from.ms = get_time(in, from);
		m->shifts[i].until.ms = get_time(in, m->shifts[i].from.ms);
		from = m->shifts[i].until.ms;
	}
}

/* In order of joining, each team inbox once. */
static void get_serves(struct in *in, struct mate *m)
{
	struct ek_engine *e = in->e;
	uint32_t n = get_count(in, EK_STATE_MEMBERSHIPS, 3, "memberships");
	ROOM(e, m->serves, m->serve_cap, n);
	uint64_t last = 0;
	for (uint32_t i = 0; i < n && in->bad == NULL; i++) {
		struct serve s = {.team = get_id(in, 1, e->team_count, "a membership")};
		s.level = get_small(in, EK_LEVEL_PRIMARY, EK_LEVEL_SECONDARY, "a membership");
		s.joined = get_number(in, last + 1, e->seq, "a membership");
		if (in->bad == NULL && ek_state_serve(m, s.team) != NULL)
			spoil(in, "a membership");
		if (in->bad != NULL)
			return; /* the team may not be there */
		m->serves[m->serve_count++] = s;
		last = s.joined;
	}
}

static void get_intake(struct in *in, struct mate *m)
{
	uint32_t n = get_count(in, EK_STATE_INTAKE, 1, "intake");
	if (n == 0)
		return;
	m->intake = ek_state_get(in->e, EK_STATE_INTAKE * sizeof *m->intake);
	int64_t from = in->e->now;
	for (uint32_t i = 0; i < n; i++) {
		m->intake[i] = get_time(in, from);
		from = m->intake[i];
	}
	m->intake_n = (uint8_t)n;
	m->intake_at = (uint8_t)(n % EK_STATE_INTAKE);
}

static void get_off(struct in *in, struct mate *m)
{
	struct ek_engine *e = in->e;
	uint32_t n = get_count(in, e->team_count, 1, "shift gates");
	uint32_t last = 0;
	for (uint32_t i = 0; i < n && in->bad == NULL; i++) {
		last = get_id(in, last + 1, e->team_count, "a shift gate");
		ek_state_push(e, &m->off, &m->off_count, &m->off_cap, last);
	}
}

static void get_mate(struct in *in, struct mate *m)
{
	const struct ek_engine *e = in->e;
	get_marks(in, m);
	m->presence_cause = get_small(in, 1, EK_PRESENCE_CAUSE_END - 1, "presence");
	m->ramp_step = (int16_t)((int)get_id(in, 0, RAMP_STEP_MAX, "a ramp step") - 1);
	m->reason = get_symbol(in, 0);
	m->presence_since = get_time(in, e->now);
	m->inactive_since = EK_NONE;
	if (m->presence != EK_PRESENCE_ACTIVE)
		m->inactive_since = get_time(in, e->now);
	m->returned_at = get_maybe_time(in, e->now);
	m->paused_until = get_maybe_time(in, e->now);
	m->given_seq = get_number(in, 0, e->seq, "when someone was last given one");
	m->given_at = m->given_seq != 0 ? get_time(in, e->now) : EK_NONE;
	m->changed_seq = e->seq - get_number(in, 0, e->seq, "a teammate's seq");
	m->seen_at = e->now;
	get_owns(in, &m->own, EK_SCOPE_TEAMMATE, true);
	get_shifts(in, m);
	get_own_zone(in, &m->zone);
	get_serves(in, m);
	get_intake(in, m);
	get_off(in, m);
}

/* ---- conversations ---- */

static void get_needs(struct in *in, struct extra *x)
{
	uint8_t n = (uint8_t)get_count(in, EK_STATE_NEEDS, 3, "needs");
	x->needs = ek_state_get(in->e, n * sizeof *x->needs);
	x->need_count = n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t skill = get_symbol(in, 1);
		uint32_t marks = get_id(in, EK_IMAGE_LEVEL,
					(LEVEL_MAX + 1) * (uint32_t)EK_IMAGE_LEVEL - 1, "a need");
		x->needs[i] = (struct need){
			.skill = skill,
			.level = (uint8_t)(marks / EK_IMAGE_LEVEL),
			.required = (marks & EK_IMAGE_REQUIRED) != 0,
			.relaxed = (marks & EK_IMAGE_RELAXED) != 0,
			.relax_after_ms = get_maybe_time(in, 0),
		};
	}
}

static void get_extra(struct in *in, struct conv *c, struct extra *x)
{
	struct ek_engine *e = in->e;
	get_needs(in, x);
	x->attribute_count = (uint8_t)get_count(in, UINT8_MAX, 2, "attributes");
	x->attributes = ek_state_get(e, x->attribute_count * sizeof *x->attributes);
	for (uint32_t i = 0; i < x->attribute_count; i++) {
		x->attributes[i].name = get_symbol(in, 1);
		x->attributes[i].value = get_symbol(in, 1);
	}
	x->tag_count = (uint8_t)get_count(in, EK_STATE_TAGS, 1, "tags");
	x->tags = ek_state_get(e, x->tag_count * sizeof *x->tags);
	for (uint32_t i = 0; i < x->tag_count; i++)
		x->tags[i] = get_symbol(in, 1);
	x->cooldown_count = (uint8_t)get_count(in, EK_STATE_COOLDOWNS, 2, "cooldowns");
	x->cooldowns = ek_state_get(e, x->cooldown_count * sizeof *x->cooldowns);
	for (uint32_t i = 0; i < x->cooldown_count; i++) {
		x->cooldowns[i].mate = get_id(in, 1, e->mate_count, "a cooldown");
		x->cooldowns[i].until = get_time(in, c->started);
	}
	if (in->version < 3)
		return;
	int64_t wall = get_maybe_time(in, c->started);
	x->has_wall = wall != EK_NONE;
	x->wall = x->has_wall ? wall : 0;
	bool sleeps = c->state == EK_STATE_SNOOZED && c->snoozed_until != EK_NONE;
	if (x->has_wall && (!sleeps || wall < EK_STATE_TIME_MIN || wall > EK_STATE_TIME_MAX))
		spoil(in, "the local time that one sleeps until");
}

static void get_ids(struct in *in, struct conv *c, uint32_t mask)
{
	const struct ek_engine *e = in->e;
	if ((mask & EK_IMAGE_CONTACT) != 0)
		c->contact = get_id(in, 1, UINT32_MAX, "a contact");
	if ((mask & EK_IMAGE_TEAM) != 0)
		c->team = get_id(in, 1, e->team_count, "a team");
	if ((mask & EK_IMAGE_MATE) != 0)
		c->mate = get_id(in, 1, e->mate_count, "a holder");
	if ((mask & (EK_IMAGE_MATE | EK_IMAGE_ASSIGNMENT)) != 0)
		c->assignment = get_id(in, 1, e->assignments, "an assignment");
	if ((mask & EK_IMAGE_KNOWN) != 0)
		c->known = get_id(in, 1, e->mate_count, "who is known");
	if ((mask & EK_IMAGE_HOLD) != 0) {
		c->hold_for = get_id(in, 1, e->mate_count, "a hold");
		c->hold_until = get_time(in, c->started);
	}
	if ((mask & EK_IMAGE_OFFER) != 0) {
		c->offer_to = get_id(in, 1, e->mate_count, "an offer");
		c->offer_until = get_time(in, c->started);
		c->offer_level = get_small(in, 0, EK_LEVEL_END - 1, "an offer");
	}
}

static void get_times(struct in *in, struct conv *c, uint32_t mask)
{
	const struct {
		uint32_t bit;
		int64_t *to;
	} times[] = {
		{EK_IMAGE_TOUCH_FROM, &c->touch_from},
		{EK_IMAGE_CLOSED_AT, &c->closed_at},
		{EK_IMAGE_WAITING_SINCE, &c->waiting_since},
		{EK_IMAGE_QUEUED_AT, &c->queued_at},
		{EK_IMAGE_OPENED_AT, &c->opened_at},
		{EK_IMAGE_SLA_DUE, &c->sla_due},
		{EK_IMAGE_SNOOZED_UNTIL, &c->snoozed_until},
		{EK_IMAGE_STRANDED_FROM, &c->stranded_from},
	};
	for (size_t i = 0; i < EK_LEN(times); i++)
		*times[i].to = (mask & times[i].bit) != 0 ? get_time(in, c->started) : EK_NONE;
}

static void get_rest(struct in *in, struct conv *c, uint32_t mask)
{
	if ((mask & EK_IMAGE_PRIORITY) != 0)
		c->priority = get_small(in, 1, PRIORITY_MAX, "a priority");
	if ((mask & EK_IMAGE_COMPLEXITY) != 0)
		c->complexity = get_small(in, 2, LEVEL_MAX, "a complexity");
	if ((mask & EK_IMAGE_OVERTAKEN) != 0)
		c->overtaken = get_id(in, 1, OVERTAKEN_MAX, "how often one was overtaken");
	if ((mask & EK_IMAGE_OPENED) != 0)
		c->opened =
			(uint16_t)get_number(in, 1, (1u << EK_STATE_OPENED) - 1, "overflow levels");
	if ((mask & EK_IMAGE_BOUND) != 0)
		c->bound = get_small(in, 1, EK_BOUND_END - 1, "a bound");
	if ((mask & EK_IMAGE_RESNOOZED) != 0)
		c->resnoozed = (uint16_t)get_number(in, 1, UINT16_MAX, "snoozes");
	c->anyway = (mask & EK_IMAGE_ANYWAY) != 0;
	c->sla_missed = (mask & EK_IMAGE_SLA_MISSED) != 0;
	c->sla_slipped = (mask & EK_IMAGE_SLA_SLIPPED) != 0;
	c->alerted = (mask & EK_IMAGE_ALERTED) != 0;
	c->nudged = (mask & EK_IMAGE_NUDGED) != 0;
	c->held_once = (mask & EK_IMAGE_HELD_ONCE) != 0;
}

/* An offer is of what is open and nobody's, or it would count in two loads. */
static bool is_sound(const struct conv *c, uint32_t marks)
{
	bool numbers = c->state != 0 && c->cls >= 1 && c->cls <= CLASS_MAX && marks <= UINT8_MAX;
	return numbers &&
	       (c->offer_to == 0 || (c->state == EK_STATE_OPEN && c->mate == 0 && c->team != 0));
}

static void get_conv(struct in *in, struct conv *c)
{
	struct ek_engine *e = in->e;
	uint32_t mask = get_id(in, 0, EK_IMAGE_END - 1, "a conversation");
	uint32_t marks = get_id(in, 0, UINT8_MAX, "a conversation");
	*c = (struct conv){
		.state = marks & 3,
		.channel = marks >> 2 & 7,
		.cls = (uint8_t)(marks >> 5),
		.complexity = 1,
		.hold_until = EK_NONE,
		.offer_until = EK_NONE,
		.started = get_time(in, e->now),
	};
	c->changed_seq = e->seq - get_number(in, 0, e->seq, "a conversation's seq");
	get_ids(in, c, mask);
	get_times(in, c, mask);
	get_rest(in, c, mask);
	if (!is_sound(c, marks))
		spoil(in, "a conversation");
	if ((mask & EK_IMAGE_EXTRA) == 0 || in->bad != NULL)
		return;
	c->extra = ++e->extra_count;
	ROOM(e, e->extras, e->extra_cap, e->extra_count + 1);
	get_extra(in, c, &e->extras[c->extra]);
}

static void get_convs(struct in *in)
{
	struct ek_engine *e = in->e;
	uint32_t n = get_count(in, IDS_MAX, CONV_BYTES, "conversations");
	if (n > 0)
		ROOM(e, e->convs, e->conv_cap, n + 1);
	for (uint32_t i = 1; i <= n && in->bad == NULL; i++) {
		e->conv_count = i;
		get_conv(in, &e->convs[i]);
	}
}

/* ---- loading ---- */

static bool get_head(struct in *in, struct ek_err *err)
{
	size_t n = sizeof EK_IMAGE_MAGIC;
	if ((size_t)(in->end - in->p) < n || memcmp(in->p, EK_IMAGE_MAGIC, n) != 0)
		return ek_fail(err, EK_DAMAGE, "these bytes are no state");
	in->p += n;
	in->version = get_any(in);
	if (in->bad == NULL && in->version > EK_IMAGE_VERSION)
		return ek_fail(err, EK_TOO_NEW, "the state has format %llu, this version reads %d",
			       (unsigned long long)in->version, EK_IMAGE_VERSION);
	if (in->version == 0)
		spoil(in, "the format");
	return true;
}

bool ek_engine_load(struct ek_engine *e, const void *bytes, size_t n, struct ek_err *err)
{
	ek_assert(e->seq == 0 && e->symbol_count == 0 && e->team_count == 0);
	struct in in = {.p = bytes, .end = (const uint8_t *)bytes + n, .e = e};
	if (!get_head(&in, err))
		return false;
	get_numbers(&in);
	get_symbols(&in);
	get_workspace(&in);
	for (uint32_t i = 1; i <= e->team_count && in.bad == NULL; i++)
		get_team(&in, &e->teams[i]);
	for (uint32_t i = 1; i <= e->mate_count && in.bad == NULL; i++)
		get_mate(&in, &e->mates[i]);
	get_convs(&in);
	get_contacts(&in);
	get_changes(&in);
	get_scheduled(&in);
	if (in.bad == NULL && in.p != in.end)
		spoil(&in, "more than a state");
	if (in.bad == NULL)
		ek_engine_derive(e);
	ek_arena_reset(&e->turn);
	return in.bad == NULL || ek_fail(err, EK_DAMAGE, "the stored state is damaged: %s", in.bad);
}
