/* policy_value -- the values of settings as they stand in a policy text.
 *
 *   numbers, true, false, listed words, 2027-03-28; null; auto (shift_margin_ms)
 *   lengths of time     1800000 (ms); read also with a unit: 90s, 30min, 2h, 30d
 *   teams               Sales, "Second line"; a team called null, none or inherit stands in quotes
 *   order_keys          priority, sla reverse, attribute:tier
 *   attribute_orders    tier (gold, silver), language (de, fr)
 *   class_points, class_limit, skills      chat 2, voice null
 *   uncounted_tags, away_reasons           spam, "out of office"
 *   ramp_steps          from_day 0 limit_permille 500 complexity_max 2, from_day 14 ...
 *   overflow            Days after_ms 900000 clock calendar respect_gate false, Nights after_ms 0;
 *                       clock (office_hours) and respect_gate (true) may be left out
 *   day_hours           08:00-18:00
 *   calendar            Europe/Paris; mon-fri 09:00-12:00 13:00-18:00, sat 10:00-14:00;
 *                       closed 2027-01-01, 2027-12-25
 *   an empty list       none
 * A list is written in its own order, a map and a calendar in theirs; what is written reads as the
 * same value, and is written the same again. `inherit` reads as not set. Bounds are those of
 * ek_setting_check; errors name the line.
 */
#ifndef EK_WIRE_POLICY_VALUE_H
#define EK_WIRE_POLICY_VALUE_H

#include "model/policy.h"
#include "wire/policy_lex.h"

/* Where text goes. Returns false to stop. */
typedef bool ek_policy_sink(void *ctx, const char *p, size_t n);
/* A sink that keeps all of it, in an arena; ctx is a struct ek_policy_gathered. False: no memory.
 * */
struct ek_policy_gathered {
	struct ek_arena *arena;
	char *p;
	size_t n;
	size_t cap;
};
bool ek_policy_gather(void *ctx, const char *p, size_t n);
struct ek_policy_out {
	ek_policy_sink *sink;
	void *ctx;
	bool failed;
};
void ek_policy_out_text(struct ek_policy_out *o, ek_str s);
void ek_policy_out_word(struct ek_policy_out *o, const char *s);
void ek_policy_out_int(struct ek_policy_out *o, int64_t v);
/* Bare where it can be read so, else in quotes. */
void ek_policy_out_name(struct ek_policy_out *o, ek_str s);

/* The rest of the line as the value of a setting at a scope (EK_AT_*); teams finds the places. */
struct ek_policy_value {
	struct ek_policy_lex *x;
	const struct ek_policy_index *teams;
	int setting;
	int at;
};
/* cal: of a calendar, made in the arena; its zone has a name and no shifts. */
bool ek_policy_value_read(const struct ek_policy_value *how, struct ek_value *out,
			  struct ek_calendar **cal) EK_MUST_CHECK;
/* A team's name as its place. */
bool ek_policy_value_team(const struct ek_policy_value *how, uint32_t *place) EK_MUST_CHECK;

/* p knows the teams' names; cal: of a calendar. */
void ek_policy_value_write(struct ek_policy_out *o, const struct ek_policy *p,
			   const struct ek_policy_set *set, const struct ek_calendar *cal);

#endif
