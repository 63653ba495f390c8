/* fits -- whether a fact read from the log can follow this state at all: ids in order, objects
 * there and in the standing that the fact speaks of, values within what could have been asked.
 *
 * The chain of hashes guards against damage; this guards the engine against a log that is not its
 * own: whatever passes is applied without failing, and leaves a state that can be saved and go on.
 * Whether the fact was also the right one is not asked; that is what a replay of commands compares.
 * Cost: O(1) but for lists (their length) and the end of a team (its workspace's conversations).
 */
#ifndef EK_ENGINE_FITS_H
#define EK_ENGINE_FITS_H

#include "engine/state.h"

/* Errors: DAMAGE, saying what does not fit; TOO_NEW for a kind that this version does not know. */
bool ek_fits_event(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err);

/* Parts: conversations (fits_conv.c), people, teams and hours (fits_people.c), settings
 * (fits_settings.c). Ids are there and new ones in order. True for kinds that are not their own. */
bool ek_fits_conv(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err);
bool ek_fits_people(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err);
bool ek_fits_settings(const struct ek_engine *e, const struct ek_event *v, struct ek_err *err);

/* false, with DAMAGE: the event, and what of it cannot be. */
bool ek_fits_refuse(const struct ek_event *v, const char *what, struct ek_err *err);
/* A time that a command may give; of the past. Absent is well. */
bool ek_fits_time(ek_time t);
bool ek_fits_past(const struct ek_event *v, ek_time t);
/* Neither unknown nor deleted. */
bool ek_fits_mate(const struct ek_engine *e, uint32_t mate);
bool ek_fits_team(const struct ek_engine *e, uint32_t team);
bool ek_fits_team_or_none(const struct ek_engine *e, uint32_t team);

#endif
