/* Values of settings and the like: small, often equal, sometimes at the edge. */
#include "sim/history_inside.h"

enum { FIRST_DAY = 20613 };

enum { T_BOOL, T_INT, T_SPAN, T_ENUM, T_DATE, T_REF, T_CALENDAR, T_LIST };
enum { W = EK_AT_W, T = EK_AT_T, P = EK_AT_P };

struct row {
	uint8_t at;
	uint8_t type;
	bool nullable;
	int64_t lo;
	int64_t hi;
};
static const struct row rows[EK_SET_COUNT] = {
#define S(num, name, NAME, at, type, list, lo, hi, null, def, role, doc) \
	[num] = {at, T_##type, (null) != 0, lo, hi},
	SETTINGS(S)
#undef S
};

/* With which feature each setting goes, and the bounds for whole numbers and, in minutes, spans. */
static const struct {
	uint8_t feature;
	uint8_t lo;
	uint8_t hi;
} bounds[EK_SET_COUNT] = {
	[EK_SET_ORDER_KEYS] = {H_KEYS, 0, 0},
	[EK_SET_ATTRIBUTE_ORDERS] = {H_KEYS, 0, 0},
	[EK_SET_SLA_ORDER] = {H_SLA, 0, 0},
	[EK_SET_SLA_REPLY_MS] = {H_SLA, 0, 3},
	[EK_SET_LIMIT] = {H_ALWAYS, 0, 3},
	[EK_SET_CLASS_POINTS] = {H_POINTS, 0, 0},
	[EK_SET_CLASS_LIMIT] = {H_CLASS_LIMIT, 0, 0},
	[EK_SET_UNCOUNTED_TAGS] = {H_TAGS, 0, 0},
	[EK_SET_SECONDARY_GATE] = {H_SECONDARY, 0, 0},
	[EK_SET_HELPER_ORDER] = {H_SECONDARY, 0, 0},
	[EK_SET_BALANCE_BY] = {H_SHARE, 0, 0},
	[EK_SET_RELEASE_COOLDOWN_MS] = {H_ALWAYS, 0, 4},
	[EK_SET_ON_REOPEN] = {H_ALWAYS, 0, 0},
	[EK_SET_CONTINUITY_HOLD_MS] = {H_HOLD, 0, 5},
	[EK_SET_CONTINUITY_MEMORY_MS] = {H_HOLD, 60, 61},
	[EK_SET_DEFAULT_TEAM] = {H_HOME, 0, 0},
	[EK_SET_REASSIGN_SCOPE] = {H_REASSIGN, 0, 0},
	[EK_SET_AUTO_REASSIGN_SCOPE] = {H_IDLE, 0, 0},
	[EK_SET_AUTO_AWAY_AFTER_MS] = {H_IDLE, 2, 5},
	[EK_SET_AUTO_REASSIGN_AFTER_MS] = {H_IDLE, 5, 8},
	[EK_SET_ESCALATE_MANUAL_AWAY] = {H_IDLE, 0, 0},
	[EK_SET_AUTO_RETURN] = {H_IDLE, 0, 0},
	[EK_SET_AWAY_REASONS] = {H_REASONS, 0, 0},
	[EK_SET_AWAY_REASON_REQUIRED] = {H_REASONS, 0, 0},
	[EK_SET_ENOUGH_ALLOWED] = {H_PAUSE, 0, 0},
	[EK_SET_ENOUGH_MAX_MS] = {H_PAUSE, 5, 8},
	[EK_SET_INTAKE_MAX] = {H_INTAKE, 1, 3},
	[EK_SET_INTAKE_WINDOW_MS] = {H_INTAKE, 1, 5},
	[EK_SET_INTAKE_APPLIES] = {H_INTAKE, 0, 0},
	[EK_SET_LANDING_MS] = {H_INTAKE, 0, 6},
	[EK_SET_LANDING_MIN_ABSENCE_MS] = {H_INTAKE, 0, 3},
	[EK_SET_RAMP_STEPS] = {H_RAMP, 0, 0},
	[EK_SET_RAMP_START] = {H_RAMP, 0, 0},
	[EK_SET_SKILLS] = {H_SKILLS, 0, 0},
	[EK_SET_METHOD] = {H_ALWAYS, 0, 0},
	[EK_SET_RANK] = {H_ALWAYS, 1, 3},
	[EK_SET_INBOX_LIMIT] = {H_ALWAYS, 0, 3},
	[EK_SET_RR_RETRY] = {H_ROTATION, 0, 0},
	[EK_SET_RR_RESPECT_LIMITS] = {H_ROTATION, 0, 0},
	[EK_SET_OFFER_MODE] = {H_OFFERS, 0, 0},
	[EK_SET_OFFER_TIMEOUT_MS] = {H_OFFERS, 1, 3},
	[EK_SET_OVERFLOW] = {H_OVERFLOW, 0, 0},
	[EK_SET_WHEN_NOBODY] = {H_NOBODY, 0, 0},
	[EK_SET_NOBODY_ALERT_AFTER_MS] = {H_NOBODY, 0, 4},
	[EK_SET_ASSIGN_ANYWAY_AFTER_MS] = {H_NOBODY, 0, 4},
	[EK_SET_UNTOUCHED_NUDGE_AFTER_MS] = {H_UNTOUCHED, 1, 4},
	[EK_SET_UNTOUCHED_RETURN_AFTER_MS] = {H_UNTOUCHED, 2, 6},
	[EK_SET_SNOOZE_WAKE] = {H_SNOOZE, 0, 0},
	[EK_SET_CALENDAR] = {H_HOURS, 0, 0},
	[EK_SET_SHIFT_GATE] = {H_SHIFTS, 0, 0},
	[EK_SET_SHIFT_MARGIN_MS] = {H_SHIFTS, 0, 3},
	[EK_SET_OVERTAKE_MAX] = {H_BOUNDS, 1, 4},
	[EK_SET_WAIT_MAX_MS] = {H_BOUNDS, 1, 8},
	[EK_SET_FAIRNESS_MIN_HOURS] = {H_KEYS, 1, 20},
	[EK_SET_DAY_HOURS] = {H_KEYS, 0, 0},
};

ek_str ek_history_word(struct ek_history *h, const char *const *words, uint32_t n)
{
	const char *w = words[ek_history_below(h, n)];
	uint32_t length = 0;
	while (w[length] != '\0')
		length++;
	return (ek_str){w, length};
}

ek_str ek_history_skill(struct ek_history *h)
{
	static const char *const words[] = {"tax", "lang:ko", "vat"};
	return ek_history_word(h, words, EK_LEN(words));
}

ek_str ek_history_tag(struct ek_history *h)
{
	static const char *const words[] = {"spam", "vip", "later"};
	return ek_history_word(h, words, EK_LEN(words));
}

ek_str ek_history_reason(struct ek_history *h)
{
	static const char *const words[] = {"lunch", "call", "elsewhere"};
	return ek_history_word(h, words, EK_LEN(words));
}

static ek_str tier(struct ek_history *h)
{
	static const char *const words[] = {"gold", "silver", "tin"};
	return ek_history_word(h, words, EK_LEN(words));
}

struct ek_pairs ek_history_attributes(struct ek_history *h)
{
	struct ek_pair *v = ek_history_take(h, sizeof *v);
	v->name = EK_S("tier");
	v->value = ek_history_chance(h, 15) ? (ek_str){NULL, 0} : tier(h);
	return (struct ek_pairs){v, 1};
}

static struct ek_value list(const struct ek_cell *cells, uint32_t n)
{
	return (struct ek_value){.kind = EK_VALUE_LIST, .n = n, .cells = cells};
}

/* One to five different keys in any order. */
static struct ek_value order_keys(struct ek_history *h)
{
	struct ek_cell *v = ek_history_take(h, 6 * sizeof *v);
	int64_t keys[] = {1, 2, 3, 4, 5, 6};
	uint32_t n = 1 + ek_history_below(h, 5);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t k = i + ek_history_below(h, (uint32_t)EK_LEN(keys) - i);
		int64_t key = keys[k];
		keys[k] = keys[i];
		v[i].i = key * 2 + ek_history_chance(h, 25);
		v[i].s = key == EK_ORDER_KEY_ATTRIBUTE ? EK_S("tier") : (ek_str){NULL, 0};
	}
	return list(v, n);
}

static struct ek_value attribute_orders(struct ek_history *h)
{
	struct ek_cell *v = ek_history_take(h, 4 * sizeof *v);
	static const ek_str tiers[] = {{"gold", 4}, {"silver", 6}, {"tin", 3}};
	uint32_t n = ek_history_below(h, 3);
	uint32_t first = ek_history_below(h, 3);
	if (n == 0)
		return list(v, 0);
	v[0] = (struct ek_cell){n, EK_S("tier")};
	for (uint32_t i = 0; i < n; i++)
		v[1 + i].s = tiers[(first + i) % 3];
	return list(v, 1 + n);
}

/* Points (1-3) or limits (0-4, null) of some classes. */
static struct ek_value classes(struct ek_history *h, bool limits)
{
	static const ek_str names[] = {{"api", 3}, {"chat", 4}, {"email", 5}, {"voice", 5}};
	struct ek_cell *v = ek_history_take(h, 4 * sizeof *v);
	uint32_t n = 0;
	for (uint32_t i = 0; i < EK_LEN(names); i++) {
		if (ek_history_chance(h, 40))
			continue;
		v[n].s = names[i];
		v[n].i = ek_history_between(h, limits ? 0 : 1, limits ? 4 : 3);
		if (limits && ek_history_chance(h, 20))
			v[n].i = EK_NONE;
		n++;
	}
	return list(v, n);
}

static struct ek_value texts(struct ek_history *h, bool tags)
{
	struct ek_cell *v = ek_history_take(h, 2 * sizeof *v);
	uint32_t n = ek_history_chance(h, 75) ? 2 : ek_history_below(h, 2);
	static const ek_str names[2][3] = {{{"lunch", 5}, {"call", 4}, {"train", 5}},
					   {{"spam", 4}, {"vip", 3}, {"other", 5}}};
	uint32_t first = ek_history_below(h, 3);
	for (uint32_t i = 0; i < n; i++)
		v[i].s = names[tags][(first + i) % 3];
	return list(v, n);
}

static struct ek_value ramp_steps(struct ek_history *h)
{
	static const int64_t permille[] = {300, 500, 700, 1000};
	struct ek_cell *v = ek_history_take(h, 6 * sizeof *v);
	uint32_t n = ek_history_below(h, 3);
	for (uint32_t i = 0; i < n; i++) {
		v[i * 3].i = i;
		v[i * 3 + 1].i = permille[ek_history_below(h, (uint32_t)EK_LEN(permille))];
		v[i * 3 + 2].i = ek_history_between(h, 1, 5);
	}
	return list(v, n * 3);
}

static struct ek_value skills(struct ek_history *h)
{
	static const ek_str names[] = {{"lang:ko", 7}, {"tax", 3}, {"vat", 3}};
	struct ek_cell *v = ek_history_take(h, 3 * sizeof *v);
	uint32_t n = 0;
	for (uint32_t i = 0; i < EK_LEN(names); i++) {
		if (ek_history_chance(h, 60))
			v[n++] = (struct ek_cell){ek_history_between(h, 1, 3), names[i]};
	}
	return list(v, n);
}

static struct ek_value overflow(struct ek_history *h, const struct ek_opinion *o)
{
	struct ek_cell *v = ek_history_take(h, 12 * sizeof *v);
	uint32_t n = ek_history_below(h, 4);
	struct ek_team_view team;
	for (uint32_t i = 0; i < n; i++) {
		ek_team_id id = ek_history_team(h, o);
		for (uint32_t k = 0; k < i; k++) {
			if (v[k * 4].i == id.v)
				return list(v, i * 4);
		}
		if (!ek_opinion_team(o, id, &team) || team.deleted)
			return list(v, i * 4);
		v[i * 4].i = id.v;
		v[i * 4 + 1].i = ek_history_between(h, 0, 4) * H_MINUTE;
		v[i * 4 + 2].i = ek_history_between(h, 1, 2);
		v[i * 4 + 3].i = ek_history_between(h, 0, 1);
	}
	return list(v, n * 4);
}

static struct ek_value day_hours(struct ek_history *h)
{
	struct ek_cell *v = ek_history_take(h, 2 * sizeof *v);
	v[0].i = ek_history_between(h, 6, 9) * 60 * H_MINUTE;
	v[1].i = ek_history_between(h, 16, 20) * 60 * H_MINUTE;
	return list(v, 2);
}

static struct ek_value list_value(struct ek_history *h, const struct ek_opinion *o, int setting)
{
	switch (setting) {
	case EK_SET_ORDER_KEYS:
		return order_keys(h);
	case EK_SET_ATTRIBUTE_ORDERS:
		return attribute_orders(h);
	case EK_SET_CLASS_POINTS:
		return classes(h, false);
	case EK_SET_CLASS_LIMIT:
		return classes(h, true);
	case EK_SET_UNCOUNTED_TAGS:
		return texts(h, true);
	case EK_SET_AWAY_REASONS:
		return texts(h, false);
	case EK_SET_RAMP_STEPS:
		return ramp_steps(h);
	case EK_SET_SKILLS:
		return skills(h);
	case EK_SET_OVERFLOW:
		return overflow(h, o);
	default:
		return day_hours(h);
	}
}

static int64_t method(struct ek_history *h)
{
	if (ek_history_has(h, H_ROTATION) && ek_history_chance(h, 35))
		return EK_METHOD_ROUND_ROBIN;
	if (ek_history_has(h, H_MANUAL) && ek_history_chance(h, 20))
		return EK_METHOD_MANUAL;
	return EK_METHOD_BALANCED;
}

static struct ek_value plain_value(struct ek_history *h, const struct ek_opinion *o, int setting)
{
	const struct row *r = &rows[setting];
	int64_t n = ek_history_between(h, bounds[setting].lo, bounds[setting].hi);
	if (setting == EK_SET_METHOD)
		return ek_value_int(method(h));
	switch (r->type) {
	case T_BOOL:
		return ek_value_int(ek_history_chance(h, 65));
	case T_ENUM:
		return ek_value_int(ek_history_between(h, r->lo, r->hi));
	case T_SPAN:
		return ek_value_int(n * H_MINUTE);
	case T_DATE:
		return ek_value_int(ek_history_between(h, FIRST_DAY - 2, FIRST_DAY + 1));
	case T_REF:
		return ek_value_int(ek_history_team(h, o).v);
	case T_CALENDAR:
		return ek_value_null();
	default:
		return ek_value_int(n);
	}
}

static struct ek_value value(struct ek_history *h, const struct ek_opinion *o, int setting, int at)
{
	const struct row *r = &rows[setting];
	if (at != W && ek_history_chance(h, 15))
		return (struct ek_value){.kind = EK_VALUE_UNSET};
	if (r->nullable && ek_history_chance(h, 20))
		return ek_value_null();
	if (setting == EK_SET_SHIFT_MARGIN_MS && ek_history_chance(h, 30))
		return (struct ek_value){.kind = EK_VALUE_AUTO};
	if (ek_history_has(h, H_WRONG) && ek_history_chance(h, 2) && r->type == T_INT)
		return ek_value_int(r->hi + 1);
	return r->type == T_LIST ? list_value(h, o, setting) : plain_value(h, o, setting);
}

/* A value for the nth setting at some scope that has it; false when the profile passes it over. */
bool ek_history_prime(struct ek_history *h, const struct ek_opinion *o, uint32_t nth,
		      struct ek_cmd_settings_change *out)
{
	static const int places[] = {W, T, P};
	int at = places[ek_history_below(h, 3)];
	struct ek_set *v = ek_history_take(h, sizeof *v);
	int setting = (int)(1 + nth % (EK_SET_COUNT - 1));
	if (!ek_history_has(h, bounds[setting].feature) || ek_history_chance(h, 40))
		return false;
	if ((rows[setting].at & at) == 0)
		at = (rows[setting].at & W) != 0 ? W : rows[setting].at;
	*v = (struct ek_set){(uint8_t)setting, value(h, o, setting, at)};
	out->scope = at == W ? EK_SCOPE_WORKSPACE : (at == T ? EK_SCOPE_TEAM : EK_SCOPE_TEAMMATE);
	out->set = (struct ek_sets){v, 1};
	if (at != W)
		out->id = at == T ? ek_history_team(h, o).v : ek_history_mate(h, o).v;
	return true;
}

struct ek_sets ek_history_sets(struct ek_history *h, const struct ek_opinion *o, int scope)
{
	static const int places[] = {0, W, T, P};
	int at = places[scope];
	uint32_t n = 1 + ek_history_below(h, 2);
	struct ek_set *v = ek_history_take(h, n * sizeof *v);
	for (uint32_t i = 0; i < n; i++) {
		uint8_t s = 0;
		do
			s = (uint8_t)(1 + ek_history_below(h, EK_SET_COUNT - 1));
		while (!ek_history_has(h, bounds[s].feature) ||
		       ((rows[s].at & at) == 0 &&
			!(ek_history_has(h, H_WRONG) && ek_history_chance(h, 1))));
		if (i == 1 && v[0].setting == s)
			return (struct ek_sets){v, 1};
		v[i] = (struct ek_set){s, value(h, o, s, at)};
	}
	return (struct ek_sets){v, n};
}

struct ek_zone ek_history_zone(struct ek_history *h)
{
	static const int32_t offsets[] = {-3600000, 0, 3600000, 5400000};
	struct ek_zone_shift *v = ek_history_take(h, 2 * sizeof *v);
	v[0].at_ms = EK_ZONE_SINCE_EVER;
	v[0].offset_ms = offsets[ek_history_below(h, (uint32_t)EK_LEN(offsets))];
	v[1].at_ms = h->now + ek_history_between(h, -5, 20) * H_MINUTE;
	v[1].offset_ms = v[0].offset_ms + (ek_history_chance(h, 50) ? 3600000 : -3600000);
	return (struct ek_zone){EK_S("Test/Somewhere"), v, 1 + ek_history_below(h, 2)};
}

/* Open and closed by turns of minutes, on every day. */
void ek_history_calendar(struct ek_history *h, struct ek_cmd_calendar_set *out)
{
	enum { STRETCH = 24 * 60 / 9 };
	struct ek_week_hours *v = ek_history_take(h, 63 * sizeof *v);
	for (uint32_t i = 0; i < 63; i++) {
		int64_t from = (int64_t)(i % 9) * STRETCH + ek_history_between(h, 0, 60);
		v[i].day = (uint8_t)(1 + i / 9);
		v[i].from_ms = (int32_t)(from * H_MINUTE);
		v[i].to_ms =
			v[i].from_ms + (int32_t)(ek_history_between(h, 5, STRETCH - 61) * H_MINUTE);
	}
	out->zone = ek_history_zone(h);
	out->week = (struct ek_week){v, 63};
}

struct ek_shifts ek_history_shifts(struct ek_history *h)
{
	struct ek_shift *v = ek_history_take(h, 3 * sizeof *v);
	uint32_t n = ek_history_below(h, 4);
	int64_t at = h->now + ek_history_between(h, -5, 3) * H_MINUTE;
	for (uint32_t i = 0; i < n; i++) {
		v[i].from.ms = at;
		at += ek_history_between(h, 2, 15) * H_MINUTE;
		v[i].until.ms = at;
		at += ek_history_between(h, 0, 4) * H_MINUTE;
	}
	return (struct ek_shifts){v, n};
}
