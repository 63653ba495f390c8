#include "engine/config.h"

#include "model/calendar.h"

#include <string.h>

static const struct ek_zone_shift utc_shifts[] = {{EK_ZONE_SINCE_EVER, 0}};
static const struct ek_zone utc = {{"UTC", 3}, utc_shifts, 1};

static const struct kept *owned(const struct owns *owns, int setting)
{
	for (uint32_t i = 0; i < owns->n && owns->v[i].setting <= setting; i++) {
		if (owns->v[i].setting == setting)
			return &owns->v[i].v;
	}
	return NULL;
}

const struct kept *ek_config_find(const struct ek_engine *e, int setting, uint32_t team,
				  uint32_t mate)
{
	const struct kept *k = NULL;
	if (mate != 0)
		k = owned(&e->mates[mate].own, setting);
	if (k == NULL && team != 0)
		k = owned(&e->teams[team].own, setting);
	if (k == NULL && e->settings[setting].kind != EK_VALUE_UNSET)
		k = &e->settings[setting];
	return k;
}

int64_t ek_config_int(const struct ek_engine *e, int setting, uint32_t team, uint32_t mate)
{
	const struct kept *k = ek_config_find(e, setting, team, mate);
	if (k == NULL)
		return ek_setting_row(setting)->def;
	return k->kind == EK_VALUE_INT ? k->i : EK_NONE;
}

bool ek_config_bool(const struct ek_engine *e, int setting, uint32_t team, uint32_t mate)
{
	return ek_config_int(e, setting, team, mate) == 1;
}

uint64_t ek_config_skill_bit(uint32_t skill, uint32_t level)
{
	return 1ull << ((skill * 5 + level) & 63);
}

static void order_keys(struct ek_engine *e)
{
	static const uint8_t usual[] = {EK_ORDER_KEY_PRIORITY, EK_ORDER_KEY_SLA,
					EK_ORDER_KEY_INBOX_RANK, EK_ORDER_KEY_WAITING_SINCE,
					EK_ORDER_KEY_STARTED};
	const struct kept *k = ek_config_find(e, EK_SET_ORDER_KEYS, 0, 0);
	uint32_t n = k != NULL ? k->n : (uint32_t)EK_LEN(usual);
	ek_assert(n <= EK_LEN(e->keys));
	for (uint32_t i = 0; i < n; i++) {
		if (k == NULL)
			e->keys[i] = (struct order_key){usual[i], false, 0};
		else
			e->keys[i] = (struct order_key){(uint8_t)(k->cells[i].i / 2),
							k->cells[i].i % 2 == 1, k->cells[i].sym};
	}
	e->key_count = (uint8_t)n;
}

void ek_config_workspace(struct ek_engine *e)
{
	order_keys(e);
	e->gate_assignable = ek_config_int(e, EK_SET_SECONDARY_GATE, 0, 0) == EK_GATE_ASSIGNABLE;
	e->helpers_equal = ek_config_int(e, EK_SET_HELPER_ORDER, 0, 0) == EK_HELPER_ORDER_EQUAL;
	e->saveable = ek_config_int(e, EK_SET_SLA_ORDER, 0, 0) == EK_SLA_ORDER_SAVEABLE;
	e->by_deadline = false;
	for (uint32_t i = 0; i < e->key_count && !e->saveable; i++)
		e->by_deadline = e->by_deadline || e->keys[i].key == EK_ORDER_KEY_SLA;
}

static void overflow_levels(const struct ek_engine *e, uint32_t team, struct team *t)
{
	const struct kept *k = ek_config_find(e, EK_SET_OVERFLOW, team, 0);
	t->overflow_count = 0;
	for (uint32_t i = 0; k != NULL && i + 3 < k->n; i += 4) {
		t->overflow[t->overflow_count].team = (uint32_t)k->cells[i].i;
		t->overflow[t->overflow_count].after_ms = k->cells[i + 1].i;
		t->overflow[t->overflow_count].office_hours =
			k->cells[i + 2].i == EK_CLOCK_OFFICE_HOURS;
		t->overflow[t->overflow_count].respect_gate = k->cells[i + 3].i == 1;
		t->overflow_count++;
	}
}

static uint32_t limit_of(int64_t v)
{
	return v == EK_NONE ? EK_STATE_UNLIMITED : (uint32_t)v;
}

void ek_config_team(struct ek_engine *e, uint32_t team)
{
	struct team *t = &e->teams[team];
	e->rotations -= t->method == EK_METHOD_ROUND_ROBIN;
	t->method = (uint8_t)ek_config_int(e, EK_SET_METHOD, team, 0);
	e->rotations += t->method == EK_METHOD_ROUND_ROBIN;
	t->rr_retry = ek_config_bool(e, EK_SET_RR_RETRY, team, 0);
	t->rr_respect_limits = ek_config_bool(e, EK_SET_RR_RESPECT_LIMITS, team, 0);
	t->offer_mode = ek_config_bool(e, EK_SET_OFFER_MODE, team, 0);
	t->shift_gate = ek_config_bool(e, EK_SET_SHIFT_GATE, team, 0);
	t->share = ek_config_int(e, EK_SET_BALANCE_BY, team, 0) == EK_BALANCE_BY_SHARE;
	t->when_nobody = (uint8_t)ek_config_int(e, EK_SET_WHEN_NOBODY, team, 0);
	t->on_reopen = (uint8_t)ek_config_int(e, EK_SET_ON_REOPEN, team, 0);
	t->rank = (uint32_t)ek_config_int(e, EK_SET_RANK, team, 0);
	t->inbox_limit = limit_of(ek_config_int(e, EK_SET_INBOX_LIMIT, team, 0));
	t->release_cooldown_ms = ek_config_int(e, EK_SET_RELEASE_COOLDOWN_MS, team, 0);
	t->continuity_hold_ms = ek_config_int(e, EK_SET_CONTINUITY_HOLD_MS, team, 0);
	t->alert_after_ms = ek_config_int(e, EK_SET_NOBODY_ALERT_AFTER_MS, team, 0);
	t->anyway_after_ms = ek_config_int(e, EK_SET_ASSIGN_ANYWAY_AFTER_MS, team, 0);
	t->nudge_after_ms = ek_config_int(e, EK_SET_UNTOUCHED_NUDGE_AFTER_MS, team, 0);
	t->return_after_ms = ek_config_int(e, EK_SET_UNTOUCHED_RETURN_AFTER_MS, team, 0);
	t->overtake_max = ek_config_int(e, EK_SET_OVERTAKE_MAX, team, 0);
	t->wait_max_ms = ek_config_int(e, EK_SET_WAIT_MAX_MS, team, 0);
	t->sla_reply_ms = ek_config_int(e, EK_SET_SLA_REPLY_MS, team, 0);
	overflow_levels(e, team, t);
}

/* floor(limit x permille / 1000), at least 1 unless 0. */
static uint32_t ramped(uint32_t limit, int64_t permille)
{
	if (limit == 0 || limit == EK_STATE_UNLIMITED)
		return limit;
	uint32_t v = (uint32_t)(limit * permille / 1000);
	return v == 0 ? 1 : v;
}

void ek_config_mate(struct ek_engine *e, uint32_t mate)
{
	struct mate *m = &e->mates[mate];
	m->limit = limit_of(ek_config_int(e, EK_SET_LIMIT, 0, mate));
	m->complexity_max = 5;
	e->class_limits = e->class_limits || ek_config_find(e, EK_SET_CLASS_LIMIT, 0, mate) != NULL;
	const struct kept *steps = ek_config_find(e, EK_SET_RAMP_STEPS, 0, 0);
	if (m->ramp_step >= 0 && steps != NULL && (uint32_t)m->ramp_step * 3 + 2 < steps->n) {
		const struct cell *step = &steps->cells[m->ramp_step * 3];
		m->limit = ramped(m->limit, step[1].i);
		m->complexity_max = (uint8_t)step[2].i;
	}
	m->skills = 0;
	const struct kept *skills = ek_config_find(e, EK_SET_SKILLS, 0, mate);
	for (uint32_t i = 0; skills != NULL && i < skills->n; i++) {
		for (uint32_t level = 1; level <= (uint32_t)skills->cells[i].i; level++)
			m->skills |= ek_config_skill_bit(skills->cells[i].sym, level);
	}
}

uint32_t ek_config_skill(const struct ek_engine *e, uint32_t mate, uint32_t skill)
{
	const struct kept *skills = ek_config_find(e, EK_SET_SKILLS, 0, mate);
	for (uint32_t i = 0; skills != NULL && i < skills->n; i++) {
		if (skills->cells[i].sym == skill)
			return (uint32_t)skills->cells[i].i;
	}
	return 0;
}

/* The number beside a class in a list of {i, class}; absent if it is not listed. */
static int64_t of_class(const struct ek_engine *e, const struct kept *k, uint8_t cls,
			int64_t absent)
{
	const char *wire = ek_enums_wire(EK_ENUM_CAPACITY_CLASS, cls);
	for (uint32_t i = 0; k != NULL && i < k->n; i++) {
		if (ek_str_is(e->symbols[k->cells[i].sym], wire))
			return k->cells[i].i;
	}
	return absent;
}

uint32_t ek_config_points(const struct ek_engine *e, uint8_t cls)
{
	const struct kept *k = &e->settings[EK_SET_CLASS_POINTS];
	return k->n == 0 ? 1 : (uint32_t)of_class(e, k, cls, 1);
}

uint32_t ek_config_class_limit(const struct ek_engine *e, uint32_t mate, uint8_t cls)
{
	const struct kept *k = ek_config_find(e, EK_SET_CLASS_LIMIT, 0, mate);
	if (k == NULL || k->n == 0)
		return EK_STATE_UNLIMITED;
	return limit_of(of_class(e, k, cls, EK_NONE));
}

static int64_t rank_in(const struct kept *orders, uint32_t attribute, uint32_t value)
{
	for (uint32_t i = 0; i < orders->n; i += 1 + (uint32_t)orders->cells[i].i) {
		if (orders->cells[i].sym != attribute)
			continue;
		for (int64_t k = 0; k < orders->cells[i].i; k++) {
			if (orders->cells[i + 1 + k].sym == value)
				return k;
		}
	}
	return EK_NONE;
}

int64_t ek_config_attribute_rank(const struct ek_engine *e, const struct conv *c,
				 uint32_t attribute)
{
	const struct kept *orders = &e->settings[EK_SET_ATTRIBUTE_ORDERS];
	if (c->extra == 0 || orders->n == 0)
		return EK_NONE;
	const struct extra *x = &e->extras[c->extra];
	for (uint32_t i = 0; i < x->attribute_count; i++) {
		if (x->attributes[i].name == attribute)
			return rank_in(orders, attribute, x->attributes[i].value);
	}
	return EK_NONE;
}

bool ek_config_uncounted(const struct ek_engine *e, const struct conv *c)
{
	const struct kept *tags = &e->settings[EK_SET_UNCOUNTED_TAGS];
	if (tags->n == 0 || c->extra == 0)
		return false;
	const struct extra *x = &e->extras[c->extra];
	for (uint32_t i = 0; i < x->tag_count; i++) {
		for (uint32_t k = 0; k < tags->n; k++) {
			if (tags->cells[k].sym == x->tags[i])
				return true;
		}
	}
	return false;
}

const struct ek_calendar *ek_config_calendar(const struct ek_engine *e, uint32_t team)
{
	if (team != 0) {
		const struct kept *k = owned(&e->teams[team].own, EK_SET_CALENDAR);
		if (k != NULL)
			return k->kind == EK_VALUE_CALENDAR ? e->teams[team].calendar : NULL;
	}
	return e->settings[EK_SET_CALENDAR].kind == EK_VALUE_CALENDAR ? e->calendar : NULL;
}

const struct ek_zone *ek_config_zone(const struct ek_engine *e, uint32_t mate)
{
	if (mate != 0 && e->mates[mate].zone.name.n != 0)
		return &e->mates[mate].zone;
	return e->zone.name.n != 0 ? &e->zone : &utc;
}

const struct ek_zone *ek_config_wall_zone(const struct ek_engine *e, uint32_t team)
{
	const struct ek_calendar *calendar = ek_config_calendar(e, team);
	return calendar != NULL ? &calendar->zone : ek_config_zone(e, 0);
}

int ek_config_ramp_step(const struct ek_engine *e, uint32_t mate, int64_t at, int64_t *next)
{
	*next = EK_NONE;
	int64_t start = ek_config_int(e, EK_SET_RAMP_START, 0, mate);
	const struct kept *steps = ek_config_find(e, EK_SET_RAMP_STEPS, 0, 0);
	if (start == EK_NONE || steps == NULL)
		return -1;
	const struct ek_zone *zone = ek_config_zone(e, mate);
	int holds = -1;
	for (uint32_t i = 0; i + 2 < steps->n; i += 3) {
		int64_t day = start + steps->cells[i].i;
		if (day > INT32_MAX)
			break;
		ek_time begins = ek_calendar_day_start(zone, (int32_t)day);
		if (begins.ms <= at) {
			holds = (int)(i / 3);
		} else {
			*next = begins.ms;
			break;
		}
	}
	return holds;
}
