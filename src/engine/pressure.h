/* pressure -- telling leads that the order costs a deadline.
 *
 * Where the order goes by deadlines, missed ones lead. A team inbox is *under watch* while a missed
 * one waits in it: then it is looked at once, and every five minutes. Leads are told of the first
 * conversation, behind a missed one, that could still be saved (spec routing section 16, point 9)
 * but by the estimate (section 15) is reached only after its deadline; at most once an hour.
 *
 * The estimate is a range; told is what even its near end does not reach: place / upper, the latter
 * being the higher exact 80 % limit of the number of givings. Time left and time needed are both of
 * the team's office hours. What is stranded has no estimate, fewer than EK_PRESSURE_MIN givings
 * allow none, and only the first EK_PRESSURE_PLACES places are looked at.
 *
 * Givings are counted as metrics/estimate.h has it: all in the last 60 open minutes but those to
 * heirs; counting begins when the first conversation with a deadline waits in the inbox, so that
 * one without deadlines costs and keeps nothing. At most EK_STATE_PACE are remembered; where all of
 * them are younger, it is the time since the oldest that counts, and the givings after it.
 *
 * Cost: O(1) for each giving; a look is O(k log k) in the places looked at, and a walk over office
 * hours for each that could be saved.
 */
#ifndef EK_ENGINE_PRESSURE_H
#define EK_ENGINE_PRESSURE_H

#include "engine/state.h"

enum {
	EK_PRESSURE_MIN = 10,
	EK_PRESSURE_OPEN_MS = 60 * 60000,
	EK_PRESSURE_EVERY_MS = 5 * 60000,
	EK_PRESSURE_TOLD_MS = 60 * 60000,
	EK_PRESSURE_PLACES = 1000,
};

/* One waits in its team inbox: counting begins there if it has a deadline and is the first. */
void ek_pressure_begin(struct ek_engine *e, uint32_t conv);
/* One of a team that counts was given out, or leads were told. */
void ek_pressure_given(struct ek_engine *e, uint32_t team);
void ek_pressure_told(struct ek_engine *e, uint32_t team);
/* Whether leads may be told now, as far as that depends on when they last were. */
bool ek_pressure_may_tell(const struct team *t, int64_t now);

/* When a team is to be looked at; EK_NONE = not under watch. */
int64_t ek_pressure_at(const struct ek_engine *e, uint32_t team);
/* It is due: to be looked at once this command has settled. */
void ek_pressure_ask(struct ek_engine *e, uint32_t team);
/* Looks at those asked for, by id. Makes facts that change nothing in any queue. */
void ek_pressure_look(struct ek_engine *e);

/* The upper 80 % limit of a Poisson mean after n events, in millionths, rounded up.
 * n: EK_PRESSURE_MIN..EK_STATE_PACE - 1 (asserted). */
uint32_t ek_pressure_upper(uint32_t n);

#endif
