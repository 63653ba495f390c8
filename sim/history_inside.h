/* history_inside -- what the files of the history generator share. See history.h. */
#ifndef EK_SIM_HISTORY_INSIDE_H
#define EK_SIM_HISTORY_INSIDE_H

#include "base/rng.h"
#include "model/setting.h"
#include "sim/history.h"

enum { H_POOL_BYTES = 65536, H_ROWS = 6, H_TEAMS = 9, H_MATES = 12, H_TALKS = 700 };

/* Features; a profile has about half of them. */
enum {
	H_OFFERS,
	H_SKILLS,
	H_POINTS,
	H_RAMP,
	H_INTAKE,
	H_SHIFTS,
	H_OVERFLOW,
	H_HOLD,
	H_ROTATION,
	H_MANUAL,
	H_UNTOUCHED,
	H_IDLE,
	H_HOURS,
	H_SECONDARY,
	H_SHARE,
	H_BOUNDS,
	H_SLA,
	H_BULK,
	H_VERSIONS,
	H_TAGS,
	H_ENDINGS,
	H_SNOOZE,
	H_NOBODY,
	H_KEYS,
	H_HOME,
	H_CLASS_LIMIT,
	H_PAUSE,
	H_REASSIGN,
	H_REASONS,
	H_DOWN,
	H_WRONG,
	H_ALWAYS,
};

struct ek_history {
	struct ek_rng rng;
	uint32_t profile; /* bit per feature */
	int64_t now;
	uint32_t steps;
	uint32_t first_teams;
	uint32_t first_mates;
	uint32_t primed; /* settings that have been gone through at first */
	_Alignas(16) char pool[H_POOL_BYTES];
	size_t used;
	struct ek_cmd rows[H_ROWS];
};

enum {
	H_MINUTE = 60000,
	H_PRIMES = 3 * (EK_SET_COUNT - 1), /* how many settings are gone through at first */
};

static inline bool ek_history_has(const struct ek_history *h, int feature)
{
	return feature == H_ALWAYS || (h->profile >> feature & 1) != 0;
}
static inline uint32_t ek_history_below(struct ek_history *h, uint32_t limit)
{
	return ek_rng_below(&h->rng, limit);
}
static inline bool ek_history_chance(struct ek_history *h, uint32_t percent)
{
	return ek_rng_chance(&h->rng, percent);
}
/* lo..hi, both possible. */
static inline int64_t ek_history_between(struct ek_history *h, int64_t lo, int64_t hi)
{
	return lo + (int64_t)ek_history_below(h, (uint32_t)(hi - lo + 1));
}

/* Zeroed memory until the next command. */
void *ek_history_take(struct ek_history *h, size_t n);

/* history_ids.c: mostly there; with H_WRONG sometimes not. */
ek_conversation_id ek_history_talk(struct ek_history *h, const struct ek_opinion *o, int state);
ek_teammate_id ek_history_mate(struct ek_history *h, const struct ek_opinion *o);
ek_team_id ek_history_team(struct ek_history *h, const struct ek_opinion *o);
/* A conversation with a live offer; 0 = none. */
ek_conversation_id ek_history_offer(struct ek_history *h, const struct ek_opinion *o);

/* history_set.c: one or two settings of a scope that the profile has, with values. */
struct ek_sets ek_history_sets(struct ek_history *h, const struct ek_opinion *o, int scope);
bool ek_history_prime(struct ek_history *h, const struct ek_opinion *o, uint32_t nth,
		      struct ek_cmd_settings_change *out);
void ek_history_calendar(struct ek_history *h, struct ek_cmd_calendar_set *out);
struct ek_zone ek_history_zone(struct ek_history *h);
struct ek_shifts ek_history_shifts(struct ek_history *h);
ek_str ek_history_word(struct ek_history *h, const char *const *words, uint32_t n);
ek_str ek_history_skill(struct ek_history *h);
ek_str ek_history_tag(struct ek_history *h);
struct ek_pairs ek_history_attributes(struct ek_history *h);
ek_str ek_history_reason(struct ek_history *h);

/* history_cmd.c: a command of that kind; every field named that it sets. */
void ek_history_fill(struct ek_history *h, const struct ek_opinion *o, struct ek_cmd *cmd);

#endif
